"""Which sound sixty labels are given: a table to read with a critical eye, whether a person would accept this sound for this thing.

Forty labels are everyday, twenty awkward: things that nobody records by that name, or that make no sound.
Sources are those that the environment and the folders named set up; without any, the built-in bank answers
alone.

    python tools/label_table.py ~/sounds --mode random --fallback csv --prefer downloads
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

EVERYDAY = """person, child, crowd, dog, cat, bird, horse, cow, sheep, seagull, car, bus, truck, bicycle, motorcycle, train, airplane, boat,
helicopter, rain, wind, sea waves, river, tree, forest birds, street traffic, restaurant, office, kitchen, church, clock, telephone, television,
computer, door, cup, toilet, washing machine, fire, ball"""
AWKWARD = """lighthouse, smartphone, sofa, ceramic cup, maple, palace, snowboard, golden retriever, white-tailed deer, pickup truck, tiger,
golden eagle, drone, escalator, vinyl player, slot machine, ferris wheel, windmill, statue, man riding a wave"""


def labels(text: str) -> list[str]:
    """The labels of a list with commas.

    >>> len(labels(EVERYDAY)), len(labels(AWKWARD))
    (40, 20)
    """
    return [" ".join(part.split()) for part in text.split(",")]


def rows(
    wanted: Sequence[str], folders: Sequence[str], settings: dict[str, object], seed: int
) -> list[tuple[str, str, str, str, str]]:
    """Label, what was chosen, rung, fallback and words; a track that stays silent says why in place of a sound."""
    from imgext import find, open_setup
    from imgext.ontology.hierarchy import hierarchy
    from imgext.scene.model import VERSION, Scene

    tree = hierarchy()
    objects = {}
    for number, label in enumerate(wanted):
        tag = tree.understand(label)
        objects[f"t{number:02}"] = {
            "label": label,
            "kind": "atmo" if tag is not None and tag.kind == "bed" and tag.sounds else "object",
        }
    scene = Scene.of({"schema": VERSION, "seed": seed, "objects": objects, "find": {**settings}})
    found = find(scene, setup=open_setup(folders))
    lock, decisions = found.lock, found.decisions
    result = []
    for key, thing in objects.items():
        pin = lock.sounds.get(key)
        if pin is None:
            why = next(decision.because for decision in decisions if decision.path == f"tracks.{key}.mute")
            result.append((thing["label"], f"silent: {why}", "", "", ""))
        else:
            title = f" ({pin.title})" if pin.title else ""
            result.append((thing["label"], f"{pin.sound}{title}", pin.rung, pin.fallback, pin.words or ""))
    for decision in decisions:
        if decision.kind == "warning":
            print(f"{decision.path}: {decision.because}", file=sys.stderr)
    return result


def main() -> int:
    """Print the table as lines of Markdown."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("library", nargs="*", help="folders with sounds, searched in this order")
    parser.add_argument("--mode", choices=["best", "random"], default="best")
    parser.add_argument("--fallback", choices=["csv", "ai", "off"], default="csv")
    parser.add_argument("--prefer", choices=["rating", "downloads"], default="rating")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--labels", help="other labels, separated by commas")
    options = parser.parse_args()
    settings: dict[str, object] = {
        "mode": options.mode,
        "fallback": options.fallback,
        "prefer": options.prefer,
    }
    wanted = labels(options.labels) if options.labels else labels(EVERYDAY) + labels(AWKWARD)
    table = [
        ("label", "what is chosen", "rung", "fallback", "words"),
        *rows(wanted, options.library, settings, options.seed),
    ]
    widths = [max(len(row[column]) for row in table) for column in range(5)]
    for number, row in enumerate(table):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if not number:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return 0


if __name__ == "__main__":
    sys.exit(main())
