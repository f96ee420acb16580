"""How bright a sound is and where it is strongest: known tones."""

import numpy as np
import pytest

from imgext.dsp.tint import WINDOW, Tint

RATE = 48000


def sine(freq, frames=8 * WINDOW):
    return 0.1 * np.sin(2 * np.pi * freq * np.arange(frames) / RATE)


@pytest.mark.parametrize(("freq", "places"), [(450, 4.45), (1000, 8.5), (6400, 20.0)])
def test_a_tone_is_as_bright_as_its_place_on_the_bark_scale(freq, places):
    # Zwicker's edges: band 5 is 400 to 510 Hz, band 9 920 to 1080 Hz, band 21 begins at 6400 Hz
    tint = Tint(RATE, 8 * WINDOW)
    tint.add(sine(freq), 0)
    assert tint.brightness == pytest.approx(places, abs=0.06)
    assert tint.dominant()[0] == pytest.approx(freq, abs=RATE / WINDOW)


def test_silence_has_no_brightness_and_nothing_that_dominates():
    tint = Tint(RATE, 3 * WINDOW)
    tint.add(sine(1000, WINDOW), WINDOW)
    assert np.isfinite(tint.brightness).tolist() == [False, True, False]
    assert Tint(RATE, WINDOW).dominant() == ()


def test_the_strongest_comes_first_and_what_is_20_db_weaker_is_left_out():
    tint = Tint(RATE, 8 * WINDOW)
    tint.add(sine(300) + 0.5 * sine(2000) + 0.05 * sine(5000) + 0.9 * sine(310), 0)
    found = tint.dominant()
    # 310 Hz lies within a critical band of 300 Hz
    assert found == pytest.approx((300, 2000), abs=RATE / WINDOW)
