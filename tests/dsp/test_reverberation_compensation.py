"""The arithmetic of sends: exact on effective responses, bounded everywhere."""

import math

import numpy as np
import pytest
from oracles.room_parameters import clarity

from imgext.dsp.reverberation import c50_of, send_for_c50
from imgext.dsp.reverberation.compensation import FLOOR, class_gain, with_prior

RATE = 16000


def decaying_noise(rt60, seconds, seed):
    t = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(seed).standard_normal(t.size) * 10.0 ** (-3.0 * t / rt60)
    return noise / np.sqrt(np.sum(noise**2))


def response(rt60, drr, seconds, seed):
    h = decaying_noise(rt60, seconds, seed) * 10.0 ** (-drr / 20.0)
    return np.concatenate([[1.0], h])


def test_a_dry_sound_gets_the_whole_room():
    assert send_for_c50(math.inf, 0.25, 0.4) == 0.5


def test_a_sound_as_reverberant_as_the_room_gets_none_of_it_but_for_the_floor():
    r_t, late = 0.5, 0.6
    own = -10.0 * math.log10(r_t * late / (1.0 + r_t * (1.0 - late)))
    assert send_for_c50(own, r_t, late, keep_tail=False) == pytest.approx(0.0, abs=1e-6)
    assert send_for_c50(own, r_t, late) == pytest.approx(FLOOR * math.sqrt(r_t))


@pytest.mark.parametrize("c50", [2.0, 6.0, 10.0, 15.0])
@pytest.mark.parametrize(("r_t", "late"), [(0.25, 0.9), (1.0, 0.7), (4.0, 0.5)])
def test_early_and_late_energies_meet_the_c50_of_the_room_exactly(c50, r_t, late):
    """Energies as the module counts them: the room's early part is early, its late part late, whatever of the
    sound goes through it."""
    wanted = r_t * late / (1.0 + r_t * (1.0 - late))
    rho = 10.0 ** (-c50 / 10.0)
    send = send_for_c50(c50, r_t, late, keep_tail=False)
    through = send**2 * (1.0 + rho)
    if 0.0 < send < math.sqrt(r_t):
        assert (rho + through * late) / (1.0 + through * (1.0 - late)) == pytest.approx(wanted, rel=1e-9)
    elif send == 0.0:
        assert rho >= wanted
    else:
        pytest.fail("a sound with a room of its own gets as much as a dry one")


@pytest.mark.parametrize(("rt60", "drr"), [(0.5, 0.0), (0.5, 3.0), (0.8, 6.0), (1.5, 8.0)])
def test_a_sound_rendered_with_the_send_has_about_the_c50_of_the_room(rt60, drr):
    """Responses of noise, convolved: the send brings C50 to within a JND of what a dry sound has, and takes a
    good part of the error away."""
    r_t = 0.8
    own = response(rt60, drr, 2.5, seed=1)
    room = decaying_noise(1.2, 3.0, seed=2)
    late = float(np.sum(room[round(0.05 * RATE) :] ** 2))
    send = send_for_c50(clarity(own, RATE, 0.05), r_t, late, keep_tail=False)
    size = own.size + room.size

    def effective(source, send):
        together = np.fft.irfft(
            np.fft.rfft(source, size) * np.fft.rfft(np.concatenate([[1.0], send * room]), size), size
        )
        return clarity(together, RATE, 0.05)

    intended = effective(np.ones(1), math.sqrt(r_t))
    error = abs(effective(own, send) - intended)
    assert error < 1.1
    assert error < 0.6 * abs(effective(own, math.sqrt(r_t)) - intended)


@pytest.mark.parametrize("c50", [-5.0, 0.0, 5.0, 10.0, 20.0, math.inf])
@pytest.mark.parametrize("r_t", [0.0, 0.1, 1.0, 4.0])
@pytest.mark.parametrize("late", [0.0, 0.3, 1.0])
def test_a_send_is_never_above_the_rooms_own(c50, r_t, late):
    assert FLOOR * math.sqrt(r_t) - 1e-12 <= send_for_c50(c50, r_t, late) <= math.sqrt(r_t)


def test_c50_of_an_exponential_room_without_direct_sound_is_the_analytic_one():
    """10 lg(exp(13.8155 * 0.05 / T) - 1), ISO 3382-1; the table of the decays 0.3, 0.5, 1 and 2 s."""
    for rt60, c50 in [(0.3, 9.542), (0.5, 4.744), (1.0, -0.021), (2.0, -3.845)]:
        assert c50_of(rt60, -200.0) == pytest.approx(c50, abs=1e-3)


def test_c50_of_a_room_is_that_of_its_response():
    assert c50_of(0.5, 3.0) == pytest.approx(clarity(response(0.5, 3.0, 2.0, seed=3), RATE, 0.05), abs=0.4)


def test_class_gains_lie_between_none_and_ten_decibels_down():
    assert class_gain((1.0, 0.0, 0.0)) == 0.0
    assert class_gain((0.0, 1.0, 0.0)) == -4.0
    assert class_gain((0.0, 0.0, 1.0)) == -10.0
    assert str(class_gain((0.999, 0.001, 0.0))) == "0.0"


def test_the_prior_holds_four_of_six_sounds_dry():
    assert with_prior(np.array([0.2, 0.4, 0.4])) == (0.5, 0.25, 0.25)


@pytest.mark.parametrize("arguments", [(10.0, -0.1, 0.5), (10.0, 0.5, 1.5), (10.0, math.nan, 0.5)])
def test_what_cannot_be_is_refused(arguments):
    with pytest.raises(ValueError, match="it "):
        send_for_c50(*arguments)
