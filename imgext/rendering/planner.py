"""Makes the plan of a resolved scene: places in frames, and gains.

`imgext.rendering.measuring` says how levels are measured. Source: scene.md, "Levels".
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from imgext.dsp.distance import Distance, distance
from imgext.dsp.level import LevelMeter
from imgext.dsp.seam import likeness
from imgext.dsp.sound_file import resampled_frames
from imgext.dsp.vary import Difference, difference, pitch_rate
from imgext.errors import SceneError
from imgext.rendering.event import EventReader
from imgext.rendering.measuring import levelled
from imgext.rendering.plan import CompressorPlan, CutPlan, Event, MasterPlan, Plan, RoomPlan, TrackPlan
from imgext.scene.decision import Decision, decibels
from imgext.scene.rules import length_rules
from imgext.scene.things import largest_difference, object_of, starts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imgext.dsp.sound_file import Samples
    from imgext.rendering.opened import Opened
    from imgext.scene.model import Compressor, Scene, Track

#: Seconds over which a loop fades into itself if nothing is written, at most a quarter of the loop.
LOOP_CROSSFADE = 0.5
#: Seconds over which a sound that goes all the way round a circle fades into itself, at most a quarter of it.
MEETING = 2.0
#: A boost above this gets a warning, because noise comes up with the sound.
LOUD_BOOST = 30.0


def make_plan(scene: Scene, opened: Opened) -> tuple[Plan, list[Decision]]:
    """Make the plan of a resolved scene.

    Parameters
    ----------
    scene : Scene
        With every blank answered except `master.gain`.
    opened : Opened
        Its sounds. It supplies levels that were measured before for the same content placed, cut and
        compressed in the same way, and receives the new ones.

    Returns
    -------
    plan, notes : Plan, list of Decision
        Notes give the measured levels, and warn of silent sounds and large boosts.
    """
    rate = scene.sample_rate
    if scene.duration is None:
        raise SceneError("the scene has no duration; resolve it first")
    frames = max(1, round(scene.duration * rate))
    tracks, notes = [], []
    for key in opened:
        track, said = _track(scene, key, opened, rate, frames)
        tracks.append(track)
        notes += said
    return (
        Plan(
            rate,
            frames,
            scene.seed,
            tuple(track for track in tracks if track.events and math.isfinite(track.measured)),
            room_plan(scene),
            MasterPlan(
                scene.master.loudness,
                scene.master.gain,
                scene.master.true_peak,
                scene.master.limiter == "auto",
                0 if scene.master.loop else round(scene.master.fade_in * rate),
                0 if scene.master.loop else round(scene.master.fade_out * rate),
            ),
            scene.master.loop,
        ),
        notes,
    )


def compression_notes(plan: Plan) -> list[Decision]:
    """Say what each compressor does: how many dB, for how long, and its make-up."""
    notes = []
    for track in plan.tracks:
        if (how := track.compressor) is None:
            continue
        lowest = decibels(how.threshold_db - how.knee_db / 2)
        because = f"never acts: with the sound at its level no peak reaches above {lowest:g} dBFS"
        if how.reduction_db:
            long = f", by more than 1 dB for {max(how.seconds, 0.01):g} s" if how.reduction_db > 1.0 else ""
            because = (
                f"turns down peaks above {how.threshold_db:g} dBFS by {how.reduction_db:g} dB at most{long}; "
            )
            because += f"{how.makeup_db:+g} dB of make-up restores the level"
        numbers = {"reduction": how.reduction_db, "seconds": how.seconds, "makeup": how.makeup_db}
        notes.append(Decision(f"tracks.{track.id}.compressor", None, because, numbers, "mix", "note"))
    return notes


def room_plan(scene: Scene) -> RoomPlan | None:
    """Return the room of a scene; None if no room is detected or none of it is heard."""
    wet = scene.wet_level
    if not scene.room_detected or wet == 0:
        return None
    return RoomPlan(
        scene.room_size,
        scene.damping,
        wet,
        scene.width,
        scene.seed,
        scene.reverb.engine,
    )


def distance_of(scene: Scene, key: str) -> Distance:
    """Return the effect of the depth of a track's object; none if it has no depth."""
    thing = object_of(scene, key)
    room = room_plan(scene)
    return distance(
        thing.depth if thing is not None else None,
        -20.0 * math.log10(room.wet_level) if room is not None else None,
    )


def _track(
    scene: Scene, key: str, opened: Opened, rate: int, mix_frames: int
) -> tuple[TrackPlan, list[Decision]]:
    track, samples = scene.tracks[key], opened.samples[key]
    away = distance_of(scene, key)
    offset = round(track.offset * rate)
    rest = opened.frames(key) - offset
    for path, *wrong in length_rules(scene, key, opened.frames(key)):
        raise SceneError(faults=[scene.where(".".join(path)).fault(*wrong)])
    unit, crossfade = _turn(track, rest, rate) if track.loop else (rest, 0)
    wanted = round(track.duration * rate) if track.duration is not None else unit
    loop = bool(track.loop) and wanted > unit
    length = max(1, wanted if track.loop else min(wanted, rest))
    takes = [(0, length, 0.0), *([] if track.loop else _takes(scene, key, opened, (offset, length)))]
    whole = _events(scene, key, takes, rate)
    circle = mix_frames if scene.master.loop else 0
    if circle:
        events = tuple(event for event in whole if event.start < mix_frames)
    else:
        events = tuple(_until(event, mix_frames, loop=loop) for event in whole if event.start < mix_frames)
    made = TrackPlan(
        id=key,
        sound=track.sound or "",
        sha256=opened.digest(key),
        channels=samples.channels,
        offset=offset,
        unit=unit,
        events=events,
        loop=loop,
        crossfade=crossfade if loop else 0,
        alike=_alike(samples, offset, unit, crossfade) if loop else 0.0,
        fade_in=round((track.fade_in or 0.0) * rate),
        fade_out=round((track.fade_out or 0.0) * rate),
        level=track.level if track.level is not None else 0.0,
        measured=-math.inf,
        gain_db=0.0,
        pan=track.pan or 0.0,
        send=0.0 if track.send is None else track.send,
        cuts=tuple(
            cut_plan(cut.freq, cut.gain, cut.q, cut.spans, rate, cut.against) for cut in track.eq or []
        ),
        room_db=away.room_db,
        air=away.air,
        circle=circle,
    )
    if not events:
        return made, []
    if circle and _goes_round(made, length):
        made = _met(made, samples, rest, _turn(track, rest, rate), rate)
    measure = scene.levels.measure
    made = levelled(made, _compressor(key, track.compressor), track.gain, opened, rate, measure)
    measured, gain = made.measured, made.gain_db
    if not math.isfinite(measured):
        return made, [
            Decision(
                f"tracks.{key}",
                None,
                f"{track.sound} is silent here, so nothing is heard",
                stage="render",
                kind="warning",
            )
        ]
    numbers = {"measured": measured, "gain": gain}
    notes = [
        Decision(
            f"tracks.{key}.level",
            made.level,
            f"the sound as placed measures {measured:g} dB; {gain:+g} dB brings it to its level",
            numbers,
            "render",
            "note",
        )
    ]
    if made.level - measured > LOUD_BOOST:
        boost = f"{made.level - measured:.1f} dB"
        because = f"{track.sound} is raised by {boost} to reach its level, and its noise with it"
        notes.append(Decision(f"tracks.{key}.level", made.level, because, numbers, "render", "warning"))
    last = events[-1]
    missing = 0 if circle else whole[len(events) - 1].frames - last.frames
    if missing and not made.loop:
        because = f"the mix ends {missing / rate:.2f} s before this sound does, so it is cut off"
        notes.append(
            Decision(
                f"tracks.{key}.start",
                track.start,
                because,
                {"heard": round(last.frames / rate, 3)},
                "render",
                "warning",
            )
        )
    return made, notes


def _goes_round(track: TrackPlan, length: int) -> bool:
    """Whether a sound goes on all the way round a circle."""
    fades = track.fade_in or track.fade_out
    return len(track.events) == 1 and track.events[0].start == 0 and length >= track.circle and not fades


def _met(track: TrackPlan, samples: Samples, rest: int, turn: tuple[int, int], rate: int) -> TrackPlan:
    """The same sound once round and a little further, to fade into its own beginning.

    Where it has no more to give, it is looped; a loop that fits the circle closes by itself.
    """
    circle = track.circle
    unit, crossfade = (track.unit, track.crossfade) if track.loop else turn
    if (track.loop or rest == circle) and not crossfade and circle % unit == 0:
        return replace(track, events=(Event(0, circle),))
    meeting = min(round(MEETING * rate), circle // 4)
    if not track.loop and rest - circle < meeting:
        alike = _alike(samples, track.offset, unit, crossfade)
        track = replace(track, loop=True, unit=unit, crossfade=crossfade, alike=alike)
    track = replace(track, events=(Event(0, circle + meeting),))
    reader = EventReader(replace(track, cuts=(), air=0.0), samples, track.events[0], rate)
    head = reader.read(meeting)
    reader.position = circle
    return replace(track, meeting=meeting, meeting_alike=likeness(head, reader.read(meeting)))


def _until(event: Event, mix_frames: int, *, loop: bool) -> Event:
    """End an occurrence with the mix; a loop that ends there is not cut off."""
    frames = min(event.frames, mix_frames - event.start)
    return replace(event, frames=frames, cut=0 if loop else event.frames - frames)


def _events(scene: Scene, key: str, takes: Sequence[tuple[int, int, float]], rate: int) -> list[Event]:
    """List a track's occurrences, takes in turn, each with its variation.

    The mix cuts none off.
    """
    track = scene.tracks[key]
    starts = starts_of(track) or [0.0]
    begins = {round(start * rate): start for start in sorted(starts, reverse=True)}
    largest = Difference(*largest_difference(track))
    events = []
    for index, begin in enumerate(sorted(begins)):
        shift, length, even = takes[index % len(takes)]
        if len(begins) == 1 or not any(largest):
            events.append(Event(begin, length, shift, even_db=even))
            continue
        differs = difference(scene.seed, key, begins[begin], largest)
        frames = max(1, resampled_frames(length, pitch_rate(rate, differs.pitch), rate))
        event = Event(
            begin, frames, shift, gain_db=differs.gain, pitch=differs.pitch, pan=differs.pan, even_db=even
        )
        events.append(event)
    return events


def _turn(track: Track, rest: int, rate: int) -> tuple[int, int]:
    """Count the frames of one turn of a loop with its crossfade, and of the crossfade."""
    turn = min(rest, round(track.turn * rate)) if track.turn is not None else None
    within = rest if turn is None else turn
    asked = LOOP_CROSSFADE if track.crossfade is None else track.crossfade
    crossfade = min(round(asked * rate), within // 2 if track.crossfade is not None else within // 4)
    if turn is None:
        return rest, crossfade
    crossfade = min(crossfade, rest - turn)
    return turn + crossfade, crossfade


def _takes(scene: Scene, key: str, opened: Opened, first: tuple[int, int]) -> list[tuple[int, int, float]]:
    """Place each further take in a track's samples.

    From the track's offset on, with its frames and the gain in dB that makes it as loud as the first one,
    which has its offset and its frames; other events of one recording are left as loud as they are.
    """
    track, rate, samples = scene.tracks[key], scene.sample_rate, opened.samples[key]
    found = []
    for take in track.takes or []:
        base = 0 if take.sound is None else opened.begins[key][take.sound]
        ends = sorted([*opened.begins.get(key, {}).values(), samples.frames])
        end = next(each for each in ends if each > base)
        begin = min(base + round(take.offset * rate), end - 1)
        length = max(1, min(round(take.duration * rate), end - begin))
        even = 0.0
        if take.sound is not None:
            levels = [_level(samples, at, count, scene) for at, count in (first, (begin, length))]
            even = decibels(levels[0] - levels[1]) if all(map(math.isfinite, levels)) else 0.0
        found.append((begin - first[0], length, even))
    return found


def _level(samples: Samples, begin: int, count: int, scene: Scene) -> float:
    """Measure a stretch of a sound as the scene measures levels."""
    meter = LevelMeter(scene.sample_rate, samples.channels, scene.levels.measure)
    meter.next_event()
    meter.add(samples.read(begin, begin + count))
    return meter.level()


def _alike(samples: Samples, offset: int, unit: int, crossfade: int) -> float:
    """Compute how alike the two stretches of a crossfade are."""
    head = samples.read(offset, offset + crossfade)
    return likeness(head, samples.read(offset + unit - crossfade, offset + unit))


def _compressor(key: str, how: Compressor | None) -> CompressorPlan | None:
    """Plan a track's compression, before the level that the compressor hears is known."""
    if how is None or how.ratio == 1.0:
        return None
    if how.threshold is None:
        raise SceneError(f"tracks.{key}.compressor: has blanks; resolve the scene first")
    return CompressorPlan(how.threshold, how.ratio, how.knee, how.attack, how.release, drive_db=0.0)


def cut_plan(
    freq: float,
    gain: float,
    q: float | None,
    spans: Iterable[Sequence[float]] | None,
    rate: int,
    against: str | None = None,
) -> CutPlan:
    """Turn a cut of a scene, with spans in seconds of the mix, into frames."""
    frames = (
        None if spans is None else tuple((round(begin * rate), round(end * rate)) for begin, end in spans)
    )
    return CutPlan(float(freq), float(gain), 1.0 if q is None else float(q), frames, against)
