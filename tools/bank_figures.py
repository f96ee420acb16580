"""The figures by which a sound is held against recordings of its kind: movement, roughness, tone, tilt, range, attack, rhythm.

Conventions: signals at any rate, taken to 44100 Hz, mono for all but `correlation`; at least 0.2 s. Levels in
dB. Silence that pads a recording at its end (exact zeros) is cut first.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

RATE = 44100
#: Modulation in octave bands of the envelope, in Hz.
BANDS = (
    (0.5, 1.0),
    (1.0, 2.0),
    (2.0, 4.0),
    (4.0, 8.0),
    (8.0, 16.0),
    (16.0, 32.0),
    (32.0, 64.0),
    (64.0, 128.0),
)
NAMES = (
    *(f"mod {low:g}-{high:g}" for low, high in BANDS),
    "roughness",
    "periodicity",
    "tilt",
    "flatness",
    "centroid",
    "rolloff",
    "range",
    "attack",
    "onsets",
    "irregularity",
    "flux",
)


def trimmed(signal: Array) -> Array:
    """Without exact zeros at both ends."""
    loud = np.flatnonzero(np.abs(signal) > 1e-5)
    return signal[loud[0] : loud[-1] + 1] if len(loud) else signal


def figures(signal: Array, rate: int) -> dict[str, float]:
    """All figures of one sound, by the names of `NAMES`."""
    import soxr

    mono = signal if signal.ndim == 1 else signal.mean(axis=1)
    mono = trimmed(mono)
    if rate != RATE:
        mono = soxr.resample(mono, rate, RATE)
    if len(mono) < RATE // 5:
        mono = np.pad(mono, (0, RATE // 5 - len(mono)))
    values: dict[str, float] = {}
    envelope = _envelope(mono)
    whole = float(np.mean(envelope))
    spectrum = np.abs(np.fft.rfft((envelope - whole) * np.hanning(len(envelope)))) ** 2
    frequency = np.fft.rfftfreq(len(envelope), 1.0 / 1000.0)
    scale = 8.0 / 3.0 * 2.0 / len(envelope) ** 2 / max(whole * whole, 1e-20)
    for low, high in BANDS:
        power = float(spectrum[(frequency >= low) & (frequency < high)].sum()) * scale
        values[f"mod {low:g}-{high:g}"] = 10.0 * math.log10(power + 1e-9)
    values["roughness"] = _roughness(mono)
    values["periodicity"] = _periodicity(mono)
    values.update(_spectrum(mono))
    frames = _frames(mono, 2048, 1024)
    level = 10.0 * np.log10(np.mean(np.square(frames), axis=1) + 1e-12)
    values["range"] = float(np.percentile(level, 95) - np.percentile(level, 5))
    values.update(_onsets(mono))
    return values


def correlation(signal: Array) -> float | None:
    """Correlation of the two channels, if there are two."""
    if signal.ndim == 1 or signal.shape[1] != 2:
        return None
    return float(np.corrcoef(signal.T)[0, 1])


def _envelope(mono: Array) -> Array:
    """Amplitude a thousand times a second."""
    power = np.square(mono)
    edges = (np.arange(int(len(mono) / RATE * 1000.0) + 1) * (RATE / 1000.0)).astype(int)
    total = np.concatenate([[0.0], np.cumsum(power)])
    return np.sqrt(np.maximum(np.diff(total[np.minimum(edges, len(mono))]) / 44.1, 0.0))


def _frames(mono: Array, size: int, hop: int) -> Array:
    if len(mono) < size:
        mono = np.pad(mono, (0, size - len(mono)))
    count = 1 + (len(mono) - size) // hop
    return mono[np.arange(count)[:, None] * hop + np.arange(size)]


def _power(mono: Array, size: int = 2048, hop: int = 512) -> Array:
    return np.abs(np.fft.rfft(_frames(mono, size, hop) * np.hanning(size))) ** 2 + 1e-12


def _roughness(mono: Array) -> float:
    """Modulation between 16 and 64 Hz within third-octave-like bands, weighted by their power."""
    spectrum = np.fft.rfft(mono)
    frequency = np.fft.rfftfreq(len(mono), 1.0 / RATE)
    total = weight = 0.0
    for centre in 150.0 * 2.0 ** np.arange(0.0, 6.1, 0.75):
        inside = (frequency > centre * 0.77) & (frequency < centre * 1.3)
        envelope = _envelope(np.fft.irfft(np.where(inside, spectrum, 0.0), len(mono)))
        mean = float(np.mean(envelope))
        lines = np.abs(np.fft.rfft((envelope - mean) * np.hanning(len(envelope)))) ** 2
        rates = np.fft.rfftfreq(len(envelope), 0.001)
        power = (
            lines[(rates >= 16.0) & (rates < 64.0)].sum()
            * 16.0
            / 3.0
            / len(envelope) ** 2
            / max(mean * mean, 1e-20)
        )
        total += power * mean * mean
        weight += mean * mean
    return 10.0 * math.log10(total / max(weight, 1e-20) + 1e-9)


def _periodicity(mono: Array) -> float:
    """Highest value of the autocorrelation between 40 and 1500 Hz, weighted by the power of each frame."""
    frames = _frames(mono, 4096, 2048)
    power = np.mean(np.square(frames), axis=1)
    keep = power > 0.03 * power.max()
    lines = np.fft.rfft(frames[keep] * np.hanning(4096), 8192)
    own = np.fft.irfft(np.abs(lines) ** 2)[:, :1103]
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(4096), 8192)) ** 2)[:1103]
    curve = own / own[:, :1] * (window[0] / window)
    best = np.max(curve[:, 29:], axis=1)
    return float(np.sum(best * power[keep]) / power[keep].sum())


def _spectrum(mono: Array) -> dict[str, float]:
    power = _power(mono)
    mean = power.mean(axis=0)
    frequency = np.fft.rfftfreq(2048, 1.0 / RATE)
    inside = (frequency > 80.0) & (frequency < 15000.0)
    octaves = np.log2(frequency[inside])
    bins = np.floor(octaves * 3.0)
    points = np.array(
        [
            (octaves[bins == b].mean(), 10.0 * math.log10(mean[inside][bins == b].mean()))
            for b in np.unique(bins)
        ]
    )
    tilt = np.polyfit(points[:, 0], points[:, 1], 1)[0]
    flat = np.mean(np.log(power[:, inside]), axis=1) - np.log(np.mean(power[:, inside], axis=1))
    loud = power.sum(axis=1)
    share = np.cumsum(mean) / mean.sum()
    return {
        "tilt": float(tilt),
        "flatness": float(np.average(flat, weights=loud) * 10.0 / math.log(10.0)),
        "centroid": float(np.log2((frequency * mean).sum() / mean.sum())),
        "rolloff": float(np.log2(max(frequency[np.searchsorted(share, 0.95)], 40.0))),
    }


def _onsets(mono: Array) -> dict[str, float]:
    """Attack in log10 of seconds, onsets a second, relative deviation of the gaps between them, spectral flux."""
    power = np.sqrt(_power(mono, 1024, 256))
    step = np.log(power[:, 1:] + 1e-3 * power.max())
    rise = np.maximum(np.diff(step, axis=0), 0.0).mean(axis=1)
    flux = float(np.mean(rise))
    envelope = _envelope(mono)
    smooth = np.convolve(envelope, np.hanning(15) / np.hanning(15).sum(), "same")
    top = float(smooth.max())
    peaks, gate = [], False
    low = 0.0
    for k, value in enumerate(smooth):
        if not gate and value > max(0.25 * top, 2.0 * low):
            gate = True
            peaks.append(k)
            high = value
        elif gate:
            high = max(high, value)
            if value < 0.5 * high:
                gate, low = False, value
        else:
            low = min(low, value) if low else value
    gaps = np.diff(peaks) / 1000.0
    at = int(np.argmax(smooth))
    start = at
    while start > 0 and smooth[start] > 0.1 * top:
        start -= 1
    return {
        "attack": math.log10(max(at - start, 1) / 1000.0),
        "onsets": len(peaks) / (len(envelope) / 1000.0),
        "irregularity": float(np.std(gaps) / np.mean(gaps)) if len(gaps) > 2 else math.nan,
        "flux": flux,
    }
