"""Reads a scene file: its text, its places, and its scene or all its faults.

Conventions: the text stays exactly as on disk (byte order mark, CRLF); places are offsets into it. Source:
``scene.md``.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imgext.errors import Fault, MissingInputError, Place, SceneError, closest, shown
from imgext.scene.messages import translated
from imgext.scene.model import KNOWN_VERSIONS, VERSION, Scene
from imgext.scene.rules import broken_rules
from imgext.scene.shape import keys, part_at
from imgext.scene.yaml.marks import conflicts_in
from imgext.scene.yaml.nodes import MAX_BYTES, MAX_DEPTH, Node, Places, nearest, path_text, read_nodes
from imgext.store.files import open_file

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Document:
    """A scene file read without fault."""

    file: str
    text: str
    root: Node
    scene: Scene


def parse(text: str, file: str = "scene.yaml", *, allow_outside: bool = False) -> Document:
    """Read the text of a scene.

    Raises
    ------
    SceneError
        With every fault of the text, in order of place.
    """
    return _parsed(text, file, allow_outside)


@lru_cache(maxsize=2)
def _parsed(text: str, file: str, allow_outside: bool) -> Document:
    """Parse a text once for a command that needs both its faults and its doubts."""
    places = Places(file, text)
    root, faults = read_nodes(text, places)
    if conflicts := conflicts_in(text, places, root):
        raise SceneError("in conflict", conflicts)  # what else is wrong may go with the conflict
    if root is None and not faults:
        faults.append(
            places.fault(0, "", f"the scene is empty; its first line is `schema: {VERSION}`", "not_a_scene")
        )
    if root is not None and root.kind != "map":
        faults.append(
            places.fault(
                root.start, "", f"a scene is a mapping whose first key is `schema: {VERSION}`", "not_a_scene"
            )
        )
    if root is None or root.kind != "map":
        raise SceneError("not a scene", faults)
    odd_keys = {(fault.line, fault.column) for fault in faults if fault.code == "wrong_type"}
    scene, data = _validated(root, places, faults)
    # a key that is not text is reported already; reporting that it is no id or field would repeat it
    faults = [
        fault
        for fault in faults
        if fault.code not in {"bad_id", "unknown_key"} or (fault.line, fault.column) not in odd_keys
    ]
    other_version = root.get("schema") is not None and any(
        fault.code == "unknown_version" for fault in faults
    )
    partial = scene if scene is not None or other_version else _partial(data)
    if partial is not None:
        broken = broken_rules(partial, allow_outside=allow_outside)
        faults += [_placed(root, places, *one) for one in broken if scene is not None or one.path]
    if faults or scene is None:
        unique = sorted(set(faults), key=lambda fault: (fault.line, fault.column, fault.path, fault.code))
        raise SceneError("not a scene", unique)
    return Document(file, text, root, scene)


def read(path: Path, *, allow_outside: bool = False) -> Document:
    """Read a scene file.

    Raises
    ------
    MissingInputError
        The file does not exist or cannot be opened.
    SceneError
        With every fault, each with its place.
    """
    text = _text_of(path)
    document = parse(text, str(path), allow_outside=allow_outside)
    name = path.name[: -len(path.suffix)] if path.suffix else path.name
    return Document(
        document.file, text, document.root, document.scene.located(path.parent, name, str(path), text)
    )


def _text_of(path: Path) -> str:
    """The text of a file; raises as `read` does."""
    try:
        with open_file(path) as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        fault = Fault(Place(str(path)), "not_found", str(error.strerror or error))
        raise MissingInputError(faults=[fault]) from error
    if len(raw) > MAX_BYTES:
        why = f"the file is larger than {MAX_BYTES} bytes"
        raise SceneError("too big", [Fault(Place(str(path), 1, 1), "too_big", why)])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        why = f"the byte 0x{raw[error.start]:02x} is not UTF-8"
        fault = Places(str(path), before).fault(len(before), "", why, "encoding")
        raise SceneError("not UTF-8", [fault]) from error


def sound_part(path: Path) -> Scene | None:
    """Return the readable part of a faulty scene.

    Wrong values and the tracks that need them are left out.

    None where the text is no scene at all; raises as `read` does where there is no text.
    """
    text = _text_of(path)
    places = Places(str(path), text)
    root, _ = read_nodes(text, places)
    if root is None or root.kind != "map":
        return None
    scene, data = _validated(root, places, [])
    version = root.get("schema")
    if scene is None and (version is None or version.value in KNOWN_VERSIONS):
        scene = _partial(data)
    if scene is None:
        return None
    tracks = {
        key: track if track.object in scene.objects else track.model_copy(update={"object": None})
        for key, track in scene.tracks.items()
        if track.sound != _UNKNOWN and (track.sound or track.object is None or track.object in scene.objects)
    }
    return scene.model_copy(update={"tracks": tracks}).located(path.parent, path.stem, str(path), text)


def load(path: Path | str, *, allow_outside: bool = False) -> Scene:
    """Load the scene in a file; see `read`."""
    from pathlib import Path

    return read(Path(path), allow_outside=allow_outside).scene


def _validated(root: Node, places: Places, faults: list[Fault]) -> tuple[Scene | None, dict[str, Any]]:
    """Validate a scene; return it with the data, misspelt keys put right.

    The scene is None if its form has faults.
    """
    from pydantic import ValidationError

    version, data = root.get("schema"), root.data()
    if version is None or version.value not in KNOWN_VERSIONS:
        known = ", ".join(KNOWN_VERSIONS)
        if version is not None:
            message = f"{shown(version.data())} is not a version this imgext reads; known: {known}"
            faults.append(_placed(root, places, ("schema",), "unknown_version", message))
            return None, data  # another version has other keys: more faults would mislead
        message = f"the key is missing; its first line is `schema: {VERSION}` (known: {known})"
        faults.append(places.fault(root.start, "schema", message, "unknown_version"))
    elif (key := root.key("schema")) is not None and root.entries[0][0].value != "schema":
        faults.append(places.fault(key.start, "schema", "`schema` must be the first key", "bad_form"))
    data.setdefault("schema", VERSION)
    if data["schema"] is None:
        data["schema"] = VERSION
    for _ in range(MAX_DEPTH):  # below a misspelt key there may be others
        try:
            return Scene.model_validate(data), data
        except ValidationError as error:
            found = list(translated(error, Scene))
        unknown = [one for one in found if one.code == "unknown_key"]
        faults += [_placed(root, places, *one) for one in unknown]
        if not [one for one in unknown if _put_right(root, data, one.path)]:
            faults += [_placed(root, places, *one) for one in found if one.code != "unknown_key"]
            break
    return None, data


def _put_right(root: Node, data: dict[str, Any], path: tuple[str, ...]) -> bool:
    """Rename a misspelt key to the closest field, to check what is below it."""
    steps = _steps(data, list(path))
    part = part_at(Scene, path[:-1])
    if not steps or part is None:
        return False
    container, key = steps[-1]
    name = closest(str(key), keys(part))
    node = nearest(root, path[:-1])[0]
    if not name or name in container or key not in node.named:
        return False
    container[name] = container.pop(key)
    node.named[name] = node.named[key]
    return True


#: A sound of which nothing is known.
_UNKNOWN = "?"
#: Replaces a wrong or missing value, so that the rules about other values can be checked; breaks no rule.
_STAND_INS: dict[str, Any] = {"label": "?", "freq": 20.0, "gain": 0.0}
_STAND_INS_BELOW: dict[str, Any] = {
    "objects": {"label": "?"},
    "tracks": {"sound": _UNKNOWN},
    "start": 0.0,
    "eq": {"freq": 20.0, "gain": 0.0},
}


def _partial(data: dict[str, Any]) -> Scene | None:
    """Leave out invalid values, so that the same run can check rules between fields."""
    from pydantic import ValidationError

    data["schema"] = VERSION
    for _ in range(8):
        try:
            return Scene.model_validate(data)
        except ValidationError as error:
            for entry in error.errors(include_url=False, include_input=False, include_context=False):
                # the form of a value is not a place in the data
                loc = [part for part in map(str, entry["loc"]) if not part.startswith("=")] or ["="]
                if loc[0] == "objects" and len(loc) == 1:
                    return None  # with no objects to refer to, every reference would look wrong
                if loc[-1] == "[key]":
                    data[loc[0]].pop(loc[1], None)
                elif entry["type"] == "missing" and loc[-1] in _STAND_INS:
                    _fill(data, loc)
                elif entry["type"] == "missing":
                    _prune(data, loc[:-1])
                else:
                    _prune(data, loc)
    return None


def _steps(data: Any, path: list[str]) -> list[tuple[Any, Any]]:
    """List each (container, key or index) on the way; empty if a part is gone."""
    steps = []
    node = data
    for part in path:
        key: Any = int(part) if isinstance(node, list) and part.isdigit() else part
        if not (
            (isinstance(node, dict) and key in node)
            or (isinstance(node, list) and isinstance(key, int) and key < len(node))
        ):
            return []
        steps.append((node, key))
        node = node[key]
    return steps


def _fill(data: Any, path: list[str]) -> None:
    for container, key in _steps(data, path[:-1])[-1:]:
        if not isinstance(container[key], dict):  # a blank
            container[key] = {}
        container[key][path[-1]] = _STAND_INS[path[-1]]


def _prune(data: Any, path: list[str]) -> None:
    """Remove an invalid value.

    List entries and whole parts are replaced instead, so that indices and references stay.
    """
    steps = _steps(data, path)
    while steps:
        container, key = steps.pop()
        above = steps[-1][1] if steps else None
        if above in _STAND_INS_BELOW and (isinstance(container, list) or len(steps) == 1):
            container[key] = copy.deepcopy(_STAND_INS_BELOW[above])
            return
        if isinstance(container, dict):
            del container[key]
            if path[0] == "tracks" and key in {"sound", "object"} and container.get("sound") is None:
                container["sound"] = _UNKNOWN
            return


def _placed(
    root: Node, places: Places, path: tuple[str, ...], code: str, message: str, hint: str = ""
) -> Fault:
    of_key = code == "unknown_key" or path[-1:] == ("[key]",)
    if path[-1:] == ("[key]",):
        path = path[:-1]
    node, reached = nearest(root, path)
    if (of_key and reached) or (node.kind == "scalar" and node.value is None and reached):
        parent, _ = nearest(root, reached[:-1])
        node = parent.key(reached[-1]) or node
    label = path_text(path if code == "missing" else reached)
    return places.fault(node.start, label, message, code, hint)
