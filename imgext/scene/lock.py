"""Reads and writes the lock: which content each track has, and how it was found.

The lock is ``NAME.lock.yaml`` next to ``NAME.yaml``.

imgext writes it sorted by track, with the same bytes for the same content and without paths of this machine,
so it can be committed and compared. Conventions: seconds, bytes; `licence` is a word of
`imgext.sounds.licence`: one of the scene's four, another Creative Commons licence, ``unknown`` (the user's
own files) or ``other`` (stated, but none of these). Source: ``scene.md``, "Assets and the lock".
"""

from __future__ import annotations

import json
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from imgext.errors import Fault, MissingInputError, Place, SceneError, shown
from imgext.scene.part import (
    Id,  # noqa: TC001  # pydantic reads it at run time
    SoundSource,  # noqa: TC001  # pydantic reads it at run time
)
from imgext.scene.yaml.nodes import MAX_BYTES, Places, core_scalar, read_nodes
from imgext.store.files import open_file, rewrite_text

if TYPE_CHECKING:
    from imgext.scene.yaml.nodes import Node

LOCK_VERSION: Literal["imgext.lock/1"] = "imgext.lock/1"
#: The ladder of quality: the bound that the chosen sound's rating meets; `match` if a source has no ratings.
Rung = Literal[
    "written", "rating 4.0", "rating 3.5", "rating 3.0", "rating 2.5", "any rating", "match", "random"
]
#: How the search got from the label to the words that found the sound.
Fallback = Literal["written", "label", "synonym", "search", "ai", "parent", "builtin"]
LockLicence = Literal[
    "cc0", "by", "by-nc", "sampling+", "by-sa", "by-nd", "by-nc-sa", "by-nc-nd", "unknown", "other"
]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class _Part(BaseModel):
    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )


class LockedAcoustics(_Part):
    """How reverberant a sound is, by analysis or by the user's word, which wins.

    The user writes what they know, with `source: user`: `class`, or `gain_db`, or best `c50`, or `rt60` and
    `drr`, which no analysis can find.
    """

    class_: Literal["dry", "some", "wet", "unknown"] = Field(
        "unknown",
        alias="class",
        description="By the C50 of the room in it: above 14 dB dry, from 6 dB some, below wet.",
    )
    p: Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=3, max_length=3)] | None = Field(
        None, description="Probabilities of dry, some and wet."
    )
    rt60: Annotated[float, Field(gt=0, le=60)] | None = Field(
        None, description="Decay time of its room in seconds, where it is known."
    )
    gain_db: Annotated[float, Field(ge=-120, le=0)] | None = Field(
        None, description="For its send, dB re the room's full share."
    )
    source: Literal["auto", "user"] = "auto"
    c50: Annotated[float, Field(ge=-60, le=120)] | None = Field(
        None, description="Clarity in dB; the user's figure."
    )
    drr: Annotated[float, Field(ge=-60, le=120)] | None = Field(
        None, description="Direct-to-reverberant ratio in dB; the user's figure."
    )
    ringing: Literal[True] | None = Field(
        None, description="It rings by itself, as a bell does, so its decay says nothing of a room."
    )
    because: str | None = Field(None, description="What the class rests on.")

    @property
    def from_user(self) -> bool:
        """Say whether the user states it: by `source`, or by a figure only they can know."""
        return self.source == "user" or self.c50 is not None or self.drr is not None


class LockedSound(_Part):
    """One pinned sound; a field that does not apply is None and is not written."""

    sound: _Text = Field(
        description="The reference as a scene writes it: library:ID, builtin:NAME, freesound:ID or a path."
    )
    source: SoundSource
    id: _Text = Field(
        description="The name within the source: a path in the library, a built-in name, a number."
    )
    title: str | None = None
    url: str | None = None
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] = Field(
        description="Of the file; of a built-in sound, of its frames as interleaved 24-bit little-endian PCM."
    )
    bytes: Annotated[int, Field(ge=0)]
    duration: Annotated[float, Field(ge=0)]
    licence: LockLicence
    licence_url: str | None = Field(None, description="The deed with its version, where one is stated.")
    author: str | None = None
    remix: bool | None = Field(
        None, description="True where it was made of other people's sounds, whose credit it needs too."
    )
    file: str | None = Field(None, description="Where `imgext collect` put it, below the scene's folder.")
    query: str | None = Field(
        None, description="The label that was searched for; None where the scene names the sound."
    )
    words: str | None = Field(None, description="The words that found it.")
    rung: Rung = Field(
        description="The rung of the ladder of ratings that matched; written: the scene names the sound."
    )
    fallback: Fallback = Field(description="How far the search had to go from the label to those words.")
    tag: str | None = Field(None, description="The tag of the hierarchy whose words were found.")
    acoustics: LockedAcoustics | None = Field(
        None, description="Its own reverberation, where the scene has a room."
    )

    @model_validator(mode="before")
    @classmethod
    def _before_ratings(cls, data: Any) -> Any:
        """Read locks of the first weeks, which called `fallback` `rung`."""
        if isinstance(data, dict) and "fallback" not in data and data.get("rung") in get_args(Fallback):
            return data | {
                "fallback": data["rung"],
                "rung": "written" if data["rung"] == "written" else "match",
            }
        return data


class Lock(_Part):
    """Everything that a scene's sounds are pinned to, by track."""

    schema_: Literal["imgext.lock/1"] = Field(LOCK_VERSION, alias="schema")
    sounds: dict[Id, LockedSound] = Field(default_factory=dict)

    @cached_property
    def by_sound(self) -> dict[str, LockedSound]:
        """The first entry of each reference, in the order of the tracks."""
        return {entry.sound: entry for _, entry in sorted(self.sounds.items(), reverse=True)}

    @classmethod
    def of(cls, sounds: dict[str, LockedSound]) -> Lock:
        """Make a lock of these sounds."""
        return cls.model_validate({"schema": LOCK_VERSION, "sounds": dict(sorted(sounds.items()))})


def lock_path(scene_path: Path | str) -> Path:
    """Return the path of a scene's lock.

    >>> lock_path("scenes/harbour.yaml").as_posix()
    'scenes/harbour.lock.yaml'
    """
    path = Path(scene_path)
    return path.with_name(f"{path.stem if path.suffix else path.name}.lock.yaml")


def read_lock(path: Path) -> Lock:
    """Read a lock; a missing file is an empty lock.

    Raises
    ------
    SceneError
        With every fault and its place.
    MissingInputError
        The file exists but cannot be opened.
    """
    try:
        with open_file(path) as stream:
            raw = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return Lock.of({})
    except OSError as error:
        fault = Fault(Place(str(path)), "not_found", str(error.strerror or error))
        raise MissingInputError(faults=[fault]) from error
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        why = f"the byte 0x{raw[error.start]:02x} is not UTF-8"
        raise SceneError("not UTF-8", [Fault(Place(str(path), 1, 1), "encoding", why)]) from error
    places = Places(str(path), text)
    root, faults = read_nodes(text, places)
    if root is None or root.kind != "map":
        faults = faults or [
            places.fault(
                0, "", f"a lock is a mapping whose first key is `schema: {LOCK_VERSION}`", "not_a_scene"
            )
        ]
    if faults or root is None:
        raise SceneError("not a lock", faults)
    version = root.get("schema")
    if version is None or version.value != LOCK_VERSION:
        stated = shown(version.data()) if version else "missing"
        message = f"the lock's version is {stated}; known: {LOCK_VERSION}"
        raise SceneError(
            "not a lock",
            [places.fault(version.start if version else root.start, "schema", message, "unknown_version")],
        )
    try:
        return Lock.model_validate(root.data())
    except ValidationError as error:
        raise SceneError(
            "not a lock", [_placed(entry, root, places) for entry in error.errors(include_url=False)]
        ) from error


def _placed(entry: Any, root: Node, places: Places) -> Fault:
    parent, node, name = root, root, ""
    for part in entry["loc"]:
        below = node.get(str(part))
        if below is None:
            break
        parent, node, name = node, below, str(part)
    of_key = (
        entry["loc"][-1] == "[key]" or entry["type"] in {"extra_forbidden", "missing"} or node.kind == "map"
    )
    node = (parent.key(name) or node) if of_key else node
    code = {
        "extra_forbidden": "unknown_key",
        "missing": "missing",
        "literal_error": "not_one_of",
        "string_pattern_mismatch": "bad_form",
    }
    label = ".".join(str(part) for part in entry["loc"])
    return places.fault(node.start, label, str(entry["msg"])[:160], code.get(entry["type"], "wrong_type"))


def write_lock(path: Path, lock: Lock) -> None:
    """Replace the file with `lock`, or leave it unchanged; raises CannotWriteError."""
    rewrite_text(path, lock_text(lock))


def lock_text(lock: Lock) -> str:
    """Write a lock as text: tracks sorted, fields in model order, no blanks."""
    lines = [f"schema: {LOCK_VERSION}", "sounds:" if lock.sounds else "sounds: {}"]
    for track, sound in sorted(lock.sounds.items()):
        lines.append(f"  {_scalar(track)}:")
        for key, value in sound.model_dump(by_alias=True, exclude_none=True).items():
            if isinstance(value, dict):
                lines += [f"    {key}:", *(f"      {name}: {_value(part)}" for name, part in value.items())]
            else:
                lines.append(f"    {key}: {_value(value)}")
    return "\n".join(lines) + "\n"


def _value(value: str | float | list[float]) -> str:
    return f"[{', '.join(_scalar(item) for item in value)}]" if isinstance(value, list) else _scalar(value)


def _scalar(value: str | float) -> str:
    """Write a YAML scalar, quoted unless every YAML version reads it back as itself.

    >>> _scalar("dog"), _scalar("yes"), _scalar("a: b"), _scalar(5.0)
    ('dog', '"yes"', '"a: b"', '5.0')
    """
    if not isinstance(value, str):
        return json.dumps(value)
    words = {"y", "n", "yes", "no", "on", "off", "true", "false", "null"}
    plain = re.fullmatch(r"[A-Za-z](?:[A-Za-z0-9 _./,()+-]|:(?! |$))*", value) and not value.endswith(" ")
    if (
        plain
        and value.lower() not in words
        and core_scalar(value) == value
        and not re.fullmatch(r"[0-9a-f]{64}", value)
    ):
        return value
    quoted = json.dumps(value, ensure_ascii=False)
    return "".join(character if character.isprintable() else _escape(character) for character in quoted)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def differences(old: Lock, new: Lock) -> list[str]:
    """List what changed between two locks, a sentence a track; empty if equal.

    Acoustics are not compared: they describe the pinned content, and are computed again if missing.
    """
    said = []
    for track in sorted({*old.sounds, *new.sounds}):
        before, after = (lock.sounds.get(track) for lock in (old, new))
        if (
            before is not None
            and after is not None
            and before.model_copy(update={"acoustics": after.acoustics}) == after
        ):
            continue
        if before == after:
            continue
        if before is None and after is not None:
            said.append(f"tracks.{track} is not locked (it would be {after.sound})")
        elif before is not None and after is None:
            said.append(f"tracks.{track} is locked, but the scene gives it no sound")
        elif before is not None and after is not None and before.sound != after.sound:
            said.append(f"tracks.{track} is locked as {before.sound}, but would be {after.sound}")
        elif before is not None and after is not None and before.sha256 != after.sha256:
            was, now = before.sha256[:12], after.sha256[:12]
            said.append(
                f"tracks.{track}: {after.sound} is no longer the locked content "
                f"(sha256 {was}..., now {now}...)"
            )
        else:
            said.append(f"tracks.{track}: the lock describes the sound differently")
    return said
