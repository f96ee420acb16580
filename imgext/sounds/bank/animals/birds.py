"""Larger birds: gulls, owls, crows, cuckoos, woodpeckers, parrots, penguins.

A herring gull's long call rises and falls through 0.6 to 1.6 kHz with strong overtones; a tawny owl hoots
near 800 Hz, a wavering note at the end; a carrion crow's caw is a rough stack of harmonics around 1.5 kHz; a
great spotted woodpecker drums ten to sixteen blows within 0.6 s, ever faster and weaker (P. Cramp, Birds of
the Western Palearctic; D. Dodenhoff et al., 2001).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.animals.poultry import note
from imgext.sounds.bank.bodies import blow, body
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.table import amount, event, whole
from imgext.sounds.bank.throat import cry, tube
from imgext.sounds.bank.tools import CONTROL, exp, laid, line, rows_of, wander

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array


def gull(take: Take) -> Array:
    """A long call: a few long wails, then short ones that hurry."""
    rng, size = take.rng, take.number("size")
    throat = tube(0.12 + 0.04 * size, highest=11000.0, damping=0.08)
    base = 1050.0 * float(exp(-0.45 * size)) * take.pick(0.92, 1.08)
    count, calls, at = take.count("number"), [], 0.08
    for k in range(count):
        long = k < max(1, count // 3)
        d = (0.42 if long else 0.2) * (0.8 + 0.4 * rng.random())
        glide = (0.72, 1.1, 1.06, 0.8) if long else (0.8, 1.12, 0.85)
        made = note(
            rng,
            base * (1.0 + 0.04 * rng.standard_normal()),
            d,
            throat,
            glide=glide,
            rough=0.3,
            breath=0.1,
            jitter=0.01,
            sub=0.15,
            mouth=(0.8, 1.25, 1.15, 0.85),
        )
        calls.append((at, made * (0.75 + 0.3 * rng.random()) * (1.0 if long else 0.85)))
        at += d + (0.1 if long else 0.05) + 0.1 * rng.random()
    return placed(laid(calls, 0.6), rng, "street", wet=-3.0, floor=7.0)


def _pure(
    rng: Generator,
    base: float,
    d: float,
    glide: tuple[float, ...],
    *,
    tremble: float = 0.0,
    breath: float = 0.06,
) -> Array:
    """A hoot: nearly a pure tone, breathed."""
    rows = rows_of(d)
    pitch = (
        base
        * line([(d * k / (len(glide) - 1), ratio) for k, ratio in enumerate(glide)], rows)
        * (1.0 + 0.004 * wander(rows, 12.0, rng, CONTROL))
    )
    shake = np.sin(2.0 * np.pi * np.cumsum(14.0 * (1.0 + 0.15 * wander(rows, 5.0, rng, CONTROL))) / CONTROL)
    loud = (
        line([(0.0, 0.0), (0.2 * d, 0.85), (0.55 * d, 1.0), (d, 0.0)], rows)
        * (1.0 + 0.1 * wander(rows, 22.0, rng, CONTROL))
        * (1.0 - tremble * (0.5 - 0.5 * shake))
    )
    return cry(
        pitch * (1.0 + 0.02 * tremble * shake),
        np.maximum(loud, 0.0),
        tube(0.11, highest=5000.0, damping=0.12),
        rng,
        slope=((200.0, -10.0), (base, 0.0), (2.0 * base, -24.0), (4.0 * base, -44.0), (12000.0, -70.0)),
        hiss=((300.0, -6.0), (base, 0.0), (2.0 * base, -12.0), (8000.0, -34.0)),
        breath=breath,
        jitter=0.005,
        shimmer=0.08,
        rough=0.08,
        rough_rate=30.0,
    )


def owl(take: Take) -> Array:
    """A tawny owl: a long hoot, a pause, and a wavering one."""
    rng = take.rng
    base = take.pick(740.0, 860.0)
    calls, at = [], 0.1
    for _ in range(take.count("number")):
        d = 0.75 + 0.3 * rng.random()
        calls.append((at, _pure(rng, base, d, (0.93, 1.02, 1.0, 0.94))))
        at += d + 0.5 + 0.9 * rng.random()
        calls.append((at, _pure(rng, base * 0.97, 0.16, (0.95, 1.0, 0.97)) * 0.55))
        at += 0.35 + 0.1 * rng.random()
        d = 1.0 + 0.5 * rng.random()
        calls.append((at, _pure(rng, base, d, (0.94, 1.0, 1.03, 1.0, 0.9), tremble=0.75)))
        at += d + 0.7 + 0.8 * rng.random()
    return placed(laid(calls, 0.9), rng, "forest", wet=7.0, floor=4.0, distance=40.0)


def crow(take: Take) -> Array:
    """Caws, in rows of two to four."""
    rng, size = take.rng, take.number("size")
    throat = tube(0.1 + 0.04 * size, highest=10500.0, damping=0.11)
    base = 560.0 * float(exp(-0.5 * size)) * take.pick(0.92, 1.08)
    calls, at = [], 0.08
    for _ in range(take.count("number")):
        d = 0.26 + 0.14 * rng.random()
        made = note(
            rng,
            base * (0.96 + 0.08 * rng.random()),
            d,
            throat,
            glide=(0.86, 1.12, 1.04, 0.74),
            rough=0.5,
            breath=0.16,
            jitter=0.022,
            sub=0.2,
            mouth=(0.95, 1.5, 1.35, 1.0),
            attack=0.14,
            hold=0.7,
            rate=72.0,
        )
        calls.append((at, made * (0.75 + 0.35 * rng.random())))
        at += d + 0.18 + 0.3 * rng.random()
    return placed(laid(calls, 0.5), rng, "field", wet=2.0, floor=10.0)


def cuckoo(take: Take) -> Array:
    """Two notes, a minor third apart, over and over."""
    rng = take.rng
    base = take.pick(640.0, 700.0)
    calls, at = [], 0.08
    for _ in range(take.count("number")):
        strength = 0.8 + 0.3 * rng.random()
        calls.append((at, _pure(rng, base, 0.16 + 0.03 * rng.random(), (0.97, 1.01, 0.98)) * strength))
        calls.append(
            (
                at + 0.36,
                _pure(rng, base * 5.0 / 6.0, 0.24 + 0.04 * rng.random(), (1.0, 1.0, 0.98)) * strength * 0.9,
            )
        )
        at += 1.2 + 0.12 * rng.standard_normal()
    return placed(laid(calls, 0.8), rng, "forest", wet=7.0, floor=4.0, distance=80.0)


def woodpecker(take: Take) -> Array:
    """Drums on a dead trunk, some rolls."""
    rng = take.rng
    trunk = body(take.traits, take.pick(420.0, 640.0), "wood", 22, 0.12)
    hollow = body(take.traits, take.pick(140.0, 210.0), "wood", 8, 0.1)
    calls, at = [], 0.1
    for _ in range(take.count("number")):
        count = int(rng.integers(10, 17))
        gap, start = 0.058 + 0.012 * rng.random(), at
        for k in range(count):
            force = (0.5 + 0.5 * min(1.0, k / 3.0)) * (1.0 - 0.55 * k / count) * (0.8 + 0.4 * rng.random())
            hit = blow(trunk, rng, force=force, contact=0.0003, place=0.5, noise=1.2, noise_time=0.008)
            calls.append((at, hit))
            calls.append((at, blow(hollow, rng, force=0.6 * force, contact=0.0015, noise=0.0)))
            at += gap * (0.95 + 0.1 * rng.random())
            gap *= 0.985
        at = start + 1.6 + 1.6 * rng.random()
    return placed(laid(calls, 0.8), rng, "forest", wet=2.0, floor=8.0, distance=20.0)


def hawk(take: Take) -> Array:
    """A bird of prey screams, far up: a hoarse whistle that falls."""
    rng = take.rng
    throat = tube(0.075, highest=12000.0, damping=0.07)
    base = take.pick(2300.0, 2900.0)
    calls, at = [], 0.1
    for _ in range(take.count("number")):
        d = 0.7 + 0.6 * rng.random()
        calls.append(
            (
                at,
                note(
                    rng,
                    base,
                    d,
                    throat,
                    glide=(0.9, 1.12, 1.05, 0.93, 0.82),
                    rough=0.25,
                    breath=0.25,
                    jitter=0.015,
                    sub=0.15,
                    attack=0.08,
                    hold=0.7,
                ),
            )
        )
        at += d + 0.6 + 1.2 * rng.random()
    return placed(laid(calls, 1.0), rng, "field", wet=8.0, floor=8.0, distance=60.0)


def parrot(take: Take) -> Array:
    """A parrot squawks and whistles."""
    rng = take.rng
    throat = tube(take.pick(0.07, 0.1), highest=12000.0, damping=0.09)
    calls, at = [], 0.06
    for _ in range(take.count("number")):
        if rng.random() < 0.65:
            d = 0.25 + 0.35 * rng.random()
            made = note(
                rng,
                take.pick(800.0, 1300.0),
                d,
                throat,
                glide=(0.9, 1.2, 1.1, 0.85),
                rough=0.55,
                breath=0.35,
                jitter=0.035,
                sub=0.4,
                mouth=(0.8, 1.3, 1.0),
                rate=60.0,
            )
        else:
            d = 0.2 + 0.3 * rng.random()
            made = 0.6 * _pure(rng, 1500.0 + 1200.0 * rng.random(), d, (0.75, 1.2, 0.95), breath=0.05)
        calls.append((at, made))
        at += d + 0.15 + 0.6 * rng.random()
    return placed(laid(calls), rng, "room", floor=6.0)


def penguin(take: Take) -> Array:
    """A penguin brays like a donkey: breaths in between long hoarse calls."""
    rng = take.rng
    throat = tube(take.pick(0.15, 0.19), highest=9000.0, damping=0.09)
    base = take.pick(260.0, 340.0)
    calls, at = [], 0.06
    for k in range(take.count("number")):
        d = 0.16 + 0.05 * k
        calls.append((at, note(rng, base * 1.5, 0.5 * d, throat, breath=0.8, rough=0.3, jitter=0.03) * 0.35))
        at += 0.55 * d
        calls.append(
            (
                at,
                note(
                    rng,
                    base,
                    d,
                    throat,
                    glide=(0.9, 1.1, 1.0, 0.9),
                    rough=0.5,
                    breath=0.2,
                    jitter=0.02,
                    sub=0.25,
                    mouth=(0.8, 1.2, 0.9),
                )
                * (0.6 + 0.1 * k),
            )
        )
        at += d + 0.03
    return placed(laid(calls), rng, "field", floor=10.0)


def magpie(take: Take) -> Array:
    """A magpie chatters: a rattle of short rough notes."""
    rng = take.rng
    throat = tube(take.pick(0.07, 0.085), highest=12000.0, damping=0.11)
    calls, at = [], 0.06
    for _ in range(take.count("number")):
        for _ in range(int(rng.integers(6, 14))):
            d = 0.045 + 0.02 * rng.random()
            calls.append(
                (
                    at,
                    note(
                        rng,
                        take.pick(700.0, 950.0),
                        d,
                        throat,
                        glide=(1.1, 1.1, 0.9),
                        rough=0.4,
                        breath=0.7,
                        jitter=0.05,
                        sub=0.3,
                        attack=0.1,
                    )
                    * (0.6 + 0.5 * rng.random()),
                )
            )
            at += d + 0.035 + 0.015 * rng.random()
        at += 0.4 + 0.8 * rng.random()
    return placed(laid(calls, 0.5), rng, "forest", floor=8.0)


_SIZE = amount("size", "from small and high to large and low", (0.3, 0.7))
ROWS = (
    event(
        "gull",
        "Herring gull",
        gull,
        ("gull", "seagull", "bird", "harbour", "coast"),
        (1.2, 5.5),
        (5.0, 30.0),
        "A gull wails, then cries in a hurry.",
        _SIZE,
        whole("number", "how many cries", 1, 12, (4, 8)),
    ),
    event(
        "owl",
        "Tawny owl",
        owl,
        ("owl", "hoot", "bird", "night"),
        (3.4, 12.0),
        (15.0, 60.0),
        "A tawny owl hoots in a wood at night.",
        whole("number", "how many verses", 1, 3, (1, 2)),
    ),
    event(
        "crow",
        "Crow",
        crow,
        ("crow", "raven", "caw", "bird", "rook"),
        (0.7, 5.5),
        (6.0, 40.0),
        "A crow caws over a field.",
        _SIZE,
        whole("number", "how many caws", 1, 8, (2, 6)),
    ),
    event(
        "cuckoo",
        "Cuckoo",
        cuckoo,
        ("cuckoo", "bird", "spring", "forest"),
        (1.4, 12.0),
        (10.0, 60.0),
        "A cuckoo calls from a wood.",
        whole("number", "how many calls", 1, 9, (3, 6)),
    ),
    event(
        "woodpecker",
        "Woodpecker drums",
        woodpecker,
        ("woodpecker", "bird", "drumming", "forest"),
        (1.4, 11.0),
        (10.0, 60.0),
        "A woodpecker drums on a dead trunk.",
        whole("number", "how many rolls", 1, 4, (1, 3)),
    ),
    event(
        "hawk",
        "Bird of prey screams",
        hawk,
        ("hawk", "eagle", "falcon", "buzzard", "kite bird", "vulture"),
        (1.6, 8.0),
        (15.0, 90.0),
        "A bird of prey screams high up.",
        whole("number", "how many screams", 1, 4, (1, 3)),
    ),
    event(
        "parrot",
        "Parrot squawks",
        parrot,
        ("parrot", "macaw", "cockatoo", "squawk"),
        (0.6, 6.5),
        (8.0, 50.0),
        "A parrot squawks and whistles.",
        whole("number", "how many calls", 1, 7, (3, 5)),
    ),
    event(
        "penguin",
        "Penguin brays",
        penguin,
        ("penguin", "puffin"),
        (0.9, 5.0),
        (10.0, 60.0),
        "A penguin brays.",
        whole("number", "how many calls", 2, 8, (3, 6)),
    ),
    event(
        "magpie",
        "Magpie chatters",
        magpie,
        ("magpie", "jay", "chatter", "bird"),
        (0.8, 6.0),
        (8.0, 50.0),
        "A magpie chatters in a tree.",
        whole("number", "how many rattles", 1, 4, (1, 3)),
    ),
)
