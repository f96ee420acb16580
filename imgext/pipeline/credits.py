"""`credits`: says who made the sounds of a scene, from its lock."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import MissingInputError
from imgext.scene.decision import Decision

if TYPE_CHECKING:
    from imgext.scene.lock import Lock
    from imgext.sounds.credits import Credit

#: The lock in a render's folder.
RENDERED = "scene.resolved.lock.yaml"


@dataclass(frozen=True)
class Credits:
    """Who made the sounds of a scene: as objects, and in their licences' words."""

    lock: Lock

    @property
    def sounds(self) -> list[Credit]:
        """One credit for every sound."""
        from imgext.sounds.credits import credits_of

        return credits_of(self.lock)

    @property
    def warnings(self) -> list[Decision]:
        """What you need to know before you publish the mix."""
        from imgext.sounds.credits import licence_warnings

        return [
            Decision(f"tracks.{track}.sound", None, because, kind="warning")
            for track, because in licence_warnings(self.lock)
        ]

    @property
    def text(self) -> str:
        """Plain text, ready to copy."""
        from imgext.sounds.credits import credits_text

        return credits_text(self.lock)

    @property
    def html(self) -> str:
        """A self-contained page."""
        from imgext.sounds.credits import credits_html

        return credits_html(self.lock)

    @property
    def json(self) -> str:
        """`as_data` as JSON."""
        from imgext.sounds.credits import credits_json

        return credits_json(self.lock)

    def as_data(self) -> dict[str, Any]:
        """Plain data, with Freesound's keys where it has them."""
        from imgext.sounds.credits import credits_data

        return credits_data(self.lock)


def credits(scene: Path | str) -> Credits:  # noqa: A001  # the command's name
    """Return who made the sounds of a scene, or of a render's folder.

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
    """Find the lock of a scene or a render; raises MissingInputError without one."""
    from imgext.scene.lock import lock_path

    if scene.is_dir():
        path, how = scene / RENDERED, "this is not the folder of a render"
    else:
        path, how = lock_path(scene), f"name the folder of a render, or run `imgext find {scene.name}` first"
    if not path.is_file():
        raise MissingInputError(
            f"{path}: there is no such lock; {how}" if scene.exists() else f"{scene}: there is no such file"
        )
    return path
