"""Where a sound stands between left and right.

Conventions: `pan` is -1 (left) to 1 (right); a matrix has one row for each channel of the sound and the
columns left and right, so ``out[n, c] = sum over i of x[n, i] * matrix[i, c]``. Blocks are (samples,
channels), float64.

A mono sound is panned by constant power: gains cos and sin of ``(1 + pan) pi / 4``, -3.01 dB each in the
middle, so the power summed over the two channels does not depend on the place.

A stereo sound is not re-panned but balanced: up to half way the far side is turned down by ``sqrt(1 -
|pan|)`` and the near side is left alone. Beyond that a sound that only lost one side would lose what was on
it, so the balance blends linearly into a collapse: the middle ``(L + R) / 2`` panned by constant power, the
side ``(L - R) / 2`` narrowed by ``1 - |pan|``. At the ends all of the sound stands in one channel and the
other is exactly silent.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from imgext.dsp.fade import quarter_sine

Float = NDArray[np.float64]


def pan_matrix(pan: float, channels: int) -> Float:
    """Give the gains that place a mono or stereo sound.

    Parameters
    ----------
    pan : float
        -1 (left) to 1 (right).
    channels : int
        1 or 2.

    Returns
    -------
    ndarray, shape (channels, 2)
        Rounded to 14 decimals. Turning `pan` around swaps left and right bit for bit; a stereo sound at 0
        gets the identity.

    Raises
    ------
    ValueError
        The place or the number of channels is out of range.

    Examples
    --------
    >>> pan_matrix(0.5, 1).round(4).tolist()
    [[0.3827, 0.9239]]
    >>> pan_matrix(-1.0, 2)[:, 1].tolist()
    [0.0, 0.0]
    """
    if not -1.0 <= pan <= 1.0:
        raise ValueError(f"a pan of {pan} is out of range: -1 (left) to 1 (right)")
    if channels not in {1, 2}:
        raise ValueError(f"a sound of {channels} channels cannot be panned: 1 or 2")
    if channels == 1:
        return _mono(pan)
    # Computed for the right half only; the left half is its mirror image, exactly.
    return _stereo(pan) if pan >= 0.0 else _stereo(-pan)[::-1, ::-1].copy()


def _mono(p: float) -> Float:
    """Cosine and sine of (1 + p) pi / 4.

    By which left and right are the two sides of an equal-power crossfade.
    """
    return quarter_sine(np.array([[(1.0 - p) / 2.0, (1.0 + p) / 2.0]])).round(14)


def _stereo(p: float) -> Float:
    balance = np.array([[math.sqrt(1.0 - p), 0.0], [0.0, 1.0]])
    if p <= 0.5:
        return balance.round(14)
    left, right = _mono(p)[0]
    side = (1.0 - p) / 2.0
    middle_left, middle_right = left / math.sqrt(2.0), right / math.sqrt(2.0)
    collapse = np.array(
        [[middle_left + side, middle_right - side], [middle_left - side, middle_right + side]]
    )
    u = (p - 0.5) / 0.5
    return ((1.0 - u) * balance + u * collapse).round(14)
