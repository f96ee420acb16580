"""`imgext git`: sets imgext up as git's diff and merge driver, and answers git."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgext.cli import console, options

app = typer.Typer(help="Set imgext up as git's diff and merge driver for scenes.", no_args_is_help=True)


@app.command()
def install(
    patterns: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATTERN...]",
            help="Which files are scenes; blank: the folders that have some.",
            show_default=False,
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be written, write nothing.")
    ] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Set up both drivers in this repository, after showing what is written.

    Example: imgext git install
    """
    from imgext.pipeline.gitting import install as run
    from imgext.pipeline.gitting import planned

    plan = planned(None, patterns or [])
    if as_json:
        console.data({"settings": plan.settings, "attributes": plan.lines, "written": not dry_run})
    elif not quiet:
        for line in plan.shown():
            console.say(line)
    if not dry_run:
        run(plan)


@app.command()
def uninstall(as_json: options.Json = False, quiet: options.Quiet = False) -> None:
    """Take both drivers out of this repository.

    Example: imgext git uninstall
    """
    from imgext.pipeline.gitting import uninstall as run

    gone = run()
    if as_json:
        console.data({"removed": gone})
    elif not quiet:
        for line in gone or ["nothing was set up"]:
            console.say(line if not gone else f"removed {line}")


@app.command()
def textconv(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scene.", show_default=False)],
) -> None:
    """Print a scene with a line for each field, for git's textconv.

    Example: imgext git textconv scene.yaml
    """
    from imgext.pipeline.gitting import textconv as run

    console.text(run(file))


@app.command("diff")
def diff(
    words: Annotated[
        list[str],
        typer.Argument(metavar="PATH OLD HEX MODE NEW HEX MODE", help="As git calls it.", show_default=False),
    ],
) -> None:
    """Print what changed in a scene by field, for git's external diff.

    Example: imgext git diff scene.yaml old.yaml 0 100644 new.yaml 0 100644
    """
    from imgext.errors import UsageError
    from imgext.pipeline.gitting import driver_lines

    if len(words) < 5:
        raise UsageError(f"git calls this with 7 words, not {len(words)}")
    for line in driver_lines(words[0], Path(words[1]), Path(words[4])):
        console.text(f"{line}\n")
