"""What the commands look for sounds in: folders and services, from options and settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgext.cli import talk

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def opened(library: Sequence[Path] | None, *, offline: bool, quiet: bool = False, model: str | None = None) -> dict[str, Any]:
    """`libraries` and `services`, as the pipeline's functions take them."""
    from imgext.pipeline import open_libraries, open_services
    from imgext.settings import library_folders

    told = (lambda _line: None) if quiet else talk.say
    return {"libraries": open_libraries(library_folders(library)), "services": open_services(offline=offline, model=model, told=told)}
