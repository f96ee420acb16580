"""How planners take up a scene, and what becomes of cuts that are heard to do too much."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from support.planned import placed
from support.signals import RATE

from imgext.dsp.cuts import Bell
from imgext.mix.unmask.guards import SCALES, Limits
from imgext.mix.unmask.modes import audible, bark, masking, optimise
from imgext.mix.unmask.planner import Settings
from imgext.mix.unmask.standing import Standing

SETTINGS = Settings(RATE, 20 * RATE)
SPANS = ((1.0, 3.0),)
IMPORTANCE = dict(zip("abcde", (0.9, 0.65, 0.6, 0.5, 0.4), strict=True))
BELLS = [Bell(250, -5.0, 1.0, SPANS), Bell(2500, -2.0, 1.0, SPANS)]


def noisy(name, level, importance, heard=None, *, bed=False, frames=200, seed=0):
    lot = np.random.default_rng([seed, len(name), ord(name[0])])
    power = 10 ** ((level + lot.uniform(-12, 12, (1, 25)) + lot.uniform(-3, 3, (frames, 25))) / 10)
    return placed(name, power, importance, bed=bed, heard=heard)


def renderer(loudness, loss=0.0, change=0.0):
    """A track that is so loud, and by so many dB softer and different when its 250 Hz
    bell is 5 dB deep; linear between."""

    def heard(bells):
        share = max((-bell.gain_db / 5.0 for bell in bells if bell.freq == 250), default=0.0)
        return loudness - share * loss, loudness + share * change

    return heard


def rehearsed(*heard, chosen=None, limits=None):
    """Tracks a, b, ... by falling importance; all have cuts if nothing else is said.
    Gives depths of the 250 Hz bell by name."""
    tracks = [noisy(name, 60.0, IMPORTANCE[name], each) for name, each in zip("abcde", heard, strict=False)]
    standing = Standing(tracks, SETTINGS)
    names = [track.id for track in standing.tracks]
    cut = {names.index(name): BELLS for name in (chosen or names)}
    result = standing.rehearsed(cut, lambda _: limits or Limits(drop=2.0, drop_important=1.5))
    return {
        names[number]: max((-bell.gain_db for bell in bells if bell.freq == 250), default=0.0)
        for number, bells in result.items()
    }


def test_cuts_that_are_heard_to_do_no_harm_stay_as_they_are():
    assert rehearsed(renderer(-20, 1.4, -0.5), renderer(-21, 1.9, 0.4)) == {"a": 5.0, "b": 5.0}


def test_cuts_that_take_too_much_are_made_shallower_until_they_do_not():
    depths = rehearsed(renderer(-20, 1.0), renderer(-30, 1.0), renderer(-40, 3.0))
    assert depths == {"a": 5.0, "b": 5.0, "c": 5.0 * 0.55}  # the largest step with 3 dB times it up to 2 dB


def test_a_change_that_restoring_leaves_counts_as_a_loss_too():
    assert rehearsed(renderer(-20), renderer(-30), renderer(-40, 1.0, -2.5)) == {
        "a": 5.0,
        "b": 5.0,
        "c": 5.0 * 0.7,
    }


def test_important_tracks_may_lose_less():
    assert rehearsed(renderer(-20, 1.8), renderer(-30, 1.8)) == {"a": 3.5, "b": 5.0}


@pytest.mark.parametrize(("first", "second"), [((-20.0, 0.0), (-20.5, 1.0)), ((-20.5, 1.0), (-20.0, 0.0))])
def test_the_track_that_would_overtake_another_is_held_back(first, second):
    depths = rehearsed(renderer(first[0], 0.0, first[1]), renderer(second[0], 0.0, second[1]))
    # of 1 dB it may have 0.48, so that 0.02 dB are left between the two
    assert depths == {"a": 5.0 * (0.4 if first[1] else 1.0), "b": 5.0 * (0.4 if second[1] else 1.0)}


def test_of_two_that_would_change_places_the_one_that_moves_more_is_held_back():
    assert rehearsed(renderer(-20.0, 0.0, -0.2), renderer(-20.5, 0.0, 0.8)) == {"a": 5.0, "b": 1.25}
    assert rehearsed(renderer(-20.0, 0.0, -0.8), renderer(-20.5, 0.0, 0.2)) == {"a": 1.25, "b": 5.0}


def test_tracks_that_were_equally_loud_have_no_order():
    assert rehearsed(renderer(-20.0, 0.0, 0.0), renderer(-20.01, 0.0, 1.0)) == {"a": 5.0, "b": 5.0}


def test_without_a_renderer_the_model_has_the_last_word():
    tracks = [noisy("a", 70.0, 0.9), noisy("b", 60.0, 0.5)]
    standing = Standing(tracks, SETTINGS)
    deep = [Bell(1000, -6.0, 0.1, ((0.0, 4.2),))]
    kept = standing.rehearsed({1: deep}, lambda _: Limits(drop=1.0))[1]
    assert -6.0 < kept[0].gain_db < 0.0
    assert round(kept[0].gain_db / -6.0, 3) in SCALES


def test_whatever_is_heard_the_end_is_within_the_limits():
    """Renderers at random: no order changes and no loss is too large, in the order of
    the depths that were tried."""
    for seed in range(60):
        lot = np.random.default_rng(seed)
        known = [
            (float(lot.uniform(-30, -27)), float(lot.uniform(0, 3)), float(lot.uniform(-1.5, 1.5)))
            for _ in range(5)
        ]
        bend = lot.uniform(0.3, 3.0, 5)
        heard = []
        for (loudness, loss, change), power in zip(known, bend, strict=True):

            def play(bells, loudness=loudness, loss=loss, change=change, power=power):
                share = max((-bell.gain_db / 5.0 for bell in bells if bell.freq == 250), default=0.0) ** power
                return loudness - share * loss, loudness + share * change

            heard.append(play)
        depths = rehearsed(*heard)
        after = [
            play([Bell(250, -depths[name])] if depths[name] else [])
            for name, play in zip("abcde", heard, strict=True)
        ]
        for k, (loudness, _, _) in enumerate(known):
            assert loudness - min(after[k]) <= (1.5 if k == 0 else 2.0) + 1e-9
            for other in range(k):
                was, now = known[other][0] - loudness, after[other][1] - after[k][1]
                assert abs(was) < 0.02 or np.sign(was) * now >= 0.02 - 1e-6


def test_of_equally_important_tracks_the_louder_stands_behind_however_long_it_is():
    long, short = noisy("a", 60.0, 0.5, frames=2000), noisy("b", 66.0, 0.5, frames=300)
    assert [track.id for track in Standing([long, short], SETTINGS).tracks] == ["a", "b"]
    heard = [noisy("a", 60.0, 0.5, renderer(-20.0)), noisy("b", 66.0, 0.5, renderer(-21.0))]
    assert [track.id for track in Standing(heard, SETTINGS).tracks] == ["b", "a"]


def test_a_scene_in_which_nothing_may_be_cut_is_left_in_peace():
    tracks = [noisy("a", 60.0, 0.5), noisy("b", 60.0, 0.6)]
    assert not Standing(tracks, SETTINGS).idle
    assert Standing(tracks[:1], SETTINGS).idle
    assert Standing(tracks, Settings(RATE, 20 * RATE, max_cut=0.0)).idle
    assert Standing(tracks, Settings(RATE, 20 * RATE, bells=0)).idle


@pytest.mark.parametrize(
    "mode", [audible, bark, masking, optimise], ids=lambda mode: mode.__name__.rsplit(".", 1)[-1]
)
def test_every_mode_yields_to_what_is_heard_and_says_the_depths_that_are_played(mode):
    """A renderer to which every cut makes its track louder by half a dB for each dB of
    depth, and tracks 0.3 dB apart."""

    def renderer_at(loudness):
        def heard(bells):
            return loudness, loudness + 0.5 * sum(-bell.gain_db for bell in bells)

        return heard

    def tracks(*, heard):
        levels = {"bed": -20.9, "a": -20.6, "b": -20.3, "c": -20.0}
        made = [
            noisy(
                name,
                60.0,
                0.0 if name == "bed" else 0.3 + 0.2 * k,
                renderer_at(levels[name]) if heard else None,
                bed=name == "bed",
            )
            for k, name in enumerate(levels)
        ]
        return made, levels

    free = mode.plan(tracks(heard=False)[0], SETTINGS)
    made, levels = tracks(heard=True)
    plan = mode.plan(made, SETTINGS)
    after = {name: levels[name] + 0.5 * sum(-cut.gain for cut in plan[name]) for name in levels}
    ranking = sorted(levels, key=levels.get)
    assert sorted(after, key=after.get) == ranking
    assert all(after[louder] - after[softer] >= 0.02 - 1e-9 for softer, louder in pairwise(ranking))
    total, held = (sum(-cut.gain for cuts in each.values() for cut in cuts) for each in (free, plan))
    assert 0.0 <= held < total
    for cuts in plan.values():
        assert all(
            cut.numbers["depth"] == -cut.gain and f"cut {-cut.gain:g} dB" in cut.because for cut in cuts
        )


def test_what_shallower_cuts_bring_is_told_anew():
    """The gains of what is left of a track's cuts add up to what the model says of them."""
    from imgext.dsp.cuts import cut_power
    from imgext.dsp.partial_loudness import PartialLoudness
    from imgext.dsp.units import db_to_gain
    from imgext.mix.unmask.planner import stem_of

    def tracks(*, heard):
        loudness = {"a": -30.0, "b": -20.0}
        return [
            noisy(
                name,
                60.0,
                importance,
                (lambda bells, at=loudness[name]: (at + 0.4 * sum(bell.gain_db for bell in bells), at))
                if heard
                else None,
            )
            for name, importance in (("a", 0.2), ("b", 0.8))
        ]

    free, plan = (
        audible.plan(tracks(heard=False), SETTINGS)["a"],
        audible.plan(tracks(heard=True), SETTINGS)["a"],
    )
    assert sum(-cut.gain for cut in free) > 5.0 > sum(-cut.gain for cut in plan) > 0.0
    standing = Standing(tracks(heard=False), SETTINGS)
    model = PartialLoudness(
        [stem_of(track) for track in standing.tracks], [track.weight for track in standing.tracks]
    )
    number = [track.id for track in standing.tracks].index("a")
    track, before = standing.tracks[number], model.objective
    factors = cut_power([Bell(cut.freq, cut.gain, cut.q, tuple(cut.spans)) for cut in plan], track.at, RATE)
    model.accept(
        number, track.power * factors * db_to_gain(2 * standing.ledgers[number].restoring_gain(factors))
    )
    assert sum(cut.numbers["gain"] for cut in plan) == pytest.approx(before - model.objective, abs=1e-5)
