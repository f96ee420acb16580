"""What is hidden at a place, and the place that mode masking takes."""

from __future__ import annotations

import numpy as np
import pytest

from imgext.arranging import arrange
from imgext.arranging.crowd import Placed
from imgext.dsp.sound_file import ArraySamples
from imgext.mix.hiding import Hiding
from imgext.rendering import Opened
from imgext.scene.defaults import settle
from imgext.scene.model import Scene

RATE = 48000


def tone(frequency, seconds):
    return ArraySamples(
        0.1 * np.sin(2 * np.pi * frequency / RATE * np.arange(round(seconds * RATE)))[:, None]
    )


@pytest.fixture(scope="module")
def sounds():
    """A call between two long tones of its own pitch, and one far above it."""
    made = {"a": tone(1000, 4), "b": tone(1000, 4), "high": tone(8000, 4), "call": tone(1000, 1)}
    return Opened(made, dict.fromkeys(made, ""))


def scene(*, unimportant=False):
    objects = {key: {"label": "thing", "importance": 0.5} for key in ("a", "b", "high")}
    if unimportant:
        objects["call"] = {"label": "thing", "importance": 0.0}
    starts = {"a": 0.0, "b": 8.0, "high": 4.0, "call": None}
    tracks = {key: {"sound": f"{key}.wav", "vary": 0, "start": start} for key, start in starts.items()}
    data = {"duration": 12, "objects": objects, "tracks": tracks, "arrange": {"mode": "masking"}, "seed": 2}
    return settle(Scene.of({"schema": "imgext.scene/1", **data}))[0]


LENGTHS = {"a": 4.0, "b": 4.0, "high": 4.0, "call": 1.0}


@pytest.fixture(scope="module")
def hiding(sounds):
    return Hiding(arrange(scene(), LENGTHS)[0], sounds)


def test_nothing_is_hidden_where_nothing_else_sounds(hiding):
    assert hiding("call", 20.0, {"a": [Placed(0, 4)]}) == 0.0


def test_more_is_hidden_under_the_same_tone_than_under_one_far_above(hiding):
    taken = {"a": [Placed(0, 4)], "high": [Placed(4, 8)]}
    same, far = hiding("call", 1.5, taken), hiding("call", 5.5, taken)
    assert same > 10 * far >= 0.0


def test_what_a_sound_hides_of_others_counts_too(sounds):
    hiding = Hiding(arrange(scene(unimportant=True), LENGTHS)[0], sounds)  # nobody misses the call
    assert hiding("call", 1.5, {"a": [Placed(0, 4)]}) > 0.0
    assert hiding("call", 6.0, {"a": [Placed(0, 4)]}) == 0.0


def test_the_place_that_is_taken_is_where_least_is_hidden(hiding):
    placed, decisions = arrange(scene(), LENGTHS, hidden=hiding)
    assert 4.0 <= placed.tracks["call"].start <= 7.0  # with the tone that does not hide it
    said = next(each.because for each in decisions if each.path == "tracks.call.start")
    assert said.startswith("where the least is hidden, one of 96 seeded places")
