"""`git`: sets imgext up as git's diff and merge driver, and removes it again."""

from __future__ import annotations

import shlex
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imgext.errors import MissingInputError
from imgext.pipeline.revisions import scenes_in
from imgext.scene.document import read
from imgext.scene.format import comments_of
from imgext.scene.yaml.spelling import flow_text
from imgext.store.files import read_text, write_text
from imgext.store.git import git, text_of, top_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BEGIN = "# imgext: scenes are compared and merged by field (imgext git uninstall takes this out)"
END = "# imgext: end"


@dataclass(frozen=True)
class Installation:
    """The settings to write: of the repository, and of its ``.gitattributes``."""

    top: Path
    settings: dict[str, str]
    lines: list[str]

    def shown(self) -> list[str]:
        """Everything in words, a line each."""
        return [
            *(f".git/config: {key} = {value}" for key, value in self.settings.items()),
            *(f".gitattributes: {line}" for line in self.lines),
        ]


def settings() -> dict[str, str]:
    """The settings of both drivers, with the program as git finds it."""
    program = "imgext" if shutil.which("imgext") else shlex.join([sys.executable, "-m", "imgext"])
    return {
        "diff.imgext.textconv": f"{program} git textconv",
        "diff.imgext.command": f"{program} git diff",
        "merge.imgext.name": "imgext: scenes by field",
        "merge.imgext.driver": f"{program} merge -w --name %P %O %A %B",
    }


def planned(folder: Path | None = None, patterns: Sequence[str] = ()) -> Installation:
    """Say what `install` would write.

    Parameters
    ----------
    folder : Path, optional
        In the repository; blank: the current one.
    patterns : sequence of str
        Which files, as ``.gitattributes`` names them; blank: a pattern for each folder that has scenes.

    Raises
    ------
    MissingInputError
        There is no repository, or it has no scenes and no pattern was given.
    """
    top = top_of(folder or Path())
    if top is None:
        raise MissingInputError(f"{folder or '.'}: is in no git repository")
    if not patterns:
        folders = sorted({path.parent.relative_to(top).as_posix() for path in scenes_in(top)})
        patterns = [f"/{name}/*.yaml" if name != "." else "/*.yaml" for name in folders]
    if not patterns:
        raise MissingInputError(f"{top}: has no scenes yet; name which files they will be, such as '*.yaml'")
    quoted = [f'"{pattern}"' if " " in pattern else pattern for pattern in patterns]
    return Installation(top, settings(), [f"{pattern} diff=imgext merge=imgext" for pattern in quoted])


def install(plan: Installation) -> None:
    """Write what was planned; what an earlier call wrote is replaced."""
    for key, value in plan.settings.items():
        git(["config", "--local", key, value], plan.top)
    _write_attributes(plan.top, [BEGIN, *plan.lines, END])


def uninstall(folder: Path | None = None) -> list[str]:
    """Take both drivers out; give what was taken out, a line each.

    Raises
    ------
    MissingInputError
        There is no repository.
    """
    top = top_of(folder or Path())
    if top is None:
        raise MissingInputError(f"{folder or '.'}: is in no git repository")
    gone = []
    for section in ("diff.imgext", "merge.imgext"):
        known = text_of(["config", "--local", "--get-regexp", rf"^{section.replace('.', '[.]')}[.]"], top)
        if known:
            git(["config", "--local", "--remove-section", section], top)
            gone += [f".git/config: {line.replace(' ', ' = ', 1)}" for line in known.splitlines()]
    gone += [f".gitattributes: {line}" for line in _write_attributes(top, [])]
    return gone


def _write_attributes(top: Path, lines: Sequence[str]) -> list[str]:
    """Replace the lines of an earlier call; return them without their marks."""
    path = top / ".gitattributes"
    text = read_text(path) if path.exists() else ""
    kept: list[str] = []
    gone: list[str] = []
    inside = False
    for line in text.splitlines():
        if line == BEGIN:
            inside = True
        elif inside and line == END:
            inside = False
        else:
            (gone if inside else kept).append(line)
    new = "".join(f"{line}\n" for line in [*kept, *lines])
    if new:
        if new != text:
            write_text(path, new)
    elif path.exists():
        path.unlink()
    return gone


def textconv(path: Path) -> str:
    """Show a scene for git's textconv: a line a field, with path, unit, comments.

    Any other file comes out as it is.
    """
    from imgext.comparing.fields import field_facts
    from imgext.errors import ImgextError

    try:
        document = read(path, allow_outside=True)
    except ImgextError:
        return read_text(path)
    comments = comments_of(document.text)
    lines = []
    for keys, value in _leaves(document.root.data(), ()):
        for depth in range(1, len(keys) + 1):
            lines += [f"# {line}" for line in comments.before.pop(keys[:depth], []) if line.strip()]
        unit = field_facts(keys)[0]
        said = f"{'.'.join(keys)} = {flow_text(value)}{f' {unit}' if unit else ''}"
        after = [
            comments.after.pop(keys[:depth])
            for depth in range(1, len(keys) + 1)
            if keys[:depth] in comments.after
        ]
        lines.append(f"{said}{f'  # {after[0]}' if after else ''}")
        lines += [f"# {line}" for line in after[1:]]
    for left in (*comments.inside.values(), comments.end):
        lines += [f"# {line}" for line in left if line.strip()]
    return "".join(f"{line}\n" for line in lines)


def _leaves(node: object, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], object]]:
    if isinstance(node, dict) and node:
        for key, value in node.items():
            yield from _leaves(value, (*path, str(key)))
    elif isinstance(node, list) and any(isinstance(item, dict) for item in node):
        for index, item in enumerate(node):
            yield from _leaves(item, (*path, str(index)))
    else:
        yield path, node


def driver_lines(name: str, before: Path, after: Path) -> list[str]:
    """Print one file for git's external diff: changes by field, or those of its text."""
    from difflib import unified_diff

    from imgext.errors import ImgextError
    from imgext.pipeline.diff import diff

    texts = [read_text(path) if path.exists() and path.name != "null" else "" for path in (before, after)]
    head = [f"diff of {name}"]
    if all(texts):
        try:
            found = diff(before, after, consequences=False)
        except ImgextError:
            found = None
        if found is not None and found.changes:
            return [*head, *(f"  {line}" for line in found.lines())]
        if found is not None:
            head.append("  every field is as it was; comments, order or spelling changed:")
    old, new = (text.splitlines() for text in texts)
    return [*head, *unified_diff(old, new, f"a/{name}", f"b/{name}", lineterm="")]
