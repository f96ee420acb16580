"""Reads damaged WAV files: unfinished, cut off, or with unpadded chunks.

Conventions: sizes in bytes. Sources: Microsoft's RIFF ("Multimedia Programming Interface and Data
Specifications 1.0"), EBU Tech 3306 (RF64). What libsndfile reads right is left to it.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import IO

from imgext.dsp.spliced import Spliced

#: Data sizes from here on say that the recorder did not know: 2**31 - 1, 2**32 - 1 or thereabouts.
UNSTATED = 0x7FFFFF00
#: How libsndfile notes that a header states more than there is.
LOG = re.compile(r"^\s*(?:data|SSND|Data Size)\s*:\s*(\d+) \(should be (\d+)\)", re.MULTILINE)
#: Chunks that are looked at.
MOST_CHUNKS = 1000
#: What may follow the samples, whatever the size of the samples says.
_AFTER = frozenset(
    (b"LIST", b"bext", b"iXML", b"cue ", b"fact", b"id3 ", b"ID3 ", b"JUNK", b"PEAK", b"smpl", b"axml")
)
_B_FORMAT = bytes.fromhex("0721d3118644c8c1ca000000")


@dataclass
class Wav:
    """What the chunks say, and where the samples really are.

    `stated` is the size that the header gives the samples, None where it gives none; `regular` that every
    chunk stands where the standard has it. `mask` is the speakers' mask, 0 where none is stated.
    """

    fmt: bytes
    others: bytes
    start: int
    size: int
    stated: int | None
    regular: bool
    finished: bool

    @property
    def channels(self) -> int:
        """How many there are."""
        return int(struct.unpack("<H", self.fmt[2:4])[0])

    @property
    def rate(self) -> int:
        """Frames a second."""
        return int(struct.unpack("<I", self.fmt[4:8])[0])

    @property
    def frame(self) -> int:
        """Bytes of a frame, of a block where the samples are compressed."""
        return max(1, int(struct.unpack("<H", self.fmt[12:14])[0]))

    @property
    def pcm(self) -> bool:
        """Whether a frame has a fixed size."""
        tag = struct.unpack("<H", self.fmt[:2])[0]
        return (
            struct.unpack("<H", self.fmt[24:26])[0] if tag == 0xFFFE and len(self.fmt) >= 26 else tag
        ) in {1, 3}

    @property
    def mask(self) -> int:
        """The speakers' mask."""
        extensible = self.fmt[:2] == b"\xfe\xff" and len(self.fmt) >= 24
        return int(struct.unpack("<I", self.fmt[20:24])[0]) if extensible else 0

    @property
    def b_format(self) -> bool:
        """Whether the channels are stated to be those of ambisonics."""
        return self.fmt[28:40] == _B_FORMAT

    def mended(self, stream: IO[bytes]) -> Spliced:
        """The same sound as a regular file."""
        size = self.size // self.frame * self.frame
        fmt = b"fmt " + struct.pack("<I", len(self.fmt)) + self.fmt + b"\0" * (len(self.fmt) % 2)
        whole = 4 + len(fmt) + len(self.others) + 8 + size
        if whole < 1 << 32:
            head = b"RIFF" + struct.pack("<I", whole) + b"WAVE"
            data = b"data" + struct.pack("<I", size)
        else:
            ds64 = b"ds64" + struct.pack("<IQQQI", 28, whole + 36, size, size // self.frame, 0)
            head = b"RF64" + b"\xff" * 4 + b"WAVE" + ds64
            data = b"data" + b"\xff" * 4
        return Spliced([head + fmt + self.others + data, (stream, self.start, size)])


def read_wav(stream: IO[bytes]) -> Wav | None:
    """Walk the chunks of a WAV; None where it has no format or no samples."""
    end = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(12)
    if head[:4] not in {b"RIFF", b"RF64", b"BW64"} or head[8:] != b"WAVE":
        return None
    fmt, others, large, regular, at = b"", b"", 0, True, 12
    for _ in range(MOST_CHUNKS):
        stream.seek(at)
        name, size = _head(stream.read(8))
        if not name:
            return None
        if name == b"ds64":
            large = struct.unpack("<Q", stream.read(16)[8:16].ljust(8, b"\0"))[0]
        elif name == b"fmt ":
            fmt = stream.read(min(size, 4096))
        elif name == b"fact":
            others = name + struct.pack("<I", size) + stream.read(min(size, 64))
        elif name == b"data":
            if len(fmt) < 16:
                return None
            if size == 0xFFFFFFFF and head[:4] != b"RIFF":
                size = large
            return _samples(stream, Wav(fmt, others, at + 8, 0, size, regular=regular, finished=True), end)
        at += 8 + size
        if size % 2 and _plausible(stream, at + 1, end):
            at += 1
        elif size % 2 and _plausible(stream, at, end):
            regular = False  # the byte of padding is not there
        elif size % 2:
            at += 1
    return None


def _samples(stream: IO[bytes], wav: Wav, end: int) -> Wav:
    """Find out how much sound there is, whatever the header says."""
    there, stated = max(0, end - wav.start), wav.stated or 0
    if stated == 0:
        stream.seek(wav.start)
        name, size = _head(stream.read(8))
        empty = there == 0 or (name in _AFTER and wav.start + 8 + size <= end)
        wav.size, wav.finished = (0, True) if empty else (there, False)
    else:
        wav.size = min(stated, there)
        if stated >= UNSTATED and stated > there:
            wav.stated = None
    return wav


def _head(data: bytes) -> tuple[bytes, int]:
    return (data[:4], struct.unpack("<I", data[4:])[0]) if len(data) == 8 else (b"", 0)


def _plausible(stream: IO[bytes], at: int, end: int) -> bool:
    """Whether a chunk may begin here."""
    if at + 8 > end:
        return at >= end
    stream.seek(at)
    name, _ = _head(stream.read(8))
    return all(32 <= letter < 127 for letter in name) and name[:1].isalpha()
