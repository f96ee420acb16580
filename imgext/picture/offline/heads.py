"""Small linear heads on features: what ImageNet lacks, how sure concepts are.

`heads.npz` is one file of numbers, written by `tools/train_heads.py`. It holds

- cell heads: for each 32-pixel cell, how much of it is covered by a thing or a surface (person, dog, sky,
  water, trees, road, ceiling ...);
- pooled heads: is it in the picture at all; are there several (`MANY`); is it indoors;
- calibration: for every concept the mean and spread of its evidence in photos that do not show it, so
  that "dog", which sums 118 classes, and "gong", which has one, are measured on the same scale;
- a logistic regression from calibrated evidence to a probability for every concept, with its threshold. A
  concept that has five photos cannot have a regression of its own, so all begin as one shared regression
  and leave it only as far as their own photos pull them.

Linear heads are ridge regressions in closed form. Source of the arrangement: A. Hoerl and R. Kennard, Ridge
regression, Technometrics 12, 1970; J. Platt's calibration by logistic regression; shrinkage towards a common
value as C. Stein (1956) has it.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from imgext.errors import MissingInputError
from imgext.picture.offline import concepts
from imgext.picture.offline.evidence import LINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgext.picture.offline.evidence import Evidence

#: Numbers in a feature row, and where those of the classes and those of the heads lie.
FEATURES = LINES + 8
CLASS_PART, HEAD_PART = slice(0, LINES + 3), slice(LINES + 3, FEATURES)
#: Scales at which cell heads are read.
CELL_SCALES = (448, 640)
#: What pooled heads say of numbers: a crowd, some people, several animals of a kind, several vehicles.
MANY = (CROWD, PEOPLE, HERD, TRAFFIC) = ("crowd", "people", "herd", "traffic")
INDOOR = "indoor"
PATH = Path(__file__).parent / "heads.npz"


@dataclass(frozen=True)
class Heads:
    """The numbers of `heads.npz`; see the module's text.

    H cell heads, P pooled heads, C concepts with ImageNet classes, J concepts with any evidence.
    """

    cell_names: NDArray[np.str_]
    cell: NDArray[np.float32]  # (1280, H)
    cell_bias: NDArray[np.float32]  # (H,)
    cell_threshold: NDArray[np.float32]  # (H,): from here on a cell counts as covered
    pooled_names: NDArray[np.str_]
    pooled: NDArray[np.float32]  # (1280, P)
    pooled_bias: NDArray[np.float32]  # (P,)
    class_names: NDArray[np.str_]
    class_mean: NDArray[np.float32]  # (groups, C): evidence of the absent
    class_spread: NDArray[np.float32]
    head_names: NDArray[np.str_]
    head_mean: NDArray[np.float32]  # (4, things)
    head_spread: NDArray[np.float32]
    names: NDArray[np.str_]  # (J,): concepts that have evidence at all, in the table's order
    coefficients: NDArray[np.float32]  # (J, FEATURES); what a concept lacks is zero
    bias: NDArray[np.float32]  # (J,)
    threshold: NDArray[np.float32]  # (J,): from here on a concept counts as seen
    typical: NDArray[np.float32]  # (J,): natural logarithm of the usual area of its largest box
    area_coefficients: NDArray[
        np.float32
    ]  # (5,): from constant, typical, logarithms of covered share and box, and confidence to that logarithm
    indoor_band: NDArray[np.float32]  # (2,): below the first outdoors, above the second indoors
    many_threshold: NDArray[np.float32]  # (4,): from here on there is a crowd, and so on


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
    typical : dict
        By concept, natural logarithm of the share of the picture that its largest box usually has.
    area_coefficients : tuple
        Of `imgext.picture.offline.objects.area_of`.
    many : dict
        By name of `MANY`: score, and threshold from which it is so.
    indoor : float
        Score of the pooled head, about 0 to 1, rounded to 0.001.
    indoor_band : tuple
        Below the first outdoors, from the second on indoors.
    """

    probability: dict[str, float]
    threshold: dict[str, float]
    area: dict[str, float]
    cover: dict[str, NDArray[np.float64]]
    typical: dict[str, float]
    area_coefficients: tuple[float, ...]
    many: dict[str, tuple[float, float]]
    indoor: float
    indoor_band: tuple[float, float]

    def sees(self, name: str) -> bool:
        """Whether a concept, or one of `MANY`, reaches its threshold."""
        score, threshold = self.many.get(name) or (
            self.probability.get(name, 0.0),
            self.threshold.get(name, 1.0),
        )
        return score >= threshold


def smooth(values: NDArray[Any]) -> NDArray[Any]:
    """Mean of every cell and its eight neighbours; the edge repeats itself."""
    rows, columns = values.shape[:2]
    padded = np.pad(values, ((1, 1), (1, 1), *[(0, 0)] * (values.ndim - 2)), mode="edge")
    total = sum(padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3))
    return np.asarray(total / 9)


def cell_maps(evidence: Evidence, scale: int, cell: NDArray[Any], bias: NDArray[Any]) -> NDArray[Any]:
    """Map the cell heads, (rows, columns, heads), each cell with its neighbours.

    Heads are linear, so smoothing their maps smooths what they see.
    """
    return smooth(evidence.cells[scale] @ cell + bias)


def head_evidence(
    evidence: Evidence,
    cell: NDArray[Any],
    cell_bias: NDArray[Any],
    pooled: NDArray[Any],
    pooled_bias: NDArray[Any],
) -> NDArray[np.float64]:
    """Return four numbers a thing: best cells, mean coarse cell, pooled head."""
    coarse, fine = (cell_maps(evidence, scale, cell, cell_bias) for scale in CELL_SCALES)
    return np.stack(
        [coarse.max((0, 1)), fine.max((0, 1)), coarse.mean((0, 1)), evidence.pooled @ pooled + pooled_bias]
    ).astype(np.float64)


def features(
    peaks: NDArray[np.float64], classes: NDArray[np.float64], heads: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Feature rows of all concepts of a picture, (concepts, FEATURES).

    Parameters
    ----------
    peaks : ndarray, shape (LINES, concepts)
        Evidence as it is.
    classes : ndarray, shape (LINES, concepts)
        The same, calibrated; nan for concepts without classes.
    heads : ndarray, shape (4, concepts)
        Calibrated head evidence; nan for concepts without heads.

    Returns
    -------
    ndarray, shape (concepts, FEATURES)
        Calibrated classes, best and whole-picture logarithms, lead over the best rival concept; calibrated
        heads, lead over the best rival head. What a concept lacks is zero.
    """
    has, trained = ~np.isnan(classes[0]), ~np.isnan(heads[0])
    out = np.zeros((peaks.shape[1], FEATURES))
    lines = len(peaks)
    out[has, :lines] = classes.T[has]
    best = peaks[:4].max(0)
    out[has, lines], out[has, lines + 1] = best[has], peaks[0][has]
    out[has, lines + 2] = _lead(best, has)
    out[trained, lines + 3 : lines + 7] = heads.T[trained]
    out[trained, lines + 7] = _lead(np.where(trained, np.nan_to_num(heads).mean(0), 0), trained)
    return np.clip(out, -12, 12)


def _lead(values: NDArray[np.float64], among: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far each value lies above the largest of the others."""
    own = values[among]
    order = np.argsort(own)
    rival = np.full(len(own), own[order[-1]])
    rival[order[-1]] = own[order[-2]]
    return np.asarray(own - rival)


def rows(evidence: Evidence, heads: Heads) -> NDArray[np.float64]:
    """Feature rows (concepts, FEATURES) of a picture, calibrated."""
    columns = [list(heads.cell_names).index(name) for name in heads.head_names]
    pooled = [list(heads.pooled_names).index(name) for name in heads.head_names]
    raw = head_evidence(
        evidence,
        heads.cell[:, columns],
        heads.cell_bias[columns],
        heads.pooled[:, pooled],
        heads.pooled_bias[pooled],
    )
    names = concepts.concepts()
    classes, trained = np.full(evidence.peaks.shape, np.nan), np.full((4, len(names)), np.nan)
    at = [names.index(str(name)) for name in heads.class_names]
    classes[:, at] = (evidence.peaks[:, at] - heads.class_mean) / heads.class_spread
    trained[:, [names.index(str(name)) for name in heads.head_names]] = (
        raw - heads.head_mean
    ) / heads.head_spread
    return features(evidence.peaks, classes, trained)


def logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(-x)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))


def compete(probability: NDArray[np.float64], names: Sequence[str]) -> NDArray[np.float64]:
    """Let kin compete, p (p / best)^2: a dog is often a little bit wolf.

    Parameters
    ----------
    probability : ndarray, shape (..., concepts)
        0 to 1.
    names : sequence of str
        The concepts.
    """
    out = probability.copy()
    kins = [concepts.kin_of(name) for name in names]
    for kin in sorted(set(kins) - {""}):
        group = [k for k, own in enumerate(kins) if own == kin]
        values = probability[..., group]
        ratio = values / np.maximum(values.max(-1, keepdims=True), 1e-9)
        out[..., group] = values * ratio * ratio  # a product, not a power: the same bits everywhere
    return out


def judge(evidence: Evidence, heads: Heads) -> Judgement:
    """Turn evidence into probabilities, areas and the place, rounded first."""
    names = [str(name) for name in heads.names]
    at = [concepts.concepts().index(name) for name in names]
    raw = logistic((rows(evidence, heads)[at] * heads.coefficients).sum(-1) + heads.bias)
    sure = compete(np.round(raw, 3), names)
    probability = {name: round(float(p), 3) for name, p in zip(names, sure, strict=True)}
    threshold = {name: round(float(t), 3) for name, t in zip(names, heads.threshold, strict=True)}
    cover = np.round(cell_maps(evidence, 448, heads.cell, heads.cell_bias).astype(np.float64), 3)
    covered = (cover >= np.round(heads.cell_threshold.astype(np.float64), 3)).mean((0, 1))
    pooled = dict(
        zip(map(str, heads.pooled_names), evidence.pooled @ heads.pooled + heads.pooled_bias, strict=True)
    )
    low, high = (round(float(edge), 3) for edge in heads.indoor_band)
    return Judgement(
        probability,
        threshold,
        {str(name): round(float(covered[k]), 3) for k, name in enumerate(heads.cell_names)},
        {str(name): np.clip(cover[..., k], 0, 1) for k, name in enumerate(heads.cell_names)},
        {name: round(float(value), 3) for name, value in zip(names, heads.typical, strict=True)},
        tuple(round(float(value), 3) for value in heads.area_coefficients),
        {
            name: (round(float(pooled[name]), 3), round(float(limit), 3))
            for name, limit in zip(MANY, heads.many_threshold, strict=True)
        },
        round(float(pooled[INDOOR]), 3),
        (low, high),
    )


def save(heads: Heads, path: Path) -> None:
    """Write the numbers; large ones as float16, which costs no accuracy."""
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
    return Heads(
        **{
            name: array.astype(np.float32) if array.dtype.kind == "f" else array
            for name, array in arrays.items()
        }
    )
