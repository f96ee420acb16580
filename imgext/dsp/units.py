"""Decibels and gains, rounded so that every machine gets the same number.

Conventions: a gain is a factor on amplitude, a power is a mean square; ``dB = 20 log10(gain) = 10
log10(power)``.

`10.0**x` and `log10` follow the processor and the C library in their last bit. What leaves this module is
rounded to twelve significant digits, a step of at most 1e-11 dB, so that a gain computed twice is the same
gain twice.
"""

from __future__ import annotations

import math

SIGNIFICANT_DIGITS = 12


def rounded(value: float) -> float:
    """Round to twelve significant digits; infinities pass.

    Examples
    --------
    >>> rounded(0.1 + 0.2)
    0.3
    """
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def db_to_gain(db: float) -> float:
    """Turn decibels into a factor on amplitude.

    Parameters
    ----------
    db : float
        dB; minus infinity is silence.

    Returns
    -------
    float
        >= 0, twelve significant digits.

    Raises
    ------
    ValueError
        The level is not a number, or too large to be a finite gain.

    Examples
    --------
    >>> db_to_gain(20.0), db_to_gain(0.0), db_to_gain(float("-inf"))
    (10.0, 1.0, 0.0)
    """
    if math.isnan(db) or db > 6000.0:
        raise ValueError(f"{db} dB is not a gain: a number up to 6000 is expected")
    return rounded(10.0 ** (db / 20.0))


def gain_to_db(gain: float) -> float:
    """Turn a factor on amplitude into decibels; 0 becomes minus infinity.

    Parameters
    ----------
    gain : float
        >= 0, finite.

    Returns
    -------
    float
        dB, twelve significant digits.

    Raises
    ------
    ValueError
        The gain is negative, infinite or not a number.

    Examples
    --------
    >>> gain_to_db(0.1), gain_to_db(1.0), gain_to_db(0.0)
    (-20.0, 0.0, -inf)
    """
    return _decibels(20.0, gain, "gain")


def power_to_db(power: float) -> float:
    """Turn a mean square into decibels; 0 becomes minus infinity.

    Parameters
    ----------
    power : float
        >= 0, finite.

    Returns
    -------
    float
        dB, twelve significant digits.

    Raises
    ------
    ValueError
        The power is negative, infinite or not a number.

    Examples
    --------
    >>> power_to_db(0.1)
    -10.0
    """
    return _decibels(10.0, power, "power")


def _decibels(factor: float, value: float, name: str) -> float:
    if not 0.0 <= value < math.inf:
        raise ValueError(f"a {name} of {value} has no level: a finite number >= 0 is expected")
    return rounded(factor * math.log10(value)) if value else -math.inf
