"""Figures over critical bands, by arithmetic."""

import numpy as np
import pytest

from imgext.evaluation.clarity import critical

#: By the formula of 1979.
QUIET = {
    20.0: 83.219,
    100.0: 22.953,
    440.0: 6.972,
    570.0: 5.633,
    1000.0: 3.369,
    4000.0: -3.388,
    10000.0: 10.577,
    20000.0: 160.331,
}


def flat(db, frames=10):
    return np.full((frames, 25), 10 ** (db / 10))


def test_threshold_in_quiet():
    assert critical.threshold_in_quiet(np.array(list(QUIET))) == pytest.approx(list(QUIET.values()), abs=1e-3)


def test_spreading_of_one_band():
    """60 dB in the sixth band, row-normalised, bands 3 to 12."""
    power = np.zeros(25)
    power[5] = 1e6
    spread = 10 * np.log10(critical._spreading() @ power)
    assert spread[2:12] == pytest.approx(
        [7.30, 30.40, 50.05, 57.95, 53.65, 45.62, 36.56, 27.09, 17.44, 7.68], abs=0.01
    )


def test_a_flat_sound_under_a_flat_masker_lies_by_the_offset_under_its_threshold():
    """Masker 15.5 dB above, threshold 5.5 dB below it: 10 of the 20 dB that count as all; but only where the
    threshold in quiet lies lower."""
    audible = 10 * np.log10(critical._quiet()) < 50.0
    target, masker = flat(50), flat(65.5)
    target[:, ~audible] = 0.0
    assert critical.masked_share(target, masker) == pytest.approx(0.5)


def test_a_sound_alone_is_not_masked():
    assert critical.masked_share(flat(60), np.zeros((10, 25))) == 0.0


def test_a_silent_sound_has_no_masked_share():
    assert critical.masked_share(np.zeros((10, 25)), flat(60)) == 0.0


def test_three_decibels_less_in_all_audible_cells_are_a_distance_of_three():
    before = flat(70)
    assert critical.spectral_distance(before, before * 10**-0.3) == pytest.approx(3.0, abs=1e-9) or np.any(
        critical._quiet() > 1e6
    )


def test_only_audible_cells_count_in_the_distance():
    """One band of 24 that are audible is lower by 6 dB: 6 / sqrt(24)."""
    before = flat(70)
    after = before.copy()
    after[:, 8] *= 10**-0.6
    heard = np.count_nonzero(before[0] > critical._quiet())
    assert critical.spectral_distance(before, after) == pytest.approx(6.0 / np.sqrt(heard))


def test_silencing_a_sound_is_a_great_distance():
    assert critical.spectral_distance(flat(70), np.zeros((10, 25))) > 20.0


def test_the_centroid_moves_with_the_loudness_of_the_bands():
    """Loudness goes with power to the 0.23: 16 times the loudness needs 10^(1.204/0.23) times the power."""
    power = np.zeros((4, 25))
    power[:, 0], power[:, 10] = 1.0, 1.0
    assert critical.centroid(power) == pytest.approx(5.0)
    power[:, 10] = 4.0 ** (1 / 0.23)
    assert critical.centroid(power) == pytest.approx(8.0)
