"""Distance: tables of the standards for air, arithmetic for the room."""

import itertools

import numpy as np
import pytest

from imgext.dsp.distance import NEAR, _absorption, absorption, air_power, air_taps, distance, through_air

OCTAVES = 1000.0 * 2.0 ** np.arange(-3, 4)


@pytest.mark.parametrize(
    ("celsius", "humidity", "per_kilometre"),
    [
        (10, 70, (0.4, 1.0, 1.9, 3.7, 9.7, 32.8, 117.0)),
        (20, 70, (0.3, 1.1, 2.8, 5.0, 9.0, 22.9, 76.6)),
        (30, 70, (0.3, 1.0, 3.1, 7.4, 12.7, 23.1, 59.3)),
        (15, 20, (0.6, 1.2, 2.7, 8.2, 28.2, 88.8, 202.0)),
        (15, 50, (0.5, 1.2, 2.2, 4.2, 10.8, 36.2, 129.0)),
        (15, 80, (0.3, 1.1, 2.4, 4.1, 8.3, 23.7, 82.8)),
    ],
)
def test_absorption_by_air_is_that_of_the_standards(celsius, humidity, per_kilometre):
    """ISO 9613-2:1996, table 2, which is computed from ISO 9613-1: dB per kilometre at 125 Hz to 8 kHz,
    within its last digit or 1.5 %."""
    got = 1000.0 * _absorption(OCTAVES, 273.15 + celsius, humidity)
    assert got == pytest.approx(per_kilometre, rel=0.015, abs=0.06)


@pytest.mark.parametrize("rate", [8000, 44100, 48000, 96000])
@pytest.mark.parametrize("metres", [10.0, 100.0])
def test_the_filter_is_the_air(rate, metres):
    """Within 0.5 dB or 4 % of the standard's curve up to 16 kHz; exactly 1 at 0 Hz."""
    f = np.array([0.0, 250.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0])
    f = f[f < 0.45 * rate]
    assert 10.0 * np.log10(air_power(f, metres, rate)) == pytest.approx(
        -metres * absorption(f), abs=0.5, rel=0.04
    )
    assert air_power([0.0], metres, rate)[0] == pytest.approx(1.0, abs=1e-12)


def test_the_farther_the_duller():
    kept = [air_power([4000.0], depth * 100.0, 48000)[0] for depth in (0.1, 0.3, 0.6, 1.0)]
    assert kept == sorted(kept, reverse=True)
    assert 10.0 * np.log10(kept[-1]) == pytest.approx(-2.97, abs=0.3)


def test_a_tone_comes_out_as_the_filter_says_and_not_delayed():
    taps = air_taps(100.0, 48000)
    half = len(taps) - 1
    tone = np.cos(2.0 * np.pi * 8000.0 * (np.arange(4800 + 2 * half) - half) / 48000.0)[:, np.newaxis]
    got = through_air(tone, taps)
    gain = np.sqrt(air_power([8000.0], 100.0, 48000)[0])
    assert got == pytest.approx(gain * tone[half:-half], abs=1e-12)


def test_the_ratio_falls_with_depth_by_12_db_at_most_and_not_below_minus_3():
    """Four times the distance; from a wet level of 0.2 (14 dB) to 2 dB; of 1 (0 dB) to -3 dB."""
    assert [distance(depth, 13.98).room_db for depth in (0.0, 0.25, 0.5, 1.0)] == [0.0, 3.0, 6.0, 12.0]
    assert [distance(depth, 0.0).room_db for depth in (0.0, 0.5, 1.0)] == [0.0, 1.5, 3.0]
    for drr in (0.0, 3.0, 6.02, 14.0, 40.0):
        ratios = [drr - distance(depth, drr).room_db for depth in np.linspace(0.0, 1.0, 21)]
        assert all(one > two for one, two in itertools.pairwise(ratios))
        assert ratios[-1] >= -3.0


def test_what_is_near_or_says_nothing_is_left_alone():
    assert distance(None, 14.0) == distance(0.0, 14.0) == NEAR


def test_without_a_room_only_the_air_is_left():
    assert distance(0.5, None) == (0.0, 50.0)
