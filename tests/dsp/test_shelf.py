"""Shelves of bells beside the filter that they stand for."""

import numpy as np
import pytest

from imgext.dsp.cuts import bell_power
from imgext.dsp.shelf import shelf

RATE = 48000


def butterworth(freqs, edge, *, high_pass):
    """Second order, but never below -6 dB."""
    x = (freqs / edge) ** (4 if high_pass else -4)
    return np.maximum(10 * np.log10(x / (1 + x)), -6.0)


@pytest.mark.parametrize(
    ("edge", "high_pass"),
    [*((edge, True) for edge in (100, 300, 1000, 2000)), *((e, False) for e in (1000, 2000, 8000))],
)
def test_the_shelf_is_as_near_to_a_filter_that_stops_at_six_decibels_as_the_docstring_says(edge, high_pass):
    freqs = np.geomspace(20, 20000, 241)
    bells = shelf(edge, 6.0, RATE, high_pass=high_pass)
    found = 10 * np.log10(np.prod([bell_power(tuple(freqs), bell, RATE) for bell in bells], axis=0))
    off = found - butterworth(freqs, edge, high_pass=high_pass)
    assert np.sqrt(np.mean(off**2)) < 0.46
    assert np.max(np.abs(off)) < 1.6
    side = 2.0 if high_pass else 0.5
    assert np.interp(edge * side, freqs, found) == pytest.approx(-0.8, abs=0.2)
    assert np.interp(edge, freqs, found) == pytest.approx(-3.1, abs=0.3)


def test_shelves_stay_between_twenty_hertz_and_half_the_rate():
    for rate in (8000, 44100):
        for edge in (25, 3900):
            for high_pass in (True, False):
                for bells in (1, 2):
                    assert all(
                        20 <= bell.freq < rate / 2 and 0.1 <= bell.q <= 10
                        for bell in shelf(edge, 6.0, rate, high_pass=high_pass, bells=bells)
                    )
