"""The impulse response of a room: decaying noise whose decay depends on frequency.

The room is what a picture suggests.

Conventions: decay times (RT, time for a fall by 60 dB) and delays in seconds, frequencies in hertz, responses
float64 of shape ``(frames, 2)``. `room_size`, `damping` and `width` run from 0 to 1. A response carries the
reverberation alone, not the direct sound, and its energy over both channels is 1, so that playing it
`wet_level` times as loud next to a dry sound of the same energy gives a direct-to-reverberant ratio of ``-20
log10(wet_level)`` dB.

How it is made. Each channel starts as an excitation: Gaussian noise with twelve single reflections among its
first 50 ms, where a real room is not yet diffuse. Masks on its spectrum, which add up to one and overlap only
with their neighbours, split it into third octaves (slopes of recursive filters would let a slow band ring in
a fast one), and each decays at its own rate. One draw of noise in a narrow band decays up to a quarter faster
or slower than its envelope says; so the low bands are evened out over time, the response is measured in
octaves as ISO 3382-1 does, and the rates are corrected until it has the decay that was asked for. Finally the
two channels are given the correlation ``1 - width`` exactly.

The same bits on every processor of one kind: everything here is addition, multiplication, square root,
sorting, PCG64 and numpy's real Fourier transform in float64. Exponentials are running products, levels are
found by comparison instead of logarithms.

Sources: J. A. Moorer, "About this reverberation business", Computer Music Journal 3(2), 1979 (decaying noise
as a room); ISO 3382-1:2009 (decay time, T30); ISO 266 (third octaves); J. Blauert, "Spatial Hearing"
(correlation and apparent width).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.iso3382 import OctaveDecays, fast_length, octave_masks

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

OCTAVES = (125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)
"""Centres of the octaves in which a room has a decay time (Hz)."""

GRID = 2.0**-40
"""Step to which the samples of a response are rounded."""

_THIRDS = (1.0, 1.2599210498948732, 1.5874010519681994)  # 2 ** (0, 1/3, 2/3)
_LOWEST_BAND = -15  # in thirds of an octave from 1 kHz: 31 Hz; nothing below about 25 Hz rings
_HIGHEST_BAND = 13  # 20 kHz; the last band reaches to half the rate
_EARLY = 0.050  # s, the time in which single reflections stand out
_REFLECTIONS = 12
_EARLY_SHARE = 0.5  # of the energy at the very beginning; falls to 0 over _EARLY
_FADE = 0.05  # of the length
_CORRECTIONS = 3
_STEADYING = 2
_STEADY_WINDOW = 0.020  # s
_NEPER_60_DB = 6.907755278982137  # ln(1000)


def _check(**shares: float) -> None:
    for name, value in shares.items():
        if not 0.0 <= value <= 1.0:
            raise ValueError(f"{name} is {value}; it runs from 0 to 1")


def _decays_at(octaves: Array, room_size: float, damping: float) -> Array:
    """RT at positions given in octaves from 1 kHz.

    1/RT runs straight between the octaves and stays level outside them.
    """
    middle = round(
        0.25 * 12.0**room_size, 6
    )  # to a microsecond: the power may differ in its last bit between processors
    shares = np.array([1.1, 1.1, 1.0, 1.0, *(1.0 - 0.75 * damping * octave / 3.0 for octave in (1, 2, 3))])
    inverse = np.interp(octaves, np.arange(-3.0, 4.0), 1.0 / (middle * shares))
    return np.asarray(1.0 / inverse, dtype=np.float64)


def decay_times(room_size: float, damping: float, frequencies: ArrayLike) -> Array:
    """Decay time of a room at given frequencies.

    ``T = 0.25 * 12 ** room_size`` seconds from 500 Hz to 1 kHz, 1.1 T up to 250 Hz, and ``T * (1 - 0.75 *
    damping * log2(f / 1 kHz) / 3)`` in the octaves above. Between octaves 1/RT is straight over log2 f; it is
    level from 8 kHz on.

    Parameters
    ----------
    room_size, damping : float
        0 to 1.
    frequencies : array_like
        Hz, above 0.

    Returns
    -------
    ndarray of float64, the shape of `frequencies`
        Seconds.

    Raises
    ------
    ValueError
        A parameter is out of its range.

    Examples
    --------
    >>> decay_times(0.0, 1.0, [125, 1000, 2000, 4000, 8000]).round(4).tolist()
    [0.275, 0.25, 0.1875, 0.125, 0.0625]
    """
    _check(room_size=room_size, damping=damping)
    f = np.asarray(frequencies, dtype=np.float64)
    if not np.all(f > 0.0):
        raise ValueError("a frequency is not above 0 Hz")
    return _decays_at(np.asarray(np.round(np.log2(f / 1000.0), 9), dtype=np.float64), room_size, damping)


def pre_delay(room_size: float) -> float:
    """Seconds between the direct sound and the first reverberation: 5 ms to 35 ms.

    >>> pre_delay(0.5)
    0.02
    """
    _check(room_size=room_size)
    return round(0.005 + 0.03 * room_size, 6)


def tail_seconds(room_size: float, damping: float) -> float:
    """Seconds that a room rings after a sound, until -60 dB.

    The pre-delay and the longest decay time, rounded up to 0.01 s.

    This is the length of `impulse_response`.

    Examples
    --------
    >>> tail_seconds(0.0, 0.5)
    0.28
    """
    longest = float(np.max(decay_times(room_size, damping, OCTAVES)))
    return math.ceil(round((pre_delay(room_size) + longest) * 100.0, 4)) / 100.0


def impulse_response(room_size: float, damping: float, width: float, rate: int, seed: int) -> Array:
    """Stereo impulse response of a room, the reverberation alone.

    Parameters
    ----------
    room_size : float
        0 to 1: a decay of 0.25 s to 3 s in the middle frequencies, see `decay_times`.
    damping : float
        0 to 1: how much faster the high frequencies decay.
    width : float
        0 to 1: the correlation between the channels is ``1 - width``.
    rate : int
        Samples per second, 8000 to 192000. Bands above half the rate are left out.
    seed : int
        0 or more; the same numbers give the same bits.

    Returns
    -------
    ndarray of float64, shape (frames, 2)
        ``frames`` is `tail_seconds` at `rate`; the sum of all squares is 1; the first `pre_delay` seconds are
        0.

    Raises
    ------
    ValueError
        A parameter is out of its range.

    Examples
    --------
    >>> h = impulse_response(0.25, 0.5, 0.8, 16000, seed=1)
    >>> h.shape, round(float((h * h).sum()), 9), round(float(np.corrcoef(h.T)[0, 1]), 3)
    ((8480, 2), 1.0, 0.2)
    """
    _check(room_size=room_size, damping=damping, width=width)
    if not 8000 <= rate <= 192000:
        raise ValueError(f"rate is {rate}; it runs from 8000 to 192000")
    if seed < 0:
        raise ValueError(f"seed is {seed}; it is 0 or more")
    frames = round(tail_seconds(room_size, damping) * rate)
    silent = round(pre_delay(room_size) * rate)
    late = frames - silent
    shape = _shaper(room_size, damping, rate, late)
    a = math.sqrt(1.0 - width / 2.0) * _excitation(seed, 0, rate, late)
    b = math.sqrt(width / 2.0) * _excitation(seed, 1, rate, late)
    left = shape(a + b)
    right = shape(a - b) if width > 0.0 else left

    fade = _fade(late, round(_FADE * frames))
    response = np.zeros((frames, 2))
    response[silent:, 0], response[silent:, 1] = _correlate(left * fade, right * fade, width)
    response /= math.sqrt(float(np.sum(response * response)))
    return np.asarray(np.rint(response / GRID) * GRID)


def _excitation(seed: int, channel: int, rate: int, frames: int) -> Array:
    """Noise of variance 1 with single reflections for part of the early energy."""
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, channel])))
    # Sorted uniform times are a Poisson process, whose gaps are exponential: how reflections arrive in a
    # room.
    times = np.sort(random.random(_REFLECTIONS)) * _EARLY
    signs = np.where(random.random(_REFLECTIONS) < 0.5, -1.0, 1.0)
    noise = random.standard_normal(fast_length(frames))
    early = round(_EARLY * rate)
    share = np.maximum(0.0, _EARLY_SHARE * (1.0 - np.arange(early) / early))
    noise[:early] *= np.sqrt(1.0 - share)
    energy = share[np.minimum((times * rate).astype(np.int64), early - 1)]
    energy *= np.sum(share) / np.sum(energy)
    np.add.at(noise, (times * rate).astype(np.int64), signs * np.sqrt(energy))
    return noise


def _shaper(room_size: float, damping: float, rate: int, frames: int) -> Callable[[Array], Array]:
    """Make the function that turns an excitation into a response of `frames` samples.

    With the decay times of the room.
    """
    octaves = np.array(
        [octave for octave in range(-3, 4) if 1000.0 * 2.0**octave * math.sqrt(2.0) < rate / 2.0],
        dtype=np.float64,
    )
    target = _decays_at(octaves, room_size, damping)
    masks = _third_octave_masks(rate, fast_length(frames))
    bands = np.array([band for band, _, _ in masks]) / 3.0
    nominal = 1.0 / _decays_at(bands, room_size, damping)
    measure = OctaveDecays(rate, frames, octaves)

    def shape(excitation: Array) -> Array:
        spectrum = np.fft.rfft(excitation)
        parts = np.empty((len(masks), excitation.size))
        for part, (_, first, mask) in zip(parts, masks, strict=True):
            masked = np.zeros_like(spectrum)
            masked[first : first + mask.size] = spectrum[first : first + mask.size] * mask
            part[:] = np.fft.irfft(masked, n=excitation.size)
        _steady(parts, bands, rate)
        correction = np.ones(octaves.size)
        response = _decaying_sum(parts[:, :frames], nominal, rate)
        for _ in range(_CORRECTIONS):
            correction *= measure(response) / target
            response = _decaying_sum(parts[:, :frames], nominal * np.interp(bands, octaves, correction), rate)
        return response

    return shape


def _steady(parts: Array, bands: Array, rate: int) -> None:
    """Even out the energy of the bands below 700 Hz over time, in place.

    A short room has few independent swings of a low band within its decay (an octave at 125 Hz is 88 Hz wide:
    four in 20 ms), so that chance alone would bend its decay curve. The gains follow the energy of the
    octaves and fade out towards 63 Hz and 1 kHz.
    """
    size = parts.shape[1]
    low = np.flatnonzero((bands > -4.0) & (bands < 0.0))
    masks = octave_masks(rate, size, np.arange(-3.0, 0.0))
    gains = np.ones((5, size))  # at 63, 125, 250, 500 and 1000 Hz
    for _ in range(_STEADYING):
        spectrum = np.fft.rfft(np.sum(parts[low], axis=0))
        for gain, mask in zip(gains[1:-1], masks, strict=True):
            band = np.fft.irfft(spectrum * mask, n=size)
            energy = _moving_mean(
                _moving_mean(band * band, round(_STEADY_WINDOW * rate)), round(_STEADY_WINDOW * rate)
            )
            mean = float(np.sum(energy)) / size
            gain[:] = np.clip(np.sqrt(mean / np.maximum(energy, 1e-3 * mean)), 0.5, 2.0)
        for k in low:
            below, share = divmod(bands[k] + 4.0, 1.0)
            parts[k] *= (1.0 - share) * gains[int(below)] + share * gains[int(below) + 1]


def _moving_mean(x: Array, window: int) -> Array:
    """Centred mean over `window` samples; the array is a circle."""
    sums = np.cumsum(np.concatenate([x[-window:], x, x[:window]]))
    return np.asarray((sums[window:] - sums[:-window])[window // 2 :][: x.size] / window, dtype=np.float64)


def _third_octave_masks(rate: int, size: int) -> list[tuple[int, int, Array]]:
    """Band number, first bin and mask of each third octave below half the rate.

    The masks add up to 1 from the first centre on.
    """
    centres = {
        band: 1000.0 * 2.0 ** (band // 3) * _THIRDS[band % 3]
        for band in range(_LOWEST_BAND - 1, _HIGHEST_BAND + 2)
    }
    used = [band for band in range(_LOWEST_BAND, _HIGHEST_BAND + 1) if centres[band - 1] < rate / 2.0]
    frequencies = np.arange(size // 2 + 1) * (rate / size)

    def step(
        band: int,
    ) -> Array:  # 0 up to the centre below, 1 from the centre of the band on, a smooth cubic between
        u = np.clip((frequencies - centres[band - 1]) / (centres[band] - centres[band - 1]), 0.0, 1.0)
        return np.asarray(u * u * (3.0 - 2.0 * u), dtype=np.float64)

    masks = []
    for band in used:
        mask = step(band) - (step(band + 1) if band != used[-1] else 0.0)
        inside = np.flatnonzero(mask)
        if inside.size:
            masks.append((band, int(inside[0]), mask[inside[0] : inside[-1] + 1]))
    return masks


def _decaying_sum(parts: Array, inverse_decays: Array, rate: int) -> Array:
    total = np.zeros(parts.shape[1])
    for part, inverse in zip(parts, inverse_decays, strict=True):
        x = (
            -_NEPER_60_DB * float(inverse) / rate
        )  # at most a few hundredths, where six terms of the exponential series are exact
        per_sample = 1.0 + x * (
            1.0 + x / 2.0 * (1.0 + x / 3.0 * (1.0 + x / 4.0 * (1.0 + x / 5.0 * (1.0 + x / 6.0))))
        )
        envelope = np.full(total.size, per_sample)
        envelope[0] = 1.0
        total += part * np.cumprod(envelope)
    return total


def _correlate(left: Array, right: Array, width: float) -> tuple[Array, Array]:
    """Give sum and difference the energies ``2 - width`` and ``width``, orthogonal.

    The channels have equal energies then and correlate by ``1 - width``.
    """
    middle, side = (left + right) / 2.0, (left - right) / 2.0
    if not np.any(side):
        return left, right
    energy = float(np.sum(middle * middle))
    side -= float(np.sum(middle * side)) / energy * middle
    side *= math.sqrt(energy * width / (2.0 - width) / float(np.sum(side * side)))
    return middle + side, middle - side


def _fade(frames: int, length: int) -> Array:
    """Gain of 1 that falls to 0 in a raised cosine over its last `length` frames."""
    gain = np.ones(frames)
    gain[frames - length :] = 0.5 + 0.5 * np.cos(np.pi * (np.arange(length) + 1.0) / length)
    return gain
