"""Figures of a mode, by arithmetic on small powers."""

import numpy as np
import pytest

from imgext.evaluation import Stem
from imgext.evaluation.clarity.bands import Bands
from imgext.evaluation.clarity.figures import Heard, local_drop, local_power, scores, weighted

A, B = Stem("a", np.ones(1), 0.9), Stem("b", np.ones(1), 0.1)


def sound(weighted_power, first=0):
    power = np.asarray(weighted_power, dtype=np.float64)
    return Bands(
        first, np.zeros((power.size, 109)), np.zeros((power.size, 42)), np.zeros((power.size, 25)), power
    )


def test_scores_are_weighted_by_importance():
    heard = {"a": Heard(0.8, 8.0, 10.0, 0.6, 0.1), "b": Heard(0.2, 2.0, 10.0, 0.4, 0.5)}
    got = scores(heard, [A, B], {"a": 20.0, "b": 4.0})
    assert got == pytest.approx(
        {
            "murw": 0.74,
            "mur": 0.5,
            "mur_min": 0.2,
            "mur_top": 0.8,
            "plw": 0.9 * 0.4 + 0.1 * 0.5,
            "glw": 0.58,
            "m": 0.3,
            "spread": 0.4,
        }
    )


def test_what_can_no_longer_be_heard_is_worth_nothing():
    heard = {"a": Heard(float("nan"), 0.0, 0.0, 0.0, 0.0), "b": Heard(1.0, 1.0, 1.0, 1.0, 0.0)}
    got = scores(heard, [A, B], {"a": 1.0, "b": 1.0})
    assert (got["murw"], got["mur_min"], got["plw"]) == pytest.approx((0.1, 0.0, 0.1))


def test_without_any_importance_all_count_the_same():
    assert weighted(
        np.array([0.2, 0.4]), [Stem("a", np.ones(1), 0.0), Stem("b", np.ones(1), 0.0)]
    ) == pytest.approx(0.3)


def test_a_change_is_taken_back_where_it_was_made():
    """6 dB less in the second half: four times the power there, nothing before, and a
    slope of 19 frames between."""
    before = sound(np.ones(100))
    gain = local_power(sound(np.where(np.arange(100) < 50, 1.0, 0.25)), before)
    assert gain[:41] == pytest.approx(1.0)
    assert gain[59:] == pytest.approx(4.0)
    assert np.all(np.diff(gain[41:59]) > 0.0)


def test_the_ends_of_a_sound_are_not_lifted_by_the_silence_beyond():
    """Level falling towards the end: the smoothing sees the last frame going on, not zeros."""
    before = sound(np.ones(40))
    gain = local_power(sound(np.where(np.arange(40) < 39, 1.0, 0.25)), before)
    window = np.hanning(21)[1:-1] / np.sum(np.hanning(21))
    assert gain[-1] == pytest.approx(1.0 / (1.0 - 0.75 * np.sum(window[9:])))


def test_nothing_is_made_of_silence():
    assert np.all(local_power(sound(np.zeros(30)), sound(np.ones(30))) == 1.0)


def test_the_local_drop_is_measured_over_the_frames_that_lose():
    before = sound([1.0, 1.0, 2.0, 5.0], first=3)
    assert local_drop(sound([0.5, 0.99, 0.25, 9.0], first=3), before) == pytest.approx(
        10 * np.log10(0.75 / 3.0)
    )
    assert local_drop(before, before) == 0.0
    assert local_drop(sound([0.0, 0.0, 0.0, 0.0], first=3), before) == -120.0
