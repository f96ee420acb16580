"""The level of a sound: its mean square over the parts that sound.

Conventions: blocks are (samples, channels), full scale 1.0; levels in dBFS, a full-scale square wave in one
channel is 0 dBFS, a sine -3.01; minus infinity is silence.

The mean square is taken over the parts that sound, its power summed over the channels, so that a mono sound
keeps its level when constant-power panning spreads it over two. A part begins and ends where 2.5 ms are less
than 25 dB under the loudest 400 ms, and is over where they are more than that for 400 ms. So neither the
silence around a sound nor where blocks fall on it changes its level, and pauses do not turn a barking dog up.

Inside a part, 2.5 ms count where the 400 ms around them, as far as they lie inside the part, are above -70
dBFS and above 10 dB below the mean of those: BS.1770-4's gates, without its weighting unless it is asked for;
then what sounds and what does not is weighted too, so that a rumble does not hold a part open.
A part shorter than 400 ms stands as one block; the blocks of one shorter than 800 ms are moved to lie inside.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from imgext.dsp.loudness import LUFS_OFFSET, HopPowers, lufs_to_power
from imgext.dsp.units import power_to_db, rounded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Float = NDArray[np.float64]

Weighting = Literal["rms", "lufs"]

_HOP = 0.0025  # s
_HOPS_PER_BLOCK = 160
_SILENCE = 10.0**-2.5  # of the loudest block's power
_NOTHING = 1e-5  # a sample that is no larger is not where a sound begins or ends
_SECOND_GATE = 0.1


class LevelMeter:
    """Measures the sounds of one track together.

    Parameters
    ----------
    rate : int
        Hz.
    channels : int
    weighting : {"rms", "lufs"}
        "lufs" weights by K and gates as BS.1770 does.

    Notes
    -----
    The figure does not depend on the sizes of the blocks that a sound arrives in, to the last bit.

    Examples
    --------
    >>> meter = LevelMeter(48000, 1)
    >>> meter.add(np.full((48000, 1), 0.1))
    >>> meter.level()
    -20.0
    """

    def __init__(self, rate: int, channels: int, weighting: Weighting = "rms") -> None:
        if weighting not in {"rms", "lufs"}:
            raise ValueError(f"unknown weighting {weighting!r}: rms or lufs")
        self._make = partial(_Sound, rate, channels, k_weighted=weighting == "lufs")
        self._lufs = weighting == "lufs"
        self._current = self._make()
        self._parts: list[_Part] = []

    def add(self, x: Float) -> None:
        """Take the next samples, shape (n, channels), of the sound that is being measured."""
        self._current.add(x)

    def next_event(self) -> None:
        """End this sound and begin another of the same track.

        The parts of all go into one pool.
        """
        self._parts += self._current.parts()
        self._current = self._make()

    def level(self) -> float:
        """Give the level of all sounds so far.

        Returns
        -------
        float
            dBFS (LUFS when so weighted). Where all parts are shorter than a block, they are held against
            the second gate alone. Minus infinity where nothing passes.
        """
        parts = [*self._parts, *self._current.parts()]
        gate = lufs_to_power(-70.0) if self._lufs else 1e-7
        power = _gated(parts, gate)
        return rounded(power_to_db(power) + (LUFS_OFFSET if self._lufs else 0.0))


class _Part(NamedTuple):
    """A sounding part, hop by hop: power around each hop, its energy, its samples."""

    blocks: Float
    energies: Float
    lengths: NDArray[np.int64]
    short: bool


class _Sound:
    """Collects one sound, from its first sample that is something to its last."""

    def __init__(self, rate: int, channels: int, *, k_weighted: bool) -> None:
        self._powers = HopPowers(rate, channels, k_weighted=k_weighted, seconds=_HOP)
        self._end = 0  # samples to the last that is something

    def add(self, x: Float) -> None:
        """Take the next samples; nothing before the first that is something is looked at."""
        something = np.flatnonzero((np.abs(x) > _NOTHING).any(axis=1))
        if not self._powers.samples:
            if not len(something):
                self._powers.check(x)
                return
            x = x[something[0] :]
            something = something - something[0]
        if len(something):
            self._end = self._powers.samples + int(something[-1]) + 1
        self._powers.add(x)

    def parts(self) -> list[_Part]:
        """Its parts, in time."""
        if not self._end:
            return []
        hop = self._powers.hop
        energies, lengths = self._hops()
        padded = np.pad(energies, _HOPS_PER_BLOCK - 1)
        loudest = float(_blocks(padded).max()) / (_HOPS_PER_BLOCK * hop)
        result = []
        for begin, end in _runs(energies > _SILENCE * loudest * lengths):
            part, samples = energies[begin:end], lengths[begin:end]
            whole = len(part) if int(samples[-1]) == hop else len(part) - 1
            short = whole < _HOPS_PER_BLOCK
            if short:
                powers = np.full(len(part), float(np.sum(part)) / int(samples.sum()))
            else:
                powers = _blocks(part[:whole]) / (_HOPS_PER_BLOCK * hop)
                around = np.arange(len(part)) - _HOPS_PER_BLOCK // 2
                powers = powers[np.clip(around, 0, len(powers) - 1)]
                if len(part) >= 2 * _HOPS_PER_BLOCK:
                    half = _HOPS_PER_BLOCK // 2
                    powers[:half] = _at_edge(part, samples)
                    powers[-half:] = _at_edge(part[::-1], samples[::-1])[::-1]
            result.append(_Part(powers, part, samples, short))
        return result

    def _hops(self) -> tuple[Float, NDArray[np.int64]]:
        """Return each hop's energy up to the last nonzero sample, and its samples."""
        hops = -(-self._end // self._powers.hop)
        energies = self._powers.begun()[:hops]
        lengths = np.full(hops, self._powers.hop)
        lengths[-1] = self._end - (hops - 1) * self._powers.hop
        return energies, lengths


def _blocks(energies: Float) -> Float:
    """Energies of all blocks, one each hop."""
    blocks: Float = np.sum(sliding_window_view(energies, _HOPS_PER_BLOCK), axis=1)
    return blocks


def _at_edge(energies: Float, lengths: NDArray[np.int64]) -> Float:
    """Powers around the first hops of a part, of as much as there is of their blocks."""
    half = _HOPS_PER_BLOCK // 2
    energy = np.cumsum(energies[:_HOPS_PER_BLOCK])[half - 1 : -1]
    powers: Float = energy / np.cumsum(lengths[:_HOPS_PER_BLOCK])[half - 1 : -1]
    return powers


def _runs(sounds: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """From where to where it sounds, pauses shorter than a block closed."""
    at = np.flatnonzero(sounds)
    if not len(at):
        return
    breaks = np.flatnonzero(np.diff(at) > _HOPS_PER_BLOCK)
    begins = at[np.concatenate([[0], breaks + 1])]
    ends = at[np.concatenate([breaks, [len(at) - 1]])] + 1
    yield from zip(begins.tolist(), ends.tolist(), strict=True)


def _gated(parts: list[_Part], absolute: float) -> float:
    """Mean power of the hops of all parts whose blocks are above both gates."""
    if not parts:
        return 0.0
    blocks, energies, lengths = (np.concatenate([part[field] for part in parts]) for field in range(3))
    kept = np.full(len(blocks), fill_value=True) if all(part.short for part in parts) else blocks > absolute
    if not kept.any():
        return 0.0
    mean = float(np.sum(energies[kept])) / int(np.sum(lengths[kept]))
    kept &= blocks > _SECOND_GATE * mean
    return float(np.sum(energies[kept])) / int(np.sum(lengths[kept])) if kept.any() else mean
