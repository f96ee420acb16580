"""A fault is one thing wrong at one place of a file; it prints as ``file:line:col: path: message [code]``.

Codes are stable and few, so that programs can rely on them:

=================== ==================================================================================
``syntax``          not YAML, or a character that YAML does not allow
``encoding``        not UTF-8
``too_big``         over 1 MiB, 32 levels or 200 000 nodes
``alias``           an anchor or alias; ``tag``: a tag; ``documents``: more than one document
``duplicate_key``   a key that stands twice in one mapping
``not_a_scene``     the document is empty or is not a mapping
``unknown_version`` `schema` is missing or names a version that this imgext does not read
``unknown_key``     a key that the format does not have
``missing``         a key that must be there
``wrong_type``      a text where a number belongs, and the like
``out_of_range``    a number or length outside what is allowed
``not_one_of``      a word outside a fixed list
``bad_id``          an id that is not ``[a-z][a-z0-9_-]*``
``bad_form``        any other value of the wrong form
``bad_path``        a path that is absolute, leaves the scene's folder, or is a url
``unknown_reference`` the name of an object, track or built-in sound that does not exist
``nothing_to_play`` a track without sound and object, or a scene without either
``not_found``       a file that is named is not there
``unreadable``      a sound or picture that cannot be decoded, or has no frames
``odd``             no fault: a value that is allowed and hardly meant; `check` warns of it
=================== ==================================================================================
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong at one place; lines and columns count from 1, in characters."""

    file: str
    line: int
    column: int
    path: str
    message: str
    code: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: "
        return f"{place}{self.path}: {self.message} [{self.code}]" if self.path else f"{place}{self.message} [{self.code}]"

    def as_data(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {"file": self.file, "line": self.line, "column": self.column, "path": self.path, "message": self.message, "code": self.code}


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A suggestion to append to a message, or nothing.

    >>> did_you_mean("lable", ["label", "kind"])
    '; did you mean `label`?'
    """
    names = sorted(known)
    if len(names) > 300:  # comparing takes time, and a scene may have many faults
        return ""
    close = difflib.get_close_matches(word.lower(), names, n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else ""


def shown(value: Any, limit: int = 60) -> str:
    """A value as a message shows it: never long, never more than one line.

    >>> shown("a" * 100, 10)
    "'aaaaaaa...'"
    """
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "blank"}[value]
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    text = repr(value)
    if len(text) > limit + 2:
        text = f"{text[: limit - 2]}...{text[0] if isinstance(value, str) else ''}"
    return text
