"""No thread, spool or timing reaches a sample: a slice of `make stress`."""

from __future__ import annotations

import subprocess
import sys

import pytest
from support.places import ROOT


@pytest.mark.slow
def test_spooled_sounds_many_workers_and_slow_reads_change_no_file(tmp_path):
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "stress.py", "--scenes", "1", "--renders", "4", "--seed", "1"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("stress: 4 renders, 0 differ\n")
