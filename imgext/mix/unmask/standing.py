"""Prepares the tracks of a scene for every planner, each with its ledger.

A plan is made with a model of loudness, in band powers. It agrees with the render to a tenth of a dB for most
sounds, but a sound with pauses may cross a gate of its measure and come out a whole dB off. So a planner's
choice is rehearsed: each cut track is played with its cuts, exactly as it will be rendered, and its loudness
is measured. If the order changes or too much is lost, cuts become shallower. Without a renderer the model
stands in.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from imgext.dsp.bark import BANDS
from imgext.dsp.cuts import cut_power
from imgext.mix.unmask.guards import NO_ORDER, SCALES, Order, order_kept, scaled, within_guards
from imgext.mix.unmask.ledger import Ledger

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from imgext.dsp.cuts import Bell
    from imgext.mix.unmask.guards import Limits
    from imgext.mix.unmask.planner import Placed, Plan, Settings

_AT_A_TIME = 2
_Item = TypeVar("_Item")
_Done = TypeVar("_Done")


class Standing:
    """The tracks that a planner works on, in order.

    Parameters
    ----------
    tracks : sequence of Placed
        All that are heard, in any order.
    settings : Settings

    Attributes
    ----------
    tracks : list of Placed
        Objects before beds; the more important first; of equals the one that is less loud (to a thousandth of
        a dB), because the louder yields; then by id, so that the later yields. Each yields to all before it;
        elsewhere a track is known by its number here.
    idle : bool
        Nothing may be cut, or there is nothing to make room for. Tracks are in the order of their ids then,
        and there are no ledgers.
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
        _check(tracks)
        self.settings = settings
        self.tracks = sorted(tracks, key=lambda track: track.id)
        self.ledgers: list[Ledger] = []
        self.idle = settings.max_cut <= 0.0 or settings.bells == 0 or len(tracks) < 2
        self._heard = not self.idle and all(track.heard is not None for track in tracks)
        if not self.idle:
            ledgers = dict(
                zip((track.id for track in self.tracks), _all(self._ledger, self.tracks), strict=True)
            )
            self.tracks.sort(
                key=lambda track: (track.bed, -track.rank, round(ledgers[track.id].loudness, 3), track.id)
            )
            self.ledgers = [ledgers[track.id] for track in self.tracks]
        self.order = Order([ledger.loudness for ledger in self.ledgers])
        self._played: dict[tuple[int, tuple[Bell, ...]], tuple[float, float]] = {}

    def _ledger(self, track: Placed) -> Ledger:
        known = track.heard(())[0] if self._heard and track.heard is not None else None
        return Ledger(track.at, track.power, self.settings.rate, self.settings.measure, known)

    def no_cuts(self) -> Plan:
        """Make a plan that leaves every open track as it is, to be filled."""
        return {track.id: [] for track in self.tracks if track.open}

    def within_guards(self, number: int, bells: Sequence[Bell], limits: Limits) -> list[Bell]:
        """Call `imgext.mix.unmask.guards.within_guards` for one of the tracks."""
        return within_guards(
            bells, self.tracks[number], number, self.ledgers[number], self.order, limits, self.settings
        )

    def rehearsed(
        self, chosen: Mapping[int, Sequence[Bell]], limits: Callable[[int], Limits]
    ) -> dict[int, list[Bell]]:
        """Hear the tracks with their cuts, and make cuts shallower until they do no harm.

        No loss of loudness is too large then, and no two tracks change places.

        Parameters
        ----------
        chosen : mapping of track number to sequence of Bell
            Within the guards by the model. Tracks without bells may be left out.
        limits : callable
            Of a track, of which only those on the loss of loudness are looked at again.

        Returns
        -------
        dict of track number to list of Bell
            For the same tracks.
        """
        result = {number: list(bells) for number, bells in chosen.items()}
        before = [ledger.loudness for ledger in self.ledgers]
        cut = [number for number in sorted(result) if result[number]]
        sounds = dict(zip(cut, _all(self._play, [(number, result[number]) for number in cut]), strict=True))
        scales = dict.fromkeys(cut, 1.0)
        while True:
            wanted = self._too_quiet(before, sounds, limits) or self._out_of_order(before, sounds)
            if not wanted:
                return result
            for number, share in sorted(wanted.items()):
                scales[number] = next(
                    (scale for scale in SCALES if scale < scales[number] and scale <= scales[number] * share),
                    0.0,
                )
                result[number] = scaled(chosen[number], scales[number], self.settings)
                if result[number]:
                    sounds[number] = self._play((number, result[number]))
                else:
                    del sounds[number]

    def _play(self, cut: tuple[int, Sequence[Bell]]) -> tuple[float, float]:
        """Return a track's loudness with bells, before and after its level is restored."""
        number, bells = cut[0], tuple(cut[1])
        if (number, bells) not in self._played:
            track, ledger = self.tracks[number], self.ledgers[number]
            if self._heard and track.heard is not None:
                self._played[number, bells] = track.heard(bells)
            else:
                toll = ledger.weigh(cut_power(bells, track.at, self.settings.rate))
                self._played[number, bells] = ledger.loudness - toll.drop, toll.loudness
        return self._played[number, bells]

    def _too_quiet(
        self,
        before: Sequence[float],
        sounds: Mapping[int, tuple[float, float]],
        limits: Callable[[int], Limits],
    ) -> dict[int, float]:
        """List tracks that lose too much, and the share that they may lose."""
        losses = {number: before[number] - min(played) for number, played in sounds.items()}
        most = {number: limits(number).most(self.tracks[number].rank) for number in sounds}
        return {number: most[number] / loss for number, loss in losses.items() if loss > most[number]}

    def _out_of_order(
        self, before: Sequence[float], sounds: Mapping[int, tuple[float, float]]
    ) -> dict[int, float]:
        """Of the two tracks that have changed places most, those that did it.

        With the share of their change that they may make.
        """
        now = [sounds[number][1] if number in sounds else level for number, level in enumerate(before)]
        was, is_now = np.array(before)[:, np.newaxis], np.array(now)[:, np.newaxis]
        with np.errstate(invalid="ignore"):  # silent tracks
            apart, apart_now = was - was.T, is_now - is_now.T
            wrong = ~order_kept(apart, apart_now) & (was > was.T)
            missing = np.where(wrong, NO_ORDER - apart_now, 0.0)
        upper, lower = divmod(int(np.argmax(missing)), len(now))
        worst = float(missing[upper, lower])
        changes = ((upper, before[upper] - now[upper]), (lower, now[lower] - before[lower]))
        culprits = {number: step for number, step in changes if step > 0.0} if worst > 0.0 else {}
        if not culprits:
            return {}
        first = max(culprits, key=lambda number: (culprits[number], number))
        if culprits[first] >= worst:
            return {first: 1.0 - worst / culprits[first]}
        return dict.fromkeys(culprits, 1.0 - worst / sum(culprits.values()))


def _check(tracks: Sequence[Placed]) -> None:
    if len({track.id for track in tracks}) < len(tracks):
        raise ValueError(f"tracks share an id: {', '.join(sorted(track.id for track in tracks))}")
    for track in tracks:
        if track.power.shape != (track.at.size, BANDS):
            raise ValueError(
                f"{track.id}: powers of shape {track.power.shape} do not fit "
                f"{track.at.size} frames of {BANDS} bands"
            )


def _all(work: Callable[[_Item], _Done], items: Sequence[_Item]) -> list[_Done]:
    """Do something for all items, two at a time, with the results in their order."""
    with ThreadPoolExecutor(_AT_A_TIME, "imgext-rehearsal") as pool:
        return list(pool.map(work, items))
