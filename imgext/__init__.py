"""imgext: a picture becomes an editable scene, a scene becomes a soundscape.

    >>> from imgext import analyze, load, resolve, render

Everything heavy is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from imgext.pipeline import Rendered, Resolved, analyze, find, load, make, open_libraries, render, resolve
    from imgext.scene.decision import Decision
    from imgext.scene.model import Scene

_HOMES = {
    **dict.fromkeys(["Rendered", "Resolved", "analyze", "find", "load", "make", "open_libraries", "render", "resolve"], "imgext.pipeline"),
    "Decision": "imgext.scene.decision",
    "Scene": "imgext.scene.model",
}

__all__ = ["Decision", "Rendered", "Resolved", "Scene", "analyze", "find", "load", "make", "open_libraries", "render", "resolve"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'imgext' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
