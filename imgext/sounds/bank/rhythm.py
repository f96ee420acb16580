"""Times what bodies do: never quite in time, never twice as hard.

Source: D. Gilden, T. Thornton and M. Mallon, Science 267 (1995): the errors of repeated timing are a slow
drift, close to 1/f, and independent errors of the limb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.tools import exp

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array


def drift(count: int, rng: Generator) -> Array:
    """Make noise like 1/f of about unit variance.

    It is a sum of values that change every time, every third, every ninth.
    """
    total = np.zeros(count)
    for held in (1, 3, 9, 27):
        total += np.repeat(rng.standard_normal(count // held + 2), held)[rng.integers(0, held) :][:count]
    return total * 0.5


def beats(
    seconds: float,
    rate: float,
    rng: Generator,
    *,
    drifting: float = 0.04,
    jitter: float = 0.02,
    start: float = 0.05,
) -> Array:
    """Draw the moments (s) of something done about `rate` times a second."""
    count = max(1, int((seconds - start) * rate * 1.5) + 2)
    gaps = (1.0 / rate) * np.maximum(1.0 + drifting * drift(count, rng), 0.3)
    times = start + np.concatenate([[0.0], np.cumsum(gaps[:-1])]) + jitter / rate * rng.standard_normal(count)
    times = np.maximum(times, 0.0)
    result: Array = times[times < seconds]
    return result


def forces(count: int, rng: Generator, spread: float = 0.25) -> Array:
    """How hard each time, around 1; `spread` is the deviation of its logarithm."""
    return exp(spread * (0.7 * drift(count, rng) + 0.7 * rng.standard_normal(count)))


def bursts(
    seconds: float, rng: Generator, *, on: tuple[float, float], off: tuple[float, float], start: float = 0.0
) -> list[tuple[float, float]]:
    """Stretches (from, to) of doing something, with pauses between, until `seconds`."""
    stretches = []
    at = start
    while at < seconds:
        end = at + on[0] + (on[1] - on[0]) * float(rng.random())
        stretches.append((at, min(end, seconds)))
        at = end + off[0] + (off[1] - off[0]) * float(rng.random() * rng.random()) ** 0.5
    return stretches


def poisson(seconds: float, rate: float, rng: Generator) -> Array:
    """Draw the moments of random events, `rate` a second on average, in order."""
    count = int(rng.poisson(rate * seconds))
    return np.sort(rng.random(count) * seconds)
