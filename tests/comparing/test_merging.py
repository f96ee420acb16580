"""Two edits of a scene become one: what each changed stands in the result, comments and spelling too."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgext.comparing.locks import merged_locks
from imgext.comparing.merging import merged
from imgext.errors import SceneError
from imgext.scene.document import parse
from imgext.scene.edit import set_value
from imgext.scene.lock import Lock, LockedSound

BASE = """# my harbour
schema: imgext.scene/1
seed: 3   # lucky

objects:
  gull: {label: gull, importance: 0.5}  # on one line
  sea:
    label: sea
    kind: atmo

tracks:
  # the gull comes early
  gull:
    sound: gull.wav
    start: 1.50   # as written
  sea:
    sound: "sea.wav"
    gain: -2
"""

#: Fields that may be edited in one line each, and values for them that are not those of `BASE`.
EDITS = {
    "seed": st.integers(4, 99),
    "title": st.sampled_from(["Dawn", "a: b", "# no comment"]),
    "duration": st.integers(5, 60),
    "objects.gull.importance": st.sampled_from([0.1, 0.85]),
    "objects.gull.pan": st.sampled_from([-0.5, 1]),
    "objects.sea.label": st.sampled_from(["waves", "surf"]),
    "objects.sea.depth": st.sampled_from([0.2, 0.4]),
    "tracks.gull.start": st.sampled_from([0, 2.5, [1, 4]]),
    "tracks.gull.gain": st.integers(-9, 9),
    "tracks.gull.fade_in": st.sampled_from([0.1, 0.2]),
    "tracks.gull.pan": st.sampled_from([-1, 0.25]),
    "tracks.sea.gain": st.integers(-9, -3),
    "tracks.sea.loop": st.booleans(),
    "master.loudness": st.integers(-30, -16),
    "unmask.mode": st.sampled_from(["off", "bark"]),
    "find.mode": st.just("random"),
}


def edited(text, edits):
    for path, value in edits:
        text = set_value(text, path, value)
    return text


@st.composite
def two_sets(draw):
    paths = draw(st.lists(st.sampled_from(sorted(EDITS)), min_size=2, max_size=6, unique=True))
    split = draw(st.integers(1, len(paths) - 1))
    edits = [(path, draw(EDITS[path])) for path in paths]
    return edits[:split], edits[split:]


@settings(max_examples=12, deadline=None, derandomize=True)
@given(two_sets())
def test_any_two_sets_of_edits_to_different_fields_merge_to_what_both_give(sets):
    ours, theirs = sets
    found = merged(BASE, edited(BASE, ours), edited(BASE, theirs))
    assert found.conflicts == []
    assert found.text in {edited(BASE, ours + theirs), edited(BASE, theirs + ours)}


def test_the_same_field_is_a_conflict_at_its_line_and_check_explains_it():
    ours, theirs = BASE.replace("1.50", "2.5"), BASE.replace("1.50", "4")
    found = merged(BASE, ours, theirs.replace("gain: -2", "gain: -5"))
    assert [(each.path, each.ours, each.theirs) for each in found.conflicts] == [
        ("tracks.gull.start", 2.5, 4)
    ]
    assert "gain: -5" in found.text
    assert (
        "    # <<<<<<< ours\n    start: 2.5   # as written\n    # =======\n    start: 4   # as written\n"
        "    # >>>>>>> theirs\n" in found.text
    )
    with pytest.raises(SceneError) as raised:
        parse(found.text)
    (fault,) = raised.value.faults
    assert (fault.code, fault.line, fault.column, fault.path) == ("conflict", 15, 5, "tracks.gull.start")
    assert "ours says 'start: 2.5   # as written', theirs says 'start: 4" in fault.message


def test_both_may_add_a_thing_at_the_same_place():
    ours = f"{BASE}  # mine\n  dog:\n    sound: dog.wav\n"
    theirs = f"{BASE}  # theirs\n  cat:\n    sound: cat.wav  # meow\n    start: 2.0\n"
    found = merged(BASE, ours, theirs)
    assert found.conflicts == []
    assert found.text == f"{ours}  # theirs\n  cat:\n    sound: cat.wav  # meow\n    start: 2.0\n"


def test_comments_of_both_stay_where_fields_of_the_same_line_changed():
    ours = BASE.replace("start: 1.50   # as written", "start: 3  # as written")
    theirs = BASE.replace("# as written", "# when it turns").replace(
        "  gull:\n    sound", "  # really\n  gull:\n    sound"
    )
    text = merged(BASE, ours, theirs).text
    assert "    start: 3  # when it turns\n" in text
    assert "# the gull comes early\n  # really\n  gull:\n" in text


def test_a_field_that_one_deleted_is_gone_and_what_the_other_changed_stays():
    ours = BASE.replace("    gain: -2\n", "")
    theirs = BASE.replace('"sea.wav"', '"surf.wav"')
    assert merged(BASE, ours, theirs).text == ours.replace('"sea.wav"', '"surf.wav"')
    found = merged(BASE, ours, BASE.replace("gain: -2", "gain: -3"))
    assert [each.path for each in found.conflicts] == ["tracks.sea.gain"]
    assert "# =======\n    gain: -3\n" in found.text


def test_cuts_of_one_list_are_merged_one_by_one():
    base = BASE + "    eq:\n      - {freq: 500, gain: -2}\n      - {freq: 900, gain: -3}\n"
    ours, theirs = base.replace("gain: -2}", "gain: -4}"), base.replace("gain: -3}", "gain: -6}")
    assert merged(base, ours, theirs).text == ours.replace("gain: -3}", "gain: -6}")


def test_windows_line_ends_stay():
    base = BASE.replace("\n", "\r\n")
    ours, theirs = base.replace("seed: 3", "seed: 4"), base.replace("    gain: -2", "    gain: -5")
    assert merged(base, ours, theirs).text == ours.replace("    gain: -2", "    gain: -5")


def pin(digest):
    about = {"source": "file", "id": "a", "bytes": 1, "duration": 1.0, "licence": "cc0", "rung": "written"}
    return LockedSound(sound="a.wav", sha256=digest * 64, fallback="written", **about)


def test_a_lock_takes_each_pin_from_the_side_that_changed_it():
    base = Lock.of({"a": pin("0"), "b": pin("1"), "c": pin("2")})
    ours = Lock.of({"a": pin("3"), "b": pin("1"), "d": pin("4")})
    theirs = Lock.of({"a": pin("0"), "b": pin("5"), "c": pin("2")})
    lock, left = merged_locks(base, ours, theirs)
    assert (lock, left) == (Lock.of({"a": pin("3"), "b": pin("5"), "d": pin("4")}), [])


def test_what_both_pinned_to_another_sound_is_left_to_be_chosen_again():
    lock, left = merged_locks(Lock.of({}), Lock.of({"a": pin("1")}), Lock.of({"a": pin("2")}))
    assert (lock.sounds, left) == ({}, ["a"])


def test_settings_that_each_side_added_come_in_the_order_of_the_format():
    ours, theirs = set_value(BASE, "master.loudness", -16), set_value(BASE, "find.mode", "random")
    text = merged(BASE, ours, theirs).text
    assert text.endswith("find: {mode: random}\nmaster: {loudness: -16}\n")
