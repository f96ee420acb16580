"""Measures the room of a scene and puts it in words.

It also finds sounds whose own room no send can fit to the scene's.

A click through the return that plays the mix measures the room by ISO 3382-1 (`imgext.dsp.room_measure`). The
figures are cached by the digest of the response, so each room is measured once.
"""

from __future__ import annotations

import hashlib
import math
from typing import TYPE_CHECKING, Any

from imgext.scene.decision import Decision
from imgext.scene.things import object_of
from imgext.store.cache import Cache, as_json, to_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgext.dsp.room_measure import Measured, Octave
    from imgext.rendering.plan import RoomPlan
    from imgext.scene.model import Scene

#: Version of the measurement; a new number invalidates the cached figures.
VERSION = 1
#: Digits of a written figure: seconds, dB, shares.
_DIGITS = {"edt": 3, "t20": 3, "t30": 3, "c50": 2, "d50": 4, "drr": 2}


def tail_of(scene: Scene, keys: Sequence[str]) -> float:
    """Compute the seconds that the room rings after the last sound; 0 without sends."""
    from imgext.dsp.reverb import tail_seconds
    from imgext.mix.sends import is_heard, room_of

    return (
        tail_seconds(room_of(scene))
        if is_heard(scene) and any(scene.tracks[key].send != 0 for key in keys)
        else 0.0
    )


def room_report(scene: Scene) -> dict[str, Any] | None:
    """Report what a scene's room should be and is: ``room`` in ``render.json``.

    Returns
    -------
    dict or None
        None without a room. ``asked`` and ``measured`` have `t60` or `edt`, `t20`, `t30` in s, `c50`, `drr`
        in dB, `d50` (0 to 1) and the channels' `correlation`; decay and clarity are means of the octaves at
        500 Hz and 1 kHz, the ratio is that over all frequencies. ``octaves`` has a list of the same by `hz`.
        A figure that the room does not have is None.
    """
    from imgext.dsp.reverb import correlation, middle_decay, tail_seconds
    from imgext.rendering.planner import room_plan

    room = room_plan(scene)
    if room is None:
        return None
    rate = scene.sample_rate
    return {
        "engine": room.engine,
        "tail": tail_seconds(room.room),
        "asked": {
            "t60": middle_decay(room.room, rate),
            "drr": round(-20.0 * math.log10(room.wet_level), 2) + 0.0,
            "correlation": round(correlation(room.room), 3),
        },
        **_measured(room, rate),
    }


def _measured(room: RoomPlan, rate: int) -> dict[str, Any]:
    from imgext.rendering.response import played_response

    response = played_response(room, rate)
    digest = hashlib.sha256(f"{room.room} {rate} ".encode() + response.tobytes()).hexdigest()
    cache = Cache[dict[str, Any]]("rooms", VERSION, load=_load, dump=to_json)
    return cache.get(digest, lambda: _figures(room, response, rate))


def _load(data: bytes) -> dict[str, Any] | None:
    known: dict[str, Any] = as_json(data)
    good = {"measured", "octaves"} == set(known) and set(known["measured"]) == {*_DIGITS, "correlation"}
    return known if good else None


def _figures(room: RoomPlan, response: NDArray[Any], rate: int) -> dict[str, Any]:
    from imgext.dsp.reverb import decay_times
    from imgext.dsp.room_measure import measure

    found: Measured = measure(response, rate)
    asked = decay_times(room.room, [octave.centre for octave in found.octaves], rate)
    measured = _rounded(found.middle) | {
        "drr": _round(found.all_frequencies.drr, 2),
        "correlation": _round(found.correlation, 3),
    }
    octaves = [
        {"hz": octave.centre, "asked_t60": round(float(t60), 3), **_rounded(octave)}
        for octave, t60 in zip(found.octaves, asked, strict=True)
    ]
    return {"measured": measured, "octaves": octaves}


def _rounded(octave: Octave) -> dict[str, float | None]:
    return {name: _round(getattr(octave, name), digits) for name, digits in _DIGITS.items()}


def _round(value: float, digits: int) -> float | None:
    return round(value, digits) + 0.0 if math.isfinite(value) else None


def room_notes(report: dict[str, Any] | None) -> list[Decision]:
    """Put the report in words."""
    if report is None:
        return []
    asked, found, octaves = report["asked"], report["measured"], report["octaves"]
    whole = (
        f"measured by ISO 3382-1: decays by 60 dB in {_s(found['t30'])} (T30; asked for {_s(asked['t60'])}), "
        f"EDT {_s(found['edt'])}, T20 {_s(found['t20'])}; "
        f"with the direct sound C50 is {_db(found['c50'])}, D50 {_percent(found['d50'])}, "
        f"direct to reverberant {_db(found['drr'])} (asked for {_db(asked['drr'])}); "
        f"the channels correlate by {found['correlation']:.2f} (asked for {asked['correlation']:.2f})"
    )
    bands = "; ".join(
        f"{_hz(octave['hz'])} T30 {_s(octave['t30'])} (asked for {_s(octave['asked_t60'])}), "
        f"C50 {_db(octave['c50'])}, DRR {_db(octave['drr'])}"
        for octave in octaves
    )
    return [
        Decision(
            "reverb",
            None,
            whole,
            {"asked": asked, "measured": found, "tail": report["tail"]},
            "render",
            "note",
        ),
        Decision("reverb", None, f"octave by octave: {bands}", {"octaves": octaves}, "render", "note"),
    ]


def _s(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.2f} s"


def _db(value: float | None) -> str:
    return "unknown" if value is None else f"{value:.1f} dB"


def _percent(value: float | None) -> str:
    return "unknown" if value is None else f"{100 * value:.0f} %"


def _hz(value: float) -> str:
    return f"{value:g} Hz" if value < 1000 else f"{value / 1000:g} kHz"


def distance_notes(scene: Scene, keys: Sequence[str]) -> list[Decision]:
    """Say what the depth of an object does to its sound."""
    from imgext.rendering.planner import distance_of, room_plan

    notes = []
    room = room_plan(scene)
    for key in keys:
        thing, away = object_of(scene, key), distance_of(scene, key)
        if thing is None or thing.depth is None:
            continue
        path = f"objects.{scene.tracks[key].object or key}.depth"
        if not away.air:
            why = f"{key} is near: it keeps its top and gets the room that its send says"
        else:
            more = (
                f"gets {away.room_db:g} dB more of the room, while its direct sound keeps its level, and "
                if room is not None
                else ""
            )
            why = f"{key} {more}loses top as in {away.air:g} m of air"
        notes.append(
            Decision(path, thing.depth, why, {"room_db": away.room_db, "air": away.air}, "mix", "note")
        )
        if away.room_db:
            why = f"a near sound's share; its depth of {thing.depth:g} adds {away.room_db:g} dB"
            notes.append(Decision(f"tracks.{key}.send", None, why, {"room_db": away.room_db}, "mix", "note"))
    return notes
