"""The table of modes: what it names exists, is what a scene may say, and is documented."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from support.planned import in_bands

from imgext.mix.unmask import modes
from imgext.mix.unmask.modes import MODES
from imgext.mix.unmask.planner import Objective, Search, Settings
from imgext.scene.model import Unmask

ROOT = Path(__file__).resolve().parents[4]
PAGE, TOOL = ROOT / "docs" / "unmasking.md", ROOT / "tools" / "count_mode.py"


def test_a_scene_may_name_each_mode_and_off():
    assert set(get_args(Unmask.model_fields["mode"].annotation)) == {"off", *MODES}


@pytest.mark.parametrize(("field", "values"), [("search", Search), ("objective", Objective)])
def test_a_scene_may_name_what_the_planners_know(field, values):
    assert get_args(Unmask.model_fields[field].annotation) == get_args(values)


def test_each_module_of_the_folder_is_a_mode():
    found = {path.stem for path in Path(modes.__file__).parent.glob("*.py")} - {"__init__"}
    assert found == set(MODES)


@pytest.mark.parametrize("name", MODES)
def test_each_mode_plans_for_the_open_tracks(name):
    tracks = [in_bands("a", 0.4, {5: 72.0}), in_bands("b", 0.5, {5: 70.0})]
    assert set(MODES[name].plan(tracks, Settings(48000, 3 * 48000))) == {"a", "b"}


def test_the_page_says_of_each_mode_what_the_table_says():
    rows = dict(
        re.findall(r"^\| `(\w+)` \| (.*?)[.:;|]", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    )
    assert {name: rows.get(name, "").strip() for name in MODES} == {
        name: mode.meaning for name, mode in MODES.items()
    }


@pytest.mark.slow
def test_a_new_mode_is_one_module_and_one_row():
    if not TOOL.is_file():
        pytest.skip("run from a checkout")
    said = subprocess.run([sys.executable, TOOL], check=True, capture_output=True, text=True).stdout
    assert re.match(r"a toy mode: 2 files \(1 module of \d\d lines, 1 row in ", said)
