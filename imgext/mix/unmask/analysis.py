"""Finds who masks whom, when and where, for every two tracks that sound together.

It gives figures and matrices: in which bands, how much, and how often the two change places.

Conventions: powers and frames as in `imgext.mix.unmask.planner`; a severity runs from 0 to 1 and is that of
mode `masking`: 0 where the masker's threshold is 10 dB under the other sound, 1 where it is 10 dB over it,
weighed by how much the band matters to that other sound. Nothing is decided here, and tracks that may not be
cut are analysed too. The figures after a plan include its cuts.

A very full mix (more than an hour and ten minutes of overlap, all pairs together) is sampled: the first 2.7 s
of each pair's time together, then 2.7 s in regular intervals, from which sums are scaled up. Seconds together
are always exact; a skipped column of a matrix repeats the one before it.

Source: after B. Zhao and E. Pérez-Cota, Signals 5(4), 2024, reconstructed from the abstract, which names
masking that has a direction and "temporal interchangeability between the masker and maskee"; the formulas are
this project's own (`imgext.dsp.masking`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgext.dsp.bark import decibels, hop
from imgext.dsp.masking import (
    active_frames,
    direction,
    domination,
    interchange_rate,
    levels,
    masking_threshold,
    prominence,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from imgext.mix.unmask.planner import Placed, Settings

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]
    Int = NDArray[np.int64]

WINDOW = 30.0
"""dB under a frame's strongest band at which a band no longer matters to its sound.

In mode `masking`.
"""


_MOST = 200_000  # frames of all pairs that are looked at, about half a second's work
_PART = 128  # frames
_COLUMNS, _FEWEST, _ALL_COLUMNS = (
    120,
    12,
    5_000,
)  # of one pair's matrices; of all pairs' together, as far as the fewest allow


class Grid(NamedTuple):
    """Columns of time, in frames of the mix.

    Where the first begins, how wide each is, how many.
    """

    first: int
    width: int
    columns: int

    def of(self, frames: Int) -> Int:
        """Column of each frame; what lies outside counts to the nearest."""
        return np.clip((frames - self.first) // self.width, 0, self.columns - 1)


class Cells(NamedTuple):
    """Masking over time and frequency, as whole numbers.

    `together` says for each column of `grid` in how many per cent of it both are active. `one_masks` and
    `other_masks` have 25 rows, lowest band first, of one number for each column: mean severity while both are
    active, in hundredths; a row of zeros is empty.
    """

    grid: Grid
    together: tuple[int, ...]
    one_masks: tuple[tuple[int, ...], ...]
    other_masks: tuple[tuple[int, ...], ...]


class Pair(NamedTuple):
    """Two tracks that sound together, in the order of their ids.

    `seconds` is how long. `one_masks` and `other_masks` have 25 numbers each: severity summed over time, in
    seconds, of the first masking the second and the reverse. `severity` is the largest mean over time of any
    band, each way. `share` is the part of all cells of time and band, of those where both are heard, in which
    the first is the masker: 1 it always is, 0 the other is; 0.5 where neither ever is. `interchange` counts
    changes of these roles per second. `cells` has severity by time and band.
    """

    one: str
    other: str
    seconds: float
    one_masks: tuple[float, ...]
    other_masks: tuple[float, ...]
    severity: tuple[float, float]
    share: float
    interchange: float
    cells: Cells


class Heard(NamedTuple):
    """The parts of one track that the figures need, in its active frames.

    Frame numbers, and there, shape (rows, 25), level, threshold and prominence.
    """

    at: Int
    level: Float
    threshold: Float
    prominence: Float

    def rows(self, frames: Int) -> Heard:
        """Return the part in some of its frames."""
        rows = np.searchsorted(self.at, frames)
        return Heard(frames, self.level[rows], self.threshold[rows], self.prominence[rows])

    def masks(self, other: Heard) -> Float:
        """Compute the severity of masking the other, (rows, 25); both in the same frames."""
        return domination(
            self.threshold, self.level, other.level, other.prominence, np.ones(self.at.size, dtype=bool)
        )

    def directed(self, other: Heard) -> NDArray[np.int8]:
        """1 where this one masks the other, -1 where it is masked, shape (rows, 25).

        Both in the same frames.
        """
        return direction(self.level, other.level, np.ones(self.at.size, dtype=bool))

    def interchange(self, other: Heard, rate: int) -> float:
        """Count changes of roles per second; both in the same frames."""
        return interchange_rate(self.level, other.level, np.ones(self.at.size, dtype=bool), rate)


def heard(track: Placed) -> Heard:
    """Compute levels, thresholds and prominence of a track while it is active."""
    rows = active_frames(track.power)
    power = np.ascontiguousarray(track.power[rows], dtype=np.float64)
    level = levels(power)
    return Heard(track.at[rows], level, decibels(masking_threshold(power)), prominence(level, WINDOW))


def together(tracks: Sequence[Heard]) -> Iterator[tuple[int, int, Int]]:
    """Every two tracks that are active together, by number, with the frames.

    The lower number comes first.

    All pairs of one second track come in a row.
    """
    present = np.zeros((len(tracks), _frames(tracks)), dtype=bool)
    for row, track in zip(present, tracks, strict=True):
        row[track.at] = True
    for j, other in enumerate(tracks):
        for i, one in enumerate(tracks[:j]):
            if not one.at.size or not other.at.size:
                continue
            low, high = max(int(one.at[0]), int(other.at[0])), min(int(one.at[-1]), int(other.at[-1])) + 1
            if low >= high:
                continue
            joint = low + np.flatnonzero(present[i, low:high] & present[j, low:high])
            if joint.size:
                yield i, j, joint


def pairs(
    tracks: Sequence[Placed],
    settings: Settings,
    *,
    among: Collection[str] | None = None,
    grids: Mapping[tuple[str, str], Grid] | None = None,
) -> list[Pair]:
    """Compute figures for every two tracks that sound together.

    Parameters
    ----------
    tracks : sequence of Placed
    settings : Settings
    among : collection of track ids, optional
        Leave out pairs of which neither is one of these.
    grids : mapping of two ids to Grid, optional
        Columns to use, so that matrices can be compared; a pair that is not in it gets its own, from the
        first to the last frame together: 12 to 120 columns, of 5000 in all a share by how long the two are
        together.

    Returns
    -------
    list of Pair
        By the ids of the first and the second; the order of `tracks` makes no difference. Seconds to three
        decimals, shares and severities to three, rates to two.

    Examples
    --------
    >>> from imgext.mix.unmask.planner import Placed, Settings
    >>> power = np.zeros((100, 25))
    >>> power[:, 5] = 1e6
    >>> loud = Placed("a", "a", 0.5, False, np.arange(100), power * 100)
    >>> soft = Placed("b", "b", 0.5, False, np.arange(100), power)
    >>> pair = pairs([soft, loud], Settings(rate=48000, frames=102400))[0]
    >>> pair.one, pair.other, pair.seconds, pair.severity, pair.share, pair.interchange
    ('a', 'b', 2.133, (1.0, 0.0), 1.0, 0.0)
    >>> pair.cells.grid.columns, pair.cells.one_masks[5][:5], pair.cells.one_masks[20]
    (100, (100, 100, 100, 100, 100), ())
    """
    ordered = sorted(tracks, key=lambda track: track.id)
    known = [heard(track) for track in ordered]
    count = np.zeros(_frames(known), dtype=np.int64)
    for track in known:
        count[track.at] += 1
    parts = -(-int(np.sum(count * (count - 1) // 2)) // _MOST)
    meetings = list(together(known))
    frames = sum(joint.size for _, _, joint in meetings)
    found = []
    for i, j, joint in meetings:
        ids = ordered[i].id, ordered[j].id
        if among is not None and ids[0] not in among and ids[1] not in among:
            continue
        grid = (
            _grid(joint, _ALL_COLUMNS * joint.size // frames)
            if grids is None or ids not in grids
            else grids[ids]
        )
        looked_at = joint if parts <= 1 else joint[np.arange(joint.size) // _PART % parts == 0]
        found.append(
            _pair(ids, known[i].rows(looked_at), known[j].rows(looked_at), joint, grid, settings.rate)
        )
    return sorted(found)


def _frames(tracks: Sequence[Heard]) -> int:
    return max((int(track.at[-1]) + 1 for track in tracks if track.at.size), default=0)


def _grid(joint: Int, columns: int) -> Grid:
    first, frames = int(joint[0]), int(joint[-1] - joint[0]) + 1
    width = -(-frames // min(max(columns, _FEWEST), _COLUMNS))
    return Grid(first, width, -(-frames // width))


def _pair(ids: tuple[str, str], one: Heard, other: Heard, joint: Int, grid: Grid, rate: int) -> Pair:
    seconds, looked_at = joint.size * hop(rate) / rate, one.at.size
    masks, masked = one.masks(other), other.masks(one)
    forth, back = np.sum(masks, axis=0) / looked_at, np.sum(masked, axis=0) / looked_at
    roles = one.directed(other)
    decided, first = int(np.count_nonzero(roles)), int(np.count_nonzero(roles > 0))
    shares = _shares(joint, grid)
    return Pair(
        *ids,
        round(seconds, 3),
        _rounded(forth * seconds),
        _rounded(back * seconds),
        (round(float(np.max(forth)), 3), round(float(np.max(back)), 3)),
        round(first / decided, 3) if decided else 0.5,
        round(one.interchange(other, rate), 2),
        Cells(
            grid,
            tuple(shares.tolist()),
            _matrix(masks, one.at, shares > 0, grid),
            _matrix(masked, one.at, shares > 0, grid),
        ),
    )


def _shares(joint: Int, grid: Grid) -> Int:
    """Per cent of each column in which both are active.

    At least 1 where they are at all.
    """
    counts = np.bincount(grid.of(joint), minlength=grid.columns)
    return np.asarray(np.minimum((100 * counts + grid.width - 1) // grid.width, 100), dtype=np.int64)


def _matrix(severity: Float, frames: Int, meet: Bool, grid: Grid) -> tuple[tuple[int, ...], ...]:
    """Mean severity of each band and column in hundredths.

    It has the shape (rows, 25); rows without any are empty.
    """
    column = grid.of(frames)
    begins = np.flatnonzero(np.diff(column, prepend=-1))
    counts = np.diff(begins, append=column.size)
    mean = np.rint(np.add.reduceat(severity, begins, axis=0) * 100.0 / counts[:, np.newaxis]).astype(np.int64)
    last = np.maximum(np.searchsorted(column[begins], np.arange(grid.columns), side="right") - 1, 0)
    matrix = np.where(meet, mean[last].T, 0)
    some = set(np.flatnonzero(np.max(matrix, axis=1)).tolist())
    return tuple(tuple(row) if band in some else () for band, row in enumerate(matrix.tolist()))


def _rounded(values: Float) -> tuple[float, ...]:
    return tuple(round(value, 3) for value in values.tolist())
