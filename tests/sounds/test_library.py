import os
import sqlite3

import pytest

from imgext.errors import MissingInputError
from imgext.sounds import library as module
from imgext.sounds.candidate import licence_of
from imgext.sounds.labels import from_names
from imgext.sounds.library import Library

PETS = {
    "dog/a.wav": {"label": "dog", "licence": "CC0", "author": "Ann"},
    "dog/b.wav": {"label": "dog barking", "licence": "by"},
    "misc/c.wav": {"label": "park", "tags": "birds, dog, children", "licence": "by-nc"},
    "misc/d.wav": {"label": "hot tin roof", "title": "The Dog and I"},
}


def ids(found):
    return [candidate.id for candidate in found]


@pytest.fixture
def headers(monkeypatch):
    """Which files had their header read."""
    read = []
    real = module.header_of
    monkeypatch.setattr(module, "header_of", lambda path: (read.append(path.name), real(path))[1])
    return read


def test_an_exact_label_comes_before_words_in_the_label_before_tags_and_title(make_library):
    found = make_library(PETS).search("Dogs")
    assert [(candidate.id, candidate.rank) for candidate in found] == [
        ("dog/a.wav", 0),
        ("dog/b.wav", 1),
        ("misc/c.wav", 2),
        ("misc/d.wav", 2),
    ]


def test_ties_are_in_the_order_of_ids(make_library):
    files = {f"{name}.wav": {"label": "rain"} for name in "zab"}
    assert ids(make_library(files).search("rain")) == ["a.wav", "b.wav", "z.wav"]


def test_all_words_must_match(make_library):
    assert ids(make_library(PETS).search("barking dog")) == ["dog/b.wav"]
    assert make_library(PETS).search("barking cat") == []


def test_a_candidate_carries_what_the_index_says(make_library):
    first = make_library(PETS).search("dog")[0]
    assert (first.source, first.licence, first.author, first.duration) == ("library", "cc0", "Ann", 0.5)
    assert first.path.is_file()
    assert first.reference == "library:dog/a.wav"


@pytest.mark.parametrize(
    "query", ['"', '"dog', "dog*", "dog AND", "NOT dog NEAR(", "label:dog)", "dog; --", "^dog", "🐕", "", "({[", "dog\x00"]
)
def test_search_words_are_never_a_query_language(make_library, query):
    found = make_library(PETS).search(query)
    assert all("dog" in (candidate.label + candidate.tags + candidate.title).lower() for candidate in found)


def test_words_of_the_query_language_are_found_as_words(make_library):
    library = make_library({"x.wav": {"label": "near or not AND far"}})
    assert ids(library.search("NOT near")) == ["x.wav"]


def test_a_second_look_opens_no_file(make_library, headers):
    library = make_library(PETS)
    assert sorted(headers) == ["a.wav", "b.wav", "c.wav", "d.wav"]
    headers.clear()
    report = library.refresh()
    assert headers == []
    assert (report.files, report.added, report.changed, report.removed) == (4, 0, 0, 0)


def test_only_the_changed_file_is_read_again(make_library, headers, sound_writer):
    library = make_library(PETS)
    headers.clear()
    sound_writer(library.root / "dog/b.wav", seconds=2.0)
    report = library.refresh()
    assert headers == ["b.wav"]
    assert report.changed == 1
    assert library.get("dog/b.wav").duration == 2.0


def test_a_touched_file_of_the_same_size_is_read_again(make_library, headers):
    library = make_library(PETS)
    headers.clear()
    os.utime(library.root / "dog/a.wav", ns=(1, 1))
    library.refresh()
    assert headers == ["a.wav"]


def test_files_that_are_gone_are_dropped(make_library):
    library = make_library(PETS)
    (library.root / "dog/a.wav").unlink()
    assert library.refresh().removed == 1
    assert "dog/a.wav" not in ids(library.search("dog"))
    assert library.get("dog/a.wav") is None


def test_a_changed_index_is_taken_over_without_opening_sounds(make_library, headers):
    library = make_library(PETS)
    headers.clear()
    (library.root / "index.csv").write_text("file,label\ndog/a.wav,wolf\n", encoding="utf-8")
    library.refresh()
    assert headers == []
    assert ids(library.search("wolf")) == ["dog/a.wav"]


def test_another_process_sees_the_same_index_without_looking(make_library, headers):
    root = make_library(PETS).root
    headers.clear()
    assert len(Library(root, refresh=False).search("dog")) == 4
    assert headers == []


def test_each_folder_has_its_own_index(make_library):
    one = make_library({"a.wav": {"label": "rain"}}, "one")
    two = make_library({"b.wav": {"label": "rain"}}, "two")
    assert one.database != two.database
    assert (ids(one.search("rain")), ids(two.search("rain"))) == (["a.wav"], ["b.wav"])


def test_broken_files_are_left_out_and_named(make_library, sound_writer):
    library = make_library(PETS)
    (library.root / "torn.wav").write_bytes(b"RIFF\x00\x00")
    (library.root / "empty.flac").write_bytes(b"")
    (library.root / "notes.txt").write_text("not a sound", encoding="utf-8")
    sound_writer(library.root / "silent.wav", seconds=0)
    for _ in range(2):  # the second look has to remember
        assert sorted(name for name, _ in library.refresh().skipped) == ["empty.flac", "silent.wav", "torn.wav"]
    assert len(library.sounds()) == 4


@pytest.mark.parametrize(
    "name",
    ['it\'s "quoted".wav', "per%cent & $HOME.wav", "emoji 🐕.wav", "ünïcode.wav", "-rf *.wav", "; DROP TABLE files; --.wav", "a:b.wav"],
)
def test_hostile_names_are_only_names(make_library, name):
    library = make_library({f"dir/{name}": {"label": "thing"}, "other.wav": {"label": "thing"}})
    assert ids(library.search("thing")) == sorted([f"dir/{name}", "other.wav"])
    assert library.get(f"dir/{name}").path.is_file()


def test_names_that_a_scene_cannot_hold_are_left_out_and_named(make_library):
    library = make_library({"fine.wav": {"label": "rain"}})
    sound = (library.root / "fine.wav").read_bytes()
    (library.root / "line\nbreak.wav").write_bytes(sound)
    (library.root / os.fsdecode(b"bad\xff.wav")).write_bytes(sound)
    report = library.refresh()
    assert [reason for _, reason in sorted(report.skipped)] == ["the name is not UTF-8", "the name has a control character in it"]
    assert ids(library.sounds()) == ["fine.wav"]


def test_a_bad_index_is_reported_and_names_are_used_instead(make_library):
    library = make_library({"wolf.wav": {"label": "dog"}})
    (library.root / "index.csv").write_bytes(b"file,label\nwolf.wav,\xff\n")
    assert library.refresh().skipped[0][0] == "index.csv"
    assert ids(library.search("wolf")) == ["wolf.wav"]


def test_a_damaged_index_is_made_again(make_library):
    library = make_library(PETS)
    library.close()
    library.database.write_bytes(b"this is no database" * 100)
    assert len(Library(library.root).search("dog")) == 4


def test_an_index_of_another_layout_is_made_again(make_library):
    library = make_library(PETS)
    library.close()
    db = sqlite3.connect(library.database)
    db.execute("DROP TABLE words")
    db.execute("PRAGMA user_version = 99")
    db.commit()
    db.close()
    assert len(Library(library.root).search("dog")) == 4


def test_a_folder_that_is_not_there_is_named(tmp_path, cache):
    with pytest.raises(MissingInputError, match="nowhere"):
        Library(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("file_id", "label", "tags"),
    [
        ("door-wood_creaks/1-2345-A.ogg", "door wood creaks", "door wood creaks"),
        ("dog_bark_02.wav", "dog bark", ""),
        ("Animals/Dogs/BarkLoud 1.wav", "bark loud", "animals dogs"),
        ("Sounds/rain/REC001.WAV", "rain", "rain"),
        ("0001.wav", "0001", ""),
    ],
)
def test_labels_come_from_file_and_folder_names(file_id, label, tags):
    about = from_names(file_id)
    assert (about.label, about.tags, about.licence) == (label, tags, "unknown")


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("CC0", "cc0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/", "cc0"),
        ("https://creativecommons.org/licenses/by/4.0/", "by"),
        ("Attribution", "by"),
        ("http://creativecommons.org/licenses/by-nc/3.0/", "by-nc"),
        ("Attribution NonCommercial", "by-nc"),
        ("Sampling+", "sampling+"),
        ("http://creativecommons.org/licenses/sampling+/1.0/", "sampling+"),
        ("CC BY-SA 4.0", "other"),
        ("Attribution-NonCommercial-NoDerivs License", "other"),
        ("All rights reserved", "other"),
        ("", "unknown"),
    ],
)
def test_licences_are_told_apart(text, licence):
    assert licence_of(text) == licence
