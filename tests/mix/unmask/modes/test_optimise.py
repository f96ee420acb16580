"""Mode `optimise`: its objectives against the models they stand for, and what a plan may never do."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from oracles.masked_share import masked_share
from support.planned import bells_of, placed
from support.signals import RATE

from imgext.dsp.cuts import composite_db, cut_power
from imgext.dsp.masking import active_frames
from imgext.dsp.partial_loudness import PartialLoudness
from imgext.dsp.units import db_to_gain
from imgext.mix.unmask.guards import Limits
from imgext.mix.unmask.ledger import Ledger
from imgext.mix.unmask.modes import optimise
from imgext.mix.unmask.modes.optimise import CENTRES_OF_BELLS, plan
from imgext.mix.unmask.objective import Score
from imgext.mix.unmask.planner import Settings, stem_of
from imgext.mix.unmask.standing import Standing

SETTINGS = Settings(RATE, 20 * RATE, seed=3)


def scene(seed, tracks=5, frames=300):
    """Sounds with spectra and times at random; the first is a bed that lasts throughout."""
    lot = np.random.default_rng(seed)
    result = [
        placed(
            "bed",
            10 ** ((lot.uniform(20, 60, (1, 25)) + lot.uniform(-6, 6, (frames, 25))) / 10),
            0.0,
            bed=True,
        )
    ]
    for number in range(1, tracks):
        n = int(lot.integers(60, frames))
        power = 10 ** ((lot.uniform(10, 65, (1, 25)) + lot.uniform(-6, 6, (n, 25))) / 10)
        result.append(
            placed(
                f"t{number}",
                power,
                round(float(lot.uniform(0.2, 0.95)), 3),
                int(lot.integers(0, frames - n + 1)),
            )
        )
    return result


@cache
def plan_of(seed):
    """The plan of a scene, for all tests that look at it."""
    return plan(scene(seed), SETTINGS)


def played(tracks, result):
    """The stems as they stand and as the plan leaves them, levels put back."""
    standing = Standing(tracks, SETTINGS).tracks
    after = []
    for track in standing:
        factors = cut_power(bells_of(result.get(track.id, [])), track.at, RATE)
        gain = Ledger(track.at, track.power, RATE, "rms").weigh(factors).gain_db
        after.append(track.power * factors * db_to_gain(2 * gain))
    return standing, after


def loss(tracks, result):
    """J before and after, by the model of the default mode."""
    standing, after = played(tracks, result)
    model = PartialLoudness([stem_of(track) for track in standing], [track.weight for track in standing])
    before = model.objective
    for number, power in enumerate(after):
        model.accept(number, power)
    return before, model.objective


def masking(tracks, result):
    """Ronan's objective before and after, over the frames that a plan is proved on."""
    standing, after = played(tracks, result)

    def value(powers):
        frames = max(int(track.at[-1]) for track in standing) + 1
        total = np.zeros((frames, 25))
        for track, power in zip(standing, powers, strict=True):
            total[track.at] += power
        shares = []
        for track, power in zip(standing, powers, strict=True):
            rows = track.at % 3 == 0
            shares.append(
                masked_share(power[rows], (total[track.at] - power)[rows], active_frames(track.power)[rows])
            )
        return sum(share**2 for share in shares) + max(shares) - min(shares)

    return value([track.power for track in standing]), value(after)


@pytest.mark.parametrize("seed", range(8))
def test_a_plan_for_loudness_lowers_the_loss_of_loudness(seed):
    tracks, result = scene(seed), plan_of(seed)
    before, after = loss(tracks, result)
    assert after < before if any(result.values()) else after == before


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.slow
def test_a_plan_against_masking_lowers_total_masking_and_its_spread(seed):
    tracks = scene(seed)
    result = plan(tracks, replace(SETTINGS, objective="masking"))
    before, after = masking(tracks, result)
    assert after < before if any(result.values()) else after == before


def test_cuts_of_a_track_that_do_not_help_are_dropped_and_the_others_kept(monkeypatch):
    """What the search brings is proved with the cuts as they are played: bells on the bed help the sound in
    it, those on "far" help nobody."""
    voice, far, bed = np.zeros((200, 25)), np.zeros((200, 25)), np.full((200, 25), 1e5)
    voice[:, 8], far[:, 22] = 2e5, 1e7
    far[:, 2] = 1e7
    tracks = [placed("voice", voice, 0.8), placed("far", far, 0.4), placed("bed", bed, 0.0, bed=True)]
    good, bad, none = np.zeros(8), np.zeros(8), np.zeros(8)
    good[4], bad[7] = -4.0, -4.0
    monkeypatch.setattr(optimise, "_search", lambda *_: [bad, good])
    result = plan(tracks, SETTINGS)
    assert [cut.freq for cut in result["bed"]] == [1000]
    assert result["far"] == []
    monkeypatch.setattr(optimise, "_search", lambda *_: [bad, none])
    assert not any(plan(tracks, SETTINGS).values())
    monkeypatch.setattr(optimise, "_search", lambda *_: [none, none])
    assert not any(plan(tracks, SETTINGS).values())


@pytest.mark.slow
def test_most_scenes_are_helped():
    assert sum(any(plan_of(seed).values()) for seed in range(8)) >= 7


@pytest.mark.parametrize("objective", ["loudness", "masking"])
def test_the_sum_of_what_is_scored_is_that_of_the_model(objective):
    """J of `imgext.dsp.partial_loudness`, and M of `imgext.dsp.masking`, over the same frames."""
    standing = Standing(scene(4), SETTINGS).tracks
    score = Score([stem_of(track) for track in standing], [track.weight for track in standing], objective, 3)
    wanted = (loss if objective == "loudness" else masking)(scene(4), {})[0]
    assert score.value == pytest.approx(wanted, abs=5e-6)


def test_a_trial_says_what_accepting_does():
    standing = Standing(scene(5), SETTINGS).tracks
    score = Score([stem_of(track) for track in standing], [track.weight for track in standing], "loudness", 3)
    tried = score.trial(2, score.original(2) * 0.5)
    assert tried != score.value
    score.accept({2: score.original(2) * 0.5})
    assert score.value == tried
    score.accept({2: score.original(2)})
    assert score.value == pytest.approx(loss(scene(5), {})[0], abs=1e-8)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.slow
def test_cuts_keep_the_limit_the_guards_and_the_overlap(seed):
    tracks = scene(seed)
    result = plan_of(seed)
    for track in tracks:
        bells = bells_of(result[track.id])
        if not bells:
            continue
        assert {bell.freq for bell in bells} <= set(CENTRES_OF_BELLS)
        assert composite_db([bell._replace(spans=None) for bell in bells], RATE) >= -6.0 - 1e-3
        factors = cut_power(bells, track.at, RATE)
        assert np.all(factors <= 1.0)
        assert Limits(drop=2.5).allow(Ledger(track.at, track.power, RATE, "rms").weigh(factors), track.rank)
        above = [other for other in tracks if other.rank > track.rank]
        meets = np.isin(track.at, np.concatenate([other.at[active_frames(other.power)] for other in above]))
        assert not np.any(np.any(factors != 1.0, axis=1) & ~meets)


def test_a_trial_knows_what_was_accepted_since_the_last():
    """The last of the standing is the bed, which meets every other."""
    standing = Standing(scene(6), SETTINGS).tracks
    fresh, used = (
        Score([stem_of(t) for t in standing], [t.weight for t in standing], "loudness", 3) for _ in range(2)
    )
    old = used.trial(1, used.original(1) * 0.5)
    for score in (fresh, used):
        score.accept({4: score.original(4) * 0.1})
    assert used.trial(1, used.original(1) * 0.5) == fresh.trial(1, fresh.original(1) * 0.5) != old


def test_nothing_is_cut_in_a_pause_or_beside_what_has_faded_away():
    """60 ms without the voice in the middle, and a tail 50 dB down."""
    voice, bed = np.zeros((200, 25)), np.full((200, 25), 1e5)
    voice[:, 8] = 2e5
    voice[50:53] *= 1e-5
    voice[100:] *= 1e-5
    cuts = plan([placed("voice", voice, 0.8), placed("bed", bed, 0.0, bed=True)], SETTINGS)["bed"]
    frame = 1024 / RATE
    assert [len(cut.spans) for cut in cuts] == [2] * len(cuts)
    assert cuts[0].spans[1] == pytest.approx((53 * frame, 99 * frame), abs=0.5 * frame)


@pytest.mark.slow
def test_the_most_important_track_is_never_cut():
    for seed in range(5):
        tracks = scene(seed)
        assert plan_of(seed)[max(tracks, key=lambda track: track.rank).id] == []


@pytest.mark.slow
def test_the_order_of_the_tracks_changes_nothing(monkeypatch):
    monkeypatch.setattr(optimise, "EVALUATIONS", 100)
    for search in ("pattern", "harmony"):
        settings = replace(SETTINGS, search=search)
        assert plan(scene(1, 4, 150)[::-1], settings) == plan(scene(1, 4, 150), settings)


@pytest.mark.slow
def test_harmony_search_follows_the_seed_and_is_no_worse_than_nothing(monkeypatch):
    monkeypatch.setattr(optimise, "EVALUATIONS", 150)
    tracks = scene(2, 4, 150)
    settings = replace(SETTINGS, search="harmony")
    once = plan(tracks, settings)
    assert plan(tracks, settings) == once
    assert plan(tracks, replace(settings, seed=4)) != once
    before, after = loss(tracks, once)
    assert after < before


def test_a_sound_alone_is_left_as_it_is():
    assert plan(scene(1)[1:2], SETTINGS) == {"t1": []}


def test_sounds_that_never_meet_are_left_as_they_are():
    power = np.full((100, 25), 1e6)
    assert plan([placed("a", power, 0.3), placed("b", power, 0.6, first=100)], SETTINGS) == {"a": [], "b": []}


def test_tracks_whose_cuts_are_written_are_no_part_of_the_plan():
    tracks = scene(1)
    closed = [placed("bed", tracks[0].power, 0.0, bed=True, is_open=False), *tracks[1:]]
    assert set(plan(closed, SETTINGS)) == {track.id for track in tracks[1:]}


def test_each_cut_names_the_track_that_gains_most():
    """Noise over two tones of the same importance of which one is near: the cut at 1
    kHz is for the tone there."""
    noise = np.full((200, 25), 1e5)
    near, far = np.zeros((200, 25)), np.zeros((200, 25))
    near[:, 8], far[:, 19] = 2e5, 2e5
    cuts = plan([placed("noise", noise, 0.1), placed("near", near, 0.6), placed("far", far, 0.6)], SETTINGS)[
        "noise"
    ]
    helped = {cut.freq: cut.against for cut in cuts}
    assert helped[1000] == "near"
    assert helped[5800] == "far"
    assert all(cut.numbers["gain"] > 0.0 for cut in cuts if cut.freq in {1000, 5800})


def test_the_limit_and_the_number_of_bells_are_the_scenes():
    tracks = scene(1)
    for settings in (Settings(RATE, 20 * RATE, max_cut=2.0), Settings(RATE, 20 * RATE, bells=2)):
        result = plan(tracks, settings)
        assert any(result.values())
        for cuts in result.values():
            assert len(cuts) <= (settings.bells or 8)
            bells = [bell._replace(spans=None) for bell in bells_of(cuts)]
            assert composite_db(bells, RATE) >= -settings.max_cut - 1e-3
    assert not any(plan(tracks, Settings(RATE, 20 * RATE, max_cut=0.0)).values())


def test_bells_above_half_the_rate_are_left_out():
    tracks = scene(1)
    assert {cut.freq for cuts in plan(tracks, Settings(8000, 20 * 8000)).values() for cut in cuts} <= {
        60,
        150,
        250,
        450,
        1000,
        2500,
    }


def test_depth_costs_a_twentieth_of_its_mean_square():
    """Beside J: 0.05 of the mean of (g / 6 dB)^2 over eight bells of each track; of 3
    tracks, one with two bells of 3 dB."""
    standing = Standing(scene(3, tracks=3), SETTINGS)
    cuttings = optimise._cuttings(standing.tracks, SETTINGS)
    problem = optimise._Problem(standing.tracks, cuttings, SETTINGS, 4)
    gains = np.zeros(8 * len(cuttings))
    gains[[1, 6]] = -3.0
    score = Score(
        [stem_of(track) for track in standing.tracks],
        [track.weight for track in standing.tracks],
        "loudness",
        4,
    )
    assert problem.value(np.zeros(8 * len(cuttings))) == score.value
    alone = score.trial(cuttings[0].number, problem._power(0, gains[:8]))
    assert problem.value(gains) == pytest.approx(alone + 0.05 * (2 * 0.5**2) / (3 * 8), abs=2e-9)
