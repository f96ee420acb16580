"""Contents by their digest: fetched once, checked when read, whole or not there."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import imgext
from imgext.errors import CannotWriteError, MissingInputError, UnavailableError
from imgext.store import contents as store


def counted(content=b"content"):
    calls = []

    def fetch():
        calls.append(1)
        return content

    return calls, fetch


def files(cache, pattern="*"):
    return sorted(
        path for path in (cache / "sounds").rglob(pattern) if path.is_file() and path.parent.name != "locks"
    )


def test_a_content_is_fetched_once_and_stands_at_its_digest(cache):
    calls, fetch = counted()
    path = store.keep("freesound:1 /a.ogg", fetch)
    digest = hashlib.sha256(b"content").hexdigest()
    assert path == cache / "sounds" / digest[:2] / f"{digest}.ogg"
    assert path.read_bytes() == b"content"
    assert store.keep("freesound:1 /a.ogg", fetch) == path
    assert store.find(digest) == path
    assert len(calls) == 1


def test_other_keys_are_fetched_for_themselves_and_equal_contents_stand_once(cache):
    calls, fetch = counted()
    assert store.keep("a", fetch) == store.keep("b", fetch)
    assert len(calls) == 2
    assert len(files(cache, "*.ogg")) == 1


def test_sixteen_threads_fetch_once(cache):
    started, calls = threading.Barrier(16), []

    def fetch():
        calls.append(1)
        time.sleep(0.05)
        return b"content"

    def ask():
        started.wait()
        found.append(store.keep("a", fetch))

    found: list[Path] = []
    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert len(found) == 16
    assert len(set(found)) == 1


@pytest.mark.parametrize("damage", [b"", b"CONTENT", b"content and more"])
def test_a_damaged_content_is_deleted_and_fetched_once_more(cache, damage):
    """Also when nothing but its bytes differ."""
    calls, fetch = counted()
    path = store.keep("a", fetch)
    path.write_bytes(damage)
    assert store.find(path.stem) is None
    assert not path.exists()
    assert store.keep("a", fetch).read_bytes() == b"content"
    assert store.keep("a", fetch).read_bytes() == b"content"
    assert len(calls) == 2


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        "null",
        '{"key": "a"}',
        '{"key": "a", "sha256": "../../etc"}',
        '{"key": "a", "sha256": 7}',
        "[" * 100000,
    ],
)
def test_a_damaged_note_is_made_again(cache, damage):
    calls, fetch = counted()
    path = store.keep("a", fetch)
    (note,) = files(cache, "*.json")
    note.write_text(damage, encoding="utf-8")
    assert store.keep("a", fetch) == path
    assert store.keep("a", fetch) == path
    assert len(calls) == 2


def test_the_note_of_another_key_is_not_believed(cache):
    """Whatever stands in a note's place: the key in it decides."""
    calls, fetch = counted()
    store.keep("a", fetch)
    (note,) = files(cache, "*.json")
    note.write_text(note.read_text("utf-8").replace('"a"', '"b"'), encoding="utf-8")
    store.keep("a", fetch)
    assert len(calls) == 2


def test_a_fetch_that_fails_leaves_nothing_and_the_next_asker_fetches_anew(cache):
    def fail():
        raise MissingInputError("gone")

    with pytest.raises(MissingInputError, match="gone"):
        store.keep("a", fail)
    assert files(cache) == []
    calls, fetch = counted()
    store.keep("a", fetch)
    assert len(calls) == 1


@pytest.mark.parametrize(
    "key", ["../../../etc/passwd", "/etc/passwd", "a\0b", "x" * 5000, "🐯", "\ud800", "C:\\x", ""]
)
def test_no_key_becomes_a_path(cache, key, tmp_path):
    path = store.keep(key, counted()[1])
    assert path.is_relative_to(cache / "sounds")
    assert all(re_name(found.name) for found in files(cache))
    assert {found.name for found in tmp_path.iterdir()} == {"cache"}


def re_name(name):
    stem, _, ending = name.partition(".")
    return len(stem) == 64 and set(stem) <= set("0123456789abcdef") and ending in {"ogg", "json"}


@pytest.mark.parametrize("digest", ["", "abc", "../" * 21 + "a", "A" * 64, "0" * 64])
def test_what_is_no_digest_or_not_there_is_not_found(cache, digest):
    assert store.find(digest) is None


def test_a_cache_that_cannot_be_written_is_said(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "file"))
    with pytest.raises(CannotWriteError, match="cannot write here"):
        store.keep("a", counted()[1])


def test_what_a_killed_process_left_half_written_is_cleared_away(cache):
    digest = hashlib.sha256(b"content").hexdigest()
    folder = cache / "sounds" / digest[:2]
    folder.mkdir(parents=True)
    for name, age in (("old", 7200), ("new", 10)):
        (folder / f".{name}.ogg").write_bytes(b"half")
        os.utime(folder / f".{name}.ogg", (time.time() - age,) * 2)
    store.keep("a", counted()[1])
    assert sorted(path.name[:4] for path in folder.iterdir()) == sorted([".new", digest[:4]])


def test_the_lock_of_a_killed_process_is_free(cache, tmp_path):
    """It held the lock in the middle of a fetch."""
    script = f"""
import time, pathlib
from imgext.store import contents as store
def fetch():
    pathlib.Path({str(tmp_path / "fetching")!r}).touch()
    time.sleep(60)
store.keep("a", fetch)
"""
    environment = {**os.environ, "PYTHONPATH": str(Path(imgext.__file__).parents[1])}
    with subprocess.Popen([sys.executable, "-c", script], env=environment) as process:
        while not (tmp_path / "fetching").exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
    calls, fetch = counted()
    assert store.keep("a", fetch).read_bytes() == b"content"
    assert len(calls) == 1


def test_a_holder_that_never_ends_is_not_waited_for_for_ever(cache, monkeypatch):
    monkeypatch.setattr(store, "PATIENCE", 0.1)
    held, free = threading.Event(), threading.Event()

    def fetch():
        held.set()
        free.wait(10)
        return b"content"

    holder = threading.Thread(target=store.keep, args=("a", fetch))
    holder.start()
    held.wait(10)
    with pytest.raises(UnavailableError, match="another imgext"):
        store.keep("a", fetch)
    free.set()
    holder.join()
