"""What was computed from a content is cached by its digest and a version."""

from __future__ import annotations

import pytest

from imgext.store.cache import Cache, as_json, digest_of_text, to_json

KEY = digest_of_text("a content")


def pair(data):
    value = as_json(data)
    return value if value["size"] > 0 else None


@pytest.fixture
def sizes(tmp_path, monkeypatch):
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path))
    return Cache("sizes", 1, load=pair, dump=to_json)


def test_a_value_is_computed_once(sizes):
    assert sizes.get(KEY, lambda: {"size": 3}) == {"size": 3}
    assert sizes.get(KEY, lambda: pytest.fail("computed again")) == {"size": 3}


def test_another_version_is_computed_anew(sizes):
    sizes.get(KEY, lambda: {"size": 3})
    newer = Cache("sizes", 2, load=pair, dump=to_json)
    assert newer.get(KEY, lambda: {"size": 4}) == {"size": 4}
    assert sizes.read(KEY) == {"size": 3}


@pytest.mark.parametrize(
    "damage", [b"", b"{", b"[]", b"null", b'{"size": "a"}', b'{"size": -1}', b"[" * 100_000, b"\xff\x00"]
)
def test_a_damaged_or_foreign_entry_is_computed_anew_and_replaced(sizes, damage):
    sizes.write(KEY, {"size": 3})
    sizes.path(KEY).write_bytes(damage)
    assert sizes.get(KEY, lambda: {"size": 4}) == {"size": 4}
    assert sizes.read(KEY) == {"size": 4}


def test_a_value_that_may_not_be_stored_is_computed_each_time(tmp_path, monkeypatch):
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path))
    values = iter([{"size": 1}, {"size": 2}])
    cache = Cache("sizes", 1, load=pair, dump=lambda _value: None)
    assert [cache.get(KEY, lambda: next(values))["size"] for _ in range(2)] == [1, 2]
    assert list(tmp_path.rglob("*")) == []


def test_a_cache_that_cannot_be_written_costs_only_time(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("IMGEXT_CACHE", str(tmp_path / "file"))
    cache = Cache("sizes", 1, load=pair, dump=to_json)
    assert cache.get(KEY, lambda: {"size": 5}) == {"size": 5}


def test_nothing_half_written_is_left(sizes):
    sizes.write(KEY, {"size": 3})
    assert [path.name for path in sizes.path(KEY).parent.iterdir()] == [f"{KEY}-1.json"]
