"""Decay of an impulse response: octaves, decay curve and decay time.

EDT, T20 and T30.

Conventions: a response has the shape ``(frames,)`` or ``(frames, channels)``, whose energies add up; times in
seconds, levels in dB. A value that the response does not hold (it is silent, or its decay curve does not
reach far enough down) is NaN. Responses are taken to be free of background noise; a recorded one has to be
cut off at its noise floor first.

Source: ISO 3382-1:2009 (5.3 integrated impulse response, 5.4 and A.2.2 decay times); ISO 3382-2:2008;
M. R. Schroeder, "New method of measuring reverberation time", JASA 37, 1965; F. Jacobsen and J. H. Rindel,
"Time reversed decay measurements", J. Sound Vib. 117(1), 1987 (filtering backwards, so that the filter's own
ringing does not lengthen the decay).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.biquads import butterworth_band, run

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]


def octave_band(response: ArrayLike, rate: float, centre: float) -> Array:
    """One octave of a response, by a band-pass that runs backwards in time.

    A Butterworth filter of eight poles.

    Parameters
    ----------
    response : array_like of float64, shape (frames,) or (frames, channels)
    rate : float
        Samples per second.
    centre : float
        Hz; the octave ends below half the rate.

    Returns
    -------
    ndarray of float64, shape (frames, channels)

    Raises
    ------
    ValueError
        The octave does not fit below half the rate.
    """
    lower, upper = centre / math.sqrt(2.0), centre * math.sqrt(2.0)
    if not 0.0 < lower < upper < rate / 2.0:
        raise ValueError(f"the octave at {centre} Hz does not fit below half the rate, {rate / 2.0} Hz")
    backwards, _ = run(butterworth_band(4, lower, upper, rate), _channels(response)[::-1].T)
    return np.ascontiguousarray(backwards.T[::-1])


def decay_curve(response: ArrayLike) -> Array:
    """Schroeder's integral: level of the energy still to come, in dB re all of it.

    Parameters
    ----------
    response : array_like of float64, shape (frames,) or (frames, channels)

    Returns
    -------
    ndarray of float64, shape (frames,)
        Falls from 0; -inf where nothing more comes, NaN throughout if the response is silent.

    Examples
    --------
    >>> decay_curve([3.0, 1.0, 0.0]).round(6).tolist()
    [0.0, -10.0, -inf]
    """
    h = _channels(response)
    remaining = np.cumsum(np.sum(h * h, axis=1)[::-1])[::-1]
    if not remaining.size or remaining[0] == 0.0:
        return np.full(remaining.size, np.nan)
    with np.errstate(divide="ignore"):
        return np.asarray(10.0 * np.log10(remaining / remaining[0]), dtype=np.float64)


def decay_time(response: ArrayLike, rate: float, upper: float, lower: float) -> float:
    """Time for a fall by 60 dB, from the decay curve between two levels.

    By the straight line that fits it best.

    ``(0, -10)`` gives EDT, ``(-5, -25)`` T20, ``(-5, -35)`` T30.

    Parameters
    ----------
    response : array_like of float64, shape (frames,) or (frames, channels)
    rate : float
        Samples per second.
    upper, lower : float
        dB re the beginning of the decay curve, ``0 >= upper > lower``.

    Returns
    -------
    float
        Seconds; NaN if fewer than two frames lie between the levels or the curve does not come down to
        `lower`.
    """
    if not 0.0 >= upper > lower:
        raise ValueError(f"the levels are {upper} and {lower} dB; they need to be 0 >= upper > lower")
    curve = decay_curve(response)
    inside = np.flatnonzero((curve <= upper) & (curve >= lower))
    if inside.size < 2 or not np.any(np.isfinite(curve) & (curve < lower)):
        return math.nan
    t = (inside - np.mean(inside)) / rate
    slope = float(np.sum(t * curve[inside]) / np.sum(t * t))
    return -60.0 / slope if slope < 0.0 else math.nan


class OctaveDecays:
    """T30 in several octaves, for many responses of one length.

    With the same bits on every processor of one kind.

    For use inside a synthesis, where a measurement steers what is made: the levels of the decay curve are
    found by comparison instead of logarithms, and the octaves are cut out of the spectrum without phase.

    Parameters
    ----------
    rate : int
        Samples per second.
    frames : int
        Length of the responses.
    octaves : ndarray of float64
        Centres in octaves from 1 kHz.
    """

    _LEVELS = np.arange(-5.0, -36.0, -1.0)  # dB
    _RATIOS = np.cumprod(
        np.array([0.31622776601683794] + [0.7943282347242815] * 30)
    )  # -5 dB, then -1 dB thirty times

    def __init__(self, rate: int, frames: int, octaves: Array) -> None:
        self._rate = rate
        self._lead = round(0.1 * rate)  # filters without phase ring before the response as well
        self._size = fast_length(frames + 2 * self._lead)
        self._masks = octave_masks(rate, self._size, octaves)

    def __call__(self, response: Array) -> Array:
        """Decay times in seconds, one an octave, of a response of shape ``(frames,)``."""
        padded = np.zeros(self._size)
        padded[self._lead : self._lead + response.size] = response
        spectrum = np.fft.rfft(padded)
        return np.array([self._decay(np.fft.irfft(spectrum * mask, n=self._size)) for mask in self._masks])

    def _decay(self, band: Array) -> float:
        remaining = np.cumsum((band * band)[::-1])
        # First place, counted from the end, at which more than the given share of the energy is still to
        # come.
        seconds = (band.size - np.searchsorted(remaining, self._RATIOS * remaining[-1])) / self._rate
        # Least squares of level over time; each level counts for the time it stands for, as if the curve were
        # sampled evenly in time.
        weight = np.gradient(seconds)
        t = seconds - np.sum(weight * seconds) / np.sum(weight)
        return float(-60.0 * np.sum(weight * t * t) / np.sum(weight * t * self._LEVELS))


def octave_masks(rate: float, size: int, octaves: Array) -> Array:
    """Magnitudes of octave-wide Butterworth band-passes, eight poles.

    At the bins of a real transform of `size` samples.

    `octaves` are the centres in octaves from 1 kHz; the result has the shape ``(octaves, size // 2 + 1)``.
    """
    f = np.arange(1, size // 2 + 1) * (rate / size)
    masks = np.zeros((octaves.size, size // 2 + 1))
    for mask, octave in zip(masks, octaves, strict=True):
        centre = 1000.0 * 2.0 ** float(octave)
        x = f / centre - centre / f
        square = 2.0 * x * x
        fourth = square * square
        mask[1:] = np.sqrt(1.0 / (1.0 + fourth * fourth))
    return masks


def fast_length(frames: int) -> int:
    """Smallest even number from `frames` on whose prime factors are 2, 3 and 5.

    A fast length for the Fourier transform.

    Examples
    --------
    >>> [fast_length(n) for n in (1, 7, 97, 44100, 44101)]
    [2, 8, 100, 45000, 45000]
    """
    best = 1 << max(1, (frames - 1).bit_length())
    five = 1
    while five < best:
        three = five
        while three < best:
            best = min(best, three * max(2, 1 << (-(-frames // three) - 1).bit_length()))
            three *= 3
        five *= 5
    return best


def _channels(response: ArrayLike) -> Array:
    h = np.asarray(response, dtype=np.float64)
    if h.ndim not in (1, 2):
        raise ValueError(
            f"the response has the shape {h.shape}; it needs to be (frames,) or (frames, channels)"
        )
    return h.reshape(len(h), -1) if len(h) else np.zeros((0, 1))
