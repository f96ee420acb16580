"""No recording twice while another is free; searching again gives another one."""

from __future__ import annotations

import pytest

from imgext.scene.lock import Lock
from imgext.scene.model import VERSION, Scene
from imgext.scene.rules import path_fault
from imgext.sounds.find import find
from imgext.sounds.library.library import Library

pytestmark = pytest.mark.usefixtures("cache", "quick_bank")
EMPTY = Lock.of({})


@pytest.fixture
def rated(tmp_path, sound_writer):
    """A library of sounds by name, each with what its row says."""

    def make(rows):
        names = sorted({"file", *(name for row in rows.values() for name in row)})
        lines = [",".join(names)]
        for number, (file_id, row) in enumerate(rows.items()):
            sound_writer(tmp_path / "rated" / file_id, seed=number)
            lines.append(",".join((row | {"file": file_id}).get(name, "") for name in names))
        (tmp_path / "rated" / "index.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
        return Library(tmp_path / "rated")

    return make


def dogs(count, **parts):
    return Scene.of(
        {"schema": VERSION, "objects": {f"o{number}": {"label": "dog"} for number in range(count)}, **parts}
    )


def chosen(scene, library, lock=EMPTY, **how):
    lock = find(scene, lock, libraries=[library], **how)[1]
    return [lock.sounds[key].sound for key in sorted(lock.sounds)], lock


@pytest.mark.parametrize("mode", ["best", "random"])
def test_as_many_recordings_as_tracks_are_all_played(rated, mode):
    library = rated(
        {f"{n}.wav": {"label": "dog", "licence": "cc0", "rating": str(3 + n / 4)} for n in range(5)}
    )
    sounds, _ = chosen(dogs(5, find={"mode": mode}), library)
    assert len(set(sounds)) == 5


def test_a_written_sound_is_not_found_again_for_another_track(rated):
    library = rated({"a.wav": {"label": "dog", "rating": "5"}, "b.wav": {"label": "dog", "rating": "4"}})
    sounds, _ = chosen(dogs(1, tracks={"z": {"sound": "library:a.wav"}}), library)
    assert sounds == ["library:b.wav", "library:a.wav"]


def test_a_worse_match_is_not_taken_to_avoid_a_repeat(rated):
    library = rated({"a.wav": {"label": "dog"}, "b.wav": {"label": "park", "description": "a dog far away"}})
    assert chosen(dogs(2), library)[0] == ["library:a.wav", "library:a.wav"]


def test_a_locked_choice_stays_when_a_track_is_added(make_library):
    library = make_library({f"{n}.wav": {"label": "dog"} for n in range(3)})
    before, lock = chosen(dogs(2), library)
    after, _ = chosen(dogs(3), library, lock)
    assert after[:2] == before
    assert len(set(after)) == 3


def test_searching_again_gives_another_recording(make_library):
    library = make_library({f"{n}.wav": {"label": "dog"} for n in range(3)})
    (before, *_), lock = chosen(dogs(1), library)
    (after, *_), _ = chosen(dogs(1), library, lock, update=["o0"])
    assert after != before


def test_searching_again_keeps_the_only_recording(make_library):
    library = make_library({"a.wav": {"label": "dog"}})
    _, lock = chosen(dogs(1), library)
    _, _, decisions = find(dogs(1), lock, libraries=[library], update=["o0"])
    assert chosen(dogs(1), library, lock, update=["o0"])[0] == ["library:a.wav"]
    assert "there is no other recording of it" in [each.because for each in decisions]


def test_a_misspelt_label_gets_a_suggestion():
    scene = Scene.of({"schema": VERSION, "objects": {"t": {"label": "trian"}}})
    (warning,) = [each.because for each in find(scene, EMPTY, libraries=[])[2] if each.kind == "warning"]
    assert warning.endswith("stands in for it; did you mean `train`?")


@pytest.mark.parametrize(
    "address",
    [
        "https://freesound.org/people/mara/sounds/555002/",
        "http://www.freesound.org/s/555002",
        "freesound.org/s/555002/",
        "https://freesound.org/apiv2/sounds/555002/?format=json",
    ],
)
def test_an_address_of_freesound_is_answered_with_the_reference_to_write(address):
    assert path_fault(address).hint.startswith("write `freesound:555002`")
