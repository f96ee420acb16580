"""Mode `masking`: who is cut, where, when and how deep."""

from __future__ import annotations

import numpy as np
import pytest
from support.planned import bells_of, placed, placed_sound, spectrum
from support.signals import RATE, tone

from imgext.dsp.bark import CENTRES
from imgext.dsp.cuts import Bell, composite_db, cut_power
from imgext.dsp.masking import active_frames
from imgext.mix.unmask.guards import Limits
from imgext.mix.unmask.ledger import Ledger
from imgext.mix.unmask.modes.masking import plan
from imgext.mix.unmask.planner import Settings

SETTINGS = Settings(RATE, 20 * RATE)


def scene(seed, tracks=6, frames=400):
    lot = np.random.default_rng(seed)
    result = []
    for number in range(tracks):
        n = int(lot.integers(60, frames))
        power = 10 ** ((lot.uniform(20, 65, (1, 25)) + lot.uniform(-6, 6, (n, 25))) / 10)
        result.append(placed(f"t{number}", power, float(lot.random()), int(lot.integers(0, frames - n + 1))))
    return result


def test_the_less_important_of_two_is_cut_where_it_masks_and_the_other_is_not():
    """Wide noise over a sound in band 8: S is 1 there, so the bell is as deep as the
    limit where the guards leave it."""
    wide = spectrum({**dict.fromkeys(range(25), 60.0), 8: 66.0})
    result = plan([placed("noise", wide, 0.2), placed("voice", spectrum({8: 45.0}), 0.6)], SETTINGS)
    assert result["voice"] == []
    assert [(cut.freq, cut.gain, cut.against) for cut in result["noise"]] == [(1000, -6.0, "voice")]
    assert result["noise"][0].numbers["gain"] == 1.0
    assert result["noise"][0].numbers["direction"] == "masker"


def test_a_cut_is_as_deep_as_the_severity():
    """Noise equally strong in all bands spreads to itself, so its threshold is 5.5 dB under it: 3 dB over the
    voice that is (3 - 5.5 + 10) / 20."""
    result = plan(
        [
            placed("noise", spectrum(dict.fromkeys(range(25), 60.0)), 0.2),
            placed("voice", spectrum({8: 57.0}), 0.6),
        ],
        SETTINGS,
    )
    assert [cut.freq for cut in result["noise"]] == [1000]
    assert result["noise"][0].gain == pytest.approx(-6 * 7.5 / 20, abs=0.01)


def test_tones_far_apart_leave_each_other_alone():
    assert plan([placed_sound("a", tone(500), 0.3), placed_sound("b", tone(4000), 0.6)], SETTINGS) == {
        "a": [],
        "b": [],
    }


def test_sounds_that_never_meet_are_left_alone():
    power = spectrum({8: 70.0})
    assert plan([placed("a", power * 10, 0.3), placed("b", power, 0.6, first=200)], SETTINGS) == {
        "a": [],
        "b": [],
    }


def test_cuts_last_while_the_sounds_overlap():
    wide = spectrum({**dict.fromkeys(range(25), 60.0), 8: 75.0}, 600)
    cut = plan(
        [placed("noise", wide, 0.2), placed("voice", spectrum({8: 55.0}, 100), 0.6, first=250)], SETTINGS
    )["noise"][0]
    frame = 1024 / RATE
    assert len(cut.spans) == 1
    assert cut.spans[0] == pytest.approx((250 * frame, 349 * frame), abs=0.5 * frame)


def test_a_cut_does_not_last_through_a_pause_of_the_other_sound():
    """60 ms in the middle, which would be closed if the voice were there."""
    voice = spectrum({8: 50.0}, 100)
    voice[50:53] = 0.0
    wide = spectrum({**dict.fromkeys(range(25), 60.0), 8: 66.0}, 100)
    cut = plan([placed("noise", wide, 0.2), placed("voice", voice, 0.6)], SETTINGS)["noise"][0]
    assert len(cut.spans) == 2


def test_where_roles_change_often_only_the_masker_is_cut():
    """Six times in 3.5 s; every half second the noise is 15 dB over the voice and then
    15 dB under it, in the voice's band."""
    turns = np.arange(164) * 1024 / RATE % 1.0 < 0.5
    noise = spectrum({**dict.fromkeys(range(25), 50.0), 8: np.where(turns, 75.0, 45.0)}, 164)
    cuts = plan([placed("noise", noise, 0.2), placed("voice", spectrum({8: 60.0}, 164), 0.6)], SETTINGS)[
        "noise"
    ]
    at_voice = next(cut for cut in cuts if cut.freq == 1000)
    assert at_voice.numbers["interchange"] == pytest.approx(6 / 3.5, abs=0.01)
    frames = np.arange(164)
    cut = cut_power([Bell(1000.0, -6.0, 1.0, tuple(at_voice.spans))], frames, RATE)[:, 8] < 1.0
    assert np.count_nonzero(cut & ~turns) == 0
    assert np.count_nonzero(cut) > 0.7 * np.count_nonzero(turns)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.slow
def test_the_order_of_the_tracks_changes_nothing(seed):
    tracks = scene(seed)
    assert plan(tracks[::-1], SETTINGS) == plan(tracks, SETTINGS)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.slow
def test_cuts_keep_the_limit_the_guards_and_the_overlap(seed):
    tracks = scene(seed)
    result = plan(tracks, SETTINGS)
    assert any(result.values())
    for track in tracks:
        bells = bells_of(result[track.id])
        if not bells:
            continue
        assert composite_db([bell._replace(spans=None) for bell in bells], RATE) >= -6.0 - 1e-3
        assert len(bells) <= 3
        assert np.all(np.diff([CENTRES.index(bell.freq) for bell in bells]) > 2)
        factors = cut_power(bells, track.at, RATE)
        assert Limits(drop=2.5).allow(Ledger(track.at, track.power, RATE, "rms").weigh(factors), track.rank)
        others = [t for t in tracks if t.importance > track.importance]
        meets = np.isin(track.at, np.concatenate([t.at[active_frames(t.power)] for t in others]))
        assert not np.any(np.any(factors != 1.0, axis=1) & ~meets)


def test_a_track_whose_cuts_are_written_is_left_and_still_makes_others_yield():
    wide = spectrum({**dict.fromkeys(range(25), 60.0), 8: 75.0})
    voice = spectrum({8: 55.0})
    closed = placed("noise", wide, 0.2, is_open=False)
    assert plan([closed, placed("voice", voice, 0.6)], SETTINGS) == {"voice": []}
    assert plan([placed("noise", wide, 0.2), placed("voice", voice, 0.6, is_open=False)], SETTINGS)["noise"]


@pytest.mark.parametrize(
    "settings", [Settings(RATE, 20 * RATE, max_cut=0.0), Settings(RATE, 20 * RATE, bells=0)]
)
def test_without_depth_or_bells_there_are_no_cuts(settings):
    assert not any(plan(scene(1), settings).values())


def test_bells_above_half_the_rate_are_never_chosen():
    tracks = [
        placed("a", spectrum(dict.fromkeys(range(25), 90.0)), 0.2),
        placed("b", spectrum({24: 75.0, 18: 74.0}), 0.6),
    ]
    assert all(cut.freq < 8000 for cut in plan(tracks, Settings(16000, 16000 * 20))["a"])
