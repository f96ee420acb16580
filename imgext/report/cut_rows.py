"""Place the cuts of a track in the timeline: a strip with a row for each bell.

The highest frequency is on top.

Where lanes are tall, each row has its words in the column at the left, so that no bar runs through a word,
and bars are as thick as cuts are deep. Where there is less room, or a track has more than `NAMED` cuts, rows
are hair lines and one line of words says how many there are, where, and how deep. Pixels, as in
`imgext.report.layout`; nothing is drawn here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imgext.report import style
from imgext.report.canvas import Word, shorten
from imgext.report.page import x_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgext.report.lanes import CutMark, Lane

NAMED: Final = 8
ROW: Final = 12.0
ABOVE: Final = 2.0  # between the clips and the first row
_HAIR, _ONE_LINE, _TALLEST = 3.0, 13.0, 48.0
_SIZE: Final = 9.5
_DEEPEST: Final = 6.0  # dB, of a bar as thick as bars become


@dataclass(frozen=True)
class CutBars:
    """Give the spans of one cut as boxes in pixels, `height` high about `y`."""

    spans: tuple[tuple[float, float], ...]
    y: float
    height: float


def rows_of(lane: Lane) -> list[list[CutMark]]:
    """Group the cuts of a track by frequency, depth and width; highest first."""
    rows: dict[tuple[float, float, float], list[CutMark]] = {}
    for cut in lane.cuts:
        rows.setdefault((-cut.freq, cut.gain, cut.q), []).append(cut)
    return [rows[key] for key in sorted(rows)]


def strip_height(lane: Lane, *, roomy: bool) -> float:
    """How much a track's strip adds to its lane, 0 without cuts."""
    count = len(rows_of(lane))
    if not count:
        return 0.0
    return ABOVE + (ROW * count if roomy and count <= NAMED else min(max(_HAIR * count, _ONE_LINE), _TALLEST))


def place_cuts(
    lane: Lane, names: Mapping[str, str], span: float, top: float, *, roomy: bool, left: float, right: float
) -> tuple[tuple[CutBars, ...], list[Word]]:
    """Bars and words of a track's strip.

    Parameters
    ----------
    lane : Lane
    names : mapping
        Labels of the other tracks by their ids.
    span : float
        Seconds that the plot shows.
    top : float
        Upper edge of the strip.
    roomy : bool
        Words for each row.
    left, right : float
        Edges of the column for words.
    """
    rows = rows_of(lane)
    colour = style.MUTED if lane.muted else style.CUT
    named = roomy and len(rows) <= NAMED
    height = strip_height(lane, roomy=roomy) - ABOVE
    step = height / max(1, len(rows))
    bars, words = [], []
    for index, row in enumerate(rows):
        y = top + ABOVE + step * (index + 0.5)
        thick = 1.5 + 4.0 * min(abs(row[0].gain) / _DEEPEST, 1.0) if named else max(min(0.7 * step, 2.5), 0.5)
        bars.append(CutBars(_spans(row, lane, span), y, thick))
        if named:
            words.append(
                Word(
                    right,
                    y,
                    shorten(style.cut_text(row, names), _SIZE, right - left),
                    _SIZE,
                    "right",
                    colour=colour,
                )
            )
    if rows and not named:
        words.append(
            Word(
                right,
                top + ABOVE + height / 2,
                shorten(_merged(rows), _SIZE, right - left),
                _SIZE,
                "right",
                colour=colour,
            )
        )
    return tuple(bars), words


def bars_at(lane: Lane, span: float, y: float) -> tuple[CutBars, ...]:
    """All cuts of a track in one line, where there is no room for a strip."""
    return tuple(CutBars(_spans(row, lane, span), y, 2.0) for row in rows_of(lane))


def _spans(row: list[CutMark], lane: Lane, span: float) -> tuple[tuple[float, float], ...]:
    times = sorted(each for cut in row for each in cut_spans(cut, lane))
    places = ((x_of(begin, span), x_of(end, span)) for begin, end in times)
    return tuple((left, max(right, left + 2.0)) for left, right in places)


def cut_spans(cut: CutMark, lane: Lane) -> tuple[tuple[float, float], ...]:
    """When a cut acts: in its spans, or as long as its track plays."""
    return cut.spans or tuple((clip.start, clip.end) for clip in lane.clips) or ((0.0, 0.0),)


def _merged(rows: list[list[CutMark]]) -> str:
    freqs = [row[0].freq for row in rows]
    deepest = min(row[0].gain for row in rows)
    where = style.frequency(freqs[-1]) + (f" to {style.frequency(freqs[0])}" if len(rows) > 1 else "")
    many = len(rows) != 1
    return f"{len(rows)} cut{'s' * many}, {where}, {'down to ' * many}{style.decibel(deepest)}"
