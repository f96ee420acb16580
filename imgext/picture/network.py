"""EfficientNet-Lite0 in plain numpy: a picture in, a map of 1280 features for every 32 x 32 pixels out.

Conventions: arrays are (channels, rows, columns), float32; input is ``(rgb - 127) / 128`` with sides that are multiples of 32; padding is
TensorFlow's "SAME": (0, 1) for 3 x 3 and (1, 2) for 5 x 5 at stride 2; ReLU6 everywhere, no squeeze-and-excitation.
Source: M. Tan and Q. Le, EfficientNet, ICML 2019, and the Lite0 variant of TensorFlow's EfficientNet-Lite (2020).

float32 and BLAS differ in their last bits from one processor to the next. That is allowed here and nowhere else, because nothing of this
reaches a file as it is: every score is rounded to 0.001 before a decision looks at it, a step some hundred times coarser than the
differences (3e-5 against torch).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgext.picture.weights import Convolution, Weights

Floats = "NDArray[np.float32]"
#: Stride of each block's depthwise convolution; the kernels' sizes come from the arrays.
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)
#: Channels that are worked on at a time: their planes stay in the second-level cache.
BLOCK = 16


def _same(size: int, kernel: int, stride: int) -> tuple[int, int, int]:
    """Output size and the padding before and after, as TensorFlow's "SAME" has it."""
    out = -(-size // stride)
    total = max((out - 1) * stride + kernel - size, 0)
    return out, total // 2, total - total // 2


def _pointwise(x: NDArray[np.float32], conv: Convolution, *, relu: bool) -> NDArray[np.float32]:
    channels, rows, columns = x.shape
    y = conv.kernel @ x.reshape(channels, rows * columns)
    y += conv.bias[:, None]
    if relu:
        np.clip(y, 0, 6, out=y)
    return y.reshape(-1, rows, columns)


def _depthwise(x: NDArray[np.float32], conv: Convolution, stride: int) -> NDArray[np.float32]:
    channels, rows, columns = x.shape
    size = conv.kernel.shape[1]
    out_rows, top, bottom = _same(rows, size, stride)
    out_columns, left, right = _same(columns, size, stride)
    y = np.empty((channels, out_rows, out_columns), np.float32)
    padded = np.zeros((BLOCK, rows + top + bottom, columns + left + right), np.float32)
    product = np.empty((BLOCK, out_rows, out_columns), np.float32)
    for first in range(0, channels, BLOCK):
        count = min(BLOCK, channels - first)
        padded[:count, top : top + rows, left : left + columns] = x[first : first + count]
        block = y[first : first + count]
        block[:] = conv.bias[first : first + count, None, None]
        for i in range(size):
            for j in range(size):
                window = padded[:count, i : i + stride * (out_rows - 1) + 1 : stride, j : j + stride * (out_columns - 1) + 1 : stride]
                np.multiply(window, conv.kernel[first : first + count, i, j, None, None], out=product[:count])
                block += product[:count]
        np.clip(block, 0, 6, out=block)
    return y


def _stem(x: NDArray[np.float32], conv: Convolution) -> NDArray[np.float32]:
    channels, rows, columns = x.shape
    out_rows, top, bottom = _same(rows, 3, 2)
    out_columns, left, right = _same(columns, 3, 2)
    padded = np.pad(x, ((0, 0), (top, bottom), (left, right)))
    patches = np.empty((channels, 3, 3, out_rows, out_columns), np.float32)
    for i in range(3):
        for j in range(3):
            patches[:, i, j] = padded[:, i : i + 2 * out_rows - 1 : 2, j : j + 2 * out_columns - 1 : 2]
    y = conv.kernel @ patches.reshape(channels * 9, out_rows * out_columns)
    y += conv.bias[:, None]
    np.clip(y, 0, 6, out=y)
    return y.reshape(-1, out_rows, out_columns)


def features(x: NDArray[np.float32], weights: Weights) -> NDArray[np.float32]:
    """Feature map of a picture.

    Parameters
    ----------
    x : ndarray, shape (3, rows, columns)
        ``(rgb - 127) / 128``, sides multiples of 32.
    weights : Weights
        From `imgext.picture.weights.load`.

    Returns
    -------
    ndarray, shape (1280, rows / 32, columns / 32)
        ReLU6 activations before pooling, 0 to 6.
    """
    x = _stem(x, weights.stem)
    for stride, (expand, depthwise, project) in zip(STRIDES, weights.blocks, strict=True):
        y = x if expand is None else _pointwise(x, expand, relu=True)
        y = _pointwise(_depthwise(y, depthwise, stride), project, relu=False)
        x = y + x if y.shape == x.shape else y  # the residual, wherever stride and width allow one
    return _pointwise(x, weights.head, relu=True)


def logits(pooled: NDArray[np.float32], weights: Weights) -> NDArray[np.float32]:
    """ImageNet logits, shape (..., 1000), of pooled features, shape (..., 1280). The classifier is linear, so any window can be pooled."""
    return pooled @ weights.classifier.T + weights.classifier_bias
