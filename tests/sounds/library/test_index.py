"""Indexes as people have them: encodings, delimiters, columns, names of Macs."""

from __future__ import annotations

import unicodedata

import pytest

from imgext.sounds.library.library import Library

ROWS = [["file", "label", "licence", "author"], ["dog/Bär.wav", "bear", "CC BY-NC 4.0", "Zoë Müller"]]


@pytest.fixture
def library(tmp_path, cache, sound_writer):
    """A library of sounds by name, with an index of these bytes."""

    def make(names, data, index="index.csv"):
        root = tmp_path / "library"
        for number, name in enumerate(names):
            sound_writer(root / name, seed=number)
        (root / index).write_bytes(data if isinstance(data, bytes) else data.encode())
        return Library(root)

    return make


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_an_index_of_any_encoding_and_delimiter_is_read(library, delimiter, encoding, ending):
    text = ending.join([*(delimiter.join(row) for row in ROWS), ""])
    found = library(["dog/Bär.wav"], text.encode(encoding)).get("dog/Bär.wav")
    assert (found.label, found.licence, found.author, found.doubt) == ("bear", "by-nc", "Zoë Müller", "")


@pytest.mark.parametrize(
    "written",
    [
        unicodedata.normalize("NFD", "dog/Bär.wav"),
        "DOG/BÄR.WAV",
        " dog/Bär.wav ",
        "dog\\Bär.wav",
        "./dog/Bär.wav",
        "Bär.wav",
        "Bär",
        "dog/Bär.mp3",
    ],
)
def test_a_row_names_its_file_in_any_unicode_form_case_or_without_folder_and_ending(library, written):
    found = library(["dog/Bär.wav"], f"file,label,licence\n{written},bear,by-nc\n").get("dog/Bär.wav")
    assert (found.label, found.licence) == ("bear", "by-nc")


def test_the_files_names_may_be_those_of_a_mac(library):
    mac = unicodedata.normalize("NFD", "Bär.wav")
    held = library([mac], "file,label,licence,author\nBär.wav,bear,by,Ann\n")
    assert [sound.author for sound in held.search("bear")] == ["Ann"]
    assert held.get("Bär.wav").id == mac


@pytest.mark.parametrize(
    ("name", "table", "words", "found"),
    [
        (
            "1-100032-A-0.wav",
            "filename,fold,target,category,esc10,src_file,take\n1-100032-A-0.wav,1,0,dog,True,100032,A\n",
            "dog",
            {"label": "dog", "url": "https://freesound.org/s/100032/"},
        ),
        (
            "fold5/100032-3-0-0.wav",
            (
                "slice_file_name,fsID,start,end,salience,fold,classID,class\n"
                "100032-3-0-0.wav,100032,0,0.3,1,5,3,dog_bark\n"
            ),
            "dog bark",
            {"label": "dog bark", "url": "https://freesound.org/s/100032/"},
        ),
        (
            "64760.wav",
            'fname,labels,mids,split\n64760,"Bark,Dog,Domestic_animals",/m/05tny_,train\n',
            "dog",
            {"label": "Bark", "tags": "Bark,Dog,Domestic animals"},
        ),
        (
            "07076051.wav",
            (
                "location,description,secs,category,CDNumber\n"
                "07076051.wav,Two-stroke petrol engine driving small elevator,194,Engines: Petrol,EC117D\n"
            ),
            "petrol engine",
            {"title": "Two-stroke petrol engine driving small elevator"},
        ),
        (
            "DOORWood_Creak Slow_JD.wav",
            (
                "Filename\tCatID\tCategory\tSubCategory\tFXName\tDescription\tManufacturer\n"
                "DOORWood_Creak Slow_JD.wav\tDOORWood\tDOORS\tWOOD\tCreak Slow\tOld barn door\tJD Sounds\n"
            ),
            "door",
            {"label": "Creak Slow", "author": "JD Sounds", "description": "Old barn door"},
        ),
        (
            "a1.wav",
            "Datei;Bezeichnung;Lizenz;Urheber\na1.wav;Hund;CC BY-NC 4.0;Zoë\n",
            "hund",
            {"licence": "by-nc"},
        ),
        ("x9.wav", "sound number nine,hound,x9.wav\n", "x9", {"licence": "unknown"}),
    ],
    ids=["ESC-50", "UrbanSound8K", "FSD50K", "BBC", "UCS", "German", "no header"],
)
def test_tables_of_collections_are_understood(library, name, table, words, found):
    sound = library([name], table).get(name)
    assert {field: getattr(sound, field) for field in found} == found
    if "x9" not in name:
        assert Library(sound.path.parents[name.count("/")]).search(words)[0].id == name


@pytest.mark.parametrize(
    ("table", "names", "in_doubt", "reason"),
    [
        ("file,label,licence\na.wav,big, brown dog,by-nc\n", ["a.wav"], ["a.wav"], ("line 2: the row has 4 "
                                                                                    "cells, the header 3")),
        ("file,label,licence\na.wav,dog\n", ["a.wav"], ["a.wav"], ("line 2: the row has 2 cells, the header "
                                                                   "3")),
        ("file,label,licence\na.wav,dog,by-nc\na.wav,dog,cc0\n", ["a.wav"], ["a.wav"], "line 3: another row"),
        ("file,label,licence\ngate-old.wav,dog,by-nc\n", ["gate_old.wav"], ["gate_old.wav"],
        "nearly this file"),
        ("file,label,licence\na.wav,dog,cc0\nb.wav,dog,by", ["a.wav", "b.wav", "c.wav"], ["b.wav", "c.wav"],
        "line 3: the row is the last one"),
        ("file,label,licence\na.wav,dog,mail me first\n", ["a.wav"], ["a.wav"],
        "'mail me first' is not a licence"),
        ("what,terms and so on\nbig dog,CC BY-NC\n", ["a.wav"], ["a.wav"], ("has no column that names the "
                                                                            "files")),
        ("", ["a.wav"], ["a.wav"], "has no rows"),
    ],
)  # fmt: skip
def test_what_cannot_be_understood_puts_the_licence_in_doubt(library, table, names, in_doubt, reason):
    held = library(names, table)
    assert [sound.id for sound in held.sounds() if sound.licence == "other"] == in_doubt
    assert reason in held.doubts()[0][0]
    assert sum(count for _, count, _ in held.doubts()) == len(in_doubt)


@pytest.mark.parametrize("rest", ["*,,own\n", "b.wav,dog,own\n"])
def test_a_word_of_its_owner_ends_the_doubt(library, rest):
    held = library(["a.wav", "b.wav"], f"file,label,licence\na.wav,big, brown dog,by-nc\n{rest}")
    assert [sound.licence for sound in held.sounds()] == ["other", "unknown"]


def test_a_file_that_no_row_speaks_of_is_your_own(library):
    held = library(["a.wav", "mine.wav"], "file,label,licence\na.wav,dog,by-nc\n")
    assert [sound.licence for sound in held.sounds()] == ["by-nc", "unknown"]
    assert held.doubts() == []


def test_an_index_of_rows_without_licences_puts_nothing_in_doubt(library):
    held = library(["a.wav", "b.wav"], "file,label\na.wav,dog,brown\nc.wav,cat\n")
    assert [sound.licence for sound in held.sounds()] == ["unknown", "unknown"]
