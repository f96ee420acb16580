"""What makes water wet: bubbles, drops and little waves.

A bubble of radius r rings at 3 / r Hz (Minnaert, 1933, in air-filled water at the surface), loses its
amplitude at 0.13 / r + 0.0072 r**-1.5 per second, and rises in pitch while it nears the surface, the faster
the more it is damped (van den Doel, "Physically based models for liquid sounds", ACM TAP 2 (2005), equations
1 to 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.grains import sizes, strewn
from imgext.sounds.bank.motors import closer
from imgext.sounds.bank.noise import painted
from imgext.sounds.bank.tools import RATE, around, decays, from_db, hump, scatter, seconds_of, sided, sine

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array


def bubbles(radii: Array, rise: float, frames: int) -> Array:
    """Ringing of bubbles, one row each, every row 1 at most.

    Parameters
    ----------
    radii : ndarray, shape (count,)
        Metres; 0.00015 to 0.015 are heard as water.
    rise : float
        How fast the pitch rises, relative to the damping: 0 stays, 0.1 is typical.
    frames : int
        Length of each row.
    """
    frequency = 3.0 / radii
    damping = 0.13 / radii + 0.0072 / (radii * np.sqrt(radii))
    time = seconds_of(frames)
    turns = frequency[:, None] * (time + 0.5 * rise * damping[:, None] * (time * time))
    made = sine(turns)
    made *= decays(6.907755278982137 / damping, frames)
    first = min(frames, 120)  # the longest onset is over by then
    made[:, :first] *= 1.0 - decays(np.minimum(0.001, 6.0 / frequency), first)
    return made


def drops(rng: Generator, count: int) -> Array:
    """Amplitudes of drops at all distances: normal in dB, 7 dB wide, none above 6 dB."""
    return from_db(np.minimum(7.0 * rng.standard_normal(count) - 4.0, 6.0))


def plops(rng: Generator, count: int, seconds: float, radii: tuple[float, float]) -> Array:
    """Make bubbles one after another, most of them early, one channel."""
    made = bubbles(around(rng, count, *radii), 0.12, 3000) * drops(rng, count)[:, None]
    at = seconds * rng.random(count) * (0.35 + 0.65 * rng.random(count))
    return scatter(round(seconds * RATE) + 3000, (at * RATE).astype(np.int64), made, wrap=False)


def laps(
    take: Take, strength: float, per_second: float, radii: tuple[float, float] = (0.0012, 0.0075)
) -> Array:
    """Make little waves at a hull or stone, ``(frames, 2)``, as a circle.

    Each is a soft push of water and some bubbles.
    """
    rng, frames, seconds = take.rng, take.frames, take.seconds
    count = max(1, round(per_second * seconds))
    at = (np.arange(count) + 0.6 * rng.standard_normal(count)) * seconds / count % seconds
    loud = sizes(rng, count, 0.55) * strength
    rows, rate = frames // 480, RATE / 480
    sides = []
    share = rng.random(count)
    for side in (share, 1.0 - share):
        shape = np.full(rows, 0.03)
        for moment, size in zip(at, loud * (0.35 + 0.65 * side), strict=True):
            length = min(rows, 80)
            swell = hump(length, 0.2, 0.12 + 0.1 * float(rng.random()), 0.45, rate) * size
            first = int(moment * rate) % rows
            done = min(length, rows - first)
            shape[first : first + done] += swell[:done]
            shape[: length - done] += swell[done:]
        water = ((60.0, -14.0), (160.0, -2.0), (350.0, 0.0), (900.0, -6.0), (2500.0, -13.0), (8000.0, -27.0))
        sides.append(painted(frames // 480 * 480, [(water, shape)], rng, 480))
    out = sided(sides)
    each = 7
    moments = np.repeat(at, each) + 0.35 * rng.random(count * each)
    grains = (
        bubbles(around(rng, count * each, *radii), 0.12, 3600)
        * (drops(rng, count * each) * np.repeat(loud, each) * 0.55)[:, None]
    )
    return closer(out + strewn(frames, moments, grains, rng, width=0.8))
