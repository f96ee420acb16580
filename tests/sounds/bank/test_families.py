"""What an ear knows animals and people by, over several individuals."""

from __future__ import annotations

import numpy as np
import pytest

from imgext.sounds.bank import RATE, generate
from imgext.sounds.bank.people import speech

SEEDS = range(3)


def mono(name, seed=0, **parameters):
    return generate(name, seed=seed, **parameters).mean(axis=1)


def power_spectrum(signal):
    return np.fft.rfftfreq(len(signal), 1.0 / RATE), np.abs(np.fft.rfft(signal)) ** 2


def share_between(signal, low, high):
    frequency, power = power_spectrum(signal)
    return power[(frequency >= low) & (frequency < high)].sum() / power[frequency > 30.0].sum()


def envelope(signal, seconds=0.01):
    size = round(seconds * RATE)
    return np.sqrt((signal[: len(signal) // size * size].reshape(-1, size) ** 2).mean(axis=1))


def stretches(signal, level, apart=0.03):
    """How often the 10 ms envelope rises above `level` of its highest after at least
    `apart` seconds below it."""
    loud = envelope(signal) > level * envelope(signal).max()
    count, quiet = 0, 1.0
    for now in loud:
        if now and quiet >= apart:
            count += 1
        quiet = 0.0 if now else quiet + 0.01
    return count


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("number", [1, 3])
def test_a_dog_barks_as_often_as_it_is_told(number, seed):
    assert stretches(mono("dog", seed, number=number), 0.2) == number


def test_a_large_dog_has_a_lower_voice_than_a_small_one():
    def centroid(size):
        frequency, power = power_spectrum(mono("dog", 1, size=size))
        inside = (frequency > 150.0) & (frequency < 8000.0)
        return (frequency * power)[inside].sum() / power[inside].sum()

    assert centroid(0.1) > 1.3 * centroid(0.9)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("owl", 650.0, 1000.0),
        ("pigeon", 380.0, 600.0),
        ("cuckoo", 450.0, 800.0),
        ("cow", 60.0, 1000.0),
        ("crickets", 3500.0, 6000.0),
        ("birds", 1300.0, 9000.0),
        ("mosquito", 350.0, 3000.0),
        ("baby", 300.0, 5000.0),
        ("crowd", 100.0, 4500.0),
        ("whistling", 800.0, 3500.0),
    ],
)
@pytest.mark.parametrize("seed", SEEDS)
def test_most_of_a_voice_lies_where_it_belongs(name, low, high, seed):
    assert share_between(mono(name, seed), low, high) > 0.7


def test_a_cuckoo_falls_by_a_minor_third():
    frequency, power = power_spectrum(mono("cuckoo", 2))
    top = frequency[np.argmax(np.where((frequency > 600.0) & (frequency < 760.0), power, 0.0))]
    low = frequency[np.argmax(np.where((frequency > 500.0) & (frequency < 600.0), power, 0.0))]
    assert top / low == pytest.approx(6.0 / 5.0, rel=0.04)


@pytest.mark.parametrize(
    "name", ["cow", "cat", "sheep", "rooster", "fly", "goat", "lion", "laughter", "baby"]
)
def test_no_voice_is_a_machine(name):
    """Periods differ: the highest value of the autocorrelation, beyond the first zero
    crossing, stays clear of one."""
    made = mono(name, 1)
    loud = made[np.argmax(envelope(made, 0.1)) * RATE // 10 :][: RATE // 10]
    spectrum = np.abs(np.fft.rfft(loud * np.hanning(len(loud)), 2 * len(loud))) ** 2
    own = np.fft.irfft(spectrum)[: RATE // 40]
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(len(loud)), 2 * len(loud))) ** 2)[: RATE // 40]
    curve = own / own[0] * window[0] / window
    assert curve[RATE // 1500 :].max() < 0.995


@pytest.mark.parametrize("name", ["footsteps", "hooves", "clapping", "dog", "duck"])
def test_no_two_of_a_row_are_alike(name):
    """The loudest moments of a row differ in level by more than a hair."""
    curve = envelope(mono(name, 2), 0.02)
    peaks = [
        curve[k]
        for k in range(2, len(curve) - 2)
        if curve[k] == curve[k - 2 : k + 3].max() and curve[k] > 0.15 * curve.max()
    ]
    assert len(peaks) >= 3
    assert np.std(20.0 * np.log10(peaks)) > 0.5


@pytest.mark.parametrize("name", ["dog", "footsteps", "knock", "hooves", "crow", "cough"])
def test_nothing_stands_in_digital_silence(name):
    made = mono(name, 1)
    level = 20.0 * np.log10(envelope(made[2400:-2400], 0.05) + 1e-9)
    assert np.percentile(level, 95) - np.percentile(level, 5) < 65.0


@pytest.mark.parametrize("name", ["crowd", "children", "stadium", "bees", "birds", "crickets", "talk"])
def test_the_channels_of_a_bed_are_alike_but_not_the_same(name):
    both = generate(name)
    assert 0.05 < np.corrcoef(both.T)[0, 1] < 0.9


@pytest.mark.parametrize("speed", [0.8, 1.2])
def test_steps_follow_the_speed_that_is_asked_for(speed):
    curve = envelope(mono("high_heels", 3, seconds=8.0, speed=speed, force=0.5), 0.005)
    lines = np.abs(np.fft.rfft(curve - curve.mean(), 8 * len(curve))) ** 2
    rates = np.fft.rfftfreq(8 * len(curve), 0.005)
    inside = (rates > 1.2) & (rates < 3.2)
    assert rates[inside][np.argmax(lines[inside])] == pytest.approx(2.0 * speed, rel=0.1)


def test_an_event_comes_close_to_the_length_that_is_asked_for():
    assert len(generate("applause", seconds=12.0)) / RATE == pytest.approx(12.0, abs=1.0)


def test_talk_has_four_or_five_syllables_a_second_and_pauses():
    rng = np.random.Generator(np.random.PCG64(4))
    said = speech.score(rng, 20.0, speech.Talker(120.0, 1.0))
    gaps = np.diff(said.start)
    assert 3.5 < 1.0 / np.median(gaps) < 6.5
    assert (gaps > 0.35).sum() >= 4
