"""Measure how clear scenes are, without cuts, by how their sounds are placed: MURw by mode of `arrange`, and the paired differences.

    python tools/arranging_clarity.py SOUNDS [--scenes 24] [--draw 0]

The scenes are those of tools/make_unmask_scenes.py, with the starts of their objects left blank; SOUNDS is a
folder of short recordings with an index.csv. Intervals are 95 %, over scenes.
"""

from __future__ import annotations

import argparse
import csv
import re
import tempfile
from pathlib import Path

from make_unmask_scenes import scene_text

from imgext import evaluate, open_setup
from imgext.evaluation.clarity.bootstrap import paired

MODES = ("random", "spread", "masking")


def main() -> None:
    """Print a row for each mode, then masking less each other one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sounds", type=Path)
    parser.add_argument("--scenes", type=int, default=24)
    parser.add_argument("--draw", type=int, default=0)
    asked = parser.parse_args()
    with (asked.sounds / "index.csv").open(encoding="utf-8", newline="") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda row: row["file"])
    setup = open_setup([asked.sounds], offline=True)
    found: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for mode in MODES:
            paths = []
            for index in range(asked.scenes):
                text = scene_text(rows, 0, index, asked.draw)
                text = re.sub(r"(  o\d+: \{sound: [^,]*), start: [0-9.]+", r"\1", text)
                paths.append(Path(folder) / f"{mode}-{index:02d}.yaml")
                paths[-1].write_text(f"{text}arrange: {{mode: {mode}}}\n", encoding="utf-8")
            scenes = evaluate(paths, ["off"], setup=setup)["scenes"]
            found[mode] = [scene["modes"]["off"]["murw"] for scene in scenes]
            print(f"{mode:8} MURw {sum(found[mode]) / len(found[mode]):.4f}", flush=True)
    for other in MODES[:-1]:
        print(f"masking less {other}: {paired(found['masking'], found[other])}")


if __name__ == "__main__":
    main()
