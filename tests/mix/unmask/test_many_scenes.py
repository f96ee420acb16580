"""What holds for every plan, in scenes of generated sounds, from samples to samples."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from imgext.dsp.bell import RAMP_SECONDS
from imgext.dsp.sound_file import ArraySamples
from imgext.evaluation.clarity.response import response_range
from imgext.evaluation.clarity.stem import Stem, block_loudness, block_powers, extent
from imgext.mix.unmask.stage import unmask
from imgext.rendering import Opened, make_plan
from imgext.rendering.event import EventReader
from imgext.scene.defaults import settle
from imgext.scene.model import Scene

pytestmark = pytest.mark.slow
RATE = 16000
#: Scenes of each mode, and in one test; every third is planned again with its tracks in another order.
MODES = {"audible": 36, "bark": 6, "masking": 6, "optimise": 6, "peaks": 6}
PART = 18


def sound(lot):
    """Noise of a random colour, 0.3 to 1.2 s long, steady, in bursts or dying away."""
    n = int(lot.integers(3, 13)) * RATE // 10
    octaves = np.log2(np.maximum(np.fft.rfftfreq(n, 1 / RATE), 20) / 20)
    spectrum = np.fft.rfft(lot.standard_normal(n)) * 10 ** (
        np.interp(octaves, np.arange(10), lot.uniform(-40, 0, 10)) / 20
    )
    envelope = (
        np.ones(n),
        np.repeat(lot.uniform(0, 1, 12) ** 3, n // 12 + 1)[:n],
        np.exp(-np.arange(n) / n * 5),
    )[int(lot.integers(3))]
    x = np.fft.irfft(spectrum, n) * envelope
    return (x / np.max(np.abs(x)) * lot.uniform(0.05, 0.5))[:, np.newaxis]


def some_scene(seed, mode):
    """Two to four sounds, some of them beds, one in five with its cuts written; levels
    restored by either measure."""
    lot = np.random.default_rng([seed, 20261123])
    objects, tracks, sounds = {}, {}, {}
    for k in range(int(lot.integers(2, 5))):
        key, x = f"t{k}", sound(lot)
        bed = bool(lot.random() < 0.25)
        importance = round(float(lot.uniform(0, 1)), 2)
        objects[key] = {"label": key, "kind": "atmo"} if bed else {"label": key, "importance": importance}
        start = round(float(lot.uniform(0, 1.6 - len(x) / RATE)), 3)
        level = -30.0 if bed else round(-30 + 10 * importance, 2)
        tracks[key] = {
            "sound": f"{key}.wav",
            "start": start,
            "loop": False,
            "level": level,
            "fade_in": 0.02,
            "fade_out": 0.02,
        }
        if lot.random() < 0.2:
            tracks[key]["eq"] = []
        sounds[key] = ArraySamples(x)
    data = {
        "schema": "imgext.scene/1",
        "duration": 1.6,
        "sample_rate": RATE,
        "levels": {"measure": ["rms", "lufs"][seed % 2]},
        "unmask": {"mode": mode},
        "objects": objects,
        "tracks": tracks,
    }
    return settle(Scene.of(data))[0], sounds, lot


def played(scene, sounds):
    """Each track before its gain, and its plan."""
    plan, _ = make_plan(scene, Opened(sounds))
    return {
        track.id: (
            EventReader(track, sounds[track.id], track.events[0], RATE).read(track.events[0].frames),
            track,
        )
        for track in plan.tracks
    }


def loudness(x, track):
    stem = Stem(track.id, x * track.gain, 0.5)
    return block_loudness(block_powers(stem, RATE, *extent(stem.samples)))


def check(scene, sounds, answered):
    """Tell how many cuts there are, all of which keep what was promised."""
    before, after = played(scene_without_cuts(scene), sounds), played(answered, sounds)
    levels = {}
    for key, track in answered.tracks.items():
        cuts = track.eq
        low, high = response_range(cuts, RATE) if cuts else (0.0, 0.0)
        assert low >= -6.0 - 1e-6
        assert high <= 1e-9
        (plain, _), (cut, plan) = before[key], after[key]
        start, inside = plan.events[0].start, np.zeros(len(plain), dtype=bool)
        for begin, end in itertools.chain.from_iterable(cut.spans for cut in cuts):
            inside[
                max(0, math.floor((begin - RAMP_SECONDS) * RATE) - start) : max(
                    0, math.ceil((end + RAMP_SECONDS) * RATE) + 1 - start
                )
            ] = True
        assert np.array_equal(plain[~inside], cut[~inside])
        levels[key] = loudness(*before[key]), loudness(*after[key])
    for one, other in itertools.combinations(levels.values(), 2):
        if abs(one[0] - other[0]) >= 0.02:
            assert (one[0] - other[0]) * (one[1] - other[1]) > 0.0
    return sum(len(track.eq) for track in answered.tracks.values())


def check_reasons(answered, decisions):
    """The reason of each cut names the track that the cut is for."""
    for decision in decisions:
        _, key, _, *number = decision.path.split(".")
        if number:
            cut = answered.tracks[key].eq[int(number[0])]
            assert f" {cut.against} around {cut.freq:g} Hz: cut {-cut.gain:g} dB" in decision.because


def scene_without_cuts(scene):
    data = scene.as_data()
    for track in data["tracks"].values():
        track["eq"] = []
    return Scene.of(data)


@pytest.mark.parametrize(
    ("mode", "first"), [(mode, first) for mode, count in MODES.items() for first in range(0, count, PART)]
)
def test_cuts_keep_their_range_and_their_gates_and_the_order_of_loudness_whatever_the_order_of_tracks(
    mode, first
):
    cuts = 0
    for seed in range(first, min(first + PART, MODES[mode])):
        scene, sounds, lot = some_scene(seed, mode)
        answered, decisions = unmask(scene, Opened(sounds))
        cuts += check(scene, sounds, answered)
        check_reasons(answered, decisions)
        if seed % 3:
            continue
        data = scene.as_data()
        for part in ("objects", "tracks"):
            keys = list(data[part])
            data[part] = {keys[k]: data[part][keys[k]] for k in lot.permutation(len(keys))}
        assert unmask(Scene.of(data), Opened(sounds))[1] == decisions
    assert cuts > 0
