"""Resolves a scene's references to sounds that can be played and pinned.

A reference is a path below the scene's folder, or a source and a name: ``library:ID``, ``freesound:ID``,
``builtin:NAME`` (`imgext.sounds.sources`). Digests are SHA-256: of a file's bytes, of a built-in sound's
frames as 24-bit PCM. Durations in seconds.
"""

from __future__ import annotations

import contextlib
import zlib
from typing import TYPE_CHECKING

from imgext.errors import CannotWriteError, MissingInputError, SceneError, shown
from imgext.scene.decision import seconds
from imgext.scene.rules import sound_fault
from imgext.sounds.library.header import header_of
from imgext.sounds.sources import SOURCES, Services, scheme_of
from imgext.sounds.sources.base import Facts, SoundFile, Wanted
from imgext.sounds.sources.builtin import builtin_facts
from imgext.store.places import digest_of, remember

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from imgext.scene.lock import Lock, LockedSound
    from imgext.scene.model import Scene
    from imgext.scene.yaml.where import Where
    from imgext.sounds.freesound import Freesound
    from imgext.sounds.library.library import Library

__all__ = ["Facts", "SoundFile", "facts_of", "note_place", "pinned", "resolve_sound", "scheme_of"]


def facts_of(sound: SoundFile, place: Where) -> Facts:
    """Digest, bytes and seconds of a sound; raises as `file_facts` does."""
    if sound.path is None:
        assert sound.builtin is not None
        return builtin_facts(sound.builtin)
    return file_facts(sound.path, place)


def file_facts(path: Path, place: Where) -> Facts:
    """Digest, bytes and seconds of a sound file.

    Raises
    ------
    SceneError
        When it is no sound.
    MissingInputError
        When it cannot be opened.
    """
    try:
        sha256, size = digest_of(path), path.stat().st_size
    except OSError as error:
        why = f"{path.name}: {error.strerror or error}"
        raise MissingInputError(faults=[place.fault("not_found", why)]) from error
    duration, fault = header_of(path)
    if fault:
        raise SceneError(faults=[place.fault("unreadable", f"{shown(path.name)}: {fault}")])
    return Facts(sha256, size, seconds(duration))


def resolve_sound(
    scene: Scene,
    track_id: str,
    reference: str,
    lock: Lock,
    libraries: Sequence[Library],
    *,
    allow_outside: bool = False,
    freesound: Freesound | None = None,
) -> SoundFile:
    """Turn a track's `sound` into something that can be played.

    Parameters
    ----------
    scene, track_id, reference
        Whose sound it is, and what is written there.
    lock : Lock
        Pins of earlier runs: content with the pinned digest is preferred, and found anywhere on this machine
        where the named file or library is gone.
    libraries : sequence of Library
        Looked through in order.
    allow_outside : bool
        Let paths leave the scene's folder; urls are refused all the same.
    freesound : Freesound, optional
        Fetches a Freesound sound that is not on this machine.

    Raises
    ------
    SceneError
        For a path that may not stand in a scene and a built-in sound that does not exist.
    MissingInputError
        When the sound is nowhere on this machine.
    UnavailableError
        For a Freesound sound that is not on this machine and cannot be fetched now.
    """
    place = scene.where(f"tracks.{track_id}.sound")
    if wrong := sound_fault(reference, allow_outside=allow_outside):
        raise SceneError(faults=[place.fault(*wrong)])
    source, name = scheme_of(reference)
    pin = pinned(lock, track_id, reference)
    if pin is not None and pin.file is not None and (collected := _collected(scene, pin)) is not None:
        return SoundFile(collected, None, pin.sha256)
    seed = zlib.crc32(f"{scene.seed} {track_id}".encode())
    wanted = Wanted(name, reference, place, scene.folder, pin, allow_outside, seed)
    return SOURCES[source](libraries, Services(freesound=freesound)).resolve(wanted)


def _collected(scene: Scene, pin: LockedSound) -> Path | None:
    """Return the copy that `imgext collect` made, if the lock's content is there."""
    assert pin.file is not None
    path = scene.folder / pin.file
    try:
        inside = path.resolve().is_relative_to(scene.folder.resolve())
        return path if inside and path.is_file() and digest_of(path) == pin.sha256 else None
    except (OSError, RuntimeError, ValueError):
        return None


def pinned(lock: Lock, track_id: str, reference: str) -> LockedSound | None:
    """Return the lock entry of a reference: the track's own, else another track's."""
    own = lock.sounds.get(track_id)
    if own is not None and own.sound == reference:
        return own
    return lock.by_sound.get(reference)


def note_place(sha256: str, path: Path) -> None:
    """Remember where a content lies; if the cache cannot be written, go on without."""
    with contextlib.suppress(CannotWriteError, OSError):
        remember(sha256, path)
