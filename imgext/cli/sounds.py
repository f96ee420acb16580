"""`sounds index`, `sounds search`, `sounds list`, `sounds show`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgext.cli import console, options

if TYPE_CHECKING:
    from imgext.sounds.candidate import Candidate

#: Lines about files that cannot be used, a folder.
SHOWN = 30

app = typer.Typer(help="Sound folders and the built-in bank.", no_args_is_help=True)


@app.command()
def index(
    folders: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR...", help="Folders of sounds, each with an optional index.csv.", show_default=False
        ),
    ],
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Index sound folders, or bring their index up to date; only what changed is read.

    Example: imgext sounds index ~/sounds
    """
    from imgext.pipeline.sounds import index_sounds

    reports = index_sounds(folders)
    if as_json:
        console.data({"libraries": [report.as_data() for report in reports]})
        return
    for report in reports:
        if not quiet:
            console.say(
                f"{report.folder}: {report.files} sounds "
                f"({report.added} new, {report.changed} changed, {report.removed} gone)"
            )
        for name, why in report.skipped[:SHOWN]:
            console.say(f"  left out: {name}: {why}")
        if len(report.skipped) > SHOWN:
            console.say(f"  and {len(report.skipped) - SHOWN} more; --json names all")
    if not quiet:
        console.say(
            "Use them with --library DIR, the variable IMGEXT_LIBRARY, or `libraries = [...]` in imgext.toml."
        )


@app.command()
def search(
    words: Annotated[
        list[str], typer.Argument(metavar="WORDS", help="What should be heard.", show_default=False)
    ],
    library: options.Libraries = None,
    offline: options.Offline = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 20,
    as_json: options.Json = False,
) -> None:
    """Search folders, Freesound and the built-in bank for some words.

    Where nothing matches, the search climbs the tag hierarchy.

    Example: imgext sounds search golden retriever --library ~/sounds
    """
    from imgext.errors import MissingInputError
    from imgext.pipeline.sounds import search_sounds

    label = " ".join(words)
    found = search_sounds(label, setup=options.setup(library, offline=offline))[:limit]
    if as_json:
        console.data({"words": label, "sounds": [each.as_data() for each in found]})
    else:
        for each in found:
            console.text(f"{_line(each.sound)}  ({each.rung}: {each.words})\n")
    if not found:
        from imgext.ontology.hierarchy import hierarchy

        close = hierarchy().suggestion(label)
        raise MissingInputError(f"no sound found for `{label}` or any broader tag{close}")


@app.command(name="list")
def list_(
    library: options.Libraries = None,
    as_json: options.Json = False,
) -> None:
    """List every sound of the sound folders and the built-in bank.

    Example: imgext sounds list
    """
    from imgext.pipeline.sounds import list_sounds, sound_data

    found = list_sounds(setup=options.setup(library, offline=True))
    if as_json:
        console.data({"sounds": [sound_data(sound) for sound in found]})
        return
    for sound in found:
        console.text(f"{_line(sound)}\n")


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A recording.", show_default=False)],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="PNG", help="Blank: NAME.pieces.png, here.", show_default=False
        ),
    ] = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Draw a recording: its events, its steady stretch, and where it loops.

    Example: imgext sounds show barks.wav
    """
    from imgext.pipeline.sounds import show_sound

    out = Path(f"{file.stem}.pieces.png") if output is None else output
    found = show_sound(file, out, force=force)
    if as_json:
        console.data({"picture": str(out), **found})
        return
    console.text(f"{out}\n")


def _line(sound: Candidate) -> str:
    what = sound.label if sound.source != "builtin" else sound.title
    return f"{sound.reference:44} {sound.duration:7.2f} s  {sound.licence:8} {what}"
