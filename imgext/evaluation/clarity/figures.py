"""The figures of one mode in one scene.

How audible its sounds are, what that cost them, and which guards broke.

Conventions: stems sorted by id and brought to their loudness in `off`, in powers over frames
(`imgext.evaluation.clarity.bands`). Only objects are scored; the beds mask them. A weighted mean is weighted
by importance. Figures are rounded to six places, so that last bits do not show.

- ``murw``, ``mur``, ``mur_min``: partial loudness as a share of loudness alone, weighted mean, mean, worst
  object; more is better. ``mur_top``: that of the most important object.
- ``plw``: as murw, over the loudness that the object has alone in `off`: reshaping a sound cannot raise it.
- ``glw``: weighted mean of the share of cells that stand out; more is better.
- ``murw_loc``: as murw, with every frame brought to its loudness in `off`: what is left when ducking is taken
  back.
- ``m``, ``spread``: mean of the masked share, and greatest less smallest; less is better, but mixers optimise
  it.
- ``lsd``, ``lsd_worst``: log-spectral distance over all stems, dB.
- ``dlufs_worst``: lowest change of loudness before it is matched, LU.
- ``local_drop``: lowest K-weighted change of a stem over the frames in which it loses, before it is matched,
  dB.
- ``centroid``: greatest shift of a centre of gravity, Bark bands.
- ``bells``: cuts with different frequencies, summed over the stems.
- ``cut_low``, ``cut_high``: range of the common response of a stem's cuts, dB.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.evaluation.clarity import critical, glimpse, peaq
from imgext.evaluation.clarity.bands import Bands, frame_length, total

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from imgext.evaluation.clarity.stem import Stem

    Array = NDArray[np.float64]

#: Limits of the guards: dB, LU, dB, bands. `important` is the importance from which the stricter loss of
#: loudness counts.
GUARDS = {
    "lsd": 3.0,
    "lsd_worst": 4.5,
    "dlufs": -3.0,
    "dlufs_important": -1.5,
    "important": 0.7,
    "centroid": 0.5,
    "cut_low": -6.0,
    "cut_high": 0.0,
    "order": 0.02,
}

_LEAD_IN = 16  # frames before a sound in which its maskers' smearing builds up
_LOCAL_FRAMES = 19  # about 400 ms
_LOSES = 0.97  # of the power, below which a frame counts as one with a cut
_NOTHING = 1e-12  # of the power: -120 dB
_ROUNDING = 0.005  # dB by which a response may pass its limit: a hundredth is the step of a written gain


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """How one object is heard.

    Partial loudness and its share, the loudness alone that it is a share of, glimpse share, masked share.
    """

    mur: float
    masked_loudness: float
    own_loudness: float
    glimpses: float
    masked_share: float


def hear(sounds: Mapping[str, Bands], objects: Sequence[Stem], rate: int) -> dict[str, Heard]:
    """Hear every object among all sounds.

    Parameters
    ----------
    sounds : mapping of id to Bands
        In the order in which they are summed.
    objects : sequence of Stem
    rate : int
        Hz.

    Returns
    -------
    dict of id to Heard
        `mur` is not a number for an object that is nowhere above the threshold in quiet.
    """
    everything = total(list(sounds.values()))
    heard = {}
    for stem in objects:
        own = sounds[stem.id]
        rest = everything.over(own.first, own.stop)
        ratio, masked, alone = _partial(own, everything, rate)
        heard[stem.id] = Heard(
            ratio,
            masked,
            alone,
            glimpse.glimpse_share(own.erb, np.maximum(rest.erb - own.erb, 0.0)),
            critical.masked_share(own.bark, np.maximum(rest.bark - own.bark, 0.0)),
        )
    return heard


def ratios(sounds: Mapping[str, Bands], objects: Sequence[Stem], rate: int) -> dict[str, float]:
    """Give the partial loudness ratio of every object among all sounds.

    As `hear`, without the rest.
    """
    everything = total(list(sounds.values()))
    return {stem.id: _partial(sounds[stem.id], everything, rate)[0] for stem in objects}


def _partial(own: Bands, everything: Bands, rate: int) -> tuple[float, float, float]:
    """Ratio, partial loudness and loudness alone of a sound.

    The latter two summed over the frames that count.
    """
    lead = min(_LEAD_IN, own.first)
    target = own.over(own.first - lead, own.stop).ear
    others = np.maximum(everything.over(own.first - lead, own.stop).ear - target, 0.0)
    alone, masked = (x[lead:] for x in peaq.partial_loudness(target, others, frame_length(rate) // 2 / rate))
    if not peaq.audible(alone):
        return math.nan, 0.0, 0.0
    active = peaq.active_frames(alone)
    return (
        peaq.partial_loudness_ratio(alone, masked),
        float(np.sum(masked[active])),
        float(np.sum(alone[active])),
    )


def local_power(after: Bands, before: Bands) -> Array:
    """Factor on power that brings every frame to the loudness it had, (frames,).

    Smoothed K-weighted power before over after.

    Where nothing is left to be raised it is 1.
    """
    was, is_now = (_smooth(x) for x in (before.over(after.first, after.stop).weighted, after.weighted))
    return np.divide(was, is_now, out=np.ones_like(was), where=is_now > 0.0)


def local_drop(after: Bands, before: Bands) -> float:
    """Change of K-weighted power in dB over the frames that lose more than 3 % of it.

    0 where none does, -120 at the lowest.
    """
    now = after.over(before.first, before.stop).weighted
    losing = now < _LOSES * before.weighted
    if not np.any(losing):
        return 0.0
    left = float(np.sum(now[losing]) / np.sum(before.weighted[losing]))
    return 10.0 * math.log10(max(left, _NOTHING))


def scores(
    heard: Mapping[str, Heard], objects: Sequence[Stem], own_before: Mapping[str, float]
) -> dict[str, float]:
    """Put the hearing of the objects together.

    Parameters
    ----------
    heard : mapping of id to Heard
    objects : sequence of Stem
        Not empty.
    own_before : mapping of id to float
        Loudness of each object alone in `off`.
    """
    ears = [heard[stem.id] for stem in objects]
    mur, partial, own, shares, masked = (
        np.array(x)
        for x in zip(
            *((e.mur, e.masked_loudness, e.own_loudness, e.glimpses, e.masked_share) for e in ears),
            strict=True,
        )
    )
    mur = np.where(np.isfinite(mur), mur, 0.0)  # what can no longer be heard at all is worth nothing
    before = np.array([own_before[stem.id] for stem in objects])
    importance = [stem.importance for stem in objects]
    return {
        "murw": weighted(mur, objects),
        "mur": float(np.mean(mur)),
        "mur_min": float(np.min(mur)),
        "mur_top": float(mur[importance.index(max(importance))]),
        "plw": weighted(partial / np.where(before > 0.0, before, own), objects),
        "glw": weighted(shares, objects),
        "m": float(np.mean(masked)),
        "spread": float(np.ptp(masked)),
    }


def weighted(values: Array, objects: Sequence[Stem]) -> float:
    """Mean weighted by importance; the plain mean where no object has any."""
    weights = np.array([stem.weight for stem in objects])
    if not np.any(weights):
        weights = np.ones_like(weights)
    return float(np.sum(weights * values) / np.sum(weights))


def guards(
    figures: Mapping[str, Any],
    stems: Sequence[Stem],
    loudness: Mapping[str, float],
    before: Mapping[str, float],
) -> list[str]:
    """Name the guards that broke.

    Parameters
    ----------
    figures : mapping
        With lsd, lsd_worst, centroid, cut_low, cut_high, and by stem dlufs.
    stems : sequence of Stem
    loudness, before : mapping of id to float
        LUFS of every stem as it came from the mode, and in `off`. Their order must be the same; differences
        below 0.02 LU are none.
    """
    broken = [name for name in ("lsd", "lsd_worst", "centroid") if figures[name] > GUARDS[name]]
    change = {stem.id: figures["stems"][stem.id]["dlufs"] for stem in stems}
    if min(change.values()) < GUARDS["dlufs"]:
        broken.append("dlufs")
    if any(
        change[stem.id] < GUARDS["dlufs_important"] for stem in stems if stem.weight >= GUARDS["important"]
    ):
        broken.append("dlufs_important")
    if (
        figures["cut_low"] < GUARDS["cut_low"] - _ROUNDING
        or figures["cut_high"] > GUARDS["cut_high"] + _ROUNDING
    ):
        broken.append("range")
    if any(
        (before[a.id] - before[b.id]) * (loudness[a.id] - loudness[b.id]) < 0.0
        and min(abs(before[a.id] - before[b.id]), abs(loudness[a.id] - loudness[b.id])) >= GUARDS["order"]
        for at, a in enumerate(stems)
        for b in stems[:at]
    ):
        broken.append("order")
    return broken


def _smooth(power: Array) -> Array:
    window = np.hanning(_LOCAL_FRAMES + 2)[1:-1]
    half = _LOCAL_FRAMES // 2
    return np.convolve(np.pad(power, half, mode="edge"), window / np.sum(window), "valid")
