"""`collect` copies what a scene's folder lacks, under safe names, whole and checked, or nothing at all."""

from __future__ import annotations

import errno
import hashlib
import re
from pathlib import Path

import pytest

from imgext.errors import CannotWriteError, MissingInputError
from imgext.scene.document import load
from imgext.scene.lock import Lock, LockedSound
from imgext.sounds.collect import collect
from imgext.sounds.reference import SoundFile, resolve_sound


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture
def world(tmp_path):
    """`world({track: (reference, content, ending)})`: a scene, its lock, and where each
    sound is, outside the scene's folder."""

    def make(sounds):
        folder = tmp_path / "scene"
        folder.mkdir(exist_ok=True)
        lines = [f"  {track}: {{sound: '{reference}'}}" for track, (reference, _, _) in sounds.items()]
        (folder / "s.yaml").write_text(
            "\n".join(["schema: imgext.scene/1", "tracks:", *lines, ""]), encoding="utf-8"
        )
        pins, sources = {}, {}
        for track, (reference, content, ending) in sounds.items():
            kind, _, name = reference.partition(":")
            path = tmp_path / "elsewhere" / f"{sha(content)}{ending}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
            about = {
                "sound": reference,
                "source": kind if name else "file",
                "id": name or reference,
                "sha256": sha(content),
            }
            rest = {
                "bytes": len(content),
                "duration": 1.0,
                "licence": "cc0",
                "rung": "match",
                "fallback": "label",
                "query": track,
            }
            pins[track] = LockedSound.model_validate({**about, **rest})
            sources[track] = SoundFile(path, None, sha(content))
        return load(folder / "s.yaml"), Lock.of(pins), sources

    return make


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def files_of(lock: Lock) -> dict[str, str | None]:
    return {track: sound.file for track, sound in lock.sounds.items()}


# -- what is copied


def test_sounds_are_copied_below_the_scene_and_noted_in_the_lock(world):
    scene, lock, sources = world(
        {"cat": ("freesound:412068", b"meow", ".ogg"), "dog": ("library:dog/Rex-01.wav", b"woof", ".wav")}
    )
    text = (scene.folder / "s.yaml").read_bytes()
    new, copied = collect(scene, lock, sources)
    assert tree(scene.folder) == {
        "s.yaml": text,
        "sounds/freesound-412068.ogg": b"meow",
        "sounds/library-dog-rex-01.wav": b"woof",
    }
    assert copied == [("cat", "sounds/freesound-412068.ogg"), ("dog", "sounds/library-dog-rex-01.wav")]
    assert files_of(new) == dict(copied)
    assert (
        Lock.of({track: sound.model_copy(update={"file": None}) for track, sound in new.sounds.items()})
        == lock
    )


def test_the_copies_are_found_when_everything_else_is_gone(world):
    scene, lock, sources = world(
        {"cat": ("freesound:412068", b"meow", ".ogg"), "dog": ("library:dog/rex.wav", b"woof", ".wav")}
    )
    new, copied = collect(scene, lock, sources)
    moved = scene.folder.rename(scene.folder.with_name("moved"))
    for source in sources.values():
        source.path.unlink()
    scene = load(moved / "s.yaml")
    for track, file in copied:
        found = resolve_sound(scene, track, scene.tracks[track].sound, new, [])
        assert (found.path, found.sha256) == (moved / file, new.sounds[track].sha256)


def test_tracks_of_one_sound_share_one_file(world):
    scene, lock, sources = world({"a": ("library:x.wav", b"x", ".wav"), "b": ("library:x.wav", b"x", ".wav")})
    new, copied = collect(scene, lock, sources)
    assert copied == [("a", "sounds/library-x.wav"), ("b", "sounds/library-x.wav")]
    assert files_of(new) == dict(copied)
    assert sorted(tree(scene.folder)) == ["s.yaml", "sounds/library-x.wav"]


def test_builtin_sounds_and_files_of_the_folder_stay(world):
    scene, lock, sources = world(
        {"own": ("mine/gull.wav", b"gull", ".wav"), "rain": ("builtin:rain", b"pcm", "")}
    )
    (scene.folder / "mine").mkdir()
    own = scene.folder / "mine" / "gull.wav"
    own.write_bytes(b"gull")
    sources = {
        "own": SoundFile(own, None, sha(b"gull")),
        "rain": SoundFile(None, "rain", lock.sounds["rain"].sha256),
    }
    assert collect(scene, lock, sources) == (lock, [])
    assert not (scene.folder / "sounds").exists()
    assert collect(scene, Lock.of({}), sources) == (Lock.of({}), [])  # what stays needs no pin


def test_a_file_that_was_found_elsewhere_is_brought(world):
    """A scene that was written somewhere else names a path that is not there; its
    content was found on this machine."""
    scene, lock, sources = world({"own": ("mine/gull.wav", b"gull", ".wav")})
    new, copied = collect(scene, lock, sources)
    assert copied == [("own", "sounds/file-mine-gull.wav")]
    assert (
        resolve_sound(scene, "own", "mine/gull.wav", new, []).path
        == scene.folder / "sounds" / "file-mine-gull.wav"
    )


def test_a_file_behind_a_link_that_leaves_the_folder_is_brought(world):
    scene, lock, sources = world({"own": ("gull.wav", b"gull", ".wav")})
    (scene.folder / "gull.wav").symlink_to(sources["own"].path)
    assert collect(scene, lock, sources)[1] == [("own", "sounds/file-gull.wav")]


def test_a_second_time_nothing_is_copied_and_nothing_changes(world):
    scene, lock, sources = world(
        {"a": ("library:x.wav", b"x", ".wav"), "b": ("library:X.wav", b"other", ".wav")}
    )
    new, _ = collect(scene, lock, sources)
    before = {path: path.stat().st_mtime_ns for path in (scene.folder / "sounds").iterdir()}
    sources = {
        track: resolve_sound(scene, track, sound.sound, new, []) for track, sound in new.sounds.items()
    }
    assert collect(scene, new, sources) == (new, [])
    assert {path: path.stat().st_mtime_ns for path in (scene.folder / "sounds").iterdir()} == before


def test_an_identical_file_is_kept(world):
    scene, lock, sources = world({"a": ("library:x.wav", b"x", ".wav")})
    (scene.folder / "sounds").mkdir()
    there = scene.folder / "sounds" / "library-x.wav"
    there.write_bytes(b"x")
    node = there.stat().st_ino
    new, copied = collect(scene, lock, sources)
    assert (copied, files_of(new), there.stat().st_ino) == ([], {"a": "sounds/library-x.wav"}, node)


def test_a_dry_run_says_the_same_and_writes_nothing(world):
    scene, lock, sources = world({"a": ("library:x.wav", b"x", ".wav"), "b": ("freesound:1", b"y", ".ogg")})
    said = collect(scene, lock, sources, dry_run=True)
    assert sorted(tree(scene.folder)) == ["s.yaml"]
    assert not (scene.folder / "sounds").exists()
    assert collect(scene, lock, sources) == said


# -- names


@pytest.mark.parametrize(
    ("reference", "ending"),
    [
        ("library:../../etc/passwd", ".wav"),
        ("library:/etc/passwd", ""),
        ("library:a\\..\\b.wav", ".wav"),
        ("library:.hidden/..wav", ".wav"),
        ("library:con.wav", ".wav"),
        ("library:a\nb.wav", ".wav"),
        ("library:Größe & Ärger (1).WAV", ".WAV"),
        ("library:犬/吠える.ogg", ".ogg"),
        ("library:" + "long-" * 60 + ".flac", ".flac"),
        ("library:x.wav", ".wav;rm"),
        ("library:x.verylongending", ".verylongending"),
        ("library:---", ""),
    ],
)
def test_a_strangers_name_becomes_a_short_plain_one(world, reference, ending, tmp_path):
    scene, lock, _ = world({"a": ("library:x", b"x", "")})
    path = tmp_path / f"source{ending}"
    path.write_bytes(b"x")
    lock = Lock.of({"a": lock.sounds["a"].model_copy(update={"sound": reference})})
    scene = scene.model_copy(update={"tracks": {}}).located(scene.folder, "s")
    ((_, name),) = collect(scene, lock, {"a": SoundFile(path, None, sha(b"x"))})[1]
    assert re.fullmatch(r"sounds/library-[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]{1,5})?", name), name
    assert len(name) <= 80
    assert (scene.folder / name).read_bytes() == b"x"


def test_names_that_meet_are_told_apart_by_content(world):
    names = {
        "a": ("library:dog 1.wav", b"one", ".wav"),
        "b": ("library:Dog-1.wav", b"two", ".wav"),
        "c": ("library:吠.wav", b"3", ".wav"),
    }
    scene, lock, sources = world(names)
    files = files_of(collect(scene, lock, sources)[0])
    assert (
        files
        == {
            "a": f"sounds/library-dog-1-{sha(b'one')[:8]}.wav",  # "Dog-1.wav" is sorted before it
            "b": "sounds/library-dog-1.wav",
            "c": f"sounds/library-{sha(b'3')[:8]}.wav",
        }
    )


def test_long_names_that_begin_alike_are_told_apart(world):
    long = "x" * 100
    scene, lock, sources = world(
        {"a": (f"library:{long}a.wav", b"1", ".wav"), "b": (f"library:{long}b.wav", b"2", ".wav")}
    )
    files = files_of(collect(scene, lock, sources)[0])
    assert len(set(files.values())) == 2
    assert max(map(len, files.values())) == 80


def test_the_order_of_the_tracks_does_not_show(world, tmp_path):
    sounds = {"a": ("library:dog 1.wav", b"one", ".wav"), "b": ("library:Dog-1.wav", b"two", ".wav")}
    scene, lock, sources = world(sounds)
    turned = dict(reversed(sources.items()))
    assert collect(scene, lock, sources, dry_run=True) == collect(scene, lock, turned, dry_run=True)
    scene, lock, sources = world({"b": sounds["a"], "a": sounds["b"]})
    files = files_of(collect(scene, lock, sources)[0])
    assert files == {"a": "sounds/library-dog-1.wav", "b": f"sounds/library-dog-1-{sha(b'one')[:8]}.wav"}


def test_a_sound_that_comes_later_does_not_rename_those_that_are_there(world):
    scene, lock, sources = world({"b": ("library:dog 1.wav", b"one", ".wav")})
    first, _ = collect(scene, lock, sources)
    scene, lock, sources = world(
        {"a": ("library:Dog-1.wav", b"two", ".wav"), "b": ("library:dog 1.wav", b"one", ".wav")}
    )
    new, copied = collect(scene, Lock.of({**lock.sounds, **first.sounds}), sources)
    assert new.sounds["b"].file == first.sounds["b"].file == "sounds/library-dog-1.wav"
    assert copied == [("a", f"sounds/library-dog-1-{sha(b'two')[:8]}.wav")]


@pytest.mark.parametrize("claimed", ["../elsewhere/x.wav", "/etc/passwd", "sounds/gone.wav", "a\0b"])
def test_a_lock_cannot_claim_a_place_that_is_not_there_or_outside(world, claimed):
    scene, lock, sources = world({"a": ("library:x.wav", b"x", ".wav")})
    (scene.folder.parent / "elsewhere" / "x.wav").write_bytes(b"x")
    lock = Lock.of({"a": lock.sounds["a"].model_copy(update={"file": claimed})})
    assert collect(scene, lock, sources)[1] == [("a", "sounds/library-x.wav")]


# -- bad weather


def refused(kind, words, scene, lock, sources, **options):
    """Nothing is left, the message is one line with the track's place and the words."""
    before = tree(scene.folder)
    with pytest.raises(kind) as caught:
        collect(scene, lock, sources, **options)
    message = str(caught.value)
    assert "\n" not in message
    assert re.match(r"\S+s\.yaml:\d+:\d+: tracks\.\w+\.sound: ", message), message
    assert message.count("tracks.") == 1, message
    for word in words:
        assert word in message, message
    assert tree(scene.folder) == before


def test_other_content_of_that_name_is_not_overwritten_without_force(world):
    scene, lock, sources = world({"a": ("library:a.wav", b"a", ".wav"), "x": ("library:x.wav", b"x", ".wav")})
    (scene.folder / "sounds").mkdir()
    there = scene.folder / "sounds" / "library-x.wav"
    there.write_bytes(b"mine")
    refused(
        CannotWriteError,
        ["tracks.x.sound", "sounds/library-x.wav", "exists with other content", "-f"],
        scene,
        lock,
        sources,
    )
    collect(scene, lock, sources, force=True)
    assert there.read_bytes() == b"x"


def test_a_folder_of_that_name_is_never_replaced(world):
    scene, lock, sources = world({"x": ("library:x.wav", b"x", ".wav")})
    (scene.folder / "sounds" / "library-x.wav").mkdir(parents=True)
    refused(CannotWriteError, ["is a folder"], scene, lock, sources, force=True)


def test_a_sounds_folder_that_leads_elsewhere_is_not_written_to(world, tmp_path):
    scene, lock, sources = world({"x": ("library:x.wav", b"x", ".wav")})
    (tmp_path / "other").mkdir()
    (scene.folder / "sounds").symlink_to(tmp_path / "other")
    refused(CannotWriteError, ["link that leaves"], scene, lock, sources, force=True)
    assert list((tmp_path / "other").iterdir()) == []


@pytest.mark.parametrize("target", ["source", "nowhere"])
def test_a_link_is_no_copy_even_to_the_right_content(world, target):
    scene, lock, sources = world({"x": ("library:x.wav", b"x", ".wav")})
    (scene.folder / "sounds").mkdir()
    link = scene.folder / "sounds" / "library-x.wav"
    link.symlink_to(sources["x"].path if target == "source" else target)
    refused(CannotWriteError, ["exists"], scene, lock, sources)
    collect(scene, lock, sources, force=True)
    assert not link.is_symlink()
    assert link.read_bytes() == b"x"


def test_a_sound_that_is_not_locked_is_told(world):
    scene, lock, sources = world({"x": ("library:x.wav", b"x", ".wav")})
    refused(
        MissingInputError, ["library:x.wav is not in the lock", "imgext find"], scene, Lock.of({}), sources
    )
    other = Lock.of({"x": lock.sounds["x"].model_copy(update={"sound": "library:y.wav"})})
    refused(MissingInputError, ["library:x.wav is locked as library:y.wav"], scene, other, sources)


def test_a_sound_whose_content_is_not_the_locked_one_is_told(world):
    scene, lock, sources = world({"a": ("library:a.wav", b"a", ".wav"), "x": ("library:x.wav", b"x", ".wav")})
    sources["x"].path.write_bytes(b"changed")
    changed = {**sources, "x": SoundFile(sources["x"].path, None, sha(b"changed"))}
    refused(
        MissingInputError,
        ["tracks.x", "no longer the locked content", sha(b"x")[:12], sha(b"changed")[:12]],
        scene,
        lock,
        changed,
    )


@pytest.mark.parametrize("fault", ["changed", "gone"])
def test_a_sound_that_changes_or_goes_while_it_is_copied_is_told_and_nothing_is_left(world, fault):
    scene, lock, sources = world({"a": ("library:a.wav", b"a", ".wav"), "x": ("library:x.wav", b"x", ".wav")})
    if fault == "changed":
        sources["x"].path.write_bytes(b"half")
    else:
        sources["x"].path.unlink()
    refused(MissingInputError, ["tracks.x.sound"], scene, lock, sources)
    assert not (scene.folder / "sounds").exists()


class FullDisk:
    """A file that takes nothing."""

    def __init__(self, stream):
        self.stream = stream

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.stream.close()

    def write(self, _data):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_leaves_nothing_half_written(world, monkeypatch):
    """The second of two copies meets a full disk: the first does not stay either."""
    scene, lock, sources = world({"a": ("library:a.wav", b"a", ".wav"), "x": ("library:x.wav", b"x", ".wav")})
    opened, written = Path.open, []

    def full(path, mode="r", *rest, **named):
        stream = opened(path, mode, *rest, **named)
        written.extend([path] if mode == "wb" else [])
        return FullDisk(stream) if mode == "wb" and len(written) == 2 else stream

    monkeypatch.setattr(Path, "open", full)
    refused(
        CannotWriteError,
        ["tracks.x.sound", "sounds/library-x.wav", "No space left on device"],
        scene,
        lock,
        sources,
    )
    assert not (scene.folder / "sounds").exists()


def test_a_copy_that_cannot_take_its_place_is_told_with_its_track(world, monkeypatch):
    scene, lock, sources = world({"x": ("library:x.wav", b"x", ".wav")})

    def refuse(_path, _target):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "replace", refuse)
    refused(
        CannotWriteError, ["tracks.x.sound", "library-x.wav", "Read-only file system"], scene, lock, sources
    )
    assert not (scene.folder / "sounds").exists()


def test_an_interruption_leaves_nothing(world, monkeypatch):
    scene, lock, sources = world({"x": ("library:x.wav", b"x", ".wav")})

    def interrupted(_path):
        raise KeyboardInterrupt

    monkeypatch.setattr("imgext.sounds.collect.sha256_of", interrupted)
    with pytest.raises(KeyboardInterrupt):
        collect(scene, lock, sources)
    assert sorted(tree(scene.folder)) == ["s.yaml"]
