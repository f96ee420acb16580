"""Sound files in and out: reading at the mix's rate with random access, writing whole.

Conventions: samples are float64, shape (frames, channels), full scale 1.0; one or two channels. A short sound
is kept in memory, a long one is resampled once to a temporary file, by the same stream of soxr chunks either
way, so that where it lives changes no sample. Limits: the header is checked before anything is decoded,
because a header can ask for 512 GiB.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import soundfile

from imgext.dsp.spool import Spool
from imgext.errors import CannotWriteError, MissingInputError, SceneError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

#: Decoded frames of one sound; four hours at 48 kHz.
MAX_FRAMES = 4 * 3600 * 48000
#: Bytes that one sound may take in memory unless told otherwise.
IN_MEMORY = 1 << 25
#: Samples beyond this are damage, and too large for exact sums.
LOUDEST = 1000.0
#: Frames per piece of decoding and resampling; part of what a resampled sound is, so fixed.
CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """What a file's header says, checked: frames >= 1, 1 or 2 channels, 1 to 384 kHz."""

    frames: int
    rate: int
    channels: int

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
    """Samples that lie in memory; nobody can write to them, because several threads read them."""

    def __init__(self, data: NDArray[np.float64]) -> None:
        self._data = data.view()
        self._data.flags.writeable = False
        self.frames, self.channels = data.shape

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """See `Samples.read`; the result may be a view and must not be changed."""
        return self._data[start:stop]


class SpooledSamples:
    """Samples in a temporary file of raw float64, for any number of threads; the file goes when the object does."""

    def __init__(self, spool: Spool, frames: int, channels: int) -> None:
        self._spool, self.frames, self.channels = spool, frames, channels

    def read(self, start: int, stop: int) -> NDArray[np.float64]:
        """See `Samples.read`."""
        frame = self.channels * 8
        data = np.frombuffer(self._spool.read(start * frame, (stop - start) * frame), dtype=np.float64)
        data.flags.writeable = False
        return data.reshape(-1, self.channels)


def probe(path: Path) -> SoundInfo:
    """Read a sound file's header.

    Raises
    ------
    MissingInputError
        There is no such file.
    SceneError
        It is not a sound, has no frames, or asks for more than `MAX_FRAMES` frames, two channels or 384 kHz.
    """
    if not path.is_file():
        raise MissingInputError(f"{path}: there is no such sound")
    try:
        info = soundfile.info(named(path))
    except (soundfile.LibsndfileError, RuntimeError, OSError) as error:
        raise SceneError(f"{path}: not a sound that can be read: {_reason(error)}") from error
    found = SoundInfo(int(info.frames), int(info.samplerate), int(info.channels))
    if found.frames < 1:
        raise SceneError(f"{path}: the sound has no frames")
    if not 1 <= found.channels <= 2:
        raise SceneError(
            f"{path}: {found.channels} channels; imgext plays mono and stereo, mix it down first"
        )
    if not 1000 <= found.rate <= 384000:
        raise SceneError(f"{path}: a sample rate of {found.rate} Hz; allowed: 1000 to 384000")
    if found.frames > MAX_FRAMES:
        raise SceneError(f"{path}: {found.frames} frames; allowed: at most {MAX_FRAMES}")
    return found


def resampled_frames(frames: int, rate: int, to_rate: int) -> int:
    """How long a sound is at another rate, in frames, as soxr has it: rounded to the nearest, halves up."""
    return frames if rate == to_rate else (2 * frames * to_rate + rate) // (2 * rate)


def open_samples(path: Path, rate: int, *, keep: int = IN_MEMORY) -> Samples:
    """Decode a file and bring it to `rate` Hz, in memory up to `keep` bytes; raises as `probe` does, and for damage found while decoding."""
    info = probe(path)
    try:
        return _collected(_resampled(_decoded(path), info.rate, rate, info.channels), info.channels, keep)
    except (soundfile.LibsndfileError, RuntimeError, OSError) as error:
        raise SceneError(f"{path}: the sound is damaged: {_reason(error)}") from error


def array_samples(data: NDArray[np.float64], rate: int, to_rate: int, *, keep: int = IN_MEMORY) -> Samples:
    """A generated sound (frames, channels) at another rate."""
    pieces = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    return _collected(_resampled(pieces, rate, to_rate, data.shape[1]), data.shape[1], keep)


def _decoded(path: Path) -> Iterator[NDArray[np.float64]]:
    with soundfile.SoundFile(named(path)) as stream:
        while len(piece := stream.read(CHUNK, dtype="float64", always_2d=True)):
            yield piece


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


def _collected(pieces: Iterator[NDArray[np.float64]], channels: int, keep: int) -> Samples:
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
    """Writes integer or float blocks to a new file; use it on the temporary path of `imgext.store.files.whole_file`.

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


def _clear_peak_time(path: Path) -> None:
    """Libsndfile stamps the time of day into the PEAK chunk of float files; zero it, so equal sounds are equal files."""
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
