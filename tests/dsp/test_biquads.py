"""Second-order sections: the recursion is scipy's, bit for bit; a Butterworth band is the textbooks'."""

from __future__ import annotations

import cmath
import math
import subprocess
import sys

import numpy as np
import pytest
from scipy.signal import butter, sosfilt

from imgext.dsp import biquads
from imgext.dsp.biquads import butterworth_band, run

SECTIONS = butter(3, [300.0, 900.0], "bandpass", fs=8000, output="sos")


def response(sections, frequency, rate):
    z = cmath.exp(-2j * math.pi * frequency / rate)
    return math.prod(
        abs((b0 + b1 * z + b2 * z * z) / (a0 + a1 * z + a2 * z * z)) for b0, b1, b2, a0, a1, a2 in sections
    )


def test_the_recursion_gives_scipys_samples_and_state(noise):
    x = noise(0.1, 1, channels=3, rate=8000).T
    state = np.linspace(-1.0, 1.0, 18).reshape(3, 3, 2)
    y, after = run(SECTIONS, x, state)
    expected, left = sosfilt(SECTIONS, x, axis=-1, zi=np.moveaxis(state, 0, 1))
    assert np.array_equal(y, expected)
    assert np.array_equal(after, np.moveaxis(left, 1, 0))


def test_the_public_function_gives_the_same_where_the_part_is_not_found(noise, monkeypatch):
    x = noise(0.1, 1, channels=2, rate=8000).T
    y, after = run(SECTIONS, x)
    biquads._recursion.cache_clear()
    monkeypatch.setattr(biquads, "_alone", lambda: None)
    monkeypatch.setitem(sys.modules, biquads._RECURSION, None)
    again, left = run(SECTIONS, x)
    biquads._recursion.cache_clear()
    assert np.array_equal(y, again)
    assert np.array_equal(after, left)


def test_blocks_are_the_same_samples_as_the_whole(noise):
    x = noise(0.2, 1, channels=2, rate=8000).T
    first, state = run(SECTIONS, x[:, :700])
    rest, _ = run(SECTIONS, x[:, 700:], state)
    assert np.array_equal(np.concatenate([first, rest], axis=1), run(SECTIONS, x)[0])


def test_neither_the_block_nor_its_state_is_changed():
    x, state = np.ones((1, 8)), np.zeros((1, 3, 2))
    run(SECTIONS, x, state)
    assert (x == 1).all()
    assert (state == 0).all()


def test_nothing_gives_nothing():
    assert run(SECTIONS, np.zeros((2, 0)))[0].shape == (2, 0)


def test_running_sections_imports_no_scipy_signal():
    code = (
        "import sys, numpy as np\n"
        "from imgext.dsp.biquads import butterworth_band, run\n"
        "run(butterworth_band(2, 100, 200, 8000), np.ones((1, 9)))\n"
        "sys.exit('scipy.signal' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_threads_that_begin_at_once_all_filter():
    code = (
        "import sys, numpy as np\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from imgext.dsp.biquads import butterworth_band, run\n"
        "sys.setswitchinterval(1e-6)\n"
        "sections = butterworth_band(2, 100, 200, 8000)\n"
        "with ThreadPoolExecutor(8) as pool:\n"
        "    made = list(pool.map(lambda _: run(sections, np.ones((1, 9)))[0], range(8)))\n"
        "assert all((each == made[0]).all() for each in made)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("rate", [8000, 44100, 192000])
@pytest.mark.parametrize("order", [2, 4])
def test_a_band_loses_three_decibels_at_its_edges_and_nothing_in_its_middle(order, rate):
    """The middle is where the warped edges have their geometric mean."""
    low, high = 500.0, 1000.0
    sections = butterworth_band(order, low, high, rate)
    warped = math.sqrt(math.tan(math.pi * low / rate) * math.tan(math.pi * high / rate))
    middle = math.atan(warped) * rate / math.pi
    assert response(sections, middle, rate) == pytest.approx(1.0, abs=1e-9)
    assert response(sections, low, rate) == pytest.approx(math.sqrt(0.5), abs=1e-9)
    assert response(sections, high, rate) == pytest.approx(math.sqrt(0.5), abs=1e-9)


def test_a_band_falls_by_six_decibels_an_octave_and_order():
    """Far below the band each of four sections gives 6 dB an octave."""
    sections = butterworth_band(4, 1000.0, 2000.0, 192000)
    fall = 20 * math.log10(response(sections, 50.0, 192000) / response(sections, 25.0, 192000))
    assert fall == pytest.approx(24.08, abs=0.05)


@pytest.mark.parametrize("edges", [(0.0, 100.0), (200.0, 100.0), (100.0, 4000.0)])
def test_edges_that_are_no_band_are_refused(edges):
    with pytest.raises(ValueError, match="does not fit"):
        butterworth_band(2, *edges, 8000)


def test_a_band_whose_poles_are_real_is_refused():
    with pytest.raises(ValueError, match="too wide"):
        butterworth_band(1, 10.0, 3500.0, 8000)
