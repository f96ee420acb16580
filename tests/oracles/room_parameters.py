"""Parameters of ISO 3382-1:2009 that follow from one impulse response (5.3, A.2.2, A.2.3).

Conventions: a response is (frames,) or (frames, channels), whose energies add up; clarity, definition and the
direct-to-reverberant ratio count time from frame `start`. What the response does not hold is NaN.
"""

import math
from typing import NamedTuple

import numpy as np

from imgext.dsp.iso3382 import decay_time, octave_band


class RoomParameters(NamedTuple):
    """Decay times in s, clarity in dB, definition from 0 to 1."""

    edt: float
    t20: float
    t30: float
    c50: float
    c80: float
    d50: float


def room_parameters(response, rate, centre=None, start=0):
    """All parameters of a response, or of one octave of it."""
    h = np.asarray(response, dtype=np.float64)
    if centre is not None:
        h = octave_band(h, rate, centre)
    return RoomParameters(
        edt=decay_time(h, rate, 0.0, -10.0),
        t20=decay_time(h, rate, -5.0, -25.0),
        t30=decay_time(h, rate, -5.0, -35.0),
        c50=clarity(h, rate, 0.050, start),
        c80=clarity(h, rate, 0.080, start),
        d50=definition(h, rate, 0.050, start),
    )


def clarity(response, rate, early, start=0):
    """Energy of the first `early` seconds against all that comes later, dB."""
    return _ratio_db(*_split(response, round(early * rate), start))


def definition(response, rate, early, start=0):
    """Share of the energy that comes in the first `early` seconds."""
    before, after = _split(response, round(early * rate), start)
    return before / (before + after) if before + after > 0.0 else math.nan


def direct_to_reverberant(response, rate, window=0.0025, start=0):
    """Energy up to `window` seconds after the direct sound against all that comes later, dB."""
    return _ratio_db(*_split(response, round(window * rate) + 1, start))


def _split(response, frames, start):
    h = np.asarray(response, dtype=np.float64)
    energy = np.sum(h.reshape(len(h), -1) ** 2, axis=1)
    return float(np.sum(energy[start : start + frames])), float(np.sum(energy[start + frames :]))


def _ratio_db(above, below):
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(10.0 * np.log10(np.float64(above) / np.float64(below)))
