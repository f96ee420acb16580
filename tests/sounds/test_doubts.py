"""A sound whose licence is not certain is not taken, and every run says so with file, line and remedy."""

from __future__ import annotations

import json

import pytest

from imgext.scene.lock import Lock
from imgext.scene.model import VERSION, Scene
from imgext.sounds.find import find
from imgext.sounds.library.library import Library

pytestmark = pytest.mark.usefixtures("cache", "quick_bank")
SCENE = Scene.of({"schema": VERSION, "objects": {"dog": {"label": "dog"}}})


@pytest.fixture
def root(tmp_path, sound_writer):
    sound_writer(tmp_path / "lib" / "rex.wav")
    return tmp_path / "lib"


def found(root, lock=None, scene=SCENE, **how):
    _, lock, decisions = find(scene, lock or Lock.of({}), libraries=[Library(root)], **how)
    return lock.sounds["dog"], [each.because for each in decisions if each.kind == "warning"], lock


def test_a_row_that_cannot_be_believed_is_said_with_its_line_and_the_remedy(root):
    (root / "index.csv").write_text("file,label,licence\nrex.wav,big, dog,by-nc\n", encoding="utf-8")
    pin, warnings, _ = found(root)
    assert pin.sound == "builtin:dog"
    assert warnings == [
        (
            "lib/index.csv, line 2: the row has 4 cells, the header 3, so its licence is not certain; "
            "rex.wav is not "
            "used: state the licence in index.csv, `own` where the sound is yours"
        )
    ]


def test_a_broken_sidecar_puts_its_sound_in_doubt(root):
    (root / "rex.json").write_text('{"name": "dog", "license": "by-n', encoding="utf-8")
    pin, (warning,), _ = found(root)
    assert pin.sound == "builtin:dog"
    assert warning.startswith("lib/rex.json: is not JSON: ")


def test_a_pin_follows_what_is_stated_later(root):
    (root / "rex.json").write_text(json.dumps({"name": "dog"}), encoding="utf-8")
    pin, warnings, lock = found(root)
    assert (pin.sound, pin.licence, warnings) == ("library:rex.wav", "unknown", [])
    (root / "rex.json").write_text(
        json.dumps({"name": "dog", "license": "CC BY 4.0", "username": "Ann"}), encoding="utf-8"
    )
    pin, (warning,), lock = found(root, lock)
    assert (pin.sound, pin.licence, pin.author) == ("library:rex.wav", "by", "Ann")
    assert warning == "its licence is stated as by; the lock said unknown"
    (root / "rex.json").write_text(json.dumps({"name": "dog", "license": "by-nc"}), encoding="utf-8")
    assert found(root, lock)[0].sound == "builtin:dog"


def test_a_written_sound_in_doubt_is_played_and_named(root):
    (root / "index.csv").write_text("file,licence\nrex.wav,mail me\n", encoding="utf-8")
    scene = Scene.of({"schema": VERSION, "tracks": {"dog": {"sound": "library:rex.wav"}}})
    pin, warnings, _ = found(root, scene=scene)
    assert (pin.sound, pin.licence) == ("library:rex.wav", "other")
    assert "its licence is not certain: 'mail me' is not a licence that imgext knows" in warnings


def test_what_is_passed_over_for_its_licence_is_in_the_reason(root):
    (root / "index.csv").write_text("file,label,licence\nrex.wav,dog,by-nc\n", encoding="utf-8")
    _, _, decisions = find(SCENE, Lock.of({}), libraries=[Library(root)])
    (answer,) = [each for each in decisions if each.path == "tracks.dog.sound"]
    assert answer.because.endswith("passed over for their licence: 1 by-nc")


def test_files_of_formats_that_are_not_read_are_counted(root):
    for name in ("a.m4a", "b.M4A"):
        (root / name).write_bytes(b"\0\0\0\x18ftypM4A ")
    said = [why for why in found(root)[1] if "m4a" in why]
    assert len(said) in {0, 1}  # none where imgext[av] is installed
    assert all(why.startswith("lib: 2 files are left out: .m4a files are not read") for why in said)
