"""What the network says, unjudged: features of cells, concepts in windows.

The ImageNet classifier is linear, so it can be applied to every cell of the feature map and averaged over any
window afterwards. Windows of several sizes at three scales give a probability for each of the table's labels
wherever they stand; the maximum over windows is evidence that a thing is there, and the maps tell where.

Conventions: a map is (rows, columns, ...); positions are fractions of the picture; probabilities are a
softmax over the 1000 classes. Features are stored as their square roots, which makes ReLU6 activations
comparable in size; the linear heads are trained on those.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgext.picture.offline import concepts, network
from imgext.picture.offline.threads import one_thread_each
from imgext.picture.photo import SCALES, network_input

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    from imgext.picture.offline.weights import Weights

#: Sides of the windows, in cells, at each scale; 99 is the whole picture.
WINDOWS = {224: (99, 5, 3), 448: (10, 7, 4), 640: (10, 7, 4)}
#: Groups of windows whose maxima are separate evidence.
GROUPS = (
    ((224, 99),),
    ((224, 5), (224, 3)),
    ((448, 10), (448, 7), (448, 4)),
    ((640, 10), (640, 7), (640, 4)),
)
#: Windows whose largest logit of a concept's classes is evidence too: unlike a probability it does not fall
#: when something else stands next to the thing.
LOUDEST = ((448, 4), (640, 7))
#: Windows over which the mean probability is taken.
MEAN = (448, 4)
#: Lines of evidence of a concept: the groups, the largest logits, the mean.
LINES = len(GROUPS) + len(LOUDEST) + 1
#: Kept away from log(0): a class probability below this says nothing.
FLOOR = 1e-4
#: Windows that tell where a thing is.
PLACING = ((448, 4), (448, 7), (640, 4), (640, 7))


@dataclass(frozen=True)
class Evidence:
    """What was seen in one picture.

    Attributes
    ----------
    cells : dict
        Square roots of the feature map by scale, (rows, columns, 1280).
    pooled : ndarray, shape (1280,)
        Mean square-root features of the two coarser scales, added.
    peaks : ndarray, shape (LINES, concepts)
        Logarithm of the largest probability over the windows of each group; largest logits; logarithm of the
        mean probability.
    maps : dict
        By (scale, window): label probabilities, (rows, columns, labels), one place per window position.
    """

    cells: dict[int, NDArray[np.float32]]
    pooled: NDArray[np.float32]
    peaks: NDArray[np.float64]
    maps: dict[tuple[int, int], NDArray[np.float32]]


def box_mean(values: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Average over all windows of `side` by `side` cells, fewer on small maps.

    Returns (rows - side + 1, columns - side + 1, ...).

    >>> box_mean(np.arange(4, dtype=np.float32).reshape(2, 2, 1), 2).ravel().tolist()
    [1.5]
    """
    rows, columns = values.shape[:2]
    high, wide = min(side, rows), min(side, columns)
    total = np.zeros((rows + 1, columns + 1, *values.shape[2:]))
    np.cumsum(values, axis=0, out=total[1:, 1:], dtype=np.float64)
    np.cumsum(total[1:, 1:], axis=1, out=total[1:, 1:])
    sums = total[high:, wide:] - total[:-high, wide:] - total[high:, :-wide] + total[:-high, :-wide]
    return np.asarray(sums / (high * wide), np.float32)


def _softmax(values: NDArray[np.float32]) -> NDArray[np.float32]:
    values = values - values.max(-1, keepdims=True)
    np.exp(values, out=values)
    values /= values.sum(-1, keepdims=True)
    return values


@dataclass(frozen=True)
class _Scale:
    """Look at one scale: cells, label probabilities and largest logits by side."""

    cells: NDArray[np.float32]
    maps: dict[tuple[int, int], NDArray[np.float32]]
    loudest: dict[tuple[int, int], NDArray[np.float32]]


def _read(scale: int, feature: NDArray[np.float32], weights: Weights) -> _Scale:
    plain = np.ascontiguousarray(feature.transpose(1, 2, 0))
    logits = network.logits(plain, weights)
    maps, loudest = {}, {}
    for side in WINDOWS[scale]:
        windows = box_mean(logits, side)
        loudest[scale, side] = windows.max((0, 1))
        maps[scale, side] = _softmax(windows) @ concepts.classes_to_labels()
    return _Scale(np.sqrt(plain), maps, loudest)


def _join(scales: dict[int, _Scale]) -> Evidence:
    cells = {scale: one.cells for scale, one in scales.items()}
    maps = {key: values for one in scales.values() for key, values in one.maps.items()}
    loudest = {key: values for one in scales.values() for key, values in one.loudest.items()}
    pooled = cells[224].mean((0, 1)) + cells[448].mean((0, 1))
    peaks = np.zeros((LINES, len(concepts.concepts())))
    for line, group in enumerate(GROUPS):
        best = [(maps[key] @ concepts.labels_to_concepts()).max((0, 1)) for key in group]
        peaks[line] = np.log(np.max(best, axis=0).astype(np.float64) + FLOOR)
    for line, key in enumerate(LOUDEST, len(GROUPS)):
        for column, members in enumerate(concepts.classes_of_concepts()):
            if members:
                peaks[line, column] = loudest[key][list(members)].max()
    share = (maps[MEAN] @ concepts.labels_to_concepts()).mean((0, 1))
    peaks[-1] = np.log(share.astype(np.float64) + FLOOR)
    return Evidence(cells, pooled, peaks, {key: maps[key] for key in PLACING})


def from_features(features: dict[int, NDArray[np.float32]], weights: Weights) -> Evidence:
    """Evidence from feature maps (1280, rows, columns) by scale."""
    return _join({scale: _read(scale, feature, weights) for scale, feature in features.items()})


def look(picture: Image, weights: Weights) -> Evidence:
    """Run the network over a picture at every scale, the largest in parallel."""
    from concurrent.futures import ThreadPoolExecutor

    def see(scale: int) -> _Scale:
        return _read(scale, network.features(network_input(picture, scale), weights), weights)

    largest_first = sorted(SCALES, reverse=True)
    with one_thread_each(), ThreadPoolExecutor(2) as pool:
        found = dict(zip(largest_first, pool.map(see, largest_first), strict=True))
    return _join({scale: found[scale] for scale in SCALES})
