"""How much of a room a sound gets that already has one.

Conventions: C50 and DRR in dB, decay times in s. `r_t` is the reverberation that the scene's room adds, as
energy relative to the direct sound (``10 ** (-DRR / 10)``, the square of `wet_level`); `late_share` the share
of that room's response that comes after its first 50 ms; a send is a factor on amplitude, at most
``sqrt(r_t)``, which is what a dry sound gets.

Where C50 of the sound's own room is known (the user wrote it, or RT60 and DRR), the send is chosen so that
the two rooms one after the other have the C50 that the scene's room has for a dry sound. Otherwise a class
gives a gain (`class_gain`).

Source: ISO 3382-1:2009, A.2.3 (C50); the rest is arithmetic on energies: of the sound's own response, early
and late parts are ``1`` and ``rho = 10 ** (-C50 / 10)`` (up to a common factor), of the room's ``1 - L`` and
``L``. What passes through the room's late part is late, what passes through its early part counts as early,
and so the formula is exact but for the sound's late part seen through the room's early one.
"""

from __future__ import annotations

import math

import numpy as np

from imgext.dsp.units import rounded

CLASS_GAINS = (0.0, -4.0, -10.0)
"""Gain of the send in dB for dry, some and wet."""

PRIOR = (4.0, 1.0, 1.0)
"""How frequent dry, some and wet are among sounds that people publish.

An assumption that keeps a wrong guess from doing harm.
"""

FLOOR = 0.25
"""Smallest send, as a share of a dry sound's (-12 dB), so that the scene's long tail stays.

It holds where the sound's own room does not ring as long as the scene's.
"""

_NEPER_60_DB = 6.0 * math.log(10.0)  # energy falls by e ** (_NEPER_60_DB * t / T)


def class_gain(posterior: tuple[float, float, float]) -> float:
    """Return the send's gain in dB: the mean of `CLASS_GAINS`, as amplitudes.

    Parameters
    ----------
    posterior : tuple of float
        Probabilities of dry, some and wet; they add up to 1.

    Returns
    -------
    float
        At most 0, rounded to 0.1 dB.

    Examples
    --------
    >>> class_gain((1.0, 0.0, 0.0)), class_gain((0.0, 0.0, 1.0))
    (0.0, -10.0)
    """
    amplitude = sum(p * 10.0 ** (gain / 20.0) for p, gain in zip(posterior, CLASS_GAINS, strict=True)) / sum(
        posterior
    )
    return min(0.0, round(20.0 * math.log10(amplitude), 1)) + 0.0


def with_prior(probabilities: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, float, float]:
    """Weight probabilities of equally frequent classes with `PRIOR`.

    Rounded to three decimals.

    >>> with_prior(np.array([1.0, 1.0, 1.0]) / 3.0)
    (0.667, 0.167, 0.167)
    """
    weighted = probabilities * np.array(PRIOR)
    dry, some, wet = (round(float(p), 3) for p in weighted / np.sum(weighted))
    return dry, some, wet


def c50_of(rt60: float, drr: float) -> float:
    """C50 of a sound whose room decays exponentially from the direct sound on.

    Parameters
    ----------
    rt60 : float
        Decay time in s, above 0.
    drr : float
        Direct-to-reverberant ratio in dB.

    Returns
    -------
    float
        dB, rounded to twelve digits.

    Raises
    ------
    ValueError
        `rt60` is not above 0.

    Examples
    --------
    >>> round(c50_of(1.0, 0.0), 3), round(c50_of(0.5, 6.0), 3)
    (4.757, 12.749)
    """
    if not rt60 > 0.0:
        raise ValueError(f"rt60 is {rt60}; it is above 0 s")
    reverberation = 10.0 ** (-drr / 10.0)
    late = reverberation * math.exp(-_NEPER_60_DB * 0.050 / rt60)
    if late == 0.0:
        return math.inf
    return rounded(10.0 * math.log10((1.0 + reverberation - late) / late))


def send_for_c50(c50: float, r_t: float, late_share: float, *, keep_tail: bool = True) -> float:
    """Send that gives a sound the C50 that a dry sound would have in the scene's room.

    Parameters
    ----------
    c50 : float
        C50 of the sound's own room in dB; infinity for a dry sound.
    r_t : float
        Energy of the scene's reverberation for a dry sound, relative to the direct sound; 0 or more.
    late_share : float
        Share of the energy of the room's response after 50 ms, 0 to 1.
    keep_tail : bool
        Do not go below `FLOOR`: for a sound whose room is not known to ring longer than the scene's.

    Returns
    -------
    float
        Factor on amplitude, at most ``sqrt(r_t)``, rounded to twelve digits.

    Raises
    ------
    ValueError
        `r_t` or `late_share` is out of its range.

    Examples
    --------
    >>> send_for_c50(math.inf, 0.25, 0.5), round(send_for_c50(10.0, 0.25, 0.5), 6)
    (0.5, 0.150756)
    """
    if not r_t >= 0.0:
        raise ValueError(f"r_t is {r_t}; it is 0 or more")
    if not 0.0 <= late_share <= 1.0:
        raise ValueError(f"late_share is {late_share}; it runs from 0 to 1")
    full = math.sqrt(r_t)
    rho = 10.0 ** (-c50 / 10.0)
    if rho == 0.0 or r_t == 0.0 or late_share == 0.0:
        return full
    wanted = (
        r_t * late_share / (1.0 + r_t * (1.0 - late_share))
    )  # late over early energy of a dry sound in the room
    energy = max(0.0, (wanted - rho) / ((1.0 + rho) * (late_share - wanted * (1.0 - late_share))))
    send = min(full, math.sqrt(energy))
    return rounded(max(send, FLOOR * full) if keep_tail else send)
