"""Reads the settings outside a scene: where to look for sounds.

Precedence: option on the command line, environment, `imgext.toml` in the working folder or above it, the
user's own configuration, default. Every value records where it came from, for `imgext doctor`.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import ConfigError, readable
from imgext.store.environment import variable
from imgext.store.files import named_path, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FILE = "imgext.toml"
#: Bytes of a configuration file.
MOST = 1 << 20


@dataclass(frozen=True, slots=True)
class Setting:
    """One value and where it came from."""

    value: Any
    origin: str


def libraries_setting(environment: Mapping[str, str] | None = None, folder: Path | None = None) -> Setting:
    """Find the sound folders in ``IMGEXT_LIBRARY``, else in `imgext.toml`.

    ``IMGEXT_LIBRARY`` separates folders as PATH does.

    Raises
    ------
    ConfigError
        A configuration file is not TOML, or has a key that imgext does not know.
    """
    found = Setting((), "default")
    for path in (*_user_file(), *_project_file(folder or Path.cwd())):
        found = Setting(_libraries_of(path), str(path))
    named = variable("IMGEXT_LIBRARY", environment)
    if named:
        found = Setting(tuple(named_path(part) for part in named.split(os.pathsep) if part), "IMGEXT_LIBRARY")
    return found


def library_folders(options: Sequence[Path] | None = None) -> list[Path]:
    """Return the sound folders of the option, else those that are set up."""
    return list(options) if options else list(libraries_setting().value)


def _user_file() -> list[Path]:
    from platformdirs import user_config_dir

    path = Path(user_config_dir("imgext", appauthor=False)) / FILE
    return [path] if path.is_file() else []


def _project_file(folder: Path) -> list[Path]:
    return next(([place / FILE] for place in (folder, *folder.parents) if (place / FILE).is_file()), [])


def _libraries_of(path: Path) -> tuple[Path, ...]:
    try:
        data = tomllib.loads(read_text(path, MOST))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror or error}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {readable(str(error))}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: too many levels") from error
    for key in data:
        if key != "libraries":
            raise ConfigError(f"{path}: unknown key `{readable(key)[:60]}`; known: libraries")
    folders = data.get("libraries", [])
    if not isinstance(folders, list) or not all(isinstance(folder, str) for folder in folders):
        raise ConfigError(f"{path}: libraries: wanted: a list of folders")
    return tuple(path.parent / named_path(folder) for folder in folders)
