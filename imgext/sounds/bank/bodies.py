"""Struck, dropped and scraped things: modes with their own decays, and a scuff.

No two blows are alike.

Conventions: a body is an array of modes, one row (Hz, gain, t60 in seconds) each. A blow has a force around
1: a harder one is louder, shorter in its contact and so brighter.

Sources: K. van den Doel and D. Pai, "The sounds of physical shapes", Presence 7 (1998), for modal synthesis
and gains that depend on the place struck; A. Chaigne and C. Lambourg, JASA 109 (2001), for damping that rises
with frequency; P. Cook, "Physically informed sonic modeling", Computer Music Journal 21 (1997), for grains;
N. Fletcher and T. Rossing, The Physics of Musical Instruments, for modes of bars, plates and shells.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import filtered
from imgext.sounds.bank.tools import RATE, damped, decay, exp, frames_of, put

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.noise import Curve
    from imgext.sounds.bank.tools import Array

#: Loss: t60 of a mode is 1 / (a + b (f / 1 kHz) ** p); and how much the frequencies of plates, bars and
#: shells crowd.
MATERIALS = {
    "wood": (9.0, 11.0, 1.0, 0.75),
    "board": (14.0, 16.0, 0.9, 0.62),
    "metal": (0.7, 0.35, 1.1, 0.8),
    "sheet": (1.6, 0.9, 0.8, 0.55),
    "glass": (1.2, 0.5, 1.0, 0.85),
    "china": (3.0, 1.4, 1.0, 0.8),
    "stone": (22.0, 12.0, 0.7, 0.9),
    "plastic": (20.0, 26.0, 0.8, 0.7),
    "earth": (38.0, 40.0, 0.6, 0.7),
}


def body(
    traits: Generator,
    lowest: float,
    material: str,
    count: int = 20,
    spread: float = 0.08,
    highest: float = 15000.0,
) -> Array:
    """Modes of an irregular thing, ``(rows, 3)``.

    Parameters
    ----------
    traits : numpy.random.Generator
        Makes this thing and no other.
    lowest : float
        Hz of the lowest mode.
    material : str
        A key of `MATERIALS`.
    spread : float
        How irregular the spacing is.

    >>> modes = body(np.random.Generator(np.random.PCG64(1)), 200.0, "wood")
    >>> bool((np.diff(modes[:, 0]) > 0).all()), float(modes[0, 0])
    (True, 200.0)
    """
    slow, fast, power, crowd = MATERIALS[material]
    order = np.arange(1.0, count + 1.0)
    # f_k grows like a power of k: plates have as many modes in each band, bars fewer the higher
    ratio = exp(np.log(order).round(12) * round(1.0 / crowd * 0.9, 9)) * (
        1.0 + spread * traits.standard_normal(count)
    )
    frequency = np.sort(np.abs(lowest * ratio / ratio[0]))
    frequency[0] = lowest
    frequency = frequency[frequency < highest]
    loss = slow + fast * exp(np.log(frequency / 1000.0).round(12) * power)
    t60 = 6.9 / (loss * 6.9 * (0.8 + 0.4 * traits.random(len(frequency))))
    gain = (0.5 + traits.random(len(frequency))) * exp(-0.35 * np.log(frequency / lowest).round(12))
    return np.stack([frequency, gain, t60], axis=-1)


def pairs(modes: Array, traits: Generator, apart: float = 0.6) -> Array:
    """Split every mode into two, tenths of a hertz apart, so that it beats."""
    shift = apart * (0.4 + 1.2 * traits.random(len(modes)))
    low, high = np.array(modes), np.array(modes)
    low[:, 0] -= 0.5 * shift
    high[:, 0] += 0.5 * shift
    low[:, 1] *= 0.62
    high[:, 1] *= 0.38
    return np.concatenate([low, high])


def blow(
    modes: Array,
    rng: Generator,
    *,
    force: float = 1.0,
    contact: float = 0.0008,
    place: float = 0.5,
    noise: float = 0.4,
    noise_time: float = 0.012,
    longest: float = 3.0,
) -> Array:
    """One blow on a body.

    Parameters
    ----------
    contact : float
        Seconds for which the two touch: modes above 1 / contact are hardly excited.
    place : float
        0 to 1: how much the place struck, another one each time, changes the modes' gains.
    noise : float
        Peak of the burst at the contact relative to the modes'.
    noise_time : float
        Seconds in which the burst loses 60 dB, at least.
    longest : float
        Seconds at which the sound is cut, faded over its last tenth.
    """
    touch = contact / math.sqrt(max(force, 0.05))
    reach = modes[:, 0] * touch
    excited = (
        modes[:, 1]
        / (1.0 + np.square(reach) * 4.0)
        * (1.0 - place + place * 2.0 * np.abs(rng.standard_normal(len(modes))) * 0.63)
    )
    # what is 70 dB below the strongest is left out
    loud = np.abs(excited) > 3e-4 * float(np.max(np.abs(excited)))
    frames = min(frames_of(longest), frames_of(1.3 * float(np.max(modes[loud, 2]))) + 480)
    out = np.zeros(frames)
    rings = _rings(modes.tobytes(), frames_of(longest))
    for k in np.flatnonzero(loud):
        ring = rings[k] if rings else _ring(modes[k], frames)
        count = min(len(ring), frames)
        out[:count] += float(excited[k]) * ring[:count]
    rise = max(4, round(touch * 0.5 * RATE))
    out[:rise] *= np.arange(rise) / rise
    scale = force / max(float(np.sum(np.abs(excited))) ** 0.5, 1e-9)
    out *= scale
    if noise > 0.0:
        burst = _burst(
            rng, min(frames, frames_of(max(noise_time * (0.7 + 0.6 * rng.random()), 0.001))), touch
        )
        out[: len(burst)] += burst * (noise * force)
    tail = max(1, frames // 10)
    out[-tail:] *= np.linspace(1.0, 0.0, tail)
    return out


def _ring(mode: Array, frames: int) -> Array:
    """One mode by itself, from a blow until it is 78 dB down."""
    return damped(float(mode[0]), float(mode[2]), max(8, min(frames, frames_of(1.3 * float(mode[2])))))


@lru_cache(maxsize=32)
def _rings(modes: bytes, frames: int) -> list[Array]:
    """Render a body's modes once, for blows to weigh anew; None if it rings long."""
    rows = np.frombuffer(modes).reshape(-1, 3)
    if float(np.sum(np.minimum(1.3 * rows[:, 2] * RATE, frames))) > 300000.0:
        return []
    return [_ring(row, frames) for row in rows]


def _burst(rng: Generator, frames: int, touch: float) -> Array:
    """Noise of a contact: it decays, and is the duller the longer the contact."""
    burst = rng.standard_normal(frames) * decay(frames / RATE, frames)
    width = max(1, round(touch * RATE * 0.25))
    if width > 1:
        total = np.cumsum(np.concatenate([np.zeros(width), burst]))
        burst = (total[width:] - total[:-width]) * (1.0 / math.sqrt(width))
    return burst


def scuff(rng: Generator, seconds: float, curve: Curve, grains: float = 0.6) -> Array:
    """Make a short rub of about unit peak: coloured noise in irregular grains."""
    frames = frames_of(seconds)
    count = max(3, round(seconds * 160.0))
    grit = np.interp(
        np.arange(frames) * (count / frames), np.arange(count + 1), 1.0 - grains * rng.random(count + 1)
    )
    shape = np.arange(frames) * (1.0 / frames)
    made = filtered(rng.standard_normal(frames + frames % 2), curve)[:frames]
    made *= 0.35 / max(math.sqrt(float(np.mean(np.square(made)))), 1e-9)
    skew = 0.15 + 0.5 * rng.random()
    result: Array = made * grit * np.where(shape < skew, shape / skew, (1.0 - shape) / (1.0 - skew))
    return result


def bouncing(rng: Generator, first: float, loss: float, count: int) -> list[tuple[float, float]]:
    """Compute moments (s) and forces of bounces, each a share `loss` of the last."""
    at, force, gap = 0.0, 1.0, first
    moments = []
    for _ in range(count):
        moments.append((at, force * (0.85 + 0.3 * float(rng.random()))))
        at += gap
        gap *= loss * (0.93 + 0.14 * float(rng.random()))
        force *= loss
    return moments


def rained(frames: int, hits: list[tuple[float, Array]]) -> Array:
    """Sum of single sounds, each from its own second on."""
    out = np.zeros(frames)
    for at, sound in hits:
        put(out, sound, at)
    return out
