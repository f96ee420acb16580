"""Puts several files in place together, even if the run is killed meanwhile.

Then the old files stay, or the next run finishes placing the new ones.

::

    out/.imgext-<16 hex>.run/     a run's own folder, locked while the run lives
        0.wav, 1.yaml, ...        its files, complete before any takes its place
        journal.json              which file goes where, written whole: from then on the new files win

A dead run without a journal is removed; one with a journal has its files put in place, except over a file
that somebody changed meanwhile. A journal is not trusted: names that leave the folder are ignored, and only
files with the other names are ever deleted.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import stat
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imgext.errors import CannotWriteError
from imgext.store.files import (
    inside,
    is_dead,
    is_own_file,
    read_text,
    sha256_of,
    sweep,
    sync_folder,
    take,
    write_text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

JOURNAL = "journal.json"
SCHEMA = "imgext.swap/1"
#: Seconds to wait for another run that places its files in the same folder, which takes under a second.
PATIENCE = 60.0
_RUN = re.compile(r"\.imgext-[0-9a-f]{16}\.run")
_OWN = re.compile(r"[0-9]+(\.[A-Za-z0-9]{1,8})?|journal\.json|\.imgext-[0-9a-f]{16}\.tmp")


@dataclass(frozen=True, slots=True)
class Put:
    """A file to place: its name, the digest there now (or blank), its own digest."""

    file: str
    name: str
    before: str | None
    digest: str


@dataclass(slots=True)
class Swap:
    """What a run will do to its folder, in this order."""

    put: list[Put] = field(default_factory=list)
    drop: dict[str, str] = field(default_factory=dict)
    """Names to delete, each with the digest that it must still have."""

    def text(self) -> str:
        """Write the plan as a journal."""
        put = [[each.file, each.name, each.before, each.digest] for each in self.put]
        return json.dumps({"schema": SCHEMA, "put": put, "drop": self.drop}, ensure_ascii=True) + "\n"


class Stage:
    """A run's own folder inside its output folder; it is deleted after the run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with alone(folder):
            clear(folder)
            self.path = folder / f".imgext-{secrets.token_hex(8)}.run"
            self.path.mkdir(mode=0o700)
            try:
                self._held = _opened(self.path)
            except OSError:
                _remove(self.path)
                raise
            if self._held is not None:
                take(self._held)
        self._count = 0

    def new(self, name: str) -> Path:
        """Return the path to write the file of this name to."""
        ending = re.fullmatch(r".*(\.[A-Za-z0-9]{1,8})", name)
        path = self.path / f"{self._count}{ending[1].lower() if ending else ''}"
        self._count += 1
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        return path

    def commit(self, swap: Swap) -> None:
        """Put the files in place; the caller holds the folder with `alone`.

        Raises
        ------
        CannotWriteError
            Not all files could be put in place; the next run into this folder finishes it.
        """
        sync_folder(self.path)
        write_text(self.path / JOURNAL, swap.text())
        try:
            _carry_out(self.folder, self.path, swap)
        except BaseException as error:  # a signal, or a disk that failed once
            try:
                _carry_out(self.folder, self.path, swap)
            except OSError as again:
                why = again.strerror or again
                raise CannotWriteError(
                    f"{self.folder}: not all new files could be put in place: {why}; the next run finishes it"
                ) from again
            if not isinstance(error, OSError):
                raise
        with contextlib.suppress(OSError):
            (self.path / JOURNAL).unlink()

    def close(self) -> None:
        """Remove what is left of the run; keep an unfinished journal for the next one."""
        if not (self.path / JOURNAL).exists():
            _remove(self.path)
        if self._held is not None:
            os.close(self._held)
            self._held = None


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other runs out of a folder; raises CannotWriteError after a minute."""
    descriptor = _opened(folder)
    try:
        until = time.monotonic() + PATIENCE
        while descriptor is not None and take(descriptor) is False:
            if time.monotonic() > until:
                raise CannotWriteError(f"{folder}: another imgext has been writing here for a minute")
            time.sleep(0.01)
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def clear(folder: Path) -> None:
    """Finish or remove what dead runs left in a folder, as far as possible."""
    sweep(folder)
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        runs = sorted(entry.name for entry in entries if _RUN.fullmatch(entry.name))
        for name in runs:
            path = folder / name
            with contextlib.suppress(OSError):
                if not stat.S_ISDIR(path.lstat().st_mode):
                    continue
                descriptor = _opened(path)
                try:
                    if is_dead(path, descriptor):
                        _finish(folder, path)
                finally:
                    if descriptor is not None:
                        os.close(descriptor)


def _finish(folder: Path, stage: Path) -> None:
    swap = _read(stage / JOURNAL)
    if swap is not None:
        swap.put = [each for each in swap.put if _may_take(folder, stage, each)]
        _carry_out(folder, stage, swap)
    _remove(stage)


def _may_take(folder: Path, stage: Path, each: Put) -> bool:
    """Say whether a dead run's file is complete and its place unchanged."""
    target, source = inside(folder, each.name), stage / each.file
    if target is None or not is_own_file(source) or sha256_of(source) != each.digest:
        return False
    if not os.path.lexists(target):
        return True
    return is_own_file(target) and sha256_of(target) in {each.before, each.digest}


def _carry_out(folder: Path, stage: Path, swap: Swap) -> None:
    """Place and delete files; skip what was done before."""
    folders = {folder}
    for each in swap.put:
        target, source = inside(folder, each.name), stage / each.file
        if target is None or not os.path.lexists(source):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)
        folders.add(target.parent)
    for name, digest in swap.drop.items():
        target = inside(folder, name)
        if target is not None and is_own_file(target) and sha256_of(target) == digest:
            with contextlib.suppress(OSError):  # then it stays next to the new ones
                target.unlink()
    for each_folder in sorted(folders):
        sync_folder(each_folder)


def _remove(stage: Path) -> None:
    """Delete a run's files and folder, the journal last, and no other file."""
    with contextlib.suppress(OSError):
        for path in sorted(stage.iterdir(), key=lambda path: path.name == JOURNAL):
            if _OWN.fullmatch(path.name):
                path.unlink()
        stage.rmdir()


def _opened(folder: Path) -> int | None:
    """Open a folder to lock it; None if folders cannot be opened."""
    if os.name != "posix":
        return None
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY)


def _read(journal: Path) -> Swap | None:
    try:
        data: Any = json.loads(read_text(journal))
        if data["schema"] != SCHEMA:
            return None
        put = [Put(*each) for each in data["put"]]
        drop = dict(data["drop"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None  # the run ended before all of its files were complete
    texts = [text for each in put for text in (each.file, each.name, each.digest)]
    if not all(isinstance(text, str) for text in (*texts, *drop, *drop.values())):
        return None
    return Swap([each for each in put if _OWN.fullmatch(each.file)], drop)
