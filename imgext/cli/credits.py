"""`imgext credits`: print who made the sounds of a scene."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from imgext.cli import console, options


class Form(StrEnum):
    """How credits are written."""

    text = "text"
    html = "html"
    json = "json"


def credits(  # noqa: A001  # the command's name
    scene: Annotated[
        Path,
        typer.Argument(
            metavar="SCENE",
            help="A scene with its lock beside it, or the folder of a render.",
            show_default=False,
        ),
    ],
    form: Annotated[Form, typer.Option("--format", help="Plain text, a page, or data.")] = Form.text,
    out: options.OutFile = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Print who made the sounds of a scene, as their licences ask for it, and warn of what a licence forbids.

    Example: imgext credits scene.yaml
    """
    from imgext.pipeline.credits import lock_of
    from imgext.scene.decision import Decision
    from imgext.scene.lock import read_lock
    from imgext.sounds.credits import credits_data, credits_html, credits_json, credits_text, licence_warnings

    lock = read_lock(lock_of(scene))
    text = {Form.text: credits_text, Form.html: credits_html, Form.json: credits_json}[form](lock)
    if out is not None:
        from imgext.store.files import write_text
        from imgext.store.outputs import refuse_to_overwrite

        refuse_to_overwrite(out, force=force)
        write_text(out, text)
    if as_json:
        console.data({"file": str(out) if out is not None else None, **credits_data(lock)})
        return
    if out is None:
        console.text(text)
    console.warn(
        Decision(f"tracks.{track}.sound", None, because, kind="warning")
        for track, because in licence_warnings(lock)
    )
