"""The limiter: torture signals measured by another interpolator, and what must not be touched."""

import functools
import math

import numpy as np
import pytest

from imgext.dsp.limiter import LOOK_AHEAD, MARGIN_DB, Limiter, _Hann, _running_maximum
from imgext.dsp.truepeak import TruePeakMeter

RATE = 48000
N = RATE


def limited(x, ceiling=-1.0, sizes=(8192,), rate=RATE):
    limiter = Limiter(ceiling, rate, x.shape[1])
    parts, start, turn = [], 0, 0
    while start < len(x):
        size = sizes[turn % len(sizes)]
        parts.append(limiter.feed(x[start : start + size]))
        start, turn = start + size, turn + 1
    parts.append(limiter.finish())
    return np.concatenate([part for part, _ in parts]), np.concatenate([gain for _, gain in parts]), limiter


def eight_times(x):
    from scipy.signal import resample_poly

    padded = np.concatenate([np.zeros((50, x.shape[1])), x, np.zeros((50, x.shape[1]))])
    return 20 * math.log10(np.max(np.abs(resample_poly(padded, 8, 1, axis=0))))


@functools.cache
def torture():
    rng = np.random.Generator(np.random.PCG64(11))
    t = np.arange(N) / RATE
    white = rng.standard_normal((N, 2))
    quarter = 1.41 * np.sin(np.pi / 2 * np.arange(N) + np.pi / 4)
    impulses = white * 0.02
    impulses[::9973], impulses[4000::24001] = 5.0, -3.0
    bursts = white * 0.05
    bursts[12_000:14_000] *= 100
    bursts[30_000:30_030] *= 60
    bursts[-100:] *= 80
    bursts[:50] *= 40
    worst = np.zeros((N, 2))
    worst[9000:9024, 0] = np.sign(np.sinc(np.arange(-11, 13) - 0.5))
    worst[16_372:16_396, 1] = -2 * worst[9000:9024, 0]
    clicks = np.sign(white) * 0.4
    clicks[::500] *= 30
    tone_clicks = np.stack([1.2 * np.sin(np.pi / 2 * np.arange(N) + np.pi / 4)] * 2, axis=1)
    tone_clicks[::700] *= 20
    square = np.sign(np.sin(2 * np.pi * 997 * t))
    sweep = 1.5 * np.sin(2 * np.pi * (20 * t + 9990 * t * t))
    return {
        "hot noise": white,
        "signs": np.sign(white),
        "uniform": (rng.random((N, 2)) * 2 - 1) * 4,
        "quarter": np.stack([quarter, 0 * quarter], axis=1),
        "impulses": impulses,
        "bursts": bursts,
        "worst phases": worst,
        "signs with clicks": clicks,
        "quarter with clicks": tone_clicks,
        "square": 1.2 * np.stack([square, -square], axis=1),
        "sweep": np.stack([sweep, sweep], axis=1),
        "sines": 0.8
        * np.stack([sum(np.sin(2 * np.pi * f * t) for f in (100, 1003, 5007, 12011, 19001))] * 2, axis=1),
    }


@pytest.mark.parametrize("name", list(torture()))
def test_torture_ends_below_the_ceiling_at_eight_times_oversampling(name):
    x = torture()[name]
    assert eight_times(x) > 2.0
    y, gain, _ = limited(x)
    assert y.shape == x.shape
    assert eight_times(y) <= -1.0
    meter = TruePeakMeter(RATE, 2)
    meter.add(y)
    assert meter.true_peak() <= -1.0
    # The ceiling is not bought with a gain that is lower than needed.
    assert meter.true_peak() >= -1.0 - MARGIN_DB - 0.3
    assert y == pytest.approx(x * gain[:, None], abs=1e-12)


@pytest.mark.parametrize(
    ("name", "rate"),
    [
        ("bursts", 8000),
        ("uniform", 8000),
        ("uniform", 44100),
        *((name, rate) for name in ("bursts", "hot noise") for rate in (96000, 192000)),
    ],
)
def test_other_rates(name, rate):
    x = torture()[name]
    y, _, _ = limited(x, rate=rate)
    assert eight_times(y) <= -1.0
    assert y.shape == x.shape


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("rate", [48000, 96000])
def test_white_noise_driven_hard_stays_below_the_ceiling_by_another_interpolator(seed, rate):
    lot = np.random.Generator(np.random.PCG64(seed))
    for x in (lot.standard_normal((2 * N, 1)), lot.uniform(-1.0, 1.0, (2 * N, 1))):
        assert eight_times(limited(30.0 * x, rate=rate)[0]) <= -1.0 - 0.8 * MARGIN_DB


def test_a_signal_that_is_below_already_is_untouched():
    x = torture()["hot noise"]
    x = x * 0.885 / 10 ** (eight_times(x) / 20)  # -1.06 dBTP: nearer to the ceiling than the margin
    y, gain, limiter = limited(x)
    assert (y == x).all()
    assert (gain == 1.0).all()
    assert limiter.max_reduction_db == 0.0
    assert limiter.samples_reduced == 0


def test_block_sizes_change_no_bit():
    x = torture()["bursts"]
    whole, gain, limiter = limited(x, sizes=(len(x),))
    for sizes in ((16_384,), (1, 999, 20_000), (8191,)):
        y, g, other = limited(x, sizes=sizes)
        assert (y == whole).all()
        assert (g == gain).all()
        assert (other.max_reduction_db, other.samples_reduced) == (
            limiter.max_reduction_db,
            limiter.samples_reduced,
        )


@pytest.mark.parametrize("over", [24_000, 31_500])  # the second is let go across a border of the block grid
def test_one_over_is_turned_down_ahead_let_go_after_and_the_rest_is_exact(over):
    x = np.full((2 * N, 1), 1e-3)
    x[20_000:20_100, 0] = 0.885 * np.hanning(
        100
    )  # below the ceiling, above the level that overs are brought to
    x[over] = 2.0
    _, gain, limiter = limited(x, sizes=(1000,))
    target = 10 ** ((-1.0 - MARGIN_DB) / 20) / 2.0
    assert gain[over] == pytest.approx(target, rel=2e-3)
    assert gain[over] <= target * (1 + 1e-9)
    reach = round(LOOK_AHEAD * RATE)
    assert (gain[: over - 4 * reach] == 1.0).all()
    assert gain[over - 1] < 0.6
    # After 50 ms 63 % of the reduction is gone, counted from the end of the hold.
    after = 1.0 - gain[over + reach + round(0.050 * RATE)]
    assert after / (1.0 - target) == pytest.approx(math.exp(-1), rel=0.02)
    assert (gain[over + N :] == 1.0).all()
    assert limiter.max_reduction_db == pytest.approx(-20 * math.log10(target), abs=0.02)
    assert limiter.samples_reduced == np.count_nonzero(gain < 10 ** (-0.1 / 20))
    assert 5000 < limiter.samples_reduced < 15_000


def test_the_gain_curve_is_smooth():
    x = np.full((N, 1), 1e-3)
    x[N // 2] = 10.0
    _, gain, _ = limited(x)
    reach = round(LOOK_AHEAD * RATE)
    # The steepest step of a Hann window of that width, and no jump.
    assert np.max(np.abs(np.diff(gain))) <= 1.05 / (reach + 1)


def test_both_channels_get_one_gain():
    x = np.zeros((N, 2)) + 0.25
    x[N // 2, 0] = 3.0
    y, gain, _ = limited(x)
    assert (y[:, 1] == 0.25 * gain).all()
    assert gain.min() < 0.3


@pytest.mark.parametrize("n", [0, 1, 100, 16_384, 16_385, 40_000])
def test_any_length_comes_out_as_it_went_in(n):
    x = np.full((n, 2), 0.5)
    x[n // 2 : n // 2 + 1] = 2.0
    y, gain, _ = limited(x, sizes=(777,))
    assert len(y) == len(gain) == n
    if n:
        assert np.max(np.abs(y)) < 10 ** (-1 / 20)


def test_the_running_maximum_is_the_largest_of_each_window():
    x = np.random.Generator(np.random.PCG64(12)).standard_normal(500)
    for width in (1, 2, 3, 24, 145):
        assert (
            _running_maximum(x, width) == np.lib.stride_tricks.sliding_window_view(x, width).max(axis=1)
        ).all()


def test_the_smoothing_is_a_hann_window_and_exact_on_silence():
    x = np.random.Generator(np.random.PCG64(13)).random(1000 + 144)
    x[400:800] = 0.0
    window = np.hanning(147)[1:-1]
    expected = np.lib.stride_tricks.sliding_window_view(x, 145) @ (window / window.sum())
    smooth = _Hann(72, 1000)(x)
    assert smooth == pytest.approx(expected, abs=1e-9)
    assert (smooth[400 : 800 - 144] == 0.0).all()


def test_a_wrong_shape_is_an_error():
    with pytest.raises(ValueError, match=r"is not \(samples, 2\)"):
        Limiter(-1.0, RATE, 2).feed(np.zeros(10))
