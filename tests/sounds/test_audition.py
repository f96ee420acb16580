"""Sounds are measured before they are taken; the oracles are arithmetic on sounds made here."""

from __future__ import annotations

import csv
import json
import math

import numpy as np
import pytest
import soundfile
from support.places import SHARED

from imgext.dsp import decode
from imgext.errors import MissingInputError
from imgext.sounds import audition as module
from imgext.sounds.audition import VERSION, Measures, audition, measured
from imgext.store.places import cache_folder, digest_of

RATE = 8000


def noise(seconds=2.0, size=0.1, channels=1):
    return size * np.random.default_rng(1).uniform(-1, 1, (round(seconds * RATE), channels))


@pytest.fixture
def write(tmp_path):
    def make(x, name="a.wav", rate=RATE, subtype="DOUBLE", **form):
        path = tmp_path / name
        soundfile.write(path, x, rate, subtype=subtype, **form)
        return path

    return make


@pytest.fixture(autouse=True)
def forgetful(tmp_path, monkeypatch):
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "cache"))
    module._measured.cache_clear()
    yield
    module._measured.cache_clear()


def test_figures_are_those_of_arithmetic(write):
    # half a second of a square wave at 0.5 in each of two channels, then half a second of nothing
    x = np.zeros((RATE, 2))
    x[: RATE // 2] = np.where(np.arange(RATE // 2) % 8 < 4, 0.5, -0.5)[:, None]
    found = measured(write(x))
    assert (found.peak, found.seconds, found.sounding, found.decoded, found.clipped, found.fault) == (
        0.5,
        1.0,
        0.5,
        1.0,
        0.0,
        "",
    )
    assert found.level == pytest.approx(10 * math.log10(2 * 0.25), abs=1e-6)


def test_a_good_sound_passes(write):
    assert audition(write(noise()), bed=False) is None
    assert audition(write(noise()), bed=True, expected=2.0) is None


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(
    ("form", "subtype"),
    [
        ("WAV", "PCM_16"),
        ("WAV", "PCM_U8"),
        ("WAV", "PCM_24"),
        ("WAV", "FLOAT"),
        ("FLAC", "PCM_16"),
        ("AIFF", "PCM_16"),
        ("OGG", "VORBIS"),
        ("MP3", "MPEG_LAYER_III"),
    ],
)
def test_every_form_is_read(write, form, subtype, channels):
    path = write(noise(channels=channels), f"a.{form.lower()}", subtype=subtype, format=form)
    found = measured(path)
    assert audition(path, bed=True, expected=2.0) is None
    # a uniform distribution over -0.1 to 0.1 has the power 0.01 / 3 in each channel; the lossy codecs take a
    # little
    assert found.level == pytest.approx(10 * math.log10(channels * 0.01 / 3), abs=1.5)
    assert found.seconds == pytest.approx(2.0, abs=0.1)


def test_more_channels_are_measured_as_they_are_played_folded_down(write):
    path = write(noise(channels=6))
    # left, right, half of the centre in both, half of each surround
    assert measured(path).level == pytest.approx(10 * math.log10((1 + 1 + 1 + 0.5 + 0.5) * 0.01 / 3), abs=0.1)
    assert audition(path, bed=False) is None


def test_a_file_that_is_no_sound_is_broken(tmp_path):
    for name, content in (
        ("a.wav", b""),
        ("b.wav", b"RIFF"),
        ("c.ogg", b"<html>not found</html>"),
        ("d.mp3", bytes(100)),
    ):
        (tmp_path / name).write_bytes(content)
        assert audition(tmp_path / name, bed=False).startswith("broken: ")


def test_a_sound_without_frames_is_broken(write):
    assert audition(write(np.zeros((0, 1))), bed=False).startswith("broken: ")


def test_a_file_that_is_not_there_is_broken_and_cannot_be_measured(tmp_path):
    assert audition(tmp_path / "none.wav", bed=False) == "broken: it cannot be read"
    with pytest.raises(MissingInputError):
        measured(tmp_path / "none.wav")


@pytest.mark.parametrize(
    ("form", "subtype"),
    [("WAV", "PCM_16"), ("AIFF", "PCM_16"), ("MP3", "MPEG_LAYER_III"), ("FLAC", "PCM_16")],
)
@pytest.mark.parametrize(("share", "fit"), [(0.95, True), (0.8, False), (0.5, False)])
def test_half_a_file_is_broken_by_its_own_header(write, form, subtype, share, fit):
    path = write(noise(20), f"a.{form.lower()}", subtype=subtype, format=form)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    reason = audition(path, bed=False)
    if form == "FLAC":  # its decoder gives up, and so would the mix
        assert reason.startswith("broken: it is damaged")
    else:
        assert (reason is None) == fit
        assert fit or reason == f"broken: only {measured(path).decoded:.0%} of it can be decoded"
        assert measured(path).decoded == pytest.approx(share, abs=0.04)


def test_a_header_of_a_recorder_that_did_not_know_the_length_is_no_damage(write):
    path = write(noise(), subtype="PCM_16")
    content = bytearray(path.read_bytes())
    at = content.index(b"data") + 4
    content[at : at + 4] = b"\xff\xff\xff\xff"
    path.write_bytes(content)
    assert audition(path, bed=False) is None
    assert measured(path).seconds == 2.0


def test_half_an_ogg_is_told_by_the_length_it_should_have(write):
    path = write(noise(20), "a.ogg", subtype="VORBIS", format="OGG")
    assert audition(path, bed=False, expected=20.0) is None
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    assert audition(path, bed=False) is None  # nothing in it says how long it was
    assert audition(path, bed=False, expected=20.0).endswith("s long instead of 20.0 s")


@pytest.mark.parametrize(("expected", "fit"), [(2.2, True), (2.25, False)])
def test_nine_tenths_of_what_is_expected_are_enough(write, expected, fit):
    assert (
        audition(write(noise()), bed=False, expected=expected) is None
    ) == fit  # 2 s are 0.909 and 0.889 of it


@pytest.mark.parametrize("value", [math.nan, math.inf, 1e6])
def test_samples_that_are_no_numbers_are_broken(write, value):
    x = noise()
    x[-5] = value
    assert audition(write(x), bed=False).startswith("broken: it has samples ")


def sine(level, seconds=2.0):
    """A sine of this level in dBFS; its mean square is half its squared amplitude."""
    return (
        math.sqrt(2 * 10 ** (level / 10)) * np.sin(2 * np.pi * 440 * np.arange(round(seconds * RATE)) / RATE)
    )[:, None]


@pytest.mark.parametrize(
    ("level", "reason"), [(-64.5, None), (-65.6, "silent: its level is -66 dBFS"), (-71, "silent")]
)
def test_quieter_than_65_below_full_scale_is_silence(write, level, reason):
    assert audition(write(sine(level)), bed=False) == reason


def test_nothing_at_all_is_silence(write):
    assert audition(write(np.zeros((RATE, 1))), bed=False) == "silent"


def test_pauses_do_not_make_a_sound_silent(write):
    x = np.zeros((60 * RATE, 1))
    x[30 * RATE : 31 * RATE] = sine(-60, 1)
    assert audition(write(x), bed=False) is None


@pytest.mark.parametrize(
    ("form", "subtype"), [("WAV", "PCM_16"), ("OGG", "VORBIS"), ("MP3", "MPEG_LAYER_III")]
)
@pytest.mark.parametrize(("gain", "fit"), [(0.5, True), (1.0, True), (20.0, False)])
def test_what_is_cut_off_at_full_scale_is_clipped_through(write, form, subtype, gain, fit):
    # noise below 400 Hz, so that runs are long: at 20 times 0.25 most of it lies beyond 1
    rate = 16000
    steps = np.random.default_rng(2).uniform(-1, 1, 1601)
    x = np.interp(np.arange(2 * rate), np.arange(1601) * 20, steps)
    path = write(np.clip(0.8 * gain * x, -1, 1), f"a.{form.lower()}", rate, subtype, format=form)
    reason = audition(path, bed=False)
    assert (reason is None) == fit
    assert fit or reason.startswith("clipped through: ")


def test_a_loud_sine_is_not_clipped(write):
    x = np.sin(2 * np.pi * 50 * np.arange(2 * RATE) / RATE)[:, None]
    assert audition(write(x), bed=False) is None


@pytest.mark.parametrize(("run", "share"), [(2, 0.0), (3, 0.3), (5, 0.5)])
def test_only_runs_of_three_or_more_count_as_clipped(write, run, share):
    x = np.tile(np.r_[np.ones(run), np.zeros(10 - run)], RATE // 5)[
        :, None
    ]  # `run` of every ten samples are at the limit
    assert measured(write(x)).clipped == pytest.approx(share)


def test_a_run_counts_whole_wherever_blocks_end(write, monkeypatch):
    x = 0.1 * np.ones((RATE, 2))
    x[100:1100, 0], x[1500:1503, 1], x[2000:2002, 1], x[-7:, 0] = 1.0, -1.0, 1.0, -1.0
    x[2999:3001, 0] = x[6002, 0] = 1.0  # three in two blocks of 3001 frames, with one between them
    path = write(x)
    whole = module._measure(path)
    assert whole.clipped == round((1000 + 3 + 7) / (2 * RATE), 6)
    for block in (1, 3, 101, 3001):
        monkeypatch.setattr(decode, "CHUNK", block)
        assert module._measure(path) == whole


@pytest.mark.parametrize(
    ("seconds", "bed", "fit"),
    [(0.02, False, False), (0.05, False, True), (0.9, True, False), (1.1, True, True)],
)
def test_an_event_and_a_bed_must_sound_for_a_while(write, seconds, bed, fit):
    x = np.zeros((5 * RATE, 1))
    x[RATE : RATE + round(seconds * RATE)] = noise(seconds)
    reason = audition(write(x), bed=bed)
    assert (reason is None) == fit
    assert (
        fit
        or reason
        == f"too short: {seconds:.2f} s of it sound; {'a bed needs 1' if bed else 'an event needs 0.03'} s"
    )


def test_a_rest_shorter_than_a_window_sounds_too(write):
    assert measured(write(noise(1.005))).sounding == 1.005


def test_a_noise_floor_60_db_below_does_not_sound(write):
    x = noise(5, 0.0005)  # 66 dB below what follows
    x[RATE : RATE + RATE // 50] = noise(0.02, 1.0)
    assert measured(write(x)).sounding == 0.02
    x[2 * RATE :] *= 4  # 54 dB
    assert measured(write(x)).sounding == pytest.approx(3.02)


def test_a_file_is_never_held_whole_and_only_its_first_minutes_are_read(write, monkeypatch):
    path = write(np.tile(noise(10), (7, 2)), subtype="PCM_16")  # 70 s in two channels
    monkeypatch.setattr(module, "LONGEST", 60.0)
    monkeypatch.setattr(decode, "CHUNK", 4000)
    asked = []

    class Watched(soundfile.SoundFile):
        def read(self, frames=-1, **how):
            asked.append(frames)
            return super().read(frames, **how)

    monkeypatch.setattr(soundfile, "SoundFile", Watched)
    found = measured(path)
    assert max(asked) == 4000
    assert sum(asked[2:]) <= 60 * RATE + 2 * 4000  # the first look is for an offset
    assert (found.seconds, found.decoded) == (60.0, 1.0)
    assert audition(path, bed=True, expected=70.0) is None


def kept():
    return sorted(path for path in (cache_folder() / "auditions").rglob("*") if path.is_file())


def test_what_was_measured_is_kept_by_content(write, tmp_path, monkeypatch):
    path = write(noise())
    found = measured(path)
    assert [file.name for file in kept()] == [f"{digest_of(path)}-{VERSION}.json"]
    assert json.loads(kept()[0].read_text("utf-8"))["peak"] == found.peak
    (tmp_path / "other.wav").write_bytes(path.read_bytes())
    module._measured.cache_clear()
    monkeypatch.setattr(module, "_measure", lambda path: pytest.fail("measured again"))
    assert measured(tmp_path / "other.wav") == found
    assert measured(path) == found


def test_another_version_is_not_believed(write, monkeypatch):
    path = write(noise())
    found = measured(path)
    module._measured.cache_clear()
    monkeypatch.setattr(module, "VERSION", VERSION + 1)
    monkeypatch.setattr(module, "_measure", lambda path: Measures(fault="again"))
    assert measured(path).fault == "again"
    assert found.fault == ""


def test_silence_comes_back_from_the_cache_as_silence(write):
    path = write(np.zeros((RATE, 1)))
    measured(path)
    module._measured.cache_clear()
    assert measured(path).level == -math.inf


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        "null",
        '{"level": NaN, "peak": 1, "clipped": 0, "seconds": 1, "sounding": 1, "decoded": 1}',
        '{"level": -3, "peak": -1}',
    ],
)
def test_a_damaged_note_is_made_again(write, content):
    path = write(noise())
    found = measured(path)
    kept()[0].write_text(content, "utf-8")
    module._measured.cache_clear()
    assert measured(path) == found
    assert json.loads(kept()[0].read_text("utf-8"))["seconds"] == 2.0


def test_a_cache_that_cannot_be_written_costs_only_time(write, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", "utf-8")
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "file"))
    assert audition(write(noise()), bed=True) is None


def test_a_fault_is_not_kept_because_another_decoder_may_do_better(tmp_path):
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    measured(tmp_path / "a.wav")
    assert kept() == []


def test_a_file_that_changed_is_measured_anew(write):
    assert audition(write(noise()), bed=False) is None
    assert audition(write(np.zeros((RATE, 1))), bed=False) == "silent"


@pytest.mark.shared
def test_no_real_recording_is_refused():
    root = SHARED
    if not (root / "sounds" / "index.csv").is_file():
        pytest.skip("the recordings are not here")
    with (root / "sounds" / "index.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    reasons = {
        row["file"]: audition(root / "sounds" / row["file"], bed=False, expected=float(row["duration"]))
        for row in rows
    }
    assert {file: reason for file, reason in reasons.items() if reason} == {}
