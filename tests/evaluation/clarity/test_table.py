"""Many scenes in one table."""

import json

import pytest

from imgext.errors import UsageError
from imgext.evaluation import Cut, as_json, evaluate_scene, summarise, table_text
from imgext.evaluation.clarity.controls import with_cuts

RATE = 48000
FIGURES = ["murw", "mur", "mur_min", "mur_top", "plw", "glw", "murw_loc", "m", "spread"]
COSTS = ["lsd", "lsd_worst", "dlufs_worst", "local_drop", "centroid", "bells", "cut_low", "cut_high"]


def figures(value, cost=0.0, guards=()):
    return (
        dict.fromkeys(FIGURES, value)
        | dict.fromkeys(COSTS, cost)
        | {"guards": list(guards), "stems": {}, "cuts": 0, "skipped": []}
    )


SCENES = [
    {"off": figures(0.3), "audible": figures(0.36, 1.0), "random bands": figures(0.33, 2.0, ["lsd"])},
    {
        "off": figures(0.2),
        "audible": figures(0.24, 3.0),
        "random bands": figures(0.19, 2.0, ["lsd", "centroid"]),
    },
]


def test_differences_are_taken_scene_by_scene():
    data = summarise(SCENES)
    assert data["schema"] == "imgext.evaluate/1"
    assert data["modes"]["audible"]["differences"]["murw"]["mean"] == pytest.approx(0.05)
    assert data["modes"]["audible"]["differences"]["murw"]["low"] == pytest.approx(0.04)
    assert data["modes"]["audible"]["differences"]["murw"]["high"] == pytest.approx(0.06)
    assert data["off"]["murw"]["mean"] == pytest.approx(0.25)
    assert data["modes"]["random bands"]["improved"] == 1
    assert data["modes"]["audible"]["highest"]["lsd_worst"] == 3.0


def test_guards_are_counted():
    modes = summarise(SCENES)["modes"]
    assert modes["random bands"]["broken"] == {"lsd": 2, "centroid": 1}
    assert modes["random bands"]["scenes_with_broken_guards"] == 2
    assert modes["audible"]["broken"] == {}


def test_the_favourite_is_compared_with_the_others():
    versus = summarise(SCENES)["versus"]
    assert versus["favourite"] == "audible"
    assert list(versus["modes"]) == ["random bands"]
    assert versus["modes"]["random bands"]["murw"]["mean"] == pytest.approx(0.04)
    assert summarise(SCENES, favourite="bark")["versus"] == {}


def test_a_mode_of_some_scenes_is_counted_over_those():
    data = summarise([*SCENES, {"off": figures(0.9)}])
    assert data["modes"]["audible"]["scenes"] == 2
    assert data["modes"]["audible"]["differences"]["murw"]["mean"] == pytest.approx(0.05)
    assert data["off"]["murw"]["scenes"] == 3


def test_the_text_has_a_row_for_each_mode_and_stars_what_is_sure():
    text = table_text(summarise(SCENES))
    assert text.startswith("2 scenes; off: MURw 0.250")
    rows = [line for line in text.splitlines() if line.startswith("audible ")]
    assert len(rows) == 3  # gains, costs, and the head of the comparison
    assert "+0.050* [+0.040, +0.060]" in rows[0]
    assert "+0.010 [-0.010, +0.030]" in text
    assert "2 (lsd 2, centroid 1)" in text
    assert text.endswith("\n")
    assert not any(line != line.rstrip() for line in text.splitlines())


def test_one_scene_has_no_interval():
    assert "[+" not in table_text(summarise(SCENES[:1]))


def test_names_stand_in_the_data():
    assert [scene["name"] for scene in summarise(SCENES, names=["a", "b"])["scenes"]] == ["a", "b"]
    with pytest.raises(UsageError, match="1 names for 2 scenes"):
        summarise(SCENES, names=["a"])


def test_no_scene_no_table():
    with pytest.raises(UsageError, match="no scene"):
        summarise([])


def test_measured_scenes_go_through_json_and_text(stems):
    plan = {"bed": [Cut(1000, -6.0, 1.0, ((0.5, 3.0),))]}
    scene = evaluate_scene(
        "s", {"off": stems, "audible": with_cuts(stems, plan, RATE)}, {"audible": plan}, RATE
    )
    data = summarise([scene, scene], names=["s", "t"])
    assert json.loads(as_json(data)) == data
    assert table_text(json.loads(as_json(data))) == table_text(data)
    static = next(line for line in table_text(data).splitlines() if line.startswith("static -6"))
    assert static.split()[2] == "+0.000"
