"""`unmask.dynamics: auto` from a scene to the bytes: who is compressed, and how."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from imgext import render, resolve
from imgext.dsp.level import LevelMeter

RATE = 48000
SCENE = """duration: 8
objects:
  drum: {{label: drum, importance: 0.2}}
  bird: {{label: bird, importance: 0.9}}
tracks:
  drum: {{sound: drum.wav, start: 0{drum}}}
  bird: {{sound: bird.wav, start: [0, 1, 2, 3, 4, 5, 6]{bird}}}
unmask: {{mode: {mode}, dynamics: {dynamics}}}
"""


@pytest.fixture
def scene(scene_file, sound):
    """Beats 12 dB above what lies between them, and a bird that sings on the beats, 20
    dB above its level between them."""
    lot = np.random.default_rng(3)
    beat = np.arange(8 * RATE) % RATE < RATE // 4
    sound("drum.wav", lot.standard_normal(8 * RATE) * np.where(beat, 0.04, 0.01), subtype="DOUBLE")
    sound("bird.wav", lot.standard_normal(RATE // 4) * 0.1, subtype="DOUBLE")

    def write(mode="optimise", dynamics="auto", drum="", bird=""):
        return scene_file(SCENE.format(mode=mode, dynamics=dynamics, drum=drum, bird=bird))

    return write


@pytest.mark.slow
def test_a_track_that_hides_another_on_its_beats_is_compressed_and_the_resolved_scene_plays_the_same(
    scene, tmp_path
):
    made = render(scene(), tmp_path / "out", pictures=False, stems=True)
    how = made.scene.tracks["drum"].compressor
    assert how is not None
    assert (how.knee, how.attack, how.release) == (6.0, 0.005, 0.1)
    assert made.scene.tracks["bird"].compressor is None
    (drum,) = [track for track in made.plan.tracks if track.id == "drum"]
    assert 1.0 < drum.compressor.reduction_db <= 6.0
    (said,) = [
        decision
        for decision in made.decisions
        if decision.path == "tracks.drum.compressor" and decision.kind == "answer"
    ]
    assert said.numbers["gain"] >= 2e-4
    assert f"{100 * said.numbers['gain']:+.2f} points" in said.because
    meter = LevelMeter(RATE, 2, "lufs")
    meter.add(soundfile.read(tmp_path / "out" / "stems" / "drum.wav", always_2d=True)[0])
    assert meter.level() == pytest.approx(-28.0, abs=0.1)
    for name in ("drum.wav", "bird.wav"):
        (tmp_path / "out" / name).write_bytes((tmp_path / name).read_bytes())
    assert (
        render(tmp_path / "out" / "scene.resolved.yaml", tmp_path / "again", pictures=False).sha256
        == made.sha256
    )


def test_without_auto_and_in_other_modes_nothing_is_compressed(scene):
    for mode, dynamics in (("optimise", "off"), ("audible", "auto"), ("off", "auto")):
        assert all(track.compressor is None for track in resolve(scene(mode, dynamics)).scene.tracks.values())


@pytest.mark.slow
def test_the_cuts_are_those_that_are_found_without_it(scene):
    plain, pressed = (resolve(scene(dynamics=dynamics)).scene for dynamics in ("off", "auto"))
    assert {key: track.eq for key, track in pressed.tracks.items()} == {
        key: track.eq for key, track in plain.tracks.items()
    }


@pytest.mark.parametrize("written", [", eq: []", ", compressor: {ratio: 1}"])
def test_a_track_whose_eq_or_compressor_is_written_is_left_as_it_is(written, scene):
    resolved = resolve(scene(drum=written))
    how = resolved.scene.tracks["drum"].compressor
    assert how is None or how.ratio == 1.0
    assert not any(
        decision.path.startswith("tracks.drum.comp") and "optimise" in decision.because
        for decision in resolved.decisions
    )


def test_a_note_says_that_no_compressor_helps(scene):
    resolved = resolve(scene(bird=", level: -60"))  # nobody hears it, whatever becomes of the drum
    assert all(track.compressor is None for track in resolved.scene.tracks.values())
    told = {
        decision.path: decision for decision in resolved.decisions if decision.path.endswith(".compressor")
    }
    assert set(told) == {"tracks.drum.compressor", "tracks.bird.compressor"}
    assert all(decision.kind == "note" and "no compressor" in decision.because for decision in told.values())
