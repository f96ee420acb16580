"""Wild animals: cats, bears, monkeys, elephants, wolves, mice, seals, whales.

A lion roars at 40 to 200 Hz with heavy subharmonics (J. Klemuk et al., PLoS ONE 6 (2011)); a wolf's howl
glides between 150 and 780 Hz (H. Root-Gutteridge et al., Bioacoustics 23 (2014)); an elephant's trumpet is a
blown trunk, 300 to 800 Hz and chaotic; chimpanzees hoot breathing in and out, ever faster and higher; a
dolphin whistles between 4 and 18 kHz and clicks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.grains import chips, sizes
from imgext.sounds.bank.noise import steady
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import beats
from imgext.sounds.bank.table import amount, event, whole
from imgext.sounds.bank.throat import cry, moved, tube
from imgext.sounds.bank.tools import (
    CONTROL,
    RATE,
    around,
    exp,
    fine,
    frames_of,
    laid,
    line,
    put,
    rows_of,
    scatter,
    sine,
    turned,
    wander,
)

if TYPE_CHECKING:
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_DEEP = ((40.0, -4.0), (120.0, 0.0), (400.0, -3.0), (1200.0, -14.0), (3000.0, -26.0), (8000.0, -42.0))
_BRIGHT = ((200.0, -10.0), (600.0, 0.0), (2000.0, -4.0), (5000.0, -16.0), (12000.0, -42.0))


def lion(take: Take) -> Array:
    """A roar, and grunts that die away."""
    rng, size = take.rng, take.number("size")
    throat = tube(0.28 + 0.16 * size, highest=8000.0, damping=0.11)
    low = 150.0 * float(exp(-0.8 * size)) * take.pick(0.9, 1.1)
    calls, at = [], 0.08
    for k in range(take.count("number")):
        d = (1.5 + 0.7 * rng.random()) if k == 0 else (0.5 + 0.3 * rng.random())
        rows = rows_of(d)
        pitch = (
            low
            * line([(0.0, 0.75), (0.3 * d, 1.15), (0.6 * d, 1.05), (d, 0.6)], rows)
            * (1.0 + 0.04 * wander(rows, 7.0, rng, CONTROL))
        )
        loud = line([(0.0, 0.0), (0.12 * d, 0.5), (0.4 * d, 1.0), (0.75 * d, 0.6), (d, 0.0)], rows)
        loud = np.maximum(loud * (1.0 + 0.18 * wander(rows, 9.0, rng, CONTROL)), 0.0)
        mouth = line([(0.0, 0.8), (0.4 * d, 1.5), (d, 0.9)], rows)
        made = cry(
            pitch,
            loud,
            moved(throat, [mouth, 0.5 + 0.5 * mouth, 1.0], (1.0, 0.9, 0.7, 0.5, 0.4)),
            rng,
            slope=_DEEP,
            hiss=((60.0, -6.0), (300.0, 0.0), (1500.0, -8.0), (5000.0, -22.0), (12000.0, -40.0)),
            breath=0.5,
            jitter=0.06,
            shimmer=0.35,
            rough=0.75,
            rough_rate=27.0,
            sub=0.45,
        )
        calls.append((at, made * (1.0 if k == 0 else max(0.75 - 0.09 * k, 0.25))))
        at += d + (0.25 if k == 0 else 0.3 + 0.25 * rng.random())
    return placed(laid(calls, 0.5), rng, "field", wet=3.0, floor=6.0)


def growl(take: Take) -> Array:
    """A large cat growls through its teeth."""
    rng, size, d = take.rng, take.number("size"), take.seconds
    rows = rows_of(d)
    pitch = (
        (75.0 * float(exp(-0.7 * size)))
        * line([(0.0, 0.85), (0.5 * d, 1.1), (d, 0.8)], rows)
        * (1.0 + 0.06 * wander(rows, 2.5, rng, CONTROL))
    )
    loud = np.maximum(
        line([(0.0, 0.0), (0.3 * d, 0.8), (0.7 * d, 1.0), (d, 0.0)], rows)
        * (1.0 + 0.25 * wander(rows, 3.0, rng, CONTROL)),
        0.0,
    )
    throat = moved(
        tube(0.26 + 0.16 * size, damping=0.1, highest=8000.0),
        [0.9 + 0.15 * wander(rows, 1.5, rng, CONTROL), 1.0],
        (1.0, 0.8, 0.6, 0.4),
    )
    made = cry(
        pitch,
        loud,
        throat,
        rng,
        slope=_DEEP,
        breath=0.4,
        jitter=0.07,
        shimmer=0.4,
        rough=0.6,
        rough_rate=22.0,
        sub=0.3,
    )
    return placed(made, rng, "forest", floor=4.0)


def bear(take: Take) -> Array:
    """A bear huffs and growls: low, hoarse, more breath than voice."""
    rng, size = take.rng, take.number("size")
    throat = tube(0.3 + 0.14 * size, highest=8000.0, damping=0.13)
    calls, at = [], 0.08
    for k in range(take.count("number")):
        huff = k % 2 == 1
        d = (0.3 + 0.2 * rng.random()) if huff else (0.9 + 0.8 * rng.random())
        rows = rows_of(d)
        pitch = (
            95.0
            * float(exp(-0.6 * size))
            * line([(0.0, 0.9), (0.4 * d, 1.15), (d, 0.7)], rows)
            * (1.0 + 0.05 * wander(rows, 6.0, rng, CONTROL))
        )
        loud = line([(0.0, 0.0), (0.15 * d, 0.8), (0.5 * d, 1.0), (d, 0.0)], rows) * (
            1.0 + 0.25 * wander(rows, 10.0, rng, CONTROL)
        )
        mouth = line([(0.0, 0.9), (0.4 * d, 1.35), (d, 0.85)], rows)
        made = cry(
            pitch,
            np.maximum(loud, 0.0),
            moved(throat, [mouth, 1.0], (1.0, 0.9, 0.7, 0.5)),
            rng,
            slope=_DEEP,
            hiss=((60.0, -6.0), (350.0, 0.0), (1200.0, -7.0), (5000.0, -22.0), (12000.0, -42.0)),
            breath=2.5 if huff else 0.8,
            jitter=0.09,
            shimmer=0.4,
            rough=0.7,
            rough_rate=24.0,
            sub=0.3,
        )
        calls.append((at, made * (0.5 if huff else 1.0)))
        at += d + 0.15 + 0.5 * rng.random()
    return placed(laid(calls, 0.5), rng, "forest", floor=4.0)


def monkey(take: Take) -> Array:
    """A chimpanzee hoots, ever faster and higher, and ends in screams."""
    rng, count = take.rng, take.count("number")
    throat = tube(take.pick(0.13, 0.17), highest=9000.0, damping=0.09)
    calls, at = [], 0.06
    base = take.pick(270.0, 360.0)
    for k in range(count):
        share = k / max(count - 1, 1)
        d = (0.32 - 0.12 * share) * (0.85 + 0.3 * rng.random())
        scream = share > 0.72
        for inward in (False, True):
            if inward and scream:
                continue
            rows = rows_of(d * (0.55 if inward else 1.0))
            e = rows / CONTROL
            height = base * (1.0 + 0.9 * share) * (3.0 if scream else 1.0) * (0.85 if inward else 1.0)
            pitch = (
                height
                * line([(0.0, 0.85), (0.35 * e, 1.1), (e, 0.85)], rows)
                * (1.0 + 0.03 * wander(rows, 15.0, rng, CONTROL))
            )
            loud = (
                line([(0.0, 0.0), (0.25 * e, 0.9), (0.55 * e, 1.0), (e, 0.0)], rows)
                * (0.4 + 0.6 * share)
                * (0.45 if inward else 1.0)
            )
            mouth = 0.8 if not scream else line([(0.0, 1.1), (0.4 * e, 1.7), (e, 1.2)], rows)
            made = cry(
                pitch,
                loud,
                moved(
                    throat,
                    [mouth, 1.0 if scream else 0.75],
                    (1.0, 0.9 if scream else 0.4, 0.6 if scream else 0.2),
                ),
                rng,
                slope=_BRIGHT
                if scream
                else ((120.0, -3.0), (300.0, 0.0), (800.0, -8.0), (3000.0, -28.0), (10000.0, -50.0)),
                breath=0.9 if inward else 0.15,
                jitter=0.03 if scream else 0.01,
                shimmer=0.2,
                rough=0.5 if scream else 0.15,
                rough_rate=60.0,
                sub=0.3 if scream else 0.0,
            )
            calls.append((at, made))
            at += e * (0.9 if not inward else 0.8) + 0.02
        at += 0.05 + 0.1 * rng.random()
    return placed(laid(calls, 0.5), rng, "forest", wet=3.0, floor=6.0)


def elephant(take: Take) -> Array:
    """An elephant trumpets, over a rumble."""
    rng, size = take.rng, take.number("size")
    d = 0.9 + 0.9 * rng.random()
    rows = rows_of(d)
    top = 640.0 * float(exp(-0.6 * size)) * take.pick(0.9, 1.1)
    pitch = top * line([(0.0, 0.6), (0.15 * d, 0.95), (0.5 * d, 1.08), (0.8 * d, 1.0), (d, 0.75)], rows)
    pitch *= 1.0 + 0.03 * wander(rows, 9.0, rng, CONTROL)
    loud = line([(0.0, 0.0), (0.08 * d, 0.7), (0.5 * d, 1.0), (0.85 * d, 0.7), (d, 0.0)], rows) * (
        1.0 + 0.14 * wander(rows, 16.0, rng, CONTROL)
    )
    chaos = line([(0.0, 0.05), (0.3 * d, 0.02), (0.6 * d, 0.06), (d, 0.08)], rows)
    trunk = tube(0.55 + 0.3 * size, highest=10000.0, damping=0.1)
    call = cry(
        pitch,
        np.maximum(loud, 0.0),
        trunk,
        rng,
        slope=_BRIGHT,
        breath=0.22,
        jitter=chaos,
        shimmer=0.25,
        rough=0.5,
        rough_rate=55.0,
        sub=0.4 * chaos / 0.08,
    )
    e = d + 1.4
    rows = rows_of(e)
    rumble = cry(
        22.0 * line([(0.0, 0.9), (0.5 * e, 1.1), (e, 0.9)], rows),
        line([(0.0, 0.0), (0.5 * e, 1.0), (e, 0.0)], rows),
        moved(tube(1.6, damping=0.15, highest=1500.0), [1.0]),
        rng,
        slope=((20.0, 0.0), (100.0, -2.0), (300.0, -12.0), (1500.0, -40.0)),
        breath=0.3,
        jitter=0.06,
        shimmer=0.3,
    )
    return placed(laid([(0.08, call), (0.3, 0.22 * rumble)], 0.5), rng, "field", wet=2.0, floor=5.0)


def wolf(take: Take) -> Array:
    """Wolves howl: one begins, others join at other heights."""
    rng = take.rng
    calls = []
    at = 0.1
    for _ in range(take.count("number")):
        d = 2.4 + 2.6 * rng.random()
        rows = rows_of(d)
        top = take.pick(330.0, 430.0) * float(exp(0.5 * (rng.random() - 0.4)))
        breaks = 0.12 + 0.15 * rng.random()
        pitch = top * line(
            [
                (0.0, 0.55),
                (breaks * d, 0.82),
                ((breaks + 0.05) * d, 1.05),
                (0.45 * d, 1.0 + 0.08 * rng.random()),
                (0.75 * d, 0.93),
                (d, 0.6),
            ],
            rows,
        )
        pitch *= 1.0 + 0.006 * wander(rows, 5.0, rng, CONTROL) + 0.02 * wander(rows, 0.8, rng, CONTROL)
        loud = line([(0.0, 0.0), (0.15 * d, 0.7), (0.45 * d, 1.0), (0.8 * d, 0.6), (d, 0.0)], rows) * (
            1.0 + 0.08 * wander(rows, 4.0, rng, CONTROL)
        )
        made = cry(
            pitch,
            np.maximum(loud, 0.0) * (0.55 + 0.45 * rng.random()),
            moved(tube(0.22, highest=8000.0), [0.85, 0.9], (1.0, 0.7, 0.4, 0.2)),
            rng,
            slope=((150.0, -4.0), (350.0, 0.0), (900.0, -8.0), (2500.0, -24.0), (8000.0, -50.0)),
            breath=0.07,
            jitter=0.006,
            shimmer=0.07,
            rough=0.08,
        )
        calls.append((at, made))
        at += d * (0.35 + 0.5 * rng.random())
    return placed(laid(calls, 1.2), rng, "forest", wet=9.0, floor=5.0, distance=120.0)


def fox(take: Take) -> Array:
    """A fox screams at night: short hoarse cries, one after another."""
    rng = take.rng
    throat = tube(take.pick(0.11, 0.14), highest=9000.0, damping=0.1)
    calls, at = [], 0.08
    for _ in range(take.count("number")):
        d = 0.35 + 0.4 * rng.random()
        rows = rows_of(d)
        pitch = (
            take.pick(620.0, 820.0)
            * line([(0.0, 0.75), (0.25 * d, 1.1), (0.6 * d, 1.0), (d, 0.7)], rows)
            * (1.0 + 0.03 * wander(rows, 14.0, rng, CONTROL))
        )
        loud = line([(0.0, 0.0), (0.12 * d, 0.8), (0.4 * d, 1.0), (d, 0.0)], rows) * (
            1.0 + 0.15 * wander(rows, 16.0, rng, CONTROL)
        )
        mouth = line([(0.0, 0.8), (0.35 * d, 1.4), (d, 0.9)], rows)
        made = cry(
            pitch,
            np.maximum(loud, 0.0),
            moved(throat, [mouth, 1.0]),
            rng,
            slope=_BRIGHT,
            breath=0.3,
            jitter=0.03,
            shimmer=0.25,
            rough=0.6,
            rough_rate=60.0,
            sub=0.5,
        )
        calls.append((at, made * (0.7 + 0.4 * rng.random())))
        at += d + 0.4 + 0.8 * rng.random()
    return placed(laid(calls, 0.9), rng, "forest", wet=6.0, floor=6.0)


def mouse(take: Take) -> Array:
    """A mouse squeaks, and small claws scratch."""
    rng = take.rng
    out = np.zeros(frames_of(take.seconds))
    for at in beats(take.seconds - 0.2, take.pick(2.5, 5.0), rng, drifting=0.4, jitter=0.4):
        d = 0.03 + 0.07 * rng.random()
        rows = rows_of(d)
        height = take.pick(3200.0, 4500.0) * (0.8 + 0.5 * rng.random())
        pitch = (
            height
            * line([(0.0, 0.8), (0.4 * d, 1.15), (d, 0.85)], rows)
            * (1.0 + 0.02 * wander(rows, 60.0, rng, CONTROL))
        )
        turns = turned(pitch, rng.random())
        loud = fine(
            line([(0.0, 0.0), (0.3 * d, 1.0), (d, 0.0)], rows)
            * (1.0 + 0.3 * wander(rows, 70.0, rng, CONTROL))
        )
        squeak = (
            sine(turns)
            + 0.35 * sine(2.0 * turns)
            + 0.12 * sine(3.0 * turns)
            + 0.12 * rng.standard_normal(len(turns))
        ) * loud
        put(out, squeak * (0.3 + 0.7 * rng.random()), float(at))
    count = int(90 * take.seconds)
    hearts = take.seconds * rng.random(6)
    moments = np.clip(
        hearts[rng.integers(0, 6, count)] + 0.09 * rng.standard_normal(count), 0.02, take.seconds - 0.05
    )
    grit = chips(rng, around(rng, count, 1500.0, 7000.0), (2.0, 6.0), 240)
    out += scatter(
        len(out), (moments * RATE).astype(np.int64), grit * (0.05 * sizes(rng, count))[:, None], wrap=False
    )
    return placed(out, rng, "room", floor=5.0)


def seal(take: Take) -> Array:
    """A sea lion barks over and over, hoarse and loud."""
    rng, size = take.rng, take.number("size")
    throat = tube(0.2 + 0.08 * size, highest=9000.0, damping=0.1)
    low = 330.0 * float(exp(-0.7 * size)) * take.pick(0.9, 1.1)
    calls = []
    count = take.count("number")
    for at in beats(count * 0.5, take.pick(1.8, 2.6), rng, drifting=0.1, jitter=0.05)[:count]:
        d = 0.18 + 0.1 * rng.random()
        rows = rows_of(d)
        pitch = low * line([(0.0, 0.7), (0.3 * d, 1.1), (d, 0.75)], rows) * (0.95 + 0.1 * rng.random())
        loud = line([(0.0, 0.0), (0.12 * d, 0.8), (0.45 * d, 1.0), (d, 0.0)], rows)
        mouth = line([(0.0, 0.7), (0.4 * d, 1.2), (d, 0.8)], rows)
        made = cry(
            pitch,
            loud,
            moved(throat, [mouth, 1.0], (1.0, 0.9, 0.6, 0.4)),
            rng,
            slope=_BRIGHT,
            breath=0.35,
            jitter=0.03,
            shimmer=0.3,
            rough=0.7,
            rough_rate=55.0,
            sub=0.4,
        )
        calls.append((float(at), made * (0.7 + 0.4 * rng.random())))
    return placed(laid(calls, 0.5), rng, "street", floor=10.0)


def dolphin(take: Take) -> Array:
    """A dolphin whistles up and down and clicks, heard under water."""
    rng = take.rng
    out = np.zeros(frames_of(take.seconds))
    at = 0.1
    while at < take.seconds - 0.6:
        if rng.random() < 0.6:
            d = 0.3 + 0.6 * rng.random()
            rows = rows_of(d)
            base = take.pick(5200.0, 8000.0)
            pitch = base * line(
                [
                    (0.0, 0.75),
                    (0.3 * d, 1.0 + 0.5 * rng.random()),
                    (0.6 * d, 0.85),
                    (d, 1.0 + 0.4 * rng.random()),
                ],
                rows,
            )
            turns = turned(pitch * (1.0 + 0.004 * wander(rows, 40.0, rng, CONTROL)), rng.random())
            loud = fine(
                line([(0.0, 0.0), (0.15 * d, 1.0), (0.8 * d, 0.8), (d, 0.0)], rows)
                * (1.0 + 0.15 * wander(rows, 20.0, rng, CONTROL))
            )
            put(
                out,
                (sine(turns) + 0.18 * sine(2.0 * turns) + 0.04 * rng.standard_normal(len(turns)))
                * loud
                * (0.4 + 0.6 * rng.random()),
                at,
            )
        else:
            d = 0.4 + 0.6 * rng.random()
            rate = line([(0.0, 25.0 + 40.0 * rng.random()), (d, 60.0 + 160.0 * rng.random())], rows_of(d))
            turns = np.cumsum(rate) / CONTROL
            moments = np.interp(np.arange(1.0, np.floor(turns[-1])), turns, np.arange(len(turns)) / CONTROL)
            grains = chips(rng, around(rng, len(moments), 4000.0, 14000.0), (2.0, 5.0), 240, 1.0)
            put(
                out,
                0.7 * scatter(frames_of(d) + 300, (moments * RATE).astype(np.int64), grains, wrap=False),
                at,
            )
        at += d + 0.1 + 0.5 * rng.random()
    return placed(out, rng, "hall", wet=-2.0, floor=8.0)


def whale(take: Take) -> Array:
    """A humpback sings: long moans that rise and fall in a wide sea."""
    rng, at, calls = take.rng, 0.1, []
    while at < take.seconds - 1.2:
        d = 0.9 + 1.6 * rng.random()
        rows = rows_of(d)
        base = take.pick(130.0, 210.0) * float(exp(1.1 * rng.random()))
        pitch = (
            base
            * line([(0.0, 0.8), (0.3 * d, 1.0), (0.65 * d, 1.3 - 0.7 * rng.random()), (d, 0.9)], rows)
            * (1.0 + 0.015 * wander(rows, 5.0, rng, CONTROL))
        )
        loud = line([(0.0, 0.0), (0.2 * d, 0.9), (0.7 * d, 1.0), (d, 0.0)], rows) * (
            1.0 + 0.15 * wander(rows, 8.0, rng, CONTROL)
        )
        made = cry(
            pitch,
            np.maximum(loud, 0.0),
            moved(
                tube(0.6, highest=5000.0, damping=0.12),
                [1.0 + 0.1 * wander(rows, 1.0, rng, CONTROL)],
                (1.0, 0.9, 0.7, 0.5),
            ),
            rng,
            slope=((60.0, 0.0), (300.0, 0.0), (1200.0, -14.0), (4000.0, -36.0)),
            breath=0.12,
            jitter=0.01,
            shimmer=0.15,
            rough=0.3,
            rough_rate=22.0,
        )
        calls.append((at, made * (0.5 + 0.5 * rng.random())))
        at += d + 0.3 + 0.7 * rng.random()
    return placed(laid(calls, 1.4), rng, "church", wet=1.0, floor=10.0)


def snake(take: Take) -> Array:
    """A snake hisses, in one long breath and a short one."""
    rng = take.rng
    frames = frames_of(take.seconds)
    hiss = steady(
        frames + frames % 2,
        ((300.0, -24.0), (1500.0, -8.0), (4000.0, -1.0), (7500.0, 0.0), (11000.0, -6.0), (18000.0, -24.0)),
        rng,
    )[:frames]
    d, rows = take.seconds, rows_of(take.seconds)
    turn = 0.5 + 0.2 * rng.random()
    loud = line(
        [
            (0.0, 0.0),
            (0.08 * d, 0.7),
            (0.3 * d, 1.0),
            (turn * d, 0.15),
            ((turn + 0.06) * d, 0.02),
            ((turn + 0.14) * d, 0.75),
            (0.95 * d, 0.1),
            (d, 0.0),
        ],
        rows,
    )
    loud = np.maximum(
        loud * (1.0 + 0.12 * wander(rows, 14.0, rng, CONTROL) + 0.06 * wander(rows, 60.0, rng, CONTROL)), 0.0
    )
    return placed(hiss * np.resize(fine(loud), frames), rng, "near", floor=8.0)


SIZE = amount("size", "from small to large", (0.3, 0.7))
ROWS = (
    event(
        "lion",
        "Lion roars",
        lion,
        ("lion", "roar", "tiger", "big cat", "leopard"),
        (1.6, 6.5),
        (20.0, 120.0),
        "A lion roars once and grunts after it.",
        SIZE,
        whole("number", "the roar and the grunts after it", 1, 7, (2, 4)),
    ),
    event(
        "growl",
        "Big cat growls",
        growl,
        ("growl", "snarl", "tiger growl", "panther", "puma"),
        (1.8, 3.5),
        (15.0, 90.0),
        "A large cat growls deep in its throat.",
        SIZE,
    ),
    event(
        "bear",
        "Bear growls",
        bear,
        ("bear", "bear growl", "grizzly", "polar bear"),
        (1.5, 6.5),
        (20.0, 120.0),
        "A bear growls and huffs.",
        SIZE,
        whole("number", "growls and huffs", 1, 5, (2, 4)),
    ),
    event(
        "monkey",
        "Monkey hoots",
        monkey,
        ("monkey", "chimpanzee", "ape", "gorilla", "primate"),
        (1.5, 8.0),
        (15.0, 90.0),
        "A chimpanzee hoots ever faster, then screams.",
        whole("number", "how many hoots", 3, 14, (7, 11)),
    ),
    event(
        "elephant",
        "Elephant trumpets",
        elephant,
        ("elephant", "trumpet call", "elephant trumpet"),
        (2.5, 4.5),
        (20.0, 120.0),
        "An elephant trumpets over a rumble.",
        SIZE,
    ),
    event(
        "wolf",
        "Wolves howl",
        wolf,
        ("wolf", "howl", "howling", "coyote", "wolf howl"),
        (3.5, 14.0),
        (30.0, 180.0),
        "Wolves howl in a forest, far off.",
        whole("number", "how many wolves", 1, 5, (1, 3)),
    ),
    event(
        "fox",
        "Fox screams",
        fox,
        ("fox", "fox scream", "vixen"),
        (1.2, 7.0),
        (20.0, 120.0),
        "A fox screams at night.",
        whole("number", "how many screams", 1, 5, (2, 4)),
    ),
    event(
        "mouse",
        "Mouse squeaks",
        mouse,
        ("mouse", "squeak", "rat", "hamster", "rodent"),
        (1.5, 3.5),
        (10.0, 60.0),
        "A mouse squeaks and scratches.",
    ),
    event(
        "seal",
        "Sea lion barks",
        seal,
        ("seal", "sea lion", "seal bark", "walrus"),
        (1.5, 5.5),
        (10.0, 60.0),
        "A sea lion barks on the rocks.",
        SIZE,
        whole("number", "how many barks", 2, 10, (4, 8)),
    ),
    event(
        "dolphin",
        "Dolphin whistles",
        dolphin,
        ("dolphin", "porpoise", "orca", "dolphin whistle"),
        (2.5, 5.0),
        (10.0, 60.0),
        "A dolphin whistles and clicks.",
    ),
    event(
        "whale",
        "Whale sings",
        whale,
        ("whale", "whale song", "humpback"),
        (5.0, 14.0),
        (20.0, 120.0),
        "A whale sings in a wide sea.",
    ),
    event(
        "snake",
        "Snake hisses",
        snake,
        ("snake", "hiss", "reptile", "cobra", "lizard"),
        (1.5, 3.0),
        (15.0, 90.0),
        "A snake hisses.",
    ),
)
