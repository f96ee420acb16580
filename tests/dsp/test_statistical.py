"""Decay times of a room of 5 x 4 x 2.6 m (52 m3, 86.8 m2), by arithmetic."""

import pytest

from imgext.dsp.statistical import critical_distance, eyring, sabine


@pytest.mark.parametrize(
    ("absorption", "by_sabine", "by_eyring"), [(0.05, 1.93, 1.88), (0.2, 0.48, 0.43), (0.35, 0.28, 0.22)]
)
def test_decay_of_a_living_room(absorption, by_sabine, by_eyring):
    assert sabine(52.0, 86.8, absorption) == pytest.approx(by_sabine, abs=0.006)
    assert eyring(52.0, 86.8, absorption) == pytest.approx(by_eyring, abs=0.006)


def test_critical_distance():
    assert critical_distance(52.0, eyring(52.0, 86.8, 0.2)) == pytest.approx(0.63, abs=0.006)


def test_a_room_that_absorbs_all_does_not_ring():
    assert eyring(52.0, 86.8, 1.0) == 0.0


@pytest.mark.parametrize("room", [(0.0, 1.0, 0.5), (1.0, -1.0, 0.5), (1.0, 1.0, 0.0), (1.0, 1.0, 1.1)])
def test_what_is_no_room_is_an_error(room):
    with pytest.raises(ValueError, match="is none"):
        sabine(*room)
    with pytest.raises(ValueError, match="is none"):
        eyring(*room)


def test_no_decay_has_no_critical_distance():
    with pytest.raises(ValueError, match="above 0 s"):
        critical_distance(52.0, 0.0)
