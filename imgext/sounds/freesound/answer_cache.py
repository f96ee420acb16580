"""Caches the answers of the last day; the cached question has no key in it.

An entry holds question, time and answer (`imgext.store.cache`, folder ``freesound/answers``). One that is
damaged, old or of another question is deleted.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING, Any

from imgext.store.cache import Cache, as_json, digest_of_text, to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

#: Seconds for which an answer is believed.
DAY = 24 * 3600.0


class Answers:
    """The cache of answers; `clock` gives the seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._cache = Cache[dict[str, Any]]("freesound/answers", 1, load=self._load, dump=to_json)

    def _load(self, data: bytes) -> dict[str, Any] | None:
        entry: dict[str, Any] = as_json(data)
        return entry if 0 <= self._clock() - float(entry["at"]) < DAY and "answer" in entry else None

    def get(self, address: str, params: Mapping[str, str]) -> Any:
        """The answer to a question of the last day, else None."""
        asked = _canonical(address, params)
        key = digest_of_text(asked)
        entry = self._cache.read(key)
        if entry is not None and entry.get("asked") == asked:
            return entry["answer"]
        with contextlib.suppress(OSError):
            self._cache.path(key).unlink(missing_ok=True)
        return None

    def put(self, address: str, params: Mapping[str, str], answer: Any) -> None:
        """Store an answer, and let go of old ones next to it."""
        asked, now = _canonical(address, params), self._clock()
        path = self._cache.path(digest_of_text(asked))
        with contextlib.suppress(OSError, ValueError):
            self._cache.write(digest_of_text(asked), {"asked": asked, "at": now, "answer": answer})
            os.utime(path, (now, now))  # so that age is judged by one clock
            for other in path.parent.glob("*.json"):
                if now - other.stat().st_mtime > DAY:
                    other.unlink(missing_ok=True)


def _canonical(address: str, params: Mapping[str, str]) -> str:
    return json.dumps([address, sorted(params.items())], ensure_ascii=True)
