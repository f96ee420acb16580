"""Smooths rows of critical-band figures over time, and K-weights the bands.

Conventions: rows as `imgext.dsp.bark.BarkMeter` gives them, with their frame numbers next to them.
"""

from __future__ import annotations

import cmath
import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.bark import CENTRES
from imgext.dsp.loudness import k_weighting
from imgext.dsp.units import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float = NDArray[np.float64]
    Int = NDArray[np.int64]


def smoothed(values: Float, at: Int, width: int = 9) -> Float:
    """Smooth rows over time by a Hann window.

    Parameters
    ----------
    values : ndarray, shape (n, m)
    at : ndarray of int, shape (n,)
        Their frames, rising; in frames that are missing the values are 0.
    width : int
        Frames, odd; 9 are 192 ms.

    Returns
    -------
    ndarray, shape (n, m)
    """
    if width % 2 == 0:
        raise ValueError(f"width is {width}; it is odd")
    if not at.size:
        return values.copy()
    # A gap of `width` frames separates as well as a longer one.
    place = np.concatenate([[0], np.cumsum(np.minimum(np.diff(at), width))])
    length = int(place[-1]) + 1
    padded = np.zeros((length + width - 1, values.shape[1]))
    padded[place + width // 2] = values
    weights = np.hanning(width + 2)[1:-1]
    weights = np.round(weights / np.sum(weights), 12)
    result, term = np.zeros((length, values.shape[1])), np.empty((length, values.shape[1]))
    for shift, weight in enumerate(weights.tolist()):
        result += np.multiply(padded[shift : shift + length], weight, out=term)
    return np.asarray(result[place])


@lru_cache(maxsize=8)
def k_weights(rate: int) -> Float:
    """Power gain of BS.1770's K-weighting at the centre of each band.

    Parameters
    ----------
    rate : int
        Hz.

    Returns
    -------
    ndarray, shape (25,)
        Twelve significant digits; 0 where the centre is not below half the rate. Not to be written to.
    """
    gains = []
    for centre in CENTRES:
        gain = 1.0 if 2 * centre < rate else 0.0
        z = cmath.exp(-2j * math.pi * centre / rate)
        for b, a in k_weighting(rate):
            b0, b1, b2, a0, a1, a2 = (float(c) for c in (*b, *a))
            gain *= abs((b0 + b1 * z + b2 * z * z) / (a0 + a1 * z + a2 * z * z)) ** 2
        gains.append(rounded(gain))
    result = np.array(gains)
    result.flags.writeable = False
    return result
