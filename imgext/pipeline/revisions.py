"""What `diff` compares: files, folders and git revisions become pairs of scenes.

A scene of a revision is laid out in a temporary folder with its lock and the sounds that it names, as they
were then; a sound that git does not have comes from the work tree.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from imgext.comparing.kinds import kind_of
from imgext.errors import ImgextError, MissingInputError, UsageError
from imgext.scene.lock import lock_path
from imgext.store.files import inside, read_text
from imgext.store.git import file_at, files_at, revision, top_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Endings of scenes.
ENDINGS = (".yaml", ".yml")
RESOLVED = "scene.resolved.yaml"


class Pair(NamedTuple):
    """A scene before and after; None where it is not there."""

    name: str
    before: Path | None
    after: Path | None


@dataclass(frozen=True, slots=True)
class _Side:
    """The files of the work tree, or of a commit; `top` is the commit's root."""

    commit: str = ""
    top: Path = Path()


@contextlib.contextmanager
def pairs(words: Sequence[str]) -> Iterator[list[Pair]]:
    """Read a call's words: two paths, or one or two revisions and paths.

    Parameters
    ----------
    words : sequence of str
        ``A B``: files or folders; ``REV PATH...``: the revision and the work tree; ``REV REV PATH...`` or
        ``REV..REV PATH...``: two revisions; ``REV:PATH`` stands for one file; ``PATH`` alone: HEAD and the
        work tree. Without a path all scenes of the repository.

    Yields
    ------
    list of Pair
        By name; their files are gone after the block.

    Raises
    ------
    MissingInputError
        A word is neither a file nor a revision.
    UsageError
        There are too many paths.
    """
    revisions, paths = _sorted(words)
    with tempfile.TemporaryDirectory(prefix="imgext-") as folder:
        temporary = Path(folder)
        if not revisions and len(paths) == 2:
            one, other = (_laid_out(path, temporary / str(n)) for n, path in enumerate(paths))
            yield _matched(one, other, str(paths[1]))
            return
        if len(paths) > 1 and not revisions:
            raise UsageError(f"two files or folders are compared, not {len(paths)}")
        top = top_of(Path())
        if top is None:
            raise MissingInputError(
                f"{paths[0] if paths else '.'}: is in no git repository, so name two files"
            )
        if not revisions:
            revisions = [revision("HEAD", top)]
            if not revisions[0]:
                raise MissingInputError("HEAD: there is no commit yet to compare with")
        sides = [_Side(commit, top) for commit in revisions]
        sides += [_Side("", top)] * (2 - len(sides))
        found: list[Pair] = []
        for path in paths or [top]:
            found += _of(path, sides, temporary)
        yield found


def _sorted(words: Sequence[str]) -> tuple[list[str], list[Path | tuple[str, str]]]:
    """Revisions, and paths: those of the work tree, or a commit and a path."""
    revisions: list[str] = []
    paths: list[Path | tuple[str, str]] = []
    here = Path()
    for word in words:
        if os.path.lexists(word):
            paths.append(Path(word))
            continue
        first, dots, second = word.partition("..")
        commit, colon, path = word.partition(":")
        if dots and not revisions:
            ends = [revision(end or "HEAD", here) for end in (first, second.lstrip("."))]
            if all(ends):
                revisions += ends
                continue
        if colon and path and (of := revision(commit, here)):
            paths.append((of, path))
        elif of := revision(word, here):
            revisions.append(of)
        elif revisions and top_of(here) is not None:
            paths.append(Path(word))  # a file that is gone
        else:
            raise MissingInputError(f"{word}: is neither a file nor a revision")
    if len(revisions) > 2:
        raise UsageError(f"two revisions are compared, not {len(revisions)}")
    return revisions, paths


def _laid_out(path: Path | tuple[str, str], temporary: Path) -> Path:
    if isinstance(path, Path):
        return path
    commit, name = path
    top = top_of(Path())
    assert top is not None
    found = _extracted(name.removeprefix("./"), _Side(commit, top), temporary)
    if found is None:
        raise MissingInputError(f"{name}: the revision {commit[:12]} has no such scene")
    return found


def _matched(one: Path, other: Path, name: str) -> list[Pair]:
    """Pairs of two files, or of the scenes of the same name in two folders."""
    if not one.is_dir() and not other.is_dir():
        return [Pair(name, one, other)]
    if one.is_dir() != other.is_dir():
        file, folder = (other, one) if one.is_dir() else (one, other)
        beside = folder / file.name
        return [Pair(name, beside, file) if one.is_dir() else Pair(name, file, beside)]
    if (one / RESOLVED).exists() and (other / RESOLVED).exists():
        return [Pair(name, one / RESOLVED, other / RESOLVED)]
    scenes = [
        {path.relative_to(folder).as_posix(): path for path in scenes_in(folder)} for folder in (one, other)
    ]
    return [Pair(key, scenes[0].get(key), scenes[1].get(key)) for key in sorted({*scenes[0], *scenes[1]})]


def scenes_in(folder: Path) -> list[Path]:
    """The scenes below a folder, hidden folders left out, sorted."""
    found = []
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [Path(where) / name for name in files if name.endswith(ENDINGS)]
    return sorted(path for path in found if _is_scene(path))


def _is_scene(path: Path) -> bool:
    try:
        return kind_of(read_text(path)) in {"scene", "resolved"}
    except (ImgextError, OSError, UnicodeDecodeError):
        return False


def _of(path: Path | tuple[str, str], sides: Sequence[_Side], temporary: Path) -> list[Pair]:
    if isinstance(path, tuple):
        raise UsageError(f"{path[0][:12]}:{path[1]} names a revision already")
    top = sides[0].top
    try:
        name = Path(os.path.abspath(path)).resolve().relative_to(top.resolve()).as_posix()  # noqa: PTH100
    except ValueError:
        raise MissingInputError(f"{path}: is outside the git repository {top}") from None
    names = {name}
    if path.is_dir() or any(
        name in {"", "."} or each.startswith(f"{name}/") for each in _listed(sides, name)
    ):
        names = set()
        for side in sides:
            names |= set(_scene_names(side, "" if name == "." else name))
    found = []
    for each in sorted(names):
        one, other = (_extracted(each, side, temporary / str(n)) for n, side in enumerate(sides))
        if one is None and other is None:
            raise MissingInputError(f"{path}: is in neither of the two")
        if len(names) == 1 or not (one and other and _same(one, other)):
            found.append(Pair(each, one, other))
    return found


def _listed(sides: Sequence[_Side], name: str) -> list[str]:
    return [each for side in sides if side.commit for each in files_at(side.commit, name, side.top)]


def _scene_names(side: _Side, under: str) -> list[str]:
    if not side.commit:
        return [path.relative_to(side.top).as_posix() for path in scenes_in(side.top / under)]
    names = [name for name in files_at(side.commit, under, side.top) if name.endswith(ENDINGS)]
    return [
        name
        for name in names
        if kind_of(_text(file_at(side.commit, name, side.top))) in {"scene", "resolved"}
    ]


def _text(raw: bytes | None) -> str:
    return (raw or b"")[: 1 << 21].decode("utf-8", "replace")


def _same(one: Path, other: Path) -> bool:
    """Whether two scenes have the same texts, their locks included."""
    return all(
        (read_text(a) if a.exists() else "") == (read_text(b) if b.exists() else "")
        for a, b in ((one, other), (lock_path(one), lock_path(other)))
    )


def _extracted(name: str, side: _Side, temporary: Path) -> Path | None:
    """Find a scene in the work tree, or write out a commit's; None if there is none."""
    here = side.top / name
    if not side.commit:
        return here if here.exists() else None
    raw = file_at(side.commit, name, side.top)
    if raw is None:
        return None
    target = temporary / name
    _put(target, raw)
    lock = lock_path(Path(name)).as_posix()
    if (pinned := file_at(side.commit, lock, side.top)) is not None:
        _put(temporary / lock, pinned)
    for sound in _sounds(_text(raw)):
        beside = inside(target.parent, sound)
        if beside is None or beside.exists():
            continue
        was = file_at(side.commit, f"{Path(name).parent.as_posix()}/{sound}".removeprefix("./"), side.top)
        if was is not None:
            _put(beside, was)
        elif (here.parent / sound).is_file():
            beside.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(here.parent / sound, beside)
    return target


def _sounds(text: str) -> list[str]:
    """The files that the tracks of a scene name; nothing of a text that is no scene."""
    from imgext.scene.yaml.nodes import Places, read_nodes

    root, _ = read_nodes(text, Places("", text))
    data = root.data() if root is not None and root.kind == "map" else {}
    tracks = data.get("tracks")
    named = [
        track.get("sound")
        for track in (tracks if isinstance(tracks, dict) else {}).values()
        if isinstance(track, dict)
    ]
    named.append(data.get("image"))
    return [sound for sound in named if isinstance(sound, str)]


def _put(path: Path, raw: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
