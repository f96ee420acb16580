"""YAML text to a tree that knows where everything stands.

ruamel.yaml's parser gives events with positions; the tree, the scalars and the limits are ours. Reading is
strict and safe: one document, no tags, no anchors or aliases, at most 1 MiB, 32 levels and 200 000 nodes.
Plain scalars follow the YAML 1.2 core schema (https://yaml.org/spec/1.2.2/, 10.3.2): ``no``, ``12:30`` and
``2026-11-22`` are text.
"""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from imgext.errors import Fault, Place, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_NODES = 200_000

#: From the end of a key to behind its colon, over white space and comments.
_TO_COLON = re.compile(r"(?>\s|#[^\r\n]*+)*+:")
#: Line breaks in YAML 1.1, ordinary characters in YAML 1.2.
_ODD_BREAK = re.compile("[\x85\u2028\u2029]")
_INT = re.compile(r"[-+]?[0-9]+\Z")
_BASED = re.compile(r"0o[0-7]+\Z|0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_SPECIAL = {
    **dict.fromkeys(["", "~", "null", "Null", "NULL"]),
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], float("nan")),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], float("inf")),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], float("-inf")),
}


def core_scalar(text: str) -> Any:
    """The value of a plain scalar under the YAML 1.2 core schema.

    >>> core_scalar("0x1F"), core_scalar("1_000"), core_scalar("no"), core_scalar("-3e2")
    (31, '1_000', 'no', -300.0)
    """
    if text in _SPECIAL:
        return _SPECIAL[text]
    if _INT.match(text):
        return (
            int(text) if len(text) <= 300 else float(text)
        )  # a number of thousands of digits is out of every range
    if _BASED.match(text):
        return int(text, 0) if len(text) <= 300 else float("inf")
    return float(text) if _FLOAT.match(text) else text


@dataclass(slots=True)
class Node:
    """One value of the document and its span of text, [start, end) in characters.

    For a block mapping or list the span ends where the parser noticed the end, which may be lines later; use
    `last`.
    """

    kind: Literal["map", "list", "scalar"]
    start: int
    end: int = -1
    value: Any = None
    style: str = ""
    flow: bool = False
    entries: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)
    named: dict[Any, tuple[Node, Node]] = field(
        default_factory=dict
    )  # the entries by key, so that a long mapping stays quick

    def data(self) -> Any:
        """Return plain Python data; of a repeated key the last value counts."""
        if self.kind == "map":
            return {key.value: node.data() for key, node in self.entries}
        if self.kind == "list":
            return [node.data() for node in self.items]
        return self.value

    def get(self, key: str | int) -> Node | None:
        """The value under a key or index, None where there is none."""
        if self.kind == "map":
            return self.named[key][1] if key in self.named else None
        if (
            self.kind == "list"
            and isinstance(key, int | str)
            and str(key).isdigit()
            and int(key) < len(self.items)
        ):
            return self.items[int(key)]
        return None

    def key(self, name: str) -> Node | None:
        """The node of a key itself."""
        return self.named[name][0] if name in self.named else None

    @property
    def last(self) -> int:
        """Where the last character of its content stands."""
        if self.flow or self.kind == "scalar":
            return self.end
        if self.kind == "map":
            return max((max(key.end, node.last) for key, node in self.entries), default=self.end)
        return max((node.last for node in self.items), default=self.end)

    def walk(self, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Node | None, Node]]:
        """Every value below with its path and key node, in document order."""
        if self.kind == "map":
            for key, node in self.entries:
                yield (*path, str(key.value)), key, node
                yield from node.walk((*path, str(key.value)))
        for index, node in enumerate(self.items):
            yield (*path, str(index)), None, node
            yield from node.walk((*path, str(index)))


class Places:
    """Turns offsets into lines and columns from 1; a byte order mark has no column."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self._bom = text.startswith("\ufeff")
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n|\n|\r", text))]

    def line_column(self, index: int) -> tuple[int, int]:
        """Line and column of an offset."""
        line = bisect.bisect_right(self._starts, index) - 1
        column = index - self._starts[line] + 1 - (1 if self._bom and line == 0 else 0)
        return line + 1, max(column, 1)

    def fault(self, index: int, path: str, message: str, code: str, hint: str = "") -> Fault:
        """A fault at an offset."""
        return Fault(Place(self.file, *self.line_column(index), path), code, message, hint)


#: Marks between which git leaves two versions of a text for you to choose from.
_CONFLICT = re.compile(r"^<{7} .*(?:\r\n|\n|\r)(?s:.*?)^={7}\s*?$", re.MULTILINE)
#: A number with a decimal comma; between brackets or braces YAML takes the comma for the end of an entry.
_BEFORE_COMMA, _BEHIND_COMMA = re.compile(r"[-+]?[0-9]+\Z"), re.compile(r"[0-9]+\Z")
#: An escape of a character that there is not.
_BEYOND_UNICODE = re.compile(r"\\U(?!00(?:0[0-9A-Fa-f]|10))[0-9A-Fa-f]{8}")


class _Stop(Exception):  # noqa: N818  # not an error
    """Ends the reading after a fault that leaves the rest without meaning."""


def read_nodes(text: str, places: Places) -> tuple[Node | None, list[Fault]]:
    """Parse `text`; None and at least one fault where there is no tree to speak of."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    faults: list[Fault] = []
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return None, [places.fault(0, "", f"the file is larger than {MAX_BYTES} bytes", "too_big")]
    if odd := _ODD_BREAK.search(text):
        character = f"U+{ord(odd[0]):04X}"
        return None, [
            places.fault(
                odd.start(),
                "",
                f"the line break {character} is read in two ways; leave it out or write it as an escape",
                "syntax",
            )
        ]
    builder = _Builder(text, places, faults)
    yaml = YAML(typ="safe", pure=True)
    try:
        for event in yaml.parse(text):
            builder.take(event)
    except _Stop:
        return None, faults
    except MarkedYAMLError as error:
        if conflicts := [match.start() for match in _CONFLICT.finditer(text)]:
            why, hint = (
                "a merge of git was left unresolved here",
                "choose what stays between <<<<<<< and >>>>>>>",
            )
            return None, [*faults, *(places.fault(at, "", why, "syntax", hint) for at in conflicts)]
        mark = error.problem_mark or error.context_mark
        message = " ".join(str(error.problem or error.context or "not YAML").split())
        if mark and text[mark.index : mark.index + 1] == "\t":
            message = "a tab stands where only spaces may"
        return None, [*faults, places.fault(mark.index if mark else 0, "", message[:160], "syntax")]
    except ReaderError as error:
        return None, [
            *faults,
            places.fault(
                error.position,
                "",
                f"the character {shown(chr(error.character))} is not allowed in YAML",
                "syntax",
            ),
        ]
    except (YAMLError, RecursionError, ValueError, OverflowError) as error:
        beyond = _BEYOND_UNICODE.search(text)
        if beyond is not None and isinstance(error, ValueError | OverflowError):
            message = f"the escape {beyond[0]} is beyond Unicode"
            return None, [*faults, places.fault(beyond.start(), "", message, "syntax")]
        return None, [*faults, places.fault(0, "", f"not YAML: {shown(str(error))}", "syntax")]
    return builder.root, faults


class _Builder:
    """Builds the tree from events, without recursion, and holds the limits."""

    def __init__(self, text: str, places: Places, faults: list[Fault]) -> None:
        self.text, self.places, self.faults = text, places, faults
        self.root: Node | None = None
        self.stack: list[tuple[Node, list[Node]]] = []  # an open mapping keeps its waiting key in the list
        self.nodes = 0
        self.documents = 0

    def take(self, event: Any) -> None:
        from ruamel.yaml import events

        if isinstance(event, events.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self.stop(
                    event.start_mark.index, "a scene is one document; a second one begins here", "documents"
                )
        elif isinstance(event, events.AliasEvent):
            self.stop(
                event.start_mark.index, "aliases are not allowed in a scene; write the value out", "alias"
            )
        elif isinstance(event, events.MappingEndEvent | events.SequenceEndEvent):
            node, _ = self.stack.pop()
            node.end = event.end_mark.index
        elif isinstance(event, events.NodeEvent):
            self.open(event, events)

    def open(self, event: Any, events: Any) -> None:
        start = event.start_mark.index
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self.stop(start, f"more than {MAX_NODES} nodes", "too_big")
        if event.anchor is not None:
            self.stop(start, "anchors are not allowed in a scene", "alias")
        if isinstance(event, events.ScalarEvent):
            tag = event.tag
            plain = not event.style
            node = Node(
                "scalar",
                start,
                event.end_mark.index,
                core_scalar(event.value) if plain else event.value,
                event.style or "",
            )
        else:
            tag = event.tag
            kind: Literal["map", "list"] = "map" if isinstance(event, events.MappingStartEvent) else "list"
            node = Node(kind, start, event.end_mark.index, flow=bool(event.flow_style))
        if tag is not None:
            self.stop(start, f"tags are not allowed in a scene: {shown(str(tag), 40)}", "tag")
        self.attach(node, event)
        if node.kind != "scalar":
            self.stack.append((node, []))
            if len(self.stack) > MAX_DEPTH:
                self.stop(start, f"nested deeper than {MAX_DEPTH} levels", "too_big")

    def attach(self, node: Node, event: Any) -> None:
        if not self.stack:
            self.root = node
            return
        parent, waiting = self.stack[-1]
        if parent.kind == "list":
            parent.items.append(node)
        elif not waiting:
            if node.kind != "scalar":
                self.stop(node.start, "a key must be text", "wrong_type")
            if self.decimal_comma(parent, node, event):
                waiting.append(node)
                return
            if not isinstance(
                node.value, str
            ):  # its text stands in for it, so that the rest is checked in the same run
                value, node.value = node.value, event.value
                self.faults.append(
                    self.places.fault(
                        node.start,
                        self.path(node),
                        f"a key must be text, not {shown(value)}; quote it",
                        "wrong_type",
                    )
                )
            if parent.key(node.value) is not None:
                message = f"the key {shown(node.value)} stands twice in this mapping"
                self.faults.append(self.places.fault(node.start, self.path(node), message, "duplicate_key"))
            waiting.append(node)
        else:
            key = waiting.pop()
            if key.style == ",":
                return
            if (
                node.kind == "scalar" and node.start == node.end
            ):  # the parser may place a blank at the next key
                colon = _TO_COLON.match(self.text, key.end)
                node.start = node.end = key.end if colon is None else colon.end()
            parent.entries.append((key, node))
            parent.named[key.value] = (key, node)

    def decimal_comma(self, parent: Node, key: Node, event: Any) -> bool:
        """Say whether a key is the end of a number, as in ``{pan: 0,5}``.

        The value before it becomes that number.
        """
        value = parent.entries[-1][1] if parent.flow and parent.entries else None
        if value is None or value.kind != "scalar" or self.text[value.end : key.start] != ",":
            return False
        before, behind = self.text[value.start : value.end], self.text[key.start : key.end]
        if event.style or not (_BEFORE_COMMA.match(before) and _BEHIND_COMMA.match(behind)):
            return False
        path = self.path(Node("scalar", 0, value=parent.entries[-1][0].value))
        self.faults.append(self.places.fault(value.start, path, *decimal_point(f"{before},{behind}")))
        value.value, value.end, key.style = float(f"{before}.{behind}"), key.end, ","
        return True

    def path(self, key: Node) -> str:
        """The dotted path of a key of the innermost open mapping."""
        parents = (
            node.entries[-1][0].value if node.kind == "map" else len(node.items) - 1
            for node, _ in self.stack[:-1]
        )
        return path_text([*parents, key.value])

    def stop(self, index: int, message: str, code: str) -> None:
        self.faults.append(self.places.fault(index, "", message, code))
        raise _Stop


def decimal_point(text: str) -> tuple[str, str, str]:
    """Say what is wrong with a number written with a comma: message, code, hint.

    >>> decimal_point("0,5")
    ("is '0,5'; wanted: a number", 'wrong_type', 'write 0.5, with a decimal point')
    """
    hint = f"write {text.strip().replace(',', '.')}, with a decimal point"
    return f"is {shown(text)}; wanted: a number", "wrong_type", hint


def path_text(parts: Iterable[Any]) -> str:
    r"""Write a dotted path for a message; shorten and escape impossible parts.

    >>> path_text(["tracks", "gull", "eq", 0]), path_text(["a\nb"])
    ('tracks.gull.eq.0', "'a\\nb'")
    """
    texts = [str(part) for part in parts]
    return ".".join(
        text if len(text) <= 64 and text.isprintable() and text else shown(text, 24) for text in texts
    )


def nearest(root: Node, path: tuple[str, ...]) -> tuple[Node, tuple[str, ...]]:
    """Find the deepest node on a path, and the part of the path that exists.

    Parts that name no node, such as the tags of a union, are skipped.
    """
    node = root
    reached: tuple[str, ...] = ()
    for part in path:
        below = node.get(part)
        if below is not None:
            node, reached = below, (*reached, part)
    return node, reached


def place_of(text: str, path: str) -> tuple[int, int]:
    """Find line and column of a dotted path, or of the nearest thing above it."""
    root, places = _tree(text)
    return (1, 1) if root is None else places.line_column(nearest(root, tuple(path.split(".")))[0].start)


@lru_cache(maxsize=4)
def _tree(text: str) -> tuple[Node | None, Places]:
    places = Places("", text)
    return read_nodes(text, places)[0], places
