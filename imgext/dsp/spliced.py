"""Joins bytes and stretches of other files into one file for libsndfile."""

from __future__ import annotations

import io
from typing import IO, Any


class Spliced(io.RawIOBase):
    """A read-only file of parts: bytes, or a stretch (stream, first byte, length).

    >>> Spliced([b"ab", b"cd"]).read(3)
    b'abc'
    """

    def __init__(self, parts: list[bytes | tuple[IO[bytes], int, int]]) -> None:
        self._parts, self._at = parts, 0
        self._sizes = [len(part) if isinstance(part, bytes) else part[2] for part in parts]
        self.size = sum(self._sizes)

    def readable(self) -> bool:
        """Whether it can be read."""
        return True

    def seekable(self) -> bool:
        """Whether it can be read anywhere."""
        return True

    def tell(self) -> int:
        """Where the next byte is."""
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go somewhere else."""
        self._at = max(0, offset + (0, self._at, self.size)[whence])
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fill a buffer from here on; gives the bytes that were there."""
        view, done, start = memoryview(buffer).cast("B"), 0, 0
        for part, size in zip(self._parts, self._sizes, strict=True):
            inside = self._at - start
            if 0 <= inside < size and done < len(view):
                most = min(size - inside, len(view) - done)
                if isinstance(part, bytes):
                    piece = part[inside : inside + most]
                else:
                    part[0].seek(part[1] + inside)
                    piece = part[0].read(most)
                view[done : done + len(piece)] = piece
                done, self._at = done + len(piece), self._at + len(piece)
                if len(piece) < most:
                    break
            start += size
        return done
