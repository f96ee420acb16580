"""What stands inside a sound file: title, author, description, keywords, licence.

Read are the ``bext``, ``LIST INFO`` and ``iXML`` chunks of WAV (EBU Tech 3285; Microsoft's RIFF), the text
chunks of AIFF, Vorbis comments of FLAC and Ogg (xiph.org, "Ogg Vorbis I format specification: comment
field"), and ID3v2 wherever it stands (id3.org, versions 2.2 to 2.4). Nothing is believed about sizes, and
nothing raises: what cannot be read says nothing.
"""

from __future__ import annotations

import importlib.util
import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.dsp.decode import BY_AV, tags_by_av
from imgext.sounds.library.descriptions import MAX_DESCRIPTION, MAX_TAGS, Facts, licence_facts, plain
from imgext.sounds.library.table import decode
from imgext.sounds.licence import licence_of
from imgext.store.files import open_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

#: Bytes of one block of tags that are read, and blocks that are looked at.
MAX_BLOCK, MAX_BLOCKS = 1 << 20, 200
#: Which field a name means; the first that says something wins.
_FIELDS = {
    "title": ("TITLE", "INAM", "TIT2", "TT2", "NAME"),
    "description": ("DESCRIPTION", "COMMENT", "ICMT", "COMM", "COM", "ISBJ", "ANNO", "bext"),
    "author": ("ARTIST", "PERFORMER", "AUTHOR", "IART", "TPE1", "TP1", "AUTH", "CREATOR"),
    "tags": ("GENRE", "KEYWORDS", "IKEY", "IGNR", "TCON", "TCO"),
    "licence": ("LICENSE", "LICENCE", "WCOP", "WCP", "ILIC"),
    "rights": ("COPYRIGHT", "ICOP", "TCOP", "TCR", "(c) ", "USAGETERMS", "RIGHTS"),
    "url": ("CONTACT", "URL", "WEBSITE", "WOAF", "WAF", "WOAS", "SOURCE"),
}
_CODES = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
#: What recorders write of themselves, or by default.
_NOTHING = re.compile(
    r"(?:no (?:title|name|description)|untitled|unknown|ZOOM\b.*|track ?\d*|sPROJECT=.*)", re.IGNORECASE
)


def read_tags(path: str) -> dict[str, Any]:
    """Fields of `Described` that stand inside a file; none where nothing can be read."""
    found: dict[str, str] = {}
    if Path(path).suffix.lower() in BY_AV and importlib.util.find_spec("av") is not None:
        return _facts({name.upper(): text for name, text in tags_by_av(Path(path)).items()})
    try:
        with open_file(Path(path)) as stream:
            for name, text in _texts(stream):
                found.setdefault(name if name in {"bext", "(c) "} else name.upper(), text)
    except (OSError, ValueError, LookupError, struct.error, OverflowError):
        pass  # what was read before it counts
    return _facts(found)


def _facts(found: dict[str, str]) -> dict[str, Any]:
    said: dict[str, str] = {}
    for field, names in _FIELDS.items():
        texts = (plain(found[name], MAX_DESCRIPTION) for name in names if name in found)
        text = next((text for text in texts if text and not _NOTHING.fullmatch(text)), "")
        if text:
            said[field] = text
    facts = Facts()
    facts.text("title", said.get("title"))
    facts.text("description", said.get("description"), MAX_DESCRIPTION)
    facts.text("author", said.get("author"))
    facts.text("tags", said.get("tags", "").replace(";", ","), MAX_TAGS)
    if said.get("url", "").startswith(("http://", "https://")):
        facts.url(said["url"])
    stated = said.get("licence", "")
    rights = said.get("rights", "")
    if not stated and (licence_of(rights) not in {"other", "unknown"} or _FORBIDS.search(rights)):
        stated = rights  # "(c) 2019 Ann" alone says whose it is, not what others may do
    known = licence_facts(stated) if stated else {}
    if known.get("doubt"):
        known["doubt"] = f"a tag inside the file: {known['doubt']}"
    return facts.known | known


_FORBIDS = re.compile(
    r"all rights reserved|creative ?commons|licen[cs]e|non-?commercial|do not|not for", re.IGNORECASE
)


def _texts(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    head = stream.read(12)
    if head[:3] == b"ID3":
        yield from _id3(head + stream.read(MAX_BLOCK))
        stream.seek(_id3_size(head))
        head = stream.read(12)
    if head[:4] in {b"RIFF", b"RF64", b"BW64"} and head[8:] == b"WAVE":
        yield from _riff(stream, "little")
    elif head[:4] == b"FORM" and head[8:] in {b"AIFF", b"AIFC"}:
        yield from _riff(stream, "big")
    elif head[:4] == b"fLaC":
        stream.seek(-8, 1)
        yield from _flac(stream)
    elif head[:4] == b"OggS":
        stream.seek(-12, 1)
        yield from _ogg(stream)


def _riff(stream: BinaryIO, order: str) -> Iterator[tuple[str, str]]:
    """Chunks of a RIFF or IFF file, past the samples too."""
    for _ in range(MAX_BLOCKS):
        head = stream.read(8)
        if len(head) < 8:
            return
        name, size = head[:4], struct.unpack("<I" if order == "little" else ">I", head[4:])[0]
        if name in {b"bext", b"LIST", b"iXML", b"ID3 ", b"id3 ", b"NAME", b"AUTH", b"(c) ", b"ANNO"}:
            data = stream.read(min(size, MAX_BLOCK))
            stream.seek(size - len(data) + size % 2, 1)
            if name == b"bext":
                yield "bext", _text(data[:256])
                yield "AUTHOR", _text(data[256:288])
            elif name == b"LIST" and data[:4] == b"INFO":
                yield from _info(data[4:])
            elif name == b"iXML":
                yield from _ixml(data)
            elif name.lower() == b"id3 ":
                yield from _id3(data)
            elif len(name.strip()) == 4 or name == b"(c) ":
                yield name.decode("ascii"), _text(data)
        elif size >= 0xFFFFFF00 and name == b"data":
            return  # a recorder that did not finish: all that follows is sound
        else:
            stream.seek(size + size % 2, 1)


def _info(data: bytes) -> Iterator[tuple[str, str]]:
    at = 0
    while at + 8 <= len(data):
        size = struct.unpack("<I", data[at + 4 : at + 8])[0]
        yield data[at : at + 4].decode("latin-1"), _text(data[at + 8 : at + 8 + size])
        at += 8 + size + size % 2


def _ixml(data: bytes) -> Iterator[tuple[str, str]]:
    """Read the user's words in an iXML chunk as text, without an XML parser."""
    text = _text(data)
    for tag, field in (
        ("NOTE", "COMMENT"),
        ("BWF_DESCRIPTION", "DESCRIPTION"),
        ("FXNAME", "TITLE"),
        ("KEYWORDS", "KEYWORDS"),
    ):
        if (match := re.search(rf"<{tag}>([^<]{{1,2000}})</{tag}>", text)) is not None:
            yield field, match[1]


def _text(data: bytes) -> str:
    return decode(data.split(b"\0", 1)[0] if data[:2] not in {b"\xff\xfe", b"\xfe\xff"} else data)[0].strip(
        "\0 \r\n"
    )


def _flac(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    for _ in range(MAX_BLOCKS):
        head = stream.read(4)
        if len(head) < 4:
            return
        size = int.from_bytes(head[1:], "big")
        if head[0] & 0x7F == 4:
            yield from _vorbis(stream.read(min(size, MAX_BLOCK)))
            return
        stream.seek(size, 1)
        if head[0] & 0x80:
            return


def _ogg(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    """Find the first stream's second packet, the comments of Vorbis, Opus and FLAC."""
    packets: list[bytes] = [b""]
    for _ in range(MAX_BLOCKS):
        head = stream.read(27)
        if len(head) < 27 or head[:4] != b"OggS":
            return
        for length in (lacing := stream.read(head[26])):
            packets[-1] += stream.read(length)
            if length < 255:
                packets.append(b"")
        if len(packets) > 2 or sum(map(len, packets)) > MAX_BLOCK or not lacing:
            break
    for packet in packets[1:2]:
        for mark, skip in ((b"\x03vorbis", 7), (b"OpusTags", 8), (b"\x84", 4)):
            if packet.startswith(mark):
                yield from _vorbis(packet[skip:])


def _vorbis(data: bytes) -> Iterator[tuple[str, str]]:
    at = 4 + struct.unpack("<I", data[:4])[0]
    count = struct.unpack("<I", data[at : at + 4])[0]
    at += 4
    for _ in range(min(count, 1000)):
        size = struct.unpack("<I", data[at : at + 4])[0]
        name, equals, text = data[at + 4 : at + 4 + size].decode("utf-8", "replace").partition("=")
        if equals:
            yield name, text
        at += 4 + size


def _id3_size(head: bytes) -> int:
    size = 10 + _seven(head[6:10])
    return size + 10 if head[5] & 0x10 else size


def _seven(data: bytes) -> int:
    """A number of four times seven bits."""
    return (data[0] & 127) << 21 | (data[1] & 127) << 14 | (data[2] & 127) << 7 | data[3] & 127


def _id3(data: bytes) -> Iterator[tuple[str, str]]:
    if data[:3] != b"ID3" or data[3] not in {2, 3, 4}:
        return
    version, end, at = data[3], min(len(data), _id3_size(data)), 10
    if version > 2 and data[5] & 0x40:  # an extended header
        size = struct.unpack(">I", data[10:14])[0]
        at += _seven(data[10:14]) if version == 4 else 4 + size
    while at + 10 < end and data[at]:
        if version == 2:
            name, size, skip = data[at : at + 3], int.from_bytes(data[at + 3 : at + 6], "big"), 6
        else:
            raw = data[at + 4 : at + 8]
            name, size, skip = (
                data[at : at + 4],
                _seven(raw) if version == 4 else struct.unpack(">I", raw)[0],
                10,
            )
        body = data[at + skip : at + skip + size]
        yield from _frame(name.decode("latin-1"), body)
        at += skip + size


def _frame(name: str, body: bytes) -> Iterator[tuple[str, str]]:
    if not body:
        return
    if name.startswith("W") and name not in {"WXXX", "WXX"}:
        yield name, body.split(b"\0")[0].decode("latin-1")
        return
    if not name.startswith("T") and name not in {"COMM", "COM"}:
        return
    body, encoding = body[1:], _CODES.get(body[0], "latin-1")
    if name in {"COMM", "COM"}:
        body = body[3:]  # its language
    texts = body.decode(encoding, "replace").split("\0")
    texts = [text.lstrip("\ufeff").strip() for text in texts]
    if name in {"TXXX", "TXX"}:
        if len(texts) > 1:
            yield texts[0], texts[1]
    elif name in {"COMM", "COM"}:
        yield name, next((text for text in texts[1:] if text), texts[0])
    else:
        yield name, ", ".join(filter(None, texts))
