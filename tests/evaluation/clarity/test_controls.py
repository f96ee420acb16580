"""Modes that know nothing of bands."""

import numpy as np
import pytest

from imgext.evaluation import Cut, Stem
from imgext.evaluation.clarity import controls
from imgext.evaluation.clarity.bands import analyse
from imgext.evaluation.clarity.critical import CENTRES
from imgext.evaluation.clarity.response import response_range
from imgext.evaluation.clarity.stem import extent

RATE = 48000


def spans_of(stems, loudness=None):
    ordered = sorted(stems, key=lambda stem: stem.id)
    sounds = {stem.id: analyse(stem, RATE, *extent(stem.samples)) for stem in ordered}
    return controls.yielding_spans(ordered, sounds, loudness or dict.fromkeys(sounds, -30.0), RATE)


def burst(begin, end, seconds=4.0, seed=0, rms=0.02):
    t = np.arange(round(seconds * RATE)) / RATE
    return np.where((t >= begin) & (t < end), rms * np.random.default_rng(seed).standard_normal(t.size), 0.0)


def test_the_less_important_yields_while_both_sound():
    spans = spans_of([Stem("low", burst(0.5, 3.0), 0.2), Stem("high", burst(2.0, 3.5, seed=1), 0.8)])
    assert list(spans) == ["low"]
    [(begin, end)] = spans["low"]
    assert (begin / RATE, end / RATE) == (pytest.approx(2.0, abs=0.03), pytest.approx(3.0, abs=0.03))


def test_a_bed_yields_whatever_its_importance_says():
    assert list(
        spans_of([Stem("bed", burst(0, 4), 1.0, bed=True), Stem("dog", burst(1, 2, seed=1), 0.1)])
    ) == ["bed"]


def test_of_two_equally_important_ones_the_louder_yields_then_the_later_id():
    pair = [Stem("a", burst(0, 2), 0.5), Stem("b", burst(0, 2, seed=1), 0.5)]
    assert list(spans_of(pair, {"a": -20.0, "b": -30.0})) == ["a"]
    assert list(spans_of(pair)) == ["b"]


def test_sounds_that_do_not_overlap_do_not_yield():
    assert spans_of([Stem("a", burst(0.0, 1.0), 0.2), Stem("b", burst(2.0, 3.0), 0.8)]) == {}


def test_short_gaps_are_closed_and_short_meetings_dropped():
    on = np.zeros(60, dtype=bool)
    on[5:20], on[23:30], on[40:42], on[50:60] = True, True, True, True
    assert controls._runs(on, gap=5, shortest=3) == [(5, 30), (50, 60)]


def test_a_duck_turns_down_by_its_depth_inside_and_not_outside():
    stem = Stem("a", np.ones(RATE), 0.5)
    [ducked] = controls.duck([stem], {"a": [(10_000, 20_000)]}, -6.0, RATE)
    y = ducked.samples[:, 0]
    ramp = round(0.02 * RATE)
    assert np.all(y[10_000:20_000] == pytest.approx(10 ** (-6 / 20)))
    assert np.all(y[: 10_000 - ramp] == 1.0)
    assert np.all(y[20_000 + ramp :] == 1.0)
    assert np.all(np.diff(y[10_000 - ramp : 10_000]) < 0.0)


def test_whoever_does_not_yield_is_left_alone(stems):
    assert controls.duck(stems, {}, -6.0, RATE) == stems
    assert controls.static(stems, {}, -6.0) == stems


PLAN = {
    "bed": [
        Cut(250, -5.7, 1.0, ((0.5, 1.0), (2.0, 3.0))),
        Cut(250, -3.0, 1.0, ((5.0, 6.0),)),
        Cut(1170, -5.8, 1.0, ((0.5, 3.0),)),
        Cut(4000, -3.0, 0.7, None),
    ],
    "dog": [Cut(3400, -6.0, 1.0, ((1.0, 2.0),))],
}


def test_random_bands_keep_everything_but_the_centres():
    drawn = controls.random_plan(PLAN, "scene", RATE)
    assert {name: [(cut.gain, cut.q, cut.spans) for cut in cuts] for name, cuts in drawn.items()} == {
        name: [(cut.gain, cut.q, cut.spans) for cut in cuts] for name, cuts in PLAN.items()
    }
    assert {cut.freq for cuts in drawn.values() for cut in cuts} <= set(CENTRES[:24].tolist())


def test_one_bell_stays_one_and_two_stay_two():
    for seed in "abcdefgh":
        first, again, second, third = (cut.freq for cut in controls.random_plan(PLAN, seed, RATE)["bed"])
        assert first == again
        assert len({first, second, third}) == 3


def test_random_bands_keep_the_limit_on_their_sum():
    """Ten draws, none deeper than -6 dB together, or than the plan itself."""
    close = {"a": [Cut(250, -5.0), Cut(1170, -5.0), Cut(5800, -5.0)]}
    limit = min(-6.0, response_range(close["a"], RATE)[0])
    for seed in "0123456789":
        assert response_range(controls.random_plan(close, seed, RATE)["a"], RATE)[0] >= limit - 0.001


def test_where_no_draw_keeps_the_limit_the_depths_give_way():
    crowded = {"a": [Cut(float(f), -4.5, 0.3) for f in np.geomspace(60, 12000, 9)]}
    before = response_range(crowded["a"], RATE)[0]
    drawn = controls.random_plan(
        {"a": crowded["a"][:1] + [Cut(cut.freq, -4.5, 0.3, ((0.0, 1.0),)) for cut in crowded["a"][1:]]},
        "x",
        RATE,
    )["a"]
    assert response_range(drawn, RATE)[0] >= min(-6.0, before) - 0.001


def test_the_lot_is_drawn_anew_for_another_scene_and_the_same_for_the_same():
    assert controls.random_plan(PLAN, "one", RATE) == controls.random_plan(PLAN, "one", RATE)
    assert controls.random_plan(PLAN, "one", RATE) != controls.random_plan(PLAN, "two", RATE)


def test_all_centres_are_drawn_from():
    drawn = {
        controls.random_plan({"a": [Cut(570, -6.0)]}, str(seed), RATE)["a"][0].freq for seed in range(300)
    }
    assert drawn == set(CENTRES[:24].tolist())


def test_cuts_are_played_on_the_stems_that_have_them(stems):
    cut = controls.with_cuts(stems, {"bed": [Cut(1000, -6.0, 1.0, ((1.0, 2.0),))], "gull": []}, RATE)
    changed = [
        after.id
        for before, after in zip(stems, cut, strict=True)
        if not np.array_equal(before.columns, after.columns)
    ]
    assert changed == ["bed"]
