"""How far away a sound is: how much more room it has, how much top the air takes.

Conventions: depth from 0 (near) to 1 (far), distances in metres, levels in dB, frequencies in hertz, samples
float64 of shape ``(frames, channels)``.

The rule. The direct sound of a source falls by 6 dB for each doubling of its distance, the sound of the room
stays what it is, so that the ratio of the two falls with distance; where both are equal lies the critical
distance. `depth` 0 is where `wet_level` holds; towards depth 1 the ratio falls by up to `FARTHER` dB, four
times the distance, but no further than to `FARTHEST` dB, a little beyond the critical distance, from where on
a listener hears hardly any difference. The direct sound keeps its level, because that is what importance
promised: the room comes up instead.

Without a room, and with one, air takes off the high frequencies: `depth` 1 stands for `AIR` metres of it at
20 degrees, a relative humidity of 50 % and sea level, and depth in between for its share of them. That is a
filter of linear phase of some fifty taps whose gain at 0 Hz is 1.

Sources: H. Kuttruff, "Room Acoustics", 5.5 (critical distance, ``0.057 sqrt(V / T)`` m); P. Zahorik,
"Direct-to-reverberant energy ratio sensitivity", JASA 112, 2002 (differences of some 6 dB are heard); ISO
9613-1:1993, equations (3) to (5) and B.3 (absorption by air).
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

FARTHER = 12.0
"""dB by which the direct-to-reverberant ratio falls from depth 0 to depth 1, at most."""
FARTHEST = -3.0
"""dB, the lowest direct-to-reverberant ratio that depth leads to."""
AIR = 100.0
"""Metres of air at depth 1."""

_HALF = 0.0005  # s on either side of the filter's middle
_KELVIN, _HUMIDITY = 293.15, 50.0


class Distance(NamedTuple):
    """What distance does: dB by which the send rises, and metres of air in the way."""

    room_db: float
    air: float


NEAR = Distance(0.0, 0.0)
"""Nothing at all."""


def distance(depth: float | None, drr: float | None) -> Distance:
    """What a depth means in a room.

    Parameters
    ----------
    depth : float or None
        0 (near) to 1 (far); None is no distance.
    drr : float or None
        Direct-to-reverberant ratio in dB of a near sound; None where there is no room.

    Returns
    -------
    Distance
        To 0.01 dB and 0.1 m.

    Examples
    --------
    >>> distance(1.0, 14.0), distance(0.5, 0.0), distance(0.5, None)
    (Distance(room_db=12.0, air=100.0), Distance(room_db=1.5, air=50.0), Distance(room_db=0.0, air=50.0))
    """
    if not depth:
        return NEAR
    rise = 0.0 if drr is None else depth * min(FARTHER, max(0.0, drr - FARTHEST))
    return Distance(round(rise, 2), round(depth * AIR, 1))


def absorption(frequencies: ArrayLike) -> Array:
    """Absorption by air at 20 degrees Celsius and a relative humidity of 50 %.

    At 101.325 kPa.

    Parameters
    ----------
    frequencies : array_like
        Hz, 0 or more.

    Returns
    -------
    ndarray of float64
        dB per metre, to nine decimals.

    Examples
    --------
    >>> (absorption([1000, 4000, 8000]) * 1000).round(1).tolist()  # dB per kilometre
    [4.7, 29.7, 105.3]
    """
    return _absorption(frequencies, _KELVIN, _HUMIDITY)


def _absorption(frequencies: ArrayLike, kelvin: float, humidity: float) -> Array:
    """ISO 9613-1 at any temperature (K) and relative humidity (%), dB per metre.

    At 101.325 kPa.
    """
    f2 = np.square(np.asarray(frequencies, dtype=np.float64))
    warmth = kelvin / 293.15
    saturation = 10.0 ** (-6.8346 * (273.16 / kelvin) ** 1.261 + 4.6151)
    h = humidity * saturation  # molar concentration of water vapour in %
    oxygen = 24.0 + 4.04e4 * h * (0.02 + h) / (0.391 + h)  # Hz, relaxation frequencies
    nitrogen = warmth**-0.5 * (9.0 + 280.0 * h * math.exp(-4.170 * (warmth ** (-1.0 / 3.0) - 1.0)))
    relaxing = 0.01275 * math.exp(-2239.1 / kelvin) * oxygen / (oxygen * oxygen + f2)
    relaxing += 0.1068 * math.exp(-3352.0 / kelvin) * nitrogen / (nitrogen * nitrogen + f2)
    return np.asarray(
        np.round(8.686 * f2 * (1.84e-11 * warmth**0.5 + warmth**-2.5 * relaxing), 9), dtype=np.float64
    )


@lru_cache(maxsize=64)
def air_taps(metres: float, rate: int) -> tuple[float, ...]:
    """Half of a symmetric filter that sounds like so many metres of air.

    The middle tap, then those on either side.

    Parameters
    ----------
    metres : float
        More than 0.
    rate : int
        Samples per second.

    Returns
    -------
    tuple of float
        Twelve decimals; the middle one and twice the others add up to 1.

    Examples
    --------
    >>> len(air_taps(50.0, 48000))
    25
    """
    half = round(_HALF * rate)
    size = 32 * half
    gain = 10.0 ** (-absorption(np.arange(size // 2 + 1) * (rate / size)) * metres / 20.0)
    window = 0.5 + 0.5 * np.cos(np.pi * np.arange(half + 1) / (half + 1))
    taps = np.fft.irfft(np.round(gain, 12), n=size)[: half + 1] * window
    taps = np.round(taps / (taps[0] + 2.0 * float(np.sum(taps[1:]))), 12)
    taps[0] = 1.0 - 2.0 * float(np.sum(taps[1:]))
    return tuple(float(tap) for tap in taps)


def through_air(x: Array, taps: tuple[float, ...]) -> Array:
    """Filter a stretch of sound that reaches beyond what is wanted.

    By ``len(taps) - 1`` frames on either side.

    Parameters
    ----------
    x : ndarray of float64, shape (n + 2 h, channels)
    taps : tuple of float, length h + 1
        From `air_taps`.

    Returns
    -------
    ndarray of float64, shape (n, channels)
        The sums run in one order whatever n is, so the result does not depend on how a signal is cut into
        blocks.

    Examples
    --------
    >>> through_air(np.ones((60, 1)), air_taps(50.0, 48000)).round(9).ravel().tolist()[:2]
    [1.0, 1.0]
    """
    half = len(taps) - 1
    n = len(x) - 2 * half
    y = x[half : half + n] * taps[0]
    for lag in range(1, half + 1):
        y += (x[half - lag : half - lag + n] + x[half + lag : half + lag + n]) * taps[lag]
    return y


def air_power(frequencies: ArrayLike, metres: float, rate: int) -> Array:
    """Factors on power that the filter of `air_taps` leaves at some frequencies."""
    taps = air_taps(metres, rate)
    turns = 2.0 * np.pi * np.asarray(frequencies, dtype=np.float64) / rate
    gain = taps[0] + 2.0 * sum(tap * np.cos(turns * lag) for lag, tap in enumerate(taps[1:], 1))
    return np.asarray(gain * gain, dtype=np.float64)
