"""Games and feasts: balls, tennis, billiards, bowling, fireworks, flag, swing.

A ball touches for 5 to 10 ms and rings at 80 to 300 Hz with its air; a racket gives a thud of its strings
near 500 Hz. A rocket bursts with a shock whose echo comes back from houses, then crackles. Cloth snaps: short
bursts of noise whose rate follows the gust.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body, bouncing, scuff
from imgext.sounds.bank.grains import sizes
from imgext.sounds.bank.motors import gliding, living, tamed
from imgext.sounds.bank.noise import painted
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import beats, forces, poisson
from imgext.sounds.bank.table import amount, bed, event, ratio, whole
from imgext.sounds.bank.tools import (
    CONTROL,
    RATE,
    add,
    decay,
    edges,
    exp,
    fine,
    frames_of,
    line,
    put,
    rows_of,
    scatter,
    sided,
    spread,
    stir,  # fmt: skip
)

if TYPE_CHECKING:
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_AIR = ((50.0, -2.0), (110.0, 0.0), (300.0, -5.0), (1000.0, -11.0), (4000.0, -18.0), (12000.0, -30.0))


def _hollow(take: Take, hz: float, t60: float = 0.09) -> Array:
    """Modes of a ball full of air."""
    ratios = np.array([1.0, 1.9, 2.6, 3.7, 5.2, 6.6, 8.3, 10.4, 13.0, 16.0, 20.0])
    gain = np.array([1.0, 0.7, 0.5, 0.4, 0.35, 0.26, 0.2, 0.16, 0.12, 0.1, 0.08])
    return np.stack(
        [hz * ratios * (1.0 + 0.04 * take.traits.standard_normal(11)), gain, t60 / np.sqrt(ratios)], axis=-1
    )


def ball(take: Take) -> Array:
    """A ball is dropped and bounces, ever quicker; or is kicked and bounces."""
    rng, size = take.rng, take.number("size")
    modes = _hollow(take, 320.0 - 230.0 * size)
    floor = body(take.traits, 140.0, "stone", 14)
    out = np.zeros(frames_of(take.seconds))
    kick = 0.05
    put(out, 1.2 * blow(modes, rng, force=1.2, contact=0.005, noise=0.7, noise_time=0.03, longest=0.3), kick)
    put(out, 0.5 * scuff(rng, 0.09, ((100.0, -4.0), (400.0, 0.0), (2000.0, -6.0), (8000.0, -18.0))), kick)
    for at, force in bouncing(rng, 0.55, 0.83, 9):
        put(
            out,
            force
            * blow(modes, rng, force=1.0, contact=0.004, place=0.5, noise=0.5, noise_time=0.02, longest=0.3),
            0.45 + at,
        )
        put(
            out,
            0.4
            * force
            * blow(floor, rng, force=1.0, contact=0.003, noise=0.9, noise_time=0.02, longest=0.15),
            0.45 + at,
        )
    return placed(tamed(out, 7.0), rng, "yard", floor=8.0)


def basketball(take: Take) -> Array:
    """A basketball is dribbled in a hall; shoes squeak; the board answers."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    modes, floor = _hollow(take, take.pick(75.0, 95.0), 0.12), body(traits, 92.0, "board", 20)
    out = np.zeros(frames_of(seconds))
    moments = beats(seconds - 0.6, 2.1 * take.number("speed"), rng, drifting=0.16, jitter=0.05)
    for at, size in zip(moments, forces(len(moments), rng, 0.25), strict=True):
        put(
            out,
            float(size)
            * blow(modes, rng, force=1.1, contact=0.004, place=0.5, noise=0.5, noise_time=0.02, longest=0.3),
            float(at),
        )
        put(
            out,
            0.9
            * float(size)
            * blow(floor, rng, force=1.0, contact=0.004, noise=0.8, noise_time=0.03, longest=0.4),
            float(at),
        )
    for at in poisson(seconds, 0.7, rng):
        d = 0.07 + 0.12 * float(rng.random())
        rows = rows_of(d)
        cry = gliding(
            take.pick(1500.0, 2300.0)
            * (0.85 + 0.3 * rng.random())
            * line([(0.0, 0.9), (0.4 * d, 1.1), (d, 0.95)], rows),
            rng,
            (1.0, 0.6, 0.5, 0.3, 0.2),
            0.02,
        )
        put(out, 0.16 * cry * fine(line([(0.0, 0.0), (0.2 * d, 1.0), (d, 0.0)], rows)), float(at))
    return placed(out, rng, "hall", wet=4.0, floor=4.0)


def tennis(take: Take) -> Array:
    """Tennis: a racket, the bounce, the racket across the net, shoes that slide."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    strings = np.concatenate([body(traits, 480.0, "plastic", 14), body(traits, 140.0, "wood", 10)])
    modes, clay = _hollow(take, 330.0, 0.05), body(traits, 190.0, "earth", 12)
    out = np.zeros(frames_of(seconds))
    at, far = 0.1, False
    while at < seconds - 0.9:
        loud = 0.4 if far else 1.0
        put(
            out,
            loud
            * 1.3
            * blow(
                strings,
                rng,
                force=0.9 + 0.4 * float(rng.random()),
                contact=0.0025,
                place=0.4,
                noise=0.7,
                noise_time=0.02,
                longest=0.2,
            ),
            at,
        )
        put(out, loud * 0.8 * blow(modes, rng, force=1.0, contact=0.0025, longest=0.2), at)
        bounce = at + 0.48 + 0.12 * float(rng.random())
        put(
            out,
            (0.8 if far else 0.35) * blow(modes, rng, force=0.9, contact=0.003, noise=0.6, longest=0.2),
            bounce,
        )
        put(
            out,
            (0.6 if far else 0.25) * blow(clay, rng, force=0.9, contact=0.003, noise=1.0, longest=0.1),
            bounce,
        )
        if rng.random() < 0.8:
            put(
                out,
                0.3
                * scuff(
                    rng,
                    0.2 + 0.15 * float(rng.random()),
                    ((300.0, -10.0), (1200.0, 0.0), (4000.0, -3.0), (10000.0, -14.0)),
                    0.8,
                ),
                bounce - 0.25,
            )
        at = bounce + 0.42 + 0.2 * float(rng.random())
        far = not far
    return placed(tamed(out, 7.0), rng, "yard", wet=3.0, floor=9.0)


def billiards(take: Take) -> Array:
    """Billiards: the cue, balls that click, cushions, one that drops into its pocket."""
    rng, traits = take.rng, take.traits
    ivory = body(traits, 2600.0, "china", 12, 0.1) * np.array([1.0, 1.0, 0.1])
    cue, cushion, pocket = (
        body(traits, 700.0, "wood", 12),
        body(traits, 110.0, "earth", 10),
        body(traits, 160.0, "board", 16),
    )
    out = np.zeros(frames_of(take.seconds))
    put(out, 0.7 * blow(cue, rng, force=1.0, contact=0.0009, noise=0.7, longest=0.15), 0.1)
    put(
        out,
        1.3 * blow(ivory, rng, force=1.3, contact=0.00012, noise=0.5, noise_time=0.005, longest=0.08),
        0.42,
    )
    for _ in range(take.count("number")):
        at = 0.43 + 1.5 * float(rng.random()) * float(rng.random())
        put(
            out,
            (0.25 + 0.7 * float(rng.random()))
            * blow(
                ivory, rng, force=0.8, contact=0.00014, place=0.7, noise=0.5, noise_time=0.005, longest=0.08
            ),
            at,
        )
    for _ in range(3):
        put(
            out,
            0.5 * blow(cushion, rng, force=0.9, contact=0.005, noise=0.5, noise_time=0.04, longest=0.15),
            0.7 + 1.1 * float(rng.random()),
        )
    roll = scuff(
        rng, min(1.6, take.seconds - 0.6), ((100.0, -6.0), (250.0, 0.0), (700.0, -6.0), (2500.0, -18.0)), 0.4
    )
    put(out, 0.08 * roll, 0.43)
    for at, size in bouncing(rng, 0.09, 0.72, 5):
        put(out, 0.8 * size * blow(pocket, rng, force=1.0, contact=0.0012, noise=0.7, longest=0.3), 1.75 + at)
    return placed(tamed(out, 7.0), rng, "room", wet=3.0, floor=8.0)


def bowling(take: Take) -> Array:
    """Bowling: a ball rolls down the lane, the pins fall."""
    rng, traits = take.rng, take.traits
    rows = rows_of(take.seconds)
    frames = rows * 48
    hit = 0.55 * take.seconds
    near = line([(0.0, 0.0), (0.08, 1.0), (hit, 0.5), (hit + 0.05, 0.1), (hit + 0.5, 0.0)], rows)[::10]
    wood = ((50.0, -4.0), (100.0, 0.0), (250.0, -2.0), (600.0, -9.0), (1800.0, -20.0), (6000.0, -38.0))
    made = painted(
        len(near) * 480,
        [(wood, near * np.maximum(1.0 + 0.25 * stir(len(near), rng, 100.0, (4.0, 9.0, 17.0)), 0.1))],
        rng,
        480,
    )
    out = np.zeros(frames)
    out[: len(made)] = made[:frames]
    put(out, 2.2 * blow(body(traits, 80.0, "board", 16), rng, force=1.2, contact=0.005, longest=0.4), 0.06)
    pins = [body(traits, 620.0 * (1.0 + 0.5 * traits.random()), "wood", 16, 0.1) for _ in range(6)]
    for k in range(26):
        at = hit + (0.6 * float(rng.random()) ** 2 if k else 0.0)
        put(
            out,
            (1.6 if k < 6 else 0.8)
            * float(forces(1, rng, 0.4)[0])
            * blow(
                pins[k % 6],
                rng,
                force=1.0,
                contact=0.0006,
                place=0.7,
                noise=0.7,
                noise_time=0.015,
                longest=0.25,
            ),
            at,
        )
    return placed(edges(out, 0.01, 0.3), rng, "hall", wet=2.0, floor=2.0)


def fireworks(take: Take) -> Array:
    """Make fireworks: rockets, bursts whose echo rolls away, crackling stars."""
    rng, seconds = take.rng, take.seconds
    rows = rows_of(seconds)
    frames = rows * 48
    slow = np.zeros((3, frames // 240))
    count = max(2, round(take.count("number") * seconds / 6.0))
    out = np.zeros(frames)
    time = np.arange(frames // 240) / 200.0
    for k in range(count):
        at = 0.15 + (k + 0.7 * float(rng.random())) * (seconds - 1.4) / count
        size = 0.4 + 0.7 * float(rng.random())
        since = np.maximum(time - at, 0.0)
        on = (time >= at).astype(np.float64)
        slow[0] += on * size * 1.6 * exp(-since * (16.0 + 12.0 * rng.random()))
        slow[1] += on * size * 0.5 * exp(-since * (4.0 + 3.0 * rng.random()))
        echo = np.maximum(time - at - 0.25 - 0.3 * float(rng.random()), 0.0)
        slow[2] += (echo > 0.0) * size * 0.16 * exp(-echo * 2.4)
        bang = rng.standard_normal(960) * decay(0.03, 960)
        put(out, 1.8 * size * bang, at)
        if rng.random() < 0.5:  # stars that crackle
            number = int(40 + 90 * rng.random())
            late = at + 0.35 + 1.1 * rng.random(number) * (0.4 + 0.6 * rng.random(number))
            loud = sizes(rng, number, 0.6) * 0.32 * size
            grains = rng.standard_normal((number, 500)) * np.linspace(1.0, 0.0, 500) ** 4 * loud[:, None]
            out += scatter(frames, np.minimum((late * RATE).astype(np.int64), frames - 1), grains, wrap=False)
        if rng.random() < 0.4 and at > 1.0:
            d = 0.5 + 0.5 * float(rng.random())
            r = rows_of(d)
            rise = gliding(
                1500.0
                * (0.7 + 0.6 * rng.random())
                * line([(0.0, 0.8), (d, 1.5)], r)
                * (1.0 + 0.03 * stir(r, rng, CONTROL, (9.0, 21.0))),
                rng,
                (1.0, 0.3),
                0.01,
            )
            put(out, 0.2 * rise * fine(line([(0.0, 0.0), (0.1, 1.0), (d, 0.0)], r)), at - d - 0.2)
    rough = np.maximum(1.0 + 0.4 * stir(slow.shape[1], rng, 200.0, (5.0, 13.0, 29.0)), 0.1)
    layers = [
        (
            (
                (40.0, -4.0),
                (90.0, 0.0),
                (250.0, -2.0),
                (800.0, -5.0),
                (2500.0, -11.0),
                (7000.0, -19.0),
                (15000.0, -31.0),
            ),
            slow[0],
        ),
        (
            ((40.0, -3.0), (90.0, 0.0), (250.0, -3.0), (800.0, -8.0), (2500.0, -15.0), (8000.0, -28.0)),
            slow[1] * rough,
        ),
        (((60.0, -3.0), (140.0, 0.0), (400.0, -4.0), (1200.0, -12.0), (4000.0, -26.0)), slow[2] * rough),
    ]
    made = painted(slow.shape[1] * 240, layers, rng, 240)
    out[: len(made)] += made
    return edges(placed(out, rng, "street", wet=2.0, floor=-4.0), 0.05, 0.6)


def flag(take: Take) -> Array:
    """A flag in the wind: cloth that flutters and snaps, a rope against its pole."""
    rng, traits, frames, seconds, force = (
        take.rng,
        take.traits,
        take.frames,
        take.seconds,
        take.number("force"),
    )
    rows = frames // 480
    gust = np.clip(0.75 + 0.42 * stir(rows, rng, 100.0, (0.25, 0.6, 1.3)), 0.1, 2.0)
    wind = ((40.0, -4.0), (100.0, 0.0), (250.0, -4.0), (700.0, -14.0), (2500.0, -30.0), (9000.0, -48.0))
    flutter = np.maximum(1.0 + 0.6 * stir(rows, rng, 100.0, (5.0, 9.0, 15.0)), 0.02)
    cloth = ((60.0, -8.0), (150.0, 0.0), (400.0, -2.0), (1200.0, -7.0), (4000.0, -13.0), (11000.0, -24.0))
    sides = [
        painted(rows * 480, [(wind, 0.35 * gust), (cloth, 0.45 * gust * gust * flutter)], rng, 480)
        for _ in (0, 1)
    ]
    middle = painted(rows * 480, [(wind, 0.35 * gust), (cloth, 0.45 * gust * gust * flutter)], rng, 480)
    out = 0.75 * sided(sides) + 0.66 * middle[:, None]
    at = 0.0
    while at < seconds:
        here = float(gust[min(int(at * 100.0), rows - 1)])
        snap = scuff(rng, 0.035 + 0.05 * float(rng.random()), cloth, 0.7) * (
            here * here * (0.5 + 1.3 * force) * float(forces(1, rng, 0.5)[0])
        )
        add(out, spread(1.5 * snap, 0.4 * float(rng.standard_normal())), at % seconds)
        at += (0.05 + 0.16 * float(rng.random())) / max(here * (0.6 + 0.8 * force), 0.2)
    pole = body(traits, take.pick(380.0, 700.0), "metal", 12, 0.1) * np.array([1.0, 1.0, 0.12])
    for at in poisson(seconds, 0.6 + force, rng):
        add(
            out,
            spread(0.35 * blow(pole, rng, force=0.3 + float(rng.random()), contact=0.0006, longest=0.4), 0.1),
            float(at),
        )
    return out


def swing(take: Take) -> Array:
    """A playground swing: chains that creak to and fro."""
    rng, traits, frames, seconds = take.rng, take.traits, take.frames, take.seconds
    out = 0.05 * living(frames, _AIR, rng, 0.3)
    count = max(2, round(seconds * 0.42) * 2)
    for k in range(count):
        at = (k + 0.05 * float(rng.standard_normal())) * seconds / count
        d = 0.42 + 0.14 * float(rng.random())
        rows = rows_of(d)
        hz = 700.0 * (1.0 if k % 2 else 0.82) * (0.96 + 0.08 * float(rng.random()))
        bend = (
            hz
            * line([(0.0, 0.8), (0.5 * d, 1.12), (d, 0.9)], rows)
            * (1.0 + 0.03 * stir(rows, rng, CONTROL, (8.0, 19.0)))
        )
        cry = gliding(bend, rng, (0.6, 0.8, 1.0, 0.6, 0.5, 0.3, 0.2, 0.15), 0.02)
        loud = line([(0.0, 0.0), (0.3 * d, 0.8), (0.6 * d, 1.0), (d, 0.0)], rows) * np.maximum(
            1.0 + 0.5 * stir(rows, rng, CONTROL, (11.0, 31.0)), 0.05
        )
        add(out, spread(0.2 * cry * fine(loud), 0.3 if k % 2 else -0.3), at % seconds)
        if rng.random() < 0.7:
            chain = body(traits, 900.0, "metal", 12) * np.array([1.0, 1.0, 0.06])
            for _ in range(3):
                add(
                    out,
                    spread(
                        0.14 * blow(chain, rng, force=float(rng.random()), contact=0.0004, longest=0.15), 0.2
                    ),
                    (at + 0.5 + 0.2 * float(rng.random())) % seconds,
                )
    return out


def whistle(take: Take) -> Array:
    """A referee's whistle: a pea that makes it trill."""
    rng = take.rng
    out = np.zeros(frames_of(take.seconds))
    at = 0.05
    hz = take.pick(2500.0, 3400.0)
    for k in range(take.count("number")):
        d = (
            (0.18 + 0.2 * float(rng.random()))
            if k < take.count("number") - 1
            else 0.5 + 0.5 * float(rng.random())
        )
        rows = rows_of(d)
        turns = np.cumsum(34.0 * (1.0 + 0.1 * stir(rows, rng, CONTROL, (3.0, 9.0)))) / CONTROL
        trill = np.sin(2.0 * np.pi * turns)
        tone = gliding(
            hz * (1.0 + 0.02 * trill) * line([(0.0, 0.94), (0.04, 1.0), (d, 0.98)], rows),
            rng,
            (1.0, 0.25, 0.12),
            0.004,
        )
        tone += 0.55 * gliding(hz * 1.077 * (1.0 + 0.02 * trill), rng, (1.0, 0.2), 0.004)
        loud = line([(0.0, 0.0), (0.02, 1.0), (d - 0.05, 0.9), (d, 0.0)], rows) * (0.65 + 0.35 * trill)
        made = tone + 0.35 * rng.standard_normal(len(tone))
        put(out, made * fine(loud), at)
        at += d + 0.1
    return edges(placed(out, rng, "field", wet=4.0, floor=4.0), 0.02, 0.1)


ROWS = (
    event(
        "ball",
        "Ball bounces",
        ball,
        ("ball", "bounce", "football", "soccer", "kick"),
        (2.5, 4.0),
        (8.0, 60.0),
        "A ball is kicked and bounces, ever quicker.",
        amount("size", "small to large"),
    ),
    event(
        "basketball",
        "Basketball",
        basketball,
        ("basketball", "dribble", "gym", "sports hall"),
        (4.0, 6.0),
        (8.0, 40.0),
        "A basketball is dribbled in a hall; shoes squeak.",
        ratio("speed", "slow to fast"),
    ),
    event(
        "tennis",
        "Tennis",
        tennis,
        ("tennis", "tennis racket", "racket", "badminton", "tennis court"),
        (4.5, 6.0),
        (6.0, 30.0),
        "Tennis: a racket, the bounce, the racket across the net, shoes that slide.",
    ),
    event(
        "billiards",
        "Billiards",
        billiards,
        ("billiards", "pool table", "snooker", "cue"),
        (2.6, 3.2),
        (15.0, 60.0),
        "Billiards: the cue, balls that click, one that drops into its pocket.",
        whole("number", "how many balls meet", 1, 12, (4, 8)),
    ),
    event(
        "bowling",
        "Bowling",
        bowling,
        ("bowling", "pins", "bowling alley", "skittles"),
        (3.0, 4.0),
        (15.0, 60.0),
        "Bowling: a ball rolls down the lane, the pins fall.",
    ),
    event(
        "fireworks",
        "Fireworks",
        fireworks,
        ("fireworks", "firework", "rocket", "firecracker", "celebration"),
        (5.5, 6.0),
        (10.0, 60.0),
        "Fireworks: rockets that rise, bursts whose echo rolls away, crackling stars.",
        whole("number", "how many bursts", 2, 16, (5, 9)),
    ),
    bed(
        "flag",
        "Flag in the wind",
        flag,
        ("flag", "banner", "flapping", "cloth", "kite", "tent"),
        14.0,
        "A flag in the wind: cloth that flutters and snaps, a rope against its pole.",
        amount("force", "breeze to storm"),
    ),
    bed(
        "swing",
        "Playground swing",
        swing,
        ("swing", "playground swing", "creaking chain", "seesaw"),
        14.0,
        "A playground swing: chains that creak to and fro.",
    ),
    event(
        "whistle",
        "Referee's whistle",
        whistle,
        ("whistle", "referee", "police whistle", "coach"),
        (1.0, 2.4),
        (20.0, 120.0),
        "A referee's whistle: a pea that makes it trill.",
        whole("number", "how many times", 1, 4, (1, 3)),
    ),
)
