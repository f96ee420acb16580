"""Noise with a given spectrum: steady, or painted like a spectrogram; and resonances put on a finished loop.

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

from imgext.sounds.bank.tools import RATE, exp, from_db, sided, stir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.random import Generator
    from numpy.typing import NDArray

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
        A multiple of 960, if it is to close on itself.
    channels : int
        1 or 2.
    alike : float
        Correlation of the two channels, 0 to 1.

    Returns
    -------
    ndarray, shape (frames,) for one channel, else (frames, channels)
    """
    first = painted(frames, [(curve, 1.0)], rng)
    if channels == 1:
        return _unit(first)
    second = painted(frames, [(curve, 1.0)], rng)
    return _unit(sided([first, alike * first + math.sqrt(1.0 - alike * alike) * second]))


def painted(
    frames: int, layers: Sequence[tuple[Curve, Array | float]], rng: Generator, hop: int = 960
) -> Array:
    """Make noise whose spectrum changes: layers, each a curve with its own envelope.

    Parameters
    ----------
    frames : int
        A multiple of `hop`, if the noise is to close on itself.
    layers : sequence of (curve, envelope)
        Envelopes are linear amplitudes of shape (frames / hop,), or one number. A curve counts by its shape:
        each layer has unit RMS where its envelope is one.
    hop : int
        Samples between the windows, which are twice as long: the envelopes have a rate of 48000 / hop.

    Returns
    -------
    ndarray, shape (frames,)

    Notes
    -----
    Half of all sounds are noise, so this is the one place that works with single precision, 140 dB down:
    twice as fast, and sums, products and roots alone.
    """
    rows = -(-frames // hop)
    squares, powers = [], []
    for curve, envelope in layers:
        lines = np.square(mask(curve, hop + 1))
        powers.append((lines * (1.0 / float(np.sum(lines)))).astype(np.float32))
        level = np.broadcast_to(np.asarray(envelope, dtype=np.float64), np.shape(envelope) or (rows,))
        if len(level) < rows:
            level = np.append(level, level[-1])
        squares.append(np.square(level[:rows])[:, None].astype(np.float32))
    # an even draw of 16 bits has a variance of a third of its largest value squared, and the transform
    # divides by its length: lines whose real and imaginary variances sum to one each give (2 / length) ** 2
    window = np.sin((np.arange(2 * hop) + 0.5) * (math.pi / (2 * hop))) * (hop * math.sqrt(3.0) / 32768.0)
    out = np.zeros((rows + 1, hop))
    step = max(1, 24000 // hop)
    for start in range(0, rows, step):  # pieces that stay in the cache
        part = slice(start, min(start + step, rows))
        paint = squares[0][part] * powers[0]
        for square, power in zip(squares[1:], powers[1:], strict=True):
            paint += square[part] * power
        np.sqrt(paint, out=paint)
        draws = rng.integers(-32768, 32768, (2, *paint.shape), dtype=np.int16)
        spectrum = np.empty(paint.shape, dtype=np.complex64)
        np.multiply(draws[0], paint, out=spectrum.real)
        np.multiply(draws[1], paint, out=spectrum.imag)
        pieces = np.fft.irfft(spectrum, 2 * hop) * window
        out[part] += pieces[:, :hop]
        out[part.start + 1 : part.stop + 1] += pieces[:, hop:]
    out[0] += out[rows]
    return out[:rows].reshape(-1)[:frames]


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
    return sided([left, alike * left + math.sqrt(1.0 - alike * alike) * own])


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


def filtered(signal: Array, curve: Curve) -> Array:
    """Multiply the spectrum of one channel by `curve`; a multiple of 480 samples stays a loop."""
    frames = len(signal)
    length = handy(frames) if frames % 480 else frames
    spectrum = np.fft.rfft(signal, length)
    weighed(spectrum, mask(curve, len(spectrum)))
    return np.fft.irfft(spectrum, length)[:frames]


def handy(frames: int) -> int:
    """Find a length, at least this, that the Fourier transform takes quickly."""
    power = 1 << max(8, (frames - 1).bit_length() - 3)
    return -(-frames // power) * power


def weighed(spectrum: NDArray[np.complex128], lines: Array) -> None:
    """Multiply `spectrum`, in place, by an amplitude a line."""
    spectrum.real *= lines
    spectrum.imag *= lines


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
    spectrum = np.empty(len(a_real), dtype=np.complex128)
    real, imaginary = spectrum.real, spectrum.imag
    np.multiply(a_real, b_real, out=real)
    real -= a_imag * b_imag
    np.multiply(a_real, b_imag, out=imaginary)
    imaginary += a_imag * b_real
    return np.fft.irfft(spectrum, frames)


def _rms(signal: Array) -> float:
    return math.sqrt(float(np.mean(np.square(signal))))


def _unit(signal: Array) -> Array:
    return signal * (1.0 / _rms(signal))
