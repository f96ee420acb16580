"""Forms of `check` and `fmt` for other programs: annotations, SARIF, patches, hooks, the action."""

from __future__ import annotations

import json
import subprocess

import pytest
from ruamel.yaml import YAML
from support.command import run_here
from support.places import ROOT
from typer.main import get_command

from imgext.cli import app

BROKEN = "schema: imgext.scene/1\nseed: -1\ntracks:\n  gull: {sound: builtin:gull, pan: 3}\n"


@pytest.fixture
def broken(tmp_path):
    (tmp_path / "a b.yaml").write_text(BROKEN, encoding="utf-8")
    return tmp_path


def test_github_shows_a_fault_at_its_line(broken):
    done = run_here("check", "--format", "github", "a b.yaml", cwd=broken)
    first, second = done.stdout.splitlines()
    assert done.returncode == 65
    assert first.startswith("::error file=a b.yaml,line=2,col=7,title=out_of_range::seed: ")
    assert second.startswith("::error file=a b.yaml,line=4,col=")


def test_sarif_has_a_result_for_each_fault_at_its_region(broken):
    log = json.loads(run_here("check", "--format", "sarif", "a b.yaml", cwd=broken).stdout)
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["out_of_range"]
    first = run["results"][0]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b.yaml"
    assert place["region"] == {"startLine": 2, "startColumn": 7}
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("out_of_range", 0, "error")


def test_json_is_what_the_option_json_prints(broken):
    form, option = (
        run_here("check", *words, "a b.yaml", cwd=broken) for words in (("--format", "json"), ("--json",))
    )
    assert form.stdout == option.stdout


def test_the_patch_of_fmt_is_what_fmt_does(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text(
        "schema: imgext.scene/1\ntracks: {gull: {start: 1.50, sound: 'builtin:gull'}}  # early",
        encoding="utf-8",
    )
    before = path.read_bytes()
    done = run_here("fmt", "--check", "--diff", "a.yaml", cwd=tmp_path)
    assert (done.returncode, path.read_bytes()) == (1, before)
    subprocess.run(["git", "apply", "-p0", "-"], input=done.stdout, cwd=tmp_path, check=True, text=True)
    patched = path.read_bytes()
    path.write_bytes(before)
    assert run_here("fmt", "a.yaml", cwd=tmp_path).returncode == 0
    assert path.read_bytes() == patched != before


def test_every_hook_and_every_step_calls_a_command_that_there_is():
    commands = get_command(app.program()).commands
    yaml = YAML(typ="safe")
    hooks = yaml.load(ROOT / ".pre-commit-hooks.yaml")
    assert {hook["entry"].split()[1] for hook in hooks} == {"check", "fmt", "verify"} <= set(commands)
    steps = yaml.load(ROOT / "action.yml")["runs"]["steps"]
    assert all(step["shell"] == "bash" for step in steps)
    for step in steps:
        subprocess.run(["bash", "-n"], input=step["run"], text=True, check=True)
