"""Make what a reply names into at most ten things and two beds.

What is left out keeps its reason.

Things of one label that lie on each other are one thing that was named twice. Two that lie apart are two (a
dog on either side); three or more are heard as one, with a count and a box around all of them.

Conventions: importance 0 to 1, most important first; boxes [x, y, width, height] as fractions of the picture.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imgext.picture.vision.boxes import around, box_of, corners_of, is_swapped, overlap, unit_of
from imgext.picture.vision.plain import label_of, query_of
from imgext.scene.decision import share

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imgext.picture.vision.boxes import Box, Unit
    from imgext.picture.vision.reply import Seen

#: Entries of a reply that are looked at, things and beds that are kept, things of one label that stay apart.
MOST_READ, MOST, MOST_BEDS, APART = 100, 10, 2, 2
#: Boxes of one label that share more than this are the same thing.
SAME = 0.5
NEUTRAL_IMPORTANCE = 0.5
MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Named:
    """One thing or bed: `name` by the model, `label` by us, `remarks` about both."""

    name: str
    label: str
    kind: str
    importance: float
    box: Box | None
    count: int | None
    query: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """Return things, most important first, beds, and what was left out and why."""

    things: tuple[Named, ...]
    beds: tuple[Named, ...]
    left_out: tuple[tuple[str, str], ...]


def scale_of(values: Sequence[float | None]) -> float:
    """Guess the scale of numbers: 1, or 10 or 100 where they go well beyond 1.

    >>> scale_of([0.2, 1.1]), scale_of([3, 8]), scale_of([80, None, 15])
    (1.0, 10.0, 100.0)
    """
    largest = max((value for value in values if value is not None and math.isfinite(value)), default=0.0)
    return 1.0 if largest <= 1.5 or largest > 100 else 10.0 if largest <= 10 else 100.0


def read_objects(
    objects: Sequence[Seen], size: tuple[int, int], known: Callable[[str], bool], model: str = ""
) -> Reading:
    """Read the entries of a reply.

    Parameters
    ----------
    objects : sequence of Seen
    size : (int, int)
        Width and height in pixels of the picture that was sent.
    known : callable
        Whether a label means something to whoever looks for sounds. One that does not gives way to the
        reply's words to search for, if they do.
    model : str
        Its name, which may say in what it gives boxes.
    """
    entries = objects[:MOST_READ]
    left_out = (
        [("", f"the reply has {len(objects)} entries; the first {MOST_READ} are read")]
        if len(objects) > MOST_READ
        else []
    )
    unit = unit_of([corners_of(seen) for seen in entries if seen.kind != "atmo"], size, model)
    if not unit.sure:
        other = "pixels of the picture that was sent" if unit.name == "thousandths" else "thousandths"
        left_out.append(("", f"boxes were read as {unit.name}; as {other} they would lie in it too"))
    scale = scale_of([seen.importance for seen in entries])
    named: list[Named] = []
    for seen in entries:
        one = _named(seen, unit, scale, known)
        if one is None:
            left_out.append(("", "an entry has no usable label"))
        elif one.kind == "silent":
            left_out.append((one.label, "seen, but makes no sound of its own"))
        else:
            named.append(one)
    things = _ordered(_told_apart(_ordered([one for one in named if one.kind == "object"])))
    beds = list({one.label: one for one in reversed(named) if one.kind == "atmo"}.values())[::-1]
    left_out += [(one.label, f"seen, but beyond the {MOST} most important") for one in things[MOST:]]
    left_out += [(one.label, f"a bed beyond the first {MOST_BEDS}") for one in beds[MOST_BEDS:]]
    return Reading(tuple(things[:MOST]), tuple(beds[:MOST_BEDS]), tuple(left_out))


def _ordered(things: Sequence[Named]) -> list[Named]:
    """Most important first, else as they came."""
    return sorted(things, key=lambda one: -one.importance)


def _named(seen: Seen, unit: Unit, scale: float, known: Callable[[str], bool]) -> Named | None:
    name, query = label_of(seen.label), query_of(seen.sound_query or "")
    if not name:
        return None
    remarks: list[str] = []
    label = name
    instead = label_of(query)
    if not known(name) and instead and known(instead):
        label = instead
        remarks.append(
            f"the model calls it {name}, for which there is no tag; this is what it would search for"
        )
    kind = seen.kind if seen.kind in {"atmo", "silent"} else "object"
    given = seen.importance
    importance = (
        NEUTRAL_IMPORTANCE
        if given is None or not math.isfinite(given)
        else share(min(max(given / scale, 0.0), 1.0))
    )
    if given is None:
        remarks.append("no importance was given")
    elif importance != share(given):
        remarks.append(f"an importance of {given:g} was given")
    box, came = (None, "") if kind == "atmo" else box_of(corners_of(seen), unit)
    if box is not None and is_swapped(seen):
        remarks.append("its corners came in another order")
    if came:
        remarks.append(f"its box came in {came}")
    if box is None and kind != "atmo" and corners_of(seen) is not None:
        remarks.append("its box made no sense")
    counted = seen.count is not None and math.isfinite(seen.count) and 1.5 <= seen.count <= MOST_COUNTED
    return Named(
        name, label, kind, importance, box, round(seen.count or 0) if counted else None, query, tuple(remarks)
    )


def _told_apart(things: Sequence[Named]) -> list[Named]:
    """One entry for each thing that is heard."""
    kept: dict[str, list[Named]] = {}
    for one in things:
        group = kept.setdefault(one.label, [])
        same = next(
            (
                k
                for k, other in enumerate(group)
                if one.box is None or other.box is None or overlap(one.box, other.box) > SAME
            ),
            None,
        )
        if same is None:
            group.append(one)
        else:
            group[same] = _joined(
                group[same], one, max(group[same].count or 1, one.count or 1), "it was named twice"
            )
    result = []
    for group in kept.values():
        if len(group) <= APART:
            result += group
            continue
        whole = group[0]
        for one in group[1:]:
            whole = _joined(
                whole, one, (whole.count or 1) + (one.count or 1), "several of a kind are heard as one"
            )
        result.append(whole)
    return result


def _joined(one: Named, other: Named, count: int, why: str) -> Named:
    box = (
        around(one.box, other.box) if one.box is not None and other.box is not None else one.box or other.box
    )
    if why == "it was named twice" and one.box is not None:
        box = one.box
    remarks = tuple(dict.fromkeys((*one.remarks, *other.remarks, why)))
    return replace(
        one,
        importance=max(one.importance, other.importance),
        box=box,
        count=count if count > 1 else None,
        query=one.query or other.query,
        remarks=remarks,
    )
