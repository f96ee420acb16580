"""Boxes as a vision model gives them, made into boxes as a scene has them.

Asked for are fractions of the picture. Some models answer in what they were trained on instead: percent,
pixels of the picture that they were sent, or thousandths; some swap corners. The unit is chosen once for all
boxes of a reply that cannot be fractions, by evidence. A box in a scene is [x, y, width, height].
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, NamedTuple

from imgext.scene.decision import share

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.picture.vision.reply import Seen

Corners = tuple[float, float, float, float]
Box = tuple[float, float, float, float]


class Unit(NamedTuple):
    """A unit of boxes: name, the picture's size in it, whether it excludes others."""

    name: str
    width: float
    height: float
    sure: bool = True


#: Odds of thousandths against pixels before the boxes are looked at: more models are trained on them.
PRIOR = 3.0
#: Families whose papers or manuals say what they were trained to give.
_IN_THOUSANDTHS = re.compile(r"qwen(?:3|2)?-?vl|qwen3\.|gemini|glm-?4|internvl|cogvlm", re.IGNORECASE)
_IN_PIXELS = re.compile(r"qwen-?2[._]?5-?vl", re.IGNORECASE)
#: What overshoots an edge by no more than this is a fraction that overshoots.
FRACTION = 1.5
#: A side below this is no side.
SMALLEST = 0.001


def corners_of(seen: Seen) -> Corners | None:
    """x0, y0, x1, y1 as given, the corners in order; None where one is missing."""
    values = (seen.x0, seen.y0, seen.x1, seen.y1)
    known = [value for value in values if value is not None and math.isfinite(value)]
    if len(known) < len(values):
        return None
    x0, y0, x1, y1 = known
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def is_swapped(seen: Seen) -> bool:
    """Whether the corners came in another order than asked for."""
    return None not in (seen.x0, seen.y0, seen.x1, seen.y1) and corners_of(seen) != (
        seen.x0,
        seen.y0,
        seen.x1,
        seen.y1,
    )


def unit_of(boxes: Sequence[Corners | None], size: tuple[int, int], model: str = "") -> Unit:
    """Find the unit of boxes that are no fractions.

    What reaches beyond a picture's edge in one unit is in the other. Where both fit, the model's name
    decides, else edges that are met exactly, else odds: `PRIOR` for thousandths, against how much of each
    unit's range the boxes leave unused.

    Parameters
    ----------
    boxes : sequence of (x0, y0, x1, y1) or None
    size : (int, int)
        Width and height of the picture that was sent, in pixels.
    model : str
        Its name, where it is known.

    >>> boxes = (100, 80, 900, 1100), (100, 80, 900, 990), (0, 5, 60, 99), (600, 400, 750, 900)
    >>> [unit_of([box], (768, 1024)).name for box in boxes]
    ['', 'thousandths', 'percent', 'thousandths']
    >>> unit_of([boxes[3]], (768, 1024), "qwen2.5vl:7b").name
    'pixels'
    """
    large = [box for box in boxes if box is not None and max(box) > FRACTION]
    right, bottom = max((box[2] for box in large), default=0.0), max((box[3] for box in large), default=0.0)
    width, height = float(size[0]), float(size[1])
    pixels, thousandths = Unit("pixels", width, height), Unit("thousandths", 1000.0, 1000.0)
    if max(right, bottom) <= 100 < min(width, height) / 2:
        return Unit("percent", 100.0, 100.0)
    fits = right <= 1.02 * width and bottom <= 1.02 * height, max(right, bottom) <= 1020
    if fits != (True, True):
        return pixels if fits[0] else thousandths if fits[1] else Unit("", 0.0, 0.0)
    if _IN_PIXELS.search(model):
        return pixels
    if _IN_THOUSANDTHS.search(model):
        return thousandths
    if any(value != round(value) for box in large for value in box):
        return pixels
    ends = {(end, side) for box in large for end, side in ((box[2], width), (box[3], height))}
    if any(abs(end - side) <= 1 < abs(side - 1000) for end, side in ends):
        return pixels
    if any(end in {999, 1000} for end, _ in ends):
        return thousandths
    odds = (1000.0 / width * 1000.0 / height) ** len(large)
    return (pixels if odds > PRIOR else thousandths)._replace(sure=not large)


def box_of(corners: Corners | None, unit: Unit) -> tuple[Box | None, str]:
    """Return a box inside the picture, and its unit if no fraction; None if bad.

    >>> box_of((0.5, 0.25, 1.2, 0.75), Unit("", 0.0, 0.0))
    ((0.5, 0.25, 0.5, 0.5), '')
    """
    if corners is None:
        return None, ""
    name, wide, high = ("", 1.0, 1.0) if max(corners) <= FRACTION else unit[:3]
    if not wide or not high:
        return None, ""
    x0, y0, x1, y1 = (
        min(max(value / whole, 0.0), 1.0)
        for value, whole in zip(corners, (wide, high, wide, high), strict=True)
    )
    x, y = math.floor(x0 * 1000) / 1000, math.floor(y0 * 1000) / 1000
    w, h = share(min(x1, 1.0) - x), share(min(y1, 1.0) - y)
    if w < SMALLEST or h < SMALLEST:
        return None, ""
    return (x, y, share(min(w, 1 - x)), share(min(h, 1 - y))), name


def overlap(one: Box, other: Box) -> float:
    """Intersection over union, 0 to 1.

    >>> overlap((0.0, 0.0, 0.5, 1.0), (0.25, 0.0, 0.5, 1.0))
    0.3333333333333333
    """
    wide = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    high = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    common = max(wide, 0.0) * max(high, 0.0)
    return common / (one[2] * one[3] + other[2] * other[3] - common)


def around(one: Box, other: Box) -> Box:
    """The smallest box around two."""
    x, y = min(one[0], other[0]), min(one[1], other[1])
    right, bottom = max(one[0] + one[2], other[0] + other[2]), max(one[1] + one[3], other[1] + other[3])
    return x, y, share(min(right, 1.0) - x), share(min(bottom, 1.0) - y)
