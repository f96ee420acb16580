"""Whether a found sound is what the picture wants: the question, the verdict, and what a judge is.

A judge compares a sound's name, tags and description with the label and with the picture's context, before
anything is downloaded. There are two: `imgext.sounds.judge.words` works offline,
`imgext.sounds.judge.language_model` asks a language model. A scene's `find.judge` says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.sounds.candidate import Candidate


@dataclass(frozen=True, slots=True)
class Question:
    """What is wanted: the label of the scene, the words that were searched for, the sentence about the picture, a bed or an event."""

    label: str
    words: str
    context: str = ""
    bed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a candidate may be used, and a short reason that a person reads in the log."""

    accepted: bool
    because: str


class Judge(Protocol):
    """Anything that can say whether sounds fit."""

    #: What the log calls it: ``offline`` or ``ai``.
    name: str
    #: How many candidates it is worth asking about at once.
    at_once: int

    def verdicts(self, question: Question, candidates: Sequence[Candidate]) -> list[Verdict]:
        """One verdict for each candidate, in order."""
        ...
