"""What the levels of a sound tell of its room.

How fast they fall, how far, and how they fall after an abrupt end.

Conventions: features are plain numbers by name; levels in dB, slopes in dB/s. Frames are those of `levels`: a
lag of 12 frames is 96 ms. "Top" is the 99th percentile of a level over time, "floor" its 5th. The names:

- ``lev1``: mean level of band 1 re the loudest band;
- ``slK_pP``: percentile P of the slopes over K frames, ``nsvK`` standard deviation of the falling ones,
  ``mednegK`` their median, each as ``lg(1 + |slope|)``; ``frnegK``: share of slopes that fall by more than 10
  dB/s;
- ``fallK_P``: percentile P of how much the level falls within K frames; ``fallbK_P``: the same, mean over
  bands 2 to 6;
- ``fdr_ic``: how far the straight line through a free decay starts above its first level;
- ``of_d``: how deep the level falls within 32 ms where a loud sound stops;
- ``kurt50``, ``kurt90``: kurtosis of what a linear predictor leaves.

A room cannot end a sound at once, so the upper end of the falls tells most. A direct sound before a decay
puts the line through the decay below the start. Reflections make noise of clicks, which lowers the kurtosis.

Source: T. de M. Prego et al., "A blind algorithm for reverberation-time estimation using subband
decomposition of speech signals", JASA 131(4), 2012 (free decay regions in bands); B. W. Gillespie, H. S.
Malvar and D. A. F. Florencio, "Speech dereverberation via maximum-kurtosis subband adaptive filtering",
ICASSP 2001 (kurtosis of the prediction residual). The choice of these 21 among 143 was made on 738
recordings.
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

FALLS = (
    ("fall", 3, 98),
    ("fallb", 6, 90),
    ("fallb", 6, 98),
    ("fall", 12, 98),
    ("fallb", 12, 98),
    ("fall", 18, 98),
    ("fallb", 18, 98),
    ("fallb", 50, 98),
)
"""Which falls are features: of the whole or the mean over bands, frames, percentile."""

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
    """Mean over the bands of the envelope's standard deviation over its mean, to 1e-6.

    Bands from 177 Hz.

    Near 0.5 for stationary noise (the magnitudes of a Gaussian signal have 0.52, less where many bins are
    summed), above 0.8 for sounds that come and go.
    """
    envelope = np.sqrt(levels.power[1:])
    mean = np.maximum(np.mean(envelope, axis=1), 1e-12)
    return round(float(np.mean(np.std(envelope, axis=1) / mean)), 6)


def _spectrum(levels: Levels) -> dict[str, float]:
    mean = 10.0 * np.log10(np.mean(levels.power, axis=1) + 1e-12)
    return {"lev1": float(mean[1] - np.max(mean))}


def _lg(value: float) -> float:
    return float(np.log10(1.0 + max(0.0, value)))


def _pooled_slopes(levels: Levels, width: int) -> Array:
    """Slopes over `width` frames of bands 1 to 6.

    From frames within 40 dB of the top to frames 6 dB or more above the floor.
    """
    bands = levels.bands[1:]
    floor, top = np.percentile(bands, 5, axis=1)[:, None], np.percentile(bands, 99, axis=1)[:, None]
    slope = sliding_fit(bands, width)[0] / STEP
    middle = (bands[:, width - 1 :] > floor + 6.0) & (bands[:, : slope.shape[1]] > top - 40.0)
    return slope[middle] if np.count_nonzero(middle) >= 20 else np.zeros(20)


def _falling(pooled: Array) -> Array:
    falling = pooled[pooled < 0.0]
    return falling if falling.size > 5 else np.array([-1.0, 0.0])


def _slopes(levels: Levels) -> dict[str, float]:
    short, middle, long = (_pooled_slopes(levels, width) for width in (6, 12, 25))
    return {
        "sl6_p75": _lg(float(np.percentile(short, 75))),
        "nsv6": _lg(float(np.std(_falling(short)))),
        "frneg6": float(np.mean(short < -10.0)),
        "sl12_p2": _lg(-float(np.percentile(middle, 2))),
        "nsv12": _lg(float(np.std(_falling(middle)))),
        "frneg12": float(np.mean(middle < -10.0)),
        "medneg12": _lg(abs(float(np.median(_falling(middle))))),
        "sl25_p10": _lg(-float(np.percentile(long, 10))),
    }


def _fall(level: Array, lag: int, percentile: int) -> float:
    """Percentile of the falls over `lag` frames, from frames within 25 dB of the top."""
    loud = level[:-lag] > float(np.percentile(level, 99)) - 25.0
    return (
        float(np.percentile((level[:-lag] - level[lag:])[loud], percentile))
        if np.count_nonzero(loud) > 5
        else 0.0
    )


def _falls(levels: Levels) -> dict[str, float]:
    found = {}
    for what, lag, percentile in FALLS:
        parts = [levels.broad] if what == "fall" else list(levels.bands[2:])
        found[f"{what}{lag}_{percentile}"] = sum(_fall(part, lag, percentile) for part in parts) / len(parts)
    return found


class _FreeDecay(NamedTuple):
    drop: float
    intercept: float


def _free_decays_of(level: Array) -> Iterator[_FreeDecay]:
    """Runs in which the smoothed level of a band does not rise, at least 8 dB deep.

    A line is fitted from 3 dB below their start.
    """
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
            yield _FreeDecay(
                float(run[0] - run[-1]), float(np.mean(run[begin:]) - slope * np.mean(t) - run[0])
            )


def _free_decays(levels: Levels) -> dict[str, float]:
    """How far the line through a decay starts above its first level.

    Weighted by the drop: a direct sound puts it below.
    """
    decays = [decay for band in levels.bands[1:] for decay in _free_decays_of(band)]
    if len(decays) < 3:
        return {"fdr_ic": 0.0}
    weight = np.array([decay.drop for decay in decays])
    return {
        "fdr_ic": float(np.sum(weight * np.array([decay.intercept for decay in decays])) / np.sum(weight))
    }


def _offsets(levels: Levels) -> dict[str, float]:
    """How deep the level falls within 32 ms where a loud sound stops.

    The 80th percentile; 6 dB where that happens less than twice.
    """
    level = levels.broad
    top = float(np.percentile(level, 99.5))
    fall = np.zeros_like(level)
    fall[:-4] = level[:-4] - level[4:]
    taken: list[int] = []
    for i in np.argsort(-fall, kind="stable"):
        if fall[i] < 6.0 or len(taken) == _MOST_OFFSETS:
            break
        if (
            level[i] >= top - 20.0
            and i + 26 < level.size
            and all(abs(int(i) - other) >= 13 for other in taken)
        ):
            taken.append(int(i))
    return {"of_d": float(np.percentile(fall[taken], 80)) if len(taken) >= 2 else 6.0}


def _predictor(spectrum: Array) -> Array:
    """Coefficients of the linear predictor for a mean power spectrum.

    By Levinson and Durbin.
    """
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
    """Median and 90th percentile of the kurtosis of the prediction residual.

    As natural logarithms.

    In the loudest 40 % of frames.
    """
    x = levels.x
    residual = x.copy()
    for lag, coefficient in enumerate(np.round(_predictor(levels.spectrum), 9), start=1):
        residual[lag:] -= coefficient * x[:-lag]
    frames = residual[: residual.size // WINDOW * WINDOW].reshape(-1, WINDOW)
    squares = frames * frames
    power = np.mean(squares, axis=1) + 1e-14
    loud = power > np.percentile(power, 60)
    kurtosis = np.minimum(np.mean(squares * squares, axis=1)[loud] / (power[loud] * power[loud]), 200.0)
    return {
        "kurt50": float(np.log(np.median(kurtosis))),
        "kurt90": float(np.log(np.percentile(kurtosis, 90))),
    }
