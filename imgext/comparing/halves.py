"""Describes half seconds of a sound: checksum of 24-bit samples, peak, level.

Conventions: samples as whole 24-bit steps, (n, 2); half seconds are counted from the start of the mix, and
the last one is as long as what is left. Levels in dBFS, peaks in 24-bit steps.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgext.dsp.units import power_to_db

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

#: Seconds of a block.
SECONDS = 0.5
FULL_SCALE = 1 << 23


class Half(NamedTuple):
    """Half a second: CRC-32 of its samples, peak in steps, level in dBFS.

    The samples are little-endian, of 24 bits, interleaved. A silent one has no checksum, and minus infinity
    as its level.
    """

    crc: int | None
    peak: int
    level: float


@dataclass(slots=True)
class _Open:
    crc: int = 0
    peak: int = 0
    power: float = 0.0
    frames: int = 0


class Halves:
    """Collects half seconds while a sound goes by.

    Parameters
    ----------
    rate : int
        Hz.

    Examples
    --------
    >>> halves = Halves(8)
    >>> halves.add(np.zeros((4, 2), np.int32))
    >>> halves.add(np.full((6, 2), FULL_SCALE // 2, np.int32))
    >>> [(half.peak, round(half.level, 2)) for half in halves.rows()]
    [(0, -inf), (4194304, -6.02), (4194304, -6.02)]
    """

    def __init__(self, rate: int) -> None:
        self.length = max(1, round(SECONDS * rate))
        self._done: list[Half] = []
        self._open = _Open()

    def add(self, steps: NDArray[np.integer]) -> None:
        """Take the next samples, (n, 2)."""
        at = 0
        while at < len(steps):
            piece = steps[at : at + self.length - self._open.frames]
            self._take(piece)
            at += len(piece)

    def _take(self, piece: NDArray[np.integer]) -> None:
        now = self._open
        now.frames += len(piece)
        peak = int(np.max(np.abs(piece), initial=0))
        now.peak = max(now.peak, peak)
        now.crc = zlib.crc32(_bytes(piece), now.crc)
        if peak:
            x = piece.astype(np.float64)
            now.power += float(np.sum(x * x))
        if now.frames == self.length:
            self._close()

    def _close(self) -> None:
        now, self._open = self._open, _Open()
        mean = now.power / (2 * now.frames) / FULL_SCALE**2
        level = round(power_to_db(mean), 2) if mean else -math.inf
        self._done.append(Half(now.crc if now.peak else None, now.peak, level))

    def rows(self) -> list[Half]:
        """All half seconds so far; the sound has ended then."""
        if self._open.frames:
            self._close()
        return self._done


def _bytes(steps: NDArray[np.integer]) -> bytes:
    """24-bit little-endian samples."""
    wide = np.ascontiguousarray(steps, dtype="<i4")
    return wide.view(np.uint8).reshape(*wide.shape, 4)[..., :3].tobytes()


class Span(NamedTuple):
    """A stretch of time in seconds, the loudest peak in it in dBFS, and where that is."""

    begin: float
    end: float
    peak: float
    at: float

    def __str__(self) -> str:
        return f"{self.begin:.1f} to {self.end:.1f} s"


def spans(peaks: Sequence[int], length: float, *, seconds: float = SECONDS) -> list[Span]:
    """Join half seconds that are not silent into stretches of time.

    Parameters
    ----------
    peaks : sequence of int
        24-bit steps, one for each half second.
    length : float
        Seconds of the whole.

    Examples
    --------
    >>> [str(span) for span in spans([0, 5, 7, 0, 1], 2.3)]
    ['0.5 to 1.5 s', '2.0 to 2.3 s']
    """
    found: list[Span] = []
    for index, peak in enumerate(peaks):
        if not peak:
            continue
        begin, end = index * seconds, min((index + 1) * seconds, length)
        level = round(power_to_db((peak / FULL_SCALE) ** 2), 2)
        last = found[-1] if found else None
        if last is None or last.end < begin:
            found.append(Span(begin, end, level, begin))
        else:
            louder = level > last.peak
            found[-1] = Span(last.begin, end, level if louder else last.peak, begin if louder else last.at)
    return found


def listed(found: Iterable[Span], most: int = 4) -> str:
    """Put stretches of time into words, the first few of them.

    >>> listed(spans([1, 0, 1, 0, 1], 2.5), most=2)
    '0.0 to 0.5 s, 1.0 to 1.5 s and 1 more'
    """
    words = [str(span) for span in found]
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
