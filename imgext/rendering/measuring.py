"""Measures a track's sound as placed, and finds the gain for its level.

"As placed" means trimmed, looped, behind its air, cut, compressed and faded, before pan, room and master. The
gain is rounded to 0.01 dB before it is used. A measurement is stored under everything that makes the sound,
so each sound is measured once. Source: scene.md, "Levels".

A compressor hears the sound at its level, like a compressor before the fader of a channel: the sound is
measured after its cuts, and the gain that brings it to its level goes in front of the detector. A second
measurement finds how much level the compression takes, and the track's gain restores it. The editor's trim,
pan, room and master, and the small differences in gain between repeats come later and change none of this.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from imgext.dsp.level import LevelMeter
from imgext.dsp.units import db_to_gain
from imgext.rendering.event import EventReader
from imgext.rendering.opened import Measured, Opened
from imgext.rendering.plan import BLOCK, CompressorPlan, TrackPlan
from imgext.scene.decision import decibels

if TYPE_CHECKING:
    from imgext.dsp.sound_file import Samples


def levelled(
    track: TrackPlan, how: CompressorPlan | None, trim: float, opened: Opened, rate: int, measure: str
) -> TrackPlan:
    """Measure a track and bring it to its level.

    Parameters
    ----------
    track : TrackPlan
        With its level; its measurement, gain and compressor are replaced.
    how : CompressorPlan or None
        How it is compressed; the effect is filled in.
    trim : float
        dB, added to the gain.
    opened : Opened
        Supplies the levels that were measured before, and receives the new ones.
    rate : int
        Hz.
    measure : {"rms", "lufs"}

    Returns
    -------
    TrackPlan
        If nothing is heard, `measured` is minus infinity and the rest is unchanged.
    """
    track = replace(track, compressor=None)
    measured = _known(track, opened, rate, measure).level
    if not math.isfinite(measured):
        return replace(track, measured=measured)
    measured = decibels(measured)
    if how is not None:
        track, measured = _compressed(track, how, measured, opened, rate, measure)
    return replace(track, measured=measured, gain_db=decibels(track.level - measured + trim))


def level_key(track: TrackPlan, rate: int, measure: str) -> str:
    """Name a level by everything that makes the sound as placed."""
    cuts = tuple(
        sorted(
            (replace(cut, against=None) for cut in track.cuts), key=lambda cut: (cut.freq, cut.gain_db, cut.q)
        )
    )
    events = tuple(replace(event, gain_db=0.0, pan=0.0) for event in track.events)
    bare = replace(track, level=0.0, measured=0.0, gain_db=0.0, pan=0.0, send=0.0, room_db=0.0, cuts=cuts)
    bare = replace(bare, events=events)
    return f"{bare.key()} {rate} {measure}"


def _compressed(
    track: TrackPlan, how: CompressorPlan, measured: float, opened: Opened, rate: int, measure: str
) -> tuple[TrackPlan, float]:
    """Return the track with its compressor set, and its level as compressed."""
    planned = replace(
        how, drive_db=decibels(track.level - measured), makeup_db=0.0, reduction_db=0.0, seconds=0.0
    )
    track = replace(track, compressor=planned)
    found = _known(track, opened, rate, measure)
    level = decibels(found.level)
    planned = replace(
        planned,
        makeup_db=decibels(measured - level),
        reduction_db=decibels(found.reduction),
        seconds=round(found.seconds, 2),
    )
    return replace(track, compressor=planned), level


def _known(track: TrackPlan, opened: Opened, rate: int, measure: str) -> Measured:
    """Measure a track as placed, once for each way to place it."""
    key = level_key(track, rate, measure)
    if key not in opened.levels:
        samples = opened.samples[track.id]
        found = _measured(track, samples, rate, measure)
        if found.reduction and not math.isfinite(found.level):
            # compression took the sound below the gate; its own level is above
            lifted = _measured(track, samples, rate, measure, lift=found.reduction).level
            found = found._replace(level=lifted - found.reduction)
        opened.levels[key] = found
    return opened.levels[key]


def _measured(track: TrackPlan, samples: Samples, rate: int, measure: str, *, lift: float = 0.0) -> Measured:
    """Measure the gated level of the track's different events, pooled.

    Also return the compressor's largest reduction in dB, and the seconds in which it turns the events down by
    more than 1 dB. Equal events are measured once. What the end of the mix cuts off counts too: a breath
    before a bark is no louder when it comes alone.
    """
    meter = LevelMeter(rate, track.channels, "lufs" if measure == "lufs" else "rms")
    events = [
        replace(event, frames=event.frames + event.cut, cut=0, gain_db=0.0, pan=0.0) for event in track.events
    ]
    full: dict[tuple[int, float], int] = {}
    for event in events:
        which = event.shift, event.pitch
        full[which] = max(full.get(which, 0), event.frames)
    gated = any(cut.spans for cut in track.cuts)
    chosen = [event for event in events if event.frames == full[event.shift, event.pitch]]
    if not gated:
        chosen = list({(event.shift, event.pitch): event for event in reversed(chosen)}.values())[::-1]
    factor, reduction, reduced = db_to_gain(lift), 0.0, 0
    for event in chosen:
        reader = EventReader(track, samples, event, rate)
        meter.next_event()
        for begin in range(0, event.frames, BLOCK):
            x = reader.read(min(BLOCK, event.frames - begin))
            meter.add(x * factor if lift else x)
        if reader.compressor is not None:
            reduction = max(reduction, reader.compressor.max_reduction_db)
            reduced += reader.compressor.samples_reduced
    return Measured(meter.level(), reduction, reduced / rate / len(chosen) * len(track.events))
