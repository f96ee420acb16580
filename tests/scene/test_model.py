"""The scene is strict and frozen; an answer fills a blank and never touches what is written."""

import copy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from imgext.errors import SceneError
from imgext.scene.decision import Decision
from imgext.scene.document import load
from imgext.scene.model import (
    After,
    Arrange,
    Cut,
    Find,
    Levels,
    Master,
    Object,
    Reverb,
    Scene,
    Take,
    Track,
    Unmask,
)
from imgext.scene.part import Part

V = {"schema": "imgext.scene/1"}
FULL = {
    **{
        field.alias or name: field.examples[0]
        for name, field in Scene.model_fields.items()
        if name not in {"objects", "tracks"}
    },
    "objects": {"gull": {name: field.examples[0] for name, field in Object.model_fields.items()}},
    "tracks": {"gull": {name: field.examples[0] for name, field in Track.model_fields.items()}},
    **{
        part.__name__.lower(): {name: field.examples[0] for name, field in part.model_fields.items()}
        for part in (Find, Levels, Arrange, Unmask, Reverb, Master)
    },
}


def _paths(node, path=()):
    for key, value in node.items():
        yield ".".join((*path, key))
        if isinstance(value, dict):
            yield from _paths(value, (*path, key))


LEAVES = [path for path in _paths(FULL) if not isinstance(Scene.of(FULL).value(path), dict)]


def test_every_example_of_every_field_is_valid_and_kept():
    for model in Part.__subclasses__():
        for name, field in model.model_fields.items():
            assert field.examples, f"{model.__name__}.{name}"
    assert Scene.of(FULL).as_data() == FULL


def test_as_data_comes_in_the_order_of_the_format():
    shuffled = dict(reversed(FULL.items()))
    assert list(Scene.of(shuffled).as_data()) == [
        field.alias or name for name, field in Scene.model_fields.items()
    ]


@pytest.mark.parametrize("path", LEAVES)
def test_an_answer_never_touches_a_written_value(path):
    assert Scene.of(FULL).answered([Decision(path, "something else", "so")]).as_data() == FULL


@pytest.mark.parametrize("path", [path for path in LEAVES if path not in {"schema", "objects.gull.label"}])
def test_an_answer_fills_a_blank_and_nothing_else(path):
    data = copy.deepcopy(FULL)
    *parents, key = path.split(".")
    node = data
    for parent in parents:
        node = node[parent]
    value = node[key]
    for blank in ({}, {key: None}):
        node.pop(key, None)
        node.update(blank)
        scene = Scene.of(data)
        assert scene.value(path) is None
        assert scene.answered([Decision(path, value, "so")]).as_data() == FULL


@pytest.mark.parametrize("kind", ["note", "warning"])
def test_notes_and_warnings_change_nothing(kind):
    scene = Scene.of({**V, "tracks": {"gull": {}}})
    assert scene.answered([Decision("tracks.gull.start", 1.0, "so", kind=kind)]).as_data() == scene.as_data()


def test_an_answer_makes_the_track_it_speaks_of():
    answered = Scene.of(V).answered(
        [Decision("tracks.gull.start", 1.0, "so"), Decision("tracks.gull.start", 2.0, "too late")]
    )
    assert answered.as_data() == {**V, "tracks": {"gull": {"start": 1.0}}}


def test_an_answer_reaches_into_a_list_of_cuts():
    scene = Scene.of(
        {
            **V,
            "tracks": {
                "gull": {"eq": [{"freq": 500.0, "gain": -1.0}, {"freq": 900.0, "gain": -2.0, "q": 3.0}]}
            },
        }
    )
    answered = scene.answered([Decision(f"tracks.gull.eq.{index}.q", 1.0, "so") for index in (0, 1)])
    assert [cut.q for cut in answered.tracks["gull"].eq] == [1.0, 3.0]


def test_an_empty_list_of_cuts_is_an_answer_already():
    scene = Scene.of({**V, "tracks": {"gull": {"eq": []}}})
    assert (
        scene.answered([Decision("tracks.gull.eq", [{"freq": 500, "gain": -1}], "so")]).tracks["gull"].eq
        == []
    )


def test_a_scene_keeps_where_it_came_from_and_leaves_the_old_one_as_it_was():
    scene = Scene.of(V).located(Path("/a/b"), "harbour")
    answered = scene.answered([Decision("seed", 3, "so")])
    assert (answered.folder, answered.name, answered.seed) == (Path("/a/b"), "harbour", 3)
    assert (scene.value("seed"), scene.seed, scene.name) == (None, 0, "harbour")


@settings(max_examples=40, deadline=None, derandomize=True, database=None)
@given(st.lists(st.tuples(st.sampled_from(LEAVES[1:]), st.booleans()), max_size=8))
def test_answers_in_any_number_leave_what_is_written(chosen):
    blanks = {path for path, blank in chosen if blank and path != "objects.gull.label"}
    data = copy.deepcopy(FULL)
    for path in blanks:
        *parents, key = path.split(".")
        node = data
        for parent in parents:
            node = node[parent]
        node[key] = None
    scene = Scene.of(data)
    full = Scene.of(FULL)
    assert scene.answered([Decision(path, full.value(path), "so") for path in LEAVES]).as_data() == FULL


def test_blanks_are_the_same_however_they_are_written():
    for blank in (None, {}):
        assert Scene.of({**V, "objects": blank, "tracks": blank}).as_data() == V
    assert (
        Scene.of({**V, "tracks": {"gull": None}}).as_data()
        == Scene.of({**V, "tracks": {"gull": {}}}).as_data()
    )
    assert Scene.of({**V, "title": None, "find": None}).as_data() == V


@pytest.mark.parametrize(
    "part", [part for part in Part.__subclasses__() if part not in {Scene, Object, Cut, Take, After}]
)
def test_every_field_but_schema_label_freq_and_gain_may_be_blank(part):
    assert not any(field.is_required() for field in part.model_fields.values())
    part.model_validate({field.alias or name: None for name, field in part.model_fields.items()})


def test_only_what_must_be_there_is_required():
    required = {
        (model.__name__, name)
        for model in Part.__subclasses__()
        for name, field in model.model_fields.items()
        if field.is_required()
    }
    assert required == {
        ("Scene", "schema_"),
        ("Object", "label"),
        ("After", "after"),
        ("Take", "offset"),
        ("Take", "duration"),
        ("Cut", "freq"),
        ("Cut", "gain"),
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema", "imgext.scene/1"),
        ("tracks.a.start", [1.0, 2.5]),
        ("tracks.a.start.1", 2.5),
        ("tracks.a.start.2", None),
        ("tracks.a.start.x", None),
        ("tracks.a.eq.0.freq", 500.0),
        ("tracks.b.start", None),
        ("title", None),
        ("title.x", None),
    ],
)
def test_a_value_is_found_by_its_path(path, value):
    assert (
        Scene.of({**V, "tracks": {"a": {"start": [1, 2.5], "eq": [{"freq": 500, "gain": 0}]}}}).value(path)
        == value
    )


def test_a_scene_is_frozen_and_strict():
    scene = Scene.of({**V, "seed": 1})
    with pytest.raises(ValidationError):
        scene.seed = 2
    for bad in (
        {"seed": "1"},
        {"seed": True},
        {"room_size": "0.5"},
        {"room_detected": 1},
        {"title": 5},
        {"seed": 1.0},
        {"room_size": float("nan")},
    ):
        with pytest.raises(SceneError):
            Scene.of({**V, **bad})


TEXT = """\
schema: imgext.scene/1
title: x
objects:
  gull: {label: seagull, pan: 0.5}
tracks:
  gull:
    start: [1, 2.5]
    eq:
      - {freq: 570, gain: -1}
"""


@pytest.mark.parametrize(
    ("path", "line", "column"),
    [
        ("title", 2, 8),
        ("objects.gull.pan", 4, 31),
        ("objects.gull.box", 4, 9),  # blank: where the gull's mapping begins
        ("tracks.gull.start", 7, 12),
        ("tracks.gull.start.1", 7, 16),
        ("tracks.gull.eq.0.gain", 9, 27),
        ("tracks.gull.pan", 7, 5),
        ("seed", 1, 1),
    ],
)
@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_where_points_into_the_file(path, line, column, start, newline, tmp_path):
    file = tmp_path / "harbour.yaml"
    file.write_bytes((start + TEXT.replace("\n", newline)).encode())
    scene = load(file)
    assert str(scene.where(path)) == f"{file}:{line}:{column}: {path}"
    assert (scene.folder, scene.name) == (tmp_path, "harbour")
    assert str(scene.answered([Decision("seed", 3, "so")]).where(path)) == str(scene.where(path))


def test_without_a_file_where_is_the_path():
    assert str(Scene.of(V).where("tracks.gull.start")) == "tracks.gull.start"
