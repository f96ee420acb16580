"""Choosing by hand: what there is for a track, and one of it taken by its number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imgext.errors import MissingInputError, UsageError, shown
from imgext.ontology.hierarchy import hierarchy
from imgext.scene.lock import Lock
from imgext.sounds.find import Stage
from imgext.sounds.search.climb import Found, Outcome
from imgext.sounds.sources import Services, open_sources
from imgext.sounds.tracks import jobs_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.scene.model import Object, Scene
    from imgext.sounds.candidate import Candidate
    from imgext.sounds.library.library import Library
    from imgext.sounds.search.rules import Ranked
    from imgext.sounds.tracks import Job

#: So many are listed.
MOST = 20


@dataclass(frozen=True, slots=True)
class Choice:
    """One sound that a track may be given.

    Parameters
    ----------
    number : int
        From 1 on, by which it is taken.
    sound : Candidate
    rung : str
        Of the ladder of ratings.
    words : str
        What found it.
    refused : str
        Why no search takes it; blank where one may.
    """

    number: int
    sound: Candidate
    rung: str
    words: str
    refused: str
    entry: Ranked

    def as_data(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "number": self.number,
            "sound": self.sound.reference,
            "label": self.sound.label,
            "duration": self.sound.duration,
            "licence": self.sound.licence,
            "author": self.sound.author,
            "rating": self.sound.rating,
            "rung": self.rung,
            "words": self.words,
            "refused": self.refused or None,
        }


def choices(
    scene: Scene, track: str, *, libraries: Sequence[Library], services: Services, lock: Lock
) -> list[Choice]:
    """Every sound that a track may be given, the one that a search would take first.

    Raises
    ------
    MissingInputError
        There is no such track, or none with an object to search for.
    UnavailableError
        A service does not answer.
    """
    stage = Stage(scene, lock, libraries, services, allow_outside=False, locked=False)
    job, thing = _wanted(scene, track)
    tag = hierarchy().understand(thing.label)
    return [
        Choice(number, entry.candidate, entry.rung, entry.step.words, refused, entry)
        for number, (entry, refused) in enumerate(stage.searching.survey(job.id, thing, tag, MOST), 1)
    ]


def take(
    scene: Scene, track: str, number: int, *, libraries: Sequence[Library], services: Services, lock: Lock
) -> tuple[Choice, Lock]:
    """Give a track the sound of a number of `choices`; the lock that pins it.

    Raises
    ------
    UsageError
        There is no such number, or its licence is not allowed by the scene.
    """
    listed = choices(scene, track, libraries=libraries, services=services, lock=lock)
    if not 1 <= number <= len(listed):
        raise UsageError(f"{track} has no candidate {number}; `--list {track}` shows {len(listed)}")
    choice = listed[number - 1]
    stage = Stage(scene, lock, libraries, services, allow_outside=False, locked=False)
    if not stage.may_use(choice.sound):
        raise UsageError(f"{choice.sound.reference}: {choice.refused}")
    job, thing = _wanted(scene, track)
    (source,) = open_sources([choice.sound.source], libraries, services)
    path = source.content(choice.sound)
    found = Found(choice.sound, path, choice.entry.step, choice.rung, len(listed), 1, "chosen by number")
    stage.labels[job.id] = thing.label
    stage.answer(job, thing, hierarchy().understand(thing.label), found, Outcome())
    return choice, Lock.of({**lock.sounds, **stage.described()})


def _wanted(scene: Scene, track: str) -> tuple[Job, Object]:
    job = next((job for job in jobs_of(scene) if job.id == track), None)
    if job is None or job.thing is None:
        why = f"there is no track {shown(track)}" if job is None else f"{track} has no object to search for"
        raise MissingInputError(why)
    return job, job.thing
