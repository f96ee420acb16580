"""Reads the length of FLAC files from the last frame if the header lacks it.

Source: RFC 9639, section 8.2 (STREAMINFO: 36 bits of samples, 0 for "not known") and 9.1 (frame headers, with
their number and a checksum).
"""

from __future__ import annotations

from typing import IO

from imgext.dsp.spliced import Spliced

#: Bytes at the end in which the last frame begins: eight channels of 65 535 samples of 32 bits, and some.
_TAIL = 1 << 22
#: Samples of a block by the code in a frame's header; 6 and 7 stand behind the number.
_BLOCKS = {
    1: 192,
    **{code: 576 << (code - 2) for code in range(2, 6)},
    **{code: 256 << (code - 8) for code in range(8, 16)},
}
_RATE_BYTES = {12: 1, 13: 2, 14: 2}


def with_length(stream: IO[bytes]) -> Spliced | None:
    """Return the file with its length in the header; None if stated or unreadable."""
    end = stream.seek(0, 2)
    stream.seek(0)
    head = stream.read(42)
    if len(head) < 42 or head[:4] != b"fLaC" or head[4] & 127 != 0 or head[21] & 15 or any(head[22:26]):
        return None
    stream.seek(max(42, end - _TAIL))
    tail = stream.read()
    block = int.from_bytes(head[8:10], "big")
    at = len(tail)
    while (at := tail.rfind(b"\xff", 0, at)) >= 0:
        samples = _end_of(tail[at : at + 16], block)
        if samples:
            patched = bytearray(head)
            patched[21] |= samples >> 32 & 15
            patched[22:26] = (samples & 0xFFFFFFFF).to_bytes(4, "big")
            return Spliced([bytes(patched), (stream, 42, end - 42)])
    return None


def _end_of(head: bytes, block: int) -> int:
    """The samples up to the end of a frame, from its header; 0 where it is none."""
    if len(head) < 6 or head[1] & 0xFE != 0xF8 or head[3] & 1:
        return 0
    number, at = _number(head, 4)
    size = head[2] >> 4
    if number < 0 or size == 0:
        return 0
    if size in {6, 7}:
        samples = int.from_bytes(head[at : at + size - 5], "big") + 1
        at += size - 5
    else:
        samples = _BLOCKS[size]
    at += _RATE_BYTES.get(head[2] & 15, 0)
    if at >= len(head) or _crc8(head[:at]) != head[at]:
        return 0
    return (number if head[1] & 1 else number * block) + samples


def _number(head: bytes, at: int) -> tuple[int, int]:
    """Read a number coded like UTF-8, and where it ends; -1 if it is none."""
    first = head[at]
    more = 0 if first < 0x80 else 8 - (first ^ 0xFF).bit_length() - 1
    if first >= 0x80 and not 1 <= more <= 6:
        return -1, at
    number = first if more == 0 else first & (0x3F >> more)
    for byte in head[at + 1 : at + 1 + more]:
        if byte & 0xC0 != 0x80:
            return -1, at
        number = number << 6 | byte & 0x3F
    return number, at + 1 + more


def _crc8(data: bytes) -> int:
    """The checksum of a frame's header, polynomial x^8 + x^2 + x + 1."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x07 if crc & 0x80 else crc << 1) & 0xFF
    return crc
