"""Convolutions against their definition, and three pictures whose classes are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from imgext.picture.offline import network, weights
from imgext.picture.photo import network_input, open_photo


def by_definition(x: np.ndarray, kernel: np.ndarray, stride: int, before: int, after: int) -> np.ndarray:
    """Depthwise convolution, one output at a time."""
    padded = np.pad(x, ((0, 0), (before, after), (before, after)))
    size = kernel.shape[1]
    rows, columns = ((n + before + after - size) // stride + 1 for n in x.shape[1:])
    out = np.zeros((len(x), rows, columns))
    for c in range(len(x)):
        for r in range(rows):
            for k in range(columns):
                out[c, r, k] = (
                    padded[c, r * stride : r * stride + size, k * stride : k * stride + size] * kernel[c]
                ).sum()
    return out


@pytest.mark.parametrize(
    ("size", "stride", "before", "after"), [(3, 1, 1, 1), (5, 1, 2, 2), (3, 2, 0, 1), (5, 2, 1, 2)]
)
def test_depthwise_is_the_definition_with_the_padding_of_tensorflow(size, stride, before, after):
    rng = np.random.Generator(np.random.PCG64(1))
    x = rng.standard_normal((20, 8, 12)).astype(np.float32)  # 20 channels: a full block of 16 and a rest
    kernel = rng.standard_normal((20, size, size)).astype(np.float32)
    bias = rng.standard_normal(20).astype(np.float32)
    expected = np.clip(by_definition(x, kernel, stride, before, after) + bias[:, None, None], 0, 6)
    found = network._depthwise(x, weights.Convolution(kernel, bias), stride)
    assert found.shape == expected.shape
    assert np.allclose(found, expected, atol=1e-5)


def test_an_odd_side_is_padded_evenly():
    """TensorFlow's SAME: 7 cells, 3 x 3, stride 2 gives ceil(7 / 2) = 4, one cell before, one after."""
    assert network._same(7, 3, 2) == (4, 1, 1)


def test_features_are_one_cell_for_32_pixels():
    x = np.zeros((3, 64, 96), np.float32)
    found = network.features(x, weights.load())
    assert found.shape == (1280, 2, 3)
    assert found.min() >= 0
    assert found.max() <= 6


def test_the_summer_palace_is_a_palace_a_bell_cote_or_a_monastery():
    """The classes that the original network gives to scikit-learn's china.jpg: 698 palace, 442 bell cote,
    663 monastery.
    """
    datasets = pytest.importorskip("sklearn.datasets")
    picture = open_photo(Path(datasets.__file__).parent / "images" / "china.jpg")
    pooled = network.features(network_input(picture, 224), weights.load()).mean((1, 2))
    best = np.argsort(-network.logits(pooled, weights.load()))[:4]
    assert {698, 442, 663} <= set(best.tolist())
