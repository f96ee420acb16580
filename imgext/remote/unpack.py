"""Unpack gzip in bounded pieces; a few bytes cannot become a gigabyte.

A stream may have several members (RFC 1952).
"""

from __future__ import annotations

import zlib


class Unpack:
    """One stream; `whole` says whether it ended where a member ends."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)
        self.whole = False

    def more(self, piece: bytes, most: int) -> bytes:
        """What a piece unpacks to, at most `most` bytes of it."""
        result = bytearray()
        while piece and len(result) < most:
            if self._stream.eof:  # another member follows
                self._stream = zlib.decompressobj(wbits=31)
            result += self._stream.decompress(piece, most - len(result))
            piece = self._stream.unused_data or self._stream.unconsumed_tail
        self.whole = self._stream.eof
        return bytes(result)
