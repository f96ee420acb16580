"""A picture becomes a scene, a scene is resolved, a resolved scene is rendered; the stages meet here and nowhere else.

>>> from imgext import analyze, load, resolve, render          # doctest: +SKIP
>>> scene, decisions = analyze("harbour.jpg")                  # doctest: +SKIP
>>> result = render(scene, "out")                              # doctest: +SKIP
>>> result.mix, result.sha256                                  # doctest: +SKIP
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import MissingInputError, SceneError, UsageError
from imgext.files import sha256_of
from imgext.outputs import Outputs
from imgext.results import Rendered, summary_of, write_texts
from imgext.scene.decision import Decision
from imgext.scene.defaults import setting, settle
from imgext.scene.document import load
from imgext.scene.lock import Lock, lock_path, read_lock, write_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from imgext.dsp.sound import Samples
    from imgext.scene.model import Scene
    from imgext.sounds.library import Library
    from imgext.sounds.source import SoundFile

#: Decoded sounds stay in memory up to this many bytes together, short ones first; the others are read from temporary files.
SOUND_MEMORY = 96 << 20
#: The endings of mixes, and their containers; other endings of sound files are refused instead of taken for folders.
CONTAINERS = {".wav": "WAV", ".flac": "FLAC"}
WAV_BYTES = 2**32 - 4096
#: What a render calls its outputs; a photo that is copied beside them needs another name.
OWN_NAMES = {"timeline.png", "spectrogram.png", "scene.yaml", "render.json"}
OTHER_SOUNDS = {".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma"}


@dataclass(frozen=True)
class Resolved:
    """A scene with its blanks answered, and the sounds that it needs."""

    scene: Scene
    lock: Lock
    decisions: list[Decision]
    sounds: dict[str, Samples] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)


def analyze(photo: Path | str, *, seed: int | None = None) -> tuple[Scene, list[Decision]]:
    """See what is in a photo.

    Parameters
    ----------
    photo : path
        JPEG, PNG, WebP, TIFF and what else Pillow reads; its EXIF orientation is applied.
    seed : int, optional
        Written into the scene.

    Returns
    -------
    scene, decisions
        The scene lies in the photo's folder, so `image` is the photo's name.

    Raises
    ------
    MissingInputError, SceneError
        There is no such file, or it is no picture.
    """
    from imgext.picture import analyze as look

    photo = Path(photo)
    scene, decisions = look(photo, seed=seed)
    return scene.located(photo.parent, photo.stem), decisions


def open_libraries(folders: Sequence[Path | str]) -> list[Library]:
    """Index sound folders, or refresh their index, for `find`, `resolve` and `render`."""
    from imgext.sounds.library import Library

    return [Library(Path(folder)) for folder in folders]


def find(
    scene: Scene,
    *,
    libraries: Sequence[Library] = (),
    lock: Lock | None = None,
    update: Collection[str] = (),
    allow_outside: bool = False,
    locked: bool = False,
) -> tuple[Scene, Lock, list[Decision]]:
    """Choose a sound for every track that has none; see `imgext.sounds.find.find`."""
    from imgext.sounds.find import find as choose

    return choose(
        scene, lock if lock is not None else Lock(), libraries=libraries, update=update, allow_outside=allow_outside, locked=locked
    )


def resolve(
    scene: Scene | Path | str,
    *,
    libraries: Sequence[Library] = (),
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
    lock : Lock, optional
        Which sounds were chosen before.
    update : collection of track ids
        Search these again.
    allow_outside : bool
        Let sounds lie outside the scene's folder.
    locked : bool
        Raise DriftError where the lock and the scene disagree.

    Raises
    ------
    ImgextError
        A fault of the scene, a missing or unreadable sound; each names its place.
    """
    scene, lock = _located(scene, lock, allow_outside=allow_outside)
    scene, decisions = settle(scene)
    if setting(scene, "room_detected") and setting(scene, "reverb.engine") != "ir":
        raise SceneError(f"{scene.where('reverb.engine')}: `{setting(scene, 'reverb.engine')}` is not built yet; use ir [not_one_of]")
    scene, lock, found = find(scene, libraries=libraries, lock=lock, update=update, allow_outside=allow_outside, locked=locked)
    decisions += found
    sounds, digests = _opened(scene, lock, libraries, allow_outside=allow_outside)
    from imgext.arrange import arrange
    from imgext.mix import mix

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
    scene, placed = arrange(scene, lengths, _tail(scene, sounds))
    scene, mixed = mix(scene)
    return Resolved(scene, lock, decisions + placed + _in_unison(scene, digests) + mixed, sounds, digests)


def _located(scene: Scene | Path | str, lock: Lock | None, *, allow_outside: bool) -> tuple[Scene, Lock]:
    if isinstance(scene, str | Path):
        path = Path(scene)
        return load(path, allow_outside=allow_outside), read_lock(lock_path(path)) if lock is None else lock
    if lock is None:
        lock = read_lock(lock_path(scene.folder / f"{scene.name}.yaml")) if scene.file else Lock()
    return scene, lock


def _tail(scene: Scene, sounds: dict[str, Samples]) -> float:
    if not setting(scene, "room_detected") or setting(scene, "wet_level") == 0 or all(scene.tracks[key].send == 0 for key in sounds):
        return 0.0
    from imgext.dsp.room import tail_seconds

    return tail_seconds(setting(scene, "room_size"), setting(scene, "damping"))


def _opened(scene: Scene, lock: Lock, libraries: Sequence[Library], *, allow_outside: bool) -> tuple[dict[str, Samples], dict[str, str]]:
    """Every sound that is heard, decoded at the mix's rate, and its digest; sounds of one content are opened once."""
    from concurrent.futures import ThreadPoolExecutor

    from imgext.sounds.find import resolve_sound

    heard = [key for key, track in sorted(scene.tracks.items()) if track.sound is not None and not track.mute]
    sources = {key: resolve_sound(scene, key, scene.tracks[key].sound or "", lock, libraries, allow_outside=allow_outside) for key in heard}
    first = {source.sha256: key for key, source in reversed(sources.items())}
    left = SOUND_MEMORY
    keep = {}
    for size, digest in sorted((_size(scene, key, sources[key]), digest) for digest, key in first.items()):
        keep[digest] = size if size <= left else 0
        left -= keep[digest]
    with ThreadPoolExecutor(2, "imgext-sounds") as pool:  # decoding, resampling and synthesis let go of the interpreter
        opening = {
            digest: pool.submit(_open, scene, key, sources[key], keep[digest])
            for digest, key in sorted(first.items(), key=lambda item: item[1])
        }
        opened = {digest: future.result() for digest, future in opening.items()}
    return {key: opened[source.sha256] for key, source in sources.items()}, {key: source.sha256 for key, source in sources.items()}


def _size(scene: Scene, key: str, source: SoundFile) -> int:
    """Bytes of a sound when it is decoded at the mix's rate."""
    from imgext.dsp.sound import probe, resampled_frames

    rate = setting(scene, "sample_rate")
    if source.builtin is not None:
        from imgext.sounds.bank import BANK

        return int(BANK[source.builtin].seconds * rate + 2) * 16
    assert source.path is not None
    with _placed(scene, key):
        info = probe(source.path)
    return (resampled_frames(info.frames, info.rate, rate) + 1) * info.channels * 8


def _open(scene: Scene, key: str, source: SoundFile, keep: int) -> Samples:
    from imgext.dsp.sound import array_samples, open_samples

    rate = setting(scene, "sample_rate")
    if source.builtin is not None:
        from imgext.sounds.bank import RATE, generate

        return array_samples(generate(source.builtin), RATE, rate, keep=keep)
    assert source.path is not None
    with _placed(scene, key):
        return open_samples(source.path, rate, keep=keep)


@contextmanager
def _placed(scene: Scene, key: str) -> Iterator[None]:
    """Put the place of a track's sound in front of what is wrong with it."""
    try:
        yield
    except (SceneError, MissingInputError) as error:
        code = "not_found" if isinstance(error, MissingInputError) else "unreadable"
        raise type(error)(f"{scene.where(f'tracks.{key}.sound')}: {error} [{code}]") from error


def render(
    scene: Scene | Path | str,
    out: Path | str,
    *,
    libraries: Sequence[Library] = (),
    lock: Lock | None = None,
    pictures: bool = True,
    stems: bool = False,
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
        Draw ``timeline.png`` and ``spectrogram.png``.
    stems : bool
        Write ``stems/ID.wav`` of every track and ``stems/_room.wav``, 32-bit float, before the master gain.
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
    from imgext.rendering import make_plan, perform

    if bits not in {16, 24}:
        raise UsageError(f"{bits} is not a word length; allowed: 16, 24")
    folder, name, container = _target(Path(out))
    resolved = resolve(scene, libraries=libraries, lock=lock, allow_outside=allow_outside, locked=locked)
    planned, notes = make_plan(resolved.scene, resolved.sounds, resolved.digests)
    if not planned.tracks:
        raise SceneError(
            f"{resolved.scene.where('tracks')}: nothing is heard: {'; '.join(note.because for note in notes)} [nothing_to_play]"
        )
    decisions = [*before, *resolved.decisions, *notes]
    _fits_in_wav(planned.frames, container, bits, stems=stems)
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
        write_texts(outputs, final, resolved.lock, decisions)
        if pictures:
            from imgext.figures import draw

            draw(final, planned, heard, decisions, mix, outputs.path("timeline.png"), outputs.path("spectrogram.png"))
        outputs.retire(_is_render_output)
        digest = outputs.digest(name)
        outputs.summary = summary_of(name, digest, final, planned, heard, decisions)
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
    seed: int | None = None,
    duration: float | None = None,
    force: bool = False,
    **options: Any,
) -> Rendered:
    """From a photo to a folder with its scene, the mix and the pictures; `options` are those of `render`.

    ``scene.yaml`` is written with the reason for each value beside it, the photo is copied next to it, and ``scene.lock.yaml`` pins the
    sounds, so that rendering the scene again needs no library.
    """
    photo, out = Path(photo), Path(out)
    if photo.name in OWN_NAMES:
        raise UsageError(f"{photo}: an output has this name; rename the photo")
    scene, seen = analyze(photo, seed=seed)
    if duration is not None:
        seen = [*seen, Decision("duration", duration, "asked for", stage="picture")]
        scene = scene.answered(seen[-1:])
    folder, _, _ = _target(out)
    scene = scene.located(folder, "scene")
    path = write_new_scene(scene, seen, photo, folder, force=force)
    rendered = render(scene, out, libraries=libraries, lock=read_lock(lock_path(path)), force=force, before=seen, **options)
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


def _fits_in_wav(frames: int, container: str, bits: int, *, stems: bool) -> None:
    """A WAV file counts its bytes in 32 bits."""
    if container == "WAV" and frames * 2 * (bits // 8) > WAV_BYTES:
        raise SceneError(f"duration: {frames} frames are more than a WAV file holds; write FLAC: -o DIR/mix.flac")
    if stems and frames * 8 > WAV_BYTES:
        raise SceneError(f"duration: {frames} frames are more than a WAV file of float samples holds; render without --stems")


def _is_render_output(name: str) -> bool:
    """Mixes, stems and pictures of a render, which must not lie beside those of another."""
    return name.endswith((".wav", ".flac")) or name in {"timeline.png", "spectrogram.png"}


def _target(out: Path) -> tuple[Path, str, str]:
    """Folder, file name and container of an output that is a folder or a sound file."""
    if out.suffix.lower() in CONTAINERS and not out.is_dir():
        return out.parent, out.name, CONTAINERS[out.suffix.lower()]
    if out.suffix.lower() in OTHER_SOUNDS and not out.is_dir():
        raise UsageError(f"{out}: imgext writes {' and '.join(CONTAINERS)} files; name one of those, or a folder")
    return out, "mix.wav", "WAV"


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
