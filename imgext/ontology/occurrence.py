"""Knows how often things sound: shortest and longest interval, by tag.

The data is ``ontology/occurrence.csv``, edited by hand; a tag without a row takes its nearest parent's.
Conventions: seconds between starts, of one thing at middling importance.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from imgext.ontology.hierarchy import hierarchy
from imgext.store.files import data_file


class Occurrence(NamedTuple):
    """Shortest and longest seconds between two starts; `tag` is the table's row."""

    tag: str
    shortest: float
    longest: float


#: How often a thing without a tag sounds.
UNKNOWN = Occurrence("thing", 10.0, 29.0)


@cache
def table() -> dict[str, Occurrence]:
    """Read the table, rows by tag."""
    with data_file("ontology", "occurrence.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {row["tag"]: Occurrence(row["tag"], float(row["shortest"]), float(row["longest"])) for row in rows}


def occurrence_of(label: str) -> Occurrence:
    """Say how often a thing of this label sounds.

    Examples
    --------
    >>> occurrence_of("two seagulls")
    Occurrence(tag='seagull', shortest=3.5, longest=10.0)
    >>> occurrence_of("quux").tag
    'thing'
    """
    tree, rows = hierarchy(), table()
    tag = tree.understand(label)
    above = () if tag is None else tree.lineage(tag)
    return next((rows[each.name] for each in above if each.name in rows), UNKNOWN)
