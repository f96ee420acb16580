"""Asks the program `git` for revisions, and for files as they were."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from imgext.errors import MissingInputError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Sequence


def git(words: Sequence[str], folder: Path, *, may_fail: bool = False) -> bytes | None:
    """Run git in a folder and return its output.

    Parameters
    ----------
    words : sequence of str
        The command and its arguments.
    folder : Path
    may_fail : bool
        Return None if git fails.

    Raises
    ------
    UnavailableError
        Git is not installed.
    MissingInputError
        Git fails; with the first line of its message.
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
    """Return git's output as text, without the last line break; empty if it fails."""
    printed = git(words, folder, may_fail=True)
    return "" if printed is None else printed.decode("utf-8", "surrogateescape").rstrip("\n")


def top_of(folder: Path) -> Path | None:
    """Return the work tree of a folder; None outside of one."""
    said = text_of(["rev-parse", "--show-toplevel"], folder)
    return Path(said) if said else None


def revision(name: str, folder: Path) -> str:
    """Return the commit of a name; empty if there is none."""
    if not name or name.startswith("-"):
        return ""
    return text_of(["rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"], folder)


def file_at(commit: str, path: str, top: Path) -> bytes | None:
    """Return a commit's file as it would lie in the work tree; None if missing."""
    return git(["cat-file", "--filters", f"{commit}:{path}"], top, may_fail=True)


def files_at(commit: str, under: str, top: Path) -> list[str]:
    """List a commit's files at or below a path, by their path from the top."""
    printed = text_of(["ls-tree", "-r", "-z", "--name-only", commit, "--", under or "."], top)
    return [name for name in printed.split("\0") if name]
