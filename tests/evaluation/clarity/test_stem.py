"""Loudness of stems and the gain that brings them back to it."""

import numpy as np
import pytest

from imgext.errors import SceneError
from imgext.evaluation import Cut, Stem
from imgext.evaluation.clarity.stem import (
    block_loudness,
    block_powers,
    extent,
    in_order,
    matching_power,
    new_cuts,
)

RATE = 48000


def tone(seconds, amplitude=0.1):
    return amplitude * np.sin(2 * np.pi * 997 * np.arange(round(seconds * RATE)) / RATE)


@pytest.mark.parametrize("seconds", [0.2, 0.46, 0.55, 3.0])
def test_a_tone_reads_the_same_however_short(seconds):
    """-20 dBFS at 997 Hz in one channel reads -23.01 LUFS."""
    x = tone(seconds)
    assert block_loudness(block_powers(Stem("x", x, 0.5), RATE, 0, len(x))) == pytest.approx(-23.01, abs=0.05)


def test_silence_around_a_sound_does_not_count():
    x = np.concatenate([np.zeros(10_000), tone(0.2), np.zeros(100_000)])
    assert extent(x) == (10_001, 19_600)
    assert block_loudness(block_powers(Stem("x", x, 0.5), RATE, *extent(x))) == pytest.approx(
        -23.01, abs=0.05
    )


def test_the_extent_of_two_channels_is_that_of_both():
    x = np.zeros((100, 2))
    x[10, 0], x[60, 1] = 1.0, -1.0
    assert extent(x) == (10, 61)
    assert extent(np.zeros((5, 2))) == (0, 0)


def test_a_sound_that_ends_earlier_than_before_is_measured_over_the_same_time():
    short = block_powers(Stem("x", tone(0.5), 0.5), RATE, 0, RATE)
    assert len(short) == 7
    assert short[-1] == pytest.approx(0.0, abs=1e-20)


def test_matching_takes_the_gates_into_account():
    """Turned down until half of it falls under the absolute gate, a sound still comes back exactly."""
    blocks = 10.0 ** np.linspace(-7.5, -3.0, 60)
    assert matching_power(blocks * 10**-0.6, blocks) == pytest.approx(10**0.6, rel=1e-9)


def test_matching_brings_a_gated_change_to_the_same_loudness():
    before = np.concatenate(
        [np.full(50, 1e-3), np.full(50, 2e-4), np.full(50, 3e-5)]
    )  # the last lie under the relative gate at first
    after = before * np.where(np.arange(150) < 45, 10**-0.9, 1.0)
    assert block_loudness(after * matching_power(after, before)) == pytest.approx(
        block_loudness(before), abs=1e-6
    )


def test_new_cuts_are_those_that_were_not_there():
    written, chosen = Cut(100, -3.0), Cut(500, -6.0, 1.0, ((1.0, 2.0),))
    before = {"a": [written]}
    assert new_cuts({"a": [written, chosen], "b": []}, before) == {"a": [chosen]}
    assert new_cuts({"a": [Cut(100, -3.0, None)]}, before) == {}
    assert new_cuts({"a": [written, written]}, before) == {"a": [written]}


@pytest.mark.parametrize(
    ("stems", "words"),
    [
        ([Stem("a", np.ones(3), 0.5), Stem("a", np.ones(3), 0.5)], "two stems are called a"),
        ([Stem("a", np.ones(3), 1.5)], "importance of 1.5"),
        ([Stem("a", np.array([1.0, np.nan]), 0.5)], "not finite numbers"),
        ([Stem("a", np.array([1.0, np.inf]), 0.5)], "not finite numbers"),
    ],
)
def test_stems_that_cannot_be(stems, words):
    with pytest.raises(SceneError, match=words):
        in_order(stems, "here")
