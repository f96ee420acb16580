"""Judges sounds by a language model, with a stand-in for when it fails.

Strangers write the names, tags and descriptions of found sounds, and some will claim to fit every question.
They travel as data. A deceived model can at most accept a sound that its words found, that has an allowed
licence, and that is measured before it is used.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from pydantic import BaseModel

from imgext.errors import ImgextError
from imgext.remote.replies import DATA_RULE, BadReply, data_block, one_line
from imgext.sounds.judge.judge import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imgext.remote.chat import Chat
    from imgext.sounds.candidate import Candidate
    from imgext.sounds.judge.judge import Judge, Question

#: Characters sent of a candidate, and of the reason that comes back.
NAME, TAGS, DESCRIPTION, REASON = 120, 300, 500, 120
_TASK = f"""You check recordings for a soundscape that is made for a picture. For each numbered candidate \
say whether its recording can be used for
the label in this picture. It fits when what is heard is the thing or place that the label means here, or \
what was searched for in its place. It does
not fit when the words match and the meaning does not (a toy car for a street, a hand saw for a hand), when \
it is music, a remix, speech about the
thing or an effect made from it, unless the picture asks for that. A bed is an even background to be looped, \
an event is a single sound.
Answer every number exactly once. A reason is one plain sentence of at most twelve words.
{DATA_RULE}"""


class OneVerdict(BaseModel):
    """What the model fills in for one candidate."""

    number: int
    fits: bool
    reason: str


class Verdicts(BaseModel):
    """What the model fills in."""

    verdicts: list[OneVerdict]


class AiJudge:
    """The `Judge` that a scene calls ``ai``.

    It raises what `Chat.ask` raises, and BadReply if a number has no verdict or more than one.
    """

    def __init__(self, chat: Chat) -> None:
        self.name, self.at_once = "ai", 5
        self._chat = chat

    def verdicts(self, question: Question, candidates: Sequence[Candidate]) -> list[Verdict]:
        """Give a verdict for each candidate, in order; ask one question for five."""
        return [
            verdict
            for start in range(0, len(candidates), self.at_once)
            for verdict in self._asked(question, candidates[start : start + self.at_once])
        ]

    def _asked(self, question: Question, candidates: Sequence[Candidate]) -> list[Verdict]:
        material = {
            "label": one_line(question.label, 80),
            "searched_for": one_line(question.words, 80),
            "picture": one_line(question.context, 300),
            "wanted": "bed" if question.bed else "event",
            "candidates": [_about(number, candidate) for number, candidate in enumerate(candidates, 1)],
        }
        answer = self._chat.ask(
            _TASK, f"Judge the candidates 1 to {len(candidates)}:\n{data_block(material)}", Verdicts
        )
        by_number = {one.number: one for one in answer.value.verdicts}
        if sorted(one.number for one in answer.value.verdicts) != list(range(1, len(candidates) + 1)):
            given = one_line(", ".join(str(one.number) for one in answer.value.verdicts), 60) or "none"
            raise BadReply(
                f"the language model {answer.model!r} was asked about the sounds 1 to {len(candidates)} "
                f"and judged {given}"
            )
        return [_verdict(by_number[number]) for number in range(1, len(candidates) + 1)]


class WithStandIn:
    """Asks the judge `first` until it fails, and `second` from then on.

    Parameters
    ----------
    first, second : Judge
        The judge to ask, and the one that takes over for the rest of this object's life.
    report : callable
        Receives the reason, once.
    """

    def __init__(self, first: Judge, second: Judge, report: Callable[[str], None]) -> None:
        self.name, self.at_once = first.name, first.at_once
        self._judge, self._second, self._report = first, second, report
        self._lock = threading.Lock()

    def verdicts(self, question: Question, candidates: Sequence[Candidate]) -> list[Verdict]:
        """Give a verdict for each candidate, in order, all by the same judge."""
        judge = self._judge
        try:
            return judge.verdicts(question, candidates)
        except ImgextError as error:
            if judge is self._second:
                raise
            self._replace(str(error))
        return self._second.verdicts(question, candidates)

    def _replace(self, why: str) -> None:
        with self._lock:
            if self._judge is not self._second:
                self._judge = self._second
                self.name, self.at_once = self._second.name, self._second.at_once
                self._report(why)


def _about(number: int, candidate: Candidate) -> dict[str, object]:
    return {
        "number": number,
        "name": one_line(candidate.title or candidate.label, NAME),
        "tags": one_line(candidate.tags, TAGS),
        "description": one_line(candidate.description, DESCRIPTION),
        "seconds": round(candidate.duration, 1),
    }


def _verdict(one: OneVerdict) -> Verdict:
    return Verdict(
        one.fits,
        one_line(one.reason, REASON) or ("fits the picture" if one.fits else "does not fit the picture"),
    )
