import csv
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.places import SHARED

from imgext.errors import DriftError, MissingInputError, SceneError, UnavailableError
from imgext.ontology.hierarchy import hierarchy
from imgext.scene.lock import Lock, lock_text
from imgext.scene.model import VERSION, Scene
from imgext.sounds.find import find
from imgext.sounds.reference import resolve_sound
from imgext.sounds.search.browse import look_around
from imgext.store.files import sha256_of

pytestmark = pytest.mark.usefixtures("cache", "quick_bank")
EMPTY = Lock.of({})
CC0 = {"licence": "cc0"}


def scene_of(folder=None, **parts):
    scene = Scene.of({"schema": VERSION, **parts})
    return scene.located(folder, "scene") if folder else scene


def labelled(*labels, **parts):
    return scene_of(objects={f"o{number}": {"label": label} for number, label in enumerate(labels)}, **parts)


def chosen(scene, track="o0"):
    return scene.value(f"tracks.{track}.sound")


def run(scene, *libraries, lock=EMPTY, **how):
    return find(scene, lock, libraries=libraries, **how)


def warnings(decisions):
    return [decision for decision in decisions if decision.kind == "warning"]


# the ladder


@pytest.mark.parametrize(
    ("labels", "label", "wanted", "rung"),
    [
        (["hound", "dog", "barking"], "hound", "hound", "label"),
        (["dog", "dog bark", "animal"], "hound", "dog", "synonym"),
        (["notification", "telephone"], "smartphone", "notification", "search"),
        (["carnivore", "mammal", "animal"], "tiger", "carnivore", "parent"),
        (["mammal", "animal"], "tiger", "mammal", "parent"),
        (["animal", "rain"], "tiger", "animal", "parent"),
        (["tree", "nature"], "maple", "tree", "parent"),
    ],
)
def test_the_lowest_rung_that_has_a_sound_is_taken(make_library, labels, label, wanted, rung):
    library = make_library({f"{name}.wav": {"label": name, **CC0} for name in labels})
    scene, lock, _ = run(labelled(label, find={"sources": ["library"]}), library)
    assert chosen(scene) == f"library:{wanted}.wav"
    assert (lock.sounds["o0"].fallback, lock.sounds["o0"].query, lock.sounds["o0"].rung) == (
        rung,
        label,
        "match",
    )


def test_without_any_match_the_last_resort_is_the_builtin_of_the_hierarchy(make_library):
    scene, lock, decisions = run(labelled("shield"), make_library({"a.wav": {"label": "violin", **CC0}}))
    assert chosen(scene) == f"builtin:{hierarchy().tags['armour'].builtin}"
    assert (lock.sounds["o0"].fallback, lock.sounds["o0"].tag) == ("builtin", "armour")
    assert warnings(decisions) == []


def test_fallback_off_stops_after_the_label_and_takes_the_last_resort(make_library):
    library = make_library({"dog.wav": {"label": "dog", **CC0}, "hound.wav": {"label": "hound", **CC0}})
    scene, _, _ = run(labelled("beagle", "hound", find={"fallback": "off"}), library)
    assert chosen(scene) == f"builtin:{hierarchy().tags['dog'].builtin}"
    assert chosen(scene, "o1") == "library:hound.wav"


def test_fallback_ai_says_that_it_is_not_set_up_and_climbs_the_table(make_library):
    scene, _, decisions = run(
        labelled("beagle", find={"fallback": "ai"}), make_library({"dog.wav": {"label": "dog", **CC0}})
    )
    assert chosen(scene) == "library:dog.wav"
    assert [decision.path for decision in warnings(decisions)] == ["find.fallback"]


def test_the_order_of_sources_decides_on_the_same_step(make_library):
    library = make_library({"rain.wav": {"label": "rain", **CC0}})
    assert chosen(run(labelled("rain"), library)[0]) == "library:rain.wav"
    assert (
        chosen(run(labelled("rain", find={"sources": ["builtin", "library"]}), library)[0]) == "builtin:rain"
    )
    assert chosen(run(labelled("rain"))[0]) == "builtin:rain"


def test_sources_that_are_named_and_not_set_up_are_warned_about_and_skipped():
    scene, _, decisions = run(labelled("rain", find={"sources": ["freesound", "library", "builtin"]}))
    assert chosen(scene) == "builtin:rain"
    said = [decision.because for decision in warnings(decisions)]
    assert len(said) == 2
    assert "Freesound is not set up" in said[0]


def test_licences_filter_what_is_known_and_let_own_files_pass(make_library):
    files = {
        f"{number}.wav": {"label": "rain", "licence": text}
        for number, text in enumerate(["by-nc", "sampling+", "CC BY-SA", "by-nc", ""])
    }
    library = make_library(files)
    for seed in range(8):
        scene, _, decisions = run(labelled("rain", seed=seed), library)
        assert chosen(scene) == "library:4.wav"
    assert decisions[-1].numbers["passed_over"] == {"by-nc": 2, "by-sa": 1, "sampling+": 1}
    scene, _, _ = run(
        labelled("rain", find={"licences": ["sampling+"], "sources": ["library"]}),
        make_library({"s.wav": files["1.wav"]}, "two"),
    )
    assert chosen(scene) == "library:s.wav"


def test_best_takes_the_better_match_and_random_any_valid_one_of_the_rung(make_library):
    files = {"a.wav": {"label": "dog", **CC0}} | {
        f"b{n}.wav": {"label": f"dog number {n}", **CC0} for n in range(6)
    }
    library = make_library(files)
    best = {chosen(run(labelled("dog", seed=seed), library)[0]) for seed in range(12)}
    drawn = {
        chosen(run(labelled("dog", seed=seed, find={"mode": "random"}), library)[0]) for seed in range(12)
    }
    assert best == {"library:a.wav"}
    assert len(drawn) > 3


def test_random_draws_among_everything_on_the_search_rung_and_never_above_it(make_library):
    files = {
        "footsteps.wav": {"label": "footsteps", **CC0},
        "laugh.wav": {"label": "laughing", **CC0},
        "human.wav": {"label": "human", **CC0},
    }
    library = make_library(files)
    drawn = {
        chosen(run(labelled("person", seed=seed, find={"mode": "random"}), library)[0]) for seed in range(16)
    }
    assert drawn == {"library:footsteps.wav", "library:laugh.wav"}


def test_among_equals_tracks_differ_and_a_seed_changes_the_choice(make_library):
    library = make_library({f"{n}.wav": {"label": "dog", **CC0} for n in range(8)})
    scene, _, decisions = run(labelled(*["dog"] * 8), library)
    assert len({chosen(scene, f"o{n}") for n in range(8)}) >= 4
    assert all(decision.numbers["choices"] == 8 for decision in decisions)
    assert len({chosen(run(labelled("dog", seed=seed), library)[0]) for seed in range(8)}) >= 3


def test_an_atmo_wants_a_long_bed_and_an_object_an_event(make_library):
    library = make_library(
        {
            "short.wav": {"label": "birds", "seconds": 1, **CC0},
            "long.wav": {"label": "birds", "seconds": 25, **CC0},
        }
    )
    for seed in range(6):
        beds, _, _ = run(scene_of(seed=seed, objects={"o0": {"label": "bird", "kind": "atmo"}}), library)
        assert chosen(beds) == "library:long.wav"
        events, _, _ = run(scene_of(seed=seed, objects={"o0": {"label": "bird"}}), library)
        assert chosen(events) == "library:short.wav"


def test_an_atmo_passes_over_events_of_the_search_rung_for_a_bed_further_up(make_library):
    library = make_library({"hen.wav": {"label": "hen", **CC0}, "rooster.wav": {"label": "rooster", **CC0}})
    scene, _, _ = run(
        scene_of(objects={"yard": {"label": "farmyard", "kind": "atmo"}, "o1": {"label": "farmyard"}}),
        library,
    )
    assert chosen(scene, "yard") == f"builtin:{hierarchy().tags['farmyard'].builtin}"
    assert chosen(scene, "o1") == "library:hen.wav"


def test_an_atmo_takes_an_event_that_is_named_exactly_so(make_library):
    scene, _, _ = run(
        scene_of(objects={"o0": {"label": "dog", "kind": "atmo"}}),
        make_library({"dog.wav": {"label": "dog", **CC0}}),
    )
    assert chosen(scene) == "library:dog.wav"


def test_looking_around_lists_the_lowest_rung_that_has_any(make_library):
    library = make_library(
        {
            "a.wav": {"label": "dog", "licence": "by-nc"},
            "b.wav": {"label": "dog bark"},
            "c.wav": {"label": "animal"},
        }
    )
    assert [(found.reference, rung) for found, rung, _ in look_around("dog", libraries=[library])][:3] == [
        ("library:a.wav", "label"),
        ("library:b.wav", "label"),
        ("builtin:dog", "label"),
    ]
    first, rung, words = look_around("person")[0]
    assert (first.reference, rung, words) == ("builtin:footsteps", "search", "footsteps")
    assert look_around("quux", libraries=[library]) == []


# matches of words that are none of meaning


@pytest.mark.parametrize(
    ("label", "decoy"),
    [
        ("tree", {"label": "chainsaw", "title": "Chainsaw - Tree cases"}),
        ("field mouse", {"label": "mouse click"}),
        ("car", {"label": "car horn"}),
        ("tiger", {"label": "crowd roar"}),
        ("tiger", {"label": "dog", "tags": "animal, pet"}),
        ("water", {"label": "water drops"}),
    ],
)
def test_a_recording_of_something_else_is_not_taken_for_its_words(make_library, label, decoy):
    scene, _, _ = run(labelled(label), make_library({"decoy.wav": {**decoy, **CC0}}))
    assert chosen(scene) is not None
    assert chosen(scene) != "library:decoy.wav"


def test_a_title_that_is_closer_than_the_label_is_taken(make_library):
    library = make_library(
        {
            "a.wav": {"label": "dog", "title": "Golden retriever in the yard", **CC0},
            "b.wav": {"label": "dog", **CC0},
        }
    )
    assert {chosen(run(labelled("golden retriever", seed=seed), library)[0]) for seed in range(6)} == {
        "library:a.wav"
    }


def test_among_equal_builtin_sounds_the_one_of_the_hierarchy_is_taken():
    assert {chosen(run(labelled("water", seed=seed))[0]) for seed in range(6)} == {"builtin:stream"}


def test_a_drinking_glass_does_not_shatter():
    assert chosen(run(labelled("wine glass"))[0]) != "builtin:glass"
    assert chosen(run(labelled("breaking glass"))[0]) == "builtin:glass"


# silence is never without a word


def test_a_silent_thing_is_muted_with_a_note():
    scene, lock, decisions = run(labelled("vase"))
    assert (chosen(scene), scene.value("tracks.o0.mute")) == (None, True)
    assert [(decision.kind, decision.path) for decision in decisions] == [
        ("answer", "tracks.o0.mute"),
        ("note", "tracks.o0.sound"),
    ]
    assert lock.sounds == {}


def test_a_silent_thing_sounds_when_the_track_says_how_or_asks_for_it():
    scene, _, _ = run(scene_of(objects={"o0": {"label": "vase"}}, tracks={"o0": {"sound": "builtin:bell"}}))
    assert (chosen(scene), scene.value("tracks.o0.mute")) == ("builtin:bell", None)
    scene, _, _ = run(scene_of(objects={"o0": {"label": "vase"}}, tracks={"o0": {"mute": False}}))
    assert (chosen(scene) is not None, scene.value("tracks.o0.mute")) == (True, False)


def test_a_sounding_thing_without_a_sound_is_muted_with_a_warning(make_library):
    library = make_library({"a.wav": {"label": "violin", **CC0}})
    scene, lock, decisions = run(labelled("dog", find={"sources": ["library"]}), library)
    assert (chosen(scene), scene.value("tracks.o0.mute"), lock.sounds) == (None, True, {})
    assert [decision.path for decision in warnings(decisions)] == ["tracks.o0.sound"]
    assert "'dog'" in warnings(decisions)[0].because


def test_an_unknown_label_gets_a_stand_in_and_a_warning():
    scene, _, decisions = run(labelled("quux"))
    assert chosen(scene) == f"builtin:{hierarchy().tags['thing'].builtin}"
    assert len(warnings(decisions)) == 1
    bed = scene_of(room_detected=True, objects={"o0": {"label": "quux", "kind": "atmo"}})
    assert chosen(run(bed)[0]) == f"builtin:{hierarchy().tags['indoor place'].builtin}"


WORDS = [
    *sorted(hierarchy().tags)[::7],
    "of",
    "on",
    "zork",
    "🐕",
    "AND",
    "*",
    '"',
    "'s",
    "żółw",
    "犬",
    "NEAR(",
    ";",
    "--",
    "\\",
    "a",
]


@settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    label=st.one_of(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join),
        st.text(min_size=1, max_size=40),
    ),
    kind=st.sampled_from(["object", "atmo"]),
    chosen_find=st.sampled_from(
        [{}, {"mode": "random"}, {"fallback": "off"}, {"sources": ["library"]}, {"sources": ["freesound"]}]
    ),
)
@pytest.mark.slow
def test_no_label_is_silent_without_a_word(label, kind, chosen_find, small_library):
    scene, lock, decisions = run(
        scene_of(objects={"o0": {"label": label, "kind": kind}}, find=chosen_find), small_library
    )
    if chosen(scene) is None:
        assert scene.value("tracks.o0.mute") is True
        assert any(
            decision.kind in {"note", "warning"} and decision.path == "tracks.o0.sound"
            for decision in decisions
        )
    else:
        assert scene.value("tracks.o0.mute") is None
        assert lock.sounds["o0"].sound == chosen(scene)
    assert all(decision.because and decision.stage == "find" for decision in decisions)


@pytest.fixture
def small_library(make_library):
    return make_library(
        {
            "dog.wav": {"label": "dog", **CC0},
            "sea.wav": {"label": "sea waves", **CC0},
            "x.wav": {"label": "door creak", **CC0},
        }
    )


# tracks


def test_every_object_gets_a_track_unless_one_plays_it():
    scene, _, _ = run(
        scene_of(
            objects={"gull": {"label": "gull"}, "boat": {"label": "boat"}}, tracks={"cry": {"object": "gull"}}
        )
    )
    assert sorted(scene.tracks) == ["boat", "cry"]
    assert chosen(scene, "cry") == "builtin:gull"


def test_an_object_whose_id_is_taken_by_another_track_gets_one_of_its_own():
    scene, _, _ = run(
        scene_of(
            objects={"gull": {"label": "gull"}, "boat": {"label": "boat"}},
            tracks={"gull": {"object": "boat"}},
        )
    )
    assert scene.tracks["gull-2"].object == "gull"
    assert chosen(scene, "gull-2") == "builtin:gull"
    assert chosen(scene, "gull") != "builtin:gull"


def test_the_order_of_objects_and_tracks_changes_nothing(make_library):
    library = make_library({f"{n}.wav": {"label": "dog", **CC0} for n in range(5)})
    things = {
        name: {"label": label}
        for name, label in [("a", "dog"), ("b", "rain"), ("c", "dog"), ("d", "vase"), ("e", "tiger")]
    }
    tracks = {"c": {"gain": 1.0}, "x": {"object": "a"}}
    one = run(scene_of(objects=things, tracks=tracks), library)
    two = run(
        scene_of(objects=dict(reversed(things.items())), tracks=dict(reversed(tracks.items()))), library
    )
    assert lock_text(one[1]) == lock_text(two[1])
    assert {key: track.sound for key, track in one[0].tracks.items()} == {
        key: track.sound for key, track in two[0].tracks.items()
    }


@pytest.mark.parametrize("mode", ["best", "random"])
def test_adding_or_deleting_a_track_changes_no_other(make_library, mode):
    library = make_library({f"{n}.wav": {"label": "dog", **CC0} for n in range(9)})
    few = run(labelled("dog", "dog", "dog", find={"mode": mode}), library)[1].sounds
    many = run(labelled("dog", "dog", "dog", "dog", "cat", "dog", find={"mode": mode}), library)[1].sounds
    assert {key: many[key] for key in few} == few


def test_finding_again_in_the_answered_scene_changes_nothing(make_library):
    library = make_library({f"{n}.wav": {"label": "dog", **CC0} for n in range(4)})
    scene, lock, _ = run(labelled("dog", "vase", "rain", "quux"), library)
    again, same, decisions = run(scene, library, lock=lock, locked=True)
    assert again == scene
    assert same == lock
    assert [decision.kind for decision in decisions if decision.kind == "answer"] == []


# the lock


def test_the_lock_is_used_while_the_label_is_the_same(make_library):
    library = make_library({f"{n}.wav": {"label": "dog", **CC0} for n in range(6)})
    _, lock, _ = run(labelled("dog", seed=1), library)
    other = next(
        seed
        for seed in range(2, 20)
        if chosen(run(labelled("dog", seed=seed), library)[0]) != lock.sounds["o0"].sound
    )
    scene, same, decisions = run(labelled("dog", seed=other), library, lock=lock)
    assert chosen(scene) == lock.sounds["o0"].sound
    assert same == lock
    assert decisions[0].because.startswith("as locked")
    scene, _, _ = run(labelled("dog", seed=other), library, lock=lock, update=["o0"])
    assert chosen(scene) != lock.sounds["o0"].sound
    assert chosen(run(labelled("rain", seed=other), library, lock=lock)[0]) == "builtin:rain"


def test_updating_a_track_that_is_not_there_is_an_error():
    with pytest.raises(MissingInputError, match="'nobody'"):
        run(labelled("dog"), update=["nobody"])


def test_a_lock_pins_what_was_found(make_library):
    about = {
        "label": "dog",
        "licence": "by",
        "author": "Ann",
        "url": "https://example.org/1",
        "title": "Bark",
    }
    library = make_library({"dog.wav": {**about, "seconds": 1.5}})
    pin = run(labelled("hound"), library)[1].sounds["o0"]
    path = library.root / "dog.wav"
    assert (pin.sha256, pin.bytes, pin.duration) == (sha256_of(path), path.stat().st_size, 1.5)
    assert (pin.source, pin.id, pin.title, pin.author, pin.url, pin.licence) == (
        "library",
        "dog.wav",
        "Bark",
        "Ann",
        "https://example.org/1",
        "by",
    )
    assert (pin.query, pin.fallback, pin.tag) == ("hound", "synonym", "dog")
    assert str(library.root) not in lock_text(Lock.of({"o0": pin}))


def test_a_locked_scene_is_found_again_without_naming_the_library(make_library):
    library = make_library({"dog.wav": {"label": "dog", **CC0}})
    _, lock, _ = run(labelled("dog"), library)
    scene, same, _ = run(labelled("dog"), lock=lock, locked=True)
    assert (chosen(scene), same) == ("library:dog.wav", lock)
    sound = resolve_sound(scene, "o0", "library:dog.wav", lock, [])
    assert (sound.path, sound.builtin, sound.sha256) == (
        (library.root / "dog.wav").resolve(),
        None,
        lock.sounds["o0"].sha256,
    )


def test_a_changed_content_is_warned_about_and_refused_when_locked(make_library, sound_writer):
    library = make_library({"dog.wav": {"label": "dog", **CC0}})
    _, lock, _ = run(labelled("dog"), library)
    sound_writer(library.root / "dog.wav", seconds=0.75, seed=99)
    library.refresh()
    _, new, decisions = run(labelled("dog"), library, lock=lock)
    assert new.sounds["o0"].sha256 == sha256_of(library.root / "dog.wav")
    assert [decision.path for decision in warnings(decisions)] == ["tracks.o0.sound"]
    with pytest.raises(DriftError, match="no longer the locked content"):
        run(labelled("dog"), library, lock=lock, locked=True)


def test_the_pinned_content_is_preferred_wherever_it_is(make_library, sound_writer, tmp_path):
    library = make_library({"dog.wav": {"label": "dog", **CC0}})
    _, lock, _ = run(labelled("dog"), library)
    twin = make_library({}, "twin")
    (twin.root / "dog.wav").write_bytes((library.root / "dog.wav").read_bytes())
    sound_writer(library.root / "dog.wav", seconds=0.75, seed=99)
    library.refresh()
    twin.refresh()
    scene = labelled("dog")
    assert resolve_sound(scene, "o0", "library:dog.wav", lock, [library, twin]).path == twin.root / "dog.wav"
    assert (
        resolve_sound(scene, "o0", "library:dog.wav", EMPTY, [library, twin]).path == library.root / "dog.wav"
    )


@pytest.mark.parametrize(
    ("scene", "message"),
    [
        (labelled("dog", "rain"), "o1 is not locked"),
        (labelled("vase"), "gives it no sound"),
        (labelled("rain"), "would be builtin:rain"),
    ],
)
def test_locked_refuses_what_would_change(scene, message):
    _, lock, _ = run(labelled("dog"))
    with pytest.raises(DriftError, match=message):
        run(scene, lock=lock, locked=True)


def test_a_lock_with_a_licence_that_is_no_longer_allowed_is_searched_again(make_library):
    library = make_library(
        {"a.wav": {"label": "dog", "licence": "by"}, "b.wav": {"label": "dog", "licence": "cc0"}}
    )
    lock = next(
        lock
        for seed in range(20)
        if (lock := run(labelled("dog", seed=seed), library)[1]).sounds["o0"].licence == "by"
    )
    assert chosen(run(labelled("dog", find={"licences": ["cc0"]}), library, lock=lock)[0]) == "library:b.wav"


# written sounds and references


def test_a_written_path_is_kept_and_pinned(tmp_path, sound_writer):
    path = sound_writer(tmp_path / "sounds/gull.wav", seconds=0.25)
    scene, lock, decisions = run(scene_of(tmp_path, tracks={"gull": {"sound": "sounds/gull.wav"}}))
    pin = lock.sounds["gull"]
    assert (pin.source, pin.id, pin.sha256, pin.duration, pin.rung, pin.query) == (
        "file",
        "sounds/gull.wav",
        sha256_of(path),
        0.25,
        "written",
        None,
    )
    assert (decisions, chosen(scene, "gull")) == ([], "sounds/gull.wav")


def test_a_written_builtin_is_pinned_by_its_24_bit_frames():
    import hashlib

    from imgext.sounds import bank

    pin = run(scene_of(tracks={"rain": {"sound": "builtin:rain"}}))[1].sounds["rain"]
    whole = [round(value * 2**23) for value in bank.generate("rain").ravel().tolist()]
    assert (
        pin.sha256
        == hashlib.sha256(b"".join(value.to_bytes(3, "little", signed=True) for value in whole)).hexdigest()
    )
    assert (pin.source, pin.bytes, pin.licence) == ("builtin", 30, "cc0")


def test_a_written_path_that_is_gone_is_found_by_its_content_or_named(tmp_path, sound_writer):
    path = sound_writer(tmp_path / "scene/gull.wav")
    scene = scene_of(tmp_path / "scene", tracks={"gull": {"sound": "gull.wav"}})
    _, lock, _ = run(scene)
    kept = tmp_path / "elsewhere.wav"
    kept.write_bytes(path.read_bytes())
    run(scene_of(tmp_path, tracks={"gull": {"sound": "elsewhere.wav"}}))
    path.unlink()
    assert resolve_sound(scene, "gull", "gull.wav", lock, []).path == kept.resolve()
    with pytest.raises(MissingInputError, match=r"tracks\.gull\.sound"):
        resolve_sound(scene, "gull", "gull.wav", EMPTY, [])
    _, same, decisions = run(scene_of(tmp_path, tracks={"gone": {"sound": "gone.wav"}}))
    assert (same, [decision.path for decision in warnings(decisions)]) == (EMPTY, ["tracks.gone.sound"])


@pytest.mark.parametrize(
    "value",
    [
        "/etc/passwd",
        "../gull.wav",
        "a/../../gull.wav",
        "C:/gull.wav",
        "a\\b.wav",
        "https://example.org/a.wav",
        "~/a.wav",
    ],
)
def test_paths_that_leave_the_folder_are_refused_with_track_and_value(tmp_path, value):
    with pytest.raises(SceneError) as caught:
        resolve_sound(scene_of(tmp_path, tracks={"gull": {"sound": value}}), "gull", value, EMPTY, [])
    assert str(caught.value).startswith("tracks.gull.sound: ")
    assert value.replace("\\", "\\\\") in str(caught.value)


def test_a_link_out_of_the_folder_is_refused_unless_it_is_allowed(tmp_path, sound_writer):
    outside = sound_writer(tmp_path / "outside.wav")
    (tmp_path / "scene").mkdir()
    (tmp_path / "scene" / "link.wav").symlink_to(outside)
    scene = scene_of(tmp_path / "scene", tracks={"x": {"sound": "link.wav"}})
    with pytest.raises(SceneError, match="through a link"):
        resolve_sound(scene, "x", "link.wav", EMPTY, [])
    assert resolve_sound(scene, "x", "link.wav", EMPTY, [], allow_outside=True).sha256 == sha256_of(outside)
    assert resolve_sound(scene, "x", str(outside), EMPTY, [], allow_outside=True).path == outside
    with pytest.raises(SceneError, match="url"):
        resolve_sound(scene, "x", "file:///etc/passwd", EMPTY, [], allow_outside=True)


def test_references_to_nothing_say_what_is_missing(tmp_path):
    scene = scene_of(tmp_path)
    with pytest.raises(MissingInputError, match="there is no such file"):
        resolve_sound(scene, "x", "a" * 600 + ".wav", EMPTY, [])
    with pytest.raises(SceneError, match="did you mean `rain`"):
        resolve_sound(scene, "x", "builtin:rainn", EMPTY, [])
    with pytest.raises(MissingInputError, match="no library was named"):
        resolve_sound(scene, "x", "library:dog.wav", EMPTY, [])
    with pytest.raises(UnavailableError, match="is not on this machine; set FREESOUND_API_KEY"):
        resolve_sound(scene, "x", "freesound:412068", EMPTY, [])


def test_a_freesound_reference_plays_when_its_content_is_on_this_machine(make_library):
    library = make_library({"dog.wav": {"label": "dog", **CC0}})
    _, lock, _ = run(labelled("dog"), library)
    entry = lock.sounds["o0"].model_copy(update={"sound": "freesound:1", "source": "freesound", "id": "1"})
    assert (
        resolve_sound(labelled("dog"), "o0", "freesound:1", Lock.of({"o0": entry}), []).path
        == (library.root / "dog.wav").resolve()
    )


def test_a_written_file_that_is_no_sound_is_an_error(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"RIFFnothing")
    with pytest.raises(SceneError, match=r"tracks\.x\.sound: 'a\.wav'.*\[unreadable\]"):
        run(scene_of(tmp_path, tracks={"x": {"sound": "a.wav"}}))


def test_a_track_with_nothing_to_go_by_is_an_error():
    with pytest.raises(SceneError, match="nothing_to_play"):
        run(scene_of(tracks={"x": {"gain": 1.0}}))


# real recordings


@pytest.mark.shared
def test_every_kind_of_the_shared_recordings_is_found_by_its_own_label(shared_library):
    with (shared_library.root / "index.csv").open(encoding="utf-8") as stream:
        kinds = Counter(row["label"] for row in csv.DictReader(stream))
    scene = labelled(*sorted(kinds))
    _, lock, _ = run(scene, shared_library)
    assert len(kinds) == 50
    for number, label in enumerate(sorted(kinds)):
        assert shared_library.get(lock.sounds[f"o{number}"].id).label == label
        assert lock.sounds[f"o{number}"].fallback == "label"


@pytest.fixture
def shared_library(cache):

    from imgext.sounds.library.library import Library

    root = SHARED / "sounds"
    if not root.is_dir():
        pytest.skip("the shared recordings are not here")
    return Library(root)
