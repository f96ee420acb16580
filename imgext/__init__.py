"""imgext: a picture becomes an editable scene, a scene becomes a soundscape.

    >>> from imgext import analyze, load, resolve, render

Everything heavy is imported when it is first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgext._version import __version__ as __version__

if TYPE_CHECKING:
    from imgext.comparing.golden import Verdict
    from imgext.pipeline.analyze import analyze
    from imgext.pipeline.check import check
    from imgext.pipeline.choices import list_choices, take_choice
    from imgext.pipeline.collect import Collected, collect
    from imgext.pipeline.credits import Credits, credits  # noqa: A004  # the command's name
    from imgext.pipeline.diff import Difference, diff
    from imgext.pipeline.doctor import doctor
    from imgext.pipeline.evaluate import evaluate
    from imgext.pipeline.explain import explain
    from imgext.pipeline.fmt import fmt
    from imgext.pipeline.make import make
    from imgext.pipeline.merge import MergedFile, merge
    from imgext.pipeline.render import Rendered, render
    from imgext.pipeline.resolve import Resolved, arrange, find, resolve
    from imgext.pipeline.services import open_services
    from imgext.pipeline.setup import Setup, open_libraries, open_setup
    from imgext.pipeline.sounds import FoundSound, Indexed, index_sounds, list_sounds, search_sounds
    from imgext.pipeline.verify import verify
    from imgext.scene.decision import Decision
    from imgext.scene.document import load
    from imgext.scene.model import Scene

_HOMES = {
    "Collected": "pipeline.collect",
    "Credits": "pipeline.credits",
    "Decision": "scene.decision",
    "Difference": "pipeline.diff",
    "FoundSound": "pipeline.sounds",
    "Indexed": "pipeline.sounds",
    "Rendered": "pipeline.render",
    "Resolved": "pipeline.resolve",
    "Scene": "scene.model",
    "Setup": "pipeline.setup",
    "analyze": "pipeline.analyze",
    "arrange": "pipeline.resolve",
    "check": "pipeline.check",
    "diff": "pipeline.diff",
    "doctor": "pipeline.doctor",
    "evaluate": "pipeline.evaluate",
    "explain": "pipeline.explain",
    "find": "pipeline.resolve",
    "fmt": "pipeline.fmt",
    "collect": "pipeline.collect",
    "credits": "pipeline.credits",
    "index_sounds": "pipeline.sounds",
    "list_choices": "pipeline.choices",
    "list_sounds": "pipeline.sounds",
    "load": "scene.document",
    "MergedFile": "pipeline.merge",
    "make": "pipeline.make",
    "merge": "pipeline.merge",
    "open_libraries": "pipeline.setup",
    "open_services": "pipeline.services",
    "open_setup": "pipeline.setup",
    "render": "pipeline.render",
    "resolve": "pipeline.resolve",
    "search_sounds": "pipeline.sounds",
    "take_choice": "pipeline.choices",
    "Verdict": "comparing.golden",
    "verify": "pipeline.verify",
}

__all__ = [
    "Collected",
    "Credits",
    "Decision",
    "Difference",
    "FoundSound",
    "Indexed",
    "MergedFile",
    "Rendered",
    "Resolved",
    "Scene",
    "Setup",
    "Verdict",
    "analyze",
    "arrange",
    "check",
    "collect",
    "credits",
    "diff",
    "doctor",
    "evaluate",
    "explain",
    "find",
    "fmt",
    "index_sounds",
    "list_choices",
    "list_sounds",
    "load",
    "make",
    "merge",
    "open_libraries",
    "open_services",
    "open_setup",
    "render",
    "resolve",
    "search_sounds",
    "take_choice",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(f"imgext.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'imgext' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
