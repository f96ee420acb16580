"""A sound as powers over time and frequency, from which all figures follow.

In the bands of three ears, and K-weighted.

Conventions: frame t is centred on sample ``t * hop`` of the mix; at 48 kHz a frame is 2048 samples and the
hop half of that, 21.3 ms, and other rates take the power of two that comes nearest in time. Powers are
calibrated so that a full-scale sine has 92 dB SPL; power is summed over the channels, so that constant-power
panning changes nothing.

Only the frames in which a sound is not silent are kept. Frames are transformed in blocks, so memory does not
grow with the spectrum.

The last bits of powers and exponentials differ between machines, so every figure is rounded to six places; no
product goes through BLAS.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from imgext.dsp.loudness import k_weighting
from imgext.evaluation.clarity import critical, glimpse, peaq

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgext.evaluation.clarity.stem import Stem

    Array = NDArray[np.float64]

FULL_SCALE_SPL = 92.0
"""dB SPL of a full-scale sine: the level that PEAQ assumes (BS.1387-1, 2.1.3)."""

_FRAMES_PER_BLOCK = 128


def frame_length(rate: int) -> int:
    """Give the samples in a frame: 2048 at 48 kHz.

    Examples
    --------
    >>> frame_length(48000), frame_length(44100), frame_length(96000), frame_length(22050)
    (2048, 2048, 4096, 1024)
    """
    return 1 << round(math.log2(2048 * rate / 48000))


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """Powers of one sound from frame `first` on; it is silent in all others.

    Attributes
    ----------
    first : int
        Frame.
    ear : ndarray, shape (frames, 109)
        In PEAQ's bands behind the outer and middle ear.
    erb : ndarray, shape (frames, 42)
        Behind rounded-exponential filters.
    bark : ndarray, shape (frames, 25)
        In critical bands.
    weighted : ndarray, shape (frames,)
        K-weighted, over the range that PEAQ's ear hears, 80 Hz to 18 kHz: rumble that no figure hears must
        not hold up a level.
    """

    first: int
    ear: Array
    erb: Array
    bark: Array
    weighted: Array

    @property
    def stop(self) -> int:
        """The frame after the last."""
        return self.first + len(self.weighted)

    def times(self, power: float | Array) -> Bands:
        """Give the sound with its power multiplied, by one factor or one for each frame."""
        column = np.asarray(power)[..., np.newaxis]
        return replace(
            self,
            ear=self.ear * column,
            erb=self.erb * column,
            bark=self.bark * column,
            weighted=self.weighted * power,
        )

    def over(self, first: int, stop: int) -> Bands:
        """Give the sound over other frames, zero where it is silent."""

        def moved(x: Array) -> Array:
            result = np.zeros((stop - first, *x.shape[1:]))
            begin, end = max(first, self.first), min(stop, self.stop)
            if begin < end:
                result[begin - first : end - first] = x[begin - self.first : end - self.first]
            return result

        return Bands(first, moved(self.ear), moved(self.erb), moved(self.bark), moved(self.weighted))


def analyse(stem: Stem, rate: int, start: int, stop: int) -> Bands:
    """Transform a sound.

    Parameters
    ----------
    stem : Stem
    rate : int
        Hz.
    start, stop : int
        The samples between which it sounds.

    Returns
    -------
    Bands
        From the first to the last frame that touches them.
    """
    length = frame_length(rate)
    hop = length // 2
    weights = _weights(rate)
    first, last = max(0, (start - hop) // hop + 1), (stop + hop - 2) // hop
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi / length * np.arange(length))
    columns = stem.columns
    parts = []
    for frame in range(first, last + 1, _FRAMES_PER_BLOCK):
        count = min(_FRAMES_PER_BLOCK, last + 1 - frame)
        begin = frame * hop - hop
        size = (count - 1) * hop + length
        power = np.zeros((count, hop + 1))
        for channel in columns.T:
            segment = np.zeros(size)
            piece = channel[max(begin, 0) : begin + size]
            segment[max(-begin, 0) : max(-begin, 0) + len(piece)] = piece
            spectrum = np.fft.rfft(sliding_window_view(segment, length)[::hop] * window, axis=1)
            power += spectrum.real * spectrum.real + spectrum.imag * spectrum.imag
        parts.append(
            (
                weights.ear(power),
                np.einsum("tb,bf->tf", power, weights.erb),
                weights.bark(power),
                np.sum(power * weights.weighted, axis=1),
            )
        )
    return Bands(first, *(np.concatenate(each) for each in zip(*parts, strict=True)))


def total(sounds: list[Bands]) -> Bands:
    """Give the sum of the powers of sounds, from frame 0 to the last of any."""
    stop = max(sound.stop for sound in sounds)
    ear, erb, bark, weighted = (
        np.zeros((stop, *x.shape[1:]))
        for x in (sounds[0].ear, sounds[0].erb, sounds[0].bark, sounds[0].weighted)
    )
    for sound in sounds:
        here = slice(sound.first, sound.stop)
        ear[here] += sound.ear
        erb[here] += sound.erb
        bark[here] += sound.bark
        weighted[here] += sound.weighted
    return Bands(0, ear, erb, bark, weighted)


class _Groups(NamedTuple):
    """Sums over stretches of the spectrum, each of some lines times some weights.

    Band after band.
    """

    lines: NDArray[np.intp]
    weights: Array
    starts: NDArray[np.intp]
    bands: NDArray[np.intp]  # those that have any line
    size: int

    def __call__(self, power: Array) -> Array:
        """(frames, bins) in, (frames, bands) out."""
        result = np.zeros((len(power), self.size))
        result[:, self.bands] = np.add.reduceat(power[:, self.lines] * self.weights, self.starts, axis=1)
        return result


def _groups(weights: Array) -> _Groups:
    """Sums for a matrix of weights, shape (bins, bands), that is nearly empty."""
    bands, lines = np.nonzero(weights.T)
    present, starts = np.unique(bands, return_index=True)
    return _Groups(lines, weights.T[bands, lines], starts, present, weights.shape[1])


class _Weights(NamedTuple):
    """From the squared spectrum to the bands."""

    ear: _Groups
    erb: Array  # (bins, 42)
    bark: _Groups
    weighted: Array  # (bins,)


@lru_cache(maxsize=4)
def _weights(rate: int) -> _Weights:
    length = frame_length(rate)
    frequencies: Array = np.arange(length // 2 + 1, dtype=np.float64) * (rate / length)
    # The peak of a full-scale sine is (length / 4)^2, its whole main lobe 1.5 times that.
    level = 10.0 ** (FULL_SCALE_SPL / 10.0) / (length / 4.0) ** 2 / 1.5
    return _Weights(
        _groups(peaq.band_weights(length, rate)),
        level * glimpse.filters(frequencies),
        _groups(level * critical.grouping(frequencies)),
        level * _k_weight(frequencies, rate),
    )


def _k_weight(frequencies: Array, rate: int) -> Array:
    """K-weighting as a factor on power, at frequencies in Hz.

    Nothing outside the range of the ear model.
    """
    angle = 2.0 * np.pi / rate * frequencies
    power = np.ones_like(frequencies)
    for b, a in k_weighting(rate):
        above, below = (
            (
                c[0] + c[1] * np.cos(angle) + c[2] * np.cos(2 * angle),
                c[1] * np.sin(angle) + c[2] * np.sin(2 * angle),
            )
            for c in (b, a)
        )
        power *= (above[0] ** 2 + above[1] ** 2) / (below[0] ** 2 + below[1] ** 2)
    low, _, high = peaq.band_edges()
    return np.where((frequencies >= low[0]) & (frequencies <= high[-1]), power, 0.0)
