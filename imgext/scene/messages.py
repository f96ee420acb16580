"""Puts pydantic's errors in our words: where, which code, what is allowed."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from imgext.errors import Broken, shown, suggestion
from imgext.scene.shape import keys, part_at
from imgext.scene.yaml.nodes import decimal_point, path_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError

    from imgext.scene.part import Part

#: pydantic's error types (https://docs.pydantic.dev/latest/errors/validation_errors/) to our codes.
_CODES = {
    "extra_forbidden": "unknown_key",
    "missing": "missing",
    "literal_error": "not_one_of",
    "string_pattern_mismatch": "bad_id",
    "not_rising": "bad_form",
    **dict.fromkeys(
        ["greater_than", "greater_than_equal", "less_than", "less_than_equal", "finite_number"],
        "out_of_range",
    ),
    **dict.fromkeys(
        ["too_short", "too_long", "string_too_short", "string_too_long", "int_parsing_size"], "out_of_range"
    ),
    **dict.fromkeys(
        [
            "float_type",
            "int_type",
            "bool_type",
            "string_type",
            "list_type",
            "dict_type",
            "model_type",
            "model_attributes_type",
        ],
        "wrong_type",
    ),
}
_WANTED = {
    "float_type": "a number",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
}


def translated(error: ValidationError, root: type[Part]) -> Iterator[Broken]:
    """Yield everything that is wrong, in the order of the data."""
    for entry in error.errors(include_url=False):
        value = entry.get("input")
        if entry["type"] == "int_type" and isinstance(value, float) and not math.isfinite(value):
            entry["type"] = "finite_number"
        # what begins with = is no key: it says which form of a value was read
        own = len(entry["loc"]) - (entry["type"] == "extra_forbidden")
        entry["loc"] = tuple(
            part for at, part in enumerate(entry["loc"]) if at >= own or not str(part).startswith("=")
        )
        path = tuple(str(part) for part in entry["loc"])
        yield Broken(path, _CODES.get(entry["type"], "bad_form"), _message(entry), _hint(entry, root))


def _hint(entry: Any, root: type[Part]) -> str:
    value = entry.get("input")
    if entry["type"] in {"float_type", "int_type"} and isinstance(value, str):
        if entry["loc"] == ("duration",) and re.search(r"\d\s*[a-zA-Z]", value):
            return "a time is written as 90s, 5m or 1h30"
        return decimal_point(value)[2] if re.fullmatch(r"\s*[-+]?\d+,\d+\s*", value) else ""
    if entry["type"] == "too_long" and isinstance(value, list):
        twice = len(value) == 2 * entry["ctx"]["max_length"]
        whole = all(isinstance(each, int) for each in value)
        return "numbers have a decimal point, as in 0.5" if twice and whole else ""
    if entry["type"] == "extra_forbidden":
        known = keys(part_at(root, entry["loc"][:-1]) or root)
        return suggestion(str(entry["loc"][-1]), known) or f"known: {', '.join(known)}"
    if entry["type"] == "literal_error" and isinstance(value, str):
        return suggestion(value, _allowed(entry).split(", "))
    return ""


def _allowed(entry: Any) -> str:
    return str(entry.get("ctx", {}).get("expected", "")).replace("'", "").replace(" or ", ", ")


def _message(entry: Any) -> str:
    kind, value, context = entry["type"], entry.get("input"), entry.get("ctx", {})
    name = str(entry["loc"][-1]) if entry["loc"] else ""
    if kind == "extra_forbidden":
        return f"unknown key `{path_text([name])}`"
    if kind == "missing":
        return f"`{name}` is missing"
    if kind in _WANTED:
        return f"is {shown(value)}; wanted: {_WANTED[kind]}"
    if kind == "literal_error":
        return f"is {shown(value)}; allowed: {_allowed(entry)}"
    if kind == "string_pattern_mismatch":
        return f"{shown(value)} is not an id: small letters, digits, - and _, beginning with a letter"
    limits = {
        "greater_than": "more than {gt:g}",
        "greater_than_equal": "at least {ge:g}",
        "less_than": "less than {lt:g}",
        "less_than_equal": "at most {le:g}",
    }
    if kind in limits:
        return f"is {shown(value)}; allowed: {limits[kind].format(**context)}"
    if kind == "finite_number":
        return f"is {shown(value)}; wanted: a finite number"
    if kind in {"too_short", "too_long"}:
        bound = context.get("min_length", context.get("max_length"))
        side = "at least" if kind == "too_short" else "at most"
        return f"has {context.get('actual_length', 'too many')} entries; wanted: {side} {bound}"
    if kind in {"string_too_short", "string_too_long"}:
        wanted = (
            f"at least {context.get('min_length')}"
            if kind == "string_too_short"
            else f"at most {context.get('max_length')}"
        )
        return f"has {len(value) if isinstance(value, str) else 'too many'} characters; wanted: {wanted}"
    return str(entry["msg"])[:160]
