"""The tag hierarchy: what a label means, how it sounds, and where to climb.

The data is ``ontology/tag_hierarchy.csv``, one row a tag, edited by hand (`docs/sounds.md` explains the
columns); the environment variable ``IMGEXT_HIERARCHY`` names a table of your own. A label is looked up
without regard to case, punctuation and plurals, first among tags and synonyms, then by its head: "an old
pickup truck on a hill" is a pickup truck. `climb` lists what to try, in order: the label, its synonyms, a
language model's proposals, what the thing sounds like, then the same for each parent, at last the built-in
sound. The founding notes have the idea of climbing (tiger, carnivore, mammal, animal); the tree follows
AudioSet's (Gemmeke et al., ICASSP 2017) where that helps, with rows of our own.
"""

from __future__ import annotations

import csv
import difflib
import io
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal, get_args

from imgext.errors import Fault, MissingInputError, Place, SceneError, did_you_mean, shown
from imgext.ontology.words import FILLERS, HANDLING, IDLE, MEASURES, TURNS, head_of, key_of
from imgext.store.environment import variable
from imgext.store.files import data_file, named_path, open_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from pathlib import Path

Rung = Literal["label", "synonym", "search", "ai", "parent", "builtin"]
RUNGS: tuple[Rung, ...] = get_args(Rung)
COLUMNS = ("tag", "parent", "synonyms", "search", "sounds", "kind", "builtin")
#: Most steps from a tag to its root.
MAX_STEPS = 8
#: Only this much of a label is read; a name on a server may be a page of text.
MOST_WORDS = 40
#: Words that end the head of a label, besides those that also end it in names of recordings.
STOPS = TURNS | {"and", "down", "up", "past", "before", "after"}
#: The root of people, and the tags of what people do or have: "dog eating" is a dog, "man eating" is eating.
PEOPLE, DOINGS, PARTS = "human", frozenset(("human sound", "activity")), "body part"


@dataclass(frozen=True, slots=True)
class Tag:
    """One row: a kind of thing, its synonyms, and what it sounds like."""

    name: str
    parent: str | None
    synonyms: tuple[str, ...]
    search: tuple[str, ...]
    sounds: bool
    kind: Literal["event", "bed"]
    builtin: str | None
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try: words to search for, or a built-in sound on the last rung.

    `depth` counts the parents climbed; `tag` is the tag of the words, blank for a label without a tag.
    """

    words: str
    rung: Rung
    tag: str
    depth: int


class Hierarchy:
    """The tree of tags.

    Parameters
    ----------
    tags : mapping
        Tags by name, checked by `load`.
    """

    def __init__(self, tags: Mapping[str, Tag]) -> None:
        self.tags = dict(tags)
        self._by_key: dict[str, Tag] = {}
        for tag in self.tags.values():
            for name in (tag.name, *tag.synonyms):
                self._by_key.setdefault(key_of(name), tag)
        self._longest_name = max((key.count(" ") + 1 for key in self._by_key), default=0)
        self._mentions: dict[str, tuple[Tag, ...]] = {}
        self._understood: dict[str, Tag | None] = {}

    def lookup(self, label: str) -> Tag | None:
        """Find the tag of exactly this name or synonym, in any case or number."""
        return self._by_key.get(key_of(label))

    def suggestion(self, label: str) -> str:
        """Suggest a name for a misspelt label, to append; blank if none is close.

        >>> hierarchy().suggestion("trian")
        '; did you mean `train`?'
        """
        close = difflib.get_close_matches(key_of(label), sorted(self._by_key), n=1, cutoff=0.75)
        return f"; did you mean `{self._by_key[close[0]].name}`?" if close else ""

    def understand(self, label: str) -> Tag | None:
        """Find a label's tag: itself, else its head's last tag; what people do.

        Examples
        --------
        >>> labels = "two golden retrievers", "a cup of coffee on a table", "man riding a wave"
        >>> [tag.name for label in labels if (tag := hierarchy().understand(label))]
        ['golden retriever', 'cup', 'surfboard']
        """
        if label not in self._understood:
            key = key_of(label)
            self._understood[label] = self._by_key.get(key) or self._meant(
                [word for word in key.split() if word not in FILLERS][:MOST_WORDS]
            )
        return self._understood[label]

    def _meant(self, words: list[str]) -> Tag | None:
        if (tag := self._by_key.get(" ".join(words))) is not None:
            return tag
        if "of" in words[1:-1] and TURNS.isdisjoint(words[: (place := words.index("of", 1))]):
            whole = [*words[place + 1 :], "of"]
            whole = whole[: next(index for index, word in enumerate(whole) if index and word in TURNS)]
            for part in (whole, whole[-1:]):  # a glass of red wine is a wine glass
                if (tag := self._by_key.get(" ".join([*part, words[place - 1]]))) is not None:
                    return tag
            if words[place - 1] in MEASURES:
                return self._meant(words[place + 1 :])
        subject, heard, index = None, None, 0
        while index < len(words):
            tag, length = self._longest(words, index)
            if tag is not None:
                above = {one.name for one in self.lineage(tag)}
                doing = not DOINGS.isdisjoint(above)
                if (
                    subject is not None
                    and self._somebody(subject)
                    and tag.sounds
                    and (doing or words[index + length - 1].endswith("ing"))
                ):
                    return tag
                if subject is None or not (doing or PARTS in above):
                    subject, heard = tag, tag if tag.sounds else heard
            elif index and (
                words[index] in STOPS
                or (subject is not None and len(words[index]) > 4 and words[index].endswith("ing"))
            ):
                break
            index += length
        verb, rest = (
            "".join(words[index : index + 1]),
            self._meant(words[index + 1 :]) if index < len(words) else None,
        )
        rest = rest if rest is not None and rest.sounds else None
        if subject is None or rest is None or verb == "of":
            return (
                (subject or rest)
                if subject is None or subject.sounds or subject.kind == "event"
                else heard or subject
            )
        if not subject.sounds:  # "sunset over the sea" is the sea, "hand pouring tea" the tea
            return (
                heard or rest
                if subject.kind == "bed"
                else rest
                if verb == "and" or verb.endswith("ing")
                else subject
            )
        handled = verb in HANDLING or (
            rest.kind == "event" and (verb == "on" or (verb.endswith("ing") and verb not in IDLE))
        )
        return rest if handled and self._somebody(subject) and not self._somebody(rest) else subject

    def _somebody(self, tag: Tag) -> bool:
        return self.lineage(tag)[-1].name == PEOPLE

    def _longest(self, words: Sequence[str], start: int) -> tuple[Tag | None, int]:
        """Find the longest name that begins at a word: its tag and length, or (None, 1)."""
        for length in range(min(len(words) - start, self._longest_name), 0, -1):
            if (tag := self._by_key.get(" ".join(words[start : start + length]))) is not None:
                return tag, length
        return None, 1

    def mentions(self, label: str) -> tuple[Tag, ...]:
        """List the tags of a label's head, longest first: a "fire engine" is no fire."""
        if label not in self._mentions:
            key = key_of(label)
            self._mentions[label] = self._segments(head_of(key)) or self._segments(key)
        return self._mentions[label]

    def _segments(self, key: str) -> tuple[Tag, ...]:
        if (whole := self._by_key.get(key)) is not None:
            return (whole,)
        words, found, start = key.split(), [], 0
        while start < len(words):
            tag, length = self._longest(words, start)
            found += [tag] if tag is not None else []
            start += length
        return tuple(found)

    def lineage(self, tag: Tag) -> tuple[Tag, ...]:
        """List a tag and its parents up to the root."""
        chain = [tag]
        while (parent := chain[-1].parent) is not None:
            chain.append(self.tags[parent])
        return tuple(chain)

    def akin(self, one: Tag, other: Tag) -> bool:
        """Say whether two tags are the same, or one lies above the other."""
        return one in self.lineage(other) or other in self.lineage(one)

    def builtin(self, tag: Tag) -> tuple[str, Tag]:
        """Find the built-in sound of last resort and the tag or parent that names it."""
        for above in self.lineage(tag):
            if above.builtin is not None:
                return above.builtin, above
        raise AssertionError(f"{tag.name}: no built-in sound up to the root")  # `load` refuses such a tree

    def climb(self, label: str, *, unknown: str = "thing", proposals: Sequence[str] = ()) -> list[Step]:
        """List what to try for a label, in order.

        Parameters
        ----------
        label : str
            As written in a scene.
        unknown : str
            The tag whose built-in sound is the last resort of a label without a tag.
        proposals : sequence of str
            Other labels that a language model would search for; they come right after the label and its
            synonyms. The first of them with a tag lends its built-in sound to a label without one.

        Returns
        -------
        list of Step
            No words occur twice. Silent parents are left out; the caller asks whether the label itself makes
            a sound (`understand`).

        Examples
        --------
        >>> parents = [step for step in hierarchy().climb("tiger") if step.rung == "parent"]
        >>> [step.tag for step in parents if step.words == step.tag]
        ['carnivore', 'mammal', 'animal']
        """
        return list(_unique(self._steps(label, unknown, proposals)))

    def _names(self, words: str) -> tuple[str, ...]:
        meant = self.lookup(words)
        return (words, meant.name, *meant.synonyms) if meant else (words,)

    def _steps(self, label: str, unknown: str, proposals: Sequence[str]) -> Iterator[Step]:
        tag = self.understand(label)
        yield Step(label, "label", tag.name if tag else "", 0)
        chain = self.lineage(tag) if tag else ()
        for name in (tag.name, *tag.synonyms) if tag else ():
            yield Step(name, "synonym", tag.name if tag else "", 0)
        for proposal in proposals:
            meant = self.lookup(proposal)
            yield from (Step(name, "ai", meant.name if meant else "", 0) for name in self._names(proposal))
        for depth, above in enumerate(chain):
            if depth and not above.sounds:
                continue
            rung: Rung = "parent" if depth else "search"
            yield from (
                Step(name, rung, above.name, depth) for name in (above.name, *above.synonyms) if depth
            )
            for words in above.search:
                yield from (Step(name, rung, above.name, depth) for name in self._names(words))
        proposed = next((meant for proposal in proposals if (meant := self.understand(proposal))), None)
        name, source = self.builtin(
            tag or proposed or self.tags.get(unknown) or next(iter(self.tags.values()))
        )
        yield Step(name, "builtin", source.name, len(chain))


def _unique(steps: Iterator[Step]) -> Iterator[Step]:
    seen: set[str] = set()
    for step in steps:
        key = key_of(step.words)
        if step.rung == "builtin" or (key not in seen and key) or step.rung == "label":
            yield step
        seen.add(key)


def hierarchy(bank: Collection[str] | None = None) -> Hierarchy:
    """Return the hierarchy of ``IMGEXT_HIERARCHY``, else imgext's own.

    Each file is read once.

    If names of the `bank` are given, a table of your own is checked against them.

    Raises
    ------
    SceneError, MissingInputError
        As `load`.
    """
    named = variable("IMGEXT_HIERARCHY")
    return _read_once(named, frozenset(bank) if bank is not None and named else None)


@cache
def _read_once(named: str, bank: frozenset[str] | None) -> Hierarchy:
    return load(named_path(named) if named else data_file("ontology", "tag_hierarchy.csv"), bank)


def climb(label: str) -> list[Step]:
    """Call `Hierarchy.climb` in the current hierarchy."""
    return hierarchy().climb(label)


def load(path: Path, bank: Collection[str] | None = None) -> Hierarchy:
    """Read and check a hierarchy; with names of the `bank`, its built-in sounds too.

    Raises
    ------
    SceneError
        With every fault and its line: a wrong header or number of fields, a repeated name, an unknown parent,
        a cycle, a tag more than eight steps from its root, a root without a built-in sound, a built-in sound
        that the bank lacks, a word out of place.
    MissingInputError
        When the file cannot be opened.
    """
    try:
        with io.TextIOWrapper(open_file(path), encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream, strict=True)
            rows = [(reader.line_num, row) for row in reader if any(field.strip() for field in row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise SceneError(f"{path}: not a table in UTF-8: {error}") from error
    except OSError as error:
        raise MissingInputError(f"{path}: {error.strerror or error}") from error
    checker = _Checker(str(path), bank)
    if not rows or tuple(rows[0][1]) != COLUMNS:
        checker.fault(1, "", f"the first line must be {','.join(COLUMNS)}", "bad_form")
    tags = checker.tags(rows[1:]) if not checker.faults else {}
    if checker.faults:
        raise SceneError(f"{path}: not a tag hierarchy", sorted(checker.faults, key=lambda fault: fault.line))
    return Hierarchy(tags)


class _Checker:
    """Reads rows into tags, and collects all faults."""

    def __init__(self, file: str, bank: Collection[str] | None) -> None:
        self.file, self.bank = file, bank
        self.faults: list[Fault] = []

    def fault(self, line: int, tag: str, message: str, code: str) -> None:
        self.faults.append(Fault(Place(self.file, line, 1, tag), code, message))

    def tags(self, rows: list[tuple[int, list[str]]]) -> dict[str, Tag]:
        tags: dict[str, Tag] = {}
        names: dict[str, Tag] = {}
        for line, row in rows:
            tag = self.tag(line, row)
            if tag is None:
                continue
            for name in (tag.name, *tag.synonyms):
                if (other := names.get(key_of(name))) is not None:
                    self.fault(
                        line,
                        tag.name,
                        f"{shown(name)} already stands in line {other.line} (`{other.name}`)",
                        "duplicate_key",
                    )
                names.setdefault(key_of(name), tag)
            tags.setdefault(tag.name, tag)
        for tag in tags.values():
            self.chain(tag, tags)
        if not tags and not self.faults:
            self.fault(1, "", "the table holds no tags", "missing")
        return tags

    def tag(self, line: int, row: list[str]) -> Tag | None:
        if len(row) != len(COLUMNS):
            self.fault(
                line,
                row[0],
                f"has {len(row)} fields; wanted: {len(COLUMNS)} ({','.join(COLUMNS)})",
                "bad_form",
            )
            return None
        name, parent, synonyms, search, sounds, kind, builtin = (field.strip() for field in row)
        if not key_of(name) or name != name.lower():
            self.fault(line, name, "a tag is small letters with spaces", "bad_form")
            return None
        if sounds not in {"yes", "no"}:
            self.fault(line, name, f"`sounds` is {shown(sounds)}; allowed: yes, no", "not_one_of")
        if kind not in {"event", "bed"}:
            self.fault(line, name, f"`kind` is {shown(kind)}; allowed: event, bed", "not_one_of")
        words = [
            tuple(word.strip() for word in field.split(";") if word.strip()) for field in (synonyms, search)
        ]
        return Tag(
            name,
            parent or None,
            words[0],
            words[1],
            sounds == "yes",
            "bed" if kind == "bed" else "event",
            builtin or None,
            line,
        )

    def chain(self, tag: Tag, tags: Mapping[str, Tag]) -> None:
        if tag.builtin is not None and self.bank is not None and tag.builtin not in self.bank:
            close = did_you_mean(tag.builtin, self.bank)
            self.fault(
                tag.line,
                tag.name,
                f"there is no built-in sound {shown(tag.builtin)}{close}",
                "unknown_reference",
            )
        seen = [tag.name]
        above = tag
        while above.parent is not None:
            if above.parent not in tags:
                if above is tag:
                    close = did_you_mean(above.parent, [name for name in tags if name[0] == above.parent[0]])
                    self.fault(
                        tag.line,
                        tag.name,
                        f"there is no parent {shown(above.parent)}{close}",
                        "unknown_reference",
                    )
                return
            above = tags[above.parent]
            if above.name in seen:
                self.fault(
                    tag.line,
                    tag.name,
                    f"its parents go round in a circle: {' > '.join([*seen, above.name])}",
                    "bad_form",
                )
                return
            seen.append(above.name)
        if len(seen) - 1 > MAX_STEPS:
            self.fault(
                tag.line,
                tag.name,
                f"is {len(seen) - 1} steps from `{above.name}`; allowed: at most {MAX_STEPS}",
                "out_of_range",
            )
        if above is tag and tag.builtin is None:
            self.fault(tag.line, tag.name, "a tag without parent needs a built-in sound", "missing")
