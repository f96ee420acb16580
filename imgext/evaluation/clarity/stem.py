"""The sounds of a scene as they stand in the mix, and their loudness.

That is what they are brought back to.

Conventions: samples float64, shape ``(frames,)`` or ``(frames, channels)``, full scale 1.0; the first sample
is the mix's first. Loudness in LUFS, a gain here is a factor on power.

A mode that only turns sounds down makes room for others and proves nothing. So each sound is brought back to
the loudness that it has without any unmasking before something is measured. The loudness is that of BS.1770-4
over the stretch in which the sound is not silent; below 0.4 s, where the standard leaves the case open, the
K-weighted mean square of the whole stretch.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol

import numpy as np

from imgext.dsp.loudness import LUFS_OFFSET, HopPowers, gated_power, lufs_to_power
from imgext.dsp.units import power_to_db
from imgext.errors import SceneError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_HOPS_PER_BLOCK = 4
_PASSES = 8


@dataclass(frozen=True, slots=True, eq=False)
class Stem:
    """One sound of a mix.

    Parameters
    ----------
    id : str
        The track.
    samples : ndarray of float64, shape (frames,) or (frames, channels)
        At its place in the mix and at mix gain, without reverberation and master.
    importance : float
        0 to 1; a bed counts as 0 whatever stands here.
    bed : bool
        The background, which is measured as a masker and never scored.
    """

    id: str
    samples: Array
    importance: float
    bed: bool = False

    @property
    def weight(self) -> float:
        """Importance as it counts: 0 for a bed."""
        return 0.0 if self.bed else self.importance

    @property
    def columns(self) -> Array:
        """The samples as (frames, channels)."""
        return self.samples[:, np.newaxis] if self.samples.ndim == 1 else self.samples


class CutLike(Protocol):
    """A bell as a scene's `eq` entry has it; `imgext.scene.model.Cut` is one."""

    @property
    def freq(self) -> float:
        """Centre in Hz."""

    @property
    def gain(self) -> float:
        """Gain in dB at the centre."""

    @property
    def q(self) -> float | None:
        """Width; None is 1."""

    @property
    def spans(self) -> Sequence[Sequence[float]] | None:
        """From and to, in seconds of the mix; None is always."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A bell: Hz, dB, Q, and (from, to) in seconds of the mix; None is always."""

    freq: float
    gain: float
    q: float | None = 1.0
    spans: tuple[tuple[float, float], ...] | None = None


def cut_key(cut: CutLike) -> tuple[float, float, float, tuple[tuple[float, float], ...] | None]:
    """Give what makes two cuts the same cut."""
    spans = None if cut.spans is None else tuple((float(begin), float(end)) for begin, end in cut.spans)
    return float(cut.freq), float(cut.gain), 1.0 if cut.q is None else float(cut.q), spans


def in_order(stems: Sequence[Stem], where: str) -> list[Stem]:
    """Give the stems sorted by id, so that no sum depends on the order they came in.

    Raises
    ------
    SceneError
        Two have the same id, a sample is not a number, or an importance lies outside 0 to 1.
    """
    ordered = sorted(stems, key=lambda stem: stem.id)
    for left, right in pairwise(ordered):
        if left.id == right.id:
            raise SceneError(f"{where}: two stems are called {left.id}")
    for stem in ordered:
        if not 0.0 <= stem.importance <= 1.0:
            raise SceneError(f"{where}: {stem.id}: an importance of {stem.importance}; it runs from 0 to 1")
        if not np.isfinite(np.sum(stem.samples)):
            raise SceneError(f"{where}: {stem.id} has samples that are not finite numbers")
    return ordered


def extent(samples: Array) -> tuple[int, int]:
    """Give the first sample that is not zero and the one after the last.

    (0, 0) for silence.
    """
    ends = []
    for channel in samples.reshape(len(samples), -1).T:
        sounding = np.flatnonzero(channel)
        if sounding.size:
            ends.append((int(sounding[0]), int(sounding[-1]) + 1))
    return (min(start for start, _ in ends), max(stop for _, stop in ends)) if ends else (0, 0)


def block_powers(stem: Stem, rate: int, start: int, stop: int) -> Array:
    """Give the K-weighted power of every 400 ms block between two samples.

    Parameters
    ----------
    stem : Stem
    rate : int
        Hz.
    start, stop : int
        Samples; a stretch shorter than a block is one block, all of it.

    Returns
    -------
    ndarray, shape (blocks,)
    """
    columns = stem.columns[start:stop]
    if len(columns) < stop - start:  # a processed sound may end earlier
        columns = np.concatenate([columns, np.zeros((stop - start - len(columns), columns.shape[1]))])
    hops = HopPowers(rate, columns.shape[1], k_weighted=True)
    hops.add(columns)
    return hops.window_powers(_HOPS_PER_BLOCK)


def block_loudness(blocks: Array) -> float:
    """Give the gated loudness of blocks in LUFS.

    A single block, or blocks of which none passes the first gate, count as they are.

    Examples
    --------
    >>> block_loudness(np.array([1e-3, 1e-3, 1e-9]))
    -30.691
    """
    power = gated_power(blocks, lufs_to_power(-70.0)) if len(blocks) > 1 else 0.0
    return LUFS_OFFSET + power_to_db(power or float(np.mean(blocks)))


def matching_power(blocks: Array, reference: Array) -> float:
    """Give the factor on power that brings blocks to the loudness of others.

    The gates are those of the sound as it stands after the gain, so a sound that was turned down as a whole
    comes back exactly.

    Parameters
    ----------
    blocks, reference : ndarray, shape (blocks,)
        From `block_powers`; not all zero.

    Returns
    -------
    float

    Examples
    --------
    >>> round(matching_power(np.array([1e-3, 1e-4]), np.array([4e-3, 4e-4])), 9)
    4.0
    """
    target = block_loudness(reference)
    factor = float(np.mean(reference)) / float(np.mean(blocks))
    for _ in range(_PASSES):
        miss = target - block_loudness(blocks * factor)
        if abs(miss) < 1e-9:
            break
        factor *= 10.0 ** (miss / 10.0)
    return factor


def new_cuts(
    cuts: Mapping[str, Sequence[CutLike]], before: Mapping[str, Sequence[CutLike]]
) -> dict[str, list[CutLike]]:
    """Give, by stem, the cuts that a mode made.

    Those that are not already there without it.
    """
    result: dict[str, list[CutLike]] = {}
    for name, those in sorted(cuts.items()):
        left = [cut_key(cut) for cut in before.get(name, ())]
        fresh = []
        for cut in those:
            if cut_key(cut) in left:
                left.remove(cut_key(cut))
            else:
                fresh.append(cut)
        if fresh:
            result[name] = fresh
    return result
