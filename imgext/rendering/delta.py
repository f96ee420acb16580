"""Writes what cuts and compression removed: the mix without them less the mix with them, before the master.

Both are exact sums on one grid, so where no cut is open and nothing is turned down the difference is exact
silence. At the same gains: what puts the level of a track back stays in both, so this is what was taken away
and not what was made louder in exchange.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.quantise import from_grid
from imgext.dsp.sound_file import SoundWriter
from imgext.rendering.engine import blocks

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imgext.dsp.sound_file import Samples
    from imgext.rendering.plan import Plan


def write_delta(plan: Plan, sounds: Mapping[str, Samples], path: Path) -> float:
    """Write the difference as 32-bit float WAV of the mix's length.

    Parameters
    ----------
    plan : Plan
        With its cuts and compressors.
    sounds : mapping of track id to Samples
    path : Path

    Returns
    -------
    float
        The largest sample, full scale 1; 0 where nothing was removed.
    """
    whole = replace(plan, tracks=tuple(replace(track, cuts=(), compressor=None) for track in plan.tracks))
    peak = 0.0
    writer = SoundWriter(path, plan.rate, 2, subtype="FLOAT")
    try:
        for without, heard in zip(blocks(whole, sounds), blocks(plan, sounds), strict=True):
            removed = from_grid(without.mix - heard.mix).T
            peak = max(peak, float(np.max(np.abs(removed), initial=0.0)))
            writer.write(removed.astype(np.float32))
    finally:
        writer.close()
    return peak
