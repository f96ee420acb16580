"""The gated bell: a peaking equaliser that works in some spans of time only.

Outside them it is not there.

Conventions: frequencies in hertz, gains in dB, time in frames of the signal that is processed, samples
float64 of shape ``(frames, channels)``.

A band-pass runs next to the signal and what it passes is added with a gain that the gate moves::

    y[n] = x[n] + (g[n] - 1) * (BP * x)[n]          g[n] = 10 ** (gain_db * e[n] / 20),  e[n] in 0 ... 1

With ``Q' = Q * sqrt(g)`` this is exactly the peaking filter of the Audio EQ Cookbook where e is 1, a wider
and shallower bell on the way there, and x itself, bit for bit, where e is 0. The coefficients never change,
so a gate makes no transient but its own ramp. Gates open and close over 20 ms of raised cosine that lie
outside the span: inside it the bell is whole. The band-pass rests where the gate is closed for long, and
begins again so early that it has forgotten its rest to 1e-18 when the gate opens.

Sine, cosine and exponential are summed from their series with plain additions and products: library versions
may differ in the last bit between processors, and coefficients rounded to hide that would spoil a narrow bell
at a low frequency.

Sources: R. Bristow-Johnson, "Audio EQ Cookbook" (peakingEQ; BPF with constant 0 dB peak gain); P. A. Regalia
and S. K. Mitra, "Tunable digital frequency response equalization filters", IEEE Trans. ASSP 35(1), 1987
(equaliser as a sum with a fixed filter).
"""

from __future__ import annotations

import math
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import numpy as np

from imgext.dsp.biquads import run

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RAMP_SECONDS = 0.020
"""Length of the raised cosine on each side of a span.

A step spreads to -40 dB above 10 kHz, 1 ms to -100 dB, 20 ms to -150 dB.
"""

_LN_10 = 2.302585092994046
_EVER = 2**62
_FORGOTTEN = 18.0 * _LN_10
_Number = TypeVar("_Number", float, "NDArray[np.float64]")


class Biquad(NamedTuple):
    """Coefficients of a second-order filter with a0 = 1.

    ``y[n] = b0 x[n] + b1 x[n-1] + b2 x[n-2] - a1 y[n-1] - a2 y[n-2]``.
    """

    b0: float
    b1: float
    b2: float
    a1: float
    a2: float


class Segment(NamedTuple):
    """A stretch of a gate that is not closed: frames `start` to `stop`.

    Fully open where `openness` is None, else as it says.
    """

    start: int
    stop: int
    openness: Array | None


def band_pass_coefficients(freq: float, gain_db: float, q: float, rate: float) -> Biquad:
    """Coefficients of the band-pass that makes a bell.

    It is added to the signal ``g - 1`` times.

    Parameters
    ----------
    freq : float
        Centre in Hz, above 0 and below half the rate.
    gain_db : float
        Gain of the bell at its centre, -60 to 60 dB.
    q : float
        Of the bell, above 0; the bandwidth between the points of half the gain in dB is
        ``2 asinh(1 / 2q) / ln 2`` octaves.
    rate : float
        Samples per second.

    Raises
    ------
    ValueError
        A parameter is out of its range.

    Examples
    --------
    >>> bp = band_pass_coefficients(570, -6.0, 1.0, 48000)
    >>> bp.b0 == -bp.b2, bp.b1
    (True, 0.0)
    """
    _check(freq, gain_db, q, rate)
    sine, cosine = _sine_cosine(2.0 * math.pi * freq / rate)
    alpha = sine / (2.0 * q * _power_of_ten(gain_db / 40.0))
    a0 = 1.0 + alpha
    return Biquad(alpha / a0, 0.0, -alpha / a0, -2.0 * cosine / a0, (1.0 - alpha) / a0)


def gate(spans: Iterable[tuple[int, int]], ramp: int, frames: int | None = None) -> list[Segment]:
    """Where a gate is open, as a list of stretches.

    Time between and inside spans costs no memory.

    Parameters
    ----------
    spans : iterable of (int, int)
        From and to (not included), in frames. They may overlap, be out of order, begin before 0 or end after
        the signal.
    ramp : int
        Frames of raised cosine before and after each span, 0 or more. Where two ramps overlap the higher one
        counts.
    frames : int, optional
        Length of the signal; nothing beyond it is returned.

    Returns
    -------
    list of Segment
        In order, without overlap, within 0 to `frames`.

    Raises
    ------
    ValueError
        A span ends before it begins, or `ramp` is below 0.

    Examples
    --------
    >>> opening, whole, closing = gate([(4, 9)], 2, 10)
    >>> opening.start, opening.openness.round(3).tolist(), whole
    (2, [0.146, 0.854], Segment(start=4, stop=9, openness=None))
    >>> closing.start, closing.openness.round(3).tolist()
    (9, [0.854])
    """
    if ramp < 0:
        raise ValueError(f"ramp is {ramp}; it is 0 or more")
    plateaus: list[tuple[int, int]] = []
    for start, stop in sorted(spans):
        if stop < start:
            raise ValueError(f"a span runs from {start} to {stop}; it ends before it begins")
        if stop == start:
            continue
        if plateaus and start <= plateaus[-1][1]:
            plateaus[-1] = (plateaus[-1][0], max(stop, plateaus[-1][1]))
        else:
            plateaus.append((start, stop))

    # Opening at the middle of each frame: rises[j] = (1 - cos(pi (j + 1/2) / ramp)) / 2, written as the
    # square of a sine.
    sine, _ = _sine_cosine(
        np.asarray((np.arange(ramp) + 0.5) * (math.pi / 2.0 / max(ramp, 1)), dtype=np.float64)
    )
    rise = sine * sine
    segments: list[Segment] = []
    for number, (start, stop) in enumerate(plateaus):
        before = (
            plateaus[number - 1][1] if number else start - ramp
        )  # where the gate begins to close, if it was open
        if number and start - before < 2 * ramp:
            shape = np.zeros(start - before)
            length = min(ramp, shape.size)
            shape[:length] = rise[::-1][:length]
            shape[-length:] = np.maximum(shape[-length:], rise[ramp - length :])
            segments.append(Segment(before, start, shape))
        else:
            if number:
                segments.append(Segment(before, before + ramp, rise[::-1]))
            segments.append(Segment(start - ramp, start, rise))
        segments.append(Segment(start, stop, None))
    if plateaus:
        segments.append(Segment(plateaus[-1][1], plateaus[-1][1] + ramp, rise[::-1]))
    return [clipped for segment in segments if (clipped := _clip(segment, 0, frames)) is not None]


class GatedBell:
    """A bell that is active in some spans of a signal that arrives in blocks.

    Parameters
    ----------
    freq, gain_db, q, rate : float
        As for `band_pass_coefficients`; the gain may be positive or negative.
    spans : iterable of (int, int), or None
        Frames of the signal in which the bell is whole, see `gate`; None means always.

    Raises
    ------
    ValueError
        A parameter is out of its range, a span ends before it begins.

    Examples
    --------
    >>> cut = GatedBell(570, -4.7, 1.0, [(1000, 2000)], rate=8000)
    >>> x = np.ones((3000, 1))
    >>> y = cut.process(x, 0)
    >>> bool(np.all(y[:840] == x[:840])), bool(np.all(y[2160:] == x[2160:]))
    (True, True)
    """

    def __init__(
        self, freq: float, gain_db: float, q: float, spans: Iterable[tuple[int, int]] | None, rate: float
    ) -> None:
        band_pass = band_pass_coefficients(freq, gain_db, q, rate)
        self._section = np.array(
            [[band_pass.b0, band_pass.b1, band_pass.b2, 1.0, band_pass.a1, band_pass.a2]]
        )
        self._gain_db = gain_db
        self._segments = None if spans is None else gate(spans, round(RAMP_SECONDS * rate))
        self._passed = 0  # segments that lie behind
        self._runs = [(0, _EVER)] if self._segments is None else _runs(self._segments, _memory(band_pass))
        self._state: Array | None = None
        self._channels = 0
        self._next = 0

    def process(self, x: Array, offset: int) -> Array:
        """Filter the next block.

        Parameters
        ----------
        x : ndarray of float64, shape (n, channels)
            Left as it is.
        offset : int
            Frame of the signal at which the block begins: 0, then where the block before ended.

        Returns
        -------
        ndarray of float64, shape (n, channels)
            The result does not depend on how the signal is cut into blocks.

        Raises
        ------
        ValueError
            The block is not the next one, or `x` has another number of channels than before.
        """
        if offset != self._next:
            raise ValueError(f"the block begins at frame {offset}; the next one begins at {self._next}")
        self._next += len(x)
        y = np.array(x, dtype=np.float64)
        segments = [Segment(offset, offset + len(x), None)] if self._segments is None else self._segments
        band = self._band_pass(y, offset) if self._gain_db else None
        if band is None or segments[-1].stop <= offset:
            return y
        while segments[self._passed].stop <= offset:
            self._passed += 1
        for segment in islice(segments, self._passed, None):
            part = _clip(segment, offset, offset + len(x))
            if part is None:
                break
            here = slice(part.start - offset, part.stop - offset)
            if part.openness is None:
                y[here] += (_power_of_ten(self._gain_db / 20.0) - 1.0) * band[here]
            else:
                y[here] += (_power_of_ten(self._gain_db / 20.0 * part.openness) - 1.0)[:, np.newaxis] * band[
                    here
                ]
        return y

    def _band_pass(self, x: Array, offset: int) -> Array | None:
        """What the band-pass lets through of a block where it runs, zeros where it rests.

        None if it rests all the time.
        """
        if not self._channels:
            self._channels = x.shape[1]
        if self._channels != x.shape[1]:
            raise ValueError(f"a block of {x.shape[1]} channels after blocks of {self._channels}")
        band: Array | None = None
        while self._runs and self._runs[0][0] < offset + len(x):
            start, stop = self._runs[0]
            first, last = max(start, offset) - offset, min(stop, offset + len(x)) - offset
            if first < last:
                band = np.zeros_like(x) if band is None else band
                if self._state is None:
                    self._state = np.zeros((x.shape[1], 1, 2))
                y, self._state = run(self._section, x[first:last].T, self._state)
                band[first:last] = y.T
            if stop > offset + len(x):
                break
            self._state = None
            del self._runs[0]
        return band


def _memory(section: Biquad) -> int:
    """Frames after which what was before weighs less than 1e-18.

    The larger pole, so many times with itself.
    """
    half, product = section.a1 / 2.0, section.a2
    pole = math.sqrt(product) if half * half < product else abs(half) + math.sqrt(half * half - product)
    return math.ceil(_FORGOTTEN / max(1.0 - pole, 1e-9))  # -log(p) is at least 1 - p


def _runs(segments: Iterable[Segment], before: int) -> list[tuple[int, int]]:
    """From and to of the stretches in which a band-pass runs.

    Every segment of a gate, and so many frames before it.
    """
    runs: list[tuple[int, int]] = []
    for segment in segments:
        start = max(segment.start - before, 0)
        if runs and start <= runs[-1][1]:
            runs[-1] = (runs[-1][0], segment.stop)
        elif segment.stop > 0:
            runs.append((start, segment.stop))
    return runs


def _clip(segment: Segment, start: int, stop: int | None) -> Segment | None:
    """Return the part of a segment from `start` to `stop`; None if there is none."""
    first, last = max(segment.start, start), segment.stop if stop is None else min(segment.stop, stop)
    if first >= last:
        return None
    return Segment(
        first,
        last,
        None if segment.openness is None else segment.openness[first - segment.start : last - segment.start],
    )


def _check(freq: float, gain_db: float, q: float, rate: float) -> None:
    if not 0.0 < freq < rate / 2.0:
        raise ValueError(f"freq is {freq} Hz; it is above 0 and below half the rate, {rate / 2.0} Hz")
    if not -60.0 <= gain_db <= 60.0:
        raise ValueError(f"gain_db is {gain_db}; it runs from -60 to 60")
    if not 0.0 < q < math.inf:
        raise ValueError(f"q is {q}; it is above 0")


def _sine_cosine(x: _Number) -> tuple[_Number, _Number]:
    """Sine and cosine for 0 to pi, the same bits everywhere.

    From the series at half the angle: about 1e-15.
    """
    half = x / 2.0
    square = half * half
    sine = cosine = 1.0 + 0.0 * half
    for n in range(24, 0, -2):
        sine = 1.0 - square / (n * (n + 1.0)) * sine
        cosine = 1.0 - square / (n * (n - 1.0)) * cosine
    sine = half * sine
    return 2.0 * sine * cosine, cosine * cosine - sine * sine


def _power_of_ten(x: _Number) -> _Number:
    """``10 ** x`` for -3 to 3, the same bits everywhere.

    From the exponential series of a sixteenth of the power: about 1e-14.
    """
    small = x * (_LN_10 / 16.0)
    total = 1.0 + 0.0 * small
    for n in range(18, 0, -1):
        total = 1.0 + small / n * total
    for _ in range(4):
        total = total * total
    return total
