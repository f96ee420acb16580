"""Draw the spectrogram of the mix, with the entries of sounds and the cuts.

The spectra come from `imgext.report.spectrum`; 0 dB is the peak of a full-scale sine. The mix arrives in
pieces and is never held as a whole. Frequency is logarithmic from 20 Hz to 20 kHz or to half the sample rate;
time lies where the timeline has it, so that one picture can be laid under the other. Dashed lines stand where
sounds enter, in the colour that the track has in the timeline; thick lines across stand at the frequency of
a cut, while it acts, thin ones at the dominant frequencies of a sound, while it is heard
(`imgext.report.marks`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from imgext.report import style
from imgext.report.canvas import Sheet, Word, rounded, sheet, shorten, text_width
from imgext.report.marks import Mark, place_dominant, place_marks
from imgext.report.page import FOOTER, HEADER, Tick, axis_words, heading, span_of, time_ticks, x_of
from imgext.report.spectrum import (
    RANGE,
    column_powers,
    levels,
    loudest_of,
    shade_indices,
    top_frequency,
    y_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from imgext.report.lanes import Clip, Picture

COLUMNS: Final = style.PLOT_RIGHT - style.PLOT_LEFT
COLOURS: Final = "magma"
LABEL_ROW, LABEL_ROWS = 15.0, 6
THIN: Final = (2.0, 2.0)  # pixels on and off of a line at a dominant frequency
MANY: Final = 60  # dashed lines from top to bottom; beyond that a repeat is a short stroke
_NAMED: Final = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000)


@dataclass(frozen=True)
class Start:
    """A sound enters at `x`; `top` is where its line begins, `bottom` where it ends."""

    x: float
    top: float
    bottom: float
    colour: str


@dataclass(frozen=True)
class SpectrogramLayout:
    """Where everything stands, in pixels; `frequencies` are heights of ticks."""

    width: int
    height: int
    top: float
    bottom: float
    starts: tuple[Start, ...]
    marks: tuple[Mark, ...]
    dominant: tuple[Mark, ...]
    strokes: tuple[tuple[float, str], ...]
    legend: tuple[tuple[float, str], ...]
    ticks: tuple[Tick, ...]
    frequencies: tuple[float, ...]
    tail: float | None
    words: tuple[Word, ...]
    inner_words: tuple[Word, ...]


def draw_spectrogram(
    blocks: Iterable[NDArray[np.float64]], rate: int, duration: float, picture: Picture, path: Path
) -> None:
    """Draw the spectrogram of a mix as a PNG.

    Parameters
    ----------
    blocks : iterable of ndarray (n, 2)
        The mix in consecutive pieces of any size, full scale 1.
    rate : int
        Samples per second.
    duration : float
        Length of the mix in seconds; what is missing is silence, what is beyond is left out.
    picture : Picture
        What the mix is made of.
    path : Path
        Replaced as a whole or not at all.

    Raises
    ------
    ValueError
        When a piece does not have two channels.
    CannotWriteError
        When `path` cannot be written.
    """
    plan = spectrogram_layout(picture, rate)
    powers, seconds, first = column_powers(blocks, rate, duration, COLUMNS)
    level = levels(powers, rate, round(plan.bottom - plan.top))
    loudest = loudest_of(level)
    shades = shade_indices(level, loudest)
    times = (np.arange(COLUMNS) + 0.5) * span_of(picture) / COLUMNS  # of the middle of each pixel
    places = np.minimum(((times - first) / seconds).astype(np.int64), len(powers) - 1)
    with sheet(plan.width, plan.height, path) as page:
        page.image(colours_of()[shades[:, places]], style.PLOT_LEFT, round(plan.top))
        _draw_marks(page, plan)
        _draw_axes(page, plan, loudest)
        for place, colour in plan.legend:
            page.shapes([rounded(style.MARGIN, place - 4.5, style.MARGIN + 9, place + 4.5, 2.0)], face=colour)
        for word in plan.words:
            page.word(word)


def colours_of() -> NDArray[np.uint8]:
    """List the 256 colours, quietest first (256, 3)."""
    import matplotlib as mpl

    return np.asarray(mpl.colormaps[COLOURS](np.arange(256), bytes=True)[:, :3], dtype=np.uint8)


def spectrogram_layout(picture: Picture, rate: int) -> SpectrogramLayout:
    """Place everything but the spectrum itself.

    Parameters
    ----------
    picture : Picture
    rate : int
        Samples per second, for the top of the frequency axis.
    """
    span = span_of(picture)
    colours = style.lane_colours(picture.lanes)
    heard = [(lane, colour) for lane, colour in zip(picture.lanes, colours, strict=True) if not lane.muted]
    enter = sorted(
        (
            (x_of(clip.start, span), first == 0, lane.label, colour)
            for lane, colour in heard
            for first, clip in enumerate(_in_time(lane.clips))
        ),
        key=lambda start: (start[0], not start[1]),
    )
    few = len(enter) <= MANY
    labels = [shorten(start[2], 11.0, 132.0) for start in enter]
    rows = _name([start[0] for start in enter], labels, [start[1] for start in enter], few=few)
    used = max((row + 1 for row in rows.values()), default=0)
    top = HEADER + 12 + LABEL_ROW * used
    bottom = top + min(max(520.0, 12.0 * len(heard)), 800.0)
    words = list(heading(picture, "spectrogram of the mix"))
    starts = []
    for index, (x, first, _, colour) in enumerate(enter):
        row = rows.get(index)
        starts.append(
            Start(
                x,
                top if row is None else top - 4 - LABEL_ROW * (row + 0.9),
                bottom if few or first else top + 14,
                colour,
            )
        )
        if row is not None:
            words.append(Word(x + 4, top - 4 - LABEL_ROW * (row + 0.5), labels[index], 11.0))
    marks, inner = place_marks(picture, rate, span, top, bottom)
    ticks = time_ticks(span)
    words += axis_words(ticks, bottom + 17)
    named_frequencies = [value for value in _NAMED if value <= top_frequency(rate)]
    frequencies = tuple(y_of(value, rate, top, bottom) for value in named_frequencies)
    for value, y in zip(named_frequencies, frequencies, strict=True):
        words.append(
            Word(style.PLOT_LEFT - 9, y, style.frequency(value), 11.0, "right", colour=style.QUIET_INK)
        )
    dominant = place_dominant(picture, rate, span, top, bottom)
    strokes = tuple(
        (style.MARGIN + at, said)
        for at, said, shown in ((0.0, "cut", marks), (62.0, "dominant frequency", dominant))
        if shown
    )
    words += [Word(x + 28, bottom + 35, said, 11.0, colour=style.QUIET_INK) for x, said in strokes]
    legend, entries = _legend([(lane.label, colour) for lane, colour in heard], top, bottom)
    tail = None
    if picture.tail_from is not None and picture.tail_from < span:
        tail = x_of(picture.tail_from, span)
        label = shorten(f"only the room rings, {style.length(span - picture.tail_from)}", 11.0, COLUMNS)
        words.append(Word(style.PLOT_RIGHT, bottom + 35, label, 11.0, "right", colour=style.TAIL_INK))
    height = math.ceil(bottom + FOOTER)
    return SpectrogramLayout(
        style.WIDTH, height, top, bottom, tuple(starts), marks, dominant, strokes, legend, ticks, frequencies,
        tail, (*words, *entries), inner,
    )  # fmt: skip


def _name(at: Sequence[float], labels: Sequence[str], first: Sequence[bool], *, few: bool) -> dict[int, int]:
    """Choose the starts that get a label: firsts, then repeats that push none out."""

    def rows_of(chosen: Sequence[int]) -> dict[int, int]:
        rows = place_labels([(at[index], text_width(labels[index], 11.0)) for index in chosen])
        return {index: row for index, row in zip(chosen, rows, strict=True) if row is not None}

    named = rows_of([index for index in range(len(at)) if first[index]])
    for index in range(len(at)) if few else ():
        if not first[index]:
            more = rows_of(sorted([*named, index]))
            named = more if len(more) > len(named) else named
    return named


def _in_time(clips: Sequence[Clip]) -> list[Clip]:
    return sorted(clips, key=lambda clip: clip.start)


def place_labels(labels: Sequence[tuple[float, float]]) -> list[int | None]:
    """Row of each label (x, width), 0 lowest, None where no row has room for it.

    A label stands to the right of its line, which runs down through the rows below. So from the right to the
    left each one goes above every label whose line comes down through its text; then neither words nor lines
    cross words.

    >>> place_labels([(400.0, 50.0), (430.0, 50.0), (600.0, 50.0)])
    [1, 0, 0]
    """
    rows: list[int | None] = [None] * len(labels)
    placed: list[tuple[float, int]] = []
    for index in sorted(range(len(labels)), key=lambda index: (-labels[index][0], -index)):
        x, width = labels[index]
        row = 1 + max((other for at, other in placed if at < x + width + 12), default=-1)
        if row < LABEL_ROWS and x + 4 + width <= style.WIDTH - 4:
            rows[index] = row
            placed.append((x, row))
    return rows


def _legend(
    entries: list[tuple[str, str]], top: float, bottom: float
) -> tuple[tuple[tuple[float, str], ...], list[Word]]:
    """Which colour is which track, as many as have room."""
    if not entries:
        return (), []
    step = min(max((bottom - top) / len(entries), 12.0), 20.0)
    fits = int((bottom - top) // step)
    shown = entries if len(entries) <= fits else entries[: fits - 1]
    size = min(12.0, step * 0.8)
    chips, words = [], []
    for index, (label, colour) in enumerate(shown):
        y = top + step * (index + 0.5)
        chips.append((y, colour))
        words.append(Word(style.MARGIN + 16, y, shorten(label, size, 170.0), size))
    if len(shown) < len(entries):
        words.append(
            Word(
                style.MARGIN + 16,
                top + step * (len(shown) + 0.5),
                f"and {len(entries) - len(shown)} more",
                size,
                colour=style.QUIET_INK,
            )
        )
    return tuple(chips), words


def _draw_marks(page: Sheet, plan: SpectrogramLayout) -> None:
    """Dashed lines where sounds enter, their stems up to their labels, and the cuts."""
    for starts, dashes in (
        ([start for start in plan.starts if start.bottom == plan.bottom], (6.0, 4.0)),
        ([start for start in plan.starts if start.bottom != plan.bottom], None),
    ):
        lines = [[(start.x, plan.top), (start.x, start.bottom)] for start in starts]
        page.lines(lines, "#000000", 3.0, alpha=0.3)
        page.lines(
            lines, [style.tint(start.colour, 0.55) for start in starts], 1.3, alpha=0.95, dashes=dashes
        )
    page.lines(
        [[(start.x, start.top), (start.x, plan.top)] for start in plan.starts],
        [start.colour for start in plan.starts],
        1.3,
    )
    _draw_dominant(page, plan.dominant)
    for x, said in plan.strokes:
        line = [[(x, plan.bottom + 35), (x + 22, plan.bottom + 35)]]
        cut = said == "cut"
        page.lines(line, style.QUIET_INK, 4.0 if cut else 1.2, dashes=None if cut else THIN)
    cuts = [[(mark.left, mark.y), (mark.right, mark.y)] for mark in plan.marks]
    page.lines(cuts, "#000000", 4.5, alpha=0.6)
    page.lines(cuts, [style.tint(mark.colour, 0.6) for mark in plan.marks], 2.2)
    for word in plan.inner_words:
        page.word(word, back="#000004", alpha=0.6)


def _draw_dominant(page: Sheet, marks: Sequence[Mark]) -> None:
    """Draw thin dotted lines on a dark ground, visible in loud and quiet places."""
    lines = [[(mark.left, mark.y), (mark.right, mark.y)] for mark in marks]
    page.lines(lines, "#000000", 2.0, alpha=0.35)
    page.lines(lines, [style.tint(mark.colour, 0.5) for mark in marks], 1.0, alpha=0.95, dashes=THIN)


def _draw_axes(page: Sheet, plan: SpectrogramLayout, loudest: float) -> None:
    """Time, frequency, the end of the dry sound, and the bar of colours."""
    left, right, top, bottom = style.PLOT_LEFT, style.PLOT_RIGHT, plan.top, plan.bottom
    edges: list[list[tuple[float, float]]] = [
        [(left, top), (left, bottom)],
        [(left, bottom), (right, bottom)],
    ]
    strokes = [[(tick.x, bottom), (tick.x, bottom + (6 if tick.label else 3))] for tick in plan.ticks]
    page.lines(edges + strokes + [[(left - 5, y), (left, y)] for y in plan.frequencies], style.QUIET_INK, 1.0)
    if plan.tail is not None:
        page.lines([[(plan.tail, bottom + 28), (right, bottom + 28)]], style.TAIL_INK, 2.0)
        page.lines([[(plan.tail, top), (plan.tail, bottom + 28)]], style.TAIL, 1.2, dashes=(2, 3))
    bar = 228
    rows = round(bottom - top)
    page.image(
        np.repeat(colours_of()[255 - np.arange(rows) * 256 // rows][:, np.newaxis], 12, axis=1),
        bar,
        round(top),
    )
    for step in range(0, int(RANGE) + 1, 20):
        y = top + (bottom - top) * step / RANGE
        page.lines([[(bar + 12, y), (bar + 16, y)]], style.QUIET_INK, 1.0)
        page.word(
            Word(
                bar + 19,
                min(max(y, top + 4), bottom - 4),
                style.decibel(loudest - step).replace(".0", ""),
                10.0,
                colour=style.QUIET_INK,
            )
        )
