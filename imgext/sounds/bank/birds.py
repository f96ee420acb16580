"""Birds: a morning chorus of several species, and single calls.

A song is a list of whistles: from one pitch to another in so many seconds, with the pauses between. The
figures (pitch ranges, lengths, repeats) are the plain facts of field guides: great tit 3 to 6 kHz in two
alternating notes, chaffinch a falling series with a flourish, blackbird slow flutes of 1.5 to 3 kHz, sparrow
single arched chirps, wren a fast trill; a herring gull's long call starts near 1 kHz and falls, a tawny owl
hoots near 800 Hz and wavers, a carrion crow caws around 1.5 kHz with a rasp, a cock crows in four syllables,
a wood pigeon coos near 450 Hz in five.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import echoing, steady
from imgext.sounds.bank.tools import TURN, add, edges, frames_of, phases, seconds_of, spread, strike, track
from imgext.sounds.bank.voice import call

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array


def whistle(
    start: float,
    middle: float,
    end: float,
    seconds: float,
    *,
    second: float = 0.06,
    trill: float = 0.0,
    depth: float = 0.0,
) -> Array:
    """One note that glides from `start` over `middle` to `end` Hz.

    Parameters
    ----------
    second : float
        Amplitude of the second harmonic.
    trill, depth : float
        Rate in Hz and width in Hz of a trill on top of the glide.
    """
    frames = frames_of(seconds)
    share = np.arange(frames) / frames
    pitch = (
        start * (1.0 - share) * (1.0 - 2.0 * share)
        + middle * 4.0 * share * (1.0 - share)
        + end * share * (2.0 * share - 1.0)
    )
    shape = np.sqrt(np.sin(share * (TURN / 2.0)))
    if trill > 0.0:
        shake = np.sin(TURN * trill * seconds_of(frames))
        pitch += depth * shake
        shape *= 0.85 + 0.15 * shake
    angle = phases(pitch)
    sine = np.sin(angle)
    return edges(sine * (1.0 + 2.0 * second * np.cos(angle)) * shape, 0.004, 0.012)


def _sing(notes: list[tuple[float, Array]]) -> Array:
    """Notes at their seconds, in one signal."""
    out = np.zeros(max(frames_of(at) + len(note) for at, note in notes))
    for at, note in notes:
        start = frames_of(at)
        out[start : start + len(note)] += note
    return out


def _great_tit(rng: Generator) -> Array:
    high, low = 4900.0 + 500.0 * rng.random(), 3500.0 + 300.0 * rng.random()
    beat = 0.30 + 0.06 * rng.random()
    notes = []
    for k in range(int(rng.integers(4, 7))):
        notes.append((k * beat, whistle(high, high - 150.0, high - 200.0, 0.10)))
        notes.append((k * beat + 0.13, 0.8 * whistle(low + 100.0, low, low - 50.0, 0.13)))
    return _sing(notes)


def _chaffinch(rng: Generator) -> Array:
    notes, at, pitch, gap = [], 0.0, 5200.0 + 500.0 * rng.random(), 0.15
    for k in range(int(rng.integers(9, 13))):
        notes.append(
            (
                at,
                (0.5 + 0.04 * k)
                * whistle(pitch + 1300.0, pitch, pitch - 1100.0, 0.055 + 0.02 * rng.random()),
            )
        )
        at, pitch, gap = at + gap, pitch - 190.0, gap * 0.94
    notes.append((at, whistle(2600.0, 5200.0, 4200.0, 0.09)))
    notes.append((at + 0.11, whistle(5600.0, 3300.0, 2500.0, 0.16)))
    return _sing(notes)


def _blackbird(rng: Generator) -> Array:
    notes, at = [], 0.0
    for _ in range(int(rng.integers(3, 6))):
        seconds = 0.14 + 0.22 * rng.random()
        low = 1500.0 + 900.0 * rng.random()
        notes.append(
            (
                at,
                whistle(
                    low,
                    low + 700.0 * (rng.random() - 0.4),
                    low + 500.0 * (rng.random() - 0.5),
                    seconds,
                    second=0.12,
                ),
            )
        )
        at += seconds + 0.02 + 0.06 * rng.random()
    for _ in range(int(rng.integers(3, 7))):  # the squeaky end
        high = 3800.0 + 2600.0 * rng.random()
        notes.append((at, 0.3 * whistle(high, high + 900.0, high - 700.0, 0.05, trill=60.0, depth=250.0)))
        at += 0.065
    return _sing(notes)


def _sparrow(rng: Generator) -> Array:
    notes, at = [], 0.0
    for _ in range(int(rng.integers(3, 8))):
        top = 4300.0 + 900.0 * rng.random()
        notes.append((at, whistle(top - 1500.0, top, top - 1900.0, 0.07 + 0.05 * rng.random(), second=0.25)))
        at += 0.22 + 0.35 * rng.random()
    return _sing(notes)


def _wren(rng: Generator) -> Array:
    base = 4600.0 + 1200.0 * rng.random()
    notes = [
        (0.09 * k, 0.7 * whistle(base + 900.0 * (k % 2), base + 400.0, base - 600.0, 0.06)) for k in range(5)
    ]
    notes += [
        (0.5 + k / 17.0, whistle(base + 1100.0, base + 300.0, base - 800.0, 0.04))
        for k in range(int(rng.integers(14, 22)))
    ]
    return _sing(notes)


def birds(rng: Generator) -> Array:
    """A morning chorus: five species, two of each near or far, in quiet air between trees."""
    frames = frames_of(16)
    near, far = np.zeros((frames, 2)), np.zeros((frames, 2))
    plan = (
        (_blackbird, -0.45, 0.50, 3.6),
        (_great_tit, 0.6, 0.42, 5.0),
        (_chaffinch, -0.8, 0.38, 6.2),
        (_sparrow, 0.2, 0.34, 3.9),
        (_wren, 0.9, 0.30, 7.5),
        (_blackbird, 0.75, 0.14, 4.4),
        (_great_tit, -0.6, 0.12, 5.6),
        (_chaffinch, 0.35, 0.11, 7.1),
    )
    for species, position, level, pause in plan:
        repeats = max(1, round(16.0 / pause))
        for k in range(repeats):
            at = (k + 0.15 + 0.55 * rng.random()) * 16.0 / repeats + position
            song = spread(species(rng) * (level * (0.75 + 0.5 * rng.random())), position)
            add(near if level > 0.2 else far, song, at)
    room = [(800.0, -6.0), (2500.0, 0.0), (5000.0, -5.0), (12000.0, -30.0)]
    wood = np.stack(
        [echoing(near[:, side] * 0.5 + far[:, side], 0.9, 0.6, rng, room) for side in (0, 1)], axis=-1
    )
    air = [(60.0, 0.0), (200.0, -8.0), (800.0, -20.0), (4000.0, -27.0), (12000.0, -38.0)]
    return near + 0.7 * wood + 0.012 * steady(frames, air, rng, 2)


def gull(rng: Generator) -> Array:
    """A herring gull's call: a few long mews, then shorter ones that quicken."""
    frames = frames_of(3.4)
    out = np.zeros(frames)
    for at, seconds, top in (
        (0.05, 0.62, 1150.0),
        (0.80, 0.50, 1320.0),
        (1.42, 0.34, 1420.0),
        (1.84, 0.30, 1430.0),
        (2.22, 0.30, 1380.0),
        (2.62, 0.42, 1240.0),
    ):
        length = frames_of(seconds)
        pitch = track(
            [(0.0, 0.72 * top), (0.16 * seconds, top), (0.55 * seconds, 0.93 * top), (seconds, 0.66 * top)],
            length,
        )
        mouth = track([(0.0, 1500.0), (0.2 * seconds, 2900.0), (seconds, 1900.0)], length)
        loud = edges(np.ones(length), 0.25 * seconds, 0.5 * seconds)
        out[frames_of(at) : frames_of(at) + length] += call(
            pitch,
            loud,
            [(mouth, 700.0, 1.0), (4600.0, 1400.0, 0.3)],
            rng,
            count=14,
            tilt=0.3,
            breath=0.10,
            rough=0.18,
            shake=0.008,
        )
    return out


def owl(rng: Generator) -> Array:
    """A tawny owl: one long hoot, a pause, a short one, and the wavering last."""
    frames = frames_of(5)
    out = np.zeros(frames)
    for at, seconds, pitch, waver in (
        (0.1, 0.75, 800.0, 0.0),
        (2.2, 0.16, 760.0, 0.0),
        (2.75, 1.7, 820.0, 1.0),
    ):
        length = frames_of(seconds)
        time = seconds_of(length)
        line = track(
            [
                (0.0, 0.93 * pitch),
                (0.12 * seconds, pitch),
                (0.8 * seconds, 0.98 * pitch),
                (seconds, 0.88 * pitch),
            ],
            length,
        )
        beat = np.clip(time / 0.5, 0.0, 1.0) * np.clip((1.5 - time) / 0.3, 0.0, 1.0) * waver
        line *= 1.0 + 0.025 * beat * np.sin(TURN * 13.0 * time)
        loud = edges(np.ones(length), 0.3 * seconds, 0.4 * seconds) * (
            1.0 - 0.45 * beat * (0.5 + 0.5 * np.sin(TURN * 13.0 * time + 1.0))
        )
        hoot = call(
            line,
            loud,
            [(850.0, 500.0, 1.0), (2400.0, 900.0, 0.06)],
            rng,
            count=5,
            tilt=1.6,
            breath=0.05,
            shake=0.002,
        )
        out[frames_of(at) : frames_of(at) + length] += hoot
    return out


def crow(rng: Generator) -> Array:
    """Three caws of a crow."""
    frames = frames_of(2.4)
    out = np.zeros(frames)
    for at, seconds, pitch in ((0.03, 0.42, 560.0), (0.78, 0.40, 545.0), (1.52, 0.46, 530.0)):
        length = frames_of(seconds)
        line = track(
            [
                (0.0, 0.80 * pitch),
                (0.2 * seconds, pitch),
                (0.7 * seconds, 0.97 * pitch),
                (seconds, 0.74 * pitch),
            ],
            length,
        )
        loud = edges(np.ones(length), 0.06, 0.16)
        out[frames_of(at) : frames_of(at) + length] += call(
            line,
            loud,
            [(1500.0, 420.0, 1.0), (2700.0, 700.0, 0.45), (5200.0, 1500.0, 0.25)],
            rng,
            count=20,
            tilt=0.2,
            breath=0.45,
            rough=0.55,
            shake=0.05,
        )
    return out


def rooster(rng: Generator) -> Array:
    """Cock-a-doodle-doo: two short notes, a rising third, the long fourth that sinks at its end."""
    frames = frames_of(2.6)
    out = np.zeros(frames)
    for at, seconds, first, top, last in (
        (0.03, 0.20, 480.0, 640.0, 600.0),
        (0.28, 0.15, 700.0, 820.0, 760.0),
        (0.50, 0.34, 740.0, 960.0, 900.0),
        (0.92, 1.35, 800.0, 930.0, 520.0),
    ):
        length = frames_of(seconds)
        line = track(
            [(0.0, first), (0.2 * seconds, top), (0.6 * seconds, 0.96 * top), (seconds, last)], length
        )
        loud = edges(np.ones(length), 0.04, 0.35 * seconds)
        throat = [(1250.0, 500.0, 1.0), (2700.0, 600.0, 0.8), (4200.0, 1200.0, 0.25)]
        out[frames_of(at) : frames_of(at) + length] += call(
            line, loud, throat, rng, count=16, tilt=0.35, breath=0.10, rough=0.22, shake=0.012
        )
    return out


def pigeon(rng: Generator) -> Array:
    """A wood pigeon: coo, COO, coo, coo-coo, twice."""
    frames = frames_of(5.2)
    out = np.zeros(frames)
    for begin in (0.05, 2.6):
        for at, seconds, size in (
            (0.0, 0.28, 0.7),
            (0.36, 0.58, 1.0),
            (1.02, 0.42, 0.85),
            (1.60, 0.24, 0.7),
            (1.90, 0.30, 0.75),
        ):
            length = frames_of(seconds)
            line = track([(0.0, 420.0), (0.3 * seconds, 470.0), (seconds, 440.0)], length)
            loud = size * edges(np.ones(length), 0.35 * seconds, 0.4 * seconds)
            coo = call(
                line,
                loud,
                [(470.0, 300.0, 1.0), (1300.0, 500.0, 0.05)],
                rng,
                count=5,
                tilt=1.5,
                breath=0.10,
                rough=0.25,
                shake=0.004,
            )
            out[frames_of(begin + at) : frames_of(begin + at) + length] += coo
    return out


def cuckoo(rng: Generator) -> Array:
    """A cuckoo calls three times: a falling minor third."""
    frames = frames_of(4.6)
    out = np.zeros(frames)
    for k in range(3):
        for late, seconds, pitch, size in ((0.0, 0.17, 660.0, 0.9), (0.34, 0.30, 553.0, 1.0)):
            length = frames_of(seconds)
            line = track([(0.0, 0.97 * pitch), (0.3 * seconds, pitch), (seconds, 0.985 * pitch)], length)
            loud = size * edges(np.ones(length), 0.3 * seconds, 0.45 * seconds)
            note = call(
                line,
                loud,
                [(650.0, 400.0, 1.0), (1900.0, 600.0, 0.05)],
                rng,
                count=4,
                tilt=1.6,
                breath=0.04,
                shake=0.002,
            )
            start = frames_of(0.05 + 1.42 * k + late)
            out[start : start + length] += note
    return out


def duck(rng: Generator) -> Array:
    """A mallard: a row of quacks, each lower and softer than the one before."""
    frames = frames_of(2.8)
    out = np.zeros(frames)
    at = 0.03
    for k in range(7):
        seconds = 0.26 - 0.015 * k
        length = frames_of(seconds)
        top = 300.0 - 9.0 * k
        line = track([(0.0, 0.85 * top), (0.15 * seconds, top), (seconds, 0.74 * top)], length)
        mouth = track([(0.0, 1000.0), (0.3 * seconds, 1500.0), (seconds, 1150.0)], length)
        loud = (1.0 - 0.09 * k) * edges(np.ones(length), 0.02, 0.5 * seconds)
        quack = call(
            line,
            loud,
            [(mouth, 350.0, 1.0), (2500.0, 600.0, 0.7), (3700.0, 800.0, 0.25)],
            rng,
            count=26,
            tilt=0.2,
            breath=0.2,
            rough=0.35,
            shake=0.03,
        )
        out[frames_of(at) : frames_of(at) + length] += quack
        at += 0.38 - 0.01 * k
    return out


def woodpecker(rng: Generator) -> Array:
    """Two drum rolls of a great spotted woodpecker: fifteen blows in under a second, quicker and softer towards the end."""
    frames = frames_of(4)
    out = np.zeros(frames)
    for begin in (0.05, 2.3):
        at, gap = begin, 0.066
        for k in range(15):
            modes = [
                (430.0, 0.4, 0.05),
                (890.0, 1.0, 0.06),
                (1430.0, 0.8, 0.04),
                (2250.0, 0.45, 0.025),
                (3600.0, 0.2, 0.015),
            ]
            blow = strike(
                [(f, a * (0.85 + 0.3 * rng.random()), t) for f, a, t in modes], frames_of(0.15), 0.0004
            )
            start = frames_of(at)
            out[start : start + len(blow)] += blow * min(1.0, 0.6 + 0.2 * k) * (1.0 - 0.035 * k)
            at, gap = at + gap, gap * 0.965
    return out
