"""Panning: oracles from constant power and from the ends of the range."""

import math

import numpy as np
import pytest

from imgext.dsp.pan import pan_matrix


def apply(x, matrix):
    """Plain products and sums, (n, channels) to (n, 2)."""
    return sum(x[:, channel, None] * row for channel, row in enumerate(matrix))


PLACES = [0.0, 0.1, 0.25, 0.35, 0.5, 0.500001, 0.7, 0.9, 1.0]


def test_half_right_is_minus_8_34_and_minus_0_69_decibels():
    left, right = 20 * np.log10(pan_matrix(0.5, 1)[0])
    assert left == pytest.approx(-8.34, abs=0.005)
    assert right == pytest.approx(-0.69, abs=0.005)
    assert 20 * np.log10(pan_matrix(0.0, 1)[0]) == pytest.approx([-3.0103, -3.0103], abs=1e-4)


@pytest.mark.parametrize("p", [*np.linspace(-1, 1, 41).tolist(), 0.123456789])
def test_a_mono_sound_keeps_its_power(p):
    assert np.sum(pan_matrix(p, 1) ** 2) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("p", PLACES)
def test_turning_the_pan_around_swaps_the_channels_bit_for_bit(p, channels):
    x = np.random.Generator(np.random.PCG64(2)).standard_normal((100, channels))
    there = apply(x, pan_matrix(p, channels))
    back = apply(x[:, ::-1], pan_matrix(-p, channels))
    assert (there == back[:, ::-1]).all()


@pytest.mark.parametrize("channels", [1, 2])
def test_at_the_ends_the_other_channel_is_exactly_silent(channels):
    x = np.random.Generator(np.random.PCG64(3)).standard_normal((100, channels))
    assert (apply(x, pan_matrix(1.0, channels))[:, 0] == 0.0).all()
    assert (apply(x, pan_matrix(-1.0, channels))[:, 1] == 0.0).all()
    assert np.any(apply(x, pan_matrix(1.0, channels))[:, 1])


def test_a_stereo_sound_in_the_middle_is_untouched():
    x = np.random.Generator(np.random.PCG64(4)).standard_normal((100, 2))
    assert (pan_matrix(0.0, 2) == np.eye(2)).all()
    assert (apply(x, pan_matrix(0.0, 2)) == x).all()


def test_up_to_half_way_a_stereo_sound_is_balanced():
    assert pan_matrix(0.36, 2) == pytest.approx(np.array([[0.8, 0.0], [0.0, 1.0]]), abs=1e-13)
    assert pan_matrix(-0.36, 2) == pytest.approx(np.array([[1.0, 0.0], [0.0, 0.8]]), abs=1e-13)


def test_a_stereo_sound_at_the_end_is_its_middle_in_one_channel():
    """sqrt(2) (L + R) / 2: a sound that was the same in both channels keeps its power."""
    assert pan_matrix(1.0, 2) == pytest.approx(
        np.array([[0, math.sqrt(0.5)], [0, math.sqrt(0.5)]]), abs=1e-13
    )


def test_beyond_half_way_the_balance_blends_into_the_collapse():
    """At 0.75 half of each: balance (0.5, 1), middle by cos and sin of 1.75 pi / 4, side times 0.25."""
    c, s = math.cos(1.75 * math.pi / 4) / math.sqrt(2), math.sin(1.75 * math.pi / 4) / math.sqrt(2)
    expected = np.array([[(0.5 + c + 0.125) / 2, (s - 0.125) / 2], [(c - 0.125) / 2, (1 + s + 0.125) / 2]])
    assert pan_matrix(0.75, 2) == pytest.approx(expected, abs=1e-13)


def test_moving_a_stereo_sound_never_jumps():
    places = np.linspace(-1, 1, 4001)
    steps = np.abs(np.diff([pan_matrix(float(p), 2) for p in places], axis=0))
    assert np.max(steps) < 0.002


@pytest.mark.parametrize("p", [-1.01, 1.5, math.nan])
def test_a_pan_out_of_range_is_an_error(p):
    with pytest.raises(ValueError, match="out of range"):
        pan_matrix(p, 1)


def test_more_than_two_channels_are_an_error():
    with pytest.raises(ValueError, match="6 channels cannot be panned"):
        pan_matrix(0.0, 6)
