"""Decodes whole sound files, and notes what is missing from them.

Conventions: samples are float64 (frames, 1 or 2), full scale 1.0. A regular file is decoded by libsndfile as
it is. Others are handed to it mended (`riff`, `mpeg`, `ogg`), or decoded to their end where nothing states
their length. Formats that libsndfile does not know are read by PyAV where the extra ``imgext[av]`` is
installed.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import tempfile
import threading
from typing import IO, TYPE_CHECKING, Any, Self

import numpy as np
import soundfile

from imgext.dsp import flac, mpeg, ogg, riff
from imgext.dsp.fold import fold_of, folded
from imgext.dsp.spliced import Spliced

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

#: Frames per piece of decoding; part of what a resampled sound is, so fixed.
CHUNK = 1 << 16
#: Lengths from here on are no lengths: FLAC writes 0 for "not known", and libsndfile reads that as 2**63 - 1.
_ENDLESS = 1 << 48
#: Endings of what libsndfile does not read and PyAV may.
BY_AV = frozenset(
    [
        ".m4a",
        ".m4b",
        ".m4r",
        ".mp4",
        ".aac",
        ".caf",
        ".webm",
        ".wma",
        ".mka",
        ".mkv",
        ".amr",
        ".3gp",
        ".ac3",
        ".eac3",
        ".dts",
        ".mov",
        ".wv",
        ".tta",
        ".ape",
        ".mpc",
        ".spx",
    ]
)
#: What FFmpeg may take a file for: nothing that names other files or addresses, as playlists do.
_DEMUXERS = (
    "mov,mp4,m4a,3gp,aac,caf,matroska,webm,asf,amr,amrnb,amrwb,ac3,eac3,dts,dtshd,wv,tta,ape,mpc,mpc8,ogg,flac,mp3,"
    "wav,w64,aiff,au"
)
#: Of these the length is a guess from the bit rate.
_GUESSED = frozenset(("aac", "caf", "ac3", "eac3", "dts", "mp3", "amr", "amrnb", "amrwb"))
#: Seconds that a coded sound may lack of what its header states: its last frames hold the encoder's delay.
_LAST_FRAMES = 0.1
#: A header that states so much more than there is speaks of a sound that is not whole.
_MISSING = 0.995
_QUIET = threading.Lock()
#: What may go wrong in a decoder.
FAILURES = (soundfile.LibsndfileError, RuntimeError, OSError, ValueError, AssertionError)


class Decoder:
    """One sound file, opened.

    Parameters
    ----------
    path : Path
    counted : bool
        Find out the length by decoding where nothing states it; else it may be 0.

    Attributes
    ----------
    rate, channels : int
        Hz; 1 or 2 after folding.
    frames : int
        As far as they are known before decoding.
    stated : int
        Frames that the header speaks of, where these are more.
    notes : list of str
        What is to be said of the file, such as that it is not whole.
    broken : str
        What a decoder said where it gave up behind the first piece.

    Raises
    ------
    OSError, RuntimeError, ValueError
        It cannot be opened, or is no sound.
    """

    def __init__(self, path: Path, *, counted: bool = True) -> None:
        self.path, self.notes, self.stated, self.broken = path, list[str](), 0, ""
        self._stack = contextlib.ExitStack()
        self._streams: list[soundfile.SoundFile] = []
        self._av: AvSource | None = None
        try:
            self._open(counted=counted)
        except BaseException:
            self._stack.close()
            raise

    def _open(self, *, counted: bool) -> None:
        if not self.path.is_file():  # a pipe would be waited for
            raise OSError("is not a regular file, or is not there")
        file = self._stack.enter_context(self.path.open("rb"))
        head = file.read(16)
        mask, ambisonic = 0, self.path.suffix.lower() in {".amb", ".ambix"}
        sources: list[Any] = [None]
        self._mp3 = False
        if head[8:12] == b"WAVE" and (wav := riff.read_wav(file)) is not None:
            mask, ambisonic = wav.mask, ambisonic or wav.b_format
            sources = [self._wav(wav, file)]
        elif head[:4] == b"fLaC":
            sources = [flac.with_length(file)]
        elif head[:4] == b"OggS":
            parts = ogg.links(file)
            if len(parts) > 1:
                sources = [Spliced([(file, start, size)]) for start, size in parts]
                self.notes.append(f"it is a chain of {len(parts)} streams, played one after the other")
        elif (head[:3] == b"ID3" or mpeg.frame_of(head[:4])) and (mp3 := mpeg.read_mp3(file)) is not None:
            self._mp3 = True
            sources = [self._of_mp3(mp3)]
        if sources == [None] and self.path.suffix.lower() == ".raw":
            # by the ending alone soundfile would ask for what a header says; there may be one
            sources = [Spliced([(file, 0, file.seek(0, 2))])]
        self._begin(sources, counted=counted)
        self.fold, note = fold_of(self._channels, mask, ambisonic=ambisonic)
        self.channels = self._channels if self.fold is None else self.fold.shape[1]
        self.notes += [note] if note else []
        self._look_for_more()

    def _wav(self, wav: riff.Wav, file: IO[bytes]) -> Spliced | None:
        if wav.pcm and wav.stated is not None and wav.size < wav.stated * _MISSING:
            self.stated = wav.stated // wav.frame
        if not wav.finished:
            self.notes.append(
                f"the recording was not finished: its header says 0 bytes, {wav.size} follow and are played"
            )
        return None if wav.regular and wav.finished else wav.mended(file)

    def _of_mp3(self, mp3: mpeg.Mp3) -> Spliced | None:
        if mp3.stated is not None and mp3.count < mp3.stated * _MISSING:
            self.stated = mp3.stated * mp3.first.samples
        return None if mp3.has_header and mp3.whole else mp3.mended()

    def _begin(self, sources: list[Any], *, counted: bool) -> None:
        name = str(self.path) if os.name == "nt" else os.fsencode(self.path)
        try:
            for source in sources:
                with quiet(self._mp3):
                    stream = soundfile.SoundFile(name if source is None else source)
                self._streams.append(self._stack.enter_context(stream))
        except soundfile.LibsndfileError as error:
            self._av = self._by_av(error)
            self.rate, self._channels, self.frames = self._av.rate, self._av.channels, self._av.frames
        else:
            first = self._streams[0]
            self.rate, self._channels = int(first.samplerate), int(first.channels)
            self.frames = sum(
                round(int(stream.frames) * self.rate / stream.samplerate) for stream in self._streams
            )
            if first.subtype.startswith("ALAC"):
                self.frames = _ENDLESS  # libsndfile counts what fills up the last packet
        if self.frames >= _ENDLESS or (self._av is not None and self.frames <= 0):
            self.frames = sum(len(piece) for piece in Decoder(self.path, counted=False)) if counted else 0

    def _by_av(self, error: soundfile.LibsndfileError) -> AvSource:
        """Try PyAV; if it fails too, report libsndfile's error."""
        ending = self.path.suffix.lower()
        if ending == ".raw":
            raise RuntimeError("nothing in it says its rate and its channels; save it as WAV") from error
        if ending in BY_AV:
            return AvSource(self.path, error)
        if importlib.util.find_spec("av") is None or not self.path.stat().st_size:
            raise error
        try:
            return AvSource(self.path, error)
        except RuntimeError:
            raise error from None

    def _look_for_more(self) -> None:
        """Note the length in the header if a file was cut off, which libsndfile ignores."""
        if not self.stated and self._streams:
            note = riff.LOG.search(self._streams[0].extra_info)
            stated, there = (int(number) for number in note.groups()) if note else (0, 1)
            if 0 < there < stated < riff.UNSTATED:
                self.stated = self.frames * stated // there
        if self.stated > self.frames > 0:
            self.notes.append(missing(self.frames / self.rate, self.stated / self.rate))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._stack.close()
        if self._av is not None:
            self._av.close()

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        """Yield pieces of at most `CHUNK` frames, (n, channels), until the decoder fails.

        A file that breaks off is played until there; `notes` says so afterwards.
        """
        done = 0
        try:
            for piece in self._pieces():
                done += len(piece)
                yield folded(piece, self.fold)
        except FAILURES as error:
            if not done:
                raise
            self.broken = " ".join(str(error).split())
            self.notes.append(
                f"it is damaged after {done / self.rate:.2f} s, and played until there: {self.broken}"
            )
            return
        finally:
            self.close()
        least = self.frames * _MISSING - (_LAST_FRAMES * self.rate if self._av is not None else 0.0)
        if not self.stated and done < least and self.frames < _ENDLESS:
            self.notes.append(missing(done / self.rate, self.frames / self.rate))

    def first(self, frames: int) -> NDArray[np.float64]:
        """The first so many frames, or all there are."""
        kept: list[NDArray[np.float64]] = []
        for piece in self:
            kept.append(piece)
            if sum(map(len, kept)) >= frames:
                break
        return np.concatenate([np.zeros((0, self.channels)), *kept])[:frames]

    def _pieces(self) -> Iterator[NDArray[np.float64]]:
        if self._av is not None:
            yield from self._av
            return
        for stream in self._streams:
            same = stream.samplerate == self.rate
            pieces = self._of(stream) if same else _at_rate(self._of(stream), stream, self.rate)
            for piece in pieces:
                yield piece if piece.shape[1] == self._channels else _with_channels(piece, self._channels)

    def _of(self, stream: soundfile.SoundFile) -> Iterator[NDArray[np.float64]]:
        while True:
            with quiet(self._mp3):
                piece = stream.read(CHUNK, dtype="float64", always_2d=True)
            if not len(piece):
                return
            yield piece


def is_loss(note: str) -> bool:
    """Say whether a note is about missing sound, rather than about how it was read."""
    return note.startswith(("it is not whole", "it is damaged", "the recording was not finished"))


def missing(there: float, stated: float) -> str:
    """What is said of a sound that is not whole.

    >>> missing(0.8, 2.0)
    'it is not whole: its header speaks of 2.00 s, 0.80 s are there and are played'
    """
    return f"it is not whole: its header speaks of {stated:.2f} s, {there:.2f} s are there and are played"


def _at_rate(
    pieces: Iterator[NDArray[np.float64]], stream: soundfile.SoundFile, rate: int
) -> Iterator[NDArray[np.float64]]:
    import soxr

    whole = np.concatenate(list(pieces))
    yield np.asarray(soxr.resample(whole, stream.samplerate, rate, quality="HQ")).reshape(-1, stream.channels)


def _with_channels(x: NDArray[np.float64], channels: int) -> NDArray[np.float64]:
    """Samples of another link of a chain with the channels of the first."""
    mono = np.mean(x, axis=1, keepdims=True)
    return np.repeat(mono, channels, axis=1)


@contextlib.contextmanager
def quiet(wanted: bool) -> Iterator[None]:  # read at its only callers
    """Keep the MP3 decoder's messages off the terminal.

    It writes to the process's own stderr.
    """
    if not wanted:
        yield
        return
    with _QUIET:
        try:
            sys.stderr.flush()
            saved = os.dup(2)
        except (OSError, ValueError, AttributeError):  # there is none
            yield
            return
        try:
            with tempfile.TemporaryFile() as nowhere:
                os.dup2(nowhere.fileno(), 2)
                try:
                    yield
                finally:
                    os.dup2(saved, 2)
        finally:
            os.close(saved)


class AvSource:
    """A sound that PyAV decodes: the extra ``imgext[av]``."""

    def __init__(self, path: Path, error: Exception) -> None:
        if importlib.util.find_spec("av") is None:
            raise RuntimeError(
                f"{path.suffix.lower()} is read by the extra imgext[av]; install it, or convert the file "
                "to FLAC"
            ) from error
        import av  # type: ignore[import-not-found,unused-ignore]

        try:
            self._container = av_container(path)
            self._stream = self._container.streams.audio[0]
        except (av.FFmpegError, IndexError, ValueError) as fault:
            raise RuntimeError(f"it cannot be read: {fault}") from fault
        self.rate, self.channels = int(self._stream.rate), int(self._stream.channels)
        length = self._stream.duration
        known = length and self._container.format.name not in _GUESSED
        self.frames = round(length * self._stream.time_base * self.rate) if known else 0

    def __iter__(self) -> Iterator[NDArray[np.float64]]:
        import av

        resampler = av.AudioResampler("dblp", self._stream.layout, self.rate)
        try:
            for frame in self._container.decode(self._stream):
                yield from (self._array(each) for each in resampler.resample(frame))
            yield from (self._array(each) for each in resampler.resample(None))
        except av.FFmpegError as fault:
            raise RuntimeError(str(fault)) from fault

    def _array(self, frame: Any) -> NDArray[np.float64]:
        return np.ascontiguousarray(frame.to_ndarray().astype(np.float64).T)

    def close(self) -> None:
        """Let go of the file."""
        self._container.close()


def av_container(path: Path) -> Any:
    """Open a file by PyAV; refuse a playlist, which may name any file."""
    import av

    allowed = {"format_whitelist": _DEMUXERS, "protocol_whitelist": "file"}
    return av.open(f"file:{path}", options=allowed)


def tags_by_av(path: Path) -> dict[str, str]:
    """Return the tags of a file that PyAV reads, by name; empty if it cannot."""
    import av  # type: ignore[import-not-found,unused-ignore]

    try:
        with av_container(path) as container:
            streams = [stream.metadata for stream in container.streams.audio]
            return {
                key: text for metadata in (*streams, container.metadata) for key, text in metadata.items()
            }
    except (av.FFmpegError, OSError, ValueError):
        return {}
