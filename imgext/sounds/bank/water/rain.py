"""Rain: light on leaves, steady, heavy; and drips.

Rain is a hiss of many far drops, ticks of near ones on what they strike, and bubbles of those that fall into
water. Its level moves by about a decibel; heavy rain is darker and roars. Sources: A. Farnell, Designing
Sound (2010), practical 42; B. C. Moss and others, "Sounding liquids", ACM TOG 29 (2010).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body
from imgext.sounds.bank.grains import chips, strewn
from imgext.sounds.bank.motors import living, moving
from imgext.sounds.bank.noise import painted
from imgext.sounds.bank.place import convolved, response
from imgext.sounds.bank.rhythm import beats
from imgext.sounds.bank.table import amount, bed, choice, event, ratio
from imgext.sounds.bank.tools import (
    RATE,
    add,
    around,
    exp,
    frames_of,
    hump,
    scatter,
    seconds_of,
    silent,
    spread,
)
from imgext.sounds.bank.water.bubbles import bubbles, drops, plops

if TYPE_CHECKING:
    from imgext.sounds.bank.noise import Curve
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_HISS: Curve = (
    (50.0, 0.0),
    (120.0, 1.0),
    (300.0, 0.0),
    (700.0, -2.0),
    (1500.0, -1.0),
    (2800.0, -1.0),
    (5000.0, -6.0),
    (9000.0, -15.0),
    (17000.0, -31.0),
)
_ROAR: Curve = (
    (50.0, -3.0),
    (120.0, 0.0),
    (300.0, -2.0),
    (700.0, -3.0),
    (1500.0, -2.0),
    (3000.0, -3.0),
    (5500.0, -8.0),
    (10000.0, -16.0),
    (18000.0, -29.0),
)
_TICKS = {
    "leaves": (1800.0, 7000.0, 0.5),
    "stone": (2500.0, 9000.0, 0.9),
    "roof": (600.0, 3500.0, 0.5),
    "umbrella": (350.0, 1800.0, 0.35),
}


def _rained(
    take: Take, curve: Curve, hiss: float, ticks: float, wet: float, depth: float, material: str
) -> Array:
    """Hiss, `ticks` and `wet` drops a second, on two channels."""
    rng, frames, seconds = take.rng, take.frames, take.seconds
    out = hiss * living(frames, curve, rng, depth, 0.35)
    low, high, dry = _TICKS[material]
    gust = moving(frames, rng, 1.6 * depth)
    for share, bottom, top, level, length in (
        (0.7, low, high, 1.0, 240),
        (0.3, 0.45 * low, 0.6 * high, 1.4, 300),
    ):
        count = int(rng.poisson(max(ticks * share * seconds, 1.0))) + 1
        grains = chips(rng, around(rng, count, bottom, top), (3.0, 9.0), length, dry)
        at = rng.random(count) * seconds
        size = drops(rng, count) * level * gust[(at * RATE).astype(np.int64) % frames]
        out += strewn(frames, at, grains * size[:, None], rng, width=0.9)
    count = int(rng.poisson(max(wet * seconds, 1.0))) + 1
    grains = bubbles(around(rng, count, 0.0008, 0.0042), 0.08, 1400) * (drops(rng, count) * 0.7)[:, None]
    return out + strewn(frames, rng.random(count) * seconds, grains, rng, width=0.9)


def rain(take: Take) -> Array:
    """Steady rain."""
    force = take.number("force")
    return _rained(take, _HISS, 1.15, 110.0 + 120.0 * force, 18.0 + 20.0 * force, 0.15, take.word("material"))


def rain_light(take: Take) -> Array:
    """Light rain: single drops on leaves and ground over the quietest hiss."""
    return _rained(take, _HISS, 0.15, 26.0 + 50.0 * take.number("force"), 7.0, 0.16, take.word("material"))


def rain_heavy(take: Take) -> Array:
    """A downpour: a roar, drops by the hundred, water that runs off."""
    made = _rained(take, _ROAR, 2.4, 260.0, 50.0, 0.16, take.word("material"))
    gutter = ((150.0, -10.0), (400.0, 0.0), (1000.0, -2.0), (2500.0, -7.0), (7000.0, -18.0))
    return made + 0.5 * living(take.frames, gutter, take.rng, 0.25, 0.3)


def water_drips(take: Take) -> Array:
    """Drips in a cave or a cellar: a tick, a bubble or two, the room's answer."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    out = silent(frames)
    places = int(traits.integers(2, 4))
    wall = body(traits, 380.0, "stone", 12)
    for k in range(places):
        radius = 0.002 * float(exp(1.0 * traits.random()))
        rate = (0.2 + 0.4 * traits.random()) * take.number("speed")
        side = (0.25 + 0.3 * float(traits.random())) * (-1.0) ** k
        for at in beats(seconds, rate, rng, drifting=0.06, jitter=0.05, start=float(rng.random()) / rate):
            size = 0.5 + 0.7 * float(rng.random())
            own = radius * (0.92 + 0.16 * float(rng.random()))
            # the tick of the drop that strikes, the bubble it draws under, a second one now and then,
            # droplets thrown up
            add(
                out,
                spread(
                    blow(
                        wall, rng, force=0.22 * size, contact=0.0003, noise=0.7, noise_time=0.008, longest=0.2
                    ),
                    side,
                ),
                at,
            )
            add(
                out,
                spread(bubbles(np.array([own]), 0.14, 5000)[0] * size, side),
                at + 0.012 + 0.03 * float(rng.random()),
            )
            if rng.random() < 0.55:
                add(
                    out,
                    spread(
                        bubbles(np.array([own * (0.6 + 0.3 * rng.random())]), 0.16, 4000)[0] * (0.5 * size),
                        side,
                    ),
                    at + 0.06 + 0.05 * float(rng.random()),
                )
            if rng.random() < 0.6:
                add(out, spread(0.18 * size * plops(rng, 4, 0.12, (0.0004, 0.0012)), side), at + 0.05)
    answers = [response(traits, "cave") for _ in range(2)]
    middle = 0.35 * out.mean(axis=1)
    for side in (0, 1):
        out[:, side] += 0.22 * convolved(out[:, side] * 0.65 + middle, answers[side], circle=True)
    air = living(
        frames,
        ((50.0, -2.0), (100.0, 0.0), (250.0, -6.0), (800.0, -14.0), (3000.0, -24.0), (12000.0, -38.0)),
        rng,
        0.15,
    )
    trickle = living(frames, ((400.0, -12.0), (1200.0, 0.0), (3000.0, -3.0), (9000.0, -16.0)), rng, 0.3)
    return out + 0.006 * air + 0.0012 * trickle


def splash(take: Take) -> Array:
    """Something falls into water: the slap, the crown coming down, bubbles that rise."""
    rng, size = take.rng, take.number("size")
    frames = frames_of(1.4 + 1.2 * size) // 240 * 240
    rows, rate = frames // 240, RATE / 240
    time = seconds_of(rows, rate)
    slap = (1.0 - exp(-time * 900.0)) * exp(-time * (34.0 - 22.0 * size))
    crown = hump(rows, 0.1 + 0.12 * size, 0.08 + 0.08 * size, 0.5 + 0.7 * size, rate)
    flutter = np.maximum(1.0 + 0.35 * np.repeat(rng.standard_normal(rows // 6 + 1), 6)[:rows], 0.1)
    down = -6.0 + 10.0 * size
    out = painted(
        frames,
        [
            (((60.0, -8.0 + down), (200.0, 0.0), (900.0, -6.0), (4000.0, -18.0), (12000.0, -34.0)), slap),
            (
                ((250.0, -16.0), (900.0, -4.0), (2500.0, 0.0), (7000.0, -8.0), (14000.0, -20.0)),
                0.3 * crown * flutter,
            ),
        ],
        rng,
        240,
    )
    count = round(90 + 160 * size)
    grains = (
        bubbles(around(rng, count, 0.0007, 0.003 + 0.006 * size), 0.12, 3000)
        * (drops(rng, count) * 0.55)[:, None]
    )
    moments = 0.03 + (0.55 + 0.6 * size) * rng.random(count) * rng.random(count)
    out += scatter(frames, (moments * RATE).astype(np.int64), grains, wrap=False)
    calm = living(
        frames // 48 * 48,
        ((80.0, -6.0), (300.0, 0.0), (1000.0, -5.0), (4000.0, -17.0), (12000.0, -30.0)),
        rng,
        0.3,
    )[:, 0]
    out[: len(calm)] += 0.012 * calm
    return out


_MATERIAL = choice("material", "what it falls on", "leaves", "stone", "roof", "umbrella")

ROWS = (
    bed(
        "rain",
        "Steady rain",
        rain,
        ("rain", "rainfall", "water", "weather"),
        12.0,
        "Steady rain: the hiss of many far drops, ticks of near ones, bubbles of those that fall into "
        "puddles.",
        amount("force", "light to strong"),
        choice("material", "what it falls on", "stone", "leaves", "roof", "umbrella"),
    ),
    bed(
        "rain_light",
        "Light rain",
        rain_light,
        ("light rain", "drizzle", "raindrops", "rain", "shower"),
        12.0,
        "Light rain: single drops on leaves and ground over the quietest hiss.",
        amount("force", "few to many drops"),
        _MATERIAL,
    ),
    bed(
        "rain_heavy",
        "Heavy rain",
        rain_heavy,
        ("heavy rain", "downpour", "rainstorm", "cloudburst", "rain"),
        12.0,
        "A downpour: a roar, drops by the hundred, water that runs off.",
        choice("material", "what it falls on", "stone", "roof", "leaves"),
    ),
    bed(
        "water_drips",
        "Dripping water in a cave",
        water_drips,
        ("drips", "drops", "dripping", "water", "cave", "cellar"),
        12.0,
        "Drips in a cave or a cellar: a tick, a bubble or two, the room's answer.",
        ratio("speed", "slow to fast"),
    ),
    event(
        "splash",
        "Splash",
        splash,
        ("splash", "water", "plunge", "dive"),
        (1.4, 2.6),
        (10.0, 60.0),
        "Something falls into water: the slap, the crown coming down, bubbles that rise.",
        amount("size", "stone to diver"),
    ),
)
