"""Where sounds come from, behind one interface: the libraries, Freesound, the built-in bank.

A source answers a step of the climb with batches of candidates, the better ones first, and hands out the
content of one. A batch is only asked for when nothing in the one before could be used, so a service is asked
no more than is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain, groupby
from typing import TYPE_CHECKING, Protocol

from imgext.errors import MissingInputError
from imgext.ontology.hierarchy import hierarchy
from imgext.ontology.words import key_of
from imgext.sounds.candidate import IN_LABEL, IN_TEXT
from imgext.sounds.reference import bank_candidate, search_bank
from imgext.store.places import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from imgext.ontology.hierarchy import Step
    from imgext.remote.chat import Chat
    from imgext.sounds.candidate import Candidate
    from imgext.sounds.freesound import Freesound
    from imgext.sounds.library.library import Library
    from imgext.sounds.search.ranking import Rules


@dataclass(frozen=True)
class Services:
    """What can be asked over a network; None for what is not set up. `offline` says that nothing may be asked, `told` takes a line while a person waits."""

    freesound: Freesound | None = None
    chat: Chat | None = None
    offline: bool = False
    told: Callable[[str], None] = lambda _line: None

    def silenced(self) -> Services:
        """The same without a network."""
        return replace(self, freesound=None, chat=None, offline=True)


class Source(Protocol):
    """Anything that has sounds."""

    name: str
    #: Whether every question costs seconds; such a source is asked about the names that matter most alone.
    costly: bool

    def batches(self, step: Step, rules: Rules, *, bed: bool) -> Iterator[list[Candidate]]:
        """Candidates for a step, the better ones first; raises UnavailableError where a service does not answer."""
        ...

    def content(self, candidate: Candidate) -> Path | None:
        """The file of a candidate, None for a built-in one; raises MissingInputError where it cannot be had."""
        ...


class LibrarySource:
    """The libraries that are set up."""

    name, costly = "library", False

    def __init__(self, libraries: Sequence[Library]) -> None:
        self.libraries = libraries

    def batches(self, step: Step, rules: Rules, *, bed: bool) -> Iterator[list[Candidate]]:  # noqa: ARG002  # the interface
        """One batch: a library is searched whole at once. Far from the label the words must stand in the recording's own."""
        if step.rung != "builtin":
            worst = IN_LABEL if step.rung == "parent" and step.depth > 1 else IN_TEXT
            most = 250 if rules.mode == "best" else 10_000  # the best come first; a draw is among all
            yield [
                found
                for library in self.libraries
                for found in library.search(step.words, most)
                if found.rank <= worst
            ]

    def content(self, candidate: Candidate) -> Path | None:
        """The file itself."""
        assert candidate.path is not None
        try:
            digest_of(candidate.path)
        except OSError as error:
            raise MissingInputError(f"{candidate.reference}: {error.strerror or error}") from error
        return candidate.path


class BankSource:
    """The built-in sounds."""

    name, costly = "builtin", False

    def batches(self, step: Step, rules: Rules, *, bed: bool) -> Iterator[list[Candidate]]:  # noqa: ARG002  # the interface
        """By name, title and keywords near the label; by exact name from the first parent on; by the hierarchy's word at last."""
        if step.rung == "builtin":
            yield [bank_candidate(step.words)]
        else:
            yield [found for found in search_bank(step.words) if step.rung != "parent" or found.rank == 0]

    def content(self, candidate: Candidate) -> Path | None:  # noqa: ARG002  # the interface
        """Nothing: it is computed."""
        return None


class FreesoundSource:
    """Freesound, as `imgext.sounds.freesound` asks it."""

    name, costly = "freesound", True

    def __init__(self, client: Freesound) -> None:
        self.client = client
        self.nothing: set[frozenset[str]] = set()

    def batches(self, step: Step, rules: Rules, *, bed: bool) -> Iterator[list[Candidate]]:
        """Rated sounds first, then any; all words must match, so more words than those that gave nothing are not asked for."""
        words = frozenset(key_of(step.words).split())
        if step.rung == "builtin" or any(known <= words for known in self.nothing):
            return
        worst = IN_LABEL if step.rung == "parent" and step.depth > 1 else IN_TEXT
        given = 0
        for batch in self.client.batches(
            step.words, bed=bed, licences=rules.licences, prefer=rules.prefer, mode=rules.mode, dry=rules.dry
        ):
            given += len(batch)
            yield [found for found in batch if found.rank <= worst]
        if not given and rules.mode == "best":  # its second batch has no bounds
            self.nothing.add(words)

    def content(self, candidate: Candidate) -> Path | None:
        """Its preview, from the store or fetched into it."""
        return self.client.content(candidate)


def sources_of(names: Sequence[str], libraries: Sequence[Library], services: Services) -> list[Source]:
    """The sources of these names that are set up, in order."""
    made: dict[str, Source] = {"builtin": BankSource()}
    if libraries:
        made["library"] = LibrarySource(libraries)
    if services.freesound is not None:
        made["freesound"] = FreesoundSource(services.freesound)
    return [made[name] for name in names if name in made]


#: Every licence there is: a person who looks around sees them all.
ALL_LICENCES = frozenset({"cc0", "by", "by-nc", "sampling+"})


def look_around(
    label: str, *, libraries: Sequence[Library] = (), services: Services | None = None
) -> list[tuple[Candidate, str, str]]:
    """Every sound on the lowest rung that has any, for a person who looks around: no licence is left out, nothing is judged or drawn.

    Returns
    -------
    list of (Candidate, rung, words)
        Best match first; the rung and the words that found it. Empty where a label is unknown and matches
        nothing.
    """
    from imgext.sounds.search.climb import fits
    from imgext.sounds.search.ranking import Rules

    rules = Rules((), "best", "rating", "csv", ALL_LICENCES, 0)
    asked = sources_of(["library", "freesound", "builtin"], libraries, services or Services())
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
