"""The trace of a room in a spectrum's fine structure: repetitions at every lag.

In rain as in a bark.

Conventions: lags in seconds, levels in dB, the sound mono at 16 kHz in pieces of 5 s (or one shorter piece).

A room adds delayed copies of the sound to it, which shows as a correlation of the whitened sound with itself:
at each lag about as strong as the response of the room there. In the spectrum the same copies are ripples and
notches finer than 25 Hz, distributed as those of a diffuse field are (a standard deviation of 5.6 dB, more
notches than peaks), where harmonics of the sound itself are peaks. So no end of a sound has to be heard, and
noise-like sounds can be distinguished too, provided that one source stands still in one room.

How: the level is evened out over a quarter of a second, the power spectrum of the piece divided by its mean
over +-25 Hz, and the logarithm taken, so that harmonics weigh no more than noise. Each of five bands is
transformed back. The energy in bands of lags from 5 to 600 ms is relative to that from 0.8 to 1.6 s, which is
chance. With energy and skewness that is 14 numbers in each band.

Source: M. R. Schroeder, "Frequency-correlation functions of frequency responses in rooms", JASA 34, 1962
(ripples of a diffuse field); B. P. Bogert, M. J. R. Healy and J. W. Tukey, "The quefrency alanysis of time
series for echoes", 1963 (echoes in the logarithm of a spectrum).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.reverberation.levels import RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

PIECE = 5 * RATE
"""Samples that are looked at together."""

SIZE = 2**17
"""Length of the transform: a piece and the longest lag without wrapping around."""

BANDS = ((1280, 3328), (3328, 8192), (8192, 16384), (16384, 32768), (32768, 61440))
"""Bins of the bands: edges at 156, 406, 1000, 2000, 4000 and 7500 Hz."""

LAGS = (0.005, 0.010, 0.020, 0.035, 0.050, 0.075, 0.100, 0.150, 0.200, 0.300, 0.400, 0.600)
"""Edges of the bands of lags (s)."""

CHANCE = (0.8, 1.6)
"""Lags (s) at which hardly a room still answers."""

_EVENING = 2000  # samples to either side
_QUIETEST = 1e-3  # of the loud power: quieter passages are not raised to the same level
_SMOOTHING = 205  # bins to either side: 25 Hz
_LEAST = 0.02  # of the local mean: limits the depth of notches


def echoes(x: Array) -> dict[str, float]:
    """Features of the fine structure.

    Parameters
    ----------
    x : ndarray of float64, shape (samples,)
        From `levels.prepare`, not empty.

    Returns
    -------
    dict of str to float
        Rounded to 1e-6; names are ``echo``, the band, and ``chance`` (dB), ``energy`` (natural logarithm),
        ``skew`` or the shortest lag in ms.
    """
    pieces = [_ripple(piece) for piece in _pieces(x)]
    found = {}
    for band, (first, last) in enumerate(BANDS):
        values = np.array([_lagged(ripple[first:last]) for ripple in pieces])
        energy, skew, *lags, chance = np.sum(values, axis=0) / len(pieces)
        found[f"echo{band}_energy"] = float(np.log(energy))
        found[f"echo{band}_skew"] = skew
        found[f"echo{band}_chance"] = 10.0 * float(np.log10(chance))
        for lag, power in zip(LAGS, lags, strict=False):
            found[f"echo{band}_{round(lag * 1000)}"] = 10.0 * float(np.log10(power / chance))
    return {name: round(float(value), 6) for name, value in found.items()}


def _pieces(x: Array) -> list[Array]:
    """Pieces of 5 s that cover the sound, the last up to its end."""
    count = -(-x.size // PIECE)
    if count <= 1:
        return [x]
    starts = [round(k * (x.size - PIECE) / (count - 1)) for k in range(count)]
    return [x[start : start + PIECE] for start in starts]


def _moving_mean(x: Array, reach: int) -> Array:
    """Mean over `reach` values to either side, fewer at the ends."""
    sums = np.cumsum(np.concatenate([[0.0], x]))
    i = np.arange(x.size)
    first, last = np.maximum(0, i - reach), np.minimum(x.size, i + reach + 1)
    return np.asarray((sums[last] - sums[first]) / (last - first), dtype=np.float64)


def _ripple(x: Array) -> Array:
    """Logarithm of the evened-out sound's power spectrum, less its local mean."""
    power = np.maximum(_moving_mean(x * x, _EVENING), 0.0)
    even = x / np.sqrt(power + _QUIETEST * float(np.percentile(power, 95)) + 1e-12)
    spectrum = np.fft.rfft(even, SIZE)
    squared = spectrum.real * spectrum.real + spectrum.imag * spectrum.imag
    local = _moving_mean(squared, _SMOOTHING)
    ratio = np.minimum(squared / (local + 1e-12 * float(np.max(local))), 1000.0)
    logarithm = np.asarray(np.round(np.log(ratio + _LEAST), 9), dtype=np.float64)
    return np.asarray(logarithm - _moving_mean(logarithm, _SMOOTHING), dtype=np.float64)


def _lagged(ripple: Array) -> list[float]:
    """Energy, skewness, mean power in each band of lags and at `CHANCE` of one band.

    Noise has a power of 1 everywhere.
    """
    size = ripple.size
    energy = float(np.sum(ripple * ripple)) / size + 1e-9
    spectrum = np.fft.rfft(ripple)
    power = (spectrum.real * spectrum.real + spectrum.imag * spectrum.imag) / (size * energy) + 1e-9
    sums = np.cumsum(np.concatenate([[0.0], power]))

    def mean(edges: tuple[float, float]) -> float:
        first, last = (round(edge * size * RATE / SIZE) for edge in edges)
        return float(sums[last + 1] - sums[first]) / (last + 1 - first)

    skew = float(np.sum(ripple * ripple * ripple)) / size / (energy * float(np.sqrt(energy)))
    return [energy, skew, *(mean(edges) for edges in pairwise(LAGS)), mean(CHANCE)]
