"""`verify`: a golden reference says which track changed, when, by how much, and which decision moved."""

from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile
from support.command import run_here

from imgext import verify
from imgext.errors import MissingInputError, SceneError
from imgext.pipeline import verify as module

SCENE = """schema: imgext.scene/1
sample_rate: 16000
unmask: {mode: off}
tracks:
  gull: {sound: gull.wav, start: 0.5, level: -20}
  sea: {sound: sea.wav, start: 0, level: -30}
"""


@pytest.fixture
def scene(tmp_path):
    """A scene of two seconds with its reference."""
    lot = np.random.default_rng(1)
    for name, seconds in (("gull", 0.5), ("sea", 2.0)):
        soundfile.write(tmp_path / f"{name}.wav", 0.1 * lot.standard_normal(round(16000 * seconds)), 16000)
    path = tmp_path / "a.yaml"
    path.write_text(SCENE, encoding="utf-8")
    verify(path, regen=True)
    return path


def edit(scene, old, new):
    text = scene.read_text(encoding="utf-8")
    assert old in text
    scene.write_text(text.replace(old, new), encoding="utf-8")


def test_a_scene_that_did_not_change_is_the_same_by_its_sum(scene):
    verdict = verify(scene)
    assert (verdict.same, verdict.how) == (True, "sha256")


def test_a_difference_says_which_track_when_how_much_and_which_decision(scene):
    """The gull, 6 dB quieter, sounds from 0.5 to 1.0 s; the sea is as it was."""
    edit(scene, "level: -20", "level: -26")
    verdict = verify(scene)
    assert verdict.tracks == {"gull": [(0.5, 1.0)], "mix": [(0.5, 1.0)]}
    assert verdict.lines[0] == "gull: differs at 0.5 to 1.0 s; most at 0.5 s, -6.00 dB"
    assert "decision tracks.gull.level: 6 dB quieter (-20 dBFS -> -26 dBFS)" in verdict.lines


def test_another_content_of_a_sound_is_found_though_no_decision_moved(scene):
    samples, rate = soundfile.read(scene.parent / "gull.wav")
    soundfile.write(scene.parent / "gull.wav", -samples, rate)
    verdict = verify(scene)
    assert verdict.lines[0] == "gull: differs at 0.5 to 1.0 s, at the same levels"


def test_a_track_that_is_gone_is_named(scene):
    edit(scene, "  sea: {", "  sea: {mute: true, ")
    assert "sea: is not heard any more" in verify(scene).lines


def test_on_another_platform_one_step_is_the_same_and_two_are_not(scene, monkeypatch):
    monkeypatch.setattr(module, "this_platform", lambda: "other-cpu")
    path = module.golden_path(scene)
    assert (verify(scene).how, verify(scene).same) == ("step", True)
    for steps, same in ((1, True), (2, False)):
        data = json.loads(path.read_text())
        row = data["rows"]["gull"][1]
        changed = [f"{int(row[0], 16) ^ 1:08x}", row[1] + steps, row[2]]
        rows = {**data["rows"], "gull": [data["rows"]["gull"][0], changed, *data["rows"]["gull"][2:]]}
        kept = path.read_text()
        path.write_text(json.dumps({**data, "rows": rows}))
        assert verify(scene).same is same
        path.write_text(kept)


def test_writing_anew_on_another_platform_keeps_the_sum_of_the_first(scene, monkeypatch):
    monkeypatch.setattr(module, "this_platform", lambda: "other-cpu")
    verify(scene, regen=True)
    sums = json.loads(module.golden_path(scene).read_text())["sha256"]
    assert len(sums) == 2
    assert len(set(sums.values())) == 1


def test_a_reference_is_the_same_text_every_time(scene):
    first = module.golden_path(scene).read_bytes()
    verify(scene, regen=True)
    assert module.golden_path(scene).read_bytes() == first


def test_what_is_no_reference_is_refused(scene):
    module.golden_path(scene).write_text('{"schema": "imgext.golden/9"}')
    with pytest.raises(SceneError, match=r"imgext\.golden/9"):
        verify(scene)
    module.golden_path(scene).unlink()
    with pytest.raises(MissingInputError, match="--regen"):
        verify(scene)


def test_the_command_ends_with_1_and_says_where(scene):
    edit(scene, "start: 0.5", "start: 1")
    done = run_here("verify", "a.yaml", cwd=scene.parent)
    assert done.returncode == 1
    assert "a.yaml: gull: differs at 0.5 to 1.5 s" in done.stdout
    assert "a.yaml: differs (every sample)" in done.stderr
    assert run_here("verify", "a.yaml", "--regen", cwd=scene.parent).returncode == 0
    assert run_here("verify", "a.yaml", cwd=scene.parent).returncode == 0
