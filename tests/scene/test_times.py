"""Lengths of time as people write them."""

import re

import pytest

from imgext.errors import SceneError
from imgext.scene.document import parse
from imgext.scene.times import WITH_UNIT, seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5m", 300),
        ("1h", 3600),
        ("1h30", 5400),
        ("1h30m", 5400),
        ("1h30m10s", 5410),
        ("2m30", 150),
        ("90s", 90),
        ("90", 90),
        ("0.5", 0.5),
        (" 10M ", 600),
        ("1.5h", 5400),
        ("1h20s", 3620),
    ],
)
def test_hours_minutes_and_seconds_are_read(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", " ", "m", "5 m 3", "five", "-5m", "5x", "1m1h", "1:30", "5mm", "٥m"])
def test_what_is_no_length_of_time_is_refused(text):
    with pytest.raises(ValueError, match="not a length of time"):
        seconds_of(text)


@pytest.mark.parametrize(
    ("written", "seconds"), [("5m", 300), ("1h30", 5400), ("90s", 90), ("2.5h", 9000), ("7", 7)]
)
def test_the_length_of_a_mix_may_have_a_unit(written, seconds):
    scene = parse(f"schema: imgext.scene/1\nduration: {written}\nobjects: {{a: {{label: dog}}}}\n").scene
    # the canonical form has seconds
    assert scene.as_data()["duration"] == seconds


@pytest.mark.parametrize("written", ["'90'", "5 minutes", "1h 30", "m", "''", "-5m", "0m", "30h"])
def test_what_is_no_length_of_a_mix_is_a_fault_in_its_place(written):
    with pytest.raises(SceneError) as caught:
        parse(f"schema: imgext.scene/1\nduration: {written}\nobjects: {{a: {{label: dog}}}}\n")
    (fault,) = caught.value.faults
    assert (fault.place.path, fault.place.line) == ("duration", 2)


@pytest.mark.parametrize("written", ["5m", "1h30", "90", "", "m", "1h 30"])
def test_the_schema_for_editors_reads_the_same_times(written):
    assert bool(re.match(WITH_UNIT, written)) == (written in {"5m", "1h30"})
