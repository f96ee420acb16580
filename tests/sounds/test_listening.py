"""Which piece of a sound is heard: what is written wins, blanks are answered by what the sound is."""

import numpy as np
import pytest

from imgext.dsp.sound_file import ArraySamples
from imgext.rendering import make_plan
from imgext.rendering.opened import Opened
from imgext.scene.model import Scene
from imgext.sounds import listening
from imgext.sounds.listening import listen

RATE = 48000


def noise(seconds, dbfs, seed=1):
    drawn = np.random.Generator(np.random.PCG64(seed)).standard_normal(round(seconds * RATE))
    return drawn * 10 ** (dbfs / 20)


def barks(*starts, seconds=5.0, floor=-65.0):
    x = noise(seconds, floor)
    for index, start in enumerate(starts):
        n = round(0.42 * RATE)
        at = round(start * RATE)
        x[at : at + n] += noise(0.42, -20.0 - index, 7 + index)[:n] * 10 ** (-1.5 * np.arange(n) / n)
    return x[:, None]


def heard(x, label="dog", kind="object", digest="", **track):
    scene = Scene.of(
        {
            "schema": "imgext.scene/1",
            "objects": {"a": {"label": label, "kind": kind}} if label else {},
            "tracks": {"a": {"sound": "a.wav", **track}},
        }
    )
    scene, decisions = listen(scene, Opened({"a": ArraySamples(x)}, {"a": digest}))
    assert all(decision.because for decision in decisions)
    return scene.tracks["a"]


def test_an_event_is_taken_out_of_its_recording_and_others_are_takes():
    track = heard(barks(1.0, 3.0))
    assert track.offset == pytest.approx(0.99, abs=0.02)
    assert 0.3 < track.duration < 0.8
    assert [take.offset for take in track.takes] == [pytest.approx(2.99, abs=0.02)]
    assert track.fade_in == 0.01


def test_what_nobody_names_loses_nothing_that_is_as_loud_as_its_event():
    one = barks(0.0, seconds=0.5, floor=-90.0)
    steady = np.concatenate([one, np.zeros((2 * RATE, 1)), noise(4, -24.0)[:, None]])
    assert heard(steady, label="").duration is None
    assert heard(steady, label="dog").duration < 1.0
    assert heard(barks(1.0, 3.0), label="").duration < 1.0
    assert heard(barks(1.0, seconds=8.0, floor=-45.0), label="").duration < 1.5


def test_what_is_written_wins():
    assert heard(barks(1.0, 3.0), offset=0.0, duration=5.0) == heard(barks(1.0), offset=0.0, duration=5.0)
    track = heard(barks(1.0, 3.0), offset=2.95)
    assert (track.offset, track.takes) == (2.95, None)
    assert track.offset + track.duration == pytest.approx(3.42, abs=0.3)
    track = heard(barks(3.0), duration=4.0)
    assert (track.offset, track.duration) == (1.0, 4.0)  # as late as four seconds of it allow
    assert heard(barks(1.0, 3.0), takes=[]).takes == []


def test_an_event_at_the_very_beginning_keeps_its_attack():
    assert heard(barks(0.0)[:RATE]).fade_in == 0.002


def test_what_goes_on_comes_and_goes_over_seconds():
    x = np.concatenate([np.zeros(RATE), noise(8.0, -30.0), np.zeros(RATE)])[:, None]
    for label in ("engine", "thing"):
        track = heard(x, label)
        assert (track.fade_in, track.fade_out) == (1.5, 1.5)
        assert (track.offset, track.duration) == (1.0, 8.0)


def test_a_bed_is_looped_where_it_is_alike_and_a_circle_as_it_is():
    x = noise(8.0, -30.0) * np.linspace(1.0, 1.8, 8 * RATE)
    track = heard(x[:, None], "rain", "atmo")
    assert track.crossfade in {0.5, 1.0}
    assert 4.0 < track.turn < 8.0
    hum = 0.1 * np.sin(2 * np.pi * 100 * np.arange(4 * RATE) / RATE)[:, None]
    track = heard(hum, "rain", "atmo")
    assert (track.offset, track.turn, track.crossfade) == (0.0, None, 0.0)


def test_a_written_point_of_a_loop_is_kept():
    track = heard(noise(6.0, -30.0)[:, None] * np.linspace(0.1, 1, 6 * RATE)[:, None], loop=True, offset=1.0)
    assert (track.offset, track.turn, track.crossfade) == (1.0, None, 0.5)
    assert heard(barks(1.0), loop=True, crossfade=0.0).turn is None


def test_a_content_is_listened_to_once(monkeypatch):
    first = heard(barks(1.0), digest="ab" * 32)
    monkeypatch.setattr(listening, "pieces_of", None)
    assert heard(barks(1.0), digest="ab" * 32) == first


@pytest.mark.parametrize("before", [0.0, 0.5, 2.2371])
def test_silence_around_a_sound_changes_its_gain_by_less_than_a_twentieth_of_a_decibel(before):
    def gain(x):
        scene = Scene.of(
            {
                "schema": "imgext.scene/1",
                "duration": 12,
                "objects": {"a": {"label": "dog"}},
                "tracks": {"a": {"sound": "a.wav", "level": -20, "start": 0}},
            }
        )
        opened = Opened({"a": ArraySamples(x)}, {"a": ""})
        return make_plan(listen(scene, opened)[0], opened)[0].tracks[0].gain_db

    x = barks(0.1, seconds=0.6)
    padded = np.pad(x, ((round(before * RATE), RATE), (0, 0)))
    assert gain(padded) == pytest.approx(gain(x), abs=0.05)


def test_takes_take_turns_and_each_is_heard_at_its_own_length():
    scene = Scene.of(
        {
            "schema": "imgext.scene/1",
            "duration": 9,
            "tracks": {
                "a": {
                    "sound": "a.wav",
                    "start": [0, 2, 4],
                    "offset": 1,
                    "duration": 0.5,
                    "takes": [{"offset": 3, "duration": 0.25}],
                }
            },
        }
    )
    plan, _ = make_plan(scene, Opened({"a": ArraySamples(barks(1.0, 3.0))}, {"a": ""}))
    events = [(event.start, event.frames, event.shift) for event in plan.tracks[0].events]
    half, quarter = RATE // 2, RATE // 4
    assert events == [(0, half, 0), (2 * RATE, quarter, 2 * RATE), (4 * RATE, half, 0)]
