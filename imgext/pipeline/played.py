"""Plays a scene into a file for verbs that listen: mix, plan and dry stems."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from imgext.errors import SceneError
from imgext.pipeline.resolve import located, resolve
from imgext.pipeline.setup import Setup

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from imgext.dsp.sound_file import Samples
    from imgext.evaluation.clarity.heard import Audible
    from imgext.pipeline.resolve import Resolved
    from imgext.rendering import Performance, Plan
    from imgext.scene.decision import Decision
    from imgext.scene.lock import Lock
    from imgext.scene.model import Scene

#: Frames of a scene whose stems are held whole; of longer ones it is not said who is heard.
MAX_FRAMES = 48000 * 900


@dataclass(frozen=True)
class Played:
    """A scene that was played: written, resolved, planned, and its file `mix`."""

    original: Scene
    resolved: Resolved
    plan: Plan
    performance: Performance
    mix: Path
    decisions: list[Decision] = field(default_factory=list)

    @property
    def scene(self) -> Scene:
        """The scene with every blank answered."""
        return self.resolved.scene.answered(self.performance.decisions)

    @property
    def sounds(self) -> dict[str, Samples]:
        """The samples of every track that is heard."""
        return dict(self.resolved.opened.samples)


def play(
    scene: Scene | Path | str,
    mix: Path,
    *,
    setup: Setup | None = None,
    lock: Lock | None = None,
    waveforms: bool = False,
    bits: int = 24,
) -> Played:
    """Resolve a scene and play it into a WAV file.

    Parameters
    ----------
    scene : Scene or path
    mix : Path
        Where to write.
    setup, lock
        As for `imgext.resolve`.
    waveforms : bool
        Collect the peaks that pictures show.
    bits : {16, 24}

    Raises
    ------
    SceneError
        Nothing is heard.
    ImgextError
        As `imgext.resolve`.
    """
    from imgext.rendering import make_plan, perform

    setup = Setup() if setup is None else setup
    original, lock = located(scene, lock, setup)
    resolved = resolve(original, setup=setup, lock=lock)
    planned, notes = make_plan(resolved.scene, resolved.opened)
    if not planned.tracks:
        why = "; ".join(note.because for note in notes)
        raise SceneError(
            faults=[original.where("tracks").fault("nothing_to_play", f"nothing is heard: {why}")]
        )
    heard = perform(planned, resolved.opened.samples, mix, waveforms=waveforms, bits=bits)
    decisions = [*resolved.decisions, *notes, *heard.decisions]
    return Played(original, resolved, planned, heard, mix, decisions)


def dry_stem(planned: Plan, key: str, samples: Samples) -> NDArray[np.float64]:
    """Play a track at its mix gain, before pan and room: (frames,) or (frames, n)."""
    from imgext.rendering.event import EventReader
    from imgext.rendering.plan import BLOCK

    track = next(track for track in planned.tracks if track.id == key)
    out = np.zeros((planned.frames, track.channels))
    for event in track.events:
        reader = EventReader(track, samples, event, planned.rate)
        for begin in range(0, event.frames, BLOCK):
            n = min(BLOCK, event.frames - begin)
            at = event.start + begin + np.arange(n)
            np.add.at(out, at % track.circle if track.circle else at, reader.read(n) * track.gain)
    return out[:, 0] if track.channels == 1 else out


def who_is_heard(played: Played) -> dict[str, Audible]:
    """Compute how well each track is heard over time; empty for too long a mix."""
    from imgext.evaluation.clarity.heard import audible
    from imgext.evaluation.clarity.stem import Stem
    from imgext.scene.things import importance_of, is_atmo

    if played.plan.frames > MAX_FRAMES:
        return {}
    scene, stems = played.scene, []
    for track in played.plan.tracks:
        samples = dry_stem(played.plan, track.id, played.sounds[track.id])
        stems.append(Stem(track.id, samples, importance_of(scene, track.id), is_atmo(scene, track.id)))
    return audible(stems, played.plan.rate)
