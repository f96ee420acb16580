"""Whom the spans of a cut are for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.planned import FRAME, placed
from support.signals import RATE

from imgext.dsp.bark import CENTRES
from imgext.mix.unmask.beneficiary import divided
from imgext.mix.unmask.modes import audible
from imgext.mix.unmask.planner import Proposed, Settings

SETTINGS = Settings(RATE, 20 * RATE)
BAND = 8


def steady(name, importance, first, frames, level=60.0, *, bed=False):
    return placed(name, np.full((frames, 25), 10 ** (level / 10)), importance, first, bed=bed)


def scene():
    """A bed under a gull (frames 0 to 99), then silence of all but the bed, then a boat
    (frames 200 to 299)."""
    return [steady("bed", 0.0, 0, 400, bed=True), steady("gull", 0.9, 0, 100), steady("boat", 0.4, 200, 100)]


def cut(*spans, against="gull"):
    numbers = {
        "band": BAND + 1,
        "direction": "masker",
        "depth": 4.0,
        "seconds": 0.0,
        "gain": 0.01,
        "share": 0.7,
    }
    return Proposed(CENTRES[BAND], -4.0, 1.0, list(spans), against, "gull is hidden", numbers)


EARLY, LATE = (10 * FRAME, 90 * FRAME), (210 * FRAME, 290 * FRAME)


def by_track(plan, key="bed"):
    return [(each.against, each.spans) for each in plan[key]]


def test_each_span_is_for_the_track_that_sounds_in_it():
    assert by_track(divided({"bed": [cut(EARLY, LATE)]}, scene(), SETTINGS)) == [
        ("gull", [EARLY]),
        ("boat", [LATE]),
    ]


def test_where_two_sound_it_is_for_the_one_that_it_helps_more():
    tracks = [*scene(), steady("horn", 0.3, 200, 100)]
    assert by_track(divided({"bed": [cut(EARLY, LATE)]}, tracks, SETTINGS))[1] == ("boat", [LATE])
    tracks[-1] = steady("horn", 0.8, 200, 100)
    assert by_track(divided({"bed": [cut(EARLY, LATE)]}, tracks, SETTINGS))[1] == ("horn", [LATE])


def test_entries_of_one_bell_play_as_the_bell_did():
    parts = divided({"bed": [cut(EARLY, LATE)]}, scene(), SETTINGS)["bed"]
    assert {(part.freq, part.gain, part.q) for part in parts} == {(CENTRES[BAND], -4.0, 1.0)}
    assert sorted(span for part in parts for span in part.spans) == [EARLY, LATE]


def test_spans_whose_ramps_would_meet_stay_together():
    near = (EARLY, (90 * FRAME + 0.03, 290 * FRAME))
    assert [spans for _, spans in by_track(divided({"bed": [cut(*near)]}, scene(), SETTINGS))] == [list(near)]


def test_a_bell_for_one_track_is_left_as_it_is():
    plan = {"bed": [cut(EARLY)], "boat": []}
    assert divided(plan, scene(), SETTINGS) == plan


def test_a_part_says_its_own_time_and_why_the_bell_is_there():
    early, late = divided({"bed": [cut(EARLY, LATE)]}, scene(), SETTINGS)["bed"]
    seconds = pytest.approx(80 * FRAME, abs=1e-3)
    assert (early.numbers["seconds"], late.numbers["seconds"]) == (seconds, seconds)
    assert (early.numbers["share"], late.numbers["share"]) == (1.0, 1.0)
    assert late.because.startswith("bed masks boat around 1000 Hz: cut 4 dB for 1.7 s in 1 span; ")


def test_the_reason_of_each_part_names_the_track_that_it_is_for_and_no_other():
    for part in divided({"bed": [cut(EARLY, LATE)]}, scene(), SETTINGS)["bed"]:
        named = {name for name in ("gull", "boat") if name in part.because}
        assert named == {part.against}


def test_what_holds_of_the_whole_bell_is_repeated_for_each_part():
    whole = replace(cut(EARLY, LATE), of_bell="audibility +0.21 points")
    for part in divided({"bed": [whole]}, scene(), SETTINGS)["bed"]:
        assert part.because.endswith("other tracks, together audibility +0.21 points")


def test_a_span_that_helps_nobody_keeps_its_name():
    assert by_track(divided({"bed": [cut((350 * FRAME, 390 * FRAME))]}, scene(), SETTINGS))[0][0] == "gull"


def test_the_order_of_tracks_changes_nothing():
    tracks = scene()
    assert divided({"bed": [cut(EARLY, LATE)]}, tracks, SETTINGS) == divided(
        {"bed": [cut(EARLY, LATE)]}, tracks[::-1], SETTINGS
    )


def test_a_cut_never_is_for_a_track_that_yields_to_it():
    """Where the gull is silent, the boat's cut does not become one for the bed."""
    tracks = [steady("bed", 0.0, 0, 400, bed=True), steady("gull", 0.9, 0, 100), steady("boat", 0.4, 0, 400)]
    plan = divided({"boat": [cut(EARLY, LATE)], "bed": []}, tracks, SETTINGS)
    assert {name for name, _ in by_track(plan, "boat")} == {"gull"}


def test_plans_without_cuts_are_no_work():
    assert divided({"bed": [], "boat": []}, scene(), SETTINGS) == {"bed": [], "boat": []}
    assert divided(audible.plan([], SETTINGS), [], SETTINGS) == {}
