"""Dogs and cats: barks, growls, howls of a puppy, miaows, purring.

A bark is a chevron: within a tenth to a fifth of a second the pitch leaps up and falls, while the mouth opens
and closes; noise comes first, and the larger the dog, the lower the voice and the closer its formants (S. Yin
and B. McCowan, Animal Behaviour 68 (2004): 0.2 to 1.1 kHz). A miaow opens and closes its mouth once, 0.4 to
0.9 kHz (S. Schoetz, 2012). A purr is 20 to 30 pulses a second, breathing in and out.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import steady
from imgext.sounds.bank.place import beside, placed
from imgext.sounds.bank.table import amount, bed, event, ratio, whole
from imgext.sounds.bank.throat import cry, moved, tube
from imgext.sounds.bank.tools import CONTROL, edges, exp, fine, frames_of, line, put, rows_of, sine, wander

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.noise import Curve
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.throat import Formant
    from imgext.sounds.bank.tools import Array


_BARK = (
    (100.0, -16.0),
    (300.0, -4.0),
    (600.0, 0.0),
    (1500.0, -3.0),
    (3000.0, -12.0),
    (6000.0, -24.0),
    (12000.0, -44.0),
)


def bark(
    rng: Generator, top: float, seconds: float, throat: list[Formant], slope: Curve, rough: float
) -> Array:
    """One bark whose pitch reaches `top` Hz."""
    d = seconds * (0.85 + 0.3 * rng.random())
    rows = rows_of(d + 0.03)
    top = top * (1.0 + 0.07 * rng.standard_normal())
    peak = 0.3 + 0.15 * rng.random()
    pitch = top * line([(0.0, 0.45), (0.15 * d, 0.62), (peak * d, 1.0), (0.75 * d, 0.66), (d, 0.4)], rows)
    loud = line(
        [(0.0, 0.0), (0.012, 0.5), (peak * d, 1.0), (0.6 * d, 0.7), (0.85 * d, 0.16), (d + 0.025, 0.0)], rows
    )
    mouth = line([(0.0, 0.7), (0.3 * d, 1.15), (0.6 * d, 1.0), (d, 0.72)], rows)
    breath = line([(0.0, 1.5), (0.02, 0.3), (0.5 * d, 0.18), (d, 0.6)], rows)
    return cry(
        pitch,
        loud,
        moved(throat, [mouth, 0.6 + 0.4 * mouth, 1.0], (1.0, 0.9, 0.6, 0.4, 0.3)),
        rng,
        slope=slope,
        breath=breath * (0.3 + 0.5 * rough),
        jitter=0.005 + 0.018 * rough,
        shimmer=0.08 + 0.15 * rough,
        rough=0.1 + 0.3 * rough,
        rough_rate=52.0,
        sub=0.3 * rough,
    )


def dog(take: Take) -> Array:
    """Barks in groups of one to three."""
    rng, size, force = take.rng, take.number("size"), take.number("force")
    top = 1000.0 * float(exp(-1.45 * size)) * take.pick(0.9, 1.1)
    length = (0.075 + 0.14 * size) * take.pick(0.92, 1.08)
    throat = tube(length, highest=13000.0, damping=0.12)
    slope = [(hz * math.sqrt(0.145 / length), db) for hz, db in _BARK]
    rough = min(1.0, 0.15 + 0.5 * force + take.pick(0.0, 0.35))
    lasts, pause = 0.15 + 0.08 * size + take.pick(-0.01, 0.03), take.pick(0.28, 0.5)
    at, calls, left = 0.05 + 0.1 * rng.random(), [], take.pick(1.0, 3.0)
    for _ in range(take.count("number")):
        strength = 0.6 + 0.5 * rng.random()
        calls.append((at, bark(rng, top * (0.9 + 0.2 * strength), lasts, throat, slope, rough) * strength))
        left -= 1.0
        at += pause * (0.75 + 0.5 * rng.random()) + (0.0 if left > 0.0 else 0.45 * rng.random())
        left = left if left > 0.0 else 1.0 + 2.0 * rng.random()
    out = np.zeros(frames_of(calls[-1][0] + lasts + 0.45))
    for start, call in calls:
        put(out, call, start)
    return placed(out, rng, "yard", floor=4.0)


def dog_growl(take: Take) -> Array:
    """A growl that swells, and ends in a snarl."""
    rng, size = take.rng, take.number("size")
    d = take.seconds
    rows = rows_of(d)
    low = 120.0 * float(exp(-0.9 * size)) * take.pick(0.9, 1.1)
    pitch = (
        low
        * line([(0.0, 0.8), (0.4 * d, 1.0), (0.75 * d, 1.15), (d, 0.8)], rows)
        * (1.0 + 0.05 * wander(rows, 3.0, rng, CONTROL))
    )
    loud = line([(0.0, 0.0), (0.25 * d, 0.6), (0.7 * d, 1.0), (0.92 * d, 0.5), (d, 0.0)], rows)
    loud *= 1.0 + 0.2 * wander(rows, 5.0, rng, CONTROL)
    throat = moved(tube(0.1 + 0.14 * size, highest=12000.0), [0.75, 0.9, 1.0], (1.0, 0.8, 0.6, 0.4))
    made = cry(
        pitch,
        np.maximum(loud, 0.0),
        throat,
        rng,
        slope=((60.0, -4.0), (200.0, 0.0), (800.0, -4.0), (3000.0, -14.0), (12000.0, -34.0)),
        breath=0.5,
        jitter=0.09,
        shimmer=0.35,
        rough=0.7,
        rough_rate=28.0,
        sub=0.3,
    )
    return placed(made, rng, "near", floor=4.0)


def cat(take: Take) -> Array:
    """One or two miaows."""
    rng, size = take.rng, take.number("size")
    base = 820.0 * float(exp(-0.75 * size)) * take.pick(0.93, 1.07)
    throat = tube((0.058 + 0.035 * size) * take.pick(0.95, 1.05), highest=14000.0)
    shape = take.pick(0.0, 1.0)
    calls, at = [], 0.04 + 0.06 * rng.random()
    for _ in range(take.count("number")):
        d = (0.5 + 0.5 * take.number("force")) * (0.75 + 0.5 * rng.random())
        calls.append(
            (
                at,
                _miaow(rng, base * (0.94 + 0.12 * rng.random()), d, shape, throat)
                * (0.7 + 0.4 * rng.random()),
            )
        )
        at += d + 0.25 + 0.5 * rng.random()
    out = np.zeros(frames_of(at + 0.15))
    for start, call in calls:
        put(out, call, start)
    return placed(out, rng, "room", floor=5.0)


def _miaow(rng: Generator, base: float, d: float, shape: float, throat: list[Formant]) -> Array:
    rows = rows_of(d)
    top = 0.25 + 0.3 * shape
    pitch = base * line(
        [
            (0.0, 0.78),
            (0.5 * top * d, 1.08),
            (top * d, 1.18),
            (0.65 * d, 1.0),
            (0.85 * d, 0.82),
            (d, 0.66 + 0.2 * rng.random()),
        ],
        rows,
    )
    pitch *= 1.0 + 0.012 * wander(rows, 7.0, rng, CONTROL)
    mouth = line([(0.0, 0.42), (0.12 * d, 0.55), (0.35 * d, 1.12), (0.6 * d, 0.95), (d, 0.5)], rows)
    loud = line(
        [
            (0.0, 0.0),
            (0.05 * d, 0.3),
            (0.3 * d, 1.0),
            (0.55 * d, 0.85),
            (0.8 * d, 0.35),
            (0.95 * d, 0.1),
            (d, 0.0),
        ],
        rows,
    )
    loud *= 1.0 + 0.05 * wander(rows, 14.0, rng, CONTROL)
    rough = line([(0.0, 0.05), (0.35 * d, 0.1), (0.6 * d, 0.05), (d, 0.2)], rows)
    return cry(
        pitch,
        np.maximum(loud, 0.0),
        moved(throat, [mouth, 0.55 + 0.45 * mouth, 1.0], (1.0, 1.0, 0.7, 0.5, 0.4)),
        rng,
        slope=((200.0, -8.0), (400.0, 0.0), (900.0, 0.0), (3000.0, -8.0), (6000.0, -22.0), (12000.0, -46.0)),
        breath=line([(0.0, 0.12), (0.3 * d, 0.04), (0.7 * d, 0.05), (d, 0.2)], rows),
        jitter=0.006,
        shimmer=0.06,
        rough=rough,
        rough_rate=33.0,
        sub=line([(0.0, 0.0), (0.7 * d, 0.05), (d, 0.4)], rows),
    )


def purr(take: Take) -> Array:
    """Make a purr: some 25 pulses a second, deeper breathing out than in."""
    rng, rows = take.rng, rows_of(take.seconds)
    rate, breaths = take.pick(22.0, 28.0), max(1, round(take.seconds / take.pick(2.4, 3.2)))
    cycle = sine(np.arange(rows, dtype=np.float64) * (breaths / rows)) + 0.12 * wander(
        rows, 0.5, rng, CONTROL
    )
    loud = np.maximum(0.55 + 0.42 * np.abs(cycle) - 0.12 * (cycle > 0.0), 0.12) * (
        1.0 + 0.1 * wander(rows, 4.0, rng, CONTROL)
    )
    pitch = rate * (1.0 + 0.07 * cycle)
    throat = moved(tube(0.11), [0.5, 0.7, 1.0], (1.0, 0.7, 0.4, 0.3))
    made = cry(
        pitch,
        loud,
        throat,
        rng,
        slope=((40.0, 0.0), (250.0, -2.0), (1000.0, -12.0), (4000.0, -22.0), (12000.0, -38.0)),
        hiss=((40.0, 0.0), (300.0, -3.0), (1500.0, -8.0), (8000.0, -20.0)),
        breath=0.55,
        jitter=0.05,
        shimmer=0.3,
    )
    made = np.roll(made, int(rng.integers(0, len(made))))
    floor = steady(len(made), ((50.0, 0.0), (400.0, -6.0), (4000.0, -20.0)), rng)
    return beside(_looped(made) + 0.02 * floor, rng, 0.6)


def _looped(signal: Array, seconds: float = 0.3) -> Array:
    """Close a signal into a loop: fade its end into what precedes its start."""
    fade = frames_of(seconds)
    rise = 0.5 - 0.5 * np.cos(np.arange(fade) * (np.pi / fade))
    out = np.array(signal)
    out[:fade] *= np.sqrt(rise)
    out[-fade:] *= np.sqrt(1.0 - rise)
    return out


def puppy(take: Take) -> Array:
    """A puppy whines: short high glides, breathy and uneven."""
    rng = take.rng
    throat = tube(take.pick(0.06, 0.08), highest=14000.0)
    base = take.pick(700.0, 1100.0)
    at, calls = 0.05, []
    for _ in range(take.count("number")):
        d = 0.18 + 0.35 * rng.random()
        rows = rows_of(d)
        high = base * (0.85 + 0.4 * rng.random())
        pitch = (
            high
            * line([(0.0, 0.8), (0.3 * d, 1.05), (0.7 * d, 1.0), (d, 0.7)], rows)
            * (1.0 + 0.03 * wander(rows, 12.0, rng, CONTROL))
        )
        loud = line([(0.0, 0.0), (0.2 * d, 0.8), (0.5 * d, 1.0), (d, 0.0)], rows) * (
            1.0 + 0.2 * wander(rows, 14.0, rng, CONTROL)
        )
        calls.append(
            (
                at,
                cry(
                    pitch,
                    np.maximum(loud, 0.0) * (0.5 + 0.5 * rng.random()),
                    moved(throat, [0.7, 0.9]),
                    rng,
                    slope=((300.0, -8.0), (900.0, 0.0), (3000.0, -14.0), (12000.0, -36.0)),
                    breath=0.25,
                    jitter=0.02,
                    shimmer=0.15,
                    rough=0.3,
                ),
            )
        )
        at += d + 0.08 + 0.5 * rng.random()
    out = np.zeros(frames_of(at + 0.2))
    for start, call in calls:
        put(out, call, start)
    return placed(out, rng, "room", floor=4.0)


def panting(take: Take) -> Array:
    """A dog that pants: breath in and out, some four times a second."""
    rng, rows = take.rng, rows_of(take.seconds)
    rate = take.number("speed") * take.pick(3.4, 4.4)
    turns = np.cumsum(np.full(rows, rate / CONTROL) * (1.0 + 0.08 * wander(rows, 1.5, rng, CONTROL)))
    breath = fine(np.maximum(sine(turns * 2.0 - 0.2 * sine(turns)), 0.0) ** 2 * (0.75 + 0.25 * sine(turns)))[
        : take.frames
    ]
    breath *= 1.0 + 0.2 * fine(wander(rows, 6.0, rng, CONTROL))[: take.frames]
    out_part = steady(
        take.frames,
        ((150.0, -16.0), (600.0, -2.0), (1300.0, 0.0), (3500.0, -7.0), (9000.0, -16.0), (16000.0, -30.0)),
        rng,
    )
    in_part = steady(
        take.frames, ((200.0, -20.0), (1000.0, -6.0), (2400.0, 0.0), (5500.0, -4.0), (12000.0, -20.0)), rng
    )
    side = fine(0.5 + 0.5 * sine(turns))[: take.frames]
    made = (out_part * side + 0.6 * in_part * (1.0 - side)) * breath
    return placed(edges(made, 0.1, 0.25), rng, "near", floor=6.0)


SIZE = amount("size", "from a small dog, high and short, to a large one", (0.15, 0.85))
ROWS = (
    event(
        "dog",
        "Dog barks",
        dog,
        ("dog", "bark", "barking", "hound", "animal"),
        (0.4, 6.0),
        (8.0, 60.0),
        "A dog barks a few times, in a yard.",
        SIZE,
        amount("force", "from a mild bark to a fierce one"),
        whole("number", "how many barks", 1, 9, (2, 6)),
    ),
    event(
        "dog_growl",
        "Dog growls",
        dog_growl,
        ("growl", "dog growl", "snarl", "bulldog"),
        (1.2, 2.6),
        (15.0, 90.0),
        "A dog growls, ever louder.",
        SIZE,
    ),
    event(
        "puppy",
        "Puppy whines",
        puppy,
        ("puppy", "whine", "dog whine", "pup"),
        (0.8, 6.0),
        (10.0, 60.0),
        "A puppy whines for company.",
        whole("number", "how many whines", 2, 8, (3, 6)),
    ),
    event(
        "panting",
        "Dog pants",
        panting,
        ("panting", "dog panting", "breath"),
        (3.0, 5.0),
        (10.0, 60.0),
        "A dog pants with its tongue out.",
        ratio("speed", "how fast it breathes"),
    ),
    event(
        "cat",
        "Cat miaows",
        cat,
        ("cat", "miaow", "meow", "kitten", "animal"),
        (0.5, 3.6),
        (15.0, 90.0),
        "A cat miaows once or twice.",
        amount("size", "from a kitten to a tomcat", (0.2, 0.8)),
        amount("force", "from short to long"),
        whole("number", "how many miaows", 1, 4, (1, 2)),
    ),
    bed("purr", "Cat purrs", purr, ("purr", "purring", "cat purr", "cat"), 12.0, "A cat purrs close by."),
)
