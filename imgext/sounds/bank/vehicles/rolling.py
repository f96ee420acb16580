"""On small wheels and boards: bicycle and bell, skateboard, suitcase, skis, cart.

A freewheel clicks once a tooth, 20 to 40 times a second when it coasts; a hard wheel on a pavement hums with
its grain, 400 to 2000 Hz, and knocks at each joint of the slabs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body, pairs, scuff
from imgext.sounds.bank.grains import chips, strewn
from imgext.sounds.bank.motors import firing, living, moving, pipe, sounding, two
from imgext.sounds.bank.noise import painted
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import beats, bursts, forces, poisson
from imgext.sounds.bank.table import bed, event, ratio, whole
from imgext.sounds.bank.tools import add, around, fine, frames_of, hump, put, sided, silent, spread, stir

if TYPE_CHECKING:
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_GRIT = ((80.0, -8.0), (250.0, -3.0), (600.0, 0.0), (1500.0, -3.0), (4000.0, -10.0), (12000.0, -25.0))
_OPEN = ((50.0, -2.0), (100.0, 0.0), (300.0, -6.0), (1000.0, -12.0), (4000.0, -20.0), (12000.0, -32.0))


def bicycle(take: Take) -> Array:
    """Make a bicycle that rides along: tyres on grit, chain, ticking freewheel."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    speed = take.number("speed")
    out = 0.55 * living(frames, _GRIT, rng, 0.3, 0.4, (0.4, 1.2, 3.0, 7.0)) + 0.25 * living(
        frames, _OPEN, rng, 0.3
    )
    tick = body(traits, 2300.0, "metal", 12, 0.1) * np.array([1.0, 1.0, 0.012])
    kinds = [
        blow(tick, rng, force=1.0, contact=0.0002, place=0.8, noise=0.8, noise_time=0.006, longest=0.03)
        for _ in range(8)
    ]
    for start, stop in bursts(seconds, rng, on=(1.2, 3.2), off=(1.0, 2.6), start=0.3 * float(rng.random())):
        rate = 26.0 * speed * (0.8 + 0.4 * float(rng.random()))
        for at in beats(stop - start, rate, rng, drifting=0.01, jitter=0.03):
            late = start + at
            size = 0.35 * (0.7 + 0.6 * float(rng.random())) * min(1.0, (stop - late) * 4.0, 0.3 + at * 4.0)
            add(out, spread(kinds[int(rng.integers(0, 8))] * size, 0.1), late % seconds)
    chain = sounding(firing(frames, 42.0 * speed, rng, sizes=(1.0, 0.8, 0.9, 0.7), wild=0.4, jitter=0.08),
                     pipe(traits, ((500.0, -10.0), (1800.0, 0.0), (4000.0, -3.0), (9000.0, -14.0)),
                     0.012))  # fmt: skip
    out += 0.13 * two(chain * moving(frames, rng, 0.5, (0.8, 1.6)), rng, 0.7)
    frame = body(traits, 170.0, "metal", 14) * np.array([1.0, 1.0, 0.06])
    for at in poisson(seconds, 0.9, rng):
        add(
            out,
            spread(
                0.5 * blow(frame, rng, force=0.5 + 0.8 * float(rng.random()), contact=0.0016, longest=0.3),
                0.3 * float(rng.standard_normal()),
            ),
            float(at),
        )
    return out


def bicycle_bell(take: Take) -> Array:
    """A bicycle's bell is rung: the hammers run round, the dome sings."""
    rng, traits = take.rng, take.traits
    first = take.pick(1900.0, 2700.0)
    ratios = np.array([1.0, 1.98, 2.72, 3.06, 4.1, 4.9, 5.6, 6.3])
    dome = np.stack(
        [
            first * ratios * (1.0 + 0.01 * traits.standard_normal(8)),
            np.array([1.0, 0.5, 0.25, 0.4, 0.25, 0.18, 0.15, 0.1]),
            np.array([1.3, 0.8, 0.6, 0.5, 0.35, 0.28, 0.22, 0.18]),
        ],
        axis=-1,
    )
    dome = pairs(dome[dome[:, 0] < 18000.0], traits, 5.0)
    works = body(traits, 900.0, "metal", 10) * np.array([1.0, 1.0, 0.03])
    turns = take.count("number")
    hits, at = [], 0.03
    for _ in range(turns):
        hits += [
            (at + k * (0.052 + 0.012 * float(rng.random())), 0.55 + 0.5 * float(rng.random()))
            for k in range(int(4 + 4 * rng.random()))
        ]
        at = hits[-1][0] + 0.18 + 0.25 * float(rng.random())
    kinds = [
        blow(dome, rng, force=1.0, contact=0.00015, place=0.5, noise=0.35, noise_time=0.006, longest=0.9)
        for _ in range(3)
    ]
    out = np.zeros(frames_of(hits[-1][0] + 1.3))
    for moment, size in hits:
        put(out, kinds[int(rng.integers(0, 3))] * size, moment)
        put(out, 0.3 * blow(works, rng, force=size, contact=0.0005, longest=0.1), moment - 0.004)
    return placed(out, rng, "street", wet=-8.0, floor=0.0)


def _wheels(
    take: Take, hum: float, curve: tuple[tuple[float, float], ...], gap: float, knock: float
) -> Array:
    """Make hard wheels on slabs: a hum, and a knock at each joint, front and back."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    speed = take.number("speed")
    rows = frames // 48
    pace = fine(np.maximum(1.0 + 0.22 * stir(rows, rng, 1000.0, (0.2, 0.5, 1.1)), 0.3), circle=True)
    wheel = sounding(
        firing(
            frames,
            hum * speed,
            rng,
            sizes=tuple(0.6 + 0.5 * traits.random(7)),
            wild=0.5,
            jitter=0.2,
            hunting=2.0,
        ),
        pipe(traits, curve, 0.025, ((420.0, 0.5), (760.0, 0.5), (1300.0, 0.35))),
    )
    out = (
        two((0.55 * wheel) * pace, rng, 0.65)
        + 0.8 * living(frames, curve, rng, 0.25, 0.5, (0.6, 2.0, 6.0)) * pace[:, None]
    )
    deck = body(traits, 150.0, "board", 18)
    out_hits = silent(frames)
    moments = beats(seconds, speed / gap, rng, drifting=0.1, jitter=0.06)
    for at, size in zip(moments, forces(len(moments), rng, 0.45), strict=True):
        for late in (0.0, 0.085 / speed):
            hit = blow(
                deck,
                rng,
                force=knock * float(size) * (0.8 + 0.4 * float(rng.random())),
                contact=0.0012,
                noise=0.6,
                noise_time=0.03,
                longest=0.25,
            )
            add(out_hits, spread(hit, 0.2 * float(rng.standard_normal())), (at + late) % seconds)
    return out + out_hits + 0.12 * living(frames, _OPEN, rng, 0.3)


def skateboard(take: Take) -> Array:
    """A skateboard rolls over a pavement: hard wheels, joints, a push now and then."""
    out = _wheels(
        take,
        95.0,
        ((90.0, -10.0), (250.0, -2.0), (600.0, 0.0), (1400.0, -2.0), (3500.0, -9.0), (10000.0, -24.0)),
        0.75,
        1.4,
    )
    for at in poisson(take.seconds, 0.35, take.rng):
        push = scuff(take.rng, 0.22, ((150.0, -6.0), (600.0, 0.0), (2500.0, -5.0), (9000.0, -18.0)))
        add(out, spread(0.9 * push, -0.2), float(at))
    return out


def suitcase(take: Take) -> Array:
    """A suitcase on wheels is drawn over slabs."""
    return _wheels(
        take,
        74.0,
        ((100.0, -8.0), (220.0, -1.0), (480.0, 0.0), (1100.0, -4.0), (3000.0, -11.0), (9000.0, -26.0)),
        0.42,
        0.9,
    )


def skis(take: Take) -> Array:
    """Skis on snow: turn after turn, a hiss that swells and scrapes, wind at the ears."""
    rng, frames, seconds = take.rng, take.frames, take.seconds
    rows = frames // 480
    turns = max(1, round(seconds * 0.55 * take.number("speed")))
    carve = np.full((2, rows), 0.12)
    for k in range(turns):
        at = (k + 0.1 * float(rng.standard_normal())) * seconds / turns % seconds
        size = 0.6 + 0.6 * float(rng.random())
        for side in (0, 1):
            carve[side] += size * hump(rows, at, 0.5, 0.75, 100.0) * (1.0 if side == k % 2 else 0.55)
    grind = np.maximum(1.0 + 0.4 * stir(rows, rng, 100.0, (3.0, 8.0, 17.0)), 0.05)
    snow = (
        (100.0, -10.0),
        (300.0, -3.0),
        (900.0, -1.0),
        (2500.0, 0.0),
        (5000.0, -4.0),
        (10000.0, -12.0),
        (17000.0, -24.0),
    )
    out = sided([painted(rows * 480, [(snow, carve[side] * grind)], rng, 480) for side in (0, 1)])
    count = int(rng.poisson(160.0 * seconds)) + 1
    moments = rng.random(count) * seconds
    loud = carve.mean(axis=0)[(moments * 100.0).astype(np.int64) % rows] * 0.5 * rng.random(count)
    out += strewn(
        frames,
        moments,
        chips(rng, around(rng, count, 900.0, 6000.0), (1.5, 4.0), 200, 0.9) * loud[:, None],
        rng,
    )
    wind = ((40.0, -4.0), (90.0, 0.0), (250.0, -4.0), (800.0, -13.0), (3000.0, -26.0), (9000.0, -42.0))
    return out + 0.4 * living(frames, wind, rng, 0.35, 0.5)


_FAST = ratio("speed", "slow to fast")

ROWS = (
    bed(
        "bicycle",
        "Bicycle riding",
        bicycle,
        ("bicycle", "bike", "cycling", "freewheel", "chain"),
        14.0,
        "A bicycle rides along: tyres on grit, the chain, a freewheel that ticks when it coasts.",
        _FAST,
    ),
    event(
        "bicycle_bell",
        "Bicycle bell",
        bicycle_bell,
        ("bicycle bell", "bell", "ring"),
        (1.3, 4.6),
        (20.0, 120.0),
        "A bicycle's bell is rung: the hammers run round, the dome sings.",
        whole("number", "how many times", 1, 4, (1, 3)),
    ),
    bed(
        "skateboard",
        "Skateboard",
        skateboard,
        ("skateboard", "skate", "skating", "longboard", "wheels"),
        12.0,
        "A skateboard rolls over a pavement: hard wheels, joints, a push now and then.",
        _FAST,
    ),
    bed(
        "suitcase",
        "Suitcase on wheels",
        suitcase,
        ("suitcase", "luggage", "trolley", "wheels", "cart"),
        12.0,
        "A suitcase on wheels is drawn over slabs.",
        _FAST,
    ),
    bed(
        "skis",
        "Skiing",
        skis,
        ("skis", "skiing", "snowboard", "sled", "snow"),
        14.0,
        "Skis on snow: turn after turn, a hiss that swells and scrapes, wind at the ears.",
        _FAST,
    ),
)
