"""Reads lengths of time as people write them: ``5m``, ``1h30``, ``90s``."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(?:([0-9]+(?:\.[0-9]+)?)h)?(?:([0-9]+(?:\.[0-9]+)?)m)?(?:([0-9]+(?:\.[0-9]+)?)(s?))?")
#: What of these says its unit, as a pattern for JSON schemas.
WITH_UNIT = r"^(?=[0-9].*[hHmMsS])([0-9]+(\.[0-9]+)?[hH])?([0-9]+(\.[0-9]+)?[mM])?([0-9]+(\.[0-9]+)?[sS]?)?$"
_FACTORS = {"h": 3600.0, "m": 60.0, "s": 1.0}


def seconds_of(text: str) -> float:
    """Read a length of time in seconds.

    A number after hours means minutes; a number after minutes, or alone, means seconds.

    Raises
    ------
    ValueError
        The text is not a length of time.

    Examples
    --------
    >>> [seconds_of(text) for text in ("5m", "1h30", "2m30", "90s", "12.5")]
    [300.0, 5400.0, 150.0, 90.0, 12.5]
    """
    found = _WRITTEN.fullmatch(text.strip().lower())
    if found is None or not text.strip():
        raise ValueError(f"{text!r} is not a length of time; write seconds, or such as 5m, 1h30, 90s")
    hours, minutes, rest, unit = found.groups()
    after_hours = rest is not None and not unit and hours is not None and minutes is None
    total = float(hours or 0) * _FACTORS["h"] + float(minutes or 0) * _FACTORS["m"]
    return total + float(rest or 0) * (_FACTORS["m"] if after_hours else _FACTORS["s"])
