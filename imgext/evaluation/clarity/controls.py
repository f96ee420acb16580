"""Pretended modes that know nothing of bands: what a real mode has to beat.

Conventions: stems in, stems of the same ids and lengths out; levels in dB, times in seconds of the mix. Every
control is deterministic.

* Turned down as a whole (`static`): must score as if nothing had been done, because every stem is brought
  back to its loudness.
* Ducked (`duck`): turned down only while something more important sounds. Whole-stem matching hardly takes
  that back, so a mode that gains no more than this has only turned down.
* Random bands (`random_plan`): the cuts of a plan with the same sounds, spans, depths and number of bells, at
  centres drawn by lot. A mode that gains no more than this has no knowledge of bands.

Who yields: a sound that sounds while a more important one does, beds always; of two equally important ones
the louder, then the later id. A sound counts as sounding in frames within 40 dB of its loudest and above 20
dB SPL.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.bell import RAMP_SECONDS, gate
from imgext.evaluation.clarity.bands import frame_length
from imgext.evaluation.clarity.critical import CENTRES
from imgext.evaluation.clarity.response import apply_cuts, response_range
from imgext.evaluation.clarity.stem import Cut, cut_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from imgext.evaluation.clarity.bands import Bands
    from imgext.evaluation.clarity.stem import CutLike, Stem

LIMIT_DB = -6.0
"""The deepest that all cuts of one sound may reach together, in dB."""

_DRAWN_FROM = 24  # the lowest centres
_DRAWS = 400
_LONGEST_GAP, _SHORTEST_RUN = 0.107, 0.064  # seconds


def yielding_spans(
    stems: Sequence[Stem], sounds: Mapping[str, Bands], loudness: Mapping[str, float], rate: int
) -> dict[str, list[tuple[int, int]]]:
    """Tell who yields and when.

    Parameters
    ----------
    stems : sequence of Stem
        Sorted by id.
    sounds : mapping of id to Bands
    loudness : mapping of id to float
        LUFS, which decides between sounds of equal importance.
    rate : int
        Hz.

    Returns
    -------
    dict of id to list of (int, int)
        Samples of the mix, from and to, in which the sound and one that it yields to both sound; without gaps
        of up to 107 ms and runs below 64 ms. Sounds that never yield are left out.
    """
    hop = frame_length(rate) // 2
    stop = max(sound.stop for sound in sounds.values())
    sounding = {stem.id: _sounding(sounds[stem.id], stop) for stem in stems}
    rank = {stem.id: (-stem.weight, loudness[stem.id], stem.id) for stem in stems}
    spans = {}
    for stem in stems:
        above = [sounding[other.id] for other in stems if rank[other.id] < rank[stem.id]]
        if above:
            together = sounding[stem.id] & np.any(above, axis=0)
            runs = _runs(together, round(_LONGEST_GAP * rate / hop), round(_SHORTEST_RUN * rate / hop))
            if runs:
                spans[stem.id] = [
                    (max(0, begin * hop - hop // 2), end * hop - hop // 2) for begin, end in runs
                ]
    return spans


def duck(
    stems: Sequence[Stem], spans: Mapping[str, Sequence[tuple[int, int]]], depth_db: float, rate: int
) -> list[Stem]:
    """Turn sounds down by `depth_db` (negative) in their spans.

    With ramps of 20 ms outside.
    """
    result = []
    for stem in stems:
        if stem.id in spans:
            gain = np.ones((len(stem.samples), 1))
            for segment in gate(spans[stem.id], round(RAMP_SECONDS * rate), len(stem.samples)):
                openness = 1.0 if segment.openness is None else segment.openness[:, np.newaxis]
                gain[segment.start : segment.stop] = 10.0 ** (depth_db / 20.0 * np.asarray(openness))
            result.append(replace(stem, samples=stem.columns * gain))
        else:
            result.append(stem)
    return result


def static(stems: Sequence[Stem], who: Mapping[str, object], depth_db: float) -> list[Stem]:
    """Turn the sounds that are named down as a whole."""
    return [
        replace(stem, samples=stem.samples * 10.0 ** (depth_db / 20.0)) if stem.id in who else stem
        for stem in stems
    ]


def random_plan(cuts: Mapping[str, Sequence[CutLike]], seed: str, rate: int) -> dict[str, list[Cut]]:
    """Draw other centres for a plan; sounds, spans, depths and number of bells stay.

    Without replacement, from the 24 lowest Bark bands.

    Parameters
    ----------
    cuts : mapping of id to sequence of cuts
        Cuts with the same frequency are one bell and stay one.
    seed : str
        Any text: the name of the scene.
    rate : int
        Hz.

    Returns
    -------
    dict of id to list of Cut
        A draw counts if its cuts together stay above -6 dB or as deep as the plan's, the rule that a real
        plan keeps; so the control has the plan's full depths. If none of 400 draws does, the last is made
        shallower until it does.
    """
    plan: dict[str, list[Cut]] = {}
    for name, those in sorted(cuts.items()):
        digest = hashlib.sha256(f"{seed}\n{name}".encode()).digest()
        lot = np.random.Generator(np.random.PCG64(np.random.SeedSequence(list(digest))))
        bells = sorted({float(cut.freq) for cut in those})
        limit = min(LIMIT_DB, response_range(those, rate)[0]) - 1e-6
        pool = CENTRES[:_DRAWN_FROM][CENTRES[:_DRAWN_FROM] < 0.49 * rate]
        if len(bells) > len(pool):
            pool = np.concatenate([pool, bells])
        drawn: list[Cut] = []
        for _ in range(_DRAWS):
            order = np.argsort(lot.random(len(pool)), kind="stable")
            centre = {bell: float(pool[at]) for bell, at in zip(bells, order, strict=False)}
            drawn = [Cut(centre[float(cut.freq)], *cut_key(cut)[1:]) for cut in those]
            if response_range(drawn, rate)[0] >= limit:
                break
        else:
            while response_range(drawn, rate)[0] < limit:
                drawn = [replace(cut, gain=0.95 * cut.gain) for cut in drawn]
        plan[name] = drawn
    return plan


def with_cuts(stems: Sequence[Stem], plan: Mapping[str, Sequence[CutLike]], rate: int) -> list[Stem]:
    """Give the stems with cuts applied to those that have some."""
    return [
        replace(stem, samples=apply_cuts(stem.columns, plan[stem.id], rate)) if plan.get(stem.id) else stem
        for stem in stems
    ]


def _sounding(sound: Bands, stop: int) -> NDArray[np.bool_]:
    power = np.sum(sound.over(0, stop).bark, axis=1)
    return np.asarray(power > max(float(np.max(power)) * 1e-4, 100.0))


def _runs(on: NDArray[np.bool_], gap: int, shortest: int) -> list[tuple[int, int]]:
    """Runs of true frames, the close ones joined, the short ones dropped.

    Closer than `gap`, below `shortest`.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[False], on, [False]])))
    runs: list[tuple[int, int]] = []
    for begin, end in edges.reshape(-1, 2).tolist():
        if runs and begin - runs[-1][1] <= gap:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((begin, end))
    return [(begin, end) for begin, end in runs if end - begin >= shortest]
