"""Caches what was computed from a content, by its digest and a version.

``FOLDER/ab/KEY-VERSION.json`` below the cache folder; a key is a SHA-256, with whatever else the value
depends on. A damaged or unexpected entry is computed again and replaced; a cache that cannot be written costs
only time. Deleting the cache loses nothing.

    >>> squares = Cache("squares", 1, load=as_json, dump=to_json)
    >>> squares.get("ab" * 32, lambda: 49)
    49
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from imgext.errors import CannotWriteError
from imgext.store.files import cache_folder, read_file, write_bytes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")
#: Largest valid entry, in bytes.
MOST = 1 << 28
#: Errors of reading an entry that is missing, damaged or of another form.
_UNUSABLE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, EOFError, OverflowError
)  # fmt: skip


def as_json(data: bytes) -> Any:
    """Parse a JSON text."""
    return json.loads(data)


def to_json(value: Any) -> bytes:
    """Write a value as JSON on one line."""
    return (json.dumps(value) + "\n").encode("utf-8")


def digest_of_text(text: str) -> str:
    """Make a key for a text: its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Cache(Generic[T]):
    """Caches values of one kind.

    Parameters
    ----------
    folder : str
        Below the cache folder.
    version : int
        Raise it when the values change; older entries are then ignored.
    load : callable
        Reads a value from the bytes of an entry; an invalid entry gives None or a usual error.
    dump : callable
        Turns a value into bytes, or None if it must not be stored.
    ending : str
        Ending of the files' names.
    """

    def __init__(
        self,
        folder: str,
        version: int,
        *,
        load: Callable[[bytes], T | None],
        dump: Callable[[T], bytes | None],
        ending: str = ".json",
    ) -> None:
        self.folder, self.version, self.load, self.dump, self.ending = folder, version, load, dump, ending

    def path(self, key: str) -> Path:
        """Return the path of a key's entry, which need not exist."""
        return cache_folder() / self.folder / key[:2] / f"{key}-{self.version}{self.ending}"

    def read(self, key: str) -> T | None:
        """Return the cached value; None if it is missing or invalid."""
        try:
            return self.load(read_file(self.path(key), MOST))
        except _UNUSABLE:
            return None

    def write(self, key: str, value: T) -> None:
        """Store a value if it may be stored and the cache can be written."""
        data = self.dump(value)
        if data is not None:
            with contextlib.suppress(CannotWriteError, OSError):
                write_bytes(self.path(key), data)

    def get(self, key: str, compute: Callable[[], T]) -> T:
        """Return the cached value, else compute and store it."""
        value = self.read(key)
        if value is None:
            value = compute()
            self.write(key, value)
        return value
