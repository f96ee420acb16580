"""Events, stems and their exact sum."""

from __future__ import annotations

import math

import numpy as np
import pytest

from imgext.dsp.sound_file import ArraySamples
from imgext.errors import ImgextError, SceneError
from imgext.rendering import ROOM, Opened, make_plan
from imgext.rendering.engine import blocks
from imgext.rendering.event import EventReader
from imgext.rendering.plan import Event
from imgext.scene.defaults import settle
from imgext.scene.model import Scene

RATE = 48000
STEP = 2.0**-40


def planned(tracks: dict, sounds: dict[str, np.ndarray], duration: float = 4.0, **rest):
    """Plan of fully written tracks; sounds are float64 (n,) or (n, 2)."""
    full = {
        key: {
            "sound": f"{key}.wav",
            "start": 0.0,
            "offset": 0.0,
            "loop": False,
            "fade_in": 0.0,
            "fade_out": 0.0,
            "level": -20.0,
            "pan": 0.0,
            "send": 1.0,
            "eq": [],
            **track,
        }
        for key, track in tracks.items()
    }
    scene, _ = settle(
        Scene.of(
            {
                "schema": "imgext.scene/1",
                "duration": duration,
                "tracks": full,
                "levels": {"measure": "rms"},
                **rest,
            }
        )
    )
    samples = {key: ArraySamples(np.asarray(x, dtype=float).reshape(len(x), -1)) for key, x in sounds.items()}
    made, notes = make_plan(scene, Opened(samples))
    return made, samples, notes


def play(made, samples, *, stems: bool = False):
    """The whole mix as int64 (n, 2), and the stems likewise."""
    mix, each = [], {}
    for block in blocks(made, samples, stems=stems):
        mix.append(block.mix.T)
        for key, stem in block.stems.items():
            each.setdefault(key, np.zeros((made.frames, 2), np.int64))[
                block.start : block.start + stem.shape[1]
            ] = stem.T
    return np.concatenate(mix), each


def test_a_sound_lies_at_its_start_with_its_gain_and_pan(noise):
    x = noise(1)
    made, samples, _ = planned({"a": {"start": 1.25, "pan": 0.5}}, {"a": x})
    mix, _ = play(made, samples)
    begin = 60000
    theta = 1.5 * math.pi / 4
    for side, gain in enumerate((math.cos(theta), math.sin(theta))):
        expected = x * made.tracks[0].gain * gain
        assert np.abs(mix[begin : begin + len(x), side] * STEP - expected).max() < 1e-11
    assert not mix[:begin].any()
    assert not mix[begin + len(x) :].any()


def test_stems_and_room_sum_to_the_mix_exactly(noise):
    made, samples, _ = planned(
        {
            "a": {"pan": -0.3},
            "b": {"start": [0.5, 1.5], "pan": 0.9, "send": 0.4},
            "c": {"start": 2.0, "loop": True, "duration": 1.9},
        },
        {"a": noise(2, 1), "b": noise(1, 2, channels=2), "c": noise(0.7, 3)},
        room_detected=True,
    )
    mix, stems = play(made, samples, stems=True)
    assert set(stems) == {"a", "b", "c", ROOM}
    assert np.array_equal(sum(stems.values()), mix)


def test_the_order_of_tracks_changes_no_bit(noise):
    tracks = {"a": {}, "b": {"start": 0.3}, "c": {"start": 1.1, "pan": -0.7}}
    sounds = {"a": noise(2, 1), "b": noise(1, 2), "c": noise(1.5, 3)}
    one, samples, _ = planned(tracks, sounds, room_detected=True)
    other, again, _ = planned(
        dict(reversed(tracks.items())), dict(reversed(sounds.items())), room_detected=True
    )
    assert np.array_equal(play(one, samples)[0], play(other, again)[0])


def test_a_hard_panned_sound_leaves_the_other_side_silent(noise):
    made, samples, _ = planned(
        {"a": {"pan": 1.0}, "b": {"pan": 1.0}}, {"a": noise(1), "b": noise(1, 1, channels=2)}
    )
    mix, _ = play(made, samples)
    assert not mix[:, 0].any()
    assert mix[:, 1].any()


def test_a_stereo_sound_in_the_middle_is_only_scaled(noise):
    x = noise(1, channels=2)
    made, samples, _ = planned({"a": {}}, {"a": x})
    mix, _ = play(made, samples)
    assert np.array_equal(mix[: len(x)], np.rint(x * (made.tracks[0].gain * 2.0**40)).astype(np.int64))


def test_a_sound_beyond_the_mix_is_cut_at_its_end_with_its_fade(noise):
    made, samples, _ = planned({"a": {"start": 3.5, "fade_out": 0.1}}, {"a": noise(2)})
    mix, _ = play(made, samples)
    assert len(mix) == 4 * RATE
    assert abs(mix[-1]).max() == 0
    assert made.tracks[0].events == (Event(168000, 24000, cut=72000),)


def test_without_a_room_the_mix_is_the_dry_sum_bit_for_bit(noise):
    tracks, sounds = {"a": {}, "b": {"start": 1}}, {"a": noise(2, 1), "b": noise(1, 2)}
    off, samples, _ = planned(tracks, sounds, room_detected=False, wet_level=0.9)
    silent, again, _ = planned(tracks, sounds, room_detected=True, wet_level=0)
    assert np.array_equal(play(off, samples)[0], play(silent, again)[0])
    assert off.room is None
    assert silent.room is None


def test_a_click_in_the_middle_has_the_promised_ratio_of_direct_to_reverberant():
    click = np.zeros(4800)
    click[100] = 0.5
    made, samples, _ = planned({"a": {}}, {"a": click}, 8.0, room_detected=True, wet_level=0.5, room_size=0.5)
    _, stems = play(made, samples, stems=True)
    dry, wet = (float(np.sum(stems[key].astype(float) ** 2)) for key in ("a", ROOM))
    assert 10 * math.log10(dry / wet) == pytest.approx(-20 * math.log10(0.5), abs=0.2)


def test_a_send_of_zero_leaves_the_room_silent(noise):
    made, samples, _ = planned({"a": {"send": 0.0}}, {"a": noise(1)}, room_detected=True)
    _, stems = play(made, samples, stems=True)
    assert not stems[ROOM].any()


def test_a_send_is_linear(noise):
    energies = []
    for send in (1.0, 0.5):
        made, samples, _ = planned({"a": {"send": send}}, {"a": noise(1)}, room_detected=True)
        energies.append(float(np.sum(play(made, samples, stems=True)[1][ROOM].astype(float) ** 2)))
    assert energies[0] / energies[1] == pytest.approx(4, rel=1e-6)


def test_where_a_room_sounds_in_the_picture_does_not_matter(noise):
    returns = []
    for pan in (-0.8, 0.8):
        made, samples, _ = planned({"a": {"pan": pan}}, {"a": noise(1)}, room_detected=True)
        returns.append(play(made, samples, stems=True)[1][ROOM])
    assert np.array_equal(*returns)


@pytest.mark.parametrize("where", ["a sample", "a channel"])
def test_a_sample_that_is_no_number_names_stage_and_track(where, noise):
    x = noise(1, channels=2)
    x[1000, 1] = math.nan if where == "a sample" else math.inf
    with pytest.raises(ImgextError, match="track gull"):
        play(*planned({"gull": {}}, {"gull": x})[:2])


def test_a_loop_keeps_its_power_through_the_crossfade(noise):
    x = noise(2)
    made, samples, _ = planned({"a": {"loop": True, "duration": 4.0}}, {"a": x})
    track = made.tracks[0]
    assert track.crossfade == RATE // 2
    reader = EventReader(track, samples["a"], track.events[0], RATE)
    y = reader.read(4 * RATE)[:, 0]
    seam = slice(track.period, track.period + track.crossfade)
    assert np.mean(y[seam] ** 2) == pytest.approx(np.mean(x**2), rel=0.03)
    assert np.array_equal(y[: track.period], x[: track.period])
    again = slice(track.crossfade, track.period)
    assert np.array_equal(y[track.period + again.start : track.period + again.stop], x[again])


def test_a_loop_of_a_sine_that_fits_has_no_step():
    t = np.arange(RATE) / RATE
    made, samples, _ = planned(
        {"a": {"loop": True, "duration": 3.9}}, {"a": 0.1 * np.sin(2 * math.pi * 100 * t)}
    )
    track = made.tracks[0]
    y = EventReader(track, samples["a"], track.events[0], RATE).read(track.events[0].frames)[:, 0]
    # equal-power curves of two signals in phase rise by at most 3 dB, so a step is at most sqrt(2) times the
    # sine's own, plus the curves' slope
    assert np.abs(np.diff(y)).max() < 0.1 * 2 * math.pi * 100 / RATE * 1.5


def test_blocks_are_the_same_however_they_are_read(noise):
    made, samples, _ = planned(
        {
            "a": {
                "loop": True,
                "duration": 3.0,
                "fade_in": 0.3,
                "fade_out": 0.4,
                "eq": [{"freq": 570, "gain": -4.7, "spans": [[0.5, 1.5]]}],
            }
        },
        {"a": noise(0.9)},
    )
    track = made.tracks[0]
    whole = EventReader(track, samples["a"], track.events[0], RATE).read(3 * RATE)
    reader, pieces, left = EventReader(track, samples["a"], track.events[0], RATE), [], 3 * RATE
    for n in (1, 7, 1000, 32768, 50000):
        pieces.append(reader.read(n))
        left -= n
    pieces.append(reader.read(left))
    assert np.array_equal(whole, np.concatenate(pieces))


def test_a_cut_acts_inside_its_span_only(noise):
    x = noise(3)
    cut = {"eq": [{"freq": 1000, "gain": -6, "q": 1, "spans": [[1.0, 2.0]]}]}
    flat, samples, _ = planned({"a": {"level": -20}}, {"a": x})
    made, again, _ = planned({"a": {"level": -20, **cut}}, {"a": x})
    gain = made.tracks[0].gain / flat.tracks[0].gain
    plain, shaped = (play(each, sounds)[0][:, 0] * STEP for each, sounds in ((flat, samples), (made, again)))
    ramp = round(0.02 * RATE)
    outside = np.r_[0 : RATE - ramp, 2 * RATE + ramp : 3 * RATE]
    assert np.abs(shaped[outside] - plain[outside] * gain).max() < 1e-10
    inside = slice(RATE + 4800, 2 * RATE - 4800)
    spectrum = [
        np.abs(np.fft.rfft(y[inside] * np.hanning(RATE - 9600)))[int(990 * 0.8) : int(1010 * 0.8)].mean()
        for y in (plain * gain, shaped)
    ]
    assert 20 * math.log10(spectrum[1] / spectrum[0]) == pytest.approx(-6, abs=0.3)


def test_a_cut_does_not_change_the_level_that_was_promised(noise):
    made, samples, _ = planned(
        {"a": {"level": -20, "eq": [{"freq": 1000, "gain": -12, "q": 0.3}]}}, {"a": noise(3)}
    )
    mix, _ = play(made, samples)
    power = np.mean(np.sum((mix[: 3 * RATE] * STEP) ** 2, axis=1))
    assert 10 * math.log10(power) == pytest.approx(-20, abs=0.1)


def test_an_offset_beyond_the_sound_is_an_error(noise):
    with pytest.raises(SceneError, match=r"tracks\.a\.offset"):
        planned({"a": {"offset": 2.0}}, {"a": noise(1)})


def test_a_silent_sound_is_left_out_with_a_warning():
    made, _, notes = planned({"a": {}}, {"a": np.zeros(RATE)})
    assert made.tracks == ()
    assert [note.kind for note in notes] == ["warning"]
    assert "silent" in notes[0].because


@pytest.mark.parametrize("heard", [0.01, 0.4, 1.0])
def test_a_sound_keeps_its_level_where_the_mix_ends_in_the_middle_of_it(heard, noise):
    swelling = noise(2) * np.linspace(0.0, 1.0, 2 * RATE) ** 2
    plans = [planned({"a": {"start": 1.0}}, {"a": swelling}, end)[0] for end in (3.0, 1.0 + heard)]
    assert plans[0].tracks[0].gain_db == plans[1].tracks[0].gain_db


def test_the_plan_says_gain_to_a_hundredth_of_a_decibel():
    made, _, _ = planned({"a": {"level": -23.0, "gain": 1.5}}, {"a": np.full(RATE, 0.1)})
    # a constant of 0.1 has an RMS of -20 dBFS
    assert made.tracks[0].measured == -20.0
    assert made.tracks[0].gain_db == -1.5


def test_a_stems_name_changes_with_what_makes_it_and_only_then(noise):
    one, *_ = planned({"a": {}, "b": {}}, {"a": noise(1), "b": noise(1, 1)})
    two, *_ = planned({"a": {"pan": 0.1}, "b": {}}, {"a": noise(1), "b": noise(1, 1)})
    assert one.tracks[0].key() != two.tracks[0].key()
    assert one.tracks[1].key() == two.tracks[1].key()
