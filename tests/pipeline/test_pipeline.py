"""The library in a few lines: analyze, load, resolve, render, make."""

from __future__ import annotations

import hashlib
import json

import pytest

from imgext import Scene, Setup, analyze, find, load, make, open_libraries, open_setup, render, resolve
from imgext.errors import CannotWriteError, DriftError, SceneError, UsageError
from imgext.scene.lock import lock_path, read_lock, write_lock


@pytest.fixture
def photo(tmp_path):
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (640, 480), (120, 170, 230))
    ImageDraw.Draw(picture).rectangle([0, 300, 640, 480], fill=(60, 120, 40))
    picture.save(tmp_path / "my field.jpg", quality=95)
    return tmp_path / "my field.jpg"


def test_a_photo_becomes_a_scene_with_reasons(photo):
    scene, decisions = analyze(photo)
    assert scene.image == "my field.jpg"
    assert scene.objects
    answered = {decision.path for decision in decisions if decision.kind == "answer"}
    for name in ("room_detected", "room_size", "damping", "wet_level", "width"):
        assert scene.value(name) is not None
        assert name in answered
    assert all(decision.because for decision in decisions)


@pytest.mark.slow
def test_make_leaves_a_folder_that_renders_again_to_the_same_bytes(photo, tmp_path, sound, noise):
    for kind in ("wind", "birds", "traffic", "rain", "crickets"):
        sound(f"lib/{kind}/{kind}.wav", noise(12, len(kind)))
    made = make(photo, tmp_path / "out", setup=open_setup([tmp_path / "lib"]))
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {
        "scene.yaml",
        "scene.lock.yaml",
        "my field.jpg",
        "mix.wav",
        "timeline.png",
        "spectrogram.png",
        "masking.png",
        "seen.png",
        "captions.vtt",
        "description.txt",
        "decisions.jsonl",
        "credits.txt",
        "credits.html",
        "credits.json",
    } <= names
    assert made.sha256 == hashlib.sha256(made.mix.read_bytes()).hexdigest()
    # no library is named now: the lock knows the sounds by their content
    assert render(tmp_path / "out" / "scene.yaml", tmp_path / "again", pictures=False).sha256 == made.sha256
    assert (
        render(load(tmp_path / "out" / "scene.yaml"), tmp_path / "third", pictures=False).sha256
        == made.sha256
    )


@pytest.mark.slow
def test_making_twice_gives_the_same_and_keeps_a_hand_edit(photo, tmp_path):
    first = make(photo, tmp_path / "out", pictures=False, duration=2.5)
    assert make(photo, tmp_path / "out", pictures=False, duration=2.5).sha256 == first.sha256
    scene = tmp_path / "out" / "scene.yaml"
    scene.write_text(scene.read_text(encoding="utf-8") + "x-note: mine\n", encoding="utf-8")
    with pytest.raises(CannotWriteError, match=r"scene\.yaml"):
        make(photo, tmp_path / "out", pictures=False)
    assert "x-note: mine" in scene.read_text(encoding="utf-8")


def test_an_edited_scene_is_refused_before_the_photo_is_looked_at(photo, tmp_path, monkeypatch):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "scene.yaml").write_text("mine", encoding="utf-8")
    monkeypatch.setattr("imgext.pipeline.make.analyze", lambda *_, **__: pytest.fail("it was looked at"))
    with pytest.raises(CannotWriteError, match=r"scene\.yaml: exists"):
        make(photo, tmp_path / "out")


def test_two_photos_have_two_seeds_and_one_photo_always_the_same(photo, tmp_path):
    other = tmp_path / "other.jpg"
    other.write_bytes(photo.read_bytes() + b"\0")  # what follows the picture's end is no part of it
    seeds = [analyze(path)[0].seed for path in (photo, photo, other)]
    assert seeds[0] == seeds[1] != seeds[2]


def test_a_duration_can_be_asked_for(photo, tmp_path):
    assert make(photo, tmp_path / "out", pictures=False, duration=3.5).duration == 3.5


def test_find_resolve_and_render_go_the_same_way(scene_file, sound, noise, tmp_path):
    sound("a.wav", noise(1))
    path = scene_file("objects: {dog: {label: dog}, a: {label: hiss}}\ntracks: {a: {sound: a.wav}}\n")
    scene = load(path)
    found = find(scene)
    assert found.scene.tracks["dog"].sound == "builtin:dog"
    resolved = resolve(scene)
    assert resolved.scene.tracks["dog"].sound == "builtin:dog"
    assert resolved.lock == found.lock
    made = render(scene, tmp_path / "out", pictures=False)
    assert made.scene.as_data() == {
        **resolved.scene.as_data(),
        "master": {**resolved.scene.as_data()["master"], "gain": 0.0},
    }


def test_a_render_says_why_in_its_log(scene_file, tmp_path):
    made = render(
        scene_file("objects: {rain: {label: rain, kind: atmo}}\n"), tmp_path / "out", pictures=False
    )
    lines = [
        json.loads(line)
        for line in (tmp_path / "out" / "decisions.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert [line["path"] for line in lines] == [decision.path for decision in made.decisions]
    assert {line["stage"] for line in lines} == {"defaults", "find", "listen", "arrange", "mix", "render"}


def test_an_object_without_a_sound_is_never_silent_without_a_word(scene_file, tmp_path):
    path = scene_file(
        "find: {sources: [library]}\nobjects: {rain: {label: rain}, a: {label: x}}\n"
        "tracks: {a: {sound: 'builtin:bell'}}\n"
    )
    made = render(path, tmp_path / "out", pictures=False)
    assert any(decision.path.startswith("tracks.rain") for decision in made.warnings)
    assert any("rain" in warning for warning in made.summary["warnings"])


def test_importance_is_heard_as_level_to_a_hundredth_of_a_decibel(scene_file, sound, noise, tmp_path):
    """A car of importance 0.9 at -21 dBFS, a tree of 0.2 at -28, a bed at -30, however loud their files
    are.
    """
    import soundfile

    from imgext.dsp.level import LevelMeter

    for number, (key, rms) in enumerate({"car": 0.02, "tree": 0.2, "bed": 0.1}.items()):
        sound(f"{key}.wav", noise(3, number, rms=rms))
    things = "car: {label: car, importance: 0.9}, tree: {label: tree, importance: 0.2}"
    things += ", bed: {label: wind, kind: atmo}"
    tracks = ", ".join(f"{key}: {{sound: {key}.wav, start: 0, pan: 0.4}}" for key in ("car", "tree", "bed"))
    render(
        scene_file(f"objects: {{{things}}}\ntracks: {{{tracks}}}\nunmask: {{mode: off}}\n"),
        tmp_path / "out",
        pictures=False,
        stems=True,
    )
    for key, level in (("car", -21.0), ("tree", -28.0), ("bed", -30.0)):
        meter = LevelMeter(48000, 2, "lufs")
        meter.add(soundfile.read(tmp_path / "out" / "stems" / f"{key}.wav", always_2d=True)[0])
        assert meter.level() == pytest.approx(level, abs=0.01)


def test_a_scene_in_which_nothing_is_heard_is_an_error(scene_file, tmp_path):
    with pytest.raises(SceneError, match="nothing is heard"):
        render(scene_file("objects: {chair: {label: chair}}\n"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_locked_sound_is_taken_though_a_better_one_has_come(scene_file, tmp_path, sound, noise):
    sound("lib/rain/rain one.wav", noise(3, 1))
    path = scene_file("objects: {rain: {label: rain}}\n")
    libraries = open_libraries([tmp_path / "lib"])
    lock = find(load(path), setup=Setup(libraries)).lock
    write_lock(lock_path(path), lock)
    first = render(path, tmp_path / "a", setup=Setup(libraries), pictures=False)
    sound("lib/rain/rain.wav", noise(3, 2))
    libraries = open_libraries([tmp_path / "lib"])
    assert (
        render(path, tmp_path / "b", setup=Setup(libraries, locked=True), pictures=False).sha256
        == first.sha256
    )
    assert read_lock(lock_path(path)).sounds["rain"].id == "rain/rain one.wav"


def test_locked_refuses_a_sound_that_changed_under_its_name(scene_file, tmp_path, sound, noise):
    sound("a.wav", noise(1, 1))
    path = scene_file("tracks: {a: {sound: a.wav}}\n")
    lock = find(load(path)).lock
    write_lock(lock_path(path), lock)
    sound("a.wav", noise(1, 2))
    with pytest.raises(DriftError, match=r"tracks\.a"):
        render(path, tmp_path / "out", setup=Setup(locked=True), pictures=False)
    assert any(
        "lock" in decision.because for decision in render(path, tmp_path / "out", pictures=False).warnings
    )


def test_the_room_rings_out_after_the_last_sound(scene_file, tmp_path, sound, noise):
    sound("a.wav", noise(1))
    dry = render(scene_file("tracks: {a: {sound: a.wav}}\n"), tmp_path / "dry", pictures=False)
    wet = render(
        scene_file("room_detected: true\nroom_size: 0.5\ntracks: {a: {sound: a.wav}}\n"),
        tmp_path / "wet",
        pictures=False,
    )
    # dsp.md 7.4: T = 0.25 * 12**0.5 = 0.866 s, times 1.1 in the bass, behind a pre-delay of 20 ms
    assert dry.duration == 1.0
    assert wet.duration == pytest.approx(1 + 0.953 + 0.02, abs=0.02)
    fixed = render(
        scene_file("room_detected: true\nduration: 1.5\ntracks: {a: {sound: a.wav}}\n"),
        tmp_path / "fixed",
        pictures=False,
    )
    assert fixed.duration == 1.5


def test_a_scene_made_in_python_renders(tmp_path, sound, noise):
    sound("a.wav", noise(1))
    scene = Scene.of(
        {"schema": "imgext.scene/1", "tracks": {"a": {"sound": "a.wav", "start": [0, 2.5]}}}
    ).located(tmp_path, "mine")
    made = render(scene, tmp_path / "out" / "mine.flac", pictures=False)
    assert (made.mix.name, made.duration) == ("mine.flac", 3.5)


def test_a_new_render_leaves_nothing_of_the_old_one_beside_it(scene_file, tmp_path):
    path = scene_file("objects: {rain: {label: rain, kind: atmo}, bell: {label: bell}}\n")
    render(path, tmp_path / "out", stems=True)
    (tmp_path / "out" / "mine.wav").write_bytes(b"somebody's own")
    render(path, tmp_path / "out" / "other.flac", pictures=False)
    left = {str(one.relative_to(tmp_path / "out")) for one in (tmp_path / "out").rglob("*") if one.is_file()}
    assert {"other.flac", "mine.wav"} <= left
    assert (
        not {"mix.wav", "timeline.png", "spectrogram.png", "masking.png", "stems/rain.wav", "stems/bell.wav"}
        & left
    )
    listed = json.loads((tmp_path / "out" / "render.json").read_text(encoding="utf-8"))["files"]
    assert set(listed) == left - {"mine.wav", "render.json"}


def test_two_tracks_that_are_heard_as_one_are_told(scene_file, tmp_path):
    text = "tracks: {a: {sound: 'builtin:rain?seed=1', start: 0}, b: {BODY}}\n"
    made = render(
        scene_file(text.replace("BODY", "sound: 'builtin:rain?seed=1', start: 0")),
        tmp_path / "out",
        pictures=False,
    )
    assert [warning.path for warning in made.warnings] == ["tracks.b.sound"]
    made = render(
        scene_file(text.replace("BODY", "sound: 'builtin:rain', start: 0"), "other.yaml"),
        tmp_path / "other",
        pictures=False,
    )
    assert made.warnings == []


def test_a_sound_that_the_end_of_the_mix_cuts_off_is_told(scene_file, tmp_path, sound, noise):
    sound("a.wav", noise(3))
    made = render(
        scene_file("duration: 4\ntracks: {a: {sound: a.wav, start: 2}}\n"), tmp_path / "out", pictures=False
    )
    assert [(warning.path, "1.00 s before" in warning.because) for warning in made.warnings] == [
        ("tracks.a.start", True)
    ]


@pytest.mark.parametrize("name", ["mix.mp3", "mix.ogg", "mix.aiff"])
def test_a_container_that_is_not_written_is_refused(scene_file, tmp_path, name):
    with pytest.raises(UsageError, match=r"\.wav and \.flac"):
        render(scene_file("objects: {rain: {label: rain}}\n"), tmp_path / name, pictures=False)
    assert not (tmp_path / name).exists()


def test_other_word_lengths_are_refused(scene_file, tmp_path):
    with pytest.raises(UsageError, match="20 is not a word length"):
        render(scene_file("objects: {rain: {label: rain}}\n"), tmp_path / "out", bits=20)


def test_a_scene_from_bad_data_is_an_error_of_ours():
    with pytest.raises(SceneError, match=r"objects\.a\.lable: unknown key `lable`; did you mean `label`"):
        Scene.of({"schema": "imgext.scene/1", "objects": {"a": {"label": "x", "lable": "x"}}})


@pytest.mark.parametrize("name", ["photos\\img.png", "~img.png", "C:img.png", "a\tb.png", "a?.png"])
def test_what_is_written_of_a_photo_of_any_name_is_a_scene(tmp_path, name):
    from PIL import Image

    from imgext.pipeline.check import check
    from imgext.pipeline.make import with_copy, without_image, write_new_scene
    from imgext.scene.decision import Decision
    from imgext.scene.document import parse
    from imgext.scene.writer import scene_text

    photo = tmp_path / name
    Image.new("RGB", (8, 8)).save(photo)
    scene = Scene.of({"schema": "imgext.scene/1", "image": name, "objects": {"dog": {"label": "dog"}}})
    seen = [Decision("image", name, "the picture that was analysed", stage="picture")]
    copied, reasons = with_copy(scene, seen)
    path = write_new_scene(copied, reasons, photo, tmp_path / "out")
    assert check(path) == []
    assert (path.parent / load(path).image).read_bytes() == photo.read_bytes()
    assert "is not a name that every system takes" in reasons[0].because
    bare, reasons = without_image(scene, seen)
    assert parse(scene_text(bare, reasons)).scene.image in {None, "a?.png"}
