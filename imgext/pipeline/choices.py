"""`list_choices`, `take_choice`: choose a track's sound by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.pipeline.resolve import located
from imgext.pipeline.setup import Setup

if TYPE_CHECKING:
    from pathlib import Path

    from imgext.scene.lock import Lock
    from imgext.scene.model import Scene
    from imgext.sounds.choices import Choice


def list_choices(scene: Scene | Path | str, track: str, *, setup: Setup | None = None) -> list[Choice]:
    """Every sound that a track may be given, the one that `find` would take first.

    Raises
    ------
    MissingInputError
        There is no such track, or none with an object to search for.
    UnavailableError
        A service does not answer.
    """
    from imgext.sounds.choices import choices

    setup = Setup() if setup is None else setup
    found, lock = located(scene, None, setup)
    return choices(found, track, libraries=setup.libraries, services=setup.asked(), lock=lock)


def take_choice(
    scene: Scene | Path | str, track: str, number: int, *, setup: Setup | None = None
) -> tuple[Choice, Lock]:
    """Give a track the sound of a number of `list_choices`; the new lock, which is not written.

    Raises
    ------
    UsageError
        There is no such number, or the scene does not allow its licence.
    """
    from imgext.sounds.choices import take

    setup = Setup() if setup is None else setup
    found, lock = located(scene, None, setup)
    return take(found, track, number, libraries=setup.libraries, services=setup.asked(), lock=lock)
