"""`SOURCES`: the sources of sounds, each in the module of its name.

To add one, write a module with a class `Source` here and add its name to `imgext.scene.part`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, get_args

from imgext.scene.part import SCHEMES, SoundSource
from imgext.sounds.sources.base import Services

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.sounds.library.library import Library
    from imgext.sounds.sources.base import SoundOrigin

__all__ = ["SOURCES", "Services", "open_sources", "scheme_of"]

SOURCES: dict[str, type[SoundOrigin]] = {
    name: import_module(f"imgext.sounds.sources.{name}").Source for name in get_args(SoundSource)
}


def scheme_of(reference: str) -> tuple[str, str]:
    """The source of a reference and the name within it.

    >>> scheme_of("library:dog/bark.wav"), scheme_of("sounds/gull.flac")
    (('library', 'dog/bark.wav'), ('file', 'sounds/gull.flac'))
    """
    scheme, colon, rest = reference.partition(":")
    return (scheme, rest) if colon and scheme in SCHEMES else ("file", reference)


def open_sources(names: Sequence[str], libraries: Sequence[Library], services: Services) -> list[SoundOrigin]:
    """The sources of these names that are set up, in order."""
    opened = (SOURCES[name](libraries, services) for name in names)
    return [source for source in opened if not source.missing()]
