"""What people in a picture are taken to do."""

from types import SimpleNamespace

import pytest

from imgext.ontology.hierarchy import hierarchy
from imgext.picture.offline.people import TABLE, doing


def thing(*, box=(0.4, 0.3, 0.2, 0.5), area=0.05, several=False):
    return SimpleNamespace(box=box, area=area, several=several)


def label(person, *, where="outdoors", beds=(), **seen):
    return doing(person, {name.replace("_", " "): other for name, other in seen.items()}, beds, where).label


def test_every_label_is_one_that_sounds():
    for row in TABLE:
        tag = hierarchy().understand(row.label) if row.label else None
        assert not row.label or (tag is not None and tag.sounds), row.label


@pytest.mark.parametrize(
    ("with_", "expected"),
    [("surfboard", "surfer"), ("skis", "skier"), ("snowboard", "skier"), ("skateboard", "skateboarder")],
)
def test_what_somebody_stands_on_says_what_they_are(with_, expected):
    assert label(thing(), **{with_: thing()}) == expected


def test_a_rider_and_a_horse_are_one_thing_to_hear_where_their_boxes_meet():
    assert label(thing(), horse=thing()) == ""
    assert label(thing(box=(0.0, 0.3, 0.1, 0.5)), horse=thing(box=(0.7, 0.3, 0.2, 0.5))) == "footsteps"


def test_people_at_a_table_talk():
    assert label(thing(several=True), where="indoors", cutlery=thing()) == "people talking"


def test_one_person_walks_outdoors_and_talks_indoors_or_near_the_camera():
    assert label(thing()) == "footsteps"
    assert label(thing(), where="indoors") == "talking"
    assert label(thing(area=0.3)) == "talking"


def test_people_in_a_street_walk_and_elsewhere_talk():
    assert label(thing(several=True), beds=["street traffic"]) == "footsteps"
    assert label(thing(several=True), beds=["meadow"]) == "people talking"


def test_many_people_in_a_stadium_are_its_audience():
    assert label(thing(several=True), beds=["stadium"]) == "audience"
