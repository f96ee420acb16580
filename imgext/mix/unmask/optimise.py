"""Mode `optimise`: the depths of eight fixed bells on every track that yields are searched for together, so that a mix as a whole is less masked.

Conventions: as `imgext.mix.unmask.material`. A point holds for each such track the gains of bells at 60 Hz to 10.5 kHz, in dB from minus the limit
to 0; all bells of a track are active in the same spans, those in which it overlaps a track that stands before it. Bells that together cut by
more than the limit are made shallower before they are scored, and the track's energy is put back. What is minimised:

- "loudness": J of `imgext.dsp.partial`, the weighted share of loudness that is lost;
- "masking": ``sum of M^2 + (largest M - smallest M)`` with the M of `imgext.dsp.masking.masked_share`, for comparison;

in either case with 0.05 of the mean of ``g^2 / 36`` over all bells of all tracks. The pattern search (from no cuts, steps of half and of a quarter of the
limit) is the default: on 14 scenes of recordings J fell by 0.0362 on average in a third of a second, with harmony search and a polish by 0.0367 after
1000 evaluations in 3 s and by 0.0366 after 3000 in 12 s; the guards bound both. The objective "masking" lowered J by 0.0216.

What is found is brought within the guards, track by track, and reckoned again with the very cuts that the renderer plays, in finer frames; cuts of a
track that do not help are dropped. A plan is never worse, by its own measure, than none.

Sources: X. Liu, A. Mourgela, H. Ai, J. D. Reiss, "An automatic mixing system for multi-track spatialization based on unmasking", arXiv:2404.17821, 2024 (harmony
search, bands, total and balance of masking); D. Ronan et al., arXiv:1803.09960, 2018 (objective "masking"). Neither gives the constants used here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from imgext.dsp.bands import k_weights
from imgext.dsp.bark import CENTRES, THRESHOLD_IN_QUIET, decibels, hop, power_law
from imgext.dsp.cuts import MARGIN, Bell, band_pass_power, cut_power, frequencies, openness, spans_of
from imgext.dsp.masking import OFFSET, significant, spread
from imgext.dsp.partial import EVERY, EXPONENT
from imgext.dsp.units import db_to_gain, power_to_db
from imgext.mix.unmask.guards import Ledger, Limits, Order
from imgext.mix.unmask.harmony import harmony_search, pattern_search
from imgext.mix.unmask.masking import within_guards
from imgext.mix.unmask.material import by_standing, proposed, spans_for, stem_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from imgext.dsp.cuts import Spans
    from imgext.dsp.partial import Stem
    from imgext.mix.unmask.material import Placed, Plan, Settings

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]
    Int = NDArray[np.int64]
    Objective = Literal["loudness", "masking"]
    Solver = Literal["pattern", "harmony"]

CENTRES_OF_BELLS = (60, 150, 250, 450, 1000, 2500, 5800, 10500)
"""Hz."""

PENALTY = 0.05
"""Of the mean of (gain / 6 dB)^2."""

SHORTEST_OVERLAP = 0.1
"""Seconds."""

LIMITS = Limits(drop=2.5, drop_important=1.5)

EVALUATIONS = 800
"""Of harmony search, before the polish."""

_ROWS = 1500  # frames of all tracks together that a search looks at
_COARSEST, _FINEST = 24, 4  # one frame in so many
_SWEEPS = 4


@dataclass(slots=True)
class _Cutting:
    """A track that may be cut, where, and what is found for it."""

    number: int
    spans: Spans
    bells: list[Bell] = field(default_factory=list)


def plan(tracks: Sequence[Placed], settings: Settings, *, objective: Objective = "loudness", solver: Solver = "pattern") -> Plan:
    """Find the cuts of a scene.

    Parameters
    ----------
    tracks : sequence of Placed
        All that are heard, in any order.
    settings : Settings
        With fewer than eight bells, each track keeps its deepest.
    objective : {"loudness", "masking"}
    solver : {"pattern", "harmony"}
        Harmony search draws from the seed of the scene, and is followed by a pattern search.

    Returns
    -------
    Plan
        For every open track its cuts by rising frequency.

    Raises
    ------
    ValueError
        Two tracks have the same id, or powers do not fit their frames.
    """
    standing = by_standing(tracks, settings.rate)
    result: Plan = {track.id: [] for track in standing if track.open}
    if settings.max_cut <= 0.0 or settings.bells == 0 or len(standing) < 2:
        return result
    cuttings = _cuttings(standing, settings)
    if not cuttings:
        return result
    for cutting, gains in zip(cuttings, _search(standing, cuttings, settings, objective, solver), strict=True):
        cutting.bells = [
            Bell(freq, round(gain, 2), settings.q, cutting.spans)
            for freq, gain in zip(_freqs(settings), gains.tolist(), strict=True)
            if gain
        ]
    ledgers = [Ledger(track.at, track.power, settings.rate, settings.measure) for track in standing]
    order = Order([ledger.loudness for ledger in ledgers])
    for cutting in cuttings:
        n = cutting.number
        cutting.bells = within_guards(cutting.bells, standing[n], n, ledgers[n], order, LIMITS, settings)
    _prove(standing, cuttings, ledgers, settings, objective, result)
    return result


def _freqs(settings: Settings) -> list[int]:
    return [freq for freq in CENTRES_OF_BELLS if 2 * freq < settings.rate]


def _cuttings(standing: Sequence[Placed], settings: Settings) -> list[_Cutting]:
    """The open tracks that overlap one before them for long enough, and when."""
    stems = [stem_of(track) for track in standing]
    present = np.zeros(max((int(stem.at[-1]) + 1 for stem in stems if stem.at.size), default=0), dtype=bool)
    found = []
    for number, (track, stem) in enumerate(zip(standing, stems, strict=True)):
        overlap = present[stem.at] & stem.active
        seconds = np.count_nonzero(overlap) * hop(settings.rate) / settings.rate
        if track.open and seconds >= SHORTEST_OVERLAP:
            first = int(stem.at[0])
            line = np.zeros(int(stem.at[-1]) + 1 - first, dtype=bool)
            line[stem.at[overlap] - first] = True
            spans = spans_of(line, settings.rate, first=first, allowed=line, most=spans_for(seconds), end=settings.seconds)
            if spans:
                found.append(_Cutting(number, spans))
        present[stem.at[stem.active]] = True
    return found


# --- search ----------------------------------------------------------------------------------------------------------------------------


def _search(
    standing: Sequence[Placed], cuttings: Sequence[_Cutting], settings: Settings, objective: Objective, solver: Solver
) -> list[Float]:
    """Gains of the bells of each track that is cut."""
    rows = sum(track.at.size for track in standing)
    problem = _Problem(standing, cuttings, settings, objective, min(max(-(-rows // _ROWS), _FINEST), _COARSEST))
    width = len(_freqs(settings))
    lower, upper = np.full(width * len(cuttings), -settings.max_cut), np.zeros(width * len(cuttings))
    start, steps = upper, (settings.max_cut / 2.0, settings.max_cut / 4.0)
    if solver == "harmony":
        start = harmony_search(problem.value, lower, upper, seed=settings.seed, start=upper, evaluations=EVALUATIONS).x
    found = pattern_search(problem.value, lower, upper, start, steps=steps, sweeps=_SWEEPS)
    return [problem.allowed(gains) for gains in found.x.reshape(-1, width)]


class _Problem:
    """What a point is worth. From one point to the next mostly the gains of one track change, and only what that touches is reckoned again."""

    def __init__(
        self, standing: Sequence[Placed], cuttings: Sequence[_Cutting], settings: Settings, objective: Objective, every: int
    ) -> None:
        self._score = _Score([stem_of(track) for track in standing], [track.weight for track in standing], objective, every)
        self._cuttings, self._settings, self._tracks = cuttings, settings, len(standing)
        self._freqs = _freqs(settings)
        self._bands = self._detuning(CENTRES, settings)
        self._sides = self._detuning((*frequencies(settings.q), *self._freqs), settings)
        weights = k_weights(settings.rate) if settings.measure == "lufs" else np.ones(len(CENTRES))
        self._parts: list[tuple[Bool, Float, Float]] = []  # rows in which cuts are active, and the weighted energy of all rows and of these
        for cutting in cuttings:
            track = standing[cutting.number]
            active = openness(cutting.spans, track.at, settings.rate) >= 0.5
            whole, cut = np.sum(track.power, axis=0) * weights, np.sum(track.power[active], axis=0) * weights
            self._parts.append((active[self._score.sampled[cutting.number]], whole, cut))
        self._base = np.zeros((len(cuttings), len(self._freqs)))
        self._last = self._base.copy()
        self._known: dict[tuple[float, ...], Float] = {}

    def value(self, x: Float) -> float:
        """Objective and penalty at a point, nine decimals."""
        gains = x.reshape(self._base.shape)
        changed = np.flatnonzero(np.any(gains != self._base, axis=1)).tolist()
        if len(changed) == 2:  # one was tried before and has been kept, the other is tried now
            changed.sort(key=lambda k: bool(np.array_equal(self._last[k], self._base[k])))
        tried = changed.pop() if len(changed) <= 2 and changed else None
        if changed:
            self._score.accept({self._cuttings[k].number: self._power(k, gains[k]) for k in changed})
            self._base[changed] = gains[changed]
        self._last = gains.copy()
        value = self._score.value if tried is None else self._score.trial(self._cuttings[tried].number, self._power(tried, gains[tried]))
        squares = sum(float(np.sum(self.allowed(row) ** 2)) for row in gains)
        return round(value + PENALTY * squares / (36.0 * self._tracks * len(self._freqs)), 9)

    def allowed(self, gains: Float) -> Float:
        """The gains as they may be together: no more bells than wanted, and no deeper than the limit."""
        key = tuple(gains.tolist())
        if key not in self._known:
            self._known[key] = self._limited(gains)
        return self._known[key]

    def _limited(self, gains: Float) -> Float:
        result = gains.copy()
        most = self._settings.bells
        if most is not None and most < gains.size:
            result[np.argsort(gains, kind="stable")[most:]] = 0.0
        several = np.count_nonzero(result) > 1
        for _ in range(6 if several else 0):
            deepest = power_to_db(float(np.min(self._response(result, self._sides))))
            if deepest >= -self._settings.max_cut + MARGIN - 1e-3:
                break
            result = result * ((-self._settings.max_cut + MARGIN) / deepest)
        return result

    def _detuning(self, freqs: Sequence[float], settings: Settings) -> Float:
        """y^2 of each bell without its gain (`imgext.dsp.cuts`) at some frequencies, shape (bells, frequencies); large from half the rate on."""
        passed = np.array([band_pass_power(freqs, freq, 0.0, settings.q, settings.rate) for freq in self._freqs])
        return np.asarray(1.0 / np.maximum(passed, 1e-30) - 1.0)

    def _response(self, gains: Float, detuning: Float) -> Float:
        """Power response of all bells of a track, as `imgext.dsp.cuts.bell_power` has it, at the places of a table of detunings."""
        left = 1.0 - np.array([db_to_gain(2.0 * gain) for gain in gains.tolist()])
        narrowing = np.array([db_to_gain(gain) for gain in gains.tolist()])
        return np.asarray(np.prod(1.0 - left[:, np.newaxis] / (1.0 + narrowing[:, np.newaxis] * detuning), axis=0))

    def _power(self, k: int, gains: Float) -> Float:
        """Powers of a track's sampled rows with cuts, its energy put back."""
        factors = self._response(self.allowed(gains), self._bands)
        active, whole, cut = self._parts[k]
        left = float(np.sum(whole)) - float(np.sum(cut * (1.0 - factors)))
        restored = float(np.sum(whole)) / left if left > 0.0 else 1.0
        power = self._score.original(self._cuttings[k].number)
        return np.asarray(power * np.where(active[:, np.newaxis], factors * restored, restored))


class _Score:
    """An objective over the sampled frames of all tracks, kept up to date while tracks change."""

    def __init__(self, stems: Sequence[Stem], weights: Sequence[float], objective: Objective, every: int) -> None:
        self.sampled = [np.flatnonzero(stem.at % every == 0) for stem in stems]
        """Rows of each stem that are looked at."""
        stem_of_row = np.repeat(np.arange(len(stems)), [rows.size for rows in self.sampled])
        frame = np.concatenate([stem.at[rows] // every for stem, rows in zip(stems, self.sampled, strict=True)])
        order = np.lexsort((stem_of_row, frame))  # what sounds together lies together
        self._stem, self._frame = stem_of_row[order], frame[order] - (int(np.min(frame)) if frame.size else 0)
        self._power = np.concatenate([stem.power[rows] for stem, rows in zip(stems, self.sampled, strict=True)])[order]
        self._active = np.concatenate([stem.active[rows] for stem, rows in zip(stems, self.sampled, strict=True)])[order]
        self._mine = [np.flatnonzero(self._stem == n) for n in range(len(stems))]
        self._original = [self._power[mine] for mine in self._mine]
        self._spread = spread(self._power)
        self._excitation = np.zeros((int(np.max(self._frame, initial=-1)) + 1, len(CENTRES)))
        for mine in self._mine:
            self._excitation[self._frame[mine]] += self._spread[mine]
        self._masking = objective == "masking"
        self._weights = np.array(weights, dtype=np.float64)
        quiet = _loudness(self._power, np.zeros_like(self._power), self._active)[0] if not self._masking else np.zeros(frame.size)
        self._quiet = self._summed(quiet, self._stem)
        self._weights[self._quiet <= 0.0] = 0.0
        self._touched: dict[int, tuple[Int, Int, Int, Float]] = {}
        self._measured = self._measure(self._power, self._excitation[self._frame] - self._spread, self._active)
        self._sums = [self._summed(part, self._stem) for part in self._measured]
        self.value = self._objective(self._sums)
        """Nine decimals."""

    def original(self, stem: int) -> Float:
        """Powers of a stem's sampled rows at the start."""
        return self._original[stem]

    def losses(self, stem: int, power: Float) -> Float:
        """What each track would lose if one had other powers in its sampled rows, shape (tracks,): its part of the objective, or its M."""
        return self._losses(self._after(stem, power))

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
        measured = self._measure(self._power[rows], self._excitation[self._frame[rows]] - self._spread[rows], self._active[rows])
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
            self._touched[stem] = rows, np.searchsorted(rows, mine), np.searchsorted(self._frame[mine], self._frame[rows]), others
        rows, own, partner, others = self._touched[stem]
        powers = self._power[rows]
        powers[own] = power
        beside = others + (spread(power) - self._spread[self._mine[stem]])[partner]
        beside[own] = others[own]
        measured = self._measure(powers, beside, self._active[rows])
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
        return np.round(self._weights * (1.0 - sums[0] / heard) / max(float(np.sum(self._weights)), 1e-30), 12)

    def _objective(self, sums: Sequence[Float]) -> float:
        losses = self._losses(sums)
        if self._masking:
            return round(float(np.sum(losses * losses)) + float(np.max(losses) - np.min(losses)), 9)
        return round(float(np.sum(losses)), 9)


def _loudness(power: Float, others: Float, active: Bool) -> tuple[Float]:
    """Partial loudness of rows among the excitation of others, as `imgext.dsp.partial` has it, shape (rows,)."""
    threshold = np.maximum(others * OFFSET, THRESHOLD_IN_QUIET)
    cells = np.flatnonzero((power > threshold) & significant(power) & active[:, np.newaxis])
    p, t = power.reshape(-1)[cells], threshold.reshape(-1)[cells]
    gained = power_law(0.5 * (p + t), EXPONENT) - power_law(t, EXPONENT)
    return (_per_row(cells, gained, len(power)),)


def _masked(power: Float, others: Float, active: Bool) -> tuple[Float, Float]:
    """Of the cells of rows that matter: sum of the masker-to-signal ratio, 0 to 20 dB as 0 to 1, and their number, shape (rows,) each."""
    threshold = np.maximum(others * OFFSET, THRESHOLD_IN_QUIET)
    counted = (power > THRESHOLD_IN_QUIET) & significant(power) & active[:, np.newaxis]
    cells = np.flatnonzero(counted & (power < threshold))
    ratio = decibels(threshold.reshape(-1)[cells] / power.reshape(-1)[cells])
    return _per_row(cells, np.minimum(ratio, 20.0) / 20.0, len(power)), np.count_nonzero(counted, axis=1).astype(np.float64)


def _per_row(cells: Int, values: Float, rows: int) -> Float:
    """Sums of what is in cells of a flattened array of rows of 25."""
    return np.asarray(np.bincount(cells // len(CENTRES), weights=values, minlength=rows), dtype=np.float64)


# --- proof -----------------------------------------------------------------------------------------------------------------------------


def _prove(
    standing: Sequence[Placed],
    cuttings: Sequence[_Cutting],
    ledgers: Sequence[Ledger],
    settings: Settings,
    objective: Objective,
    result: Plan,
) -> None:
    """Reckon with the cuts as they are played, keep those of the tracks that help, and say of each bell what it brings and to whom."""
    score = _Score([stem_of(track) for track in standing], [track.weight for track in standing], objective, EVERY)

    def power(cutting: _Cutting, bells: Sequence[Bell]) -> Float:
        n = cutting.number
        factors = cut_power(bells, standing[n].at, settings.rate)
        gain = db_to_gain(2.0 * ledgers[n].weigh(factors).gain_db)
        return np.asarray(score.original(n) * (factors[score.sampled[n]] * gain))

    before = score.value
    cut = [cutting for cutting in cuttings if cutting.bells]
    score.accept({cutting.number: power(cutting, cutting.bells) for cutting in cut})
    for cutting in reversed(cut):
        if score.trial(cutting.number, score.original(cutting.number)) <= score.value:
            cutting.bells = []
            score.accept({cutting.number: score.original(cutting.number)})
    if score.value >= before:
        return
    now = score.losses(cut[0].number, power(cut[0], cut[0].bells))
    for cutting in cut:
        n, track = cutting.number, standing[cutting.number]
        beside = [k for k, other in enumerate(standing[:n]) if np.intersect1d(other.at, track.at, assume_unique=True).size]
        for bell in cutting.bells:
            without = score.losses(n, power(cutting, [other for other in cutting.bells if other is not bell]))
            helped = (without - now)[beside]
            most = int(np.argmax(helped))
            whole = float(np.sum(np.maximum(helped, 0.0)))
            share = round(max(float(helped[most]), 0.0) / whole, 3) if whole else 0.0
            gain = round(float(np.sum(without - now)), 6)
            result[track.id].append(proposed(track, standing[beside[most]], bell, settings.rate, gain=gain, share=share))
