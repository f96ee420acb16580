r"""Writes conflicts as comments, so that the scene is still YAML for `check`.

::

        # <<<<<<< ours
        start: 4
        # =======
        start: 5
        # >>>>>>> theirs
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def with_conflicts(ours: str, theirs: str, names: tuple[str, str] = ("ours", "theirs")) -> str:
    r"""Join two texts that differ only in conflicts, with marks around each.

    >>> print(with_conflicts("a:\n  b: 1\n", "a:\n  b: 2\n"), end="")
    a:
      # <<<<<<< ours
      b: 1
      # =======
      b: 2
      # >>>>>>> theirs
    """
    one, other = lines_of(ours), lines_of(theirs)
    newline = "\r\n" if "\r\n" in ours else "\n"
    result: list[str] = []
    for what, a, b, c, d in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if what == "equal":
            result += one[a:b]
            continue
        lines = [*one[a:b], *other[c:d]]
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        lead = " " * indent
        result += [f"{lead}# <<<<<<< {names[0]}{newline}", *_ended(one[a:b], newline)]
        result += [f"{lead}# ======={newline}", *_ended(other[c:d], newline)]
        result.append(f"{lead}# >>>>>>> {names[1]}{newline}")
    return "".join(result)


def lines_of(text: str) -> list[str]:
    """Lines with their ends: LF, CRLF or CR."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def _ended(lines: Sequence[str], newline: str) -> list[str]:
    return [line if line.endswith(("\n", "\r")) else line + newline for line in lines]
