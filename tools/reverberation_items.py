"""Recordings in rooms of known response: what tools/train_reverberation.py trains and measures with.

Sounds are mono at 16 kHz, 5 s, peak 1. A room is the response after the direct sound (image sources from
pyroomacoustics, or decaying noise from imgext.dsp.room), of energy 1, so that a direct-to-reverberant ratio
is set exactly: `direct + 10 ** (-DRR / 20) * room`. A dry and a wet version of a sound get the same noise
floor, so that nothing but the room tells them apart.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import soundfile
import soxr

from imgext.dsp.iso3382 import decay_time, octave_band
from imgext.dsp.reverberation.levels import RATE
from imgext.dsp.room import impulse_response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FRAMES = 5 * RATE
SIZES = ("small", "medium", "hall")
ENGINES = ("image sources", "noise")

#: Decay times (s) that are asked for, and those (measured, T30 from 500 Hz to 2 kHz) that a test room has.
ASKED = {"small": (0.2, 0.45), "medium": (0.55, 1.0), "hall": (1.4, 2.8)}
TESTED = {"small": (0.2, 0.45), "medium": (0.55, 1.0), "hall": (1.5, 2.8)}
#: Sides (m).
SIDES = {
    "small": ((2.2, 4.5), (2.0, 4.0), (2.2, 2.8)),
    "medium": ((5.0, 10.0), (4.0, 8.0), (2.6, 4.0)),
    "hall": ((14.0, 32.0), (10.0, 22.0), (6.0, 14.0)),
}

#: Kinds of sounds, by the directories of the recordings.
KINDS = {
    "texture": "airplane chainsaw engine helicopter rain sea_waves train vacuum_cleaner washing_machine wind insects crickets toilet_flush"
    " pouring_water crackling_fire",
    "ringing": "church_bells siren car_horn clock_alarm thunderstorm fireworks glass_breaking",
    "voice": "cat cow crow crying_baby dog frog hen laughing pig rooster sheep sneezing snoring coughing breathing chirping_birds",
    "impulsive": "can_opening clapping clock_tick door_knock door-wood_creaks drinking-sipping footsteps hand_saw keyboard_typing mouse_click"
    " water_drops brushing_teeth",
}
KIND_OF = {label: kind for kind, labels in KINDS.items() for label in labels.split()}
_ROOM_IN_TITLE = re.compile(
    "church|hall|reverb|cave|tunnel|echo|stair|cathedral|garage|bathroom", re.IGNORECASE
)


@dataclass(frozen=True)
class Recording:
    """One recording; `titled` says that its title names a room."""

    x: np.ndarray
    label: str
    author: str
    titled: bool

    @property
    def kind(self) -> str:
        """Texture, ringing, voice or impulsive."""
        return KIND_OF[self.label]


@dataclass(frozen=True)
class Room:
    """A response of energy 1 after the direct sound, and its measured decay time in s."""

    response: np.ndarray
    engine: str
    size: str
    rt60: float


@dataclass(frozen=True)
class Item:
    """What is known about a version of a recording: number of the recording and the room (-1: none), DRR and C50 in dB, class 0 to 2."""

    recording: int
    room: int
    drr: float
    c50: float

    @property
    def truth(self) -> int:
        """0 dry, 1 some, 2 wet."""
        return 0 if self.c50 > 14.0 else 1 if self.c50 >= 6.0 else 2


def recordings(folder: Path) -> list[Recording]:
    """All recordings of a folder with an index.csv (file, label, author, title, ...)."""
    found = []
    with (folder / "index.csv").open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            samples, rate = soundfile.read(folder / row["file"], always_2d=True)
            x = soxr.resample(np.ascontiguousarray(samples.mean(axis=1)), rate, RATE)[:FRAMES]
            label = row["file"].split("/")[0]
            titled = bool(_ROOM_IN_TITLE.search(row["title"])) and label not in {
                "church_bells",
                "toilet_flush",
            }
            found.append(
                Recording(np.pad(x, (0, FRAMES - x.size)) / np.max(np.abs(x)), label, row["author"], titled)
            )
    return found


def folds(sounds: list[Recording], count: int) -> np.ndarray:
    """Fold of each recording; all recordings of an author are in one."""
    authors = sorted({sound.author for sound in sounds})
    order = np.random.default_rng(0).permutation(len(authors))
    fold = {author: int(place) % count for author, place in zip(authors, order, strict=True)}
    return np.array([fold[sound.author] for sound in sounds])


def rooms(count: int, seed: int, *, tested: bool = False) -> list[Room]:
    """`count` rooms of each size and engine; with `tested`, only those whose decay time is in the range of their size."""
    found = []
    for engine_number, engine in enumerate(ENGINES):
        for size_number, size in enumerate(SIZES):
            random = np.random.default_rng([seed, engine_number, size_number])
            kept = 0
            while kept < count:
                make = _image_sources if engine == "image sources" else _noise
                response = make(random, size)
                rt60 = float(
                    np.mean(
                        [
                            decay_time(octave_band(response, RATE, centre), RATE, -5.0, -35.0)
                            for centre in (500.0, 1000.0, 2000.0)
                        ]
                    )
                )
                if not np.isfinite(rt60) or (tested and not TESTED[size][0] <= rt60 <= TESTED[size][1]):
                    continue
                found.append(Room(response / np.sqrt(np.sum(response**2)), engine, size, rt60))
                kept += 1
    return found


def _image_sources(random: np.random.Generator, size: str) -> np.ndarray:
    import pyroomacoustics

    wanted = float(np.exp(random.uniform(*np.log(ASKED[size]))))
    sides = np.array([random.uniform(*side) for side in SIDES[size]])
    volume, surface = (
        float(np.prod(sides)),
        2.0 * float(sides[0] * sides[1] + sides[0] * sides[2] + sides[1] * sides[2]),
    )
    absorption = min(0.9, 1.0 - float(np.exp(-0.161 * volume / (surface * wanted))))  # Eyring
    tilt = random.uniform(-0.17, 0.17)
    octaves = [125, 250, 500, 1000, 2000, 4000, 8000]
    coefficients = [float(np.clip(absorption * (1.0 + tilt * (i - 3) / 3.0), 0.02, 0.95)) for i in range(7)]
    material = pyroomacoustics.Material(energy_absorption={"coeffs": coefficients, "center_freqs": octaves})
    order = int(min(70, np.ceil(0.5 * wanted * 343.0 / (3.0 * volume / surface))))
    pyroomacoustics.random.seed(int(random.integers(2**31)))
    room = pyroomacoustics.ShoeBox(
        sides,
        fs=RATE,
        materials=material,
        max_order=order,
        air_absorption=True,
        use_rand_ism=True,
        max_rand_disp=0.05,
    )
    source, microphone = _places(random, sides)
    room.add_source(source)
    room.add_microphone(microphone)
    room.compute_rir()
    response = np.array(room.rir[0][0], dtype=np.float64)
    arrival = (
        float(np.sqrt(np.sum((source - microphone) ** 2))) / 343.0 * RATE + 40.0
    )  # 40: half of pyroomacoustics' fractional delay
    direct = int(np.argmax(np.abs(response[: int(arrival) + 60])))
    skipped = int(0.0015 * RATE)
    rest = response[direct + skipped :]
    remaining = np.cumsum(rest[::-1] ** 2)[::-1]
    return np.concatenate(
        [np.zeros(skipped), rest[: max(800, int(np.count_nonzero(remaining > 1e-6 * remaining[0])))]]
    )


def _places(random: np.random.Generator, sides: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Source and microphone, 0.6 m or more from the walls and not close to each other."""

    def place() -> np.ndarray:
        return np.array([random.uniform(0.6, side - 0.6) for side in sides])

    source, microphone = place(), place()
    while np.sum((source - microphone) ** 2) < min(1.0, 0.35 * float(np.min(sides))) ** 2:
        microphone = place()
    return source, microphone


def _noise(random: np.random.Generator, size: str) -> np.ndarray:
    wanted = float(np.exp(random.uniform(*np.log(ASKED[size]))))
    room_size = float(np.clip(np.log(wanted / 0.25) / np.log(12.0), 0.0, 1.0))
    return impulse_response(room_size, random.uniform(0.1, 0.9), 0.7, RATE, int(random.integers(2**31)))[:, 0]


def c50(room: Room, drr: float) -> float:
    """C50 in dB of the direct sound and the room."""
    energy = 10.0 ** (-drr / 10.0)
    early = round(0.050 * RATE)
    return float(
        10.0
        * np.log10(
            (1.0 + energy * np.sum(room.response[:early] ** 2))
            / (energy * np.sum(room.response[early:] ** 2) + 1e-12)
        )
    )


def in_room(x: np.ndarray, room: Room, drr: float) -> np.ndarray:
    """The sound and its reverberation, as long as the sound."""
    size = 1 << (x.size + room.response.size - 1).bit_length()
    wet = np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(room.response, size), size)[: x.size]
    return x + 10.0 ** (-drr / 20.0) * wet


def pink_noise(random: np.random.Generator, frames: int) -> np.ndarray:
    """Noise of 3 dB less per octave, mean square 1."""
    spectrum = np.fft.rfft(random.standard_normal(frames))
    x = np.fft.irfft(spectrum / np.sqrt(np.maximum(1.0, np.arange(spectrum.size))), frames)
    return x / np.sqrt(np.mean(x**2))


def with_floor(x: np.ndarray, noise: np.ndarray, ratio: float) -> np.ndarray:
    """Peak 1, then noise `ratio` dB below the mean square."""
    x = x / np.max(np.abs(x))
    return x + 10.0 ** (-ratio / 20.0) * np.sqrt(np.mean(x**2)) * noise


def test_items(sounds: list[Recording], places: list[Room], seed: int) -> Iterator[tuple[Item, np.ndarray]]:
    """Each recording as it is and in one room of each size and engine, at a DRR of +6, 0 or -6 dB."""
    for number, sound in enumerate(sounds):
        random = np.random.default_rng([seed, number])
        noise, ratio = pink_noise(random, FRAMES), random.uniform(40.0, 70.0)
        yield Item(number, -1, np.inf, np.inf), with_floor(sound.x, noise, ratio)
        for engine in ENGINES:
            for size in SIZES:
                room = int(
                    random.choice(
                        [i for i, place in enumerate(places) if (place.engine, place.size) == (engine, size)]
                    )
                )
                drr = float(random.choice([6.0, 0.0, -6.0]))
                yield (
                    Item(number, room, drr, c50(places[room], drr)),
                    with_floor(in_room(sound.x, places[room], drr), noise, ratio),
                )


def training_items(
    sounds: list[Recording], places: list[Room], seed: int, versions: int
) -> Iterator[tuple[Item, np.ndarray]]:
    """Each recording in `versions` versions: three in four at another speed and with other tone colours, four in five in a room.

    One in eight is cut to a part of 1.6 to 4.5 s.
    """
    for number, sound in enumerate(sounds):
        random = np.random.default_rng([seed, number])
        for version in range(versions):
            x = _varied(random, sound.x) if version % 4 else sound.x
            noise, ratio = pink_noise(random, FRAMES), random.uniform(40.0, 75.0)
            if random.random() < 0.2:
                item, y = Item(number, -1, np.inf, np.inf), with_floor(x, noise, ratio)
            else:
                room = int(random.integers(len(places)))
                near = random.random() < 0.6
                drr = (
                    float(random.choice([6.0, 0.0, -6.0]) + random.uniform(-2.0, 2.0))
                    if near
                    else random.uniform(-8.0, 14.0)
                )
                item, y = (
                    Item(number, room, drr, c50(places[room], drr)),
                    with_floor(in_room(x, places[room], drr), noise, ratio),
                )
            yield item, _part(random, y) if version % 8 == 7 else y


def _part(random: np.random.Generator, x: np.ndarray) -> np.ndarray:
    length = round(random.uniform(1.6, 4.5) * RATE)
    start = int(random.integers(x.size - length))
    part = x[start : start + length]
    return part if np.max(np.abs(part)) > 0.1 * np.max(np.abs(x)) else x


def _varied(random: np.random.Generator, x: np.ndarray) -> np.ndarray:
    """At 0.75 to 1.35 times the speed, with a slope, two broad peaks or dips, and sometimes a low-pass or a high-pass."""
    x = soxr.resample(x, RATE, RATE * float(np.exp(random.uniform(np.log(0.75), np.log(1.35)))))[:FRAMES]
    x = np.pad(x, (0, FRAMES - x.size))
    frequencies = np.fft.rfftfreq(FRAMES, 1.0 / RATE)
    octaves = np.log2(np.maximum(frequencies, 20.0) / 1000.0)
    gain = random.uniform(-4.0, 4.0) * octaves / 3.0
    for _ in range(2):
        gain += random.uniform(-6.0, 6.0) * np.exp(
            -0.5 * ((octaves - random.uniform(-3.0, 3.0)) / random.uniform(0.5, 1.5)) ** 2
        )
    if random.random() < 0.15:
        gain -= 50.0 * np.clip((frequencies - random.uniform(3500.0, 7500.0)) / 500.0, 0.0, 1.0)
    if random.random() < 0.2:
        gain -= 30.0 * np.clip(1.0 - frequencies / random.uniform(60.0, 300.0), 0.0, 1.0)
    return np.fft.irfft(np.fft.rfft(x) * 10.0 ** (gain / 20.0), FRAMES)
