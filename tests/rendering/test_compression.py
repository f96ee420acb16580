"""Compression in a scene: what the detector hears, what is left of the sound, and its level."""

from __future__ import annotations

import json

import numpy as np
import pytest
import soundfile

from imgext import load, render, resolve
from imgext.dsp.level import LevelMeter
from imgext.dsp.sound_file import ArraySamples
from imgext.errors import SceneError
from imgext.rendering import Opened, make_plan
from imgext.rendering.engine import blocks
from imgext.rendering.event import EventReader
from imgext.report.words.reasons import reasons
from imgext.scene.defaults import settle
from imgext.scene.model import Scene

RATE = 48000
HARD = {"threshold": -30.0, "ratio": 6.0, "knee": 6.0, "attack": 0.003, "release": 0.05}
# Threshold -20 dB, ratio 4, knee 6 dB: Giannoulis, Massberg and Reiss (2012), equation 4, by hand.
CURVE = {
    -40: -40.0,
    -23: -23.0,
    -22: -22.0625,
    -20: -20.5625,
    -18: -19.5625,
    -17: -19.25,
    -10: -17.5,
    0: -15.0,
}


def planned(tracks, sounds, duration=4.0, **rest):
    """Plan written tracks whose blanks get plain answers; sounds are float64 (n,) or (n, 2)."""
    plain = {
        "start": 0.0,
        "offset": 0.0,
        "loop": False,
        "fade_in": 0.0,
        "fade_out": 0.0,
        "level": -20.0,
        "pan": 0.0,
        "send": 0.0,
        "eq": [],
    }
    full = {key: {"sound": f"{key}.wav", **plain, **track} for key, track in tracks.items()}
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
    return make_plan(scene, Opened(samples))[0], samples


def play(made, samples):
    """The mix as int64 (n, 2), and the stems likewise."""
    mix, stems = [], {}
    for block in blocks(made, samples, stems=True):
        mix.append(block.mix.T)
        for key, stem in block.stems.items():
            stems.setdefault(key, np.zeros((made.frames, 2), np.int64))[
                block.start : block.start + stem.shape[1]
            ] = stem.T
    return np.concatenate(mix), stems


def bursts(seconds=3.0, seed=7, channels=1):
    """Noise that is 20 dB louder for a quarter of each second, at whatever level."""
    lot = np.random.default_rng(seed).standard_normal((round(seconds * RATE), channels))
    return lot * np.where(np.arange(len(lot)) % RATE < RATE // 4, 0.05, 0.005)[:, None]


def level_of(stem, starts=(0.0,), seconds=3.0):
    """Level of a stem's occurrences, in blocks of 400 ms from the beginning of each."""
    meter = LevelMeter(RATE, 2, "rms")
    for start in starts:
        meter.next_event()
        meter.add(stem[round(start * RATE) : round((start + seconds) * RATE)] * 2.0**-40)
    return meter.level()


@pytest.mark.parametrize("raised", [0.0, -13.5])
def test_a_whole_render_follows_the_static_curve(raised, tmp_path, scene_file):
    """Play a sine of eight rising levels, each for 30 times the attack; the quietest is the reference.

    A sine of 3 kHz at 48 kHz has samples on its crests. The file is `raised`, and brought back by its level:
    the detector hears the same.
    """
    lasts = round(0.3 * RATE)
    sine = np.sin(2 * np.pi * np.arange(lasts) / 16)
    x = np.concatenate([sine * 10 ** (before / 20) for before in CURVE])
    meter = LevelMeter(RATE, 1, "rms")
    meter.add(x[:, None])
    soundfile.write(tmp_path / "a.wav", x * 10 ** (raised / 20), RATE, subtype="DOUBLE")
    how = "{threshold: -20, ratio: 4, knee: 6, attack: 0.01, release: 0.2}"
    placed = "sound: a.wav, start: 0, offset: 0, duration: 9, fade_in: 0, fade_out: 0"
    written = f"{placed}, level: {meter.level():.6f}, eq: [], compressor: {how}"
    render(
        scene_file(
            f"tracks: {{a: {{{written}}}}}\nlevels: {{measure: rms}}\nmaster: {{limiter: off, gain: 0}}\n"
        ),
        tmp_path / "out",
        pictures=False,
        stems=True,
    )
    y, _ = soundfile.read(tmp_path / "out" / "stems" / "a.wav")
    powers = [np.mean(y[(k + 1) * lasts - 4800 : (k + 1) * lasts] ** 2) for k in range(len(CURVE))]
    found = [-40.0 + 10 * np.log10(power / powers[0]) for power in powers]
    assert found == pytest.approx(list(CURVE.values()), abs=0.05)


@pytest.mark.parametrize("how", [None, {**HARD, "ratio": 1.0}, {**HARD, "threshold": 0.0, "knee": 0.0}])
def test_no_compressor_a_ratio_of_1_and_one_that_never_acts_are_the_same_bits(how):
    track = {
        "pan": 0.3,
        "send": 0.5,
        "level": -30.0,
        "eq": [{"freq": 900, "gain": -4.0, "spans": [[0.5, 1.5]]}],
    }
    plain, samples = planned({"a": track}, {"a": bursts()})
    made, again = planned({"a": {**track, "compressor": how}}, {"a": bursts()})
    assert np.array_equal(play(made, again)[0], play(plain, samples)[0])
    assert made.tracks[0].gain_db == plain.tracks[0].gain_db


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("start", [[0.25], [0.0, 3.5, 7.0]])
def test_the_level_that_importance_promised_is_kept(start, channels):
    track = {"start": start, "level": -23.0, "eq": [{"freq": 900, "gain": -6.0}], "compressor": HARD}
    made, samples = planned({"a": track}, {"a": bursts(channels=channels)}, 12.0)
    assert made.tracks[0].compressor.reduction_db > 6.0
    assert made.tracks[0].compressor.makeup_db > 3.0
    _, stems = play(made, samples)
    assert level_of(stems["a"], start) == pytest.approx(-23.0, abs=0.1)


def test_the_level_is_kept_in_lufs_too():
    made, samples = planned(
        {"a": {"level": -23.0, "compressor": HARD}}, {"a": bursts()}, levels={"measure": "lufs"}
    )
    meter = LevelMeter(RATE, 2, "lufs")
    meter.add(play(made, samples)[1]["a"][: 3 * RATE] * 2.0**-40)
    assert meter.level() == pytest.approx(-23.0, abs=0.1)


def test_a_sound_that_compression_takes_below_the_gate_keeps_its_level():
    x = bursts() * 10 ** (-38 / 20)  # its level is about -69 dBFS, one above the gate
    made, samples = planned(
        {"a": {"level": -25.0, "compressor": {**HARD, "threshold": -60.0, "ratio": 20.0}}}, {"a": x}
    )
    assert made.tracks[0].compressor.reduction_db > 20.0
    assert level_of(play(made, samples)[1]["a"]) == pytest.approx(-25.0, abs=0.1)


def test_the_file_s_own_level_and_the_trim_change_nothing_of_what_is_turned_down():
    curves = []
    for raised, trim in ((1.0, 0.0), (0.125, 0.0), (1.0, -9.0)):
        made, samples = planned({"a": {"gain": trim, "compressor": HARD}}, {"a": bursts() * raised})
        track = made.tracks[0]
        y = EventReader(track, samples["a"], track.events[0], RATE).read(track.events[0].frames)
        curves.append(y[:, 0] / (bursts()[:, 0] * raised))
    assert np.abs(curves[1] - curves[0]).max() < 1e-3  # measured levels are rounded to 0.01 dB
    assert np.array_equal(curves[2], curves[0])
    assert curves[0].min() < 0.5


def test_both_channels_are_turned_down_together():
    x = np.hstack([bursts(seed=1), 0.1 * bursts(seed=2)])
    made, samples = planned({"a": {"compressor": HARD}}, {"a": x})
    y = EventReader(made.tracks[0], samples["a"], made.tracks[0].events[0], RATE).read(len(x))
    assert np.abs(y[:, 1] / x[:, 1] - y[:, 0] / x[:, 0]).max() < 1e-9


def test_fades_keep_their_shape():
    x = np.full((2 * RATE, 1), 0.1)
    track = {"fade_in": 0.5, "fade_out": 0.5, "compressor": {**HARD, "attack": 0.0, "release": 0.0}}
    made, samples = planned({"a": track}, {"a": x})
    plain, again = planned({"a": {**track, "compressor": None}}, {"a": x})
    shapes = [
        EventReader(m.tracks[0], s["a"], m.tracks[0].events[0], RATE).read(len(x))
        for m, s in ((made, samples), (plain, again))
    ]
    assert np.abs(shapes[0] / shapes[0].max() - shapes[1] / shapes[1].max()).max() < 1e-9


def test_stems_sum_to_the_mix_and_the_order_of_tracks_changes_no_bit():
    tracks = {
        "a": {"compressor": HARD},
        "b": {"start": 0.5, "pan": -0.7, "send": 1.0, "compressor": {**HARD, "threshold": -25.0}},
        "c": {},
    }
    sounds = {"a": bursts(seed=1), "b": bursts(seed=2, channels=2), "c": bursts(seed=3)}
    one, samples = planned(tracks, sounds, room_detected=True)
    mix, stems = play(one, samples)
    assert np.array_equal(sum(stems.values()), mix)
    other, again = planned(dict(reversed(tracks.items())), dict(reversed(sounds.items())), room_detected=True)
    assert np.array_equal(play(other, again)[0], mix)
    assert other.tracks == one.tracks


def test_a_compressor_on_one_track_leaves_the_others_alone():
    sounds = {"a": bursts(seed=1), "b": bursts(seed=2)}
    plain, samples = planned({"a": {}, "b": {}}, sounds)
    made, again = planned({"a": {"compressor": HARD}, "b": {}}, sounds)
    assert np.array_equal(play(made, again)[1]["b"], play(plain, samples)[1]["b"])


def test_each_occurrence_begins_at_rest():
    made, samples = planned(
        {"a": {"start": [0.0, 1.01], "compressor": {**HARD, "release": 5.0}}}, {"a": bursts(1.0)}
    )
    stem = play(made, samples)[1]["a"]
    assert np.array_equal(stem[48480:96480], stem[:48000])


def test_the_plan_says_what_is_done():
    made, _ = planned({"a": {"level": -26.0, "compressor": HARD}}, {"a": np.full(RATE, 0.1)})
    # a constant of 0.1 stands at -20 dBFS, is heard 6 dB lower, at -26, and 1 dB above the knee loses 4 * 5 /
    # 6 dB
    how = made.tracks[0].compressor
    assert how.drive_db == -6.0
    assert how.reduction_db == pytest.approx(4 * 5 / 6, abs=0.01)
    assert how.seconds == pytest.approx(1.0, abs=0.02)
    assert how.makeup_db == pytest.approx(4 * 5 / 6, abs=0.05)
    assert made.tracks[0].gain_db == pytest.approx(-6.0 + how.makeup_db, abs=1e-9)


def test_a_plan_wants_its_blanks_answered():
    with pytest.raises(SceneError, match=r"tracks\.a\.compressor: has blanks"):
        planned({"a": {"compressor": {"ratio": 2.0}}}, {"a": bursts()})


SCENE = """duration: 4
objects:
  drum: {label: drum, importance: 0.6}
tracks:
  drum: {sound: drum.wav, offset: 0, duration: 3, start: 0.5, compressor: {ratio: 4}}
"""


@pytest.fixture
def scene(scene_file, sound):
    sound("drum.wav", bursts(), subtype="DOUBLE")
    return scene_file(SCENE)


def test_blanks_are_answered_from_the_level_and_the_resolved_scene_plays_the_same(scene, tmp_path):
    made = render(scene, tmp_path / "out", pictures=False)
    how = made.scene.tracks["drum"].compressor
    # importance 0.6 is -24 dBFS, the threshold lies 9 dB above it
    assert (how.threshold, how.ratio, how.knee, how.attack, how.release) == (-15.0, 4.0, 6.0, 0.005, 0.1)
    (tmp_path / "out" / "drum.wav").write_bytes((tmp_path / "drum.wav").read_bytes())
    assert (
        render(tmp_path / "out" / "scene.resolved.yaml", tmp_path / "again", pictures=False).sha256
        == made.sha256
    )


def test_explain_and_render_json_say_how_much_and_how_long(scene, tmp_path):
    resolved = resolve(scene)
    (noted,) = [
        r
        for r in reasons(load(scene), resolved.scene, resolved.decisions, "tracks.drum.compressor")
        if r.kind == "note"
    ]
    render(scene, tmp_path / "out", pictures=False)
    (track,) = json.loads((tmp_path / "out" / "render.json").read_text(encoding="utf-8"))["tracks"]
    figures = track["compression"]
    assert figures["reduction"] > 1.0
    # loud for a quarter of each of three seconds, and let go with the release
    assert 0.7 < figures["seconds"] < 1.5
    for figure in (
        f"by {figures['reduction']:g} dB at most",
        f"for {figures['seconds']:g} s",
        f"{figures['makeup']:+g} dB of make-up",
    ):
        assert figure in noted.because


def test_the_delta_is_what_compression_took_and_silence_where_it_did_nothing(scene, scene_file, tmp_path):
    made = render(
        scene_file(SCENE.replace("ratio: 4", "ratio: 4, release: 0.03")),
        tmp_path / "out",
        pictures=False,
        delta=True,
        stems=True,
    )
    removed, _ = soundfile.read(tmp_path / "out" / "delta.wav")
    heard, _ = soundfile.read(tmp_path / "out" / "stems" / "drum.wav")
    gain = made.plan.tracks[0].gain * 2**-0.5
    whole = np.zeros(4 * RATE)
    whole[RATE // 2 : RATE // 2 + 3 * RATE] = bursts()[:, 0] * gain
    fade = slice(RATE // 2 + 960, RATE // 2 + 3 * RATE - 960)
    assert np.abs((removed + heard)[fade, 0] - whole[fade]).max() < 1e-7
    assert np.abs(removed).max() > 0.01
    # the last 0.75 s are quiet, and after 14 time constants less than 8e-6 dB is left of what the last burst
    # lost
    assert not removed[round((0.5 + 2.25 + 0.5) * RATE) :].any()


def test_blocks_are_the_same_however_they_are_read():
    track = {
        "loop": True,
        "duration": 3.0,
        "fade_in": 0.3,
        "eq": [{"freq": 570, "gain": -4.7, "spans": [[0.5, 1.5]]}],
        "compressor": HARD,
    }
    made, samples = planned({"a": track}, {"a": bursts(0.9)})
    event = made.tracks[0].events[0]
    whole = EventReader(made.tracks[0], samples["a"], event, RATE).read(3 * RATE)
    reader = EventReader(made.tracks[0], samples["a"], event, RATE)
    assert np.array_equal(np.concatenate([reader.read(n) for n in (1, 7, 1000, 32768, 50000, 60224)]), whole)
