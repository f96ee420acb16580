"""Applies the master: a static gain, then a limiter for peaks above the ceiling.

With a loudness target, the gain reaches the target unless the limiter would have to hold back more than 3 dB.
Without a target, the gain lowers peaks above the true-peak ceiling by up to 3 dB, and the limiter takes the
rest. Conventions: dB, LUFS, dBTP; blocks are float64 (n, 2). Source: ITU-R BS.1770-4 (loudness, true peak),
EBU R 128 (static gain to a target).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from imgext.dsp.limiter import Limiter
from imgext.scene.decision import Decision, decibels

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from imgext.dsp.tint import Tint
    from imgext.rendering.plan import MasterPlan, Plan

#: Without a loudness target the static gain lowers the mix by at most this much to meet the ceiling.
STATIC_DB = 3.0
#: A limiter that holds back more than this means that the mix is too hot.
HOT_DB = 3.0
#: Beyond this much the ceiling wins over a loudness target: the limiter sees up to half a dB more than the
#: meter.
GIVEN_DB = 2.5
#: This near the ceiling the limiter looks closer than the meter, which reads up to 0.73 dB less on white
#: noise at 96 kHz; the limiter changes nothing that stays below the ceiling.
NEAR_DB = 1.0


@dataclass(slots=True)
class Performance:
    """Figures of the finished mix in dB, LUFS, LU, dBTP, and waveforms for pictures.

    `peaks` holds the largest magnitude in every `COLUMN` frames before the master, per track and for the
    room; `tints` the colour of each track.
    """

    master_gain: float = 0.0
    loudness: float = -math.inf
    loudness_range: float = 0.0
    true_peak: float = -math.inf
    sample_peak: float = -math.inf
    limiter_reduction: float = 0.0
    limited_samples: int = 0
    limited: bool = False
    gave_way: bool = False
    clipped_samples: int = 0
    peaks: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    tints: dict[str, Tint] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)


def decide(master: MasterPlan, result: Performance) -> None:
    """Choose the static gain and add the decision."""
    loudness, peak = result.loudness, result.true_peak
    if master.gain_db is not None:
        result.master_gain = master.gain_db
        return
    gain, because = 0.0, "the sum as it is"
    if master.loudness is not None and math.isfinite(loudness):
        gain = decibels(master.loudness - loudness)
        because = f"brings {loudness:.2f} LUFS to {master.loudness:g} LUFS"
        most = decibels(master.true_peak + GIVEN_DB - peak)
        if master.limiter and gain > most:
            gain, result.gave_way = most, True
            because = (
                f"as near to {master.loudness:g} LUFS as the limiter goes without holding back {HOT_DB:g} dB"
            )
    elif master.limiter and math.isfinite(peak) and peak > master.true_peak:
        excess = peak - master.true_peak
        gain = -min(math.ceil(round(excess * 100, 6)) / 100, STATIC_DB)
        because = f"the sum reaches {peak:.2f} dBTP; the ceiling is {master.true_peak:g}" + (
            ", the limiter does the rest" if excess > STATIC_DB else ""
        )
    result.master_gain = gain
    numbers = {
        name: decibels(value)
        for name, value in (("loudness", loudness), ("true_peak", peak))
        if math.isfinite(value)
    }
    result.decisions.append(Decision("master.gain", gain, because, numbers, "render"))


def limited(
    scaled: Iterator[NDArray[np.float64]], plan: Plan, result: Performance
) -> Iterator[NDArray[np.float64]]:
    """Hold the ceiling, block by block, and record how much the limiter held back."""
    limiter = Limiter(plan.master.true_peak, plan.rate, 2)
    for x in scaled:
        yield limiter.feed(x)[0]
    yield limiter.finish()[0]
    result.limiter_reduction, result.limited_samples = limiter.max_reduction_db, limiter.samples_reduced


def warn(master: MasterPlan, result: Performance) -> None:
    """Note a missed loudness target, a limiter at work, and clipped samples."""

    def say(
        path: str, value: object, because: str, kind: Literal["note", "warning"] = "warning", **numbers: int
    ) -> None:
        result.decisions.append(Decision(path, value, because, numbers, "render", kind))

    missed = master.loudness is not None and not abs(result.loudness - master.loudness) <= 0.5
    if missed and master.gain_db is None and master.loudness is not None and not result.gave_way:
        reached = f"{result.loudness:.1f} LUFS" if math.isfinite(result.loudness) else "silence"
        say("master.loudness", master.loudness, f"wanted {master.loudness:g} LUFS, reached {reached}")
    held = result.limiter_reduction
    if held > HOT_DB:
        say("master.limiter", "auto", f"it holds back {held:.1f} dB: the mix is too hot, lower master.gain")
    elif held > 0:
        why = f"it holds back {held:.2f} dB at most"
        say("master.limiter", "auto", why, "note", samples=result.limited_samples)
    if result.clipped_samples:
        why = f"{result.clipped_samples} samples are clipped at full scale: lower master.gain"
        say("master", None, why)
    elif not master.limiter and result.true_peak > master.true_peak:
        why = f"the mix reaches {result.true_peak:.2f} dBTP and the limiter is off"
        say("master.true_peak", master.true_peak, why)
