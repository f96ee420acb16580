"""Finds where a sound can be looped, and whether its end meets its beginning.

Conventions: samples have shape (n, channels); steps are those of `imgext.dsp.steps`; seconds are rounded to
1 ms, dB to 0.1 before anything is decided on them. A loop that begins at `begin` comes back every `turn`
seconds; its crossfade mixes what follows `begin + turn` with what follows `begin`.

Two stretches are faded so that their power stays what it was, for however alike they are: with likeness r
(the correlation of their samples) and the equal-power pair c, s both gains are divided by ``sqrt(1 + 2 r c
s)``. For r = 0 that is equal power, for r = 1 equal gain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from imgext.dsp.bark import decibels
from imgext.dsp.fade import crossfade
from imgext.dsp.steps import STEP, band_steps

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Float = NDArray[np.float64]
    Read = Callable[[int, int], Float]

CROSSFADES = (0.5, 1.0)
"""Seconds of a crossfade, the shorter one where that is as good; a quarter of the loop at most."""

_SHARE = 0.25  # of a loop: longest crossfade, and how far a point may be moved inwards
_PLACES = 48  # tried for each point
_TRIED = 40  # likeliest loops
_SHORTER = 6.0  # dB of mismatch that all of the loop is worth
_AROUND = 0.5  # s on either side of a seam
_SCALES = (2, 8, 60)  # steps that are held against each other across a seam: 10 ms, 40 ms, 0.3 s
_OWN_RANGE = (0.98, 0.98, 1.0)  # of a sound's own changes, for each
_LOWEST = 1e-9  # of power: changes beneath -90 dB are not heard
_CLOSE = 0.01  # s: jumps near the seam


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop: its begin, the seconds of one turn, the seconds of crossfade."""

    begin: float
    turn: float
    crossfade: float


def alike_crossfade(n: int, likeness: float) -> tuple[Float, Float]:
    """Give the pair of curves that keeps the power of two stretches that are so alike.

    Parameters
    ----------
    n : int
        Samples, >= 0.
    likeness : float
        0 for different material (equal power) to 1 for the same (equal gain).

    Returns
    -------
    out, into : ndarray, shape (n,)

    Examples
    --------
    >>> out, into = alike_crossfade(5, 1.0)
    >>> (out + into).round(12).tolist()
    [1.0, 1.0, 1.0, 1.0, 1.0]
    """
    out, into = crossfade(n)
    if likeness <= 0.0:
        return out, into
    power = np.sqrt(1.0 + 2.0 * likeness * out * into)
    return out / power, into / power


def likeness(one: Float, other: Float) -> float:
    """Correlate two stretches of one length: 0 to 1, rounded to 0.01.

    >>> x = np.array([[0.5], [-0.25]])
    >>> likeness(x, x), likeness(x, -x), likeness(x, 0 * x)
    (1.0, 0.0, 0.0)
    """
    both = float(np.sum(one * one)) * float(np.sum(other * other))
    if not both > 0.0:
        return 0.0
    return min(1.0, max(0.0, round(float(np.sum(one * other)) / float(np.sqrt(both)), 2)))


def meets(read: Read, begin: int, end: int, channels: int, rate: int) -> bool:
    """Say whether a sound repeated from `begin` at `end` shows no seam.

    Parameters
    ----------
    read : callable
        Gives frames [start, stop) of the sound, shape (stop - start, channels).
    begin, end : int
        Frames.
    channels, rate : int

    Returns
    -------
    bool
        The step of the samples, and the change of the bands over 10 ms to 0.3 s, stay within those of the
        sound itself.
    """
    around = min(round(_AROUND * rate), (end - begin) // 2)
    if around < round(4 * STEP * rate):
        return False
    joined = np.concatenate([read(end - around, end), read(begin, begin + around)])
    close = round(_CLOSE * rate)
    jumps = np.abs(np.diff(joined, axis=0)).max(axis=1)
    own = np.concatenate([jumps[around - close : around - 1], jumps[around : around + close - 1]])
    if float(jumps[around - 1]) > float(own.max()):
        return False
    everything = band_steps(
        lambda start, stop: read(begin + start, begin + stop), end - begin, channels, rate
    )
    seam = band_steps(lambda start, stop: joined[start:stop], len(joined), channels, rate)
    return all(
        _change(seam, around / rate / STEP, steps) <= _range(everything, steps)
        for steps in _SCALES
        if len(everything) > 2 * steps
    )


def flux(powers: Float, steps: int) -> Float:
    """Compute the bands' mean change (dB) across each place, rounded to 0.1.

    Parameters
    ----------
    powers : ndarray, shape (n, bands)
    steps : int

    Returns
    -------
    ndarray, shape (n - 2 steps + 1,)
        Entry i belongs to the place between steps ``i + steps - 1`` and ``i + steps``.
    """
    levels = decibels(np.maximum(sliding_window_view(powers, steps, axis=0).mean(axis=-1), _LOWEST))
    changes: Float = np.round(np.abs(levels[steps:] - levels[:-steps]).mean(axis=1), 1)
    return changes


def loop_points(powers: Float, begin: float, end: float) -> Loop:
    """Choose a stretch's loop: between the two points that sound most alike.

    Parameters
    ----------
    powers : ndarray, shape (steps, 8)
        Of the whole recording.
    begin, end : float
        Seconds of the stretch that may be used.

    Returns
    -------
    Loop
        All of it lies inside the stretch.
    """
    own = {steps: _range(powers[round(begin / STEP) : round(end / STEP)], steps) for steps in _SCALES}
    found = [
        choice
        for longest in CROSSFADES
        for choice in _choices(powers, begin, end, round(min(longest, _SHARE * (end - begin)), 3), own)
    ]
    return min(found, key=lambda choice: choice[:2])[2]


def _choices(
    powers: Float, begin: float, end: float, fade: float, own: dict[int, float]
) -> list[tuple[float, float, Loop]]:
    """List the best loops for a crossfade: dB over range, dB apart, loop."""
    steps = max(1, round(fade / STEP))
    first, last = round(begin / STEP), min(int(end / STEP + 1e-6), len(powers))
    room = last - first - steps
    if room < 2 * steps or room < 8:
        return [(0.0, 0.0, Loop(begin, round(end - begin - fade, 3), fade))]
    levels = decibels(np.maximum(sliding_window_view(powers, min(8, steps), axis=0).mean(axis=-1), _LOWEST))
    move = max(1, round(_SHARE * room))
    every = max(1, move // _PLACES)
    starts = np.arange(first, first + move, every)
    ends = np.arange(last - steps, last - steps - move, -every)
    at = np.arange(0, steps, max(1, steps // 12))
    at = at[at + int(ends.max()) < len(levels)]
    heads, tails = levels[starts[:, None] + at], levels[ends[:, None] + at]
    apart = np.abs(heads[:, None] - tails[None]).mean(axis=(2, 3))
    lost = (starts[:, None] - first + (last - steps) - ends[None]) / room
    cost = np.round(apart + _SHORTER * lost, 1)
    likeliest = np.argsort(cost.reshape(-1), kind="stable")[:_TRIED]
    result = []
    for one, other in zip(*np.unravel_index(likeliest, cost.shape), strict=True):
        start, stop = int(starts[one]), int(ends[other])
        beyond = _beyond(powers, start, stop, steps, own)
        at_start = round(start * STEP, 3)
        loop = Loop(at_start, round(stop * STEP - at_start, 3), fade)
        result.append((beyond, float(cost[one, other]), loop))
    return result


def _beyond(powers: Float, start: int, stop: int, fade: int, own: dict[int, float]) -> float:
    """Sum by how many dB a crossfade's changes exceed the sound's own range.

    The powers of the two stretches are added as if they had nothing in common.
    """
    into = (np.arange(fade) + 0.5)[:, None] / fade
    faded = powers[stop : stop + fade] * (1.0 - into) + powers[start : start + fade] * into
    around = max(_SCALES)
    joined = np.concatenate(
        [
            powers[max(start, stop - around) : stop],
            faded,
            powers[start + fade : min(stop, start + fade + around)],
        ]
    )
    beyond = 0.0
    for steps, most in own.items():
        if len(joined) > 2 * steps:
            beyond += max(0.0, float(flux(joined, steps).max()) - most)
    return round(beyond, 1)


def tuned(read: Read, loop: Loop, frames: int, rate: int) -> Loop:
    """Move a loop's end by up to 15 ms, to where its waves meet the beginning's.

    A hum or an engine then goes on in step; what has no waves in common is left alone.
    """
    n, start = round(loop.crossfade * rate), round(loop.begin * rate)
    if n < 1 or start + n > frames:
        return loop
    head = _whole(read(start, start + n))
    best, most = loop.turn, _IN_STEP
    for shift in range(-_TUNE, _TUNE + 1):
        turn = round(loop.turn + shift / 1000, 3)
        at = start + round(turn * rate)
        if at <= start or at + n > frames:
            continue
        tail = _whole(read(at, at + n))
        both = float(int(np.sum(head * head))) * float(int(np.sum(tail * tail)))
        r = round(float(int(np.sum(head * tail))) / both**0.5, 2) if both > 0 else 0.0
        if r > most:
            best, most = turn, r
    return Loop(loop.begin, best, loop.crossfade)


_TUNE, _IN_STEP = 15, 0.3  # ms; likeness from which a loop is tuned


def _whole(x: Float) -> NDArray[np.int64]:
    """Samples of one channel as whole numbers, whose sums of products are exact."""
    scaled: NDArray[np.int64] = np.rint(x.mean(axis=1) * 4096.0).astype(np.int64)
    return scaled


def _change(seam: Float, place: float, steps: int) -> float:
    """The largest change near a place, which need not lie between two steps."""
    changes = flux(seam, steps)
    at = round(place) - steps
    near = changes[max(0, at - 1) : at + 2]
    return float(near.max(initial=0.0))


def _range(powers: Float, steps: int) -> float:
    """The change that a sound's own changes stay under, nearly always."""
    if len(powers) < 2 * steps:
        return 0.0
    changes = np.sort(flux(powers, steps))
    return float(changes[int(_OWN_RANGE[_SCALES.index(steps)] * (len(changes) - 1))])
