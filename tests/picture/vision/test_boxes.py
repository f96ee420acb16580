"""Boxes end inside the picture, in whatever unit and order of corners they came."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgext.picture.vision.boxes import Unit, around, box_of, corners_of, is_swapped, overlap, unit_of
from imgext.picture.vision.reply import Seen

FRACTIONS = Unit("", 0.0, 0.0)


def seen(x0, y0, x1, y1):
    return Seen(label="dog", x0=x0, y0=y0, x1=x1, y1=y1)


def test_corners_in_another_order_are_put_in_order():
    given_box = seen(0.9, 0.8, 0.1, 0.2)
    assert corners_of(given_box) == (0.1, 0.2, 0.9, 0.8)
    assert is_swapped(given_box)
    assert not is_swapped(seen(0.1, 0.2, 0.9, 0.8))


@pytest.mark.parametrize(
    "box", [(None, 0, 1, 1), (0, 0, 1, None), (0, 0, float("inf"), 1), (float("nan"), 0, 1, 1)]
)
def test_a_box_that_lacks_a_corner_is_none(box):
    assert corners_of(seen(*box)) is None


@pytest.mark.parametrize(
    ("corners", "box"),
    [
        ((0.1, 0.2, 0.4, 0.6), (0.1, 0.2, 0.3, 0.4)),
        ((-0.1, -5e-3, 1.3, 1.02), (0.0, 0.0, 1.0, 1.0)),
        ((0.5, 0.5, 0.5, 0.9), None),  # no width
        ((0.0, 0.0, 0.0, 0.0), None),
        ((1.2, 0.1, 1.4, 0.2), None),  # beyond the edge
    ],
)
def test_fractions_are_kept_inside_the_picture(corners, box):
    assert box_of(corners, FRACTIONS)[0] == box


@pytest.mark.parametrize(
    ("corners", "size", "unit"),
    [
        ((102.4, 76.8, 512, 384), (1024, 768), "pixels"),
        ((100, 100, 500, 1000), (1024, 768), "thousandths"),  # below the picture's lower edge, were it pixels
        ((10, 10, 50, 100), (1024, 768), "percent"),
        ((10, 10, 50, 100), (120, 110), "pixels"),  # a hundred pixels are nearly all of so small a picture
    ],
)
def test_pixels_percent_and_thousandths_are_understood(corners, size, unit):
    found = unit_of([corners], size)
    assert found[0] == unit
    box, name = box_of(corners, found)
    assert name == unit
    assert box == tuple(
        pytest.approx(value, abs=0.002)
        for value in (
            corners[0] / found[1],
            corners[1] / found[2],
            (corners[2] - corners[0]) / found[1],
            (corners[3] - corners[1]) / found[2],
        )
    )


@pytest.mark.parametrize(
    ("boxes", "size", "unit"),
    [
        ([(600, 400, 750, 900)], (768, 1024), "thousandths"),  # both fit, and more models give these
        ([(600, 400, 750, 600)], (1024, 768), "thousandths"),
        ([(600, 400, 767, 900)], (768, 1024), "pixels"),  # ends where the picture does
        ([(0, 400, 700, 1024)], (768, 1024), "pixels"),
        ([(0, 0, 1000, 600)], (1024, 768), "thousandths"),
        ([(600.5, 400, 750, 900)], (768, 1024), "pixels"),  # nobody halves a thousandth
        ([(600, 400, 790, 900)], (768, 1024), "thousandths"),  # beyond the right edge
        ([(600, 400, 750, 1023)], (1024, 1024), "pixels"),
        ([(100, 200, 300, 400)], (640, 480), "pixels"),  # as thousandths all would lie in a corner
        ([(100 * n, 300, 100 * n + 90, 600) for n in range(6)], (683, 1024), "pixels"),
    ],
)
def test_pixels_and_thousandths_are_told_apart_by_evidence(boxes, size, unit):
    assert unit_of(boxes, size).name == unit


@pytest.mark.parametrize(
    ("model", "unit"),
    [
        ("qwen3-vl:8b", "thousandths"),
        ("Qwen/Qwen2.5-VL-7B-Instruct", "pixels"),
        ("qwen2.5vl:7b", "pixels"),
        ("gemini-3-flash", "thousandths"),
        ("zai-org/GLM-4.5V", "thousandths"),
    ],
)
def test_a_model_known_for_its_unit_decides(model, unit):
    boxes = [(100 * n, 300, 100 * n + 90, 600) for n in range(6 if unit == "thousandths" else 1)]
    assert unit_of(boxes, (683, 1024), model) == (unit, *unit_of(boxes, (683, 1024), model)[1:3], True)


def test_one_unit_counts_for_all_boxes_of_a_reply_but_for_fractions():
    boxes = [(0.0, 0.0, 0.5, 0.5), (30.0, 40.0, 60.0, 80.0), (0.0, 0.0, 990.0, 900.0), None]
    unit = unit_of(boxes, (640, 480))
    assert unit[0] == "thousandths"
    assert box_of(boxes[1], unit)[0] == (0.03, 0.04, 0.03, 0.04)
    assert box_of(boxes[0], unit) == ((0.0, 0.0, 0.5, 0.5), "")


def test_a_box_in_no_known_unit_is_none():
    assert box_of((0, 0, 4000, 3000), unit_of([(0, 0, 4000, 3000)], (1024, 768))) == (None, "")


numbers = st.floats(allow_nan=True, allow_infinity=True)


@settings(deadline=None)
@given(numbers, numbers, numbers, numbers, st.integers(1, 1024), st.integers(1, 1024))
def test_no_numbers_lead_out_of_the_picture(x0, y0, x1, y1, width, height):
    corners = corners_of(seen(x0, y0, x1, y1))
    box, _ = box_of(corners, unit_of([corners], (width, height)))
    if box is not None:
        x, y, w, h = box
        assert 0 <= x <= 1
        assert 0 <= y <= 1
        assert 0 < w <= 1
        assert 0 < h <= 1
        assert x + w <= 1 + 1e-9
        assert y + h <= 1 + 1e-9
        assert all(value == round(value, 3) for value in box)


def test_overlap_and_the_box_around_two():
    left, right = (0.0, 0.0, 0.4, 0.5), (0.2, 0.25, 0.4, 0.5)
    assert overlap(left, right) == pytest.approx(0.05 / 0.35)
    assert overlap(left, (0.5, 0.0, 0.1, 0.1)) == 0
    assert around(left, right) == (0.0, 0.0, 0.6, 0.75)
