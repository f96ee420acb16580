"""Fades at the ends of a sound, and the curves that join a loop to itself.

Conventions: lengths and offsets in samples; curves are float64 in 0 to 1.

A fade is half a period of a raised cosine, ``(1 - cos(pi i / n)) / 2``: its slope is continuous at both ends,
its first (or last) sample is exactly 0 and no step is larger than ``pi / (2 n)``. A loop is joined by a
quarter sine against a quarter cosine: their squares sum to one, so two stretches that do not correlate keep
their power.

Sines come from `quarter_sine`, a power series: the last bit of a library's sine depends on the machine, that
of sums and products does not.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]

_LAST_POWER = 23  # (pi/2)**25 / 25! is below 1e-20


def quarter_sine(t: Float) -> Float:
    """Give sin(pi t / 2) for t in 0 to 1, the same bits on every machine.

    Parameters
    ----------
    t : ndarray
        0 to 1.

    Returns
    -------
    ndarray, same shape
        Within 4e-16 of the true value; exactly 0 at 0.

    Examples
    --------
    >>> quarter_sine(np.array([0.0, 1 / 3, 1.0])).round(15).tolist()
    [0.0, 0.5, 1.0]
    """
    y = t * (math.pi / 2)
    square = y * y
    series = np.full_like(y, 1.0)
    for k in range(_LAST_POWER, 1, -2):
        series *= square * (-1.0 / (k * (k - 1)))
        series += 1.0
    return y * series


def fade_in(n: int) -> Float:
    """Give the raised cosine that rises over `n` samples.

    Parameters
    ----------
    n : int
        Samples, >= 0.

    Returns
    -------
    ndarray, shape (n,)
        From exactly 0 towards 1, which the sample after the last would reach.

    Examples
    --------
    >>> fade_in(4).round(3).tolist()
    [0.0, 0.146, 0.5, 0.854]
    """
    return _rise(0, n, n)


def fade_out(n: int) -> Float:
    """Give the raised cosine that falls over `n` samples.

    `fade_in` backwards, its last sample exactly 0.

    Parameters
    ----------
    n : int
        Samples, >= 0.

    Returns
    -------
    ndarray, shape (n,)
    """
    return _rise(0, n, n)[::-1]


def crossfade(n: int) -> tuple[Float, Float]:
    """Give the equal-power pair that leads from the end of a loop to its beginning.

    Parameters
    ----------
    n : int
        Samples, >= 0.

    Returns
    -------
    out, into : ndarray, shape (n,)
        A quarter cosine for what ends and a quarter sine for what begins, taken between the samples so that
        each is the other backwards; ``out**2 + into**2`` is 1 within rounding.
    """
    into = quarter_sine(np.arange(0.5, n) / max(n, 1))
    return into[::-1].copy(), into


def apply_fades(x: Float, offset: int, total: int, fade_in: int, fade_out: int) -> None:
    """Fade, in place, one block of a longer sound.

    Parameters
    ----------
    x : ndarray, shape (n,) or (n, channels)
        Samples `offset` to `offset + n` of the sound.
    offset : int
        Where the block begins in the sound, >= 0.
    total : int
        Length of the whole sound; the block must lie inside it.
    fade_in, fade_out : int
        Lengths of the fades; a fade longer than the sound is cut to its length, fades that meet multiply.

    Raises
    ------
    ValueError
        The block does not lie inside the sound.

    Notes
    -----
    How the sound is cut into blocks makes no difference to a single bit.
    """
    n = len(x)
    if offset < 0 or offset + n > total:
        raise ValueError(f"samples {offset} to {offset + n} are not inside a sound of {total}")
    rise, fall = min(fade_in, total), min(fade_out, total)
    shape = (-1,) + (1,) * (x.ndim - 1)
    if rise > 0 and offset < rise:
        stop = min(rise, offset + n)
        x[: stop - offset] *= _rise(offset, stop, rise).reshape(shape)
    first = max(offset, total - fall)
    if fall > 0 and first < offset + n:
        # Sample s of the sound stands total - 1 - s samples before its end.
        curve = _rise(total - offset - n, total - first, fall)[::-1]
        x[first - offset :] *= curve.reshape(shape)


def _rise(start: int, stop: int, n: int) -> Float:
    """Samples `start` to `stop` of the rise over `n`.

    (1 - cos(pi i / n)) / 2 = sin(pi i / (2 n))**2.
    """
    root = quarter_sine(np.arange(start, stop) / max(n, 1))
    return root * root
