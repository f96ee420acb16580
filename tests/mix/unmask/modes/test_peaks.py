"""Mode `peaks`: the older method's choices on noises, and how near bells come to its filters."""

from __future__ import annotations

import numpy as np
import pytest
from support.planned import bells_of, placed_sound
from support.signals import RATE

from imgext.dsp.bark import EDGES
from imgext.dsp.cuts import bell_power, composite_db, cut_power
from imgext.dsp.masking import active_frames
from imgext.mix.unmask.guards import LIMITS
from imgext.mix.unmask.ledger import Ledger
from imgext.mix.unmask.modes.peaks import conflict_of, dominant_band, peaks_of, plan
from imgext.mix.unmask.planner import Placed, Settings

SETTINGS = Settings(RATE, 30 * RATE)


def noise(seed, *bands, seconds=4.0):
    """White noise within bands of (from, to, rms)."""
    n = round(seconds * RATE)
    freqs = np.fft.rfftfreq(n, 1 / RATE)
    total = np.zeros(n)
    for low, high, rms in bands:
        spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(n))
        part = np.fft.irfft(np.where((freqs >= low) & (freqs < high), spectrum, 0), n)
        total += part * rms / np.sqrt(np.mean(part**2))
    return total


def response(cuts, freq):
    return 10 * np.log10(
        np.prod([bell_power([float(freq)], bell, RATE)[0] for bell in bells_of(cuts, always=True)])
    )


LOW = (100, 300, 0.05)
HIGH = (2000, 4000, 0.05)


def test_two_low_noises_make_the_new_one_six_decibels_quieter_in_the_overlap_and_nowhere_else():
    old, new = (
        placed_sound("old", noise(1, LOW, seconds=8.0), importance=0.8),
        placed_sound("new", noise(2, LOW), start=6.0),
    )
    result = plan([old, new], SETTINGS)
    assert result["old"] == []
    assert [(cut.q, cut.gain, cut.against, cut.numbers["action"]) for cut in result["new"]] == [
        (0.1, -6.0, "old", "attenuate")
    ]
    factors = cut_power(bells_of(result["new"]), new.at, RATE)
    meets = np.isin(new.at, old.at[active_frames(old.power)]) & active_frames(new.power)
    assert np.all(factors[~meets] == 1.0)
    left = np.sum(new.power[meets] * factors[meets]) / np.sum(new.power[meets])
    assert 10 * np.log10(left) == pytest.approx(-6.0, abs=0.1)


def test_a_sound_with_as_much_above_loses_its_lows():
    old, new = (
        placed_sound("old", noise(1, LOW), start=5.0, importance=0.8),
        placed_sound("new", noise(2, LOW, HIGH, seconds=12.0)),
    )
    cuts = plan([old, new], SETTINGS)["new"]
    assert {cut.numbers["action"] for cut in cuts} == {"high-pass"}
    assert response(cuts, 200) < -5.3  # at least 6 dB with the filter of old, which a scene cannot hold
    assert response(cuts, 3000) > -0.5


def test_a_sound_with_as_much_below_loses_its_highs():
    old = placed_sound("old", noise(1, (2320, 3150, 0.074), seconds=8.0), importance=0.8)
    cuts = plan(
        [old, placed_sound("new", noise(2, (300, 500, 0.067), (2320, 3150, 0.074)), start=1.0)], SETTINGS
    )["new"]
    assert {cut.numbers["action"] for cut in cuts} == {"low-pass"}
    assert cuts[0].numbers["edge"] == 2700  # 54 % of the old noise lie from there on
    assert response(cuts, 3150) < -3.5
    assert response(cuts, 400) > -0.5


def test_the_low_pass_is_set_to_the_lower_edge_but_not_below_the_centroid():
    new, mix = np.zeros(25), np.zeros(25)
    new[[3, 14]] = 0.48, 0.52
    mix[14] = 1.0
    found = conflict_of(new, mix)
    assert (found.action, found.shared) == ("low-pass", (14, 15))
    assert found.freq == max(EDGES[14], round(1.4 * (0.48 * 350 + 0.52 * 2500)))

    new[:], new[[12, 14]] = 0.0, (0.48, 0.52)
    assert conflict_of(new, mix).freq == round(1.4 * (0.48 * 1850 + 0.52 * 2500))


def test_the_high_pass_is_set_to_the_upper_edge_but_not_above_the_centroid():
    new, mix = np.zeros(25), np.zeros(25)
    new[[8, 20]] = 0.51, 0.49
    mix[8] = 1.0
    assert (conflict_of(new, mix).action, conflict_of(new, mix).freq) == ("high-pass", 1080)
    new[[8, 20]], new[16] = 0.0, 0.51
    new[18] = 0.49
    assert conflict_of(new, np.roll(mix, 8)).freq == 2000  # of 3700, and 0.7 of 4086


def test_noises_in_different_bands_are_left_alone():
    tracks = [placed_sound("old", noise(1, LOW, seconds=8.0)), placed_sound("new", noise(2, HIGH), start=1.0)]
    assert plan(tracks, SETTINGS) == {"new": [], "old": []}


def test_sounds_that_differ_by_twelve_decibels_do_not_conflict():
    spectrum = np.zeros(25)
    spectrum[5] = 1.0
    assert conflict_of(spectrum * 10**1.19, spectrum).action == "attenuate"
    assert conflict_of(spectrum * 10**1.21, spectrum) is None
    assert conflict_of(np.zeros(25), spectrum) is None


def test_sounds_that_share_less_than_half_of_the_narrower_band_do_not_conflict():
    """One band of three on either side, 0.26 octaves of 0.72; then two of them, 0.49."""
    new, mix = np.zeros(25), np.zeros(25)
    new[15:21] = mix[15:21] = 0.47 / 6
    new[5:8] = mix[7:10] = 0.17, 0.19, 0.17
    assert (dominant_band(new), dominant_band(mix)) == ((5, 8), (7, 10))
    assert conflict_of(new, mix) is None
    assert conflict_of(np.concatenate([np.roll(new[:15], 1), new[15:]]), mix).shared == (7, 9)


def test_a_side_with_less_than_two_fifths_of_the_power_is_not_worth_keeping():
    mix = np.eye(25)[10]
    for side, action in ((3, "low-pass"), (20, "high-pass")):
        for share, expected in ((0.39, "attenuate"), (0.41, action)):
            new = (1 - share) * mix + share * np.eye(25)[side]
            assert conflict_of(new, mix).action == expected


def test_a_band_beside_the_shared_ones_is_no_side_to_keep():
    """Two bands with half of the power each: a filter between them would leave little of either."""
    power = np.zeros(25)
    power[1:3] = 1.0
    assert conflict_of(power, power).action == "attenuate"


def test_the_dominant_band_is_the_smallest_that_holds_half():
    power = np.full(25, 0.1)
    power[9:12] = 3.0, 4.0, 2.0
    assert dominant_band(power) == (9, 11)
    power[10] = 40.0
    assert dominant_band(power) == (10, 11)


def test_a_dominant_band_is_at_most_one_and_a_half_octaves_wide():
    low, high = dominant_band(np.linspace(1.0, 1.5, 25))
    assert (low, high) == (
        20,
        25,
    )  # 7000 to 17750 Hz are 1.34 octaves from centre to centre, 5800 to 17750 Hz 1.61


def test_dominant_frequencies_are_local_maxima_within_twenty_decibels():
    power = np.full(25, 1e-6)
    power[[3, 8, 9, 15, 20]] = 1.0, 0.5, 0.6, 0.02, 0.005
    assert peaks_of(power) == [350.0, 1170.0, 2900.0]


def test_the_less_important_sound_steps_back_however_long_it_is():
    for long, short in ((0.1, 0.9), (0.9, 0.1)):
        tracks = [
            placed_sound("long", noise(1, LOW, seconds=8.0), importance=long),
            placed_sound("short", noise(2, LOW), start=6.0, importance=short),
        ]
        result = plan(tracks, SETTINGS)
        assert bool(result["long"]) == (long < short)
        assert bool(result["short"]) == (short < long)
        said = next(cut for cuts in result.values() for cut in cuts)
        assert (
            "short competes with long" in said.because
            or "long competes with short" in said.because
            or "masks" in said.because
        )


def test_of_equally_important_sounds_the_louder_steps_back():
    for a, b in ((0.06, 0.05), (0.05, 0.06)):
        result = plan(
            [
                placed_sound("a", noise(1, (100, 300, a)), start=2.048),
                placed_sound("b", noise(2, (100, 300, b))),
            ],
            SETTINGS,
        )
        assert bool(result["a"]) == (a > b)
        assert bool(result["b"]) == (b > a)


def test_a_third_sound_meets_the_second_as_it_has_become():
    """What the second lost beside the first comes back in the rest of it, where the third finds it louder."""
    first = placed_sound("first", noise(1, LOW, seconds=9.0), importance=0.9)
    second = placed_sound("second", noise(2, LOW, seconds=6.0), start=6.0, importance=0.6)
    third = placed_sound("third", noise(3, LOW, seconds=4.0), start=9.8, importance=0.3)
    with_first, without = (
        plan(tracks, SETTINGS)["third"][0] for tracks in ([first, second, third], [second, third])
    )
    assert with_first.against == without.against == "second"
    assert with_first.numbers["difference"] < without.numbers["difference"] - 0.5


def test_a_bed_steps_back_beside_every_object():
    bed, other = (
        placed_sound("bed", noise(1, LOW, seconds=8.0), bed=True, importance=1.0),
        placed_sound("thing", noise(2, LOW), start=6.0, importance=0.0),
    )
    result = plan([bed, other], SETTINGS)
    assert [cut.against for cut in result["bed"]] == ["thing"]
    assert result["thing"] == []


def test_tracks_whose_cuts_are_written_are_never_changed():
    other = placed_sound("long", noise(2, LOW, seconds=8.0), importance=0.8)
    assert plan([placed_sound("new", noise(1, LOW), is_open=False), other], SETTINGS) == {"long": []}


def test_a_sound_that_meets_another_all_the_time_is_turned_down_only_as_far_as_the_guards_allow():
    """Its level comes back as a whole, so turning it down would only be undone."""
    old, new = (
        placed_sound("old", noise(1, LOW, seconds=8.0), importance=0.8),
        placed_sound("new", noise(2, LOW), start=1.0, importance=0.4),
    )
    cuts = plan([old, new], SETTINGS)["new"]
    ledger = Ledger(new.at, new.power, RATE, "rms")
    assert 2.0 < ledger.weigh(cut_power(bells_of(cuts), new.at, RATE)).drop <= LIMITS.drop
    assert cuts[0].numbers["action"] == "attenuate"
    assert cuts[0].gain == -2.4  # the largest of the steps of 6 dB


def test_every_plan_keeps_the_limits_and_the_order_of_loudness():
    cut = 0
    for seed in range(40):
        lot = np.random.default_rng(seed)
        tracks = []
        for k in range(4):
            frames, first = int(lot.integers(40, 120)), int(lot.integers(0, 60))
            spectrum = 10 ** ((lot.uniform(30, 60) - 3 * np.abs(np.arange(25) - lot.uniform(2, 8))) / 10)
            power = spectrum * 10 ** (lot.uniform(-4, 4, (frames, 25)) / 10)
            tracks.append(
                Placed(
                    f"t{k}",
                    f"t{k}",
                    round(float(lot.uniform(0, 1)), 2),
                    bed=k == 0,
                    at=first + np.arange(frames),
                    power=power,
                )
            )
        result = plan(tracks, SETTINGS)
        before, after = [], []
        for track in tracks:
            ledger, bells = Ledger(track.at, track.power, RATE, "rms"), bells_of(result[track.id])
            toll = ledger.weigh(cut_power(bells, track.at, RATE))
            assert LIMITS.allow(toll, track.rank)
            assert not bells or composite_db(bells, RATE) >= -6.0 - 1e-3
            before.append(ledger.loudness)
            after.append(toll.loudness)
            cut += len(bells)
        assert np.argsort(before).tolist() == np.argsort(after).tolist()
    assert cut > 20


def test_the_order_of_the_tracks_changes_nothing():
    tracks = [
        placed_sound(
            f"t{k}", noise(k, (100 * (k % 3 + 1), 500 + 300 * k, 0.05), seconds=2.0 + k % 4), start=k * 0.7
        )
        for k in range(6)
    ]
    assert plan(tracks[::-1], SETTINGS) == plan(tracks, SETTINGS)
    assert any(plan(tracks, SETTINGS).values())


def test_the_cut_keeps_to_the_limit_of_the_scene():
    old, new = (
        placed_sound("old", noise(1, LOW), start=5.0, importance=0.8),
        placed_sound("new", noise(2, LOW, HIGH, seconds=12.0)),
    )
    for max_cut in (6.0, 3.0):
        cuts = plan([old, new], Settings(RATE, 30 * RATE, max_cut=max_cut))["new"]
        assert -max_cut - 1e-3 <= composite_db(bells_of(cuts, always=True), RATE) <= -0.9 * max_cut
    assert plan([old, new], Settings(RATE, 30 * RATE, max_cut=0.0)) == {"new": [], "old": []}
    assert len(plan([old, new], Settings(RATE, 30 * RATE, bells=1))["new"]) == 1
