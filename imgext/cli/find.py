"""`imgext find`: choose a sound for every track and pin it in the lock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from imgext.cli import answers, console, options

if TYPE_CHECKING:
    from pathlib import Path

    from imgext.pipeline.setup import Setup


def find(
    scene: options.SceneFile,
    library: options.Libraries = None,
    offline: options.Offline = False,
    update: Annotated[
        list[str] | None,
        typer.Option(
            "--update", metavar="ID", help="Search this track again; may be repeated.", show_default=False
        ),
    ] = None,
    list_: Annotated[
        str | None,
        typer.Option(
            "--list",
            metavar="ID",
            help="List what this track may be given.",
            show_default=False,
        ),
    ] = None,
    take: Annotated[
        str | None,
        typer.Option(
            "--take", metavar="ID=NUMBER", help="Give this track a sound of its list.", show_default=False
        ),
    ] = None,
    write: answers.Write = False,
    allow_outside: options.Outside = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Choose a sound for every track that has none.

    The lock next to the scene pins the sounds.

    Example: imgext find scene.yaml --library ~/sounds
    """
    from imgext.pipeline.resolve import find as run
    from imgext.scene.document import load
    from imgext.scene.lock import lock_path, write_lock

    original = load(scene, allow_outside=allow_outside)
    setup = options.setup(library, offline=offline, allow_outside=allow_outside, quiet=quiet or as_json)
    if list_ is not None:
        _list(scene, list_, setup, as_json=as_json)
        return
    if take is not None:
        _take(scene, take, setup)
    found = run(original, setup=setup, update=update or ())
    write_lock(lock_path(scene), found.lock)
    if write:
        answers.write(scene, original, found.decisions)
    answers.show(found.scene, found.decisions, ".sound", as_json=as_json, quiet=quiet)


def _list(scene: Path, track: str, setup: Setup, *, as_json: bool) -> None:
    from imgext.pipeline.choices import list_choices

    found = list_choices(scene, track, setup=setup)
    if as_json:
        console.data({"track": track, "candidates": [each.as_data() for each in found]})
        return
    for each in found:
        rating = f"{each.sound.rating:.1f}" if each.sound.rating is not None else "-"
        why = f"; not taken: {each.refused}" if each.refused else ""
        console.text(
            f"{each.number:3} {each.sound.reference:44} {each.sound.duration:7.2f} s  {rating:>4}  "
            f"{each.sound.licence:8} {each.rung}, found by {each.words!r}{why}\n"
        )
    console.say(f"Take one with --take {track}=NUMBER.")


def _take(scene: Path, wanted: str, setup: Setup) -> None:
    from imgext.errors import UsageError
    from imgext.pipeline.choices import take_choice
    from imgext.scene.lock import lock_path, write_lock

    track, _, number = wanted.rpartition("=")
    if not track or not number.isdecimal():
        raise UsageError(f"--take {wanted}: wanted is ID=NUMBER, such as dog=3")
    _, lock = take_choice(scene, track, int(number), setup=setup)
    write_lock(lock_path(scene), lock)
