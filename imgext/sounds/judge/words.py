"""Judges sounds offline: name, tags and description against label and context.

It answers what you would say after reading a sound's page without listening. A sound is rejected when

1. words or its category say that it is no recording of the thing: music, narration, a synthesizer, a man who
barks; 2. they change the thing: toy, robot, monster, underwater; and the other way round when the picture
shows a toy and the sound is of a street; 3. its name contradicts the picture: footsteps in snow indoors, rain
under a blue sky; 4. in its name the wanted word only describes another thing: "dog house door", "tiger tank",
"cat loader"; or is denied; 5. only its description mentions the thing, and neither name nor tags share
anything with it.

The words are in `imgext.sounds.judge.table`. A word counts fully in the name; in the tags a weak word counts
only with another of its group, because tags also say what a sound may be used for ("door, creak, game,
fantasy"). Descriptions ramble ("recorded while music was playing"), so only a few phrases count there. "no
music" and "without voices" do not count. What label, searched words or context ask for is never held against
a sound.

All is pure: the same question and sound give the same verdict everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from imgext.ontology.hierarchy import hierarchy
from imgext.ontology.words import key_of
from imgext.sounds.candidate import IN_TEXT
from imgext.sounds.judge.judge import Verdict
from imgext.sounds.judge.reading import (
    EMPTY,
    JOINTS,
    Lexicon,
    denied,
    facts_of,
    groups_in,
    lexicon,
    listed,
    stem,
    stems,
    words_of,
)
from imgext.sounds.judge.table import CLASHES, GROUPS, MACHINES, OUTSIDE, SUNNY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.ontology.hierarchy import Tag
    from imgext.sounds.candidate import Candidate
    from imgext.sounds.judge.judge import Question
    from imgext.sounds.judge.reading import Facts

__all__ = ["WordJudge", "affinity"]

_ROOTS = frozenset(("animal", "vehicle", "thing", "human", "place", "nature"))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a question asks for.

    `tags`: of label and searched words; `above`: names of those and their parents; `own`: stems of the words
    that name it, `names`: the same name by name, `fused`: written as one word, `calls`: stems of what it
    sounds like; `excused` and `demanded` groups; `around`: the context's words; `clashes`: (words that may
    not be in the name, why).
    """

    names_of: Lexicon
    tags: tuple[Tag, ...]
    above: frozenset[str]
    own: frozenset[str]
    names: tuple[frozenset[str], ...]
    fused: tuple[str, ...]
    calls: frozenset[str]
    excused: frozenset[int]
    demanded: tuple[int, ...]
    around: frozenset[str]
    clashes: tuple[tuple[frozenset[str], str], ...]

    def covers(self, tag: Tag) -> bool:
        """Whether a tag is wanted or a kind of what is."""
        return any(one.name in self.names_of.above(tag) for one in self.tags)

    def akin(self, tag: Tag) -> bool:
        """Whether a tag is wanted, a kind of what is, or what that is a kind of."""
        return tag.name in self.above or self.covers(tag)


@lru_cache(maxsize=512)
def _wanted(names_of: Lexicon, label: str, words: str, context: str) -> _Wanted:
    tree = names_of.tree
    meant, searched = tree.understand(label), tree.lookup(words)
    tags = tuple(
        dict.fromkeys(
            tag for tag in (meant, searched, *(() if searched else tree.mentions(words))) if tag is not None
        )
    )
    above = frozenset(name for tag in tags for name in names_of.above(tag))
    called = [label, words, *(name for tag in tags for name in (tag.name, *tag.synonyms))]
    heard = [name for tag in tags for name in tag.search]
    scene, asked = words_of(context), [*words_of(label), *words_of(words)]
    said = frozenset((*asked, *scene))
    return _Wanted(
        names_of=names_of,
        tags=tags,
        above=above,
        own=stems(*called, *heard),
        names=tuple(dict.fromkeys(one for name in (*called, *heard) if (one := stems(name)))),
        fused=tuple(
            dict.fromkeys(key_of(name).replace(" ", "") for name in (*called, *heard) if len(name) > 4)
        ),
        calls=stems(*heard) - stems(*called),
        excused=_excused(names_of, above, asked, scene),
        demanded=tuple(
            sorted(
                index
                for index in _called(scene, label, tags) | groups_in(words_of(label))
                if GROUPS[index].binding
            )
        ),
        around=frozenset(word for word in scene if len(word) > 2) - EMPTY - frozenset(asked),
        clashes=tuple(
            (listed(bad), says)
            for where, only, bad, says in CLASHES
            if where in _scenery(names_of, scene)
            and (not only or above & listed(only))
            and not listed(bad) & said
        ),
    )


def _excused(names_of: Lexicon, above: frozenset[str], asked: list[str], scene: list[str]) -> frozenset[int]:
    """Find the groups that do not count against a sound."""
    shown = {name for _, _, tag in names_of.segments(scene) for name in names_of.above(tag)}
    by_scene, by_words = groups_in(scene), groups_in(asked)
    return frozenset(
        index
        for index, group in enumerate(GROUPS)
        if index in by_words
        or above & listed(group.excuse)
        or (group.only and not above & listed(group.only))
        or (
            (index in by_scene or shown & listed(group.setting))
            and (not group.context or above & listed(group.context))
        )
    )


def _called(scene: list[str], label: str, tags: tuple[Tag, ...]) -> set[int]:
    """Find groups with a word before every mention of the label: "a toy car"."""
    mine = {
        key_of(name) for name in (label, *(name for tag in tags[:1] for name in (tag.name, *tag.synonyms)))
    } - {""}
    places = [
        (start, end)
        for start in range(len(scene))
        for end in range(start + 1, start + 5)
        if " ".join(scene[start:end]) in mine
    ]
    found = []
    for start, end in places:
        if not any(one <= start and end <= other and (one, other) != (start, end) for one, other in places):
            begin = start
            while start - begin < 3 and begin and scene[begin - 1] not in JOINTS and scene[begin - 1] != "|":
                begin -= 1
            found.append(groups_in(scene[begin:end]))
    return set.intersection(*found) if found else set()


def _scenery(names_of: Lexicon, scene: list[str]) -> frozenset[str]:
    """Say whether the picture is indoors or outdoors; neither if it says both."""
    tags = {name for _, _, tag in names_of.segments(scene) for name in names_of.above(tag)}
    inside = "indoor place" in tags or not {"indoor", "indoors"}.isdisjoint(scene)
    outside = bool(tags & listed(OUTSIDE)) or not {"outdoor", "outdoors"}.isdisjoint(scene)
    fair = any(f" {words} " in f" {' '.join(scene)} " for words in SUNNY)
    here = {"indoors": inside and not outside, "outdoors": outside and not inside, "sunny": fair}
    return frozenset(name for name, is_so in here.items() if is_so)


def affinity(question: Question, candidate: Candidate) -> int:
    """Count the context's words that a sound's name and tags share, 0 to 3.

    Empty words ("the", "sound", "left"), the label's own and the searched words do not count.
    """
    if not question.context:
        return 0
    names_of = lexicon(hierarchy())
    around = _wanted(names_of, question.label, question.words, question.context).around
    return min(
        3,
        len(
            around
            & facts_of(
                names_of, candidate.title, candidate.label, candidate.tags, candidate.description
            ).content
        ),
    )


class WordJudge:
    """Judges sounds by words alone; see the module."""

    name = "offline"
    at_once = 30

    def verdicts(self, question: Question, candidates: Sequence[Candidate]) -> list[Verdict]:
        """Give a verdict for each candidate, in order; see `Judge`."""
        wanted = _wanted(lexicon(hierarchy()), question.label, question.words, question.context)
        return [_verdict(wanted, candidate) for candidate in candidates]


def _verdict(wanted: _Wanted, candidate: Candidate) -> Verdict:
    facts = facts_of(wanted.names_of, candidate.title, candidate.label, candidate.tags, candidate.description)
    fault = (
        _against(wanted, facts, candidate.category)
        or _lacking(wanted, facts)
        or _clashing(wanted, facts)
        or _describing(wanted, facts)
        or (_unnamed(wanted, facts) if candidate.rank == IN_TEXT else None)
    )
    return Verdict(fault is None, fault or _praise(wanted, facts))


def _against(wanted: _Wanted, facts: Facts, category: str) -> str | None:
    """Find words or a category that say the sound is something else."""
    for where, marks in (("name", facts.name_marks), ("tags", facts.strong_tags)):
        for index, phrase in marks:
            if index not in wanted.excused:
                return f"it {GROUPS[index].says}: {phrase!r} in its {where}"
    weak: dict[int, list[str]] = {}
    for index, phrase in facts.weak_tags:
        weak.setdefault(index, []).append(f"tag {phrase!r}")
    for index, group in enumerate(GROUPS):
        if index in wanted.excused:
            weak.pop(index, None)
            continue
        if group.codes and category.startswith(group.codes):
            return f"it {group.says}: category {category}"
        if group.hints and category.startswith(group.hints):
            weak.setdefault(index, []).append(f"category {category}")
        if facts.text:
            for phrase in sorted(listed(group.text)):
                if f" {phrase} " in facts.text:
                    return f"it {group.says}: {phrase!r} in its description"
    clear = not wanted.own.isdisjoint(facts.name_stems) or any(
        wanted.covers(tag) for _, _, tag in facts.named
    )
    for index, phrases in sorted(weak.items()):
        if len(phrases) > 1 or not clear:
            return f"it {GROUPS[index].says}: {', '.join(phrases)}"
    return None


def _lacking(wanted: _Wanted, facts: Facts) -> str | None:
    """Reject a sound that does not say toy for what the picture calls a toy."""
    for index in wanted.demanded:
        marks = (*facts.name_marks, *facts.strong_tags, *facts.weak_tags)
        if all(mark[0] != index for mark in marks) and facts.content.isdisjoint(listed(GROUPS[index].alike)):
            return f"the picture has it {GROUPS[index].says.removeprefix('is ')}, and nothing here says so"
    return None


def _clashing(wanted: _Wanted, facts: Facts) -> str | None:
    """Find a place or weather in the name that is not the picture's."""
    for bad, says in wanted.clashes:
        for place, word in enumerate(facts.words):
            if word in bad and not denied(facts.words, place):
                return f"{says}, its name says {word!r}"
    return None


def _describing(wanted: _Wanted, facts: Facts) -> str | None:
    """Say if the name denies the wanted word, or uses it only to compare or describe."""
    for start, _, tag in facts.named:
        if wanted.covers(tag) and denied(facts.words, start):
            return f"its name says that there is no {tag.name} in it"
    found = None
    starts = {start: (end, tag) for start, end, tag in facts.named}
    calling = "animal" in wanted.above and not wanted.calls.isdisjoint(facts.stems)
    for start, end, tag in facts.named:
        if not wanted.akin(tag):
            continue
        following = starts.get(end)
        if "like" in facts.words[max(0, start - 3) : start] and "sound" in facts.words[:start]:
            found = f"it only sounds like a {tag.name}, as its name says"
        elif calling:
            return None  # the animal is heard, whatever else is named
        elif "animal" in wanted.above and (machine := _machine(facts, end)):
            found = f"its name speaks of a machine: {' '.join(facts.words[start:machine])!r}"
        elif following is not None and _other_thing(wanted, tag, following[1]):
            found = f"its name speaks of another thing: {' '.join(facts.words[start : following[0]])!r}"
        else:
            return None
    return found


def _machine(facts: Facts, end: int) -> int:
    """Find where a machine word ends after an animal's name: "cat 950 loader"; else 0."""
    for place in range(end, min(end + 3, len(facts.words))):
        if facts.words[place] == "|" or facts.words[place] in JOINTS:
            return 0
        if facts.words[place] in MACHINES:
            return place + 1
    return 0


def _other_thing(wanted: _Wanted, tag: Tag, following: Tag) -> bool:
    """Say whether the next tag makes the wanted one an attribute: house after dog."""
    if wanted.akin(following) or following.parent == tag.parent:
        return False
    if wanted.calls & stems(following.name, *following.synonyms) or stems(*following.search) & stems(
        tag.name, *tag.synonyms
    ):
        return False  # an engine is what a car sounds like, and rain what an umbrella does
    mine, other = wanted.names_of.above(tag), wanted.names_of.above(following)
    root = next(iter(mine & _ROOTS), "")
    if root == "animal":
        return bool(other & {"thing", "vehicle", "building"}) and not (
            "signal" in other and mine & {"livestock", "bird"}
        )
    if root == "vehicle":
        return "thing" in other and not other & {"signal", "machine"}
    if root in {"thing", "human"}:
        # a tag without words to search for is a sound itself: "alarm clock beep"
        return (
            bool(other & {"thing", "vehicle"})
            and "signal" not in other
            and following.sounds
            and bool(following.search)
        )
    return (
        bool(root and other & {"thing", "vehicle", "musical instrument"}) and following.sounds
    )  # a place or nature


def _unnamed(wanted: _Wanted, facts: Facts) -> str | None:
    """Reject a sound if only its description mentions the thing."""
    mentioned = (*(tag for _, _, tag in facts.named), *facts.tagged)
    if any(name <= facts.stems for name in wanted.names) or any(
        name in facts.joined for name in wanted.fused
    ):
        return None
    if any(wanted.covers(tag) for tag in mentioned) or (not wanted.tags and wanted.own & facts.stems):
        return None
    siblings = (
        tag for tag in mentioned if not wanted.akin(tag) and wanted.names_of.above(tag) & wanted.above
    )  # a tiger for a dog
    if any(tag.name in wanted.above for tag in mentioned) and not any(siblings):
        return None
    return "only its description mentions the thing, not its name or tags"


def _praise(wanted: _Wanted, facts: Facts) -> str:
    """Say what a sound's name and tags share with what is wanted."""
    named = [word for word in dict.fromkeys(facts.words) if stem(word) in wanted.own]
    tags = [tag.name for tag in facts.tagged if wanted.akin(tag)][:3]
    parts = [f"named {' '.join(named[:4])}"] * bool(named) + [f"tags {', '.join(tags)}"] * bool(tags)
    return "; ".join(parts) or "nothing in its words speaks against it"
