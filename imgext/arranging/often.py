"""Answers a blank `every`: how often a thing sounds in a longer mix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.ontology.occurrence import occurrence_of
from imgext.scene.decision import Decision
from imgext.scene.things import importance_of, is_atmo, object_of

if TYPE_CHECKING:
    from imgext.scene.model import Scene

#: Factors of how often things sound, by the words of `arrange.density`.
DENSITY = {"sparse": 0.5, "normal": 1.0, "dense": 2.0}
#: An occurrence is followed by this much silence at least, in lengths of its sound, where no `pause` says so.
REST = 0.25
#: Share of the time in which a thing of importance 0.5 is heard at density 1, as far as its kind allows.
SHARE = 0.42
#: So many times as often as its kind a short sound comes at most.
EAGER = 3.0


def often(scene: Scene, key: str, length: float, end: float) -> Decision | None:
    """Answer how often a thing sounds; None if it is heard once.

    The times of its kind (`imgext.ontology.occurrence`) are divided by the density and, between half and one
    and a half, by importance; a short sound comes up to three times as often, so that it is heard for a share
    of the time, and each has died away before it comes again. Only what is written of this track
    and of the density counts, so that no other track can move it.
    """
    thing = object_of(scene, key)
    if thing is None or is_atmo(scene, key):
        return None
    kind = occurrence_of(thing.label)
    density = scene.arrange.density
    factor = DENSITY[density] if isinstance(density, str) else density
    factor *= 0.5 + importance_of(scene, key)
    # recordings of one kind last from a bark to a quarrel: what is short comes more often, within reason
    mean = (kind.shortest + kind.longest) / 2.0
    factor *= min(EAGER, max(1.0, SHARE * mean / length))
    pause = scene.tracks[key].pause
    again = length + (length * REST if pause is None else pause)
    shortest = round(max(kind.shortest / factor, again) + 0.049, 1)
    longest = round(max(kind.longest / factor, 2.0 * again) + 0.049, 1)
    if end < shortest + length:
        return None
    because = f"{kind.tag} sounds every {kind.shortest:g} to {kind.longest:g} s"
    because += f"; importance {importance_of(scene, key):g}, density {density}"
    return Decision(f"tracks.{key}.every", [shortest, longest], because, {"kind": kind.tag}, "arrange")
