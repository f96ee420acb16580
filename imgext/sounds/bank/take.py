"""Makes a take of a built-in sound: the recipe's inputs, then length and rate.

A recipe makes an event once, or a bed as a circle of `Take.frames` samples. A bed that is longer than one
block is a ring of blocks, each with random numbers of its own, joined by fades of equal power: nothing
repeats, and memory holds two blocks.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from imgext.sounds.bank.finish import gain_of, leveled, shaped, whole_steps
from imgext.sounds.bank.tools import RATE, sided

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from imgext.sounds.bank.table import BankSound, Value
    from imgext.sounds.bank.tools import Array

#: Frames of a circle are a multiple of this, a fifth of a second: every block of the noise tools divides it.
GRAIN = 9600
#: Seconds of the longest single block, of a block among several, and of the fade between two.
_ALONE, _BLOCK, _FADE = 32.0, 24.0, 2.0


@dataclass(frozen=True, slots=True)
class Take:
    """What a recipe is given.

    Parameters
    ----------
    rng : numpy.random.Generator
        Random numbers of this take or block.
    traits : numpy.random.Generator
        Random numbers of the individual: the same ones for each block of a bed. Draw voices, tunings and
        rates from it.
    seconds : float
        Length wanted: exact for a bed, a wish for an event.
    values : mapping
        A value for each parameter of the table.
    """

    rng: Generator
    traits: Generator
    seconds: float
    values: Mapping[str, Value]

    @property
    def frames(self) -> int:
        """Samples wanted."""
        return round(self.seconds * RATE)

    def number(self, name: str) -> float:
        """Value of a parameter that is a number."""
        return float(self.values[name])

    def count(self, name: str) -> int:
        """Value of a parameter that counts."""
        return int(self.values[name])

    def word(self, name: str) -> str:
        """Value of a parameter that is a word."""
        return str(self.values[name])

    def pick(self, low: float, high: float) -> float:
        """A trait of the individual between two numbers."""
        return low + (high - low) * float(self.traits.random())


def take_of(
    sound: BankSound, seed: int, given: Mapping[str, Value], seconds: float | None, block: int = 0
) -> Take:
    """Make the take of a sound for a seed, with checked parameters `given`."""
    name = zlib.crc32(sound.name.encode())
    values = {
        parameter.name: given.get(
            parameter.name, parameter.drawn(_stream(name, seed, zlib.crc32(parameter.name.encode())))
        )
        for parameter in sound.parameters
    }
    low, high = sound.lasts
    drawn = round(low + (high - low) * float(_stream(name, seed, 1).random()), 2)
    return Take(
        _stream(name, seed, 2, block), _stream(name, seed, 3), drawn if seconds is None else seconds, values
    )


def event_of(
    sound: BankSound, seed: int, given: Mapping[str, Value], seconds: float | None, rate: int
) -> Array:
    """Make a finished event, ``(frames, 1)``, as long as the shortest or longer."""
    seconds = None if seconds is None else max(seconds, sound.lasts[0])
    raw = shaped(sound.make(take_of(sound, seed, given, seconds)), "event")
    made = leveled(raw, gain_of(raw), "event")
    short = -len(raw) % GRAIN if rate != RATE else 0
    padded = np.concatenate([made, np.zeros((short, made.shape[1]))]) if short else made
    return whole_steps(resampled(padded, rate)[: math.ceil(len(raw) * rate / RATE)])


def bed_of(
    sound: BankSound, seed: int, given: Mapping[str, Value], seconds: float, rate: int
) -> Iterator[Array]:
    """Make a finished bed in blocks, ``(frames, channels)``; the last joins the first."""
    total = round(seconds * rate)
    gain: list[float] = []

    def block(index: int, frames: int) -> Array:
        """Block `index`, at least `frames` long at `rate`."""
        length = math.ceil(frames / rate * RATE / GRAIN) * GRAIN
        raw = shaped(sound.make(take_of(sound, seed, given, length / RATE, index)), "bed")
        if not gain:
            gain.append(gain_of(raw))
        return resampled(leveled(raw, gain[0], "bed"), rate)

    if total * RATE % (rate * GRAIN) == 0 and seconds <= _ALONE:
        yield whole_steps(block(0, total))
        return
    yield from joined(block, total, round(min(_FADE, seconds / 2.0) * rate), round(_BLOCK * rate))


def joined(block: Callable[[int, int], Array], total: int, fade: int, longest: int) -> Iterator[Array]:
    """Chain blocks into a ring of `total` samples, crossfaded over `fade` samples.

    Parameters
    ----------
    block : callable
        Gives block k, at least so many samples long.
    """
    count = math.ceil(total / longest)
    edges = [total * k // count for k in range(count + 1)]
    angle = (np.arange(fade) + 0.5) * (math.pi / 2.0 / fade)
    rise, fall = np.sin(angle)[:, None], np.cos(angle)[:, None]
    first = block(0, edges[1] + fade)
    last = first if count == 1 else block(count - 1, edges[-1] - edges[-2] + fade)
    tail = last[edges[-1] - edges[-2] :][:fade] * fall
    for k in range(count):
        length = edges[k + 1] - edges[k]
        made = first if k == 0 else last if k == count - 1 else block(k, length + fade)
        piece = np.array(made[:length])
        piece[:fade] = piece[:fade] * rise + tail
        tail = made[length : length + fade] * fall
        yield whole_steps(piece)


def resampled(signal: Array, rate: int) -> Array:
    """Resample a circle by its spectrum; its length is a multiple of `GRAIN`."""
    if rate == RATE:
        return signal
    frames = len(signal) * rate // RATE
    lines = min(len(signal), frames) // 2 + 1
    columns = []
    for column in signal.T:
        spectrum = np.zeros(frames // 2 + 1, dtype=np.complex128)
        spectrum[:lines] = np.fft.rfft(column)[:lines]
        columns.append(np.fft.irfft(spectrum, frames) * (frames / len(signal)))
    return sided(columns)


def _stream(*keys: int) -> Generator:
    return Generator(PCG64(SeedSequence(list(keys))))


def plain(recipe: Callable[[Generator], Array], seconds: float) -> Callable[[Take], Array]:
    """Run a recipe of fixed length on random numbers; a bed repeats it in a block."""

    def make(take: Take) -> Array:
        made = recipe(take.rng)
        return (
            made
            if take.seconds == seconds or take.frames <= 0
            else np.resize(made, (take.frames, *made.shape[1:]))
        )

    return make
