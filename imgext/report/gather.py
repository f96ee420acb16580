"""Turn a plan and what was heard into the plain data that the pictures show."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
import soundfile

from imgext.dsp.sound_file import named
from imgext.rendering import COLUMN, ROOM
from imgext.report.lanes import Clip, CutMark, Lane, Masking, Meeting, Picture
from imgext.scene.things import is_atmo, object_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any, Literal

    from numpy.typing import NDArray

    from imgext.rendering import Performance, Plan, TrackPlan
    from imgext.scene.decision import Decision
    from imgext.scene.model import Scene


def meetings_of(masking: Mapping[str, Any], picture: Picture) -> list[Meeting]:
    """Give the pairs of ``masking.json`` labels and cuts, the less important first."""
    lanes = {lane.id: lane for lane in picture.lanes}
    found = []
    for pair in masking["pairs"]:
        turned = pair["yields"] == pair["other"]
        first, second = (lanes[pair[name]] for name in (("other", "one") if turned else ("one", "other")))
        ways = ((first, second), (second, first))
        before, after = (
            _masking(pair[name], masking["bands"], turned=turned) for name in ("before", "after")
        )
        found.append(
            Meeting(
                first=first.label,
                second=second.label,
                start=pair["from"],
                column=pair["column"],
                seconds=(pair["before"] or pair["after"])["seconds"],
                before=before,
                after=before if pair["before"] == pair["after"] else after,
                cuts=tuple(cut for lane, other in ways for cut in lane.cuts if cut.against == other.id),
                other_cuts=tuple(cut for lane, other in ways for cut in lane.cuts if cut.against != other.id),
                equal=pair["yields"] is None,
            )
        )
    return found


def _masking(figures: Mapping[str, Any] | None, bands: Sequence[float], *, turned: bool) -> Masking | None:
    if figures is None:
        return None
    cells = figures["cells"]
    names = ("other_masks", "one_masks") if turned else ("one_masks", "other_masks")
    columns = len(cells["together"])
    forth, back = (
        np.array([row or [0] * columns for row in cells[name]], dtype=np.float64) / 100.0 for name in names
    )
    severity = figures["severity"][::-1] if turned else figures["severity"]
    worst = tuple(
        (way, bands[max(range(len(bands)), key=figures[name].__getitem__)])
        for way, name in zip(severity, names, strict=True)
    )
    return Masking(
        forth=forth,
        back=back,
        together=np.array(cells["together"]) > 0,
        worst=(worst[0], worst[1]),
        total=(sum(figures[names[0]]), sum(figures[names[1]])),
        share=1.0 - figures["share"] if turned else figures["share"],
        interchange=figures["interchange"],
    )


def picture_of(
    scene: Scene,
    plan: Plan,
    heard: Performance,
    decisions: Iterable[Decision],
    master: NDArray[np.float64] | None = None,
    measured: dict[str, Any] | None = None,
) -> Picture:
    """Gather what the pictures show: lanes in order, silent ones with the reason."""
    reasons = {
        decision.path.split(".")[1]: decision.because
        for decision in decisions
        if decision.path.startswith("tracks.") and _silences(decision)
    }
    played = {track.id: track for track in plan.tracks}
    lanes = [_lane(scene, key, played.get(key), plan, heard, reasons.get(key, "")) for key in scene.tracks]
    ends = (event.start + event.frames for track in plan.tracks for event in track.events)
    last = min(max(ends, default=0), plan.frames)
    room = None
    if plan.room and measured:
        figures = measured["measured"]
        facts = {
            "T30": ("t30", 2, " s"),
            "EDT": ("edt", 2, " s"),
            "C50": ("c50", 1, " dB"),
            "D50": ("d50", 2, ""),
            "DRR": ("drr", 1, " dB"),
        }
        room = ", ".join(
            f"{name} {figures[key]:.{digits}f}{unit}"
            for name, (key, digits, unit) in facts.items()
            if figures[key] is not None
        )
        room = f"{room} ({plan.room.engine})"
    elif plan.room:
        asked = plan.room
        room = f"size {asked.room_size:g}, damping {asked.damping:g}, wet {asked.wet_level:g}"
        room += f", width {asked.width:g}"
    duration = plan.frames / plan.rate
    rings = plan.room is not None and last < plan.frames and not plan.loop
    return Picture(
        title=scene.title or scene.context or scene.name,
        duration=duration,
        lanes=tuple(sorted(lanes, key=lambda lane: lane.kind == "atmo")),
        tail_from=last / plan.rate if rings else None,
        room=room,
        master_peaks=master,
    )


def _silences(decision: Decision) -> bool:
    return (decision.path.endswith(".mute") and decision.value is True) or (
        decision.kind == "warning" and decision.path.count(".") == 1
    )


def _lane(
    scene: Scene, key: str, track: TrackPlan | None, plan: Plan, heard: Performance, reason: str
) -> Lane:
    written = scene.tracks[key]
    thing = object_of(scene, key)
    kind: Literal["object", "atmo", "track"] = (
        "track" if thing is None else "atmo" if is_atmo(scene, key) else "object"
    )
    clips: tuple[Clip, ...] = ()
    if track is not None:
        shifts = list(dict.fromkeys(event.shift for event in track.events))
        clips = tuple(
            Clip(
                begin / plan.rate,
                min(begin + event.frames, plan.frames) / plan.rate,
                min(track.fade_in, event.frames) / plan.rate,
                min(track.fade_out, event.frames) / plan.rate,
                track.period / plan.rate if track.loop else None,
                bool(event.cut),
                1 + shifts.index(event.shift) if len(shifts) > 1 else 0,
            )
            for event in track.events
            for begin in _turns(event.start, event.frames - track.meeting, track.circle)
        )
    return Lane(
        id=key,
        label=thing.label if thing else key,
        kind=kind,
        sound=_name(written.sound),
        pan=written.pan or 0.0,
        level=written.level if written.level is not None else 0.0,
        gain=written.gain or 0.0,
        importance=thing.importance if thing and kind == "object" else None,
        clips=clips,
        cuts=tuple(
            CutMark(
                cut.freq,
                cut.gain,
                cut.q or 1.0,
                tuple((begin, end) for begin, end in cut.spans or []),
                cut.against,
            )
            for cut in written.eq or []
        ),
        peaks=heard.peaks.get(key),
        brightness=heard.tints[key].brightness if key in heard.tints else None,
        dominant=heard.tints[key].dominant() if key in heard.tints else (),
        reduction=track.compressor.reduction_db
        if track is not None and track.compressor is not None
        else 0.0,
        muted=track is None,
        note=reason if track is None else "",
        send=track.send if track is not None and plan.room is not None else None,
        depth=thing.depth if thing is not None and track is not None and track.air else None,
    )


def _name(sound: str | None) -> str:
    if sound is None:
        return ""
    scheme, _, rest = sound.partition(":")
    return (
        sound
        if scheme in {"builtin", "freesound"}
        else PurePosixPath(rest if scheme == "library" else sound).name
    )


def master_peaks(mix: Path, frames: int) -> NDArray[np.float64]:
    """Largest magnitude of the finished mix in every `COLUMN` frames."""
    columns = np.zeros(-(-frames // COLUMN))
    at = 0
    for block in blocks_of(mix):
        loud = np.abs(block).max(axis=1)
        padded = np.zeros(-(-len(loud) // COLUMN) * COLUMN)
        padded[: len(loud)] = loud
        columns[at : at + len(padded) // COLUMN] = padded.reshape(-1, COLUMN).max(axis=1)
        at += len(padded) // COLUMN
    return columns


def blocks_of(mix: Path) -> Iterator[NDArray[np.float64]]:
    """Read a sound file in blocks of some columns, float64 (n, channels)."""
    with soundfile.SoundFile(named(mix)) as stream:
        while len(block := stream.read(COLUMN * 64, dtype="float64", always_2d=True)):
            yield block


__all__ = ["ROOM", "blocks_of", "master_peaks", "meetings_of", "picture_of"]


def _turns(start: int, frames: int, circle: int) -> list[int]:
    """Return where a clip begins; in a circle, also where it begins a turn earlier."""
    turns = (start + frames - 1) // circle if circle else 0
    return [start - turn * circle for turn in range(turns + 1)]
