"""Cuts in bands against the filters that play them, their limit, and their gates."""

import itertools

import numpy as np
import pytest
from oracles.cookbook import bell_coefficients
from scipy.signal import freqz
from support.signals import bark_power

from imgext.dsp.bark import BANDS, CENTRES, hop
from imgext.dsp.bell import GatedBell, band_pass_coefficients
from imgext.dsp.cuts import (
    Bell,
    band_pass_power,
    bell_power,
    capped,
    composite_db,
    cut_power,
    frequencies,
    openness,
    shapes,
    spans_of,
)

RATE = 48000
FREQUENCIES = frequencies()
RATES = [8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000, 192000]


def response(biquad, freqs, rate=RATE):
    return freqz(
        [biquad.b0, biquad.b1, biquad.b2],
        [1.0, biquad.a1, biquad.a2],
        worN=2.0 * np.pi * np.asarray(freqs) / rate,
    )[1]


def decibels(power):
    return 10.0 * np.log10(power)


# --- frequency


def test_response_of_the_cut_by_4_7_db():
    bell = Bell(570.0, -4.7)
    freqs = [570.0, 285.0, 402.0, 806.0, 1140.0, 60.0, 5700.0]
    found = decibels(bell_power(freqs, bell, RATE))
    assert found == pytest.approx([-4.700, -1.463, -3.099, -3.115, -1.460, -0.055, -0.045], abs=1e-3)


def test_grid_is_241_frequencies_in_equal_ratios():
    assert len(FREQUENCIES) == 241
    assert (FREQUENCIES[0], FREQUENCIES[-1]) == (20.0, 20000.0)
    assert np.array(FREQUENCIES[1:]) / FREQUENCIES[:-1] == pytest.approx(10.0 ** (3 / 240), rel=1e-9)
    assert frequencies(4.0)[::4] == FREQUENCIES


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
@pytest.mark.parametrize(
    ("freq", "gain", "q"), [(60, -6.0, 1.0), (570, -4.7, 1.0), (3400, -3.0, 0.7), (17750, -6.0, 2.0)]
)
def test_response_is_that_of_the_filters_that_are_played(rate, freq, gain, q):
    band_pass = response(band_pass_coefficients(freq, gain, q, rate), FREQUENCIES, rate)
    assert band_pass_power(FREQUENCIES, freq, gain, q, rate) == pytest.approx(
        np.abs(band_pass) ** 2, abs=1e-9
    )
    bell = Bell(freq, gain, q)
    whole = response(bell_coefficients(freq, gain, q, rate), FREQUENCIES, rate)
    assert bell_power(FREQUENCIES, bell, rate) == pytest.approx(np.abs(whole) ** 2, abs=1e-9)
    for opening in (0.0, 0.3, 0.8):
        partly = 1.0 + (10.0 ** (gain * opening / 20.0) - 1.0) * band_pass
        assert bell_power(FREQUENCIES, bell, rate, opening) == pytest.approx(np.abs(partly) ** 2, abs=1e-9)


def test_above_half_the_rate_there_is_nothing_to_cut():
    assert bell_power(CENTRES, Bell(1000, -6.0), 8000)[CENTRES.index(4000) :].tolist() == [1.0] * 8
    assert bell_power(CENTRES, Bell(5800, -6.0), 8000).tolist() == [1.0] * BANDS
    table = shapes(1.0, 8000)
    assert not np.any(table[17:])
    assert not np.any(table[:, 17:])
    assert np.all(np.diag(table)[:17] == 1.0)


def test_shapes_are_4_db_bells_of_a_band_pass_made_for_6():
    band_pass = np.abs(response(band_pass_coefficients(570, -6.0, 1.0, RATE), CENTRES)) ** 2
    expected = decibels(1.0 - (1.0 - 10.0**-0.4) * band_pass) / -4.0
    assert shapes(1.0, RATE)[5] == pytest.approx(expected, abs=1e-8)
    assert np.diag(shapes(1.0, RATE)) == pytest.approx(np.ones(BANDS))


# --- depth


@pytest.mark.parametrize(("pair", "together"), [((570, 700), -11.48), ((450, 700), -9.92)])
def test_two_cuts_by_6_db_near_each_other(pair, together):
    bells = [Bell(freq, -6.0) for freq in pair]
    assert composite_db(bells, RATE) == pytest.approx(together, abs=5e-3)
    limited = capped(bells, RATE)
    assert -5.98 <= composite_db(limited, RATE) <= -5.9
    assert limited[0].gain_db == limited[1].gain_db


def extremes(bells):
    """Deepest and highest gain in dB, over 5000 frequencies, of the filters as played, all open."""
    freqs = np.geomspace(20.0, 20000.0, 5000)
    product = np.ones(freqs.size, dtype=complex)
    for bell in bells:
        product *= response(bell_coefficients(bell.freq, bell.gain_db, bell.q, RATE), freqs)
    level = decibels(np.abs(product) ** 2)
    return float(np.min(level)), float(np.max(level))


@pytest.mark.parametrize("seed", range(40))
def test_capped_cuts_never_take_more_than_6_db_together(seed):
    """Of the filters as played, for up to five random bells that overlap in time at random."""
    generator = np.random.Generator(np.random.PCG64(seed))
    bells = []
    for _ in range(int(generator.integers(1, 6))):
        start = float(generator.integers(0, 20)) / 10.0
        spans = None if generator.random() < 0.2 else ((start, start + 1.0), (start + 5.0, start + 5.5))
        freq = CENTRES[int(generator.integers(0, 25))]
        bells.append(
            Bell(
                freq,
                -round(float(generator.uniform(1.0, 6.0)), 2),
                float(generator.choice([0.7, 1.0, 4.0])),
                spans,
            )
        )
    limited = capped(bells, RATE)
    assert [bell._replace(gain_db=0.0) for bell in limited] == [bell._replace(gain_db=0.0) for bell in bells]
    assert all(before.gain_db <= after.gain_db <= 0.0 for before, after in zip(bells, limited, strict=True))
    assert all(after.gain_db == round(after.gain_db, 2) for after in limited)

    def open_at(bell, t):
        return bell.spans is None or any(start - 0.02 <= t <= stop + 0.02 for start, stop in bell.spans)

    for together in {
        tuple(bell for bell in limited if open_at(bell, t)) for t in np.arange(0.0, 9.0, 0.05).tolist()
    }:
        deepest, highest = extremes(together)
        assert deepest >= -6.0 - 1e-6
        assert highest <= 1e-9


def test_cuts_that_fit_are_left_alone():
    bells = [Bell(100, -5.9), Bell(10500, -5.9)]
    assert capped(bells, RATE) == bells
    assert capped([Bell(570, -6.0)], RATE) == [Bell(570, -6.0)]
    assert capped([], RATE) == []
    assert capped([Bell(570, 0.0), Bell(700, 0.0)], RATE) == [Bell(570, 0.0), Bell(700, 0.0)]


def test_a_cut_alone_is_limited_too():
    assert capped([Bell(570, -9.0)], RATE) == [Bell(570, -6.0)]
    assert capped([Bell(570, -9.0)], RATE, max_cut=3.0) == [Bell(570, -3.0)]


def test_cuts_at_other_times_are_not_limited():
    apart = [Bell(570, -6.0, 1.0, ((0.0, 1.0),)), Bell(700, -6.0, 1.0, ((1.041, 2.0),))]
    assert capped(apart, RATE) == apart


def test_cuts_whose_ramps_meet_are_limited():
    near = [Bell(570, -6.0, 1.0, ((0.0, 1.0),)), Bell(700, -6.0, 1.0, ((1.039, 2.0),))]
    assert all(bell.gain_db > -4.0 for bell in capped(near, RATE))


def test_a_bell_that_only_meets_shallow_ones_stays_deep():
    """The first two are made shallower by the same factor; the third meets neither."""
    bells = [
        Bell(570, -6.0, 1.0, ((0.0, 1.0),)),
        Bell(700, -6.0, 1.0, ((0.5, 2.0),)),
        Bell(840, -6.0, 1.0, ((3.0, 4.0),)),
    ]
    gains = [bell.gain_db for bell in capped(bells, RATE)]
    assert gains[0] == gains[1] > -4.0
    assert gains[2] == -6.0


def test_order_of_bells_does_not_matter_to_the_cap():
    bells = [
        Bell(450, -6.0, 1.0, ((0.0, 1.0),)),
        Bell(700, -5.0, 1.0, ((0.5, 2.0),)),
        Bell(1170, -3.0),
        Bell(5800, -6.0),
    ]
    expected = sorted(capped(bells, RATE))
    for permuted in itertools.permutations(bells):
        assert sorted(capped(list(permuted), RATE)) == expected


def test_a_lift_is_no_cut():
    with pytest.raises(ValueError, match="is not a cut"):
        capped([Bell(570, 1.0)], RATE)


# --- time


@pytest.mark.parametrize("rate", [44100, 48000])
def test_opening_is_that_of_the_gate_that_is_played(rate):
    """A constant through a gated bell of 0 Hz bandwidth cannot be had, so the gain is
    read off a sine at its centre."""
    spans = [(0.3, 0.5), (0.53, 0.7), (0.9, 0.9005)]
    frames = rate
    x = np.exp(2j * np.pi * 1000.0 / rate * np.arange(frames))
    parts = np.stack([x.real, x.imag], axis=1)
    samples = [(round(start * rate), round(stop * rate)) for start, stop in spans]
    y = GatedBell(1000.0, -6.0, 1.0, samples, rate).process(parts, 0)
    gain = 20.0 * np.log10(np.abs(y[:, 0] + 1j * y[:, 1]))
    at = np.arange(12, frames // hop(rate))
    assert -6.0 * openness(spans, at, rate) == pytest.approx(gain[at * hop(rate)], abs=2e-3)
    assert np.any((gain[at * hop(rate)] < -0.5) & (gain[at * hop(rate)] > -5.5))


def test_openness_of_always_and_of_never():
    assert openness(None, np.arange(3), RATE).tolist() == [1.0] * 3
    assert openness([], np.arange(3), RATE).tolist() == [0.0] * 3


def test_openness_of_some_frames_is_that_of_all():
    spans = [(0.1, 0.2), (0.25, 0.4)]
    at = np.array([0, 3, 5, 9, 10, 18, 19])
    assert np.array_equal(openness(spans, at, RATE), openness(spans, np.arange(30), RATE)[at])


def test_cut_is_seen_by_the_analysis_of_the_sound_that_was_cut():
    """Two tones through two gated bells: each band's power falls as foretold inside the
    spans and not at all outside."""
    bells = [Bell(570, -4.7, 1.0, ((0.5, 1.5),)), Bell(2500, -6.0, 1.0, ((1.0, 2.0),))]
    t = np.arange(int(2.6 * RATE)) / RATE
    x = y = (0.1 * np.sin(2.0 * np.pi * 570.0 * t) + 0.1 * np.sin(2.0 * np.pi * 2500.0 * t))[:, np.newaxis]
    for bell in bells:
        y = GatedBell(
            bell.freq, bell.gain_db, bell.q, [(round(a * RATE), round(b * RATE)) for a, b in bell.spans], RATE
        ).process(y, 0)
    before, after = bark_power(x, RATE), bark_power(y, RATE)
    bands = [CENTRES.index(570), CENTRES.index(2500)]
    factors = cut_power(bells, np.arange(len(before)), RATE)
    for frames in ([10, 20], [30, 40], [50, 60], [75, 85], [100, 110]):
        rows = slice(*frames)
        assert decibels(factors[rows, bands]) == pytest.approx(
            decibels((after / before)[rows, bands]), abs=0.01
        )
    assert np.all(factors[:20] == 1.0)
    assert np.all(factors[97:] == 1.0)


def test_cut_power_is_the_product_of_its_bells():
    bells = [Bell(570, -4.7, 1.0, ((0.5, 1.5),)), Bell(2500, -6.0)]
    at = np.arange(100)
    assert cut_power(bells, at, RATE) == pytest.approx(
        cut_power(bells[:1], at, RATE) * cut_power(bells[1:], at, RATE), rel=1e-12
    )
    assert np.array_equal(cut_power([], at, RATE), np.ones((100, BANDS)))


def test_half_open_gates_cut_by_half():
    bell = Bell(570, -6.0, 1.0, ((0.05, 0.09),))
    at = np.arange(6)
    factors = cut_power([bell], at, RATE)
    for row, opening in enumerate(openness(bell.spans, at, RATE).tolist()):
        assert factors[row] == pytest.approx(bell_power(CENTRES, bell, RATE, opening), rel=1e-12)
        assert decibels(factors[row, 5]) == pytest.approx(-6.0 * opening, abs=1e-9)


# --- spans


def gate_of(text):
    return np.array([c == "#" for c in text])


def shown(spans, frames, rate=RATE, first=0):
    e = openness(spans, np.arange(first, first + frames), rate)
    assert np.all((e == 0.0) | (e == 1.0))
    return "".join("#" if one else "." for one in e)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("first", [0, 1000, 170_000])
def test_spans_open_the_gate_in_exactly_the_frames_meant(rate, first):
    """To the millisecond, at every rate, also for single frames and single gaps."""
    for seed in range(10):
        frames = np.random.Generator(np.random.PCG64(seed)).random(200) < 0.5
        spans = spans_of(frames, rate, first=first, close=0.0, shortest=0.0)
        assert np.array_equal(openness(spans, np.arange(first, first + 200), rate), frames.astype(float))
        assert all(time == round(time, 3) for span in spans for time in span)


def test_gaps_up_to_107_ms_are_closed_and_spans_under_64_ms_dropped():
    text = "..##..###.....###......###..#..#...##......"
    cleaned = "..###############......##############......"
    assert shown(spans_of(gate_of(text), RATE), len(text)) == cleaned
    assert spans_of(gate_of("...##...."), RATE) == ()
    assert len(spans_of(gate_of("...###...."), RATE)) == 1
    assert spans_of(gate_of("......"), RATE) == ()
    assert spans_of(np.zeros(0, dtype=bool), RATE) == ()


def test_no_gap_is_closed_that_is_not_wholly_allowed():
    text = "###...####..###"
    where = "####.##########"
    assert shown(spans_of(gate_of(text), RATE, allowed=gate_of(where)), len(text)) == "###...#########"


def test_a_gate_is_open_only_where_it_is_allowed():
    text = "##########"
    where = "####...###"
    assert shown(spans_of(gate_of(text), RATE, allowed=gate_of(where)), len(text)) == "####...###"


def test_too_many_spans_lose_the_cheapest_gap_or_span():
    """Gaps of 6, 8 and 7 frames: the span of 5 goes first, then the gap of 6, at last the whole rest is one
    gap that costs as much as a span."""
    text = "##########......##########........#####.......##########"
    wide = dict.fromkeys(("close", "shortest"), 0.0)
    assert len(spans_of(gate_of(text), RATE, most=4, **wide)) == 4
    assert shown(spans_of(gate_of(text), RATE, most=3, **wide), len(text)) == (
        "##########......##########....................##########"
    )
    assert shown(spans_of(gate_of(text), RATE, most=2, **wide), len(text)) == (
        "##########################....................##########"
    )
    assert shown(spans_of(gate_of(text), RATE, most=1, **wide), len(text)) == "#" * 56


def test_worth_decides_what_goes():
    text = "####......####......####"
    worth = np.where(gate_of(text), 1.0, -1.0)
    worth[10:14] = 0.1
    assert shown(spans_of(gate_of(text), RATE, most=2, worth=worth), len(text)) == "####................####"
    worth = np.where(gate_of(text), 1.0, -1.0)
    worth[14:20] = -0.01
    assert shown(spans_of(gate_of(text), RATE, most=2, worth=worth), len(text)) == "####......##############"


def test_a_gap_that_may_not_be_closed_costs_a_span():
    text = "######......#######.......#######"
    where = "########.########################"
    found = spans_of(gate_of(text), RATE, most=2, allowed=gate_of(where))
    assert shown(found, len(text)) == "............#######.......#######"
    found = spans_of(gate_of(text), RATE, most=1, allowed=gate_of(where))
    assert shown(found, len(text)) == "............#####################"


def test_of_equal_costs_the_earlier_gap_is_closed():
    text = "######......######......######"
    assert shown(spans_of(gate_of(text), RATE, most=2), len(text)) == "##################......######"


def test_spans_end_where_the_mix_ends():
    spans = spans_of(gate_of("..####"), RATE, end=0.1)
    assert spans == ((0.042, 0.1),)
    assert spans_of(gate_of("......####"), RATE, end=0.1) == ()
