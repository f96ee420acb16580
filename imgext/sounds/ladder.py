"""One climb: from a label to the sound that is taken, by rules a person can check.

Steps come from the hierarchy, in order; at each step the sources are asked in order, and the first that has a valid sound ends
the climb. Three rules keep a match honest. The further from the label, the closer the match must be: beyond the first
parent the words must stand in the recording's label. A bed for an atmo is looked for on every rung before an event is, except that a recording
named exactly as the label is always right. A recording whose label names things of its own is taken only where one of them is akin to
what is searched (a "hand saw" is no hand, "chainsaw - tree cases" is no tree). And `mode: best` prefers, among equal matches, long
beds for a bed and single events for an object; among equals of that too the choice is drawn from (seed, track id), so that two
tracks differ where they can and no track changes another's choice.
"""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Literal

import numpy as np

from imgext.sounds.candidate import EXACT, IN_LABEL, IN_TAGS
from imgext.sounds.hierarchy import hierarchy
from imgext.sounds.places import digest_of
from imgext.sounds.source import bank_candidate, search_bank

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imgext.sounds.candidate import Candidate
    from imgext.sounds.hierarchy import Hierarchy, Step, Tag
    from imgext.sounds.library import Library

#: Seconds from which a recording is (1, 2, 3 ...) classes longer; beds want the last class, events the first.
LENGTHS = (4.0, 15.0, 60.0)
#: A recording that no tag explains counts as a bed from here on, in seconds.
BED_FROM = 20.0
#: Files with more tags than this have keywords rather than a class in them.
FEW_TAGS = 3


@dataclass(frozen=True, slots=True)
class Rules:
    """The part of a scene's `find` that a climb needs, without blanks."""

    sources: tuple[str, ...]
    mode: Literal["best", "random"]
    fallback: Literal["csv", "off"]
    licences: frozenset[str]
    seed: int


@dataclass(frozen=True, slots=True)
class Found:
    """The sound that was taken, the step that reached it, and how many there were to choose from."""

    candidate: Candidate
    step: Step
    choices: int
    tried: int
    refused: Counter[str]


def ascend(
    steps: Sequence[Step],
    track_id: str,
    wanted: Literal["event", "bed"],
    rules: Rules,
    libraries: Sequence[Library],
    tree: Hierarchy,
    *,
    atmo: bool,
) -> tuple[Found | None, Counter[str]]:
    """Climb until something is found.

    Parameters
    ----------
    steps : sequence of Step
        From `Hierarchy.climb`.
    track_id : str
        Seeds the choice among equals.
    wanted : {"event", "bed"}
        What is preferred among equal matches.
    rules, libraries, tree
        How, where and by which hierarchy.
    atmo : bool
        Look for a bed on every rung first.

    Returns
    -------
    found : Found or None
        None when no source has anything, which without the built-in bank is possible.
    refused : Counter
        How many recordings were passed over for their licence, by licence.
    """
    found, refused = _climb(steps, track_id, wanted, rules, libraries, tree, beds_only=atmo)
    return (found, refused) if found or not atmo else _climb(steps, track_id, wanted, rules, libraries, tree, beds_only=False)


def _climb(
    steps: Sequence[Step], track_id: str, wanted: str, rules: Rules, libraries: Sequence[Library], tree: Hierarchy, *, beds_only: bool
) -> tuple[Found | None, Counter[str]]:
    refused: Counter[str] = Counter()
    tried = 0
    for _, group in groupby(enumerate(steps), lambda entry: _group(entry, rules)):
        rung = [step for _, step in group]
        if rules.fallback == "off" and rung[0].rung not in {"label", "builtin"}:
            continue
        tried += len(rung)
        for source in rules.sources:
            pool = [(candidate, step) for step in rung for candidate in _ask(source, step, libraries, tree)]
            allowed = []
            for candidate, step in pool:
                if beds_only and kind_of(candidate, tree) != "bed" and not (candidate.rank == EXACT and step.rung == "label"):
                    continue
                if candidate.source == "library" and candidate.licence not in rules.licences | {"unknown"}:
                    refused[candidate.licence] += 1
                else:
                    allowed.append((candidate, step))
            ordered = _order(allowed, track_id, wanted, rules, tree, steps[-1].words)
            for (candidate, step), _ in ordered:
                if _at_hand(candidate):
                    best = ordered[0][1]
                    return Found(candidate, step, sum(key == best for _, key in ordered), tried, refused), refused
    return None, refused


def search(label: str, libraries: Sequence[Library]) -> list[tuple[Candidate, str, str]]:
    """Every sound on the lowest rung that has any, for a person who looks around: no licence is left out and nothing is drawn.

    Returns
    -------
    list of (Candidate, rung, words)
        Best match first; the rung and the words that found it. Empty where a label is unknown and matches nothing.
    """
    tree = hierarchy()
    steps = [step for step in tree.climb(label) if step.rung != "builtin" or tree.understand(label) is not None]
    for _, rung in groupby(steps, lambda step: (step.rung, step.depth)):
        found: dict[str, tuple[Candidate, str, str]] = {}
        for step in rung:
            for candidate in (*_ask("library", step, libraries, tree), *_ask("builtin", step, libraries, tree)):
                found.setdefault(str(candidate.path or candidate.reference), (candidate, step.rung, step.words))
        if found:
            return list(found.values())
    return []


def _group(entry: tuple[int, Step], rules: Rules) -> object:
    """Best tries step by step; random draws among all that a rung has."""
    index, step = entry
    return index if rules.mode == "best" else (step.rung, step.depth)


def _ask(source: str, step: Step, libraries: Sequence[Library], tree: Hierarchy) -> Iterable[Candidate]:
    if step.rung == "builtin":
        return [bank_candidate(step.words)] if source == "builtin" else []
    if source == "builtin":
        far = step.rung == "parent"
        return [candidate for candidate in search_bank(step.words) if (not far or candidate.rank == EXACT) and fits(candidate, step, tree)]
    if source != "library":
        return []
    worst = IN_LABEL if step.rung == "parent" and step.depth > 1 else IN_TAGS
    return [c for library in libraries for c in library.search(step.words) if c.rank <= worst and fits(c, step, tree)]


def fits(candidate: Candidate, step: Step, tree: Hierarchy) -> bool:
    """Whether a match of words is one of meaning too, as far as the hierarchy knows; see the module."""
    if candidate.rank == EXACT and candidate.source != "builtin":
        return True
    # a built-in sound has a short name; where its title is a tag, that says better what it is ("glass": breaking glass)
    named: list[Tag] = list(
        tree.mentions(candidate.title if candidate.source == "builtin" and tree.lookup(candidate.title) else candidate.label)
    )
    if 0 < len(of_tags := tree.mentions(candidate.tags)) <= FEW_TAGS:
        named += of_tags
    meant = tree.lookup(step.words)
    searched = [meant] if meant else [*tree.mentions(step.words), *([tree.tags[step.tag]] if step.tag else [])]
    return not named or not searched or any(tree.akin(one, other) for one in named for other in searched)


def _order(
    pool: list[tuple[Candidate, Step]], track_id: str, wanted: str, rules: Rules, tree: Hierarchy, usual: str
) -> list[tuple[tuple[Candidate, Step], tuple[int, ...]]]:
    """Candidates once each, the one to take first, with the key that ranks it."""
    unique: dict[tuple[str, str], tuple[Candidate, Step]] = {}
    for candidate, step in pool:
        unique.setdefault((candidate.source, str(candidate.path or candidate.id)), (candidate, step))
    entries = [unique[name] for name in sorted(unique)]
    draws = np.random.Generator(np.random.PCG64(np.random.SeedSequence([rules.seed, zlib.crc32(track_id.encode())]))).random(len(entries))
    keys = [() if rules.mode == "random" else _merit(candidate, wanted, tree, usual) for candidate, _ in entries]
    order = sorted(range(len(entries)), key=lambda index: (keys[index], draws[index]))
    return [(entries[index], keys[index]) for index in order]


def _merit(candidate: Candidate, wanted: str, tree: Hierarchy, usual: str) -> tuple[int, ...]:
    """Smaller is better; `usual` is the built-in sound that the hierarchy names for the label."""
    length = sum(candidate.duration >= edge for edge in LENGTHS)
    unusual = candidate.source == "builtin" and candidate.id != usual
    return candidate.rank, unusual, kind_of(candidate, tree) != wanted, -length if wanted == "bed" else max(length, 1)


def kind_of(candidate: Candidate, tree: Hierarchy) -> str:
    """Event or bed: as the hierarchy has the label, else by length."""
    if candidate.source == "builtin":
        from imgext.sounds.bank import BANK

        return BANK[candidate.id].kind
    tag = tree.understand(candidate.label)
    return tag.kind if tag is not None else "bed" if candidate.duration >= BED_FROM else "event"


def _at_hand(candidate: Candidate) -> bool:
    if candidate.path is None:
        return True
    try:
        digest_of(candidate.path)
    except OSError:
        return False
    return True
