"""Writes captions of a mix: what sounds when and where, as WebVTT and in words.

WebVTT is that of the W3C candidate recommendation of 2019; sounds stand in brackets, as broadcasters caption
them (BBC subtitle guidelines, "sound effects").
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imgext.errors import readable
from imgext.scene.things import importance_of, is_atmo, object_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imgext.rendering import Plan
    from imgext.scene.model import Scene

#: Seconds that a caption stands at least, and that two of the same sound may be apart to be one.
SHORTEST: Final = 1.0
#: Seconds for which a bed is captioned where it begins.
BED: Final = 4.0
#: From this pan on a sound is to one side, and from this on far to it.
SIDE: Final = 0.2
FAR_SIDE: Final = 0.6


@dataclass(frozen=True, slots=True)
class Audible:
    """A track as a listener meets it: what, where, and from when to when, in seconds."""

    label: str
    pan: float
    depth: float | None
    bed: bool
    importance: float
    spans: tuple[tuple[float, float], ...]


def audible(scene: Scene, plan: Plan) -> tuple[Audible, ...]:
    """List what a plan plays: objects by importance, then beds."""
    found = []
    for track in plan.tracks:
        thing = object_of(scene, track.id)
        spans = sorted(
            (event.start / plan.rate, (event.start + event.frames) / plan.rate) for event in track.events
        )
        found.append(
            Audible(
                label=readable(thing.label if thing else track.id),
                pan=track.pan,
                depth=thing.depth if thing else None,
                bed=is_atmo(scene, track.id),
                importance=importance_of(scene, track.id),
                spans=tuple(spans),
            )
        )
    return tuple(sorted(found, key=lambda each: (each.bed, -each.importance, each.label)))


def side(pan: float) -> str:
    """Say on which side a pan lies; blank for the middle.

    >>> side(0.0), side(-0.3), side(0.9)
    ('', 'left', 'far right')
    """
    if abs(pan) < SIDE:
        return ""
    return f"{'far ' if abs(pan) >= FAR_SIDE else ''}{'left' if pan < 0 else 'right'}"


def captions(sounds: Iterable[Audible]) -> str:
    """Write WebVTT, with a cue such as ``[gull, right]`` for each sound.

    A cue stands for at least one second; two of the same text that are closer than that become one. A bed is
    captioned where it begins, for four seconds.
    """
    cues = []
    for sound in sounds:
        where = "" if sound.bed else side(sound.pan)
        text = f"[{sound.label}, {where}]" if where else f"[{sound.label}]"
        spans = [(start, min(end, start + BED)) for start, end in sound.spans] if sound.bed else sound.spans
        cues += [(start, end, text) for start, end in spans]
    merged: dict[str, list[tuple[float, float]]] = {}
    for start, end, text in sorted(cues):
        stands = merged.setdefault(text, [])
        if stands and start - stands[-1][1] < SHORTEST:
            stands[-1] = stands[-1][0], max(stands[-1][1], end, stands[-1][0] + SHORTEST)
        else:
            stands.append((start, max(end, start + SHORTEST)))
    lines = ["WEBVTT", ""]
    for start, end, text in sorted(
        (start, end, text) for text, all_ in merged.items() for start, end in all_
    ):
        lines += [f"{_stamp(start)} --> {_stamp(end)}", _escaped(text), ""]
    return "\n".join(lines)


def description(scene: Scene, plan: Plan, sounds: Sequence[Audible]) -> str:
    """Describe the soundscape in words: what, how often, where, in which room."""
    title = readable(scene.title or scene.name or "A soundscape").rstrip(".")
    lines = [f"{title}. {_length(plan.frames / plan.rate)} of sound, {_room(scene, plan)}."]
    if scene.context:
        lines.append(f"The picture: {readable(scene.context).rstrip('.')}.")
    lines.append("")
    things = [sound for sound in sounds if not sound.bed]
    beds = [sound for sound in sounds if sound.bed]
    if things:
        lines.append("Heard, the most important first:" if len(things) > 1 else "Heard:")
        lines += [f"- {_thing(sound)}" for sound in things]
    if beds:
        lines += [""] * bool(things) + [f"In the background: {', '.join(bed.label for bed in beds)}."]
    return "\n".join(lines) + "\n"


def _thing(sound: Audible) -> str:
    """Describe one thing: ``gull, right, far away: 3 times, at 0:02, 0:05 and 0:09``."""
    depth = sound.depth
    distance = "" if depth is None else "near" if depth < 1 / 3 else "far away" if depth > 2 / 3 else ""
    what = ", ".join(part for part in (sound.label, side(sound.pan) or "in the middle", distance) if part)
    times = [_clock(start) for start, _ in sound.spans]
    seconds = sum(end - start for start, end in sound.spans)
    if len(times) == 1:
        return f"{what}: once, at {times[0]}, for {_length(seconds)}"
    if len(times) <= 6:
        return f"{what}: {len(times)} times, at {', '.join(times[:-1])} and {times[-1]}"
    return f"{what}: {len(times)} times, from {times[0]} to {times[-1]}"


def _room(scene: Scene, plan: Plan) -> str:
    if plan.room is None:
        return "without a room" if scene.room_detected else "in the open"
    size, damping = plan.room.room_size, plan.room.damping
    large = "small" if size < 1 / 3 else "large" if size > 2 / 3 else "middle-sized"
    hard = "hard" if damping < 1 / 3 else "soft" if damping > 2 / 3 else ""
    return f"in a {', '.join(part for part in (large, hard) if part)} room"


def _length(seconds: float) -> str:
    """Write a length: ``8.4 seconds``, ``2 minutes 5 seconds``."""
    if seconds < 59.5:
        number = f"{seconds:.1f}".removesuffix(".0") if seconds < 9.95 else f"{seconds:.0f}"
        return f"{number} second{'s' * (number != '1')}"
    whole = round(seconds)
    parts = ((whole // 3600, "hour"), (whole // 60 % 60, "minute"), (whole % 60, "second"))
    return " ".join(f"{count} {unit}{'s' * (count != 1)}" for count, unit in parts if count)


def _clock(seconds: float) -> str:
    whole = math.floor(seconds)
    hours = f"{whole // 3600}:{whole // 60 % 60:02d}" if whole >= 3600 else f"{whole // 60}"
    return f"{hours}:{whole % 60:02d}"


def _stamp(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    rest, thousandths = divmod(thousandths, 1000)
    return f"{rest // 3600:02d}:{rest // 60 % 60:02d}:{rest % 60:02d}.{thousandths:03d}"


def _escaped(text: str) -> str:
    """Keep a label from being read as markup of WebVTT."""
    return re.sub("[&<>]", lambda sign: {"&": "&amp;", "<": "&lt;", ">": "&gt;"}[sign[0]], text)
