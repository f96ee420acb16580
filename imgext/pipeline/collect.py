"""`collect`: copies the sounds of a scene next to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imgext.pipeline.setup import Setup
    from imgext.scene.lock import Lock


@dataclass(frozen=True)
class Collected:
    """The result of `collect`.

    Parameters
    ----------
    scene : Path
    lock : Lock
        The new lock, with the place of every copy.
    copied : list of (str, str)
        Track and file of each new copy.
    files : dict of str to str
        Where each collected sound stands, by track.
    passed_over : dict of str to str
        Why a track has no copy.
    dry_run : bool
        Nothing was copied or written.
    """

    scene: Path
    lock: Lock
    copied: list[tuple[str, str]]
    files: dict[str, str]
    passed_over: dict[str, str]
    dry_run: bool

    def as_data(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        return {
            "scene": str(self.scene),
            "dry_run": self.dry_run,
            "copied": [{"track": track, "file": file} for track, file in self.copied],
            "files": self.files,
            "passed_over": self.passed_over,
        }


def collect(
    scene: Path | str,
    *,
    setup: Setup | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> Collected:
    """Copy a scene's sounds into ``sounds/``, so that its folder renders anywhere.

    Parameters
    ----------
    scene : path
        Sounds are those of its lock; without one they are found first, and pinned.
    setup : Setup, optional
        Libraries, services and permissions; blank: no library, services as the environment sets them up.
    force : bool
        Overwrite files of the same name with other content.
    dry_run : bool
        Check everything, copy nothing.

    Raises
    ------
    MissingInputError
        A sound is not in the lock, is no longer the locked content, or cannot be read.
    CannotWriteError
        A file of that name has other content, or the folder cannot be written; nothing is copied.
    """
    from imgext.pipeline.resolve import find
    from imgext.pipeline.setup import Setup
    from imgext.scene.document import load
    from imgext.scene.lock import lock_path, read_lock, write_lock
    from imgext.sounds.collect import collect as bring
    from imgext.sounds.collect import sources_of

    scene, setup = Path(scene), Setup() if setup is None else setup
    original, path = load(scene, allow_outside=setup.allow_outside), lock_path(scene)
    lock = read_lock(path) if path.is_file() else find(scene, setup=setup).lock
    sources, silent = sources_of(
        original,
        lock,
        libraries=setup.libraries,
        services=setup.asked(),
        allow_outside=setup.allow_outside,
    )
    new, copied = bring(original, lock, sources, force=force, dry_run=dry_run)
    if (new != lock or not path.is_file()) and not dry_run:
        write_lock(path, new)
    files = {
        track: sound.file
        for track, sound in new.sounds.items()
        if track in sources and sound.file is not None
    }
    return Collected(scene, new, copied, files, silent, dry_run)
