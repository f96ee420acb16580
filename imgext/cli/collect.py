"""`imgext collect`: copy the sounds of a scene next to it."""

from __future__ import annotations

from typing import Annotated

import typer

from imgext.cli import console, options


def collect(
    scene: options.SceneFile,
    library: options.Libraries = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be copied, copy nothing.")
    ] = False,
    offline: options.Offline = False,
    allow_outside: options.Outside = False,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Copy a scene's sounds next to it, to render anywhere.

    Example: imgext collect scene.yaml
    """
    from imgext.pipeline.collect import collect as run

    done = run(
        scene,
        setup=options.setup(library, offline=offline, allow_outside=allow_outside),
        force=force,
        dry_run=dry_run,
    )
    if as_json:
        console.data(done.as_data())
        return
    if quiet:
        return
    for track, why in done.passed_over.items():
        console.say(f"  tracks.{track}: {why}; passed over")
    for track, file in done.copied:
        console.say(f"  tracks.{track}: {file}")
    count = len({file for _, file in done.copied})
    console.say(
        f"{scene}: {count} {'file' if count == 1 else 'files'} {'would be copied' if dry_run else 'copied'}"
    )
