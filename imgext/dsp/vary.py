"""Small differences between the repeats of one sound, so that no two are alike.

Conventions: `gain` in dB, `pitch` in semitones, `pan` on the scale from -1 to 1; each is the largest
difference to either side. What a repeat is given comes from (seed, name, its start in milliseconds) alone:
moving one repeat changes no other. Level and place are drawn evenly; pitch takes one of `STEPS` values, so
that a long mix has few different sounds to measure.
"""

from __future__ import annotations

import math
import zlib
from typing import NamedTuple

import numpy as np

#: Different pitches, from the lowest to the highest.
STEPS = 5


class Difference(NamedTuple):
    """How one repeat differs: dB, semitones, and how far it moves to the right."""

    gain: float = 0.0
    pitch: float = 0.0
    pan: float = 0.0


def difference(seed: int, name: str, start: float, largest: Difference) -> Difference:
    """Draw how one repeat differs.

    Parameters
    ----------
    seed : int
        Of the scene.
    name : str
        Of the track.
    start : float
        Seconds.
    largest : Difference
        To either side.

    Returns
    -------
    Difference
        Rounded to 0.01 dB, 0.01 semitones and 0.001.

    Examples
    --------
    >>> difference(7, "gull", 3.25, Difference(2.0, 1.0, 0.1))
    Difference(gain=-0.67, pitch=-1.0, pan=0.04)
    >>> difference(7, "gull", 3.25, Difference())
    Difference(gain=0.0, pitch=0.0, pan=0.0)
    """
    if not any(largest):
        return Difference()
    sequence = np.random.SeedSequence([seed, zlib.crc32(name.encode()), round(start * 1000.0), STEPS])
    level, tone, place = np.random.Generator(np.random.PCG64(sequence)).random(3)
    step = int(tone * STEPS) - STEPS // 2
    return Difference(
        round(largest.gain * (2.0 * float(level) - 1.0), 2) + 0.0,
        round(largest.pitch * step / (STEPS // 2), 2) + 0.0,
        round(largest.pan * (2.0 * float(place) - 1.0), 3) + 0.0,
    )


def pitch_rate(rate: int, pitch: float) -> int:
    """Rate at which a sound is read to be heard at another pitch, in whole Hz.

    >>> [pitch_rate(48000, pitch) for pitch in (-12.0, 0.0, 1.0)]
    [24000, 48000, 50854]
    """
    return round(rate * math.pow(2.0, pitch / 12.0))
