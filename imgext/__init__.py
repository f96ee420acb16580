"""imgext: a picture becomes an editable scene, a scene becomes a soundscape.

    >>> from imgext import analyze, load, resolve, render

Everything heavy is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from imgext.pipeline import Resolved, analyze, find, make, open_libraries, open_services, render, resolve
    from imgext.results import Rendered
    from imgext.scene.decision import Decision
    from imgext.scene.document import load
    from imgext.scene.model import Scene

_HOMES = {
    **dict.fromkeys(["Resolved", "analyze", "find", "make", "open_libraries", "open_services", "render", "resolve"], "imgext.pipeline"),
    "Rendered": "imgext.results",
    "load": "imgext.scene.document",
    "Decision": "imgext.scene.decision",
    "Scene": "imgext.scene.model",
}

__all__ = [
    "Decision",
    "Rendered",
    "Resolved",
    "Scene",
    "analyze",
    "find",
    "load",
    "make",
    "open_libraries",
    "open_services",
    "render",
    "resolve",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'imgext' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
