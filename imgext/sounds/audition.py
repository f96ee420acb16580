"""Measures sounds before they are taken, and rejects damaged or unusable ones.

Conventions: levels in dBFS as `imgext.dsp.level` has them, full scale 1.0, times in seconds. A file is
decoded in blocks, at most its first ten minutes, and never held whole. What was measured is cached
by the SHA-256 of the content.

The bounds are set by measurement on 197 recordings of Freesound (the CC0 part of ESC-50), all of which they
let pass:

- level: the quietest has -47.6 dBFS, the bound is -65;
- sounding time, in windows of 10 ms within 60 dB of the loudest and above -70 dBFS: the shortest has 0.33 s,
  the bound for an event is 0.03;
- clipping: the share of samples in runs of three or more beyond 0.9 of full scale is at most 0.061, the bound
  is 0.1, and there must be twice as many of them as samples from 0.7 to 0.9. A full-scale sine has 0.287 of
  its samples there, but only 1.31 times as many as in the band below.

Clipping is not looked for at the exact maximum of the file: Vorbis and MP3, the form of Freesound's previews,
turn every flat top into a ripple with one highest sample. Of the same recordings overdriven by 24 dB and
coded as Vorbis, runs at the exact maximum were 0 in all.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.decode import FAILURES, Decoder
from imgext.dsp.level import LevelMeter
from imgext.dsp.sound_file import LOUDEST, OFFSET, probe
from imgext.errors import MissingInputError, SceneError
from imgext.store.cache import Cache, as_json, to_json
from imgext.store.places import digest_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

#: Of the measurement; another number makes all be measured again.
VERSION = 2
#: Seconds of a file that are measured.
LONGEST = 600.0
#: A sound quieter than this, in dBFS, is silence.
SILENT = -65.0
#: Share of its frames that must be there.
WHOLE = 0.9
#: Share of samples at the limit from which a sound is clipped through.
CLIPPED = 0.1
#: Seconds that an event and a bed must sound.
EVENT, BED = 0.03, 1.0

_WINDOW = 0.01  # s
_LIMIT, _BELOW = 0.9, 0.7  # of full scale
_OUTWEIGHS = 2.0  # samples at the limit for each one in the band below it
_RANGE = 1e-6  # power of a window that still sounds, of the loudest one's: -60 dB
_FLOOR = 1e-7  # and at least: -70 dBFS


@dataclass(frozen=True, slots=True)
class Measures:
    """What was measured in a file.

    Parameters
    ----------
    level, peak : float
        dBFS, minus infinity for silence; largest absolute sample.
    clipped : float
        Share of samples, 0 to 1, in runs of three or more at the limit; 0 where they do not stand out (see
        the module).
    seconds, sounding : float
        Length that could be decoded, at most `LONGEST`, and how much of it sounds.
    decoded : float
        Share of the frames in the header, 0 to 1, that could be decoded; 1 where the header does not say.
    fault : str
        Why it cannot be used at all; blank where it can.
    """

    level: float = -math.inf
    peak: float = 0.0
    clipped: float = 0.0
    seconds: float = 0.0
    sounding: float = 0.0
    decoded: float = 0.0
    fault: str = ""


def audition(path: Path, *, bed: bool, expected: float | None = None) -> str | None:
    """Say why a sound is not fit to be heard.

    Parameters
    ----------
    path : Path
        Any file that libsndfile reads.
    bed : bool
        Whether it is to lie under a whole scene; a bed must be longer than an event.
    expected : float, optional
        Seconds that it is said to have; far fewer mean that it did not arrive whole.

    Returns
    -------
    str or None
        A short reason; None where nothing is wrong.
    """
    try:
        found = measured(path)
    except MissingInputError:
        return "broken: it cannot be read"
    if found.fault:
        return f"broken: {found.fault}"
    if found.decoded < WHOLE:
        return f"broken: only {found.decoded:.0%} of it can be decoded"
    if expected is not None and found.seconds < WHOLE * min(expected, LONGEST):
        return f"broken: {found.seconds:.1f} s long instead of {expected:.1f} s"
    if found.level < SILENT:
        return "silent" if found.level == -math.inf else f"silent: its level is {found.level:.0f} dBFS"
    if found.clipped > CLIPPED:
        return f"clipped through: {found.clipped:.0%} of its samples are at the limit"
    if found.sounding < (BED if bed else EVENT):
        return (
            f"too short: {found.sounding:.2f} s of it sound; {'a bed' if bed else 'an event'} needs "
            f"{BED if bed else EVENT:g} s"
        )
    return None


def measured(path: Path) -> Measures:
    """Measure a file, or remember what was measured of the same content.

    Raises
    ------
    MissingInputError
        When there is no such file, or it cannot be read.
    """
    try:
        digest = digest_of(path)
    except OSError as error:
        raise MissingInputError(f"{path}: {error.strerror or error}") from error
    return _measured(digest, path)


@lru_cache(maxsize=4096)
def _measured(digest: str, path: Path) -> Measures:
    return Cache("auditions", VERSION, load=_load, dump=_dump).get(digest, lambda: _measure(path))


def _load(data: bytes) -> Measures | None:
    known = as_json(data)
    level = -math.inf if known["level"] is None else float(known["level"])
    names = ("peak", "clipped", "seconds", "sounding", "decoded")
    peak, clipped, seconds, sounding, decoded = figures = [float(known[name]) for name in names]
    if math.isnan(level) or not all(0.0 <= figure < math.inf for figure in figures):
        return None
    return Measures(level, peak, clipped, seconds, sounding, decoded)


def _dump(found: Measures) -> bytes | None:
    if found.fault:  # another version of the decoder may read what this one does not
        return None
    return to_json(asdict(found) | {"level": None if found.level == -math.inf else found.level})


def _measure(path: Path) -> Measures:
    try:
        probe(path)
        fault = ""
    except SceneError as error:
        fault = str(error).removeprefix(f"{path}: ")
    meter: _Meter | None = None
    promised = 0
    try:
        offset = _offset(path)
        decoder = Decoder(path)
        promised = min(max(decoder.frames, decoder.stated), math.ceil(LONGEST * decoder.rate))
        meter = _Meter(decoder.rate, decoder.channels)
        for piece in decoder:
            x = piece[: promised - meter.frames]
            if not len(x):
                break
            if not np.isfinite(x).all():
                return Measures(fault="it has samples that are not numbers")
            if max(-float(x.min()), float(x.max())) > LOUDEST:
                return Measures(fault=f"it has samples beyond {LOUDEST:g} times full scale")
            meter.add(x, offset)
        if decoder.broken:
            fault = fault or f"it is damaged: {decoder.broken}"
    except FAILURES as error:
        fault = fault or f"it is damaged: {' '.join(str(error).split())}"
    if meter is None or not meter.frames:
        return Measures(fault=fault or "it has no frames")
    return replace(meter.measures(promised), fault=fault)


def _offset(path: Path) -> NDArray[np.float64] | None:
    """The offset of the zero line, where the first piece shows one: it is no sound."""
    sums, frames = np.zeros(1), 0
    for x in Decoder(path):
        if not frames and np.all(np.abs(np.mean(x, axis=0)) < OFFSET):
            return None
        sums, frames = sums + np.sum(x, axis=0), frames + len(x)
    return np.asarray(sums / max(frames, 1))


class _Meter:
    """Gathers the figures of one file block by block, whatever the blocks' sizes.

    Parameters
    ----------
    rate, channels : int
        Hz; any number of channels.
    """

    def __init__(self, rate: int, channels: int) -> None:
        self.rate, self.channels, self.frames = rate, channels, 0
        self.peak = 0.0
        self._level = LevelMeter(rate, channels)
        self._width = max(1, round(_WINDOW * rate))
        self._rest = np.zeros((0, channels))
        self._powers: list[NDArray[np.float64]] = []
        self._below = 0
        self._highs, self._lows = _Runs(channels), _Runs(channels)

    def add(self, x: NDArray[np.float64], offset: NDArray[np.float64] | None = None) -> None:
        """Take the next samples, shape (n, channels), and what their zero line is off by."""
        self.frames += len(x)
        heard = x if offset is None else x - offset
        self._level.add(heard)
        top = max(float(x.max()), -float(x.min()))
        self.peak = max(self.peak, top)
        if top >= _BELOW:
            size = np.abs(x)
            self._below += int(np.count_nonzero((size >= _BELOW) & (size < _LIMIT)))
        self._highs.add(x >= _LIMIT)
        self._lows.add(x <= -_LIMIT)
        x = np.concatenate([self._rest, heard])
        whole = len(x) // self._width * self._width
        self._powers.append(_power(x[:whole], self._width))
        self._rest = x[whole:]

    def measures(self, promised: int) -> Measures:
        """Return the figures so far; `promised` is how many frames there should be."""
        powers = np.concatenate(self._powers) if self._powers else np.zeros(0)
        widths = np.full(len(powers), self._width)
        if len(self._rest):
            powers, widths = (
                np.append(powers, _power(self._rest, len(self._rest))),
                np.append(widths, len(self._rest)),
            )
        gate = max(_FLOOR, _RANGE * float(powers.max(initial=0.0)))
        limited = self._highs.samples + self._lows.samples
        stands_out = limited >= _OUTWEIGHS * self._below
        return Measures(
            level=self._level.level(),
            peak=round(self.peak, 6),
            clipped=round(limited / max(1, self.frames * self.channels), 6) if stands_out else 0.0,
            seconds=round(self.frames / self.rate, 6),
            sounding=round(int(widths[powers > gate].sum()) / self.rate, 6),
            decoded=round(min(1.0, self.frames / promised), 6),
        )


def _power(x: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    """Compute mean squares of windows of `width` frames, summed over channels."""
    power: NDArray[np.float64] = np.sum(np.square(x).reshape(-1, width * x.shape[1]), axis=1) / width
    return power


class _Runs:
    """Counts the samples that stand in runs of three or more in each channel.

    A run of n has n - 2 triples, so samples are triples plus two for each first triple.
    """

    def __init__(self, channels: int) -> None:
        self.samples = 0
        self._last = np.zeros((2, channels), dtype=bool)
        self._in_run = np.zeros((1, channels), dtype=bool)

    def add(self, marked: NDArray[np.bool_]) -> None:
        """Take the marks of the next samples, shape (n, channels)."""
        if not marked.any():
            marked = marked[-2:]  # nothing begins or goes on here
            if len(marked) == 2:
                self._last, self._in_run = marked, marked[:1]
                return
        joined = np.concatenate([self._last, marked])
        triples = joined[:-2] & joined[1:-1] & joined[2:]
        before = np.concatenate([self._in_run, triples])
        self.samples += int(np.count_nonzero(triples)) + 2 * int(np.count_nonzero(triples & ~before[:-1]))
        self._last, self._in_run = joined[-2:], before[-1:]
