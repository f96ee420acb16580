"""Answers of the last day, so that the same question is asked once: by the canonical form of the question, which has no key in it.

``freesound/answers/ab/<sha256 of the question>.json`` in the cache holds question, time and answer; an entry
that is damaged, old or of another question is deleted. A cache that cannot be written costs only this
convenience.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

from imgext.errors import CannotWriteError
from imgext.store.files import write_text
from imgext.store.places import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

#: Seconds for which an answer is believed.
DAY = 24 * 3600.0


class Answers:
    """The cache of answers; `clock` gives the seconds since 1970."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock

    def get(self, address: str, params: Mapping[str, str]) -> Any:
        """The answer to a question of the last day, else None."""
        asked = _canonical(address, params)
        path = _file(asked)
        try:
            entry = json.loads(path.read_text("utf-8"))
            if entry["asked"] == asked and 0 <= self._clock() - float(entry["at"]) < DAY:
                return entry["answer"]
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            pass
        with contextlib.suppress(OSError):
            path.unlink()
        return None

    def put(self, address: str, params: Mapping[str, str], answer: Any) -> None:
        """Keep an answer, and let go of old ones beside it."""
        asked, now = _canonical(address, params), self._clock()
        path = _file(asked)
        with contextlib.suppress(CannotWriteError, OSError, ValueError):
            write_text(path, json.dumps({"asked": asked, "at": now, "answer": answer}) + "\n")
            os.utime(path, (now, now))  # so that age is judged by one clock
            for other in path.parent.glob("*.json"):
                if now - other.stat().st_mtime > DAY:
                    other.unlink(missing_ok=True)


def _canonical(address: str, params: Mapping[str, str]) -> str:
    return json.dumps([address, sorted(params.items())], ensure_ascii=True)


def _file(asked: str) -> Path:
    name = hashlib.sha256(asked.encode("utf-8")).hexdigest()
    return cache_folder() / "freesound" / "answers" / name[:2] / f"{name}.json"
