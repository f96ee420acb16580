"""`merge`: joins two edits of a scene by field, and their locks by track."""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from imgext.comparing.kinds import kind_of
from imgext.comparing.locks import merged_locks
from imgext.comparing.merging import Merged, merged
from imgext.errors import Fault, ImgextError, MissingInputError, Place, SceneError
from imgext.pipeline.resolve import resolve
from imgext.pipeline.setup import Setup
from imgext.scene.document import parse
from imgext.scene.lock import Lock, lock_path, lock_text, read_lock
from imgext.scene.writer import scene_text
from imgext.store.environment import variables
from imgext.store.files import read_text
from imgext.store.git import file_at, revision, text_of, top_of


@dataclass(frozen=True)
class MergedFile:
    """A merged text; `conflicts` says what is left for you, and may be empty."""

    text: str
    conflicts: list[str] = field(default_factory=list)


def merge(base: Path | str, ours: Path | str, theirs: Path | str, *, name: str = "") -> MergedFile:
    """Merge two edits of a file.

    Parameters
    ----------
    base, ours, theirs : path
        The file before, and as each side has it.
    name : str
        Where the result belongs, from the top of the repository; for a resolved scene, which is made again
        from the scene next to it.

    Returns
    -------
    MergedFile
        A file that is no scene and no lock is merged by line, as git does.

    Raises
    ------
    MissingInputError
        One of the three is not there.
    """
    paths = [Path(path) for path in (base, ours, theirs)]
    try:
        texts = [read_text(path) for path in paths]
    except UnicodeDecodeError as error:
        raise SceneError(faults=[Fault(Place(str(ours)), "encoding", "is not UTF-8")]) from error
    except OSError as error:
        raise MissingInputError(f"{error.filename}: {error.strerror or error}") from error
    kinds = {kind_of(text) for text in texts if text.strip()}
    name = name or str(ours)
    if "resolved" in kinds:
        return _made_again(texts, name)
    try:
        if kinds == {"lock"}:
            return _locks(paths, name)
        if kinds == {"scene"} and all(text.strip() for text in texts[1:]):
            base_text = texts[0] if texts[0].strip() else "schema: imgext.scene/1\n"
            return _scenes([base_text, *texts[1:]], name)
    except SceneError:
        pass  # one side is no YAML: by line, as git does, and `check` says what is wrong
    return _by_line(paths)


def _scenes(texts: list[str], name: str) -> MergedFile:
    found: Merged = merged(*texts, file=name)
    said = [f"{name}: {conflict.path}: both sides changed it" for conflict in found.conflicts]
    if not said:
        try:
            parse(found.text, name, allow_outside=True)
        except SceneError as error:  # each side is fine, and the two together are not
            said = [str(fault) for fault in error.faults]
    return MergedFile(found.text, said)


def _locks(paths: list[Path], name: str) -> MergedFile:
    base, ours, theirs = (read_lock(path) if path.stat().st_size else Lock.of({}) for path in paths)
    lock, left = merged_locks(base, ours, theirs)
    scene = name.removesuffix(".lock.yaml") + ".yaml"
    return MergedFile(
        lock_text(lock),
        [
            f"{name}: tracks.{track}: each side pinned another sound; `imgext find {scene}` chooses again"
            for track in left
        ],
    )


def _by_line(paths: list[Path]) -> MergedFile:
    base, ours, theirs = map(str, paths)
    words = ["git", "merge-file", "-p", "-L", "ours", "-L", "base", "-L", "theirs", ours, base, theirs]
    done = subprocess.run(words, capture_output=True, check=False)  # noqa: S603  # fixed words and paths
    if done.returncode > 127:
        raise MissingInputError(done.stderr.decode("utf-8", "replace").strip())
    said = [f"{ours}: {done.returncode} conflicts"] if done.returncode else []
    return MergedFile(done.stdout.decode("utf-8"), said)


# --- resolved scenes --------------------------------------------------------------------------------------


def _made_again(texts: list[str], name: str) -> MergedFile:
    """Resolve the merged scene; if unknown or in conflict, return ours with a note."""
    if texts[1] == texts[2] or texts[0] == texts[2]:
        return MergedFile(texts[1])
    if texts[0] == texts[1]:
        return MergedFile(texts[2])
    source = PurePosixPath(name.replace(".resolved.yaml", ".yaml"))
    why = "the scene it comes from is not next to it"
    try:
        if source.name != PurePosixPath(name).name and source.name != "scene.yaml":
            again = _resolved_from(source, texts[1])
            if again is not None:
                return MergedFile(again)
    except ImgextError as error:
        why = str(error)
    return MergedFile(
        texts[1], [f"{name}: imgext wrote this file, so it is made again and not merged: {why}"]
    )


def _resolved_from(source: PurePosixPath, like: str) -> str | None:
    """Merge two commits' scene and lock, and resolve the result in its place."""
    top = top_of(Path())
    commits = None if top is None else _commits(top)
    if top is None or commits is None:
        return None
    raw = [file_at(commit, str(source), top) for commit in commits]
    if any(part is None for part in raw):
        return None
    found = merged(*(part.decode("utf-8") for part in raw if part is not None), file=str(source))
    if found.conflicts:
        raise SceneError(f"{source} is in conflict")
    scene = parse(found.text, str(source), allow_outside=True).scene
    scene = scene.located(top / source.parent, source.stem, str(source), found.text)
    with tempfile.TemporaryDirectory(prefix="imgext-") as folder:
        locks = []
        for number, commit in enumerate(commits):
            path = Path(folder) / str(number)
            path.write_bytes(file_at(commit, str(lock_path(source.as_posix())), top) or b"")
            locks.append(read_lock(path) if path.stat().st_size else Lock.of({}))
    lock, _ = merged_locks(*locks)
    resolved = resolve(scene, setup=Setup(), lock=lock)
    header = [line.removeprefix("# ") for line in like.splitlines()[:1] if line.startswith("# ")]
    return scene_text(resolved.scene, resolved.decisions, header=header)


def _commits(top: Path) -> tuple[str, str, str] | None:
    """The commits that are merged: before, ours, theirs; None where git does not say."""
    ours = revision("HEAD", top)
    heads = [name.removeprefix("GITHEAD_") for name in variables("GITHEAD_")]
    theirs = next((head for head in sorted(heads) if head != ours), "")
    if theirs:
        base = text_of(["merge-base", ours, theirs], top)
        return (base, ours, theirs) if base else None
    for name in ("CHERRY_PICK_HEAD", "REBASE_HEAD"):
        if theirs := revision(name, top):
            base = revision(f"{theirs}^", top)
            return (base, ours, theirs) if base else None
    return None
