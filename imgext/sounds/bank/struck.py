"""Bells and glass: bodies that ring in partials of their own, each dying at its own speed.

A tuned church bell has its hum an octave below the prime, a minor third (tierce), a fifth (quint) and an
octave (nominal) above it: 0.5, 1, 1.2, 1.5, 2; then 2.5, 2.67, 3, 4 and so on. The hum lives longest. Every
partial is a pair a fraction of a hertz apart, because no bell is quite round, and so it beats. Source: A.
Lehr, "The designing of swinging bells and carillon bells" (1987); N. H. Fletcher and T. D. Rossing, The
Physics of Musical Instruments, chapter 21.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import painted
from imgext.sounds.bank.tools import (
    RATE,
    TURN,
    add,
    around,
    damped,
    decay,
    decays,
    edges,
    exp,
    frames_of,
    scatter,
    seconds_of,
    strike,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array

#: Ratio to the prime, amplitude at the blow, t60 in seconds for a prime of 400 Hz, difference of the pair in
#: Hz.
_CHURCH = (
    (0.5, 0.45, 9.0, 0.25),
    (1.0, 0.65, 6.5, 0.40),
    (1.2, 0.90, 6.0, 0.70),
    (1.5, 0.40, 4.0, 0.90),
    (2.0, 1.0, 5.0, 0.60),
    (2.5, 0.50, 3.6, 1.1),
    (2.67, 0.45, 3.4, 1.3),
    (3.0, 0.65, 3.2, 0.9),
    (4.0, 0.52, 2.6, 1.2),
    (5.15, 0.38, 2.0, 1.5),
    (6.3, 0.27, 1.5, 1.5),
    (7.6, 0.20, 1.1, 2.0),
    (9.0, 0.14, 0.9, 2.0),
    (10.5, 0.10, 0.7, 2.4),
    (12.1, 0.07, 0.5, 2.4),
    (13.8, 0.05, 0.4, 2.4),
)
#: A hanging temple bell: few partials, a deep one that beats slowly and lasts.
_TEMPLE = (
    (1.0, 1.0, 11.0, 0.7),
    (2.03, 0.55, 6.0, 1.3),
    (2.71, 0.45, 4.0, 1.7),
    (3.83, 0.22, 2.2, 2.1),
    (5.02, 0.14, 1.3, 2.4),
    (6.54, 0.08, 0.8, 3.0),
)


def _ring(
    frames: int,
    prime: float,
    partials: Sequence[tuple[float, float, float, float]],
    rng: Generator,
    attack: float,
) -> Array:
    out = np.zeros(frames)
    for ratio, amplitude, t60, beat in partials:
        length = min(frames, frames_of(1.3 * t60))
        start = rng.random()
        for side, share in ((-0.5, 0.6), (0.5, 0.4)):
            out[:length] += (amplitude * share) * damped(
                ratio * prime + side * beat, t60, length, TURN * start * side
            )
    return edges(out, attack, 0.0)


def bell(rng: Generator) -> Array:
    """One stroke of a church bell with a prime of 392 Hz."""
    frames = frames_of(6)
    out = _ring(frames, 392.0, _CHURCH, rng, 0.0015)
    clapper = painted(
        frames,
        [
            (
                [(400.0, -12.0), (1800.0, 0.0), (4500.0, -3.0), (9000.0, -14.0)],
                1.1 * decay(0.05, frames // 240 * 240)[::240],
            )
        ],
        rng,
        240,
    )
    return edges(out + clapper, 0.001, 1.6)


def church_bells(rng: Generator) -> Array:
    """Four bells of a tower that ring on, each in its own swing."""
    frames = frames_of(18)
    out = np.zeros((frames, 2))
    length = frames_of(5)
    for prime, strokes, position in (
        (262.0, 11, 0.35),
        (311.0, 12, 0.65),
        (349.0, 13, 0.45),
        (415.0, 15, 0.55),
    ):
        partials = [(ratio, amplitude, 0.75 * t60, beat) for ratio, amplitude, t60, beat in _CHURCH[:13]]
        stroke = edges(_ring(length, prime, partials, rng, 0.002), 0.0, 2.0)
        starts = (
            (
                (np.arange(strokes) + 0.03 * rng.standard_normal(strokes)) / strokes * frames
                + frames * position
            )
            % frames
        ).astype(np.int64)
        loud = (0.75 + 0.25 * (np.arange(strokes) % 2)) * (0.9 + 0.2 * rng.random(strokes))
        train = np.zeros(frames)
        for start, size in zip(starts, loud, strict=True):
            add(train, stroke * size, float(start) / RATE)
        out += np.stack([train * (1.0 - position), train * position], axis=-1)
    return out


def temple_bell(rng: Generator) -> Array:
    """A large hanging bell struck with a beam: soft blow, long beating hum at 110 Hz."""
    frames = frames_of(6)
    out = _ring(frames, 110.0, _TEMPLE, rng, 0.008)
    thump = strike([(62.0, 0.5, 0.20), (240.0, 0.3, 0.12), (510.0, 0.2, 0.07)], frames, 0.004)
    return edges(out + thump, 0.002, 2.0)


def bicycle_bell(rng: Generator) -> Array:
    """Two turns of a bicycle bell's lever."""
    frames = frames_of(2.4)
    modes = [
        (2420.0, 1.0, 0.9),
        (2436.0, 0.6, 0.8),
        (4890.0, 0.5, 0.5),
        (7350.0, 0.30, 0.30),
        (10100.0, 0.12, 0.2),
    ]
    blow = strike(modes, frames_of(1.2), 0.0003)
    moments = [
        start + 0.058 * k * (1.0 + 0.06 * rng.standard_normal()) for start in (0.02, 0.62) for k in range(6)
    ]
    starts = (np.array(moments) * RATE).astype(np.int64)
    return edges(
        scatter(frames, starts, blow * (0.6 + 0.4 * rng.random(len(starts)))[:, None], wrap=False), 0.001, 0.3
    )


def wind_chimes(rng: Generator) -> Array:
    """Metal tubes in a light breeze: a pentatonic handful, touched now and then."""
    frames = frames_of(16)
    out = np.zeros((frames, 2))
    length = frames_of(3)
    for k, note in enumerate((1046.5, 1174.7, 1318.5, 1568.0, 1760.0, 2093.0)):
        # a free bar: 1, 2.76, 5.40 (Euler and Bernoulli)
        modes = [
            (note, 1.0, 2.6),
            (note * 1.0012, 0.5, 2.2),
            (note * 2.756, 0.45, 1.1),
            (note * 5.404, 0.18, 0.4),
        ]
        tube = edges(strike(modes, length, 0.0004), 0.0, 1.0)
        touches = 7
        gusts = np.array([2.2, 2.9, 6.8, 7.4, 11.9, 12.3, 13.1]) + 0.55 * rng.standard_normal(touches)
        starts = (gusts % 16.0 * RATE).astype(np.int64)
        train = scatter(frames, starts, tube * exp(0.5 * rng.standard_normal(touches) - 0.8)[:, None])
        out += np.stack([train * (0.8 - 0.12 * k), train * (0.2 + 0.12 * k)], axis=-1)
    return out


def glass(rng: Generator) -> Array:
    """A pane or a bottle breaks: the crack, then shards that fall and ring, each a little later and smaller."""
    frames = frames_of(1.8)
    rows = frames // 240
    crash = painted(
        frames,
        [
            (
                [(300.0, -14.0), (1500.0, -4.0), (4500.0, 0.0), (9000.0, -2.0), (16000.0, -14.0)],
                decay(0.8, frames)[: rows * 240 : 240],
            )
        ],
        rng,
        240,
    )
    count = 240
    pitch = around(rng, count, 2200.0, 11000.0)
    shards = np.sin(TURN * pitch[:, None] * seconds_of(7200)) * decays(around(rng, count, 0.03, 0.20), 7200)
    moments = 0.015 + 1.25 * rng.random(count) * rng.random(count)
    size = exp(0.7 * rng.standard_normal(count) - 1.6 * moments) * 0.35
    return edges(
        crash + scatter(frames, (moments * RATE).astype(np.int64), shards * size[:, None], wrap=False),
        0.004,
        0.25,
    )
