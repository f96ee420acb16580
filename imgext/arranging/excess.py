"""Refuses absurd amounts of sound: a few numbers can ask for days in a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.scene.things import starts_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgext.scene.model import Scene

#: What may sound at once on average: of one track, and of all; shorter scenes may play so many seconds.
AT_ONCE, TEN_MINUTES = 16, 600.0
ALL_AT_ONCE, HOUR = 256, 3600.0


def excess(scene: Scene, lengths: Mapping[str, float], duration: float | None) -> tuple[str, str] | None:
    """Find what asks for an absurd amount of sound: its place and a message.

    One track may play for `TEN_MINUTES`, or `AT_ONCE` times as long as the scene; all together for `HOUR`, or
    `ALL_AT_ONCE` times. `scene` is arranged, `lengths` are those of `arrange`; a `duration` that is not
    written is the end of the last sound.
    """
    played, whole = {}, 0.0
    for key, available in lengths.items():
        track = scene.tracks[key]
        starts = starts_of(track) or [0.0]
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
