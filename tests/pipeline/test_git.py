"""Scenes in a real repository: two branches, the drivers set up, merges, `git log -p`."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from support.command import run_here

from imgext import check, resolve
from imgext.scene.writer import scene_text

SCENE = """schema: imgext.scene/1
sample_rate: 8000
unmask: {mode: off}
tracks:
  gull:
    sound: builtin:gull
    start: 1   # early
    level: -20
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository with one scene, the drivers set up; `repository(*words)` runs git in it."""
    monkeypatch.chdir(tmp_path)
    package = os.path.dirname(os.path.dirname(sys.modules["imgext"].__file__))  # noqa: PTH120
    monkeypatch.setenv("PYTHONPATH", package)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "a")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "a@example.org")
    monkeypatch.setattr("shutil.which", lambda _name: None)  # this checkout, not what is installed

    def git(*words, code=0):
        done = subprocess.run(["git", *words], cwd=tmp_path, check=False, capture_output=True, text=True)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    git("init", "-q", "-b", "main")
    (tmp_path / "a.yaml").write_text(SCENE, encoding="utf-8")
    assert run_here("git", "install", cwd=tmp_path).returncode == 0
    git("add", ".")
    git("commit", "-qm", "one")
    return git


def branch(git, folder, name, old, new):
    """Commit an edit of the scene on a branch of its own."""
    git("checkout", "-q", "-b", name, "main")
    text = (folder / "a.yaml").read_text(encoding="utf-8")
    assert old in text
    (folder / "a.yaml").write_text(text.replace(old, new), encoding="utf-8")
    git("commit", "-qam", name)


def test_two_branches_that_edit_one_track_merge_without_conflict(repository, tmp_path):
    branch(repository, tmp_path, "one", "start: 1 ", "start: 2.5 ")
    branch(repository, tmp_path, "other", "    level: -20", "    level: -26\n    gain: 3")
    repository("merge", "-q", "--no-edit", "one")
    text = (tmp_path / "a.yaml").read_text(encoding="utf-8")
    assert text == SCENE.replace("start: 1 ", "start: 2.5 ").replace("level: -20", "level: -26\n    gain: 3")


def test_the_same_field_stops_the_merge_and_check_says_where(repository, tmp_path):
    branch(repository, tmp_path, "one", "start: 1 ", "start: 2 ")
    branch(repository, tmp_path, "other", "start: 1 ", "start: 3 ")
    said = repository("merge", "--no-edit", "one", code=1)
    assert "a.yaml: tracks.gull.start: both sides changed it" in said
    (fault,) = check(tmp_path / "a.yaml")
    assert (fault.code, fault.line, fault.path) == ("conflict", 7, "tracks.gull.start")
    assert "UU a.yaml" in repository("status", "--short")


def test_git_shows_a_change_by_field(repository, tmp_path):
    branch(repository, tmp_path, "one", "start: 1 ", "start: 2.5 ")
    log = repository("log", "-p", "-1")
    assert "-tracks.gull.start = 1 s  # early" in log
    assert "+tracks.gull.start = 2.5 s  # early" in log
    assert "tracks.gull.start: moved by +1.5 s (1 s -> 2.5 s)" in repository("diff", "main")


def test_a_resolved_scene_is_made_again_from_the_merged_one(repository, tmp_path):
    def keep_resolved():
        resolved = resolve(tmp_path / "a.yaml")
        header = ["Written by imgext: every blank is answered here."]
        (tmp_path / "a.resolved.yaml").write_text(
            scene_text(resolved.scene, resolved.decisions, header=header)
        )
        repository("add", ".")
        repository("commit", "-qm", "resolved")

    keep_resolved()
    for name, old, new in (("one", "start: 1 ", "start: 2 "), ("other", "level: -20", "level: -26")):
        branch(repository, tmp_path, name, old, new)
        keep_resolved()
    repository("merge", "-q", "--no-edit", "one")
    merged = (tmp_path / "a.resolved.yaml").read_text(encoding="utf-8")
    resolved = resolve(tmp_path / "a.yaml")
    assert resolved.scene.tracks["gull"].level == -26
    assert resolved.scene.tracks["gull"].start == 2
    header = ["Written by imgext: every blank is answered here."]
    assert merged == scene_text(resolved.scene, resolved.decisions, header=header)


def test_what_install_wrote_uninstall_takes_out(repository, tmp_path):
    attributes = tmp_path / ".gitattributes"
    assert "/*.yaml diff=imgext merge=imgext\n" in attributes.read_text()
    attributes.write_text("*.wav binary\n" + attributes.read_text())
    assert run_here("git", "install", cwd=tmp_path).returncode == 0
    assert attributes.read_text().count("merge=imgext") == 1
    assert run_here("git", "uninstall", cwd=tmp_path).returncode == 0
    assert attributes.read_text() == "*.wav binary\n"
    assert "imgext" not in (tmp_path / ".git" / "config").read_text()


def test_a_dry_run_shows_and_writes_nothing(repository, tmp_path):
    run_here("git", "uninstall", cwd=tmp_path)
    done = run_here("git", "install", "-n", cwd=tmp_path)
    assert "merge.imgext.driver" in done.stderr
    assert not (tmp_path / ".gitattributes").exists()


def test_other_yaml_is_merged_by_line_as_git_does(repository, tmp_path):
    texts = {"base": "a: 1\n\n\n\nb: 1\n", "ours": "a: 2\n\n\n\nb: 1\n", "theirs": "a: 1\n\n\n\nb: 2\n"}
    for name, text in texts.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    done = run_here("merge", "base.yaml", "ours.yaml", "theirs.yaml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "a: 2\n\n\n\nb: 2\n")
