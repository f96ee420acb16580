"""Both searches on a sphere, where the answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from imgext.mix.unmask.harmony import harmony_search, pattern_search


def sphere(x):
    return round(float(np.sum((x + 2.0) ** 2)), 9)


def box(n):
    return np.full(n, -6.0), np.zeros(n)


@pytest.mark.parametrize(("n", "most"), [(28, 0.3), (10, 0.002)])
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.slow
def test_harmony_search_finds_the_middle_of_a_sphere(n, most, seed):
    found = harmony_search(sphere, *box(n), seed=seed, start=np.zeros(n), evaluations=3000)
    assert found.value < most
    assert found.value == sphere(found.x)
    assert found.evaluations == 3000


def test_the_same_seed_gives_the_same_point_and_another_seed_another():
    once, again, other = (harmony_search(sphere, *box(5), seed=seed, evaluations=300).x for seed in (7, 7, 8))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


def test_harmony_search_asks_as_often_as_it_may_and_stays_in_the_box():
    asked = []
    harmony_search(lambda x: asked.append(x) or sphere(x), *box(4), seed=1, evaluations=137)
    assert len(asked) == 137
    assert all(np.all((x >= -6.0) & (x <= 0.0)) for x in asked)


def test_harmony_search_is_never_worse_than_its_start():
    def needle(x):
        return 0.0 if not x.any() else 1.0

    assert harmony_search(needle, *box(6), seed=3, start=np.zeros(6), evaluations=50).value == 0.0


def test_points_that_are_not_allowed_are_left():
    found = harmony_search(
        lambda x: math.inf if x[0] < -1 else sphere(x), *box(3), seed=4, start=np.zeros(3), evaluations=800
    )
    assert found.x[0] >= -1.0
    assert found.value < 1.3


def test_an_objective_that_changes_its_point_does_no_harm():
    def rude(x):
        value = sphere(x)
        x[:] = 0.0
        return value

    assert (
        harmony_search(rude, *box(4), seed=1, evaluations=200).value
        == harmony_search(sphere, *box(4), seed=1, evaluations=200).value
    )
    assert pattern_search(rude, *box(4), np.zeros(4), steps=(1.0,)).value == 0.0


@pytest.mark.parametrize(("low", "high"), [(0.0, -1.0), (-math.inf, 0.0)])
def test_bounds_that_are_none_are_refused(low, high):
    with pytest.raises(ValueError, match="bounds"):
        harmony_search(sphere, np.array([low]), np.array([high]), seed=1)


def test_pattern_search_walks_to_the_middle_in_steps_of_a_half():
    found = pattern_search(sphere, *box(28), np.zeros(28), steps=(3.0, 1.5, 0.75, 0.5), sweeps=8)
    assert np.max(np.abs(found.x + 2.0)) <= 0.25
    assert found.evaluations < 3000


def test_pattern_search_stays_at_a_start_that_nothing_betters():
    found = pattern_search(sphere, *box(3), np.full(3, -2.0), steps=(3.0, 1.5))
    assert found.x.tolist() == [-2.0, -2.0, -2.0]
    assert found.value == 0.0


def test_pattern_search_leaves_what_helps_too_little():
    assert pattern_search(sphere, *box(1), np.array([-1.9]), steps=(0.1,), least=0.02).x.tolist() == [-1.9]


def test_pattern_search_stops_when_its_questions_are_used_up():
    assert pattern_search(sphere, *box(9), np.zeros(9), steps=(1.0,), evaluations=7).evaluations == 7
