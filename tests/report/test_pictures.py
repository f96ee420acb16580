"""The table of pictures: one row each, and everything else reads it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.places import ROOT

import imgext
from imgext.report.pictures import FILES, PICTURES


def test_the_names_of_the_files_stand_in_the_table_alone():
    package = Path(imgext.__file__).parent
    holders = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search("|".join(f'["/]{re.escape(file)}"' for file in FILES), path.read_text(encoding="utf-8"))
    }
    assert holders == {"report/pictures.py"}


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_and_what_it_shows_are_in_the_documentation(name):
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"| `{PICTURES[name].file}` | {PICTURES[name].shows}" in text
