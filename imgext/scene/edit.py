"""Changes values of a scene file and nothing else.

The span of the value is replaced in the text, or one line is inserted; the result is read again and compared
with what was meant, so that an edit either does exactly one thing or fails. Comments, spacing, quotes, CRLF
and a byte order mark stay.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imgext.errors import SceneError, shown
from imgext.scene.decision import significant
from imgext.scene.document import Document, parse
from imgext.scene.format import comment_starts
from imgext.scene.model import BLANK, Scene
from imgext.scene.shape import keys as keys_of
from imgext.scene.shape import part_at
from imgext.scene.yaml.removing import mapping_of
from imgext.scene.yaml.spelling import flow_text, scalar_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgext.scene.yaml.nodes import Node


def set_value(
    text: str, path: str, value: Any, *, file: str = "scene.yaml", allow_outside: bool = True
) -> str:
    """Return the text with `value` at a dotted path.

    Parameters
    ----------
    text : str
        A valid scene, exactly as on disk.
    path : str
        Such as ``tracks.gull.start`` or ``objects.gull.box.0``. A missing key is inserted as one line.
    value : scalar, list or dict
        Written on one line.

    Raises
    ------
    SceneError
        The new scene would be invalid, the path leads through something that is not a mapping, or a comment
        stands inside the value to be replaced.
    """
    return set_values(text, {path: value}, file=file, allow_outside=allow_outside)


def set_values(
    text: str, values: Mapping[str, Any], *, file: str = "scene.yaml", allow_outside: bool = True
) -> str:
    """The text with several values, the same as one `set_value` after the other.

    The text is read a few times, however many values there are.
    """
    pending = [(path.split("."), value) for path, value in values.items()]
    pending = [(keys, _rounded(value, _name(keys))) for keys, value in pending]
    while pending:
        document = parse(text, file, allow_outside=allow_outside)
        edits, later = _together([_Edit.of(text, document, keys, value) for keys, value in pending])
        changed = text
        for edit in reversed(edits):
            changed = changed[: edit.start] + edit.new + changed[edit.end :]
        try:
            _verify(changed, document, edits, file, allow_outside=allow_outside)
        except SceneError:
            if len(edits) == 1:
                raise
            changed = text
            for keys, value in pending:
                changed = set_value(changed, ".".join(keys), value, file=file, allow_outside=allow_outside)
            return changed
        text, pending = changed, [(edit.keys, edit.value) for edit in later]
    return text


def with_value(text: str, keys: list[str], value: Any, *, file: str = "scene.yaml") -> str:
    """Do what `set_value` does, for a text that need not be valid and any value."""
    document = Document(file, text, mapping_of(text, file), BLANK)
    edit = _Edit.of(text, document, keys, value)
    changed = text[: edit.start] + edit.new + text[edit.end :]
    _agree(mapping_of(changed, file), document, [edit], file)
    return changed


@dataclass(frozen=True, slots=True)
class _Edit:
    """One value, and how it gets into the text: `new` takes the place of [start, end).

    `depth` is how many of the keys are there already, `order` where the next one belongs among its siblings.
    """

    keys: list[str]
    value: Any
    start: int
    end: int
    new: str
    depth: int
    order: int

    @classmethod
    def of(cls, text: str, document: Document, keys: list[str], value: Any) -> _Edit:
        """How a value gets into a text."""
        node: Node = document.root
        for depth, key in enumerate(keys):
            below = node.get(key)
            if below is None or (below.kind == "scalar" and below.value is None and depth < len(keys) - 1):
                part = part_at(Scene, keys[:depth])
                order = [] if part is None else keys_of(part)
                at = order.index(key) if key in order else len(order)
                return cls(keys, value, *_inserted(text, document, node, keys, depth, value), depth, at)
            node = below
        return cls(keys, value, *_replaced(text, document, node, keys, value), len(keys), 0)


def _together(edits: list[_Edit]) -> tuple[list[_Edit], list[_Edit]]:
    """Split edits into those to make at once, in order, and those that come later."""
    made: set[tuple[str, ...]] = set()
    first: list[_Edit] = []
    later: list[_Edit] = []
    for edit in edits:
        new = tuple(edit.keys[: edit.depth + 1])
        (later if new in made else first).append(edit)
        made.add(new)
    chosen: list[_Edit] = []
    for edit in sorted(first, key=lambda edit: (edit.start, -edit.depth, edit.order)):
        before = chosen[-1] if chosen else None
        # nothing is put into what another edit replaces, nor next to that
        apart = (
            before is None
            or (before.end < edit.start)
            or (before.start == before.end and edit.start == edit.end)
        )
        (chosen if apart else later).append(edit)
    later_keys = {id(edit) for edit in later}
    return chosen, [edit for edit in edits if id(edit) in later_keys]


def _name(keys: list[str]) -> str:
    return next(key for key in reversed(keys) if not key.isdigit() or key == keys[0])


def _rounded(value: Any, key: str) -> Any:
    """Round floats to the six digits a file shows, and spans to milliseconds."""
    if isinstance(value, float):
        return significant(value) if key != "spans" or abs(value) < 1000.0 else round(value, 3)
    if isinstance(value, list):
        return [_rounded(item, key) for item in value]
    return {name: _rounded(item, name) for name, item in value.items()} if isinstance(value, dict) else value


def _replaced(text: str, document: Document, node: Node, keys: list[str], value: Any) -> tuple[int, int, str]:
    end = node.last
    if node.style in {
        "|",
        ">",
    }:  # such a text ends after its last line break, and blank lines below it count as well
        end = node.start + len(text[node.start : end].rstrip())
    if any(node.start <= at < end for at in comment_starts(text, document.root)):
        raise SceneError(
            f"{document.file}: {'.'.join(keys)}: a comment stands inside this value; "
            "change its entries one by one"
        )
    new = _spelled(text, document.root, node, value)
    if node.kind != "scalar" and not node.flow and keys[:-1]:
        parent = document.root
        for key in keys[:-1]:
            parent = parent.get(key) or parent
        if parent.entries and _column(text, node.start) <= _column(text, parent.entries[0][0].start):
            # the dashes of the list stand below the first letter of its key; the new value must stand deeper
            new = f"  {new}"
    return node.start, end, _separated(text, node) + new


def _separated(text: str, node: Node) -> str:
    # a blank's span is empty and touches the colon, or the key itself if a flow mapping omits the colon
    if node.start != node.last or not node.start or text[node.start - 1].isspace():
        return ""
    return " " if text[node.start - 1] in ":-" else ": "


def _spelled(text: str, root: Node, node: Node, value: Any) -> str:
    """Write the new value like the old one: keep its quotes or decimal point."""
    if isinstance(value, str) and node.style in {"'", '"'} and value.isprintable():
        return (
            "'" + value.replace("'", "''") + "'"
            if node.style == "'"
            else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        )
    if isinstance(value, list | dict):
        return flow_text(value)
    new = scalar_text(value, flow=_inside_flow(root, node))
    pointed = (
        isinstance(value, float)
        and not node.style
        and "." in text[node.start : node.last]
        and new.lstrip("-").isdigit()
    )
    return f"{new}.0" if pointed else new


def _inside_flow(root: Node, node: Node) -> bool:
    return root.flow or any(
        other.flow and other.start < node.start < other.last for _, _, other in root.walk()
    )


def _inserted(
    text: str, document: Document, parent: Node, keys: list[str], depth: int, value: Any
) -> tuple[int, int, str]:
    if parent.kind == "list":
        raise SceneError(f"{document.file}: {'.'.join(keys)}: the list has {len(parent.items)} entries")
    if parent.kind == "scalar" and parent.value is not None:
        raise SceneError(
            f"{document.file}: {'.'.join(keys[:depth])}: is {shown(parent.value)}, not a mapping"
        )
    for key in reversed(keys[depth + 1 :]):
        value = {key: value}
    key = keys[depth]
    if parent.kind == "scalar" or (parent.kind == "map" and not parent.entries):  # a blank, or {}
        lead = _separated(text, parent)
        return parent.start, parent.last, lead + flow_text({key: value})
    entry = parent.key(key)
    if entry is not None:  # the key stands there with a blank value, to be filled with a mapping
        blank = parent.get(key)
        assert blank is not None
        return blank.start, blank.last, _separated(text, blank) + flow_text(value)
    before = sibling_before(parent, keys[:depth], key)
    if parent.flow:
        piece = f"{scalar_text(key, flow=True)}: {flow_text(value)}"
        if before is None:
            first = parent.entries[0][0].start
            return first, first, f"{piece}, "
        return before.last, before.last, f", {piece}"
    indent = " " * _column(text, parent.entries[0][0].start)
    spelt = flow_text(value) if isinstance(value, dict | list) else scalar_text(value)
    line = f"{indent}{scalar_text(key)}: {spelt}"
    newline = "\r\n" if "\r\n" in text else "\r" if "\r" in text and "\n" not in text else "\n"
    if before is None:
        at = _above_comments(text, parent.entries[0][0].start - len(indent))
        return at, at, line + newline
    at = _below_comments(text, _line_end(text, before.last), len(indent))
    if at == len(text) and not text.endswith(("\n", "\r")):
        return at, at, newline + line
    return at, at, line + newline


def sibling_before(parent: Node, path: list[str], key: str) -> Node | None:
    """Find the value after which a new key belongs; None if the key comes first."""
    part = part_at(Scene, path)
    order = [] if part is None else keys_of(part)
    if key not in order:
        return parent.entries[-1][1]
    earlier = [
        node
        for name, node in parent.entries
        if name.value in order and order.index(name.value) < order.index(key)
    ]
    return earlier[-1] if earlier else None


def _below_comments(text: str, at: int, indent: int) -> int:
    """Skip the comments below an entry that stand deeper than its key."""
    end = at
    for line in text[at:].splitlines(keepends=True):
        at += len(line)
        words = line.lstrip(" ")
        if words.startswith("#") and len(line) - len(words) > indent:
            end = at
        elif words.strip():
            break
    return end


def _above_comments(text: str, at: int) -> int:
    """In front of the comments above a key, which belong to it."""
    begin = at
    for line in reversed(text[:at].splitlines(keepends=True)):
        at -= len(line)
        words = line.strip()
        if words.startswith("#"):
            begin = at
        elif words:
            break
    return begin


def _column(text: str, index: int) -> int:
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    return index - start - (1 if text.startswith("\ufeff") and start == 0 else 0)


def _line_end(text: str, index: int) -> int:
    """Return the offset after the line break that ends the line of `index`."""
    if index and text[index - 1] in "\n\r":  # a block scalar already ends after its last line
        return index
    ends = [end for end in (text.find("\n", index), text.find("\r", index)) if end >= 0]
    if not ends:
        return len(text)
    end = min(ends)
    return end + 2 if text[end : end + 2] == "\r\n" else end + 1


def _verify(changed: str, before: Document, edits: list[_Edit], file: str, *, allow_outside: bool) -> None:
    _agree(parse(changed, file, allow_outside=allow_outside).root, before, edits, file)


def _agree(after: Node, before: Document, edits: list[_Edit], file: str) -> None:
    meant = copy.deepcopy(before.root.data())
    for edit in edits:
        keys, node = edit.keys, meant
        for key in keys[:-1]:
            if isinstance(node, list):
                node = node[int(key)]
            else:
                if node.get(key) is None:
                    node[key] = {}
                node = node[key]
        if isinstance(node, list):
            node[int(keys[-1])] = edit.value
        else:
            node[keys[-1]] = edit.value
    if after.data() != meant:
        raise SceneError(
            f"{file}: {'.'.join(edits[0].keys)}: cannot be changed in place; "
            "the line is written in a way that an edit could break"
        )
