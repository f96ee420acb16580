"""Give the decoder the picture, and nothing else that may stand in its file.

Comments, colour profiles, thumbnails and camera data can be larger than the picture, and parsers of camera
data have been led round in circles. So JPEG and PNG files are read segment by segment and only what makes up
the picture is kept; the one thing wanted of the rest, which way up it is, is read here. A TIFF file is
checked before it is opened, because its decoder reads all it says at once.

Formats: JPEG, ITU-T T.81 (1992), B.1; PNG, ISO/IEC 15948, 5; TIFF 6.0 (1992), 2; EXIF 2.3, 4.6.2 and tag 274.
Lengths are big-endian in JPEG and PNG. Nothing here raises for a broken file: it is passed on as it is, and
the decoder says what is wrong with it.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

JPEG, PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
EXIF = b"Exif\0\0"
ORIENTATION = 274
#: Of JPEG's application segments those that say how colours are coded: JFIF's and Adobe's.
COLOURS = (0xE0, 0xEE)
#: Chunks of PNG that make up the first picture.
CHUNKS = frozenset((b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"))
#: Bytes of values and sides of a tile that a TIFF file may announce.
TIFF_BYTES = 64 << 20
#: Bytes a value, by TIFF's types.
TIFF_TYPES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}


@dataclass(frozen=True, slots=True)
class Sifted:
    """A file without what is not picture.

    `orientation` is EXIF's 1 to 8; `scans` counts the passes over the picture; `buffered` says whether its
    coefficients must be held until the last of them.
    """

    data: bytes
    orientation: int = 1
    scans: int = 1
    buffered: bool = False


def orientation_of(exif: bytes) -> int:
    """Read which way is up, 1 to 8, from camera data; 1 where it does not say.

    >>> orientation_of(EXIF + b"MM" + bytes([0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0]))
    6
    """
    exif = exif.removeprefix(EXIF)
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    try:
        if order is None:
            return 1
        (at,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, entry)
            if tag == ORIENTATION and kind == 3:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        pass
    return 1


def sift_jpeg(data: bytes) -> Sifted:
    """A JPEG without comments and application segments."""
    kept, orientation, buffered, at, components = [JPEG], 1, False, 2, 0
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if marker == 0xFF:  # fill
            at += 1
            continue
        if marker == 0xDA:
            break
        segment = data[at : at + 2 + length]
        if marker == 0xE1 and orientation == 1 and segment[4:10] == EXIF:
            orientation = orientation_of(segment[4:])
        if (
            marker in {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}
            and len(segment) > 9
        ):
            buffered, components = marker in {0xC2, 0xC6, 0xCA, 0xCE}, segment[9]
        if marker in COLOURS or not (0xE0 <= marker <= 0xEF or marker == 0xFE):
            kept.append(segment)
        at += 2 + length
    else:
        return Sifted(data, orientation)  # no scan was reached: the decoder says what is wrong
    if data[at + 4 : at + 5] != bytes([components]):
        buffered = True  # components come one after another
    kept.append(data[at:])
    return Sifted(b"".join(kept), orientation, data.count(b"\xff\xda", at), buffered)


def chunks_of(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Find name, begin and end of every chunk of a PNG; the last may be cut short."""
    at = len(PNG)
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        yield name, at, at + 12 + length
        at += 12 + length


def sift_png(data: bytes) -> Sifted:
    """A PNG with its first picture alone."""
    orientation, kept = 1, [PNG]
    for name, begin, end in chunks_of(data):
        if name == b"eXIf":
            orientation = orientation_of(data[begin + 8 : end - 4])
        if name in CHUNKS:
            kept.append(data[begin:end])
    return Sifted(b"".join(kept), orientation)


def tiff_fault(stream: BinaryIO) -> str:
    """Say what is wrong with a TIFF file's first directory; "" where nothing is."""
    head = stream.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 16:
        return ""
    big = struct.unpack_from(f"{order}H", head, 2)[0] == 43
    (at,) = struct.unpack_from(f"{order}{'Q' if big else 'I'}", head, 8 if big else 4)
    stream.seek(min(at, 1 << 62))
    counter, entry = (f"{order}Q", f"{order}HHQQ") if big else (f"{order}H", f"{order}HHII")
    counted = stream.read(struct.calcsize(counter))
    if len(counted) < struct.calcsize(counter):
        return ""
    (count,) = struct.unpack(counter, counted)
    if count > 4096:
        return f"its directory has {count} entries"
    entries = stream.read(count * struct.calcsize(entry))
    announced, tile = 0, 1
    for tag, kind, values, value in struct.iter_unpack(
        entry, entries[: len(entries) // struct.calcsize(entry) * struct.calcsize(entry)]
    ):
        announced += values * TIFF_TYPES.get(kind, 1)
        if tag in {322, 323}:  # width and height of a tile
            number = value if kind != 3 or order == "<" else value >> (48 if big else 16)
            tile *= number & 0xFFFF if kind == 3 else number
    if announced > TIFF_BYTES:
        return f"its directory announces {announced} bytes"
    return f"its tiles have {tile} pixels" if tile > TIFF_BYTES else ""
