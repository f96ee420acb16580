"""`imgext collect`: copy the sounds of a scene next to it."""

from __future__ import annotations

from typing import Annotated

import typer

from imgext.cli import console, options


def collect(
    scene: options.SceneFile,
    library: options.Libraries = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be copied, copy nothing.")
    ] = False,
    offline: options.Offline = False,
    allow_outside: options.Outside = False,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Copy the sounds of a scene into sounds/ beside it, so that its folder alone renders anywhere.

    Example: imgext collect scene.yaml
    """
    from imgext.pipeline.credits import lock_of
    from imgext.scene.document import load
    from imgext.scene.lock import read_lock, write_lock
    from imgext.sounds.collect import collect as bring
    from imgext.sounds.collect import sources_of

    original = load(scene, allow_outside=allow_outside)
    path = lock_of(scene)
    lock = read_lock(path)
    setup = options.setup(library, offline=offline, allow_outside=allow_outside)
    sources, silent = sources_of(
        original, lock, libraries=setup.libraries, services=setup.asked(), allow_outside=allow_outside
    )
    new, copied = bring(original, lock, sources, force=force, dry_run=dry_run)
    if new != lock and not dry_run:
        write_lock(path, new)
    files = {
        track: sound.file
        for track, sound in new.sounds.items()
        if track in sources and sound.file is not None
    }
    if as_json:
        rows = [{"track": track, "file": file} for track, file in copied]
        console.data(
            {"scene": str(scene), "dry_run": dry_run, "copied": rows, "files": files, "passed_over": silent}
        )
        return
    if quiet:
        return
    for track, why in silent.items():
        console.say(f"  tracks.{track}: {why}; passed over")
    for track, file in copied:
        console.say(f"  tracks.{track}: {file}")
    count = len({file for _, file in copied})
    console.say(
        f"{scene}: {count} {'file' if count == 1 else 'files'} {'would be copied' if dry_run else 'copied'}"
    )
