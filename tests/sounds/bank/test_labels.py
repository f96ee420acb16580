"""What photos show gets its own built-in sound, a similar one, or none."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from imgext.ontology.hierarchy import hierarchy
from imgext.sounds.bank import BANK

with (Path(__file__).parent / "labels.csv").open(encoding="utf-8", newline="") as _file:
    #: Common labels, each with the built-in sounds that fit, judged by hand; `silent` for what makes no sound
    #: by itself.
    LABELS = {row["label"]: row["heard as"].split("|") for row in csv.DictReader(_file)}


def heard(label):
    """The built-in sound of a label, or `silent`."""
    tree = hierarchy()
    tag = tree.understand(label)
    if tag is None:
        return "unknown"
    return tree.builtin(tag)[0] if tag.sounds else "silent"


@pytest.mark.parametrize("label", LABELS)
def test_a_common_label_gets_no_other_things_sound(label):
    assert heard(label) in LABELS[label]


def test_the_list_is_long_and_names_sounds_that_exist():
    assert len(LABELS) >= 192
    assert {name for names in LABELS.values() for name in names} <= {*BANK, "silent", "unknown"}
