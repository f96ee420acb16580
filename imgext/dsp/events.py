"""Finds the events of a recording: begin, end, clarity, and which to take.

Conventions: steps are those of `imgext.dsp.steps`, seconds are rounded to 1 ms, levels to 0.1 dB, before
anything is decided on them.

A recording is held against its own floor: in each band the power that a fifth of ten seconds around stays
under, at least 55 dB below the loudest moment. An event is where the bands stand out of that floor by 9 dB
together. It reaches from where they leave it by 4 dB to where an average over 75 ms has come back to it
within 1.5 dB. Pauses of a quarter of a second belong to an event; short ones that follow each other within a
second (steps, ticks, typing) are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from imgext.dsp.bark import decibels
from imgext.dsp.steps import STEP

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Float = NDArray[np.float64]

LEAD = 0.01
"""Seconds that are kept before an onset: room for a fade that leaves the attack alone."""
MOST = 64
"""Events of a recording, the clearest ones."""
TAKES = 8
"""Events that are taken from one recording."""

_FLOOR_SHARE, _FLOOR_SECONDS, _FLOOR_HOP = 0.2, 10.0, 2.5
_RANGE = 10.0**-5.5  # of the loudest step's power: no floor lies below
_DEAD = 1e-8  # of the loudest step's power
_ONE_EVENT = 3.0  # s: a shorter stretch may be an event and nothing else
_FLOOR_NEAR, _FLOOR_OF, _FLOOR_LEAST, _FLOOR_UNDER = 3.0, 0.25, 0.4, 12.0  # dB, share, s, dB: what is a floor
_HIGH, _LOW = 9.0, 4.0  # dB out of the floor
_DIED_AWAY, _SLOWLY = 1.5, 15  # dB out of the floor that are left at an end, and over how many steps
_HIDDEN, _LONGEST_HIDDEN = 40.0, 0.4  # dB out of the floor from which nothing of a decay is hidden, s
_ALONE_IN_A_BAND = 0.25  # a single band counts a quarter of what all together do
_BREATH, _PAUSE = 0.02, 0.25  # s
_SERIES_PAUSE, _SERIES_PART, _SERIES = 1.0, 0.5, 4  # s between parts, s of a part, parts
_SHORTEST = 0.015  # s
_WEAKEST = 30.0  # dB below the loudest event
_CUT_AT_START, _CUT_AT_END = 10.0, 30.0  # dB below its own peak: what is louder at an edge of the file is cut
_EDGE = 0.03  # s at an edge of the file
_NO_FLOOR, _NEAR_START, _NEAR_END = 20.0, 0.3, 0.5  # dB; s to the edges of the recording
_CLEAREST = 40.0  # dB above what surrounds it: more is not clearer
_LONGEST = 12.0  # s: what goes on for longer is hardly one event
_ALIKE_DB, _ALIKE_LENGTH, _ALIKE_LEVEL = 7.0, 4.0, 12.0  # dB between spectra, factor, dB between peaks


@dataclass(frozen=True, slots=True)
class SoundEvent:
    """One event of a recording.

    Parameters
    ----------
    onset, end : float
        Seconds, `LEAD` before it begins and where it has died away.
    peak : float
        dB of its loudest 15 ms, full scale 0.
    clear : float
        dB by which its loudest moment stands above what surrounds it.
    begins, ends : bool
        Whether it begins and dies away inside the recording, rather than being cut off by its edge.
    alone : float
        Seconds to its next neighbour, or to the edge of the recording.
    spectrum : tuple of 8 float
        dB of each band, relative to their sum.
    """

    onset: float
    end: float
    peak: float
    clear: float
    begins: bool
    ends: bool
    alone: float
    spectrum: tuple[float, ...]

    @property
    def seconds(self) -> float:
        """Its length."""
        return round(self.end - self.onset, 3)

    @property
    def complete(self) -> bool:
        """Whether the recording has all of it."""
        return self.begins and self.ends


def live(powers: Float) -> list[tuple[int, int]]:
    """Find steps [begin, end) between dead silences of a quarter of a second or more.

    Dead is what lies 80 dB under the loudest step: padding, not the quiet of a place. What is found in a
    recording does not depend on it.
    """
    total = powers.sum(axis=1)
    over = total > max(float(total.max(initial=0.0)) * _DEAD, 1e-12)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], over, [False]]).astype(np.int8)))
    return _joined(list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)), _PAUSE)


def floor_of(powers: Float) -> Float:
    """Give the noise floor of a recording, step by step and band by band.

    Parameters
    ----------
    powers : ndarray, shape (steps, bands)

    Returns
    -------
    ndarray, shape (steps, bands)
        The power that a fifth of ten seconds around a step stays under, smoothed over 25 ms. A short stretch
        that is nothing but an event has none.
    """
    length, every = round(_FLOOR_SECONDS / STEP), round(_FLOOR_HOP / STEP)
    floor = np.zeros_like(powers)
    for first, last in live(powers):
        smooth = _smooth(powers[first:last], 5)
        if len(smooth) * STEP <= _ONE_EVENT and not _has_floor(smooth):
            continue
        for begin in range(0, len(smooth), every):
            low = max(0, min(begin + (every - length) // 2, len(smooth) - length))
            ordered = np.sort(smooth[low : low + length], axis=0)
            floor[first + begin : min(first + begin + every, last)] = ordered[
                int(_FLOOR_SHARE * (len(ordered) - 1))
            ]
    return np.maximum(floor, max(float(powers.sum(axis=1).max(initial=0.0)) * _RANGE, 1e-12))


def _has_floor(smooth: Float) -> bool:
    """Say whether a stretch has a steady floor under its events."""
    level = np.sort(np.round(decibels(smooth.sum(axis=1)), 1))
    low = float(level[int(_FLOOR_SHARE * (len(level) - 1))])
    near = int((np.abs(level - low) <= _FLOOR_NEAR).sum())
    return near * STEP >= _FLOOR_LEAST and near >= _FLOOR_OF * len(level) and level[-1] - low >= _FLOOR_UNDER


def standing_out(powers: Float, floor: Float, steps: int = 3) -> Float:
    """Compute how many dB the sound exceeds the floor, in all or the strongest band."""
    ratio = _smooth(powers, steps) / floor
    return np.round(decibels(np.maximum(ratio.mean(axis=1), _ALONE_IN_A_BAND * ratio.max(axis=1))), 1)


def events_of(powers: Float, seconds: float) -> list[SoundEvent]:
    """Find the events of a recording.

    Parameters
    ----------
    powers : ndarray, shape (steps, 8)
        Of `imgext.dsp.steps.band_steps`.
    seconds : float
        Length of the recording.

    Returns
    -------
    list of SoundEvent
        In time; at most the `MOST` clearest.
    """
    if not len(powers) or not float(powers.max()) > 0.0:
        return []
    floor = floor_of(powers)
    out = standing_out(powers, floor)
    stretches = live(powers)
    alive = np.zeros(len(out), dtype=bool)
    for begin, end in stretches:
        alive[begin:end] = True
    spans = _died_away(_series(_spans(out)), standing_out(powers, floor, _SLOWLY), out, alive)
    level = np.round(decibels(_smooth(powers, 3).sum(axis=1)), 1)
    loudest = max((float(level[begin:end].max()) for begin, end in spans), default=0.0)
    spans = [
        (begin, end)
        for begin, end in spans
        if (end - begin) * STEP >= _SHORTEST and float(level[begin:end].max()) >= loudest - _WEAKEST
    ]
    found = []
    for index, (begin, _) in enumerate(spans):
        inside = [stretch for stretch in stretches if stretch[0] <= begin < stretch[1]]
        stretch = inside[0] if inside else (0, len(powers))
        found.append(_event(powers, floor, level, spans, index, stretch, seconds))
    if len(found) > MOST:
        clearest = sorted(found, key=lambda event: (-event.clear, event.onset))[:MOST]
        found = sorted(clearest, key=lambda event: event.onset)
    return found


def taken(events: Sequence[SoundEvent]) -> list[SoundEvent]:
    """Choose what to play: the clearest complete event, then similar ones.

    Parameters
    ----------
    events : sequence of SoundEvent

    Returns
    -------
    list of SoundEvent
        The clearest first, the others in time; at most `TAKES`. Blank where there are no events.
    """
    if not events:
        return []
    loudest = max(event.peak for event in events)
    score = {event: round(_score(event, loudest, events), 1) for event in events}
    best = min(events, key=lambda event: (-score[event], event.onset))
    others = [
        event
        for event in events
        if event is not best and event.complete >= best.complete and _alike(event, best)
    ]
    others = sorted(others, key=lambda event: (-score[event], event.onset))[: TAKES - 1]
    return [best, *sorted(others, key=lambda event: event.onset)]


def _score(event: SoundEvent, loudest: float, events: Sequence[SoundEvent]) -> float:
    """How well an event stands for its recording, in dB of clearness."""
    like = sum(1 for other in events if other is not event and _alike(event, other))
    points = min(event.clear, _CLEAREST) + 0.5 * (event.peak - loudest) + 1.5 * min(like, 4)
    points += 10.0 * min(event.alone, 0.5)
    points -= 0.0 if event.ends else 12.0
    points -= 0.0 if event.begins else 8.0
    points -= 6.0 if event.seconds < 0.06 else 0.0  # a click on its own is rarely what is meant
    return points - 2.0 * max(0.0, event.seconds - _LONGEST)


def _alike(one: SoundEvent, other: SoundEvent) -> bool:
    """Whether two events sound like the same kind of thing: spectrum, length and peak."""
    longer, shorter = max(one.seconds, other.seconds), min(one.seconds, other.seconds)
    apart = [abs(a - b) for a, b in zip(one.spectrum, other.spectrum, strict=True) if max(a, b) > -25.0]
    return (
        longer <= _ALIKE_LENGTH * shorter
        and abs(one.peak - other.peak) <= _ALIKE_LEVEL
        and sum(apart) <= _ALIKE_DB * len(apart)
    )


def _smooth(powers: Float, steps: int) -> Float:
    """Moving average over an odd number of steps, the edges taken on."""
    half = steps // 2
    padded = np.pad(powers, ((half, half), (0, 0)), mode="edge")
    mean: Float = sliding_window_view(padded, steps, axis=0).sum(axis=-1) / steps
    return mean


def _spans(out: Float) -> list[tuple[int, int]]:
    """Find steps [begin, end) that stay above the floor and exceed it well somewhere.

    Pauses are closed.
    """
    low = np.concatenate([[False], out > _LOW, [False]])
    edges = np.flatnonzero(low[1:] != low[:-1])
    runs = [(int(begin), int(end)) for begin, end in zip(edges[::2], edges[1::2], strict=True)]
    runs = _joined(runs, _BREATH)  # what is faint on its own may lead to what is not
    return _joined([(begin, end) for begin, end in runs if out[begin:end].max() > _HIGH], _PAUSE)


def _joined(runs: list[tuple[int, int]], pause: float) -> list[tuple[int, int]]:
    """Runs with the pauses between them closed that are shorter."""
    joined: list[tuple[int, int]] = []
    for begin, end in runs:
        if joined and (begin - joined[-1][1]) * STEP < pause:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return joined


def _series(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Short events that follow each other closely, four or more of them, are one."""
    result: list[tuple[int, int]] = []
    at = 0
    while at < len(spans):
        last = at
        while (
            last + 1 < len(spans)
            and (spans[last + 1][0] - spans[last][1]) * STEP < _SERIES_PAUSE
            and all((end - begin) * STEP < _SERIES_PART for begin, end in spans[last : last + 2])
        ):
            last += 1
        if last - at + 1 >= _SERIES:
            result.append((spans[at][0], spans[last][1]))
        else:
            result += spans[at : last + 1]
        at = last + 1
    return result


def _died_away(
    spans: list[tuple[int, int]], slowly: Float, out: Float, alive: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """The same events, each until nothing of it is left or the next one begins."""
    quiet = out[alive & (out <= _LOW)]
    # noise hides the last of a decay: the louder it is, the more is added
    left = alive & (slowly > (float(np.sort(quiet)[len(quiet) // 2]) if len(quiet) else 0.0) + _DIED_AWAY)
    result = []
    for index, (begin, end) in enumerate(spans):
        last = spans[index + 1][0] if index + 1 < len(spans) else len(left)
        over = np.flatnonzero(~left[end:last])
        ended = end + int(over[0]) if len(over) else last
        after_peak = ended - begin - int(out[begin:end].argmax())
        hidden = min(max(0.0, (_HIDDEN - float(out[begin:end].max())) / _HIDDEN), 0.5) * after_peak
        result.append((begin, min(last, ended + round(min(hidden, _LONGEST_HIDDEN / STEP)))))
    return result


def _event(
    powers: Float,
    floor: Float,
    level: Float,
    spans: list[tuple[int, int]],
    index: int,
    stretch: tuple[int, int],
    seconds: float,
) -> SoundEvent:
    """Describe an event in a stretch between dead silences."""
    (begin, end), (first, last) = spans[index], stretch
    before = max(first, spans[index - 1][1] if index else first)
    after = min(last, spans[index + 1][0] if index + 1 < len(spans) else last)
    end = max(begin + 1, min(end, last))
    peak = float(level[begin:end].max())
    around = float(decibels(np.array([float(floor[begin:end].sum(axis=1).mean())]))[0])
    clear = round(peak - around, 1)
    if clear < _NO_FLOOR:  # what surrounds it may well be its own quiet beginning and end
        begin = first if (begin - first) * STEP < _NEAR_START and before == first else begin
        end = last if (last - end) * STEP < _NEAR_END and after == last else end
    edge = round(_EDGE / STEP)
    cut_at_start = begin <= first + 1 and float(level[begin : begin + 2].max()) > peak - _CUT_AT_START
    cut_at_end = end >= last - 1 and float(level[last - edge : last].max()) > peak - _CUT_AT_END
    whole = powers[begin:end].sum(axis=0)
    spectrum = decibels(np.maximum(whole / max(float(whole.sum()), 1e-300), 1e-9))
    # averages over 15 ms begin to rise a step early
    onset = max(round((begin + 1) * STEP - LEAD, 3), 0.0)
    return SoundEvent(
        onset=onset,
        end=min(round(end * STEP, 3), seconds),
        peak=round(peak, 1),
        clear=clear,
        begins=not cut_at_start,
        ends=not cut_at_end,
        alone=round(max(0, min(begin - before, after - end)) * STEP, 3),
        spectrum=tuple(round(float(value), 1) for value in spectrum),
    )
