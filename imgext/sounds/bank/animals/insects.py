"""Insects: crickets, cicadas, grasshoppers, flies, bees, mosquitoes.

A field cricket's chirp is three or four closures of its wings, 30 a second, at 4 to 5 kHz; a cicada's tymbal
clicks some hundred times a second around 5 to 8 kHz; a fly's wings beat about 200 times a second, a bee's
230, a mosquito's 400 to 700 (A. Ewing, Arthropod Bioacoustics (1989)). What flies comes and goes, and its
wings move air: noise, and a pitch that never rests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import dulled, moving, painted, steady
from imgext.sounds.bank.place import balanced, beside, placed
from imgext.sounds.bank.table import amount, bed, event
from imgext.sounds.bank.throat import cry, glottis
from imgext.sounds.bank.tools import (
    CONTROL,
    RATE,
    TURN,
    add,
    exp,
    fine,
    frames_of,
    line,
    phases,
    put,
    rows_of,
    seconds_of,
    sided,
    silent,
    spread,
    stir,
    wander,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_NIGHT = ((50.0, -4.0), (120.0, 0.0), (400.0, -7.0), (1500.0, -15.0), (6000.0, -26.0), (15000.0, -40.0))


def crickets(take: Take) -> Array:
    """Make a meadow at night: near crickets, and a chorus that never stops."""
    rng, frames = take.rng, take.frames
    out = 0.03 * steady(frames, _NIGHT, rng, 2)
    for rate, position, level in ((2.4, -0.5, 0.7), (2.15, 0.6, 0.55), (2.6, 0.1, 0.3)):
        carrier = take.pick(4200.0, 4900.0)
        count = max(1, round(rate * take.pick(0.9, 1.1) * take.seconds))
        for k in range(count):
            if rng.random() < 0.06:  # now and then it leaves one out
                continue
            at = (k + 0.14 * rng.standard_normal()) * take.seconds / count + position
            chirp = _chirp(carrier * (1.0 + 0.004 * rng.standard_normal()), rng)
            add(out, spread(chirp * (level * (0.7 + 0.5 * rng.random())), position), at % take.seconds)
    rows, rate = frames // 240, RATE / 240
    time = seconds_of(rows, rate)
    for side in (0, 1):  # the far ones: narrow noise that pulses, because each of them does
        layers = []
        for carrier, beat_rate, level in (
            (4350.0, 27.5, 0.045),
            (4900.0, 35.25, 0.03),
            (5350.0, 50.5, 0.012),
        ):
            beat = 0.6 + 0.4 * np.sin(TURN * (beat_rate * time % 1.0) + TURN * rng.random())
            tone = [
                (carrier * 0.90, -70.0),
                (carrier * 0.98, 0.0),
                (carrier * 1.02, 0.0),
                (carrier * 1.10, -70.0),
            ]
            layers.append((tone, level * np.maximum(beat * (1.0 + 0.3 * stir(rows, rng, rate)), 0.05)))
        out[:, side] += painted(frames, layers, rng, 240)
    return out


def _chirp(carrier: float, rng: Generator) -> Array:
    """Make three or four syllables, each a little louder and lower than the last.

    They last 18 ms, 34 ms apart; the pitch sinks as the wing closes.
    """
    out = np.zeros(frames_of(0.17))
    for k in range(3 if rng.random() < 0.7 else 4):
        length = frames_of(0.016 + 0.003 * k)
        share = np.arange(length) / length
        angle = phases(carrier * (1.02 - 0.05 * share))
        tone = np.sin(angle) + 0.04 * np.sin(2.0 * angle) + 0.05 * rng.standard_normal(length)
        put(
            out,
            (0.6 + 0.2 * k)
            * (0.8 + 0.4 * rng.random())
            * tone
            * np.sin(share * (TURN / 2.0))
            * (0.5 + 0.5 * share),
            0.034 * k + 0.003 * rng.random(),
        )
    return out


def cicadas(take: Take) -> Array:
    """A hot afternoon: cicadas that swell, hold and let go, one after another."""
    rng, frames, rows = take.rng, take.frames, rows_of(take.seconds)
    out = silent(frames)
    for position in (-0.6, 0.5, 0.0):
        low, rate, start = take.pick(4500.0, 6600.0), take.pick(100.0, 150.0), rng.random()
        cycles = max(1, round(take.seconds / take.pick(6.0, 12.0)))
        place = (np.arange(rows) * (cycles / rows) + start) % 1.0
        swell = np.interp(place, [0.0, 0.13, 0.3, 0.45, 1.0], [0.25, 1.0, 0.9, 0.25, 0.25]) * (
            1.0 + 0.1 * wander(rows, 3.0, rng, CONTROL)
        )
        # clicks of a tymbal, in whole numbers around the circle
        turns = np.arange(frames) * (round(rate * take.seconds) / frames)
        click = 1.0 - (turns - np.floor(turns))
        band = [(low * 0.7, -40.0), (low * 0.92, -3.0), (low, 0.0), (low * 1.25, -8.0), (low * 1.9, -36.0)]
        click *= click
        click *= fine(swell * swell * (1.0 + 0.2 * wander(rows, 9.0, rng, CONTROL)), circle=True)[:frames]
        click *= steady(frames, band, rng)
        out += spread(click, position)
    return out + 0.02 * steady(frames, [(100.0, 0.0), (1000.0, -14.0), (8000.0, -30.0)], rng, 2)


def grasshoppers(take: Take) -> Array:
    """A summer meadow: grasshoppers that rasp for a second or two, high and dry."""
    rng, frames = take.rng, take.frames
    out = 0.035 * steady(frames, ((60.0, 0.0), (300.0, -5.0), (2000.0, -14.0), (9000.0, -26.0)), rng, 2)
    for position in (-0.7, 0.2, 0.75, -0.2):
        rate, low = take.pick(14.0, 38.0), take.pick(6000.0, 9000.0)
        at = 3.0 * rng.random()
        while at < take.seconds:
            d = 0.5 + 1.8 * rng.random()
            rows = rows_of(d)
            turns = np.cumsum(np.full(rows, rate / CONTROL) * (1.0 + 0.06 * wander(rows, 4.0, rng, CONTROL)))
            share = turns - np.floor(turns)
            rasp = np.where(share < 0.55, np.sin(share / 0.55 * np.pi), 0.1) * line(
                [(0.0, 0.2), (0.4 * d, 1.0), (0.9 * d, 0.9), (d, 0.0)], rows
            )
            length = rows * (RATE // CONTROL)
            band = [(low * 0.5, -34.0), (low * 0.8, -4.0), (low, 0.0), (low * 1.6, -5.0), (20000.0, -30.0)]
            add(
                out, spread(steady(length, band, rng) * fine(rasp) * (0.2 + 0.4 * rng.random()), position), at
            )
            at += d + 0.6 + 3.5 * rng.random()
    return out


def _flight(
    rng: Generator, pitch: float, d: float, near: Array, *, noise: float, jitter: float = 0.02
) -> Array:
    """Make an insect in flight for `d` seconds; `near` is its loudness over time."""
    rows = rows_of(d)
    speed = 1.0 + 0.05 * wander(rows, 2.2, rng, CONTROL) + 0.025 * wander(rows, 8.0, rng, CONTROL)
    coming = np.diff(np.append(near, near[-1:])) / np.maximum(
        near, 0.02
    )  # Doppler: higher as it comes, lower as it goes
    speed += np.clip(coming * 4.0, -0.05, 0.05)
    return cry(
        pitch * speed,
        near * (1.0 + 0.22 * wander(rows, 22.0, rng, CONTROL)),
        [(450.0, 500.0, 1.0), (1300.0, 1000.0, 0.8), (3000.0, 2500.0, 0.7), (6000.0, 4000.0, 0.6)],
        rng,
        slope=((100.0, -2.0), (250.0, 0.0), (1000.0, -7.0), (4000.0, -20.0), (12000.0, -38.0)),
        hiss=((100.0, -6.0), (400.0, 0.0), (2000.0, -6.0), (6000.0, -14.0), (14000.0, -26.0)),
        breath=noise,
        jitter=jitter,
        shimmer=0.35,
        rough=0.35,
        rough_rate=38.0,
        sub=0.25,
    )


def fly(take: Take) -> Array:
    """A fly around the listener: it comes close, turns, sits down and starts again."""
    rng, d = take.rng, take.seconds
    rows = rows_of(d)
    time = np.arange(rows) / CONTROL
    near = 0.05 + 0.1 * np.abs(wander(rows, 1.2, rng, CONTROL))
    for _ in range(max(2, round(d * 0.9))):
        off = (time - d * rng.random()) / (0.08 + 0.3 * rng.random())
        near += (0.3 + 0.7 * rng.random()) / (1.0 + off * off)
    if rng.random() < 0.6:  # it sits
        start = d * (0.25 + 0.4 * rng.random())
        near *= line(
            [
                (0.0, 1.0),
                (start, 1.0),
                (start + 0.03, 0.0),
                (start + 0.5, 0.0),
                (start + 0.56, 1.0),
                (d, 1.0),
            ],
            rows,
        )
    near *= line([(0.0, 0.3), (0.25, 1.0), (d - 0.25, 1.0), (d, 0.0)], rows)
    pitch = 225.0 * float(exp(-0.5 * take.number("size"))) * take.pick(0.92, 1.08)
    return placed(_flight(rng, pitch, d, near, noise=0.15), rng, "room", wet=-4.0, floor=10.0)


def mosquito(take: Take) -> Array:
    """A mosquito at the ear: thin and high, it comes, stays and is gone."""
    rng, d = take.rng, take.seconds
    rows = rows_of(d)
    near = np.maximum(
        line([(0.0, 0.05), (0.3 * d, 0.4), (0.5 * d, 1.0), (0.75 * d, 0.6), (d, 0.0)], rows)
        * (1.0 + 0.35 * wander(rows, 2.0, rng, CONTROL)),
        0.01,
    )
    return placed(
        _flight(rng, take.pick(430.0, 620.0), d, near, noise=0.14, jitter=0.008),
        rng,
        "room",
        wet=-4.0,
        floor=10.0,
    )


def bees(take: Take) -> Array:
    """Make bees at a bush: the hum of many, and single ones that come close."""
    rng, frames, rows = take.rng, take.frames, rows_of(take.seconds)
    near = silent(frames)
    for k in range(11):
        pitch = take.pick(190.0, 260.0) * (
            1.0 + 0.05 * wander(rows, 1.5, rng, CONTROL) + 0.02 * wander(rows, 7.0, rng, CONTROL)
        )
        here = (
            np.clip(exp(1.3 * wander(rows, 0.9, rng, CONTROL)) * 0.35 - 0.12, 0.0, 1.6)
            * (1.0 if k < 4 else 0.25)
            * (1.0 + 0.2 * wander(rows, 18.0, rng, CONTROL))
        )
        train = glottis(pitch, rng, jitter=0.02, shimmer=0.4, rough=0.3, rough_rate=35.0)[:frames]
        near += spread(train * fine(here)[:frames], take.pick(-0.6, 0.6))
    slope = ((80.0, -6.0), (220.0, 0.0), (700.0, -6.0), (2000.0, -15.0), (6000.0, -27.0), (14000.0, -42.0))
    air = ((60.0, -4.0), (250.0, 0.0), (1000.0, -6.0), (4000.0, -16.0), (12000.0, -30.0))
    wind = moving(frames, air, rng, 0.35)
    sides = sided([dulled(near[:, side], slope) for side in (0, 1)])
    sides *= 1.0 / max(float(np.sqrt(np.mean(np.square(sides)))), 1e-9)
    return balanced(sides + 0.3 * wind)


def bee(take: Take) -> Array:
    """One bee goes from flower to flower."""
    rng, d = take.rng, take.seconds
    rows = rows_of(d)
    near = line([(0.0, 0.05), (0.2 * d, 0.8), (0.5 * d, 0.7), (0.8 * d, 1.0), (d, 0.0)], rows)
    sits = d * (0.35 + 0.1 * rng.random())
    near *= line(
        [(0.0, 1.0), (sits, 1.0), (sits + 0.05, 0.05), (sits + 0.4, 0.03), (sits + 0.5, 1.0), (d, 1.0)], rows
    )
    near = np.maximum(near * (1.0 + 0.3 * wander(rows, 3.0, rng, CONTROL)), 0.01)
    return placed(_flight(rng, take.pick(205.0, 250.0), d, near, noise=0.3), rng, "field", floor=10.0)


def swarm(take: Take) -> Array:
    """A hive: a dense hum that never stops, with a roof over it."""
    both = bees(take)
    return beside(both[:, 0] + both[:, 1], take.rng, 0.5)


ROWS = (
    bed(
        "crickets",
        "Crickets at night",
        crickets,
        ("crickets", "cricket", "insects", "night", "meadow", "grass"),
        12.0,
        "Crickets chirp in a meadow at night.",
    ),
    bed(
        "cicadas",
        "Cicadas",
        cicadas,
        ("cicadas", "cicada", "insects", "summer", "heat"),
        14.0,
        "Cicadas swell and fall on a hot afternoon.",
    ),
    bed(
        "grasshoppers",
        "Grasshoppers in a meadow",
        grasshoppers,
        ("grasshoppers", "grasshopper", "locust", "insects", "summer", "meadow"),
        14.0,
        "Grasshoppers rasp in a summer meadow.",
    ),
    event(
        "fly",
        "Fly",
        fly,
        ("fly", "housefly", "insect", "buzz", "beetle"),
        (3.0, 5.0),
        (8.0, 50.0),
        "A fly circles, sits and starts again.",
        amount("size", "from a small fly to a bluebottle"),
    ),
    event(
        "mosquito",
        "Mosquito",
        mosquito,
        ("mosquito", "gnat", "insect", "midge"),
        (2.5, 4.5),
        (10.0, 60.0),
        "A mosquito whines at the ear.",
    ),
    event(
        "bee",
        "Bee",
        bee,
        ("bee", "bumblebee", "wasp", "hornet", "insect"),
        (2.5, 5.0),
        (6.0, 40.0),
        "A bee flies from flower to flower.",
    ),
    bed(
        "bees", "Bees", bees, ("bees", "insects", "flowers", "garden"), 12.0, "Bees hum at a flowering bush."
    ),
    bed("hive", "Beehive", swarm, ("hive", "beehive", "swarm"), 12.0, "A hive hums without a pause."),
)
