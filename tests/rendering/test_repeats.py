"""Repeats that differ in level, pitch and place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from imgext.dsp.pan import pan_matrix
from imgext.dsp.sound_file import ArraySamples
from imgext.dsp.vary import Difference, difference
from imgext.rendering import Opened, make_plan
from imgext.rendering.engine import blocks
from imgext.rendering.event import EventReader
from imgext.scene.defaults import settle
from imgext.scene.model import Scene

RATE = 48000
STARTS = [0.0, 0.5, 1.0, 1.5]
VARY = {"gain": 2, "pitch": 1, "pan": 0.2}


def tone(frequency, frames):
    return np.sin(2 * np.pi * frequency / RATE * np.arange(frames))


def planned(vary, sound, **more):
    track = {
        "sound": "a.wav",
        "start": STARTS,
        "fade_in": 0,
        "fade_out": 0,
        "level": -20,
        "pan": 0.9,
        "eq": [],
    }
    data = {
        "schema": "imgext.scene/1",
        "duration": 3,
        "seed": 5,
        "levels": {"measure": "rms"},
        "tracks": {"a": track | {"vary": vary, **more}},
    }
    opened = Opened({"a": ArraySamples(sound.reshape(-1, 1))})
    return make_plan(settle(Scene.of(data))[0], opened)[0], opened


@pytest.fixture(scope="module")
def varied():
    return planned(VARY, tone(1000, 9600))


def test_each_repeat_is_what_its_start_draws(varied):
    largest = Difference(2.0, 1.0, 0.2)
    found = [Difference(event.gain_db, event.pitch, event.pan) for event in varied[0].tracks[0].events]
    assert found == [difference(5, "a", start, largest) for start in STARTS]
    assert len(set(found)) == 4


def test_an_octave_up_is_twice_the_frequency_in_half_the_time(varied):
    plan, opened = varied
    event = replace(plan.tracks[0].events[0], frames=4800, pitch=12.0, gain_db=0.0)
    heard = EventReader(plan.tracks[0], opened.samples["a"], event, RATE).read(4800)[:, 0]
    inside = slice(480, -480)  # away from the edges, where the resampler rings
    assert np.abs(heard - tone(2000, 4800))[inside].max() < 1e-4


def test_a_lower_repeat_lasts_longer_by_the_ratio_of_the_pitches():
    plan, _ = planned({"gain": 0, "pitch": 1, "pan": 0}, tone(1000, 9600))
    for event in plan.tracks[0].events:
        assert event.frames == pytest.approx(9600 * 2 ** (-event.pitch / 12), abs=1)


def test_a_louder_repeat_is_louder_by_so_many_decibels():
    plan, opened = planned({"gain": 6, "pitch": 0, "pan": 0}, tone(1000, 9600), pan=0)
    (track,) = plan.tracks
    assert 20 * np.log10(track.gain * 0.5**0.5) == pytest.approx(
        -20.0, abs=0.01
    )  # of a sine, as without vary
    mix = np.concatenate([block.mix[0] for block in blocks(plan, opened.samples)]) * 2.0**-40
    for event in track.events:
        power = np.mean(np.square(mix[event.start : event.start + event.frames]))
        assert 10 * np.log10(power) == pytest.approx(-20 - 3.0103 + event.gain_db, abs=0.02)


def test_a_repeat_never_leaves_the_stage(varied):
    plan, opened = varied
    pans = [min(1.0, 0.9 + event.pan) for event in plan.tracks[0].events]
    assert max(pans) == 1.0
    mix = np.concatenate([block.mix for block in blocks(plan, opened.samples)], axis=1) * 2.0**-40
    for pan, event in zip(pans, plan.tracks[0].events, strict=True):
        power = np.mean(np.square(mix[:, event.start : event.start + event.frames]), axis=1)
        wanted = np.square(pan_matrix(pan, 1)[0])
        assert power / power.sum() == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize("vary", [0, {"gain": 0, "pitch": 0, "pan": 0}])
def test_zero_is_off(vary):
    plan, _ = planned(vary, tone(1000, 9600))
    assert {(event.gain_db, event.pitch, event.pan, event.frames) for event in plan.tracks[0].events} == {
        (0.0, 0.0, 0.0, 9600)
    }


def test_a_loop_keeps_its_pitch():
    plan, _ = planned(VARY, tone(1000, 9600), loop=True, duration=0.4)
    assert {event.pitch for event in plan.tracks[0].events} == {0.0}
