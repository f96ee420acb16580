"""The ladder of ratings: which bound a sound keeps, best first."""

from __future__ import annotations

#: Bounds of the ladder, out of 5; below the last one there is no bound.
RATINGS = (4.0, 3.5, 3.0, 2.5)


def rung_of(rating: float | None) -> int:
    """Return the index of the first bound that a rating meets, else the count.

    >>> [rung_of(rating) for rating in (4.8, 4.0, 3.9, 2.5, 2.4, None)]
    [0, 0, 1, 3, 4, 4]
    """
    return next(
        (index for index, bound in enumerate(RATINGS) if rating is not None and rating >= bound), len(RATINGS)
    )


def rung_name(index: int) -> str:
    """What the lock and the log call a rung.

    >>> rung_name(0), rung_name(4)
    ('rating 4.0', 'any rating')
    """
    return f"rating {RATINGS[index]:.1f}" if index < len(RATINGS) else "any rating"
