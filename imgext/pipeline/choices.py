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
    """List the sounds for a track, starting with the one `find` would take.

    Raises
    ------
    MissingInputError
        The track does not exist, or has no object to search for.
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
    """Give a track the sound of a number of `list_choices`; return the new lock.

    The lock is not written.

    Raises
    ------
    UsageError
        The number does not exist, or the scene does not allow the sound's licence.
    """
    from imgext.sounds.choices import take

    setup = Setup() if setup is None else setup
    found, lock = located(scene, None, setup)
    return take(found, track, number, libraries=setup.libraries, services=setup.asked(), lock=lock)
