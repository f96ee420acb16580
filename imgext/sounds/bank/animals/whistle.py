"""Sings like a bird: pure tones that glide, tremble and buzz, in phrases.

Source: C. Catchpole and P. Slater, Bird Song (2008): most songs lie between 1.5 and 8 kHz, syllables last 20
to 300 ms, a singer has a repertoire of its own and repeats it with small changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.tools import (
    CONTROL,
    RATE,
    exp,
    fine,
    frames_of,
    line,
    put,
    rows_of,
    sine,
    turned,
    wander,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array


@dataclass(frozen=True, slots=True)
class Syllable:
    """One sound of a singer: length, glide relative to `height`, trembling, overtones."""

    seconds: float
    height: float
    glide: tuple[float, ...]
    tremble: float = 0.0  #: depth of a fast change of pitch
    tremble_rate: float = 80.0
    pulse: float = 0.0  #: depth of a fast change of loudness
    overtone: float = 0.12
    breath: float = 0.03


def sung(syllable: Syllable, rng: Generator, change: float = 0.02) -> Array:
    """A syllable, a little different each time."""
    d = syllable.seconds * (1.0 + 2.0 * change * float(rng.standard_normal()) * 0.5)
    d = max(d, 0.012)
    rows = rows_of(d)
    height = syllable.height * (1.0 + change * 0.5 * float(rng.standard_normal()))
    count = len(syllable.glide)
    glide = line(
        [
            (d * k / max(count - 1, 1), ratio * (1.0 + change * 0.4 * float(rng.standard_normal())))
            for k, ratio in enumerate(syllable.glide)
        ],
        rows,
    )
    shake = sine(np.arange(rows, dtype=np.float64) * (syllable.tremble_rate / CONTROL) + float(rng.random()))
    turns = turned(
        height * glide * (1.0 + syllable.tremble * shake + 0.004 * wander(rows, 60.0, rng, CONTROL))
    )
    attack = min(0.012, 0.25 * d)
    loud = line([(0.0, 0.0), (attack, 0.8), (0.45 * d, 1.0), (0.8 * d, 0.75), (d, 0.0)], rows)
    loud = (
        loud * (1.0 - syllable.pulse * (0.5 + 0.5 * shake)) * (1.0 + 0.12 * wander(rows, 45.0, rng, CONTROL))
    )
    first, quarter = sine(turns), sine(turns + 0.25)
    # sin 2x = 2 sin x cos x; sin 3x = sin x (3 - 4 sin x sin x)
    made = first * (
        1.0 + (2.0 * syllable.overtone) * quarter + (0.4 * syllable.overtone) * (3.0 - 4.0 * (first * first))
    )
    if syllable.breath > 0.0:
        # breath lies around the tone: its loudness trembles some hundred times a second
        made += fine((syllable.breath * 2.5) * wander(rows, 450.0, rng, CONTROL)) * quarter
    made *= fine(np.maximum(loud, 0.0))
    return made


def repertoire(
    traits: Generator, count: int, low: float, high: float, short: float, long: float, buzz: float = 0.3
) -> list[Syllable]:
    """Make a singer's syllables between two heights (Hz) and two lengths (s)."""
    syllables = []
    for _ in range(count):
        kind = traits.random()
        if kind < 0.3:
            glide: tuple[float, ...] = (1.0, 1.0 + 0.05 * traits.standard_normal())
        elif kind < 0.6:
            glide = (0.75 + 0.2 * traits.random(), 1.1, 0.8 + 0.15 * traits.random())
        elif kind < 0.8:
            glide = (1.35, 1.0, 0.8)
        else:
            glide = (0.9, 1.2, 0.85, 1.15)
        buzzing = traits.random() < buzz
        height = float(low * exp(traits.random() * np.log(high / low).round(12)))
        syllables.append(
            Syllable(
                round(short + (long - short) * float(traits.random()), 4),
                round(height, 2),
                tuple(round(float(g), 4) for g in glide),
                tremble=0.03 + 0.05 * float(traits.random()) if buzzing else 0.0,
                tremble_rate=40.0 + 100.0 * float(traits.random()),
                pulse=0.5 if buzzing else 0.0,
                overtone=0.05 + 0.15 * float(traits.random()),
                breath=0.02 + 0.05 * float(traits.random()),
            )
        )
    return syllables


def phrase(parts: list[tuple[Syllable, int, float]], rng: Generator, loud: float = 1.0) -> Array:
    """Join syllables, each with its repeats and the silence after them in seconds."""
    pieces, at = [], 0.0
    for syllable, repeats, gap in parts:
        for _ in range(repeats):
            pieces.append((at, sung(syllable, rng) * (loud * (0.75 + 0.4 * float(rng.random())))))
            at += syllable.seconds + gap * (0.85 + 0.3 * float(rng.random()))
    out = np.zeros(frames_of(at + 0.25))
    for start, piece in pieces:
        put(out, piece, start)
    return out


def length_of(parts: list[tuple[Syllable, int, float]]) -> float:
    """Seconds that a phrase takes."""
    return sum(repeats * (syllable.seconds + gap) for syllable, repeats, gap in parts)


def seconds_in(signal: Array) -> float:
    """Length of a signal in seconds."""
    return len(signal) / RATE
