"""Motors and passing things: explosions through exhausts, hums of coils and gears.

Conventions: `frames` is a whole multiple of 48; with `circle` a signal closes on itself. Curves have
`CONTROL` rows a second.

Sources: A. Farnell, Designing Sound (2010), practicals 45 (cars), 46 (fans), 47 (jets), for pulses that
excite a pipe, and for what is heard of a blade that passes; S. Baldan, H. Lachambre, S. Delle Monache and P.
Boussard, "Physically informed car engine sound synthesis", IEEE SIVE (2015), for cylinders that differ and an
uneven cycle.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import filtered, painted
from imgext.sounds.bank.place import convolved
from imgext.sounds.bank.tools import CONTROL, RATE, decay, fine, frames_of, silent, sine, stir, unit, wander

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from imgext.sounds.bank.noise import Curve
    from imgext.sounds.bank.tools import Array


def firing(
    frames: int,
    per_second: float,
    rng: Generator,
    *,
    sizes: Sequence[float] = (1.0, 0.86, 0.95, 0.8),
    offsets: Sequence[float] = (),
    wild: float = 0.1,
    jitter: float = 0.015,
    hunting: float = 0.1,
) -> Array:
    """A circle of explosions, a whole number of cycles, ``(frames,)``.

    Parameters
    ----------
    per_second : float
        Explosions a second, about.
    sizes : sequence of float
        One a cylinder.
    offsets : sequence of float
        By how much of the gap each cylinder comes late: an uneven twin.
    wild : float
        Relative deviation of the size of a single explosion.
    jitter : float
        Deviation of its moment, as a share of the gap.
    hunting : float
        How far the whole row wanders ahead and behind, in gaps.
    """
    cylinders = len(sizes)
    count = max(1, round(per_second * frames / RATE / cylinders)) * cylinders
    place = (
        np.arange(count) + jitter * rng.standard_normal(count) + hunting * wander(count, 1.1, rng, per_second)
    )
    if offsets:
        place += np.resize(np.array(offsets), count)
    size = np.resize(np.array(sizes), count) * np.maximum(1.0 + wild * rng.standard_normal(count), 0.1)
    return looped(place * (frames / count), size, frames)


def looped(place: Array, size: Array, frames: int) -> Array:
    """Pulses at places that need not be whole samples, on a circle."""
    left = np.floor(place)
    share = place - left
    spot = left.astype(np.int64) % frames
    train = np.bincount(spot, size * (1.0 - share), frames) + np.bincount(
        (spot + 1) % frames, size * share, frames
    )
    return np.asarray(train, dtype=np.float64)


def revved(
    curve: Array,
    rng: Generator,
    *,
    sizes: Sequence[float] = (1.0, 0.86, 0.95, 0.8),
    wild: float = 0.1,
    jitter: float = 0.015,
) -> Array:
    """Explosions that follow a curve of explosions a second, ``(48 * rows,)``."""
    turns = np.concatenate([[0.0], np.cumsum(curve)]) * (1.0 / CONTROL)
    count = max(2, math.floor(turns[-1]))
    wanted = np.maximum(np.arange(count) + jitter * rng.standard_normal(count), 0.0)
    place = np.interp(wanted, turns, np.arange(len(turns)) * float(RATE // CONTROL))
    size = np.resize(np.array(sizes), count) * np.maximum(1.0 + wild * rng.standard_normal(count), 0.1)
    return looped(place, size, len(curve) * (RATE // CONTROL))


def pipe(traits: Generator, curve: Curve, ring: float = 0.06, modes: Sequence[tuple[float, float]] = (),
         rough: float = 0.5) -> Array:  # fmt: skip
    """Make one engine's explosion as heard outside, of unit energy.

    Parameters
    ----------
    curve : sequence of (Hz, dB)
        Spectrum as a whole.
    ring : float
        Seconds in which it loses 60 dB.
    modes : sequence of (Hz, gain)
        What rings on: pipe and panels.
    rough : float
        Share of what is different in each engine.
    """
    frames = frames_of(1.2 * ring) // 2 * 2
    time = np.arange(frames) / RATE
    out = rough * traits.standard_normal(frames) * decay(ring * 0.45, frames)
    out[: frames_of(0.0012)] += 4.0 * (1.0 - rough)
    out = filtered(out, curve)
    out *= 1.0 / math.sqrt(float(np.sum(np.square(out))))
    for hz, gain in modes:
        part = np.sin(2.0 * math.pi * hz * (0.94 + 0.12 * traits.random()) * time) * decay(ring, frames)
        out += part * (gain / math.sqrt(float(np.sum(np.square(part)))))
    fade = frames // 6
    out[-fade:] *= np.linspace(1.0, 0.0, fade)
    return out * (1.0 / math.sqrt(float(np.sum(np.square(out)))))


def sounding(fire: Array, answer: Array, *, circle: bool = True) -> Array:
    """Explosions through `pipe`, at an RMS of one."""
    return unit(convolved(fire, answer, circle=circle))


def puffed(
    fire: Array, noise: Array, t60: float = 0.03, *, floor: float = 0.25, circle: bool = True
) -> Array:
    """`noise` that comes in puffs with the explosions, at an RMS of one."""
    length = frames_of(t60)
    shape = decay(t60, length)
    rise = max(2, length // 40)
    shape[:rise] *= np.arange(rise) / rise
    puffs = convolved(fire, shape, circle=circle)
    puffs = np.maximum(puffs * (1.0 / max(float(np.max(puffs)), 1e-9)), 0.0)
    return unit(noise * (floor + puffs))


def moving(
    frames: int,
    rng: Generator,
    depth: float,
    speeds: Sequence[float] = (0.35, 0.9, 2.2, 4.5),
    least: float = 0.08,
) -> Array:
    """A slow movement around 1, one value a sample; a circle."""
    rate = 200 if max(speeds) <= 20.0 else CONTROL
    curve = np.maximum(1.0 + depth * stir(frames * rate // RATE, rng, rate, speeds), least)
    step = RATE // rate
    ahead = np.roll(curve, -1) - curve
    ramp = np.arange(step) * (1.0 / step)
    return np.asarray(curve[:, None] + ahead[:, None] * ramp).reshape(-1)


def living(frames: int, curve: Curve, rng: Generator, depth: float = 0.15, alike: float = 0.4,
           speeds: Sequence[float] = (0.35, 0.9, 2.2, 4.5, 9.0, 18.0)) -> Array:  # fmt: skip
    """Make moving noise on two channels, ``(frames, 2)``, RMS about one.

    It moves together and on each side by itself.
    """
    hop = 480
    rows, rate = -(-frames // hop), RATE // hop
    common = 1.0 + 0.8 * depth * stir(rows, rng, rate, speeds)
    first, second = (np.maximum(common + 0.6 * depth * stir(rows, rng, rate, speeds), 0.08) for _ in range(2))
    out = silent(frames)
    out[:, 0] = painted(frames, [(curve, first)], rng, hop)
    out[:, 1] = (
        math.sqrt(1.0 - alike * alike) * painted(frames, [(curve, second)], rng, hop) + alike * out[:, 0]
    )
    return out


def hiss(frames: int, curve: Curve, rng: Generator) -> Array:
    """Even noise of one channel, RMS one."""
    return painted(frames, [(curve, 1.0)], rng)


def wave(turns: Array, shares: Sequence[float]) -> Array:
    """Make a tone with multiples of given shares and phases (turns), period by period."""
    size = 4096 if len(shares) <= 10 else 8192
    phase = np.arange(size + 1, dtype=np.float64) * (1.0 / size)
    table = np.zeros(size + 1)
    for k, share in enumerate(shares, 1):
        if share:
            table += share * sine(k * phase)
    out = np.empty(len(turns))
    step = np.diff(table)
    for start in range(0, len(turns), 16384):  # pieces that stay in the cache
        place = turns[start : start + 16384]
        place = (place - np.floor(place)) * size
        left = place.astype(np.int64)
        out[start : start + 16384] = table[left] + step[np.minimum(left, size - 1)] * (place - left)
    return out


def tone(
    frames: int,
    hz: float,
    rng: Generator,
    *,
    drift: float = 0.15,
    sway: float = 0.15,
    shares: Sequence[float] = (1.0,),
) -> Array:
    """Make a hum that closes on itself, wandering by `drift` turns and by `sway`."""
    turns = max(1, round(hz * frames / RATE))
    phase = (
        np.arange(frames) * (turns / frames) + moving(frames, rng, drift / 1.15, (1.3,), -99.0) + rng.random()
    )
    heard = [share if k * hz < 20000.0 else 0.0 for k, share in enumerate(shares, 1)]
    return wave(phase, heard) * moving(frames, rng, sway)


def mains(
    frames: int, rng: Generator, shares: Sequence[float] = (0.3, 1.0, 0.2, 0.5, 0.1, 0.25), at: float = 50.0
) -> Array:
    """Hum of coils: the mains and its multiples, hardly moving, RMS one."""
    return unit(tone(frames, at, rng, drift=0.004, sway=0.03, shares=shares))


def gliding(curve: Array, rng: Generator, shares: Sequence[float] = (1.0,), shake: float = 0.004) -> Array:
    """Make a tone along a curve of Hz, with multiples up to 20 kHz, ``(48 * rows,)``."""
    curve = curve * (1.0 + shake * wander(len(curve), 12.0, rng, CONTROL))
    top = float(np.max(curve))
    phase = np.cumsum(fine(curve)) * (1.0 / RATE)
    return wave(
        phase + rng.random(), [share if k * top < 20000.0 else 0.0 for k, share in enumerate(shares, 1)]
    )


def tamed(signal: Array, crest: float = 5.0) -> Array:
    """Bend the highest peaks of `signal` to about `crest` times its RMS."""
    limit = crest * math.sqrt(float(np.mean(np.square(signal))))
    over = np.maximum(np.abs(signal) - 0.5 * limit, 0.0)
    return np.clip(signal, -0.5 * limit, 0.5 * limit) + np.sign(signal) * (
        0.5 * limit * over / (0.5 * limit + over)
    )


def closer(both: Array, alike: float = 0.4) -> Array:
    """Mix two independent channels so that they correlate by `alike`."""
    near = math.sqrt(0.5 + 0.5 * math.sqrt(1.0 - alike * alike))
    far = math.sqrt(1.0 - near * near)
    return both * near + both[:, ::-1] * far


def roomy(both: Array, rng: Generator, wet: float = 0.6, spread: float = 0.03) -> Array:
    """Two channels with early echoes of their own on each side; a circle stays one."""
    return both + wet * two(both.mean(axis=1), rng, 0.0, spread)


def passing(rows: int, at: float, nearest: float, speed: float) -> tuple[Array, Array]:
    """Compute nearness and pitch ratio of a thing that passes.

    It passes at `speed` m/s and `nearest` metres at second `at`; nearness is 1 there.
    """
    way = (np.arange(rows) / CONTROL - at) * speed
    distance = np.sqrt(nearest * nearest + way * way)
    toward = way / distance * (speed / 340.0)
    return nearest / distance, 1.0 / (1.0 + toward)


def two(signal: Array, rng: Generator, alike: float = 0.5, spread: float = 0.02) -> Array:
    """Turn one channel into two that are about so alike, ``(frames, 2)``.

    Each side hears its own echoes; a circle stays one.
    """
    out = silent(len(signal))
    own = math.sqrt((1.0 - alike) / 7.0)
    longest = round(spread * RATE) + 1
    behind = np.concatenate([signal[-longest:], signal])
    for side in (0, 1):
        delays = longest - 1 - (spread * RATE * rng.random(7)).astype(np.int64)
        signs = np.sign(rng.standard_normal(7)) * own
        for start in range(0, len(signal), 16384):  # pieces that stay in the cache
            heard = math.sqrt(alike) * signal[start : start + 16384]
            for first, gain in zip(delays, signs, strict=True):
                heard += gain * behind[start + first : start + first + len(heard)]
            out[start : start + len(heard), side] = heard
    return out
