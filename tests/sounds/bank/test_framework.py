"""What every built-in sound rests on: seeds, parameters, lengths, rates, blocks."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.random import PCG64, Generator

from imgext.errors import MissingInputError, SceneError
from imgext.sounds import bank
from imgext.sounds.bank.table import BankSound, amount, checked, choice, event, split, whole
from imgext.sounds.bank.take import joined, take_of


def recipe(take):
    return take.rng.standard_normal(4800)


ROW = event(
    "thing",
    "A thing",
    recipe,
    ("thing", "object", "item"),
    (0.1, 0.1),
    (1.0, 2.0),
    "A thing.",
    amount("size", "small to large"),
    whole("number", "how many", 1, 6, (2, 4)),
    choice("material", "what of", "wood", "metal"),
)


def test_a_reference_is_a_name_and_parameters():
    assert split("dog?size=0.3&number=2") == ("dog", {"size": "0.3", "number": "2"})


@pytest.mark.parametrize(
    ("reference", "fault"),
    [
        ("dog?size", "is not a parameter"),
        ("dog?", "is not a parameter"),
        ("dog?=1", "is not a parameter"),
        ("dog?size=1&size=2", "stands twice"),
    ],
)
def test_a_malformed_reference_is_refused(reference, fault):
    with pytest.raises(SceneError, match=rf"builtin:dog: .*{fault}"):
        split(reference)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"size": "1.5"}, r"size is `1.5`; allowed: 0 to 1"),
        ({"size": "big"}, r"size is `big`; wanted: a number, 0 to 1"),
        ({"size": "nan"}, "allowed: 0 to 1"),
        ({"number": "2.5"}, r"allowed: 1 to 6 \(whole\)"),
        ({"material": "wod"}, r"allowed: wood, metal"),
        ({"sise": "1"}, r"no parameter `sise`; did you mean `size`\?"),
        ({"colour": "1"}, "it has size, number, material"),
    ],
)
def test_a_wrong_parameter_gets_one_clear_line(given, fault):
    with pytest.raises(SceneError, match=fault) as caught:
        checked(ROW, given)
    assert str(caught.value).startswith("builtin:thing: ")
    assert "\n" not in str(caught.value)


def test_parameters_come_as_numbers_and_words():
    assert checked(ROW, {"number": "3", "material": "wood", "size": "0.25"}) == {
        "size": 0.25,
        "number": 3,
        "material": "wood",
    }


def test_what_is_not_asked_for_is_drawn_from_the_usual_range():
    drawn = [take_of(ROW, seed, {}, None).values for seed in range(200)]
    assert {values["number"] for values in drawn} == {2, 3, 4}
    assert {values["material"] for values in drawn} == {"wood", "metal"}
    sizes = [values["size"] for values in drawn]
    assert 0.3 <= min(sizes) < 0.35
    assert 0.65 < max(sizes) <= 0.7


def test_asking_for_one_parameter_leaves_the_others_as_they_were():
    free, asked = take_of(ROW, 5, {}, None).values, take_of(ROW, 5, {"number": 6}, None).values
    assert asked == {**free, "number": 6}


def test_a_seed_makes_an_individual_and_the_same_seed_the_same():
    one, again, other = (bank.generate("knock", seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(one, again)
    assert one.shape != other.shape or not np.array_equal(one, other)


def test_blocks_of_a_bed_share_the_individual_and_nothing_else():
    first, second = (take_of(bank.BANK["rain"], 7, {}, 24.0, block) for block in (0, 1))
    assert first.traits.random() == second.traits.random()
    assert first.rng.random() != second.rng.random()


@pytest.mark.parametrize("seconds", [1.0, 7.123, 40.0])
def test_a_bed_has_the_length_that_is_asked_for(seconds):
    assert len(bank.generate("rain", seconds=seconds)) == round(seconds * bank.RATE)


def test_blocks_are_the_same_samples_as_the_whole():
    pieces = list(bank.blocks("room_tone", seconds=80.0))
    assert len(pieces) > 2
    assert np.array_equal(np.concatenate(pieces), bank.generate("room_tone", seconds=80.0))


def ring(total, fade, longest):
    def block(index, frames):
        return Generator(PCG64(index)).standard_normal((frames, 1))

    return np.concatenate(list(joined(block, total, fade, longest)))


def test_a_ring_of_blocks_keeps_the_power_and_does_not_repeat():
    made = ring(200000, 8000, 50000)[:, 0]
    power = (made.reshape(-1, 4000) ** 2).mean(axis=1)
    assert power.min() > 0.85
    assert power.max() < 1.15
    spectrum = np.abs(np.fft.rfft(made)) ** 2
    own = np.fft.irfft(spectrum) / spectrum.mean()
    assert np.abs(own[1:100000]).max() < 0.02 * own[0]


def test_the_last_block_fades_into_the_first():
    """The tail of the last block goes on at the start: blocks of constants show the fades alone."""

    def block(index, frames):
        return np.full((frames, 1), 0.25 if index else 0.5)

    made = np.concatenate(list(joined(block, 1000, 100, 500)))[:, 0]
    assert made[0] == pytest.approx(0.25, abs=0.01)
    assert made[499] == pytest.approx(0.5)
    assert made[500] == pytest.approx(0.5, abs=0.01)
    assert made[999] == pytest.approx(0.25)


@pytest.mark.parametrize("rate", [44100, 48000, 96000])
@pytest.mark.parametrize("name", ["rain", "knock"])
def test_other_rates_hold_the_same_sound(name, rate):
    made, known = (bank.generate(name, rate=each) for each in (rate, 48000))
    assert len(made) == pytest.approx(len(known) * rate / 48000, abs=1)
    powers = []
    for signal, each in ((made, rate), (known, 48000)):
        spectrum = np.abs(np.fft.rfft(signal[:, 0])) ** 2
        frequency = np.fft.rfftfreq(len(signal), 1.0 / each)
        powers.append(
            [
                spectrum[(frequency >= f) & (frequency < 2.0 * f)].sum() / len(signal) ** 2
                for f in (125.0, 1000.0, 8000.0)
            ]
        )
    assert powers[0] == pytest.approx(powers[1], rel=0.02)


def test_a_rate_that_cannot_be_is_refused():
    with pytest.raises(ValueError, match="multiple of 5"):
        bank.generate("rain", rate=44101)


@pytest.mark.parametrize("reference", ["dogg", "dog?"])
def test_what_stands_after_builtin_is_checked(reference):
    with pytest.raises((MissingInputError, SceneError), match="builtin:dog"):
        bank.parse(reference)


def test_the_table_says_what_the_user_needs():
    for sound in bank.BANK.values():
        assert isinstance(sound, BankSound)
        assert sound.description.endswith(".")
        assert sound.lasts[0] <= sound.lasts[1]
        assert (sound.every == (0.0, 0.0)) == (sound.kind == "bed")
        assert sound.every[0] < sound.every[1] or sound.kind == "bed"
        for parameter in sound.parameters:
            assert parameter.meaning
            assert (
                parameter.choices
                or parameter.low <= parameter.usual[0] <= parameter.usual[1] <= parameter.high
            )
