"""People together: talk, a murmur, a crowd, children, applause, a stadium.

Applause is claps of 3 to 5 a second, each a resonance of two hands (B. Repp, JASA 81 (1987): 0.4 to 2 kHz,
eight sorts of hands); a stadium roars where thousands hold their vowels; a playground is squeals over babble.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body
from imgext.sounds.bank.noise import dulled, filtered, moving, painted
from imgext.sounds.bank.people.speech import Talker, anybody, babble, score, spoken
from imgext.sounds.bank.place import answered, balanced, placed, response
from imgext.sounds.bank.rhythm import beats, forces
from imgext.sounds.bank.table import amount, bed, event, ratio, whole
from imgext.sounds.bank.throat import cry, moved, tube
from imgext.sounds.bank.tools import (
    CONTROL,
    RATE,
    add,
    around,
    decays,
    exp,
    fine,
    frames_of,
    line,
    put,
    rows_of,
    scatter,
    sided,
    silent,
    sine,
    spread,
    stir,
    wander,
    white,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array


def _around(near: Array, rng: Generator, room: str, wet: float) -> Array:
    """Two channels in a room that answers on both sides, a loop."""
    tails = answered((near[:, 0] + near[:, 1]) * (0.5 * wet), [response(rng, room) for _ in range(2)])
    return near + sided(tails)


def _floor(frames: int, rng: Generator) -> Array:
    """The air of a place, two channels of about unit RMS that move."""
    return moving(frames, ((50.0, -2.0), (120.0, 0.0), (400.0, -6.0), (2000.0, -16.0), (9000.0, -30.0)), rng)


def talk(take: Take) -> Array:
    """Two people talk in turns, a few steps away."""
    rng, frames = take.rng, take.frames
    pair = [anybody(take.traits) for _ in range(2)]
    places = (take.pick(-0.6, -0.1), take.pick(0.1, 0.6))
    out = silent(frames)
    at, turn = 0.0, int(take.traits.integers(0, 2))
    while at < take.seconds:
        d = round(min(1.2 + 3.2 * float(rng.random()), max(take.seconds - at, 0.8)), 1)
        made = spoken(score(rng, d, pair[turn], (0.15, 0.6), 0.03), pair[turn], d, rng)
        add(out, spread(made[:frames], places[turn]), at)
        at += d + 0.05 + 0.35 * float(rng.random())
        turn = 1 - turn
    return balanced(_around(out, rng, "room", 0.3) + 0.006 * _floor(frames, rng))


def few(take: Take) -> Array:
    """Make nine people who talk quietly, three of them near, in no place."""
    rng, traits = take.rng, take.traits
    talkers = [
        (anybody(traits), 1.0 if k < 3 else 0.3 * (0.6 + float(traits.random())), float(traits.random()))
        for k in range(9)
    ]
    return babble(talkers, take.seconds, rng, (0.4, 2.4))


def murmur(take: Take) -> Array:
    """Some people talk quietly in a room, a few near, others farther off."""
    rng = take.rng
    return balanced(_around(few(take), rng, "hall", 0.35) + 0.02 * _floor(take.frames, rng))


def many(take: Take) -> Array:
    """Make sixteen people who talk at once, five of them near, in no place."""
    rng, traits = take.rng, take.traits
    talkers = [
        (anybody(traits, 0.08), 1.0 if k < 5 else 0.3 + 0.3 * float(traits.random()), float(traits.random()))
        for k in range(16)
    ]
    return babble(talkers, take.seconds, rng, (0.2, 1.2))


def crowd(take: Take) -> Array:
    """Many people talk at once in a hall or a square: no word to understand, every syllable human."""
    rng = take.rng
    return balanced(_around(many(take), rng, "hall", 0.4) + 0.03 * _floor(take.frames, rng))


def playing(take: Take) -> Array:
    """Make nine children who babble, call, squeal and laugh, in no place."""
    rng, traits = take.rng, take.traits
    talkers = [
        (
            Talker(270.0 + 130.0 * float(traits.random()), 1.42, 4.2, 2.2),
            0.35 + 0.5 * float(traits.random()),
            float(traits.random()),
        )
        for _ in range(9)
    ]
    near = 0.5 * babble(talkers, take.seconds, rng, (0.3, 2.0))
    for _ in range(max(2, round(take.seconds * 1.1))):
        throat = tube(0.105 + 0.02 * float(rng.random()), highest=12000.0)
        squeal = rng.random() < 0.35
        d = (0.35 if squeal else 0.25) * (0.7 + 0.9 * float(rng.random()))
        rows = rows_of(d)
        height = (900.0 if squeal else 480.0) * float(exp(0.35 * rng.standard_normal()))
        pitch = (
            height
            * line([(0.0, 0.8), (0.25 * d, 1.1), (0.6 * d, 1.0), (d, 0.75)], rows)
            * (1.0 + 0.015 * wander(rows, 10.0, rng, CONTROL))
        )
        loud = line([(0.0, 0.0), (0.12 * d, 0.8), (0.5 * d, 1.0), (d, 0.0)], rows) * (
            1.0 + 0.12 * wander(rows, 16.0, rng, CONTROL)
        )
        mouth = (0.8 + 0.5 * float(rng.random())) * line([(0.0, 0.8), (0.35 * d, 1.25), (d, 0.9)], rows)
        made = cry(
            pitch,
            np.maximum(loud, 0.0),
            moved(throat, [mouth, 0.8 + 0.4 * float(rng.random()), 1.0], (1.0, 0.9, 0.6, 0.4)),
            rng,
            slope=((150.0, -8.0), (400.0, 0.0), (1500.0, -2.0), (4000.0, -10.0), (9000.0, -28.0)),
            breath=0.08,
            jitter=0.012,
            shimmer=0.1,
            rough=0.25,
            rough_rate=50.0,
        )
        add(
            near,
            spread(made * (0.5 + 1.5 * float(rng.random() * rng.random())), 1.6 * float(rng.random()) - 0.8),
            float(rng.random()) * take.seconds,
        )
    return near


def children(take: Take) -> Array:
    """Children play: babble, calls, squeals and laughter around a yard."""
    rng = take.rng
    return balanced(_around(playing(take), rng, "yard", 0.35) + 0.04 * _floor(take.frames, rng))


def clap(rng: Generator, traits_pitch: Array, slack: Array, frames: int = 1400) -> Array:
    """Claps of hands, one row each: a slap and the hollow between the palms."""
    count = len(traits_pitch)
    time = np.arange(frames) / RATE
    hollow = sine(traits_pitch[:, None] * time) * decays(around(rng, count, 0.012, 0.035), frames)
    other = sine(traits_pitch[:, None] * (2.1 + 0.4 * rng.random((count, 1))) * time) * decays(
        around(rng, count, 0.008, 0.02), frames
    )
    slap = white(rng, (count, frames)) * decays(around(rng, count, 0.012, 0.05), frames)
    return hollow + 0.6 * other + slack[:, None] * slap


def _clapping(
    seconds: float, people: int, rng: Generator, swell: Array, spare: float = 0.0
) -> tuple[Array, Array, Array, Array]:
    """Draw moments, pitches, sizes and places of many people's claps.

    `swell` is how many still clap, a hundred values over the time.
    """
    moments, pitches, levels, places = [], [], [], []
    for _ in range(people):
        rate, pitch = 3.2 + 1.8 * float(rng.random()), 550.0 * float(exp(1.0 * rng.random()))
        level, place = float(exp(-3.2 * rng.random())), float(rng.random())
        threshold = float(rng.random())
        times = beats(
            seconds, rate, rng, drifting=0.05, jitter=0.06, start=float(rng.random()) / rate + spare
        )
        share = np.interp(times / seconds, np.linspace(0.0, 1.0, len(swell)), swell)
        times = times[share > threshold * 0.97]
        moments.append(times)
        pitches.append(pitch * (1.0 + 0.06 * rng.standard_normal(len(times))))
        levels.append(level * forces(max(len(times), 1), rng, 0.25)[: len(times)])
        places.append(np.full(len(times), place))
    return np.concatenate(moments), np.concatenate(pitches), np.concatenate(levels), np.concatenate(places)


_HANDS = ((100.0, -14.0), (350.0, -4.0), (900.0, 0.0), (2200.0, -2.0), (5000.0, -8.0), (12000.0, -19.0))


def applause(take: Take) -> Array:
    """An audience claps: it sets in, goes on, and thins out."""
    rng = take.rng
    d = take.seconds
    swell = np.interp(
        np.linspace(0.0, 1.0, 100), [0.0, 0.1, 0.25, 0.6, 0.85, 1.0], [0.1, 0.75, 1.0, 0.95, 0.4, 0.0]
    )
    people = int(10 + 60 * take.number("size"))
    moments, pitches, levels, _ = _clapping(d - 0.4, people, rng, swell, 0.05)
    grains = clap(rng, pitches, 0.7 + 0.6 * rng.random(len(pitches)), 900) * levels[:, None]
    frames = frames_of(d) + frames_of(d) % 2
    out = dulled(scatter(frames, (moments * RATE).astype(np.int64), grains, wrap=False), _HANDS)
    out *= np.maximum(1.0 + 0.16 * np.resize(fine(stir(rows_of(d) + 10, rng, CONTROL)), frames), 0.2)
    cheer = np.zeros(frames)
    for _ in range(int(3 + 5 * take.number("force"))):
        talker = anybody(rng)
        e = 0.4 + 0.5 * float(rng.random())
        rows = rows_of(e)
        whoop = cry(
            talker.pitch * 2.2 * line([(0.0, 0.7), (0.5 * e, 1.2), (e, 0.9)], rows),
            line([(0.0, 0.0), (0.2 * e, 0.9), (e, 0.0)], rows),
            moved(tube(0.17 / talker.formants, highest=11000.0), [1.1]),
            rng,
            breath=0.1,
            rough=0.3,
            jitter=0.012,
        )
        put(cheer, whoop * float(rng.random()), 0.2 + (d - 1.2) * float(rng.random()))
    level = float(np.sqrt(np.mean(np.square(out))))
    return placed(out + 0.35 * level * cheer, rng, "hall", wet=-1.0, floor=2.0)


def clapping(take: Take) -> Array:
    """One person claps."""
    rng = take.rng
    times = beats(
        take.seconds - 0.4,
        take.number("speed") * take.pick(2.6, 3.8),
        rng,
        drifting=0.05,
        jitter=0.05,
        start=0.08,
    )
    pitch = take.pick(600.0, 1300.0) * (1.0 + 0.05 * rng.standard_normal(len(times)))
    grains = (
        clap(rng, pitch, 0.9 + 0.5 * rng.random(len(times)), 2400) * forces(len(times), rng, 0.22)[:, None]
    )
    out = scatter(frames_of(take.seconds), (times * RATE).astype(np.int64), grains, wrap=False)
    return placed(filtered(np.append(out, np.zeros(len(out) % 2)), _HANDS), rng, "hall", wet=2.0, floor=5.0)


def _roar(frames: int, rng: Generator, sway: Array) -> Array:
    """Make thousands of open throats: broad vowels that swell, ``(frames, 2)``."""
    rows = frames // 480
    sides = []
    for _ in range(2):
        layers = []
        for centre, width, level in (
            (320.0, 0.5, 0.6),
            (620.0, 0.42, 1.0),
            (1050.0, 0.4, 0.8),
            (1500.0, 0.4, 0.45),
            (2600.0, 0.45, 0.3),
            (4200.0, 0.6, 0.12),
        ):
            curve = [
                (centre * (1.0 - width), -22.0),
                (centre * (1.0 - 0.3 * width), -2.0),
                (centre, 0.0),
                (centre * (1.0 + 0.4 * width), -3.0),
                (centre * (1.0 + 1.6 * width), -24.0),
            ]
            layers.append((curve, level * np.maximum(1.0 + 0.3 * stir(rows, rng, 100.0), 0.15) * sway))
        sides.append(painted(frames, layers, rng, 480))
    left, right = sides
    return sided([left, 0.4 * left + 0.92 * right])


def stadium(take: Take) -> Array:
    """Make a stadium: a roar that swells and sinks, claps, whistles, shouts."""
    rng, frames = take.rng, take.frames
    rows = frames // 480
    sway = np.maximum(0.55 + 0.25 * stir(rows, rng, 100.0, (0.12, 0.3, 0.7)), 0.15)
    out = _roar(frames, rng, sway)
    talkers = [
        (
            Talker(150.0 * float(exp(0.7 * take.traits.random())), 1.05, 3.4, 1.6),
            0.5 + 0.5 * float(rng.random()),
            float(rng.random()),
        )
        for _ in range(10)
    ]
    out += 0.3 * babble(talkers, take.seconds, rng, (0.3, 1.6))
    for _ in range(max(1, round(take.seconds * 0.35))):
        d = 0.5 + 0.6 * float(rng.random())
        length = rows_of(d)
        pitch = (1900.0 + 900.0 * float(rng.random())) * line(
            [(0.0, 0.8), (0.3 * d, 1.05), (d, 0.95)], length
        )
        turns = np.cumsum(fine(pitch)) / RATE
        whistle = sine(turns) * fine(line([(0.0, 0.0), (0.1 * d, 1.0), (0.8 * d, 0.8), (d, 0.0)], length))
        add(
            out,
            spread(whistle * (0.1 + 0.15 * float(rng.random())), 1.6 * float(rng.random()) - 0.8),
            float(rng.random()) * take.seconds,
        )
    moments, pitches, levels, _ = _clapping(take.seconds, 22, rng, np.full(100, 1.0))
    grains = clap(rng, pitches, np.ones(len(pitches)), 700) * levels[:, None]
    hands = dulled(scatter(frames, (moments * RATE).astype(np.int64) % frames, grains), _HANDS)
    out += (
        0.5
        * (hands / max(float(np.sqrt(np.mean(np.square(hands)))), 1e-9))[:, None]
        * float(np.sqrt(np.mean(np.square(out))))
        * 0.7
    )
    return balanced(_around(out, rng, "street", 0.3))


def cheering(take: Take) -> Array:
    """A crowd cheers: it bursts out, holds and sinks."""
    rng = take.rng
    d = take.seconds
    frames = frames_of(d) // 9600 * 9600
    rows = frames // 480
    shape = np.interp(
        np.arange(rows) / rows, [0.0, 0.05, 0.16, 0.5, 0.8, 1.0], [0.0, 0.6, 1.0, 0.8, 0.3, 0.0]
    )
    out = _roar(frames, rng, shape)[:, 1] * 0.8
    for _ in range(int(8 + 14 * take.number("force"))):
        talker = anybody(rng, 0.15)
        e = 0.4 + 0.9 * float(rng.random())
        length = rows_of(e)
        height = talker.pitch * (1.6 + 0.9 * float(rng.random()))
        made = cry(
            height * line([(0.0, 0.8), (0.25 * e, 1.1), (e, 0.85)], length),
            line([(0.0, 0.0), (0.1 * e, 0.9), (0.6 * e, 0.8), (e, 0.0)], length),
            moved(tube(0.17 / talker.formants, highest=10000.0), [0.9 + 0.5 * float(rng.random())]),
            rng,
            breath=0.0,
            rough=0.3,
            jitter=0.012,
            slope=((100.0, -8.0), (300.0, 0.0), (1500.0, -2.0), (4000.0, -10.0), (9000.0, -28.0)),
        )
        put(
            out,
            made * (0.25 + 0.6 * float(rng.random())),
            0.05 + (d - 1.0) * float(rng.random() * rng.random()),
        )
    return placed(out, rng, "hall", floor=2.0)


def audience(take: Take) -> Array:
    """An audience waits: murmur in a large room, a cough, a chair."""
    rng, traits, frames = take.rng, take.traits, take.frames
    talkers = [
        (anybody(traits), 0.4 + 0.5 * float(traits.random()), float(traits.random())) for _ in range(12)
    ]
    near = 0.8 * babble(talkers, take.seconds, rng, (0.5, 2.6))
    chair = body(traits, 180.0, "wood", 18, 0.2)
    for _ in range(max(1, round(take.seconds / 5.0))):
        add(
            near,
            spread(
                1.5 * blow(chair, rng, force=0.4 + 0.8 * float(rng.random()), contact=0.002, noise=0.3),
                1.6 * float(rng.random()) - 0.8,
            ),
            float(rng.random()) * take.seconds,
        )
    return balanced(_around(near, rng, "church", 0.5) + 0.03 * _floor(frames, rng))


def announcement(take: Take) -> Array:
    """A loudspeaker announces something in a hall: a gong of two notes, then a voice."""
    rng = take.rng
    talker = Talker(take.pick(180.0, 220.0), 1.17, 4.2, 0.9)
    d = round(max(take.seconds - 2.6, 1.0), 1)
    voice = spoken(score(rng, d, talker, (0.25, 0.6)), talker, d, rng)
    gong = np.zeros(frames_of(1.7))
    for at, height in ((0.0, 659.3), (0.55, 523.3)):
        time = np.arange(frames_of(1.1)) / RATE
        note = (
            sine(height * time) + 0.3 * sine(2.0 * height * time) + 0.1 * sine(3.01 * height * time)
        ) * decays([1.4], len(time))[0]
        put(gong, note * np.minimum(np.arange(len(time)) / 300.0, 1.0), at)
    whole_thing = np.concatenate([0.5 * gong, voice, np.zeros(frames_of(0.8))])
    horn = ((150.0, -24.0), (400.0, -4.0), (900.0, 0.0), (2500.0, 2.0), (4000.0, -4.0), (7000.0, -26.0))
    return placed(
        filtered(np.append(whole_thing, np.zeros(len(whole_thing) % 2)), horn),
        rng,
        "church",
        wet=2.0,
        floor=4.0,
        distance=30.0,
    )


def knock(take: Take) -> Array:
    """Knuckles on a wooden door."""
    rng = take.rng
    panel = body(take.traits, take.pick(85.0, 130.0), "board", 24, 0.12)
    hollow = body(take.traits, take.pick(280.0, 420.0), "wood", 18, 0.15)
    count = take.count("number")
    times = beats(count * 0.5, take.pick(4.2, 5.6), rng, drifting=0.06, jitter=0.05, start=0.06)[:count]
    strength = forces(count, rng, 0.22) * (0.6 + 0.8 * take.number("force"))
    out = np.zeros(frames_of(float(times[-1]) + 0.8))
    for at, force in zip(times, strength, strict=False):
        put(
            out,
            blow(
                panel, rng, force=0.55 * float(force), contact=0.0012, place=0.5, noise=0.35, noise_time=0.012
            ),
            float(at),
        )
        put(
            out,
            blow(
                hollow, rng, force=0.8 * float(force), contact=0.0006, place=0.6, noise=0.6, noise_time=0.008
            ),
            float(at) + 0.0006,
        )
    return placed(out, rng, "room", wet=7.0, floor=9.0)


def finger_snap(take: Take) -> Array:
    """Fingers snap a few times."""
    rng = take.rng
    count = take.count("number")
    times = beats(count * 1.2, take.pick(1.5, 2.4), rng, drifting=0.05, jitter=0.05, start=0.06)[:count]
    pitch = take.pick(1600.0, 2400.0) * (1.0 + 0.05 * rng.standard_normal(len(times)))
    grains = clap(rng, pitch, np.ones(len(times)), 2400) * forces(len(times), rng, 0.2)[:, None]
    out = scatter(frames_of(float(times[-1]) + 0.7), (times * RATE).astype(np.int64), grains, wrap=False)
    return placed(
        filtered(
            np.append(out, np.zeros(len(out) % 2)),
            ((300.0, -20.0), (1500.0, 0.0), (3500.0, 0.0), (9000.0, -12.0)),
        ),
        rng,
        "room",
        floor=2.0,
    )


ROWS = (
    bed(
        "talk",
        "Two people talk",
        talk,
        ("talk", "conversation", "talking", "speech", "people talking", "dialogue"),
        14.0,
        "Two people talk in turns.",
    ),
    bed(
        "murmur",
        "Quiet talk of a few",
        murmur,
        ("murmur", "quiet talk", "waiting room", "meeting"),
        14.0,
        "Some people talk quietly in a room.",
    ),
    bed(
        "crowd",
        "Murmur of a crowd",
        crowd,
        ("crowd", "people", "voices", "talk of many", "restaurant", "market"),
        12.0,
        "Many people talk at once in a hall.",
    ),
    bed(
        "children",
        "Children at play",
        children,
        ("children", "kids", "playground", "school yard", "children playing"),
        14.0,
        "Children play in a yard.",
    ),
    event(
        "applause",
        "Applause",
        applause,
        ("applause", "clapping", "audience clapping", "ovation"),
        (4.0, 8.0),
        (40.0, 240.0),
        "An audience claps and thins out.",
        amount("size", "from a few people to a full house"),
        amount("force", "from polite to enthusiastic"),
    ),
    event(
        "clapping",
        "One person claps",
        clapping,
        ("clap", "hands", "hand clap"),
        (2.0, 4.5),
        (20.0, 120.0),
        "One person claps.",
        ratio("speed", "how fast"),
    ),
    bed(
        "stadium",
        "Stadium",
        stadium,
        ("stadium", "arena", "football crowd", "cheering stadium", "fans"),
        16.0,
        "Thousands roar in a stadium.",
    ),
    event(
        "cheering",
        "Crowd cheers",
        cheering,
        ("cheering", "cheer", "hurrah", "goal", "celebration"),
        (4.0, 7.5),
        (30.0, 180.0),
        "A crowd bursts into cheers.",
        amount("force", "how many voices stand out"),
    ),
    bed(
        "audience",
        "Audience before a concert",
        audience,
        ("audience", "theatre", "concert hall", "opera"),
        16.0,
        "An audience waits in a large hall.",
    ),
    event(
        "announcement",
        "Loudspeaker announcement",
        announcement,
        ("announcement", "loudspeaker", "public address", "station announcement"),
        (7.0, 12.0),
        (40.0, 240.0),
        "A gong, and a voice in a large hall.",
    ),
    event(
        "knock",
        "Knocking on a door",
        knock,
        ("knock", "door", "knocking", "wood"),
        (1.0, 2.8),
        (20.0, 120.0),
        "Somebody knocks on a wooden door.",
        amount("force", "from shy to urgent"),
        whole("number", "how many knocks", 2, 8, (3, 5)),
    ),
    event(
        "finger_snap",
        "Fingers snap",
        finger_snap,
        ("finger snap", "snap", "snapping"),
        (0.6, 3.5),
        (10.0, 60.0),
        "Fingers snap.",
        whole("number", "how many", 1, 5, (2, 4)),
    ),
)
