"""`check`: finds every fault of a scene and its sounds, or of a tag hierarchy."""

from __future__ import annotations

import re
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from imgext.errors import MOST_FAULTS, Fault, ImgextError, MissingInputError, Place, SceneError, shown
from imgext.scene.document import load, sound_part
from imgext.scene.lock import Lock, lock_path, read_lock
from imgext.scene.rules import length_rules, no_room, too_long
from imgext.scene.things import is_atmo, starts_of, why_muted
from imgext.sounds.opening import afford, size_of
from imgext.sounds.reference import file_facts, resolve_sound
from imgext.sounds.sources.builtin import builtin_facts, builtin_seconds
from imgext.sounds.tracks import jobs_of
from imgext.store.outputs import size_fault

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imgext.errors import Broken
    from imgext.scene.model import Scene
    from imgext.sounds.library.library import Library
    from imgext.sounds.opening import Size
    from imgext.sounds.sources.base import SoundFile

#: How many built-in sounds are computed because something is asked of their length.
MOST_COMPUTED = 32


def check(
    path: Path | str,
    *,
    libraries: Sequence[Library] = (),
    allow_outside: bool = False,
    container: str = "WAV",
) -> list[Fault]:
    """Find every fault that can be known without playing.

    `render` refuses what this refuses, and the other way round, except for what only searching and listening
    can find: a blank without a sound, a sound that is damaged behind its header, or silent. Only headers of
    sounds are read. After `MOST_FAULTS` faults no more sounds are checked.

    Parameters
    ----------
    path : path
        A scene, whose sounds are checked too, or a tag hierarchy (``.csv``).
    libraries : sequence of Library
        For sounds that the scene names as ``library:ID``.
    allow_outside : bool
        Let sounds and pictures lie anywhere on this machine.
    container : {"WAV", "FLAC"}
        What the mix is to be written to; a WAV file holds four hours at 48 kHz.

    Returns
    -------
    list of Fault
        Each with the code, line and column that `render` gives; empty if all is well.
    """
    path = Path(path)
    if path.suffix.lower() == ".csv":
        return _hierarchy_faults(path)
    faults: list[Fault] = []
    lock = Lock()
    try:
        lock = read_lock(lock_path(path))
    except ImgextError as error:
        faults += _faults_of(error, path)
    try:
        scene = load(path, allow_outside=allow_outside)
    except ImgextError as error:
        return _with_sounds(_faults_of(error, path) + faults, path, lock, libraries, allow_outside)
    if faults:
        return _with_sounds(faults, path, lock, libraries, allow_outside)
    found = _sound_faults(scene, lock, libraries, allow_outside, container=container)
    faults = list(islice(found, MOST_FAULTS + 1))
    if len(faults) > MOST_FAULTS:
        why = "more faults than these; no more sounds were looked at"
        faults[MOST_FAULTS] = scene.where("tracks").fault("too_many", why)
    return faults


def _with_sounds(
    faults: list[Fault], path: Path, lock: Lock, libraries: Sequence[Library], allow_outside: bool
) -> list[Fault]:
    """Add the faults of the sounds that can be checked despite `faults`."""
    try:
        scene = sound_part(path)
    except ImgextError:
        return faults
    if scene is None:
        return faults
    seen = {(fault.file, fault.line, fault.column) for fault in faults}
    more = [
        fault
        for fault in islice(_sound_faults(scene, lock, libraries, allow_outside, whole=False), MOST_FAULTS)
        if (fault.file, fault.line, fault.column) not in seen
    ]
    return sorted(faults + more, key=lambda fault: (fault.file != str(path), fault.line, fault.column))


def _sound_faults(
    scene: Scene,
    lock: Lock,
    libraries: Sequence[Library],
    allow_outside: bool,
    *,
    whole: bool = True,
    container: str = "WAV",
) -> Iterator[Fault]:
    """Find faults of sounds and of their use, from headers alone.

    If the scene is not `whole`, faults that another value could remove are left out.
    """
    sizes: dict[str, Size] = {}
    sources: dict[str, SoundFile] = {}
    first: dict[str, str] = {}
    lengths: dict[str, float] = {}
    computed: set[str] = set()
    searched = wrong = False
    for job in jobs_of(scene):
        if job.track.sound is None:
            searched |= not job.track.mute
            continue
        place = scene.where(f"tracks.{job.id}.sound")
        try:
            source = resolve_sound(
                scene, job.id, job.track.sound, lock, libraries, allow_outside=allow_outside
            )
            if job.track.mute:
                continue
            key = first.setdefault(source.content, job.id)
            asked = job.track.offset or job.track.every or isinstance(job.track.start, list)
            exact = bool(asked) and source.builtin is not None and len(computed | {key}) <= MOST_COMPUTED
            if key == job.id or (exact and key not in computed):
                if source.path is not None:
                    file_facts(source.path, place)
                sizes[key], sources[key] = size_of(scene, key, source, exact=exact), source
                computed |= {key} if exact else set()
        except ImgextError as error:
            if not job.track.mute or isinstance(error, SceneError):
                wrong = True
                yield from error.faults
            continue
        if key in sizes:
            lengths[job.id] = sizes[key].frames / scene.sample_rate - job.track.offset
            for broken in length_rules(scene, job.id, sizes[key].frames):
                wrong = True
                yield _fault(scene, broken)
    if not whole:
        return
    if not (sizes or searched or wrong):
        why = why_muted(scene) or "nothing is heard in this scene"
        yield scene.where("tracks").fault("nothing_to_play", why)
    try:
        afford(scene, sources, sizes)
    except SceneError as error:
        yield from error.faults
    written = round((scene.duration or 0.0) * scene.sample_rate)
    if too_big := size_fault(written, container, 24, stems=False):
        yield scene.where("duration").fault("too_big", *too_big)
    elif lengths and not wrong and (scene.duration is not None or not searched):
        yield from _excess(scene, lengths, container)


def _excess(scene: Scene, lengths: dict[str, float], container: str) -> Iterator[Fault]:
    """Find what is more than can be meant, and a mix that no file of that kind holds."""
    from imgext.arranging import arrange, excess
    from imgext.mix.room import tail_of
    from imgext.scene.defaults import settle

    settled = settle(scene)[0]
    arranged, _ = arrange(settled, lengths, tail_of(settled, list(lengths)))
    if (found := excess(arranged, lengths, scene.duration)) is not None:
        yield scene.where(found[0]).fault("out_of_range", found[1])
    frames = round((arranged.duration or 0.0) * scene.sample_rate)
    if too_big := size_fault(frames, container, 24, stems=False):
        yield scene.where("duration").fault("too_big", *too_big)


def _fault(scene: Scene, broken: Broken) -> Fault:
    path, *wrong = broken
    return scene.where(".".join(path)).fault(*wrong)


def _faults_of(error: ImgextError, path: Path) -> list[Fault]:
    code = "not_found" if isinstance(error, MissingInputError) else "unreadable"
    return list(error.faults) or [Fault(Place(str(path)), code, str(error).removeprefix(f"{path}: "))]


def odd_values_of(path: Path | str, *, allow_outside: bool = False) -> list[Fault]:
    """List values that are allowed but probably not meant.

    A faulty scene gives none.
    """
    from imgext.scene.rules import odd_values

    path = Path(path)
    if path.suffix.lower() == ".csv":
        return []
    try:
        scene = load(path, allow_outside=allow_outside)
    except (ImgextError, OSError):
        return []
    return [_fault(scene, broken) for broken in odd_values(scene)]


def odd_sounds(path: Path, libraries: Sequence[Library], *, allow_outside: bool = False) -> list[Fault]:
    """List damaged sounds, and sounds that are too short for what is asked of them.

    Nothing where the scene has faults.
    """
    from imgext.dsp.decode import is_loss

    if path.suffix.lower() == ".csv":
        return []
    found, computed = [], 0
    lengths: dict[str, float] = {}
    try:
        scene, lock = load(path, allow_outside=allow_outside), read_lock(lock_path(path))
        repeats = any(track.every for track in scene.tracks.values())
        for key, track in scene.tracks.items():
            if track.sound is None or track.mute:
                continue
            source = resolve_sound(scene, key, track.sound, lock, libraries, allow_outside=allow_outside)
            computed += source.path is None
            exact = computed <= MOST_COMPUTED and (track.duration is not None or repeats)
            length, notes = _heard_of(source, exact=exact)
            lengths[key] = length - track.offset
            where = scene.where(f"tracks.{key}.sound")
            found += [where.fault("odd", note) for note in notes if is_loss(note)]
            if not (track.loop or (track.loop is None and is_atmo(scene, key))):
                why = too_long(track.duration, lengths[key])
                found += [scene.where(f"tracks.{key}.duration").fault("odd", *why)] if why else []
    except (ImgextError, OSError):
        return found
    return [*_misspelt(scene, libraries), *found, *_without_room(scene, lengths)]


def _misspelt(scene: Scene, libraries: Sequence[Library]) -> Iterator[Fault]:
    """Find labels that nothing is called and that are close to what something is."""
    from imgext.ontology.hierarchy import hierarchy

    for job in jobs_of(scene):
        if job.track.sound is not None or job.track.mute or job.thing is None:
            continue
        label = job.thing.label
        if hierarchy().understand(label) is not None or any(each.search(label, 1) for each in libraries):
            continue
        if close := hierarchy().suggestion(label):
            where = scene.where(f"objects.{job.object_id or job.track.object or job.id}.label")
            yield where.fault("odd", f"{shown(label)} is not in the tag hierarchy", close.removeprefix("; "))


def _heard_of(source: SoundFile, *, exact: bool) -> tuple[float, tuple[str, ...]]:
    """Seconds of a sound, at most unless `exact`, and what is to be said of its file."""
    from imgext.dsp.sound_file import probe

    if source.path is None:
        assert source.builtin is not None
        take = source.builtin
        return (builtin_facts(take).duration if exact else builtin_seconds(take)), ()
    info = probe(source.path)
    return info.seconds, info.notes


def _without_room(scene: Scene, lengths: dict[str, float]) -> Iterator[Fault]:
    """Find repeats for which the mix is too short.

    The length counts only as far as it is known without searching.
    """
    if scene.duration is None and any(
        job.track.sound is None and not job.track.every for job in jobs_of(scene)
    ):
        return
    ends = {
        key: max(starts_of(track), default=0.0)
        + (track.duration if track.loop and track.duration else lengths[key])
        for key, track in scene.tracks.items()
        if key in lengths and not track.every
    }
    end = scene.duration if scene.duration is not None else max(ends.values(), default=0.0)
    for key, track in scene.tracks.items():
        if track.every and track.start is None and not track.loop and not track.mute and ends:
            why = no_room(track.every, end - lengths.get(key, 0.0), written=scene.duration is not None)
            if why:
                yield scene.where(f"tracks.{key}.every").fault("odd", *why)


def library_doubts(libraries: Sequence[Library]) -> list[Fault]:
    """List library sounds that are not used because their licence is uncertain."""
    found = []
    for library in libraries:
        for reason, count, first in library.doubts():
            match = re.fullmatch(r"(?P<file>[^:]+?)(?:, line (?P<line>\d+))?: (?P<why>.*)", reason)
            file, line, why = (match["file"], match["line"], match["why"]) if match else ("", None, reason)
            which = first if count == 1 else f"{first} and {count - 1} more"
            message = f"{why}; {which} {'is' if count == 1 else 'are'} not used"
            found.append(Fault(Place(str(library.root / file), int(line or 1), 1), "odd", message))
    return found


def _hierarchy_faults(path: Path) -> list[Fault]:
    from imgext.ontology.hierarchy import load as load_hierarchy
    from imgext.sounds.bank import BANK

    try:
        load_hierarchy(path, BANK)
    except ImgextError as error:
        return _faults_of(error, path)
    return []
