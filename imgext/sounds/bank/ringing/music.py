"""Music in simple phrases: piano, guitar, violin, flute, trumpet, drums, organ.

A hammered or plucked string loses its high partials first and is a little sharp in them; a bowed one is a saw
whose bow is never quite even, through the body's resonances; a pipe speaks with a chiff; a skin has modes 1,
1.59, 2.14, 2.30, 2.65, 2.92 (a circular membrane). Players are late and early by 10 to 30 ms and no two notes
are equally loud. The phrases are drawn from plain scales. Source: N. H. Fletcher and T. D. Rossing, The
Physics of Musical Instruments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.bodies import blow, body
from imgext.sounds.bank.motors import gliding, hiss, looped
from imgext.sounds.bank.noise import filtered, resonant
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.rhythm import forces
from imgext.sounds.bank.table import event, ratio
from imgext.sounds.bank.tools import (
    CONTROL,
    damped,
    edges,
    exp,
    fine,
    frames_of,
    line,
    put,
    rows_of,
    stir,
    unit,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_MAJOR, _MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
_CHORDS = ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 4, 0), (5, 3, 0, 4))
_LENGTHS = (
    (1.0, 1.0, 1.0, 1.0),
    (1.5, 0.5, 1.0, 1.0),
    (0.5, 0.5, 1.0, 2.0),
    (1.0, 0.5, 0.5, 2.0),
    (2.0, 1.0, 1.0),
)

Note = tuple[float, float, int, float]


def pitch(step: float) -> float:
    """Hz of so many semitones above the A of 440 Hz."""
    return 440.0 * float(exp(round(step * 0.05776226504666211, 12)))


def melody(take: Take, beat: float, seconds: float, first: int) -> list[Note]:
    """Write a phrase: (second, length, semitone above A, loudness), in steps."""
    rng, traits = take.rng, take.traits
    scale = _MAJOR if traits.random() < 0.6 else _MINOR
    place, at = int(traits.integers(0, 5)), 0.05
    notes: list[Note] = []
    while at < seconds - 0.9:
        for length in _LENGTHS[int(traits.integers(0, len(_LENGTHS)))]:
            if at >= seconds - 0.9:
                break
            tone = first + 12 * (place // 7) + scale[place % 7]
            notes.append(
                (
                    max(at + 0.012 * float(rng.standard_normal()), 0.0),
                    length * beat,
                    tone,
                    float(forces(1, rng, 0.2)[0]),
                )
            )
            at += length * beat * (1.0 + 0.02 * float(rng.standard_normal()))
            place = min(max(place + int(traits.choice(np.array([-2, -1, -1, 0, 1, 1, 2, 4]))), -3), 10)
    last = notes[-1]
    notes[-1] = (last[0], max(last[1], 1.2 * beat), first, last[3])
    return notes


def _string(
    rng: Generator, hz: float, seconds: float, t60: float, *, bright: float, stiff: float, place: float
) -> Array:
    """A struck or plucked string, at `place` of its length."""
    frames = frames_of(seconds)
    out = np.zeros(frames)
    for k in range(1, 12):
        f = hz * k * float(np.sqrt(1.0 + stiff * k * k))
        if f > 7000.0:
            break
        gain = abs(float(np.sin(np.pi * k * place))) / k**bright
        if gain < 0.004:
            continue
        fall = t60 / (1.0 + 0.12 * k + 0.0000015 * f * f / 40.0)
        length = min(frames, frames_of(0.75 * fall))
        out[:length] += gain * damped(f, fall, length, float(rng.random()))
    return out


def piano(take: Take) -> Array:
    """A piano: a melody over broken chords."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    beat = 0.46 / take.number("speed")
    out = np.zeros(frames_of(seconds))
    wood = body(traits, 110.0, "board", 16)
    first = int(traits.integers(-5, 4))
    notes = melody(take, beat, seconds, first + 3)
    chords = _CHORDS[int(traits.integers(0, 4))]
    scale = _MAJOR
    at, k = 0.05, 0
    while at < seconds - 1.0:
        root = chords[(k // 4) % 4]
        step = root + (0, 2, 4, 2)[k % 4]
        notes.append(
            (
                at + 0.012 * float(rng.standard_normal()),
                2.0 * beat,
                first - 21 + 12 * (step // 7) + scale[step % 7],
                0.6,
            )
        )
        at += beat
        k += 1
    strings: dict[float, Array] = {}
    for start, length, tone, loud in notes:
        if tone not in strings:
            hz = pitch(tone)
            made = _string(
                rng, hz, 1.3, 4.5 * float(np.sqrt(220.0 / hz)), bright=1.1, stiff=0.0002, place=0.12
            )
            strings[tone] = made + 0.25 * damped(hz * 1.0012, 2.5, len(made), 1.0)
        made = edges(strings[tone][: frames_of(min(length + 0.4, 1.3))], 0.002, 0.15)
        knock = blow(wood, rng, force=loud, contact=0.0016, noise=0.6, noise_time=0.03, longest=0.12)
        put(out, made * loud, start)
        put(out, 0.1 * knock, start)
    return placed(out, rng, "hall", wet=1.0, floor=0.0)


def guitar(take: Take) -> Array:
    """A guitar: chords plucked string by string, a finger that slides."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    beat = 0.27 / take.number("speed")
    out = np.zeros(frames_of(seconds))
    case = body(traits, 98.0, "board", 18) * np.array([1.0, 1.0, 1.6])
    first = int(traits.integers(-24, -19))
    strings: dict[tuple[int, int], Array] = {}
    chords = _CHORDS[int(traits.integers(0, 4))]
    at, k = 0.05, 0
    while at < seconds - 1.0:
        root = chords[(k // 8) % 4]
        step = root + (0, 4, 7, 9, 11, 9, 7, 4)[k % 8]
        tone = first + 12 * (step // 7) + _MAJOR[step % 7]
        size = float(forces(1, rng, 0.25)[0]) * (1.2 if k % 4 == 0 else 0.85)
        if (tone, k % 2) not in strings:
            strings[tone, k % 2] = _string(
                rng,
                pitch(tone),
                1.1,
                2.6,
                bright=0.85,
                stiff=0.00005,
                place=0.16 + 0.06 * float(rng.random()),
            )
        made = strings[tone, k % 2]
        pluck = blow(case, rng, force=size, contact=0.001, noise=0.9, noise_time=0.014, longest=0.2)
        put(out, edges(made, 0.001, 0.3) * size, at + 0.01 * float(rng.standard_normal()))
        put(out, 0.22 * pluck, at)
        at += beat * (1.0 + 0.02 * float(rng.standard_normal()))
        k += 1
    warm = (
        (60.0, -8.0),
        (100.0, 0.0),
        (220.0, 1.0),
        (600.0, -2.0),
        (2000.0, -5.0),
        (5000.0, -12.0),
        (12000.0, -26.0),
    )
    return placed(filtered(out[: len(out) // 2 * 2], warm), rng, "room", floor=2.0)


def _sung(
    take: Take,
    notes: list[Note],
    shares: Callable[[float], tuple[float, ...]],
    vibrato: float,
    breath: float,
    blown: tuple[tuple[float, float], ...],
    attack: float,
) -> Array:
    """Play held notes: a tone with late vibrato, and noise of bow or breath."""
    rng = take.rng
    out = np.zeros(frames_of(take.seconds))
    rate = take.pick(4.8, 6.2)
    for start, length, tone, loud in notes:
        d = max(length * 0.96, 0.14)
        rows = rows_of(d)
        time = np.arange(rows) / CONTROL
        depth = (
            vibrato * np.clip((time - 0.15) * 4.0, 0.0, 1.0) * (1.0 + 0.3 * stir(rows, rng, CONTROL, (2.0,)))
        )
        turns = np.cumsum(rate * (1.0 + 0.08 * stir(rows, rng, CONTROL, (1.0, 3.0)))) / CONTROL
        hz = (
            pitch(tone)
            * (1.0 + depth * np.sin(2.0 * np.pi * turns))
            * line([(0.0, 0.985), (0.05, 1.0)], rows)
        )
        swell = line(
            [(0.0, 0.0), (attack, 0.8), (0.5 * d, 1.0), (max(d - 0.07, attack + 0.01), 0.75), (d, 0.0)], rows
        )
        swell = swell * np.maximum(
            1.0
            + 0.07 * stir(rows, rng, CONTROL, (3.0, 8.0))
            + 6.0 * depth * np.sin(2.0 * np.pi * turns + 0.7),
            0.1,
        )
        made = gliding(hz, rng, shares(pitch(tone)), 0.0025)
        noise = hiss(len(made), blown, rng)
        start_noise = line([(0.0, 3.0), (0.09, 1.0)], rows)
        put(out, (unit(made) + breath * noise * fine(start_noise)) * fine(swell) * loud, start)
    return out


def violin(take: Take) -> Array:
    """A violin: a slow melody with vibrato."""
    notes = melody(take, 0.52 / take.number("speed"), take.seconds, int(take.traits.integers(-3, 4)))
    peaks = [
        (290.0, 60.0, 0.6),
        (470.0, 90.0, 0.8),
        (560.0, 90.0, 0.8),
        (860.0, 160.0, 0.5),
        (1250.0, 260.0, 0.6),
        (2400.0, 700.0, 1.0),
        (3300.0, 900.0, 0.7),
    ]
    made = _sung(
        take,
        notes,
        lambda hz: tuple(1.0 / k for k in range(1, min(22, int(14000.0 / hz)) + 1)),
        0.007,
        0.06,
        ((400.0, -8.0), (1500.0, 0.0), (4000.0, -2.0), (9000.0, -10.0)),
        0.06,
    )
    made = made[: len(made) // 2 * 2]
    return placed(0.35 * unit(made) + unit(resonant(made, peaks)), take.rng, "hall", floor=0.0)


def flute(take: Take) -> Array:
    """A flute: a melody with breath in it."""
    notes = melody(take, 0.42 / take.number("speed"), take.seconds, int(take.traits.integers(3, 10)))
    made = _sung(
        take,
        notes,
        lambda _: (1.0, 0.42, 0.2, 0.08, 0.04),
        0.004,
        0.13,
        ((500.0, -10.0), (1500.0, 0.0), (4000.0, -4.0), (10000.0, -16.0)),
        0.05,
    )
    return placed(made, take.rng, "hall", floor=0.0)


def trumpet(take: Take) -> Array:
    """A trumpet: a phrase."""
    notes = melody(take, 0.36 / take.number("speed"), take.seconds, int(take.traits.integers(-2, 5)))
    shares = (0.7, 0.9, 1.0, 0.85, 0.7, 0.55, 0.42, 0.3, 0.22, 0.16, 0.12, 0.08)
    made = _sung(
        take,
        notes,
        lambda _: shares,
        0.003,
        0.03,
        ((300.0, -6.0), (1200.0, 0.0), (4000.0, -6.0), (10000.0, -18.0)),
        0.035,
    )
    return placed(made, take.rng, "hall", floor=0.0)


def _skin(traits: Generator, lowest: float, t60: float) -> Array:
    ratios = np.array(
        [1.0, 1.59, 2.14, 2.3, 2.65, 2.92, 3.16, 3.5, 3.6, 3.65, 4.06, 4.15, 4.6, 5.0, 5.5, 6.2]
    )
    gain = np.array([1.0, 0.7, 0.5, 0.4, 0.35, 0.3, 0.26, 0.22, 0.2, 0.18, 0.16, 0.14, 0.12, 0.1, 0.09, 0.08])
    return np.stack(
        [
            lowest * ratios * (1.0 + 0.02 * traits.standard_normal(16)),
            gain,
            t60 / (1.0 + 0.5 * (ratios - 1.0)),
        ],
        axis=-1,
    )


def drum(take: Take) -> Array:
    """A hand drum: low and high strokes in a pattern."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    beat = 0.21 / take.number("speed")
    low, high = _skin(traits, take.pick(75.0, 105.0), 0.55), _skin(traits, take.pick(260.0, 360.0), 0.16)
    pattern = [int(traits.integers(0, 4)) for _ in range(8)]
    pattern[0] = 0
    out = np.zeros(frames_of(seconds))
    at, k = 0.05, 0
    while at < seconds - 0.7:
        kind = pattern[k % 8]
        size = float(forces(1, rng, 0.25)[0]) * (1.0 if kind == 0 else 0.7)
        if kind < 3:
            modes = low if kind == 0 else high
            put(
                out,
                size
                * blow(
                    modes,
                    rng,
                    force=1.0,
                    contact=0.002 if kind == 0 else 0.0006,
                    place=0.5,
                    noise=0.6,
                    noise_time=0.03,
                    longest=0.6,
                ),
                at,
            )
        at += beat * (1.0 + 0.03 * float(rng.standard_normal()))
        k += 1
    return placed(out, rng, "hall", wet=-3.0, floor=2.0)


def drum_kit(take: Take) -> Array:
    """A drum kit: bass drum, snare, cymbals in a plain beat."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    beat = 0.26 / take.number("speed")
    bass, snare = _skin(traits, take.pick(58.0, 74.0), 0.3), _skin(traits, take.pick(170.0, 220.0), 0.2)
    brass = body(traits, 430.0, "sheet", 40, 0.2) * np.array([1.0, 1.0, 0.12])
    brass[:, 1] *= 1.0 + brass[:, 0] / 1500.0
    out = np.zeros(frames_of(seconds))
    at, k = 0.05, 0
    while at < seconds - 0.6:
        size = forces(3, rng, 0.16)
        if k % 8 in {0, 5} or (k % 8 == 3 and traits.random() < 0.5):
            put(
                out,
                0.7
                * float(size[0])
                * blow(bass, rng, force=1.2, contact=0.003, noise=0.5, noise_time=0.02, longest=0.5),
                at,
            )
        if k % 8 in {2, 6}:
            rattle = filtered(
                rng.standard_normal(9600) * np.linspace(1.0, 0.0, 9600) ** 3,
                ((300.0, -10.0), (1500.0, 0.0), (5000.0, 0.0), (12000.0, -8.0)),
            )
            put(
                out,
                float(size[1])
                * blow(snare, rng, force=1.1, contact=0.0007, noise=0.8, noise_time=0.03, longest=0.4),
                at,
            )
            put(out, float(size[1]) * 0.5 * rattle / max(float(np.max(np.abs(rattle))), 1e-9), at)
        hat = filtered(
            rng.standard_normal(4800) * np.linspace(1.0, 0.0, 4800) ** 5,
            ((2000.0, -24.0), (6000.0, -2.0), (9000.0, 0.0), (16000.0, -6.0)),
        )
        put(
            out,
            0.22
            * float(size[2])
            * (1.0 if k % 2 == 0 else 0.6)
            * hat
            / max(float(np.max(np.abs(hat))), 1e-9),
            at,
        )
        put(
            out,
            0.06 * float(size[2]) * blow(brass, rng, force=1.0, contact=0.0002, noise=0.2, longest=0.2),
            at,
        )
        at += beat * (1.0 + 0.012 * float(rng.standard_normal()))
        k += 1
    return placed(out, rng, "hall", wet=-3.0, floor=0.0)


def street_organ(take: Take) -> Array:
    """A street organ: wooden pipes in a waltz, bellows that breathe."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    beat = 0.27 / take.number("speed")
    first = int(traits.integers(0, 6))
    notes = melody(take, beat, seconds, first)
    chords = _CHORDS[int(traits.integers(0, 4))]
    at, k = 0.05, 0
    while at < seconds - 0.7:
        root = chords[(k // 3) % 4]
        for step in (root,) if k % 3 == 0 else (root + 2, root + 4):
            tone = first - (24 if k % 3 == 0 else 12) + 12 * (step // 7) + _MAJOR[step % 7]
            notes.append((at, 0.55 * beat if k % 3 else 0.8 * beat, tone, 0.5))
        at += beat
        k += 1
    chiff = ((600.0, -10.0), (2000.0, 0.0), (5000.0, -6.0), (12000.0, -20.0))
    out = _sung(
        take,
        notes,
        lambda hz: (1.0, 0.3, 0.5, 0.16, 0.24, 0.08, 0.12) if hz < 1200.0 else (1.0, 0.25, 0.2),
        0.0,
        0.05,
        chiff,
        0.018,
    )
    rows = rows_of(seconds)
    crank = fine(
        np.maximum(
            1.0
            + 0.08 * np.sin(np.arange(rows) * (2.0 * np.pi * 1.3 / CONTROL))
            + 0.05 * stir(rows, rng, CONTROL),
            0.3,
        )
    )
    length = min(len(out), len(crank))
    return placed(out[:length] * crank[:length], rng, "street", floor=4.0)


def orchestra(take: Take) -> Array:
    """Strings play together: a chord that swells, a line above it."""
    rng, traits, seconds = take.rng, take.traits, take.seconds
    first = int(traits.integers(-5, 3))
    chords = _CHORDS[int(traits.integers(0, 4))]
    length = take.pick(1.3, 1.9) / take.number("speed")
    out = np.zeros(frames_of(seconds))
    at, k = 0.03, 0
    curve = ((60.0, -6.0), (150.0, 0.0), (500.0, -1.0), (1500.0, -6.0), (4000.0, -14.0), (9000.0, -28.0))
    while at < seconds - 0.9:
        root = chords[k % 4]
        rows = rows_of(min(length * 1.15, seconds - at))
        swell = fine(
            line([(0.0, 0.0), (0.16, 0.7), (0.6 * length, 1.0), (length, 0.6), (1.15 * length, 0.0)], rows)
        )
        train = np.zeros(rows * 48)
        for step, octave, loud in (
            (root, -24, 1.0),
            (root, -12, 0.7),
            (root + 2, -12, 0.7),
            (root + 4, -12, 0.7),
            (root + 7, 0, 0.6),
            (root + 9, 0, 0.5),
        ):
            hz = pitch(first + octave + 12 * (step // 7) + _MAJOR[step % 7])
            for _ in range(4):  # players, each a little off
                own = (
                    hz
                    * (1.0 + 0.004 * float(rng.standard_normal()))
                    * (1.0 + 0.003 * stir(rows, rng, CONTROL, (5.5, 2.0)))
                )
                turns = np.cumsum(own) / CONTROL + rng.random()
                place = np.interp(np.arange(1.0, np.floor(turns[-1])), turns, np.arange(rows) * 48.0)
                train += looped(place, np.full(len(place), loud / float(np.sqrt(hz))), rows * 48)
        put(out, train * swell, at)
        at += length
        k += 1
    padded = np.concatenate([out, np.zeros(-len(out) % 4800)])
    return placed(filtered(padded, curve)[: len(out)], rng, "hall", wet=5.0, floor=0.0)


_SPEED = ratio("speed", "slow to fast")


ROWS = (
    event(
        "piano",
        "Piano",
        piano,
        ("piano", "keyboard instrument", "pianist", "music", "grand piano"),
        (5.5, 6.0),
        (12.0, 60.0),
        "A piano: a melody over broken chords.",
        _SPEED,
    ),
    event(
        "guitar",
        "Guitar",
        guitar,
        ("guitar", "acoustic guitar", "strings", "music", "ukulele"),
        (5.5, 6.0),
        (12.0, 60.0),
        "A guitar: chords plucked string by string.",
        _SPEED,
    ),
    event(
        "violin",
        "Violin",
        violin,
        ("violin", "fiddle", "cello", "bowed string", "music"),
        (5.5, 6.0),
        (12.0, 60.0),
        "A violin: a slow melody with vibrato.",
        _SPEED,
    ),
    event(
        "flute",
        "Flute",
        flute,
        ("flute", "recorder", "woodwind", "music"),
        (5.5, 6.0),
        (12.0, 60.0),
        "A flute: a melody with breath in it.",
        _SPEED,
    ),
    event(
        "trumpet",
        "Trumpet",
        trumpet,
        ("trumpet", "brass", "trombone", "horn player", "music"),
        (5.0, 6.0),
        (12.0, 60.0),
        "A trumpet: a phrase.",
        _SPEED,
    ),
    event(
        "drum",
        "Hand drum",
        drum,
        ("drum", "hand drum", "drummer", "percussion", "bongo"),
        (5.0, 6.0),
        (12.0, 60.0),
        "A hand drum: low and high strokes in a pattern.",
        _SPEED,
    ),
    event(
        "drum_kit",
        "Drum kit",
        drum_kit,
        ("drum kit", "drums", "drummer", "rock band", "cymbal"),
        (5.0, 6.0),
        (12.0, 60.0),
        "A drum kit: bass drum, snare, cymbals in a plain beat.",
        _SPEED,
    ),
    event(
        "street_organ",
        "Street organ",
        street_organ,
        ("street organ", "barrel organ", "carousel", "merry-go-round", "fairground"),
        (5.5, 6.0),
        (12.0, 60.0),
        "A street organ: wooden pipes in a waltz, bellows that breathe.",
        _SPEED,
    ),
    event(
        "orchestra",
        "Strings together",
        orchestra,
        ("orchestra", "symphony", "strings", "concert", "music"),
        (6.0, 6.0),
        (12.0, 60.0),
        "Strings play together: chords that swell.",
        _SPEED,
    ),
)
