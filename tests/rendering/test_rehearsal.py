"""The rehearsal finds the figures of the finished stem, and measures nothing twice."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from imgext.dsp.loudness import LoudnessMeter
from imgext.dsp.sound_file import ArraySamples
from imgext.rendering import Opened, Rehearsal, cut_plan, make_plan, perform
from imgext.scene.defaults import settle
from imgext.scene.model import Scene

RATE = 48000
CUTS = [
    {"freq": 250, "gain": -6, "spans": [[1.0, 2.5]]},
    {"freq": 2500, "gain": -4, "q": 2, "spans": [[0.5, 1.5], [2.0, 3.0]]},
]


def scene_with(cuts, measure="rms", **track):
    data = {
        "sound": "a.wav",
        "start": 0.5,
        "loop": False,
        "level": -24.0,
        "eq": cuts,
        "fade_in": 0.02,
        "fade_out": 0.02,
        **track,
    }
    return settle(
        Scene.of(
            {
                "schema": "imgext.scene/1",
                "duration": 8.0,
                "levels": {"measure": measure},
                "tracks": {"a": data},
            }
        )
    )[0]


def burst(seed, seconds, channels=1):
    """Noise that swells and fades, so that gates matter."""
    x = np.random.default_rng(seed).standard_normal((int(seconds * RATE), channels))
    return 0.05 * x * (0.05 + np.sin(np.linspace(0, 9, len(x)))[:, np.newaxis] ** 4)


def stem_loudness(tmp_path, scene, samples):
    """LUFS of the finished stem from its first to its last sample that is not zero."""
    plan, _ = make_plan(scene, Opened(samples))
    perform(plan, samples, tmp_path / "mix.wav", stems={"a": tmp_path / "a.wav"})
    stem, _ = soundfile.read(tmp_path / "a.wav", always_2d=True)
    sounding = np.flatnonzero(np.any(stem != 0, axis=1))
    meter = LoudnessMeter(RATE, 2)
    meter.add(stem[sounding[0] : sounding[-1] + 1])
    return meter.integrated()


KINDS = {
    "mono": ({}, burst(1, 3)),
    "stereo": ({}, burst(2, 3, 2)),
    "very short": ({"start": 1.1}, burst(3, 0.3)),
    "looped": ({"loop": True, "duration": 6.0}, burst(4, 2)),
    "repeated": ({"start": [0.2, 3.0, 6.1]}, burst(5, 1)),
    "over itself": ({"start": [0.2, 1.0, 1.9]}, burst(6, 2)),
    "compressed": (
        {"compressor": {"threshold": -30, "ratio": 4, "knee": 6, "attack": 0.01, "release": 0.1}},
        burst(7, 3),
    ),
    "trimmed": ({"gain": 3.5}, burst(8, 3)),
}


@pytest.mark.parametrize("measure", ["rms", "lufs"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_rehearsal_says_how_loud_the_stem_will_be(kind, measure, tmp_path):
    track, x = KINDS[kind]
    samples = {"a": ArraySamples(x)}
    plan, _ = make_plan(scene_with([], measure, **track), Opened(samples))
    rehearsal = Rehearsal(plan, Opened(samples), measure)
    before = rehearsal.hear("a")
    assert (
        before.unrestored
        == before.restored
        == pytest.approx(stem_loudness(tmp_path, scene_with([], measure, **track), samples), abs=2e-3)
    )
    after = rehearsal.hear(
        "a", [cut_plan(cut["freq"], cut["gain"], cut.get("q"), cut["spans"], RATE) for cut in CUTS]
    )
    assert after.restored == pytest.approx(
        stem_loudness(tmp_path, scene_with(CUTS, measure, **track), samples), abs=2e-3
    )
    assert after.unrestored < before.unrestored - 0.02


def test_what_a_rehearsal_has_measured_need_not_be_measured_for_the_render():
    for name, (track, x) in KINDS.items():
        samples = {"a": ArraySamples(x)}
        plan, _ = make_plan(scene_with([], **track), Opened(samples))
        known, fresh = Opened(samples), Opened(samples)
        Rehearsal(plan, known, "rms").hear(
            "a", [cut_plan(cut["freq"], cut["gain"], cut.get("q"), cut["spans"], RATE) for cut in CUTS]
        )
        rehearsed = dict(known.levels)
        scene = scene_with([{**cut, "against": "b"} for cut in CUTS], **track)
        assert make_plan(scene, known) == make_plan(scene, fresh), name
        assert known.levels == rehearsed, name
        assert {key: rehearsed[key] for key in fresh.levels} == fresh.levels, name


def test_cuts_come_beside_those_that_are_written():
    samples = {"a": ArraySamples(burst(9, 3))}
    one, other = ([cut_plan(cut["freq"], cut["gain"], cut.get("q"), cut["spans"], RATE)] for cut in CUTS)
    plain, _ = make_plan(scene_with([]), Opened(samples))
    written, _ = make_plan(scene_with(CUTS[:1]), Opened(samples))
    both = Rehearsal(plain, Opened(samples), "rms").hear("a", [*one, *other])
    assert Rehearsal(written, Opened(samples), "rms").hear("a", other).restored == pytest.approx(
        both.restored, abs=1e-9
    )
