"""The opened sounds of a scene: samples, content digests, and measurements.

Conventions: everything by track id; levels in dB, loudness in LUFS, times in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from imgext.dsp.sound_file import Samples


class Measured(NamedTuple):
    """Level of a sound as placed (dB), largest reduction (dB), seconds above 1 dB."""

    level: float
    reduction: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Opened:
    """The sounds of a scene at the mix's rate.

    Parameters
    ----------
    samples : mapping of track id to Samples
        Tracks without samples are not heard.
    digests : mapping of track id to str
        sha256 of each sound's content.
    notes : mapping of track id to sequence of str
        Notes on a sound's file, for example that it is incomplete.
    own : mapping of track id to int
        Frames of a track's own sound, where those of its takes come after it in its samples.
    begins : mapping of track id to mapping of reference to int
        Frame at which the sound of each such take begins.
    joined : mapping of track id to str
        Digest of all of them together.
    levels : dict
        Levels measured so far, by everything that makes a sound as placed; each is measured once.
    loudness : dict
        Loudness measured so far by `imgext.rendering.Rehearsal`, likewise.
    """

    samples: Mapping[str, Samples] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    own: Mapping[str, int] = field(default_factory=dict)
    begins: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    joined: Mapping[str, str] = field(default_factory=dict)
    levels: dict[str, Measured] = field(default_factory=dict)
    loudness: dict[str, float] = field(default_factory=dict)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the ids of the tracks that are heard, sorted."""
        return iter(sorted(self.samples))

    def __len__(self) -> int:
        return len(self.samples)

    def __contains__(self, track: object) -> bool:
        return track in self.samples

    def digest(self, track: str) -> str:
        """sha256 of a track's content, with that of its takes; empty where it is unknown."""
        return self.joined.get(track, self.digests.get(track, ""))

    def frames(self, track: str) -> int:
        """Count the frames of a track's own sound."""
        return self.own.get(track, self.samples[track].frames)
