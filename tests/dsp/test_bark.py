"""Critical bands against published tables, and band power against the level of known signals."""

import warnings

import numpy as np
import pytest
from oracles.bark_scale import (
    critical_bandwidth,
    equivalent_rectangular_bandwidth,
    schroeder,
    traunmueller,
    zwicker_terhardt,
)
from support.signals import RATE, bark_power, sine, white

from imgext.dsp.bark import (
    BANDS,
    CENTRES,
    EDGES,
    THRESHOLD_IN_QUIET,
    BarkMeter,
    decibels,
    hop,
    power_law,
    threshold_in_quiet,
)

RATES = [8000, 11025, 16000, 22050, 32000, 44100, 48000, 88200, 96000, 176400, 192000]


TABLE = [  # Hz, Zwicker and Terhardt, Traunmüller, 7 asinh, critical bandwidth, ERB, threshold in quiet
    (20, 0.1976, 0.0797, 0.2154, 100.03, 26.86, 83.219),
    (100, 0.9867, 0.9557, 1.0727, 100.72, 35.49, 22.953),
    (440, 4.2073, 4.3852, 4.4356, 113.50, 72.19, 6.972),
    (570, 5.3346, 5.5102, 5.5413, 122.14, 86.23, 5.633),
    (1000, 8.5105, 8.5274, 8.5114, 162.22, 132.64, 3.369),
    (4000, 17.2589, 17.4633, 17.6173, 685.42, 456.46, -3.388),
    (10000, 22.4240, 22.2794, 23.9930, 2305.46, 1104.09, 10.577),
    (15500, 24.012, 23.968, 27.056, None, None, None),
    (20000, 24.5751, 24.7203, 28.8395, 5938.51, 2183.48, 160.331),
]
FORMULAS = [
    zwicker_terhardt,
    traunmueller,
    schroeder,
    critical_bandwidth,
    equivalent_rectangular_bandwidth,
    threshold_in_quiet,
]


@pytest.mark.parametrize("column", range(6), ids=lambda column: FORMULAS[column].__name__)
def test_formula_gives_the_published_values(column):
    for row in TABLE:
        if row[column + 1] is not None:
            assert float(FORMULAS[column](row[0])) == pytest.approx(
                row[column + 1], abs=1e-3 if column not in {3, 4} else 6e-3
            )


def test_edges_and_centres_are_zwickers():
    edges = (
        "20 100 200 300 400 510 630 770 920 1080 1270 1480 1720 2000 2320 2700 3150 3700 4400 5300 "
        "6400 7700 9500 12000 15500 20000"
    )
    centres = (
        "60 150 250 350 450 570 700 840 1000 1170 1370 1600 1850 2150 2500 2900 3400 4000 4800 5800 "
        "7000 8500 10500 13500 17750"
    )
    assert list(EDGES) == [int(edge) for edge in edges.split()]
    assert list(CENTRES) == [int(centre) for centre in centres.split()]
    assert all(low < centre < high for low, centre, high in zip(EDGES, CENTRES, EDGES[1:], strict=False))


def test_formulas_stay_near_the_table_of_edges():
    """At the edges of bands 1 to 24 one is within 0.2 Bark and the other within 0.05."""
    z = np.arange(1, 24)
    edges = np.array(EDGES[1:24])
    assert np.max(np.abs(zwicker_terhardt(edges) - z)) < 0.2
    assert np.max(np.abs(traunmueller(edges) - z)) < 0.05


def test_threshold_in_quiet_is_the_lowest_of_each_band():
    for low, high, power in zip(EDGES, EDGES[1:], THRESHOLD_IN_QUIET, strict=False):
        lowest = min(threshold_in_quiet(freq) for freq in np.linspace(low, high, 2001).tolist())
        assert 10.0 * np.log10(power) == pytest.approx(max(lowest, -10.0), abs=1e-3)
    assert 10.0 * np.log10(THRESHOLD_IN_QUIET.min()) == pytest.approx(-4.983, abs=1e-3)


def test_bins_per_band_are_those_of_2048_points_at_48_khz():
    """A spectrum whose bins all have the same power shows how many there are: an
    impulse in the middle of a frame."""
    x = np.zeros(4 * 1024)
    x[2048] = 1.0
    power = bark_power(x, RATE)[2]
    bins = "4 4 4 5 4 5 6 7 7 8 9 10 12 13 17 19 23 30 39 47 55 77 106 150 192"
    assert np.rint(power / power[0] * 4).astype(int).tolist() == [int(n) for n in bins.split()]


@pytest.mark.parametrize("rate", RATES)
def test_full_scale_sine_has_92_db_in_the_band_around_it(rate):
    power = bark_power(sine(1000.0, rate=rate), rate)[20]
    assert 10.0 * np.log10(power.sum()) == pytest.approx(92.0, abs=0.01)
    assert power.argmax() == 8
    assert EDGES[8] == 920


@pytest.mark.parametrize("rate", RATES)
def test_bands_above_half_the_rate_are_empty_and_others_are_not(rate):
    power = bark_power(white(1, rate // 2), rate)
    whole = [band for band in range(BANDS) if EDGES[band] < rate / 2]
    assert np.all(power[2:-2, whole] > 0.0)
    assert not np.any(np.delete(power, whole, axis=1))


@pytest.mark.parametrize("rate", RATES)
def test_hop_is_21_ms_at_every_rate(rate):
    assert hop(rate) / rate == pytest.approx(1024 / 48000, abs=5e-5)


def test_white_noise_has_the_same_power_per_hertz_in_all_bands():
    mean = bark_power(white(2, 60 * RATE), RATE).mean(axis=0)
    bins = np.diff(np.ceil(np.array(EDGES) * 2048 / RATE))
    assert 10.0 * np.log10(mean / bins) == pytest.approx(
        np.full(BANDS, 10.0 * np.log10((mean / bins).mean())), abs=0.35
    )


def test_ten_times_the_amplitude_is_20_db_more_in_every_band():
    x = white(3, RATE)
    assert 10.0 * np.log10(bark_power(10.0 * x, RATE) / bark_power(x, RATE)) == pytest.approx(20.0, abs=1e-9)


def test_silence_is_zero_power_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not np.any(bark_power(np.zeros(5000), RATE))
        assert bark_power(np.zeros(0), RATE).shape == (0, BANDS)


def test_power_is_summed_over_channels():
    x = white(4, 20000, 2)
    assert bark_power(x, RATE) == pytest.approx(
        bark_power(x[:, 0], RATE) + bark_power(x[:, 1], RATE), rel=1e-12
    )


def test_constant_power_panning_changes_nothing():
    x = white(5, 20000)
    panned = np.stack([x * 0.6, x * 0.8], axis=1)
    assert bark_power(panned, RATE) == pytest.approx(bark_power(x, RATE), rel=1e-12)


@pytest.mark.parametrize(
    "length",
    [
        1,
        2,
        1023,
        1024,
        1025,
        63 * 1024,
        64 * 1024 + 1,
        64 * 1024 + 2,
        65 * 1024,
        65 * 1024 + 1,
        65 * 1024 + 2,
        200001,
    ],
)
@pytest.mark.parametrize("start", [0, 1, 1023, 5000])
def test_frames_are_those_of_the_mix_whatever_the_blocks(length, start):
    """A sound that begins at a sample of the mix has the same frames, to the bit, as
    the mix with silence before and after it."""
    x = white(length + start, length, 1)
    padded = np.zeros((start + length + 10 * 1024, 1))
    padded[start : start + length] = x
    whole = bark_power(padded, RATE)
    meter = BarkMeter(RATE, 1, start)
    for begin in range(0, length, 7777):
        meter.add(x[begin : begin + 7777])
        meter.power()
    power = meter.power()
    assert meter.first == start // 1024
    assert np.array_equal(power, whole[meter.first : meter.first + len(power)])
    assert not np.any(whole[meter.first + len(power) :])
    assert np.all(power.sum(axis=1) > 0.0)


@pytest.mark.parametrize(("rate", "start"), [(7999, 0), (192001, 0), (48000, -1)])
def test_out_of_range_is_refused(rate, start):
    with pytest.raises(ValueError, match="is"):
        BarkMeter(rate, 1, start)


def test_wrong_number_of_channels_is_refused():
    with pytest.raises(ValueError, match=r"\(samples, 2\)"):
        BarkMeter(RATE, 2).add(np.zeros((5, 1)))


def test_decibels_and_power_law_agree_with_the_library():
    x = np.exp2(np.random.Generator(np.random.PCG64(6)).uniform(-40.0, 80.0, 100000))
    assert np.max(np.abs(decibels(x) - 10.0 * np.log10(x))) < 1e-9
    for exponent in (0.23, -10.0 / 43.0, 1.0, -1.0, 0.5):
        assert np.max(np.abs(power_law(x, exponent) / x**exponent - 1.0)) < 1e-11


def test_decibels_and_power_law_at_the_borders_of_their_table():
    x = np.array([2.0**k * (1.0 + j / 64.0) for k in (-40, -1, 0, 1, 79) for j in range(64)])
    x = np.concatenate([x, np.nextafter(x, 0.0)])
    x = x[x >= 2.0**-40]
    assert np.max(np.abs(decibels(x) - 10.0 * np.log10(x))) < 1e-9
    assert np.max(np.abs(power_law(x, 0.23) / x**0.23 - 1.0)) < 1e-11


def test_decibels_of_nothing_and_of_too_much_are_the_ends_of_the_range():
    assert decibels(np.array([0.0, 1e300])) == pytest.approx(
        [-400.0 * np.log10(2.0), 800.0 * np.log10(2.0)], abs=1e-6
    )


def test_decibels_and_power_law_keep_the_shape():
    assert decibels(np.ones((3, 4)).T).shape == power_law(np.ones((4, 3)), 0.23).shape == (4, 3)
    assert decibels(np.zeros((0, 25))).shape == (0, 25)
    x = np.arange(1.0, 13.0).reshape(3, 4)
    assert np.array_equal(decibels(x.T), decibels(x).T)


def test_the_ear_is_keenest_at_3324_hz_and_the_bark_formulas_are_worst_where_the_table_says():
    freqs = np.arange(3000.0, 3700.0)
    levels = [threshold_in_quiet(freq) for freq in freqs.tolist()]
    assert (freqs[int(np.argmin(levels))], min(levels)) == (3324.0, pytest.approx(-4.983, abs=1e-3))
    assert float(zwicker_terhardt(4400)) == pytest.approx(17.803, abs=1e-3)
    assert float(traunmueller(15500)) == pytest.approx(23.968, abs=1e-3)
