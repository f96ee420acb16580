"""A room of exact exponential decay, whose figures follow by arithmetic."""

import math

import numpy as np
import pytest

from imgext.dsp.room_measure import measure

RATE = 48000


def room(seconds, drr, before=0):
    """Two independent noises that decay by 60 dB in `seconds`, `drr` dB below a click of energy 1, after
    `before` frames of silence."""
    t = np.arange(round(1.6 * seconds * RATE))[:, np.newaxis] / RATE
    # signs of equal size: the energy over all frequencies is the envelope exactly
    signs = np.where(np.random.Generator(np.random.PCG64(3)).random((len(t), 2)) < 0.5, -1.0, 1.0)
    h = signs * np.exp(-3.0 * math.log(10.0) * t / seconds)
    h *= math.sqrt(10.0 ** (-drr / 10.0) / np.sum(h * h))
    return np.concatenate([np.zeros((before, 2)), h])


@pytest.mark.parametrize("seconds", [0.3, 1.0, 2.0])
def test_decay_over_all_frequencies_is_the_decay(seconds):
    got = measure(room(seconds, 10.0), RATE).all_frequencies
    assert [got.edt, got.t20, got.t30] == pytest.approx([seconds] * 3, rel=1e-3)


@pytest.mark.parametrize(("seconds", "drr"), [(0.5, 0.0), (1.0, 6.0), (2.0, 14.0)])
def test_clarity_counts_the_direct_sound(seconds, drr):
    """C50 = 10 lg((1 + r (1 - e)) / (r e)), r = 10 ** (-DRR / 10), e = exp(-13.8155 * 0.05 / T); D50
    likewise; the ratio is the ratio."""
    r, e = 10.0 ** (-drr / 10.0), math.exp(-13.81551 * 0.05 / seconds)
    got = measure(room(seconds, drr), RATE).all_frequencies
    assert got.drr == pytest.approx(drr, abs=1e-6)
    assert got.c50 == pytest.approx(10.0 * math.log10((1.0 + r * (1.0 - e)) / (r * e)), abs=0.01)
    assert got.d50 == pytest.approx((1.0 + r * (1.0 - e)) / (1.0 + r), abs=1e-3)


def test_every_octave_has_the_decay_and_the_ratio():
    """One draw of noise: within 12 % and 1.5 dB, and the mean of 500 Hz and 1 kHz is the mean."""
    found = measure(room(0.8, 8.0), RATE)
    assert [octave.centre for octave in found.octaves] == [
        125.0,
        250.0,
        500.0,
        1000.0,
        2000.0,
        4000.0,
        8000.0,
    ]
    assert [octave.t30 for octave in found.octaves[1:]] == pytest.approx([0.8] * 6, rel=0.12)
    assert [octave.drr for octave in found.octaves[2:]] == pytest.approx([8.0] * 5, abs=1.5)
    assert found.middle.t30 == pytest.approx((found.octaves[2].t30 + found.octaves[3].t30) / 2)
    assert found.correlation == pytest.approx(0.0, abs=0.05)


def test_a_silence_before_the_first_reflection_does_not_lengthen_the_early_decay():
    got = measure(room(0.5, 10.0, before=1680), RATE).all_frequencies
    assert got.edt == pytest.approx(0.5, rel=1e-3)


def test_octaves_that_do_not_fit_are_left_out():
    found = measure(room(0.5, 10.0)[::6], 8000)
    assert [octave.centre for octave in found.octaves] == [125.0, 250.0, 500.0, 1000.0, 2000.0]


def test_what_a_silent_room_does_not_hold_is_nan():
    found = measure(np.zeros((4800, 2)), RATE)
    assert math.isnan(found.middle.t30)
    assert math.isnan(found.all_frequencies.drr)
    assert found.all_frequencies.d50 == 1.0
    assert math.isnan(found.correlation)
