"""On the road: idling engines, passing cars, buses, lorries, a siren, traffic.

Four cylinders in four strokes fire twice a turn: 800 turns a minute are 26.7 explosions a second. A V-twin
fires unevenly. A car that passes is mostly tyre noise around 1 kHz; a lorry's diesel fires 60 to 100 times a
second under load. A car's two discs make a third of about 400 and 500 Hz; a two-tone siren alternates by a
fourth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

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
    tone,
    two,
)  # fmt: skip
from imgext.sounds.bank.noise import filtered, painted
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import poisson
from imgext.sounds.bank.table import amount, bed, event, ratio, whole
from imgext.sounds.bank.throat import pulsed
from imgext.sounds.bank.tools import (
    CONTROL,
    RATE,
    add,
    edges,
    fine,
    frames_of,
    line,
    put,
    rows_of,
    silent,
    spread,
    unit,
    wander,  # fmt: skip
)

if TYPE_CHECKING:
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_EXHAUST = (
    (30.0, -14.0),
    (70.0, -2.0),
    (200.0, -2.0),
    (500.0, -7.0),
    (1500.0, -14.0),
    (4000.0, -22.0),
    (12000.0, -38.0),
)
_CLATTER = ((150.0, -14.0), (600.0, -3.0), (1500.0, 0.0), (3500.0, -2.0), (7000.0, -8.0), (14000.0, -20.0))
_GAS = ((60.0, -6.0), (200.0, 0.0), (700.0, -4.0), (2000.0, -11.0), (6000.0, -22.0), (14000.0, -38.0))
_TAPPETS = ((400.0, -16.0), (1500.0, -4.0), (4000.0, 0.0), (8000.0, -3.0), (14000.0, -12.0))
_TYRES = (
    (60.0, -20.0),
    (200.0, -10.0),
    (500.0, -3.0),
    (900.0, 0.0),
    (1600.0, -5.0),
    (4000.0, -20.0),
    (12000.0, -40.0),
)
_AIR = ((300.0, -10.0), (1200.0, -3.0), (3000.0, 0.0), (7000.0, -8.0), (15000.0, -24.0))
_DEEP = (
    (25.0, -8.0),
    (50.0, -1.0),
    (90.0, 0.0),
    (180.0, -4.0),
    (400.0, -12.0),
    (1200.0, -28.0),
    (4000.0, -46.0),
)


def idling(
    take: Take,
    per_second: float,
    *,
    sizes: tuple[float, ...] = (1.0, 0.86, 0.95, 0.8),
    offsets: tuple[float, ...] = (),
    hard: float = 0.3,
    modes: tuple[tuple[float, float], ...] = (),
    ring: float = 0.07,
    wild: float = 0.1,
    air: float = 0.3,
) -> Array:
    """Make an idling engine on two channels: explosions, gas, valves, fan, gears."""
    rng, traits, frames = take.rng, take.traits, take.frames
    fire = firing(
        frames,
        per_second,
        rng,
        sizes=sizes,
        offsets=offsets,
        wild=wild,
        jitter=0.012 + 0.01 * traits.random(),
    )
    out = 0.8 * sounding(fire, pipe(traits, _EXHAUST, ring, modes))
    out += 0.3 * puffed(fire, hiss(frames, _GAS, rng), 0.02, floor=0.1)
    out += 0.35 * hard * puffed(fire, hiss(frames, _TAPPETS, rng), 0.012, floor=0.3)
    knocking = pipe(traits, _CLATTER, 0.018, ((1250.0, 0.5), (2300.0, 0.4), (3900.0, 0.3)))
    late = (0.25 + 0.5 * traits.random()) / per_second
    valves = firing(frames, 2.0 * per_second, rng, sizes=tuple(0.5 + traits.random(8)), wild=0.3, jitter=0.05)
    out += hard * sounding(np.roll(fire, frames_of(late)) + 0.6 * valves, knocking)
    out += 0.03 * tone(
        frames, per_second * (6.0 + 8.0 * traits.random()), rng, drift=0.4, shares=(1.0, 0.4, 0.2)
    )
    out *= moving(frames, rng, 0.05)
    return two(out, rng, 0.55) + air * living(
        frames, ((80.0, -4.0), (300.0, 0.0), (1000.0, -3.0), (3000.0, -7.0), (9000.0, -18.0)), rng, 0.06
    )


def engine(take: Take) -> Array:
    """A car that idles."""
    speed, size = take.number("speed"), take.number("size")
    sizes = tuple(1.0 - 0.25 * take.traits.random(4))
    modes = (
        (48.0 + 20.0 * (1.0 - size), 0.7),
        (112.0, 0.6),
        (190.0, 0.6),
        (340.0, 0.5),
        (620.0, 0.4),
        (1050.0, 0.3),
    )
    return idling(take, 26.7 * speed, sizes=sizes, hard=0.5, modes=modes, ring=0.09 + 0.04 * size, air=0.3)


def tractor(take: Take) -> Array:
    """A tractor's diesel that runs, hard and uneven."""
    modes = ((62.0, 0.9), (105.0, 0.8), (180.0, 0.7), (330.0, 0.6), (700.0, 0.5))
    return idling(
        take,
        21.0 * take.number("speed"),
        sizes=(1.0, 0.75, 0.9),
        hard=0.75,
        modes=modes,
        ring=0.07,
        wild=0.16,
        air=0.2,
    )


def motorcycle(take: Take) -> Array:
    """A motorcycle that stands and runs: two cylinders, one close behind the other."""
    size = take.number("size")
    modes = ((70.0 + 40.0 * (1.0 - size), 1.0), (150.0, 0.8), (260.0, 0.7), (480.0, 0.6), (900.0, 0.4))
    return idling(
        take,
        (15.0 + 10.0 * (1.0 - size)) * take.number("speed"),
        sizes=(1.0, 0.8),
        offsets=(0.0, -0.3 * size),
        hard=0.4,
        modes=modes,
        ring=0.05,
        wild=0.13,
        air=0.15,
    )


def _passed(
    take: Take,
    *,
    seconds: float,
    at: float,
    nearest: float,
    speed: float,
    fires: Array,
    voice: Array,
    parts: tuple[float, float, float, float],
    wild: float = 0.08,
    tread: float = 0.0,
) -> Array:
    """Make a passing vehicle of rumble, tyres, air and engine; `parts` are levels."""
    rng = take.rng
    rows = rows_of(seconds)
    near, pitch = passing(rows, at, nearest, speed)
    near = np.maximum(near - 0.04, 0.0)
    frames = rows * 48
    slow = near[::10]
    rumble, tyres, air, engine_level = parts
    sway = np.maximum(1.0 + 0.16 * wander(len(slow), 6.0, rng, 100.0), 0.2)
    noise = painted(
        frames // 480 * 480,
        [
            (_DEEP, rumble * slow * sway),
            (_TYRES, tyres * slow * np.sqrt(slow) * sway),
            (_AIR, air * slow * slow * (2.0 - sway)),
        ],
        rng,
        480,
    )
    out = np.zeros(frames)
    out[: len(noise)] = noise
    fire = revved(fires * pitch, rng, wild=wild)
    made = unit(sounding(fire, voice, circle=False))
    out += (
        engine_level * (made + 0.3 * puffed(fire, hiss(frames, _GAS, rng), 0.03, circle=False)) * fine(near)
    )
    if tread:
        out += tread * gliding(pitch * take.pick(380.0, 620.0), rng, (1.0, 0.3), 0.02) * fine(near * near)
    return edges(out, 0.3, 0.4)


def car_pass(take: Take) -> Array:
    """A car comes, passes and is gone."""
    speed, size = 15.0 * take.number("speed"), take.number("size")
    seconds = take.seconds
    rows = rows_of(seconds)
    fires = np.full(rows, (78.0 - 25.0 * size) * take.pick(0.9, 1.2))
    voice = pipe(take.traits, _EXHAUST, 0.04, ((90.0, 0.6), (210.0, 0.6), (420.0, 0.4)))
    made = _passed(
        take,
        seconds=seconds,
        at=seconds * take.pick(0.42, 0.52),
        nearest=5.5,
        speed=speed,
        fires=fires,
        voice=voice,
        parts=(0.4, 1.0, 0.28, 0.35 + 0.3 * size),
        tread=0.03,
    )
    return placed(made, take.rng, "street", wet=-6.0, floor=2.0)


def truck(take: Take) -> Array:
    """Make a passing lorry: a diesel, a turbine, rattling boards and chains, air."""
    rng, seconds = take.rng, take.seconds
    rows = rows_of(seconds)
    fires = 72.0 * take.pick(0.85, 1.2) * line([(0.0, 1.0), (0.6 * seconds, 1.04), (seconds, 1.08)], rows)
    voice = pipe(
        take.traits, _EXHAUST, 0.07, ((55.0, 1.0), (95.0, 0.9), (160.0, 0.8), (290.0, 0.6), (520.0, 0.5))
    )
    at = seconds * 0.45
    made = _passed(
        take,
        seconds=seconds,
        at=at,
        nearest=6.0,
        speed=11.0 * take.number("speed"),
        fires=fires,
        voice=voice,
        parts=(0.9, 0.7, 0.25, 1.1),
        wild=0.12,
    )
    near, pitch = passing(rows, at, 6.0, 11.0)
    made += 0.04 * gliding(2600.0 * pitch, rng, (1.0, 0.2), 0.01) * fine(near * near)
    for moment in poisson(seconds, 5.0, rng):
        rattle = rng.standard_normal(1200) * np.linspace(1.0, 0.0, 1200) ** 2
        put(
            made,
            filtered(rattle, _CLATTER)
            * (0.25 * float(near[min(int(moment * CONTROL), rows - 1)]) * rng.random()),
            float(moment),
        )
    return placed(made, rng, "street", wet=-5.0, floor=2.0)


def motorcycle_pass(take: Take) -> Array:
    """A motorcycle passes, its engine high, and changes up as it goes."""
    seconds, size = take.seconds, take.number("size")
    rows = rows_of(seconds)
    at = 0.45 * seconds
    low = (115.0 - 60.0 * size) * take.pick(0.9, 1.15)
    shift = at + take.pick(0.3, 1.2)
    fires = low * line([(0.0, 0.82), (at, 1.25), (shift, 1.42), (shift + 0.18, 0.98), (seconds, 1.3)], rows)
    fires *= 1.0 + 0.008 * wander(rows, 6.0, take.rng, CONTROL)
    voice = pipe(
        take.traits,
        ((60.0, -8.0), (140.0, 0.0), (500.0, -3.0), (1500.0, -9.0), (5000.0, -20.0), (14000.0, -38.0)),
        0.025,
        ((170.0, 0.7), (330.0, 0.8), (640.0, 0.6), (1300.0, 0.4)),
        0.35,
    )
    made = _passed(
        take,
        seconds=seconds,
        at=at,
        nearest=6.0,
        speed=19.0 * take.number("speed"),
        fires=fires,
        voice=voice,
        parts=(0.12, 0.3, 0.15, 1.3),
        wild=0.05,
    )
    return placed(made, take.rng, "street", wet=-6.0, floor=2.0)


def bus(take: Take) -> Array:
    """Make a bus at its stop: brakes, doors, a diesel that idles and pulls away."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    rows = rows_of(seconds)
    stop, go = 0.2 * seconds, 0.52 * seconds
    idle = 34.0 * take.pick(0.9, 1.1)
    fires = idle * line(
        [
            (0.0, 1.3),
            (stop, 1.0),
            (go, 1.0),
            (go + 0.18 * seconds, 2.1),
            (go + 0.24 * seconds, 1.5),
            (seconds, 2.3),
        ],
        rows,
    )
    fires *= 1.0 + 0.01 * wander(rows, 4.0, rng, CONTROL)
    fire = revved(fires, rng, sizes=tuple(1.0 - 0.2 * traits.random(6)), wild=0.12)
    frames = len(fire)
    voice = pipe(traits, _EXHAUST, 0.08, ((46.0, 1.0), (82.0, 0.9), (150.0, 0.7), (260.0, 0.6), (480.0, 0.4)))
    load = fine(
        line(
            [(0.0, 0.5), (stop, 0.45), (go, 0.45), (go + 0.3, 1.0), (0.85 * seconds, 0.9), (seconds, 0.25)],
            rows,
        )
    )
    out = (
        sounding(fire, voice, circle=False) + 0.4 * puffed(fire, hiss(frames, _GAS, rng), 0.04, circle=False)
    ) * load
    out += 0.25 * sounding(fire, pipe(traits, _CLATTER, 0.02), circle=False) * load
    out += 0.05 * gliding(fires * 9.3, rng, (1.0, 0.5, 0.2), 0.006) * load
    squeal = line([(0.0, 0.0), (0.3 * stop, 0.6), (0.85 * stop, 1.0), (stop, 0.0)], rows)
    whistle = gliding(
        take.pick(1500.0, 2600.0) * line([(0.0, 1.04), (stop, 0.93)], rows), rng, (1.0, 0.4, 0.3), 0.006
    )
    out += (
        0.35
        * take.number("force")
        * whistle
        * fine(squeal * np.maximum(1.0 + 0.4 * wander(rows, 25.0, rng, CONTROL), 0.0))
    )
    for at, length, level in ((stop + 0.25, 0.9, 0.9), (stop + 0.55, 0.35, 1.2), (go - 0.5, 0.5, 0.8)):
        air = hiss(
            frames_of(length) // 2 * 2, ((500.0, -14.0), (2500.0, -2.0), (6000.0, 0.0), (12000.0, -6.0)), rng
        )
        put(out, air * np.linspace(1.0, 0.0, len(air)) ** 2 * level, at)
        put(out, filtered(rng.standard_normal(2400) * np.linspace(1.0, 0.0, 2400) ** 3, _CLATTER) * 0.8, at)
    return edges(placed(out, rng, "street", wet=-4.0, floor=4.0), 0.2, 0.6)


def traffic(take: Take) -> Array:
    """Make a busy road far off: a rumble, and cars that swell and pass."""
    rng, frames, seconds = take.rng, take.frames, take.seconds
    rows, rate = frames // 960, RATE / 960
    time = np.arange(rows) / rate
    shared = wander(rows, 0.8, rng, rate)
    layers = [
        np.maximum(
            np.array([1.0 + 0.12 * shared + 0.1 * wander(rows, 2.5, rng, rate) for _ in range(2)]), 0.2
        )
        * floor
        for floor in (0.42, 0.09, 0.018)
    ]
    rumble, tyres, wash = layers
    count = max(1, round(seconds * (0.2 + 0.5 * take.number("number"))))
    out = silent(frames)
    for k in range(count):
        at, size = (k + rng.random()) * seconds / count, 0.3 + 0.7 * rng.random()
        slow = 0.7 + 0.9 * rng.random()
        way = 1.0 if rng.random() < 0.5 else -1.0
        off = ((time - at + 0.5 * seconds) % seconds - 0.5 * seconds) / slow
        near = np.maximum(1.0 / (1.0 + off * off) - 0.02, 0.0)
        position = way * off / np.sqrt(1.0 + off * off)
        for side, share in ((0, 0.5 - 0.35 * position), (1, 0.5 + 0.35 * position)):
            rumble[side] += 0.8 * size * near * share
            tyres[side] += 0.62 * size * near * np.sqrt(near) * share
            wash[side] += 0.13 * size * near * near * share
        if rng.random() < 0.6:  # an engine one can tell apart
            length = frames_of(min(3.5, seconds))
            length -= length % 48
            share = np.arange(length) / length
            hz = (45.0 + 45.0 * rng.random()) * (1.03 - 0.06 * np.arange(length // 48) / (length // 48))
            hum = (
                gliding(hz, rng, (1.0, 0.7, 0.45, 0.3, 0.2, 0.12), 0.01)
                * (0.06 - 0.06 * np.cos(2.0 * np.pi * share))
                * size
            )
            add(out, spread(hum, 0.8 * way * (rng.random() - 0.5)), (at - 1.75) % seconds)
    common = painted(
        frames, [(_DEEP, rumble.mean(axis=0)), (_TYRES, tyres.mean(axis=0)), (_AIR, wash.mean(axis=0))], rng
    )
    for side in (0, 1):
        own = painted(frames, [(_DEEP, rumble[side]), (_TYRES, tyres[side]), (_AIR, wash[side])], rng)
        out[:, side] += 0.62 * common + 0.78 * own
    return out


def horn(take: Take) -> Array:
    """A car's two-note horn, pressed once, twice or three times."""
    rng, traits = take.rng, take.traits
    low = 404.0 * take.number("pitch") if "pitch" in take.values else 404.0
    tune = (low, low * 508.0 / 404.0)
    bends = traits.random(40)
    out = np.zeros(frames_of(0.1))
    at = 0.02
    presses = take.count("number")
    pieces = []
    for k in range(presses):
        length = (0.18 + 0.25 * rng.random()) if k < presses - 1 else 0.7 + 0.9 * rng.random()
        rows = rows_of(length)
        sag = line([(0.0, 0.975), (0.03, 1.0), (length - 0.06, 1.0), (length, 0.985)], rows)
        tones = np.zeros(rows * 48)
        for j, pitch in enumerate(tune):
            curve = pitch * sag * (1.0 + 0.0012 * wander(rows, 30.0, rng, CONTROL))
            phase = np.cumsum(curve) / CONTROL
            whole_turns = np.arange(1.0, np.floor(phase[-1]))
            place = np.interp(whole_turns, phase, np.arange(rows) * 48.0)
            train = pulsed(place, 1.0 + 0.05 * rng.standard_normal(len(place)), rows * 48)
            curve_db = [
                (
                    200.0 * 1.35**i,
                    -26.0 + 24.0 * float(bends[(7 * i + 3 * j) % 40]) ** 0.5 - 7.0 * abs(i - 8) ** 1.25 * 0.3,
                )
                for i in range(16)
            ]
            tones += filtered(train, curve_db)
        pieces.append((at, edges(unit(tones), 0.018, 0.05)))
        at += length + 0.12 + 0.2 * rng.random()
    out = np.zeros(frames_of(at + 0.5))
    for start, piece in pieces:
        put(out, piece, start)
    return placed(out, rng, "street", wet=-6.0, floor=4.0)


def siren(take: Take) -> Array:
    """A two-tone siren, a second and a half for each pair, that comes nearer and goes."""
    rng, seconds = take.rng, take.seconds
    rows = rows_of(seconds)
    pair = 1.5 / take.number("speed")
    time = np.arange(rows) / CONTROL + rng.random() * 0.3
    high = (np.floor(time / (0.5 * pair)) % 2.0).astype(np.float64)
    width = 13
    smooth = np.convolve(np.pad(high, width // 2, mode="edge"), np.ones(width) / width, "valid")[:rows]
    near, pitch = passing(rows, 0.55 * seconds, 25.0, 12.0)
    curve = 435.0 * (1.0 + (580.0 / 435.0 - 1.0) * smooth) * (1.0 + (pitch - 1.0) * 0.7)
    made = gliding(curve, rng, (1.0, 0.55, 0.6, 0.3, 0.32, 0.16, 0.14, 0.08, 0.07, 0.04), 0.0015)
    made *= fine(0.25 + 0.75 * near) * fine(np.maximum(1.0 + 0.1 * wander(rows, 5.0, rng, CONTROL), 0.3))
    return placed(edges(made, 0.25, 0.6), rng, "street", floor=3.0)


_FAST = ratio("speed", "slow to fast")
_SIZE = amount("size", "small to large")

ROWS = (
    bed(
        "engine",
        "Car idling",
        engine,
        ("engine", "motor", "idling", "car", "vehicle", "generator", "machine"),
        12.0,
        "A car that idles: four cylinders through exhaust, body and bonnet.",
        _FAST,
        _SIZE,
    ),
    bed(
        "tractor",
        "Tractor running",
        tractor,
        ("tractor", "diesel", "engine", "farm", "field", "harvester"),
        12.0,
        "A tractor's diesel that runs, hard and uneven.",
        _FAST,
    ),
    bed(
        "motorcycle",
        "Motorcycle idling",
        motorcycle,
        ("motorcycle", "motorbike", "scooter", "engine", "idling"),
        12.0,
        "A motorcycle that stands and runs: two cylinders, one close behind the other.",
        _FAST,
        _SIZE,
    ),
    bed(
        "traffic",
        "Traffic",
        traffic,
        ("traffic", "road", "cars", "city", "highway", "motorway"),
        20.0,
        "A busy road at a distance: a rumble that never stops, cars that swell and pass from one side to "
        "the other.",
        amount("number", "few to many cars"),
    ),
    event(
        "car_pass",
        "Car passes",
        car_pass,
        ("car", "pass", "passing", "vehicle", "road"),
        (4.5, 6.0),
        (8.0, 40.0),
        "A car comes, passes and is gone: tyres, air, and an engine whose pitch drops on the way.",
        _FAST,
        _SIZE,
    ),
    event(
        "truck",
        "Lorry passes",
        truck,
        ("truck", "lorry", "diesel", "passing", "vehicle"),
        (5.0, 6.0),
        (20.0, 90.0),
        "A lorry passes: a diesel under load, boards that rattle, much air.",
        _FAST,
    ),
    event(
        "motorcycle_pass",
        "Motorcycle passes",
        motorcycle_pass,
        ("motorcycle", "motorbike", "passing", "vehicle"),
        (4.5, 6.0),
        (30.0, 120.0),
        "A motorcycle passes, its engine high, and changes up as it goes.",
        _FAST,
        _SIZE,
    ),
    event(
        "bus",
        "Bus at its stop",
        bus,
        ("bus", "coach", "stop", "diesel", "doors", "vehicle"),
        (6.0, 6.0),
        (30.0, 120.0),
        "A bus stops: brakes that sing, the hiss of doors, a diesel that idles and pulls away.",
        amount("force", "how much the brakes sing"),
    ),
    event(
        "horn",
        "Car horn",
        horn,
        ("horn", "car", "honk", "vehicle"),
        (1.1, 3.9),
        (20.0, 120.0),
        "A car's two-note horn, pressed once, twice or three times.",
        ratio("pitch", "low to high", (0.85, 1.15)),
        whole("number", "how many times", 1, 4, (1, 3)),
    ),
    event(
        "siren",
        "Two-tone siren",
        siren,
        ("siren", "ambulance", "police", "emergency"),
        (5.5, 6.0),
        (60.0, 300.0),
        "A two-tone siren of 435 and 580 Hz that comes nearer and goes.",
        ratio("speed", "slow to fast", (0.95, 1.05)),
    ),
)
