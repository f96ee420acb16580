"""What is placed already, and how much of it sounds at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Placed:
    """One occurrence on the timeline, in seconds."""

    start: float
    end: float

    def overlap(self, other: Placed) -> float:
        """Seconds shared with another."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))


class Crowd:
    """How many sounds there are at once, looked up in sorted starts and ends."""

    def __init__(self, others: Sequence[Placed]) -> None:
        self._starts = np.sort(np.array([other.start for other in others]))
        self._ends = np.sort(np.array([other.end for other in others]))
        self._at_start = self._at(self._starts)

    def busiest(self, start: float, end: float) -> int:
        """The most that sound at one moment from `start` to before `end`."""
        first, last = self._starts.searchsorted(start, "right"), self._starts.searchsorted(end, "left")
        later = self._at_start[first:last]
        return int(max(self._at(np.array([start]))[0], later.max() if later.size else 0))

    def _at(self, moments: NDArray[np.float64]) -> NDArray[np.int64]:
        return self._starts.searchsorted(moments, "right") - self._ends.searchsorted(moments, "right")
