"""Finishes every built-in sound: no offset, even level, bent peaks, 24-bit steps.

Conventions: -20 dBFS RMS over the whole sound, except where its peaks would have to be bent by more than 6
dB, which keeps it quieter; no sample above -3.1 dBFS. A loop is treated as a circle, an event begins and ends
at zero.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal

import numpy as np

from imgext.sounds.bank.tools import edges

if TYPE_CHECKING:
    from imgext.sounds.bank.tools import Array

    Kind = Literal["event", "bed"]

#: Samples are multiples of this.
STEP = 2.0**-23
_RMS = 0.1
_KNEE, _CEILING = 0.5, 0.7
_LARGEST = 1.4  #: peak before bending: 6 dB above the ceiling


def shaped(signal: Array, kind: Kind) -> Array:
    """A raw sound without offset, ``(frames, channels)``; an event with edges of 4 and 40 ms."""
    signal = signal if signal.ndim == 2 else signal[:, None]
    if not signal.T.flags.c_contiguous:  # a channel in one piece of memory
        signal = np.ascontiguousarray(signal.T).T
    signal = signal - _offsets(signal)
    return edges(signal, 0.004, 0.04) if kind == "event" else signal


def gain_of(signal: Array) -> float:
    """Compute the gain that brings a sound to its level.

    It is rounded so that a last-bit difference of the sums cannot reach a sample.
    """
    flat = signal.T.reshape(-1)
    rms = math.sqrt(float(np.mean(np.square(flat))))
    return round(min(_RMS / rms, _LARGEST / max(float(np.max(flat)), -float(np.min(flat)))), 9)


def leveled(signal: Array, gain: float, kind: Kind) -> Array:
    """A shaped sound times `gain`, its peaks bent, between -0.7 and 0.7.

    Notes ----- The bend leaves samples below 0.5 alone and leads on to 0.7 by u / (1 + u), so its slope has
    no step. It catches the few high peaks of clicks, drops and blows. What offset it makes is taken out, of
    an event under a window.
    """
    signal = signal * gain
    flat = signal.T.reshape(-1)
    high = np.flatnonzero(np.abs(flat) > _KNEE)
    if len(high) == 0:
        return signal
    room = _CEILING - _KNEE
    over = np.abs(flat[high]) - _KNEE
    flat[high] = np.sign(flat[high]) * (_KNEE + room * over / (room + over))
    offset = np.round(_offsets(signal), 9)
    if kind == "bed":
        signal -= offset
    else:
        signal -= (1.0 - np.cos(np.arange(len(signal)) * (2.0 * math.pi / len(signal))))[:, None] * offset
    return signal


def whole_steps(signal: Array) -> Array:
    """`signal` rounded to multiples of 2**-23."""
    result = signal * (1.0 / STEP)
    np.rint(result, out=result)
    result *= STEP
    result += 0.0
    return np.ascontiguousarray(result)


def _offsets(signal: Array) -> Array:
    """Mean of each channel; numpy is slow along rows of two."""
    return np.array([float(np.mean(signal[:, k])) for k in range(signal.shape[1])])
