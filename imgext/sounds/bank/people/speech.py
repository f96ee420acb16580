"""Talk without words: syllables in phrases, spoken by one throat or by many.

A syllable is a consonant and a vowel; phrases of three to twelve of them sink in pitch, end long and are
parted by breaths. Vowels: G. Peterson and H. Barney, JASA 24 (1952), table II; loci of consonants: P.
Delattre, A. Liberman and F. Cooper, JASA 27 (1955); rhythm: four to five syllables a second, F. Pellegrino et
al., Language 87 (2011). Nothing that is said means anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import mask, painted, resonance
from imgext.sounds.bank.throat import glottis, through
from imgext.sounds.bank.tools import CONTROL, exp, fine, frames_of, silent, unit, wander, white

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    from imgext.sounds.bank.throat import Formant
    from imgext.sounds.bank.tools import Array

#: First three formants of men's vowels in heed, hid, head, had, hod, hawed, hood, who'd, hut, heard.
VOWELS = np.array(
    [
        (270.0, 2290.0, 3010.0),
        (390.0, 1990.0, 2550.0),
        (530.0, 1840.0, 2480.0),
        (660.0, 1720.0, 2410.0),
        (730.0, 1090.0, 2440.0),
        (570.0, 840.0, 2410.0),
        (440.0, 1020.0, 2240.0),
        (300.0, 870.0, 2240.0),
        (640.0, 1190.0, 2390.0),
        (490.0, 1350.0, 1690.0),
    ]
)
#: How loud each vowel is by itself.
_WEIGHT = np.array([0.6, 0.75, 0.9, 1.0, 1.0, 0.95, 0.75, 0.6, 0.95, 0.85])
#: Consonants: seconds, seconds of closure within them, voicing, second formant aimed at, and the noise: s,
#: sh, f, a burst.
_CONSONANTS = (
    (0.07, 0.045, 0.0, 1800.0, (0.0, 0.0, 0.1, 1.0)),  # t
    (0.08, 0.05, 0.0, 1200.0, (0.0, 0.0, 0.15, 0.8)),  # k
    (0.06, 0.04, 0.15, 900.0, (0.0, 0.0, 0.05, 0.5)),  # b
    (0.11, 0.0, 0.0, 1800.0, (1.0, 0.0, 0.0, 0.0)),  # s
    (0.11, 0.0, 0.0, 2000.0, (0.1, 1.0, 0.0, 0.0)),  # sh
    (0.09, 0.0, 0.0, 1100.0, (0.0, 0.0, 1.0, 0.0)),  # f
    (0.06, 0.0, 0.45, 1500.0, (0.0, 0.0, 0.0, 0.0)),  # n
    (0.06, 0.0, 0.4, 1000.0, (0.0, 0.0, 0.0, 0.0)),  # m
    (0.05, 0.0, 0.6, 1300.0, (0.0, 0.0, 0.0, 0.0)),  # l
    (0.05, 0.0, 0.3, 1700.0, (0.25, 0.0, 0.1, 0.2)),  # d
    (0.05, 0.0, 0.1, 1400.0, (0.0, 0.1, 0.5, 0.0)),  # h
)
_COMMON = np.cumsum([0.13, 0.08, 0.09, 0.13, 0.05, 0.07, 0.14, 0.09, 0.1, 0.08, 0.04])
#: Spectra of the four noises.
NOISES = (
    ((1500.0, -34.0), (3500.0, -10.0), (5500.0, 0.0), (8500.0, -2.0), (12000.0, -12.0), (18000.0, -34.0)),
    ((1000.0, -26.0), (2200.0, -3.0), (3500.0, 0.0), (6000.0, -8.0), (12000.0, -26.0)),
    ((300.0, -14.0), (1200.0, -4.0), (4000.0, -3.0), (9000.0, -4.0), (15000.0, -18.0)),
    ((400.0, -8.0), (1500.0, 0.0), (4000.0, -2.0), (8000.0, -12.0), (15000.0, -28.0)),
)
_NOISE_LEVEL = (0.2, 0.26, 0.09, 0.3)


@dataclass(frozen=True, slots=True)
class Talker:
    """A voice: pitch (Hz), relative formants, syllables a second, melody, breath."""

    pitch: float
    formants: float
    speed: float = 4.6
    melody: float = 1.0
    breath: float = 0.08


@dataclass(frozen=True, slots=True)
class Score:
    """What is said, a value a syllable: seconds, `height` relative to the pitch."""

    start: Array
    consonant: NDArray[np.int64]
    vowel: NDArray[np.int64]
    length: Array
    strength: Array
    height: Array
    last: NDArray[np.bool_]


def score(
    rng: Generator,
    seconds: float,
    talker: Talker,
    pause: tuple[float, float] = (0.25, 1.1),
    start: float = 0.05,
) -> Score:
    """Phrases for so many seconds."""
    rows: list[tuple[float, int, int, float, float, float, bool]] = []
    at = start
    while at < seconds - 0.4:
        count = int(rng.integers(3, 12))
        accent = rng.integers(0, 3)
        for k in range(count):
            stressed = (k + accent) % 3 == 0
            consonant = int(np.searchsorted(_COMMON, rng.random() * 0.9999))
            length = (
                (0.085 if not stressed else 0.14)
                * (0.75 + 0.5 * rng.random())
                * 4.6
                / talker.speed
                * (1.7 if k == count - 1 else 1.0)
            )
            fall = 1.14 - 0.26 * k / count
            height = fall * (
                1.0 + talker.melody * ((0.16 if stressed else 0.0) + 0.06 * rng.standard_normal())
            )
            onset = _CONSONANTS[consonant][0] * (0.8 + 0.4 * rng.random()) * 4.6 / talker.speed
            if at + onset + length > seconds - 0.1:
                break
            rows.append(
                (
                    at + onset,
                    consonant,
                    int(rng.integers(0, len(VOWELS))),
                    length,
                    (1.0 if stressed else 0.6)
                    * (0.8 + 0.3 * rng.random())
                    * (0.75 if k == count - 1 else 1.0),
                    height,
                    k == count - 1,
                )
            )
            at += onset + length
        at += pause[0] + (pause[1] - pause[0]) * float(rng.random() * rng.random() + 0.2)
    if not rows:
        rows.append((start + 0.05, 6, 4, 0.15, 1.0, 1.0, True))
    columns = list(zip(*rows, strict=True))
    return Score(
        np.array(columns[0]),
        np.array(columns[1], dtype=np.int64),
        np.array(columns[2], dtype=np.int64),
        np.array(columns[3]),
        np.array(columns[4]),
        np.array(columns[5]),
        np.array(columns[6], dtype=np.bool_),
    )


def melody(said: Score, talker: Talker, rows: int, rng: Generator) -> Array:
    """Pitch at every control row."""
    middle = said.start + 0.45 * said.length
    curve = np.interp(np.arange(rows) / CONTROL, middle, said.height)
    pitch: Array = talker.pitch * curve * (1.0 + 0.012 * wander(rows, 6.0, rng, CONTROL))
    return pitch


def loudness(said: Score, rows: int) -> Array:
    """Compute the voice's loudness over time: vowels, and what consonants leave of it."""
    times, levels = [0.0], [0.0]
    for k in range(len(said.start)):
        duration, closure, voicing, _, _ = _CONSONANTS[said.consonant[k]]
        begin, end = said.start[k], said.start[k] + said.length[k]
        strength = said.strength[k] * _WEIGHT[said.vowel[k]]
        times += [
            begin - duration * 0.7,
            begin - 0.012,
            begin + 0.025,
            begin + 0.5 * said.length[k],
            end - 0.02,
            end + (0.06 if said.last[k] else 0.0),
        ]
        levels += [
            voicing * strength,
            (0.0 if closure else voicing) * strength,
            0.9 * strength,
            strength,
            0.75 * strength,
            0.0 if said.last[k] else 0.45 * strength,
        ]
    order = np.maximum.accumulate(np.array(times))
    return np.asarray(np.interp(np.arange(rows) / CONTROL, order, np.array(levels)))


def formants(said: Score, talker: Talker, rows: int) -> list[Formant]:
    """Compute formants over time, gliding from a consonant's locus into the vowel."""
    times: list[float] = []
    aims: list[tuple[float, float, float]] = []
    for k in range(len(said.start)):
        begin, length = float(said.start[k]), float(said.length[k])
        one, two, three = VOWELS[said.vowel[k]]
        locus = _CONSONANTS[said.consonant[k]][3]
        times += [begin - 0.01, begin + min(0.05, 0.45 * length), begin + 0.75 * length]
        aims += [
            (0.55 * one + 60.0, 0.5 * (two + locus), three),
            (one, two, three),
            (one, 0.9 * two + 150.0, three),
        ]
    clock = np.arange(rows) / CONTROL
    order = np.maximum.accumulate(np.array(times))
    tracks = [np.interp(clock, order, np.array([aim[k] for aim in aims])) * talker.formants for k in range(3)]
    upper: list[Formant] = [
        (3500.0 * talker.formants, 260.0, 0.45),
        (4600.0 * talker.formants, 400.0, 0.3),
        (6200.0, 800.0, 0.2),
        (8500.0, 1500.0, 0.12),
    ]
    return [
        (tracks[0], 85.0, 1.0),
        (tracks[1], 120.0, 0.75),
        (tracks[2], 180.0, 0.55),
        *upper,
    ]


def noises(said: Score, seconds: float, rng: Generator) -> Array:
    """Envelopes of the four noises two hundred times a second, ``(4, 200 * seconds)``."""
    rows = round(200.0 * seconds)
    out = np.zeros((len(NOISES), rows))
    for k in range(len(said.start)):
        duration, closure, _, _, shares = _CONSONANTS[said.consonant[k]]
        strength = said.strength[k] * (0.7 + 0.5 * rng.random())
        for index, share in enumerate(shares):
            if share == 0.0:
                continue
            first = said.start[k] - (duration - closure if index < 3 else 0.012)
            length = duration - closure + 0.015 if index < 3 else 0.018
            low, high = round(first * 200.0), round((first + length) * 200.0) + 1
            low, high = max(low, 0), min(high, rows)
            if high > low:
                out[index, low:high] += (
                    share * strength * np.sin((np.arange(high - low) + 0.7) / (high - low + 0.4) * np.pi)
                )
    out *= np.array(_NOISE_LEVEL)[:, None]
    return out


def spoken(said: Score, talker: Talker, seconds: float, rng: Generator) -> Array:
    """One talker, ``(48000 * seconds,)``, near."""
    rows = round(seconds * CONTROL)
    pitch = melody(said, talker, rows, rng)
    source = glottis(pitch, rng, jitter=0.012, shimmer=0.08, rough=0.06, rough_rate=35.0)
    source += (0.6 * talker.breath) * white(rng, len(source))
    slope = (
        (90.0, -4.0),
        (180.0, 0.0),
        (500.0, -1.0),
        (1500.0, -9.0),
        (4000.0, -20.0),
        (9000.0, -34.0),
        (16000.0, -50.0),
    )
    voice = unit(through(source, formants(said, talker, rows), slope, 0.01)) * fine(
        np.maximum(loudness(said, rows), 0.0)
    )
    hiss = noises(said, seconds, rng)
    frames = len(voice)
    layers = [(list(curve), 1.1 * envelope) for curve, envelope in zip(NOISES, hiss, strict=True)]
    return voice + painted(round(seconds * 200.0) * 240, layers, rng, 240)[:frames]


#: Rate of the many voices of a crowd: they reach up to half of it.
_SLOW = 16000
#: Six vowels are enough where nobody is understood: which they are, and which of them stands for each.
_FEW = (0, 2, 3, 4, 5, 9)
_NEAREST = np.array([0, 1, 1, 2, 3, 4, 4, 4, 3, 5])


def babble(
    talkers: list[tuple[Talker, float, float]],
    seconds: float,
    rng: Generator,
    pause: tuple[float, float] = (0.3, 1.6),
) -> Array:
    """Many talkers at once, ``(48000 * seconds, 2)``, a loop.

    Parameters
    ----------
    talkers : list of (talker, level, place from 0 to 1)

    Notes ----- The pulses of all throats go into a bus a vowel and a size of throat, and each bus through its
    formants once.
    """
    kinds = len(_FEW)
    throats = sorted({round(talker.formants, 2) for talker, _, _ in talkers})
    sizes = np.array([throats[0], throats[-1]]) if len(throats) > 1 else np.array(throats)
    spots: list[Array] = []
    weights: list[Array] = []
    rows_hit: list[NDArray[np.int64]] = []
    hiss = np.zeros((2, len(NOISES), round(200.0 * seconds)))
    for talker, level, place in talkers:
        said = score(rng, seconds, talker, pause, start=0.05 + 0.8 * float(rng.random()))
        rows = round(seconds * CONTROL)
        turns = np.cumsum(melody(said, talker, rows, rng)) / CONTROL
        times = np.interp(np.arange(1.0, np.floor(turns[-1])), turns, np.arange(rows) / CONTROL)
        times += 0.006 * rng.standard_normal(len(times)) / talker.pitch
        loud = np.interp(times, np.arange(rows) / CONTROL, loudness(said, rows)) * (
            1.0 + 0.1 * rng.standard_normal(len(times))
        )
        which = np.clip(np.searchsorted(said.start, times, side="right") - 1, 0, len(said.start) - 1)
        # the mouth is on its way to the next vowel in the last third of a syllable
        later = np.minimum(which + 1, len(said.start) - 1)
        gap = np.maximum(said.start[later] - said.start[which], 1e-3)
        share = np.clip(((times - said.start[which]) / gap - 0.65) / 0.35, 0.0, 1.0)
        keep = loud > 0.01
        size = int(np.argmin(np.abs(sizes - talker.formants)))
        shift, angle = float(rng.random()) * seconds, place * np.pi / 2.0
        spot = ((times + shift) % seconds) * _SLOW
        sides = np.array([[np.cos(angle)], [np.sin(angle)]])
        for vowel, weight in (
            (_NEAREST[said.vowel[which]], 1.0 - share),
            (_NEAREST[said.vowel[later]], share),
        ):
            mine = keep & (weight > 0.02)
            spots.append(spot[mine])
            weights.append((level * loud * weight)[mine] * sides)
            rows_hit.append(size * kinds + vowel[mine])
        envelope = np.roll(noises(said, seconds, rng), round(shift * 200.0), axis=1) * level
        hiss[0] += envelope * np.cos(angle)
        hiss[1] += envelope * np.sin(angle)
    order = np.argsort(np.concatenate(spots), kind="stable")
    spot = np.concatenate(spots)[order]
    pulses = (spot, np.concatenate(rows_hit)[order], np.concatenate(weights, axis=1)[:, order])
    return _rendered(pulses, hiss, sizes, seconds, rng)


#: Samples of a block of a bus and of the silence after it, in which its formants ring on.
_BLOCK = 320


def _tube(vowel: Array, size: float, slope: Array) -> tuple[Array, Array]:
    """Compute a throat's effect on a vowel's pulses: real and imaginary parts."""
    upper = [
        (3500.0 * size, 300.0, -0.45),
        (4700.0 * size, 450.0, 0.3),
        (6500.0, 900.0, -0.2),
        (9000.0, 1800.0, 0.14),
    ]
    first = [(float(vowel[0]), 90.0, 1.0), (float(vowel[1]), 130.0, -0.75), (float(vowel[2]), 190.0, 0.55)]
    real, imaginary = resonance(_BLOCK + 1, _SLOW, [*first, *upper])
    return real * slope, imaginary * slope


def _rendered(
    pulses: tuple[Array, NDArray[np.int64], Array], hiss: Array, sizes: Array, seconds: float, rng: Generator
) -> Array:
    """Every pulse through the formants of its bus, consonants on top; at 48000 Hz.

    Parameters
    ----------
    pulses : tuple
        Places in samples at the slow rate, in order; the bus of each; sizes on both sides, ``(2, count)``.
    """
    frames, kinds = frames_of(seconds), len(_FEW)
    rows = round(seconds * _SLOW) // _BLOCK
    slope = mask(
        [
            (90.0, -10.0),
            (180.0, 0.0),
            (500.0, 0.0),
            (1500.0, -6.0),
            (4000.0, -15.0),
            (7000.0, -24.0),
            (7900.0, -34.0),
        ],
        _BLOCK + 1,
        _SLOW,
    )
    tubes = [
        _tube(VOWELS[_FEW[bus % kinds]] * sizes[bus // kinds], sizes[bus // kinds], slope)
        for bus in range(kinds * len(sizes))
    ]
    place, bus_of, size_of = pulses
    tubes = [(real.astype(np.float32), imaginary.astype(np.float32)) for real, imaginary in tubes]
    voices = np.zeros((2, rows + 1, 3 * _BLOCK))
    for start in range(0, rows, 24):  # pieces that stay in the cache
        part = slice(start, min(start + 24, rows))
        length = (part.stop - start) * _BLOCK
        low, high = np.searchsorted(place, [start * _BLOCK, part.stop * _BLOCK])
        left = np.minimum(place[low:high].astype(np.int64) - start * _BLOCK, length - 2)
        between = place[low:high] - start * _BLOCK - left
        cell = bus_of[low:high] * length + left
        for side in (0, 1):
            loud = size_of[side, low:high]
            train = np.bincount(cell, loud * (1.0 - between), len(tubes) * length)
            train += np.bincount(cell + 1, loud * between, len(tubes) * length)
            blocks = train.astype(np.float32).reshape(len(tubes), -1, _BLOCK)
            # three times the lines, the upper ones empty, are three times the rate
            wide = np.zeros((part.stop - start, 3 * _BLOCK + 1), dtype=np.complex64)
            total_real, total_imag = wide.real[:, : _BLOCK + 1], wide.imag[:, : _BLOCK + 1]
            for bus, (real, imaginary) in enumerate(tubes):
                piece = np.fft.rfft(blocks[bus], 2 * _BLOCK)
                a, b = np.array(piece.real), np.array(piece.imag)
                total_real += a * real - b * imaginary
                total_imag += a * imaginary + b * real
            made = np.fft.irfft(wide, 6 * _BLOCK)
            voices[side, part] += made[:, : 3 * _BLOCK]
            voices[side, start + 1 : part.stop + 1] += made[:, 3 * _BLOCK :]
    voices[:, 0] += voices[:, rows]
    both = voices[:, :rows].reshape(2, -1)
    both *= 1.0 / max(float(np.sqrt(np.mean(np.square(both)))), 1e-12)
    hissing = float(np.sqrt(np.mean(np.square(hiss)))) + 1e-9
    coarse = 0.5 * (hiss[:, :, 0::2] + hiss[:, :, 1::2])
    layers = [
        [(list(curve), (0.16 / hissing) * envelope) for curve, envelope in zip(NOISES, side, strict=True)]
        for side in coarse
    ]
    out = silent(frames)
    for side in (0, 1):
        out[:, side] = both[side] + painted(frames, layers[side], rng, 480)
    return out


def anybody(rng: Generator, child: float = 0.0) -> Talker:
    """A voice drawn at random: man, woman, or with some likelihood a child."""
    draw = rng.random()
    if draw < child:
        return Talker(270.0 + 120.0 * float(rng.random()), 1.42, 4.4, 1.9)
    if draw < child + 0.5 * (1.0 - child):
        return Talker(100.0 * float(exp(0.35 * rng.random())), 1.0, 4.2 + 1.2 * float(rng.random()))
    return Talker(180.0 * float(exp(0.3 * rng.random())), 1.17, 4.4 + 1.2 * float(rng.random()), 1.2)
