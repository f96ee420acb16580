"""Machines: traffic, an idling engine, a train, a helicopter, horns, a siren, a clock.

An engine is a row of explosions, no two alike, heard through its exhaust; four cylinders in four strokes fire
twice a turn, so 800 turns a minute fire 26.7 times a second. A car that passes is mostly tyre noise around 1
kHz over its own rumble. A ship's horn is tuned below 200 Hz for a large ship (COLREG annex III: 70 to 200 Hz
above 200 m length); a car's two discs make a third of about 400 and 500 Hz; a two-tone siren alternates by a
fourth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import painted, resonant, steady
from imgext.sounds.bank.tools import (
    RATE,
    TURN,
    add,
    decays,
    edges,
    exp,
    frames_of,
    phases,
    scatter,
    seconds_of,
    strike,
    track,
    wander,
)
from imgext.sounds.bank.voice import harmonics, pulses

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array


def traffic(rng: Generator) -> Array:
    """A busy road at a distance: a rumble that never stops, cars that swell and pass from one side to the other."""
    frames = frames_of(20)
    rows, rate = frames // 960, RATE / 960
    time = seconds_of(rows, rate)
    rumble, tyres, wash = (np.full((2, rows), floor) for floor in (0.42, 0.07, 0.015))
    for k in range(7):
        at, size, slow = (
            (k + 0.7 * rng.random()) * 20.0 / 7.0,
            0.35 + 0.65 * rng.random(),
            0.8 + 0.7 * rng.random(),
        )
        way = 1.0 if rng.random() < 0.5 else -1.0
        off = ((time - at + 10.0) % 20.0 - 10.0) / slow
        near = np.maximum(1.0 / (1.0 + off * off) - 0.02, 0.0)
        position = way * off / np.sqrt(1.0 + off * off)
        for side, share in ((0, 0.5 - 0.35 * position), (1, 0.5 + 0.35 * position)):
            rumble[side] += 0.95 * size * near * share
            tyres[side] += 0.52 * size * near * np.sqrt(near) * share
            wash[side] += 0.10 * size * near * near * share
    deep = [
        (22.0, -9.0),
        (45.0, -2.0),
        (80.0, 0.0),
        (150.0, -3.0),
        (300.0, -10.0),
        (700.0, -22.0),
        (2500.0, -44.0),
    ]
    middle = [(150.0, -12.0), (450.0, -2.0), (900.0, 0.0), (1500.0, -5.0), (3500.0, -22.0), (10000.0, -42.0)]
    bright = [(900.0, -14.0), (2500.0, 0.0), (5000.0, -6.0), (12000.0, -24.0)]
    sides = [
        painted(frames, [(deep, rumble[side]), (middle, tyres[side]), (bright, wash[side])], rng)
        for side in (0, 1)
    ]
    out = np.stack(sides, axis=-1)
    for firing, at, width in (
        (62.0, 1.6, 3.0),
        (48.0, 7.4, 4.0),
        (71.0, 14.5, 2.6),
    ):  # engines one can tell apart
        length = frames_of(width)
        share = np.arange(length) / length
        angle = phases(firing * (1.03 - 0.06 * share) * (1.0 + 0.02 * wander(length, 1.0, rng)))
        tone = (np.sin(angle) + 0.6 * np.sin(2.0 * angle) + 0.3 * np.sin(3.0 * angle)) * (
            0.10 - 0.10 * np.cos(TURN * share)
        )
        left = 0.9 - 0.6 * share
        add(out, np.stack([tone * left, tone * (1.2 - left)], axis=-1), at)
    return out


def _firing(frames: int, per_second: float, rng: Generator, unsteady: float) -> Array:
    """Explosions of a four-cylinder engine, a whole number of cycles in the loop; cylinders and strokes differ."""
    cycles = round(per_second * frames / RATE / 4.0) * 4
    time = np.arange(frames) / frames
    drift = unsteady * wander(frames, 1.2, rng) + 0.035 * wander(frames, per_second, rng)
    sizes = np.resize(np.array([1.0, 0.86, 0.94, 0.78]), cycles) * (1.0 + 0.14 * rng.standard_normal(cycles))
    return pulses(frames, time * cycles + 0.5 + drift, sizes)


def engine(rng: Generator) -> Array:
    """A car that idles: four cylinders at 800 turns a minute, uneven, through exhaust, body and bonnet."""
    frames = frames_of(12)
    fire = _firing(frames, 26.67, rng, 0.35)
    exhaust = resonant(
        fire,
        [
            (54.0, 22.0, 0.9),
            (82.0, 30.0, 1.0),
            (138.0, 40.0, 0.9),
            (235.0, 60.0, 0.7),
            (410.0, 110.0, 0.7),
            (760.0, 240.0, 0.55),
        ],
    )
    puff = np.clip(resonant(fire, [(11.0, 30.0, 1.0)]), 0.0, None)
    puff *= 1.0 / float(np.sqrt(np.mean(np.square(puff))))
    valves = pulses(
        frames,
        np.arange(frames) / frames * 640.0 + 0.5 + 0.02 * wander(frames, 50.0, rng),
        0.6 + 0.4 * rng.random(640),
    )
    ticking = resonant(valves, [(1350.0, 500.0, 1.0), (2900.0, 900.0, 1.0), (4700.0, 1600.0, 0.7)])
    gas = steady(frames, [(80.0, -4.0), (300.0, 0.0), (900.0, -5.0), (2500.0, -14.0), (8000.0, -32.0)], rng)
    parts = ((exhaust, 1.0), (gas * (0.5 + puff), 0.50), (ticking, 0.30))
    out = np.zeros(frames)
    for part, level in parts:
        out += part * (level / float(np.sqrt(np.mean(np.square(part)))))
    belt = [(200.0, -10.0), (1000.0, 0.0), (4000.0, -12.0), (10000.0, -30.0)]
    return out + 0.06 * steady(frames, belt, rng)


def train(rng: Generator) -> Array:
    """Inside or beside a train at speed: rolling rumble, four wheels over every joint."""
    frames = frames_of(12)
    rolling = [
        (30.0, -8.0),
        (70.0, -1.0),
        (160.0, 0.0),
        (400.0, -5.0),
        (1000.0, -13.0),
        (3000.0, -28.0),
        (10000.0, -48.0),
    ]
    out = steady(frames, rolling, rng, 2) * (1.0 + 0.1 * wander(frames, 3.0, rng))[:, None]
    starts, sizes = [], []
    for joint in range(9):
        for wheel, size in ((0.0, 0.9), (0.13, 1.0), (0.62, 0.7), (0.75, 0.8)):
            starts.append(frames_of((joint * 12.0 / 9.0 + wheel + 0.004 * rng.standard_normal()) % 12.0))
            sizes.append(size * (0.85 + 0.3 * rng.random()))
    body = strike(
        [(78.0, 1.0, 0.22), (143.0, 0.8, 0.16), (310.0, 0.5, 0.10), (870.0, 0.35, 0.06), (2300.0, 0.2, 0.04)],
        frames_of(0.3),
        0.002,
    )
    body += 0.9 * rng.standard_normal(len(body)) * decays([0.05], len(body))[0] * 0.5
    clack = scatter(frames, np.array(starts), np.array(sizes)[:, None] * body)
    out += 1.5 * clack[:, None] * np.array([0.95, 1.05])
    return out


def helicopter(rng: Generator) -> Array:
    """A helicopter that hovers: eleven blade slaps a second over turbine and wash."""
    frames = frames_of(12)
    turns = np.arange(frames) / frames * 132.0 + 0.5 + 0.02 * wander(frames, 6.0, rng)
    slap = pulses(frames, turns, 1.0 + 0.10 * rng.standard_normal(132))
    thump = resonant(
        slap,
        [(24.0, 16.0, 0.7), (62.0, 34.0, 1.0), (120.0, 60.0, 0.8), (240.0, 140.0, 0.5), (600.0, 500.0, 0.3)],
    )
    thump *= 1.0 / float(np.sqrt(np.mean(np.square(thump))))
    near = turns - np.floor(turns)
    chop = 0.45 + 1.1 * exp(-6.0 * near) * (1.0 - exp(-50.0 * near))
    wash = steady(
        frames, [(60.0, -10.0), (200.0, 0.0), (700.0, -4.0), (2500.0, -16.0), (8000.0, -34.0)], rng, 2
    )
    time = seconds_of(frames)
    whine = np.sin(TURN * (1840.0 * time % 1.0)) + 0.6 * np.sin(TURN * (2760.0 * time % 1.0))
    return (thump + 0.03 * whine)[:, None] + 0.55 * wash * chop[:, None]


def horn(rng: Generator) -> Array:
    """A car's two-note horn, pressed twice."""
    frames = frames_of(1.5)
    out = np.zeros(frames)
    for at, seconds in ((0.01, 0.28), (0.52, 0.80)):
        length = frames_of(seconds)
        sag = track([(0.0, 0.975), (0.03, 1.0), (seconds - 0.06, 1.0), (seconds, 0.985)], length)
        for pitch in (404.0, 508.0):
            disc = harmonics(
                pitch * sag * (1.0 + 0.001 * wander(length, 30.0, rng)),
                24,
                [(1250.0, 1500.0, 0.7), (2700.0, 1700.0, 1.0), (400.0, 500.0, 0.5)],
                0.35,
            )
            out[frames_of(at) : frames_of(at) + length] += edges(disc, 0.018, 0.05)
    return out


def ship_horn(rng: Generator) -> Array:
    """A large ship's horn: one long blast that speaks slowly and dies away over the water."""
    frames = frames_of(5.5)
    speak = track([(0.0, 0.94), (0.5, 1.0), (3.0, 1.0), (3.6, 0.97)], frames)
    out = np.zeros(frames)
    for pitch, level in ((112.0, 1.0), (149.5, 0.6)):
        out += level * harmonics(
            pitch * speak * (1.0 + 0.002 * wander(frames, 8.0, rng)),
            26,
            [(250.0, 260.0, 1.0), (600.0, 500.0, 0.5), (1400.0, 1200.0, 0.16)],
            0.4,
        )
    loud = track(
        [
            (0.0, 0.0),
            (0.15, 0.35),
            (0.55, 1.0),
            (3.0, 1.0),
            (3.3, 0.25),
            (4.0, 0.10),
            (4.8, 0.03),
            (5.45, 0.0),
        ],
        frames,
    )
    air = steady(frames, [(100.0, -10.0), (400.0, 0.0), (1500.0, -8.0), (6000.0, -26.0)], rng)
    return (out * (1.0 / float(np.sqrt(np.mean(np.square(out))))) + 0.08 * air) * loud


def siren(rng: Generator) -> Array:
    """A two-tone siren, 435 and 580 Hz, a second and a half for each pair."""
    frames = frames_of(6)
    time = seconds_of(frames)
    pitch = np.where(time % 1.5 < 0.75, 435.0, 580.0)
    smooth = np.cumsum(pitch)
    pitch = np.concatenate([pitch[:480], (smooth[480:] - smooth[:-480]) / 480.0])
    tone = harmonics(
        pitch * (1.0 + 0.0008 * wander(frames, 20.0, rng)),
        24,
        [(700.0, 900.0, 1.0), (1700.0, 1400.0, 0.5)],
        0.5,
    )
    return edges(tone, 0.3, 0.6)


def clock(rng: Generator) -> Array:
    """A mantel clock: tick and tock, once a second each pair, in a wooden case."""
    frames = frames_of(10)
    out = np.zeros(frames)
    for k in range(20):
        tick = k % 2 == 0
        modes = [
            (2350.0, 0.9, 0.035),
            (3900.0, 0.7, 0.022),
            (6100.0, 0.3, 0.015),
            (640.0, 0.5, 0.06),
            (290.0, 0.35, 0.09),
        ]
        detune = 1.0 if tick else 0.86
        blow = strike(
            [(f * detune, a * (0.85 + 0.3 * rng.random()), t) for f, a, t in modes], frames_of(0.15), 0.0003
        )
        for late, level in (
            (0.0, 0.35),
            (0.011, 1.0),
            (0.030, 0.25),
        ):  # drop, lock and slide of the escapement
            add(out, blow * level * (1.0 if tick else 0.85), 0.5 * k + 0.1 + late)
    return out
