"""Air and fire: wind, leaves, storm, snow, thunder, fire, an empty room.

All of it is noise whose colour moves with its strength: a gust is louder and brighter, and both ears hear the
same gust. The spectrum of wind in the open falls by 5 to 7 dB an octave, of leaves rises to 2 or 3 kHz and
falls again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import scuff
from imgext.sounds.bank.grains import chips, clustered, sizes, strewn
from imgext.sounds.bank.motors import living, mains, tone, two
from imgext.sounds.bank.noise import filtered, painted
from imgext.sounds.bank.rhythm import poisson
from imgext.sounds.bank.table import amount, bed, event
from imgext.sounds.bank.tools import (
    RATE,
    add,
    around,
    decays,
    edges,
    exp,
    frames_of,
    from_db,
    seconds_of,
    sided,
    sine,
    spread,
    stir,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.noise import Curve
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array


def gusts(rows: int, rng: Generator, rate: float, deep: float = 1.0) -> Array:
    """Strength of a wind, around 1: slow swells with quicker ones on top."""
    curve = deep * (
        0.15 * stir(rows, rng, rate, (0.25, 0.5))
        + 0.11 * stir(rows, rng, rate, (1.0, 2.2))
        + 0.08 * stir(rows, rng, rate, (4.5, 9.0))
    )
    return exp(np.clip(curve, -1.4, 1.0))


def both(frames: int, rng: Generator, common: list[tuple[Curve, Array]], own: Array, hop: int = 960) -> Array:
    """Spread layers over two channels: a common part, and a part of each.

    `own` (2, rows) moves each side by itself.
    """
    middle = painted(frames, common, rng, hop)
    sides = [
        0.6 * middle
        + 0.8 * painted(frames, [(curve, shape * own[side]) for curve, shape in common], rng, hop)
        for side in (0, 1)
    ]
    return sided(sides)


def _sides(rows: int, rng: Generator, rate: float, depth: float) -> Array:
    return np.maximum(
        np.stack([1.0 + depth * stir(rows, rng, rate, (0.8, 2.0, 5.0, 11.0, 19.0)) for _ in range(2)]), 0.15
    )


def wind(take: Take) -> Array:
    """Wind over open land: a gust is louder, brighter and whistles higher."""
    rng, frames, force = take.rng, take.frames, take.number("force")
    rows, rate = frames // 960, RATE / 960
    gust = gusts(rows, rng, rate, 0.7 + 0.6 * force)
    square = gust * gust
    edge = take.pick(0.85, 1.2)
    layers: list[tuple[Curve, Array]] = [
        (((25.0, -6.0), (60.0, 0.0), (140.0, -4.0), (400.0, -18.0), (2000.0, -46.0)), 0.55 * gust),
        (
            ((80.0, -14.0), (220.0, -2.0), (400.0, 0.0), (700.0, -6.0), (2000.0, -22.0), (8000.0, -44.0)),
            0.75 * square,
        ),
        (
            ((300.0, -20.0), (900.0, 0.0), (2200.0, -7.0), (6000.0, -20.0), (14000.0, -36.0)),
            (0.12 + 0.12 * force) * square * gust,
        ),
        # edges that whistle, each in its own range of strength
        (
            ((290.0 * edge, -40.0), (345.0 * edge, 0.0), (400.0 * edge, -40.0)),
            0.34 * gust * exp(-2.0 * np.square(gust - 0.75)),
        ),
        (
            ((440.0 * edge, -40.0), (520.0 * edge, 0.0), (600.0 * edge, -40.0)),
            0.38 * gust * exp(-4.0 * np.square(gust - 1.2)),
        ),
        (
            ((620.0 * edge, -40.0), (720.0 * edge, 0.0), (830.0 * edge, -40.0)),
            0.32 * gust * exp(-4.0 * np.square(gust - 1.8)),
        ),
    ]
    return both(frames, rng, layers, _sides(rows, rng, rate, 0.18))


def storm(take: Take) -> Array:
    """A storm: wind that roars and howls round corners, rain or sand in it."""
    rng, frames = take.rng, take.frames
    rows, rate = frames // 960, RATE / 960
    gust = gusts(rows, rng, rate, 1.2)
    howl = take.pick(0.8, 1.3)
    layers: list[tuple[Curve, Array]] = [
        (((25.0, -4.0), (60.0, 0.0), (160.0, -2.0), (500.0, -12.0), (2000.0, -30.0)), 0.8 * gust),
        (
            ((100.0, -10.0), (300.0, 0.0), (700.0, -2.0), (1500.0, -8.0), (4000.0, -17.0), (12000.0, -32.0)),
            0.9 * gust * gust,
        ),
        (
            ((470.0 * howl, -44.0), (540.0 * howl, 0.0), (620.0 * howl, -44.0)),
            0.5 * gust * exp(-3.0 * np.square(gust - 1.1)),
        ),
        (
            ((700.0 * howl, -44.0), (800.0 * howl, 0.0), (915.0 * howl, -44.0)),
            0.5 * gust * exp(-3.0 * np.square(gust - 1.7)),
        ),
        (((800.0, -14.0), (2500.0, 0.0), (6000.0, -5.0), (14000.0, -18.0)), 0.2 * gust * gust),
    ]
    return both(frames, rng, layers, _sides(rows, rng, rate, 0.22))


def leaves(take: Take) -> Array:
    """Make wind in a tree: a rush that follows gusts, and near leaves."""
    rng, frames, seconds, force = take.rng, take.frames, take.seconds, take.number("force")
    rows, rate = frames // 480, RATE / 480
    gust = gusts(rows, rng, rate, 0.9 + 0.4 * force)
    rustle = np.maximum(1.0 + 0.25 * stir(rows, rng, rate, (7.0, 13.0)), 0.15)
    layers: list[tuple[Curve, Array]] = [
        (
            ((40.0, -2.0), (90.0, 0.0), (200.0, -3.0), (500.0, -11.0), (1500.0, -26.0), (6000.0, -46.0)),
            0.4 * gust,
        ),
        (
            (
                (100.0, -15.0),
                (300.0, -8.0),
                (800.0, -3.0),
                (1700.0, 0.0),
                (3000.0, -1.5),
                (6000.0, -9.0),
                (11000.0, -17.0),
                (17000.0, -27.0),
            ),
            gust * gust * rustle,
        ),
    ]
    out = both(frames, rng, layers, _sides(rows, rng, rate, 0.25), 480)
    count = round(190.0 * seconds)
    at = rng.random(count) * seconds
    strength = gust[(at * rate).astype(np.int64) % rows]
    grains = chips(rng, around(rng, count, 1100.0, 5200.0), (2.0, 7.0), 220, 1.0)
    loud = (
        from_db(np.minimum(6.0 * rng.standard_normal(count) - 3.0, 6.0))
        * strength
        * strength
        * (0.6 + 0.6 * force)
    )
    return out + strewn(frames, at, grains * loud[:, None], rng, width=0.9)


def snow(take: Take) -> Array:
    """Snow falls: a hush, a far wind, the finest patter of flakes."""
    rng, frames, seconds = take.rng, take.frames, take.seconds
    rows, rate = frames // 960, RATE / 960
    gust = gusts(rows, rng, rate, 0.8)
    layers: list[tuple[Curve, Array]] = [
        (((60.0, -3.0), (120.0, 0.0), (300.0, -4.0), (700.0, -12.0), (2000.0, -26.0), (8000.0, -46.0)), gust),
        (((400.0, -12.0), (1200.0, -1.0), (2800.0, 0.0), (6000.0, -7.0), (14000.0, -22.0)), 0.16 * gust),
    ]
    out = both(frames, rng, layers, _sides(rows, rng, rate, 0.2))
    count = round(55.0 * seconds)
    grains = (
        chips(rng, around(rng, count, 2500.0, 7000.0), (1.0, 3.0), 160, 1.2)
        * (sizes(rng, count, 0.7) * 0.07)[:, None]
    )
    return out + strewn(frames, rng.random(count) * seconds, grains, rng, width=0.9)


def thunder(take: Take) -> Array:
    """Make distant thunder: a torn crack, then rolls that grow darker.

    The later sound comes from farther along the channel.
    """
    rng, seconds, near = take.rng, take.seconds, take.number("force")
    frames = frames_of(seconds) // 600 * 600
    rows, rate = frames // 600, RATE / 600
    time = seconds_of(rows, rate)
    crack, roll, boom = np.zeros((3, rows))

    def blow(at: float, rise: float, fall: float) -> Array:
        since = np.maximum(time - at, 0.0)
        result: Array = (1.0 - exp(-since / rise)) * exp(-since / fall)
        return result

    for _ in range(int(4 + 6 * rng.random())):
        crack += (0.3 + 0.8 * rng.random()) * blow(
            0.05 + 0.5 * rng.random() * rng.random(), 0.004, 0.07 + 0.06 * rng.random()
        )
    for k in range(int(4 + 4 * rng.random())):
        at = 0.1 + (seconds - 2.2) * (k + rng.random()) / 11.0
        fade = exp(-0.32 * at)
        roll += (
            (0.4 + 0.8 * rng.random())
            * float(fade)
            * blow(at, 0.04 + 0.06 * rng.random(), 0.35 + 0.4 * rng.random())
        )
        boom += (0.4 + 0.8 * rng.random()) * float(fade) * blow(at + 0.1, 0.1, 0.7)
    rough = np.maximum(1.0 + 0.5 * stir(rows, rng, rate, (4.0, 9.0, 17.0)), 0.1)
    layers: list[tuple[Curve, Array]] = [
        (
            ((60.0, -4.0), (120.0, 0.0), (300.0, -1.0), (1000.0, -8.0), (4000.0, -19.0), (12000.0, -38.0)),
            (0.12 + 0.5 * near) * crack * rough,
        ),
        (
            ((40.0, -8.0), (90.0, 0.0), (220.0, -2.0), (500.0, -11.0), (1500.0, -26.0), (6000.0, -46.0)),
            0.85 * roll * rough,
        ),
        (((22.0, -8.0), (50.0, 0.0), (100.0, -3.0), (250.0, -16.0), (1000.0, -40.0)), 0.7 * boom),
        (
            ((40.0, -3.0), (100.0, 0.0), (300.0, -6.0), (1000.0, -14.0), (4000.0, -24.0), (12000.0, -38.0)),
            np.full(rows, 0.035),
        ),
    ]
    return edges(painted(frames, layers, rng, 600), 0.03, 1.4)


def fire(take: Take) -> Array:
    """Make a wood fire: a fluttering draught, hissing gas, crackles in bursts."""
    rng, frames, seconds, size = take.rng, take.frames, take.seconds, take.number("size")
    rows, rate = frames // 960, RATE / 960
    flutter = np.maximum(
        1.0 + 0.3 * stir(rows, rng, rate, (0.5, 1.5)) + 0.4 * stir(rows, rng, rate, (7.0, 15.0)), 0.1
    )
    layers: list[tuple[Curve, Array]] = [
        (
            ((25.0, -3.0), (55.0, 0.0), (130.0, -4.0), (400.0, -17.0), (1500.0, -32.0), (8000.0, -48.0)),
            (0.5 + 0.6 * size) * flutter,
        ),
        (
            ((300.0, -10.0), (1500.0, -6.0), (5000.0, 0.0), (9000.0, -3.0), (16000.0, -14.0)),
            0.04 * (0.6 + 0.4 * flutter),
        ),
    ]
    out = both(frames, rng, layers, _sides(rows, rng, rate, 0.15))
    for rate_, length, low, high, level in ((34.0, 480, 0.0015, 0.009, 5.0), (5.5, 1600, 0.01, 0.035, 6.0)):
        count = int(rng.poisson(rate_ * seconds)) + 2
        at = clustered(rng, count, seconds, max(8, count // 9), 0.06, 0.55)
        t60 = around(rng, count, low, high)
        snap = rng.standard_normal((count, length)) * decays(t60, length) * 0.6
        snap += sine(
            around(rng, count, 500.0, 6500.0)[:, None] * seconds_of(length) + rng.random((count, 1))
        ) * decays(1.6 * t60, length)
        loud = from_db(np.minimum(9.0 * rng.standard_normal(count) - 10.0, 0.0)) * level
        crackle = strewn(frames, at, snap * loud[:, None], rng, width=0.7)
        for side in (0, 1):
            out[:, side] += filtered(crackle[:, side], ((150.0, -12.0), (900.0, 0.0), (9000.0, 0.0)))
    return out


def room_tone(take: Take) -> Array:
    """Make an empty room: ventilation, hum, a street behind glass, a creak."""
    rng, frames, seconds = take.rng, take.frames, take.seconds
    air: Curve = (
        (50.0, -7.0),
        (100.0, -2.0),
        (180.0, 0.0),
        (350.0, -2.0),
        (700.0, -6.0),
        (1500.0, -11.0),
        (4000.0, -18.0),
        (10000.0, -27.0),
    )
    street: Curve = (
        (60.0, -8.0),
        (120.0, 0.0),
        (260.0, -2.0),
        (500.0, -9.0),
        (1200.0, -22.0),
        (5000.0, -46.0),
    )
    out = living(frames, air, rng, 0.1, 0.45) + 0.5 * living(frames, street, rng, 0.4, 0.5, (0.15, 0.4, 0.9))
    hum = 0.16 * mains(frames, rng, (0.2, 1.0, 0.3, 0.6, 0.15, 0.3)) + 0.05 * tone(
        frames, take.pick(160.0, 260.0), rng, drift=0.5, shares=(1.0, 0.4)
    )
    out += two(hum, rng, 0.7)
    for at in poisson(seconds, 0.12, rng):
        tick = scuff(
            rng,
            0.03 + 0.05 * float(rng.random()),
            ((150.0, -6.0), (500.0, 0.0), (2000.0, -6.0), (8000.0, -20.0)),
            0.9,
        )
        add(out, spread(0.5 * tick * float(rng.random()), 1.2 * (float(rng.random()) - 0.5)), float(at))
    return out


_FORCE = amount("force", "breeze to gale")

ROWS = (
    bed(
        "wind",
        "Wind over open land",
        wind,
        ("wind", "breeze", "gust", "weather", "windy"),
        16.0,
        "Wind over open land: a gust is louder, brighter and whistles higher.",
        _FORCE,
    ),
    bed(
        "storm",
        "Storm",
        storm,
        ("storm", "gale", "blizzard", "hurricane", "sandstorm"),
        16.0,
        "A storm: wind that roars and howls round corners, rain or sand in it.",
    ),
    bed(
        "leaves",
        "Wind in a tree",
        leaves,
        ("leaves", "tree", "foliage", "rustle", "wind"),
        16.0,
        "Wind in a tree: a rush of many leaves that follows the gusts, and the flutter of near ones.",
        _FORCE,
    ),
    bed(
        "snow",
        "Snowfall",
        snow,
        ("snow", "snowfall", "winter", "snowy"),
        16.0,
        "Snow falls: a hush, a far wind, the finest patter of flakes.",
    ),
    event(
        "thunder",
        "Thunder",
        thunder,
        ("thunder", "lightning", "thunderstorm", "weather"),
        (5.0, 6.0),
        (20.0, 90.0),
        "A stroke some way off: a torn crack, then rolls that grow darker.",
        amount("force", "far to near"),
    ),
    bed(
        "fire",
        "Wood fire",
        fire,
        ("fire", "campfire", "fireplace", "flame", "crackle", "bonfire"),
        12.0,
        "A wood fire: a fluttering draught, the hiss of gas, and crackles that come in bursts.",
        amount("size", "small to large"),
    ),
    bed(
        "room_tone",
        "Empty room",
        room_tone,
        ("room", "tone", "interior", "silence", "indoor"),
        12.0,
        "A room with nobody in it: ventilation, mains hum, a street behind glass.",
    ),
)
