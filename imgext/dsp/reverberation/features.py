"""What tells a reverberant sound from a dry one: how fast its levels fall, how far, and how they fall after an abrupt end.

Conventions: features are plain numbers by name; levels in dB, slopes in dB/s. A slope feature is ``lg(1 + |slope|)``. Frames are those of
`levels`: a lag of 12 frames is 96 ms. "Top" is the 99th percentile of a level over time, "floor" its 5th.

A room cannot end a sound at once, so what tells most is the upper end of the distribution of falls (``fall12_98``: how much the level drops
within 96 ms, at its most abrupt), their slopes against those of the rises, the intercept of free decays, and the kurtosis of
what a linear predictor leaves (reflections make clicks into noise).

Source: M. Triki and D. Slock, "Iterated delay and predict equalization for blind speech dereverberation", IWAENC 2006, and S. Gannot and
M. Moonen (kurtosis of the prediction residual); T. de M. Prego et al., "A blind algorithm for reverberation-time estimation using subband
decomposition of speech signals", JASA 131(4), 2012 (free decay regions in bands).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgext.dsp.reverberation.levels import STEP, WINDOW, sliding_fit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from imgext.dsp.reverberation.levels import Levels

    Array = NDArray[np.float64]

LAGS = (3, 6, 12, 18, 25, 37, 50)
"""Frames over which a fall is taken: 24 to 400 ms."""

WIDTHS = (6, 12, 25)
"""Frames over which a slope is fitted: 48, 96 and 200 ms."""

_PREDICTOR = 20
_MOST_OFFSETS = 40


def features(levels: Levels) -> dict[str, float]:
    """All features of a sound.

    Parameters
    ----------
    levels : Levels
        At least 1.5 s.

    Returns
    -------
    dict of str to float
        Rounded to 1e-6.
    """
    found: dict[str, float] = {}
    for part in (_spectrum, _slopes, _falls, _free_decays, _offsets, _kurtosis):
        found.update(part(levels))
    return {name: round(float(value), 6) for name, value in found.items()}


def modulation_depth(levels: Levels) -> float:
    """Mean over the bands from 177 Hz of the standard deviation of the envelope over its mean, to 1e-6.

    Near 0.5 for stationary noise (the magnitudes of a Gaussian signal have 0.52, less where many bins are summed), above 0.8 for sounds
    that come and go.
    """
    envelope = np.sqrt(levels.power[1:])
    mean = np.maximum(np.mean(envelope, axis=1), 1e-12)
    return round(float(np.mean(np.std(envelope, axis=1) / mean)), 6)


def _spectrum(levels: Levels) -> dict[str, float]:
    mean = 10.0 * np.log10(np.mean(levels.power, axis=1) + 1e-12)
    return {f"lev{band}": mean[band] - np.max(mean) for band in range(len(mean))}


def _lg(value: float) -> float:
    return float(np.log10(1.0 + max(0.0, value)))


def _slopes(levels: Levels) -> dict[str, float]:
    found = {}
    bands = levels.bands[1:]
    floor, top = np.percentile(bands, 5, axis=1)[:, None], np.percentile(bands, 99, axis=1)[:, None]
    for width in WIDTHS:
        slope = sliding_fit(bands, width)[0] / STEP
        middle = (bands[:, width - 1 :] > floor + 6.0) & (bands[:, : slope.shape[1]] > top - 40.0)
        pooled = slope[middle] if np.count_nonzero(middle) >= 20 else np.zeros(20)
        falling = pooled[pooled < 0.0]
        if falling.size <= 5:
            falling = np.array([-1.0, 0.0])
        for percentile in (2, 10, 25):
            found[f"sl{width}_p{percentile}"] = _lg(-float(np.percentile(pooled, percentile)))
        for percentile in (75, 90, 98):
            found[f"sl{width}_p{percentile}"] = _lg(float(np.percentile(pooled, percentile)))
        found[f"nsv{width}"] = _lg(float(np.std(falling)))
        found[f"frneg{width}"] = float(np.mean(pooled < -10.0))
        found[f"medneg{width}"] = _lg(abs(float(np.median(falling))))
    return found


def _fall_percentiles(level: Array) -> Array:
    """90th and 98th percentile of the falls over each lag, from frames within 25 dB of the top; shape (lags, 2)."""
    top = float(np.percentile(level, 99))
    found = np.zeros((len(LAGS), 2))
    for row, lag in zip(found, LAGS, strict=True):
        loud = level[:-lag] > top - 25.0
        if np.count_nonzero(loud) > 5:
            row[:] = np.percentile((level[:-lag] - level[lag:])[loud], (90, 98))
    return found


def _falls(levels: Levels) -> dict[str, float]:
    broad = _fall_percentiles(levels.broad)
    bands = np.mean([_fall_percentiles(band) for band in levels.bands[2:]], axis=0)
    found = {}
    for lag, whole, split in zip(LAGS, broad, bands, strict=True):
        found.update({f"fall{lag}_90": whole[0], f"fall{lag}_98": whole[1], f"fallb{lag}_90": split[0], f"fallb{lag}_98": split[1]})
    return found


class _FreeDecay(NamedTuple):
    drop: float
    intercept: float


def _free_decays_of(level: Array) -> Iterator[_FreeDecay]:
    """Runs in which the smoothed level of a band does not rise, at least 8 dB deep; a line is fitted from 3 dB below their start."""
    floor = float(np.percentile(level, 5))
    padded = np.pad(level, 1)
    smooth = np.round((padded[:-2] + padded[1:-1] + padded[2:]) / 3.0, 9)
    falling = np.concatenate([[False], np.diff(smooth) < 0.25, [False]])
    edges = np.flatnonzero(falling[1:] != falling[:-1])
    for start, stop in zip(edges[::2], edges[1::2], strict=True):
        first = start + int(np.argmax(smooth[start : stop + 1]))
        run = level[first : stop + 1]
        quiet = np.flatnonzero(run <= floor + 4.0)
        run = run[: quiet[0]] if quiet.size else run
        if run.size < 8 or run[0] - run[-1] < 8.0:
            continue
        below = np.flatnonzero(run <= run[0] - 3.0)
        begin = int(below[0]) if below.size else 0
        if run.size - begin < 6:
            continue
        t = np.arange(begin, run.size) * STEP
        centred = t - np.mean(t)
        slope = float(np.sum(centred * run[begin:]) / np.sum(centred * centred))
        if slope < -5.0:
            yield _FreeDecay(float(run[0] - run[-1]), float(np.mean(run[begin:]) - slope * np.mean(t) - run[0]))


def _free_decays(levels: Levels) -> dict[str, float]:
    """How far the line through a decay starts above its first level, weighted by the drop: a direct sound puts it below."""
    decays = [decay for band in levels.bands[1:] for decay in _free_decays_of(band)]
    if len(decays) < 3:
        return {"fdr_ic": 0.0}
    weight = np.array([decay.drop for decay in decays])
    return {"fdr_ic": float(np.sum(weight * np.array([decay.intercept for decay in decays])) / np.sum(weight))}


def _offsets(levels: Levels) -> dict[str, float]:
    """How deep the level falls within 32 ms where a loud sound stops: the 80th percentile; 6 dB where that happens less than twice."""
    level = levels.broad
    top = float(np.percentile(level, 99.5))
    fall = np.zeros_like(level)
    fall[:-4] = level[:-4] - level[4:]
    taken: list[int] = []
    for i in np.argsort(-fall, kind="stable"):
        if fall[i] < 6.0 or len(taken) == _MOST_OFFSETS:
            break
        if level[i] >= top - 20.0 and i + 26 < level.size and all(abs(int(i) - other) >= 13 for other in taken):
            taken.append(int(i))
    return {"of_d": float(np.percentile(fall[taken], 80)) if len(taken) >= 2 else 6.0}


def _predictor(spectrum: Array) -> Array:
    """Coefficients of the linear predictor for a mean power spectrum (Levinson and Durbin)."""
    r = np.fft.irfft(spectrum)[: _PREDICTOR + 1]
    r[0] = r[0] * 1.0001 + 1e-12
    a = np.zeros(_PREDICTOR)
    error = float(r[0])
    for order in range(_PREDICTOR):
        reflection = (float(r[order + 1]) - float(np.sum(a[:order] * r[order:0:-1]))) / error
        a[:order] -= reflection * a[:order][::-1].copy()
        a[order] = reflection
        error *= 1.0 - reflection * reflection
    return a


def _kurtosis(levels: Levels) -> dict[str, float]:
    """Natural logarithm of the median and the 90th percentile of the kurtosis of the prediction residual, in the loudest 40 % of frames."""
    x = levels.x
    residual = x.copy()
    for lag, coefficient in enumerate(np.round(_predictor(levels.spectrum), 9), start=1):
        residual[lag:] -= coefficient * x[:-lag]
    frames = residual[: residual.size // WINDOW * WINDOW].reshape(-1, WINDOW)
    squares = frames * frames
    power = np.mean(squares, axis=1) + 1e-14
    loud = power > np.percentile(power, 60)
    kurtosis = np.minimum(np.mean(squares * squares, axis=1)[loud] / (power[loud] * power[loud]), 200.0)
    return {"kurt50": float(np.log(np.median(kurtosis))), "kurt90": float(np.log(np.percentile(kurtosis, 90)))}
