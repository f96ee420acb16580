"""Puts a scene file in canonical form and keeps each comment with its value.

A comment at the end of a line belongs to the value on that line, as do lines that continue it in the same
column. One on a line of its own belongs to the next key or list entry; where it stands deeper than that, it
closes the mapping it is indented with, such as a line that was commented out. A comment inside a value that
canonical form writes on one line moves above that line. No value changes.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imgext.errors import SceneError
from imgext.scene.document import parse
from imgext.scene.writer import Comments, canonical_text, on_lines_of_its_own
from imgext.scene.yaml.nodes import Node, Places, read_nodes

if TYPE_CHECKING:
    from collections.abc import Iterator


def formatted(text: str, file: str = "scene.yaml") -> str:
    r"""Return a valid scene's text in canonical form; raises as `parse` does.

    >>> text = "schema: imgext.scene/1\ntracks: {a: {start: 1.50, sound: 'builtin:rain'}} # rain\n"
    >>> print(formatted(text), end="")
    schema: imgext.scene/1
    <BLANKLINE>
    tracks:  # rain
      a:
        sound: builtin:rain
        start: 1.5
    """
    document = parse(text, file, allow_outside=True)
    data = document.root.data()
    result = canonical_text(data, _comments(text, document.root))
    root, _ = read_nodes(result, Places(file, result))
    if root is None or root.data() != data:
        raise SceneError(f"{file}: cannot be formatted without changing a value")
    return result


def comments_of(text: str, file: str = "scene.yaml") -> Comments:
    r"""Return a text's comments by what they describe, even if it is not valid.

    >>> comments_of("schema: imgext.scene/1\nseed: 3  # lucky\n").after
    {('seed',): 'lucky'}
    """
    root, _ = read_nodes(text, Places(file, text))
    return Comments() if root is None or root.kind != "map" else _comments(text, root)


def comment_starts(text: str, root: Node) -> list[int]:
    """Find each `#` that begins a comment, in order."""
    inside = []
    for _, key, node in root.walk():
        for scalar in ([key] if key else []) + ([node] if node.kind == "scalar" else []):
            header = (
                re.compile(r"[^#\r\n]*").match(text, scalar.start) if scalar.style in {"|", ">"} else None
            )
            if header is None:
                inside.append((scalar.start, scalar.end))
            else:  # `key: | # why`: the comment stands before the text begins
                ends = re.compile(r"[^\r\n]*").match(text, header.end())
                inside.append((header.end() if ends is None else ends.end(), scalar.end))
    inside.sort()
    found = []
    at = text.find("#")
    while at >= 0:
        index = bisect.bisect_right(inside, (at, 1 << 60)) - 1
        if index >= 0 and inside[index][0] <= at < inside[index][1]:
            at = text.find("#", at + 1)
            continue
        found.append(at)
        rest = re.compile(r"[^\r\n]*").match(text, at)
        at = -1 if rest is None else text.find("#", rest.end())
    return found


@dataclass
class _Entry:
    """A key or list entry with its own line; `column` is its start with the `-`."""

    path: tuple[str, ...]
    start: int
    column: int
    node: Node
    entries: list[_Entry] = field(default_factory=list)

    def all(self) -> Iterator[_Entry]:
        for entry in self.entries:
            yield entry
            yield from entry.all()

    def place(self, at: int, column: int) -> tuple[str, tuple[str, ...]]:
        """Find the place of a comment on a line of its own.

        It goes before the next entry, inside a mapping or list, or above the entry it is part of.
        """
        following = next((entry for entry in self.entries if entry.start > at), None)
        previous = next((entry for entry in reversed(self.entries) if entry.start < at), None)
        if previous is not None:
            below = previous.entries
            if not below and at < previous.node.last:  # inside a value that is written on one line
                return "above", previous.path
            if (
                not below
                and previous.node.kind != "scalar"
                and not previous.node.flow
                and column > previous.column
            ):
                return "above", previous.path
            if below and at < (previous.node.last if previous.node.flow else below[-1].start):
                return previous.place(at, column)
            if below and not previous.node.flow and column >= below[0].column and column > previous.column:
                return previous.place(at, column)
        return ("inside", self.path) if following is None else ("before", following.path)


def _entries(text: str, root: Node) -> _Entry:
    def build(node: Node, path: tuple[str, ...], start: int) -> _Entry:
        line_start = max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1
        entry = _Entry(path, start, start - line_start, node)
        if not on_lines_of_its_own(path, node.data()):
            return entry
        entry.entries = [build(value, (*path, str(key.value)), key.start) for key, value in node.entries]
        end = node.start
        for index, item in enumerate(node.items):
            if not node.flow:
                gap = re.compile(r"(?:\s|#[^\r\n]*)*").match(text, end)
                assert gap is not None
                end = gap.end()  # at the dash
            entry.entries.append(build(item, (*path, str(index)), item.start if node.flow else end))
            end = item.last
        return entry

    return build(root, (), root.start)


def _comments(text: str, root: Node) -> Comments:
    tree = _entries(text, root)
    entries = list(tree.all())
    starts = [entry.start for entry in entries]
    begins = set(comment_starts(text, root))
    comments = Comments()
    target: list[str] = []  # where the last comment line went
    closed = True  # whether anything but comments and blank lines followed it
    upward = False  # whether it went to a mapping above, so that the next line may still go elsewhere
    aligned: tuple[int, tuple[str, ...]] | None = (
        None  # column and path of a comment at the end of the previous line
    )
    offset = 0
    for line in re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text):
        begin, offset = offset, offset + len(line)
        at = next(
            (begin + match.start() for match in re.finditer("#", line) if begin + match.start() in begins),
            None,
        )
        if at is None:
            aligned = None
            if line.strip("\ufeff \t\r\n"):
                closed = True
            elif not closed:
                target.append("")
            continue
        words = re.sub(r"\A# ?", "", text[at : begin + len(line.rstrip())]) or " "
        column = at - begin
        if line[:column].strip("\ufeff \t-?"):
            path = _beside(entries, starts, begin, at)
            comments.after[path] = f"{comments.after[path]}; {words}" if path in comments.after else words
            aligned, closed = (column, path), True
        elif aligned is not None and aligned[0] == column and not line[:column].strip():
            comments.after[aligned[1]] += f" {words}"
        else:
            if closed or upward:
                kind, path = tree.place(at, column)
                upward = kind != "before"
                if kind == "inside":
                    target = comments.inside.setdefault(path, []) if path else comments.end
                else:
                    target = comments.before.setdefault(path, [])
                closed = False
            target.append(words)
            aligned = None
    for lines in [*comments.inside.values(), comments.end]:
        while lines and lines[-1] == "":
            lines.pop()
    return comments


def _beside(entries: list[_Entry], starts: list[int], begin: int, at: int) -> tuple[str, ...]:
    """Find the entry that a comment at the end of a line describes.

    It is the first entry of the line, else the value that ends on the line, else the last that began.
    """
    first = bisect.bisect_left(starts, begin)
    if first < len(starts) and starts[first] < at:
        return entries[first].path
    ending = next(
        (entry for entry in entries[:first] if entry.node.flow and begin < entry.node.last <= at), None
    )
    return (ending or entries[max(first - 1, 0)]).path
