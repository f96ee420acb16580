"""Opens what a run uses besides its scene: sound folders, services, permissions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imgext.pipeline.services import open_services

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imgext.sounds.library.library import Library
    from imgext.sounds.sources import Services


@dataclass(frozen=True)
class Setup:
    """The libraries, services and permissions of a run.

    Parameters
    ----------
    libraries : sequence of Library
        Sound folders to choose from, in order; see `open_libraries`.
    services : Services, optional
        Services to ask over a network; blank: as the environment sets them up.
    allow_outside : bool
        Let sounds lie outside the scene's folder.
    locked : bool
        Raise DriftError if the lock and the scene disagree, and ask nothing over a network.
    """

    libraries: Sequence[Library] = ()
    services: Services | None = None
    allow_outside: bool = False
    locked: bool = False

    def asked(self) -> Services:
        """Return the services of this run; none answer if the lock decides."""
        services = open_services() if self.services is None else self.services
        return services.silenced() if self.locked else services


def open_libraries(folders: Sequence[Path | str]) -> list[Library]:
    """Index sound folders or refresh their index."""
    from imgext.sounds.library.library import Library

    return [Library(Path(folder)) for folder in folders]


def open_setup(
    folders: Sequence[Path | str] | None = None,
    *,
    offline: bool = False,
    model: str | None = None,
    allow_outside: bool = False,
    locked: bool = False,
    report: Callable[[str], None] = lambda _line: None,
) -> Setup:
    """Open libraries and services as the command line does.

    Parameters
    ----------
    folders : sequence of path, optional
        Sound folders; blank: ``IMGEXT_LIBRARY``, else `imgext.toml`.
    offline : bool
        Ask nothing over a network.
    model : str, optional
        The language model; it wins over ``IMGEXT_MODEL``.
    allow_outside, locked : bool
        See `Setup`.
    report : callable
        Receives a line when a service makes you wait.

    Raises
    ------
    ConfigError
        A setting cannot be understood.
    """
    from imgext.pipeline.config import library_folders

    libraries = open_libraries(folders if folders is not None else library_folders())
    services = open_services(offline=offline, model=model, report=report)
    return Setup(libraries, services, allow_outside, locked)
