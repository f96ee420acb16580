"""Probabilities of the classes dry, some and wet from the features of a sound.

Conventions: probabilities in the order of `CLASSES`, adding up to 1. The figures of the model are in `model.json` beside this module, read
when they are first needed.
"""

from __future__ import annotations

import json
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


@cache
def _figures() -> dict[str, Any]:
    text = files("imgext.dsp.reverberation").joinpath("model.json").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text)
    return {name: np.array(value, dtype=np.float64) if name != "features" else tuple(value) for name, value in read.items()}


def probabilities(features: Mapping[str, float]) -> Array:
    """Class probabilities for equally frequent classes.

    Parameters
    ----------
    features : mapping of str to float
        From `features`.

    Returns
    -------
    ndarray of float64, shape (3,)
        Rounded to 1e-9.
    """
    model = _figures()
    z = (np.array([features[name] for name in model["features"]]) - model["mean"]) / model["sd"]
    z = np.clip(z, -float(model["clip"]), float(model["clip"]))
    scores = np.sum(model["coef"] * z, axis=1) + model["intercept"]
    odds = np.exp(scores - np.max(scores))
    return np.asarray(np.round(odds / np.sum(odds), 9), dtype=np.float64)
