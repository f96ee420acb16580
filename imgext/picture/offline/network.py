"""EfficientNet-Lite0 in plain numpy: 1280 features for every 32 x 32 pixels.

Conventions: arrays are (channels, rows, columns), float32; input is ``(rgb - 127) / 128`` with sides that are
multiples of 32; padding is TensorFlow's "SAME": (0, 1) for 3 x 3 and (1, 2) for 5 x 5 at stride 2; ReLU6
everywhere, no squeeze-and-excitation. Source: M. Tan and Q. Le, EfficientNet, ICML 2019, and the Lite0
variant of TensorFlow's EfficientNet-Lite (2020).

float32 and BLAS differ in their last bits from one processor to the next. That is allowed here and nowhere
else, because nothing of this reaches a file as it is: every score is rounded to 0.001 before a decision looks
at it, a step some hundred times coarser than the differences (3e-5 against torch).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgext.picture.offline.weights import Convolution, Weights

Floats = "NDArray[np.float32]"
#: Stride of each block's depthwise convolution; the kernels' sizes come from the arrays.
STRIDES = (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1)
#: Numbers that are worked on at a time: with their products and sums they stay in the second-level cache.
BLOCK = 40_000


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
    """One kernel a channel.

    Padded planes are laid out as one long line, so that each of the kernel's taps is one shifted
    multiplication over whole planes; what runs over the ends of rows falls into columns that are cut off. At
    stride 2 the planes are parted by even and odd rows and columns first.
    """
    channels, rows, columns = x.shape
    size = conv.kernel.shape[1]
    out_rows, top, bottom = _same(rows, size, stride)
    out_columns, left, right = _same(columns, size, stride)
    high, wide = -(-(rows + top + bottom) // stride), -(-(columns + left + right) // stride)
    length = out_rows * wide
    block = max(1, min(channels, BLOCK // length))
    y = np.empty((channels, out_rows, out_columns), np.float32)
    total, product = np.empty((2, block, length), np.float32)
    padded = np.zeros(
        (block, stride, stride, high + 1, wide), np.float32
    )  # a row more than is needed: the last taps run over the end
    lines = padded.reshape(block, stride, stride, -1)
    for first in range(0, channels, block):
        count = min(block, channels - first)
        for i in range(stride):
            for j in range(stride):
                part = x[first : first + count, (i - top) % stride :: stride, (j - left) % stride :: stride]
                r, c = ((i - top) % stride + top) // stride, ((j - left) % stride + left) // stride
                padded[:count, i, j, r : r + part.shape[1], c : c + part.shape[2]] = part
        kernel = conv.kernel[first : first + count]
        total[:count] = conv.bias[first : first + count, None]
        for i in range(size):
            for j in range(size):
                start = (i // stride) * wide + j // stride
                line = lines[:count, i % stride, j % stride, start : start + length]
                np.multiply(line, kernel[:, i, j, None], out=product[:count])
                total[:count] += product[:count]
        planes = total[:count].reshape(count, out_rows, wide)[:, :, :out_columns]
        np.clip(planes, 0, 6, out=y[first : first + count])
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
        From `imgext.picture.offline.weights.load`.

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
    """Return ImageNet logits, (..., 1000), of pooled features, (..., 1280).

    The classifier is linear, so any window can be pooled.
    """
    return pooled @ weights.classifier.T + weights.classifier_bias
