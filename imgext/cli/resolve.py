"""`imgext resolve`: answer every blank and print the scene."""

from __future__ import annotations

from imgext.cli import answers, console, options


def resolve(
    scene: options.SceneFile,
    out: options.OutFile = None,
    library: options.Libraries = None,
    offline: options.Offline = False,
    locked: options.Locked = False,
    allow_outside: options.Outside = False,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Answer every blank and print the scene with reasons.

    Nothing is rendered.

    Example: imgext resolve scene.yaml -o scene.resolved.yaml
    """
    from imgext.pipeline.resolve import resolve as run

    setup = options.setup(
        library, offline=offline, allow_outside=allow_outside, locked=locked, quiet=quiet or as_json
    )
    resolved = run(scene, setup=setup)
    answers.print_scene(resolved.scene, resolved.decisions, out, force=force, as_json=as_json)
    if out is not None:
        from imgext.scene.lock import lock_path, write_lock

        write_lock(lock_path(out), resolved.lock)
    if not quiet:
        console.warn(resolved.decisions)
