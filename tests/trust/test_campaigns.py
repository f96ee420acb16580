"""Slices of `make fuzz` and `make crash`."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.places import ROOT


def campaign(name: str, tmp_path, *words: str) -> str:
    """Run a campaign; its last line."""
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / f"{name}.py", *words],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.splitlines()[-1]


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind", ["scene", "lock", "manifest", "settings", "index", "environment", "terminal", "agree"]
)
def test_damaged_inputs_end_in_success_or_in_a_fault(tmp_path, kind):
    assert "0 failed" in campaign("fuzz", tmp_path, "--cases", "12", "--seed", "71", "--only", kind)


VERBS = "render,find,write,fmt,collect,credits,store"


@pytest.mark.slow
def test_after_kills_and_failures_the_next_run_goes_well(tmp_path):
    assert campaign(
        "crash", tmp_path, "--kills", "6", "--failures", "6", "--others", "3", "--seed", "5", "--only", VERBS
    ).endswith(" 0 bad")
