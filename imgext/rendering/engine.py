"""Plays a plan: the mix, every stem and the room, by blocks, in exact sums.

Conventions: blocks of `BLOCK` frames counted from the start of the mix. Every event is quantised once, after
gain and pan, to int64 steps of 2**-40 of full scale; stems, the bus to the room and the mix are exact integer
sums of those, so the order of tracks, threads and edits cannot change a bit, and stems add up to the mix. The
room is one FIR for the whole scene, fed in mono: a diffuse field does not know where a sound stands.
docs/determinism.md says what is bit-stable where.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.fade import apply_fades
from imgext.dsp.pan import pan_matrix
from imgext.dsp.quantise import GRID, from_grid, require_finite, to_grid
from imgext.rendering.event import EventReader
from imgext.rendering.plan import BLOCK, Event, Plan, RoomPlan, TrackPlan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from imgext.dsp.sound_file import Samples

#: The room's return ends with the mix; a return that still rings there fades over this many seconds.
ROOM_FADE = 0.05
_HALF_POWER = 0.7071067811865476
#: The room's place among the stems; no track id begins with an underscore.
ROOM = "_room"


@dataclass(slots=True)
class Block:
    """Frames [start, start + n) of the mix, int64 (2, n); `stems` by track."""

    start: int
    mix: NDArray[np.int64]
    stems: dict[str, NDArray[np.int64]] = field(default_factory=dict)


def blocks(plan: Plan, sounds: Mapping[str, Samples], *, stems: bool = False) -> Iterator[Block]:
    """Play a plan from its first frame to its last, a block at a time.

    Parameters
    ----------
    plan : Plan
    sounds : mapping of track id to Samples
    stems : bool
        Keep each track's share, and the room's as ``_room``; otherwise only the mix.

    Raises
    ------
    ImgextError
        A sample is not a number; the message names the stage and the track.
    """
    room = Return(plan.room, plan.rate, plan.frames, loop=plan.loop) if plan.room else None
    # a circle's room rings already when its turn begins
    before = -(-room.convolver.tail_frames // BLOCK) * BLOCK if room is not None and plan.loop else 0
    waiting = sorted(
        (
            (start, track.id, track, event)
            for track in plan.tracks
            for event in track.events
            for start in _turns(event, plan, before)
        ),
        key=lambda entry: entry[:2],
    )
    waiting.reverse()
    sounding: list[_Playing] = []
    for start in range(-before, plan.frames, BLOCK):
        n = min(BLOCK, plan.frames - start)
        while waiting and waiting[-1][0] < start + n:
            begin, _, track, event = waiting.pop()
            sounding.append(_Playing(track, sounds[track.id], event, plan.rate, begin))
            sounding[-1].skip_to(start)
        block = Block(start, np.zeros((2, n), np.int64))
        bus = np.zeros(BLOCK, np.int64) if room else None
        for playing in sounding:
            playing.add_to(block, bus, stems=stems)
        sounding = [playing for playing in sounding if not playing.done]
        if room is not None and bus is not None:
            returned = room.feed(bus, start, n)
            block.mix += returned
            if stems:
                block.stems[ROOM] = returned
        if start >= 0:
            yield block


def _turns(event: Event, plan: Plan, before: int) -> Iterator[int]:
    """List where an event begins; in a circle, also in earlier turns.

    Earlier turns count as long as the event is heard after `-before`.
    """
    start = event.start
    yield start
    while plan.loop and start - plan.frames + event.frames > -before:
        start -= plan.frames
        yield start


class _Playing:
    """An event that sounds now."""

    def __init__(self, track: TrackPlan, samples: Samples, event: Event, rate: int, start: int) -> None:
        self.track, self.event, self.start = track, event, start
        self.reader = EventReader(track, samples, event, rate)
        # 2**40 is a power of two, so scaling the gains instead of the samples rounds nothing
        pan = max(-1.0, min(1.0, track.pan + event.pan))
        self.matrix = pan_matrix(pan, track.channels) * track.gain * float(GRID)
        self.send = track.sent * track.gain

    @property
    def done(self) -> bool:
        return self.reader.position >= self.event.frames

    def skip_to(self, start: int) -> None:
        """Let go by unheard what lies before a frame of the mix."""
        while self.start + self.reader.position < min(start, self.start + self.event.frames):
            self.reader.read(min(BLOCK, start - self.start - self.reader.position))

    def add_to(self, block: Block, bus: NDArray[np.int64] | None, *, stems: bool) -> None:
        first = max(self.start, block.start)
        last = min(self.start + self.event.frames, block.start + block.mix.shape[1])
        x = self.reader.read(last - first)
        here = slice(first - block.start, last - block.start)
        for side in range(2):
            share = _mixed(x, self.matrix[:, side])
            if share is None:
                continue
            block.mix[side, here] += share
            if stems:
                block.stems.setdefault(self.track.id, np.zeros_like(block.mix))[side, here] += share
        if bus is not None and self.send > 0:
            mono = x[:, 0] if x.shape[1] == 1 else (x[:, 0] + x[:, 1]) * _HALF_POWER
            bus[here] += to_grid(mono * self.send)


def _mixed(x: NDArray[np.float64], gains: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Weight, add and round channels (n, channels); None if every gain is 0."""
    total: NDArray[np.float64] | None = None
    for channel, gain in zip(x.T, gains, strict=True):
        if gain != 0.0:
            total = channel * gain if total is None else total + channel * gain
    return None if total is None else np.rint(total, out=total).astype(np.int64)


class Return:
    """Computes the room's return, block by block.

    Parameters
    ----------
    room : RoomPlan
    rate : int
        Hz.
    frames : int
        Length of the mix; the return fades out at its end.
    loop : bool
        The mix is a circle, so nothing is faded.
    """

    def __init__(self, room: RoomPlan, rate: int, frames: int, *, loop: bool = False) -> None:
        from imgext.dsp.convolve import BlockConvolver
        from imgext.dsp.reverb import impulse_response

        self.convolver = BlockConvolver(impulse_response(room.room, rate, room.seed) * room.wet_level, BLOCK)
        self.frames, self.fade = frames, 0 if loop else round(ROOM_FADE * rate)

    def feed(self, bus: NDArray[np.int64], start: int, n: int) -> NDArray[np.int64]:
        """Feed a block of the bus, (BLOCK,); return `n` frames of the room, (2, n)."""
        wet = self.convolver.feed(from_grid(bus))[:n]
        require_finite(wet, "the room's return")
        if self.fade and start + n > self.frames - self.fade:
            wet = wet.copy()
            apply_fades(wet, start, self.frames, 0, self.fade)
        return to_grid(np.ascontiguousarray(wet.T))
