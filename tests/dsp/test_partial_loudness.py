"""Partial loudness against arithmetic, a fresh start, and finite differences."""

import numpy as np
import pytest
from scipy.signal import butter, freqz, sosfilt
from support.signals import bark_power

from imgext.dsp.bands import k_weights, smoothed
from imgext.dsp.bark import BANDS, CENTRES, THRESHOLD_IN_QUIET
from imgext.dsp.cuts import shapes
from imgext.dsp.loudness import k_weighting
from imgext.dsp.masking import OFFSET, active_frames, spread
from imgext.dsp.partial_loudness import PartialLoudness, Stem, loudness_in_quiet

RATE = 48000


def deficit(model):
    """Share of loudness that each stem has lost to the others."""
    return [
        1.0 - heard / alone if alone else 0.0 for heard, alone in zip(model._sums, model._quiet, strict=True)
    ]


def random_stem(seed, frames=60, first=0, level=60.0):
    generator = np.random.Generator(np.random.PCG64(seed))
    tilt = 25.0 * np.sin(np.arange(BANDS) * generator.uniform(0.1, 0.5) + generator.uniform(0.0, 6.0))
    return Stem.of(10.0 ** ((level + tilt + generator.uniform(-6.0, 6.0, (frames, BANDS))) / 10.0), first)


def flat_stem(level, frames=6, first=0):
    return Stem.of(np.full((frames, BANDS), 10.0 ** (level / 10.0)), first)


def three(**more):
    stems = [random_stem(1), random_stem(2, 30, 20), random_stem(3, 200, level=65.0)]
    return PartialLoudness(stems, [0.9, 0.5, 0.1], **more)


def sounds():
    """The noises of the reference's oracles: the same streams of numpy's default generator."""
    t = np.arange(3 * RATE) / RATE
    fade = np.minimum(1.0, np.minimum(t, t[-1] - t) / 0.05)
    generator = np.random.default_rng(0)
    white = [generator.standard_normal(t.size) * 0.02 * fade for _ in range(2)]
    bands = [
        sosfilt(butter(4, edges, "band", fs=RATE, output="sos"), generator.standard_normal(t.size))
        * 0.03
        * fade
        for edges in ([100, 2000], [800, 6000])
    ]
    return [Stem.of(bark_power(x, RATE)) for x in (*white, *bands)]


# --- stems


def test_stem_keeps_the_frames_that_are_not_silent():
    power = np.zeros((6, BANDS))
    power[[1, 2, 5]] = 1e5
    power[2] = 1e-1
    stem = Stem.of(power, first=10)
    assert stem.at.tolist() == [11, 12, 15]
    assert stem.active.tolist() == [True, False, True]
    assert np.array_equal(stem.power, power[[1, 2, 5]])
    part = stem.between(12, 15)
    assert part.at.tolist() == [12]
    assert part.power.shape == (1, BANDS)


# --- the objective


def test_a_sound_alone_has_lost_nothing():
    assert PartialLoudness([random_stem(1)], [0.7]).objective == 0.0


def test_sounds_at_different_times_have_lost_nothing():
    assert PartialLoudness([random_stem(1), random_stem(2, first=60)], [0.7, 0.3]).objective == 0.0


def test_a_buried_sound_has_lost_everything():
    model = PartialLoudness([flat_stem(60.0), flat_stem(90.0)], [1.0, 0.0])
    assert model.objective == 1.0
    assert deficit(model)[0] == 1.0
    assert 0.0 < deficit(model)[1] < 0.5


def test_nobody_matters_or_nobody_is_there():
    assert PartialLoudness([flat_stem(60.0), flat_stem(90.0)], [0.0, 0.0]).objective == 0.0
    assert PartialLoudness([], []).objective == 0.0
    assert PartialLoudness([Stem.of(np.zeros((5, BANDS)))], [1.0]).objective == 0.0


def test_a_silent_stem_has_no_say():
    one = PartialLoudness([random_stem(1), random_stem(2)], [0.9, 0.5])
    two = PartialLoudness([random_stem(1), Stem.of(np.zeros((60, BANDS))), random_stem(2)], [0.9, 0.7, 0.5])
    assert two.objective == one.objective > 0.0


def test_loudness_that_two_flat_sounds_leave_each_other():
    """T = 10**-0.55 P in every band, so the sum over bands is the same term 25 times."""
    p = 1e8
    t = p * 10.0**-0.55
    quiet = np.sum((0.5 * (THRESHOLD_IN_QUIET + p)) ** 0.23 - THRESHOLD_IN_QUIET**0.23)
    lost = 1.0 - BANDS * ((0.5 * (t + p)) ** 0.23 - t**0.23) / quiet
    model = PartialLoudness([flat_stem(80.0), flat_stem(80.0)], [0.9, 0.2])
    assert deficit(model) == pytest.approx([lost, lost], abs=1e-8)
    assert loudness_in_quiet(flat_stem(80.0)) == pytest.approx(
        2.0 * quiet, rel=1e-9
    )  # of six frames, 0 and 3


def test_objective_is_the_weighted_mean_of_what_each_has_lost():
    model = three()
    assert model.objective == pytest.approx(np.average(deficit(model), weights=[0.9, 0.5, 0.1]), abs=2e-9)
    assert model.objective == round(model.objective, 9)


def test_bands_30_db_under_the_strongest_do_not_count():
    p = np.full((3, BANDS), 1e4)
    p[:, 10] = 1.1e7
    assert loudness_in_quiet(Stem.of(p)) == pytest.approx(
        (0.5 * (THRESHOLD_IN_QUIET[10] + 1.1e7)) ** 0.23 - THRESHOLD_IN_QUIET[10] ** 0.23
    )


def test_objective_of_the_reference():
    """Noise of 100 to 2000 Hz, importance 0.3, against 800 to 6000 Hz, 0.8: J 0.5065."""
    _, _, low, high = sounds()
    assert PartialLoudness([high, low], [0.8, 0.3]).objective == pytest.approx(0.5065, abs=1e-4)


def test_less_of_a_masker_lowers_the_objective_of_what_it_masks():
    model = PartialLoudness([flat_stem(80.0), flat_stem(80.0)], [1.0, 0.0])
    assert model.trial(1, model.power(1) * 0.5) < model.objective
    assert model.trial(1, model.power(1) * 2.0) > model.objective
    assert model.trial(1, model.power(1) * 1e-30) == 0.0


def test_wrong_shapes_are_refused():
    with pytest.raises(ValueError, match="stems need"):
        PartialLoudness([flat_stem(60.0)], [1.0, 2.0])
    with pytest.raises(ValueError, match="shape"):
        three().trial(0, np.ones((3, BANDS)))


# --- upkeep


def test_trial_is_what_a_fresh_start_gives_and_changes_nothing():
    model = three()
    before = model.objective
    quiet = [loudness_in_quiet(stem) for stem in model.stems]
    for number in range(3):
        power = model.power(number) * np.random.Generator(np.random.PCG64(number)).uniform(0.1, 1.0, BANDS)
        stems = [stem._replace(power=power) if n == number else stem for n, stem in enumerate(model.stems)]
        fresh = PartialLoudness(stems, [0.9, 0.5, 0.1], quiet=quiet)
        assert model.trial(number, power) == pytest.approx(fresh.objective, abs=1.1e-9)
        assert model.objective == before
        assert model.trial(number, model.power(number)) == before


def test_accepted_changes_add_up_to_a_fresh_start():
    model = three()
    quiet = [loudness_in_quiet(stem) for stem in model.stems]
    generator = np.random.Generator(np.random.PCG64(9))
    for number in (2, 1, 2, 0, 2):
        power = model.power(number) * generator.uniform(0.3, 1.1, model.power(number).shape)
        expected = model.trial(number, power)
        assert model.accept(number, power) == model.objective == pytest.approx(expected, abs=1.1e-9)
    fresh = PartialLoudness(
        [stem._replace(power=model.power(n)) for n, stem in enumerate(model.stems)],
        [0.9, 0.5, 0.1],
        quiet=quiet,
    )
    assert model.objective == pytest.approx(fresh.objective, abs=1.1e-9)
    assert deficit(model) == pytest.approx(deficit(fresh), abs=1e-8)


def test_the_gradient_follows_accepted_changes():
    """Like that of stems which began so, once the worth of each cell is taken from the
    loudness they began with."""
    model = three()
    power = model.power(2) * 0.25
    model.accept(2, power)
    fresh = PartialLoudness([*model.stems[:2], model.stems[2]._replace(power=power)], [0.9, 0.5, 0.1])
    one, other = model.sensitivity(), fresh.sensitivity()
    for n in range(3):  # the same factor in every cell of the last stem changes no share of its loudness
        assert one.worth[n] == pytest.approx(other.worth[n], rel=1e-9, abs=1e-25)
        assert one.relief[n] == pytest.approx(other.relief[n], rel=1e-9, abs=1e-25)


def test_a_change_in_some_frames_only_is_seen():
    model = three()
    power = model.power(2).copy()
    power[30:40] *= 0.25
    change = model.trial(2, power) - model.objective
    quiet = [loudness_in_quiet(stem) for stem in model.stems]
    fresh = PartialLoudness(
        [*model.stems[:2], model.stems[2]._replace(power=power)], [0.9, 0.5, 0.1], quiet=quiet
    )
    assert change == pytest.approx(fresh.objective - model.objective, abs=2e-9)
    assert change < 0.0


def test_windows_contribute_their_parts():
    """What is heard in the parts adds up to what is heard in the whole."""
    model = three()
    quiet = [loudness_in_quiet(stem) for stem in model.stems]
    parts = [
        PartialLoudness([stem.between(start, stop) for stem in model.stems], [0.9, 0.5, 0.1], quiet=quiet)
        for start, stop in ((0, 25), (25, 70), (70, 200))
    ]
    heard = [sum(1.0 - deficit(part)[n] for part in parts) for n in range(3)]
    assert heard == pytest.approx([1.0 - lost for lost in deficit(model)], abs=1e-8)


def test_sampling_every_frame_is_close_to_sampling_every_third():
    assert three(every=1).objective == pytest.approx(three().objective, abs=0.01)


def test_overlap_is_where_it_and_one_before_it_are_active():
    model = three()
    assert not np.any(model.overlap(0))
    assert np.array_equal(model.overlap(1), np.arange(20, 50) < 60)
    assert np.array_equal(model.overlap(2), np.arange(200) < 60)


# --- the gradient


@pytest.mark.parametrize(
    ("over", "window"),
    [(0.0, 1.0), (-2.0, 0.5), (-3.0, 0.25), (-4.5, 0.0), (21.5, 10.0**-0.5), (10.0, 10.0 ** (-10 / 43))],
)
def test_worth_of_a_cell_by_its_distance_from_the_threshold(over, window):
    """Two flat sounds, three frames: the share is a 75th of the weight."""
    kept, masker = flat_stem(100.0, 3), flat_stem(100.0 + 5.5 - over, 3)
    worth = PartialLoudness([kept, masker], [0.8, 0.0]).sensitivity().worth
    assert worth[0] == pytest.approx(np.full((3, BANDS), 0.8 / 75.0 * window), rel=1e-6, abs=1e-15)
    assert not np.any(worth[1])


def test_worth_in_a_window_is_that_in_the_whole():
    """Sounds that stay the same: half of their frames with the loudness in quiet of all."""
    kept, masker = flat_stem(80.0, 12), flat_stem(85.0, 12)
    quiet = [loudness_in_quiet(stem) for stem in (kept, masker)]
    whole = PartialLoudness([kept, masker], [0.8, 0.3]).sensitivity()
    part = PartialLoudness(
        [kept.between(6, 12), masker.between(6, 12)], [0.8, 0.3], quiet=quiet
    ).sensitivity()
    for n in range(2):
        assert part.worth[n] == pytest.approx(whole.worth[n][6:], rel=1e-9)
        assert part.relief[n] == pytest.approx(whole.relief[n][6:], rel=1e-9)


def test_worth_is_shared_out_by_the_loudness_the_sound_began_with():
    """After a cut, by the formula of the method, cell by cell."""
    model = three()
    model.accept(2, model.power(2) * np.linspace(0.2, 1.0, BANDS))
    total = np.zeros((200, BANDS))
    for n in range(3):
        total[model.stems[n].at] += model.power(n)
    for n, weight in enumerate([0.9, 0.5, 0.1]):
        p, stem = model.power(n), model.stems[n]
        t = np.maximum(spread(total[stem.at] - p) * OFFSET, THRESHOLD_IN_QUIET)
        x = 10.0 * np.log10(p / t)
        w = stem.power**0.23 * (
            (p > THRESHOLD_IN_QUIET) & (p > 1e-3 * p.max(axis=1, keepdims=True)) & stem.active[:, np.newaxis]
        )
        expected = (
            weight * w / w.sum() * np.clip(1.0 + x / 4.0, 0.0, 1.0) * 10.0 ** (-np.maximum(x, 0.0) / 43.0)
        )
        assert model.sensitivity().worth[n] == pytest.approx(expected, rel=1e-7, abs=1e-15)


def test_relief_is_the_derivative_of_the_worth_of_threshold():
    """R is d/dP of sum O ln T(P) with O held: central differences in cells of the last
    stem, which masks both others."""
    model = three()
    sensitivity = model.sensitivity()
    relief = sensitivity.relief

    def total(power):
        frames = np.zeros((2, 200, BANDS))
        for n in range(2):
            frames[n][model.stems[n].at] = model.power(n)
        value = 0.0
        for n in range(2):
            others = (frames[1 - n] + power) @ np.ascontiguousarray(spread(np.eye(BANDS)))
            log = np.log(np.maximum(others * OFFSET, THRESHOLD_IN_QUIET))
            value += np.sum(sensitivity.worth[n] * log[model.stems[n].at])
        return value

    power = model.power(2)
    for frame, band in [(5, 3), (30, 10), (45, 17), (25, 24), (59, 0)]:
        step = np.zeros_like(power)
        step[frame, band] = 1e-4 * power[frame, band]
        slope = (total(power + step) - total(power - step)) / (2.0 * step[frame, band])
        expected = sum(
            relief[n][np.flatnonzero(model.stems[n].at == frame)].sum(axis=0)[band] for n in range(2)
        )
        assert slope == pytest.approx(expected, rel=1e-5)
        assert expected > 0.0


def test_a_threshold_in_quiet_cannot_be_relieved():
    """A masker far under the threshold in quiet."""
    masker = Stem.of(np.full((6, BANDS), 0.01))
    relief = PartialLoudness([flat_stem(60.0), masker], [1.0, 0.0]).sensitivity().relief[0]
    assert not np.any(relief)


def test_a_cut_of_everything_brings_nothing_because_the_level_is_put_back():
    """The sum of D over all cells is 0 for a sound that yields to all others."""
    model = three()
    sensitivity = model.sensitivity()
    above = np.zeros((200, BANDS))
    for n in range(2):
        above[model.stems[n].at] += sensitivity.relief[n]
    benefit = sensitivity.benefit(2, above, k_weights(RATE))
    assert np.abs(benefit.sum()) < 1e-12 < np.abs(benefit).sum()


def test_values_are_help_less_own_loss_less_restoration():
    """By the formulas of the method, cell by cell."""
    model = three()
    s = model.sensitivity()
    kw, h = k_weights(RATE), shapes(1.0, RATE)
    found = dict(s.values([0, 1, 2], h, kw))
    assert list(found) == [1, 2]
    r = np.zeros((3, 200, BANDS))
    for n in range(3):
        r[n][model.stems[n].at] = s.relief[n]
    for n in (1, 2):
        at, p, o = model.stems[n].at, model.power(n), s.worth[n]
        g = p * r[:n].sum(axis=0)[at]
        g_all = p * (r.sum(axis=0) - r[n])[at]
        q = p * kw / np.sum(p * kw)
        d = g - o - q * np.sum(g_all - o)
        expected = model.overlap(n)[:, np.newaxis] * (d[:, np.newaxis, :] * h).sum(axis=2)
        assert found[n] == pytest.approx(expected, abs=2e-15)
        assert np.array_equal(found[n] * 2.0**50, np.rint(found[n] * 2.0**50))
        assert np.any(found[n])


def test_values_of_dead_or_lonely_stems_are_passed_over():
    stems = [random_stem(1), random_stem(2, first=60), random_stem(3)]
    s = PartialLoudness(stems, [0.9, 0.5, 0.1]).sensitivity()
    assert [n for n, _ in s.values([0, 1, 2], shapes(1.0, RATE), k_weights(RATE))] == [2]
    assert [n for n, _ in s.values([1], shapes(1.0, RATE), k_weights(RATE))] == []


@pytest.mark.parametrize(
    ("pair", "importances", "centre"), [((0, 1), (0.4, 0.5), 1170), ((2, 3), (0.3, 0.8), 3400)]
)
def test_first_proposal_of_the_reference(pair, importances, centre):
    """Of two white noises the lesser is first cut at 1170 Hz; noise to 2000 Hz under
    noise of 800 to 6000 Hz at 3400 Hz."""
    low, high = (sounds()[n] for n in pair)
    s = PartialLoudness([high, low], [importances[1], importances[0]]).sensitivity()
    ((number, values),) = s.values([0, 1], shapes(1.0, RATE), k_weights(RATE))
    v = smoothed(values, low.at)
    assert number == 1
    assert CENTRES[int(np.sum(np.maximum(v, 0.0), axis=0).argmax())] == centre


def test_help_is_shared_among_those_above():
    """The parts are each stem's own, and a stem at another time has none."""
    stems = [random_stem(1, 30), random_stem(2, 30, 30), random_stem(3, 60), random_stem(4, 60, level=70.0)]
    s = PartialLoudness(stems, [0.9, 0.7, 0.5, 0.1]).sensitivity()
    gate, h = np.zeros(60), shapes(1.0, RATE)[8]
    gate[:20] = 1.0
    helped = s.helped(3, gate, h)
    expected = [np.sum(stems[3].power[:20] * h * s.relief[n][:20]) for n in (0, 2)]
    assert helped == pytest.approx([expected[0], 0.0, expected[1]], rel=1e-8)
    assert helped[0] > 0.0


# --- smaller things


def test_smoothing_is_a_convolution_with_a_hann_window():
    values = np.random.Generator(np.random.PCG64(1)).standard_normal((30, 2))
    window = np.hanning(11)[1:-1] / np.hanning(11).sum()
    expected = np.stack([np.convolve(column, window, "same") for column in values.T], axis=1)
    assert smoothed(values, np.arange(100, 130)) == pytest.approx(expected, abs=1e-10)


def test_smoothing_takes_missing_frames_as_zero():
    generator = np.random.Generator(np.random.PCG64(2))
    at = np.flatnonzero(generator.random(300) < 0.1)
    values = generator.standard_normal((at.size, 3))
    dense = np.zeros((300, 3))
    dense[at] = values
    assert np.array_equal(smoothed(values, at, 5), smoothed(dense, np.arange(300), 5)[at])


def test_smoothing_nothing_and_with_an_even_window():
    assert smoothed(np.zeros((0, 25)), np.zeros(0, dtype=np.int64)).shape == (0, 25)
    with pytest.raises(ValueError, match="odd"):
        smoothed(np.zeros((3, 1)), np.arange(3), 4)


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
def test_k_weights_are_the_response_of_the_filters(rate):
    response = np.ones(BANDS)
    for b, a in k_weighting(rate):
        response = response * np.abs(freqz(b, a, worN=2.0 * np.pi * np.array(CENTRES) / rate)[1]) ** 2
    assert k_weights(rate) == pytest.approx(response, rel=1e-9)


def test_k_weights_are_zero_above_half_the_rate():
    assert np.array_equal(k_weights(8000) > 0.0, np.array(CENTRES) < 4000)


def test_k_weighting_is_0_69_db_at_1_khz():
    assert 10.0 * np.log10(k_weights(RATE)[CENTRES.index(1000)]) == pytest.approx(0.691, abs=0.01)


def test_active_is_decided_on_the_whole_stem():
    power = np.full((4, BANDS), 1e5)
    power[2:] = 1e2
    assert Stem.of(power).between(2, 4).active.tolist() == [True, True]
    power[2:] = 1e0
    assert Stem.of(power).between(2, 4).active.tolist() == [False, False]
    assert active_frames(power[2:] * 100.0).tolist() == [True, True]
