"""What a blank means is one table, and it says what the format's page says."""

from operator import attrgetter

import pytest
from pydantic import ValidationError

from imgext.scene.defaults import settle
from imgext.scene.model import Scene

V = {"schema": "imgext.scene/1"}

# The table of the format, "Fields", read by hand.
FORMAT = {
    "seed": 0,
    "sample_rate": 48000,
    "room_detected": False,
    "room_size": 0.5,
    "damping": 0.5,
    "wet_level": 0.2,
    "width": 0.8,
    "find.mode": "best",
    "find.prefer": "rating",
    "find.fallback": "csv",
    "find.judge": "offline",
    "find.licences": ["cc0", "by"],
    "levels.object": [-30.0, -20.0],
    "levels.atmo": -30.0,
    "levels.measure": "lufs",
    "arrange.mode": "random",
    "arrange.min_gap": 0.25,
    "arrange.density": "normal",
    "arrange.silence": 0.0,
    "unmask.mode": "audible",
    "unmask.max_cut": 6.0,
    "unmask.q": 1.0,
    "unmask.dynamics": "off",
    "reverb.engine": "ir",
    "master.true_peak": -1.0,
    "master.limiter": "auto",
}


def leaves(data, lead=""):
    for key, value in data.items():
        yield from leaves(value, f"{lead}{key}.") if isinstance(value, dict) else [(lead + key, value)]


def test_the_table_is_the_format_s():
    assert dict(leaves(settle(Scene.of(V))[0].as_data())) == {**V, **FORMAT}


@pytest.mark.parametrize("path", FORMAT)
def test_a_blank_setting_means_its_default(path):
    assert attrgetter(path)(Scene.of(V)) == FORMAT[path]
    settled, decisions = settle(Scene.of(V))
    assert settled.value(path) == FORMAT[path]
    assert [decision.value for decision in decisions if decision.path == path] == [FORMAT[path]]


def test_a_written_setting_is_left_and_not_spoken_of():
    data = {
        **V,
        "seed": 0,
        "room_detected": True,
        "levels": {"atmo": -33.0},
        "master": {"limiter": "off", "loudness": None},
    }
    settled, decisions = settle(Scene.of(data))
    assert settled.levels.atmo == settled.value("levels.atmo") == -33.0
    assert settled.room_detected is True
    assert settled.master.limiter == "off"
    assert settled.master.loudness is None
    assert {"seed", "room_detected", "levels.atmo", "master.limiter"}.isdisjoint(
        decision.path for decision in decisions
    )


def test_settling_twice_decides_nothing_more():
    once, _ = settle(Scene.of({**V, "objects": {"a": {"label": "a"}, "b": {"label": "b", "kind": "atmo"}}}))
    again, decisions = settle(once)
    assert decisions == []
    assert again.as_data() == once.as_data()


@pytest.mark.parametrize(
    ("box", "pan"),
    # 0.8 times the way from the middle to the edge: (2 (x + width / 2) - 1) * 0.8
    [
        (None, 0.0),
        ([0.0, 0.0, 1.0, 1.0], 0.0),
        ([0.0, 0.0, 0.0, 0.0], -0.8),
        ([1.0, 0.0, 0.0, 0.0], 0.8),
        ([0.5, 0.0, 0.5, 0.0], 0.4),
        ([0.61, 0.1, 0.08, 0.05], 0.24),
        ([0.0, 0.0, 0.333, 1.0], -0.534),  # (0.333 - 1) * 0.8 = -0.5336
    ],
)
def test_pan_follows_the_box(box, pan):
    settled, _ = settle(Scene.of({**V, "objects": {"a": {"label": "a", "box": box}}}))
    assert settled.objects["a"].pan == pan


def test_a_bed_gets_no_place_and_no_importance():
    settled, _ = settle(
        Scene.of(
            {
                **V,
                "objects": {
                    "bed": {"label": "sea", "kind": "atmo", "box": [0.0, 0.0, 0.1, 0.1]},
                    "gull": {"label": "gull"},
                },
            }
        )
    )
    assert settled.as_data()["objects"]["bed"] == {
        "label": "sea",
        "kind": "atmo",
        "box": [0.0, 0.0, 0.1, 0.1],
    }
    assert settled.as_data()["objects"]["gull"] == {
        "label": "gull",
        "kind": "object",
        "importance": 0.5,
        "pan": 0.0,
    }


def test_the_defaults_cannot_be_changed_through_a_scene():
    settled, _ = settle(Scene.of(V))
    with pytest.raises(ValidationError):
        settled.find.mode = "random"
    settled.as_data()["find"]["licences"].append("by-nc")
    settled.find.licences.append("by-nc")
    assert Scene.of(V).find.licences == ["cc0", "by"]
