"""Intervals of paired differences."""

import numpy as np
import pytest

from imgext.evaluation.clarity.bootstrap import estimate, paired


def test_equal_values_differ_by_exactly_nothing():
    assert paired([0.3, 0.1, 0.2], [0.3, 0.1, 0.2])[:6] == (0.0,) * 6


def test_pairs_are_compared_and_not_means():
    """A constant difference has no spread, however much the scenes differ."""
    values = np.linspace(0.0, 1.0, 20)
    assert paired(values + 0.1, values)[:6] == (0.1,) * 6


def test_the_interval_of_a_mean_is_about_two_standard_errors_wide():
    x = np.random.Generator(np.random.PCG64(1)).standard_normal(200)
    result = estimate(x)
    error = np.std(x) / np.sqrt(200)
    assert result.mean == pytest.approx(np.mean(x), abs=1e-6)
    assert result.low == pytest.approx(np.mean(x) - 1.96 * error, abs=0.1 * error)
    assert result.high == pytest.approx(np.mean(x) + 1.96 * error, abs=0.1 * error)


def test_the_interval_of_a_share_is_that_of_the_binomial():
    """Ones in 8 of 16: resampled means are binomial, the 2.5 % and 97.5 % points of
    B(16, 1/2) are 4 and 12."""
    result = estimate([0.0, 1.0] * 8)
    assert (result.low, result.high) == (0.25, 0.75)


def test_the_median_is_estimated_too():
    result = estimate([0.0, 0.0, 0.0, 0.0, 100.0])
    assert (result.median, result.median_low) == (0.0, 0.0)
    assert result.mean == 20.0
    assert result.scenes == 5


def test_the_same_values_have_the_same_interval_and_other_orders_nearly_so():
    x = np.random.Generator(np.random.PCG64(2)).random(48)
    assert estimate(x) == estimate(x.copy())
    assert estimate(x[::-1]).low == pytest.approx(estimate(x).low, abs=0.01)


@pytest.mark.parametrize("values", [[], [0.1, float("nan")], [float("inf")]])
def test_values_that_have_no_interval(values):
    with pytest.raises(ValueError, match="finite"):
        estimate(values)


def test_pairs_must_be_pairs():
    with pytest.raises(ValueError, match="paired"):
        paired([1.0, 2.0], [1.0])
