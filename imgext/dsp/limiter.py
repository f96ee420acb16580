"""A ceiling for the true peak: a look-ahead limiter for sound that streams past.

Conventions: blocks are (samples, channels), full scale 1.0; the ceiling in dBTP; one gain curve for all channels, so the image stands still.

The method (after Giannoulis, Massberg & Reiss, "Digital dynamic range compressor design", JAES 60(6), 2012, taken off line): wherever a
sample or a point beside it exceeds the ceiling the gain that it needs is spread by a running minimum over 1.5 ms to either side, let go by a
one-pole release of 50 ms, and smoothed by a Hann window of 1.5 ms to either side. Inside that window the minimum reaches as far as the smoothing, so the
smoothed gain is never above what a sample needs.

Points between samples are looked for eight times as densely as the samples below 96 kHz (twice BS.1770's density) and four times from there on. A gain that moves shifts the
crests between samples a little, so a second pass of the same kind looks again wherever the first was at work. Both bring what exceeds the
ceiling to `MARGIN_DB` below it (the second from half of that on), which also covers what interpolators of other makes read on top: they differ by up to
0.15 dB on white noise, which has much of its power where no interpolator is exact. A signal that keeps below the ceiling everywhere passes bit
for bit: its gain is exactly 1.

Both passes work on a fixed grid of blocks, so the sizes of the blocks that come in make no difference to a single bit.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from imgext.dsp.truepeak import HALF, TAPS, interpolator, oversampling
from imgext.dsp.units import db_to_gain, gain_to_db

Float = NDArray[np.float64]

LOOK_AHEAD = 0.0015
RELEASE = 0.050
MARGIN_DB = 0.2

_BLOCK = 2**13
_RELEASED = 2.0**-20  # a reduction below 1e-5 dB is over


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
    `feed` gives back fewer or more samples than it was given: what is decided so far, in order. `finish` gives the rest. All that comes out, joined, is
    as long as all that went in and stands at the same samples.

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
        self._first = _Pass(ceiling_db, rate, channels)
        self._second = _Pass(ceiling_db, rate, channels)
        self._pending = np.zeros((_BLOCK, channels))
        self._fill = 0
        self._gains = np.ones(self._second.delay)
        self._skip = self._first.delay + self._second.delay
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
            raise ValueError(f"a block of shape {x.shape} does not fit {channels} channels: (samples, channels) is expected")
        self._samples_in += len(x)
        return self._take(x)

    def finish(self) -> tuple[Float, Float]:
        """Give what is left, as `feed` does; nothing may be fed after it."""
        missing = self._samples_in - self._samples_out
        limited, gains = self._take(np.zeros((self._skip + missing + _BLOCK, self._pending.shape[1])))
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
        once, first = self._first.block(x, None)
        history = np.concatenate([self._gains, first])
        twice, second = self._second.block(once, first)
        gain = history[:_BLOCK] * second
        self._gains = history[_BLOCK:]
        drop = min(self._skip, _BLOCK)
        self._skip -= drop
        twice, gain = twice[drop:], gain[drop:]
        # What `finish` pads with is no part of the signal.
        real = gain[: self._samples_in - self._samples_out]
        self._samples_out += len(real)
        self._lowest = min(self._lowest, float(np.min(real, initial=1.0)))
        self.samples_reduced += int(np.count_nonzero(real < db_to_gain(-0.1)))
        return twice, gain


class _Pass:
    """One limiter on the block grid. Block in, block out, `delay` samples late; before the signal stands silence."""

    def __init__(self, ceiling_db: float, rate: int, channels: int) -> None:
        self._ceiling = db_to_gain(ceiling_db)
        self._target = db_to_gain(ceiling_db - MARGIN_DB)
        self._alert = db_to_gain(ceiling_db - MARGIN_DB / 2)
        self._interpolator = interpolator(max(4, 2 * oversampling(rate)))
        reach = round(LOOK_AHEAD * rate)
        self._smooth = _Hann(reach, _BLOCK)
        decay = round(math.exp(-1.0 / (RELEASE * rate)), 12)
        self._decay: Float = np.cumprod(np.full(_BLOCK, decay))
        self._reach = reach
        self.delay = HALF + 2 * reach
        self._signal = np.zeros((self.delay, channels))
        self._edge = np.zeros((TAPS - 1, channels))
        self._touched = np.ones(TAPS - 1)
        self._last_peaks = 0.0
        self._needs = np.zeros(2 * reach)
        self._reductions = np.zeros(2 * reach)

    def block(self, x: Float, already: Float | None) -> tuple[Float, Float]:
        """Take _BLOCK samples and the gain an earlier pass gave them; give the limited samples `delay` earlier, and their gain."""
        needs = np.concatenate([self._needs, self._reduction_needed(x, already)])
        self._needs = needs[_BLOCK:]
        released = float(self._reductions[-1])
        if released or needs.any():
            reductions = np.concatenate([self._reductions, self._release(_running_maximum(needs, 2 * self._reach + 1), released)])
        else:
            reductions = np.concatenate([self._reductions, np.zeros(_BLOCK)])
        self._reductions = reductions[_BLOCK:]
        signal = np.concatenate([self._signal, x])
        self._signal = signal[_BLOCK:]
        if not reductions.any():
            return signal[:_BLOCK], np.ones(_BLOCK)
        gain = 1.0 - self._smooth(reductions)
        return signal[:_BLOCK] * gain[:, None], gain

    def _reduction_needed(self, x: Float, already: Float | None) -> Float:
        """1 - gain that each sample needs, HALF samples late."""
        extended = np.concatenate([self._edge, x])
        self._edge = extended[_BLOCK:]
        limit: Float | float = self._ceiling
        lowest = self._ceiling
        if already is not None:
            touched = np.concatenate([self._touched, already])
            self._touched = touched[_BLOCK:]
            if touched.min() == 1.0:
                return np.zeros(_BLOCK)
            # Where no sample under the taps was touched the earlier pass has found nothing, and nothing has changed.
            near = _running_maximum((touched < 1.0).astype(np.float64), TAPS)
            limit = np.where(near > 0.0, self._alert, math.inf)
            lowest = self._alert
        # between[i + 1] is the largest magnitude between samples i and i + 1, counted as late as the result.
        between = np.zeros(_BLOCK + 1)
        between[0] = self._last_peaks
        for channel in range(extended.shape[1]):
            intervals, peaks = self._interpolator.exceeding(np.ascontiguousarray(extended[:, channel]), lowest)
            between[intervals + 1] = np.maximum(between[intervals + 1], peaks)
        self._last_peaks = float(between[-1])
        here = extended[HALF - 1 : HALF - 1 + _BLOCK]
        highest = max(float(here.max()), -float(here.min()), float(between.max()))
        if highest <= lowest:
            return np.zeros(_BLOCK)
        peak = np.maximum(np.max(np.abs(here), axis=1), np.maximum(between[:-1], between[1:]))
        return np.where(peak > limit, 1.0 - self._target / np.maximum(peak, self._target), 0.0)

    def _release(self, needs: Float, last: float) -> Float:
        """y[n] = max(needs[n], decay * y[n - 1]), as a running maximum of needs that are scaled up by the decay still to come."""
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
    """Weighted mean over a Hann window of 2 * reach + 1 values, as running sums of the values, and of them times a cosine and a sine.

    ``cos(w (n - m)) = cos(wn) cos(wm) + sin(wn) sin(wm)``: three running sums do what 2 * reach + 1 products per sample would. Where all values
    under the window are 0 the mean is exactly 0.
    """

    def __init__(self, reach: int, n: int) -> None:
        self._reach = reach
        period = 2 * reach + 2
        angle = np.arange(period) * (2.0 * math.pi / period)
        # The last bits of sine and cosine follow the C library; ten decimals do not, and are 180 dB below a gain of 1.
        self._cos: Float = np.resize(np.cos(angle).round(10), n + 2 * reach)
        self._sin: Float = np.resize(np.sin(angle).round(10), n + 2 * reach)
        # 1 + cos over the window sums to 2 * reach + 2: over one more place, where it is 0, the cosine makes a whole turn.
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
