"""The gated bell against the Audio EQ Cookbook, and its gates against arithmetic."""

import math

import numpy as np
import pytest
from oracles.cookbook import bell_coefficients
from scipy.signal import freqz, lfilter
from support.signals import white

from imgext.dsp.bell import GatedBell, band_pass_coefficients, gate

RATE = 48000


def polynomials(biquad):
    return [biquad.b0, biquad.b1, biquad.b2], [1.0, biquad.a1, biquad.a2]


def response(biquad, frequencies, rate=RATE):
    return freqz(*polynomials(biquad), worN=2.0 * np.pi * np.asarray(frequencies) / rate)[1]


def dense(segments, frames):
    e = np.zeros(frames)
    for segment in segments:
        e[segment.start : segment.stop] = 1.0 if segment.openness is None else segment.openness
    return e


@pytest.mark.parametrize(
    ("gain", "b0", "b2", "a1", "a2"),
    [
        (-4.7, 0.98053585, 0.92631126, -1.90154179, 0.90684711),
        (-6.0, 0.97505205, 0.92491862, -1.89468449, 0.89997067),
    ],
)
def test_coefficients_of_two_published_cuts(gain, b0, b2, a1, a2):
    """570 Hz, Q 1 at 48 kHz."""
    assert bell_coefficients(570.0, gain, 1.0, RATE) == pytest.approx((b0, a1, b2, a1, a2), abs=5e-9)


def test_response_of_the_cut_by_4_7_db():
    frequencies = [285.0, 402.0, 570.0, 806.0, 1140.0, 60.0, 5700.0]
    level = 20.0 * np.log10(np.abs(response(bell_coefficients(570.0, -4.7, 1.0, RATE), frequencies)))
    assert level == pytest.approx([-1.463, -3.099, -4.700, -3.115, -1.460, -0.055, -0.045], abs=1e-3)


@pytest.mark.parametrize("gain", [-1.0, -4.7, -6.0, -12.0, 3.0, 6.0])
@pytest.mark.parametrize(("freq", "q"), [(30.0, 1.0), (570.0, 1.0), (3000.0, 4.0), (20000.0, 0.5)])
def test_signal_plus_band_pass_is_the_bell(freq, q, gain):
    """|H_bell - (1 + (g - 1) H_bp)| < 1e-10 over the whole spectrum."""
    frequencies = np.concatenate([np.linspace(1.0, 23999.0, 4000), [freq]])
    added = 1.0 + (10.0 ** (gain / 20.0) - 1.0) * response(
        band_pass_coefficients(freq, gain, q, RATE), frequencies
    )
    assert np.max(np.abs(added - response(bell_coefficients(freq, gain, q, RATE), frequencies))) < 1e-10


@pytest.mark.parametrize("gain", [-24.0, -6.0, 4.0, 18.0])
def test_without_spans_the_bell_is_always_on(gain):
    x = white(1, 5000, 2)
    expected = lfilter(*polynomials(bell_coefficients(570.0, gain, 1.0, RATE)), x, axis=0)
    assert np.max(np.abs(GatedBell(570.0, gain, 1.0, None, RATE).process(x, 0) - expected)) < 1e-10


def test_inside_a_span_the_bell_is_whole():
    """The filter has run for so long before that its state is that of a bell that was always on."""
    x = white(2, 200_000, 1)
    for freq, q in ((570.0, 1.0), (60.0, 1.0), (60.0, 0.1), (100.0, 10.0), (16000.0, 0.3)):
        always = GatedBell(freq, -6.0, q, None, RATE).process(x, 0)
        gated = GatedBell(freq, -6.0, q, [(8000, 12000), (170_000, 190_000)], RATE).process(x, 0)
        assert gated[8000:12000] == pytest.approx(always[8000:12000], abs=1e-13)
        assert gated[170_000:190_000] == pytest.approx(always[170_000:190_000], abs=1e-13)


def test_outside_gate_and_ramps_the_signal_is_untouched_bit_for_bit():
    """20 ms at 48 kHz are 960 frames."""
    x = white(3, 20000, 2)
    y = GatedBell(570.0, -6.0, 1.0, [(8000, 12000)], RATE).process(x, 0)
    assert np.array_equal(y[: 8000 - 960], x[: 8000 - 960])
    assert np.array_equal(y[12000 + 960 :], x[12000 + 960 :])
    assert np.all(y[8000 - 900 : 12000 + 900] != x[8000 - 900 : 12000 + 900])


def test_the_filter_rests_while_the_gate_is_closed_for_long():
    """Not a number: one sample of it would be in the state for ever."""
    x = white(7, 400_000, 1)
    x[60_000] = np.nan
    y = GatedBell(570.0, -6.0, 1.0, [(10_000, 20_000), (300_000, 310_000)], RATE).process(x, 0)
    assert np.flatnonzero(np.isnan(y[:, 0])).tolist() == [60_000]


def test_a_cut_of_two_tones_leaves_nothing_above_10_khz():
    """0.6 s on 570 and 3000 Hz: the ramps of 20 ms spread less than -120 dB, re the strongest line."""
    t = np.arange(2 * RATE) / RATE
    x = np.sin(2.0 * np.pi * 570.0 * t) + np.sin(2.0 * np.pi * 3000.0 * t)
    y = GatedBell(570.0, -6.0, 1.0, [(round(0.7 * RATE), round(1.3 * RATE))], RATE).process(
        x[:, np.newaxis], 0
    )[:, 0]
    spectrum = np.abs(np.fft.rfft(y * np.blackman(len(y)) ** 2))
    spread = np.sqrt(np.sum(spectrum[np.fft.rfftfreq(len(y), 1.0 / RATE) > 10000.0] ** 2))
    assert 20.0 * math.log10(spread / np.max(spectrum)) <= -120.0


@pytest.mark.parametrize("blocks", [[1], [7, 64], [1000], [4096, 3]])
@pytest.mark.parametrize(
    "spans",
    [[(-50, 700), (1500, 2100), (2400, 5000)], [(-900, -500), (100, 200), (5200, 5300), (9000, 9100)]],
)
def test_the_size_of_blocks_changes_no_bit(blocks, spans):
    x = white(4, 6000, 2)
    whole = GatedBell(300.0, -6.0, 1.0, spans, 8000).process(x, 0)
    bell, parts, at, turn = GatedBell(300.0, -6.0, 1.0, spans, 8000), [], 0, 0
    while at < len(x):
        part = x[at : at + blocks[turn % len(blocks)]]
        parts.append(bell.process(part, at))
        at, turn = at + len(part), turn + 1
    assert np.array_equal(np.concatenate(parts), whole)


def test_input_stays_as_it_is():
    x = white(5, 500, 1)
    kept = x.copy()
    GatedBell(300.0, -6.0, 1.0, None, 8000).process(x, 0)
    assert np.array_equal(x, kept)


def test_a_gain_of_zero_or_no_span_changes_nothing():
    x = white(6, 500, 2)
    assert np.array_equal(GatedBell(300.0, 0.0, 1.0, None, 8000).process(x, 0), x)
    assert np.array_equal(GatedBell(300.0, -6.0, 1.0, [], 8000).process(x, 0), x)


def test_the_gate_is_a_raised_cosine_outside_each_span():
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(10) + 0.5) / 10)
    e = dense(gate([(30, 50)], 10, 100), 100)
    expected = np.concatenate([np.zeros(20), ramp, np.ones(20), ramp[::-1], np.zeros(40)])
    assert e == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize("gap", range(1, 25))
def test_where_ramps_overlap_the_higher_one_counts(gap):
    spans = [(30, 40), (40 + gap, 60 + gap)]
    together = dense(gate(spans, 10, 120), 120)
    each = [dense(gate([span], 10, 120), 120) for span in spans]
    assert np.array_equal(together, np.maximum(*each))


def test_spans_may_overlap_come_in_any_order_and_reach_beyond_the_signal():
    e = dense(gate([(90, 200), (10, 30), (12, 20), (-20, 15), (25, 25)], 5, 100), 100)
    assert np.all(e[:30] == 1.0)
    assert np.all(e[90:] == 1.0)
    assert np.all(e[35:85] == 0.0)
    assert [s.start for s in gate([(-50, -20)], 5, 100)] == []


def test_a_gate_without_ramp_opens_at_once():
    assert dense(gate([(3, 6)], 0, 10), 10).tolist() == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0]


def test_blocks_out_of_order_are_an_error():
    bell = GatedBell(300.0, -6.0, 1.0, None, 8000)
    bell.process(np.zeros((100, 1)), 0)
    with pytest.raises(ValueError, match="100"):
        bell.process(np.zeros((100, 1)), 200)
    with pytest.raises(ValueError, match="channels"):
        bell.process(np.zeros((100, 2)), 100)


@pytest.mark.parametrize(
    "arguments",
    [(0.0, -6.0, 1.0), (4000.0, -6.0, 1.0), (300.0, math.nan, 1.0), (300.0, 99.0, 1.0), (300.0, -6.0, 0.0)],
)
def test_a_parameter_out_of_its_range_is_an_error(arguments):
    with pytest.raises(ValueError, match=r" is "):
        band_pass_coefficients(*arguments, 8000)


def test_a_span_that_ends_before_it_begins_is_an_error():
    with pytest.raises(ValueError, match="ends before"):
        gate([(5, 4)], 10)
    with pytest.raises(ValueError, match="ramp"):
        gate([(4, 5)], -1)


@pytest.mark.parametrize("gain", [-1.0, -4.7, -6.0])
def test_half_the_gain_in_db_is_reached_1_384_octaves_apart(gain):
    """353.0 and 921.4 Hz for a bell at 570 Hz with Q 1, however deep."""
    level = 20.0 * np.log10(np.abs(response(bell_coefficients(570.0, gain, 1.0, RATE), [353.0, 921.4])))
    assert level == pytest.approx([gain / 2.0] * 2, abs=2.5e-3 * abs(gain))
    assert math.log2(921.4 / 353.0) == pytest.approx(1.384, abs=1e-3)


@pytest.mark.parametrize(("gain", "q"), [(-6.0, 1.0), (-4.7, 0.93), (-3.0, 0.84), (-1.0, 0.75)])
def test_a_bell_made_for_6_db_is_a_wider_one_while_it_opens(gain, q):
    """Its band-pass at partial depth makes a bell of Q' / sqrt(g), its gain at the centre exact."""
    freqs = np.geomspace(20.0, 20000.0, 100)
    added = 1.0 + (10.0 ** (gain / 20.0) - 1.0) * response(
        band_pass_coefficients(570.0, -6.0, 1.0, RATE), [*freqs, 570.0]
    )
    exact = 10.0 ** (-6.0 / 40.0) / 10.0 ** (gain / 40.0)
    assert exact == pytest.approx(q, abs=5e-3)
    assert (
        np.max(np.abs(added - response(bell_coefficients(570.0, gain, exact, RATE), [*freqs, 570.0]))) < 1e-10
    )
    assert 20.0 * np.log10(abs(added[-1])) == pytest.approx(gain, abs=1e-9)
