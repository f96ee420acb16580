"""Turns severities into bells for the modes `bark` and `masking`.

The bands with the largest contributions come first, each cut as deep as its severity.

Conventions: as `imgext.mix.unmask.planner`; severities and contributions run from 0 to 1
(`imgext.dsp.masking`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.bark import CENTRES
from imgext.dsp.cuts import Bell, openness
from imgext.mix.unmask.guards import SHALLOWEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imgext.dsp.cuts import Spans
    from imgext.mix.unmask.planner import Settings

    Float = NDArray[np.float64]

LEAST = 0.15
"""Contribution from which on a band is cut."""

SPACING = 2
"""Bands on either side of a bell's in which the track gets no other."""


def greedily(
    contribution: Float, most: int, settings: Settings, bell_at: Callable[[int], Bell | None]
) -> list[Bell]:
    """Take the bands of the largest contributions, without their neighbours.

    Of equals the lower.

    Parameters
    ----------
    contribution : ndarray, shape (25,)
        Largest of any track that is to be heard.
    most : int
        Bells of a track, where the settings leave it open.
    settings : Settings
    bell_at : callable
        Makes the bell in a band, from 0 for the lowest to 24; None where there is none after all.

    Returns
    -------
    list of Bell
    """
    left = contribution.copy()
    left[np.array(CENTRES) * 2 >= settings.rate] = 0.0
    bells: list[Bell] = []
    for _ in range(most if settings.bells is None else settings.bells):
        band = int(np.argmax(left))
        if left[band] < LEAST:
            break
        left[max(0, band - SPACING) : band + SPACING + 1] = 0.0
        bell = bell_at(band)
        if bell is not None:
            bells.append(bell)
    return bells


def as_deep_as(severity: Float, first: int, band: int, spans: Spans, settings: Settings) -> Bell | None:
    """A cut whose depth is the limit times the mean severity while it lasts.

    Parameters
    ----------
    severity : ndarray, shape (frames,)
        In the band.
    first : int
        Number of the first frame.
    band : int
    spans : tuple of (float, float)
    settings : Settings

    Returns
    -------
    Bell or None
        None where it would be too shallow to be written.
    """
    inside = openness(spans, first + np.arange(severity.size), settings.rate) == 1.0
    if not np.any(inside):
        return None
    depth = round(settings.max_cut * round(float(np.mean(severity[inside])), 6), 2)
    return Bell(CENTRES[band], -depth, settings.q, spans) if depth >= SHALLOWEST else None
