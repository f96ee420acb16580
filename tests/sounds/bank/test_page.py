"""docs/bank.md is what tools/write_bank.py makes of the table."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from imgext.sounds.bank import BANK

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def tool():
    spec = importlib.util.spec_from_file_location("write_bank", ROOT / "tools" / "write_bank.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_built_in_sounds_is_up_to_date(tool):
    assert (ROOT / "docs" / "bank.md").read_text(encoding="utf-8") == tool.page()


def test_the_page_has_one_row_a_sound(tool):
    rows = [line for line in tool.page().splitlines() if line.startswith("| `")]
    assert len(rows) == len(BANK)
    assert all(line.count("|") == 7 for line in rows)


def test_measured_figures_are_counted_and_kept(tool, tmp_path, monkeypatch):
    monkeypatch.setattr(tool, "FIGURES", tmp_path / "figures.csv")
    measured = {"dog": {"of": 2, "outside": ["tilt 1"]}, "hum": {"of": 2, "outside": []}}
    (tmp_path / "m.json").write_text(json.dumps(measured))
    tool.take_figures(tmp_path / "m.json")
    assert tool.figures() == {"dog": (1, 2)}
    assert "| 1/2 |" in tool.row_of(BANK["dog"], tool.figures())
