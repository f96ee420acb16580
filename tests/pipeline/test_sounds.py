"""The verbs about sounds, from Python: they return objects, which the commands print."""

from __future__ import annotations

import json

import pytest

import imgext


@pytest.fixture
def library(tmp_path, sound, noise, cache):
    sound("lib/dog/rex.wav", noise(1))
    (tmp_path / "lib" / "index.csv").write_text(
        "file,label,licence,author\ndog/rex.wav,dog,by,Ann\n", encoding="utf-8"
    )
    return tmp_path / "lib"


def test_indexing_counts_what_is_there_and_says_what_is_not(library):
    (library / "dog" / "no.wav").write_bytes(b"RIFF")
    (report,) = imgext.index_sounds([library])
    assert (report.folder, report.files, report.added) == (library, 2, 2)
    assert [name for name, _ in report.skipped] == ["dog/no.wav"]


def test_searching_gives_sounds_with_the_words_that_found_them(library):
    found = imgext.search_sounds("dog", setup=imgext.open_setup([library], offline=True))
    assert (found[0].sound.reference, found[0].rung, found[0].words) == (
        "library:dog/rex.wav",
        "label",
        "dog",
    )
    assert found[0].as_data()["author"] == "Ann"


def test_listing_gives_the_built_in_sounds_and_those_of_the_libraries(library):
    listed = [
        sound.reference for sound in imgext.list_sounds(setup=imgext.open_setup([library], offline=True))
    ]
    assert "builtin:dog" in listed
    assert listed[-1] == "library:dog/rex.wav"


def test_credits_and_copies_come_as_objects(library, tmp_path):
    from imgext.scene.lock import lock_path, write_lock

    path = tmp_path / "a.yaml"
    path.write_text("schema: imgext.scene/1\ntracks: {a: {sound: 'library:dog/rex.wav'}}\n", encoding="utf-8")
    setup = imgext.open_setup([library], offline=True)
    write_lock(lock_path(path), imgext.find(path, setup=setup).lock)
    found = imgext.credits(path)
    assert [(credit.author, credit.licence) for credit in found.sounds] == [("Ann", "by")]
    assert json.loads(found.json)["sounds"][0]["author_name"] == "Ann"
    planned = imgext.collect(path, setup=setup, dry_run=True)
    assert (planned.copied, (tmp_path / "sounds").exists()) == ([("a", "sounds/library-dog-rex.wav")], False)
    done = imgext.collect(path, setup=setup)
    assert (tmp_path / done.files["a"]).read_bytes() == (library / "dog" / "rex.wav").read_bytes()
