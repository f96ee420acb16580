"""Loudness by ITU-R BS.1770-4 and EBU Tech 3341 and 3342, streaming.

Conventions: blocks are (samples, channels), full scale 1.0; loudness in LUFS, ranges in LU; minus infinity is
silence.

Powers are collected on a fixed grid of 100 ms hops that begins with the sound; 400 ms blocks are four hops,
short-term windows thirty, and only complete ones count. Whatever the sizes of the blocks a sound arrives in,
the figures are the same to the last bit.

K-weighting is a finite impulse response applied by overlap-save, because it needs no recursion in Python: the
38 Hz high-pass has died away below -120 dB of full scale after 73 ms. The spectra are multiplied by real and
imaginary parts: numpy's complex product fuses multiply and add on some processors and not on others. The
recursion itself (`imgext.dsp.biquads`) is three times as fast; the two differ by 1e-6 dB.

Sources: ITU-R BS.1770-4, annex 1 (filters, blocks, gates); EBU Tech 3341 (momentary, short-term) and 3342
(range); the filters' design frequencies, gain and Q behind the standard's 48 kHz coefficients are those
published by B. De Man ("Evaluation of implementations of the EBU R128 loudness measurement", AES 145, 2018).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from imgext.dsp.biquads import run
from imgext.dsp.units import power_to_db, rounded

if TYPE_CHECKING:
    from collections.abc import Sequence

Float = NDArray[np.float64]

LUFS_OFFSET = -0.691
"""dB that make a full-scale 997 Hz sine in one channel read -3.01 LUFS (BS.1770-4, annex 1)."""

_HOPS_PER_BLOCK = 4
_HOPS_PER_SHORT_TERM = 30
_SHELF = (1681.974450955533, 3.999843853973347, 0.7071752369554196)  # Hz, dB, Q
_HIGH_PASS = (38.13547087602444, 0.5003270373238773)  # Hz, Q
_RESPONSE_SECONDS = 0.073
_HOPS_PER_CALL = 16  # of the recursion
_SILENT_STATE = (
    1e-60  # a recursion that dies away in silence would come to numbers so small that processors slow down
)
_HOPS_PER_SEGMENT = (
    4  # one wastes two fifths of every FFT on the overlap; more than eight no longer fits the nearer caches
)


def k_weighting(rate: int) -> tuple[tuple[Float, Float], tuple[Float, Float]]:
    """Give the two biquads of K-weighting for a sample rate.

    Parameters
    ----------
    rate : int
        Hz.

    Returns
    -------
    shelf, high_pass : pair of (b, a), each ndarray of shape (3,)
        At 48 kHz the standard's coefficients. At other rates the bilinear transform of the same prototypes;
        the high-pass keeps the pass-band gain that it has at 48 kHz, +0.043 dB, so that the reading does not
        drift with the rate.

    Examples
    --------
    >>> (b, a), _ = k_weighting(48000)
    >>> b.round(8).tolist(), a.round(8).tolist()
    ([1.53512486, -2.69169619, 1.19839281], [1.0, -1.69065929, 0.73248077])
    """
    frequency, gain_db, q = _SHELF
    k = rounded(math.tan(math.pi * frequency / rate))
    high = rounded(10.0 ** (gain_db / 20.0))
    middle = rounded(10.0 ** (gain_db / 20.0 * 0.4996667741545416))
    a0 = 1.0 + k / q + k * k
    shelf = (
        np.array([high + middle * k / q + k * k, 2.0 * (k * k - high), high - middle * k / q + k * k]) / a0,
        np.array([a0, 2.0 * (k * k - 1.0), 1.0 - k / q + k * k]) / a0,
    )
    frequency, q = _HIGH_PASS
    k, k48 = (rounded(math.tan(math.pi * frequency / r)) for r in (rate, 48000))
    a0, a0_48 = 1.0 + k / q + k * k, 1.0 + k48 / q + k48 * k48
    high_pass = (
        np.array([1.0, -2.0, 1.0]) * (a0_48 / a0),
        np.array([a0, 2.0 * (k * k - 1.0), 1.0 - k / q + k * k]) / a0,
    )
    return shelf, high_pass


def gated_power(powers: Float, absolute: float) -> float:
    """Give the mean of block powers above BS.1770's two gates.

    Parameters
    ----------
    powers : ndarray, shape (n,)
        Mean squares of blocks.
    absolute : float
        The first gate, as a power. The second lies 10 dB below the mean of what passes the first.

    Returns
    -------
    float
        0.0 where nothing passes.
    """
    kept = powers[powers > absolute]
    if not kept.size:
        return 0.0
    # What lies 10 dB below the mean is never all of it: the largest block is at least the mean.
    return float(np.mean(kept[kept > 0.1 * float(np.mean(kept))]))


class HopPowers:
    """Collects the energy of a sound in hops, K-weighted or not.

    Parameters
    ----------
    rate : int
        Hz.
    channels : int
    k_weighted : bool
    weights : sequence of float, optional
        A factor on each channel's power; 1 each if left out.
    recursive : bool
        Weight by recursion, with `imgext.dsp.biquads`; the figures are the same to about 1e-6 dB.
    seconds : float
        Of a hop.
    """

    def __init__(
        self,
        rate: int,
        channels: int,
        *,
        k_weighted: bool,
        weights: Sequence[float] | None = None,
        recursive: bool = False,
        seconds: float = 0.1,
    ) -> None:
        self.hop = round(rate * seconds)
        self._weights = np.ones(channels) if weights is None else np.asarray(weights, dtype=np.float64)
        if self._weights.shape != (channels,):
            raise ValueError(f"{self._weights.size} weights do not fit {channels} channels")
        made = _Recursion if recursive else _Segments
        self._filter = made(rate, channels) if k_weighted else None
        calls = _HOPS_PER_CALL if recursive else _HOPS_PER_SEGMENT
        self._size = calls * (round(rate / 10) // self.hop) * self.hop
        self._history = self._filter.history if self._filter else 0
        self._buffer = np.zeros((channels, self._history + self._size))
        self._fill = 0
        self._hops: list[Float] = []
        self.samples = 0

    def add(self, x: Float) -> None:
        """Take the next samples, shape (n, channels), n as small or large as it comes."""
        self.check(x)
        start = 0
        while start < len(x):
            stop = min(len(x), start + self._size - self._fill)
            at = self._history + self._fill
            self._buffer[:, at : at + stop - start] = x[start:stop].T
            self._fill += stop - start
            start = stop
            if self._fill == self._size:
                self._hops.append(self._energies(self._segment(last=False)))
                self._buffer[:, : self._history] = self._buffer[:, self._size :]
                self._fill = 0
        self.samples += len(x)

    def check(self, x: Float) -> None:
        """Raise ValueError where a block does not have the channels of this sound."""
        if x.ndim != 2 or x.shape[1] != len(self._buffer):
            raise ValueError(f"a block of shape {x.shape} is not (samples, {len(self._buffer)})")

    def energies(self) -> tuple[Float, float]:
        """Give the energy of every complete hop so far, and of the samples after it."""
        self._buffer[:, self._history + self._fill :] = 0.0
        segment = self._segment(last=True)
        whole = self._fill // self.hop
        rest = segment[:, whole * self.hop : self._fill]
        rest_energy = float(np.sum(np.sum(rest * rest, axis=1) * self._weights))
        return np.concatenate([*self._hops, self._energies(segment)[:whole]]), rest_energy

    def begun(self) -> Float:
        """Give the energy of every hop that has begun so far, as if silence followed."""
        self._buffer[:, self._history + self._fill :] = 0.0
        begun = -(-self._fill // self.hop)
        return np.concatenate([*self._hops, self._energies(self._segment(last=True))[:begun]])

    def window_powers(self, hops: int) -> Float:
        """Give the mean square over every complete window of so many hops.

        A shorter sound is one window, all of it.
        """
        energies, rest = self.energies()
        if len(energies) < hops:
            return (
                np.array([(float(np.sum(energies)) + rest) / self.samples]) if self.samples else np.zeros(0)
            )
        powers: Float = np.sum(sliding_window_view(energies, hops), axis=1) / (hops * self.hop)
        return powers

    def _segment(self, *, last: bool) -> Float:
        return self._filter(self._buffer, last=last) if self._filter else self._buffer

    def _energies(self, segment: Float) -> Float:
        squares = np.array([np.sum(np.square(channel).reshape(-1, self.hop), axis=1) for channel in segment])
        total = np.zeros(squares.shape[1])
        for power, weight in zip(squares, self._weights, strict=True):
            total += power * weight
        return total


class LoudnessMeter:
    """Measures a programme as it streams past.

    Parameters
    ----------
    rate : int
        Hz.
    channels : int
    weights : sequence of float, optional
        BS.1770's channel weights. Left out: 1 each, and 1, 1, 1, 1.41, 1.41 for five channels (left, right,
        centre, surrounds).

    Notes
    -----
    A sound shorter than a window is measured whole and without gates; BS.1770 leaves that case
    open, and padding with silence would read too low.

    Examples
    --------
    >>> meter = LoudnessMeter(48000, 1)
    >>> meter.add(np.sin(2 * np.pi * 997 * np.arange(48000) / 48000)[:, None])
    >>> round(meter.integrated(), 2)
    -3.01
    """

    def __init__(self, rate: int, channels: int, weights: Sequence[float] | None = None) -> None:
        if weights is None and channels == 5:
            weights = (1.0, 1.0, 1.0, 1.41, 1.41)
        self._powers = HopPowers(rate, channels, k_weighted=True, weights=weights)

    def add(self, x: Float) -> None:
        """Take the next samples, shape (n, channels)."""
        self._powers.add(x)

    @property
    def short(self) -> bool:
        """Say whether the sound is shorter than a block of 400 ms, and so not gated."""
        return self._powers.samples < _HOPS_PER_BLOCK * self._powers.hop

    def integrated(self) -> float:
        """Give the gated loudness of all so far, LUFS."""
        powers = self._powers.window_powers(_HOPS_PER_BLOCK)
        if self.short:
            return _lufs(float(np.sum(powers)))
        return _lufs(gated_power(powers, lufs_to_power(-70.0)))

    def range(self) -> float:
        """Give the loudness range, LU, of EBU Tech 3342.

        The distance from the 10th to the 95th percentile of short-term loudness.

        Windows count above -70 LUFS and above 20 LU below their mean. Without a window that counts the range
        is 0.
        """
        powers = self._powers.window_powers(_HOPS_PER_SHORT_TERM)
        powers = powers[powers >= lufs_to_power(-70.0)]
        if not powers.size:
            return 0.0
        powers = np.sort(powers[powers >= 0.01 * float(np.mean(powers))])
        low, high = (float(powers[math.floor((len(powers) - 1) * share + 0.5)]) for share in (0.10, 0.95))
        return rounded(_lufs(high) - _lufs(low))


def lufs_to_power(lufs: float) -> float:
    """Give the K-weighted power that reads so many LUFS."""
    return rounded(10.0 ** ((lufs - LUFS_OFFSET) / 10.0))


def _lufs(power: float) -> float:
    return rounded(LUFS_OFFSET + power_to_db(power))


class _Segments:
    """K-weights overlapping segments of fixed length.

    In (channels, history + size), out (channels, size), overwritten by the next call.
    """

    def __init__(self, rate: int, channels: int) -> None:
        self._n, self._re, self._im = _spectrum(rate)
        self.history = math.ceil(_RESPONSE_SECONDS * rate)
        bins = self._n // 2 + 1
        # All work space is kept: asking the system for fresh pages on every call would double the cost.
        self._padded, self._filtered = np.zeros(self._n), np.zeros((channels, self._n))
        self._in, self._product = np.zeros(bins, dtype=np.complex128), np.zeros(bins, dtype=np.complex128)
        self._a, self._b = np.zeros(bins), np.zeros(bins)

    def __call__(self, segment: Float, *, last: bool) -> Float:  # noqa: ARG002  # nothing carries over
        length = segment.shape[1]
        re, im = self._in.real, self._in.imag
        for channel, filtered in zip(segment, self._filtered, strict=True):
            self._padded[:length] = channel
            np.fft.rfft(self._padded, out=self._in)
            np.subtract(
                np.multiply(re, self._re, out=self._a),
                np.multiply(im, self._im, out=self._b),
                out=self._product.real,
            )
            np.add(
                np.multiply(re, self._im, out=self._a),
                np.multiply(im, self._re, out=self._b),
                out=self._product.imag,
            )
            np.fft.irfft(self._product, self._n, out=filtered)
        # What wraps around in the circular convolution falls into the history, which is dropped.
        return self._filtered[:, self.history : length]


class _Recursion:
    """K-weights segments that follow each other, each of shape (channels, size).

    The last one leaves no trace, so more may come after all.
    """

    history = 0

    def __init__(self, rate: int, channels: int) -> None:
        self._sections = np.array([np.concatenate(section) for section in k_weighting(rate)])
        self._state = np.zeros((channels, len(self._sections), 2))

    def __call__(self, segment: Float, *, last: bool) -> Float:
        filtered, state = run(self._sections, segment, self._state)
        if not last:
            self._state = np.where(np.abs(state) < _SILENT_STATE, 0.0, state)
        return filtered


@lru_cache(maxsize=8)
def _spectrum(rate: int) -> tuple[int, Float, Float]:
    """FFT length, real and imaginary part of K-weighting's truncated impulse response."""
    history = math.ceil(_RESPONSE_SECONDS * rate)
    y = [1.0] + [0.0] * history
    for b, a in k_weighting(rate):
        b0, b1, b2 = (float(c) for c in b)
        a1, a2 = float(a[1]), float(a[2])
        s1 = s2 = 0.0
        for i, x in enumerate(y):
            out = b0 * x + s1
            s1 = b1 * x - a1 * out + s2
            s2 = b2 * x - a2 * out
            y[i] = out
    n = _fft_length(history + _HOPS_PER_SEGMENT * round(rate / 10))
    spectrum = np.fft.rfft(np.array(y), n)
    return n, spectrum.real.copy(), spectrum.imag.copy()


def _fft_length(at_least: int) -> int:
    """Smallest even length with no prime factor above 5."""
    smooth = [2 << a for a in range(20)]
    smooth = [n * 3**b * 5**c for n in smooth for b in range(9) for c in range(7)]
    return min(n for n in smooth if n >= at_least)
