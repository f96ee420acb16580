"""Who says how reverberant a sound is, and how long it is remembered."""

import json

import numpy as np
import pytest
import soundfile

import imgext
from imgext.scene.lock import Lock, LockedAcoustics, read_lock, write_lock
from imgext.scene.model import Scene
from imgext.sounds import acoustics as stage
from imgext.sounds.acoustics import acoustics_of
from imgext.sounds.find import find
from imgext.sounds.library.library import Library
from imgext.sounds.reference import SoundFile
from imgext.sounds.sources import SOURCES


def scene_at(folder, **rest):
    data = {
        "schema": "imgext.scene/1",
        "room_detected": True,
        "tracks": {"dog": {"sound": "dog.wav"}},
        **rest,
    }
    return Scene.of(data).located(folder, "scene")


def locked(scene, lock=None, **options):
    return find(
        scene, lock if lock is not None else Lock.of({}), libraries=options.pop("libraries", ()), **options
    )[1]


@pytest.fixture
def folder(tmp_path, cache, bursts):
    soundfile.write(tmp_path / "dog.wav", bursts(rt60=0.8), 16000)
    stage._analysed.cache_clear()
    return tmp_path


@pytest.fixture
def analyses(monkeypatch):
    """Counts what is analysed anew."""
    stage._analysed.cache_clear()
    seen, analyse = [], stage.analyse
    monkeypatch.setattr(
        stage, "analyse", lambda *args, **named: seen.append(named) or analyse(*args, **named)
    )
    return seen


def test_a_sound_in_a_room_is_wet_and_the_lock_says_so(folder):
    found = locked(scene_at(folder)).sounds["dog"].acoustics
    assert found.class_ == "wet"
    assert found.rt60 == pytest.approx(0.8, rel=0.12)
    assert found.gain_db <= -6.0
    assert found.source == "auto"
    assert sum(found.p) == pytest.approx(1.0, abs=0.002)


def test_a_dry_sound_is_dry_and_has_no_decay_time(folder, bursts):
    soundfile.write(folder / "dog.wav", bursts(), 16000)
    found = locked(scene_at(folder)).sounds["dog"].acoustics
    assert (found.class_, found.rt60) == ("dry", None)
    assert found.gain_db == pytest.approx(0.0, abs=0.1)


def test_a_label_that_rings_says_nothing(folder):
    scene = scene_at(folder, objects={"dog": {"label": "church bell"}})
    found = locked(scene).sounds["dog"].acoustics
    assert (found.class_, found.rt60, found.gain_db, found.ringing) == ("unknown", None, 0.0, True)


def test_a_file_that_is_called_a_bell_rings_whatever_the_label(folder):
    (folder / "dog.wav").rename(folder / "old_bell-3.wav")
    found = locked(scene_at(folder, tracks={"dog": {"sound": "old_bell-3.wav"}})).sounds["dog"].acoustics
    assert found.ringing


def test_without_a_room_nothing_is_analysed(folder, analyses):
    assert locked(scene_at(folder, room_detected=False)).sounds["dog"].acoustics is None
    assert analyses == []


def test_an_analysis_is_kept_by_content(folder, cache, analyses):
    scene = scene_at(folder, tracks={"dog": {"sound": "dog.wav"}, "other": {"sound": "same.wav"}})
    (folder / "same.wav").write_bytes((folder / "dog.wav").read_bytes())
    first = locked(scene).sounds["dog"].acoustics
    stage._analysed.cache_clear()
    assert locked(scene).sounds["other"].acoustics == first
    assert len(analyses) == 1


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "[]",
        "{",
        '{"class": "wet"}',
        '{"class": "soaked", "p": [0, 0, 1]}',
        '{"p": [0, 0, 1], "source": "user"}',
    ],
)
def test_a_damaged_note_in_the_cache_is_made_again(folder, cache, damage):
    first = locked(scene_at(folder)).sounds["dog"].acoustics
    (note,) = (cache / "acoustics").rglob("*.json")
    note.write_text(damage, encoding="utf-8")
    stage._analysed.cache_clear()
    assert locked(scene_at(folder)).sounds["dog"].acoustics == first
    assert json.loads(note.read_text(encoding="utf-8"))["class"] == "wet"


def test_the_lock_is_believed_as_long_as_the_content_is_the_same(folder, analyses, bursts):
    lock = locked(scene_at(folder))
    told = lock.sounds["dog"].acoustics.model_copy(update={"gain_db": -3.0})
    lock = Lock.of({"dog": lock.sounds["dog"].model_copy(update={"acoustics": told})})
    assert locked(scene_at(folder), lock).sounds["dog"].acoustics == told
    soundfile.write(folder / "dog.wav", bursts(seed=2), 16000)
    assert locked(scene_at(folder), lock).sounds["dog"].acoustics.class_ == "dry"


def test_a_label_that_begins_to_ring_is_noticed(folder):
    lock = locked(scene_at(folder))
    assert locked(scene_at(folder, objects={"dog": {"label": "bell"}}), lock).sounds["dog"].acoustics.ringing


@pytest.mark.parametrize(
    "person",
    [
        {"class": "dry", "source": "user"},
        {"c50": 3.0},
        {"rt60": 0.8, "drr": 0.0},
        {"gain_db": -2.0, "source": "user"},
    ],
)
def test_what_a_person_wrote_in_the_lock_wins_and_stays(folder, tmp_path, person):
    """Also where `source: user` was forgotten beside a figure that only a person knows, without a room, and
    in a lock that is read and written again."""
    lock = locked(scene_at(folder))
    write_lock(tmp_path / "a.lock.yaml", lock)
    edited = Lock.of(
        {"dog": lock.sounds["dog"].model_copy(update={"acoustics": LockedAcoustics.model_validate(person)})}
    )
    write_lock(tmp_path / "a.lock.yaml", edited)
    for scene in (
        scene_at(folder),
        scene_at(folder, room_detected=False),
        scene_at(folder, objects={"dog": {"label": "bell"}}),
    ):
        lock = locked(scene, read_lock(tmp_path / "a.lock.yaml"))
        write_lock(tmp_path / "a.lock.yaml", lock)
        assert lock.sounds["dog"].acoustics == LockedAcoustics.model_validate(person | {"source": "user"})


def library_of(folder, bursts, index="", sidecar=None):
    root = folder / "library"
    root.mkdir()
    soundfile.write(root / "dog.wav", bursts(rt60=0.8), 16000)
    if index:
        (root / "index.csv").write_text(index, encoding="utf-8")
    if sidecar is not None:
        (root / "dog.json").write_text(json.dumps(sidecar), encoding="utf-8")
    return Library(root)


def test_a_person_in_the_lock_survives_a_new_search_that_finds_the_same_sound(folder, bursts):
    library = library_of(folder, bursts)
    scene = scene_at(folder, objects={"dog": {"label": "dog"}}, tracks={})
    lock = locked(scene, libraries=[library])
    assert lock.sounds["dog"].acoustics.class_ == "wet"
    mine = LockedAcoustics.model_validate({"class": "some", "source": "user"})
    lock = Lock.of({"dog": lock.sounds["dog"].model_copy(update={"acoustics": mine})})
    assert locked(scene, lock, libraries=[library], update=["dog"]).sounds["dog"].acoustics == mine


@pytest.mark.parametrize(
    ("index", "sidecar"),
    [
        ("file,label,acoustics,rt60,c50,drr\ndog.wav,dog,some,0.5,,6\n", None),
        ("", {"acoustics": {"class": "some", "rt60": 0.5, "drr": 6}}),
        (
            "file,label,acoustics,rt60\ndog.wav,dog,,\n",
            {"acoustics": {"class": "some", "rt60": 0.5, "drr": 6}},
        ),
    ],
)
def test_what_a_person_wrote_beside_a_library_sound_wins_over_the_analysis(folder, bursts, index, sidecar):
    library = library_of(folder, bursts, index, sidecar)
    scene = scene_at(folder, tracks={"dog": {"sound": "library:dog.wav"}})
    found = locked(scene, libraries=[library]).sounds["dog"].acoustics
    assert found == LockedAcoustics.model_validate(
        {"class": "some", "rt60": 0.5, "drr": 6.0, "source": "user"}
    )


def test_of_c50_alone_the_class_follows(folder, bursts):
    library = library_of(folder, bursts, sidecar={"acoustics": {"c50": 3}})
    found = (
        locked(scene_at(folder, tracks={"dog": {"sound": "library:dog.wav"}}), libraries=[library])
        .sounds["dog"]
        .acoustics
    )
    assert (found.class_, found.c50, found.source) == ("wet", 3.0, "user")


def test_a_word_alone_is_enough_in_a_sidecar(folder, bursts):
    assert library_of(folder, bursts, sidecar={"acoustics": "dry"}).get("dog.wav").acoustics.kind == "dry"


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ("soaked", "acoustics: 'soaked' is not one of dry, some, wet, unknown"),
        ({"class": 3}, "acoustics: 3 is not one of dry, some, wet, unknown"),
        ({"rt60": 0}, "rt60: 0 is not a number from 0.05 to 60 s"),
        ({"c50": "much"}, "c50: 'much' is not a number from -60 to 120 dB"),
        ({"drr": [1]}, "drr: a list of 1 is not a number from -60 to 120 dB"),
        ({"room": "hall"}, "acoustics.'room': unknown; known: class, rt60, c50, drr"),
        (7, "acoustics: 7 is not one of dry, some, wet, unknown"),
    ],
)
def test_what_cannot_be_is_left_out_and_named(folder, bursts, told, fault):
    library = library_of(folder, bursts, sidecar={"acoustics": told})
    assert library.get("dog.wav").acoustics is None
    assert ("dog.json", fault) in library.report.skipped


def test_a_built_in_sound_is_analysed_too(cache):
    found = acoustics_of("ab" * 32, SoundFile(None, "dog", "ab" * 32), ringing=False)
    assert found.class_ in {"dry", "unknown"}


def test_what_cannot_be_decoded_is_left_blank(tmp_path, cache):
    (tmp_path / "no.wav").write_bytes(b"RIFF")
    assert acoustics_of("cd" * 32, SoundFile(tmp_path / "no.wav", None, "cd" * 32), ringing=False) is None


def test_a_minute_is_enough_of_a_long_sound(tmp_path, cache, monkeypatch):
    soundfile.write(tmp_path / "long.wav", np.zeros(70 * 8000), 8000)
    seen = []
    monkeypatch.setattr(
        stage, "analyse", lambda x, rate, **_: seen.append(len(x) / rate) or pytest.skip("seen")
    )
    with pytest.raises(pytest.skip.Exception):
        acoustics_of("ef" * 32, SoundFile(tmp_path / "long.wav", None, "ef" * 32), ringing=False)
    assert seen == [60.0]


def test_a_built_in_event_has_no_room_and_none_is_guessed(scene_file):
    """The bank computes events without a room; its beds are places."""
    scene = scene_file("room_detected: true\nobjects: {walker: {label: footsteps}}\n")
    known = imgext.find(imgext.load(scene)).lock.sounds["walker"].acoustics
    assert (known.class_, known.gain_db, known.rt60) == ("dry", 0.0, None)
    assert SOURCES["builtin"].is_dry("dog?seed=3")
    assert not SOURCES["builtin"].is_dry("station_hall?seconds=60")
