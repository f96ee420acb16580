"""How masked a sound is: Ronan's M.

Source: D. Ronan et al., arXiv:1803.09960, 2018. The paper sums over bands and does not say how frames are put
together; here M is a mean over cells of time and band.
"""

import numpy as np

from imgext.dsp.bark import THRESHOLD_IN_QUIET, decibels
from imgext.dsp.masking import active_frames, masking_threshold


def masker_to_signal(power, others):
    """Masker-to-signal ratio in dB of a sound among others, shape (frames, 25); above 0 it is masked."""
    return decibels(masking_threshold(others)) - decibels(power)


def masked_share(power, others, active=None):
    """Mean ratio, 0 to 20 dB as 0 to 1, over the audible bands within 30 dB of the strongest of a frame."""
    rows = active_frames(power) if active is None else active
    own = power[rows]
    cells = (own > THRESHOLD_IN_QUIET) & (own > 1e-3 * np.max(own, axis=1, keepdims=True, initial=0.0))
    ratio = masker_to_signal(own, others[rows])[cells]
    return float(np.mean(np.clip(ratio, 0.0, 20.0))) / 20.0 if ratio.size else 0.0
