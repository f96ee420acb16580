"""Farm animals: cows, sheep, goats, pigs, horses, donkeys, and a horse's hooves.

A moo begins behind a closed mouth and breaks into a rough open call, 80 to 200 Hz (A. de la Torre et al.,
Scientific Reports 5 (2015)); a bleat shakes seven to eleven times a second, irregularly; a whinny begins near
1 kHz and shakes itself down (E. Briefer et al., Scientific Reports 4 (2015)); a pig's grunt is noise and slow
pulses through a nose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body, scuff
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import drift, forces
from imgext.sounds.bank.table import amount, choice, event, whole
from imgext.sounds.bank.throat import cry, moved, tube
from imgext.sounds.bank.tools import CONTROL, exp, frames_of, laid, line, put, rows_of, wander

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.throat import Formant
    from imgext.sounds.bank.tools import Array


def cow(take: Take) -> Array:
    """One or two moos."""
    rng, size = take.rng, take.number("size")
    low = 175.0 * float(exp(-0.75 * size)) * take.pick(0.92, 1.08)
    throat = tube((0.32 + 0.22 * size) * take.pick(0.95, 1.05), highest=9000.0, damping=0.09)
    opens = take.pick(0.15, 0.35)
    calls, at = [], 0.05 + 0.1 * rng.random()
    for _ in range(take.count("number")):
        d = (1.1 + 0.9 * size) * (0.8 + 0.45 * rng.random())
        rows = rows_of(d)
        pitch = low * line(
            [
                (0.0, 0.78),
                (opens * d, 0.95),
                ((opens + 0.1) * d, 1.12),
                (0.6 * d, 1.2),
                (0.85 * d, 1.05),
                (d, 0.72),
            ],
            rows,
        )
        pitch *= 1.0 + 0.02 * wander(rows, 6.0, rng, CONTROL)
        mouth = line(
            [(0.0, 0.8), (opens * d, 0.9), ((opens + 0.15) * d, 1.5), (0.7 * d, 1.65), (d, 1.0)], rows
        )
        loud = line(
            [
                (0.0, 0.0),
                (0.06 * d, 0.3),
                (opens * d, 0.45),
                ((opens + 0.12) * d, 0.95),
                (0.6 * d, 1.0),
                (0.88 * d, 0.6),
                (d, 0.0),
            ],
            rows,
        )
        loud = np.maximum(
            loud * (1.0 + 0.1 * wander(rows, 5.0, rng, CONTROL) + 0.05 * wander(rows, 22.0, rng, CONTROL)),
            0.0,
        )
        rough = line([(0.0, 0.05), (opens * d, 0.1), ((opens + 0.1) * d, 0.3), (d, 0.4)], rows)
        made = cry(
            pitch,
            loud,
            moved(throat, [mouth, 0.5 + 0.5 * mouth, 1.0], (1.0, 0.9, 0.65, 0.5, 0.4, 0.35)),
            rng,
            slope=(
                (60.0, -6.0),
                (150.0, 0.0),
                (400.0, -2.0),
                (1200.0, -14.0),
                (3000.0, -26.0),
                (6000.0, -36.0),
                (12000.0, -54.0),
            ),
            breath=line([(0.0, 0.02), (opens * d, 0.02), ((opens + 0.12) * d, 0.05), (d, 0.12)], rows),
            jitter=0.005,
            shimmer=0.09,
            rough=0.8 * rough,
            rough_rate=38.0,
            sub=0.25 * rough,
        )
        calls.append((at, made * (0.75 + 0.35 * rng.random())))
        at += d + 0.5 + 0.9 * rng.random()
    return placed(laid(calls, 0.4), rng, "field", floor=8.0)


def _bleat(
    rng: Generator, pitch_at: float, d: float, throat: list[Formant], shake: float, deep: float, breath: float
) -> Array:
    rows = rows_of(d)
    rate = shake * (1.0 + 0.25 * wander(rows, 4.0, rng, CONTROL))
    turns = np.cumsum(rate) / CONTROL
    # a shake is a closing of the throat, short and of uneven depth
    swing = np.maximum(np.cos(2.0 * np.pi * turns), -0.4) * (1.0 + 0.35 * wander(rows, 9.0, rng, CONTROL))
    hold = 0.3 + 0.4 * rng.random()
    pitch = pitch_at * line(
        [(0.0, 0.75), (0.18 * d, 0.95), (hold * d, 1.1), (0.85 * d, 0.93), (d, 0.72)], rows
    )
    pitch *= (1.0 + 0.035 * deep * swing) * (1.0 + 0.02 * wander(rows, 5.0, rng, CONTROL))
    loud = line(
        [(0.0, 0.0), (0.07 * d, 0.2), (0.28 * d, 0.9), (hold * d, 1.0), (0.8 * d, 0.5), (d, 0.0)], rows
    )
    loud = np.maximum(
        loud * (1.0 - 0.32 * deep * (1.0 - swing) * 0.7) * (1.0 + 0.1 * wander(rows, 25.0, rng, CONTROL)), 0.0
    )
    mouth = line([(0.0, 0.5), (0.2 * d, 0.95), (0.6 * d, 1.2), (d, 0.7)], rows)
    return cry(
        pitch,
        loud,
        moved(throat, [mouth, 0.6 + 0.4 * mouth, 1.0], (0.9, 1.0, 0.9, 0.6, 0.4)),
        rng,
        slope=(
            (100.0, -10.0),
            (300.0, -1.0),
            (700.0, 0.0),
            (2000.0, -6.0),
            (4000.0, -18.0),
            (8000.0, -34.0),
            (14000.0, -50.0),
        ),
        breath=breath * line([(0.0, 1.6), (0.15 * d, 1.0), (0.7 * d, 1.1), (d, 2.0)], rows),
        jitter=0.01,
        shimmer=0.12,
        rough=0.2,
        rough_rate=44.0,
        sub=line([(0.0, 0.3), (0.3 * d, 0.1), (d, 0.35)], rows),
    )


def sheep(take: Take) -> Array:
    """A sheep bleats, sometimes another answers."""
    rng, size = take.rng, take.number("size")
    calls, at = [], 0.05 + 0.1 * rng.random()
    for k in range(take.count("number")):
        other = 1.0 if k % 2 == 0 else take.pick(0.8, 1.35)
        throat = tube(0.18 / (0.75 + 0.35 * other) * (0.8 + 0.4 * size), highest=11000.0, damping=0.09)
        d = (0.6 + 0.5 * rng.random()) * (0.8 + 0.4 * size)
        pitch = 430.0 * float(exp(-0.9 * size)) * other * (0.95 + 0.1 * rng.random())
        calls.append(
            (
                at,
                _bleat(rng, pitch, d, throat, take.pick(7.0, 10.5), 0.5, 0.12) * (1.0 if k % 2 == 0 else 0.6),
            )
        )
        at += d + 0.3 + 0.9 * rng.random()
    return placed(laid(calls, 0.4), rng, "field", floor=16.0)


def goat(take: Take) -> Array:
    """A goat bleats: higher, harder, shaking faster than a sheep."""
    rng, size = take.rng, take.number("size")
    throat = tube(0.12 + 0.05 * size, highest=12000.0, damping=0.08)
    calls, at = [], 0.05 + 0.1 * rng.random()
    for _ in range(take.count("number")):
        d = 0.45 + 0.5 * rng.random()
        pitch = 560.0 * float(exp(-0.8 * size)) * (0.94 + 0.12 * rng.random())
        calls.append((at, _bleat(rng, pitch, d, throat, take.pick(11.0, 15.0), 1.2, 0.22)))
        at += d + 0.25 + 0.7 * rng.random()
    return placed(laid(calls, 0.4), rng, "yard", floor=8.0)


def pig(take: Take) -> Array:
    """A pig grunts and snorts, and squeals now and then."""
    rng, size = take.rng, take.number("size")
    throat = tube(0.16 + 0.12 * size, highest=11000.0, damping=0.12)
    low = 150.0 * float(exp(-0.9 * size)) * take.pick(0.9, 1.1)
    calls, at = [], 0.05 + 0.1 * rng.random()
    while at < take.seconds - 0.3:
        if rng.random() < 0.12 + 0.3 * take.number("force") and at > 0.3:
            d = 0.35 + 0.7 * rng.random()
            rows = rows_of(d)
            high = (900.0 + 500.0 * rng.random()) * float(exp(-0.3 * size))
            pitch = (
                high
                * line([(0.0, 0.7), (0.2 * d, 1.1), (0.6 * d, 1.0), (d, 0.75)], rows)
                * (1.0 + 0.1 * wander(rows, 10.0, rng, CONTROL))
            )
            loud = line([(0.0, 0.0), (0.15 * d, 0.8), (0.5 * d, 1.0), (d, 0.0)], rows) * (
                1.0 + 0.35 * wander(rows, 18.0, rng, CONTROL)
            )
            made = cry(
                pitch,
                np.maximum(loud, 0.0) * 0.9,
                moved(throat, [1.3 + 0.2 * wander(rows, 5.0, rng, CONTROL), 1.1, 1.0]),
                rng,
                slope=((200.0, -8.0), (700.0, 0.0), (3000.0, -8.0), (7000.0, -26.0), (14000.0, -48.0)),
                breath=0.5,
                # a squeal is chaos that comes and goes
                jitter=np.maximum(0.05 + 0.05 * wander(rows, 6.0, rng, CONTROL), 0.01),
                shimmer=0.35,
                rough=0.7,
                rough_rate=58.0,
                sub=0.5,
            )
        else:
            d = 0.12 + 0.22 * rng.random()
            rows = rows_of(d)
            pitch = low * line([(0.0, 1.25), (0.3 * d, 1.0), (d, 0.7)], rows) * (0.85 + 0.3 * rng.random())
            loud = line([(0.0, 0.0), (0.1 * d, 0.9), (0.4 * d, 1.0), (0.75 * d, 0.5), (d, 0.0)], rows)
            nose = line([(0.0, 1.3), (0.4 * d, 0.9), (d, 1.15)], rows) * (0.85 + 0.3 * rng.random())
            made = cry(
                pitch,
                loud * (0.4 + 0.6 * rng.random()),
                moved(throat, [nose, 1.0], (1.0, 1.0, 0.8, 0.7, 0.6)),
                rng,
                slope=(
                    (60.0, -3.0),
                    (200.0, 0.0),
                    (800.0, -8.0),
                    (3000.0, -20.0),
                    (6000.0, -32.0),
                    (12000.0, -46.0),
                ),
                hiss=((100.0, -4.0), (400.0, 0.0), (1500.0, -8.0), (4000.0, -20.0), (9000.0, -36.0)),
                breath=0.35 + 0.5 * rng.random(),
                jitter=0.06,
                shimmer=0.3,
                rough=0.5,
                rough_rate=30.0,
            )
        calls.append((at, made))
        at += d + (0.02 + 0.12 * rng.random() if rng.random() < 0.8 else 0.2 + 0.5 * rng.random())
    return placed(laid(calls, 0.25), rng, "yard", wet=2.0, floor=17.0)


def neigh(take: Take) -> Array:
    """A horse whinnies: high, then shaking itself down, a snort at the end."""
    rng, size = take.rng, take.number("size")
    d = 1.2 + 0.8 * rng.random()
    rows = rows_of(d)
    top = 1150.0 * float(exp(-0.5 * size)) * take.pick(0.9, 1.1)
    shake = take.pick(8.0, 12.0) * (1.0 + 0.15 * wander(rows, 3.0, rng, CONTROL))
    swing = np.cos(2.0 * np.pi * np.cumsum(shake) / CONTROL) * line(
        [(0.0, 0.1), (0.25 * d, 0.4), (0.6 * d, 1.0), (d, 1.0)], rows
    )
    pitch = top * line(
        [(0.0, 0.55), (0.1 * d, 1.0), (0.35 * d, 1.05), (0.6 * d, 0.75), (0.85 * d, 0.5), (d, 0.35)], rows
    )
    pitch *= (1.0 + 0.06 * swing) * (1.0 + 0.015 * wander(rows, 20.0, rng, CONTROL))
    loud = line(
        [(0.0, 0.0), (0.08 * d, 0.6), (0.3 * d, 1.0), (0.65 * d, 0.8), (0.9 * d, 0.3), (d, 0.0)], rows
    ) * (0.75 + 0.3 * swing)
    throat = tube(0.24 + 0.06 * size, highest=10000.0, damping=0.08)
    made = cry(
        pitch,
        np.maximum(loud, 0.0),
        moved(
            throat, [line([(0.0, 1.0), (0.3 * d, 1.5), (d, 1.1)], rows), 1.1, 1.0], (0.7, 1.0, 1.0, 0.8, 0.5)
        ),
        rng,
        slope=((200.0, -8.0), (700.0, 0.0), (2500.0, -6.0), (5000.0, -18.0), (12000.0, -46.0)),
        breath=line([(0.0, 0.15), (0.3 * d, 0.08), (d, 0.35)], rows),
        jitter=0.01,
        shimmer=0.2,
        rough=0.4,
        rough_rate=50.0,
        sub=line([(0.0, 0.2), (0.5 * d, 0.15), (d, 0.6)], rows),
    )
    return placed(
        laid([(0.06, made), (0.06 + d + 0.15 + 0.3 * rng.random(), 0.5 * _snort(rng, size))], 0.4),
        rng,
        "field",
        floor=8.0,
    )


def _snort(rng: Generator, size: float) -> Array:
    """Breath through fluttering nostrils."""
    d = 0.4 + 0.4 * rng.random()
    rows = rows_of(d)
    pitch = (26.0 - 6.0 * size) * line([(0.0, 1.2), (d, 0.7)], rows)
    loud = line([(0.0, 0.0), (0.12 * d, 1.0), (0.5 * d, 0.7), (d, 0.0)], rows)
    throat = moved(tube(0.2), [1.0], (1.0, 0.9, 0.8, 0.7))
    slope = ((80.0, -4.0), (250.0, 0.0), (1000.0, -8.0), (4000.0, -20.0), (12000.0, -44.0))
    return cry(pitch, loud, throat, rng, slope=slope, breath=1.2, jitter=0.1, shimmer=0.5)


def donkey(take: Take) -> Array:
    """A donkey brays: drawing breath high, letting it out low, ever weaker."""
    rng, size = take.rng, take.number("size")
    throat = tube(0.24 + 0.08 * size, highest=10000.0, damping=0.08)
    count = take.count("number")
    calls, at = [], 0.05
    for k in range(count):
        fade = 1.0 - 0.6 * k / count
        for inward in (True, False):
            d = (0.35 if inward else 0.55) * (0.85 + 0.3 * rng.random())
            rows = rows_of(d)
            base = (620.0 if inward else 250.0) * float(exp(-0.4 * size)) * (0.95 + 0.1 * rng.random())
            pitch = (
                base
                * line([(0.0, 0.8), (0.3 * d, 1.08), (0.7 * d, 1.0), (d, 0.8)], rows)
                * (1.0 + 0.03 * wander(rows, 12.0, rng, CONTROL))
            )
            loud = (
                line([(0.0, 0.0), (0.12 * d, 0.8), (0.5 * d, 1.0), (d, 0.0)], rows)
                * (0.45 if inward else 1.0)
                * fade
            )
            mouth = line([(0.0, 0.8), (0.5 * d, 1.3), (d, 1.0)], rows)
            made = cry(
                pitch,
                loud,
                moved(throat, [mouth, 1.0], (0.8, 1.0, 0.9, 0.7, 0.5)),
                rng,
                slope=((120.0, -6.0), (400.0, 0.0), (1500.0, -6.0), (4000.0, -18.0), (12000.0, -44.0)),
                breath=0.4 if inward else 0.15,
                jitter=0.012,
                shimmer=0.2,
                rough=0.5 if inward else 0.8,
                rough_rate=40.0,
                sub=0.3,
            )
            calls.append((at, made))
            at += d * 0.95 + 0.03 * rng.random()
    return placed(laid(calls, 0.4), rng, "field", floor=8.0)


#: Beats of a stride in parts of it, and strides a second, by gait.
_GAITS = {
    "walk": ((0.0, 0.26, 0.5, 0.76), 0.85),
    "trot": ((0.0, 0.02, 0.5, 0.525), 1.35),
    "gallop": ((0.0, 0.14, 0.26, 0.42), 1.9),
}


def hooves(take: Take) -> Array:
    """A horse goes by: iron on stone, or dull on earth, no beat like the other."""
    rng = take.rng
    beats, rate = _GAITS[take.word("gait")]
    hard = take.word("ground") == "cobbles"
    rate *= take.pick(0.92, 1.08)
    strides = max(2, int(take.seconds * rate))
    period = (1.0 + 0.03 * drift(strides, rng)) / rate
    starts = 0.06 + np.concatenate([[0.0], np.cumsum(period[:-1])])
    ground = body(take.traits, take.pick(150.0, 190.0), "earth", 16)
    hoof = [body(take.traits, take.pick(560.0, 820.0), "stone", 18, 0.15) for _ in beats]
    iron = [body(take.traits, take.pick(2300.0, 3100.0), "sheet", 12, 0.2) for _ in beats]
    out = np.zeros(frames_of(float(starts[-1]) + 1.0 / rate + 0.4))
    strength = forces(strides * len(beats), rng, 0.28)
    for k, start in enumerate(starts):
        for foot, share in enumerate(beats):
            at, force = (
                float(start) + share / rate + 0.012 * float(rng.standard_normal()),
                float(strength[k * len(beats) + foot]),
            )
            contact = 0.0006 if hard else 0.004
            put(
                out,
                blow(
                    ground,
                    rng,
                    force=(0.35 if hard else 1.0) * force,
                    contact=0.003,
                    noise=0.3,
                    noise_time=0.03,
                ),
                at,
            )
            if hard:
                put(
                    out,
                    blow(
                        hoof[foot], rng, force=force, contact=contact, place=0.6, noise=0.7, noise_time=0.02
                    ),
                    at,
                )
                put(
                    out,
                    blow(iron[foot], rng, force=0.16 * force, contact=0.0002, place=0.9, noise=0.5),
                    at + 0.002,
                )
                put(
                    out,
                    0.5 * force * blow(hoof[foot], rng, force=0.5, contact=contact, noise=0.6),
                    at + 0.018 + 0.012 * rng.random(),
                )
            grit = (
                [(300.0, -10.0), (1500.0, 0.0), (5000.0, -6.0), (12000.0, -18.0)]
                if hard
                else [(100.0, -4.0), (500.0, 0.0), (3000.0, -14.0)]
            )
            put(
                out,
                (0.12 if hard else 0.35) * force * scuff(rng, 0.05 + 0.08 * rng.random(), grit),
                at + 0.01 + 0.04 * rng.random(),
            )
    return placed(out, rng, "street" if hard else "field", wet=5.0, floor=9.0)


SIZE = amount("size", "from a young or small animal to a large one", (0.25, 0.75))
ROWS = (
    event(
        "cow",
        "Cow moos",
        cow,
        ("cow", "moo", "cattle", "farm", "animal"),
        (1.2, 7.0),
        (15.0, 90.0),
        "A cow lows on a meadow.",
        SIZE,
        whole("number", "how many moos", 1, 3, (1, 2)),
    ),
    event(
        "sheep",
        "Sheep bleats",
        sheep,
        ("sheep", "bleat", "lamb", "farm", "animal"),
        (0.7, 8.0),
        (8.0, 50.0),
        "A sheep bleats, and perhaps another one answers.",
        SIZE,
        whole("number", "how many bleats", 1, 5, (1, 3)),
    ),
    event(
        "goat",
        "Goat bleats",
        goat,
        ("goat", "billy goat", "kid"),
        (0.6, 6.0),
        (10.0, 60.0),
        "A goat bleats with a shaking voice.",
        SIZE,
        whole("number", "how many bleats", 1, 5, (1, 3)),
    ),
    event(
        "pig",
        "Pig grunts",
        pig,
        ("pig", "grunt", "oink", "hog", "boar", "piglet"),
        (2.2, 5.8),
        (10.0, 60.0),
        "A pig grunts and snorts in its sty.",
        SIZE,
        amount("force", "from grunting to squealing", (0.0, 0.6)),
    ),
    event(
        "neigh",
        "Horse whinnies",
        neigh,
        ("neigh", "whinny", "horse neigh", "horse"),
        (1.8, 3.6),
        (20.0, 120.0),
        "A horse whinnies and snorts.",
        SIZE,
    ),
    event(
        "donkey",
        "Donkey brays",
        donkey,
        ("donkey", "bray", "mule", "hee-haw"),
        (1.8, 7.0),
        (30.0, 180.0),
        "A donkey brays.",
        SIZE,
        whole("number", "how many times in and out", 2, 6, (3, 5)),
    ),
    event(
        "hooves",
        "Horse's hooves",
        hooves,
        ("hooves", "horse", "clop", "hoofbeats", "carriage", "pony", "animal"),
        (2.7, 8.0),
        (10.0, 60.0),
        "A horse walks, trots or gallops by.",
        choice("gait", "how it goes", "walk", "trot", "gallop"),
        choice("ground", "what it goes on", "cobbles", "earth"),
    ),
)
