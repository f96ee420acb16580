"""`resolve`, `find`, `arrange`: send a scene through all stages or some.

>>> from imgext import load, resolve                            # doctest: +SKIP
>>> resolved = resolve("harbour.yaml")                          # doctest: +SKIP
>>> resolved.scene.tracks["gull"].start                         # doctest: +SKIP
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import UsageError, did_you_mean
from imgext.pipeline.setup import Setup
from imgext.pipeline.stages import STAGES, Run
from imgext.rendering.opened import Opened
from imgext.scene.decision import Decision, warnings_in
from imgext.scene.document import load
from imgext.scene.lock import Lock, lock_path, read_lock

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from imgext.scene.model import Scene


@dataclass(frozen=True)
class Resolved:
    """A scene with its blanks answered, the reasons, and its sounds.

    `opened` is empty before the stage ``open``; `room` has the room's measurements, None without a room.
    """

    scene: Scene
    lock: Lock
    decisions: list[Decision]
    opened: Opened = field(default_factory=Opened)
    room: dict[str, Any] | None = None

    @property
    def warnings(self) -> list[Decision]:
        """The decisions that a run must repeat at its end."""
        return warnings_in(self.decisions)


def resolve(
    scene: Scene | Path | str,
    *,
    setup: Setup | None = None,
    lock: Lock | None = None,
    update: Collection[str] = (),
    until: str = STAGES[-1].name,
) -> Resolved:
    """Answer the blanks of a scene except `master.gain`, which needs the mix.

    Parameters
    ----------
    scene : Scene or path
        The lock next to its file is used.
    setup : Setup, optional
        Libraries, services and permissions; blank: no library, services as the environment sets them up.
    lock : Lock, optional
        Which sounds were chosen before; blank: the lock next to the scene.
    update : collection of track ids
        Search these again.
    until : str
        The last stage to run: ``settle``, ``find``, ``open``, ``listen``, ``arrange``, ``mix`` or ``unmask``.

    Returns
    -------
    Resolved

    Raises
    ------
    UsageError
        The stage does not exist.
    ImgextError
        A fault of the scene, a missing or unreadable sound; each names its place.
    """
    names = [stage.name for stage in STAGES]
    if until not in names:
        raise UsageError(f"{until} is not a stage; known: {', '.join(names)}{did_you_mean(until, names)}")
    setup = Setup() if setup is None else setup
    scene, lock = located(scene, lock, setup)
    run = Run(setup, lock, update)
    for stage in STAGES[: names.index(until) + 1]:
        scene, answers = stage.answer(scene, run)
        run.decisions += answers
    return Resolved(scene, run.lock, run.decisions, run.opened, run.room)


def find(
    scene: Scene | Path | str,
    *,
    setup: Setup | None = None,
    lock: Lock | None = None,
    update: Collection[str] = (),
) -> Resolved:
    """Choose a sound for every track without one; arguments as for `resolve`.

    Returns
    -------
    Resolved
        The scene with its sounds answered and its other blanks unchanged, and the lock.
    """
    return _only("find", scene, setup, lock, update, lambda _path: True)


def arrange(scene: Scene | Path | str, *, setup: Setup | None = None, lock: Lock | None = None) -> Resolved:
    """Place every sound without a start, and plan no cuts; arguments as `resolve`.

    Returns
    -------
    Resolved
        The scene with its starts and duration answered and its other blanks unchanged.
    """
    placed = lambda path: path.endswith(".start") or path == "duration"  # noqa: E731  # one line, used once
    return _only("arrange", scene, setup, lock, (), placed)


def _only(
    stage: str,
    scene: Scene | Path | str,
    setup: Setup | None,
    lock: Lock | None,
    update: Collection[str],
    belongs: Callable[[str], bool],
) -> Resolved:
    """Run the stages up to one, and keep only its answers."""
    setup = Setup() if setup is None else setup
    original, lock = located(scene, lock, setup)
    resolved = resolve(original, setup=setup, lock=lock, update=update, until=stage)
    wanted = [each for each in resolved.decisions if each.stage == stage and belongs(each.path)]
    return Resolved(original.answered(wanted), resolved.lock, wanted, resolved.opened)


def located(scene: Scene | Path | str, lock: Lock | None, setup: Setup) -> tuple[Scene, Lock]:
    """Load a scene and its lock, unless they are loaded already."""
    if isinstance(scene, str | Path):
        path = Path(scene)
        loaded = load(path, allow_outside=setup.allow_outside)
        return loaded, read_lock(lock_path(path)) if lock is None else lock
    if lock is None:
        lock = read_lock(lock_path(scene.folder / f"{scene.name}.yaml")) if scene.file else Lock()
    return scene, lock
