"""One rule for whether a label is right.

What was found and what is there, compared as kinds of things that sound.

A label's kind comes from the tag hierarchy: a golden retriever is a dog, a waiter a person, a fork cutlery.
Truth and finding are sets of kinds, one photo at a time: two dogs are one dog, because they are heard as one.
A kind is judged when it makes a sound and when those who wrote the truth looked for it: a fountain that is
found is neither right nor wrong where nobody marked fountains. A thing whose largest box covers less than 1 %
of the picture is not counted as missed when it is missed, nor as wrong when it is found.

Conventions: boxes are x, y, width, height as fractions of the picture. The names are those of COCO (T.-Y. Lin
et al., ECCV 2014), 80 of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgext.ontology.hierarchy import hierarchy
from imgext.picture.detect.names import COCO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PERSON = "person"
#: Largest box of a kind, as a share of the picture, below which it is neither missed nor wrongly found.
SMALL = 0.01
#: Tags under which everything is one kind: names that COCO uses for all of it, and things that are heard as
#: one.
TOGETHER = {
    "human": PERSON,
    "watercraft": "boat",
    "rail vehicle": "train",
    "snowboard": "skis",
    **{name: name for name in ("cutlery", "dishes", "glass", "computer", "telephone", "stove")},
}


def kind_of(label: str) -> str:
    """The kind of a label: COCO's tag for it, else its own tag.

    Where no tag explains it, the label itself.

    >>> labels = ("golden retriever", "waiter", "fork", "old fishing boat", "church", "zxcv")
    >>> [kind_of(label) for label in labels]
    ['dog', 'person', 'cutlery', 'boat', 'church', 'zxcv']
    """
    tree = hierarchy()
    tag = tree.understand(label)
    if tag is None:
        return label
    names = [above.name for above in tree.lineage(tag)]
    together = next((TOGETHER[name] for name in names if name in TOGETHER), None)
    return together or next((name for name in names if name in _coco_tags()), tag.name)


def _coco_tags() -> frozenset[str]:
    tree = hierarchy()
    return frozenset(tag.name for tag in map(tree.lookup, COCO) if tag is not None)


def sounds(label: str) -> bool:
    """Whether the tag hierarchy knows a sound for a label.

    What it does not know is taken to sound.

    >>> sounds("dog"), sounds("chair")
    (True, False)
    """
    tag = hierarchy().understand(label)
    return tag is None or tag.sounds


def vocabulary(names: Iterable[str]) -> frozenset[str]:
    """Kinds that are judged.

    The sounding ones of COCO where all names of the truth are COCO's, else those of the truth's own names.

    Parameters
    ----------
    names : iterable of str
        Every label in the truth of all photos.

    Examples
    --------
    >>> "dog" in vocabulary(["person"]), "chair" in vocabulary(["person"]), vocabulary(["harp"]) == {"harp"}
    (True, False, True)
    """
    names = set(names)
    return frozenset(kind_of(name) for name in (COCO if names <= set(COCO) else names) if sounds(name))


@dataclass(frozen=True, slots=True)
class Tally:
    """Kinds of one photo, each tuple sorted.

    Found and there, found and not there, there and not found, left out for smallness, not judged.
    """

    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    small: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()


def compare(found: Iterable[str], truth: Iterable[tuple[str, float]], judged: frozenset[str]) -> Tally:
    """Compare what was found in a photo with what is there.

    Parameters
    ----------
    found : iterable of str
        Labels.
    truth : iterable of (label, area)
        Every box, with its share of the picture.
    judged : frozenset of str
        From `vocabulary`.

    Examples
    --------
    >>> there = [("dog", 0.2), ("car", 0.3), ("bird", 0.001)]
    >>> compare(["golden retriever", "cat", "harp"], there, vocabulary(["dog"]))
    Tally(right=('dog',), wrong=('cat',), missed=('car',), small=('bird',), beyond=('harp',))
    """
    largest: dict[str, float] = {}
    for label, area in truth:
        kind = kind_of(label)
        if kind in judged and sounds(label):
            largest[kind] = max(largest.get(kind, 0.0), area)
    named = {kind_of(label) for label in found}
    there = {kind for kind, area in largest.items() if area >= SMALL}
    claimed = (named & judged) - (set(largest) - there)
    return Tally(
        tuple(sorted(claimed & there)),
        tuple(sorted(claimed - there)),
        tuple(sorted(there - claimed)),
        tuple(sorted(set(largest) - there)),
        tuple(sorted(named - judged)),
    )


def precision_recall_f1(right: int, wrong: int, missed: int) -> tuple[float, float, float]:
    """Shares from counts over all photos; 0 where there is nothing to divide by.

    Precision is right / (right + wrong), recall right / (right + missed), F1 their harmonic mean (C. van
    Rijsbergen, Information Retrieval, 1979).

    >>> precision_recall_f1(6, 2, 4)
    (0.75, 0.6, 0.6666666666666666)
    """
    return (
        right / max(1, right + wrong),
        right / max(1, right + missed),
        2 * right / max(1, 2 * right + wrong + missed),
    )


def of_tallies(
    tallies: Sequence[Tally], *, without: frozenset[str] = frozenset()
) -> tuple[float, float, float]:
    """Precision, recall and F1 over photos, some kinds left out."""
    counts = [
        sum(len(set(part) - without) for part in parts)
        for parts in zip(*((t.right, t.wrong, t.missed) for t in tallies), strict=True)
    ]
    right, wrong, missed = counts or (0, 0, 0)
    return precision_recall_f1(right, wrong, missed)
