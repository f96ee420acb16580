"""Figures over 25 critical bands: how masked a sound is, how far a cut changes it.

Masked by the model that mixing uses.

Conventions: powers of shape (frames, 25) in the Bark bands from 20 Hz to 20 kHz, a full-scale sine at 92 dB
SPL; differences in dB.

The masked share M is what mixers optimise, so it is a diagnosis here and no proof. The other two guard a
sound against its own rescue: the log-spectral distance says how differently it sounds, the shift of its
centre of gravity in which direction.

Written for the evaluation and shared with no mixer, so that a mistake in one cannot hide in the other.

Sources: E. Zwicker, "Subdivision of the audible frequency range into critical bands", JASA 33, 1961 (edges;
the first begins at 20 Hz and a 25th ends at 20 kHz here); M. R. Schroeder, B. S. Atal and J. L. Hall, JASA
66, 1979 (spreading); J. D. Johnston, IEEE JSAC 6(2), 1988 (threshold 5.5 dB below spread noise); E. Terhardt,
Hearing Research 1, 1979 (threshold in quiet).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

# fmt: off
EDGES = np.array([
    20, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720,
    2000, 2320, 2700, 3150, 3700, 4400, 5300, 6400, 7700, 9500, 12000, 15500, 20000,
], dtype=np.float64)
CENTRES = np.array([
    60, 150, 250, 350, 450, 570, 700, 840, 1000, 1170, 1370, 1600, 1850,
    2150, 2500, 2900, 3400, 4000, 4800, 5800, 7000, 8500, 10500, 13500, 17750,
], dtype=np.float64)
# fmt: on
"""Zwicker's table: edges of the bands in Hz, shape (26,), and their centres, shape (25,).

The centres as he rounds them.
"""

_OFFSET = 10.0**-0.55
_OWN = 1e-3  # of the frame's strongest band
_DEEPEST = 20.0  # dB under the threshold that count as wholly masked
_SPECTRAL_WINDOW = 40.0  # dB below the frame's strongest band that the distance looks at
_LOUDNESS_EXPONENT = 0.23


def threshold_in_quiet(frequencies: Array) -> Array:
    """Threshold in quiet in dB SPL at frequencies in Hz.

    Examples
    --------
    >>> threshold_in_quiet(np.array([100.0, 1000.0, 4000.0])).round(3).tolist()
    [22.953, 3.369, -3.388]
    """
    khz = frequencies / 1000.0
    return np.asarray(3.64 * khz**-0.8 - 6.5 * np.exp(-0.6 * (khz - 3.3) ** 2) + 1e-3 * khz**4)


def grouping(frequencies: Array) -> Array:
    """Ones where a line of the spectrum belongs to a band, shape (bins, 25)."""
    column = frequencies[:, np.newaxis]
    return ((column >= EDGES[:-1]) & (column < EDGES[1:])).astype(np.float64)


def masked_share(target: Array, others: Array) -> float:
    """How deep a sound's own cells lie under the threshold that all others make: M.

    Parameters
    ----------
    target, others : ndarray, shape (frames, 25)
        Powers of the sound and of everything else together.

    Returns
    -------
    float
        0 where none is masked, 1 where all are by 20 dB or more; 0 where the sound has no audible cell.
    """
    quiet, spreading = _quiet(), _spreading()
    threshold = np.maximum(_OFFSET * np.einsum("tm,nm->tn", others, spreading), quiet)
    frame = np.sum(target, axis=1)
    active = frame > max(float(np.max(frame, initial=0.0)) * 1e-4, 100.0)
    own = (target > quiet) & (target > _OWN * np.max(target, axis=1, keepdims=True)) & active[:, np.newaxis]
    if not np.any(own):
        return 0.0
    under = 10.0 * np.log10(threshold[own] / target[own])
    return float(np.mean(np.clip(under, 0.0, _DEEPEST)) / _DEEPEST)


def spectral_distance(before: Array, after: Array) -> float:
    """LSD: root mean square difference in dB over the cells that were audible before.

    Parameters
    ----------
    before, after : ndarray, shape (frames, 25)
        The same sound, brought to the same loudness.

    Returns
    -------
    float
        dB; 0 where nothing was audible.
    """
    quiet = _quiet()
    frame = np.sum(before, axis=1)
    level, changed = (10.0 * np.log10(np.maximum(x, quiet)) for x in (before, after))
    cells = (before > quiet) & (level > np.max(level, axis=1, keepdims=True) - _SPECTRAL_WINDOW)
    cells &= (frame > 1e-4 * np.max(frame, initial=0.0))[:, np.newaxis]
    return float(np.sqrt(np.mean((level[cells] - changed[cells]) ** 2))) if np.any(cells) else 0.0


def centroid(power: Array) -> float:
    """Centre of gravity of the loudness over the bands, in bands from 0 to 24.

    Parameters
    ----------
    power : ndarray, shape (frames, 25)
        Not all zero.

    Examples
    --------
    >>> two = np.zeros((1, 25))
    >>> two[0, [4, 8]] = 1.0
    >>> centroid(two)
    6.0
    """
    loudness = np.power(np.mean(power, axis=0), _LOUDNESS_EXPONENT)
    return float(np.sum(loudness * np.arange(len(loudness))) / np.sum(loudness))


@lru_cache(maxsize=1)
def _quiet() -> Array:
    """Threshold in quiet as a power, at least -10 dB SPL, shape (25,).

    The lowest in each band.
    """
    lowest = [float(np.min(threshold_in_quiet(np.linspace(low, high, 200)))) for low, high in pairwise(EDGES)]
    return np.asarray(10.0 ** (np.maximum(lowest, -10.0) / 10.0))


@lru_cache(maxsize=1)
def _spreading() -> Array:
    """What band m sends to band n, at [n, m].

    Each row sums to 1, so that a flat spectrum stays flat.
    """
    bands = np.arange(len(CENTRES))
    away = bands[:, np.newaxis] - bands + 0.474
    linear = 10.0 ** ((15.81 + 7.5 * away - 17.5 * np.sqrt(1.0 + away * away)) / 10.0)
    return np.asarray(linear / np.sum(linear, axis=1, keepdims=True))
