"""Fixtures for everyone: a cache of one's own, the recordings where they are, small sounds by arithmetic."""

from __future__ import annotations

import csv
import functools
import hashlib
import os
from typing import TYPE_CHECKING

import numpy as np
import pytest
import soundfile
from support.places import SHARED

from imgext.sounds.library.library import Library

if TYPE_CHECKING:
    from pathlib import Path

#: Whether the extra is installed must not matter to any test but its own, nor to fixtures that outlive a
#: test.
os.environ["IMGEXT_DETECTOR"] = "off"


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory):
    """No test, nor a fixture that outlives one, reads or writes the user's cache, configuration or keys."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IMGEXT_CACHE", str(tmp_path_factory.getbasetemp() / "cache"))
        patch.setenv("XDG_CONFIG_HOME", str(tmp_path_factory.getbasetemp() / "config"))
        for name in (
            "IMGEXT_LIBRARY",
            "FREESOUND_API_KEY",
            "IMGEXT_FREESOUND_URL",
            "IMGEXT_OFFLINE",
            "OPENAI_API_KEY",
            "OPENAI_BASE_URL",
            "IMGEXT_MODEL",
            "IMGEXT_MODEL_TIMEOUT",
            "IMGEXT_VISION",
        ):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session", autouse=True)
def _bank_computed_once(tmp_path_factory):
    """All tests and workers share what the bank computes; another process shows that it computes the same."""
    from imgext.sounds import bank

    folder, computed = tmp_path_factory.getbasetemp(), bank._cached
    folder = (folder.parent if os.environ.get("PYTEST_XDIST_WORKER") else folder) / "bank"
    folder.mkdir(exist_ok=True)

    def shared(*take):
        place = folder / (hashlib.sha256(repr(take).encode()).hexdigest() + ".npy")
        if not place.exists():
            own = place.with_suffix(f".{os.getpid()}")
            with own.open("wb") as stream:
                np.save(stream, computed(*take))
            own.replace(place)
        return np.load(place)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bank, "_cached", functools.lru_cache(maxsize=8)(shared))
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real recordings and photos; skips where it is absent."""
    place = SHARED
    if not (place / "sounds").is_dir():
        pytest.skip("the real recordings and photos are not here")
    return place


@pytest.fixture(scope="session")
def freesound_play():
    """The module that plays Freesound on this machine."""
    from support import freesound_server

    return freesound_server


@pytest.fixture
def freesound_server(freesound_play):
    """A Freesound with a few generated recordings."""
    with freesound_play.FreesoundServer() as server:
        yield server


@pytest.fixture
def real_freesound_server(freesound_play, shared):
    """A Freesound that holds the real recordings."""
    with freesound_play.FreesoundServer(folder=shared / "sounds") as server:
        yield server


@pytest.fixture
def sound(tmp_path):
    """Write a sound file beside a scene: `sound(name, samples, rate=48000)`; gives its path."""

    def write(name: str, samples, rate: int = 48000, subtype: str | None = None) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, np.asarray(samples), rate, subtype=subtype)
        return path

    return write


@pytest.fixture
def scene_file(tmp_path):
    """Write a scene: `scene_file(text, name="scene.yaml")`; the version line is put in front. Gives its
    path.
    """

    def write(text: str, name: str = "scene.yaml") -> Path:
        path = tmp_path / name
        path.write_text("schema: imgext.scene/1\n" + text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def noise():
    """White noise by seed: `noise(seconds, seed=0, channels=1, rms=0.1, rate=48000)`, float64 (n,) or (n,
    channels).
    """

    def make(seconds: float, seed: int = 0, channels: int = 1, rms: float = 0.1, rate: int = 48000):
        x = np.random.default_rng(seed).standard_normal((round(seconds * rate), channels)) * rms
        return np.clip(x, -1, 1)[:, 0] if channels == 1 else np.clip(x, -1, 1)

    return make


@pytest.fixture
def bursts():
    """Bursts of noise of 50 to 300 ms, dry or in a room: `bursts(seconds=10, rt60=None, drr=0.0, seed=1)`,
    float64 (n,) at 16 kHz.
    """

    def make(seconds: float = 10.0, rt60: float | None = None, drr: float = 0.0, seed: int = 1):
        rate, random = 16000, np.random.Generator(np.random.PCG64(seed))
        x, at = np.zeros(round(seconds * rate)), 0.2
        while at < seconds - 1.0:
            length = random.uniform(0.05, 0.3)
            here = slice(round(at * rate), round((at + length) * rate))
            x[here] = random.standard_normal(here.stop - here.start) * random.uniform(0.3, 1.0)
            at += length + random.uniform(0.3, 0.7)
        if rt60 is not None:
            n = round(1.3 * rt60 * rate)
            room = random.standard_normal(n) * 10.0 ** (-3.0 * np.arange(n) / rate / rt60)
            room *= (10.0 ** (-drr / 10.0) / np.sum(room * room)) ** 0.5
            size = 1 << (len(x) + n).bit_length()
            x = x + np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(room, size), size)[: len(x)]
        x += 1e-4 * random.standard_normal(len(x))
        return 0.5 * x / np.max(np.abs(x))

    return make


@pytest.fixture
def chat_server(monkeypatch, tmp_path_factory):
    """A loopback server that plays a language model; what was learned about servers before is not known."""
    from support.chat_server import ChatServer

    from imgext.remote import forms

    monkeypatch.setattr(forms, "_working", {})
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path_factory.mktemp("cache")))  # ports are used again
    server = ChatServer()
    yield server
    server.close()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    folder = tmp_path / "cache"
    monkeypatch.setenv("IMGEXT_CACHE", str(folder))
    return folder


def write_sound(path, seconds=0.5, rate=8000, seed=0):
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.Generator(np.random.PCG64(seed)).uniform(-0.1, 0.1, int(seconds * rate))
    soundfile.write(path, noise, rate)
    return path


@pytest.fixture
def make_library(tmp_path, cache):
    """Files with (seconds, index row) by name; every file has its own content."""

    def make(files, name="library", indexed=True):
        root = tmp_path / name
        root.mkdir(exist_ok=True)
        rows = []
        for number, (file_id, about) in enumerate(files.items()):
            write_sound(root / file_id, about.get("seconds", 1.2), seed=[len(name), number])
            rows.append({"file": file_id, **{key: value for key, value in about.items() if key != "seconds"}})
        if indexed:
            with (root / "index.csv").open("w", newline="", encoding="utf-8") as stream:
                writer = csv.DictWriter(
                    stream, ["file", "label", "tags", "licence", "author", "url", "title"]
                )
                writer.writeheader()
                writer.writerows(rows)
        return Library(root)

    return make


@pytest.fixture
def sound_writer():
    return write_sound


@pytest.fixture
def quick_bank(monkeypatch):
    """The built-in sounds by name, but only ten frames of each: what is chosen does not depend on how they
    sound.
    """
    from imgext.sounds import bank
    from imgext.sounds.sources.builtin import builtin_facts

    def generate(name):
        return np.full((10, 1), len(name) / 128) * (1 + sorted(bank.BANK).index(name))

    builtin_facts.cache_clear()
    monkeypatch.setattr(bank, "generate", lambda name, **_take: np.rint(generate(name) / 64 * 2**23) / 2**23)
    yield
    builtin_facts.cache_clear()
