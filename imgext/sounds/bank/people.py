"""People: a murmuring crowd, applause, footsteps, knocking.

A talker is a train of glottal pulses that vowels colour, three to five syllables a second, with pauses for
breath; many of them at once leave no word to understand. Vowel formants: Peterson and Barney, "Control
methods used in a study of the vowels", JASA 24 (1952), table II, rounded, men; a woman's lie about a sixth
higher.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import filtered, mask, painted, resonance, steady
from imgext.sounds.bank.tools import (
    RATE,
    TURN,
    around,
    decays,
    exp,
    frames_of,
    scatter,
    seconds_of,
    strike,
    wander,
)

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from imgext.sounds.bank.tools import Array

#: First three formants of the vowels in heed, head, hod, hawed, heard.
_VOWELS = (
    (270.0, 2290.0, 3010.0),
    (530.0, 1840.0, 2480.0),
    (730.0, 1090.0, 2440.0),
    (570.0, 840.0, 2410.0),
    (490.0, 1350.0, 1690.0),
)
_SLOW = 16000  #: Hz; voices hold little above half of it, and a third of the samples is a third of the work.


def _talk(seconds: float, rng: Generator) -> tuple[Array, Array, NDArray[np.int64], Array]:
    """One talker: when the glottis closes, in seconds, how loud, in which vowel; and when consonants hiss."""
    rate = 3.2 + 1.6 * rng.random()
    syllables, at, breath = [], 0.0, 1.2 + 2.0 * rng.random()
    while at < seconds - 0.5:
        length = (0.55 + 0.6 * rng.random()) / rate
        syllables.append((at, length, 0.45 + 0.55 * rng.random(), float(rng.integers(0, len(_VOWELS)))))
        at += length + (0.1 + 0.3 * rng.random()) / rate
        breath -= 1.0 / rate
        if breath < 0.0:
            at, breath = at + 0.4 + 1.4 * rng.random(), 1.2 + 2.0 * rng.random()
    starts, lengths, sizes, vowels = np.array(syllables).T
    # the melody of speech, a hundred times a second, and the moments at which its phase is whole
    rows = round(100.0 * seconds)
    pitch = (105.0 + 30.0 * rng.random()) * (1.0 if rng.random() < 0.55 else 1.75)
    turns = (
        np.cumsum(pitch * exp(0.13 * wander(rows, 1.8, rng, 100.0) + 0.025 * wander(rows, 14.0, rng, 100.0)))
        / 100.0
    )
    times = np.interp(np.arange(1.0, np.floor(turns[-1])), turns, np.arange(rows) / 100.0)
    which = np.searchsorted(starts, times, side="right") - 1
    share = (times - starts[which]) / lengths[which]
    voiced = (share > 0.0) & (share < 1.0)
    loud = sizes[which] * np.sqrt(np.sin(np.clip(share, 0.0, 1.0) * (TURN / 2.0)))
    return (
        times[voiced],
        loud[voiced],
        vowels[which][voiced].astype(np.int64),
        starts[rng.random(len(starts)) < 0.3],
    )


def crowd(rng: Generator) -> Array:
    """Many people who talk at once in a hall or a square: no word to understand, every syllable human."""
    seconds, talkers = 12, 26
    slow, frames, kinds = seconds * _SLOW, frames_of(seconds), 2 * len(_VOWELS)
    places, sizes, hiss_rows, hiss_sizes = [], [], [], []
    for k in range(talkers):
        times, loud, vowel, hisses = _talk(seconds, rng)
        level = 1.0 if k < 5 else 0.22 + 0.30 * rng.random()
        angle = rng.random() * (TURN / 4.0)
        place = (times + seconds * rng.random()) * _SLOW
        left = np.floor(place)
        row = (vowel + len(_VOWELS) * (k % 2)) * slow
        gains = level * np.array([[np.cos(angle)], [np.sin(angle)]])
        for offset, share in (
            (0, 1.0 - (place - left)),
            (1, place - left),
        ):  # between the two nearest samples
            places.append(row + (left.astype(np.int64) + offset) % slow)
            sizes.append(loud * share * gains)
        for late, size in ((0, 0.3), (1, 0.5), (2, 0.5), (3, 0.4), (4, 0.2)):
            hiss_rows.append(((hisses * 100.0).astype(np.int64) + late) % (seconds * 100))
            hiss_sizes.append(np.full((2, len(hisses)), size) * gains)
    pulses = np.stack(
        [np.bincount(np.concatenate(places), size, kinds * slow) for size in np.concatenate(sizes, axis=1)]
    ).reshape(2, kinds, slow)
    sibilants = [
        np.bincount(np.concatenate(hiss_rows), size, seconds * 100).astype(np.float64)
        for size in np.concatenate(hiss_sizes, axis=1)
    ]
    lines = slow // 2 + 1
    real, imaginary = np.zeros((2, lines)), np.zeros((2, lines))
    for bus in range(kinds):
        f1, f2, f3 = (f * (1.0 if bus < len(_VOWELS) else 1.17) for f in _VOWELS[bus % len(_VOWELS)])
        tube = resonance(
            lines, _SLOW, [(f1, 80.0, 1.0), (f2, 110.0, 0.60), (f3, 170.0, 0.45), (3600.0, 300.0, 0.25)]
        )
        spectrum = np.fft.rfft(pulses[:, bus])
        a, b = np.array(spectrum.real), np.array(spectrum.imag)
        real += a * tube[0] - b * tube[1]
        imaginary += a * tube[1] + b * tube[0]
    # the glottis and the lips together fall by 6 dB per octave; a face that is turned away takes more of the
    # top
    throat = mask(
        [
            (90.0, -8.0),
            (160.0, 0.0),
            (500.0, 0.0),
            (1000.0, -5.0),
            (2000.0, -10.0),
            (4000.0, -19.0),
            (6000.0, -32.0),
            (8000.0, -60.0),
        ],
        lines,
        _SLOW,
    )
    whole = np.zeros((2, frames // 2 + 1), dtype=np.complex128)
    whole.real[:, :lines], whole.imag[:, :lines] = real * throat, imaginary * throat
    voices = np.fft.irfft(whole, frames)
    voices *= 1.0 / float(np.sqrt(np.mean(np.square(voices))))
    hiss = [(1500.0, -24.0), (3000.0, -6.0), (5000.0, 0.0), (8000.0, -4.0), (15000.0, -24.0)]
    hum = [(80.0, -16.0), (250.0, -2.0), (500.0, 0.0), (1200.0, -8.0), (3500.0, -22.0), (9000.0, -44.0)]
    floors = [
        painted(frames, [(hiss, 0.05 * (0.2 + row)), (hum, np.full(seconds * 100, 0.22))], rng, 480)
        for row in sibilants
    ]
    return np.stack([voice + floor for voice, floor in zip(voices, floors, strict=True)], axis=-1)


def applause(rng: Generator) -> Array:
    """Some fifty people clap: it sets in, goes on, and thins out."""
    frames = frames_of(5.5)
    starts, pitches, sizes = [], [], []
    for _ in range(56):
        at, rate, pitch = 0.05 + 0.6 * rng.random(), 3.4 + 1.6 * rng.random(), 700.0 + 1500.0 * rng.random()
        stop, size = 3.4 + 1.7 * rng.random(), 0.25 + 0.75 * rng.random() * rng.random()
        while at < stop:
            starts.append(frames_of(at))
            pitches.append(pitch * (1.0 + 0.06 * rng.standard_normal()))
            sizes.append(size * (0.7 + 0.5 * rng.random()) * min(1.0, (stop - at) * 1.5 + 0.2))
            at += (1.0 + 0.06 * rng.standard_normal()) / rate
    count = len(starts)
    time = seconds_of(900)
    hollow = np.sin(TURN * np.array(pitches)[:, None] * time) * decays(around(rng, count, 0.012, 0.030), 900)
    slap = rng.standard_normal((count, 900)) * decays(around(rng, count, 0.008, 0.025), 900)
    out = scatter(frames, np.array(starts), (hollow + 1.2 * slap) * np.array(sizes)[:, None], wrap=False)
    return filtered(
        out, [(120.0, -18.0), (500.0, -5.0), (1200.0, 0.0), (2500.0, -3.0), (5000.0, -11.0), (12000.0, -22.0)]
    )


def _steps(rng: Generator, rate: float, count: int) -> list[tuple[float, float, float]]:
    """When each foot comes down, how hard, and its tuning: left and right differ, and no two steps are quite alike."""
    return [
        (
            0.06 + (k + 0.025 * rng.standard_normal() + 0.02 * (k % 2)) / rate,
            1.0 - 0.15 * (k % 2) + 0.08 * rng.standard_normal(),
            1.0 + 0.07 * (k % 2) + 0.015 * rng.standard_normal(),
        )
        for k in range(count)
    ]


def footsteps(rng: Generator) -> Array:
    """Somebody walks in hard shoes on a hard floor: heel, then toe, 1.9 steps a second."""
    frames = frames_of(5)
    out = np.zeros(frames)
    for at, hard, tune in _steps(rng, 1.9, 9):
        heel = strike(
            [
                (92.0, 0.9, 0.11),
                (176.0, 0.8, 0.09),
                (330.0, 0.5, 0.06),
                (820.0, 0.45, 0.035),
                (1750.0, 0.40, 0.022),
                (3100.0, 0.22, 0.014),
            ],
            frames_of(0.2),
            0.0006,
        )
        heel += 0.30 * rng.standard_normal(len(heel)) * decays([0.016], len(heel))[0]
        toe = strike(
            [(140.0, 0.30, 0.06), (420.0, 0.28, 0.05), (1150.0, 0.20, 0.03), (2600.0, 0.10, 0.02)],
            frames_of(0.15),
            0.002,
        )
        toe += 0.16 * rng.standard_normal(len(toe)) * decays([0.035], len(toe))[0]
        sole = steady(frames_of(0.12), [(500.0, -8.0), (1800.0, 0.0), (5000.0, -8.0), (12000.0, -24.0)], rng)
        sole *= 0.025 * np.sin(np.arange(len(sole)) / len(sole) * (TURN / 2.0))
        for part, late, level in ((heel, 0.0, hard), (toe, 0.085 * tune, hard), (sole, 0.05, hard)):
            start = frames_of(at + late)
            out[start : start + len(part)] += level * part[: frames - start]
    return filtered(
        out, [(40.0, -9.0), (90.0, -2.0), (250.0, 0.0), (2500.0, 0.0), (6000.0, -7.0), (16000.0, -18.0)]
    )


def footsteps_gravel(rng: Generator) -> Array:
    """Somebody walks on gravel: every step a handful of stones that shift, harder under the heel."""
    frames = frames_of(5)
    out = np.zeros(frames)
    for at, hard, tune in _steps(rng, 1.75, 8):
        count = 110
        pitch = around(rng, count, 900.0, 7000.0) * tune
        rub = np.sin(TURN * pitch[:, None] * seconds_of(480)) + 0.7 * rng.standard_normal((count, 480))
        rub *= decays(around(rng, count, 0.003, 0.014), 480)
        heel = rng.random(count) < 0.55
        moments = np.where(
            heel, 0.035 + 0.03 * rng.standard_normal(count), 0.17 + 0.05 * rng.standard_normal(count)
        )
        size = exp(0.8 * rng.standard_normal(count)) * np.where(heel, 0.11, 0.07) * hard
        out += scatter(
            frames, (np.maximum(at + moments, 0.01) * RATE).astype(np.int64), rub * size[:, None], wrap=False
        )
        thud = strike([(78.0, 0.5, 0.10), (150.0, 0.3, 0.07)], frames_of(0.15), 0.004) * hard
        start = frames_of(at + 0.02)
        out[start : start + len(thud)] += thud[: frames - start]
    return out


def knock(rng: Generator) -> Array:
    """Four knocks on a wooden door."""
    frames = frames_of(1.5)
    out = np.zeros(frames)
    for at, hard in ((0.02, 0.85), (0.24, 1.0), (0.45, 0.95), (0.68, 0.8)):
        shift = 1.0 + 0.02 * rng.standard_normal()
        panel = [
            (88.0, 0.5, 0.20),
            (152.0, 0.7, 0.16),
            (247.0, 0.7, 0.13),
            (405.0, 0.8, 0.10),
            (690.0, 0.9, 0.07),
            (1180.0, 0.8, 0.045),
            (1900.0, 0.2, 0.03),
        ]
        blow = strike(
            [(f * shift, a * (0.85 + 0.3 * rng.random()), t) for f, a, t in panel], frames_of(0.4), 0.0008
        )
        blow += 0.5 * rng.standard_normal(len(blow)) * decays([0.008], len(blow))[0]
        out[frames_of(at) : frames_of(at) + len(blow)] += hard * blow
    return filtered(out, [(50.0, -6.0), (120.0, 0.0), (1500.0, 0.0), (4000.0, -8.0), (12000.0, -20.0)])
