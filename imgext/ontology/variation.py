"""Knows how much repeats of a thing differ in level, pitch and place, by tag.

The data is ``ontology/variation.csv``, edited by hand; a tag without a row takes its nearest parent's. Tuned
things, such as a bell, keep their pitch; fixed things keep their place. Levels differ by at most 0.7 dB: two
things whose importance differs by 0.1, which is 1 dB, may then swap their order by at most 0.5 dB.
Conventions: largest difference to either side, in dB, semitones and on the scale of `pan`.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import NamedTuple

from imgext.ontology.hierarchy import hierarchy
from imgext.store.files import data_file


class Variation(NamedTuple):
    """Largest differences in dB, semitones and pan; `tag` is the row they come from."""

    tag: str
    gain: float
    pitch: float
    pan: float


#: The variation of a thing without a tag.
UNKNOWN = Variation("thing", 0.7, 0.3, 0.02)


@cache
def table() -> dict[str, Variation]:
    """Read the table, rows by tag."""
    with data_file("ontology", "variation.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {
        row["tag"]: Variation(row["tag"], float(row["gain"]), float(row["pitch"]), float(row["pan"]))
        for row in rows
    }


def variation_of(label: str) -> Variation:
    """Say how much the repeats of a thing of this label differ.

    Examples
    --------
    >>> variation_of("two seagulls")
    Variation(tag='bird', gain=0.7, pitch=0.5, pan=0.1)
    >>> variation_of("church bell").pitch
    0.0
    """
    tree, rows = hierarchy(), table()
    tag = tree.understand(label)
    above = () if tag is None else tree.lineage(tag)
    return next((rows[each.name] for each in above if each.name in rows), UNKNOWN)
