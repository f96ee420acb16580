"""Make scenes for measuring unmasking, from a folder of short recordings with an index.csv: half with starts at random, half crowded.

    python tools/make_unmask_scenes.py SOUNDS OUT [--scenes 24] [--draw 0]
    imgext evaluate OUT/*.yaml --library SOUNDS

The recipe is that of the study behind the default mode: 20 to 24 s; one bed, looped, of a class that is one;
four to seven objects of different classes, importance 0.2 to 0.95, pan -0.8 to 0.8. In a crowded scene all
objects are centred within a second of the ninth. Everything is drawn from PCG64 of (20261122, draw, flavour,
index), so the same folder gives the same scenes.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np

BEDS = {
    "rain",
    "sea_waves",
    "wind",
    "crackling_fire",
    "crickets",
    "insects",
    "chirping_birds",
    "engine",
    "train",
    "airplane",
    "helicopter",
    "vacuum_cleaner",
    "washing_machine",
}
FLAVOURS = ("random", "crowded")


def scene_text(rows: list[dict[str, str]], flavour: int, index: int, draw: int) -> str:
    """One scene as YAML; sounds are named as a library names them."""
    lot = np.random.Generator(np.random.PCG64(np.random.SeedSequence([20261122, draw, flavour, index])))
    by_class: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_class.setdefault(Path(row["file"]).parent.as_posix(), []).append(row)
    duration = round(float(lot.uniform(20.0, 24.0)), 2)
    beds = sorted(BEDS & set(by_class))
    bed = beds[int(lot.integers(len(beds)))]
    others = sorted(set(by_class) - {bed})
    picked = [others[int(place)] for place in lot.permutation(len(others))[: int(lot.integers(4, 8))]]
    lines = [
        "schema: imgext.scene/1",
        f"title: {FLAVOURS[flavour]} {index}",
        f"seed: {index}",
        f"duration: {duration}",
        "objects:",
    ]
    tracks = ["tracks:"]
    row = by_class[bed][int(lot.integers(len(by_class[bed])))]
    lines.append(f"  bed: {{label: {row['label'].replace('_', ' ')}, kind: atmo}}")
    tracks.append(f'  bed: {{sound: "library:{row["file"]}", start: 0, loop: true}}')
    for number, name in enumerate(picked):
        row = by_class[name][int(lot.integers(len(by_class[name])))]
        length = float(row["duration"])
        importance, pan = round(float(lot.uniform(0.2, 0.95)), 3), round(float(lot.uniform(-0.8, 0.8)), 2)
        where = (
            lot.uniform(0.0, duration - length) if flavour == 0 else 9.0 + lot.uniform(-1.0, 1.0) - length / 2
        )
        start = round(max(0.0, float(where)), 3)
        lines.append(
            f"  o{number}: {{label: {row['label'].replace('_', ' ')}, importance: {importance}, pan: {pan}}}"
        )
        tracks.append(f'  o{number}: {{sound: "library:{row["file"]}", start: {start}}}')
    return "\n".join([*lines, *tracks]) + "\n"


def main() -> None:
    """Read the folder's index and write the scenes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sounds", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--scenes", type=int, default=24, help="of each flavour")
    parser.add_argument("--draw", type=int, default=0)
    asked = parser.parse_args()
    with (asked.sounds / "index.csv").open(encoding="utf-8", newline="") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda row: row["file"])
    asked.out.mkdir(parents=True, exist_ok=True)
    for flavour, name in enumerate(FLAVOURS):
        for index in range(asked.scenes):
            (asked.out / f"{name}-{index:02d}.yaml").write_text(
                scene_text(rows, flavour, index, asked.draw), encoding="utf-8"
            )
    print(f"{2 * asked.scenes} scenes in {asked.out}")


if __name__ == "__main__":
    main()
