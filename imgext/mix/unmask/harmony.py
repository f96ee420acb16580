"""Finds the lowest value of a function of many numbers in a box.

By harmony search, or by a pattern search that draws nothing.

Conventions: a point is a float64 array of shape (n,) between a lower and an upper bound; the objective gives
a finite number, or infinity for a point that is not allowed, rounded by the caller so coarsely that last-bit
differences between machines cannot change a comparison. Neither search ever returns a point that is worse
than the one it starts from.

Harmony search is a metaphor of musicians who tune by ear; what it does is draw each coordinate from a memory
of good points, nudge some of them, and put what is better in the place of the worst. The pattern search tries
one coordinate after another, a step down and a step up; on smooth problems with few interactions it needs a
fraction of the evaluations.

Sources: Z. W. Geem, J. H. Kim, G. V. Loganathan, "A new heuristic optimization algorithm: harmony search",
Simulation 76, 2001; M. Mahdavi, M. Fesanghary, E. Damangir, Applied Mathematics and Computation 188, 2007 (a
bandwidth that shrinks geometrically).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgext.dsp.units import rounded

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Float = NDArray[np.float64]
    Objective = Callable[[Float], float]

MEMORY = 30
CONSIDERING = 0.95
ADJUSTING = 0.3
BANDWIDTH = (0.10, 0.005)
"""Of the range, at the first and at the last evaluation."""


class Found(NamedTuple):
    """The best point, its value, and how often the objective was asked."""

    x: Float
    value: float
    evaluations: int


def harmony_search(
    objective: Objective,
    lower: Float,
    upper: Float,
    *,
    seed: int,
    start: Float | None = None,
    evaluations: int = 3000,
    memory: int = MEMORY,
    considering: float = CONSIDERING,
    adjusting: float = ADJUSTING,
    bandwidth: tuple[float, float] = BANDWIDTH,
) -> Found:
    """Harmony search with a bandwidth that shrinks.

    Parameters
    ----------
    objective : callable
        Of an array of shape (n,), which it must not keep or change.
    lower, upper : ndarray, shape (n,)
    seed : int
        0 or more: the same seed gives the same point to the last bit.
    start : ndarray, shape (n,), optional
        Put into the memory next to the random points.
    evaluations : int
        In all, those of the first memory included; at least 1.
    memory : int
        Points remembered.
    considering : float
        0 to 1: how often a coordinate comes from the memory and not from anywhere in the box.
    adjusting : float
        0 to 1: how often what comes from the memory is nudged.
    bandwidth : (float, float)
        Largest nudge as a share of the range, first and last.

    Returns
    -------
    Found

    Raises
    ------
    ValueError
        A bound is not finite or above the other, or there is nothing to evaluate.

    Examples
    --------
    >>> away = lambda x: round(float(np.sum((x - 1.0) ** 2)), 9)
    >>> found = harmony_search(away, np.zeros(3), np.full(3, 6.0), seed=1, evaluations=1000)
    >>> found.value < 0.001, found.evaluations
    (True, 1000)
    """
    if not (np.all(np.isfinite(lower)) and np.all(np.isfinite(upper)) and np.all(lower <= upper)):
        raise ValueError("the bounds are finite, the lower ones not above the upper ones")
    if evaluations < 1 or memory < 1:
        raise ValueError(f"{evaluations} evaluations with a memory of {memory}: both are at least 1")
    generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed)))
    n, width = lower.size, upper - lower
    rows = min(memory, evaluations)
    points = lower + generator.random((rows, n)) * width
    if start is not None:
        points[0] = np.clip(start, lower, upper)
    values = np.array([objective(point.copy()) for point in points], dtype=np.float64)
    improvising = evaluations - rows
    everyone = np.arange(n)
    for k in range(improvising):
        which, row, nudged, way, anywhere = generator.random((5, n))
        remembered = points[(row * rows).astype(np.int64), everyone]
        reach = rounded(bandwidth[0] * (bandwidth[1] / bandwidth[0]) ** (k / max(improvising - 1, 1)))
        nudge = np.where(nudged < adjusting, (2.0 * way - 1.0) * reach * width, 0.0)
        x = np.clip(np.where(which < considering, remembered + nudge, lower + anywhere * width), lower, upper)
        value = objective(x.copy())
        worst = int(np.argmax(values))
        if value < values[worst]:
            points[worst], values[worst] = x, value
    best = int(np.argmin(values))
    return Found(points[best].copy(), float(values[best]), evaluations)


def pattern_search(
    objective: Objective,
    lower: Float,
    upper: Float,
    start: Float,
    *,
    steps: Sequence[float],
    sweeps: int = 4,
    least: float = 1e-6,
    evaluations: int | None = None,
) -> Found:
    """Try every coordinate a step lower and higher, then with the next step.

    Until nothing helps.

    Parameters
    ----------
    objective : callable
        Of an array of shape (n,), which it must not keep or change.
    lower, upper : ndarray, shape (n,)
    start : ndarray, shape (n,)
        Inside the box.
    steps : sequence of float
        Above 0, in the order in which they are tried.
    sweeps : int
        Rounds through all coordinates, at most, with one step.
    least : float
        By how much the value has to fall.
    evaluations : int, optional
        At most so many; blank: as many as it takes.

    Returns
    -------
    Found
        Never worse than `start`.

    Examples
    --------
    >>> away = lambda x: round(float(np.sum((x + 2.0) ** 2)), 9)
    >>> found = pattern_search(away, np.full(2, -6.0), np.zeros(2), np.zeros(2), steps=(3.0, 1.0))
    >>> found.x.tolist(), found.value
    ([-2.0, -2.0], 0.0)
    """
    x = np.clip(start, lower, upper)
    best, asked = objective(x.copy()), 1
    limit = math.inf if evaluations is None else evaluations
    for step in steps:
        for _ in range(sweeps):
            before = best
            for d in range(x.size):
                kept = float(x[d])
                for way in (-step, step):
                    trial = min(max(kept + way, float(lower[d])), float(upper[d]))
                    if trial == x[d] or asked >= limit:
                        continue
                    was = float(x[d])
                    x[d] = trial
                    value = objective(x.copy())
                    asked += 1
                    if value < best - least:
                        best = value
                    else:
                        x[d] = was
            if best == before:
                break
    return Found(x, best, asked)
