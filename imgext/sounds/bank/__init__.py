"""Sounds that come with imgext, computed when they are needed, so a scene plays without a single download.

They are placeholders that a recording may replace at any time: recognisable, level, free of rights. `BANK`
lists them; `generate` makes one, always with the same bytes for the same name.

Conventions: 48000 Hz, float64 on the 24-bit grid (multiples of 2**-23), shape (frames, channels). A bed of 10
to 20 s may be repeated end to end without a seam, in mono or stereo; an event is mono and begins and ends in
silence. Both lie near -20 dBFS RMS with peaks below -3 dBFS (`finish`). The modules hold one family each:
`water`, `weather`, `birds`, `creatures`, `people`, `household`, `machines`, `vehicles`, `struck`; `tools`,
`noise` and `voice` are what they are made of.
"""

from __future__ import annotations

import difflib
import zlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.random import PCG64, Generator, SeedSequence

from imgext.errors import MissingInputError
from imgext.sounds.bank import birds, creatures, household, machines, people, struck, vehicles, water, weather
from imgext.sounds.bank.finish import finished
from imgext.sounds.bank.tools import RATE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

__all__ = ["BANK", "RATE", "BankSound", "generate"]


@dataclass(frozen=True, slots=True)
class BankSound:
    """One built-in sound.

    Parameters
    ----------
    name : str
        What stands after ``builtin:`` in a scene.
    title : str
        For people.
    tags : tuple of str
        English words to find it by, the most telling first.
    kind : {"event", "bed"}
        Something that happens, or something that goes on.
    seconds : float
        Its length.
    make : callable
        Gives the raw signal, ``(frames,)`` or ``(frames, 2)`` at any level, from a random generator.
    """

    name: str
    title: str
    tags: tuple[str, ...]
    kind: Literal["event", "bed"]
    seconds: float
    make: Callable[[Generator], NDArray[np.float64]]

    @property
    def loopable(self) -> bool:
        """Whether it may be repeated end to end without a seam: every bed may, no event."""
        return self.kind == "bed"


#: Every built-in sound by its name.
BANK: Mapping[str, BankSound] = {
    sound.name: sound
    for sound in (
        BankSound(
            "rain",
            "Steady rain",
            ("rain", "rainfall", "drizzle", "water", "weather"),
            "bed",
            12.0,
            water.rain,
        ),
        BankSound(
            "stream",
            "Brook over stones",
            ("stream", "brook", "creek", "river", "water", "fountain"),
            "bed",
            12.0,
            water.stream,
        ),
        BankSound(
            "sea",
            "Waves on a beach",
            ("sea", "ocean", "waves", "surf", "beach", "coast", "water"),
            "bed",
            20.0,
            water.sea,
        ),
        BankSound(
            "water_drips",
            "Dripping water in a cave",
            ("drips", "drops", "dripping", "water", "cave", "tap"),
            "bed",
            12.0,
            water.water_drips,
        ),
        BankSound("splash", "Splash", ("splash", "water", "plunge", "dive"), "event", 1.6, water.splash),
        BankSound(
            "wind",
            "Wind over open land",
            ("wind", "breeze", "storm", "gust", "weather", "mountain"),
            "bed",
            16.0,
            weather.wind,
        ),
        BankSound(
            "leaves",
            "Wind in a tree",
            ("leaves", "tree", "foliage", "rustle", "forest", "wind"),
            "bed",
            16.0,
            weather.leaves,
        ),
        BankSound(
            "thunder",
            "Thunder",
            ("thunder", "lightning", "thunderstorm", "storm", "weather"),
            "event",
            6.0,
            weather.thunder,
        ),
        BankSound(
            "fire",
            "Wood fire",
            ("fire", "campfire", "fireplace", "flame", "crackle", "bonfire"),
            "bed",
            12.0,
            weather.fire,
        ),
        BankSound(
            "room_tone",
            "Empty room",
            ("room", "tone", "ambience", "interior", "silence", "indoor"),
            "bed",
            12.0,
            weather.room_tone,
        ),
        BankSound(
            "birds",
            "Morning chorus of birds",
            ("birds", "bird", "birdsong", "chirp", "forest", "garden", "morning"),
            "bed",
            16.0,
            birds.birds,
        ),
        BankSound(
            "gull", "Herring gull", ("gull", "seagull", "bird", "harbour", "coast"), "event", 3.4, birds.gull
        ),
        BankSound("owl", "Tawny owl", ("owl", "hoot", "bird", "night"), "event", 5.0, birds.owl),
        BankSound("crow", "Crow", ("crow", "raven", "caw", "bird"), "event", 2.4, birds.crow),
        BankSound(
            "rooster",
            "Cock crow",
            ("rooster", "cock", "cockerel", "chicken", "farm"),
            "event",
            2.6,
            birds.rooster,
        ),
        BankSound("pigeon", "Wood pigeon", ("pigeon", "dove", "coo", "bird"), "event", 5.2, birds.pigeon),
        BankSound("cuckoo", "Cuckoo", ("cuckoo", "bird", "spring", "forest"), "event", 4.6, birds.cuckoo),
        BankSound(
            "duck",
            "Duck quacks",
            ("duck", "quack", "mallard", "bird", "pond", "goose"),
            "event",
            2.8,
            birds.duck,
        ),
        BankSound(
            "woodpecker",
            "Woodpecker drums",
            ("woodpecker", "bird", "drumming", "forest"),
            "event",
            4.0,
            birds.woodpecker,
        ),
        BankSound(
            "crickets",
            "Crickets at night",
            ("crickets", "cricket", "insects", "night", "meadow", "grass"),
            "bed",
            12.0,
            creatures.crickets,
        ),
        BankSound(
            "cicadas",
            "Cicadas",
            ("cicadas", "cicada", "insects", "summer", "heat"),
            "bed",
            14.0,
            creatures.cicadas,
        ),
        BankSound(
            "frogs", "Frog pond", ("frogs", "frog", "toad", "pond", "night"), "bed", 12.0, creatures.frogs
        ),
        BankSound("fly", "Fly", ("fly", "insect", "bee", "buzz"), "event", 4.0, creatures.fly),
        BankSound(
            "bees",
            "Bees",
            ("bees", "bee", "hive", "wasp", "insects", "flowers", "garden"),
            "bed",
            12.0,
            creatures.bees,
        ),
        BankSound("dog", "Dog barks", ("dog", "bark", "puppy", "animal"), "event", 1.9, creatures.dog),
        BankSound(
            "cat", "Cat miaows", ("cat", "miaow", "meow", "kitten", "animal"), "event", 1.05, creatures.cat
        ),
        BankSound("cow", "Cow moos", ("cow", "moo", "cattle", "farm", "animal"), "event", 2.4, creatures.cow),
        BankSound(
            "sheep",
            "Sheep bleats",
            ("sheep", "bleat", "lamb", "goat", "farm", "animal"),
            "event",
            1.4,
            creatures.sheep,
        ),
        BankSound(
            "hooves",
            "Horse on cobbles",
            ("horse", "hooves", "clop", "carriage", "pony", "animal"),
            "event",
            5.0,
            creatures.hooves,
        ),
        BankSound(
            "crowd",
            "Murmur of a crowd",
            ("crowd", "people", "murmur", "voices", "talking", "restaurant", "market"),
            "bed",
            12.0,
            people.crowd,
        ),
        BankSound(
            "applause",
            "Applause",
            ("applause", "clapping", "audience", "people"),
            "event",
            5.5,
            people.applause,
        ),
        BankSound(
            "footsteps",
            "Footsteps on a hard floor",
            ("footsteps", "steps", "walking", "shoes", "person"),
            "event",
            5.0,
            people.footsteps,
        ),
        BankSound(
            "footsteps_gravel",
            "Footsteps on gravel",
            ("footsteps", "gravel", "steps", "walking", "path"),
            "event",
            5.0,
            people.footsteps_gravel,
        ),
        BankSound(
            "knock", "Knocking on a door", ("knock", "door", "knocking", "wood"), "event", 1.5, people.knock
        ),
        BankSound(
            "door",
            "Door opens and shuts",
            ("door", "creak", "latch", "hinge", "gate"),
            "event",
            2.6,
            household.door,
        ),
        BankSound(
            "typing",
            "Typing on a keyboard",
            ("typing", "keyboard", "computer", "office", "keys"),
            "bed",
            12.0,
            household.typing,
        ),
        BankSound(
            "dishes",
            "Dishes and cutlery",
            ("dishes", "plates", "cutlery", "glasses", "restaurant", "kitchen", "cafe"),
            "bed",
            12.0,
            household.dishes,
        ),
        BankSound(
            "fan",
            "Ventilator",
            ("fan", "ventilator", "air conditioner", "machine", "hum"),
            "bed",
            12.0,
            household.fan,
        ),
        BankSound(
            "hammer",
            "Hammering",
            ("hammer", "nail", "hammering", "construction", "workshop", "tool"),
            "event",
            3.0,
            household.hammer,
        ),
        BankSound(
            "traffic",
            "Busy road at a distance",
            ("traffic", "road", "street", "cars", "city", "highway"),
            "bed",
            20.0,
            machines.traffic,
        ),
        BankSound(
            "engine",
            "Car engine idling",
            ("engine", "car", "motor", "vehicle", "idle", "truck"),
            "bed",
            12.0,
            machines.engine,
        ),
        BankSound(
            "boat",
            "Small boat's diesel",
            ("boat", "motorboat", "diesel", "fishing boat", "ship", "harbour"),
            "bed",
            12.0,
            vehicles.boat,
        ),
        BankSound(
            "car_pass",
            "Car passes",
            ("car", "pass", "passing", "vehicle", "road"),
            "event",
            5.0,
            vehicles.car_pass,
        ),
        BankSound(
            "train",
            "Train rolling",
            ("train", "railway", "rails", "carriage", "vehicle"),
            "bed",
            12.0,
            machines.train,
        ),
        BankSound(
            "helicopter",
            "Helicopter hovering",
            ("helicopter", "rotor", "aircraft"),
            "bed",
            12.0,
            machines.helicopter,
        ),
        BankSound(
            "airplane",
            "Jet overhead",
            ("airplane", "aeroplane", "plane", "jet", "aircraft", "sky"),
            "event",
            6.0,
            vehicles.airplane,
        ),
        BankSound("horn", "Car horn", ("horn", "car", "honk", "vehicle"), "event", 1.5, machines.horn),
        BankSound(
            "ship_horn",
            "Ship's horn",
            ("ship", "horn", "boat", "foghorn", "harbour"),
            "event",
            5.5,
            machines.ship_horn,
        ),
        BankSound(
            "siren",
            "Two-tone siren",
            ("siren", "ambulance", "police", "emergency"),
            "event",
            6.0,
            machines.siren,
        ),
        BankSound("clock", "Mantel clock", ("clock", "tick", "ticking", "time"), "bed", 10.0, machines.clock),
        BankSound(
            "bell", "Church bell, one stroke", ("bell", "church", "toll", "chime"), "event", 6.0, struck.bell
        ),
        BankSound(
            "church_bells",
            "Church bells ringing",
            ("bells", "church", "tower", "ringing"),
            "bed",
            18.0,
            struck.church_bells,
        ),
        BankSound(
            "temple_bell",
            "Temple bell, one stroke",
            ("bell", "temple", "gong", "shrine"),
            "event",
            6.0,
            struck.temple_bell,
        ),
        BankSound(
            "bicycle_bell",
            "Bicycle bell",
            ("bicycle", "bell", "bike", "ring"),
            "event",
            2.4,
            struck.bicycle_bell,
        ),
        BankSound(
            "wind_chimes",
            "Wind chimes",
            ("chimes", "wind", "garden", "metal"),
            "bed",
            16.0,
            struck.wind_chimes,
        ),
        BankSound(
            "glass",
            "Breaking glass",
            ("glass", "break", "shatter", "bottle", "window"),
            "event",
            1.8,
            struck.glass,
        ),
    )
}


def generate(name: str) -> NDArray[np.float64]:
    """Make one built-in sound; the same name gives the same bytes on every run.

    Parameters
    ----------
    name : str
        A key of `BANK`.

    Returns
    -------
    ndarray of float64, shape (frames, channels)
        At 48000 Hz, multiples of 2**-23, 1 or 2 channels.

    Raises
    ------
    MissingInputError
        When there is no such sound; the message names the nearest one.

    >>> generate("knock").shape
    (72000, 1)
    """
    if name not in BANK:
        near = (
            difflib.get_close_matches(name, BANK, n=1)
            or [other.name for other in BANK.values() if name in other.tags][:1]
        )
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(BANK))}"
        raise MissingInputError(f"builtin:{name}: no such built-in sound{hint}")
    return _kept(name).astype(np.float64)


@lru_cache(maxsize=8)
def _kept(name: str) -> NDArray[np.float32]:
    """The last few sounds, because a run digests, measures and plays each; 24-bit values are exact in float32."""
    sound = BANK[name]
    return finished(sound.make(_random(name)), sound.kind).astype(np.float32)


def _random(name: str) -> Generator:
    """The random numbers of one sound: seeded by its name alone, so no sound changes when another is added."""
    return Generator(PCG64(SeedSequence(zlib.crc32(name.encode()))))
