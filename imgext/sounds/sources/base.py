"""Defines a source of sounds: search, resolve, fetch, describe, credit.

A search answers a step of the climb with batches of candidates, the better ones first. A batch is only asked
for when nothing in the one before could be used, so a service is asked no more than is needed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, ClassVar

from imgext.errors import MissingInputError, shown
from imgext.store.contents import find as find_stored
from imgext.store.places import digest_of, locate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from imgext.ontology.hierarchy import Step
    from imgext.remote.chat import Chat
    from imgext.scene.lock import LockedSound
    from imgext.scene.yaml.where import Where
    from imgext.sounds.candidate import Candidate
    from imgext.sounds.freesound import Freesound
    from imgext.sounds.library.library import Library
    from imgext.sounds.search.rules import Rules


@dataclass(frozen=True)
class Services:
    """What can be asked over a network; None for what is not set up.

    `offline` says that nothing may be asked, `report` takes a line while you wait.
    """

    freesound: Freesound | None = None
    chat: Chat | None = None
    offline: bool = False
    report: Callable[[str], None] = lambda _line: None

    def silenced(self) -> Services:
        """The same without a network."""
        return replace(self, freesound=None, chat=None, offline=True)


@dataclass(frozen=True, slots=True)
class SoundFile:
    """A playable sound: one of `path` and `builtin`, and its content's digest.

    `builtin` is the take of a built-in sound as `imgext.sounds.sources.builtin.take_of` writes it; its digest
    may be a function of the take, because who only checks a scene need not compute its sounds.
    """

    path: Path | None
    builtin: str | None
    digest: str | Callable[[str], str]

    @property
    def sha256(self) -> str:
        """The digest of the content; a built-in sound is computed for it."""
        return self.digest if isinstance(self.digest, str) else self.digest(self.builtin or "")

    @property
    def content(self) -> str:
        """What is the same for the same content, without computing it."""
        return self.builtin or self.sha256


@dataclass(frozen=True, slots=True)
class Facts:
    """What a lock pins of a content: its digest, size in bytes and length in seconds."""

    sha256: str
    bytes: int
    duration: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reference that has to be played.

    Parameters
    ----------
    name : str
        Within the source.
    reference : str
        As the scene writes it.
    place : Where
        Where it is written; every fault has this place.
    folder : Path
        Of the scene.
    pin : LockedSound or None
        What the lock says of this reference.
    allow_outside : bool
        A file may lie outside the scene's folder.
    seed : int
        Of the track: two tracks that play one built-in sound hear two individuals.
    """

    name: str
    reference: str
    place: Where
    folder: Path
    pin: LockedSound | None
    allow_outside: bool
    seed: int = 0


class SoundOrigin:
    """Base of all sources; what most of them do alike stands here.

    Parameters
    ----------
    libraries : sequence of Library
        The sound folders that are set up.
    services : Services
        What may be asked over a network.
    """

    #: Its name in a scene.
    name: ClassVar[str]
    #: Where a sound of it was found, in a sentence.
    where: ClassVar[str]
    #: Every question costs seconds, so only the names that matter most are asked.
    costly: ClassVar[bool] = False
    #: Contents come over a network, and may come broken.
    fetched: ClassVar[bool] = False
    #: imgext's own sounds: free to use, and what they are called is what they are.
    ours: ClassVar[bool] = False
    #: What stands under the reference is played, also where the lock pins another content.
    as_written: ClassVar[bool] = False
    #: Below the credits where one of its sounds is played; blank for nothing.
    thanks: ClassVar[str] = ""

    def __init__(self, libraries: Sequence[Library], services: Services) -> None:
        self.libraries, self.services = libraries, services

    def missing(self) -> str:
        """Why it cannot be searched; blank where it can."""
        return ""

    def batches(self, step: Step, rules: Rules, *, bed: bool) -> Iterator[list[Candidate]]:
        """Candidates for a step, the better ones first.

        Raises
        ------
        UnavailableError
            A service does not answer.
        """
        raise NotImplementedError

    def content(self, candidate: Candidate) -> Path | None:
        """Return a candidate's file, None if computed; raises MissingInputError."""
        assert candidate.path is not None
        try:
            digest_of(candidate.path)
        except OSError as error:
            raise MissingInputError(f"{candidate.reference}: {error.strerror or error}") from error
        return candidate.path

    def resolve(self, wanted: Wanted) -> SoundFile:
        """Return a reference's content: the pinned one, else what has the name now.

        Raises
        ------
        SceneError, MissingInputError, UnavailableError
            Each with the place of the reference.
        """
        held, pin = self.held(wanted), wanted.pin
        if pin is not None and not (held and self.as_written):
            same = next((sound for sound in held if sound.sha256 == pin.sha256), None)
            if same is not None:
                return same
            elsewhere = locate(pin.sha256) or find_stored(pin.sha256)
            if elsewhere is not None:
                return SoundFile(elsewhere, None, pin.sha256)
        return held[0] if held else self.fetch(wanted)

    def held(self, wanted: Wanted) -> list[SoundFile]:  # noqa: ARG002  # the interface
        """What is on this machine under the name."""
        return []

    def fetch(self, wanted: Wanted) -> SoundFile:
        """Bring what is not on this machine, or say why it cannot be had."""
        why = self.absence()
        why = f"{shown(wanted.reference)}: {why}, and its content is not known on this machine"
        raise MissingInputError(faults=[wanted.place.fault("not_found", why)])

    def absence(self) -> str:
        """Why a name is not on this machine."""
        return "it is not here"

    def describe(self, name: str, path: Path | None) -> Candidate | None:  # noqa: ARG002  # the interface
        """What is known of a sound, `path` being its file; None where nothing is."""
        return None

    @classmethod
    def words_of(cls, name: str) -> str:
        """What a name within the source says is heard."""
        return PurePosixPath(name).stem

    @classmethod
    def is_dry(cls, name: str) -> bool:  # noqa: ARG003  # the interface
        """Whether a sound is known to have no room in it, because no room was around when it was made."""
        return False

    @classmethod
    def page_of(cls, name: str) -> str:  # noqa: ARG003  # the interface
        """Web page of a sound; blank where it has none."""
        return ""

    @classmethod
    def author_page_of(cls, author: str) -> str:  # noqa: ARG003  # the interface
        """Web page of an author; blank where there is none."""
        return ""

    @classmethod
    def at(cls, url: str) -> tuple[str, str] | None:  # noqa: ARG003  # the interface
        """Return name and author of the sound at an address; None if it is not ours."""
        return None
