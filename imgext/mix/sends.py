"""Decides how much of the scene's room each sound gets.

A sound that already has a room of its own gets less.

Conventions: `send` is a linear share of the room's reverb, 1 for a dry sound and never more; gains in dB;
decay times in s. What is known of a sound is in its lock (`imgext.scene.lock.LockedAcoustics`): a class with
the gain that goes with it, or figures that the user wrote, which win. With C50, or RT60 and DRR, the send
gives the sound the C50 that a dry sound would have in this room (`imgext.dsp.reverberation`). If nothing is
known, the send is exactly 1. If a sound's own room rings much longer than the scene's, no send helps, and a
warning says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.dsp.reverb import Room, impulse_response, late_share, middle_decay
from imgext.dsp.reverberation import c50_of, send_for_c50
from imgext.dsp.reverberation.compensation import CLASS_GAINS, class_gain
from imgext.dsp.units import db_to_gain
from imgext.scene.decision import Decision, share

if TYPE_CHECKING:
    from imgext.scene.lock import LockedAcoustics
    from imgext.scene.model import Scene

#: A sound's own room gets a warning from this many times the scene's decay on.
LONGER = 1.5
CLASSES = ("dry", "some", "wet")
_GAINS = dict(zip(CLASSES, CLASS_GAINS, strict=True))


def room_of(scene: Scene) -> Room:
    """Return the room of a scene for the engines, whether it is heard or not."""
    return Room(
        scene.room_size,
        scene.damping,
        scene.width,
        scene.reverb.engine,
    )


def is_heard(scene: Scene) -> bool:
    """Say whether a scene has an audible room."""
    return bool(scene.room_detected) and scene.wet_level > 0


def send_of(scene: Scene, key: str, known: LockedAcoustics | None) -> Decision:
    """Answer a blank `send`, with the reason."""
    path = f"tracks.{key}.send"
    if not is_heard(scene):
        why = "no room is detected" if not scene.room_detected else "the room's `wet_level` is 0"
        return Decision(path, 1.0, f"{why}, so nothing is sent", stage="mix")
    if known is None:
        return Decision(
            path,
            1.0,
            "the sound's own room is unknown, so it gets the room's full share",
            stage="mix",
        )
    c50 = known.c50 if known.c50 is not None else _c50(known)
    if c50 is not None:
        return _by_clarity(scene, path, known, c50)
    gain = _gain(known)
    if known.class_ == "unknown" and not (known.from_user and gain):
        return Decision(path, 1.0, f"{_unknown(known)}, so it gets the room's full share", stage="mix")
    value = min(1.0, share(db_to_gain(gain)))
    share_of = f"{-gain:g} dB less of this room, because rooms add up" if gain else "the room's full share"
    numbers: dict[str, object] = {"class": known.class_, "gain": gain, "source": known.source}
    numbers |= {"p": known.p} if known.p is not None else {}
    numbers |= {"rt60": known.rt60} if known.rt60 is not None else {}
    return Decision(path, value, f"{_class(known)}, so it gets {share_of}{_facts(known)}", numbers, "mix")


def longer_room(scene: Scene, known: LockedAcoustics | None) -> tuple[float, float] | None:
    """Return a sound's own and the scene's decay times, if no send helps; else None.

    No send helps if the first is much longer.
    """
    if known is None or known.rt60 is None or known.ringing or not is_heard(scene):
        return None
    own = middle_decay(room_of(scene), scene.sample_rate)
    return (known.rt60, own) if known.rt60 > LONGER * own else None


def _gain(known: LockedAcoustics) -> float:
    """Return the gain of a class, or the written one.

    If the user changed the class, the gain that an analysis left next to it does not count.
    """
    of_class = _GAINS.get(known.class_, 0.0)
    if known.gain_db is None:
        return of_class if known.from_user else 0.0
    if known.from_user and known.p is not None:
        analysed = class_gain((known.p[0], known.p[1], known.p[2]))
        best = CLASSES[max(range(3), key=lambda index: known.p[index] if known.p else 0.0)]
        if known.gain_db in {analysed, 0.0} and (known.class_, known.gain_db) != (best, analysed):
            return of_class
    return known.gain_db


def _c50(known: LockedAcoustics) -> float | None:
    return c50_of(known.rt60, known.drr) if known.rt60 is not None and known.drr is not None else None


def _by_clarity(scene: Scene, path: str, known: LockedAcoustics, c50: float) -> Decision:
    rate, room, wet = scene.sample_rate, room_of(scene), scene.wet_level
    late = late_share(impulse_response(room, rate, scene.seed), rate)
    own = middle_decay(room, rate)
    short = known.rt60 is None or known.rt60 < own
    value = min(1.0, share(send_for_c50(c50, wet * wet, late, keep_tail=short) / wet))
    said = (
        f"its C50 is {c50:.1f} dB"
        if known.c50 is not None
        else f"its room rings {known.rt60:g} s at a DRR of {known.drr:g} dB"
    )
    if value == 1.0:
        why = f"{said}, as you wrote, dry next to this room: it gets the room's full share"
    elif value == 0.0:
        why = f"{said}, as you wrote, all the room that it should have here: it gets none of this one"
    else:
        why = f"{said}, as you wrote: this share of the room gives it the C50 of a dry sound here"
        why += ", as far as the room's long tail allows" if short and value == 0.25 else ""
    numbers = {"c50": round(c50, 2), "r_t": share(wet * wet), "late_share": late, "room_rt60": own}
    return Decision(
        path, value, why, numbers | ({"rt60": known.rt60} if known.rt60 is not None else {}), "mix"
    )


def _class(known: LockedAcoustics) -> str:
    words = {
        "dry": "the sound is dry",
        "some": "the sound has some room of its own",
        "wet": "the sound is wet",
    }
    return words.get(known.class_, "the sound has a room of its own")


def _facts(known: LockedAcoustics) -> str:
    """Say in brackets what the class is based on."""
    facts = ["as you wrote"] if known.source == "user" else []
    if known.source == "auto" and known.p is not None:
        facts = [", ".join(f"{name} {100 * p:.0f} %" for name, p in zip(CLASSES, known.p, strict=True))]
    facts += [f"its own room rings {known.rt60:g} s"] if known.rt60 is not None else []
    return f" ({'; '.join(facts)})" if facts else ""


def _unknown(known: LockedAcoustics) -> str:
    if known.source == "user":
        return "you wrote that nothing is known of the sound's own room"
    if known.ringing:
        return "the sound rings by itself, which looks like a room"
    return f"the sound's own room is unknown{f' ({known.because})' if known.because else ''}"
