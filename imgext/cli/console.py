"""How a command speaks: data on stdout, messages on stderr, colour and progress only on a terminal."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from imgext.store.environment import variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from imgext.scene.decision import Decision

#: Seconds of work before a progress bar appears.
PATIENCE = 1.0


def say(text: str = "") -> None:
    """Print one line for the user."""
    print(text, file=sys.stderr)  # noqa: T201


def data(value: dict[str, Any]) -> None:
    """Print one JSON object on stdout."""
    print(json.dumps(value, ensure_ascii=False))  # noqa: T201


def text(value: str) -> None:
    """Print text that is the command's result, on stdout."""
    sys.stdout.write(value)


def warn(decisions: Iterable[Decision]) -> None:
    """Repeat the warnings of a run at its end, each once."""
    for line in dict.fromkeys(
        f"{decision.path}: {decision.because}" for decision in decisions if decision.kind == "warning"
    ):
        say(f"{_coloured('warning', '33')} {line}")


def fail(message: str) -> None:
    """Print an error, one line a fault."""
    for line in message.splitlines() or [""]:
        say(f"{_coloured('error', '31')} {line}")


def _coloured(word: str, code: str) -> str:
    if sys.stderr.isatty() and not variable("NO_COLOR"):
        return f"\x1b[{code}m{word}:\x1b[0m"
    return f"{word}:"


@contextlib.contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Callable[[float], None]]:
    """Give a function that takes the share done; a bar appears on a terminal after a second of work."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done: None
        return
    began = time.monotonic()
    bar: Any = None
    task: Any = None

    def told(done: float) -> None:
        nonlocal bar, task
        if bar is None and time.monotonic() - began > PATIENCE:
            from rich.console import Console
            from rich.progress import Progress

            bar = Progress(console=Console(stderr=True), transient=True)
            task = bar.add_task(label, total=1.0)
            bar.start()
        if bar is not None:
            bar.update(task, completed=done)

    try:
        yield told
    finally:
        if bar is not None:
            bar.stop()
