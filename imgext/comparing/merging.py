"""Merges two edits of a scene by field: a change by only one side is taken.

Texts, not data, are merged: comments, order and spelling stay. First line by line, where one side alone
changed lines; then, where that leaves something out, field by field on the side of `ours`. What both changed
to different values is a conflict, written at its line (`imgext.comparing.conflicts`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final

from imgext.comparing.conflicts import lines_of, with_conflicts
from imgext.errors import SceneError
from imgext.scene.edit import sibling_before, with_value
from imgext.scene.format import comments_of
from imgext.scene.yaml.nodes import Node, Places, read_nodes
from imgext.scene.yaml.removing import without

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Keys = tuple[str, ...]


class _Gone:
    """What stands for a key that is not there."""

    def __repr__(self) -> str:
        return "nothing"


GONE: Final = _Gone()


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that both changed: its place and three values; GONE if missing."""

    path: str
    base: Any
    ours: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged text, and the fields in conflict, which stand in it twice."""

    text: str
    conflicts: list[Conflict]


def merged(base: str, ours: str, theirs: str, *, file: str = "scene.yaml") -> Merged:
    r"""Merge two edits of a scene.

    Parameters
    ----------
    base, ours, theirs : str
        The text before, and as each side has it.
    file : str
        For errors.

    Raises
    ------
    SceneError
        One of the three is no mapping in YAML.

    Examples
    --------
    >>> base = "schema: imgext.scene/1\ntracks:\n  gull: {start: 1, gain: 0}  # loud\n"
    >>> one, other = base.replace("start: 1", "start: 2"), base.replace("gain: 0", "gain: -3")
    >>> print(merged(base, one, other).text, end="")
    schema: imgext.scene/1
    tracks:
      gull: {start: 2, gain: -3}  # loud
    """
    trees = [_tree(text, file) for text in (base, ours, theirs)]
    conflicts: list[Conflict] = []
    before, one, other = (tree.data() for tree in trees)
    meant = _merged(before, one, other, (), conflicts)
    text = _by_lines(base, ours, theirs)
    if text is None or not _is_mapping(text, file):
        text = ours
    text = _brought_to(text, meant, theirs, file)
    text = _with_comments(text, base, theirs)
    if not conflicts:
        return Merged(text, [])
    contrary = text
    for conflict in conflicts:
        contrary = _set(contrary, conflict.path.split("."), conflict.theirs, theirs, file)
    return Merged(with_conflicts(text, contrary), conflicts)


def _tree(text: str, file: str) -> Node:
    root, faults = read_nodes(text, Places(file, text))
    if root is None or root.kind != "map" or faults:
        raise SceneError("not a scene", faults)
    return root


def _is_mapping(text: str, file: str) -> bool:
    root, faults = read_nodes(text, Places(file, text))
    return root is not None and root.kind == "map" and not faults


# --- values -----------------------------------------------------------------------------------------------


def _merged(base: Any, ours: Any, theirs: Any, path: Keys, conflicts: list[Conflict]) -> Any:
    if _same(ours, theirs) or _same(base, theirs):
        return ours
    if _same(base, ours):
        return theirs
    one, other = _mapping(ours), _mapping(theirs)
    if one is not None and other is not None:
        before = _mapping(base) or {}
        result = {}
        for key in [*one, *(key for key in other if key not in one)]:
            was, mine, yours = (part.get(key, GONE) for part in (before, one, other))
            value = _merged(was, mine, yours, (*path, key), conflicts)
            if value is not GONE:
                result[key] = value
        return result
    lists = (base, ours, theirs)
    if all(isinstance(part, list) and len(part) == len(base) for part in lists) and any(
        isinstance(item, dict) for part in lists for item in part
    ):
        rows = zip(base, ours, theirs, strict=True)
        return [
            _merged(was, mine, yours, (*path, str(n)), conflicts) for n, (was, mine, yours) in enumerate(rows)
        ]
    conflicts.append(Conflict(".".join(path), base, ours, theirs))
    return ours


def _same(one: Any, other: Any) -> bool:
    """Whether two values say the same; a blank mapping and an empty one do."""
    if one is GONE or other is GONE:
        return one is other
    return bool(_plain(one) == _plain(other))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return {} if value is None else (type(value) is bool, value)


def _mapping(value: Any) -> dict[str, Any] | None:
    return {} if value is None else value if isinstance(value, dict) else None


# --- lines ------------------------------------------------------------------------------------------------


def _by_lines(base: str, ours: str, theirs: str) -> str | None:
    """Take lines that one side changed from it; where both did, those of `ours`."""
    before, one, other = (lines_of(text) for text in (base, ours, theirs))
    result: list[str] = []
    at = 0
    mine, yours = (_hunks(before, lines) for lines in (one, other))
    while mine or yours:
        begin = min(hunk[0] for hunk in (*mine[:1], *yours[:1]))
        end = begin
        taken: dict[str, list[tuple[int, int, list[str]]]] = {"mine": [], "yours": []}
        grown = True
        while grown:  # hunks that touch belong together
            grown = False
            for name, hunks in (("mine", mine), ("yours", yours)):
                while hunks and hunks[0][0] <= end:
                    hunk = hunks.pop(0)
                    taken[name].append(hunk)
                    end, grown = max(end, hunk[1]), True
        result += before[at:begin]
        sides = [_replayed(before, begin, end, taken[name]) for name in ("mine", "yours")]
        result += sides[0] if taken["mine"] else sides[1]
        at = end
    return "".join([*result, *before[at:]])


def _hunks(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int, list[str]]]:
    matched = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return [(a, b, list(after[c:d])) for what, a, b, c, d in matched if what != "equal"]


def _replayed(
    before: Sequence[str], begin: int, end: int, hunks: Sequence[tuple[int, int, list[str]]]
) -> list[str]:
    lines, at = [], begin
    for first, last, new in hunks:
        lines += [*before[at:first], *new]
        at = last
    return [*lines, *before[at:end]]


# --- fields -----------------------------------------------------------------------------------------------


def _brought_to(text: str, meant: Any, theirs: str, file: str) -> str:
    """Change the fields of a text that do not say what is meant, one after the other."""
    for keys, value in list(_differences(_tree(text, file).data(), meant, ())):
        text = _set(text, list(keys), value, theirs, file)
    if not _same(_tree(text, file).data(), meant):
        raise SceneError(f"{file}: cannot be merged by its fields")
    return text


def _differences(now: Any, meant: Any, path: Keys) -> Iterator[tuple[Keys, Any]]:
    if _same(now, meant):
        return
    one, other = _mapping(now), _mapping(meant)
    if path and (now is GONE or meant is GONE):
        yield path, meant
    elif one is not None and other is not None and (one or not other):
        for key in one:
            if key not in other:
                yield (*path, key), GONE
        for key in other:
            yield from _differences(one.get(key, GONE), other[key], (*path, key))
    elif (
        isinstance(now, list)
        and isinstance(meant, list)
        and len(now) == len(meant)
        and isinstance(now[0], dict)
    ):
        for index, pair in enumerate(zip(now, meant, strict=True)):
            yield from _differences(*pair, (*path, str(index)))
    else:
        yield path, meant


def _set(text: str, keys: list[str], value: Any, theirs: str, file: str) -> str:
    if value is GONE:
        return text if _at(_tree(text, file), keys) is None else without(text, keys, file=file)
    if isinstance(value, dict) and _at(_tree(text, file), keys) is None:
        grafted = _grafted(text, keys, theirs, file)
        if grafted is not None:
            return grafted
    return with_value(text, keys, value, file=file)


def _at(root: Node, keys: Sequence[str]) -> Node | None:
    node: Node | None = root
    for key in keys:
        node = None if node is None else node.get(key)
    return node


def _grafted(text: str, keys: list[str], theirs: str, file: str) -> str | None:
    """Insert a whole thing with its lines and comments; None if impossible."""
    here, there = _tree(text, file), _tree(theirs, file)
    parent, other = _at(here, keys[:-1]), _at(there, keys[:-1])
    if parent is None or other is None or not parent.entries or parent.flow or other.flow:
        return None
    name = other.key(keys[-1])
    if name is None or _column(text, parent.entries[0][0].start) != _column(theirs, name.start):
        return None
    starts, lines = _line_starts(theirs), lines_of(theirs)
    first = _line(starts, name.start)
    last = _line(starts, max(name.end, other.named[keys[-1]][1].last - 1))
    indent = " " * _column(theirs, name.start)
    while first and lines[first - 1].startswith(f"{indent}#"):
        first -= 1
    piece = "".join(lines[first : last + 1])
    newline = "\r\n" if "\r\n" in text else "\n"
    piece = re.sub(r"\r\n|\r|\n", newline, piece if piece.endswith(("\n", "\r")) else f"{piece}\n")
    before = sibling_before(parent, keys[:-1], keys[-1])
    if before is None:
        return None
    end = next(max(key.end, node.last) for key, node in parent.entries if node is before)
    own = _line_starts(text)
    line = _line(own, end - 1 if end else 0) + 1
    at = own[line] if line < len(own) else len(text)
    head = text[:at] if text[:at].endswith(("\n", "\r")) else text[:at] + newline
    result = head + piece + text[at:]
    return result if _is_mapping(result, file) and _same_at(result, theirs, keys, file) else None


def _same_at(text: str, theirs: str, keys: Sequence[str], file: str) -> bool:
    one, other = _at(_tree(text, file), keys), _at(_tree(theirs, file), keys)
    return one is not None and other is not None and _same(one.data(), other.data())


def _line_starts(text: str) -> list[int]:
    starts = [0]
    for line in lines_of(text):
        starts.append(starts[-1] + len(line))
    return starts[:-1] if len(starts) > 1 else starts


def _line(starts: Sequence[int], at: int) -> int:
    from bisect import bisect_right

    return bisect_right(starts, at) - 1


def _column(text: str, at: int) -> int:
    return at - (max(text.rfind("\n", 0, at), text.rfind("\r", 0, at)) + 1)


# --- comments ---------------------------------------------------------------------------------------------


def _with_comments(text: str, base: str, theirs: str) -> str:
    """Add their new comments that the merge by fields has left behind."""
    old, new, now = comments_of(base), comments_of(theirs), comments_of(text)
    standing = {line for lines in (*now.before.values(), *now.inside.values(), now.end) for line in lines}
    for path, words in new.after.items():
        if words != old.after.get(path) and now.after.get(path) != words:
            mine = now.after.get(path, "")
            both = words if mine in {"", old.after.get(path)} else f"{mine}; {words}"
            text = _behind(text, path, both)
    for path, lines in (*new.before.items(), *new.inside.items()):
        known = {*old.before.get(path, []), *old.inside.get(path, []), *standing, ""}
        for line in lines:
            if line not in known:
                text = _above(text, path, line)
    left = [line for line in new.end if line and line not in {*old.end, *standing}]
    if left:
        text = (text if text.endswith(("\n", "\r")) else f"{text}\n") + "".join(
            f"# {line}\n" for line in left
        )
    return text


def _behind(text: str, path: Keys, words: str) -> str:
    """Put a comment at the end of a value's line, replacing the one there."""
    place = _key_of(text, path)
    if place is None:
        return text
    from imgext.scene.format import comment_starts

    root, name, node = place
    at = node.last if node.kind == "scalar" or node.flow else name.end
    end = next((n for n in range(at, len(text)) if text[n] in "\r\n"), len(text))
    first = next((start for start in comment_starts(text, root) if at <= start < end), None)
    head = (text[:first] if first is not None else text[:end]).rstrip(" \t")
    return f"{head}  # {words}{text[end:]}"


def _above(text: str, path: Keys, line: str) -> str:
    place = _key_of(text, path)
    if place is None:
        return text
    _, name, _ = place
    column = _column(text, name.start)
    begin = name.start - column
    if text[begin : name.start].strip():  # inside a mapping on one line
        column = len(text[begin:]) - len(text[begin:].lstrip())
    newline = "\r\n" if "\r\n" in text else "\n"
    return f"{text[:begin]}{' ' * column}# {line}{newline}{text[begin:]}"


def _key_of(text: str, path: Keys) -> tuple[Node, Node, Node] | None:
    """The tree, and the key and value at a path that leads through mappings."""
    root, _ = read_nodes(text, Places("", text))
    parent = None if root is None else _at(root, path[:-1])
    if root is None or parent is None or parent.kind != "map" or not path or parent.key(path[-1]) is None:
        return None
    return root, *parent.named[path[-1]]
