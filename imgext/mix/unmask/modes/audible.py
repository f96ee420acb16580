"""Mode `audible`: makes cuts that let important sounds be heard better.

A gradient proposes each cut, an exact check accepts it.

Conventions: as `imgext.mix.unmask.planner`; J is the weighted share of loudness that is lost, see
`imgext.dsp.partial_loudness`.

In each round every track that yields gets one bell proposed: the gradient of J gives what a decibel less is
worth in every frame at every centre, after its cost to the track itself and the cost of putting the track's
level back. The frames in which a centre is worth something, reduced to a few spans, are its gate; the centre
with most worth is proposed. A bell is accepted at the depth at which J falls most, computed with the very
cuts that the renderer plays and with the level restored as it does, in a scene's own measure; bells of one
track are made shallower together until they keep the limit on their sum. Most of a bell's worth must be help
for other tracks. So J falls with every cut, and a track that cannot help is left alone.

A cut must lower J by a share of the weights of the tracks that it can affect, which are those that sound
while the cut track does. The rest of a long scene makes no cut less worthwhile, and a sound that meets no
other changes nothing.

A scene is planned whole, however long: distant parts cost nothing, because only what a cut touches is
computed again. If very much sounds for very long, the planner uses every third frame, which leaves J
unchanged, or fewer (`imgext.mix.unmask.planner.thinning`).

Source: the project's reference on unmasking, section 4, with spans in place of gradual gates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.bands import k_weights, smoothed
from imgext.dsp.bark import CENTRES, hop
from imgext.dsp.cuts import Bell, bell_power, capped, openness, shapes, spans_of
from imgext.dsp.partial_loudness import EVERY, PartialLoudness, Stem
from imgext.dsp.units import db_to_gain
from imgext.mix.unmask.guards import Limits
from imgext.mix.unmask.planner import Mode, audibility, proposed, spans_for, stem_of, thinning
from imgext.mix.unmask.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgext.dsp.cuts import Spans
    from imgext.dsp.partial_loudness import Sensitivity
    from imgext.mix.unmask.ledger import Ledger
    from imgext.mix.unmask.planner import Placed, Plan, Settings

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]
    Int = NDArray[np.int64]

BELLS = 4
DEPTHS = (0.5, 1.0)
"""Of the deepest cut: 3 and 6 dB."""

SPACING = 4
"""Bands on each side of a bell's centre in which the track gets no other."""

LEAST_GAIN = 2e-4
"""By which J must fall, where every track meets every other."""

LEAST_HELP = 0.5
"""Of what a bell is worth, how much must be help for others.

A sound that only becomes more even itself is not cut.
"""

SHORTEST_OVERLAP = 0.1
"""Seconds."""

LIMITS = Limits(drop=2.0, drop_important=1.5)

_SMOOTHING = 9  # frames


@dataclass(slots=True)
class _Cutting:
    """A track that may be cut, and what has been decided for it."""

    number: int
    track: Placed
    ledger: Ledger
    overlap: Bool
    least_gain: float
    bells: list[Bell] = field(default_factory=list)
    reasons: list[tuple[int, float, float]] = field(
        default_factory=list
    )  # of each bell: track that gains most, its share, gain in J
    refused: set[int] = field(default_factory=set)
    openings: dict[Spans | None, tuple[Int, list[tuple[int, float]]]] = field(
        default_factory=dict
    )  # rows wholly open, and partly
    live: bool = True

    def opening(self, spans: Spans | None, rate: int) -> tuple[Int, list[tuple[int, float]]]:
        """Rows in which a gate is wholly open, and those in which it is partly."""
        if spans not in self.openings:
            degree = openness(spans, self.track.at, rate)
            partly = np.flatnonzero((degree > 0.0) & (degree < 1.0))
            self.openings[spans] = (
                np.flatnonzero(degree == 1.0),
                list(zip(partly.tolist(), degree[partly].tolist(), strict=True)),
            )
        return self.openings[spans]

    def envelope(self, bells: Sequence[Bell], rate: int) -> Float:
        """What bells leave of this track's power.

        As `imgext.dsp.cuts.cut_power`, with gates that are computed once.
        """
        factors = np.ones_like(self.track.power)
        for bell in bells:
            wholly, partly = self.opening(bell.spans, rate)
            factors[wholly] *= bell_power(CENTRES, bell, rate)
            for row, degree in partly:
                factors[row] *= bell_power(CENTRES, bell, rate, degree)
        return factors

    def blocked(self) -> Bool:
        """Centres at which no further bell is proposed."""
        bands = np.arange(len(CENTRES))
        result = np.isin(bands, sorted(self.refused))
        for bell in self.bells:
            result |= np.abs(bands - CENTRES.index(bell.freq)) <= SPACING
        return result


@dataclass(frozen=True, slots=True, eq=False)
class _Proposal:
    """One more bell on a track: its centre, and its worth.

    In every frame of the model and in all.
    """

    worth: float
    cutting: _Cutting
    centre: int
    values: Float


def plan(tracks: Sequence[Placed], settings: Settings) -> Plan:
    """Find the cuts of a scene, see `imgext.mix.unmask.planner.Planner`."""
    standing = Standing(tracks, settings)
    result = standing.no_cuts()
    if standing.idle:
        return result
    mix = _Mix(standing)
    for number in range(BELLS if settings.bells is None else settings.bells):
        if not mix.round(first=number == 0):
            break
    mix.settle(standing)
    for cutting in mix.cuttings:
        decided = sorted(zip(cutting.bells, cutting.reasons, strict=True), key=lambda pair: pair[0].freq)
        result[cutting.track.id] = [
            proposed(
                cutting.track,
                standing.tracks[against],
                bell,
                settings.rate,
                of_bell=audibility(gain),
                gain=gain,
                share=share,
            )
            for bell, (against, share, gain) in decided
        ]
    return result


MODE = Mode("make the cuts that let a model of partial loudness hear more of what matters", plan)


class _Mix:
    """The state of a scene while it is planned."""

    def __init__(self, standing: Standing) -> None:
        self._settings = settings = standing.settings
        self._step = thinning(sum(track.at.size for track in standing.tracks))
        stems = [stem_of(track) for track in standing.tracks]
        self._rows = [np.flatnonzero(stem.at % self._step == 0) for stem in stems]
        seen = [
            Stem(s.at[r] // self._step, s.power[r], s.active[r])
            for s, r in zip(stems, self._rows, strict=True)
        ]
        self._model = PartialLoudness(
            seen, [track.weight for track in standing.tracks], every=EVERY if self._step == 1 else 1
        )
        self._order = standing.order
        self._restored = k_weights(settings.rate) if settings.measure == "lufs" else np.ones(len(CENTRES))
        self.cuttings = self._cuttings(standing, stems)

    def _cuttings(self, standing: Standing, stems: Sequence[Stem]) -> list[_Cutting]:
        """The open tracks that overlap those to which they yield for long enough."""
        shortest = SHORTEST_OVERLAP * self._settings.rate / hop(self._settings.rate)
        weights = sum(track.weight for track in standing.tracks)
        sounding = [stem.at[stem.active] for stem in stems]
        frames = max((int(at[-1]) for at in sounding if at.size), default=0) + 1
        above, own = np.zeros(frames, dtype=bool), np.zeros(frames, dtype=bool)
        cuttings = []
        for number, (track, stem) in enumerate(zip(standing.tracks, stems, strict=True)):
            overlap = stem.active.copy()
            overlap[stem.active] = above[sounding[number]]
            if track.open and weights and np.count_nonzero(overlap) >= shortest:
                here = sounding[number]
                own[:] = False
                own[here] = True
                met = sum(
                    other.weight
                    for other, at in zip(standing.tracks, sounding, strict=True)
                    if at.size and at[0] <= here[-1] and at[-1] >= here[0] and np.any(own[at])
                )
                cuttings.append(
                    _Cutting(number, track, standing.ledgers[number], overlap, LEAST_GAIN * met / weights)
                )
            above[sounding[number]] = True
        return cuttings

    def round(self, *, first: bool) -> bool:
        """Give every live track one more good bell; tell whether to go on.

        A track whose bell fails is left as it is from then on, but in the first round, when nothing has made
        room yet.
        """
        sensitivity = self._model.sensitivity()
        for proposal in self._proposals(sensitivity):
            if not self._accept(proposal.cutting, proposal.centre, proposal.values, sensitivity):
                proposal.cutting.refused.add(proposal.centre)
                proposal.cutting.live = first
        return any(cutting.live for cutting in self.cuttings)

    def settle(self, standing: Standing) -> None:
        """Rehearse all cuts, and drop those of a track that no longer help.

        Where some had to become shallower, what they are worth is computed anew.
        """
        while True:
            settled = standing.rehearsed(
                {cutting.number: cutting.bells for cutting in self.cuttings}, lambda _: LIMITS
            )
            changed = [cutting for cutting in self.cuttings if settled[cutting.number] != cutting.bells]
            if not changed:
                return
            for cutting in changed:
                self._worth_anew(cutting, settled[cutting.number])

    def _worth_anew(self, cutting: _Cutting, bells: list[Bell]) -> None:
        """Give a track other bells than were accepted, one after the other as they came.

        Of the same frequencies, or fewer.
        """
        reasons = {bell.freq: reason for bell, reason in zip(cutting.bells, cutting.reasons, strict=True)}
        cutting.bells, cutting.reasons = bells, []
        model, rows, plain = self._model, self._rows[cutting.number], self._model.stems[cutting.number].power
        model.accept(cutting.number, plain)
        before = model.objective
        for count, bell in enumerate(bells, 1):
            was, factors = model.objective, cutting.envelope(bells[:count], self._settings.rate)
            gain_db = cutting.ledger.restoring_gain(factors)
            model.accept(cutting.number, plain * (factors[rows] * db_to_gain(2.0 * gain_db)))
            against, share, _ = reasons[bell.freq]
            cutting.reasons.append((against, share, round(was - model.objective, 6)))
        if bells and model.objective >= before:
            cutting.bells, cutting.reasons = [], []
            model.accept(cutting.number, plain)

    def _proposals(self, sensitivity: Sensitivity) -> list[_Proposal]:
        """What a further bell is worth on each live track, the track of most worth first."""
        live = {cutting.number: cutting for cutting in self.cuttings if cutting.live}
        width = max(1, _SMOOTHING // self._step)
        found = []
        for cutting in live.values():
            cutting.live = False
        for number, values in sensitivity.values(
            live, shapes(self._settings.q, self._settings.rate), self._restored
        ):
            cutting, rows = live[number], self._rows[number]
            smooth = smoothed(values, cutting.track.at[rows] // self._step, width)
            worth = np.round(np.sum(np.maximum(smooth[cutting.overlap[rows]], 0.0), axis=0), 12)
            worth[cutting.blocked()] = 0.0
            centre = int(np.argmax(worth))
            if worth[centre] > 0.0:
                cutting.live = True
                found.append(_Proposal(float(worth[centre]), cutting, centre, smooth[:, centre]))
        return sorted(found, key=lambda proposal: (-proposal.worth, proposal.cutting.number))

    def _spans(self, cutting: _Cutting, values: Float) -> Spans:
        """The few stretches of the overlap in which a bell is worth something."""
        at, rate = cutting.track.at, self._settings.rate
        line = np.zeros(int(at[-1]) // self._step + 2)
        line[at[self._rows[cutting.number]] // self._step] = values
        first, length = int(at[0]), int(at[-1]) + 1 - int(at[0])
        worth, allowed = np.zeros(length), np.zeros(length, dtype=bool)
        worth[at - first], allowed[at - first] = line[(at + self._step // 2) // self._step], cutting.overlap
        most = spans_for(np.count_nonzero(allowed) * hop(rate) / rate)
        return spans_of(
            worth > 0.0,
            rate,
            first=first,
            allowed=allowed,
            worth=worth,
            most=most,
            end=self._settings.seconds,
        )

    def _accept(self, cutting: _Cutting, centre: int, values: Float, sensitivity: Sensitivity) -> bool:
        """Cut at the depth at which J falls most; tell whether any is within the guards."""
        settings, model, rows = self._settings, self._model, self._rows[cutting.number]
        spans = self._spans(cutting, values)
        if not spans:
            return False
        opened = np.zeros(cutting.track.at.size)
        opened[cutting.opening(spans, settings.rate)[0]] = 1.0
        helped = sensitivity.helped(cutting.number, opened[rows], shapes(settings.q, settings.rate)[centre])
        if sum(helped) < LEAST_HELP * float(np.sum(values * opened[rows])):
            return False
        before = model.objective
        best: tuple[float, list[Bell], Float, float] | None = None
        for depth in DEPTHS:
            bell = Bell(CENTRES[centre], -settings.max_cut * depth, settings.q, spans)
            bells = capped([*cutting.bells, bell], settings.rate, settings.max_cut)
            factors = cutting.envelope(bells, settings.rate)
            toll = cutting.ledger.weigh(factors)
            if not LIMITS.allow(toll, cutting.track.rank):
                break  # a deeper cut takes more
            if not self._order.keeps(cutting.number, toll.loudness):
                continue
            power = model.stems[cutting.number].power * (factors[rows] * db_to_gain(2.0 * toll.gain_db))
            objective = model.trial(cutting.number, power)
            if objective >= before:
                break  # what a shallow cut does not help, a deep one does not
            if round(before - objective, 9) > cutting.least_gain and (best is None or objective < best[0]):
                best = objective, bells, power, toll.loudness
        if best is None:
            return False
        objective, cutting.bells, power, loudness = best
        model.accept(cutting.number, power)
        self._order.set(cutting.number, loudness)
        against = max(range(len(helped)), key=lambda n: (helped[n], -n))
        share = round(helped[against] / sum(helped), 3) if helped[against] > 0.0 else 0.0
        cutting.reasons.append((against, share, round(before - objective, 6)))
        return True
