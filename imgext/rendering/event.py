"""Reads one occurrence of a sound: trimmed, looped, cut, compressed, faded.

Conventions: blocks are float64 (n, channels), read one after the other from the event's first frame. A loop
of a unit of U frames with a crossfade of X repeats every U - X frames; its end fades out while its beginning
fades in, with curves that keep the power constant however alike the two are. Cuts are the gated bells of
`imgext.dsp.bell`, lowest frequency first, warm from the first frame. The compressor of
`imgext.dsp.compressor` follows them, at rest at the first frame of each occurrence, and hears all channels
together; fades come after it, so that they keep their shape, and last the gain of the occurrence itself. What
is heard at another pitch is resampled before anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.dsp.compressor import Compressor, linked
from imgext.dsp.distance import air_taps, through_air
from imgext.dsp.fade import apply_fades
from imgext.dsp.quantise import require_finite
from imgext.dsp.seam import alike_crossfade
from imgext.dsp.sound_file import retuned
from imgext.dsp.units import db_to_gain
from imgext.dsp.vary import pitch_rate

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from imgext.dsp.sound_file import Samples
    from imgext.rendering.plan import Event, TrackPlan


#: Seconds over which a sound goes that the end of the mix cuts off, at most a quarter of what is heard of it.
EDGE = 0.5


def source_frames(event: Event, rate: int) -> int:
    """Frames of the sound itself that an occurrence plays at its pitch."""
    return max(1, round(event.frames * pitch_rate(rate, event.pitch) / rate))


def _spans(spans: Iterable[tuple[int, int]], event: Event, circle: int) -> list[tuple[int, int]]:
    """Turn spans of the mix into frames of an event; a circle repeats them."""
    turns = range((event.start + event.frames) // circle + 1) if circle else range(1)
    found: list[tuple[int, int]] = []
    for begin, end in sorted(
        (begin + turn * circle, end + turn * circle) for turn in turns for begin, end in spans
    ):
        if circle and found and begin - event.start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end - event.start))
        else:
            found.append((begin - event.start, end - event.start))
    return found


class EventReader:
    """Reads an event block by block.

    Parameters
    ----------
    track : TrackPlan
    samples : Samples
        The track's sound at the mix's rate.
    event : Event
        Which occurrence.
    rate : int
        Hz.
    """

    def __init__(self, track: TrackPlan, samples: Samples, event: Event, rate: int) -> None:
        self.track, self.samples, self.event = track, samples, event
        self.position = 0
        self._fade_out = track.fade_out
        if event.cut:  # what the end of the mix cuts off goes before it
            self._fade_out = max(track.fade_out, min(round(EDGE * rate), event.frames // 4))
        self._pitched: Samples | None = None
        if event.pitch and not track.loop:
            first = track.offset + event.shift
            source = pitch_rate(rate, event.pitch)
            last = min(samples.frames, first + source_frames(event, rate))
            self._pitched = retuned(samples, first, last, source, rate)
        self._bells = []
        if track.cuts:
            from imgext.dsp.bell import GatedBell

            for cut in sorted(track.cuts, key=lambda cut: (cut.freq, cut.gain_db, cut.q)):
                spans = None if cut.spans is None else _spans(cut.spans, event, track.circle)
                self._bells.append(GatedBell(cut.freq, cut.gain_db, cut.q, spans, rate))
        self.compressor: Compressor | None = None
        if track.compressor is not None:
            how = track.compressor
            self.compressor = Compressor(
                how.threshold_db, how.ratio, rate, knee_db=how.knee_db, attack=how.attack, release=how.release
            )
            self._drive = db_to_gain(how.drive_db)
        self.gains: NDArray[np.float64] = np.ones(0)
        """The compressor's gains in the frames that were read last."""
        self._curves = alike_crossfade(track.crossfade, track.alike) if track.crossfade else None
        self._meeting = alike_crossfade(track.meeting, track.meeting_alike) if track.meeting else None
        self._air = air_taps(track.air, rate) if track.air else None

    def read(self, n: int) -> NDArray[np.float64]:
        """Read the next `n` frames into a new array (n, channels)."""
        x = (
            self._raw(self.position, self.position + n)
            if self._air is None
            else self._behind_air(self.position, n, self._air)
        )
        for bell in self._bells:
            x = bell.process(x, self.position)
        require_finite(
            x, f"track {self.track.id}, after its cuts" if self._bells else f"track {self.track.id}, as read"
        )
        if self.compressor is not None:
            self.gains = self.compressor.gains(linked(x) * self._drive)
            x *= self.gains[:, np.newaxis]
        apply_fades(x, self.position, self.event.frames, self.track.fade_in, self._fade_out)
        if self._meeting is not None:
            for curve, begin in zip(self._meeting, (self.track.circle, 0), strict=True):
                first, last = (
                    min(max(at - begin, 0), len(curve)) for at in (self.position, self.position + n)
                )
                x[begin + first - self.position : begin + last - self.position] *= curve[
                    first:last, np.newaxis
                ]
        if self.event.gain_db:
            x *= self.event.gain
        self.position += n
        return x

    def _behind_air(self, start: int, n: int, taps: tuple[float, ...]) -> NDArray[np.float64]:
        """Read frames filtered by the air; the event has silence before and after it."""
        half = len(taps) - 1
        first, last = max(0, start - half), min(self.event.frames, start + n + half)
        x = np.zeros((n + 2 * half, self.samples.channels))
        x[first - start + half : last - start + half] = self._raw(first, last)
        return through_air(x, taps)

    def _raw(self, start: int, stop: int) -> NDArray[np.float64]:
        track, samples = self.track, self.samples
        if self._pitched is not None:
            out = np.zeros((stop - start, samples.channels))
            heard = self._pitched.read(min(start, self._pitched.frames), min(stop, self._pitched.frames))
            out[: len(heard)] = heard
            return out * self.event.even
        if not track.loop:
            first = track.offset + self.event.shift
            return np.array(samples.read(first + start, first + stop)) * self.event.even
        period = track.period
        out = np.zeros((stop - start, samples.channels))
        at = start
        while at < stop:
            instance, position = divmod(at, period)
            end = min(stop, (instance + 1) * period)
            piece = out[at - start : end - start]
            piece += samples.read(track.offset + position, track.offset + position + end - at)
            if instance and position < track.crossfade and self._curves is not None:
                n = min(track.crossfade - position, end - at)
                fall, rise = (curve[position : position + n, None] for curve in self._curves)
                piece[:n] *= rise
                piece[:n] += (
                    samples.read(track.offset + period + position, track.offset + period + position + n)
                    * fall
                )
            at = end
        return out
