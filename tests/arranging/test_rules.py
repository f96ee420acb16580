"""Rules between sounds, and what they leave where it was."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from imgext.arranging import arrange
from imgext.errors import SceneError
from imgext.scene.document import parse
from imgext.scene.model import Scene

LABELS = ("dog", "seagull", "thunderstorm", "car", "church bell", "person")


def made(tracks, lengths, duration=120, **settings):
    """The scene in which these tracks are arranged, and what was decided."""
    objects = {key: {"label": LABELS[ord(key[-1]) % len(LABELS)]} for key in tracks}
    tracks = {key: {"sound": f"{key}.wav", **track} for key, track in tracks.items()}
    data = {"objects": objects, "tracks": tracks, "arrange": settings, "seed": 4, "duration": duration}
    return arrange(Scene.of({"schema": "imgext.scene/1", **data}), lengths)


def starts(scene, key):
    found = scene.tracks[key].start
    return found if isinstance(found, list) else [found]


def spans(scene, key, length):
    return [(start, start + length) for start in starts(scene, key)]


def warnings(decisions):
    return [each.because for each in decisions if each.kind == "warning"]


def test_a_pause_is_kept_between_repeats():
    placed, _ = made({"a": {"every": [1, 20], "pause": 3, "vary": 0}}, {"a": 2.0})
    assert np.diff(starts(placed, "a")).min() >= 5 - 0.001


def test_a_pause_answers_how_often():
    placed, _ = made({"a": {"pause": 30}}, {"a": 2.0})
    assert placed.tracks["a"].every[0] == 32.0


def test_what_excludes_each_other_never_sounds_together():
    tracks = {"a": {"every": [4, 9], "vary": 0}, "b": {"every": [5, 10], "not_with": ["a"], "vary": 0}}
    lengths = {"a": 2.0, "b": 1.5}
    apart, _ = made(tracks, lengths)
    tied = [*spans(apart, "a", 2.0), *spans(apart, "b", 1.5)]
    tied.sort()
    assert all(later[0] >= earlier[1] - 0.002 for earlier, later in itertools.pairwise(tied))
    tracks["b"].pop("not_with")
    free, _ = made(tracks, lengths)
    assert starts(free, "a") == starts(apart, "a")
    moved = set(starts(free, "b")) ^ set(starts(apart, "b"))
    assert 0 < len(moved) < len(starts(free, "b"))  # only those that sounded with the other
    gaps = np.diff(starts(apart, "b"))
    assert gaps.min() >= 5 - 0.002


def test_a_thing_follows_each_start_of_another():
    tracks = {"thunder": {"every": [20, 30]}, "dog": {"start": {"after": "thunder", "by": [1, 3]}}}
    placed, _ = made(tracks, {"thunder": 6.0, "dog": 1.0})
    leaders, followers = (np.array(starts(placed, key)) for key in ("thunder", "dog"))
    assert len(leaders) > 2
    assert ((followers - leaders >= 1 - 0.001) & (followers - leaders <= 3 + 0.001)).all()


def test_what_follows_makes_the_mix_long_enough():
    tracks = {"thunder": {"start": 10}, "dog": {"start": {"after": "thunder", "by": [2, 3]}}}
    placed, decisions = made(tracks, {"thunder": 1.0, "dog": 4.0}, duration=None)
    assert placed.duration == 17.0  # 10 + 3 + 4
    assert 12 <= placed.tracks["dog"].start <= 13
    assert not warnings(decisions)


def test_a_chain_of_followers_is_placed_from_its_head():
    tracks = {
        "a": {"start": {"after": "b", "by": [1, 1]}},
        "b": {"start": {"after": "c", "by": [2, 2]}},
        "c": {"start": 5},
    }
    placed, _ = made(tracks, dict.fromkeys("abc", 1.0))
    assert [placed.tracks[key].start for key in "cba"] == [5.0, 7.0, 8.0]


def test_nothing_without_a_start_is_heard_in_the_silence_at_the_start():
    tracks = {key: {} for key in "abcd"} | {"e": {"start": 1.0}}
    placed, decisions = made(tracks, dict.fromkeys("abcde", 1.5), silence=4)
    assert min(start for key in "abcd" for start in starts(placed, key)) >= 4
    assert starts(placed, "e") == [1.0]
    assert warnings(decisions) == ["the start at 1 s is written, and does not keep `arrange.silence: 4`"]


def test_the_silence_comes_before_the_longest_sound():
    placed, _ = made({"a": {}, "b": {}}, {"a": 8.0, "b": 1.0}, duration=None, silence=2)
    assert (placed.tracks["a"].start, placed.duration) == (2.0, 10.0)


@pytest.mark.parametrize(
    ("tracks", "rule"),
    [
        ({"a": {"start": [0, 2], "pause": 5}}, "`pause: 5`"),
        ({"a": {"every": [1, 2], "pause": 5}}, "`pause: 5`"),
        ({"a": {"start": 0}, "b": {"start": 0.5, "not_with": ["a"]}}, "`not_with` (a)"),
        ({"a": {"start": {"after": "b", "by": [1, 2]}}, "b": {"start": 119.5}}, "the length of the mix"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_named(tracks, rule):
    _, decisions = made(tracks, dict.fromkeys(tracks, 1.0))
    assert {rule in said for said in warnings(decisions)} == {True}


def test_what_follows_something_that_is_not_heard_is_warned_of():
    data = {"a": {"start": {"after": "b"}}, "b": {"mute": True}}
    _, decisions = made(data, {"a": 1.0})
    assert warnings(decisions) == ["b is not heard, so nothing can follow it; it is placed anywhere"]


@pytest.mark.parametrize(
    ("tracks", "fault"),
    [
        ("a: {sound: a.wav, start: {after: bb}}", "tracks.a.start.after: there is no track 'bb'"),
        ("a: {sound: a.wav, not_with: [bb]}", "tracks.a.not_with.0: there is no track 'bb'"),
        ("a: {sound: a.wav, start: {after: a}}", "tracks.a.start.after: follows itself"),
        (
            "a: {sound: a.wav, start: {after: b}}, b: {sound: a.wav, start: {after: a}}",
            "tracks.a.start.after: follows itself: a after b after a",
        ),
    ],
)
def test_a_reference_to_nothing_and_a_circle_are_faults(tracks, fault):
    with pytest.raises(SceneError) as caught:
        parse(f"schema: imgext.scene/1\ntracks: {{{tracks}}}\n", "x.yaml")
    assert fault in str(caught.value.faults[0])


def generated(number):
    """A scene with every rule, and the lengths of its sounds; the last track is one that no rule names."""
    draw = np.random.default_rng(number)
    tracks, lengths = {}, {}
    for index in range(7):
        key = f"t{index}"
        lengths[key] = round(float(draw.uniform(0.3, 4.0)), 3)
        low = round(float(draw.uniform(2, 8)), 2)
        tracks[key] = {"every": [low, round(low * 2, 2)]} if draw.random() < 0.6 else {}
        if draw.random() < 0.3:
            tracks[key]["pause"] = round(float(draw.uniform(0, 5)), 2)
    for one, other in draw.permutation(6).reshape(3, 2):
        tracks[f"t{one}"]["not_with"] = [f"t{other}"]
    leader, follower = (f"t{number}" for number in draw.permutation(6)[:2])
    tracks[follower] = {"start": {"after": leader, "by": [0.5, 2]}, "not_with": [leader]}
    return tracks, lengths


def tied(tracks, key):
    """The tracks that rules tie to one, directly or through others."""
    found, rest = {key}, [key]
    while rest:
        here = rest.pop()
        near = {
            other
            for other, track in tracks.items()
            for name in [*track.get("not_with", []), *([track["start"]["after"]] if "start" in track else [])]
            if here in {other, name} and other != name
            for other in (other, name)
        }
        rest += sorted(near - found)
        found |= near
    return found


@pytest.mark.parametrize("number", range(25))
def test_adding_deleting_and_editing_a_track_moves_no_other_that_no_rule_ties_to_it(number):
    tracks, lengths = generated(number)
    before, _ = made(tracks, lengths, silence=1)
    for gone in tracks:
        bound = tied(tracks, gone)
        rest = {key: track for key, track in tracks.items() if key != gone}
        for other, track in rest.items():
            if gone in {*track.get("not_with", []), track.get("start", {}).get("after")}:
                rest[other] = {}
        edited = {**tracks, gone: {**tracks[gone], "vary": 0, "gain": 3}}
        longer = {**lengths, gone: lengths[gone] + 0.5}
        for others, sounds in ((rest, {key: lengths[key] for key in rest}), (edited, longer)):
            after, _ = made(others, sounds, silence=1)
            for key in set(tracks) - bound:
                assert starts(after, key) == starts(before, key)


@pytest.mark.parametrize("number", range(25))
def test_a_rule_moves_only_what_it_forbids(number):
    tracks, lengths = generated(number)
    free = {key: {"every": track["every"]} for key, track in tracks.items() if "every" in track}
    free = {key: track | {"pause": tracks[key].get("pause")} for key, track in free.items()}
    own, _ = made(free, {key: lengths[key] for key in free})
    placed, decisions = made(tracks, lengths, max_overlap=2)
    drawn_again = {each.path: each.value for each in decisions if "drawn again" in each.because}
    for key in free:
        again = {value for path, value in drawn_again.items() if path.startswith(f"tracks.{key}.start.")}
        assert set(starts(placed, key)) - again <= set(starts(own, key))


@pytest.mark.parametrize("number", range(5))
def test_a_resolved_scene_is_arranged_in_the_same_way(number):
    tracks, lengths = generated(number)
    once, _ = made(tracks, lengths, max_overlap=2, silence=1)
    again, decisions = arrange(once, lengths)
    assert again.as_data() == once.as_data()
    assert not [each for each in decisions if each.kind == "answer"]


def test_every_repeat_has_its_reason():
    _, decisions = made({"a": {"every": [4, 9]}, "b": {"start": {"after": "a"}}}, {"a": 1.0, "b": 1.0})
    said = {each.path: each.because for each in decisions if each.kind == "note"}
    assert "s after the one before, out of 4 to 9 s" in said["tracks.a.start.3"]
    assert "s after a, which begins at" in said["tracks.b.start.3"]
