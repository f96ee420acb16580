"""Mode `audible`: the reference's oracles, and what holds for every plan."""

import math

import numpy as np
import pytest
from scipy.signal import butter, sosfilt
from support.planned import check_plan, deepest_and_highest, depths, placed_sound, same, some_scene
from support.signals import RATE, bark_power, faded, tone

from imgext.dsp.bark import BANDS, CENTRES, hop
from imgext.dsp.cuts import Bell, cut_power
from imgext.dsp.partial_loudness import PartialLoudness
from imgext.dsp.units import db_to_gain
from imgext.mix.unmask import planner
from imgext.mix.unmask.guards import Limits
from imgext.mix.unmask.ledger import Ledger
from imgext.mix.unmask.modes import audible, bark
from imgext.mix.unmask.planner import Placed, Settings, stem_of, thinning
from imgext.mix.unmask.standing import Standing

SECONDS = 3
FRAME = hop(RATE) / RATE
SETTINGS = Settings(RATE, SECONDS * RATE)
LUFS = Settings(RATE, SECONDS * RATE, measure="lufs")


@pytest.fixture(scope="module")
def noises():
    """Two of white noise and two of band noise, the streams of the reference's oracles."""
    generator = np.random.default_rng(0)
    white = [faded(generator.standard_normal(SECONDS * RATE) * 0.02) for _ in range(2)]
    bands = [
        faded(
            sosfilt(
                butter(4, edges, "band", fs=RATE, output="sos"), generator.standard_normal(SECONDS * RATE)
            )
            * 0.03
        )
        for edges in ([100, 2000], [800, 6000])
    ]
    return [*white, *bands]


@pytest.mark.slow
def test_scenes_keep_all_limits_and_do_not_depend_on_the_order_of_tracks():
    """In powers of bands, where what a span may hold is known;
    `tests/test_many_scenes.py` has 100 scenes of sounds."""
    cuts = 0
    for seed in range(30):
        tracks, settings, generator = some_scene(seed)
        plan = audible.plan(tracks, settings)
        check_plan(tracks, settings, plan)
        assert same(plan, audible.plan([tracks[k] for k in generator.permutation(len(tracks))], settings))
        cuts += sum(len(those) for those in plan.values())
    assert cuts > 10


# --- the reference's oracles


@pytest.mark.parametrize(("settings", "band"), [(LUFS, 0), (SETTINGS, 1)])
def test_two_equal_noises(noises, settings, band):
    """Only the less important one, -2.89 dB at 250 Hz and -5.77 dB at 1170 Hz."""
    plan = audible.plan([placed_sound("a", noises[0], 0.4), placed_sound("b", noises[1], 0.5)], settings)
    assert plan["b"] == []
    assert [cut.gain for cut in plan["a"]] == pytest.approx([-2.89, -5.77], abs=0.5)
    found = [CENTRES.index(cut.freq) for cut in plan["a"]]
    assert all(
        abs(mine - theirs) <= band
        for mine, theirs in zip(found, (CENTRES.index(250), CENTRES.index(1170)), strict=True)
    )


@pytest.mark.parametrize("swapped", [False, True])
def test_noise_of_which_a_part_is_in_the_way(noises, swapped):
    """100 to 2000 Hz against 800 to 6000 Hz: only the first, one bell, 3400 Hz, -6 dB,
    J from 0.5065 to 0.4793."""
    low, high = placed_sound("a", noises[2], 0.3), placed_sound("b", noises[3], 0.8)
    plan = audible.plan([high, low] if swapped else [low, high], LUFS)
    assert plan["b"] == []
    assert depths(plan["a"]) == [(3400, -6.0)]
    cut = plan["a"][0]
    assert (cut.against, cut.numbers["share"], cut.numbers["depth"]) == ("b", 1.0, 6.0)
    model = PartialLoudness([stem_of(high), stem_of(low)], [0.8, 0.3])
    assert model.objective == pytest.approx(0.5065, abs=1e-4)
    assert cut.numbers["gain"] == pytest.approx(0.5065 - 0.4793, abs=1e-3)


def test_noise_of_which_a_part_is_in_the_way_where_rms_is_restored(noises):
    plan = audible.plan([placed_sound("a", noises[2], 0.3), placed_sound("b", noises[3], 0.8)], SETTINGS)
    assert plan["b"] == []
    assert [(cut.freq in (2900, 3400, 4000), cut.gain) for cut in plan["a"]] == [(True, -6.0)]


@pytest.mark.parametrize("settings", [SETTINGS, LUFS])
def test_tones_far_apart_need_no_cut(settings):
    plan = audible.plan([placed_sound("a", tone(500), 0.4), placed_sound("b", tone(4000), 0.5)], settings)
    assert plan == {"a": [], "b": []}


def test_sounds_at_different_times_need_no_cut(noises):
    one, two = noises[0][:RATE], noises[1][:RATE]
    assert audible.plan([placed_sound("a", one, 0.4), placed_sound("b", two, 0.5, start=2.0)], SETTINGS) == {
        "a": [],
        "b": [],
    }


def test_a_sound_alone_needs_no_cut(noises):
    assert audible.plan([placed_sound("a", noises[0], 0.4)], SETTINGS) == {"a": []}
    assert audible.plan([], SETTINGS) == {}


def test_the_louder_of_two_tones_at_one_place_is_left_alone():
    """Its level is restored, so nothing would come of the cut."""
    plan = audible.plan(
        [placed_sound("a", tone(570), 0.4), placed_sound("b", tone(570, rms=0.0385), 0.5)], SETTINGS
    )
    assert plan == {"a": [], "b": []}


def test_the_softer_of_two_tones_at_one_place_is_cut_by_6_db_where_no_guard_forbids_it(monkeypatch):
    """All of it lies within the bell, so that guards would not have it."""
    tracks = [placed_sound("a", tone(570, rms=0.0385), 0.4), placed_sound("b", tone(570), 0.5)]
    assert audible.plan(tracks, SETTINGS) == {"a": [], "b": []}
    monkeypatch.setattr(
        audible, "LIMITS", Limits(drop=math.inf, drop_important=math.inf, distance=math.inf, shift=math.inf)
    )
    plan = audible.plan(tracks, SETTINGS)
    assert (depths(plan["a"]), plan["b"]) == ([(570, -6.0)], [])


@pytest.mark.shared
@pytest.mark.slow
def test_permuting_six_stems_of_a_real_scene_permutes_the_plan(shared):
    import soundfile
    import soxr

    tracks = []
    for number, name in enumerate(("rain", "dog", "crow", "church_bells", "car_horn", "footsteps")):
        samples, rate = soundfile.read(min((shared / "sounds" / name).glob("*.ogg")), always_2d=True)
        samples = soxr.resample(samples.mean(axis=1), rate, RATE)[: 3 * RATE]
        samples *= 0.05 / math.sqrt(float(np.mean(samples**2)))
        tracks.append(placed_sound(name, samples, [0.0, 0.9, 0.4, 0.3, 0.7, 0.5][number], bed=name == "rain"))
    plan = audible.plan(tracks, SETTINGS)
    assert sum(len(cuts) for cuts in plan.values()) > 3
    check_plan(tracks, SETTINGS, plan)
    for order in ([5, 4, 3, 2, 1, 0], [2, 0, 4, 1, 5, 3]):
        assert same(plan, audible.plan([tracks[k] for k in order], SETTINGS))


# --- who yields


def test_a_bed_yields_to_an_object_however_unimportant(noises):
    plan = audible.plan(
        [placed_sound("z", noises[0], 0.0, bed=True), placed_sound("a", noises[1], 0.2)], LUFS
    )
    assert plan["a"] == []
    assert plan["z"]


def test_of_equally_important_sounds_the_louder_yields(noises):
    for loud, soft in ((3.0, 0.5), (0.5, 3.0)):
        plan = audible.plan(
            [placed_sound("a", noises[2] * loud, 0.5), placed_sound("b", noises[3] * soft, 0.5)], LUFS
        )
        assert bool(plan["a"]) == (loud > soft)
        assert bool(plan["b"]) == (loud < soft)


def test_of_equals_the_later_id_yields(noises):
    one, two = placed_sound("a", noises[0], 0.5), placed_sound("b", noises[0], 0.5)
    assert [track.id for track in Standing([two, one], SETTINGS).tracks] == ["a", "b"]


def test_beds_stand_last_and_two_tracks_of_one_name_are_refused(noises):
    tracks = [
        placed_sound("a", noises[0][:RATE], 0.0, bed=True),
        placed_sound("b", noises[1][:RATE], 0.0),
        placed_sound("c", noises[1][:RATE], 0.9),
    ]
    assert [track.id for track in Standing(tracks, SETTINGS).tracks] == ["c", "b", "a"]
    with pytest.raises(ValueError, match="share an id: a, a"):
        audible.plan([tracks[0], tracks[0]], SETTINGS)


def test_a_track_that_is_not_open_is_left_alone_and_still_masks_and_is_protected(noises):
    low, high = placed_sound("a", noises[2], 0.3), placed_sound("b", noises[3], 0.8, is_open=False)
    plan = audible.plan([low, high], LUFS)
    assert set(plan) == {"a"}
    assert depths(plan["a"]) == [(3400, -6.0)]
    assert audible.plan(
        [placed_sound("a", noises[2], 0.3, is_open=False), placed_sound("b", noises[3], 0.8)], LUFS
    ) == {"b": []}


# --- what a plan is


def test_plan_lowers_the_loss_by_what_its_cuts_say(noises):
    """J with all cuts played and all levels restored: the fall is the sum of the gains of the cuts."""
    tracks = [
        placed_sound(name, noises[k], imp)
        for k, (name, imp) in enumerate((("a", 0.2), ("b", 0.4), ("c", 0.6), ("d", 0.9)))
    ]
    plan = audible.plan(tracks, SETTINGS)
    model = PartialLoudness(
        [stem_of(track) for track in Standing(tracks, SETTINGS).tracks],
        [t.weight for t in Standing(tracks, SETTINGS).tracks],
    )
    before = model.objective
    for number, track in enumerate(Standing(tracks, SETTINGS).tracks):
        factors = cut_power(
            [Bell(cut.freq, cut.gain, cut.q, tuple(cut.spans)) for cut in plan[track.id]], track.at, RATE
        )
        gain = Ledger(track.at, track.power, RATE, "rms").weigh(factors).gain_db
        model.accept(number, track.power * factors * db_to_gain(2.0 * gain))
    cuts = [cut for those in plan.values() for cut in those]
    assert len(cuts) >= 3
    assert all(cut.numbers["gain"] >= 1e-4 for cut in cuts)
    assert before - model.objective == pytest.approx(sum(cut.numbers["gain"] for cut in cuts), abs=1e-5)


def test_cuts_say_where_why_and_for_whom(noises):
    low = Placed(
        "a",
        "wind",
        0.3,
        bed=False,
        at=placed_sound("a", noises[2], 0.3).at,
        power=placed_sound("a", noises[2], 0.3).power,
    )
    high = Placed(
        "b",
        "gull",
        0.8,
        bed=False,
        at=placed_sound("b", noises[3], 0.8).at,
        power=placed_sound("b", noises[3], 0.8).power,
    )
    cut = audible.plan([low, high], LUFS)["a"][0]
    assert cut.spans == [(0.0, 3.0)]
    assert {"band", "direction", "depth", "seconds", "gain", "share"} <= set(cut.numbers)
    assert (cut.numbers["band"], cut.numbers["direction"], cut.numbers["seconds"]) == (17, "maskee", 3.0)
    assert "wind" in cut.because
    assert "gull" in cut.because
    assert "3400 Hz" in cut.because


def test_cuts_end_where_the_others_do(noises):
    """The important sound lasts from 1 s to 2 s; so does the cut, but for half a frame."""
    plan = audible.plan(
        [placed_sound("a", noises[2], 0.3), placed_sound("b", noises[3][:RATE], 0.8, start=1.0)], LUFS
    )
    spans = [span for cut in plan["a"] for span in cut.spans]
    assert spans
    assert min(start for start, _ in spans) >= 1.0 - FRAME
    assert max(stop for _, stop in spans) <= 2.0 + FRAME


def test_shallower_limit_gives_shallower_cuts(noises):
    tracks = [placed_sound("a", noises[2], 0.3), placed_sound("b", noises[3], 0.8)]
    shallow = Settings(RATE, SECONDS * RATE, max_cut=2.0, measure="lufs")
    plan = audible.plan(tracks, shallow)
    check_plan(tracks, shallow, plan)
    assert deepest_and_highest(plan["a"])[0] == pytest.approx(-2.0, abs=0.05)
    assert audible.plan(tracks, Settings(RATE, SECONDS * RATE, max_cut=0.0)) == {"a": [], "b": []}


def test_fewer_bells_on_demand(noises):
    tracks = [placed_sound("a", noises[0], 0.4), placed_sound("b", noises[1], 0.5)]
    assert len(audible.plan(tracks, Settings(RATE, SECONDS * RATE, bells=1, measure="lufs"))["a"]) == 1


def test_a_sound_that_meets_no_other_changes_nothing(noises):
    """A long scene does not lose the cuts that its parts would have: against 30 more sounds, the small gain
    of one of these would not count."""
    tracks = [placed_sound("a", noises[0], 0.4), placed_sound("b", noises[1], 0.5)]
    far = [placed_sound(f"far{k}", noises[k % 2][:RATE], 0.9, start=10.0 + 2.0 * k) for k in range(30)]
    alone, among = (
        audible.plan(them, Settings(RATE, 80 * RATE, measure="lufs")) for them in (tracks, tracks + far)
    )
    assert len(alone["a"]) == 2
    assert [(cut.freq, cut.gain, cut.spans) for cut in alone["a"]] == [
        (cut.freq, cut.gain, cut.spans) for cut in among["a"]
    ]


def test_sound_that_is_only_made_more_even_is_not_cut(noises):
    """Nothing of the other sound lies where the first one is; without the demand for
    help the first would be flattened."""
    for importance in (0.1, 0.45):
        plan = audible.plan(
            [placed_sound("a", tone(500) + tone(250, 0.02), importance), placed_sound("b", tone(6000), 0.5)],
            SETTINGS,
        )
        assert plan == {"a": [], "b": []}


def test_very_full_scenes_look_at_fewer_frames_and_gain_about_as_much(noises, monkeypatch):
    tracks = [
        placed_sound("a", noises[2], 0.3),
        placed_sound("b", noises[3], 0.8),
        placed_sound("c", noises[0][: 2 * RATE], 0.5, start=0.5),
    ]
    gains = []
    for rows in (30_000, 0):
        monkeypatch.setattr(planner, "_ROWS", rows)
        assert thinning(400) == (1 if rows else 3)
        plan = audible.plan(tracks, LUFS)
        check_plan(tracks, LUFS, plan)
        gains.append(sum(cut.numbers["gain"] for cuts in plan.values() for cut in cuts))
    assert gains[1] == pytest.approx(gains[0], rel=0.15)


@pytest.mark.parametrize("rate", [8000, 44100, 96000])
def test_other_rates(rate):
    generator = np.random.default_rng(5)
    x = [
        sosfilt(butter(4, edges, "band", fs=rate, output="sos"), generator.standard_normal(2 * rate)) * 0.03
        for edges in ([100, 2000], [800, 3500])
    ]
    tracks = []
    for number, samples in enumerate(x):
        power = bark_power(samples, rate)
        rows = np.flatnonzero(np.max(power, axis=1) > 1e-3)
        tracks.append(
            Placed(f"t{number}", "noise", 0.3 + 0.5 * number, bed=False, at=rows, power=power[rows])
        )
    for mode in (audible, bark):
        plan = mode.plan(tracks, Settings(rate, 2 * rate))
        assert plan["t1"] == []
        assert plan["t0"]
        assert all(2.0 * cut.freq < rate for cut in plan["t0"])
        assert all(0.0 <= start < stop <= 2.0 for cut in plan["t0"] for start, stop in cut.spans)


def test_importance_zero_everywhere_and_silent_tracks_are_no_trouble():
    silent = Placed("s", "s", 0.5, bed=False, at=np.zeros(0, dtype=np.int64), power=np.zeros((0, BANDS)))
    power = np.full((50, BANDS), 1e6)
    one, two = (Placed(which, which, 0.0, bed=False, at=np.arange(50), power=power) for which in "ab")
    for mode in (audible, bark):
        assert mode.plan([silent, one, two], SETTINGS)["s"] == []
    assert audible.plan([one, two], SETTINGS) == {"a": [], "b": []}
