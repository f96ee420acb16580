"""Dry sounds come first where a room is detected, as told and as measured."""

import pytest
import soundfile

from imgext.scene.lock import Lock, LockedSound
from imgext.scene.model import Scene
from imgext.sounds.candidate import Candidate, Stated
from imgext.sounds.find import find
from imgext.sounds.library.library import Library
from imgext.sounds.search import dryness as module
from imgext.sounds.search.browse import drier_than
from imgext.sounds.search.dryness import dryness, told_dryness

HEADER = "file,label,rating,acoustics,reverberant\n"


def candidate(**facts):
    return Candidate("library", "a.wav", None, "dog", "", "dog", "cc0", "", "", 5.0, 0, **facts)


def scene_of(**rest):
    return Scene.of({"schema": "imgext.scene/1", "objects": {"dog": {"label": "dog"}}, **rest})


@pytest.fixture
def library(tmp_path, cache, bursts):
    """`library(rows)`: sounds "wet...wav" are in a room, others are not; rows as in index.csv."""

    def make(rows: str):
        root = tmp_path / "library"
        root.mkdir()
        for seed, name in enumerate(row.split(",")[0] for row in rows.split()):
            soundfile.write(
                root / name, bursts(rt60=2.0 if name.startswith("wet") else None, drr=-3.0, seed=seed), 16000
            )
        (root / "index.csv").write_text(HEADER + rows, encoding="utf-8")
        return Library(root)

    return make


def chosen(scene, library, lock=None, **options):
    return find(scene, lock or Lock.of({}), libraries=[library], **options)[1].sounds["dog"].sound


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        ({}, 1),
        ({"reverberant": False}, 0),
        ({"reverberant": True}, 3),
        ({"acoustics": Stated("some")}, 2),
        ({"acoustics": Stated(c50=20.0), "reverberant": True}, 0),
        ({"acoustics": Stated(rt60=0.5), "reverberant": True}, 1),
    ],
)
def test_dryness_as_it_is_told(facts, place):
    """A person is believed before an analysis of its source."""
    assert told_dryness(candidate(**facts)) == place


def test_with_a_room_the_measured_dry_sound_is_taken_although_the_wet_one_is_rated_a_little_better(library):
    rows = "wet.wav,dog,4.9,,\ndry.wav,dog,4.5,,\n"
    sounds = library(rows)
    assert chosen(scene_of(room_detected=True), sounds) == "library:dry.wav"
    assert chosen(scene_of(), sounds) == "library:wet.wav"


def test_a_rung_of_rating_counts_more_than_dryness(library):
    assert (
        chosen(scene_of(room_detected=True), library("wet.wav,dog,4.9,,\ndry.wav,dog,3.2,,\n"))
        == "library:wet.wav"
    )


def test_a_person_is_believed_before_the_measurement(library):
    assert (
        chosen(scene_of(room_detected=True), library("wet.wav,dog,4.9,dry,\ndry.wav,dog,4.5,wet,\n"))
        == "library:wet.wav"
    )


def test_a_measurement_is_believed_before_the_source(library):
    assert (
        chosen(scene_of(room_detected=True), library("wet.wav,dog,4.9,,false\ndry.wav,dog,4.5,,false\n"))
        == "library:dry.wav"
    )


def test_a_random_choice_is_not_ordered(library, monkeypatch):
    monkeypatch.setattr(module, "dryness", lambda *_: pytest.fail("measured"))
    chosen(
        scene_of(room_detected=True, find={"mode": "random"}),
        library("wet.wav,dog,4.9,,\ndry.wav,dog,4.5,,\n"),
    )


def test_only_the_first_few_are_measured(library, monkeypatch):
    seen = []
    monkeypatch.setattr(module, "dryness", lambda candidate, *_: seen.append(candidate.id) or 1)
    chosen(scene_of(room_detected=True), library("".join(f"d{n}.wav,dog,4.5,,\n" for n in range(12))))
    assert len(seen) == module.MEASURED


def test_a_bell_cannot_be_measured(tmp_path, cache, bursts):
    soundfile.write(tmp_path / "a.wav", bursts(rt60=2.0, drr=-3.0), 16000)
    sound = Candidate("library", "a.wav", tmp_path / "a.wav", "ding", "", "ding", "cc0", "", "", 5.0, 0)
    assert dryness(sound) == 3
    assert dryness(sound, "church bell") == 1


def pin(reference):
    data = {
        "sound": reference,
        "source": "library",
        "id": reference[8:],
        "sha256": "ab" * 32,
        "bytes": 1,
        "duration": 1.0,
    }
    return LockedSound.model_validate({**data, "licence": "cc0", "rung": "match", "fallback": "label"})


def test_another_candidate_is_the_driest_of_the_others(library):
    sounds = library("wet1.wav,dog,4.9,,\nwet2.wav,dog,4.8,,\ndry.wav,dog,4.5,,\n")
    assert drier_than(pin("library:wet1.wav"), "dog", [sounds], {"cc0"}) == "library:dry.wav"


def test_a_wet_sound_is_no_help(library, monkeypatch):
    from imgext.sounds.sources import builtin

    sounds = library("wet1.wav,dog,4.9,,\nwet2.wav,dog,4.8,,\n")
    monkeypatch.setattr(builtin, "search_bank", lambda _words: [])
    assert drier_than(pin("library:wet1.wav"), "dog", [sounds], {"cc0"}) is None


def test_without_a_library_the_built_in_sound_is_named(cache):
    assert drier_than(pin("library:wet1.wav"), "dog", [], {"cc0"}) == "builtin:dog"
