"""Reads tables in any encoding and with any delimiter, and finds damage in them.

Read are UTF-8, UTF-16 and UTF-32 with or without a mark, and, line by line where it is not UTF-8, Windows
code page 1252 (what Excel writes); commas, semicolons, tabs or bars between cells. Nothing raises: what does
not fit is named, so that whoever reads a licence in a row knows how far to believe it.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass, field
from typing import NamedTuple

DELIMITERS = (",", ";", "\t", "|")
#: The first so many records are looked through for the header.
HEADER_WITHIN = 10
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


#: What a byte too many or too few makes of UTF-16: characters whose lower half is zero, one after the other.
_NO_WIDE_TEXT = re.compile("[\0\ufffd]|[" + "".join(chr(high << 8) for high in range(0x09, 0x80)) + "]{3}")


class Row(NamedTuple):
    """A record: its cells, stripped, and the line on which it begins, from 1."""

    cells: list[str]
    line: int


@dataclass
class Table:
    """The records of a text, the header among them.

    `damage` says why some of it may be missing or mixed up, as (line, reason); blank where all is well.
    `cut` says that the last line does not end, so something may follow it.
    """

    rows: list[Row] = field(default_factory=list)
    damage: list[tuple[int, str]] = field(default_factory=list)
    cut: bool = False


def read_table(data: bytes) -> Table:
    """Read a table of text."""
    text, broken = decode(data)
    table = Table(cut=bool(text) and not text.endswith(("\n", "\r")))
    table.damage += [(line, "has bytes that are not text") for line in broken[:1]]
    lines = text.splitlines()
    skip = 0
    delimiter = _delimiter(lines[:HEADER_WITHIN])
    if lines and (stated := re.fullmatch(r"sep=(.)", lines[0].strip('"').strip())):  # Excel's own hint
        delimiter, skip = stated[1], 1
    body = "\n".join(lines[skip:]) + "\n" if skip else text
    try:
        reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
        at = 1 + skip
        for cells in reader:
            _add(table, cells, at)
            at = reader.line_num + 1 + skip
    except csv.Error as error:
        table.rows = []
        table.damage.append((at, f"has quotes that do not match ({error})"))
        for number, line in enumerate(lines[skip:], 1 + skip):
            _add(table, next(csv.reader([line], delimiter=delimiter), []), number)
    return table


def _add(table: Table, cells: list[str], line: int) -> None:
    if any(cell.strip() for cell in cells):
        if any("\n" in cell.strip() and cell.count("\n") and _like_rows(cell, cells) for cell in cells):
            table.damage.append((line, "has a cell that looks like several rows"))
        table.rows.append(Row([cell.strip() for cell in cells], line))


def _like_rows(cell: str, cells: list[str]) -> bool:
    """Whether lines within a cell look like rows of the table, swallowed by a quote."""
    least = max(1, len(cells) // 2)
    return any(max(line.count(each) for each in DELIMITERS) >= least for line in cell.splitlines()[1:])


def _delimiter(lines: list[str]) -> str:
    """Find the delimiter: most of the first lines have the same number of it."""

    def regular(delimiter: str) -> tuple[int, int]:
        counts = [line.count(delimiter) for line in lines if line.strip()]
        first = counts[0] if counts else 0
        return sum(count == first for count in counts) if first else 0, first

    best = max(DELIMITERS, key=regular)
    return best if regular(best)[0] else ","


def decode(data: bytes) -> tuple[str, list[int]]:
    """Decode bytes to text, and list the lines that no known encoding can read."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _wide(data[len(mark) :], encoding) if encoding != "utf-8" else _lines(data[len(mark) :])
    for encoding, zero in (("utf-16-le", 1), ("utf-16-be", 0)):
        if len(data) > 3 and data[zero:200:2].count(0) > len(data[:200]) // 3:
            return _wide(data, encoding)
    return _lines(data)


def _wide(data: bytes, encoding: str) -> tuple[str, list[int]]:
    text = data.decode(encoding, "replace")
    odd = _NO_WIDE_TEXT.search(text)
    return text, [1 + text[: odd.start()].count("\n")] if odd else []


def _lines(data: bytes) -> tuple[str, list[int]]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = "".join(_line(line) for line in data.splitlines(keepends=True))
    return text, [1 + text[: text.index("\0")].count("\n")] if "\0" in text else []


def _line(line: bytes) -> str:
    for encoding in ("utf-8", "cp1252", "latin-1"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AssertionError  # latin-1 takes every byte
