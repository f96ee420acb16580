"""`sounds index`, `sounds search`, `sounds list`: what there is to be heard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgext.cli import console, options

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
    from imgext.sounds.library.library import Library

    reports = [(folder, Library(folder).report) for folder in folders]
    if as_json:
        console.data(
            {
                "libraries": [
                    {
                        "folder": str(folder),
                        "files": r.files,
                        "added": r.added,
                        "changed": r.changed,
                        "removed": r.removed,
                        "skipped": [list(each) for each in r.skipped],
                    }
                    for folder, r in reports
                ]
            }
        )
        return
    for folder, report in reports:
        if not quiet:
            console.say(
                f"{folder}: {report.files} sounds ({report.added} new, {report.changed} changed, {report.removed} gone)"
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
    """Search the sound folders, Freesound and the built-in bank for some words, climbing the tag hierarchy where nothing matches.

    Example: imgext sounds search golden retriever --library ~/sounds
    """
    from imgext.errors import MissingInputError
    from imgext.sounds.search.sources import look_around

    label = " ".join(words)
    setup = options.setup(library, offline=offline)
    found = look_around(label, libraries=setup.libraries, services=setup.asked())[:limit]
    if as_json:
        console.data(
            {
                "words": label,
                "sounds": [
                    _row(candidate.reference, candidate) | {"rung": rung, "words": tried}
                    for candidate, rung, tried in found
                ],
            }
        )
    else:
        for candidate, rung, tried in found:
            console.text(
                f"{candidate.reference:44} {candidate.duration:7.2f} s  {candidate.licence:8} {candidate.label}  ({rung}: {tried})\n"
            )
    if not found:
        raise MissingInputError(f"nothing sounds like `{label}`, nor like what it is a kind of")


@app.command(name="list")
def list_(
    library: options.Libraries = None,
    as_json: options.Json = False,
) -> None:
    """List every sound of the sound folders and the built-in bank.

    Example: imgext sounds list
    """
    from imgext.pipeline.config import library_folders
    from imgext.pipeline.setup import open_libraries
    from imgext.sounds.bank import BANK

    rows = [
        {
            "sound": f"builtin:{sound.name}",
            "label": sound.title,
            "duration": sound.seconds,
            "licence": "cc0",
            "author": "imgext",
            "kind": sound.kind,
        }
        for _, sound in sorted(BANK.items())
    ]
    rows += [
        _row(candidate.reference, candidate)
        for each in open_libraries(library_folders(library))
        for candidate in each.sounds()
    ]
    if as_json:
        console.data({"sounds": rows})
        return
    for row in rows:
        console.text(f"{row['sound']:44} {row['duration']:7.2f} s  {row['licence']:8} {row['label']}\n")


def _row(reference: str, candidate: object) -> dict[str, object]:
    return {
        "sound": reference,
        **{
            name: getattr(candidate, name, "") for name in ("label", "title", "duration", "licence", "author")
        },
    }
