"""Recognise what the outputs of a detector mean, by their shapes alone.

With C classes and N rows, a picture at a time:

- ``[1, 4 + C, N]`` or ``[1, N, 4 + C]`` (YOLOv8, v9, v11, v12): centre, size, a score for every class;
- ``[1, N, 5 + C]`` (YOLOv3 to v7): centre, size, how surely there is something, a score for every class;
- ``[1, N, 6]`` (end to end, YOLOv10, YOLO26): corners, score, class, suppression done; ``[N, 7]``
  (YOLOv7): number of the picture, corners, class, score;
- masks may come with the first: 32 more numbers a row and a second output of four sides, which is not
  needed;
- boxes ``[1, N, 4]`` with scores and classes ``[1, N]``, and perhaps their number (SSD, Faster R-CNN):
  corners, suppression done;
- boxes ``[1, N, 4]`` with scores ``[1, N, C]`` (SSD before suppression).

A TensorFlow network, whose picture ends in the channels, gives corners as y, x. Boxes within 0 to 2 are
fractions of the input, larger ones its pixels. Formats as their authors export them: docs.ultralytics.com,
github.com/WongKinYiu/yolov7, the TensorFlow Object Detection API, torchvision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Numbers a row that a network which also draws masks has after its classes.
MASK = 32
#: Rows that an end-to-end network gives at most; one with two classes looks the same and gives thousands.
END_TO_END = 1000
#: Boxes up to this are fractions of the input.
FRACTIONS = 2.0


class UnknownLayoutError(ValueError):
    """The outputs are of no known shape; the message lists them."""


@dataclass(frozen=True)
class Rows:
    """What a detector found: corners in fractions, scores, classes, suppression.

    `kind` is the family that was recognised; `width` is how many scores a row had, where it had a table of
    them.
    """

    kind: str
    corners: Floats
    scores: Floats
    classes: NDArray[np.int64]
    suppressed: bool
    width: int | None = None


def shapes_of(outputs: Sequence[NDArray[Any]]) -> str:
    """Shapes in words, for an error."""
    return ", ".join("x".join(map(str, output.shape)) or "a number" for output in outputs)


def read(
    outputs: Sequence[tuple[str, NDArray[Any]]], classes: int, side: tuple[int, int], *, channels_last: bool
) -> Rows:
    """Recognise a detector's outputs and read them.

    Parameters
    ----------
    outputs : sequence of (name, ndarray)
        As they came.
    classes : int
        How many names there are.
    side : (int, int)
        Width and height of the input in pixels.
    channels_last : bool
        Whether the input is a TensorFlow one.

    Raises
    ------
    UnknownLayoutError
        They are of no known shape, or their numbers cannot be boxes and scores.
    """
    arrays = [np.asarray(array, np.float64) for _, array in outputs if np.asarray(array).dtype.kind in "fiub"]
    flat = [array for array in arrays if array.ndim <= 3]
    if len(flat) == 1:
        return _yolo(flat[0], classes, np.array([*side, *side], np.float64), arrays)
    return _ssd(outputs, classes, np.array([*side, *side], np.float64), channels_last=channels_last)


def _yolo(array: Floats, classes: int, size: Floats, every: Sequence[Floats]) -> Rows:
    rows = array[0] if array.ndim == 3 and len(array) == 1 else array
    unknown = UnknownLayoutError(
        f"its output is {shapes_of(every)}, which is not a layout of YOLO with {classes} classes"
    )
    if rows.ndim != 2:
        raise unknown
    masks = MASK if any(other.ndim == 4 for other in every) else 0
    widths = {4 + classes + masks: "YOLOv8", 5 + classes + masks: "YOLOv5"}
    high, wide = rows.shape
    if wide == 7 and array.ndim == 2:
        return Rows(
            "YOLOv7 end to end", _scaled(rows[:, 1:5], size), rows[:, 6], _whole(rows[:, 5]), suppressed=True
        )
    if wide == 6 + masks and high <= END_TO_END:
        return Rows(
            "YOLO end to end", _scaled(rows[:, :4], size), rows[:, 4], _whole(rows[:, 5]), suppressed=True
        )
    if high in widths and wide != 5 + classes + masks:  # of two readings of a square the common one
        rows, wide = rows.T, high
    if wide not in widths:
        raise unknown
    scores = rows[:, 4 : 4 + classes] if widths[wide] == "YOLOv8" else rows[:, 5 : 5 + classes] * rows[:, 4:5]
    _check_scores(scores)
    middle, half = rows[:, :2], rows[:, 2:4] / 2
    corners = _scaled(np.concatenate([middle - half, middle + half], 1), size)
    return Rows(
        widths[wide],
        corners,
        scores.max(1, initial=0),
        scores.argmax(1) if len(scores) else _whole(scores[:, 0]),
        suppressed=False,
    )


def _ssd(
    outputs: Sequence[tuple[str, NDArray[Any]]], classes: int, size: Floats, *, channels_last: bool
) -> Rows:
    shapes = shapes_of([array for _, array in outputs])
    unknown = UnknownLayoutError(
        f"its outputs are {shapes}, which is not a layout of SSD or YOLO with {classes} classes"
    )
    batch = any(
        np.ndim(array) == 3 for _, array in outputs
    )  # then every output counts pictures first; torch's own do not
    arrays = [
        (name.lower(), array[0] if batch and array.ndim >= 2 and len(array) == 1 else array)
        for name, array in outputs
    ]
    boxes = [(name, array) for name, array in arrays if array.ndim == 2 and array.shape[1] == 4]
    if len(boxes) > 1:
        boxes = [(name, array) for name, array in boxes if "box" in name]
    if len(boxes) != 1:
        raise unknown
    count = len(boxes[0][1])
    corners = np.asarray(boxes[0][1], np.float64)
    corners = _scaled(corners[:, [1, 0, 3, 2]] if channels_last else corners, size)
    tables = [array for _, array in arrays if array.ndim == 2 and len(array) == count and array.shape[1] > 4]
    if len(tables) == 1:
        scores = np.asarray(tables[0], np.float64)
        _check_scores(scores)
        width = scores.shape[1]
        if width not in {classes, classes + 1, 91}:
            raise unknown
        first = 0 if width == classes else 1  # the background comes first
        scores = scores[:, first:]
        return Rows(
            "SSD", corners, scores.max(1, initial=0), scores.argmax(1) + first, suppressed=False, width=width
        )
    lists = [
        (name, array) for name, array in arrays if array.ndim == 1 and len(array) == count and count != 1
    ] or [
        (name, array.reshape(-1))
        for name, array in arrays
        if array.size == count and not (array.ndim == 2 and array.shape[1] == 4)
    ]
    scored, classed = _told_apart(lists)
    if scored is None or classed is None:
        raise unknown
    numbers = [array for name, array in arrays if array.size == 1 and "num" in name]
    used = (
        min(count, max(0, int(numbers[0].reshape(-1)[0])))
        if len(numbers) == 1 and np.isfinite(numbers[0]).all()
        else count
    )
    _check_scores(scored[:used])
    return Rows("SSD", corners[:used], scored[:used], _whole(classed[:used]), suppressed=True)


def _told_apart(lists: Sequence[tuple[str, NDArray[Any]]]) -> tuple[Floats | None, Floats | None]:
    """Scores and classes: by their names, else whole numbers are the classes."""
    scored = [array for name, array in lists if any(word in name for word in ("score", "conf", "prob"))]
    classed = [array for name, array in lists if any(word in name for word in ("class", "label", "categ"))]
    if len(scored) != 1 or len(classed) != 1:
        lists = [(name, array) for name, array in lists if "num" not in name]
        if len(lists) != 2:
            return None, None
        whole = [
            array.dtype.kind in "iu" or bool((array == np.rint(array)).all() and (array > 1).any())
            for _, array in lists
        ]
        if whole == [True, False]:
            classed, scored = [lists[0][1]], [lists[1][1]]
        elif whole == [False, True]:
            scored, classed = [lists[0][1]], [lists[1][1]]
        else:
            return None, None
    return np.asarray(scored[0], np.float64), np.asarray(classed[0], np.float64)


def _scaled(corners: Floats, size: Floats) -> Floats:
    """Fractions of the input, whether they were that before or pixels."""
    finite = corners[np.isfinite(corners)]
    return corners if not finite.size or finite.max() <= FRACTIONS else corners / size


def _whole(values: Floats) -> NDArray[np.int64]:
    return np.nan_to_num(np.rint(values), nan=-1, posinf=-1, neginf=-1).astype(np.int64)


def _check_scores(scores: Floats) -> None:
    finite = scores[np.isfinite(scores)]
    if finite.size and (finite.min() < -1e-3 or finite.max() > 1 + 1e-3):
        raise UnknownLayoutError(
            f"its scores run from {finite.min():.3g} to {finite.max():.3g}; they must lie in 0 to 1"
        )
