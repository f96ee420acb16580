"""Checks rules that span fields: references, paths, times. Yields `Broken`.

`odd_values` are not faults: a scene may hold them, but they are rarely intended.
"""

from __future__ import annotations

import re
from itertools import chain, pairwise
from typing import TYPE_CHECKING

from imgext.errors import Broken, Wrong, shown, suggestion
from imgext.scene.model import After
from imgext.scene.part import SCHEMES
from imgext.scene.things import starts_of, track_named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgext.scene.model import Scene, Track

#: Seconds: the longest mix.
LONGEST = 86400.0
#: Seconds: a gain that moves faster than this moves within one period of an audible wave.
FASTEST = 0.005
#: Seconds by which a sound may be shorter than asked, to allow for rounding.
SHORTEST = 0.002
#: dB by which the bells of a track may lift together: squares of samples stay within floating point.
MOST_LIFT = 1000.0
#: dB between a threshold and the sound's level; peaks of most recordings lie 10 to 20 dB above the level.
HIGHEST = 30.0


def broken_rules(scene: Scene, *, allow_outside: bool = False) -> Iterator[Broken]:
    """Find every rule that a scene breaks.

    `allow_outside` lets sounds and pictures lie anywhere on this machine.
    """
    if not scene.objects and not scene.tracks:
        yield Broken((), "nothing_to_play", "there is nothing to hear: no objects and no tracks")
    if scene.image is not None and (wrong := path_fault(scene.image, allow_outside=allow_outside)):
        yield Broken(("image",), *wrong)
    for key, thing in scene.objects.items():
        if thing.box is not None and (
            thing.box[0] + thing.box[2] > 1.001 or thing.box[1] + thing.box[3] > 1.001
        ):
            why = "the box reaches beyond the picture: x + width and y + height are at most 1"
            yield Broken(("objects", key, "box"), "out_of_range", why)
    for key, track in scene.tracks.items():
        for path, *what in _track_rules(scene, key, track, allow_outside=allow_outside):
            yield Broken(("tracks", key, *path), *what)


def _track_rules(scene: Scene, key: str, track: Track, *, allow_outside: bool) -> Iterator[Broken]:
    if track.object is not None and track.object not in scene.objects:
        close = suggestion(track.object, scene.objects)
        yield Broken(("object",), "unknown_reference", f"there is no object {shown(track.object)}", close)
    if track.sound is None and track.object is None and key not in scene.objects:
        why = "a track needs a `sound`, or an object to find one for"
        yield Broken((), "nothing_to_play", why, suggestion(key, scene.objects))
    if track.sound is not None and (wrong := sound_fault(track.sound, allow_outside=allow_outside)):
        yield Broken(("sound",), *wrong)
    for index, take in enumerate(track.takes or []):
        if take.sound is not None and (wrong := sound_fault(take.sound, allow_outside=allow_outside)):
            yield Broken(("takes", str(index), "sound"), *wrong)
    lift = sum(max(bell.gain, 0.0) for bell in track.eq or [])
    if lift > MOST_LIFT:
        why = f"its bells lift by {lift:g} dB together; allowed: {MOST_LIFT:g} dB"
        yield Broken(("eq",), "out_of_range", why)
    for path, start in _starts(track):
        if scene.duration is not None and start >= scene.duration and not track.mute:
            why = f"starts at {start:g} s, but the mix ends at {scene.duration:g} s"
            yield Broken(path, "out_of_range", why)
    if track.turn is not None and track.crossfade is not None and track.crossfade > track.turn / 2:
        why = f"is {track.crossfade:g} s; at most half of a turn, which is {track.turn:g} s"
        yield Broken(("crossfade",), "out_of_range", why)
    yield from _rules_between(scene, key, track)
    nyquist = scene.sample_rate / 2
    for index, cut in enumerate(track.eq or []):
        here = ("eq", str(index))
        if cut.freq >= nyquist:
            why = f"is {cut.freq:g} Hz; half of the sample rate is {nyquist:g} Hz"
            yield Broken((*here, "freq"), "out_of_range", why)
        if cut.against is not None and cut.against not in scene.tracks and cut.against not in scene.objects:
            why = f"there is no track {shown(cut.against)}"
            close = suggestion(cut.against, chain(scene.tracks, scene.objects))
            yield Broken((*here, "against"), "unknown_reference", why, close)


def _rules_between(scene: Scene, key: str, track: Track) -> Iterator[Broken]:
    """Find references of rules to nothing, and tracks that follow themselves."""
    named = [(("not_with", str(index)), name) for index, name in enumerate(track.not_with or [])]
    if isinstance(track.start, After):
        named.append((("start", "after"), track.start.after))
    for path, name in named:
        if name not in scene.tracks and name not in scene.objects:
            close = suggestion(name, chain(scene.tracks, scene.objects))
            yield Broken(path, "unknown_reference", f"there is no track {shown(name)}", close)
        elif name == key or track_named(scene, name) == key:
            why = "follows itself" if path[0] == "start" else "names the track itself"
            yield Broken(path, "bad_form", why)
    chain_of, last = [key], track
    while isinstance(last.start, After):
        leader = track_named(scene, last.start.after)
        if leader is None or (leader in chain_of and leader != key):
            return
        chain_of.append(leader)
        if leader == key:
            if len(chain_of) > 2:
                why = f"follows itself: {' after '.join(chain_of)}"
                yield Broken(("start", "after"), "bad_form", why)
            return
        last = scene.tracks[leader]


def _starts(track: Track) -> list[tuple[tuple[str, ...], float]]:
    """List each written start with its path below the track."""
    if isinstance(track.start, list):
        return [(("start", str(index)), start) for index, start in enumerate(track.start)]
    return [(("start",), start) for start in starts_of(track)]


def length_rules(scene: Scene, key: str, frames: int) -> Iterator[Broken]:
    """Find what a track breaks if its sound has `frames` frames."""
    track, rate = scene.tracks[key], scene.sample_rate
    left = frames - round(track.offset * rate)
    if left < 1:
        why = f"is {track.offset:g} s, but the sound has {frames / rate:.3f} s"
        yield Broken(("tracks", key, "offset"), "out_of_range", why)
        return
    for index, take in enumerate(track.takes or []):
        if take.sound is None and round(take.offset * rate) >= frames:
            why = f"is {take.offset:g} s, but the sound has {frames / rate:.3f} s"
            yield Broken(("tracks", key, "takes", str(index), "offset"), "out_of_range", why)
    longest = left / rate if track.duration is None else track.duration
    if not track.loop:
        longest = min(longest, left / rate)
    for path, start in _starts(track) if scene.duration is None else []:
        if start + longest > LONGEST:
            why = f"starts at {start:g} s and lasts {longest:g} s, but a mix has {LONGEST:g} s at most"
            yield Broken(("tracks", key, *path), "out_of_range", why, "write a `duration` of the mix")


def too_long(duration: float | None, left: float) -> tuple[str, str] | None:
    """Say that a sound is shorter than asked (seconds), and the remedy; else None.

    >>> too_long(10.0, 0.6)
    ('is 10 s, but the sound has 0.6 s to be heard', '`loop: true` repeats it')
    """
    if duration is None or duration <= left + SHORTEST:
        return None
    return f"is {duration:g} s, but the sound has {left:.6g} s to be heard", "`loop: true` repeats it"


def no_room(every: list[float], room: float, *, written: bool) -> tuple[str, str] | None:
    """Say that a mix is too short for a sound to come again; None where it may.

    `room` is from the start of the mix to the last place where the sound can begin, in seconds; `written`
    tells whether the length of the mix is.

    >>> no_room([20.0, 60.0], 0.4, written=False)
    ('asks for 20 s between starts; the mix is too short for the sound to come again', 'write a `duration`')
    """
    if room >= every[0]:
        return None
    why = f"asks for {every[0]:g} s between starts; the mix is too short for the sound to come again"
    return why, "write a longer `duration`" if written else "write a `duration`"


def every_unused(track: Track) -> str:
    """Say why a track's `every` does nothing.

    Blank if it does something, or if the starts are its answer.
    """
    if not track.every:
        return ""
    if track.start is None:
        return "it loops, so `every` is not used; leave one of the two out" if track.loop else ""
    if isinstance(track.start, After):
        return f"its start follows {track.start.after}, so `every` is not used; leave one of the two out"
    starts = starts_of(track)
    keeps = all(later - earlier >= track.every[0] - 0.002 for earlier, later in pairwise(starts))
    if isinstance(track.start, list) and keeps:
        return ""
    return "its start is written, so `every` is not used; leave one of the two out"


def odd_values(scene: Scene) -> Iterator[Broken]:
    """Find settings that are allowed but useless or harmful.

    A level counts only if it is written.
    """
    if scene.unmask.dynamics == "auto" and scene.unmask.mode != "optimise":
        yield Broken(("unmask", "dynamics"), "odd", "is used by `unmask.mode: optimise` alone")
    for name in ("fade_in", "fade_out"):
        if scene.master.loop and getattr(scene.master, name) > 0:
            yield Broken(("master", name), "odd", "is not used: the mix is a circle, which has no ends")
    for key, track in scene.tracks.items():
        if why := every_unused(track):
            yield Broken(("tracks", key, "every"), "odd", why)
        for name, message in _odd_compressor(track):
            yield Broken(("tracks", key, "compressor", name), "odd", message)


def _odd_compressor(track: Track) -> Iterator[tuple[str, str]]:
    how = track.compressor
    if how is None:
        return
    if how.ratio == 1.0:
        yield "ratio", "a ratio of 1 leaves the sound as it is"
        return
    if max(how.attack, how.release) < FASTEST:
        yield (
            "release",
            f"attack and release both under {FASTEST:g} s follow the wave itself, which distorts it",
        )
    if how.threshold is not None and track.level is not None:
        above = how.threshold - track.level
        if above - how.knee / 2.0 > HIGHEST:
            yield (
                "threshold",
                f"is {above:g} dB above the track's level; few sounds have such peaks, so it does nothing",
            )
        elif above < -HIGHEST:
            yield (
                "threshold",
                f"is {-above:g} dB below the track's level, so it turns down all of it and brings up noise",
            )


def sound_fault(sound: str, *, allow_outside: bool = False) -> Wrong | None:
    """Say what is wrong with a sound reference, or None.

    >>> sound_fault("builtn:rain")
    Wrong(code='bad_form', message='`builtn:` is not a source', hint='did you mean `builtin`?')
    """
    scheme, colon, rest = sound.partition(":")
    if colon and scheme in SCHEMES:
        if not rest.strip():
            return Wrong("bad_form", f"`{scheme}:` needs a name after the colon")
        if scheme == "freesound" and not re.fullmatch(r"[0-9]{1,12}", rest):
            return Wrong("bad_form", f"freesound sounds have numbers, not {shown(rest)}")
        return None
    if colon and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]+", scheme) and not rest.startswith("//"):
        hint = suggestion(scheme, SCHEMES) or f"known: {', '.join(SCHEMES)}"
        return Wrong("bad_form", f"`{scheme[:40]}:` is not a source", hint)
    return path_fault(sound, allow_outside=allow_outside)


#: How to let a scene name files anywhere on this machine.
ALLOW = "allow it with --allow-outside"


def path_fault(path: str, *, allow_outside: bool = False) -> Wrong | None:
    """Say why a path may not stand in a scene, or None. Opening the file checks links.

    >>> path_fault("../rain.wav").message
    "'../rain.wav' leaves the scene's folder"
    """
    if page := re.search(r"freesound\.org/(?:s|people/[^/\s]+/sounds|apiv2/sounds)/([0-9]{1,12})\b", path):
        hint = f"write `freesound:{page[1]}`, which keeps author and licence"
        return Wrong("bad_path", f"{shown(path)} is a web page", hint)
    if "://" in path:
        return Wrong("bad_path", f"{shown(path)} is a url", "download the sound and name the file")
    if any(ord(character) < 32 or ord(character) == 127 for character in path):
        return Wrong("bad_path", f"{shown(path)} has a control character in it")
    if allow_outside:
        return None
    if "\\" in path:
        return Wrong("bad_path", f"{shown(path)} has a backslash", "paths use forward slashes")
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:", path):
        return Wrong("bad_path", f"{shown(path)} is absolute; paths are relative to the scene", ALLOW)
    depth = 0
    for part in path.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return Wrong("bad_path", f"{shown(path)} leaves the scene's folder", ALLOW)
    return None
