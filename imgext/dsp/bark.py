"""Critical bands: the scale, the threshold in quiet, a sound's power over time.

Conventions: 25 bands from 20 Hz to 20 kHz, band b of the tables is index b - 1; a *power* is relative to the
reference of sound pressure, ``dB SPL = 10 log10(power)``, with a full-scale sine at 92 dB SPL; float64, shape
``(frames, 25)``. Frame t is a Hann window of two hops around sample ``t * hop(rate)`` of the mix, a hop being
21.33 ms at any rate (1024 samples at 48 kHz).

Whatever a decision rests on must come out the same everywhere, and the logarithms and powers of a maths
library differ in the last bit between processors. `decibels` and `power_law` need only table values, sums and
products.

Sources: E. Zwicker, "Subdivision of the audible frequency range into critical bands", JASA 33, 1961 (edges;
band 1 is begun at 20 Hz here and a 25th band added to reach 20 kHz); E. Terhardt, "Calculating virtual
pitch", Hearing Research 1, 1979 (threshold in quiet); level of full scale: ITU-R BS.1387.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from imgext.dsp.units import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float = NDArray[np.float64]

SPL_FULL_SCALE = 92.0
"""dB SPL of a full-scale sine: the one place where digital level becomes sound pressure."""

# fmt: off
_TABLE = (  # lower edge and centre of each band, Hz
    (20, 60), (100, 150), (200, 250), (300, 350), (400, 450), (510, 570), (630, 700), (770, 840),
    (920, 1000), (1080, 1170), (1270, 1370), (1480, 1600), (1720, 1850), (2000, 2150), (2320, 2500),
    (2700, 2900), (3150, 3400), (3700, 4000), (4400, 4800), (5300, 5800), (6400, 7000), (7700, 8500),
    (9500, 10500), (12000, 13500), (15500, 17750),
)
# fmt: on
EDGES = (*(edge for edge, _ in _TABLE), 20000)
"""Hz, 26 edges of 25 bands."""

CENTRES = tuple(centre for _, centre in _TABLE)
"""Hz, Zwicker's centres; 60 for band 1, which begins at 20 Hz here, and 17750 for the band added."""

BANDS = len(CENTRES)

_HOP = 1024 / 48000  # s
_FRAMES_PER_BLOCK = (
    64  # a megabyte of windowed samples at 48 kHz: what is transformed stays in the nearer caches
)
_TOP_OF_QUIET = 3324  # Hz, where the threshold in quiet is lowest


# --- the threshold in quiet


def threshold_in_quiet(freq: float) -> float:
    """Level at which a tone can just be heard in silence (Terhardt 1979).

    Parameters
    ----------
    freq : float
        Hz, above 0.

    Returns
    -------
    float
        dB SPL, twelve significant digits.

    Examples
    --------
    >>> round(threshold_in_quiet(1000), 3)
    3.369
    """
    k = freq / 1000.0
    return rounded(3.64 * k**-0.8 - 6.5 * math.exp(-0.6 * (k - 3.3) ** 2) + 1e-3 * k**4)


def _quietest(low: int, high: int) -> float:
    """Lowest threshold in quiet within a band.

    It falls up to 3324 Hz and rises from there.
    """
    inside = (_TOP_OF_QUIET,) if low < _TOP_OF_QUIET < high else ()
    return max(-10.0, min(threshold_in_quiet(freq) for freq in (low, high, *inside)))


def _constant(values: list[float]) -> Float:
    array = np.array(values)
    array.flags.writeable = False
    return array


THRESHOLD_IN_QUIET = _constant(
    [rounded(10.0 ** (_quietest(low, high) / 10.0)) for low, high in pairwise(EDGES)]
)
"""Power, shape (25,): the lowest threshold within each band, at least -10 dB SPL."""


# --- functions of power that give the same bits everywhere

_LOWEST, _HIGHEST = 2.0**-40, 2.0**80
_CELLS_PER_OCTAVE = 64
# A float64's exponent and the first six bits of its fraction are the number of its cell.
_SHIFT = 52 - 6
_FIRST_CELL = (1023 - 40) * _CELLS_PER_OCTAVE
_MIDDLES = [
    2.0 ** (cell // 64 - 40) * (1.0 + (cell % 64 + 0.5) / 64.0) for cell in range(120 * _CELLS_PER_OCTAVE + 1)
]
_INVERSE = _constant([1.0 / middle for middle in _MIDDLES])
_LN_10 = 2.302585092994046


def decibels(power: Float) -> Float:
    """``10 log10(power)``, the same bits on every machine.

    Parameters
    ----------
    power : ndarray
        From 2**-40 to 2**80 (-120 to 240 dB); what lies outside is taken as the nearest of these.

    Returns
    -------
    ndarray, same shape
        dB, within 1e-9 of the true value.

    Examples
    --------
    >>> decibels(np.array([0.0, 1.0, 50.0])).round(2).tolist()
    [-120.41, 0.0, 16.99]
    """
    values, series = _decibel_table()
    return _from_table(power, values, series, product=False)


def power_law(power: Float, exponent: float) -> Float:
    """``power ** exponent``, the same bits on every machine.

    Parameters
    ----------
    power : ndarray
        As for `decibels`.
    exponent : float
        -1 to 1.

    Returns
    -------
    ndarray, same shape
        Within a factor of 1e-11 of the true value.

    Examples
    --------
    >>> power_law(np.array([1.0, 10.0]), 0.23).round(6).tolist()
    [1.0, 1.698244]
    """
    values, series = _power_table(exponent)
    return _from_table(power, values, series, product=True)


@lru_cache(maxsize=1)
def _decibel_table() -> tuple[Float, tuple[float, ...]]:
    """10 log10(m (1 + u)) = 10 log10(m) + (10 / ln 10) (u - u^2/2 + u^3/3 ...)."""
    return _constant([rounded(10.0 * math.log10(m)) for m in _MIDDLES]), tuple(
        10.0 / _LN_10 * (-1.0) ** (k + 1) / k for k in range(1, 6)
    )


@lru_cache(maxsize=16)
def _power_table(exponent: float) -> tuple[Float, tuple[float, ...]]:
    """(m (1 + u))^p = m^p (1 + p u + p (p - 1) / 2 u^2 ...)."""
    series = [exponent]
    for k in range(2, 6):
        series.append(series[-1] * (exponent - k + 1.0) / k)
    return _constant([rounded(m**exponent) for m in _MIDDLES]), tuple(series)


def _from_table(x: Float, values: Float, series: tuple[float, ...], *, product: bool) -> Float:
    """A function's value in the middle of each number's cell, and a series from there.

    The distance is at most 1/128; the value is multiplied by the power series, or added to it.

    The distance is at most 1/128; the value is multiplied by the series, or added to it.
    """
    flat = np.ascontiguousarray(x, dtype=np.float64).reshape(-1)
    result = np.empty_like(flat)
    size = min(flat.size, 8192)
    inside, at_middle, u, cell = (
        np.empty(size),
        np.empty(size),
        np.empty(size),
        np.empty(size, dtype=np.int64),
    )
    for begin in range(0, flat.size, 8192):
        out = result[begin : begin + 8192]
        n = out.size
        s, v, d, k = inside[:n], at_middle[:n], u[:n], cell[:n]
        np.minimum(np.maximum(flat[begin : begin + n], _LOWEST, out=s), _HIGHEST, out=s)
        np.right_shift(s.view(np.int64), _SHIFT, out=k)
        k -= _FIRST_CELL
        np.take(_INVERSE, k, out=d, mode="clip")
        d *= s
        d -= 1.0
        np.take(values, k, out=v, mode="clip")
        np.multiply(d, series[-1], out=out)
        for coefficient in series[-2::-1]:
            out += coefficient
            out *= d
        if product:
            out += 1.0
            out *= v
        else:
            out += v
    return result.reshape(np.shape(x))


# --- the power of a sound in each band


def hop(rate: int) -> int:
    """Samples from one frame to the next: 21.33 ms, to the nearest sample.

    >>> hop(48000), hop(44100), hop(8000)
    (1024, 941, 171)
    """
    return round(rate * _HOP)


class BarkMeter:
    """Measures the power in each critical band of a sound that arrives in blocks.

    Parameters
    ----------
    rate : int
        Hz, 8000 to 192000.
    channels : int
    start : int
        Sample of the mix at which the sound begins, 0 or more.

    Raises
    ------
    ValueError
        The rate or the start is out of its range.

    Notes
    -----
    The result does not depend, to the last bit, on the sizes of the blocks.
    """

    def __init__(self, rate: int, channels: int, start: int = 0) -> None:
        if not 8000 <= rate <= 192000:
            raise ValueError(f"rate is {rate} Hz; it runs from 8000 to 192000")
        if start < 0:
            raise ValueError(f"start is {start}; it is 0 or more")
        self._hop = hop(rate)
        self._window, self._length, self._scale, self._first_bins, self._bands = _layout(rate)
        # The buffer begins one hop before the first frame, where that frame's window does. It is full when
        # the windows of one block of frames are; at the end of the sound one frame more can begin in it,
        # whose window reaches into the last hop, which stays empty.
        self._full = (_FRAMES_PER_BLOCK + 1) * self._hop
        self._buffer = np.zeros((channels, self._full + self._hop))
        self._fill = self._hop + start % self._hop
        # Work space is kept: asking the system for fresh pages on every block would cost as much as the
        # transform.
        self._windowed = np.empty((_FRAMES_PER_BLOCK + 1, 2 * self._hop))
        self._spectrum = np.empty((_FRAMES_PER_BLOCK + 1, self._length // 2 + 1), dtype=np.complex128)
        self._start = start
        self._samples = 0
        self._done: list[Float] = []

    @property
    def first(self) -> int:
        """Frame of the mix that the first row of `power` is."""
        return self._start // self._hop

    def add(self, x: Float) -> None:
        """Take the next samples, shape (n, channels)."""
        if x.ndim != 2 or x.shape[1] != len(self._buffer):
            raise ValueError(f"a block of shape {x.shape} is not (samples, {len(self._buffer)})")
        begin = 0
        while begin < len(x):
            end = min(len(x), begin + self._full - self._fill)
            self._buffer[:, self._fill : self._fill + end - begin] = x[begin:end].T
            self._fill += end - begin
            begin = end
            if self._fill == self._full:
                self._done.append(self._power(_FRAMES_PER_BLOCK))
                self._buffer[:, : self._hop] = self._buffer[:, self._full - self._hop : self._full]
                self._fill = self._hop
        self._samples += len(x)

    def power(self) -> Float:
        """Power of all frames that the sound so far touches, shape (frames, 25)."""
        if not self._samples:
            return np.zeros((0, BANDS))
        # A Hann window is 0 at its first sample, so a frame reaches from 1 - hop to hop - 1 around its
        # centre.
        frames = (self._start + self._samples + self._hop - 2) // self._hop - self.first + 1
        self._buffer[:, self._fill :] = 0.0
        return np.concatenate([*self._done, self._power(frames - len(self._done) * _FRAMES_PER_BLOCK)])

    def _power(self, frames: int) -> Float:
        result = np.zeros((frames, BANDS))
        windowed, spectrum = self._windowed[:frames], self._spectrum[:frames]
        parts = spectrum.view(
            np.float64
        )  # real and imaginary parts in turn: their squares add up to the power
        for channel in self._buffer:
            np.multiply(
                sliding_window_view(channel, 2 * self._hop)[:: self._hop][:frames], self._window, out=windowed
            )
            np.fft.rfft(windowed, self._length, axis=1, out=spectrum)
            np.multiply(parts, parts, out=parts)
            result[:, : self._bands] += np.add.reduceat(parts, self._first_bins, axis=1)[:, : self._bands]
        result *= self._scale
        return result


@lru_cache(maxsize=8)
def _layout(rate: int) -> tuple[Float, int, float, list[int], int]:
    """Return window, transform length, scale to sound pressure, and bands' begins.

    Those in a row of real and imaginary parts; and the number of bands.
    """
    size = 2 * hop(rate)
    # Longer than the window where its own length has large prime factors: 1920 for the 1882 samples at 44.1
    # kHz.
    length = min(
        n for n in (2**a * 3**b * 5**c for a in range(1, 15) for b in range(4) for c in range(4)) if n >= size
    )
    window = np.hanning(size + 1)[:-1]
    # The power of a sine of amplitude 1 in one half of the spectrum is length * size * 3 / 32.
    scale = rounded(10.0 ** (SPL_FULL_SCALE / 10.0) * 32.0 / (3.0 * size * length))
    bins = length // 2 + 1
    first = [min(bins, -(-edge * length // rate)) for edge in EDGES]
    bands = sum(begin < bins for begin in first[:-1])
    # `reduceat` runs its last stretch to the end of the row: the bins above 20 kHz go there and are dropped.
    return _constant(window.tolist()), length, scale, [2 * begin for begin in first if begin < bins], bands
