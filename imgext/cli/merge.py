"""`imgext merge`: join two edits of a scene."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgext.cli import console, options


def merge(
    base: Annotated[Path, typer.Argument(metavar="BASE", help="The scene before.", show_default=False)],
    ours: Annotated[Path, typer.Argument(metavar="OURS", help="As one side has it.", show_default=False)],
    theirs: Annotated[
        Path, typer.Argument(metavar="THEIRS", help="As the other has it.", show_default=False)
    ],
    write: Annotated[
        bool, typer.Option("--write", "-w", help="Write the result into OURS, as git asks of a merge driver.")
    ] = False,
    name: Annotated[
        str,
        typer.Option(
            "--name", metavar="PATH", help="Where the result belongs; for messages.", show_default=False
        ),
    ] = "",
    out: options.OutFile = None,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Join two edits of a scene by field.

    Ends with 1 where both changed the same field.

    Example: imgext merge base.yaml ours.yaml theirs.yaml -o scene.yaml
    """
    from imgext.pipeline.merge import merge as run
    from imgext.store.files import write_text

    found = run(base, ours, theirs, name=name)
    target = ours if write else out
    if target is not None:
        write_text(target, found.text)
    if as_json:
        console.data(
            {
                "conflicts": found.conflicts,
                "written": None if target is None else str(target),
                "text": found.text,
            }
        )
    elif target is None:
        console.text(found.text)
    if not quiet:
        for line in found.conflicts:
            console.say(f"conflict: {line}")
    return 1 if found.conflicts else 0
