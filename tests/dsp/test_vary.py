"""Differences between repeats: bounds, independence, a few pitches."""

from __future__ import annotations

import numpy as np

from imgext.dsp.vary import STEPS, Difference, difference

LARGEST = Difference(2.0, 1.0, 0.1)


def drawn(count=400, seed=3, name="gull"):
    return [difference(seed, name, 1.25 * index, LARGEST) for index in range(count)]


def test_differences_fill_their_bounds_evenly_on_both_sides():
    found = np.array(drawn())
    assert (np.abs(found) <= LARGEST).all()
    # a uniform variable on [-1, 1] has mean 0 and standard deviation 1 / sqrt(3); 400 draws, four of its
    # errors
    assert (np.abs(found.mean(axis=0)) < np.array(LARGEST) * 4 / 3**0.5 / 20).all()
    assert (np.abs(found).max(axis=0) > 0.95 * np.array(LARGEST)).all()


def test_there_are_few_pitches():
    assert len({each.pitch for each in drawn()}) == STEPS


def test_a_repeat_differs_by_its_own_start_alone():
    start = 7.125
    assert difference(3, "gull", start, LARGEST) == difference(3, "gull", start, LARGEST)
    others = [(4, "gull", start), (3, "crow", start), (3, "gull", 7.126)]
    assert len({difference(*each, LARGEST) for each in others} | {difference(3, "gull", start, LARGEST)}) == 4
