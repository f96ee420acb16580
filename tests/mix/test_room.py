"""One room for sounds recorded in many: from the scene to the file and the report."""

from __future__ import annotations

import json
import math
import sys

import numpy as np
import pytest
import soundfile

from imgext import Setup, render, resolve
from imgext.cli import main
from imgext.mix import room as rooms
from imgext.scene.lock import lock_path, read_lock
from imgext.scene.model import Scene

RATE = 16000


@pytest.fixture
def place(tmp_path, bursts):
    """A folder with a dry sound and one from a hall, each 6 s."""
    soundfile.write(tmp_path / "dry.wav", bursts(6.0), RATE)
    soundfile.write(tmp_path / "hall.wav", bursts(6.0, rt60=2.0, drr=-3.0), RATE)
    return tmp_path


def scene_of(place, **rest):
    whole = {"offset": 0, "duration": 6}
    tracks = {
        "dry": {"sound": "dry.wav", "start": 0, **whole},
        "hall": {"sound": "hall.wav", "start": 1, **whole},
    }
    data = {
        "schema": "imgext.scene/1",
        "sample_rate": RATE,
        "room_detected": True,
        "room_size": 0.3,
        "wet_level": 0.3,
        "tracks": tracks,
        **rest,
    }
    return Scene.of(data).located(place, "scene")


def run(monkeypatch, capsys, *words) -> str:
    monkeypatch.setattr(sys, "argv", ["imgext", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    return capsys.readouterr().out


@pytest.mark.parametrize("engine", ["ir", "freeverb"])
def test_the_render_report_says_what_the_room_is(place, engine):
    made = render(scene_of(place, reverb={"engine": engine}), place / "out", pictures=False)
    room = json.loads((place / "out" / "render.json").read_text(encoding="utf-8"))["room"]
    assert room["engine"] == engine
    assert room["asked"]["drr"] == 10.46
    assert room["measured"]["drr"] == pytest.approx(10.46, abs=0.2)
    assert room["measured"]["t30"] == pytest.approx(room["asked"]["t60"], rel=0.1)
    assert room["measured"]["correlation"] == pytest.approx(room["asked"]["correlation"], abs=0.05)
    assert [octave["hz"] for octave in room["octaves"]] == [125, 250, 500, 1000, 2000, 4000]
    assert all(
        {"asked_t60", "edt", "t20", "t30", "c50", "d50", "drr"} < set(octave) for octave in room["octaves"]
    )
    assert made.duration == pytest.approx(7.0 + room["tail"], abs=0.001)


def test_each_track_has_its_ratio_of_direct_to_reverberant(place):
    made = render(
        scene_of(place, objects={"dry": {"label": "dry", "depth": 0.5}}), place / "out", pictures=False
    )
    dry, hall = made.tracks
    assert dry["distance"] == {"room": 6.0, "air": 50.0}
    assert dry["direct_to_reverberant"] == pytest.approx(10.46 - 20 * math.log10(dry["send"]) - 6.0, abs=0.02)
    assert hall["distance"] is None
    assert hall["direct_to_reverberant"] == pytest.approx(10.46 - 20 * math.log10(hall["send"]), abs=0.02)


def test_without_a_room_there_is_no_reverb_bit_for_bit_whatever_the_sounds_are(place):
    none = render(
        scene_of(place, room_detected=False, wet_level=0.9), place / "none", pictures=False, bits=24
    )
    zero = render(scene_of(place, wet_level=0, duration=7.0), place / "zero", pictures=False)
    silent = scene_of(place, duration=7.0).as_data()
    for track in silent["tracks"].values():
        track["send"] = 0
    off = render(Scene.of(silent).located(place, "scene"), place / "off", pictures=False)
    assert none.sha256 == zero.sha256 == off.sha256
    assert none.summary["room"] is None
    assert [track["send"] for track in none.tracks] == [1.0, 1.0]


@pytest.mark.slow
def test_both_engines_give_the_same_bytes_twice_and_through_the_resolved_scene(place):
    for engine in ("ir", "freeverb"):
        first = render(scene_of(place, reverb={"engine": engine}), place / engine, pictures=False)
        resolved = Scene.of(first.scene.as_data()).located(place, "scene")
        assert render(resolved, place / f"{engine}2", pictures=False).sha256 == first.sha256


@pytest.mark.slow
def test_the_wet_sound_gets_less_of_the_room_and_the_dry_one_all_but_all(place):
    found = resolve(scene_of(place))
    sends = {key: track.send for key, track in found.scene.tracks.items()}
    assert sends["dry"] > 0.95
    assert sends["hall"] < 0.6
    assert found.lock.sounds["hall"].acoustics.class_ == "wet"


def test_a_sound_whose_room_is_longer_is_a_warning_that_names_another(place):
    made = render(scene_of(place, objects={"hall": {"label": "dog"}}), place / "out", pictures=False)
    (warning,) = [entry for entry in made.warnings if entry.path == "tracks.hall.sound"]
    assert "no send makes it fit" in warning.because
    assert "builtin:dog" in warning.because
    assert any(
        line.startswith("tracks.hall.sound: hall.wav has a room of its own")
        for line in made.summary["warnings"]
    )


def test_a_track_that_is_not_sent_into_the_room_is_no_warning(place):
    data = scene_of(place).as_data()
    data["tracks"]["hall"]["send"] = 0
    assert not any(
        "room of its own" in said.because
        for said in resolve(Scene.of(data).located(place, "scene")).decisions
        if said.kind == "warning"
    )


def test_a_large_room_takes_the_sound_as_it_is(place):
    assert not any(said.kind == "warning" for said in resolve(scene_of(place, room_size=0.95)).decisions)


@pytest.mark.slow
def test_explain_says_why_a_send_is_what_it_is(place, scene_file, monkeypatch, capsys):
    path = scene_file(
        "sample_rate: 16000\nroom_detected: true\nobjects:\n  toll: {label: church bell}\ntracks:\n"
        "  dry: {sound: dry.wav}\n  hall: {sound: hall.wav}\n  toll: {sound: hall.wav}\n"
        "  mine: {sound: dry.wav, send: 0.5}\n"
    )
    said = {
        key: run(monkeypatch, capsys, "explain", str(path), f"tracks.{key}.send")
        for key in ("dry", "hall", "toll", "mine")
    }
    assert "the sound is dry" in said["dry"]
    assert "the sound is wet" in said["hall"]
    assert "less of this room" in said["hall"]
    assert "rings by itself" in said["toll"]
    assert "send = 1\n" in said["toll"]
    assert "written: " in said["mine"]


def test_explain_says_what_the_room_is(place, scene_file, monkeypatch, capsys):
    path = scene_file(
        "sample_rate: 16000\nroom_detected: true\nroom_size: 0.2\ntracks:\n  dry: {sound: dry.wav}\n"
    )
    said = run(monkeypatch, capsys, "explain", str(path), "reverb")
    assert "by ISO 3382-1: decays by 60 dB in 0.41 s (T30; asked for 0.41 s)" in said
    assert "direct to reverberant 14.0 dB (asked for 14.0 dB)" in said
    assert "500 Hz T30" in said


def test_explain_says_what_depth_does(place, scene_file, monkeypatch, capsys):
    path = scene_file(
        "sample_rate: 16000\nroom_detected: true\nobjects:\n  dry: {label: dog, depth: 0.5}\ntracks:\n"
        "  dry: {sound: dry.wav}\n"
    )
    assert "6 dB more of the room" in run(monkeypatch, capsys, "explain", str(path), "objects.dry.depth")
    assert "its depth of 0.5 adds 6 dB" in run(monkeypatch, capsys, "explain", str(path), "tracks.dry.send")


def test_a_far_sound_masks_less_in_the_top_than_a_near_one(place):
    """By what the air takes at the centre of the band; what planners see is what is heard."""
    from imgext.dsp.bark import CENTRES
    from imgext.dsp.distance import air_power
    from imgext.mix.unmask.spectra import Spectra, placed_rows
    from imgext.rendering import make_plan

    powers = []
    for depth in (0, 1):
        found = resolve(
            scene_of(place, objects={"dry": {"label": "dry", "depth": depth}}, unmask={"mode": "off"})
        )
        plan, _ = make_plan(found.scene, found.opened)
        track = next(track for track in plan.tracks if track.id == "dry")
        rows = Spectra(RATE).of(track.sha256, found.opened.samples["dry"])
        at, power = placed_rows(track, rows, plan.rate, plan.frames)
        powers.append(np.median(power, axis=0) / np.median(power[:, 3]))
        assert len(at)
    assert powers[1][20] / powers[0][20] == pytest.approx(air_power([CENTRES[20]], 100.0, RATE)[0], rel=0.05)


def test_find_writes_acoustics_and_an_edit_is_heard(place, scene_file, monkeypatch, capsys):
    path = scene_file(
        "sample_rate: 16000\nroom_detected: true\nroom_size: 0.9\ntracks:\n  hall: {sound: hall.wav}\n"
    )
    run(monkeypatch, capsys, "find", str(path), "-q")
    assert read_lock(lock_path(path)).sounds["hall"].acoustics.class_ == "wet"
    text = lock_path(path).read_text(encoding="utf-8")
    lock_path(path).write_text(
        text.replace("class: wet", "class: dry").replace("source: auto", "source: user"), encoding="utf-8"
    )
    text = lock_path(path).read_text(encoding="utf-8")
    gain = next(line for line in text.splitlines() if "gain_db" in line)
    lock_path(path).write_text(text.replace(gain + "\n", ""), encoding="utf-8")
    assert resolve(path).scene.tracks["hall"].send == 1.0
    assert resolve(path, setup=Setup(locked=True)).scene.tracks["hall"].send == 1.0
    run(monkeypatch, capsys, "find", str(path), "-q", "--update", "hall")
    assert read_lock(lock_path(path)).sounds["hall"].acoustics.source == "user"


def test_a_lock_from_before_acoustics_is_no_drift(place, scene_file, monkeypatch, capsys):
    path = scene_file("sample_rate: 16000\ntracks:\n  hall: {sound: hall.wav}\n")
    run(monkeypatch, capsys, "find", str(path), "-q")
    assert read_lock(lock_path(path)).sounds["hall"].acoustics is None
    path.write_text(
        path.read_text(encoding="utf-8").replace("sample_rate", "room_detected: true\nsample_rate"),
        encoding="utf-8",
    )
    assert resolve(path, setup=Setup(locked=True)).scene.tracks["hall"].send < 0.6


def test_a_room_is_measured_once(place, monkeypatch):
    """And what is kept is what was measured; a damaged note is made again."""
    from imgext.dsp import room_measure as roomcheck
    from imgext.store.places import cache_folder

    scene = scene_of(place, room_size=0.123, seed=99)
    first = rooms.room_report(scene)
    measure = roomcheck.measure
    monkeypatch.setattr(roomcheck, "measure", lambda *_: pytest.fail("measured again"))
    assert rooms.room_report(scene) == first
    monkeypatch.setattr(roomcheck, "measure", measure)
    for note in (cache_folder() / "rooms").rglob("*.json"):
        note.write_text("{}", encoding="utf-8")
    assert rooms.room_report(scene) == first


def test_the_timeline_names_what_was_measured(place):
    from imgext.rendering import Performance, make_plan
    from imgext.report.gather import picture_of

    found = resolve(scene_of(place))
    plan, _ = make_plan(found.scene, found.opened)
    shown = picture_of(found.scene, plan, Performance(), found.decisions, np.zeros(4), found.room)
    told = found.room["measured"]
    assert (
        shown.room == f"T30 {told['t30']:.2f} s, EDT {told['edt']:.2f} s, C50 {told['c50']:.1f} dB,"
        f" D50 {told['d50']:.2f}, DRR 10.5 dB (ir)"
    )
    assert [lane.send for lane in shown.lanes] == [track.send for track in plan.tracks]
