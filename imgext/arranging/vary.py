"""Answers how the repeats of a sound differ, and how much longer they get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.dsp.vary import Difference, difference, pitch_rate
from imgext.ontology.variation import UNKNOWN, Variation, variation_of
from imgext.scene.decision import Decision
from imgext.scene.model import Vary
from imgext.scene.things import is_atmo, object_of

if TYPE_CHECKING:
    from imgext.arranging.draw import Drawn
    from imgext.scene.model import Scene

NOTHING = Variation("", 0.0, 0.0, 0.0)


def vary_of(scene: Scene, key: str, *, loop: bool = False) -> Variation:
    """By how much the repeats of a track differ at most, written or by kind of thing."""
    track = scene.tracks[key]
    if track.vary is not None and not isinstance(track.vary, Vary):
        return NOTHING
    thing = object_of(scene, key)
    kind = UNKNOWN if thing is None else variation_of(thing.label)
    if track.vary is None:
        return NOTHING if thing is None or is_atmo(scene, key) or loop else kind
    how = track.vary
    return Variation(
        kind.tag,
        kind.gain if how.gain is None else how.gain,
        0.0 if loop else kind.pitch if how.pitch is None else how.pitch,
        kind.pan if how.pan is None else how.pan,
    )


def longer(length: float, pitch: float) -> float:
    """Seconds of a sound at the lowest pitch that it may have."""
    return length * 48000 / pitch_rate(48000, -pitch) if pitch else length


def vary_decisions(scene: Scene, key: str, *, loop: bool) -> list[Decision]:
    """Answer `vary`, or what is blank in it, of a track that is heard several times."""
    track, found = scene.tracks[key], vary_of(scene, key, loop=loop)
    path, because = f"tracks.{key}.vary", f"the repeats of a {found.tag} differ so much by themselves"
    if track.vary is None:
        if not found.tag:
            return []
        value = {"gain": found.gain, "pitch": found.pitch, "pan": found.pan}
        return [Decision(path, value, because, {"kind": found.tag}, "arrange")]
    if not isinstance(track.vary, Vary):
        return []
    return [
        Decision(f"{path}.{name}", getattr(found, name), because, {"kind": found.tag}, "arrange")
        for name in ("gain", "pitch", "pan")
        if track.vary.blank(name)
    ]


def repeat_notes(scene: Scene, key: str, drawn: Drawn, *, loop: bool) -> list[Decision]:
    """Say of every repeat when it is and why, its take, and how it differs."""
    track = scene.tracks[key]
    kind = vary_of(scene, key, loop=loop)
    largest = Difference(kind.gain, kind.pitch, kind.pan)
    takes = 1 + len(track.takes or [])
    notes = []
    for number, (start, why) in enumerate(zip(drawn.starts, drawn.why, strict=True)):
        differs = difference(scene.seed, key, start, largest)
        because = f"at {start:g} s: {why}"
        numbers: dict[str, object] = {}
        if takes > 1:
            numbers["take"] = number % takes + 1
            because += f"; take {number % takes + 1} of {takes}"
        if any(largest):
            numbers |= {"gain": differs.gain, "pitch": differs.pitch, "pan": differs.pan}
            because += f"; {differs.gain:+g} dB, {differs.pitch:+g} semitones, pan {differs.pan:+g}"
        notes.append(Decision(f"tracks.{key}.start.{number}", start, because, numbers, "arrange", "note"))
    return notes
