"""In the air: a jet high overhead or close by, a propeller plane, a helicopter.

A source that passes is heard higher when it comes and lower when it leaves; a jet is noise, louder and deeper
behind it, with the whine of its fan ahead (A. Farnell, Designing Sound, practical 47); a propeller is a row
of pulses with all their multiples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.sounds.bank.motors import (
    firing,
    gliding,
    living,
    moving,
    passing,
    pipe,
    revved,
    sounding,
    tone,
    two,
)
from imgext.sounds.bank.noise import painted
from imgext.sounds.bank.place import placed
from imgext.sounds.bank.table import bed, event, ratio
from imgext.sounds.bank.tools import CONTROL, decay, edges, fine, frames_of, line, rows_of, stir

if TYPE_CHECKING:
    from imgext.sounds.bank.take import Take
    from imgext.sounds.bank.tools import Array

_LOW = ((28.0, -8.0), (70.0, 0.0), (150.0, -1.0), (300.0, -8.0), (800.0, -20.0), (2500.0, -40.0))
_MID = ((120.0, -10.0), (350.0, -1.0), (700.0, 0.0), (1500.0, -7.0), (4000.0, -22.0), (9000.0, -42.0))
_HIGH = ((500.0, -14.0), (1500.0, -2.0), (3500.0, 0.0), (8000.0, -8.0), (15000.0, -22.0))


def _roar(
    take: Take, seconds: float, at: float, nearest: float, speed: float, top: float
) -> tuple[Array, Array, Array]:
    """Noise of a jet, how near it is, and the ratio of its pitch."""
    rng = take.rng
    rows = rows_of(seconds)
    near, pitch = passing(rows, at, nearest, speed)
    slow, behind = near[::10], np.clip((np.arange(rows)[::10] / CONTROL - at) * speed / nearest, -1.5, 1.5)
    rumble = np.maximum(1.0 + 0.3 * stir(len(slow), rng, 100.0, (0.8, 2.0, 5.0, 9.0)), 0.15)
    air = np.maximum(1.0 + 0.18 * stir(len(slow), rng, 100.0, (0.5, 1.5, 3.0)), 0.2)
    noise = painted(
        len(slow) * 480,
        [
            (_LOW, slow * rumble * (1.0 + 0.35 * behind)),
            (_MID, (0.25 + top) * slow * np.sqrt(slow) * air * (1.0 + 0.15 * behind)),
            (_HIGH, top * slow * slow * air * (1.0 - 0.3 * behind)),
        ],
        rng,
        480,
    )
    out = np.zeros(rows * 48)
    out[: len(noise)] = noise[: rows * 48]
    return out, near, pitch


def airplane(take: Take) -> Array:
    """A jet high overhead."""
    seconds = take.seconds
    out, near, pitch = _roar(take, seconds, take.pick(0.38, 0.5) * seconds, 1100.0, 150.0, 0.008)
    rng = take.rng
    for hz, share in (
        (take.pick(88.0, 120.0), 0.75),
        (take.pick(150.0, 230.0), 0.6),
        (take.pick(330.0, 480.0), 0.22),
    ):
        sway = np.maximum(1.0 + 0.4 * stir(len(near), rng, CONTROL, (0.8, 2.0)), 0.0)
        out += share * gliding(hz * pitch, rng, (1.0, 0.5, 0.25), 0.006) * fine(near * sway)
    return edges(placed(out, rng, "field", floor=-4.0), 0.3, 0.5)


def jet(take: Take) -> Array:
    """A jet takes off close by: a whine that comes, thunder that stays."""
    seconds, rng = take.seconds, take.rng
    out, near, pitch = _roar(
        take, seconds, take.pick(0.36, 0.46) * seconds, 150.0, 70.0 * take.number("speed"), 0.25
    )
    ahead = line([(0.0, 0.8), (0.4 * seconds, 1.0), (0.5 * seconds, 0.3), (seconds, 0.06)], len(near))
    for hz, share in ((take.pick(1900.0, 2500.0), 0.16), (take.pick(3000.0, 3700.0), 0.09)):
        out += share * gliding(hz * pitch, rng, (1.0, 0.35, 0.15), 0.004) * fine(near * ahead)
    return edges(placed(out, rng, "field", wet=3.0, floor=0.0), 0.5, 0.8)


def propeller_plane(take: Take) -> Array:
    """A small aeroplane flies over: a propeller's drone that falls as it passes."""
    rng, seconds = take.rng, take.seconds
    rows = rows_of(seconds)
    at = take.pick(0.4, 0.52) * seconds
    near, pitch = passing(rows, at, 170.0, 58.0 * take.number("speed"))
    fires = take.pick(76.0, 92.0) * pitch * (1.0 + 0.006 * stir(rows, rng, CONTROL, (0.6, 1.7)))
    fire = revved(fires, rng, sizes=(1.0, 0.92), wild=0.04, jitter=0.008)
    blade = pipe(
        take.traits,
        ((50.0, -5.0), (90.0, 0.0), (260.0, -1.0), (700.0, -7.0), (1800.0, -18.0), (6000.0, -40.0)),
        0.018,
        ((170.0, 0.5), (430.0, 0.4)),
        0.35,
    )
    sway = np.maximum(1.0 + 0.25 * stir(rows, rng, CONTROL, (0.5, 1.2, 2.6)), 0.1)
    out = sounding(fire, blade, circle=False) * fine(np.maximum(near - 0.05, 0.0) * sway)
    slow = near[::10]
    noise = painted(len(slow) * 480, [(_MID, 0.3 * slow * slow * sway[::10]), (_LOW, 0.25 * slow)], rng, 480)
    out[: len(noise)] += noise[: len(out)]
    return edges(placed(out, rng, "field", floor=0.0), 0.6, 0.8)


def helicopter(take: Take) -> Array:
    """A helicopter that hovers: blade slaps over turbine and wash."""
    rng, traits, frames = take.rng, take.traits, take.frames
    rate = 11.0 * take.number("speed")
    slap = firing(frames, rate, rng, sizes=(1.0,), wild=0.1, jitter=0.01, hunting=0.05)
    thump = sounding(
        slap,
        pipe(
            traits,
            ((25.0, -4.0), (60.0, 0.0), (130.0, -1.0), (350.0, -6.0), (1000.0, -14.0), (4000.0, -30.0)),
            0.09,
            ((30.0, 0.8), (64.0, 0.8), (120.0, 0.6)),
            0.6,
        ),
    )
    tail = sounding(
        firing(frames, rate * 5.3, rng, sizes=(1.0, 0.9), wild=0.05),
        pipe(traits, ((60.0, -4.0), (200.0, 0.0), (900.0, -10.0), (4000.0, -30.0)), 0.02),
    )
    from imgext.sounds.bank.place import convolved

    shape = decay(0.16, frames_of(0.1))
    shape[:200] *= np.linspace(0.0, 1.0, 200)
    chop = convolved(slap, shape, circle=True)
    chop = 0.6 + 0.6 * chop * (1.0 / max(float(np.max(chop)), 1e-9))
    wash = living(
        frames, ((60.0, -4.0), (200.0, 0.0), (700.0, -3.0), (2500.0, -12.0), (8000.0, -26.0)), rng, 0.2, 0.4
    )
    whine = tone(
        frames, take.pick(1600.0, 2000.0), rng, drift=0.5, sway=0.3, shares=(1.0, 0.0, 0.3)
    ) + 0.6 * tone(frames, take.pick(2500.0, 3000.0), rng, drift=0.5)
    core = (0.55 * thump + 0.12 * tail + 0.03 * whine) * moving(frames, rng, 0.12, (0.3, 0.8, 1.8))
    return two(core, rng, 0.6) + 1.0 * wash * chop[:, None]


_FAST = ratio("speed", "slow to fast")

ROWS = (
    event(
        "airplane",
        "Jet overhead",
        airplane,
        ("airplane", "aeroplane", "plane", "aircraft", "airliner", "sky"),
        (6.0, 6.0),
        (60.0, 300.0),
        "A jet high overhead: a roar that swells, darkens and stays long.",
    ),
    event(
        "jet",
        "Jet takes off",
        jet,
        ("jet", "fighter jet", "takeoff", "runway", "airport"),
        (6.0, 6.0),
        (60.0, 300.0),
        "A jet takes off close by: a whine that comes, thunder that stays.",
        _FAST,
    ),
    event(
        "propeller_plane",
        "Propeller plane",
        propeller_plane,
        ("propeller plane", "biplane", "small aircraft", "airplane"),
        (6.0, 6.0),
        (60.0, 300.0),
        "A small aeroplane flies over: a propeller's drone that falls as it passes.",
        _FAST,
    ),
    bed(
        "helicopter",
        "Helicopter hovering",
        helicopter,
        ("helicopter", "rotor", "aircraft"),
        12.0,
        "A helicopter that hovers: blade slaps over turbine and wash.",
        _FAST,
    ),
)
