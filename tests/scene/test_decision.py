"""Decisions are rounded to what a file shows, and are one JSON line each."""

import json
import math
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from imgext.scene.decision import STEP, Decision, decibels, hertz, seconds, share, significant, warnings_in
from imgext.scene.yaml.spelling import number_text

FAST = settings(max_examples=150, deadline=None, derandomize=True, database=None)


@pytest.mark.parametrize(
    ("value", "near", "down", "up"),
    [
        (0.0, 0.0, 0.0, 0.0),
        (3.41249, 3.412, 3.412, 3.413),
        (5.0004, 5.0, 5.0, 5.001),
        (2.3, 2.3, 2.3, 2.3),  # 2.3 * 1000 is 2299.9999999999995
        (1.001, 1.001, 1.001, 1.001),  # 1.001 * 1000 is 1000.9999999999999
        (999.9994, 999.999, 999.999, 1000.0),
        (999.9996, 1000.0, 999.999, 1000.0),
        (1000.0, 1000.0, 1000.0, 1000.0),
        (1000.004, 1000.0, 1000.0, 1000.01),
        (1234.5678, 1234.57, 1234.56, 1234.57),
        (9999.996, 10000.0, 9999.99, 10000.0),
        (12345.67, 12345.7, 12345.6, 12345.7),
        (86400.0, 86400.0, 86400.0, 86400.0),
        (-0.0001, 0.0, -0.001, 0.0),
    ],
)
def test_seconds_have_a_millisecond_and_six_digits(value, near, down, up):
    assert (seconds(value), seconds(value, "down"), seconds(value, "up")) == (near, down, up)


@FAST
@given(st.floats(0, 86400))
@example(999.9995)
def test_seconds_agree_with_decimal_arithmetic(value):
    digits = 3 if value < 1000 else 2 if value < 10_000 else 1
    exact = Decimal(value)
    step = Decimal(1).scaleb(-digits)
    assert abs(Decimal(seconds(value)) - exact) <= step / 2 + Decimal("1e-9")
    for way, rounding in (("down", ROUND_FLOOR), ("up", ROUND_CEILING)):
        wanted = exact.quantize(step, rounding)
        got = Decimal(repr(seconds(value, way)))
        # only a value within a billionth of a second of a whole step may be taken for it
        assert got == wanted or abs(exact - got) < Decimal("1e-6") * step * 10


@FAST
@given(st.floats(0, 86400), st.sampled_from(["near", "down", "up"]))
def test_rounded_seconds_are_written_in_six_digits_and_stay(value, way):
    once = seconds(value, way)
    assert seconds(once) == seconds(once, "down") == seconds(once, "up") == once
    assert len(number_text(once).replace(".", "").lstrip("0")) <= 6
    assert significant(once) == once
    assert float(number_text(once)) == once


@FAST
@given(st.floats(-120, 120))
def test_the_other_steps_agree_with_decimal_arithmetic(value):
    for rounded, digits in ((decibels(value), 2), (share(value), 3), (hertz(value), 0)):
        wanted = Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN)
        assert Decimal(repr(rounded)) == wanted
        assert math.copysign(1, rounded) == 1 or rounded < 0  # no negative zero


def test_the_steps_are_the_ones_in_the_table():
    assert STEP == {"seconds": 0.001, "decibels": 0.01, "hertz": 1.0, "share": 0.001}
    assert (seconds(0.0006), decibels(0.006), hertz(0.6), share(0.0006)) == tuple(STEP.values())


@pytest.mark.parametrize(
    ("value", "digits", "expected"),
    [(1 / 3, 6, 0.333333), (123456.7, 6, 123457.0), (-0.0, 6, 0.0), (0.00012345678, 3, 0.000123)],
)
def test_significant_digits(value, digits, expected):
    result = significant(value, digits)
    assert result == expected
    assert math.copysign(1, result) == 1


def test_a_decision_is_one_line_of_json():
    decision = Decision("tracks.gull.start", 3.25, "es fällt\nin die Lücke", {"b": 2, "a": 1}, "arrange")
    line = decision.as_json()
    assert "\n" not in line
    assert "fällt" in line
    assert list(json.loads(line)) == ["stage", "kind", "path", "value", "because", "numbers"]
    assert list(json.loads(line)["numbers"]) == ["a", "b"]
    assert "numbers" not in json.loads(Decision("seed", 0, "so").as_json())


def test_warnings_are_found_again():
    decisions = [Decision("a", 1, "x", kind=kind) for kind in ("answer", "warning", "note", "warning")]
    assert warnings_in(decisions) == [decisions[1], decisions[3]]
