"""Applies a scene's rules of time: what excludes, limits and follows what.

A rule never moves what it does not forbid: every place is drawn first from the track's own stream, and only a
place that a rule forbids is drawn again, or left out. So one track's edit moves no other but where a rule
ties the two together at that very moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.arranging.crowd import Crowd, Placed
from imgext.scene.decision import Decision
from imgext.scene.model import After
from imgext.scene.things import is_atmo, starts_of, track_named

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

    from imgext.scene.model import Scene

#: Seconds by which two sounds may overlap all the same: of rounding.
TOUCHING = 0.002


class Rules:
    """The rules between the tracks that are heard.

    Parameters
    ----------
    scene : Scene
    heard : collection of track ids
    """

    def __init__(self, scene: Scene, heard: Collection[str]) -> None:
        self.scene, self.limit = scene, scene.arrange.max_overlap
        self.apart: dict[str, set[str]] = {key: set() for key in heard}
        self.leader: dict[str, str] = {}
        for key in sorted(heard):
            track = scene.tracks[key]
            for name in track.not_with or []:
                other = track_named(scene, name)
                if other in self.apart and other != key:
                    self.apart[key].add(other)
                    self.apart[other].add(key)
            if isinstance(track.start, After) and (first := track_named(scene, track.start.after)) in heard:
                self.leader[key] = str(first)

    def order(self, length: Mapping[str, float]) -> list[str]:
        """The order in which tracks are placed: what is followed first, long before short."""
        return sorted(self.apart, key=lambda key: (depth_of(key, self.leader), -length[key], key))

    def broken_by(self, key: str, length: float, taken: Mapping[str, list[Placed]]) -> Callable[[float], str]:
        """Make a function from a start to the rule that forbids it, or a blank."""
        others = others_of(self.scene, key, taken)
        limit = None if is_atmo(self.scene, key) else self.limit
        crowd = None if limit is None else Crowd(others)
        apart = [
            (other, Crowd([Placed(one.start, one.end - TOUCHING) for one in taken[other]]))
            for other in sorted(self.apart[key])
            if taken.get(other)
        ]

        def broken(start: float) -> str:
            for other, placed in apart:
                if placed.busiest(start, start + length - TOUCHING):
                    return f"`not_with` ({other})"
            if crowd is not None and limit is not None and crowd.busiest(start, start + length) >= limit:
                return f"`arrange.max_overlap: {limit}`"
            return ""

        return broken

    def about_written(self, key: str, length: float, taken: Mapping[str, list[Placed]]) -> list[Decision]:
        """Warn of starts that are written and break a rule; each rule is named once."""
        track, silence = self.scene.tracks[key], self.scene.arrange.silence
        found: dict[str, float] = {}
        # of two written tracks one is named
        broken = self.broken_by(key, length, {other: taken[other] for other in taken if other < key})
        starts = sorted(starts_of(track))
        for before, start in zip([None, *starts], starts, strict=False):
            if start < silence:
                found.setdefault(f"`arrange.silence: {silence:g}`", start)
            if (rule := broken(start)) != "":
                found.setdefault(rule, start)
            if track.pause is not None and before is not None and start < before + length + track.pause:
                found.setdefault(f"`pause: {track.pause:g}`", start)
        return [
            Decision(
                f"tracks.{key}.start",
                None,
                f"the start at {start:g} s is written, and does not keep {rule}",
                {"rule": rule},
                "arrange",
                "warning",
            )
            for rule, start in found.items()
        ]


def others_of(scene: Scene, key: str, taken: Mapping[str, list[Placed]]) -> list[Placed]:
    """What is placed already of the other objects."""
    return [
        placed
        for other, places in sorted(taken.items())
        for placed in places
        if other != key and not is_atmo(scene, other)
    ]


def depth_of(key: str, leader: Mapping[str, str]) -> int:
    """How many tracks a track follows, one after the other."""
    depth = 0
    while key in leader and depth <= len(leader):
        key, depth = leader[key], depth + 1
    return depth
