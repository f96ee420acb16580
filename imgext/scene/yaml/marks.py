"""Finds the marks of a merge conflict that `imgext merge` wrote as comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imgext.errors import Fault, Place, shown

if TYPE_CHECKING:
    from imgext.scene.yaml.nodes import Node, Places

_BEGIN = re.compile(r"^([ \t]*)# <{7} ?([^\r\n]*)$", re.MULTILINE)
_MIDDLE = re.compile(r"^[ \t]*# ={7}[ \t]*$")
_END = re.compile(r"^[ \t]*# >{7} ?(.*)$")


def conflicts_in(text: str, places: Places, root: Node | None = None) -> list[Fault]:
    r"""Give a fault for each conflict, at its first mark.

    >>> from imgext.scene.yaml.nodes import Places
    >>> text = "a: 1\n# <<<<<<< ours\nb: 2\n# =======\nb: 3\n# >>>>>>> theirs\n"
    >>> print(conflicts_in(text, Places("scene.yaml", text))[0].message)
    both sides changed this: ours says 'b: 2', theirs says 'b: 3'
    """
    if "# <<<<<<<" not in text:
        return []
    found = []
    for begin in _BEGIN.finditer(text):
        sides: list[list[str]] = [[], []]
        side, end, other = 0, False, ""
        for line in re.split(r"\r\n|\n|\r", text[begin.end() :])[1:]:
            if (closing := _END.match(line)) is not None:
                end, other = True, closing[1]
                break
            if _MIDDLE.match(line):
                side = 1
            else:
                sides[side].append(line.strip())
        if not end:
            continue
        names = begin[2].strip() or "ours", other.strip() or "theirs"
        said = [
            f"{name} says {shown(' '.join(lines))}" if any(lines) else f"{name} has nothing here"
            for name, lines in zip(names, sides, strict=True)
        ]
        line, column = places.line_column(begin.end(1))
        path = _path_below(root, places, line)
        message = f"both sides changed this: {', '.join(said)}"
        hint = "keep the lines that are right and take the three marks out"
        found.append(Fault(Place(places.file, line, column, path), "conflict", message, hint))
    return found


def _path_below(root: Node | None, places: Places, line: int) -> str:
    """The dotted path of the first key below a line; empty where there is none."""
    if root is None:
        return ""
    for path, key, _ in root.walk():
        if key is not None and places.line_column(key.start)[0] > line:
            return ".".join(path)
    return ""
