"""`evaluate`: measures how much clearer each unmasking mode makes sounds.

The mixer never sees the model that measures.

All modes of a scene have the same sounds at the same places; only the cuts differ. Cuts written in the scene
are part of all modes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.errors import SceneError, UsageError, did_you_mean
from imgext.mix.unmask.modes import MODES
from imgext.mix.unmask.stage import unmask
from imgext.pipeline.played import dry_stem
from imgext.pipeline.resolve import located, resolve
from imgext.pipeline.setup import Setup
from imgext.scene.model import VERSION, Scene
from imgext.scene.things import importance_of, is_atmo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from imgext.evaluation import Stem
    from imgext.rendering import Opened
    from imgext.scene.model import Cut

#: The mode that all others are compared with.
OFF = "off"
#: Frames of a scene that is measured at once; longer ones are refused, because every stem is held whole.
MAX_FRAMES = 48000 * 900


def evaluate(
    paths: Sequence[Path | str | Scene],
    modes: Sequence[str] = ("off", "audible"),
    *,
    report: Callable[[str], None] = lambda _line: None,
    setup: Setup | None = None,
) -> dict[str, Any]:
    """Measure scenes in several modes of unmasking.

    Parameters
    ----------
    paths : sequence of path or Scene
    modes : sequence of str
        Of `imgext.mix.unmask.modes.MODES`, perhaps with other fields of ``unmask``:
        ``optimise+search=harmony``. ``off`` is added if it is missing.
    report : callable
        Receives a line for each scene.
    setup : Setup, optional
        Libraries, services and permissions.

    Returns
    -------
    dict
        The data of `imgext.evaluation.summarise`, schema ``imgext.evaluate/1``.

    Raises
    ------
    UsageError
        A mode or setting does not exist, or there is no scene.
    SceneError
        A scene has no audible object, or is longer than a quarter of an hour.
    """
    from imgext.evaluation import evaluate_scene, summarise

    for mode in modes:
        _check(mode)
    if not paths:
        raise UsageError("no scene is named")
    wanted = list(dict.fromkeys([OFF, *modes]))
    figures, names = [], []
    setup = Setup() if setup is None else setup
    for path in paths:
        original, lock = located(path, None, setup)
        resolved = resolve(_with_mode(original, OFF), setup=setup, lock=lock)
        before = _opened_again(original, resolved.scene)
        played = _Modes(before, resolved.opened)
        cuts = {mode: played.cuts(mode) for mode in wanted}
        name = str(path) if isinstance(path, str | Path) else path.name
        figures.append(evaluate_scene(name, _Stems(played, wanted), cuts, before.sample_rate))
        names.append(name)
        report(f"{name}: measured in {len(wanted)} modes")
    return summarise(figures, names=names)


def _opened_again(original: Scene, resolved: Scene) -> Scene:
    """Return the resolved scene with the blank cuts of the original."""
    data = resolved.as_data()
    for key, track in data["tracks"].items():
        written = original.tracks.get(key)
        if written is None or written.eq is None:
            track.pop("eq", None)
    return Scene.of(data).located(resolved.folder, resolved.name)


def _check(mode: str) -> None:
    """Refuse a mode or a setting that does not exist."""
    name, known = mode.partition("+")[0], [OFF, *MODES]
    if name not in known:
        raise UsageError(f"`{name}` is not a mode; known: {', '.join(known)}{did_you_mean(name, known)}")
    try:
        Scene.of({"schema": VERSION, "unmask": _fields(mode)})
    except SceneError as error:
        raise UsageError(f"`{mode}` cannot be measured: {error}") from None


def _fields(mode: str) -> dict[str, Any]:
    """Turn a mode with settings into fields of ``unmask``.

    >>> _fields("optimise+search=harmony+bells=3")
    {'search': 'harmony', 'bells': 3, 'mode': 'optimise'}
    """
    name, *settings = mode.split("+")
    pairs = (setting.partition("=") for setting in settings)
    return {key: int(value) if value.isdigit() else value for key, _, value in pairs} | {"mode": name}


def _with_mode(scene: Scene, mode: str) -> Scene:
    """Return the scene with another mode of unmasking."""
    data = scene.as_data()
    data["unmask"] = {**data.get("unmask", {}), **_fields(mode)}
    return Scene.of(data).located(scene.folder, scene.name)


class _Modes:
    """A scene in each mode, planned on demand."""

    def __init__(self, scene: Scene, opened: Opened) -> None:
        self.scene, self.opened = scene, replace(opened, levels={}, loudness={})
        if max(1, round((scene.duration or 0) * scene.sample_rate)) > MAX_FRAMES:
            why = f"is {scene.duration:g} s; scenes of up to 900 s are measured"
            raise SceneError(faults=[scene.where("duration").fault("out_of_range", why)])
        self._answered: dict[str, Scene] = {}

    def answered(self, mode: str) -> Scene:
        """Return the scene with the cuts of a mode."""
        if mode not in self._answered:
            self._answered[mode] = unmask(_with_mode(self.scene, mode), self.opened)[0]
        return self._answered[mode]

    def cuts(self, mode: str) -> dict[str, Sequence[Cut]]:
        """Return the cuts of each track in a mode."""
        return {
            key: track.eq or [] for key, track in self.answered(mode).tracks.items() if key in self.opened
        }

    def stems(self, mode: str) -> list[Stem]:
        """Play every track of a mode at its place and mix gain, before pan and room."""
        from imgext.evaluation import Stem
        from imgext.rendering import make_plan

        scene = self.answered(mode)
        planned, _ = make_plan(scene, self.opened)
        result = []
        for track in planned.tracks:
            samples = dry_stem(planned, track.id, self.opened.samples[track.id])
            result.append(Stem(track.id, samples, importance_of(scene, track.id), is_atmo(scene, track.id)))
        return result


class _Stems(Mapping[str, "list[Stem]"]):
    """Stems by mode, rendered on demand; at most two modes are in memory."""

    def __init__(self, modes: _Modes, names: Sequence[str]) -> None:
        self._modes, self._names = modes, names

    def __getitem__(self, mode: str) -> list[Stem]:
        if mode not in self._names:
            raise KeyError(mode)
        return self._modes.stems(mode)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
