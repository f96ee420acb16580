"""Powers over frames: calibration, place, and that they keep what they should."""

import numpy as np
import pytest

from imgext.dsp.loudness import k_weighting
from imgext.evaluation import Stem
from imgext.evaluation.clarity import critical, glimpse
from imgext.evaluation.clarity.bands import analyse, frame_length, total

RATE = 48000


def bands(x, rate=RATE):
    return analyse(Stem("x", x, 0.5), rate, 0, len(x))


def sine(frequency, rate=RATE):
    return np.sin(2 * np.pi * frequency * np.arange(rate) / rate)


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_a_full_scale_sine_has_92_decibels_in_its_band(rate):
    frame = bands(sine(1000.0, rate), rate).bark[20]
    assert 10 * np.log10(np.sum(frame)) == pytest.approx(92.0, abs=0.01)
    assert np.argmax(frame) == 8


def test_a_sine_at_a_filters_centre_has_92_decibels_behind_it():
    """Where the filter is wide beside the three lines that a sine takes up; its peak is one."""
    at = 35
    frame = bands(sine(glimpse.centres()[at])).erb[20]
    assert np.argmax(frame) == at
    assert 10 * np.log10(frame[at]) == pytest.approx(92.0, abs=0.03)


def test_k_weighting_lifts_a_sine_as_the_standard_says():
    """At 1 kHz and 48 kHz, the magnitude of the two biquads."""
    z = np.exp(-2j * np.pi * 1000.0 / RATE)
    gain = np.prod([abs((b @ z ** np.arange(3)) / (a @ z ** np.arange(3))) for b, a in k_weighting(RATE)])
    expected = 92.0 + 20 * np.log10(gain)
    assert 10 * np.log10(bands(sine(1000.0)).weighted[20]) == pytest.approx(expected, abs=0.02)


def test_rumble_below_the_ear_model_is_not_weighed():
    """K-weighting takes 14 dB from 20 Hz; what is left of it here is the foot of the window's spectrum."""
    weighted = bands(sine(20.0)).weighted[20]
    assert 10 * np.log10(weighted) < 92.0 - 40.0


def test_a_sound_keeps_its_powers_when_it_is_moved_by_whole_frames():
    x = np.random.default_rng(0).standard_normal(20000)
    moved = np.concatenate([np.zeros(8 * 1024), x, np.zeros(5000)])
    late = analyse(Stem("x", moved, 0.5), RATE, 8 * 1024, 8 * 1024 + 20000)
    early = bands(x)
    assert early.first == 0
    assert late.over(8, late.stop).ear == pytest.approx(early.ear, rel=1e-9, abs=1e-9)


def test_constant_power_panning_changes_nothing():
    x = np.random.default_rng(0).standard_normal(20000)
    panned = np.stack([x * np.cos(0.3), x * np.sin(0.3)], axis=1)
    assert bands(panned).erb == pytest.approx(bands(x).erb, rel=1e-9)


def test_frames_outside_a_sound_are_silent_and_sums_are_placed():
    a = np.zeros(30000)
    a[15000:16000] = 0.5
    sound = analyse(Stem("a", a, 0.5), RATE, 15000, 16000)
    assert 0 < sound.first < sound.stop < 30000 // 1024
    assert np.all(sound.over(0, sound.first).ear == 0.0)
    everything = total([sound, sound])
    assert everything.first == 0
    assert np.all(everything.bark[sound.first :] == 2 * sound.bark)
    assert np.all(everything.bark[: sound.first] == 0.0)


def test_blocks_of_frames_do_not_show():
    """More frames than one block: each is what it is when transformed alone."""
    x = np.random.default_rng(0).standard_normal(200 * 1024)
    whole = bands(x)
    t = 128  # the first of the second block
    alone = analyse(Stem("x", x, 0.5), RATE, t * 1024 - 1, t * 1024 + 1)
    assert alone.first <= t < alone.stop
    assert alone.ear[t - alone.first] == pytest.approx(whole.ear[t], rel=1e-12)


def test_bands_without_any_line_stay_empty():
    """At 16 kHz nothing reaches the highest bands; nothing breaks either."""
    frame = bands(np.random.default_rng(0).standard_normal(16000), 16000)
    assert np.all(frame.bark[:, -2:] == 0.0)
    assert np.all(np.isfinite(frame.ear))
    assert frame_length(16000) == 512


def test_lines_per_band_at_48_khz():
    counted = np.sum(critical.grouping(np.arange(1025) * RATE / 2048), axis=0)
    assert counted.tolist() == [
        4,
        4,
        4,
        5,
        4,
        5,
        6,
        7,
        7,
        8,
        9,
        10,
        12,
        13,
        17,
        19,
        23,
        30,
        39,
        47,
        55,
        77,
        106,
        150,
        192,
    ]
