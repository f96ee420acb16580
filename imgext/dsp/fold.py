"""Folds down more than two channels: surround by ITU-R BS.775-4, ambisonics by W.

Conventions: channels in the order of the speakers' mask of WAV: left, right, centre, low frequencies, back
left and right, front left and right of centre, back centre, side left and right. Each surround and the
centre go into the front at -3 dB (BS.775-4, table 2); low frequencies are left out, as there. Four channels
without a mask are taken for ambisonics, whose first channel is the omnidirectional W in every convention
(FuMa, ACN).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

HALF = 1.0 / np.sqrt(2.0)
#: What each speaker of the mask gives to left and right, by its bit.
_SPEAKERS = (
    (1.0, 0.0), (0.0, 1.0), (HALF, HALF), (0.0, 0.0), (HALF, 0.0), (0.0, HALF),
    (1.0, 0.0), (0.0, 1.0), (0.5, 0.5), (HALF, 0.0), (0.0, HALF),
)  # fmt: skip
#: Masks of files that state none, by their channels.
_USUAL = {3: 0x7, 5: 0x37, 6: 0x3F, 7: 0x13F, 8: 0x63F}


def fold_of(
    channels: int, mask: int = 0, *, ambisonic: bool = False
) -> tuple[NDArray[np.float64] | None, str]:
    """How so many channels become one or two, and a word about it.

    Returns
    -------
    (ndarray, str)
        Shape (channels, 1 or 2), to be multiplied from the right; None and a blank where nothing is folded.

    Examples
    --------
    >>> fold_of(6)[0].round(3).tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.707, 0.707], [0.0, 0.0], [0.707, 0.0], [0.0, 0.707]]
    """
    if channels <= 2:
        return None, ""
    bits = [bit for bit in range(len(_SPEAKERS)) if mask >> bit & 1]
    if not ambisonic and len(bits) == channels:
        return np.array(
            [_SPEAKERS[bit] for bit in bits]
        ), f"its {channels} channels are folded down (ITU-R BS.775)"
    if not ambisonic and mask == 0 and channels in _USUAL:
        return fold_of(channels, _USUAL[channels])
    if ambisonic or round(channels**0.5) ** 2 == channels:
        first = np.zeros((channels, 1))
        first[0] = 1.0
        return first, f"its {channels} channels are taken for ambisonics: W, the first, is played"
    return np.full((channels, 1), 1.0 / channels), f"its {channels} channels are played as their mean"


def folded(x: NDArray[np.float64], fold: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Fold samples, (frames, channels), adding channels in order, exact to the bit."""
    if fold is None:
        return x
    result = np.zeros((len(x), fold.shape[1]))
    for channel, gains in enumerate(fold):
        result += np.outer(x[:, channel], gains)
    return result
