"""Places sounds in time: when each is heard, and how long the mix is.

Conventions: seconds, rounded to 1 ms before use. The founding notes set the rules: the longest sound starts
at 0 and anchors the mix, and the others start anywhere as long as they end within it. Every track draws from
its own stream, seeded by (seed, track id), so adding or deleting a track leaves the others where they are,
unless it set the length of the mix. Mode `spread` follows Mitchell's best candidate (1991): of 32 seeded
candidates it takes the one with the least overlap, then the widest gap.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgext.arranging.vary import longer, vary_decisions, vary_of
from imgext.ontology.occurrence import occurrence_of
from imgext.scene.decision import Decision, seconds
from imgext.scene.rules import LONGEST, every_unused, no_room, too_long
from imgext.scene.things import importance_of, is_atmo, object_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from imgext.scene.model import Scene, Track

#: Factors of how often things sound, by the words of `arrange.density`.
DENSITY = {"sparse": 0.5, "normal": 1.0, "dense": 2.0}
#: At least this much silence follows an occurrence, in lengths of its sound.
REST = 0.25
CANDIDATES = 32
#: Places tried for each repeat, where the mode looks for the freest.
REPEAT_CANDIDATES = 6
TRIES = 1000
MAX_REPEATS = 10_000
#: How much may sound at once on average, of one track and of all; shorter scenes may play this many seconds.
AT_ONCE, TEN_MINUTES = 16, 600.0
ALL_AT_ONCE, HOUR = 256, 3600.0


@dataclass(frozen=True, slots=True)
class Placed:
    """One occurrence on the timeline, in seconds."""

    start: float
    end: float

    def overlap(self, other: Placed) -> float:
        """Count the seconds shared with another occurrence."""
        return max(0.0, min(self.end, other.end) - max(self.start, other.start))


def stream(seed: int, track: str) -> np.random.Generator:
    """Make a track's random stream: PCG64 seeded by (scene seed, crc32 of the id)."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(track.encode())])))


def arrange(scene: Scene, lengths: Mapping[str, float], tail: float = 0.0) -> tuple[Scene, list[Decision]]:
    """Answer blank starts, loops, durations and the length of the mix.

    Parameters
    ----------
    scene : Scene
        With a track for everything heard.
    lengths : mapping of track id to seconds
        Length of each sound from its `offset` on, without muted and silent tracks.
    tail : float
        Seconds that the room rings after a sound sent to it; 0 without a room.
    """
    tracks = {key: scene.tracks[key] for key in sorted(lengths)}
    length = {key: _length(scene, key, track, lengths[key]) for key, track in tracks.items()}
    natural = {key: _once(scene, key, track, lengths[key]) for key, track in tracks.items()}
    end, anchor, why = _mix_end(scene, tracks, length)
    decisions: list[Decision] = []
    taken: dict[str, list[Placed]] = {}
    for key, track in tracks.items():
        if track.start is not None:
            starts = track.start if isinstance(track.start, list) else [track.start]
            taken[key] = [Placed(start, start + length[key]) for start in starts]
    loops = {key: _loop(scene, key, track, lengths[key], end) for key, track in tracks.items()}
    order = sorted(tracks, key=lambda key: (-length[key], key))
    for key in order:
        track = tracks[key]
        if track.loop is None:
            decisions.append(_loop_decision(key, loops[key], is_atmo(scene, key), lengths[key], end))
        every = track.every
        decisions += _without_effect(scene, key, lengths[key], length[key], end, loop=loops[key])
        if track.start is None:
            if every is None and key != anchor and not loops[key]:
                often = _often(scene, key, length[key], end)
                if often is not None:
                    decisions.append(often)
                    every, natural[key] = often.value, length[key]
                    length[key] = longer(length[key], vary_of(scene, key).pitch)
            decisions += _start(
                scene, key, every, (length[key], natural[key]), end, anchor, loops[key], taken
            )
        if len(taken[key]) > 1:
            decisions += vary_decisions(scene, key, loop=loops[key])
        if track.duration is None:
            first = min(placed.start for placed in taken[key])
            if loops[key]:
                value = max(seconds(end - first, "down"), 0.001)
                decisions.append(
                    Decision(f"tracks.{key}.duration", value, "looped to the end of the mix", stage="arrange")
                )
            else:
                decisions.append(
                    Decision(
                        f"tracks.{key}.duration",
                        max(seconds(lengths[key], "up"), 0.001),
                        "all of the sound",
                        stage="arrange",
                    )
                )
        if track.blank("offset"):
            decisions.append(
                Decision(f"tracks.{key}.offset", 0.0, "from the beginning of the sound", stage="arrange")
            )
    if scene.duration is None:
        sent = [
            end if loops[key] else max(placed.end for placed in taken[key])
            for key, track in tracks.items()
            if track.send != 0
        ]
        rings = max(0.0, max(sent, default=0.0) + tail - end) if tail else 0.0
        total = min(max(seconds(end + rings, "up"), 0.001), LONGEST)
        ringing = f", and the room rings {rings:.2f} s after it" if rings else ""
        decisions.append(
            Decision(
                "duration",
                total,
                f"{why}{ringing}",
                {"last_sound_ends": seconds(end), "tail": seconds(rings)},
                "arrange",
            )
        )
    decisions.sort(key=lambda decision: decision.path)
    return scene.answered(decisions), decisions


def _without_effect(
    scene: Scene, key: str, natural: float, length: float, end: float, *, loop: bool
) -> list[Decision]:
    """Warn of what is written of a track and cannot be kept."""
    track = scene.tracks[key]
    found = []
    if unused := every_unused(track):
        found.append(("every", unused))
    elif (
        track.every
        and track.start is None
        and not loop
        and (short := no_room(track.every, end - length, written=scene.duration is not None))
    ):
        found.append(("every", "; ".join(short)))
    if not loop and (more := too_long(track.duration, natural)):
        found.append(("duration", "; ".join(more)))
    return [Decision(f"tracks.{key}.{name}", None, why, {}, "arrange", "warning") for name, why in found]


def _mix_end(
    scene: Scene, tracks: Mapping[str, Track], length: Mapping[str, float]
) -> tuple[float, str | None, str]:
    """Find where the mix ends without its tail, its anchor, and the reason."""
    blank = [
        key
        for key, track in tracks.items()
        if track.start is None and not track.every and not (track.loop and not track.duration)
    ]
    blank = (
        blank
        or [key for key, track in tracks.items() if track.start is None and not track.every]
        or [key for key, track in tracks.items() if track.start is None]
    )
    importance = {
        key: 0.0 if thing.kind == "atmo" and thing.blank("importance") else thing.importance
        for key, track in tracks.items()
        if (thing := scene.objects.get(track.object or key))
    }
    anchor = min(blank, key=lambda key: (-length[key], -importance.get(key, 0.0), key), default=None)
    if scene.duration is not None:
        return (
            scene.duration,
            anchor if anchor and length[anchor] >= scene.duration else None,
            "written in the scene",
        )
    ends = {
        key: (max(track.start) if isinstance(track.start, list) else track.start) + length[key]
        for key, track in tracks.items()
        if track.start is not None
    }
    last = max(ends, key=lambda key: (ends[key], key), default=None)
    if anchor is not None and (last is None or length[anchor] >= ends[last]):
        return length[anchor], anchor, f"the longest sound, {anchor}, ends here"
    if last is not None:
        return ends[last], None, f"the last sound, {last}, ends here"
    return 0.0, None, "nothing is heard"


def _length(scene: Scene, key: str, track: Track, natural: float) -> float:
    """Compute the seconds of a track's longest take, as far as known."""
    several = not track.loop and (bool(track.every) or isinstance(track.start, list))
    return longer(_once(scene, key, track, natural), vary_of(scene, key).pitch if several else 0.0)


def _once(scene: Scene, key: str, track: Track, natural: float) -> float:
    """Compute the seconds of one occurrence at its own pitch."""
    if track.duration is None:
        return natural
    if track.takes and not track.loop and (track.every or isinstance(track.start, list)):
        return max(min(track.duration, natural), *(take.duration for take in track.takes))
    looped = (
        track.loop
        if track.loop is not None
        else is_atmo(scene, key) and not track.every and not isinstance(track.start, list)
    )
    return track.duration if looped else min(track.duration, natural)


def _loop(scene: Scene, key: str, track: Track, natural: float, end: float) -> bool:
    """Decide whether a track loops: a bed does if its sound is too short for the mix.

    It is heard once and to the end, unless a duration is written.
    """
    if track.loop is not None:
        return track.loop
    if not is_atmo(scene, key) or track.every or isinstance(track.start, list):
        return False
    wanted = end - (track.start or 0.0) if track.duration is None else track.duration
    return natural < wanted - 0.0005


def _loop_decision(key: str, loop: bool, atmo: bool, length: float, end: float) -> Decision:
    if loop:
        because = f"a bed of {length:.1f} s under a mix of {end:.1f} s"
    else:
        because = "the bed is long enough, or is placed several times" if atmo else "an object comes and goes"
    return Decision(f"tracks.{key}.loop", loop, because, stage="arrange")


def _often(scene: Scene, key: str, length: float, end: float) -> Decision | None:
    """Answer how often a thing sounds; None if it is heard once.

    The intervals of its kind (`imgext.ontology.occurrence`) are divided by the density and by importance (a
    factor between 0.5 and 1.5); a sound has died away before it comes again. Only this track's own settings
    and the density count, so no other track can move it.
    """
    thing = object_of(scene, key)
    if thing is None or is_atmo(scene, key):
        return None
    kind = occurrence_of(thing.label)
    density = scene.arrange.density
    factor = DENSITY[density] if isinstance(density, str) else density
    factor *= 0.5 + importance_of(scene, key)
    pause = length * (1.0 + REST)
    shortest = round(max(kind.shortest / factor, pause) + 0.049, 1)
    longest = round(max(kind.longest / factor, 2.0 * pause) + 0.049, 1)
    if end < shortest + length:
        return None
    because = f"{kind.tag} sounds every {kind.shortest:g} to {kind.longest:g} s"
    because += f"; importance {importance_of(scene, key):g}, density {density}"
    return Decision(f"tracks.{key}.every", [shortest, longest], because, {"kind": kind.tag}, "arrange")


def excess(scene: Scene, lengths: Mapping[str, float], duration: float | None) -> tuple[str, str] | None:
    """Find what asks for an absurd amount of sound: its place and a message, or None.

    Few numbers can ask for days of sound in a minute. One track may play for `TEN_MINUTES`, or `AT_ONCE`
    times as long as the scene; all tracks together for `HOUR`, or `ALL_AT_ONCE` times. `scene` is arranged,
    and `lengths` are those of `arrange`; without a `duration` the mix ends with its last sound.
    """
    played, whole = {}, 0.0
    for key, available in lengths.items():
        track = scene.tracks[key]
        starts = track.start if isinstance(track.start, list) else [track.start or 0.0]
        wanted = available if track.duration is None else track.duration
        length = wanted if track.loop else min(wanted, available)
        played[key] = len(starts) * length
        whole = max(whole, max(starts) + length)
    whole = duration or whole
    for key, seconds_played in sorted(played.items()):
        if seconds_played > max(TEN_MINUTES, AT_ONCE * whole):
            wording = f"plays {seconds_played:.0f} s of sound in {whole:.0f} s"
            at_once = f"{seconds_played / whole:.0f} times at once; allowed: {AT_ONCE} times"
            return f"tracks.{key}", f"{wording}, {at_once}"
    total = sum(played.values())
    if total > max(HOUR, ALL_AT_ONCE * whole):
        wording = f"{total:.0f} s of sound in {whole:.0f} s, {total / whole:.0f} at once"
        return "tracks", f"{wording}; allowed: {ALL_AT_ONCE} at once"
    return None


def _start(
    scene: Scene,
    key: str,
    every: list[float] | None,
    lengths: tuple[float, float],
    end: float,
    anchor: str | None,
    loop: bool,
    taken: dict[str, list[Placed]],
) -> list[Decision]:
    path, (length, natural) = f"tracks.{key}.start", lengths
    if loop or (key == anchor and not every):
        taken[key] = [Placed(0.0, end if loop else length)]
        because = "a bed begins with the mix" if loop else "the longest sound anchors the mix"
        return [Decision(path, 0.0, because, stage="arrange")]
    random = stream(scene.seed, key)
    room, alone = end - length, end - natural
    if alone <= 0:
        taken[key] = [Placed(0.0, length)]
        return [Decision(path, 0.0, "as long as the mix, or longer", stage="arrange")]
    limit = None if is_atmo(scene, key) else scene.arrange.max_overlap
    others = _others(scene, key, taken)

    crowd = _Crowd(others)

    def allowed(start: float) -> bool:
        return limit is None or crowd.busiest(start, start + length) < limit

    def cost(start: float) -> tuple[float, float]:
        here, gap = Placed(start, start + length), scene.arrange.min_gap
        near = min((abs(start - other.start) for other in others), default=gap)
        return sum(here.overlap(other) for other in others) + max(0.0, gap - near), -_gap(here, others)

    spread = scene.arrange.mode != "random"
    if every:
        starts, missed = _repeated(random, every, (room, alone), allowed, cost if spread else None)
        because = f"every {every[0]:g} to {every[1]:g} s, {_times(len(starts))}"
        found = [Decision(path, starts, because, stage="arrange")]
    else:
        start, because, missed = _free_place(scene, random, length, room, others, allowed, cost)
        starts, found = [start], [Decision(path, start, because, stage="arrange")]
    if missed:
        why = f"no place with at most {limit} sounds at once was found {_times(missed)}; "
        why += "lengthen the mix, or raise `arrange.max_overlap`"
        found.append(Decision(path, None, why, {}, "arrange", "warning"))
    taken[key] = [Placed(start, start + length) for start in starts]
    return found


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _repeated(
    random: np.random.Generator,
    every: list[float],
    rooms: tuple[float, float],
    allowed: Callable[[float], bool],
    cost: Callable[[float], tuple[float, float]] | None,
) -> tuple[list[float], int]:
    """Draw starts one after the other; count those for which no place was allowed.

    Mode random takes the first one allowed, the others the cheapest of several. If no draw is allowed, the
    next one comes later. `rooms` has the latest start of a repeat, which its pitch may lengthen, and of a
    sound heard once.
    """
    starts: list[float] = []
    room, alone = rooms
    missed, earliest, reach = 0, 0.0, min(every[1], alone)
    while len(starts) + missed < MAX_REPEATS:
        drawn: list[float] = []
        for _ in range(CANDIDATES):
            start = seconds(earliest + float(random.random()) * reach, "near" if earliest else "down")
            drawn += [start] if start > alone or allowed(start) else []
            if len(drawn) == (1 if cost is None else REPEAT_CANDIDATES):
                break
        inside = [start for start in drawn if start <= (room if starts else alone)]
        if drawn and (not inside or (starts and inside[0] <= starts[-1])):
            break
        if not drawn:
            missed += 1
            earliest, reach = earliest + every[1], every[1] - every[0]
            continue
        start = inside[0] if cost is None else min(inside, key=cost)
        starts.append(start)
        earliest, reach = start + every[0], every[1] - every[0]
    if not starts:
        starts = [seconds(alone, "down")]
        missed = missed or int(not allowed(starts[0]))
    return starts, missed


def _free_place(
    scene: Scene,
    random: np.random.Generator,
    length: float,
    room: float,
    others: list[Placed],
    allowed: Callable[[float], bool],
    cost: Callable[[float], tuple[float, float]],
) -> tuple[float, str, int]:
    """Choose one start; also return the reason, and 1 if no draw was allowed."""
    mode = scene.arrange.mode

    def draw() -> float:
        return seconds(float(random.random()) * room, "down")

    if mode == "random":
        for _ in range(TRIES):
            start = draw()
            if allowed(start):
                return start, "anywhere in the mix, from its own seeded stream", 0
        return start, "anywhere in the mix, from its own seeded stream", 1
    candidates = [draw() for _ in range(CANDIDATES)]
    free = [start for start in candidates if allowed(start)]
    best = min(free or candidates, key=cost)
    overlap = sum(Placed(best, best + length).overlap(other) for other in others)
    note = "" if mode == "spread" else "; placing by masking is not built yet, so spread was used"
    because = f"the freest of {CANDIDATES} seeded places, {overlap:.2f} s of overlap with earlier ones{note}"
    return best, because, int(not free)


def _others(scene: Scene, key: str, taken: Mapping[str, list[Placed]]) -> list[Placed]:
    """List what is already placed of the other objects."""
    return [
        placed
        for other, places in sorted(taken.items())
        for placed in places
        if other != key and not is_atmo(scene, other)
    ]


class _Crowd:
    """Counts how many sounds there are at once, from sorted starts and ends."""

    def __init__(self, others: list[Placed]) -> None:
        self._starts = np.sort(np.array([other.start for other in others]))
        self._ends = np.sort(np.array([other.end for other in others]))
        self._at_start = self._at(self._starts)

    def busiest(self, start: float, end: float) -> int:
        """Count the most sounds at one moment from `start` to before `end`."""
        first, last = self._starts.searchsorted(start, "right"), self._starts.searchsorted(end, "left")
        later = self._at_start[first:last]
        return int(max(self._at(np.array([start]))[0], later.max() if later.size else 0))

    def _at(self, moments: NDArray[np.float64]) -> NDArray[np.int64]:
        return self._starts.searchsorted(moments, "right") - self._ends.searchsorted(moments, "right")


def _gap(here: Placed, others: list[Placed]) -> float:
    return min((max(other.start - here.end, here.start - other.end, 0.0) for other in others), default=0.0)
