"""Puts a sound in a place: ground, walls, tail, air, and the place's quiet noise.

Conventions: signals of one channel, ``(frames,)``, unless stated otherwise; levels in dB relative to the
loudest tenth of a second. Sources: the tail is noise whose bands die at their own speed (J. Moorer, Computer
Music Journal 3 (1979)); air takes about 4 dB at 8 kHz and 0.4 dB at 2 kHz on 100 m (ISO 9613-1, 10 degrees,
70 %).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import handy, mask, painted, product, weighed
from imgext.sounds.bank.tools import RATE, decay, frames_of, from_db, sided, stir, unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from imgext.sounds.bank.noise import Curve
    from imgext.sounds.bank.tools import Array

#: (first echo in s, last early echo in s, number of early echoes, t60 low, t60 high, tail in dB, floor in dB)
ROOMS = {
    "near": (0.002, 0.012, 3, 0.12, 0.06, -22.0, -58.0),
    "field": (0.004, 0.09, 5, 0.45, 0.15, -27.0, -50.0),
    "forest": (0.006, 0.16, 14, 0.9, 0.35, -21.0, -50.0),
    "yard": (0.005, 0.11, 9, 0.6, 0.25, -21.0, -48.0),
    "street": (0.008, 0.18, 10, 1.0, 0.4, -18.0, -46.0),
    "room": (0.002, 0.03, 12, 0.4, 0.25, -18.0, -50.0),
    "kitchen": (0.002, 0.025, 14, 0.5, 0.4, -15.0, -48.0),
    "hall": (0.008, 0.09, 14, 1.8, 0.9, -14.0, -48.0),
    "church": (0.015, 0.14, 16, 3.4, 1.4, -11.0, -50.0),
    "cave": (0.01, 0.12, 12, 2.2, 0.8, -9.0, -50.0),
}
#: The floor of each sort of place: distant traffic and air outdoors, air and machines indoors.
OUTDOORS: Curve = ((40.0, 5.0), (100.0, 3.0), (250.0, 0.0), (1000.0, -8.0), (4000.0, -18.0), (12000.0, -30.0))
INDOORS: Curve = ((50.0, 3.0), (120.0, 3.0), (300.0, 0.0), (1000.0, -6.0), (4000.0, -15.0), (16000.0, -30.0))
_INSIDE = {"near", "room", "kitchen", "hall", "church", "cave"}


def response(rng: Generator, room: str) -> Array:
    """Make a place's impulse response of echoes and tail, without the direct sound.

    It has unit gain between 300 and 4000 Hz.
    """
    first, last, count, low, high, _, _ = ROOMS[room]
    # what is 42 dB below a tail that is itself some 20 dB down is not heard
    frames = frames_of(max(0.7 * low, 1.05 * last))
    times = first + (last - first) * np.sort(rng.random(count))
    out = np.zeros(frames + 8)
    early = 0.5 * (first / times) * np.sign(rng.standard_normal(count)) * (0.6 + 0.8 * rng.random(count))
    for at, size in zip((times * RATE).astype(np.int64), early, strict=True):
        out[at : at + 5] += size * np.array([0.1, 0.25, 0.3, 0.25, 0.1])  # a wall takes the top
    start = frames_of(first * 1.5)
    tail = rng.standard_normal(frames - start)
    bright = tail * decay(high, len(tail))
    total = np.cumsum(rng.standard_normal(len(tail) + 12))
    dull = (total[12:] - total[:-12]) * (1.0 / 3.5) * decay(low, len(tail))
    rise = np.minimum(np.arange(len(tail)) / max(1.0, last * 0.5 * RATE), 1.0)
    out[start:frames] += 0.06 * (bright + 0.8 * dull) * rise
    spectrum = np.fft.rfft(out, handy(len(out)))
    per = len(spectrum) / (RATE / 2.0)
    heard = spectrum[round(300.0 * per) : round(4000.0 * per)]
    return out * (1.0 / math.sqrt(float(np.mean(np.square(heard.real) + np.square(heard.imag)))))


def convolved(signal: Array, answer: Array, *, circle: bool = False) -> Array:
    """Convolve `signal` with an impulse response and keep its length.

    What runs over the end of a circle goes on at its start.
    """
    return answered(signal, [answer], circle=circle)[0]


def answered(signal: Array, answers: Sequence[Array], *, circle: bool = True) -> list[Array]:
    """Convolve `signal` with several impulse responses, block by block."""
    frames, longest = len(signal), max(len(answer) for answer in answers)
    length = handy(min(frames, max(49152, 2 * longest)) + longest)
    block = length - longest
    heard = [np.fft.rfft(np.concatenate([answer, np.zeros(length - len(answer))])) for answer in answers]
    parts = [(np.array(other.real), np.array(other.imag)) for other in heard]
    made = [np.zeros(frames + length) for _ in answers]
    for start in range(0, frames, block):
        spectrum = np.fft.rfft(signal[start : start + block], length)
        real, imaginary = np.array(spectrum.real), np.array(spectrum.imag)
        for out, (other_real, other_imaginary) in zip(made, parts, strict=True):
            out[start : start + length] += product(real, imaginary, other_real, other_imaginary, length)
    if not circle:
        return [out[:frames] for out in made]
    for out in made:
        for start in range(frames, frames + length, frames):
            rest = out[start : start + frames]
            out[: len(rest)] += rest
    return [out[:frames] for out in made]


def placed(
    signal: Array,
    rng: Generator,
    room: str,
    *,
    wet: float = 0.0,
    floor: float = 0.0,
    distance: float = 0.0,
    circle: bool = False,
) -> Array:
    """`signal` where it happens: with echoes, a tail and a floor.

    Parameters
    ----------
    room : str
        A key of `ROOMS`.
    wet, floor : float
        dB more of the tail and the floor than the place has by itself.
    distance : float
        Metres of air on the way.
    circle : bool
        Whether the signal is a loop.
    """
    tail_level, floor_level = ROOMS[room][5] + wet, ROOMS[room][6] + floor
    answer = response(rng, room) * float(from_db(tail_level))
    answer[0] += 1.0
    if distance > 0.0:
        answer = distant(answer, distance)
    out = convolved(signal, answer, circle=circle)
    return out + air(len(out), rng, room) * (loudest(out) * float(from_db(floor_level)))


def distant(signal: Array, metres: float) -> Array:
    """`signal` after so many metres of air: the top goes first."""
    loss = metres / 100.0
    curve = [
        (250.0, 0.0),
        (1000.0, -0.35 * loss),
        (2000.0, -0.7 * loss),
        (4000.0, -1.9 * loss),
        (8000.0, -5.5 * loss),
        (16000.0, -15.0 * loss),
    ]
    length = handy(len(signal))
    spectrum = np.fft.rfft(signal, length)
    lines = mask(curve, len(spectrum))
    lines[0] = 1.0
    weighed(spectrum, lines)
    return np.fft.irfft(spectrum, length)[: len(signal)]


def air(frames: int, rng: Generator, room: str) -> Array:
    """Make a place's noise floor of about unit RMS, slowly moving, as a loop."""
    rows = -(-frames // 960)
    tint = 4.0 * (rng.random() - 0.5)
    curve = [(hz, db + tint * k * 0.3) for k, (hz, db) in enumerate(INDOORS if room in _INSIDE else OUTDOORS)]
    depth = 0.12 if room in _INSIDE else 0.22
    level = np.maximum(1.0 + depth * stir(rows, rng, RATE / 960), 0.1)
    return painted(rows * 960, [(curve, level)], rng)[:frames]


def loudest(signal: Array) -> float:
    """RMS of the loudest tenth of a second."""
    size = min(len(signal), RATE // 10)
    blocks = signal[: len(signal) // size * size].reshape(-1, size)
    return math.sqrt(float(np.max(np.mean(np.square(blocks), axis=1))))


def beside(signal: Array, rng: Generator, alike: float = 0.5, spread: float = 0.012) -> Array:
    """Make two channels from one, ``(frames, 2)``; a loop stays one.

    Both hear a common part, and each its own echoes.
    """
    sides = []
    for _ in range(2):
        frames = frames_of(spread)
        answer = rng.standard_normal(frames) * decay(spread * 0.8, frames)
        answer *= math.sqrt(1.0 - alike) / math.sqrt(float(np.sum(np.square(answer))))
        answer[0] += math.sqrt(alike)
        sides.append(unit(convolved(signal, answer, circle=True)))
    return sided(sides)


def balanced(sides: Array, most: float = 2.0) -> Array:
    """Limit the levels of two channels to `most` dB apart, ``(frames, 2)``.

    Nobody listens for long with one ear.
    """
    left, right = (math.sqrt(float(np.mean(np.square(side)))) + 1e-12 for side in sides.T)
    apart = 20.0 * math.log10(left / right)
    if abs(apart) <= most:
        return sides
    gain = round(float(from_db((abs(apart) - most) * 0.5)), 9)
    result: Array = sides * (np.array([1.0 / gain, gain]) if apart > 0.0 else np.array([gain, 1.0 / gain]))
    return result
