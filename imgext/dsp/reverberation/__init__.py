"""How reverberant a recording is, and how much less of a room it therefore gets.

`analyse` tells a sound's class (dry, some, wet, or unknown) and, where it can, the decay time of the room it
was recorded in; `send_for_c50` computes the send for users who know more. Everything in here is
deterministic: levels are rounded to a millionth of a decibel as soon as they are taken, and from there on
only additions, multiplications, comparisons and sorting decide.

Where to look: `levels` (a sound as band levels over time), `features` (what is derived from them), `echoes`
(what its spectrum tells), `decays` (decay times), `model` (networks), `analysis` (decisions), `compensation`
(the arithmetic of sends).
"""

from imgext.dsp.reverberation.analysis import Acoustics, Kind, analyse
from imgext.dsp.reverberation.compensation import c50_of, send_for_c50

__all__ = ["Acoustics", "Kind", "analyse", "c50_of", "send_for_c50"]
