"""Finds how loud a track will be with cuts that are not decided yet.

Conventions: LUFS of a track as it stands in the mix (BS.1770-4, gated), from its first sample that is not
zero to its last, before pan, room and master; constant-power panning leaves it as it is. A stretch shorter
than a block of 400 ms, or without a block that passes the gate, is measured whole.

Importance promises a level in the scene's own measure, and the render restores that level exactly
(`imgext.rendering.measuring`). Loudness is another measure and may end higher or lower than before.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from imgext.dsp.level import LevelMeter
from imgext.dsp.loudness import LUFS_OFFSET, HopPowers, gated_power, lufs_to_power
from imgext.dsp.units import db_to_gain, power_to_db, rounded
from imgext.rendering.event import EventReader
from imgext.rendering.measuring import level_key, levelled
from imgext.rendering.opened import Measured
from imgext.scene.decision import decibels

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from imgext.dsp.level import Weighting
    from imgext.dsp.sound_file import Samples
    from imgext.rendering.opened import Opened
    from imgext.rendering.plan import CutPlan, Plan, TrackPlan

    Float = NDArray[np.float64]

_HOPS_PER_BLOCK = 4
_BLOCK = 1 << 16  # frames at a time


class Heard(NamedTuple):
    """Loudness in LUFS with cuts, before and after the level is restored."""

    unrestored: float
    restored: float


class Rehearsal:
    """Plays tracks of a plan with other cuts than they have.

    Parameters
    ----------
    plan : Plan
        Its tracks have the cuts decided so far, and the gain that goes with them.
    opened : Opened
        The sounds of the plan's scene; `imgext.rendering.make_plan` reuses what is measured here.
    measure : {"rms", "lufs"}
        The scene's measure, in which levels are restored.
    """

    def __init__(self, plan: Plan, opened: Opened, measure: Weighting) -> None:
        self._rate, self._opened, self._measure = plan.rate, opened, measure
        self._tracks = {track.id: track for track in plan.tracks}
        self._extents: dict[str, tuple[int, int]] = {}

    def hear(self, which: str, cuts: Sequence[CutPlan] = ()) -> Heard:
        """Play a track with these cuts added to its own.

        Several threads may hear different tracks at the same time; hear each track without further cuts
        first.
        """
        track = self._tracks[which]
        played = replace(track, cuts=(*track.cuts, *cuts), compressor=None)
        key = level_key(played, self._rate, self._measure)
        as_heard = level_key(replace(played, compressor=track.compressor), self._rate, self._measure)
        heard = f"{as_heard} {track.level} {self._trim(track)}"
        # the track as it stands may have been rehearsed before its cuts were decided
        if not cuts and heard in self._opened.loudness:
            known = self._opened.loudness[heard]
            return Heard(known, known)
        meter = None
        if track.compressor is not None:
            played = self._levelled(played, track)
        elif key not in self._opened.levels and len(track.events) == 1:
            # the level can be measured on the way
            meter = LevelMeter(self._rate, track.channels, self._measure)
        hops = HopPowers(self._rate, track.channels, k_weighted=True, recursive=True)
        first, last, position = -1, 0, 0
        for x in _stem(played, self._opened.samples[which], self._rate):
            if meter is not None:
                meter.add(x)
            if which in self._extents:
                first, last = self._extents[which]
            else:
                sounding = np.flatnonzero(np.any(x != 0.0, axis=1))
                if sounding.size:
                    first, last = (
                        position + int(sounding[0]) if first < 0 else first,
                        position + int(sounding[-1]) + 1,
                    )
            if first >= 0:
                hops.add(x[max(0, first - position) :])
            position += len(x)
        if not cuts:
            self._extents.setdefault(which, (first, last))
        if meter is not None:
            self._opened.levels[key] = Measured(meter.level())
        blocks = _blocks(hops, last - first)
        self._opened.loudness[heard] = _loudness(blocks, self._levelled(played, track).gain_db)
        return Heard(_loudness(blocks, track.gain_db), self._opened.loudness[heard])

    def _levelled(self, played: TrackPlan, track: TrackPlan) -> TrackPlan:
        """Bring a track with other cuts to its level, with its own trim."""
        trim = self._trim(track)
        return levelled(played, track.compressor, trim, self._opened, self._rate, self._measure)

    def _trim(self, track: TrackPlan) -> float:
        return decibels(track.gain_db - (track.level - track.measured))


def _stem(track: TrackPlan, samples: Samples, rate: int) -> Iterator[Float]:
    """Play a track before its gain, in blocks (n, channels) of the mix."""
    start, stop = track.events[0].start, max(event.start + event.frames for event in track.events)
    waiting = sorted(track.events, key=lambda event: event.start, reverse=True)
    sounding: list[EventReader] = []
    for begin in range(start, stop, _BLOCK):
        end = min(begin + _BLOCK, stop)
        while waiting and waiting[-1].start < end:
            sounding.append(EventReader(track, samples, waiting.pop(), rate))
        block = np.zeros((end - begin, track.channels))
        for reader in sounding:
            first, last = max(reader.event.start, begin), min(reader.event.start + reader.event.frames, end)
            block[first - begin : last - begin] += reader.read(last - first)
        sounding = [reader for reader in sounding if reader.position < reader.event.frames]
        yield block


def _blocks(hops: HopPowers, length: int) -> Float:
    """Compute the power of each complete block, or the mean of a shorter stretch."""
    energies, rest = hops.energies()
    complete = length // hops.hop
    if complete < _HOPS_PER_BLOCK:
        return np.array([(float(np.sum(energies)) + rest) / max(length, 1)])
    powers: Float = np.sum(sliding_window_view(energies[:complete], _HOPS_PER_BLOCK), axis=1) / (
        _HOPS_PER_BLOCK * hops.hop
    )
    return powers


def _loudness(blocks: Float, gain_db: float) -> float:
    """Compute the gated loudness of blocks with a gain, to twelve digits."""
    scaled = blocks * db_to_gain(2.0 * gain_db)
    power = gated_power(scaled, lufs_to_power(-70.0)) if len(scaled) > 1 else 0.0
    return rounded(LUFS_OFFSET + power_to_db(power or float(np.mean(scaled))))
