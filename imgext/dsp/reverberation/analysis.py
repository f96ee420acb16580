"""From a sound to its acoustics.

Class, probabilities, decay time if it can be found, and the gain of its send.

Conventions: gain in dB, at most 0; decay time in s or None. A sound of which nothing can be found is
`unknown` and gets what a dry sound gets. The direct-to-reverberant ratio is not estimated: where a natural
sound ends, the level falls by one to three dB more in a dry recording than in a wet one, less than the
instant of the end is uncertain by (8 ms are 1.3 dB at a decay of 0.4 s).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from imgext.dsp.reverberation.compensation import class_gain, with_prior
from imgext.dsp.reverberation.decays import Decays, find_decays
from imgext.dsp.reverberation.echoes import echoes
from imgext.dsp.reverberation.features import features, modulation_depth
from imgext.dsp.reverberation.levels import RATE, measure, prepare
from imgext.dsp.reverberation.model import CLASSES, Model, own_model

if TYPE_CHECKING:
    from numpy.typing import NDArray

Kind = Literal["dry", "some", "wet", "unknown"]

SHORTEST = 1.5
"""Seconds of sound below which nothing is decided."""

MODULATION = 0.8
"""Modulation depth from which a sound has events, whose ends are heard."""

CLEARLY = 0.1
"""Probability of dry below which a room is clearly there.

Of equally frequent classes; asked of sounds without events.
"""

DECAYS, EVENTS, SPREAD, DRIEST = 8, 3, 0.35, 0.35
"""When decays give a decay time.

So many, of so many events, of at most so much spread, and dry is less probable than this.
"""

DOUBT, DRIEST_ESTIMATE = 0.15, 0.1
"""The networks' decay time is taken if they differ by at most so much and dry is less probable than this."""

SHORTEST_DECAY, LONGEST_DECAY = 0.35, 3.5
"""Seconds outside which no decay time is given.

The ends of many dry sounds fall as fast, and no room that rings longer was trained with.
"""

SHORT_ROOMS = ((0.35, 0.65), (-1.5, -10.0))
"""Decay times (s) found in decays, and the lowest gain (dB) for each.

So short a room leaves a sound clear, however near it is to its walls.
"""


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
        Decay time in s, to 0.01 s; None if it cannot be found.
    gain_db : float
        For the send, at most 0, to 0.1 dB.
    event : bool
        Whether the sound has events, whose ends are heard.
    because : str
        The reason, a few words.
    """

    kind: Kind
    p: tuple[float, float, float]
    rt60: float | None
    gain_db: float
    event: bool
    because: str


@dataclass(frozen=True)
class Evidence:
    """What is measured of a sound; judged by a `Model`.

    Attributes
    ----------
    features : dict of str to float
    decays : Decays
    modulation : float
        See `modulation_depth`.
    """

    features: dict[str, float]
    decays: Decays
    modulation: float


#: What is assumed of a sound that cannot be analysed.
_PRIOR = (0.667, 0.167, 0.167)


def analyse(samples: NDArray[np.float64], rate: int, *, ringing: bool = False) -> Acoustics:
    """Tell how reverberant a sound is.

    Parameters
    ----------
    samples : ndarray of float64, shape (frames,) or (frames, channels)
    rate : int
        Samples per second, 1 or more.
    ringing : bool
        The label names a thing that rings by itself (a bell, a gong, thunder): its own decay cannot be
        separated from a room's.

    Returns
    -------
    Acoustics

    Examples
    --------
    >>> import numpy as np
    >>> analyse(np.zeros(48000), 48000).because
    'silent'
    >>> analyse(np.random.default_rng(1).standard_normal(96000), 48000).because
    'steady, without a room that is plainly heard'
    """
    x = prepare(samples, rate)
    if not x.size:
        return _nothing("silent")
    if x.size < SHORTEST * RATE:
        return _nothing(f"shorter than {SHORTEST:g} s")
    return judge(examine(x), own_model(), ringing=ringing)


def _nothing(because: str) -> Acoustics:
    return Acoustics("unknown", _PRIOR, None, 0.0, event=False, because=because)


def examine(x: NDArray[np.float64]) -> Evidence:
    """Measure a sound of `SHORTEST` seconds or more, prepared by `levels.prepare`."""
    levels = measure(x)
    return Evidence({**features(levels), **echoes(x)}, find_decays(levels), modulation_depth(levels))


def judge(evidence: Evidence, model: Model, *, ringing: bool = False) -> Acoustics:
    """Decide what to say of a sound.

    Parameters
    ----------
    evidence : Evidence
    model : Model
    ringing : bool
        See `analyse`.

    Returns
    -------
    Acoustics
    """
    plain = model.probabilities(evidence.features)
    p = with_prior(plain)
    dry = float(plain[0])
    found = evidence.decays
    decaying = found.decays >= DECAYS and found.events >= EVENTS and found.spread <= SPREAD and dry < DRIEST
    event = decaying or evidence.modulation >= MODULATION
    if ringing:
        return Acoustics(
            "unknown", p, None, 0.0, event=event, because="rings by itself, which sounds like a room"
        )
    if not event and dry >= CLEARLY:
        return Acoustics(
            "unknown", p, None, 0.0, event=False, because="steady, without a room that is plainly heard"
        )
    gain = class_gain(p)
    if decaying:
        rt60 = found.rt60
        gain = max(gain, round(float(np.interp(rt60, *SHORT_ROOMS)), 1))
    else:
        rt60, doubt = model.decay_time(evidence.features)
        if doubt > DOUBT or dry >= DRIEST_ESTIMATE:
            rt60 = 0.0
    kind = cast("Kind", CLASSES[max(range(3), key=lambda i: (p[i], -i))])
    because = (
        (f"{found.decays} decays of {found.events} events" if decaying else "the ends of its events")
        if event
        else "echoes in its spectrum"
    )
    known = SHORTEST_DECAY <= rt60 <= LONGEST_DECAY
    return Acoustics(kind, p, round(rt60, 2) if known else None, gain, event=event, because=because)
