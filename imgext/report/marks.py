"""Places cuts and dominant frequencies in the spectrogram as lines in time.

A line has the colour of its track.

Cuts of several tracks at one frequency lie in rows, one for each track, about that frequency, and share their
words. Pixels, as in `imgext.report.spectrogram`; nothing is drawn here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imgext.report import style
from imgext.report.canvas import Word, shorten, text_width
from imgext.report.page import x_of
from imgext.report.spectrum import LOWEST, top_frequency, y_of

if TYPE_CHECKING:
    from imgext.report.lanes import CutMark, Lane, Picture

ROW: Final = 4.0
NEAR: Final = 2.0  # pixels between two lines that are drawn as one
_SIZE, _WIDEST = 10.0, 420.0


@dataclass(frozen=True)
class Mark:
    """A cut from `left` to `right` at the height `y`."""

    left: float
    right: float
    y: float
    colour: str


def place_dominant(picture: Picture, rate: int, span: float, top: float, bottom: float) -> tuple[Mark, ...]:
    """Place a line at each dominant frequency while heard; near repeats share one."""
    found = []
    for lane, colour in zip(picture.lanes, style.lane_colours(picture.lanes), strict=True):
        stretches: list[list[float]] = []
        for clip in () if lane.muted else sorted(lane.clips, key=lambda clip: clip.start):
            left, right = x_of(clip.start, span), x_of(clip.end, span)
            if stretches and left - stretches[-1][1] < NEAR:
                stretches[-1][1] = max(stretches[-1][1], right)
            else:
                stretches.append([left, right])
        for freq in lane.dominant:
            if LOWEST <= freq <= top_frequency(rate):
                y = y_of(freq, rate, top, bottom)
                found += [Mark(left, max(right, left + 2), y, colour) for left, right in stretches]
    return tuple(found)


def place_marks(
    picture: Picture, rate: int, span: float, top: float, bottom: float
) -> tuple[tuple[Mark, ...], tuple[Word, ...]]:
    """Place every cut on the axis, and words where there is room, deepest first.

    Parameters
    ----------
    picture : Picture
    rate : int
        Samples per second, for the top of the axis.
    span : float
        Seconds that the plot shows.
    top, bottom : float
        Edges of the plot.
    """
    found: dict[float, dict[tuple[str, str], list[tuple[Lane, CutMark]]]] = {}
    for lane, colour in zip(picture.lanes, style.lane_colours(picture.lanes), strict=True):
        for cut in () if lane.muted else lane.cuts:
            if LOWEST <= cut.freq <= top_frequency(rate):
                found.setdefault(cut.freq, {}).setdefault((lane.id, colour), []).append((lane, cut))
    marks: list[Mark] = []
    words: list[tuple[float, Word]] = []
    for freq, tracks in sorted(found.items()):
        middle = y_of(freq, rate, top, bottom)
        lines = []
        for row, ((_, colour), cuts) in enumerate(tracks.items()):
            y = middle + ROW * (row - (len(tracks) - 1) / 2)
            spans = sorted(
                span_
                for lane, cut in cuts
                for span_ in cut.spans or tuple((clip.start, clip.end) for clip in lane.clips)
            )
            lines += [Mark(x_of(a, span), max(x_of(b, span), x_of(a, span) + 2), y, colour) for a, b in spans]
        if lines:
            marks += lines
            every = [each for cuts in tracks.values() for each in cuts]
            deepest = min(cut.gain for _, cut in every)
            words.append(
                (
                    deepest,
                    _word(every, min(line.left for line in lines), middle - ROW * (len(tracks) - 1) / 2 - 9),
                )
            )
    return tuple(marks), _free([word for _, word in sorted(words, key=lambda item: item[0])], top)


def _word(cuts: list[tuple[Lane, CutMark]], left: float, y: float) -> Word:
    said = ", ".join(
        f"{label} {style.decibel(gain)}"
        for _, label, gain in dict.fromkeys((lane.id, lane.label, cut.gain) for lane, cut in cuts)
    )
    text = shorten(f"{style.frequency(cuts[0][1].freq)}: {said}", _SIZE, _WIDEST)
    return Word(
        min(left + 2, style.PLOT_RIGHT - text_width(text, _SIZE) - 4), y, text, _SIZE, colour=style.PAPER
    )


def _free(words: list[Word], top: float) -> tuple[Word, ...]:
    """Those words that cover no earlier one."""
    taken: list[tuple[float, float, float, float]] = []
    free = []
    for word in words:
        box = word.box
        if box[1] > top + 16 and all(
            box[2] + 6 < a or c + 6 < box[0] or box[3] + 2 < b or d + 2 < box[1] for a, b, c, d in taken
        ):
            free.append(word)
            taken.append(box)
    return tuple(free)
