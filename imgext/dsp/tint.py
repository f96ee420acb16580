"""Finds how bright a sound is over time, and where it is strongest, for pictures.

Conventions: full scale 1.0, Hz, brightness in Bark (0 to 25): the centre of gravity of the power spectrum on
Zwicker's critical bands (`imgext.dsp.bark`). Windows of `WINDOW` samples, Hann, next to each other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from imgext.dsp.bark import BANDS, EDGES

Float = NDArray[np.float64]

WINDOW = 4096
"""Samples of a column."""

_APART, _WITHIN, _MOST = 1.0, 0.01, 3  # Bark between two dominant frequencies; of the largest power; how many
_SILENCE = 1e-12  # mean square of a window that has no colour


def bark(freq: Float) -> Float:
    """Place frequencies in Hz on the critical bands.

    >>> bark(np.array([20.0, 1000.0, 20000.0])).round(2).tolist()
    [0.0, 8.5, 25.0]
    """
    places: Float = np.interp(freq, EDGES, np.arange(BANDS + 1.0))
    return places


class Tint:
    """Collects the colour of one sound of a known length.

    Parameters
    ----------
    rate : int
        Hz.
    frames : int
        Of the whole sound; what is never added is silence.
    """

    def __init__(self, rate: int, frames: int) -> None:
        freq = np.fft.rfftfreq(WINDOW, 1.0 / rate).astype(np.float64)
        self._heard = (freq >= EDGES[0]) & (freq <= EDGES[-1])
        self._freq = freq[self._heard]
        self._bark = bark(self._freq)
        self._window = np.hanning(WINDOW)
        self._sum = np.zeros(len(self._freq))
        self.brightness: Float = np.full(-(-frames // WINDOW), np.nan)
        """Bark in each column; not a number where there is silence."""

    def add(self, x: Float, start: int) -> None:
        """Take samples (n,) from frame `start`, a multiple of `WINDOW`, on."""
        padded = np.zeros(-(-len(x) // WINDOW) * WINDOW)
        padded[: len(x)] = x
        rows = padded.reshape(-1, WINDOW)
        at = np.flatnonzero(np.mean(rows * rows, axis=1) > _SILENCE)
        if not len(at):
            return
        spectra = np.fft.rfft(rows[at] * self._window)[:, self._heard]
        power = spectra.real**2 + spectra.imag**2
        self._sum += power.sum(axis=0)
        whole = power.sum(axis=1)
        self.brightness[start // WINDOW + at] = (power * self._bark).sum(axis=1) / np.where(
            whole > 0, whole, 1.0
        )

    def dominant(self) -> tuple[float, ...]:
        """Return up to three frequencies (Hz) at which the sound is strongest, in order.

        They lie a critical band apart, and the weakest is less than 20 dB under the first.
        """
        left, found = self._sum.copy(), list[float]()
        while len(found) < _MOST:
            best = int(np.argmax(left))
            if not left[best] > _WITHIN * float(self._sum.max()):
                break
            found.append(round(float(self._freq[best]), 1))
            left[np.abs(self._bark - self._bark[best]) < _APART] = 0.0
        return tuple(found)
