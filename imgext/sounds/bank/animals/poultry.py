"""Birds of yard and water: cocks, hens, ducks, geese, turkeys, pigeons, wings.

A cock's crow has four notes in two seconds, 400 to 1000 Hz with strong overtones up to 8 kHz and a hoarse
end; hens cluck in rows and draw the last one out (N. Collias, The Condor 89 (1987)). A duck's quack is a
nasal pulse train of 100 to 300 Hz.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import steady
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import beats
from imgext.sounds.bank.table import amount, event, whole
from imgext.sounds.bank.throat import cry, moved, tube
from imgext.sounds.bank.tools import CONTROL, RATE, exp, frames_of, laid, line, put, rows_of, sine, wander

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.throat import Formant
    from imgext.sounds.bank.tools import Array

_BIRD = ((250.0, -10.0), (600.0, -1.0), (1300.0, 0.0), (2500.0, -6.0), (5000.0, -20.0), (12000.0, -48.0))
_NOISE = ((300.0, -14.0), (1200.0, -2.0), (2500.0, 0.0), (6000.0, -12.0), (12000.0, -32.0))


def note(
    rng: Generator,
    height: float,
    d: float,
    throat: list[Formant],
    *,
    glide: tuple[float, ...] = (0.85, 1.05, 0.9),
    rough: float = 0.3,
    breath: float = 0.12,
    jitter: float = 0.01,
    sub: float = 0.0,
    mouth: tuple[float, ...] = (0.8, 1.1, 0.9),
    attack: float = 0.15,
    hold: float = 0.8,
    rate: float = 45.0,
) -> Array:
    """One note of a hoarse bird: a glide of pitch and of the beak over `d` seconds."""
    rows = rows_of(d)
    pitch = (
        height
        * line([(d * k / (len(glide) - 1), ratio) for k, ratio in enumerate(glide)], rows)
        * (1.0 + 0.012 * wander(rows, 18.0, rng, CONTROL))
    )
    loud = line([(0.0, 0.0), (attack * d, 0.85), (0.5 * d, 1.0), (hold * d, 0.6), (d, 0.0)], rows) * (
        1.0 + 0.12 * wander(rows, 24.0, rng, CONTROL)
    )
    beak = line([(d * k / (len(mouth) - 1), ratio) for k, ratio in enumerate(mouth)], rows)
    return cry(
        pitch,
        np.maximum(loud, 0.0),
        moved(throat, [beak, 0.5 + 0.5 * beak, 1.0], (0.8, 1.0, 0.8, 0.5)),
        rng,
        slope=_BIRD,
        hiss=_NOISE,
        breath=breath,
        jitter=jitter,
        shimmer=0.12,
        rough=rough,
        rough_rate=rate,
        sub=sub,
    )


def rooster(take: Take) -> Array:
    """Four notes: two short, a high one, a long one that falls and breaks."""
    rng, size = take.rng, take.number("size")
    throat = tube(0.12 + 0.05 * size, highest=11000.0, damping=0.09)
    base = 900.0 * float(exp(-0.5 * size)) * take.pick(0.93, 1.07)
    calls, at = [], 0.08
    for height, usual, glide, rough, level in (
        (0.72, 0.2, (0.8, 1.05, 0.95), 0.45, 0.5),
        (0.82, 0.16, (0.9, 1.05, 0.95), 0.35, 0.6),
        (1.12, 0.34, (0.85, 1.02, 1.05, 0.95), 0.25, 1.0),
        (1.0, 0.95, (0.9, 1.04, 1.0, 0.97, 0.8, 0.55), 0.4, 0.95),
    ):
        d = usual * (0.85 + 0.3 * rng.random())
        made = note(
            rng,
            base * height,
            d,
            throat,
            glide=glide,
            rough=rough,
            breath=0.16,
            jitter=0.012,
            sub=0.12,
            mouth=(0.8, 1.2, 1.25, 1.0),
        )
        calls.append((at, made * level))
        at += d + 0.03 + 0.04 * rng.random()
    return placed(laid(calls, 0.7), rng, "yard", wet=3.0, floor=10.0)


def hen(take: Take) -> Array:
    """Clucks in rows, the last one drawn out."""
    rng = take.rng
    throat = tube(take.pick(0.095, 0.12), highest=11000.0, damping=0.1)
    base = take.pick(430.0, 600.0)
    calls, at = [], 0.06
    while at < take.seconds - 0.7:
        for _ in range(int(rng.integers(2, 6))):
            d = 0.05 + 0.05 * rng.random()
            calls.append(
                (
                    at,
                    note(
                        rng,
                        base * (0.85 + 0.25 * rng.random()),
                        d,
                        throat,
                        glide=(1.1, 1.0, 0.8),
                        rough=0.3,
                        breath=0.3,
                        jitter=0.02,
                        attack=0.08,
                    )
                    * (0.4 + 0.4 * rng.random()),
                )
            )
            at += d + 0.1 + 0.16 * rng.random()
            if at > take.seconds - 0.6:
                break
        if rng.random() < 0.75:
            d = 0.3 + 0.3 * rng.random()
            calls.append(
                (
                    at,
                    note(
                        rng,
                        base * 1.25,
                        d,
                        throat,
                        glide=(0.75, 1.1, 1.2, 1.05, 0.85),
                        rough=0.3,
                        breath=0.16,
                        jitter=0.01,
                        sub=0.15,
                        mouth=(0.7, 1.15, 1.25, 0.9),
                    ),
                )
            )
            at += d + 0.2 + 0.4 * rng.random()
        else:
            at += 0.2 + 0.3 * rng.random()
    return placed(laid(calls), rng, "yard", floor=9.0)


def duck(take: Take) -> Array:
    """Quacks, the first the loudest."""
    rng, size = take.rng, take.number("size")
    throat = tube(0.13 + 0.04 * size, highest=10000.0, damping=0.08)
    base = 300.0 * float(exp(-0.5 * size)) * take.pick(0.9, 1.1)
    calls, at = [], 0.06
    count = take.count("number")
    for k in range(count):
        d = (0.16 + 0.07 * rng.random()) * (1.25 if k == 0 else 1.0)
        made = note(
            rng,
            base * (1.05 - 0.03 * k),
            d,
            throat,
            glide=(0.9, 1.05, 0.95, 0.8),
            rough=0.45,
            breath=0.18,
            jitter=0.02,
            mouth=(0.85, 1.25, 1.0),
            attack=0.1,
            rate=60.0,
        )
        calls.append((at, made * (1.0 - 0.06 * k) * (0.8 + 0.3 * rng.random())))
        at += d + 0.1 + 0.12 * rng.random()
    return placed(laid(calls), rng, "field", floor=8.0)


def goose(take: Take) -> Array:
    """Geese honk, two of them in turn."""
    rng, size = take.rng, take.number("size")
    calls, at = [], 0.06
    for k in range(take.count("number")):
        throat = tube((0.2 + 0.05 * size) * (1.0 if k % 2 else 0.87), highest=9000.0, damping=0.08)
        d = 0.2 + 0.16 * rng.random()
        made = note(
            rng,
            (430.0 if k % 2 else 520.0) * float(exp(-0.4 * size)),
            d,
            throat,
            glide=(0.7, 1.05, 1.1, 0.8),
            rough=0.4,
            breath=0.16,
            jitter=0.015,
            sub=0.2,
            mouth=(0.8, 1.2, 1.1, 0.9),
        )
        calls.append((at, made * (0.65 + 0.4 * rng.random())))
        at += 0.6 * d + 0.12 + 0.4 * rng.random()
    return placed(laid(calls, 0.5), rng, "field", wet=3.0, floor=8.0)


def turkey(take: Take) -> Array:
    """A turkey gobbles: a fast falling row of notes."""
    rng = take.rng
    throat = tube(take.pick(0.13, 0.16), highest=10000.0, damping=0.09)
    base = take.pick(620.0, 780.0)
    calls, at = [], 0.06
    for _ in range(take.count("number")):
        count = int(rng.integers(9, 14))
        for k in range(count):
            d = 0.05 + 0.02 * rng.random()
            calls.append(
                (
                    at,
                    note(
                        rng,
                        base * (1.1 - 0.4 * k / count),
                        d,
                        throat,
                        glide=(0.85, 1.15, 0.85),
                        rough=0.3,
                        breath=0.2,
                        jitter=0.02,
                    )
                    * (1.0 - 0.4 * k / count),
                )
            )
            at += d + 0.012 + 0.012 * rng.random()
        at += 0.8 + 0.9 * rng.random()
    return placed(laid(calls), rng, "yard", floor=8.0)


def peacock(take: Take) -> Array:
    """A peacock screams: a rising wail, twice or thrice."""
    rng = take.rng
    throat = tube(take.pick(0.15, 0.18), highest=11000.0, damping=0.08)
    base = take.pick(760.0, 900.0)
    calls, at = [], 0.08
    for _ in range(take.count("number")):
        d = 0.55 + 0.3 * rng.random()
        calls.append(
            (
                at,
                note(
                    rng,
                    base,
                    d,
                    throat,
                    glide=(0.62, 0.8, 1.12, 1.08, 0.75),
                    rough=0.2,
                    breath=0.1,
                    jitter=0.008,
                    sub=0.15,
                    mouth=(0.7, 1.0, 1.4, 1.0),
                ),
            )
        )
        at += d + 0.25 + 0.4 * rng.random()
    return placed(laid(calls, 0.9), rng, "yard", wet=6.0, floor=8.0)


def pigeon(take: Take) -> Array:
    """A wood pigeon coos its five notes, a few times over."""
    rng = take.rng
    throat = tube(0.14, highest=4000.0, damping=0.12)
    base = take.pick(430.0, 500.0)
    calls, at = [], 0.08
    for _ in range(take.count("number")):
        for usual, gap, height, level in (
            (0.26, 0.06, 0.97, 0.7),
            (0.55, 0.08, 1.05, 1.0),
            (0.45, 0.1, 1.0, 0.9),
            (0.22, 0.05, 0.95, 0.7),
            (0.24, 0.35, 0.93, 0.6),
        ):
            d = usual * (0.9 + 0.2 * rng.random())
            rows = rows_of(d)
            pitch = (
                base
                * height
                * line([(0.0, 0.96), (0.4 * d, 1.02), (d, 0.95)], rows)
                * (1.0 + 0.006 * wander(rows, 14.0, rng, CONTROL))
            )
            loud = line([(0.0, 0.0), (0.25 * d, 0.9), (0.6 * d, 1.0), (d, 0.0)], rows) * (
                1.0 + 0.12 * wander(rows, 26.0, rng, CONTROL)
            )
            made = cry(
                pitch,
                np.maximum(loud, 0.0),
                throat,
                rng,
                slope=((200.0, -6.0), (450.0, 0.0), (900.0, -18.0), (1800.0, -34.0), (5000.0, -60.0)),
                hiss=((200.0, -4.0), (500.0, 0.0), (1200.0, -14.0), (4000.0, -34.0)),
                breath=0.16,
                jitter=0.008,
                shimmer=0.12,
                rough=0.25,
                rough_rate=24.0,
            )
            calls.append((at, made * level))
            at += d + gap * (0.8 + 0.4 * rng.random())
        at += 0.15 + 0.3 * rng.random()
    return placed(laid(calls, 0.6), rng, "forest", floor=8.0)


def wings(take: Take) -> Array:
    """Pigeons take off: claps of wings that grow faster and go away."""
    rng, frames = take.rng, frames_of(take.seconds)
    out = np.zeros(frames)
    colour = ((120.0, -4.0), (400.0, 0.0), (1500.0, -5.0), (4000.0, -10.0), (12000.0, -26.0))
    for _ in range(take.count("number")):
        start, rate = 0.05 + 0.5 * rng.random(), take.pick(7.5, 10.0) * (0.9 + 0.2 * rng.random())
        for at in beats(take.seconds - start - 0.3, rate, rng, drifting=0.06, jitter=0.05, start=0.0):
            d = 0.05 + 0.02 * rng.random()
            length = frames_of(d)
            flap = (
                steady(length + length % 2, colour, rng)[:length]
                * np.sin(np.arange(length) * (np.pi / length)) ** 2
            )
            whistle = (
                sine(np.arange(length, dtype=np.float64) * ((900.0 + 300.0 * rng.random()) / RATE))
                * np.sin(np.arange(length) * (np.pi / length))
                * 0.08
            )
            away = float(exp(-1.6 * at / take.seconds))
            put(out, (flap + whistle) * away * (0.6 + 0.6 * rng.random()), start + float(at))
    return placed(out, rng, "street", floor=8.0)


_SIZE = amount("size", "from small and high to large and low", (0.3, 0.7))
ROWS = (
    event(
        "rooster",
        "Cock crow",
        rooster,
        ("rooster", "cock", "cockerel", "chicken", "farm"),
        (2.0, 3.2),
        (20.0, 120.0),
        "A cock crows in a yard.",
        _SIZE,
    ),
    event(
        "hen",
        "Hen clucks",
        hen,
        ("hen", "cluck", "chicken", "chickens", "poultry"),
        (3.0, 6.0),
        (8.0, 40.0),
        "A hen clucks, and draws a cluck out.",
    ),
    event(
        "duck",
        "Duck quacks",
        duck,
        ("duck", "quack", "mallard", "bird", "pond"),
        (0.6, 3.8),
        (8.0, 40.0),
        "A duck quacks on a pond.",
        _SIZE,
        whole("number", "how many quacks", 1, 10, (3, 7)),
    ),
    event(
        "goose",
        "Geese honk",
        goose,
        ("goose", "geese", "honk", "swan"),
        (0.8, 6.0),
        (10.0, 60.0),
        "Two geese honk in turn.",
        _SIZE,
        whole("number", "how many honks", 2, 10, (3, 7)),
    ),
    event(
        "turkey",
        "Turkey gobbles",
        turkey,
        ("turkey", "gobble"),
        (1.0, 5.5),
        (15.0, 90.0),
        "A turkey gobbles.",
        whole("number", "how many times", 1, 3, (1, 2)),
    ),
    event(
        "peacock",
        "Peacock screams",
        peacock,
        ("peacock", "peafowl", "pheasant"),
        (1.4, 5.0),
        (20.0, 120.0),
        "A peacock screams in a park.",
        whole("number", "how many screams", 1, 4, (2, 3)),
    ),
    event(
        "pigeon",
        "Wood pigeon",
        pigeon,
        ("pigeon", "dove", "coo", "bird"),
        (2.4, 8.5),
        (8.0, 40.0),
        "A wood pigeon coos.",
        whole("number", "how many verses", 1, 3, (1, 3)),
    ),
    event(
        "wings",
        "Wings take off",
        wings,
        ("wings", "flapping", "wing flap", "flock", "flying bird"),
        (1.4, 2.6),
        (10.0, 60.0),
        "Pigeons take off with clapping wings.",
        whole("number", "how many birds", 1, 6, (1, 4)),
    ),
)
