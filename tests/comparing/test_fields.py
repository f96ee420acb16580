"""What differs between two scenes, by id and field, in the units of the field."""

from __future__ import annotations

import pytest

from imgext.comparing.fields import changes, renamed_ids
from imgext.scene.model import VERSION, Scene


def scene(**data):
    return Scene.of({"schema": VERSION, **data})


def told(before, after):
    return [str(change) for change in changes(scene(**before), scene(**after))]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ({"start": 3.25}, {"start": 4.45}, "start: moved by +1.2 s (3.25 s -> 4.45 s)"),
        ({"start": [1, 9]}, {"start": [1, 8.5]}, "start: no. 2 moved by -0.5 s ([1, 9] -> [1, 8.5])"),
        ({"start": [1, 9]}, {"start": [2, 10]}, "start: all moved by +1 s ([1, 9] -> [2, 10])"),
        ({"gain": -2}, {"gain": 1}, "gain: 3 dB louder (-2 dB -> 1 dB)"),
        ({}, {"gain": -1.5}, "gain: 1.5 dB quieter (blank, 0 dB -> -1.5 dB)"),
        ({"level": -24}, {"level": -30}, "level: 6 dB quieter (-24 dBFS -> -30 dBFS)"),
        ({"pan": 0}, {"pan": -0.5}, "pan: 0.5 further left (0 -> -0.5)"),
        ({"sound": "a.wav"}, {"sound": "b.wav"}, "sound: replaced (a.wav -> b.wav)"),
        ({}, {"mute": True}, "mute: muted"),
        ({"fade_in": 1}, {}, "fade_in: left blank, it was 1 s"),
        ({}, {"loop": True}, "loop: written (true), it was left blank"),
    ],
)  # fmt: skip
def test_a_field_is_told_in_its_unit(before, after, words):
    one, other = ({"tracks": {"a": {"sound": "s.wav"} | fields}} for fields in (before, after))
    assert told(one, other) == [f"tracks.a.{words}"]


def test_a_cut_of_several_is_compared_by_itself():
    cuts = [{"freq": 500, "gain": -2}, {"freq": 900, "gain": -3}]
    one = {"tracks": {"a": {"sound": "s.wav", "eq": cuts}}}
    other = {"tracks": {"a": {"sound": "s.wav", "eq": [cuts[0], {"freq": 900, "gain": -4}]}}}
    assert told(one, other) == ["tracks.a.eq.1.gain: 1 dB quieter (-3 dB -> -4 dB)"]


def test_a_new_id_of_the_same_thing_is_renamed_and_its_references_are_no_change():
    one = {
        "objects": {"gull": {"label": "gull"}},
        "tracks": {
            "gull": {"start": 1},
            "sea": {"eq": [{"freq": 500, "gain": -2, "against": "gull"}], "sound": "s"},
        },
    }
    other = {
        "objects": {"bird": {"label": "gull"}},
        "tracks": {
            "bird": {"start": 1},
            "sea": {"eq": [{"freq": 500, "gain": -2, "against": "bird"}], "sound": "s"},
        },
    }
    assert told(one, other) == [
        "objects.bird: renamed, it was `gull`",
        "tracks.bird: renamed, it was `gull`",
    ]


def test_of_two_alike_each_is_renamed_once():
    assert renamed_ids({"tracks": {"a": {}, "b": {}}}, {"tracks": {"c": {}, "d": {}}}) == {"a": "c", "b": "d"}


def test_a_thing_that_changed_as_well_is_gone_and_another_has_come():
    one, other = {"tracks": {"a": {"sound": "a.wav"}}}, {"tracks": {"b": {"sound": "b.wav"}}}
    assert told(one, other) == ["tracks.b: added: b.wav", "tracks.a: removed: a.wav"]
