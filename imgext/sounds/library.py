"""A folder of sound files, indexed so that a query answers at once and a second look touches only what changed.

One SQLite database a folder, in the cache, named by the folder's resolved path; deleting it loses nothing. Full-text search is
SQLite's FTS5 (https://www.sqlite.org/fts5.html) over keys (`imgext.sounds.words`), so plurals and accents do not matter. Only
headers are read. Conventions: an id is the path below the folder with forward slashes; durations in seconds.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sqlite3
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imgext.errors import CannotWriteError, MissingInputError
from imgext.sounds.candidate import EXACT, IN_LABEL, IN_TAGS, Candidate
from imgext.sounds.labels import Described, from_names, read_index
from imgext.sounds.places import cache_folder
from imgext.sounds.words import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif", ".aifc"})
#: A scene's `sound` holds at most 1024 characters.
MAX_ID = 1000
_LAYOUT = 1
_TABLES = """
CREATE TABLE files (number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, bytes INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
  duration REAL NOT NULL, fault TEXT NOT NULL, key TEXT NOT NULL,
  label TEXT NOT NULL, tags TEXT NOT NULL, title TEXT NOT NULL, licence TEXT NOT NULL, author TEXT NOT NULL, url TEXT NOT NULL);
CREATE INDEX files_key ON files (key);
CREATE VIRTUAL TABLE words USING fts5(label, tags, title, tokenize = "unicode61 remove_diacritics 2");
"""
_FIELDS = "f.id, f.label, f.tags, f.title, f.licence, f.author, f.url, f.duration"
# put together from our own words alone; what people write is bound to the question marks
_SEARCH = f"""SELECT {_FIELDS}, min(m.rank) AS rank FROM (
  SELECT number, {EXACT} AS rank FROM files WHERE key = ?
  UNION ALL SELECT rowid, {IN_LABEL} FROM words WHERE words MATCH ?
  UNION ALL SELECT rowid, {IN_TAGS} FROM words WHERE words MATCH ?
) m JOIN files f ON f.number = m.number WHERE f.fault = '' GROUP BY f.number ORDER BY rank, f.id LIMIT ?"""  # noqa: S608  # as said above
_GET = f"SELECT {_FIELDS}, {EXACT} FROM files f WHERE id = ? AND fault = ''"  # noqa: S608  # as said above
_ALL = f"SELECT {_FIELDS}, {EXACT} FROM files f WHERE fault = '' ORDER BY id"  # noqa: S608  # as said above


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What one look at the folder did: counts, and the files that cannot be used as (name, reason)."""

    files: int
    added: int
    changed: int
    removed: int
    described_anew: int
    skipped: tuple[tuple[str, str], ...]


class Library:
    """A folder of sounds.

    Parameters
    ----------
    root : Path
        The folder.
    refresh : bool
        Look at the folder now (default); otherwise the last index is used as it is.

    Raises
    ------
    MissingInputError
        There is no such folder.
    CannotWriteError
        The index cannot be kept in the cache.
    """

    def __init__(self, root: Path, *, refresh: bool = True) -> None:
        if not root.is_dir():
            raise MissingInputError(f"{root}: the sound library is not a folder")
        self.root = root.resolve()
        name = hashlib.sha256(os.fsencode(self.root)).hexdigest()[:32]
        self.database = cache_folder() / "libraries" / f"{name}.sqlite"
        self.report = IndexReport(0, 0, 0, 0, 0, ())
        self._open()
        if refresh:
            self.refresh()

    def _open(self) -> None:
        try:
            self.database.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _connect(self.database)
            except sqlite3.OperationalError:
                raise
            except sqlite3.DatabaseError:  # damaged: it is only an index, so it is made again
                self.database.unlink()
                self._connection = _connect(self.database)
        except (OSError, sqlite3.Error) as error:
            raise CannotWriteError(f"{self.database}: the index of {self.root} cannot be kept here: {error}") from error
        self._close = weakref.finalize(self, self._connection.close)

    def close(self) -> None:
        """Close the index; searching afterwards is an error."""
        self._close()

    def refresh(self) -> IndexReport:
        """Bring the index up to date, in one transaction.

        Only files whose size or time of change differ are opened. Files that cannot be read, have no frames, or have names that
        a scene cannot hold are left out and named in the report.
        """
        described, wrong = read_index(self.root)
        db = self._connection
        try:
            db.execute("BEGIN IMMEDIATE")
            try:
                report = self._update(described, wrong)
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            raise CannotWriteError(f"{self.database}: the index of {self.root} cannot be written: {error}") from error
        self.report = report
        return report

    def _update(self, described: dict[str, Described], wrong: list[tuple[str, str]]) -> IndexReport:
        db = self._connection
        known = {
            row[1]: row
            for row in db.execute(
                "SELECT number, id, bytes, mtime_ns, duration, fault, label, tags, title, licence, author, url FROM files"
            )
        }
        added = changed = anew = 0
        skipped, seen = list(wrong), set()
        for file_id, path in _sound_files(self.root):
            if fault := _name_fault(file_id):
                skipped.append((file_id.encode("utf-8", "backslashreplace").decode(), fault))
                continue
            try:
                stat = path.stat()
            except OSError as error:
                skipped.append((file_id, error.strerror or str(error)))
                continue
            seen.add(file_id)
            about = described.get(file_id) or from_names(file_id)
            words = (about.label, about.tags, about.title, about.licence, about.author, about.url)
            old = known.get(file_id)
            if old is not None and old[2:4] == (stat.st_size, stat.st_mtime_ns):
                duration, fault = old[4], old[5]
                if old[6:] == words:
                    if fault:
                        skipped.append((file_id, fault))
                    continue
                anew += 1
            else:
                duration, fault = header_of(path)
                added += old is None
                changed += old is not None
            if fault:
                skipped.append((file_id, fault))
            if old is not None:
                self._forget(old[0])
            self._insert(file_id, (stat.st_size, stat.st_mtime_ns, duration, fault), words)
        gone = [row[0] for file_id, row in known.items() if file_id not in seen]
        for number in gone:
            self._forget(number)
        return IndexReport(len(seen), added, changed, len(gone), anew, tuple(skipped))

    def _forget(self, number: int) -> None:
        self._connection.execute("DELETE FROM words WHERE rowid = ?", (number,))
        self._connection.execute("DELETE FROM files WHERE number = ?", (number,))

    def _insert(self, file_id: str, facts: tuple[int, int, float, str], words: tuple[str, ...]) -> None:
        cursor = self._connection.execute(
            "INSERT INTO files (id, bytes, mtime_ns, duration, fault, key, label, tags, title, licence, author, url) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            (file_id, *facts, key_of(words[0]), *words),
        )
        if not facts[3]:
            keys = [key_of(text) for text in words[:3]]
            self._connection.execute("INSERT INTO words (rowid, label, tags, title) VALUES (?,?,?,?)", (cursor.lastrowid, *keys))

    def search(self, words: str, limit: int = 500) -> list[Candidate]:
        """Sounds for some words, best match first, ties by id.

        Parameters
        ----------
        words : str
            Any text; it is reduced to its key, so nothing in it is a query language.
        limit : int
            At most so many.
        """
        key = key_of(words)
        if not key:
            return []
        quoted = " AND ".join(f'"{word}"' for word in sorted(set(key.split())))
        rows = self._connection.execute(_SEARCH, (key, f"label : ({quoted})", quoted, limit))
        return [self._candidate(row) for row in rows]

    def get(self, file_id: str) -> Candidate | None:
        """The sound of this id, or None."""
        row = self._connection.execute(_GET, (file_id,)).fetchone()
        return self._candidate(row) if row else None

    def sounds(self) -> list[Candidate]:
        """Every sound, by id."""
        return [self._candidate(row) for row in self._connection.execute(_ALL)]

    def _candidate(self, row: tuple[str, str, str, str, str, str, str, float, int]) -> Candidate:
        file_id, label, tags, title, licence, author, url, duration, rank = row
        return Candidate("library", file_id, self.root / file_id, label, tags, title, licence, author, url, duration, rank)


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=60, isolation_level=None)
    try:
        layout = db.execute("PRAGMA user_version").fetchone()[0]
        if layout != _LAYOUT:
            db.execute("BEGIN IMMEDIATE")
            if db.execute("PRAGMA user_version").fetchone()[0] != _LAYOUT:  # another process may have been quicker
                for table in ("words", "files"):
                    db.execute(f"DROP TABLE IF EXISTS {table}")
                for statement in filter(str.strip, _TABLES.split(";")):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {_LAYOUT}")
            db.execute("COMMIT")
        db.execute("SELECT 1 FROM files LIMIT 1").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _sound_files(root: Path) -> Iterator[tuple[str, Path]]:
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__MACOSX")
        for name in sorted(names):
            path = Path(folder, name)
            if not name.startswith(".") and path.suffix.lower() in SUFFIXES:
                yield path.relative_to(root).as_posix(), path


def _name_fault(file_id: str) -> str:
    if any(0xD800 <= ord(character) < 0xE000 for character in file_id):
        return "the name is not UTF-8"
    if any(ord(character) < 32 or ord(character) == 127 for character in file_id):
        return "the name has a control character in it"
    return f"the path is longer than {MAX_ID} characters" if len(file_id) > MAX_ID else ""


def header_of(path: Path) -> tuple[float, str]:
    """Duration of a sound file in seconds, and why it cannot be used; blank where it can. Only the header is read."""
    import soundfile

    with contextlib.suppress(OSError):
        if path.stat().st_size == 0:
            return 0.0, "the file is empty"
    try:
        info = soundfile.info(str(path))
    except (RuntimeError, OSError) as error:
        return 0.0, f"cannot be read as sound: {' '.join(str(error).split())[-120:]}"
    if info.frames <= 0 or info.samplerate <= 0:
        return 0.0, "the sound has no frames"
    return round(info.frames / info.samplerate, 3), ""
