"""Holds bytes too many for memory in a temporary file that many threads read.

A file has one position. Two threads that seek and read in turn get each other's bytes, and nothing tells
them. So every read names its place (`os.pread`); where the system has no such call, one lock holds seek and
read together.
"""

from __future__ import annotations

import os
import tempfile
import threading
import weakref

from imgext.errors import CannotWriteError


class Spool:
    """A nameless temporary file: one thread appends, then many read.

    It is deleted with the object.

    >>> spool = Spool()
    >>> spool.append(b"abcdef")
    >>> bytes(spool.read(2, 3))
    b'cde'
    """

    def __init__(self) -> None:
        try:
            self._file = tempfile.TemporaryFile(prefix="imgext-")  # noqa: SIM115  # lives as long as the object
        except OSError as error:
            raise _no_room(error) from error
        self.size = 0
        self._lock = threading.Lock()
        self._close = weakref.finalize(self, self._file.close)

    def append(self, data: bytes | memoryview) -> None:
        """Write behind what is there; raises CannotWriteError where the disk is full."""
        try:
            self.size += self._file.write(data)
        except OSError as error:
            raise _no_room(error) from error

    def read(self, start: int, size: int) -> bytes | bytearray:
        """Read `size` bytes from `start` on; raises CannotWriteError if the disk fails."""
        if start < 0 or size < 0 or start + size > self.size:
            raise ValueError(f"bytes {start} to {start + size} of {self.size}")
        try:
            self._file.flush()
            data = self._read(start, size)
            if len(data) == size:
                return data
            whole = bytearray(data)  # a read of more than 2 GB comes in pieces
            while len(whole) < size and (piece := self._read(start + len(whole), size - len(whole))):
                whole += piece
        except OSError as error:
            raise _no_room(error) from error
        if len(whole) < size:
            raise CannotWriteError(f"{tempfile.gettempdir()}: a temporary file was cut short")
        return whole

    def close(self) -> None:
        """Give the disk back now."""
        self._close()

    def _read(self, start: int, size: int) -> bytes:
        if hasattr(os, "pread"):
            return os.pread(self._file.fileno(), size, start)
        with self._lock:
            self._file.seek(start)
            return self._file.read(size)


def _no_room(error: OSError) -> CannotWriteError:
    return CannotWriteError(
        f"{tempfile.gettempdir()}: a temporary file could not be written: {error.strerror or error}"
    )
