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


Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME", help="A built-in sound: dog, or dog?size=0.3&number=2.", show_default=False
    ),
]
Individual = Annotated[int, typer.Option("--seed", min=0, help="Another seed is another dog.")]
Seconds = Annotated[
    float | None,
    typer.Option("--seconds", min=0.05, max=3600.0, help="Blank: its own length.", show_default=False),
]


@app.command()
def show(
    sound: Annotated[
        str, typer.Argument(metavar="NAME|FILE", help="A built-in sound or a recording.", show_default=False)
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="PNG",
            help="Blank: NAME.png or FILE.pieces.png.",
            show_default=False,
        ),
    ] = None,
    seed: Individual = 0,
    seconds: Seconds = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Draw a built-in sound's spectrogram, or what is found in a recording.

    Of a recording: its events, its steady stretch, and where it is looped.

    Example: imgext sounds show barks.wav
    """
    from imgext.pipeline.builtin import is_builtin, show_builtin
    from imgext.pipeline.sounds import show_sound

    if is_builtin(sound) and not Path(sound).is_file():
        out = Path(f"{_file_name(sound)}.png") if output is None else output
        found = show_builtin(sound, out, seed=seed, seconds=seconds, force=force)
    else:
        file = Path(sound)
        out = Path(f"{file.stem}.pieces.png") if output is None else output
        found = show_sound(file, out, force=force)
    if as_json:
        console.data({"picture": str(out), **found})
        return
    console.text(f"{out}\n")


@app.command()
def render(
    name: Name,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Blank: NAME.wav, here.", show_default=False),
    ] = None,
    seed: Individual = 0,
    seconds: Seconds = None,
    rate: Annotated[int, typer.Option("--rate", min=8000, max=192000, help="Samples per second.")] = 48000,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Write a built-in sound as WAV or FLAC.

    Example: imgext sounds render "dog?size=0.3" -o small-dog.wav
    """
    from imgext.pipeline.builtin import render_builtin

    out = Path(f"{_file_name(name)}.wav") if output is None else output
    made = render_builtin(name, out, seed=seed, seconds=seconds, rate=rate, force=force)
    if as_json:
        console.data({"file": str(out), **made})
        return
    console.text(f"{out}  {made['seconds']:.2f} s\n")


@app.command()
def play(name: Name, seed: Individual = 0, seconds: Seconds = None, as_json: options.Json = False) -> None:
    """Play a built-in sound.

    Example: imgext sounds play thunder --seed 3
    """
    from imgext.pipeline.builtin import play_builtin

    made = play_builtin(name, seed=seed, seconds=seconds)
    if as_json:
        console.data(made)


def _file_name(name: str) -> str:
    return name.removeprefix("builtin:").partition("?")[0]


def _line(sound: Candidate) -> str:
    what = sound.label if sound.source != "builtin" else sound.title
    return f"{sound.reference:44} {sound.duration:7.2f} s  {sound.licence:8} {what}"
