"""The commands as a user or a program calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command import run_here, run_process

import imgext
from imgext.cli.app import COMMANDS


def run(*words, cwd, code=0, here=run_here, **environment):
    done = here(*words, cwd=cwd, **environment)
    assert done.returncode == code, (done.returncode, done.stdout[-500:], done.stderr[-1500:])
    assert "Traceback" not in done.stderr
    return done


def told(*words, cwd, code=0, **environment):
    """The one JSON object on stdout."""
    return json.loads(run(*words, "--json", cwd=cwd, code=code, **environment).stdout)


@pytest.fixture
def folder(tmp_path, scene_file, sound, noise):
    sound("own.wav", noise(1))
    scene_file(
        "# a comment that must stay\nobjects:\n  rain: {label: rain, kind: atmo}\n"
        "  own: {label: noise, importance: 0.4}\ntracks:\n  own: {sound: own.wav}   # mine\n"
    )
    return tmp_path


def test_version_and_help(tmp_path):
    text = run("--version", cwd=tmp_path, here=run_process).stdout
    assert text == f"imgext {imgext.__version__}\n"
    for words, here in (([], run_process), (["--help"], run_here), (["-h"], run_here)):
        text = run(*words, cwd=tmp_path, here=here).stdout
        assert all(
            name in text
            for name in (
                "make",
                "analyze",
                "find",
                "arrange",
                "resolve",
                "render",
                "check",
                "explain",
                "fmt",
                "schema",
                "sounds",
                "doctor",
            )
        )


@pytest.mark.parametrize(
    "command",
    [
        "make",
        "analyze",
        "find",
        "arrange",
        "resolve",
        "render",
        "check",
        "explain",
        "fmt",
        "schema",
        "doctor",
    ],
)
def test_each_command_shows_an_example_and_has_json(tmp_path, command):
    text = run(command, "--help", cwd=tmp_path).stdout
    assert f"imgext {command}" in text
    assert "--json" in text


@pytest.mark.parametrize(
    "words",
    [["rendr"], ["render"], ["render", "x.yaml", "--nope"], ["render", "x.yaml", "-o", "o", "--bits", "20"]],
)
def test_a_wrong_call_ends_with_two_and_one_line(tmp_path, words):
    done = run(*words, cwd=tmp_path, code=2)
    assert len(done.stderr.splitlines()) == 1


def test_render_tells_what_it_made(folder):
    result = told("render", "scene.yaml", "-o", "out", cwd=folder)
    assert {"mix", "sha256", "duration", "tracks", "loudness", "true_peak"} <= set(result)
    assert result["mix"] == str(Path("out") / "mix.wav")
    assert [track["id"] for track in result["tracks"]] == ["own", "rain"]
    made = {path.name for path in (folder / "out").iterdir()}
    assert made == {
        "mix.wav",
        "scene.resolved.yaml",
        "scene.resolved.lock.yaml",
        "decisions.jsonl",
        "timeline.png",
        "spectrogram.png",
        "masking.png",
        "credits.txt",
        "credits.html",
        "credits.json",
        "masking.json",
        "captions.vtt",
        "description.txt",
        "render.json",
    }


@pytest.mark.slow
def test_pictures_can_be_left_out_and_flac_and_stems_be_had(folder):
    run("render", "scene.yaml", "-o", "out/sound.flac", "--no-pictures", "--stems", cwd=folder)
    made = {str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*") if path.is_file()}
    assert {"sound.flac", "stems/own.wav", "stems/rain.wav"} <= made
    assert not {"timeline.png", "masking.png", "mix.wav"} & made
    assert "masking.json" not in made
    run("render", "scene.yaml", "-o", "out", "--no-pictures", "--masking", cwd=folder)
    assert (folder / "out" / "masking.json").is_file()


def test_quiet_says_nothing_and_data_goes_to_stdout_alone(folder):
    done = run("render", "scene.yaml", "-o", "out", "--no-pictures", "-q", cwd=folder)
    assert (done.stdout, done.stderr) == ("", "")
    done = run("resolve", "scene.yaml", cwd=folder)
    assert done.stdout.startswith("schema: imgext.scene/1\n")


def test_resolve_writes_a_scene_that_renders_the_same(folder):
    run("resolve", "scene.yaml", "-o", "resolved.yaml", cwd=folder)
    one = told("render", "scene.yaml", "-o", "a", "--no-pictures", cwd=folder)
    two = told("render", "resolved.yaml", "-o", "b", "--no-pictures", cwd=folder)
    assert one["sha256"] == two["sha256"]
    run("resolve", "scene.yaml", "-o", "resolved.yaml", cwd=folder, code=73)


def test_find_writes_the_lock_and_on_request_the_scene(folder):
    before = (folder / "scene.yaml").read_text(encoding="utf-8")
    run("find", "scene.yaml", cwd=folder)
    assert "builtin:rain" in (folder / "scene.lock.yaml").read_text(encoding="utf-8")
    assert (folder / "scene.yaml").read_text(encoding="utf-8") == before
    run("find", "scene.yaml", "--write", cwd=folder)
    after = (folder / "scene.yaml").read_text(encoding="utf-8")
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        "  rain: {sound: builtin:rain}"
    ]
    assert "# a comment that must stay" in after


def test_locked_fails_where_scene_and_lock_disagree(folder):
    run("render", "scene.yaml", "-o", "out", "--no-pictures", "--locked", cwd=folder, code=1)
    run("find", "scene.yaml", cwd=folder)
    run("render", "scene.yaml", "-o", "out", "--no-pictures", "--locked", cwd=folder)
    text = (folder / "scene.yaml").read_text(encoding="utf-8")
    (folder / "scene.yaml").write_text(text.replace("label: rain", "label: wind"), encoding="utf-8")
    done = run("render", "scene.yaml", "-o", "out", "--no-pictures", "--locked", cwd=folder, code=1)
    assert "rain" in done.stderr


def test_arrange_prints_starts_or_writes_them(folder):
    done = run("arrange", "scene.yaml", cwd=folder)
    assert "start:" in done.stdout
    run("arrange", "scene.yaml", "--write", cwd=folder)
    data = told("resolve", "scene.yaml", cwd=folder)["data"]
    text = (folder / "scene.yaml").read_text(encoding="utf-8")
    assert (
        imgext.load(folder / "scene.yaml").as_data()["tracks"]["own"]["start"]
        == data["tracks"]["own"]["start"]
    )
    assert text.count("# mine") == 1


def test_check_is_quiet_about_a_good_scene_and_lists_every_fault(folder):
    assert run("check", "scene.yaml", cwd=folder).stdout == ""
    (folder / "bad.yaml").write_text(
        "schema: imgext.scene/1\nobjects:\n  a: {label: a, pan: 3}\n  B: {label: b}\nseed: x\n",
        encoding="utf-8",
    )
    done = run("check", "bad.yaml", "scene.yaml", cwd=folder, code=65)
    assert [line.split(":")[:3] for line in done.stdout.splitlines()] == [
        ["bad.yaml", "3", "22"],
        ["bad.yaml", "4", "3"],
        ["bad.yaml", "5", "7"],
    ]
    faults = told("check", "bad.yaml", cwd=folder, code=65)["faults"]
    assert [(fault["line"], fault["column"], fault["code"]) for fault in faults] == [
        (3, 22, "out_of_range"),
        (4, 3, "bad_id"),
        (5, 7, "wrong_type"),
    ]


def test_check_warns_of_values_that_do_nothing_or_harm_and_finds_no_fault_in_them(folder):
    head = "schema: imgext.scene/1\ntracks:\n"
    tracks = {
        "a": "compressor: {ratio: 1}",
        "b": "compressor: {attack: 0, release: 0.001}",
        "c": "level: -40, compressor: {threshold: -5, knee: 2}",
        "d": "level: -20, compressor: {threshold: -60}",
        "e": "level: -20, compressor: {threshold: -14, ratio: 4}",
    }
    tail = "unmask: {dynamics: auto}\n"
    (folder / "odd.yaml").write_text(
        head + "".join(f"  {key}: {{sound: 'builtin:dog', {how}}}\n" for key, how in tracks.items()) + tail
    )
    done = run("check", "odd.yaml", cwd=folder)
    assert done.stdout == ""
    warned = [line for line in done.stderr.splitlines() if line.startswith("warning: odd.yaml:")]
    wanted = [
        "tracks.a.compressor.ratio",
        "tracks.b.compressor.release",
        "tracks.c.compressor.threshold",
        "tracks.d.compressor.threshold",
    ]
    wanted = ["unmask.dynamics", *wanted]
    assert [line.split(": ")[2] for line in warned] == wanted
    assert all(line.endswith("[odd]") for line in warned)
    assert "warning: odd.yaml:3:49: tracks.a.compressor.ratio:" in warned[1]
    assert [fault["path"] for fault in told("check", "odd.yaml", cwd=folder)["warnings"]] == wanted
    assert told("check", "odd.yaml", cwd=folder)["faults"] == []
    assert "warning" not in run("check", "odd.yaml", "-q", cwd=folder).stderr


def test_check_finds_missing_and_broken_sounds(folder):
    (folder / "text.wav").write_text("no sound", encoding="utf-8")
    (folder / "s.yaml").write_text(
        "schema: imgext.scene/1\ntracks:\n  a: {sound: gone.wav}\n", encoding="utf-8"
    )
    assert "[not_found]" in run("check", "s.yaml", cwd=folder, code=66).stdout
    (folder / "s.yaml").write_text(
        "schema: imgext.scene/1\ntracks:\n  a: {sound: gone.wav}\n  b: {sound: text.wav}\n", encoding="utf-8"
    )
    assert "s.yaml:4:14: tracks.b.sound:" in run("check", "s.yaml", cwd=folder, code=65).stdout
    run("check", "nowhere.yaml", cwd=folder, code=66)


def test_explain_says_what_is_written_where_and_what_was_chosen_why(folder):
    text = run("explain", "scene.yaml", cwd=folder).stdout
    assert "tracks.own.sound = own.wav\n    written: scene.yaml:7:16" in text
    assert "tracks.rain.level = -30\n    mix: the level of every bed" in text
    assert "masking.own.rain\n    masking: " in text
    only = run("explain", "scene.yaml", "tracks.own", cwd=folder).stdout
    assert "tracks.rain" not in only
    assert "tracks.own.level" in only
    done = run("explain", "scene.yaml", "tracks.onw", cwd=folder, code=66)
    assert "did you mean `tracks.own`" in done.stderr


def test_explain_remembers_why_an_analysed_value_is_so(folder):
    run("render", "scene.yaml", "-o", "out", "--no-pictures", cwd=folder)
    text = run("explain", "out/scene.resolved.yaml", "tracks.own.level", cwd=folder).stdout
    assert (
        run("explain", "out", "tracks.own.level", cwd=folder).stdout == text
    )  # the folder of a render stands for its resolved scene
    assert "from mix: importance 0.4 between -30 and -20 dBFS" in text


def test_fmt_formats_in_place_and_check_changes_nothing(folder):
    before = (folder / "scene.yaml").read_text(encoding="utf-8")
    run("fmt", "--check", "scene.yaml", cwd=folder, code=1)
    assert (folder / "scene.yaml").read_text(encoding="utf-8") == before
    run("fmt", "scene.yaml", cwd=folder)
    run("fmt", "--check", "scene.yaml", cwd=folder)
    after = (folder / "scene.yaml").read_text(encoding="utf-8")
    assert "# a comment that must stay" in after
    assert after.count("# mine") == 1


def test_schema_is_printed_and_written(folder):
    assert (
        json.loads(run("schema", cwd=folder).stdout)["$schema"] == "http://json-schema.org/draft-07/schema#"
    )
    run("schema", "-o", "s.json", cwd=folder)
    run("schema", "-o", "s.json", cwd=folder, code=73)


def test_sounds_are_indexed_searched_and_listed(folder, sound, noise):
    sound("lib/dog/bark one.wav", noise(0.5))
    sound("lib/sea/waves.wav", noise(3))
    assert told("sounds", "index", "lib", cwd=folder)["libraries"][0]["files"] == 2
    found = told("sounds", "search", "golden", "retriever", "-l", "lib", cwd=folder)["sounds"]
    assert found[0]["sound"] == "library:dog/bark one.wav"
    listed = [
        row["sound"]
        for row in told("sounds", "list", cwd=folder, IMGEXT_LIBRARY=str(folder / "lib"))["sounds"]
    ]
    assert {"library:sea/waves.wav", "builtin:rain"} <= set(listed)


def test_a_library_may_be_set_in_a_configuration_file(folder, sound, noise):
    sound("lib/rain/rain.wav", noise(3))
    (folder / "imgext.toml").write_text('libraries = ["lib"]\n', encoding="utf-8")
    assert "library:rain/rain.wav" in run("find", "scene.yaml", cwd=folder).stderr
    (folder / "imgext.toml").write_text('librarys = ["lib"]\n', encoding="utf-8")
    done = run("find", "scene.yaml", cwd=folder, code=78)
    assert "imgext.toml" in done.stderr


def test_doctor_finds_a_sound_installation(folder):
    result = told("doctor", cwd=folder, FREESOUND_API_KEY="sentinel-4242")
    assert result["fine"]
    assert "sentinel-4242" not in json.dumps(result)


def test_doctor_asks_a_model_server_that_is_set_up(folder, chat_server):
    chat_server.pages["/v1/models"] = chat_server.Reply({"data": [{"id": "cardboard"}]})
    chat_server.replies = ['{"colour": "red"}']
    server = {"OPENAI_BASE_URL": chat_server.url, "OPENAI_API_KEY": "sentinel-4242"}
    result = told("doctor", "--model", "cardboard", cwd=folder, **server)
    found = {check["what"]: (check["state"], check["value"]) for check in result["checks"]}
    assert result["fine"]
    assert found["model server"] == ("fine", "has cardboard")
    assert found["vision model"][0] == "fine"
    assert "sentinel-4242" not in json.dumps(result)
    chat_server.replies = [chat_server.error(401)]
    assert not told("doctor", "--model", "cardboard", cwd=folder, code=1, **server)["fine"]
    chat_server.requests.clear()
    assert told("doctor", "--offline", cwd=folder, **server)["fine"]
    assert told("doctor", cwd=folder, IMGEXT_OFFLINE="1", **server)["fine"]
    assert chat_server.requests == []


@pytest.mark.slow
def test_analyze_writes_a_scene_with_its_photo(folder):
    from PIL import Image

    (folder / "photos").mkdir()
    Image.effect_noise((320, 240), 90).convert("RGB").save(folder / "photos" / "noise.jpg")
    run("analyze", "photos/noise.jpg", "-o", "scenes/noise.yaml", cwd=folder)
    assert (folder / "scenes" / "noise.jpg").read_bytes() == (folder / "photos" / "noise.jpg").read_bytes()
    assert {path.name for path in (folder / "scenes").iterdir()} == {"noise.yaml", "noise.jpg"}
    run("check", "scenes/noise.yaml", cwd=folder)
    run("analyze", "photos/noise.jpg", "-o", "scenes/noise.yaml", cwd=folder, code=73)
    assert run("analyze", "photos/noise.jpg", cwd=folder).stdout.startswith("schema:")


def test_each_summary_in_the_help_fits_its_line(tmp_path):
    lines = run("--help", cwd=tmp_path, COLUMNS="80").stdout.splitlines()
    summaries = lines[lines.index("Commands:") + 1 :]
    assert len(summaries) == len(COMMANDS)
    assert [
        line for line in summaries if not line.endswith(".") or line.endswith("..") or len(line) > 80
    ] == []
