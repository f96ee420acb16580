"""Seams of loops: the pair of curves, where a sound meets itself, and points at which it sounds alike."""

import numpy as np
import pytest

from imgext.dsp.fade import crossfade
from imgext.dsp.pieces import pieces_of
from imgext.dsp.seam import alike_crossfade, flux, likeness, loop_points, meets
from imgext.dsp.sound_file import ArraySamples
from imgext.dsp.steps import band_steps

RATE = 48000


def noise(seconds, seed=1):
    return 0.1 * np.random.Generator(np.random.PCG64(seed)).standard_normal(round(seconds * RATE))[:, None]


def steps(x):
    return band_steps(lambda start, stop: x[start:stop], len(x), x.shape[1], RATE)


@pytest.mark.parametrize("alike", [0.0, 0.3, 0.7, 1.0])
def test_a_crossfade_keeps_the_power_of_what_is_so_alike(alike):
    """The power of a sum of two stretches of power 1 that correlate by r is a^2 + b^2 + 2 r a b."""
    out, into = alike_crossfade(1000, alike)
    assert out**2 + into**2 + 2 * alike * out * into == pytest.approx(np.ones(1000), abs=1e-12)


def test_different_material_is_faded_with_equal_power_to_the_bit():
    for one, other in zip(alike_crossfade(480, 0.0), crossfade(480), strict=True):
        assert np.array_equal(one, other)


def test_likeness_is_the_correlation_and_never_below_nothing():
    x, y = noise(1.0), noise(1.0, 2)
    assert likeness(x, 3 * x) == 1.0
    assert likeness(x, -x) == 0.0
    assert likeness(x, y) == pytest.approx(0.0, abs=0.02)
    assert likeness(x, x + y) == pytest.approx(1 / 2**0.5, abs=0.02)


def test_a_bar_of_ticks_meets_itself_and_a_swell_does_not():
    bar = np.zeros((2 * RATE, 1))
    for beat in range(4):
        at = round((0.1 + 0.5 * beat) * RATE)
        tick = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(2400) / RATE) * np.exp(-np.arange(2400) / 300)
        bar[at : at + 2400, 0] = tick * (2.0 if beat == 0 else 1.0)
    assert meets(ArraySamples(bar).read, 0, len(bar), 1, RATE)
    swell = noise(4.0) * np.linspace(0.01, 1.0, 4 * RATE)[:, None]
    assert not meets(ArraySamples(swell).read, 0, len(swell), 1, RATE)


def test_a_step_at_the_seam_is_a_seam():
    hum = 0.3 * np.sin(2 * np.pi * 100 * np.arange(2 * RATE) / RATE)[:, None]
    assert meets(ArraySamples(hum).read, 0, len(hum), 1, RATE)
    assert not meets(ArraySamples(hum).read, 0, len(hum) - 120, 1, RATE)


def test_the_change_of_unchanging_bands_is_nothing_and_of_6_db_6():
    powers = np.ones((40, 8))
    assert flux(powers, 2).max() == 0.0
    powers[20:] *= 4.0
    assert flux(powers, 2).max() == pytest.approx(6.0, abs=0.05)


def test_loop_points_lie_where_the_sound_is_alike():
    """Noise that is dark, then bright, then dark again: the seam joins what is dark."""
    dark = np.cumsum(noise(8.0), axis=0)
    dark = 0.1 * (dark - np.roll(dark, 200, axis=0))[400:]
    x = np.concatenate([dark[: 2 * RATE], noise(2.0, 3), dark[2 * RATE : 5 * RATE]])
    loop = loop_points(steps(x), 0.0, 7.0)
    assert loop.begin + loop.crossfade < 2.0
    assert loop.begin + loop.turn > 4.0
    assert loop.begin + loop.turn + loop.crossfade <= 7.0


def test_a_bed_is_looped_without_what_stands_out():
    """Rain with a knock at 1 s: the loop begins behind it, and its seam changes no more
    than the rain does."""
    x = noise(12.0)
    x[RATE : RATE + 9600] *= 12.0
    found = pieces_of(ArraySamples(x), RATE)
    assert found.continuous
    assert found.stretch.begin >= 1.1
    loop = found.loop
    assert loop.begin >= 1.1
    begin, turn, fade = (round(value * RATE) for value in (loop.begin, loop.turn, loop.crossfade))
    out, into = alike_crossfade(fade, 0.0)
    body = x[begin : begin + turn].copy()
    body[:fade] = body[:fade] * into[:, None] + x[begin + turn : begin + turn + fade] * out[:, None]
    twice = steps(np.concatenate([body, body]))
    own = steps(x[begin : begin + turn])
    at = round(loop.turn / 0.005)
    for scale in (2, 8, 60):
        seam = flux(twice, scale)[at - 2 * scale : at + round(loop.crossfade / 0.005)]
        assert seam.max() <= flux(own, scale).max() + 0.5


def test_nothing_is_found_in_nothing():
    found = pieces_of(ArraySamples(np.zeros((RATE, 1))), RATE)
    assert (found.events, found.takes, found.continuous) == ((), (), False)
