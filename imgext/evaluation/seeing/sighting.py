"""How well scenes say what photos show, against a truth of boxes.

Labels, pan, importance, indoors or out.

Only what a scene says is measured, so any way of making scenes can be: the offline analyser, a detector, a
vision model. Beds are not compared, because the truth has none. Conventions: boxes are x, y, width, height as
fractions; pan is -1..1 with the picture's edges at 0.8; areas are shares of the picture. Figures are rounded
to 0.0001. Where there is nothing to measure a figure is null.

Rank agreement is Kendall's tau (M. Kendall, Biometrika 30, 1938) over all pairs of things within a photo that
were rightly found: 1 where importance orders every pair as the area of its largest box does, -1 where it
reverses them; pairs of equal area or importance count nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imgext.evaluation.seeing import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgext.evaluation.seeing.whereabouts import Source
    from imgext.scene.model import Object, Scene

SCHEMA = "imgext.seeing/1"
EDGE_PAN = 0.8


@dataclass(frozen=True, slots=True)
class Sighting:
    """One photo: what is there, what the scene says, and how they compare."""

    record: Mapping[str, Any]
    scene: Scene
    tally: kinds.Tally
    indoors: bool | None
    source: Source
    trained: bool = False
    pans: tuple[dict[str, Any], ...] = ()
    order: tuple[int, int] = (0, 0)
    notes: tuple[str, ...] = field(default=())


def things(scene: Scene) -> list[Object]:
    """The things of a scene that are not beds, most important first."""
    heard = [thing for thing in scene.objects.values() if thing.kind != "atmo"]
    return sorted(heard, key=lambda thing: -thing.importance)


def pan_of(box: Sequence[float]) -> float:
    """Pan of a box's centre.

    >>> pan_of([0.75, 0.0, 0.25, 1.0])
    0.6
    """
    return round((2 * (box[0] + box[2] / 2) - 1) * EDGE_PAN, 6) + 0.0


def _pan(thing: Object) -> float | None:
    return thing.pan if thing.pan is not None else pan_of(thing.box) if thing.box is not None else None


def sight(
    record: Mapping[str, Any],
    scene: Scene,
    judged: frozenset[str],
    *,
    indoors: tuple[bool | None, Source] = (None, "unknown"),
    trained: bool = False,
    notes: Sequence[str] = (),
) -> Sighting:
    """Compare a scene with the truth of its photo.

    Parameters
    ----------
    record : mapping
        `file` and `objects`, a list of `label` and `box`.
    scene : Scene
        As an analyser made it.
    judged : frozenset of str
        From `imgext.evaluation.seeing.kinds.vocabulary`.
    indoors : (bool or None, source)
        From `imgext.evaluation.seeing.whereabouts.indoors`.
    trained : bool
        Whether the offline heads have seen this photo.
    notes : sequence of str
        What to say of this photo next to its figures.
    """
    boxes = [(thing["label"], thing["box"]) for thing in record["objects"]]
    found = things(scene)
    tally = kinds.compare(
        [thing.label for thing in found], [(label, box[2] * box[3]) for label, box in boxes], judged
    )
    pans, ranks = [], []
    for kind in tally.right:
        thing = next(thing for thing in found if kinds.kind_of(thing.label) == kind)
        there = [(box[2] * box[3], pan_of(box)) for label, box in boxes if kinds.kind_of(label) == kind]
        area, pan = max(there)
        ranks.append((area, 0.5 if thing.importance is None else thing.importance))
        said = _pan(thing)
        if said is not None:
            nearest = min(abs(said - other) for _, other in there)
            pans.append(
                {
                    "label": thing.label,
                    "pan": said,
                    "largest": _four(abs(said - pan)),
                    "nearest": _four(nearest),
                }
            )
    pairs = [(a[0] - b[0]) * (a[1] - b[1]) for i, a in enumerate(ranks) for b in ranks[:i]]
    order = sum(pair > 0 for pair in pairs), sum(pair < 0 for pair in pairs)
    return Sighting(record, scene, tally, *indoors, trained, tuple(pans), order, tuple(notes))


def summarise(sightings: Sequence[Sighting], analyser: str, judged: frozenset[str]) -> dict[str, Any]:
    """All figures, and every photo's labels next to the truth.

    Returns
    -------
    dict
        ``schema``, ``analyser``, ``photos`` (how many), ``trained_on`` (how many of them the offline heads
        have seen), ``precision``, ``recall``, ``f1``, ``f1_without_person``, ``f1_person``,
        ``pan_error_largest``, ``pan_error_nearest``, ``pan_error_of_zero`` (what saying 0 for all would miss
        by), ``importance_rank``, ``indoor_accuracy``, ``indoor_known`` (photos it rests on), ``counts``,
        ``judged`` (kinds), ``by_kind`` (right, wrong, missed of each) and ``each``, a list of photos.
    """
    tallies = [one.tally for one in sightings]
    precision, recall, f1 = kinds.of_tallies(tallies)
    person = frozenset({kinds.PERSON})
    pans = [pan for one in sightings for pan in one.pans]
    same, other = (sum(one.order[k] for one in sightings) for k in (0, 1))
    known = [one for one in sightings if one.indoors is not None]
    named = sorted({kind for t in tallies for kind in (*t.right, *t.wrong, *t.missed)})
    return {
        "schema": SCHEMA,
        "analyser": analyser,
        "photos": len(sightings),
        "trained_on": sum(one.trained for one in sightings),
        "precision": _four(precision),
        "recall": _four(recall),
        "f1": _four(f1),
        "f1_without_person": _four(kinds.of_tallies(tallies, without=person)[2]),
        "f1_person": _four(kinds.of_tallies(tallies, without=judged - person)[2]),
        "pan_error_largest": _mean([pan["largest"] for pan in pans]),
        "pan_error_nearest": _mean([pan["nearest"] for pan in pans]),
        "pan_error_of_zero": _mean(
            [_largest_pan(one, kind) for one in sightings for kind in one.tally.right]
        ),
        "importance_rank": _four((same - other) / (same + other)) if same + other else None,
        "indoor_accuracy": _mean([float(bool(one.scene.room_detected) == one.indoors) for one in known]),
        "indoor_known": len(known),
        "counts": {
            "right": sum(len(t.right) for t in tallies),
            "wrong": sum(len(t.wrong) for t in tallies),
            "missed": sum(len(t.missed) for t in tallies),
            "pans": len(pans),
            "pairs": same + other,
        },
        "judged": sorted(judged),
        "by_kind": {
            kind: {
                part: sum(kind in getattr(t, part) for t in tallies) for part in ("right", "wrong", "missed")
            }
            for kind in named
        },
        "each": [_photo(one) for one in sightings],
    }


def _largest_pan(one: Sighting, kind: str) -> float:
    boxes = [thing["box"] for thing in one.record["objects"] if kinds.kind_of(thing["label"]) == kind]
    return abs(pan_of(max(boxes, key=lambda box: box[2] * box[3])))


def _photo(one: Sighting) -> dict[str, Any]:
    areas: dict[str, float] = {}
    for thing in one.record["objects"]:
        areas[thing["label"]] = max(areas.get(thing["label"], 0.0), thing["box"][2] * thing["box"][3])
    return {
        "file": one.record["file"],
        "truth": [
            {
                "label": label,
                "kind": kinds.kind_of(label),
                "largest": _four(area),
                "sounds": kinds.sounds(label),
            }
            for label, area in sorted(areas.items())
        ],
        "found": [
            {
                "label": thing.label,
                "kind": kinds.kind_of(thing.label),
                "importance": thing.importance,
                "pan": _pan(thing),
                "box": thing.box,
            }
            for thing in things(one.scene)
        ],
        "beds": [thing.label for thing in one.scene.objects.values() if thing.kind == "atmo"],
        "right": list(one.tally.right),
        "wrong": list(one.tally.wrong),
        "missed": list(one.tally.missed),
        "small": list(one.tally.small),
        "not_judged": list(one.tally.beyond),
        "pan": list(one.pans),
        "indoors": {"truth": one.indoors, "known_by": one.source, "found": bool(one.scene.room_detected)},
        "trained_on": one.trained,
        "notes": list(one.notes),
    }


def _four(value: float) -> float:
    return round(value, 4) + 0.0


def _mean(values: Sequence[float]) -> float | None:
    return _four(sum(values) / len(values)) if values else None
