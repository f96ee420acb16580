"""Changes one value of a scene file and nothing else.

The span of the value is replaced in the text, or one line is inserted; the result is read again and compared with what was
meant, so that an edit either does exactly one thing or fails. Comments, spacing, quotes, CRLF and a byte order mark stay.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from imgext.errors import SceneError
from imgext.scene.decision import significant
from imgext.scene.document import parse
from imgext.scene.faults import shown
from imgext.scene.model import Cut, Object, Scene, Track
from imgext.scene.nodes import Node, Places, read_nodes
from imgext.scene.writer import flow_text, scalar_text

if TYPE_CHECKING:
    from imgext.scene.document import Document

_ORDER: dict[tuple[str, int], Any] = {("objects", 2): Object, ("tracks", 2): Track, ("tracks", 4): Cut}


def set_value(text: str, path: str, value: Any, *, file: str = "scene.yaml", allow_outside: bool = True) -> str:
    """The text with `value` at a dotted path.

    Parameters
    ----------
    text : str
        A valid scene, exactly as on disk.
    path : str
        Such as ``tracks.gull.start`` or ``objects.gull.box.0``. A key that is not there is inserted in one line.
    value : scalar, list or dict
        Written on one line.

    Raises
    ------
    SceneError
        When the new scene would be invalid, or the path leads through something that is not a mapping.
    """
    document = parse(text, file, allow_outside=allow_outside)
    value = _rounded(value)
    keys = path.split(".")
    node: Node = document.root
    for depth, key in enumerate(keys):
        below = node.get(key)
        if below is None or (below.kind == "scalar" and below.value is None and depth < len(keys) - 1):
            changed = _inserted(text, document, node, keys, depth, value)
            break
        node = below
    else:
        changed = text[: node.start] + _separated(text, node) + _spelled(text, node, value) + text[node.last :]
    _verify(changed, document, keys, value, file, allow_outside=allow_outside)
    return changed


def _rounded(value: Any) -> Any:
    """Floats with the six significant digits that a file shows."""
    if isinstance(value, float):
        return significant(value)
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return {key: _rounded(item) for key, item in value.items()} if isinstance(value, dict) else value


def _separated(text: str, node: Node) -> str:
    # `key:` with nothing behind it is a blank whose span is empty and touches the colon
    return " " if node.start == node.last and node.start and text[node.start - 1] in ":-" else ""


def _spelled(text: str, node: Node, value: Any) -> str:
    """The new value in the old one's manner: quotes stay, and a number keeps a decimal point it had."""
    if isinstance(value, str) and node.style in {"'", '"'} and value.isprintable():
        return "'" + value.replace("'", "''") + "'" if node.style == "'" else '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    in_flow = _inside_flow(text, node)
    return flow_text(value) if isinstance(value, list | dict) else scalar_text(value, flow=in_flow)


def _inside_flow(text: str, node: Node) -> bool:
    root, _ = read_nodes(text, Places("", text))
    assert root is not None
    return any(other.flow and other.start < node.start < other.last for _, _, other in root.walk())


def _inserted(text: str, document: Document, parent: Node, keys: list[str], depth: int, value: Any) -> str:
    if parent.kind == "list":
        raise SceneError(f"{document.file}: {'.'.join(keys)}: the list has {len(parent.items)} entries")
    if parent.kind == "scalar" and parent.value is not None:
        raise SceneError(f"{document.file}: {'.'.join(keys[:depth])}: is {shown(parent.value)}, not a mapping")
    for key in reversed(keys[depth + 1 :]):
        value = {key: value}
    key = keys[depth]
    if parent.kind == "scalar" or (parent.kind == "map" and not parent.entries):  # a blank, or {}
        lead = _separated(text, parent)
        return text[: parent.start] + lead + flow_text({key: value}) + text[parent.last :]
    entry = parent.key(key)
    if entry is not None:  # the key stands there with a blank value, to be filled with a mapping
        blank = parent.get(key)
        assert blank is not None
        return text[: blank.start] + _separated(text, blank) + flow_text(value) + text[blank.last :]
    before = _sibling_before(parent, keys[:depth], key)
    if parent.flow:
        piece = f"{scalar_text(key, flow=True)}: {flow_text(value)}"
        if before is None:
            first = parent.entries[0][0].start
            return f"{text[:first]}{piece}, {text[first:]}"
        return f"{text[: before.last]}, {piece}{text[before.last :]}"
    indent = " " * _column(text, parent.entries[0][0].start)
    line = f"{indent}{scalar_text(key)}: {flow_text(value) if isinstance(value, dict | list) else scalar_text(value)}"
    newline = "\r\n" if "\r\n" in text else "\n"
    if before is None:
        at = parent.entries[0][0].start - len(indent)
        return text[:at] + line + newline + text[at:]
    at = _line_end(text, before.last)
    if at == len(text) and not text.endswith(("\n", "\r")):
        return text + newline + line
    return text[:at] + line + newline + text[at:]


def _sibling_before(parent: Node, path: list[str], key: str) -> Node | None:
    """The value after which a new key belongs, by the order of the format; None for the very first place."""
    model = Scene if not path else _ORDER.get((path[0], len(path)))
    if model is None:
        return parent.entries[-1][1]
    order = [field.alias or name for name, field in model.model_fields.items()]
    if key not in order:
        return parent.entries[-1][1]
    earlier = [node for name, node in parent.entries if name.value in order and order.index(name.value) < order.index(key)]
    return earlier[-1] if earlier else None


def _column(text: str, index: int) -> int:
    start = max(text.rfind("\n", 0, index), text.rfind("\r", 0, index)) + 1
    return index - start - (1 if text.startswith("\ufeff") and start == 0 else 0)


def _line_end(text: str, index: int) -> int:
    """Just behind the line break that ends the line of `index`."""
    if index and text[index - 1] in "\n\r":  # a block scalar already ends behind its last line
        return index
    ends = [end for end in (text.find("\n", index), text.find("\r", index)) if end >= 0]
    if not ends:
        return len(text)
    end = min(ends)
    return end + 2 if text[end : end + 2] == "\r\n" else end + 1


def _verify(changed: str, before: Document, keys: list[str], value: Any, file: str, *, allow_outside: bool) -> None:
    meant = copy.deepcopy(before.root.data())
    node = meant
    for key in keys[:-1]:
        if isinstance(node, list):
            node = node[int(key)]
        else:
            if node.get(key) is None:
                node[key] = {}
            node = node[key]
    if isinstance(node, list):
        node[int(keys[-1])] = value
    else:
        node[keys[-1]] = value
    after = parse(changed, file, allow_outside=allow_outside)
    if after.root.data() != meant:
        raise SceneError(f"{file}: {'.'.join(keys)}: cannot be changed in place; the line is written in a way an edit could break")
