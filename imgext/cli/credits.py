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
            help="A scene with its lock next to it, or the folder of a render.",
            show_default=False,
        ),
    ],
    form: Annotated[Form, typer.Option("--format", help="Plain text, a page, or data.")] = Form.text,
    out: options.OutFile = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Print who made the sounds, and what their licences forbid.

    Example: imgext credits scene.yaml
    """
    from imgext.pipeline.credits import credits as run

    found = run(scene)
    text = {Form.text: found.text, Form.html: found.html, Form.json: found.json}[form]
    if out is not None:
        from imgext.store.files import write_text
        from imgext.store.outputs import refuse_to_overwrite

        refuse_to_overwrite(out, force=force)
        write_text(out, text)
    if as_json:
        console.data({"file": str(out) if out is not None else None, **found.as_data()})
        return
    if out is None:
        console.text(text)
    console.warn(found.warnings)
