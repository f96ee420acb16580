"""What was computed from a content, cached by its digest and a version, so that it is computed once.

``FOLDER/ab/KEY-VERSION.json`` below the cache folder; a key is a SHA-256, with what else the value depends
on. An entry that is damaged, or not of the form that is wanted, is computed anew and replaced; a cache that
cannot be written costs only time. Deleting it loses nothing.

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
#: Bytes of an entry that is believed.
MOST = 1 << 28
#: What reading an entry may raise where it is missing, damaged or of another form.
_UNUSABLE = (
    OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, EOFError, OverflowError
)  # fmt: skip


def as_json(data: bytes) -> Any:
    """The value of a JSON text."""
    return json.loads(data)


def to_json(value: Any) -> bytes:
    """A value as JSON, one line."""
    return (json.dumps(value) + "\n").encode("utf-8")


def digest_of_text(text: str) -> str:
    """A key for a text: its SHA-256."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


class Cache(Generic[T]):
    """Values of one kind.

    Parameters
    ----------
    folder : str
        Below the cache folder.
    version : int
        To be raised when the values change: older entries are then left alone.
    load : callable
        A value from the bytes of an entry; None, or any of the usual errors, for one that is not believed.
    dump : callable
        The bytes of a value; None for one that is not to be stored.
    ending : str
        Of the files' names.
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
        """Where the entry of a key stands, whether or not it is there."""
        return cache_folder() / self.folder / key[:2] / f"{key}-{self.version}{self.ending}"

    def read(self, key: str) -> T | None:
        """The cached value; None where there is none, or none that can be believed."""
        try:
            return self.load(read_file(self.path(key), MOST))
        except _UNUSABLE:
            return None

    def write(self, key: str, value: T) -> None:
        """Store a value, where it may be stored and the cache can be written."""
        data = self.dump(value)
        if data is not None:
            with contextlib.suppress(CannotWriteError, OSError):
                write_bytes(self.path(key), data)

    def get(self, key: str, compute: Callable[[], T]) -> T:
        """The cached value, else a computed one, which is stored."""
        value = self.read(key)
        if value is None:
            value = compute()
            self.write(key, value)
        return value
