"""Writes a scene in the one canonical form: fixed key order, two spaces, LF, at most six significant digits.

Comments are given by path: `after` stands at the end of a value's line, `before` on lines of their own above
it, `inside` below the last entry of a mapping or list.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imgext.scene.model import Compressor, Cut, Object, Scene, Track
from imgext.scene.nodes import core_scalar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imgext.scene.decision import Decision

Path = tuple[str, ...]

_PLAIN = re.compile(r"[^\W_][^\n\r\t\"\\]*\Z")
#: Words that YAML 1.1 readers take for something else than text; `off` stays plain, as the format itself uses
#: it.
_AMBIGUOUS = {"y", "n", "yes", "no", "on", "true", "false", "null"}
#: A blank line stands before each of these.
_SECTIONS = {"room_detected", "objects", "tracks", "find"}


@dataclass
class Comments:
    """Comments by path, without their ``#``; an empty text is a blank line, a single space an empty comment."""

    before: dict[Path, list[str]] = field(default_factory=dict)
    after: dict[Path, str] = field(default_factory=dict)
    inside: dict[Path, list[str]] = field(default_factory=dict)
    end: list[str] = field(default_factory=list)


def number_text(value: float) -> str:
    """A number with at most six significant digits; with all it has where fewer would change it.

    >>> number_text(3.0), number_text(0.1), number_text(1234.567), number_text(48000)
    ('3', '0.1', '1234.567', '48000')
    """
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):  # only the author's own keys may hold these
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    short = f"{value:.6g}"
    if "e" in short:
        short = f"{value:f}".rstrip("0").rstrip(".") if 1e-6 <= abs(value) < 1e15 else repr(value)
    return (short if float(short) == value else repr(value)) if value else "0"


def scalar_text(value: Any, *, flow: bool = False) -> str:
    """One scalar on one line, quoted only where it must be.

    >>> scalar_text("yes"), scalar_text("a: b"), scalar_text("gulls, waves"), scalar_text("gulls, waves", flow=True)
    ('"yes"', '"a: b"', 'gulls, waves', '"gulls, waves"')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    text = str(value)
    plain = (
        _PLAIN.match(text)
        and text.isprintable()
        and text == text.strip()
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and isinstance(core_scalar(text), str)
        and not re.match(r"[0-9.+-]", text)
        and text.lower() not in _AMBIGUOUS
        and not (flow and re.search(r"[,\[\]{}]|:(?=$|\")", text))
    )
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    # JSON's escapes are valid in YAML's double quotes; what YAML will not have raw is escaped as well
    text = json.dumps(text, ensure_ascii=False)
    return "".join(character if character.isprintable() else _escaped(character) for character in text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow_text(value: Any) -> str:
    """Any plain data on one line.

    >>> flow_text({"freq": 570, "spans": [[3.25, 5.9]]})
    '{freq: 570, spans: [[3.25, 5.9]]}'
    """
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{scalar_text(key, flow=True)}: {flow_text(item)}" for key, item in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(flow_text(item) for item in value) + "]"
    return scalar_text(value, flow=True)


def canonical_text(data: dict[str, Any], comments: Comments | None = None, *, sections: bool = True) -> str:
    """The canonical text of a scene's plain data.

    Parameters
    ----------
    data : dict
        As `Scene.as_data` gives it; keys come out in the order of the format, the author's own ``x-`` keys
        last.
    comments : Comments, optional
        Where each stands.
    sections : bool
        Put a blank line before the room, the objects, the tracks and the settings.
    """
    comments = comments or Comments()
    lines: list[str] = []
    previous = ""
    for line, path in _mapping(_ordered(data), (), 0, comments):
        if (
            sections
            and len(path) == 1
            and lines
            and lines[-1] != ""
            and (path[0] in _SECTIONS or previous in {"objects", "tracks"})
            and path[0] != previous
        ):
            lines.append("")
        lines.append(line)
        previous = path[0] if path else previous
    lines += [_comment(text) for text in comments.end]
    return "\n".join(lines) + "\n"


def scene_text(scene: Scene, decisions: Iterable[Decision] = (), *, header: Iterable[str] = ()) -> str:
    """A new scene file: `header` lines as comments on top, and beside each value why it was chosen."""
    comments = Comments()
    comments.before[("schema",)] = list(header)
    for decision in decisions:
        if decision.kind == "answer" and decision.because:
            comments.after[tuple(decision.path.split("."))] = _one_line(decision.because, 90)
    return canonical_text(scene.as_data(), comments)


def _one_line(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."


def _ordered(data: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = _by_model(data, Scene)
    for section, model in (("objects", Object), ("tracks", Track)):
        if isinstance(result.get(section), dict):
            result[section] = {key: _by_model(part, model) for key, part in result[section].items()}
    for track in result.get("tracks", {}).values():
        if isinstance(track, dict) and track.get("eq"):
            track["eq"] = [_by_model(cut, Cut) for cut in track["eq"]]
        if isinstance(track, dict) and track.get("compressor"):
            track["compressor"] = _by_model(track["compressor"], Compressor)
    for name in ("find", "levels", "arrange", "unmask", "reverb", "master"):
        if isinstance(result.get(name), dict):
            result[name] = _by_model(result[name], _setting(name))
    return result


def _setting(name: str) -> Any:
    from imgext.scene import model

    return getattr(model, name.capitalize())


def _by_model(data: Any, model: Any) -> Any:
    if not isinstance(data, dict):
        return data
    order = [field.alias or name for name, field in model.model_fields.items()]
    known = {key: data[key] for key in order if key in data}
    return {**known, **{key: value for key, value in data.items() if key not in known}}


def on_lines_of_its_own(path: Path, value: Any) -> bool:
    """Whether canonical form gives each entry of `value` a line; everything else, and what belongs to the author, fits on one."""
    if path[-1:] and path[-1].startswith("x-") and not (len(path) == 2 and path[0] in {"objects", "tracks"}):
        return False
    if isinstance(value, list):
        return any(isinstance(item, dict) for item in value)
    return isinstance(value, dict) and bool(value) and len(path) < 4  # a cut of `eq` is one line


def _comment(text: str, depth: int = 0) -> str:
    if not text:
        return ""
    return f"{'  ' * depth}#{'' if text.startswith('#') else ' '}{text}".rstrip()


def _mapping(data: dict[str, Any], path: Path, depth: int, comments: Comments) -> Iterator[tuple[str, Path]]:
    for key, value in data.items():
        yield from _entry(f"{'  ' * depth}{scalar_text(key)}:", value, (*path, key), depth, comments)


def _entry(lead: str, value: Any, here: Path, depth: int, comments: Comments) -> Iterator[tuple[str, Path]]:
    yield from ((_comment(text, depth), here) for text in comments.before.get(here, []))
    tail = f"  {_comment(comments.after[here])}" if here in comments.after else ""
    if not on_lines_of_its_own(here, value):
        yield (
            f"{lead} {flow_text(value) if isinstance(value, dict | list) else scalar_text(value)}{tail}",
            here,
        )
        return
    yield f"{lead}{tail}", here
    if isinstance(value, dict):
        yield from _mapping(value, here, depth + 1, comments)
    else:
        for index, item in enumerate(value):
            yield from _entry(f"{'  ' * (depth + 1)}-", item, (*here, str(index)), depth + 1, comments)
    yield from ((_comment(text, depth + 1), here) for text in comments.inside.get(here, []))
