"""Climbs from a label to a sound, by rules that you can check.

Steps come from the hierarchy, in order; at each step the sources are asked in order, and the first that has a
valid sound ends the climb. What is valid: the licence is allowed; words that match also match in meaning
(`fits`: a "hand saw" is no hand, "chainsaw - tree cases" is no tree); a judge finds it right for the picture;
its content can be had; and it is fit to be heard when it is measured. A bed for an atmo is looked for on
every rung before an event is, except that a recording named exactly as the label is always right. Which of
several valid sounds is taken is the business of `imgext.sounds.search.ranking`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from imgext.errors import MissingInputError, QuestionError, UnavailableError
from imgext.ontology.words import FILLERS, TURNS, key_of
from imgext.sounds.audition import audition
from imgext.sounds.candidate import EXACT
from imgext.sounds.judge.judge import Question
from imgext.sounds.search.dryness import dry_first
from imgext.sounds.search.ladder import RATINGS
from imgext.sounds.search.ranking import kind_of, ranked
from imgext.sounds.search.similar import similarities
from imgext.sounds.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from imgext.ontology.hierarchy import Hierarchy, Step, Tag
    from imgext.sounds.candidate import Candidate
    from imgext.sounds.judge.judge import Judge, Verdict
    from imgext.sounds.search.rules import Ranked, Rules
    from imgext.sounds.sources.base import SoundOrigin

#: Files with more tags than this have keywords rather than a class in them.
FEW_TAGS = 3
#: How many sounds one track may have fetched or measured in vain before a climb goes on without trying more
#: of the same batch.
TRIES = 8
#: A step asks the judge about at most so many candidates, and a judge that takes few at once so many times in
#: a climb.
JUDGED = 120
QUESTIONS = 30
#: Words that find anything: a step of these alone is left out.
IDLE = FILLERS | TURNS
#: Cosines this close are alike.
ALIKE = 0.05


@dataclass(frozen=True, slots=True)
class Found:
    """The sound taken, its file (None if built in), its path, and the alternatives."""

    candidate: Candidate
    path: Path | None
    step: Step
    rung: str
    choices: int
    tried: int
    because: str


@dataclass(slots=True)
class Outcome:
    """What a climb gave: a sound or none, and what was left out on the way."""

    found: Found | None = None
    refused: Counter[str] = field(default_factory=Counter)
    rejected: dict[tuple[str, str], str] = field(default_factory=dict)
    failed: dict[str, UnavailableError] = field(default_factory=dict)


class Climb:
    """A climb for one track.

    Parameters
    ----------
    track_id : str
        Seeds the choice among equals.
    question : Question
        What is wanted; its words are those of each step.
    rules, sources, tree, judge
        How, where, by which hierarchy, and who checks what was found (None: nobody).
    usual : Step, optional
        The last step, which names the built-in sound of the hierarchy: it comes before other built-in ones,
        and a parent's own built-in sound does not come before it.
    atmo : bool
        Look for a bed on every rung first.
    used : collection of (source, id)
        What other tracks play: something as good comes before it.
    avoid : collection of (source, id)
        What must not be taken.
    """

    def __init__(
        self,
        track_id: str,
        question: Question,
        rules: Rules,
        sources: Sequence[SoundOrigin],
        tree: Hierarchy,
        judge: Judge | None,
        *,
        usual: Step | None = None,
        atmo: bool,
        used: Collection[tuple[str, str]] = (),
        avoid: Collection[tuple[str, str]] = (),
    ) -> None:
        self.used, self.avoid = frozenset(used), frozenset(avoid)
        self.track_id, self.question, self.rules, self.sources = track_id, question, rules, list(sources)
        self.tree, self.judge, self.usual, self.atmo = tree, judge, usual, atmo
        self.outcome = Outcome()
        self.tried = self.spent = self.asked = 0
        self.worth: frozenset[Step] = frozenset()
        tag = tree.understand(question.label)
        lineage = [above.name for above in tree.lineage(tag)] if tag is not None else []
        self.usual_depth = (
            lineage.index(usual.tag) if usual is not None and usual.tag in lineage else len(lineage)
        )

    def ascend(self, steps: Sequence[Step]) -> Outcome:
        """Climb these steps until something is found; collect what was rejected.

        Returns
        -------
        Outcome
            `found` is None when no source has anything, which without the built-in bank is possible; `failed`
            names the services that did not answer, each asked no further.
        """
        steps = [step for step in steps if not IDLE.issuperset(key_of(step.words).split())]
        self.worth = worth_asking(steps, self.tree)
        rungs = [[step for _, step in group] for _, group in groupby(enumerate(steps), self._group)]
        if self.rules.fallback == "off":
            rungs = [rung for rung in rungs if rung[0].rung in {"label", "builtin"}]
        near = [rung for rung in rungs if not rung[0].depth and rung[0].rung != "builtin"]
        for beds_only in (True, False) if self.atmo else (False,):
            # a recording of what the label sounds like comes before a computed sound of that name
            passes: list[tuple[list[Step], bool | None]] = [(rung, False) for rung in near]
            passes += [(rung, True) for rung in near if self._held]
            passes += [(rung, None) for rung in rungs if rung not in near]
            for rung, computed in passes:
                self.tried += len(rung) if computed is not True else 0
                if self._at(rung, beds_only=beds_only, computed=computed):
                    return self.outcome
        return self.outcome

    @property
    def _held(self) -> list[SoundOrigin]:
        """List the sources that compute sounds and come after others in the scene."""
        return [source for source in self.sources[1:] if SOURCES[source.name].ours]

    def survey(self, steps: Sequence[Step], most: int) -> list[tuple[Ranked, str]]:
        """List the choices, the climb's first choice first, without fetching any.

        Returns
        -------
        list of (Ranked, str)
            At most `most`; the text says why a candidate is not taken by itself, blank for one that may be.
        """
        steps = [step for step in steps if not IDLE.issuperset(key_of(step.words).split())]
        self.worth = worth_asking(steps, self.tree)
        found: dict[tuple[str, str], tuple[Ranked, str]] = {}
        for _, group in groupby(enumerate(steps), self._group):
            rung = [step for _, step in group]
            for source in self.sources:
                pool = [
                    (candidate, step)
                    for step in rung
                    if not SOURCES[source.name].costly or step in self.worth
                    for batch in source.batches(step, self.rules, bed=self.question.bed)
                    for candidate in batch
                    if step.rung == "builtin" or fits(candidate, step, self.tree)
                ]
                usual = self.usual.words if self.usual else ""
                order = ranked(pool, self.track_id, self.question, self.rules, self.tree, usual)[:most]
                for entry, verdict in zip(order, self._verdicts(order), strict=True):
                    reason = self._licence_fault(entry.candidate)
                    if not reason and verdict is not None and not verdict.accepted:
                        reason = verdict.because
                    found.setdefault(_key(entry.candidate), (entry, reason))
            if len(found) >= most:
                break
        return list(found.values())[:most]

    def _licence_fault(self, candidate: Candidate) -> str:
        """Why a candidate may not be used for its licence; blank where it may."""
        if SOURCES[candidate.source].ours or candidate.licence in self.rules.licences | {"unknown"}:
            return ""
        return candidate.doubt or f"its licence {candidate.licence} is not among find.licences"

    def _group(self, entry: tuple[int, Step]) -> object:
        """Best tries step by step; random draws among all that a rung has."""
        index, step = entry
        return index if self.rules.mode == "best" else (step.rung, step.depth)

    def _at(self, rung: Sequence[Step], *, beds_only: bool, computed: bool | None) -> bool:
        """Ask the sources for a rung: those that are held back, the others, or all."""
        held = self._held
        for source in [each for each in self.sources if computed in {None, each in held}]:
            steps = [
                step
                for step in rung
                if not SOURCES[source.name].ours or step.rung != "parent" or step.depth <= self.usual_depth
            ]
            steps = [step for step in steps if not source.costly or step in self.worth]
            open_batches = [(step, source.batches(step, self.rules, bed=self.question.bed)) for step in steps]
            while open_batches:
                pool, still_open = [], []
                try:
                    for step, batches in open_batches:
                        batch = self._next(batches, source, step)
                        if batch is not None:
                            pool += [
                                (candidate, step)
                                for candidate in batch
                                if self._allowed(candidate, step, beds_only=beds_only)
                            ]
                            still_open.append((step, batches))
                    if self._take(
                        ranked(
                            pool,
                            self.track_id,
                            self.question,
                            self.rules,
                            self.tree,
                            self.usual.words if self.usual else "",
                        ),
                        source,
                    ):
                        return True
                except UnavailableError as error:
                    self.outcome.failed[source.name] = error
                    self.sources.remove(source)
                    break
                open_batches = still_open
        return False

    def _next(
        self, batches: Iterator[list[Candidate]], source: SoundOrigin, step: Step
    ) -> list[Candidate] | None:
        try:
            return next(batches, None)
        except QuestionError as error:  # the next words may be understood
            self.outcome.rejected[f"{source.name} for {step.words!r}", ""] = str(error)
            return None

    def _allowed(self, candidate: Candidate, step: Step, *, beds_only: bool) -> bool:
        if (candidate.source, candidate.id) in self.avoid:
            return False
        if step.rung != "builtin" and not fits(candidate, step, self.tree):
            return False
        if (
            beds_only
            and kind_of(candidate, self.tree) != "bed"
            and not (candidate.rank == EXACT and step.rung == "label")
        ):
            return False
        if not SOURCES[candidate.source].ours and candidate.licence not in self.rules.licences | {"unknown"}:
            self.outcome.refused[candidate.licence] += 1
            return False
        return _key(candidate) not in self.outcome.rejected

    def _take(self, order: list[Ranked], source: SoundOrigin) -> bool:
        """Take the first of these that is valid."""
        order = order if self.rules.mode == "random" else _nearest_first(order, self.question.label)
        if self.rules.dry and self.rules.mode == "best":
            order = dry_first(order, self.question.label)
        order = self._unused_first(order)
        chunk = max(self.judge.at_once if self.judge else 1, 1)
        for start in range(0, min(len(order), JUDGED), chunk):
            if self.judge is not None and self.judge.at_once < JUDGED and self.asked >= QUESTIONS:
                return False  # every question to a service costs time and money
            self.asked += 1
            part = order[start : start + chunk]
            for entry, verdict in zip(part, self._verdicts(part), strict=True):
                if verdict is not None and not verdict.accepted:
                    self.outcome.rejected[_key(entry.candidate)] = verdict.because
                    continue
                path = self._content(entry, source)
                if _key(entry.candidate) in self.outcome.rejected:
                    if self.spent >= TRIES:
                        return False
                    continue
                choices = sum(other.key == entry.key for other in order)
                because = verdict.because if verdict is not None else ""
                self.outcome.found = Found(
                    entry.candidate, path, entry.step, entry.rung, choices, self.tried, because
                )
                return True
        return False

    def _unused_first(self, order: list[Ranked]) -> list[Ranked]:
        """Prefer sounds that no other track plays, among equally good matches."""

        def free(entry: Ranked) -> bool:
            return (entry.candidate.source, entry.candidate.id) not in self.used

        if not order or free(order[0]):
            return order
        first = order[0].candidate
        kind = kind_of(first, self.tree)
        ahead = [
            entry
            for entry in order
            if free(entry)
            and entry.candidate.rank <= first.rank
            and kind_of(entry.candidate, self.tree) == kind
            and not SOURCES[entry.candidate.source].ours
            and (entry.candidate.rating is None or entry.candidate.rating >= RATINGS[-1])
        ]
        return [*ahead, *(entry for entry in order if entry not in ahead)]

    def _verdicts(self, part: list[Ranked]) -> list[Verdict | None]:
        """Ask the judge for verdicts; built-in sounds need none."""
        result: list[Verdict | None] = [None] * len(part)
        if self.judge is None:
            return result
        for step in dict.fromkeys(entry.step for entry in part):
            wanted = [
                index
                for index, entry in enumerate(part)
                if entry.step == step and not SOURCES[entry.candidate.source].ours
            ]
            if wanted:
                question = Question(self.question.label, step.words, self.question.context, self.question.bed)
                verdicts = self.judge.verdicts(question, [part[index].candidate for index in wanted])
                for index, verdict in zip(wanted, verdicts, strict=True):
                    result[index] = verdict
        return result

    def _content(self, entry: Ranked, source: SoundOrigin) -> Path | None:
        """Fetch a candidate's file; reject one that cannot be had or used."""
        try:
            path = source.content(entry.candidate)
        except MissingInputError as error:
            self.outcome.rejected[_key(entry.candidate)] = str(error).removeprefix(
                f"{entry.candidate.reference}: "
            )
            self.spent += 1
            return None
        if path is not None:
            expected = entry.candidate.duration if SOURCES[source.name].fetched else None
            fault = audition(path, bed=self.question.bed, expected=expected)
            if fault is not None:
                self.outcome.rejected[_key(entry.candidate)] = fault
                self.spent += 1
        return path


def _key(candidate: Candidate) -> tuple[str, str]:
    """Identify a sound: two libraries may hold the same name."""
    return candidate.reference, str(candidate.path or "")


def worth_asking(steps: Sequence[Step], tree: Hierarchy) -> frozenset[Step]:
    """List the steps worth seconds each: label, names, sounds, proposals, parents."""
    left = {"label": 1, "synonym": 2, "search": 3, "ai": 8, "parent": 3, "builtin": 0}
    kept = set()
    for step in steps:
        near = step.rung not in {"search", "parent"} or step.words in (
            {step.tag, *tree.tags[step.tag].search} if step.rung == "search" else {step.tag}
        )
        if near and left[step.rung]:
            left[step.rung] -= 1
            kept.add(step)
    return frozenset(kept)


def _nearest_first(order: list[Ranked], label: str) -> list[Ranked]:
    """Let the optional semantic model order equal sounds; without it the draw does."""
    result: list[Ranked] = []
    for _, group in groupby(order, lambda entry: entry.key):
        equal = list(group)
        if not result and len(equal) > 1:  # only the best ones matter, and a model costs time
            near = similarities(
                label, [entry.candidate.title or entry.candidate.label for entry in equal[:JUDGED]]
            )
            if near is not None:
                # labels about as near keep the order of the draw, so that two tracks differ if they can
                best = max(near)
                ranks = sorted(
                    range(len(near)),
                    key=lambda index: (max(0.0, round(best - near[index] - ALIKE, 2)), index),
                )
                equal = [*(equal[index] for index in ranks), *equal[JUDGED:]]
        result += equal
    return result


def fits(candidate: Candidate, step: Step, tree: Hierarchy) -> bool:
    """Say whether a match of words is also one of meaning; see the module."""
    ours = SOURCES[candidate.source].ours
    if candidate.rank == EXACT and not ours:
        return True
    # a built-in sound has a short name; where its title is a tag, that says better what it is ("glass":
    # breaking glass)
    named: list[Tag] = list(
        tree.mentions(candidate.title if ours and tree.lookup(candidate.title) else candidate.label)
    )
    if 0 < len(of_tags := tree.mentions(candidate.tags)) <= FEW_TAGS:
        named += of_tags
    meant = tree.lookup(step.words)
    if not ours and len(named) > 1 and meant is not None:
        first = named[0]  # "chainsaw - tree cases" is a chainsaw: what a title names first is what is heard
        if (
            first.sounds
            and first.kind == "event"
            and not tree.akin(first, meant)
            and not _sounds_like(meant, first, tree)
        ):
            return False
    searched = (
        [meant] if meant else [*tree.mentions(step.words), *([tree.tags[step.tag]] if step.tag else [])]
    )
    return not named or not searched or any(tree.akin(one, other) for one in named for other in searched)


def _sounds_like(tag: Tag, other: Tag, tree: Hierarchy) -> bool:
    """Whether one of the sounds of a tag is the other."""
    return any(tree.lookup(words) == other for words in tag.search)
