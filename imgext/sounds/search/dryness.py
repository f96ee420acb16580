"""Prefers dry sounds in a detected room: a recorded room does not fit another.

The dryness of a sound is what the user says, else what is measured in its content if that is on this machine,
else what its source says of it in words. Conventions: 0 dry, 1 nobody knows, 2 some, 3 wet.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from imgext.store.places import digest_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.sounds.candidate import Candidate
    from imgext.sounds.search.rules import Ranked

ORDER = {"dry": 0, "unknown": 1, "some": 2, "wet": 3}
UNKNOWN = ORDER["unknown"]
#: So many sounds that are equal in all that matters more are measured for one choice.
MEASURED = 8
#: Leading parts of the key of `imgext.sounds.search.ranking` that matter more than dryness: rung, match,
#: context, built-in or not, event or bed.
BEFORE = 5


def told_dryness(candidate: Candidate) -> int:
    """How dry a sound is by what is said of it."""
    if candidate.acoustics is not None:
        return ORDER[candidate.acoustics.heard_as]
    return {False: 0, None: UNKNOWN, True: 3}[candidate.reverberant]


def dryness(candidate: Candidate, *names: str) -> int:
    """How dry a sound is, measured where it can be; `names` is what it is wanted as.

    What rings by itself cannot be measured, and what has no events neither: then its source is believed.
    """
    if candidate.acoustics is not None or candidate.path is None:
        return told_dryness(candidate)
    from imgext.sounds.acoustics import acoustics_of
    from imgext.sounds.ringing import rings
    from imgext.sounds.sources.base import SoundFile

    try:
        digest = digest_of(candidate.path)
    except OSError:
        return told_dryness(candidate)
    by_itself = bool(rings(*names, candidate.label, candidate.title))
    known = acoustics_of(digest, SoundFile(candidate.path, None, digest), ringing=by_itself)
    return told_dryness(candidate) if known is None or known.class_ == "unknown" else ORDER[known.class_]


def dry_first(order: Sequence[Ranked], label: str) -> list[Ranked]:
    """Let measured dryness order the first of otherwise equal sounds.

    Parameters
    ----------
    order : sequence of Ranked
        By key.
    label : str
        What is wanted.
    """
    result: list[Ranked] = []
    for _, group in groupby(order, lambda entry: entry.key[:BEFORE]):
        equal = list(group)
        if not result and len(equal) > 1:  # only the best ones matter, and a measurement costs time
            first = equal[:MEASURED]
            dry = [dryness(entry.candidate, label, entry.step.words) for entry in first]
            equal[: len(first)] = [
                first[index] for index in sorted(range(len(first)), key=lambda index: (dry[index], index))
            ]
        result += equal
    return result
