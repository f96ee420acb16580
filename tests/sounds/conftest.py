"""A cache of its own for each test, and libraries made of a few frames of noise."""

from __future__ import annotations

import csv

import numpy as np
import pytest
import soundfile

from imgext.sounds.library import Library


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
                writer = csv.DictWriter(stream, ["file", "label", "tags", "licence", "author", "url", "title"])
                writer.writeheader()
                writer.writerows(rows)
        return Library(root)

    return make


@pytest.fixture
def sound_writer():
    return write_sound


@pytest.fixture
def quick_bank(monkeypatch):
    """The built-in sounds by name, but only ten frames of each: what is chosen does not depend on how they sound."""
    from imgext.sounds import bank
    from imgext.sounds.source import builtin_facts

    def generate(name):
        return np.full((10, 1), len(name) / 128) * (1 + sorted(bank.BANK).index(name))

    builtin_facts.cache_clear()
    monkeypatch.setattr(bank, "generate", lambda name: np.rint(generate(name) / 64 * 2**23) / 2**23)
    yield
    builtin_facts.cache_clear()
