"""Computes what cuts take from a track, and how its level is restored.

Conventions: powers of shape (rows, 25) at mix gain, levels in dB; a loss is positive.

The renderer brings a cut track back to its level: gated RMS, or LUFS, over 400 ms blocks
(`imgext.dsp.level`). The same is done here with band powers. Rows less than a block apart lie in one stretch;
a stretch shorter than a block stands as one block, as a short sound does.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from imgext.dsp.bands import k_weights
from imgext.dsp.bark import BANDS, SPL_FULL_SCALE, THRESHOLD_IN_QUIET, decibels, hop, power_law
from imgext.dsp.loudness import gated_power, lufs_to_power
from imgext.dsp.masking import LEVEL_IN_QUIET
from imgext.dsp.partial_loudness import EXPONENT
from imgext.dsp.units import power_to_db, rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float = NDArray[np.float64]
    Int = NDArray[np.int64]

_GAP = 20  # frames, a little more than a block
_AUDIBLE_RANGE = 1e-4  # 40 dB under the strongest band of the frame, and under the loudest frame
_MEAN_SQUARE_ONE = rounded(2.0 * 10.0 ** (SPL_FULL_SCALE / 10.0))  # a full-scale sine has one of a half
_GATES = {"rms": rounded(1e-7 * _MEAN_SQUARE_ONE), "lufs": rounded(lufs_to_power(-70.0) * _MEAN_SQUARE_ONE)}
_LARGE = 2.0**40  # what the loudest band becomes, so that the softest stay above the power law's lower end


class Toll(NamedTuple):
    """The effect of cuts on a track.

    dB to nine decimals, but for the shift of the centroid, in bands.

    `gain_db` puts the level back, in the scene's measure; `drop` is the loss of K-weighted loudness before
    that; `loudness` is what it is after.
    """

    gain_db: float
    drop: float
    distance: float
    shift: float
    loudness: float


class Ledger:
    """One track before its cuts, to weigh cuts against.

    Parameters
    ----------
    at : ndarray of int, shape (rows,)
        Frames of the mix, rising.
    power : ndarray, shape (rows, 25)
    rate : int
        Hz.
    measure : {"rms", "lufs"}
        What the renderer restores.
    loudness : float, optional
        LUFS of the track as the renderer plays it, where it has been heard; the loudness of the model is
        shifted to it.
    """

    def __init__(
        self, at: Int, power: Float, rate: int, measure: Literal["rms", "lufs"], loudness: float | None = None
    ) -> None:
        self._power, self._measure = power, measure
        self._k_weights = k_weights(rate)
        self._starts, self._stops, self._lengths, self._place, self._length, self._gated = _blocks(at, rate)
        self._flat, self._weighted = np.sum(power, axis=1), np.sum(power * self._k_weights, axis=1)
        self._level = power_to_db(self._gated_level(self._flat, "rms"))
        modelled = power_to_db(self._gated_level(self._weighted, "lufs"))
        self._offset = (
            loudness - modelled if loudness is not None and math.isfinite(loudness - modelled) else 0.0
        )
        self.loudness = modelled + self._offset
        """K-weighted gated loudness, to compare tracks with.

        LUFS where the track was heard, else dB of the model.
        """
        self._sum = np.sum(power, axis=0)
        cells = (power > THRESHOLD_IN_QUIET) & (
            power > _AUDIBLE_RANGE * np.max(power, axis=1, keepdims=True, initial=0.0)
        )
        cells &= (self._flat > _AUDIBLE_RANGE * float(np.max(self._flat, initial=0.0)))[:, np.newaxis]
        self._cells = cells
        self._cells_per_row = np.count_nonzero(cells, axis=1)
        self._headroom: Float | None = None

    def weigh(self, factors: Float) -> Toll:
        """Say what cuts do.

        Parameters
        ----------
        factors : ndarray, shape (rows, 25)
            On power, from `imgext.dsp.cuts.cut_power`.

        Returns
        -------
        Toll
            Of a track that makes no sound: zeros and minus infinity.
        """
        rows = np.flatnonzero(np.any(factors != 1.0, axis=1))
        if not rows.size or self.loudness == -math.inf:
            return Toll(0.0, 0.0, 0.0, 0.0, self.loudness)
        cut = factors[rows]
        left = self._power[rows] * cut
        loudness = self._level_after("lufs", rows, left) + self._offset
        drop = self.loudness - loudness
        gain = drop if self._measure == "lufs" else self._level - self._level_after("rms", rows, left)
        if not (math.isfinite(drop) and math.isfinite(gain)):
            return Toll(0.0, math.inf, math.inf, 0.0, loudness)
        shift = _centroid(self._sum + np.sum(left - self._power[rows], axis=0)) - _centroid(self._sum)
        figures = (gain, drop, self._distance(rows, cut, drop), shift, loudness + gain)
        return Toll(*(round(figure, 9) + 0.0 for figure in figures))

    def restoring_gain(self, factors: Float) -> float:
        """The first figure of `weigh` alone, in dB; 0 where it is not finite."""
        rows = np.flatnonzero(np.any(factors != 1.0, axis=1))
        before = self.loudness - self._offset if self._measure == "lufs" else self._level
        gain = (
            before - self._level_after(self._measure, rows, self._power[rows] * factors[rows])
            if rows.size
            else 0.0
        )
        return round(gain, 9) + 0.0 if math.isfinite(gain) else 0.0

    def _level_after(self, measure: Literal["rms", "lufs"], rows: Int, left: Float) -> float:
        """Level in dB when only so much is left of some rows."""
        frames = (self._flat if measure == "rms" else self._weighted).copy()
        frames[rows] = np.sum(left, axis=1) if measure == "rms" else np.sum(left * self._k_weights, axis=1)
        return power_to_db(self._gated_level(frames, measure))

    def share(self, band: int) -> float:
        """Part of the K-weighted energy in one band, six decimals.

        Bands run from 0 for the lowest to 24.
        """
        energy = self._sum * self._k_weights
        whole = float(np.sum(energy))
        return round(float(energy[band]) / whole, 6) if whole else 0.0

    def _distance(self, rows: Int, cut: Float, gain: float) -> float:
        """Log-spectral distance in dB once the loudness is put back.

        A cell that is cut changes by its cut and the gain, any other by the gain.
        """
        count = int(np.sum(self._cells_per_row))
        if not count:
            return 0.0
        if self._headroom is None:
            self._headroom = LEVEL_IN_QUIET - decibels(np.maximum(self._power, THRESHOLD_IN_QUIET))
        change = np.maximum(
            decibels(cut) + gain, self._headroom[rows]
        )  # what falls under the threshold in quiet is at the threshold
        changed = float(np.sum((change * change)[self._cells[rows]]))
        others = count - int(np.sum(self._cells_per_row[rows]))
        return math.sqrt((changed + others * gain * gain) / count)

    def _gated_level(self, frames: Float, measure: Literal["rms", "lufs"]) -> float:
        """Level as `imgext.dsp.level` has it, of the powers of frames, shape (rows,)."""
        line, sums = np.zeros(self._length + 1), np.zeros(self._length + 1)
        line[self._place] = frames
        np.cumsum(line[:-1], out=sums[1:])
        (first, part), (last, rest), length = self._starts, self._stops, self._lengths
        blocks = np.maximum(sums[last] + rest * line[last] - (sums[first] + part * line[first]), 0.0) / length
        if not blocks.size:
            return 0.0
        return gated_power(blocks, _GATES[measure]) if self._gated else float(np.mean(blocks))


def _centroid(energy: Float) -> float:
    """Centre of gravity of the loudness of a mean spectrum, in bands.

    A common factor does not move it.
    """
    loudness = power_law(energy * (_LARGE / max(float(np.max(energy)), 1e-30)), EXPONENT)
    return float(np.sum(loudness * np.arange(BANDS))) / float(np.sum(loudness))


def _blocks(at: Int, rate: int) -> tuple[tuple[Int, Float], tuple[Int, Float], Float, Int, int, bool]:
    """Blocks on a line of frames without long gaps.

    Where they begin and end, each as a frame and the part of it that lies before; how many frames they last;
    the places of the rows on the line, its length; and whether gates apply.
    """
    place = np.concatenate(
        [np.zeros(min(at.size, 1), dtype=np.int64), np.cumsum(np.minimum(np.diff(at), _GAP))]
    ).astype(np.int64)
    edges = np.flatnonzero(np.diff(place) >= _GAP)
    first = place[np.concatenate([[0], edges + 1])] if at.size else place
    last = place[np.concatenate([edges, [at.size - 1]])] + 1 if at.size else place
    step = rounded(0.1 * rate / hop(rate))
    long = last - first >= 4.0 * step
    starts, stops = [first[~long].astype(np.float64)], [last[~long].astype(np.float64)]
    for begin, end in zip(first[long].tolist(), last[long].tolist(), strict=True):
        starts.append(begin + step * np.arange(int((end - begin) / step + 1e-9) - 3))
        stops.append(starts[-1] + 4.0 * step)
    begin, end = np.concatenate(starts), np.concatenate(stops)
    line = int(place[-1]) + 1 if at.size else 0
    return _split(begin), _split(end), end - begin, place, line, bool(np.any(long))


def _split(position: Float) -> tuple[Int, Float]:
    whole = np.floor(position)
    return whole.astype(np.int64), position - whole
