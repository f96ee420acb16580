"""Copies a scene's sounds next to it, so that its folder alone renders anywhere.

Copies stand in ``sounds/`` below the scene's folder, under names that are made from source and id: lower-case
ASCII letters, digits and hyphens, at most 80 characters with the folder, the same for all tracks that play
one content. The scene's text stays as it is; each lock entry gets the place of its copy. Built-in sounds, and
files that the scene names and that lie in its folder, stay where they are. All copies take their places
together when every one of them is there and has the locked SHA-256; else the folder stays as it was.
"""

from __future__ import annotations

import contextlib
import os
import re
import unicodedata
from typing import TYPE_CHECKING

from imgext.errors import CannotWriteError, MissingInputError, UnavailableError
from imgext.scene.lock import Lock
from imgext.sounds.reference import scheme_of
from imgext.store.files import open_file, sha256_of, whole_file
from imgext.store.places import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from imgext.scene.lock import LockedSound
    from imgext.scene.model import Scene
    from imgext.sounds.library.library import Library
    from imgext.sounds.reference import SoundFile
    from imgext.sounds.sources import Services

FOLDER = "sounds"
#: Characters of a name, with its folder.
LONGEST = 80
_PIECE = 1 << 20


def collect(
    scene: Scene, lock: Lock, sources: Mapping[str, SoundFile], *, force: bool = False, dry_run: bool = False
) -> tuple[Lock, list[tuple[str, str]]]:
    """Copy the sounds of a scene below its folder.

    Parameters
    ----------
    scene : Scene
        As it was read from its file.
    lock : Lock
        Every sound that has to be copied must be pinned in it.
    sources : mapping of track id to SoundFile
        Where each sound is now; tracks that are not named keep their lock entries as they are.
    force : bool
        Overwrite files of the same name with other content.
    dry_run : bool
        Check everything, copy nothing.

    Returns
    -------
    lock : Lock
        With `file` for every sound that stands below ``sounds/``; writing it is the caller's last step.
    copied : list of (track id, file)
        What was not there before, sorted by track.

    Raises
    ------
    MissingInputError
        A sound is not in the lock, is no longer the locked content, or cannot be read.
    CannotWriteError
        A file of that name has other content, or the folder cannot be written. Nothing is copied then.
    """
    pins = {
        track: pin
        for track, source in sorted(sources.items())
        if (pin := _pin(scene, lock, track, source)) is not None
    }
    names = _names(scene, lock, pins, sources)
    first = {pin.sha256: track for track, pin in reversed(pins.items())}
    wanted = {
        track: names[digest]
        for digest, track in first.items()
        if not _is_there(scene, names[digest], digest, _place(scene, track), force)
    }
    if wanted and not dry_run:
        _copy_all(scene, wanted, sources)
    new = {track: pin.model_copy(update={"file": names[pin.sha256]}) for track, pin in pins.items()}
    made = {sources[track].sha256 for track in wanted}
    return Lock.of({**lock.sounds, **new}), [
        (track, names[pin.sha256]) for track, pin in pins.items() if pin.sha256 in made
    ]


def _place(scene: Scene, track: str) -> str:
    return str(scene.where(f"tracks.{track}.sound"))


def _pin(scene: Scene, lock: Lock, track: str, source: SoundFile) -> LockedSound | None:
    """Return the lock entry of a sound to copy into ``sounds/``, None if it can stay."""
    if source.builtin is not None:
        return None
    pin = lock.sounds.get(track)
    written = scene.tracks[track].sound if track in scene.tracks else None
    reference = written or (pin.sound if pin is not None else "")
    kind, name = scheme_of(reference)
    if kind == "file" and name and _inside(scene, scene.folder / name, source.sha256):
        return None
    if pin is None or pin.sound != reference:
        found = "is not in the lock" if pin is None else f"is locked as {pin.sound}"
        raise MissingInputError(
            f"{_place(scene, track)}: {reference or 'its sound'} {found}; run `imgext find` first"
        )
    if pin.sha256 != source.sha256:
        found = f"sha256 {pin.sha256[:12]}..., now {source.sha256[:12]}..."
        raise MissingInputError(
            f"{_place(scene, track)}: {reference} is no longer the locked content ({found}); run `imgext "
            "find` first"
        )
    return pin


def _inside(scene: Scene, path: Path, digest: str) -> bool:
    """Say whether a file with this content lies in the scene's folder.

    A link that leaves the folder does not count.
    """
    try:
        return (
            path.resolve().is_relative_to(scene.folder.resolve())
            and path.is_file()
            and digest_of(path) == digest
        )
    except (OSError, RuntimeError, ValueError):  # unreadable, a loop of links, a name that no file has
        return False


def _names(
    scene: Scene, lock: Lock, pins: Mapping[str, LockedSound], sources: Mapping[str, SoundFile]
) -> dict[str, str]:
    """Name each content: keep its name or make one, whatever the order of tracks."""
    names = {
        pin.sha256: pin.file
        for pin in reversed(list(pins.values()))
        if pin.file is not None and _inside(scene, scene.folder / pin.file, pin.sha256)
    }
    taken = {pin.file.lower(): pin.sha256 for pin in lock.sounds.values() if pin.file is not None}
    for sound, digest, track in sorted((pin.sound, pin.sha256, track) for track, pin in pins.items()):
        if digest in names:
            continue
        path = sources[track].path
        ending = path.suffix.lower() if path is not None else ""
        names[digest] = next(
            name for name in _proposals(sound, digest, ending) if taken.get(name, digest) == digest
        )
        taken[names[digest]] = digest
    return names


def _proposals(reference: str, digest: str, ending: str) -> Iterator[str]:
    """Safe names for a sound, the plain one first.

    >>> next(_proposals("library:Dog/Rex 01.WAV", "ab" * 32, ".wav"))
    'sounds/library-dog-rex-01.wav'
    """
    source, name = scheme_of(reference)
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", name)
    ascii_stem = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode("ascii").lower()
    slug = "-".join(part for part in (source, *re.findall(r"[a-z0-9]+", ascii_stem)))
    ending = ending if re.fullmatch(r"\.[a-z0-9]{1,5}", ending) else ""
    room = LONGEST - len(f"{FOLDER}/{ending}")
    if slug != source and len(slug) <= room:
        yield f"{FOLDER}/{slug}{ending}"
    for digits in (8, 16, 32):
        yield f"{FOLDER}/{slug[: room - digits - 1].rstrip('-')}-{digest[:digits]}{ending}"


def _is_there(scene: Scene, name: str, digest: str, place: str, force: bool) -> bool:
    """Say whether a content has its file; raises CannotWriteError if another does."""
    path = scene.folder / name
    try:
        leaves = not path.parent.resolve().is_relative_to(scene.folder.resolve())
    except (OSError, RuntimeError):  # a loop of links
        leaves = True
    if leaves:
        raise CannotWriteError(f"{place}: {FOLDER} is a link that leaves the scene's folder")
    if not os.path.lexists(path):
        return False
    if _inside(scene, path, digest):
        return True
    if path.is_dir():
        raise CannotWriteError(f"{place}: {name} is a folder")
    if not force:
        raise CannotWriteError(f"{place}: {name} exists with other content; overwrite it with -f")
    return False


def _copy_all(scene: Scene, wanted: Mapping[str, str], sources: Mapping[str, SoundFile]) -> None:
    fresh = not (scene.folder / FOLDER).exists()
    try:
        with (
            contextlib.ExitStack() as stack
        ):  # the copies take their places when the last of them is complete
            for track, name in sorted(wanted.items()):
                place, source = _place(scene, track), sources[track]
                assert source.path is not None
                temporary = stack.enter_context(_told_with(place, scene.folder / name))
                _copy(source.path, temporary, source.sha256, place, name)
    except BaseException:
        if fresh:
            with contextlib.suppress(OSError):  # not empty: then it stays
                (scene.folder / FOLDER).rmdir()
        raise


@contextlib.contextmanager
def _told_with(place: str, path: Path) -> Iterator[Path]:
    """Open `whole_file`, and name the track's place in its errors."""
    others = False
    try:
        with whole_file(path) as temporary:
            try:
                yield temporary
            except BaseException:
                others = True
                raise
    except CannotWriteError as error:
        if others:
            raise
        raise CannotWriteError(f"{place}: {error}") from error


def _copy(source: Path, target: Path, digest: str, place: str, name: str) -> None:
    """Copy a sound and read the copy back."""
    try:
        with target.open("wb") as copy:
            for piece in _pieces(source, place):
                copy.write(piece)
        whole = sha256_of(target) == digest
    except OSError as error:
        raise CannotWriteError(f"{place}: {name} could not be written: {error.strerror or error}") from error
    if not whole:
        raise MissingInputError(
            f"{place}: {source.name} has changed since it was looked at, or could not be copied whole"
        )


def _pieces(source: Path, place: str) -> Iterator[bytes]:
    try:
        with open_file(source) as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except OSError as error:
        raise MissingInputError(f"{place}: {source.name}: {error.strerror or error}") from error


def sources_of(
    scene: Scene, lock: Lock, *, libraries: Sequence[Library], services: Services, allow_outside: bool
) -> tuple[dict[str, SoundFile], dict[str, str]]:
    """Find each sound's file, and say why a track has none: not found, or muted."""
    from imgext.sounds.reference import resolve_sound
    from imgext.sounds.tracks import jobs_of

    sources, silent = {}, {}
    for job in jobs_of(scene):
        pin = lock.sounds.get(job.id)
        reference = job.track.sound or (pin.sound if pin is not None else None)
        if reference is None:
            silent[job.id] = "has no sound in the lock"
            continue
        if (
            job.track.sound is None
            and pin is not None
            and job.thing is not None
            and pin.query != job.thing.label
        ):
            where = scene.where(f"tracks.{job.id}.sound")
            raise MissingInputError(
                f"{where}: the lock's sound is not one that was found for `{job.thing.label}`; run `imgext "
                "find` first"
            )
        try:
            sources[job.id] = resolve_sound(
                scene,
                job.id,
                reference,
                lock,
                libraries,
                allow_outside=allow_outside,
                freesound=services.freesound,
            )
        except (MissingInputError, UnavailableError):
            if not job.track.mute:
                raise
            silent[job.id] = "is muted, and its sound is not at hand"
    return sources, silent
