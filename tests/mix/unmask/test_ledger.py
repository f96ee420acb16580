"""What cuts take from a track, by arithmetic and against the meters of the renderer."""

import math

import numpy as np
import pytest
from support.signals import RATE, bark_power

from imgext.dsp.bands import k_weights
from imgext.dsp.bark import BANDS
from imgext.dsp.level import LevelMeter
from imgext.mix.unmask.ledger import Ledger, Toll


def flat(rows=200, level=70.0):
    return np.full((rows, BANDS), 10.0 ** (level / 10.0))


def ledger(power, measure="rms", at=None):
    return Ledger(np.arange(len(power)) if at is None else at, power, RATE, measure)


def factors(power, band, db, rows=slice(None)):
    result = np.ones_like(power)
    result[rows, band] = 10.0 ** (db / 10.0)
    return result


@pytest.mark.parametrize("measure", ["rms", "lufs"])
def test_turning_down_as_a_whole_costs_level_and_nothing_else(measure):
    toll = ledger(flat(), measure).weigh(np.full((200, BANDS), 0.5))
    assert toll[:4] == pytest.approx((3.0103, 3.0103, 0.0, 0.0), abs=1e-4)


def test_nothing_is_taken_where_nothing_is_cut():
    mine = ledger(flat())
    assert mine.weigh(np.ones((200, BANDS))) == Toll(0.0, 0.0, 0.0, 0.0, mine.loudness)


def test_one_band_of_25_equal_ones():
    """Level: 24.25 of 25 are left. Distance: one cell of 25 changes by -6.02 dB and the
    gain, the others by the gain."""
    power = flat()
    toll = ledger(power, "rms").weigh(factors(power, 10, -6.0206))
    k = k_weights(RATE)
    drop = -10.0 * math.log10(1.0 - 0.75 * k[10] / np.sum(k))
    assert toll.gain_db == pytest.approx(-10.0 * math.log10(24.25 / 25.0), abs=1e-5)
    assert toll.drop == pytest.approx(drop, abs=1e-5)
    assert toll.distance == pytest.approx(math.sqrt(((drop - 6.0206) ** 2 + 24.0 * drop**2) / 25.0), abs=1e-5)


def test_shift_of_the_centre_of_gravity():
    """Of two bands, 4 and 8, the upper one loses 3 dB: their loudnesses are as 1 to 10^(-0.3 * 0.23)."""
    power = np.zeros((100, BANDS))
    power[:, [4, 8]] = 1e7
    weight = 10.0 ** (-0.3 * 0.23)
    assert ledger(power).weigh(factors(power, 8, -3.0)).shift == pytest.approx(
        (4.0 + 8.0 * weight) / (1.0 + weight) - 6.0, abs=1e-4
    )


def test_what_falls_under_the_threshold_in_quiet_is_at_the_threshold():
    """At 2900 Hz the threshold is under 0 dB, so a cell at 2 dB SPL beside one of 30 dB cannot fall by 6."""
    power = np.zeros((100, BANDS))
    power[:, 15], power[:, 8] = 10.0**0.2, 1e3
    deep, deeper = (ledger(power).weigh(factors(power, 15, db)).distance for db in (-20.0, -40.0))
    assert 1.0 < deep < 10.0
    assert deeper == pytest.approx(deep, abs=0.05)


def test_level_is_gated_as_the_renderer_does_it():
    """A part 20 dB softer is behind the gate: cutting the loud part loses all of the
    cut, cutting the soft one nothing."""
    power = flat(400)
    power[200:] /= 100.0
    mine = ledger(power)
    loud, soft = np.ones_like(power), np.ones_like(power)
    loud[:200], soft[200:] = 0.5, 0.5
    assert mine.weigh(loud).gain_db == pytest.approx(3.0103, abs=0.02)
    assert mine.weigh(soft).gain_db == pytest.approx(0.0, abs=0.02)


def test_a_sound_shorter_than_a_block_is_measured_whole():
    power = flat(10)
    power[5:] /= 1000.0
    cut = np.ones_like(power)
    cut[:5] = 0.5
    assert ledger(power).weigh(cut).gain_db == pytest.approx(
        -10.0 * math.log10((5 * 0.5 + 0.005) / 5.005), abs=1e-6
    )


def test_pauses_do_not_count():
    """Two bursts far apart have the level of one."""
    at = np.concatenate([np.arange(100), 5000 + np.arange(100)])
    assert ledger(flat(200), "rms", at).loudness == pytest.approx(ledger(flat(100)).loudness, abs=1e-9)


@pytest.mark.parametrize("measure", ["rms", "lufs"])
def test_restoring_gain_is_that_of_the_renderers_meter(measure, noise):
    """Noise that loses its highs: what the bands say of the loss is what the meter
    measures; above 20 kHz they say nothing."""
    x = noise(4.0, seed=3, rms=0.05) * (2.0 + np.sin(np.arange(4 * RATE) * 2.0 * np.pi / RATE))
    spectrum = np.fft.rfft(x)
    freqs = np.fft.rfftfreq(x.size, 1.0 / RATE)
    y = np.fft.irfft(spectrum * np.where(freqs > 2000, 0.5, 1.0))
    y[:RATE] = x[:RATE]
    levels = []
    for samples in (x, y):
        meter = LevelMeter(RATE, 1, measure)
        meter.add(samples[:, np.newaxis])
        levels.append(meter.level())
    before, after = bark_power(x, RATE), bark_power(y, RATE)
    toll = ledger(before, measure).weigh(after / before)
    assert levels[0] - levels[1] > 0.5
    assert toll.gain_db == pytest.approx(levels[0] - levels[1], abs=0.25)


def test_without_lows_and_with_its_rms_restored_a_sound_is_louder():
    power = flat()
    cut = factors(power, slice(0, 3), -6.0)
    by_rms, by_lufs = ledger(power, "rms"), ledger(power, "lufs")
    assert by_rms.weigh(cut).loudness > by_rms.loudness + 0.1
    assert by_lufs.weigh(cut).loudness == pytest.approx(by_lufs.loudness, abs=1e-9)


def test_restoring_gain_alone_is_that_of_the_toll():
    power = flat() * np.random.default_rng(1).uniform(0.1, 1.0, (200, BANDS))
    cut = factors(power, 12, -6.0, slice(20, 120))
    for measure in ("rms", "lufs"):
        assert ledger(power, measure).restoring_gain(cut) == ledger(power, measure).weigh(cut).gain_db


def test_silence_costs_nothing():
    mine = ledger(np.zeros((0, BANDS)))
    assert mine.loudness == -math.inf
    assert mine.weigh(np.ones((0, BANDS)))[:4] == (0.0, 0.0, 0.0, 0.0)
    faint = np.full((50, BANDS), 1e-2)
    assert ledger(faint).weigh(np.full((50, BANDS), 0.5))[:4] == (0.0, 0.0, 0.0, 0.0)


def test_share_of_the_energy_in_a_band():
    power = np.zeros((30, BANDS))
    power[:, 5] = 1e6
    assert ledger(power).share(5) == 1.0
    assert ledger(power).share(6) == 0.0
