"""Limits what cuts may take from a track, and keeps the order of loudness.

The limits are those of the reference, section 4: the loss of loudness before it is put back, the log-spectral
distance once the loudness is, and the shift of the centre of gravity in Bark. Importance promises levels, so
one more limit follows: no two tracks may change their order of loudness. If the level is restored as RMS, a
track without its lows comes back louder than before. `imgext.mix.unmask.ledger` has the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.cuts import capped, cut_power

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgext.dsp.cuts import Bell
    from imgext.mix.unmask.ledger import Ledger, Toll
    from imgext.mix.unmask.planner import Placed, Settings

SHALLOWEST = 0.1
"""Smallest cut worth writing, in dB."""

SCALES = (1.0, 0.85, 0.7, 0.55, 0.4, 0.25, 0.12)
"""By which all bells of a track are made shallower, one after the other, until they are within the guards."""

NO_ORDER = 0.02
"""Tracks closer than this are equally loud, in dB."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that a plan may take from a track.

    `drop_important` is for tracks from an importance of 0.7. Of the reference's 4.5 dB and 0.5 band a little
    is kept back, because what is rendered differs from the model: over 437 cut tracks of recordings by less
    than 0.2 dB and 0.05 band for all but one in fifty.
    """

    drop: float = 2.0
    drop_important: float = 1.5
    distance: float = 4.3
    shift: float = 0.45
    important: float = 0.7

    def most(self, importance: float) -> float:
        """Loss of loudness in dB that a track of this importance may have."""
        return self.drop_important if importance >= self.important else self.drop

    def allow(self, toll: Toll, importance: float) -> bool:
        """Tell whether a toll is within the limits for a track of this importance."""
        return (
            toll.drop <= self.most(importance)
            and toll.distance <= self.distance
            and abs(toll.shift) <= self.shift
        )


LIMITS = Limits(drop=2.5, drop_important=1.5)
"""The limits of all modes but `audible`, whose limits are lower."""


class Order:
    """Keeps tracks in the order of their loudness.

    Parameters
    ----------
    loudness : sequence of float
        dB, of each track before anything is cut.
    """

    def __init__(self, loudness: Sequence[float]) -> None:
        self._before = np.array(loudness, dtype=np.float64)
        self._now = self._before.copy()

    def keeps(self, track: int, loudness: float) -> bool:
        """Tell whether no pair changes its order, if a track has this loudness.

        Nor comes closer than 0.02 dB; what was closer has no order.
        """
        others = np.isfinite(self._before)
        others[track] = False
        was = self._before[track] - self._before[others]
        return bool(np.all(order_kept(was, loudness - self._now[others])))

    def set(self, track: int, loudness: float) -> None:
        """Give a track a loudness from now on."""
        self._now[track] = loudness


def order_kept(was: NDArray[np.float64], is_now: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say of pairs of tracks, from their distances in dB, whether order is kept.

    What was closer than 0.02 dB had no order.
    """
    kept = np.where(was > 0.0, is_now, -is_now) >= NO_ORDER - 1e-9
    return np.asarray((np.abs(was) < NO_ORDER) | kept)


def scaled(bells: Sequence[Bell], scale: float, settings: Settings) -> list[Bell]:
    """Make all bells of a track shallower by one factor.

    Gains to 0.01 dB, those under 0.1 dB left out; together within the settings' limit.
    """
    shallower = [bell._replace(gain_db=round(bell.gain_db * scale, 2)) for bell in bells]
    # Rounding and the wider bells of shallower cuts could take the sum over the limit by a hair.
    return capped(
        [bell for bell in shallower if bell.gain_db <= -SHALLOWEST], settings.rate, settings.max_cut
    )


def within_guards(
    bells: Sequence[Bell],
    track: Placed,
    number: int,
    ledger: Ledger,
    order: Order,
    limits: Limits,
    settings: Settings,
) -> list[Bell]:
    """Make all bells of a track shallower until they keep the limits.

    By one factor; none are left if nothing helps.

    Parameters
    ----------
    bells : sequence of Bell
        With spans; where they are deeper together than they may be, they are made shallower first.
    track : Placed
    number : int
        Of the track in `order`, which learns how loud it becomes.
    ledger : Ledger
        Of the track.
    order : Order
    limits : Limits
    settings : Settings

    Returns
    -------
    list of Bell
        Gains to 0.01 dB; those under 0.1 dB left out.
    """
    whole = capped(bells, settings.rate, settings.max_cut)
    for scale in SCALES:
        kept = scaled(whole, scale, settings)
        if not kept:
            break
        toll = ledger.weigh(cut_power(kept, track.at, settings.rate))
        if limits.allow(toll, track.rank) and order.keeps(number, toll.loudness):
            order.set(number, toll.loudness)
            return kept
    return []
