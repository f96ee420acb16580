"""What rings by itself, by the list and by the hierarchy."""

import pytest

from imgext.sounds.ringing import RINGING, rings


@pytest.mark.parametrize("name", RINGING)
def test_every_name_of_the_list_rings(name):
    assert rings(name) == name


BELOW = """church bell, Church bells, doorbell, sleigh bells, wind chime, tam-tam, hi-hat, grand piano,
lightning, bomb, firecracker, police siren, honking, alarm clock, clock alarm, smoke detector,
wine glass, shattering glass, an old brass bell on a wall"""


@pytest.mark.parametrize("name", BELOW.replace("\n", " ").split(", "))
def test_what_the_hierarchy_calls_so_or_places_below_rings(name):
    assert rings(name)


@pytest.mark.parametrize(
    "name",
    ["dog", "door", "glass door", "bell pepper", "eyeglasses", "horn", "clapping", "rain", "storm", "", None],
)
def test_what_only_has_the_word_in_it_does_not(name):
    assert rings(name) == ""


def test_the_words_that_found_a_sound_count_as_well_as_its_label():
    assert rings("church", "church bells", None) == "church bells"


def test_a_hierarchy_without_bells_goes_by_the_list(tmp_path, monkeypatch):
    own = tmp_path / "own.csv"
    own.write_text(
        "tag,parent,synonyms,search,sounds,kind,builtin\nthing,,,,yes,event,dog\n", encoding="utf-8"
    )
    monkeypatch.setenv("IMGEXT_HIERARCHY", str(own))
    assert rings("gong")
    assert not rings("dog")
