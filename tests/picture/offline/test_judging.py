"""From evidence to objects, beds and a room, each rule on numbers made for it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from imgext.picture.offline import concepts, evidence, heads, objects, places, room


def judgement(
    indoor: float = 0.0, crowd: float = 0.0, area=None, probability=None, many=()
) -> heads.Judgement:
    return heads.Judgement(
        probability={**dict.fromkeys(concepts.concepts(), 0.0), **(probability or {})},
        threshold=dict.fromkeys(concepts.concepts(), 0.5),
        area=area or {},
        cover={},
        typical=dict.fromkeys(concepts.concepts(), math.log(0.1)),
        area_coefficients=(0.0, 0.5, 0.5, 0.0, 0.0),
        many={
            **dict.fromkeys(heads.MANY, (0.0, 0.5)),
            heads.CROWD: (crowd, 0.5),
            **dict.fromkeys(many, (0.9, 0.5)),
        },
        indoor=indoor,
        indoor_band=(0.4, 0.5),
    )


def thing(label: str = "dog", box=(0.4, 0.4, 0.2, 0.2), confidence: float = 0.9) -> objects.Thing:
    row = next(row for row in concepts.table() if row.label == label)
    area = box[2] * box[3]
    importance, because = objects.importance_of(row, box, area, confidence)
    return objects.Thing(
        row, box, objects.pan_of(box), confidence, importance, 0.5, area, because, several=False
    )


def test_box_means_are_means():
    rng = np.random.Generator(np.random.PCG64(2))
    values = rng.random((6, 7, 3)).astype(np.float32)
    found = evidence.box_mean(values, 4)
    assert found.shape == (3, 4, 3)
    assert np.allclose(found[2, 1], values[2:6, 1:5].mean((0, 1)), atol=1e-6)


def test_a_window_larger_than_the_map_is_the_map():
    values = np.arange(6, dtype=np.float32).reshape(2, 3, 1)
    assert evidence.box_mean(values, 99).ravel().tolist() == [2.5]


def test_a_box_is_the_uniform_patch_of_the_same_centre_and_spread():
    """A map that is 1 on columns 4 to 7 and rows 2 to 5 of 16 x 16 is that rectangle: a uniform patch of n
    cells has variance (n^2 - 1) / 12.
    """
    values = np.zeros((16, 16))
    values[2:6, 4:8] = 1
    centres = (np.arange(16) + 0.5) / 16
    assert objects.patch(values, centres, centres) == pytest.approx((0.25, 0.125, 0.25, 0.25), abs=0.002)


def test_a_box_stays_inside_the_picture():
    values = np.zeros((8, 8))
    values[0, 7] = 1
    centres = (np.arange(8) + 0.5) / 8
    x, y, w, h = objects.patch(values, centres, centres)
    assert x >= 0
    assert y >= 0
    assert x + w <= 1
    assert y + h <= 1
    assert x > 0.8
    assert y < 0.1


@pytest.mark.parametrize(
    ("box", "pan"),
    [
        ((0.0, 0.0, 0.0, 1.0), -0.8),
        ((1.0, 0.0, 0.0, 1.0), 0.8),
        ((0.25, 0.1, 0.5, 0.3), 0.0),
        ((0.5, 0.0, 0.25, 0.1), 0.2),
    ],
)
def test_pan_follows_the_centre_and_reaches_point_eight_at_the_edge(box, pan):
    assert objects.pan_of(box) == pan


def test_importance_grows_with_size_certainty_life_and_nearness_to_the_middle():
    base = thing().importance
    assert thing(box=(0.3, 0.3, 0.4, 0.4)).importance > base
    assert thing(confidence=0.95).importance > base
    assert thing(box=(0.0, 0.0, 0.2, 0.2)).importance < base
    assert thing("cup").importance < base
    assert all(0 <= thing(box=(0, 0, s, s), confidence=1.0).importance <= 1 for s in (0.01, 0.5, 1.0))


def test_kin_compete_and_strangers_do_not():
    names = ["dog", "wolf", "car"]
    assert heads.compete(np.array([0.8, 0.4, 0.4]), names) == pytest.approx([0.8, 0.1, 0.4])


def test_in_the_band_the_answer_is_that_it_is_unclear():
    assert [places.setting(judgement(x)) for x in (0.39, 0.4, 0.49, 0.5)] == [
        "outdoors",
        "unclear",
        "unclear",
        "indoors",
    ]


def test_trees_and_water_become_beds():
    assert {bed.label for bed in places.beds(judgement(area={"trees": 0.4, "water": 0.35}))} == {
        "wind in trees",
        "forest birds",
    }
    assert {bed.label for bed in places.beds(judgement(area={"trees": 0.3, "water": 0.5}))} == {
        "wind in trees",
        "lake water",
    }


def test_there_are_never_more_than_two_beds_and_the_sky_comes_last():
    much = {"trees": 0.5, "water": 0.5, "road": 0.5, "building": 0.5, "sky": 0.9}
    assert len(places.beds(judgement(area=much))) == 2
    assert [bed.label for bed in places.beds(judgement(area={"road": 0.3, "sky": 0.2}))] == [
        "street traffic",
        "sky",
    ]


def test_water_is_the_sea_where_a_shore_is_seen_and_rain_where_umbrellas_cross_a_street():
    assert (
        places.beds(judgement(area={"water": 0.4}, probability={"sea": 0.7, "lake": 0.6}))[0].label
        == "sea waves"
    )
    assert places.beds(judgement(area={"water": 0.4}))[0].label == "lake water"
    wet = {"area": {"water": 0.6, "road": 0.3, "building": 0.3}, "probability": {"umbrella": 0.8}}
    assert places.beds(judgement(**wet))[0].label == "rain"


def test_a_playing_field_is_no_meadow():
    field = {"grass": 0.7, "playing field": 0.6}
    assert [bed.label for bed in places.beds(judgement(area=field, probability={"baseball": 0.8}))] == [
        "stadium"
    ]


def test_a_street_needs_road_or_traffic_outdoors():
    evidence_of_street = {"area": {"road": 0.3, "building": 0.3}, "probability": {"car": 0.9, "bus": 0.8}}
    assert places.beds(judgement(**evidence_of_street))[0].label == "street traffic"
    assert "street traffic" not in [bed.label for bed in places.beds(judgement(0.9, **evidence_of_street))]


def test_an_airport_needs_an_airplane():
    """A runway is a road: without an airplane it is a street."""
    road = {"road": 0.6}
    assert "airport" not in [bed.label for bed in places.beds(judgement(area=road))]
    assert "airport" in [
        bed.label for bed in places.beds(judgement(area=road, probability={"airplane": 0.9}))
    ]


def test_two_beds_of_one_family_never_stand_together():
    found = places.beds(judgement(area={"water": 0.6}, probability={"sea": 0.9, "boat": 0.9, "lake": 0.9}))
    assert len([bed for bed in found if bed.label in {"sea waves", "harbour", "lake water"}]) == 1


def test_many_people_are_a_bed():
    assert [bed.label for bed in places.beds(judgement(crowd=0.7))] == ["crowd"]


@pytest.mark.parametrize(
    ("indoor", "label"), [(0.0, "quiet outdoor ambience"), (0.9, "room tone"), (0.45, "room tone")]
)
def test_with_nothing_to_go_by_there_is_a_neutral_bed_without_confidence(indoor, label):
    (bed,) = places.beds(judgement(indoor))
    assert (bed.label, bed.confidence, bed.because) == (label, 0.0, ())


def test_area_is_the_likely_size_of_its_kind_where_the_map_says_little():
    """Coefficients of 1/2 each on the logarithms of the usual area, 0.1, and of the covered share make the
    geometric mean of both.
    """
    seen = judgement(area={"dog": 0.4}, probability={"dog": 0.9})
    assert objects.area_of(seen, "dog", (0.2, 0.2, 0.5, 0.5)) == pytest.approx(
        math.sqrt(0.1 * 0.4), abs=0.001
    )
    assert objects.area_of(seen, "clock", (0.2, 0.2, 0.0, 0.0)) == pytest.approx(
        math.sqrt(0.1 * 0.0012 / 0.6), abs=0.002
    )


def test_several_are_told_by_what_they_are():
    crowd = judgement(many=(heads.PEOPLE,))
    assert [objects.several_of(crowd, name) for name in ("person", "dog", "car")] == [True, False, False]
    assert [
        objects.several_of(judgement(many=(heads.HERD,)), name) for name in ("person", "sheep", "car")
    ] == [False, True, False]
    assert [
        objects.several_of(judgement(many=(heads.TRAFFIC,)), name) for name in ("sheep", "car", "clock")
    ] == [False, True, False]


def test_the_reason_of_an_importance_names_size_place_certainty_and_what_it_is():
    assert thing("dog").because == "about 4 % of the picture, near the middle, confidence 0.90, an animal"
    assert "at the edge" in thing("cup", box=(0.0, 0.0, 0.1, 0.1)).because


def test_a_thing_of_known_height_tells_how_much_is_in_view():
    """A person of 1.7 m who fills half of the height stands where the picture shows 3.4 m."""
    metres, because = room.view([thing("person", box=(0.4, 0.3, 0.2, 0.5))])
    assert metres == pytest.approx(3.4)
    assert because == "person, about 1.7 m, fills 50% of the height, so about 3.4 m are in view"


@pytest.mark.parametrize("box", [(0.1, 0.3, 0.8, 0.7), (0.1, 0.0, 0.2, 0.5), (0.1, 0.05, 0.8, 0.92)])
def test_what_is_cut_off_or_close_says_nothing_of_the_room(box):
    assert room.view([thing("person", box=box)]) is None


def test_a_room_is_larger_the_smaller_people_look_in_it():
    def size(high: float) -> float:
        return room.room("indoors", judgement(0.9), [thing("person", box=(0.4, 0.3, 0.1, high))], [], 1.5)[
            "room_size"
        ].value

    assert size(0.3) > size(0.5) > size(0.65)


def test_what_is_open_to_the_outside_rings_less_and_reaches_wider():
    def at(area=None, proportion=1.5):
        return room.room(
            "indoors", judgement(0.9, area=area), [], [places.Place("kitchen", 0.6, ("seen",))], proportion
        )

    assert at({"trees": 0.3})["wet_level"].value < at()["wet_level"].value
    assert at({"trees": 0.3})["width"].value > at()["width"].value
    assert "open to the outside over 30%" in at({"trees": 0.3})["wet_level"].because
    assert at(proportion=2.0)["width"].value > at()["width"].value > at(proportion=0.5)["width"].value


def test_outdoors_there_is_no_room_and_the_rest_is_neutral_without_evidence():
    answers = room.room("outdoors", judgement(), [], [], 1.5)
    assert {name: answer.value for name, answer in answers.items()} == {
        "room_detected": False,
        "room_size": 0.5,
        "damping": 0.5,
        "wet_level": 0.2,
        "width": 0.8,
    }
    assert all("no evidence" in answers[name].because for name in answers if name != "room_detected")


def test_unclear_is_no_room_and_says_that_it_could_not_decide():
    answer = room.room("unclear", judgement(0.45), [], [], 1.5)["room_detected"]
    assert answer.value is False
    assert "could not decide" in answer.because


def test_a_room_without_any_sign_is_neutral_and_says_so():
    answers = room.room("indoors", judgement(0.9), [], [], 1.5)
    assert answers["room_detected"].value is True
    assert [answers[name].value for name in ("room_size", "damping", "wet_level", "width")] == [
        0.5,
        0.5,
        0.2,
        0.8,
    ]
    assert all(
        "no evidence" in answers[name].because for name in ("room_size", "damping", "wet_level", "width")
    )


def test_a_bathroom_is_smaller_harder_and_a_bedroom_softer():
    def at(label: str, area=None) -> dict[str, room.Answer]:
        return room.room("indoors", judgement(0.9, area=area), [], [places.Place(label, 0.6, ("seen",))], 1.5)

    assert at("bathroom")["damping"].value < at("kitchen")["damping"].value < at("bedroom")["damping"].value
    assert (
        at("bathroom")["room_size"].value
        < at("restaurant")["room_size"].value
        < at("church interior")["room_size"].value
    )
    assert at("church interior")["wet_level"].value > at("bedroom")["wet_level"].value
    soft, hard = at("living room", {"soft furnishing": 0.3}), at("living room", {"hard furniture": 0.3})
    assert soft["damping"].value > hard["damping"].value
    assert "soft furnishing over 30%" in soft["damping"].because


def test_every_place_with_a_room_is_a_bed():
    assert set(room.PLACES) <= set(places.labels())


def test_the_surfaces_and_things_that_beds_name_exist():
    """A misspelt name would never speak and never be noticed."""
    known = set(heads.load().cell_names.tolist())
    for bed in places.BEDS:
        assert {name for name, _ in bed.surfaces} <= known, bed.label
        assert {name for name, _ in bed.things} <= set(concepts.concepts()), bed.label
