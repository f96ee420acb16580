"""Finds the steadiest stretch of a recording, and whether it sounds on.

Conventions: frames are 20 steps of `imgext.dsp.steps`, 100 ms; levels in dB, rounded to 0.1 before anything
is decided on them; seconds rounded to 1 ms.

An outlier is a frame that lies far from the median of what sounds: a car in the rain, a click in the wind,
the fade or the silence at an end. A band counts as far as it is heard, so not where it lies more than 30 dB
under the strongest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.bark import decibels
from imgext.dsp.steps import STEP

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float = NDArray[np.float64]

FRAME = 0.1
"""Seconds."""
LONG_ENOUGH = 8.0
"""Seconds of a stretch that are not given up to avoid outliers."""

_STEPS = round(FRAME / STEP)
_OUT, _SPREADS = 6.0, 4.0  # dB, and times the median distance from the median
_OUT_IN_A_BAND = 12.0  # dB
_HEARD = 30.0  # dB under the strongest band
_SILENT = 25.0  # dB under the level that a tenth of the frames exceeds
_HALF = 0.5  # of a recording: as much is kept
_STEADY, _AT_EDGE = 14.0, 12.0  # dB from the 5th to the 95th percentile; under the median at an edge
_CONTINUOUS = 1.5  # s: what is shorter comes and goes


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a recording is steady.

    Parameters
    ----------
    begin, end : float
        Seconds.
    outliers : int
        Frames of 100 ms that were left out of the recording for it.
    inside : int
        Outliers that are still in it, because without them it would be too short.
    """

    begin: float
    end: float
    outliers: int
    inside: int

    @property
    def seconds(self) -> float:
        """Its length."""
        return round(self.end - self.begin, 3)


def frames_of(powers: Float) -> Float:
    """Compute the power of whole frames, (frames, bands), or one of a shorter sound."""
    whole = len(powers) // _STEPS
    if not whole:
        return powers.mean(axis=0, keepdims=True) if len(powers) else np.zeros((0, powers.shape[1]))
    mean: Float = powers[: whole * _STEPS].reshape(whole, _STEPS, -1).mean(axis=1)
    return mean


def steadiest(powers: Float, seconds: float, at_least: float = LONG_ENOUGH) -> Stretch:
    """Find the longest stretch without outliers, or the long one with fewest.

    Parameters
    ----------
    powers : ndarray, shape (steps, 8)
    seconds : float
        Length of the recording.
    at_least : float
        Seconds that the stretch is to have, where half of the recording is not less.

    Returns
    -------
    Stretch
    """
    frames = frames_of(powers)
    if len(frames) < 4:
        return Stretch(0.0, seconds, 0, 0)
    far, sounds = _far(frames)
    need = max(1, min(round(at_least / FRAME), round(_HALF * int(sounds.sum()))))
    begin, end = _longest_run(far)
    if end - begin < need:
        total = np.concatenate([[0], np.cumsum(far)])
        begin = int(np.argmin(total[need:] - total[: len(total) - need]))
        end = begin + need
    inside = int(far[begin:end].sum())
    last = seconds if end == len(frames) else round(end * FRAME, 3)
    return Stretch(round(begin * FRAME, 3), last, int(far.sum()) - inside, inside)


def sounding(powers: Float, seconds: float) -> tuple[float, float]:
    """Find where a recording sounds, without silent ends; all of it if it is silent."""
    level = _level(frames_of(powers)) if len(powers) else np.zeros(0)
    over = (
        np.flatnonzero(level > np.sort(level)[int(0.9 * (len(level) - 1))] - _SILENT) if len(level) else level
    )
    if not len(over):
        return 0.0, seconds
    last = seconds if over[-1] == len(level) - 1 else round(float(over[-1] + 1) * FRAME, 3)
    return round(float(over[0]) * FRAME, 3), last


def continuous(powers: Float) -> bool:
    """Say whether a recording sounds on: throughout, up to its edges, and evenly."""
    frames = frames_of(powers)
    if len(frames) * FRAME < _CONTINUOUS:
        return False
    level = np.sort(each := _level(frames))
    low, middle, high = (float(level[int(share * (len(level) - 1))]) for share in (0.05, 0.5, 0.95))
    at_edges = min(float(each[:2].max()), float(each[-2:].max()))
    return high - low <= _STEADY and at_edges >= middle - _AT_EDGE


def _level(frames: Float) -> Float:
    return np.round(decibels(frames.sum(axis=1)), 1)


def _far(frames: Float) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which frames are outliers, silence among them, and which sound."""
    level = _level(frames)
    sounds = level > np.sort(level)[int(0.9 * (len(level) - 1))] - _SILENT
    away = level - _median(level[sounds])
    bound = max(_OUT, _SPREADS * float(_median(np.abs(away[sounds]))))
    bands = np.round(decibels(frames), 1)
    usual = _median(bands[sounds])
    heard = usual > usual.max() - _HEARD
    apart = bands[:, heard] - usual[heard]
    spread = np.maximum(_OUT_IN_A_BAND, _SPREADS * _median(np.abs(apart[sounds])))
    far: NDArray[np.bool_] = ~sounds | (np.abs(away) > bound) | (np.abs(apart) > spread).any(axis=1)
    return far, sounds


def _median(values: Float) -> Float:
    """The middle value along the first axis, the lower one of two."""
    middle: Float = np.sort(values, axis=0)[(len(values) - 1) // 2]
    return middle


def _longest_run(far: NDArray[np.bool_]) -> tuple[int, int]:
    """The longest run without outliers, the first of several."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], far, [True]]).astype(np.int8)))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    return max(runs, key=lambda run: (run[1] - run[0], -run[0]), default=(0, 0))
