"""Reads a vision model's reply as it was meant, despite other names and forms.

Small models, and servers that enforce no schema, write numbers as text, wrap the reply, call a box by the
name they were trained on. What is plain is taken, with a remark; what is odd costs its field or its
object, and never the whole reply.

Sources of the forms of boxes: Qwen2.5-VL and Qwen3-VL, cookbooks on grounding (``bbox_2d``: x0, y0, x1, y1);
Gemini API, "Image understanding" (``box_2d``: y0, x0, y1, x1 in thousandths).
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from imgext.picture.vision.plain import label_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Corners = tuple[float, float, float, float]
#: Names of the list of things, of a label and of a box, the asked for first.
LISTS = ("objects", "things", "items", "detections", "sounds", "elements")
LABELS = ("label", "name", "object", "class", "category")
BOXES = ("bbox_2d", "box_2d", "bbox", "box", "bounding_box", "boundingBox", "bounding_box_2d", "coordinates")
#: Corners one by one: left, top, right, bottom; and a corner with a size.
CORNERS = (
    ("x0", "y0", "x1", "y1"),
    ("x1", "y1", "x2", "y2"),
    ("xmin", "ymin", "xmax", "ymax"),
    ("x_min", "y_min", "x_max", "y_max"),
    ("left", "top", "right", "bottom"),
)
SIZED = (("x", "y", "width", "height"), ("x", "y", "w", "h"), ("left", "top", "width", "height"))
_WORDS = {"very high": 0.9, "high": 0.8, "medium": 0.5, "moderate": 0.5, "low": 0.2, "very low": 0.1}
_TRUE, _FALSE = frozenset(("true", "yes", "1")), frozenset(("false", "no", "0"))
_BLANK = frozenset(("", "null", "none", "n/a", "na", "unknown", "no evidence"))
_NUMBER = re.compile(r"[-+]?(?:\d+(?:[.,]\d+)?|\.\d+)")
_DEEPEST = 3
_AS_TEXT = "values that came as text were taken for what they say"

NUMBERS = ("room_size", "damping", "wet_level", "width")
TEXTS = ("context", "room_detected_reason", *(f"{name}_reason" for name in NUMBERS))


def as_meant(data: dict[str, Any]) -> dict[str, Any]:
    """Read a reply's data into the form that was asked for.

    Parameters
    ----------
    data : dict
        Any JSON object.

    Returns
    -------
    dict
        With ``remarks``, a list of what was not as asked for. Without ``objects`` where the reply has none.

    >>> said = {"result": {"objects": {"dog": {"importance": "high", "bbox_2d": [10, 20, 30, 40]}}}}
    >>> as_meant(said)["objects"]
    [{'label': 'dog', 'kind': 'object', 'importance': 0.8, 'x0': 10.0, 'y0': 20.0, 'x1': 30.0, 'y1': 40.0}]
    """
    remarks: list[str] = []
    data = _unwrapped(data)
    meant: dict[str, Any] = {}
    for names, read in ((NUMBERS, _number), (("room_detected",), _truth), (TEXTS, _text)):
        for name in names:
            if data.get(name) is not None:
                meant[name] = _field(name, data[name], read, remarks)
    listed = next((data[name] for name in LISTS if isinstance(data.get(name), list | dict)), None)
    if isinstance(listed, dict):
        listed = [
            {"label": key, **value} if isinstance(value, dict) else {"label": key}
            for key, value in listed.items()
        ]
    if listed is not None:
        sized = _are_sized(listed)
        things = [_thing(one, remarks, sized=sized) for one in listed]
        meant["objects"] = [one for one in things if one is not None]
    meant["remarks"] = list(dict.fromkeys(remarks))
    return meant


def _unwrapped(data: dict[str, Any]) -> dict[str, Any]:
    """The innermost of mappings of one another that has a list of things."""
    for _ in range(_DEEPEST):
        if any(isinstance(data.get(name), list | dict) for name in LISTS):
            break
        inner = [value for value in data.values() if isinstance(value, dict)]
        if len(inner) != 1:
            break
        data = {**{key: value for key, value in data.items() if not isinstance(value, dict)}, **inner[0]}
    return data


def _thing(entry: Any, remarks: list[str], *, sized: bool) -> dict[str, Any] | None:
    """One thing in the form that was asked for; None where it is none."""
    if isinstance(entry, str):
        entry = {"label": entry}
    if not isinstance(entry, dict):
        remarks.append("an entry is not an object, and is left out")
        return None
    label = next((entry[name] for name in LABELS if isinstance(entry.get(name), str)), None)
    if label is None:
        remarks.append("an entry has no label, and is left out")
        return None
    kind = entry.get("kind")
    meant: dict[str, Any] = {
        "label": label,
        "kind": kind.strip().lower() if isinstance(kind, str) else "object",
    }
    for name, read in (("importance", _weight), ("count", _number), ("sound_query", _text)):
        if entry.get(name) is not None:
            meant[name] = _field(f"{name} of {label_of(label)}", entry[name], read, remarks)
    corners = _corners(entry, remarks, sized=sized)
    return meant if corners is None else meant | dict(zip(("x0", "y0", "x1", "y1"), corners, strict=True))


def _field(name: str, value: Any, read: Callable[[Any], Any], remarks: list[str]) -> Any:
    if isinstance(value, str) and value.strip().lower() in _BLANK and read is not _text:
        return None
    meant = read(value)
    if meant is None:
        remarks.append(f"the {name} was not understood, and is left blank")
    elif isinstance(value, str) and read is not _text:
        remarks.append(_AS_TEXT)
    return meant


def _number(value: Any) -> float | None:
    if isinstance(value, str):
        text = value.strip()
        digits = text.rstrip("% ")
        if not _NUMBER.fullmatch(digits):
            return None
        return float(digits.replace(",", ".")) / (100.0 if text.endswith("%") else 1.0)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    number = float(value) if abs(value) < 1e300 else math.nan
    return number if math.isfinite(number) else None


def _weight(value: Any) -> float | None:
    return _WORDS.get(value.strip().lower(), _number(value)) if isinstance(value, str) else _number(value)


def _truth(value: Any) -> bool | None:
    word = str(value).strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def _text(value: Any) -> str | None:
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(value)
    return value if isinstance(value, str) else None


def _four(value: Any) -> list[float] | None:
    """Four numbers in a list, in two lists of two, or in a text."""
    if isinstance(value, str):
        value = _NUMBER.findall(value)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    if isinstance(value, list) and len(value) == 2 and all(isinstance(each, list) for each in value):
        value = [*value[0], *value[1]]
    if not isinstance(value, list) or len(value) != 4:
        return None
    numbers = [number for each in value if (number := _number(each)) is not None]
    return numbers if len(numbers) == 4 else None


def _are_sized(entries: Sequence[Any]) -> bool:
    """Say whether unnamed lists are corner and size, as one would be inside out."""
    found = [
        four
        for entry in entries
        if isinstance(entry, dict)
        for name in BOXES[2:]
        if isinstance(entry.get(name), list) and (four := _four(entry[name])) is not None
    ]
    return any(x1 < x0 or y1 < y0 for x0, y0, x1, y1 in found)


def _corners(entry: dict[str, Any], remarks: list[str], *, sized: bool) -> Corners | None:
    """Read a box in any form as left, top, right, bottom; None if there is none."""
    for name in BOXES:
        value = entry.get(name)
        if isinstance(value, dict):
            found = _named(value)
        else:
            four = _four(value) if value is not None else None
            found = None if four is None else _listed(name, four, sized=sized)
        if found is not None:
            remarks.append(f"boxes came as `{name}`")
            return found
    found = _named(entry)
    if found is None and any(entry.get(name) is not None for name in (*BOXES, *CORNERS[0])):
        remarks.append("a box has no four numbers, and is left out")
    return found


def _listed(name: str, four: Sequence[float], *, sized: bool) -> Corners:
    one, two, three, other = four
    if name == "box_2d":
        scale = 1000.0 if max(four) > 1.5 else 1.0
        return two / scale, one / scale, other / scale, three / scale
    if sized and name != "bbox_2d":
        return one, two, one + three, two + other
    return one, two, three, other


def _named(value: dict[str, Any]) -> Corners | None:
    for names in (*CORNERS, *SIZED):
        numbers = [number for name in names if (number := _number(value.get(name))) is not None]
        if len(numbers) == 4:
            one, two, three, other = numbers
            return (one, two, one + three, two + other) if names in SIZED else (one, two, three, other)
    return None
