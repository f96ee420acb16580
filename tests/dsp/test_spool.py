"""A temporary file that several threads read."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from imgext.dsp.sound_file import array_samples
from imgext.dsp.spool import Spool
from imgext.errors import CannotWriteError


@pytest.fixture(params=["pread", "no pread"])
def system(request, monkeypatch):
    """A system with positioned reads, and one without."""
    if request.param == "no pread":
        monkeypatch.delattr(os, "pread", raising=False)
    elif not hasattr(os, "pread"):
        pytest.skip("this system has no pread")


def test_what_was_appended_is_read_at_any_place(system):
    spool = Spool()
    spool.append(b"abc")
    spool.append(memoryview(b"defg"))
    assert (bytes(spool.read(0, 7)), bytes(spool.read(2, 3)), bytes(spool.read(7, 0))) == (
        b"abcdefg",
        b"cde",
        b"",
    )


def test_what_was_never_written_is_not_read(system):
    spool = Spool()
    spool.append(b"abc")
    with pytest.raises(ValueError, match="bytes 2 to 4 of 3"):
        spool.read(2, 2)


def test_threads_that_read_at_once_get_their_own_frames(system, monkeypatch):
    """Every read of the file is held up between finding its place and reading, where
    another thread may come between."""
    samples = array_samples(np.arange(80_000.0).reshape(-1, 2) / 80_000, 48000, 48000, keep=0)
    plain = samples._spool._file

    class Slow:
        def __getattr__(self, name):
            return getattr(plain, name)

        def seek(self, *words):
            plain.seek(*words)
            time.sleep(0.0005)

    samples._spool._file = Slow()
    whole = np.arange(80_000.0).reshape(-1, 2) / 80_000

    def right(start: int) -> bool:
        return bool(np.array_equal(samples.read(start, start + 500), whole[start : start + 500]))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(right, [start * 977 % 39_000 for start in range(200)]))


def test_nobody_can_write_to_samples_that_threads_share():
    for keep in (0, 1 << 20):
        with pytest.raises(ValueError, match="read-only"):
            array_samples(np.zeros((100, 1)), 48000, 48000, keep=keep).read(0, 10)[:] = 1.0


def test_a_full_disk_is_said_and_no_damage_of_the_sound(sound, noise, monkeypatch):
    from imgext.dsp import spool
    from imgext.dsp.sound_file import open_samples

    class Full:
        def __init__(self, *_words, **_options):
            pass

        def write(self, _data):
            raise OSError(28, "No space left on device")

        def close(self):
            pass

    monkeypatch.setattr(spool.tempfile, "TemporaryFile", Full)
    with pytest.raises(CannotWriteError, match="temporary file could not be written: No space left"):
        open_samples(sound("a.wav", noise(1.0)), 48000, keep=0)
