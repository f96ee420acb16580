"""What `check` warns of: values that are allowed and have no effect."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from imgext.pipeline.check import check, odd_sounds, odd_values_of

HEAD = "schema: imgext.scene/1\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("check")
    for name, length in (("short", 0.5), ("long", 30.0)):
        x = 0.1 * np.random.default_rng(1).standard_normal(round(length * 8000))
        soundfile.write(folder / f"{name}.flac", x, 8000)
    return folder


def warned(folder, text):
    """The paths of what `check` warns of."""
    file = folder / "scene.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    assert check(file) == []
    return [fault.path for fault in (*odd_values_of(file), *odd_sounds(file, []))]


@pytest.mark.parametrize(
    ("track", "paths"),
    [
        ("duration: 0.6", ["tracks.a.duration"]),
        ("duration: 0.5", []),
        ("duration: 0.3, offset: 0.3", ["tracks.a.duration"]),
        ("duration: 10, loop: true", []),
        ("duration: 10, mute: true", []),
    ],
)
def test_more_than_the_sound_has_is_warned_of(folder, track, paths):
    assert (
        warned(folder, f"tracks:\n  a: {{sound: short.flac, {track}}}\n  b: {{sound: short.flac}}\n") == paths
    )


def test_a_bed_may_be_longer_than_its_sound(folder):
    objects = "objects: {a: {label: rain, kind: atmo}}\n"
    assert warned(folder, objects + "tracks: {a: {sound: short.flac, duration: 10}}\n") == []


@pytest.mark.parametrize(
    ("other", "rest", "paths"),
    [
        ("sound: short.flac", "", ["tracks.a.every"]),
        ("sound: long.flac", "", []),
        ("sound: short.flac, loop: true, duration: 60", "", []),
        ("sound: short.flac, start: [0, 40]", "", []),
        ("sound: short.flac", "duration: 60\n", []),
        ("sound: long.flac", "duration: 15\n", ["tracks.a.every"]),
        ("sound: short.flac, mute: true", "objects: {c: {label: c}}\n", []),  # nobody knows how long c is
    ],
)
def test_repeats_without_room_are_warned_of(folder, other, rest, paths):
    tracks = f"tracks:\n  a: {{sound: short.flac, every: [20, 30]}}\n  b: {{{other}}}\n"
    assert warned(folder, rest + tracks) == paths


@pytest.mark.parametrize(
    ("track", "paths"),
    [
        ("every: [10, 10], start: 5", ["tracks.a.every"]),
        ("every: [10, 10], loop: true", ["tracks.a.every"]),
        ("every: [10, 12], start: [5, 15, 27]", []),  # what a resolved scene has
        ("every: [10, 12], start: [5, 6]", ["tracks.a.every"]),
        ("every: [10, 10]", []),
    ],
)
def test_an_every_that_is_not_used_is_warned_of(folder, track, paths):
    assert warned(folder, f"duration: 60\ntracks: {{a: {{sound: short.flac, {track}}}}}\n") == paths


@pytest.mark.parametrize(
    ("tracks", "words"),
    [
        ("{a: {sound: short.flac, mute: true}}", "nothing is heard: a is muted"),
        (
            "{a: {sound: short.flac, mute: true}, b: {sound: no.flac, mute: true}}",
            "nothing is heard: a and b are muted",
        ),
    ],
)
def test_a_scene_in_which_all_is_muted_is_told_so(folder, tracks, words):
    file = folder / "scene.yaml"
    file.write_text(f"{HEAD}tracks: {tracks}\n", encoding="utf-8")
    assert [fault.message for fault in check(file)] == [words]


def test_a_misspelt_label_is_warned_of_with_what_it_may_mean(folder):
    file = folder / "scene.yaml"
    labels = "objects:\n  a: {label: trian}\n  b: {label: train}\n  c: {label: xyzzy}\n  d: {label: kichen}\n"
    file.write_text(
        f"{HEAD}{labels}tracks: {{e: {{object: a}}, d: {{sound: short.flac}}}}\n", encoding="utf-8"
    )
    found = odd_sounds(file, [])
    assert [(fault.path, fault.line, fault.hint) for fault in found] == [
        ("objects.a.label", 3, "did you mean `train`?")
    ]


@pytest.mark.parametrize(
    "scene",
    [
        "duration: 20000\ntracks: {a: {sound: short.flac}}\n",
        "tracks: {a: {sound: short.flac, start: 20000}}\n",
        "duration: 86400\nobjects: {a: {label: rain}}\n",
    ],
)
def test_a_mix_that_no_wav_file_holds_is_refused_unless_it_is_for_flac(folder, scene):
    file = folder / "scene.yaml"
    file.write_text(HEAD + scene, encoding="utf-8")
    assert [(fault.path, fault.code) for fault in check(file)] == [("duration", "too_big")]
    assert check(file, container="FLAC") == []


def test_an_offset_behind_the_end_of_a_built_in_sound_is_refused(folder):
    file = folder / "scene.yaml"
    file.write_text(f"{HEAD}tracks: {{a: {{sound: 'builtin:knock', offset: 2.7}}}}\n", encoding="utf-8")
    assert [fault.path for fault in check(file)] == ["tracks.a.offset"]
