"""A sound as levels over time in seven octaves, where every estimate starts.

Conventions: mono at 16 kHz with a peak of 1; frames of 32 ms (Hann) every 8 ms; octaves from 88 Hz to 7.9
kHz, band 0 the lowest; levels in dB of the summed squared magnitudes of an unscaled transform, rounded to
1e-6 dB so that the last bit of a logarithm shows nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RATE = 16000
"""Samples per second of everything that is analysed."""

WINDOW = 512
HOP = 128

STEP = HOP / RATE
"""Seconds from frame to frame."""

EDGES = (88.0, 177.0, 354.0, 707.0, 1414.0, 2828.0, 5657.0, 7900.0)
"""Edges of the bands (Hz)."""

LONGEST = 60
"""Seconds of a sound that are looked at."""

QUIETEST = 1e-4
"""Peak below which a sound is silent."""

GRID = 2.0**-30
"""Step to which prepared samples are rounded."""

_TINY = 1e-9


@dataclass(frozen=True)
class Levels:
    """Levels of one sound.

    Attributes
    ----------
    x : ndarray of float64, shape (samples,)
        The sound, mono at `RATE`, its peak 1.
    power : ndarray of float64, shape (7, frames)
        Summed squared magnitudes.
    bands : ndarray of float64, shape (7, frames)
        The same in dB.
    broad : ndarray of float64, shape (frames,)
        Level in dB of bands 1 to 6 together: below 177 Hz is hum and wind.
    spectrum : ndarray of float64, shape (257,)
        Mean power spectrum.
    """

    x: Array
    power: Array
    bands: Array
    broad: Array
    spectrum: Array


def prepare(samples: Array, rate: int) -> Array:
    """Mono at 16 kHz with a peak of 1, at most the first minute.

    Empty where there is nothing to hear.

    Parameters
    ----------
    samples : ndarray of float64, shape (frames,) or (frames, channels)
    rate : int
        Samples per second.

    Returns
    -------
    ndarray of float64, shape (n,)
    """
    x = np.asarray(samples, dtype=np.float64)[: LONGEST * rate]
    if x.ndim == 2:
        x = np.sum(x, axis=1) / x.shape[1]
    if rate != RATE and x.size:
        import soxr

        x = np.asarray(soxr.resample(np.ascontiguousarray(x), rate, RATE, quality="HQ"), dtype=np.float64)
    peak = float(np.max(np.abs(x))) if x.size else 0.0
    return np.asarray(np.rint(x / peak / GRID) * GRID) if peak >= QUIETEST else np.zeros(0)


def measure(x: Array) -> Levels:
    """Take the levels of a prepared sound.

    Parameters
    ----------
    x : ndarray of float64, shape (samples,)
        From `prepare`, not empty.

    Returns
    -------
    Levels
    """
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(WINDOW) / WINDOW)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(x, WINDOW // 2), WINDOW)[::HOP]
    spectra = np.fft.rfft(frames * window, axis=1)
    squared = spectra.real * spectra.real + spectra.imag * spectra.imag
    bins = [int(np.ceil(edge * WINDOW / RATE)) for edge in EDGES]
    power = np.add.reduceat(squared[:, : bins[-1]], bins[:-1], axis=1).T.copy()
    return Levels(
        x, power, decibels(power), decibels(np.sum(power[1:], axis=0)), np.sum(squared, axis=0) / len(squared)
    )


def decibels(power: Array, tiny: float = _TINY) -> Array:
    """Powers in dB, rounded to 1e-6 dB; `tiny` is added before.

    >>> decibels(np.array([0.0, 1.0, 2.0])).tolist()
    [-90.0, 0.0, 3.0103]
    """
    return np.asarray(np.round(10.0 * np.log10(power + tiny), 6))


def sliding_fit(levels: Array, width: int) -> tuple[Array, Array]:
    """Straight lines through every `width` frames in a row, by least squares.

    Parameters
    ----------
    levels : ndarray of float64, shape (..., frames)
    width : int
        2 or more, not above the number of frames.

    Returns
    -------
    slope, residual : ndarray of float64, shape (..., frames - width + 1)
        Slope in dB per frame, root mean square distance from the line in dB; both rounded to 1e-9.

    Examples
    --------
    >>> slope, residual = sliding_fit(np.array([0.0, -2.0, -4.0, -6.0]), 3)
    >>> slope.tolist(), residual.tolist()
    ([-2.0, -2.0], [0.0, 0.0])
    """
    t = np.arange(width) - (width - 1) / 2.0
    squares = float(np.sum(t * t))
    level = levels - np.mean(levels, axis=-1, keepdims=True)

    def sums(x: Array) -> Array:
        total = np.cumsum(np.concatenate([np.zeros((*x.shape[:-1], 1)), x], axis=-1), axis=-1)
        return np.asarray(total[..., width:] - total[..., :-width])

    plain = sums(level)
    first = np.arange(plain.shape[-1])
    slope = (sums(level * np.arange(level.shape[-1])) - (first + (width - 1) / 2.0) * plain) / squares
    mean = plain / width
    variance = sums(level * level) / width - mean * mean - slope * slope * squares / width
    residual: Array = np.sqrt(np.maximum(np.round(variance, 7), 0.0))
    return np.round(slope, 9), np.round(residual, 9)
