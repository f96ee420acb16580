"""Computes what mode `optimise` minimises, fast if one track changes at a time.

Over the frames that it looks at.

Conventions: powers as `imgext.dsp.bark` gives them, shape (rows, 25). The objectives are those that
`imgext.mix.unmask.modes.optimise` names:

- "loudness": J of `imgext.dsp.partial_loudness`, the weighted share of loudness that is lost;
- "masking": ``sum of M^2 + (largest M - smallest M)`` with the M of `imgext.dsp.masking.masked_share`.

All rows of all tracks lie in one table, those of one frame side by side, so that a trial is a few operations
on the rows of the frames that the changed track sounds in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.bark import CENTRES, THRESHOLD_IN_QUIET, decibels, power_law
from imgext.dsp.masking import OFFSET, significant, spread
from imgext.dsp.partial_loudness import EXPONENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from imgext.dsp.partial_loudness import Stem
    from imgext.mix.unmask.planner import Objective

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]
    Int = NDArray[np.int64]


class Score:
    """An objective over the sampled frames of all tracks, while tracks change."""

    def __init__(
        self, stems: Sequence[Stem], weights: Sequence[float], objective: Objective, every: int
    ) -> None:
        self.sampled = [np.flatnonzero(stem.at % every == 0) for stem in stems]
        """Rows of each stem that are looked at."""
        stem_of_row = np.repeat(np.arange(len(stems)), [rows.size for rows in self.sampled])
        frame = np.concatenate(
            [stem.at[rows] // every for stem, rows in zip(stems, self.sampled, strict=True)]
        )
        order = np.lexsort((stem_of_row, frame))  # what sounds together lies together
        self._stem, self._frame = stem_of_row[order], frame[order] - (int(np.min(frame)) if frame.size else 0)
        self._power = np.concatenate(
            [stem.power[rows] for stem, rows in zip(stems, self.sampled, strict=True)]
        )[order]
        self._active = np.concatenate(
            [stem.active[rows] for stem, rows in zip(stems, self.sampled, strict=True)]
        )[order]
        self._mine = [np.flatnonzero(self._stem == n) for n in range(len(stems))]
        self._original = [self._power[mine] for mine in self._mine]
        self._spread = spread(self._power)
        self._excitation = np.zeros((int(np.max(self._frame, initial=-1)) + 1, len(CENTRES)))
        for mine in self._mine:
            self._excitation[self._frame[mine]] += self._spread[mine]
        self._masking = objective == "masking"
        self._weights = np.array(weights, dtype=np.float64)
        quiet = (
            _loudness(self._power, np.zeros_like(self._power), self._active)[0]
            if not self._masking
            else np.zeros(frame.size)
        )
        self._quiet = self._summed(quiet, self._stem)
        self._weights[self._quiet <= 0.0] = 0.0
        self._touched: dict[int, tuple[Int, Int, Int, Float]] = {}
        self._measured = self._measure(
            self._power, self._excitation[self._frame] - self._spread, self._active
        )
        self._sums = [self._summed(part, self._stem) for part in self._measured]
        self.value = self._objective(self._sums)
        """Nine decimals."""

    def original(self, stem: int) -> Float:
        """Powers of a stem's sampled rows at the start."""
        return self._original[stem]

    def losses(self, stem: int, power: Float) -> Float:
        """What each track would lose if one had other powers, shape (tracks,).

        In its sampled rows.

        Its part of the objective, or its M.
        """
        return self._losses(self._after(stem, power))

    @property
    def weights(self) -> Float:
        """What each track counts for in the objective "loudness", in sum 1."""
        return np.asarray(self._weights / max(float(np.sum(self._weights)), 1e-30))

    def in_quiet(self, stem: int, power: Float) -> float:
        """Loudness in quiet of a stem with other powers in its sampled rows.

        As a multiple of what it was at the start; six decimals.
        """
        mine = self._mine[stem]
        alone = float(np.sum(_loudness(power, np.zeros_like(power), self._active[mine])[0]))
        return round(alone / float(self._quiet[stem]), 6) if self._quiet[stem] > 0.0 else 1.0

    def trial(self, stem: int, power: Float) -> float:
        """Objective if a stem had other powers in its sampled rows; nothing changes."""
        return self._objective(self._after(stem, power))

    def accept(self, powers: Mapping[int, Float]) -> None:
        """Give stems other powers in their sampled rows."""
        for n, power in powers.items():
            mine = self._mine[n]
            excited = spread(power)
            self._excitation[self._frame[mine]] += excited - self._spread[mine]
            self._power[mine], self._spread[mine] = power, excited
        frames = np.zeros(len(self._excitation), dtype=bool)
        for n in powers:
            frames[self._frame[self._mine[n]]] = True
        rows = np.flatnonzero(frames[self._frame])
        measured = self._measure(
            self._power[rows], self._excitation[self._frame[rows]] - self._spread[rows], self._active[rows]
        )
        for part, new in zip(self._measured, measured, strict=True):
            part[rows] = new
        self._sums = [self._summed(part, self._stem) for part in self._measured]
        self.value = self._objective(self._sums)
        self._touched.clear()

    def _after(self, stem: int, power: Float) -> list[Float]:
        """Sums if a stem had other powers."""
        if stem not in self._touched:
            mine = self._mine[stem]
            frames = np.zeros(len(self._excitation), dtype=bool)
            frames[self._frame[mine]] = True
            rows = np.flatnonzero(frames[self._frame])
            others = self._excitation[self._frame[rows]] - self._spread[rows]
            self._touched[stem] = (
                rows,
                np.searchsorted(rows, mine),
                np.searchsorted(self._frame[mine], self._frame[rows]),
                others,
            )
        rows, own, partner, others = self._touched[stem]
        powers = self._power[rows]
        powers[own] = power
        around = others + (spread(power) - self._spread[self._mine[stem]])[partner]
        around[own] = others[own]
        measured = self._measure(powers, around, self._active[rows])
        return [
            total + self._summed(new - old[rows], self._stem[rows])
            for total, new, old in zip(self._sums, measured, self._measured, strict=True)
        ]

    def _measure(self, power: Float, others: Float, active: Bool) -> tuple[Float, ...]:
        return (_masked if self._masking else _loudness)(power, others, active)

    def _summed(self, rows: Float, stem: Int) -> Float:
        return np.asarray(np.bincount(stem, weights=rows, minlength=len(self._mine)), dtype=np.float64)

    def _losses(self, sums: Sequence[Float]) -> Float:
        if self._masking:
            return np.round(sums[0] / np.maximum(sums[1], 1.0), 9)
        heard = np.maximum(self._quiet, 1e-30)
        return np.round(
            self._weights * (1.0 - sums[0] / heard) / max(float(np.sum(self._weights)), 1e-30), 12
        )

    def _objective(self, sums: Sequence[Float]) -> float:
        losses = self._losses(sums)
        if self._masking:
            return round(float(np.sum(losses * losses)) + float(np.max(losses) - np.min(losses)), 9)
        return round(float(np.sum(losses)), 9)


def _loudness(power: Float, others: Float, active: Bool) -> tuple[Float]:
    """Partial loudness of rows among the excitation of others, shape (rows,).

    As `imgext.dsp.partial_loudness` has it.
    """
    threshold = np.maximum(others * OFFSET, THRESHOLD_IN_QUIET)
    cells = np.flatnonzero((power > threshold) & significant(power) & active[:, np.newaxis])
    p, t = power.reshape(-1)[cells], threshold.reshape(-1)[cells]
    gained = power_law(0.5 * (p + t), EXPONENT) - power_law(t, EXPONENT)
    return (_per_row(cells, gained, len(power)),)


def _masked(power: Float, others: Float, active: Bool) -> tuple[Float, Float]:
    """Masker-to-signal ratio of the cells that matter: sum and number, (rows,) each.

    0 to 20 dB count as 0 to 1.
    """
    threshold = np.maximum(others * OFFSET, THRESHOLD_IN_QUIET)
    counted = (power > THRESHOLD_IN_QUIET) & significant(power) & active[:, np.newaxis]
    cells = np.flatnonzero(counted & (power < threshold))
    ratio = decibels(threshold.reshape(-1)[cells] / power.reshape(-1)[cells])
    return _per_row(cells, np.minimum(ratio, 20.0) / 20.0, len(power)), np.count_nonzero(
        counted, axis=1
    ).astype(np.float64)


def _per_row(cells: Int, values: Float, rows: int) -> Float:
    """Sums of what is in cells of a flattened array of rows of 25."""
    return np.asarray(np.bincount(cells // len(CENTRES), weights=values, minlength=rows), dtype=np.float64)
