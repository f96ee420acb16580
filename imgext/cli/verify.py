"""`imgext verify`: compare scenes with their golden references."""

from __future__ import annotations

from typing import Annotated

import typer

from imgext.cli import console, options


def verify(
    scenes: options.Scenes,
    regen: Annotated[bool, typer.Option("--regen", help="Write the references anew.")] = False,
    library: options.Libraries = None,
    offline: options.Offline = False,
    allow_outside: options.Outside = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Say whether scenes still sound as their references do.

    Ends with 1 where one does not, and says which track, when, how much and which decision moved.

    Example: imgext verify scenes/*.yaml
    """
    from imgext.pipeline.verify import golden_path, this_platform
    from imgext.pipeline.verify import verify as run

    setup = options.setup(library, offline=offline, allow_outside=allow_outside, quiet=quiet)
    verdicts = {str(scene): run(scene, regen=regen, setup=setup) for scene in scenes}
    if as_json:
        found = [
            {"scene": name, "same": each.same, "how": each.how, "lines": each.lines, "tracks": each.tracks}
            for name, each in verdicts.items()
        ]
        console.data({"platform": this_platform(), "written": regen, "scenes": found})
    else:
        for name, verdict in verdicts.items():
            for line in verdict.lines:
                console.text(f"{name}: {line}\n")
            if not quiet:
                state = f"wrote {golden_path(name)}" if regen else "the same" if verdict.same else "differs"
                console.say(f"{name}: {state} ({_WAYS[verdict.how]})")
    return 0 if regen or all(verdict.same for verdict in verdicts.values()) else 1


_WAYS = {
    "sha256": "sha256 of the mix",
    "samples": "every sample",
    "step": "within one 24-bit step, as the reference was written on another platform",
}
