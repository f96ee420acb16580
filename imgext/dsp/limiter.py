"""A ceiling for the true peak: a look-ahead limiter for sound that streams past.

Conventions: blocks are (samples, channels), full scale 1.0; the ceiling in dBTP; one gain curve for all
channels, so the image stands still.

The method (after Giannoulis, Massberg & Reiss, "Digital dynamic range compressor design", JAES 60(6), 2012,
taken off line): wherever a sample or a point next to it exceeds the ceiling the gain that it needs is spread
by a running minimum over 1.5 ms to either side, let go by a one-pole release of 50 ms, and smoothed by a Hann
window of 1.5 ms to either side. Inside that window the minimum reaches as far as the smoothing, so the
smoothed gain is never above what a sample needs.

Points between samples are looked for eight times as densely as the samples (twice BS.1770's density and
more), with two interpolators: on white noise, which has much of its power where none is exact, one alone
reads up to 0.25 dB less than the other. What exceeds the ceiling by either is brought to `MARGIN_DB` below
it. That covers two things: where the gain moves, the crests between samples shift a little (by 0.01 dB; the
minimum holds the gain still wherever it is needed in full), and points still denser read up to 0.1 dB more.
An interpolator that reaches up to half the rate itself reads such noise higher still; in the band that
converters pass all agree. A signal that keeps below the ceiling everywhere passes bit for bit: its gain is
exactly 1.

All work is done on a fixed grid of blocks, so the sizes of the blocks that come in make no difference to a
single bit.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from imgext.dsp.truepeak import HALF, TAPS, interpolator
from imgext.dsp.units import db_to_gain, gain_to_db

Float = NDArray[np.float64]

LOOK_AHEAD = 0.0015
LEAST_LOOK_AHEAD = (
    64  # samples; a gain that moves faster than the interpolator's taps are long would bend crests
)
RELEASE = 0.050
MARGIN_DB = 0.25
POINTS = 8
WINDOWS = ((4.0, 12), (5.0, 10))
"""Kaiser's beta and the samples to either side.

The meter's own interpolator, and the usual one of ten samples (scipy's `resample_poly` has it).
"""

_BLOCK = 2**14
_RELEASED = 2.0**-20  # a smaller reduction, 8e-6 dB, is over


class Limiter:
    """Holds a signal below a ceiling.

    Parameters
    ----------
    ceiling_db : float
        dBTP.
    rate : int
        Hz.
    channels : int

    Attributes
    ----------
    samples_reduced : int
        Samples turned down by more than 0.1 dB so far.

    Notes
    -----
    `feed` gives back fewer or more samples than it was given: what is decided so far, in order.
    `finish` gives the rest. All that comes out, joined, is as long as all that went in and stands at the same
    samples.

    Examples
    --------
    >>> limiter = Limiter(-1.0, 48000, 1)
    >>> quiet = np.full((48000, 1), 0.5)
    >>> first, _ = limiter.feed(quiet)
    >>> rest, _ = limiter.finish()
    >>> bool((np.concatenate([first, rest]) == quiet).all()), limiter.max_reduction_db
    (True, 0.0)
    """

    def __init__(self, ceiling_db: float, rate: int, channels: int) -> None:
        self._ceiling = db_to_gain(ceiling_db)
        self._target = db_to_gain(ceiling_db - MARGIN_DB)
        self._audible = db_to_gain(-0.1)
        self._interpolators = tuple(interpolator(POINTS, beta, half) for beta, half in WINDOWS)
        self._reach = reach = max(LEAST_LOOK_AHEAD, round(LOOK_AHEAD * rate))
        self._smooth = _Hann(reach, _BLOCK)
        self._decay: Float = np.cumprod(np.full(_BLOCK, round(math.exp(-1.0 / (RELEASE * rate)), 12)))
        # A sample is decided once its interval, the minimum and the smoothing have seen all that follows it.
        self._delay = HALF + 2 * reach
        self._signal = np.zeros((self._delay, channels))
        self._edge = np.zeros((TAPS - 1, channels))
        self._needs = np.zeros(2 * reach)
        self._reductions = np.zeros(2 * reach)
        self._pending = np.zeros((_BLOCK, channels))
        self._fill = 0
        self._skip = self._delay
        self._samples_in = 0
        self._samples_out = 0
        self._lowest = 1.0
        self.samples_reduced = 0

    @property
    def max_reduction_db(self) -> float:
        """The largest reduction so far, dB >= 0."""
        return abs(gain_to_db(self._lowest))

    def feed(self, x: Float) -> tuple[Float, Float]:
        """Take the next samples.

        Parameters
        ----------
        x : ndarray, shape (n, channels)

        Returns
        -------
        limited : ndarray, shape (m, channels)
            The samples that are decided now.
        gains : ndarray, shape (m,)
            The gain that each was given, 0 < gain <= 1.
        """
        channels = self._pending.shape[1]
        if x.ndim != 2 or x.shape[1] != channels:
            raise ValueError(f"a block of shape {x.shape} is not (samples, {channels})")
        self._samples_in += len(x)
        return self._take(x)

    def finish(self) -> tuple[Float, Float]:
        """Give what is left, as `feed` does; nothing may be fed after it."""
        missing = self._samples_in - self._samples_out
        limited, gains = self._take(np.zeros((self._delay + _BLOCK, self._pending.shape[1])))
        return limited[:missing], gains[:missing]

    def _take(self, x: Float) -> tuple[Float, Float]:
        limited, gains = [self._pending[:0].copy()], [np.zeros(0)]
        start = 0
        while start < len(x):
            stop = min(len(x), start + _BLOCK - self._fill)
            self._pending[self._fill : self._fill + stop - start] = x[start:stop]
            self._fill += stop - start
            start = stop
            if self._fill == _BLOCK:
                self._fill = 0
                block, gain = self._block(self._pending)
                limited.append(block)
                gains.append(gain)
        return np.concatenate(limited), np.concatenate(gains)

    def _block(self, x: Float) -> tuple[Float, Float]:
        """Take _BLOCK samples; give those `_delay` earlier, limited, and their gain."""
        limited, gain = self._limit(x)
        drop = min(self._skip, _BLOCK)  # the silence before the first sample
        self._skip -= drop
        limited, gain = limited[drop:], gain[drop:]
        real = gain[
            : self._samples_in - self._samples_out
        ]  # what `finish` pads with is no part of the signal
        self._samples_out += len(real)
        self._lowest = min(self._lowest, float(np.min(real, initial=1.0)))
        self.samples_reduced += int(np.count_nonzero(real < self._audible))
        return limited, gain

    def _limit(self, x: Float) -> tuple[Float, Float]:
        needs = np.concatenate([self._needs, self._reduction_needed(x)])
        self._needs = needs[_BLOCK:]
        last = float(self._reductions[-1])
        if last or needs.any():
            new = self._release(_running_maximum(needs, 2 * self._reach + 1), last)
        else:
            new = np.zeros(_BLOCK)
        reductions = np.concatenate([self._reductions, new])
        self._reductions = reductions[_BLOCK:]
        signal = np.concatenate([self._signal, x])
        self._signal = signal[_BLOCK:]
        if not reductions.any():
            return signal[:_BLOCK], np.ones(_BLOCK)
        gain = 1.0 - self._smooth(reductions)
        return signal[:_BLOCK] * gain[:, None], gain

    def _reduction_needed(self, x: Float) -> Float:
        """1 - gain that each sample, or the interval that follows it, needs.

        HALF samples late.
        """
        extended = np.concatenate([self._edge, x])
        self._edge = extended[_BLOCK:]
        peak = np.zeros(_BLOCK)
        for channel in extended.T:
            samples = np.ascontiguousarray(channel)
            if max(float(samples.max()), -float(samples.min())) > self._ceiling:
                np.maximum(peak, np.abs(samples[HALF - 1 : HALF - 1 + _BLOCK]), out=peak)
            # An interval counts for the sample before it; the running minimum takes in the one behind.
            for interpolate in self._interpolators:
                intervals, between = interpolate.exceeding(samples, self._ceiling)
                peak[intervals] = np.maximum(peak[intervals], between)
        if float(peak.max()) <= self._ceiling:
            return np.zeros(_BLOCK)
        return np.where(peak > self._ceiling, 1.0 - self._target / np.maximum(peak, self._target), 0.0)

    def _release(self, needs: Float, last: float) -> Float:
        """y[n] = max(needs[n], decay * y[n - 1]).

        As a running maximum of needs that are scaled up by the decay still to come.
        """
        scaled = np.maximum.accumulate(needs / self._decay)
        reductions = np.maximum(needs, np.maximum(scaled, last) * self._decay)
        reductions[reductions < _RELEASED] = 0.0
        return reductions


def _running_maximum(x: Float, width: int) -> Float:
    """Largest of each `width` consecutive values, shape (n - width + 1,), by doubling."""
    have = 1
    while have < width:
        step = min(have, width - have)
        x = np.maximum(x[:-step], x[step:])
        have += step
    return x


class _Hann:
    """Weighted mean over a Hann window of 2 * reach + 1 values.

    As running sums of the values, and of them times a cosine and a sine.

    ``cos(w (n - m)) = cos(wn) cos(wm) + sin(wn) sin(wm)``: three running sums do what 2 * reach + 1 products
    per sample would. Where all values under the window are 0 the mean is exactly 0.
    """

    def __init__(self, reach: int, n: int) -> None:
        self._reach = reach
        period = 2 * reach + 2
        angle = np.arange(period) * (2.0 * math.pi / period)
        # The last bits of sine and cosine follow the C library; ten decimals do not, and are 180 dB below a
        # gain of 1.
        self._cos: Float = np.resize(np.cos(angle).round(10), n + 2 * reach)
        self._sin: Float = np.resize(np.sin(angle).round(10), n + 2 * reach)
        # 1 + cos over the window sums to 2 * reach + 2: over one more place, where it is 0, the cosine makes
        # a whole turn.
        self._scale = 1.0 / period

    def __call__(self, x: Float) -> Float:
        """From shape (n + 2 * reach,) to (n,)."""
        middle = slice(self._reach, len(x) - self._reach)
        mean = self._sums(x)
        mean += self._cos[middle] * self._sums(x * self._cos)
        mean += self._sin[middle] * self._sums(x * self._sin)
        mean *= self._scale
        return np.maximum(mean, 0.0, out=mean)

    def _sums(self, x: Float) -> Float:
        total = np.concatenate([np.zeros(1), np.cumsum(x)])
        width = 2 * self._reach + 1
        sums: Float = total[width:] - total[:-width]
        return sums
