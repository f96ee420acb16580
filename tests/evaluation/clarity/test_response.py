"""The common response of cuts against published figures and against the filter that plays them."""

import numpy as np
import pytest

from imgext.evaluation import Cut
from imgext.evaluation.clarity.response import apply_cuts, response_range

RATE = 48000


@pytest.mark.parametrize(
    ("cuts", "lowest"),
    [([(570, -6), (700, -6)], -11.48), ([(450, -6), (700, -6)], -9.92), ([(570, -4.7)], -4.7)],
)
def test_cuts_that_overlap_add_up(cuts, lowest):
    assert response_range([Cut(freq, gain) for freq, gain in cuts], RATE) == (
        pytest.approx(lowest, abs=0.01),
        0.0,
    )


def test_no_cut_no_response():
    assert response_range([], RATE) == (0.0, 0.0)
    assert response_range([Cut(570, -6.0, 1.0, ())], RATE) == (0.0, 0.0)


def test_cuts_that_are_never_open_together_do_not_add_up():
    cuts = [Cut(570, -6.0, 1.0, ((0.0, 1.0), (5.0, 6.0))), Cut(700, -6.0, 1.0, ((2.0, 3.0),))]
    assert response_range(cuts, RATE)[0] == pytest.approx(-6.0, abs=0.01)


def test_ramps_that_meet_count_as_far_as_they_are_open():
    """One gate begins where the other ends: its ramp lies before, so there both are open, one wholly."""
    meeting = [Cut(570, -3.0, 1.0, ((0.0, 1.0),)), Cut(570, -3.0, 1.0, ((1.0, 2.0),))]
    apart = [meeting[0], Cut(570, -3.0, 1.0, ((1.05, 2.0),))]
    assert response_range(meeting, RATE)[0] == pytest.approx(-6.0, abs=0.01)
    assert response_range(apart, RATE)[0] == pytest.approx(-3.0, abs=0.01)


def test_a_span_inside_another_does_not_close_it():
    """A gate from 0 to 10 s is open at 5 s although it is also written from 1 to 2 s."""
    cuts = [Cut(570, -3.0, 1.0, ((0.0, 10.0), (1.0, 2.0))), Cut(570, -3.0, 1.0, ((5.0, 6.0),))]
    assert response_range(cuts, RATE)[0] == pytest.approx(-6.0, abs=0.01)


def test_a_boost_is_the_high_end():
    assert response_range([Cut(570, 2.0), Cut(4000, -3.0)], RATE) == (
        pytest.approx(-3, abs=0.1),
        pytest.approx(2, abs=0.1),
    )


def test_the_formula_is_the_filter():
    """Response of the filter to an impulse, at the frequency where two cuts are deepest together."""
    cuts = [Cut(570, -3.0), Cut(900, -2.5, 2.0)]
    impulse = np.zeros((1 << 16, 1))
    impulse[0] = 1.0
    spectrum = np.abs(np.fft.rfft(apply_cuts(impulse, cuts, RATE)[:, 0]))
    assert response_range(cuts, RATE)[0] == pytest.approx(20 * np.log10(np.min(spectrum)), abs=0.01)


def test_what_is_outside_the_gates_is_not_touched():
    x = np.random.default_rng(0).standard_normal((RATE, 2))
    y = apply_cuts(x, [Cut(570, -6.0, None, ((0.3, 0.5),))], RATE)
    outside = np.r_[0 : round(0.28 * RATE), round(0.52 * RATE) : RATE]
    assert np.array_equal(y[outside], x[outside])
    assert not np.array_equal(y, x)
