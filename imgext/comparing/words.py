"""Puts a field's change in words and units: moved, louder, further left.

Conventions: numbers as the scene writes them; `->` leads from the earlier to the later value.
"""

from __future__ import annotations

from typing import Any

from imgext.errors import readable
from imgext.scene.yaml.spelling import flow_text, number_text

#: A value that is longer is shortened.
LONGEST = 60
#: How a number that grew and one that shrank are worded, by the field; others have their sign.
_WAYS = {
    "gain": ("{} louder", "{} quieter"),
    "level": ("{} louder", "{} quieter"),
    "loudness": ("{} louder", "{} quieter"),
    "atmo": ("{} louder", "{} quieter"),
    "pan": ("{} further right", "{} further left"),
    "importance": ("{} more important", "{} less important"),
    "depth": ("{} further away", "{} nearer"),
    "duration": ("{} longer", "{} shorter"),
    "turn": ("{} longer", "{} shorter"),
    "fade_in": ("{} longer", "{} shorter"),
    "fade_out": ("{} longer", "{} shorter"),
    "crossfade": ("{} longer", "{} shorter"),
    "start": ("moved by +{}", "moved by -{}"),
}


def words_for(path: tuple[str, ...], before: Any, after: Any, unit: str = "", default: Any = None) -> str:
    """Say how a field changed.

    Parameters
    ----------
    path : tuple of str
        Its place in the scene.
    before, after : JSON value
        None for a blank.
    unit : str
        Of the field.
    default : float, optional
        The number that a blank stands for.

    Examples
    --------
    >>> words_for(("tracks", "gull", "gain"), None, 3, "dB", 0.0)
    '3 dB louder (blank, 0 dB -> 3 dB)'
    >>> words_for(("tracks", "gull", "sound"), "builtin:gull", "gull.wav")
    'replaced (builtin:gull -> gull.wav)'
    """
    key = _field(path)
    old, new = (_shown(value, unit, default) for value in (before, after))
    arrow = f"({old} -> {new})"
    if key == "mute":
        return "muted" if after else "heard again"
    if key == "sound" and None not in {before, after}:
        return f"replaced {arrow}"
    if key in {"eq", "takes"} and isinstance(before, list | None) and isinstance(after, list | None):
        return _entries(key, before or [], after or [])
    was, now = (default if value is None else value for value in (before, after))
    if _is_number(was) and _is_number(now):
        return f"{_by(key, now - was, unit)} {arrow}" if now != was else f"written as it was {arrow}"
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        moved = _moved(key, was, now, unit)
        if moved:
            return f"{moved} {arrow}"
    if before is None:
        return f"written ({new}), it was left blank"
    if after is None:
        return f"left blank, it was {old}"
    return f"{old} -> {new}"


def _field(path: tuple[str, ...]) -> str:
    """The last part of a path that is no number: the field that a list belongs to."""
    return next((part for part in reversed(path) if not part.isdigit()), "")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _by(key: str, step: float, unit: str) -> str:
    size = number_text(float(f"{abs(step):.6g}"))
    amount = f"{size} {unit}".rstrip() if unit != "fraction" else size
    if unit in {"LUFS", "dBFS", "dBTP"}:  # a difference of levels is in dB
        amount = f"{size} {'LU' if unit == 'LUFS' else 'dB'}"
    more, less = _WAYS.get(key, ("+{}", "-{}"))
    return (more if step > 0 else less).format(amount)


def _moved(key: str, before: list[Any], after: list[Any], unit: str) -> str:
    """List which numbers of a list changed, and by how much; empty if not numbers."""
    if not all(map(_is_number, [*before, *after])):
        return ""
    steps = [now - was for was, now in zip(before, after, strict=True)]
    if len(set(map(lambda step: round(step, 6), steps))) == 1:  # noqa: C417  # rounded to be comparable
        return f"all {_by(key, steps[0], unit)}"
    parts = [f"no. {n} {_by(key, step, unit)}" for n, step in enumerate(steps, 1) if step]
    return ", ".join(parts) if len(parts) <= 4 else f"{len(parts)} of {len(steps)} changed"


def _entries(key: str, before: list[Any], after: list[Any]) -> str:
    """Cuts and takes: how many, and the deepest cut."""
    name = "cuts" if key == "eq" else "takes"
    count = f"{len(after)} {name} (were {len(before)})" if len(after) != len(before) else f"other {name}"
    deepest = [
        min((cut.get("gain", 0.0) for cut in cuts), default=0.0) if key == "eq" else 0.0
        for cuts in (before, after)
    ]
    if key == "eq" and deepest[0] != deepest[1]:
        count += f", the deepest {number_text(deepest[1])} dB (was {number_text(deepest[0])} dB)"
    return count


def _shown(value: Any, unit: str, default: Any) -> str:
    if value is None:
        return "blank" if default is None else f"blank, {_shown(default, unit, None)}"
    text = value if isinstance(value, str) else flow_text(value)
    text = readable(text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}...")
    return f"{text} {unit}" if unit and unit != "fraction" and _is_number(value) else text
