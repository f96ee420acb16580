"""Names for each span of a cut the track that it helps.

A bell for several tracks becomes several entries.

A planner names one track for a bell, the one that gains most in all. A bed that yields to many tracks has
spans in which that track is silent, and an entry that says ``against: gull`` would be wrong there. So each
span names the track that it helps most while it lasts: among the tracks before the cut one, the one whose
masked loudness, weighted by importance, a decibel less relieves most
(`imgext.dsp.partial_loudness.Sensitivity`), computed without any cuts. The span keeps the bell's own track if
that gains at least half as much. Entries of one bell have its frequency, gain and width, and its spans
divided among them; spans so close that their ramps would meet stay together. So the sound, the depth of all
cuts together and the number of bells stay the same.

Conventions: as `imgext.mix.unmask.planner`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.bark import CENTRES, decibels
from imgext.dsp.bell import RAMP_SECONDS
from imgext.dsp.cuts import Bell, bell_power, openness
from imgext.dsp.partial_loudness import EVERY, PartialLoudness, Stem
from imgext.mix.unmask.planner import direction, seconds_of, sentence, stem_of, thinning
from imgext.mix.unmask.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgext.dsp.cuts import Spans
    from imgext.mix.unmask.planner import Placed, Plan, Proposed, Settings

    Float = NDArray[np.float64]

_ENOUGH = 0.5
"""A span keeps the bell's own track if that gets at least this share of the best help.

Fewer entries are easier to read.
"""

_APART = 2.0 * RAMP_SECONDS + 0.001
"""Seconds between two spans from which on their ramps do not meet, however they are rounded to samples."""


def divided(plan: Plan, tracks: Sequence[Placed], settings: Settings) -> Plan:
    """Divide the bells of a plan by whom their spans help most.

    Parameters
    ----------
    plan : Plan
        Of a planner.
    tracks : sequence of Placed
        What it was made from, in any order.
    settings : Settings

    Returns
    -------
    Plan
        By rising frequency, entries of one bell by their first spans. A bell with one beneficiary, the one
        that it names, is as it was.
    """
    if not any(plan.values()):
        return plan
    relief = _Relief(Standing(tracks, settings))
    return {key: [part for cut in cuts for part in relief.divided(key, cut)] for key, cuts in plan.items()}


class _Relief:
    """What a cut relieves, in a mix without cuts."""

    def __init__(self, standing: Standing) -> None:
        self._tracks, self._rate = standing.tracks, standing.settings.rate
        self._number = {track.id: number for number, track in enumerate(self._tracks)}
        self._step = max(EVERY, thinning(sum(track.at.size for track in self._tracks)))
        stems = [stem_of(track) for track in self._tracks]
        self._rows = [np.flatnonzero(stem.at % self._step == 0) for stem in stems]
        seen = [
            Stem(s.at[r] // self._step, s.power[r], s.active[r])
            for s, r in zip(stems, self._rows, strict=True)
        ]
        model = PartialLoudness(seen, [track.weight for track in self._tracks], every=1)
        self._sensitivity = model.sensitivity()

    def divided(self, key: str, cut: Proposed) -> list[Proposed]:
        """The entries of one bell."""
        number, pieces = self._number[key], _pieces(cut.spans)
        helped = self._helped(number, cut, pieces)
        named = self._number[cut.against]
        parts: dict[int, list[int]] = {}
        for place, row in enumerate(helped.tolist()):
            parts.setdefault(_beneficiary(row, named), []).append(place)
        if list(parts) == [named]:
            return [cut]
        return [
            self._part(
                cut,
                self._tracks[number],
                self._tracks[other],
                [s for p in places for s in pieces[p]],
                _share(helped[places], other),
            )
            for other, places in parts.items()
        ]

    def _helped(self, number: int, cut: Proposed, pieces: Sequence[Spans]) -> Float:
        """What each piece does for each track before, shape (pieces, number).

        Rows of 0 where it is too short to be looked at.
        """
        rows = self._rows[number]
        frames = self._tracks[number].at[rows]
        part = np.full(rows.size, -1)
        for place, spans in enumerate(pieces):
            part[openness(spans, frames, self._rate) == 1.0] = place
        shape = decibels(bell_power(CENTRES, Bell(cut.freq, cut.gain, cut.q), self._rate)) / cut.gain
        return self._sensitivity.helped_in(number, part, len(pieces), shape)

    def _part(
        self, cut: Proposed, track: Placed, other: Placed, spans: list[tuple[float, float]], share: float
    ) -> Proposed:
        part = direction(track, other, int(cut.numbers["band"]) - 1, spans, self._rate)
        because = sentence(track, other, cut.freq, -cut.gain, part, spans)
        if len(spans) < len(cut.spans):
            because += f"; the bell has other spans for other tracks{cut.of_bell and ', together '}"
        because += cut.of_bell
        numbers = {**cut.numbers, "direction": part, "seconds": seconds_of(spans), "share": share}
        return replace(cut, spans=spans, against=other.id, because=because, numbers=numbers)


def _pieces(spans: Sequence[tuple[float, float]]) -> list[Spans]:
    """Spans in order, those together whose ramps would meet.

    >>> _pieces([(0.0, 1.0), (1.02, 2.0), (3.0, 4.0)])
    [((0.0, 1.0), (1.02, 2.0)), ((3.0, 4.0),)]
    """
    pieces: list[Spans] = []
    for span in spans:
        if pieces and round(span[0] - pieces[-1][-1][1], 6) < _APART:
            pieces[-1] = (*pieces[-1], span)
        else:
            pieces.append((span,))
    return pieces


def _beneficiary(row: Sequence[float], named: int) -> int:
    """The track that is helped most.

    The one that the bell names wherever it gets at least `_ENOUGH` of that.

    >>> _beneficiary([0.3, 0.5], 0), _beneficiary([0.2, 0.5], 0), _beneficiary([0.0, 0.0], 1)
    (0, 1, 1)
    """
    most = max(row, default=0.0)
    if most <= 0.0 or (named < len(row) and row[named] >= _ENOUGH * most):
        return named
    return max(range(len(row)), key=lambda number: (row[number], -number))


def _share(helped: Float, other: int) -> float:
    whole = float(np.sum(helped))
    return round(float(np.sum(helped[:, other])) / whole, 3) if whole > 0.0 else 0.0
