"""The figures of pairs, where arithmetic says what they are."""

from __future__ import annotations

import numpy as np
import pytest
from support.planned import FRAME, placed, spectrum
from support.signals import RATE

from imgext.mix.unmask import analysis
from imgext.mix.unmask.analysis import pairs
from imgext.mix.unmask.planner import Placed, Settings

SETTINGS = Settings(RATE, 60 * RATE)


def in_one_band(name, levels, first=0, band=8):
    """A sound in one band, with one level in dB SPL for each frame."""
    return placed(name, spectrum({band: levels}, len(levels)), first=first)


def test_one_that_lies_far_over_the_other_masks_it_all_the_time():
    pair = pairs([in_one_band("a", [80] * 100), in_one_band("b", [60] * 100)], SETTINGS)[0]
    assert pair.seconds == pytest.approx(100 * FRAME, abs=1e-3)
    assert pair.severity == (1.0, 0.0)
    assert pair.one_masks[8] == pytest.approx(100 * FRAME, abs=1e-3)
    assert sum(pair.one_masks) == pair.one_masks[8]
    assert (pair.share, pair.interchange) == (1.0, 0.0)


def test_severity_rises_by_a_twentieth_per_decibel():
    """Threshold over the other by x dB gives (x + 10) / 20; the threshold lies 5.5 dB under the spread
    excitation, 1.98 dB under the power itself."""
    found = [
        pairs([in_one_band("a", [70 + x] * 50), in_one_band("b", [70] * 50)], SETTINGS)[0].severity[0]
        for x in (0, 4)
    ]
    assert found[1] - found[0] == pytest.approx(4 / 20, abs=2e-3)


def test_two_that_take_turns_every_half_second_for_a_minute_change_roles_twice_a_second():
    turns = np.where(np.arange(2812) * FRAME % 1.0 < 0.5, 75.0, 60.0)
    pair = pairs([in_one_band("a", turns), in_one_band("b", 135.0 - turns)], SETTINGS)[0]
    assert pair.interchange == pytest.approx(2.0, abs=0.1)
    assert pair.share == pytest.approx(0.5, abs=0.02)


def test_the_order_of_the_tracks_changes_nothing_and_names_swap_all_figures():
    soft, loud = [60] * 80, [66] * 80
    one = pairs([in_one_band("a", soft), in_one_band("b", loud)], SETTINGS)[0]
    assert pairs([in_one_band("b", loud), in_one_band("a", soft)], SETTINGS) == [one]
    other = pairs([in_one_band("a", loud), in_one_band("b", soft)], SETTINGS)[0]
    assert other.one_masks == one.other_masks
    assert other.severity == one.severity[::-1]
    assert other.share == 1 - one.share == 1.0


def test_only_those_that_sound_together_are_pairs():
    tracks = [
        in_one_band("a", [70] * 50),
        in_one_band("b", [70] * 50, first=50),
        in_one_band("c", [70] * 20, first=40),
        in_one_band("d", [70] * 0),
    ]
    found = pairs(tracks, SETTINGS)
    assert [(pair.one, pair.other) for pair in found] == [("a", "c"), ("b", "c")]
    assert found[0].seconds == found[1].seconds == pytest.approx(10 * FRAME, abs=1e-3)


def test_pairs_come_by_the_ids_of_the_first_and_the_second():
    found = pairs([in_one_band(name, [70] * 50) for name in "dbca"], SETTINGS)
    assert [pair.one + pair.other for pair in found] == ["ab", "ac", "ad", "bc", "bd", "cd"]


def test_a_band_matters_less_the_further_it_lies_under_the_strongest():
    """Weights are the square root of 1 - distance / 30 dB."""
    one, other = in_one_band("a", [100] * 50), in_one_band("b", [70] * 50)
    one.power[:, 20] = 1e10
    other.power[:, 20] = 10**5.5
    pair = pairs([one, other], SETTINGS)[0]
    assert pair.one_masks[20] / pair.one_masks[8] == pytest.approx(np.sqrt(0.5), abs=2e-3)


def test_sounds_far_apart_in_frequency_do_not_mask():
    pair = pairs([in_one_band("a", [70] * 50, band=4), in_one_band("b", [70] * 50, band=17)], SETTINGS)[0]
    assert pair.severity == (0.0, 0.0)
    assert pair.share == 0.5


def test_a_very_full_mix_is_looked_at_in_parts_and_says_nearly_the_same(monkeypatch):
    lot = np.random.default_rng(5)
    tracks = [in_one_band(name, 65 + 8 * lot.standard_normal(4000), band=8) for name in "abc"]
    whole = pairs(tracks, SETTINGS)
    monkeypatch.setattr(analysis, "_MOST", 3000)
    parts = pairs(tracks, SETTINGS)
    assert parts != whole
    for one, other in zip(parts, whole, strict=True):
        assert one.seconds == other.seconds
        assert one.one_masks[8] == pytest.approx(other.one_masks[8], rel=0.05)
        assert one.share == pytest.approx(other.share, abs=0.05)
        assert one.interchange == pytest.approx(other.interchange, rel=0.1)


def test_the_matrix_says_when_and_in_which_band_one_masks_the_other():
    """A louder by 20 dB for a second, then B: in that band one severity is 1, then the other, and nothing
    where they are not together."""
    turns = np.where(np.arange(94) < 47, 80.0, 60.0)
    cells = pairs([in_one_band("a", turns), in_one_band("b", 140.0 - turns, first=0)], SETTINGS)[0].cells
    assert (cells.grid.first, cells.grid.width, cells.grid.columns) == (0, 1, 94)
    assert cells.one_masks[8] == (100,) * 47 + (0,) * 47
    assert cells.other_masks[8] == (0,) * 47 + (100,) * 47
    assert {band for band, row in enumerate(cells.one_masks) if row} == {8}
    assert len(cells.one_masks) == len(cells.other_masks) == 25


def test_columns_run_from_the_first_to_the_last_frame_together_and_say_how_much_of_each_is():
    one = in_one_band("a", [90] * 1000)
    other = Placed(
        "b",
        "b",
        0.5,
        bed=False,
        at=np.r_[200:260, 600:680],
        power=np.repeat(in_one_band("b", [60]).power, 140, axis=0),
    )
    cells = pairs([one, other], SETTINGS)[0].cells
    assert cells.grid == (200, 4, 120)  # 480 frames in at most 120 columns
    assert cells.together == (100,) * 15 + (0,) * 85 + (100,) * 20
    assert cells.one_masks[8] == tuple(100 * (share > 0) for share in cells.together)


def test_the_cells_times_how_long_they_are_together_add_up_to_the_seconds_of_a_band():
    lot = np.random.default_rng(8)
    pair = pairs([in_one_band(name, 65 + 8 * lot.standard_normal(3001)) for name in "ab"], SETTINGS)[0]
    width = pair.cells.grid.width * FRAME
    for cells, band in ((pair.cells.one_masks, pair.one_masks), (pair.cells.other_masks, pair.other_masks)):
        total = sum(
            value / 100 * share / 100 * width
            for value, share in zip(cells[8], pair.cells.together, strict=True)
        )
        assert total == pytest.approx(band[8], rel=0.01)


def test_many_pairs_share_the_columns_by_how_long_they_are_together():
    tracks = [in_one_band(chr(97 + k), [70] * 1200) for k in range(12)]
    assert {pair.cells.grid.columns for pair in pairs(tracks[:3], SETTINGS)} == {120}
    assert {pair.cells.grid.columns for pair in pairs(tracks, SETTINGS)} == {75}  # 5000 for 66 pairs
    short = in_one_band("z", [70] * 240, first=300)
    found = {(pair.one, pair.other): pair.cells.grid.columns for pair in pairs([*tracks, short], SETTINGS)}
    assert found["a", "b"] == 71  # 5000 * 1200 / (66 * 1200 + 12 * 240) = 73, so columns of 17 frames
    assert found["a", "z"] == 14  # 5000 * 240 / (66 * 1200 + 12 * 240) = 14, so columns of 18 frames


def test_a_grid_that_is_given_is_kept_and_pairs_of_no_interest_are_left_out():
    tracks = [in_one_band(name, [70] * 100) for name in "abc"]
    found = pairs(tracks, SETTINGS, among={"c"}, grids={("a", "c"): analysis.Grid(10, 20, 4)})
    assert [(pair.one, pair.other) for pair in found] == [("a", "c"), ("b", "c")]
    assert found[0].cells.grid == (10, 20, 4)
    assert found[0].cells.together == (100, 100, 100, 100)  # what lies outside counts to the nearest
    assert found[1].cells.grid == (0, 1, 100)


def test_in_a_very_full_mix_a_column_that_was_not_looked_at_is_like_the_one_before(monkeypatch):
    monkeypatch.setattr(analysis, "_MOST", 400)
    cells = pairs([in_one_band("a", [80] * 1200), in_one_band("b", [60] * 1200)], SETTINGS)[0].cells
    assert cells.one_masks[8] == (100,) * 120
