"""The sounds of a scene, opened: from references to samples at the mix's rate.

Decoded sounds stay in memory up to `SOUND_MEMORY` together, short ones first; the others are read from
temporary files.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from imgext.errors import MissingInputError, SceneError
from imgext.rendering.opened import Opened
from imgext.sounds.sources.builtin import builtin_frames, builtin_rate, builtin_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from imgext.dsp.sound_file import Samples
    from imgext.scene.lock import Lock
    from imgext.scene.model import Scene
    from imgext.sounds.freesound import Freesound
    from imgext.sounds.library.library import Library
    from imgext.sounds.sources.base import SoundFile
    from imgext.sounds.takes import TakeSound

#: Bytes of decoded sounds that are kept in memory.
SOUND_MEMORY = 96 << 20
#: And of each take of another sound.
TAKE_MEMORY = 1 << 23
#: Bytes of decoded sounds that a scene may take on the disk; more only where the files themselves are large.
DECODED = 2_500_000_000
EXPANSION = 256


def heard(scene: Scene) -> list[str]:
    """The tracks that are to be heard, sorted."""
    return [key for key, track in sorted(scene.tracks.items()) if track.sound is not None and not track.mute]


def open_sounds(
    scene: Scene,
    lock: Lock,
    libraries: Sequence[Library],
    *,
    allow_outside: bool,
    freesound: Freesound | None = None,
) -> Opened:
    """Decode every sound at the mix's rate, once for each content, with its digest.

    Raises
    ------
    SceneError, MissingInputError, UnavailableError
        Each with the place of the track's sound in front.
    """
    from concurrent.futures import ThreadPoolExecutor

    from imgext.sounds.reference import resolve_sound

    sources = {
        key: resolve_sound(
            scene,
            key,
            scene.tracks[key].sound or "",
            lock,
            libraries,
            allow_outside=allow_outside,
            freesound=freesound,
        )
        for key in heard(scene)
    }
    first = {source.sha256: key for key, source in reversed(sources.items())}
    sizes = {key: size_of(scene, key, sources[key]) for key in sorted(first.values())}
    afford(scene, sources, sizes)
    left = SOUND_MEMORY
    keep = {}
    for size, digest in sorted((sizes[key].bytes, digest) for digest, key in first.items()):
        keep[digest] = size if size <= left else 0
        left -= keep[digest]
    with ThreadPoolExecutor(
        2, "imgext-sounds"
    ) as pool:  # decoding, resampling and synthesis let go of the interpreter
        opening = {
            digest: pool.submit(_open, scene, key, sources[key], keep[digest])
            for digest, key in sorted(first.items(), key=lambda item: item[1])
        }
        opened = {digest: future.result() for digest, future in opening.items()}
    samples = {key: opened[source.sha256] for key, source in sources.items()}
    return Opened(
        samples,
        {key: source.sha256 for key, source in sources.items()},
        {key: notes for key, each in samples.items() if (notes := getattr(each, "notes", ()))},
    )


def open_take(
    scene: Scene,
    key: str,
    reference: str,
    lock: Lock,
    libraries: Sequence[Library],
    *,
    allow_outside: bool,
    freesound: Freesound | None = None,
) -> TakeSound:
    """Open the sound of a take; raises as `open_sounds`."""
    from imgext.sounds.reference import resolve_sound
    from imgext.sounds.takes import TakeSound

    source = resolve_sound(
        scene, key, reference, lock, libraries, allow_outside=allow_outside, freesound=freesound
    )
    size = size_of(scene, key, source)
    afford(scene, {key: source}, {key: size})
    return TakeSound(_open(scene, key, source, size.bytes if size.bytes <= TAKE_MEMORY else 0), source.sha256)


class Size(NamedTuple):
    """A sound as it will be decoded at the mix's rate."""

    frames: int
    bytes: int


def size_of(scene: Scene, key: str, source: SoundFile, *, exact: bool = False) -> Size:
    """Read a sound's size from its header; errors name the track's place.

    A built-in sound is computed only for an `exact` size; otherwise it is as long as it can be.
    """
    from imgext.dsp.sound_file import probe, resampled_frames

    rate = scene.sample_rate
    if source.builtin is not None:
        own = builtin_rate()
        made = len(builtin_frames(source.builtin)) if exact else round(builtin_seconds(source.builtin) * own)
        frames = resampled_frames(made, own, rate)
        return Size(frames, (frames + 2) * 16)
    assert source.path is not None
    with _placed(scene, key):
        info = probe(source.path)
    frames = resampled_frames(info.frames, info.rate, rate)
    return Size(frames, (frames + 1) * info.channels * 8)


def afford(scene: Scene, sources: Mapping[str, SoundFile], sizes: Mapping[str, Size]) -> None:
    """Refuse sounds that would fill the disk: a file of 47 KB can be four hours long.

    Raises
    ------
    SceneError
        Decoded, a sound and those before it take more than `DECODED` bytes, and more than `EXPANSION` times
        those of their files.
    """
    decoded = stored = 0
    for key, size in sizes.items():
        path = sources[key].path
        if path is None:
            continue
        decoded, stored = decoded + size.bytes, stored + path.stat().st_size
        if decoded > max(DECODED, EXPANSION * stored):
            found = f"{decoded / 1e9:.1f} GB of samples at {scene.sample_rate} Hz in files of {stored} bytes"
            why = (
                f"{path.name}: {found}; allowed: {DECODED / 1e9:g} GB, or {EXPANSION} times the bytes of "
                "the files"
            )
            where = scene.where(f"tracks.{key}.sound")
            raise SceneError(faults=[where.fault("too_big", why, "cut out what is to be heard")])


def _open(scene: Scene, key: str, source: SoundFile, keep: int) -> Samples:
    from imgext.dsp.sound_file import array_samples, open_samples

    rate = scene.sample_rate
    if source.builtin is not None:
        return array_samples(builtin_frames(source.builtin), builtin_rate(), rate, keep=keep)
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
        raise type(error)(faults=[scene.where(f"tracks.{key}.sound").fault(code, str(error))]) from error
