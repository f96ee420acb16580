"""The peaking equaliser of R. Bristow-Johnson's "Audio EQ Cookbook"."""

import math

from imgext.dsp.bell import Biquad


def bell_coefficients(freq, gain_db, q, rate):
    """Coefficients of a peaking equaliser, a0 = 1: Hz, dB, Q, Hz."""
    w, a = 2.0 * math.pi * freq / rate, 10.0 ** (gain_db / 40.0)
    alpha = math.sin(w) / (2.0 * q)
    a0 = 1.0 + alpha / a
    middle = -2.0 * math.cos(w) / a0
    return Biquad((1.0 + alpha * a) / a0, middle, (1.0 - alpha * a) / a0, middle, (1.0 - alpha / a) / a0)
