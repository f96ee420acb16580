"""Decay times of real rooms from their size and surfaces.

Source: C. F. Eyring, "Reverberation time in dead rooms", JASA 1, 1930; the constant is that of air at 20
degrees.
"""

import math


def eyring(length, width, height, absorption):
    """Decay time in s of a box in m, whose surfaces absorb a share from 0 to 1."""
    surface = 2.0 * (length * width + length * height + width * height)
    return 0.161 * length * width * height / (-surface * math.log1p(-absorption))
