"""Critical-band rate and bandwidth as papers give them in closed form.

Conventions: frequencies in Hz, rates in Bark, widths in Hz; scalars and arrays alike.
"""

import numpy as np


def zwicker_terhardt(freq):
    """Critical-band rate (Zwicker and Terhardt, JASA 68, 1980); within 0.2 Bark of the table of edges."""
    f = np.asarray(freq, dtype=np.float64)
    return 13.0 * np.arctan(0.00076 * f) + 3.5 * np.arctan((f / 7500.0) ** 2)


def traunmueller(freq):
    """Critical-band rate (Traunmüller, JASA 88, 1990, both corrections); within 0.05 Bark of the edges."""
    f = np.asarray(freq, dtype=np.float64)
    z = 26.81 * f / (1960.0 + f) - 0.53
    z = np.where(z < 2.0, z + 0.15 * (2.0 - z), z)
    return np.where(z > 20.1, z + 0.22 * (z - 20.1), z)


def schroeder(freq):
    """Critical-band rate (Schroeder, Atal and Hall, JASA 66, 1979; ITU-R BS.1387)."""
    return 7.0 * np.arcsinh(np.asarray(freq, dtype=np.float64) / 650.0)


def critical_bandwidth(freq):
    """Width of the critical band around a frequency (Zwicker and Terhardt, JASA 68, 1980)."""
    k = np.asarray(freq, dtype=np.float64) / 1000.0
    return 25.0 + 75.0 * (1.0 + 1.4 * k * k) ** 0.69


def equivalent_rectangular_bandwidth(freq):
    """Width of the auditory filter (Glasberg and Moore, Hearing Research 47, 1990)."""
    return 24.7 * (4.37e-3 * np.asarray(freq, dtype=np.float64) + 1.0)
