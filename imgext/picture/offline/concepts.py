"""The table of sound concepts: which ImageNet classes mean what to an ear.

`concepts.csv` is the one place where this is written. A row is a label; rows that share a `concept` are
judged together ("bird" sums 85 classes) and the row that dominates gives the name ("owl"). `role` says what
becomes of it:

- ``animal`` and ``object`` are heard, ``silent`` is seen and makes no sound of its own, ``place``
  suggests a bed and is never an object;
- `kin` names concepts that are mistaken for each other and seldom stand side by side (animals, large
  vehicles, instruments): they compete;
- `weight` (0 to 1) is how much a viewer minds it among others of the same size: animals and loud things
  high, a cup low;
- `coco` lists the names by which the training photos know it; `imagenet` lists ImageNet-1k class indices,
  0 to 999, with ranges.

The class indices are facts of ImageNet-1k (O. Russakovsky et al., IJCV 115, 2015); every one was checked
against the class names.
"""

from __future__ import annotations

import csv
import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

ROLES = ("animal", "object", "silent", "place")
#: Concepts that ImageNet lacks and the trained heads supply.
PERSON = "person"


@dataclass(frozen=True, slots=True)
class Row:
    """One label of the table."""

    concept: str
    label: str
    role: str
    kin: str
    weight: float
    coco: tuple[str, ...]
    imagenet: tuple[int, ...]


def indices(text: str) -> tuple[int, ...]:
    """Class indices of a cell of the table.

    >>> indices("7 10-12")
    (7, 10, 11, 12)
    """
    found: list[int] = []
    for part in text.split():
        first, _, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return tuple(found)


@functools.cache
def table() -> tuple[Row, ...]:
    """Read all rows, in order; the person, who has no ImageNet class, comes last."""
    with (Path(__file__).parent / "concepts.csv").open(encoding="utf-8", newline="") as stream:
        rows = [
            Row(
                r["concept"],
                r["label"],
                r["role"],
                r["kin"],
                float(r["weight"]),
                tuple(filter(None, r["coco"].split("|"))),
                indices(r["imagenet"]),
            )
            for r in csv.DictReader(stream)
        ]
    return (*rows, Row(PERSON, PERSON, "animal", "", 1.0, ("person",), ()))


@functools.cache
def concepts() -> tuple[str, ...]:
    """Names of the concepts, in the order of the file."""
    return tuple(dict.fromkeys(row.concept for row in table()))


@functools.cache
def role_of(concept: str) -> str:
    """Role of a concept, which is its first row's."""
    return next(row.role for row in table() if row.concept == concept)


@functools.cache
def kin_of(concept: str) -> str:
    """Return the kin of a concept, which is its first row's; "" without rivals."""
    return next(row.kin for row in table() if row.concept == concept)


@functools.cache
def concept_of_coco() -> dict[str, str]:
    """Concept by the name that the training photos use."""
    return {name: row.concept for row in table() for name in row.coco}


@functools.cache
def classes_to_labels() -> NDArray[np.float32]:
    """Matrix (1000, labels) of zeros and ones."""
    matrix = np.zeros((1000, len(table())), np.float32)
    for column, row in enumerate(table()):
        matrix[list(row.imagenet), column] = 1
    return matrix


@functools.cache
def classes_of_concepts() -> tuple[tuple[int, ...], ...]:
    """ImageNet classes of each concept."""
    return tuple(
        tuple(i for row in table() if row.concept == name for i in row.imagenet) for name in concepts()
    )


@functools.cache
def labels_to_concepts() -> NDArray[np.float32]:
    """Matrix (labels, concepts) of zeros and ones."""
    matrix = np.zeros((len(table()), len(concepts())), np.float32)
    for line, row in enumerate(table()):
        matrix[line, concepts().index(row.concept)] = 1
    return matrix


@functools.cache
def with_classes() -> NDArray[np.bool_]:
    """Which concepts have ImageNet classes at all, (concepts,)."""
    return np.asarray((classes_to_labels().sum(0) @ labels_to_concepts()) > 0)
