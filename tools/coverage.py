"""Measures how much of a mix has something to hear besides its beds, over photos: medians and quartiles by length.

    python tools/coverage.py PHOTOS SOUNDS [--photos 40]

PHOTOS is a folder of photos, SOUNDS a folder of recordings (or ``-`` for the built-in bank alone). A moment
counts where at least one object's sound is placed. Of the default length it also counts photos in which one
recording is heard twice at once, and first starts after 0 that photos share. Nothing is rendered.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from imgext import Scene, analyze, open_setup, resolve
from imgext.scene.decision import Decision
from imgext.scene.things import is_atmo, starts_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imgext.rendering import Opened

LENGTHS = (None, 60.0, 300.0, 3600.0)


def share(scene: Scene, keys: Iterable[str]) -> float:
    """Share of the mix in which an object's sound is placed."""
    spans = []
    for key in keys:
        track = scene.tracks[key]
        if is_atmo(scene, key):
            continue
        starts = starts_of(track) or [0.0]
        lengths = itertools.cycle([track.duration or 0.0, *(take.duration for take in track.takes or [])])
        ends = [
            min(scene.duration or 0.0, start + length) for start, length in zip(starts, lengths, strict=False)
        ]
        spans += zip(starts, ends, strict=True)
    covered, last = 0.0, 0.0
    for begin, end in sorted(spans):
        covered += max(0.0, end - max(begin, last))
        last = max(last, end)
    return covered / (scene.duration or 1.0)


def twice_at_once(scene: Scene, opened: Opened) -> bool:
    """Whether two tracks play one recording at the same time."""
    spans = [
        (opened.digests[key], begin, begin + (track.duration or 0.0))
        for key in opened
        for track in [scene.tracks[key]]
        for begin in starts_of(track)
    ]
    spans.sort()
    return any(one[0] == other[0] and other[1] < one[2] for one, other in itertools.pairwise(spans))


def main() -> None:
    """Print a row for each length."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("photos", type=Path)
    parser.add_argument("sounds")
    parser.add_argument("--photos", dest="count", type=int, default=40)
    asked = parser.parse_args()
    setup = open_setup([] if asked.sounds == "-" else [asked.sounds], offline=True)
    shares: dict[float | None, list[float]] = {length: [] for length in LENGTHS}
    twice, firsts = 0, Counter[float]()
    for photo in sorted(asked.photos.glob("*.jpg"))[: asked.count]:
        scene, _ = analyze(photo)
        for length in LENGTHS:
            asking = scene if length is None else scene.answered([Decision("duration", length, "asked for")])
            placed = resolve(asking, setup=setup, until="arrange")
            shares[length].append(share(placed.scene, placed.opened))
            if length is None:
                twice += twice_at_once(placed.scene, placed.opened)
                firsts.update({starts_of(placed.scene.tracks[key])[0] for key in placed.opened} - {0.0})
    for length, found in shares.items():
        low, middle, high = statistics.quantiles(found, n=4, method="inclusive")
        name = "default" if length is None else f"{length:g} s"
        print(f"{name:8} median {middle:.0%}, quartiles {low:.0%} to {high:.0%}, {len(found)} photos")
    shared = sum(count > 1 for count in firsts.values())
    print(
        f"one recording twice at once: {twice} photos; first starts: {len(firsts)}, of two photos: {shared}"
    )


if __name__ == "__main__":
    main()
