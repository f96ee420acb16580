"""Appliances: refrigerator, washing machine, vacuum cleaner, fan, hair dryer.

A motor turns at somewhat less than a whole share of the mains and carries a fan: hum at multiples of 50 Hz, a
blade tone, noise of air. A universal motor of a vacuum cleaner turns 300 to 600 times a second and sings.
Sources: A. Farnell, Designing Sound, practicals 38 (electric motors) and 46 (fans).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body, scuff
from imgext.sounds.bank.motors import firing, gliding, hiss, living, mains, moving, pipe, sounding, tone, two
from imgext.sounds.bank.noise import painted
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import beats, forces, poisson
from imgext.sounds.bank.table import bed, choice, event, ratio
from imgext.sounds.bank.tools import (
    CONTROL,
    RATE,
    add,
    edges,
    fine,
    frames_of,
    hump,
    line,
    put,
    rows_of,
    scatter,
    sided,
    sine,
    spread,
    stir,
)
from imgext.sounds.bank.water.bubbles import bubbles, plops
from imgext.sounds.bank.water.running import gurgling

if TYPE_CHECKING:
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_CASE = (
    (40.0, -8.0),
    (90.0, 0.0),
    (200.0, -1.0),
    (450.0, -6.0),
    (1100.0, -13.0),
    (3000.0, -22.0),
    (9000.0, -34.0),
)
_BLOWN = (
    (60.0, -10.0),
    (180.0, -1.0),
    (400.0, 0.0),
    (1000.0, -4.0),
    (2500.0, -10.0),
    (6000.0, -18.0),
    (14000.0, -29.0),
)


def refrigerator(take: Take) -> Array:
    """Make a refrigerator: a compressor's hum, a fan, a gurgle, a buzzing panel."""
    rng, traits, frames = take.rng, take.traits, take.frames
    shares = (0.25, 1.0, 0.35, 0.8, 0.3, 0.55, 0.25, 0.4, 0.15, 0.3, 0.1, 0.2, 0.08, 0.14)
    hum = mains(frames, rng, tuple(share * (0.5 + traits.random()) for share in shares))
    run = tone(
        frames,
        take.pick(46.5, 48.8),
        rng,
        drift=0.3,
        sway=0.06,
        shares=(0.2, 0.5, 0.4, 0.45, 0.3, 0.25, 0.2, 0.15),
    )
    buzz = sounding(
        firing(frames, 100.0, rng, sizes=(1.0,), wild=0.25, jitter=0.01, hunting=0.01),
        pipe(traits, ((300.0, -8.0), (900.0, 0.0), (2200.0, -6.0), (7000.0, -22.0)), 0.015),
    )
    core = hum + 0.5 * run + 0.16 * buzz * moving(frames, rng, 0.4, (0.3, 0.9))
    out = (
        two(core * moving(frames, rng, 0.06), rng, 0.6) * 0.8
        + 0.55 * living(frames, _BLOWN, rng, 0.07, 0.4)
        + 0.3 * living(frames, _CASE, rng, 0.1)
    )
    return out + 0.05 * gurgling(take, 14.0, ((0.5, 0.002, 0.006, 3600, 1.0), (0.5, 0.001, 0.002, 1200, 0.7)))


def washing_machine(take: Take) -> Array:
    """A washing machine: the drum turns, clothes fall, water slops; or it spins."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    spin = take.word("material") == "spin"
    rate = take.pick(13.0, 17.0) if spin else take.pick(0.75, 0.95)
    turns = max(1, round(seconds * rate))
    if spin:
        drum = sounding(
            firing(frames, rate, rng, sizes=(1.0,), wild=0.1, jitter=0.02),
            pipe(traits, _CASE, 0.09, ((58.0, 0.8), (97.0, 0.7), (180.0, 0.5))),
        )
        whine = tone(
            frames, rate * 11.0, rng, drift=0.3, sway=0.12, shares=(0.8, 0.6, 0.5, 0.4, 0.3, 0.2)
        ) + 0.6 * tone(frames, rate * 34.0, rng, drift=0.8, sway=0.2, shares=(1.0, 0.4, 0.2))
        out = two(drum + 0.35 * whine, rng, 0.6) + 1.1 * living(frames, _BLOWN, rng, 0.07, 0.45)
        return out + 0.5 * living(frames, _CASE, rng, 0.12, 0.5)
    phase = np.arange(frames // 480) / (frames // 480) * turns
    sway = 0.55 + 0.45 * sine(phase + rng.random())
    motor = tone(
        frames,
        take.pick(95.0, 130.0),
        rng,
        drift=0.5,
        sway=0.15,
        shares=(1.0, 0.6, 0.6, 0.4, 0.35, 0.2, 0.2, 0.1),
    ) + 0.6 * mains(frames, rng)
    out = (
        two(0.35 * motor, rng, 0.6)
        + 0.5 * living(frames, _CASE, rng, 0.15, 0.5)
        + 0.3 * living(frames, _BLOWN, rng, 0.1)
    )
    rows = frames // 480
    wet = ((100.0, -8.0), (300.0, 0.0), (800.0, -2.0), (2000.0, -8.0), (6000.0, -20.0))
    sides = [
        painted(
            rows * 480,
            [(wet, 0.5 * sway * sway * np.maximum(1.0 + 0.3 * stir(rows, rng, 100.0, (1.5, 4.0, 9.0)), 0.1))],
            rng,
            480,
        )
        for _ in (0, 1)
    ]
    out += sided(sides) + 0.8 * gurgling(
        take, 60.0, ((0.2, 0.004, 0.009, 3600, 1.0), (0.8, 0.0012, 0.004, 1400, 0.6)), 0.05
    )
    tub = body(traits, 62.0, "sheet", 14) * np.array([1.0, 1.0, 0.1])
    for at, size in zip(
        beats(seconds, 2.0 * rate, rng, drifting=0.05, jitter=0.15), forces(99, rng, 0.4), strict=False
    ):
        add(
            out,
            spread(
                1.2
                * blow(tub, rng, force=float(size), contact=0.006, noise=0.5, noise_time=0.08, longest=0.4),
                0.0,
            ),
            float(at),
        )
        if rng.random() < 0.3:
            button = body(traits, 1800.0, "metal", 8) * np.array([1.0, 1.0, 0.03])
            add(
                out,
                spread(0.25 * blow(button, rng, force=float(rng.random()), contact=0.0002, longest=0.1), 0.2),
                (float(at) + 0.1) % seconds,
            )
    return out


def vacuum_cleaner(take: Take) -> Array:
    """Make a vacuum cleaner that moves to and fro: motor, air, nozzle on the floor."""
    rng, frames, seconds = take.rng, take.frames, take.seconds
    air = (
        (60.0, -4.0),
        (150.0, 0.0),
        (350.0, 1.0),
        (800.0, 0.0),
        (1500.0, -3.0),
        (3000.0, -8.0),
        (6500.0, -15.0),
        (12000.0, -24.0),
        (18000.0, -34.0),
    )
    turns = take.pick(210.0, 330.0) * take.number("speed")
    out = 1.0 * living(frames, air, rng, 0.16, 0.45)
    motor = tone(
        frames, turns, rng, drift=1.6, sway=0.12, shares=(0.8, 0.5, 0.5, 0.3, 0.3, 0.2, 0.2, 0.15, 0.12)
    )
    blades = tone(frames, turns * 7.0, rng, drift=4.0, sway=0.2, shares=(1.0, 0.35, 0.15))
    out += two(0.4 * motor + 0.25 * blades + 0.4 * mains(frames, rng), rng, 0.6)
    rows = frames // 480
    strokes = max(1, round(seconds * 0.45))
    push = np.full(rows, 0.15)
    for k in range(2 * strokes):
        push += (0.5 + 0.4 * float(rng.random())) * hump(
            rows,
            (k + 0.2 * float(rng.standard_normal())) * seconds / (2 * strokes) % seconds,
            0.35,
            0.45,
            100.0,
        )
    rub = ((100.0, -4.0), (300.0, 0.0), (900.0, -2.0), (3000.0, -7.0), (9000.0, -18.0))
    grit = painted(
        rows * 480,
        [(rub, 0.5 * push * np.maximum(1.0 + 0.25 * stir(rows, rng, 100.0, (3.0, 9.0)), 0.1))],
        rng,
        480,
    )
    return out + two(grit, rng, 0.5)


def microwave(take: Take) -> Array:
    """Make a microwave oven: hum, fan, a grating plate, and three beeps."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    stop = seconds - 1.9
    rows = rows_of(seconds)
    frames = rows * 48
    hum = mains(frames, rng, (0.2, 1.0, 0.25, 0.7, 0.15, 0.5, 0.1, 0.3, 0.05, 0.2, 0.05, 0.12))
    fan = living(frames, _BLOWN, rng, 0.08)[:, 0]
    plate = tone(frames, take.pick(310.0, 420.0), rng, drift=1.0, sway=0.5, shares=(0.3, 0.2, 0.1)) * 0.06
    loud = line([(0.0, 0.0), (0.1, 1.0), (stop, 1.0), (stop + 0.12, 0.1), (seconds, 0.02)], rows)
    out = (0.7 * hum + 0.7 * fan + plate) * fine(loud)
    click = body(traits, 320.0, "sheet", 16) * np.array([1.0, 1.0, 0.15])
    put(out, 2.0 * blow(click, rng, force=0.8, contact=0.001, longest=0.2), 0.05)
    put(out, 2.2 * blow(click, rng, force=0.9, contact=0.001, longest=0.2), stop)
    hz = take.pick(1900.0, 2450.0)
    for k in range(3):
        turns = np.arange(frames_of(0.24), dtype=np.float64) * (hz / RATE)
        put(out, edges(1.1 * (sine(turns) + 0.12 * sine(3.0 * turns)), 0.004, 0.01), stop + 0.25 + 0.5 * k)
    return placed(out, rng, "kitchen", floor=0.0)


def fan(take: Take) -> Array:
    """Make a ventilator or air conditioner: blown air, blades, a motor's hum."""
    rng, frames = take.rng, take.frames
    blades = take.pick(17.0, 26.0) * take.number("speed")
    rows = frames // 48
    turns = max(5, round(blades * take.seconds / 5.0)) * 5
    phase = np.arange(rows) * (turns / rows) + 0.2 * stir(rows, rng, CONTROL, (0.5, 1.5))
    beat = fine(1.0 + 0.14 * sine(phase) + 0.07 * sine(0.2 * phase) + 0.05 * sine(2.0 * phase), circle=True)
    out = living(frames, _BLOWN, rng, 0.14, 0.4, (0.5, 1.1, 2.4, 4.0)) * beat[:, None]
    hum = 0.3 * mains(frames, rng) + 0.12 * tone(
        frames, 5.0 * blades, rng, drift=0.4, sway=0.12, shares=(1.0, 0.6, 0.3, 0.2)
    )
    return out + two(hum, rng, 0.7)


def coffee_machine(take: Take) -> Array:
    """Make a coffee machine: a droning pump, trickling coffee, steamed milk."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    rows = rows_of(seconds)
    frames = rows * 48
    brew = 0.48 * seconds
    pump = line([(0.0, 0.0), (0.12, 1.0), (brew, 0.9), (brew + 0.1, 0.0)], rows)
    drone = sounding(
        firing(frames, 50.0, rng, sizes=(1.0,), wild=0.1, jitter=0.01, hunting=0.01),
        pipe(
            traits,
            ((60.0, -4.0), (150.0, 0.0), (400.0, -2.0), (1200.0, -6.0), (4000.0, -16.0), (10000.0, -30.0)),
            0.016,
            ((210.0, 0.5), (520.0, 0.5)),
        ),
    )
    out = 0.8 * (drone + 0.25 * hiss(frames, _BLOWN, rng)) * fine(pump)
    put(out, 1.4 * plops(rng, 90, 0.7 * brew, (0.0008, 0.0028)), 0.25 * brew)
    steam = ((150.0, -18.0), (500.0, -8.0), (1500.0, -2.0), (3500.0, 0.0), (7000.0, -2.0), (13000.0, -10.0))
    rise = line(
        [
            (0.0, 0.0),
            (brew + 0.35, 0.0),
            (brew + 0.5, 1.0),
            (0.85 * seconds, 0.8),
            (0.93 * seconds, 0.35),
            (0.95 * seconds, 0.0),
        ],
        rows,
    )
    slow = rise[::10] * np.maximum(1.0 + 0.35 * stir(len(rise[::10]), rng, 100.0, (2.0, 6.0, 13.0)), 0.1)
    blown = painted(len(slow) * 480, [(steam, slow)], rng, 480)
    out[: len(blown)] += 1.1 * blown[:frames]
    bubble = gliding(
        line([(0.0, 420.0), (brew + 0.5, 420.0), (0.9 * seconds, 980.0)], rows)
        * (1.0 + 0.06 * stir(rows, rng, CONTROL, (5.0, 17.0))),
        rng,
        (1.0, 0.5, 0.3, 0.2),
        0.03,
    )
    out += 0.25 * bubble * fine(rise * np.maximum(0.6 + 0.6 * stir(rows, rng, CONTROL, (7.0, 23.0)), 0.0))
    cup = body(traits, 1450.0, "china", 14)
    put(out, 1.2 * blow(cup, rng, force=0.7, contact=0.0003, longest=0.4), 0.96 * seconds)
    return placed(out, rng, "kitchen", floor=4.0)


def kettle(take: Take) -> Array:
    """Make a kettle that comes to the boil: a growing rumble, a whistle or a switch."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    rows = rows_of(seconds)
    frames = rows * 48
    heat = line([(0.0, 0.15), (0.4 * seconds, 0.45), (0.8 * seconds, 1.0), (seconds, 0.9)], rows)
    slow = heat[::10]
    churn = np.maximum(1.0 + 0.35 * stir(len(slow), rng, 100.0, (2.0, 5.0, 11.0, 19.0)), 0.1)
    low = ((60.0, -10.0), (150.0, -1.0), (350.0, 0.0), (800.0, -5.0), (2000.0, -14.0), (7000.0, -30.0))
    steam = ((300.0, -18.0), (1000.0, -6.0), (2500.0, 0.0), (6000.0, -3.0), (12000.0, -13.0))
    noise = painted(
        len(slow) * 480, [(low, 1.0 * slow * churn), (steam, 0.3 * slow * (1.4 - 0.4 * churn))], rng, 480
    )
    out = np.zeros(frames)
    out[: len(noise)] = noise[:frames]
    count = round(70 * seconds)
    at = seconds * np.sqrt(rng.random(count))
    grains = bubbles(0.0022 + 0.005 * rng.random(count), 0.1, 2000) * (0.3 + 0.7 * rng.random(count))[:, None]
    out += 0.5 * scatter(frames, np.minimum((at * RATE).astype(np.int64), frames - 1), grains, wrap=False)
    if take.word("material") == "whistle":
        pitch = line(
            [(0.0, 900.0), (0.45 * seconds, 1500.0), (0.62 * seconds, 2300.0), (seconds, 2420.0)], rows
        ) * take.pick(0.9, 1.1)
        loud = line(
            [(0.0, 0.0), (0.42 * seconds, 0.0), (0.62 * seconds, 0.7), (0.8 * seconds, 1.0), (seconds, 1.0)],
            rows,
        )
        loud = loud * np.maximum(1.0 + 0.2 * stir(rows, rng, CONTROL, (6.0, 14.0)), 0.1)
        out += 0.75 * gliding(pitch, rng, (1.0, 0.45, 0.2, 0.1), 0.006) * fine(loud)
    else:
        put(
            out,
            1.5 * blow(body(traits, 900.0, "plastic", 16), rng, force=1.0, contact=0.0004, longest=0.1),
            0.9 * seconds,
        )
    return edges(placed(out, rng, "kitchen", floor=2.0), 0.1, 0.3)


def hair_dryer(take: Take) -> Array:
    """A hair dryer: hot air and a small motor."""
    rng, frames = take.rng, take.frames
    air = (
        (100.0, -14.0),
        (300.0, -6.0),
        (800.0, -1.0),
        (2000.0, 0.0),
        (4500.0, -3.0),
        (9000.0, -9.0),
        (17000.0, -20.0),
    )
    rows = frames // 48
    wave = fine(np.maximum(1.0 + 0.2 * stir(rows, rng, CONTROL, (0.4, 0.9, 1.8)), 0.2), circle=True)
    motor = tone(
        frames,
        take.pick(230.0, 310.0) * take.number("speed"),
        rng,
        drift=1.2,
        sway=0.12,
        shares=(1.0, 0.6, 0.6, 0.4, 0.3, 0.3, 0.2, 0.2, 0.1),
    )
    return (
        living(frames, air, rng, 0.1, 0.45) + two(0.26 * motor + 0.1 * mains(frames, rng), rng, 0.6)
    ) * wave[:, None]


def escalator(take: Take) -> Array:
    """Make an escalator: a motor, steps that click over rollers, a handrail."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    motor = mains(frames, rng) + 0.7 * tone(
        frames,
        take.pick(24.0, 24.8),
        rng,
        drift=0.3,
        sway=0.1,
        shares=(0.3, 0.6, 0.4, 0.5, 0.3, 0.3, 0.2, 0.2),
    )
    out = two(0.5 * motor, rng, 0.6) + 0.9 * living(frames, _CASE, rng, 0.14, 0.45)
    step = body(traits, 140.0, "metal", 16) * np.array([1.0, 1.0, 0.05])
    kinds = [
        blow(step, rng, force=1.0, contact=0.0014, noise=0.6, noise_time=0.04, longest=0.25) for _ in range(8)
    ]
    for at, size in zip(
        beats(seconds, 2.4 * take.number("speed"), rng, drifting=0.01, jitter=0.05),
        forces(200, rng, 0.35),
        strict=False,
    ):
        for late, share in ((0.0, 1.0), (0.13, 0.6)):
            add(
                out,
                spread(
                    kinds[int(rng.integers(0, 8))] * (0.7 * share * float(size)),
                    0.3 * float(rng.standard_normal()),
                ),
                (float(at) + late) % seconds,
            )
    for at in poisson(seconds, 0.5, rng):
        squeak = scuff(
            rng,
            0.25 + 0.3 * float(rng.random()),
            ((700.0, -20.0), (1500.0, 0.0), (2300.0, -4.0), (5000.0, -26.0)),
            0.9,
        )
        add(out, spread(0.3 * squeak, 0.4 * float(rng.standard_normal())), float(at))
    return out + 0.3 * living(frames, _BLOWN, rng, 0.1)


_FAST = ratio("speed", "slow to fast")

ROWS = (
    bed(
        "refrigerator",
        "Refrigerator",
        refrigerator,
        ("refrigerator", "fridge", "freezer", "compressor", "hum"),
        12.0,
        "A refrigerator that runs: a compressor's hum with its multiples, a fan, a gurgle.",
    ),
    bed(
        "washing_machine",
        "Washing machine",
        washing_machine,
        ("washing machine", "laundry", "dryer", "dishwasher", "spin"),
        14.0,
        "A washing machine: the drum turns, clothes fall, water slops; or it spins.",
        choice("material", "what it does", "wash", "spin"),
    ),
    bed(
        "vacuum_cleaner",
        "Vacuum cleaner",
        vacuum_cleaner,
        ("vacuum cleaner", "vacuum", "hoover", "cleaning"),
        12.0,
        "A vacuum cleaner that is pushed to and fro: a motor that sings, air that rushes.",
        _FAST,
    ),
    event(
        "microwave",
        "Microwave oven",
        microwave,
        ("microwave", "microwave oven", "oven", "beep"),
        (5.0, 6.0),
        (60.0, 300.0),
        "A microwave oven: a transformer's hum, a fan, and three beeps.",
    ),
    bed(
        "fan",
        "Ventilator",
        fan,
        ("fan", "ventilator", "air conditioner", "ventilation", "machine", "hum"),
        12.0,
        "A ventilator or an air conditioner: blown air, blades that pass, a motor that hums.",
        _FAST,
    ),
    event(
        "coffee_machine",
        "Coffee machine",
        coffee_machine,
        ("coffee machine", "espresso", "coffee maker", "steam", "barista"),
        (6.0, 6.0),
        (40.0, 200.0),
        "A coffee machine: a pump that drones, coffee that trickles, milk that is steamed.",
    ),
    event(
        "kettle",
        "Kettle",
        kettle,
        ("kettle", "boiling", "teapot", "tea", "whistle"),
        (5.0, 6.0),
        (60.0, 300.0),
        "A kettle comes to the boil: a rumble of bubbles that grows, and a whistle or a switch.",
        choice("material", "how it ends", "whistle", "switch"),
    ),
    bed(
        "hair_dryer",
        "Hair dryer",
        hair_dryer,
        ("hair dryer", "hairdryer", "blow dryer", "salon"),
        12.0,
        "A hair dryer: hot air and a small motor.",
        _FAST,
    ),
    bed(
        "escalator",
        "Escalator",
        escalator,
        ("escalator", "moving stairs", "elevator", "conveyor", "mall"),
        12.0,
        "An escalator: a motor under the floor, steps that click over their rollers.",
        _FAST,
    ),
)
