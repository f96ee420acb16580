"""What a list of cuts does, and a sound with them applied.

Their common frequency response as it opens and closes.

Conventions: frequencies in Hz, gains in dB, spans in seconds of the mix. A cut has `freq`, `gain`, `q` (None:
1) and `spans` (None: always).

The response is computed from the formula of the bell and not from the filter that plays it: with ``X = Q' (W
/ W0 - W0 / W)``, ``W = tan(pi f / rate)`` and ``Q' = Q * 10^(gain / 40)`` the square of its magnitude, open
so far that its gain is g, is ``(g^2 + X^2) / (1 + X^2)``. A gate opens and closes over 20 ms of raised cosine
outside its spans.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.bell import RAMP_SECONDS, GatedBell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgext.evaluation.clarity.stem import CutLike

    Array = NDArray[np.float64]

_STEPS_PER_RAMP = 8
_STATES_AT_ONCE = 256


def response_range(cuts: Sequence[CutLike], rate: int) -> tuple[float, float]:
    """Deepest and highest point of the common response of all cuts of one sound.

    Parameters
    ----------
    cuts : sequence of cuts
    rate : int
        Hz.

    Returns
    -------
    lowest, highest : float
        dB, over 241 frequencies from 20 Hz to 20 kHz (or nearly half the rate), the centres of the cuts, and
        all times; 0 where no cut is open.

    Examples
    --------
    >>> from imgext.evaluation.clarity.stem import Cut
    >>> [round(x, 2) for x in response_range([Cut(570, -6.0), Cut(700, -6.0)], 48000)]
    [-11.48, 0.0]
    >>> response_range([Cut(570, -6.0, 1.0, ((0, 1),)), Cut(700, -6.0, 1.0, ((2, 3),))], 48000)
    (-6.0, 0.0)
    """
    if not cuts:
        return 0.0, 0.0
    gains = np.array([cut.gain for cut in cuts])
    openness = _states(
        [None if cut.spans is None else [(float(a), float(b)) for a, b in cut.spans] for cut in cuts]
    )
    grid = np.geomspace(20.0, min(20000.0, 0.499 * rate), 241)
    grid = np.concatenate([grid, [cut.freq for cut in cuts]])
    tangent = np.tan(np.pi / rate * grid)
    shapes = []
    for cut in cuts:
        ratio = tangent / np.tan(np.pi / rate * cut.freq)
        square = ((1.0 if cut.q is None else cut.q) * 10.0 ** (cut.gain / 40.0) * (ratio - 1.0 / ratio)) ** 2
        shapes.append(1.0 / (1.0 + square))
    lowest = highest = 1.0
    for start in range(0, len(openness), _STATES_AT_ONCE):
        power = np.ones((1, 1))
        for gain, opened, shape in zip(
            gains, openness[start : start + _STATES_AT_ONCE].T, shapes, strict=True
        ):
            power = power * (1.0 + (10.0 ** (gain / 10.0 * opened) - 1.0)[:, np.newaxis] * shape)
        lowest, highest = min(lowest, float(np.min(power))), max(highest, float(np.max(power)))
    return round(10.0 * float(np.log10(lowest)), 9) + 0.0, round(10.0 * float(np.log10(highest)), 9) + 0.0


def apply_cuts(samples: Array, cuts: Sequence[CutLike], rate: int) -> Array:
    """Apply cuts to samples of shape (frames, channels), one after the other.

    As a renderer would.
    """
    for cut in cuts:
        spans = (
            None
            if cut.spans is None
            else [(round(begin * rate), round(end * rate)) for begin, end in cut.spans]
        )
        samples = GatedBell(cut.freq, cut.gain, 1.0 if cut.q is None else cut.q, spans, rate).process(
            samples, 0
        )
    return samples


def _states(spans: Sequence[Sequence[tuple[float, float]] | None]) -> Array:
    """Every combination of openness that occurs, shape (states, cuts).

    At the ends of spans and in steps along the ramps.
    """
    edges = [(begin - RAMP_SECONDS, end) for those in spans for begin, end in those or ()]
    starts = np.unique(np.array(edges).reshape(-1))
    times = np.unique(
        np.round(starts[:, np.newaxis] + RAMP_SECONDS / _STEPS_PER_RAMP * np.arange(_STEPS_PER_RAMP + 1), 9)
    )
    if not times.size:
        times = np.zeros(1)
    columns = [np.ones_like(times) if those is None else _openness(those, times) for those in spans]
    return np.unique(np.round(np.stack(columns, axis=1), 4), axis=0)  # within a thousandth of a dB


def _openness(spans: Sequence[tuple[float, float]], times: Array) -> Array:
    """How far a gate is open at each time: 1 in a span, a raised cosine around it."""
    ordered = np.array([(-np.inf, -np.inf), *sorted(spans), (np.inf, np.inf)])
    begins, ends = ordered[:, 0], np.maximum.accumulate(ordered[:, 1])
    following = np.searchsorted(begins, times, side="right")
    away = np.maximum(np.minimum(times - ends[following - 1], begins[following] - times), 0.0)
    return np.asarray(0.5 + 0.5 * np.cos(np.pi / RAMP_SECONDS * np.minimum(away, RAMP_SECONDS)))
