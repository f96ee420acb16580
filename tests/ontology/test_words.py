import pytest

from imgext.ontology.words import head_of, key_of, measured, singular

PLURALS = """foxes fox, mice mouse, leaves leaf, waves wave, skis ski, buses bus, berries berry,
firemen fireman, policewomen policewoman, magpies magpie, avalanches avalanche, neckties necktie,
tvs tv, cacti cactus, shelves shelf, kiwis kiwi, watches watch, ponies pony"""


@pytest.mark.parametrize(("plural", "single"), [pair.split() for pair in PLURALS.split(",")])
def test_plurals_lose_their_ending(plural, single):
    assert singular(plural) == single
    assert singular(single) == single


@pytest.mark.parametrize(
    "word", ["glass", "tennis", "bus", "gas", "octopus", "moss", "woods", "specimen", "abdomen"]
)
def test_words_that_only_look_like_plurals_stay(word):
    assert singular(word) == word


def test_case_accents_and_punctuation_do_not_matter():
    assert key_of("ÉTÉ—Cafés_ (2)") == key_of("ete cafe 2")
    assert key_of("a man's hat") == key_of("a man\u2019s hat") == "a man hat"


def test_a_label_without_letters_has_an_empty_key():
    assert key_of('🐕 * " -') == ""


def test_the_head_of_a_label_ends_before_a_preposition():
    assert head_of(key_of("two dogs on a beach")) == "two dog"


def test_what_is_measured_comes_after_the_measure():
    assert head_of(key_of("large group of people in a park")) == "people"
    assert head_of(key_of("view of a flock of geese")) == "goose"
    assert measured(["dog", "in", "front", "of", "house"])[0] == "dog"
    assert measured(["group", "of"]) == ["group", "of"]
