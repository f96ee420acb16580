"""Glimpses of a sound among others."""

import numpy as np
import pytest

from imgext.evaluation import Stem
from imgext.evaluation.clarity import glimpse
from imgext.evaluation.clarity.bands import analyse

RATE = 48000


def test_centres_lie_0_8_cam_apart():
    cams = 21.4 * np.log10(0.00437 * glimpse.centres() + 1.0)
    assert cams == pytest.approx(3.0 + 0.8 * np.arange(42))


def test_a_flat_spectrum_fills_the_equivalent_rectangular_bandwidth():
    frequencies = np.arange(1025) * RATE / 2048
    filters = glimpse.filters(frequencies)
    expected = 24.7 * (4.37 * glimpse.centres() / 1000 + 1)
    assert np.sum(filters, axis=0) * RATE / 2048 == pytest.approx(expected)


def test_a_filter_falls_as_a_rounded_exponential():
    """(1 + p g) exp(-p g) with p = 4 f / ERB: at one ERB from the centre (1 + 4) e^-4."""
    frequencies = np.arange(1025) * RATE / 2048
    filters = glimpse.filters(frequencies)
    centre = glimpse.centres()[30]
    line = round(centre / 23.4375)
    away = 4 * abs(frequencies[[line, line + 20]] - centre) / (24.7 * (0.00437 * centre + 1))
    expected = (1 + away) * np.exp(-away)
    assert filters[line + 20, 30] / filters[line, 30] == pytest.approx(expected[1] / expected[0])


@pytest.mark.parametrize(("others_db", "share"), [(-40.0, 1.0), (3.9, 1.0), (4.1, 0.0)])
def test_a_cell_stands_out_up_to_four_decibels_under_the_others(others_db, share):
    target = np.full((5, 42), 1e6)
    assert glimpse.glimpse_share(target, target * 10 ** (others_db / 10)) == share


def test_cells_thirty_decibels_below_the_strongest_are_not_the_sounds_own():
    """Half of the cells 31 dB lower and covered: all of its own are still glimpsed; 29 dB lower, half."""
    for below, share in ((31.0, 1.0), (29.0, 0.5)):
        target, others = np.full((5, 42), 1e8), np.zeros((5, 42))
        target[:, :21] *= 10 ** (-below / 10)
        others[:, :21] = 1e8
        assert glimpse.glimpse_share(target, others) == share


def test_pauses_are_no_cells():
    target, others = np.full((10, 42), 1e8), np.zeros((10, 42))
    target[5:] = 1e3  # 50 dB lower
    others[5:] = 1e8
    assert glimpse.glimpse_share(target, others) == 1.0


def test_a_silent_sound_has_no_glimpses():
    assert glimpse.glimpse_share(np.zeros((5, 42)), np.zeros((5, 42))) == 0.0


def test_two_tones_far_apart_are_glimpsed_and_close_ones_only_the_louder():
    t = np.arange(RATE) / RATE
    low, near, far = (
        analyse(Stem("x", a * np.sin(2 * np.pi * f * t), 0.5), RATE, 0, RATE).erb[3:-3]
        for a, f in ((0.1, 500), (0.01, 520), (0.01, 4000))
    )
    assert glimpse.glimpse_share(far, low) == 1.0
    assert glimpse.glimpse_share(near, low) == 0.0
    assert glimpse.glimpse_share(low, near) == 1.0
