"""Writes a scene in canonical form: fixed key order, two spaces, LF, six digits.

Comments go by path: `after` stands at the end of a value's line, `before` on lines above it, `inside` below
the last entry of a mapping or list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imgext.scene.model import Scene
from imgext.scene.shape import ordered
from imgext.scene.yaml.spelling import flow_text, scalar_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from imgext.scene.decision import Decision

Path = tuple[str, ...]

#: A blank line stands before each of these.
_SECTIONS = {"room_detected", "objects", "tracks", "find"}


@dataclass
class Comments:
    """Comments by path, without their ``#``.

    An empty text is a blank line, a single space an empty comment.
    """

    before: dict[Path, list[str]] = field(default_factory=dict)
    after: dict[Path, str] = field(default_factory=dict)
    inside: dict[Path, list[str]] = field(default_factory=dict)
    end: list[str] = field(default_factory=list)


def canonical_text(data: dict[str, Any], comments: Comments | None = None, *, sections: bool = True) -> str:
    """Write a scene's plain data as canonical text.

    Parameters
    ----------
    data : dict
        As `Scene.as_data` returns it; keys come in the order of the format, the author's own ``x-`` keys
        last.
    comments : Comments, optional
        Comments to write.
    sections : bool
        Put a blank line before the room, the objects, the tracks and the settings.
    """
    comments = comments or Comments()
    lines: list[str] = []
    previous = ""
    for line, path in _mapping(ordered(data, Scene), (), 0, comments):
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
    """Write a new scene file: `header` comments on top, a reason next to each value."""
    comments = Comments()
    comments.before[("schema",)] = list(header)
    for decision in decisions:
        if decision.kind == "answer" and decision.because:
            comments.after[tuple(decision.path.split("."))] = _one_line(decision.because, 90)
    return canonical_text(scene.as_data(), comments)


def _one_line(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 3].rstrip() + "..."


def on_lines_of_its_own(path: Path, value: Any) -> bool:
    """Say whether each entry of `value` gets a line; own keys stay on one."""
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
