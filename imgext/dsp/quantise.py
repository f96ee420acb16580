"""The grid on which stems are summed, and the samples that a file holds.

Conventions: full scale is 1.0; blocks are (samples, channels) of float64.

Stems are rounded once to an integer grid of 2**40 steps to full scale (64-bit integers) and summed there.
Integer sums are exact: order, block size and edits cannot change a bit, and stems add up to the mix. The grid
is 98 dB finer than a 24-bit step and holds sums up to 2**23 times full scale (138 dB).

A file holds 24-bit samples rounded half to even, or on request 16-bit samples with triangular dither of one
step to either side (TPDF: Lipshitz, Wannamaker & Vanderkooy, "Quantization and dither: a theoretical survey",
JAES 40(5), 1992), which makes mean and variance of the error independent of the sound.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imgext.errors import ImgextError

GRID = 2**40

Float = NDArray[np.float64]


def require_finite(x: NDArray[np.floating], where: str) -> None:
    """Stop if a block holds a value that is not a number or infinite.

    Parameters
    ----------
    x : ndarray, shape (n,) or (n, channels)
    where : str
        The stage and the track, as the message should name them: ``"track gull, cuts"``.

    Raises
    ------
    ImgextError
        Names the place, the first such sample of the block and its value.
    """
    fine = np.isfinite(x)
    if not fine.all():
        place = np.argwhere(~fine)[0]
        raise ImgextError(
            f"{where}: sample {int(place[0])} of the block is {x[tuple(place)]}, a finite number is expected"
        )


def to_grid(x: Float) -> NDArray[np.int64]:
    """Round to the grid, half to even.

    Parameters
    ----------
    x : ndarray
        Finite, below 2**23 in magnitude.

    Returns
    -------
    ndarray of int64, same shape
        In steps of 2**-40 of full scale.

    Examples
    --------
    >>> int(to_grid(np.array([-0.5]))[0]) == -(2**39)
    True
    """
    return np.rint(x * float(GRID)).astype(np.int64)


def from_grid(steps: NDArray[np.int64]) -> Float:
    """Turn grid steps back into numbers; exact below 2**13 times full scale.

    Parameters
    ----------
    steps : ndarray of int64

    Returns
    -------
    ndarray of float64, same shape
    """
    return steps.astype(np.float64) * (1.0 / GRID)


def pcm24(x: Float) -> tuple[NDArray[np.int32], int]:
    """Round to 24-bit samples, half to even.

    Parameters
    ----------
    x : ndarray
        Full scale 1.0.

    Returns
    -------
    samples : ndarray of int32, same shape
        -2**23 to 2**23 - 1. Shift left by 8 for a writer that expects 32-bit samples.
    clipped : int
        How many samples stood beyond the rails and were set to them.

    Examples
    --------
    >>> samples, clipped = pcm24(np.array([0.5, -1.0, 1.0]))
    >>> samples.tolist(), clipped
    ([4194304, -8388608, 8388607], 1)
    """
    clipped, values = _rails(np.rint(x * float(2**23)), 23)
    return values.astype(np.int32), clipped


def pcm16_tpdf(x: Float, rng: np.random.Generator) -> tuple[NDArray[np.int16], int]:
    """Round to 16-bit samples with triangular dither of one step to either side.

    Parameters
    ----------
    x : ndarray
        Full scale 1.0.
    rng : numpy.random.Generator
        Two draws for each sample, in the order of the samples: how the sound is cut into blocks makes no
        difference.

    Returns
    -------
    samples : ndarray of int16, same shape
    clipped : int
        How many samples stood beyond the rails and were set to them.
    """
    pairs = rng.random((*x.shape, 2))
    clipped, values = _rails(np.rint(x * float(2**15) + (pairs[..., 0] - pairs[..., 1])), 15)
    return values.astype(np.int16), clipped


def _rails(values: Float, bits: int) -> tuple[int, Float]:
    low, high = -float(2**bits), float(2**bits - 1)
    if values.size == 0 or (values.min() >= low and values.max() <= high):
        return 0, values
    clipped = int(np.count_nonzero((values < low) | (values > high)))
    return clipped, np.clip(values, low, high)
