"""Streaming convolution of a mono signal with a stereo impulse response.

Block by block on a fixed grid.

Conventions: float64 samples; input blocks of shape ``(block,)``, output blocks of shape ``(block, 2)`` with
the same first frame. The grid starts at the first frame of the signal, so the output does not depend on how
callers cut their signals up, and a block of output depends on the blocks of input that the response reaches
back to and on nothing else: after an edit, only the blocks from there to the end of its tail need to be
computed again.

How: uniformly partitioned overlap-add. The response is cut into parts of one block; each block of input is
transformed once, its spectrum multiplied with those of the parts, and the sums transformed back. Products are
written out in real and imaginary parts, each an array of its own, because a complex product may be fused
differently on different processors.

Source: T. G. Stockham, "High-speed convolution and correlation", AFIPS 1966; W. G. Gardner, "Efficient
convolution without input-output delay", JAES 43(3), 1995 (partitioning).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BLOCK = 2**15
"""Frames in a block by default: 0.7 s at 48 kHz, fast for responses of half a second to three."""


class BlockConvolver:
    """Convolves a mono signal with a stereo impulse response, one block at a time.

    Parameters
    ----------
    impulse_response : array_like of float64, shape (n, 2)
        At least one frame.
    block : int
        Frames in a block, 1 or more.

    Attributes
    ----------
    block : int
        Frames that `feed` takes and returns.
    tail_frames : int
        Frames that ring on after the last frame of input: ``n - 1``. Feed blocks of zeros to receive them.

    Raises
    ------
    ValueError
        The response has another shape or is not finite, or `block` is below 1.

    Examples
    --------
    >>> echo = BlockConvolver([[1.0, 0.0], [0.0, 0.0], [0.0, 0.5]], block=2)
    >>> echo.feed(np.array([1.0, 0.0])).round(12).tolist(), echo.feed(np.zeros(2)).round(12).tolist()
    ([[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.5], [0.0, 0.0]])
    """

    def __init__(self, impulse_response: Array, block: int = BLOCK) -> None:
        response = np.asarray(impulse_response, dtype=np.float64)
        if response.ndim != 2 or response.shape[1] != 2 or not len(response):
            raise ValueError(f"the impulse response has the shape {response.shape}; it needs to be (n, 2)")
        if not np.all(np.isfinite(response)):
            raise ValueError("the impulse response is not finite")
        if block < 1:
            raise ValueError(f"block is {block}; it is 1 or more")
        self.block = block
        self.tail_frames = len(response) - 1
        self._size = _fast_length(2 * block)
        count = -(-len(response) // block)
        # Real and imaginary parts, shape (parts, channels, bins).
        self._real = np.empty((count, 2, self._size // 2 + 1))
        self._imag = np.empty_like(self._real)
        for part in range(count):
            spectrum = np.fft.rfft(response[part * block : (part + 1) * block].T, n=self._size)
            self._real[part], self._imag[part] = spectrum.real, spectrum.imag
        # Spectra of the latest blocks of input, newest first; None for a block of zeros.
        self._past: deque[tuple[Array, Array] | None] = deque([None] * count, maxlen=count)
        self._overlap: Array | None = None

    def feed(self, x: Array) -> Array:
        """Take the next block of the signal and return the same block of the convolution.

        Parameters
        ----------
        x : ndarray of float64, shape (block,)
            Pad the last block with zeros.

        Returns
        -------
        ndarray of float64, shape (block, 2)
            Exact zeros, at no cost, where no input within reach of the response is other than zero.

        Raises
        ------
        ValueError
            `x` is not one block.
        """
        if x.shape != (self.block,):
            raise ValueError(f"a block has the shape {x.shape}; it needs to be ({self.block},)")
        if np.any(x):
            spectrum = np.fft.rfft(x, n=self._size)
            self._past.appendleft((spectrum.real.copy(), spectrum.imag.copy()))
        else:
            self._past.appendleft(None)
        out = np.zeros((self.block, 2))
        if self._overlap is not None:
            out += self._overlap.T
        self._overlap = None
        sums = self._multiply()
        if sums is not None:
            y = np.fft.irfft(sums, n=self._size)
            out += y[:, : self.block].T
            self._overlap = y[:, self.block : 2 * self.block]
        return out

    def _multiply(self) -> NDArray[np.complex128] | None:
        """Sum of the products of past inputs and parts of the response, shape (2, bins).

        None if all inputs are zero.
        """
        if all(past is None for past in self._past):
            return None
        sums = np.zeros((2, self._size // 2 + 1), dtype=np.complex128)
        for channel in range(2):
            real, imag = np.zeros(sums.shape[1]), np.zeros(sums.shape[1])
            one, two = np.empty_like(real), np.empty_like(real)
            for part, past in enumerate(self._past):
                if past is None:
                    continue
                a, b = past
                c, d = self._real[part, channel], self._imag[part, channel]
                np.multiply(a, c, out=one)
                np.multiply(b, d, out=two)
                real += one
                real -= two
                np.multiply(a, d, out=one)
                np.multiply(b, c, out=two)
                imag += one
                imag += two
            sums[channel].real, sums[channel].imag = real, imag
        return sums


def _fast_length(frames: int) -> int:
    """Smallest power of two from `frames` on."""
    return 1 << max(1, (frames - 1).bit_length())
