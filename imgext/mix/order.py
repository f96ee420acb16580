"""Keeps the order of loudness that importance promises, moment by moment.

A level is that of a whole track: its loud moments may fall on another's quiet ones. So tracks are played, and
where one that is less important by more than 0.1 comes out louder than the other while both sound, its level
is lowered until it does not. Written levels and beds stay as they are.

Conventions: LUFS of tracks before pan, room and master, in hops of 100 ms; a track sounds where a hop is less
than 25 dB under its loudest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.loudness import HopPowers
from imgext.dsp.units import db_to_gain, power_to_db
from imgext.rendering.event import EventReader
from imgext.rendering.planner import make_plan
from imgext.scene.decision import Decision, decibels
from imgext.scene.things import importance_of, is_atmo

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgext.dsp.sound_file import Samples
    from imgext.rendering.opened import Opened
    from imgext.rendering.plan import Plan, TrackPlan
    from imgext.scene.model import Scene

    Float = NDArray[np.float64]

#: Importances that lie no further apart promise no order.
APART = 0.1
#: dB by which the more important stays louder, so that cuts do not turn the two round.
MARGIN = 0.5
#: A level is lowered by so many dB at most.
MOST = 6.0
_SOUNDS = 10.0**-2.5  # of the loudest hop's power
_TOGETHER = 2  # hops that are worth a comparison
_PARTS = 20  # of a hop, on which events are placed
_BLOCK = 1 << 16  # frames


def in_order(scene: Scene, decisions: Sequence[Decision], opened: Opened) -> list[Decision]:
    """Lower levels of objects that would be louder than what is more important.

    Parameters
    ----------
    scene : Scene
        With starts, and with the answers of `decisions`.
    decisions : sequence of Decision
        What answered its levels; only these may change.
    opened : Opened
        Its sounds.

    Returns
    -------
    list of Decision
        The same, some with another level and its reason.
    """
    answers = {decision.path: decision for decision in decisions if decision.kind == "answer"}
    objects = [key for key in opened if not is_atmo(scene, key)]
    if len({importance_of(scene, key) for key in objects}) < 2:
        return list(decisions)
    plan, _ = make_plan(scene, opened)
    tracks = sorted(
        (track for track in plan.tracks if track.id in objects),
        key=lambda track: (-importance_of(scene, track.id), track.id),
    )
    powers: dict[str, Float] = {}
    lowered: dict[str, Decision] = {}
    for track in tracks:
        own = _powers(track, opened.samples[track.id], plan)
        path = f"tracks.{track.id}.level"
        if path in answers and scene.tracks[track.id].compressor is None:
            above = [
                key
                for key in powers
                if importance_of(scene, key) - importance_of(scene, track.id) > APART + 1e-9
            ]
            excess = {key: _louder(own, powers[key]) for key in above}
            worst = max(sorted(excess), key=lambda key: excess[key], default="")
            by = decibels(min(excess[worst], MOST)) if worst else 0.0
            if by > 0.0:
                own = own * db_to_gain(-2.0 * by)
                before = answers[path]
                because = (
                    f"{before.because}, less {by:g} dB: {worst}, which is more important, is heard with it"
                )
                numbers = {**before.numbers, "lowered": by}
                value = decibels(track.level - by)
                lowered[path] = replace(before, value=value, because=because, numbers=numbers)
        powers[track.id] = own
    return [
        lowered.get(decision.path, decision) if decision.kind == "answer" else decision
        for decision in decisions
    ]


def _louder(one: Float, other: Float) -> float:
    """Compute how many dB one must drop to stay under the other; 0 or less if none."""
    both = (one > _SOUNDS * one.max(initial=0.0)) & (other > _SOUNDS * other.max(initial=0.0))
    if np.count_nonzero(both) < _TOGETHER:
        return 0.0
    return round(power_to_db(float(np.sum(one[both])) / float(np.sum(other[both]))) + MARGIN, 2)


def _powers(track: TrackPlan, samples: Samples, plan: Plan) -> Float:
    """K-weighted power of a track in each hop of the mix."""
    part = round(0.1 * plan.rate / _PARTS)
    hops = -(-plan.frames // (part * _PARTS))
    line = np.zeros(hops * _PARTS)
    known: dict[object, Float] = {}
    gated = any(cut.spans for cut in track.cuts)
    for event in track.events:
        key = event if gated else replace(event, start=0, pan=0.0, cut=0)
        if key not in known:
            known[key] = _played(EventReader(track, samples, event, plan.rate), event.frames, plan.rate)
        at = round(event.start / part) + np.arange(len(known[key]))
        within = at < len(line)
        if track.circle:
            at, within = at % max(1, plan.frames // part), np.ones(len(at), dtype=bool)
        np.add.at(line, at[within], known[key][within])
    powers: Float = line.reshape(hops, _PARTS).mean(axis=1) / part * track.gain**2
    return powers


def _played(reader: EventReader, frames: int, rate: int) -> Float:
    """Energy of one occurrence in each part of a hop."""
    meter = HopPowers(rate, reader.track.channels, k_weighted=True, seconds=0.1 / _PARTS)
    for begin in range(0, frames, _BLOCK):
        meter.add(reader.read(min(_BLOCK, frames - begin)))
    return meter.begun()
