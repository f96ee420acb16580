"""Files of strangers: pipes, devices, names that lead out, deep texts, bombs."""

from __future__ import annotations

import json
import os
import re

import numpy as np
import pytest
import soundfile

from imgext.cli.app import run
from imgext.errors import ConfigError, SceneError, readable
from imgext.pipeline.check import check
from imgext.pipeline.config import libraries_setting
from imgext.scene.decision import Decision
from imgext.sounds import opening
from imgext.store.files import named_path, open_file, read_file

TRACK = "objects: {a: {label: a}}\ntracks:\n  a: {sound: a.wav, duration: 0.1}\n"


@pytest.fixture
def imgext(monkeypatch, capsys):
    """Run a command: `imgext(*words)`; its exit code and what it printed."""

    def call(*words):
        monkeypatch.setattr("sys.argv", ["imgext", *map(str, words)])
        code = run()
        said = capsys.readouterr()
        return code, said.out + said.err

    return call


@pytest.fixture
def scene(scene_file, sound, noise):
    sound("a.wav", noise(0.2, rate=8000), rate=8000)
    return scene_file("sample_rate: 8000\nunmask: {mode: off}\n" + TRACK)


@pytest.fixture(params=["pipe", "endless device", "folder"])
def no_file(request):
    """Put something that is no file at a path: `no_file(path)`."""

    def put(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if request.param == "pipe":
            os.mkfifo(path)
        elif request.param == "folder":
            path.mkdir()
        else:
            path.symlink_to("/dev/zero")

    return put


@pytest.mark.parametrize("opening_it", [open_file, read_file])
def test_only_regular_files_are_opened(tmp_path, no_file, opening_it):
    no_file(tmp_path / "x")
    with pytest.raises(OSError, match="is not a regular file"):
        opening_it(tmp_path / "x")


def test_a_file_is_read_up_to_a_limit(tmp_path):
    (tmp_path / "x").write_bytes(b"12345")
    assert read_file(tmp_path / "x", 5) == b"12345"
    with pytest.raises(OSError, match="more than 4 bytes"):
        read_file(tmp_path / "x", 4)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("scene.lock.yaml", ["check", "{scene}"]),
        ("scene.lock.yaml", ["render", "{scene}", "-o", "{folder}/out", "-q"]),
        ("scene.lock.yaml", ["credits", "{scene}"]),
        ("other.yaml", ["check", "{folder}/other.yaml"]),
        ("other.yaml", ["fmt", "{folder}/other.yaml"]),
        ("photo.jpg", ["analyze", "{folder}/photo.jpg"]),
        ("tags.csv", ["check", "{folder}/tags.csv"]),
        ("out/render.json", ["render", "{scene}", "-o", "{folder}/out", "-q", "--no-pictures"]),
        ("out/mix.wav", ["render", "{scene}", "-o", "{folder}/out", "-q", "--no-pictures", "-f"]),
        ("out/mix.wav", ["render", "{scene}", "-o", "{folder}/out", "-q", "--no-pictures"]),
        ("new.yaml", ["resolve", "{scene}", "-o", "{folder}/new.yaml", "-f", "-q"]),
    ],
)
def test_what_is_no_file_ends_a_command_in_one_line(scene, no_file, imgext, tmp_path, name, words):
    no_file(tmp_path / name)
    code, said = imgext(*(word.format(scene=scene, folder=tmp_path) for word in words))
    assert code in {65, 66, 73}
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize("name", ["index.csv", "a.json"])
def test_an_index_that_is_no_file_is_passed_over(no_file, imgext, sound, noise, tmp_path, name):
    sound("library/a.wav", noise(0.2, rate=8000), rate=8000)
    no_file(tmp_path / "library" / name)
    assert imgext("sounds", "index", tmp_path / "library")[0] == 0


def test_settings_of_many_levels_are_refused(tmp_path):
    (tmp_path / "imgext.toml").write_text("libraries = " + "[" * 50_000)
    with pytest.raises(ConfigError, match=r"levels|[Ii]nvalid"):
        libraries_setting({}, tmp_path)


def test_the_home_of_nobody_is_a_name():
    assert named_path("~nosuchuser/x").as_posix() == "~nosuchuser/x"
    assert libraries_setting({"IMGEXT_LIBRARY": "~nosuchuser/x"}).value == (named_path("~nosuchuser/x"),)


@pytest.mark.parametrize("escape", [r"\UFFFFFFFF", r"\U00110000", r"\ud800"])
def test_an_escape_beyond_unicode_has_its_place(scene_file, escape):
    (fault,) = check(scene_file(f'title: "{escape}"\nobjects: {{a: {{label: a}}}}\n'))
    assert (fault.line, fault.column) == (2, 8) or (fault.line, fault.column) == (2, 9)


def test_a_short_file_that_is_hours_long_is_refused_by_check_and_render(
    scene_file, imgext, tmp_path, monkeypatch
):
    monkeypatch.setattr(opening, "DECODED", 1_000_000)
    with soundfile.SoundFile(tmp_path / "z.flac", "w", 1000, 1, "PCM_16", format="FLAC") as stream:
        stream.write(np.zeros(100_000, np.int16))
    path = scene_file("tracks:\n  a: {sound: z.flac, duration: 1}\n")
    (fault,) = check(path)
    assert (fault.path, fault.code) == ("tracks.a.sound", "too_big")
    code, said = imgext("render", path, "-o", tmp_path / "out", "-q")
    assert code == 65
    assert fault.message in said


def test_sounds_that_fill_the_disk_together_are_refused(scene_file, sound, tmp_path, monkeypatch):
    monkeypatch.setattr(opening, "DECODED", 100_000)
    monkeypatch.setattr(opening, "EXPANSION", 2)
    for name in "ab":
        sound(f"{name}.wav", np.full(8000, 0.1 if name == "a" else 0.2), rate=8000)
    assert check(scene_file("sample_rate: 8000\ntracks:\n  a: {sound: a.wav}\n")) == []
    (fault,) = check(scene_file("sample_rate: 8000\ntracks:\n  a: {sound: a.wav}\n  b: {sound: b.wav}\n"))
    assert fault.path == "tracks.b.sound"


def test_the_resolved_form_of_a_muted_track_behind_the_end_is_a_scene(scene_file, scene, imgext, tmp_path):
    path = scene_file("sample_rate: 8000\n" + TRACK + "  b: {sound: a.wav, start: 10, mute: true}\n")
    assert imgext("render", path, "-o", tmp_path / "out", "-q", "--no-pictures")[0] == 0
    assert imgext("check", tmp_path / "out" / "scene.resolved.yaml")[0] == 0


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ("a: {sound: a.wav, offset: 0.2}", "tracks.a.offset"),
        ("a: {sound: a.wav, offset: 7}", "tracks.a.offset"),
        ("a: {sound: a.wav, mute: true}", "tracks"),
        ("a: {sound: a.wav}\n  b: {sound: 'builtin:none', mute: true}", "tracks.b.sound"),
        ("a: {sound: a.wav, every: [0.001, 0.001]}\nduration: 20", "tracks.a"),
        (
            "a: {sound: a.wav, loop: true, duration: 20, start: ["
            + ", ".join(f"{n / 10}" for n in range(60))
            + "]}",
            "tracks.a",
        ),
    ],
)
def test_what_render_refuses_check_refuses(scene, scene_file, imgext, tmp_path, fields, where):
    rate = "" if "sample_rate" in fields else "sample_rate: 8000\n"
    path = scene_file(f"{rate}tracks:\n  {fields}\n")
    (fault,) = check(path)
    assert fault.path == where
    code, said = imgext("render", path, "-o", tmp_path / "out", "-q", "--no-pictures")
    assert code == 65
    assert where in said


HOSTILE = "x\x1b]0;owned\x07\x1b[2J\nerror: forged\x9b1m\u202e\u2028"


def test_a_label_steers_no_terminal_and_no_log(scene_file, scene, imgext, tmp_path):
    path = scene_file(
        f"sample_rate: 8000\nobjects: {{a: {{label: {json.dumps(HOSTILE)}}}}}\ntracks:\n"
        f"  a: {{sound: a.wav}}\n"
    )
    told = [
        imgext("render", path, "-o", tmp_path / "out", "-v", "--no-pictures")[1],
        imgext("explain", path, "objects.a")[1],
        imgext("render", path, "-o", tmp_path / "out", "--json", "--no-pictures")[1],
        *(
            (tmp_path / "out" / name).read_text("utf-8")
            for name in ("decisions.jsonl", "credits.txt", "scene.resolved.yaml")
        ),
    ]
    for text in told:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e]", text)
        assert not re.search("^error: forged", text, re.MULTILINE)


def test_readable_text_is_one_line_and_keeps_every_letter():
    assert readable("日本 é naïve 👩‍🚀 a b") == "日本 é naïve 👩‍🚀 a b"
    assert readable("a\tb\r\n\x00\x7f\ud800") == r"a\tb\r\n\x00\x7f\ud800"


def test_a_decision_is_told_on_one_line():
    assert Decision("a", 1, "x\n\x1b[2J").because == r"x \x1b[2J"


def test_a_hundred_faults_are_told():
    from imgext.errors import Fault, Place

    error = SceneError(faults=[Fault(Place("s", line, 1), "odd", "m") for line in range(1000)])
    assert len(error.faults) == 101
    assert error.faults[-1].message == "and 900 more faults"


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp1252"])
def test_a_terminal_that_cannot_show_a_label_gets_its_number(
    scene_file, scene, tmp_path, monkeypatch, encoding
):
    import io

    path = scene_file("sample_rate: 8000\nobjects: {a: {label: 日本}}\ntracks:\n  a: {sound: a.wav}\n")
    for words, told in ((["-v"], "\\u65e5\\u672c"), (["--json"], '"label": "\\u65e5\\u672c"')):
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2))
        monkeypatch.setattr("sys.stdout", out)
        monkeypatch.setattr("sys.stderr", err)
        monkeypatch.setattr(
            "sys.argv", ["imgext", "render", str(path), "-o", str(tmp_path / "out"), "--no-pictures", *words]
        )
        assert run() == 0
        assert told in (out.buffer.getvalue() + err.buffer.getvalue()).decode(encoding)


def test_bells_that_lift_beyond_floating_point_are_refused(scene, scene_file):
    bell = "{freq: 570, gain: 24, against: b, spans: [[0, 0.1]]}"
    eq = ", ".join([bell] * 42)
    path = scene_file(f"objects: {{b: {{label: b}}}}\ntracks:\n  a: {{sound: a.wav, eq: [{eq}]}}\n")
    (fault,) = check(path)
    assert (fault.path, fault.code) == ("tracks.a.eq", "out_of_range")


def test_a_fault_spells_out_what_a_key_of_a_stranger_does_to_a_terminal():
    from imgext.errors import Fault, Place

    assert str(Fault(Place("s", 1, 1, "a.\u202eb"), "odd", "m")) == r"s:1:1: a.\u202eb: m [odd]"
