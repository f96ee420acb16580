"""The integer grid and the samples of a file."""

import numpy as np
import pytest

from imgext.dsp.quantise import GRID, from_grid, pcm16_tpdf, pcm24, require_finite, to_grid
from imgext.errors import ImgextError


def rng(seed=0):
    return np.random.Generator(np.random.PCG64(seed))


def test_the_grid_has_two_to_the_fortieth_steps():
    assert to_grid(np.array([1.0, -1.0, 0.5 / GRID, 1.5 / GRID])).tolist() == [2**40, -(2**40), 0, 2]


def test_the_grid_is_exact_both_ways():
    steps = rng().integers(-(2**50), 2**50, 1000)
    assert (to_grid(from_grid(steps)) == steps).all()


def test_a_sum_on_the_grid_does_not_depend_on_the_order():
    stems = to_grid(rng(1).standard_normal((20, 500)))
    forward, shuffled = np.zeros(500, dtype=np.int64), np.zeros(500, dtype=np.int64)
    for stem in stems:
        forward += stem
    for i in rng(2).permutation(20):
        shuffled += stems[i]
    assert (forward == shuffled).all()
    assert (forward - stems[3] == np.sum(np.delete(stems, 3, axis=0), axis=0)).all()


def test_24_bits_round_half_to_even():
    step = 2.0**-23
    samples, clipped = pcm24(np.array([0.5, 1.5, 2.5, -0.5, -1.5, 2.4, 2.6]) * step)
    assert samples.tolist() == [0, 2, 2, 0, -2, 2, 3]
    assert samples.dtype == np.int32
    assert clipped == 0


def test_24_bits_stop_at_the_rails_and_count():
    samples, clipped = pcm24(np.array([[-1.0, 1.0 - 2.0**-23], [1.0, -1.1], [50.0, 0.0]]))
    assert samples.tolist() == [[-(2**23), 2**23 - 1], [2**23 - 1, -(2**23)], [2**23 - 1, 0]]
    assert clipped == 3


def test_24_bits_hold_any_24_bit_file_unchanged():
    values = rng(3).integers(-(2**23), 2**23, 1000)
    assert (pcm24(values / 2**23)[0] == values).all()


def test_dither_makes_the_error_independent_of_the_sound():
    """TPDF: mean error 0 and variance 3/12 of a squared step (1/12 from rounding, 2/12 from the dither),
    wherever the sound stands."""
    for place in (0.0, 0.25, 0.5, 0.7):
        x = np.full(200_000, (100 + place) / 2**15)
        error = pcm16_tpdf(x, rng(4))[0] - (100 + place)
        assert np.mean(error) == pytest.approx(0.0, abs=0.006)
        assert np.var(error) == pytest.approx(0.25, abs=0.004)
        assert np.max(np.abs(error)) <= 1.5


def test_dither_is_the_same_however_the_sound_is_cut():
    x = rng(5).standard_normal((1000, 2)) * 0.1
    one, other = rng(6), rng(6)
    whole, _ = pcm16_tpdf(x, one)
    pieces = np.concatenate([pcm16_tpdf(part, other)[0] for part in (x[:1], x[1:700], x[700:])])
    assert (whole == pieces).all()
    assert whole.dtype == np.int16


def test_16_bits_stop_at_the_rails_and_count():
    samples, clipped = pcm16_tpdf(np.array([2.0, -2.0, 0.0]), rng())
    assert samples[:2].tolist() == [32767, -32768]
    assert clipped == 2


def test_an_empty_block_is_fine():
    assert pcm24(np.zeros((0, 2)))[0].shape == (0, 2)
    assert pcm16_tpdf(np.zeros((0, 2)), rng())[0].shape == (0, 2)
    require_finite(np.zeros((0, 2)), "nothing")


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_an_error_with_its_place(bad):
    x = np.zeros((100, 2))
    require_finite(x, "fine")
    x[41, 1] = bad
    with pytest.raises(ImgextError, match=rf"^track gull, cuts: sample 41 of the block is {bad}"):
        require_finite(x, "track gull, cuts")
