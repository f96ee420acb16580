"""Statistical room acoustics: the decay time of a real room from its size and surfaces, for comparing a `room_size` with rooms that people know.

Conventions: metres, square metres, cubic metres, seconds; absorption as a share from 0 (nothing is absorbed)
to 1.

Sources: W. C. Sabine, "Collected Papers on Acoustics", 1922; C. F. Eyring, "Reverberation time in dead
rooms", JASA 1, 1930; H. Kuttruff, "Room Acoustics", 5.1 and 5.5. The constants are those of air at 20
degrees.
"""

from __future__ import annotations

import math


def sabine(volume: float, surface: float, absorption: float) -> float:
    """Decay time by Sabine, for rooms that absorb little.

    >>> round(sabine(52.0, 86.8, 0.2), 2)
    0.48
    """
    _check(volume, surface, absorption)
    return 0.161 * volume / (surface * absorption)


def eyring(volume: float, surface: float, absorption: float) -> float:
    """Decay time by Eyring, also for rooms that absorb much.

    >>> round(eyring(52.0, 86.8, 0.2), 2)
    0.43
    """
    _check(volume, surface, absorption)
    return 0.161 * volume / (-surface * math.log1p(-absorption)) if absorption < 1.0 else 0.0


def critical_distance(volume: float, decay: float) -> float:
    """Distance in metres at which the direct sound of a source is as strong as the sound of the room.

    >>> round(critical_distance(52.0, 0.43), 2)
    0.63
    """
    _check(volume, 1.0, 1.0)
    if not decay > 0.0:
        raise ValueError(f"the decay time is {decay}; it is above 0 s")
    return 0.057 * math.sqrt(volume / decay)


def _check(volume: float, surface: float, absorption: float) -> None:
    if not (volume > 0.0 and surface > 0.0 and 0.0 < absorption <= 1.0):
        raise ValueError(f"a room of {volume} m3, {surface} m2 and an absorption of {absorption} is none")
