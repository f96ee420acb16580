"""The tracks of a scene as every planner takes them up: in the order in which they are heard, each with its ledger, and their order of loudness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.mix.unmask.guards import Ledger, Order, within_guards
from imgext.mix.unmask.material import by_standing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.dsp.cuts import Bell
    from imgext.mix.unmask.guards import Limits
    from imgext.mix.unmask.material import Placed, Plan, Settings


class Standing:
    """What a planner works on.

    Parameters
    ----------
    tracks : sequence of Placed
        All that are heard, in any order.
    settings : Settings

    Attributes
    ----------
    tracks : list of Placed
        Each yields to all before it; elsewhere a track is known by its number here.
    idle : bool
        Nothing may be cut, or there is nothing to make room for. There are no ledgers then.
    ledgers : list of Ledger
        One for each track.
    order : Order
        Of all tracks.

    Raises
    ------
    ValueError
        Two tracks have the same id, or powers do not fit their frames.
    """

    def __init__(self, tracks: Sequence[Placed], settings: Settings) -> None:
        self.tracks = by_standing(tracks, settings.rate)
        self.settings = settings
        self.idle = settings.max_cut <= 0.0 or settings.bells == 0 or len(tracks) < 2
        ledgers = [] if self.idle else [Ledger(track.at, track.power, settings.rate, settings.measure) for track in self.tracks]
        self.ledgers = ledgers
        self.order = Order([ledger.loudness for ledger in ledgers])

    def no_cuts(self) -> Plan:
        """A plan that leaves every open track as it is, to be filled."""
        return {track.id: [] for track in self.tracks if track.open}

    def within_guards(self, number: int, bells: Sequence[Bell], limits: Limits) -> list[Bell]:
        """`imgext.mix.unmask.guards.within_guards` for one of the tracks."""
        return within_guards(bells, self.tracks[number], number, self.ledgers[number], self.order, limits, self.settings)
