"""Tags inside sound files and in their names: bext, INFO, comments, ID3, UCS, packs."""

from __future__ import annotations

import struct

import pytest
import soundfile

from imgext.sounds.library.library import Library
from imgext.sounds.library.pack import Pack
from imgext.sounds.library.tags import read_tags
from imgext.sounds.library.ucs import ucs_name


def chunk(name, data, order="<"):
    return name + struct.pack(f"{order}I", len(data)) + data + b"\0" * (len(data) % 2)


def wav(*chunks):
    sound = [chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)), chunk(b"data", b"\1\0" * 4000)]
    body = b"WAVE" + b"".join([*chunks, *sound])
    return b"RIFF" + struct.pack("<I", len(body)) + body


def info(**fields):
    return chunk(
        b"LIST",
        b"INFO" + b"".join(chunk(name.encode(), text.encode() + b"\0") for name, text in fields.items()),
    )


def bext(description, originator="Ann"):
    return chunk(
        b"bext", description.encode().ljust(256, b"\0") + originator.encode().ljust(32, b"\0") + b"\0" * 314
    )


def vorbis(*comments):
    body = struct.pack("<I", 1) + b"x" + struct.pack("<I", len(comments))
    return body + b"".join(struct.pack("<I", len(each.encode())) + each.encode() for each in comments)


def flac(*comments):
    return (
        b"fLaC"
        b"\0\0\0\x22" + b"\0" * 34 + b"\x84" + len(vorbis(*comments)).to_bytes(3, "big") + vorbis(*comments)
    )


def id3(*frames, version=3):
    def sized(size):
        return (
            bytes((size >> shift & 127) for shift in (21, 14, 7, 0))
            if version == 4
            else struct.pack(">I", size)
        )

    body = b"".join(name + sized(len(data)) + b"\0\0" + data for name, data in frames)
    return (
        b"ID3" + bytes((version, 0, 0)) + bytes((len(body) >> shift & 127) for shift in (21, 14, 7, 0)) + body
    )


@pytest.fixture
def inside(tmp_path):
    """What stands inside a file of these bytes."""

    def read(data):
        (tmp_path / "x").write_bytes(data)
        return read_tags(str(tmp_path / "x"))

    return read


def test_a_recorders_description_is_read_from_bext_and_info(inside):
    said = inside(wav(bext("Church bell, close")))
    assert (said["description"], said["author"]) == ("Church bell, close", "Ann")
    said = inside(wav(info(INAM="Bell", IART="Zoë", ICMT="far", IKEY="bell; church", ICOP="2020 Zoë")))
    assert said == {"title": "Bell", "author": "Zoë", "description": "far", "tags": "bell, church"}


@pytest.mark.parametrize("version", [3, 4])
def test_id3_frames_are_read_in_every_encoding(inside, version):
    said = inside(
        id3(
            (b"TIT2", b"\1" + "Bell".encode("utf-16")),
            (b"TPE1", b"\3Zo\xc3\xab"),
            (b"COMM", b"\0eng\0far away"),
            (b"TXXX", b"\0LICENSE\0CC BY-NC 4.0"),
            version=version,
        )
        + b"\xff\xfb\x90\0"
    )
    assert (said["title"], said["author"], said["description"], said["licence"]) == (
        "Bell",
        "Zoë",
        "far away",
        "by-nc",
    )


def test_a_licence_inside_a_flac_is_a_stated_licence(inside):
    assert (
        inside(flac("TITLE=Creek", "LICENSE=http://creativecommons.org/licenses/by-nc/3.0/"))["licence"]
        == "by-nc"
    )
    assert inside(flac("LICENSE=mail me"))["licence"] == "other"
    assert inside(flac("COPYRIGHT=(c) 2019 All rights reserved"))["licence"] == "other"
    assert "licence" not in inside(flac("COPYRIGHT=2019 Ann"))


def test_comments_of_ogg_are_read(inside, tmp_path):
    path = tmp_path / "a.ogg"
    with soundfile.SoundFile(path, "w", 8000, 1) as stream:
        stream.title, stream.license = "Bell", "CC BY-NC 4.0"
        stream.write([0.1, -0.1] * 2000)
    said = read_tags(str(path))
    assert (said["title"], said["licence"]) == ("Bell", "by-nc")


@pytest.mark.parametrize(
    "data",
    [b"", b"RIFF", b"RIFF\xff\xff\xff\xffWAVELIST\xff\xff\xff\xffINFO", b"fLaC\x84\xff\xff\xff",
    b"ID3\3\0\0\x7f\x7f\x7f\x7fTIT2", b"OggS" + b"\0" * 22 + b"\xff" * 300],
)  # fmt: skip
def test_damaged_tags_say_nothing(inside, data):
    assert inside(data) == {}


def test_a_recorders_numbered_file_is_found_by_what_stands_inside(tmp_path, cache):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "ZOOM0003.WAV").write_bytes(wav(bext("Church bell, close")))
    (tmp_path / "lib" / "creek.wav").write_bytes(wav(info(ICOP="CC BY-NC 4.0")))
    library = Library(tmp_path / "lib")
    assert [sound.id for sound in library.search("church bell")] == ["ZOOM0003.WAV"]
    assert library.get("creek.wav").licence == "by-nc"


@pytest.mark.parametrize(
    ("stem", "words"),
    [
        ("ANMLDog_Small Terrier 03_JD_Yard", "dog small terrier 03"),
        ("DOORWood_Creak Slow Hinge_JD_House_MKH8040", "door creak slow hinge"),
        ("AMBForst_Dawn Chorus_JD_Alps", "forest dawn chorus"),
        ("WATRWave-Lake_Small Lapping_JD_Lake", "water small lapping"),
    ],
)
def test_a_ucs_name_says_what_is_heard_and_not_who_made_it(stem, words):
    assert ucs_name(stem).words == words


@pytest.mark.parametrize("stem", ["Dog_Bark", "DOG_Bark_JD", "dog", "XYZQFoo_Bar_JD_x", "1-100032-A-0"])
def test_other_names_are_no_ucs_names(stem):
    assert ucs_name(stem) is None


PACK = b"""Sounds in this pack
-------------------

  * 555001__mara__old-gate.flac
    * url: https://freesound.org/s/555001/
    * license: Attribution 4.0
  * 555002__mara__dog-bark.flac
    * url: https://freesound.org/s/555002/
    * license: Attribution NonCommercial 4.0
"""


def test_a_packs_list_gives_each_sound_its_licence_author_and_page():
    pack = Pack(PACK, "_readme_and_license.txt")
    said = pack.facts("555001__mara__old-gate.flac")
    assert (said["licence"], said["author"], said["url"]) == ("by", "mara", "https://freesound.org/s/555001/")
    assert pack.facts("555002__mara__dog-bark.wav")["licence"] == "by-nc"
    assert pack.facts("555003__mara__cat.flac")["doubt"] == "_readme_and_license.txt does not name it"


def test_a_download_of_freesound_without_a_list_is_in_doubt(tmp_path, cache, sound_writer):
    sound_writer(tmp_path / "lib" / "555002__mara__dog-bark.wav")
    (found,) = Library(tmp_path / "lib").search("dog bark")
    assert (found.label, found.author, found.licence) == ("dog bark", "mara", "other")
    assert "https://freesound.org/s/555002/" in found.doubt
    assert Library(tmp_path / "lib").search("mara") == []
