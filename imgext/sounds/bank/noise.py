"""Makes noise of a given spectrum, steady or painted, with resonances and echoes.

Conventions: a curve is a sequence of (Hz, dB) points, joined by straight lines over the logarithm of
frequency that go on beyond both ends; dB are per hertz, so a flat curve is white. Below 16 Hz everything
fades out. Everything here is circular: a signal that is made or filtered as one period of its own repetition
has no seam. Spectra are multiplied real part by real part (see `tools`).

Sources: overlapping windows whose squares sum to one keep the power of independent noise constant (Princen
and Bradley, 1986, give the same condition for perfect reconstruction); the resonance is the second-order
section of formant synthesis, Klatt, "Software for a cascade/parallel formant synthesizer", JASA 67 (1980),
here in parallel form.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.tools import RATE, decay, exp, from_db, stir, white

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator

    from imgext.sounds.bank.tools import Array

    Curve = Sequence[tuple[float, float]]

#: Curves are evaluated forty-eight times an octave, eleven octaves up from 16 Hz, and at 0 Hz.
_LOWEST = 16.0
_OCTAVES = np.arange(11 * 48 + 1) / 48.0
_GRID = np.concatenate([[0.0], _LOWEST * exp(_OCTAVES * 0.6931471805599453)])


def mask(curve: Curve, bins: int, rate: int = RATE) -> Array:
    """Sample a spectrum at `bins` lines from 0 Hz to half of `rate`.

    The first line, which is the mean, is zero.

    >>> mask([(100.0, 0.0), (200.0, -6.0)], 5, 800).round(3).tolist()
    [0.0, 1.0, 0.501, 0.335, 0.251]
    """
    octaves = [round(math.log2(point[0] / _LOWEST), 9) for point in curve]
    values = [point[1] for point in curve]
    before = values[0] - octaves[0] * (values[1] - values[0]) / (octaves[1] - octaves[0])
    after = values[-1] + (11.0 - octaves[-1]) * (values[-1] - values[-2]) / (octaves[-1] - octaves[-2])
    levels = np.interp(_OCTAVES, [0.0, *octaves, 11.0], [before, *values, after])
    amplitudes = np.concatenate([[0.0], from_db(np.clip(levels, -200.0, 60.0))])
    lines: Array = np.interp(np.arange(bins) * (rate / 2.0 / (bins - 1)), _GRID, amplitudes)
    return lines


def steady(frames: int, curve: Curve, rng: Generator, channels: int = 1, alike: float = 0.3) -> Array:
    """Periodic noise of unit RMS with the spectrum of `curve`.

    Parameters
    ----------
    frames : int
        One period; even.
    channels : int
        1 or 2.
    alike : float
        Correlation of the two channels, 0 to 1.

    Returns
    -------
    ndarray, shape (frames,) for one channel, else (frames, channels)
    """
    lines = mask(curve, frames // 2 + 1)
    first = _synthesis(white(rng, (2, len(lines))) * lines, frames)
    if channels == 1:
        return _unit(first)
    second = _synthesis(white(rng, (2, len(lines))) * lines, frames)
    return _unit(np.stack([first, alike * first + math.sqrt(1.0 - alike * alike) * second], axis=-1))


def painted(frames: int, layers: Sequence[tuple[Curve, Array]], rng: Generator, hop: int = 960) -> Array:
    """Make periodic noise whose spectrum changes: a sum of layers with envelopes.

    Parameters
    ----------
    frames : int
        A multiple of `hop`.
    layers : sequence of (curve, envelope)
        Envelopes are linear amplitudes of shape (frames / hop,). A curve counts by its shape: each layer has
        unit RMS where its envelope is one.
    hop : int
        Samples between the windows, which are twice as long: the envelopes have a rate of 48000 / hop.

    Returns
    -------
    ndarray, shape (frames,)
    """
    rows = frames // hop
    powers = []
    for curve, _ in layers:
        lines = np.square(mask(curve, hop + 1))
        powers.append(lines * (1.0 / float(np.sum(lines))))
    squares = [np.square(envelope)[:, None] for _, envelope in layers]
    window = np.sin((np.arange(2 * hop) + 0.5) * (math.pi / (2 * hop))) * hop
    out = np.zeros((rows + 1, hop))
    step = max(1, 30000 // hop)  # rows that stay in the cache
    for start in range(0, rows, step):
        part = slice(start, min(start + step, rows))
        paint = squares[0][part] * powers[0]
        for square, power in zip(squares[1:], powers[1:], strict=True):
            paint += square[part] * power
        np.sqrt(paint, out=paint)
        spectrum = np.empty(paint.shape, dtype=np.complex128)
        spectrum.real = white(rng, paint.shape)
        spectrum.real *= paint
        spectrum.imag = white(rng, paint.shape)
        spectrum.imag *= paint
        # irfft divides by its length: lines whose real and imaginary variances sum to one each give a
        # variance of (2 / length) ** 2
        pieces = np.fft.irfft(spectrum, 2 * hop)
        pieces *= window
        out[part] += pieces[:, :hop]
        out[part.start + 1 : part.stop + 1] += pieces[:, hop:]
    out[0] += out[rows]
    return out[:rows].reshape(-1)


def moving(frames: int, curve: Curve, rng: Generator, depth: float = 0.25, alike: float = 0.4) -> Array:
    """Make lively noise of two channels, ``(frames, 2)``, a loop of about unit RMS.

    It is as quick as noise can be.

    Parameters
    ----------
    frames : int
        A multiple of 960.
    depth : float
        How much its loudness moves, between a third of a time and four times a second.
    alike : float
        Correlation of the two channels.
    """
    rows = frames // 960
    slow = stir(rows, rng, RATE / 960)
    level = np.maximum(1.0 + depth * slow, 0.1)
    left, own = painted(frames, [(curve, level)], rng), painted(frames, [(curve, level)], rng)
    return np.stack([left, alike * left + math.sqrt(1.0 - alike * alike) * own], axis=-1)


def dulled(signal: Array, curve: Curve) -> Array:
    """Multiply the spectrum of a one-channel loop by a smooth curve, block by block.

    Far quicker than `filtered` for what is long; the curve is seen every 50 Hz only.
    """
    hop = 480
    short = -len(signal) % hop
    blocks = np.concatenate([signal, np.zeros(short)]).reshape(-1, hop)
    padded = np.zeros((len(blocks), 2 * hop))
    padded[:, hop // 2 : hop // 2 + hop] = blocks
    spectrum = np.fft.rfft(padded)
    lines = mask(curve, hop + 1)
    lines[0] = lines[1]
    spectrum.real *= lines
    spectrum.imag *= lines
    pieces = np.fft.irfft(spectrum, 2 * hop)
    half = hop // 2
    out = np.array(pieces[:, half : half + hop])
    out[:, half:] += np.roll(pieces[:, :half], -1, axis=0)
    out[:, :half] += np.roll(pieces[:, half + hop :], 1, axis=0)
    return out.reshape(-1)[: len(signal)]


def woven(
    frames: int, layers: Sequence[tuple[Curve, Array | float]], rng: Generator, hop: int = 960
) -> Array:
    """Make noise as `painted` does, three times as fast.

    Lines are drawn evenly from 16 bits, and `frames` need not be a multiple of `hop`.

    An envelope has one value for each whole `hop`, or is one number.
    """
    rows = -(-frames // hop)
    paint = np.zeros((rows, hop + 1))
    for curve, envelope in layers:
        lines = mask(curve, hop + 1)
        power = np.square(lines) * (1.0 / float(np.sum(np.square(lines))))
        level = np.asarray(envelope, dtype=np.float64)
        if level.ndim:
            level = np.concatenate([level, level[-1:]])[:rows] if len(level) < rows else level[:rows]
            paint += np.square(level)[:, None] * power
        else:
            paint += float(level) * float(level) * power
    # an even draw of 16 bits has a variance of a third of its largest value squared
    paint = np.sqrt(paint) * (hop * math.sqrt(3.0) / 32768.0)
    spectrum = np.empty((rows, hop + 1), dtype=np.complex128)
    draws = rng.integers(-32768, 32768, (2, rows, hop + 1), dtype=np.int16)
    np.multiply(draws[0], paint, out=spectrum.real)
    np.multiply(draws[1], paint, out=spectrum.imag)
    pieces = np.fft.irfft(spectrum, 2 * hop)
    window = np.sin((np.arange(2 * hop) + 0.5) * (math.pi / (2 * hop)))
    pieces *= window
    out = pieces[:, :hop].copy()
    out[1:] += pieces[:-1, hop:]
    out[0] += pieces[-1, hop:]
    return out.reshape(-1)[:frames]


def filtered(signal: Array, curve: Curve) -> Array:
    """Multiply the spectrum of a one-channel loop by `curve`."""
    spectrum = np.fft.rfft(signal)
    lines = mask(curve, len(spectrum))
    return _synthesis(np.stack([spectrum.real * lines, spectrum.imag * lines]), len(signal))


def resonance(bins: int, rate: int, peaks: Sequence[tuple[float, float, float]]) -> tuple[Array, Array]:
    """Compute parallel resonances as real and imaginary parts, each 1 at its peak.

    Parameters
    ----------
    bins : int
        Spectrum lines from 0 Hz to half of `rate`.
    peaks : sequence of (Hz, bandwidth in Hz, gain)
    """
    frequency = np.arange(bins) * (rate / 2.0 / (bins - 1))
    real, imaginary = np.zeros(bins), np.zeros(bins)
    for centre, bandwidth, gain in peaks:
        a = 1.0 - np.square(frequency / centre)
        b = frequency * (bandwidth / (centre * centre))
        scale = (gain * bandwidth / centre) / (a * a + b * b)
        real += a * scale
        imaginary -= b * scale
    return real, imaginary


def resonant(signal: Array, peaks: Sequence[tuple[float, float, float]]) -> Array:
    """Send a one-channel loop through parallel resonances (see `resonance`)."""
    spectrum = np.fft.rfft(signal)
    return product(spectrum.real, spectrum.imag, *resonance(len(spectrum), RATE, peaks), len(signal))


def product(a_real: Array, a_imag: Array, b_real: Array, b_imag: Array, frames: int) -> Array:
    """Multiply two spectra into a signal of `frames` samples.

    Every product is an array of its own.
    """
    return _synthesis(
        np.stack([a_real * b_real - a_imag * b_imag, a_real * b_imag + a_imag * b_real]), frames
    )


def echoing(
    signal: Array, t60: float, wet: float, rng: Generator, curve: Curve = ((200.0, 0.0), (8000.0, -12.0))
) -> Array:
    """Add to a one-channel loop a diffuse tail that loses 60 dB in `t60` seconds.

    Parameters
    ----------
    wet : float
        RMS of what is added, relative to the signal.
    curve : sequence of (Hz, dB)
        Colour of the tail.
    """
    length = min(len(signal), round(t60 * RATE))
    tail = np.zeros(len(signal))
    tail[:length] = rng.standard_normal(length) * decay(t60, length)
    spectrum, response = np.fft.rfft(signal), np.fft.rfft(tail)
    lines = mask(curve, len(spectrum))
    added = product(spectrum.real, spectrum.imag, response.real * lines, response.imag * lines, len(signal))
    return signal + added * (wet * _rms(signal) / max(_rms(added), 1e-12))


def _synthesis(parts: Array, frames: int) -> Array:
    """Transform spectra back, given as real and imaginary parts on the first axis."""
    spectrum = np.empty(parts.shape[1:], dtype=np.complex128)
    spectrum.real, spectrum.imag = parts
    return np.fft.irfft(spectrum, frames)


def _rms(signal: Array) -> float:
    return math.sqrt(float(np.mean(np.square(signal))))


def _unit(signal: Array) -> Array:
    return signal * (1.0 / _rms(signal))
