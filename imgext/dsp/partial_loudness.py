"""Partial loudness: how much of each sound is heard through all the others.

And what one decibel less of a sound would change.

Conventions: powers as `imgext.dsp.bark.BarkMeter` gives them; a stem is a set of rows, one for each frame of
the mix in which it is not silent, with their frame numbers next to them, so that a short sound in a long mix
costs what it lasts. Stems come in the order of who is heard first: each one yields to all before it. Frame
counts are small integers, weights and objectives plain numbers.

The objective is the weighted share of loudness that is lost::

    J = sum_n W_n (1 - NL_n / NL_n in quiet) / sum_n W_n
    NL_n = sum over frames and bands of  max(0, (T_n (1 + P_n / T_n) / 2) ** 0.23 - T_n ** 0.23)
    T_n  = max(threshold in quiet, 10 ** -0.55 * spread(P of all others))

over the bands within 30 dB of the strongest of each active frame: S. S. Stevens's power law with E. Zwicker's
exponent (*Psychoacoustics*, chapter 8), the masker taking the part of the threshold as in B. C. J. Moore, B.
R. Glasberg, T. Baer, JAES 45, 1997. It is a guide for choosing cuts and not a measure of loudness in sone.

Planning is incremental: excitation is linear, so of a changed stem only the change is spread again.
Objectives are rounded to nine decimals, values of cuts to 2**-50: what a choice hangs on is far coarser than
the last bits in which machines differ.

Memory: about 900 bytes per row while planning. A mix in which everything sounds all the time is planned in
windows of frames (`Stem.between`), with the loudness in quiet of the whole, to which every window then
contributes its part of one objective.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgext.dsp.bark import BANDS, THRESHOLD_IN_QUIET, decibels, power_law
from imgext.dsp.masking import OFFSET, active_frames, matrix_product, significant, spread, spread_adjoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from numpy.typing import NDArray

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]
    Int = NDArray[np.int64]

EXPONENT = 0.23
"""Of loudness over power (Zwicker)."""

EVERY = 3
"""The objective looks at the frames whose number this divides: one in 64 ms."""

_SILENCE = 1e-3  # -30 dB SPL: 25 dB under the lowest threshold in quiet
_RAMP = 4.0  # dB under the threshold at which a cell begins to be worth protecting
_DECAY = -10.0 / 43.0  # a cell's worth falls by a factor of ten in 43 dB above its threshold
_GRID = 2.0**50
_ROWS = 2048  # at a time, so that work space stays near the processor


class Stem(NamedTuple):
    """One sound of the mix where it is not silent.

    `at` are frame numbers of the mix, rising, shape (n,); `power` has shape (n, 25); `active`, shape (n,), is
    where it counts as present.
    """

    at: Int
    power: Float
    active: Bool

    @classmethod
    def of(cls, power: Float, first: int = 0) -> Stem:
        """Make a stem of all its frames, of which `first` is the number of the first.

        Examples
        --------
        >>> Stem.of(np.repeat([[0.0], [1e5]], 25, axis=1), first=7).at.tolist()
        [8]
        """
        sounding = np.flatnonzero(np.sum(power, axis=1) > _SILENCE)
        return cls(sounding + first, np.ascontiguousarray(power[sounding]), active_frames(power)[sounding])

    def between(self, start: int, stop: int) -> Stem:
        """The part in frames [start, stop)."""
        rows = slice(*np.searchsorted(self.at, (start, stop)).tolist())
        return Stem(self.at[rows], self.power[rows], self.active[rows])


def loudness_in_quiet(stem: Stem, every: int = EVERY) -> float:
    """Loudness of a stem alone, summed over the frames that are looked at.

    Parts of a stem add up.

    Parameters
    ----------
    stem : Stem
    every : int
        As for `PartialLoudness`.

    Returns
    -------
    float
        0 for a stem that is not heard.
    """
    rows = stem.at % every == 0
    return float(np.sum(loudness(stem.power[rows], THRESHOLD_IN_QUIET, stem.active[rows])))


class PartialLoudness:
    """The partial loudness of all stems of a mix, kept up to date while stems change.

    Parameters
    ----------
    stems : sequence of Stem
        The one that yields to nobody first.
    weights : sequence of float
        W, 0 or more.
    every : int
        The objective looks at frames whose number this divides.
    quiet : sequence of float, optional
        `loudness_in_quiet` of the whole stems, where `stems` are parts of them.

    Raises
    ------
    ValueError
        There are not as many weights, or loudnesses in quiet, as stems.

    Notes
    -----
    A stem that is not heard even alone has no part in the objective; without any other the objective is 0.
    """

    def __init__(
        self,
        stems: Sequence[Stem],
        weights: Sequence[float],
        *,
        every: int = EVERY,
        quiet: Sequence[float] | None = None,
    ) -> None:
        if len(weights) != len(stems) or (quiet is not None and len(quiet) != len(stems)):
            raise ValueError(f"{len(stems)} stems need as many weights and loudnesses in quiet")
        self.stems = tuple(stems)
        """As they were given."""
        self._power = [stem.power for stem in stems]
        self._first = min((int(stem.at[0]) for stem in stems if stem.at.size), default=0)
        frames = max((int(stem.at[-1]) for stem in stems if stem.at.size), default=-1) + 1 - self._first
        self._slots = [stem.at - self._first for stem in stems]
        self._total = np.zeros((frames, BANDS))
        for slots, power in zip(self._slots, self._power, strict=True):
            self._total[slots] += power

        own = [loudness_in_quiet(stem, every) for stem in stems]
        self._quiet = np.array(own if quiet is None else quiet, dtype=np.float64)
        self._share = [
            mine / whole if whole else 0.0 for mine, whole in zip(own, self._quiet.tolist(), strict=True)
        ]
        self._weights = np.where(self._quiet > 0.0, np.array(weights, dtype=np.float64), 0.0)

        # The frames of the objective, of all stems together, sorted by frame: what a change at some frames
        # can touch lies together.
        self._sampled = [np.flatnonzero(stem.at % every == 0) for stem in stems]
        stem_of = np.repeat(np.arange(len(stems)), [rows.size for rows in self._sampled])
        frame_of = np.concatenate(
            [
                *(stem.at[rows] for stem, rows in zip(stems, self._sampled, strict=True)),
                np.zeros(0, dtype=np.int64),
            ]
        )
        order = np.lexsort((stem_of, frame_of))
        self._stem_of = stem_of[order]
        self._slot_of = (frame_of[order] - np.min(frame_of, initial=self._first + frames)) // every
        self._rows_of = [np.flatnonzero(self._stem_of == n) for n in range(len(stems))]
        self._p, self._active = np.zeros((order.size, BANDS)), np.zeros(order.size, dtype=bool)
        for stem, rows, mine in zip(stems, self._sampled, self._rows_of, strict=True):
            self._p[mine], self._active[mine] = stem.power[rows], stem.active[rows]
        self._spread = spread(self._p)
        self._excitation = np.zeros((int(np.max(self._slot_of, initial=-1)) + 1, BANDS))
        for mine in self._rows_of:
            self._excitation[self._slot_of[mine]] += self._spread[mine]
        self._loudness = self._heard(np.arange(order.size), self._p, self._spread, self._excitation, 0)
        self._sums = self._summed(self._loudness, self._stem_of)
        self.objective = self._objective(self._sums)
        """J, nine decimals: 0 where all is heard as if alone, 1 where nothing is heard."""

    def power(self, stem: int) -> Float:
        """Power of a stem as it is now, shape (n, 25); not to be written to."""
        return self._power[stem]

    def overlap(self, stem: int) -> Bool:
        """Where a stem and one to which it yields are both active, shape (n,)."""
        present = np.zeros(len(self._total), dtype=bool)
        for slots, before in zip(self._slots[:stem], self.stems[:stem], strict=True):
            present[slots[before.active]] = True
        return np.asarray(present[self._slots[stem]] & self.stems[stem].active)

    def trial(self, stem: int, power: Float) -> float:
        """Objective if a stem had other powers, shape (n, 25); nothing changes."""
        touched, p, excited, excitation, first = self._changed(stem, power)
        change = self._heard(touched, p, excited, excitation, first) - self._loudness[touched]
        return self._objective(self._sums + self._summed(change, self._stem_of[touched]))

    def accept(self, stem: int, power: Float) -> float:
        """Give a stem other powers, shape (n, 25), and return the objective.

        The array is kept.
        """
        touched, p, excited, excitation, first = self._changed(stem, power)
        self._loudness[touched] = self._heard(touched, p, excited, excitation, first)
        self._p[touched], self._spread[touched] = p, excited
        self._excitation[first : first + len(excitation)] = excitation
        self._total[self._slots[stem]] += power - self._power[stem]
        self._power[stem] = power
        self._sums = self._summed(self._loudness, self._stem_of)
        self.objective = self._objective(self._sums)
        return self.objective

    def sensitivity(self) -> Sensitivity:
        """What less of each stem would change, as things are now."""
        return Sensitivity(
            self.stems, list(self._power), self._slots, self._total, (self._weights * self._share).tolist()
        )

    def _summed(self, loudness: Float, stem_of: Int) -> Float:
        return np.asarray(np.bincount(stem_of, weights=loudness, minlength=len(self.stems)), dtype=np.float64)

    def _objective(self, sums: Float) -> float:
        heard = self._quiet > 0.0
        total = float(np.sum(self._weights))
        if not total:
            return 0.0
        return round(
            float(np.sum(self._weights[heard] * (1.0 - sums[heard] / self._quiet[heard]))) / total, 9
        )

    def _changed(self, stem: int, power: Float) -> tuple[Int, Float, Float, Float, int]:
        """Rows that a change touches, with their powers and excitations after it.

        And the excitation of all around there, and where that begins.
        """
        if power.shape != self._power[stem].shape:
            raise ValueError(
                f"powers of shape {power.shape} are not the {self._power[stem].shape} of stem {stem}"
            )
        mine = self._rows_of[stem]
        new = power[self._sampled[stem]]
        differs = np.any(new != self._p[mine], axis=1)
        mine, new = mine[differs], new[differs]
        if not mine.size:
            return mine, new, new, np.zeros((0, BANDS)), 0
        slots = self._slot_of[mine]
        first, last = int(slots[0]), int(slots[-1])
        excited_new = spread(new)
        excitation = self._excitation[first : last + 1].copy()
        excitation[slots - first] += excited_new - self._spread[mine]
        changed = np.zeros(len(excitation), dtype=bool)
        changed[slots - first] = True
        low, high = np.searchsorted(self._slot_of, (first, last + 1)).tolist()
        touched = low + np.flatnonzero(changed[self._slot_of[low:high] - first])
        p, excited = self._p[touched], self._spread[touched]
        here = self._stem_of[touched] == stem
        p[here], excited[here] = new, excited_new
        return touched, p, excited, excitation, first

    def _heard(self, rows: Int, power: Float, excited: Float, excitation: Float, first: int) -> Float:
        """Partial loudness of sampled rows, shape (rows,).

        With these powers and excitations of their own, and that of all from slot `first`.
        """
        result = np.empty(rows.size)
        for begin in range(0, rows.size, _ROWS):
            part = slice(begin, begin + _ROWS)
            others = (excitation[self._slot_of[rows[part]] - first] - excited[part]) * OFFSET
            result[part] = loudness(
                power[part], np.maximum(others, THRESHOLD_IN_QUIET), self._active[rows[part]]
            )
        return result


class Sensitivity:
    """What a decibel less of each stem would do to the audibility of all.

    At one state of a mix; made by `PartialLoudness.sensitivity`.

    In the terms of the method: O is the worth of each cell of a stem, that is its share of the stem's
    loudness times a window that is full at the masking threshold, falls to 0 over 4 dB below it and slowly
    above; R is O carried back, by the adjoint of the spreading, to the powers that raise the threshold there.
    """

    def __init__(
        self,
        stems: Sequence[Stem],
        power: Sequence[Float],
        slots: Sequence[Int],
        total: Float,
        weights: Sequence[float],
    ) -> None:
        self._stems, self._power, self._slots = stems, power, slots
        excitation = spread(total)
        self.worth: list[Float] = []
        """O of each stem, shape (n, 25)."""
        self.relief: list[Float] = []
        """R of each stem, shape (n, 25), per power."""
        self._all = np.zeros_like(total)
        for stem, now, at, weight in zip(stems, power, slots, weights, strict=True):
            worth, relief = _worth_and_relief(stem, now, excitation, at, weight)
            self.worth.append(worth)
            self.relief.append(relief)
            self._all[at] += relief

    def benefit(self, stem: int, above: Float, k_weights: Float) -> Float:
        """What a dB less of a stem is worth in each cell.

        Help for those above - its own loss - what putting its level back costs.

        Parameters
        ----------
        stem : int
        above : ndarray, shape (n, 25)
            Sum of R over the stems before this one, at its frames.
        k_weights : ndarray, shape (25,)
            Weight of each band in loudness level, see `k_weights`.

        Returns
        -------
        ndarray, shape (n, 25)
            D.
        """
        power, worth = self._power[stem], self.worth[stem]
        others = self._all[self._slots[stem]] - self.relief[stem]
        restored = power * k_weights
        cost = float(np.sum(power * others)) - float(np.sum(worth))
        share = restored * (cost / max(float(np.sum(restored)), 1e-30))
        return power * above - worth - share

    def values(self, live: Collection[int], shapes: Float, k_weights: Float) -> Iterator[tuple[int, Float]]:
        """What a bell is worth at every frame and centre.

        Parameters
        ----------
        live : collection of int
            Stems of interest; those that yield to none, or never overlap with one they yield to, are passed
            over.
        shapes : ndarray, shape (centres, 25)
            Effect of each candidate bell on each band in dB per dB, see `imgext.dsp.cuts.shapes`.
        k_weights : ndarray, shape (25,)

        Yields
        ------
        stem : int
        values : ndarray, shape (n, centres)
            V: the gain in weighted audibility per dB of cut, in multiples of 2**-50; 0 where the stem does
            not overlap.
        """
        above, present = np.zeros_like(self._all), np.zeros(len(self._all), dtype=bool)
        by_band = np.ascontiguousarray(shapes.T)
        for number, (stem, slots) in enumerate(zip(self._stems, self._slots, strict=True)):
            if number in live:
                overlap = present[slots] & stem.active
                if np.any(overlap):
                    value = matrix_product(self.benefit(number, above[slots], k_weights), by_band)
                    value[~overlap] = 0.0
                    yield number, np.rint(value * _GRID) / _GRID
            above[slots] += self.relief[number]
            present[slots[stem.active]] = True

    def helped(self, stem: int, gate: Float, shape: Float) -> list[float]:
        """How much a bell helps each of the stems before this one.

        Parameters
        ----------
        stem : int
        gate : ndarray, shape (n,)
            0 to 1.
        shape : ndarray, shape (25,)
            Row of the bell in `imgext.dsp.cuts.shapes`.

        Returns
        -------
        list of float
            The part of V that each of them contributes, summed over the gate; nine significant digits.
        """
        cut = np.zeros_like(self._all)
        cut[self._slots[stem]] = self._power[stem] * gate[:, np.newaxis] * shape
        opened = self._slots[stem][gate > 0.0]
        if not opened.size:
            return [0.0] * stem
        first, last = int(opened.min()), int(opened.max())
        there = [slots.size and slots[0] <= last and slots[-1] >= first for slots in self._slots[:stem]]
        return [
            float(f"{float(np.sum(cut[slots] * relief)):.9g}") if near else 0.0
            for near, slots, relief in zip(there, self._slots, self.relief, strict=False)
        ]

    def helped_in(self, stem: int, part: Int, parts: int, shape: Float) -> Float:
        """How much a bell helps each stem before this one, in each part of its time.

        Parameters
        ----------
        stem : int
        part : ndarray of int, shape (n,)
            To which part each row belongs, from 0; -1 to none.
        parts : int
        shape : ndarray, shape (25,)
            As for `helped`.

        Returns
        -------
        ndarray, shape (parts, stem)
            As `helped` with a gate that is open in this part alone; nine significant digits.
        """
        relieved, part_of = np.zeros_like(self._all), np.full(len(self._all), -1)
        relieved[self._slots[stem]], part_of[self._slots[stem]] = self._power[stem] * shape, part
        result = np.zeros((parts, stem))
        for n in range(stem):
            there = part_of[self._slots[n]]
            rows = np.flatnonzero(there >= 0)
            sums = np.sum(relieved[self._slots[n][rows]] * self.relief[n][rows], axis=1)
            result[:, n] = np.bincount(there[rows], weights=sums, minlength=parts)
        return np.array([[float(f"{value:.9g}") for value in row] for row in result.tolist()]).reshape(
            result.shape
        )


def loudness(power: Float, threshold: Float, active: Bool) -> Float:
    """Loudness over a threshold of rows of powers, shape (rows,).

    Parameters
    ----------
    power : ndarray, shape (rows, 25)
    threshold : ndarray, shape (rows, 25) or (25,)
        Of what else is heard, or in quiet.
    active : ndarray of bool, shape (rows,)
        Where the sound counts as present.
    """
    # (1 + P / T) / 2 > 1 exactly where P > T, so the other cells need no power law.
    cells = np.flatnonzero(((power > threshold) & significant(power) & active[:, np.newaxis]).reshape(-1))
    p, t = power.reshape(-1)[cells], np.broadcast_to(threshold, power.shape).reshape(-1)[cells]
    gained = power_law(0.5 * (p + t), EXPONENT) - power_law(t, EXPONENT)
    return np.asarray(np.bincount(cells // BANDS, weights=gained, minlength=len(power)), dtype=np.float64)


def _worth_and_relief(
    stem: Stem, power: Float, excitation: Float, slots: Int, weight: float
) -> tuple[Float, Float]:
    """O and R of a stem.

    Its original powers are in `stem`, its present ones in `power`.
    """
    worth, relief = np.zeros_like(power), np.zeros_like(power)
    total = 0.0
    for begin in range(0, len(power), _ROWS):
        part = slice(begin, begin + _ROWS)
        p = power[part]
        others = (excitation[slots[part]] - spread(p)) * OFFSET
        cells = np.flatnonzero(
            ((p > THRESHOLD_IN_QUIET) & significant(p) & stem.active[part, np.newaxis]).reshape(-1)
        )
        share = power_law(stem.power[part].reshape(-1)[cells], EXPONENT)
        total += float(np.sum(share))
        ratio = (p / np.maximum(others, THRESHOLD_IN_QUIET)).reshape(-1)[cells]
        share *= power_law(np.maximum(ratio, 1.0), _DECAY)
        below = np.flatnonzero(ratio < 1.0)
        share[below] *= np.maximum(1.0 + decibels(ratio[below]) / _RAMP, 0.0)
        worth[part].reshape(-1)[cells] = share
        relief[part] = spread_adjoint(
            worth[part] / np.maximum(others, THRESHOLD_IN_QUIET) * (others > THRESHOLD_IN_QUIET)
        )
    scale = weight / total if total else 0.0
    worth *= scale
    relief *= scale * OFFSET
    return worth, relief
