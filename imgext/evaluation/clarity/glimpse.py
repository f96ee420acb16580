"""Glimpses: the share of a sound's cells in which it stands out from all others.

Cells of time and frequency.

Conventions: powers of shape (frames, 42) behind rounded-exponential filters, 0.8 Cam apart from 3 to 35.8 Cam
(87 Hz to 10.5 kHz), a full-scale sine at 92 dB SPL. A share runs from 0 to 1.

A second ear next to PEAQ's, simpler and with other filters, without loudness: it can only disagree with it
honestly. A cell is the sound's own where it lies within 30 dB of the frame's strongest, above the threshold
in quiet, in a frame within 40 dB of the loudest. It is glimpsed where the sound exceeds everything else less
4 dB.

Sources: B. R. Glasberg and B. C. J. Moore, "Derivation of auditory filter shapes from notched-noise data",
Hearing Research 47, 1990 (ERB, filters); M. Cooke, "A glimpsing model of speech perception in noise", JASA
119, 2006; E. Terhardt, "Calculating virtual pitch", Hearing Research 1, 1979 (threshold in quiet).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.evaluation.clarity.critical import threshold_in_quiet

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BANDS = 42
"""Filters."""

_OWN = 1e-3  # of the frame's strongest cell
_ACTIVE = 1e-4  # of the loudest frame
_MARGIN = 10.0**-0.4  # on everything else


def centres() -> Array:
    """Give the centres of the filters in Hz, shape (42,).

    Examples
    --------
    >>> f = centres()
    >>> len(f), round(float(f[0]), 1), round(float(f[-1]), 1)
    (42, 87.2, 10546.1)
    """
    cams = 3.0 + 0.8 * np.arange(BANDS)
    return np.asarray((10.0 ** (cams / 21.4) - 1.0) / 0.00437)


def filters(frequencies: Array) -> Array:
    """Rounded-exponential filters as weights on power.

    Parameters
    ----------
    frequencies : ndarray, shape (bins,)
        Hz, evenly spaced from 0.

    Returns
    -------
    ndarray, shape (bins, 42)
        Each passes as much of a flat spectrum as its equivalent rectangular bandwidth holds.
    """
    centre = centres()
    bandwidth = 24.7 * (0.00437 * centre + 1.0)
    p = 4.0 * centre / bandwidth
    away = p * np.abs(frequencies[:, np.newaxis] - centre) / centre
    weights = (1.0 + away) * np.exp(-away)
    step = frequencies[1] - frequencies[0]
    return np.asarray(weights * (bandwidth / (step * np.sum(weights, axis=0))))


def glimpse_share(target: Array, others: Array) -> float:
    """Share of a sound's own cells in which it stands out.

    Parameters
    ----------
    target, others : ndarray, shape (frames, 42)
        Powers of the sound and of everything else together.

    Returns
    -------
    float
        0 to 1; 0 where the sound has no cell of its own.

    Examples
    --------
    >>> sound = np.full((3, 42), 1e6)
    >>> [glimpse_share(sound, times * sound) for times in (0.0, 2.0, 3.0)]
    [1.0, 1.0, 0.0]
    """
    frame = np.sum(target, axis=1)
    active = frame > _ACTIVE * np.max(frame, initial=0.0)
    quiet = 10.0 ** (np.maximum(threshold_in_quiet(centres()), -10.0) / 10.0)
    own = (target > quiet) & (target > _OWN * np.max(target, axis=1, keepdims=True)) & active[:, np.newaxis]
    glimpsed = own & (target > _MARGIN * others)
    return float(np.count_nonzero(glimpsed)) / max(1, int(np.count_nonzero(own)))
