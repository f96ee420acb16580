"""Choosing by hand: what a track may be given, in order and with reasons, and one of it taken by number."""

from __future__ import annotations

import pytest

from imgext.errors import MissingInputError, UsageError
from imgext.scene.lock import Lock
from imgext.scene.model import VERSION, Scene
from imgext.sounds.choices import choices, take
from imgext.sounds.find import find
from imgext.sounds.sources import Services

pytestmark = pytest.mark.usefixtures("cache", "quick_bank")
SCENE = Scene.of({"schema": VERSION, "objects": {"d": {"label": "dog"}}})
FILES = {
    "a.wav": {"label": "dog", "licence": "cc0"},
    "b.wav": {"label": "dog", "licence": "by-nc"},
    "c.wav": {"label": "dog music", "licence": "cc0"},
    "d.wav": {"label": "big dog", "licence": "by", "author": "Ann"},
}


@pytest.fixture
def how(make_library):
    return {"libraries": [make_library(FILES)], "services": Services(offline=True), "lock": Lock.of({})}


def test_the_first_of_the_list_is_what_a_search_takes(how):
    listed = choices(SCENE, "d", **how)
    found = find(SCENE, how["lock"], libraries=how["libraries"])[1].sounds["d"].sound
    assert next(each.sound.reference for each in listed if not each.refused) == found


def test_each_candidate_has_its_licence_and_why_no_search_takes_it(how):
    refused = {each.sound.id: each.refused for each in choices(SCENE, "d", **how)}
    assert refused["b.wav"] == "its licence by-nc is not among find.licences"
    assert "music" in refused["c.wav"]
    assert (refused["a.wav"], refused["d.wav"], refused["dog"]) == ("", "", "")


def test_a_number_takes_its_sound_and_later_runs_keep_it(how):
    number = next(each.number for each in choices(SCENE, "d", **how) if each.sound.id == "d.wav")
    _, lock = take(SCENE, "d", number, **how)
    assert (lock.sounds["d"].sound, lock.sounds["d"].author, lock.sounds["d"].query) == (
        "library:d.wav",
        "Ann",
        "dog",
    )
    assert find(SCENE, lock, libraries=how["libraries"])[1] == lock


def test_a_sound_whose_licence_the_scene_does_not_allow_cannot_be_taken(how):
    number = next(each.number for each in choices(SCENE, "d", **how) if each.sound.id == "b.wav")
    with pytest.raises(UsageError, match="by-nc is not among"):
        take(SCENE, "d", number, **how)


def test_a_number_or_track_that_is_not_there_is_an_error(how):
    with pytest.raises(UsageError, match="no candidate 99"):
        take(SCENE, "d", 99, **how)
    with pytest.raises(MissingInputError, match="no track 'x'"):
        choices(SCENE, "x", **how)
