"""Lists a folder's sounds, and reads the JSON sidecar files next to them.

Sidecars have the field names of Freesound's API.

One field is our own: `acoustics`, the user's word on the sound's own reverberation, a class or a mapping of
`class`, `rt60`, `c50`, `drr`.

``dog.json`` or, before that, ``dog.wav.json`` next to ``dog.wav``; names, types and ranges as in
https://freesound.org/docs/api/resources_apiv2.html. Fields that are absent or null say nothing, unknown ones
are left alone, and each of the others is checked for itself: what cannot be is left out and named, the rest
counts. Sidecars are written by anyone: their size is bounded, and nothing but a regular file is opened.
"""

from __future__ import annotations

import difflib
import importlib.util
import json
import os
import stat
import unicodedata
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from imgext.dsp.decode import BY_AV
from imgext.errors import MissingInputError, shown
from imgext.sounds.library.descriptions import (
    FIGURES,
    MAX_DESCRIPTION,
    MAX_TAGS,
    Facts,
    label_of,
    licence_facts,
    plain,
)
from imgext.sounds.library.pack import README
from imgext.sounds.library.table import decode
from imgext.sounds.licence import licence_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SUFFIXES = frozenset(
    {
        ".wav",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".mp3",
        ".mp2",
        ".wave",
        ".bwf",
        ".aiff",
        ".aif",
        ".aifc",
        ".w64",
        ".au",
        ".snd",
        ".rf64",
        ".amb",
    }
)
#: A scene's `sound` holds at most 1024 characters.
MAX_ID = 1000
#: Bytes of a sidecar that is read; a full record of Freesound with its analysis has some 20 000.
MAX_SIDECAR = 1 << 20
#: Not one that waits for somebody to write: a name may have become a pipe since it was listed.
_READING = (
    os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
)
#: What imgext calls the flags, by Freesound's names.
_FLAGS = {
    "single_event": "single_event",
    "loopable": "loopable",
    "reverbness": "reverberant",
    "is_remix": "remix",
}


_KNOWN = frozenset(
    (
        "id", "name", "tags", "description", "username", "license", "url", "avg_rating", "num_ratings",
        "num_downloads", "category_code", "acoustics", *_FLAGS,
    )
)  # fmt: skip
#: Sounds that are not read: formats for which libsndfile has no decoder.
UNREAD = frozenset() if importlib.util.find_spec("av") else BY_AV
_LOOKED_AT = SUFFIXES | BY_AV | {".json"}


class Sidecar(NamedTuple):
    """A sidecar as its folder lists it; `bytes` is -1 if it is not a regular file."""

    id: str
    bytes: int
    mtime_ns: int

    @property
    def mark(self) -> str:
        """What tells a changed sidecar from an unchanged one."""
        return f"{self.id}:{self.bytes}:{self.mtime_ns}"


class Folder(NamedTuple):
    """One folder: its id with a slash at the end (blank at the top), and its files.

    Sounds as (name, bytes, mtime_ns), JSON files by name, what cannot be used as (id, reason), and lists of
    packs.
    """

    id: str
    sounds: list[tuple[str, int, int]]
    jsons: dict[str, Sidecar]
    odd: list[tuple[str, str]]
    packs: list[Sidecar]

    def sidecar_of(self, name: str) -> Sidecar | None:
        """The sidecar of a sound: ``dog.wav.json``, else ``dog.json``."""
        if not self.jsons:
            return None
        names = f"{name}.json", f"{name.rpartition('.')[0]}.json"
        return next((found for each in names if (found := self.jsons.get(alike(each)))), None)


def alike(name: str) -> str:
    """A name without regard to letter case and Unicode form."""
    return unicodedata.normalize("NFC", name).casefold()


def walk(root: Path) -> Iterator[Folder]:
    """List every folder from `root` down, by name.

    Hidden folders are skipped; links to folders are reported, not followed.

    Raises
    ------
    MissingInputError
        `root` itself cannot be listed.
    """
    pending = [""]
    while pending:
        folder = Folder(pending.pop(), [], {}, [], [])
        below = []
        try:
            # a Path for each file takes longer than all the rest
            with os.scandir(os.path.join(root, folder.id)) as listing:  # noqa: PTH118
                entries = sorted(listing, key=attrgetter("name"))
        except OSError as error:
            if not folder.id:
                raise MissingInputError(
                    f"{root}: the sound library cannot be read: {error.strerror}"
                ) from error
            yield folder._replace(odd=[(_legible(folder.id), f"the folder cannot be read: {error.strerror}")])
            continue
        for entry in entries:
            name = entry.name
            if name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                if fault := name_fault(folder.id + name):
                    folder.odd.append((_legible(folder.id + name), fault))
                elif name != "__MACOSX":
                    below.append(f"{folder.id}{name}/")
                continue
            ending = name[name.rfind(".") :].lower()
            if ending in _LOOKED_AT or name.casefold() == README or entry.is_symlink():
                _enter(folder, entry, ending)
        pending += reversed(below)
        yield folder


def _enter(folder: Folder, entry: os.DirEntry[str], ending: str) -> None:
    """Note a file in its folder, or why it cannot be used."""
    file_id = folder.id + entry.name
    mode, size, mtime_ns, why = 0, -1, 0, "is not a regular file"
    try:
        found = entry.stat()
        mode = found.st_mode
        if stat.S_ISREG(mode):
            size, mtime_ns = found.st_size, found.st_mtime_ns
    except OSError as error:
        why = error.strerror or str(error)
    if stat.S_ISDIR(mode):
        folder.odd.append((_legible(file_id), "a link to a folder is not followed"))
    elif ending == ".json":
        folder.jsons[alike(entry.name)] = Sidecar(file_id, size, mtime_ns)
    elif entry.name.casefold() == README:
        folder.packs.append(Sidecar(file_id, size, mtime_ns))
    elif ending in UNREAD:
        folder.odd.append((_legible(file_id), unread_reason(ending)))
    elif ending in SUFFIXES or ending in BY_AV:
        if fault := name_fault(file_id) or ("" if size >= 0 else why):
            folder.odd.append((_legible(file_id), fault))
        else:
            folder.sounds.append((entry.name, size, mtime_ns))


def unread_reason(ending: str) -> str:
    """Say why a format unknown to libsndfile is left out, and what to do."""
    return f"{ending} files are not read without the extra imgext[av]; install it, or convert them to FLAC"


def name_fault(file_id: str) -> str:
    """Why a scene cannot hold the name of a file; blank where it can."""
    if file_id.isprintable() and len(file_id) <= MAX_ID:
        return ""
    if any(0xD800 <= ord(character) < 0xE000 for character in file_id):
        return "the name is not UTF-8"
    if any(ord(character) < 32 or ord(character) == 127 for character in file_id):
        return "the name has a control character in it"
    return f"the path is longer than {MAX_ID} characters" if len(file_id) > MAX_ID else ""


def _legible(file_id: str) -> str:
    return file_id.encode("utf-8", "backslashreplace").decode()


def read_small(path: str, size: int, most: int) -> tuple[bytes, str]:
    """Read a stranger's file; return its bytes and why it cannot be read.

    `size` is as listed, -1 where it is not a regular file.
    """
    if not 0 <= size <= most:
        return b"", "is not a regular file" if size < 0 else f"is larger than {most >> 20} MiB"
    try:
        descriptor = os.open(path, _READING)
        try:
            return os.read(descriptor, size), ""
        finally:
            os.close(descriptor)
    except OSError as error:
        return b"", f"cannot be read: {error.strerror or error}"


def read_sidecar(path: str, size: int) -> tuple[dict[str, Any], list[str]]:
    """Read a sidecar.

    Parameters
    ----------
    path : str
        The file.
    size : int
        Its bytes as listed, -1 where it is not a regular file.

    Returns
    -------
    (dict, list of str)
        Fields of `Described`, by name, and what was left out and why. Where the file says nothing usable, the
        licence is ``other``: it may have said anything of it.
    """
    data, reason = read_small(path, size, MAX_SIDECAR)
    if reason:
        return _in_doubt(reason)
    try:
        record = json.loads(decode(data)[0])
    except (ValueError, RecursionError) as error:
        return _in_doubt(f"is not JSON: {plain(str(error), 100)}")
    if not isinstance(record, dict):
        return _in_doubt(f"is not a JSON object but {shown(record)}")
    facts, faults = _facts({_key(name): value for name, value in record.items()})
    if facts.get("doubt") and facts["doubt"] not in faults:
        faults.append(f"license: {facts['doubt']}")
    return facts, faults


def _in_doubt(reason: str) -> tuple[dict[str, Any], list[str]]:
    """Doubt the licence of files whose description exists but cannot be understood."""
    return {"licence": "other", "licence_url": "", "doubt": reason}, [reason]


def _key(name: str) -> str:
    """Read a field's name; a misspelt "licence" or "license" is understood too."""
    plain_name = name.strip().lower()
    if plain_name in _KNOWN:
        return plain_name
    return (
        "license" if difflib.get_close_matches(plain_name, ("license", "licence"), n=1, cutoff=0.7) else name
    )


def _licence_elsewhere(record: dict[str, Any]) -> dict[str, Any]:
    """Read a licence under an unknown name, in the strictest way."""
    for name, value in record.items():
        if name not in _KNOWN and isinstance(value, str) and licence_of(value) not in {"unknown", "other"}:
            return licence_facts(plain(value))
        if name not in _KNOWN and isinstance(value, str) and "creativecommons" in value.lower():
            return {"licence": "other", "licence_url": "", "doubt": f"{shown(name)} speaks of a licence"}
    return {}


def _facts(record: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    facts, get = Facts(), record.get
    facts.text("title", get("name"))
    if label := label_of(facts.known.get("title", "")):
        facts.known["label"] = label
    tags = get("tags")
    if isinstance(tags, list) and all(isinstance(tag, str) for tag in tags):
        facts.text("tags", ", ".join(tag for tag in tags if tag and not tag.isspace()), MAX_TAGS)
    elif tags is not None:
        facts.faults.append(f"tags: {shown(tags)} is not a list of texts")
    facts.text("description", get("description"), MAX_DESCRIPTION)
    facts.text("author", get("username"))
    licence = get("license")
    if isinstance(licence, str):
        facts.known.update(licence_facts(plain(licence)))
    elif licence is not None:
        facts.faults.append(f"license: {shown(licence)} is not text")
        facts.known.update(licence="other", licence_url="", doubt=f"license: {shown(licence)} is not text")
    else:
        facts.known.update(_licence_elsewhere(record))
    facts.url(get("url"))
    number = get("id")
    if (
        "url" not in facts.known
        and isinstance(number, int)
        and not isinstance(number, bool)
        and 0 < number < 2**53
    ):
        facts.known["url"] = f"https://freesound.org/s/{number}/"
    facts.rating(get("avg_rating"), get("num_ratings"), trusted=False)
    facts.downloads(get("num_downloads"))
    facts.category(get("category_code"), strict=True)
    for theirs, ours in _FLAGS.items():
        facts.flag(ours, get(theirs))
    stated = get("acoustics")
    if isinstance(stated, dict):
        facts.acoustics(stated.get("class"), stated)
        facts.faults += [
            f"acoustics.{shown(name)}: unknown; known: class, {', '.join(FIGURES)}"
            for name in stated
            if name not in {"class", *FIGURES}
        ]
    else:
        facts.acoustics(stated, {})
    return facts.known, facts.faults
