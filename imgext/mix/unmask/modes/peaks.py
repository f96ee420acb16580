"""Mode `peaks`: turns a new sound down where it and the mix are both strongest.

The founding method.

Conventions: as `imgext.mix.unmask.planner`. Sounds come one by one, the most important first and beds last,
so that the less important always is the new one. Of the time in which the new sound meets the mix so far, the
mean power of both is taken in critical bands. The *dominant band* is the smallest run of bands around the
strongest one that holds half of the power, at most 1.5 octaves from centre to centre. The two conflict if
their dominant bands share half or more of the narrower one in octaves, and differ there by less than 12 dB.
Then the new sound, while it meets the mix,

- is cut below the top of the shared bands, if 40 % of its power lies above them and the next band
  ("high-pass", but not above 0.7 of its centroid in Hz, a limit that itself stays within 400 to 2000 Hz);
- else above their bottom, if 40 % lies as clearly below ("low-pass", not below 1.4 times the centroid);
- else everywhere ("attenuate").

What differs from the method as it was first described. There, the longest sound came first, beds were never
changed and importance played no part: then a bed or a footstep may push aside what the picture is about. The
spectrum is one of critical bands and not of an FFT of the whole overlap, so dominant frequencies are known to
a band. A scene holds bells and a limit of 6 dB in sum, and no filters: the high-pass and the low-pass are
shelves of two bells (`imgext.dsp.shelf`), and "attenuate" is one bell of q 0.1: -6 dB at its centre, -5.9,
-5.2 and -3.7 dB one, two and three octaves away. And the guards of all modes hold: the renderer puts the
level of every sound back, so a sound that meets others from its beginning to its end cannot be turned down by
6 dB, it would only be loud again. What is taken from it is made shallower until the guards allow it.

Source: the founding notes ("FFT peaks"); the rule in figures is this project's own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgext.dsp.bark import BANDS, CENTRES, EDGES, decibels, hop
from imgext.dsp.cuts import Bell, cut_power, spans_of
from imgext.dsp.masking import active_frames
from imgext.dsp.shelf import WIDEST_Q, hundredths, shelf
from imgext.dsp.units import db_to_gain
from imgext.mix.unmask.guards import LIMITS
from imgext.mix.unmask.planner import Mode, proposed, spans_for
from imgext.mix.unmask.standing import Standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgext.dsp.cuts import Spans
    from imgext.mix.unmask.planner import Placed, Plan, Proposed, Settings

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]
    Int = NDArray[np.int64]

SHARE = 0.5
"""Of the power, in the dominant band."""

WIDEST = 1.5
"""Octaves from the lowest to the highest centre of a dominant band."""

OVERLAP = 0.5
"""Of the narrower dominant band, from which on there is a conflict."""

CLOSENESS = 12.0
"""dB in the shared bands from which on there is none."""

KEPT = 0.4
"""Of the new sound's power, outside the shared bands, for which it is worth keeping one side."""

SHORTEST_OVERLAP = 0.1
"""Seconds."""

_PEAKS, _PEAK_RANGE = 5, 1e-2


class Conflict(NamedTuple):
    """Where a new sound and the mix meet, and what is to be done.

    Bands from and to (not included) of both and of what they share.
    """

    new: tuple[int, int]
    mix: tuple[int, int]
    shared: tuple[int, int]
    overlap: float
    difference: float
    action: str
    freq: float


class _Reason(NamedTuple):
    """Why a track is cut.

    The sound that is strongest where they conflict, how, and the track's own dominant frequencies.
    """

    against: Placed
    conflict: Conflict
    peaks: list[float]


def plan(tracks: Sequence[Placed], settings: Settings) -> Plan:
    """Find the cuts of a scene, see `imgext.mix.unmask.planner.Planner`.

    With one bell a track the shelves are single wide bells.
    """
    standing = Standing(tracks, settings)
    result = standing.no_cuts()
    if standing.idle:
        return result
    frames = max((int(track.at[-1]) + 1 for track in tracks if track.at.size), default=0)
    total, present = np.zeros((frames, BANDS)), np.zeros(frames, dtype=bool)
    chosen: dict[int, list[Bell]] = {}
    reasons: dict[int, _Reason] = {}
    played: list[Float] = []
    for number, track in enumerate(standing.tracks):
        power, active = track.power, active_frames(track.power)
        meeting = active & present[track.at]
        bells, conflict = _answer(track, meeting, total, settings) if track.open else ([], None)
        if conflict is not None:
            chosen[number] = standing.within_guards(number, bells, LIMITS)
            against = _strongest(standing.tracks, played, track.at[meeting], conflict)
            reasons[number] = _Reason(against, conflict, peaks_of(np.mean(power[meeting], axis=0)))
            factors = cut_power(chosen[number], track.at, settings.rate)
            power = power * (factors * db_to_gain(2.0 * standing.ledgers[number].restoring_gain(factors)))
        total[track.at] += power
        present[track.at[active]] = True
        played.append(power)
    for number, bells in standing.rehearsed(chosen, lambda _: LIMITS).items():
        track = standing.tracks[number]
        result[track.id] = [_proposed(track, bell, reasons[number], settings.rate) for bell in sorted(bells)]
    return result


MODE = Mode(
    "turn a sound down, or thin it, where its strongest bands meet those of a more important one", plan
)


def conflict_of(new: Float, mix: Float) -> Conflict | None:
    """Tell what a new sound has to do in a mix.

    Parameters
    ----------
    new, mix : ndarray, shape (25,)
        Mean power of both over the time in which they meet.

    Returns
    -------
    Conflict or None
        None where there is none.

    Examples
    --------
    >>> flat = np.zeros(25)
    >>> flat[1:3] = 1e6
    >>> conflict_of(flat, flat).action
    'attenuate'
    >>> conflict_of(flat, np.roll(flat, 10)) is None
    True
    """
    if not (np.any(new > 0.0) and np.any(mix > 0.0)):
        return None
    own, theirs = dominant_band(new), dominant_band(mix)
    low, high = max(own[0], theirs[0]), min(own[1], theirs[1])
    if low >= high:
        return None
    overlap = _octaves(low, high) / min(_octaves(*own), _octaves(*theirs))
    levels = decibels(np.array([np.sum(new[low:high]), np.sum(mix[low:high])]))
    difference = round(float(levels[0] - levels[1]), 6)
    if round(overlap, 6) < OVERLAP or abs(difference) >= CLOSENESS:
        return None
    whole = float(np.sum(new))
    # Of a band next to the shared ones no filter leaves much: it counts to neither side.
    above, below = (
        round(float(np.sum(new[high + 1 :])) / whole, 6),
        round(float(np.sum(new[: max(low - 1, 0)])) / whole, 6),
    )
    centroid = float(np.sum(new * np.array(CENTRES, dtype=np.float64))) / whole
    action, freq = "attenuate", _middle(new)
    if above >= KEPT:
        action, freq = "high-pass", float(round(min(EDGES[high], max(0.7 * centroid, 400.0), 2000.0)))
    elif below >= KEPT:
        action, freq = "low-pass", float(round(max(EDGES[low], 1.4 * centroid)))
    return Conflict(own, theirs, (low, high), round(overlap, 3), round(difference, 2), action, freq)


def dominant_band(power: Float) -> tuple[int, int]:
    """Smallest run of bands around the strongest that holds half of the power.

    Of equal ones that with the most.

    Parameters
    ----------
    power : ndarray, shape (25,)
        Not all zero.

    Returns
    -------
    (int, int)
        From and to (not included). Where no run that is narrow enough holds half: the one with the most
        power.

    Examples
    --------
    >>> dominant_band(np.array([0.0, 4.0, 5.0, 1.0] + 21 * [0.1]))
    (1, 3)
    """
    peak = int(np.argmax(power))
    share = np.round(power / np.sum(power), 9)
    runs = [
        (low, high)
        for low in range(peak + 1)
        for high in range(peak + 1, BANDS + 1)
        if math.log2(CENTRES[high - 1] / CENTRES[low]) <= WIDEST
    ]
    held = {run: round(float(np.sum(share[slice(*run)])), 6) for run in runs}
    enough = [run for run in runs if held[run] >= SHARE]
    if enough:
        return min(enough, key=lambda run: (run[1] - run[0], -held[run], run))
    return min(runs, key=lambda run: (-held[run], run[1] - run[0], run))


def peaks_of(power: Float) -> list[float]:
    """Dominant frequencies: up to five local maxima in Hz, the strongest first.

    To a critical band.

    They lie within 20 dB of the strongest band.

    Neighbours are at least two bands, a third of an octave, apart.
    """
    padded = np.concatenate([[0.0], power, [0.0]])
    maxima = (
        (padded[1:-1] > padded[:-2])
        & (padded[1:-1] >= padded[2:])
        & (power >= _PEAK_RANGE * np.max(power))
        & (power > 0.0)
    )
    found = sorted(np.flatnonzero(maxima).tolist(), key=lambda band: (-float(power[band]), band))
    return [float(CENTRES[band]) for band in found[:_PEAKS]]


def _answer(
    track: Placed, meeting: Bool, total: Float, settings: Settings
) -> tuple[list[Bell], Conflict | None]:
    """The bells of a new sound in the mix so far, if they conflict."""
    if np.count_nonzero(meeting) * hop(settings.rate) < SHORTEST_OVERLAP * settings.rate:
        return [], None
    conflict = conflict_of(np.mean(track.power[meeting], axis=0), np.mean(total[track.at[meeting]], axis=0))
    if conflict is None:
        return [], None
    spans = _spans(track, meeting, settings)
    if not spans:
        return [], None
    if conflict.action == "attenuate":
        bells = [Bell(conflict.freq, -hundredths(settings.max_cut), WIDEST_Q)]
    else:
        bells = shelf(
            conflict.freq,
            settings.max_cut,
            settings.rate,
            high_pass=conflict.action == "high-pass",
            bells=min(settings.bells or 2, 2),
        )
    return [bell._replace(spans=spans) for bell in bells], conflict


def _spans(track: Placed, meeting: Bool, settings: Settings) -> Spans:
    first, last = int(track.at[0]), int(track.at[-1])
    line = np.zeros(last + 1 - first, dtype=bool)
    line[track.at[meeting] - first] = True
    seconds = np.count_nonzero(line) * hop(settings.rate) / settings.rate
    return spans_of(line, settings.rate, first=first, most=spans_for(seconds), end=settings.seconds)


def _strongest(standing: Sequence[Placed], played: Sequence[Float], at: Int, conflict: Conflict) -> Placed:
    """Which sound has most power in the shared bands while they meet.

    Of equals the most important.
    """
    shared = slice(*conflict.shared)
    power = [
        float(np.sum(rows[np.isin(track.at, at, assume_unique=True), shared]))
        for track, rows in zip(standing, played, strict=False)
    ]
    return standing[int(np.argmax(np.round(decibels(np.array(power)), 6)))]


def _proposed(track: Placed, bell: Bell, reason: _Reason, rate: int) -> Proposed:
    conflict = reason.conflict
    low, high = EDGES[conflict.shared[0]], EDGES[conflict.shared[1]]
    what = {
        "attenuate": f"{track.label} is turned down",
        "high-pass": f"{track.label} is thinned below {conflict.freq:g} Hz",
        "low-pass": f"{track.label} is thinned above {conflict.freq:g} Hz",
    }[conflict.action]
    return proposed(
        track,
        reason.against,
        bell,
        rate,
        of_pair=f"both are strongest at {low} to {high} Hz ({conflict.difference:+.1f} dB)",
        of_bell=what,
        gain=conflict.overlap,
        share=1.0,
        action=conflict.action,
        edge=conflict.freq,
        difference=conflict.difference,
        dominant=[EDGES[conflict.new[0]], EDGES[conflict.new[1]]],
        dominant_mix=[EDGES[conflict.mix[0]], EDGES[conflict.mix[1]]],
        peaks=reason.peaks,
    )


def _octaves(low: int, high: int) -> float:
    return math.log2(EDGES[high] / EDGES[low])


def _middle(power: Float) -> float:
    """Centre of the band that has half of the power on either side.

    Of all places for a wide bell it is the nearest to the power, in octaves.
    """
    return float(CENTRES[int(np.argmax(np.round(np.cumsum(power) / np.sum(power), 6) >= 0.5))])
