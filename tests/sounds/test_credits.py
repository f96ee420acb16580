from imgext.scene.lock import Lock, LockedSound
from imgext.sounds.credits import credits_text


def sound(**parts):
    base = {
        "sound": "library:a.wav",
        "source": "library",
        "id": "a.wav",
        "sha256": "0" * 64,
        "bytes": 1,
        "duration": 1.0,
        "licence": "by",
        "rung": "label",
    }
    return LockedSound.model_validate({**base, **parts})


def test_every_track_is_credited_with_title_author_url_and_licence():
    text = credits_text(Lock.of({"gull": sound(title="Herring gull", author="Ann", url="https://freesound.org/s/1/")}))
    line = text.splitlines()[-1]
    for part in ("gull: ", '"Herring gull"', "by Ann", "https://freesound.org/s/1/", "https://creativecommons.org/licenses/by/4.0/"):
        assert part in line
    assert "mixed by imgext" in text


def test_builtin_sounds_are_our_own_and_cc0():
    line = credits_text(
        Lock.of({"r": sound(source="builtin", sound="builtin:rain", id="rain", licence="cc0", title="Steady rain")})
    ).splitlines()[-1]
    assert "built into imgext" in line
    assert "CC0" in line


def test_what_is_not_stated_is_said_to_be_so_and_tracks_are_sorted():
    lines = credits_text(Lock.of({"b": sound(licence="unknown"), "a": sound()})).splitlines()[-2:]
    assert [line[0] for line in lines] == ["a", "b"]
    assert "author not stated" in lines[1]
    assert "not stated" in lines[1].split("License:")[1]


def test_a_title_cannot_break_the_line():
    text = credits_text(Lock.of({"a": sound(title="one\ntwo\x1b[31m\u2028three")}))
    assert text.count("\n") == 3
    assert "\x1b" not in text


def test_an_empty_lock_says_so():
    assert credits_text(Lock.of({})) == "No sounds are locked: nothing to credit.\n"
