"""The own reverberation of each sound that a scene plays, written into its lock.

Sources of the answer, in this order: the user in the lock, the user in the library (`index.csv` or a
sidecar), the lock's earlier analysis of the same content, an analysis of the content now, where the scene has
a room. An analysis is cached by the SHA-256 of the content; each sound is analysed once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from imgext.dsp.reverberation import analyse
from imgext.scene.lock import LockedAcoustics, LockedSound
from imgext.sounds.ringing import rings
from imgext.sounds.sources import SOURCES
from imgext.sounds.sources.builtin import builtin_frames, builtin_rate
from imgext.store.cache import Cache, as_json, to_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from imgext.scene.lock import Lock
    from imgext.sounds.candidate import Candidate, Stated
    from imgext.sounds.sources.base import SoundFile

#: Of the analysis; another number makes all be analysed again.
VERSION = 2
#: Seconds of a sound that are decoded for it.
SECONDS = 60


def with_acoustics(
    pins: Mapping[str, LockedSound],
    old: Lock,
    contents: Mapping[str, SoundFile],
    labels: Mapping[str, str],
    candidates: Mapping[str, Candidate | None],
    *,
    analysing: bool,
) -> dict[str, LockedSound]:
    """Add to each pin what is known of its sound's own reverberation.

    Parameters
    ----------
    pins : mapping of track id to LockedSound
    old : Lock
        Of the run before: the user's figures for a content stay as long as the content does.
    contents : mapping of track id to SoundFile
        Files of the sounds that are on this machine.
    labels : mapping of track id to str
        The label of each track.
    candidates : mapping of track id to Candidate
        What libraries know of the sounds.
    analysing : bool
        Analyse sounds of which nothing is known; otherwise leave them blank.
    """
    result, before = {}, _by_content(old)
    for key, pin in pins.items():
        content = contents.get(key) if analysing else None
        result[key] = pin.model_copy(
            update={
                "acoustics": _of(key, pin, old, before, content, labels.get(key, ""), candidates.get(key))
            }
        )
    return result


def _by_content(old: Lock) -> dict[str, list[LockedAcoustics]]:
    """List what was known of each content, in track order; the user's word wins."""
    result: dict[str, list[LockedAcoustics]] = {}
    for _, entry in sorted(old.sounds.items()):
        known = result.setdefault(entry.sha256, [])
        if entry.acoustics is not None and (
            not known or (entry.acoustics.from_user and not any(each.from_user for each in known))
        ):
            known.append(entry.acoustics)
    return result


def _of(
    key: str,
    pin: LockedSound,
    old: Lock,
    before: Mapping[str, list[LockedAcoustics]],
    content: SoundFile | None,
    label: str,
    candidate: Candidate | None,
) -> LockedAcoustics | None:
    own = old.sounds.get(key)
    ours = own is not None and own.sha256 == pin.sha256 and own.acoustics
    known = [*([ours] if ours else []), *before.get(pin.sha256, [])]
    for person in known:
        if person.from_user:
            return person.model_copy(update={"source": "user"})
    if candidate is not None and candidate.acoustics is not None:
        return from_person(candidate.acoustics)
    name = SOURCES[pin.source].words_of(pin.id)
    by_itself = bool(rings(label, pin.words, pin.title, name))
    for analysed_before in known[:1]:
        if bool(analysed_before.ringing) == by_itself:
            return analysed_before
    if content is None:
        return None
    if SOURCES[pin.source].is_dry(pin.id) and not by_itself:
        return LockedAcoustics.model_validate(
            {"class": "dry", "p": [1.0, 0.0, 0.0], "gain_db": 0.0, "because": "computed without a room"}
        )
    return acoustics_of(pin.sha256, content, ringing=by_itself)


def from_person(stated: Stated) -> LockedAcoustics:
    """Turn a library's statement into a lock's."""
    return LockedAcoustics.model_validate(
        {
            "class": stated.heard_as,
            "rt60": stated.rt60,
            "c50": stated.c50,
            "drr": stated.drr,
            "source": "user",
        }
    )


def acoustics_of(sha256: str, content: SoundFile, *, ringing: bool) -> LockedAcoustics | None:
    """Analyse a sound, or reuse an earlier result; None if it cannot be decoded."""
    return _analysed(sha256, content, ringing)


@lru_cache(maxsize=4096)
def _analysed(sha256: str, content: SoundFile, ringing: bool) -> LockedAcoustics | None:  # a key of the cache
    cache = Cache[LockedAcoustics | None]("acoustics", VERSION, load=_load, dump=_dump)
    return cache.get(f"{sha256}-ringing" if ringing else sha256, lambda: _analyse(content, ringing=ringing))


def _analyse(content: SoundFile, *, ringing: bool) -> LockedAcoustics | None:
    decoded = _decoded(content)
    if decoded is None:
        return None
    found = analyse(*decoded, ringing=ringing)
    data: dict[str, Any] = {
        "class": found.kind,
        "p": list(found.p),
        "rt60": found.rt60,
        "gain_db": found.gain_db,
    }
    data |= {"because": found.because, "source": "auto", "ringing": True if ringing else None}
    return LockedAcoustics.model_validate(data)


def _load(data: bytes) -> LockedAcoustics | None:
    known = LockedAcoustics.model_validate(as_json(data))
    return known if known.source == "auto" and known.p is not None else None


def _dump(known: LockedAcoustics | None) -> bytes | None:
    return to_json(known.model_dump(by_alias=True, exclude_none=True)) if known is not None else None


def _decoded(content: SoundFile) -> tuple[NDArray[Any], int] | None:
    if content.builtin is not None:
        rate = builtin_rate()
        return builtin_frames(content.builtin)[: SECONDS * rate], rate
    from imgext.dsp.decode import FAILURES, Decoder

    assert content.path is not None
    try:
        with Decoder(content.path) as decoder:
            return decoder.first(SECONDS * decoder.rate), decoder.rate
    except FAILURES:  # whoever plays it says what is wrong with it
        return None
