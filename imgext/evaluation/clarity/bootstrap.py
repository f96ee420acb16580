"""How sure a mean difference over scenes is: paired differences, resampled.

Conventions: one number per scene, the same scenes in the same order for both modes; intervals hold 95 % and
are percentiles of 10 000 resamples with replacement (B. Efron and R. J. Tibshirani, "An Introduction to the
Bootstrap", 1993, chapter 13). The lot is PCG64 with a fixed seed, so the same differences always have the
same interval.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

RESAMPLES = 10_000
SEED = 20261122

_RESAMPLES_AT_ONCE = 500


class Estimate(NamedTuple):
    """A mean and a median over scenes with their intervals, and the number of scenes."""

    mean: float
    low: float
    high: float
    median: float
    median_low: float
    median_high: float
    scenes: int


def estimate(values: ArrayLike) -> Estimate:
    """Mean and median of values with 95 % intervals.

    Parameters
    ----------
    values : array_like, shape (scenes,)
        Finite; at least one.

    Returns
    -------
    Estimate
        Rounded to six places. One scene has an interval of no width, which says nothing.

    Raises
    ------
    ValueError
        There is no value, or one is not finite.

    Examples
    --------
    >>> estimate([0.0, 0.0, 0.0])
    Estimate(mean=0.0, low=0.0, high=0.0, median=0.0, median_low=0.0, median_high=0.0, scenes=3)
    """
    x = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or not x.size or not np.all(np.isfinite(x)):
        raise ValueError("an interval needs at least one value, and all of them finite")
    lot = np.random.Generator(np.random.PCG64(np.random.SeedSequence(SEED)))
    means, medians = np.zeros(RESAMPLES), np.zeros(RESAMPLES)
    for start in range(0, RESAMPLES, _RESAMPLES_AT_ONCE):
        here = slice(start, start + _RESAMPLES_AT_ONCE)
        drawn = x[np.floor(lot.random((_RESAMPLES_AT_ONCE, x.size)) * x.size).astype(np.intp)]
        means[here], medians[here] = np.mean(drawn, axis=1), np.median(drawn, axis=1)
    (low, high), (median_low, median_high) = (
        np.percentile(sample, [2.5, 97.5]).tolist() for sample in (means, medians)
    )
    numbers = (float(np.mean(x)), low, high, float(np.median(x)), median_low, median_high)
    mean, low, high, median, median_low, median_high = (round(number, 6) + 0.0 for number in numbers)
    return Estimate(mean, low, high, median, median_low, median_high, x.size)


def paired(values: ArrayLike, reference: ArrayLike) -> Estimate:
    """Estimate the difference of values to reference, scene by scene.

    Parameters
    ----------
    values, reference : array_like, shape (scenes,)

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        They are of different length, or as for `estimate`.

    Examples
    --------
    >>> paired([0.4, 0.5], [0.3, 0.4]).mean
    0.1
    """
    left, right = np.asarray(values, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    if left.shape != right.shape:
        raise ValueError(f"{left.size} values cannot be paired with {right.size}")
    return estimate(left - right)
