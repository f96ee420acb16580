"""Rules that span several fields of a scene: references, paths, times. Each broken one is (path, message, code).

`odd_values` are no faults: a scene may hold them, and means them hardly ever.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from imgext.errors import did_you_mean, shown
from imgext.scene.part import SCHEMES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgext.scene.model import Scene, Track

Broken = tuple[tuple[str, ...], str, str]
#: Seconds: a gain that moves faster than this does so within one period of what is heard.
FASTEST = 0.005
#: dB between a threshold and the level of the sound; peaks of most recordings lie 10 to 20 dB above it.
HIGHEST = 30.0


def broken_rules(scene: Scene, *, allow_outside: bool = False) -> Iterator[Broken]:
    """Every rule that `scene` breaks; `allow_outside` lets sounds and pictures lie anywhere on this machine."""
    if not scene.objects and not scene.tracks:
        yield (), "there is nothing to hear: no objects and no tracks", "nothing_to_play"
    if scene.image is not None and (why := path_fault(scene.image, allow_outside=allow_outside)):
        yield ("image",), why, "bad_path"
    for key, thing in scene.objects.items():
        if thing.box is not None and (
            thing.box[0] + thing.box[2] > 1.001 or thing.box[1] + thing.box[3] > 1.001
        ):
            yield (
                ("objects", key, "box"),
                "the box reaches beyond the picture: x + width and y + height are at most 1",
                "out_of_range",
            )
    for key, track in scene.tracks.items():
        for path, message, code in _track_rules(scene, key, track, allow_outside=allow_outside):
            yield ("tracks", key, *path), message, code


def _track_rules(scene: Scene, key: str, track: Track, *, allow_outside: bool) -> Iterator[Broken]:
    if track.object is not None and track.object not in scene.objects:
        yield (
            ("object",),
            f"there is no object {shown(track.object)}{did_you_mean(track.object, scene.objects)}",
            "unknown_reference",
        )
    if track.sound is None and track.object is None and key not in scene.objects:
        close = did_you_mean(key, scene.objects)
        yield (), f"a track needs a `sound`, or an object to find one for{close}", "nothing_to_play"
    if track.sound is not None:
        fault = sound_fault(track.sound, allow_outside=allow_outside)
        if fault:
            yield ("sound",), *fault
    starts = track.start if isinstance(track.start, list) else [] if track.start is None else [track.start]
    for index, start in enumerate(starts):
        if scene.duration is not None and start >= scene.duration and not track.mute:
            where = ("start", str(index)) if isinstance(track.start, list) else ("start",)
            yield where, f"starts at {start:g} s, but the mix ends at {scene.duration:g} s", "out_of_range"
    nyquist = scene.sample_rate / 2
    for index, cut in enumerate(track.eq or []):
        if cut.freq >= nyquist:
            yield (
                ("eq", str(index), "freq"),
                f"is {cut.freq:g} Hz; half of the sample rate is {nyquist:g} Hz",
                "out_of_range",
            )
        if cut.against is not None and cut.against not in scene.tracks and cut.against not in scene.objects:
            yield (
                ("eq", str(index), "against"),
                f"there is no track {shown(cut.against)}{did_you_mean(cut.against, chain(scene.tracks, scene.objects))}",
                "unknown_reference",
            )


def odd_values(scene: Scene) -> Iterator[Broken]:
    """What is allowed and yet does nothing or harm; figures of a level are known only where it is written."""
    if scene.unmask.dynamics == "auto" and scene.unmask.mode != "optimise":
        yield ("unmask", "dynamics"), "is used by `unmask.mode: optimise` alone", "odd"
    for key, track in scene.tracks.items():
        for name, message in _odd_compressor(track):
            yield ("tracks", key, "compressor", *([name] if name else [])), message, "odd"


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
                f"is {above:g} dB above the track's level; hardly a sound has such peaks, so nothing is turned down",
            )
        elif above < -HIGHEST:
            yield (
                "threshold",
                f"is {-above:g} dB below the track's level, so all of the sound is turned down, and its noise comes up",
            )


def sound_fault(sound: str, *, allow_outside: bool = False) -> tuple[str, str] | None:
    """What is wrong with a sound reference as text, and the code; None where nothing is.

    >>> sound_fault("builtn:rain")
    ('`builtn:` is not a source; did you mean `builtin`?', 'bad_form')
    """
    scheme, colon, rest = sound.partition(":")
    if colon and scheme in SCHEMES:
        if not rest.strip():
            return f"`{scheme}:` needs a name after the colon", "bad_form"
        if scheme == "freesound" and not re.fullmatch(r"[0-9]{1,12}", rest):
            return f"freesound sounds have numbers, not {shown(rest)}", "bad_form"
        return None
    if colon and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]+", scheme) and not rest.startswith("//"):
        return (
            f"`{scheme[:40]}:` is not a source{did_you_mean(scheme, SCHEMES) or '; known: ' + ', '.join(SCHEMES)}",
            "bad_form",
        )
    why = path_fault(sound, allow_outside=allow_outside)
    return (why, "bad_path") if why else None


def path_fault(path: str, *, allow_outside: bool = False) -> str | None:
    """Why a path may not stand in a scene; None where it may. Symbolic links are judged when the file is opened.

    >>> path_fault("../rain.wav")
    "'../rain.wav' leaves the scene's folder; allow it with --allow-outside"
    """
    if "://" in path:
        return f"{shown(path)} is a url; download the sound and name the file"
    if any(ord(character) < 32 or ord(character) == 127 for character in path):
        return f"{shown(path)} has a control character in it"
    if allow_outside:
        return None
    if "\\" in path:
        return f"{shown(path)} has a backslash; paths use forward slashes"
    if path.startswith(("/", "~")) or re.match(r"[A-Za-z]:", path):
        return f"{shown(path)} is absolute; paths are relative to the scene, or allow it with --allow-outside"
    depth = 0
    for part in path.split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < 0:
            return f"{shown(path)} leaves the scene's folder; allow it with --allow-outside"
    return None
