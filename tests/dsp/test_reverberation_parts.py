"""Levels, decays, fine structure and networks, each against what is known of its input."""

import numpy as np
import pytest

from imgext.dsp.reverberation.decays import find_decays
from imgext.dsp.reverberation.echoes import BANDS, LAGS, echoes
from imgext.dsp.reverberation.features import features, modulation_depth
from imgext.dsp.reverberation.levels import HOP, RATE, STEP, measure, prepare, sliding_fit
from imgext.dsp.reverberation.model import FARTHEST, own_model, read


def noise(seed, frames=5 * RATE):
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(frames)


def test_sliding_lines_are_those_of_least_squares():
    x = np.cumsum(noise(1, 200))
    slope, residual = sliding_fit(x, 12)
    t = np.arange(12)
    for i in (0, 77, 188):
        fit = np.polyfit(t, x[i : i + 12], 1)
        assert slope[i] == pytest.approx(fit[0], abs=1e-6)
        assert residual[i] == pytest.approx(
            np.sqrt(np.mean((x[i : i + 12] - np.polyval(fit, t)) ** 2)), abs=1e-4
        )


def test_levels_of_a_tone_lie_in_its_band_at_the_level_of_the_window():
    """A sine of amplitude 1 in a Hann window of 512: peak |X|^2 = 128^2, and 1.5 times
    that over the main lobe."""
    t = np.arange(2 * RATE) / RATE
    levels = measure(prepare(0.3 * np.sin(2.0 * np.pi * 1000.0 * t), RATE))
    middle = levels.bands[:, levels.bands.shape[1] // 2]
    assert int(np.argmax(middle)) == 3
    assert middle[3] == pytest.approx(10.0 * np.log10(1.5 * 128.0**2), abs=0.01)
    assert levels.bands.shape[1] == 2 * RATE // HOP + 1


@pytest.mark.parametrize("rt60", [0.4, 0.8, 1.6])
def test_decays_of_noise_that_dies_away_have_its_decay_time(rt60):
    t = np.arange(2 * RATE) / RATE
    x = np.concatenate(
        [noise(seed, t.size) * 10.0 ** (-3.0 * t / rt60) + 1e-3 * noise(9, t.size) for seed in (1, 2, 3)]
    )
    found = find_decays(measure(prepare(x, RATE)))
    assert found.rt60 == pytest.approx(rt60, rel=0.12)
    assert found.decays >= 8
    assert found.spread < 0.35


def test_steady_noise_has_no_decays():
    assert find_decays(measure(prepare(noise(1), RATE))).decays == 0


def test_modulation_tells_bursts_from_noise():
    steady = noise(1)
    gated = steady * (np.arange(steady.size) // (RATE // 4) % 2)
    assert modulation_depth(measure(prepare(steady, RATE))) < 0.6
    assert modulation_depth(measure(prepare(gated, RATE))) > 0.9


def test_an_abrupt_end_falls_farther_than_a_slow_one():
    t = np.arange(4 * RATE) / RATE % 1.0
    steady = noise(1, 4 * RATE)
    abrupt = features(measure(prepare(steady * (t < 0.5) + 1e-3 * noise(2, steady.size), RATE)))
    slow = features(measure(prepare(steady * 10.0 ** (-3.0 * np.maximum(0.0, t - 0.5) / 0.8), RATE)))
    assert abrupt["fall12_98"] > 50.0
    assert slow["fall12_98"] == pytest.approx(60.0 / 0.8 * 12 * STEP, abs=4.0)
    assert abrupt["of_d"] > 40.0


def test_noise_has_no_echoes():
    """The energy of noise is that of chance at every lag, from 75 ms on: at shorter
    lags the local mean takes some away.

    It is spread over the 5 s of the piece, not over the 8.2 s of the transform: up to 2.1 dB above the mean.
    """
    found = echoes(prepare(noise(1), RATE))
    for band in range(2, len(BANDS)):
        assert 0.0 < found[f"echo{band}_chance"] < 10.0 * np.log10(2**17 / (5 * RATE))
        for lag in LAGS[5:-1]:
            assert found[f"echo{band}_{round(lag * 1000)}"] == pytest.approx(0.0, abs=1.5)


def test_one_echo_shows_at_its_lag():
    x = noise(1)
    x[round(0.120 * RATE) :] += 0.5 * x[: -round(0.120 * RATE)]
    found = echoes(prepare(x, RATE))
    for band in range(1, len(BANDS)):
        assert max(LAGS[:-1], key=lambda lag: found[f"echo{band}_{round(lag * 1000)}"]) == 0.100


def test_the_ripples_of_a_diffuse_field_are_notches():
    """Schroeder 1962: levels of a diffuse field spread by 5.6 dB with a long tail
    downwards; harmonics are peaks."""
    t = np.arange(RATE) / RATE
    room = noise(2, RATE) * 10.0 ** (-3.0 * t / 1.0)
    size = 2**17
    wet = np.fft.irfft(np.fft.rfft(noise(1), size) * np.fft.rfft(room, size), size)[: 5 * RATE]
    dry, reverberant = echoes(prepare(noise(1), RATE)), echoes(prepare(wet, RATE))
    whole = np.arange(5 * RATE) / RATE
    harmonic = echoes(
        prepare(
            sum(np.sin(2.0 * np.pi * 55.0 * n * whole + n * n) for n in range(1, 140)) + 0.1 * noise(3), RATE
        )
    )
    for band in range(1, len(BANDS)):
        assert reverberant[f"echo{band}_energy"] > dry[f"echo{band}_energy"] + 0.2
        assert reverberant[f"echo{band}_75"] > dry[f"echo{band}_75"] + 5.0
        assert harmonic[f"echo{band}_skew"] > reverberant[f"echo{band}_skew"] + 0.3


def test_long_sounds_are_told_as_their_pieces_are():
    x = np.tile(noise(1), 3)
    one, three = echoes(prepare(x[: 5 * RATE], RATE)), echoes(prepare(x, RATE))
    assert three == pytest.approx(one, abs=0.01)


def test_the_model_reads_what_is_measured_and_gives_what_is_documented():
    x = prepare(noise(1), RATE)
    measured = {**features(measure(x)), **echoes(x)}
    model = own_model()
    assert set(model.features) == set(measured)
    p = model.probabilities(measured)
    assert p.shape == (3,)
    assert float(np.sum(p)) == pytest.approx(1.0, abs=1e-8)
    rt60, doubt = model.decay_time(measured)
    assert 0.05 < rt60 < 10.0
    assert doubt >= 0.0


def test_a_network_is_rectified_sums_of_standardised_limited_features():
    one = {
        "hidden": [[2.0, 0.0], [0.0, -1.0]],
        "hidden_bias": [0.0, 0.5],
        "output": [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]],
        "output_bias": [0.0, 0.0, 0.5],
    }
    log_time = {"hidden": [[1.0, 0.0]], "hidden_bias": [0.0], "output": [[0.5]], "output_bias": [-1.0]}
    model = read(
        {
            "features": ["a", "b"],
            "mean": [1.0, 0.0],
            "sd": [2.0, 1.0],
            "classes": [one],
            "decays": [log_time, log_time],
        }
    )
    scores = np.array(
        [2.0 * 1.0, 0.0, 0.5]
    )  # a is 3: one standard deviation; b is 9: limited to 4, and -4 + 0.5 is cut off at 0
    assert model.probabilities({"a": 3.0, "b": 9.0}) == pytest.approx(
        np.exp(scores) / np.sum(np.exp(scores)), abs=1e-8
    )
    assert model.decay_time({"a": 1e9, "b": 0.0}) == (round(float(np.exp(0.5 * FARTHEST - 1.0)), 6), 0.0)
