"""Crowds of small events, each with its own pitch, length, size, moment and side.

Conventions: grains are rows ``(count, length)``; moments are seconds. `tools.scatter` adds them up.
Source: P. Cook, "Physically informed sonic modeling (PhISM)", Computer Music Journal 21 (1997).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.tools import RATE, TURN, around, decays, exp, scatter, sided, sine, white

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array


def chips(
    rng: Generator, pitch: Array, cycles: tuple[float, float], frames: int, noise: float = 0.7
) -> Array:
    """Make small hard things that touch: a ring of some cycles and a click each."""
    count = len(pitch)
    turns = pitch[:, None] * (np.arange(frames) / RATE) + rng.random((count, 1))
    made = sine(turns)
    if noise > 0.0:
        made += noise * white(rng, (count, frames))
    return made * decays(around(rng, count, *cycles) / pitch, frames)


def sizes(rng: Generator, count: int, spread: float = 0.8) -> Array:
    """Sizes of grains: logarithms normal, so that few are large; none above seven."""
    return np.minimum(exp(spread * rng.standard_normal(count)), 7.0)


def strewn(
    frames: int, moments: Array, grains: Array, rng: Generator, *, width: float = 0.7, circle: bool = True
) -> Array:
    """Spread grains between left and right, ``(frames, 2)``; `width` 0 is the middle."""
    angle = (0.5 + width * (rng.random(len(grains)) - 0.5)) * (TURN / 4.0)
    starts = (moments * RATE).astype(np.int64)
    starts = starts % frames if circle else np.clip(starts, 0, frames - 1)
    return sided(
        [
            scatter(frames, starts, grains * side[:, None], wrap=circle)
            for side in (np.cos(angle), np.sin(angle))
        ]
    )


def clustered(
    rng: Generator, count: int, seconds: float, clusters: int, width: float, share: float = 0.7
) -> Array:
    """Moments of which a share gathers around some instants: gusts, gurgles, steps."""
    hearts = rng.random(clusters) * seconds
    near = hearts[rng.integers(0, clusters, count)] + width * rng.standard_normal(count)
    return np.where(rng.random(count) < share, near, rng.random(count) * seconds) % seconds
