"""What `make` and `render` print when they are done."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from imgext.cli import console
from imgext.report.pictures import FILES

if TYPE_CHECKING:
    from imgext.pipeline.render import Rendered


def check_bits(bits: int) -> None:
    """Refuse word lengths that are not offered."""
    if bits not in {16, 24}:
        raise typer.BadParameter(f"{bits} is not a word length; allowed: 16, 24", param_hint="--bits")


def show(made: Rendered, *, as_json: bool, quiet: bool, verbose: bool, scene: Path | None = None) -> None:
    """Print what is heard, the files that were written and the warnings."""
    folder = made.mix.parent
    if as_json:
        result: dict[str, Any] = {
            "schema": "imgext.render/1",
            **made.summary,
            "mix": str(made.mix),
            "folder": str(folder),
        }
        if scene is not None:
            result["scene"] = str(scene)
        console.data(result)
        return
    if quiet:
        return
    if verbose:
        for decision in made.decisions:
            console.say(f"{decision.stage:9} {decision.path}: {decision.because}")
    for track in made.summary["tracks"]:
        times = ", ".join(f"{start:.2f}" for start in track["start"][:4]) + (
            " ..." if len(track["start"]) > 4 else ""
        )
        console.say(
            f"  {track['label'] or track['id']:24} {track['sound']}  at {times} s  {track['level']:g} dBFS"
        )
    for thing in made.summary["silent"]:
        console.say(f"  {thing['label']:24} silent: {thing['because']}")
    loudness = "silent" if made.loudness is None else f"{made.loudness:.1f} LUFS, {made.true_peak:.1f} dBTP"
    console.say(f"{made.mix}  {made.duration:.2f} s, {loudness}")
    if scene is not None:
        console.say(f"{scene}  the scene: edit it and run `imgext render {scene} -o {folder}`")
        if any(decision.path == "duration" and decision.stage == "arrange" for decision in made.decisions):
            console.say("  the mix is as long as its longest sound; `--duration 5m` makes a longer one")
    for name in FILES:
        if (folder / name).exists():
            console.say(f"{folder / name}")
    console.warn(made.decisions)
