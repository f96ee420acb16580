"""The table of concepts is consistent, and names what it should."""

from __future__ import annotations

import pytest

from imgext.picture import labels
from imgext.picture.offline import concepts, heads


def test_no_class_belongs_to_two_labels():
    members = [index for row in concepts.table() for index in row.imagenet]
    assert len(members) == len(set(members))
    assert min(members) == 0
    assert max(members) == 999


@pytest.mark.parametrize(
    ("index", "label"),
    # ImageNet-1k facts: 281 tabby, 7 cock, 24 great grey owl, 817 sports car, 402 acoustic guitar, 779 school
    # bus, 698 palace, 978 seashore, 555 fire engine
    [
        (281, "cat"),
        (7, "chicken"),
        (24, "owl"),
        (817, "car"),
        (402, "guitar"),
        (779, "bus"),
        (698, "temple"),
        (978, "sea waves"),
        (555, "fire engine"),
    ],
)
def test_known_classes_have_their_label(index, label):
    assert [row.label for row in concepts.table() if index in row.imagenet] == [label]


def test_all_dogs_are_dogs():
    """ImageNet's 118 domestic breeds are 151 to 268."""
    assert set(range(151, 269)) <= {i for row in concepts.table() if row.label == "dog" for i in row.imagenet}


def test_labels_are_unique_and_roles_are_known():
    names = [row.label for row in concepts.table()]
    assert len(names) == len(set(names))
    assert {row.role for row in concepts.table()} == set(concepts.ROLES)
    assert all(0 <= row.weight <= 1 for row in concepts.table())


def test_every_label_is_listed_sorted_and_once():
    listed = labels()
    assert list(listed) == sorted(set(listed))
    assert {
        "dog",
        "person",
        "temple",
        "chair",
        "sea waves",
        "wind in trees",
        "room tone",
        "quiet outdoor ambience",
        "crowd",
    } <= set(listed)


def test_a_concept_has_one_kin_and_one_sounding_or_silent_first_row():
    for name in concepts.concepts():
        assert len({row.kin for row in concepts.table() if row.concept == name}) == 1


def test_the_heads_know_every_concept_that_has_evidence_and_set_people_apart():
    numbers = heads.load()
    names = numbers.names.tolist()
    assert names == [name for name in concepts.concepts() if name in names]
    assert set(numbers.class_names.tolist()) | set(numbers.head_names.tolist()) == set(names)
    assert numbers.coefficients.shape == (len(names), heads.FEATURES)
    measured = {
        float(numbers.threshold[names.index(name)])
        for name in concepts.concept_of_coco().values()
        if name in names
    }
    assert len(measured) == 2  # one for all that the training photos name, one for people
    assert float(numbers.threshold[names.index("harp")]) > max(measured)
