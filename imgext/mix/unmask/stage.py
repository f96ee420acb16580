"""Hands all tracks to an unmask planner and writes its cuts with reasons.

Planners see powers in critical bands. Only blank `eq` is answered: a track with written cuts is left as it
is, and others are planned against it with those cuts.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from imgext.mix.unmask.modes import MODES
from imgext.scene.decision import Decision
from imgext.scene.things import importance_of, is_atmo, object_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from imgext.dsp.cuts import Bell
    from imgext.mix.unmask.planner import Placed, Plan, Proposed, Settings
    from imgext.rendering import Opened, Rehearsal
    from imgext.rendering import Plan as MixPlan
    from imgext.scene.model import Scene


def unmask(scene: Scene, opened: Opened) -> tuple[Scene, list[Decision]]:
    """Answer blank `eq` of the tracks that are heard.

    Parameters
    ----------
    scene : Scene
        With starts and levels.
    opened : Opened
        Its sounds.

    Returns
    -------
    scene, decisions
        For each track an answer, and for each cut a note: which sound it helps, where, when, how deep, and
        what is gained.
    """
    mode = scene.unmask.mode
    blank = [key for key in opened if scene.tracks[key].eq is None]
    if mode == "off":
        decisions = [
            Decision(f"tracks.{key}.eq", [], "no cuts: `unmask.mode` is off", stage="mix") for key in blank
        ]
        return scene.answered(decisions), decisions
    if not blank or scene.unmask.max_cut == 0 or len(opened) < 2:
        why = (
            "no cuts: `unmask.max_cut` is 0"
            if scene.unmask.max_cut == 0
            else "no cuts: nothing else is heard"
        )
        decisions = [Decision(f"tracks.{key}.eq", [], why, stage="mix") for key in blank]
        return scene.answered(decisions), decisions
    from imgext.rendering import Rehearsal, make_plan

    def place(scene: Scene) -> tuple[MixPlan, list[Placed], Settings]:
        planned, _ = make_plan(scene, opened)
        rehearsal = Rehearsal(planned, opened, scene.levels.measure)
        return planned, placed(scene, planned, opened, rehearsal), settings_of(scene, planned)

    planned, tracks, settings = place(scene)
    cuts = plan_cuts(mode, tracks, settings)
    decisions = [decision for key in blank for decision in _answer(key, cuts.get(key, []), mode)]
    scene = scene.answered(decisions)
    if MODES[mode].compresses and scene.unmask.dynamics == "auto":
        from imgext.mix.unmask.dynamics import compress

        found = compress(
            scene, [key for key in blank if scene.tracks[key].compressor is None], opened, planned, place
        )
        return scene.answered(found), decisions + found
    return scene, decisions


def compressor_notes(scene: Scene, opened: Opened) -> list[Decision]:
    """Say what the compressors of a scene do.

    Without compressors nothing is measured.
    """
    if all(scene.tracks[key].compressor is None for key in opened):
        return []
    from imgext.rendering import compression_notes, make_plan

    return compression_notes(make_plan(scene, opened)[0])


def plan_cuts(mode: str, tracks: Sequence[Placed], settings: Settings) -> Plan:
    """Plan the cuts of all open tracks, each span against the track it helps most."""
    from imgext.mix.unmask.beneficiary import divided

    return divided(MODES[mode].plan(tracks, settings), tracks, settings)


def settings_of(scene: Scene, planned: MixPlan) -> Settings:
    """Take from a scene what a planner needs."""
    from imgext.mix.unmask.planner import Settings

    return Settings(
        rate=planned.rate,
        max_cut=scene.unmask.max_cut,
        q=scene.unmask.q,
        bells=scene.unmask.bells,
        measure=scene.levels.measure,
        frames=planned.frames,
        seed=scene.seed,
        search=scene.unmask.search,
        objective=scene.unmask.objective,
    )


def placed(
    scene: Scene,
    planned: MixPlan,
    opened: Opened,
    rehearsal: Rehearsal | None = None,
    *,
    among: Collection[str] | None = None,
) -> list[Placed]:
    """List every heard track, or only those `among`, for the planners, sorted by id.

    Written cuts and compressors are in its powers. With a rehearsal it can be played as it would be rendered
    with further cuts.
    """
    from imgext.dsp.cuts import Bell, cut_power
    from imgext.mix.unmask.planner import Placed
    from imgext.mix.unmask.spectra import Spectra, compression, placed_rows

    spectra = Spectra(planned.rate, cached=True)
    result = []
    for track in planned.tracks:
        if among is not None and track.id not in among:
            continue
        at, power = placed_rows(
            track, spectra.of(track.sha256, opened.samples[track.id]), planned.rate, planned.frames
        )
        if track.compressor is not None and track.compressor.reduction_db > 0.0:
            power = (
                power
                * compression(track, opened.samples[track.id], planned.rate, planned.frames)[at, np.newaxis]
            )
        written = scene.tracks[track.id]
        thing, bed = object_of(scene, track.id), is_atmo(scene, track.id)
        if written.eq:
            bells = [Bell(cut.freq, cut.gain, cut.q, _pairs(cut.spans)) for cut in written.eq]
            power = power * cut_power(bells, at, planned.rate)
        importance = 0.0 if bed else importance_of(scene, track.id)
        label = thing.label if thing is not None else track.id
        heard = None if rehearsal is None else partial(_hear, rehearsal, track.id, planned.rate)
        result.append(Placed(track.id, label, importance, bed, at, power, written.eq is None, heard))
    return result


def _hear(rehearsal: Rehearsal, which: str, rate: int, bells: Sequence[Bell]) -> tuple[float, float]:
    """Loudness of a track as it is rendered with cuts such as a scene holds."""
    from imgext.rendering import cut_plan

    return rehearsal.hear(
        which, [cut_plan(bell.freq, bell.gain_db, bell.q, bell.spans, rate) for bell in bells]
    )


def _pairs(spans: list[list[float]] | None) -> tuple[tuple[float, float], ...] | None:
    return None if spans is None else tuple((begin, end) for begin, end in spans)


def _answer(key: str, cuts: Sequence[Proposed], mode: str) -> list[Decision]:
    if not cuts:
        why = f"no cut would make another sound clearer ({mode})"
        return [Decision(f"tracks.{key}.eq", [], why, stage="mix")]
    value = [
        {
            "freq": cut.freq,
            "gain": cut.gain,
            "q": cut.q,
            "spans": [list(span) for span in cut.spans],
            "against": cut.against,
        }
        for cut in cuts
    ]
    helped = sorted({cut.against for cut in cuts})
    # A bell for several tracks has an entry for each.
    bells = list(dict.fromkeys((cut.freq, cut.gain) for cut in cuts))
    places = ", ".join(f"{freq:g} Hz {gain:+.1f} dB" for freq, gain in bells)
    answer = Decision(
        f"tracks.{key}.eq",
        value,
        f"makes room for {', '.join(helped)} ({mode}): {places}",
        {"cuts": len(cuts)},
        "mix",
    )
    return [
        answer,
        *(
            Decision(f"tracks.{key}.eq.{n}", None, cut.because, dict(cut.numbers), "mix", "note")
            for n, cut in enumerate(cuts)
        ),
    ]
