"""Ranks sounds: the ladder of ratings, and the order within a rung.

`mode: best` climbs down the ladder (`imgext.sounds.search.ladder`): first only sounds rated 4.0 or more, then
3.5, 3.0, 2.5, then any. A source in which nothing is rated has one rung, and its sounds rank by match alone.
Within a rung the order is: how well the words match, what the candidate shares with the picture's context,
the usual built-in sound before an unusual one, an event for an object and a bed for an atmo, dry before
reverberant if a room is detected (as stated; `imgext.sounds.search.dryness` measures the first few), then
rating and downloads in the order of `prefer`, then length, then a draw from (seed, track id).
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.judge.judge import Question
from imgext.sounds.judge.words import affinity
from imgext.sounds.search.dryness import told_dryness
from imgext.sounds.search.ladder import RATINGS, rung_name, rung_of
from imgext.sounds.search.rules import Ranked
from imgext.sounds.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.ontology.hierarchy import Hierarchy, Step
    from imgext.sounds.candidate import Candidate
    from imgext.sounds.search.rules import Rules

#: Seconds from which a recording is (1, 2, 3 ...) classes longer; beds want the last class, events the first.
LENGTHS = (4.0, 15.0, 60.0)
#: A recording that nobody and no tag explains counts as a bed from here on, in seconds.
BED_FROM = 20.0


def ranked(
    pool: Sequence[tuple[Candidate, Step]],
    track_id: str,
    question: Question,
    rules: Rules,
    tree: Hierarchy,
    usual: str,
) -> list[Ranked]:
    """Candidates once each, the one to take first.

    Parameters
    ----------
    pool : sequence of (Candidate, Step)
        What the sources gave; a candidate that stands there twice keeps its first step.
    track_id : str
        Seeds the draw among equals, together with `rules.seed`.
    question : Question
        What is wanted.
    rules, tree
        How, and by which hierarchy.
    usual : str
        The built-in sound that the hierarchy names for the label.
    """
    unique: dict[tuple[str, str], tuple[Candidate, Step]] = {}
    for candidate, step in pool:
        unique.setdefault((candidate.source, str(candidate.path or candidate.id)), (candidate, step))
    entries = [unique[name] for name in sorted(unique)]
    draws = np.random.Generator(
        np.random.PCG64(np.random.SeedSequence([rules.seed, zlib.crc32(track_id.encode())]))
    ).random(len(entries))
    rated = any(candidate.rating is not None for candidate, _ in entries)
    result = []
    for (candidate, step), draw in zip(entries, draws, strict=True):
        if rules.mode == "random":
            result.append((Ranked(candidate, step, (), "random"), draw))
            continue
        rung = rung_of(candidate.rating) if rated else 0
        key = (
            rung,
            *_merit(
                candidate,
                Question(question.label, step.words, question.context, question.bed),
                rules,
                tree,
                usual,
            ),
        )
        result.append((Ranked(candidate, step, key, rung_name(rung) if rated else "match"), draw))
    return [entry for entry, _ in sorted(result, key=lambda pair: (pair[0].key, pair[1]))]


def _merit(
    candidate: Candidate, question: Question, rules: Rules, tree: Hierarchy, usual: str
) -> tuple[float, ...]:
    wanted = "bed" if question.bed else "event"
    length = sum(candidate.duration >= edge for edge in LENGTHS)
    # what nobody rated is likely better than what people disliked
    quality = (
        -(RATINGS[-1] if candidate.rating is None else candidate.rating),
        -float(candidate.downloads or 0),
    )
    return (
        candidate.rank,
        -affinity(question, candidate) if question.context else 0,
        SOURCES[candidate.source].ours and candidate.id != usual,
        kind_of(candidate, tree) != wanted,
        told_dryness(candidate) if rules.dry else 0,
        *(quality if rules.prefer == "rating" else reversed(quality)),
        -length if question.bed else max(length, 1),
    )


def kind_of(candidate: Candidate, tree: Hierarchy) -> str:
    """Say whether a sound is an event or a bed, by analysis, hierarchy or length.

    A soundscape of Freesound's taxonomy (codes ``ss-...``) is a bed, and so is what loops; a single event is
    an event.
    """
    if SOURCES[candidate.source].ours:
        from imgext.sounds.bank import BANK

        return BANK[candidate.id].kind
    if candidate.single_event:
        return "event"
    if candidate.category.startswith("ss") or candidate.loopable:
        return "bed"
    tag = tree.understand(candidate.label)
    if (
        tag is not None
        and tag.kind == "event"
        and candidate.single_event is False
        and candidate.duration >= BED_FROM
    ):
        return "bed"  # a long take of many barks
    return tag.kind if tag is not None else "bed" if candidate.duration >= BED_FROM else "event"
