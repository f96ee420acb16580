"""Room acoustical parameters of exact exponential decays, whose values follow by arithmetic."""

import math

import numpy as np
import pytest
from oracles.room_parameters import clarity, definition, direct_to_reverberant, room_parameters

from imgext.dsp import iso3382

RATE = 48000


def decay(seconds, length=None):
    """Energy falls by 60 dB in `seconds`."""
    t = np.arange(round((length or 3.0 * seconds) * RATE)) / RATE
    return np.exp(-3.0 * math.log(10.0) * t / seconds)


@pytest.mark.parametrize(
    ("seconds", "c50", "c80", "d50"),
    [
        (0.3, 9.542, 15.890, 0.9000),
        (0.5, 4.744, 9.096, 0.7488),
        (1.0, -0.021, 3.053, 0.4988),
        (2.0, -3.845, -1.321, 0.2921),
    ],
)
def test_exponential_decay(seconds, c50, c80, d50):
    """EDT = T20 = T30 = T; C50 = 10 lg(exp(13.8155 * 0.05 / T) - 1), C80 and D50 likewise."""
    got = room_parameters(decay(seconds), RATE)
    assert [got.edt, got.t20, got.t30] == pytest.approx([seconds] * 3, rel=1e-4)
    assert got.c50 == pytest.approx(c50, abs=6e-4)
    assert got.c80 == pytest.approx(c80, abs=6e-4)
    assert got.d50 == pytest.approx(d50, abs=6e-5)


def test_two_slopes_are_told_apart():
    """A fast decay over a slow one that is 20 dB down: EDT sees the first, T30 mostly the second."""
    got = room_parameters(decay(0.3, 6.0) + 0.1 * decay(2.0, 6.0), RATE)
    assert got.edt < 0.8
    assert got.t30 > 1.5


@pytest.mark.parametrize("centre", [125.0, 1000.0, 8000.0])
def test_octave_of_a_decaying_tone_has_its_decay(centre):
    tone = decay(0.5) * np.sin(2.0 * np.pi * centre * np.arange(round(1.5 * RATE)) / RATE)
    assert room_parameters(tone, RATE, centre).t30 == pytest.approx(0.5, rel=0.01)


def test_octave_band_passes_its_centre_and_stops_its_neighbours():
    """Butterworth of eight poles: 0 dB at the centre, -3 dB at the edges, at two octaves off below -50 dB (x
    = 3.75 * sqrt(2) to the 4th)."""
    impulse = np.zeros(RATE)
    impulse[RATE // 2] = 1.0
    magnitude = np.abs(np.fft.rfft(iso3382.octave_band(impulse, RATE, 1000.0)[:, 0]))
    level = 20.0 * np.log10(magnitude[[1000, 707, 1414, 250, 4000]])
    assert level[0] == pytest.approx(0.0, abs=0.01)
    assert level[1:3] == pytest.approx([-3.0, -3.0], abs=0.1)
    assert np.all(level[3:] < -50.0)


def test_filtering_backwards_does_not_lengthen_a_short_decay():
    """At 125 Hz a band rings for some 50 ms; a decay of 0.1 s comes out within 10 %, where forwards it is
    more than 20 % too long."""
    short = decay(0.1, 1.0) * np.sin(2.0 * np.pi * 125.0 * np.arange(RATE) / RATE)
    backwards = iso3382.octave_band(short, RATE, 125.0)
    forwards = iso3382.octave_band(short[::-1], RATE, 125.0)[::-1]
    error = [abs(iso3382.decay_time(h, RATE, -5.0, -35.0) / 0.1 - 1.0) for h in (backwards, forwards)]
    assert error[0] < 0.10
    assert error[0] < 0.5 * error[1]


def test_channels_add_their_energies():
    one, two = decay(0.4), 3.0 * decay(0.8)[: len(decay(0.4))]
    both = np.stack([one, two], axis=1)
    assert iso3382.decay_curve(both) == pytest.approx(iso3382.decay_curve(np.sqrt(one**2 + two**2)), abs=1e-9)


def test_time_counts_from_the_direct_sound():
    late = np.concatenate([np.zeros(4800), decay(1.0)])
    assert clarity(late, RATE, 0.05, start=4800) == pytest.approx(-0.021, abs=6e-4)
    assert clarity(late, RATE, 0.05) == -math.inf


def test_what_comes_before_the_direct_sound_does_not_count():
    late = np.concatenate([np.ones(4800), decay(1.0)])
    assert definition(late, RATE, 0.05, start=4800) == pytest.approx(0.4988, abs=6e-5)


def test_direct_to_reverberant_ratio():
    """A direct sound of energy 1 and reverberation of energy 0.1 after it: 10 dB."""
    h = np.zeros(RATE)
    h[0] = 1.0
    h[1000:1100] = math.sqrt(0.1 / 100.0)
    assert direct_to_reverberant(h, RATE) == pytest.approx(10.0)


def test_what_a_response_does_not_hold_is_nan():
    silent = room_parameters(np.zeros(1000), RATE)
    assert all(math.isnan(value) for value in silent)
    assert math.isnan(
        iso3382.decay_time(np.ones(1000), RATE, -5.0, -35.0)
    )  # ends before it has fallen by 35 dB
    assert clarity([1.0, 0.0], RATE, 0.05) == math.inf


def test_octave_above_half_the_rate_is_an_error():
    with pytest.raises(ValueError, match="8000"):
        iso3382.octave_band(np.ones(100), 16000, 8000.0)


def test_levels_in_the_wrong_order_are_an_error():
    with pytest.raises(ValueError, match="levels"):
        iso3382.decay_time(np.ones(100), RATE, -35.0, -5.0)


def test_octave_decays_agree_with_the_standard_way():
    """The meter without logarithms finds T30 of noise that decays by 60 dB in 0.8 s as
    the filter and the fit do."""
    noise = decay(0.8, 1.0) * np.random.Generator(np.random.PCG64(1)).standard_normal(RATE)
    got = iso3382.OctaveDecays(RATE, RATE, np.array([-1.0, 0.0, 2.0]))(noise)
    want = [room_parameters(noise, RATE, centre).t30 for centre in (500.0, 1000.0, 4000.0)]
    assert got == pytest.approx(want, rel=0.02)
    assert got == pytest.approx([0.8] * 3, rel=0.1)
