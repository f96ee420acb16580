"""Looks up a track's object, whether it is a bed, and how important it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.scene.model import After, Object, Vary

if TYPE_CHECKING:
    from imgext.scene.model import Scene, Track

#: Stands for a track without an object.
UNKNOWN = Object(label="unknown")


def object_of(scene: Scene, track: str) -> Object | None:
    """Return the object that a track names, else that of its own id, else None.

    >>> from imgext.scene.model import Scene
    >>> objects = {"sea": {"label": "sea", "kind": "atmo"}}
    >>> tracks = {"waves": {"object": "sea"}, "sea": {}, "gull": {}}
    >>> scene = Scene.of({"schema": "imgext.scene/1", "objects": objects, "tracks": tracks})
    >>> [is_atmo(scene, track) for track in ("waves", "sea", "gull")]
    [True, True, False]
    """
    return scene.objects.get(scene.tracks[track].object or track)


def is_atmo(scene: Scene, track: str) -> bool:
    """Say whether a track is a bed: fixed level, no position, the first to make room."""
    thing = object_of(scene, track)
    return thing is not None and thing.kind == "atmo"


def importance_of(scene: Scene, track: str) -> float:
    """Return the importance of a track's object, 0 to 1; 0.5 if nothing is said."""
    thing = object_of(scene, track)
    return UNKNOWN.importance if thing is None else thing.importance


def why_muted(scene: Scene) -> str:
    """Why nothing is heard where every track is muted; blank where that is not so.

    >>> from imgext.scene.model import Scene
    >>> muted = {"a": {"sound": "a.wav", "mute": True}, "b": {"sound": "b.wav", "mute": True}}
    >>> why_muted(Scene.of({"schema": "imgext.scene/1", "tracks": muted}))
    'nothing is heard: a and b are muted'
    """
    names = list(scene.tracks)
    if not names or not all(track.mute for track in scene.tracks.values()):
        return ""
    if len(names) > 3:
        return f"nothing is heard: all {len(names)} tracks are muted"
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    return f"nothing is heard: {listed} {'are' if len(names) > 1 else 'is'} muted"


def largest_difference(track: Track) -> tuple[float, float, float]:
    """Return how much a track's repeats differ at most: dB, semitones, pan.

    A loop keeps its pitch.

    Blanks count as 0: the arrange stage answers them.
    """
    if not isinstance(track.vary, Vary):
        return 0.0, 0.0, 0.0
    how = track.vary
    return how.gain or 0.0, 0.0 if track.loop else how.pitch or 0.0, how.pan or 0.0


def starts_of(track: Track) -> list[float]:
    """List a track's starts in seconds; none if blank or following another track."""
    if track.start is None or isinstance(track.start, After):
        return []
    return track.start if isinstance(track.start, list) else [track.start]


def track_named(scene: Scene, name: str) -> str | None:
    """Find the track of an id, else the first that plays that object; else None.

    >>> from imgext.scene.model import Scene
    >>> tracks = {"waves": {"object": "sea"}, "gull": {"sound": "gull.wav"}}
    >>> data = {"schema": "imgext.scene/1", "objects": {"sea": {"label": "sea"}}, "tracks": tracks}
    >>> [track_named(Scene.of(data), name) for name in ("gull", "sea", "boat")]
    ['gull', 'waves', None]
    """
    if name in scene.tracks:
        return name
    return next((key for key, track in scene.tracks.items() if track.object == name), None)
