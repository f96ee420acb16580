"""The photos that the heads are trained on: what is seen in them, and what is there.

A folder holds photos and `truth.json` (a list of {file, width, height, objects: [{label, box}]}, boxes as
fractions of the picture), and may hold panoptic masks under `masks/` (PNG, segment id = R + 256 G + 65536 B,
names in `masks/segments.json`); a photo without a mask teaches nothing of surfaces. Whether a photo was taken
indoors was decided by looking at each: `imgext/evaluate/photos.csv` has the answers by sha256.
"""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

from imgext.evaluation.seeing import whereabouts
from imgext.evaluation.seeing.kinds import SMALL
from imgext.picture.offline import concepts, network, weights
from imgext.picture.offline.evidence import Evidence, from_features
from imgext.picture.offline.heads import CELL_SCALES, CROWD, HERD, MANY, PEOPLE, TRAFFIC
from imgext.picture.photo import ENOUGH, SCALES, network_input, open_photo

if TYPE_CHECKING:
    from pathlib import Path

#: Surfaces by the names that the masks use.
SURFACES = {
    "sky": ("sky-other-merged",),
    "water": ("sea", "river", "water-other"),
    "trees": ("tree-merged",),
    "grass": ("grass-merged",),
    "road": ("road", "pavement-merged"),
    "building": ("building-other-merged", "house", "roof"),
    "wall": ("wall-other-merged", "wall-tile", "wall-brick", "wall-wood", "wall-stone"),
    "ceiling": ("ceiling-merged",),
    "soft furnishing": ("curtain", "rug-merged", "couch", "bed", "pillow", "towel", "blanket"),
    "hard furniture": ("table-merged", "dining table", "cabinet-merged", "counter", "shelf", "chair"),
    "floor": ("floor-other-merged", "floor-wood"),
    "playing field": ("playingfield",),
    "snow": ("snow",),
    "window": ("window-other", "window-blind"),
}
#: As many are a crowd, some people, several animals of a kind, several vehicles (boxes of at least a
#: thousandth of the picture, but for the crowd).
LEAST = {CROWD: 7, PEOPLE: 3, HERD: 2, TRAFFIC: 3}
VEHICLES = frozenset({"car", "truck", "bus", "motorcycle", "bicycle", "train", "boat"})


@dataclasses.dataclass
class Photo:
    """One photo, its evidence and its truth."""

    record: dict[str, Any]
    path: Path
    number: int  # in its folder: folds and groups are made of it
    evidence: Evidence
    size: tuple[int, int]
    present: dict[str, float]  # largest box of each concept, as a share of the picture
    cover: dict[int, np.ndarray[Any, Any]]  # by scale: (cells, targets)
    masked: bool  # surfaces are known
    indoors: bool | None
    many: dict[str, bool]  # whether there are as many as `LEAST` says


def cell_targets(
    record: dict[str, Any],
    segments: dict[str, str] | None,
    mask: Path,
    shape: tuple[int, int],
    names: list[str],
) -> np.ndarray[Any, Any]:
    """How much of every cell each thing or surface covers, (cells, names): by the mask, or by the boxes where there is none."""
    rows, columns = shape
    cover = np.zeros((len(names), rows, columns), np.float32)
    by_coco = concepts.concept_of_coco()
    if segments is not None:
        pixels = np.asarray(Image.open(mask).convert("RGB")).astype(np.int64)
        ids = pixels[..., 0] + 256 * pixels[..., 1] + 65536 * pixels[..., 2]
        for number, name in segments.items():
            wanted = [
                by_coco.get(name),
                *(surface for surface, members in SURFACES.items() if name in members),
            ]
            share = None
            for target in wanted:
                if target in names:
                    if share is None:
                        whole = Image.fromarray(((ids == int(number)) * 255).astype(np.uint8))
                        share = (
                            np.asarray(whole.resize((columns, rows), Image.Resampling.BOX), np.float32) / 255
                        )
                    cover[names.index(target)] += share
    else:
        across, down = np.arange(columns), np.arange(rows)
        for thing in record["objects"]:
            target = by_coco.get(thing["label"])
            if target in names:
                x, y, w, h = thing["box"]
                wide = (
                    np.clip(
                        np.minimum((across + 1) / columns, x + w) - np.maximum(across / columns, x), 0, None
                    )
                    * columns
                )
                high = (
                    np.clip(np.minimum((down + 1) / rows, y + h) - np.maximum(down / rows, y), 0, None) * rows
                )
                cover[names.index(target)] = np.maximum(
                    cover[names.index(target)], 0.8 * high[:, None] * wide
                )  # a box is not all thing
    return np.clip(cover, 0, 1).reshape(len(names), -1).T


def look(path: Path, cache: Path | None) -> tuple[Evidence, tuple[int, int]]:
    """Evidence of a photo and its width and height; with a folder to keep them in, features are computed once."""
    picture = open_photo(path, ENOUGH)
    kept = cache / f"{path.stem}.npz" if cache else None
    if kept and kept.is_file():
        with np.load(kept) as stored:
            features = {scale: stored[f"n{scale}"] for scale in SCALES}
    else:
        features = {
            scale: network.features(network_input(picture, scale), weights.load()) for scale in SCALES
        }
        if kept:
            kept.parent.mkdir(parents=True, exist_ok=True)
            np.savez(kept, **{f"n{scale}": feature for scale, feature in features.items()})
    return from_features(features, weights.load()), picture.size


def many_of(record: dict[str, Any], boxes: list[tuple[str, list[float]]]) -> dict[str, bool]:
    """Whether there is a crowd, and so on, from the boxes of concepts."""
    count: dict[str, int] = {}
    for concept, box in boxes:
        if box[2] * box[3] >= 0.001:
            count[concept] = count.get(concept, 0) + 1
    people = sum(concept == concepts.PERSON for concept, _ in boxes)
    sea_of_them = any(o.get("crowd") and o["label"] == concepts.PERSON for o in record["objects"])
    animals = [
        number
        for concept, number in count.items()
        if concept != concepts.PERSON and concepts.role_of(concept) == "animal"
    ]
    found = {
        CROWD: people + LEAST[CROWD] * sea_of_them,
        PEOPLE: count.get(concepts.PERSON, 0) + LEAST[PEOPLE] * sea_of_them,
        HERD: max(animals, default=0),
        TRAFFIC: sum(number for concept, number in count.items() if concept in VEHICLES),
    }
    return {name: found[name] >= LEAST[name] for name in MANY}


def truth_of(folder: Path) -> list[dict[str, Any]]:
    """The truth of a folder, by name."""
    return sorted(
        json.loads((folder / "truth.json").read_text(encoding="utf-8")),
        key=lambda record: str(record["file"]),
    )


def read(folders: list[Path], cache: Path | None = None) -> tuple[list[Photo], list[str]]:
    """All photos of the folders, with evidence, and the names of the cell heads: things that at least two photos show, then surfaces."""
    by_coco = concepts.concept_of_coco()
    count: dict[str, int] = {}
    for folder in folders:
        for record in truth_of(folder):
            for concept in {
                by_coco[o["label"]]
                for o in record["objects"]
                if o["label"] in by_coco and o["box"][2] * o["box"][3] >= SMALL
            }:
                count[concept] = count.get(concept, 0) + 1
    names = [concept for concept in concepts.concepts() if count.get(concept, 0) >= 2] + list(SURFACES)
    photos = []
    for folder in folders:
        masks = folder / "masks"
        segments = json.loads((masks / "segments.json").read_text(encoding="utf-8")) if masks.is_dir() else {}
        for number, record in enumerate(truth_of(folder)):
            path = folder / record["file"]
            evidence, size = look(path, cache)
            boxes = [(by_coco[o["label"]], o["box"]) for o in record["objects"] if o["label"] in by_coco]
            present: dict[str, float] = {}
            for concept, box in boxes:
                present[concept] = max(present.get(concept, 0), box[2] * box[3])
            mask = masks / f"{path.stem}.png"
            cover = {
                s: cell_targets(
                    record, segments.get(record["file"]), mask, evidence.cells[s].shape[:2], names
                )
                for s in CELL_SCALES
            }
            inside, _ = whereabouts.indoors(record, whereabouts.digest_of(path))
            photos.append(
                Photo(
                    record,
                    path,
                    number,
                    evidence,
                    size,
                    present,
                    cover,
                    record["file"] in segments,
                    inside,
                    many_of(record, boxes),
                )
            )
    return photos, names
