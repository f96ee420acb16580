"""Defines a planner's inputs and outputs, and who yields to whom.

They are the same for every mode.

Conventions: a power is 10^(dB SPL / 10) in each of the 25 bands of `imgext.dsp.bark`, at mix gain and without
the cuts that are to be found; frame t of the mix stands for its sample ``t * hop(rate)``; spans are seconds
of the mix in milliseconds, gains dB in hundredths and never above 0.

A planner is a function ``plan(tracks, settings) -> Plan`` (`Planner`). It depends on nothing else, and not on
the order of the tracks. A `Mode` is a planner with a line on what it does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from imgext.dsp.bark import BANDS, EDGES, hop
from imgext.dsp.masking import active_frames
from imgext.dsp.partial_loudness import EVERY, Stem
from imgext.dsp.units import power_to_db

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgext.dsp.cuts import Bell

    Float = NDArray[np.float64]
    Int = NDArray[np.int64]

Search = Literal["pattern", "harmony"]
"""How mode `optimise` searches, see `imgext.mix.unmask.harmony`."""

Objective = Literal["loudness", "masking"]
"""What mode `optimise` minimises, see `imgext.mix.unmask.objective`."""

BED_WEIGHT = 0.1
"""Weight of a bed in an objective; an object weighs its importance (reference, section 4)."""

SPANS = 8
"""The most spans of one cut in up to a minute of overlap, so that they can be read."""

_ROWS, _ROWS_THIRD = 30_000, 90_000  # of all tracks, that are looked at in full, and in every third frame


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """One heard track as it would sound without the stage's cuts, at mix gain.

    Parameters
    ----------
    id, label : str
        The track, and what the scene calls it.
    importance : float
        0 to 1; 0 for a bed.
    bed : bool
        A background, which yields to every object.
    at : ndarray of int, shape (rows,)
        Frames of the mix in which it is not silent, rising.
    power : ndarray, shape (rows, 25)
        Cuts that are written are in it.
    open : bool
        Its `eq` is blank, so it may be cut. Any other track is left as it is, masks and is protected.
    heard : callable, optional
        Plays the track with bells next to the cuts that are written, as the render will: LUFS at its present
        gain, and at the gain that puts its level back. All tracks of a scene have it, or none; without
        it the model of `imgext.mix.unmask.guards` has the last word.
    """

    id: str
    label: str
    importance: float
    bed: bool
    at: Int
    power: Float
    open: bool = True
    heard: Callable[[Sequence[Bell]], tuple[float, float]] | None = None

    @property
    def rank(self) -> float:
        """Effective importance: 0 for a bed."""
        return 0.0 if self.bed else self.importance

    @property
    def weight(self) -> float:
        """Weight in an objective."""
        return BED_WEIGHT if self.bed else self.importance


@dataclass(frozen=True, slots=True)
class Settings:
    """The part of a scene that a planner needs.

    Parameters
    ----------
    rate : int
        Hz.
    frames : int
        Length of the mix in samples.
    max_cut : float
        dB, 0 to 6: the deepest cut of a track, all its bells together; 0 means none.
    q : float
        Of the bells.
    bells : int or None
        The most bells of a track; None as the mode has them.
    measure : {"rms", "lufs"}
        How the renderer measures the level that it restores.
    seed : int
        For modes that draw.
    search, objective : str
        For mode `optimise`: how it looks for the deepest point, and of what.
    """

    rate: int
    frames: int
    max_cut: float = 6.0
    q: float = 1.0
    bells: int | None = None
    measure: Literal["rms", "lufs"] = "rms"
    seed: int = 0
    search: Search = "pattern"
    objective: Objective = "loudness"

    @property
    def seconds(self) -> float:
        """Length of the mix in s, rounded down to a millisecond."""
        return self.frames * 1000 // self.rate / 1000


@dataclass(frozen=True, slots=True)
class Proposed:
    """One cut of a plan: exactly what is written into the scene and played.

    Parameters
    ----------
    freq, gain, q : float
        Hz, dB (below 0), width.
    spans : list of (float, float)
        Seconds of the mix, milliseconds.
    against : str
        The track to be heard through the cut.
    because : str
        One sentence for the user.
    numbers : dict
        ``band`` (1 to 25), ``direction`` (the part that the cut track plays in this band: masker or maskee),
        ``depth`` (dB), ``seconds`` (sum of the spans), ``gain`` (by how much the mix's weighted loss of
        loudness falls, or the mode's own measure), ``share`` (of what is gained, that of `against`; or the
        mode's own).
    of_bell : str
        The part of `because` that holds whomever the bell helps.
    """

    freq: float
    gain: float
    q: float
    spans: list[tuple[float, float]]
    against: str
    because: str
    numbers: dict[str, Any] = field(default_factory=dict)
    of_bell: str = ""


Plan = dict[str, list[Proposed]]
"""For every open track its cuts by rising frequency, perhaps none."""

Planner = Callable[[Sequence[Placed], Settings], Plan]
"""Finds the cuts of a scene from all tracks that are heard, in any order.

ValueError: two have the same id, or powers do not fit their frames.
"""


class Mode(NamedTuple):
    """A way to find cuts.

    `meaning` says in one line what it does; `compresses` whether ``unmask.dynamics`` may add compressors.
    """

    meaning: str
    plan: Planner
    compresses: bool = False


def direction(
    cut: Placed, against: Placed, band: int, spans: Sequence[tuple[float, float]], rate: int
) -> str:
    """Which part the cut track plays in a band (0 for the lowest).

    "masker" if it has more power there during the spans, else "maskee".
    """
    power = []
    for track in (cut, against):
        seconds = track.at * (hop(rate) / rate)
        inside = np.zeros(track.at.size, dtype=bool)
        for start, stop in spans:
            inside[slice(*np.searchsorted(seconds, (start, stop)).tolist())] = True
        power.append(float(np.sum(track.power[inside, band])))
    return (
        "masker"
        if round(power_to_db(max(power[0], 1e-30)) - power_to_db(max(power[1], 1e-30)), 6) >= 0.0
        else "maskee"
    )


def proposed(
    cut: Placed,
    against: Placed,
    bell: Bell,
    rate: int,
    *,
    of_pair: str = "",
    of_bell: str = "",
    **numbers: Any,
) -> Proposed:
    """Turn a bell of a plan into a cut with words and figures.

    Parameters
    ----------
    cut, against : Placed
        The track that yields and the one that gains most.
    bell : Bell
        With spans.
    rate : int
        Hz.
    of_pair, of_bell : str
        More words about the two tracks, or about the bell whomever it helps.
    **numbers
        ``gain`` and ``share`` as for `Proposed`, and what else the mode has.
    """
    spans, depth = list(bell.spans or ()), -bell.gain_db
    band = next(k for k, high in enumerate(EDGES[1:]) if bell.freq < high or k == BANDS - 1)
    part = direction(cut, against, band, spans, rate)
    because = "; ".join(
        each for each in (sentence(cut, against, bell.freq, depth, part, spans), of_pair, of_bell) if each
    )
    figures = {"band": band + 1, "direction": part, "depth": depth, "seconds": seconds_of(spans), **numbers}
    return Proposed(bell.freq, bell.gain_db, bell.q, spans, against.id, because, figures, of_bell)


def sentence(
    cut: Placed,
    against: Placed,
    freq: float,
    depth: float,
    part: str,
    spans: Sequence[tuple[float, float]],
) -> str:
    """Say who masks whom, where, and how it is cut."""
    verb = {"masker": "masks", "maskee": "competes with"}[part]
    times = f"{len(spans)} span{'s' * (len(spans) != 1)}"
    return (
        f"{cut.label} {verb} {against.label} around {freq:g} Hz: "
        f"cut {depth:g} dB for {seconds_of(spans):.1f} s in {times}"
    )


def audibility(gain: float) -> str:
    """Say by how much the weighted share of loudness that is heard rises.

    >>> audibility(0.0021)
    'audibility +0.21 points'
    """
    return f"audibility {100.0 * gain:+.2f} points"


def seconds_of(spans: Sequence[tuple[float, float]]) -> float:
    """Sum of the spans, to a millisecond."""
    return round(sum(stop - start for start, stop in spans), 3)


def spans_for(overlap: float) -> int:
    """The most spans of a cut, for so many seconds in which it may be active.

    8, and as many more in every further minute.

    >>> spans_for(12.0), spans_for(120.0)
    (8, 16)
    """
    return SPANS + max(0, math.ceil((overlap - 60.0) / 7.5))


def thinning(rows: int) -> int:
    """One in how many frames a planner looks at.

    By how many rows all tracks have together.

    1, or a multiple of 3.

    >>> thinning(20_000), thinning(80_000), thinning(240_000)
    (1, 3, 9)
    """
    return 1 if rows <= _ROWS else EVERY * -(-rows // _ROWS_THIRD)


def stem_of(track: Placed) -> Stem:
    """Give a track the form that `imgext.dsp.partial_loudness` works on."""
    return Stem(track.at, np.ascontiguousarray(track.power, dtype=np.float64), active_frames(track.power))
