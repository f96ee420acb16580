"""Cuts in critical bands: what bells take, when, and how deep they may be.

The bells are those of `imgext.dsp.bell`.

Conventions: Hz, dB, seconds of the mix; a cut has a gain of 0 or below, constant within its spans and with
the ramps of the gated bell around them. Power factors are the squares of a filter's magnitude. Frame t of a
band analysis stands for sample ``t * hop(rate)``: a plan is scored with the opening that the renderer's gate
has there.

With ``y = Q' (r - 1/r)``, r the ratio of frequencies after the bilinear transform's warping and ``Q' = q * 10
** (gain / 40)``, the band-pass of a gated bell has ``|BP|^2 = 1 / (1 + y^2)`` and the bell, at an opening
that makes its gain g, ``|H|^2 = 1 - (1 - g^2) |BP|^2``.

Source: R. Bristow-Johnson, "Audio EQ Cookbook".
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgext.dsp.bark import CENTRES, hop
from imgext.dsp.bell import RAMP_SECONDS, gate
from imgext.dsp.units import db_to_gain, power_to_db, rounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]
    Int = NDArray[np.int64]
    Spans = tuple[tuple[float, float], ...]

MARGIN = 0.03
"""dB by which several cuts together stay above the limit.

For what lies between the frequencies that are looked at.
"""


@lru_cache(maxsize=16)
def frequencies(q: float = 1.0) -> tuple[float, ...]:
    """Where cuts are summed, in Hz: 241 from 20 to 20000 in equal ratios.

    For narrow bells so many times closer as q says.
    """
    steps = 240 * max(1, math.ceil(q))
    return tuple(rounded(20.0 * 1000.0 ** (k / steps)) for k in range(steps + 1))


_STEP = 4.0  # dB, of the bell whose shape stands for all depths between 2 and 6
_SHAPE = 6.0  # dB, of the cut that the shape's band-pass is designed for


class Bell(NamedTuple):
    """One cut: centre in Hz, gain in dB (0 or below), q, and its spans.

    Those are seconds of the mix; None means always.
    """

    freq: float
    gain_db: float
    q: float = 1.0
    spans: Spans | None = None


# --- frequency


def band_pass_power(freqs: Sequence[float], freq: float, gain_db: float, q: float, rate: int) -> Float:
    """Power response of the band-pass next to the signal.

    Its Q depends on the gain it is for.

    Parameters
    ----------
    freqs : sequence of float
        Hz, above 0.
    freq, gain_db, q, rate
        As for `imgext.dsp.bell.band_pass_coefficients`; there is no upper limit to `freq`.

    Returns
    -------
    ndarray, shape (len(freqs),)
        0 to 1; 0 from half the rate on, and everywhere if the centre lies there.
    """
    q_there = q * db_to_gain(gain_db / 2.0)
    return 1.0 / (1.0 + q_there * q_there * _detuning(tuple(freqs), float(freq), rate))


def bell_power(freqs: Sequence[float], bell: Bell, rate: int, openness: float = 1.0) -> Float:
    """Power response of a gated bell at some opening of its gate.

    Parameters
    ----------
    freqs : sequence of float
        Hz, above 0.
    bell : Bell
    rate : int
        Hz.
    openness : float
        0 to 1.

    Returns
    -------
    ndarray, shape (len(freqs),)
        Factors on power.

    Examples
    --------
    >>> round(power_to_db(float(bell_power([570.0], Bell(570.0, -4.7), 48000)[0])), 3)
    -4.7
    """
    g = db_to_gain(bell.gain_db * openness)
    return np.asarray(1.0 - (1.0 - g * g) * band_pass_power(freqs, bell.freq, bell.gain_db, bell.q, rate))


@lru_cache(maxsize=16)
def shapes(q: float, rate: int) -> Float:
    """Effect of a cut at each band's centre on every band, in dB per dB at its centre.

    Parameters
    ----------
    q : float
    rate : int
        Hz.

    Returns
    -------
    ndarray, shape (25, 25)
        [centre of the cut, band]; 1 on the diagonal, of a 4 dB cut by a band-pass made for 6 dB: a wider bell
        serves the shallow cuts and the gates half open. Nine decimals; rows and columns of bands from half
        the rate on are 0. Not to be written to.
    """
    g = db_to_gain(-_STEP)
    rows = [1.0 - (1.0 - g * g) * band_pass_power(CENTRES, centre, -_SHAPE, q, rate) for centre in CENTRES]
    result = np.array([[round(power_to_db(factor) / -_STEP, 9) + 0.0 for factor in row] for row in rows])
    result.flags.writeable = False
    return result


@lru_cache(maxsize=1024)
def _detuning(freqs: tuple[float, ...], freq: float, rate: int) -> Float:
    """(r - 1/r)^2 with r the ratio of warped frequencies, twelve digits.

    Infinite from half the rate on.
    """
    centre = math.tan(math.pi * freq / rate) if 2.0 * freq < rate else math.inf
    ratios = [math.tan(math.pi * f / rate) / centre if 2.0 * f < rate else 0.0 for f in freqs]
    result = np.array([rounded((ratio - 1.0 / ratio) ** 2) if ratio else math.inf for ratio in ratios])
    result.flags.writeable = False
    return result


# --- depth


def composite_db(bells: Sequence[Bell], rate: int) -> float:
    """Deepest place of bells that are all fully open, dB.

    The smallest gain over `frequencies` and their own centres, twelve digits.
    """
    lowest = 1.0
    for freqs in (
        frequencies(max((bell.q for bell in bells), default=1.0)),
        tuple(sorted(float(bell.freq) for bell in bells)),
    ):
        product = np.ones(len(freqs))
        for bell in bells:
            product *= bell_power(freqs, bell, rate)
        lowest = float(np.min(product, initial=lowest))
    return power_to_db(lowest) + 0.0


def capped(bells: Sequence[Bell], rate: int, max_cut: float = 6.0) -> list[Bell]:
    """Make cuts shallower until together they never take more than `max_cut`.

    Those count together that are active at the same time.

    Parameters
    ----------
    bells : sequence of Bell
        Of one stem.
    rate : int
        Hz.
    max_cut : float
        dB, above 0.

    Returns
    -------
    list of Bell
        The same bells in the same order, gains rounded up to 0.01 dB. All bells of the deepest combination
        are made shallower by the same factor, then those of the next. A bell alone may cut by `max_cut`,
        several together by 0.03 dB less.

    Raises
    ------
    ValueError
        A bell lifts.

    Examples
    --------
    >>> [bell.gain_db for bell in capped([Bell(450, -6.0), Bell(570, -6.0)], 48000)]
    [-3.15, -3.15]
    >>> apart = [Bell(450, -6.0, 1.0, ((0, 1),)), Bell(570, -6.0, 1.0, ((2, 3),))]
    >>> [bell.gain_db for bell in capped(apart, 48000)]
    [-6.0, -6.0]
    """
    if any(bell.gain_db > 0.0 for bell in bells):
        raise ValueError(f"{max(bell.gain_db for bell in bells)} dB is not a cut: 0 or less is expected")
    gains = [bell.gain_db for bell in bells]
    groups = _together(bells, rate)
    limits = [-max_cut + (MARGIN if len(group) > 1 else 0.0) for group in groups]
    for _ in range(20 * len(groups)):
        depths = [
            composite_db([bells[k]._replace(gain_db=gains[k]) for k in group], rate) for group in groups
        ]
        excess, worst = max(
            (round(limit - depth, 6), -number)
            for number, (limit, depth) in enumerate(zip(limits, depths, strict=True))
        )
        if excess <= 1e-3:
            break
        for k in groups[-worst]:
            gains[k] *= limits[-worst] / depths[-worst]
    return [
        bell._replace(gain_db=-math.floor(-gain * 100.0 + 1e-6) / 100.0 + 0.0)
        for bell, gain in zip(bells, gains, strict=True)
    ]


def _together(bells: Sequence[Bell], rate: int) -> list[tuple[int, ...]]:
    """Sets of bells that are open at one time, ramps included, in order.

    Without those that are part of another.
    """
    ramp = round(RAMP_SECONDS * rate)
    always = [k for k, bell in enumerate(bells) if bell.spans is None]
    steps: dict[int, list[tuple[int, int]]] = {}
    for k, bell in enumerate(bells):
        for start, stop in _in_samples(bell.spans or (), rate):
            if stop > start:
                steps.setdefault(start - ramp, []).append((k, 1))
                steps.setdefault(stop + ramp, []).append((k, -1))
    count = [1 if k in always else 0 for k in range(len(bells))]
    found = {tuple(always)}
    for place in sorted(steps):
        for k, step in steps[place]:
            count[k] += step
        found.add(tuple(k for k, n in enumerate(count) if n))
    return sorted(group for group in found if group and not any(set(group) < set(other) for other in found))


# --- time


def openness(spans: Iterable[tuple[float, float]] | None, at: Int, rate: int) -> Float:
    """How far a cut's gate is open in the middle of frames.

    Parameters
    ----------
    spans : iterable of (float, float), or None
        Seconds of the mix; None means always.
    at : ndarray of int, shape (n,)
        Frame numbers, rising.
    rate : int
        Hz.

    Returns
    -------
    ndarray, shape (n,)
        0 to 1, what the gate of `imgext.dsp.bell` is at these samples.

    Examples
    --------
    >>> openness([(0.05, 0.09)], np.arange(6), 48000).round(3).tolist()
    [0.0, 0.0, 0.704, 1.0, 1.0, 0.067]
    """
    if spans is None:
        return np.ones(at.size)
    samples = at * hop(rate)
    result = np.zeros(at.size)
    for segment in gate(_in_samples(spans, rate), round(RAMP_SECONDS * rate)):
        rows = slice(*np.searchsorted(samples, (segment.start, segment.stop)).tolist())
        result[rows] = 1.0 if segment.openness is None else segment.openness[samples[rows] - segment.start]
    return result


def cut_power(bells: Iterable[Bell], at: Int, rate: int) -> Float:
    """What cuts leave of each band's power over time.

    Parameters
    ----------
    bells : iterable of Bell
        In series.
    at : ndarray of int, shape (n,)
        Frame numbers, rising.
    rate : int
        Hz.

    Returns
    -------
    ndarray, shape (n, 25)
        Factors; exactly 1 where all gates are closed.
    """
    factors = np.ones((at.size, len(CENTRES)))
    for bell in bells:
        opening = openness(bell.spans, at, rate)
        factors[opening == 1.0] *= bell_power(CENTRES, bell, rate)
        for row in np.flatnonzero((opening > 0.0) & (opening < 1.0)).tolist():
            factors[row] *= bell_power(CENTRES, bell, rate, float(opening[row]))
    return factors


def spans_of(
    open_frames: Bool,
    rate: int,
    *,
    first: int = 0,
    allowed: Bool | None = None,
    worth: Float | None = None,
    close: float = 0.107,
    shortest: float = 0.064,
    most: int | None = None,
    end: float | None = None,
) -> Spans:
    """Reduce a gate that is open or closed in every frame to a few readable spans.

    Parameters
    ----------
    open_frames : ndarray of bool, shape (frames,)
        A gradual gate is first compared with what counts as open, usually one half.
    rate : int
        Hz.
    first : int
        Number of the first frame.
    allowed : ndarray of bool, shape (frames,), optional
        Where a cut may be at all; no gap is closed that is not wholly inside.
    worth : ndarray, shape (frames,), optional
        What a cut in this frame brings, negative where it costs. Left out: 1 in open frames and -1 in others.
    close, shortest : float
        Seconds, to the nearest frame. First gaps up to `close` are closed, then spans shorter than `shortest`
        are dropped.
    most : int, optional
        As long as there are more spans, what costs least is done: a gap closed, which costs what its frames
        cost, or a span dropped, which loses what its frames are worth. Of equals a closed gap goes before a
        dropped span, and the earlier before the later.
    end : float, optional
        Seconds; no span goes beyond.

    Returns
    -------
    tuple of (float, float)
        From and to in seconds, milliseconds. The gate of such a span is fully open in the middle of exactly
        the frames meant, because it begins and ends 0.7 ms outside them and its ramps are shorter than a
        frame.

    Examples
    --------
    >>> frames = np.array([0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0], dtype=bool)
    >>> spans_of(frames, 48000)
    ((0.021, 0.15),)
    >>> spans_of(frames, 48000, shortest=0.02)
    ((0.021, 0.15), (0.298, 0.321))
    """
    allowed = np.ones(open_frames.size, dtype=bool) if allowed is None else allowed
    runs = _runs(open_frames & allowed)
    frame = hop(rate) / rate
    forbidden = np.concatenate([[0], np.cumsum(~allowed)])
    closable = runs[1:, 0] - runs[:-1, 1] <= round(close / frame)
    runs = _joined(runs, closable & (forbidden[runs[1:, 0]] == forbidden[runs[:-1, 1]]))
    runs = runs[runs[:, 1] - runs[:, 0] >= round(shortest / frame)]

    value = (
        np.where(open_frames, 1.0, -1.0)
        if worth is None
        else np.round(worth / max(float(np.max(np.abs(worth), initial=0.0)), 1e-300), 9)
    )
    summed = np.concatenate([[0.0], np.cumsum(value)])
    while most is not None and len(runs) > most:
        lost = np.round(summed[runs[:, 1]] - summed[runs[:, 0]], 6)
        cost = np.round(summed[runs[:-1, 1]] - summed[runs[1:, 0]], 6)
        cost = np.where(forbidden[runs[1:, 0]] == forbidden[runs[:-1, 1]], cost, np.inf)
        if cost.size and float(np.min(cost)) <= float(np.min(lost)):
            runs = _joined(runs, np.arange(cost.size) == int(np.argmin(cost)))
        else:
            runs = np.delete(runs, int(np.argmin(lost)), axis=0)

    outside = (frame - RAMP_SECONDS) / 2.0
    latest = math.inf if end is None else end
    spans = (
        (round(max((first + a) * frame - outside, 0.0), 3), round((first + b - 1) * frame + outside, 3))
        for a, b in runs.tolist()
    )
    return tuple((start, min(stop, latest)) for start, stop in spans if start < latest)


def _runs(flags: Bool) -> Int:
    """From and to (not included) of each run of true frames, shape (runs, 2)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return np.asarray(edges.reshape(-1, 2))


def _joined(runs: Int, gaps: Bool) -> Int:
    """Close the gaps that are marked, shape (runs - 1,)."""
    if not gaps.size:
        return runs
    return np.stack(
        [runs[np.concatenate([[True], ~gaps]), 0], runs[np.concatenate([~gaps, [True]]), 1]], axis=1
    )


def _in_samples(spans: Iterable[tuple[float, float]], rate: int) -> list[tuple[int, int]]:
    """Spans as the renderer counts them."""
    return [(round(start * rate), round(stop * rate)) for start, stop in spans]
