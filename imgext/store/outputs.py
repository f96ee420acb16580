"""A folder of outputs: every file appears whole, all of them only when everything went well, and nothing foreign is overwritten.

``render.json`` lists what was made with its sha256; a file that is not on that list, or was changed since, is
somebody's work and is only replaced with force. It holds no dates and no machine's paths, so equal renders
have equal folders.
"""

from __future__ import annotations

import contextlib
import json
from typing import TYPE_CHECKING, Any, Self

from imgext.errors import CannotWriteError
from imgext.store.files import sha256_of, whole_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

MANIFEST = "render.json"


class Outputs:
    """Collects the files of one run; they take their places when the ``with`` block ends without an error.

    Without `manifest` no list is kept, for a folder that is not imgext's own: then nothing that exists is
    overwritten without force.
    """

    def __init__(self, folder: Path, *, force: bool = False, manifest: bool = True) -> None:
        self.folder, self.force, self.manifest = folder, force, manifest
        self.summary: dict[str, Any] = {}
        self._stack = contextlib.ExitStack()
        self._made: dict[str, Path] = {}
        self._known: dict[str, str] = {}
        self._digests: dict[str, str] = {}
        self._retired: list[str] = []

    def __enter__(self) -> Self:
        if self.folder.exists() and not self.folder.is_dir():
            raise CannotWriteError(f"{self.folder}: is a file, and outputs need a folder")
        self._known = _known(self.folder / MANIFEST) if self.manifest else {}
        if self.manifest and not self._known and (self.folder / MANIFEST).exists() and not self.force:
            raise CannotWriteError(
                f"{self.folder / MANIFEST}: exists and was not made by imgext; overwrite it with -f"
            )
        self._stack.__enter__()
        if self.manifest:  # entered first, so that it takes its place last, when all that it lists is there
            self._list = self._stack.enter_context(whole_file(self.folder / MANIFEST))
        return self

    def path(self, name: str) -> Path:
        """A temporary path to write `name` to.

        Raises
        ------
        CannotWriteError
            The file exists and imgext did not make it, or it was changed since.
        """
        target = self.folder / name
        if target.is_dir():
            raise CannotWriteError(f"{target}: is a folder")
        if target.exists() and not self.force and self._known.get(name) != sha256_of(target):
            raise CannotWriteError(
                f"{target}: exists and was not made by imgext, or was changed since; overwrite it with -f"
            )
        self._made[name] = self._stack.enter_context(whole_file(target))
        return self._made[name]

    def text(self, name: str, text: str) -> None:
        """Write a text file."""
        self.path(name).write_text(text, encoding="utf-8", newline="")

    def retire(self, belongs: Callable[[str], bool]) -> None:
        """Mark what an earlier run made, nobody changed and this run does not make again; it goes when the new files have come."""
        self._retired = [
            name
            for name, digest in self._known.items()
            if belongs(name) and name not in self._made and _is(self.folder / name, digest)
        ]

    def digest(self, name: str) -> str:
        """sha256 of a file of this run, which is finished."""
        if name not in self._digests:
            self._digests[name] = sha256_of(self._made[name])
        return self._digests[name]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and self.manifest:
            files = {name: self.digest(name) for name in sorted(self._made)}
            gone = {MANIFEST, *files, *self._retired}
            kept = {
                name: digest
                for name, digest in self._known.items()
                if name not in gone and (self.folder / name).exists()
            }
            data = {
                "schema": "imgext.render/1",
                **self.summary,
                "files": dict(sorted({**kept, **files}.items())),
            }
            self._list.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        self._stack.__exit__(kind, error, trace)
        for name in self._retired if kind is None else []:
            (self.folder / name).unlink(missing_ok=True)


def _is(path: Path, digest: str) -> bool:
    return path.is_file() and sha256_of(path) == digest


def refuse_to_overwrite(path: Path, *, force: bool) -> None:
    """Raise CannotWriteError where a single output exists and was not forced."""
    if path.exists() and not force:
        raise CannotWriteError(f"{path}: exists; overwrite it with -f")


def _known(manifest: Path) -> dict[str, str]:
    try:
        data = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(data, dict) or data.get("schema") != "imgext.render/1":
        return {}
    files = data.get("files", {})
    known = {str(name): str(digest) for name, digest in files.items()} if isinstance(files, dict) else {}
    return {**known, MANIFEST: sha256_of(manifest)}
