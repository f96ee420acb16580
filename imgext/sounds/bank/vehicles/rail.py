"""On rails: train, tram, underground train, level crossing, steam engine.

A wheel over a joint is a blow on rail and bogie, 100 to 1000 Hz, two by two; steel on steel hums around 300
to 900 Hz and sings in a bend; a chopped motor climbs through fixed notes as the train starts. Rails are 12 to
25 m long. Source: D. Thompson, Railway Noise and Vibration (2009).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body
from imgext.sounds.bank.motors import gliding, hiss, living, moving, passing, tone, two
from imgext.sounds.bank.noise import filtered, painted
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import beats, forces
from imgext.sounds.bank.table import bed, event, ratio
from imgext.sounds.bank.tools import (
    CONTROL,
    RATE,
    add,
    edges,
    fine,
    line,
    put,
    rows_of,
    silent,
    spread,
    stir,  # fmt: skip
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_ROLLING = (
    (28.0, -7.0),
    (70.0, 0.0),
    (160.0, 1.0),
    (330.0, -4.0),
    (600.0, -9.0),
    (1200.0, -17.0),
    (3000.0, -30.0),
    (9000.0, -48.0),
)
_STEEL = (
    (150.0, -12.0),
    (350.0, -2.0),
    (700.0, 0.0),
    (1300.0, -5.0),
    (2600.0, -12.0),
    (7000.0, -26.0),
    (14000.0, -40.0),
)


def joint(rng: Generator, modes: Array, force: float) -> Array:
    """One wheel over one joint: a thump of bogie and ballast, a clank of rail."""
    made = blow(modes, rng, force=force, contact=0.0016, place=0.5, noise=0.5, noise_time=0.05, longest=0.35)
    deep = filtered(
        rng.standard_normal(9600) * np.linspace(1.0, 0.0, 9600) ** 4,
        ((50.0, -4.0), (110.0, 0.0), (300.0, -3.0), (900.0, -10.0), (3000.0, -22.0)),
    )
    out = np.zeros(max(len(made), len(deep)))
    out[: len(made)] += made
    out[: len(deep)] += deep * (0.55 * force / max(float(np.max(np.abs(deep))), 1e-9))
    return out


def _joints(take: Take, frames: int, speed: float, far: float) -> Array:
    """Bogies over joints, round and round, ``(frames, 2)``."""
    rng, traits = take.rng, take.traits
    modes = np.concatenate(
        [body(traits, 92.0, "board", 16), body(traits, 430.0, "metal", 14) * np.array([1.0, 0.35, 0.08])]
    )
    out = silent(frames)
    seconds = frames / RATE
    gap = take.pick(17.0, 21.0) / speed  # a carriage's rails
    count = max(1, round(seconds / gap))
    axle, bogie = 2.4 / speed, 7.5 / speed
    kinds = [joint(rng, modes, 1.0) for _ in range(9)]
    for k in range(count):
        force = 0.6 + 0.6 * float(rng.random())
        place = 0.7 * (float(rng.random()) - 0.5)
        for late, share in ((0.0, 1.0), (axle, 0.9), (bogie, 0.6), (bogie + axle, 0.55)):
            size = force * share * (0.7 + 0.6 * float(rng.random()))
            at = (k + 0.12 * float(rng.random())) * seconds / count + late * (
                1.0 + 0.03 * float(rng.standard_normal())
            )
            add(out, spread(kinds[int(rng.integers(0, 9))] * (size * far), place), at % seconds)
    return out


def train(take: Take) -> Array:
    """In or next to a train at speed."""
    rng, frames, speed = take.rng, take.frames, take.number("speed")
    out = living(frames, _ROLLING, rng, 0.3, 0.45, (0.3, 0.8, 2.0, 5.0, 9.0, 18.0))
    steel = hiss(frames, _STEEL, rng) * moving(frames, rng, 0.3, (0.3, 0.9, 3.0, 8.0))
    for hz, share in (
        (104.0, 1.1),
        (212.0, 1.0),
        (295.0, 0.7),
        (412.0, 0.4),
        (560.0, 0.25),
    ):  # wheels and motors
        steel += share * tone(
            frames, hz * speed * take.pick(0.9, 1.1), rng, drift=1.2, sway=0.5, shares=(1.0, 0.3)
        )
    out += 0.42 * two(steel, rng, 0.6)
    out += 2.6 * _joints(take, frames, 22.0 * speed, 1.0)
    rows = frames // 48
    song = np.maximum(stir(rows, rng, CONTROL, (0.25, 0.6)) - 0.9, 0.0)
    if np.any(song > 0.0):
        squeal = tone(frames, take.pick(2100.0, 3200.0), rng, drift=2.5, sway=0.5, shares=(1.0, 0.5, 0.2))
        out += 0.07 * (squeal * fine(song, circle=True))[:, None]
    return out


def train_pass(take: Take) -> Array:
    """Make a passing train: it swells, thunders over a joint, and is gone."""
    rng, seconds, speed = take.rng, take.seconds, 24.0 * take.number("speed")
    rows = rows_of(seconds)
    rise, fall = 0.28 * seconds, 0.72 * seconds
    near = line(
        [
            (0.0, 0.06),
            (0.6 * rise, 0.2),
            (rise, 0.95),
            (0.5 * seconds, 1.0),
            (fall, 0.9),
            (fall + 0.1 * seconds, 0.22),
            (seconds, 0.04),
        ],
        rows,
    )
    slow = near[::10]
    frames = rows * 48
    sway = np.maximum(1.0 + 0.2 * stir(len(slow), rng, 100.0, (1.0, 3.0, 7.0)), 0.2)
    noise = painted(
        len(slow) * 480, [(_ROLLING, slow * sway), (_STEEL, 0.8 * slow * np.sqrt(slow) * sway)], rng, 480
    )[:frames]
    out = np.zeros(frames)
    out[: len(noise)] = noise
    modes = np.concatenate(
        [
            body(take.traits, 92.0, "board", 16),
            body(take.traits, 430.0, "metal", 14) * np.array([1.0, 0.35, 0.08]),
        ]
    )
    kinds = [joint(rng, modes, 1.0) for _ in range(6)]
    at = rise - 0.2
    while at < fall + 0.2:
        for late in (0.0, 2.4 / speed, 16.5 / speed, 18.9 / speed):
            size = float(near[min(int(max(at + late, 0.0) * CONTROL), rows - 1)])
            put(
                out,
                kinds[int(rng.integers(0, 6))] * (2.2 * size * (0.7 + 0.5 * float(rng.random()))),
                at + late,
            )
        at += 26.0 / speed
    return placed(edges(out, 0.3, 0.5), rng, "field", floor=3.0)


def tram(take: Take) -> Array:
    """A tram comes along the street, rings its bell, hums and grinds past."""
    rng, seconds = take.rng, take.seconds
    rows = rows_of(seconds)
    near, pitch = passing(rows, 0.55 * seconds, 6.0, 8.5 * take.number("speed"))
    slow = np.maximum(near[::10] - 0.05, 0.0)
    frames = rows * 48
    sway = np.maximum(1.0 + 0.2 * stir(len(slow), rng, 100.0, (1.0, 3.0, 7.0)), 0.2)
    noise = painted(
        len(slow) * 480, [(_ROLLING, slow * sway), (_STEEL, 0.55 * slow * np.sqrt(slow) * sway)], rng, 480
    )[:frames]
    out = np.zeros(frames)
    out[: len(noise)] = noise
    base = take.pick(330.0, 480.0)
    for ratio_, share in ((1.0, 0.2), (2.37, 0.12), (3.6, 0.05)):
        out += (
            share
            * gliding(
                base * ratio_ * pitch * line([(0.0, 0.8), (seconds, 1.1)], rows), rng, (1.0, 0.4, 0.2), 0.006
            )
            * fine(near)
        )
    song = np.maximum(stir(rows, rng, CONTROL, (0.5, 1.5)) - 0.2, 0.0) * near * near
    out += 0.12 * gliding(take.pick(1900.0, 2900.0) * pitch, rng, (1.0, 0.5, 0.3), 0.01) * fine(song)
    modes = body(take.traits, 92.0, "board", 14)
    for at in beats(seconds, 2.0, rng, drifting=0.2):
        put(out, joint(rng, modes, 1.2 * float(near[min(int(at * CONTROL), rows - 1)])), at)
    gong = body(take.traits, take.pick(820.0, 1150.0), "metal", 9, 0.05) * np.array([1.0, 1.0, 1.3])
    at = take.pick(0.5, 1.1)
    for _ in range(int(rng.integers(2, 6))):
        put(
            out,
            blow(
                gong,
                rng,
                force=0.9 * (0.8 + 0.4 * float(rng.random())),
                contact=0.0004,
                place=0.3,
                noise=0.5,
                longest=1.2,
            )
            * 0.9,
            at,
        )
        at += 0.2 + 0.06 * float(rng.random())
    return placed(edges(out, 0.3, 0.6), rng, "street", floor=3.0)


def subway(take: Take) -> Array:
    """Make an underground train that arrives: wind, thunder, motor, brakes."""
    rng, seconds = take.rng, take.seconds
    rows = rows_of(seconds)
    stop = 0.84 * seconds
    loud = line(
        [
            (0.0, 0.12),
            (0.35 * stop, 0.8),
            (0.55 * stop, 1.0),
            (0.85 * stop, 0.55),
            (stop, 0.06),
            (seconds, 0.05),
        ],
        rows,
    )
    slow = loud[::10]
    frames = rows * 48
    sway = np.maximum(1.0 + 0.2 * stir(len(slow), rng, 100.0, (0.8, 3.0, 8.0)), 0.2)
    wind = line([(0.0, 0.3), (0.4 * stop, 0.5), (0.6 * stop, 0.15), (seconds, 0.04)], rows)[::10]
    gust = ((60.0, -8.0), (200.0, 0.0), (500.0, -3.0), (1500.0, -12.0), (6000.0, -30.0))
    noise = painted(
        len(slow) * 480, [(_ROLLING, slow * sway), (_STEEL, 0.8 * slow * sway), (gust, wind)], rng, 480
    )[:frames]
    out = np.zeros(frames)
    out[: len(noise)] = noise
    pace = line([(0.0, 1.0), (0.3 * stop, 0.95), (0.9 * stop, 0.2), (stop, 0.02), (seconds, 0.02)], rows)
    motor = fine(loud * line([(0.0, 0.3), (0.4 * stop, 1.0), (0.95 * stop, 0.9), (stop, 0.0)], rows))
    for hz, share in ((520.0, 0.3), (780.0, 0.2), (1330.0, 0.12)):
        out += (
            share
            * gliding(40.0 + hz * pace * take.pick(0.9, 1.15), rng, (1.0, 0.5, 0.35, 0.2), 0.005)
            * motor
        )
    brake = line([(0.0, 0.0), (0.45 * stop, 0.0), (0.6 * stop, 0.5), (0.95 * stop, 1.0), (stop, 0.0)], rows)
    brake = brake * np.maximum(1.0 + 0.5 * stir(rows, rng, CONTROL, (2.0, 9.0)), 0.0)
    for hz in (take.pick(2300.0, 2900.0), take.pick(3300.0, 4600.0)):
        out += 0.16 * gliding(hz * (0.97 + 0.05 * pace), rng, (1.0, 0.5, 0.25), 0.008) * fine(brake)
    modes = body(take.traits, 92.0, "board", 14)
    at = 0.2 * stop
    while at < 0.95 * stop:
        here = min(int(at * CONTROL), rows - 1)
        for late in (0.0, 0.11 / max(float(pace[here]), 0.15)):
            put(out, joint(rng, modes, 2.0 * float(loud[here])), at + late)
        at += 0.55 / max(float(pace[here]), 0.2)
    air = (
        hiss(38400, ((500.0, -14.0), (2500.0, -2.0), (6000.0, 0.0), (12000.0, -6.0)), rng)
        * np.linspace(1.0, 0.0, 38400) ** 2
    )
    put(out, 0.5 * air, stop + 0.15)
    return placed(edges(out, 0.4, 0.6), rng, "hall", wet=1.0, floor=2.0)


def level_crossing(take: Take) -> Array:
    """The bell of a level crossing: a gong struck by a motor until the barriers are down."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds - 1.4
    gong = body(traits, take.pick(640.0, 980.0), "metal", 12, 0.06) * np.array([1.0, 1.0, 0.55])
    out = np.zeros(frames)
    strokes = max(1, round(seconds * 2.2 * take.number("speed")))
    size = forces(strokes, rng, 0.1)
    for k in range(strokes):
        made = blow(
            gong,
            rng,
            force=float(size[k]) * (1.0 if k % 2 else 0.85),
            contact=0.0004,
            place=0.25,
            noise=0.5,
            longest=1.4,
        )
        put(out, made, (k + 0.1 + 0.02 * float(rng.standard_normal()) + 0.04 * (k % 2)) * seconds / strokes)
    return placed(out, rng, "street", wet=2.0, floor=12.0, distance=20.0)


def steam_train(take: Take) -> Array:
    """Make a steam engine: four uneven puffs a turn, clanking rods, a whistle."""
    rng, seconds = take.rng, take.seconds
    rows = rows_of(seconds)
    frames = rows * 48
    rate = 2.6 * take.number("speed")
    moments = beats(seconds - 0.3, rate, rng, drifting=0.01, jitter=0.03)
    puff = np.full(rows // 10, 0.05)
    for k, at in enumerate(moments):
        start = int(at * 100.0)
        length = min(30, len(puff) - start)
        if length > 0:
            shape = np.linspace(1.0, 0.0, 30)[:length] ** 1.6
            puff[start : start + length] += (
                shape * (1.0, 0.7, 0.85, 0.65)[k % 4] * (0.8 + 0.4 * float(rng.random()))
            )
    steam = ((60.0, -8.0), (150.0, 0.0), (400.0, -1.0), (1200.0, -6.0), (3500.0, -12.0), (9000.0, -24.0))
    leak = ((800.0, -16.0), (2500.0, -4.0), (6000.0, 0.0), (12000.0, -8.0))
    out = np.zeros(frames)
    made = painted(
        len(puff) * 480,
        [(steam, puff), (leak, np.full(len(puff), 0.12)), (_ROLLING, np.full(len(puff), 0.25))],
        rng,
        480,
    )
    out[: len(made)] = made[:frames]
    modes = body(take.traits, 310.0, "metal", 12) * np.array([1.0, 0.5, 0.1])
    for at in moments:
        put(
            out,
            blow(modes, rng, force=0.3 + 0.3 * float(rng.random()), contact=0.001, longest=0.3) * 0.4,
            float(at) + 0.1 / rate,
        )
    begin = take.pick(0.25, 0.5) * seconds
    lasting = take.pick(1.0, 1.6)
    blast = rows_of(lasting)
    bend = line([(0.0, 0.93), (0.12, 1.0), (lasting - 0.15, 1.0), (lasting, 0.94)], blast)
    loud = fine(line([(0.0, 0.0), (0.06, 1.0), (lasting - 0.2, 0.9), (lasting, 0.0)], blast))
    whistle = np.zeros(blast * 48)
    for hz in (1.0, 1.19, 1.5):
        whistle += gliding(hz * take.pick(470.0, 560.0) * bend, rng, (1.0, 0.5, 0.3, 0.15, 0.1), 0.004) * 0.28
    whistle += 0.12 * hiss(len(whistle), leak, rng)
    put(out, whistle * loud * 1.4, begin)
    return placed(edges(out, 0.2, 0.5), rng, "field", wet=4.0, floor=3.0)


_FAST = ratio("speed", "slow to fast")

ROWS = (
    bed(
        "train",
        "Train rolling",
        train,
        ("train", "railway", "rails", "carriage", "vehicle"),
        12.0,
        "In or next to a train at speed: rolling steel, motors, wheels over joints two by two.",
        _FAST,
    ),
    event(
        "train_pass",
        "Train passes",
        train_pass,
        ("train", "passing", "railway", "locomotive"),
        (5.5, 6.0),
        (60.0, 300.0),
        "A train comes past: it swells, thunders over a joint wheel by wheel, and is gone.",
        _FAST,
    ),
    event(
        "tram",
        "Tram passes",
        tram,
        ("tram", "streetcar", "trolley", "bell", "rails"),
        (5.5, 6.0),
        (30.0, 120.0),
        "A tram comes along the street, rings its bell, hums and grinds past.",
        _FAST,
    ),
    event(
        "subway",
        "Underground train arrives",
        subway,
        ("subway", "metro", "underground", "train", "station"),
        (6.0, 6.0),
        (60.0, 240.0),
        "An underground train comes into its station: wind, thunder, a motor that falls, brakes that sing.",
    ),
    event(
        "level_crossing",
        "Level crossing",
        level_crossing,
        ("level crossing", "railroad crossing", "bell", "warning"),
        (8.0, 13.0),
        (60.0, 300.0),
        "The bell of a level crossing: a gong struck by a motor until the barriers are down.",
        _FAST,
    ),
    event(
        "steam_train",
        "Steam engine",
        steam_train,
        ("steam train", "steam engine", "locomotive", "whistle"),
        (5.5, 6.0),
        (60.0, 300.0),
        "A steam engine at work: four puffs a turn, rods that clank, and a whistle.",
        _FAST,
    ),
)
