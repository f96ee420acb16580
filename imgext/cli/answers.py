"""Answers of a stage: written into a scene, listed, or printed as a whole scene."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgext.cli import console

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.scene.decision import Decision
    from imgext.scene.model import Scene

Write = Annotated[
    bool, typer.Option("--write", "-w", help="Put the answers into the scene itself, one line each.")
]


def write(path: Path, original: Scene, decisions: Sequence[Decision]) -> None:
    """Put answers into the file of a scene, one line each."""
    from imgext.scene.document import read
    from imgext.scene.edit import set_values
    from imgext.store.files import rewrite_text

    text = before = read(path, allow_outside=True).text
    text = set_values(
        text,
        {
            decision.path: decision.value
            for decision in decisions
            if decision.kind == "answer" and original.value(decision.path) is None
        },
        file=str(path),
    )
    if text != before:
        rewrite_text(path, text)


def show(scene: Scene, decisions: Sequence[Decision], ending: str, *, as_json: bool, quiet: bool) -> None:
    """List the answers whose path has this ending, notes and warnings."""
    from imgext.scene.decision import decision_data

    if as_json:
        console.data(
            {"data": scene.as_data(), "decisions": [decision_data(decision) for decision in decisions]}
        )
        return
    if quiet:
        return
    for decision in decisions:
        if decision.kind == "answer" and decision.path.endswith(ending):
            console.say(f"  {decision.path}: {decision.value}  ({decision.because})")
        elif decision.kind == "note":
            console.say(f"  {decision.path}: {decision.because}")
    console.warn(decisions)


def print_scene(
    scene: Scene, decisions: Sequence[Decision], out: Path | None, *, force: bool, as_json: bool
) -> None:
    """Print a scene with its reasons, or write it to a file."""
    from imgext.scene.decision import decision_data
    from imgext.scene.writer import scene_text

    text = scene_text(scene, decisions)
    if out is not None:
        from imgext.store.files import write_text
        from imgext.store.outputs import refuse_to_overwrite

        refuse_to_overwrite(out, force=force)
        write_text(out, text)
    if as_json:
        console.data(
            {
                "scene": str(out) if out else None,
                "data": scene.as_data(),
                "decisions": [decision_data(decision) for decision in decisions],
            }
        )
    elif out is None:
        console.text(text)
