"""Fades and loop crossfades."""

import math

import numpy as np
import pytest

from imgext.dsp.fade import apply_fades, crossfade, fade_in, fade_out, quarter_sine


def test_the_series_is_the_sine():
    t = np.linspace(0, 1, 10_001)
    assert np.max(np.abs(quarter_sine(t) - np.sin(t * math.pi / 2))) < 5e-16
    assert quarter_sine(t)[0] == 0.0


@pytest.mark.parametrize("n", [1, 2, 10, 960, 24000])
def test_a_fade_begins_and_ends_in_exact_silence_and_has_no_large_step(n):
    rise, fall = fade_in(n), fade_out(n)
    assert len(rise) == len(fall) == n
    assert rise[0] == 0.0
    assert fall[-1] == 0.0
    assert np.all(np.diff(rise) > 0)
    limit = math.pi / 2 / n
    # The sound beside the fade has gain 1.
    assert np.max(np.abs(np.diff(np.append(rise, 1.0)))) <= limit * (1 + 1e-12)
    assert np.max(np.abs(np.diff(np.append(1.0, fall)))) <= limit * (1 + 1e-12)


def test_a_fade_is_a_raised_cosine():
    assert fade_in(6) == pytest.approx([(1 - math.cos(math.pi * i / 6)) / 2 for i in range(6)], abs=1e-15)
    assert (fade_out(6) == fade_in(6)[::-1]).all()


def test_a_fade_of_no_length_is_empty():
    assert len(fade_in(0)) == len(fade_out(0)) == len(crossfade(0)[0]) == 0


def test_fades_change_their_ends_and_nothing_between():
    x = np.ones((1000, 2))
    apply_fades(x, 0, 1000, 100, 300)
    assert (x[:100, 0] == fade_in(100)).all()
    assert (x[100:700] == 1.0).all()
    assert (x[700:, 1] == fade_out(300)).all()


def test_cutting_a_sound_into_blocks_changes_no_bit():
    whole = np.random.Generator(np.random.PCG64(1)).standard_normal((1000, 2))
    pieces = whole.copy()
    apply_fades(whole, 0, 1000, 333, 421)
    start = 0
    for size in (1, 7, 300, 25, 246, 1, 420):
        apply_fades(pieces[start : start + size], start, 1000, 333, 421)
        start += size
    assert start == 1000
    assert (whole == pieces).all()


def test_fades_longer_than_the_sound_are_cut_and_multiply():
    x = np.ones(50)
    apply_fades(x, 0, 50, 80, 80)
    assert x == pytest.approx(fade_in(50) * fade_out(50))


def test_no_fade_leaves_the_sound_alone():
    x = np.ones(5)
    apply_fades(x, 0, 5, 0, 0)
    assert (x == 1.0).all()


@pytest.mark.parametrize(("offset", "n"), [(-1, 5), (8, 3)])
def test_a_block_outside_the_sound_is_an_error(offset, n):
    with pytest.raises(ValueError, match="not inside a sound of 10"):
        apply_fades(np.ones(n), offset, 10, 2, 2)


@pytest.mark.parametrize("n", [1, 2, 4800])
def test_a_crossfade_keeps_the_power(n):
    out, into = crossfade(n)
    assert np.max(np.abs(out**2 + into**2 - 1.0)) < 1e-15 * 4
    assert (into == out[::-1]).all()
    assert n == 1 or (out[0] > out[-1] and into[0] < into[-1])


def test_a_crossfade_of_unlike_noises_keeps_their_level():
    rng = np.random.Generator(np.random.PCG64(5))
    n = 200_000
    out, into = crossfade(n)
    joined = rng.standard_normal(n) * out + rng.standard_normal(n) * into
    middle = joined[n // 3 : 2 * n // 3]
    assert np.mean(middle**2) == pytest.approx(1.0, abs=0.02)
