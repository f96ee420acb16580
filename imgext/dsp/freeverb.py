"""Freeverb as pedalboard plays it: its impulse response, and its closed form.

The reverb of comb and all-pass filters.

Conventions: decay times (RT60) in seconds, frequencies in hertz, responses float64 of shape ``(frames, 2)``
that carry the reverberation alone and have the energy 1 over both channels, as those of `imgext.dsp.room` do.
`room_size`, `damping` and `width` run from 0 to 1 and go to pedalboard as they are, with `wet_level` 1/3
(Freeverb multiplies by 3) and `dry_level` 0.

Eight combs whose loops hold a gain ``g = 0.7 + 0.28 room_size`` and a low-pass ``(1 - d) / (1 - d / z)``, ``d
= 0.4 damping``, run side by side on the sum of both inputs; four all-passes follow. A loop of mean length
32.8 ms loses ``-20 lg(g |H(f)|)`` dB a turn, so that

    RT60(f) = 0.0984 / -lg(g |H(f)|)

which runs from 0.635 s to 11.2 s without damping: this engine has no small rooms. The low-pass is computed
against the sample rate, so a room is a little brighter at a higher rate, as it is in the original. Its energy
depends on the room by 10 dB; normalised, a wet level means one thing.

The filters are linear and do not change over time, so their answer to one click says all, and our own
convolution plays it. The click goes in before any sound is there, in both channels: a mono sound has no width
here. pedalboard computes in 32-bit floats, whose rounding lies some 90 dB below the reverberation. It has one
path of code for each architecture, so the bits are the same on every processor of one kind; between two
architectures the last digits of those floats differ, which no later rounding can mend.

Sources: Jezar, Freeverb (2000), in JUCE's `Reverb`, which pedalboard wraps; J. O. Smith, "Physical Audio
Signal Processing", Freeverb.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

GRID = 2.0**-40
"""Step to which the samples of a response are rounded."""

_LOOP = 0.0984  # s: three times the mean length of the combs, 60 dB being three powers of ten of amplitude
_SMALLEST, _RANGE = 0.7, 0.28
_DAMPING = 0.4
_ARRIVAL = 0.045  # s in which the longest comb has answered and the all-passes have spread it
_FADE = 0.05  # of the length
_UNITY = 1.0 / 3.0  # the wet level that passes the filters as they are


def decay_times(room_size: float, damping: float, frequencies: ArrayLike, rate: float = 44100.0) -> Array:
    """RT60 of the closed form.

    Parameters
    ----------
    room_size, damping : float
        0 to 1.
    frequencies : array_like
        Hz, 0 or more.
    rate : float
        Samples per second.

    Returns
    -------
    ndarray of float64, the shape of `frequencies`
        Seconds.

    Examples
    --------
    >>> decay_times(0.5, 0.5, [0, 1000, 4000, 8000]).round(2).tolist()
    [1.3, 1.28, 1.02, 0.69]
    """
    _check(room_size=room_size, damping=damping)
    d = _DAMPING * damping
    cosine = np.cos(2.0 * math.pi * np.asarray(frequencies, dtype=np.float64) / rate)
    low_pass = (1.0 - d) / np.sqrt(1.0 - 2.0 * d * cosine + d * d)
    return np.asarray(
        np.round(_LOOP / -np.log10((_SMALLEST + _RANGE * room_size) * low_pass), 9), dtype=np.float64
    )


def correlation(width: float) -> float:
    """Correlation between the channels.

    Two independent sides count ``(1 + width) / 2`` and ``(1 - width) / 2`` in each other.

    >>> [correlation(width) for width in (0.0, 0.5, 1.0)]
    [1.0, 0.6, 0.0]
    """
    _check(width=width)
    return (1.0 - width * width) / (1.0 + width * width)


# The interface of an engine: damping leaves the lowest frequencies as long, and nothing is drawn by lot.
def tail_seconds(room_size: float, damping: float) -> float:  # noqa: ARG001
    """Seconds that a room rings after a sound, until about -60 dB.

    Rounded up to 0.01 s.

    This is the length of `impulse_response`.

    >>> tail_seconds(0.0, 0.5), tail_seconds(1.0, 0.0)
    (0.69, 11.27)
    """
    return math.ceil(round((float(decay_times(room_size, 0.0, 0.0)) + _ARRIVAL) * 100.0, 4)) / 100.0


def impulse_response(
    room_size: float,
    damping: float,
    width: float,
    rate: int,
    seed: int = 0,  # noqa: ARG001
) -> Array:
    """Stereo impulse response of the filters, the reverberation alone.

    Parameters
    ----------
    room_size, damping, width : float
        0 to 1, as pedalboard has them.
    rate : int
        Samples per second, 8000 to 192000.
    seed : int
        Not used: nothing is drawn.

    Returns
    -------
    ndarray of float64, shape (frames, 2)
        ``frames`` is `tail_seconds` at `rate`; the sum of all squares is 1. It begins with a silence of 25
        ms, the shortest comb.

    Raises
    ------
    ValueError
        A parameter is out of its range.

    Examples
    --------
    >>> h = impulse_response(0.25, 0.5, 0.8, 16000)
    >>> h.shape, round(float((h * h).sum()), 9)
    ((14720, 2), 1.0)
    """
    _check(room_size=room_size, damping=damping, width=width)
    if not 8000 <= rate <= 192000:
        raise ValueError(f"rate is {rate}; it runs from 8000 to 192000")
    response = _played(room_size, damping, width, rate)
    length = round(_FADE * len(response))
    response[-length:] *= (0.5 + 0.5 * np.cos(np.pi * (np.arange(length) + 1.0) / length))[:, np.newaxis]
    response /= math.sqrt(float(np.sum(response * response)))
    return np.asarray(np.rint(response / GRID) * GRID)


def _played(room_size: float, damping: float, width: float, rate: int) -> Array:
    """What pedalboard makes of a click, (frames, 2)."""
    from pedalboard import Reverb

    click = np.zeros((2, round(tail_seconds(room_size, damping) * rate)), dtype=np.float32)
    click[:, 0] = 1.0
    filters = Reverb(room_size=room_size, damping=damping, wet_level=_UNITY, dry_level=0.0, width=width)
    return np.ascontiguousarray(filters(click, rate).T, dtype=np.float64)


def _check(**shares: float) -> None:
    for name, value in shares.items():
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"{name} is {value}; it runs from 0 to 1")
