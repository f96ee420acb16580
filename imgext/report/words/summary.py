"""Sum up a render: what ``render.json`` and ``--json`` say."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from imgext.dsp.units import gain_to_db
from imgext.scene.decision import Decision, warnings_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.rendering import Performance, Plan, TrackPlan
    from imgext.scene.model import Scene


def summary_of(
    name: str,
    digest: str,
    scene: Scene,
    plan: Plan,
    heard: Performance,
    decisions: Sequence[Decision],
    room: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what ``render.json`` and ``--json`` say, without paths of this machine.

    `room` is from `imgext.mix.room.room_report`.
    """
    tracks = []
    for track in plan.tracks:
        written = scene.tracks[track.id]
        thing = scene.objects.get(written.object or track.id)
        tracks.append(
            {
                "id": track.id,
                "label": thing.label if thing else None,
                "sound": track.sound,
                "start": [event.start / plan.rate for event in track.events],
                "level": track.level,
                "gain": track.gain_db,
                "compression": None
                if track.compressor is None
                else {
                    "reduction": track.compressor.reduction_db,
                    "seconds": track.compressor.seconds,
                    "makeup": track.compressor.makeup_db,
                },
                "pan": track.pan,
                "send": track.send,
                "distance": {"room": track.room_db, "air": track.air} if track.air else None,
                "direct_to_reverberant": _ratio(track, room),
                "sha256": track.sha256,
            }
        )
    return {
        "mix": name,
        "sha256": digest,
        "duration": plan.frames / plan.rate,
        "sample_rate": plan.rate,
        "frames": plan.frames,
        "tracks": tracks,
        "room": room,
        "loudness": _figure(heard.loudness),
        "loudness_range": _figure(heard.loudness_range),
        "true_peak": _figure(heard.true_peak),
        "sample_peak": _figure(heard.sample_peak),
        "master_gain": heard.master_gain,
        "limiter_reduction": _figure(heard.limiter_reduction),
        "silent": _silent(scene, plan, decisions),
        "warnings": [f"{decision.path}: {decision.because}" for decision in warnings_in(decisions)],
    }


def _ratio(track: TrackPlan, room: dict[str, Any] | None) -> float | None:
    """Return dB of a dry sound over what the room makes of it; None without send."""
    ratio = room["measured"]["drr"] if room is not None else None
    return round(ratio - gain_to_db(track.sent), 2) + 0.0 if ratio is not None and track.sent > 0 else None


def _silent(scene: Scene, plan: Plan, decisions: Sequence[Decision]) -> list[dict[str, Any]]:
    """List the objects that are not heard, each with the reason."""
    heard = {scene.tracks[track.id].object or track.id for track in plan.tracks}
    why = {
        decision.path.split(".")[1]: decision.because
        for decision in decisions
        if decision.path.endswith(".mute") and decision.value is True
    }
    result = []
    for key, thing in scene.objects.items():
        if key not in heard:
            tracks = [name for name, track in scene.tracks.items() if (track.object or name) == key]
            because = next(
                (why[name] for name in tracks if name in why), "its track is muted, silent or outside the mix"
            )
            result.append({"id": key, "label": thing.label, "because": because})
    return result


def _figure(value: float) -> float | None:
    """A measured figure as it is shown; None for silence."""
    return round(value, 2) + 0.0 if math.isfinite(value) else None
