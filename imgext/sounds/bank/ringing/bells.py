"""Bells and glass: bodies whose partials each die at their own speed.

A tuned church bell has its hum an octave below the prime, a minor third (tierce), a fifth (quint) and an
octave (nominal) above it: 0.5, 1, 1.2, 1.5, 2; then 2.5, 2.67, 3, 4 and on to 10 kHz. The hum lives longest.
Every partial is a pair a fraction of a hertz apart, because no bell is quite round, and so it beats. The
clapper is iron: a clang of noise and short high modes. Source: A. Lehr, "The designing of swinging bells and
carillon bells" (1987); N. H. Fletcher and T. D. Rossing, The Physics of Musical Instruments, 21.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body, pairs
from imgext.sounds.bank.grains import sizes
from imgext.sounds.bank.motors import living, roomy, two
from imgext.sounds.bank.noise import painted
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import bursts, forces
from imgext.sounds.bank.table import amount, bed, event, ratio, whole
from imgext.sounds.bank.tools import (
    RATE,
    add,
    decay,
    decays,
    edges,
    exp,
    frames_of,
    put,
    scatter,
    silent,
    sine,
    spread,
    unit,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

#: Ratio to the prime, gain at the blow, t60 in seconds for a prime of 400 Hz.
_TUNED = (
    (0.5, 0.4, 9.0),
    (1.0, 0.55, 6.5),
    (1.2, 0.85, 6.0),
    (1.5, 0.4, 4.0),
    (2.0, 1.0, 5.0),
    (2.5, 0.55, 3.6),
    (2.67, 0.5, 3.4),
    (3.0, 0.8, 3.2),
    (3.35, 0.3, 2.8),
    (4.0, 0.75, 2.6),
    (5.15, 0.6, 2.0),
    (6.3, 0.5, 1.6),
    (7.6, 0.42, 1.25),
    (9.0, 0.36, 1.0),
    (10.5, 0.3, 0.82),
    (12.1, 0.26, 0.66),
    (13.8, 0.22, 0.55),
    (15.6, 0.18, 0.46),
    (17.5, 0.15, 0.4),
    (19.6, 0.12, 0.34),
    (22.0, 0.1, 0.28),
    (25.0, 0.08, 0.22),
    (29.0, 0.06, 0.18),
)
_OUTSIDE = ((50.0, -1.0), (100.0, 0.0), (250.0, -4.0), (700.0, -9.0), (2500.0, -15.0), (9000.0, -26.0))


def cast(traits: Generator, prime: float, *, lasts: float = 1.0) -> Array:
    """Modes of one church bell, in pairs."""
    rows = np.array(_TUNED)
    modes = np.stack(
        [
            prime * rows[:, 0] * (1.0 + 0.006 * traits.standard_normal(len(rows))),
            rows[:, 1] * (0.75 + 0.5 * traits.random(len(rows))),
            rows[:, 2] * lasts * float(np.sqrt(400.0 / prime)),
        ],
        axis=-1,
    )
    return pairs(modes[modes[:, 0] < 12000.0], traits, 2.4)


def stroke(rng: Generator, modes: Array, clapper: Array, force: float, longest: float) -> Array:
    """One stroke: iron on bronze."""
    out = blow(modes, rng, force=force, contact=0.00022, place=0.35, noise=0.0, longest=longest)
    clang = blow(
        clapper, rng, force=force, contact=0.0002, place=0.6, noise=1.0, noise_time=0.05, longest=0.4
    )
    out[: len(clang)] += 0.5 * clang[: len(out)]
    return out


def bell(take: Take) -> Array:
    """One stroke of a church bell, from below the tower."""
    rng, traits = take.rng, take.traits
    prime = 620.0 * float(exp(-1.1 * take.number("size")))
    clapper = body(traits, 1150.0, "metal", 16, 0.1) * np.array([1.0, 1.0, 0.06])
    made = stroke(rng, cast(traits, prime), clapper, take.number("force") + 0.5, take.seconds)
    return edges(placed(made, rng, "street", wet=4.0, floor=19.0, distance=30.0), 0.002, 0.7)


def church_bell(take: Take) -> Array:
    """Strike a bell a few times, each stroke into what still rings of the last."""
    rng, traits, number = take.rng, take.traits, take.count("number")
    prime = 560.0 * float(exp(-0.9 * take.number("size")))
    clapper = body(traits, 1150.0, "metal", 16, 0.1) * np.array([1.0, 1.0, 0.06])
    modes = cast(traits, prime)
    gap = take.pick(1.7, 2.3)
    out = np.zeros(frames_of(0.1 + gap * (number - 1) + 4.6))
    for k, force in enumerate(forces(number, rng, 0.1)):
        put(out, stroke(rng, modes, clapper, float(force), 4.5), 0.05 + gap * k + 0.02 * float(rng.random()))
    return edges(placed(out, rng, "street", wet=4.0, floor=15.0, distance=60.0), 0.002, 1.5)


def church_bells(take: Take) -> Array:
    """Bells of a tower that ring together, each in its own swing."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    out = silent(frames)
    low = take.pick(230.0, 330.0)
    scale = (1.0, 1.122, 1.26, 1.498, 1.682)
    clapper = body(traits, 1150.0, "metal", 16, 0.1) * np.array([1.0, 1.0, 0.06])
    for k in range(3 + int(traits.integers(0, 2))):
        modes = cast(traits, low * scale[k], lasts=0.7)
        kinds = [blow(modes, rng, force=1.0, contact=0.00022, place=0.35, noise=0.0, longest=2.2)]
        strokes = max(1, round(seconds * (0.78 + 0.09 * k) * take.number("speed")))
        late = float(traits.random())
        side = 0.5 * (float(traits.random()) - 0.5)
        size = forces(strokes, rng, 0.16)
        for n in range(strokes):
            at = (n + late + 0.035 * float(rng.standard_normal()) + 0.04 * (n % 2)) * seconds / strokes
            loud = float(size[n]) * (1.0 if n % 2 else 0.8)
            clang = blow(
                clapper, rng, force=loud, contact=0.0002, place=0.6, noise=1.0, noise_time=0.05, longest=0.3
            )
            ring = kinds[0][:frames] * loud
            ring[: len(clang)] += 0.2 * clang[: len(ring)]
            add(out, spread(ring, side), at % seconds)
    both = unit(out)
    far = two(both.mean(axis=1), rng, 0.0, 0.2)
    return 0.6 * both + 0.6 * unit(far) + 0.11 * living(frames, _OUTSIDE, rng, 0.25)


def temple_bell(take: Take) -> Array:
    """A large hanging bell struck with a beam: soft blow, long beating hum."""
    rng, traits = take.rng, take.traits
    hum = 135.0 - 50.0 * take.number("size")
    rows = np.array(
        [
            (1.0, 1.0, 10.0),
            (2.03, 0.6, 6.0),
            (2.71, 0.5, 4.2),
            (3.83, 0.35, 2.6),
            (5.02, 0.28, 1.8),
            (6.54, 0.2, 1.3),
            (8.1, 0.15, 1.0),
            (9.9, 0.12, 0.8),
            (12.0, 0.09, 0.6),
            (14.6, 0.07, 0.5),
            (17.7, 0.05, 0.4),
            (22.0, 0.04, 0.3),
            (29.0, 0.03, 0.22),
        ]
    )
    modes = pairs(rows * np.array([hum, 1.0, 1.0]), traits, 1.1)
    out = blow(modes, rng, force=1.0, contact=0.0035, place=0.2, noise=0.0, longest=take.seconds)
    beam = blow(
        body(traits, 85.0, "board", 14),
        rng,
        force=1.0,
        contact=0.004,
        noise=0.6,
        noise_time=0.06,
        longest=0.3,
    )
    out[: len(beam)] += 0.8 * beam[: len(out)]
    return edges(placed(out, rng, "forest", floor=3.0), 0.002, 2.0)


def handbell(take: Take) -> Array:
    """A small bell is shaken: a door, a shop, a cow far off."""
    rng, traits = take.rng, take.traits
    first = 2300.0 * float(exp(-1.4 * take.number("size")))
    rows = np.array(
        [
            (1.0, 1.0, 1.1),
            (1.62, 0.5, 0.8),
            (2.31, 0.6, 0.6),
            (3.1, 0.4, 0.45),
            (4.3, 0.3, 0.32),
            (5.6, 0.25, 0.25),
            (7.1, 0.18, 0.2),
        ]
    )
    modes = rows * np.array([first, 1.0, 1.0])
    modes = pairs(modes[modes[:, 0] < 15000.0], traits, 4.0)
    out = np.zeros(frames_of(take.seconds))
    kinds = [
        blow(modes, rng, force=1.0, contact=0.0003, place=0.7, noise=0.5, noise_time=0.01, longest=1.0)
        for _ in range(4)
    ]
    for start, stop in bursts(take.seconds - 1.0, rng, on=(0.5, 1.2), off=(0.3, 0.8)):
        at = start
        while at < stop:
            put(out, kinds[int(rng.integers(0, 4))] * (0.4 + 0.7 * float(rng.random())), at + 0.02)
            at += 0.09 + 0.12 * float(rng.random())
    return placed(out, rng, "room", floor=3.0)


def wind_chimes(take: Take) -> Array:
    """Metal tubes in a light breeze, touched now and then."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    out = silent(frames)
    low = take.pick(780.0, 1150.0)
    works = body(traits, 480.0, "wood", 10)
    tubes = []
    for k, step in enumerate((1.0, 1.122, 1.26, 1.498, 1.682, 2.0)):
        note = low * step * (1.0 + 0.004 * traits.standard_normal())
        rows = np.array(
            [(1.0, 1.0, 2.6), (2.756, 0.5, 1.2), (5.404, 0.26, 0.5), (8.93, 0.14, 0.25)]
        )  # a free bar (Euler and Bernoulli)
        modes = rows * np.array([note, 1.0, 1.0])
        modes = pairs(modes[modes[:, 0] < 15000.0], traits, 1.6)
        kinds = [
            blow(modes, rng, force=1.0, contact=0.0003, place=0.5, noise=0.35, noise_time=0.008, longest=2.6)
            for _ in range(2)
        ]
        tubes.append((kinds, 1.2 * (k / 5.0 - 0.5)))
    for start, stop in bursts(
        seconds, rng, on=(0.6, 2.4), off=(0.8, 3.0), start=0.05 + 0.5 * float(rng.random())
    ):
        at = start
        while at < stop:
            kinds, side = tubes[int(rng.integers(0, 6))]
            size = 0.25 + 0.8 * float(rng.random())
            add(out, spread(kinds[int(rng.integers(0, 2))][:frames] * size, side), at % seconds)
            add(
                out,
                spread(0.12 * blow(works, rng, force=size, contact=0.001, longest=0.1), side),
                at % seconds,
            )
            at += 0.06 + 0.35 * float(rng.random()) * float(rng.random())
    return roomy(out, rng, 0.8, 0.12) + 0.03 * living(frames, _OUTSIDE, rng, 0.35)


def glass(take: Take) -> Array:
    """Break a pane or bottle: a crack, then ringing shards, later and smaller."""
    rng, traits, size = take.rng, take.traits, take.number("size")
    seconds = take.seconds
    frames = frames_of(seconds) // 240 * 240
    rows = frames // 240
    fall = decay(0.5 + 0.5 * size, rows * 240)[::240]
    crash = painted(
        frames,
        [
            (
                (
                    (100.0, -3.0),
                    (400.0, -1.0),
                    (1500.0, 0.0),
                    (4500.0, -1.0),
                    (9000.0, -5.0),
                    (16000.0, -17.0),
                ),
                fall,
            )
        ],
        rng,
        240,
    )
    count = round(120 + 140 * size)
    pitch = 1600.0 * exp(1.9 * rng.random(count))
    length = 4800
    shards = sine(pitch[:, None] * (np.arange(length) / RATE) + rng.random((count, 1)))
    shards *= decays(0.02 + 0.12 * rng.random(count) * rng.random(count), length)
    shards[:, :120] += 0.6 * rng.standard_normal((count, 120)) * np.linspace(1.0, 0.0, 120)
    moments = 0.015 + (0.7 + 0.5 * size) * rng.random(count) * (0.15 + 0.85 * rng.random(count))
    loud = sizes(rng, count, 0.7) * exp(-1.6 * moments) * 0.26
    out = crash + scatter(
        frames, np.minimum((moments * RATE).astype(np.int64), frames - 1), shards * loud[:, None], wrap=False
    )
    ground = body(traits, 260.0, "stone", 14)
    put(out, 1.2 * blow(ground, rng, force=1.0, contact=0.001, noise=0.8, longest=0.2), 0.0)
    for at in (0.3, 0.5, 0.75):
        piece = body(traits, 2100.0 * (1.0 + traits.random()), "glass", 12, 0.12) * np.array([1.0, 1.0, 0.3])
        put(
            out,
            0.5 * blow(piece, rng, force=0.8, contact=0.0002, noise=0.5, longest=0.3),
            at + 0.2 * float(rng.random()),
        )
    return edges(placed(out, rng, "room", wet=2.0, floor=-4.0), 0.002, 0.25)


def clink(take: Take) -> Array:
    """Glasses touch: a toast."""
    rng, traits = take.rng, take.traits
    cups = [
        body(traits, 1500.0 * (1.0 + 0.8 * traits.random()), "glass", 14, 0.1) * np.array([1.0, 1.0, 0.8])
        for _ in range(3)
    ]
    out = np.zeros(frames_of(take.seconds))
    at = 0.05
    for _ in range(take.count("number")):
        for cup in (cups[int(rng.integers(0, 3))], cups[int(rng.integers(0, 3))]):
            put(
                out,
                blow(
                    pairs(cup, traits, 5.0),
                    rng,
                    force=0.5 + 0.6 * float(rng.random()),
                    contact=0.00015,
                    place=0.6,
                    noise=0.4,
                    noise_time=0.006,
                    longest=0.9,
                ),
                at,
            )
        at += 0.12 + 0.5 * float(rng.random())
    return placed(out, rng, "room", floor=6.0)


_SIZE = amount("size", "small to large")

ROWS = (
    event(
        "bell",
        "Church bell, one stroke",
        bell,
        ("bell", "church bell", "toll", "chime"),
        (5.0, 6.0),
        (30.0, 300.0),
        "One stroke of a church bell.",
        _SIZE,
        amount("force", "soft to hard"),
    ),
    event(
        "church_bell",
        "Church bell strikes",
        church_bell,
        ("church bell", "clock tower", "hour", "strike", "church"),
        (6.0, 14.0),
        (60.0, 300.0),
        "A church bell strikes two to five times.",
        _SIZE,
        whole("number", "how many strokes", 1, 5, (2, 4)),
    ),
    bed(
        "church_bells",
        "Church bells ringing",
        church_bells,
        ("bells", "church", "tower", "ringing"),
        18.0,
        "Bells of a tower that ring on, each in its own swing.",
        ratio("speed", "slow to fast"),
    ),
    event(
        "temple_bell",
        "Temple bell, one stroke",
        temple_bell,
        ("temple bell", "gong", "shrine", "temple"),
        (5.5, 6.0),
        (30.0, 300.0),
        "A large hanging bell struck with a beam: soft blow, long beating hum.",
        _SIZE,
    ),
    event(
        "handbell",
        "Small bell",
        handbell,
        ("handbell", "shop bell", "jingle", "small bell"),
        (2.0, 3.6),
        (20.0, 120.0),
        "A small bell is shaken.",
        _SIZE,
    ),
    bed(
        "wind_chimes",
        "Wind chimes",
        wind_chimes,
        ("chimes", "wind chimes", "garden", "metal"),
        16.0,
        "Metal tubes in a light breeze, touched now and then.",
    ),
    event(
        "glass",
        "Breaking glass",
        glass,
        ("glass", "break", "shatter", "bottle", "window"),
        (1.6, 2.4),
        (60.0, 300.0),
        "A pane or a bottle breaks: the crack, then shards that fall and ring, each a little later and "
        "smaller.",
        _SIZE,
    ),
    event(
        "clink",
        "Glasses touch",
        clink,
        ("clink", "toast", "wine glass", "glasses", "cheers"),
        (1.4, 2.4),
        (30.0, 200.0),
        "Glasses touch: a toast.",
        whole("number", "how many times", 1, 4, (1, 2)),
    ),
)
