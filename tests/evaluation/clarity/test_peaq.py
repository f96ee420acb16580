"""PEAQ's ear: partial loudness of noise in noise, and what must not change it."""

import numpy as np
import pytest

from imgext.evaluation import Stem
from imgext.evaluation.clarity import peaq
from imgext.evaluation.clarity.bands import analyse

RATE = 48000
HOP = 1024 / RATE


def noise(seed, seconds=3.0, rms=0.01):
    return rms * np.random.default_rng(seed).standard_normal(round(seconds * RATE))


def ear(x):
    return analyse(Stem("x", x, 0.5), RATE, 0, len(x)).ear


def ratio(target, others):
    return peaq.partial_loudness_ratio(*peaq.partial_loudness(target, others, HOP))


@pytest.mark.parametrize(
    ("masker_db", "expected"), [(-40, 0.977), (-20, 0.827), (-10, 0.557), (-5, 0.361), (0, 0.151), (5, 0.008)]
)
def test_white_noise_in_white_noise(masker_db, expected):
    target, masker = ear(noise(0)), ear(noise(1))
    assert ratio(target, masker * 10 ** (masker_db / 10)) == pytest.approx(expected, abs=0.02)


def test_without_a_masker_nothing_is_lost():
    target = ear(noise(0))
    assert ratio(target, np.zeros_like(target)) == 1.0


@pytest.mark.parametrize("masker_db", [-3, 0, 5])
def test_ten_decibels_more_on_noise_in_noise_change_little(masker_db):
    """Where target and masker are about as loud. Spreading grows with level, so under a
    masker 20 dB down the change is 0.06."""
    target, masker = ear(noise(0)), ear(noise(1)) * 10 ** (masker_db / 10)
    assert abs(ratio(target * 10, masker * 10) - ratio(target, masker)) < 0.03


def test_a_tone_is_masked_more_from_below_than_from_above():
    """Spreading is steeper downwards: 27 dB per Bark against less than 24."""
    t = np.arange(RATE) / RATE
    low, high = (ear(0.05 * np.sin(2 * np.pi * f * t)) for f in (900.0, 1800.0))
    assert ratio(high, low * 100) < ratio(low, high * 100)


def test_a_louder_masker_reaches_further_up():
    """The upper slope falls with level, so 20 dB on both leave less of the upper tone."""
    t = np.arange(RATE) / RATE
    low, high = (ear(0.01 * np.sin(2 * np.pi * f * t)) for f in (700.0, 2000.0))
    assert ratio(high * 100, low * 10_000) < ratio(high, low * 100) - 0.05


def test_the_bands_cover_80_hz_to_18_khz_without_gaps():
    low, centre, high = peaq.band_edges()
    assert low[0] == pytest.approx(80.0)
    assert high[-1] == pytest.approx(18000.0)
    assert high[:-1] == pytest.approx(low[1:])
    assert np.all((low < centre) & (centre < high))


def test_spreading_agrees_with_the_sums_of_the_recommendation_written_out():
    """Band by band, as BS.1387-1 has it, against the vectorised form."""
    power = np.random.default_rng(4).uniform(1.0, 1e6, (peaq.BANDS, 2))
    _, centre, _ = peaq.band_edges()
    width, n = 27 / 108, peaq.BANDS

    def spread(column):
        total = np.zeros(n)
        for i in range(n):
            up = 10 ** ((-2.4 - 23 / centre[i]) * width) * column[i] ** (0.2 * width)
            down = 10 ** (-2.7 * width)
            reach = [down ** (i - j) if j < i else up ** (j - i) for j in range(n)]
            total += (column[i] * np.array(reach) / np.sum(reach)) ** 0.4
        return total**2.5

    expected = np.stack([spread(column) / spread(np.ones(n)) for column in power.T], axis=1)
    assert peaq._spread(power) == pytest.approx(expected, rel=1e-9)


def test_smearing_agrees_with_its_recursion_across_blocks():
    excitation = np.random.default_rng(5).uniform(0.0, 1.0, (peaq.BANDS, 300))
    decay = np.linspace(0.05, 0.95, peaq.BANDS)[:, None]
    state, expected = np.zeros((peaq.BANDS, 1)), np.zeros_like(excitation)
    for t in range(300):
        state = decay * state + (1 - decay) * excitation[:, t : t + 1]
        expected[:, t : t + 1] = np.maximum(state, excitation[:, t : t + 1])
    first, carried = peaq._smeared(excitation[:, :113], decay, np.zeros((peaq.BANDS, 1)))
    second, _ = peaq._smeared(excitation[:, 113:], decay, carried)
    assert np.concatenate([first, second], axis=1) == pytest.approx(expected, rel=1e-12)


def test_silence_is_not_audible_and_a_tone_at_forty_decibels_is():
    tone = 10 ** (-52 / 20) * np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)
    target = ear(tone)
    assert not peaq.audible(peaq.partial_loudness(0.0 * target, 0.0 * target, HOP)[0])
    assert peaq.audible(peaq.partial_loudness(target, 0.0 * target, HOP)[0])


def test_a_sound_without_an_active_frame_has_no_ratio():
    assert np.isnan(peaq.partial_loudness_ratio(np.zeros(3), np.zeros(3)))
