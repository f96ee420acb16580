"""Single voices: baby, child, laughter, coughs, sneezes, snoring, shouts, humming.

A baby cries at 350 to 550 Hz for a second at a time and gasps between (H. Golub and M. Corwin, 1985);
laughter is a row of four to five short calls a second, voice and breath in turn, falling (J. Bachorowski, M.
Smoski and M. Owren, JASA 110 (2001)); a cough is a burst, a rush and sometimes a voiced end (J. Korpas et
al., 1996); snoring is a palate that flutters 25 to 60 times a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.noise import steady
from imgext.sounds.bank.people.speech import Talker, anybody, score, spoken
from imgext.sounds.bank.place import beside, placed
from imgext.sounds.bank.table import amount, bed, choice, event, whole
from imgext.sounds.bank.throat import cry, moved, tube
from imgext.sounds.bank.tools import (
    CONTROL,
    RATE,
    exp,
    fine,
    frames_of,
    laid,
    line,
    put,
    rows_of,
    sine,
    turned,
    wander,
)

if TYPE_CHECKING:
    from numpy.random import Generator

    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.throat import Formant
    from imgext.sounds.bank.tools import Array

_SPEECH = ((100.0, -6.0), (250.0, 0.0), (700.0, -2.0), (2000.0, -12.0), (5000.0, -26.0), (12000.0, -50.0))


def baby(take: Take) -> Array:
    """A baby cries: long open cries, a gasp before each, breaking when it is upset."""
    rng, force = take.rng, take.number("force")
    throat = tube(take.pick(0.075, 0.088), highest=13000.0, damping=0.07)
    base = take.pick(390.0, 500.0)
    calls, at = [], 0.08
    while at < take.seconds - 0.5:
        d = (0.5 + 0.9 * rng.random()) * (0.7 + 0.6 * force)
        rows = rows_of(d)
        high = base * (0.94 + 0.2 * rng.random())
        peak = 0.2 + 0.4 * rng.random()
        pitch = high * line([(0.0, 0.8), (0.12 * d, 1.02), (peak * d, 1.12), (0.8 * d, 1.0), (d, 0.75)], rows)
        pitch *= (
            1.0
            + 0.012 * wander(rows, 9.0, rng, CONTROL)
            + 0.012 * sine(np.cumsum(6.5 * (1.0 + 0.2 * wander(rows, 3.0, rng, CONTROL))) / CONTROL)
        )
        loud = line([(0.0, 0.0), (0.08 * d, 0.75), (0.3 * d, 1.0), (0.75 * d, 0.8), (d, 0.0)], rows) * (
            1.0 + 0.12 * wander(rows, 11.0, rng, CONTROL)
        )
        mouth = line([(0.0, 0.7), (0.2 * d, 1.15), (0.7 * d, 1.1), (d, 0.75)], rows) * (
            1.0 + 0.05 * wander(rows, 4.0, rng, CONTROL)
        )
        upset = np.maximum(
            line([(0.0, 0.3), (0.15 * d, 0.0), (1.0 * d, 0.3)], rows)
            + force * 0.35 * np.maximum(wander(rows, 2.5, rng, CONTROL), 0.0),
            0.0,
        )
        calls.append(
            (
                at,
                cry(
                    pitch,
                    np.maximum(loud, 0.0),
                    moved(throat, [mouth, 0.6 + 0.4 * mouth, 1.0], (0.8, 1.0, 0.9, 0.5, 0.4)),
                    rng,
                    slope=(
                        (200.0, -8.0),
                        (420.0, 0.0),
                        (1200.0, -3.0),
                        (3500.0, -11.0),
                        (6000.0, -26.0),
                        (12000.0, -48.0),
                    ),
                    breath=0.015 + 0.12 * upset,
                    jitter=0.006 + 0.03 * upset,
                    shimmer=0.08,
                    rough=np.minimum(0.12 + 0.8 * upset, 0.9),
                    rough_rate=50.0,
                    sub=np.minimum(0.7 * upset, 0.6),
                )
                * (0.8 + 0.3 * rng.random()),
            )
        )
        at += d + 0.04 + 0.05 * rng.random()
        if at < take.seconds - 0.5:
            calls.append((at, 0.3 * _gasp(rng, 0.22 + 0.12 * rng.random(), throat, base * 1.3)))
            at += 0.28 + 0.2 * rng.random() + (0.6 * rng.random() if rng.random() < 0.25 else 0.0)
    return placed(laid(calls), rng, "room", floor=4.0)


def _gasp(rng: Generator, d: float, throat: list[Formant], pitch: float) -> Array:
    """Breath drawn in, with a little voice."""
    rows = rows_of(d)
    loud = line([(0.0, 0.0), (0.5 * d, 0.6), (0.85 * d, 1.0), (d, 0.0)], rows)
    return cry(
        pitch * line([(0.0, 0.8), (d, 1.2)], rows),
        loud,
        moved(throat, [0.9]),
        rng,
        slope=_SPEECH,
        hiss=((300.0, -12.0), (1500.0, 0.0), (4000.0, -3.0), (9000.0, -14.0), (15000.0, -30.0)),
        breath=1.6,
        jitter=0.03,
        shimmer=0.2,
    )


def baby_laugh(take: Take) -> Array:
    """A baby laughs and squeals."""
    return _laughter(
        take, base=take.pick(360.0, 460.0), throat=tube(0.085, highest=13000.0, damping=0.07), room="room"
    )


def laughter(take: Take) -> Array:
    """Somebody laughs, in one or two bouts."""
    high = take.word("voice")
    pitch, length = {"man": (165.0, 0.172), "woman": (290.0, 0.147), "child": (400.0, 0.115)}[high]
    return _laughter(
        take, base=pitch * take.pick(0.88, 1.15), throat=tube(length, highest=11000.0), room="room"
    )


def _laughter(take: Take, base: float, throat: list[Formant], room: str) -> Array:
    rng = take.rng
    calls, at = [], 0.08
    rate = take.pick(4.4, 5.8)
    vowel = take.pick(0.85, 1.25)
    while at < take.seconds - 0.9:
        count = int(rng.integers(4, 10))
        top = base * (1.1 + 0.5 * rng.random())
        for k in range(count):
            share = k / count
            d = (0.095 if k else 0.16) * (0.8 + 0.4 * rng.random())
            rows = rows_of(d)
            pitch = (
                top
                * (1.05 - 0.35 * share)
                * line([(0.0, 0.9), (0.45 * d, 1.06), (d, 0.85)], rows)
                * (1.0 + 0.015 * wander(rows, 20.0, rng, CONTROL))
            )
            loud = line([(0.0, 0.0), (0.35 * d, 0.45), (0.55 * d, 1.0), (0.8 * d, 0.55), (d, 0.0)], rows)
            breath = line([(0.0, 1.2), (0.3 * d, 0.3), (0.5 * d, 0.04), (0.85 * d, 0.12), (d, 0.6)], rows)
            mouth = vowel * line([(0.0, 1.0), (0.5 * d, 1.25), (d, 1.0)], rows)
            calls.append(
                (
                    at,
                    cry(
                        pitch,
                        loud,
                        moved(throat, [mouth, 0.95, 1.0], (1.0, 0.85, 0.6, 0.4, 0.3)),
                        rng,
                        slope=_SPEECH,
                        breath=breath,
                        jitter=0.015,
                        shimmer=0.12,
                        rough=0.2,
                        rough_rate=40.0,
                        sub=0.1,
                    )
                    * (1.0 - 0.55 * share)
                    * (0.7 + 0.5 * rng.random()),
                )
            )
            at += (1.0 + 0.4 * share) / rate * (0.88 + 0.24 * rng.random())
        calls.append((at, 0.25 * _gasp(rng, 0.3 + 0.2 * rng.random(), throat, top * 0.9)))
        at += 0.5 + 0.4 * rng.random()
    return placed(laid(calls), rng, room, wet=3.0, floor=8.0)


def cough(take: Take) -> Array:
    """Somebody coughs a few times."""
    rng = take.rng
    size = take.number("size")
    throat = tube(0.125 + 0.05 * size, highest=11000.0, damping=0.1)
    base = 330.0 * float(exp(-0.9 * size))
    calls, at = [], 0.08
    for k in range(take.count("number")):
        d = 0.2 + 0.25 * rng.random()
        rows = rows_of(d)
        voiced = rng.random()
        pitch = (
            base
            * line([(0.0, 1.2), (0.1, 1.0), (d, 0.75)], rows)
            * (1.0 + 0.05 * wander(rows, 30.0, rng, CONTROL))
        )
        loud = line(
            [(0.0, 0.0), (0.012, 0.8), (0.03, 1.0), (0.08, 0.4), (0.5 * d, 0.22), (0.7 * d, 0.07), (d, 0.0)],
            rows,
        )
        breath = line(
            [(0.0, 2.0), (0.03, 0.9), (0.1, 0.45), (0.6 * d, 0.12 + 0.6 * (1.0 - voiced)), (d, 0.8)], rows
        )
        mouth = line([(0.0, 1.1), (0.05, 1.3), (d, 0.9)], rows)
        made = cry(
            pitch,
            loud,
            moved(throat, [mouth, 1.05, 1.0], (1.0, 0.9, 0.7, 0.5, 0.4)),
            rng,
            slope=_SPEECH,
            hiss=((100.0, -6.0), (400.0, 0.0), (1500.0, -4.0), (4000.0, -13.0), (12000.0, -34.0)),
            breath=breath,
            jitter=0.05,
            shimmer=0.35,
            rough=0.5,
            rough_rate=55.0,
            sub=0.3,
        )
        calls.append((at, made * (1.0 if k % 3 == 0 else 0.75) * (0.75 + 0.4 * rng.random())))
        at += d + (0.05 if rng.random() < 0.6 else 0.4) + 0.12 * rng.random()
    return placed(laid(calls), rng, "room", wet=4.0, floor=5.0)


def sneeze(take: Take) -> Array:
    """Breath is drawn, held, and let go at once."""
    rng, size = take.rng, take.number("size")
    throat = tube(0.125 + 0.05 * size, highest=12000.0, damping=0.08)
    base = 360.0 * float(exp(-0.9 * size))
    draw = 0.45 + 0.4 * rng.random()
    rows = rows_of(draw)
    inward = cry(
        base * line([(0.0, 0.9), (draw, 1.5)], rows),
        line([(0.0, 0.0), (0.6 * draw, 0.5), (0.95 * draw, 1.0), (draw, 0.0)], rows),
        moved(throat, [1.1]),
        rng,
        slope=_SPEECH,
        breath=1.2,
        jitter=0.02,
        shimmer=0.15,
    )
    d = 0.38 + 0.2 * rng.random()
    rows = rows_of(d)
    loud = line([(0.0, 0.0), (0.012, 0.8), (0.05, 1.0), (0.14, 0.7), (0.5 * d, 0.3), (d, 0.0)], rows)
    breath = line([(0.0, 3.0), (0.07, 2.5), (0.12, 0.9), (0.5 * d, 0.4), (d, 1.5)], rows)
    pitch = base * line([(0.0, 1.4), (0.1, 1.5), (0.4 * d, 1.1), (d, 0.7)], rows)
    mouth = line([(0.0, 0.6), (0.1, 0.8), (0.18, 1.1), (d, 0.7)], rows)
    out = cry(
        pitch,
        loud,
        moved(
            throat, [mouth, line([(0.0, 1.5), (0.12, 1.35), (d, 0.75)], rows), 1.0], (0.8, 1.0, 1.0, 0.9, 0.7)
        ),
        rng,
        slope=_SPEECH,
        hiss=((200.0, -10.0), (1500.0, 0.0), (4000.0, 0.0), (8000.0, -8.0), (14000.0, -24.0)),
        breath=breath,
        jitter=0.03,
        shimmer=0.25,
        rough=0.4,
        sub=0.2,
    )
    return placed(
        laid([(0.05, 0.16 * inward), (0.05 + draw + 0.08 + 0.08 * rng.random(), out)], 0.5),
        rng,
        "room",
        floor=4.0,
    )


def snoring(take: Take) -> Array:
    """Somebody sleeps: the palate flutters on the way in, breath goes out softly."""
    rng, rows = take.rng, rows_of(take.seconds)
    count = max(1, round(take.seconds / take.pick(3.2, 4.4)))
    throat = tube(0.17, highest=8000.0, damping=0.12)
    rate = take.pick(42.0, 75.0)
    place = (np.arange(rows) / CONTROL) * (count / take.seconds)
    share = place - np.floor(place)
    each = 0.75 + 0.5 * rng.random(count)
    inward = (
        np.interp(share, [0.0, 0.03, 0.2, 0.36, 0.4, 1.0], [0.0, 0.4, 1.0, 0.8, 0.0, 0.0])
        * each[np.minimum(place.astype(np.int64), count - 1)]
    )
    outward = np.interp(share, [0.0, 0.5, 0.6, 0.8, 0.92, 1.0], [0.0, 0.0, 0.5, 0.35, 0.0, 0.0])
    pitch = (
        rate
        * (1.0 + 0.25 * np.interp(share, [0.0, 0.2, 0.4, 1.0], [-0.4, 0.5, -0.2, 0.0]))
        * (1.0 + 0.08 * wander(rows, 3.0, rng, CONTROL))
    )
    deep = ((30.0, -4.0), (100.0, 0.0), (300.0, -3.0), (900.0, -12.0), (2500.0, -20.0), (8000.0, -36.0))
    snore = cry(
        pitch,
        np.maximum(inward * (1.0 + 0.2 * wander(rows, 6.0, rng, CONTROL)), 0.0),
        moved(throat, [0.7 + 0.15 * wander(rows, 2.0, rng, CONTROL), 0.9, 1.0], (1.0, 0.8, 0.5, 0.3)),
        rng,
        slope=deep,
        hiss=((60.0, -6.0), (300.0, 0.0), (1200.0, -8.0), (5000.0, -18.0), (12000.0, -30.0)),
        breath=0.45,
        jitter=0.07,
        shimmer=0.4,
        rough=0.3,
        rough_rate=20.0,
    )
    frames = len(snore)
    air = steady(
        frames, ((150.0, -10.0), (600.0, 0.0), (2000.0, -6.0), (6000.0, -14.0), (14000.0, -28.0)), rng
    )
    floor = steady(frames, ((50.0, 0.0), (300.0, -6.0), (3000.0, -20.0)), rng)
    return beside(snore + 0.1 * air * fine(outward)[:frames] + 0.006 * floor, rng, 0.6)


def breathing(take: Take) -> Array:
    """Somebody breathes close by, in through the nose and out through the mouth."""
    rng, rows = take.rng, rows_of(take.seconds)
    count = max(1, round(take.seconds / take.pick(2.6, 3.8)))
    place = (np.arange(rows) / CONTROL) * (count / take.seconds)
    share = place - np.floor(place)
    each = (0.7 + 0.6 * rng.random(count))[np.minimum(place.astype(np.int64), count - 1)]
    flutter = 1.0 + 0.14 * wander(rows, 7.0, rng, CONTROL) + 0.08 * wander(rows, 30.0, rng, CONTROL)
    inward = np.interp(share, [0.0, 0.08, 0.25, 0.36, 1.0], [0.0, 0.6, 1.0, 0.0, 0.0]) * each * flutter
    outward = (
        np.interp(share, [0.0, 0.42, 0.52, 0.7, 0.9, 1.0], [0.0, 0.0, 1.0, 0.6, 0.0, 0.0]) * each * flutter
    )
    frames = rows * (RATE // CONTROL)
    nose = steady(
        frames, ((200.0, -14.0), (900.0, -3.0), (2200.0, 0.0), (5000.0, -5.0), (12000.0, -20.0)), rng
    )
    mouth = steady(
        frames,
        ((120.0, -12.0), (500.0, -1.0), (1200.0, 0.0), (2600.0, -5.0), (7000.0, -14.0), (14000.0, -28.0)),
        rng,
    )
    floor = steady(frames, ((50.0, 0.0), (300.0, -6.0), (3000.0, -20.0)), rng)
    return beside(
        0.7 * nose * fine(np.maximum(inward, 0.0)) + mouth * fine(np.maximum(outward, 0.0)) + 0.02 * floor,
        rng,
        0.6,
    )


def child(take: Take) -> Array:
    """A child talks and calls out."""
    rng = take.rng
    talker = Talker(take.pick(260.0, 360.0), take.pick(1.32, 1.48), take.pick(3.8, 4.8), 2.0, 0.1)
    said = score(rng, take.seconds, talker, (0.3, 0.9))
    made = spoken(said, talker, round(take.seconds, 1), rng)
    throat = tube(0.115, highest=12000.0)
    d = 0.3 + 0.3 * rng.random()
    rows = rows_of(d)
    shout = cry(
        talker.pitch * 1.6 * line([(0.0, 0.8), (0.3 * d, 1.15), (d, 0.85)], rows),
        line([(0.0, 0.0), (0.1 * d, 0.8), (0.5 * d, 1.0), (d, 0.0)], rows),
        moved(throat, [line([(0.0, 0.8), (0.4 * d, 1.3), (d, 1.0)], rows), 0.95]),
        rng,
        slope=_SPEECH,
        breath=0.06,
        jitter=0.01,
        shimmer=0.1,
        rough=0.15,
    )
    return placed(laid([(0.05, made), (0.1 + len(made) / RATE, 1.2 * shout)]), rng, "yard", floor=5.0)


def shout(take: Take) -> Array:
    """Somebody calls across a place: two long syllables."""
    rng = take.rng
    talker = anybody(take.traits)
    throat = tube(0.17 / talker.formants, highest=11000.0)
    calls, at = [], 0.06
    for _ in range(take.count("number")):
        for height, d in ((1.5, 0.22 + 0.12 * rng.random()), (1.85, 0.4 + 0.3 * rng.random())):
            rows = rows_of(d)
            pitch = (
                talker.pitch
                * height
                * line([(0.0, 0.88), (0.25 * d, 1.05), (0.7 * d, 1.0), (d, 0.8)], rows)
                * (1.0 + 0.012 * wander(rows, 8.0, rng, CONTROL))
            )
            loud = line([(0.0, 0.0), (0.08 * d, 0.7), (0.4 * d, 1.0), (d, 0.0)], rows)
            mouth = line([(0.0, 0.7), (0.3 * d, 1.4), (d, 1.1)], rows) * (0.85 + 0.3 * rng.random())
            calls.append(
                (
                    at,
                    cry(
                        pitch,
                        loud,
                        moved(throat, [mouth, 0.8 + 0.4 * rng.random(), 1.0], (1.0, 0.9, 0.7, 0.5)),
                        rng,
                        slope=((100.0, -8.0), (300.0, 0.0), (1500.0, -2.0), (4000.0, -10.0), (9000.0, -28.0)),
                        breath=0.05,
                        jitter=0.01,
                        shimmer=0.1,
                        rough=0.2,
                        rough_rate=50.0,
                    ),
                )
            )
            at += d + 0.03
        at += 0.5 + 0.8 * rng.random()
    return placed(laid(calls, 0.9), rng, "street", wet=4.0, floor=5.0, distance=25.0)


def whistling(take: Take) -> Array:
    """Somebody whistles a few notes to himself."""
    rng = take.rng
    scale = np.array([0.0, 2.0, 4.0, 5.0, 7.0, 9.0, 11.0, 12.0])
    key, at, step = take.pick(900.0, 1250.0), 0.06, 4
    out = np.zeros(frames_of(take.seconds))
    while at < take.seconds - 0.7:
        d = (0.16, 0.24, 0.32, 0.55)[int(rng.integers(0, 4))] * (0.9 + 0.2 * rng.random())
        step = int(np.clip(step + rng.integers(-2, 3), 0, 7))
        rows = rows_of(d)
        height = key * float(exp(scale[step] / 12.0 * 0.693147))
        vibrato = (
            1.0
            + 0.008 * sine(np.cumsum(np.full(rows, 5.6 / CONTROL)))
            + 0.004 * wander(rows, 12.0, rng, CONTROL)
        )
        turns = turned(height * line([(0.0, 0.95), (0.06, 1.0), (d, 0.99)], rows) * vibrato, rng.random())
        loud = fine(
            line([(0.0, 0.0), (0.04, 0.9), (0.6 * d, 1.0), (d, 0.0)], rows)
            * (1.0 + 0.08 * wander(rows, 15.0, rng, CONTROL))
        )
        breath = fine(wander(rows, 450.0, rng, CONTROL))
        put(
            out,
            (
                (1.0 + 0.08 * breath) * sine(turns)
                + 0.05 * sine(2.0 * turns)
                + 0.015 * rng.standard_normal(len(turns))
            )
            * loud
            * (0.7 + 0.3 * rng.random()),
            at,
        )
        at += d + (0.02 if rng.random() < 0.75 else 0.35)
    return placed(out, rng, "hall", wet=-4.0, floor=2.0)


def humming(take: Take) -> Array:
    """Somebody hums a slow tune."""
    rng = take.rng
    talker = anybody(take.traits)
    scale = np.array([0.0, 2.0, 4.0, 5.0, 7.0, 9.0, 12.0])
    throat = moved(tube(0.17 / talker.formants, highest=9000.0), [0.5, 0.8, 1.0], (1.0, 0.25, 0.15, 0.1))
    calls, at, step = [], 0.06, 3
    while at < take.seconds - 0.8:
        d = (0.35, 0.5, 0.9)[int(rng.integers(0, 3))]
        step = int(np.clip(step + rng.integers(-2, 3), 0, 6))
        rows = rows_of(d)
        pitch = (
            talker.pitch
            * 1.1
            * float(exp(scale[step] / 12.0 * 0.693147))
            * line([(0.0, 0.96), (0.08, 1.0), (d, 0.99)], rows)
        )
        pitch *= (
            1.0
            + 0.009 * sine(np.cumsum(np.full(rows, 5.3 / CONTROL)))
            + 0.005 * wander(rows, 8.0, rng, CONTROL)
        )
        loud = line([(0.0, 0.0), (0.07, 0.85), (0.7 * d, 1.0), (d, 0.0)], rows)
        calls.append(
            (
                at,
                cry(
                    pitch,
                    loud,
                    throat,
                    rng,
                    slope=((80.0, 0.0), (300.0, 0.0), (900.0, -14.0), (3000.0, -34.0), (9000.0, -55.0)),
                    breath=0.06,
                    jitter=0.008,
                    shimmer=0.06,
                ),
            )
        )
        at += 0.95 * d + (0.0 if rng.random() < 0.8 else 0.4)
    return placed(laid(calls), rng, "room", floor=4.0)


def sipping(take: Take) -> Array:
    """Somebody sips a hot drink and swallows."""
    rng = take.rng
    calls, at = [], 0.06
    for _ in range(take.count("number")):
        d = 0.35 + 0.4 * rng.random()
        rows = rows_of(d)
        gurgle = np.maximum(0.5 + 0.7 * wander(rows, 38.0, rng, CONTROL), 0.0) * line(
            [(0.0, 0.0), (0.3 * d, 0.6), (0.85 * d, 1.0), (d, 0.0)], rows
        )
        lips: list[Formant] = [
            (1100.0 * line([(0.0, 0.8), (d, 1.5)], rows), 220.0, 1.0),
            (2600.0 * line([(0.0, 0.9), (d, 1.3)], rows), 400.0, 0.9),
            (5200.0, 900.0, 0.7),
        ]
        calls.append(
            (
                at,
                cry(
                    np.full(rows, 70.0),
                    gurgle,
                    lips,
                    rng,
                    slope=((100.0, -30.0), (1000.0, -30.0)),
                    hiss=((300.0, -10.0), (1500.0, 0.0), (6000.0, -4.0), (13000.0, -16.0)),
                    breath=1.0,
                ),
            )
        )
        at += d + 0.15
        for late in (0.0, 0.09 + 0.03 * rng.random()):
            rows = rows_of(0.07)
            gulp = cry(
                np.full(rows, 90.0),
                line([(0.0, 0.0), (0.02, 1.0), (0.07, 0.0)], rows),
                [(260.0 * line([(0.0, 0.8), (0.07, 2.0)], rows), 90.0, 1.0), (900.0, 300.0, 0.3)],
                rng,
                slope=((60.0, 0.0), (400.0, 0.0), (2000.0, -20.0)),
                breath=0.5,
                jitter=0.1,
                shimmer=0.3,
            )
            calls.append((at + late, 0.4 * gulp))
        at += 0.5 + 0.6 * rng.random()
    return placed(laid(calls), rng, "near", floor=6.0)


_ADULT = amount("size", "from a small person, high, to a large one, low", (0.2, 0.8))
ROWS = (
    event(
        "baby",
        "Baby cries",
        baby,
        ("baby", "crying", "crying baby", "infant", "newborn"),
        (2.5, 6.8),
        (15.0, 90.0),
        "A baby cries.",
        amount("force", "from whimpering to screaming"),
    ),
    event(
        "baby_laugh",
        "Baby laughs",
        baby_laugh,
        ("baby laugh", "giggle", "toddler"),
        (1.5, 5.6),
        (15.0, 90.0),
        "A baby laughs.",
    ),
    event(
        "child",
        "Child calls",
        child,
        ("child", "kid", "boy", "girl", "toddler"),
        (2.2, 6.0),
        (8.0, 60.0),
        "A child talks and calls out.",
    ),
    event(
        "laughter",
        "Laughter",
        laughter,
        ("laughter", "laughing", "laugh", "smile"),
        (2.4, 7.2),
        (15.0, 90.0),
        "Somebody laughs.",
        choice("voice", "who laughs", "man", "woman", "child"),
    ),
    event(
        "cough",
        "Cough",
        cough,
        ("cough", "coughing"),
        (0.6, 4.5),
        (20.0, 120.0),
        "Somebody coughs.",
        _ADULT,
        whole("number", "how many coughs", 1, 7, (2, 5)),
    ),
    event(
        "sneeze",
        "Sneeze",
        sneeze,
        ("sneeze", "sneezing"),
        (1.2, 2.4),
        (30.0, 180.0),
        "Somebody sneezes.",
        _ADULT,
    ),
    bed("snoring", "Snoring", snoring, ("snoring", "snore", "sleeping", "sleep"), 14.0, "Somebody snores."),
    bed("breathing", "Breathing", breathing, ("breathing", "breath"), 12.0, "Somebody breathes close by."),
    event(
        "shout",
        "Somebody calls",
        shout,
        ("shout", "shouting", "yell", "call"),
        (1.0, 6.0),
        (15.0, 90.0),
        "Somebody calls across a street.",
        whole("number", "how many calls", 1, 4, (1, 2)),
    ),
    event(
        "whistling",
        "Somebody whistles",
        whistling,
        ("whistling", "whistle tune"),
        (3.0, 6.0),
        (20.0, 120.0),
        "Somebody whistles a tune.",
    ),
    event(
        "humming",
        "Somebody hums",
        humming,
        ("humming", "singer", "singing", "hum tune"),
        (4.0, 7.0),
        (20.0, 120.0),
        "Somebody hums a slow tune.",
    ),
    event(
        "sipping",
        "Sipping a drink",
        sipping,
        ("drinking", "sip", "sipping", "slurp"),
        (0.9, 4.5),
        (15.0, 60.0),
        "Somebody sips and swallows.",
        whole("number", "how many sips", 1, 3, (1, 2)),
    ),
)
