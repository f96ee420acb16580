"""Real recordings: the level that importance promises, the room, libraries; skipped where the recordings
are not.
"""

from __future__ import annotations

import csv
import math

import numpy as np
import pytest
import soundfile

from imgext import Scene, Setup, make, open_libraries, open_setup, render
from imgext.dsp.level import LevelMeter

pytestmark = pytest.mark.shared
KINDS = [
    "dog",
    "rain",
    "church_bells",
    "footsteps",
    "engine",
    "clock_tick",
    "sea_waves",
    "mouse_click",
    "crow",
    "laughing",
]


def power_level(x: np.ndarray, rate: int) -> float:
    meter = LevelMeter(rate, x.shape[1], "lufs")
    meter.add(x)
    return meter.level()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("importance", "level"), [(0, -30), (0.2, -28), (0.5, -25), (0.9, -21), (1, -20), (None, -30)]
)
def test_importance_is_heard_as_promised(shared, tmp_path, kind, importance, level):
    recording = min((shared / "sounds" / kind).glob("*.ogg"))
    thing = (
        {"label": kind, "kind": "atmo"} if importance is None else {"label": kind, "importance": importance}
    )
    scene = Scene.of(
        {"schema": "imgext.scene/1", "objects": {"a": thing}, "tracks": {"a": {"sound": recording.name}}}
    ).located(recording.parent, "x")
    made = render(scene, tmp_path, pictures=False, stems=True)
    stem, rate = soundfile.read(tmp_path / "stems" / "a.wav")
    assert power_level(stem, rate) == pytest.approx(level, abs=0.3)
    assert made.true_peak <= -1.0 + 0.005


def test_a_plain_gated_rms_agrees(shared, tmp_path):
    # 400 ms blocks every 100 ms, -70 dBFS, then 10 dB below the gated mean: where such blocks fall on a bark
    # moves their level by half a dB, which the meter's own blocks around each 2.5 ms do not
    recording = sorted((shared / "sounds" / "dog").glob("*.ogg"))[1]
    scene = Scene.of(
        {
            "schema": "imgext.scene/1",
            "objects": {"a": {"label": "dog", "importance": 0.5}},
            "tracks": {"a": {"sound": recording.name}},
            "levels": {"measure": "rms"},
        }
    ).located(recording.parent, "x")
    render(scene, tmp_path, pictures=False, stems=True)
    x, rate = soundfile.read(tmp_path / "stems" / "a.wav")
    power = (x**2).sum(axis=1)
    hop = rate // 10
    blocks = np.array([power[i : i + 4 * hop].mean() for i in range(0, len(power) - 4 * hop + 1, hop)])
    kept = blocks[blocks > 1e-7]
    kept = kept[kept > 0.1 * kept.mean()]
    assert 10 * math.log10(kept.mean()) == pytest.approx(-25, abs=0.5)


@pytest.mark.slow
def test_a_photo_with_real_recordings_is_a_mix_with_tracks(shared, tmp_path):
    photo = shared / "photos" / "000000000049.jpg"
    made = make(photo, tmp_path / "out", setup=open_setup([shared / "sounds"]), pictures=False)
    assert made.tracks
    assert made.loudness is not None
    # the lock lets it render again without the library
    again = render(tmp_path / "out" / "scene.resolved.yaml", tmp_path / "again", pictures=False)
    assert again.sha256 == made.sha256


def test_every_label_of_the_recordings_finds_its_own_kind(shared):
    from imgext import find

    with (shared / "sounds" / "index.csv").open(encoding="utf-8", newline="") as stream:
        kinds = {row["file"]: row["label"] for row in csv.DictReader(stream)}
    libraries = open_libraries([shared / "sounds"])
    labels = sorted(set(kinds.values()))
    objects = {f"o{index}": {"label": label} for index, label in enumerate(labels)}
    scene = find(Scene.of({"schema": "imgext.scene/1", "objects": objects}), setup=Setup(libraries)).scene
    for index, label in enumerate(labels):
        sound = scene.tracks[f"o{index}"].sound
        assert sound.startswith("library:"), label
        assert kinds[sound.removeprefix("library:")] == label
