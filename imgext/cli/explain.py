"""`imgext explain`: say why each value is as it is."""

from __future__ import annotations

from typing import Annotated

import typer

from imgext.cli import console, options


def explain(
    scene: options.SceneFile,
    path: Annotated[
        str,
        typer.Argument(
            metavar="[PATH]",
            help="Only what is at or below this, such as tracks.gull.start.",
            show_default=False,
        ),
    ] = "",
    library: options.Libraries = None,
    offline: options.Offline = False,
    allow_outside: options.Outside = False,
    as_json: options.Json = False,
) -> None:
    """Say why each value is as it is, and who masks whom.

    Example: imgext explain scene.yaml tracks.gull
    """
    from imgext.pipeline.explain import explain as run

    scene = scene / "scene.resolved.yaml" if scene.is_dir() else scene
    found = run(scene, path, setup=options.setup(library, offline=offline, allow_outside=allow_outside))
    if as_json:
        console.data(
            {
                "scene": str(scene),
                "reasons": [
                    {"path": r.path, "value": r.value, "stage": r.stage, "because": r.because, "kind": r.kind}
                    for r in found
                ],
            }
        )
        return
    for reason in found:
        console.text(f"{reason}\n")
