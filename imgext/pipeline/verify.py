"""`verify`: whether a scene still sounds as its golden reference says; if not, which track, when and why."""

from __future__ import annotations

import platform
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.comparing.difference import stem_steps
from imgext.comparing.golden import MIX, Golden, Verdict, compared, golden_text, read_golden
from imgext.comparing.halves import FULL_SCALE, Halves
from imgext.errors import MissingInputError
from imgext.pipeline.played import Played, play
from imgext.store.files import read_text, sha256_of, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgext.pipeline.setup import Setup

_READ = 1 << 16


def golden_path(scene: Path | str) -> Path:
    """Where the reference of a scene stands.

    >>> golden_path("scenes/harbour.yaml").as_posix()
    'scenes/harbour.golden.json'
    """
    path = Path(scene)
    return path.with_name(f"{path.stem if path.suffix else path.name}.golden.json")


def verify(scene: Path | str, *, regen: bool = False, setup: Setup | None = None) -> Verdict:
    """Play a scene and compare it with the reference next to it.

    Parameters
    ----------
    scene : path
    regen : bool
        Write the reference anew. The sha256 of other platforms stay as long as every sample is the same.
    setup : Setup, optional
        Libraries, services and permissions.

    Returns
    -------
    Verdict
        After `regen`, what differed from the reference before.

    Raises
    ------
    MissingInputError
        There is no reference, and none is to be written.
    ImgextError
        As `imgext.render`.
    """
    path, here = golden_path(scene), this_platform()
    if not regen and not path.exists():
        raise MissingInputError(f"{path}: is not there; `imgext verify --regen {scene}` writes it")
    old = read_golden(read_text(path, limit=1 << 28), path) if path.exists() and not regen else None
    with tempfile.TemporaryDirectory(prefix="imgext-") as folder:
        now = golden_of(play(scene, Path(folder) / "mix.wav", setup=setup))
    if old is not None:
        return compared(old, now, here)
    verdict = Verdict("sha256")
    if path.exists():
        before = read_golden(read_text(path, limit=1 << 28), path)
        verdict = compared(before, now, here)
        if before.rows == now.rows:
            now = Golden(now.rate, now.frames, {**before.sha256, **now.sha256}, here, now.rows, now.decisions)
    write_text(path, golden_text(now))
    return verdict


def this_platform() -> str:
    """The operating system and the processor architecture, which decide the bytes."""
    return f"{platform.system().lower()}-{platform.machine().lower()}"


def golden_of(played: Played) -> Golden:
    """What a scene sounds like, as a reference has it."""
    from imgext.rendering.engine import blocks

    plan, here = played.plan, this_platform()
    rows: dict[str, Halves] = {}
    for block in blocks(plan, played.sounds, stems=True):
        n = block.mix.shape[1]
        for key in {*block.stems, *rows}:
            if key not in rows:
                rows[key] = Halves(plan.rate)
                for begin in range(0, block.start, _READ):
                    rows[key].add(np.zeros((min(_READ, block.start - begin), 2), np.int64))
            stem = block.stems.get(key)
            rows[key].add(np.zeros((n, 2), np.int64) if stem is None else stem_steps(stem))
    found = {key: halves.rows() for key, halves in rows.items()}
    found[MIX] = _mix(played.mix, plan.rate).rows()
    decisions = dict(_leaves(played.scene.as_data(), ()))
    return Golden(plan.rate, plan.frames, {here: sha256_of(played.mix)}, here, found, decisions)


def _mix(path: Path, rate: int) -> Halves:
    import soundfile

    halves = Halves(rate)
    with soundfile.SoundFile(path) as stream:
        while len(x := stream.read(_READ, dtype="float64", always_2d=True)):
            halves.add(np.rint(x * FULL_SCALE).astype(np.int64))
    return halves


def _leaves(node: Any, path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    if isinstance(node, dict) and node and not (path and path[-1].isdigit()):
        for key, value in node.items():
            yield from _leaves(value, (*path, str(key)))
    elif path:
        yield ".".join(path), node
