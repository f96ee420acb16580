"""The master and the files: ceilings, targets, word lengths, stems."""

from __future__ import annotations

import math

import numpy as np
import pytest
import soundfile

from imgext.dsp.sound_file import ArraySamples
from imgext.rendering import Opened, make_plan, perform
from imgext.scene.defaults import settle
from imgext.scene.model import Scene

RATE = 48000


def performed(tmp_path, x, *, level=-20.0, master=None, stems=(), name="mix.wav", seconds=None, **options):
    track = {
        "sound": "a.wav",
        "start": 0.0,
        "loop": False,
        "level": level,
        "eq": [],
        "fade_in": 0.0,
        "fade_out": 0.0,
    }
    data = {
        "schema": "imgext.scene/1",
        "duration": seconds or len(x) / RATE,
        "tracks": {"a": track},
        **({"master": master} if master else {}),
    }
    scene, _ = settle(Scene.of(data))
    samples = {"a": ArraySamples(np.asarray(x, dtype=float).reshape(len(x), -1))}
    made, _ = make_plan(scene, Opened(samples))
    result = perform(
        made, samples, tmp_path / name, stems={key: tmp_path / f"{key}.wav" for key in stems}, **options
    )
    return result, tmp_path / name


def test_a_quiet_mix_is_left_as_it_is(tmp_path, noise):
    result, path = performed(tmp_path, noise(2))
    mix, rate = soundfile.read(path)
    assert (result.master_gain, result.limiter_reduction, rate, mix.shape) == (0.0, 0.0, RATE, (2 * RATE, 2))
    assert soundfile.info(path).subtype == "PCM_24"


def test_a_loudness_target_gives_way_where_the_limiter_would_hold_back_more_than_3_db(tmp_path, noise):
    click = noise(5, rms=0.003)
    click[RATE : RATE + 200] = 0.9
    result, _ = performed(tmp_path, click, master={"loudness": -18})
    assert result.gave_way
    assert 2.0 < result.limiter_reduction <= 3.0
    assert result.loudness < -18.5
    assert [decision.kind for decision in result.decisions if decision.path == "master.loudness"] == []


def test_a_loudness_target_is_reached_by_one_static_gain(tmp_path, noise):
    import pyloudnorm

    result, path = performed(tmp_path, noise(5), master={"loudness": -27})
    mix, _ = soundfile.read(path)
    assert pyloudnorm.Meter(RATE, filter_class="DeMan").integrated_loudness(mix) == pytest.approx(
        -27, abs=0.05
    )
    assert result.loudness == pytest.approx(-27, abs=0.01)


def test_a_little_too_loud_is_turned_down_and_not_limited(tmp_path):
    x = 0.1 * np.sin(2 * math.pi * 997 * np.arange(2 * RATE) / RATE)
    # a sine at an RMS of 0 dBFS, panned to the middle, peaks at 0 dBFS in each channel; the ceiling is 1 dB
    # below
    result, _ = performed(tmp_path, x, level=0.0)
    assert result.master_gain == pytest.approx(-1.0, abs=0.05)
    assert result.limiter_reduction == 0
    assert result.true_peak <= -1.0 + 1e-9


def test_much_too_loud_is_limited_below_the_ceiling(tmp_path, noise):
    from scipy.signal import resample_poly

    result, path = performed(tmp_path, noise(2, rms=0.05), level=0.0)
    mix, _ = soundfile.read(path)
    assert result.master_gain == -3.0
    assert result.limiter_reduction > 3
    assert 20 * math.log10(np.abs(resample_poly(mix, 8, 1, axis=0)).max()) <= -1.0
    assert any(decision.kind == "warning" and "too hot" in decision.because for decision in result.decisions)


def test_without_a_limiter_what_clips_is_said(tmp_path, noise):
    result, _ = performed(tmp_path, noise(1), level=0.0, master={"limiter": "off"})
    assert result.clipped_samples > 0
    assert any(decision.kind == "warning" and "clipped" in decision.because for decision in result.decisions)


def test_a_written_gain_is_played_as_written(tmp_path, noise):
    quiet, path = performed(tmp_path, noise(1))
    plain, _ = soundfile.read(path)
    result, path = performed(tmp_path, noise(1), master={"gain": -6.0})
    louder, _ = soundfile.read(path)
    assert np.abs(louder - plain * 10 ** (-6 / 20)).max() < 2**-22
    assert result.loudness == pytest.approx(quiet.loudness - 6, abs=1e-6)
    assert result.decisions == []


def test_stems_times_the_master_gain_are_the_mix_within_one_step(tmp_path, noise):
    result, path = performed(tmp_path, noise(2), master={"gain": -4.5}, stems=["a"])
    mix, _ = soundfile.read(path)
    stem, _ = soundfile.read(tmp_path / "a.wav")
    assert np.abs(stem * 10 ** (result.master_gain / 20) - mix).max() <= 2.0**-23


def test_float_stems_are_the_same_bytes_at_another_time(tmp_path, noise, monkeypatch):
    files = []
    for clock in (1_000_000_000, 1_700_000_000):
        monkeypatch.setattr("time.time", lambda now=clock: now)
        folder = tmp_path / str(clock)
        folder.mkdir()
        performed(folder, noise(1), stems=["a"])
        files.append((folder / "a.wav").read_bytes())
    assert files[0] == files[1]
    peak = files[0].index(b"PEAK")
    assert files[0][peak + 12 : peak + 16] == b"\0\0\0\0"


def test_flac_holds_the_same_samples_as_wav(tmp_path, noise):
    _, wav = performed(tmp_path, noise(1))
    _, flac = performed(tmp_path, noise(1), name="mix.flac", container="FLAC")
    assert np.array_equal(soundfile.read(wav, dtype="int32")[0], soundfile.read(flac, dtype="int32")[0])


def test_sixteen_bits_are_dithered_from_the_seed(tmp_path):
    x = 0.1 * np.sin(2 * math.pi * 440 * np.arange(4 * RATE) / RATE)
    _, path = performed(tmp_path, x, bits=16, level=-60.0)
    first = path.read_bytes()
    mix, _ = soundfile.read(path)
    _, path = performed(tmp_path, x, bits=16, level=-60.0)
    assert path.read_bytes() == first
    exact, _ = soundfile.read(performed(tmp_path, x, name="exact.wav", level=-60.0)[1])
    error = (mix - exact) * 2**15
    # triangular dither and rounding: variance 1/6 + 1/12 of a step, no correlation with the signal
    assert np.var(error) == pytest.approx(0.25, rel=0.03)
    assert abs(np.corrcoef(error[:, 0], exact[:, 0])[0, 1]) < 0.01


def test_waveforms_have_the_largest_magnitude_of_each_column(tmp_path):
    x = np.zeros(RATE)
    x[5000] = 0.5
    result, _ = performed(tmp_path, x, waveforms=True)
    columns = result.peaks["a"]
    assert np.flatnonzero(columns).tolist() == [5000 // 512]


def test_a_mix_longer_than_memory_is_the_same_as_a_short_one(tmp_path, noise, monkeypatch):
    _, path = performed(tmp_path, noise(3))
    plain = path.read_bytes()
    monkeypatch.setattr("imgext.rendering.performance.IN_MEMORY", 1000)
    _, path = performed(tmp_path, noise(3), name="again.wav")
    assert path.read_bytes() == plain
