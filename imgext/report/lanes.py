"""What a picture of a mix is drawn from: plain data, filled in by the pipeline.

Conventions: times in seconds of the mix, frequencies in Hz, gains in dB, levels in dBFS, pan -1 (left) to 1
(right). Peak arrays cover the whole mix, from 0 to `Picture.duration`, in equally long columns; each value is
the largest absolute amplitude inside its column, 0 to 1. Nothing here knows how the sounds were made.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Clip:
    """One appearance of a sound.

    Parameters
    ----------
    start, end : float
        Where it begins and stops, in seconds.
    fade_in, fade_out : float
        Length of the fades in seconds, inside `start` to `end`.
    loop_period : float or None
        Seconds from one repeat to the next, None where the sound plays once.
    truncated : bool
        The mix ends (or the scene says so) before the sound does.
    take : int
        Which piece of the sound, from 1; 0 where there is only one.
    times : int
        How many appearances it stands for, where they are too narrow to be drawn each.
    """

    start: float
    end: float
    fade_in: float = 0.0
    fade_out: float = 0.0
    loop_period: float | None = None
    truncated: bool = False
    take: int = 0
    times: int = 1


@dataclass(frozen=True)
class CutMark:
    """One bell: `gain` dB at `freq` Hz, active in `spans`; no spans means always."""

    freq: float
    gain: float
    q: float = 1.0
    spans: tuple[tuple[float, float], ...] = ()
    against: str | None = None


@dataclass(frozen=True, eq=False)
class Lane:
    """One track.

    Parameters
    ----------
    id, label : str
        The track's id in the scene, and what people call it.
    kind : {"object", "atmo", "track"}
        An object that is seen, a bed, or a track without an object.
    sound : str
        Name of the sound that plays.
    pan, level, gain : float
        As rendered: -1 to 1, dBFS, and the editor's trim in dB.
    importance : float or None
        0 to 1, where the track has an object.
    send, depth : float or None
        Share of the room, where there is one; how far away the object is, where that is heard.
    clips : tuple of Clip
    cuts : tuple of CutMark
    peaks : ndarray (n,) or None
        Peak amplitude of the stem per column, 0 to 1.
    brightness : ndarray (n,) or None
        Bark, 0 to 25, per column of the stem; not a number where it is silent.
    dominant : tuple of float
        Hz at which it is strongest.
    reduction : float
        By how many dB it is compressed at most; 0 without a compressor.
    muted : bool
    note : str
        Why it is muted, or another remark of one line.
    """

    id: str
    label: str
    kind: Literal["object", "atmo", "track"]
    sound: str
    pan: float
    level: float
    gain: float = 0.0
    importance: float | None = None
    clips: tuple[Clip, ...] = ()
    cuts: tuple[CutMark, ...] = ()
    peaks: NDArray[np.float64] | None = None
    reduction: float = 0.0
    muted: bool = False
    note: str = ""
    send: float | None = None
    depth: float | None = None
    brightness: NDArray[np.float64] | None = None
    dominant: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class Picture:
    """A whole mix.

    Parameters
    ----------
    title : str
    duration : float
        Length of the mix in seconds, the room's tail included.
    lanes : tuple of Lane
        In the scene's order.
    tail_from : float or None
        From here on only the room rings.
    room : str or None
        The room in a few words.
    master_peaks : ndarray (n,) or None
        Peak amplitude of the finished mix per column, 0 to 1.
    """

    title: str
    duration: float
    lanes: tuple[Lane, ...]
    tail_from: float | None = None
    room: str | None = None
    master_peaks: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class Masking:
    """How two sounds mask each other, in one version of the mix.

    Parameters
    ----------
    forth, back : ndarray (25, n)
        Severity, 0 to 1, by critical band (lowest first) and column of time: of the first sound masking the
        second, and the reverse.
    together : ndarray (n,)
        Whether both are active in a column.
    worst : tuple of (float, float)
        Each way: the largest mean over time of any band, and the centre of that band in Hz.
    total : tuple of float
        Each way: severity summed over time and bands, in seconds.
    share : float
        Part of the cells in which the first is the masker, 0 to 1.
    interchange : float
        Changes of these roles per second.
    """

    forth: NDArray[np.float64]
    back: NDArray[np.float64]
    together: NDArray[np.bool_]
    worst: tuple[tuple[float, float], tuple[float, float]]
    total: tuple[float, float]
    share: float
    interchange: float


@dataclass(frozen=True, eq=False)
class Meeting:
    """Two sounds heard together; the first is the less important, if they differ.

    Parameters
    ----------
    first, second : str
        Their labels.
    start, column : float
        Where the first column begins, and how long each is, in seconds of the mix.
    seconds : float
        How long they are heard together.
    before, after : Masking or None
        Without the cuts of the scene, and with them; None where they are not heard together then. The same
        object where no cut changes anything.
    cuts : tuple of CutMark
        Those of the two that are made for the other.
    other_cuts : tuple of CutMark
        Those of the two that are made for a third sound.
    equal : bool
        Neither is the less important one.
    """

    first: str
    second: str
    start: float
    column: float
    seconds: float
    before: Masking | None
    after: Masking | None
    cuts: tuple[CutMark, ...] = ()
    other_cuts: tuple[CutMark, ...] = ()
    equal: bool = False
