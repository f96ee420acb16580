"""`evaluate`: which modes and settings can be measured, and what each plays."""

from __future__ import annotations

import numpy as np
import pytest

from imgext import evaluate
from imgext.errors import UsageError

SCENE = """sample_rate: 16000
objects:
  a: {label: a, importance: 0.9}
  b: {label: b, importance: 0.2}
tracks:
  a: {sound: a.wav, start: 0}
  b: {sound: b.wav, start: 0}
"""


@pytest.fixture
def scene(scene_file, sound):
    lot = np.random.default_rng(2)
    for name, rms in (("a", 0.03), ("b", 0.1)):
        sound(f"{name}.wav", rms * lot.standard_normal(16000), rate=16000)
    return scene_file(SCENE)


def test_a_mode_may_set_other_fields_of_unmask(scene):
    """One bell of the search instead of as many as help."""
    measured = evaluate([scene], ["optimise", "optimise+objective=masking+bells=1"])
    bells = {name: mode["costs"]["bells"]["mean"] for name, mode in measured["modes"].items()}
    assert bells["optimise"] > bells["optimise+objective=masking+bells=1"] == 1.0


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("optimse", "did you mean `optimise`"),
        ("optimise+serch=harmony", "did you mean `search`"),
        ("optimise+search=hill", "allowed: pattern, harmony"),
        ("optimise+bells=0", "bells"),
    ],
)
def test_what_cannot_be_measured_is_told_before_anything_is_opened(mode, said):
    with pytest.raises(UsageError, match=said):
        evaluate(["nowhere.yaml"], [mode])
