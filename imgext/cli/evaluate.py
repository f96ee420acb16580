"""`imgext evaluate`: measure how much clearer each mode of unmasking makes sounds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, get_args

import typer

from imgext.cli import console, options
from imgext.scene.part import UnmaskMode


def evaluate(
    scenes: Annotated[list[Path], typer.Argument(metavar="SCENE...", help="Scenes.", show_default=False)],
    modes: Annotated[
        str,
        typer.Option(
            "--modes",
            metavar="MODES",
            help="Modes of unmasking, separated by commas; optimise+search=harmony sets a field, too.",
        ),
    ] = ",".join(["off", *get_args(UnmaskMode)]),
    library: options.Libraries = None,
    offline: options.Offline = False,
    allow_outside: options.Outside = False,
    out: options.OutFile = None,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Measure how much clearer each mode of unmasking makes sounds.

    All modes and controls are compared at equal loudness.

    Example: imgext evaluate scenes/*.yaml --modes off,audible
    """
    from imgext.evaluation import as_json as json_text
    from imgext.evaluation import table_text
    from imgext.pipeline.evaluate import evaluate as run
    from imgext.store.files import write_text
    from imgext.store.outputs import refuse_to_overwrite

    if out is not None:
        refuse_to_overwrite(out, force=force)
    wanted = [mode for mode in (part.strip() for part in modes.split(",")) if mode]
    report = (lambda _line: None) if quiet or as_json else console.say
    measured = run(
        scenes,
        wanted,
        report=report,
        setup=options.setup(library, offline=offline, allow_outside=allow_outside, quiet=quiet or as_json),
    )
    if out is not None:
        write_text(out, json_text(measured))
    if as_json:
        console.data(measured)
    elif not quiet or out is None:
        console.text(table_text(measured))
