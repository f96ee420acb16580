"""The plan: what the engine plays, to the sample.

Conventions: frames at the mix's rate, counted from the start of the mix unless a name says otherwise; dB;
`gain` is a linear factor.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any, Literal

from imgext.dsp.reverb import Room
from imgext.dsp.units import db_to_gain

#: Frames per block of playing; blocks are counted from the start of the mix.
BLOCK = 1 << 15


@dataclass(frozen=True, slots=True)
class CutPlan:
    """One bell; spans are frames of the mix, None means always."""

    freq: float
    gain_db: float
    q: float
    spans: tuple[tuple[int, int], ...] | None
    against: str | None


@dataclass(frozen=True, slots=True)
class CompressorPlan:
    """How a track is compressed, and the effect.

    The detector hears the sound raised by `drive_db`, which brings the sound after its cuts to the track's
    level. `makeup_db` is the part of the track's gain that restores the level. The largest reduction and the
    seconds with more than 1 dB of it come from measuring the level.
    """

    threshold_db: float
    ratio: float
    knee_db: float
    attack: float
    release: float
    drive_db: float
    makeup_db: float = 0.0
    reduction_db: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Event:
    """One occurrence: its begin in the mix, its frames, and its take.

    `shift` leads from the track's `offset` to where the take begins in the sound, and may be negative. `cut`
    counts the frames that the end of the mix takes off it: its level is that of the whole. `gain_db`, `pitch`
    in semitones and `pan` are what this occurrence differs by (`imgext.dsp.vary`), `even_db` what
    makes a take of another sound as loud as the first.
    """

    start: int
    frames: int
    shift: int = 0
    cut: int = 0
    gain_db: float = 0.0
    pitch: float = 0.0
    pan: float = 0.0
    even_db: float = 0.0

    @property
    def gain(self) -> float:
        """Linear factor of its own, on top of the track's."""
        return db_to_gain(self.gain_db) if self.gain_db else 1.0

    @property
    def even(self) -> float:
        """Linear factor of `even_db`."""
        return db_to_gain(self.even_db) if self.even_db else 1.0


@dataclass(frozen=True, slots=True)
class TrackPlan:
    """Everything from one track that reaches the mix.

    `unit` counts the frames of the sound from `offset` on; for a loop, those of one turn and its `crossfade`.
    `alike` says how similar the two stretches of the crossfade are (see `imgext.dsp.seam`).

    `room_db` and `air` are the effect of distance (`imgext.dsp.distance`): dB added to the send, and metres
    of air before the sound.

    In a mix that is a circle, `circle` is its length; what reaches beyond it sounds at its beginning. A sound
    that goes all the way round begins at 0 and lasts `meeting` frames longer, over which it fades into
    itself; `meeting_alike` says how similar those two stretches are.
    """

    id: str
    sound: str
    sha256: str
    channels: int
    offset: int
    unit: int
    events: tuple[Event, ...]
    loop: bool
    crossfade: int
    fade_in: int
    fade_out: int
    level: float
    measured: float
    gain_db: float
    pan: float
    send: float
    cuts: tuple[CutPlan, ...]
    alike: float = 0.0
    compressor: CompressorPlan | None = None
    room_db: float = 0.0
    air: float = 0.0
    circle: int = 0
    meeting: int = 0
    meeting_alike: float = 0.0

    @property
    def sent(self) -> float:
        """Linear share of the room that is played: the send, plus the effect of distance."""
        return self.send * db_to_gain(self.room_db)

    @property
    def gain(self) -> float:
        """Linear gain, rounded to 12 significant digits."""
        return db_to_gain(self.gain_db)

    @property
    def period(self) -> int:
        """Frames from one repeat of a loop to the next."""
        return self.unit - self.crossfade

    def key(self) -> str:
        """Name of the stem: a hash of everything that makes it."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """The one room of the scene."""

    room_size: float
    damping: float
    wet_level: float
    width: float
    seed: int
    engine: Literal["ir", "freeverb"]

    @property
    def room(self) -> Room:
        """The part that makes the impulse response."""
        return Room(self.room_size, self.damping, self.width, self.engine)


@dataclass(frozen=True, slots=True)
class MasterPlan:
    """The master's settings; `gain_db` None waits for the mix; fades are frames."""

    loudness: float | None
    gain_db: float | None
    true_peak: float
    limiter: bool
    fade_in: int = 0
    fade_out: int = 0


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole mix; a `loop` is a circle, whose end meets its beginning."""

    rate: int
    frames: int
    seed: int
    tracks: tuple[TrackPlan, ...]
    room: RoomPlan | None
    master: MasterPlan
    loop: bool = False

    def as_data(self) -> dict[str, Any]:
        """Return plain data, for people and tests."""
        return asdict(self)
