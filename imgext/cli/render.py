"""`imgext render`: play a scene into a mix."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgext.cli import console, options, summary


def render(
    scene: options.SceneFile,
    out: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Folder for the outputs, or a .wav or .flac file in it.",
            show_default=False,
        ),
    ],
    library: options.Libraries = None,
    offline: options.Offline = False,
    pictures: options.Pictures = True,
    masking: options.Masking = False,
    stems: options.Stems = False,
    delta: options.Delta = False,
    bits: options.Bits = 24,
    locked: options.Locked = False,
    allow_outside: options.Outside = False,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Play a scene into a mix; the same scene gives the same bytes.

    Example: imgext render scene.yaml -o out --stems
    """
    from imgext.pipeline.render import render as run

    summary.check_bits(bits)
    silent = quiet or as_json
    setup = options.setup(library, offline=offline, allow_outside=allow_outside, locked=locked, quiet=silent)
    with console.progress(f"rendering {scene.name}", quiet=silent) as progress:
        made = run(
            scene,
            out,
            setup=setup,
            pictures=pictures,
            masking=masking or None,
            stems=stems,
            delta=delta,
            bits=bits,
            force=force,
            progress=progress,
        )
    if made.pinned is not None and not silent:
        console.say(f"{made.pinned}  the lock: it pins the sounds that were found")
    summary.show(made, as_json=as_json, quiet=quiet, verbose=verbose)
