"""Counts the frames of MP3 files, and mends the header that states their number.

A decoder takes the number of frames from the first frame's Xing or Info header, else it guesses from the bit
rate of the first frame, which for variable bit rates is wrong. Here each frame's header is read, and the file
is handed on with a header that says what is there. Sources: ISO/IEC 11172-3, 2.4.2.3, and 13818-3 (frame
headers); the Xing header as LAME writes it (http://gabriel.mp3-tech.org/mp3infotag.html).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from imgext.dsp.spliced import Spliced

#: A larger file is left to the decoder's own guess.
MAX_BYTES = 1 << 30
_RATES = ((44100, 48000, 32000), (22050, 24000, 16000), (11025, 12000, 8000))
_KILOBITS = (
    (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_SYNC = re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb]")
_HEADER = 48  # bytes that a Xing header with frames and bytes needs, side information included


@dataclass(frozen=True)
class Frame:
    """One frame's header: bytes, rate, samples, channels, and its Xing header's place."""

    size: int
    rate: int
    samples: int
    channels: int
    info_at: int


def frame_of(head: bytes) -> Frame | None:
    """Read the four bytes of a layer III frame's header; None where they are none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return None
    version = {3: 0, 2: 1, 0: 2}.get(head[1] >> 3 & 3)
    bits, rate = head[2] >> 4, head[2] >> 2 & 3
    if version is None or bits in {0, 15} or rate == 3:
        return None
    hertz, samples = _RATES[version][rate], 1152 if version == 0 else 576
    size = samples // 8 * 1000 * _KILOBITS[min(version, 1)][bits] // hertz + (head[2] >> 1 & 1)
    mono = head[3] >> 6 == 3
    side = (17 if mono else 32) if version == 0 else (9 if mono else 17)
    return Frame(size, hertz, samples, 1 if mono else 2, 4 + side)


@dataclass
class Mp3:
    """The count of audio frames, their place, and the number in the header or None."""

    data: bytes
    start: int
    end: int
    first: Frame
    count: int
    stated: int | None
    has_header: bool

    @property
    def whole(self) -> bool:
        """Whether the header says what is there, so that nothing has to be mended."""
        at = self.start + self.first.info_at
        flags, size = struct.unpack(">I", self.data[at + 4 : at + 8])[0], self.end - self.start
        stated = struct.unpack(">I", self.data[at + 12 : at + 16])[0] if flags & 3 == 3 else size
        return self.stated == self.count and abs(stated - size) * 200 <= size and self.end == len(self.data)

    def mended(self) -> Spliced:
        """Return the sound with a true header and nothing else around it."""
        head, body = self._header(), self.start
        if self.has_header:
            frame = bytearray(self.data[self.start : self.start + self.first.size])
            flags = struct.unpack(">I", frame[self.first.info_at + 4 : self.first.info_at + 8])[0]
            body += self.first.size
            if flags & 3 == 3:  # the encoder's delays stand behind, and stay
                numbers = struct.pack(">II", self.count, self.end - self.start)
                frame[self.first.info_at + 8 : self.first.info_at + 16] = numbers
                head = bytes(frame)
        return Spliced([head, (BytesIO(self.data), body, self.end - body)])

    def _header(self) -> bytes:
        version = 0 if self.first.samples == 1152 else 1
        head = bytearray(self.data[self.start : self.start + 4])
        head[1] |= 1  # no checksum
        for bits in range(1, 15):
            head[2] = bits << 4 | head[2] & 0x0C
            frame = frame_of(bytes(head))
            if frame is not None and frame.size >= frame.info_at + _HEADER:
                size = frame.size + self.end - self.start
                info = b"Xing" + struct.pack(">III", 3, self.count, size)
                return (bytes(head) + b"\0" * (frame.info_at - 4) + info).ljust(frame.size, b"\0")
        raise AssertionError(version)  # the largest frames of every rate are large enough


def read_mp3(stream: IO[bytes]) -> Mp3 | None:
    """Count an MP3's frames; None if it is none, or of a kind left to the decoder."""
    stream.seek(0)
    data = stream.read(MAX_BYTES + 1)
    at = after_id3(data)
    start = _next(data, at)
    if start is None or len(data) > MAX_BYTES:
        return None
    first = frame_of(data[start : start + 4])
    assert first is not None
    info = data[start + first.info_at : start + first.info_at + 16]
    has_header = info[:4] in {b"Xing", b"Info"}
    stated = struct.unpack(">I", info[8:12])[0] if has_header and info[7] & 1 else None
    at, count, end = start, -int(has_header), start
    while at + 4 <= len(data):
        frame = frame_of(data[at : at + 4])
        if frame is None or frame.rate != first.rate:
            if data[at : at + 3] == b"TAG" or data[at : at + 8] == b"APETAGEX":
                break
            following = _next(data, at + 1)  # something else in between; decoders go on behind it
            if following is None:
                break
            at = following
            continue
        if at + frame.size > len(data):
            break  # cut off
        count, at = count + 1, at + frame.size
        end = at
    return Mp3(data, start, end, first, count, stated, has_header) if count > 0 else None


def after_id3(data: bytes) -> int:
    """Where the tags at the beginning end."""
    at = 0
    while data[at : at + 3] == b"ID3" and len(data) >= at + 10:
        size = data[at + 6 : at + 10]
        at += 10 + ((size[0] & 127) << 21 | (size[1] & 127) << 14 | (size[2] & 127) << 7 | size[3] & 127)
        at += 10 if data[at - 5 : at - 4] == b"\x10" else 0
    return at


def _next(data: bytes, at: int) -> int | None:
    """The next frame: one that another follows, or that ends the file."""
    for match in _SYNC.finditer(data, at):
        frame = frame_of(data[match.start() : match.start() + 4])
        if frame is None:
            continue
        then = match.start() + frame.size
        other = frame_of(data[then : then + 4])
        if (other is not None and other.rate == frame.rate) or then == len(data):
            return match.start()
    return None
