"""`find`, `arrange`, `resolve`, `check`, `explain`, `fmt`, `schema`: work on the text of a scene."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgext.cli import options, sources, talk
from imgext.errors import DriftError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.scene.decision import Decision
    from imgext.scene.model import Scene

Scenes = Annotated[list[Path], typer.Argument(metavar="SCENE...", help="Scenes.", show_default=False)]
Write = Annotated[bool, typer.Option("--write", "-w", help="Put the answers into the scene itself, one line each.")]


def find(
    scene: options.SceneFile,
    library: options.Libraries = None,
    offline: options.Offline = False,
    update: Annotated[
        list[str] | None, typer.Option("--update", metavar="ID", help="Search this track again; may be repeated.", show_default=False)
    ] = None,
    write: Write = False,
    allow_outside: options.Outside = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Choose a sound for every track that has none, and write the lock beside the scene.

    Example: imgext find scene.yaml --library ~/sounds
    """
    from imgext import pipeline
    from imgext.scene.document import load
    from imgext.scene.lock import lock_path, read_lock, write_lock

    original = load(scene, allow_outside=allow_outside)
    lock = read_lock(lock_path(scene))
    found, lock, decisions = pipeline.find(
        original,
        **sources.opened(library, offline=offline, quiet=quiet or as_json),
        lock=lock,
        update=update or (),
        allow_outside=allow_outside,
    )
    write_lock(lock_path(scene), lock)
    if write:
        _write_answers(scene, original, decisions)
    _tell_answers(found, decisions, ".sound", as_json=as_json, quiet=quiet)


def arrange(
    scene: options.SceneFile,
    out: options.OutFile = None,
    library: options.Libraries = None,
    offline: options.Offline = False,
    write: Write = False,
    allow_outside: options.Outside = False,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Place every sound that has no start, and print the scene with its starts.

    Example: imgext arrange scene.yaml --write
    """
    from imgext import pipeline
    from imgext.scene.document import load

    original = load(scene, allow_outside=allow_outside)
    resolved = pipeline.resolve(scene, **sources.opened(library, offline=offline, quiet=quiet or as_json), allow_outside=allow_outside)
    placed = [decision for decision in resolved.decisions if decision.stage == "arrange" and decision.path.endswith((".start", "duration"))]
    starts = [decision for decision in placed if decision.path.endswith(".start") or decision.path == "duration"]
    if write:
        _write_answers(scene, original, starts)
        _tell_answers(original, starts, "", as_json=as_json, quiet=quiet)
        return
    _print_scene(original.answered(starts), starts, out, force=force, as_json=as_json)


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
    """Answer every blank and print the scene, each value with its reason; nothing is rendered.

    Example: imgext resolve scene.yaml -o scene.resolved.yaml
    """
    from imgext import pipeline

    resolved = pipeline.resolve(
        scene, **sources.opened(library, offline=offline, quiet=quiet or as_json), allow_outside=allow_outside, locked=locked
    )
    _print_scene(resolved.scene, resolved.decisions, out, force=force, as_json=as_json)
    if out is not None:
        from imgext.scene.lock import lock_path, write_lock

        write_lock(lock_path(out), resolved.lock)
    if not quiet:
        talk.warn(resolved.decisions)


def check(
    scenes: Annotated[list[Path], typer.Argument(metavar="SCENE...", help="Scenes, and tag hierarchies (.csv).", show_default=False)],
    library: options.Libraries = None,
    allow_outside: options.Outside = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> int:
    """Report every fault as file:line:col: path: message [code]; ends with 65, or 66 where only files are missing.

    A file that ends in .csv is checked as a tag hierarchy.

    Example: imgext check scenes/*.yaml ontology/tag_hierarchy.csv
    """
    from imgext import pipeline
    from imgext.checking import check as faults_of
    from imgext.checking import odd_values_of
    from imgext.settings import library_folders

    libraries = pipeline.open_libraries(library_folders(library))
    faults = [fault for path in scenes for fault in faults_of(path, libraries=libraries, allow_outside=allow_outside)]
    odd = [fault for path in scenes for fault in odd_values_of(path, allow_outside=allow_outside)]
    if as_json:
        talk.data(
            {
                "scenes": [str(path) for path in scenes],
                "faults": [fault.as_data() for fault in faults],
                "warnings": [fault.as_data() for fault in odd],
            }
        )
    else:
        for fault in faults:
            talk.text(f"{fault}\n")
        for fault in () if quiet else odd:
            talk.say(f"warning: {fault}")
        if not faults and not quiet:
            talk.say(f"{len(scenes)} {'file is' if len(scenes) == 1 else 'files are'} fine")
    return 0 if not faults else 66 if all(fault.code == "not_found" for fault in faults) else 65


def explain(
    scene: options.SceneFile,
    path: Annotated[
        str, typer.Argument(metavar="[PATH]", help="Only what is at or below this, such as tracks.gull.start.", show_default=False)
    ] = "",
    library: options.Libraries = None,
    offline: options.Offline = False,
    allow_outside: options.Outside = False,
    as_json: options.Json = False,
) -> None:
    """Say why each value is as it is: where it was written, or which stage chose it and for what reason; then who masks whom.

    Example: imgext explain scene.yaml tracks.gull
    """
    from imgext import pipeline
    from imgext.errors import MissingInputError
    from imgext.explain import masking_reasons, reasons
    from imgext.masking import masking_of
    from imgext.scene.document import load
    from imgext.scene.faults import did_you_mean

    scene = scene / "scene.resolved.yaml" if scene.is_dir() else scene
    original = load(scene, allow_outside=allow_outside)
    resolved = pipeline.resolve(scene, **sources.opened(library, offline=offline), allow_outside=allow_outside)
    found = reasons(original, resolved.scene, resolved.decisions, path)
    report = masking_of(resolved.scene, resolved.sounds, resolved.digests, resolved.known)
    found += masking_reasons(report, resolved.scene, path)
    if not found:
        known = {
            reason.path
            for reason in (*reasons(original, resolved.scene, resolved.decisions), *masking_reasons(report, resolved.scene, "masking"))
        }
        known |= {".".join(each.split(".")[:n]) for each in known for n in range(1, each.count(".") + 1)}
        raise MissingInputError(f"{scene}: there is nothing at `{path}`{did_you_mean(path, known)}")
    if as_json:
        talk.data(
            {
                "scene": str(scene),
                "reasons": [{"path": r.path, "value": r.value, "stage": r.stage, "because": r.because, "kind": r.kind} for r in found],
            }
        )
        return
    for reason in found:
        talk.text(f"{reason}\n")


def fmt(
    scenes: Scenes,
    check_only: Annotated[bool, typer.Option("--check", help="Change nothing; end with 1 where something would change.")] = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Bring scenes into the one canonical form; comments stay, no value changes.

    Example: imgext fmt scenes/*.yaml
    """
    from imgext.files import write_text
    from imgext.scene.document import read
    from imgext.scene.format import formatted

    changed = []
    for path in scenes:
        text = read(path, allow_outside=True).text
        new = formatted(text, str(path))
        if new != text:
            changed.append(str(path))
            if not check_only:
                write_text(path, new)
    if as_json:
        talk.data({"changed": changed, "written": not check_only})
    elif not quiet:
        for name in changed:
            talk.say(f"{name}: {'would change' if check_only else 'formatted'}")
    if check_only and changed:
        raise DriftError(f"{len(changed)} of {len(scenes)} scenes are not in canonical form; run `imgext fmt`")


def schema(
    out: options.OutFile = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Print the JSON schema of scenes, for editors and other programs.

    Example: imgext schema -o scene.schema.json
    """
    from imgext.scene.schema import json_schema, schema_text

    if out is not None:
        from imgext.files import write_text
        from imgext.outputs import refuse_to_overwrite

        refuse_to_overwrite(out, force=force)
        write_text(out, schema_text())
        if as_json:
            talk.data({"schema": str(out)})
    elif as_json:
        talk.data(json_schema())
    else:
        talk.text(schema_text())


def _write_answers(path: Path, original: Scene, decisions: Sequence[Decision]) -> None:
    from imgext.files import write_text
    from imgext.scene.document import read
    from imgext.scene.edit import set_value

    text = before = read(path, allow_outside=True).text
    for decision in decisions:
        if decision.kind == "answer" and original.value(decision.path) is None:
            text = set_value(text, decision.path, decision.value, file=str(path))
    if text != before:
        write_text(path, text)


def _tell_answers(scene: Scene, decisions: Sequence[Decision], ending: str, *, as_json: bool, quiet: bool) -> None:
    from imgext.results import decision_data

    if as_json:
        talk.data({"data": scene.as_data(), "decisions": [decision_data(decision) for decision in decisions]})
        return
    if quiet:
        return
    for decision in decisions:
        if decision.kind == "answer" and decision.path.endswith(ending):
            talk.say(f"  {decision.path}: {decision.value}  ({decision.because})")
        elif decision.kind == "note":
            talk.say(f"  {decision.path}: {decision.because}")
    talk.warn(decisions)


def _print_scene(scene: Scene, decisions: Sequence[Decision], out: Path | None, *, force: bool, as_json: bool) -> None:
    from imgext.results import decision_data
    from imgext.scene.writer import scene_text

    text = scene_text(scene, decisions)
    if out is not None:
        from imgext.files import write_text
        from imgext.outputs import refuse_to_overwrite

        refuse_to_overwrite(out, force=force)
        write_text(out, text)
    if as_json:
        talk.data(
            {"scene": str(out) if out else None, "data": scene.as_data(), "decisions": [decision_data(decision) for decision in decisions]}
        )
    elif out is None:
        talk.text(text)
