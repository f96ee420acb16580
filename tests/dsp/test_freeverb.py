"""Freeverb against its closed form, our own in 64 bits, and figures of pedalboard's."""

import math
import subprocess
import sys

import numpy as np
import pytest
from oracles.room_parameters import room_parameters

from imgext.dsp import freeverb

COMBS, ALL_PASSES, SPREAD = (1116, 1188, 1277, 1356, 1422, 1491, 1557, 1617), (556, 441, 341, 225), 23


def t30(response, rate, centre=None):
    return room_parameters(response, rate, centre).t30


def one_pole(x, d, state):
    """y[n] = (1 - d) x[n] + d y[n-1], sample by sample."""
    y = np.empty_like(x)
    for i, value in enumerate(x):
        state = (1.0 - d) * value + d * state
        y[i] = state
    return y, state


def own_freeverb(size, damping, width, rate, frames):
    """Eight combs, four all-passes, 23 samples of spread, as the description has them; what follows a loop is
    the loop of one delay before."""
    sides = []
    for spread in (0, SPREAD):
        y = np.zeros(frames)
        for tuning in COMBS:
            delay = rate * (tuning + spread) // 44100
            loop, out, state = np.zeros(delay), np.zeros(frames), 0.0
            for start in range(0, frames, delay):
                n = min(delay, frames - start)
                out[start : start + n] = loop[:n]
                low, state = one_pole(loop[:n], 0.4 * damping, state)
                loop[:n] = (0.7 + 0.28 * size) * low
                if start == 0:
                    loop[0] += 2.0 * 0.015  # a click of 1 in both channels
            y += out
        for tuning in ALL_PASSES:
            delay = rate * (tuning + spread) // 44100
            kept, out = np.zeros(delay), np.zeros(frames)
            for start in range(0, frames, delay):
                n = min(delay, frames - start)
                out[start : start + n] = kept[:n] - y[start : start + n]
                kept[:n] = y[start : start + n] + 0.5 * kept[:n]
            y = out
        sides.append(y)
    near, far = (1.0 + width) / 2.0, (1.0 - width) / 2.0
    return np.stack([near * sides[0] + far * sides[1], near * sides[1] + far * sides[0]], axis=1)


@pytest.mark.parametrize(
    ("size", "damping", "width", "rate"), [(0.3, 0.6, 0.7, 8000), (0.0, 0.0, 1.0, 16000)]
)
def test_the_response_is_that_of_freeverb(size, damping, width, rate):
    """Within -80 dB: pedalboard reckons in 32 bits and adds and takes away 0.1 against denormal numbers."""
    h = freeverb.impulse_response(size, damping, width, rate)
    want = own_freeverb(size, damping, width, rate, len(h))
    whole = slice(0, round(0.9 * len(h)))  # before the fade
    h, want = h[whole] / math.sqrt(np.sum(h[whole] ** 2)), want[whole] / math.sqrt(np.sum(want[whole] ** 2))
    assert np.sum((h - want) ** 2) < 1e-8


@pytest.mark.parametrize("seconds", [0.70, 1.0, 1.6, 3.0, 8.0])
def test_without_damping_the_decay_is_the_closed_form(seconds):
    """RT60 = 0.0984 / -lg(0.7 + 0.28 room_size): the left side within 0.5 %, both
    together, the right being longer, within 1.2 %."""
    size = (10.0 ** (-0.0984 / seconds) - 0.7) / 0.28
    assert float(freeverb.decay_times(size, 0.0, 0.0)) == pytest.approx(seconds, rel=1e-3)
    h = freeverb.impulse_response(size, 0.0, 1.0, 48000)
    assert t30(h[:, 0], 48000) == pytest.approx(seconds, rel=0.005)
    assert t30(h, 48000) == pytest.approx(seconds, rel=0.012)


@pytest.mark.parametrize(
    ("size", "damping", "predicted", "measured"),
    [(0.5, 0.5, (1.28, 1.02, 0.69), (1.28, 1.03, 0.74)), (0.8, 0.8, (2.63, 1.27, 0.60), (2.63, 1.46, 0.73))],
)
def test_damping_shortens_the_top(size, damping, predicted, measured):
    """At 1, 4 and 8 kHz: the closed form to its digits; T30 of the filters within 3 %."""
    octaves = (1000.0, 4000.0, 8000.0)
    assert freeverb.decay_times(size, damping, octaves) == pytest.approx(predicted, abs=0.006)
    h = freeverb.impulse_response(size, damping, 1.0, 44100)
    assert [t30(h, 44100, centre) for centre in octaves] == pytest.approx(measured, rel=0.03)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0.0, (0.64, 0.53, 0.52)),
        (0.25, (0.87, 0.73, 0.72)),
        (0.5, (1.30, 1.10, 1.09)),
        (0.75, (2.40, 2.07, 2.06)),
        (1.0, (11.2, 9.73, 9.72)),
    ],
)
def test_decay_over_all_frequencies(size, expected):
    """T30 at damping 0, 0.5 and 1, within 2 %."""
    got = [t30(freeverb.impulse_response(size, damping, 1.0, 44100), 44100) for damping in (0.0, 0.5, 1.0)]
    assert got == pytest.approx(expected, rel=0.02)


def test_the_decay_does_not_depend_on_the_rate():
    """1.102 to 1.107 s from 22.05 to 96 kHz."""
    got = [t30(freeverb.impulse_response(0.5, 0.5, 1.0, rate), rate) for rate in (22050, 44100, 48000, 96000)]
    assert got == pytest.approx([1.105] * 4, rel=0.01)


@pytest.mark.parametrize(
    ("size", "energies"),
    [
        (0.0, (-3.9, -5.0, -5.7)),
        (0.25, (-2.9, -4.5, -5.3)),
        (0.5, (-1.5, -3.7, -4.8)),
        (0.75, (0.9, -2.5, -4.0)),
        (0.9, (3.5, -1.3, -3.0)),
    ],
)
def test_the_filters_energy_that_is_normalised_away(size, energies):
    """In dB at wet level 1/3 and damping 0, 0.5 and 1: it differs by 9 dB from room to room, and the response
    always has the energy 1."""
    for damping, energy in zip((0.0, 0.5, 1.0), energies, strict=True):
        played = freeverb._played(size, damping, 1.0, 48000)
        assert 10.0 * math.log10(np.sum(played * played) / 2.0) == pytest.approx(energy, abs=0.1)
        assert np.sum(freeverb.impulse_response(size, damping, 1.0, 44100) ** 2) == pytest.approx(
            1.0, abs=1e-9
        )


@pytest.mark.parametrize(("width", "measured"), [(0.0, 1.0), (0.5, 0.62), (1.0, 0.02)])
def test_correlation_of_the_channels(width, measured):
    left, right = freeverb.impulse_response(0.5, 0.5, width, 44100).T
    got = np.sum(left * right) / math.sqrt(np.sum(left**2) * np.sum(right**2))
    assert got == pytest.approx(measured, abs=0.02)
    assert got == pytest.approx(freeverb.correlation(width), abs=0.03)


def test_it_begins_with_the_shortest_comb_and_ends_smoothly():
    h = freeverb.impulse_response(0.3, 0.4, 0.8, 44100)
    assert np.flatnonzero(np.any(h != 0.0, axis=1))[0] == 1116
    assert np.all(np.abs(h[-1]) < 1e-7)
    level = math.sqrt(np.mean(h[-441:] ** 2) / np.mean(h[2000:6000] ** 2))
    assert level < 1e-3


def test_the_same_bits_again_and_whatever_the_seed():
    h = freeverb.impulse_response(0.3, 0.5, 0.8, 16000, seed=9)
    assert np.array_equal(h, freeverb.impulse_response(0.3, 0.5, 0.8, 16000, seed=10))
    assert np.array_equal(h * 2.0**40, np.rint(h * 2.0**40))


@pytest.mark.parametrize(
    "arguments",
    [(-0.1, 0, 0, 48000), (1.1, 0, 0, 48000), (0, math.nan, 0, 48000), (0, 0, 2, 48000), (0, 0, 0, 7999)],
)
def test_a_parameter_out_of_its_range_is_an_error(arguments):
    with pytest.raises(ValueError, match=r" is "):
        freeverb.impulse_response(*arguments)


def test_pedalboard_is_imported_when_it_is_needed_and_no_sooner():
    code = "import sys, imgext.dsp.reverb, imgext.rendering; sys.exit('pedalboard' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
