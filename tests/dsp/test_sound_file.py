"""Reading and writing sound files."""

from __future__ import annotations

import math

import numpy as np
import pytest
import soundfile

from imgext.dsp.sound_file import (
    ArraySamples,
    SoundWriter,
    SpooledSamples,
    array_samples,
    open_samples,
    probe,
    resampled_frames,
)
from imgext.errors import MissingInputError, SceneError


def test_a_header_says_frames_rate_and_channels(sound, noise):
    info = probe(sound("a.wav", noise(0.5, channels=2, rate=44100), rate=44100))
    assert (info.frames, info.rate, info.channels, info.seconds) == (22050, 44100, 2, 0.5)


def test_samples_are_exactly_those_of_the_file(sound):
    x = np.arange(-100, 100) / 2**15
    samples = open_samples(sound("a.wav", x, subtype="PCM_16"), 48000)
    assert np.array_equal(samples.read(0, 200)[:, 0], x)
    assert np.array_equal(samples.read(50, 60)[:, 0], x[50:60])


@pytest.mark.parametrize("rate", [8000, 22050, 44100, 96000])
def test_a_sine_keeps_its_frequency_and_level_at_another_rate(sound, rate):
    t = np.arange(rate * 2) / rate
    samples = open_samples(
        sound("a.wav", 0.5 * np.sin(2 * math.pi * 1000 * t), rate=rate, subtype="FLOAT"), 48000
    )
    assert samples.frames == 96000
    middle = samples.read(24000, 72000)[:, 0]
    expected = 0.5 * np.sin(2 * math.pi * 1000 * np.arange(24000, 72000) / 48000)
    assert np.abs(middle - expected).max() < 1e-4


def test_resampled_lengths_are_known_beforehand():
    for frames in (1, 2, 999, 1000, 44101):
        for a, b in ((44100, 48000), (22050, 48000), (96000, 48000), (48000, 44100), (8000, 44100)):
            expected = resampled_frames(frames, a, b)
            if expected:
                assert array_samples(np.zeros((frames, 1)), a, b).frames == expected


def test_where_a_sound_is_kept_changes_no_sample(sound, noise):
    path = sound("a.wav", noise(3, channels=2, rate=44100), rate=44100)
    kept, spooled = open_samples(path, 48000), open_samples(path, 48000, keep=1000)
    assert isinstance(kept, ArraySamples)
    assert isinstance(spooled, SpooledSamples)
    assert kept.frames == spooled.frames == 3 * 48000
    assert np.array_equal(kept.read(1000, 9000), spooled.read(1000, 9000))


def test_a_missing_file_is_missing(tmp_path):
    with pytest.raises(MissingInputError, match="there is no such sound"):
        probe(tmp_path / "no.wav")


@pytest.mark.parametrize(
    ("data", "rate", "said"),
    [
        (np.zeros(0), 48000, "no frames"),
        (np.zeros(10), 500, "sample rate of 500"),
    ],
)
def test_what_cannot_be_played_is_refused(sound, data, rate, said):
    with pytest.raises(SceneError, match=said):
        probe(sound("a.wav", data, rate=rate))


def test_a_text_is_no_sound(tmp_path):
    (tmp_path / "a.wav").write_text("hello", encoding="utf-8")
    with pytest.raises(SceneError, match="not a sound"):
        open_samples(tmp_path / "a.wav", 48000)


def test_a_sound_with_nan_in_it_is_damaged(sound):
    x = np.zeros(100)
    x[7] = math.nan
    with pytest.raises(SceneError, match="not numbers"):
        open_samples(sound("a.wav", x, subtype="FLOAT"), 48000)


@pytest.mark.parametrize("container", ["WAV", "FLAC"])
def test_twenty_four_bits_are_written_as_they_are(tmp_path, container):
    values = np.array([[0, 1], [-1, 2**23 - 1], [-(2**23), 12345]], np.int32)
    writer = SoundWriter(tmp_path / "a", 48000, 2, container=container)
    writer.write(values)
    writer.close()
    assert np.array_equal(soundfile.read(tmp_path / "a", dtype="int32")[0] >> 8, values)
