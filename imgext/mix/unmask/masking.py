"""Mode `masking`: bells where a sound masks a more important one, only while it does, after Zhao and Pérez-Cota, reconstructed.

Conventions: as `imgext.mix.unmask.material`; severity S of i masking j runs from 0 to 1, see `imgext.dsp.masking.domination`.

For every two tracks that sound together the one that stands behind masks the other by S in every cell of time and band; the mean over their
time together is its *contribution* C. Centres are taken greedily: the band of the largest C from 0.15 on, two bands on either side of it left out, up to
three bells of a track. A bell is as deep as the limit times the mean S of its frames. It is active while the tracks overlap; but with a track with
which the roles of masker and maskee change more than once in two seconds, only in the frames in which the cut track is the masker in that band. Then all
bells of the track are made shallower together until the guards allow them.

The paper's abstract is what could be read: "masking contributions, including temporal interchangeability between the masker and
maskee". All figures here are this project's own. On scenes of real recordings this mode moves nothing that a model of partial loudness
would notice (reference, section 7): it cuts where the important sound is already buried. It is here for what it shows.

Source: B. Zhao, E. Pérez-Cota, Signals 5(4), 2024, doi 10.3390/signals5040035.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgext.dsp.bark import BANDS, CENTRES, hop
from imgext.dsp.cuts import Bell, capped, cut_power, openness, spans_of
from imgext.dsp.masking import contribution
from imgext.mix.unmask.analysis import Heard, heard, together
from imgext.mix.unmask.guards import Ledger, Limits, Order
from imgext.mix.unmask.material import Proposed, by_standing, direction, spans_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from imgext.mix.unmask.material import Placed, Plan, Settings

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]
    Int = NDArray[np.int64]

BELLS = 3

LEAST = 0.15
"""Contribution from which on a band is cut."""

SPACING = 2
"""Bands on either side of a bell's in which the track gets no other."""

INTERCHANGE = 0.5
"""Changes of roles per second up to which a cut stays while the tracks overlap."""

SHORTEST_OVERLAP = 0.1
"""Seconds."""

LIMITS = Limits(drop=2.5, drop_important=1.5)

_SCALES = (1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.12)
_SHALLOWEST = 0.1  # dB


class Meeting(NamedTuple):
    """A track and one that stands before it, while both are active: frames, severities and roles of shape (frames, 25), changes per second."""

    before: int
    at: Int
    severity: Float
    contribution: Float
    masker: Bool
    interchange: float

    def gate(self, band: int) -> Bool:
        """Where a cut in a band is due."""
        return self.masker[:, band] if self.interchange > INTERCHANGE else np.ones(self.at.size, dtype=bool)


def plan(tracks: Sequence[Placed], settings: Settings) -> Plan:
    """Find the cuts of a scene.

    Parameters
    ----------
    tracks : sequence of Placed
        All that are heard, in any order.
    settings : Settings

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
    if settings.max_cut <= 0.0 or len(standing) < 2:
        return result
    ledgers = [Ledger(track.at, track.power, settings.rate, settings.measure) for track in standing]
    order = Order([ledger.loudness for ledger in ledgers])
    for number, meetings in _meetings(standing, settings):
        bells = within_guards(_bells(meetings, settings), standing[number], number, ledgers[number], order, LIMITS, settings)
        result[standing[number].id] = [_proposed(number, bell, meetings, standing, settings) for bell in sorted(bells)]
    return result


def within_guards(
    bells: Sequence[Bell], track: Placed, number: int, ledger: Ledger, order: Order, limits: Limits, settings: Settings
) -> list[Bell]:
    """Make all bells of a track shallower by one factor until they keep the limits; none if nothing helps.

    Parameters
    ----------
    bells : sequence of Bell
        With spans; where they are deeper together than they may be, they are made shallower first.
    track : Placed
    number : int
        Of the track in `order`, which learns how loud it becomes.
    ledger : Ledger
        Of the track.
    order : Order
    limits : Limits
    settings : Settings

    Returns
    -------
    list of Bell
        Gains to 0.01 dB; those under 0.1 dB left out.
    """
    whole = capped(bells, settings.rate, settings.max_cut)
    for scale in _SCALES:
        scaled = [bell._replace(gain_db=round(bell.gain_db * scale, 2)) for bell in whole]
        # Rounding and the wider bells of shallower cuts could take the sum over the limit by a hair.
        kept = capped([bell for bell in scaled if bell.gain_db <= -_SHALLOWEST], settings.rate, settings.max_cut)
        if not kept:
            break
        toll = ledger.weigh(cut_power(kept, track.at, settings.rate))
        if limits.allow(toll, track.rank) and order.keeps(number, toll.loudness):
            order.set(number, toll.loudness)
            return kept
    return []


def _meetings(standing: Sequence[Placed], settings: Settings) -> Iterator[tuple[int, list[Meeting]]]:
    """Every open track with those before it with which it overlaps for long enough; one track after another, for a long scene's take much room."""
    known = [heard(track) for track in standing]
    for number, group in groupby(together(known), key=lambda pair: pair[1]):
        if standing[number].open:
            long = [(before, joint) for before, _, joint in group if joint.size * hop(settings.rate) >= SHORTEST_OVERLAP * settings.rate]
            yield (
                number,
                [_meeting(before, joint, known[number].rows(joint), known[before].rows(joint), settings.rate) for before, joint in long],
            )


def _meeting(before: int, joint: Int, own: Heard, other: Heard, rate: int) -> Meeting:
    severity = own.masks(other)
    everywhere = np.ones(joint.size, dtype=bool)
    return Meeting(before, joint, severity, contribution(severity, everywhere), own.directed(other) > 0, own.interchange(other, rate))


def _bells(meetings: Sequence[Meeting], settings: Settings) -> list[Bell]:
    """Greedily, the band of the largest contribution first."""
    left = np.max([np.zeros(BANDS), *(meeting.contribution for meeting in meetings)], axis=0)
    left[np.array(CENTRES) * 2 >= settings.rate] = 0.0
    bells: list[Bell] = []
    for _ in range(BELLS if settings.bells is None else settings.bells):
        band = int(np.argmax(left))
        if left[band] < LEAST:
            break
        left[max(0, band - SPACING) : band + SPACING + 1] = 0.0
        bell = _bell(band, [meeting for meeting in meetings if meeting.contribution[band] >= LEAST], settings)
        if bell is not None:
            bells.append(bell)
    return bells


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
    spans = spans_of(due, settings.rate, first=first, allowed=allowed, worth=worth, most=spans_for(seconds), end=settings.seconds)
    if not spans:
        return None
    at = np.arange(first, first + frames)
    inside = openness(spans, at, settings.rate) == 1.0
    depth = settings.max_cut * round(float(np.mean(severity[inside])), 6) if np.any(inside) else 0.0
    return Bell(CENTRES[band], -round(depth, 2), settings.q, spans) if depth >= _SHALLOWEST else None


def _proposed(number: int, bell: Bell, meetings: Sequence[Meeting], standing: Sequence[Placed], settings: Settings) -> Proposed:
    cut, band, spans = standing[number], CENTRES.index(bell.freq), list(bell.spans or ())
    sums = [round(float(np.sum(meeting.severity[openness(spans, meeting.at, settings.rate) == 1.0, band])), 6) for meeting in meetings]
    most = max(range(len(sums)), key=lambda k: (sums[k], -k))
    against, rate = standing[meetings[most].before], meetings[most].interchange
    seconds = round(sum(stop - start for start, stop in spans), 3)
    severity = round(float(meetings[most].contribution[band]), 3)
    roles = f"roles change {rate:.1f} times a second" if rate > INTERCHANGE else "roles hardly change"
    because = (
        f"{cut.label} masks {against.label} around {bell.freq:g} Hz with a severity of {severity:.2f}, {roles}: "
        f"{-bell.gain_db:g} dB less for {seconds:.1f} s"
    )
    numbers = {
        "band": band + 1,
        "direction": direction(cut, against, band, spans, settings.rate),
        "depth": -bell.gain_db,
        "seconds": seconds,
        "gain": severity,
        "share": round(sums[most] / sum(sums), 3) if sum(sums) else 0.0,
        "interchange": round(rate, 2),
    }
    return Proposed(bell.freq, bell.gain_db, bell.q, spans, against.id, because, numbers)
