"""What is wrong with a value, before it is known where that stands in a file: the rest of a fault."""

from __future__ import annotations

from typing import NamedTuple


class Wrong(NamedTuple):
    """What is wrong with a value: code, message and hint, as a fault has them."""

    code: str
    message: str
    hint: str = ""


class Broken(NamedTuple):
    """What is wrong at a path of a scene."""

    path: tuple[str, ...]
    code: str
    message: str
    hint: str = ""
