"""`diff`: what a change does, between files, folders and revisions."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest
import soundfile
from support.command import run_here

from imgext import diff
from imgext.errors import MissingInputError

SCENE = """schema: imgext.scene/1
sample_rate: 16000
unmask: {mode: off}
tracks:
  gull:
    sound: gull.wav
    start: 0.5
    level: -20
  sea: {sound: sea.wav, start: 0, level: -30}
"""


@pytest.fixture
def scenes(tmp_path):
    """`scenes(old, new)`: the scene in before.yaml, and with a text replaced in after.yaml; gives both."""
    lot = np.random.default_rng(1)
    for name, seconds in (("gull", 0.5), ("sea", 2.0), ("other", 0.5)):
        soundfile.write(tmp_path / f"{name}.wav", 0.1 * lot.standard_normal(round(16000 * seconds)), 16000)

    def write(old="", new=""):
        assert old in SCENE
        before, after = tmp_path / "before.yaml", tmp_path / "after.yaml"
        before.write_text(SCENE, encoding="utf-8")
        after.write_text(SCENE.replace(old, new), encoding="utf-8")
        return before, after

    return write


def test_two_equal_scenes_do_not_differ(scenes):
    found = diff(*scenes())
    assert found.same
    assert found.lines() == []


def test_a_change_has_its_consequences_with_the_reason(scenes):
    """The length of the mix follows the last sound."""
    found = diff(*scenes("start: 0.5", "start: 1.9"))
    (consequence,) = found.consequences
    assert consequence.path == "duration"
    assert consequence.after == 2.4
    assert consequence.because


def test_who_is_no_longer_heard_is_told(scenes):
    found = diff(*scenes("level: -20", "level: -70"))
    (heard,) = (figure for figure in found.figures if figure.path == "heard.gull")
    assert heard.words.startswith("no longer heard")
    assert heard.before > 0.1 > heard.after


def test_the_difference_as_a_sound_is_where_the_track_moved_from_and_to(scenes, tmp_path):
    """The gull moves from 0.5 to 1.5 s, so the difference lies in 0.5 to 1.0 and 1.5 to 2.0 s."""
    before, after = scenes("start: 0.5", "start: 1.5")
    found = diff(before, after, sound=tmp_path / "difference.wav")
    assert [(span.begin, span.end) for span in found.sound.mix] == [(0.5, 1.0), (1.5, 2.0)]
    assert list(found.sound.tracks) == ["gull"]
    samples, rate = soundfile.read(tmp_path / "difference.wav")
    assert rate == 16000
    assert np.abs(samples[:8000]).max() == np.abs(samples[16000:24000]).max() == 0
    # gone here, come there: the same samples with the other sign, each rounded to 24 bits
    assert np.abs(samples[8000:16000] + samples[24000:32000]).max() <= 2**-22
    assert np.abs(samples[8000:16000]).max() > 0.01


def test_another_content_under_the_same_name_is_a_difference(scenes, tmp_path):
    before, _ = scenes()
    other = tmp_path / "other"
    other.mkdir()
    (other / "before.yaml").write_text(SCENE, encoding="utf-8")
    (other / "sea.wav").write_bytes((tmp_path / "sea.wav").read_bytes())
    (other / "gull.wav").write_bytes((tmp_path / "other.wav").read_bytes())
    found = diff(before, other / "before.yaml")
    assert found.changes == []
    assert "tracks.gull.sound" in {change.path for change in found.consequences}


def test_what_cannot_be_played_is_compared_by_its_fields(scenes, tmp_path):
    before, after = scenes("start: 0.5", "start: 1.5")
    (tmp_path / "gull.wav").unlink()
    found = diff(before, after)
    assert [change.path for change in found.changes] == ["tracks.gull.start"]
    assert "gull.wav" in found.unknown
    with pytest.raises(MissingInputError):
        diff(before, after, sound=tmp_path / "difference.wav")
    assert not (tmp_path / "difference.wav").exists()


def test_the_picture_shows_both_on_one_axis(scenes, tmp_path):
    from PIL import Image

    before, after = scenes("start: 0.5", "start: 1.9")
    diff(before, after, picture=tmp_path / "both.png")
    with Image.open(tmp_path / "both.png") as image:
        assert image.width == 1600


class TestCommand:
    @pytest.fixture
    def repository(self, tmp_path, scenes):
        """A repository with two commits; the gull moved in the second."""
        scenes()
        for path in tmp_path.iterdir():
            if path.suffix != ".wav":
                path.unlink()
        self.git(tmp_path, "init", "-q", "-b", "main")
        for text in (SCENE, SCENE.replace("start: 0.5", "start: 1.5")):
            (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
            self.git(tmp_path, "add", ".")
            self.git(tmp_path, "commit", "-qm", "one")
        return tmp_path

    @staticmethod
    def git(folder, *words):
        own = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.autocrlf=false")
        done = subprocess.run(["git", *own, *words], cwd=folder, check=True, capture_output=True, text=True)
        return done.stdout

    def test_it_ends_with_1_where_something_differs_and_with_0_where_nothing_does(self, repository):
        done = run_here("diff", "--fields", "HEAD~1", "--", "a.yaml", cwd=repository)
        assert done.returncode == 1
        assert "tracks.gull.start: moved by +1 s (0.5 s -> 1.5 s)" in done.stdout
        assert run_here("diff", "--fields", "HEAD", "a.yaml", cwd=repository).returncode == 0
        assert run_here("diff", "--fields", "a.yaml", cwd=repository).returncode == 0

    @pytest.mark.parametrize(
        "words", [["HEAD~1..HEAD"], ["HEAD~1", "HEAD", "a.yaml"], ["HEAD~1:a.yaml", "a.yaml"]]
    )
    def test_revisions_are_read_as_git_reads_them(self, repository, words):
        done = run_here("diff", "--fields", "--json", *words, cwd=repository)
        (scene,) = json.loads(done.stdout)["scenes"]
        assert [change["path"] for change in scene["changes"]] == ["tracks.gull.start"]
        assert scene["scene"] == "a.yaml"

    def test_a_scene_of_a_revision_plays_the_sounds_of_then(self, repository):
        """The gull's recording was replaced since; the scene itself is as it was."""
        (repository / "gull.wav").write_bytes((repository / "other.wav").read_bytes())
        done = run_here("diff", "--json", "HEAD", "a.yaml", cwd=repository)
        (scene,) = json.loads(done.stdout)["scenes"]
        assert scene["unknown"] == ""
        assert "tracks.gull.sound" in {change["path"] for change in scene["consequences"]}

    def test_a_new_scene_and_one_that_is_gone_are_told(self, repository):
        (repository / "b.yaml").write_text(SCENE, encoding="utf-8")
        (repository / "a.yaml").unlink()
        done = run_here("diff", "--fields", "HEAD", cwd=repository)
        assert done.returncode == 1
        assert "a.yaml\n  schema: the scene is gone\nb.yaml\n  schema: a new scene\n" in done.stdout

    @pytest.mark.parametrize(
        ("words", "code"), [(["nowhere", "a.yaml"], 66), (["a.yaml", "a.yaml", "a.yaml"], 2)]
    )
    def test_what_is_no_file_and_no_revision_is_refused(self, repository, words, code):
        assert run_here("diff", *words, cwd=repository).returncode == code

    def test_two_folders_are_compared_by_the_names_in_them(self, tmp_path, scenes):
        scenes()
        for name, text in (("one", SCENE), ("two", SCENE.replace("-20", "-21"))):
            (tmp_path / name).mkdir()
            (tmp_path / name / "a.yaml").write_text(text, encoding="utf-8")
        done = run_here("diff", "--fields", "one", "two", cwd=tmp_path)
        assert done.stdout == "a.yaml\n  tracks.gull.level: 1 dB quieter (-20 dBFS -> -21 dBFS)\n"

    def test_an_output_that_is_there_is_not_overwritten(self, repository):
        (repository / "mine.wav").write_bytes(b"mine")
        done = run_here("diff", "HEAD~1", "a.yaml", "--sound", "mine.wav", cwd=repository)
        assert done.returncode == 73
        assert (repository / "mine.wav").read_bytes() == b"mine"
