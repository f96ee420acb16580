"""Indexes a folder of sounds: fast queries, and updates that read only changes.

One SQLite database a folder, in the cache, named by the folder's resolved path; deleting it loses nothing. A
file's `number` is its place in the order "better rated, then more downloaded, then by id", with room between
numbers for files to come: full-text search (SQLite's FTS5, https://www.sqlite.org/fts5.html) answers in the
order of numbers, so the best of thousands of matches are had without sorting them. What is searched are keys
(`imgext.ontology.words`), so plurals and accents do not matter; each word stands there once, behind the digit
of the best rank that it can give a match: ``1dog`` stands in the label, ``2dog`` in tags or title, ``3dog``
in the description. Only headers are read. Conventions: an id is the path below the folder with forward
slashes; durations in seconds.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import weakref
from collections import Counter
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from unicodedata import normalize

from imgext.errors import CannotWriteError, MissingInputError
from imgext.ontology.words import key_of
from imgext.sounds.candidate import EXACT, IN_LABEL, IN_TAGS, IN_TEXT, Candidate, Stated
from imgext.sounds.library import numbering
from imgext.sounds.library.descriptions import Described, describe, from_names, search_keys
from imgext.sounds.library.header import header_of
from imgext.sounds.library.index import Index, read_index
from imgext.sounds.library.pack import MAX_README, Pack, from_download
from imgext.sounds.library.sidecar import (
    UNREAD,
    Folder,
    Sidecar,
    name_fault,
    read_sidecar,
    read_small,
    unread_reason,
    walk,
)
from imgext.sounds.library.tags import read_tags
from imgext.store.places import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: Longer queries are labels of nothing: they match exactly or not at all.
MAX_WORDS = 32
#: Seconds to wait while another process indexes the same folder.
PATIENCE = 300
#: To be raised when the tables change, or the way in which a file is described or keyed: older indexes are
#: then made again.
_LAYOUT = 5
_COLUMNS = "id, folder, bytes, mtime_ns, told, faults, fault, duration, rating, downloads, key, doubt, about"
_TABLES = f"""
CREATE TABLE files (number INTEGER PRIMARY KEY, {_COLUMNS});
CREATE VIRTUAL TABLE words USING fts5(keys, detail = none, columnsize = 0, tokenize = ascii);
"""
# made behind the rows of a first look: that is quicker
_INDEXES = """
CREATE UNIQUE INDEX IF NOT EXISTS files_id ON files (id);
CREATE INDEX IF NOT EXISTS files_folder ON files (folder);
CREATE INDEX IF NOT EXISTS files_key ON files (key);
"""
# tables of one connection, emptied with each transaction; they go to the disk when they grow
_SCRATCH = f"""
CREATE TEMP TABLE fresh (place INTEGER PRIMARY KEY, keys, {_COLUMNS});
CREATE TEMP TABLE numbers (number INTEGER PRIMARY KEY, place INTEGER);
CREATE TEMP TABLE gone (id TEXT PRIMARY KEY);
CREATE TEMP TABLE folders (folder TEXT PRIMARY KEY);
"""
_FIELDS = "id, duration, rating, downloads, about, doubt"
# the statements are made of our own names alone
_STAGE = f"INSERT INTO fresh (keys, {_COLUMNS}) VALUES ({', '.join('?' * 14)})"  # noqa: S608
_EVERYTHING = (
    f"INSERT INTO fresh (keys, {_COLUMNS}) SELECT coalesce(keys, ''), {_COLUMNS} "  # noqa: S608
    "FROM files LEFT JOIN words ON words.rowid = number"
)
_KNOWN = "SELECT id, bytes, mtime_ns, told, faults, fault, duration FROM files WHERE folder = ?"
_UNREAD_REASONS = frozenset(unread_reason(ending) for ending in UNREAD)
_T = TypeVar("_T")
#: Between the texts of a row; no text has a control character in it.
_BETWEEN = "\x1f"
#: What is said of `single_event`, `loopable`, `reverberant` and `remix`, as four letters, and back.
_SAID = {"?": None, "0": False, "1": True}
_FLAGS: dict[str, tuple[bool | None, bool | None, bool | None, bool]] = {
    "".join(four): (_SAID[four[0]], _SAID[four[1]], _SAID[four[2]], four[3] == "1")
    for four in product("?01", "?01", "?01", "01")
}
_FLAG_LETTERS = {flags: letters for letters, flags in _FLAGS.items()}
_SURROUNDINGS = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_AUTH,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What indexing did: counts, and (name, reason) of what cannot be used."""

    files: int
    added: int
    changed: int
    removed: int
    described_anew: int
    skipped: tuple[tuple[str, str], ...]
    #: In a sentence each: how many files of a format are not read, and what to do.
    unread: tuple[str, ...] = ()


class Library:
    """A folder of sounds.

    Parameters
    ----------
    root : Path
        The folder.
    refresh : bool
        Look at the folder now (default); otherwise the last index is used as it is, and made only where there
        is none.

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
        if refresh or not self._healed(lambda: _is_made(self._connection)):
            self.refresh()

    def _open(self) -> None:
        try:
            self.database.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._connection = _connect(self.database)
            except sqlite3.DatabaseError as error:
                if not _damaged(error):
                    raise
                self._discard()
                self._connection = _connect(self.database)
        except (OSError, sqlite3.Error) as error:
            raise CannotWriteError(
                f"{self.database}: the index of {self.root} cannot be kept here: {error}"
            ) from error
        self._close = weakref.finalize(self, self._connection.close)

    def _discard(self) -> None:
        """Delete a damaged index, with what SQLite left next to it."""
        for ending in ("", "-journal", "-wal", "-shm"):
            Path(f"{self.database}{ending}").unlink(missing_ok=True)

    def close(self) -> None:
        """Close the index; searching afterwards is an error."""
        self._close()

    def _healed(self, work: Callable[[], _T]) -> _T:
        """Do something with the index; if it proves damaged, make it again and do it then."""
        try:
            try:
                return work()
            except sqlite3.DatabaseError as error:
                if not _damaged(error):
                    raise
            self._close()
            self._discard()
            self._open()
            if work != self._look:
                self._look()
            return work()
        except sqlite3.ProgrammingError:  # a closed library: a mistake of the caller's
            raise
        except (OSError, sqlite3.Error) as error:
            raise CannotWriteError(
                f"{self.database}: the index of {self.root} cannot be kept: {error}"
            ) from error

    def refresh(self) -> IndexReport:
        """Bring the index up to date, in one transaction.

        Only sounds whose size or time of change differ are opened, and only sidecars whose size or time of
        change differ are read. Files that cannot be read, have no frames, or have names that a scene cannot
        hold are left out and named in the report. Links to folders are not followed. While another process
        indexes the same folder, this one waits.

        Raises
        ------
        MissingInputError
            The folder is gone; the index stays as it was.
        CannotWriteError
            The index cannot be written, or another process did not finish with it.
        """
        self._healed(self._look)
        return self.report

    def _look(self) -> None:
        if not self.root.is_dir():
            raise MissingInputError(f"{self.root}: the sound library is not a folder any more")
        index = read_index(self.root)
        db = self._connection
        db.execute("BEGIN IMMEDIATE")
        try:
            if not _is_made(db):  # asked under the lock: another process may have been quicker
                _make_tables(db)
            report = self._update(index)
            _run(db, _INDEXES)
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise
        self.report = report

    def _update(self, index: Index) -> IndexReport:
        db = self._connection
        for table in ("fresh", "numbers", "gone", "folders"):
            db.execute(f"DELETE FROM temp.{table}")  # noqa: S608  # our own names alone
        files = added = changed = anew = removed = 0
        top = os.path.join(self.root, "")  # noqa: PTH118  # texts: a Path for each file takes long
        folders: Iterable[Folder] = walk(self.root)
        if index:
            folders = list(folders)
            index.match(folder.id + name for folder in folders for name, _, _ in folder.sounds)
        skipped = list(index.faults)
        for folder in folders:
            skipped += folder.odd
            pack = _pack(top, folder)
            db.execute("INSERT INTO folders VALUES (?)", (folder.id,))
            known = {row[0]: row[1:] for row in db.execute(_KNOWN, (folder.id,))}
            todo: list[tuple[Any, ...]] = []
            for name, size, mtime_ns in folder.sounds:
                file_id = folder.id + name
                sidecar = folder.sidecar_of(name)
                listed = folder.packs[0].mark if folder.packs else ""
                mark = f"{sidecar.mark if sidecar else ''} {index.mark(file_id)} {listed}".rstrip()
                old = known.pop(file_id, None)
                if old is None or old[:3] != (size, mtime_ns, mark):
                    todo.append((file_id, size, mtime_ns, mark, sidecar, old))
                else:
                    skipped += _unusable(file_id, *old[3:5])
            # one kind of work after the other, folder by folder: taking turns file by file costs a third more
            read = [old is None or old[:2] != (size, mtime_ns) for _, size, mtime_ns, _, _, old in todo]
            headers = [
                header_of(top + task[0]) if needed else task[5][:3:-1]
                for task, needed in zip(todo, read, strict=True)
            ]
            abouts = [_described(top, task[0], task[4], index, pack) for task in todo]
            fresh = []
            for (file_id, size, mtime_ns, mark, _, _), (duration, fault), (about, faults) in zip(
                todo, headers, abouts, strict=True
            ):
                skipped += _unusable(file_id, faults, fault)
                key, words = ("", "") if fault else search_keys(about)
                facts = (file_id, folder.id, size, mtime_ns, mark, faults, fault, duration)
                doubt = "" if fault else about.doubt
                fresh.append((words, *facts, about.rating, about.downloads, key, doubt, _packed(about)))
            gone = [task[0] for task in todo if task[5] is not None]
            files += len(folder.sounds)
            added += len(todo) - len(gone)
            changed += sum(read) - (len(todo) - len(gone))
            anew += len(todo) - sum(read)
            removed += len(known)
            db.executemany("INSERT INTO gone VALUES (?)", [(file_id,) for file_id in (*gone, *known)])
            db.executemany(_STAGE, fresh)
        removed += db.execute(
            "INSERT INTO gone SELECT id FROM files WHERE folder NOT IN (SELECT folder FROM folders)"
        ).rowcount
        if added or changed or anew or removed:
            self._merge()
        return IndexReport(
            files, added, changed, removed, anew, tuple(dict.fromkeys(skipped)), _unread(skipped)
        )

    def _merge(self) -> None:
        """Take over what is fresh, drop what is gone."""
        db = self._connection
        db.execute(
            "DELETE FROM words WHERE rowid IN (SELECT number FROM files WHERE id IN (SELECT id FROM gone))"
        )
        db.execute("DELETE FROM files WHERE id IN (SELECT id FROM gone)")
        try:
            self._number()
        except numbering.CrowdedError:  # everything gets a new number; nothing is read again
            db.execute("DELETE FROM numbers")
            db.execute(_EVERYTHING)
            db.execute("DELETE FROM words")
            db.execute("DELETE FROM files")
            self._number()
        joined = "FROM numbers JOIN fresh ON fresh.place = numbers.place"
        db.execute(
            f"INSERT INTO files (number, {_COLUMNS}) SELECT number, {_COLUMNS} {joined} ORDER BY number"
        )  # our own names alone
        db.execute(
            f"INSERT INTO words (rowid, keys) SELECT number, keys {joined} WHERE fault = '' ORDER BY number"
        )  # our own names alone

    def _number(self) -> None:
        db, order = self._connection, "rating DESC, downloads DESC, id"
        if db.execute("SELECT 1 FROM files LIMIT 1").fetchone() is None:
            ranked = f"SELECT row_number() OVER (ORDER BY {order}) * ?, place FROM fresh"  # noqa: S608
            db.execute(f"INSERT INTO numbers {ranked}", (numbering.GAP,))
            return
        old = db.execute("SELECT number, rating, downloads, id FROM files ORDER BY number")
        new = db.execute(f"SELECT place, rating, downloads, id FROM fresh ORDER BY {order}")  # noqa: S608
        db.executemany(
            "INSERT INTO numbers (number, place) VALUES (?, ?)", numbering.numbers_between(old, new)
        )

    def search(self, words: str, limit: int = 500) -> list[Candidate]:
        """Search sounds for words: best match, then rating, downloads, id.

        Parameters
        ----------
        words : str
            Any text; it is reduced to its key, so nothing in it is a query language.
        limit : int
            At most so many.
        """
        key = key_of(words)
        return self._healed(lambda: self._found(key, limit)) if key and limit > 0 else []

    def _found(self, key: str, limit: int) -> list[Candidate]:
        asked = sorted(set(key.split()))
        questions = [
            (EXACT, "SELECT number FROM files WHERE key = ? AND fault = '' ORDER BY number LIMIT ?", key)
        ]
        for rank in (IN_LABEL, IN_TAGS, IN_TEXT) if len(asked) <= MAX_WORDS else ():
            # a word of the question has to stand where it gives this rank or a better one
            match = " AND ".join(
                "(" + " OR ".join(f'"{digit}{word}"' for digit in range(IN_LABEL, rank + 1)) + ")"
                for word in asked
            )
            questions.append(
                (rank, "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?", match)
            )
        ranks: dict[int, int] = {}
        for rank, question, words in questions:
            if len(ranks) < limit:
                for (number,) in self._connection.execute(question, (words, limit)):
                    ranks.setdefault(number, rank)
        numbers = list(ranks)[:limit]
        rows: dict[int, tuple[Any, ...]] = {}
        for start in range(0, len(numbers), 500):
            part = numbers[start : start + 500]
            places = ", ".join("?" * len(part))
            question = f"SELECT number, {_FIELDS} FROM files WHERE number IN ({places})"  # noqa: S608
            rows |= {row[0]: row[1:] for row in self._connection.execute(question, part)}
        return self._candidates((rows[number], ranks[number]) for number in numbers)

    def get(self, file_id: str) -> Candidate | None:
        """The sound of this id, or None; a name in another Unicode form is the same name."""
        if name_fault(file_id):
            return None
        forms = dict.fromkeys((file_id, *(normalize(form, file_id) for form in ("NFC", "NFD"))))
        return next((found for form in forms for found in self._those("id = ?", form)), None)

    def doubts(self) -> list[tuple[str, int, str]]:
        """List why sounds of doubtful licence are not used: (reason, count, first)."""
        question = (
            "SELECT doubt, count(*), min(id) FROM files WHERE doubt <> '' GROUP BY doubt ORDER BY min(id)"
        )
        return self._healed(lambda: self._connection.execute(question).fetchall())

    def sounds(self) -> list[Candidate]:
        """Every sound, by id."""
        return self._those("1 ORDER BY id")

    @property
    def has_ratings(self) -> bool:
        """Whether any sound has a rating: where none has, a search cannot sort by it."""
        first = (
            "SELECT rating FROM files WHERE fault = '' ORDER BY number LIMIT 1"  # the rated ones come first
        )
        return self._healed(lambda: self._connection.execute(first).fetchone() or (None,))[0] is not None

    def _those(self, condition: str, *values: str) -> list[Candidate]:
        question = f"SELECT {_FIELDS} FROM files WHERE fault = '' AND {condition}"  # noqa: S608
        return self._healed(
            lambda: self._candidates((row, EXACT) for row in self._connection.execute(question, values))
        )

    def _candidates(self, rows: Iterable[tuple[tuple[Any, ...], int]]) -> list[Candidate]:
        try:
            return [self._candidate(row, rank) for row, rank in rows]
        except (LookupError, ValueError, TypeError, AttributeError) as error:
            raise sqlite3.DatabaseError("the index holds a row that cannot be") from error

    def _candidate(self, row: tuple[Any, ...], rank: int) -> Candidate:
        file_id, duration, rating, downloads, about, doubt = row
        (
            label,
            tags,
            title,
            licence,
            author,
            url,
            description,
            licence_url,
            category,
            flags,
            acoustics_json,
        ) = about.split(_BETWEEN)
        return Candidate(
            "library", file_id, self.root / file_id, label, tags, title, licence, author, url, duration, rank,
            description, licence_url, rating, downloads, category, *_FLAGS[flags],
            acoustics=Stated(*json.loads(acoustics_json)) if acoustics_json else None, doubt=doubt,
        )  # fmt: skip


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        db.execute("PRAGMA cache_size = -16384")  # KiB
        db.execute("PRAGMA synchronous = NORMAL")  # an index that is lost is made again
        _run(db, _SCRATCH)
        if _is_made(db):
            db.execute("SELECT 1 FROM files LIMIT 1").fetchone()
    except BaseException:
        db.close()
        raise
    return db


def _run(db: sqlite3.Connection, statements: str) -> None:
    for statement in filter(str.strip, statements.split(";")):
        db.execute(statement)


def _is_made(db: sqlite3.Connection) -> bool:
    """Say whether the index has this layout; one transaction makes all its tables."""
    return bool(db.execute("PRAGMA user_version").fetchone()[0] == _LAYOUT)


def _make_tables(db: sqlite3.Connection) -> None:
    for table in ("words", "files"):
        db.execute(f"DROP TABLE IF EXISTS {table}")
    _run(db, _TABLES)
    db.execute(f"PRAGMA user_version = {_LAYOUT}")


def _damaged(error: sqlite3.DatabaseError) -> bool:
    """Say whether an error means a broken index, not a lock or a full disk."""
    return (
        not isinstance(error, sqlite3.ProgrammingError)
        and getattr(error, "sqlite_errorcode", -1) & 0xFF not in _SURROUNDINGS
    )


def _pack(top: str, folder: Folder) -> Pack | None:
    """The list of the pack that a folder is, read."""
    for listed in folder.packs:
        data, reason = read_small(f"{top}{listed.id}", listed.bytes, MAX_README)
        return Pack(data if not reason else b"", listed.id)
    return None


def _described(
    top: str, file_id: str, sidecar: Sidecar | None, index: Index, pack: Pack | None
) -> tuple[Described, str]:
    """Describe a file, with the (place, reason) pairs of unusable parts as JSON."""
    row, row_faults = index.facts(file_id)
    faults = [(index.name, f"{file_id}: {fault}") for fault in row_faults]
    facts: dict[str, Any] = {}
    if sidecar is not None:
        facts, sidecar_faults = read_sidecar(f"{top}{sidecar.id}", sidecar.bytes)
        faults += [(sidecar.id, fault) for fault in sidecar_faults]
        if facts.get("doubt"):
            facts["doubt"] = f"{sidecar.id}: {facts['doubt']}"
    name = file_id.rpartition("/")[2]
    listed = pack.facts(name) if pack is not None else {}
    inside = read_tags(f"{top}{file_id}")
    if not (row or facts or listed or inside or faults):
        lost, download = index.doubt(file_id), from_download(name)
        if not lost and not download:
            return from_names(file_id), ""
    rest: dict[str, Any] = {}
    if lost := index.doubt(file_id):
        rest = {"licence": "other", "licence_url": "", "doubt": lost}
    about = describe(file_id, row, facts, listed, inside, from_download(name), rest)
    return about, json.dumps(faults) if faults else ""


def _packed(about: Described) -> str:
    """Pack fields that are only handed on into one column, which halves the time."""
    (
        label,
        tags,
        title,
        licence,
        author,
        url,
        description,
        licence_url,
        _,
        _,
        category,
        single,
        loop,
        wet,
        remix,
        acoustics,
        _,
    ) = about
    acoustics_json = json.dumps(acoustics) if acoustics is not None else ""
    return _BETWEEN.join(
        (
            label,
            tags,
            title,
            licence,
            author,
            url,
            description,
            licence_url,
            category,
            _FLAG_LETTERS[single, loop, wet, remix],
            acoustics_json,
        )
    )


def _unread(skipped: list[tuple[str, str]]) -> tuple[str, ...]:
    """The formats that are not read, counted."""
    counts = Counter(reason for _, reason in skipped if reason in _UNREAD_REASONS)
    return tuple(
        f"{count} {'file is' if count == 1 else 'files are'} left out: {reason}"
        for reason, count in sorted(counts.items())
    )


def _unusable(file_id: str, faults: str, fault: str) -> list[tuple[str, str]]:
    """What the report says of a file."""
    if not faults and not fault:
        return []
    return [(place, reason) for place, reason in json.loads(faults or "[]")] + (
        [(file_id, fault)] if fault else []
    )
