"""Water: rain, a stream, the sea, drips. Hiss is noise; what makes it wet is bubbles.

A bubble of radius r rings at 3 / r Hz (Minnaert, 1933, in air-filled water at the surface), loses its
amplitude at 0.13 / r + 0.0072 r**-1.5 per second, and rises in pitch while it nears the surface, the faster
the more it is damped (van den Doel, "Physically based models for liquid sounds", ACM TAP 2 (2005), equations
1 to 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import echoing, painted, steady
from imgext.sounds.bank.tools import (
    RATE,
    TURN,
    around,
    decays,
    exp,
    frames_of,
    from_db,
    hump,
    scatter,
    seconds_of,
    wander,
)

if TYPE_CHECKING:
    from numpy.random import Generator

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
    fall = decays(6.907755278982137 / damping, frames)
    onset = 1.0 - decays(np.minimum(0.001, 6.0 / frequency), frames)
    return np.sin(TURN * turns) * fall * onset


def rain(rng: Generator) -> Array:
    """Steady rain: the hiss of many far drops, ticks of near ones on leaves and stone, bubbles of those that fall into puddles."""
    frames = frames_of(12)
    hiss = [
        (60.0, -30.0),
        (200.0, -19.0),
        (600.0, -10.0),
        (1500.0, -3.0),
        (2800.0, 0.0),
        (5000.0, -5.0),
        (9000.0, -12.0),
        (18000.0, -26.0),
    ]
    out = steady(frames, hiss, rng, 2) * (0.7 + 0.05 * wander(frames, 1.5, rng))[:, None]
    time = seconds_of(240)
    for count, low, high, level in ((1900, 2500.0, 9000.0, 2.6), (800, 900.0, 4500.0, 3.0)):
        pitch, cycles = around(rng, count, low, high), around(rng, count, 3.0, 10.0)
        tap = np.sin(
            TURN * pitch[:, None] * time + TURN * rng.random((count, 1))
        ) + 0.5 * rng.standard_normal((count, 240))
        out += _sown(frames, tap * decays(cycles / pitch, 240) * (_sizes(rng, count) * level)[:, None], rng)
    radii = around(rng, 420, 0.0009, 0.0042)
    puddle = bubbles(radii, 0.08, 1600) * (_sizes(rng, 420) * 1.3)[:, None]
    return out + _sown(frames, puddle, rng)


def stream(rng: Generator) -> Array:
    """A brook over stones: bubbles of all sizes that come in gurgles, over a soft rush."""
    frames = frames_of(12)
    rush = [
        (60.0, -24.0),
        (250.0, -8.0),
        (500.0, 0.0),
        (1200.0, -3.0),
        (3000.0, -10.0),
        (8000.0, -22.0),
        (16000.0, -34.0),
    ]
    out = steady(frames, rush, rng, 2) * (0.5 + 0.06 * wander(frames, 4.0, rng))[:, None]
    for count, low, high, length, level in (
        (190, 0.0035, 0.0080, 5000, 0.85),
        (1000, 0.0013, 0.0035, 1800, 0.75),
        (2600, 0.0004, 0.0013, 500, 0.50),
    ):
        grains = bubbles(around(rng, count, low, high), 0.12, length) * (_sizes(rng, count) * level)[:, None]
        # drops follow each other where the water falls: most starts gather around some moments
        gurgles = rng.random(count // 6)
        near = gurgles[rng.integers(0, len(gurgles), count)] + 0.006 * rng.standard_normal(count)
        out += _sown(frames, grains, rng, np.where(rng.random(count) < 0.6, near, rng.random(count)))
    return out


def sea(rng: Generator) -> Array:
    """Waves on a beach: every one swells, breaks and runs out in hiss; no two alike, none quite on time."""
    frames = frames_of(20)
    rows, rate = frames // 960, RATE / 960
    waves = [(1.9, 1.0), (8.3, 0.62), (13.4, 0.88)]
    channels = []
    for side in (0.0, 1.0):
        swell, surf, hiss = (np.full(rows, floor) for floor in (0.16, 0.05, 0.018))
        for at, size in waves:
            late = at + 0.5 * side * (0.4 + rng.random()) + 0.3 * rng.standard_normal()
            swell += 0.8 * size * hump(rows, late, 3.2, 4.0, rate)
            surf += size * hump(rows, late + 0.5, 1.1, 2.8, rate) + 0.5 * size * hump(
                rows, late + 1.9, 0.9, 3.4, rate
            )
            hiss += 0.34 * size * hump(rows, late + 1.6, 1.7, 5.2, rate)
        churn = np.maximum(1.0 + 0.16 * wander(rows, 9.0, rng, rate), 0.3)
        layers = [
            ([(30.0, -10.0), (70.0, 0.0), (180.0, -2.0), (400.0, -14.0), (1500.0, -40.0)], swell),
            (
                [
                    (80.0, -14.0),
                    (250.0, 0.0),
                    (700.0, -1.0),
                    (1800.0, -9.0),
                    (5000.0, -22.0),
                    (14000.0, -44.0),
                ],
                surf * churn,
            ),
            (
                [(400.0, -26.0), (1500.0, -5.0), (3500.0, 0.0), (7000.0, -4.0), (15000.0, -18.0)],
                hiss * (2.0 - churn),
            ),
        ]
        channels.append(painted(frames, layers, rng))
    out = np.stack(channels, axis=-1)
    for at, size in waves:  # foam: small bubbles that burst while the water runs back
        grains = (
            bubbles(around(rng, 420, 0.0004, 0.0016), 0.05, 400) * (_sizes(rng, 420) * 0.45 * size)[:, None]
        )
        moments = (at + 2.2 + 2.6 * rng.random(420) + 1.4 * rng.random(420)) / 20.0
        out += _sown(frames, grains, rng, moments)
    return out


def water_drips(rng: Generator) -> Array:
    """Drips in a cave or a cellar: a tick, a bubble or two, the room's answer."""
    frames = frames_of(12)
    count = 34
    moments = (np.arange(count) + 0.75 * rng.random(count)) / count
    out = np.zeros(frames)
    for radius_low, radius_high, gain, delay in ((0.0016, 0.0048, 1.0, 0.0), (0.0012, 0.0030, 0.4, 0.035)):
        # three places where it drips, each with its own pitch
        place = around(rng, 3, radius_low, radius_high)[np.arange(count) % 3] * (
            1.0 + 0.05 * rng.standard_normal(count)
        )
        loud = gain * (0.5 + 0.5 * rng.random(count))
        starts = ((moments + delay / 12.0) * frames).astype(np.int64)
        out += scatter(frames, starts, bubbles(place, 0.1, 6000) * loud[:, None])
        tick = rng.standard_normal((count, 200)) * decays(np.full(count, 0.004), 200)
        out += scatter(frames, starts, tick * (0.12 * loud)[:, None])
    room = [(100.0, -12.0), (400.0, 0.0), (2000.0, -3.0), (9000.0, -20.0)]
    sides = [echoing(out, 1.6, 0.5, rng, room) for _ in range(2)]
    return np.stack(sides, axis=-1)


def splash(rng: Generator) -> Array:
    """Something falls into water: the slap, the crown coming down, bubbles that rise."""
    frames = frames_of(1.6)
    rows, rate = frames // 240, RATE / 240
    time = seconds_of(rows, rate)
    slap = (1.0 - exp(-time * 900.0)) * exp(-time * 22.0)
    crown = hump(rows, 0.16, 0.12, 0.9, rate)
    out = painted(
        frames,
        [
            ([(60.0, -8.0), (200.0, 0.0), (900.0, -6.0), (4000.0, -18.0), (12000.0, -34.0)], slap),
            ([(300.0, -20.0), (1200.0, -4.0), (3500.0, 0.0), (9000.0, -10.0)], 0.28 * crown),
        ],
        rng,
        240,
    )
    count = 160
    grains = bubbles(around(rng, count, 0.0007, 0.0060), 0.12, 3000) * (_sizes(rng, count) * 0.55)[:, None]
    moments = 0.03 + 0.75 * rng.random(count) * rng.random(count)
    return out + scatter(frames, (moments * RATE).astype(np.int64), grains, wrap=False)


def _sizes(rng: Generator, count: int) -> Array:
    """Amplitudes of drops at all distances: normal in dB, 7 dB wide, none above 6 dB."""
    return from_db(np.minimum(7.0 * rng.standard_normal(count) - 4.0, 6.0))


def _sown(frames: int, grains: Array, rng: Generator, moments: Array | None = None) -> Array:
    """Grains somewhere in a loop and somewhere between left and right, ``(frames, 2)``; moments are shares of the loop."""
    count = len(grains)
    shares = rng.random(count) if moments is None else moments
    starts = (shares * frames).astype(np.int64) % frames
    angle = rng.random(count) * (TURN / 4.0)
    return np.stack(
        [scatter(frames, starts, grains * side[:, None]) for side in (np.cos(angle), np.sin(angle))], axis=-1
    )
