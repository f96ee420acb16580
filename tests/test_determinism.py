"""The same scene is the same bytes: again, elsewhere, under other settings of the machine, and from its
resolved form.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from support.places import ROOT

from imgext import Scene, load, render, resolve

if TYPE_CHECKING:
    from pathlib import Path

SCENE = """seed: 11
room_detected: true
objects:
  rain: {label: rain, kind: atmo}
  dog: {label: dog, importance: 0.9, box: [0.1, 0.4, 0.2, 0.3], depth: 0.4}
  bell: {label: church bell, importance: 0.3}
  own: {label: something of one's own, importance: 0.6}
tracks:
  dog: {every: [2, 4]}
  own:
    sound: own.wav
    pan: 0.7
    eq: [{freq: 570, gain: -4.7, spans: [[1.5, 3.25]], against: dog}]
    compressor: {threshold: -24, ratio: 3.7}
"""


@pytest.fixture
def scene(scene_file, sound, noise):
    sound("own.wav", noise(2.3, 5, channels=2, rate=44100), rate=44100)
    return scene_file(SCENE)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The folder of one render, for all that is compared with it."""
    folder = tmp_path_factory.mktemp("first")
    own = np.clip(np.random.default_rng(5).standard_normal((101430, 2)) * 0.1, -1, 1)
    soundfile.write(folder / "own.wav", own, 44100)
    (folder / "scene.yaml").write_text("schema: imgext.scene/1\n" + SCENE, encoding="utf-8")
    rendered(folder / "scene.yaml", folder / "out", folder)
    return folder / "out"


def rendered(scene: Path, out: Path, cwd: Path, **environment: str) -> str:
    """Render in a process of its own; the sha256 of the mix."""
    command = [
        sys.executable,
        "-m",
        "imgext",
        "render",
        str(scene),
        "-o",
        str(out),
        "--no-pictures",
        "--json",
    ]
    done = subprocess.run(
        command, check=True, capture_output=True, cwd=cwd, env={**os.environ, **environment}
    )
    told = json.loads(done.stdout)
    assert told["sha256"] == hashlib.sha256((out / "mix.wav").read_bytes()).hexdigest()
    return told["sha256"]


@pytest.mark.slow
def test_every_file_is_the_same_on_other_processors_threads_and_caches(tmp_path):
    """A slice of `make determinism`."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "determinism.py", "--slice"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith(" 0 differ\n")


@pytest.mark.slow
def test_the_resolved_scene_is_the_same_bytes_also_from_its_own_folder(first, tmp_path):
    resolved = first / "scene.resolved.yaml"
    again = rendered(resolved, tmp_path / "b", tmp_path)
    assert again == hashlib.sha256((first / "mix.wav").read_bytes()).hexdigest()
    assert load(tmp_path / "b" / "scene.resolved.yaml").as_data() == load(resolved).as_data()


@pytest.mark.slow
def test_the_resolved_scene_answers_every_blank_that_a_stage_answers(first):
    made = load(first / "scene.resolved.yaml")
    for key, track in made.tracks.items():
        for name in (
            "sound",
            "start",
            "offset",
            "duration",
            "loop",
            "fade_in",
            "fade_out",
            "level",
            "gain",
            "pan",
            "send",
            "eq",
            "mute",
        ):
            assert getattr(track, name) is not None, f"{key}.{name}"
    # the scene says that its sound is next to it
    (first / "own.wav").write_bytes((first.parent / "own.wav").read_bytes())
    again = resolve(made)
    assert {decision.path for decision in again.decisions if decision.kind == "answer"} <= {"master.loudness"}


def test_deleting_a_track_leaves_every_other_start(scene):
    def placed(data):
        return resolve(Scene.of(data).located(scene.parent, "scene"), until="arrange").scene

    data = load(scene).as_data()
    data["duration"] = placed(data).duration
    full = placed(data)
    for gone in ("dog", "bell", "own"):
        objects, tracks = ({**data[part]} for part in ("objects", "tracks"))
        objects.pop(gone)
        tracks.pop(gone, None)
        for key, track in placed({**data, "objects": objects, "tracks": tracks}).tracks.items():
            assert (track.start, track.sound) == (full.tracks[key].start, full.tracks[key].sound)


@pytest.mark.slow
def test_every_file_of_two_renders_is_the_same(scene, tmp_path):
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        render(scene, folder, stems=True)
    names = sorted(str(path.relative_to(folders[0])) for path in folders[0].rglob("*") if path.is_file())
    assert {
        "mix.wav",
        "timeline.png",
        "spectrogram.png",
        "masking.png",
        "masking.json",
        "decisions.jsonl",
        "credits.txt",
        "scene.resolved.yaml",
        "render.json",
    } <= set(names)
    for name in names:
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name
