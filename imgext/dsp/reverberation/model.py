"""From the features of a sound to probabilities, a decay time and its doubt.

Conventions: probabilities in the order of `CLASSES`, adding up to 1, for equally frequent classes; decay
times in seconds. The figures are in `model.json` next to this module, written by tools/train_reverberation.py
and read when they are first needed.

Two small bags of networks with one hidden layer read the same standardised features. One votes on the class;
the members of the other each estimate the logarithm of the decay time, and where they disagree it is not
known. A network is some two thousand numbers, so that plain sums do; what leaves it is rounded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CLASSES = ("dry", "some", "wet")
"""By the C50 of the room that was added to a dry sound: above 14 dB or none, 6 to 14 dB, below 6 dB."""

FARTHEST = 4.0
"""Standard deviations to which features are limited."""


@dataclass(frozen=True)
class Network:
    """One hidden layer of rectified sums.

    Attributes
    ----------
    hidden : ndarray of float64, shape (units, features)
    hidden_bias : ndarray of float64, shape (units,)
    output : ndarray of float64, shape (outputs, units)
    output_bias : ndarray of float64, shape (outputs,)
    """

    hidden: Array
    hidden_bias: Array
    output: Array
    output_bias: Array

    def __call__(self, z: Array) -> Array:
        """Outputs for standardised features, shape (outputs,)."""
        units = np.maximum(0.0, np.sum(self.hidden * z, axis=1) + self.hidden_bias)
        return np.asarray(np.sum(self.output * units, axis=1) + self.output_bias)


@dataclass(frozen=True)
class Model:
    """Everything that training gives.

    Attributes
    ----------
    features : tuple of str
        Names of the features that are read, in order.
    mean, sd : ndarray of float64, shape (features,)
        Of the training items.
    classes : tuple of Network
        Three outputs each, logarithms of odds.
    decays : tuple of Network
        One output each, ln(decay time in s).
    """

    features: tuple[str, ...]
    mean: Array
    sd: Array
    classes: tuple[Network, ...]
    decays: tuple[Network, ...]

    def _standardised(self, features: Mapping[str, float]) -> Array:
        z = (np.array([features[name] for name in self.features]) - self.mean) / self.sd
        return np.asarray(np.clip(z, -FARTHEST, FARTHEST))

    def probabilities(self, features: Mapping[str, float]) -> Array:
        """Class probabilities for equally frequent classes, shape (3,), rounded to 1e-9."""
        z = self._standardised(features)
        total = np.zeros(len(CLASSES))
        for network in self.classes:
            scores = np.round(network(z), 9)
            odds = np.exp(scores - np.max(scores))
            total += odds / np.sum(odds)
        return np.asarray(np.round(total / len(self.classes), 9), dtype=np.float64)

    def decay_time(self, features: Mapping[str, float]) -> tuple[float, float]:
        """Decay time in s, and the spread among the networks, both rounded to 1e-6.

        The spread is the standard deviation of the natural logarithm.
        """
        z = self._standardised(features)
        logarithms = np.round([float(network(z)[0]) for network in self.decays], 9)
        mean = float(np.sum(logarithms)) / logarithms.size
        return round(float(np.exp(mean)), 6), round(float(np.std(logarithms)), 6)


def read(figures: Mapping[str, Any]) -> Model:
    """Model from the figures of `model.json`."""

    def networks(name: str) -> tuple[Network, ...]:
        return tuple(
            Network(**{part: np.array(value, dtype=np.float64) for part, value in network.items()})
            for network in figures[name]
        )

    return Model(
        tuple(figures["features"]),
        np.array(figures["mean"], dtype=np.float64),
        np.array(figures["sd"], dtype=np.float64),
        networks("classes"),
        networks("decays"),
    )


@cache
def own_model() -> Model:
    """The model that comes with the package."""
    return read(
        json.loads(files("imgext.dsp.reverberation").joinpath("model.json").read_text(encoding="utf-8"))
    )
