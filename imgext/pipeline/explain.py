"""`explain`: says why each value of a scene is as it is, and who masks whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.errors import MissingInputError, did_you_mean
from imgext.pipeline.resolve import located, resolve
from imgext.pipeline.setup import Setup
from imgext.report.words.reasons import Reason, masking_reasons, reasons

if TYPE_CHECKING:
    from pathlib import Path

    from imgext.scene.lock import Lock
    from imgext.scene.model import Scene


def explain(
    scene: Scene | Path | str, path: str = "", *, setup: Setup | None = None, lock: Lock | None = None
) -> list[Reason]:
    """Say for each value where it was written, or which stage chose it and why.

    Parameters
    ----------
    scene : Scene or path
        The lock next to its file is used.
    path : str
        A dotted path, such as ``tracks.gull.start``; blank: everything. ``masking`` has all pairs of sounds.
    setup, lock
        As for `imgext.resolve`.

    Returns
    -------
    list of Reason
        In the scene's order, then notes and warnings, then a sentence for each pair of sounds.

    Raises
    ------
    MissingInputError
        Nothing stands at `path`.
    ImgextError
        As `imgext.resolve`.
    """
    from imgext.mix.unmask.masking_report import masking_of

    setup = Setup() if setup is None else setup
    original, lock = located(scene, lock, setup)
    resolved = resolve(original, setup=setup, lock=lock)
    found = reasons(original, resolved.scene, resolved.decisions, path)
    report = masking_of(resolved.scene, resolved.opened)
    found += masking_reasons(report, resolved.scene, path)
    if found:
        return found
    everything = reasons(original, resolved.scene, resolved.decisions)
    known = {each.path for each in (*everything, *masking_reasons(report, resolved.scene, "masking"))}
    known |= {".".join(each.split(".")[:n]) for each in known for n in range(1, each.count(".") + 1)}
    name = original.file or original.name
    raise MissingInputError(f"{name}: there is nothing at `{path}`{did_you_mean(path, known)}")
