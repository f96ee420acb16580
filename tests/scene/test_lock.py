import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgext.errors import SceneError
from imgext.scene.lock import Lock, LockedSound, differences, lock_path, lock_text, read_lock, write_lock

BASE = {
    "sound": "builtin:rain",
    "source": "builtin",
    "id": "rain",
    "sha256": "ab" * 32,
    "bytes": 9,
    "duration": 12.0,
    "licence": "cc0",
    "rung": "label",
}


def sound(**parts):
    return LockedSound.model_validate({**BASE, **parts})


def test_the_lock_stands_beside_its_scene():
    assert lock_path(Path("a/harbour.yaml")) == Path("a/harbour.lock.yaml")
    assert lock_path(Path("scene.resolved.yaml")) == Path("scene.resolved.lock.yaml")


def test_a_missing_lock_is_an_empty_one(tmp_path):
    assert read_lock(tmp_path / "none.lock.yaml") == Lock.of({})


def test_an_empty_lock_reads_back(tmp_path):
    write_lock(tmp_path / "a.lock.yaml", Lock.of({}))
    assert read_lock(tmp_path / "a.lock.yaml") == Lock.of({})


def test_a_round_trip_gives_the_same_bytes(tmp_path):
    lock = Lock.of(
        {
            "b": sound(title='"quoted": yes # no', author="Zoë 🐕"),
            "a": sound(title="- x", url="https://x.org/?a=b&c", query="no", tag="sea waves"),
        }
    )
    path = tmp_path / "a.lock.yaml"
    write_lock(path, lock)
    first = path.read_bytes()
    write_lock(path, read_lock(path))
    assert path.read_bytes() == first
    assert read_lock(path) == lock


def test_tracks_are_sorted_whatever_order_they_came_in():
    one, two = sound(), sound(id="wind", sound="builtin:wind")
    assert lock_text(Lock.of({"a": one, "b": two})) == lock_text(Lock.of({"b": two, "a": one}))


def test_the_text_is_plain_yaml_as_any_reader_takes_it():
    from ruamel.yaml import YAML

    lock = Lock.of(
        {
            "no": sound(title="yes"),
            "n1": sound(title="1e3"),
            "x": sound(title="a: b", author="null", query=" lead", tag="x "),
        }
    )
    data = YAML(typ="safe", pure=True).load(lock_text(lock))
    assert list(data) == ["schema", "sounds"]
    assert data["sounds"]["no"]["title"] == "yes"
    assert data["sounds"]["n1"]["title"] == "1e3"
    assert (
        data["sounds"]["x"]["title"],
        data["sounds"]["x"]["author"],
        data["sounds"]["x"]["query"],
        data["sounds"]["x"]["tag"],
    ) == (
        "a: b",
        "null",
        " lead",
        "x ",
    )


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(title=TEXT, query=TEXT, author=TEXT)
def test_any_text_survives(tmp_path_factory, title, query, author):
    lock = Lock.of({"a": sound(title=title, query=query, author=author)})
    path = tmp_path_factory.mktemp("lock") / "a.lock.yaml"
    write_lock(path, lock)
    assert read_lock(path) == lock
    assert path.read_text("utf-8") == lock_text(read_lock(path))


@pytest.mark.parametrize(
    ("change", "line", "path"),
    [
        (("duration: 12.0", "duration: long"), 9, "sounds.a.duration"),
        (("licence: cc0", "licence: gpl"), 10, "sounds.a.licence"),
        (("bytes: 9", "bytes: -1"), 8, "sounds.a.bytes"),
        (("bytes: 9", "size: 9"), 8, "sounds.a.size"),
        (("abab", "AbAb"), 7, "sounds.a.sha256"),
        (("imgext.lock/1", "imgext.lock/9"), 1, "schema"),
        (("  a:", "  A:"), 3, "sounds.A.[key]"),
    ],
)
def test_a_fault_names_its_place(tmp_path, change, line, path):
    file = tmp_path / "a.lock.yaml"
    text = lock_text(Lock.of({"a": sound()})).replace(*change)
    assert change[1] in text
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SceneError) as caught:
        read_lock(file)
    assert (line, path) in [(fault.line, fault.path) for fault in caught.value.faults]
    assert str(caught.value).startswith(f"{file}:")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a",
        "a: [",
        "a: &b 1\nc: *b",
        "schema: imgext.lock/1\nschema: imgext.lock/1\n",
        "\x00",
        "!!python/object:os.system x",
    ],
)
def test_what_is_no_lock_is_refused(tmp_path, text):
    file = tmp_path / "a.lock.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(SceneError):
        read_lock(file)


ACOUSTICS = {
    "class": "wet",
    "p": [0.03, 0.12, 0.85],
    "rt60": 1.21,
    "gain_db": -9.1,
    "source": "auto",
    "because": "72 decays of 25 events",
}


def test_acoustics_stand_below_their_sound_and_read_back(tmp_path):
    lock = Lock.of({"dog": sound(acoustics=ACOUSTICS), "cat": sound()})
    text = lock_text(lock)
    assert (
        "    acoustics:\n      class: wet\n      p: [0.03, 0.12, 0.85]\n      rt60: 1.21\n"
        "      gain_db: -9.1\n      source: auto\n"
    ) in text
    write_lock(tmp_path / "a.lock.yaml", lock)
    assert read_lock(tmp_path / "a.lock.yaml") == lock


def test_what_a_person_writes_into_a_lock_is_read(tmp_path):
    write_lock(tmp_path / "a.lock.yaml", Lock.of({"dog": sound(acoustics=ACOUSTICS)}))
    text = (tmp_path / "a.lock.yaml").read_text(encoding="utf-8")
    (tmp_path / "a.lock.yaml").write_text(
        text.replace("source: auto", "source: user\n      c50: 5  # by ear"), encoding="utf-8"
    )
    found = read_lock(tmp_path / "a.lock.yaml").sounds["dog"].acoustics
    assert (found.source, found.c50, found.from_user) == ("user", 5.0, True)


@pytest.mark.parametrize(
    ("wrong", "right", "place"),
    [
        ("wet", "soaked", "sounds.dog.acoustics.class"),
        ("-9.1", "3.0", "sounds.dog.acoustics.gain_db"),
        ("0.85]", "0.85, 1]", "sounds.dog.acoustics.p"),
        ("rt60: 1.21", "rt60: 0", "sounds.dog.acoustics.rt60"),
        ("rt60: 1.21", "rt6: 1.21", "sounds.dog.acoustics.rt6"),
    ],
)
def test_a_fault_in_acoustics_is_told_with_its_place(tmp_path, wrong, right, place):
    write_lock(tmp_path / "a.lock.yaml", Lock.of({"dog": sound(acoustics=ACOUSTICS)}))
    text = (tmp_path / "a.lock.yaml").read_text(encoding="utf-8")
    (tmp_path / "a.lock.yaml").write_text(text.replace(wrong, right), encoding="utf-8")
    with pytest.raises(SceneError, match=re.escape(place)):
        read_lock(tmp_path / "a.lock.yaml")


def test_acoustics_are_no_difference_between_locks():
    plain, told = Lock.of({"dog": sound()}), Lock.of({"dog": sound(acoustics=ACOUSTICS)})
    assert differences(plain, told) == differences(told, plain) == []
    assert differences(told, Lock.of({"dog": sound(title="other", acoustics=ACOUSTICS)})) != []
