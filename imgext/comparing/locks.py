"""Merges two locks track by track; tracks pinned differently are chosen again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgext.scene.lock import Lock

if TYPE_CHECKING:
    from imgext.scene.lock import LockedSound


def merged_locks(base: Lock, ours: Lock, theirs: Lock) -> tuple[Lock, list[str]]:
    """Merge two locks.

    Returns
    -------
    lock : Lock
        The pins on which both agree, or which one side alone changed.
    open : list of str
        Tracks that each side pinned to another sound; they have no pin, so `imgext find` chooses again.
    """
    pins: dict[str, LockedSound] = {}
    left = []
    for track in sorted({*base.sounds, *ours.sounds, *theirs.sounds}):
        was, one, other = (lock.sounds.get(track) for lock in (base, ours, theirs))
        agreed = one is not None and other is not None and _alike(one, other)
        if other in (one, was) or agreed:
            pin = one
        elif was == one:
            pin = other
        else:
            left.append(track)
            continue
        if pin is not None:
            pins[track] = pin
    return Lock.of(pins), left


def _alike(one: LockedSound, other: LockedSound) -> bool:
    """Say whether two pins have the same sound and content."""
    return (one.sound, one.sha256) == (other.sound, other.sha256)
