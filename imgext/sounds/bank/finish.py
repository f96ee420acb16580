"""The last step of every built-in sound: no offset, an even level, bent peaks, whole 24-bit steps.

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

#: Samples are multiples of this.
STEP = 2.0**-23
_RMS = 0.1
_KNEE, _CEILING = 0.5, 0.7
_LARGEST = 1.4  #: peak before bending: 6 dB above the ceiling


def finished(signal: Array, kind: Literal["event", "bed"]) -> Array:
    """Level, bend and quantise a raw sound.

    Parameters
    ----------
    signal : ndarray, shape (frames,) or (frames, 2)
        At any level.
    kind : {"event", "bed"}
        An event gets edges of 4 and 30 ms and its offset is taken out under a window; a bed stays a circle.

    Returns
    -------
    ndarray, shape (frames, channels)
        Multiples of 2**-23 between -0.7 and 0.7.

    Notes ----- The bend leaves samples below 0.5 alone and leads on to 0.7 by u / (1 + u), so its slope has
    no step. It catches the few high peaks of clicks, drops and blows.
    """
    signal = signal if signal.ndim == 2 else signal[:, None]
    signal = signal - np.mean(signal, axis=0)
    if kind == "event":
        signal = edges(signal, 0.004, 0.03)
    rms = math.sqrt(float(np.mean(np.square(signal))))
    # rounded, so that a last-bit difference of the sums cannot reach a sample
    signal = signal * round(min(_RMS / rms, _LARGEST / float(np.max(np.abs(signal)))), 9)
    over = np.maximum(np.abs(signal) - _KNEE, 0.0)
    room = _CEILING - _KNEE
    signal = np.clip(signal, -_KNEE, _KNEE) + np.sign(signal) * (room * over / (room + over))
    offset = np.round(np.mean(signal, axis=0), 9)
    window = (
        np.ones(len(signal))
        if kind == "bed"
        else 1.0 - np.cos(np.arange(len(signal)) * (2.0 * math.pi / len(signal)))
    )
    result: Array = np.rint((signal - window[:, None] * offset) / STEP) * STEP + 0.0
    return result
