"""What a sound file is called: from the library's ``index.csv`` where it has a row, else from the names of file and folder.

``index.csv`` is UTF-8 with a header; the column `file` (path below the folder, forward slashes) is needed, `label`, `tags` or
`audioset`, `licence` or `license`, `author`, `url`, `title` and `duration` are taken where they stand, other columns are left alone.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from imgext.sounds.candidate import licence_of

if TYPE_CHECKING:
    from pathlib import Path

INDEX = "index.csv"
#: Words that say that a file is a sound or a take, not what is heard.
_NOISE = frozenset(
    """sound sounds audio sample samples sfx fx effect effects recording recordings rec file files track take untitled final master mono
    stereo loop wav flac ogg mp3 aiff opus library new edit copy version vol freesound""".split()  # noqa: SIM905  # reads best as words
)


@dataclass(frozen=True, slots=True)
class Described:
    """What is known of a file without opening it; blank where nothing is."""

    label: str
    tags: str = ""
    title: str = ""
    licence: str = "unknown"
    author: str = ""
    url: str = ""


def from_names(file_id: str) -> Described:
    """Label, tags and title of a file that no index describes.

    >>> from_names("door-wood_creaks/1-2345-A.ogg").label, from_names("Animals/DogBark 01.wav").label
    ('door wood creaks', 'dog bark')
    """
    path = PurePosixPath(file_id)
    folders = [words for part in path.parts[:-1] if (words := _words(part))]
    label = _words(path.stem) or (folders[-1] if folders else path.stem)
    return Described(label, " ".join(folders), path.stem)


def _words(name: str) -> str:
    """The words of a file or folder name: no numbers, codes, single letters or words about files."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    words = [word for word in re.findall(r"[^\W_]+", spaced) if not any(character.isdigit() for character in word)]
    return " ".join(word.lower() for word in words if (len(word) > 1 or not word.isascii()) and word.lower() not in _NOISE)


def read_index(root: Path) -> tuple[dict[str, Described], list[tuple[str, str]]]:
    """The rows of a folder's ``index.csv`` by file, and what is wrong with it as (name, reason)."""
    path = root / INDEX
    if not path.is_file():
        return {}, []
    rows: dict[str, Described] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream, strict=True)
            if "file" not in (reader.fieldnames or ()):
                return {}, [(INDEX, "has no column `file`; the index is not used")]
            for row in reader:
                file_id = (row["file"] or "").replace("\\", "/").removeprefix("./")
                if file_id:
                    rows[file_id] = _described(file_id, row)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        return {}, [(INDEX, f"cannot be read, the index is not used: {error}")]
    return rows, []


def _described(file_id: str, row: dict[str, str]) -> Described:
    def field(*names: str) -> str:
        return next((value for name in names if (value := " ".join((row.get(name) or "").split()))), "")

    named = from_names(file_id)
    return Described(
        label=field("label") or named.label,
        tags=field("tags", "audioset") or named.tags,
        title=field("title") or named.title,
        licence=licence_of(field("licence", "license")),
        author=field("author"),
        url=field("url"),
    )
