"""From a sound to its acoustics: class, probabilities, decay time where it can be told, and the gain of its send.

Conventions: gain in dB, at most 0; decay time in s or None. A sound about which nothing can be told is `unknown` and gets what a dry sound
gets. The direct-to-reverberant ratio is not estimated: after the end of a natural sound, level falls by one to three dB more for a dry
recording than for a wet one, less than the end is uncertain by (8 ms are 1.3 dB at a decay of 0.4 s).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from imgext.dsp.reverberation.compensation import class_gain, with_prior
from imgext.dsp.reverberation.decays import find_decays
from imgext.dsp.reverberation.features import features, modulation_depth
from imgext.dsp.reverberation.levels import RATE, measure, prepare
from imgext.dsp.reverberation.model import CLASSES, probabilities

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Kind = Literal["dry", "some", "wet", "unknown"]

SHORTEST = 1.5
"""Seconds below which nothing is told."""

MODULATION = 0.8
"""Modulation depth from which a sound has events whose ends can be heard."""

DECAYS, EVENTS, SPREAD, DRIEST = 8, 3, 0.35, 0.35
"""A decay time is told from so many decays of so many events, of at most so much spread, unless the sound is as probably dry as this."""


@dataclass(frozen=True)
class Acoustics:
    """How reverberant a sound is.

    Attributes
    ----------
    kind : {"dry", "some", "wet", "unknown"}
        By the C50 of the room in the recording: above 14 dB, 6 to 14 dB, below 6 dB.
    p : tuple of float
        Probabilities of dry, some and wet, to three decimals, if published sounds are dry four times in six.
    rt60 : float or None
        Decay time in s to 0.01 s; None where it cannot be told.
    gain_db : float
        For the send, at most 0, to 0.1 dB.
    event : bool
        Whether the sound has events whose ends can be heard.
    because : str
        The reason, a few words.
    """

    kind: Kind
    p: tuple[float, float, float]
    rt60: float | None
    gain_db: float
    event: bool
    because: str


#: What is assumed of a sound that cannot be analysed.
_PRIOR_P = (0.667, 0.167, 0.167)


def analyse(samples: NDArray[np.float64], rate: int, *, ringing: bool = False) -> Acoustics:
    """Tell how reverberant a sound is.

    Parameters
    ----------
    samples : ndarray of float64, shape (frames,) or (frames, channels)
    rate : int
        Samples per second, 1 or more.
    ringing : bool
        The label names a thing that rings by itself (a bell, a gong, thunder): its own decay cannot be told from a room's.

    Returns
    -------
    Acoustics

    Examples
    --------
    >>> import numpy as np
    >>> analyse(np.zeros(48000), 48000).because
    'silent'
    >>> analyse(np.random.default_rng(1).standard_normal(96000), 48000).because
    'stationary: no ends of sounds are heard'
    """
    x = prepare(samples, rate)
    if not x.size:
        return Acoustics("unknown", _PRIOR_P, None, 0.0, event=False, because="silent")
    if x.size < SHORTEST * RATE:
        return Acoustics("unknown", _PRIOR_P, None, 0.0, event=False, because=f"shorter than {SHORTEST:g} s")
    levels = measure(x)
    plain = probabilities(features(levels))
    found = find_decays(levels)
    known = found.decays >= DECAYS and found.events >= EVENTS and found.spread <= SPREAD and float(plain[0]) < DRIEST
    event = known or modulation_depth(levels) >= MODULATION
    p = with_prior(plain)
    if ringing:
        return Acoustics("unknown", p, None, 0.0, event=event, because="rings by itself, which sounds like a room")
    if not event:
        return Acoustics("unknown", p, None, 0.0, event=False, because="stationary: no ends of sounds are heard")
    best = max(range(3), key=lambda i: (p[i], -i))
    rt60 = round(found.rt60, 2) if known and math.isfinite(found.rt60) else None
    because = f"{found.decays} decays of {found.events} events" if rt60 is not None else "how its levels fall after events"
    kind: Kind = CLASSES[best]  # type: ignore[assignment]
    return Acoustics(kind, p, rt60, class_gain(p), event=True, because=because)
