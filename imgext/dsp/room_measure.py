"""Measures a room as ISO 3382-1 has it, octave by octave.

Decay, clarity, definition and direct-to-reverberant ratio.

What is measured is what came back from the reverb when a click was played, next to the click itself
as the direct sound. The decay (EDT, T20, T30) is that of the reverberation from its first arrival on, because
a direct sound that is 14 dB louder than all that follows would be the whole of the first 10 dB. Clarity,
definition and the ratio of direct to reverberant sound count the direct sound and run from it.

Conventions: seconds, hertz, dB; D50 as a share from 0 to 1; NaN where a response does not hold a figure.

Source: ISO 3382-1:2009 (5.3, A.2; 4.3 and table A.1 for the mean of 500 Hz and 1 kHz as the single number of
a room); `imgext.dsp.iso3382`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgext.dsp.iso3382 import decay_time, octave_band
from imgext.dsp.reverb import EARLY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

OCTAVES = (125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0)
"""Centres of the octaves that are measured, as far as they fit below half the rate (Hz)."""

_LEAD = 0.1  # s before the click, where a filter that runs backwards rings


class Octave(NamedTuple):
    """What was measured in one octave, or over all frequencies where `centre` is 0."""

    centre: float
    edt: float
    t20: float
    t30: float
    c50: float
    d50: float
    drr: float


class Measured(NamedTuple):
    """A whole room.

    Every octave, all frequencies at once, the single numbers, and the correlation between the channels.
    """

    octaves: tuple[Octave, ...]
    all_frequencies: Octave
    middle: Octave
    """Mean of the octaves at 500 Hz and 1 kHz; its `centre` is 0."""
    correlation: float


def measure(response: Array, rate: int, direct: float = 1.0) -> Measured:
    """Measure a room.

    Parameters
    ----------
    response : ndarray of float64, shape (frames, 2)
        What came back from the reverb for a click at frame 0, as loud as it is heard, until it has died away.
    rate : int
        Samples per second, at least 4000.
    direct : float
        Energy of the click itself over both channels.

    Returns
    -------
    Measured

    Examples
    --------
    >>> noise = np.random.Generator(np.random.PCG64(1)).standard_normal((16000, 2))
    >>> h = noise * np.exp(-6.907755 * np.arange(16000) / 8000)[:, None]  # 60 dB in 0.5 s at 16 kHz
    >>> found = measure(h * (0.5 / np.sum(h * h)) ** 0.5, 16000)
    >>> round(found.middle.t30, 1), round(found.all_frequencies.drr, 2), abs(found.correlation) < 0.1
    (0.5, 3.01, True)
    """
    sounding = np.flatnonzero(np.any(response != 0.0, axis=1))
    first = int(sounding[0]) if sounding.size else 0
    lead = round(_LEAD * rate)
    padded = np.concatenate([np.zeros((lead, 2)), response])
    click = np.zeros((2 * lead + 1, 1))
    click[lead] = math.sqrt(direct)
    octaves = []
    for centre in OCTAVES:
        if centre * math.sqrt(2.0) < rate / 2.0:
            band, straight = octave_band(padded, rate, centre), octave_band(click, rate, centre)
            octaves.append(_octave(centre, band, float(np.sum(straight * straight)), rate, lead, first))
    middle = [octave for octave in octaves if octave.centre in {500.0, 1000.0}]
    single = Octave(
        0.0, *(float(np.mean(figures)) for figures in zip(*(octave[1:] for octave in middle), strict=True))
    )
    left, right = response.T
    power = math.sqrt(float(np.sum(left * left)) * float(np.sum(right * right)))
    correlation = float(np.sum(left * right)) / power if power > 0.0 else math.nan
    return Measured(tuple(octaves), _octave(0.0, padded, direct, rate, lead, first), single, correlation)


def _octave(centre: float, band: Array, direct: float, rate: int, lead: int, first: int) -> Octave:
    energy = np.sum(band * band, axis=1)
    until = lead + round(EARLY * rate)
    early, late = float(np.sum(energy[:until])) + direct, float(np.sum(energy[until:]))
    falling = band[lead + first :]
    return Octave(
        centre,
        decay_time(falling, rate, 0.0, -10.0),
        decay_time(falling, rate, -5.0, -25.0),
        decay_time(falling, rate, -5.0, -35.0),
        _db(early, late),
        early / (early + late) if early + late > 0.0 else math.nan,
        _db(direct, float(np.sum(energy))),
    )


def _db(above: float, below: float) -> float:
    return 10.0 * math.log10(above / below) if above > 0.0 and below > 0.0 else math.nan
