"""Partial loudness by the ear of PEAQ: how loud a sound is among others.

As a share of how loud it is alone.

Conventions: powers of shape (frames, 109) as `imgext.evaluation.clarity.bands` gives them, a full-scale sine
at 92 dB SPL, frames half a window apart. A ratio runs from 0, not heard, to 1, as if alone.

The ear: outer and middle ear as a weight on the spectrum; 109 bands a quarter Bark wide on the scale ``z = 7
asinh(f / 650)``; internal noise; spreading, 27 dB per Bark downwards and less steep upwards the louder and
the higher, added with exponent 0.4; smearing over time with 8 to 30 ms. The excitation of all other sounds,
lowered by 3 dB up to 12 Bark and 0.25 dB per Bark above, raises the threshold above which the sound's own
excitation has loudness.

Sources: ITU-R BS.1387-1, annex 2, 2.1 (FFT-based ear model) and 4.3 (partial loudness); M. Holters and U.
Zölzer, "GstPEAQ - an open source implementation of the PEAQ algorithm", DAFx 2015, for constants that the
recommendation leaves to the reader; P. Aichinger, A. Sontacchi and B. Schneider-Stickler, "Describing the
transparency of mixdowns: the masked-to-unmasked ratio", AES 130, 2011.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

BANDS = 109
"""Bands of the ear model."""

ACTIVE_SHARE = 0.05
"""A frame counts where the sound alone has more than this share of its greatest loudness."""

_WIDTH = 27.0 / 108.0  # Bark
_LOWEST, _HIGHEST = 80.0, 18000.0  # Hz
_GAMMA = 0.84971762641205  # loss of a sine that lies between two lines of the spectrum
_SPL = 92.0  # of a full-scale sine
_ADDITION = 0.4
_EXPONENT = 0.23
_LOUDNESS_SCALE = 1.07664
_SHORTEST, _LONGEST = 0.008, 0.030  # seconds, of the smearing at high frequencies and at 100 Hz
_FRAMES_PER_BLOCK = 128  # what fits the nearer caches


class _Ear(NamedTuple):
    """What depends on the band alone; each of shape (109, 1)."""

    band: Array  # its number from 0
    internal_noise: Array
    threshold: Array  # excitation at the threshold in quiet
    share: Array  # s of the recommendation: how far excitation at threshold is from being loud
    scale: Array  # loudness of excitation at the threshold in quiet
    upward: Array  # logarithm of the upward slope per band without its level-dependent part
    downward_sum: Array  # of the geometric series below a band
    masking: Array  # factor on the excitation of maskers
    tau: Array  # seconds


def band_edges() -> tuple[Array, Array, Array]:
    """Give lower edges, centres and upper edges of the bands in Hz, shape (109,) each.

    Examples
    --------
    >>> low, centre, high = band_edges()
    >>> len(centre), round(float(low[0]), 3), round(float(centre[0]), 3), round(float(high[-1]), 3)
    (109, 80.0, 91.708, 18000.0)
    """
    bottom, top = 7.0 * np.arcsinh(_LOWEST / 650.0), 7.0 * np.arcsinh(_HIGHEST / 650.0)
    low = bottom + _WIDTH * np.arange(BANDS)
    high = np.minimum(low + _WIDTH, top)
    return 650.0 * np.sinh(low / 7.0), 650.0 * np.sinh((low + high) / 14.0), 650.0 * np.sinh(high / 7.0)


def band_weights(length: int, rate: int) -> Array:
    """Weights from a squared spectrum to the bands behind the outer and middle ear.

    Of Hann-windowed frames.

    Parameters
    ----------
    length : int
        Samples of a frame.
    rate : int
        Hz.

    Returns
    -------
    ndarray, shape (length / 2 + 1, 109)
        A line of the spectrum counts in a band by the share of it that lies there.
    """
    step = rate / length
    frequencies = np.arange(length // 2 + 1) * step
    khz = np.maximum(frequencies, 1.0) / 1000.0
    weight = 10.0 ** (
        (-0.6 * 3.64 * khz**-0.8 + 6.5 * np.exp(-0.6 * (khz - 3.3) ** 2) - 1e-3 * khz**3.6) / 10.0
    )
    low, _, high = band_edges()
    line_low, line_high = (frequencies - step / 2.0)[:, np.newaxis], (frequencies + step / 2.0)[:, np.newaxis]
    share = np.maximum(np.minimum(line_high, high) - np.maximum(line_low, low), 0.0) / step
    level = 10.0 ** (_SPL / 10.0) / (_GAMMA / 4.0 * (length - 1)) ** 2
    return np.asarray((level * weight)[:, np.newaxis] * share)


def partial_loudness(target: Array, others: Array, hop_seconds: float) -> tuple[Array, Array]:
    """Loudness of a sound, frame by frame, alone and among others.

    Parameters
    ----------
    target, others : ndarray, shape (frames, 109)
        Powers of the sound and of everything else together.
    hop_seconds : float
        Time between two frames.

    Returns
    -------
    alone, masked : ndarray, shape (frames,)
        In the units of the recommendation, about sone.

    Examples
    --------
    >>> quiet = np.zeros((4, 109))
    >>> tone = quiet.copy()
    >>> tone[:, 40] = 1e6
    >>> alone, masked = partial_loudness(tone, quiet, 1024 / 48000)
    >>> bool(np.all(alone > 0)), bool(np.allclose(alone[1:], masked[1:], rtol=2e-2))
    (True, True)
    """
    ear = _ear()
    decay = np.exp(-hop_seconds / ear.tau)
    own_state, other_state = np.zeros((BANDS, 1)), np.zeros((BANDS, 1))
    alone, masked = np.zeros(len(target)), np.zeros(len(target))
    masker_present = bool(np.any(others))
    for start in range(0, len(target), _FRAMES_PER_BLOCK):
        block = slice(start, start + _FRAMES_PER_BLOCK)
        own, own_state = _smeared(_spread(target[block].T + ear.internal_noise), decay, own_state)
        alone[block] = _loudness(own, ear.threshold)
        if masker_present:
            other, other_state = _smeared(_spread(others[block].T + ear.internal_noise), decay, other_state)
            masked[block] = _loudness(own, ear.threshold + other * ear.masking)
    return alone, masked if masker_present else alone.copy()


def active_frames(alone: Array) -> NDArray[np.bool_]:
    """Tell in which frames a sound counts, by its loudness alone, shape (frames,)."""
    return alone > ACTIVE_SHARE * np.max(alone, initial=0.0)


def audible(alone: Array) -> bool:
    """Whether any frame is louder than the ear's own noise makes silence."""
    ear = _ear()
    silence = float(_loudness(_spread(ear.internal_noise), ear.threshold)[0])
    return bool(np.max(alone, initial=0.0) > 1.01 * silence + 1e-6)


@lru_cache(maxsize=1)
def _ear() -> _Ear:
    _, centre, _ = band_edges()
    khz = centre / 1000.0
    index = np.arange(BANDS, dtype=np.float64)
    quiet = 10.0 ** (0.364 * khz**-0.8)
    share = 10.0 ** (0.1 * (-2.0 - 2.05 * np.arctan(khz / 4.0) - 0.75 * np.arctan((khz / 1.6) ** 2)))
    down = 10.0 ** (-2.7 * _WIDTH)
    columns = (
        index,
        10.0 ** (0.4 * 0.364 * khz**-0.8),
        quiet,
        share,
        _LOUDNESS_SCALE * (quiet / (1e4 * share)) ** _EXPONENT,
        np.log(10.0) * (-2.4 - 23.0 / centre) * _WIDTH,
        (1.0 - down ** (index + 1.0)) / (1.0 - down),
        10.0 ** (-np.where(index * _WIDTH <= 12.0, 3.0, 0.25 * index * _WIDTH) / 10.0),
        _SHORTEST + 100.0 / centre * (_LONGEST - _SHORTEST),
    )
    return _Ear(*(column[:, np.newaxis] for column in columns))


@lru_cache(maxsize=1)
def _flat() -> Array:
    """What spreading makes of a power of one in all bands, shape (109, 1).

    Its normalisation.
    """
    return _spread_unnormalised(np.ones((BANDS, 1)))


def _spread(power: Array) -> Array:
    return _spread_unnormalised(power) / _flat()


def _spread_unnormalised(power: Array) -> Array:
    """Spread each band over all others; (109, frames) in and out.

    Upwards each band has a slope of its own, so its tail is carried up band by band for all bands at once:
    step d adds what every band sends to the one d above it. Downwards the slope is one number, so one running
    sum does.
    """
    ear = _ear()
    log_power = np.log(power)
    log_slope = ear.upward + 0.2 * _WIDTH * log_power
    slope = np.exp(log_slope)
    upward_sum = (1.0 - np.exp((BANDS - ear.band) * log_slope)) / (1.0 - slope)
    own = np.exp(_ADDITION * (log_power - np.log(ear.downward_sum + upward_sum - 1.0)))

    spread = own.copy()
    down = 10.0 ** (-2.7 * _WIDTH * _ADDITION)
    for band in range(BANDS - 2, -1, -1):
        spread[band] += down * spread[band + 1]
    tail, per_band = own, np.exp(_ADDITION * log_slope)
    for distance in range(1, BANDS):
        tail = tail[: BANDS - distance]
        tail *= per_band[: BANDS - distance]
        spread[distance:] += tail
    return spread * spread * np.sqrt(spread)  # the power 1 / 0.4


def _smeared(excitation: Array, decay: Array, state: Array) -> tuple[Array, Array]:
    """Smear over time, and give the state after the last frame.

    ``s[t] = a s[t-1] + (1-a) E[t]``, of which and E the greater counts.

    The recursion is unrolled by doubling: after the pass with step k each frame holds the sum over the 2k
    frames up to it.
    """
    smear = (1.0 - decay) * excitation
    smear[:, :1] += decay * state
    step, factor = 1, decay
    while step < excitation.shape[1]:
        smear[:, step:] += factor * smear[:, :-step]
        step, factor = 2 * step, factor * factor
    return np.maximum(smear, excitation), smear[:, -1:]


def _loudness(excitation: Array, threshold: Array) -> Array:
    """Loudness of an excitation above a threshold, (109, frames) in, (frames,) out.

    Summed over the bands; the threshold is not below that in quiet.
    """
    ear = _ear()
    above = np.power(1.0 - ear.share + ear.share * excitation / threshold, _EXPONENT) - 1.0
    specific = ear.scale * np.power(threshold / ear.threshold, _EXPONENT) * np.maximum(above, 0.0)
    return np.asarray(np.sum(specific, axis=0) * (24.0 / BANDS))


def partial_loudness_ratio(alone: Array, masked: Array) -> float:
    """Give the share of a sound's loudness that is left among others: MUR.

    Parameters
    ----------
    alone, masked : ndarray, shape (frames,)
        From `partial_loudness`.

    Returns
    -------
    float
        0 to 1, over the frames that count; not a number where none does.
    """
    active = active_frames(alone)
    return float(np.sum(masked[active]) / np.sum(alone[active])) if np.any(active) else float("nan")
