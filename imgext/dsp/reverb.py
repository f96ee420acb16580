"""The rooms of both engines behind one interface.

A room is three numbers and an engine, and each engine makes its impulse response.

=============  ==========================================  =====================================
engine         decay, `imgext.dsp`                         correlation of the channels
=============  ==========================================  =====================================
``ir``         0.25 s to 3 s, `room.decay_times`           ``1 - width``
``freeverb``   0.635 s to 11.2 s, `freeverb.decay_times`   ``(1 - width**2) / (1 + width**2)``
=============  ==========================================  =====================================

A response has the energy 1 over both channels and carries the reverberation alone: played `wet_level` times
as loud next to a dry sound, it gives a direct-to-reverberant ratio of ``-20 lg(wet_level)`` dB with either
engine, in every room.

Conventions: seconds, hertz, shares from 0 to 1; responses float64 of shape ``(frames, 2)``, not to be written
to.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from imgext.dsp import freeverb, room

if TYPE_CHECKING:
    from types import ModuleType

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

EARLY = 0.050
"""Seconds that count as early in C50 and D50."""


class Room(NamedTuple):
    """A room as it is asked for; the numbers run from 0 to 1."""

    room_size: float
    damping: float
    width: float
    engine: Literal["ir", "freeverb"] = "ir"


ENGINES: dict[str, ModuleType] = {"ir": room, "freeverb": freeverb}
"""The module of each engine, with its `impulse_response`, `decay_times` and `tail_seconds`."""


@lru_cache(maxsize=4)
def impulse_response(room: Room, rate: int, seed: int) -> Array:
    """Stereo impulse response of a room, the reverberation alone.

    Parameters
    ----------
    room : Room
    rate : int
        Samples per second, 8000 to 192000.
    seed : int
        0 or more; engine ``freeverb`` draws nothing.

    Returns
    -------
    ndarray of float64, shape (frames, 2)
        ``frames`` is `tail_seconds` at `rate`; the sum of all squares is 1. It is kept for whoever asks next,
        and read-only.

    Raises
    ------
    ValueError
        A parameter is out of its range, or there is no such engine.

    Examples
    --------
    >>> h = impulse_response(Room(0.0, 0.5, 0.8), 8000, seed=1)
    >>> h.shape, round(float((h * h).sum()), 9)
    ((2240, 2), 1.0)
    """
    response: Array = _engine(room).impulse_response(room.room_size, room.damping, room.width, rate, seed)
    response.flags.writeable = False
    return response


def tail_seconds(room: Room) -> float:
    """Time in seconds that a room rings after a sound, until -60 dB.

    >>> tail_seconds(Room(0.0, 0.5, 0.8)), tail_seconds(Room(0.0, 0.5, 0.8, "freeverb"))
    (0.28, 0.69)
    """
    seconds: float = _engine(room).tail_seconds(room.room_size, room.damping)
    return seconds


def decay_times(room: Room, frequencies: ArrayLike, rate: int) -> Array:
    """The decay times in seconds that a room is meant to have at some frequencies."""
    if room.engine == "freeverb":
        return freeverb.decay_times(room.room_size, room.damping, frequencies, rate)
    times: Array = _engine(room).decay_times(room.room_size, room.damping, frequencies)
    return times


def middle_decay(room: Room, rate: int) -> float:
    """Decay time in seconds that stands for a room, to 1 ms.

    The mean of the octaves at 500 Hz and 1 kHz (ISO 3382-1, 4.3).

    >>> middle_decay(Room(0.5, 0.5, 0.8), 48000)
    0.866
    """
    return round(float(np.mean(decay_times(room, [500.0, 1000.0], rate))), 3)


def correlation(room: Room) -> float:
    """The correlation between the channels that a room is meant to have."""
    return freeverb.correlation(room.width) if room.engine == "freeverb" else 1.0 - room.width


def late_share(response: Array, rate: int) -> float:
    """Share of a response's energy that comes later than 50 ms after the direct sound.

    From 0 to 1, to 0.0001.

    >>> late_share(np.array([[0.0, 0.0]] * 400 + [[1.0, 0.0], [0.0, 1.0]]), 8000)
    1.0
    """
    energy = np.sum(np.asarray(response) * np.asarray(response), axis=1)
    return round(float(np.sum(energy[round(EARLY * rate) :]) / np.sum(energy)), 4)


def _engine(room: Room) -> ModuleType:
    if room.engine not in ENGINES:
        raise ValueError(f"there is no engine {room.engine!r}; known: {', '.join(ENGINES)}")
    return ENGINES[room.engine]
