"""Momentary and short-term loudness as EBU Tech 3341 has them, of what a meter has taken in."""

import numpy as np

from imgext.dsp.loudness import LUFS_OFFSET


def short_term(meter):
    """Loudness of every window of 3 s, one each 100 ms, LUFS."""
    return _windows(meter, 30)


def short_term_max(meter):
    """The largest of `short_term`."""
    return float(np.max(short_term(meter), initial=-np.inf))


def momentary_max(meter):
    """The largest loudness of 400 ms, LUFS."""
    return float(np.max(_windows(meter, 4), initial=-np.inf))


def _windows(meter, hops):
    with np.errstate(divide="ignore"):
        return LUFS_OFFSET + 10.0 * np.log10(meter._powers.window_powers(hops))
