"""Times the arranging of an hour of twenty tracks, with every rule and without.

python benchmarks/arranging.py
"""

from __future__ import annotations

import time

from imgext.arranging import arrange
from imgext.scene.model import Scene

LABELS = ("dog", "seagull", "thunderstorm", "car", "church bell", "person", "songbird", "footsteps")


def hour(*, rules: bool) -> tuple[Scene, dict[str, float]]:
    """A scene of an hour and the lengths of its sounds."""
    objects = {f"t{index}": {"label": LABELS[index % len(LABELS)]} for index in range(20)}
    tracks: dict[str, dict[str, object]] = {key: {"sound": f"{key}.wav"} for key in objects}
    if rules:
        for index in range(0, 20, 4):
            tracks[f"t{index}"]["not_with"] = [f"t{index + 1}"]
            tracks[f"t{index + 1}"]["pause"] = 2
            tracks[f"t{index + 2}"]["start"] = {"after": f"t{index}", "by": [1, 3]}
    data = {"schema": "imgext.scene/1", "seed": 1, "duration": 3600, "objects": objects, "tracks": tracks}
    arranging = {"max_overlap": 4, "silence": 2} if rules else {}
    return Scene.of({**data, "arrange": arranging}), {key: 1.0 + 0.2 * int(key[1:]) for key in objects}


def main() -> None:
    """Print a row for each."""
    for name, rules in (("no rules", False), ("all rules", True)):
        scene, lengths = hour(rules=rules)
        begun = time.process_time()
        placed, _ = arrange(scene, lengths)
        took = time.process_time() - begun
        starts = [track.start for track in placed.tracks.values()]
        count = sum(len(start) if isinstance(start, list) else 1 for start in starts)
        print(f"{name:10} {count} starts in an hour of 20 tracks: {took:.2f} s of processor time")


if __name__ == "__main__":
    main()
