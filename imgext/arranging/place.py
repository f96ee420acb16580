"""Start times: when each sound is heard, and how long the mix is.

Conventions: seconds, rounded to 1 ms before use. Rules after the founding notes: the longest sound starts at
0 and anchors the mix, the others lie anywhere such that nothing reaches beyond it. Every track draws from a
stream of its own, seeded by (seed, track id), so adding or deleting one leaves the others where they are,
unless it set the length of the mix or a rule ties the two together (`imgext.arranging.rules`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.arranging.crowd import Placed
from imgext.arranging.draw import Cost, Drawn, Span, following, once, repeated, stream
from imgext.arranging.often import often
from imgext.arranging.rules import Rules, depth_of, others_of
from imgext.arranging.vary import longer, repeat_notes, vary_decisions, vary_of
from imgext.scene.decision import Decision, seconds
from imgext.scene.model import After
from imgext.scene.rules import LONGEST, every_unused, no_room, too_long
from imgext.scene.things import is_atmo, starts_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imgext.scene.model import Scene, Track

    #: From a track, its start and what is placed already to what it would hide there.
    Hidden = Callable[[str, float, Mapping[str, list[Placed]]], float]

#: Times that mode `masking` goes through all tracks, each time with the others where they were left.
ROUNDS = 3
#: Occurrences from which on it goes through them once.
MANY = 200
#: Times as many places that it tries for what is heard once as `spread` does.
THOROUGH = 3


def arrange(
    scene: Scene, lengths: Mapping[str, float], tail: float = 0.0, hidden: Hidden | None = None
) -> tuple[Scene, list[Decision]]:
    """Answer blank starts, loops, durations and the length of the mix.

    Parameters
    ----------
    scene : Scene
        With a track for everything that is heard.
    lengths : mapping of track id to seconds
        How much of each sound there is from its `offset`; muted and silent tracks are left out.
    tail : float
        Seconds that the room rings after a sound that is sent to it; 0 without a room.
    hidden : callable, optional
        How much is hidden by a track that begins at some second, with others placed already: what mode
        `masking` makes small. Without it that mode is `spread`.
    """
    return _Arrangement(scene, lengths, tail, hidden).answered()


class _Arrangement:
    """One scene on its way to being arranged."""

    def __init__(
        self, scene: Scene, lengths: Mapping[str, float], tail: float, hidden: Hidden | None
    ) -> None:
        self.scene, self.lengths, self.tail, self.hidden = scene, lengths, tail, hidden
        self.tracks = tracks = {key: scene.tracks[key] for key in sorted(lengths)}
        self.rules = Rules(scene, tracks)
        self.length = {key: _length(scene, key, track, lengths[key]) for key, track in tracks.items()}
        self.natural = {key: _once(scene, key, track, lengths[key]) for key, track in tracks.items()}
        self.end, self.anchor, self.why = _mix_end(scene, tracks, self.length, self.rules.leader)
        self.loops = {key: _loop(scene, key, track, lengths[key], self.end) for key, track in tracks.items()}
        self.taken: dict[str, list[Placed]] = {}
        self.decisions: list[Decision] = []

    def answered(self) -> tuple[Scene, list[Decision]]:
        """The scene with its blanks answered, and why."""
        for key, track in self.tracks.items():
            if starts := starts_of(track):
                self.taken[key] = [Placed(start, start + self.length[key]) for start in starts]
        order, length, natural = self.rules.order(self.length), self.length, self.natural
        masking = self.scene.arrange.mode == "masking" and self.hidden is not None
        for _ in range(ROUNDS if masking else 1):
            self.decisions, self.length, self.natural = [], dict(length), dict(natural)
            for key in order:
                self._track(key)
            if sum(map(len, self.taken.values())) > MANY:
                break
        if self.scene.duration is None:
            self.decisions.append(self._duration())
        self.decisions.sort(key=lambda decision: _in_order(decision.path))
        return self.scene.answered(self.decisions), self.decisions

    def say(self, path: str, value: object, because: str, kind: str = "answer", **numbers: object) -> None:
        """Add a decision of this stage."""
        self.decisions.append(Decision(path, value, because, numbers, "arrange", kind))  # type: ignore[arg-type]

    def _track(self, key: str) -> None:
        track, loop = self.tracks[key], self.loops[key]
        if track.loop is None:
            because = _loop_because(loop, is_atmo(self.scene, key), self.lengths[key], self.end)
            self.say(f"tracks.{key}.loop", loop, because)
        self.decisions += _without_effect(
            self.scene, key, self.lengths[key], self.length[key], self.end, loop=loop
        )
        drawn = None
        if starts_of(track):
            self.decisions += self.rules.about_written(key, self.length[key], self.taken)
        else:
            drawn = self._placed(key)
        if len(self.taken[key]) > 1:
            found = vary_decisions(self.scene, key, loop=loop)
            self.decisions += found
            if drawn is not None:
                self.decisions += repeat_notes(self.scene, key, drawn, loop=loop)
        if track.duration is None:
            first = min(placed.start for placed in self.taken[key])
            value, because = seconds(self.lengths[key], "up"), "all of the sound"
            left = seconds(self.end - first, "down")
            if loop or (key == self.anchor and self.scene.arrange.silence and left < value):
                value, because = left, f"{'looped ' if loop else ''}to the end of the mix"
            self.say(f"tracks.{key}.duration", max(value, 0.001), because)
        if track.blank("offset"):
            self.say(f"tracks.{key}.offset", 0.0, "from the beginning of the sound")

    def _placed(self, key: str) -> Drawn:
        """Choose the starts of a track that has none."""
        path, track, end = f"tracks.{key}.start", self.tracks[key], self.end
        silence, every = self.scene.arrange.silence, track.every
        if isinstance(track.start, After) and key not in self.rules.leader:
            why = f"{track.start.after} is not heard, so nothing can follow it; it is placed anywhere"
            self.say(path, None, why, "warning", rule="after")
        follows = key in self.rules.leader
        if every is None and key != self.anchor and not self.loops[key] and not follows:
            found = often(self.scene, key, self.length[key], end - silence)
            if found is not None:
                self.decisions.append(found)
                every = found.value
        if track.takes and not track.loop and (every or follows):
            self.natural[key] = max(self.natural[key], *(take.duration for take in track.takes))
        if every or (follows and len(self.taken[self.rules.leader[key]]) > 1):
            self.length[key] = longer(self.natural[key], vary_of(self.scene, key).pitch)
        length = self.length[key]
        if self.loops[key] or (key == self.anchor and not every):
            because = "a bed begins with the mix" if self.loops[key] else "the longest sound anchors the mix"
            because += f", after {silence:g} s of silence" if silence else ""
            drawn = Drawn([min(silence, max(0.0, end - 0.001))], [because])
            self.taken[key] = [Placed(drawn.starts[0], end if self.loops[key] else drawn.starts[0] + length)]
            self.say(path, drawn.starts[0], because)
            return drawn
        span = Span(silence, end - length, end - self.natural[key])
        if span.alone <= silence:
            drawn = Drawn([max(0.0, seconds(span.alone, "down"))], ["as long as the mix, or longer"])
            if drawn.starts[0] < silence:
                drawn.left_out[f"`arrange.silence: {silence:g}`"] += 1
        else:
            drawn = self._drawn(key, every, span)
        several = len(drawn.starts) > 1 or every or (follows and len(self.taken[self.rules.leader[key]]) > 1)
        because = drawn.why[0]
        if several:
            times = "once" if len(drawn.starts) == 1 else f"{len(drawn.starts)} times"
            rule = (
                f"every {every[0]:g} to {every[1]:g} s" if every and not follows else "with what it follows"
            )
            because = f"{rule}, {times}"
        self.taken[key] = [Placed(start, start + length) for start in drawn.starts]
        self.say(
            path,
            drawn.starts if several and not (follows and len(drawn.starts) == 1) else drawn.starts[0],
            because,
        )
        self._about_left_out(path, drawn)
        return drawn

    def _drawn(self, key: str, every: list[float] | None, span: Span) -> Drawn:
        scene, track, length = self.scene, self.tracks[key], self.length[key]
        broken = self.rules.broken_by(key, length, self.taken)
        cost = self._cost(key)
        if key in self.rules.leader and isinstance(track.start, After):
            leader = self.rules.leader[key]
            starts = sorted(placed.start for placed in self.taken[leader])
            spacing = 0.0 if track.pause is None else length + track.pause
            named = track.start.after, starts
            return following(scene.seed, key, named, track.start.by, spacing, span, broken)
        if not every:
            return once(stream(scene.seed, key), span, broken, cost)
        if track.pause is not None and every[0] < (least := seconds(length + track.pause, "up")):
            if track.every and track.every[1] < least:
                why = f"cannot be kept with `pause: {track.pause:g}` after {length:.6g} s of sound"
                self.say(f"tracks.{key}.every", None, why, "warning", rule="pause")
            every = [least, max(least, every[1])]
        return repeated(scene.seed, key, every, span, broken, cost)

    def _cost(self, key: str) -> Cost | None:
        """What the mode of the scene makes small; None where it takes any place."""
        mode, hidden, length = self.scene.arrange.mode, self.hidden, self.length[key]
        if mode == "random":
            return None
        others, gap = others_of(self.scene, key, self.taken), self.scene.arrange.min_gap

        def spread(start: float) -> tuple[float, ...]:
            here = Placed(start, start + length)
            near = min((abs(start - other.start) for other in others), default=gap)
            free = min((max(other.start - here.end, start - other.end, 0.0) for other in others), default=0.0)
            return sum(here.overlap(other) for other in others) + max(0.0, gap - near), -free

        if mode == "spread" or hidden is None:
            return Cost(spread, "the freest")
        taken = {other: places for other, places in self.taken.items() if other != key}
        return Cost(
            lambda start: (hidden(key, start, taken), *spread(start)),
            "where the least is hidden, one",
            THOROUGH,
        )

    def _about_left_out(self, path: str, drawn: Drawn) -> None:
        """Warn of rules that could not be kept, by name."""
        for rule, count in sorted(drawn.left_out.items()):
            if len(drawn.starts) > 1 or count > 1:
                times = "one is" if count == 1 else f"{count} are"
                why = f"{times} left out, because no place was found that keeps {rule}"
            else:
                why = f"no place was found that keeps {rule}; it is heard all the same"
            self.say(path, None, f"{why}; lengthen the mix, or relax the rule", "warning", rule=rule)

    def _duration(self) -> Decision:
        sent = [
            self.end if self.loops[key] else max(placed.end for placed in self.taken[key])
            for key, track in self.tracks.items()
            if track.send != 0
        ]
        rings = max(0.0, max(sent, default=0.0) + self.tail - self.end) if self.tail else 0.0
        total = min(max(seconds(self.end + rings, "up"), 0.001), LONGEST)
        ringing = f", and the room rings {rings:.2f} s after it" if rings else ""
        numbers = {"last_sound_ends": seconds(self.end), "tail": seconds(rings)}
        return Decision("duration", total, f"{self.why}{ringing}", numbers, "arrange")


def _in_order(path: str) -> list[tuple[int, str]]:
    """A key that sorts the entries of a list by their number."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in path.split(".")]


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
    scene: Scene, tracks: Mapping[str, Track], length: Mapping[str, float], leader: Mapping[str, str]
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
        or [key for key, track in tracks.items() if not starts_of(track) and key not in leader]
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
    silence = scene.arrange.silence
    begins = {key: max(starts) for key, track in tracks.items() if (starts := starts_of(track))}
    if anchor is not None and all(silence + length[anchor] >= begins[key] + length[key] for key in begins):
        begins[anchor] = silence
    else:
        anchor = None
    for key in sorted(leader, key=lambda key: depth_of(key, leader)):
        start = tracks[key].start
        if leader[key] in begins and isinstance(start, After):
            begins[key] = begins[leader[key]] + start.by[1]
    last = max(begins, key=lambda key: (begins[key] + length[key], key == anchor, key), default=None)
    if last is None:
        return 0.0, None, "nothing is heard"
    which = "longest" if last == anchor else "last"
    return begins[last] + length[last], anchor, f"the {which} sound, {last}, ends here"


def _length(scene: Scene, key: str, track: Track, natural: float) -> float:
    """Compute the seconds of a track's longest take, as far as known."""
    several = not track.loop and (bool(track.every) or isinstance(track.start, list))
    return longer(_once(scene, key, track, natural), vary_of(scene, key).pitch if several else 0.0)


def _once(scene: Scene, key: str, track: Track, natural: float) -> float:
    """Seconds of one occurrence at its own pitch."""
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
    """Loop a bed whose sound is shorter than what is to be heard of it.

    Once and to the end, unless a duration is written.
    """
    if track.loop is not None:
        return track.loop
    if not is_atmo(scene, key) or track.every or isinstance(track.start, list):
        return False
    begin = min(starts_of(track), default=scene.arrange.silence)
    wanted = end - begin if track.duration is None else track.duration
    return natural < wanted - 0.0005


def _loop_because(loop: bool, atmo: bool, length: float, end: float) -> str:
    if loop:
        return f"a bed of {length:.1f} s under a mix of {end:.1f} s"
    return "the bed is long enough, or is placed several times" if atmo else "an object comes and goes"
