"""The decay time of the room around a sound, from its straight falls.

Conventions: decay times in seconds (a fall by 60 dB); bands 2 to 6 of `levels` (354 Hz to 7.9 kHz); lengths
in frames of 8 ms.

Lines are fitted to every 96 to 800 ms of every band. A piece counts as a decay if it drops by 10 dB or more,
is straight and ends clear of the floor; the best are taken first and may hardly overlap. The room's decay
time is a low quantile (the 40th percentile) of theirs: sounds that die away slower than the room push the
upper half.

Source: T. de M. Prego et al., JASA 131(4), 2012; R. Ratnam et al., "Blind estimation of reverberation time",
JASA 114(5), 2003 (a low quantile over many decays).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgext.dsp.reverberation.levels import STEP, sliding_fit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgext.dsp.reverberation.levels import Levels

    Array = NDArray[np.float64]

WIDTHS = (12, 18, 25, 37, 50, 75, 100)
"""Frames in a piece."""

_FIRST_BAND = 2
_MOST_USED = 0.2
_EVENT = 20  # frames: decays that start in the same 160 ms are of one event


class Decays(NamedTuple):
    """What the decays of a sound say.

    Attributes
    ----------
    decays : int
        Decays in all bands.
    events : int
        Different times at which they start, on a grid of 160 ms.
    rt60 : float
        Decay time in s; NaN without decays.
    spread : float
        Distance of the 75th from the 25th percentile of ln(decay time), weighted by drop.
    """

    decays: int
    events: int
    rt60: float
    spread: float


def find_decays(levels: Levels) -> Decays:
    """Find the decays of a sound.

    Parameters
    ----------
    levels : Levels

    Returns
    -------
    Decays
    """
    found = [decay for band in levels.bands[_FIRST_BAND:] for decay in _decays_of(band)]
    if len(found) < 2:
        return Decays(len(found), len(found), float("nan"), float("inf"))
    rt60, drop, start = (np.array(column, dtype=np.float64) for column in zip(*found, strict=True))
    order = np.argsort(rt60, kind="stable")
    weight = np.minimum(drop, 30.0)[order]
    reached = np.cumsum(weight) / np.sum(weight)

    def quantile(share: float) -> float:
        return float(rt60[order][min(len(found) - 1, int(np.searchsorted(reached, share)))])

    return Decays(
        len(found),
        len(np.unique(start // _EVENT)),
        quantile(0.40),
        round(float(np.log(quantile(0.75) / quantile(0.25))), 6),
    )


def _decays_of(level: Array) -> list[tuple[float, float, int]]:
    """Decay time (s), drop (dB) and first frame of the decays of one band."""
    floor = float(np.percentile(level, 5))
    candidates: list[tuple[float, int, int, float, float]] = []
    for width in WIDTHS:
        if level.size < width + 2:
            continue
        slope, residual = sliding_fit(level, width)
        drop = -slope * (width - 1)
        straight = residual <= np.minimum(2.5, 0.12 * drop + 0.6)
        candidates.extend(
            (round(float(drop[i] / (1.0 + residual[i])), 6), int(i), width, float(slope[i]), float(drop[i]))
            for i in np.flatnonzero((drop >= 10.0) & straight & (level[width - 1 :] > floor + 5.0))
        )
    candidates.sort(reverse=True)
    used = np.zeros(level.size, dtype=bool)
    found = []
    for _, first, width, slope_here, drop_here in candidates:
        if np.count_nonzero(used[first : first + width]) <= _MOST_USED * width:
            used[first : first + width] = True
            found.append((60.0 * STEP / -slope_here, drop_here, first))
    return found
