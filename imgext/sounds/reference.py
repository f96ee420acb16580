"""From a reference in a scene to something that can be played, and the facts that a lock pins.

A reference is a path below the scene's folder, ``library:ID``, ``freesound:ID`` or ``builtin:NAME``. Digests
are SHA-256: of a file's bytes, of a built-in sound's frames as interleaved 24-bit little-endian PCM.
Durations in seconds.
"""

from __future__ import annotations

import contextlib
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from imgext.errors import (
    CannotWriteError,
    MissingInputError,
    SceneError,
    UnavailableError,
    did_you_mean,
    shown,
)
from imgext.ontology.words import key_of
from imgext.scene.decision import seconds
from imgext.scene.rules import sound_fault
from imgext.sounds.candidate import EXACT, IN_LABEL, IN_TAGS, Candidate
from imgext.sounds.library.header import header_of
from imgext.store.contents import find as find_stored
from imgext.store.places import digest_of, locate, remember

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.scene.lock import Lock, LockedSound
    from imgext.scene.model import Scene
    from imgext.sounds.freesound import Freesound
    from imgext.sounds.library.library import Library

#: Frames a second of every built-in sound.
BUILTIN_RATE = 48000


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A sound that can be played: exactly one of `path` and `builtin` is given, and the digest of its content now."""

    path: Path | None
    builtin: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What a lock pins of a content: its digest, size in bytes and length in seconds."""

    sha256: str
    bytes: int
    duration: float


@cache
def builtin_facts(name: str) -> Facts:
    """Digest, bytes and seconds of a built-in sound as 24-bit PCM; `name` must exist."""
    from imgext.sounds.bank import generate

    frames = generate(name)
    whole = np.clip(np.rint(frames * float(1 << 23)), -(1 << 23), (1 << 23) - 1).astype("<i4")
    pcm = (
        np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    )  # little-endian: the fourth byte is the sign
    return Facts(hashlib.sha256(pcm).hexdigest(), len(pcm), seconds(len(frames) / BUILTIN_RATE))


def file_facts(path: Path, place: object) -> Facts:
    """Digest, bytes and seconds of a sound file.

    Raises
    ------
    SceneError
        When it is no sound; the message begins with `place`.
    MissingInputError
        When it cannot be opened.
    """
    try:
        sha256, size = digest_of(path), path.stat().st_size
    except OSError as error:
        raise MissingInputError(f"{place}: {path.name}: {error.strerror or error}") from error
    duration, fault = header_of(path)
    if fault:
        raise SceneError(f"{place}: {shown(path.name)}: {fault} [unreadable]")
    return Facts(sha256, size, seconds(duration))


def search_bank(words: str) -> list[Candidate]:
    """Built-in sounds for some words, best match first: name and title count as label."""
    from imgext.sounds.bank import BANK

    key = key_of(words)
    wanted = set(key.split())
    found = []
    for name, sound in sorted(BANK.items()):
        names = (key_of(name), key_of(sound.title))
        tags = [key_of(tag) for tag in sound.tags]
        if not wanted:
            break
        if key in names:
            rank = EXACT
        elif any(wanted <= set(text.split()) for text in names):
            rank = IN_LABEL
        elif key in tags:
            rank = IN_TAGS
        else:
            continue
        found.append(bank_candidate(name, rank))
    return sorted(found, key=lambda candidate: (candidate.rank, candidate.id))


def bank_candidate(name: str, rank: int = EXACT) -> Candidate:
    """A built-in sound as a candidate; `name` must exist."""
    from imgext.sounds.bank import BANK

    sound = BANK[name]
    return Candidate(
        "builtin",
        name,
        None,
        name.replace("_", " "),
        "",
        sound.title,
        "cc0",
        "imgext",
        "",
        float(sound.seconds),
        rank,
    )


def scheme_of(reference: str) -> tuple[Literal["library", "freesound", "builtin", "file"], str]:
    """The source of a reference and the name within it.

    >>> scheme_of("library:dog/bark.wav"), scheme_of("sounds/gull.flac")
    (('library', 'dog/bark.wav'), ('file', 'sounds/gull.flac'))
    """
    scheme, colon, rest = reference.partition(":")
    named: dict[str, Literal["library", "freesound", "builtin"]] = {
        "library": "library",
        "freesound": "freesound",
        "builtin": "builtin",
    }
    return (named[scheme], rest) if colon and scheme in named else ("file", reference)


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
    if fault := sound_fault(reference, allow_outside=allow_outside):
        raise SceneError(f"{place}: {fault[0]} [{fault[1]}]")
    source, name = scheme_of(reference)
    if source == "builtin":
        return _builtin(place, name)
    pin = pinned(lock, track_id, reference)
    if pin is not None and pin.file is not None and (collected := _collected(scene, pin)) is not None:
        return SoundFile(collected, None, pin.sha256)
    if source == "file":
        path = _inside(scene.folder, name, place, allow_outside=allow_outside)
        if _is_file(path):
            return SoundFile(path, None, _digest(path, place))
    else:
        there = (
            []
            if source == "freesound"
            else [found.path for library in libraries if (found := library.get(name)) and found.path]
        )
        digests = [(path, digest) for path in there if (digest := _digest_or_none(path))]
        for path, digest in digests:
            if pin is None or digest == pin.sha256:
                return SoundFile(path, None, digest)
        if pin is None or (elsewhere := locate(pin.sha256)) is None:
            for path, digest in digests:  # changed since it was locked: `find` says so
                return SoundFile(path, None, digest)
        else:
            return SoundFile(elsewhere, None, pin.sha256)
    if pin is not None and (seen := locate(pin.sha256)) is not None:
        return SoundFile(seen, None, pin.sha256)
    if source == "freesound":
        if pin is not None and (stored := find_stored(pin.sha256)) is not None:
            return SoundFile(stored, None, pin.sha256)
        if freesound is None:
            how = "set FREESOUND_API_KEY and leave --offline and --locked out to fetch it"
            raise UnavailableError(f"{place}: {shown(reference)} is not on this machine; {how}")
        try:
            path = freesound.content(freesound.sound(name))
        except MissingInputError as error:
            raise MissingInputError(f"{place}: {error}") from error
        return SoundFile(path, None, _digest(path, place))
    where = (
        "there is no such file"
        if source == "file"
        else "no library that was named holds it"
        if libraries
        else "no library was named"
    )
    raise MissingInputError(
        f"{place}: {shown(reference)}: {where}, and its content is not known on this machine"
    )


def _collected(scene: Scene, pin: LockedSound) -> Path | None:
    """The copy that `imgext collect` made, if it is there, in the scene's folder, and what the lock says."""
    assert pin.file is not None
    path = scene.folder / pin.file
    try:
        inside = path.resolve().is_relative_to(scene.folder.resolve())
        return path if inside and path.is_file() and digest_of(path) == pin.sha256 else None
    except (OSError, RuntimeError, ValueError):
        return None


def pinned(lock: Lock, track_id: str, reference: str) -> LockedSound | None:
    """The lock's entry for a reference: the track's own, else that of another track with the same sound."""
    own = lock.sounds.get(track_id)
    if own is not None and own.sound == reference:
        return own
    return next((entry for _, entry in sorted(lock.sounds.items()) if entry.sound == reference), None)


def note_place(sha256: str, path: Path) -> None:
    """Remember where a content stands; a cache that cannot be written costs only this convenience."""
    with contextlib.suppress(CannotWriteError, OSError):
        remember(sha256, path)


def _builtin(place: object, name: str) -> SoundFile:
    from imgext.sounds.bank import BANK

    if name not in BANK:
        raise SceneError(
            f"{place}: there is no built-in sound {shown(name)}{did_you_mean(name, BANK)} [unknown_reference]"
        )
    return SoundFile(None, name, builtin_facts(name).sha256)


def _inside(folder: Path, name: str, place: object, *, allow_outside: bool) -> Path:
    path = folder / Path(name).expanduser() if allow_outside else folder / name
    try:
        resolved, home = path.resolve(), folder.resolve()
    except (OSError, RuntimeError) as error:  # a loop of symbolic links
        raise MissingInputError(f"{place}: {shown(name)}: {error}") from error
    if not allow_outside and not resolved.is_relative_to(home):
        raise SceneError(
            f"{place}: {shown(name)} leaves the scene's folder through a link; allow it with --allow-outside [bad_path]"
        )
    return path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than the file system takes
        return False


def _digest(path: Path, place: object) -> str:
    try:
        return digest_of(path)
    except OSError as error:
        raise MissingInputError(f"{place}: {shown(path.name)}: {error.strerror or error}") from error


def _digest_or_none(path: Path) -> str | None:
    try:
        return digest_of(path)
    except OSError:
        return None
