"""A mix that is a circle: its turn is what a long mix of the same turns plays in the middle."""

import struct
import wave

import numpy as np
import pytest
import soundfile

from imgext.dsp.quantise import from_grid
from imgext.dsp.sound_file import ArraySamples, SoundWriter, add_loop
from imgext.rendering import Opened, make_plan, perform
from imgext.rendering.engine import blocks
from imgext.scene.defaults import settle
from imgext.scene.model import Scene

RATE = 8000
ROOM = {"room_detected": True, "room_size": 0.0, "wet_level": 0.5}
WRITTEN = {
    "offset": 0.0,
    "loop": False,
    "fade_in": 0.0,
    "fade_out": 0.01,
    "level": -20.0,
    "pan": 0.2,
    "send": 1.0,
    "eq": [],
}


def planned(tracks, sounds, duration=1.0, **rest):
    data = {key: {"sound": f"{key}.wav", **WRITTEN, **track} for key, track in tracks.items()}
    whole = {"schema": "imgext.scene/1", "sample_rate": RATE, "duration": duration, "tracks": data, **rest}
    samples = {key: ArraySamples(np.asarray(x, dtype=float).reshape(len(x), -1)) for key, x in sounds.items()}
    return make_plan(settle(Scene.of(whole))[0], Opened(samples))[0], samples


def played(plan, samples):
    return np.concatenate([block.mix for block in blocks(plan, samples)], axis=1)


def turns(starts, count=4, length=1.0):
    return [round(start + turn * length, 3) for turn in range(count) for start in starts]


@pytest.mark.parametrize("seconds", [0.5, 2.6])
def test_what_reaches_beyond_the_end_sounds_at_the_beginning(noise, seconds):
    # written out over five turns, the fourth is like every other
    cut = {"freq": 1000, "gain": -6, "q": 1.0}
    x = noise(seconds, rate=RATE)
    track = {"vary": {"gain": 0, "pitch": 0, "pan": 0}}
    circle = planned(
        {"a": {**track, "start": [0.2, 0.8], "eq": [{**cut, "spans": [[0.0, 0.1], [0.9, 1.0]]}]}},
        {"a": x},
        master={"loop": True},
    )
    spans = [[0.0, 0.1], *([turn - 0.1, turn + 0.1] for turn in range(1, 6))]
    written = planned(
        {"a": {**track, "start": turns([0.2, 0.8], 5), "eq": [{**cut, "spans": spans}]}}, {"a": x}, 5.0
    )
    one, five = (from_grid(played(*made)) for made in (circle, written))
    gain = circle[0].tracks[0].gain / written[0].tracks[0].gain
    # the bells come to the same by sums in another order
    assert np.abs(one - five[:, 3 * RATE : 4 * RATE] * gain).max() < 1e-9


def test_the_rooms_tail_rings_on_at_the_beginning(noise):
    x = noise(0.3, rate=RATE)
    circle = planned({"a": {"start": 0.7}}, {"a": x}, master={"loop": True}, **ROOM)
    written = planned(
        {"a": {"start": turns([0.7], 5), "vary": {"gain": 0, "pitch": 0, "pan": 0}}}, {"a": x}, 5.5, **ROOM
    )
    one, five = from_grid(played(*circle)), from_grid(played(*written))
    assert np.abs(one[:, : RATE // 2]).max() > 1e-4
    assert np.abs(one - five[:, 4 * RATE : 5 * RATE]).max() < 1e-9


@pytest.mark.parametrize(("seconds", "loop"), [(0.6, True), (1.0, False), (1.2, False), (3.0, False)])
def test_a_bed_meets_itself(noise, seconds, loop):
    # white noise of one power: 50 ms around the joint are as loud as any others, within their own scatter
    x = noise(seconds, rate=RATE)
    track = {"start": 0.0, "loop": loop, "fade_out": 0.0, **({"duration": 1.0} if loop else {})}
    circle = from_grid(played(*planned({"a": track}, {"a": x}, master={"loop": True})))[0]
    twice = np.concatenate([circle, circle])
    powers = 10 * np.log10((twice[: 2 * RATE].reshape(-1, 400) ** 2).mean(axis=1))
    assert np.abs(powers - powers.mean()).max() < 1.5
    assert abs(twice[RATE] - twice[RATE - 1]) < np.abs(np.diff(circle)).max()


def test_a_loop_that_fits_the_circle_is_left_as_it_is():
    t = np.arange(RATE // 4) / RATE
    x = np.sin(2 * np.pi * 400 * t)
    track = {"start": 0.0, "loop": True, "crossfade": 0.0, "duration": 1.0, "fade_out": 0.0}
    plan, samples = planned({"a": track}, {"a": x}, master={"loop": True})
    assert plan.tracks[0].meeting == 0
    one = from_grid(played(plan, samples))[0]
    assert one == pytest.approx(
        np.sin(2 * np.pi * 400 * np.arange(RATE) / RATE) * np.abs(one).max(), abs=1e-6
    )


def test_the_limiter_acts_round_the_corner(tmp_path, noise):
    # a burst across the joint: three turns one after another reach no higher than one
    from imgext.dsp.truepeak import TruePeakMeter

    x = noise(0.2, rate=RATE)
    plan, samples = planned(
        {"a": {"start": 0.9, "level": -6.0, "fade_out": 0.0}},
        {"a": x},
        master={"loop": True, "gain": 6, "true_peak": -3},
    )
    perform(plan, samples, tmp_path / "mix.wav")
    y, _ = soundfile.read(tmp_path / "mix.wav")
    assert len(y) == RATE
    meter = TruePeakMeter(RATE, 2, 4)
    meter.add(np.concatenate([y, y, y]))
    assert meter.true_peak() <= -3.0 + 0.005


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
@pytest.mark.parametrize("frames", [1001, 1000])
def test_a_wav_file_says_that_all_of_it_is_a_loop(tmp_path, subtype, frames):
    path = tmp_path / "a.wav"
    writer = SoundWriter(path, RATE, 1, subtype=subtype)
    x = np.arange(frames)[:, None].astype(np.float32 if subtype == "FLOAT" else np.int32)
    writer.write(x)
    writer.close()
    before, _ = soundfile.read(path)
    add_loop(path, RATE, frames)
    data = path.read_bytes()
    assert struct.unpack("<I", data[4:8])[0] == len(data) - 8
    at = data.index(b"smpl")
    assert at % 2 == 0
    size, *fields = struct.unpack("<16I", data[at + 4 : at + 68])
    # period in ns, middle C, one loop, forward, from 0 to the last frame, for ever
    assert (size, fields) == (60, [0, 0, 125000, 60, 0, 0, 0, 1, 0, 0, 0, 0, frames - 1, 0, 0])
    after, _ = soundfile.read(path)
    assert np.array_equal(after, before)
    if subtype != "FLOAT":
        with wave.open(str(path)) as other:
            assert other.getnframes() == frames


def test_the_mix_fades(tmp_path):
    # raised cosines: half the amplitude in the middle of each
    x = np.full(RATE, 0.25)
    plan, samples = planned(
        {"a": {"start": 0.0, "fade_out": 0.0}}, {"a": x}, master={"fade_in": 0.2, "fade_out": 0.4, "gain": 0}
    )
    perform(plan, samples, tmp_path / "mix.wav")
    y = soundfile.read(tmp_path / "mix.wav")[0][:, 0]
    whole = y[RATE // 2]
    found = [y[0] / whole, y[round(0.1 * RATE)] / whole, y[round(0.8 * RATE)] / whole, y[-1] / whole]
    assert found == pytest.approx([0.0, 0.5, 0.5, 0.0], abs=2e-3)


def test_what_the_end_of_the_mix_cuts_off_goes_before_it():
    # half a second of raised cosine: half the amplitude a quarter of a second before the end
    x = np.full(3 * RATE, 0.25)
    plan, samples = planned({"a": {"start": 0.0, "fade_out": 0.0}}, {"a": x}, 2.0)
    y = from_grid(played(plan, samples))[0]
    assert y[[-1, -RATE // 4]] / y[RATE] == pytest.approx([0.0, 0.5], abs=2e-3)
