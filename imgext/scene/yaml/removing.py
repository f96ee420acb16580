"""Takes one key out of a text of YAML and leaves everything else as it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imgext.errors import SceneError
from imgext.scene.yaml.nodes import Places, read_nodes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.scene.yaml.nodes import Node


def mapping_of(text: str, file: str = "scene.yaml") -> Node:
    """Return the tree of a text that is a mapping; raises SceneError otherwise."""
    root, faults = read_nodes(text, Places(file, text))
    if root is None or root.kind != "map" or faults:
        raise SceneError("not a mapping", faults)
    return root


def without(text: str, keys: Sequence[str], *, file: str = "scene.yaml") -> str:
    r"""The text without a key and its value; comments on lines of their own stay.

    Raises
    ------
    SceneError
        There is no such key, or the text is no mapping.

    Examples
    --------
    >>> without("tracks:\n  gull:\n    start: 1  # soon\n    gain: 2\n", ["tracks", "gull", "start"])
    'tracks:\n  gull:\n    gain: 2\n'
    """
    root = mapping_of(text, file)
    parent, above = root, root
    for key in keys[:-1]:
        above, parent = parent, parent.get(key) or root
    name = parent.key(keys[-1])
    if parent.kind != "map" or name is None:
        raise SceneError(f"{file}: there is no {'.'.join(keys)}")
    node = parent.named[keys[-1]][1]
    end = max(name.end, node.last)
    if node.style in {"|", ">"}:
        end = node.start + len(text[node.start : end].rstrip())
    if parent.flow:
        index = next(n for n, (key, _) in enumerate(parent.entries) if key is name)
        if index + 1 < len(parent.entries):
            return text[: name.start] + text[parent.entries[index + 1][0].start :]
        before = parent.entries[index - 1] if index else None
        first = max(before[0].end, before[1].last) if before else name.start
        return text[:first] + text[end:]
    begin = max(text.rfind("\n", 0, name.start), text.rfind("\r", 0, name.start)) + 1
    line = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)?").match(text, end)
    rest = text[:begin] + text[end if line is None else line.end() :]
    if len(parent.entries) > 1 or parent is root:
        return rest
    of_parent = above.key(keys[-2])
    assert of_parent is not None
    colon = text.index(":", of_parent.end) + 1
    return rest[:colon] + " {}" + rest[colon:]
