"""The compressor against its static curve, closed-form time constants and a reference."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from oracles.static_curve import gain_computer

from imgext.dsp.compressor import Compressor, linked

RATE = 48000
# Threshold -20 dB, ratio 4, knee 6 dB: Giannoulis, Massberg and Reiss (2012), equation 4, by hand.
CURVE = {
    -40: -40.0,
    -23: -23.0,
    -22: -22.0625,
    -20: -20.5625,
    -18: -19.5625,
    -17: -19.25,
    -10: -17.5,
    0: -15.0,
}


def made(**changes):
    return Compressor(
        **{
            "threshold_db": -20.0,
            "ratio": 4.0,
            "rate": RATE,
            "knee_db": 6.0,
            "attack": 0.005,
            "release": 0.1,
            **changes,
        }
    )


def level(db, seconds, channels=1):
    """A square wave of a level: its magnitude is the same in every sample."""
    n = round(seconds * RATE)
    return np.repeat(
        (10 ** (db / 20) * np.where(np.arange(n) % 96 < 48, 1.0, -1.0))[:, np.newaxis], channels, axis=1
    )


def db(x):
    return 20 * np.log10(np.abs(x))


@pytest.mark.parametrize(("before", "after"), CURVE.items())
def test_the_gain_computer_follows_the_curve(before, after):
    assert gain_computer(np.array([float(before)]), -20.0, 4.0, 6.0)[0] == pytest.approx(after, abs=1e-9)


@pytest.mark.parametrize(("before", "after"), CURVE.items())
def test_a_steady_signal_comes_out_on_the_curve_after_ten_time_constants(before, after):
    y = made(attack=0.002, release=0.02).process(level(before, 0.2))
    assert db(y[-480:, 0]) == pytest.approx(np.full(480, after), abs=0.05)


def test_a_hard_knee_and_an_infinite_ratio_hold_the_threshold():
    y = made(knee_db=0.0, ratio=math.inf, attack=0.0, release=0.0).process(level(-3, 0.01))
    assert db(y[:, 0]) == pytest.approx(-20.0, abs=1e-6)


def test_sixty_three_per_cent_of_a_step_up_are_done_in_the_attack_time():
    x = np.concatenate([level(-40, 0.1), level(0, 0.2)])
    reduction = db(x[:, 0]) - db(made(attack=0.02).process(x)[:, 0])
    step = 4800
    assert reduction[step + round(0.02 * RATE) - 1] / 15.0 == pytest.approx(1 - math.exp(-1), abs=1e-3)
    assert reduction[step - 1] == 0.0


def test_a_step_down_is_let_go_by_release_and_attack_in_series():
    attack, release = 0.01, 0.15
    x = np.concatenate([level(0, 1.0), level(-60, 0.5)])
    reduction = db(x[:, 0]) - db(made(attack=attack, release=release).process(x)[:, 0])
    for t in (0.05, 0.15, 0.3):
        left = (release * math.exp(-t / release) - attack * math.exp(-t / attack)) / (release - attack)
        assert reduction[RATE + round(t * RATE) - 1] / 15.0 == pytest.approx(left, abs=2e-3)


def test_sixty_three_per_cent_are_let_go_in_the_release_time_when_the_attack_is_at_once():
    x = np.concatenate([level(0, 0.2), level(-60, 0.5)])
    reduction = db(x[:, 0]) - db(made(attack=0.0, release=0.1).process(x)[:, 0])
    assert reduction[round(0.3 * RATE) - 1] / 15.0 == pytest.approx(math.exp(-1), abs=1e-3)


def test_what_is_below_the_knee_passes_bit_for_bit():
    x = np.random.default_rng(1).uniform(-1, 1, (30000, 2)) * 10 ** (-23 / 20)
    assert np.array_equal(made().process(x), x)


def test_what_comes_long_after_a_loud_stretch_passes_bit_for_bit():
    x = np.concatenate([level(0, 0.3), level(-40, 2.5)])
    y = made(release=0.1).process(x)
    assert np.array_equal(y[-RATE // 2 :], x[-RATE // 2 :])
    assert not np.array_equal(y[14400:28800], x[14400:28800])


def test_the_sizes_of_blocks_change_no_bit():
    lot = np.random.default_rng(2)
    x = lot.standard_normal((40000, 2)) * np.where(np.arange(40000) % 9000 < 4000, 0.5, 0.01)[:, np.newaxis]
    whole, parts = made(attack=0.0007), made(attack=0.0007)
    sizes = lot.integers(0, 3000, 60)
    edges = [0, *np.minimum(np.cumsum(sizes), 40000).tolist(), 40000]
    pieces = [parts.process(x[a:b]) for a, b in pairwise(edges)]
    assert np.array_equal(np.concatenate(pieces), whole.process(x))


@pytest.mark.parametrize(("attack", "release"), [(0.005, 0.1), (0.0, 0.05), (0.1, 0.0), (0.00005, 3.0)])
def test_the_gain_is_that_of_the_recursion_sample_by_sample(attack, release):
    lot = np.random.default_rng(3)
    x = lot.standard_normal((20000, 1)) * np.where(np.arange(20000) % 7000 < 2500, 0.6, 0.02)[:, np.newaxis]
    fast, slow = (math.exp(-1 / (tau * RATE)) if tau else 0.0 for tau in (attack, release))
    wanted = db(x[:, 0]) - gain_computer(db(x[:, 0]), -20.0, 4.0, 6.0)
    held = smooth = 0.0
    expected = np.empty(20000)
    for n, value in enumerate(wanted):
        held = max(value, slow * held + (1 - slow) * value)
        smooth = fast * smooth + (1 - fast) * held
        expected[n] = smooth
    found = db(x[:, 0]) - db(made(attack=attack, release=release).process(x)[:, 0])
    assert found == pytest.approx(expected, abs=1e-5)


def test_the_louder_channel_leads_both():
    x = np.concatenate([level(0, 0.2), level(-40, 0.2)], axis=1)
    y = made().process(x)
    assert np.allclose(y / x, (y / x)[:, :1])
    assert db(y[-1, 1]) == pytest.approx(-55.0, abs=0.05)
    assert np.array_equal(made().process(x[:, ::-1]), y[:, ::-1])


def test_make_up_is_a_plain_gain():
    x = level(-10, 0.1)
    assert made(makeup_db=7.5).process(x) == pytest.approx(made().process(x) * 10 ** (7.5 / 20), rel=1e-11)


def test_the_largest_reduction_is_told():
    compressor = made()
    compressor.process(level(0, 0.5))
    assert compressor.max_reduction_db == pytest.approx(15.0, abs=1e-3)


def test_samples_that_lose_more_than_1_db_are_counted():
    compressor = made(attack=0.0, release=0.0)
    compressor.process(np.concatenate([level(-40, 0.1), level(0, 0.2), level(-19.5, 0.3)]))
    assert compressor.samples_reduced == 9600  # at -19.5 dB the knee takes 0.77 dB


def test_the_gains_for_a_magnitude_are_those_that_a_sound_is_given():
    x = np.random.default_rng(4).standard_normal((30000, 2)) * 0.3
    gains = made().gains(linked(x))
    assert np.array_equal(x * gains[:, np.newaxis], made().process(x))
    assert np.array_equal(linked(x), np.abs(x).max(axis=1))
    assert made().gains(np.zeros(0)).shape == (0,)


def test_silence_and_empty_blocks_are_no_trouble():
    compressor = made()
    assert compressor.process(np.zeros((0, 2))).shape == (0, 2)
    assert not compressor.process(np.zeros((100, 2))).any()


@pytest.mark.parametrize(
    "wrong",
    [
        {"ratio": 0.5},
        {"attack": -1.0},
        {"knee_db": -1.0},
        {"threshold_db": math.nan},
        {"rate": 0},
        {"makeup_db": 100.0},
    ],
)
def test_parameters_out_of_range_are_named(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        made(**wrong)


def test_another_number_of_channels_is_refused():
    compressor = made()
    compressor.process(np.zeros((10, 2)))
    with pytest.raises(ValueError, match="shape"):
        compressor.process(np.zeros((10, 1)))
