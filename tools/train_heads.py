"""Train the small heads of the picture stage: python tools/train_heads.py PHOTOS_DIR -o imgext/picture/heads.npz.

PHOTOS_DIR holds photos, `truth.json` (a list of {file, width, height, objects: [{label, box}]}) and panoptic masks under `masks/` (PNG, segment
id = R + 256 G + 65536 B, names in `masks/segments.json`). Everything is closed-form ridge regression or Newton's method: there is no random
number, and the same photos give the same numbers.

The figures that are printed come from four folds (photo i is in fold i mod 4). For each fold, heads are trained on the other three; the
regressions and thresholds are set on scores that those photos got from heads which had not seen them (six inner folds), so nothing of
a fold reaches what is tested on it. A box below 1 % of the picture is not counted as missed, nor as wrongly found.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from imgext.evaluate import kinds, whereabouts
from imgext.evaluate.kinds import SMALL
from imgext.picture import concepts, weights
from imgext.picture.evidence import Evidence, look
from imgext.picture.heads import (
    CELL_SCALES,
    CLASS_PART,
    CROWD,
    FEATURES,
    HEAD_PART,
    INDOOR,
    MODELS,
    Heads,
    cell_maps,
    compete,
    features,
    head_evidence,
    logistic,
    save,
    smooth,
)
from imgext.picture.objects import locate, name_of, pan_of
from imgext.picture.photo import open_photo

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
#: As many people as this are a crowd.
CROWD_SIZE = 7
RIDGE_THING, RIDGE_SURFACE, RIDGE_POOLED, RIDGE_LOGISTIC = 2.0, 3.0, 2.0, 30.0
FOLDS, GROUPS = 4, 8


@dataclasses.dataclass
class Photo:
    """One photo, its evidence and its truth."""

    name: str
    evidence: Evidence
    present: dict[str, float]  # largest box of each concept, as a share of the picture
    boxes: list[tuple[str, list[float]]]
    cover: dict[int, np.ndarray[Any, Any]]  # by scale: (cells, targets)
    masked: bool  # surfaces are known
    indoor: float  # 1, 0, nan
    crowd: float
    marked: list[tuple[str, float]]  # every box of the truth: label, area


def cell_targets(
    record: dict[str, Any], segments: dict[str, str] | None, mask: Path, shape: tuple[int, int], names: list[str]
) -> np.ndarray[Any, Any]:
    """How much of every cell each thing or surface covers, (cells, names): by the mask, or by the boxes where there is none."""
    rows, columns = shape
    cover = np.zeros((len(names), rows, columns), np.float32)
    by_coco = concepts.concept_of_coco()
    if segments is not None:
        pixels = np.asarray(Image.open(mask).convert("RGB")).astype(np.int64)
        ids = pixels[..., 0] + 256 * pixels[..., 1] + 65536 * pixels[..., 2]
        for number, name in segments.items():
            wanted = [by_coco.get(name), *(surface for surface, members in SURFACES.items() if name in members)]
            share = None
            for target in wanted:
                if target in names:
                    if share is None:
                        whole = Image.fromarray(((ids == int(number)) * 255).astype(np.uint8))
                        share = np.asarray(whole.resize((columns, rows), Image.Resampling.BOX), np.float32) / 255
                    cover[names.index(target)] += share
    else:
        across, down = np.arange(columns), np.arange(rows)
        for thing in record["objects"]:
            target = by_coco.get(thing["label"])
            if target in names:
                x, y, w, h = thing["box"]
                wide = np.clip(np.minimum((across + 1) / columns, x + w) - np.maximum(across / columns, x), 0, None) * columns
                high = np.clip(np.minimum((down + 1) / rows, y + h) - np.maximum(down / rows, y), 0, None) * rows
                cover[names.index(target)] = np.maximum(cover[names.index(target)], 0.8 * high[:, None] * wide)  # a box is not all thing
    return np.clip(cover, 0, 1).reshape(len(names), -1).T


def read(folder: Path) -> tuple[list[Photo], list[str]]:
    """All photos of a folder, with evidence, and the names of the cell heads."""
    truth = sorted(json.loads((folder / "truth.json").read_text(encoding="utf-8")), key=lambda record: record["file"])
    segments = json.loads((folder / "masks" / "segments.json").read_text(encoding="utf-8"))
    by_coco = concepts.concept_of_coco()
    count: dict[str, int] = {}
    for record in truth:
        for concept in {by_coco[o["label"]] for o in record["objects"] if o["label"] in by_coco and o["box"][2] * o["box"][3] >= SMALL}:
            count[concept] = count.get(concept, 0) + 1
    things = [concept for concept in concepts.concepts() if count.get(concept, 0) >= 2]
    names = things + list(SURFACES)
    network = weights.load()
    photos = []
    for record in truth:
        evidence = look(open_photo(folder / record["file"]), network)
        boxes = [(by_coco[o["label"]], o["box"]) for o in record["objects"] if o["label"] in by_coco]
        present: dict[str, float] = {}
        for concept, box in boxes:
            present[concept] = max(present.get(concept, 0), box[2] * box[3])
        mask = folder / "masks" / (Path(record["file"]).stem + ".png")
        cover = {s: cell_targets(record, segments.get(record["file"]), mask, evidence.cells[s].shape[:2], names) for s in CELL_SCALES}
        inside, _ = whereabouts.indoors(record, whereabouts.digest_of(folder / record["file"]))
        indoor = float("nan") if inside is None else float(inside)
        marked = [(o["label"], o["box"][2] * o["box"][3]) for o in record["objects"]]
        people = sum(concept == concepts.PERSON for concept, _ in boxes)
        photos.append(
            Photo(record["file"], evidence, present, boxes, cover, record["file"] in segments, indoor, float(people >= CROWD_SIZE), marked)
        )
    return photos, names


class Trainer:
    """Ridge regressions over any choice of photo groups, from sums that are made once."""

    def __init__(self, photos: list[Photo], names: list[str]) -> None:
        self.photos, self.names = photos, names
        self.things = [name for name in names if name not in SURFACES]
        self.group = np.arange(len(photos)) % GROUPS
        self.sums = [self._sums(np.flatnonzero(self.group == g)) for g in range(GROUPS)]
        self.pooled = np.stack([p.evidence.pooled for p in photos]).astype(np.float64)
        self.present = np.array([[p.present.get(name, 0) >= SMALL for name in self.things] for p in photos], float)
        self.targets = np.column_stack([self.present, [p.crowd for p in photos], [p.indoor for p in photos]])
        self.judged = [
            n
            for n in concepts.concepts()
            if n in self.things or (concepts.with_classes()[concepts.concepts().index(n)] and n in concepts.concept_of_coco().values())
        ]
        self.pooled_names = [*self.things, CROWD, INDOOR]
        self.cache: dict[tuple[int, ...], tuple[Any, Any, Any, Any]] = {}

    def _sums(self, members: np.ndarray[Any, Any]) -> dict[bool, tuple[Any, Any]]:
        """Gram matrix and moments of the cells of these photos, apart for those with and without a mask."""
        sums = {masked: (np.zeros((1281, 1281)), np.zeros((1281, len(self.names)))) for masked in (True, False)}
        for i in members:
            gram, moment = sums[self.photos[i].masked]
            for scale in CELL_SCALES:
                x = smooth(self.photos[i].evidence.cells[scale]).astype(np.float32).reshape(-1, 1280)
                x = np.concatenate([x, np.ones((len(x), 1), np.float32)], 1)
                gram += (x.T @ x) / len(x)
                moment += (x.T @ self.photos[i].cover[scale]) / len(x)
        return sums

    def heads(self, groups: list[int]) -> tuple[Any, Any, Any, Any]:
        """Cell heads with their bias, pooled heads with theirs, trained on these groups."""
        key = tuple(groups)
        if key not in self.cache:
            cell = np.zeros((1281, len(self.names)))
            surface = np.array([name in SURFACES for name in self.names])
            for columns, kinds, strength in (
                (surface, (True,), RIDGE_SURFACE),
                (~surface, (True, False), RIDGE_THING),
            ):  # boxes tell nothing of surfaces
                gram = sum(self.sums[g][masked][0] for g in groups for masked in kinds)
                moment = sum(self.sums[g][masked][1] for g in groups for masked in kinds)
                ridge = np.eye(1281) * strength * np.trace(gram) / 1281
                ridge[-1, -1] = 1e-9  # the bias is free
                cell[:, columns] = np.linalg.solve(gram + ridge, moment[:, columns])
            pooled, bias = np.zeros((1280, len(self.pooled_names))), np.zeros(len(self.pooled_names))
            chosen = np.isin(self.group, groups)
            for k in range(len(self.pooled_names)):
                use = chosen & ~np.isnan(self.targets[:, k])
                x, y = self.pooled[use], self.targets[use, k]
                centre = x.mean(0)
                kernel = (x - centre) @ (x - centre).T
                kernel += np.eye(len(kernel)) * RIDGE_POOLED * np.trace(kernel) / len(kernel)
                pooled[:, k] = (x - centre).T @ np.linalg.solve(kernel, y - y.mean())
                bias[k] = y.mean() - centre @ pooled[:, k]
            self.cache[key] = cell[:-1].astype(np.float32), cell[-1].astype(np.float32), pooled.astype(np.float32), bias.astype(np.float32)
        return self.cache[key]

    def unseen(self, groups: list[int]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Head evidence (photos, 4, things) and pooled scores (photos, pooled) of these groups' photos, each from heads that did not see it."""
        raw, scores = np.zeros((len(self.photos), 4, len(self.things))), np.zeros((len(self.photos), len(self.pooled_names)))
        for g in groups:
            raw_g, scores_g = self.seen_by([k for k in groups if k != g], np.flatnonzero(self.group == g))
            raw[self.group == g], scores[self.group == g] = raw_g, scores_g
        return raw, scores

    def cell_thresholds(self, groups: list[int]) -> np.ndarray[Any, Any]:
        """By cell head: where cutting unseen photos' maps gives as many cells as the truth has."""
        values: list[list[Any]] = [[] for _ in self.names]
        truth = np.zeros(len(self.names))
        for g in groups:
            cell, bias, _, _ = self.heads([k for k in groups if k != g])
            for i in np.flatnonzero(self.group == g):
                photo = self.photos[i]
                maps = cell_maps(photo.evidence, 448, cell, bias).reshape(-1, len(self.names))
                for k, name in enumerate(self.names):
                    if photo.masked or name not in SURFACES:
                        values[k].append(maps[:, k])
                        truth[k] += photo.cover[448][:, k].sum()
        out = np.zeros(len(self.names))
        for k, pieces in enumerate(values):
            every = np.sort(np.concatenate(pieces))
            out[k] = every[max(0, len(every) - 1 - round(truth[k]))]
        return out

    def seen_by(self, groups: list[int], members: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """The same for any photos, from heads trained on `groups`."""
        cell, cell_bias, pooled, pooled_bias = self.heads(groups)
        n = len(self.things)
        raw = [head_evidence(self.photos[i].evidence, cell[:, :n], cell_bias[:n], pooled[:, :n], pooled_bias[:n]) for i in members]
        return np.stack(raw), self.pooled[members] @ pooled + pooled_bias


def regression(
    x: np.ndarray[Any, Any], y: np.ndarray[Any, Any], sample: np.ndarray[Any, Any], ridge: float
) -> tuple[np.ndarray[Any, Any], float]:
    """Logistic regression with a ridge on standardised features, by Newton's method; coefficients and bias for plain features."""
    weight = sample / sample.sum()
    mean = weight @ x
    spread = np.sqrt(weight @ (x - mean) ** 2)
    used = spread > 1e-9
    z = np.concatenate([(x[:, used] - mean[used]) / spread[used], np.ones((len(x), 1))], 1)
    penalty = np.full(z.shape[1], ridge)
    penalty[-1] = 1e-6
    b = np.zeros(z.shape[1])
    for _ in range(40):
        p = logistic(z @ b)
        slope = z.T @ (sample * (p - y)) + penalty * b
        curve = (z * (sample * p * (1 - p))[:, None]).T @ z + np.diag(penalty)
        b -= np.linalg.solve(curve, slope)
    coefficients = np.zeros(x.shape[1])
    coefficients[used] = b[:-1] / spread[used]
    return coefficients, float(b[-1] - coefficients @ mean)


def f1(found: np.ndarray[Any, Any], present: np.ndarray[Any, Any], ignore: np.ndarray[Any, Any]) -> tuple[float, float, float]:
    """Precision, recall, F1, with small boxes left out."""
    found, present = found & ~ignore, present & ~ignore
    both = int((found & present).sum())
    return kinds.precision_recall_f1(both, int(found.sum()) - both, int(present.sum()) - both)


def best_threshold(
    p: np.ndarray[Any, Any], present: np.ndarray[Any, Any], ignore: np.ndarray[Any, Any], *, cautious: bool = False
) -> float:
    """The middle of the thresholds of best F1; if `cautious`, the highest that is within 0.01 of it: of two that are equally good, the one that says less."""
    grid = np.round(np.arange(0.1, 0.9, 0.01), 2)
    values = np.array([f1(p >= t, present, ignore)[2] for t in grid])
    # a mean over neighbours: a single lucky threshold does not carry over to other photos
    values = np.convolve(np.pad(values, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    good = grid[values >= values.max() - 0.01]
    return float(good.max() if cautious else np.median(good))


class Calibration:
    """Means and spreads of the absent, and the four regressions, set on some groups of photos."""

    def __init__(self, trainer: Trainer, groups: list[int]) -> None:
        self.trainer = trainer
        photos, things = trainer.photos, trainer.things
        members = np.flatnonzero(np.isin(trainer.group, groups))
        raw, scores = trainer.unseen(groups)
        names = np.array(concepts.concepts())
        self.classes = [str(name) for name, has in zip(names, concepts.with_classes(), strict=True) if has]
        at = [concepts.concepts().index(name) for name in self.classes]
        peaks = np.stack([photos[i].evidence.peaks for i in range(len(photos))])[:, :, at]
        seen = np.array([[p.present.get(name, 0) > 0 for name in self.classes] for p in photos])
        self.class_mean, self.class_spread = np.zeros(peaks.shape[1:]), np.zeros(peaks.shape[1:])
        for k in range(len(self.classes)):
            absent = members[~seen[members, k]]
            self.class_mean[:, k] = peaks[absent, :, k].mean(0)
            self.class_spread[:, k] = peaks[absent, :, k].std(0) + 0.3
        self.head_mean, self.head_spread = np.zeros(raw.shape[1:]), np.zeros(raw.shape[1:])
        for k in range(len(things)):
            absent = members[trainer.present[members, k] == 0]
            self.head_mean[:, k] = raw[absent, :, k].mean(0)
            self.head_spread[:, k] = raw[absent, :, k].std(0) + 1e-3
        self.members = members
        self.judged = trainer.judged
        rows, y, small = self.rows(members, raw[members])
        self.coefficients, self.bias, self.threshold = np.zeros((len(MODELS), FEATURES)), np.zeros(len(MODELS)), np.ones(len(MODELS))
        person = np.array([name == concepts.PERSON for name in self.judged])
        trained = np.array([name in things for name in self.judged])
        classed = np.array([name in self.classes for name in self.judged])
        choice = {"both": classed & trained, "classes": classed, "heads": trained & ~person, "person": person}
        for m, model in enumerate(MODELS):
            x = rows[:, choice[model]].reshape(-1, FEATURES).copy()
            if model == "classes":
                x[:, HEAD_PART] = 0
            if model in ("heads", "person"):
                x[:, CLASS_PART] = 0
            t, s = y[:, choice[model]].ravel(), small[:, choice[model]].ravel()
            self.coefficients[m], self.bias[m] = regression(
                x, t.astype(float), (~s).astype(float), RIDGE_LOGISTIC if model != "person" else 1.0
            )
        p, kinds = self.probabilities(rows)[0], self.models()
        for m, model in enumerate(MODELS):
            # too few photos have what only a head or only a class knows, so those share the threshold of all; people have their own
            use = kinds == m if model == "person" else kinds != MODELS.index("person")
            self.threshold[m] = best_threshold(p[:, use], y[:, use], small[:, use], cautious=model != "person")
        crowd = trainer.pooled_names.index(CROWD)
        self.crowd_threshold = best_threshold(scores[members, crowd], trainer.targets[members, crowd] > 0, np.zeros(len(members), bool))
        self.indoor_band = self._band(scores[members, -1], trainer.targets[members, -1])

    @staticmethod
    def _band(score: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> tuple[float, float]:
        """Around the best cut, the band in which a photo of unseen heads is as likely wrong as right: one eighth of the photos on either side."""
        score, truth = score[~np.isnan(truth)], truth[~np.isnan(truth)] > 0
        grid = np.round(np.arange(0.2, 0.8, 0.005), 3)
        right = np.array([((score >= t) == truth).mean() for t in grid])
        cut = float(np.median(grid[right >= right.max() - 1e-9]))
        return round(cut - 0.06, 3), round(cut + 0.06, 3)

    def rows(self, members: np.ndarray[Any, Any], raw: np.ndarray[Any, Any]) -> tuple[Any, Any, Any]:
        """Feature rows (photos, judged, FEATURES), presence and smallness (photos, judged)."""
        trainer = self.trainer
        names = concepts.concepts()
        at, head_at = [names.index(name) for name in self.classes], [names.index(name) for name in trainer.things]
        judged_at = [names.index(name) for name in self.judged]
        out = np.zeros((len(members), len(self.judged), FEATURES))
        for line, i in enumerate(members):
            peaks = trainer.photos[i].evidence.peaks
            classes, trained = np.full(peaks.shape, np.nan), np.full((4, len(names)), np.nan)
            classes[:, at] = (peaks[:, at] - self.class_mean) / self.class_spread
            trained[:, head_at] = (raw[line] - self.head_mean) / self.head_spread
            out[line] = features(peaks, classes, trained)[judged_at]
        largest = np.array([[trainer.photos[i].present.get(name, 0) for name in self.judged] for i in members])
        return out, largest >= SMALL, (largest > 0) & (largest < SMALL)

    def models(self) -> np.ndarray[Any, Any]:
        """Which regression judges each concept."""
        kinds = {(True, True): "both", (True, False): "classes", (False, True): "heads"}
        names = ["person" if n == concepts.PERSON else kinds[n in self.classes, n in self.trainer.things] for n in self.judged]
        return np.array([MODELS.index(name) for name in names])

    def probabilities(self, rows: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Probabilities (photos, judged) and the threshold of each."""
        m = self.models()
        raw = logistic((rows * self.coefficients[m]).sum(-1) + self.bias[m])
        return compete(np.round(raw, 3), self.judged), self.threshold[m]


def auc(score: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> float:
    """Area under the receiver operating curve, by ranks."""
    order = np.argsort(score, kind="stable")
    rank = np.empty(len(score))
    rank[order] = np.arange(1, len(score) + 1)
    positive = int(truth.sum())
    if positive in (0, len(truth)):
        return float("nan")
    return float((rank[truth].sum() - positive * (positive + 1) / 2) / (positive * (len(truth) - positive)))


def cross_validate(trainer: Trainer, *, every: bool = False) -> None:
    """Print the figures of four folds; with `every`, also what was wrong in every photo."""
    things = trainer.judged
    n = len(trainer.photos)
    found, present, ignore = (np.zeros((n, len(things)), bool) for _ in range(3))
    indoor, crowd, bands, crowd_found = np.zeros(n), np.zeros(n), np.zeros((n, 2)), np.zeros(n, bool)
    cells: dict[str, list[Any]] = {name: [] for name in SURFACES}
    pans: list[tuple[float, float, float]] = []
    sounding = np.array([concepts.role_of(name) in ("animal", "object") for name in things])
    person = np.array([name == concepts.PERSON for name in things])
    for fold in range(FOLDS):
        train = [g for g in range(GROUPS) if g % FOLDS != fold]
        members = np.flatnonzero(trainer.group % FOLDS == fold)
        calibration = Calibration(trainer, train)
        raw, scores = trainer.seen_by(train, members)
        rows, present[members], ignore[members] = calibration.rows(members, raw)
        p, threshold = calibration.probabilities(rows)
        found[members] = np.round(p, 3) >= np.round(threshold, 3)
        if every:
            for line, i in enumerate(members):
                wrong = [
                    f"{'+' if found[i, k] else '-'}{things[k]} {p[line, k]:.2f}"
                    for k in range(len(things))
                    if sounding[k] and not ignore[i, k] and found[i, k] != present[i, k]
                ]
                right = [f"{things[k]} {p[line, k]:.2f}" for k in range(len(things)) if sounding[k] and found[i, k] and present[i, k]]
                print(f"{trainer.photos[i].name}: right {', '.join(right) or 'nothing'}; wrong {', '.join(wrong) or 'nothing'}")
        indoor[members], crowd[members], bands[members] = scores[:, -1], scores[:, -2], calibration.indoor_band
        crowd_found[members] = scores[:, -2] >= calibration.crowd_threshold
        cell, bias, _, _ = trainer.heads(train)
        for i in members:
            covers = np.clip(cell_maps(trainer.photos[i].evidence, 448, cell, bias).astype(float), 0, 1)
            by_name = {name: covers[..., k] for k, name in enumerate(trainer.names)}
            for k, concept in enumerate(things):
                if present[i, k] and sounding[k]:
                    pan = pan_of(locate(trainer.photos[i].evidence, by_name, concept))
                    truth = [
                        (box[2] * box[3], pan_of((box[0], box[1], box[2], box[3])))
                        for name, box in trainer.photos[i].boxes
                        if name == concept
                    ]
                    pans.append((abs(pan - max(truth)[1]), min(abs(pan - other) for _, other in truth), abs(max(truth)[1])))
            for k, name in enumerate(trainer.names):
                if name in SURFACES and trainer.photos[i].masked:
                    value = cell_maps(trainer.photos[i].evidence, 448, cell[:, k : k + 1], bias[k : k + 1]).ravel()
                    cells[name].append((value, trainer.photos[i].cover[448][:, k] > 0.5))
        figures = [
            f1(found[members][:, m], present[members][:, m], ignore[members][:, m])[2] for m in (sounding, sounding & ~person, person)
        ]
        print(
            f"fold {fold}: F1 sounding {figures[0]:.3f}, without person {figures[1]:.3f}, person {figures[2]:.3f}, thresholds {np.round(calibration.threshold, 2)}"
        )
    for title, mask in (
        ("sounding", sounding),
        ("without person", sounding & ~person),
        ("person", person),
        ("everything", np.ones(len(things), bool)),
    ):
        precision, recall, both = f1(found[:, mask], present[:, mask], ignore[:, mask])
        print(f"all folds: {title}: precision {precision:.3f}, recall {recall:.3f}, F1 {both:.3f}")
    judged = kinds.vocabulary(label for photo in trainer.photos for label, _ in photo.marked)
    tallies = [
        kinds.compare([name_of(photo.evidence, things[k]).label for k in np.flatnonzero(found[i] & sounding)], photo.marked, judged)
        for i, photo in enumerate(trainer.photos)
    ]
    precision, recall, both = kinds.of_tallies(tallies)
    without = kinds.of_tallies(tallies, without=frozenset({kinds.PERSON}))[2]
    print(
        f"all folds, as imgext.evaluate.seeing counts: precision {precision:.3f}, recall {recall:.3f}, F1 {both:.3f}, without person {without:.3f}"
    )
    largest, nearest, centre = np.mean(pans, axis=0)
    print(
        f"pan of what is there: {largest:.3f} from the largest box, {nearest:.3f} from the nearest; always 0 would be {centre:.3f} from the largest"
    )
    known = ~np.isnan(trainer.targets[:, -1])
    inside = trainer.targets[:, -1] > 0
    middle = bands.mean(1)
    decided = known & ((indoor < bands[:, 0]) | (indoor >= bands[:, 1]))
    correct = (indoor >= middle) == inside
    print(
        f"indoor or outdoor: {correct[known].mean():.3f} right of {known.sum()}; {decided.sum()} decided, {correct[decided].mean():.3f} of those right"
    )
    many = trainer.targets[:, -2] > 0
    print(
        f"crowd: AUC {auc(crowd, many):.3f}, precision {many[crowd_found].mean():.3f}, recall {crowd_found[many].mean():.3f} of {many.sum()}"
    )
    for name, pieces in cells.items():
        print(f"cells of {name}: AUC {auc(np.concatenate([v for v, _ in pieces]), np.concatenate([t for _, t in pieces])):.3f}")


def main() -> int:
    """Train on everything, after printing what four folds reach."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("photos", type=Path)
    parser.add_argument("-o", "--output", type=Path, required=True)
    arguments = parser.parse_args()
    photos, names = read(arguments.photos)
    trainer = Trainer(photos, names)
    cross_validate(trainer)
    groups = list(range(GROUPS))
    calibration = Calibration(trainer, groups)
    cell, cell_bias, pooled, pooled_bias = trainer.heads(groups)
    save(
        Heads(
            cell_names=np.array(names),
            cell=cell,
            cell_bias=cell_bias,
            cell_threshold=trainer.cell_thresholds(groups).astype(np.float32),
            pooled_names=np.array(trainer.pooled_names),
            pooled=pooled,
            pooled_bias=pooled_bias,
            class_names=np.array(calibration.classes),
            class_mean=calibration.class_mean.astype(np.float32),
            class_spread=calibration.class_spread.astype(np.float32),
            head_names=np.array(trainer.things),
            head_mean=calibration.head_mean.astype(np.float32),
            head_spread=calibration.head_spread.astype(np.float32),
            coefficients=calibration.coefficients.astype(np.float32),
            bias=calibration.bias.astype(np.float32),
            threshold=calibration.threshold.astype(np.float32),
            indoor_band=np.array(calibration.indoor_band, np.float32),
            crowd_threshold=np.array(calibration.crowd_threshold, np.float32),
        ),
        arguments.output,
    )
    size = arguments.output.stat().st_size
    print(
        f"{arguments.output}: {size} bytes, {len(names)} cell heads, {len(trainer.pooled_names)} pooled heads, crc {zlib.crc32(arguments.output.read_bytes()):08x}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
