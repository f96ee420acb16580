"""Files appear whole or not at all, and data files are found wherever imgext is installed.

Source of the writing order: temporary name in the same folder, fsync of the file, rename, fsync of the folder
(POSIX rename is atomic within one file system).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from imgext.errors import CannotWriteError
from imgext.store.environment import variable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success it replaces `path`, on any error nothing is left.

    Raises
    ------
    CannotWriteError
        When the folder cannot be written or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".", suffix=f".{path.name}", dir=path.parent)
        os.close(handle)
    except OSError as error:
        raise CannotWriteError(f"{path}: cannot write here: {error.strerror}") from error
    temporary = Path(name)
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        umask = os.umask(0)
        os.umask(umask)
        temporary.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask)
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise CannotWriteError(f"{path}: could not be written: {error.strerror or error}") from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # a folder cannot be opened for fsync elsewhere
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace `path` by `data`, or leave it exactly as it was."""
    with whole_file(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Replace `path` by `text` in UTF-8, line endings as they stand in `text`."""
    write_bytes(path, text.encode("utf-8"))


def sha256_of(path: Path) -> str:
    """Hex digest of a file's bytes, read in pieces."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def data_file(folder: str, name: str) -> Path:
    """Path of a file of `ontology/` or `schemas/`: inside the installed package, else at the top of the repository."""
    package = Path(__file__).parents[1]
    installed = package / "_data" / folder / name
    return installed if installed.exists() else package.parent / folder / name


def cache_folder() -> Path:
    """The folder for everything that can be made again: ``IMGEXT_CACHE``, else the platform's user cache folder."""
    named = variable("IMGEXT_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("imgext", appauthor=False))
