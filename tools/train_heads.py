"""Train the small heads of the picture stage: python tools/train_heads.py PHOTOS_DIR [PHOTOS_DIR ...] -o imgext/picture/heads.npz.

What a PHOTOS_DIR holds is told in `training_photos.py`. Everything is closed-form ridge regression or
Newton's method: there is no random number, and the same photos give the same numbers.

The figures that are printed come from four folds (photo i of a folder is in fold i mod 4). For each fold,
heads are trained on the other three; the regressions are set on scores that those photos got from heads which
had not seen them (six inner folds), and the thresholds on probabilities that they got from regressions which
had not seen them. Then the photos of the fold become scenes, as `imgext analyze` makes them, and the scenes
are measured as `python -m imgext.evaluation.seeing` does. Nothing of a fold reaches what is tested on it.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from training_photos import SURFACES, Photo, read, truth_of

from imgext.evaluation.seeing import kinds
from imgext.evaluation.seeing.kinds import SMALL
from imgext.evaluation.seeing.sighting import Sighting, sight, summarise
from imgext.picture.detect import Detector, open_detector
from imgext.picture.offline import concepts
from imgext.picture.offline.detected import MAYBE
from imgext.picture.offline.heads import (
    CELL_SCALES,
    CLASS_PART,
    FEATURES,
    HEAD_PART,
    INDOOR,
    MANY,
    Heads,
    Judgement,
    cell_maps,
    compete,
    features,
    head_evidence,
    judge,
    logistic,
    save,
    smooth,
)
from imgext.picture.offline.look import scene_of
from imgext.picture.offline.objects import area_evidence, locate
from imgext.picture.photo import open_photo

RIDGE_THING, RIDGE_SURFACE, RIDGE_POOLED, RIDGE_AREA = 2.0, 3.0, 2.0, 3.0
#: Of the regressions that concepts share (one for those with classes and heads, with classes alone, with
#: heads alone, and the person's), the person's, and of a concept's own, which is held to the shared one: its
#: coefficients and its bias.
RIDGE_SHARED, RIDGE_PERSON, RIDGE_OWN, RIDGE_OWN_BIAS = 30.0, 30.0, 30.0, 10.0
#: Concepts that the training photos do not name share this threshold: in four folds over 337 photos, 15
#: showed one of them, and of those 4 rightly.
UNMEASURED = 0.75
FOLDS, GROUPS = 4, 8


class Trainer:
    """Ridge regressions over any choice of photo groups, from sums that are made once."""

    def __init__(self, photos: list[Photo], names: list[str]) -> None:
        self.photos, self.names = photos, names
        self.things = [name for name in names if name not in SURFACES]
        self.group = np.array([photo.number for photo in photos]) % GROUPS
        self.sums = [self._sums(np.flatnonzero(self.group == g)) for g in range(GROUPS)]
        self.pooled = np.stack([p.evidence.pooled for p in photos]).astype(np.float64)
        self.present = np.array(
            [[p.present.get(name, 0) >= SMALL for name in self.things] for p in photos], float
        )
        indoors = [np.nan if p.indoors is None else float(p.indoors) for p in photos]
        many = [[float(p.many[name]) for name in MANY] for p in photos]
        self.targets = np.column_stack([self.present, many, indoors])
        #: Concepts that the photos can teach: those with a head, and those with classes that the photos would
        #: name if they showed one.
        self.judged = [
            name
            for name, classes in zip(concepts.concepts(), concepts.with_classes(), strict=True)
            if name in self.things or (classes and name in concepts.concept_of_coco().values())
        ]
        self.pooled_names = [*self.things, *MANY, INDOOR]
        self.cache: dict[tuple[int, ...], tuple[Any, Any, Any, Any]] = {}

    def _sums(self, members: np.ndarray[Any, Any]) -> dict[bool, tuple[Any, Any]]:
        """Gram matrix and moments of the cells of these photos, apart for those with and without a mask."""
        sums = {
            masked: (np.zeros((1281, 1281)), np.zeros((1281, len(self.names)))) for masked in (True, False)
        }
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
            self.cache[key] = (
                cell[:-1].astype(np.float32),
                cell[-1].astype(np.float32),
                pooled.astype(np.float32),
                bias.astype(np.float32),
            )
        return self.cache[key]

    def unseen(self, groups: list[int]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Head evidence (photos, 4, things) and pooled scores (photos, pooled) of these groups' photos, each from heads that did not see it."""
        raw, scores = (
            np.zeros((len(self.photos), 4, len(self.things))),
            np.zeros((len(self.photos), len(self.pooled_names))),
        )
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

    def seen_by(
        self, groups: list[int], members: np.ndarray[Any, Any]
    ) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """The same for any photos, from heads trained on `groups`."""
        cell, cell_bias, pooled, pooled_bias = self.heads(groups)
        n = len(self.things)
        raw = [
            head_evidence(self.photos[i].evidence, cell[:, :n], cell_bias[:n], pooled[:, :n], pooled_bias[:n])
            for i in members
        ]
        return np.stack(raw), self.pooled[members] @ pooled + pooled_bias

    def truth(self, members: np.ndarray[Any, Any]) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
        """Presence and smallness of every judged concept, (photos, judged)."""
        largest = np.array([[self.photos[i].present.get(name, 0) for name in self.judged] for i in members])
        return largest >= SMALL, (largest > 0) & (largest < SMALL)


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
    b = newton(z, y, sample, penalty, np.zeros(len(x)))
    coefficients = np.zeros(x.shape[1])
    coefficients[used] = b[:-1] / spread[used]
    return coefficients, float(b[-1] - coefficients @ mean)


def newton(
    z: np.ndarray[Any, Any],
    y: np.ndarray[Any, Any],
    sample: np.ndarray[Any, Any],
    penalty: np.ndarray[Any, Any],
    offset: np.ndarray[Any, Any],
) -> np.ndarray[Any, Any]:
    """Coefficients of a logistic regression with a quadratic penalty on each, on top of a given score, by forty of Newton's steps."""
    b = np.zeros(z.shape[1])
    for _ in range(40):
        p = logistic(z @ b + offset)
        slope = z.T @ (sample * (p - y)) + penalty * b
        curve = (z * (sample * p * (1 - p))[:, None]).T @ z + np.diag(penalty)
        b -= np.linalg.solve(curve, slope)
    return b


def f_of(
    found: np.ndarray[Any, Any], present: np.ndarray[Any, Any], ignore: np.ndarray[Any, Any], beta: float
) -> float:
    """F, with small boxes left out: 1 for beta weighs recall as much as precision, less weighs it less (C. van Rijsbergen, 1979)."""
    found, present = found & ~ignore, present & ~ignore
    return (
        (1 + beta * beta)
        * int((found & present).sum())
        / max(1e-9, int(found.sum()) + beta * beta * int(present.sum()))
    )


def best_threshold(
    p: np.ndarray[Any, Any], present: np.ndarray[Any, Any], ignore: np.ndarray[Any, Any], beta: float = 1.0
) -> float:
    """The middle of the thresholds of best F."""
    grid = np.round(np.arange(0.1, 0.9, 0.01), 2)
    values = np.array([f_of(p >= t, present, ignore, beta) for t in grid])
    # a mean over neighbours: a single lucky threshold does not carry over to other photos
    values = np.convolve(np.pad(values, 3, mode="edge"), np.ones(7) / 7, mode="valid")
    return round(float(np.median(grid[values >= values.max() - 0.01])), 2)


class Calibration:
    """Means and spreads of the absent, and every concept's regression, set on some photos."""

    def __init__(self, trainer: Trainer, raw: np.ndarray[Any, Any], members: np.ndarray[Any, Any]) -> None:
        self.trainer = trainer
        photos, things, names = trainer.photos, trainer.things, concepts.concepts()
        self.classes = [name for name, has in zip(names, concepts.with_classes(), strict=True) if has]
        at = [names.index(name) for name in self.classes]
        peaks = np.stack([photo.evidence.peaks for photo in photos])[:, :, at]
        seen = np.array([[photo.present.get(name, 0) > 0 for name in self.classes] for photo in photos])
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
        rows = self.rows(members, raw)
        y, small = trainer.truth(members)
        person = np.array([name == concepts.PERSON for name in trainer.judged])
        trained = np.array([name in things for name in trainer.judged])
        classed = np.array([name in self.classes for name in trainer.judged])
        choice = {"both": classed & trained, "classes": classed, "heads": trained & ~person, "person": person}
        self.shared: dict[str, tuple[np.ndarray[Any, Any], float]] = {}
        for model, use in choice.items():
            x = rows[:, use].reshape(-1, FEATURES).copy()
            if model == "classes":
                x[:, HEAD_PART] = 0
            if model in ("heads", "person"):
                x[:, CLASS_PART] = 0
            sample = (~small[:, use]).ravel().astype(float)
            self.shared[model] = regression(
                x,
                y[:, use].ravel().astype(float),
                sample,
                RIDGE_PERSON if model == "person" else RIDGE_SHARED,
            )
        self.coefficients, self.bias = (
            np.zeros((len(trainer.judged), FEATURES)),
            np.zeros(len(trainer.judged)),
        )
        penalty = np.array([RIDGE_OWN] * FEATURES + [RIDGE_OWN_BIAS])
        for k, name in enumerate(trainer.judged):
            model = (
                "person"
                if person[k]
                else "both"
                if classed[k] and trained[k]
                else "heads"
                if trained[k]
                else "classes"
            )
            self.coefficients[k], self.bias[k] = self.shared[model]
            if name != concepts.PERSON:
                x = np.concatenate([rows[:, k], np.ones((len(members), 1))], 1)
                own = newton(
                    x,
                    y[:, k].astype(float),
                    (~small[:, k]).astype(float),
                    penalty,
                    rows[:, k] @ self.coefficients[k] + self.bias[k],
                )
                self.coefficients[k] += own[:-1]
                self.bias[k] += own[-1]

    def rows(self, members: np.ndarray[Any, Any], raw: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Feature rows (photos, judged, FEATURES); `raw` is the head evidence of all photos."""
        trainer, names = self.trainer, concepts.concepts()
        at, head_at = (
            [names.index(name) for name in self.classes],
            [names.index(name) for name in trainer.things],
        )
        judged_at = [names.index(name) for name in trainer.judged]
        out = np.zeros((len(members), len(trainer.judged), FEATURES))
        for line, i in enumerate(members):
            peaks = trainer.photos[i].evidence.peaks
            classes, trained = np.full(peaks.shape, np.nan), np.full((4, len(names)), np.nan)
            classes[:, at] = (peaks[:, at] - self.class_mean) / self.class_spread
            trained[:, head_at] = (raw[i] - self.head_mean) / self.head_spread
            out[line] = features(peaks, classes, trained)[judged_at]
        return out

    def probabilities(self, members: np.ndarray[Any, Any], raw: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        """Probabilities (photos, judged), after kin have competed."""
        score = (self.rows(members, raw) * self.coefficients).sum(-1) + self.bias
        return compete(np.round(logistic(score), 3), self.trainer.judged)


def fitted(trainer: Trainer, groups: list[int]) -> Heads:
    """Everything of `heads.npz`, learnt from these groups of photos alone."""
    members = np.flatnonzero(np.isin(trainer.group, groups))
    raw, scores = trainer.unseen(groups)
    calibration = Calibration(trainer, raw, members)
    # thresholds are set on probabilities from regressions that have not seen the photo
    p = np.zeros((len(trainer.photos), len(trainer.judged)))
    for g in groups:
        without = Calibration(trainer, raw, members[trainer.group[members] != g])
        p[trainer.group == g] = without.probabilities(np.flatnonzero(trainer.group == g), raw)
    y, small = trainer.truth(members)
    person = np.array([name == concepts.PERSON for name in trainer.judged])
    # too few photos have each thing for a threshold of its own: all share one, but people
    common, people = (
        best_threshold(p[members][:, use], y[:, use], small[:, use]) for use in (~person, person)
    )
    names = [
        name
        for name, classes in zip(concepts.concepts(), concepts.with_classes(), strict=True)
        if classes or name in trainer.judged
    ]
    coefficients, bias, threshold = (
        np.zeros((len(names), FEATURES)),
        np.zeros(len(names)),
        np.zeros(len(names)),
    )
    for k, name in enumerate(names):
        if name in trainer.judged:
            j = trainer.judged.index(name)
            coefficients[k], bias[k], threshold[k] = (
                calibration.coefficients[j],
                calibration.bias[j],
                people if person[j] else common,
            )
        else:
            coefficients[k], bias[k] = calibration.shared["classes"]
            threshold[k] = common if concepts.role_of(name) == "place" else max(common, UNMEASURED)
    cell, cell_bias, pooled, pooled_bias = trainer.heads(groups)
    nobody = np.zeros(len(members), bool)
    limits = []
    for name in MANY:
        k = trainer.pooled_names.index(name)
        limits.append(best_threshold(scores[members, k], trainer.targets[members, k] > 0, nobody, beta=0.5))
    typical = usual_areas(trainer, members, names)
    return Heads(
        cell_names=np.array(trainer.names),
        cell=cell.astype(np.float16).astype(np.float32),  # as the file has it
        cell_bias=cell_bias,
        cell_threshold=trainer.cell_thresholds(groups).astype(np.float32),
        pooled_names=np.array(trainer.pooled_names),
        pooled=pooled.astype(np.float16).astype(np.float32),
        pooled_bias=pooled_bias,
        class_names=np.array(calibration.classes),
        class_mean=calibration.class_mean.astype(np.float32),
        class_spread=calibration.class_spread.astype(np.float32),
        head_names=np.array(trainer.things),
        head_mean=calibration.head_mean.astype(np.float32),
        head_spread=calibration.head_spread.astype(np.float32),
        names=np.array(names),
        coefficients=coefficients.astype(np.float32),
        bias=bias.astype(np.float32),
        threshold=threshold.astype(np.float32),
        indoor_band=np.array(band(scores[members, -1], trainer.targets[members, -1]), np.float32),
        many_threshold=np.array(limits, np.float32),
        typical=typical.astype(np.float32),
        area_coefficients=np.zeros(5, np.float32),
    )


def usual_areas(trainer: Trainer, members: np.ndarray[Any, Any], names: list[str]) -> np.ndarray[Any, Any]:
    """Mean logarithm of the largest box of each concept where it is there, drawn towards that of all by as much as three photos weigh."""
    logs = {
        name: [np.log(area) for i in members if (area := trainer.photos[i].present.get(name, 0)) >= SMALL]
        for name in names
    }
    middle = float(np.mean([value for values in logs.values() for value in values]))
    return np.array([(sum(logs[name]) + 3 * middle) / (len(logs[name]) + 3) for name in names])


def with_areas(trainer: Trainer, groups: list[int], heads: Heads) -> Heads:
    """The heads with the regression from what the maps show of a thing to the area of its largest box, set on photos that the maps have not seen."""
    rows, areas = [], []
    for half in (0, 1):  # two halves are enough for five numbers
        seen = fitted(trainer, [g for k, g in enumerate(sorted(groups)) if k % 2 != half])
        for g in (g for k, g in enumerate(sorted(groups)) if k % 2 == half):
            for i in np.flatnonzero(trainer.group == g):
                photo = trainer.photos[i]
                judgement = judge(photo.evidence, seen)
                for name, area in photo.present.items():
                    if area >= SMALL and judgement.sees(name):
                        rows.append(
                            area_evidence(judgement, name, locate(photo.evidence, judgement.cover, name))
                        )
                        areas.append(np.log(area))
    x, y = np.array(rows), np.array(areas)
    middle = x[:, 1:].mean(0)
    centred = np.concatenate([x[:, :1], x[:, 1:] - middle], 1)
    b = np.linalg.solve(centred.T @ centred + np.diag([1e-9, *[RIDGE_AREA] * 4]), centred.T @ y)
    b[0] -= float(middle @ b[1:])
    return dataclasses.replace(heads, area_coefficients=b.astype(np.float32))


def band(score: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Around the best cut between outdoors and indoors, the band in which a photo is nearly as likely wrong as right."""
    score, truth = score[~np.isnan(truth)], truth[~np.isnan(truth)] > 0
    grid = np.round(np.arange(0.2, 0.8, 0.005), 3)
    right = np.array([((score >= t) == truth).mean() for t in grid])
    cut = float(np.median(grid[right >= right.max() - 1e-9]))
    return round(cut - 0.06, 3), round(cut + 0.06, 3)


def auc(score: np.ndarray[Any, Any], truth: np.ndarray[Any, Any]) -> float:
    """Area under the receiver operating curve, by ranks."""
    order = np.argsort(score, kind="stable")
    rank = np.empty(len(score))
    rank[order] = np.arange(1, len(score) + 1)
    positive = int(truth.sum())
    if positive in (0, len(truth)):
        return float("nan")
    return float((rank[truth].sum() - positive * (positive + 1) / 2) / (positive * (len(truth) - positive)))


def cross_validate(
    trainer: Trainer,
    sets: dict[str, list[int]],
    *,
    every: bool = False,
    keep: Path | None = None,
    eyes: Detector | None = None,
) -> None:
    """Print the figures of four folds: scenes made with heads that have not seen the photo, measured as `imgext.evaluation.seeing` does.

    With a detector (`eyes`) its boxes go into the scenes; what it was itself taught with is its own affair.
    """
    photos = trainer.photos
    judged = kinds.vocabulary(thing["label"] for photo in photos for thing in photo.record["objects"])
    sightings: dict[int, Sighting] = {}
    judgements: dict[int, Judgement] = {}
    cells: dict[str, list[Any]] = {name: [] for name in SURFACES}
    for fold in range(FOLDS):
        train = [g for g in range(GROUPS) if g % FOLDS != fold]
        heads = with_areas(trainer, train, fitted(trainer, train))
        if keep:
            keep.mkdir(parents=True, exist_ok=True)
            save(heads, keep / f"fold{fold}.npz")
        tested = [int(i) for i in np.flatnonzero(trainer.group % FOLDS == fold)]
        for i in tested:
            photo = photos[i]
            boxes = eyes.see(open_photo(photo.path), MAYBE) if eyes else ()
            scene, _ = scene_of(photo.evidence, heads, photo.path, photo.size, eyes=eyes, boxes=boxes)
            judgements[i] = judge(photo.evidence, heads)
            sightings[i] = sight(photo.record, scene, judged, indoors=(photo.indoors, "looked at"))
            for k, name in enumerate(trainer.names):
                if name in SURFACES and photo.masked:
                    value = cell_maps(
                        photo.evidence, 448, heads.cell[:, k : k + 1], heads.cell_bias[k : k + 1]
                    ).ravel()
                    cells[name].append((value, photo.cover[448][:, k] > 0.5))
            if every:
                tally = sightings[i].tally
                print(
                    f"{photo.record['file']}: right {', '.join(tally.right)}; wrong {', '.join(tally.wrong)}; missed {', '.join(tally.missed)}"
                )
        part = summarise([sightings[i] for i in tested], "fold", judged)
        shared, person = (
            float(heads.threshold[list(heads.names).index(name)]) for name in ("dog", concepts.PERSON)
        )
        print(
            f"fold {fold}: F1 {part['f1']:.3f}, without person {part['f1_without_person']:.3f}, thresholds {shared:.2f}, person {person:.2f}"
        )
    for title, members in sets.items():
        figures = summarise([sightings[i] for i in members], title, judged)
        print(f"\n{title}: {figures['photos']} photos, each seen with heads of the other three folds")
        print(
            f"  labels: precision {figures['precision']:.3f}, recall {figures['recall']:.3f}, F1 {figures['f1']:.3f}"
        )
        print(
            f"  without person F1 {figures['f1_without_person']:.3f}, person alone {figures['f1_person']:.3f}"
        )
        print(
            f"  pan error of what was rightly found: {figures['pan_error_largest']:.3f} from the largest box of its kind, "
            f"{figures['pan_error_nearest']:.3f} from the nearest; always 0 would be {figures['pan_error_of_zero']:.3f} ({figures['counts']['pans']} things)"
        )
        print(
            f"  importance: rank agreement with box area {figures['importance_rank']:.3f} ({figures['counts']['pairs']} pairs)"
        )
        known = [i for i in members if photos[i].indoors is not None]
        sure = [
            i
            for i in known
            if not judgements[i].indoor_band[0] <= judgements[i].indoor < judgements[i].indoor_band[1]
        ]
        right = sum((judgements[i].indoor >= judgements[i].indoor_band[1]) == photos[i].indoors for i in sure)
        print(
            f"  indoors or outdoors: {figures['indoor_accuracy']:.3f} right of {len(known)}; {len(sure)} decided, {right / max(1, len(sure)):.3f} of those right"
        )
        for name in MANY:
            there = np.array([photos[i].many[name] for i in members])
            found = np.array([judgements[i].sees(name) for i in members])
            score = np.array([judgements[i].many[name][0] for i in members])
            print(
                f"  {name}: AUC {auc(score, there):.3f}, precision {there[found].mean() if found.any() else 0:.3f}, recall {found[there].mean():.3f} of {there.sum()}"
            )
        print(
            "  by kind (there, right, wrong): "
            + ", ".join(
                f"{kind} {n['right'] + n['missed']} {n['right']} {n['wrong']}"
                for kind, n in sorted(
                    figures["by_kind"].items(),
                    key=lambda item: (-item[1]["right"] - item[1]["missed"], item[0]),
                )
            )
        )
    print(
        "\nsurfaces, AUC over cells: "
        + ", ".join(
            f"{name} {auc(np.concatenate([v for v, _ in pieces]), np.concatenate([t for _, t in pieces])):.2f}"
            for name, pieces in cells.items()
        )
    )


def main() -> int:
    """Train on everything, after printing what four folds reach."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("photos", type=Path, nargs="+", help="folders of photos")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument(
        "--cache",
        type=Path,
        help="a folder to keep the network's features in, so that they are computed once",
    )
    parser.add_argument("--every", action="store_true", help="print what was right and wrong in every photo")
    parser.add_argument(
        "--folds",
        type=Path,
        help="a folder for the heads of each fold, which have not seen the photos of that fold",
    )
    parser.add_argument(
        "--detector",
        default="off",
        help="whose boxes go into the scenes that are measured: an ONNX file or ssdlite",
    )
    arguments = parser.parse_args()
    photos, names = read(arguments.photos, arguments.cache)
    trainer = Trainer(photos, names)
    sets, first = {}, 0
    for folder in arguments.photos:
        count = len(truth_of(folder))
        sets[folder.name] = list(range(first, first + count))
        first += count
    if len(sets) > 1:
        sets["all"] = list(range(first))
    cross_validate(
        trainer, sets, every=arguments.every, keep=arguments.folds, eyes=open_detector(arguments.detector)
    )
    groups = list(range(GROUPS))
    save(with_areas(trainer, groups, fitted(trainer, groups)), arguments.output)
    size = arguments.output.stat().st_size
    print(
        f"{arguments.output}: {size} bytes, {len(names)} cell heads, {len(trainer.pooled_names)} pooled heads, crc {zlib.crc32(arguments.output.read_bytes()):08x}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
