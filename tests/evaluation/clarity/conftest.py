"""A small scene: a bed and three objects that overlap, some of the time."""

import numpy as np
import pytest

from imgext.evaluation import Stem

RATE = 48000


def lot(seed):
    return np.random.Generator(np.random.PCG64(seed))


@pytest.fixture
def stems():
    """`bed` and objects `bell` (tones, .9), `gull` (noise bursts, .5), `motor` (low noise, .3); 3 s, mono."""
    frames = 3 * RATE
    t = np.arange(frames) / RATE
    bed = 0.02 * lot(1).standard_normal(frames)
    bell = np.where(
        (t > 0.5) & (t < 2.5),
        0.05 * (np.sin(2 * np.pi * 900 * t) + np.sin(2 * np.pi * 2400 * t)) * np.exp(-((2 * t) % 1.0)),
        0.0,
    )
    gull = np.where((t > 1.0) & (t < 2.0) & ((4 * t) % 1.0 < 0.7), 0.03 * lot(2).standard_normal(frames), 0.0)
    motor = np.where(
        t < 2.2, np.convolve(lot(3).standard_normal(frames), np.ones(40) / 40, "same") * 0.2, 0.0
    )
    return [
        Stem("bed", bed, 0.0, bed=True),
        Stem("bell", bell, 0.9),
        Stem("gull", gull, 0.5),
        Stem("motor", motor, 0.3),
    ]
