"""Computes how much of each sound is heard over time among all others.

It uses the model that judges unmasking.

Conventions: partial loudness as `imgext.evaluation.clarity.peaq` has it; a share runs from 0, not heard, to
1, as if alone. Stems are dry and before the master. Beds are heard as well as objects.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgext.evaluation.clarity import peaq
from imgext.evaluation.clarity.bands import analyse, frame_length, total
from imgext.evaluation.clarity.stem import extent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgext.evaluation.clarity.stem import Stem

#: A sound is heard where at least this share of its loudness is left.
HEARD = 0.1
_LEAD_IN = 16  # frames in which the smearing of what masks a sound builds up


@dataclass(frozen=True, slots=True, eq=False)
class Audible:
    """Loudness over time: `times` in seconds, `alone` and `masked` roughly in sone."""

    times: NDArray[np.float64]
    alone: NDArray[np.float64]
    masked: NDArray[np.float64]

    def share(self, begin: float = 0.0, end: float = float("inf")) -> float:
        """Share of its loudness that is left between two times; 0 where it does not sound."""
        here = peaq.active_frames(self.alone) & (self.times >= begin) & (self.times < end)
        alone = float(np.sum(self.alone[here]))
        return round(float(np.sum(self.masked[here])) / alone, 3) if alone else 0.0


def audible(stems: Sequence[Stem], rate: int) -> dict[str, Audible]:
    """Hear every sound among all the others.

    Parameters
    ----------
    stems : sequence of Stem
    rate : int
        Hz.

    Returns
    -------
    dict of id to Audible
        Without what is silent, or under the threshold in quiet.

    Examples
    --------
    >>> from imgext.evaluation.clarity.stem import Stem
    >>> noise = np.random.default_rng(0).standard_normal(8000)
    >>> stems = [Stem("loud", 0.3 * noise, 0.5), Stem("quiet", 0.0003 * noise[::-1], 0.5)]
    >>> [found.share() > HEARD for found in audible(stems, 16000).values()]
    [True, False]
    """
    sounds = {}
    for stem in stems:
        start, stop = extent(stem.samples)
        if stop > start:
            sounds[stem.id] = analyse(stem, rate, start, stop)
    if not sounds:
        return {}
    everything, hop = total(list(sounds.values())), frame_length(rate) // 2 / rate
    found = {}
    for key, own in sounds.items():
        lead = min(_LEAD_IN, own.first)
        target = own.over(own.first - lead, own.stop).ear
        others = np.maximum(everything.over(own.first - lead, own.stop).ear - target, 0.0)
        alone, masked = (x[lead:] for x in peaq.partial_loudness(target, others, hop))
        if peaq.audible(alone):
            found[key] = Audible(np.asarray((own.first + np.arange(len(alone))) * hop), alone, masked)
    return found
