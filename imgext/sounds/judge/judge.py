"""Defines judges, which say whether a found sound suits the picture.

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
    """What is wanted: label, searched words, the picture's context, bed or event."""

    label: str
    words: str
    context: str = ""
    bed: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a candidate may be used, and a short reason for the log."""

    accepted: bool
    because: str


class Judge(Protocol):
    """Says whether sounds fit."""

    #: Its name in the log: ``offline`` or ``ai``.
    name: str
    #: How many candidates to ask about at once.
    at_once: int

    def verdicts(self, question: Question, candidates: Sequence[Candidate]) -> list[Verdict]:
        """Give a verdict for each candidate, in order."""
        ...
