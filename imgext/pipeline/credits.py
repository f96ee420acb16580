"""`credits`: who made the sounds of a scene, from the lock that pins them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.errors import MissingInputError

if TYPE_CHECKING:
    from pathlib import Path

#: The lock of what a render played, in its folder.
RENDERED = "scene.resolved.lock.yaml"


def lock_of(scene: Path) -> Path:
    """The lock beside a scene, or that of a render's folder."""
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
