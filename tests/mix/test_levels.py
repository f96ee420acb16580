"""Importance becomes level; pan, fades and sends get their defaults."""

from __future__ import annotations

import pytest

from imgext.mix import mix
from imgext.scene.model import Scene


def mixed(track: dict, thing: dict | None, **rest):
    data = {"schema": "imgext.scene/1", "tracks": {"a": {"sound": "a.wav", **track}}, **rest}
    if thing is not None:
        data["objects"] = {"a": {"label": "a", **thing}}
    return mix(Scene.of(data))


@pytest.mark.parametrize(("importance", "level"), [(0, -30), (0.2, -28), (0.5, -25), (0.9, -21), (1, -20)])
def test_level_is_linear_in_importance(importance, level):
    scene, _ = mixed({}, {"importance": importance})
    assert scene.tracks["a"].level == level


def test_a_bed_has_a_fixed_level_and_no_position():
    scene, _ = mixed({}, {"kind": "atmo", "importance": 0.9, "pan": 0.7})
    assert (scene.tracks["a"].level, scene.tracks["a"].pan) == (-30, 0)


def test_the_scene_can_set_other_levels():
    assert mixed({}, {"importance": 0.5}, levels={"object": [-40, -20]})[0].tracks["a"].level == -30
    assert mixed({}, {"kind": "atmo"}, levels={"atmo": -36})[0].tracks["a"].level == -36


def test_a_written_level_is_kept():
    scene, decisions = mixed(
        {"level": -12.5, "pan": 0.25, "gain": 3, "send": 0.1, "eq": [], "fade_in": 1, "fade_out": 2},
        {"importance": 0},
    )
    track = scene.tracks["a"]
    assert (track.level, track.pan, track.gain, track.send, track.fade_in, track.fade_out) == (
        -12.5,
        0.25,
        3,
        0.1,
        1,
        2,
    )
    assert {decision.path for decision in decisions} == {"tracks.a.object", "tracks.a.mute"}


def test_pan_comes_from_the_object():
    assert mixed({}, {"pan": -0.4})[0].tracks["a"].pan == -0.4


def test_a_track_without_an_object_is_in_the_middle_of_everything():
    track = mixed({}, None)[0].tracks["a"]
    assert (track.level, track.pan) == (-25, 0)


@pytest.mark.parametrize(
    ("duration", "kind", "fade"),
    [(5.0, "object", 0.02), (0.04, "object", 0.01), (20.0, "atmo", 2.0), (1.0, "atmo", 0.25)],
)
def test_fades_are_short_and_at_most_a_quarter_of_the_sound(duration, kind, fade):
    track = mixed({"duration": duration}, {"kind": kind})[0].tracks["a"]
    assert (track.fade_in, track.fade_out) == (fade, fade)


def test_the_blanks_of_a_compressor_are_answered_from_the_level_and_none_is_added():
    tracks = {"a": {"sound": "a.wav", "level": -26.5, "compressor": {"ratio": 2.0}}, "b": {"sound": "b.wav"}}
    tracks["c"] = {"sound": "c.wav", "level": -3.0, "compressor": {}}
    scene, decisions = mix(Scene.of({"schema": "imgext.scene/1", "tracks": tracks}))
    how = scene.tracks["a"].compressor
    assert (how.threshold, how.ratio, how.knee, how.attack, how.release) == (-17.5, 2.0, 6.0, 0.005, 0.1)
    assert scene.tracks["b"].compressor is None
    assert scene.tracks["c"].compressor.threshold == 0.0
    assert [d.path for d in decisions if ".a.compressor" in d.path] == [
        f"tracks.a.compressor.{name}" for name in ("threshold", "knee", "attack", "release")
    ]


def test_blank_eq_is_left_to_the_unmask_step():
    scene, _ = mixed({}, {})
    assert scene.tracks["a"].eq is None
