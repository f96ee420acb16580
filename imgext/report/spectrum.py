"""Reduce power spectra of a mix to the columns and rows of a picture.

Hann windows of 2048 samples (periodic), both channels averaged, then averaged over time down to one spectrum
for each column (Welch, IEEE Trans. Audio Electroacoust. 15:70, 1967). 1 (0 dB) is the peak of a full-scale
sine. Frames are centred: the first one is centred at 0 s. Pieces of any size give the same bits, since frames
are always transformed in the same batches.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

N: Final = 2048
BATCH: Final = 64  # frames transformed at once
RANGE: Final = 80.0
LOWEST, HIGHEST = 20.0, 20000.0


def column_powers(
    blocks: Iterable[NDArray[np.float64]], rate: int, duration: float, most: int
) -> tuple[NDArray[np.float64], float, float]:
    """Mean power spectra, at most `most` of them.

    Parameters
    ----------
    blocks : iterable of ndarray (n, 2)
        Consecutive pieces, full scale 1.
    rate : int
    duration : float
        Seconds; what is missing is silence, what is beyond is left out.
    most : int
        Columns, at least 2.

    Returns
    -------
    powers : ndarray (columns, N / 2 + 1)
        1 is the peak of a full-scale sine.
    seconds : float
        Width of a column.
    first : float
        Where the first column begins, in seconds (half a hop before 0, since frames are centred).

    Raises
    ------
    ValueError
        When a piece does not have two channels.
    """
    total = max(1, round(duration * rate))
    group = max(
        1, math.ceil(total / ((most - 1) * (N // 2)))
    )  # frames in a column, at most half a window apart
    hop = max(32, math.ceil(total / ((most - 1) * group)))
    frames = total // hop + 1
    sums = np.zeros((math.ceil(frames / group), N // 2 + 1))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(N) / N)
    done = taken = 0

    def transform(pending: NDArray[np.float64], count: int) -> None:
        nonlocal done
        power = np.zeros((count, N // 2 + 1))
        for channel in pending:
            cut = np.lib.stride_tricks.sliding_window_view(channel, N)[: (count - 1) * hop + 1 : hop]
            spectra = np.fft.rfft(cut * window, axis=1)
            for part in (spectra.real, spectra.imag):
                power += np.multiply(part, part, out=part)
        columns = np.arange(done, done + count) // group
        edges = np.flatnonzero(np.diff(columns, prepend=-1))
        sums[columns[edges]] += np.add.reduceat(power, edges, axis=0)
        done += count

    pending = np.zeros((2, N // 2))
    need = (BATCH - 1) * hop + N
    for block in blocks:
        if block.ndim != 2 or block.shape[1] != 2:
            raise ValueError(f"a piece of the mix has the shape {block.shape}; (n, 2) is expected")
        wanted = block[: max(0, total - taken)]
        taken += len(block)
        for start in range(0, len(wanted), 1 << 15):
            pending = np.concatenate(
                [pending, np.asarray(wanted[start : start + (1 << 15)], dtype=np.float64).T], axis=1
            )
            while pending.shape[1] >= need and done + BATCH <= frames:
                transform(pending, BATCH)
                pending = pending[:, BATCH * hop :]
    while done < frames:
        count = min(BATCH, frames - done)
        short = (count - 1) * hop + N
        padded = np.concatenate([pending[:, :short], np.zeros((2, max(0, short - pending.shape[1])))], axis=1)
        transform(padded, count)
        pending = pending[:, count * hop :]
    counts = np.minimum(group, frames - group * np.arange(len(sums)))
    sums /= (2.0 * (N / 4) * (N / 4) * counts)[
        :, np.newaxis
    ]  # two channels; a sine of 1 peaks at half the window's sum, N / 4
    return sums, group * hop / rate, -0.5 * hop / rate


def top_frequency(rate: int) -> float:
    """Top of the frequency axis: 20 kHz or half the sample rate."""
    return min(HIGHEST, rate / 2)


def y_of(frequency: float, rate: int, top: float, bottom: float) -> float:
    """Pixel of a frequency, where the axis runs from pixel `bottom` up to `top`."""
    return bottom - (bottom - top) * math.log(frequency / LOWEST) / math.log(top_frequency(rate) / LOWEST)


def levels(powers: NDArray[np.float64], rate: int, rows: int) -> NDArray[np.float64]:
    """Return levels in dB, (rows, columns), highest frequency first, on a log axis.

    Rounded to 0.01 dB, -200 at least.
    """
    edges = LOWEST * (top_frequency(rate) / LOWEST) ** (np.arange(rows, -1, -1) / rows) * N / rate  # in bins
    level = np.empty((rows, len(powers)))
    quiet = 1e-20
    for row in range(rows):
        high, low = float(edges[row]), float(edges[row + 1])
        if (
            high - low < 1
        ):  # rows narrower than a bin lie between two of them, in dB; the lowest bin is not direct current
            middle = max((high + low) / 2, 1.0)
            below = min(int(middle), N // 2 - 1)
            pair = np.log10(np.maximum(powers[:, below : below + 2], quiet))
            level[row] = pair[:, 0] + (pair[:, 1] - pair[:, 0]) * (middle - below)
        else:
            level[row] = np.log10(
                np.maximum(powers[:, round(low) : max(round(high), round(low) + 1)].mean(axis=1), quiet)
            )
    level *= 10
    return np.round(level, 2, out=level)


def loudest_of(level: NDArray[np.float64]) -> float:
    """Return the level of the brightest colour: the next ten dB above the loudest."""
    top = float(level.max())
    return 0.0 if top <= -199.9 else min(max(10.0 * math.ceil(top / 10), -110.0), 10.0)


def shade_indices(level: NDArray[np.float64], loudest: float) -> NDArray[np.uint8]:
    """Place levels among 256 shades, `RANGE` dB up to `loudest`; reuses `level`.

    >>> shade_indices(np.array([[0.0, -40.0, -80.0, -120.0]]), 0.0).tolist()
    [[255, 127, 0, 0]]
    """
    level -= loudest - RANGE
    level *= 255 / RANGE
    return np.clip(level, 0, 255, out=level).astype(np.uint8)
