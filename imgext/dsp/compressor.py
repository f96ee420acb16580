"""A compressor: turns loud stretches down by a ratio above a threshold.

With time constants, for sound that streams past.

Conventions: blocks are (samples, channels), full scale 1.0; levels in dBFS of a sample's magnitude; seconds;
a time constant is the time in which 63 % of a step is done. The channels are linked by the loudest, so the
image stands still. There is no look-ahead and no delay.

Feed-forward, in decibels, the detector behind the gain computer::

    x_G = 20 log10 max|x|        y_G = the static curve        x_L = x_G - y_G >= 0
    y_1[n] = max(x_L[n], a_R y_1[n-1] + (1 - a_R) x_L[n])
    y_L[n] = a_A y_L[n-1] + (1 - a_A) y_1[n]        a = exp(-1 / (tau rate))
    gain = make-up - y_L  dB

"Decoupled" because attack and release follow one another: the reduction after a step down falls with both.
Neither recursion needs a loop over samples. The second is a running sum of samples weighted with growing
powers of 1/a. The first is a maximum over all beginnings k of "x_L[k], then let go", and with s the plain
one-pole of x_L, that is ``s[n] + max over k of a^(n-k) (x_L[k] - s[k])``: a running maximum with the same
weights. Weights begin anew at fixed samples of the signal, so the sizes of the blocks that come in make no
difference to a single bit.

What is below the knee passes bit for bit (with 0 dB of make-up); so does what follows a loud stretch once
less than 8e-6 dB is left of the reduction.

Source: D. Giannoulis, M. Massberg, J. D. Reiss, "Digital dynamic range compressor design - a tutorial and
analysis", JAES 60(6), 2012, equations 4 (soft knee) and 17 (decoupled peak detector).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from imgext.dsp.bark import decibels
from imgext.dsp.units import db_to_gain, rounded

Float = NDArray[np.float64]

_LONGEST = (
    1 << 13
)  # samples between two new beginnings of the weights: what is worked on stays near the processor
_GROWTH = 256.0  # nepers that weights may grow in between: far from the ends of float64
_RELEASED = 2.0**-17  # dB
_STEPS = 64  # per octave of gain in the table
_OCTAVE = 6.020599913279624  # dB
_HALF = 0.6931471805599453 / _STEPS  # half of ln 2 over half the steps: nepers per step
_TABLE = np.array([rounded(2.0 ** (-k / _STEPS)) for k in range(_STEPS)])


def _excess(x: Float, threshold: float, ratio: float, knee: float) -> Float:
    """What the static curve takes from a level in dB: 0 or more."""
    over = x - threshold
    slope = 1.0 - 1.0 / ratio
    if knee == 0.0:
        return np.asarray(slope * np.maximum(over, 0.0))
    inside = np.clip(over + knee / 2.0, 0.0, knee)
    return np.asarray(slope * (inside * inside / (2.0 * knee) + np.maximum(over - knee / 2.0, 0.0)))


def linked(x: Float) -> Float:
    """Magnitude of the loudest channel, from shape (n, channels) to (n,)."""
    loudest = np.abs(x[:, 0])
    for channel in x.T[1:]:
        np.maximum(loudest, np.abs(channel), out=loudest)
    return loudest


class Compressor:
    """Compresses a signal that arrives in blocks.

    Parameters
    ----------
    threshold_db : float
        dBFS, -120 to 60.
    ratio : float
        dB in for one dB out above the threshold; 1 or more, infinity allowed.
    rate : int
        Hz.
    knee_db : float
        Width of the bend around the threshold, 0 to 60 dB.
    attack, release : float
        Time constants in seconds, 0 or more; 0 is at once.
    makeup_db : float
        Gain of everything, -60 to 60 dB.

    Attributes
    ----------
    max_reduction_db : float
        Largest reduction so far, make-up apart, 0 or more.
    samples_reduced : int
        Samples turned down by more than 1 dB so far.

    Raises
    ------
    ValueError
        A parameter is out of its range.

    Examples
    --------
    >>> compressor = Compressor(-20.0, 4.0, 48000, knee_db=6.0, attack=0.005, release=0.1)
    >>> y = compressor.process(np.full((48000, 1), 0.31622776601683794))
    >>> round(20 * float(np.log10(y[-1, 0])), 2), round(compressor.max_reduction_db, 2)
    (-17.5, 7.5)
    """

    def __init__(
        self,
        threshold_db: float,
        ratio: float,
        rate: int,
        *,
        knee_db: float = 6.0,
        attack: float = 0.005,
        release: float = 0.1,
        makeup_db: float = 0.0,
    ) -> None:
        _inside("threshold_db", threshold_db, -120.0, 60.0)
        _inside("ratio", ratio, 1.0, math.inf)
        _inside("knee_db", knee_db, 0.0, 60.0)
        _inside("attack", attack, 0.0, 1000.0)
        _inside("release", release, 0.0, 1000.0)
        _inside("makeup_db", makeup_db, -60.0, 60.0)
        if rate <= 0:
            raise ValueError(f"rate is {rate} Hz; it is above 0")
        self._curve = (float(threshold_db), float(ratio), float(knee_db))
        # Levels are taken of magnitudes that can be above the knee only; a hair is left for the rounding of
        # the limit itself.
        self._from = db_to_gain(threshold_db - knee_db / 2.0) * (1.0 - 1e-9)
        self._release = _OnePole(release * rate, peak=True)
        self._attack = _OnePole(attack * rate, peak=False)
        self._makeup = db_to_gain(makeup_db)
        self._channels: int | None = None
        self.max_reduction_db = 0.0
        self.samples_reduced = 0

    def process(self, x: Float) -> Float:
        """Compress the next block.

        Parameters
        ----------
        x : ndarray of float64, shape (n, channels)
            Left as it is.

        Returns
        -------
        ndarray of float64, shape (n, channels)

        Raises
        ------
        ValueError
            `x` is no such block, or has another number of channels than before.
        """
        if x.ndim != 2 or self._channels not in (None, x.shape[1]):
            raise ValueError(f"a block of shape {x.shape} is not (samples, {self._channels or 'channels'})")
        self._channels = x.shape[1]
        y: Float = x * self.gains(linked(x))[:, np.newaxis]
        return y

    def gains(self, magnitude: Float) -> Float:
        """Give the gain of the next samples.

        The sound itself may be another, or stand at another level.

        Parameters
        ----------
        magnitude : ndarray, shape (n,)
            What the detector hears: of the loudest channel, 0 or more.

        Returns
        -------
        ndarray, shape (n,)
            Factors, make-up included.
        """
        parts = [
            self._gain(magnitude[begin : begin + _LONGEST]) for begin in range(0, len(magnitude), _LONGEST)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _gain(self, magnitude: Float) -> Float:
        loud = np.flatnonzero(magnitude > self._from)
        wanted = np.zeros(len(magnitude))
        if loud.size:
            peaks = magnitude[loud]
            wanted[loud] = _excess(decibels(peaks * peaks), *self._curve)
        reduction = self._attack(self._release(wanted))
        reduction[reduction < _RELEASED] = 0.0
        self.max_reduction_db = max(self.max_reduction_db, float(np.max(reduction, initial=0.0)))
        self.samples_reduced += int(np.count_nonzero(reduction > 1.0))
        gain = np.full(len(magnitude), self._makeup)
        reduced = np.flatnonzero(reduction)
        if reduced.size:
            gain[reduced] *= _attenuation(reduction[reduced])
        return gain


class _OnePole:
    """``y[n] = a y[n-1] + (1 - a) x[n]`` from rest, in blocks of any size.

    If it holds peaks, it is never less than x[n].

    With weights w[n] = a^-(n+1), n counted from the last new beginning, y = (sum of (1 - a) w x) / w.
    """

    def __init__(self, samples: float, *, peak: bool) -> None:
        self._peak = peak
        self._length = max(1, min(_LONGEST, math.floor(_GROWTH * samples)))
        if samples < 0.05:  # so short that nothing is left after a sample
            self._length = 0
            return
        self._share = rounded(-math.expm1(-1.0 / samples))
        self._falling = np.cumprod(np.full(self._length, 1.0 - self._share))
        self._rising = 1.0 / self._falling
        self._sum = self._top = 0.0
        self._place = 0

    def __call__(self, x: Float) -> Float:
        if not self._length:
            return x.copy()
        y = np.empty(x.size)
        begin = 0
        while begin < x.size:
            end = min(x.size, begin + self._length - self._place)
            y[begin:end] = self._run(x[begin:end])
            begin = end
        return y

    def _run(self, x: Float) -> Float:
        weights = slice(self._place, self._place + x.size)
        rising, falling = self._rising[weights], self._falling[weights]
        # What was summed goes in front, so that a sum begun in the block before goes on in the same order of
        # additions.
        summed = np.empty(x.size + 1)
        summed[0] = self._sum
        np.multiply(x, rising, out=summed[1:])
        summed[1:] *= self._share
        np.cumsum(summed, out=summed)
        y = summed[1:] * falling
        top = self._top
        if self._peak:
            held = np.empty(x.size + 1)
            held[0] = top
            np.subtract(x, y, out=held[1:])
            held[1:] *= rising
            np.maximum.accumulate(held, out=held)
            y += held[1:] * falling
            top = float(held[-1])
        self._sum, self._top = float(summed[-1]), top
        self._place += x.size
        if self._place == self._length:
            last = float(self._falling[-1])
            self._sum, self._top, self._place = self._sum * last, self._top * last, 0
        return y


def _attenuation(db: Float) -> Float:
    """``10 ** (-db / 20)`` for 0 dB and more, the same bits on every machine.

    Within 1e-11.

    Whole steps come from a table, the rest from the series.
    """
    steps = db * (_STEPS / _OCTAVE)
    whole = np.rint(steps)
    number = whole.astype(np.int64)
    u = (whole - steps) * _HALF  # nepers of amplitude
    series = 1.0 + u * (1.0 + u * (0.5 + u * (1.0 / 6.0 + u * (1.0 / 24.0))))
    return np.asarray(np.ldexp(series * _TABLE[number % _STEPS], -(number // _STEPS).astype(np.int32)))


def _inside(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} is {value}; it runs from {low:g} to {high:g}")
