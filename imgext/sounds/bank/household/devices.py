"""Devices: keyboard, mouse, telephones, camera, printer, clocks, scissors, till.

A key goes down and comes up, two clicks 60 to 120 ms apart, the second softer; typists make 4 to 8 strokes a
second in words, with pauses; no two keys are alike. A bell telephone rings at 20 to 25 strokes a second on
two gongs a third apart, 2 s on and 4 s off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body, pairs, scuff
from imgext.sounds.bank.motors import gliding, hiss, living, mains, roomy, tamed
from imgext.sounds.bank.noise import filtered, painted
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import bursts, drift, forces, poisson
from imgext.sounds.bank.table import amount, bed, choice, event, ratio, whole
from imgext.sounds.bank.tools import (
    RATE,
    add,
    damped,
    decay,
    edges,
    exp,
    frames_of,
    line,
    put,
    rows_of,
    silent,
    sine,
    spread,
    stir,
    unit,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

#: The air of an office: machines and a street behind glass.
QUIET = (
    (50.0, -3.0),
    (120.0, 0.0),
    (250.0, -3.0),
    (600.0, -9.0),
    (1500.0, -14.0),
    (5000.0, -20.0),
    (15000.0, -28.0),
)


def _click(rng: Generator, modes: Array, force: float, contact: float, seconds: float = 0.08) -> Array:
    return blow(
        modes, rng, force=force, contact=contact, place=0.7, noise=0.7, noise_time=0.018, longest=seconds
    )


def typing(take: Take) -> Array:
    """Make typing: bursts of words, each key down and up, a deeper space bar."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    out = silent(frames)
    hard = 0.4 + take.number("force")
    keys = [
        body(traits, 210.0 * (0.85 + 0.3 * traits.random()), "plastic", 22, 0.15, 12000.0) for _ in range(9)
    ]
    bar = body(traits, 120.0, "plastic", 22, 0.15, 9000.0)
    desk = body(traits, 85.0, "board", 10)
    wide = hiss(4800, ((400.0, -8.0), (1500.0, 0.0), (4000.0, -1.0), (9000.0, -8.0)), rng)
    rate = 5.2 * take.number("speed")
    for start, stop in bursts(seconds, rng, on=(0.7, 3.2), off=(0.25, 1.6), start=0.2 * float(rng.random())):
        at = start
        slow = drift(64, rng)
        k = 0
        while at < stop:
            space = rng.random() < 0.16
            force = hard * float(forces(1, rng, 0.35)[0]) * (1.25 if space else 1.0)
            modes = bar if space else keys[int(rng.integers(0, 9))]
            side = 0.0 if space else 0.7 * (float(rng.random()) - 0.5)
            down = _click(rng, modes, force, 0.0007 + 0.0006 * float(rng.random()))
            down[: min(len(down), 3000)] += (
                0.8 * force * _click(rng, desk, 0.7, 0.003, 0.0625)[: min(len(down), 3000)]
                if len(down) >= 3000
                else 0.0
            )
            add(out, spread(down, side), at % seconds)
            touch = wide[int(rng.integers(0, 2000)) :][:1200] * np.linspace(1.0, 0.0, 1200) ** 2
            add(out, spread(touch * (0.11 * force), side), (at - 0.006) % seconds)
            up = _click(rng, modes, force * (0.3 + 0.25 * float(rng.random())), 0.0005)
            add(out, spread(up, side), (at + 0.06 + 0.06 * float(rng.random())) % seconds)
            at += max(
                0.07, (1.0 + 0.16 * float(slow[k % 64]) + 0.28 * float(rng.standard_normal())) / rate
            ) + (0.09 * rng.random() if space else 0.0)
            k += 1
    floor = living(frames, QUIET, rng, 0.12, 0.4)
    return roomy(tamed(out, 9.0), rng, 0.5, 0.02) + 0.005 * floor * (0.8 + 0.8 * hard)


def mouse_click(take: Take) -> Array:
    """A computer mouse: clicks, double clicks, a wheel, the hand that moves it."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    button = body(traits, 650.0, "plastic", 20, 0.15, 14000.0)
    out = np.zeros(frames_of(seconds))
    at = 0.15 + 0.15 * float(rng.random())
    for _ in range(take.count("number")):
        force = 0.7 + 0.5 * float(rng.random())
        double = 2 if rng.random() < 0.4 else 1
        for _ in range(double):
            put(out, _click(rng, button, force, 0.0003, 0.05), at)
            put(out, _click(rng, button, 0.6 * force, 0.00025, 0.05), at + 0.07 + 0.04 * float(rng.random()))
            at += 0.17 + 0.05 * float(rng.random())
        if rng.random() < 0.6:
            put(
                out,
                0.05 * scuff(rng, 0.3, ((200.0, -6.0), (800.0, 0.0), (3000.0, -6.0), (9000.0, -16.0))),
                at,
            )
        at += 0.25 + 0.8 * float(rng.random())
        if at > seconds - 0.3:
            break
    return placed(tamed(out, 7.0), rng, "room", floor=15.0)


def telephone(take: Take) -> Array:
    """A telephone with a bell rings."""
    rng, traits = take.rng, take.traits
    rings = take.count("number")
    low = take.pick(950.0, 1350.0)
    gongs = [
        pairs(
            np.stack(
                [
                    low * up * np.array([1.0, 2.71, 4.4, 5.9, 7.6, 9.1]),
                    np.array([1.0, 0.55, 0.35, 0.25, 0.16, 0.1]),
                    np.array([0.7, 0.42, 0.3, 0.22, 0.16, 0.12]),
                ],
                axis=-1,
            ),
            traits,
            4.0,
        )
        for up in (1.0, take.pick(1.17, 1.27))
    ]
    case = body(traits, 380.0, "plastic", 14)
    kinds = [
        [
            blow(gong, rng, force=1.0, contact=0.0002, place=0.3, noise=0.5, noise_time=0.008, longest=0.6)
            for _ in range(3)
        ]
        for gong in gongs
    ]
    length = 1.0 if rings > 1 else 1.6
    gap = take.pick(0.9, 1.3)
    out = np.zeros(frames_of(0.1 + rings * length + (rings - 1) * gap + 0.8))
    rate = take.pick(20.0, 25.0)
    for ring in range(rings):
        start = 0.05 + ring * (length + gap)
        count = round(rate * length)
        size = forces(count, rng, 0.1)
        rattles = [0.25 * blow(case, rng, force=1.0, contact=0.001, longest=0.06) for _ in range(5)]
        for k in range(count):
            at = start + (k + 0.06 * float(rng.standard_normal())) / rate
            put(out, kinds[k % 2][int(rng.integers(0, 3))] * float(size[k]), at)
            put(out, rattles[int(rng.integers(0, 5))] * float(size[k]), at - 0.002)
    return placed(out, rng, "room", floor=4.0)


def phone_ring(take: Take) -> Array:
    """A mobile telephone rings: a little tune of plucked tones, twice."""
    rng, traits = take.rng, take.traits
    scale = np.array([1.0, 1.125, 1.25, 1.5, 1.6667, 2.0]) * take.pick(620.0, 830.0)
    tune = [int(traits.integers(0, 6)) for _ in range(6)]
    step = take.pick(0.13, 0.19)
    once = np.zeros(frames_of(6.0 * step + 0.5))
    for k, note in enumerate(tune):
        hz = float(scale[note])
        made = np.zeros(frames_of(0.5))
        for j, share in ((1, 1.0), (2, 0.4), (3, 0.25), (5, 0.1)):
            made += share * damped(hz * j, 0.55 / j**0.5, len(made))
        put(once, edges(made, 0.003, 0.05), k * step)
    out = np.zeros(-(-frames_of(2.0 * 7.5 * step + 0.7) // 4800) * 4800)
    for turn in range(2):
        put(out, once, 0.05 + turn * 7.5 * step)
    small = ((300.0, -24.0), (700.0, -4.0), (1500.0, 0.0), (4000.0, -1.0), (8000.0, -10.0), (15000.0, -26.0))
    return placed(filtered(out, small), rng, "room", floor=4.0)


def notification(take: Take) -> Array:
    """Make a message on a mobile telephone: soft tones, or a buzz on a table."""
    rng, traits = take.rng, take.traits
    out = np.zeros(frames_of(1.4))
    if take.word("material") == "buzz":
        rows = rows_of(0.9)
        loud = line(
            [
                (0.0, 0.0),
                (0.03, 1.0),
                (0.32, 1.0),
                (0.36, 0.0),
                (0.5, 0.0),
                (0.53, 1.0),
                (0.82, 1.0),
                (0.87, 0.0),
            ],
            rows,
        )
        hum = gliding(
            np.full(rows, take.pick(150.0, 185.0)),
            rng,
            (1.0, 0.6, 0.7, 0.4, 0.4, 0.3, 0.3, 0.2, 0.2, 0.15, 0.12, 0.1),
            0.008,
        )
        table = body(traits, 180.0, "board", 14)
        rattle = filtered(
            rng.standard_normal(len(hum)), ((300.0, -10.0), (1500.0, 0.0), (5000.0, -6.0), (12000.0, -20.0))
        )
        hum += 0.25 * unit(rattle) * np.maximum(hum, 0.0)
        put(out, hum * np.repeat(loud, 48), 0.05)
        put(out, 0.4 * blow(table, rng, force=0.8, longest=0.2), 0.05)
        return placed(out, rng, "room", floor=3.0)
    base = take.pick(780.0, 1250.0)
    steps = (1.0, 1.26, 1.5, 1.3348, 2.0)
    for k in range(int(traits.integers(2, 4))):
        hz = base * steps[int(traits.integers(0, 5))]
        made = np.zeros(frames_of(0.8))
        for j, share in ((1.0, 1.0), (2.0, 0.3), (3.01, 0.16), (4.2, 0.06)):
            made += share * damped(hz * j, 0.8 / j, len(made))
        put(out, edges(made, 0.002, 0.1), 0.05 + 0.14 * k)
    return placed(out, rng, "room", floor=3.0)


def alarm_clock(take: Take) -> Array:
    """An alarm clock: four quick beeps, again and again."""
    rng = take.rng
    hz = take.pick(2300.0, 4100.0)
    out = np.zeros(frames_of(take.seconds))
    at = 0.1
    while at < take.seconds - 0.6:
        for k in range(4):
            length = frames_of(0.062)
            turns = np.arange(length, dtype=np.float64) * (hz / RATE)
            beep = sine(turns) + 0.5 * sine(2.0 * turns) + 0.42 * sine(3.0 * turns) + 0.25 * sine(5.0 * turns)
            put(out, edges(beep * (0.95 + 0.1 * float(rng.random())), 0.002, 0.004), at + 0.125 * k)
        at += 1.0
    return placed(out, rng, "room", floor=14.0)


def camera(take: Take) -> Array:
    """A camera: mirror up, curtain, mirror down, and a motor that winds."""
    rng, traits = take.rng, take.traits
    shots = take.count("number")
    inside = np.concatenate(
        [
            body(traits, 420.0, "plastic", 16, 0.1, 12000.0),
            body(traits, 1900.0, "metal", 10) * np.array([1.0, 0.5, 0.012]),
        ]
    )
    out = np.zeros(frames_of(0.35 + shots * 0.42 + 0.4))
    at = 0.08
    for _ in range(shots):
        speed = 0.8 + 0.3 * float(rng.random())
        for late, force, contact in (
            (0.0, 1.0, 0.0005),
            (0.028, 0.5, 0.0003),
            (0.062, 0.8, 0.0004),
            (0.085, 0.35, 0.0003),
            (0.118, 0.9, 0.0006),
        ):
            put(
                out,
                _click(rng, inside, force * (0.85 + 0.3 * float(rng.random())), contact, 0.07),
                at + late * speed,
            )
        rows = rows_of(0.2)
        wind = gliding(
            line([(0.0, 420.0), (0.05, 690.0), (0.17, 640.0), (0.2, 380.0)], rows) * take.pick(0.9, 1.2),
            rng,
            (1.0, 0.7, 0.5, 0.5, 0.3, 0.2, 0.2, 0.1),
        )
        gear = unit(
            filtered(
                rng.standard_normal(len(wind)),
                ((600.0, -12.0), (2000.0, 0.0), (6000.0, -5.0), (14000.0, -18.0)),
            )
        )
        put(out, edges(0.06 * wind + 0.05 * gear, 0.02, 0.03), at + 0.14)
        at += 0.32 + 0.16 * float(rng.random())
    return placed(out, rng, "room", floor=8.0)


def printer(take: Take) -> Array:
    """Make a printer: rollers, paper that slides in, a carriage to and fro."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    out = 0.25 * living(frames, QUIET, rng, 0.1, 0.5)
    base = take.pick(210.0, 300.0)
    lanes = max(2, round(seconds / take.pick(0.75, 1.05)))
    rubs = ((200.0, -12.0), (700.0, -2.0), (1600.0, 0.0), (4000.0, -4.0), (10000.0, -16.0))
    plastic = body(traits, 260.0, "plastic", 16)
    for k in range(lanes):
        at = k * seconds / lanes
        d = seconds / lanes * 0.86
        rows = rows_of(d)
        pace = line([(0.0, 0.2), (0.12 * d, 1.0), (0.85 * d, 1.02), (d, 0.15)], rows)
        motor = gliding(
            base * pace * (1.0 if k % 2 else 1.03),
            rng,
            (0.5, 1.0, 0.6, 0.8, 0.4, 0.5, 0.3, 0.3, 0.2, 0.2),
            0.004,
        )
        slide = hiss(len(motor), rubs, rng)
        loud = np.repeat(line([(0.0, 0.0), (0.08 * d, 1.0), (0.9 * d, 0.9), (d, 0.0)], rows), 48)
        made = (0.14 * motor[: len(slide)] + 0.3 * slide) * loud[: len(slide)]
        add(out, spread(made[:frames], -0.3 if k % 2 else 0.3), at)
        add(
            out,
            spread(0.5 * blow(plastic, rng, force=0.8, contact=0.0012, longest=0.15), 0.4 if k % 2 else -0.4),
            at,
        )
        if k % 3 == 2:
            feed = scuff(rng, 0.28, ((300.0, -10.0), (1200.0, 0.0), (4000.0, -3.0), (11000.0, -14.0)), 0.5)
            add(out, spread(1.1 * feed, 0.0), (at + d) % seconds)
    return out + 0.03 * mains(frames, rng)[:, None]


def clock(take: Take) -> Array:
    """Make a ticking clock: tick and tock, a train of little wheels, in its case."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    size = take.number("size")
    beats_each = max(1, round(seconds * 2.0 / (1.0 if size < 0.5 else 2.0 * size)))
    case = body(traits, 620.0 - 330.0 * size, "wood", 14)
    wheel = body(traits, 1500.0 - 700.0 * size, "metal", 14, 0.1, 9000.0) * np.array([1.0, 1.0, 0.05])
    out = silent(frames)
    size_each = forces(beats_each, rng, 0.1)
    for k in range(beats_each):
        at = (k + 0.012 * float(rng.standard_normal()) + (0.02 if k % 2 else 0.0)) * seconds / beats_each
        force = float(size_each[k]) * (1.0 if k % 2 else 0.8)
        for late, share, contact in (
            (0.0, 1.0, 0.0002),
            (0.007, 0.45, 0.0002),
            (0.019, 0.7, 0.0003),
            (0.03, 0.22, 0.0002),
        ):
            tick = _click(rng, wheel, force * share * (0.9 + 0.2 * float(rng.random())), contact, 0.09)
            add(out, spread(tick, 0.1), (at + late) % seconds)
        add(
            out,
            spread(1.3 * blow(case, rng, force=force, contact=0.0009, place=0.3, longest=0.3), 0.0),
            at % seconds,
        )
    return roomy(tamed(out, 7.0), rng) + 0.03 * living(frames, QUIET, rng, 0.15, 0.4)


def scissors(take: Take) -> Array:
    """Make scissors that cut paper: sliding blades, paper, a snap at the end."""
    rng, traits = take.rng, take.traits
    cuts = take.count("number")
    steel = body(traits, 2100.0, "metal", 16, 0.1) * np.array([1.0, 1.0, 0.08])
    out = np.zeros(frames_of(0.4 + 0.62 * cuts + 0.3))
    at = 0.1
    for _ in range(cuts):
        d = 0.24 + 0.16 * float(rng.random())
        slide = scuff(
            rng, d, ((500.0, -18.0), (2000.0, -6.0), (5000.0, 0.0), (9000.0, -1.0), (15000.0, -9.0)), 0.7
        )
        paper = scuff(
            rng, d, ((200.0, -10.0), (900.0, -2.0), (2500.0, 0.0), (6000.0, -5.0), (12000.0, -14.0)), 0.95
        )
        put(out, 0.45 * slide + 0.6 * paper, at)
        put(out, 0.6 * _click(rng, steel, 0.7 + 0.5 * float(rng.random()), 0.0002, 0.2), at + d * 0.93)
        put(
            out,
            0.22 * scuff(rng, 0.16, ((500.0, -18.0), (2500.0, -4.0), (6000.0, 0.0), (14000.0, -8.0)), 0.7),
            at + d + 0.06,
        )
        at += d + 0.22 + 0.16 * float(rng.random())
    return placed(out, rng, "room", floor=4.0)


def cash_register(take: Take) -> Array:
    """A cash register: keys, a bell, the drawer that springs open, coins."""
    rng, traits = take.rng, take.traits
    out = np.zeros(frames_of(2.3))
    key = np.concatenate(
        [
            body(traits, 240.0, "metal", 16) * np.array([1.0, 1.0, 0.05]),
            body(traits, 1500.0, "metal", 10) * np.array([1.0, 0.5, 0.03]),
        ]
    )
    at = 0.05
    for _ in range(int(traits.integers(2, 4))):
        put(out, _click(rng, key, 0.8 + 0.3 * float(rng.random()), 0.0007, 0.12), at)
        put(out, _click(rng, key, 0.45, 0.0005, 0.1), at + 0.08)
        at += 0.17 + 0.08 * float(rng.random())
    dome = np.stack(
        [
            2350.0 * take.pick(0.9, 1.1) * np.array([1.0, 2.03, 2.9, 4.1, 5.3]),
            np.array([1.0, 0.5, 0.3, 0.2, 0.1]),
            np.array([1.4, 0.8, 0.5, 0.3, 0.2]),
        ],
        axis=-1,
    )
    put(
        out,
        0.9
        * blow(
            pairs(dome, traits, 3.0), rng, force=1.0, contact=0.0002, noise=0.4, noise_time=0.006, longest=1.3
        ),
        at + 0.05,
    )
    put(
        out,
        0.5 * scuff(rng, 0.25, ((150.0, -6.0), (500.0, 0.0), (2000.0, -4.0), (8000.0, -16.0)), 0.7),
        at + 0.1,
    )
    put(
        out,
        1.1
        * blow(
            body(traits, 130.0, "sheet", 18) * np.array([1.0, 1.0, 0.25]),
            rng,
            force=1.1,
            contact=0.0015,
            longest=0.5,
        ),
        at + 0.32,
    )
    coin = body(traits, 3200.0, "metal", 10, 0.1) * np.array([1.0, 1.0, 0.16])
    for _ in range(9):
        put(
            out,
            0.4
            * blow(
                coin,
                rng,
                force=0.3 + 0.6 * float(rng.random()),
                contact=0.0001,
                place=0.8,
                noise=0.4,
                noise_time=0.004,
                longest=0.25,
            ),
            at + 0.33 + 0.4 * float(rng.random()) * float(rng.random()),
        )
    return placed(out, rng, "room", floor=6.0)


def match(take: Take) -> Array:
    """Strike a match: a rough scratch, the head that flares, a flame that settles."""
    rng, force = take.rng, take.number("force")
    out = np.zeros(frames_of(take.seconds))
    scratch = scuff(
        rng,
        0.14 + 0.12 * float(rng.random()),
        ((400.0, -22.0), (1500.0, -8.0), (4000.0, 0.0), (9000.0, -2.0), (16000.0, -14.0)),
        0.9,
    )
    put(out, (0.5 + 0.5 * force) * scratch, 0.05)
    start = 0.05 + len(scratch) / RATE * 0.8
    rows = round((take.seconds - start) * 100.0)
    time = np.arange(rows) / 100.0
    settle = 0.06 + 0.94 * exp(-time / (0.12 + 0.1 * float(rng.random())))
    flare = (
        np.minimum(time * 25.0, 1.0)
        * settle
        * np.maximum(1.0 + 0.35 * stir(rows, rng, 100.0, (4.0, 11.0, 23.0)), 0.2)
    )
    curve = ((150.0, -4.0), (500.0, 0.0), (1800.0, -3.0), (5000.0, -7.0), (12000.0, -18.0))
    flame = painted(rows * 480, [(curve, flare)], rng, 480)
    put(out, (0.5 + 0.4 * force) * flame, start)
    for at in poisson(take.seconds - start, 5.0, rng):
        crack = 0.25 * float(rng.random()) * rng.standard_normal(90) * decay(0.002, 90)
        put(out, crack, start + float(at))
    return placed(out, rng, "room", floor=4.0)


ROWS = (
    event(
        "match",
        "Match or lighter",
        match,
        ("match", "lighter", "matchstick", "flick", "flame"),
        (1.2, 2.0),
        (30.0, 200.0),
        "A match is struck: a scratch, a flare, a flame that settles.",
        amount("force", "soft to hard"),
    ),
    bed(
        "typing",
        "Typing on a keyboard",
        typing,
        ("typing", "keyboard", "computer", "office", "keys", "laptop"),
        14.0,
        "Somebody types: words in bursts, each key down and up again, the space bar deeper.",
        ratio("speed", "slow to fast"),
        amount("force", "soft to hard"),
    ),
    event(
        "mouse_click",
        "Computer mouse",
        mouse_click,
        ("mouse click", "computer mouse", "click", "button"),
        (1.6, 3.5),
        (10.0, 60.0),
        "A computer mouse: clicks, double clicks, the hand that moves it.",
        whole("number", "how many clicks", 1, 8, (2, 5)),
    ),
    event(
        "telephone",
        "Telephone with a bell",
        telephone,
        ("telephone", "phone", "ringing", "landline", "call"),
        (2.4, 4.5),
        (60.0, 300.0),
        "A telephone with a bell rings.",
        whole("number", "how many rings", 1, 3, (1, 2)),
    ),
    event(
        "phone_ring",
        "Mobile telephone rings",
        phone_ring,
        ("mobile phone", "ringtone", "cell phone", "smartphone", "call"),
        (2.4, 3.8),
        (60.0, 300.0),
        "A mobile telephone rings: a little tune of plucked tones, twice.",
    ),
    event(
        "notification",
        "Message on a mobile telephone",
        notification,
        ("notification", "message", "smartphone", "chime", "buzz"),
        (1.4, 1.4),
        (30.0, 200.0),
        "A mobile telephone tells of a message: soft tones, or a buzz on a table.",
        choice("material", "how", "tones", "buzz"),
    ),
    event(
        "alarm_clock",
        "Alarm clock",
        alarm_clock,
        ("alarm clock", "alarm", "beep", "beeping", "timer"),
        (2.7, 5.0),
        (120.0, 600.0),
        "An alarm clock: four quick beeps, again and again.",
    ),
    event(
        "camera",
        "Camera",
        camera,
        ("camera", "shutter", "photo", "photographer", "snapshot"),
        (1.1, 2.5),
        (10.0, 60.0),
        "A camera: mirror up, curtain, mirror down, and a motor that winds.",
        whole("number", "how many pictures", 1, 4, (1, 2)),
    ),
    bed(
        "printer",
        "Printer",
        printer,
        ("printer", "printing", "photocopier", "scanner", "fax", "office"),
        12.0,
        "A printer: rollers that turn, paper that slides in, a carriage that runs to and fro.",
    ),
    bed(
        "clock",
        "Clock",
        clock,
        ("clock", "tick", "ticking", "time", "watch"),
        10.0,
        "A clock that ticks: tick and tock, a train of little wheels each time.",
        amount("size", "small to large", (0.2, 0.45)),
    ),
    event(
        "scissors",
        "Scissors",
        scissors,
        ("scissors", "cutting", "shears", "paper", "hairdresser"),
        (1.9, 3.2),
        (8.0, 60.0),
        "Scissors cut paper: blades that slide on each other, a snap at the end.",
        whole("number", "how many cuts", 1, 6, (2, 4)),
    ),
    event(
        "cash_register",
        "Cash register",
        cash_register,
        ("cash register", "till", "checkout", "coins", "shop"),
        (2.3, 2.3),
        (30.0, 120.0),
        "A cash register: keys, a bell, the drawer that springs open, coins.",
    ),
)
