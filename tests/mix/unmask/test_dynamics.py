"""Compression for mode `optimise`: what is found, for whom, and that it is never bought with loudness."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from support.planned import placed
from support.signals import RATE

from imgext.dsp.bark import hop
from imgext.dsp.envelope import STEP, Envelope, pressed
from imgext.mix.unmask.dynamics import (
    ABOVE,
    ATTACK,
    KNEE,
    LEAST,
    RATIOS,
    RELEASE,
    Pressing,
    Shape,
    _Objective,
    proved,
    search,
)
from imgext.mix.unmask.ledger import Ledger
from imgext.mix.unmask.planner import Settings

PER_ROW = hop(RATE) // STEP
SETTINGS = Settings(RATE, 20 * RATE)
#: A full-scale sine has 92 dB and a mean square of a half; white noise peaks about 10 dB above its level.
LEVEL_OF_ONE = 92.0 + 3.0103
CREST = 10.0


def shape_of(track):
    """Level and envelope of a sound with such powers, as if it were noise in every row."""
    energy = np.repeat(np.sum(track.power, axis=1), PER_ROW) / 10 ** (LEVEL_OF_ONE / 10)
    level = 10 * np.log10(np.mean(energy))
    return Shape(
        level,
        [
            Envelope(
                np.sqrt(energy) * 10 ** (CREST / 20), energy, np.repeat(np.arange(track.at.size), PER_ROW)
            )
        ],
    )


def shapes(*tracks):
    return {track.id: (lambda track=track: shape_of(track)) for track in tracks}


def compressed(track, found):
    """The track with a compressor at work, its level put back."""
    shape = shape_of(track)
    left, _ = pressed(
        shape.sounds,
        track.at.size,
        RATE,
        found.threshold,
        found.ratio,
        knee_db=KNEE,
        attack=ATTACK,
        release=RELEASE,
    )
    factors = np.repeat(left[:, None], 25, axis=1)
    gain = Ledger(track.at, track.power, RATE, "rms").restoring_gain(factors)
    return placed(
        track.id, track.power * factors * 10 ** (gain / 10), track.importance, int(track.at[0]), bed=track.bed
    )


def in_the_way(seed=1):
    """A drum whose beats are 12 dB above what lies between them, and a bird that sings on the beats only."""
    lot = np.random.default_rng(seed)
    frames = np.arange(480)
    beat = frames % 48 < 12
    drum = 10 ** ((45 + 12 * beat[:, None] + lot.uniform(-1, 1, (480, 25))) / 10)
    bird = 10 ** ((52 * beat[:, None] + lot.uniform(-1, 1, (480, 25))) / 10)
    return placed("drum", drum, 0.2), placed("bird", bird[: 480 - 36], 0.9)


def noisy(seed, tracks=5, frames=300):
    """Sounds with spectra, times and loud stretches at random, and a bed."""
    lot = np.random.default_rng(seed)
    result = []
    for number in range(tracks):
        n = int(lot.integers(60, frames)) if number else frames
        loud = np.repeat(lot.uniform(0, 14, -(-n // 20)), 20)[:n, None]
        power = 10 ** ((lot.uniform(10, 55, (1, 25)) + loud + lot.uniform(-2, 2, (n, 25))) / 10)
        first = int(lot.integers(0, frames - n + 1))
        result.append(
            placed(
                f"t{number}",
                power,
                0.0 if not number else round(float(lot.uniform(0.2, 0.95)), 3),
                first,
                bed=not number,
            )
        )
    return result


def test_beats_that_hide_a_more_important_sound_are_turned_down():
    drum, bird = in_the_way()
    found = search([drum, bird], shapes(drum, bird), SETTINGS)
    assert set(found) == {"drum"}  # the bird yields to nobody
    level = shape_of(drum).level
    assert round(found["drum"].threshold - level, 2) in ABOVE
    assert found["drum"].ratio in RATIOS
    kept = proved([drum, bird], [compressed(drum, found["drum"]), bird], found, SETTINGS)
    assert kept["drum"].gain > 0.01
    assert kept["drum"][:2] == found["drum"][:2]


def test_nothing_is_turned_down_by_more_than_the_limit_of_cuts():
    drum, bird = in_the_way()
    reductions = []
    for most in (6.0, 3.0, 1.5):
        (found,) = search([drum, bird], shapes(drum), Settings(RATE, 20 * RATE, max_cut=most)).values()
        how = {"knee_db": KNEE, "attack": ATTACK, "release": RELEASE}
        reductions.append(
            pressed(shape_of(drum).sounds, drum.at.size, RATE, found.threshold, found.ratio, **how)[1]
        )
        assert reductions[-1] <= most
    assert reductions[0] > 3.0
    assert search([drum, bird], shapes(drum), Settings(RATE, 20 * RATE, max_cut=0.0)) == {}


def test_only_tracks_that_may_be_are_compressed_and_only_where_they_overlap():
    drum, bird = in_the_way()
    assert search([drum, bird], {}, SETTINGS) == {}
    later = placed("bird", bird.power, 0.9, first=500)
    assert search([drum, later], shapes(drum, later), SETTINGS) == {}
    assert search([drum], shapes(drum), SETTINGS) == {}


@pytest.mark.slow
def test_the_order_of_tracks_changes_nothing():
    for seed in range(4):
        tracks = noisy(seed)
        assert search(tracks[::-1], shapes(*tracks[::-1]), SETTINGS) == search(
            tracks, shapes(*tracks), SETTINGS
        )


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.slow
def test_what_is_kept_lowers_the_objective_for_each_track_by_what_it_says(seed):
    tracks = noisy(seed)
    found = search(tracks, shapes(*tracks), SETTINGS)
    after = [compressed(track, found[track.id]) if track.id in found else track for track in tracks]
    kept = proved(tracks, after, found, SETTINGS)
    assert set(kept) <= set(found)
    assert all(one.gain >= LEAST for one in kept.values())


def test_a_compressor_that_helps_nobody_is_dropped_when_it_is_heard():
    drum, bird = in_the_way()
    found = {"drum": Pressing(-40.0, 2.0)}
    louder = placed("drum", drum.power * 1.5, 0.2)  # as if it came out louder than it was thought
    assert proved([drum, bird], [louder, bird], found, SETTINGS) == {}
    assert proved([drum, bird], [drum, bird], found, SETTINGS) == {}


def test_a_track_gains_nothing_by_coming_up_between_its_own_peaks():
    """Nobody sounds beside it, so nothing can be better heard, though evened out it is louder in sum."""
    drum, bird = in_the_way()
    away = placed("bird", bird.power, 0.9, first=600)
    objective = _Objective([away, drum], 1)
    even = np.repeat(np.mean(drum.power, axis=0)[None], len(drum.power), axis=0)
    assert objective.score.in_quiet(1, even) > 1.05
    assert (
        objective.score.trial(1, even) < objective.value - 0.01
    )  # the plain objective would take it for a gain
    assert objective.trial(1, even) == pytest.approx(objective.value, abs=1e-6)


def test_a_compressor_that_makes_two_tracks_change_places_is_dropped_when_it_is_heard():
    drum, bird = in_the_way()
    found = search([drum, bird], shapes(drum, bird), SETTINGS)
    before = [
        replace(track, heard=lambda _, lufs=lufs: (lufs, lufs))
        for track, lufs in ((drum, -30.0), (bird, -30.2))
    ]
    for lufs, kept in ((-30.1, True), (-30.3, False)):
        after = [
            replace(compressed(drum, found["drum"]), heard=lambda _, lufs=lufs: (-50.0, lufs)),
            before[1],
        ]
        assert bool(proved(before, after, found, SETTINGS)) is kept
