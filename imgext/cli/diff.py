"""`imgext diff`: say what a change of a scene does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgext.cli import console, options
from imgext.errors import CannotWriteError, UsageError

if TYPE_CHECKING:
    from imgext.pipeline.diff import Difference
    from imgext.pipeline.revisions import Pair
    from imgext.pipeline.setup import Setup


def diff(
    what: Annotated[
        list[str],
        typer.Argument(
            metavar="A [B] [PATH...]",
            help="Two files or folders; or one or two git revisions, and what to compare.",
            show_default=False,
        ),
    ],
    fields: Annotated[
        bool, typer.Option("--fields", help="Compare what is written alone; play nothing.")
    ] = False,
    sound: Annotated[
        Path | None,
        typer.Option(
            "--sound",
            metavar="WAV",
            help="Write the difference as a sound, and say where it is.",
            show_default=False,
        ),
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option("--picture", metavar="PNG", help="Draw both timelines.", show_default=False),
    ] = None,
    library: options.Libraries = None,
    offline: options.Offline = False,
    allow_outside: options.Outside = False,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Say what a change of a scene does, by id and field.

    Ends with 1 where something differs.

    Example: imgext diff HEAD~1 -- scenes/harbour.yaml
    """
    from imgext.pipeline.revisions import pairs

    for path in (sound, picture):
        if path is not None and path.exists() and not force:
            raise CannotWriteError(f"{path}: exists; overwrite it with -f")
    setup = options.setup(library, offline=offline, allow_outside=allow_outside, quiet=quiet)
    with pairs(what) as found:
        if (sound or picture) and len(found) > 1:
            raise UsageError(f"{len(found)} scenes differ; name one for --sound and --picture")
        differences = [_compared(pair, setup, sound, picture, fields=fields) for pair in found]
    if as_json:
        scenes = [
            {**difference.as_data(), "scene": pair.name}
            for pair, difference in zip(found, differences, strict=True)
        ]
        console.data({"scenes": scenes})
    else:
        for pair, difference in zip(found, differences, strict=True):
            _print(pair, difference, quiet=quiet)
        if not quiet and all(difference.same for difference in differences):
            console.say("no difference")
    return 0 if all(difference.same for difference in differences) else 1


def _compared(
    pair: Pair, setup: Setup, sound: Path | None, picture: Path | None, *, fields: bool
) -> Difference:
    from imgext.comparing.fields import Change
    from imgext.pipeline.diff import Difference
    from imgext.pipeline.diff import diff as run

    if pair.before is None or pair.after is None:
        kind, words = ("added", "a new scene") if pair.before is None else ("removed", "the scene is gone")
        return Difference(pair.name, [Change("schema", kind, None, None, "", words)])  # type: ignore[arg-type]
    return run(pair.before, pair.after, setup=setup, consequences=not fields, sound=sound, picture=picture)


def _print(pair: Pair, difference: Difference, *, quiet: bool) -> None:
    if not difference.same:
        console.text(f"{pair.name}\n")
        for line in difference.lines():
            console.text(f"  {line}\n")
    if difference.unknown and not quiet:
        console.say(f"what it leads to is not known: {difference.unknown}")
