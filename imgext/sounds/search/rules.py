"""How sounds are chosen, and a candidate with its place in the order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from imgext.ontology.hierarchy import Step
    from imgext.sounds.candidate import Candidate


@dataclass(frozen=True, slots=True)
class Rules:
    """What a climb needs of a scene's `find`; `dry` if a room is detected."""

    sources: tuple[str, ...]
    mode: Literal["best", "random"]
    prefer: Literal["rating", "downloads"]
    fallback: Literal["csv", "ai", "off"]
    licences: frozenset[str]
    seed: int
    dry: bool = False


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate, the step that found it, and its rank: smaller is better."""

    candidate: Candidate
    step: Step
    key: tuple[float, ...]
    rung: str
