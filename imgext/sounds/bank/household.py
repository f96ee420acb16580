"""Indoors and in the yard: a door, typing, dishes, a fan, a hammer. Small bodies that are struck, rubbed or blown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import filtered, resonant, steady
from imgext.sounds.bank.tools import (
    RATE,
    TURN,
    add,
    decays,
    edges,
    frames_of,
    seconds_of,
    spread,
    strike,
    track,
    wander,
)
from imgext.sounds.bank.voice import pulses

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array


def _click(
    rng: Generator, modes: list[tuple[float, float, float]], seconds: float, noise: float, t60: float
) -> Array:
    """A struck thing whose modes are never quite the same, with the noise of the contact."""
    frames = frames_of(seconds)
    out = strike(
        [(f * (1.0 + 0.02 * rng.standard_normal()), a * (0.8 + 0.4 * rng.random()), t) for f, a, t in modes],
        frames,
        0.0004,
    )
    return edges(out + noise * rng.standard_normal(frames) * decays([t60], frames)[0], 0.0002, 0.005)


def door(rng: Generator) -> Array:
    """A door: the latch, hinges that creak while it swings, the leaf that falls shut."""
    frames = frames_of(2.6)
    out = np.zeros(frames)
    latch = [(1350.0, 0.6, 0.03), (2700.0, 0.8, 0.025), (4300.0, 0.5, 0.018), (380.0, 0.5, 0.05)]
    shut = [
        (62.0, 1.0, 0.28),
        (98.0, 0.9, 0.22),
        (171.0, 0.8, 0.15),
        (330.0, 0.5, 0.10),
        (690.0, 0.35, 0.06),
        (1500.0, 0.2, 0.03),
    ]
    add(out, 0.30 * _click(rng, latch, 0.1, 0.4, 0.01), 0.03)
    add(out, 0.22 * _click(rng, latch, 0.1, 0.4, 0.01), 0.12)
    # the hinge sticks and slips: pulses whose rate follows the swing, through the resonances of the panel
    rate = track([(0.3, 38.0), (0.55, 88.0), (0.8, 64.0), (1.1, 115.0), (1.4, 52.0), (1.7, 30.0)], frames)
    rate *= 1.0 + 0.10 * wander(frames, 18.0, rng)
    slips = pulses(frames, np.cumsum(rate) / RATE, 0.5 + rng.random(400))
    creak = resonant(
        slips,
        [
            (540.0, 70.0, 0.3),
            (830.0, 90.0, 0.6),
            (1290.0, 110.0, 0.9),
            (2050.0, 180.0, 1.0),
            (3300.0, 350.0, 0.8),
        ],
    )
    creak *= track([(0.28, 0.0), (0.5, 0.8), (0.75, 0.4), (1.1, 1.0), (1.45, 0.5), (1.75, 0.0)], frames)
    out += creak * (0.45 / float(np.max(np.abs(creak))))
    add(out, 0.7 * _click(rng, shut, 0.5, 0.35, 0.03), 1.92)
    add(out, 0.35 * _click(rng, latch, 0.1, 0.4, 0.01), 1.945)
    return filtered(out, [(50.0, -6.0), (100.0, 0.0), (3000.0, 0.0), (8000.0, -9.0), (16000.0, -18.0)])


def typing(rng: Generator) -> Array:
    """Somebody types: keys in runs of words, each down and up again, the space bar deeper."""
    frames = frames_of(12)
    out = np.zeros((frames, 2))
    key = [
        (1900.0, 0.7, 0.014),
        (2900.0, 0.8, 0.011),
        (4700.0, 0.5, 0.008),
        (420.0, 0.45, 0.03),
        (180.0, 0.4, 0.04),
    ]
    bar = [
        (900.0, 0.7, 0.025),
        (1700.0, 0.7, 0.016),
        (3100.0, 0.4, 0.010),
        (290.0, 0.7, 0.04),
        (140.0, 0.6, 0.05),
    ]
    at = 0.2
    while at < 11.4:
        for _ in range(int(rng.integers(2, 8))):
            position = 0.7 * (rng.random() - 0.5)
            add(out, spread(_click(rng, key, 0.06, 0.4, 0.008) * (0.85 + 0.3 * rng.random()), position), at)
            add(
                out,
                spread(_click(rng, key, 0.06, 0.3, 0.006) * (0.40 + 0.2 * rng.random()), position),
                at + 0.075 + 0.02 * rng.random(),
            )
            at += 0.10 + 0.07 * rng.random()
        add(out, spread(_click(rng, bar, 0.09, 0.5, 0.01), 0.0), at)
        at += 0.18 + (0.9 if rng.random() < 0.2 else 0.15) * rng.random()
    return out


def dishes(rng: Generator) -> Array:
    """Plates, glasses and cutlery in a dining room, near and far."""
    frames = frames_of(12)
    out = np.zeros((frames, 2))
    for _ in range(46):
        base = 1700.0 + 3000.0 * rng.random()
        if rng.random() < 0.6:  # porcelain under a knife: short and full
            modes = [
                (base, 1.0, 0.07),
                (1.62 * base, 0.7, 0.05),
                (2.55 * base, 0.4, 0.03),
                (0.31 * base, 0.35, 0.05),
            ]
        else:  # glass or a spoon: it rings
            modes = [(base, 1.0, 0.35), (2.3 * base, 0.5, 0.20), (3.9 * base, 0.15, 0.1)]
        level, position, at = (
            0.12 + 0.88 * rng.random() * rng.random(),
            1.6 * (rng.random() - 0.5),
            12.0 * rng.random(),
        )
        for k in range(1 + int(rng.integers(0, 3))):
            add(
                out,
                spread(_click(rng, modes, 0.4, 0.25, 0.008) * level * (1.0 - 0.25 * k), position),
                at + k * (0.07 + 0.08 * rng.random()),
            )
    return out + 0.002 * steady(frames, [(100.0, 0.0), (1000.0, -10.0), (8000.0, -30.0)], rng, 2)


def fan(rng: Generator) -> Array:
    """A ventilator or an air conditioner: blown air, blades that pass, a motor that hums."""
    frames = frames_of(12)
    air = [(40.0, -12.0), (120.0, -2.0), (300.0, 0.0), (900.0, -5.0), (2500.0, -14.0), (8000.0, -30.0)]
    time = seconds_of(frames)
    beat = 1.0 + 0.10 * np.sin(TURN * (25.0 * time % 1.0)) + 0.05 * np.sin(TURN * (5.0 * time % 1.0))
    hum = np.zeros(frames)
    for frequency, level in (
        (100.0, 0.20),
        (125.0, 0.12),
        (200.0, 0.08),
        (250.0, 0.05),
        (300.0, 0.04),
        (700.0, 0.012),
    ):
        hum += level * np.sin(TURN * (frequency * time % 1.0))
    return steady(frames, air, rng, 2) * beat[:, None] + hum[:, None]


def hammer(rng: Generator) -> Array:
    """Five blows of a hammer on a nail in wood, the sound rising as the nail goes in."""
    frames = frames_of(3)
    out = np.zeros(frames)
    for k in range(5):
        rise = 1.0 + 0.05 * k
        modes = [
            (130.0, 0.8, 0.09),
            (265.0, 0.7, 0.07),
            (520.0, 0.6, 0.05),
            (2150.0 * rise, 0.7, 0.10),
            (3480.0 * rise, 0.6, 0.08),
            (5900.0 * rise, 0.35, 0.05),
        ]
        add(
            out,
            _click(rng, modes, 0.3, 0.6, 0.010) * (0.85 + 0.04 * k),
            0.03 + 0.52 * k + 0.02 * rng.standard_normal() * (k > 0),
        )
    return filtered(out, [(60.0, -6.0), (120.0, 0.0), (5000.0, 0.0), (10000.0, -8.0), (18000.0, -18.0)])
