"""Writes files whole or not at all, opens only regular files, finds data files.

Source of the writing order: temporary name in the same folder, fsync of the file, rename, fsync of the folder
(POSIX rename is atomic within one file system).

The writer of a temporary file holds a lock on it (flock), which the system frees when the process ends. So a
file that a killed process left can be distinguished from one being written, and is deleted at the next write
into its folder.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import secrets
import stat
import time
import unicodedata
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING

from imgext.errors import CannotWriteError
from imgext.store.environment import variable

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedReader

#: Seconds after which nobody writes a temporary file any more, on file systems without locks.
LEFT = 3600.0
#: Largest small file of ours, in bytes: a manifest, a note of the cache.
NOTE_BYTES = 1 << 24
#: Longest file name in bytes, with room for what temporary names add.
LONGEST_NAME = 200
_TEMPORARY = re.compile(r"\.imgext-[0-9a-f]{16}\.tmp")
_swept: set[str] = set()


def open_file(path: Path) -> BufferedReader:
    """Open a regular file for reading; refuse a pipe, device, socket or folder.

    Raises
    ------
    OSError
        The file does not exist, may not be read, or is not a regular file; `strerror` says which.
    """
    try:
        mode = path.stat().st_mode
    except ValueError as error:
        raise OSError(errno.EINVAL, "no file has such a name", str(path)) from error
    if not stat.S_ISREG(mode):
        raise _not_regular(path)
    # do not wait for whatever took its place meanwhile
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _not_regular(path)
    return os.fdopen(descriptor, "rb")


def read_file(path: Path, limit: int = NOTE_BYTES) -> bytes:
    """Read a regular file of at most `limit` bytes; raises OSError."""
    with open_file(path) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"has more than {limit} bytes", str(path))
    return data


def read_text(path: Path, limit: int = NOTE_BYTES) -> str:
    """Read a regular file as UTF-8; raises OSError or UnicodeDecodeError."""
    return read_file(path, limit).decode("utf-8")


def _not_regular(path: Path) -> OSError:
    return OSError(errno.EINVAL, "is not a regular file", str(path))


def named_path(name: str) -> Path:
    """Return the path of a setting or option, with `~` expanded if its user exists."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)


def inside(folder: Path, name: str) -> Path | None:
    """Return the path of a stranger's name, or None if it leaves the folder.

    A name can leave it by its parts or by a link.

    The file itself may still be a link: ask `is_own_file`, which does not follow it.

    >>> inside(Path("out"), "../precious.wav"), inside(Path("out"), "/etc/passwd"), inside(Path("out"), "C:x")
    (None, None, None)
    >>> inside(Path("out"), "stems/a.wav").as_posix()
    'out/stems/a.wav'
    """
    if not name or "\0" in name or "\\" in name or PureWindowsPath(name).drive:
        return None
    parts = PurePosixPath(name).parts
    if PurePosixPath(name).is_absolute() or ".." in parts or not parts:
        return None
    path = folder.joinpath(*parts)
    try:
        return path if path.parent.resolve().is_relative_to(folder.resolve()) else None
    except (OSError, RuntimeError, ValueError):  # a loop of links, an impossible name
        return None


def is_own_file(path: Path) -> bool:
    """Say whether this is a regular file, and not a link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path next to `path`, which it replaces only on success.

    A link at `path` is replaced, not followed.

    Raises
    ------
    CannotWriteError
        The folder cannot be written or the disk is full.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        sweep(path.parent)
        temporary, descriptor = _new_temporary(path.parent)
    except OSError as error:
        raise CannotWriteError(f"{path}: cannot write here: {error.strerror or error}") from error
    try:
        yield temporary
        finish(temporary, path)
        if os.name != "posix":  # an open file cannot be renamed elsewhere
            os.close(descriptor)
            descriptor = -1
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise CannotWriteError(f"{path}: could not be written: {error.strerror or error}") from error
    finally:
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                os.close(descriptor)
        with contextlib.suppress(OSError):
            temporary.unlink()


def finish(temporary: Path, path: Path) -> None:
    """Sync a temporary file to disk, with the rights of the file that it replaces."""
    with temporary.open("rb+") as written:
        os.fsync(written.fileno())
    umask = os.umask(0)
    os.umask(umask)
    mode = path.lstat().st_mode & 0o777 if is_own_file(path) else 0o666 & ~umask
    if stat.S_IMODE(temporary.stat().st_mode) != mode:
        temporary.chmod(mode)


def _new_temporary(folder: Path) -> tuple[Path, int]:
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0)
    while True:
        path = folder / f".imgext-{secrets.token_hex(8)}.tmp"
        descriptor = os.open(path, flags, 0o600)
        if take(descriptor) is not False and path.exists():
            return path, descriptor
        os.close(descriptor)  # deleted before it was locked


def take(descriptor: int) -> bool | None:
    """Lock a descriptor until it is closed; False if taken, None without locks."""
    try:
        import fcntl
    except ImportError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None  # a network's file system without locks
    return True


def is_dead(path: Path, descriptor: int | None) -> bool:
    """Say whether a killed process left this file, and lock it if so.

    Without locks, a file younger than `LEFT` seconds counts as being written.
    """
    taken = take(descriptor) if descriptor is not None else None
    return taken is True or (taken is None and time.time() - path.stat().st_mtime > LEFT)


def sweep(folder: Path) -> None:
    """Delete temporary files of ended processes, once for each folder and process."""
    name = os.path.abspath(folder)  # noqa: PTH100  # links need not be resolved for this
    if name in _swept:
        return
    _swept.add(name)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        names = [entry.name for entry in entries if _TEMPORARY.fullmatch(entry.name)]
        for each in names:
            path = folder / each
            if not is_own_file(path):
                continue
            with contextlib.suppress(OSError):
                descriptor = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
                try:
                    if is_dead(path, descriptor):
                        path.unlink()
                finally:
                    os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Sync the names in a folder to disk."""
    if os.name != "posix":  # a folder cannot be opened for fsync elsewhere
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace `path` with `data`, or leave it exactly as it was."""
    with whole_file(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Replace `path` with `text` in UTF-8, with the line endings of `text`."""
    write_bytes(path, text.encode("utf-8"))


def rewrite_text(path: Path, text: str) -> None:
    """Replace the text of a file that the user named; a link to it stays a link."""
    write_text(Path(os.path.realpath(path)) if path.is_symlink() and path.is_file() else path, text)


def as_spelled(path: Path) -> Path:
    """Return a path as the disk spells it, which may use another Unicode form.

    If the path exists, or no or several names match, the path is returned unchanged.
    """
    if os.path.lexists(path) or path.parent == path:
        return path
    spelled = as_spelled(path.parent) / path.name
    if os.path.lexists(spelled) or path.name.isascii():
        return spelled if os.path.lexists(spelled) else path
    name = unicodedata.normalize("NFC", path.name)
    try:
        with os.scandir(spelled.parent) as entries:
            same = [each.name for each in entries if unicodedata.normalize("NFC", each.name) == name]
    except (OSError, ValueError):
        return path
    return spelled.parent / same[0] if len(same) == 1 else path


#: Names that Windows reserves for devices.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)


def portable_name(name: str) -> str:
    r"""Return a file name that every system and scene takes; unchanged if fine.

    >>> [portable_name(name) for name in ("sea.jpg", "photos\\img.jpg", "~a?.jpg ", "con.png")]
    ['sea.jpg', 'photos_img.jpg', '_a_.jpg', '_con.png']
    """
    safe = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]', "_", name)
    safe = re.sub(r"^[~ ]", "_", safe).rstrip(". ")
    stem, dot, ending = safe.rpartition(".")
    while len(safe.encode("utf-8")) > LONGEST_NAME:
        stem = stem[:-1] if dot else ending[: len(safe) - 1]
        safe = f"{stem}{dot}{ending}" if dot else stem
    return f"_{safe}" if _DEVICES.match(safe) or not safe else safe


def sha256_of(path: Path) -> str:
    """Hash a regular file's bytes, read in pieces; return hex digits."""
    with open_file(path) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def data_file(folder: str, name: str) -> Path:
    """Find a file of `ontology/` or `schemas/`, installed or in the repository."""
    package = Path(__file__).parents[1]
    installed = package / "_data" / folder / name
    return installed if installed.exists() else package.parent / folder / name


def cache_folder() -> Path:
    """Return the cache folder: ``IMGEXT_CACHE``, else the system's."""
    named = variable("IMGEXT_CACHE")
    if named:
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_cache_dir("imgext", appauthor=False))
