"""Spells plain values as YAML: on one line, quoted only where they must be.

Numbers have at most six significant digits.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from imgext.scene.yaml.nodes import core_scalar

_PLAIN = re.compile(r"[^\W_][^\n\r\t\"\\]*\Z")
#: Words that YAML 1.1 readers take for something else than text; `off` stays plain, as the format itself uses
#: it.
_AMBIGUOUS = {"y", "n", "yes", "no", "on", "true", "false", "null"}


def number_text(value: float) -> str:
    """Write a number with six significant digits, or more if six would change it.

    >>> number_text(3.0), number_text(0.1), number_text(1234.567), number_text(48000)
    ('3', '0.1', '1234.567', '48000')
    """
    if isinstance(value, int):
        return str(value)
    if not math.isfinite(value):  # only the author's own keys may hold these
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    short = f"{value:.6g}"
    if "e" in short:
        short = f"{value:f}".rstrip("0").rstrip(".") if 1e-6 <= abs(value) < 1e15 else repr(value)
    return (short if float(short) == value else repr(value)) if value else "0"


def scalar_text(value: Any, *, flow: bool = False) -> str:
    """One scalar on one line, quoted only where it must be.

    >>> scalar_text("yes"), scalar_text("a: b"), scalar_text("a, b"), scalar_text("a, b", flow=True)
    ('"yes"', '"a: b"', 'a, b', '"a, b"')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number_text(value)
    text = str(value)
    plain = (
        _PLAIN.match(text)
        and text.isprintable()
        and text == text.strip()
        and ": " not in text
        and " #" not in text
        and not text.endswith(":")
        and isinstance(core_scalar(text), str)
        and not re.match(r"[0-9.+-]", text)
        and text.lower() not in _AMBIGUOUS
        and not (flow and re.search(r"[,\[\]{}]|:(?=$|\")", text))
    )
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    # JSON's escapes are valid in YAML's double quotes; what YAML will not have raw is escaped as well
    text = json.dumps(text, ensure_ascii=False)
    return "".join(character if character.isprintable() else _escaped(character) for character in text)


def _escaped(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow_text(value: Any) -> str:
    """Any plain data on one line.

    >>> flow_text({"freq": 570, "spans": [[3.25, 5.9]]})
    '{freq: 570, spans: [[3.25, 5.9]]}'
    """
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{scalar_text(key, flow=True)}: {flow_text(item)}" for key, item in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(flow_text(item) for item in value) + "]"
    return scalar_text(value, flow=True)
