import pytest

from imgext.sounds.words import head_of, key_of, singular


@pytest.mark.parametrize(
    ("plural", "single"),
    [("foxes", "fox"), ("mice", "mouse"), ("leaves", "leaf"), ("waves", "wave"), ("skis", "ski"), ("buses", "bus"), ("berries", "berry")],
)
def test_plurals_lose_their_ending(plural, single):
    assert singular(plural) == single
    assert singular(single) == single


@pytest.mark.parametrize("word", ["glass", "tennis", "bus", "gas", "octopus", "moss"])
def test_words_that_only_look_like_plurals_stay(word):
    assert singular(word) == word


def test_case_accents_and_punctuation_do_not_matter():
    assert key_of("ÉTÉ—Cafés_ (2)") == key_of("ete cafe 2")


def test_a_label_without_letters_has_an_empty_key():
    assert key_of('🐕 * " -') == ""


def test_the_head_of_a_label_ends_before_a_preposition():
    assert head_of(key_of("two dogs on a beach")) == "two dog"
