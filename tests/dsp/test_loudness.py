"""Loudness against EBU Tech 3341 and 3342, BS.1770-4's figures, and pyloudnorm."""

import math
import subprocess
import sys

import numpy as np
import pyloudnorm
import pytest
from oracles.ebu_mode import momentary_max, short_term, short_term_max

from imgext.dsp.loudness import LoudnessMeter, gated_power, k_weighting

RATE = 48000


def tone(parts, rate=RATE, frequency=1000.0):
    """Stereo, in phase: (dBFS of the peak, seconds) one after another."""
    gain = np.concatenate([np.full(round(seconds * rate), 10 ** (db / 20)) for db, seconds in parts])
    x = gain * np.sin(2 * np.pi * frequency * np.arange(len(gain)) / rate)
    return np.stack([x, x], axis=1)


def measured(x, rate=RATE, weights=None):
    meter = LoudnessMeter(rate, x.shape[1], weights)
    meter.add(x)
    return meter


def noise(seconds, seed, channels=2, rate=RATE):
    return np.random.Generator(np.random.PCG64(seed)).standard_normal((round(seconds * rate), channels)) * 0.1


@pytest.mark.parametrize("db", [-23.0, -33.0])
def test_3341_1_and_2_a_steady_tone_reads_the_same_at_every_scale(db):
    meter = measured(tone([(db, 20)]))
    assert meter.integrated() == pytest.approx(db, abs=0.1)
    assert momentary_max(meter) == pytest.approx(db, abs=0.1)
    assert short_term_max(meter) == pytest.approx(db, abs=0.1)


@pytest.mark.parametrize(
    "parts",
    [
        [(-36, 10), (-23, 60), (-36, 10)],
        [(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)],
        [(-26, 20), (-20, 20.1), (-26, 20)],
    ],
    ids=["3341-3", "3341-4", "3341-5"],
)
def test_3341_3_to_5_the_gates(parts):
    assert measured(tone(parts)).integrated() == pytest.approx(-23.0, abs=0.1)


def test_3341_6_the_surrounds_weigh_more():
    one = tone([(0, 20)])[:, 0]
    x = np.stack([one * 10 ** (db / 20) for db in (-28, -28, -24, -30, -30)], axis=1)
    assert measured(x).integrated() == pytest.approx(-23.0, abs=0.1)
    assert measured(x, weights=[1.0] * 5).integrated() < measured(x).integrated() - 0.2


def test_3341_9_short_term_loudness_is_constant():
    loudness = short_term(measured(tone([(-20, 1.34), (-30, 1.66)] * 5)))
    assert len(loudness) == 121
    assert np.max(np.abs(loudness + 23.0)) <= 0.1


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([(-20, 20), (-30, 20)], 10),
        ([(-20, 20), (-15, 20)], 5),
        ([(-40, 20), (-20, 20)], 20),
        ([(-50, 20), (-35, 20), (-20, 20), (-35, 20), (-50, 20)], 15),
    ],
    ids=["3342-1", "3342-2", "3342-3", "3342-4"],
)
def test_3342_the_loudness_range(parts, expected):
    assert measured(tone(parts)).range() == pytest.approx(expected, abs=0.1)


def test_a_full_scale_997_hz_sine_reads_minus_3_01_in_one_channel_and_0_in_two():
    x = tone([(0, 5)], frequency=997.0)
    assert measured(x[:, :1]).integrated() == pytest.approx(-3.01, abs=0.001)
    assert measured(x).integrated() == pytest.approx(0.0, abs=0.001)


@pytest.mark.parametrize(
    ("rate", "tolerance"),
    [(44100, 0.002), (96000, 0.006), (192000, 0.006), (32000, 0.01), (22050, 0.03), (11025, 0.12)],
)
def test_the_reading_hardly_depends_on_the_rate(rate, tolerance):
    """The rest is the bilinear transform's bend of the shelf."""
    x = tone([(0, 2)], rate, 997.0)[:, :1]
    assert measured(x, rate).integrated() == pytest.approx(-3.0103, abs=tolerance)


def test_at_48_khz_the_filters_are_the_standards():
    (b1, a1), (b2, a2) = k_weighting(48000)
    assert b1 == pytest.approx([1.53512485958697, -2.69169618940638, 1.19839281085285], abs=1e-10)
    assert a1 == pytest.approx([1.0, -1.69065929318241, 0.73248077421585], abs=1e-10)
    assert b2 == pytest.approx([1.0, -2.0, 1.0], abs=1e-12)
    assert a2 == pytest.approx([1.0, -1.99004745483398, 0.99007225036621], abs=1e-10)


@pytest.mark.parametrize("seed", [1, 2])
def test_pyloudnorm_with_the_standards_filter_agrees(seed):
    x = noise(7.0, seed) * np.linspace(0.02, 1, 7 * RATE)[:, None]
    reference = pyloudnorm.Meter(RATE, filter_class="DeMan").integrated_loudness(x)
    assert measured(x).integrated() == pytest.approx(reference, abs=1e-4)


def test_low_frequencies_agree_with_pyloudnorm_too():
    """Where the truncated response of the high-pass would show."""
    for frequency in (10.0, 25.0, 40.0, 80.0):
        x = tone([(-3, 4)], frequency=frequency)
        reference = pyloudnorm.Meter(RATE, filter_class="DeMan").integrated_loudness(x)
        assert measured(x).integrated() == pytest.approx(reference, abs=1e-4)


def test_a_large_offset_is_filtered_out():
    x = noise(2.0, 3) * 0.01
    quiet = measured(x)
    offset = measured(x + np.concatenate([np.linspace(0, 0.5, RATE), np.full(RATE, 0.5)])[:, None])
    assert short_term_max(offset) == pytest.approx(short_term_max(quiet), abs=0.1)


@pytest.mark.parametrize("seconds", [0.40, 0.46, 0.55, 1.06])
def test_short_clips_read_alike(seconds):
    """An incomplete last block does not count: pyloudnorm reads 0.22 dB less at 0.46 s."""
    x = tone([(-20, seconds)], frequency=997.0)[:, :1]
    assert measured(x).integrated() == pytest.approx(-23.01, abs=0.01)


@pytest.mark.parametrize("seconds", [0.2, 0.39])
def test_below_one_block_a_sound_is_measured_whole_and_says_so(seconds):
    x = tone([(-20, seconds)], frequency=997.0)[:, :1]
    meter = measured(x)
    assert meter.short
    assert meter.integrated() == pytest.approx(-23.01, abs=0.01)
    assert measured(x * 1e-4).integrated() == pytest.approx(-103.01, abs=0.01)
    assert not measured(tone([(-20, 0.4)])).short


def test_silence_and_nothing():
    for x in (np.zeros((5 * RATE, 2)), np.zeros((100, 2)), np.zeros((0, 2))):
        meter = measured(x)
        assert meter.integrated() == momentary_max(meter) == short_term_max(meter) == -math.inf
        assert meter.range() == 0.0


def test_six_decibels_more_read_six_more():
    x = noise(3.0, 4)
    assert measured(2 * x).integrated() - measured(x).integrated() == pytest.approx(6.0206, abs=1e-4)


def test_momentary_loudness_finds_the_loudest_400_ms():
    x = tone([(-40, 3), (-20, 0.5), (-40, 3)])
    meter = measured(x)
    assert momentary_max(meter) == pytest.approx(-20.0, abs=0.1)
    assert short_term_max(meter) == pytest.approx(10 * math.log10(0.01 * 0.5 / 3 + 1e-4 * 2.5 / 3), abs=0.1)


def test_block_sizes_change_no_bit():
    x = noise(4.2, 5)
    whole = measured(x)
    for sizes in ([1, 4799, 30000], [8192], [333, 50001]):
        meter, start = LoudnessMeter(RATE, 2), 0
        while start < len(x):
            for size in sizes:
                meter.add(x[start : start + size])
                start += size
        for figure in (LoudnessMeter.integrated, LoudnessMeter.range, momentary_max, short_term_max):
            assert figure(meter) == figure(whole)


def test_asking_in_between_changes_nothing():
    x = noise(4.2, 6)
    meter = LoudnessMeter(RATE, 2)
    for start in range(0, len(x), 7001):
        meter.add(x[start : start + 7001])
        meter.integrated()
        meter.range()
    assert meter.integrated() == measured(x).integrated()


def test_nothing_passes_no_gate():
    assert gated_power(np.array([]), 1e-7) == 0.0
    assert gated_power(np.array([1e-8, 1e-7]), 1e-7) == 0.0
    assert gated_power(np.array([1.0, 0.02, 0.06]), 1e-7) == pytest.approx(0.53)


def test_a_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match=r"is not \(samples, 2\)"):
        LoudnessMeter(RATE, 2).add(np.zeros(10))
    with pytest.raises(ValueError, match="3 weights do not fit 2 channels"):
        LoudnessMeter(RATE, 2, [1.0, 1.0, 1.0])


def test_measuring_loads_no_scipy():
    """scipy.signal would take longer to import than a minute of sound takes to render."""
    modules = ["level", "loudness", "truepeak", "limiter", "pan", "fade", "quantise", "units"]
    code = (
        f"import sys\nfor name in {modules}: __import__('imgext.dsp.' + name)\n"
        "sys.exit('scipy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_weighting_by_recursion_gives_the_same_powers():
    from imgext.dsp.loudness import HopPowers

    x = np.random.default_rng(5).standard_normal((70000, 2)) * np.linspace(0, 0.3, 70000)[:, np.newaxis]
    one, other = (HopPowers(48000, 2, k_weighted=True, recursive=recursive) for recursive in (False, True))
    for powers, sizes in ((one, [70000]), (other, [1, 30000, 39999])):
        start = 0
        for size in sizes:
            powers.add(x[start : start + size])
            powers.energies()  # looking on the way changes nothing
            start += size
    (hops, rest), (same, same_rest) = one.energies(), other.energies()
    assert same == pytest.approx(hops, rel=1e-6)
    assert same_rest == pytest.approx(rest, rel=1e-6)
