"""The static curve of a compressor with a soft knee.

Source: D. Giannoulis, M. Massberg, J. D. Reiss, "Digital dynamic range compressor design - a tutorial and
analysis", JAES 60(6), 2012, equation 4.
"""

import numpy as np


def gain_computer(level_db, threshold_db, ratio, knee_db):
    """Level in dB that a steady level comes out with; `knee_db` is above 0."""
    x = np.asarray(level_db, dtype=np.float64)
    over = x - threshold_db
    inside = x + (1.0 / ratio - 1.0) * (over + knee_db / 2.0) ** 2 / (2.0 * knee_db)
    return np.where(
        2.0 * over < -knee_db, x, np.where(2.0 * over > knee_db, threshold_db + over / ratio, inside)
    )
