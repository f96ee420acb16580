"""Mode `masking`: cuts a sound where and while it masks a more important one.

After Zhao and Pérez-Cota, reconstructed.

Conventions: as `imgext.mix.unmask.planner`; severity S of i masking j runs from 0 to 1, see
`imgext.dsp.masking.domination`.

For every two tracks that sound together the one that stands behind masks the other by S in every cell of time
and band; the mean over their time together is its *contribution* C. Centres are taken greedily: the band of
the largest C from 0.15 on, two bands on either side of it left out, up to three bells of a track. A bell is
as deep as the limit times the mean S of its frames. It is active while the tracks overlap; but with a track
with which the roles of masker and maskee change more than once in two seconds, only in the frames in which
the cut track is the masker in that band. Then all bells of the track are made shallower together until the
guards allow them.

Only the paper's abstract could be read: "masking contributions, including temporal interchangeability between
the masker and maskee". All figures here are this project's own. On scenes of real recordings this mode moves
nothing that a model of partial loudness would notice (reference, section 7): it cuts where the important
sound is already buried. It is kept for comparison.

Source: B. Zhao, E. Pérez-Cota, Signals 5(4), 2024, doi 10.3390/signals5040035.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgext.dsp.bark import BANDS, CENTRES, hop
from imgext.dsp.cuts import openness, spans_of
from imgext.dsp.masking import contribution
from imgext.mix.unmask.analysis import Heard, heard, together
from imgext.mix.unmask.greedy import LEAST, as_deep_as, greedily
from imgext.mix.unmask.guards import LIMITS
from imgext.mix.unmask.planner import Mode, proposed, spans_for
from imgext.mix.unmask.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from imgext.dsp.cuts import Bell
    from imgext.mix.unmask.planner import Placed, Plan, Proposed, Settings

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]
    Int = NDArray[np.int64]

BELLS = 3

INTERCHANGE = 0.5
"""Changes of roles per second up to which a cut stays while the tracks overlap."""

SHORTEST_OVERLAP = 0.1
"""Seconds."""


class Meeting(NamedTuple):
    """A track and one that stands before it, while both are active.

    Frames, severities and roles of shape (frames, 25), changes per second.
    """

    before: int
    at: Int
    severity: Float
    contribution: Float
    masker: Bool
    interchange: float

    def gate(self, band: int) -> Bool:
        """Where a cut in a band is due."""
        return self.masker[:, band] if self.interchange > INTERCHANGE else np.ones(self.at.size, dtype=bool)


class _Reason(NamedTuple):
    """Why a bell is there.

    The track that it masks most, how severely there, its share of all, changes of roles per second.
    """

    before: int
    severity: float
    share: float
    interchange: float


def plan(tracks: Sequence[Placed], settings: Settings) -> Plan:
    """Find the cuts of a scene, see `imgext.mix.unmask.planner.Planner`."""
    standing = Standing(tracks, settings)
    result = standing.no_cuts()
    if standing.idle:
        return result
    chosen: dict[int, list[Bell]] = {}
    reasons: dict[tuple[int, float], _Reason] = {}
    for number, meetings in _meetings(standing.tracks, settings):
        chosen[number] = standing.within_guards(number, _bells(meetings, settings), LIMITS)
        reasons |= {(number, bell.freq): _reason(bell, meetings, settings.rate) for bell in chosen[number]}
    for number, bells in standing.rehearsed(chosen, lambda _: LIMITS).items():
        cut = standing.tracks[number]
        result[cut.id] = [
            _proposed(cut, bell, reasons[number, bell.freq], standing.tracks, settings.rate)
            for bell in sorted(bells)
        ]
    return result


MODE = Mode("cut bands in which one sound masks another, while it does", plan)


def _meetings(standing: Sequence[Placed], settings: Settings) -> Iterator[tuple[int, list[Meeting]]]:
    """Every open track with those before it that it overlaps for long enough.

    One track after another, because a long scene's take much room.
    """
    known = [heard(track) for track in standing]
    for number, group in groupby(together(known), key=lambda pair: pair[1]):
        if standing[number].open:
            long = [
                (before, joint)
                for before, _, joint in group
                if joint.size * hop(settings.rate) >= SHORTEST_OVERLAP * settings.rate
            ]
            yield (
                number,
                [
                    _meeting(
                        before, joint, known[number].rows(joint), known[before].rows(joint), settings.rate
                    )
                    for before, joint in long
                ],
            )


def _meeting(before: int, joint: Int, own: Heard, other: Heard, rate: int) -> Meeting:
    severity = own.masks(other)
    everywhere = np.ones(joint.size, dtype=bool)
    return Meeting(
        before,
        joint,
        severity,
        contribution(severity, everywhere),
        own.directed(other) > 0,
        own.interchange(other, rate),
    )


def _bells(meetings: Sequence[Meeting], settings: Settings) -> list[Bell]:
    largest = np.max([np.zeros(BANDS), *(meeting.contribution for meeting in meetings)], axis=0)

    def bell_at(band: int) -> Bell | None:
        return _bell(band, [meeting for meeting in meetings if meeting.contribution[band] >= LEAST], settings)

    return greedily(largest, BELLS, settings, bell_at)


def _bell(band: int, meetings: Sequence[Meeting], settings: Settings) -> Bell | None:
    """A cut for all those that are masked in a band."""
    first = min(int(meeting.at[0]) for meeting in meetings)
    frames = max(int(meeting.at[-1]) for meeting in meetings) + 1 - first
    severity, allowed, due = np.zeros(frames), np.zeros(frames, dtype=bool), np.zeros(frames, dtype=bool)
    for meeting in meetings:
        place, gate = meeting.at - first, meeting.gate(band)
        allowed[place] = True
        due[place[gate]] = True
        severity[place[gate]] = np.maximum(severity[place[gate]], meeting.severity[gate, band])
    seconds = np.count_nonzero(allowed) * hop(settings.rate) / settings.rate
    worth = np.where(due, severity, -LEAST)
    spans = spans_of(
        due,
        settings.rate,
        first=first,
        allowed=allowed,
        worth=worth,
        most=spans_for(seconds),
        end=settings.seconds,
    )
    return as_deep_as(severity, first, band, spans, settings)


def _reason(bell: Bell, meetings: Sequence[Meeting], rate: int) -> _Reason:
    band = CENTRES.index(bell.freq)
    sums = [
        round(float(np.sum(meeting.severity[openness(bell.spans, meeting.at, rate) == 1.0, band])), 6)
        for meeting in meetings
    ]
    most = max(range(len(sums)), key=lambda k: (sums[k], -k))
    share = round(sums[most] / sum(sums), 3) if sum(sums) else 0.0
    return _Reason(
        meetings[most].before,
        round(float(meetings[most].contribution[band]), 3),
        share,
        meetings[most].interchange,
    )


def _proposed(cut: Placed, bell: Bell, reason: _Reason, standing: Sequence[Placed], rate: int) -> Proposed:
    changes = reason.interchange
    roles = f"roles change {changes:.1f} times a second" if changes > INTERCHANGE else "roles hardly change"
    return proposed(
        cut,
        standing[reason.before],
        bell,
        rate,
        of_pair=f"severity {reason.severity:.2f}, {roles}",
        gain=reason.severity,
        share=reason.share,
        interchange=round(changes, 2),
    )
