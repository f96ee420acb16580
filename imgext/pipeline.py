"""A picture becomes a scene, a scene is resolved, a resolved scene is rendered; the stages meet here and nowhere else.

>>> from imgext import analyze, load, resolve, render          # doctest: +SKIP
>>> scene, decisions = analyze("harbour.jpg")                  # doctest: +SKIP
>>> result = render(scene, "out")                              # doctest: +SKIP
>>> result.mix, result.sha256                                  # doctest: +SKIP
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import SceneError, UsageError
from imgext.files import sha256_of
from imgext.opening import open_sounds
from imgext.outputs import Outputs
from imgext.results import Rendered, summary_of, write_texts
from imgext.scene.decision import Decision
from imgext.scene.defaults import setting, settle
from imgext.scene.document import load
from imgext.scene.lock import Lock, lock_path, read_lock, write_lock
from imgext.seeing import analyze
from imgext.services import open_services
from imgext.targets import check_size, is_render_output, target_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from imgext.dsp.sound import Samples
    from imgext.scene.model import Scene
    from imgext.sounds.library import Library
    from imgext.sounds.sources import Services

__all__ = [
    "OWN_NAMES",
    "Resolved",
    "analyze",
    "find",
    "make",
    "open_libraries",
    "open_services",
    "render",
    "resolve",
    "write_new_scene",
]

#: What a render calls its outputs; a photo that is copied beside them needs another name.
OWN_NAMES = {"timeline.png", "spectrogram.png", "masking.png", "scene.yaml", "render.json"}


@dataclass(frozen=True)
class Resolved:
    """A scene with its blanks answered, and the sounds that it needs."""

    scene: Scene
    lock: Lock
    decisions: list[Decision]
    sounds: dict[str, Samples] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    known: dict[str, float] = field(default_factory=dict)
    room: dict[str, Any] | None = None


def open_libraries(folders: Sequence[Path | str]) -> list[Library]:
    """Index sound folders, or refresh their index, for `find`, `resolve` and `render`."""
    from imgext.sounds.library import Library

    return [Library(Path(folder)) for folder in folders]


def find(
    scene: Scene,
    *,
    libraries: Sequence[Library] = (),
    services: Services | None = None,
    lock: Lock | None = None,
    update: Collection[str] = (),
    allow_outside: bool = False,
    locked: bool = False,
) -> tuple[Scene, Lock, list[Decision]]:
    """Choose a sound for every track that has none; see `imgext.sounds.find.find`."""
    from imgext.sounds.find import find as choose

    return choose(
        scene,
        lock if lock is not None else Lock(),
        libraries=libraries,
        services=open_services() if services is None else services,
        update=update,
        allow_outside=allow_outside,
        locked=locked,
    )


def resolve(
    scene: Scene | Path | str,
    *,
    libraries: Sequence[Library] = (),
    services: Services | None = None,
    lock: Lock | None = None,
    update: Collection[str] = (),
    allow_outside: bool = False,
    locked: bool = False,
) -> Resolved:
    """Answer every blank of a scene but `master.gain`, which needs the mix to be heard.

    Parameters
    ----------
    scene : Scene or path
        The lock beside its file is used.
    libraries : sequence of Library
        From `open_libraries`.
    services : Services, optional
        From `open_services`; blank: as the environment sets them up.
    lock : Lock, optional
        Which sounds were chosen before.
    update : collection of track ids
        Search these again.
    allow_outside : bool
        Let sounds lie outside the scene's folder.
    locked : bool
        Raise DriftError where the lock and the scene disagree, and ask nothing over a network.

    Raises
    ------
    ImgextError
        A fault of the scene, a missing or unreadable sound; each names its place.
    """
    scene, lock = _located(scene, lock, allow_outside=allow_outside)
    scene, decisions = settle(scene)
    services = open_services() if services is None else services
    services = services.silenced() if locked else services
    scene, lock, found = find(
        scene, libraries=libraries, services=services, lock=lock, update=update, allow_outside=allow_outside, locked=locked
    )
    decisions += found
    sounds, digests = open_sounds(scene, lock, libraries, allow_outside=allow_outside, freesound=services.freesound)
    from imgext import rooms
    from imgext.arrange import arrange
    from imgext.mix import mix
    from imgext.unmasking import compression_told, unmask

    rate = setting(scene, "sample_rate")
    lengths = {}
    for key, samples in sounds.items():
        left = samples.frames - round((scene.tracks[key].offset or 0.0) * rate)
        if left < 1:
            where = scene.where(f"tracks.{key}.offset")
            raise SceneError(f"{where}: is {scene.tracks[key].offset:g} s, but the sound has {samples.frames / rate:.3f} s [out_of_range]")
        lengths[key] = left / rate
    if not lengths:
        silent = "; ".join(decision.because for decision in decisions if decision.path.startswith("tracks."))[:300]
        raise SceneError(f"{scene.where('tracks')}: nothing is heard in this scene{': ' + silent if silent else ''} [nothing_to_play]")
    scene, placed = arrange(scene, lengths, rooms.tail_of(scene, list(sounds)))
    scene, mixed = mix(scene, {key: pin.acoustics for key, pin in lock.sounds.items() if pin.acoustics is not None})
    room = rooms.room_report(scene)
    mixed += [*rooms.room_notes(room), *rooms.distance_notes(scene, list(sounds)), *rooms.warnings_of(scene, lock, list(sounds), libraries)]
    known: dict[str, float] = {}
    scene, cuts = unmask(scene, sounds, digests, known)
    cuts += compression_told(scene, sounds, digests, known)
    return Resolved(scene, lock, decisions + placed + _in_unison(scene, digests) + mixed + cuts, sounds, digests, known, room)


def _located(scene: Scene | Path | str, lock: Lock | None, *, allow_outside: bool) -> tuple[Scene, Lock]:
    if isinstance(scene, str | Path):
        path = Path(scene)
        return load(path, allow_outside=allow_outside), read_lock(lock_path(path)) if lock is None else lock
    if lock is None:
        lock = read_lock(lock_path(scene.folder / f"{scene.name}.yaml")) if scene.file else Lock()
    return scene, lock


def render(
    scene: Scene | Path | str,
    out: Path | str,
    *,
    libraries: Sequence[Library] = (),
    services: Services | None = None,
    lock: Lock | None = None,
    pictures: bool = True,
    stems: bool = False,
    delta: bool = False,
    bits: int = 24,
    allow_outside: bool = False,
    locked: bool = False,
    force: bool = False,
    before: Sequence[Decision] = (),
    progress: Callable[[float], None] = lambda _done: None,
) -> Rendered:
    """Render a scene into a folder.

    Parameters
    ----------
    scene : Scene or path
    out : path
        A folder, or a ``.wav`` or ``.flac`` file in the folder that takes the outputs.
    pictures : bool
        Draw ``timeline.png``, ``spectrogram.png`` and ``masking.png``.
    stems : bool
        Write ``stems/ID.wav`` of every track and ``stems/_room.wav``, 32-bit float, before the master gain.
    delta : bool
        Write ``delta.wav``, what cuts and compression removed, 32-bit float, before the master gain.
    bits : {16, 24}
        Word length of the mix; 16 is dithered from the scene's seed.
    force : bool
        Overwrite files that imgext did not make.
    before : sequence of Decision
        What was decided on the way to this scene, for the log.
    progress : callable
        Told the share that is done, 0 to 1.

    Returns
    -------
    Rendered

    Raises
    ------
    ImgextError
        Nothing is written then.
    """
    from imgext.masking import masking_report
    from imgext.rendering import make_plan, perform, write_delta
    from imgext.sounds.credits import licence_warnings

    if bits not in {16, 24}:
        raise UsageError(f"{bits} is not a word length; allowed: 16, 24")
    folder, name, container = target_of(Path(out))
    resolved = resolve(scene, libraries=libraries, services=services, lock=lock, allow_outside=allow_outside, locked=locked)
    planned, notes = make_plan(resolved.scene, resolved.sounds, resolved.digests, resolved.known)
    if not planned.tracks:
        raise SceneError(
            f"{resolved.scene.where('tracks')}: nothing is heard: {'; '.join(note.because for note in notes)} [nothing_to_play]"
        )
    decisions = [*before, *resolved.decisions, *notes]
    check_size(planned.frames, container, bits, stems=stems or delta)
    with Outputs(folder, force=force) as outputs:
        stem_paths = {}
        if stems:
            names = [*(track.id for track in planned.tracks), *(["_room"] if planned.room else [])]
            stem_paths = {key: outputs.path(f"stems/{key}.wav") for key in names}
        mix = outputs.path(name)
        heard = perform(
            planned, resolved.sounds, mix, container=container, bits=bits, stems=stem_paths, waveforms=pictures, progress=progress
        )
        decisions += heard.decisions
        final = resolved.scene.answered(heard.decisions)
        credited = Lock.of({key: sound for key, sound in resolved.lock.sounds.items() if key in resolved.sounds})
        decisions += [Decision(f"tracks.{key}.sound", None, why, {}, "render", "warning") for key, why in licence_warnings(credited)]
        write_texts(outputs, final, resolved.lock, credited, decisions)
        report = masking_report(resolved.scene, planned, resolved.sounds, resolved.digests, resolved.known)
        outputs.text("masking.json", json.dumps(report) + "\n")
        if delta:
            write_delta(planned, resolved.sounds, outputs.path("delta.wav"))
        if pictures:
            from imgext.figures import draw

            draw(final, planned, heard, decisions, report, mix, resolved.room, outputs.path)
        outputs.retire(is_render_output)
        digest = outputs.digest(name)
        outputs.summary = summary_of(name, digest, final, planned, heard, decisions, resolved.room)
    summary = outputs.summary
    return Rendered(
        folder / name,
        digest,
        summary["duration"],
        summary["loudness"],
        summary["true_peak"],
        summary["tracks"],
        decisions,
        final,
        resolved.lock,
        planned,
        summary,
    )


def make(
    photo: Path | str,
    out: Path | str,
    *,
    libraries: Sequence[Library] = (),
    services: Services | None = None,
    seed: int | None = None,
    model: str | None = None,
    detector: Path | str | None = None,
    duration: float | None = None,
    force: bool = False,
    **options: Any,
) -> Rendered:
    """From a photo to a folder with its scene, the mix and the pictures; `model` and `detector` are as for `analyze`, `options` are those of `render`.

    ``scene.yaml`` is written with the reason for each value beside it, the photo is copied next to it, and ``scene.lock.yaml`` pins the
    sounds, so that rendering the scene again needs no library.
    """
    photo, out = Path(photo), Path(out)
    if photo.name in OWN_NAMES:
        raise UsageError(f"{photo}: an output has this name; rename the photo")
    scene, seen = analyze(photo, seed=seed, model=model, detector=detector, services=services)
    if duration is not None:
        seen = [*seen, Decision("duration", duration, "asked for", stage="picture")]
        scene = scene.answered(seen[-1:])
    folder, _, _ = target_of(out)
    scene = scene.located(folder, "scene")
    path = write_new_scene(scene, seen, photo, folder, force=force)
    rendered = render(
        scene, out, libraries=libraries, services=services, lock=read_lock(lock_path(path)), force=force, before=seen, **options
    )
    write_lock(lock_path(path), rendered.lock)
    return rendered


def write_new_scene(
    scene: Scene,
    decisions: Sequence[Decision],
    photo: Path,
    folder: Path,
    *,
    name: str = "scene.yaml",
    force: bool = False,
    manifest: bool = True,
) -> Path:
    """Write an analysed scene, and the photo beside it where it does not lie there yet; `manifest` as `Outputs` has it."""
    from imgext.scene.writer import scene_text

    with Outputs(folder, force=force, manifest=manifest) as outputs:
        image = folder / photo.name
        if not (image.is_file() and (image.samefile(photo) or sha256_of(image) == sha256_of(photo))):
            shutil.copyfile(photo, outputs.path(photo.name))
        header = ["Written by imgext from a picture. Change what you like: a value that stands here is never touched, a blank is answered."]
        outputs.text(name, scene_text(scene, decisions, header=header))
    return folder / name


def _in_unison(scene: Scene, digests: dict[str, str]) -> list[Decision]:
    """Warnings of tracks that play one recording from one moment, which is heard as one louder sound."""
    first: dict[tuple[object, ...], str] = {}
    found = []
    for key in sorted(digests):
        track = scene.tracks[key]
        starts = tuple(track.start) if isinstance(track.start, list) else (track.start,)
        other = first.setdefault((digests[key], starts, track.offset), key)
        if other != key:
            because = (
                f"it plays the same recording as {other} from the same moment, so the two are heard as one; write another sound or offset"
            )
            found.append(Decision(f"tracks.{key}.sound", track.sound, because, {}, "arrange", "warning"))
    return found
