"""The compression step of unmasking: mode `optimise` with `unmask.dynamics: auto` looks for a compressor for each track that yields.

Only tracks whose `eq` and `compressor` are blank are looked at. What is found is played before it is
believed, and written as a compressor of the track, so the resolved scene renders the same.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.scene.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imgext.dsp.sound_file import Samples
    from imgext.mix.unmask.dynamics import Pressing, Shape
    from imgext.mix.unmask.material import Placed, Settings
    from imgext.rendering import Opened, Plan, TrackPlan
    from imgext.scene.model import Scene

    Place = Callable[[Scene], tuple[Plan, Sequence[Placed], Settings]]


def compress(
    scene: Scene, tracks: Sequence[str], opened: Opened, uncut: Plan, place: Place
) -> list[Decision]:
    """Find compressors.

    Parameters
    ----------
    scene : Scene
        With all its cuts.
    tracks : sequence of str
        Those that may be compressed.
    opened : Opened
        The sounds of the scene.
    uncut : Plan
        Of the scene without the cuts that were found: settings are tried on the sounds as they are there,
        which is quicker, because no bell is run.
    place : callable
        Gives of a scene the plan, every heard track as the planners see it, and their settings.

    Returns
    -------
    list of Decision
        An answer to `compressor` for each track that is to be compressed, and a note for each other one.
    """
    from imgext.mix.unmask.dynamics import proved, search

    _, placed, settings = place(scene)
    at = {track.id: track.at for track in placed}
    shapes = {
        track.id: partial(_shape, track, opened.samples[track.id], at[track.id], uncut)
        for track in uncut.tracks
        if track.id in tracks
    }
    found = search(placed, shapes, settings)
    kept: dict[str, Pressing] = {}
    if found:
        trying = scene.answered(
            [Decision(f"tracks.{key}.compressor", _value(found[key]), "") for key in found]
        )
        pressed_plan, pressed, _ = place(trying)
        too_much = {
            each.id
            for each in pressed_plan.tracks
            if each.compressor is not None and each.compressor.reduction_db > settings.max_cut
        }
        kept = proved(placed, pressed, {key: found[key] for key in found if key not in too_much}, settings)
    return [_said(key, kept.get(key), placed) for key in tracks]


def _said(key: str, found: Pressing | None, placed: Sequence[Placed]) -> Decision:
    if found is None:
        return Decision(
            f"tracks.{key}.compressor",
            None,
            "no compression makes anything better heard (optimise)",
            stage="mix",
            kind="note",
        )
    label = next(track.label for track in placed if track.id == key)
    because = f"{label} is evened out to make room (optimise): audibility {100.0 * found.gain:+.2f} points"
    return Decision(f"tracks.{key}.compressor", _value(found), because, {"gain": found.gain}, "mix")


def _value(found: Pressing) -> dict[str, Any]:
    """A compressor as a scene writes it."""
    from imgext.mix.unmask.dynamics import ATTACK, KNEE, RELEASE

    return {
        "threshold": found.threshold,
        "ratio": found.ratio,
        "knee": KNEE,
        "attack": ATTACK,
        "release": RELEASE,
    }


def _shape(
    track: TrackPlan, samples: Samples, at: np.ndarray[Any, np.dtype[np.int64]], planned: Plan
) -> Shape:
    """A track's occurrences at its level."""
    from imgext.dsp.bark import hop
    from imgext.dsp.compressor import linked
    from imgext.dsp.envelope import STEP, Envelope, envelope
    from imgext.dsp.units import db_to_gain
    from imgext.mix.unmask.dynamics import Shape
    from imgext.rendering.event import EventReader
    from imgext.rendering.plan import BLOCK

    step, rows = hop(planned.rate), np.full(planned.frames // hop(planned.rate) + 2, at.size)
    rows[at] = np.arange(at.size)
    gain = db_to_gain(track.level - track.measured)
    sounds = []
    for event in track.events:
        reader, parts = EventReader(track, samples, event, planned.rate), []
        for start in range(0, event.frames, BLOCK):
            x = reader.read(min(BLOCK, event.frames - start)) * gain
            middle = event.start + start + np.arange(-(-len(x) // STEP)) * STEP + STEP // 2
            parts.append(
                envelope(x, linked(x), rows[np.minimum((middle + step // 2) // step, len(rows) - 1)])
            )
        sounds.append(Envelope(*(np.concatenate(values) for values in zip(*parts, strict=True))))
    return Shape(track.level, sounds)
