"""Bad input: one clear line with the place, the right exit code, no traceback, nothing half-written."""

from __future__ import annotations

import numpy as np
import pytest
from support.command import run_here as run
from support.command import run_process


def files_of(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


CASES = {
    # name: (scene text behind the version line, exit code, what the line must say)
    "a missing sound": (
        "tracks:\n  gull: {sound: nowhere.wav}\n",
        66,
        ["scene.yaml:3:17: tracks.gull.sound", "nowhere.wav"],
    ),
    "a text as a sound": (
        "tracks:\n  gull: {sound: text.wav}\n",
        65,
        ["scene.yaml:3:17: tracks.gull.sound", "text.wav"],
    ),
    "a sound of no frames": (
        "tracks:\n  gull: {sound: empty.wav}\n",
        65,
        ["scene.yaml:3:17: tracks.gull.sound", "no frames"],
    ),
    "an unknown built-in": ("tracks:\n  gull: {sound: 'builtin:rian'}\n", 65, ["tracks.gull.sound", "rain"]),
    "a wrong key": (
        "objects:\n  gull: {label: gull, importence: 1}\n",
        65,
        ["scene.yaml:3:23: objects.gull.importence", "did you mean `importance`?", "[unknown_key]"],
    ),
    "a value out of range": (
        "objects:\n  gull: {label: gull, importance: 1.4}\n",
        65,
        ["scene.yaml:3:35: objects.gull.importance: is 1.4; allowed: at most 1"],
    ),
    "a reference to no object": (
        "objects:\n  gull: {label: gull}\ntracks:\n  x: {object: gul}\n",
        65,
        ["scene.yaml:5:15: tracks.x.object", "did you mean `gull`?"],
    ),
    "a path out of the folder": (
        "tracks:\n  gull: {sound: ../a.wav}\n",
        65,
        ["scene.yaml:3:17: tracks.gull.sound", "[bad_path]"],
    ),
    "an empty scene": ("title: nothing\n", 65, ["scene.yaml:1:1:", "[nothing_to_play]"]),
    "an offset beyond the sound": (
        "tracks:\n  gull: {sound: good.wav, offset: 9}\n",
        65,
        ["scene.yaml:3:35: tracks.gull.offset: is 9 s, but the sound has 1.000 s"],
    ),
    "a service that is not set up": (
        "tracks:\n  gull: {sound: 'freesound:1234'}\n",
        69,
        ["tracks.gull.sound", "freesound"],
    ),
    "everything muted": ("tracks:\n  gull: {sound: good.wav, mute: true}\n", 65, ["nothing is heard"]),
    "a silent sound": ("tracks:\n  gull: {sound: silent.wav}\n", 65, ["nothing is heard", "silent.wav"]),
}


@pytest.fixture
def folder(tmp_path, sound, noise):
    sound("good.wav", noise(1))
    sound("silent.wav", np.zeros(48000))
    sound("empty.wav", np.zeros(0))
    (tmp_path / "text.wav").write_text("this is no sound", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", CASES)
def test_a_broken_scene_ends_with_one_line_and_leaves_nothing(folder, name):
    text, code, said = CASES[name]
    (folder / "scene.yaml").write_text("schema: imgext.scene/1\n" + text, encoding="utf-8")
    before = files_of(folder)
    done = run("render", "scene.yaml", "-o", "out", cwd=folder)
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len([line for line in lines if line.startswith("error:")]) == 1
    for words in said:
        assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert max(map(len, lines)) < 400
    assert [name for name in files_of(folder) if not name.startswith("cache")] == before


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("absent.jpg", None, 66),
        ("text.jpg", b"no picture at all", 65),
        ("empty.png", b"", 65),
        ("cut.jpg", "cut", 65),
    ],
)
def test_a_photo_that_cannot_be_read(tmp_path, name, content, code):
    if content == "cut":
        from PIL import Image

        Image.effect_noise((300, 200), 90).convert("RGB").save(tmp_path / name)
        content = (tmp_path / name).read_bytes()[:2000]
    if content is not None:
        (tmp_path / name).write_bytes(content)
    before = files_of(tmp_path)
    done = run("make", name, "-o", "out", cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert name in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert files_of(tmp_path) == before


def test_a_damaged_sound_leaves_an_earlier_render_as_it_was(folder):
    (folder / "scene.yaml").write_text(
        "schema: imgext.scene/1\ntracks:\n  a: {sound: good.wav}\n", encoding="utf-8"
    )
    assert run("render", "scene.yaml", "-o", "out", "--no-pictures", cwd=folder).returncode == 0
    kept = {name: (folder / name).read_bytes() for name in files_of(folder)}
    (folder / "good.wav").write_bytes(b"RIFF")
    assert run("render", "scene.yaml", "-o", "out", "--no-pictures", cwd=folder).returncode == 65
    assert {name: (folder / name).read_bytes() for name in files_of(folder) if name != "good.wav"} == {
        name: data for name, data in kept.items() if name != "good.wav"
    }


def test_a_header_that_asks_for_hours_is_refused_before_anything_is_decoded(folder):
    # a FLAC whose header claims 2**36 - 1 samples would have libsndfile's callers allocate 512 GiB
    import soundfile

    soundfile.write(folder / "huge.flac", np.zeros(4096), 48000)
    data = bytearray((folder / "huge.flac").read_bytes())
    data[21] |= 0x0F
    data[22:26] = b"\xff\xff\xff\xff"
    (folder / "huge.flac").write_bytes(bytes(data))
    (folder / "scene.yaml").write_text(
        "schema: imgext.scene/1\ntracks:\n  a: {sound: huge.flac}\n", encoding="utf-8"
    )
    done = run("render", "scene.yaml", "-o", "out", cwd=folder)
    assert done.returncode == 65
    assert "huge.flac" in done.stderr


def test_a_folder_that_cannot_be_written_is_said(folder):
    (folder / "scene.yaml").write_text(
        "schema: imgext.scene/1\ntracks:\n  a: {sound: good.wav}\n", encoding="utf-8"
    )
    (folder / "out").write_text("a file stands here", encoding="utf-8")
    done = run("render", "scene.yaml", "-o", "out", cwd=folder)
    assert done.returncode == 73
    assert (folder / "out").read_text(encoding="utf-8") == "a file stands here"


def test_somebody_elses_file_is_not_overwritten(folder):
    (folder / "scene.yaml").write_text(
        "schema: imgext.scene/1\ntracks:\n  a: {sound: good.wav}\n", encoding="utf-8"
    )
    (folder / "out").mkdir()
    (folder / "out" / "mix.wav").write_text("mine", encoding="utf-8")
    done = run("render", "scene.yaml", "-o", "out", "--no-pictures", cwd=folder)
    assert done.returncode == 73
    assert "mix.wav" in done.stderr
    assert (folder / "out" / "mix.wav").read_text(encoding="utf-8") == "mine"
    assert run("render", "scene.yaml", "-o", "out", "--no-pictures", "-f", cwd=folder).returncode == 0


def test_what_imgext_made_is_overwritten_and_what_was_edited_since_is_not(folder):
    (folder / "scene.yaml").write_text(
        "schema: imgext.scene/1\ntracks:\n  a: {sound: good.wav}\n", encoding="utf-8"
    )
    for _ in range(2):
        assert run("render", "scene.yaml", "-o", "out", "--no-pictures", cwd=folder).returncode == 0
    resolved = folder / "out" / "scene.resolved.yaml"
    resolved.write_text(resolved.read_text(encoding="utf-8") + "# my own note\n", encoding="utf-8")
    done = run("render", "scene.yaml", "-o", "out", "--no-pictures", cwd=folder)
    assert done.returncode == 73
    assert "scene.resolved.yaml" in done.stderr
    assert resolved.read_text(encoding="utf-8").endswith("# my own note\n")


def test_a_process_says_the_same_as_a_call(folder):
    (folder / "scene.yaml").write_text("schema: imgext.scene/1\nseed: x\n", encoding="utf-8")
    words = ("render", "scene.yaml", "-o", "out")
    assert run_process(*words, cwd=folder) == run(*words, cwd=folder)
