"""Performs a plan: measures the mix, applies the master, writes the files.

The first pass plays the plan, measures the sum and holds it on the integer grid: in memory, or beyond 64 MB
in a temporary file, so that ten minutes need little memory. The second pass applies the master and writes.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from typing import TYPE_CHECKING, Self

import numpy as np

from imgext.dsp.fade import apply_fades
from imgext.dsp.loudness import LoudnessMeter
from imgext.dsp.quantise import from_grid, pcm16_tpdf, pcm24
from imgext.dsp.sound_file import SoundWriter, add_loop
from imgext.dsp.spool import Spool
from imgext.dsp.tint import Tint
from imgext.dsp.truepeak import TruePeakMeter, oversampling
from imgext.dsp.units import db_to_gain
from imgext.rendering.engine import ROOM, blocks
from imgext.rendering.master import NEAR_DB, Performance, decide, limited, warn
from imgext.rendering.plan import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future
    from pathlib import Path

    from numpy.typing import NDArray

    from imgext.dsp.sound_file import Samples
    from imgext.rendering.plan import Plan

IN_MEMORY = 1 << 26
#: Frames per column of the waveforms that the timeline shows.
COLUMN = 512
#: Seconds of a circle after which its limiter no longer knows how it began.
AROUND = 3.0
#: Blocks that may wait for the loudness meter.
WAITING = 64


def perform(
    plan: Plan,
    sounds: Mapping[str, Samples],
    mix: Path,
    *,
    container: str = "WAV",
    bits: int = 24,
    stems: Mapping[str, Path] | None = None,
    waveforms: bool = False,
    progress: Callable[[float], None] = lambda _done: None,
) -> Performance:
    """Play `plan` into the file `mix`.

    Parameters
    ----------
    plan : Plan
    sounds : mapping of track id to Samples
    mix : Path
        Where to write; `container` and `bits` (16 with seeded TPDF dither, or 24) say how.
    stems : mapping of track id (and ``_room``) to Path, optional
        Where to write each share of the mix before the master, as 32-bit float WAV.
    waveforms : bool
        Collect `Performance.peaks`.
    progress : callable
        Receives the share that is done, 0 to 1.

    Raises
    ------
    ImgextError
        A sample is not a number; the message names the stage and the track.
    """
    result = Performance()
    loudness, peak = LoudnessMeter(plan.rate, 2), _peak_meter(plan.rate)
    with (
        _Kept(plan.frames) as kept,
        _Stems(stems or {}, plan) as writers,
        ThreadPoolExecutor(1, "imgext-loudness") as beside,
    ):
        measuring: deque[Future[None]] = deque()
        for block in blocks(plan, sounds, stems=bool(stems) or waveforms):
            x = _faded(from_grid(block.mix).T, block.start, plan)
            # the costliest meter runs in a thread of its own, in the order of the blocks; only a loudness
            # target has to wait for it
            measuring.append(beside.submit(loudness.add, x))
            if len(measuring) > WAITING:
                measuring.popleft().result()
            peak.add(x)
            kept.add(block.mix)
            writers.write(block.stems, len(x))
            if waveforms:
                _collect(result.peaks, block.stems, block.start, plan.frames)
                _tint(result.tints, block.stems, block.start, plan)
            progress(0.7 * (block.start + len(x)) / plan.frames)
        result.true_peak, result.sample_peak = peak.true_peak(), peak.sample_peak()
        if plan.master.loudness is not None:
            _finish(measuring)
            result.loudness = loudness.integrated()
        decide(plan.master, result)
        _write(plan, kept, mix, container, bits, result, progress)
        if not result.limited:
            _finish(measuring)
            result.loudness, result.loudness_range = (
                loudness.integrated() + result.master_gain,
                loudness.range(),
            )
    warn(plan.master, result)
    return result


def _peak_meter(rate: int) -> TruePeakMeter:
    """Make a meter with at least two points per sample, at any rate."""
    return TruePeakMeter(rate, 2, max(2, oversampling(rate)))


def _finish(measuring: deque[Future[None]]) -> None:
    while measuring:
        measuring.popleft().result()


class _Kept:
    """Holds the mix between the passes, in memory or in a temporary file."""

    def __init__(self, frames: int) -> None:
        self._blocks: list[NDArray[np.int64]] = []
        self._spool = Spool() if frames * 16 > IN_MEMORY else None

    def __enter__(self) -> Self:
        return self

    def add(self, block: NDArray[np.int64]) -> None:
        """Add a block (2, n)."""
        if self._spool is None:
            self._blocks.append(block)
        else:
            self._spool.append(block.data)

    def blocks(self, frames: int) -> Iterator[NDArray[np.int64]]:
        """Read everything again."""
        if self._spool is None:
            yield from self._blocks
            return
        for start in range(0, frames, BLOCK):
            n = min(BLOCK, frames - start)
            yield np.frombuffer(self._spool.read(start * 16, n * 16), np.int64).reshape(2, n)

    def __exit__(self, *_: object) -> None:
        if self._spool is not None:
            self._spool.close()


def _write(
    plan: Plan,
    kept: _Kept,
    path: Path,
    container: str,
    bits: int,
    result: Performance,
    progress: Callable[[float], None],
) -> None:
    gain = db_to_gain(result.master_gain)
    result.limited = (
        plan.master.limiter and result.true_peak + result.master_gain > plan.master.true_peak - NEAR_DB
    )
    random = np.random.Generator(np.random.PCG64(np.random.SeedSequence([plan.seed, bits])))
    loudness, peak = LoudnessMeter(plan.rate, 2), _peak_meter(plan.rate)
    writer = SoundWriter(path, plan.rate, 2, container=container, subtype=f"PCM_{bits}")
    done = 0
    try:
        scaled = _scaled(kept, plan, gain)
        if result.limited:
            around = _around(plan)
            if around:
                before = _scaled(kept, plan, gain, plan.frames - around, plan.frames)
                scaled = chain(before, scaled, _scaled(kept, plan, gain, 0, around))
            played = _within(limited(scaled, plan, result), around, plan.frames)
        else:
            played = scaled
        for x in played:
            if result.limited:
                loudness.add(x)
                peak.add(x)
            values, clipped = pcm16_tpdf(x, random) if bits == 16 else pcm24(x)
            result.clipped_samples += clipped
            writer.write(values)
            done += len(x)
            progress(0.7 + 0.3 * done / plan.frames)
    finally:
        writer.close()
    if plan.loop and container == "WAV":
        add_loop(path, plan.rate, plan.frames)
    if result.limited:
        result.loudness, result.loudness_range = loudness.integrated(), loudness.range()
        result.true_peak, result.sample_peak = peak.true_peak(), peak.sample_peak()
    else:
        result.true_peak += result.master_gain
        result.sample_peak += result.master_gain


def _scaled(
    kept: _Kept, plan: Plan, gain: float, first: int = 0, last: int | None = None
) -> Iterator[NDArray[np.float64]]:
    """Frames [first, last) with the master's gain and fades, block by block."""
    last = plan.frames if last is None else last
    for number, block in enumerate(kept.blocks(plan.frames)):
        start = number * BLOCK
        if start + block.shape[1] <= first or start >= last:
            continue
        x = from_grid(block)
        x = _faded((x if gain == 1.0 else x * gain).T, start, plan)
        yield x[max(0, first - start) : last - start]


def _faded(x: NDArray[np.float64], start: int, plan: Plan) -> NDArray[np.float64]:
    fade_in, fade_out = plan.master.fade_in, plan.master.fade_out
    if start < fade_in or (fade_out and start + len(x) > plan.frames - fade_out):
        x = x.copy()
        apply_fades(x, start, plan.frames, fade_in, fade_out)
    return x


def _around(plan: Plan) -> int:
    """Count the frames a circle's limiter hears before and after the turn."""
    return min(round(AROUND * plan.rate), plan.frames) if plan.loop else 0


def _within(played: Iterator[NDArray[np.float64]], first: int, frames: int) -> Iterator[NDArray[np.float64]]:
    """So many frames from `first` on."""
    at = 0
    for x in played:
        inside = x[max(0, first - at) : max(0, first + frames - at)]
        at += len(x)
        if len(inside):
            yield inside


def _collect(
    peaks: dict[str, NDArray[np.float64]], stems: Mapping[str, NDArray[np.int64]], start: int, frames: int
) -> None:
    for key, stem in stems.items():
        columns = peaks.setdefault(key, np.zeros(-(-frames // COLUMN)))
        loud = np.maximum(np.abs(stem[0]), np.abs(stem[1]))
        padded = np.zeros(-(-len(loud) // COLUMN) * COLUMN, np.int64)
        padded[: len(loud)] = loud
        first = start // COLUMN
        columns[first : first + len(padded) // COLUMN] = from_grid(padded.reshape(-1, COLUMN).max(axis=1))


def _tint(tints: dict[str, Tint], stems: Mapping[str, NDArray[np.int64]], start: int, plan: Plan) -> None:
    for key, stem in stems.items():
        if key != ROOM:
            tint = tints.setdefault(key, Tint(plan.rate, plan.frames))
            tint.add(from_grid(stem[0]) + from_grid(stem[1]), start)


class _Stems:
    """One float file per track, all of the mix's length."""

    def __init__(self, paths: Mapping[str, Path], plan: Plan) -> None:
        self.paths, self.plan = paths, plan
        self.writers: dict[str, SoundWriter] = {}

    def __enter__(self) -> Self:
        wanted = {*(track.id for track in self.plan.tracks), *([ROOM] if self.plan.room else [])}
        for key in sorted(wanted & set(self.paths)):
            self.writers[key] = SoundWriter(self.paths[key], self.plan.rate, 2, subtype="FLOAT")
        return self

    def write(self, stems: Mapping[str, NDArray[np.int64]], frames: int) -> None:
        silence = np.zeros((frames, 2), np.float32)
        for key, writer in self.writers.items():
            writer.write(from_grid(stems[key]).T.astype(np.float32) if key in stems else silence)

    def __exit__(self, *_: object) -> None:
        for key, writer in self.writers.items():
            writer.close()
            if self.plan.loop:
                add_loop(self.paths[key], self.plan.rate, self.plan.frames)
