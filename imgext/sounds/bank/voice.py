"""Source and filter: what a throat, a horn or an exhaust has in common.

A source is a row of harmonics or a train of pulses; a filter is a set of resonances, the formants. Animals,
people and engines differ in the tracks that pitch, formants and loudness follow.

Conventions: tracks are Hz or linear amplitudes, one value per sample. A formant is (Hz, bandwidth in Hz,
gain). Source: G. Fant, Acoustic Theory of Speech Production (1960); harmonics by the recurrence sin(k x) = 2
cos(x) sin((k - 1) x) - sin((k - 2) x), which costs one product each.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import steady
from imgext.sounds.bank.tools import phases, wander

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array

    Formant = tuple[float | Array, float, float]


def harmonics(pitch: Array, count: int, formants: Sequence[Formant], tilt: float = 1.0) -> Array:
    """Harmonics of `pitch`, each as loud as the formants make it where it lies.

    Parameters
    ----------
    pitch : ndarray, shape (frames,)
    count : int
        Harmonics; those above 20 kHz are left out as they pass it.
    formants : sequence of (Hz or track of Hz, bandwidth, gain)
        None at all means that every harmonic is 1 before the tilt.
    tilt : float
        Fall of the source: 0 is a click train, 1 a sawtooth (6 dB per octave), 2 is 12 dB per octave.

    Returns
    -------
    ndarray, shape (frames,)
    """
    angle = phases(pitch)
    sine, twice = np.sin(angle), 2.0 * np.cos(angle)
    before, current = np.zeros_like(sine), sine
    out = np.zeros_like(sine)
    for k in range(1, count + 1):
        frequency = k * pitch
        gain = np.zeros_like(sine) if formants else np.ones_like(sine)
        for centre, bandwidth, level in formants:
            off = (frequency - centre) * (2.0 / bandwidth)
            gain += level / (1.0 + off * off)
        fall = round(math.exp(-tilt * math.log(k)), 12)
        out += current * (gain * np.clip((20000.0 - frequency) / 1000.0, 0.0, 1.0) * fall)
        before, current = current, twice * current - before
    return out


def call(
    pitch: Array,
    loudness: Array,
    formants: Sequence[Formant],
    rng: Generator,
    *,
    count: int = 24,
    tilt: float = 1.0,
    breath: float = 0.05,
    rough: float = 0.0,
    shake: float = 0.006,
) -> Array:
    """One cry: harmonics with a little unsteadiness, breath through the same formants, and roughness if wanted.

    Parameters
    ----------
    breath : float
        RMS of the noise relative to that of the voice.
    rough : float
        0 to 1: depth of an irregular modulation around 70 Hz, the rasp of a crow or a bark.
    shake : float
        Relative unsteadiness of the pitch.

    Returns
    -------
    ndarray, shape (frames,)
        With `loudness` as its envelope; RMS about 1 where that is 1.
    """
    frames = len(pitch)
    voice = harmonics(pitch * (1.0 + shake * wander(frames, 35.0, rng)), count, formants, tilt)
    middle = [(float(np.mean(centre)), bandwidth, level) for centre, bandwidth, level in formants]
    hiss = steady(frames, _outline(middle), rng) if breath > 0.0 else np.zeros(frames)
    voice *= 1.0 / math.sqrt(float(np.mean(np.square(voice))))
    if rough > 0.0:
        voice *= 1.0 - rough * (0.5 + 0.5 * np.sin(phases(70.0 + 14.0 * wander(frames, 40.0, rng))))
    return (voice + breath * hiss) * loudness


def _outline(formants: Sequence[tuple[float, float, float]]) -> list[tuple[float, float]]:
    """Curve of a set of formants, at twelve places, for the breath."""
    points = []
    for k in range(12):
        frequency = 150.0 * 2.0 ** (k * 0.6)
        gain = sum(
            level / (1.0 + ((frequency - centre) * 2.0 / bandwidth) ** 2)
            for centre, bandwidth, level in formants
        )
        points.append((round(frequency, 3), round(20.0 * math.log10(gain + 1e-3), 6)))
    return points


def pulses(frames: int, turns: Array, sizes: Array | None = None) -> Array:
    """A click wherever a phase, given in turns and rising, passes a whole number; shared between the two nearest samples.

    Parameters
    ----------
    frames : int
    turns : ndarray, shape (frames,)
        Phase of the oscillator in turns.
    sizes : ndarray, optional
        Size of each pulse in order, repeated as often as needed.
    """
    whole = np.floor(turns)
    at = np.flatnonzero(np.diff(whole) > 0.0)
    share = (whole[at + 1] - turns[at]) / np.maximum(turns[at + 1] - turns[at], 1e-9)
    size = np.ones(len(at)) if sizes is None else np.resize(sizes, len(at))
    return np.asarray(
        np.bincount(at, size * (1.0 - share), frames) + np.bincount(at + 1, size * share, frames),
        dtype=np.float64,
    )
