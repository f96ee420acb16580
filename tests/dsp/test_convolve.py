"""The block convolver against numpy's direct convolution."""

import numpy as np
import pytest

from imgext.dsp.convolve import BlockConvolver


def noise(seed, *shape):
    return np.random.Generator(np.random.PCG64(seed)).standard_normal(shape)


def stream(convolver, x):
    """Feed a signal and its tail; return as much as a direct convolution gives."""
    frames = len(x) + convolver.tail_frames
    padded = np.zeros(-(-frames // convolver.block) * convolver.block)
    padded[: len(x)] = x
    return np.concatenate([convolver.feed(block) for block in padded.reshape(-1, convolver.block)])[:frames]


@pytest.mark.parametrize(
    ("length", "block"), [(1, 64), (50, 64), (64, 64), (65, 64), (1000, 64), (777, 100), (300, 4096), (3, 1)]
)
def test_equals_direct_convolution(length, block):
    x, h = noise(1, 1500), noise(2, length, 2)
    direct = np.stack([np.convolve(x, h[:, channel]) for channel in (0, 1)], axis=1)
    assert np.max(np.abs(stream(BlockConvolver(h, block), x) - direct)) <= 1e-12 * np.max(np.abs(direct))


def test_an_impulse_returns_the_response():
    h = noise(3, 500, 2)
    x = np.zeros(100)
    x[37] = 1.0
    y = stream(BlockConvolver(h, 128), x)
    assert np.max(np.abs(y[37:537] - h)) < 1e-14
    assert np.max(np.abs(y[:37])) < 1e-14


def test_silence_is_exactly_silent_before_a_sound_and_after_its_tail():
    convolver = BlockConvolver(noise(4, 300, 2), 128)
    blocks = [np.zeros(128), noise(5, 128), *[np.zeros(128)] * 6]
    loud = [bool(np.any(convolver.feed(block))) for block in blocks]
    assert loud == [False, True, True, True, True, False, False, False]


def test_silence_costs_no_transform(monkeypatch):
    convolver = BlockConvolver(noise(4, 300, 2), 128)
    monkeypatch.delattr(np.fft, "rfft")
    monkeypatch.delattr(np.fft, "irfft")
    assert not np.any(convolver.feed(np.zeros(128)))


def test_a_block_depends_only_on_the_input_within_reach():
    """The bits after a pause longer than the response are those of a fresh convolver."""
    h, later = noise(6, 300, 2), noise(7, 3, 128)
    used, fresh = BlockConvolver(h, 128), BlockConvolver(h, 128)
    for block in (noise(8, 128), *[np.zeros(128)] * 4):
        used.feed(block)
    for block in later:
        assert np.array_equal(used.feed(block), fresh.feed(block))


def test_a_skipped_block_of_zeros_changes_no_bit():
    """Leaving out products with zero gives what computing them gives: a signal with pauses is the sum of its
    parts on the same grid."""
    h = noise(9, 300, 2)
    first, second = noise(10, 128), noise(11, 128)
    both = [BlockConvolver(h, 128) for _ in range(3)]
    zeros = np.zeros(128)
    whole, one, two = (
        np.concatenate([c.feed(b) for b in blocks])
        for c, blocks in zip(
            both,
            ([first, zeros, second, zeros], [first, zeros, zeros, zeros], [zeros, zeros, second, zeros]),
            strict=True,
        )
    )
    assert np.max(np.abs(whole - one - two)) < 1e-12


def test_input_stays_as_it_is():
    x = noise(12, 64)
    kept = x.copy()
    BlockConvolver(noise(13, 100, 2), 64).feed(x)
    assert np.array_equal(x, kept)


@pytest.mark.parametrize("shape", [(0, 2), (10,), (10, 1), (2, 10)])
def test_a_response_that_is_not_stereo_is_an_error(shape):
    with pytest.raises(ValueError, match="shape"):
        BlockConvolver(np.zeros(shape))


def test_a_response_that_is_not_finite_is_an_error():
    with pytest.raises(ValueError, match="finite"):
        BlockConvolver(np.full((3, 2), np.nan))


def test_a_block_of_another_length_is_an_error():
    with pytest.raises(ValueError, match="block"):
        BlockConvolver(np.ones((3, 2)), 8).feed(np.zeros(7))
    with pytest.raises(ValueError, match="block"):
        BlockConvolver(np.ones((3, 2)), 0)
