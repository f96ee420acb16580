"""Reads sound files at the mix's rate with random access, and writes them.

Conventions: samples are float64, shape (frames, channels), full scale 1.0; one or two channels. A short sound
is kept in memory, a long one is resampled once to a temporary file, by the same stream of soxr chunks either
way, so that where it lives changes no sample. Limits: the header is checked before anything is decoded,
because a header can ask for 512 GiB.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import soundfile

from imgext.dsp.decode import CHUNK, FAILURES, Decoder
from imgext.dsp.spool import Spool
from imgext.errors import CannotWriteError, MissingInputError, SceneError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

#: Decoded frames of one sound; four hours at 48 kHz.
MAX_FRAMES = 4 * 3600 * 48000
#: Bytes that one sound may take in memory by default.
IN_MEMORY = 1 << 25
#: What each of two channels has of a sound in the middle.
HALF_POWER = 0.7071067811865476
#: Samples beyond this are damage, and too large for exact sums.
LOUDEST = 1000.0


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """A sound's checked properties: frames, 1 to 384 kHz, 1 or 2 channels, `notes`."""

    frames: int
    rate: int
    channels: int
    notes: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """Length."""
        return self.frames / self.rate


class Samples(Protocol):
    """Random access to a sound at the mix's rate."""

    frames: int
    channels: int

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """Frames [start, stop) as float64 (n, channels); 0 <= start <= stop <= frames."""
        ...


class ArraySamples:
    """Samples in memory, read-only because several threads read them."""

    notes: tuple[str, ...] = ()

    def __init__(self, data: NDArray[np.float64]) -> None:
        self._data = data.view()
        self._data.flags.writeable = False
        self.frames, self.channels = data.shape

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """See `Samples.read`; the result may be a view and must not be changed."""
        return self._data[start:stop]


class SpooledSamples:
    """Samples in a temporary file of raw float64, for any number of threads.

    The file is deleted with the object.
    """

    notes: tuple[str, ...] = ()

    def __init__(self, spool: Spool, frames: int, channels: int) -> None:
        self._spool, self.frames, self.channels = spool, frames, channels

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """See `Samples.read`."""
        frame = self.channels * 8
        data = np.frombuffer(self._spool.read(start * frame, (stop - start) * frame), dtype=np.float64)
        data.flags.writeable = False
        return data.reshape(-1, self.channels)


class ShiftedSamples:
    """Samples with a constant taken out of each channel."""

    notes: tuple[str, ...] = ()

    def __init__(self, samples: Samples, offset: NDArray[np.float64]) -> None:
        self._samples, self._offset = samples, offset
        self.frames, self.channels = samples.frames, samples.channels

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """See `Samples.read`."""
        return self._samples.read(start, stop) - self._offset


class JoinedSamples:
    """Joins sounds one after the other; a mono sound is shared out to two channels."""

    notes: tuple[str, ...] = ()

    def __init__(self, parts: Sequence[Samples]) -> None:
        self._parts = parts
        self.begins = [sum(part.frames for part in parts[:index]) for index in range(len(parts))]
        self.frames = sum(part.frames for part in parts)
        self.channels = max(part.channels for part in parts)

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """See `Samples.read`."""
        out = np.zeros((stop - start, self.channels))
        for begin, part in zip(self.begins, self._parts, strict=True):
            low, high = max(start, begin), min(stop, begin + part.frames)
            if low < high:
                x = part.read(low - begin, high - begin)
                out[low - start : high - start] = x if part.channels == self.channels else x * HALF_POWER
        return out


Opened = ArraySamples | SpooledSamples | ShiftedSamples
#: An offset of the zero line is one from here on, of full scale and of the power of what is heard.
OFFSET, OFFSET_POWER = 1e-3, 1e-3


def offset_of(samples: Samples) -> NDArray[np.float64] | None:
    """Find each channel's offset from zero, None if it is negligible.

    It must hold throughout: half of the stretches of `CHUNK` / 16 frames have at least half of it, so that a
    thump is none. Rounded to 2^-20.
    """
    width, sums, power, means = CHUNK // 16, np.zeros(samples.channels), np.zeros(samples.channels), []
    for start in range(0, samples.frames, CHUNK):
        x = samples.read(start, min(samples.frames, start + CHUNK))
        power += np.sum(np.square(x), axis=0)
        parts = [np.sum(x[at : at + width], axis=0) for at in range(0, len(x), width)]
        sums += np.sum(parts, axis=0)
        means += [part / len(x[at * width : (at + 1) * width]) for at, part in enumerate(parts)]
    offset = np.rint(sums / samples.frames * (1 << 20)) / (1 << 20)
    heard = np.maximum(power / samples.frames - np.square(offset), 0.0)
    lasting = np.median(np.array(means) * np.sign(offset), axis=0) >= np.abs(offset) / 2.0
    counts = (np.abs(offset) >= OFFSET) & (np.square(offset) > OFFSET_POWER * heard) & lasting
    return np.where(counts, offset, 0.0) if counts.any() else None


def without_offset(samples: ArraySamples | SpooledSamples) -> tuple[Opened, tuple[str, ...]]:
    """Take an offset of the zero line out, and say so."""
    offset = offset_of(samples)
    if offset is None:
        return samples, ()
    largest = offset[int(np.argmax(np.abs(offset)))]
    return ShiftedSamples(samples, offset), (f"its zero line is off by {largest:.3f}: that is taken out",)


def probe(path: Path) -> SoundInfo:
    """Find out how long a sound is, and whether it can be played.

    Raises
    ------
    MissingInputError
        There is no such file.
    SceneError
        It is not a sound, has no frames, or asks for more than `MAX_FRAMES` frames or 384 kHz.
    """
    if not path.is_file():
        raise MissingInputError(f"{path}: there is no such sound")
    try:
        with Decoder(path) as decoder:
            found = SoundInfo(decoder.frames, decoder.rate, decoder.channels, tuple(decoder.notes))
    except FAILURES as error:
        raise SceneError(f"{path}: not a sound that can be read: {_reason(error)}") from error
    if found.frames < 1:
        raise SceneError(f"{path}: the sound has no frames")
    if not 1000 <= found.rate <= 384000:
        raise SceneError(f"{path}: a sample rate of {found.rate} Hz; allowed: 1000 to 384000")
    if found.frames > MAX_FRAMES:
        raise SceneError(f"{path}: {found.frames} frames; allowed: at most {MAX_FRAMES}")
    return found


def resampled_frames(frames: int, rate: int, to_rate: int) -> int:
    """Return a sound's frames at another rate, as soxr rounds them: halves up."""
    return frames if rate == to_rate else (2 * frames * to_rate + rate) // (2 * rate)


def open_samples(path: Path, rate: int, *, keep: int = IN_MEMORY) -> Opened:
    """Decode a file and bring it to `rate` Hz, in memory up to `keep` bytes.

    An offset of the zero line is taken out; `notes` of the result says what is to be said of the file. Raises
    as `probe` does, and for damage found while decoding.
    """
    info = probe(path)
    try:
        decoder = Decoder(path)
        pieces = _resampled(iter(decoder), info.rate, rate, info.channels)
        collected = _collected(pieces, info.channels, keep)
    except FAILURES as error:
        raise SceneError(f"{path}: the sound is damaged: {_reason(error)}") from error
    samples, note = without_offset(collected)
    samples.notes = (*decoder.notes, *note)
    return samples


def array_samples(data: NDArray[np.float64], rate: int, to_rate: int, *, keep: int = IN_MEMORY) -> Samples:
    """A generated sound (frames, channels) at another rate."""
    pieces = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    return _collected(_resampled(pieces, rate, to_rate, data.shape[1]), data.shape[1], keep)


def retuned(
    samples: Samples, start: int, stop: int, rate: int, to_rate: int, *, keep: int = IN_MEMORY
) -> Samples:
    """Resample frames [start, stop) of a sound from `rate` to `to_rate`."""
    pieces = (samples.read(at, min(stop, at + CHUNK)) for at in range(start, stop, CHUNK))
    return _collected(_resampled(pieces, rate, to_rate, samples.channels), samples.channels, keep)


def _resampled(
    pieces: Iterator[NDArray[np.float64]], rate: int, to_rate: int, channels: int
) -> Iterator[NDArray[np.float64]]:
    if rate == to_rate:
        yield from pieces
        return
    import soxr

    stream = soxr.ResampleStream(rate, to_rate, channels, dtype="float64", quality="HQ")
    waiting: NDArray[np.float64] | None = None
    for piece in pieces:
        if waiting is not None:
            yield stream.resample_chunk(np.ascontiguousarray(waiting)).reshape(-1, channels)
        waiting = piece
    if waiting is not None:
        yield stream.resample_chunk(np.ascontiguousarray(waiting), last=True).reshape(-1, channels)


def _collected(
    pieces: Iterator[NDArray[np.float64]], channels: int, keep: int
) -> ArraySamples | SpooledSamples:
    kept: list[NDArray[np.float64]] = []
    spool: Spool | None = None
    frames = 0
    for piece in pieces:
        frames += len(piece)
        if not np.isfinite(piece).all():
            raise RuntimeError("it has samples that are not numbers")
        if len(piece) and max(-float(piece.min()), float(piece.max())) > LOUDEST:
            raise RuntimeError(f"it has samples beyond {LOUDEST:g} times full scale")
        kept.append(piece)
        if spool is None and frames * channels * 8 > keep:
            spool = Spool()
        if spool is not None:
            for each in kept:
                spool.append(np.ascontiguousarray(each).data)
            kept = []
    if frames == 0:
        raise RuntimeError("it has no frames")
    if spool is not None:
        return SpooledSamples(spool, frames, channels)
    return ArraySamples(kept[0] if len(kept) == 1 else np.concatenate(kept))


def named(path: Path) -> str | bytes:
    """Give a path as libsndfile takes it, also where it is not Unicode."""
    return str(path) if os.name == "nt" else os.fsencode(path)


def _reason(error: Exception) -> str:
    text = " ".join(str(error).split())
    return text.rsplit(": ", 1)[-1] if text.startswith("Error opening") else text


class SoundWriter:
    """Writes integer or float blocks to a new file.

    Use it on the temporary path of `imgext.store.files.whole_file`.

    Parameters
    ----------
    path : Path
        Where to write.
    container : {"WAV", "FLAC"}
    subtype : {"PCM_16", "PCM_24", "FLOAT"}
        PCM blocks are int32 with the sample's own value, for example -2**23 to 2**23 - 1 for PCM_24.
    """

    def __init__(
        self, path: Path, rate: int, channels: int, *, container: str = "WAV", subtype: str = "PCM_24"
    ) -> None:
        self.path, self.subtype = path, subtype
        self._shift = {"PCM_16": 16, "PCM_24": 8}.get(subtype, 0)
        try:
            self._file = soundfile.SoundFile(
                named(path), "w", samplerate=rate, channels=channels, format=container, subtype=subtype
            )
        except soundfile.LibsndfileError as error:
            raise CannotWriteError(f"{path.parent}: cannot write here: {_reason(error)}") from error
        self.container = container

    def write(self, block: NDArray[np.int16] | NDArray[np.int32] | NDArray[np.float32]) -> None:
        """Append (n, channels)."""
        shifted = np.left_shift(block.astype(np.int32, copy=False), self._shift) if self._shift else block
        try:
            self._file.write(np.ascontiguousarray(shifted))
        except soundfile.LibsndfileError as error:
            raise CannotWriteError(
                f"{self.path.parent}: a sound could not be written, is the disk full? ({_reason(error)})"
            ) from error

    def close(self) -> None:
        """Finish the file; raises CannotWriteError where the disk does not take its end."""
        try:
            self._file.close()
        except soundfile.LibsndfileError as error:
            raise CannotWriteError(
                f"{self.path.parent}: a sound could not be written, is the disk full? ({_reason(error)})"
            ) from error
        if self.subtype == "FLOAT" and self.container == "WAV":
            _clear_peak_time(self.path)


def add_loop(path: Path, rate: int, frames: int) -> None:
    """Mark all of a WAV file as a loop, so that players and engines repeat it.

    Parameters
    ----------
    path : Path
        A RIFF file that is finished.
    rate : int
        Hz.
    frames : int
        Its length.

    Notes
    -----
    A `smpl` chunk of one forward loop without end, from frame 0 to the last, which is played too (Multimedia
    Programming Interface and Data Specifications 1.0, 1991; "Sampler Chunk", Multiple Data Standard, 1994). A
    file without room for it in a RIFF's 4 GiB stays as it is.
    """
    whole = struct.pack("<9I", 0, 0, round(1e9 / rate), 60, 0, 0, 0, 1, 0)
    loop = struct.pack("<6I", 0, 0, 0, frames - 1, 0, 0)
    chunk = b"smpl" + struct.pack("<I", len(whole) + len(loop)) + whole + loop
    with path.open("rb+") as stream:
        end = stream.seek(0, 2)
        stream.seek(0)
        if stream.read(4) != b"RIFF" or end + 1 + len(chunk) - 8 >= 1 << 32:
            return
        stream.seek(end)
        stream.write(b"\0" * (end % 2) + chunk)
        stream.seek(4)
        stream.write(struct.pack("<I", end + end % 2 + len(chunk) - 8))


def _clear_peak_time(path: Path) -> None:
    """Zero the time in a float file's PEAK chunk, for equal files of equal sounds.

    Libsndfile stamps the time of day there.
    """
    with path.open("rb+") as stream:
        stream.seek(12)
        while len(head := stream.read(8)) == 8:
            size = int.from_bytes(head[4:], "little")
            if head[:4] == b"PEAK":
                stream.seek(4, 1)
                stream.write(b"\0\0\0\0")
                return
            if head[:4] == b"data":
                return
            stream.seek(size + size % 2, 1)
