"""Lists sounds for words, and a drier sound to replace another; chooses nothing."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING

from imgext.ontology.hierarchy import hierarchy
from imgext.scene.part import SCHEMES
from imgext.sounds.search.climb import fits
from imgext.sounds.search.dryness import MEASURED, UNKNOWN, dryness
from imgext.sounds.search.rules import Rules
from imgext.sounds.sources import SOURCES, Services, open_sources

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from imgext.scene.lock import LockedSound
    from imgext.sounds.candidate import Candidate
    from imgext.sounds.library.library import Library

#: Every licence: browsing shows them all.
ALL_LICENCES = frozenset({"cc0", "by", "by-nc", "sampling+"})


def look_around(
    label: str, *, libraries: Sequence[Library] = (), services: Services | None = None
) -> list[tuple[Candidate, str, str]]:
    """List every sound on the lowest rung that has any.

    All licences are listed; nothing is judged or drawn at random.

    Returns
    -------
    list of (Candidate, rung, words)
        Best match first; the rung and the words that found it. Empty where a label is unknown and matches
        nothing.
    """
    rules = Rules((), "best", "rating", "csv", ALL_LICENCES, 0)
    asked = open_sources(SCHEMES, libraries, services or Services())
    tree = hierarchy()
    steps = [
        step for step in tree.climb(label) if step.rung != "builtin" or tree.understand(label) is not None
    ]
    for _, rung in groupby(steps, lambda step: (step.rung, step.depth)):
        found: dict[str, tuple[Candidate, str, str]] = {}
        for step in rung:
            for source in asked:
                for candidate in chain.from_iterable(source.batches(step, rules, bed=False)):
                    if step.rung == "builtin" or fits(candidate, step, tree):
                        found.setdefault(
                            str(candidate.path or candidate.reference), (candidate, step.rung, step.words)
                        )
        if found:
            return list(found.values())
    return []


def drier_than(
    pin: LockedSound, label: str, libraries: Sequence[Library], licences: Collection[str]
) -> str | None:
    """Suggest another sound for a label, the driest of the first few; else None.

    No service is asked: this is a hint in a warning.
    """
    others = [
        candidate
        for candidate, _, _ in look_around(label, libraries=libraries)
        if candidate.reference != pin.sound
        and (SOURCES[candidate.source].ours or candidate.licence in {*licences, "unknown"})
    ]
    ranked = sorted(
        ((dryness(other, label), index) for index, other in enumerate(others[:MEASURED])),
        key=lambda pair: pair,
    )
    return others[ranked[0][1]].reference if ranked and ranked[0][0] <= UNKNOWN else None
