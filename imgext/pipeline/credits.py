"""`credits`: who made the sounds of a scene, from the lock that pins them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import MissingInputError
from imgext.scene.decision import Decision

if TYPE_CHECKING:
    from imgext.scene.lock import Lock
    from imgext.sounds.credits import Credit

#: The lock of what a render played, in its folder.
RENDERED = "scene.resolved.lock.yaml"


@dataclass(frozen=True)
class Credits:
    """Who made the sounds of a scene: as objects, and in the words that their licences ask for."""

    lock: Lock

    @property
    def sounds(self) -> list[Credit]:
        """One credit for every sound."""
        from imgext.sounds.credits import credits_of

        return credits_of(self.lock)

    @property
    def warnings(self) -> list[Decision]:
        """What whoever publishes the mix has to know."""
        from imgext.sounds.credits import licence_warnings

        return [
            Decision(f"tracks.{track}.sound", None, because, kind="warning")
            for track, because in licence_warnings(self.lock)
        ]

    @property
    def text(self) -> str:
        """Plain text, ready to be copied."""
        from imgext.sounds.credits import credits_text

        return credits_text(self.lock)

    @property
    def html(self) -> str:
        """A page that needs nothing else."""
        from imgext.sounds.credits import credits_html

        return credits_html(self.lock)

    @property
    def json(self) -> str:
        """`as_data` as JSON."""
        from imgext.sounds.credits import credits_json

        return credits_json(self.lock)

    def as_data(self) -> dict[str, Any]:
        """Plain data, under Freesound's keys where it has them."""
        from imgext.sounds.credits import credits_data

        return credits_data(self.lock)


def credits(scene: Path | str) -> Credits:  # noqa: A001  # the command's name
    """Who made the sounds of a scene, from the lock next to it, or of a render, from its folder.

    Raises
    ------
    MissingInputError
        There is no lock.
    SceneError
        The lock cannot be read.
    """
    from imgext.scene.lock import read_lock

    return Credits(read_lock(lock_of(Path(scene))))


def lock_of(scene: Path) -> Path:
    """The lock next to a scene, or that of a render's folder; raises MissingInputError without one."""
    from imgext.scene.lock import lock_path

    if scene.is_dir():
        path, how = scene / RENDERED, "this is not the folder of a render"
    else:
        path, how = lock_path(scene), f"run `imgext find {scene.name}` first"
    if not path.is_file():
        raise MissingInputError(
            f"{path}: there is no such lock; {how}" if scene.exists() else f"{scene}: there is no such file"
        )
    return path
