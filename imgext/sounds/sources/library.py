"""Folders of your own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.sounds.candidate import IN_LABEL, IN_TEXT
from imgext.sounds.library.descriptions import label_of
from imgext.sounds.sources.base import SoundFile, SoundOrigin
from imgext.store.places import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imgext.ontology.hierarchy import Step
    from imgext.sounds.candidate import Candidate
    from imgext.sounds.search.rules import Rules
    from imgext.sounds.sources.base import Wanted

#: Sounds of one folder that a step looks at: the best come first, but a draw is among all.
BEST, DRAWN = 250, 10_000


class Source(SoundOrigin):
    """The libraries that are set up."""

    name, where = "library", "in the library"

    def missing(self) -> str:
        """Why it cannot be searched; blank where it can."""
        return "" if self.libraries else "no sound library is set up"

    def batches(self, step: Step, rules: Rules, *, bed: bool) -> Iterator[list[Candidate]]:  # noqa: ARG002
        """One batch; far from the label the words must stand in the recording's own."""
        if step.rung != "builtin":
            worst = IN_LABEL if step.rung == "parent" and step.depth > 1 else IN_TEXT
            most = BEST if rules.mode == "best" else DRAWN
            yield [
                found
                for library in self.libraries
                for found in library.search(step.words, most)
                if found.rank <= worst
            ]

    def held(self, wanted: Wanted) -> list[SoundFile]:
        """The file of that name in each library, in order."""
        there = [known.path for known in self._known(wanted.name) if known.path is not None]
        return [SoundFile(path, None, digest) for path in there if (digest := _digest(path)) is not None]

    def absence(self) -> str:
        """Why a name is not on this machine."""
        return "no library that was named holds it" if self.libraries else "no library was named"

    def describe(self, name: str, path: Path | None) -> Candidate | None:
        """Return what the file's library knows of it, else the first with its name."""
        held = self._known(name)
        return next((known for known in held if known.path == path), held[0] if held else None)

    def _known(self, name: str) -> list[Candidate]:
        return [known for library in self.libraries if (known := library.get(name)) is not None]

    @classmethod
    def words_of(cls, name: str) -> str:
        """The words of the file's name."""
        return label_of(super().words_of(name))


def _digest(path: Path) -> str | None:
    try:
        return digest_of(path)
    except OSError:
        return None
