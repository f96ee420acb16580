"""Caches contents from the network by digest: fetched once, checked on reading.

::

    sounds/ab/<sha256>.ogg        a content
    sounds/notes/ab/<key>.json    which content a key has: {"key", "sha256"}; named by the key's SHA-256
    sounds/locks/ab               held while a content is fetched whose key begins so; freed at process end

No name that somebody chose becomes a path. A content that does not match its name is deleted and fetched
again, once. Files are written whole or not at all (`imgext.store.files`); files that a killed process left
half-written are deleted at the next write next to them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import time
from typing import TYPE_CHECKING

from imgext.errors import CannotWriteError, UnavailableError
from imgext.store.files import read_text, write_bytes, write_text
from imgext.store.places import cache_folder, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

#: Endings that a content may have.
EXTENSIONS = ("ogg", "mp3", "wav", "flac")
#: Seconds to wait for another process that fetches; longer than any fetch takes.
PATIENCE = 900.0
#: Seconds after which nobody writes a half-written file any more.
_LEFT = 3600.0


def find(sha256: str) -> Path | None:
    """Return the file with this content, or None; delete a changed file."""
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        return None
    for extension in EXTENSIONS:
        path = _content(sha256, extension)
        try:
            if digest_of(path) == sha256:
                return path
            if digest_of(path) != sha256:  # check again: somebody may have put the right file there meanwhile
                path.unlink()
        except OSError:
            continue
    return None


def keep(key: str, fetch: Callable[[], bytes], *, extension: str = "ogg") -> Path:
    """Return the file of a key, fetched if missing.

    Threads and processes that ask at once share one fetch.

    Parameters
    ----------
    key : str
        Names the content: any text, such as ``freesound:412068 /previews/412/412068_1-hq.ogg``.
    fetch : callable
        Returns the content; its errors go to the caller, and the next caller fetches again.
    extension : str
        One of `EXTENSIONS`.

    Raises
    ------
    CannotWriteError
        The cache cannot be written.
    UnavailableError
        Another process has been fetching for a quarter of an hour.
    """
    assert extension in EXTENSIONS
    name = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
    note = cache_folder() / "sounds" / "notes" / name[:2] / f"{name}.json"
    there = _noted(note, key)
    if there is not None:
        return there
    with _lock(name[:2]):
        there = _noted(note, key)
        if there is not None:
            return there
        content = fetch()
        sha256 = hashlib.sha256(content).hexdigest()
        path = find(sha256)
        if path is None:
            path = _content(sha256, extension)
            _clear(path.parent)
            write_bytes(path, content)
        write_text(note, json.dumps({"key": key, "sha256": sha256}) + "\n")
        return path


def _content(sha256: str, extension: str) -> Path:
    return cache_folder() / "sounds" / sha256[:2] / f"{sha256}.{extension}"


def _noted(note: Path, key: str) -> Path | None:
    try:
        data = json.loads(read_text(note))
        return find(data["sha256"]) if data["key"] == key else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None  # not fetched yet, or damaged: the note is written again


@contextlib.contextmanager
def _lock(name: str) -> Iterator[None]:
    from filelock import FileLock, Timeout

    folder = cache_folder() / "sounds" / "locks"
    lock = FileLock(folder / name, timeout=PATIENCE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout:
        raise UnavailableError(
            "another imgext has been fetching a sound for a quarter of an hour; end it and try again"
        ) from None
    except OSError as error:
        raise CannotWriteError(f"{folder}: cannot write here: {error.strerror or error}") from error
    try:
        yield
    finally:
        lock.release()


def _clear(folder: Path) -> None:
    """Delete half-written files of ended processes."""
    with contextlib.suppress(OSError):
        for path in folder.glob(".*"):
            if time.time() - path.stat().st_mtime > _LEFT:
                path.unlink()
