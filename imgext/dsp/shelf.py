"""A shelf made of bells: takes everything on one side of a frequency down.

By about as much; a scene holds bells and no filters.

Conventions: Hz, dB, Q as in `imgext.dsp.cuts`. With a limit of 6 dB the high-pass takes 3.1 dB at its
frequency; 5.4 dB or more from half an octave below it on, down to 30 Hz (50 Hz, 5.7 dB, where it lies at 2
kHz); 0.8 dB an octave above and 0.2 dB two above. That is a second-order Butterworth filter that stops at -6
dB, to 0.4 dB rms and 1.6 dB at its corner; the filter itself is at -12 dB an octave below and -24 dB two
below. The low-pass is the mirror image on the frequency axis as the bilinear transform bends it; set to 300
Hz it fades to -2.8 dB at 20 kHz.
"""

from __future__ import annotations

import math

from imgext.dsp.cuts import Bell, capped
from imgext.dsp.units import db_to_gain

WIDEST_Q = 0.1
"""Of a bell in a scene.

Alone at 6 dB it takes 5.9, 5.2 and 3.7 dB one, two and three octaves from its centre.
"""

# The shelf, for two bells b1 (far from the edge) and b2, with frequencies as the bilinear transform has them:
# found by least squares against a second-order Butterworth filter that stops at -6 dB, over 20 Hz to 20 kHz.
_FAR, _NEAR = 0.057, 0.64  # frequency over that of the edge
_FAR_GAIN, _NEAR_GAIN = 0.985, 0.53  # of the deepest cut
_NEAR_Q, _SHOULDER = 1.07, 0.77  # the far bell's y (`imgext.dsp.cuts`) at the near bell's centre
_ALONE = 0.1  # frequency of a bell alone over that of the edge


def shelf(freq: float, max_cut: float, rate: int, *, high_pass: bool, bells: int = 2) -> list[Bell]:
    """Bells that take `max_cut` from everything below, or above, a frequency.

    Parameters
    ----------
    freq : float
        Hz, where about half of the cut is reached.
    max_cut : float
        dB, above 0.
    rate : int
        Hz.
    high_pass : bool
        True takes what is below.
    bells : int
        1 or 2 and more: one wide bell falls off more slowly.

    Returns
    -------
    list of Bell
        Without spans, by rising frequency; together they take no more than `max_cut`.
    """
    top = min(20000.0, 0.45 * rate)
    edge = math.tan(math.pi * min(freq, top) / rate)

    def place(ratio: float) -> float:
        warped = edge * ratio if high_pass else edge / ratio
        return float(round(min(max(math.atan(warped) * rate / math.pi, 20.0), top)))

    far, near = place(_FAR if bells > 1 else _ALONE), place(_NEAR)
    reference, shoulder = (near, _SHOULDER) if bells > 1 else (min(max(freq, 20.0), top), math.sqrt(0.5))
    ratio = math.tan(math.pi * far / rate) / math.tan(math.pi * reference / rate)
    detuning = abs(ratio - 1.0 / ratio) * db_to_gain(-max_cut / 2.0)
    q = min(max(round(shoulder / detuning, 2), WIDEST_Q), 1.0) if detuning else 1.0
    if bells == 1:
        return [Bell(far, -hundredths(max_cut), q)]
    found = [
        Bell(far, -hundredths(max_cut * _FAR_GAIN), q),
        Bell(near, -hundredths(max_cut * _NEAR_GAIN), _NEAR_Q),
    ]
    return sorted(capped(found, rate, max_cut))


def hundredths(db: float) -> float:
    """Down to 0.01 dB."""
    return math.floor(db * 100.0 + 1e-6) / 100.0
