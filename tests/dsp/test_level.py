"""The level of a sound: oracles from the format's definition and from arithmetic."""

import math

import numpy as np
import pytest

from imgext.dsp.level import LevelMeter
from imgext.dsp.pan import pan_matrix

RATE = 48000


def sine(seconds, amplitude=1.0, frequency=1000.0, rate=RATE):
    return amplitude * np.sin(2 * np.pi * frequency * np.arange(round(seconds * rate)) / rate)[:, None]


def level(x, weighting="rms", rate=RATE):
    meter = LevelMeter(rate, x.shape[1], weighting)
    meter.add(x)
    return meter.level()


def test_a_full_scale_square_is_0_and_a_sine_minus_3_01():
    assert level(np.sign(sine(2) + 1e-9)) == 0.0
    assert level(sine(2)) == pytest.approx(-3.0103, abs=1e-4)


def test_a_square_of_minus_20_reads_minus_20():
    assert level(np.full((RATE, 1), -0.1)) == pytest.approx(-20.0, abs=1e-9)


def test_silence_and_nothing_are_minus_infinity():
    assert level(np.zeros((RATE, 1))) == -math.inf
    assert level(np.zeros((100, 1))) == -math.inf
    assert LevelMeter(RATE, 2).level() == -math.inf


def test_pauses_do_not_count():
    """Ten barks of 0.5 s in a minute of silence read as one does, -23.01, not 10.8 dB lower."""
    x = np.zeros((60 * RATE, 1))
    for k in range(10):
        start = k * 6 * RATE
        x[start : start + RATE // 2] = sine(0.5, 0.1)
    whole = 10 * np.log10(np.mean(x**2))
    assert whole == pytest.approx(-33.8, abs=0.05)
    assert level(x) == pytest.approx(-23.0103, abs=1e-3)


def test_the_second_gate_lies_10_db_below_the_gated_mean():
    """Half at -20, half at -29: mean -22.5, both count. Half at -20, half at -35: the
    softer half drops out."""
    both = np.concatenate([np.full((10 * RATE, 1), 0.1), np.full((10 * RATE, 1), 10 ** (-29 / 20))])
    assert level(both) == pytest.approx(10 * math.log10((0.01 + 10**-2.9) / 2), abs=0.03)
    one = np.concatenate([np.full((10 * RATE, 1), 0.1), np.full((10 * RATE, 1), 10 ** (-35 / 20))])
    assert level(one) == pytest.approx(-20.0, abs=0.1)


def test_what_lies_below_minus_70_does_not_count():
    """Else it would lower the second gate and let in what lies between: -72 for 50 s,
    -36 for 1 s, -27 for 1 s."""
    parts = [np.full((RATE * s, 1), 10 ** (db / 20)) for s, db in ((100, -72), (10, -36), (10, -23))]
    x = np.concatenate(parts)
    # Over all blocks the mean is -33.8 and -36 passes a gate 10 dB below; over those above -70 it is -25.8
    # and -36 falls out.
    assert level(x) == pytest.approx(-23.0, abs=0.1)
    assert level(np.full((RATE, 1), 10 ** (-72 / 20))) == -math.inf


def test_what_lies_25_db_under_the_loudest_block_is_silence():
    """0.4 s at -40 before 60 ms at 0: the loudest 400 ms hold 60 ms of 1, -8.24; what
    is below -33.24 is around the sound."""
    x = np.full((round(0.46 * RATE), 1), 0.01)
    x[round(0.4 * RATE) :] = 1.0
    assert level(x) == pytest.approx(0.0, abs=1e-9)


def test_a_sound_shorter_than_a_block_is_measured_whole_and_ungated():
    assert level(np.full((round(0.15 * RATE) + 7, 1), 0.01)) == pytest.approx(-40.0, abs=1e-9)
    assert level(np.full((1000, 1), 1e-4)) == pytest.approx(-80.0, abs=1e-9)


def bark(seconds, seed=5):
    """Noise that sets in at once and dies away by 20 dB."""
    n = round(seconds * RATE)
    noise = np.random.Generator(np.random.PCG64(seed)).standard_normal(n)
    return (0.2 * noise * 10 ** (-np.arange(n) / n))[:, None]


@pytest.mark.parametrize("weighting", ["rms", "lufs"])
@pytest.mark.parametrize("seconds", [0.02, 0.15, 0.42, 1.3])
def test_silence_around_a_sound_changes_its_level_by_less_than_a_twentieth_of_a_decibel(seconds, weighting):
    x = bark(seconds)
    alone = level(x, weighting)
    for before, after in ((0.0, 1.0), (2.2, 0.0), (0.1234, 0.05), (2.2, 2.4), (7.77, 0.001)):
        padded = np.pad(x, ((round(before * RATE), round(after * RATE)), (0, 0)))
        assert level(padded, weighting) == pytest.approx(alone, abs=0.05)


@pytest.mark.parametrize("seconds", [0.15, 0.42, 1.3])
def test_a_faint_noise_around_a_sound_is_silence_too(seconds):
    x = bark(seconds)
    noise = np.random.Generator(np.random.PCG64(6)).standard_normal((round(5.0123 * RATE), 1)) * 10**-3.5
    at = round(2.2017 * RATE)
    noise[at : at + len(x)] += x
    assert level(noise) == pytest.approx(level(x), abs=0.05 if seconds > 0.2 else 0.2)


def test_a_mono_sound_keeps_its_level_wherever_it_is_panned():
    x = np.random.Generator(np.random.PCG64(1)).standard_normal((2 * RATE, 1)) * 0.05
    for pan in (-1.0, -0.3, 0.0, 0.8):
        assert level(x * pan_matrix(pan, 1)[0]) == pytest.approx(level(x), abs=1e-9)


@pytest.mark.parametrize("weighting", ["rms", "lufs"])
def test_block_sizes_change_no_bit(weighting):
    x = np.random.Generator(np.random.PCG64(2)).standard_normal((3 * RATE + 1234, 2)) * 0.1
    whole = level(x, weighting)
    for sizes in ([1, 4799, 1, 4800, 60000], [8192], [333, 50001]):
        meter, start = LevelMeter(RATE, 2, weighting), 0
        while start < len(x):
            for size in sizes:
                meter.add(x[start : start + size])
                start += size
        assert meter.level() == whole


@pytest.mark.parametrize("weighting", ["rms", "lufs"])
def test_six_decibels_more_read_six_decibels_more(weighting):
    x = np.random.Generator(np.random.PCG64(3)).standard_normal((RATE, 1)) * 0.05
    assert level(2 * x, weighting) - level(x, weighting) == pytest.approx(6.0206, abs=1e-4)


def test_weighted_by_k_a_997_hz_sine_reads_as_the_standard_says():
    assert level(sine(2, 1.0, 997.0), "lufs") == pytest.approx(-3.01, abs=0.005)
    assert level(sine(2, 0.1, 60.0), "lufs") < level(sine(2, 0.1, 60.0)) - 1.0


def test_events_of_a_track_are_pooled():
    """1 s at -20 and 2 s at -26, each as heavy as it is long, no block across the two."""
    meter = LevelMeter(RATE, 1)
    meter.add(np.full((RATE, 1), 0.1))
    meter.next_event()
    meter.add(np.full((2 * RATE, 1), 0.05))
    pooled = 10 * math.log10((0.01 + 2 * 0.0025) / 3)
    assert meter.level() == pytest.approx(pooled, abs=1e-9)
    meter.next_event()
    meter.next_event()
    assert meter.level() == pytest.approx(pooled, abs=1e-9)


def test_short_events_weigh_as_much_as_they_are_long():
    meter = LevelMeter(RATE, 1)
    for n, amplitude in ((480, 0.1), (9600, 0.05), (4801, 0.04)):
        meter.next_event()
        meter.add(np.full((n, 1), amplitude))
    pooled = (480 * 0.01 + 9600 * 0.0025 + 4801 * 0.0016) / (480 + 9600 + 4801)
    assert meter.level() == pytest.approx(10 * math.log10(pooled), abs=1e-9)


def test_parts_of_one_sound_are_pooled_as_events_are():
    one, other = bark(0.3, 1), bark(1.1, 2)
    apart = np.concatenate([one, np.zeros((RATE // 2, 1)), other])
    meter = LevelMeter(RATE, 1)
    meter.add(one)
    meter.next_event()
    meter.add(other)
    assert level(apart) == pytest.approx(meter.level(), abs=0.05)


@pytest.mark.parametrize("rate", [8000, 11025, 44100, 96000])
def test_other_rates_measure_the_same(rate):
    assert level(sine(1.3, 0.1, 500.0, rate), rate=rate) == pytest.approx(-23.01, abs=0.01)


def test_an_unknown_weighting_or_a_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match="rms or lufs"):
        LevelMeter(RATE, 1, "dbA")
    with pytest.raises(ValueError, match=r"is not \(samples, 2\)"):
        LevelMeter(RATE, 2).add(np.zeros((10, 1)))


def test_a_sound_whose_end_alone_is_heard_is_measured_there():
    x = np.zeros((round(0.45 * 48000), 1))
    x[-1920:] = 0.5
    meter = LevelMeter(48000, 1)
    meter.add(x)
    assert meter.level() == pytest.approx(-6.0206, abs=1e-4)


def test_what_stays_below_the_gate_is_silent():
    meter = LevelMeter(48000, 1)
    meter.add(np.full((48000, 1), 10 ** (-71 / 20)))
    assert meter.level() == -math.inf


def test_a_rumble_neither_makes_a_sound_louder_nor_holds_it_open():
    # 12 Hz lies 20 dB down on K's high-pass (BS.1770-4): a bark of 0.3 s keeps its level to 0.2 dB with a
    # rumble 10 dB under it all around, where by RMS it holds the part open
    t = np.arange(3 * RATE) / RATE
    bark = np.where((t > 1) & (t < 1.3), np.sin(2 * np.pi * 1000 * t), 0.0)
    rumble = 0.3 * np.sin(2 * np.pi * 12 * t)
    found = {}
    for weighting in ("rms", "lufs"):
        levels = []
        for x in (bark, bark + rumble):
            meter = LevelMeter(RATE, 1, weighting)
            meter.add(x[:, np.newaxis])
            levels.append(meter.level())
        found[weighting] = levels[1] - levels[0]
    assert abs(found["lufs"]) < 0.2
    assert abs(found["rms"]) > 1.0
