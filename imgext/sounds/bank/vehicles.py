"""What passes or carries: a boat, a car, an aeroplane.

A source that passes at speed v is heard at f / (1 + v / c) when it leaves and f / (1 - v / c) when it comes;
its level follows one over its distance, and its high frequencies come and go with it (air absorbs them, and
tyres and jets throw them sideways).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import painted, resonant, steady
from imgext.sounds.bank.tools import RATE, edges, frames_of, phases, seconds_of, wander
from imgext.sounds.bank.voice import harmonics, pulses

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array


def _passing(frames: int, at: float, nearest: float, rate: float = RATE) -> tuple[Array, Array]:
    """Nearness (1 at its moment, `nearest` seconds of travel away) and the way along the line of sight, 1 coming to -1 leaving."""
    off = (seconds_of(frames, rate) - at) / nearest
    distance = np.sqrt(1.0 + off * off)
    return 1.0 / distance, -off / distance


def boat(rng: Generator) -> Array:
    """A small boat's diesel: slow explosions, a wooden hull that answers, water along it."""
    frames = frames_of(12)
    cycles = 114  # nine and a half a second
    turns = (
        np.arange(frames) / frames * cycles
        + 0.5
        + 0.03 * wander(frames, 3.0, rng)
        + 0.02 * wander(frames, 9.5, rng)
    )
    sizes = np.resize(np.array([1.0, 0.8]), cycles) * (1.0 + 0.12 * rng.standard_normal(cycles))
    fire = pulses(frames, turns, sizes)
    putt = resonant(
        fire,
        [
            (58.0, 28.0, 0.8),
            (96.0, 40.0, 1.0),
            (172.0, 55.0, 0.9),
            (310.0, 90.0, 0.8),
            (560.0, 180.0, 0.6),
            (980.0, 400.0, 0.4),
        ],
    )
    putt *= 1.0 / float(np.sqrt(np.mean(np.square(putt))))
    puff = np.clip(resonant(fire, [(9.0, 22.0, 1.0)]), 0.0, None)
    puff *= 1.0 / float(np.sqrt(np.mean(np.square(puff))))
    gas = steady(frames, [(100.0, -6.0), (350.0, 0.0), (1000.0, -5.0), (3000.0, -18.0), (9000.0, -38.0)], rng)
    wash = steady(
        frames, [(100.0, -16.0), (500.0, -2.0), (1200.0, 0.0), (3500.0, -8.0), (9000.0, -24.0)], rng, 2
    )
    wash *= (1.0 + 0.3 * wander(frames, 1.4, rng))[:, None]
    return (putt + 0.45 * gas * (0.3 + puff))[:, None] + 0.20 * wash


def car_pass(rng: Generator) -> Array:
    """A car comes, passes and is gone: tyres, air, and an engine whose pitch drops on the way."""
    frames = frames_of(5)
    rows, rate = frames // 480, RATE / 480
    near, _ = _passing(rows, 2.4, 0.42, rate)
    near = np.maximum(near - 0.12, 0.0)
    noise = painted(
        frames,
        [
            ([(30.0, -6.0), (80.0, 0.0), (200.0, -6.0), (800.0, -26.0)], 0.35 * near),
            (
                [
                    (150.0, -12.0),
                    (500.0, -2.0),
                    (1000.0, 0.0),
                    (1900.0, -6.0),
                    (5000.0, -24.0),
                    (12000.0, -44.0),
                ],
                near * near,
            ),
            ([(1500.0, -10.0), (3500.0, 0.0), (8000.0, -10.0), (15000.0, -26.0)], 0.25 * near * near * near),
        ],
        rng,
        480,
    )
    close, way = _passing(frames, 2.4, 0.42)
    pitch = 92.0 * (1.0 + 0.05 * way)  # 17 m/s
    engine = harmonics(pitch, 14, [(180.0, 160.0, 1.0), (420.0, 260.0, 0.5), (900.0, 500.0, 0.15)], 0.5)
    return edges(noise + 0.22 * engine * np.maximum(close - 0.12, 0.0), 0.4, 0.5)


def airplane(rng: Generator) -> Array:
    """A jet high overhead: a roar that swells, darkens and stays long, a whine that falls."""
    frames = frames_of(6)
    rows, rate = frames // 960, RATE / 960
    near, way = _passing(rows, 2.4, 1.5, rate)
    bright = near * near * (1.0 + 0.6 * way)
    rumble = np.maximum(1.0 + 0.2 * wander(rows, 6.0, rng, rate), 0.3)
    roar = painted(
        frames,
        [
            ([(30.0, -6.0), (90.0, 0.0), (250.0, -2.0), (600.0, -12.0), (2000.0, -34.0)], near * rumble),
            ([(200.0, -10.0), (700.0, 0.0), (1500.0, -6.0), (4000.0, -22.0), (9000.0, -44.0)], 0.42 * bright),
        ],
        rng,
    )
    close, toward = _passing(frames, 2.4, 1.5)
    angle = phases(1450.0 * (1.0 + 0.25 * toward))
    whine = (
        (np.sin(angle) + 0.4 * np.sin(2.0 * angle))
        * close
        * close
        * (1.0 + 0.8 * toward)
        * (1.0 + 0.2 * wander(frames, 5.0, rng))
    )
    return edges(roar + 0.03 * whine, 1.2, 2.0)
