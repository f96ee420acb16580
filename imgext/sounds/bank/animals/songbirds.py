"""Songbirds: blackbird, great tit, canary, sparrows, nightingale, a chorus.

A blackbird flutes at 1.5 to 3 kHz and ends in a high twitter; a great tit repeats two notes; a canary trills;
sparrows chirp with harmonics and noise at 2 to 6 kHz (A. Nemeth et al., 2013; S. Cramp, Birds of the Western
Palearctic).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.animals.whistle import Syllable, phrase, repertoire, sung
from imgext.sounds.bank.noise import dulled, moving
from imgext.sounds.bank.place import answered, balanced, placed, response
from imgext.sounds.bank.table import bed, event, whole
from imgext.sounds.bank.tools import RATE, add, frames_of, from_db, put, sided, silent, spread

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array


def blackbird_phrase(traits: Generator, rng: Generator) -> Array:
    """Flutes, then a twitter."""
    flutes = repertoire(traits, 7, 1600.0, 2900.0, 0.09, 0.3, 0.25)
    twitter = repertoire(traits, 5, 3800.0, 7000.0, 0.025, 0.07, 0.6)
    parts = [
        (flutes[int(rng.integers(0, 7))], 1, 0.03 + 0.09 * float(rng.random()))
        for _ in range(int(rng.integers(3, 7)))
    ]
    song = phrase(parts, rng)
    tail = phrase(
        [
            (twitter[int(rng.integers(0, 5))], int(rng.integers(1, 4)), 0.015)
            for _ in range(int(rng.integers(2, 5)))
        ],
        rng,
        0.45,
    )
    out = np.zeros(len(song) + len(tail))
    out[: len(song)] = song
    put(out, tail, len(song) / RATE - 0.2)
    return out


def tit_phrase(traits: Generator, rng: Generator) -> Array:
    """Two notes, over and over."""
    high = 4200.0 + 1300.0 * traits.random()
    low = high * (0.68 + 0.12 * traits.random())
    first = Syllable(0.1 + 0.05 * traits.random(), high, (1.05, 1.0), overtone=0.06, breath=0.05)
    second = Syllable(
        0.12 + 0.08 * traits.random(),
        low,
        (1.02, 0.97),
        overtone=0.08,
        breath=0.06,
        pulse=0.2,
        tremble_rate=110.0,
    )
    gap = 0.03 + 0.04 * traits.random()
    return phrase([(first, 1, gap), (second, 1, gap + 0.03)] * int(rng.integers(3, 8)), rng)


def trill_phrase(traits: Generator, rng: Generator) -> Array:
    """Rows of the same syllable, one row after the other, as a canary sings."""
    own = repertoire(traits, 9, 2300.0, 6200.0, 0.025, 0.11, 0.45)
    return phrase(
        [
            (own[int(rng.integers(0, 9))], int(rng.integers(3, 12)), 0.015 + 0.05 * float(rng.random()))
            for _ in range(int(rng.integers(2, 5)))
        ],
        rng,
    )


def wren_phrase(traits: Generator, rng: Generator) -> Array:
    """A fast, high run of rattles."""
    own = repertoire(traits, 6, 3600.0, 7600.0, 0.02, 0.06, 0.7)
    return phrase(
        [
            (own[int(rng.integers(0, 6))], int(rng.integers(2, 9)), 0.012 + 0.03 * float(rng.random()))
            for _ in range(int(rng.integers(4, 8)))
        ],
        rng,
    )


def chirp_phrase(traits: Generator, rng: Generator) -> Array:
    """A sparrow: short chirps with overtones and noise."""
    own = [
        Syllable(
            0.05 + 0.09 * traits.random(),
            2300.0 + 1900.0 * traits.random(),
            (0.8, 1.25, 0.9 - 0.2 * traits.random()),
            tremble=0.05 * traits.random(),
            tremble_rate=100.0,
            pulse=0.3,
            overtone=0.45,
            breath=0.16,
        )
        for _ in range(4)
    ]
    return phrase(
        [
            (own[int(rng.integers(0, 4))], 1, 0.1 + 0.35 * float(rng.random()))
            for _ in range(int(rng.integers(2, 7)))
        ],
        rng,
    )


_SINGERS = {
    "blackbird": blackbird_phrase,
    "great_tit": tit_phrase,
    "canary": trill_phrase,
    "wren": wren_phrase,
    "sparrow": chirp_phrase,
}


def _song(take: Take, singer: str) -> Array:
    """Some phrases of one singer, near, in a garden."""
    state = take.traits.bit_generator.state
    pieces, at = [], 0.1
    for _ in range(take.count("number")):
        take.traits.bit_generator.state = state  # the same bird again
        made = _SINGERS[singer](take.traits, take.rng)
        pieces.append((at, made))
        at += len(made) / RATE + 0.3 + 1.6 * float(take.rng.random())
    out = np.zeros(frames_of(max(start + len(made) / RATE for start, made in pieces) + 0.5))
    for start, made in pieces:
        put(out, made * (0.8 + 0.3 * float(take.rng.random())), start)
    return placed(out, take.rng, "forest", floor=4.0)


def blackbird(take: Take) -> Array:
    """A blackbird sings from a roof."""
    return _song(take, "blackbird")


def great_tit(take: Take) -> Array:
    """A great tit calls its two notes."""
    return _song(take, "great_tit")


def canary(take: Take) -> Array:
    """A canary trills."""
    return _song(take, "canary")


def wren(take: Take) -> Array:
    """A wren rattles out its song."""
    return _song(take, "wren")


def sparrow(take: Take) -> Array:
    """A sparrow chirps."""
    return _song(take, "sparrow")


def chorus(take: Take, singers: list[tuple[str, float, float]], floor: float | None) -> Array:
    """A bed of birds around the listener.

    Parameters
    ----------
    singers : list of (kind, dB, phrases a minute)
    floor : float
        dB of the air between them; nothing for birds by themselves, in no place.
    """
    rng, frames = take.rng, take.frames
    near, far = silent(frames), np.zeros(frames)
    for kind, level, often in singers:
        place = take.pick(-0.9, 0.9)
        seed = int(take.traits.integers(0, 2**31))
        count = max(1, int(rng.poisson(often * take.seconds / 60.0)))
        # a singer keeps a distance between its phrases
        moments = (np.arange(count) + 0.7 * rng.random(count)) * (take.seconds / count)
        for at in moments:
            made = _SINGERS[kind](np.random.Generator(np.random.PCG64(seed)), rng) * float(from_db(level))
            if level > -12.0:
                add(near, spread(made[:frames], place + 0.05 * float(rng.standard_normal())), float(at))
            else:
                add(far, made[:frames], float(at))
    dark = dulled(far, ((500.0, 0.0), (3000.0, 0.0), (6000.0, -5.0), (12000.0, -16.0)))
    if floor is None:
        return balanced(near + 0.7 * dark[:, None])
    tails = answered(
        0.11 * (near[:, 0] + near[:, 1]) + 0.6 * dark, [response(rng, "forest") for _ in range(2)]
    )
    out = near + sided([0.6 * dark + tail for tail in tails])
    wind = moving(
        frames,
        ((40.0, 0.0), (120.0, 0.0), (400.0, -7.0), (1500.0, -12.0), (5000.0, -18.0), (14000.0, -32.0)),
        rng,
        0.3,
    )
    return balanced(out + float(from_db(floor)) * wind)


def birds(take: Take) -> Array:
    """A morning in a garden: a blackbird near, tits, wrens, sparrows and far ones."""
    return chorus(take, _GARDEN, -29.0)


def singers(take: Take) -> Array:
    """Make the birds of a garden by themselves, in no place."""
    return chorus(take, _GARDEN, None)


_GARDEN = [
    ("blackbird", 0.0, 9.0),
    ("great_tit", -5.0, 7.0),
    ("sparrow", -7.0, 11.0),
    ("wren", -9.0, 5.0),
    ("canary", -14.0, 8.0),
    ("blackbird", -16.0, 9.0),
    ("great_tit", -18.0, 8.0),
    ("sparrow", -19.0, 12.0),
]


def sparrows(take: Take) -> Array:
    """A hedge full of sparrows."""
    return chorus(take, [("sparrow", -1.5 * k, 24.0) for k in range(8)], -30.0)


def chick_peeps(take: Take) -> Array:
    """Chicks peep, several at once."""
    rng, frames = take.rng, take.frames
    out = silent(frames)
    for _ in range(6):
        peep = Syllable(
            0.07 + 0.06 * take.traits.random(),
            take.pick(3000.0, 4300.0),
            (0.85, 1.15, 0.8),
            overtone=0.12,
            breath=0.05,
        )
        place, level = take.pick(-0.7, 0.7), take.pick(0.3, 1.0)
        at = rng.random()
        while at < take.seconds:
            add(out, spread(sung(peep, rng, 0.05) * (level * (0.5 + 0.5 * rng.random())), place), float(at))
            at += 0.22 + 0.2 * rng.random() + (0.8 * rng.random() if rng.random() < 0.2 else 0.0)
    tails = answered(0.15 * (out[:, 0] + out[:, 1]), [response(rng, "near") for _ in range(2)])
    floor = moving(frames, ((60.0, 0.0), (300.0, -6.0), (3000.0, -18.0), (12000.0, -30.0)), rng, 0.1)
    return balanced(out + sided(tails) + 0.012 * floor)


_PHRASES = whole("number", "how many phrases", 1, 6, (1, 3))
ROWS = (
    event(
        "blackbird",
        "Blackbird sings",
        blackbird,
        ("blackbird", "thrush", "songbird", "bird", "robin", "birdsong"),
        (1.0, 13.0),
        (6.0, 30.0),
        "A blackbird flutes a phrase from a roof.",
        _PHRASES,
    ),
    event(
        "great_tit",
        "Great tit calls",
        great_tit,
        ("great tit", "tit", "songbird", "bird", "finch"),
        (1.0, 12.0),
        (6.0, 30.0),
        "A great tit repeats its two notes.",
        _PHRASES,
    ),
    event(
        "canary",
        "Canary trills",
        canary,
        ("canary", "songbird", "bird", "caged bird", "finch", "budgerigar"),
        (0.8, 14.0),
        (6.0, 30.0),
        "A canary trills rows of syllables.",
        _PHRASES,
    ),
    event(
        "wren",
        "Wren sings",
        wren,
        ("wren", "warbler", "songbird", "bird"),
        (0.8, 12.0),
        (6.0, 30.0),
        "A wren rattles out its song.",
        _PHRASES,
    ),
    event(
        "sparrow",
        "Sparrow chirps",
        sparrow,
        ("sparrow", "chirp", "bird", "tweet"),
        (0.6, 13.0),
        (4.0, 25.0),
        "A sparrow chirps.",
        _PHRASES,
    ),
    bed(
        "birds",
        "Morning chorus of birds",
        birds,
        ("birds", "bird", "birdsong", "chirp", "forest", "garden", "morning"),
        16.0,
        "Birds sing around a garden in the morning.",
    ),
    bed(
        "sparrows",
        "Sparrows in a hedge",
        sparrows,
        ("sparrows", "chirping", "birds", "hedge"),
        14.0,
        "A hedge full of chirping sparrows.",
    ),
    bed(
        "chicks",
        "Chicks peep",
        chick_peeps,
        ("chicks", "chick", "peep", "duckling"),
        12.0,
        "Chicks peep around their mother.",
    ),
)
