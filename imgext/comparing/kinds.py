"""Tells what a YAML file is: scene, resolved scene, lock, or something else."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["scene", "resolved", "lock", "other"]

_FIRST_KEY = re.compile(
    r"\ufeff?(?:[ \t]*(?:#[^\n]*)?\r?\n|---[^\n]*\n)*schema[ \t]*:[ \t]*[\"']?imgext\.(scene|lock)/"
)
_ANSWERED = re.compile(r"^# Written by imgext: every blank is answered here", re.MULTILINE)


def kind_of(text: str) -> Kind:
    r"""Tell what a text is, by its first key.

    >>> kind_of("# mine\nschema: imgext.scene/1\n"), kind_of("schema: imgext.lock/1\n"), kind_of("a: 1\n")
    ('scene', 'lock', 'other')
    """
    found = _FIRST_KEY.match(text)
    if found is None:
        return "other"
    if found[1] == "lock":
        return "lock"
    return "resolved" if _ANSWERED.search(text, 0, found.end()) else "scene"
