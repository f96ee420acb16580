"""Gives a repeated built-in sound other individuals, which take turns.

The samples of such takes come after those of the track's own sound, so that all of a track is one sound to
play (`imgext.rendering.opened`).
"""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from imgext.dsp.sound_file import JoinedSamples, Samples
from imgext.scene.decision import Decision
from imgext.scene.model import After
from imgext.scene.things import is_atmo
from imgext.sounds.listening import goes_on, pieces

if TYPE_CHECKING:
    from collections.abc import Callable

    from imgext.rendering.opened import Opened
    from imgext.scene.model import Scene, Track

#: So many other individuals take turns with the first.
OTHERS = 3
#: A sound is heard several times in a mix that is written to be so many times as long.
OFTEN = 8.0


class TakeSound(NamedTuple):
    """The sound of a take, with the digest of its content."""

    samples: Samples
    digest: str


def other_takes(
    scene: Scene, asked: Scene, opened: Opened, opening: Callable[[str, str], TakeSound]
) -> tuple[Scene, list[Decision]]:
    """Answer blank takes of repeated built-in sounds with other individuals.

    A length or an offset that stands in `asked`, the scene before it was listened to, holds for all of them.
    A sound whose seed is written is that individual and no other. Names of seeds come from the scene's seed
    and the track, so that no other track changes them.
    """
    decisions = []
    for key in opened:
        track = scene.tracks[key]
        if not _may_have_others(scene, key, track):
            continue
        if goes_on(
            scene, key, pieces(opened.digest(key), opened.samples[key], scene.sample_rate, looped=False)
        ):
            continue
        takes = []
        for number in range(1, OTHERS + 1):
            seed = zlib.crc32(f"{scene.seed} {key} take {number}".encode())
            reference = f"{track.sound}{'&' if '?' in (track.sound or '') else '?'}seed={seed}"
            sound = opening(key, reference)
            found = pieces(sound.digest, sound.samples, scene.sample_rate, looped=False)
            begin, length = found.sounding[0], found.sounding[1] - found.sounding[0]
            if found.takes:
                begin, length = found.takes[0].onset, found.takes[0].seconds
            begin, length = _as_written(asked.tracks[key], begin, length, found.seconds)
            takes.append(
                {"offset": round(begin, 3), "duration": max(round(length, 3), 0.001), "sound": reference}
            )
        because = "other individuals of the built-in sound, so that its repeats are not alike"
        decisions.append(Decision(f"tracks.{key}.takes", takes, because, {}, "listen"))
    return scene.answered(decisions), decisions


def _as_written(asked: Track, begin: float, length: float, seconds: float) -> tuple[float, float]:
    """Offset and length of a take whose track says one or both."""
    length = length if asked.duration is None else min(asked.duration, seconds)
    begin = begin if asked.blank("offset") else asked.offset
    return max(0.0, min(begin, seconds - length)), length


def _may_have_others(scene: Scene, key: str, track: Track) -> bool:
    from imgext.sounds.bank import BANK

    source, _, name = (track.sound or "").partition(":")
    name, _, asked = name.partition("?")
    if source != "builtin" or name not in BANK or BANK[name].kind == "bed" or "seed=" in asked:
        return False
    if track.takes is not None or track.loop or is_atmo(scene, key):
        return False
    if track.every or isinstance(track.start, list | After):
        return True
    long = scene.duration is not None and scene.duration >= OFTEN * (track.duration or BANK[name].seconds)
    return long and track.start is None


def with_takes(scene: Scene, opened: Opened, opening: Callable[[str, str], TakeSound]) -> Opened:
    """The opened sounds with those of takes that have one of their own."""
    samples, own, begins, joined = (
        dict(opened.samples),
        dict(opened.own),
        dict(opened.begins),
        dict(opened.joined),
    )
    for key in opened:
        references = list(dict.fromkeys(take.sound for take in scene.tracks[key].takes or [] if take.sound))
        if not references or scene.tracks[key].loop:
            continue
        sounds = [opening(key, reference) for reference in references]
        whole = JoinedSamples([opened.samples[key], *(sound.samples for sound in sounds)])
        own[key] = opened.samples[key].frames
        begins[key] = dict(zip(references, whole.begins[1:], strict=True))
        digests = " ".join([opened.digests.get(key, ""), *(sound.digest for sound in sounds)])
        joined[key] = hashlib.sha256(digests.encode()).hexdigest()
        samples[key] = whole
    return replace(opened, samples=samples, own=own, begins=begins, joined=joined)
