"""`credits` and `collect`: what a scene owes to the people whose sounds it plays, and how it travels with those sounds."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgext.cli import options, talk
from imgext.errors import MissingInputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.scene.lock import Lock
    from imgext.scene.model import Scene
    from imgext.sounds.library import Library
    from imgext.sounds.source import SoundFile
    from imgext.sounds.sources import Services

#: The lock of what a render played, in its folder.
RENDERED = "scene.resolved.lock.yaml"


class Form(StrEnum):
    """How credits are written."""

    text = "text"
    html = "html"
    json = "json"


def credits(  # noqa: A001  # the command's name
    scene: Annotated[
        Path, typer.Argument(metavar="SCENE", help="A scene with its lock beside it, or the folder of a render.", show_default=False)
    ],
    form: Annotated[Form, typer.Option("--format", help="Plain text, a page, or data.")] = Form.text,
    out: options.OutFile = None,
    force: options.Force = False,
    as_json: options.Json = False,
) -> None:
    """Print who made the sounds of a scene, as their licences ask for it, and warn of what a licence forbids.

    Example: imgext credits scene.yaml
    """
    from imgext.scene.decision import Decision
    from imgext.scene.lock import read_lock
    from imgext.sounds.credits import credits_data, credits_html, credits_json, credits_text, licence_warnings

    lock = read_lock(_lock_of(scene))
    text = {Form.text: credits_text, Form.html: credits_html, Form.json: credits_json}[form](lock)
    if out is not None:
        from imgext.files import write_text
        from imgext.outputs import refuse_to_overwrite

        refuse_to_overwrite(out, force=force)
        write_text(out, text)
    if as_json:
        talk.data({"file": str(out) if out is not None else None, **credits_data(lock)})
        return
    if out is None:
        talk.text(text)
    talk.warn(Decision(f"tracks.{track}.sound", None, because, kind="warning") for track, because in licence_warnings(lock))


def collect(
    scene: options.SceneFile,
    library: options.Libraries = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", "-n", help="Say what would be copied, copy nothing.")] = False,
    offline: options.Offline = False,
    allow_outside: options.Outside = False,
    force: options.Force = False,
    as_json: options.Json = False,
    quiet: options.Quiet = False,
) -> None:
    """Copy the sounds of a scene into sounds/ beside it, so that its folder alone renders anywhere.

    Example: imgext collect scene.yaml
    """
    from imgext.cli.sources import opened
    from imgext.scene.document import load
    from imgext.scene.lock import read_lock, write_lock
    from imgext.sounds.collect import collect as bring

    original = load(scene, allow_outside=allow_outside)
    path = _lock_of(scene)
    lock = read_lock(path)
    sources, silent = _sources(original, lock, **opened(library, offline=offline), allow_outside=allow_outside)
    new, copied = bring(original, lock, sources, force=force, dry_run=dry_run)
    if new != lock and not dry_run:
        write_lock(path, new)
    files = {track: sound.file for track, sound in new.sounds.items() if track in sources and sound.file is not None}
    if as_json:
        rows = [{"track": track, "file": file} for track, file in copied]
        talk.data({"scene": str(scene), "dry_run": dry_run, "copied": rows, "files": files, "passed_over": silent})
        return
    if quiet:
        return
    for track, why in silent.items():
        talk.say(f"  tracks.{track}: {why}; passed over")
    for track, file in copied:
        talk.say(f"  tracks.{track}: {file}")
    count = len({file for _, file in copied})
    talk.say(f"{scene}: {count} {'file' if count == 1 else 'files'} {'would be copied' if dry_run else 'copied'}")


def _lock_of(scene: Path) -> Path:
    """The lock beside a scene, or that of a render's folder."""
    from imgext.scene.lock import lock_path

    if scene.is_dir():
        path, how = scene / RENDERED, "this is not the folder of a render"
    else:
        path, how = lock_path(scene), f"run `imgext find {scene.name}` first"
    if not path.is_file():
        raise MissingInputError(f"{path}: there is no such lock; {how}" if scene.exists() else f"{scene}: there is no such file")
    return path


def _sources(
    scene: Scene, lock: Lock, *, libraries: Sequence[Library], services: Services, allow_outside: bool
) -> tuple[dict[str, SoundFile], dict[str, str]]:
    """Where each sound is, and why a track has none: nothing was found for it, or it is muted and its sound is not at hand."""
    from imgext.sounds.jobs import jobs_of
    from imgext.sounds.source import resolve_sound

    sources, silent = {}, {}
    for job in jobs_of(scene):
        pin = lock.sounds.get(job.id)
        reference = job.track.sound or (pin.sound if pin is not None else None)
        if reference is None:
            silent[job.id] = "has no sound in the lock"
            continue
        if job.track.sound is None and pin is not None and job.thing is not None and pin.query != job.thing.label:
            where = scene.where(f"tracks.{job.id}.sound")
            raise MissingInputError(f"{where}: the lock's sound is not one that was found for `{job.thing.label}`; run `imgext find` first")
        try:
            sources[job.id] = resolve_sound(
                scene, job.id, reference, lock, libraries, allow_outside=allow_outside, freesound=services.freesound
            )
        except (MissingInputError, UnavailableError):
            if not job.track.mute:
                raise
            silent[job.id] = "is muted, and its sound is not at hand"
    return sources, silent
