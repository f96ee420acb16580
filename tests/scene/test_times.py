"""Lengths of time as people write them."""

import pytest

from imgext.scene.times import seconds_of


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
    with pytest.raises(ValueError, match="no length of time"):
        seconds_of(text)
