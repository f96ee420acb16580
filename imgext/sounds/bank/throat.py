"""Makes voices: a source with jitter, roughness and breath, through a throat.

Conventions: every curve has `CONTROL` rows a second; pitch in Hz, loudness linear. A formant is (Hz or curve
of Hz, bandwidth in Hz, gain). Where a number is asked for, a curve will do.

Sources: G. Fant, Acoustic Theory of Speech Production (1960), for source and filter; D. H. Klatt, JASA 67
(1980), for resonances in parallel with signs that alternate; W. T. Fitch, J. Neubauer and H. Herzel, Animal
Behaviour 63 (2002), for what makes animals rough: subharmonics, side bands, chaos; I. R. Titze, Principles of
Voice Production (1994): jitter of about 1 %, shimmer of some percent in a healthy human voice, far more in
animals.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import mask
from imgext.sounds.bank.tools import CONTROL, RATE, fine, sine, unit, wander, white

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

    from imgext.sounds.bank.noise import Curve
    from imgext.sounds.bank.tools import Array

    Formant = tuple[float | Array, float, float]
    Level = float | Array

#: Samples between two states of the throat, 5 ms.
HOP = 240


def tube(
    length: float,
    *,
    open_end: bool = True,
    highest: float = 11000.0,
    spread: float = 1.0,
    damping: float = 0.06,
) -> list[Formant]:
    """Return the formants of a plain throat of `length` metres, open or closed.

    They are odd multiples of a quarter wave, or half waves if it is closed.

    >>> [round(formant[0]) for formant in tube(0.17)][:3]
    [515, 1544, 2574]
    """
    formants: list[Formant] = []
    for k in range(24):
        centre = 350.0 / length * ((2 * k + 1) / 4.0 if open_end else (k + 1) / 2.0) * (spread if k else 1.0)
        if centre > highest:
            break
        formants.append((round(centre, 3), round(50.0 + damping * centre, 3), 1.0))
    return formants


def moved(
    formants: Sequence[Formant], factors: Sequence[Level], gains: Sequence[float] = ()
) -> list[Formant]:
    """Return formants, the first multiplied by `factors` and weighted by `gains`.

    `factors` are curves of an opening mouth.
    """
    return [
        (
            centre * factors[k] if k < len(factors) else centre * (factors[-1] if len(factors) else 1.0),
            bandwidth,
            gain * (gains[k] if k < len(gains) else 1.0),
        )
        for k, (centre, bandwidth, gain) in enumerate(formants)
    ]


def glottis(
    pitch: Array,
    rng: Generator,
    *,
    jitter: Level = 0.01,
    shimmer: Level = 0.1,
    rough: Level = 0.0,
    rough_rate: float = 45.0,
    sub: Level = 0.0,
) -> Array:
    """A train of pulses as a throat makes them, ``(48 * rows,)``, of unit RMS.

    Parameters
    ----------
    pitch : ndarray, shape (rows,)
    jitter : float or curve
        Relative deviation of single cycles; a sixth of it again wanders slowly. Above 0.1 the voice is
        chaotic.
    shimmer : float or curve
        Relative deviation of the size of single pulses.
    rough : float or curve
        0 to 1: depth of an irregular modulation of the size, about `rough_rate` times a second.
    sub : float or curve
        0 to 1: how much weaker every other pulse is, which sounds an octave lower.
    """
    rows = len(pitch)
    turns = np.concatenate(
        [[0.0], np.cumsum(np.maximum(pitch, 1.0) * (1.0 + 0.16 * jitter * wander(rows, 9.0, rng, CONTROL)))]
    )
    turns = turns * (1.0 / CONTROL) + rng.random()
    first = math.ceil(turns[0])
    count = max(0, math.floor(turns[-1]) - first + 1)
    place = np.interp(
        np.arange(first, first + count, dtype=np.float64), turns, np.arange(rows + 1, dtype=np.float64)
    )
    row = np.minimum(place.astype(np.int64), rows - 1)
    place = place + _at(jitter, row) * 0.7 * rng.standard_normal(count) * (
        CONTROL / np.maximum(pitch[row], 1.0)
    )
    size = 1.0 + _at(shimmer, row) * rng.standard_normal(count)
    if np.any(rough):
        rate = rough_rate * (1.0 + 0.35 * wander(rows, rough_rate * 0.7, rng, CONTROL))
        swing = 0.5 + 0.5 * sine(np.cumsum(rate)[row] / CONTROL)
        size *= 1.0 - _at(rough, row) * swing * (0.6 + 0.8 * rng.random(count))
    if np.any(sub):
        size *= 1.0 - _at(sub, row) * (np.arange(count) % 2)
    return unit(pulsed(place * (RATE // CONTROL), size, rows * (RATE // CONTROL)))


def pulsed(place: Array, size: Array, frames: int) -> Array:
    """Place pulses between samples, each shared by its two neighbours."""
    place = np.clip(place, 0.0, frames - 2.0)
    left = place.astype(np.int64)
    share = place - left
    train = np.bincount(left, size * (1.0 - share), frames) + np.bincount(left + 1, size * share, frames)
    return np.asarray(train, dtype=np.float64)


def through(source: Array, formants: Sequence[Formant], slope: Curve, floor: float = 0.02) -> Array:
    """`source` through a throat that changes every 5 ms.

    Parameters
    ----------
    source : ndarray, shape (frames,)
        A multiple of 48 samples, one control row each.
    formants : sequence of (Hz or curve, bandwidth, gain)
    slope : sequence of (Hz, dB)
        What source and lips do to the spectrum together.
    floor : float
        What goes by without a formant.

    Notes ----- Raised-cosine windows of 10 ms that overlap by half add up to one; each has twice its length
    of silence after it, so that a resonance rings on. Spectra are multiplied real part by real part (see
    `tools`).
    """
    return _through([(source, slope, floor)], formants)[0]


def _through(sources: Sequence[tuple[Array, Curve, float]], formants: Sequence[Formant]) -> list[Array]:
    """Send several sources through one throat, each with its own slope and floor."""
    length = len(sources[0][0])
    rows = -(-length // HOP) + 1
    signed = [(centre, bandwidth, (-1.0) ** k * gain) for k, (centre, bandwidth, gain) in enumerate(formants)]
    steady = [formant for formant in signed if not np.ndim(formant[0])]
    glides = [formant for formant in signed if np.ndim(formant[0])]
    still = _responses(steady, 0, 1, 2 * HOP + 1)
    slopes = [mask(slope, 2 * HOP + 1) for _, slope, _ in sources]
    made = [np.zeros((rows + 3, HOP)) for _ in sources]
    for start in range(0, rows, 48):  # pieces that stay in the cache
        part = slice(start, min(start + 48, rows))
        moving = _responses(glides, part.start, part.stop, 2 * HOP + 1)
        moving[0][:] += still[0]
        moving[1][:] += still[1]
        for (source, _, floor), lines, out in zip(sources, slopes, made, strict=True):
            pieces = _shaped(source, part.start, part.stop, (moving[0] + floor) * lines, moving[1] * lines)
            for k in range(4):
                out[part.start + k : part.stop + k] += pieces[:, k]
    return [out.reshape(-1)[HOP : HOP + length] for out in made]


_WINDOW = 0.5 - 0.5 * np.cos((np.arange(2 * HOP) + 0.5) * (math.pi / HOP))


def _shaped(source: Array, first: int, last: int, real: Array, imaginary: Array) -> Array:
    """Filter blocks `first` to `last` of a source, ``(blocks, 4, HOP)``.

    Each block rings over four hops.
    """
    low, high = (first - 1) * HOP, last * HOP
    piece = np.zeros(high - low)
    inside = source[max(low, 0) : min(high, len(source))]
    piece[max(-low, 0) : max(-low, 0) + len(inside)] = inside
    blocks = piece.reshape(-1, HOP)
    padded = np.zeros((last - first, 4 * HOP))
    np.multiply(blocks[:-1], _WINDOW[:HOP], out=padded[:, :HOP])
    np.multiply(blocks[1:], _WINDOW[HOP:], out=padded[:, HOP : 2 * HOP])
    spectrum = np.fft.rfft(padded)
    shaped = np.empty_like(spectrum)
    shaped.real = spectrum.real * real - spectrum.imag * imaginary
    shaped.imag = spectrum.real * imaginary + spectrum.imag * real
    return np.fft.irfft(shaped, 4 * HOP).reshape(last - first, 4, HOP)


def _responses(formants: Sequence[Formant], first: int, last: int, bins: int) -> tuple[Array, Array]:
    """Compute parallel resonances at hops `first` to `last`, two parts of ``(hops, bins)``."""
    frequency = np.arange(bins) * (RATE / 2.0 / (bins - 1))
    square = frequency * frequency
    real, imaginary = np.zeros((last - first, bins)), np.zeros((last - first, bins))
    for centre, bandwidth, gain in formants:
        curve = np.atleast_1d(np.asarray(centre, dtype=np.float64))
        rows = np.minimum(np.arange(first, last) * (HOP * CONTROL // RATE), len(curve) - 1)
        track = curve[rows][:, None]
        inverse = 1.0 / (track * track)
        a = square * inverse
        np.subtract(1.0, a, out=a)
        b = frequency * (bandwidth * inverse)
        scale = a * a
        scale += b * b
        np.divide((gain * bandwidth) / track, scale, out=scale)
        a *= scale
        b *= scale
        real += a
        imaginary -= b
    return real, imaginary


def cry(
    pitch: Array,
    loud: Array,
    formants: Sequence[Formant],
    rng: Generator,
    *,
    slope: Curve = ((100.0, 0.0), (400.0, 0.0), (4000.0, -14.0), (16000.0, -40.0)),
    breath: Level = 0.1,
    hiss: Curve = ((100.0, -8.0), (600.0, 0.0), (2500.0, -3.0), (6000.0, -13.0), (12000.0, -30.0)),
    jitter: Level = 0.012,
    shimmer: Level = 0.12,
    rough: Level = 0.0,
    rough_rate: float = 45.0,
    sub: Level = 0.0,
) -> Array:
    """Make a cry: a rough source and breath through a throat, ``(48 * rows,)``.

    Its RMS is about 1 where `loud` is 1.

    Parameters
    ----------
    breath : float or curve
        RMS of the noise relative to the voice's; it comes in puffs with the pulses.
    slope, hiss : sequence of (Hz, dB)
        Spectrum of the pulses, and what is done to the noise beyond what the throat does.
    """
    pulses = glottis(pitch, rng, jitter=jitter, shimmer=shimmer, rough=rough, rough_rate=rough_rate, sub=sub)
    if not np.any(breath):
        return unit(through(pulses, formants, slope)) * fine(loud)
    voice, air = _through([(pulses, slope, 0.02), (white(rng, len(pulses)), hiss, 0.1)], formants)
    puffs = sine(np.cumsum(pitch) * (1.0 / CONTROL)) if float(np.max(pitch)) < 400.0 else np.zeros(len(pitch))
    puffs = (0.75 + 0.35 * puffs) * breath
    voice *= 1.0 / max(math.sqrt(float(np.mean(np.square(voice)))), 1e-12)
    air *= 1.0 / max(math.sqrt(float(np.mean(np.square(air)))), 1e-12)
    voice += air * fine(puffs)
    return voice * fine(loud)


def _at(level: Level, row: NDArray[np.int64]) -> Level:
    return np.asarray(level)[row] if np.ndim(level) else float(level)
