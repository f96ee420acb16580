"""From a photo to a mix with Freesound, through the program itself: found, fetched, locked, credited, and
never asked twice.
"""

from __future__ import annotations

import json
import math
import sys

import pytest

from imgext.cli.app import run
from imgext.scene.lock import read_lock
from imgext.sounds.freesound.pace import Pace
from imgext.store.files import sha256_of

PHOTOS = ["000000000034", "000000000575"]


@pytest.fixture
def imgext(monkeypatch, capsys):
    def call(*words, code=0):
        monkeypatch.setattr(sys, "argv", ["imgext", *map(str, words)])
        result = run()
        said = capsys.readouterr()
        assert result == code, said.err
        return said

    return call


@pytest.fixture
def connected(monkeypatch, tmp_path):
    """Point the program at a server and give it a cache of its own; waiting for the next second is left
    out.
    """

    def connect(server):
        monkeypatch.setenv("IMGEXT_FREESOUND_URL", server.url)
        monkeypatch.setenv("FREESOUND_API_KEY", server.key)
        monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "own cache"))
        monkeypatch.setitem(Pace.__init__.__kwdefaults__, "sleep", lambda _seconds: None)

    return connect


@pytest.mark.shared
@pytest.mark.parametrize("photo", PHOTOS)
def test_a_photo_is_made_once_with_freesound_and_then_without_asking(
    photo, imgext, connected, real_freesound_server, shared, tmp_path
):
    server = real_freesound_server
    connected(server)
    out = tmp_path / "out"
    imgext("make", shared / "photos" / f"{photo}.jpg", "-o", out, "--no-pictures", "-q")
    first = sha256_of(out / "mix.wav")
    lock = read_lock(out / "scene.lock.yaml")
    fetched = {key: pin for key, pin in lock.sounds.items() if pin.source == "freesound"}
    assert fetched
    assert len(server.previews) == len({pin.id for pin in fetched.values()})
    text = (out / "credits.txt").read_text(encoding="utf-8")
    for pin in fetched.values():
        assert f"{pin.title} by {pin.author} -- https://freesound.org/s/{pin.id}/ -- License: " in text
        assert {pin.licence} <= {"cc0", "by"}
    asked = len(server.requests)
    imgext("make", shared / "photos" / f"{photo}.jpg", "-o", out, "--no-pictures", "-q")
    assert sha256_of(out / "mix.wav") == first
    assert len(server.requests) == asked
    server.close()
    imgext("render", out / "scene.yaml", "-o", tmp_path / "again", "--locked", "--no-pictures", "-q")
    assert sha256_of(tmp_path / "again" / "mix.wav") == first


def photo_scene(scene_file):
    return scene_file(
        "duration: 3\nunmask: {mode: off}\nobjects:\n  dog: {label: dog}\n  rain: {label: rain, kind: atmo}\n"
    )


def test_a_collected_scene_plays_on_a_machine_that_never_saw_its_sounds(
    imgext, connected, freesound_server, scene_file, monkeypatch, tmp_path
):
    connected(freesound_server)
    scene = photo_scene(scene_file)
    imgext("find", scene, "-q")
    imgext("render", scene, "-o", tmp_path / "out", "--no-pictures", "-q")
    imgext("collect", scene, "-q")
    text = scene.read_text(encoding="utf-8")
    freesound_server.close()
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "another machine"))
    imgext("render", scene, "-o", tmp_path / "there", "--locked", "--no-pictures", "-q")
    assert sha256_of(tmp_path / "there" / "mix.wav") == sha256_of(tmp_path / "out" / "mix.wav")
    assert scene.read_text(encoding="utf-8") == text


FAULTS = {
    "401": 77,
    "403": 77,
    "day": 75,
    "500": 0,
    "html": 0,
    "null_results": 0,
    "not_json": 0,
    "redirect": 0,
    "400": 0,
    "cut": 0,
    "preview_404": 0,
    "preview_noise": 0,
}


@pytest.mark.parametrize(
    ("form", "fault", "code"),
    [
        *(("plain", fault, code) for fault, code in FAULTS.items()),
        *(
            (form, fault, FAULTS[fault])
            for form in ("json", "debug")
            for fault in ("401", "500", "preview_404")
        ),
    ],
)
def test_no_fault_shows_the_key_or_leaves_half_a_file(
    form, fault, code, imgext, connected, freesound_server, scene_file, monkeypatch, tmp_path
):
    connected(freesound_server)
    if form == "debug":
        monkeypatch.setenv("IMGEXT_DEBUG", "1")
    freesound_server.echo = True
    freesound_server.fault(fault, times=math.inf)
    scene = photo_scene(scene_file)
    words = ["--json"] if form == "json" else ["-v"]
    said = imgext("render", scene, "-o", tmp_path / "out", "--no-pictures", *words, code=code)
    assert freesound_server.key not in said.out + said.err
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert freesound_server.key.encode() not in path.read_bytes(), path
            assert path.suffix not in {".part", ".tmp"}
    if code:
        assert [line.split()[0] for line in said.err.splitlines() if not line.startswith("finding")] == [
            "error:"
        ]
        assert not (tmp_path / "out" / "mix.wav").exists()


def test_json_tells_which_sounds_were_taken_and_what_went_wrong(
    imgext, connected, freesound_server, scene_file, tmp_path
):
    connected(freesound_server)
    said = json.loads(imgext("find", photo_scene(scene_file), "--json").out)
    chosen = {
        decision["path"]: decision["value"]
        for decision in said["decisions"]
        if decision["path"].endswith(".sound") and decision["kind"] == "answer"
    }
    assert set(chosen) == {"tracks.dog.sound", "tracks.rain.sound"}
    assert chosen["tracks.dog.sound"].startswith("freesound:")
