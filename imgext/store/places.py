"""Remembers where contents lie, so a locked scene renders without its library.

Nothing is copied. ``places/ab/abcdef...`` in the cache holds, as JSON, the size of the content and up to four
paths, the newest first; a file is returned only if its size and SHA-256 match. The cache is ``IMGEXT_CACHE``,
else the user's cache folder.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from imgext.store.files import cache_folder, read_text, sha256_of, write_text

__all__ = ["cache_folder", "digest_of", "locate", "remember"]

#: Most places remembered for one content.
KEPT = 4


def digest_of(path: Path) -> str:
    """Hash a file (SHA-256), only if size or time changed; raises OSError."""
    stat = path.stat()
    return _digest(str(path), stat.st_size, stat.st_mtime_ns, stat.st_ino)


@lru_cache(maxsize=4096)
def _digest(path: str, _size: int, _mtime_ns: int, _inode: int) -> str:
    return sha256_of(Path(path))


def remember(sha256: str, path: Path) -> None:
    """Note that the content `sha256` lies at `path`; raises CannotWriteError."""
    place = str(path.resolve())
    size, known = _read(sha256)
    current = path.stat().st_size
    if known[:1] == [place] and size == current:
        return
    paths = [place, *(other for other in known if other != place)][:KEPT]
    write_text(_file(sha256), json.dumps({"bytes": current, "paths": paths}) + "\n")


def locate(sha256: str) -> Path | None:
    """Find a file on this machine whose content has this digest now, or None."""
    size, paths = _read(sha256)
    for name in paths:
        path = Path(name)
        try:
            if path.is_file() and path.stat().st_size == size and digest_of(path) == sha256:
                return path
        except OSError:
            continue
    return None


def _file(sha256: str) -> Path:
    return cache_folder() / "places" / sha256[:2] / sha256


def _read(sha256: str) -> tuple[int, list[str]]:
    if not re.fullmatch(r"[0-9a-f]{64}", sha256):
        return 0, []
    try:
        data = json.loads(read_text(_file(sha256)))
        size, paths = data["bytes"], data["paths"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return 0, []  # never seen, or damaged: the note is written again
    if not isinstance(size, int) or not isinstance(paths, list):
        return 0, []
    return size, [path for path in paths if isinstance(path, str)]
