"""A reply's entries become at most ten things and two beds; what is left out keeps its reason."""

from __future__ import annotations

import pytest

from imgext.picture.vision.merging import read_objects, scale_of
from imgext.picture.vision.reply import Seen

LEFT, RIGHT, MIDDLE = (0.0, 0.2, 0.2, 0.6), (0.8, 0.2, 1.0, 0.6), (0.4, 0.2, 0.6, 0.6)


def thing(label, importance=0.5, box=LEFT, **more):
    x0, y0, x1, y1 = box or (None,) * 4
    return Seen(label=label, importance=importance, x0=x0, y0=y0, x1=x1, y1=y1, **more)


def read(*objects, size=(640, 480), known=lambda _label: True):
    return read_objects(objects, size, known)


def labels(named):
    return [one.label for one in named]


def test_the_most_important_comes_first_and_ties_stay_as_they_came():
    assert labels(read(thing("cat", 0.2), thing("dog", 0.9), thing("bird", 0.2)).things) == [
        "dog",
        "cat",
        "bird",
    ]


def test_ten_things_are_kept_and_the_others_are_told():
    found = read(*(thing(f"thing{chr(97 + k)}", k / 20) for k in range(12)))
    assert labels(found.things) == [f"thing{chr(97 + k)}" for k in range(11, 1, -1)]
    assert found.left_out == (
        ("thingb", "seen, but beyond the 10 most important"),
        ("thinga", "seen, but beyond the 10 most important"),
    )


def test_two_beds_are_kept_each_once():
    beds = [Seen(label=label, kind="atmo") for label in ("Sea waves", "sea waves", "wind", "harbour")]
    found = read(*beds)
    assert labels(found.beds) == ["sea waves", "wind"]
    assert found.left_out == (("harbour", "a bed beyond the first 2"),)


def test_a_bed_has_no_box_even_if_it_came_with_one():
    (bed,) = read(Seen(label="wind", kind="atmo", x0=0, y0=0, x1=1, y1=1)).beds
    assert bed.box is None


def test_what_makes_no_sound_is_left_out_with_a_word():
    found = read(thing("pizza", kind="silent"), thing("dog"))
    assert labels(found.things) == ["dog"]
    assert found.left_out == (("pizza", "seen, but makes no sound of its own"),)


def test_a_kind_that_was_not_offered_is_a_thing():
    assert read(thing("dog", kind="animal")).things[0].kind == "object"


@pytest.mark.parametrize("label", ["", "???", "unknown"])
def test_an_entry_without_a_label_is_left_out(label):
    found = read(thing(label), thing("dog"))
    assert labels(found.things) == ["dog"]
    assert found.left_out == (("", "an entry has no usable label"),)


def test_a_thing_that_was_named_twice_is_there_once():
    (dog,) = read(
        thing("dog", 0.4, (0.0, 0.2, 0.21, 0.6)), thing("Dog", 0.7, LEFT, sound_query="dog barking")
    ).things
    assert (dog.importance, dog.box, dog.count, dog.query) == (0.7, (0.0, 0.2, 0.2, 0.4), None, "dog barking")
    assert "it was named twice" in dog.remarks


def test_two_of_a_kind_that_stand_apart_are_two():
    assert [one.box[0] for one in read(thing("dog", 0.9, LEFT), thing("dog", 0.5, RIGHT)).things] == [
        0.0,
        0.8,
    ]


def test_three_of_a_kind_are_heard_as_one_with_a_count_and_a_box_around_all():
    (dogs,) = read(
        thing("dog", 0.3, LEFT), thing("dog", 0.6, RIGHT, count=2), thing("dog", 0.5, MIDDLE)
    ).things
    assert (dogs.importance, dogs.count, dogs.box) == (0.6, 4, (0.0, 0.2, 1.0, 0.4))
    assert "several of a kind are heard as one" in dogs.remarks


def test_one_of_a_kind_without_a_box_adds_nothing():
    assert len(read(thing("dog", 0.5, LEFT), thing("dog", 0.5, None)).things) == 1


@pytest.mark.parametrize(
    ("count", "kept"),
    [(1, None), (0, None), (-3, None), (2.0, 2), (12, 12), (1e9, None), (None, None), (float("inf"), None)],
)
def test_a_count_that_makes_sense_is_kept(count, kept):
    assert read(thing("dog", count=count)).things[0].count == kept


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ([0.25, 0.75], [0.75, 0.25]),
        ([8, 3], [0.8, 0.3]),
        ([90, 15], [0.9, 0.15]),
        ([1.2, 0.5], [1.0, 0.5]),
        ([-0.4, 0.5], [0.5, 0.0]),
        ([5000, 0.5], [1.0, 0.5]),
        ([None, 0.9], [0.9, 0.5]),
        ([float("nan"), 0.9], [0.9, 0.5]),
    ],
)
def test_importances_end_between_nought_and_one_and_keep_their_order(given, taken):
    assert [
        one.importance for one in read(thing("dog", given[0], LEFT), thing("cat", given[1], RIGHT)).things
    ] == taken


def test_what_was_changed_is_remarked_on():
    (dog,) = read(thing("dog", 7, (600, 100, 300, 400)), size=(640, 480)).things
    assert dog.remarks == (
        "an importance of 7 was given",
        "its corners came in another order",
        "its box came in pixels",
    )
    (cat,) = read(thing("cat", None, (0, 0, 9000, 9000))).things
    assert cat.remarks == ("no importance was given", "its box made no sense")


def test_an_unknown_label_gives_way_to_known_words_to_search_for():
    known = {"frame drum", "dog"}.__contains__
    drum, dog, zither = read(
        thing("bodhran", sound_query="Frame drum!"),
        thing("dog", sound_query="frame drum"),
        thing("zither", sound_query="plucked strings"),
        known=known,
    ).things
    assert (drum.name, drum.label) == ("bodhran", "frame drum")
    assert "the model calls it bodhran" in drum.remarks[0]
    assert (dog.label, zither.label) == ("dog", "zither")


def test_a_flood_of_entries_is_read_in_part():
    found = read(*(thing(f"dog {chr(97 + k % 26)}{chr(97 + k // 26)}") for k in range(500)))
    assert len(found.things) == 10
    assert found.left_out[0] == ("", "the reply has 500 entries; the first 100 are read")


def test_a_hair_too_much_is_no_other_scale():
    assert [scale_of(values) for values in ([], [None], [1.5], [1.6], [10], [10.1], [100], [101])] == [
        1,
        1,
        1,
        10,
        10,
        100,
        100,
        1,
    ]
