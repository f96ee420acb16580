"""Start times: the founding notes' rules, streams of their own, spread."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from imgext.arranging import arrange
from imgext.ontology.occurrence import occurrence_of
from imgext.scene.model import Scene


def scene(tracks: dict, objects: dict | None = None, **rest) -> Scene:
    return Scene.of({"schema": "imgext.scene/1", "tracks": tracks, "objects": objects or {}, **rest})


def starts(placed: Scene) -> dict:
    return {key: track.start for key, track in placed.tracks.items()}


def many(lengths: dict[str, float], seed: int = 1, **rest):
    made, _ = arrange(scene({key: {"sound": f"{key}.wav"} for key in lengths}, seed=seed, **rest), lengths)
    return made


def test_the_longest_sound_starts_at_zero_and_sets_the_length():
    placed = many({"a": 3.0, "b": 12.0, "c": 5.0})
    assert placed.tracks["b"].start == 0
    assert placed.duration == 12.0


def test_equal_lengths_are_anchored_by_importance_then_id():
    objects = {
        "a": {"label": "a", "importance": 0.2},
        "b": {"label": "b", "importance": 0.9},
        "c": {"label": "c", "importance": 0.9},
    }
    placed, _ = arrange(
        scene({key: {"sound": "x.wav"} for key in objects}, objects), dict.fromkeys(objects, 4.0)
    )
    assert starts(placed) == {"a": 0.0, "b": 0.0, "c": 0.0}
    _, decisions = arrange(
        scene({key: {"sound": "x.wav"} for key in objects}, objects), dict.fromkeys(objects, 4.0)
    )
    anchors = [decision.path for decision in decisions if "anchors" in decision.because]
    assert anchors == ["tracks.b.start"]


@pytest.mark.parametrize("seed", range(20))
def test_nothing_reaches_beyond_the_mix(seed):
    lengths = {f"t{index}": 0.5 + index * 0.77 for index in range(12)}
    placed = many(lengths, seed)
    assert all(
        0 <= placed.tracks[key].start <= max(lengths.values()) - length for key, length in lengths.items()
    )


def test_starts_are_whole_milliseconds():
    placed = many({f"t{index}": 1 + index / 7 for index in range(30)})
    assert all(
        round(start * 1000) == pytest.approx(start * 1000, abs=1e-9) for start in starts(placed).values()
    )


def test_deleting_or_adding_a_track_moves_no_other():
    lengths = {"a": 3.0, "b": 12.0, "c": 5.0, "d": 1.0, "e": 2.5}
    everything = starts(many(lengths))
    for gone in ("a", "c", "d", "e"):
        rest = starts(many({key: length for key, length in lengths.items() if key != gone}))
        assert rest == {key: start for key, start in everything.items() if key != gone}


def test_reordering_tracks_moves_none():
    lengths = {"a": 3.0, "b": 12.0, "c": 5.0, "d": 1.0}
    assert starts(many(lengths)) == dict(sorted(starts(many(dict(reversed(lengths.items())))).items()))


def test_another_seed_is_another_arrangement():
    lengths = {"a": 1.0, "b": 12.0}
    assert starts(many(lengths, seed=1)) != starts(many(lengths, seed=2))


def test_random_starts_are_uniform():
    found = np.array([many({"long": 11.0, "x": 1.0}, seed=seed).tracks["x"].start for seed in range(400)])
    # a uniform variable on [0, 10] has mean 5 and standard deviation 10 / sqrt(12) = 2.887; 400 draws, four
    # standard errors
    assert abs(found.mean() - 5) < 4 * 2.887 / 20
    assert abs(found.std() - 2.887) < 0.35


def test_written_starts_are_kept_and_set_the_length():
    placed, _ = arrange(
        scene({"a": {"sound": "a.wav", "start": [1.5, 20.25]}, "b": {"sound": "b.wav"}}), {"a": 2.0, "b": 3.0}
    )
    assert placed.tracks["a"].start == [1.5, 20.25]
    assert placed.duration == 22.25
    assert 0 <= placed.tracks["b"].start <= 22.25 - 3


def test_a_bed_shorter_than_the_mix_loops_to_its_end():
    placed, _ = arrange(
        scene(
            {"bed": {"sound": "b.wav"}, "a": {"sound": "a.wav"}}, {"bed": {"label": "rain", "kind": "atmo"}}
        ),
        {"bed": 2.0, "a": 9.0},
    )
    bed = placed.tracks["bed"]
    assert (bed.loop, bed.start, bed.duration) == (True, 0.0, 9.0)


def test_a_bed_with_a_written_start_loops_from_there_to_the_end():
    data = {"bed": {"sound": "b.wav", "start": 4.0}, "a": {"sound": "a.wav"}}
    placed, _ = arrange(scene(data, {"bed": {"label": "rain", "kind": "atmo"}}), {"bed": 2.0, "a": 9.0})
    assert (placed.tracks["bed"].loop, placed.tracks["bed"].duration) == (True, 5.0)


def test_a_bed_of_which_less_than_all_is_wanted_is_not_looped():
    data = {"bed": {"sound": "b.wav", "duration": 1.5}, "a": {"sound": "a.wav"}}
    placed, _ = arrange(scene(data, {"bed": {"label": "rain", "kind": "atmo"}}), {"bed": 2.0, "a": 9.0})
    assert placed.tracks["bed"].loop is False


def test_a_bed_of_which_more_than_all_is_wanted_is_looped_and_sets_the_length():
    placed, _ = arrange(
        scene({"bed": {"sound": "b.wav", "duration": 30}}, {"bed": {"label": "rain", "kind": "atmo"}}),
        {"bed": 12.0},
    )
    assert (placed.tracks["bed"].loop, placed.duration) == (True, 30)


def test_an_object_of_which_more_than_all_is_wanted_ends_with_its_sound():
    placed, _ = arrange(scene({"a": {"sound": "b.wav", "duration": 30}}), {"a": 12.0})
    assert (placed.tracks["a"].loop, placed.duration) == (False, 12)


def test_the_longest_bed_is_the_length_of_the_mix_and_not_looped():
    placed, _ = arrange(
        scene(
            {"bed": {"sound": "b.wav"}, "a": {"sound": "a.wav"}}, {"bed": {"label": "rain", "kind": "atmo"}}
        ),
        {"bed": 20.0, "a": 9.0},
    )
    assert (placed.tracks["bed"].loop, placed.duration) == (False, 20.0)


def test_every_repeats_within_its_bounds_to_the_end():
    placed, _ = arrange(scene({"x": {"sound": "x.wav", "every": [2, 3]}}, duration=60), {"x": 1.0})
    found = placed.tracks["x"].start
    gaps = np.diff(found)
    assert gaps.min() >= 2 - 0.001
    assert gaps.max() <= 3 + 0.001
    assert found[0] <= 3
    assert 60 - 1 - 3 <= found[-1] <= 60 - 1


def often(label="dog", *, length=1.0, **settings):
    """The scene in which one thing of this label is arranged."""
    data = {"objects": {"x": {"label": label}}, "tracks": {"x": {"sound": "x.wav"}}, **settings}
    return arrange(Scene.of({"schema": "imgext.scene/1", **data}), {"x": length})[0]


def test_a_thing_comes_as_often_as_its_kind_where_the_mix_is_longer():
    placed = often("owl", length=8.0, duration=600)
    kind = occurrence_of("owl")  # at importance 0.5 and density normal the times are those of the table
    assert placed.tracks["x"].every == [kind.shortest, kind.longest]
    gaps = np.diff(placed.tracks["x"].start)
    assert kind.shortest - 0.001 <= gaps.min()
    assert gaps.max() <= kind.longest + 0.001


@pytest.mark.parametrize(("density", "factor"), [("sparse", 0.5), ("dense", 2.0), (0.25, 0.25), (3, 3.0)])
def test_density_divides_the_times_between_starts(density, factor):
    kind = occurrence_of("dog")
    every = often("dog", length=0.1, duration=600, arrange={"density": density}).tracks["x"].every
    often_ = 3 * factor  # so short a sound comes three times as often as its kind
    assert every == pytest.approx([kind.shortest / often_, kind.longest / often_], abs=0.1)


def test_a_short_sound_comes_more_often_so_that_it_is_heard_for_its_share():
    """A dog sounds every 16.5 s on average; four seconds of it fill 42 % of the time at importance 0.5."""
    shortest, longest = often("dog", length=4.0, duration=600).tracks["x"].every
    assert 4.0 / ((shortest + longest) / 2.0) == pytest.approx(0.42, abs=0.01)


def test_a_sound_has_died_away_before_it_comes_again():
    every = often("seagull", length=20.0, duration=600).tracks["x"].every
    assert every == [25.0, 50.0]


def test_a_thing_in_a_mix_that_is_no_longer_than_its_sound_is_heard_once():
    placed = often("seagull", length=4.0, duration=5)
    assert placed.tracks["x"].every is None
    assert isinstance(placed.tracks["x"].start, float)


def test_a_sound_without_a_thing_is_heard_once():
    placed, _ = arrange(scene({"x": {"sound": "x.wav"}}, duration=600), {"x": 1.0})
    assert isinstance(placed.tracks["x"].start, float)


def test_another_thing_moves_no_start():
    alone = often("dog", duration=300)
    data = {
        "schema": "imgext.scene/1",
        "duration": 300,
        "objects": {"x": {"label": "dog"}, "a": {"label": "seagull"}, "z": {"label": "car"}},
        "tracks": {key: {"sound": "x.wav"} for key in "axz"},
    }
    crowd, _ = arrange(Scene.of(data), {"x": 1.0, "a": 2.0, "z": 3.0})
    assert crowd.tracks["x"].start == alone.tracks["x"].start


def test_a_limit_on_sounds_at_once_binds_repeats_and_is_warned_of_where_it_cannot():
    objects = {key: {"label": "dog"} for key in "abc"}
    tracks = {key: {"sound": "x.wav", "every": [2, 4]} for key in "abc"}
    placed, decisions = arrange(
        scene(tracks, objects, duration=60, arrange={"max_overlap": 1}), dict.fromkeys("abc", 1.5)
    )
    spans = sorted((start, start + 1.5) for key in "abc" for start in placed.tracks[key].start)
    assert all(later[0] >= earlier[1] for earlier, later in itertools.pairwise(spans))
    assert any(decision.kind == "warning" and "max_overlap" in decision.because for decision in decisions)


def test_the_tail_of_a_room_comes_after_the_last_sound():
    placed, _ = arrange(scene({"a": {"sound": "a.wav"}}), {"a": 4.0}, tail=1.25)
    assert placed.duration == 5.25


def test_a_dry_sound_at_the_end_leaves_no_silent_tail():
    tracks = {"wet": {"sound": "a.wav", "start": 0}, "dry": {"sound": "b.wav", "start": 0, "send": 0}}
    assert arrange(scene(tracks), {"wet": 2.0, "dry": 10.0}, tail=1.5)[0].duration == 10.0
    assert arrange(scene(tracks), {"wet": 9.0, "dry": 10.0}, tail=1.5)[0].duration == 10.5


def test_a_written_start_next_to_every_wins_with_a_warning():
    placed, decisions = arrange(scene({"x": {"sound": "x.wav", "every": [2, 3], "start": 4}}), {"x": 1.0})
    assert placed.tracks["x"].start == 4
    assert [decision.kind for decision in decisions if decision.path == "tracks.x.every"] == ["warning"]


def test_a_written_duration_has_no_tail_added():
    placed, _ = arrange(scene({"a": {"sound": "a.wav"}}, duration=7), {"a": 4.0}, tail=1.25)
    assert placed.duration == 7


def overlap(placed: Scene, lengths: dict[str, float]) -> float:
    spans = [(placed.tracks[key].start, placed.tracks[key].start + length) for key, length in lengths.items()]
    return sum(
        max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for index, a in enumerate(spans) for b in spans[:index]
    )


def test_spread_overlaps_less_than_random():
    # dsp.md section 9: n = 8, T = 30 s, lengths U(0.9, 5.1), many seeds: random 9.4 s of pairwise overlap,
    # best of 32 at most 1.0 s
    wins, total = 0, 0.0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        lengths = {f"t{index}": float(rng.uniform(0.9, 5.1)) for index in range(8)}
        tracks = {key: {"sound": "x.wav"} for key in lengths}
        amounts = {}
        for mode in ("random", "spread"):
            placed, _ = arrange(scene(tracks, seed=seed, duration=30, arrange={"mode": mode}), lengths)
            amounts[mode] = overlap(placed, lengths)
        wins += amounts["spread"] <= amounts["random"]
        total += amounts["spread"]
    assert wins >= 57
    assert total / 60 <= 1.0


def test_max_overlap_is_kept_where_there_is_room():
    lengths = {f"t{index:02}": 3.0 for index in range(10)}
    placed = many(lengths, duration=60, arrange={"max_overlap": 1})
    assert overlap(placed, lengths) == 0


def test_a_limit_that_cannot_be_kept_is_said():
    lengths = {f"t{index}": 3.0 for index in range(5)}
    made = scene({key: {"sound": "x.wav"} for key in lengths}, duration=4, arrange={"max_overlap": 1})
    _, decisions = arrange(made, lengths)
    assert any("`arrange.max_overlap: 1`" in decision.because for decision in decisions)


def test_every_answer_has_a_reason():
    _, decisions = arrange(scene({"a": {"sound": "a.wav"}, "b": {"sound": "b.wav"}}), {"a": 4.0, "b": 1.0})
    assert all(decision.because and decision.stage == "arrange" for decision in decisions)


@pytest.mark.parametrize(
    ("track", "warned"),
    [
        ({"every": [10, 12]}, []),
        ({"every": [10, 12], "start": 5}, ["every"]),
        ({"every": [10, 12], "start": [5, 15]}, []),
        ({"every": [10, 12], "loop": True}, ["every"]),
        ({"every": [60, 90]}, ["every"]),
        ({"duration": 3}, ["duration"]),
        ({"duration": 2}, []),
        ({"duration": 3, "loop": True}, []),
    ],
)
def test_what_is_written_and_cannot_be_kept_is_warned_of(track, warned):
    made = scene({"a": {"sound": "a.wav", **track}}, duration=30)
    _, decisions = arrange(made, {"a": 2.0})
    paths = [decision.path.split(".")[-1] for decision in decisions if decision.kind == "warning"]
    assert paths == warned


def test_repeats_of_a_thing_differ_by_its_kind_and_what_is_written_stays():
    gull, bell = (often(label, duration=300).tracks["x"].vary for label in ("seagull", "church bell"))
    assert (gull.pitch, bell.pitch) == (0.5, 0.0)
    data = {"x": {"sound": "x.wav", "every": [4, 9], "vary": {"pitch": 3}}}
    placed, _ = arrange(scene(data, {"x": {"label": "seagull"}}, duration=60), {"x": 1.0})
    assert placed.tracks["x"].vary.model_dump() == {"gain": 0.7, "pitch": 3.0, "pan": 0.1}


def test_vary_of_zero_stays_zero():
    data = {"x": {"sound": "x.wav", "every": [4, 9], "vary": 0}}
    placed, _ = arrange(scene(data, {"x": {"label": "seagull"}}, duration=60), {"x": 1.0})
    assert placed.tracks["x"].vary == 0
