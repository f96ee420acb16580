"""Who masks whom: spreading, thresholds, and how two sounds compete.

Band by band and frame by frame.

Conventions: powers as `imgext.dsp.bark.BarkMeter` gives them, levels in dB SPL, shape ``(frames, 25)``; band
axes of matrices are [maskee, masker]. A severity runs from 0 to 1. What a decision may rest on (severities,
contributions, rates) is rounded to six decimals. Products of matrices are summed by `einsum` in a fixed order
and not by a BLAS, whose kernels differ in the last bit.

Sources: M. R. Schroeder, B. S. Atal, J. L. Hall, "Optimizing digital speech coders by exploiting masking
properties of the human ear", JASA 66, 1979 (spreading); J. D. Johnston, "Transform coding of audio signals
using perceptual noise criteria", IEEE JSAC 6, 1988 (threshold; noise-like throughout, since tonality cannot
be seen in the four bins of a low band); D. Ronan et al., "Automatic minimisation of masking in multitrack
audio using subgroups", arXiv:1803.09960, 2018 (the measure M); after B. Zhao and E. Pérez-Cota, Signals 5(4),
2024, reconstructed from the abstract: masking that has a direction, and its interchange.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.bark import BANDS, THRESHOLD_IN_QUIET, decibels, hop
from imgext.dsp.units import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]

NOISE_OFFSET = 5.5
"""dB by which a masker's spread excitation lies above what it just masks.

For noise-like maskers (Johnston 1988).
"""

OFFSET = rounded(10.0 ** (-NOISE_OFFSET / 10.0))
"""The same as a factor on power."""

LEVEL_IN_QUIET = decibels(THRESHOLD_IN_QUIET)
LEVEL_IN_QUIET.flags.writeable = False
"""dB SPL, shape (25,): the level of `levels` where nothing is heard."""

_ACTIVE_RANGE = 1e-4  # 40 dB under the loudest frame
_ACTIVE_FLOOR = 1e2  # 20 dB SPL
_SIGNIFICANT = 1e-3  # 30 dB under the strongest band of the frame
_HYSTERESIS = 1.5  # dB
_DECIMALS = 6


# --- thresholds


def spreading_level(distance: float) -> float:
    """Excitation at some distance from its source.

    Parameters
    ----------
    distance : float
        Bark from masker to maskee; positive is upwards.

    Returns
    -------
    float
        dB relative to the excitation at the masker: 25 dB per Bark downwards, 10 dB per Bark upwards.

    Examples
    --------
    >>> [round(spreading_level(z), 2) for z in (-2, -1, 1, 2)]
    [-27.56, -7.91, -4.31, -12.33]
    """
    z = distance + 0.474
    return 15.81 + 7.5 * z - 17.5 * math.sqrt(1.0 + z * z)


def _spreading() -> Float:
    raw = [
        [10.0 ** (spreading_level(maskee - masker) / 10.0) for masker in range(BANDS)]
        for maskee in range(BANDS)
    ]
    matrix = np.array([[rounded(value / math.fsum(row)) for value in row] for row in raw])
    matrix.flags.writeable = False
    return matrix


SPREADING = _spreading()
"""Shape (25, 25), [maskee, masker]: factors on power.

Every row sums to one, so that a flat spectrum stays flat.
"""

_SPREADING_BY_MASKER = np.ascontiguousarray(SPREADING.T)


def matrix_product(a: Float, b: Float) -> Float:
    """``a @ b`` for shapes (frames, m) and (m, n), without BLAS.

    Each element is summed from the first of the m to the last.
    """
    product: Float = np.einsum("tm,mn->tn", np.ascontiguousarray(a), b, optimize=False)
    return product


def spread(power: Float) -> Float:
    """Excitation that powers cause in all bands, shape (frames, 25) to the same."""
    return matrix_product(power, _SPREADING_BY_MASKER)


def spread_adjoint(weights: Float) -> Float:
    """Carry weights of excitation back to the powers that cause it.

    The adjoint of `spread`, same shapes.
    """
    return matrix_product(weights, SPREADING)


def masking_threshold(power: Float) -> Float:
    """What is just inaudible next to a sound.

    Parameters
    ----------
    power : ndarray, shape (frames, 25)
        Of the masker.

    Returns
    -------
    ndarray, same shape
        Power: the spread excitation 5.5 dB down, at least the threshold in quiet.
    """
    return np.maximum(spread(power) * OFFSET, THRESHOLD_IN_QUIET)


def levels(power: Float) -> Float:
    """Power in dB SPL, at least the threshold in quiet.

    Where it is above that threshold the sound is audible alone.
    """
    return decibels(np.maximum(power, THRESHOLD_IN_QUIET))


def active_frames(power: Float, loudest: float | None = None) -> Bool:
    """Tell where a sound is there.

    Parameters
    ----------
    power : ndarray, shape (frames, 25)
    loudest : float, optional
        Power of the sound's loudest frame, when these are not all of its frames.

    Returns
    -------
    ndarray of bool, shape (frames,)
        The frame's power is above 20 dB SPL and less than 40 dB under that of the loudest frame.
    """
    total = np.sum(power, axis=1)
    top = float(np.max(total, initial=0.0)) if loudest is None else loudest
    return np.asarray(total > max(top * _ACTIVE_RANGE, _ACTIVE_FLOOR))


def significant(power: Float) -> Bool:
    """Bands within 30 dB of the strongest of their frame, shape (frames, 25)."""
    return np.asarray(power > np.max(power, axis=1, keepdims=True) * _SIGNIFICANT)


# --- pairs


def prominence(level: Float, window: float = 60.0) -> Float:
    """How much a band matters to its sound.

    1 for the strongest of the frame, falling linearly to 0 over `window` dB.

    Parameters
    ----------
    level : ndarray, shape (frames, 25)
        `levels`; the strongest is looked for among the bands that are heard, for the threshold in quiet of
        the highest is 58 dB.
    window : float
        dB.

    Returns
    -------
    ndarray, same shape
        0 to 1; 0 where the sound is not heard.
    """
    heard = level > LEVEL_IN_QUIET
    top = np.max(np.where(heard, level, -10.0), axis=1, keepdims=True)
    return np.asarray(np.where(heard, np.clip(1.0 + (level - top) / window, 0.0, 1.0), 0.0))


def competition(
    yielding: Float, kept: Float, kept_prominence: Float, joint: Bool, closeness: float = 24.0
) -> Float:
    """Severity in mode `bark`: how much two sounds compete in a band.

    Both are audible there at about the same level, where it matters to the one that is kept.

    Parameters
    ----------
    yielding, kept : ndarray, shape (frames, 25)
        `levels` of the sound that may be cut and of the one to be heard.
    kept_prominence : ndarray, shape (frames, 25)
        `prominence` of the latter.
    joint : ndarray of bool, shape (frames,)
        Where both are active.
    closeness : float
        dB of difference at which they no longer compete: a cut of 6 dB cannot rescue what is drowned by more.

    Returns
    -------
    ndarray, shape (frames, 25)
        0 to 1; the product of the square root of prominence and of ``1 - |difference| / closeness``.
    """
    close = np.clip(1.0 - np.abs(yielding - kept) / closeness, 0.0, 1.0)
    return _severity(close, yielding, kept, kept_prominence, joint)


def domination(
    threshold: Float, masker: Float, maskee: Float, maskee_prominence: Float, joint: Bool
) -> Float:
    """Severity in mode `masking`: how far a sound's threshold lies over another sound.

    Where that matters to the other.

    Parameters
    ----------
    threshold : ndarray, shape (frames, 25)
        ``decibels(masking_threshold(power))`` of the masker.
    masker, maskee : ndarray, shape (frames, 25)
        `levels`.
    maskee_prominence : ndarray, shape (frames, 25)
        `prominence` of the maskee; the mode takes a window of 30 dB.
    joint : ndarray of bool, shape (frames,)
        Where both are active.

    Returns
    -------
    ndarray, shape (frames, 25)
        0 to 1: 0 where the threshold is 10 dB under the maskee, 1 where it is 10 dB over it.
    """
    over = np.clip((threshold - maskee + 10.0) / 20.0, 0.0, 1.0)
    return _severity(over, masker, maskee, maskee_prominence, joint)


def _severity(degree: Float, one: Float, other: Float, weight: Float, joint: Bool) -> Float:
    return np.round(np.sqrt(weight) * degree * _heard(one, other, joint), _DECIMALS)


def contribution(severity: Float, joint: Bool) -> Float:
    """Mean severity of each band over the frames in which both sounds are active.

    Shape (25,).

    Zeros if there are none.
    """
    frames = int(np.count_nonzero(joint))
    return np.asarray(np.round(np.sum(severity[joint], axis=0) / max(frames, 1), _DECIMALS))


def direction(one: Float, other: Float, joint: Bool) -> NDArray[np.int8]:
    """Which of two sounds masks the other, in every cell.

    Parameters
    ----------
    one, other : ndarray, shape (frames, 25)
        `levels`.
    joint : ndarray of bool, shape (frames,)
        Where both are active.

    Returns
    -------
    ndarray of int8, shape (frames, 25)
        1 where the first is the masker, -1 where the second is, 0 where not both are heard or neither has yet
        been louder by 1.5 dB. The roles stay until the difference is 1.5 dB the other way, also across frames
        in which not both are heard.
    """
    heard = _heard(one, other, joint)
    return np.where(heard, _roles(one, other, heard), np.int8(0))


def interchange_rate(one: Float, other: Float, joint: Bool, rate: int) -> float:
    """How often masker and maskee change places.

    Parameters
    ----------
    one, other, joint
        As for `direction`.
    rate : int
        Hz, of the sound.

    Returns
    -------
    float
        Changes per second of joint activity, the mean over the bands in which both are heard at least half as
        long as in the band where they meet most: what flashes up at an onset in all bands does not count. 0
        where they never meet; six decimals.
    """
    heard = _heard(one, other, joint)
    frames = np.count_nonzero(heard, axis=0)
    if not np.any(frames):
        return 0.0
    roles = _roles(one, other, heard)
    changes = np.count_nonzero(roles[1:] * roles[:-1] < 0, axis=0)
    bands = frames * 2 >= np.max(frames)
    mean = int(np.sum(changes[bands])) / int(np.count_nonzero(bands))
    return round(mean / (int(np.count_nonzero(joint)) * hop(rate) / rate), _DECIMALS)


def _heard(one: Float, other: Float, joint: Bool) -> Bool:
    return np.asarray((one > LEVEL_IN_QUIET) & (other > LEVEL_IN_QUIET) & joint[:, np.newaxis])


def _roles(one: Float, other: Float, heard: Bool) -> NDArray[np.int8]:
    """Masker of every cell, carried on from the last frame that decided it.

    0 before the first.
    """
    difference = np.round(one - other, _DECIMALS)
    decided = np.where(heard & (np.abs(difference) >= _HYSTERESIS), np.sign(difference), 0.0).astype(np.int8)
    last = np.maximum.accumulate(np.where(decided != 0, np.arange(len(decided))[:, np.newaxis], 0), axis=0)
    return np.take_along_axis(decided, last, axis=0)
