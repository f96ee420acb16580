"""Files appear whole or not at all; only regular files are opened; data files are found wherever imgext is installed.

Source of the writing order: temporary name in the same folder, fsync of the file, rename, fsync of the folder
(POSIX rename is atomic within one file system).

Whoever writes a temporary file holds a lock on it (flock), which the system frees when its holder dies. So
what a killed process left is told from what another one writes now, and goes when something is next written
in its folder.
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

#: Seconds after which a temporary file has nobody who writes it, where the file system has no locks.
LEFT = 3600.0
#: Bytes that a small file of ours may have: a manifest, a note of the cache.
NOTE_BYTES = 1 << 24
#: Bytes of the name of a file, with room for what temporary names add.
LONGEST_NAME = 200
_TEMPORARY = re.compile(r"\.imgext-[0-9a-f]{16}\.tmp")
_swept: set[str] = set()


def open_file(path: Path) -> BufferedReader:
    """Open a regular file for reading; a pipe, device, socket or folder is refused before it is opened.

    Raises
    ------
    OSError
        It is not there, may not be read, or is no regular file; `strerror` says which.
    """
    try:
        mode = path.stat().st_mode
    except ValueError as error:
        raise OSError(errno.EINVAL, "no file has such a name", str(path)) from error
    if not stat.S_ISREG(mode):
        raise _not_regular(path)
    # what took its place meanwhile must not be waited for
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise _not_regular(path)
    return os.fdopen(descriptor, "rb")


def read_file(path: Path, limit: int = NOTE_BYTES) -> bytes:
    """The bytes of a regular file; raises OSError as `open_file` does, and where it has more than `limit`."""
    with open_file(path) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"has more than {limit} bytes", str(path))
    return data


def read_text(path: Path, limit: int = NOTE_BYTES) -> str:
    """The text of a regular file in UTF-8; raises OSError as `read_file` does, or UnicodeDecodeError."""
    return read_file(path, limit).decode("utf-8")


def _not_regular(path: Path) -> OSError:
    return OSError(errno.EINVAL, "is not a regular file", str(path))


def named_path(name: str) -> Path:
    """The path that a setting or an option names, `~` read as a home folder; one of nobody stays as it is written."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)


def inside(folder: Path, name: str) -> Path | None:
    """The path of a name that a stranger wrote down, or None where it leaves the folder by its parts or by a link.

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
    except (OSError, RuntimeError, ValueError):  # a loop of links, a name that no file has
        return None


def is_own_file(path: Path) -> bool:
    """Whether a regular file stands here, and no link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (OSError, ValueError):
        return False


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; on success it replaces `path`, on any error nothing is left.

    A link at `path` is replaced, not followed.

    Raises
    ------
    CannotWriteError
        When the folder cannot be written or the disk is full.
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
    """Bring a temporary file to the disk, with the rights of the file whose place it takes, else those of any new file."""
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
        os.close(descriptor)  # swept away before it was locked


def take(descriptor: int) -> bool | None:
    """Lock what a descriptor stands for until it is closed: whether nobody else has it; None where there are no locks."""
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
    """Whether nobody works on what a killed process may have left; the lock stays until the descriptor is closed.

    Where there are no locks, what is younger than `LEFT` seconds is taken for alive.
    """
    taken = take(descriptor) if descriptor is not None else None
    return taken is True or (taken is None and time.time() - path.stat().st_mtime > LEFT)


def sweep(folder: Path) -> None:
    """Delete the temporary files of processes that are no more, once for each folder and process."""
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
    """Bring the names in a folder to the disk."""
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


def rewrite_text(path: Path, text: str) -> None:
    """Replace the text of a file that a person named; where a link to a file stands there, it stays a link."""
    write_text(Path(os.path.realpath(path)) if path.is_symlink() and path.is_file() else path, text)


def as_spelled(path: Path) -> Path:
    """A path as it stands on the disk: a name may differ in its Unicode form alone (NFC, NFD).

    The path itself where it is there, or where there is no such name, or more than one.
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


#: Names that Windows keeps for devices.
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)", re.IGNORECASE)


def portable_name(name: str) -> str:
    r"""The name of a file as every system and every scene takes it; the name itself where they do.

    >>> portable_name("sea.jpg"), portable_name("photos\\img.jpg"), portable_name("~a?.jpg "), portable_name("con.png")
    ('sea.jpg', 'photos_img.jpg', '_a_.jpg', '_con.png')
    """
    safe = re.sub(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]', "_", name)
    safe = re.sub(r"^[~ ]", "_", safe).rstrip(". ")
    stem, dot, ending = safe.rpartition(".")
    while len(safe.encode("utf-8")) > LONGEST_NAME:
        stem = stem[:-1] if dot else ending[: len(safe) - 1]
        safe = f"{stem}{dot}{ending}" if dot else stem
    return f"_{safe}" if _DEVICES.match(safe) or not safe else safe


def sha256_of(path: Path) -> str:
    """Hex digest of a regular file's bytes, read in pieces."""
    with open_file(path) as stream:
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
