"""The level of a track's sound as placed, and the gain that brings it to the level which the scene promises.

As placed is: trimmed, looped, behind its air, cut, compressed and faded, before pan, room and master. The
gain is rounded to 0.01 dB before it is used. What is measured is kept by all that makes it, so that it is
measured once. Source: scene.md, "Levels".

A compressor hears the sound at its level, as one on a channel does whose fader stands behind it: the sound as
cut is measured, and what brings it to its level is put in front of the detector. What compression takes from
the level is found by measuring again, and given back by the track's gain. The editor's trim, pan, room and
master come later and change nothing of it; nor do the small differences in gain between repeats.
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
        With its level; what it measures, its gain and its compressor are replaced.
    how : CompressorPlan or None
        How it is compressed; what that does is filled in.
    trim : float
        dB, on top.
    opened : Opened
        Levels that were measured before are taken from it; new ones are added.
    rate : int
        Hz.
    measure : {"rms", "lufs"}

    Returns
    -------
    TrackPlan
        `measured` is minus infinity, and all else as it was, where nothing is heard.
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
    """Name a level by all that makes the sound as placed, and by nothing that comes after."""
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
    """The track with its compressor, which hears it at its level, and its level as compressed."""
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
    """What a track measures as placed; each way to place it is measured once."""
    key = level_key(track, rate, measure)
    if key not in opened.levels:
        samples = opened.samples[track.id]
        found = _measured(track, samples, rate, measure)
        if found.reduction and not math.isfinite(found.level):
            # compression took it below the gate, where its own level is not
            lifted = _measured(track, samples, rate, measure, lift=found.reduction).level
            found = found._replace(level=lifted - found.reduction)
        opened.levels[key] = found
    return opened.levels[key]


def _measured(track: TrackPlan, samples: Samples, rate: int, measure: str, *, lift: float = 0.0) -> Measured:
    """Gated level of the track's different events, pooled; equal events are measured once.

    What the end of the mix cuts off counts too: a breath before a bark is no louder where it comes alone.

    Beside it the largest reduction of its compressor in dB, and the seconds in which all events are turned
    down by more than 1 dB.
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
