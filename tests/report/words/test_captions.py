"""What sounds when, as captions and in words."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from imgext.report.words.captions import Audible, audible, captions, description
from imgext.scene.model import Scene


def thing(label="gull", *spans, **rest):
    given = {"pan": 0.0, "depth": None, "bed": False, "importance": 0.5} | rest
    return Audible(label=label, spans=spans, **given)


def cues(text):
    """Each cue of a WebVTT text: start, end, words."""
    return re.findall(r"(\S+) --> (\S+)\n(.+)\n", text)


def plan(frames=80000, room=None, **tracks):
    """A plan at 8 kHz: starts and lengths in seconds by track."""
    return SimpleNamespace(
        rate=8000,
        frames=frames,
        room=room,
        tracks=[
            SimpleNamespace(
                id=key,
                pan=0.35,
                events=[SimpleNamespace(start=round(at * 8000), frames=round(n * 8000)) for at, n in events],
            )
            for key, events in tracks.items()
        ],
    )


SCENE = Scene.of(
    {
        "schema": "imgext.scene/1",
        "title": "Quay",
        "room_detected": False,
        "objects": {
            "sea": {"label": "sea", "kind": "atmo"},
            "boat": {"label": "boat", "importance": 0.2, "depth": 0.9},
            "gull": {"label": "gull", "importance": 0.8},
        },
        "tracks": {"sea": {}, "boat": {}, "gull": {}},
    }
)
PLAN = plan(sea=[(0, 10)], boat=[(6, 3)], gull=[(1, 0.5), (4, 0.5)])


def test_a_cue_names_the_sound_and_its_side():
    assert cues(captions([thing("gull", (2.0, 4.5), pan=0.4)])) == [
        ("00:00:02.000", "00:00:04.500", "[gull, right]")
    ]


@pytest.mark.parametrize(
    ("pan", "words"), [(0.0, "[x]"), (-0.2, "[x, left]"), (-0.6, "[x, far left]"), (1.0, "[x, far right]")]
)
def test_the_middle_is_no_side(pan, words):
    assert cues(captions([thing("x", (0.0, 2.0), pan=pan)]))[0][2] == words


def test_a_short_sound_is_captioned_for_a_second():
    assert cues(captions([thing("x", (3.0, 3.1))])) == [("00:00:03.000", "00:00:04.000", "[x]")]


def test_repeats_less_than_a_second_apart_are_one_cue():
    text = captions([thing("x", (0.0, 1.2), (2.1, 2.4), (3.5, 4.0))])
    assert [(start, end) for start, end, _ in cues(text)] == [
        ("00:00:00.000", "00:00:02.400"),
        ("00:00:03.500", "00:00:04.500"),
    ]


def test_two_tracks_with_one_label_in_one_place_are_one_cue():
    assert len(cues(captions([thing("x", (0.0, 2.0)), thing("x", (1.0, 3.0))]))) == 1


def test_a_bed_is_captioned_where_it_begins():
    assert cues(captions([thing("rain", (0.0, 600.0), bed=True, pan=0.9)])) == [
        ("00:00:00.000", "00:00:04.000", "[rain]")
    ]


def test_an_hour_has_its_hours():
    assert cues(captions([thing("x", (3723.25, 3725.0))]))[0][:2] == ("01:02:03.250", "01:02:05.000")


def test_a_label_is_no_markup():
    text = captions([thing("<b>a & b --> c", (0.0, 2.0))])
    assert cues(text)[0][2] == "[&lt;b&gt;a &amp; b --&gt; c]"


def test_a_label_breaks_no_line():
    (sound, *_) = audible(
        Scene.of({"schema": "imgext.scene/1", "objects": {"a": {"label": "a\n\nb"}}, "tracks": {"a": {}}}),
        plan(a=[(0, 2)]),
    )
    assert sound.label == "a\\n\\nb"


def test_things_come_by_importance_and_beds_last():
    assert [each.label for each in audible(SCENE, PLAN)] == ["gull", "boat", "sea"]


def test_a_soundscape_is_described_in_words():
    assert description(SCENE, PLAN, audible(SCENE, PLAN)) == (
        "Quay. 10 seconds of sound, in the open.\n"
        "\n"
        "Heard, the most important first:\n"
        "- gull, right: 2 times, at 0:01 and 0:04\n"
        "- boat, right, far away: once, at 0:06, for 3 seconds\n"
        "\n"
        "In the background: sea.\n"
    )


def test_a_room_is_described_by_size_and_walls():
    large = plan(room=SimpleNamespace(room_size=0.9, damping=0.1), sea=[(0, 10)])
    assert "in a large, hard room." in description(SCENE, large, audible(SCENE, large))
