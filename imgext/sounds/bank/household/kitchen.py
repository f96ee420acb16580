"""Kitchen and bath: dishes, tap, frying, shower, toilet, chopping, broom.

Water that fills a vessel excites the air above it: a resonance at a quarter wave of the empty part, rising as
it fills (A. Cabe and J. Pittenger, J. Exp. Psych. 26 (2000)). Fat in a pan is small steam explosions by the
hundred.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body, scuff
from imgext.sounds.bank.grains import chips, clustered, sizes, strewn
from imgext.sounds.bank.household.devices import QUIET
from imgext.sounds.bank.motors import living, moving, roomy, tamed
from imgext.sounds.bank.noise import painted
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import beats, bursts, forces
from imgext.sounds.bank.table import amount, bed, event, ratio, whole
from imgext.sounds.bank.throat import through
from imgext.sounds.bank.tools import (
    RATE,
    add,
    around,
    edges,
    fine,
    frames_of,
    line,
    put,
    rows_of,
    scatter,
    silent,
    spread,
    stir,
    unit,
)
from imgext.sounds.bank.water.bubbles import bubbles, drops, plops

if TYPE_CHECKING:
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array


def dishes(take: Take) -> Array:
    """Plates, glasses and cutlery, near and far."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    out = silent(frames)
    things = [
        *(body(traits, 900.0 * (1.0 + 1.5 * traits.random()), "china", 16, 0.1) for _ in range(5)),
        *(
            body(traits, 1700.0 * (1.0 + traits.random()), "glass", 14, 0.1) * np.array([1.0, 1.0, 0.55])
            for _ in range(3)
        ),
        *(
            body(traits, 1900.0 * (1.0 + 1.2 * traits.random()), "metal", 16, 0.12)
            * np.array([1.0, 1.0, 0.12])
            for _ in range(5)
        ),
        body(traits, 420.0, "sheet", 18) * np.array([1.0, 1.0, 0.3]),
    ]
    for start, stop in bursts(
        seconds, rng, on=(0.4, 2.2), off=(0.2, 1.5), start=0.05 + 0.3 * float(rng.random())
    ):
        at, place = start, 1.3 * (float(rng.random()) - 0.5)
        level = 0.25 + 0.75 * float(rng.random()) ** 1.5
        while at < stop:
            thing = things[int(rng.integers(0, len(things)))]
            size = level * float(forces(1, rng, 0.5)[0])
            for k in range(int(1 + 2.6 * rng.random())):  # it touches, and touches again
                hit = blow(
                    thing,
                    rng,
                    force=size * (0.6**k),
                    contact=0.0002 + 0.0004 * float(rng.random()),
                    place=0.8,
                    noise=0.5,
                    noise_time=0.01,
                    longest=0.6,
                )
                add(out, spread(hit, place), (at + k * (0.03 + 0.05 * float(rng.random()))) % seconds)
            if rng.random() < 0.2:
                rub = scuff(
                    rng,
                    0.15 + 0.25 * float(rng.random()),
                    ((600.0, -18.0), (2200.0, -3.0), (4500.0, 0.0), (9000.0, -6.0)),
                    0.6,
                )
                add(out, spread(0.25 * size * rub, place), at % seconds)
            at += 0.05 + 0.45 * float(rng.random()) ** 2
    return roomy(tamed(out, 8.0), rng, 0.7) + 0.02 * living(frames, QUIET, rng, 0.2)


def _vessel(take: Take, seconds: float, flow: Array, fill: Array, height: float, wide: float) -> Array:
    """Pour water into a vessel: bubbles and splashes through the air left above."""
    rng = take.rng
    rows = len(flow)
    frames = rows * 48
    slow = flow[::5]
    gush = np.square(np.maximum(0.8 + 0.65 * stir(len(slow), rng, 200.0, (3.0, 8.0, 17.0, 31.0, 47.0)), 0.02))
    splash = (
        (150.0, -14.0),
        (400.0, -3.0),
        (900.0, 0.0),
        (2500.0, -2.0),
        (6000.0, -5.0),
        (12000.0, -12.0),
        (18000.0, -22.0),
    )
    noise = painted(len(slow) * 240, [(splash, 0.32 * slow * gush)], rng, 240)
    source = np.zeros(frames)
    source[: len(noise)] = noise[:frames]
    count = round(260 * seconds)
    at = clustered(rng, count, seconds, max(4, count // 9), 0.006, 0.75)
    here = np.minimum((at * 1000.0).astype(np.int64), rows - 1)
    size = drops(rng, count) * flow[here] * gush[np.minimum(here // 5, len(gush) - 1)]
    source += 1.1 * scatter(
        frames,
        (at * RATE).astype(np.int64),
        bubbles(around(rng, count, 0.0006, 0.0036), 0.12, 1500) * size[:, None],
        wrap=False,
    )
    tube = 340.0 / (4.0 * (height * (1.02 - fill) + 0.4 * wide))
    answered = through(
        source,
        [(np.clip(tube, 100.0, 4200.0), 110.0, 1.5), (np.clip(2.9 * tube, 100.0, 9000.0), 260.0, 0.8)],
        ((100.0, 0.0), (16000.0, 0.0)),
        0.35,
    )
    return unit(answered) * 0.9 + 0.3 * unit(source)


def pouring(take: Take) -> Array:
    """Water or wine is poured into a glass or a jug, which fills."""
    rng, seconds, size = take.rng, take.seconds, take.number("size")
    rows = rows_of(seconds - 0.3)
    d = rows / 1000.0
    flow = line(
        [(0.0, 0.0), (0.12, 0.9), (0.5 * d, 1.0), (0.85 * d, 0.8), (d - 0.12, 0.0)], rows
    ) * np.maximum(1.0 + 0.25 * stir(rows, rng, 1000.0, (1.0, 3.0)), 0.1)
    fill = line([(0.0, 0.05), (d, 0.9)], rows)
    made = _vessel(take, d, flow, fill, 0.09 + 0.2 * size, 0.05 + 0.05 * size) * np.minimum(
        fine(flow) * 1.5, 1.0
    )
    out = np.zeros(frames_of(seconds))
    put(out, made, 0.05)
    put(out, 0.6 * plops(rng, 10, 0.5, (0.0011, 0.0026)), d - 0.1)
    return placed(out, rng, "kitchen", wet=-6.0, floor=6.0)


def tap(take: Take) -> Array:
    """A tap runs into a sink."""
    rng, traits, frames, force = take.rng, take.traits, take.frames, take.number("force")
    jet = (
        (100.0, -12.0),
        (300.0, -3.0),
        (800.0, 0.0),
        (1800.0, -2.0),
        (4000.0, -4.0),
        (8000.0, -9.0),
        (15000.0, -18.0),
    )
    out = (0.55 + 0.8 * force) * living(frames, jet, rng, 0.14, 0.5, (0.6, 1.5, 3.5, 8.0))
    basin = body(traits, 240.0, "sheet", 12)
    for side in (0, 1):
        ring = sum(
            gain * np.roll(out[:, side], int(RATE / hz))
            for hz, gain in zip(basin[:6, 0], (0.3, 0.25, 0.2, 0.16, 0.12, 0.1), strict=True)
        )
        out[:, side] += ring
    count = round(150.0 * take.seconds)
    grains = bubbles(around(rng, count, 0.0008, 0.0042), 0.12, 1500) * (drops(rng, count) * 0.7)[:, None]
    return out + strewn(frames, rng.random(count) * take.seconds, grains, rng, width=0.6)


def frying(take: Take) -> Array:
    """Something fries: a sizzle that swells and sinks, fat that spits."""
    rng, frames, seconds, force = take.rng, take.frames, take.seconds, take.number("force")
    sizzle = (
        (150.0, -20.0),
        (500.0, -12.0),
        (1500.0, -6.0),
        (3500.0, -1.0),
        (7000.0, 0.0),
        (11000.0, -4.0),
        (17000.0, -14.0),
    )
    low = ((60.0, -6.0), (150.0, 0.0), (400.0, -3.0), (1200.0, -8.0), (4000.0, -18.0))
    out = (0.5 + 0.6 * force) * living(frames, sizzle, rng, 0.2, 0.4, (0.4, 1.1, 2.5, 6.0)) + 0.25 * living(
        frames, low, rng, 0.2
    )
    live = moving(frames, rng, 0.4)
    for rate, level, top in ((220.0, 0.9, 160), (26.0, 2.2, 420)):
        count = int(rng.poisson(rate * seconds)) + 1
        at = rng.random(count) * seconds
        size = sizes(rng, count, 0.8) * level * live[(at * RATE).astype(np.int64) % frames] * 0.5
        out += strewn(
            frames,
            at,
            chips(rng, around(rng, count, 1500.0, 9000.0), (1.2, 4.0), top, 1.2) * size[:, None],
            rng,
            width=0.6,
        )
    return out


def shower(take: Take) -> Array:
    """A shower: many thin jets on tiles and skin."""
    rng, frames, seconds, force = take.rng, take.frames, take.seconds, take.number("force")
    jets = (
        (100.0, -14.0),
        (300.0, -7.0),
        (800.0, -3.0),
        (2000.0, -1.0),
        (4000.0, 0.0),
        (8000.0, -4.0),
        (14000.0, -12.0),
        (18000.0, -20.0),
    )
    body_ = ((100.0, -4.0), (250.0, 0.0), (600.0, -3.0), (1500.0, -9.0), (5000.0, -20.0))
    out = (0.8 + 0.5 * force) * living(frames, jets, rng, 0.1, 0.4) + 0.5 * living(
        frames, body_, rng, 0.25, 0.4, (0.5, 1.5, 4.0)
    )
    count = round(160.0 * seconds)
    at = rng.random(count) * seconds
    out += strewn(
        frames,
        at,
        chips(rng, around(rng, count, 700.0, 4500.0), (1.5, 5.0), 260, 0.9)
        * (drops(rng, count) * 1.1)[:, None],
        rng,
    )
    grains = (
        bubbles(around(rng, count // 2, 0.001, 0.004), 0.1, 1500) * (drops(rng, count // 2) * 0.7)[:, None]
    )
    return out + strewn(frames, rng.random(count // 2) * seconds, grains, rng)


def toilet_flush(take: Take) -> Array:
    """Flush a toilet: lever, a rush that swells, a gulp, the cistern that fills."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    rows = rows_of(seconds)
    frames = rows * 48
    fall = 0.52 * seconds
    rush = line(
        [
            (0.0, 0.0),
            (0.18, 0.0),
            (0.5, 0.8),
            (0.9, 1.0),
            (0.8 * fall, 0.75),
            (fall, 0.25),
            (fall + 0.4, 0.07),
            (seconds, 0.04),
        ],
        rows,
    )[::10]
    gulp = line([(0.0, 0.0), (0.6 * fall, 0.1), (0.85 * fall, 1.0), (fall, 0.7), (fall + 0.25, 0.0)], rows)[
        ::10
    ]
    fill = line([(0.0, 0.0), (0.5, 0.1), (fall, 0.22), (seconds, 0.2)], rows)[::10]
    count = len(rush)
    churn = np.maximum(1.0 + 0.3 * stir(count, rng, 100.0, (2.0, 5.0, 11.0, 19.0)), 0.1)
    layers = [
        (
            (
                (80.0, -8.0),
                (220.0, 0.0),
                (500.0, -1.0),
                (1300.0, -4.0),
                (3500.0, -8.0),
                (8000.0, -15.0),
                (16000.0, -26.0),
            ),
            rush * churn,
        ),
        (
            ((90.0, -6.0), (200.0, 0.0), (420.0, -1.0), (900.0, -10.0), (3000.0, -24.0)),
            0.7 * gulp * churn * churn,
        ),
        (
            ((500.0, -16.0), (1800.0, -3.0), (4000.0, 0.0), (9000.0, -5.0), (16000.0, -14.0)),
            fill * (1.3 - 0.3 * churn),
        ),
    ]
    noise = painted(count * 480, layers, rng, 480)
    out = np.zeros(frames)
    out[: len(noise)] = noise[:frames]
    number = round(230 * fall)
    at = 0.25 + (fall + 0.3) * rng.random(number)
    size = drops(rng, number) * np.interp(at, np.arange(count) / 100.0, rush + gulp)
    out += 0.9 * scatter(
        frames,
        (at * RATE).astype(np.int64),
        bubbles(around(rng, number, 0.0012, 0.0075), 0.1, 3000) * size[:, None],
        wrap=False,
    )
    lever = body(traits, 420.0, "plastic", 16)
    put(out, 1.0 * blow(lever, rng, force=0.8, contact=0.001, longest=0.15), 0.06)
    put(out, 0.8 * blow(body(traits, 160.0, "china", 14), rng, force=0.7, contact=0.002, longest=0.2), 0.16)
    return edges(placed(out, rng, "kitchen", wet=2.0, floor=2.0), 0.01, 0.4)


def chopping(take: Take) -> Array:
    """A knife chops on a board."""
    rng, traits = take.rng, take.traits
    number = take.count("number")
    board, blade = (
        body(traits, 190.0, "wood", 18),
        body(traits, 2400.0, "metal", 10) * np.array([1.0, 0.35, 0.04]),
    )
    out = np.zeros(frames_of(number / (4.2 * take.number("speed")) + 0.7))
    moments = beats(100.0, 4.2 * take.number("speed"), rng, drifting=0.06, jitter=0.06)[:number]
    for at, size in zip(moments, forces(number, rng, 0.3), strict=True):
        crunch = scuff(
            rng,
            0.05 + 0.04 * float(rng.random()),
            ((400.0, -8.0), (1500.0, 0.0), (4500.0, -4.0), (11000.0, -14.0)),
            0.9,
        )
        put(out, 0.55 * float(size) * crunch, float(at))
        put(
            out,
            float(size)
            * blow(board, rng, force=1.0, contact=0.0012, noise=0.6, noise_time=0.02, longest=0.3),
            float(at) + 0.045,
        )
        put(
            out,
            0.35 * float(size) * blow(blade, rng, force=0.8, contact=0.0002, longest=0.1),
            float(at) + 0.044,
        )
    return placed(out, rng, "kitchen", floor=4.0)


def broom(take: Take) -> Array:
    """A broom sweeps a floor, stroke after stroke."""
    rng, frames, seconds = take.rng, take.frames, take.seconds
    out = 0.05 * living(frames, QUIET, rng, 0.2)
    moments = beats(seconds, 0.95 * take.number("speed"), rng, drifting=0.06, jitter=0.05)
    straw = ((250.0, -14.0), (900.0, -4.0), (2500.0, 0.0), (6000.0, -2.0), (12000.0, -10.0))
    for k, (at, size) in enumerate(zip(moments, forces(len(moments), rng, 0.25), strict=True)):
        stroke = scuff(rng, 0.5 + 0.16 * float(rng.random()), straw, 0.85) * float(size)
        add(out, spread(stroke, 0.3 if k % 2 else -0.2), float(at))
        if rng.random() < 0.7:
            add(out, spread(0.35 * scuff(rng, 0.2, straw, 0.95), -0.2), (float(at) + 0.62) % seconds)
    return roomy(out, rng)


_FORCE = amount("force", "weak to strong")

ROWS = (
    bed(
        "dishes",
        "Dishes and cutlery",
        dishes,
        ("dishes", "plates", "cutlery", "glasses", "tableware", "dining"),
        14.0,
        "Plates, glasses and cutlery, near and far.",
    ),
    event(
        "pouring",
        "Pouring",
        pouring,
        ("pouring", "pour", "filling", "glass", "jug", "wine"),
        (3.0, 5.0),
        (20.0, 120.0),
        "Water or wine is poured into a glass or a jug, which fills.",
        amount("size", "glass to jug"),
    ),
    bed(
        "tap",
        "Running tap",
        tap,
        ("tap", "faucet", "sink", "running water", "basin"),
        12.0,
        "A tap runs into a sink.",
        _FORCE,
    ),
    bed(
        "frying",
        "Frying",
        frying,
        ("frying", "sizzling", "pan", "cooking", "grill", "barbecue"),
        12.0,
        "Something fries: a sizzle that swells and sinks, fat that spits.",
        _FORCE,
    ),
    bed(
        "shower",
        "Shower",
        shower,
        ("shower", "bathroom", "bath", "bathtub"),
        12.0,
        "A shower: many thin jets on tiles and skin.",
        _FORCE,
    ),
    event(
        "toilet_flush",
        "Toilet is flushed",
        toilet_flush,
        ("toilet", "flush", "toilet flush", "restroom"),
        (5.5, 6.0),
        (120.0, 600.0),
        "A toilet is flushed: the lever, a rush that swells, a gulp, the cistern that fills again.",
    ),
    event(
        "chopping",
        "Chopping on a board",
        chopping,
        ("chopping", "knife", "cutting board", "cook"),
        (1.8, 5.0),
        (15.0, 90.0),
        "A knife chops on a board.",
        whole("number", "how many cuts", 2, 14, (6, 10)),
        ratio("speed", "slow to fast"),
    ),
    bed(
        "broom",
        "Sweeping",
        broom,
        ("broom", "sweeping", "rake", "brush", "sweep"),
        12.0,
        "A broom sweeps a floor, stroke after stroke.",
        ratio("speed", "slow to fast"),
    ),
)
