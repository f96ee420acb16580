"""Searches for one label: names to try, sources to ask, the judge, the report.

The picture's own words come first ("a toy car on a carpet": a toy car), then the label; what a language model
proposes comes before the parents of the hierarchy. A service that does not answer is left out for the rest of
the run and named once.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from imgext.errors import ImgextError, shown
from imgext.ontology.hierarchy import hierarchy
from imgext.ontology.words import key_of
from imgext.scene.decision import Decision
from imgext.scene.part import SCHEMES
from imgext.sounds.judge.judge import Question
from imgext.sounds.judge.words import WordJudge
from imgext.sounds.search.climb import Climb, Outcome
from imgext.sounds.search.rules import Rules
from imgext.sounds.sources import SOURCES, open_sources

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from imgext.ontology.hierarchy import Hierarchy, Step, Tag
    from imgext.scene.model import Object, Scene
    from imgext.sounds.judge.judge import Judge
    from imgext.sounds.library.library import Library
    from imgext.sounds.search.rules import Ranked
    from imgext.sounds.sources import Services

#: So many sounds that were passed over are named, a track.
TOLD = 6
#: The steps that are the label itself, by whatever name.
NEAR = frozenset(("label", "synonym"))


class Log:
    """What one run of the find stage decided, in order."""

    def __init__(self) -> None:
        self.decisions: list[Decision] = []
        self.said: set[str] = set()

    def say(
        self,
        path: str,
        value: object,
        because: str,
        numbers: dict[str, object] | None = None,
        kind: Literal["answer", "note", "warning"] = "answer",
    ) -> None:
        """Add a decision."""
        self.decisions.append(Decision(path, value, because, numbers or {}, "find", kind))

    def taken(self) -> list[Decision]:
        """The decisions since the last call; they are no longer in the log."""
        taken, self.decisions = self.decisions, []
        return taken

    def warn_once(self, path: str, because: str) -> None:
        """A warning about a setting or a service, once a run."""
        if because not in self.said:
            self.said.add(because)
            self.say(path, None, because, kind="warning")


def called_in(label: str, context: str, tree: Hierarchy) -> str | None:
    """Find the longer name that the context gives to a label: another known thing.

    >>> called_in("car", "a toy car on a carpet", hierarchy()), called_in("car", "a busy street", hierarchy())
    ('toy car', None)
    """
    wanted, words = key_of(label).split(), key_of(context).split()
    meant = tree.understand(label)
    for length in range(4, len(wanted), -1):
        for start in range(len(words) - length + 1):
            phrase = words[start : start + length]
            if (
                phrase[-len(wanted) :] == wanted
                and (tag := tree.lookup(" ".join(phrase))) is not None
                and tag is not meant
            ):
                return tag.name
    return None


class Searching:
    """The searches of one run, with the rules of its scene.

    Parameters
    ----------
    scene, libraries, services
        Whose `find` settings count, and what is set up.
    log : Log
        Where everything is said.
    """

    def __init__(self, scene: Scene, libraries: Sequence[Library], services: Services, log: Log) -> None:
        self.scene, self.libraries, self.services, self.log = scene, libraries, services, log
        named = scene.find.sources
        ready = [source.name for source in open_sources(SCHEMES, libraries, services)]
        self.rules = Rules(
            sources=tuple(dict.fromkeys(named or ready)),
            mode=scene.find.mode,
            prefer=scene.find.prefer,
            fallback=scene.find.fallback,
            licences=frozenset(scene.find.licences),
            seed=scene.seed,
            dry=scene.room_detected,
        )
        self.sources = open_sources(self.rules.sources, libraries, services)
        self.searched = False
        self.asks_model, self.failures = services.chat is not None, 0
        self.judge = self.judge_of(scene.find.judge)

    def judge_of(self, name: str) -> Judge | None:
        """Return the judge of found sounds; the offline judge stands in for a model."""
        if name == "off":
            return None
        words = WordJudge()
        if name == "offline" or self.services.chat is None:
            return words
        from imgext.sounds.judge.language_model import AiJudge, WithStandIn

        return WithStandIn(
            AiJudge(self.services.chat),
            words,
            lambda why: self.log.warn_once("find.judge", f"{why}; sounds are judged offline instead"),
        )

    def about_settings(self) -> list[Decision]:
        """Warn of services that a search wanted and that are not set up."""
        if not self.searched:
            return []
        said = [
            ("find.sources", f"{why}; it is passed over")
            for name in sorted(self.rules.sources)
            if (why := SOURCES[name](self.libraries, self.services).missing())
        ]
        if self.services.chat is None:
            model = (
                "no language model is asked while offline"
                if self.services.offline
                else "no language model is set up (OPENAI_API_KEY or OPENAI_BASE_URL)"
            )
            if self.rules.fallback == "ai":
                said.append(
                    ("find.fallback", f"{model}; labels without a sound climb the tag hierarchy instead")
                )
            if self.scene.find.judge == "ai":
                said.append(("find.judge", f"{model}; sounds are judged offline instead"))
        return [Decision(path, None, because, {}, "find", "warning") for path, because in said]

    def search(
        self,
        track_id: str,
        thing: Object,
        tag: Tag | None,
        *,
        used: Collection[tuple[str, str]] = (),
        avoid: Collection[tuple[str, str]] = (),
    ) -> Outcome:
        """Climb for a label and report what was rejected; arguments as for `Climb`.

        Raises
        ------
        UnavailableError
            When no source answers at all.
        """
        self.searched = True
        if self.services.freesound is not None:
            self.services.report(f"finding a sound for {shown(thing.label)}")
        tree = hierarchy()
        climb, steps = self._climb(track_id, thing, tag, used, avoid)
        question, unknown = climb.question, self._unknown(thing)
        outcome = Outcome()
        nearer = called_in(thing.label, question.context, tree)
        if nearer is not None:
            outcome = climb.ascend(
                [
                    replace(step, rung="synonym")
                    for step in tree.climb(nearer)
                    if step.rung in NEAR | {"search"}
                ]
            )
        if outcome.found is None and self.rules.fallback == "ai":
            near = [step for step in steps if step.rung in NEAR]
            outcome = climb.ascend(near)
            if outcome.found is None:
                proposals = self.proposals(thing.label, [step.words for step in near])
                steps = [
                    step
                    for step in tree.climb(thing.label, unknown=unknown, proposals=proposals)
                    if step not in near
                ]
        if outcome.found is None:
            outcome = climb.ascend(steps)
        self.tell(track_id, outcome)
        return outcome

    def survey(self, track_id: str, thing: Object, tag: Tag | None, most: int) -> list[tuple[Ranked, str]]:
        """List the choices for a label, and why a candidate is not taken by itself."""
        climb, steps = self._climb(track_id, thing, tag, (), ())
        return climb.survey(steps, most)

    def _unknown(self, thing: Object) -> str:
        """What a label that nobody knows is taken for."""
        if thing.kind != "atmo":
            return "thing"
        return "indoor place" if self.scene.room_detected else "outdoor place"

    def _climb(
        self,
        track_id: str,
        thing: Object,
        tag: Tag | None,
        used: Collection[tuple[str, str]],
        avoid: Collection[tuple[str, str]],
    ) -> tuple[Climb, list[Step]]:
        """A climb for a label, and its steps."""
        atmo = thing.kind == "atmo"
        bed = atmo or (tag is not None and tag.kind == "bed")
        question = Question(thing.label, thing.label, self.scene.context or "", bed)
        tree = hierarchy()
        steps = list(tree.climb(thing.label, unknown=self._unknown(thing)))
        climb = Climb(
            track_id,
            question,
            self.rules,
            self.sources,
            tree,
            self.judge,
            usual=steps[-1],
            atmo=atmo,
            used=used,
            avoid=avoid,
        )
        return climb, steps

    def proposals(self, label: str, tried: Sequence[str]) -> list[str]:
        """Ask a language model what else to search for; warn if it cannot say."""
        if self.services.chat is None or not self.asks_model:
            return []
        from imgext.remote.replies import BadReply
        from imgext.sounds.search.proposals import alternatives

        try:
            found = alternatives(self.services.chat, label, self.scene.context or "", tried)
        except ImgextError as error:
            self.failures += 1
            self.asks_model = (
                isinstance(error, BadReply) and self.failures < 2
            )  # else every label would wait for it again
            self.log.warn_once(
                "find.fallback", f"{error}; labels without a sound climb the tag hierarchy instead"
            )
            return []
        why = f"{shown(label)} has no sound of that name; a language model proposes: {', '.join(found)}"
        self.log.say("find.fallback", None, why, kind="note")
        return found

    def tell(self, track_id: str, outcome: Outcome) -> None:
        """Say what was found and not taken, and which service did not answer."""
        place = f"tracks.{track_id}.sound"
        for (reference, _), why in list(outcome.rejected.items())[:TOLD]:
            self.log.say(place, None, f"passed over {reference}: {why}", kind="note")
        if len(outcome.rejected) > TOLD:
            self.log.say(
                place, None, f"{len(outcome.rejected) - TOLD} more sounds were passed over", kind="note"
            )
        answering = [source for source in self.sources if source.name not in outcome.failed]
        for error in outcome.failed.values():
            if not answering:
                raise error
            again = "`imgext find --update ID` searches a track again later"
            self.log.warn_once("find.sources", f"{error}; it is passed over in this run, and {again}")
        self.sources = answering
