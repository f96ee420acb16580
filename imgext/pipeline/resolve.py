"""`resolve`: answer every blank of a scene but `master.gain`."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import SceneError
from imgext.pipeline.find import find
from imgext.pipeline.services import open_services
from imgext.scene.decision import Decision
from imgext.scene.defaults import setting, settle
from imgext.scene.document import load
from imgext.scene.lock import Lock, LockedSound, lock_path, read_lock
from imgext.scene.things import object_of
from imgext.sounds.opening import open_sounds

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from imgext.dsp.sound_file import Samples
    from imgext.scene.model import Scene
    from imgext.sounds.library.library import Library
    from imgext.sounds.search.sources import Services


@dataclass(frozen=True)
class Resolved:
    """A scene with its blanks answered, and the sounds that it needs."""

    scene: Scene
    lock: Lock
    decisions: list[Decision]
    sounds: dict[str, Samples] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    known: dict[str, float] = field(default_factory=dict)
    room: dict[str, Any] | None = None


def resolve(
    scene: Scene | Path | str,
    *,
    libraries: Sequence[Library] = (),
    services: Services | None = None,
    lock: Lock | None = None,
    update: Collection[str] = (),
    allow_outside: bool = False,
    locked: bool = False,
) -> Resolved:
    """Answer every blank of a scene but `master.gain`, which needs the mix to be heard.

    Parameters
    ----------
    scene : Scene or path
        The lock beside its file is used.
    libraries : sequence of Library
        From `open_libraries`.
    services : Services, optional
        From `open_services`; blank: as the environment sets them up.
    lock : Lock, optional
        Which sounds were chosen before.
    update : collection of track ids
        Search these again.
    allow_outside : bool
        Let sounds lie outside the scene's folder.
    locked : bool
        Raise DriftError where the lock and the scene disagree, and ask nothing over a network.

    Raises
    ------
    ImgextError
        A fault of the scene, a missing or unreadable sound; each names its place.
    """
    scene, lock = _located(scene, lock, allow_outside=allow_outside)
    scene, decisions = settle(scene)
    services = open_services() if services is None else services
    services = services.silenced() if locked else services
    scene, lock, found = find(
        scene,
        libraries=libraries,
        services=services,
        lock=lock,
        update=update,
        allow_outside=allow_outside,
        locked=locked,
    )
    decisions += found
    sounds, digests = open_sounds(
        scene, lock, libraries, allow_outside=allow_outside, freesound=services.freesound
    )
    from imgext.arranging import arrange
    from imgext.mix import mix
    from imgext.mix import room as rooms
    from imgext.mix.unmask.stage import compression_told, unmask

    rate = setting(scene, "sample_rate")
    lengths = {}
    for key, samples in sounds.items():
        left = samples.frames - round((scene.tracks[key].offset or 0.0) * rate)
        if left < 1:
            where = scene.where(f"tracks.{key}.offset")
            raise SceneError(
                f"{where}: is {scene.tracks[key].offset:g} s, but the sound has {samples.frames / rate:.3f} s [out_of_range]"
            )
        lengths[key] = left / rate
    if not lengths:
        silent = "; ".join(decision.because for decision in decisions if decision.path.startswith("tracks."))[
            :300
        ]
        raise SceneError(
            f"{scene.where('tracks')}: nothing is heard in this scene{': ' + silent if silent else ''} [nothing_to_play]"
        )
    scene, placed = arrange(scene, lengths, rooms.tail_of(scene, list(sounds)))
    scene, mixed = mix(
        scene, {key: pin.acoustics for key, pin in lock.sounds.items() if pin.acoustics is not None}
    )
    room = rooms.room_report(scene)
    mixed += [
        *rooms.room_notes(room),
        *rooms.distance_notes(scene, list(sounds)),
        *_room_warnings(scene, lock, list(sounds), libraries),
    ]
    known: dict[str, float] = {}
    scene, cuts = unmask(scene, sounds, digests, known)
    cuts += compression_told(scene, sounds, digests, known)
    return Resolved(
        scene,
        lock,
        decisions + placed + _in_unison(scene, digests) + mixed + cuts,
        sounds,
        digests,
        known,
        room,
    )


def _located(scene: Scene | Path | str, lock: Lock | None, *, allow_outside: bool) -> tuple[Scene, Lock]:
    if isinstance(scene, str | Path):
        path = Path(scene)
        return load(path, allow_outside=allow_outside), read_lock(lock_path(path)) if lock is None else lock
    if lock is None:
        lock = read_lock(lock_path(scene.folder / f"{scene.name}.yaml")) if scene.file else Lock()
    return scene, lock


def _in_unison(scene: Scene, digests: dict[str, str]) -> list[Decision]:
    """Warnings of tracks that play one recording from one moment, which is heard as one louder sound."""
    first: dict[tuple[object, ...], str] = {}
    found = []
    for key in sorted(digests):
        track = scene.tracks[key]
        starts = tuple(track.start) if isinstance(track.start, list) else (track.start,)
        other = first.setdefault((digests[key], starts, track.offset), key)
        if other != key:
            because = f"it plays the same recording as {other} from the same moment, so the two are heard as one; write another sound or offset"
            found.append(Decision(f"tracks.{key}.sound", track.sound, because, {}, "arrange", "warning"))
    return found


def _room_warnings(
    scene: Scene, lock: Lock, keys: Sequence[str], libraries: Sequence[Library]
) -> list[Decision]:
    """A warning for each track whose sound brings a room that rings much longer than the scene's, with another candidate."""
    from imgext.mix.sends import longer_room

    found = []
    for key in keys:
        pin = lock.sounds.get(key)
        longer = longer_room(scene, pin.acoustics if pin is not None else None)
        if pin is None or longer is None or scene.tracks[key].send == 0:
            continue
        theirs, ours = longer
        why = f"{pin.sound} has a room of its own that rings {theirs:g} s, the scene's rings {ours:.2f} s: no send makes it fit; {_instead(scene, key, pin, libraries)}"
        found.append(
            Decision(
                f"tracks.{key}.sound", pin.sound, why, {"rt60": theirs, "room_rt60": ours}, "mix", "warning"
            )
        )
    return found


def _instead(scene: Scene, key: str, pin: LockedSound, libraries: Sequence[Library]) -> str:
    from imgext.sounds.search.dryness import drier_than

    thing = object_of(scene, key)
    label = thing.label if thing is not None else key
    other = drier_than(pin, label, libraries, frozenset(setting(scene, "find.licences")))
    again = f"`imgext find --update {key}` searches again, dry sounds first" if pin.query is not None else ""
    if other is not None:
        return f"another one is {other}{f', and {again}' if again else ''}"
    return again or f"`imgext sounds search {label}` names others"
