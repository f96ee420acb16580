"""What is more important is the louder where both are heard, whatever a whole track measures."""

import numpy as np
import pytest

from imgext.dsp.sound_file import ArraySamples
from imgext.mix import mix
from imgext.mix.order import APART, MARGIN, MOST, in_order
from imgext.rendering import Opened
from imgext.scene.model import Scene

RATE = 8000


def levels(importance, sounds, **tracks):
    objects = {key: {"label": key, "importance": importance[key]} for key in importance}
    blanks = {"offset": 0.0, "loop": False, "start": 0.0, "fade_in": 0.0, "fade_out": 0.0}
    data = {key: {"sound": f"{key}.wav", **blanks, **tracks.get(key, {})} for key in sounds}
    scene = Scene.of(
        {"schema": "imgext.scene/1", "sample_rate": RATE, "duration": 3.0, "objects": objects, "tracks": data}
    )
    scene, decisions = mix(scene)
    opened = Opened({key: ArraySamples(x[:, None]) for key, x in sounds.items()})
    found = in_order(scene, decisions, opened)
    return {decision.path.split(".")[1]: decision for decision in found if decision.path.endswith(".level")}


def tone(*amplitudes):
    """1 kHz, a second of each amplitude."""
    t = np.arange(RATE) / RATE
    return np.concatenate([amplitude * np.sin(2 * np.pi * 1000 * t) for amplitude in amplitudes])


# measured over its three seconds, one of which is loud, `a` is 8 dB under its level in the second that `b`
# sounds too: 10 lg((0.3^2 + 1 + 0.3^2) / 3) = -4.05, 20 lg 0.3 = -10.46, so 6.41 dB under its own mean; the
# gate drops nothing, since the quiet seconds lie less than 10 dB under the mean
LOUD_ONCE = tone(0.3, 1.0, 0.3)
UNDER = 10.46 - 4.05


def test_the_less_important_is_lowered_where_it_would_be_the_louder():
    found = levels({"a": 0.9, "b": 0.5}, {"a": LOUD_ONCE, "b": tone(0.1)})
    assert found["a"].value == -21.0
    # 4 dB of importance are less than a's dip
    assert found["b"].value == pytest.approx(-25.0 - (UNDER - 4.0 + MARGIN), abs=0.06)
    assert "a, which is more important" in found["b"].because


def test_a_pair_in_order_and_one_of_equals_are_left():
    assert levels({"a": 0.9, "b": 0.1}, {"a": LOUD_ONCE, "b": tone(0.1)})["b"].value == -29.0
    near = levels({"a": 0.5, "b": round(0.5 - APART, 2)}, {"a": LOUD_ONCE, "b": tone(0.1)})
    assert near["b"].value == pytest.approx(-30.0 + 10.0 * (0.5 - APART))


def test_what_is_not_heard_together_is_left():
    found = levels({"a": 0.9, "b": 0.5}, {"a": tone(0.3), "b": tone(0.1)}, b={"start": 1.5})
    assert found["b"].value == -25.0


def test_a_written_level_is_kept():
    found = levels({"a": 0.9, "b": 0.5}, {"a": LOUD_ONCE, "b": tone(0.1)}, b={"level": -20.0})
    assert "b" not in found


def test_a_level_is_lowered_by_so_much_at_most():
    found = levels({"a": 0.7, "b": 0.5}, {"a": tone(0.1, 1.0, 1.0), "b": tone(0.1)})
    assert found["b"].value == -25.0 - MOST
