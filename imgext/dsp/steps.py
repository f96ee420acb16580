"""Measures a sound in steps of 5 ms and eight bands, to find events and seams.

Conventions: samples have shape (n, channels), full scale 1.0. Step t is a Hann window of 10 ms around sample
``t * rate // 200``; powers are mean squares summed over the channels, shape (steps, 8). What lies under
100 Hz is left out: it is rumble more often than it is the sound.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Float = NDArray[np.float64]

STEP = 0.005
"""Seconds."""
EDGES = (100, 200, 400, 800, 1600, 3150, 6300, 12500, 20000)
"""Hz, nine edges of eight bands, about an octave each."""
BANDS = len(EDGES) - 1

_A_SECOND = 200  # steps
_STEPS_AT_ONCE = 256  # fixed: what a transform gives may depend on how many are made together


def band_steps(read: Callable[[int, int], Float], frames: int, channels: int, rate: int) -> Float:
    """Take the power of a sound in each band, step by step.

    Parameters
    ----------
    read : callable
        Gives frames [start, stop) of the sound, shape (stop - start, channels).
    frames, channels, rate : int
        How long it is, and its rate in Hz.

    Returns
    -------
    ndarray, shape (steps, 8)
        A step for every 5 ms that are begun.

    Examples
    --------
    >>> x = 0.1 * np.sin(2 * np.pi * 1000 * np.arange(4800) / 48000)[:, None]
    >>> powers = band_steps(lambda start, stop: x[start:stop], 4800, 1, 48000)
    >>> powers.shape, int(powers[10].argmax()), round(float(powers[10].sum()), 4)
    ((20, 8), 3, 0.005)
    """
    window, first, used, scale = _layout(rate)
    half = len(window) // 2
    steps = -(-frames * _A_SECOND // rate)
    powers = np.zeros((steps, BANDS))
    for begin in range(0, steps, _STEPS_AT_ONCE):
        end = min(begin + _STEPS_AT_ONCE, steps)
        centres = np.arange(begin, begin + _STEPS_AT_ONCE) * rate // _A_SECOND
        start, stop = int(centres[0]) - half, int(centres[-1]) + half
        block = np.zeros((channels, stop - start))
        low, high = max(0, start), min(frames, stop)
        block[:, low - start : high - start] = read(low, high).T
        for channel in block:
            windowed = sliding_window_view(channel, 2 * half)[centres - half - start] * window
            spectrum = np.fft.rfft(windowed, axis=1)
            squares = spectrum.real * spectrum.real + spectrum.imag * spectrum.imag
            sums = np.add.reduceat(squares, first, axis=1)[:, :used]
            powers[begin:end, :used] += sums[: end - begin]
    return powers * scale


@lru_cache(maxsize=8)
def _layout(rate: int) -> tuple[Float, list[int], int, float]:
    """Return window, each band's first bin, their number, and the scale to powers."""
    size = 2 * round(rate * STEP)
    window = np.hanning(size + 1)[:-1]
    bins = size // 2 + 1
    first = [-(-edge * size // rate) for edge in EDGES]
    first = [edge for edge in first if edge < bins]
    used = min(BANDS, len(first))
    # a sine of amplitude 1, mean square 1/2, has 3/32 size**2 in one half of the spectrum of a Hann window
    return window, first, used, 16.0 / (3.0 * size * size)
