"""Writes what cuts and compression removed: the mix without minus with them.

The difference is taken before the master. Both mixes are exact sums on one grid, so without an open cut or
compression the difference is exact silence. Both use the same gains, with the make-up that restores a track's
level, so the difference holds what was taken away, not what was made louder in exchange.
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
    """Write the difference as a 32-bit float WAV as long as the mix.

    Parameters
    ----------
    plan : Plan
        With its cuts and compressors.
    sounds : mapping of track id to Samples
    path : Path

    Returns
    -------
    float
        The largest sample, full scale 1; 0 if nothing was removed.
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
