"""Takes of other sounds: which tracks have some, where they lie, how loud they are."""

from __future__ import annotations

import numpy as np
import pytest

from imgext.dsp.sound_file import ArraySamples, JoinedSamples
from imgext.errors import SceneError
from imgext.rendering import Opened, make_plan
from imgext.rendering.event import EventReader
from imgext.scene.defaults import settle
from imgext.scene.document import parse
from imgext.scene.model import Scene
from imgext.sounds.listening import listen
from imgext.sounds.takes import OTHERS, TakeSound, other_takes, with_takes

RATE = 48000


def burst(seed, seconds=0.5, gain=1.0):
    x = np.random.default_rng(seed).standard_normal((round(seconds * RATE), 1)) * 0.1 * gain
    return x * np.exp(-np.arange(len(x)) / RATE * 12)[:, np.newaxis]


def opening(_key, reference):
    """A burst of its own for every reference, each 12 dB louder than the track's own sound."""
    seed = sum(reference.encode())
    return TakeSound(ArraySamples(burst(seed, gain=4.0)), f"digest {reference}")


def scene_of(track, **more):
    track = {"sound": "builtin:dog", "fade_in": 0, "fade_out": 0, "level": -20, "pan": 0, "eq": [], **track}
    data = {
        "schema": "imgext.scene/1",
        "objects": {"dog": {"label": "dog"}},
        "tracks": {"dog": track},
        **more,
    }
    return settle(Scene.of(data))[0]


def found(track, **more):
    scene = scene_of(track, **more)
    opened = Opened({"dog": ArraySamples(burst(1))}, {"dog": "own"})
    asked, (scene, _) = scene, listen(scene, opened)
    scene, _ = other_takes(scene, asked, opened, opening)
    return scene, with_takes(scene, opened, opening)


@pytest.mark.usefixtures("cache")
@pytest.mark.parametrize(
    ("track", "more", "count"),
    [
        ({"every": [4, 9]}, {}, OTHERS),
        ({"start": [0, 5]}, {}, OTHERS),
        ({"start": {"after": "b"}}, {}, OTHERS),
        ({}, {"duration": 60}, OTHERS),
        ({}, {}, 0),
        ({"start": 3}, {"duration": 60}, 0),
        ({"every": [4, 9], "sound": "builtin:dog?seed=5"}, {}, 0),
        ({"every": [4, 9], "sound": "dog.wav"}, {}, 0),
        ({"every": [4, 9], "loop": True}, {}, 0),
    ],
)
def test_a_built_in_sound_that_comes_again_has_other_individuals(track, more, count):
    if "after" in str(track):
        more = {"objects": {"dog": {"label": "dog"}, "b": {"label": "thunder"}}, **more}
    scene, opened = found(track, **more)
    takes = [take.sound for take in scene.tracks["dog"].takes or []]
    assert len(set(takes)) == count
    assert set(opened.begins.get("dog", {})) == set(takes)


@pytest.mark.usefixtures("cache")
def test_repeats_take_turns_and_are_equally_loud():
    starts = [0.0, 1.0, 2.0, 3.0, 4.0]
    scene, opened = found({"start": starts, "vary": 0}, duration=6)
    plan, _ = make_plan(scene, opened)
    (track,) = plan.tracks
    assert [event.shift for event in track.events][4] == 0  # the first again
    heard = [
        EventReader(track, opened.samples["dog"], event, RATE).read(event.frames) for event in track.events
    ]
    assert len({each[:100].tobytes() for each in heard}) == 1 + OTHERS
    assert np.array_equal(heard[0], heard[4])
    loud = [10 * np.log10(np.mean(np.square(each))) for each in heard]
    assert (
        np.ptp(loud) < 0.5
    )  # dB, of sounds that are 12 dB apart; blocks of 400 ms fall a little differently


@pytest.mark.usefixtures("cache")
def test_a_written_length_and_offset_hold_for_all_takes():
    scene, _ = found({"every": [1, 2], "duration": 0.2, "offset": 0.1}, duration=6)
    assert [(take.offset, take.duration) for take in scene.tracks["dog"].takes] == [(0.1, 0.2)] * OTHERS


def test_joined_sounds_are_read_one_after_the_other():
    parts = [ArraySamples(burst(1, 0.1)), ArraySamples(np.repeat(burst(2, 0.2), 2, axis=1))]
    whole = JoinedSamples(parts)
    assert (whole.frames, whole.channels, whole.begins) == (14400, 2, [0, 4800])
    across = whole.read(4000, 6000)
    assert np.allclose(across[:800], parts[0].read(4000, 4800) * 0.5**0.5)
    assert np.array_equal(across[800:], parts[1].read(0, 1200))


def test_a_take_names_a_sound_as_a_track_does():
    takes = "[{offset: 0, duration: 1, sound: builtn:dog}]"
    with pytest.raises(SceneError, match="is not a source"):
        parse(f"schema: imgext.scene/1\ntracks: {{a: {{sound: a.wav, takes: {takes}}}}}\n", "x.yaml")
