"""Chooses which piece of each sound is heard, and how loops are joined.

An event begins at its own onset and ends when it has died away; of a long recording the clearest complete one
is taken, others of its kind are further takes. A bed gets its steadiest stretch and the points at which that
sounds alike. What goes on throughout, like an engine, has its silent ends cut off and comes and goes over
seconds. What is found in a content is cached by its digest.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from imgext.dsp.events import LEAD, SoundEvent
from imgext.dsp.pieces import Pieces, pieces_of
from imgext.dsp.seam import Loop, meets
from imgext.dsp.stretch import FRAME, Stretch
from imgext.ontology.hierarchy import hierarchy
from imgext.scene.decision import Decision, seconds
from imgext.scene.model import After
from imgext.scene.things import is_atmo, object_of
from imgext.store.cache import Cache, as_json, digest_of_text, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgext.dsp.sound_file import Samples
    from imgext.rendering.opened import Opened
    from imgext.scene.model import Scene, Track

#: Of the analysis; another number makes all be listened to again.
VERSION = 4
#: dB by which an event stands out of its recording, so that it is taken out of it.
CLEAR = 12.0
#: And out of one that sounds throughout.
CLEAR_OF_CONTINUOUS = 15.0
#: Seconds of the fades of what goes on, of an event at the very beginning of its recording, at its end, and
#: at its end where the recording cuts it off; at most a quarter of what is heard.
FADE_GOING_ON, FADE_AT_ONCE, FADE_AFTER, FADE_CUT = 1.5, 0.002, 0.05, 0.5
#: dB against an event from which what lies outside of all events is as loud.
AS_LOUD = -10.0
#: Seconds after a written offset in which an event must begin, so that its end is that of what is heard.
SOON = 0.3
#: Share of a steady recording from which its outliers are its own, and not something that happened in it.
OWN_OUTLIERS = 0.08
#: Share of a sound that is silence at its ends at most, so that a bed is looped as it is.
SILENT_ENDS = 0.1
#: Seconds of a crossfade, at most a quarter of the loop, where nobody chose the points.
CROSSFADE = 0.5


def listen(scene: Scene, opened: Opened) -> tuple[Scene, list[Decision]]:
    """Answer blank offsets, durations, takes, turns and crossfades.

    Parameters
    ----------
    scene : Scene
    opened : Opened
        Its sounds at the mix's rate.
    """
    decisions: list[Decision] = []
    for key in opened:
        track, samples = scene.tracks[key], opened.samples[key]
        rate = scene.sample_rate
        if round(track.offset * rate) >= samples.frames:
            continue  # reported where lengths are taken
        looped = track.loop or (is_atmo(scene, key) and not _several(track) and track.loop is None)
        found = pieces(opened.digest(key), samples, rate, looped=bool(looped))
        if looped:
            decisions += _looped(f"tracks.{key}", track, found, samples, rate)
        elif is_atmo(scene, key):
            decisions += _stretch(f"tracks.{key}", track, found)
        else:
            named = object_of(scene, key) is not None
            going_on = goes_on(scene, key, found)
            decisions += _heard_once(f"tracks.{key}", track, found, goes_on=going_on, named=named)
    return scene.answered(decisions), decisions


def turn_seconds(track: Track, left: float) -> float:
    """Return the seconds of a sound before it loops: one turn, or all of it."""
    if track.turn is None or track.loop is False or (track.loop is None and _several(track)):
        return left
    return min(left, track.turn + (track.crossfade or 0.0))


def pieces(sha256: str, samples: Samples, rate: int, *, looped: bool) -> Pieces:
    """What is found in a sound, or what was found in the same content before."""
    cache = Cache[Pieces]("pieces", VERSION, load=_load, dump=lambda found: to_json(asdict(found)))
    if not sha256:
        return pieces_of(samples, rate, looped=looped)
    key = digest_of_text(f"{sha256} {rate}{' looped' if looped else ''}")
    return cache.get(key, lambda: pieces_of(samples, rate, looped=looped))


def _load(data: bytes) -> Pieces:
    known = as_json(data)
    events, takes = (
        tuple(SoundEvent(**{**each, "spectrum": tuple(each["spectrum"])}) for each in known[name])
        for name in ("events", "takes")
    )
    begin, end = known["sounding"]
    stretch, loop = Stretch(**known["stretch"]), Loop(**known["loop"])
    figures = known["seconds"], bool(known["continuous"]), bool(known["circle"])
    return Pieces(
        figures[0], events, takes, figures[1], (begin, end), stretch, loop, float(known["beyond"]), figures[2]
    )


def _several(track: Track) -> bool:
    return bool(track.every) or isinstance(track.start, list | After)


def goes_on(scene: Scene, key: str, found: Pieces) -> bool:
    """Say whether a sound goes on evenly, by its signal or by its name."""
    thing = object_of(scene, key)
    tag = hierarchy().understand(thing.label) if thing is not None else None
    event = found.takes[0] if found.takes else None
    if tag is not None and tag.kind == "bed":
        return True
    return found.continuous and not (
        event is not None and event.complete and event.clear >= CLEAR_OF_CONTINUOUS
    )


def _decision(path: str, value: Any, because: str, **numbers: float) -> Decision:
    return Decision(path, value, because, numbers, "listen")


def _looped(path: str, track: Track, found: Pieces, samples: Samples, rate: int) -> Iterator[Decision]:
    """Where a loop begins, how long a turn is, and how it is joined."""
    chosen = not track.blank("offset") or track.turn is not None or track.crossfade is not None
    if chosen or (_whole(found) and (track.loop or _sounds_to_its_ends(found))):
        if track.crossfade is not None:
            return
        begin = round(track.offset * rate)
        end = samples.frames if track.turn is None else min(samples.frames, begin + round(track.turn * rate))
        if meets(samples.read, begin, end, samples.channels, rate):
            because = "its end already meets its beginning, so it repeats at its own length"
            yield _decision(f"{path}.crossfade", 0.0, because)
        else:
            fade = seconds(min(CROSSFADE, (end - begin) / rate / 4), "down")
            yield _decision(f"{path}.crossfade", fade, "its end does not meet its beginning")
        return
    loop, stretch = found.loop, found.stretch
    if loop.turn <= 0.0:
        return
    because = f"its steadiest stretch is from {stretch.begin:g} to {stretch.end:g} s"
    if stretch.outliers:
        because += f", without {stretch.outliers * FRAME:.1f} s that stand out"
    yield _decision(f"{path}.offset", loop.begin, because, begin=stretch.begin, end=stretch.end)
    again = round(loop.begin + loop.turn, 3)
    yield _decision(f"{path}.turn", loop.turn, f"at {again:g} s it sounds most like at {loop.begin:g} s")
    yield _decision(f"{path}.crossfade", loop.crossfade, "as long as its own changes hide the seam")


def _whole(found: Pieces) -> bool:
    """Say whether a sound loops as it is, without events that should not recur."""
    out = (found.stretch.outliers + found.stretch.inside) * FRAME
    return found.circle and (not found.continuous or out == 0.0 or out > OWN_OUTLIERS * found.seconds)


def _sounds_to_its_ends(found: Pieces) -> bool:
    begin, end = found.sounding
    return found.seconds - (end - begin) <= SILENT_ENDS * found.seconds


def _stretch(path: str, track: Track, found: Pieces) -> Iterator[Decision]:
    """A bed that is heard without being looped."""
    stretch = found.stretch
    if not track.blank("offset") or track.duration is not None or stretch.seconds >= found.seconds:
        return
    because = f"its steadiest stretch, without {stretch.outliers * FRAME:.1f} s that stand out"
    yield _decision(f"{path}.offset", stretch.begin, because)
    yield _decision(f"{path}.duration", max(stretch.seconds, 0.001), because)


def _heard_once(path: str, track: Track, found: Pieces, *, goes_on: bool, named: bool) -> Iterator[Decision]:
    """A sound with a place of its own: one event, or all that sounds.

    Where nobody says what is to be heard of a recording, nothing of it that is as loud is left out.
    """
    event = found.takes[0] if found.takes and found.takes[0].clear >= CLEAR else None
    if not named and found.beyond > AS_LOUD:
        event = None
    if goes_on or event is None:
        yield from _all_of_it(path, track, found, goes_on=goes_on)
        return
    if track.blank("offset"):
        begin = event.onset
        if track.duration is not None:
            begin = max(0.0, min(begin, seconds(found.seconds - track.duration, "down")))
        others = len(found.events) - 1
        because = "it begins here" if not others else f"the clearest of {others + 1} events begins here"
        if others and event.complete:
            because = f"the clearest complete one of {others + 1} events begins here"
        yield _decision(f"{path}.offset", begin, because, clear=event.clear, peak=event.peak)
        if track.duration is None:
            because = "until it has died away" if event.ends else "until the recording cuts it off"
            yield _decision(f"{path}.duration", max(event.seconds, 0.001), because)
            if track.takes is None and len(found.takes) > 1:
                takes = [{"offset": take.onset, "duration": take.seconds} for take in found.takes[1:]]
                yield _decision(f"{path}.takes", takes, "other events of the recording that are like it")
    elif track.duration is None:
        inside = [
            each
            for each in found.events
            if each.onset <= track.offset + SOON and each.end > track.offset + LEAD
        ]
        if inside:
            left = max(seconds(inside[0].end - track.offset, "up"), 0.001)
            yield _decision(f"{path}.duration", left, "until what sounds at its offset has died away")
    length = event.seconds if track.duration is None else track.duration
    if track.fade_in is None and track.blank("offset"):
        at_once = event.onset < LEAD
        because = "its recording begins with it" if at_once else "over before the sound sets in"
        fade = FADE_AT_ONCE if at_once else LEAD
        yield _decision(f"{path}.fade_in", _at_most(fade, length), because)
    if track.fade_out is None and track.blank("offset") and track.duration is None:
        fade = FADE_AFTER if event.ends else FADE_CUT
        because = "it has died away" if event.ends else "the recording cuts it off"
        yield _decision(f"{path}.fade_out", _at_most(fade, length), because)


def _all_of_it(path: str, track: Track, found: Pieces, *, goes_on: bool) -> Iterator[Decision]:
    """All of a sound but the silence at its ends; what goes on comes and goes slowly."""
    begin, end = found.sounding
    length = max(seconds(end - begin, "down"), 0.001)
    if track.blank("offset") and track.duration is None and end - begin < found.seconds:
        yield _decision(f"{path}.offset", begin, "without the silence before it")
        yield _decision(f"{path}.duration", length, "without the silence after it")
    if goes_on:
        heard = length if track.duration is None else track.duration
        for name, written in (("fade_in", track.fade_in), ("fade_out", track.fade_out)):
            if written is None:
                because = "it goes on, so it comes and goes slowly"
                yield _decision(f"{path}.{name}", _at_most(FADE_GOING_ON, heard), because)


def _at_most(fade: float, length: float) -> float:
    """A fade, at most a quarter of what is heard."""
    return min(fade, seconds(length / 4, "down"))
