"""On the water: diesel boats, passing boats, rowing, sails, a ship's horn.

A ship's horn is tuned below 200 Hz for a large ship (COLREG annex III: 70 to 200 Hz above 200 m of length). A
small diesel fires 15 to 25 times a second when it idles; an outboard 80 to 150 times at speed. A halyard taps
its mast two to six times a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body, scuff
from imgext.sounds.bank.motors import (
    firing,
    gliding,
    hiss,
    living,
    moving,
    passing,
    pipe,
    puffed,
    revved,
    sounding,
    two,
)
from imgext.sounds.bank.noise import painted
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import forces, poisson
from imgext.sounds.bank.table import amount, bed, event, ratio
from imgext.sounds.bank.tools import (
    CONTROL,
    add,
    edges,
    fine,
    frames_of,
    line,
    put,
    rows_of,
    spread,
    stir,
    unit,
    wander,
)  # fmt: skip
from imgext.sounds.bank.water.bubbles import laps, plops

if TYPE_CHECKING:
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_HULL = (
    (30.0, -24.0),
    (65.0, -8.0),
    (130.0, 0.0),
    (300.0, -4.0),
    (700.0, -11.0),
    (2000.0, -22.0),
    (7000.0, -40.0),
)
_WASH = ((80.0, -14.0), (300.0, -3.0), (700.0, 0.0), (1800.0, -4.0), (4500.0, -12.0), (12000.0, -28.0))


def boat(take: Take) -> Array:
    """Make a small boat's diesel: dull explosions, bubbling gas, water at the planks."""
    rng, traits, frames = take.rng, take.traits, take.frames
    per_second = (25.0 - 8.0 * take.number("size")) * take.number("speed")
    fire = firing(frames, per_second, rng, sizes=(1.0, 0.85, 0.92), wild=0.12, jitter=0.02, hunting=0.15)
    out = sounding(
        fire,
        pipe(
            traits,
            _HULL,
            0.16,
            ((96.0, 0.9), (128.0, 0.8), (155.0, 0.8), (250.0, 0.6), (420.0, 0.4), (760.0, 0.25)),
        ),
    )
    gas = hiss(frames, ((100.0, -6.0), (350.0, 0.0), (900.0, -4.0), (2500.0, -14.0), (9000.0, -34.0)), rng)
    out += 0.55 * puffed(fire, gas, 0.05, floor=0.35) * moving(frames, rng, 0.25, (0.7, 2.0, 5.0, 9.0))
    out += 0.2 * sounding(
        np.roll(fire, frames_of(0.4 / per_second)),
        pipe(traits, ((200.0, -8.0), (900.0, 0.0), (2200.0, -3.0), (6000.0, -14.0)), 0.02),
    )
    out *= moving(frames, rng, 0.07)
    return two(out, rng, 0.5) + 0.32 * living(frames, _WASH, rng, 0.3) + 0.25 * laps(take, 0.8, 1.0)


def boat_pass(take: Take) -> Array:
    """Make a passing motor boat: an outboard, a slapping hull, the wash after it."""
    rng, seconds = take.rng, take.seconds
    rows = rows_of(seconds)
    frames = rows * 48
    at, speed = 0.42 * seconds, 12.0 * take.number("speed")
    near, pitch = passing(rows, at, 9.0, speed)
    fires = take.pick(85.0, 130.0) * (1.0 + 0.02 * stir(rows, rng, CONTROL, (0.8, 2.5))) * pitch
    fire = revved(fires, rng, sizes=(1.0, 0.9), wild=0.07)
    voice = pipe(
        take.traits,
        ((60.0, -6.0), (120.0, 0.0), (350.0, -2.0), (900.0, -8.0), (2500.0, -17.0), (9000.0, -36.0)),
        0.03,
        ((140.0, 0.7), (290.0, 0.7), (560.0, 0.4)),
        0.4,
    )
    loud = fine(
        np.maximum(near - 0.03, 0.0) * np.maximum(1.0 + 0.16 * stir(rows, rng, CONTROL, (1.5, 3.5)), 0.2)
    )
    out = (
        sounding(fire, voice, circle=False)
        + 0.35 * puffed(fire, hiss(frames, _WASH, rng), 0.02, circle=False)
    ) * loud
    later, _ = passing(rows, at + 0.8, 11.0, speed)
    slow = later[::10]
    wash = painted(
        len(slow) * 480,
        [(_WASH, 0.7 * slow * np.maximum(1.0 + 0.3 * stir(len(slow), rng, 100.0, (1.0, 3.0, 7.0)), 0.1))],
        rng,
        480,
    )
    out[: len(wash)] += wash[:frames]
    for moment in poisson(seconds, 2.4, rng):
        slap = scuff(
            rng,
            0.16 + 0.1 * float(rng.random()),
            ((60.0, -4.0), (150.0, 0.0), (500.0, -6.0), (2500.0, -16.0)),
        )
        put(
            out,
            slap * (2.5 * float(near[min(int(moment * CONTROL), rows - 1)]) * float(rng.random())),
            float(moment),
        )
    return placed(edges(out, 0.4, 0.6), rng, "field", floor=4.0)


def rowing(take: Take) -> Array:
    """Make rowing: blades that go in, oars that knock, water that drips."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    out = 0.14 * living(frames, _WASH, rng, 0.3) + 0.3 * laps(take, 0.9, 1.4)
    strokes = max(1, round(seconds * 0.42 * take.number("speed")))
    wood, lock = (
        body(traits, 190.0, "wood", 16),
        body(traits, 760.0, "metal", 10) * np.array([1.0, 0.5, 0.05]),
    )
    force = forces(strokes, rng, 0.2)
    pull_curve = ((80.0, -8.0), (300.0, 0.0), (900.0, -3.0), (2500.0, -10.0), (8000.0, -24.0))
    for k in range(strokes):
        at = (k + 0.08 * float(rng.standard_normal())) * seconds / strokes
        for side in (-0.45, 0.45):
            late = at + 0.03 * float(rng.standard_normal())
            knock = 0.5 * blow(
                wood,
                rng,
                force=float(force[k]) * (0.5 + 0.5 * float(rng.random())),
                contact=0.002,
                longest=0.4,
            )
            add(out, spread(knock, side), (late - 0.04) % seconds)
            add(
                out,
                spread(0.25 * blow(lock, rng, force=0.6 * float(force[k]), contact=0.001, longest=0.2), side),
                (late + 0.02) % seconds,
            )
            pull = scuff(rng, 0.7 + 0.2 * float(rng.random()), pull_curve, 0.7) * (1.3 * float(force[k]))
            add(out, spread(pull, side), late % seconds)
            add(
                out,
                spread(1.5 * plops(rng, 17, 0.75, (0.0011, 0.0065)) * float(force[k]), side),
                (late + 0.05) % seconds,
            )
            add(out, spread(0.7 * plops(rng, 9, 0.9, (0.0008, 0.0024)), side), (late + 1.0) % seconds)
        if rng.random() < 0.6:
            creak = scuff(rng, 0.35, ((300.0, -14.0), (700.0, 0.0), (1400.0, -4.0), (4000.0, -22.0)), 0.95)
            add(out, spread(0.35 * creak, 0.3 * float(rng.standard_normal())), (at + 0.25) % seconds)
    return out


def sail(take: Take) -> Array:
    """Make a sailing boat: water, tapping halyards, a flapping sail, creaking ropes."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    force = take.number("force")
    out = 0.5 * living(
        frames,
        ((60.0, -6.0), (160.0, 0.0), (400.0, -4.0), (1000.0, -12.0), (3500.0, -26.0), (9000.0, -42.0)),
        rng,
        0.35,
    )
    out += 0.45 * living(frames, _WASH, rng, 0.3) + 0.4 * laps(take, 1.0, 1.0)
    mast = body(traits, take.pick(520.0, 900.0), "metal", 14, 0.1) * np.array([1.0, 1.0, 0.16])
    gusts = [float(rng.random()) * seconds for _ in range(max(1, round(seconds / 4.0)))]
    for gust in gusts:
        at = gust
        place = 0.8 * (float(rng.random()) - 0.5)
        for _ in range(int(3 + 9 * rng.random())):
            add(
                out,
                spread(
                    0.55
                    * blow(
                        mast,
                        rng,
                        force=0.25 + 0.75 * float(rng.random()),
                        contact=0.0005,
                        noise=0.3,
                        longest=0.5,
                    ),
                    place,
                ),
                at % seconds,
            )
            at += (0.12 + 0.4 * float(rng.random())) / (0.7 + 0.6 * force)
    flap = ((60.0, -8.0), (140.0, 0.0), (400.0, -4.0), (1200.0, -10.0), (4000.0, -17.0), (12000.0, -30.0))
    for _ in range(max(1, round(seconds * (0.08 + 0.25 * force)))):
        at = float(rng.random()) * seconds
        for k in range(int(3 + 7 * rng.random())):
            cloth = scuff(rng, 0.09 + 0.1 * float(rng.random()), flap, 0.8) * (
                0.9 + 0.8 * float(rng.random())
            )
            add(out, spread(cloth, 0.3), (at + 0.17 * k * (0.8 + 0.4 * float(rng.random()))) % seconds)
    for at in poisson(seconds, 0.25, rng):
        creak = scuff(rng, 0.5, ((250.0, -14.0), (500.0, 0.0), (1100.0, -4.0), (3000.0, -22.0)), 0.97)
        add(out, spread(0.5 * creak, -0.3), float(at))
    return out


def ship_horn(take: Take) -> Array:
    """Make a large ship's horn: one long blast that dies away over the water."""
    rng, seconds = take.rng, take.seconds
    low = 128.0 - 50.0 * take.number("size")
    rows = rows_of(seconds)
    stop = seconds - 1.6
    loud = line(
        [
            (0.0, 0.0),
            (0.25, 0.5),
            (0.6, 1.0),
            (stop - 0.15, 0.95),
            (stop, 0.25),
            (stop + 0.35, 0.0),
            (seconds, 0.0),
        ],
        rows,
    )
    bend = line([(0.0, 0.9), (0.35, 1.0), (stop, 1.0), (stop + 0.3, 0.93)], rows)
    shares = tuple((1.0 / k**0.9) * (0.5 + take.traits.random()) for k in range(1, 26))
    out = np.zeros(rows * 48)
    for hz in (low, low * take.pick(1.24, 1.27)):
        out += unit(gliding(hz * bend, rng, shares, 0.003))
    out += 0.25 * hiss(len(out), ((100.0, -8.0), (400.0, 0.0), (1200.0, -6.0), (5000.0, -24.0)), rng)
    return placed(
        out * fine(loud * np.maximum(1.0 + 0.05 * wander(rows, 5.0, rng, CONTROL), 0.0)),
        rng,
        "street",
        wet=5.0,
        floor=2.0,
    )


_FAST = ratio("speed", "slow to fast")

ROWS = (
    bed(
        "boat",
        "Small boat's diesel",
        boat,
        ("boat", "motorboat", "diesel", "fishing boat", "ship", "harbour"),
        12.0,
        "A small boat's diesel, dulled by hull and water, gas that bubbles at the stern, water along the "
        "planks.",
        _FAST,
        amount("size", "small to large"),
    ),
    event(
        "boat_pass",
        "Motor boat passes",
        boat_pass,
        ("motorboat", "speedboat", "boat", "outboard", "passing"),
        (5.5, 6.0),
        (40.0, 200.0),
        "A motor boat passes: an outboard's drone, the hull that slaps over waves, a wash that follows.",
        _FAST,
    ),
    bed(
        "rowing",
        "Rowing",
        rowing,
        ("rowing", "rowboat", "oars", "canoe", "kayak", "paddle"),
        14.0,
        "Somebody rows: blades go in, oars knock in their locks, water runs along and drips off.",
        _FAST,
    ),
    bed(
        "sail",
        "Sail and rigging",
        sail,
        ("sail", "sailing", "sailboat", "rigging", "mast", "yacht"),
        16.0,
        "A sailing boat: water along the hull, halyards that tap the mast, a sail that flaps.",
        amount("force", "calm to windy"),
    ),
    event(
        "ship_horn",
        "Ship's horn",
        ship_horn,
        ("ship", "horn", "boat", "foghorn", "harbour"),
        (4.5, 6.0),
        (60.0, 300.0),
        "A large ship's horn: one long blast that speaks slowly and dies away over the water.",
        amount("size", "high to low"),
    ),
)
