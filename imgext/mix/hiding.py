"""Computes what a sound would hide at some place, for `arrange: {mode: masking}`.

By the partial loudness that unmasking uses (`imgext.dsp.partial_loudness`), at the levels that the mix will
have, without cuts. Conventions: frames of 64 ms, one spectrum for each; what is lost is the loudness that is
not heard, as a share of the loudness of one whole occurrence in quiet, weighted as unmasking weighs it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.bark import BANDS, THRESHOLD_IN_QUIET, hop
from imgext.dsp.masking import OFFSET, active_frames, spread
from imgext.dsp.partial_loudness import EVERY, loudness
from imgext.mix.levels import mix
from imgext.mix.unmask.planner import BED_WEIGHT
from imgext.mix.unmask.spectra import Spectra, placed_rows
from imgext.rendering import make_plan
from imgext.scene.things import importance_of, is_atmo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from imgext.arranging.crowd import Placed
    from imgext.rendering import Opened
    from imgext.scene.model import Scene

    Float = NDArray[np.float64]
    Bool = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Sound:
    """One occurrence: powers, excitation, presence, loudness in quiet, weight."""

    power: Float
    excitation: Float
    active: Bool
    quiet: Float
    weight: float

    @property
    def worth(self) -> float:
        """What one unit of its loudness counts for."""
        total = float(np.sum(self.quiet))
        return self.weight / total if total > 0.0 else 0.0


class Hiding:
    """A scene's sounds, ready to be tried at any place.

    Parameters
    ----------
    scene : Scene
        Arranged in any way: what is heard of each sound is known, and how long beds are.
    opened : Opened
        Its sounds.
    """

    def __init__(self, scene: Scene, opened: Opened) -> None:
        levelled, _ = mix(scene)
        plan, _ = make_plan(levelled, opened)
        self._step = hop(plan.rate) * EVERY / plan.rate
        spectra = Spectra(plan.rate, cached=True)
        self._sounds: dict[str, _Sound] = {}
        for track in plan.tracks:
            first = replace(track.events[0], start=0, gain_db=0.0, pitch=0.0)
            alone = replace(track, events=(first,))
            rows = spectra.of(track.sha256, opened.samples[track.id])
            at, power = placed_rows(alone, rows, plan.rate, first.frames)
            whole = np.zeros((first.frames // hop(plan.rate) + 1, BANDS))
            whole[at] = power
            active = active_frames(whole)[::EVERY]
            whole = np.ascontiguousarray(whole[::EVERY])
            weight = BED_WEIGHT if is_atmo(scene, track.id) else importance_of(scene, track.id)
            quiet = loudness(whole, THRESHOLD_IN_QUIET, active)
            self._sounds[track.id] = _Sound(whole, spread(whole), active, quiet, weight)
        self._all = np.zeros((0, BANDS))
        self._known: dict[str, list[int]] = {}
        self._taken: dict[str, list[Placed]] = {}

    def __call__(self, key: str, start: float, taken: Mapping[str, list[Placed]]) -> float:
        """Say how much is hidden of and by a track that begins at `start`."""
        sound = self._sounds.get(key)
        if sound is None:
            return 0.0
        self._place(taken)
        first, count = round(start / self._step), len(sound.power)
        around = self._around(first, count)
        heard = loudness(sound.power, np.maximum(around * OFFSET, THRESHOLD_IN_QUIET), sound.active)
        lost = sound.worth * float(np.sum(sound.quiet - heard))
        for other, places in self._known.items():
            theirs = self._sounds[other]
            for begin in places:
                low, high = max(first, begin), min(first + count, begin + len(theirs.power))
                if other == key or low >= high or not theirs.worth:
                    continue
                rows, mine = slice(low - begin, high - begin), slice(low - first, high - first)
                masked = around[mine] - theirs.excitation[rows]
                before, after = (
                    loudness(
                        theirs.power[rows],
                        np.maximum(others * OFFSET, THRESHOLD_IN_QUIET),
                        theirs.active[rows],
                    )
                    for others in (masked, masked + sound.excitation[mine])
                )
                lost += theirs.worth * float(np.sum(before - after))
        return round(lost, 6) + 0.0

    def _around(self, first: int, count: int) -> Float:
        """What is excited in some frames by all that is placed."""
        found = np.zeros((count, BANDS))
        part = self._all[first : first + count]
        found[: len(part)] = part
        return found

    def _place(self, taken: Mapping[str, list[Placed]]) -> None:
        """Add what was placed since the last question; start again if places changed."""
        if any(taken.get(key) is not places for key, places in self._taken.items()):
            self._all, self._known, self._taken = np.zeros((0, BANDS)), {}, {}
        for key in sorted(set(taken) - set(self._known)):
            sound = self._sounds.get(key)
            self._known[key], self._taken[key] = [], taken[key]
            for placed in taken[key] if sound is not None else []:
                assert sound is not None
                first = round(placed.start / self._step)
                if (end := first + len(sound.power)) > len(self._all):
                    self._all = np.concatenate([self._all, np.zeros((end - len(self._all) + 1024, BANDS))])
                self._all[first:end] += sound.excitation
                self._known[key].append(first)
