"""Replies in other forms are read for what they mean; what is odd costs its field or its object."""

from __future__ import annotations

import contextlib
import json
from pathlib import PurePath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgext.picture.vision.meant import as_meant
from imgext.picture.vision.writing import scene_of_reply
from imgext.remote.replies import BadReply

SIZE = (768, 1024)
DOG = {"label": "dog", "importance": 0.8}


def seen(text):
    """The scene of a reply as text, or as data."""
    text = text if isinstance(text, str) else json.dumps(text)
    return scene_of_reply(text, PurePath("park.jpg"), SIZE)


def box_of(entry):
    return seen({"objects": [{"label": "dog", **entry}]})[0].objects["dog"].box


@pytest.mark.parametrize(
    "text",
    [
        {"result": {"objects": [DOG]}},
        {"scene": {"reply": {"objects": [DOG]}}, "context": "a dog"},
        {"objects": {"dog": {"importance": 0.8}}},
        {"items": [{"name": "dog", "importance": "0.8"}]},
        [DOG],
        f"Here: {json.dumps([DOG])} That is all.",
        '{"objects": [{"label": "dog", "importance": 0.8,},],}',
        '{"objects": [{"label": "dog", "importance": 0.8, "count": None}]}',
        {"objects": [{**DOG, "importance": "80%"}]},
        {"objects": [{**DOG, "importance": "high"}]},
        {"objects": [{**DOG, "importance": "0,8"}]},
        {"objects": [7, None, DOG, {"kind": "object"}]},
        {"objects": [{**DOG, "kind": 3, "sound_query": 4, "count": "many"}]},
        f"First: {json.dumps({'objects': [{'label': 'wolf'}]})} Better: {json.dumps({'objects': [DOG]})}",
    ],
)
def test_a_thing_is_read_out_of_other_forms(text):
    scene, _ = seen(text)
    assert [
        (thing.label, thing.importance) for thing in scene.objects.values() if thing.kind == "object"
    ] == [("dog", 0.8)]


@pytest.mark.parametrize("odd", ['"very"', "NaN", "Infinity", "[1]", "true", "{}", "1e999"])
def test_an_odd_field_costs_that_field_and_is_remarked(odd):
    scene, decisions = seen(f'{{"objects": [{{"label": "dog", "importance": {odd}}}], "damping": {odd}}}')
    assert scene.objects["dog"].importance == 0.5
    assert scene.damping == 0.5
    notes = [decision.because for decision in decisions if decision.kind == "note"]
    assert "the importance of dog was not understood, and is left blank" in notes
    assert "the damping was not understood, and is left blank" in notes


@pytest.mark.parametrize(
    ("value", "detected"), [("false", False), ("True", True), ("no", False), (1, True), ("maybe", False)]
)
def test_truth_is_read_as_it_is_said(value, detected):
    assert seen({"objects": [DOG], "room_detected": value})[0].room_detected is detected


@pytest.mark.parametrize(
    "entry",
    [
        {"bbox_2d": [0.1, 0.4, 0.4, 0.9]},
        {"bbox": [0.1, 0.4, 0.4, 0.9]},
        {"box": "[0.1, 0.4, 0.4, 0.9]"},
        {"bbox": ["0.1", "0.4", "0.4", "0.9"]},
        {"bounding_box": [[0.1, 0.4], [0.4, 0.9]]},
        {"bbox_2d": [[100, 400, 400, 900]]},
        {"box_2d": [400, 100, 900, 400]},  # rows first, in thousandths
        {"bbox": {"xmin": 0.1, "ymin": 0.4, "xmax": 0.4, "ymax": 0.9}},
        {"box": {"x": 0.1, "y": 0.4, "width": 0.3, "height": 0.5}},
        {"left": 0.1, "top": 0.4, "right": 0.4, "bottom": 0.9},
        {"x1": 0.1, "y1": 0.4, "x2": 0.4, "y2": 0.9},
    ],
)
def test_a_box_is_found_in_its_common_forms(entry):
    assert box_of(entry) == pytest.approx([0.1, 0.4, 0.3, 0.5], abs=0.002)


def test_a_list_is_corner_and_size_where_one_of_a_reply_would_be_inside_out():
    things = [{"label": "dog", "bbox": [0.5, 0.5, 0.2, 0.3]}, {"label": "cat", "bbox": [0.1, 0.1, 0.2, 0.3]}]
    scene, _ = seen({"objects": things})
    assert [scene.objects[name].box for name in ("dog", "cat")] == [
        [0.5, 0.5, 0.2, 0.3],
        [0.1, 0.1, 0.2, 0.3],
    ]


@pytest.mark.parametrize("box", [[1, 2, 3], "left", {"x": 1}, [None] * 4, [[1, 2], [3]]])
def test_a_box_without_four_numbers_is_none_and_remarked(box):
    scene, decisions = seen({"objects": [{"label": "dog", "bbox": box}]})
    assert scene.objects["dog"].box is None
    assert any("four numbers" in decision.because for decision in decisions)


def test_an_assumed_unit_is_a_note():
    reply = {"objects": [{"label": "dog", "x0": 600, "y0": 400, "x1": 750, "y1": 900}]}
    for model, noted in (("test", True), ("qwen3-vl:8b", False)):
        _, decisions = scene_of_reply(json.dumps(reply), PurePath("a.jpg"), SIZE, analysis={"model": model})
        assert any("read as thousandths" in one.because for one in decisions) == noted


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.integers(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
names = st.sampled_from(
    ("objects", "label", "bbox", "x0", "importance", "room_detected", "context", "result")
)


@settings(deadline=None, max_examples=60)
@given(st.dictionaries(names, json_values | st.lists(st.dictionaries(names, json_values), max_size=3)))
def test_whatever_comes_is_a_scene_or_a_bad_reply(data):
    as_meant(data)
    with contextlib.suppress(BadReply):
        seen(json.dumps(data))
