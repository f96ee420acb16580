"""Decibels and gains."""

import math

import pytest

from imgext.dsp.units import db_to_gain, gain_to_db, power_to_db, rounded


@pytest.mark.parametrize(
    ("db", "gain"), [(0.0, 1.0), (20.0, 10.0), (-20.0, 0.1), (-40.0, 0.01), (-math.inf, 0.0)]
)
def test_decades_are_exact_both_ways(db, gain):
    assert db_to_gain(db) == gain
    assert gain_to_db(gain) == db


def test_six_decibels_are_a_factor_of_two():
    assert db_to_gain(6.0205999132796239) == pytest.approx(2.0, rel=1e-11)
    assert gain_to_db(0.5) == pytest.approx(-6.0205999132796239, abs=1e-10)


def test_a_power_has_half_the_decibels_of_a_gain():
    assert power_to_db(0.01) == -20.0
    assert power_to_db(0.0) == -math.inf


def test_results_keep_twelve_significant_digits_and_no_more():
    """A difference in the last bit of 10**x cannot be seen afterwards."""
    for step in range(-900, 300, 7):
        gain = db_to_gain(step / 10)
        assert gain == float(f"{gain:.12g}")
        assert gain == pytest.approx(10 ** (step / 200), rel=1e-11)
        assert rounded(math.nextafter(gain, 2 * gain)) == gain


@pytest.mark.parametrize("bad", [math.nan, math.inf, 1e5])
def test_a_level_that_is_no_gain_is_an_error(bad):
    with pytest.raises(ValueError, match="is not a gain"):
        db_to_gain(bad)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -0.1])
def test_a_gain_that_has_no_level_is_an_error(bad):
    with pytest.raises(ValueError, match="has no level"):
        gain_to_db(bad)
