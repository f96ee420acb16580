"""`imgext check`: every fault of a scene and of the sounds that it names, or of a tag hierarchy."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from imgext.errors import MOST_FAULTS, Fault, ImgextError, MissingInputError, SceneError, UnavailableError
from imgext.scene.document import load
from imgext.scene.lock import lock_path, read_lock
from imgext.scene.yaml.nodes import place_of
from imgext.store.files import read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imgext.scene.lock import Lock
    from imgext.scene.model import Scene
    from imgext.sounds.library.library import Library
    from imgext.sounds.opening import Size
    from imgext.sounds.sources.base import SoundFile

#: Codes of errors that bring none of their own.
_CODES = {SceneError: "unreadable", MissingInputError: "not_found", UnavailableError: "unavailable"}


def check(path: Path | str, *, libraries: Sequence[Library] = (), allow_outside: bool = False) -> list[Fault]:
    """List every fault of a scene file and of its sounds, or of a table of tags.

    The list is empty where all is well.

    What is refused here is refused by `render`, and the other way round, but for what only searching and
    listening can tell: whether a sound is found for a blank, is damaged behind its header, or is silent. Of
    sounds only headers are read. After `MOST_FAULTS` faults no more sounds are looked at.
    """
    path = Path(path)
    if path.suffix.lower() == ".csv":
        return _hierarchy_faults(path)
    try:
        scene = load(path, allow_outside=allow_outside)
        lock = read_lock(lock_path(path))
        text = read_text(path)
    except SceneError as error:
        return list(error.faults) or [Fault(str(path), 1, 1, "", str(error), "unreadable")]
    except MissingInputError as error:
        return [Fault(str(path), 1, 1, "", str(error).removeprefix(f"{path}: "), "not_found")]
    except OSError as error:
        return [Fault(str(path), 1, 1, "", error.strerror or str(error), "not_found")]
    faults: list[Fault] = []
    for found in islice(_sound_faults(scene, lock, libraries, allow_outside), MOST_FAULTS + 1):
        where, message, code = found
        if len(faults) == MOST_FAULTS:
            where, message, code = (
                "tracks",
                "more faults than these; no more sounds were looked at",
                "too_many",
            )
        faults.append(Fault(str(path), *place_of(str(path), text, where), where, message, code))
    return faults


def _sound_faults(
    scene: Scene, lock: Lock, libraries: Sequence[Library], allow_outside: bool
) -> Iterator[tuple[str, str, str]]:
    """What is wrong with sounds and with what is asked of them, as (place, message, code)."""
    from imgext.sounds.opening import afford, size_of
    from imgext.sounds.reference import resolve_sound
    from imgext.sounds.tracks import jobs_of

    sizes: dict[str, Size] = {}
    sources: dict[str, SoundFile] = {}
    known: dict[str, str] = {}
    searched = wrong = False
    for job in jobs_of(scene):
        where = f"tracks.{job.id}.sound"
        if job.track.sound is None:
            searched |= not job.track.mute
            continue
        try:
            source = resolve_sound(
                scene, job.id, job.track.sound, lock, libraries, allow_outside=allow_outside
            )
            if job.track.mute:
                continue
            first = known.setdefault(source.sha256, job.id)
            if first == job.id:
                sizes[job.id], sources[job.id] = size_of(scene, job.id, source), source
        except (ImgextError, OSError) as error:
            if not job.track.mute or isinstance(error, SceneError):
                wrong = True
                yield _told(error, scene, where)
            continue
        if first in sizes and sizes[first].frames - round(job.track.offset * scene.sample_rate) < 1:
            has = f"the sound has {sizes[first].frames / scene.sample_rate:.3f} s"
            yield f"tracks.{job.id}.offset", f"is {job.track.offset:g} s, but {has}", "out_of_range"
    if not (sizes or searched or wrong):
        yield "tracks", "nothing is heard in this scene", "nothing_to_play"
    try:
        afford(scene, sources, sizes)
    except SceneError as error:
        place = str(error).split(".sound: ")[0].rpartition("tracks.")[2]
        yield _told(error, scene, f"tracks.{place}.sound")


def _told(error: Exception, scene: Scene, where: str) -> tuple[str, str, str]:
    """An error of a sound as a fault: its place, message and code."""
    text = str(error).removeprefix(f"{scene.where(where)}: ").removeprefix(f"{where}: ")
    found = re.fullmatch(r"(.*) \[([a-z_]+)\]", text, re.DOTALL)
    if found is not None:
        return where, found[1], found[2]
    return where, text, _CODES.get(type(error), "unreadable")


def odd_values_of(path: Path | str, *, allow_outside: bool = False) -> list[Fault]:
    """List what is allowed and hardly meant, with its place; nothing of a faulty scene."""
    from imgext.scene.rules import odd_values

    path = Path(path)
    if path.suffix.lower() == ".csv":
        return []
    try:
        scene = load(path, allow_outside=allow_outside)
        text = read_text(path)
    except (ImgextError, OSError):
        return []
    return [
        Fault(str(path), *place_of(str(path), text, ".".join(where)), ".".join(where), why, code)
        for where, why, code in odd_values(scene)
    ]


def incomplete_sounds(
    path: Path, libraries: Sequence[Library], *, allow_outside: bool = False
) -> list[Fault]:
    """Sounds of a scene of which something is missing, each with its place; nothing where the scene has faults."""
    from imgext.dsp.decode import is_loss
    from imgext.dsp.sound_file import probe
    from imgext.sounds.reference import resolve_sound

    if path.suffix.lower() == ".csv":
        return []
    found = []
    try:
        scene, text = load(path, allow_outside=allow_outside), path.read_text(encoding="utf-8")
        lock = read_lock(lock_path(path))
        for key, track in scene.tracks.items():
            if track.sound is None or track.mute:
                continue
            source = resolve_sound(scene, key, track.sound, lock, libraries, allow_outside=allow_outside)
            where = f"tracks.{key}.sound"
            notes = probe(source.path).notes if source.path is not None else ()
            found += [
                Fault(str(path), *place_of(str(path), text, where), where, note, "odd")
                for note in notes
                if is_loss(note)
            ]
    except (ImgextError, OSError):
        return found
    return found


def library_doubts(libraries: Sequence[Library]) -> list[Fault]:
    """Sounds of libraries that are not used because their licence is not certain, each with its place."""
    found = []
    for library in libraries:
        for reason, count, first in library.doubts():
            match = re.fullmatch(r"(?P<file>[^:]+?)(?:, line (?P<line>\d+))?: (?P<why>.*)", reason)
            file, line, why = (match["file"], match["line"], match["why"]) if match else ("", None, reason)
            which = first if count == 1 else f"{first} and {count - 1} more"
            message = f"{why}; {which} {'is' if count == 1 else 'are'} not used"
            found.append(Fault(str(library.root / file), int(line or 1), 1, "", message, "odd"))
    return found


def _hierarchy_faults(path: Path) -> list[Fault]:
    from imgext.ontology.hierarchy import load as load_hierarchy
    from imgext.sounds.bank import BANK

    try:
        load_hierarchy(path, BANK)
    except SceneError as error:
        return list(error.faults) or [
            Fault(str(path), 1, 1, "", str(error).removeprefix(f"{path}: "), "unreadable")
        ]
    except MissingInputError as error:
        return [Fault(str(path), 1, 1, "", str(error).removeprefix(f"{path}: "), "not_found")]
    return []
