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
    """Place every sound that has no start, and print the scene with its starts.

    Example: imgext arrange scene.yaml --write
    """
    from imgext.pipeline.resolve import resolve
    from imgext.scene.document import load

    original = load(scene, allow_outside=allow_outside)
    resolved = resolve(
        scene, **options.opened(library, offline=offline, quiet=quiet or as_json), allow_outside=allow_outside
    )
    placed = [
        decision
        for decision in resolved.decisions
        if decision.stage == "arrange" and decision.path.endswith((".start", "duration"))
    ]
    starts = [
        decision for decision in placed if decision.path.endswith(".start") or decision.path == "duration"
    ]
    if write:
        answers.write(scene, original, starts)
        answers.show(original, starts, "", as_json=as_json, quiet=quiet)
        return
    answers.print_scene(original.answered(starts), starts, out, force=force, as_json=as_json)
