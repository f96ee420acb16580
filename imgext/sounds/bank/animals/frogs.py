"""Frogs and toads: a pond at night, a single frog, a toad's trill.

A frog's croak is a row of pulses that ring in its throat sac, 15 to 80 a second, 0.4 to 3 kHz; it swells as
the sac fills (H. C. Gerhardt and F. Huber, Acoustic Communication in Insects and Anurans (2002)).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.grains import chips
from imgext.sounds.bank.noise import filtered, moving
from imgext.sounds.bank.place import answered, balanced, placed, response
from imgext.sounds.bank.table import amount, bed, event, whole
from imgext.sounds.bank.throat import cry, moved, tube
from imgext.sounds.bank.tools import (
    CONTROL,
    RATE,
    add,
    exp,
    frames_of,
    line,
    put,
    rows_of,
    sided,
    silent,
    spread,
    wander,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array


def croak(rng: Generator, height: float, rate: float, pulses: int, *, ring: float = 14.0) -> Array:
    """Make a croak: `pulses` pulses, `rate` a second, ringing at `height` Hz."""
    gaps = (1.0 / rate) * (1.0 + 0.06 * rng.standard_normal(pulses))
    starts = np.cumsum(gaps) - gaps[0]
    size = np.sin((np.arange(pulses) + 1.2) / (pulses + 1.5) * np.pi) * (
        1.0 + 0.2 * rng.standard_normal(pulses)
    )
    length = 1400
    out = np.zeros(int((starts[-1] + 0.05) * RATE) + length)
    bend = 1.0 + 0.06 * np.sin(np.arange(pulses) / pulses * np.pi)
    for ratio, level in ((1.0, 1.0), (2.03, 0.3), (0.52, 0.3), (3.1, 0.08)):
        rows = chips(
            rng,
            height * ratio * bend * (1.0 + 0.015 * rng.standard_normal(pulses)),
            (ring * 0.6 * ratio, ring * ratio),
            length,
            0.06,
        )
        for k in range(pulses):
            put(out, rows[k] * (size[k] * level), float(starts[k]))
    return out


def frogs(take: Take) -> Array:
    """A pond at night: frogs that croak in turns, each with its own voice."""
    rng, near = take.rng, croaking(take)
    floor = moving(take.frames, ((60.0, 0.0), (300.0, -6.0), (2000.0, -18.0), (9000.0, -32.0)), rng)
    tails = answered(0.25 * (near[:, 0] + near[:, 1]), [response(rng, "forest") for _ in range(2)])
    return balanced(near + sided(tails) + 0.008 * floor)


def croaking(take: Take) -> Array:
    """Make six frogs that croak in turns, in no place."""
    rng, frames = take.rng, take.frames
    near = silent(frames)
    for k in range(6):
        height, rate, pulses = take.pick(900.0, 2900.0), take.pick(18.0, 46.0), int(take.pick(7.0, 20.0))
        position, level = take.pick(-0.9, 0.9), float(exp(-0.45 * k))
        every = take.pick(0.55, 1.3)
        at = rng.random() * every
        while at < take.seconds:
            if rng.random() < 0.8:
                made = croak(
                    rng,
                    height * (1.0 + 0.02 * rng.standard_normal()),
                    rate,
                    max(3, pulses + int(rng.integers(-2, 3))),
                    ring=26.0,
                )
                add(near, spread(made * (level * (0.6 + 0.6 * rng.random())), position), at)
            at += every * (0.75 + 0.5 * rng.random()) + (2.5 * rng.random() if rng.random() < 0.12 else 0.0)
    return near


def frog(take: Take) -> Array:
    """One frog croaks a few times."""
    rng, size = take.rng, take.number("size")
    height = 2200.0 * float(exp(-1.7 * size)) * take.pick(0.9, 1.1)
    rate, pulses = take.pick(24.0, 50.0) * float(exp(-0.6 * size)), int(take.pick(6.0, 12.0))
    out, at = [], 0.06
    for _ in range(take.count("number")):
        made = croak(
            rng,
            height * (1.0 + 0.03 * rng.standard_normal()),
            rate,
            max(4, pulses + int(rng.integers(-2, 3))),
        )
        out.append((at, made * (0.7 + 0.5 * rng.random())))
        at += len(made) / RATE + 0.15 + 0.6 * rng.random()
    total = np.zeros(frames_of(at + 0.3))
    for start, made in out:
        put(total, made, start)
    return placed(total, rng, "field", floor=12.0)


def toad(take: Take) -> Array:
    """A toad trills for seconds."""
    rng, d = take.rng, take.seconds
    rate = take.pick(14.0, 34.0)
    made = croak(rng, take.pick(1200.0, 1700.0), rate, max(8, int((d - 0.4) * rate)), ring=30.0)
    return placed(
        np.concatenate(
            [
                np.zeros(3000),
                filtered(
                    np.append(made, np.zeros(len(made) % 2)), ((300.0, -6.0), (1200.0, 0.0), (5000.0, -12.0))
                ),
                np.zeros(9600),
            ]
        ),
        rng,
        "field",
        floor=9.0,
    )


def bullfrog(take: Take) -> Array:
    """A bullfrog calls: deep, like a cow far off."""
    rng, calls, at = take.rng, [], 0.06
    throat = moved(tube(take.pick(0.28, 0.36), highest=5000.0, damping=0.15), [1.0], (1.0, 0.8, 0.5, 0.3))
    for _ in range(take.count("number")):
        d = 0.5 + 0.3 * rng.random()
        rows = rows_of(d)
        pitch = take.pick(90.0, 115.0) * line([(0.0, 0.9), (0.5 * d, 1.08), (d, 0.95)], rows)
        loud = line([(0.0, 0.0), (0.25 * d, 0.8), (0.6 * d, 1.0), (d, 0.0)], rows) * (
            1.0 + 0.15 * wander(rows, 12.0, rng, CONTROL)
        )
        calls.append(
            (
                at,
                cry(
                    pitch,
                    np.maximum(loud, 0.0),
                    throat,
                    rng,
                    slope=((60.0, -6.0), (180.0, 0.0), (600.0, -6.0), (1500.0, -16.0), (5000.0, -40.0)),
                    breath=0.15,
                    jitter=0.02,
                    shimmer=0.25,
                    rough=0.5,
                    rough_rate=24.0,
                ),
            )
        )
        at += d + 0.25 + 0.5 * rng.random()
    total = np.zeros(frames_of(at + 0.3))
    for start, made in calls:
        put(total, made, start)
    return placed(total, rng, "field", floor=8.0)


ROWS = (
    bed(
        "frogs",
        "Frog pond",
        frogs,
        ("frogs", "pond", "night", "amphibians"),
        12.0,
        "Frogs croak in turns around a pond at night.",
    ),
    event(
        "frog",
        "Frog croaks",
        frog,
        ("frog", "croak", "ribbit", "tree frog"),
        (0.5, 6.0),
        (6.0, 40.0),
        "One frog croaks.",
        amount("size", "from a tree frog to a marsh frog"),
        whole("number", "how many croaks", 1, 6, (2, 4)),
    ),
    event(
        "toad",
        "Toad trills",
        toad,
        ("toad", "toad trill"),
        (2.5, 5.0),
        (10.0, 60.0),
        "A toad trills for seconds.",
    ),
    event(
        "bullfrog",
        "Bullfrog calls",
        bullfrog,
        ("bullfrog", "large frog"),
        (0.8, 6.0),
        (10.0, 60.0),
        "A bullfrog calls from the reeds.",
        whole("number", "how many calls", 1, 4, (2, 4)),
    ),
)
