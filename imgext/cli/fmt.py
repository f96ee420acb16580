"""`imgext fmt`: bring scenes into canonical form."""

from __future__ import annotations

from typing import Annotated

import typer

from imgext.cli import console, options
from imgext.errors import DriftError


def fmt(
    scenes: options.Scenes,
    check_only: Annotated[
        bool, typer.Option("--check", help="Change nothing; end with 1 where something would change.")
    ] = False,
    show: Annotated[
        bool, typer.Option("--diff", help="Print what changes, as a patch; with --check nothing is written.")
    ] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Bring scenes into canonical form; comments stay.

    Example: imgext fmt scenes/*.yaml
    """
    from imgext.pipeline.fmt import fmt as run
    from imgext.pipeline.fmt import patch_of

    patches = "".join(patch_of(path) for path in scenes) if show else ""
    changed = [str(path) for path in scenes if run(path, check=check_only)]
    if patches and not as_json:
        console.text(patches)
    if as_json:
        console.data({"changed": changed, "written": not check_only})
    elif not quiet:
        for name in changed:
            console.say(f"{name}: {'would change' if check_only else 'formatted'}")
    if check_only and changed:
        raise DriftError(
            f"{len(changed)} of {len(scenes)} scenes are not in canonical form; run `imgext fmt`"
        )
