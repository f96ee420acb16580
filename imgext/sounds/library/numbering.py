"""Numbers files by rating, downloads and id, with gaps for files to come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What is left between two numbers, for files that come later.
GAP = 1 << 20


class CrowdedError(Exception):
    """There is no number left between two files."""


def numbers_between(
    old: Iterable[tuple[Any, ...]], new: Iterable[tuple[Any, ...]]
) -> Iterator[tuple[int, int]]:
    """A number for each new file, between those of its neighbours.

    Parameters
    ----------
    old, new : iterable of (number, or place in `fresh`; rating; downloads; id)
        Both in order.

    Yields
    ------
    (number, place)
    """
    before, rest = 0, iter(new)
    fresh = next(rest, None)
    for number, *facts in old:
        waiting, order = [], order_of(*facts)
        while fresh is not None and order_of(*fresh[1:]) < order:
            waiting.append(fresh[0])
            fresh = next(rest, None)
        if waiting:
            yield from _spread(waiting, before, number)
        if fresh is None:
            return
        before = number
    if fresh is not None:
        waiting = [fresh[0], *(place for place, *_ in rest)]
        yield from _spread(waiting, before, before + GAP * (len(waiting) + 1))


def order_of(rating: float | None, downloads: int | None, file_id: str) -> tuple[float, int, str]:
    """The key that files are ordered by; an unrated one comes after every rated one."""
    return (1 if rating is None else -rating, 1 if downloads is None else -downloads, file_id)


def _spread(places: list[int], before: int, after: int) -> Iterator[tuple[int, int]]:
    step = (after - before) // (len(places) + 1)
    if step < 1:
        raise CrowdedError
    yield from ((before + step * count, place) for count, place in enumerate(places, 1))
