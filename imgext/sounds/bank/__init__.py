"""Computes the sounds that come with imgext, so a scene plays without downloads.

`BANK` lists them; `generate` makes one, always with the same bytes for the same name, seed and parameters. A
recording may replace any of them at any time.

Conventions: float64 on the 24-bit grid (multiples of 2**-23), shape (frames, channels). A bed may be repeated
end to end without a seam, in mono or stereo, and has any length; an event is mono and begins and ends in
silence. Both lie near -20 dBFS RMS with peaks below -3 dBFS (`finish`). Each family stands in a module of its
own with its rows at the end; `tools`, `noise`, `throat`, `bodies`, `grains`, `rhythm` and `place` are what
they are made of.
"""

from __future__ import annotations

from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank import places, weather
from imgext.sounds.bank.animals import birds, farm, frogs, insects, pets, poultry, songbirds, wild
from imgext.sounds.bank.household import appliances, devices, kitchen, workshop
from imgext.sounds.bank.people import crowds, steps, voices
from imgext.sounds.bank.ringing import bells, games, music
from imgext.sounds.bank.table import BankSound, Parameter, checked, find, split
from imgext.sounds.bank.take import bed_of, event_of
from imgext.sounds.bank.tools import RATE
from imgext.sounds.bank.vehicles import air, boats, rail, road, rolling
from imgext.sounds.bank.water import rain, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from imgext.sounds.bank.table import Value

__all__ = ["BANK", "RATE", "BankSound", "Parameter", "blocks", "generate", "parse"]

FAMILIES = (
    pets,
    farm,
    wild,
    songbirds,
    poultry,
    birds,
    insects,
    frogs,
    rain,
    running,
    weather,
    steps,
    voices,
    crowds,
    road,
    rail,
    boats,
    air,
    rolling,
    devices,
    appliances,
    kitchen,
    workshop,
    bells,
    music,
    games,
    places,
)
#: Every built-in sound by its name.
BANK: Mapping[str, BankSound] = MappingProxyType(
    {sound.name: sound for family in FAMILIES for sound in family.ROWS}
)
#: Longest sound in seconds that is remembered.
_SHORT = 64.0
#: Bytes of sounds that are remembered, the last ones.
_REMEMBERED = 192 << 20
_LAST: dict[tuple[object, ...], NDArray[np.float32]] = {}
_LOCK = Lock()


def generate(
    name: str, *, seed: int = 0, seconds: float | None = None, rate: int = RATE, **parameters: float | str
) -> NDArray[np.float64]:
    """Make one built-in sound; the same arguments give the same bytes on every run.

    Parameters
    ----------
    name : str
        A key of `BANK`.
    seed : int
        Which individual: another dog, another kettle. 0 or more.
    seconds : float, optional
        Length wanted: a bed has exactly this length and still closes on itself; an event that can go on for
        longer or shorter, such as steps or applause, comes close to it, but for less than the shortest of its
        kind.
    rate : int
        Samples a second, a multiple of 5. What a sound holds reaches 20 kHz at most.
    **parameters : float or str
        What the table offers for this sound: ``size=0.3``, ``material="wood"``.

    Returns
    -------
    ndarray of float64, shape (frames, channels)
        Multiples of 2**-23, 1 or 2 channels.

    Raises
    ------
    MissingInputError
        When there is no such sound; the message names the nearest one.
    SceneError
        For a parameter that the sound does not have, or a value that is not allowed.

    >>> generate("knock").shape[1]
    1
    """
    sound = find(BANK, name)
    given = tuple(checked(sound, parameters).items())
    if seconds is not None and seconds > _SHORT:
        return np.concatenate(list(blocks(name, seed=seed, seconds=seconds, rate=rate, **parameters)))
    return _cached(name, seed, seconds, rate, given).astype(np.float64)


def blocks(
    name: str, *, seed: int = 0, seconds: float | None = None, rate: int = RATE, **parameters: float | str
) -> Iterator[NDArray[np.float64]]:
    """Generate a sound piece by piece, so a bed of an hour needs a minute's memory."""
    sound = find(BANK, name)
    given = checked(sound, parameters)
    if rate < 1000 or rate % 5:
        raise ValueError(f"rate is {rate}; wanted: a multiple of 5, at least 1000")
    if seconds is not None and not 0.05 <= seconds <= 86400.0:
        raise ValueError(f"seconds is {seconds}; allowed: 0.05 to 86400")
    if sound.kind == "bed":
        return bed_of(sound, seed, given, sound.seconds if seconds is None else seconds, rate)
    return iter([event_of(sound, seed, given, seconds, rate)])


def parse(reference: str) -> tuple[str, dict[str, Value]]:
    """Parse the text after ``builtin:``, such as ``dog?size=0.3``, and check it.

    Raises
    ------
    MissingInputError
        When there is no such sound.
    SceneError
        When a parameter is malformed, unknown or out of its range.

    >>> parse("rain")
    ('rain', {})
    """
    name, given = split(reference)
    return name, checked(find(BANK, name), given)


def _cached(
    name: str, seed: int, seconds: float | None, rate: int, given: tuple[tuple[str, Value], ...]
) -> NDArray[np.float32]:
    """Cache the last sounds, since a run digests, measures and plays each.

    Their 24-bit values are exact in float32.
    """
    key = name, seed, seconds, rate, given
    with _LOCK:
        known = _LAST.pop(key, None)
    if known is None:
        made = list(blocks(name, seed=seed, seconds=seconds, rate=rate, **dict(given)))
        known = np.concatenate(made).astype(np.float32)
        known.flags.writeable = False
    with _LOCK:
        _LAST[key] = known
        left = sum(each.nbytes for each in _LAST.values()) - _REMEMBERED
        while left > 0:
            left -= _LAST.pop(next(iter(_LAST))).nbytes
    return known
