"""Reads a folder's ``index.csv``: which row describes which file, and its licence.

A licence must never be lost in silence. So a row whose cells do not fit the header, two rows that contradict
each other, a row for a file that is not there but nearly, and all that may have stood where the table is
damaged put the sounds that they may speak of in doubt: their licence is then ``other``, which no search
takes, and `doubt` says where to look and what to do. A file that nothing speaks of is your own.

Files are matched exactly, then without regard to letter case, Unicode form and spaces, then by name alone
and without its ending (tables of collections leave the folder or the ending out).
"""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from imgext.errors import shown
from imgext.sounds.library.columns import places_of
from imgext.sounds.library.descriptions import (
    MAX_DESCRIPTION,
    MAX_TAGS,
    MAX_TEXT,
    OWN,
    Facts,
    licence_facts,
    plain,
)
from imgext.sounds.library.table import HEADER_WITHIN, Row, Table, read_table
from imgext.sounds.licence import LICENCES, licence_of
from imgext.store.files import open_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

INDEX = "index.csv"
#: Other names that an index may have, in small letters.
_NAMES = (INDEX, "index.tsv", "index.txt")
#: Bytes of an index that is read: some 300 000 rows.
MAX_INDEX = 64 << 20
#: Stands in the place of a file's name for all files that have no row.
REST = "*"
_FLAGS = ("single_event", "loopable", "reverberant", "remix")
#: What speaks of a licence in a cell, and in a text that cannot be read.
_HINT = re.compile(
    r"creative\s*commons|cc[- ]?(?:by|0|zero|nc|sa|nd)|by[-_ ](?:nc|nd|sa)|non[- ]?commer|no[nt]?[- ]?deriv"
    r"|share[- ]?alike|\battribution\b|sampling\s*\+|all rights|public\s*domain",
    re.IGNORECASE,
)
_ANY_HINT = re.compile(_HINT.pattern + r"|licen[cs]|\bby\b|lizenz|copyright|©", re.IGNORECASE)
#: How alike two names are that may be one with a letter wrong, 0 to 1.
_ALIKE = 0.75
#: And by how many letters their lengths may differ.
_LENGTHS = 4


class Index:
    """The rows of an index, each looked at only when it is asked for.

    `faults` has what is wrong with the file as (name, reason). Call `match` with the folder's files first.
    """

    def __init__(self, table: Table, name: str = INDEX, *, there: bool = True) -> None:
        self.name, self.table, self.there = name, table, there
        self.faults = [(name, f"line {line} {reason}") for line, reason in table.damage]
        self.header, self.rows = _header(table.rows)
        self._rest: Row | None = None
        self._of: dict[str, list[Row]] = {}
        self._unmatched: list[Row] = []
        self._malformed: dict[int, str] = {}
        self._weak = ""
        self._lost: dict[str, str] = {}
        self._all = ""
        self.places = places_of(self.header)

    @classmethod
    def unreadable(cls, name: str, reason: str) -> Index:
        """An index that is there and cannot be read: every sound is in doubt."""
        index = cls(Table(), name)
        index.faults = [(name, reason)]
        index._all = f"{name} {reason}"
        return index

    def __bool__(self) -> bool:
        """Whether there is one."""
        return self.there

    def match(self, files: Iterable[str]) -> None:
        """Find the file of each row among those of the folder."""
        if not self.rows and ("file" in self.places or not self.table.rows):
            if self.there:
                self._all = f"{self.name} has no rows, they may be lost: complete it, or delete it"
                self.faults.append((self.name, self._all.removeprefix(f"{self.name} ")))
            return
        names = _Names(files)
        if "file" not in self.places:
            self._find_column(names)
        if "file" not in self.places:
            return
        at, lengths = self.places["file"][0], {len(row.cells) for row in self.rows}
        even = (  # each row ends with a delimiter, and the header does not
            len(self.rows) > 1
            and len(lengths) == 1
            and min(lengths) > len(self.header)
            and not any(cell for row in self.rows for cell in row.cells[len(self.header) :])
        )
        speaks = self._speaks_of_licences(names) or bool(self.table.damage)
        previous: Row | None = None
        for row in self.rows:
            name = row.cells[at] if at < len(row.cells) else ""
            if name == REST:
                self._rest = row
                continue
            found = names.find(name) if name else []
            for file_id in found:
                self._of.setdefault(file_id, []).append(row)
            fault = "" if even or not speaks else self._misfit(row)
            if not found:
                self._unmatched.append(row)
                if len(row.cells) < len(self.header) and speaks:
                    broken = previous.line if previous is not None else row.line
                    self._malformed[broken] = f"is followed by a line that is not a row (line {row.line})"
            if fault or (not name and speaks):
                self._malformed[row.line] = fault or "names no file"
            previous = row
        for line, reason in self.table.damage:
            self._malformed.setdefault(line, reason)
        if speaks and any(names.is_in(cell) for cell in self.header):
            self._malformed[self.table.rows[0].line] = "is the header, and names a sound"
        if self.table.cut and self.rows and speaks:
            self._look_at_the_end(self.rows[-1], at)
        if speaks:
            self._doubt_the_rest(names)
        if self._unmatched:
            first = min((row.cells[at] if at < len(row.cells) else "") for row in self._unmatched)
            more = len(self._unmatched) - 1
            self.faults.append(
                (
                    self.name,
                    f"no sound is here for {shown(first)}" + (f" and {more} more rows" if more else ""),
                )
            )

    def _find_column(self, names: _Names) -> None:
        """Take the column in which files of the folder stand, whatever it is called."""
        records = [Row(self.header, self.table.rows[0].line), *self.rows]
        width = max(len(row.cells) for row in records)
        hits = [
            sum(at < len(row.cells) and bool(names.find(row.cells[at])) for row in records)
            for at in range(width)
        ]
        best = max(range(width), key=lambda at: hits[at])
        if hits[best]:
            if best < len(self.header) and names.find(self.header[best]):  # there is no header
                self.header, self.rows = [""] * width, records
            self.places |= {"file": [best]}
            return
        text = "\n".join(" ".join(row.cells) for row in records)
        reason = "has no column that names the files, such as `file`; its rows are not used"
        self.faults.append((self.name, reason))
        if _ANY_HINT.search(text) or self.table.damage or not self.rows:
            self._all = f"{self.name} {reason}"

    def _speaks_of_licences(self, names: _Names) -> bool:
        if "licence" in self.places or "licence_url" in self.places:
            return True
        cells = [cell for row in (self.header, *(row.cells for row in self.rows)) for cell in row]
        at = self.places["file"][0]
        fits = any(at < len(row.cells) and names.find(row.cells[at]) for row in self.rows)
        if not fits and self.table.cut:
            return True
        return any((_HINT if fits else _ANY_HINT).search(cell) for cell in cells)

    def _misfit(self, row: Row) -> str:
        """Why the cells of a row may stand in the wrong columns; blank where they do not."""
        have, want = len(row.cells), len(self.header)
        reach = max(
            (place for name in ("licence", "licence_url") for place in self.places.get(name, [])), default=-1
        )
        stated = any(
            row.cells[at]
            for name in ("licence", "licence_url")
            for at in self.places.get(name, [])
            if at < have
        )
        if have > want or (have < want and reach >= 0 and not stated):
            return f"has {have} {'cell' if have == 1 else 'cells'}, the header {want}"
        if have < want and reach < 0 and any(_HINT.search(cell) for cell in row.cells):
            return f"has {have} cells, the header {want}, and speaks of a licence"
        return ""

    def _look_at_the_end(self, row: Row, at: int) -> None:
        """A last row that does not end may go on: "by" may have been "by-nc"."""
        last = len(row.cells) - 1
        licence = licence_of(row.cells[last])
        stated = row.cells[last]
        whole = licence == "cc0" or stated.lower() in OWN or re.search(r"[0-9]\.[0-9]", stated) is not None
        if (
            len(row.cells) < len(self.header)
            or (last in self.places.get("licence", []) and not whole)
            or at == last
        ):
            self._malformed.setdefault(row.line, "is the last one and does not end: the file may be cut off")

    def _doubt_the_rest(self, names: _Names) -> None:
        """Say which files without a row a lost or damaged one may have spoken of."""
        if self._malformed:
            line, reason = min(self._malformed.items())
            self._weak = f"{self.name}, line {line}: the row {reason}, so rows may be lost"
        elif self.table.cut:
            self._weak = f"{self.name} does not end with a line break, so rows may be missing"
        bare = [file_id for file_id in names.files if file_id not in self._of]
        at = self.places["file"][0]
        for row in self._unmatched if len(self._unmatched) * len(bare) < 1_000_000 else ():
            wanted = (row.cells[at] if at < len(row.cells) else "").replace("\\", "/")
            whole = _loose("".join(row.cells))
            for file_id in bare:
                if _close(wanted, file_id) or _loose(file_id) in whole:
                    self._lost[file_id] = (
                        f"{self.name}, line {row.line}: the row names {shown(wanted)}, nearly this file"
                    )

    def files(self) -> set[str]:
        """Every file that has a row."""
        return set(self._of)

    def mark(self, file_id: str) -> str:
        """A digest of everything that is said of a file; blank where nothing is."""
        rows = self._of.get(file_id, [self._rest] if self._rest else [])
        doubt = self.doubt(file_id)
        if not rows and not doubt:
            return ""
        said = "\x1f".join([doubt, *(part for row in rows for part in self._said(row))])
        return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()

    def _said(self, row: Row) -> Iterator[str]:
        yield self._malformed.get(row.line, "")
        for name, places in sorted(self.places.items()):
            yield from (name, *(row.cells[at] for at in places if at < len(row.cells)))
        yield from (cell for cell in row.cells if _HINT.search(cell))

    def doubt(self, file_id: str) -> str:
        """Say why a file without a row may have lost one; blank if nothing is wrong."""
        if file_id in self._of:
            return ""
        if self._all:
            return self._all
        return "" if self._rest is not None else self._lost.get(file_id) or self._weak

    def facts(self, file_id: str) -> tuple[dict[str, Any], list[str]]:
        """What is said of a file, and what of it was left out and why."""
        rows = self._of.get(file_id) or ([self._rest] if self._rest is not None else [])
        if not rows:
            return {}, []
        known, faults = self._facts(rows[-1])
        stated = {self._facts(row)[0].get("licence", "unknown") for row in rows[:-1]}
        doubt = ""
        if stated - {known.get("licence", "unknown")}:
            doubt = f"{self.name}, line {rows[-1].line}: another row says another licence of the same file"
        for row in rows:
            if reason := self._malformed.get(row.line):
                doubt = f"{self.name}, line {row.line}: the row {reason}, so its licence is not certain"
        if doubt:
            known |= {"licence": "other", "licence_url": "", "doubt": doubt}
        return known, faults

    def _facts(self, row: Row) -> tuple[dict[str, Any], list[str]]:
        cells: dict[str, str] = {}
        for name, places in self.places.items():
            value = next((row.cells[at] for at in places if at < len(row.cells) and row.cells[at]), None)
            if value is not None:
                cells[name] = value
        self._translate(cells)
        facts = Facts()
        for name, limit in (
            ("label", MAX_TEXT),
            ("tags", MAX_TAGS),
            ("title", MAX_TEXT),
            ("author", MAX_TEXT),
            ("description", MAX_DESCRIPTION),
        ):
            facts.text(name, cells.get(name), limit)
        stated = licence_facts(plain(cells.get("licence", "")), plain(cells.get("licence_url", "")))
        if not stated and not cells.get("licence"):
            stated = self._elsewhere(row)
        facts.known.update(stated)
        facts.url(cells.get("url"))
        facts.rating(cells.get("rating"), cells.get("votes"), trusted=True)
        facts.downloads(cells.get("downloads"))
        facts.category(cells.get("category"), strict=False)
        for name in _FLAGS:
            facts.flag(name, cells.get(name))
        facts.acoustics(cells.get("acoustics"), cells)
        return facts.known, facts.faults

    def _translate(self, cells: dict[str, str]) -> None:
        """Bring what collections say into our own fields."""
        category = cells.get("category", "")
        if category and not Facts.is_category(category):  # a class, as ESC-50 and UCS have it
            if "label" not in cells:
                cells["label"] = category.replace("_", " ")
            else:
                cells["tags"] = ", ".join(filter(None, (cells.get("tags"), category)))
        if self.places.get("label") == self.places.get("tags") and "," in cells.get("label", ""):
            cells["tags"] = cells["label"].replace("_", " ")  # all classes of a clip: FSD50K
            cells["label"] = cells["label"].partition(",")[0]
        if "label" in cells:
            cells["label"] = cells["label"].replace("_", " ")
        number = cells.get("freesound", "")
        if "url" not in cells and re.fullmatch(r"[1-9][0-9]{0,11}", number):
            cells["url"] = f"https://freesound.org/s/{number}/"

    def _elsewhere(self, row: Row) -> dict[str, Any]:
        """A licence that stands in a column of another name."""
        for cell in row.cells:
            known = cell.lower() in LICENCES or (len(cell) <= 200 and _HINT.search(cell) is not None)
            if known and licence_of(cell) not in {"unknown", "other"}:
                return licence_facts(plain(cell))
        return {}


class _Names:
    """The files of a folder, to be found by what a table calls them."""

    def __init__(self, files: Iterable[str]) -> None:
        self.files = list(files)
        self._exact = set(self.files)
        self._loose: dict[str, list[str]] = defaultdict(list)
        self._base: dict[str, list[str]] = defaultdict(list)
        self._stem: dict[str, list[str]] = defaultdict(list)
        for file_id in self.files:
            loose = _loose(file_id)
            self._loose[loose].append(file_id)
            base = loose.rpartition("/")[2]
            self._base[base].append(file_id)
            self._stem[base.rpartition(".")[0] or base].append(file_id)

    def is_in(self, text: str) -> bool:
        """Whether a text holds a file's whole name."""
        loose = _loose(text)
        return "." in loose and any(base in loose for base in self._base if len(base) > 4)

    def find(self, name: str) -> list[str]:
        """The files that a table means by a name; empty where none is here."""
        name = name.strip().replace("\\", "/").removeprefix("./")
        if name in self._exact:
            return [name]
        for each in (name, *_misread(name)):
            loose = _loose(each)
            base = loose.rpartition("/")[2]
            for found in (self._loose.get(loose), self._base.get(base), self._stem.get(base)):
                if found:
                    return found
            stem, dot, ending = base.rpartition(".")
            if dot and ending.isalnum() and len(ending) <= 5 and (found := self._stem.get(stem)):
                return found
        return []


def _loose(name: str) -> str:
    """A name without regard to letter case, Unicode form and spaces."""
    return "/".join(
        " ".join(part.split()) for part in unicodedata.normalize("NFC", name).casefold().split("/")
    )


def _misread(name: str) -> list[str]:
    """What a name may be that was written in another code page."""
    if name.isascii():
        return []
    found = []
    for wrong, right in (
        ("cp1252", "utf-8"),
        ("cp1252", "mac_roman"),
        ("cp1252", "cp850"),
        ("cp1252", "cp437"),
    ):
        try:
            found.append(name.encode(wrong).decode(right))
        except UnicodeError:
            continue
    return found


def _close(wanted: str, file_id: str) -> bool:
    """Whether a name may be a file's with a letter wrong."""
    one, other = wanted.casefold(), file_id.casefold()
    pairs = (one, other), (one.rpartition("/")[2], other.rpartition("/")[2])
    return any(abs(len(a) - len(b)) <= _LENGTHS and _alike(a, b) for a, b in pairs)


def _alike(one: str, other: str) -> bool:
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE


def _header(rows: list[Row]) -> tuple[list[str], list[Row]]:
    """The first record that names columns we know, and those after it."""
    if not rows:
        return [], []
    for place, row in enumerate(rows[:HEADER_WITHIN]):
        if "file" in places_of(row.cells) and len(places_of(row.cells)) > 1:
            return row.cells, rows[place + 1 :]
    return rows[0].cells, rows[1:]


def read_index(root: Path) -> Index:
    """The index of a folder; one that is not there says nothing."""
    try:
        path = next(
            (each for each in sorted(root.iterdir()) if each.name.casefold() in _NAMES and each.is_file()),
            None,
        )
        if path is None:
            return Index(Table(), there=False)
        if path.stat().st_size > MAX_INDEX:
            return Index.unreadable(path.name, f"is larger than {MAX_INDEX >> 20} MiB; the index is not used")
        with open_file(path) as stream:
            return Index(read_table(stream.read(MAX_INDEX)), path.name)
    except OSError as error:
        return Index.unreadable(INDEX, f"cannot be read, the index is not used: {error.strerror or error}")
