"""Sounds are heard whole: lengths that headers do not know or get wrong, broken files, many channels."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import soundfile

from imgext.dsp import mpeg
from imgext.dsp.decode import Decoder, is_loss
from imgext.dsp.fold import fold_of, folded
from imgext.dsp.sound_file import open_samples, probe
from imgext.dsp.spliced import Spliced
from imgext.errors import SceneError

RATE = 16000


def tone(seconds, hertz=440.0, rate=RATE, level=0.3):
    return level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)


def chunk(name, data, pad=True):
    return name + struct.pack("<I", len(data)) + data + (b"\0" if pad and len(data) % 2 else b"")


def wav(x, *before, channels=1, data_size=None, head=b"RIFF", mask=None):
    pcm = np.rint(np.asarray(x) * 32767).astype("<i2").tobytes()
    fmt = struct.pack("<HHIIHH", 0xFFFE if mask else 1, channels, RATE, RATE * 2 * channels, 2 * channels, 16)
    if mask:
        fmt += struct.pack("<HHI", 22, 16, mask) + bytes.fromhex("0100000000001000800000aa00389b71")
    data = b"data" + struct.pack("<I", len(pcm) if data_size is None else data_size) + pcm
    body = b"WAVE" + chunk(b"fmt ", fmt) + b"".join(before) + data
    return head + struct.pack("<I", len(body)) + body


@pytest.fixture
def decoded(tmp_path):
    """What is decoded of a file of these bytes, and what is said of it."""

    def read(data, name="a.wav"):
        (tmp_path / name).write_bytes(data)
        decoder = Decoder(tmp_path / name)
        return np.concatenate(list(decoder)), decoder

    return read


@pytest.fixture
def coded(tmp_path):
    """A sound coded by libsndfile, as bytes."""

    def code(x, name, **how):
        soundfile.write(tmp_path / f"coded-{name}", x, RATE, **how)
        return (tmp_path / f"coded-{name}").read_bytes()

    return code


def test_an_odd_chunk_without_padding_does_not_hide_the_sound(decoded):
    x, decoder = decoded(wav(tone(0.6), chunk(b"iXML", b"<a></a>", pad=False)))
    assert len(x) == 0.6 * RATE
    assert decoder.notes == []
    assert np.allclose(x[:, 0], tone(0.6), atol=1e-4)


@pytest.mark.parametrize(
    ("head", "size"), [(b"RIFF", 0), (b"RIFF", 0xFFFFFFFF), (b"RF64", 0xFFFFFFFF), (b"RF64", 0)]
)
def test_a_recording_that_was_not_finished_is_played(decoded, head, size):
    before = (b"ds64" + struct.pack("<IQQQI", 28, 0, 0, 0, 0),) if head == b"RF64" else ()
    data = wav(tone(0.6), data_size=size, head=head)
    if before:
        data = data[:12] + before[0] + data[12:]
    x, decoder = decoded(data)
    assert np.allclose(x[:, 0], tone(0.6), atol=1e-4)
    assert all(is_loss(note) for note in decoder.notes)


def test_a_wav_without_samples_stays_without(tmp_path):
    (tmp_path / "a.wav").write_bytes(wav([]) + chunk(b"LIST", b"INFOINAM\4\0\0\0dog\0"))
    with pytest.raises(SceneError, match="no frames"):
        probe(tmp_path / "a.wav")


def test_a_file_that_was_cut_off_is_played_and_its_loss_said(decoded, coded):
    data = wav(tone(2))
    x, decoder = decoded(data[: 44 + 2 * round(0.8 * RATE)])
    assert len(x) == 0.8 * RATE
    assert decoder.notes == ["it is not whole: its header speaks of 2.00 s, 0.80 s are there and are played"]
    mp3 = coded(tone(12), "a.mp3")
    x, decoder = decoded(mp3[: len(mp3) // 2], "a.mp3")
    assert 5 * RATE < len(x) < 7 * RATE
    assert decoder.notes[0].startswith("it is not whole: its header speaks of 12.")


def without_info(mp3):
    first = mpeg.frame_of(mp3[mpeg.after_id3(mp3) :][:4])
    return mp3[mpeg.after_id3(mp3) + first.size :]


@pytest.mark.parametrize("mode", ["VARIABLE", "CONSTANT"])
def test_an_mp3_without_a_header_of_its_length_is_played_whole(decoded, coded, mode):
    x = np.concatenate([tone(6, level=0.01), np.random.default_rng(1).normal(0, 0.2, 4 * RATE)])
    mp3 = coded(x, "a.mp3", bitrate_mode=mode)
    heard, decoder = decoded(without_info(mp3), "a.mp3")
    assert decoder.frames == len(heard)
    assert abs(len(heard) - len(x)) < 4 * 576  # the encoder's delay
    assert np.sqrt(np.mean(heard[-RATE * 3 : -RATE, 0] ** 2)) == pytest.approx(0.2, rel=0.1)


def test_an_mp3_whose_header_states_no_frames_is_played_whole(decoded, coded):
    mp3 = bytearray(coded(tone(4), "a.mp3"))
    at = max(mp3.find(b"Xing"), mp3.find(b"Info"))
    mp3[at + 8 : at + 12] = bytes(4)
    assert abs(len(decoded(bytes(mp3), "a.mp3")[0]) - 4 * RATE) < 2400


def test_what_a_decoder_mutters_never_reaches_the_terminal(decoded, coded, capfd):
    mp3 = bytearray(coded(tone(4), "a.mp3", bitrate_mode="VARIABLE"))
    at = max(mp3.find(b"Xing"), mp3.find(b"Info"))
    mp3[at + 12 : at + 16] = b"\0\0\x10\0"
    mp3[3000:3100] = bytes(100)
    decoded(bytes(mp3) + b"junk" * 1000, "a.mp3")
    assert capfd.readouterr().err == ""


def test_a_flac_of_unknown_length_is_decoded_to_its_end(decoded, coded, tmp_path):
    flac = bytearray(coded(tone(0.6), "a.flac"))
    flac[21] &= 0xF0
    flac[22:26] = bytes(4)
    x, decoder = decoded(bytes(flac), "a.flac")
    assert (len(x), decoder.frames, decoder.notes) == (0.6 * RATE, 0.6 * RATE, [])
    assert probe(tmp_path / "a.flac").seconds == 0.6


def test_a_chained_ogg_is_played_to_its_last_stream(decoded, coded):
    one, other = coded(tone(1.5), "a.ogg"), bytearray(coded(tone(1.5, 880), "b.ogg"))
    x, decoder = decoded(one + bytes(other), "a.ogg")
    if len(decoder.notes) == 0:
        pytest.skip("both streams were given one number")
    assert len(x) == 3 * RATE
    spectrum = [
        np.argmax(np.abs(np.fft.rfft(part))) / 1.5 for part in (x[: len(x) // 2, 0], x[len(x) // 2 :, 0])
    ]
    assert spectrum == pytest.approx([440, 880], abs=2)


def test_the_same_stream_twice_in_a_chain_is_played_twice(decoded, coded):
    one = coded(tone(1.5), "a.ogg")
    x, _ = decoded(one + one, "a.ogg")
    assert len(x) == 3 * RATE
    assert np.array_equal(x[: len(x) // 2], x[len(x) // 2 :])


def test_a_file_called_raw_is_read_by_its_header_or_refused_in_words(decoded, tmp_path):
    x, _ = decoded(wav(tone(0.5)), "a.raw")
    assert len(x) == RATE // 2
    (tmp_path / "b.RAW").write_bytes(bytes(range(256)) * 10)
    with pytest.raises(SceneError, match="nothing in it says its rate"):
        probe(tmp_path / "b.RAW")


def test_surround_is_folded_down_by_bs775(decoded):
    x = np.zeros((RATE, 6))
    x[:, 2] = tone(1)
    heard, decoder = decoded(wav(x, channels=6))
    assert np.allclose(heard, tone(1)[:, None] / np.sqrt(2), atol=1e-4)
    assert decoder.notes == ["its 6 channels are folded down (ITU-R BS.775)"]


@pytest.mark.parametrize(
    ("channels", "mask", "ambisonic", "gains"),
    [
        (4, 0, False, [[1], [0], [0], [0]]),
        (4, 0x33, False, [[1, 0], [0, 1], [0.7071, 0], [0, 0.7071]]),
        (6, 0x60F, False, [[1, 0], [0, 1], [0.7071, 0.7071], [0, 0], [0.7071, 0], [0, 0.7071]]),
        (6, 0, True, [[1], [0], [0], [0], [0], [0]]),
        (9, 0, False, [[1]] + [[0]] * 8),
        (10, 0, False, [[0.1]] * 10),
    ],
)
def test_channels_are_folded_as_their_mask_says(channels, mask, ambisonic, gains):
    fold, _ = fold_of(channels, mask, ambisonic=ambisonic)
    assert np.allclose(fold, gains, atol=1e-4)
    assert np.allclose(folded(np.ones((3, channels)), fold), np.sum(gains, axis=0), atol=1e-3)


@pytest.mark.parametrize("keep", [1 << 25, 0])
def test_an_offset_of_the_zero_line_is_taken_out(tmp_path, keep):
    soundfile.write(tmp_path / "a.wav", tone(2, level=0.14) + 0.4, RATE, subtype="PCM_24")
    samples = open_samples(tmp_path / "a.wav", RATE, keep=keep)
    x = samples.read(0, samples.frames)
    assert abs(np.mean(x)) < 1e-5
    assert np.allclose(x[:, 0], tone(2, level=0.14), atol=1e-5)
    assert samples.notes == ("its zero line is off by 0.400: that is taken out",)


@pytest.mark.parametrize("shape", ["thump", "tone", "tiny"])
def test_what_is_no_offset_is_left_alone(tmp_path, shape):
    at = np.arange(2 * RATE) / RATE
    x = {"thump": 0.8 * np.exp(-at * 20), "tone": tone(2), "tiny": tone(2) + 1e-4}[shape]
    soundfile.write(tmp_path / "a.wav", x, RATE, subtype="DOUBLE")
    samples = open_samples(tmp_path / "a.wav", RATE)
    assert np.array_equal(samples.read(0, samples.frames)[:, 0], x)
    assert samples.notes == ()


def test_a_spliced_file_reads_like_the_whole(tmp_path):
    (tmp_path / "x").write_bytes(bytes(range(100)))
    with (tmp_path / "x").open("rb") as stream:
        spliced = Spliced([b"head", (stream, 10, 20), b"", b"tail"])
        whole = b"head" + bytes(range(10, 30)) + b"tail"
        assert spliced.read() == whole
        for start in range(len(whole) + 2):
            for most in (1, 3, 30):
                spliced.seek(start)
                assert spliced.read(most) == whole[start : start + most]
        assert spliced.seek(-4, 2) == len(whole) - 4


def test_without_the_extra_a_format_of_pyav_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    (tmp_path / "a.m4a").write_bytes(b"\0\0\0\x18ftypM4A " + bytes(100))
    with pytest.raises(SceneError, match=r"\.m4a is read by the extra imgext\[av\]; install it, or convert"):
        probe(tmp_path / "a.m4a")


def test_a_sound_that_pyav_reads_is_decoded(tmp_path):
    av = pytest.importorskip("av")
    with av.open(str(tmp_path / "a.m4a"), "w") as container:
        container.metadata["copyright"] = "CC BY-NC 4.0"
        stream = container.add_stream("aac", rate=RATE)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray(tone(1)[None].astype(np.float32), format="fltp", layout="mono")
        frame.sample_rate = RATE
        for packet in (*stream.encode(frame), *stream.encode(None)):
            container.mux(packet)
    decoder = Decoder(tmp_path / "a.m4a")
    x = np.concatenate(list(decoder))
    assert abs(len(x) - RATE) <= 3 * 1024
    assert np.sqrt(np.mean(x**2)) == pytest.approx(0.3 / np.sqrt(2), rel=0.1)


def write_av(path, codec, seconds=1.0, rate=RATE):
    av = pytest.importorskip("av")
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate)
        stream.layout = "mono"
        samples = tone(seconds)[None].astype(np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.format, "mono", rate, frame_size=stream.frame_size or 0)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            for packet in stream.encode(part):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.aac", "aac", RATE),
        ("a.caf", "alac", RATE),
        ("a.ac3", "ac3", 48000),  # knows few rates; here its time runs faster
    ],
)
def test_a_whole_sound_is_not_said_to_lack_anything(tmp_path, name, codec, rate):
    write_av(tmp_path / name, codec, 6.0, rate)
    decoder = Decoder(tmp_path / name)
    x = np.concatenate(list(decoder))
    assert abs(len(x) - 6 * RATE) <= 3 * 2048
    assert [note for note in decoder.notes if is_loss(note)] == []


def test_a_sound_that_only_pyav_reads_is_played_under_any_name(tmp_path):
    write_av(tmp_path / "a.wv", "wavpack")
    (tmp_path / "a.wv").rename(tmp_path / "a.ogg")
    assert abs(len(np.concatenate(list(Decoder(tmp_path / "a.ogg")))) - RATE) <= 2048


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{}'\n",
        "v=0\nc=IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n",
    ],
)
def test_a_playlist_is_no_sound_whatever_it_is_called(tmp_path, text):
    pytest.importorskip("av")
    (tmp_path / "real.wav").write_bytes(wav(tone(1)))
    (tmp_path / "a.m4a").write_text(text.format("real.wav"), encoding="utf-8")
    with pytest.raises(SceneError):
        probe(tmp_path / "a.m4a")
