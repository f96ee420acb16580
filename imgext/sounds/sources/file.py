"""Files that a scene names itself, below its folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.errors import MissingInputError, SceneError, shown
from imgext.scene.rules import ALLOW
from imgext.sounds.library.descriptions import label_of
from imgext.sounds.sources.base import SoundFile, SoundOrigin
from imgext.store.files import as_spelled, named_path
from imgext.store.places import digest_of

if TYPE_CHECKING:
    from pathlib import Path

    from imgext.sounds.sources.base import Wanted


class Source(SoundOrigin):
    """Written paths; nothing is searched."""

    name, where, as_written = "file", "in the scene's folder", True

    def missing(self) -> str:
        """Why it cannot be searched."""
        return "files are named, not searched"

    def held(self, wanted: Wanted) -> list[SoundFile]:
        """The file, where there is one."""
        path = _inside(wanted)
        try:
            if not path.is_file():
                return []
        except OSError:  # a name longer than the file system takes
            return []
        try:
            return [SoundFile(path, None, digest_of(path))]
        except OSError as error:
            why = f"{shown(path.name)}: {error.strerror or error}"
            raise MissingInputError(faults=[wanted.place.fault("not_found", why)]) from error

    def absence(self) -> str:
        """Why a name is not on this machine."""
        return "there is no such file"

    @classmethod
    def words_of(cls, name: str) -> str:
        """The words of the file's name."""
        return label_of(super().words_of(name))


def _inside(wanted: Wanted) -> Path:
    folder, name = wanted.folder, wanted.name
    path = as_spelled(folder / named_path(name) if wanted.allow_outside else folder / name)
    try:
        resolved, home = path.resolve(), folder.resolve()
    except (OSError, RuntimeError) as error:  # a loop of symbolic links
        fault = wanted.place.fault("not_found", f"{shown(name)}: {error}")
        raise MissingInputError(faults=[fault]) from error
    if not wanted.allow_outside and not resolved.is_relative_to(home):
        why = f"{shown(name)} leaves the scene's folder through a link"
        raise SceneError(faults=[wanted.place.fault("bad_path", why, ALLOW)])
    return path
