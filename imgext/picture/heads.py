"""Small linear heads on the network's features: what ImageNet has no class for, and how sure each concept is.

`heads.npz` is one file of numbers, written by `tools/train_heads.py`. It holds

- cell heads: for each 32-pixel cell, how much of it is covered by a thing or a surface (person, dog, sky, water, trees, road, ceiling ...);
- pooled heads: is it in the picture at all; is there a crowd; is it indoors;
- calibration: for every concept the mean and spread of its evidence in photos that do not show it, so that "dog", which sums 118 classes,
  and "gong", which has one, are measured on the same scale;
- four logistic regressions from calibrated evidence to a probability, shared by concepts of one kind (`MODELS`), with the threshold of each.

Linear heads are ridge regressions in closed form; the regressions are shared because a concept that has five photos cannot have its own.
Source of the arrangement: A. Hoerl and R. Kennard, Ridge regression, Technometrics 12, 1970; J. Platt's calibration by logistic regression.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.errors import MissingInputError
from imgext.picture import concepts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgext.picture.evidence import Evidence

#: Which evidence a concept's probability rests on: ImageNet classes and heads, classes alone, heads alone, or the person's own.
MODELS = ("both", "classes", "heads", "person")
#: Scales at which cell heads are read.
CELL_SCALES = (448, 640)
CROWD, INDOOR = "crowd", "indoor"
PATH = Path(__file__).parent / "heads.npz"


@dataclass(frozen=True)
class Heads:
    """The numbers of `heads.npz`; see the module's text. H cell heads, P pooled heads, C concepts with evidence, F features."""

    cell_names: NDArray[np.str_]
    cell: NDArray[np.float32]  # (1280, H)
    cell_bias: NDArray[np.float32]  # (H,)
    pooled_names: NDArray[np.str_]
    pooled: NDArray[np.float32]  # (1280, P)
    pooled_bias: NDArray[np.float32]  # (P,)
    class_names: NDArray[np.str_]
    class_mean: NDArray[np.float32]  # (groups, C): evidence of the absent
    class_spread: NDArray[np.float32]
    head_names: NDArray[np.str_]
    head_mean: NDArray[np.float32]  # (4, things)
    head_spread: NDArray[np.float32]
    coefficients: NDArray[np.float32]  # (models, features); unused ones are zero
    bias: NDArray[np.float32]  # (models,)
    threshold: NDArray[np.float32]  # (models,)
    indoor_band: NDArray[np.float32]  # (2,): below the first outdoors, above the second indoors
    crowd_threshold: NDArray[np.float32]  # ()


@dataclass(frozen=True)
class Judgement:
    """Calibrated answers about one picture.

    Attributes
    ----------
    probability : dict
        By concept, 0 to 1, rounded to 0.001.
    threshold : dict
        By concept: from here on it counts as seen.
    area : dict
        Share of the picture, 0 to 1, by surface or thing that has a cell head, rounded to 0.001.
    cover : dict
        Map (rows, columns) of the cell head at scale 448, by name, 0 to 1.
    indoor, crowd : float
        Scores of the pooled heads, about 0 to 1, rounded to 0.001.
    """

    probability: dict[str, float]
    threshold: dict[str, float]
    area: dict[str, float]
    cover: dict[str, NDArray[np.float64]]
    indoor: float
    crowd: float
    indoor_band: tuple[float, float]
    crowd_threshold: float


def smooth(values: NDArray[Any]) -> NDArray[Any]:
    """Mean of every cell and its eight neighbours; the edge repeats itself."""
    rows, columns = values.shape[:2]
    padded = np.pad(values, ((1, 1), (1, 1), *[(0, 0)] * (values.ndim - 2)), mode="edge")
    total = sum(padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3))
    return np.asarray(total / 9)


def head_evidence(evidence: Evidence, cell: NDArray[Any], cell_bias: NDArray[Any], pooled: NDArray[Any], pooled_bias: NDArray[Any]) -> NDArray[np.float64]:
    """Four numbers a thing, (4, things): best smoothed cell at both scales, mean cell at the coarser, pooled head."""
    coarse, fine = (evidence.cells[scale] @ cell + cell_bias for scale in CELL_SCALES)
    return np.stack([smooth(coarse).max((0, 1)), smooth(fine).max((0, 1)), coarse.mean((0, 1)), evidence.pooled @ pooled + pooled_bias]).astype(np.float64)


def features(peaks: NDArray[np.float64] | None, classes: NDArray[np.float64] | None, heads: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """One row for the regressions: calibrated class evidence (4 groups), the same uncalibrated (best, whole picture), calibrated heads (4)."""
    row = np.zeros(10)
    if classes is not None and peaks is not None:
        row[:4] = classes
        row[4:6] = peaks.max(), peaks[0]
    if heads is not None:
        row[6:] = heads
    return np.clip(row, -10, 10)


def model_of(concept: str, heads: Heads) -> int | None:
    """Which regression judges a concept; None where there is nothing to judge it by."""
    if concept == concepts.PERSON:
        return MODELS.index("person")
    trained = concept in heads.head_names
    classes = concept in heads.class_names
    return MODELS.index("both" if trained and classes else "heads" if trained else "classes") if trained or classes else None


def rows(evidence: Evidence, heads: Heads, names: list[str]) -> NDArray[np.float64]:
    """Feature rows (concepts, 10) of a picture, calibrated."""
    columns = [list(heads.cell_names).index(name) for name in heads.head_names]
    pooled = [list(heads.pooled_names).index(name) for name in heads.head_names]
    raw = head_evidence(evidence, heads.cell[:, columns], heads.cell_bias[columns], heads.pooled[:, pooled], heads.pooled_bias[pooled])
    z = (raw - heads.head_mean) / heads.head_spread
    found = []
    for name in names:
        at = concepts.concepts().index(name)
        classes = list(heads.class_names).index(name) if name in heads.class_names else None
        trained = list(heads.head_names).index(name) if name in heads.head_names else None
        peaks = evidence.peaks[:, at]
        found.append(
            features(
                peaks,
                None if classes is None else (peaks - heads.class_mean[:, classes]) / heads.class_spread[:, classes],
                None if trained is None else z[:, trained],
            )
        )
    return np.stack(found)


def logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(-x)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


def judge(evidence: Evidence, heads: Heads) -> Judgement:
    """Turn evidence into probabilities, areas and the two questions about the place. Everything is rounded here, before it decides."""
    names = [name for name in concepts.concepts() if model_of(name, heads) is not None]
    models = [model_of(name, heads) for name in names]
    matrix = rows(evidence, heads, names)
    probability, threshold = {}, {}
    for name, model, row in zip(names, models, matrix, strict=True):
        probability[name] = round(float(logistic(np.asarray(row @ heads.coefficients[model] + heads.bias[model]))), 3)
        threshold[name] = round(float(heads.threshold[model]), 3)
    cover = np.clip(evidence.cells[448] @ heads.cell + heads.cell_bias, 0, 1).astype(np.float64)
    cover[cover < 0.1] = 0  # the heads' own haze
    pooled = evidence.pooled @ heads.pooled + heads.pooled_bias
    names_pooled = list(heads.pooled_names)
    return Judgement(
        probability,
        threshold,
        {str(name): round(float(cover[..., k].mean()), 3) for k, name in enumerate(heads.cell_names)},
        {str(name): cover[..., k] for k, name in enumerate(heads.cell_names)},
        round(float(pooled[names_pooled.index(INDOOR)]), 3),
        round(float(pooled[names_pooled.index(CROWD)]), 3),
        (round(float(heads.indoor_band[0]), 3), round(float(heads.indoor_band[1]), 3)),
        round(float(heads.crowd_threshold), 3),
    )


def save(heads: Heads, path: Path) -> None:
    """Write the numbers; the large ones as float16, which costs no measurable accuracy."""
    arrays: dict[str, Any] = {field.name: getattr(heads, field.name) for field in fields(heads)}
    arrays["cell"], arrays["pooled"] = arrays["cell"].astype(np.float16), arrays["pooled"].astype(np.float16)
    with path.open("wb") as stream:
        np.savez_compressed(stream, **arrays)


@functools.cache
def load(path: Path = PATH) -> Heads:
    """Read the numbers.

    Raises
    ------
    MissingInputError
        When the file is not there.
    """
    if not path.is_file():
        raise MissingInputError(f"{path}: the trained heads are missing; run tools/train_heads.py")
    with np.load(path, allow_pickle=False) as stored:
        arrays = {field.name: stored[field.name] for field in fields(Heads)}
    return Heads(**{name: array.astype(np.float32) if array.dtype.kind == "f" else array for name, array in arrays.items()})
