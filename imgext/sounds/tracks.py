"""Lists a scene's tracks: the written ones, and one for every object without."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from imgext.errors import SceneError, shown, suggestion
from imgext.scene.model import Track

if TYPE_CHECKING:
    from imgext.scene.model import Object, Scene


@dataclass(frozen=True, slots=True)
class Job:
    """One track to answer; `object_id` names its object if its own id does not."""

    id: str
    track: Track
    thing: Object | None
    object_id: str | None = None


def jobs_of(scene: Scene) -> list[Job]:
    """The tracks there are, then one for every object that none of them plays.

    Raises
    ------
    SceneError
        For a track that names an object that does not exist.
    """
    jobs, played = [], set()
    for key, track in scene.tracks.items():
        name = track.object if track.object is not None else key
        thing = scene.objects.get(name)
        if thing is None and track.object is not None:
            where, hint = scene.where(f"tracks.{key}.object"), suggestion(name, scene.objects)
            why = f"there is no object {shown(name)}"
            raise SceneError(faults=[where.fault("unknown_reference", why, hint)])
        if thing is not None:
            played.add(name)
        jobs.append(Job(key, track, thing))
    taken, later = {*scene.tracks, *scene.objects}, dict[str, "count[int]"]()
    for key, thing in scene.objects.items():
        if key in played:
            continue
        if key not in scene.tracks:
            jobs.append(Job(key, Track.model_validate({}), thing))
            continue
        numbers = later.setdefault(key[:56], count(2))
        name = next(name for number in numbers if (name := f"{key[:56]}-{number}") not in taken)
        jobs.append(Job(name, Track.model_validate({}), thing, key))
    return jobs
