"""Doors and tools: door, gate, hammer, saw, drill, chainsaw, jackhammer, mower.

A hinge sticks and slips: pulses of 20 to 400 a second, irregular, whose pitch follows the swing, through the
panel's modes (A. Farnell, Designing Sound, practical 32). A saw grates once a tooth, forth harder than back.
A two-stroke chainsaw fires 60 times a second idling, 120 to 200 in the wood.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body, scuff
from imgext.sounds.bank.household.devices import QUIET
from imgext.sounds.bank.motors import (
    firing,
    gliding,
    hiss,
    living,
    looped,
    moving,
    pipe,
    puffed,
    revved,
    roomy,
    sounding,
    tamed,
    tone,
    two,
)
from imgext.sounds.bank.noise import painted
from imgext.sounds.bank.place import convolved, placed
from imgext.sounds.bank.rhythm import beats, forces, poisson
from imgext.sounds.bank.table import amount, bed, choice, event, ratio, whole
from imgext.sounds.bank.throat import pulsed
from imgext.sounds.bank.tools import (
    CONTROL,
    add,
    fine,
    frames_of,
    line,
    put,
    rows_of,
    silent,
    spread,
    stir,
    unit,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array


def creaking(
    rng: Generator, traits: Generator, seconds: float, low: float, high: float, wood: Array
) -> Array:
    """Make a hinge that sticks and slips: irregular pulses through its door."""
    rows = rows_of(seconds)
    swing = np.maximum(
        np.sin(np.pi * np.arange(rows) / rows) + 0.35 * stir(rows, rng, CONTROL, (0.8, 1.7, 3.5)), 0.0
    )
    rate = low + (high - low) * swing * (0.7 + 0.6 * traits.random())
    turns = np.concatenate([[0.0], np.cumsum(np.maximum(rate, 4.0))]) / CONTROL
    count = max(3, int(turns[-1]))
    wild = 0.06 + 0.3 * rng.random()
    wanted = np.arange(count) + wild * rng.standard_normal(count)
    place = np.interp(wanted, turns, np.arange(rows + 1) * 48.0)
    size = (
        np.maximum(1.0 + 0.4 * rng.standard_normal(count), 0.05)
        * swing[np.minimum((place / 48.0).astype(np.int64), rows - 1)]
    )
    slips = pulsed(place, size, rows * 48)
    answer = blow(wood, rng, force=1.0, contact=0.0002, place=0.8, noise=0.7, noise_time=0.01, longest=0.12)
    out = convolved(slips, answer)
    gate = fine(np.clip(0.6 + 1.1 * stir(rows, rng, CONTROL, (1.2, 2.9)), 0.0, 1.5))
    return out * gate


def door(take: Take) -> Array:
    """A door: the latch, hinges that creak while it swings, the leaf that falls shut."""
    rng, traits = take.rng, take.traits
    swing = take.pick(1.1, 2.2) / take.number("speed")
    latch = np.concatenate(
        [body(traits, 520.0, "metal", 14, 0.1) * np.array([1.0, 1.0, 0.03]), body(traits, 210.0, "wood", 10)]
    )
    leaf = np.concatenate(
        [
            body(traits, 62.0, "board", 18, 0.1, 4000.0),
            body(traits, 240.0, "wood", 12) * np.array([1.0, 0.5, 1.0]),
        ]
    )
    panel = body(traits, take.pick(330.0, 620.0), "wood", 22, 0.1, 9000.0) * np.array([1.0, 1.0, 0.7])
    panel[:, 1] *= 1.0 + panel[:, 0] / 900.0
    out = np.zeros(frames_of(0.5 + swing + 1.0))
    for at, size in ((0.05, 0.5), (0.13, 0.75), (0.17, 0.3)):
        put(
            out,
            size
            * blow(
                latch,
                rng,
                force=0.8 + 0.3 * float(rng.random()),
                contact=0.0006,
                noise=0.8,
                noise_time=0.02,
                longest=0.2,
            ),
            at,
        )
    creak = creaking(rng, traits, swing, take.pick(18.0, 60.0), take.pick(120.0, 420.0), panel)
    put(
        out,
        creak * ((0.25 + 0.9 * take.number("force")) * 0.5 / max(float(np.max(np.abs(creak))), 1e-9)),
        0.3,
    )
    shut = 0.35 + swing + 0.15
    put(
        out,
        0.12 * scuff(rng, 0.3, ((80.0, -4.0), (300.0, 0.0), (1200.0, -6.0), (6000.0, -18.0))),
        shut - 0.28,
    )
    slam = 0.6 + 0.7 * take.number("force")
    put(
        out,
        slam * 1.3 * blow(leaf, rng, force=1.2, contact=0.003, noise=0.6, noise_time=0.06, longest=0.6),
        shut,
    )
    put(
        out,
        slam * 0.6 * blow(latch, rng, force=0.9, contact=0.0006, noise=0.8, noise_time=0.02, longest=0.2),
        shut + 0.012,
    )
    put(
        out,
        0.3 * slam * blow(leaf, rng, force=0.7, contact=0.004, longest=0.4),
        shut + 0.07 + 0.03 * float(rng.random()),
    )
    return placed(out, rng, "room", wet=2.0, floor=2.0)


def gate(take: Take) -> Array:
    """Make an iron gate: crying hinges, a leaf that falls into its latch and shakes."""
    rng, traits = take.rng, take.traits
    swing = take.pick(1.4, 2.4)
    iron = body(traits, take.pick(150.0, 260.0), "metal", 24, 0.12, 9000.0) * np.array([1.0, 1.0, 0.16])
    bars = body(traits, take.pick(420.0, 700.0), "metal", 20, 0.12, 9000.0) * np.array([1.0, 1.0, 0.05])
    bars[:, 1] *= 1.0 + bars[:, 0] / 1200.0
    out = np.zeros(frames_of(0.4 + swing + 1.5))
    put(out, 0.7 * blow(iron, rng, force=0.6, contact=0.0008, longest=0.5), 0.05)
    creak = creaking(rng, traits, swing, 40.0, take.pick(300.0, 620.0), bars)
    put(out, creak * (0.45 / max(float(np.max(np.abs(creak))), 1e-9)), 0.25)
    at, size = 0.3 + swing, 1.2
    for _ in range(4):
        put(
            out,
            size
            * blow(iron, rng, force=1.0, contact=0.0009, place=0.7, noise=0.7, noise_time=0.03, longest=1.1),
            at,
        )
        at += 0.09 + 0.05 * float(rng.random())
        size *= 0.45
    return placed(out, rng, "yard", floor=3.0)


def hammer(take: Take) -> Array:
    """Hammer a nail into wood: uneven blows, rising as the nail goes in."""
    rng, traits = take.rng, take.traits
    number = take.count("number")
    rate = 1.75 * take.number("speed")
    plank = body(traits, take.pick(95.0, 150.0), "board", 20, 0.1, 5000.0)
    nail = body(traits, take.pick(1700.0, 2400.0), "metal", 14, 0.1) * np.array([1.0, 0.6, 0.06])
    moments = beats(100.0, rate, rng, drifting=0.07, jitter=0.07)[:number]
    out = np.zeros(frames_of(float(moments[-1]) + 1.0))
    for k, (at, size) in enumerate(zip(moments, forces(number, rng, 0.3), strict=True)):
        rise = 1.0 + 0.045 * k
        put(
            out,
            float(size)
            * blow(plank, rng, force=1.1, contact=0.0011, place=0.6, noise=0.8, noise_time=0.03, longest=0.4),
            float(at),
        )
        put(
            out,
            0.75
            * float(size)
            * blow(
                nail * np.array([rise, 1.0, 1.0]),
                rng,
                force=1.0,
                contact=0.00018,
                place=0.7,
                noise=0.9,
                noise_time=0.008,
                longest=0.3,
            ),
            float(at),
        )
        if rng.random() < 0.35:
            put(
                out,
                0.3 * float(size) * blow(nail, rng, force=0.5, contact=0.0003, longest=0.15),
                float(at) + 0.05 + 0.03 * float(rng.random()),
            )
    return placed(tamed(out, 7.0), rng, "yard", wet=3.0, floor=8.0)


def saw(take: Take) -> Array:
    """A hand saw in wood: forth harder than back, the board that answers."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    out = np.zeros(frames_of(seconds))
    board = body(traits, take.pick(210.0, 330.0), "wood", 20, 0.1, 9000.0)
    rate = 1.35 * take.number("speed")
    answer = blow(board, rng, force=1.0, contact=0.0003, place=0.6, noise=1.6, noise_time=0.006, longest=0.08)
    moments = beats(seconds - 0.8, 2.0 * rate, rng, drifting=0.05, jitter=0.04)
    for k, (at, size) in enumerate(zip(moments, forces(len(moments), rng, 0.18), strict=True)):
        d = (0.36 if k % 2 == 0 else 0.3) / take.number("speed")
        rows = rows_of(d)
        pace = np.sin(np.pi * (np.arange(rows) + 0.5) / rows)
        teeth = revved(
            np.maximum(take.pick(210.0, 300.0) * pace, 20.0),
            rng,
            sizes=tuple(0.5 + rng.random(11)),
            wild=0.5,
            jitter=0.3,
        )
        rasp = convolved(teeth, answer)
        curve = (
            (150.0, -16.0),
            (600.0, -5.0),
            (1600.0, 0.0),
            (4000.0, -1.0),
            (9000.0, -7.0),
            (16000.0, -18.0),
        )
        dust = hiss(len(rasp), curve, rng)
        loud = fine(np.sqrt(pace))[: len(dust)]
        made = (
            unit(rasp[: len(dust)])
            + 0.7
            * dust
            * np.maximum(1.0 + 0.3 * fine(stir(rows, rng, CONTROL, (9.0, 22.0)))[: len(dust)], 0.1)
        ) * loud
        put(out, made * (float(size) * (1.0 if k % 2 == 0 else 0.5)), float(at))
    return placed(out, rng, "yard", floor=7.0)


def drill(take: Take) -> Array:
    """An electric drill: it starts, bites, labours and runs free again."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    rows = rows_of(seconds)
    bite, out_of = 0.25 * seconds, 0.72 * seconds
    turn = line(
        [
            (0.0, 0.1),
            (0.22, 1.05),
            (bite, 1.08),
            (bite + 0.25, 0.82),
            (out_of, 0.78),
            (out_of + 0.2, 1.08),
            (0.92 * seconds, 1.08),
            (seconds, 0.15),
        ],
        rows,
    )
    turn *= 1.0 + 0.02 * stir(rows, rng, CONTROL, (2.0, 5.0, 11.0))
    load = line(
        [(0.0, 0.3), (bite, 0.35), (bite + 0.2, 1.0), (out_of, 0.95), (out_of + 0.15, 0.35), (seconds, 0.1)],
        rows,
    )
    hz = take.pick(230.0, 320.0) * take.number("speed")
    out = (
        0.5
        * gliding(hz * turn, rng, (1.0, 0.8, 0.7, 0.5, 0.5, 0.35, 0.35, 0.25, 0.25, 0.18, 0.15, 0.12), 0.006)
        * fine(0.4 + 0.6 * load)
    )
    out += 0.3 * gliding(hz * 5.37 * turn, rng, (1.0, 0.5, 0.35, 0.2), 0.008) * fine(0.5 + 0.5 * load)
    slow = load[::10] * np.maximum(1.0 + 0.25 * stir(len(load[::10]), rng, 100.0, (4.0, 11.0, 23.0)), 0.1)
    wall = ((100.0, -8.0), (350.0, -2.0), (1000.0, 0.0), (2800.0, -2.0), (6000.0, -7.0), (14000.0, -18.0))
    noise = painted(len(slow) * 480, [(wall, 0.75 * slow)], rng, 480)
    out[: len(noise)] += noise[: len(out)]
    if take.word("material") == "stone":
        hits = revved(42.0 * turn, rng, sizes=(1.0,), wild=0.15, jitter=0.03)
        out += (
            1.2
            * sounding(
                hits,
                pipe(
                    traits, ((80.0, -4.0), (250.0, 0.0), (900.0, -2.0), (3000.0, -5.0), (9000.0, -16.0)), 0.02
                ),
                circle=False,
            )
            * fine(np.maximum(load - 0.3, 0.0))
        )
    return placed(out, rng, "room", wet=1.0, floor=3.0)


def chainsaw(take: Take) -> Array:
    """A chainsaw: it idles, bites into the wood, labours, is let go, again and again."""
    rng, traits = take.rng, take.traits
    rows = take.frames // 48
    pull = stir(rows, rng, CONTROL, (0.28, 0.5))
    push = np.clip(0.55 + 0.8 * pull, 0.0, 1.0)
    per_second = take.pick(88.0, 105.0) * take.number("speed")
    swing = 0.42 * (push - float(np.mean(push))) + 0.03 * stir(rows, rng, CONTROL, (1.5, 4.0))
    turns = np.cumsum(per_second * (1.0 + swing)) / CONTROL
    count = round(float(turns[-1]))
    turns = np.concatenate([[0.0], turns]) * (count / float(turns[-1]))
    wanted = np.arange(count) + 0.02 * rng.standard_normal(count)
    place = np.interp(np.clip(wanted, 0.0, count), turns, np.arange(rows + 1) * 48.0)
    fire = looped(place, np.maximum(1.0 + 0.14 * rng.standard_normal(count), 0.1), take.frames)
    voice = pipe(
        traits,
        ((90.0, -8.0), (200.0, 0.0), (500.0, -2.0), (1300.0, -5.0), (3500.0, -11.0), (9000.0, -22.0)),
        0.02,
        ((260.0, 0.6), (520.0, 0.6), (1150.0, 0.5)),
        0.45,
    )
    loud = fine(0.3 + 0.7 * push, circle=True)
    out = sounding(fire, voice) * loud
    out += (
        0.4
        * puffed(
            fire,
            hiss(
                take.frames,
                ((150.0, -6.0), (600.0, 0.0), (2000.0, -3.0), (6000.0, -10.0), (14000.0, -22.0)),
                rng,
            ),
            0.008,
        )
        * loud
    )
    chain = hiss(
        take.frames, ((400.0, -12.0), (1500.0, -2.0), (3500.0, 0.0), (7000.0, -4.0), (14000.0, -14.0)), rng
    )
    out += 0.4 * chain * fine(push * push, circle=True) * moving(take.frames, rng, 0.3, (3.0, 8.0, 17.0))
    return two(out, rng, 0.5, 0.06) + 0.06 * living(
        take.frames, ((60.0, -2.0), (150.0, 0.0), (600.0, -8.0), (3000.0, -18.0), (12000.0, -30.0)), rng, 0.3
    )


def jackhammer(take: Take) -> Array:
    """Make a jackhammer: 15 to 25 blows a second, compressed air, stones."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    rows = frames // 48
    gate = np.clip(0.75 + 1.6 * stir(rows, rng, CONTROL, (0.22, 0.45)), 0.0, 1.0)
    hits = firing(
        frames,
        take.pick(17.0, 24.0) * take.number("speed"),
        rng,
        sizes=(1.0, 0.9),
        wild=0.22,
        jitter=0.03,
        hunting=0.4,
    )
    iron = pipe(
        traits,
        (
            (60.0, -6.0),
            (140.0, 0.0),
            (400.0, -2.0),
            (1200.0, -1.0),
            (3000.0, -3.0),
            (7000.0, -9.0),
            (15000.0, -20.0),
        ),
        0.045,
        ((180.0, 0.5), (640.0, 0.5), (1450.0, 0.5), (2600.0, 0.4)),
        0.7,
    )
    air = ((200.0, -10.0), (800.0, -2.0), (2500.0, 0.0), (6000.0, -4.0), (14000.0, -14.0))
    out = sounding(hits, iron) + 0.5 * puffed(hits, hiss(frames, air, rng), 0.03, floor=0.2)
    out *= fine(0.02 + gate, circle=True)
    compressor = sounding(
        firing(frames, 31.0, rng, sizes=(1.0, 0.85, 0.9, 0.8)),
        pipe(traits, ((40.0, -6.0), (90.0, 0.0), (300.0, -4.0), (1500.0, -16.0), (6000.0, -32.0)), 0.06),
    )
    both = two(out + 0.12 * compressor, rng, 0.5, 0.09)
    rubble = body(traits, 900.0, "stone", 14)
    for at in poisson(seconds, 5.0, rng):
        add(
            both,
            spread(
                0.5 * blow(rubble, rng, force=float(rng.random()), contact=0.0004, noise=0.8, longest=0.1),
                0.8 * (float(rng.random()) - 0.5),
            ),
            float(at),
        )
    return both + 0.05 * living(
        frames, ((60.0, -2.0), (150.0, 0.0), (600.0, -8.0), (3000.0, -18.0), (12000.0, -30.0)), rng, 0.3
    )


def lawn_mower(take: Take) -> Array:
    """Make a lawn mower that goes up and down: one cylinder, a blade, grass."""
    rng, traits, frames = take.rng, take.traits, take.frames
    rate = take.pick(23.0, 27.0) * take.number("speed")
    fire = firing(frames, rate, rng, sizes=(1.0,), wild=0.12, jitter=0.015, hunting=0.5)
    motor = sounding(
        fire,
        pipe(
            traits,
            ((50.0, -6.0), (110.0, 0.0), (300.0, -2.0), (900.0, -6.0), (3000.0, -13.0), (9000.0, -26.0)),
            0.045,
            ((120.0, 0.6), (250.0, 0.6), (480.0, 0.4)),
        ),
    )
    blade = puffed(
        firing(frames, 4.0 * rate, rng, sizes=(1.0, 0.9), wild=0.1),
        hiss(frames, ((100.0, -6.0), (300.0, 0.0), (1000.0, -2.0), (3000.0, -6.0), (9000.0, -16.0)), rng),
        0.006,
        floor=0.5,
    )
    grass = hiss(frames, ((600.0, -12.0), (2000.0, -1.0), (5000.0, 0.0), (11000.0, -10.0)), rng) * moving(
        frames, rng, 0.5, (0.6, 2.0, 6.0)
    )
    return two(
        (motor + 0.5 * blade + 0.2 * grass) * moving(frames, rng, 0.16, (0.15, 0.3, 0.8)), rng, 0.5, 0.05
    )


def sewing_machine(take: Take) -> Array:
    """Make a sewing machine: seams in runs, a needle, a motor that follows the foot."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    rows = frames // 48
    foot = np.clip(0.35 + 0.9 * stir(rows, rng, CONTROL, (0.25, 0.5, 0.9)), 0.0, 1.0)
    case = np.concatenate(
        [
            body(traits, 230.0, "metal", 18) * np.array([1.0, 1.0, 0.06]),
            body(traits, 1600.0, "metal", 10) * np.array([1.0, 0.5, 0.03]),
        ]
    )
    kinds = [
        blow(case, rng, force=1.0, contact=0.0006, place=0.7, noise=0.9, noise_time=0.02, longest=0.12)
        for _ in range(9)
    ]
    out = silent(frames)
    at = 0.0
    while at < seconds:
        pace = float(foot[min(int(at * CONTROL), rows - 1)])
        if pace < 0.08:
            at += 0.05
            continue
        add(
            out,
            spread(
                kinds[int(rng.integers(0, 9))] * ((0.5 + 0.5 * pace) * (0.75 + 0.5 * float(rng.random()))),
                0.05,
            ),
            at % seconds,
        )
        at += (1.0 + 0.04 * float(rng.standard_normal())) / (4.0 + 11.0 * pace) * 0.5
    motor = tone(
        frames,
        take.pick(120.0, 170.0),
        rng,
        drift=2.0,
        sway=0.2,
        shares=(1.0, 0.7, 0.6, 0.4, 0.4, 0.3, 0.2, 0.2),
    )
    return (
        roomy(out, rng)
        + two(0.12 * motor * fine(foot, circle=True), rng, 0.6)
        + 0.02 * living(frames, QUIET, rng, 0.15)
    )


_FAST = ratio("speed", "slow to fast")

ROWS = (
    event(
        "door",
        "Door opens and shuts",
        door,
        ("door", "creak", "latch", "hinge"),
        (2.5, 4.2),
        (20.0, 120.0),
        "A door: the latch, hinges that creak while it swings, the leaf that falls shut.",
        amount("force", "soft to slammed"),
        _FAST,
    ),
    event(
        "gate",
        "Iron gate",
        gate,
        ("gate", "iron gate", "garden gate", "creak", "fence"),
        (3.3, 4.3),
        (30.0, 200.0),
        "An iron gate: rusty hinges that cry, a leaf that falls into its latch and shakes.",
    ),
    event(
        "hammer",
        "Hammering",
        hammer,
        ("hammer", "nail", "hammering", "construction", "carpenter"),
        (2.0, 5.5),
        (8.0, 40.0),
        "A hammer drives a nail into wood: uneven blows, the sound rising as the nail goes in.",
        whole("number", "how many blows", 1, 8, (4, 6)),
        _FAST,
    ),
    event(
        "saw",
        "Hand saw",
        saw,
        ("saw", "sawing", "hand saw", "wood", "carpenter"),
        (4.0, 6.0),
        (15.0, 60.0),
        "A hand saw in wood: forth harder than back, the board that answers.",
        _FAST,
    ),
    event(
        "drill",
        "Electric drill",
        drill,
        ("drill", "drilling", "power tool", "electric drill", "screwdriver"),
        (3.5, 6.0),
        (20.0, 90.0),
        "An electric drill: it starts, bites, labours and runs free again.",
        choice("material", "in what", "wood", "stone"),
        _FAST,
    ),
    bed(
        "chainsaw",
        "Chainsaw",
        chainsaw,
        ("chainsaw", "saw", "logging", "lumberjack", "power tool"),
        14.0,
        "A chainsaw: it bites into the wood, labours, is let go, again and again.",
        _FAST,
    ),
    bed(
        "jackhammer",
        "Jackhammer",
        jackhammer,
        ("jackhammer", "pneumatic drill", "construction site", "roadworks"),
        14.0,
        "A jackhammer breaks a road: blows by the score, compressed air, stones.",
        _FAST,
    ),
    bed(
        "lawn_mower",
        "Lawn mower",
        lawn_mower,
        ("lawn mower", "mower", "mowing", "garden", "leaf blower"),
        14.0,
        "A lawn mower goes up and down: one cylinder, a blade that beats the air and the grass.",
        _FAST,
    ),
    bed(
        "sewing_machine",
        "Sewing machine",
        sewing_machine,
        ("sewing machine", "sewing", "tailor", "loom"),
        14.0,
        "A sewing machine: seams in runs, a needle that stitches, a motor that follows the foot.",
    ),
)
