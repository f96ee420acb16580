"""`find`: choose a sound for every track."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imgext.pipeline.services import open_services
from imgext.scene.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from imgext.scene.decision import Decision
    from imgext.scene.model import Scene
    from imgext.sounds.library.library import Library
    from imgext.sounds.search.sources import Services


def open_libraries(folders: Sequence[Path | str]) -> list[Library]:
    """Index sound folders, or refresh their index, for `find`, `resolve` and `render`."""
    from imgext.sounds.library.library import Library

    return [Library(Path(folder)) for folder in folders]


def find(
    scene: Scene,
    *,
    libraries: Sequence[Library] = (),
    services: Services | None = None,
    lock: Lock | None = None,
    update: Collection[str] = (),
    allow_outside: bool = False,
    locked: bool = False,
) -> tuple[Scene, Lock, list[Decision]]:
    """Choose a sound for every track that has none; see `imgext.sounds.find`."""
    from imgext.sounds.find import find as choose

    return choose(
        scene,
        lock if lock is not None else Lock(),
        libraries=libraries,
        services=open_services() if services is None else services,
        update=update,
        allow_outside=allow_outside,
        locked=locked,
    )
