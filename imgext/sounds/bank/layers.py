"""Combines sounds: a recipe as part of another, near or far, now and then.

Conventions: a level is in dB relative to a part at an RMS of one, measured over the loudest tenth of a second
for events and over the whole for beds. Beds are circles.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import PCG64, Generator

from imgext.sounds.bank.place import answered, distant, loudest
from imgext.sounds.bank.take import Take
from imgext.sounds.bank.tools import add, decay, from_db, sided, silent, spread, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imgext.sounds.bank.table import BankSound, Value
    from imgext.sounds.bank.tools import Array


def within(take: Take, sound: BankSound, seconds: float | None = None, **values: Value) -> Take:
    """A take of another sound inside this one: its own individual, its own chance."""
    rng = Generator(PCG64(int(take.rng.integers(0, 2**62))))
    traits = Generator(PCG64(int(take.traits.integers(0, 2**62))))
    low, high = sound.lasts
    drawn = {
        parameter.name: values.get(parameter.name, parameter.drawn(traits)) for parameter in sound.parameters
    }
    wanted = take.seconds if sound.kind == "bed" else low + (high - low) * float(rng.random())
    return Take(rng, traits, wanted if seconds is None else seconds, drawn)


def ground(
    take: Take,
    sound: BankSound,
    level: float,
    make: Callable[[Take], Array] | None = None,
    **values: Value,
) -> Array:
    """A bed as part of this bed, ``(frames, 2)``; `make` is its recipe without the place it has by itself."""
    made = (make or sound.make)(within(take, sound, take.seconds, **values))
    both = sided([made, made]) if made.ndim == 1 else made
    return unit(both) * float(from_db(level))


def now_and_then(
    take: Take,
    sounds: Sequence[BankSound],
    per_minute: float,
    levels: tuple[float, float],
    *,
    metres: tuple[float, float] = (10.0, 60.0),
    width: float = 0.8,
    longest: float = 6.0,
    kinds: int = 3,
) -> Array:
    """Events here and there in this bed, ``(frames, 2)``.

    Parameters
    ----------
    per_minute : float
        How many on average; at least one in a bed of 8 s or more.
    levels : tuple of float
        dB of the quietest and loudest.
    metres : tuple of float
        Nearest and farthest.
    longest : float
        Seconds at which an event is cut.
    kinds : int
        How many different takes are made; a take that comes again is at another place and level.
    """
    rng = take.rng
    out = silent(take.frames)
    count = int(rng.poisson(per_minute * take.seconds / 60.0))
    count = max(count, 1) if take.seconds >= 8.0 else count
    made: list[Array] = []
    for k in range(count):
        if len(made) < kinds:
            sound = sounds[int(rng.integers(0, len(sounds)))]
            raw = sound.make(within(take, sound, min(longest, take.seconds) if sound.kind == "bed" else None))
            mono = (raw if raw.ndim == 1 else raw.mean(axis=1))[: min(round(longest * 48000.0), take.frames)]
            mono = mono - float(np.mean(mono))
            tail = min(9600, len(mono) // 2)
            mono[-tail:] *= np.linspace(1.0, 0.0, tail)
            mono[:240] *= np.linspace(0.0, 1.0, 240)
            far = metres[0] + (metres[1] - metres[0]) * float(rng.random())
            made.append(distant(mono, far) * (1.0 / max(loudest(mono), 1e-9)))
        grain = made[k % len(made)]
        size = float(from_db(levels[0] + (levels[1] - levels[0]) * float(rng.random())))
        at = (k + float(rng.random())) / count * take.seconds
        add(out, spread(grain * size, width * 2.0 * (float(rng.random()) - 0.5)), at)
    return out


def walls(both: Array, take: Take, t60: float, wet: float, bright: float = 0.5) -> Array:
    """Put two channels in a space with a diffuse tail of `t60` seconds.

    The tail is `wet` times as strong and partly the same on both; a circle stays one.
    """
    length = min(len(both), round(0.65 * t60 * 48000.0))
    fall, slow = decay(t60, length), decay(1.25 * t60, length)
    tails = []
    for _ in range(2):
        dull = np.cumsum(take.rng.standard_normal(length + 8))
        tail = bright * take.rng.standard_normal(length) * fall + (dull[8:] - dull[:-8]) * 0.35 * slow
        tail[length // 2 :] *= np.linspace(1.0, 0.0, length - length // 2)
        tails.append(tail * (wet / math.sqrt(float(np.sum(np.square(tail))))))
    one, other = tails
    heard = answered(
        0.5 * (both[:, 0] + both[:, 1]), [1.25 * one + 0.5 * other, 1.25 * other + 0.5 * one], circle=True
    )
    return both + sided(heard)
