"""True peak against EBU Tech 3341, sines of known crest, and the computation of every point."""

import functools
import math

import numpy as np
import pytest

from imgext.dsp.truepeak import HALF, TAPS, TruePeakMeter, interpolator, oversampling

RATE = 48000


def measured(x, rate=RATE, factor=None):
    meter = TruePeakMeter(rate, x.shape[1], factor)
    meter.add(x)
    return meter


def every_point(x, factor=4):
    """The largest magnitude of all samples and of all points between them, silence around."""
    largest = float(np.max(np.abs(x)))
    for channel in np.concatenate([np.zeros((TAPS - 1, x.shape[1])), x, np.zeros((HALF, x.shape[1]))]).T:
        n = len(channel) - TAPS + 1
        for taps in interpolator(factor).phases.tolist():
            point = channel[:n] * taps[0]
            for k in range(1, TAPS):
                point = point + channel[k : k + n] * taps[k]
            largest = max(largest, float(np.max(np.abs(point))))
    return largest


@pytest.mark.parametrize(
    ("divisor", "degrees", "amplitude", "expected"),
    [(4, 0, 0.5, -6.0), (4, 45, 0.5, -6.0), (6, 60, 0.5, -6.0), (8, 67.5, 0.5, -6.0), (4, 45, 1.41, 3.0)],
    ids=["3341-15", "3341-16", "3341-17", "3341-18", "3341-19"],
)
def test_3341_15_to_19(divisor, degrees, amplitude, expected):
    n = np.arange(RATE // 2)
    # The standard's tones fade in and out; a tone that is cut off has a crest of its own at the cut.
    ends = np.minimum(1.0, np.minimum(n, n[::-1]) / 480)
    x = amplitude * ends * np.sin(2 * np.pi * n / divisor + math.radians(degrees))
    assert -0.4 <= measured(np.stack([x, x], axis=1)).true_peak() - expected <= 0.2


def test_a_crest_between_samples_is_found():
    """A sine at a quarter of the rate, 45 degrees off: every sample is 3.01 dB below the crest."""
    n = np.arange(4800)
    x = np.hanning(4800) * np.sin(np.pi / 2 * n + np.pi / 4)
    meter = measured(x[:, None])
    assert meter.sample_peak() == pytest.approx(-3.01, abs=0.01)
    assert meter.true_peak() == pytest.approx(0.0, abs=0.05)


@pytest.mark.parametrize("factor", [2, 4, 8])
def test_each_phase_reads_sines_as_its_docstring_says(factor):
    place = np.arange(1 - HALF, HALF + 1)
    for highest, tolerance in ((0.42, 0.07), (0.43, 0.11), (0.45, 0.25)):
        for frequency in np.linspace(0, highest, 200):
            for j, taps in enumerate(interpolator(factor).phases):
                response = np.sum(taps * np.exp(2j * np.pi * frequency * (place - (j + 1) / factor)))
                assert abs(20 * math.log10(abs(response))) <= tolerance


@functools.cache
def signals():
    rng = np.random.Generator(np.random.PCG64(7))
    n = 30_000
    white = rng.standard_normal((n, 2))
    bursts = white * 0.01
    bursts[500:520] = 1.0
    bursts[20_001::997] = -3.0
    clicks = np.zeros((n, 2))
    clicks[[0, n - 1, 4000, 16383, 16384], [0, 1, 0, 1, 0]] = [0.5, 0.9, -1.0, 0.99, -0.98]
    low = np.stack([np.sin(np.arange(n) * 0.01), np.sin(np.arange(n) * 0.0137)], axis=1)
    return {
        "white": white,
        "uniform": rng.random((n, 2)) * 2 - 1,
        "signs": np.sign(white),
        "bursts": bursts,
        "clicks": clicks,
        "low": low,
        "low with white": low + white * 0.01,
        "quarter": np.sin(np.pi / 2 * np.arange(n) + np.pi / 4)[:, None] * [[1.0, 0.7]],
        "fading": white * np.exp(-np.arange(n) / 5000)[:, None],
        "short": white[:3],
    }


@pytest.mark.parametrize("name", list(signals()))
@pytest.mark.parametrize("factor", [2, 4])
def test_skipping_what_cannot_hold_the_peak_changes_no_bit(name, factor):
    x = signals()[name]
    assert measured(x, factor=factor).peak() == every_point(x, factor)


def test_most_of_a_signal_is_skipped():
    """Else the promise above would be an empty one."""
    x = np.random.Generator(np.random.PCG64(8)).standard_normal(100_000)
    x = np.convolve(x, np.ones(8) / 8)  # sound has less power at the top than white noise
    intervals, _ = interpolator(4).exceeding(x, float(np.max(np.abs(x))))
    assert len(intervals) < 200
    intervals, peaks = interpolator(4).exceeding(x, 0.0)
    assert len(intervals) == len(peaks) == len(x) - TAPS + 1


def test_no_interval_above_the_threshold_is_missed():
    for x in signals().values():
        channel = np.ascontiguousarray(x[:, 0])
        if len(channel) < TAPS:
            continue
        _, peaks = interpolator(4).exceeding(channel, -1.0)
        for threshold in (0.3, 0.9, 1.0, 1.5, 3.0):
            found, heights = interpolator(4).exceeding(channel, threshold)
            assert set(np.flatnonzero(peaks > threshold)) <= set(found)
            assert (heights == peaks[found]).all()


def test_block_sizes_change_no_bit():
    x = signals()["uniform"]
    whole = measured(x)
    for size in (1000, 23, 16385):
        meter = TruePeakMeter(RATE, 2)
        for start in range(0, len(x), size):
            meter.add(x[start : start + size])
        assert (meter.true_peak(), meter.sample_peak()) == (whole.true_peak(), whole.sample_peak())
    meter = TruePeakMeter(RATE, 2)
    for start in range(100):
        meter.add(x[start : start + 1])
    assert meter.peak() == every_point(x[:100])


def test_the_crest_after_the_last_sample_counts_once_the_signal_ends():
    x = np.ones((50, 1))
    assert measured(x).peak() == every_point(x) > 1.05


def test_high_rates_need_fewer_points():
    assert [oversampling(rate) for rate in (8000, 48000, 96000, 176400, 192000)] == [4, 4, 2, 2, 1]
    x = np.random.Generator(np.random.PCG64(9)).standard_normal((5000, 1))
    meter = measured(x, 192000)
    assert meter.true_peak() == meter.sample_peak()


def test_silence_and_nothing_are_minus_infinity():
    assert measured(np.zeros((100, 2))).true_peak() == -math.inf
    assert TruePeakMeter(RATE, 1).sample_peak() == -math.inf


def test_a_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match=r"is not \(samples, 2\)"):
        TruePeakMeter(RATE, 2).add(np.zeros((10, 1)))
    with pytest.raises(ValueError, match="oversampling factor of 0"):
        TruePeakMeter(RATE, 2, 0)
