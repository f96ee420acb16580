"""`imgext render`: play a scene into a mix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgext.cli import console, options, summary

if TYPE_CHECKING:
    from imgext.pipeline.render import Rendered


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
    """Play a scene into a mix; the same scene always gives the same bytes.

    Example: imgext render scene.yaml -o out --stems
    """
    from imgext.pipeline.render import render as run

    summary.check_bits(bits)
    with console.progress(f"rendering {scene.name}", quiet=quiet or as_json) as told:
        made = run(
            scene,
            out,
            **options.opened(library, offline=offline, quiet=quiet or as_json),
            pictures=pictures,
            stems=stems,
            delta=delta,
            bits=bits,
            locked=locked,
            allow_outside=allow_outside,
            force=force,
            progress=told,
        )
    _pin(scene, made, quiet=quiet or as_json)
    summary.show(made, as_json=as_json, quiet=quiet, verbose=verbose)


def _pin(scene: Path, made: Rendered, *, quiet: bool) -> None:
    """answers.Write the lock beside a scene that has none and plays what was found over a network: the next search may find something else."""
    from imgext.scene.lock import lock_path, write_lock

    path = lock_path(scene)
    if not path.exists() and any(sound.source == "freesound" for sound in made.lock.sounds.values()):
        write_lock(path, made.lock)
        if not quiet:
            console.say(f"{path}  the lock: it pins the sounds that were found")
