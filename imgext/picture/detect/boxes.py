"""What a detector finds: boxes with names, and the arithmetic on boxes.

Conventions: a box is x, y, width, height as fractions of the picture; on the way there, corners are x0, y0,
x1, y1 in an array (boxes, 4). Scores are 0 to 1. Scores and boxes are rounded to 0.001 before they decide
anything, because float32 differs in its last bits between processors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

#: No more boxes of one picture are looked at, best first.
MOST = 300


@dataclass(frozen=True, slots=True)
class Detection:
    """One box: a COCO name, a score, a place."""

    name: str
    score: float
    box: tuple[float, float, float, float]

    @property
    def area(self) -> float:
        """Share of the picture."""
        return self.box[2] * self.box[3]


def overlap(one: NDArray[np.float64], others: NDArray[np.float64]) -> NDArray[np.float64]:
    """Intersection over union of one box with others, all as corners.

    >>> overlap(np.array([0.0, 0.0, 1.0, 1.0]), np.array([[0.5, 0.0, 1.5, 1.0]])).round(3).tolist()
    [0.333]
    """
    wide = np.clip(np.minimum(one[2], others[:, 2]) - np.maximum(one[0], others[:, 0]), 0, None)
    high = np.clip(np.minimum(one[3], others[:, 3]) - np.maximum(one[1], others[:, 1]), 0, None)
    both = wide * high
    area = (one[2] - one[0]) * (one[3] - one[1]) + (others[:, 2] - others[:, 0]) * (
        others[:, 3] - others[:, 1]
    )
    return np.asarray(both / np.maximum(area - both, 1e-12))


def suppress(
    corners: NDArray[np.float64], scores: NDArray[np.float64], classes: NDArray[np.int64], limit: float
) -> list[int]:
    """Suppress all but maxima within each class; return rows that stay, best first.

    Of two that overlap by more than `limit` the better one stays.
    """
    order = np.lexsort((np.arange(len(scores)), classes, -scores))[:MOST]
    kept: list[int] = []
    while len(order):
        best, rest = int(order[0]), order[1:]
        kept.append(best)
        order = rest[(classes[rest] != classes[best]) | (overlap(corners[best], corners[rest]) <= limit)]
    return kept


def detections(
    corners: NDArray[np.float64],
    scores: NDArray[np.float64],
    classes: NDArray[np.int64],
    names: Mapping[int, str],
    *,
    least: float,
    limit: float | None,
) -> list[Detection]:
    """Detections out of a detector's rows.

    Parameters
    ----------
    corners : ndarray, shape (N, 4)
        As fractions of the picture; what lies outside it is cut off.
    scores, classes : ndarray, shape (N,)
        One score and one class a row.
    names : mapping
        By class; rows of other classes are left out.
    least : float
        Rows below this score are left out, and those with a number that is none, and those without an area.
    limit : float or None
        Overlap for `suppress`; None where the detector has done that.

    Returns
    -------
    list of Detection
        Best first.
    """
    with np.errstate(invalid="ignore"):
        scores = np.asarray(np.round(scores, 3), np.float64)
        corners = np.asarray(np.round(np.clip(corners, 0, 1), 3), np.float64)
        fine = np.isfinite(corners).all(1) & (scores >= least) & (scores <= 1)
        fine &= (
            (corners[:, 2] > corners[:, 0]) & (corners[:, 3] > corners[:, 1]) & np.isin(classes, list(names))
        )
    corners, scores, classes = corners[fine], scores[fine], np.asarray(classes)[fine]
    rows = suppress(corners, scores, classes, 1.0 if limit is None else limit)
    found = []
    for row in rows:
        x0, y0, x1, y1 = (float(side) for side in corners[row])
        found.append(
            Detection(
                names[int(classes[row])],
                float(scores[row]),
                (x0, y0, round(min(x1 - x0, 1 - x0), 3), round(min(y1 - y0, 1 - y0), 3)),
            )
        )
    return found
