"""Insects, a frog pond, and the voices of farm and house animals.

A field cricket's chirp is three or four closures of its wings, 30 a second, at 4 to 5 kHz; a cicada's tymbal
clicks some hundred times a second around 5 to 8 kHz; a fly's wings beat about 200 times a second. The voices
are calls (see `voice`) whose pitch and formants follow what the animal's length of throat allows: a dog 0.5
to 1 kHz with a rasp, a cat 0.4 to 0.8 kHz, a cow near 130 Hz.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import painted, steady
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
    spread,
    strike,
    track,
    wander,
)
from imgext.sounds.bank.voice import call, harmonics

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array
    from imgext.sounds.bank.voice import Formant


def crickets(rng: Generator) -> Array:
    """A meadow at night: three near crickets that chirp, and a chorus behind them that never stops."""
    frames = frames_of(12)
    night = [(60.0, -6.0), (150.0, 0.0), (500.0, -8.0), (2000.0, -20.0), (8000.0, -34.0)]
    out = 0.008 * steady(frames, night, rng, 2)
    for carrier, chirps, position, level in (
        (4450.0, 29, -0.5, 0.7),
        (4720.0, 26, 0.6, 0.55),
        (4260.0, 31, 0.1, 0.3),
    ):
        period = 12.0 / chirps
        for k in range(chirps):
            if rng.random() < 0.04:  # now and then it leaves one out
                continue
            at = (k + 0.06 * rng.standard_normal()) * period + position
            add(
                out,
                spread(
                    _chirp(carrier * (1.0 + 0.004 * rng.standard_normal()), rng)
                    * (level * (0.85 + 0.3 * rng.random())),
                    position,
                ),
                at,
            )
    rows, rate = frames // 240, RATE / 240
    time = seconds_of(rows, rate)
    for side in (0, 1):  # the far ones: narrow noise that pulses, because each of them does
        layers = []
        for carrier, beats, level in ((4350.0, 27.5, 0.045), (4900.0, 35.25, 0.03), (5350.0, 50.5, 0.012)):
            beat = 0.6 + 0.4 * np.sin(TURN * (beats * time % 1.0) + TURN * rng.random())
            tone = [
                (carrier * 0.90, -70.0),
                (carrier * 0.98, 0.0),
                (carrier * 1.02, 0.0),
                (carrier * 1.10, -70.0),
            ]
            layers.append((tone, level * beat * (1.0 + 0.2 * wander(rows, 0.8, rng, rate))))
        out[:, side] += painted(frames, layers, rng, 240)
    return out


def _chirp(carrier: float, rng: Generator) -> Array:
    """Three syllables of 18 ms, 34 ms apart, each a little louder, sinking in pitch as the wing closes."""
    out = np.zeros(frames_of(0.13))
    for k in range(3):
        length = frames_of(0.016 + 0.003 * k)
        share = np.arange(length) / length
        angle = phases(carrier * (1.02 - 0.05 * share))
        tone = np.sin(angle) + 0.04 * np.sin(2.0 * angle)
        start = frames_of(0.034 * k + 0.001 * rng.random())
        out[start : start + length] += (
            (0.6 + 0.2 * k) * tone * np.sin(share * (TURN / 2.0)) * (0.5 + 0.5 * share)
        )
    return out


def cicadas(rng: Generator) -> Array:
    """A hot afternoon: cicadas that swell, hold and let go, one after another."""
    frames = frames_of(14)
    time = seconds_of(frames)
    out = np.zeros((frames, 2))
    for low, rate, position, start in (
        (5200.0, 118.0, -0.6, 0.0),
        (6300.0, 146.0, 0.5, 4.5),
        (4700.0, 104.0, 0.0, 9.5),
    ):
        swell = np.interp((time - start) % 14.0, [0.0, 1.8, 4.0, 6.2, 14.0], [0.25, 1.0, 0.9, 0.25, 0.25])
        click = (time * rate) % 1.0
        beat = (1.0 - click) * (1.0 - click) * (1.0 + 0.25 * wander(frames, 9.0, rng))
        band = [(low * 0.7, -40.0), (low * 0.92, -3.0), (low, 0.0), (low * 1.25, -8.0), (low * 1.9, -36.0)]
        out += spread(steady(frames, band, rng) * beat * swell * swell, position)
    return out + 0.01 * steady(frames, [(100.0, 0.0), (1000.0, -14.0), (8000.0, -30.0)], rng, 2)


def fly(rng: Generator) -> Array:
    """A fly that passes twice: the buzz of its wings, higher as it comes, lower as it goes."""
    frames = frames_of(4)
    time = seconds_of(frames)
    near = np.zeros(frames)
    pitch = 195.0 * (1.0 + 0.025 * wander(frames, 2.5, rng) + 0.012 * wander(frames, 9.0, rng))
    for at, width in ((1.1, 0.35), (2.9, 0.28)):
        off = (time - at) / width
        near += 1.0 / (1.0 + off * off)
        pitch *= 1.0 - 0.06 * off / np.sqrt(1.0 + off * off) * 0.5
    near *= 1.0 + 0.12 * wander(frames, 25.0, rng)
    throat: list[Formant] = [(450.0, 500.0, 1.0), (1200.0, 900.0, 0.6), (3000.0, 2500.0, 0.25)]
    buzz = harmonics(pitch, 32, throat, 0.55)
    return edges(buzz * near, 0.5, 0.5)


def frogs(rng: Generator) -> Array:
    """A pond at night: frogs that croak in turns, each a row of pulses that rings in its throat."""
    frames = frames_of(12)
    out = 0.01 * steady(frames, [(80.0, 0.0), (400.0, -12.0), (3000.0, -30.0)], rng, 2)
    for pitch, rate, pulses_in, croaks, position, level in (
        (1150.0, 46.0, 13, 15, -0.5, 0.5),
        (1420.0, 58.0, 11, 19, 0.55, 0.42),
        (820.0, 34.0, 15, 9, 0.1, 0.45),
        (1800.0, 72.0, 9, 23, -0.9, 0.12),
        (1650.0, 66.0, 10, 21, 0.9, 0.10),
    ):
        for k in range(croaks):
            if rng.random() < 0.15:
                continue
            count = pulses_in + int(rng.integers(-2, 3))
            starts = (np.arange(count) * RATE / rate * (1.0 + 0.01 * rng.random())).astype(np.int64)
            time = seconds_of(900)
            ring = (
                np.sin(TURN * pitch * time)
                + 0.5 * np.sin(TURN * 2.05 * pitch * time)
                + 0.25 * np.sin(TURN * 0.5 * pitch * time)
            )
            size = np.sin((np.arange(count) + 1.0) / (count + 1.0) * (TURN / 2.0))
            croak = scatter(
                int(starts[-1]) + 900, starts, ring * decays(np.full(count, 0.022), 900) * size[:, None]
            )
            add(
                out,
                spread(croak * (level * (0.8 + 0.4 * rng.random())), position),
                (k + 0.3 * rng.random()) * 12.0 / croaks + position,
            )
    return out


def dog(rng: Generator) -> Array:
    """Three barks: a burst of breath, a voice that leaps and falls within a quarter of a second."""
    frames = frames_of(1.9)
    out = np.zeros(frames)
    for at, top, size in ((0.02, 740.0, 0.9), (0.56, 790.0, 1.0), (1.22, 720.0, 0.85)):
        length = frames_of(0.24)
        pitch = track(
            [(0.0, 0.55 * top), (0.035, top), (0.09, 0.92 * top), (0.17, 0.68 * top), (0.24, 0.45 * top)],
            length,
        )
        mouth = track([(0.0, 700.0), (0.05, 1250.0), (0.14, 1050.0), (0.24, 600.0)], length)
        loud = size * edges(np.ones(length), 0.018, 0.15)
        throat: list[Formant] = [(mouth, 420.0, 1.0), (2100.0, 600.0, 0.35), (3600.0, 900.0, 0.10)]
        out[frames_of(at) : frames_of(at) + length] += call(
            pitch, loud, throat, rng, count=18, tilt=0.6, breath=0.28, rough=0.35, shake=0.03
        )
    return out


def cat(rng: Generator) -> Array:
    """One miaow: the mouth opens and closes, the pitch follows."""
    seconds = 0.95
    frames = frames_of(1.05)
    pitch = track([(0.0, 520.0), (0.18, 700.0), (0.45, 660.0), (0.75, 520.0), (seconds, 430.0)], frames)
    first = track([(0.0, 750.0), (0.30, 1750.0), (0.55, 1500.0), (seconds, 700.0)], frames)
    second = track([(0.0, 2600.0), (0.25, 2900.0), (0.55, 2400.0), (seconds, 1500.0)], frames)
    loud = track([(0.0, 0.0), (0.10, 0.55), (0.30, 1.0), (0.55, 0.8), (0.85, 0.25), (seconds, 0.0)], frames)
    return call(
        pitch,
        loud,
        [(first, 350.0, 1.0), (second, 450.0, 0.5), (4800.0, 1000.0, 0.15)],
        rng,
        count=20,
        tilt=0.7,
        breath=0.06,
        shake=0.008,
    )


def cow(rng: Generator) -> Array:
    """A moo: low and long, the mouth opening in the middle."""
    frames = frames_of(2.4)
    pitch = track([(0.0, 95.0), (0.35, 132.0), (1.3, 145.0), (1.9, 125.0), (2.35, 95.0)], frames)
    first = track([(0.0, 240.0), (0.6, 420.0), (1.5, 560.0), (2.35, 330.0)], frames)
    second = track([(0.0, 750.0), (0.7, 1000.0), (1.5, 1300.0), (2.35, 800.0)], frames)
    loud = track([(0.0, 0.0), (0.30, 0.7), (1.2, 1.0), (1.8, 0.7), (2.35, 0.0)], frames)
    throat: list[Formant] = [(first, 130.0, 1.0), (second, 220.0, 0.35), (2500.0, 500.0, 0.10)]
    return call(pitch, loud, throat, rng, count=30, tilt=0.7, breath=0.10, rough=0.25, shake=0.015)


def sheep(rng: Generator) -> Array:
    """A bleat: a nasal voice that shakes eight times a second."""
    frames = frames_of(1.4)
    time = seconds_of(frames)
    shaking = np.sin(TURN * 8.5 * time)
    pitch = track([(0.0, 280.0), (0.15, 335.0), (0.9, 320.0), (1.35, 270.0)], frames) * (
        1.0 + 0.035 * shaking
    )
    loud = track([(0.0, 0.0), (0.08, 0.9), (0.4, 1.0), (1.0, 0.7), (1.35, 0.0)], frames) * (
        0.72 + 0.28 * shaking
    )
    throat: list[Formant] = [
        (750.0, 220.0, 1.0),
        (1650.0, 300.0, 0.8),
        (2600.0, 400.0, 0.5),
        (3800.0, 600.0, 0.15),
    ]
    return call(pitch, loud, throat, rng, count=22, tilt=0.45, breath=0.10, rough=0.25, shake=0.012)


def bees(rng: Generator) -> Array:
    """Bees at a hive or a flowering bush: a hum around 230 Hz with its overtones, single bees that come close and leave."""
    frames = frames_of(12)
    rows, rate = frames // 960, RATE / 960
    sides = []
    for _ in range(2):
        layers = [([(60.0, -20.0), (300.0, 0.0), (1500.0, -12.0), (6000.0, -34.0)], np.full(rows, 0.08))]
        for pitch, level in ((205.0, 0.5), (228.0, 0.6), (246.0, 0.5)):
            swell = level * exp(0.5 * wander(rows, 0.9, rng, rate))
            for k, share in (
                (1, 1.0),
                (2, 0.8),
                (3, 0.45),
                (4, 0.30),
                (5, 0.2),
                (6, 0.13),
                (8, 0.10),
                (10, 0.08),
                (12, 0.06),
                (15, 0.05),
                (19, 0.03),
            ):
                peak = pitch * k
                layers.append(
                    (
                        [
                            (peak * 0.93, -60.0),
                            (peak * 0.985, 0.0),
                            (peak * 1.015, 0.0),
                            (peak * 1.07, -60.0),
                        ],
                        swell * share,
                    )
                )
        sides.append(painted(frames, layers, rng))
    out = np.stack(sides, axis=-1)
    for at, position, pitch in ((1.5, -0.7, 236.0), (5.2, 0.8, 214.0), (8.6, -0.2, 251.0)):
        length = frames_of(2.2)
        line = pitch * (1.0 + 0.03 * wander(length, 3.0, rng) + 0.01 * wander(length, 12.0, rng))
        buzz = harmonics(line, 16, [(400.0, 500.0, 1.0), (1500.0, 1300.0, 0.4)], 0.6)
        add(out, spread(0.8 * edges(buzz, 1.0, 1.0), position), at)
    return out


def hooves(rng: Generator) -> Array:
    """A horse walks over cobbles: four hooves, hollow and hard, each with its own tuning."""
    frames = frames_of(5)
    out = np.zeros(frames)
    for k in range(17):
        at = 0.05 + 0.28 * k + (0.02 if k % 2 else 0.0) + 0.008 * rng.standard_normal()
        tune, hard = (
            (1.0, 1.13, 0.94, 1.06)[k % 4] * (1.0 + 0.015 * rng.standard_normal()),
            (1.0, 0.8, 0.95, 0.75)[k % 4],
        )
        modes = [
            (118.0, 0.45, 0.08),
            (520.0, 0.6, 0.05),
            (1080.0, 1.0, 0.045),
            (1690.0, 0.7, 0.03),
            (2900.0, 0.35, 0.02),
            (4700.0, 0.2, 0.012),
        ]
        clop = strike(
            [(f * tune, a * (0.85 + 0.3 * rng.random()), t) for f, a, t in modes], frames_of(0.18), 0.0005
        )
        clop += 0.25 * rng.standard_normal(len(clop)) * decays([0.012], len(clop))[0]
        start = frames_of(at)
        out[start : start + len(clop)] += hard * clop[: frames - start]
    return out
