"""Finds the best of a recording: events, the steady stretch, and its loop.

Conventions: seconds from the beginning of the recording, rounded to 1 ms.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

import numpy as np

from imgext.dsp.bark import decibels
from imgext.dsp.events import LEAD, SoundEvent, events_of, taken
from imgext.dsp.seam import Loop, loop_points, meets, tuned
from imgext.dsp.steps import STEP, band_steps
from imgext.dsp.stretch import Stretch, continuous, sounding, steadiest

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST = 300.0
"""Seconds of a recording that are listened to."""

NOWHERE = -120.0
"""dB of what is not there."""

_NOTHING = 1e-5  # a sample that is no larger is dead silence
_BLOCK = 1 << 16  # frames


class Recording(Protocol):
    """Random access to a recording."""

    frames: int
    channels: int

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """Frames [start, stop), shape (n, channels)."""
        ...


@dataclass(frozen=True, slots=True)
class Pieces:
    """What was found in a recording.

    Parameters
    ----------
    seconds : float
        Length that was listened to.
    events : tuple of SoundEvent
        In time.
    takes : tuple of SoundEvent
        Those to play, the clearest first.
    continuous : bool
        Whether it goes on throughout, like rain or an engine, rather than being made of events.
    sounding : pair of float
        From where to where it sounds, without the silence at its ends.
    stretch : Stretch
        Where it is steady.
    loop : Loop
        How the steady stretch is looped; a turn of 0 where it is not asked for.
    beyond : float
        dB by which the loudest second outside of all events stands against the peak of the one to play; low
        where there is none.
    circle : bool
        Whether the end of the whole recording already meets its beginning; False where it is not asked for.
    """

    seconds: float
    events: tuple[SoundEvent, ...]
    takes: tuple[SoundEvent, ...]
    continuous: bool
    sounding: tuple[float, float]
    stretch: Stretch
    loop: Loop
    beyond: float
    circle: bool


def pieces_of(recording: Recording, rate: int, *, looped: bool = True) -> Pieces:
    """Listen to a recording.

    Parameters
    ----------
    recording : Recording
        At most its first `LONGEST` seconds are looked at.
    rate : int
        Hz.
    looped : bool
        Find out how it is looped, too, which takes longer than everything else.

    Returns
    -------
    Pieces
    """
    frames = min(recording.frames, round(LONGEST * rate))
    first, last = _something(recording, frames)
    heard, length = _Part(recording, first, last), round((last - first) / rate, 3)
    powers = band_steps(heard.read, heard.frames, heard.channels, rate)
    events = events_of(powers, length)
    takes = taken(events)
    stretch = steadiest(powers, length)
    loop, circle = Loop(0.0, 0.0, 0.0), False
    if looped:
        loop = tuned(heard.read, loop_points(powers, stretch.begin, stretch.end), heard.frames, rate)
        circle = frames == recording.frames and meets(recording.read, 0, frames, recording.channels, rate)
    begin, end = sounding(powers, length)
    later = first / rate
    return Pieces(
        round(frames / rate, 3),
        tuple(_event_later(event, later) for event in events),
        tuple(_event_later(event, later) for event in takes),
        continuous(powers),
        (round(begin + later, 3), round(end + later, 3)),
        replace(stretch, begin=round(stretch.begin + later, 3), end=round(stretch.end + later, 3)),
        replace(loop, begin=round(loop.begin + later, 3)),
        _beyond(powers, events, takes),
        circle,
    )


def _beyond(powers: NDArray[np.float64], events: list[SoundEvent], takes: list[SoundEvent]) -> float:
    """Compute the loudest second outside all events, in dB against the first take."""
    total, second = powers.sum(axis=1), round(1.0 / STEP)
    if not takes or len(total) < second:
        return NOWHERE
    for event in events:
        total[round(event.onset / STEP) : round(event.end / STEP) + 1] = 0.0
    sums = np.concatenate([[0.0], np.cumsum(total)])
    loudest = float((sums[second:] - sums[:-second]).max()) / second
    return round(max(float(decibels(np.array([loudest]))[0]) - takes[0].peak, NOWHERE), 1)


class _Part:
    """Strip the dead silence around a recording, so that results do not depend on it."""

    def __init__(self, recording: Recording, first: int, last: int) -> None:
        self._recording, self._first = recording, first
        self.frames, self.channels = last - first, recording.channels

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """See `Recording.read`."""
        return self._recording.read(self._first + start, self._first + stop)


def _something(recording: Recording, frames: int) -> tuple[int, int]:
    """Find the first and last nonzero frames; all of a recording that is silent."""
    first, last = -1, frames
    for begin in range(0, frames, _BLOCK):
        block = recording.read(begin, min(begin + _BLOCK, frames))
        over = np.flatnonzero((np.abs(block) > _NOTHING).any(axis=1))
        if len(over):
            first = begin + int(over[0]) if first < 0 else first
            last = begin + int(over[-1]) + 1
    return max(first, 0), last


def _event_later(event: SoundEvent, seconds: float) -> SoundEvent:
    """Place an event in the unstripped recording; silence before it becomes its lead."""
    lead = LEAD if event.onset == 0.0 else 0.0
    onset = max(0.0, round(event.onset + seconds - lead, 3))
    return replace(event, onset=onset, end=round(event.end + seconds, 3))
