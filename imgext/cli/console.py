"""Prints data on stdout, messages on stderr, and colour only on a terminal."""

from __future__ import annotations

import contextlib
import io
import json
import re
import sys
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from imgext.errors import ImgextError, json_line, readable
from imgext.store.environment import variable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from imgext.errors import Fault
    from imgext.scene.decision import Decision

#: Seconds of work before a progress bar appears.
PATIENCE = 1.0
#: Letters of a line that is shown under a fault, and bytes of a file that are read for it.
WIDTH, MOST_READ = 96, 2 << 20


def settle() -> None:
    """Let nothing that a terminal cannot show end a command: it is spelt out instead."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def say(text: str = "") -> None:
    """Print one line for the user, without line breaks or control characters."""
    print(readable(text), file=sys.stderr)  # noqa: T201


def data(value: dict[str, Any]) -> None:
    """Print one JSON object on stdout, in ASCII where that cannot show it."""
    line = json_line(value)
    try:
        line.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        line = json.dumps(value)
    print(line)  # noqa: T201


def text(value: str) -> None:
    """Print text that is the command's result, on stdout; its line breaks stay."""
    sys.stdout.write(value if value.isprintable() else "\n".join(map(readable, value.split("\n"))))


def warn(decisions: Iterable[Decision]) -> None:
    """Repeat the warnings of a run at its end, each once."""
    for line in dict.fromkeys(
        f"{decision.path}: {decision.because}" for decision in decisions if decision.kind == "warning"
    ):
        _tell("warning", "33", line)


def fail(error: ImgextError | str) -> None:
    """Print an error, one line a fault."""
    for fault in getattr(error, "faults", ()):
        _tell("error", "31", str(fault))
        mark(fault, sys.stderr)
    if not getattr(error, "faults", ()):
        _tell("error", "31", str(error))


def mark(fault: Fault, stream: TextIO) -> None:
    """Show the line of the file with a mark under the place, on a terminal alone."""
    if stream.isatty() and (lines := marked(fault)):
        print(*lines, sep="\n", file=stream)


def marked(fault: Fault) -> list[str]:
    """Return a fault's line, cut to the terminal, with a mark below; empty if unread."""
    from imgext.store.files import open_file

    if not fault.line:
        return []
    try:
        with open_file(Path(fault.file)) as stream:
            text = stream.read(MOST_READ).decode("utf-8-sig", "replace")
        line = re.split(r"\r\n|\n|\r", text)[fault.line - 1]
    except (OSError, ImgextError, IndexError):
        return []
    first = max(0, fault.column - 1 - WIDTH // 2)
    shown = line[first : first + WIDTH].replace("\t", " ")
    number = str(fault.line)
    before = readable(shown[: fault.column - 1 - first])
    blanks = "".join("  " if unicodedata.east_asian_width(letter) in "WF" else " " for letter in before)
    return [f"  {number} | {readable(shown)}", f"  {' ' * len(number)} | {blanks}^"]


def _tell(word: str, code: str, line: str) -> None:
    word = f"\x1b[{code}m{word}:\x1b[0m" if sys.stderr.isatty() and not variable("NO_COLOR") else f"{word}:"
    print(word, readable(line), file=sys.stderr)  # noqa: T201


@contextlib.contextmanager
def progress(label: str, *, quiet: bool = False) -> Iterator[Callable[[float], None]]:
    """Give a function for the share done; after a second a terminal shows a bar."""
    if quiet or not sys.stderr.isatty():
        yield lambda _done: None
        return
    began = time.monotonic()
    bar: Any = None
    task: Any = None

    def report(done: float) -> None:
        nonlocal bar, task
        if bar is None and time.monotonic() - began > PATIENCE:
            from rich.console import Console
            from rich.progress import Progress

            bar = Progress(console=Console(stderr=True), transient=True)
            task = bar.add_task(readable(label).replace("[", r"\["), total=1.0)
            bar.start()
        if bar is not None:
            bar.update(task, completed=done)

    try:
        yield report
    finally:
        if bar is not None:
            bar.stop()
