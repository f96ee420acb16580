"""The built-in bank: sounds that imgext computes.

Their digest is the SHA-256 of the frames as interleaved 24-bit little-endian PCM.
"""

from __future__ import annotations

import hashlib
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


class Source(SoundOrigin):
    """The built-in sounds."""

    name, where, ours, as_written = "builtin", "among the built-in sounds", True, True

    def batches(self, step: Step, rules: Rules, *, bed: bool) -> Iterator[list[Candidate]]:  # noqa: ARG002  # the interface
        """By name, title and keywords; beyond the label by exact name; at last what the hierarchy says."""
        if step.rung == "builtin":
            yield [bank_candidate(step.words)]
        else:
            yield [found for found in search_bank(step.words) if step.rung != "parent" or found.rank == 0]

    def content(self, candidate: Candidate) -> Path | None:  # noqa: ARG002  # the interface
        """Nothing: it is computed."""
        return None

    def held(self, wanted: Wanted) -> list[SoundFile]:
        """The sound of that name; SceneError where there is none."""
        from imgext.sounds.bank import BANK

        name = wanted.name
        if name not in BANK:
            why = f"there is no built-in sound {shown(name)}"
            raise SceneError(faults=[wanted.place.fault("unknown_reference", why, suggestion(name, BANK))])
        return [SoundFile(None, name, builtin_facts(name).sha256)]

    def describe(self, name: str, path: Path | None) -> Candidate | None:  # noqa: ARG002  # the interface
        """What the bank says of it."""
        return bank_candidate(name)

    @classmethod
    def words_of(cls, name: str) -> str:
        """The words of the name."""
        return name.replace("_", " ")


@cache
def builtin_facts(name: str) -> Facts:
    """Digest, bytes and seconds of a built-in sound as 24-bit PCM; `name` must exist."""
    from imgext.sounds.bank import generate

    frames = generate(name)
    whole = np.clip(np.rint(frames * float(1 << 23)), -(1 << 23), (1 << 23) - 1).astype("<i4")
    # little-endian: the fourth byte is the sign
    pcm = np.ascontiguousarray(whole).view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
    return Facts(hashlib.sha256(pcm).hexdigest(), len(pcm), seconds(len(frames) / builtin_rate()))


def builtin_rate() -> int:
    """Frames a second of every built-in sound."""
    from imgext.sounds.bank import RATE

    return RATE


def builtin_frames(name: str) -> NDArray[Any]:
    """The samples of a built-in sound, shape (frames, channels), at `builtin_rate`; `name` must exist."""
    from imgext.sounds.bank import generate

    return generate(name)


def builtin_seconds(name: str) -> float:
    """Length of a built-in sound, without computing it; `name` must exist."""
    from imgext.sounds.bank import BANK

    return float(BANK[name].seconds)


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
