"""What sends do: a dry and a reverberant version of one recording in the same room, without and with compensation.

Used by tools/train_reverberation.py. A version of a sound has a response of its own, `h` (the direct sound;
with a room after it), and gets `h + send * (h convolved with the room)`. Two versions are compared by their
C50 (up to 20 dB) and by their decay curves (mean distance in dB until both are below -30 dB), exactly, on the
responses. The rooms are of imgext.dsp.room with decay times of about 0.5, 1 and 2 s, at ratios of 6 and 0 dB.

The policies: no compensation; the gains of the analysis, without and with the veto on things that ring; the
class gains with the class known; the C50 formula with C50 known, and not below a quarter of the send where
the sound's room does not ring longer than the scene's.
"""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.reverberation.compensation import CLASS_GAINS, send_for_c50
from imgext.dsp.reverberation.levels import RATE
from imgext.dsp.room import impulse_response

if TYPE_CHECKING:
    from reverberation_items import Item, Recording, Room

    from imgext.dsp.reverberation.analysis import Acoustics

SCENES = tuple((rt60, drr) for rt60 in (0.5, 1.0, 2.0) for drr in (6.0, 0.0))
POLICIES = ("none", "analysis", "analysis, ringing vetoed", "class known", "C50 known")
_EARLY = round(0.050 * RATE)
_GRID = round(0.005 * RATE)


@cache
def scene_room(rt60: float) -> np.ndarray:
    """Response of energy 1 of a scene's room."""
    response = impulse_response(math.log(rt60 / 0.25) / math.log(12.0), 0.5, 0.7, RATE, seed=99)[:, 0]
    return response / np.sqrt(np.sum(response**2))


class Rendering:
    """Energies of one sound's response and what the room makes of it, for any send."""

    def __init__(self, own: np.ndarray, room: np.ndarray) -> None:
        size = 1 << (own.size + room.size - 1).bit_length()
        through = np.fft.irfft(np.fft.rfft(own, size) * np.fft.rfft(room, size), size)[: own.size + room.size]
        direct = np.pad(own, (0, through.size - own.size))
        self._products = [
            np.array([np.sum(x[:_EARLY]), np.sum(x[_EARLY:])])
            for x in (direct * direct, direct * through, through * through)
        ]
        self._remaining = [
            np.cumsum(x[::-1])[::-1][::_GRID] for x in (direct * direct, direct * through, through * through)
        ]

    def c50(self, send: float) -> float:
        """C50 in dB, at most 20."""
        early, late = self._products[0] + 2.0 * send * self._products[1] + send * send * self._products[2]
        return min(20.0, 10.0 * math.log10(early / max(late, 1e-12)))

    def curve(self, send: float) -> np.ndarray:
        """Decay curve in dB, every 5 ms."""
        remaining = self._remaining[0] + 2.0 * send * self._remaining[1] + send * send * self._remaining[2]
        return 10.0 * np.log10(np.maximum(remaining / remaining[0], 1e-12))


def curve_distance(a: np.ndarray, b: np.ndarray) -> float:
    """Mean distance in dB until both curves are below -30 dB."""
    size = max(a.size, b.size)
    a, b = (np.pad(curve, (0, size - curve.size), constant_values=-120.0) for curve in (a, b))
    reached = np.flatnonzero((a < -30.0) & (b < -30.0))
    end = int(reached[0]) if reached.size else size
    return float(np.mean(np.abs(a[:end] - b[:end])))


def compensation_table(
    sounds: list[Recording],
    items: list[Item],
    told: list[Acoustics],
    vetoed: list[Acoustics],
    places: list[Room],
    screened: np.ndarray,
) -> None:
    """Print mean |difference of C50| and curve distance of pairs by policy, and what compensation costs dry versions."""
    rows: list[tuple[bool, bool, bool, np.ndarray, np.ndarray]] = []
    harm: dict[int, list[float]] = {policy: [] for policy in range(len(POLICIES))}

    @cache
    def reverberant(room: int, drr: float, rt60: float) -> Rendering:
        return Rendering(
            np.concatenate([[1.0], 10.0 ** (-drr / 20.0) * places[room].response]), scene_room(rt60)
        )

    @cache
    def dry(rt60: float) -> Rendering:
        return Rendering(np.ones(1), scene_room(rt60))

    at_hand = -1
    for place, item in enumerate(items):
        if item.room < 0:
            at_hand = place
            continue
        sound = sounds[item.recording]
        if not screened[item.recording]:
            continue
        gains = (
            np.array([told[at_hand].gain_db, vetoed[at_hand].gain_db]),
            np.array([told[place].gain_db, vetoed[place].gain_db]),
        )
        for rt60, drr in SCENES:
            r_t = 10.0 ** (-drr / 10.0)
            full = math.sqrt(r_t)
            late = float(np.sum(scene_room(rt60)[_EARLY:] ** 2))
            exact = send_for_c50(item.c50, r_t, late, keep_tail=places[item.room].rt60 < rt60)
            one, other = dry(rt60), reverberant(item.room, item.drr, rt60)
            sends = [(full, full)]
            sends += [
                (full * 10.0 ** (a / 20.0), full * 10.0 ** (b / 20.0)) for a, b in zip(*gains, strict=True)
            ]
            sends += [(full, full * 10.0 ** (CLASS_GAINS[item.truth] / 20.0)), (full, exact)]
            clarity = np.array([abs(one.c50(a) - other.c50(b)) for a, b in sends])
            distance = np.array([curve_distance(one.curve(a), other.curve(b)) for a, b in sends])
            eventful = sound.kind in {"voice", "impulsive"}
            rows.append((eventful, places[item.room].rt60 <= rt60, item.truth == 2, clarity, distance))
            for policy, (a, _) in enumerate(sends):
                harm[policy].append(abs(one.c50(a) - one.c50(full)))
    flags = np.array([row[:3] for row in rows])
    values = np.array([row[3:] for row in rows])
    events, feasible, wet = flags.T
    print(f"\nPairs in the same room: {len(rows)}; C50 and decay curve, mean difference in dB")
    print(
        "| policy | all | events | all, own room not longer | events, own room not longer | ... and wet | own room longer | harm, > 3 dB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for policy, name in enumerate(POLICIES):
        masks = (
            np.ones(len(rows), dtype=bool),
            events,
            feasible,
            events & feasible,
            events & feasible & wet,
            ~feasible,
        )
        cells = [
            f"{values[mask, 0, policy].mean():.2f}, {values[mask, 1, policy].mean():.2f}" for mask in masks
        ]
        cost = np.array(harm[policy])
        print(
            f"| {name} | " + " | ".join(cells) + f" | {cost.mean():.2f}, {100 * np.mean(cost > 3.0):.1f} % |"
        )
