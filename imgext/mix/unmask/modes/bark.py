"""Mode `bark`: cuts where two sounds compete at about the same level.

Conventions: as `imgext.mix.unmask.planner`; severity S of i against j runs from 0 to 1, see
`imgext.dsp.masking.competition`.

For every two tracks that sound together S says in every cell of time and band how much the one that yields
stands in the way of the other; the mean over their time together is its contribution C. Centres are taken
greedily: the band of the largest C from 0.15 on, two bands on either side left out, up to five bells of a
track. A bell is active while the largest S of its band is 0.15 or more, reduced to a few spans, and as deep
as the limit times the mean of that S while it is active: the severity's curve becomes a step of the same
mean. All bells of the track are then made shallower together until the guards allow them.

A sound all within the band of a bell is cut as a whole, and comes back as a whole when its level is restored:
there is nothing else of it that a loss of loudness could be measured against, so that guard does not hold for
it. Two tones 5.2 dB apart thus give the founding notes' example, 4.7 dB.

Source: this project's own rule, with bands ranked by C alone; B. Zhao, E. Pérez-Cota,
Signals 5(4), 2024, reconstructed from the abstract, for the pairs; the founding notes for "two sounds
compete".
"""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from imgext.dsp.bark import BANDS, CENTRES, hop
from imgext.dsp.cuts import Bell, capped, cut_power, spans_of
from imgext.dsp.masking import active_frames, competition, contribution, levels, prominence
from imgext.dsp.partial_loudness import EVERY, PartialLoudness, Stem
from imgext.dsp.units import db_to_gain
from imgext.mix.unmask.greedy import LEAST, as_deep_as, greedily
from imgext.mix.unmask.guards import LIMITS
from imgext.mix.unmask.planner import Mode, audibility, proposed, spans_for, thinning
from imgext.mix.unmask.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgext.mix.unmask.guards import Limits
    from imgext.mix.unmask.planner import Placed, Plan, Settings

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]
    Int = NDArray[np.int64]

BELLS = 5

PROMINENCE = 60.0
"""dB under a frame's strongest band at which a band no longer matters to its sound."""

WHOLE = 0.9
"""Share of a sound's K-weighted energy in one band from which on a bell there cuts it as a whole."""


class _Heard(NamedTuple):
    """A track where it is active.

    Frames, and there, shape (rows, 25), level and prominence.
    """

    at: Int
    level: Float
    prominence: Float


class _Contest(NamedTuple):
    """A track against all that it yields to, on a line of frames from `first`.

    The largest severity in each band, shape (frames, 25); where any of them is active with it; by number of
    the other its contributions.
    """

    first: int
    severity: Float
    joint: Bool
    contributions: dict[int, Float]


def plan(tracks: Sequence[Placed], settings: Settings) -> Plan:
    """Find the cuts of a scene, see `imgext.mix.unmask.planner.Planner`."""
    standing = Standing(tracks, settings)
    result = standing.no_cuts()
    if standing.idle:
        return result
    known = [_heard(track) for track in standing.tracks]
    chosen: dict[int, list[Bell]] = {}
    allowed: dict[int, Limits] = {}
    contests: dict[int, dict[int, Float]] = {}
    for number, track in enumerate(standing.tracks):
        contest = _contest(number, known) if track.open else None
        if contest is None:
            continue
        largest = np.max(list(contest.contributions.values()), axis=0)
        bells = capped(
            greedily(largest, BELLS, settings, partial(_bell, contest=contest, settings=settings)),
            settings.rate,
            settings.max_cut,
        )
        narrow = any(standing.ledgers[number].share(CENTRES.index(bell.freq)) >= WHOLE for bell in bells)
        allowed[number] = replace(LIMITS, drop=math.inf, drop_important=math.inf) if narrow else LIMITS
        chosen[number] = standing.within_guards(number, bells, allowed[number])
        contests[number] = contest.contributions
    chosen = standing.rehearsed(chosen, lambda number: allowed[number])
    gains = _gains(standing, chosen)
    for number, bells in chosen.items():
        for bell in sorted(bells):
            band = CENTRES.index(bell.freq)
            rivals = {other: round(float(values[band]), 6) for other, values in contests[number].items()}
            against = max(rivals, key=lambda other: (rivals[other], -other))
            share = round(rivals[against] / sum(rivals.values()), 3)
            numbers: dict[str, Any] = {
                "gain": gains[number, bell.freq],
                "share": share,
                "severity": round(rivals[against], 3),
            }
            track, other = standing.tracks[number], standing.tracks[against]
            of_bell = audibility(gains[number, bell.freq])
            result[track.id].append(proposed(track, other, bell, settings.rate, of_bell=of_bell, **numbers))
    return result


MODE = Mode("cut bands in which two sounds compete, the deeper the closer their levels are", plan)


def _heard(track: Placed) -> _Heard:
    rows = active_frames(track.power)
    level = levels(track.power[rows])
    return _Heard(track.at[rows], level, prominence(level, PROMINENCE))


def _contest(number: int, known: Sequence[_Heard]) -> _Contest | None:
    """A track against those before it; None if it is never heard with any."""
    own = known[number]
    if not own.at.size:
        return None
    first, frames = int(own.at[0]), int(own.at[-1]) + 1 - int(own.at[0])
    severity, joint, contributions = np.zeros((frames, BANDS)), np.zeros(frames, dtype=bool), {}
    row_of = np.full(frames, -1)
    row_of[own.at - first] = np.arange(own.at.size)
    for other, rival in enumerate(known[:number]):
        theirs = slice(*np.searchsorted(rival.at, (first, first + frames)).tolist())
        place = rival.at[theirs] - first
        both = row_of[place] >= 0
        place = place[both]
        if not place.size:
            continue
        rows, everywhere = row_of[place], np.ones(place.size, dtype=bool)
        each = competition(
            own.level[rows], rival.level[theirs][both], rival.prominence[theirs][both], everywhere
        )
        severity[place] = np.maximum(severity[place], each)
        joint[place] = True
        contributions[other] = contribution(each, everywhere)
    return _Contest(first, severity, joint, contributions) if contributions else None


def _bell(band: int, contest: _Contest, settings: Settings) -> Bell | None:
    """A cut as deep as the severity is on average while the cut lasts."""
    severity, rate = contest.severity[:, band], settings.rate
    most = spans_for(np.count_nonzero(contest.joint) * hop(rate) / rate)
    spans = spans_of(
        severity >= LEAST,
        rate,
        first=contest.first,
        allowed=contest.joint,
        worth=severity - LEAST,
        most=most,
        end=settings.seconds,
    )
    return as_deep_as(severity, contest.first, band, spans, settings)


def _gains(standing: Standing, chosen: dict[int, list[Bell]]) -> dict[tuple[int, float], float]:
    """By how much the weighted loss of loudness would grow without each cut.

    All others and the levels stay as planned.
    """
    tracks = standing.tracks
    step = max(EVERY, thinning(sum(track.at.size for track in tracks)))
    rows = [np.flatnonzero(track.at % step == 0) for track in tracks]

    def power(number: int, bells: Sequence[Bell]) -> Float:
        factors = cut_power(bells, tracks[number].at, standing.settings.rate)
        restored = factors[rows[number]] * db_to_gain(2.0 * standing.ledgers[number].restoring_gain(factors))
        return np.asarray(tracks[number].power[rows[number]] * restored)

    stems = [
        Stem(track.at[r] // step, track.power[r], active_frames(track.power)[r])
        for track, r in zip(tracks, rows, strict=True)
    ]
    model = PartialLoudness(stems, [track.weight for track in tracks], every=1)
    for number, bells in chosen.items():
        if bells:
            model.accept(number, power(number, bells))
    return {
        (number, bell.freq): round(
            model.trial(number, power(number, [other for other in bells if other != bell])) - model.objective,
            6,
        )
        + 0.0
        for number, bells in chosen.items()
        for bell in bells
    }
