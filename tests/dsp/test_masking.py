"""Spreading and thresholds against the papers' values, and pairs of sounds whose masking is arithmetic."""

import warnings

import numpy as np
import pytest
from oracles.masked_share import masked_share, masker_to_signal
from support.signals import RATE, bark_power

from imgext.dsp.bark import BANDS, CENTRES, THRESHOLD_IN_QUIET, decibels
from imgext.dsp.masking import (
    LEVEL_IN_QUIET,
    SPREADING,
    active_frames,
    competition,
    contribution,
    direction,
    domination,
    interchange_rate,
    levels,
    masking_threshold,
    matrix_product,
    prominence,
    spread,
    spread_adjoint,
    spreading_level,
)

BAND_OF_570 = CENTRES.index(570)


def noise(seed, seconds=3.0, level=-34.0):
    return 10.0 ** (level / 20.0) * np.random.Generator(np.random.PCG64(seed)).standard_normal(
        round(seconds * RATE)
    )


def tone(freq, level=-20.0, seconds=3.0):
    t = np.arange(round(seconds * RATE)) / RATE
    faded = np.clip(np.minimum(t, t[-1] - t) / 0.05, 0.0, 1.0)
    return 10.0 ** (level / 20.0) * np.sin(2.0 * np.pi * freq * t) * faded


def power(x):
    return bark_power(x, RATE)


def joint(a, b):
    return active_frames(a) & active_frames(b)


def severity(yielding, kept):
    return competition(levels(yielding), levels(kept), prominence(levels(kept)), joint(yielding, kept))


def random_power(seed, frames=40):
    return 10.0 ** np.random.Generator(np.random.PCG64(seed)).uniform(-2.0, 8.0, (frames, BANDS))


# --- spreading and thresholds


@pytest.mark.parametrize(
    ("distance", "level"),
    [(-3, -50.68), (-2, -27.56), (-1, -7.91), (0, -0.00), (1, -4.31), (2, -12.33), (3, -21.40), (5, -40.52)],
)
def test_spreading_function_of_schroeder(distance, level):
    assert spreading_level(distance) == pytest.approx(level, abs=0.01)


def test_slopes_far_from_the_masker_are_25_and_10_db_per_bark():
    assert spreading_level(-30) - spreading_level(-31) == pytest.approx(25.0, abs=0.02)
    assert spreading_level(30) - spreading_level(31) == pytest.approx(10.0, abs=0.02)


def test_sum_of_the_function_over_a_row_before_it_is_normalised():
    """2.04 dB within, 0.66 for the first band, 1.58 for the last; 1 after it."""
    raw = [
        sum(10.0 ** (spreading_level(maskee - masker) / 10.0) for masker in range(BANDS))
        for maskee in (0, 12, 24)
    ]
    assert 10.0 * np.log10(raw) == pytest.approx([0.66, 2.04, 1.58], abs=0.01)
    assert SPREADING.sum(axis=1) == pytest.approx(1.0, abs=1e-11)
    assert [SPREADING[n, n] * total for n, total in zip((0, 12, 24), raw, strict=True)] == pytest.approx(
        [1.0] * 3, abs=1e-3
    )


def test_60_db_in_one_band_spread_to_its_neighbours():
    p = np.zeros((1, BANDS))
    p[0, 5] = 1e6
    assert 10.0 * np.log10(spread(p)[0, 2:12]) == pytest.approx(
        [7.30, 30.40, 50.05, 57.95, 53.65, 45.62, 36.56, 27.09, 17.44, 7.68], abs=0.01
    )


def test_flat_spectrum_stays_flat():
    assert spread(np.full((2, BANDS), 1e5)) == pytest.approx(1e5, rel=1e-11)


def test_adjoint_moves_the_spreading_to_the_other_side_of_a_product():
    a, b = random_power(1), random_power(2)
    assert np.sum(spread(a) * b) == pytest.approx(np.sum(a * spread_adjoint(b)), rel=1e-12)


@pytest.mark.parametrize("frames", [1, 2, 33])
def test_product_is_summed_one_term_after_the_other(frames):
    """To the bit, which a BLAS does not do; whatever the memory order."""
    a, b = random_power(3, frames), random_power(4, BANDS)
    expected = np.zeros((frames, BANDS))
    for k in range(BANDS):
        expected = expected + a[:, k, np.newaxis] * b[k]
    assert np.array_equal(matrix_product(a, b), expected)
    assert np.array_equal(matrix_product(np.asfortranarray(a), b), expected)


def test_threshold_is_5_5_db_under_a_flat_masker():
    assert 10.0 * np.log10(masking_threshold(np.full((1, BANDS), 1e7)))[0] == pytest.approx(64.5, abs=1e-9)


def test_threshold_of_silence_is_that_in_quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        silence = np.zeros((3, BANDS))
        assert np.array_equal(masking_threshold(silence), np.tile(THRESHOLD_IN_QUIET, (3, 1)))
        assert np.array_equal(levels(silence), np.tile(LEVEL_IN_QUIET, (3, 1)))
        assert np.all(np.isfinite(masker_to_signal(silence, silence)))


def test_active_frames_are_within_40_db_of_the_loudest_and_above_20_db():
    p = np.zeros((5, BANDS))
    p[:, 3] = 10.0 ** (np.array([80.0, 40.1, 39.9, 0.0, 79.0]) / 10.0)
    assert active_frames(p).tolist() == [True, True, False, False, True]
    assert active_frames(p * 1e-5).tolist() == [True, False, False, False, True]
    assert active_frames(p[1:], loudest=1e8).tolist() == [True, False, False, True]
    assert active_frames(np.zeros((0, BANDS))).shape == (0,)


# --- Ronan's M


@pytest.mark.parametrize(
    ("difference", "share", "tolerance"), [(0.0, 0.0, 0.01), (15.5, 0.50, 0.02), (25.5, 0.96, 0.02)]
)
def test_masked_share_of_noise_in_noise(difference, share, tolerance):
    """The ratio is 5.5 dB under the difference in level, and 20 dB are everything."""
    maskee, masker = power(noise(1)), power(noise(2, level=-34.0 + difference))
    assert masked_share(maskee, masker) == pytest.approx(share, abs=tolerance)


def test_nothing_masks_a_sound_alone_and_silence_is_not_masked():
    p = power(noise(1))
    assert masked_share(p, np.zeros_like(p)) == 0.0
    assert masked_share(np.zeros_like(p), p) == 0.0


def test_masked_share_looks_only_at_the_frames_it_is_given():
    quiet, loud = np.full((4, BANDS), 1e6), np.zeros((4, BANDS))
    loud[:2] = 1e12
    assert masked_share(quiet, loud, np.array([True, True, False, False])) == 1.0
    assert masked_share(quiet, loud) == 0.5


def test_masked_share_leaves_out_bands_far_under_the_strongest():
    """Of two masked bands, the one 29 dB under the strongest counts and the one 31 dB under it does not."""
    p, others = np.zeros((3, BANDS)), np.zeros((3, BANDS))
    p[:, 2], p[:, 19], p[:, 20] = 1e9, 10.0**6.1, 10.0**5.9
    others[:, 20] = 1e15
    assert masked_share(p, others) == 0.5


def test_masked_share_leaves_out_bands_that_are_not_heard_anyway():
    """Band 1 at 20 dB SPL is 3 dB under the threshold in quiet."""
    p, others = np.zeros((3, BANDS)), np.zeros((3, BANDS))
    p[:, 8], p[:, 0] = 1e4, 1e2
    others[:, 0] = 1e9
    assert masked_share(p, others) == 0.0


# --- pairs


def test_two_tones_5_2_db_apart():
    """1 - 5.2 / 24 = 0.78333, which is a cut of 4.70 dB at 570 Hz: the founding notes'
    figure; 570 Hz ranks first."""
    a, b = power(tone(570.0)), power(tone(570.0, -25.2))
    c = contribution(severity(a, b), joint(a, b))
    assert int(c.argmax()) == BAND_OF_570
    assert c[BAND_OF_570] == pytest.approx(0.78333, abs=2e-5)
    assert round(-6.0 * c[BAND_OF_570], 2) == -4.70
    assert contribution(severity(b, a), joint(a, b)) == pytest.approx(c, abs=1e-6)


def test_tones_far_apart_do_not_compete():
    """500 Hz and 4 kHz: no band reaches the threshold of 0.15."""
    a, b = power(tone(500.0)), power(tone(4000.0))
    assert contribution(severity(a, b), joint(a, b)).max() < 0.15
    assert contribution(severity(b, a), joint(a, b)).max() < 0.15


def test_sounds_that_do_not_overlap_do_not_compete():
    a, b = noise(1), noise(2)
    a[RATE:], b[: 2 * RATE] = 0.0, 0.0
    p, q = power(a), power(b)
    assert not np.any(joint(p, q))
    assert not np.any(severity(p, q))
    assert not np.any(contribution(severity(p, q), joint(p, q)))
    assert interchange_rate(levels(p), levels(q), joint(p, q), RATE) == 0.0


def test_bands_in_which_one_is_not_heard_do_not_compete():
    """Both at the threshold in quiet are as close as can be, and nothing to protect."""
    a = np.full((4, BANDS), 1e7)
    b = a.copy()
    b[:, 24] = THRESHOLD_IN_QUIET[24]
    s = severity(a, b)
    assert np.all(s[:, :24] == 1.0)
    assert not np.any(s[:, 24])


def test_prominence_is_relative_to_the_strongest_band_that_is_heard():
    """Band 25 is heard only above 58 dB, which says nothing about a sound of 40 dB."""
    p = np.full((2, BANDS), 1e-3)
    p[0, 8], p[0, 9], p[0, 10] = 1e4, 1e1, 1e2
    result = prominence(levels(p))
    assert result[0, [8, 9, 10, 24]] == pytest.approx([1.0, 0.5, 1.0 - 20.0 / 60.0, 0.0], abs=1e-6)
    assert not np.any(result[1])


def test_competition_falls_linearly_and_weighs_by_the_root_of_prominence():
    yielding, kept = np.full((1, BANDS), 60.0), np.full((1, BANDS), 60.0)
    yielding[0, 10], kept[0, 11], yielding[0, 11], yielding[0, 12] = 72.0, 45.0, 45.0, 84.0
    kept[0, 24] = yielding[0, 24] = 0.0
    s = competition(yielding, kept, prominence(kept), np.array([True]))[0]
    assert s[[9, 10, 11, 12, 24]] == pytest.approx([1.0, 0.5, np.sqrt(0.75), 0.0, 0.0], abs=1e-6)


def test_domination_runs_from_10_db_under_to_10_db_over():
    maskee, threshold = np.full((1, BANDS), 170.0), np.full((1, BANDS), 170.0)
    threshold[0, :5] = [155.0, 160.0, 165.0, 175.0, 185.0]
    s = domination(threshold, maskee, maskee, prominence(maskee, 30.0), np.array([True]))[0]
    assert s[:6] == pytest.approx([0.0, 0.0, 0.25, 0.75, 1.0, 0.5])


def test_domination_has_a_direction():
    """Noise 15.5 dB over noise: the threshold lies 10 dB over the weaker, 21 dB under the louder."""
    weak, loud = power(noise(1)), power(noise(2, level=-18.5))
    both = joint(weak, loud)

    def mean(masker, maskee):
        s = domination(
            decibels(masking_threshold(masker)),
            levels(masker),
            levels(maskee),
            prominence(levels(maskee), 30.0),
            both,
        )
        return contribution(s, both)[4:20].mean()

    assert mean(loud, weak) > 0.6
    assert mean(weak, loud) < 0.02


def test_direction_changes_only_beyond_its_hysteresis():
    one = np.full((7, BANDS), 170.0)
    other = one - np.array([1.0, 2.0, -1.0, 1.0, -2.0, 1.4, 1.5])[:, np.newaxis]
    assert direction(one, other, np.ones(7, dtype=bool))[:, 7].tolist() == [0, 1, 1, 1, -1, -1, 1]


def test_direction_is_zero_where_not_both_are_heard_and_remembered_across():
    one, other = np.full((4, BANDS), 170.0), np.full((4, BANDS), 165.0)
    other[1:] += 5.0
    heard = np.array([True, False, True, True])
    assert direction(one, other, heard)[:, 3].tolist() == [1, 0, 1, 1]


def alternating(make, seconds, quieter):
    x = [make(1, seconds), make(2, seconds)]
    first = np.floor(np.arange(x[0].size) / RATE / 0.5) % 2 == 0
    soft = 10.0 ** (quieter / 20.0)
    return power(x[0] * np.where(first, 1.0, soft)), power(x[1] * np.where(first, soft, 1.0))


@pytest.mark.parametrize("quieter", [-6.0, -20.0])
def test_tones_that_alternate_every_half_second_interchange_twice_a_second(quieter):
    a, b = alternating(lambda _, seconds: tone(570.0, seconds=seconds), 20.0, quieter)
    assert interchange_rate(levels(a), levels(b), joint(a, b), RATE) == pytest.approx(2.0, abs=0.1)


def test_noises_that_alternate_every_half_second_interchange_twice_a_second():
    a, b = alternating(noise, 20.0, -20.0)
    assert interchange_rate(levels(a), levels(b), joint(a, b), RATE) == pytest.approx(2.0, abs=0.1)


def test_a_steady_masker_does_not_interchange():
    a, b = power(tone(570.0)), power(tone(570.0, -30.0))
    assert interchange_rate(levels(a), levels(b), joint(a, b), RATE) == 0.0


def test_interchange_is_the_same_both_ways():
    a, b = power(noise(1)), power(noise(2))
    both = joint(a, b)
    assert (
        interchange_rate(levels(a), levels(b), both, RATE)
        == interchange_rate(levels(b), levels(a), both, RATE)
        > 0.0
    )
    assert np.array_equal(direction(levels(a), levels(b), both), -direction(levels(b), levels(a), both))
