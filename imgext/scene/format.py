"""`imgext fmt`: an existing file in canonical form, with every comment kept beside what it speaks of.

A comment at the end of a line belongs to the value on that line, one on a line of its own to the next key or list entry,
those after the last one to the end of the file. No value is changed.
"""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING

from imgext.scene.document import parse
from imgext.scene.nodes import Places, read_nodes
from imgext.scene.writer import Comments, canonical_text

if TYPE_CHECKING:
    from imgext.scene.nodes import Node


def formatted(text: str, file: str = "scene.yaml") -> str:
    r"""The canonical form of a valid scene's text; raises SceneError as `parse` does.

    >>> print(formatted("schema: imgext.scene/1\ntracks: {a: {start: 1.50, sound: 'builtin:rain'}} # rain\n"), end="")
    schema: imgext.scene/1
    <BLANKLINE>
    tracks:
      a:  # rain
        sound: builtin:rain
        start: 1.5
    """
    document = parse(text, file, allow_outside=True)
    data = document.root.data()
    result = canonical_text(data, _comments(text, document.root))
    root, _ = read_nodes(result, Places(file, result))
    if root is None or root.data() != data:
        raise AssertionError(f"{file}: formatting would change a value")
    return result


def _comments(text: str, root: Node) -> Comments:
    entries = [
        (key.start if key else node.start, path, node) for path, key, node in root.walk() if key is not None or _is_written_as_item(path)
    ]
    starts = [start for start, _, _ in entries]
    scalars = sorted(
        (node.start, node.end)
        for _, key, node in root.walk()
        for node in ([key] if key else []) + ([node] if node.kind == "scalar" else [])
    )
    comments = Comments()
    pending: list[str] = []
    blank_before = False
    offset = 0
    for line in text.splitlines(keepends=True):
        begin, offset = offset, offset + len(line)
        at = _comment_start(line, begin, scalars)
        if at is None:
            first = bisect.bisect_left(starts, begin)
            if not line.strip() or line.strip() == "\ufeff":
                blank_before = bool(pending)
                if blank_before:
                    pending.append("")
            elif pending and first < len(starts) and starts[first] < offset:
                comments.before.setdefault(entries[first][1], []).extend(pending)
                pending = []
            continue
        words = re.sub(r"\A# ?", "", line[at - begin :].rstrip("\r\n").rstrip())
        if line[: at - begin].strip("\ufeff \t"):
            first = bisect.bisect_left(starts, begin)
            index = first if first < len(starts) and starts[first] < at else first - 1
            if pending and index == first:
                comments.before.setdefault(entries[index][1], []).extend(pending)
                pending = []
            path = entries[max(index, 0)][1]
            comments.after[path] = f"{comments.after[path]}; {words}" if path in comments.after else words
        else:
            pending.append(words)
    while pending and pending[-1] == "":
        pending.pop()
    comments.end = pending
    return comments


def _is_written_as_item(path: tuple[str, ...]) -> bool:
    return len(path) == 4 and path[0] == "tracks" and path[2] == "eq"


def _comment_start(line: str, begin: int, scalars: list[tuple[int, int]]) -> int | None:
    """Where a comment begins on this line; `#` inside a scalar, or without white space before it, is none."""
    for match in re.finditer(r"(?:(?<=\s)|\A\ufeff?)#", line):
        at = begin + match.end() - 1
        index = bisect.bisect_right(scalars, (at, 1 << 60)) - 1
        if index < 0 or not scalars[index][0] <= at < scalars[index][1]:
            return at
    return None
