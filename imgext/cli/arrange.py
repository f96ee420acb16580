"""`imgext arrange`: place every sound that has no start."""

from __future__ import annotations

from imgext.cli import answers, options


def arrange(
    scene: options.SceneFile,
    out: options.OutFile = None,
    library: options.Libraries = None,
    offline: options.Offline = False,
    write: answers.Write = False,
    allow_outside: options.Outside = False,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Place every sound that has no start.

    Example: imgext arrange scene.yaml --write
    """
    from imgext.pipeline.resolve import arrange as run
    from imgext.scene.document import load

    original = load(scene, allow_outside=allow_outside)
    setup = options.setup(library, offline=offline, allow_outside=allow_outside, quiet=quiet or as_json)
    placed = run(original, setup=setup)
    if write:
        answers.write(scene, original, placed.decisions)
        answers.show(original, placed.decisions, "", as_json=as_json, quiet=quiet)
        return
    answers.print_scene(placed.scene, placed.decisions, out, force=force, as_json=as_json)
