"""Writes a folder of outputs: all files at the end, and nothing foreign replaced.

``render.json`` lists what was made with its sha256; a file that is not on the list, or has changed since, is
somebody's work and is replaced only with force. The list has no dates and no machine's paths, so equal
renders have equal folders. It may come from anybody: names that leave the folder are ignored.

The module also decides where a mix goes, a folder or a sound file, and what that file can hold.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from typing import TYPE_CHECKING, Any, Self

from imgext.errors import CannotWriteError, UsageError
from imgext.store.files import NOTE_BYTES, finish, inside, is_own_file, read_file, sha256_of
from imgext.store.swap import Put, Stage, Swap, alone

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from pathlib import Path
    from types import TracebackType

MANIFEST = "render.json"
#: The endings of mixes, and their containers; other endings of sound files are refused, not taken for
#: folders.
CONTAINERS = {".wav": "WAV", ".flac": "FLAC"}
WAV_BYTES = 2**32 - 4096
OTHER_SOUNDS = {".mp3", ".ogg", ".opus", ".m4a", ".aac", ".aif", ".aiff", ".wma"}
_FIXED = {"mix.wav", "mix.flac", "delta.wav", "masking.json"}


class Outputs:
    """Collects one run's files, and puts them in place if the ``with`` block succeeds.

    Without `manifest`, for a folder that is not imgext's own, there is no list, and nothing is overwritten
    without force. `own` has digests of contents that are never replaced or deleted, whatever the list says:
    the sounds that the run plays.
    """

    def __init__(
        self, folder: Path, *, force: bool = False, manifest: bool = True, own: Collection[str] = ()
    ) -> None:
        self.folder, self.force, self.manifest = folder, force, manifest
        self.summary: dict[str, Any] = {}
        self._own = frozenset(own)
        self._made: dict[str, Path] = {}
        self._known: dict[str, str] = {}
        self._mix = ""
        self._digests: dict[str, str] = {}
        self._retired: dict[str, str] = {}
        self._stage: Stage | None = None
        self._new_folders: list[Path] = []

    def __enter__(self) -> Self:
        if self.folder.exists() and not self.folder.is_dir():
            raise CannotWriteError(f"{self.folder}: is a file, and outputs need a folder")
        try:
            self._new_folders = _make(self.folder)
            self._stage = Stage(self.folder)
        except OSError as error:
            self._leave()
            raise CannotWriteError(f"{self.folder}: cannot write here: {error.strerror or error}") from error
        except BaseException:
            self._leave()
            raise
        self._know()
        if self.manifest and not self._known and os.path.lexists(self.folder / MANIFEST) and not self.force:
            self._leave()
            raise CannotWriteError(
                f"{self.folder / MANIFEST}: exists and was not made by imgext; overwrite it with -f"
            )
        return self

    def path(self, name: str) -> Path:
        """Return a path to write `name` to until the run is done.

        Raises
        ------
        CannotWriteError
            The file exists and imgext did not make it, or it has changed since; or a link leads out of the
            folder.
        """
        assert self._stage is not None
        try:
            self._allowed(name)
        except CannotWriteError:
            with alone(self.folder):  # unless another run has made it meanwhile
                self._know()
                self._allowed(name)
        try:
            self._made[name] = self._stage.new(name)
        except OSError as error:
            raise CannotWriteError(
                f"{self.folder / name}: cannot write here: {error.strerror or error}"
            ) from error
        return self._made[name]

    def text(self, name: str, text: str) -> None:
        """Write a text file."""
        self.path(name).write_text(text, encoding="utf-8", newline="")

    def retire(self, belongs: Callable[[str], bool]) -> None:
        """Mark an earlier run's unchanged file to be deleted when the new files come."""
        for name, digest in self._known.items():
            target = inside(self.folder, name)
            if target is None or name in {MANIFEST, *self._made} or digest in self._own:
                continue
            if (belongs(name) or name == self._mix) and is_own_file(target) and sha256_of(target) == digest:
                self._retired[name] = digest

    def digest(self, name: str) -> str:
        """Return the sha256 of a finished file of this run."""
        if name not in self._digests:
            self._digests[name] = sha256_of(self._made[name])
        return self._digests[name]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._commit()
            elif isinstance(error, OSError) and self._wrote(error.filename):
                raise error
        except OSError as failed:
            raise CannotWriteError(
                f"{self.folder}: could not be written: {failed.strerror or failed}"
            ) from failed
        finally:
            self._leave()

    def _wrote(self, name: object) -> bool:
        """Say whether an error is about a file of this run; a full disk names none."""
        return name is None or (self._stage is not None and str(name).startswith(str(self._stage.path)))

    def _commit(self) -> None:
        assert self._stage is not None
        names = sorted(self._made)
        for name in names:
            self.digest(name)
            finish(self._made[name], self.folder / name)
        with alone(self.folder):
            self._know()  # another run may have come first
            if self.manifest:
                self._made[MANIFEST] = self._stage.new(MANIFEST)
                self._made[MANIFEST].write_text(self._list(names), encoding="utf-8")
                finish(self._made[MANIFEST], self.folder / MANIFEST)
                names.append(MANIFEST)  # it is placed last, when all that it lists is there
            put = [Put(self._made[name].name, name, self._allowed(name), self.digest(name)) for name in names]
            self._stage.commit(Swap(put, self._retired))
        self._new_folders = []

    def _list(self, names: Sequence[str]) -> str:
        """Write the manifest: these files, and those of earlier runs that stay."""
        files = {name: self.digest(name) for name in names}
        gone = {MANIFEST, *files, *self._retired}
        for name, digest in self._known.items():
            there = inside(self.folder, name) if name not in gone else None
            if there is not None and is_own_file(there):
                files[name] = digest
        data = {"schema": "imgext.render/1", **self.summary, "files": dict(sorted(files.items()))}
        return json.dumps(data, indent=2, ensure_ascii=False) + "\n"

    def _allowed(self, name: str) -> str | None:
        """Return the digest of a replaceable file of this name, None if there is none."""
        target = inside(self.folder, name)
        if target is None:
            raise CannotWriteError(f"{self.folder / name}: leads out of {self.folder} by a link")
        if not os.path.lexists(target):
            return None
        if target.is_dir():
            raise CannotWriteError(f"{target}: is a folder")
        if target.exists() and not target.is_file():
            raise CannotWriteError(f"{target}: is a pipe or a device, no file")
        mine = is_own_file(target)
        digest = sha256_of(target) if mine and (self.force or name in self._known) else ""
        if digest in self._own:
            raise CannotWriteError(f"{target}: is a sound of this scene; write to another folder")
        if not self.force and not (mine and self._known.get(name) == digest):
            raise CannotWriteError(
                f"{target}: exists and was not made by imgext, or was changed since; overwrite it with -f"
            )
        return digest

    def _know(self) -> None:
        if self.manifest:
            self._known, self._mix = _listed(self.folder / MANIFEST)

    def _leave(self) -> None:
        if self._stage is not None:
            self._stage.close()
            self._stage = None
        for folder in reversed(self._new_folders):
            with contextlib.suppress(OSError):  # not empty: then it stays
                folder.rmdir()
        self._new_folders = []


def refuse_edited(folder: Path, name: str, *, force: bool) -> None:
    """Raise CannotWriteError if `Outputs` would not replace a file."""
    outputs = Outputs(folder, force=force)
    if folder.is_dir():
        outputs._know()  # noqa: SLF001  # its own module
        outputs._allowed(name)  # noqa: SLF001


def refuse_to_overwrite(path: Path, *, force: bool) -> None:
    """Raise CannotWriteError if an output exists without force, or is not a file."""
    if path.exists() and not path.is_file():
        raise CannotWriteError(f"{path}: is {'a folder' if path.is_dir() else 'a pipe or a device, no file'}")
    if os.path.lexists(path) and not force:
        raise CannotWriteError(f"{path}: exists; overwrite it with -f")


def size_fault(frames: int, container: str, bits: int, *, stems: bool) -> tuple[str, str] | None:
    """Say why a mix is too long for a WAV file, and what holds it; None if it fits.

    A WAV file counts its bytes in 32 bits.
    """
    if container == "WAV" and frames * 2 * (bits // 8) > WAV_BYTES:
        return f"{frames} frames are more than a WAV file holds", "write FLAC: -o DIR/mix.flac"
    if stems and frames * 8 > WAV_BYTES:
        return f"{frames} frames are more than a WAV file of float samples holds", "render without --stems"
    return None


def is_render_output(name: str) -> bool:
    """Mixes, stems and figures of a render, which must not lie next to another's."""
    return name in _FIXED or re.fullmatch(r"stems/[a-z_][a-z0-9_-]*\.wav", name) is not None


def target_of(out: Path) -> tuple[Path, str, str]:
    """Return an output's folder, file name and container."""
    if out.suffix.lower() in CONTAINERS and not out.is_dir():
        return out.parent, out.name, CONTAINERS[out.suffix.lower()]
    if out.suffix.lower() in OTHER_SOUNDS and not out.is_dir():
        raise UsageError(
            f"{out}: imgext writes {' and '.join(CONTAINERS)} files; name one of those, or a folder"
        )
    return out, "mix.wav", "WAV"


def _make(folder: Path) -> list[Path]:
    """Make a folder and those above it; return the new ones, the highest first."""
    new = [place for place in (folder, *folder.parents) if not place.exists()][::-1]
    folder.mkdir(parents=True, exist_ok=True)
    return new


def _listed(manifest: Path) -> tuple[dict[str, str], str]:
    """Read a manifest: digests by name, and its mix; empty if it is not imgext's."""
    if not is_own_file(manifest):
        return {}, ""
    try:
        text = read_file(manifest, NOTE_BYTES)
        data = json.loads(text)
    except (OSError, ValueError, RecursionError):
        return {}, ""
    if not isinstance(data, dict) or data.get("schema") != "imgext.render/1":
        return {}, ""
    files, mix = data.get("files", {}), data.get("mix")
    known = {
        name: digest
        for name, digest in (files.items() if isinstance(files, dict) else ())
        if isinstance(digest, str) and inside(manifest.parent, name) is not None
    }
    mix = mix if isinstance(mix, str) and re.fullmatch(r"(?i)[^/]+\.(wav|flac)", mix) else ""
    return {**known, MANIFEST: hashlib.sha256(text).hexdigest()}, mix
