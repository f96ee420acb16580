"""Mode `optimise`: searches depths of eight fixed bells on all tracks together.

Conventions: as `imgext.mix.unmask.planner`. A point holds for each such track the gains of bells at 60 Hz to
10.5 kHz, in dB from minus the limit to 0; all bells of a track are active in the same spans, those in which
it overlaps a track that stands before it. Bells that together cut by more than the limit are made shallower
before they are scored, and the track's energy is put back. What is minimised is `unmask.objective`, one of
those of `imgext.mix.unmask.objective`, with 0.05 of the mean of ``g^2 / 36`` over all bells of all tracks.

How it is searched is `unmask.search` (`imgext.mix.unmask.harmony`): "pattern", from no cuts in steps of half
and of a quarter of the limit, or "harmony", which draws from the seed of the scene and is polished by the
pattern search. On 14 scenes of recordings J fell by 0.0362 on average with the pattern search in a third of a
second; with harmony search by 0.0367 after 1000 evaluations in 3 s and by 0.0366 after 3000 in 12 s; the
guards bound both. The objective "masking" lowered J by 0.0216.

What is found is brought within the guards, track by track, and computed again with the very cuts that the
renderer plays, in finer frames; cuts of a track that do not help are dropped. A plan is never worse, by its
own measure, than none.

Sources: X. Liu, A. Mourgela, H. Ai, J. D. Reiss, "An automatic mixing speech enhancement system for
multi-track audio", arXiv:2404.17821, 2024 (harmony search, bands, total and balance of masking); D. Ronan et
al., arXiv:1803.09960, 2018 (objective "masking"). Neither gives the constants used here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.bands import k_weights
from imgext.dsp.bark import CENTRES, hop
from imgext.dsp.cuts import MARGIN, Bell, band_pass_power, cut_power, frequencies, openness, spans_of
from imgext.dsp.partial_loudness import EVERY
from imgext.dsp.units import db_to_gain, power_to_db
from imgext.mix.unmask.guards import LIMITS
from imgext.mix.unmask.harmony import harmony_search, pattern_search
from imgext.mix.unmask.objective import Score
from imgext.mix.unmask.planner import Mode, audibility, proposed, spans_for, stem_of
from imgext.mix.unmask.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgext.dsp.cuts import Spans
    from imgext.mix.unmask.planner import Placed, Plan, Settings

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]

CENTRES_OF_BELLS = (60, 150, 250, 450, 1000, 2500, 5800, 10500)
"""Hz."""

PENALTY = 0.05
"""Of the mean of (gain / 6 dB)^2."""

SHORTEST_OVERLAP = 0.1
"""Seconds."""

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


def plan(tracks: Sequence[Placed], settings: Settings) -> Plan:
    """Find the cuts of a scene, see `imgext.mix.unmask.planner.Planner`.

    With fewer than eight bells in the settings, each track keeps its deepest.
    """
    standing = Standing(tracks, settings)
    result = standing.no_cuts()
    cuttings = [] if standing.idle else _cuttings(standing.tracks, settings)
    if not cuttings:
        return result
    for cutting, gains in zip(cuttings, _search(standing.tracks, cuttings, settings), strict=True):
        cutting.bells = [
            Bell(freq, round(gain, 2), settings.q, cutting.spans)
            for freq, gain in zip(_freqs(settings), gains.tolist(), strict=True)
            if gain
        ]
    for cutting in cuttings:
        cutting.bells = standing.within_guards(cutting.number, cutting.bells, LIMITS)
    _prove(standing, cuttings, result)
    return result


MODE = Mode("search the depths of eight fixed bells a track for the least loss", plan, compresses=True)


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
            spans = spans_of(
                line, settings.rate, first=first, allowed=line, most=spans_for(seconds), end=settings.seconds
            )
            if spans:
                found.append(_Cutting(number, spans))
        present[stem.at[stem.active]] = True
    return found


# --- search


def _search(standing: Sequence[Placed], cuttings: Sequence[_Cutting], settings: Settings) -> list[Float]:
    """Gains of the bells of each track that is cut."""
    rows = sum(track.at.size for track in standing)
    problem = _Problem(standing, cuttings, settings, min(max(-(-rows // _ROWS), _FINEST), _COARSEST))
    width = len(_freqs(settings))
    lower, upper = np.full(width * len(cuttings), -settings.max_cut), np.zeros(width * len(cuttings))
    start, steps = upper, (settings.max_cut / 2.0, settings.max_cut / 4.0)
    if settings.search == "harmony":
        start = harmony_search(
            problem.value, lower, upper, seed=settings.seed, start=upper, evaluations=EVALUATIONS
        ).x
    found = pattern_search(problem.value, lower, upper, start, steps=steps, sweeps=_SWEEPS)
    return [problem.allowed(gains) for gains in found.x.reshape(-1, width)]


class _Problem:
    """Says what a point is worth.

    From one point to the next mostly the gains of one track change, and only what that touches is computed
    again.
    """

    def __init__(
        self,
        standing: Sequence[Placed],
        cuttings: Sequence[_Cutting],
        settings: Settings,
        every: int,
    ) -> None:
        stems, weights = [stem_of(track) for track in standing], [track.weight for track in standing]
        self._score = Score(stems, weights, settings.objective, every)
        self._cuttings, self._settings, self._tracks = cuttings, settings, len(standing)
        self._freqs = _freqs(settings)
        self._bands = self._detuning(CENTRES, settings)
        self._sides = self._detuning((*frequencies(settings.q), *self._freqs), settings)
        restored = k_weights(settings.rate) if settings.measure == "lufs" else np.ones(len(CENTRES))
        self._parts: list[
            tuple[Bool, Float, Float]
        ] = []  # rows in which cuts are active, and the weighted energy of all rows and of these
        for cutting in cuttings:
            track = standing[cutting.number]
            active = openness(cutting.spans, track.at, settings.rate) >= 0.5
            whole, cut = (
                np.sum(track.power, axis=0) * restored,
                np.sum(track.power[active], axis=0) * restored,
            )
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
        value = (
            self._score.value
            if tried is None
            else self._score.trial(self._cuttings[tried].number, self._power(tried, gains[tried]))
        )
        squares = sum(float(np.sum(self.allowed(row) ** 2)) for row in gains)
        return round(value + PENALTY * squares / (36.0 * self._tracks * len(self._freqs)), 9)

    def allowed(self, gains: Float) -> Float:
        """The gains as they may be together.

        No more bells than wanted, and no deeper than the limit.
        """
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
        """y^2 of each bell without its gain, shape (bells, frequencies).

        See `imgext.dsp.cuts`; large from half the rate on.
        """
        passed = np.array(
            [band_pass_power(freqs, freq, 0.0, settings.q, settings.rate) for freq in self._freqs]
        )
        return np.asarray(1.0 / np.maximum(passed, 1e-30) - 1.0)

    def _response(self, gains: Float, detuning: Float) -> Float:
        """Power response of all bells of a track at the places of a table of detunings.

        As `imgext.dsp.cuts.bell_power` has it.
        """
        left = 1.0 - np.array([db_to_gain(2.0 * gain) for gain in gains.tolist()])
        narrowing = np.array([db_to_gain(gain) for gain in gains.tolist()])
        return np.asarray(
            np.prod(1.0 - left[:, np.newaxis] / (1.0 + narrowing[:, np.newaxis] * detuning), axis=0)
        )

    def _power(self, k: int, gains: Float) -> Float:
        """Powers of a track's sampled rows with cuts, its energy put back."""
        factors = self._response(self.allowed(gains), self._bands)
        active, whole, cut = self._parts[k]
        left = float(np.sum(whole)) - float(np.sum(cut * (1.0 - factors)))
        restored = float(np.sum(whole)) / left if left > 0.0 else 1.0
        power = self._score.original(self._cuttings[k].number)
        return np.asarray(power * np.where(active[:, np.newaxis], factors * restored, restored))


# --- proof


def _prove(standing: Standing, cuttings: Sequence[_Cutting], result: Plan) -> None:
    """Keep the tracks whose cuts help as they are played.

    And say what each bell brings, and to whom.
    """
    tracks, rate = standing.tracks, standing.settings.rate
    stems, weights = [stem_of(track) for track in tracks], [track.weight for track in tracks]
    score = Score(stems, weights, standing.settings.objective, EVERY)

    def power(cutting: _Cutting, bells: Sequence[Bell]) -> Float:
        n = cutting.number
        factors = cut_power(bells, tracks[n].at, rate)
        gain = db_to_gain(2.0 * standing.ledgers[n].weigh(factors).gain_db)
        return np.asarray(score.original(n) * (factors[score.sampled[n]] * gain))

    uncut = score.value
    cut = [cutting for cutting in cuttings if cutting.bells]
    changed = cut
    while changed:
        score.accept({cutting.number: power(cutting, cutting.bells) for cutting in changed})
        for cutting in reversed(cut):
            if cutting.bells and score.trial(cutting.number, score.original(cutting.number)) <= score.value:
                cutting.bells = []
                score.accept({cutting.number: score.original(cutting.number)})
        settled = standing.rehearsed({cutting.number: cutting.bells for cutting in cut}, lambda _: LIMITS)
        changed = [cutting for cutting in cut if settled[cutting.number] != cutting.bells]
        for cutting in changed:
            cutting.bells = settled[cutting.number]
    if score.value >= uncut:
        return
    say = audibility if standing.settings.objective == "loudness" else _masking
    now = score.losses(cut[0].number, power(cut[0], cut[0].bells))
    for cutting in cut:
        n, track = cutting.number, tracks[cutting.number]
        before = [
            k
            for k, other in enumerate(tracks[:n])
            if np.intersect1d(other.at, track.at, assume_unique=True).size
        ]
        for bell in cutting.bells:
            without = score.losses(n, power(cutting, [other for other in cutting.bells if other is not bell]))
            helped = (without - now)[before]
            most = int(np.argmax(helped))
            whole = float(np.sum(np.maximum(helped, 0.0)))
            share = round(max(float(helped[most]), 0.0) / whole, 3) if whole else 0.0
            gain = round(float(np.sum(without - now)), 6)
            result[track.id].append(
                proposed(track, tracks[before[most]], bell, rate, of_bell=say(gain), gain=gain, share=share)
            )


def _masking(gain: float) -> str:
    return f"masked share {-100.0 * gain:+.2f} points"
