"""Makes the plan of a resolved scene: places to frames, and the gain that brings each sound to the level which the scene promises.

The one thing measured here is each sound's level as placed: trimmed, looped, behind its air, cut, compressed and faded, before pan, room and
master. The gain is rounded to 0.01 dB before it is used. Source: scene.md, "Levels".

A compressor hears the sound at its level, as one on a channel does whose fader stands behind it: the sound as cut is measured, and what brings it
to its level is put in front of the detector. What compression takes from the level is found by measuring again, and given back by the track's
gain. The editor's trim, pan, room and master come later and change nothing of it.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from imgext.dsp.distance import Distance, distance
from imgext.dsp.level import LevelMeter
from imgext.dsp.units import db_to_gain
from imgext.errors import SceneError
from imgext.rendering.event import EventReader
from imgext.rendering.plan import BLOCK, CompressorPlan, CutPlan, Event, MasterPlan, Plan, RoomPlan, TrackPlan
from imgext.scene.decision import Decision, decibels
from imgext.scene.defaults import setting
from imgext.scene.things import object_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgext.dsp.sound import Samples
    from imgext.scene.model import Compressor, Cut, Scene, Track

#: Seconds over which a looped sound is crossfaded into itself, at most a quarter of it.
LOOP_CROSSFADE = 0.5
#: Above this boost a person is told, because noise comes up with the sound.
LOUD_BOOST = 30.0


def make_plan(
    scene: Scene, sounds: Mapping[str, Samples], digests: Mapping[str, str], known: dict[str, float] | None = None
) -> tuple[Plan, list[Decision]]:
    """Make the plan of a resolved scene.

    Parameters
    ----------
    scene : Scene
        Every blank answered but `master.gain`.
    sounds : mapping of track id to Samples
        At the scene's rate; tracks without one are not heard.
    digests : mapping of track id to str
        sha256 of each sound's content.
    known : dict, optional
        Levels that were measured before for the same content placed, cut and compressed in the same way; new ones are added.

    Returns
    -------
    plan, notes : Plan, list of Decision
        Notes say what was measured, and warn of silent sounds and of large boosts.
    """
    rate = setting(scene, "sample_rate")
    if scene.duration is None:
        raise SceneError("the scene has no duration; resolve it first")
    frames = max(1, round(scene.duration * rate))
    tracks, notes = [], []
    for key in sorted(sounds):
        track, said = _track(scene, key, scene.tracks[key], sounds[key], digests.get(key, ""), rate, frames, {} if known is None else known)
        tracks.append(track)
        notes += said
    master = scene.master
    return (
        Plan(
            rate,
            frames,
            setting(scene, "seed"),
            tuple(track for track in tracks if track.events and math.isfinite(track.measured)),
            room_plan(scene),
            MasterPlan(
                master.loudness if master else None,
                master.gain if master else None,
                setting(scene, "master.true_peak"),
                setting(scene, "master.limiter") == "auto",
            ),
        ),
        notes,
    )


def compression_notes(plan: Plan) -> list[Decision]:
    """What each compressor of a plan does, in words: how many dB at most, for how long, and what puts the level back."""
    notes = []
    for track in plan.tracks:
        if (how := track.compressor) is None:
            continue
        because = f"never acts: with the sound at its level no peak reaches above {decibels(how.threshold_db - how.knee_db / 2):g} dBFS"
        if how.reduction_db:
            long = f", by more than 1 dB for {max(how.seconds, 0.01):g} s" if how.reduction_db > 1.0 else ""
            because = f"turns down what rises above {how.threshold_db:g} dBFS, by {how.reduction_db:g} dB at most{long}; "
            because += f"{how.makeup_db:+g} dB of make-up put the level back"
        numbers = {"reduction": how.reduction_db, "seconds": how.seconds, "makeup": how.makeup_db}
        notes.append(Decision(f"tracks.{track.id}.compressor", None, because, numbers, "mix", "note"))
    return notes


def room_plan(scene: Scene) -> RoomPlan | None:
    """The room of a scene; None where none is detected, or where nothing of it is heard."""
    wet = setting(scene, "wet_level")
    if not setting(scene, "room_detected") or wet == 0:
        return None
    return RoomPlan(
        setting(scene, "room_size"),
        setting(scene, "damping"),
        wet,
        setting(scene, "width"),
        setting(scene, "seed"),
        setting(scene, "reverb.engine"),
    )


def distance_of(scene: Scene, key: str) -> Distance:
    """What the depth of a track's object does to it; nothing where it has none."""
    thing = object_of(scene, key)
    room = room_plan(scene)
    return distance(thing.depth if thing is not None else None, -20.0 * math.log10(room.wet_level) if room is not None else None)


def _track(
    scene: Scene,
    key: str,
    track: Track,
    samples: Samples,
    digest: str,
    rate: int,
    mix_frames: int,
    known: dict[str, float],
) -> tuple[TrackPlan, list[Decision]]:
    away = distance_of(scene, key)
    offset = round((track.offset or 0.0) * rate)
    unit = samples.frames - offset
    if unit < 1:
        raise SceneError(f"tracks.{key}.offset: is {track.offset:g} s, but the sound has {samples.frames / rate:.3f} s")
    wanted = round(track.duration * rate) if track.duration is not None else unit
    length = max(1, wanted if track.loop else min(wanted, unit))
    starts = track.start if isinstance(track.start, list) else [track.start or 0.0]
    begins = sorted({round(start * rate) for start in starts})
    events = tuple(Event(begin, min(length, mix_frames - begin)) for begin in begins if begin < mix_frames)
    made = TrackPlan(
        id=key,
        sound=track.sound or "",
        sha256=digest,
        channels=samples.channels,
        offset=offset,
        unit=unit,
        events=events,
        loop=bool(track.loop) and length > unit,
        crossfade=min(round(LOOP_CROSSFADE * rate), unit // 4) if track.loop and length > unit else 0,
        fade_in=round((track.fade_in or 0.0) * rate),
        fade_out=round((track.fade_out or 0.0) * rate),
        level=track.level if track.level is not None else 0.0,
        measured=-math.inf,
        gain_db=0.0,
        pan=track.pan or 0.0,
        send=0.0 if track.send is None else track.send,
        cuts=tuple(_cut(cut, rate) for cut in track.eq or []),
        room_db=away.room_db,
        air=away.air,
    )
    if not events:
        return made, []
    measure = setting(scene, "levels.measure")
    measured = _known_level(made, samples, rate, measure, known)
    if not math.isfinite(measured):
        return made, [Decision(f"tracks.{key}", None, f"{track.sound} is silent here, so nothing is heard", stage="render", kind="warning")]
    measured = decibels(measured)
    if (how := track.compressor) is not None and how.ratio not in {None, 1.0}:
        made, measured = _compressed(made, how, measured, samples, rate, measure, known)
    gain = decibels(made.level - measured + (track.gain or 0.0))
    numbers = {"measured": measured, "gain": gain}
    notes = [
        Decision(
            f"tracks.{key}.level",
            made.level,
            f"the sound as placed measures {measured:g} dB, so it is turned by {gain:+g} dB",
            numbers,
            "render",
            "note",
        )
    ]
    if made.level - measured > LOUD_BOOST:
        because = f"{track.sound} is raised by {made.level - measured:.1f} dB to reach its level, and what noise it has comes up with it"
        notes.append(Decision(f"tracks.{key}.level", made.level, because, numbers, "render", "warning"))
    cut = [event for event in events if event.frames < length]
    if cut and not made.loop:
        because = f"the mix ends {(length - cut[-1].frames) / rate:.2f} s before this sound does, so it is cut off"
        notes.append(Decision(f"tracks.{key}.start", track.start, because, {"heard": round(cut[-1].frames / rate, 3)}, "render", "warning"))
    return replace(made, measured=measured, gain_db=gain), notes


def _cut(cut: Cut, rate: int) -> CutPlan:
    spans = None if cut.spans is None else tuple((round(begin * rate), round(end * rate)) for begin, end in cut.spans)
    return CutPlan(cut.freq, cut.gain, 1.0 if cut.q is None else cut.q, spans, cut.against)


def _compressed(
    track: TrackPlan, how: Compressor, measured: float, samples: Samples, rate: int, measure: str, known: dict[str, float]
) -> tuple[TrackPlan, float]:
    """The track with its compressor, which hears it at its level, and its level as compressed."""
    parts = (how.threshold, how.ratio, how.knee, how.attack, how.release)
    if None in parts:
        raise SceneError(f"tracks.{track.id}.compressor: has blanks; resolve the scene first")
    threshold, ratio, knee, attack, release = (part for part in parts if part is not None)
    planned = CompressorPlan(threshold, ratio, knee, attack, release, decibels(track.level - measured))
    track = replace(track, compressor=planned)
    level = decibels(_known_level(track, samples, rate, measure, known))
    reduction, seconds = known[f"{_placed(track, rate, measure)} reduction"], known[f"{_placed(track, rate, measure)} seconds"]
    planned = replace(planned, makeup_db=decibels(measured - level), reduction_db=decibels(reduction), seconds=round(seconds, 2))
    return replace(track, compressor=planned), level


def _placed(track: TrackPlan, rate: int, measure: str) -> str:
    """What a level is kept under: all that makes the sound as placed."""
    return f"{replace(track, level=0.0, measured=0.0, pan=0.0, send=0.0, room_db=0.0).key()} {rate} {measure}"


def _known_level(track: TrackPlan, samples: Samples, rate: int, measure: str, known: dict[str, float]) -> float:
    """Level as placed, measured once; how much is compressed, and for how long, is kept beside it."""
    placed = _placed(track, rate, measure)
    if placed not in known:
        level, reduction, seconds = _measured(track, samples, rate, measure)
        if reduction and not math.isfinite(level):  # compression took it below the gate, where its own level is not
            level = _measured(track, samples, rate, measure, lift=reduction)[0] - reduction
        known[placed], known[f"{placed} reduction"], known[f"{placed} seconds"] = level, reduction, seconds
    return known[placed]


def _measured(track: TrackPlan, samples: Samples, rate: int, measure: str, *, lift: float = 0.0) -> tuple[float, float, float]:
    """Gated level of the track's different events, pooled; equal events are measured once.

    Beside it the largest reduction of its compressor in dB, and the seconds in which all events are turned down by more than 1 dB.
    """
    meter = LevelMeter(rate, track.channels, "lufs" if measure == "lufs" else "rms")
    full = max(event.frames for event in track.events)
    gated = any(cut.spans for cut in track.cuts)
    chosen = [event for event in track.events if event.frames == full]
    chosen = chosen if gated else chosen[:1]
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
    return meter.level(), reduction, reduced / rate / len(chosen) * len(track.events)
