"""Mode `bark`: the founding notes' example, who yields, depth and spans, and what holds for every plan."""

import numpy as np
import pytest
from support.planned import check_plan, depths, in_bands, placed_sound, same, some_scene
from support.signals import RATE, tone

from imgext.dsp.bark import BANDS, CENTRES, hop
from imgext.dsp.cuts import Bell, cut_power
from imgext.mix.unmask.guards import LIMITS
from imgext.mix.unmask.ledger import Ledger
from imgext.mix.unmask.modes import bark
from imgext.mix.unmask.planner import Placed, Settings

SETTINGS = Settings(RATE, 3 * RATE)
FRAME = hop(RATE) / RATE


# --- the founding notes' example


@pytest.mark.parametrize("measure", ["rms", "lufs"])
@pytest.mark.parametrize("louder", ["a", "b"])
def test_two_tones_5_2_db_apart(louder, measure):
    """S = 1 - 5.2/24, so -4.70 dB at 570 Hz on exactly one of them, the louder, and nothing on the other."""
    softer = {"a": "b", "b": "a"}[louder]
    loud, soft = tone(570, rms=0.07), tone(570, rms=0.07 * 10.0 ** (-5.2 / 20.0))
    tracks = [placed_sound(louder, loud, 0.5), placed_sound(softer, soft, 0.5)]
    settings = Settings(RATE, 3 * RATE, measure=measure)
    plan = bark.plan(tracks, settings)
    assert plan[softer] == []
    assert [(cut.freq, cut.gain, cut.q, cut.against) for cut in plan[louder]] == [(570, -4.7, 1.0, softer)]
    assert plan[louder][0].spans == [(0.0, 3.0)]
    assert plan[louder][0].numbers["severity"] == pytest.approx(1.0 - 5.2 / 24.0, abs=2e-3)
    assert same(plan, bark.plan(tracks[::-1], settings))


def test_the_less_important_of_two_tones_yields_though_it_is_softer():
    loud, soft = tone(570, rms=0.07), tone(570, rms=0.07 * 10.0 ** (-5.2 / 20.0))
    plan = bark.plan([placed_sound("a", loud, 0.6), placed_sound("b", soft, 0.5)], SETTINGS)
    assert plan["a"] == []
    assert depths(plan["b"]) == [(570, -4.7)]
    assert plan["b"][0].numbers["direction"] == "maskee"


def test_tones_far_apart_sounds_apart_and_a_sound_alone_need_no_cut():
    assert bark.plan([placed_sound("a", tone(500), 0.4), placed_sound("b", tone(4000), 0.5)], SETTINGS) == {
        "a": [],
        "b": [],
    }
    apart = [in_bands("a", 0.4, {5: 70.0}, frames=50), in_bands("b", 0.5, {5: 70.0}, frames=50, first=60)]
    assert bark.plan(apart, SETTINGS) == {"a": [], "b": []}
    assert bark.plan(apart[:1], SETTINGS) == {"a": []}


# --- bands, depth, spans


def test_no_cut_from_24_db_of_difference_on():
    for difference, cut in ((18.0, True), (21.0, False), (30.0, False)):
        plan = bark.plan(
            [in_bands("a", 0.4, {8: 70.0 + difference}), in_bands("b", 0.5, {8: 70.0})], SETTINGS
        )
        assert bool(plan["a"]) == cut  # at 21 dB the severity is 0.125, under the threshold of 0.15


def test_bands_that_nobody_hears_are_not_cut():
    """Both lie under the threshold in quiet at 17750 Hz, and are equal there."""
    levels = {24: 20.0}
    plan = bark.plan(
        [in_bands("a", 0.4, {3: 70.0, **levels}), in_bands("b", 0.5, {20: 70.0, **levels})], SETTINGS
    )
    assert plan == {"a": [], "b": []}


def test_bands_beside_a_bell_get_none_and_five_at_most():
    everywhere = dict.fromkeys(range(BANDS), 70.0)
    plan = bark.plan(
        [in_bands("a", 0.4, everywhere), in_bands("b", 0.5, everywhere)],
        Settings(RATE, 3 * RATE, bells=25),
    )
    bands = [CENTRES.index(cut.freq) for cut in plan["a"]]
    assert min(np.diff(bands)) >= 3
    five = bark.plan([in_bands("a", 0.4, everywhere), in_bands("b", 0.5, everywhere)], SETTINGS)
    assert len(five["a"]) == 5


def test_cut_lasts_while_the_sounds_compete():
    """In the middle third the yielding sound is 40 dB louder: nothing can be done there, and nothing is."""
    level = np.full(140, 72.0)
    level[50:90] = 110.0
    plan = bark.plan([in_bands("a", 0.4, {5: level, 15: 75.0}), in_bands("b", 0.5, {5: 70.0})], SETTINGS)
    cut = next(cut for cut in plan["a"] if cut.freq == 570)
    assert [(round(start / FRAME), round(stop / FRAME)) for start, stop in cut.spans] == [(0, 49), (90, 139)]


def test_depth_is_the_mean_severity_of_the_frames_that_are_cut():
    """Half the time 3 dB apart, half 9 dB: S is 0.875 and 0.625, so the step is 6 * 0.75."""
    level = np.full(140, 70.0)
    level[:70], level[70:] = 73.0, 79.0
    plan = bark.plan([in_bands("a", 0.4, {5: level}), in_bands("b", 0.5, {5: 70.0})], SETTINGS)
    assert depths(plan["a"]) == [(570, -4.5)]


def test_a_band_matters_less_the_further_it_lies_under_the_strongest():
    """30 dB under it, half of 60: S is the square root of a half, so 4.24 dB."""
    plan = bark.plan([in_bands("a", 0.4, {15: 60.0}), in_bands("b", 0.5, {5: 90.0, 15: 60.0})], SETTINGS)
    assert depths(plan["a"]) == [(2900, -4.24)]


def test_shallower_limit_gives_shallower_cuts():
    tracks = [in_bands("a", 0.4, {5: 76.0}), in_bands("b", 0.5, {5: 70.0})]
    assert depths(bark.plan(tracks, Settings(RATE, 3 * RATE, max_cut=2.0))["a"]) == [(570, -1.5)]
    assert bark.plan(tracks, Settings(RATE, 3 * RATE, max_cut=0.0)) == {"a": [], "b": []}


# --- who and what for


def test_a_cut_is_for_the_sound_it_competes_with_most():
    own = dict.fromkeys((4, 12), 70.0)
    tracks = [
        in_bands("a", 0.1, own),
        in_bands("b", 0.5, {4: 70.0, 12: 60.0}),
        in_bands("c", 0.9, {12: 70.0, 4: 60.0}),
    ]
    assert {cut.freq: cut.against for cut in bark.plan(tracks, SETTINGS)["a"]} == {450: "b", 1850: "c"}


def test_a_written_track_is_left_alone_and_still_counts():
    high = in_bands("b", 0.5, {5: 70.0})
    written = Placed("b", "b", 0.5, bed=False, at=high.at, power=high.power, open=False)
    assert list(bark.plan([in_bands("a", 0.4, {5: 76.0}), written], SETTINGS)) == ["a"]
    assert bark.plan([in_bands("a", 0.4, {5: 76.0}), written], SETTINGS)["a"]
    low = in_bands("a", 0.4, {5: 76.0})
    assert bark.plan(
        [Placed("a", "a", 0.4, bed=False, at=low.at, power=low.power, open=False), high], SETTINGS
    ) == {"b": []}


@pytest.mark.slow
def test_scenes_keep_all_limits_and_do_not_depend_on_the_order_of_tracks():
    cuts = 0
    for seed in range(25):
        tracks, settings, generator = some_scene(seed)
        plan = bark.plan(tracks, settings)
        check_plan(tracks, settings, plan)
        assert same(plan, bark.plan([tracks[k] for k in generator.permutation(len(tracks))], settings))
        for track in tracks:
            bells = [Bell(cut.freq, cut.gain, cut.q, tuple(cut.spans)) for cut in plan.get(track.id, [])]
            ledger = Ledger(track.at, track.power, RATE, settings.measure)
            if all(ledger.share(CENTRES.index(bell.freq)) < bark.WHOLE for bell in bells):
                assert LIMITS.allow(ledger.weigh(cut_power(bells, track.at, RATE)), track.rank)
        cuts += sum(len(those) for those in plan.values())
    assert cuts > 25


def test_gain_is_what_the_cut_adds_to_what_the_others_do():
    """The gain of a plan with one cut is the fall of the weighted loss of loudness."""
    from imgext.dsp.partial_loudness import PartialLoudness
    from imgext.dsp.units import db_to_gain
    from imgext.mix.unmask.planner import stem_of
    from imgext.mix.unmask.standing import Standing

    tracks = [in_bands("a", 0.4, {5: 76.0, 12: 80.0}), in_bands("b", 0.5, {5: 70.0})]
    plan = bark.plan(tracks, SETTINGS)
    (cut,) = plan["a"]
    standing = Standing(tracks, SETTINGS).tracks
    model = PartialLoudness([stem_of(track) for track in standing], [track.weight for track in standing])
    before = model.objective
    factors = cut_power([Bell(cut.freq, cut.gain, cut.q, tuple(cut.spans))], tracks[0].at, RATE)
    gain = Ledger(tracks[0].at, tracks[0].power, RATE, "rms").weigh(factors).gain_db
    after = model.accept(1, tracks[0].power * factors * db_to_gain(2.0 * gain))
    assert cut.numbers["gain"] == pytest.approx(before - after, abs=2e-6)
