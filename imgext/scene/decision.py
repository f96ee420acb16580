"""Records what a stage decided, where, and why.

The log, `imgext explain` and the comments in a scene all read this list.

Conventions: a path is dotted, ``tracks.gull.start`` or ``tracks.boat.eq.0.gain``; seconds, Hz, dB. A decision
is rounded to what the file shows *before* it is used, so a resolved scene and its original render the same
bytes and a last-bit difference between two processors cannot flip a choice.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from imgext.errors import json_line, readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: Finest step that a file shows, by kind of number.
STEP = {"seconds": 0.001, "decibels": 0.01, "hertz": 1.0, "share": 0.001}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision of one stage.

    Parameters
    ----------
    path : str
        Dotted place in the scene.
    value : JSON value
        The answer, rounded as the file shows it.
    because : str
        One sentence for the user.
    numbers : mapping
        The figures behind it, by name.
    stage : str
        ``picture``, ``find``, ``listen``, ``arrange``, ``mix`` or ``render``.
    kind : {"answer", "note", "warning"}
        An answer fills a blank; a note says why a value is as it is; a warning is repeated at the end of a
        run.
    """

    path: str
    value: Any
    because: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    stage: str = ""
    kind: Literal["answer", "note", "warning"] = "answer"

    def __post_init__(self) -> None:
        if not self.because.isprintable():
            object.__setattr__(self, "because", readable(" ".join(self.because.split())))

    def as_json(self) -> str:
        """One line of ``decisions.jsonl``."""
        data = {
            "stage": self.stage,
            "kind": self.kind,
            "path": self.path,
            "value": self.value,
            "because": self.because,
        }
        if self.numbers:
            data["numbers"] = dict(sorted(self.numbers.items()))
        return json_line(data)


def decision_data(decision: Decision) -> dict[str, Any]:
    """A decision as plain data, for ``--json``."""
    data: dict[str, Any] = json.loads(decision.as_json())
    return data


def warnings_in(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the warnings, which a run must repeat at its end."""
    return [decision for decision in decisions if decision.kind == "warning"]


def significant(value: float, digits: int = 6) -> float:
    """`value` with at most `digits` significant digits, never -0.0."""
    return float(f"{value:.{digits}g}") + 0.0


def seconds(value: float, way: Literal["near", "down", "up"] = "near") -> float:
    """Round to 1 ms and six significant digits, to the nearest, down or up.

    Beyond 1000 s the step is 10 ms. Use it for starts and lengths. Spans of cuts are always whole
    milliseconds, because they must meet frames of 21 ms exactly; a file shows as many digits as that takes.

    >>> seconds(3.41249), seconds(5.0004, "up"), seconds(1234.5678, "down")
    (3.412, 5.001, 1234.56)
    """
    decimals = 3 if abs(value) < 999.9995 else max(0, 5 - math.floor(math.log10(abs(value))))
    scaled = value * float(10**decimals)
    # a product such as 2.3 * 1000 may lie a hair off the whole number that is meant
    whole = (
        round(scaled)
        if way == "near" or abs(scaled - round(scaled)) < 1e-6
        else math.floor(scaled)
        if way == "down"
        else math.ceil(scaled)
    )
    return whole / float(10**decimals) + 0.0


def decibels(value: float) -> float:
    """Round to 0.01 dB."""
    return round(value, 2) + 0.0


def hertz(value: float) -> float:
    """Round to 1 Hz."""
    return float(round(value))


def share(value: float) -> float:
    """Round a 0 to 1 or -1 to 1 value to 0.001."""
    return round(value, 3) + 0.0
