"""https://freesound.org, as `imgext.sounds.freesound` asks it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from imgext.errors import MissingInputError, UnavailableError, shown
from imgext.ontology.words import key_of
from imgext.sounds.candidate import IN_LABEL, IN_TEXT
from imgext.sounds.sources.base import SoundFile, SoundOrigin
from imgext.store.places import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from imgext.ontology.hierarchy import Step
    from imgext.sounds.candidate import Candidate
    from imgext.sounds.library.library import Library
    from imgext.sounds.search.rules import Rules
    from imgext.sounds.sources.base import Services, Wanted

HOST = "https://freesound.org"
_PAGE = re.compile(
    r"https?://(?:www\.)?freesound\.org/(?:s/|people/(?P<author>[^/\s]+)/sounds/)(?P<id>[0-9]{1,12})"
    r"/?(?:[?#]\S*)?"
)


class Source(SoundOrigin):
    """Freesound, where a key is set up."""

    name, where, costly, fetched = "freesound", "on Freesound", True, True
    thanks = f"With sounds from Freesound, {HOST}/"

    def __init__(self, libraries: Sequence[Library], services: Services) -> None:
        super().__init__(libraries, services)
        self.nothing: set[frozenset[str]] = set()

    def missing(self) -> str:
        """Why it cannot be searched; blank where it can."""
        if self.services.freesound is not None:
            return ""
        if self.services.offline:
            return "Freesound is not asked while offline"
        return "Freesound is not set up (FREESOUND_API_KEY)"

    def batches(self, step: Step, rules: Rules, *, bed: bool) -> Iterator[list[Candidate]]:
        """Rated sounds first, then any.

        All words must match, so a name that only adds words to one that gave nothing is not asked for.
        """
        client = self.services.freesound
        assert client is not None
        words = frozenset(key_of(step.words).split())
        if step.rung == "builtin" or any(known <= words for known in self.nothing):
            return
        worst = IN_LABEL if step.rung == "parent" and step.depth > 1 else IN_TEXT
        given = 0
        for batch in client.batches(
            step.words, bed=bed, licences=rules.licences, prefer=rules.prefer, mode=rules.mode, dry=rules.dry
        ):
            given += len(batch)
            yield [found for found in batch if found.rank <= worst]
        if not given and rules.mode == "best":  # its second batch has no bounds
            self.nothing.add(words)

    def content(self, candidate: Candidate) -> Path | None:
        """Its preview, from the store or fetched into it."""
        assert self.services.freesound is not None
        return self.services.freesound.content(candidate)

    def fetch(self, wanted: Wanted) -> SoundFile:
        """Download the preview."""
        client = self.services.freesound
        if client is None:
            why = f"{shown(wanted.reference)} is not on this machine"
            hint = "set FREESOUND_API_KEY and leave --offline and --locked out to fetch it"
            raise UnavailableError(faults=[wanted.place.fault("unavailable", why, hint)])
        try:
            path = client.content(client.sound(wanted.name))
            return SoundFile(path, None, digest_of(path))
        except (MissingInputError, OSError) as error:
            raise MissingInputError(faults=[wanted.place.fault("not_found", str(error))]) from error

    def describe(self, name: str, path: Path | None) -> Candidate | None:  # noqa: ARG002  # the interface
        """What the service says of it; None where it may not be asked."""
        return self.services.freesound.sound(name) if self.services.freesound is not None else None

    @classmethod
    def page_of(cls, name: str) -> str:
        """Web page of a sound."""
        return f"{HOST}/s/{quote(name, safe='')}/"

    @classmethod
    def author_page_of(cls, author: str) -> str:
        """Web page of an author."""
        return f"{HOST}/people/{quote(author, safe='')}/"

    @classmethod
    def at(cls, url: str) -> tuple[str, str] | None:
        """Return number and author of the sound at an address, else None."""
        match = _PAGE.fullmatch(url)
        return (match["id"], unquote(match["author"] or "")) if match else None
