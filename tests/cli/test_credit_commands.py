"""`imgext credits` and `imgext collect`, as a person or a program calls them."""

from __future__ import annotations

import errno
import json
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from imgext.cli import app
from imgext.scene.lock import Lock, LockedSound, read_lock, write_lock
from imgext.store.files import sha256_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def imgext(tmp_path, monkeypatch, capsys):
    """`imgext(*words, code=0)` runs a command in the test's folder; gives what it wrote to stdout and
    stderr.
    """
    monkeypatch.chdir(tmp_path)

    def run(*words, code=0):
        monkeypatch.setattr(sys, "argv", ["imgext", *map(str, words)])
        ended = app.run()
        told = capsys.readouterr()
        assert ended == code, told.err
        return told

    return run


def pin(path: Path, reference: str, query: str | None, **parts) -> LockedSound:
    source, _, name = reference.partition(":")
    facts = {"sha256": sha256_of(path), "bytes": path.stat().st_size, "duration": 1.0}
    how = {"licence": "by", "query": query, "rung": "match", "fallback": "label"}
    return LockedSound.model_validate(
        {"sound": reference, "source": source, "id": name, **facts, **how, **parts}
    )


@pytest.fixture
def world(tmp_path, sound, noise, monkeypatch):
    """A scene of two objects, a library, and a lock that pins a sound of it and one of Freesound under a
    licence for no money.
    """
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "own cache"))  # the same noise was seen by other tests
    dog, cat = sound("library/dog/rex.wav", noise(1)), sound("library/cat/tom.wav", noise(1, seed=1))
    folder = tmp_path / "scene"
    folder.mkdir()
    text = "schema: imgext.scene/1\nobjects:\n  dog: {label: dog}\n  cat: {label: cat}\n"
    text += "  rain: {label: rain, kind: atmo}\n"
    (folder / "s.yaml").write_text(f"{text}tracks:\n  rain: {{sound: 'builtin:rain'}}\n", encoding="utf-8")
    nc = {
        "licence": "by-nc",
        "licence_url": "http://creativecommons.org/licenses/by-nc/3.0/",
        "title": "tom.wav",
        "author": "U",
    }
    pins = {
        "dog": pin(dog, "library:dog/rex.wav", "dog", author="Ann"),
        "cat": pin(cat, "library:cat/tom.wav", "cat", **nc),
    }
    pins["cat"] = pins["cat"].model_copy(update={"url": "https://freesound.org/people/U/sounds/5/"})
    write_lock(folder / "s.lock.yaml", Lock.of(pins))
    return folder


def test_credits_are_printed_and_warnings_are_talk(imgext, world):
    told = imgext("credits", "scene/s.yaml")
    line = "tom.wav by U -- https://freesound.org/s/5/ -- License: Attribution NonCommercial 3.0 "
    line += "(trimmed, filtered and mixed by imgext)"
    assert line in told.out.splitlines()
    assert "warning: tracks.cat.sound: Attribution NonCommercial 3.0 is non-commercial" in told.err
    assert "warning" not in told.out


def test_credits_come_in_three_forms_and_into_a_file(imgext, world, tmp_path):
    assert imgext("credits", "scene/s.yaml", "--format", "html").out.startswith("<!doctype html>")
    data = json.loads(imgext("credits", "scene/s.yaml", "--format", "json").out)
    assert [entry["sound_name"] for entry in data["sounds"]] == ["tom.wav", "dog/rex.wav"]
    assert imgext("credits", "scene/s.yaml", "-o", "c.txt").out == ""
    assert (tmp_path / "c.txt").read_text(encoding="utf-8") == imgext("credits", "scene/s.yaml").out
    assert "-f" in imgext("credits", "scene/s.yaml", "-o", "c.txt", code=73).err
    imgext("credits", "scene/s.yaml", "-o", "c.txt", "--format", "json", "-f")
    assert json.loads((tmp_path / "c.txt").read_text(encoding="utf-8")) == data
    imgext("credits", "scene/s.yaml", "--format", "pdf", code=2)


def test_credits_as_one_object_have_no_talk(imgext, world):
    told = imgext("credits", "scene/s.yaml", "--json")
    assert told.err == ""
    data = json.loads(told.out)
    assert data["file"] is None
    assert [warning["track"] for warning in data["warnings"]] == ["cat"]


def test_credits_of_a_render_come_from_its_folder(imgext, world, tmp_path):
    (tmp_path / "out").mkdir()
    shutil.copy(world / "s.lock.yaml", tmp_path / "out" / "scene.resolved.lock.yaml")
    assert imgext("credits", "out").out == imgext("credits", "scene/s.yaml").out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("credits", "scene/t.yaml"), "scene/t.yaml: there is no such file"),
        (
            ("credits", "scene/unlocked.yaml"),
            "there is no such lock; name the folder of a render, or run `imgext find unlocked.yaml` first",
        ),
        (("collect", "scene/t.yaml"), "scene/t.yaml: "),
        (("credits", "scene"), "this is not the folder of a render"),
    ],
)
def test_without_a_lock_there_is_one_clear_line(imgext, world, words, why):
    shutil.copy(world / "s.yaml", world / "unlocked.yaml")
    told = imgext(*words, code=66)
    assert why in told.err
    assert len(told.err.splitlines()) == 1


def test_a_scene_without_a_lock_gets_one_when_its_sounds_are_collected(imgext, world):
    (world / "s.lock.yaml").unlink()
    imgext("collect", "scene/s.yaml", "--library", "library", "-n")
    assert not (world / "s.lock.yaml").exists()
    told = imgext("collect", "scene/s.yaml", "--library", "library")
    assert "2 files copied" in told.err
    assert read_lock(world / "s.lock.yaml").sounds["dog"].file == "sounds/library-dog-rex.wav"


def test_a_collected_folder_needs_nothing_else(imgext, world, tmp_path, monkeypatch):
    text = (world / "s.yaml").read_bytes()
    told = imgext("collect", "scene/s.yaml", "--library", "library")
    assert "2 files copied" in told.err
    assert sorted(path.name for path in (world / "sounds").iterdir()) == [
        "library-cat-tom.wav",
        "library-dog-rex.wav",
    ]
    assert (world / "s.yaml").read_bytes() == text
    assert read_lock(world / "s.lock.yaml").sounds["dog"].file == "sounds/library-dog-rex.wav"
    shutil.rmtree(tmp_path / "library")
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "another"))
    world.rename(tmp_path / "elsewhere")
    assert "0 files copied" in imgext("collect", "elsewhere/s.yaml").err


def test_a_dry_run_changes_nothing(imgext, world):
    before = (world / "s.lock.yaml").read_bytes()
    data = json.loads(imgext("collect", "scene/s.yaml", "-l", "library", "-n", "--json").out)
    assert data["dry_run"] is True
    assert data["copied"] == [
        {"track": "cat", "file": "sounds/library-cat-tom.wav"},
        {"track": "dog", "file": "sounds/library-dog-rex.wav"},
    ]
    assert not (world / "sounds").exists()
    assert (world / "s.lock.yaml").read_bytes() == before
    assert imgext("collect", "scene/s.yaml", "-l", "library", "-q").err == ""


def test_a_missing_sound_leaves_everything_as_it_was(imgext, world, tmp_path):
    before = (world / "s.lock.yaml").read_bytes()
    (tmp_path / "library" / "dog" / "rex.wav").unlink()
    told = imgext("collect", "scene/s.yaml", "-l", "library", code=66)
    assert "tracks.dog.sound" in told.err
    assert len(told.err.splitlines()) == 1
    assert not (world / "sounds").exists()
    assert (world / "s.lock.yaml").read_bytes() == before


def test_a_changed_sound_leaves_everything_as_it_was(imgext, world, tmp_path, sound, noise):
    before = (world / "s.lock.yaml").read_bytes()
    sound("library/dog/rex.wav", noise(1, seed=9))
    told = imgext("collect", "scene/s.yaml", "-l", "library", code=66)
    assert "tracks.dog.sound: library:dog/rex.wav is no longer the locked content" in told.err
    assert not (world / "sounds").exists()
    assert (world / "s.lock.yaml").read_bytes() == before


def test_a_sound_that_was_found_for_another_label_is_not_brought(imgext, world):
    text = (world / "s.yaml").read_text(encoding="utf-8").replace("label: dog", "label: wolf")
    (world / "s.yaml").write_text(text, encoding="utf-8")
    assert (
        "found for `wolf`; run `imgext find` first"
        in imgext("collect", "scene/s.yaml", "-l", "library", code=66).err
    )


def test_a_foreign_file_is_only_replaced_with_force(imgext, world):
    (world / "sounds").mkdir()
    (world / "sounds" / "library-dog-rex.wav").write_bytes(b"mine")
    before = (world / "s.lock.yaml").read_bytes()
    assert "overwrite it with -f" in imgext("collect", "scene/s.yaml", "-l", "library", code=73).err
    assert [path.name for path in (world / "sounds").iterdir()] == ["library-dog-rex.wav"]
    assert (world / "s.lock.yaml").read_bytes() == before
    imgext("collect", "scene/s.yaml", "-l", "library", "-f")
    assert (world / "sounds" / "library-dog-rex.wav").stat().st_size > 4


def test_a_full_disk_leaves_the_lock_as_it_was(imgext, world, monkeypatch):
    before = (world / "s.lock.yaml").read_bytes()

    def full(_path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("imgext.sounds.collect.sha256_of", full)
    told = imgext("collect", "scene/s.yaml", "-l", "library", code=73)
    assert (
        "tracks.cat.sound: sounds/library-cat-tom.wav could not be written: No space left on device"
        in told.err
    )
    assert not (world / "sounds").exists()
    assert (world / "s.lock.yaml").read_bytes() == before


def test_what_is_silent_or_muted_is_passed_over(imgext, world, tmp_path):
    text = (
        (world / "s.yaml")
        .read_text(encoding="utf-8")
        .replace("objects:\n", "objects:\n  sofa: {label: sofa}\n")
    )
    (world / "s.yaml").write_text(f"{text}  dog: {{mute: true}}\n", encoding="utf-8")
    (tmp_path / "library" / "dog" / "rex.wav").unlink()
    data = json.loads(imgext("collect", "scene/s.yaml", "-l", "library", "--json").out)
    assert data["passed_over"] == {
        "dog": "is muted, and its sound is not at hand",
        "sofa": "has no sound in the lock",
    }
    assert data["files"] == {"cat": "sounds/library-cat-tom.wav"}


def test_a_freesound_sound_that_is_nowhere_here_is_told_without_a_network(imgext, world, tmp_path):
    lock = read_lock(world / "s.lock.yaml")
    about = {"sound": "freesound:5", "source": "freesound", "id": "5", "sha256": "5" * 64}
    write_lock(
        world / "s.lock.yaml", Lock.of({**lock.sounds, "cat": lock.sounds["cat"].model_copy(update=about)})
    )
    told = imgext("collect", "scene/s.yaml", "-l", "library", "--offline", code=69)
    assert "tracks.cat.sound" in told.err
    assert "not on this machine" in told.err
    assert not (world / "sounds").exists()
