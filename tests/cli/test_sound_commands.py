"""`sounds render`, `show` and `play` of built-in sounds, as a user calls them."""

from __future__ import annotations

import json
import os

import numpy as np
import pytest
import soundfile
from support.command import run_here

from imgext.sounds.bank import generate


def run(*words, cwd, code=0, **environment):
    done = run_here(*words, cwd=cwd, **environment)
    assert done.returncode == code, (done.stdout, done.stderr[-800:])
    return done


def test_a_built_in_sound_is_rendered_bit_for_bit(tmp_path):
    run("sounds", "render", "knock?force=0.4", "--seed", "2", "-o", "k.wav", cwd=tmp_path)
    written, rate = soundfile.read(tmp_path / "k.wav", always_2d=True)
    assert rate == 48000
    assert soundfile.info(tmp_path / "k.wav").subtype == "PCM_24"
    assert np.array_equal(written, generate("knock", seed=2, force=0.4))


def test_a_file_that_exists_is_kept_unless_forced(tmp_path):
    (tmp_path / "knock.wav").write_text("mine")
    done = run("sounds", "render", "knock", cwd=tmp_path, code=73)
    assert "knock.wav: exists" in done.stderr
    assert (tmp_path / "knock.wav").read_text() == "mine"
    run("sounds", "render", "knock", "-f", cwd=tmp_path)
    assert soundfile.info(tmp_path / "knock.wav").frames > 0


@pytest.mark.parametrize(
    ("words", "code", "fault"),
    [
        (["knok"], 66, "did you mean 'knock'"),
        (["knock?sise=1"], 65, "builtin:knock: no parameter"),
        (["knock", "-o", "k.mp3"], 2, "k.mp3: ends neither in .wav nor in .flac"),
        (["knock", "--rate", "44101"], 2, "multiple of 5"),
    ],
)
def test_what_cannot_be_rendered_gets_one_line_and_writes_nothing(tmp_path, words, code, fault):
    done = run("sounds", "render", *words, cwd=tmp_path, code=code)
    assert fault in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_name_is_shown_as_a_spectrogram(tmp_path):
    told = json.loads(run("sounds", "show", "knock", "--seconds", "1.5", "--json", cwd=tmp_path).stdout)
    assert told["picture"] == "knock.png"
    assert told["sound"] == "knock"
    assert (tmp_path / "knock.png").read_bytes().startswith(b"\x89PNG")


@pytest.fixture
def player(tmp_path):
    """A folder with a player that keeps what it is given, and that fails where told to."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "aplay"
    script.write_text(
        f'#!/bin/sh\n[ -e {tmp_path}/broken ] && echo "no device" >&2 && exit 1\n'
        f'for last; do :; done\n/bin/cp "$last" {tmp_path}/heard.wav\n'
    )
    script.chmod(0o755)
    return folder


@pytest.mark.skipif(os.name == "nt", reason="the player is a shell script")
def test_a_sound_is_played_by_what_is_installed(tmp_path, player):
    told = json.loads(run("sounds", "play", "knock", "--json", cwd=tmp_path, PATH=str(player)).stdout)
    assert told["player"] == "aplay"
    assert np.array_equal(soundfile.read(tmp_path / "heard.wav", always_2d=True)[0], generate("knock"))
    (tmp_path / "broken").touch()
    done = run("sounds", "play", "knock", cwd=tmp_path, code=69, PATH=str(player))
    assert "aplay does not play: no device" in done.stderr


def test_without_a_player_the_way_out_is_named(tmp_path):
    done = run("sounds", "play", "knock", cwd=tmp_path, code=69, PATH=str(tmp_path))
    assert "imgext sounds render knock" in done.stderr
