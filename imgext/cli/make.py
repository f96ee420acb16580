"""`imgext make`: from a photo to a scene, a mix and pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgext.cli import console, options, summary
from imgext.pipeline.make import LOUDNESS


def make(
    photo: options.Photo,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="DIR",
            help="Folder for everything. Blank: the photo's name.",
            show_default=False,
        ),
    ] = None,
    model: options.Model = None,
    detector: options.Detector = None,
    library: options.Libraries = None,
    offline: options.Offline = False,
    seed: options.Seed = None,
    duration: Annotated[
        float | None,
        typer.Option(
            "--duration",
            metavar="TIME",
            parser=options.length,
            help="Length of the mix: seconds, or such as 5m, 1h30. Blank: its longest sound.",
            show_default=False,
        ),
    ] = None,
    loudness: Annotated[
        str,
        typer.Option("--loudness", metavar="LUFS", help="Loudness of the mix, or none: the sum as it is."),
    ] = f"{LOUDNESS:g}",
    pictures: options.Pictures = True,
    masking: options.Masking = False,
    stems: options.Stems = False,
    delta: options.Delta = False,
    bits: options.Bits = 24,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
    verbose: options.Verbose = False,
) -> None:
    """Go from a photo to a scene, a mix and pictures.

    Example: imgext make harbour.jpg -o out --library ~/sounds
    """
    from imgext.pipeline.make import make as run

    summary.check_bits(bits)
    folder = out or Path(photo.stem)
    setup = options.setup(library, offline=offline, model=model, quiet=quiet or as_json)
    with console.progress(f"making {folder}", quiet=quiet or as_json) as progress:
        made = run(
            photo,
            folder,
            setup=setup,
            seed=seed,
            model=model,
            detector=detector,
            duration=duration,
            loudness=options.loudness(loudness),
            pictures=pictures,
            masking=masking or None,
            stems=stems,
            delta=delta,
            bits=bits,
            force=force,
            progress=progress,
        )
    summary.show(made, as_json=as_json, quiet=quiet, verbose=verbose, scene=made.mix.parent / "scene.yaml")
