"""Level, compression, pan and fades of every track.

Conventions: dBFS in the measure of `levels.measure`, dB, pan -1 to 1, seconds. The founding notes make the
level linear in importance: -30 + 10 x importance dBFS for an object, -30 for every bed. Fades are raised
cosines of 20 ms, 2 s for a bed, at most a quarter of the sound. No compressor is added here; the blanks of
a written one are answered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.mix.sends import send_of
from imgext.scene.decision import Decision, decibels, seconds
from imgext.scene.defaults import defaults
from imgext.scene.things import importance_of, is_atmo, object_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgext.scene.lock import LockedAcoustics
    from imgext.scene.model import Compressor, Scene, Track

FADE = 0.02
FADE_ATMO = 2.0

#: A blank threshold lies so many dB above the track's level: half of all recordings then lose 5 dB at most,
#: and more than 1 dB for a quarter of the time (medians over 100 recordings of ESC-50).
ABOVE_LEVEL = 9.0


def level_of(importance: float, quietest: float, loudest: float) -> float:
    """Level in dBFS of an object.

    >>> [level_of(importance, -30, -20) for importance in (0, 0.2, 0.5, 0.9, 1)]
    [-30.0, -28.0, -25.0, -21.0, -20.0]
    """
    return decibels(quietest + (loudest - quietest) * importance)


def mix(scene: Scene, acoustics: Mapping[str, LockedAcoustics] | None = None) -> tuple[Scene, list[Decision]]:
    """Answer blank levels, gains, pans, fades and sends of the tracks that are heard.

    Parameters
    ----------
    scene : Scene
    acoustics : mapping of track id to LockedAcoustics, optional
        The sounds' own reverberation, as far as it is known.
    """
    decisions: list[Decision] = []
    for key, track in scene.tracks.items():
        if track.sound is None:
            continue
        if track.object is None and key in scene.objects:
            decisions.append(Decision(f"tracks.{key}.object", key, "the object of the same id", stage="mix"))
        decisions += _track(scene, key, track)
        if track.send is None:
            decisions.append(send_of(scene, key, (acoustics or {}).get(key)))
    return scene.answered(decisions), decisions


def _compressor(key: str, written: Compressor, level: float) -> list[Decision]:
    """Answer the threshold of a compressor; its other blanks have defaults."""
    decisions = []
    if written.threshold is None:
        because = (
            f"the default: {ABOVE_LEVEL:g} dB above the track's level, to turn down only what stands out"
        )
        decisions.append(
            Decision(
                f"tracks.{key}.compressor.threshold",
                decibels(min(level + ABOVE_LEVEL, 0.0)),
                because,
                stage="mix",
            )
        )
    return decisions


def _track(scene: Scene, key: str, track: Track) -> list[Decision]:
    thing, atmo = object_of(scene, key), is_atmo(scene, key)
    decisions = []
    level = track.level
    if level is None:
        quietest, loudest = scene.levels.object
        if atmo:
            level = scene.levels.atmo
            decisions.append(Decision(f"tracks.{key}.level", level, "the level of every bed", stage="mix"))
        else:
            importance = importance_of(scene, key)
            level = level_of(importance, quietest, loudest)
            because = f"importance {importance:g} between {quietest:g} and {loudest:g} dBFS"
            decisions.append(
                Decision(f"tracks.{key}.level", level, because, {"importance": importance}, "mix")
            )
    if track.compressor is not None:
        decisions += _compressor(key, track.compressor, level)
    decisions += defaults(track, f"tracks.{key}.", stage="mix")
    if track.pan is None:
        pan = 0.0 if thing is None or thing.pan is None or atmo else thing.pan
        because = (
            "a bed has no position"
            if atmo
            else "no object, so the middle"
            if thing is None
            else "where the object is seen"
        )
        decisions.append(Decision(f"tracks.{key}.pan", pan, because, stage="mix"))
    longest = FADE_ATMO if atmo else FADE
    if atmo and scene.master.loop and _all_along(scene, track):
        for name, written in (("fade_in", track.fade_in), ("fade_out", track.fade_out)):
            if written is None:
                because = "it goes on all the way round, and meets itself"
                decisions.append(Decision(f"tracks.{key}.{name}", 0.0, because, stage="mix"))
        return decisions
    fade = min(longest, seconds((track.duration or 4 * longest) / 4, "down"))
    for name, written in (("fade_in", track.fade_in), ("fade_out", track.fade_out)):
        if written is None:
            because = "slow, as for every bed" if atmo else "short, against clicks"
            decisions.append(Decision(f"tracks.{key}.{name}", fade, because, stage="mix"))
    return decisions


def _all_along(scene: Scene, track: Track) -> bool:
    """Whether a sound lasts from the beginning of the mix to its end."""
    begins = track.start in (None, 0.0, [0.0])
    return begins and (track.duration is None or track.duration >= (scene.duration or 0.0))
