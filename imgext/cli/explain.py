"""`imgext explain`: say why each value is as it is."""

from __future__ import annotations

from typing import Annotated

import typer

from imgext.cli import console, options


def explain(
    scene: options.SceneFile,
    path: Annotated[
        str,
        typer.Argument(
            metavar="[PATH]",
            help="Only what is at or below this, such as tracks.gull.start.",
            show_default=False,
        ),
    ] = "",
    library: options.Libraries = None,
    offline: options.Offline = False,
    allow_outside: options.Outside = False,
    as_json: options.Json = False,
) -> None:
    """Say why each value is as it is: where it was written, or which stage chose it and for what reason; then who masks whom.

    Example: imgext explain scene.yaml tracks.gull
    """
    from imgext.errors import MissingInputError, did_you_mean
    from imgext.mix.unmask.masking_report import masking_of
    from imgext.pipeline.resolve import resolve
    from imgext.report.reasons import masking_reasons, reasons
    from imgext.scene.document import load

    scene = scene / "scene.resolved.yaml" if scene.is_dir() else scene
    original = load(scene, allow_outside=allow_outside)
    resolved = resolve(scene, **options.opened(library, offline=offline), allow_outside=allow_outside)
    found = reasons(original, resolved.scene, resolved.decisions, path)
    report = masking_of(resolved.scene, resolved.sounds, resolved.digests, resolved.known)
    found += masking_reasons(report, resolved.scene, path)
    if not found:
        known = {
            reason.path
            for reason in (
                *reasons(original, resolved.scene, resolved.decisions),
                *masking_reasons(report, resolved.scene, "masking"),
            )
        }
        known |= {".".join(each.split(".")[:n]) for each in known for n in range(1, each.count(".") + 1)}
        raise MissingInputError(f"{scene}: there is nothing at `{path}`{did_you_mean(path, known)}")
    if as_json:
        console.data(
            {
                "scene": str(scene),
                "reasons": [
                    {"path": r.path, "value": r.value, "stage": r.stage, "because": r.because, "kind": r.kind}
                    for r in found
                ],
            }
        )
        return
    for reason in found:
        console.text(f"{reason}\n")
