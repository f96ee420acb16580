"""The stages that answer blanks: `stage(scene, run) -> (scene, decisions)`.

A stage never touches a written value. Stages leave data for each other in `Run`. To add a stage, write such a
function and a row of `STAGES`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from imgext.errors import SceneError
from imgext.pipeline.setup import Setup
from imgext.rendering.opened import Opened
from imgext.scene.decision import Decision
from imgext.scene.lock import Lock
from imgext.scene.rules import length_rules
from imgext.scene.things import object_of, starts_of, why_muted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from imgext.scene.lock import LockedSound
    from imgext.scene.model import Scene
    from imgext.sounds.takes import TakeSound

Answered = tuple["Scene", list[Decision]]


@dataclass
class Run:
    """One run: what it may use, and what stages leave for each other."""

    setup: Setup = field(default_factory=Setup)
    lock: Lock = field(default_factory=Lock)
    #: Tracks to search again, whatever the lock says.
    update: Collection[str] = ()
    opened: Opened = field(default_factory=Opened)
    #: The decisions so far.
    decisions: list[Decision] = field(default_factory=list)
    #: The room's measurements; None without a room.
    room: dict[str, Any] | None = None


def settle(scene: Scene, _run: Run) -> Answered:
    """Answer settings by their defaults, and the blanks of objects."""
    from imgext.scene.defaults import settle

    return settle(scene)


def find(scene: Scene, run: Run) -> Answered:
    """Choose a sound for every track without one."""
    from imgext.sounds.find import find

    setup = run.setup
    scene, run.lock, decisions = find(
        scene,
        run.lock,
        libraries=setup.libraries,
        services=setup.asked(),
        update=run.update,
        allow_outside=setup.allow_outside,
        locked=setup.locked,
    )
    return scene, decisions


def open_(scene: Scene, run: Run) -> Answered:
    """Open every sound that is heard."""
    from imgext.dsp.decode import is_loss
    from imgext.sounds.opening import open_sounds

    setup = run.setup
    run.opened = open_sounds(
        scene, run.lock, setup.libraries, allow_outside=setup.allow_outside, freesound=setup.asked().freesound
    )
    said = [
        Decision(
            f"tracks.{key}.sound",
            scene.tracks[key].sound,
            note,
            {},
            "open",
            "warning" if is_loss(note) else "note",
        )
        for key, notes in sorted(run.opened.notes.items())
        for note in notes
    ]
    return scene, said


def listen(scene: Scene, run: Run) -> Answered:
    """Choose which piece of each sound is heard, and how it is looped."""
    from imgext.sounds.listening import listen
    from imgext.sounds.opening import open_take
    from imgext.sounds.takes import other_takes, with_takes

    asked, (scene, decisions) = scene, listen(scene, run.opened)
    setup = run.setup

    def opening(key: str, reference: str) -> TakeSound:
        return open_take(
            scene,
            key,
            reference,
            run.lock,
            setup.libraries,
            allow_outside=setup.allow_outside,
            freesound=setup.asked().freesound,
        )

    scene, more = other_takes(scene, asked, run.opened, opening)
    run.opened = with_takes(scene, run.opened, opening)
    return scene, decisions + more


def arrange(scene: Scene, run: Run) -> Answered:
    """Place every sound without a start."""
    from imgext.arranging import arrange, excess
    from imgext.mix.room import tail_of

    lengths, written, hidden = _lengths(scene, run), scene.duration, None
    # the tail of a circle rings at its beginning
    tail = 0.0 if scene.master.loop else tail_of(scene, list(run.opened))
    if scene.arrange.mode == "masking":
        from imgext.mix.hiding import Hiding

        hidden = Hiding(arrange(scene, lengths, tail)[0], run.opened)
    scene, decisions = arrange(scene, lengths, tail, hidden)
    if (found := excess(scene, lengths, written)) is not None:
        raise SceneError(faults=[scene.where(found[0]).fault("out_of_range", found[1])])
    return scene, decisions + _in_unison(scene, run.opened)


def mix(scene: Scene, run: Run) -> Answered:
    """Answer level, gain, pan, fades and send, and measure the room."""
    from imgext.mix import mix, room
    from imgext.mix.order import in_order

    known = {key: pin.acoustics for key, pin in run.lock.sounds.items() if pin.acoustics is not None}
    decisions = in_order(*mix(scene, known), run.opened)
    scene = scene.answered(decisions)
    run.room = room.room_report(scene)
    return scene, [
        *decisions,
        *room.room_notes(run.room),
        *room.distance_notes(scene, list(run.opened)),
        *_room_warnings(scene, run),
    ]


def unmask(scene: Scene, run: Run) -> Answered:
    """Answer `eq` with cuts that uncover masked sounds."""
    from imgext.mix.unmask.stage import compressor_notes, unmask

    scene, decisions = unmask(scene, run.opened)
    return scene, decisions + compressor_notes(scene, run.opened)


class Stage(NamedTuple):
    """A row of `STAGES`."""

    name: str
    answer: Callable[[Scene, Run], Answered]


STAGES = (
    Stage("settle", settle),
    Stage("find", find),
    Stage("open", open_),
    Stage("listen", listen),
    Stage("arrange", arrange),
    Stage("mix", mix),
    Stage("unmask", unmask),
)


def _lengths(scene: Scene, run: Run) -> dict[str, float]:
    """Return each sound's seconds from its offset on, or of one turn if it may loop."""
    from imgext.sounds.listening import turn_seconds

    rate = scene.sample_rate
    lengths = {}
    for key in run.opened:
        frames = run.opened.frames(key)
        for path, *wrong in length_rules(scene, key, frames):
            raise SceneError(faults=[scene.where(".".join(path)).fault(*wrong)])
        track = scene.tracks[key]
        lengths[key] = turn_seconds(track, (frames - round(track.offset * rate)) / rate)
    if not lengths:
        silent = [decision.because for decision in run.decisions if decision.path.startswith("tracks.")]
        why = f": {'; '.join(silent)[:300]}" if silent else ""
        why = why_muted(scene) or f"nothing is heard in this scene{why}"
        fault = scene.where("tracks").fault("nothing_to_play", why)
        raise SceneError(faults=[fault])
    return lengths


def _in_unison(scene: Scene, opened: Opened) -> list[Decision]:
    """Warn of tracks that play the same recording from the same moment."""
    first: dict[tuple[object, ...], str] = {}
    found = []
    for key in opened:
        track = scene.tracks[key]
        starts = tuple(starts_of(track))
        other = first.setdefault((opened.digests.get(key, ""), starts, track.offset), key)
        if other != key:
            because = (
                f"it plays the same recording as {other} from the same moment, so the two are heard as one"
            )
            because += "; write another sound or offset"
            found.append(Decision(f"tracks.{key}.sound", track.sound, because, {}, "arrange", "warning"))
    return found


def _room_warnings(scene: Scene, run: Run) -> list[Decision]:
    """Warn of sounds that ring longer than the scene's room; name another candidate."""
    from imgext.mix.sends import longer_room

    found = []
    for key in run.opened:
        pin = run.lock.sounds.get(key)
        longer = longer_room(scene, pin.acoustics if pin is not None else None)
        if pin is None or longer is None or scene.tracks[key].send == 0:
            continue
        theirs, ours = longer
        why = f"{pin.sound} has a room of its own that rings {theirs:g} s, the scene's rings {ours:.2f} s: "
        why += f"no send makes it fit; {_instead(scene, key, pin, run.setup)}"
        numbers = {"rt60": theirs, "room_rt60": ours}
        found.append(Decision(f"tracks.{key}.sound", pin.sound, why, numbers, "mix", "warning"))
    return found


def _instead(scene: Scene, key: str, pin: LockedSound, setup: Setup) -> str:
    from imgext.sounds.search.browse import drier_than

    thing = object_of(scene, key)
    label = thing.label if thing is not None else key
    other = drier_than(pin, label, setup.libraries, frozenset(scene.find.licences))
    again = f"`imgext find --update {key}` searches again, dry sounds first" if pin.query is not None else ""
    if other is not None:
        return f"another one is {other}{f', and {again}' if again else ''}"
    return again or f"`imgext sounds search {label}` names others"
