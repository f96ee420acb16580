"""Draws places: of what is heard once, of repeats, of what follows another.

Conventions: seconds, rounded to what the scene shows. Repeats are drawn one after the other from the track's
own stream, as if there were nothing else. A repeat that a rule forbids is drawn again, from a stream of its
own, between its neighbours, so that those stay where they are and `every` is kept; where none of `CANDIDATES`
draws is allowed, it is left out. Mode `spread` follows Mitchell's best candidate (1991).
"""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from imgext.scene.decision import seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


CANDIDATES = 32
#: Places tried for each repeat, where the mode looks for the freest.
REPEAT_CANDIDATES = 6
TRIES = 1000
MAX_REPEATS = 10_000


def stream(seed: int, track: str, *more: int) -> np.random.Generator:
    """Make a track's random stream: PCG64 seeded by (scene seed, crc32 of the id).

    `more` names further streams of the track.
    """
    sequence = np.random.SeedSequence([seed, zlib.crc32(track.encode()), *more])
    return np.random.Generator(np.random.PCG64(sequence))


@dataclass(frozen=True, slots=True)
class Span:
    """Where a sound may begin: `first` to `last`, or to `alone` if heard once."""

    first: float
    last: float
    alone: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What to make small, the name of that place, and how many times more to try."""

    of: Callable[[float], tuple[float, ...]]
    best: str
    times: int = 1


@dataclass(slots=True)
class Drawn:
    """Starts, why each is where it is, and how often which rule left one out."""

    starts: list[float] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, start: float, why: str) -> None:
        """Take a start."""
        self.starts.append(start)
        self.why.append(why)


def once(random: np.random.Generator, span: Span, broken: Callable[[float], str], cost: Cost | None) -> Drawn:
    """Draw one start: the first that no rule forbids, or the best of `CANDIDATES`."""

    def draw() -> float:
        return max(
            span.first, seconds(span.first + float(random.random()) * (span.alone - span.first), "down")
        )

    drawn, tries = Drawn(), [draw()]
    if cost is None:
        while (rule := broken(tries[-1])) and len(tries) < TRIES:
            tries.append(draw())
        start, rule = (tries[0], broken(tries[0])) if rule else (tries[-1], "")
        moved = f", drawn again {len(tries) - 1} times to keep {broken(tries[0])}" if tries[1:] else ""
        why = f"anywhere in the mix, from its own seeded stream{'' if rule else moved}"
    else:
        tries += [draw() for _ in range(CANDIDATES * cost.times - 1)]
        free = [start for start in tries if not broken(start)]
        start = min(free or tries, key=cost.of)
        rule, why = broken(start), f"{cost.best} of {CANDIDATES * cost.times} seeded places"
    drawn.add(start, why)
    drawn.left_out.update([rule] if rule else [])
    return drawn


def repeated(
    seed: int, key: str, every: Sequence[float], span: Span, broken: Callable[[float], str], cost: Cost | None
) -> Drawn:
    """Draw starts over the mix.

    Parameters
    ----------
    seed, key
        Of the scene and the track, for its streams.
    every : (float, float)
        Shortest and longest seconds between starts.
    span : Span
    broken : callable
        The rule that forbids a start; blank where none does.
    cost : callable, optional
        What is to be small, in modes that look for the freest of several places.
    """
    chain = _chain(stream(seed, key), every, span)
    inside = [start for start in chain if start <= (span.last if len(chain) > 1 else span.alone)]
    inside = inside or [start for start in chain[:1] if start <= span.alone]
    drawn = Drawn()
    before: tuple[int, float] | None = None
    for number, own in enumerate(inside):
        kept = number == 0 or (before is not None and before[0] == number - 1)
        last = before[1] if before is not None else None
        low = span.first if last is None else last + every[0]
        high = span.last if last is None or not kept else min(span.last, last + every[1])
        if number + 1 < len(chain):
            low, high = max(low, chain[number + 1] - every[1]), min(high, chain[number + 1] - every[0])
        high = min(high, span.first + every[1]) if number == 0 else high
        rule = broken(own)
        start: float | None = own
        if rule or cost is not None:
            start = _instead(stream(seed, key, number, 1), own, (low, high), broken, cost)
        if start is None:
            drawn.left_out.update([rule])
            continue
        drawn.add(start, _why(start, own, rule, last, every, cost))
        before = number, start
    if not drawn.starts:
        start = inside[0] if inside else seconds(span.alone, "down")
        rule = broken(start)
        drawn.left_out = Counter([rule] if rule else [])
        drawn.add(start, "the only place for it")
    return drawn


def _chain(random: np.random.Generator, every: Sequence[float], span: Span) -> list[float]:
    """Starts as if there were no rules, up to the first one that lies beyond the end."""
    first = seconds(span.first + float(random.random()) * min(every[1], span.alone - span.first), "down")
    chain = [max(span.first, first)]
    while chain[-1] <= span.alone and len(chain) < MAX_REPEATS:
        start = seconds(chain[-1] + every[0] + float(random.random()) * (every[1] - every[0]))
        if start <= chain[-1]:
            break
        chain.append(start)
    return chain


def _instead(
    random: np.random.Generator,
    own: float,
    between: tuple[float, float],
    broken: Callable[[float], str],
    cost: Cost | None,
) -> float | None:
    """Draw another start between two bounds within the rules; None if impossible."""
    low, high = between
    free = [] if broken(own) else [own]
    for _ in range(CANDIDATES if high > low else 0):
        if len(free) == (1 if cost is None else REPEAT_CANDIDATES):
            break
        start = seconds(low + float(random.random()) * (high - low))
        if low <= start <= high and not broken(start):
            free.append(start)
    return min(free, key=cost.of) if free and cost is not None else next(iter(free), None)


def _why(
    start: float, own: float, rule: str, last: float | None, every: Sequence[float], cost: Cost | None
) -> str:
    if last is None:
        why = f"the first, up to {every[1]:g} s into the mix"
    else:
        why = f"{seconds(start - last):g} s after the one before, out of {every[0]:g} to {every[1]:g} s"
    if rule:
        return f"{why}; drawn again to keep {rule} at {own:g} s"
    if cost is None:
        return why
    return f"{why}; {cost.best} of {REPEAT_CANDIDATES} seeded places"


def following(
    seed: int,
    key: str,
    leader: tuple[str, Sequence[float]],
    by: Sequence[float],
    spacing: float,
    span: Span,
    broken: Callable[[float], str],
) -> Drawn:
    """Draw starts that follow another track's by `by` seconds, `spacing` apart."""
    name, starts = leader
    drawn = Drawn()
    for begun in starts:
        random = stream(seed, key, round(begun * 1000.0), 2)
        rules: Counter[str] = Counter()
        for _ in range(CANDIDATES):
            start = seconds(begun + by[0] + float(random.random()) * (by[1] - by[0]))
            rule = broken(start)
            if start > (span.last if drawn.starts else span.alone) or start < span.first:
                rule = "the length of the mix"
            elif drawn.starts and start < drawn.starts[-1] + spacing:
                rule = "its own pause"
            if not rule:
                drawn.add(start, f"{seconds(start - begun):g} s after {name}, which begins at {begun:g} s")
                break
            rules[rule] += 1
        else:
            drawn.left_out.update([rules.most_common(1)[0][0]])
    if not drawn.starts:
        start = min(max(span.first, seconds(starts[0] + by[0])), max(0.0, seconds(span.alone, "down")))
        drawn.add(start, f"the nearest place to {name}, which begins at {starts[0]:g} s")
    return drawn
