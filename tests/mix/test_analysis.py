"""The figures of pairs, where arithmetic says what they are."""

from __future__ import annotations

import numpy as np
import pytest

from imgext.mix.unmask import analysis
from imgext.mix.unmask.analysis import pairs
from imgext.mix.unmask.material import Placed, Settings

RATE = 48000
FRAME = 1024 / 48000
SETTINGS = Settings(RATE, 60 * RATE)


def placed(name, levels, first=0, band=8):
    """A sound in one band, with one level in dB SPL for each frame."""
    power = np.zeros((len(levels), 25))
    power[:, band] = 10 ** (np.asarray(levels, dtype=float) / 10)
    return Placed(name, name, 0.5, bed=False, at=first + np.arange(len(levels)), power=power)


def test_one_that_lies_far_over_the_other_masks_it_all_the_time():
    pair = pairs([placed("a", [80] * 100), placed("b", [60] * 100)], SETTINGS)[0]
    assert pair.seconds == pytest.approx(100 * FRAME, abs=1e-3)
    assert pair.severity == (1.0, 0.0)
    assert pair.one_masks[8] == pytest.approx(100 * FRAME, abs=1e-3)
    assert sum(pair.one_masks) == pair.one_masks[8]
    assert (pair.share, pair.interchange) == (1.0, 0.0)


def test_severity_rises_by_a_twentieth_per_decibel():
    """Threshold over the other by x dB gives (x + 10) / 20; the threshold lies 5.5 dB under the spread excitation, 1.98 dB under the power itself."""
    found = [pairs([placed("a", [70 + x] * 50), placed("b", [70] * 50)], SETTINGS)[0].severity[0] for x in (0, 4)]
    assert found[1] - found[0] == pytest.approx(4 / 20, abs=2e-3)


def test_two_that_take_turns_every_half_second_for_a_minute_change_roles_twice_a_second():
    turns = np.where(np.arange(2812) * FRAME % 1.0 < 0.5, 75.0, 60.0)
    pair = pairs([placed("a", turns), placed("b", 135.0 - turns)], SETTINGS)[0]
    assert pair.interchange == pytest.approx(2.0, abs=0.1)
    assert pair.share == pytest.approx(0.5, abs=0.02)


def test_the_order_of_the_tracks_changes_nothing_and_names_swap_all_figures():
    soft, loud = [60] * 80, [66] * 80
    one = pairs([placed("a", soft), placed("b", loud)], SETTINGS)[0]
    assert pairs([placed("b", loud), placed("a", soft)], SETTINGS) == [one]
    other = pairs([placed("a", loud), placed("b", soft)], SETTINGS)[0]
    assert other.one_masks == one.other_masks
    assert other.severity == one.severity[::-1]
    assert other.share == 1 - one.share == 1.0


def test_only_those_that_sound_together_are_pairs():
    tracks = [placed("a", [70] * 50), placed("b", [70] * 50, first=50), placed("c", [70] * 20, first=40), placed("d", [70] * 0)]
    found = pairs(tracks, SETTINGS)
    assert [(pair.one, pair.other) for pair in found] == [("a", "c"), ("b", "c")]
    assert found[0].seconds == found[1].seconds == pytest.approx(10 * FRAME, abs=1e-3)


def test_pairs_come_by_the_ids_of_the_first_and_the_second():
    found = pairs([placed(name, [70] * 50) for name in "dbca"], SETTINGS)
    assert [pair.one + pair.other for pair in found] == ["ab", "ac", "ad", "bc", "bd", "cd"]


def test_a_band_matters_less_the_further_it_lies_under_the_strongest():
    """Weights are the square root of 1 - distance / 30 dB."""
    one, other = placed("a", [100] * 50), placed("b", [70] * 50)
    one.power[:, 20] = 1e10
    other.power[:, 20] = 10**5.5
    pair = pairs([one, other], SETTINGS)[0]
    assert pair.one_masks[20] / pair.one_masks[8] == pytest.approx(np.sqrt(0.5), abs=2e-3)


def test_sounds_far_apart_in_frequency_do_not_mask():
    pair = pairs([placed("a", [70] * 50, band=4), placed("b", [70] * 50, band=17)], SETTINGS)[0]
    assert pair.severity == (0.0, 0.0)
    assert pair.share == 0.5


def test_a_very_full_mix_is_looked_at_in_parts_and_says_nearly_the_same(monkeypatch):
    lot = np.random.default_rng(5)
    tracks = [placed(name, 65 + 8 * lot.standard_normal(4000), band=8) for name in "abc"]
    whole = pairs(tracks, SETTINGS)
    monkeypatch.setattr(analysis, "_MOST", 3000)
    parts = pairs(tracks, SETTINGS)
    assert parts != whole
    for one, other in zip(parts, whole, strict=True):
        assert one.seconds == other.seconds
        assert one.one_masks[8] == pytest.approx(other.one_masks[8], rel=0.05)
        assert one.share == pytest.approx(other.share, abs=0.05)
        assert one.interchange == pytest.approx(other.interchange, rel=0.1)
