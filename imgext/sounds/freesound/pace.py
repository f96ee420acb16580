"""Limits requests to Freesound: one a second, bursts of five, 2000 a day.

All processes of this machine share the limits.

Conventions: seconds; the clock is that of the wall, because processes and days share it. The state is one
small file in the cache, locked while it is changed, never while anybody waits: an asker takes a place in the
queue and then sleeps until it is reached. Where the cache cannot be written the state lives in memory and
only this process keeps to it. Source of the limits: Freesound's settings (60 a minute, 2000 a day for a key
of the first level).
"""

from __future__ import annotations

import json
import math
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from imgext.errors import CannotWriteError, ThrottledError
from imgext.store.files import read_text, write_text
from imgext.store.places import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

RATE, BURST, A_DAY = 1.0, 5, 2000
#: How far ahead a queue or a pause may reach; a state that says more comes from a clock that was set back.
_AHEAD = 600.0
#: Seconds to wait for the state's lock; it is held for milliseconds.
_PATIENCE = 10.0

DAY_IS_OVER = "go on without Freesound with --offline, or try again after midnight UTC"


class Pace:
    """A token bucket and a count a day.

    Parameters
    ----------
    folder : Path, optional
        Where the state is kept; default ``freesound`` in the cache.
    clock, sleep : callable
        Seconds since 1970, and waiting; a test gives its own.
    rate, burst, a_day : float, int, int
        Requests a second, at once, and in a day of UTC.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
        rate: float = RATE,
        burst: int = BURST,
        a_day: int = A_DAY,
    ) -> None:
        self.clock, self.sleep = clock, sleep
        self._folder, self._rate, self._burst, self._a_day = folder, rate, burst, a_day
        self._memory: dict[str, Any] = {}
        self._alone = False
        self._mutex = threading.Lock()

    def reserve(self) -> float:
        """Take the next place in the queue; return the seconds to wait until then.

        Raises
        ------
        ThrottledError
            As many requests were made today as a day allows.
        """
        with self._state() as state:
            now = self.clock()
            today = datetime.fromtimestamp(now, UTC).date().isoformat()
            asked = _number(state.get("asked")) if state.get("day") == today else 0.0
            if asked >= self._a_day:
                raise ThrottledError(
                    f"Freesound was asked {self._a_day} times today, which is what it allows; {DAY_IS_OVER}"
                )
            filled = now - min(_number(state.get("at"), now), now)
            tokens = min(_number(state.get("tokens"), self._burst) + filled * self._rate, self._burst) - 1
            until = _number(state.get("until"))
            if tokens < -_AHEAD * self._rate or until > now + _AHEAD:
                tokens, until = self._burst - 1.0, 0.0
            state.update(day=today, asked=int(asked) + 1, at=now, tokens=tokens, until=until)
            return max(0.0, -tokens / self._rate, until - now)

    def hold(self, wait: float) -> None:
        """Let nobody ask for so many seconds."""
        with self._state() as state:
            state["until"] = max(_number(state.get("until")), self.clock() + wait)

    @contextmanager
    def _state(self) -> Iterator[dict[str, Any]]:
        """The state, to be changed in place; written when the block ends well."""
        folder = self._folder or cache_folder() / "freesound"
        with self._mutex, _locked(folder) as locked:
            if not locked or self._alone:
                yield self._memory
                return
            state = _read(folder / "pace.json")
            yield state
            try:
                write_text(folder / "pace.json", json.dumps(state) + "\n")
            except CannotWriteError:  # full, or read-only: this process counts for itself from now on
                self._memory, self._alone = state, True


@contextmanager
def _locked(folder: Path) -> Iterator[bool]:
    """Whether the state's lock could be had."""
    from filelock import FileLock, Timeout

    lock = FileLock(folder / "pace.lock", timeout=_PATIENCE)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except (OSError, Timeout):
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def _read(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(read_text(path))
    except (OSError, ValueError, RecursionError):
        return {}  # nobody asked yet, or damaged: counting starts anew
    return data if isinstance(data, dict) else {}


def _number(value: object, default: float = 0.0) -> float:
    good = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if good else default  # type: ignore[arg-type]  # a number, as just tested
