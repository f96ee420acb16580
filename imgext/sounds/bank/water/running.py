"""Running and still water: brook, river, fountain, waterfall, lake, sea.

A brook is bubbles that come in gurgles; the more water falls, the more bubbles, until they are a noise of
their own: a waterfall is nearly pink, with a deep flutter. A wave swells, breaks and runs out in hiss. Under
water the top is gone and what is near crackles.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.grains import clustered, strewn
from imgext.sounds.bank.layers import walls
from imgext.sounds.bank.motors import closer, living, moving
from imgext.sounds.bank.noise import filtered, painted
from imgext.sounds.bank.table import amount, bed
from imgext.sounds.bank.tools import RATE, around, hump, sided, silent, stir
from imgext.sounds.bank.water.bubbles import bubbles, drops, laps

if TYPE_CHECKING:
    from imgext.sounds.bank.noise import Curve
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_RUSH: Curve = (
    (60.0, -18.0),
    (200.0, -6.0),
    (450.0, 0.0),
    (1200.0, -3.0),
    (3000.0, -9.0),
    (8000.0, -20.0),
    (16000.0, -32.0),
)
_FALL: Curve = (
    (40.0, -4.0),
    (100.0, 0.0),
    (300.0, -1.0),
    (800.0, -3.0),
    (2000.0, -6.0),
    (5000.0, -11.0),
    (11000.0, -19.0),
    (18000.0, -28.0),
)


def gurgling(
    take: Take,
    per_second: float,
    groups: tuple[tuple[float, float, float, int, float], ...],
    width: float = 0.006,
) -> Array:
    """Make bubbles in gurgles, ``(frames, 2)``.

    Groups are (share, smallest, largest radius, samples, level).
    """
    rng, frames, seconds = take.rng, take.frames, take.seconds
    out = silent(frames)
    pulse = moving(frames, rng, 0.35, (0.5, 1.3, 3.0, 6.0))
    for share, low, high, length, level in groups:
        count = max(2, round(per_second * share * seconds))
        at = clustered(rng, count, seconds, max(2, count // 6), width, 0.6)
        size = drops(rng, count) * level * pulse[(at * RATE).astype(np.int64) % frames]
        out += strewn(
            frames, at, bubbles(around(rng, count, low, high), 0.12, length) * size[:, None], rng, width=0.9
        )
    return out


_BROOK = (
    (0.05, 0.0035, 0.0085, 4000, 0.85),
    (0.27, 0.0013, 0.0035, 1600, 0.75),
    (0.68, 0.0004, 0.0013, 420, 0.5),
)


def stream(take: Take) -> Array:
    """A brook over stones."""
    size = take.number("size")
    out = gurgling(take, 310.0 - 80.0 * size, _BROOK)
    return out + (0.35 + 0.4 * size) * living(take.frames, _RUSH, take.rng, 0.16, 0.35)


def river(take: Take) -> Array:
    """A river: broad, deep, few gurgles at the bank."""
    deep = (
        (50.0, -6.0),
        (120.0, 0.0),
        (300.0, -1.0),
        (700.0, -5.0),
        (1800.0, -11.0),
        (5000.0, -20.0),
        (14000.0, -34.0),
    )
    out = living(take.frames, deep, take.rng, 0.18, 0.45) * 0.9 + 0.35 * living(
        take.frames, _RUSH, take.rng, 0.22, 0.25
    )
    return (
        out
        + 0.55
        * gurgling(
            take,
            90.0,
            (
                (0.12, 0.004, 0.011, 4000, 1.0),
                (0.35, 0.0015, 0.004, 1600, 0.7),
                (0.5, 0.0005, 0.0015, 420, 0.4),
            ),
        )
        + 0.35 * laps(take, 0.7, 0.8)
    )


def river_bridge(take: Take) -> Array:
    """A river under a bridge: the same water under a vault that answers."""
    return walls(river(take), take, 1.5, 0.9, 0.35)


def fountain(take: Take) -> Array:
    """A fountain: jets that fall back into their basin."""
    rng, frames, size = take.rng, take.frames, take.number("size")
    spray = (
        (120.0, -16.0),
        (400.0, -6.0),
        (1000.0, -1.0),
        (2200.0, 0.0),
        (5000.0, -5.0),
        (10000.0, -13.0),
        (17000.0, -24.0),
    )
    out = (0.6 + 0.6 * size) * living(frames, spray, rng, 0.12, 0.4) + 0.3 * size * living(
        frames, _FALL, rng, 0.15, 0.4
    )
    return out + gurgling(
        take,
        230.0,
        (
            (0.06, 0.003, 0.007, 2600, 0.7),
            (0.34, 0.0012, 0.003, 1100, 0.65),
            (0.6, 0.0004, 0.0012, 420, 0.55),
        ),
        0.02,
    )


def waterfall(take: Take) -> Array:
    """A waterfall: a roar with a deep flutter, spray above it."""
    rng, frames, size = take.rng, take.frames, take.number("size")
    deep = ((30.0, -4.0), (60.0, 0.0), (140.0, -1.0), (350.0, -7.0), (1000.0, -18.0), (4000.0, -36.0))
    out = living(frames, _FALL, rng, 0.1, 0.4, (0.5, 1.3, 3.0, 7.0)) + (0.3 + 0.6 * size) * living(
        frames, deep, rng, 0.28, 0.5, (0.6, 1.7, 4.0, 9.0)
    )
    spray = ((500.0, -12.0), (1800.0, -2.0), (4000.0, 0.0), (9000.0, -7.0), (17000.0, -20.0))
    return out + 0.3 * living(frames, spray, rng, 0.14, 0.25) + 0.35 * gurgling(take, 160.0, _BROOK, 0.03)


def lake(take: Take) -> Array:
    """A quiet shore: little waves on stones, a light breeze."""
    rng, frames = take.rng, take.frames
    force = take.number("force")
    breeze = ((50.0, -3.0), (110.0, 0.0), (300.0, -6.0), (900.0, -13.0), (3000.0, -21.0), (10000.0, -34.0))
    swash = ((200.0, -14.0), (700.0, -3.0), (1800.0, 0.0), (4500.0, -6.0), (12000.0, -20.0))
    rows = frames // 960
    wash = np.zeros((2, rows))
    count = max(1, round(take.seconds * 0.38))
    for k in range(count):
        at = (k + 0.5 * float(rng.standard_normal())) * take.seconds / count % take.seconds
        size = 0.4 + 0.9 * float(rng.random())
        for side in (0, 1):
            wash[side] += (
                size
                * hump(rows, at + 0.2 * float(rng.random()), 0.5, 1.3, 50.0)
                * (0.6 + 0.6 * float(rng.random()))
            )
    sway = np.maximum(1.0 + 0.3 * stir(rows, rng, 50.0, (2.0, 5.0)), 0.1)
    sides = [
        painted(frames, [(swash, (0.04 + (0.2 + 0.3 * force) * wash[side]) * sway)], rng) for side in (0, 1)
    ]
    out = 0.9 * closer(sided(sides)) + 0.9 * laps(take, 0.8, 1.6 + force, (0.0012, 0.006))
    return out + 0.11 * living(frames, breeze, rng, 0.3)


def sea(take: Take) -> Array:
    """Make waves on a beach: each swells, breaks and runs out, none quite on time."""
    rng, frames, seconds = take.rng, take.frames, take.seconds
    force = take.number("force")
    rows, rate = frames // 960, RATE / 960
    gap = take.pick(5.5, 7.5)
    count = max(1, round(seconds / gap))
    waves = [
        (
            ((k + 0.3 + 0.25 * float(rng.standard_normal())) * seconds / count) % seconds,
            0.5 + 0.6 * float(rng.random()),
        )
        for k in range(count)
    ]
    sets = []
    churn = np.maximum(1.0 + 0.22 * stir(rows, rng, rate, (1.2, 3.0, 7.0)), 0.25)
    shared = rng.random(3 * count).reshape(count, 3)
    for _ in range(2):
        swell, surf, hiss = (np.full(rows, floor) for floor in (0.18, 0.06, 0.022))
        own = np.maximum(churn * (1.0 + 0.12 * stir(rows, rng, rate, (1.0, 3.0))), 0.2)
        for (at, size), chance in zip(waves, shared, strict=True):
            late = at + 0.35 * float(rng.random())
            swell += 0.8 * size * hump(rows, late, 3.2, 4.0, rate)
            surf += size * hump(rows, late + 0.5, 0.7 + 0.8 * chance[0], 2.8, rate) + 0.5 * size * hump(
                rows, late + 1.5 + chance[1], 0.9, 3.4, rate
            )
            hiss += (0.22 + 0.2 * force) * size * hump(rows, late + 1.6, 1.7, 4.2 + 2.0 * chance[2], rate)
        sets.append((swell, surf * own, hiss * (1.8 - 0.8 * own)))
    curves: tuple[Curve, Curve, Curve] = (
        ((30.0, -10.0), (70.0, 0.0), (180.0, -2.0), (400.0, -12.0), (1500.0, -34.0)),
        ((80.0, -12.0), (250.0, 0.0), (700.0, -1.0), (1800.0, -8.0), (5000.0, -20.0), (14000.0, -40.0)),
        ((300.0, -22.0), (1300.0, -4.0), (3200.0, 0.0), (7000.0, -6.0), (15000.0, -19.0)),
    )
    middle = painted(frames, [(curve, 0.5 * (a + b)) for curve, a, b in zip(curves, *sets, strict=True)], rng)
    out = np.stack(
        [
            0.62 * middle + 0.78 * painted(frames, list(zip(curves, layers, strict=True)), rng)
            for layers in sets
        ],
        axis=-1,
    )
    for at, size in waves:  # foam: small bubbles that burst while the water runs back
        grains = (
            bubbles(around(rng, 260, 0.0004, 0.0016), 0.05, 400) * (drops(rng, 260) * 0.45 * size)[:, None]
        )
        out += strewn(
            frames, at + 2.2 + 2.6 * rng.random(260) + 1.4 * rng.random(260), grains, rng, width=0.9
        )
    return out


def underwater(take: Take) -> Array:
    """Make sound under water: a moving weight, rising bubbles, crackling rocks."""
    rng, frames, seconds = take.rng, take.frames, take.seconds
    dull = (
        (30.0, -6.0),
        (70.0, 0.0),
        (160.0, -1.0),
        (320.0, -8.0),
        (700.0, -20.0),
        (2000.0, -36.0),
        (8000.0, -56.0),
    )
    out = living(frames, dull, rng, 0.3, 0.55)
    count = max(1, round(seconds * 0.35))
    bed_of_bubbles = silent(frames)
    for _ in range(count):
        number = int(12 + 34 * rng.random())
        at = rng.random() * seconds + np.sort(rng.random(number)) * (0.6 + 1.2 * rng.random())
        radii = around(rng, number, 0.003, 0.012)
        bed_of_bubbles += strewn(
            frames, at, bubbles(radii, 0.05, 4800) * (drops(rng, number) * 1.1)[:, None], rng, width=0.5
        )
    for side in (0, 1):
        out[:, side] += 1.6 * filtered(
            bed_of_bubbles[:, side],
            ((80.0, -2.0), (200.0, 0.0), (600.0, -3.0), (1500.0, -12.0), (5000.0, -30.0)),
        )
    snaps = int(rng.poisson(9.0 * seconds)) + 1
    crackle = (
        rng.standard_normal((snaps, 90)) * np.linspace(1.0, 0.0, 90) ** 3 * (drops(rng, snaps) * 0.1)[:, None]
    )
    return out + strewn(frames, rng.random(snaps) * seconds, crackle, rng, width=0.9)


ROWS = (
    bed(
        "stream",
        "Brook over stones",
        stream,
        ("stream", "brook", "creek", "water"),
        12.0,
        "A brook over stones: bubbles of all sizes that come in gurgles, over a soft rush.",
        amount("size", "rill to small river"),
    ),
    bed(
        "river",
        "River",
        river,
        ("river", "water", "current", "rapids", "canal"),
        14.0,
        "A river: broad and deep, with gurgles at the bank.",
    ),
    bed(
        "river_bridge",
        "River under a bridge",
        river_bridge,
        ("river under a bridge", "bridge", "arch", "tunnel", "water"),
        14.0,
        "A river under a bridge: the same water under a vault that answers.",
    ),
    bed(
        "fountain",
        "Fountain",
        fountain,
        ("fountain", "jet", "basin", "water", "square"),
        12.0,
        "A fountain: jets that fall back into their basin.",
        amount("size", "small to large"),
    ),
    bed(
        "waterfall",
        "Waterfall",
        waterfall,
        ("waterfall", "cascade", "falls", "rapids", "water"),
        12.0,
        "A waterfall: a roar with a deep flutter, spray above it.",
        amount("size", "small to large"),
    ),
    bed(
        "lake",
        "Lake shore",
        lake,
        ("lake", "shore", "pond", "lapping", "water"),
        16.0,
        "A quiet shore: little waves on stones, a light breeze.",
        amount("force", "still to lively"),
    ),
    bed(
        "sea",
        "Waves on a beach",
        sea,
        ("sea", "ocean", "waves", "surf", "beach", "coast", "water"),
        20.0,
        "Waves on a beach: every one swells, breaks and runs out in hiss; no two alike, none quite on time.",
        amount("force", "calm to rough"),
    ),
    bed(
        "underwater",
        "Underwater",
        underwater,
        ("underwater", "diving", "aquarium", "bubbles", "reef"),
        14.0,
        "Under water: a dull weight that moves, bubbles that rise past, crackling from the rocks.",
    ),
)
