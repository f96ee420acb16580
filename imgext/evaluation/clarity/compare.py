"""Measures one scene in several modes, at equal loudness, next to controls.

The controls know no bands.

The procedure: stems of `off` set the loudness of every sound; a mode's stems are brought back to it, by one
gain for all their time, and measured; once more frame by frame for `murw_loc`. What the cuts alone take,
before any level is restored, is measured on the `off` stems with the cuts applied, because a mixer restores
the level itself.

A mode may not remove what it was asked to make audible: a stem that is missing, or silent where it sounded,
is an error.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.errors import SceneError, UsageError
from imgext.evaluation.clarity import controls, critical
from imgext.evaluation.clarity.bands import Bands, analyse, frame_length
from imgext.evaluation.clarity.figures import guards, hear, local_drop, local_power, ratios, scores, weighted
from imgext.evaluation.clarity.response import apply_cuts, response_range
from imgext.evaluation.clarity.stem import (
    Stem,
    block_loudness,
    block_powers,
    extent,
    in_order,
    matching_power,
    new_cuts,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from imgext.evaluation.clarity.stem import CutLike

    Array = NDArray[np.float64]

OFF = "off"
"""The mode that all others are compared with."""

DUCKS = (-4.0, -6.0)
STATIC = -6.0
RANDOM = "random bands"

_TAIL_SECONDS = 1.0  # for which a filter may ring on; what sounds before the sound or later has been moved
_SILENCED = 1e-6  # of the power that a frame had: no cut does that
_RINGING = 1e-2  # of the peak, below which what sounds there is ringing still


def evaluate_scene(
    name: str,
    stems_by_mode: Mapping[str, Sequence[Stem]],
    cuts_by_mode: Mapping[str, Mapping[str, Sequence[CutLike]]],
    rate: int,
    *,
    controls_of: str | None = "audible",
) -> dict[str, dict[str, Any]]:
    """Measure a scene in every mode.

    Parameters
    ----------
    name : str
        The scene, for messages and as the seed of the random bands.
    stems_by_mode : mapping of mode to sequence of Stem
        `off` among them. A mode is asked for once, so a mapping that renders when asked keeps no more than
        two modes in memory.
    cuts_by_mode : mapping of mode to mapping of stem id to sequence of cuts
        Cuts that `off` has too are not the mode's own. Modes and stems without cuts may be left out.
    rate : int
        Hz.
    controls_of : str or None
        The mode whose plan the random bands imitate; they are left out where it is not among the modes. None
        leaves out all controls.

    Returns
    -------
    dict of mode to dict
        Figures as listed in `imgext.evaluation.clarity.figures`, "guards" (names of those that broke),
        "stems" (by id: mur, glimpses, m, lsd, dlufs, local_drop, centroid, bells, where they apply), "cuts"
        (number of entries). Controls are called "duck -4", "duck -6", "static -6" and "random bands".

    Raises
    ------
    UsageError
        `off` is missing, or a mode has the name of a control.
    SceneError
        There is no audible object; a mode lacks, silences (for no more than a frame), moves or adds a stem.

    Examples
    --------
    >>> lot = np.random.Generator(np.random.PCG64(1))
    >>> stems = [Stem(which, 0.01 * lot.standard_normal(48000), 0.5) for which in ("bell", "gull")]
    >>> figures = evaluate_scene("two", {"off": stems}, {}, 48000, controls_of=None)
    >>> 0.1 < figures["off"]["murw"] < 0.2
    True
    """
    if OFF not in stems_by_mode:
        raise UsageError(
            f"{name}: all modes are compared with {OFF}, which is missing from {', '.join(stems_by_mode)}"
        )
    scene = _Scene(name, stems_by_mode[OFF], cuts_by_mode.get(OFF, {}), rate)
    result = {OFF: scene.off}
    for mode in stems_by_mode:
        if mode != OFF:
            result[mode] = scene.measure(mode, stems_by_mode[mode], cuts_by_mode.get(mode, {}))
    if controls_of is not None:
        plan = (
            None
            if controls_of not in result
            else new_cuts(cuts_by_mode.get(controls_of, {}), cuts_by_mode.get(OFF, {}))
        )
        for mode, stems, cuts in scene.controls(plan):
            if mode in result:
                raise UsageError(f"{name}: {mode} is the name of a control and cannot be that of a mode")
            result[mode] = scene.measure(mode, stems, cuts)
    return result


class _Scene:
    """A scene as it is without unmasking, against which modes are measured."""

    def __init__(
        self, name: str, stems: Sequence[Stem], cuts: Mapping[str, Sequence[CutLike]], rate: int
    ) -> None:
        self._name, self._rate, self._cuts = name, rate, cuts
        stems = in_order(stems, f"{name}, {OFF}")
        self._silent = {stem.id for stem in stems if extent(stem.samples) == (0, 0)}
        self._stems = [stem for stem in stems if stem.id not in self._silent]
        self._extents = {stem.id: extent(stem.samples) for stem in self._stems}
        self._sounds = {stem.id: analyse(stem, rate, *self._extents[stem.id]) for stem in self._stems}
        self._blocks = {stem.id: block_powers(stem, rate, *self._extents[stem.id]) for stem in self._stems}
        self._loudness = {each: block_loudness(blocks) for each, blocks in self._blocks.items()}
        objects = [stem for stem in self._stems if not stem.bed]
        heard = hear(self._sounds, objects, rate) if objects else {}
        self._objects = [stem for stem in objects if math.isfinite(heard[stem.id].mur)]
        if not self._objects:
            raise SceneError(
                f"{name}: no object is above the threshold in quiet, so there is nothing to measure"
            )
        self._own_loudness = {stem.id: heard[stem.id].own_loudness for stem in self._objects}
        score = scores(heard, self._objects, self._own_loudness)
        self.off = self._figures({**score, "murw_loc": score["murw"]}, heard, {}, self._loudness, {})

    def controls(
        self, plan: Mapping[str, Sequence[CutLike]] | None
    ) -> Iterator[tuple[str, Sequence[Stem], Mapping[str, Sequence[CutLike]]]]:
        """Make the controls one by one: name, stems, cuts."""
        spans = controls.yielding_spans(self._stems, self._sounds, self._loudness, self._rate)
        for depth in DUCKS:
            yield f"duck {depth:.0f}", controls.duck(self._stems, spans, depth, self._rate), self._cuts
        yield f"static {STATIC:.0f}", controls.static(self._stems, spans, STATIC), self._cuts
        if plan is not None:
            drawn = controls.random_plan(plan, self._name, self._rate)
            yield RANDOM, controls.with_cuts(self._stems, drawn, self._rate), drawn

    def measure(
        self, mode: str, stems: Sequence[Stem], cuts: Mapping[str, Sequence[CutLike]]
    ) -> dict[str, Any]:
        """Measure one mode against `off`."""
        given = self._same_stems(mode, stems)
        own_cuts = {each: those for each, those in new_cuts(cuts, self._cuts).items() if each in self._sounds}
        matched: dict[str, Bands] = {}
        restored: dict[str, Bands] = {}
        loudness: dict[str, float] = {}
        changes: dict[str, dict[str, float]] = {}
        for before in self._stems:
            after = given[before.id]
            loudness[before.id] = self._loudness[before.id]
            matched[before.id] = restored[before.id] = self._sounds[before.id]
            if _same_samples(after, before):
                if before.id in own_cuts:
                    changes[before.id] = self._change(
                        before, after, self._sounds[before.id], self._blocks[before.id], own_cuts[before.id]
                    )
                continue
            begin, end = self._extents[before.id]
            blocks = block_powers(after, self._rate, begin, end)
            first, stop = extent(after.samples)
            tail = round(_TAIL_SECONDS * self._rate)
            sound = analyse(
                after, self._rate, max(min(first, begin), begin - tail), min(max(stop, end), end + tail)
            )
            self._refuse_holes(mode, before.id, sound)
            loudness[before.id] = block_loudness(blocks)
            matched[before.id] = sound.times(matching_power(blocks, self._blocks[before.id]))
            restored[before.id] = sound.times(local_power(sound, self._sounds[before.id]))
            changes[before.id] = self._change(before, after, sound, blocks, own_cuts.get(before.id, ()))
            reference = self._sounds[before.id].over(sound.first, sound.stop)
            changes[before.id]["lsd"] = critical.spectral_distance(reference.bark, matched[before.id].bark)
            changes[before.id]["centroid"] = abs(
                critical.centroid(sound.bark) - critical.centroid(reference.bark)
            )
        if all(sound is self._sounds[each] for each, sound in matched.items()):
            heard, locally = hear(self._sounds, self._objects, self._rate), None
        else:
            heard, locally = (
                hear(matched, self._objects, self._rate),
                ratios(restored, self._objects, self._rate),
            )
        score = scores(heard, self._objects, self._own_loudness)
        local = [score["murw"] if locally is None else locally[stem.id] for stem in self._objects]
        score["murw_loc"] = weighted(np.nan_to_num(np.array(local), nan=0.0), self._objects)
        return self._figures(score, heard, changes, loudness, own_cuts)

    def _same_stems(self, mode: str, stems: Sequence[Stem]) -> dict[str, Stem]:
        """The stems of a mode by id, none missing, silenced, moved or added."""
        where = f"{self._name}, {mode}"
        given = {stem.id: stem for stem in in_order(stems, where)}
        for before in self._stems:
            if before.id not in given:
                raise SceneError(f"{where}: {before.id} is missing; a mode may not remove a sound")
            after = given[before.id]
            begin, end = self._extents[before.id]
            if not np.any(after.samples[begin:end]):
                raise SceneError(f"{where}: {before.id} is silent; a mode may not remove a sound")
            tail = round(_TAIL_SECONDS * self._rate)
            elsewhere = max(_peak(after.samples[:begin]), _peak(after.samples[end + tail :]))
            if elsewhere > _RINGING * _peak(after.samples[begin:end]):
                raise SceneError(
                    f"{where}: {before.id} sounds where it does not in {OFF}; a mode may not move a sound"
                )
            if (after.importance, after.bed) != (before.importance, before.bed):
                raise SceneError(f"{where}: {before.id} has another importance than in {OFF}")
        for each, stem in given.items():
            if each not in self._sounds and np.any(stem.samples):
                raise SceneError(
                    f"{where}: {each} does not sound in {OFF}, so there is nothing to compare it with"
                )
        return given

    def _refuse_holes(self, mode: str, which: str, after: Bands) -> None:
        """Refuse a sound that is silenced for a while.

        Nothing can bring it back to its level, neither as a whole nor locally, so it would count as a gain.
        """
        before = self._sounds[which]
        was, now = (np.sum(bands.bark, axis=1) for bands in (before, after.over(before.first, before.stop)))
        holes = np.flatnonzero((was > 1e-4 * np.max(was)) & (now < _SILENCED * was))
        if holes.size:
            seconds = (before.first + int(holes[0])) * (frame_length(self._rate) // 2) / self._rate
            raise SceneError(
                f"{self._name}, {mode}: {which} is silent at {seconds:.2f} s, where it sounds in {OFF}; "
                "a mode may not remove a sound"
            )

    def _change(
        self, before: Stem, after: Stem, sound: Bands, blocks: Array, cuts: Sequence[CutLike]
    ) -> dict[str, float]:
        """Loss of loudness, as a whole and over the frames that lose.

        The lower of what came and of what the cuts take by themselves.
        """
        begin, end = self._extents[before.id]
        was = self._sounds[before.id]
        losses = [(block_loudness(blocks) - self._loudness[before.id], local_drop(sound, was))]
        if cuts:
            cut = Stem(
                after.id, apply_cuts(before.columns[:end], cuts, self._rate), after.importance, after.bed
            )
            cut_blocks = block_powers(cut, self._rate, begin, end)
            losses.append(
                (
                    block_loudness(cut_blocks) - self._loudness[before.id],
                    local_drop(analyse(cut, self._rate, begin, end), was),
                )
            )
        return {"dlufs": min(loss for loss, _ in losses), "local_drop": min(drop for _, drop in losses)}

    def _figures(
        self,
        score: Mapping[str, float],
        heard: Mapping[str, Any],
        changes: Mapping[str, Mapping[str, float]],
        loudness: Mapping[str, float],
        cuts: Mapping[str, Sequence[CutLike]],
    ) -> dict[str, Any]:
        """All figures of a mode, rounded."""
        none = {"lsd": 0.0, "dlufs": 0.0, "local_drop": 0.0, "centroid": 0.0}
        stems = {stem.id: {**none, **changes.get(stem.id, {})} for stem in self._stems}
        for stem in self._objects:
            ear = heard[stem.id]
            stems[stem.id] |= {
                "mur": ear.mur if math.isfinite(ear.mur) else 0.0,
                "glimpses": ear.glimpses,
                "m": ear.masked_share,
            }
        ranges = [response_range(those, self._rate) for those in cuts.values()]
        lost = [each["local_drop"] for each in stems.values()]
        figures: dict[str, Any] = dict(score)
        figures |= {
            "lsd": float(np.mean([each["lsd"] for each in stems.values()])),
            "lsd_worst": max(each["lsd"] for each in stems.values()),
            "dlufs_worst": min(each["dlufs"] for each in stems.values()),
            "local_drop": min(lost),
            "centroid": max(each["centroid"] for each in stems.values()),
            "bells": float(sum(len({float(cut.freq) for cut in those}) for those in cuts.values())),
            "cut_low": min((low for low, _ in ranges), default=0.0),
            "cut_high": max((high for _, high in ranges), default=0.0),
        }
        figures = {key: _six(value) for key, value in figures.items()}
        figures["cuts"] = sum(len(those) for those in cuts.values())
        figures["stems"] = {
            each: {key: _six(value) for key, value in those.items()} for each, those in stems.items()
        }
        figures["guards"] = guards(figures, self._stems, loudness, self._loudness)
        figures["skipped"] = sorted(
            self._silent
            | {stem.id for stem in self._stems if not stem.bed} - {stem.id for stem in self._objects}
        )
        return figures


def _peak(samples: Array) -> float:
    return float(max(np.max(samples, initial=0.0), -np.min(samples, initial=0.0)))


def _same_samples(a: Stem, b: Stem) -> bool:
    return a.samples is b.samples or (
        a.columns.shape == b.columns.shape and np.array_equal(a.columns, b.columns)
    )


def _six(value: float) -> float:
    """Six places, and no negative zero."""
    return round(float(value), 6) + 0.0
