"""A compressor tried on an envelope, against the same compressor on the samples."""

from __future__ import annotations

import numpy as np
import pytest

from imgext.dsp.compressor import Compressor, linked
from imgext.dsp.envelope import STEP, envelope, pressed

RATE = 48000
HOW = {"knee_db": 6.0, "attack": 0.005, "release": 0.1}


def rows_of(n):
    return np.arange(-(-n // STEP)) // 8


def test_of_a_steady_sound_every_row_is_left_what_the_curve_leaves():
    # a square wave of -10 dBFS against -20 dB, 4:1, loses 7.5 dB; the time constants have passed after ten
    # rows
    x = np.full((RATE, 1), 10 ** (-10 / 20))
    factors, reduction = pressed([envelope(x, x[:, 0], rows_of(RATE))], 46, RATE, -20.0, 4.0, **HOW)
    assert 10 * np.log10(factors[10:]) == pytest.approx(np.full(36, -7.5), abs=0.01)
    assert reduction == pytest.approx(7.5, abs=0.01)


@pytest.mark.parametrize(("threshold", "ratio"), [(-30.0, 2.0), (-25.0, 8.0)])
def test_noise_in_bursts_is_pressed_nearly_as_on_its_samples(threshold, ratio):
    lot = np.random.default_rng(1)
    x = lot.standard_normal((3 * RATE, 2)) * np.where(np.arange(3 * RATE) % 20000 < 8000, 0.1, 0.01)[:, None]
    factors, reduction = pressed(
        [envelope(x, linked(x), rows_of(len(x)))], 141, RATE, threshold, ratio, **HOW
    )
    compressor = Compressor(threshold, ratio, RATE, **HOW)
    y = compressor.process(x)
    power = np.stack([np.add.reduceat(np.sum(z * z, axis=1), np.arange(0, len(x), 8 * STEP)) for z in (x, y)])
    error = 10 * np.log10(factors * power[0] / power[1])
    assert np.sqrt(np.mean(error**2)) < 1.0
    assert 0.0 <= reduction - compressor.max_reduction_db < 1.0


def test_occurrences_are_pressed_from_rest_and_their_energies_are_added():
    x = np.full((STEP * 80, 1), 0.5)
    one = envelope(x, x[:, 0], rows_of(len(x)))
    alone, reduction = pressed([one], 10, RATE, -20.0, 4.0, **HOW)
    twice = pressed([one, one], 10, RATE, -20.0, 4.0, **HOW)
    assert twice[0] == pytest.approx(alone)
    assert twice[1] == reduction


def test_steps_of_rows_beyond_the_last_are_dropped_and_silent_rows_are_left_whole():
    x = np.zeros((STEP * 24, 1))
    x[: STEP * 8] = 0.5
    sound = envelope(x, x[:, 0], np.array([0] * 8 + [1] * 8 + [9] * 8))
    factors, _ = pressed([sound], 3, RATE, -20.0, 4.0, **HOW)
    assert factors.shape == (3,)
    assert factors[0] < 1.0
    assert factors[1:].tolist() == [1.0, 1.0]


def test_an_odd_end_is_no_trouble():
    x = np.full((STEP + 5, 2), 0.25)
    sound = envelope(x, linked(x), np.array([0, 0]))
    assert sound.energies.tolist() == [16.0, 0.625]
    assert sound.peaks.tolist() == [0.25, 0.25]
