"""Steps: shoes on many grounds; walking, running, high heels, stairs.

A step is heel, roll and toe within a quarter of a second; its force, its timing and where the sole meets the
ground are never the same twice, and left and right differ (P. Cook, "Modeling Bill's gait", ISMIR 2002; A.
Ekimov and J. Sabatier, JASA 120 (2006): the blow lies below 500 Hz, the rub of the sole between 1 and 10
kHz).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body, scuff
from imgext.sounds.bank.grains import chips, sizes
from imgext.sounds.bank.noise import filtered, steady
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import beats, forces
from imgext.sounds.bank.table import amount, event, ratio
from imgext.sounds.bank.throat import cry
from imgext.sounds.bank.tools import (
    CONTROL,
    RATE,
    around,
    exp,
    fine,
    frames_of,
    line,
    put,
    rows_of,
    scatter,
    wander,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array


@dataclass(frozen=True, slots=True)
class Gait:
    """A gait: steps a second, seconds from heel to toe, the toe's share, hardness."""

    rate: float
    roll: float
    toe: float
    contact: float


_WALK, _RUN, _HEELS = (
    Gait(1.85, 0.11, 0.55, 0.0012),
    Gait(2.75, 0.05, 0.8, 0.0016),
    Gait(2.0, 0.075, 0.45, 0.00035),
)


def _walked(
    take: Take, gait: Gait, hit: Callable[[Generator, int, float, float], Array], after: float = 0.5
) -> Array:
    """Make steps to the take's length; `hit(rng, foot, force, toe)` makes a contact.

    `toe` is 0 for the heel and 1 for the toe.
    """
    rng = take.rng
    rate = gait.rate * take.number("speed") * take.pick(0.95, 1.05)
    times = beats(take.seconds - 0.35, rate, rng, drifting=0.03, jitter=0.035, start=0.12)
    limp = take.pick(-0.04, 0.04)
    strength = forces(2 * len(times), rng, 0.24) * (0.55 + 0.9 * take.number("force"))
    out = np.zeros(frames_of(take.seconds + after - 0.35))
    for k, at in enumerate(times):
        foot = k % 2
        start = float(at) + (limp / rate if foot else 0.0)
        roll = gait.roll * (0.8 + 0.45 * float(rng.random())) / take.number("speed")
        put(out, hit(rng, foot, float(strength[2 * k]), 0.0), start)
        put(out, hit(rng, foot, gait.toe * float(strength[2 * k + 1]), 1.0), start + roll)
    return out


def _hard(take: Take, gait: Gait, bright: float = 1.0) -> Array:
    """A hard floor: a low knock, a tick of the sole, grit under it."""
    traits = take.traits
    ground = body(traits, take.pick(75.0, 105.0), "earth", 16, 0.15)
    soles = [body(traits, take.pick(260.0, 420.0), "plastic", 18, 0.2) for _ in range(2)]
    ticks = [body(traits, take.pick(1500.0, 2400.0), "stone", 14, 0.25) for _ in range(2)]
    grit = ((300.0, -14.0), (1200.0, -2.0), (3000.0, 0.0), (7000.0, -6.0), (14000.0, -20.0))

    def hit(rng: Generator, foot: int, force: float, toe: float) -> Array:
        out = np.zeros(frames_of(0.32))
        put(out, blow(ground, rng, force=0.9 * force, contact=0.004, noise=0.2, noise_time=0.03), 0.0)
        put(
            out,
            blow(
                soles[foot],
                rng,
                force=(0.5 if toe else 0.8) * force,
                contact=gait.contact * (2.0 if toe else 1.0),
                place=0.7,
                noise=0.35,
                noise_time=0.015,
            ),
            0.001,
        )
        put(
            out,
            blow(
                ticks[foot],
                rng,
                force=bright * (0.15 if toe else 0.3) * force,
                contact=gait.contact * 0.4,
                place=0.9,
                noise=0.8,
                noise_time=0.006,
            ),
            0.0,
        )
        put(
            out,
            (0.05 + 0.09 * rng.random()) * force * scuff(rng, 0.05 + 0.1 * rng.random(), grit),
            0.012 if not toe else 0.03,
        )
        if rng.random() < 0.3:  # the sole meets the ground twice
            put(
                out,
                blow(
                    ticks[foot],
                    rng,
                    force=0.12 * bright * force,
                    contact=gait.contact * 0.4,
                    place=0.9,
                    noise=0.8,
                    noise_time=0.005,
                ),
                0.015 + 0.02 * rng.random(),
            )
        return out

    return _walked(take, gait, hit)


def footsteps(take: Take) -> Array:
    """Somebody walks in shoes on a hard floor."""
    return placed(_hard(take, _WALK), take.rng, "street", wet=5.0, floor=8.0)


def high_heels(take: Take) -> Array:
    """Somebody walks in high heels through a hall."""
    return placed(_hard(take, _HEELS, 2.2), take.rng, "hall", wet=2.0, floor=5.0)


def running(take: Take) -> Array:
    """Somebody runs along a street, breathing."""
    rng = take.rng
    made = _hard(take, _RUN, 0.7)
    rows = rows_of(len(made) / RATE)
    turns = np.cumsum(np.full(rows, 1.35 * take.number("speed") / CONTROL)) + rng.random()
    puff = np.maximum(np.sin(2.0 * np.pi * turns), 0.0) ** 2 * (1.0 + 0.25 * wander(rows, 3.0, rng, CONTROL))
    frames = len(puff) * 48
    air = steady(
        frames,
        ((200.0, -16.0), (600.0, -2.0), (1500.0, 0.0), (3000.0, -4.0), (6000.0, -12.0), (14000.0, -30.0)),
        rng,
    ) * fine(puff)
    level = float(np.sqrt(np.mean(np.square(made)))) / max(float(np.sqrt(np.mean(np.square(air)))), 1e-9)
    made[: len(air)] += 0.28 * level * air[: len(made)]
    return placed(made, rng, "street", wet=5.0, floor=8.0)


def footsteps_wood(take: Take) -> Array:
    """Somebody walks over floorboards, one of which creaks now and then."""
    traits = take.traits
    boards = [body(traits, take.pick(70.0, 120.0), "board", 24, 0.15) for _ in range(4)]
    sole = body(traits, take.pick(300.0, 500.0), "wood", 14, 0.2)

    def hit(rng: Generator, foot: int, force: float, toe: float) -> Array:
        out = np.zeros(frames_of(0.6))
        board = boards[int(rng.integers(0, 2)) + 2 * foot]
        put(
            out,
            blow(
                board,
                rng,
                force=(0.6 if toe else 1.0) * force,
                contact=0.0022,
                place=0.8,
                noise=0.25,
                noise_time=0.02,
            ),
            0.0,
        )
        put(
            out,
            blow(sole, rng, force=0.3 * force, contact=0.0008, place=0.8, noise=0.4, noise_time=0.01),
            0.0,
        )
        put(
            out,
            0.1
            * force
            * scuff(
                rng,
                0.06 + 0.06 * rng.random(),
                ((200.0, -8.0), (900.0, 0.0), (4000.0, -10.0), (12000.0, -24.0)),
            ),
            0.01,
        )
        if toe and rng.random() < 0.22:
            put(out, 0.25 * force * creak(rng, 0.12 + 0.2 * rng.random(), 250.0 + 350.0 * rng.random()), 0.03)
        return out

    return placed(_walked(take, _WALK, hit), take.rng, "room", wet=5.0, floor=6.0)


def creak(rng: Generator, seconds: float, height: float) -> Array:
    """Make creaking wood: pulses that hurry and falter through a board."""
    rows = rows_of(seconds)
    rate = (
        height
        * 0.25
        * line([(0.0, 0.5), (0.4 * seconds, 1.1), (seconds, 0.7)], rows)
        * np.maximum(1.0 + 0.3 * wander(rows, 12.0, rng, CONTROL), 0.3)
    )
    loud = line([(0.0, 0.0), (0.2 * seconds, 0.7), (0.6 * seconds, 1.0), (seconds, 0.0)], rows) * np.maximum(
        1.0 + 0.5 * wander(rows, 20.0, rng, CONTROL), 0.0
    )
    modes = [
        (height * ratio, 40.0 + 0.08 * height * ratio, gain)
        for ratio, gain in (
            (1.0, 1.0),
            (1.7, 0.8),
            (2.45, 0.9),
            (3.9, 0.6),
            (5.6, 0.5),
            (8.3, 0.35),
            (12.0, 0.25),
        )
    ]
    return cry(
        rate,
        loud,
        modes,
        rng,
        slope=((80.0, -6.0), (400.0, 0.0), (3000.0, -4.0), (9000.0, -16.0)),
        breath=0.12,
        jitter=0.09,
        shimmer=0.5,
    )


def stairs(take: Take) -> Array:
    """Somebody comes down wooden stairs."""
    traits = take.traits
    treads = [body(traits, take.pick(95.0, 190.0), "board", 22, 0.15) for _ in range(6)]
    sole = body(traits, take.pick(300.0, 480.0), "plastic", 14, 0.2)
    order = iter(range(1000))

    def hit(rng: Generator, foot: int, force: float, toe: float) -> Array:
        out = np.zeros(frames_of(0.5))
        tread = treads[(next(order) // 2 + foot) % 6]
        put(
            out,
            blow(
                tread,
                rng,
                force=(0.45 if toe else 1.2) * force,
                contact=0.002,
                place=0.7,
                noise=0.3,
                noise_time=0.02,
            ),
            0.0,
        )
        put(out, blow(sole, rng, force=0.4 * force, contact=0.001, noise=0.4), 0.002)
        return out

    return placed(_walked(take, Gait(2.3, 0.08, 0.4, 0.002), hit), take.rng, "hall", wet=1.0, floor=5.0)


def _grainy(
    take: Take,
    gait: Gait,
    count: int,
    heights: tuple[float, float],
    cycles: tuple[float, float],
    *,
    noise: float,
    dull: float,
    rustle: float,
    top: float,
) -> Array:
    """Ground that gives way in grains: heel first, then a longer push."""
    ground = body(take.traits, take.pick(60.0, 85.0), "earth", 12, 0.15)
    curve = (
        (150.0, -10.0),
        (heights[0] * 0.8, -2.0),
        ((heights[0] * heights[1]) ** 0.5, 0.0),
        (heights[1], -6.0),
        (16000.0, -26.0),
    )

    def hit(rng: Generator, foot: int, force: float, toe: float) -> Array:
        d = (0.11 if not toe else 0.2) * (0.8 + 0.4 * rng.random())
        many = max(6, int(count * (0.5 if not toe else 0.6) * (0.7 + 0.6 * rng.random())))
        moments = np.abs(d * (0.3 + 0.3 * rng.standard_normal(many)))
        pitch = around(rng, many, *heights) * (1.0 + 0.06 * foot)
        grains = chips(rng, pitch, cycles, 480, noise) * (sizes(rng, many, 0.9) * 0.1 * force)[:, None]
        out = scatter(frames_of(0.6), (moments * RATE).astype(np.int64), grains, wrap=False)
        put(out, rustle * force * scuff(rng, d * 1.2, curve, 0.8), 0.0)
        put(
            out,
            blow(
                ground,
                rng,
                force=dull * force * (0.4 if toe else 1.0),
                contact=0.006,
                noise=0.2,
                noise_time=0.04,
            ),
            0.0,
        )
        return out

    made = _walked(take, gait, hit)
    return filtered(
        np.append(made, np.zeros(len(made) % 2)),
        ((60.0, 0.0), (500.0, 0.0), (2000.0, top * 0.25), (6000.0, top * 0.6), (14000.0, top)),
    )


def footsteps_gravel(take: Take) -> Array:
    """Somebody walks on gravel: every step a handful of stones that shift."""
    made = _grainy(
        take,
        Gait(1.75, 0.15, 0.75, 0.002),
        150,
        (900.0, 8000.0),
        (3.0, 16.0),
        noise=0.7,
        dull=0.5,
        rustle=0.25,
        top=-16.0,
    )
    return placed(made, take.rng, "field", floor=6.0)


def footsteps_snow(take: Take) -> Array:
    """Somebody walks through cold snow that creaks under the sole."""
    made = _grainy(
        take,
        Gait(1.6, 0.17, 0.9, 0.003),
        260,
        (450.0, 3200.0),
        (1.5, 5.0),
        noise=0.9,
        dull=0.25,
        rustle=0.5,
        top=-30.0,
    )
    return placed(made, take.rng, "field", wet=-4.0, floor=5.0)


def footsteps_sand(take: Take) -> Array:
    """Somebody walks through dry sand."""
    made = _grainy(
        take,
        Gait(1.6, 0.16, 0.8, 0.004),
        60,
        (1500.0, 7000.0),
        (1.0, 2.5),
        noise=1.5,
        dull=0.6,
        rustle=0.7,
        top=-22.0,
    )
    return placed(made, take.rng, "field", wet=-6.0, floor=5.0)


def footsteps_leaves(take: Take) -> Array:
    """Somebody walks through dry leaves and twigs."""
    made = _grainy(
        take,
        Gait(1.65, 0.15, 0.9, 0.004),
        130,
        (1200.0, 9000.0),
        (1.5, 5.0),
        noise=1.1,
        dull=0.3,
        rustle=0.7,
        top=-16.0,
    )
    return placed(made, take.rng, "forest", wet=-2.0, floor=6.0)


def footsteps_grass(take: Take) -> Array:
    """Somebody walks through grass: soft brushing and dull steps."""
    made = _grainy(
        take,
        Gait(1.7, 0.15, 0.7, 0.005),
        40,
        (1800.0, 8000.0),
        (1.0, 2.5),
        noise=1.2,
        dull=0.9,
        rustle=0.6,
        top=-20.0,
    )
    return placed(made, take.rng, "field", wet=-6.0, floor=7.0)


def shuffling(take: Take) -> Array:
    """Slippers shuffle over a floor."""
    curve = ((200.0, -10.0), (800.0, -1.0), (2500.0, 0.0), (6000.0, -9.0), (14000.0, -24.0))

    def hit(rng: Generator, foot: int, force: float, toe: float) -> Array:
        return (
            (1.0 + 0.1 * foot)
            * force
            * float(exp(0.3 * rng.standard_normal()))
            * scuff(rng, (0.12 if toe else 0.28) * (0.8 + 0.4 * rng.random()), curve, 0.7)
        )

    return placed(_walked(take, Gait(1.5, 0.2, 0.4, 0.01), hit), take.rng, "room", floor=5.0)


_SPEED = ratio("speed", "from a stroll to a hurry", (0.9, 1.12), 0.5, 1.8)
_FORCE = amount("force", "from light to heavy steps")
_SOUNDS = (
    (
        "footsteps",
        "Footsteps on a hard floor",
        footsteps,
        ("footsteps", "steps", "walking", "shoes", "person"),
        "Somebody walks by on a hard floor.",
    ),
    (
        "high_heels",
        "High heels in a hall",
        high_heels,
        ("high heels", "heels", "stilettos"),
        "High heels click through a hall.",
    ),
    (
        "running",
        "Somebody runs",
        running,
        ("running", "jogging", "runner", "jogger"),
        "Somebody runs along a street, breathing.",
    ),
    (
        "footsteps_wood",
        "Footsteps on floorboards",
        footsteps_wood,
        ("wooden floor", "floorboards", "footsteps", "boards"),
        "Somebody walks over floorboards that creak.",
    ),
    (
        "stairs",
        "Footsteps on stairs",
        stairs,
        ("stairs", "staircase", "footsteps", "steps"),
        "Somebody comes down wooden stairs.",
    ),
    (
        "footsteps_gravel",
        "Footsteps on gravel",
        footsteps_gravel,
        ("gravel", "footsteps", "path", "walking"),
        "Somebody walks on a gravel path.",
    ),
    (
        "footsteps_snow",
        "Footsteps in snow",
        footsteps_snow,
        ("snow", "footsteps", "winter", "walking"),
        "Somebody walks through creaking snow.",
    ),
    (
        "footsteps_sand",
        "Footsteps in sand",
        footsteps_sand,
        ("sand", "footsteps", "beach", "walking"),
        "Somebody walks through sand.",
    ),
    (
        "footsteps_leaves",
        "Footsteps in leaves",
        footsteps_leaves,
        ("dry leaves", "footsteps", "forest path", "hiking"),
        "Somebody walks through dry leaves.",
    ),
    (
        "footsteps_grass",
        "Footsteps in grass",
        footsteps_grass,
        ("grass", "footsteps", "lawn", "walking"),
        "Somebody walks through grass.",
    ),
    (
        "shuffling",
        "Slippers shuffle",
        shuffling,
        ("shuffling", "slippers", "socks"),
        "Slippers shuffle over a floor.",
    ),
)
ROWS = tuple(
    event(name, title, make, tags, (3.0, 8.0), (8.0, 45.0), text, _SPEED, _FORCE)
    for name, title, make, tags, text in _SOUNDS
)
