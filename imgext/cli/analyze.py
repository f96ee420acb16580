"""`imgext analyze`: see what is in a photo and write a scene."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgext.cli import console, options


def analyze(
    photo: options.Photo,
    out: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="SCENE",
            help="answers.Write the scene here, the photo next to it. Blank: stdout.",
            show_default=False,
        ),
    ] = None,
    model: options.Model = None,
    detector: options.Detector = None,
    offline: options.Offline = False,
    seed: options.Seed = None,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """See what is in a photo and write it down as a scene.

    Example: imgext analyze harbour.jpg -o scenes/harbour.yaml
    """
    from imgext.pipeline.analyze import analyze as run
    from imgext.pipeline.analyze import wants_model
    from imgext.pipeline.make import with_copy, without_image, write_new_scene
    from imgext.scene.decision import decision_data
    from imgext.scene.writer import scene_text

    silent = quiet or as_json
    setup = options.setup([], offline=offline, model=model, quiet=silent) if wants_model(model) else None
    scene, decisions = run(photo, seed=seed, model=model, detector=detector, setup=setup)
    scene, decisions = without_image(scene, decisions) if out is None else with_copy(scene, decisions)
    if out is not None:
        write_new_scene(scene, decisions, photo, out.parent, name=out.name, force=force, manifest=False)
    if as_json:
        console.data(
            {
                "scene": str(out) if out else None,
                "data": scene.as_data(),
                "decisions": [decision_data(decision) for decision in decisions],
            }
        )
    elif out is None:
        console.text(scene_text(scene, decisions))
    elif not quiet:
        labels = ", ".join(thing.label for thing in scene.objects.values())
        console.say(f"{out}: {len(scene.objects)} things seen: {labels}")
    if not quiet:
        console.warn(decisions)
