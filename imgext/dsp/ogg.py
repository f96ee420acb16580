"""Reads chained Ogg files, which hold several streams, as broadcasts often do.

Source: RFC 3533, section 4 ("chaining") and 6 (the page format).
"""

from __future__ import annotations

from typing import IO

#: Bytes that are read at a time where the next page is looked for: a page has at most 65 307.
_TAIL = 1 << 17


def links(stream: IO[bytes]) -> list[tuple[int, int]]:
    """List a file's streams as (first byte, length); one if it is not chained."""
    end = stream.seek(0, 2)
    starts, at, begun = [0], 0, False
    while at < end:
        stream.seek(at)
        head = stream.read(27)
        if len(head) < 27 or head[:4] != b"OggS":
            at = _next(stream, at + 1, end)
            continue
        if head[5] & 2:
            if begun:
                starts.append(at)
                begun = False
        else:
            begun = True
        at += 27 + head[26] + sum(stream.read(head[26]))
    return [(start, stop - start) for start, stop in zip(starts, [*starts[1:], end], strict=True)]


def _next(stream: IO[bytes], at: int, end: int) -> int:
    """The next page behind bytes that are none."""
    while at < end:
        stream.seek(at)
        found = stream.read(_TAIL).find(b"OggS")
        if found >= 0:
            return at + found
        at += _TAIL - 3
    return end
