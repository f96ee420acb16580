"""Level, pan, fades and sends of every track; what importance means for the ear.

Conventions: dBFS of gated RMS, dB, pan -1 to 1, seconds. Linear from importance to dBFS as the founding notes have it: -30 + 10 x
importance for an object, -30 for every bed. Fades are raised cosines of 20 ms, 0.5 s for a bed, at most a quarter of the sound.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.scene.decision import Decision, decibels, seconds
from imgext.scene.defaults import setting
from imgext.scene.things import importance_of, is_atmo, object_of

if TYPE_CHECKING:
    from imgext.scene.model import Scene, Track

FADE = 0.02
FADE_ATMO = 0.5


def level_of(importance: float, quietest: float, loudest: float) -> float:
    """Level in dBFS of an object.

    >>> [level_of(importance, -30, -20) for importance in (0, 0.2, 0.5, 0.9, 1)]
    [-30.0, -28.0, -25.0, -21.0, -20.0]
    """
    return decibels(quietest + (loudest - quietest) * importance)


def mix(scene: Scene) -> tuple[Scene, list[Decision]]:
    """Answer blank levels, gains, pans, fades and sends of the tracks that are heard."""
    decisions: list[Decision] = []
    for key, track in scene.tracks.items():
        if track.sound is None:
            continue
        if track.object is None and key in scene.objects:
            decisions.append(Decision(f"tracks.{key}.object", key, "the object of the same id", stage="mix"))
        decisions += _track(scene, key, track)
        if track.mute is None:
            decisions.append(Decision(f"tracks.{key}.mute", value=False, because="it is heard", stage="mix"))
    return scene.answered(decisions), decisions


def _track(scene: Scene, key: str, track: Track) -> list[Decision]:
    thing, atmo = object_of(scene, key), is_atmo(scene, key)
    decisions = []
    if track.level is None:
        quietest, loudest = setting(scene, "levels.object")
        if atmo:
            decisions.append(Decision(f"tracks.{key}.level", setting(scene, "levels.atmo"), "every bed has this level", stage="mix"))
        else:
            importance = importance_of(scene, key)
            value = level_of(importance, quietest, loudest)
            because = f"importance {importance:g} between {quietest:g} and {loudest:g} dBFS"
            decisions.append(Decision(f"tracks.{key}.level", value, because, {"importance": importance}, "mix"))
    if track.gain is None:
        decisions.append(Decision(f"tracks.{key}.gain", 0.0, "no trim by hand", stage="mix"))
    if track.pan is None:
        pan = 0.0 if thing is None or thing.pan is None or atmo else thing.pan
        because = "a bed has no position" if atmo else "no object, so the middle" if thing is None else "where the object is seen"
        decisions.append(Decision(f"tracks.{key}.pan", pan, because, stage="mix"))
    if track.send is None:
        decisions.append(
            Decision(f"tracks.{key}.send", 1.0, "nothing is known of the sound's own reverberation: the room's full share", stage="mix")
        )
    longest = FADE_ATMO if atmo else FADE
    fade = min(longest, seconds((track.duration or 4 * longest) / 4, "down"))
    for name, written in (("fade_in", track.fade_in), ("fade_out", track.fade_out)):
        if written is None:
            because = "a bed comes and goes slowly" if atmo else "short, against clicks"
            decisions.append(Decision(f"tracks.{key}.{name}", fade, because, stage="mix"))
    return decisions
