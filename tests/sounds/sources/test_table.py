"""The table of sources: each name in a lock has a class, a new one costs one row."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from imgext.scene.part import SCHEMES, SoundSource
from imgext.sounds.sources import SOURCES, Services, open_sources

TOOL = Path(__file__).resolve().parents[3] / "tools" / "count_source.py"


def test_every_source_has_a_class_of_its_name():
    assert tuple(SOURCES) == get_args(SoundSource)
    assert [source.name for source in SOURCES.values()] == list(SOURCES)


def test_without_setting_anything_up_only_the_built_in_sounds_are_searched():
    assert [source.name for source in open_sources(SCHEMES, [], Services())] == ["builtin"]


def test_an_address_is_known_by_its_source():
    address = "https://freesound.org/people/Zo%C3%AB/sounds/555002/"
    assert {name: source.at(address) for name, source in SOURCES.items() if source.at(address)} == {
        "freesound": ("555002", "Zoë")
    }


@pytest.mark.slow
def test_a_new_source_is_one_module_and_one_row():
    if not TOOL.is_file():
        pytest.skip("run from a checkout")
    said = subprocess.run([sys.executable, TOOL], check=True, capture_output=True, text=True).stdout
    assert re.match(r"a toy source: 2 files \(1 module of \d\d lines, 1 row in ", said)
