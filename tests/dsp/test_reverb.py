"""Both engines keep one promise: energy 1, so that a wet level means one thing."""

import itertools
import math

import numpy as np
import pytest
from oracles.room_parameters import direct_to_reverberant, room_parameters

from imgext.dsp.reverb import (
    ENGINES,
    Room,
    correlation,
    decay_times,
    impulse_response,
    late_share,
    middle_decay,
    tail_seconds,
)

RATE = 16000


def correlated(h):
    return float(np.sum(h[:, 0] * h[:, 1]) / math.sqrt(np.sum(h[:, 0] ** 2) * np.sum(h[:, 1] ** 2)))


def t30(h, centre):
    return room_parameters(h, RATE, centre).t30


@pytest.mark.parametrize(
    ("engine", "size", "damping", "width"),
    list(itertools.product(ENGINES, (0.0, 0.6), (0.0, 1.0), (0.0, 0.8))),
)
def test_a_click_has_the_promised_ratio_of_direct_to_reverberant(engine, size, damping, width):
    """-20 lg(wet_level) dB within 0.2 dB, in every room: 0, 6.02, 14 dB."""
    h = impulse_response(Room(size, damping, width, engine), RATE, 3)
    assert len(h) == round(tail_seconds(Room(size, damping, width, engine)) * RATE)
    for wet in (1.0, 0.5, 0.2):
        heard = wet * h
        heard[0] += math.sqrt(0.5)
        assert direct_to_reverberant(heard, RATE) == pytest.approx(-20.0 * math.log10(wet), abs=0.2)


@pytest.mark.parametrize("engine", ENGINES)
def test_more_room_rings_longer_more_damping_is_duller_more_width_is_less_alike(engine):
    sizes = [
        t30(impulse_response(Room(size, 0.3, 0.8, engine), RATE, 1), 1000.0) for size in (0.0, 0.3, 0.6, 0.9)
    ]
    assert sizes == sorted(sizes)
    damped = [impulse_response(Room(0.4, damping, 0.8, engine), RATE, 1) for damping in (0.0, 0.5, 1.0)]
    ratios = [t30(h, 4000.0) / t30(h, 500.0) for h in damped]
    assert ratios == sorted(ratios, reverse=True)
    alike = [
        correlated(impulse_response(Room(0.4, 0.5, width, engine), RATE, 1)) for width in (0.0, 0.3, 0.7, 1.0)
    ]
    assert alike == sorted(alike, reverse=True)
    wanted = [correlation(Room(0.4, 0.5, width, engine)) for width in (0.0, 0.3, 0.7, 1.0)]
    assert alike == pytest.approx(wanted, abs=1e-6 if engine == "ir" else 0.05)


def test_the_targets_of_both_engines():
    """0.25 * 12 ** size against 0.0984 / -lg(0.7 + 0.28 size)."""
    assert middle_decay(Room(0.5, 0.0, 0.8), 48000) == pytest.approx(0.866, abs=0.001)
    assert middle_decay(Room(0.5, 0.0, 0.8, "freeverb"), 48000) == pytest.approx(1.300, abs=0.001)
    assert decay_times(Room(0.0, 1.0, 0.8), [8000.0], 48000) == pytest.approx([0.0625])


def test_share_of_the_energy_after_50_ms():
    """Of an exponential decay of 1 s: exp(-13.8155 * 0.05) = 0.5012."""
    h = np.exp(-6.907755 * np.arange(2 * RATE) / RATE)
    assert late_share(np.stack([h, h], axis=1), RATE) == pytest.approx(0.5012, abs=2e-4)


def test_the_response_is_kept_and_nobody_can_change_it():
    room = Room(0.1, 0.5, 0.8)
    assert impulse_response(room, RATE, 1) is impulse_response(room, RATE, 1)
    with pytest.raises(ValueError, match="read-only"):
        impulse_response(room, RATE, 1)[0] = 1.0


def test_an_engine_that_does_not_exist_is_an_error():
    with pytest.raises(ValueError, match="known: ir, freeverb"):
        tail_seconds(Room(0.5, 0.5, 0.5, "plate"))
