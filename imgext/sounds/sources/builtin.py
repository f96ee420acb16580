"""The built-in bank: sounds that imgext computes.

Their digest is the SHA-256 of the frames as interleaved 24-bit little-endian PCM.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.errors import SceneError, shown, suggestion
from imgext.ontology.words import key_of
from imgext.scene.decision import seconds
from imgext.sounds.candidate import EXACT, IN_LABEL, IN_TAGS, Candidate
from imgext.sounds.sources.base import Facts, SoundFile, SoundOrigin

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from imgext.ontology.hierarchy import Step
    from imgext.sounds.search.rules import Rules
    from imgext.sounds.sources.base import Wanted


#: Seconds of a bed that is made for a longer mix; it is repeated beyond, and nobody hears a loop of a minute.
LONGEST = 60.0


class Source(SoundOrigin):
    """The built-in sounds."""

    name, where, ours, as_written = "builtin", "among the built-in sounds", True, True

    def batches(self, step: Step, rules: Rules, *, bed: bool) -> Iterator[list[Candidate]]:  # noqa: ARG002
        """Search by name, title and keywords; then by exact name, then by hierarchy."""
        if step.rung == "builtin":
            yield [bank_candidate(step.words)]
        else:
            yield [found for found in search_bank(step.words) if step.rung != "parent" or found.rank == 0]

    def content(self, candidate: Candidate) -> Path | None:  # noqa: ARG002
        """Nothing: it is computed."""
        return None

    def held(self, wanted: Wanted) -> list[SoundFile]:
        """Return a name's take for this track; SceneError if name or parameter is unknown."""
        from imgext.sounds.bank import BANK
        from imgext.sounds.bank.table import split

        name = split(wanted.name)[0]
        if name not in BANK:
            why = f"there is no built-in sound {shown(name)}"
            raise SceneError(faults=[wanted.place.fault("unknown_reference", why, suggestion(name, BANK))])
        try:
            take = take_of(wanted.name, wanted.seed)
        except SceneError as error:
            raise SceneError(faults=[wanted.place.fault("bad_form", str(error))]) from error
        return [SoundFile(None, take, digest_of_take)]

    def describe(self, name: str, path: Path | None) -> Candidate | None:  # noqa: ARG002
        """What the bank says of it."""
        return bank_candidate(name.partition("?")[0])

    @classmethod
    def words_of(cls, name: str) -> str:
        """The words of the name."""
        return name.replace("_", " ")

    @classmethod
    def is_dry(cls, name: str) -> bool:
        """Whether a sound is an event, which the bank computes without a room; beds are places."""
        from imgext.sounds.bank import BANK

        word = name.partition("?")[0]
        return word in BANK and BANK[word].kind == "event"


def take_of(name: str, seed: int) -> str:
    """Write a built-in sound's take: name, parameters, individual, length of a bed.

    Parameters
    ----------
    name : str
        As after ``builtin:``, such as ``dog?size=0.3``; a ``seed`` that stands there wins, and ``seconds``
        makes a bed so long.
    seed : int
        Of the track.

    Raises
    ------
    SceneError
        A parameter is malformed, unknown or out of its range.

    Examples
    --------
    >>> take_of("dog?size=0.3", 7), take_of("rain?seconds=60", 7), take_of("dog?seed=5", 7)
    ('dog?size=0.3&seed=7', 'rain?seed=7&seconds=60', 'dog?seed=5')
    """
    from imgext.sounds.bank import BANK
    from imgext.sounds.bank.table import checked, split

    word, given = split(name)
    own, length = given.pop("seed", None), given.pop("seconds", None)
    if own is not None and not (own.isdecimal() and len(own) <= 18):
        raise SceneError(f"builtin:{word}: seed is {shown(own)}; wanted: a whole number")
    parts = [f"{key}={value}" for key, value in checked(BANK[word], given).items()]
    parts.append(f"seed={int(own) if own is not None else seed}")
    if length is not None:
        if BANK[word].kind != "bed":
            raise SceneError(f"builtin:{word}: only beds have `seconds`")
        if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", length) or not 1 <= float(length) <= 600:
            raise SceneError(f"builtin:{word}: seconds is {shown(length)}; allowed: 1 to 600")
        parts.append(f"seconds={float(length):g}")
    return f"{word}?{'&'.join(parts)}"


def digest_of_take(take: str) -> str:
    """Digest of a take as 24-bit PCM; its sound must exist."""
    return builtin_facts(take).sha256


@cache
def builtin_facts(take: str) -> Facts:
    """Digest, bytes and seconds of a take as 24-bit PCM; its sound must exist."""
    frames = builtin_frames(take)
    whole = np.clip(np.rint(frames * float(1 << 23)), -(1 << 23), (1 << 23) - 1).astype("<i4")
    # little-endian: the fourth byte is the sign
    pcm = np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    return Facts(hashlib.sha256(pcm).hexdigest(), len(pcm), seconds(len(frames) / builtin_rate()))


def filling(name: str, seconds: float | None) -> str:
    """Return a bed's reference for a written length, up to `LONGEST`."""
    from imgext.sounds.bank import BANK

    if BANK[name].kind != "bed" or seconds is None or seconds <= BANK[name].seconds:
        return f"builtin:{name}"
    return f"builtin:{name}?seconds={min(-(-seconds // 1), LONGEST):g}"


def builtin_rate() -> int:
    """Frames a second of every built-in sound."""
    from imgext.sounds.bank import RATE

    return RATE


def builtin_frames(take: str) -> NDArray[Any]:
    """Compute a take's samples, (frames, channels), at `builtin_rate`."""
    from imgext.sounds.bank import BANK, generate
    from imgext.sounds.bank.table import checked, split

    name, given = split(take)
    length = given.pop("seconds", None)
    seed = int(given.pop("seed", 0))
    wanted: dict[str, Any] = {**checked(BANK[name], given)}
    return generate(name, seed=seed, seconds=None if length is None else float(length), **wanted)


def builtin_seconds(take: str) -> float:
    """The longest that a take may be, without computing it; its sound must exist."""
    from imgext.sounds.bank import BANK
    from imgext.sounds.bank.table import split

    name, given = split(take)
    return float(given.get("seconds", BANK[name].seconds))


def search_bank(words: str) -> list[Candidate]:
    """Built-in sounds for some words, best match first: name and title count as label."""
    from imgext.sounds.bank import BANK

    key = key_of(words)
    wanted = set(key.split())
    found = []
    for name, sound in sorted(BANK.items()):
        names = (key_of(name), key_of(sound.title))
        tags = [key_of(tag) for tag in sound.tags]
        if not wanted:
            break
        if key in names:
            rank = EXACT
        elif any(wanted <= set(text.split()) for text in names):
            rank = IN_LABEL
        elif key in tags:
            rank = IN_TAGS
        else:
            continue
        found.append(bank_candidate(name, rank))
    return sorted(found, key=lambda candidate: (candidate.rank, candidate.id))


def bank_candidate(name: str, rank: int = EXACT) -> Candidate:
    """A built-in sound as a candidate; `name` must exist."""
    from imgext.sounds.bank import BANK

    sound = BANK[name]
    label = name.replace("_", " ")
    return Candidate(
        "builtin", name, None, label, "", sound.title, "cc0", "imgext", "", float(sound.seconds), rank
    )  # fmt: skip
