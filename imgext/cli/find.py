"""`imgext find`: choose a sound for every track and pin it in the lock."""

from __future__ import annotations

from typing import Annotated

import typer

from imgext.cli import answers, options


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
    found = run(original, setup=setup, update=update or ())
    write_lock(lock_path(scene), found.lock)
    if write:
        answers.write(scene, original, found.decisions)
    answers.show(found.scene, found.decisions, ".sound", as_json=as_json, quiet=quiet)
