"""The level of a sound: its mean square over the parts that sound.

Conventions: blocks are (samples, channels), full scale 1.0; levels in dBFS, a full-scale square wave in one
channel is 0 dBFS, a sine -3.01; minus infinity is silence.

The mean square is taken over 400 ms blocks with 75 % overlap, its power summed over the channels, so that a
mono sound keeps its level when constant-power panning spreads it over two. Blocks count above -70 dBFS and
above 10 dB below the mean of those: BS.1770-4's gates, without its weighting unless it is asked for. So
pauses do not turn a barking dog up. A sound shorter than one block is measured whole.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import numpy as np

from imgext.dsp.loudness import LUFS_OFFSET, HopPowers, gated_power, lufs_to_power
from imgext.dsp.units import power_to_db, rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

Weighting = Literal["rms", "lufs"]

_HOPS_PER_BLOCK = 4


class LevelMeter:
    """Measures the sounds of one track together.

    Parameters
    ----------
    rate : int
        Hz.
    channels : int
    weighting : {"rms", "lufs"}
        "lufs" weights by K and reads as BS.1770 does.

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
        self._make = partial(HopPowers, rate, channels, k_weighted=weighting == "lufs")
        self._lufs = weighting == "lufs"
        self._current = self._make()
        self._blocks: list[NDArray[np.float64]] = []
        self._short: list[NDArray[np.float64]] = []
        self._whole: list[tuple[float, int]] = []

    def add(self, x: NDArray[np.float64]) -> None:
        """Take the next samples, shape (n, channels), of the sound that is being measured."""
        self._current.add(x)

    def next_event(self) -> None:
        """End this sound and begin another of the same track.

        The blocks of all go into one pool.
        """
        pool, blocks = self._blocks_of_current()
        if blocks.size:
            pool.append(blocks)
            self._whole.append(self._energy_of_current())
            self._current = self._make()

    def level(self) -> float:
        """Give the level of all sounds so far.

        Returns
        -------
        float
            dBFS (LUFS when so weighted). Each sound shorter than a block stands as one block next to the
            others; if there are only such, they are averaged with equal weight and without gates. Where no
            complete block reaches the gate of -70 but the sounds as a whole do (all that sounds lies behind
            the last complete block), they are measured whole. Else minus infinity.
        """
        pool, blocks = self._blocks_of_current()
        long, short = list(self._blocks), list(self._short)
        (short if pool is self._short else long).append(blocks)
        gate = lufs_to_power(-70.0) if self._lufs else 1e-7
        power = self._pooled(long, short, gate)
        if power == 0.0:
            energies, samples = zip(*self._whole, self._energy_of_current(), strict=True)
            whole = float(np.sum(energies)) / max(1, sum(samples))
            power = whole if whole > gate else 0.0
        return rounded(power_to_db(power) + (LUFS_OFFSET if self._lufs else 0.0))

    def _blocks_of_current(self) -> tuple[list[NDArray[np.float64]], NDArray[np.float64]]:
        short = self._current.samples < _HOPS_PER_BLOCK * self._current.hop
        return (self._short if short else self._blocks), self._current.window_powers(_HOPS_PER_BLOCK)

    def _energy_of_current(self) -> tuple[float, int]:
        hops, rest = self._current.energies()
        return float(np.sum(hops)) + rest, self._current.samples

    def _pooled(
        self, blocks: list[NDArray[np.float64]], short: list[NDArray[np.float64]], gate: float
    ) -> float:
        everything = np.concatenate([*blocks, *short, np.zeros(0)])
        if not everything.size:
            return 0.0
        if not any(one.size for one in blocks):
            return float(np.mean(everything))
        return gated_power(everything, gate)
