"""Reads a sound's page: words of its name, tags, and words that speak against it.

`imgext.sounds.judge.words` uses it. Conventions: words are keys of `imgext.ontology.words`, in order; ``|``
is a break that no phrase crosses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from imgext.ontology.words import FILLERS, MEASURES, key_of
from imgext.sounds.judge.table import GROUPS, HARMLESS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imgext.ontology.hierarchy import Hierarchy, Tag

#: Words that join others and name nothing; no name spans them.
JOINTS = FILLERS | frozenset(
    """of on in at with near by under over behind beside from to for inside outside along through against
    across around between into onto off up down and or vs versus as like no not while then after before
    during""".split()  # noqa: SIM905
)
#: Words that say nothing about a picture.
EMPTY = (
    JOINTS
    | (MEASURES - {"interior", "exterior"})
    | frozenset(
        """ambience ambient ambiance audio recording thing item object stuff many few very it there whom could
        be decided place suggest single recognised foreground left right old
        new big small large little""".split()  # noqa: SIM905
    )
)
_DENIALS = frozenset(("no", "not", "without", "non", "minus"))
_LONGEST_TEXT = 600  # letters of a description that are read
_ENDING = re.compile(r"\.(wav|wave|aiff?|flac|ogg|opus|mp3|m4a|caf|w64)\b", re.IGNORECASE)
_BREAK = re.compile(r"[,;:()\[\]/&+|!?]|\.(?=\s|$)|\s[-–—]+\s")
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[0-9])(?=[a-zA-Z])|_")

#: (number of the group, phrase): a mark against a sound.
Mark = tuple[int, str]


@lru_cache(maxsize=16384)
def plain_name(text: str) -> str:
    """List the words of a title, without file ending, joints, digits and shape.

    >>> plain_name("Dog_Bark-02.WAV"), plain_name("catHowling1.wav"), plain_name("4.wav")
    ('dog bark', 'cat howling', '')
    """
    return " ".join(
        word for word in key_of(_SEAM.sub(" ", _ENDING.sub(" ", text))).split() if not word.isdigit()
    )


def words_of(text: str) -> list[str]:
    """List words in order, ``|`` at breaks; digits apart, so "8bit" is "8 bit".

    >>> words_of("DogBark_02, door.wav")
    ['dog', 'bark', '02', '|', 'door', '|']
    """
    words: list[str] = []
    for piece in _BREAK.split(_ENDING.sub(" ", text)):
        words += [*key_of(_SEAM.sub(" ", piece)).split(), "|"]
    return words


@cache
def listed(words: str) -> frozenset[str]:
    """List the entries of a cell of the table."""
    return frozenset(words.split(",")) - {""}


def denied(words: Sequence[str], place: int) -> bool:
    """Say whether "no" or "without" stands before a word."""
    return not _DENIALS.isdisjoint(words[max(0, place - 2) : place])


@cache
def _phrases() -> dict[str, list[tuple[tuple[str, ...], int, bool]]]:
    """Group the phrases by first word: (words, group, strong), longest first.

    Harmless phrases belong to group -1.
    """
    cells = [(-1, False, HARMLESS)]
    for index, group in enumerate(GROUPS):
        cells += [(index, True, group.strong), (index, False, group.weak)]
    result: dict[str, list[tuple[tuple[str, ...], int, bool]]] = {}
    for index, strong, cell in cells:
        for phrase in sorted(listed(cell)):
            words = tuple(key_of(phrase).split())
            result.setdefault(words[0], []).append((words, index, strong))
    return {first: sorted(entries, key=lambda entry: -len(entry[0])) for first, entries in result.items()}


def marks_of(words: Sequence[str]) -> Iterator[tuple[Mark, bool]]:
    """Find the marks in some words, and whether they are strong.

    Denials and harmless phrases are left out.
    """
    phrases, start = _phrases(), 0
    while start < len(words):
        taken = 1
        for phrase, index, strong in phrases.get(words[start], ()):
            if len(phrase) == 1 or tuple(words[start : start + len(phrase)]) == phrase:
                taken = len(phrase)
                if index >= 0 and not denied(words, start):
                    yield (index, " ".join(phrase)), strong
                break
        start += taken


def groups_in(words: Sequence[str]) -> set[int]:
    """List the groups with a word among these, by number."""
    return {index for (index, _), _ in marks_of(words)}


def stem(word: str) -> str:
    """Strip a word's verb ending, roughly.

    >>> [stem(word) for word in ("barking", "barked", "bark", "running")]
    ['bark', 'bark', 'bark', 'run']
    """
    for ending in ("ing", "ed", "er"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            return word[:-1] if word[-1] == word[-2] and word[-1] not in "ls" else word
    return word.removesuffix("e") if len(word) > 4 else word


@lru_cache(maxsize=8192)
def stems(*texts: str) -> frozenset[str]:
    """Collect the stems of the meaningful words of some texts."""
    return frozenset(stem(word) for text in texts for word in key_of(text).split() if word not in EMPTY)


class Lexicon:
    """The names of a hierarchy as words, and the parents of each tag."""

    def __init__(self, tree: Hierarchy) -> None:
        self.tree = tree
        self._named: dict[str, Tag] = {}
        for tag in tree.tags.values():
            for name in (tag.name, *tag.synonyms):
                self._named.setdefault(key_of(name), tag)
        self._longest = max((key.count(" ") + 1 for key in self._named), default=0)
        self._above = {
            tag.name: frozenset(one.name for one in tree.lineage(tag)) for tag in tree.tags.values()
        }

    def above(self, tag: Tag) -> frozenset[str]:
        """Return the names of a tag and all its parents."""
        return self._above[tag.name]

    def segments(self, words: Sequence[str]) -> list[tuple[int, int, Tag]]:
        """Find the tags that words name, as (start, end, tag), the longest at each place."""
        found, start = [], 0
        while start < len(words):
            for end in range(min(len(words), start + self._longest), start, -1):
                if (tag := self._named.get(" ".join(words[start:end]))) is not None:
                    found.append((start, end, tag))
                    start = end - 1
                    break
            start += 1
        return found


@lru_cache(maxsize=4)
def lexicon(tree: Hierarchy) -> Lexicon:
    """Make the lexicon of a hierarchy, once."""
    return Lexicon(tree)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a sound's page says: name, tags, marks, and its description."""

    words: tuple[str, ...]
    named: tuple[tuple[int, int, Tag], ...]
    tagged: tuple[Tag, ...]
    name_marks: tuple[Mark, ...]
    strong_tags: tuple[Mark, ...]
    weak_tags: tuple[Mark, ...]
    text: str
    content: frozenset[str]
    name_stems: frozenset[str]
    stems: frozenset[str]
    joined: str


@lru_cache(maxsize=8192)
def facts_of(names: Lexicon, title: str, label: str, tags: str, description: str) -> Facts:
    """Read a sound's page; a label that is not the title is a second name."""
    name = words_of(title)
    if label and plain_name(label) != plain_name(title):
        name += words_of(label)
    keywords = words_of(tags.replace(";", ","))
    said = frozenset(word for word in name if word != "|" and not word.isdigit())
    content = said | frozenset(word for word in keywords if word != "|" and not word.isdigit())
    marks = tuple(dict.fromkeys(marks_of(keywords)))
    return Facts(
        words=tuple(name),
        named=tuple(names.segments(name)),
        tagged=tuple(dict.fromkeys(tag for _, _, tag in names.segments(keywords))),
        name_marks=tuple(dict.fromkeys(mark for mark, _ in marks_of(name))),
        strong_tags=tuple(mark for mark, strong in marks if strong),
        weak_tags=tuple(mark for mark, strong in marks if not strong),
        text=f" {' '.join(words_of(description[:_LONGEST_TEXT]))} " if description else "",
        content=content,
        name_stems=frozenset(map(stem, said)),
        stems=frozenset(map(stem, content)),
        joined="".join(word for word in name if word != "|"),
    )
