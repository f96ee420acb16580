"""What git knows: revisions, and files as they were; asked of the program `git`, which must be installed."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from imgext.errors import MissingInputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence


def git(words: Sequence[str], folder: Path, *, may_fail: bool = False) -> bytes | None:
    """Run git in a folder and give what it prints.

    Parameters
    ----------
    words : sequence of str
        The command and its arguments.
    folder : Path
    may_fail : bool
        Give None where git says no.

    Raises
    ------
    UnavailableError
        Git is not installed.
    MissingInputError
        Git says no; with its first line.
    """
    command = ["git", "-c", "core.quotePath=false", *words]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, check=False)  # noqa: S603  # fixed words
    except OSError as error:
        raise UnavailableError(f"git cannot be run: {error.strerror or error}") from error
    if done.returncode and may_fail:
        return None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no reason given"]
        raise MissingInputError(f"git {words[0]}: {said[0].removeprefix('fatal: ')}")
    return done.stdout


def text_of(words: Sequence[str], folder: Path) -> str:
    """What git prints as text, without the last line break; empty where it says no."""
    printed = git(words, folder, may_fail=True)
    return "" if printed is None else printed.decode("utf-8", "surrogateescape").rstrip("\n")


def top_of(folder: Path) -> Path | None:
    """The work tree that a folder is in; None outside of one."""
    said = text_of(["rev-parse", "--show-toplevel"], folder)
    return Path(said) if said else None


def revision(name: str, folder: Path) -> str:
    """The commit that a name stands for; empty where it is none."""
    if not name or name.startswith("-"):
        return ""
    return text_of(["rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"], folder)


def file_at(commit: str, path: str, top: Path) -> bytes | None:
    """A file as it was, as it would lie in the work tree; None where there was none."""
    return git(["cat-file", "--filters", f"{commit}:{path}"], top, may_fail=True)


def files_at(commit: str, under: str, top: Path) -> list[str]:
    """The files of a commit at or below a path, by their path from the top."""
    printed = text_of(["ls-tree", "-r", "-z", "--name-only", commit, "--", under or "."], top)
    return [name for name in printed.split("\0") if name]
