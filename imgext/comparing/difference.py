"""Computes the difference of two mixes, and where in time it is.

Conventions: plans at one rate; the shorter mix is followed by silence. Stems are compared before the master,
to one step of 24 bits; the sound is the later mix less the earlier one, as their files hold them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.comparing.halves import FULL_SCALE, Halves, Span, spans
from imgext.dsp.quantise import from_grid
from imgext.dsp.sound_file import SoundWriter, named
from imgext.errors import UsageError
from imgext.rendering.engine import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from imgext.dsp.sound_file import Samples
    from imgext.rendering.engine import Block
    from imgext.rendering.plan import Plan

_READ = 1 << 16


@dataclass(frozen=True, slots=True)
class SoundDifference:
    """Stretches of time in which two mixes, and each track, differ."""

    mix: list[Span] = field(default_factory=list)
    tracks: dict[str, list[Span]] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "mix": [span._asdict() for span in self.mix],
            "tracks": {key: [span._asdict() for span in found] for key, found in self.tracks.items()},
        }


def tracks_that_differ(
    before: tuple[Plan, Mapping[str, Samples]],
    after: tuple[Plan, Mapping[str, Samples]],
    names: Mapping[str, str] | None = None,
) -> dict[str, list[Span]]:
    """Play two plans and compare their stems.

    Parameters
    ----------
    before, after : tuple of Plan and sounds
    names : mapping, optional
        Later id of each track that was renamed.

    Returns
    -------
    dict
        Stretches of time by track (the room is ``_room``), those that differ alone.

    Raises
    ------
    UsageError
        The two mixes have different rates.
    """
    names = names or {}
    rate = same_rate(before[0].rate, after[0].rate)
    frames = max(before[0].frames, after[0].frames)
    found: dict[str, Halves] = {}
    pairs = zip_longest(blocks(*before, stems=True), blocks(*after, stems=True))
    for one, other in pairs:
        start, n = (one or other).start, max(_length(one), _length(other))
        old = {names.get(key, key): stem for key, stem in (one.stems if one else {}).items()}
        new = other.stems if other else {}
        for key in sorted({*old, *new}):
            removed = _steps(new.get(key), n) - _steps(old.get(key), n)
            if key not in found:
                if not removed.any():
                    continue
                found[key] = Halves(rate)
                _silence(found[key], start)
            found[key].add(removed)
        for key, rows in found.items():
            if key not in old and key not in new:
                _silence(rows, n)
    return {
        key: spans([half.peak for half in rows.rows()], frames / rate) for key, rows in sorted(found.items())
    }


def write_difference(before: Path, after: Path, to: Path | None = None) -> list[Span]:
    """Subtract two mixes; write the difference as 32-bit float WAV to a given path.

    Raises
    ------
    UsageError
        The two mixes have different rates.
    """
    import soundfile

    with soundfile.SoundFile(named(before)) as one, soundfile.SoundFile(named(after)) as other:
        rate = same_rate(one.samplerate, other.samplerate)
        halves, length = Halves(rate), max(one.frames, other.frames) / rate
        writer = SoundWriter(to, rate, 2, subtype="FLOAT") if to is not None else None
        try:
            for x in _differences(one, other):
                halves.add(np.rint(x * FULL_SCALE).astype(np.int64))
                if writer is not None:
                    writer.write(x.astype(np.float32))
        finally:
            if writer is not None:
                writer.close()
    return spans([half.peak for half in halves.rows()], length)


def same_rate(one: int, other: int) -> int:
    """The rate of two mixes; raises UsageError where they have two."""
    if one != other:
        raise UsageError(
            f"the mixes have {one} and {other} samples a second, so no sound is their difference"
        )
    return one


def _differences(one: Any, other: Any) -> Iterator[NDArray[np.float64]]:
    while True:
        parts = [stream.read(_READ, dtype="float64", always_2d=True) for stream in (one, other)]
        n = max(map(len, parts))
        if not n:
            return
        old, new = (np.concatenate([part, np.zeros((n - len(part), 2))]) for part in parts)
        yield new - old


def _length(block: Block | None) -> int:
    return 0 if block is None else block.mix.shape[1]


def _steps(stem: NDArray[np.int64] | None, n: int) -> NDArray[np.int64]:
    """Whole 24-bit steps (n, 2) of a stem, silence where there is none."""
    steps = np.zeros((n, 2), np.int64)
    if stem is not None:
        steps[: stem.shape[1]] = stem_steps(stem)
    return steps


def stem_steps(stem: NDArray[np.int64]) -> NDArray[np.int64]:
    """Turn a stem on its grid, (2, n), into whole 24-bit steps, (n, 2), unclipped."""
    return np.rint(from_grid(stem).T * FULL_SCALE).astype(np.int64)


def _silence(halves: Halves, frames: int) -> None:
    for begin in range(0, frames, _READ):
        halves.add(np.zeros((min(_READ, frames - begin), 2), np.int64))
