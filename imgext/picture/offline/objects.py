"""What is in the picture: names, places, importance, pan.

Conventions: boxes are [x, y, width, height] as fractions of the picture; pan is -1 (left) to 1 (right), 0.8
at the picture's edges; importance and confidence run 0 to 1. A network without boxes tells where a thing is
only roughly, so a box is the centroid of the thing's map above half of its maximum, with the width and height
of a uniform patch of the same spread (w = sqrt(12) sigma). A wrong box hurts less than a wrong name: the name
chooses the sound, the box only its place.

Several of a kind lie in one map and become one object. That is how they are heard: a flock, not eleven birds.
These eyes cannot count; what they say of a number is "several", from heads that were trained on three people,
two animals of a kind or three vehicles and more.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgext.picture.offline import concepts
from imgext.picture.offline.heads import HERD, PEOPLE, TRAFFIC
from imgext.scene.decision import share

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from imgext.picture.offline.evidence import Evidence
    from imgext.picture.offline.heads import Judgement

MOST = 10
EDGE_PAN = 0.8
SMALLEST = 0.08
#: Areas below the first are equally small; areas from the second on are equally large.
LEAST_AREA, FULL_AREA = 0.002, 0.33
#: What makes traffic when there are several.
TRAFFIC_KINDS = frozenset({"car", "truck", "bus", "motorcycle", "bicycle", "boat"})
#: A refined name ("owl") needs this share of its concept's ("bird") probability where it is strongest.
DOMINANT = 0.6
#: Below its threshold but above this share of it, a concept is worth a word in the log.
NEARLY = 0.75


@dataclass(frozen=True, slots=True)
class Thing:
    """One recognised thing, or several heard as one; `row` is its concept."""

    row: concepts.Row
    box: tuple[float, float, float, float]
    pan: float
    confidence: float
    importance: float
    threshold: float
    area: float
    because: str  # of its importance
    several: bool


def patch(
    values: NDArray[np.float64], rows: NDArray[np.float64], columns: NDArray[np.float64]
) -> tuple[float, float, float, float]:
    """Box of a map: centroid and spread of what exceeds half of its maximum.

    Parameters
    ----------
    values : ndarray, shape (R, C)
        Non-negative weights.
    rows, columns : ndarray, shape (R,), (C,)
        Positions of the cells' centres, as fractions of the picture.

    Returns
    -------
    tuple of float
        x, y, width, height, rounded to 0.001, inside the picture, centred on the centroid.
    """
    weight = np.where(values >= 0.5 * values.max(), values, 0)
    total = float(weight.sum())
    if total <= 0:
        return 0.0, 0.0, 1.0, 1.0
    sides = []
    for positions, axis in ((columns, 0), (rows, 1)):
        profile = weight.sum(axis)
        centre = float((profile * positions).sum()) / total
        variance = float((profile * (positions - centre) ** 2).sum()) / total
        cell = 1 / len(positions)
        half = 0.5 * math.sqrt(12 * variance + cell * cell)
        half = max(0.5 * SMALLEST, min(half, centre, 1 - centre))
        centre = min(max(centre, half), 1 - half)
        sides.append((centre - half, 2 * half))
    (x, w), (y, h) = sides
    x, y = math.floor(x * 1000) / 1000, math.floor(y * 1000) / 1000
    return x, y, round(min(w, 1 - x), 3), round(min(h, 1 - y), 3)


def _centres(count: int, side: int, cells: int) -> NDArray[np.float64]:
    return np.asarray((np.arange(count) + min(side, cells) / 2) / cells)


def _class_map(
    evidence: Evidence, concept: str, key: tuple[int, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    scale, side = key
    columns = [k for k, row in enumerate(concepts.table()) if row.concept == concept]
    values = evidence.maps[key][..., columns].sum(-1).astype(np.float64)
    rows, wide = evidence.cells[scale].shape[:2]
    return values, _centres(values.shape[0], side, rows), _centres(values.shape[1], side, wide)


def locate(
    evidence: Evidence, maps: Mapping[str, NDArray[np.float64]], concept: str
) -> tuple[float, float, float, float]:
    """Box a concept by its trained head's map, else by the classifier's windows.

    On photos with known boxes (four folds) the heads' maps miss the pan of the largest box by 0.20 and the
    windows by 0.22; always 0 would miss it by 0.27.
    """
    cover = maps.get(concept)
    if cover is not None and cover.max() >= 0.1:
        rows, columns = cover.shape
        return patch(cover, _centres(rows, 1, rows), _centres(columns, 1, columns))
    return patch(*_class_map(evidence, concept, (640, 7)))


def name_of(evidence: Evidence, concept: str) -> concepts.Row:
    """Choose the row that names a concept: a finer one where it dominates."""
    lines = [(k, row) for k, row in enumerate(concepts.table()) if row.concept == concept]
    if len(lines) == 1:
        return lines[0][1]
    mass = np.max(
        [evidence.maps[key][..., [k for k, _ in lines]].max((0, 1)) for key in evidence.maps], axis=0
    ).astype(np.float64)
    mass = np.round(mass / max(1e-9, float(mass.sum())), 3)
    best = int(np.argmax(mass))
    return lines[best][1] if mass[best] >= DOMINANT else lines[0][1]


def pan_of(box: tuple[float, float, float, float]) -> float:
    """Pan of a box's centre, the picture's edges at 0.8.

    >>> pan_of((0.75, 0.0, 0.25, 1.0))
    0.6
    """
    return share((2 * (box[0] + box[2] / 2) - 1) * EDGE_PAN)


def area_evidence(
    judgement: Judgement, concept: str, box: tuple[float, float, float, float]
) -> tuple[float, ...]:
    """Return what says how large a thing is, as `area_coefficients` weigh it.

    1, then the logarithms of the usual area of its kind, its covered share and its box, then confidence.
    """
    around = max(box[2] * box[3], LEAST_AREA)
    covered = max(judgement.area.get(concept, 0.6 * around), LEAST_AREA)
    return (
        1.0,
        judgement.typical[concept],
        math.log(covered),
        math.log(around),
        judgement.probability[concept],
    )


def area_of(judgement: Judgement, concept: str, box: tuple[float, float, float, float]) -> float:
    """Guess which share of the picture a thing's largest box has."""
    evidence = area_evidence(judgement, concept, box)
    logarithm = sum(
        weight * value for weight, value in zip(judgement.area_coefficients, evidence, strict=True)
    )
    return share(min(1.0, math.exp(min(0.0, logarithm))))


def importance_of(
    row: concepts.Row, box: tuple[float, float, float, float], area: float, confidence: float
) -> tuple[float, str]:
    """Say how much a viewer would mind a thing, 0 to 1, and why in words.

    Size, nearness to the centre and the lower two thirds, certainty, and what it is.

    A heuristic: square root of the area (a thing twice as large is not twice as important), full marks at a
    third of the picture.

    >>> importance_of(concepts.table()[0], (0.3, 0.4, 0.4, 0.4), 0.12, 0.9)
    (0.748, 'about 12 % of the picture, near the middle, confidence 0.90, an animal')
    """
    size = min(1.0, math.sqrt(max(area, 0.0) / FULL_AREA))
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    middle = 1 - min(1.0, math.hypot((x - 0.5) / 0.5, (y - 0.58) / 0.58) / math.sqrt(2))
    value = share(min(1.0, (0.55 * size + 0.15 * middle + 0.3 * confidence) * (0.5 + 0.5 * row.weight)))
    where = "near the middle" if middle >= 0.7 else "off the middle" if middle >= 0.4 else "at the edge"
    what = (
        "a person"
        if row.concept == concepts.PERSON
        else "an animal"
        if row.role == "animal"
        else "a loud thing"
        if row.weight >= 0.7
        else "a thing of middling loudness"
        if row.weight >= 0.45
        else "a quiet thing"
    )
    return value, f"about {100 * area:.0f} % of the picture, {where}, confidence {confidence:.2f}, {what}"


def several_of(judgement: Judgement, concept: str) -> bool:
    """Whether there are probably several of it: people, a herd, traffic."""
    if concept == concepts.PERSON:
        return judgement.sees(PEOPLE)
    if concepts.role_of(concept) == "animal":
        return judgement.sees(HERD)
    return concept in TRAFFIC_KINDS and judgement.sees(TRAFFIC)


def find(
    evidence: Evidence, judgement: Judgement
) -> tuple[list[Thing], list[Thing], list[tuple[str, float, float]]]:
    """Everything that is recognised.

    Returns
    -------
    heard : list of Thing
        Animals and sounding objects, most important first, at most ten.
    silent : list of Thing
        Seen, without a sound of their own, and what did not fit among the ten.
    undecided : list of (label, probability, threshold)
        Nearly recognised, most probable first.
    """
    heard: list[Thing] = []
    silent: list[Thing] = []
    undecided: list[tuple[str, float, float]] = []
    for concept, probability in judgement.probability.items():
        threshold, role = judgement.threshold[concept], concepts.role_of(concept)
        if role == "place":
            continue
        row = name_of(evidence, concept)
        if probability < threshold:
            if probability >= NEARLY * threshold:
                undecided.append((row.label, probability, threshold))
            continue
        box = locate(evidence, judgement.cover, concept)
        area = area_of(judgement, concept, box)
        importance, because = importance_of(row, box, area, probability)
        thing = Thing(
            row,
            box,
            pan_of(box),
            probability,
            importance,
            threshold,
            area,
            because,
            several_of(judgement, concept),
        )
        (silent if row.role == "silent" else heard).append(thing)
    heard.sort(key=lambda thing: (-thing.importance, thing.row.label))
    silent.sort(key=lambda thing: (-thing.confidence, thing.row.label))
    undecided.sort(key=lambda one: (-one[1], one[0]))
    return heard[:MOST], silent + heard[MOST:], undecided
