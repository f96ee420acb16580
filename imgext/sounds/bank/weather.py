"""Air and fire: wind, leaves, thunder, a fire, the tone of an empty room. All of it is noise whose colour moves with its strength."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import filtered, painted, steady
from imgext.sounds.bank.tools import (
    RATE,
    TURN,
    around,
    decays,
    edges,
    exp,
    frames_of,
    from_db,
    scatter,
    seconds_of,
    wander,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array


def _gusts(rows: int, rng: Generator, rate: float) -> Array:
    """Strength of a wind, around 1: slow swells with quicker ones on top."""
    slow, quick, flutter = (wander(rows, speed, rng, rate) for speed in (0.35, 1.1, 5.0))
    return exp(np.clip(0.42 * slow + 0.22 * quick + 0.07 * flutter, -1.1, 0.9))


def wind(rng: Generator) -> Array:
    """Wind over open land: a gust is louder, brighter and whistles higher."""
    frames = frames_of(16)
    rows, rate = frames // 960, RATE / 960
    common = _gusts(rows, rng, rate)
    sides = []
    for _ in range(2):
        gust = common * exp(0.12 * wander(rows, 1.5, rng, rate))
        square = gust * gust
        layers = [
            ([(25.0, -6.0), (60.0, 0.0), (140.0, -4.0), (400.0, -24.0), (2000.0, -60.0)], 0.55 * gust),
            ([(80.0, -16.0), (220.0, -2.0), (400.0, 0.0), (700.0, -6.0), (2000.0, -28.0)], 0.75 * square),
            (
                [(300.0, -24.0), (900.0, 0.0), (2200.0, -8.0), (6000.0, -26.0), (14000.0, -44.0)],
                0.16 * square * gust,
            ),
            # edges that whistle, each in its own range of strength
            (
                [(290.0, -40.0), (345.0, 0.0), (400.0, -40.0)],
                0.34 * gust * exp(-2.0 * np.square(gust - 0.75)),
            ),
            ([(440.0, -40.0), (520.0, 0.0), (600.0, -40.0)], 0.38 * gust * exp(-4.0 * np.square(gust - 1.2))),
            ([(620.0, -40.0), (720.0, 0.0), (830.0, -40.0)], 0.32 * gust * exp(-4.0 * np.square(gust - 1.8))),
        ]
        sides.append(painted(frames, layers, rng))
    return np.stack(sides, axis=-1)


def leaves(rng: Generator) -> Array:
    """Wind in a tree: a rush of many leaves that follows the gusts, and the flutter of near ones."""
    frames = frames_of(16)
    rows, rate = frames // 480, RATE / 480
    common = _gusts(rows, rng, rate)
    sides = []
    for _ in range(2):
        gust = common * exp(0.2 * wander(rows, 2.0, rng, rate))
        rustle = np.maximum(1.0 + 0.22 * wander(rows, 11.0, rng, rate), 0.2)
        layers = [
            ([(40.0, 0.0), (120.0, -3.0), (400.0, -14.0), (1500.0, -40.0)], 0.22 * gust),
            (
                [
                    (150.0, -26.0),
                    (600.0, -10.0),
                    (1800.0, -1.0),
                    (3500.0, 0.0),
                    (7000.0, -6.0),
                    (15000.0, -20.0),
                ],
                gust * gust * rustle,
            ),
        ]
        out = painted(frames, layers, rng, 480)
        count = 5000
        moments = rng.random(count)
        strength = gust[(moments * rows).astype(np.int64)]
        pitch = around(rng, count, 1800.0, 7500.0)
        ticks = np.sin(TURN * pitch[:, None] * seconds_of(160) + TURN * rng.random((count, 1))) * decays(
            around(rng, count, 0.0012, 0.0045), 160
        )
        loud = from_db(6.0 * rng.standard_normal(count) - 3.0) * strength * strength
        sides.append(out + scatter(frames, (moments * frames).astype(np.int64), ticks * loud[:, None]))
    return np.stack(sides, axis=-1)


def thunder(rng: Generator) -> Array:
    """A stroke some way off: a torn crack, then rolls that grow darker as the sound comes from farther along the channel."""
    frames = frames_of(6)
    rows, rate = frames // 1200, RATE / 1200
    time = seconds_of(rows, rate)
    crack, roll, boom = np.zeros((3, rows))

    def blow(at: float, rise: float, fall: float) -> Array:
        since = np.maximum(time - at, 0.0)
        result: Array = (1.0 - exp(-since / rise)) * exp(-since / fall)
        return result

    for at, size in ((0.06, 0.6), (0.11, 0.9), (0.19, 1.0), (0.27, 0.5), (0.36, 0.8), (0.52, 0.35)):
        crack += size * blow(at, 0.004, 0.11)
    for at, size in ((0.10, 0.9), (0.55, 0.75), (1.05, 1.0), (1.7, 0.6), (2.3, 0.75), (3.1, 0.4), (3.9, 0.3)):
        roll += size * blow(at + 0.1 * rng.random(), 0.07, 0.55)
        boom += size * blow(at + 0.1 * rng.random(), 0.12, 0.8)
    rough = np.maximum(1.0 + 0.35 * wander(rows, 14.0, rng, rate), 0.2)
    out = painted(
        frames,
        [
            ([(100.0, -12.0), (400.0, 0.0), (1500.0, -4.0), (4000.0, -14.0), (12000.0, -36.0)], 0.60 * crack),
            (
                [(40.0, -12.0), (110.0, 0.0), (260.0, -3.0), (700.0, -20.0), (3000.0, -50.0)],
                0.85 * roll * rough,
            ),
            ([(20.0, -8.0), (45.0, 0.0), (90.0, -4.0), (220.0, -26.0), (1000.0, -60.0)], 0.75 * boom),
        ],
        rng,
        1200,
    )
    return edges(out, 0.04, 2.0)


def fire(rng: Generator) -> Array:
    """A wood fire: a fluttering draught, the hiss of gas, and crackles that come in bursts, few of them loud."""
    frames = frames_of(12)
    rows, rate = frames // 960, RATE / 960
    sides = []
    for _ in range(2):
        flutter = np.maximum(
            1.0 + 0.35 * wander(rows, 7.0, rng, rate) + 0.15 * wander(rows, 16.0, rng, rate), 0.1
        )
        layers = [
            (
                [(25.0, -3.0), (55.0, 0.0), (130.0, -5.0), (400.0, -24.0), (1500.0, -44.0), (8000.0, -56.0)],
                0.8 * flutter,
            ),
            (
                [(300.0, -12.0), (1500.0, -8.0), (5000.0, 0.0), (9000.0, -2.0), (16000.0, -14.0)],
                0.035 * (0.6 + 0.4 * flutter),
            ),
        ]
        sides.append(painted(frames, layers, rng, 960))
    out = np.stack(sides, axis=-1)
    for count, length, low, high, level in ((420, 480, 0.0015, 0.0090, 5.0), (70, 1600, 0.010, 0.035, 6.0)):
        groups = rng.random(max(8, count // 9))
        near = groups[rng.integers(0, len(groups), count)] + 0.008 * rng.standard_normal(count) * rng.random(
            count
        )
        moments = np.where(rng.random(count) < 0.55, near, rng.random(count)) % 1.0
        t60 = around(rng, count, low, high)
        snap = rng.standard_normal((count, length)) * decays(t60, length) * 0.6
        ring = around(rng, count, 700.0, 6500.0)
        snap += np.sin(TURN * ring[:, None] * seconds_of(length)) * decays(1.6 * t60, length)
        size = from_db(np.minimum(9.0 * rng.standard_normal(count) - 10.0, 0.0)) * level
        starts = (moments * frames).astype(np.int64)
        angle = (0.15 + 0.7 * rng.random(count)) * (TURN / 4.0)
        for channel, side in enumerate((np.cos(angle), np.sin(angle))):
            out[:, channel] += filtered(
                scatter(frames, starts, snap * (size * side)[:, None]),
                [(150.0, -12.0), (900.0, 0.0), (9000.0, 0.0)],
            )
    return out


def room_tone(rng: Generator) -> Array:
    """A room with nobody in it: the building's low rumble, a ventilator far off, mains hum at the edge of hearing."""
    frames = frames_of(12)
    rumble = [
        (20.0, 0.0),
        (40.0, -3.0),
        (120.0, -13.0),
        (400.0, -25.0),
        (1500.0, -38.0),
        (6000.0, -50.0),
        (16000.0, -60.0),
    ]
    out = steady(frames, rumble, rng, 2, 0.4) * (1.0 + 0.05 * wander(frames, 0.8, rng))[:, None]
    time = seconds_of(frames)
    for frequency, level in ((50.0, 0.05), (100.0, 0.10), (150.0, 0.035), (200.0, 0.02), (172.0, 0.045)):
        out += (level * np.sin(TURN * ((frequency * time) % 1.0)))[:, None]
    return out
