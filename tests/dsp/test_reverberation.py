"""Sounds of known reverberation: bursts in rooms of decaying noise, and others."""

import numpy as np
import pytest

from imgext.dsp.reverberation import analyse

RATE = 16000
SECONDS = 10
SEEDS = (1, 2, 3)


def generator(seed, *more):
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *more])))


def with_floor(x, seed):
    """Noise 60 dB below the sound."""
    noise = generator(seed, 9).standard_normal(x.size)
    return x + 10.0 ** (-60.0 / 20.0) * np.sqrt(np.mean(x**2)) * noise


def bursts(seed):
    """White noise of 50 to 300 ms with gaps of 0.4 to 1.2 s."""
    random = generator(seed, 1)
    x = np.zeros(SECONDS * RATE)
    at = 0.2
    while at < SECONDS - 0.5:
        length = round(random.uniform(0.05, 0.3) * RATE)
        start = round(at * RATE)
        x[start : start + length] = random.standard_normal(length)[: x.size - start] * 10.0 ** (
            random.uniform(-6.0, 0.0) / 20.0
        )
        at += length / RATE + random.uniform(0.4, 1.2)
    return x


def in_room(x, rt60, drr, seed):
    t = np.arange(round(1.2 * rt60 * RATE)) / RATE
    tail = generator(seed, 2).standard_normal(t.size) * 10.0 ** (-3.0 * t / rt60)
    tail *= 10.0 ** (-drr / 20.0) / np.sqrt(np.sum(tail**2))
    size = x.size + t.size
    return x + np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(tail, size), size)[: x.size]


def room(rt60, drr, seed):
    return analyse(with_floor(in_room(bursts(seed), rt60, drr, seed), seed), RATE)


def engine(seed):
    """Harmonics of 50 Hz whose level sways slowly."""
    random = generator(seed, 3)
    t = np.arange(SECONDS * RATE) / RATE
    x = sum(np.sin(2.0 * np.pi * 50.0 * n * t + random.uniform(0.0, 6.28)) / n for n in range(1, 80))
    return x * (1.0 + 0.2 * np.sin(2.0 * np.pi * 0.7 * t))


def bell(seed):
    """A stroke every 2.5 s, partials with a decay time of 3 s."""
    random = generator(seed, 4)
    t = np.arange(SECONDS * RATE) / RATE
    x = np.zeros(t.size)
    for stroke in (0.2, 2.7, 5.2, 7.7):
        after = np.maximum(0.0, t - stroke)
        for partial in (220.0, 440.0, 528.0, 660.0, 880.0, 1200.0, 1760.0, 2500.0, 3900.0):
            x += (
                (t >= stroke)
                * 10.0 ** (-3.0 * after / 3.0)
                * np.sin(2.0 * np.pi * partial * after)
                * random.uniform(0.5, 1.0)
            )
    return x


@pytest.fixture(scope="module")
def told():
    """Acoustics of a signal by name and seed, each analysed once."""
    known = {}

    def of(seed, rt60=None, drr=None):
        if (seed, rt60, drr) not in known:
            x = bursts(seed) if rt60 is None else in_room(bursts(seed), rt60, drr, seed)
            known[seed, rt60, drr] = analyse(with_floor(x, seed), RATE)
        return known[seed, rt60, drr]

    return of


@pytest.mark.parametrize("seed", SEEDS)
def test_dry_bursts_are_dry_and_get_the_whole_room(told, seed):
    found = told(seed)
    assert (found.kind, found.rt60) == ("dry", None)
    assert found.gain_db >= -0.1


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("drr", [6.0, 0.0, -6.0])
def test_a_room_of_a_third_of_a_second_changes_little(told, seed, drr):
    found = told(seed, 0.3, drr)
    assert found.rt60 is None
    assert -1.5 <= found.gain_db <= 0.0


@pytest.mark.parametrize("seed", SEEDS)
def test_half_a_second_gets_some_decibels_less(told, seed):
    found = told(seed, 0.5, 0.0)
    assert -6.0 <= found.gain_db <= -3.0
    assert found.rt60 == pytest.approx(0.5, rel=0.15)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    ("rt60", "drr", "gain", "low", "high"),
    [
        (0.8, 0.0, -6.0, 0.12, 0.12),
        (1.2, 0.0, -7.0, 0.15, 0.15),
        (2.0, 0.0, -6.0, 0.20, 0.05),
        (2.0, -6.0, -6.0, 0.20, 0.05),
    ],
)
def test_wet_bursts_are_wet_and_their_room_is_measured(told, seed, rt60, drr, gain, low, high):
    found = told(seed, rt60, drr)
    assert found.kind == "wet"
    assert found.gain_db <= gain
    assert rt60 * (1.0 - low) <= found.rt60 <= rt60 * (1.0 + high)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_faint_hall_is_never_answered_with_more_room(told, seed):
    assert told(seed, 2.0, 6.0).gain_db <= 0.0


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("sound", ["white noise", "engine"])
def test_of_steady_sounds_nothing_is_told(seed, sound):
    x = (
        generator(seed).standard_normal(SECONDS * RATE)
        if sound == "white noise"
        else with_floor(engine(seed), seed)
    )
    found = analyse(x, RATE)
    assert (found.kind, found.rt60, found.gain_db, found.event) == ("unknown", None, 0.0, False)
    assert found.because.startswith("steady")


@pytest.mark.parametrize("seed", SEEDS)
def test_steady_noise_in_a_hall_is_told_by_the_fine_structure_of_its_spectrum(seed):
    found = analyse(
        with_floor(in_room(generator(seed).standard_normal(SECONDS * RATE), 2.0, -6.0, seed), seed), RATE
    )
    assert found.kind == "wet"
    assert not found.event
    assert found.because == "echoes in its spectrum"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_bell_is_told_from_a_room_by_its_label_alone(seed):
    x = with_floor(bell(seed), seed)
    assert analyse(x, RATE).gain_db <= 0.0
    labelled = analyse(x, RATE, ringing=True)
    assert (labelled.kind, labelled.rt60, labelled.gain_db) == ("unknown", None, 0.0)
    assert labelled.because.startswith("rings")


def test_what_is_silent_or_short_is_unknown():
    for x in (
        np.zeros(0),
        np.zeros(48000),
        1e-5 * np.ones(48000),
        generator(1).standard_normal(round(1.4 * RATE)),
    ):
        found = analyse(x, RATE)
        assert (found.kind, found.rt60, found.gain_db, found.event) == ("unknown", None, 0.0, False)
    assert analyse(generator(1).standard_normal(round(1.4 * RATE)), RATE).because == "shorter than 1.5 s"


def test_neither_level_nor_channels_nor_the_last_bits_matter(told):
    x = with_floor(in_room(bursts(1), 0.8, 0.0, 1), 1)
    noise = 1.0 + 2.0**-50 * generator(5).standard_normal(x.size)
    for same in (x / 64.0, np.column_stack([x, x]), x * noise):
        assert analyse(same, RATE) == told(1, 0.8, 0.0)


def test_the_rate_of_a_file_hardly_matters(told):
    x = with_floor(in_room(bursts(1), 0.8, 0.0, 1), 1)
    spectrum = np.fft.rfft(x)
    finer = np.fft.irfft(np.pad(spectrum, (0, 2 * (spectrum.size - 1))), 3 * x.size) * 3.0
    found = analyse(finer, 3 * RATE)
    assert found.kind == told(1, 0.8, 0.0).kind
    assert found.gain_db == pytest.approx(told(1, 0.8, 0.0).gain_db, abs=1.0)
    assert found.rt60 == pytest.approx(told(1, 0.8, 0.0).rt60, rel=0.05)


def test_only_the_first_minute_of_a_sound_is_looked_at():
    minute = with_floor(np.tile(bursts(1), 6), 1)
    after = np.concatenate([minute, in_room(bursts(2), 2.0, -6.0, 2) * 0.1])
    assert analyse(after, RATE) == analyse(minute, RATE)


def test_probabilities_are_told_to_three_decimals_and_gains_to_one(told):
    for rt60 in (0.5, 1.2):
        found = told(1, rt60, 0.0)
        assert sum(found.p) == pytest.approx(1.0, abs=0.002)
        assert all(value == round(value, 3) for value in found.p)
        assert found.gain_db == round(found.gain_db, 1)
        assert found.rt60 == round(found.rt60, 2)
