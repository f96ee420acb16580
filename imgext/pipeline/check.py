"""`imgext check`: every fault of a scene and of the sounds that it names, or of a tag hierarchy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from imgext.errors import Fault, ImgextError, MissingInputError, SceneError
from imgext.scene.document import load
from imgext.scene.lock import lock_path, read_lock
from imgext.scene.yaml.nodes import place_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.sounds.library.library import Library


def check(path: Path | str, *, libraries: Sequence[Library] = (), allow_outside: bool = False) -> list[Fault]:
    """Every fault of a scene file and of the sounds it names, or of a table of tags (``.csv``); an empty list where all is well."""
    from imgext.dsp.sound_file import probe
    from imgext.sounds.reference import resolve_sound

    path = Path(path)
    if path.suffix.lower() == ".csv":
        return _hierarchy_faults(path)
    try:
        scene = load(path, allow_outside=allow_outside)
        lock = read_lock(lock_path(path))
    except SceneError as error:
        return list(error.faults) or [Fault(str(path), 1, 1, "", str(error), "unreadable")]
    except MissingInputError as error:
        return [Fault(str(path), 1, 1, "", str(error).removeprefix(f"{path}: "), "not_found")]
    faults = []
    for key, track in scene.tracks.items():
        if track.sound is None or track.mute:
            continue
        try:
            source = resolve_sound(scene, key, track.sound, lock, libraries, allow_outside=allow_outside)
            if source.path is not None:
                probe(source.path)
        except (ImgextError, OSError) as error:
            where = f"tracks.{key}.sound"
            line, column = place_of(str(path), path.read_text(encoding="utf-8"), where)
            codes = {
                "SceneError": "unreadable",
                "MissingInputError": "not_found",
                "UnavailableError": "unavailable",
            }
            message = str(error).removeprefix(f"{scene.where(where)}: ").removeprefix(f"{where}: ")
            faults.append(
                Fault(
                    str(path),
                    line,
                    column,
                    where,
                    message.split(" [")[0],
                    codes.get(type(error).__name__, "unreadable"),
                )
            )
    return faults


def odd_values_of(path: Path | str, *, allow_outside: bool = False) -> list[Fault]:
    """What is allowed in a scene file and hardly meant, each with its place; nothing where the scene has faults."""
    from imgext.scene.rules import odd_values

    path = Path(path)
    if path.suffix.lower() == ".csv":
        return []
    try:
        scene = load(path, allow_outside=allow_outside)
        text = path.read_text(encoding="utf-8")
    except (ImgextError, OSError):
        return []
    return [
        Fault(str(path), *place_of(str(path), text, ".".join(where)), ".".join(where), why, code)
        for where, why, code in odd_values(scene)
    ]


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
