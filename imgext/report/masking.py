"""Draw who masks whom over time and frequency, before the cuts and after.

A pair has two strips, one under the other on one axis of time, which runs from the first to the last moment
that the two are heard together. Rows are the 25 critical bands, all equally high, so frequency is in Bark.
The hue says who masks: vermilion where the less important sound does, which is what cuts work against, blue
where the more important one does; both colours together are a mixture. The deeper the colour, the more
severe. Black lines are the cuts of the two, thick where they are made for the other, thin where they are made
for a third sound. The worst pairs come first; how many are not drawn is said.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from imgext.report import style
from imgext.report.canvas import Word, rectangle, rounded, sheet, shorten, text_width
from imgext.report.page import HEADER, heading

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from imgext.report.canvas import Sheet
    from imgext.report.lanes import CutMark, Masking, Meeting, Picture

    Float = NDArray[np.float64]

MOST: Final = 8
FORTH, BACK = "#d55e00", "#0072b2"
APART: Final = "#e6eaee"
BAND: Final = 3  # pixels
STRIP: Final = 25 * BAND
TITLE_ROW, GAP, AXIS, BELOW = 24, 5, 22, 18
LEGEND: Final = 99
TEXT_LEFT: Final = style.MARGIN + 14
TEXT_RIGHT: Final = style.PLOT_LEFT - 56
EDGES: Final = (
    20, 100, 200, 300, 400, 510, 630, 770, 920, 1080, 1270, 1480, 1720, 2000, 2320, 2700, 3150, 3700,
    4400, 5300, 6400, 7700, 9500, 12000, 15500, 20000,
)  # fmt: skip
EXPLAINED: Final = (
    (
        "Before: without cuts and compression; after: as in the mix. "
        "Each pair from the first to the last moment that both are heard."
    ),
    (
        "Severity: 0 where the masker's threshold lies 10 dB under the other sound, "
        "1 where it lies 10 dB over it, less where the band matters little to the other."
    ),
    (
        "Figures: how severely each masks the other, the largest mean over time of any band; "
        "then the change of the sum over all bands. Bar: how often each is the masker."
    ),
)
WAYS: Final = (26, 43)
ROLES: Final = 61
SMALL: Final = 10.5
SHARE: Final = 56  # width of the bar that says who is the masker how often
_NAMED: Final = (100, 500, 2000, 5000, 10000)


@dataclass(frozen=True)
class Strip:
    """One version of a pair: its upper edge, and its words at the left."""

    masking: Masking | None
    top: float
    words: tuple[Word, ...]


@dataclass(frozen=True)
class Block:
    """One pair: its strips, the lines of its cuts as (left, right, height), its axis."""

    strips: tuple[Strip, ...]
    cuts: tuple[tuple[float, float, float], ...]
    other_cuts: tuple[tuple[float, float, float], ...]
    ticks: tuple[tuple[float, str], ...]
    bottom: float
    words: tuple[Word, ...]

    @property
    def all_words(self) -> tuple[Word, ...]:
        """Those of the strips too."""
        return (*self.words, *(word for strip in self.strips for word in strip.words))


@dataclass(frozen=True)
class MaskingLayout:
    """The whole page."""

    width: int
    height: int
    blocks: tuple[Block, ...]
    words: tuple[Word, ...]
    left_out: int


def draw_masking(picture: Picture, meetings: Sequence[Meeting], path: Path) -> None:
    """Draw who masks whom as a PNG.

    Parameters
    ----------
    picture : Picture
        For the heading.
    meetings : sequence of Meeting
        The worst first.
    path : Path
        Replaced as a whole or not at all.

    Raises
    ------
    CannotWriteError
        When `path` cannot be written.
    """
    plan = masking_layout(picture, meetings)
    with sheet(plan.width, plan.height, path) as page:
        if plan.blocks:
            _draw_legend(page, HEADER + 10)
        _draw_strips(page, [strip for block in plan.blocks for strip in block.strips])
        _draw_lines(page, plan.blocks)
        for word in (*plan.words, *(word for block in plan.blocks for word in block.all_words)):
            page.word(word)


def masking_layout(picture: Picture, meetings: Sequence[Meeting]) -> MaskingLayout:
    """Place everything; parameters as for `draw_masking`."""
    words = list(heading(picture, "who masks whom"))
    meeting = [each for each in meetings if any(_is_masked(masking) for masking in (each.before, each.after))]
    shown = meeting[:MOST]
    top = float(HEADER + (LEGEND if shown else 0))
    blocks = []
    for each in shown:
        blocks.append(_block(each, top))
        top = blocks[-1].bottom + AXIS + BELOW
    if not shown:
        text = "no two sounds are heard together" if not meetings else "no sound masks another"
        words.append(Word(style.MARGIN, top + 16, text, 14.0, colour=style.QUIET_INK))
        top += 40
    note = _left_out(len(shown), len(meeting), len(meetings))
    if note:
        words.append(
            Word(
                style.MARGIN,
                top,
                shorten(note, 11.5, style.PLOT_RIGHT - style.MARGIN),
                11.5,
                colour=style.QUIET_INK,
            )
        )
        top += 22
    return MaskingLayout(style.WIDTH, math.ceil(top), tuple(blocks), tuple(words), len(meetings) - len(shown))


def shades(forth: Float, back: Float) -> NDArray[np.uint8]:
    """Colour severities from 0 to 1 in both directions, (..., 3): white for none.

    Each takes its share of the light that its hue does not have.

    >>> shades(np.array([0.0, 1.0]), np.array([0.0, 0.0])).tolist()
    [[255, 255, 255], [213, 94, 0]]
    """
    light = np.full((*forth.shape, 3), 255.0)
    for severity, hue in ((forth, FORTH), (back, BACK)):
        share = np.clip(severity, 0.0, 1.0)[..., np.newaxis] ** 0.7  # so that slight masking is seen
        light *= 1.0 - share * (1.0 - np.array([int(hue[at : at + 2], 16) for at in (1, 3, 5)]) / 255.0)
    return np.rint(light).astype(np.uint8)


def height_of(frequency: float, top: float) -> float:
    """Pixel of a frequency in a strip, linear within each band."""
    band = min(max(int(np.searchsorted(EDGES, frequency, side="right")) - 1, 0), 24)
    part = (frequency - EDGES[band]) / (EDGES[band + 1] - EDGES[band])
    return top + STRIP - BAND * (band + min(max(part, 0.0), 1.0))


def _is_masked(masking: Masking | None) -> bool:
    return masking is not None and bool(masking.forth.any() or masking.back.any())


def _left_out(shown: int, masked: int, pairs: int) -> str:
    if not shown or shown == pairs:
        return ""
    said = []
    if masked > shown:
        count = masked - shown
        said.append(
            f"{count} more pair{'s' * (count != 1)} of sounds mask each other less "
            f"and {'are' if count != 1 else 'is'} not drawn"
        )
    if pairs > masked:
        count = pairs - masked
        said.append(f"in {count} pair{'s' * (count != 1)} neither sound masks the other")
    return f"{'; '.join(said)}; masking.json has the figures of all {pairs}"


def _block(meeting: Meeting, top: float) -> Block:
    strip_top = top + TITLE_ROW
    same = meeting.before is meeting.after
    takes = (
        [("before and after: nothing changes it", meeting.before)]
        if same
        else [("before", meeting.before), ("after", meeting.after)]
    )
    strips = []
    for index, (name, masking) in enumerate(takes):
        earlier = meeting.before if index else None
        strips.append(_strip(meeting, name, masking, earlier, strip_top + index * (STRIP + GAP)))
    bottom = strips[-1].top + STRIP
    any_take = meeting.before or meeting.after
    span = meeting.column * (len(any_take.together) if any_take else 1)
    width = style.PLOT_RIGHT - style.PLOT_LEFT

    def x_of(time: float) -> float:
        return style.PLOT_LEFT + width * min(max((time - meeting.start) / span, 0.0), 1.0)

    def lines_of(cuts: Sequence[CutMark]) -> tuple[tuple[float, float, float], ...]:
        return tuple(
            (x_of(begin), max(x_of(end), x_of(begin) + 2.0), height_of(cut.freq, strips[-1].top))
            for cut in cuts
            for begin, end in cut.spans or ((meeting.start, meeting.start + span),)
            if end > meeting.start and begin < meeting.start + span
        )

    title = shorten(f"{meeting.first} × {meeting.second}", 14.0, 700.0, bold=True)
    equal = ", equally important: the colours only tell them apart" if meeting.equal else ""
    beside = f"{style.length(meeting.seconds)} together{equal}"
    words = [
        Word(style.MARGIN, top + 12, title, 14.0, bold=True),
        Word(
            style.MARGIN + text_width(title, 14.0, bold=True) + 14,
            top + 12.5,
            beside,
            11.5,
            colour=style.QUIET_INK,
        ),
    ]
    for strip in strips:
        for value in _NAMED:
            y = height_of(value, strip.top)
            words.append(
                Word(style.PLOT_LEFT - 8, y, style.frequency(value), 9.0, "right", colour=style.QUIET_INK)
            )
    ticks = tuple((x_of(time), label) for time, label in _ticks(meeting.start, span))
    for x, label in ticks:
        half = text_width(label, 10.0) / 2
        words.append(
            Word(min(x, style.WIDTH - half - 2), bottom + 14, label, 10.0, "center", colour=style.QUIET_INK)
        )
    return Block(
        tuple(strips), lines_of(meeting.cuts), lines_of(meeting.other_cuts), ticks, bottom, tuple(words)
    )


def _ticks(start: float, span: float) -> list[tuple[float, str]]:
    step, _ = style.ticks(span, style.PLOT_RIGHT - style.PLOT_LEFT, 130.0)
    first = math.ceil(start / step - 1e-6)
    last = math.floor((start + span) / step + 1e-6)
    return [
        (number * step, style.tick_label(number * step, step, start + span))
        for number in range(first, last + 1)
    ]


def _strip(
    meeting: Meeting, name: str, masking: Masking | None, earlier: Masking | None, top: float
) -> Strip:
    """Say one version in words: severity each way, roles, how often they change."""
    room = float(TEXT_RIGHT - TEXT_LEFT)
    words = [Word(style.MARGIN, top + 8, shorten(name, 11.5, room, bold=True), 11.5, bold=True)]
    if masking is None:
        words.append(Word(TEXT_LEFT, top + WAYS[0], "not heard together", SMALL, colour=style.QUIET_INK))
        return Strip(None, top, tuple(words))
    for way, label in enumerate((meeting.first, meeting.second)):
        severity, freq = masking.worst[way]
        said = f": {severity:.2f} at {style.frequency(freq)}" if masking.total[way] > 0 else ": none"
        if earlier is not None and earlier.total[way] > 0 and masking.total[way] > 0:
            said += f", in all {style.percent(masking.total[way] / earlier.total[way] - 1.0)}"
        words.append(
            Word(
                TEXT_LEFT,
                top + WAYS[way],
                shorten(label, SMALL, room - text_width(said, SMALL)) + said,
                SMALL,
            )
        )
    first = round(100 * masking.share)
    roles = f"masker in {first} : {100 - first} %, {masking.interchange:.1f} changes/s"
    words.append(Word(TEXT_LEFT + SHARE + 8, top + ROLES, roles, SMALL, colour=style.QUIET_INK))
    return Strip(masking, top, tuple(words))


def _draw_strips(page: Sheet, strips: Sequence[Strip]) -> None:
    """Draw cells, their colours and the bar of roles, each kind of shape at once."""
    left, right = style.PLOT_LEFT, style.PLOT_RIGHT
    page.shapes([rectangle(left, strip.top, right, strip.top + STRIP) for strip in strips], face=APART)
    listed = [(strip.top, strip.masking) for strip in strips if strip.masking is not None]
    for top, masking in listed:
        page.image(_pixels(masking), left, round(top))
    for hue, down in ((FORTH, WAYS[0]), (BACK, WAYS[1])):
        chips = [(style.MARGIN, top + down) for top, _ in listed]
        page.shapes([rounded(x, y - 4.5, x + 9, y + 4.5, 2.0) for x, y in chips], face=hue)
    bars = [(TEXT_LEFT, top + ROLES - 3.5, top + ROLES + 3.5, masking.share) for top, masking in listed]
    page.shapes([rectangle(x, y, x + SHARE, to) for x, y, to, _ in bars], face=BACK)
    page.shapes([rectangle(x, y, x + SHARE * share, to) for x, y, to, share in bars], face=FORTH)
    page.shapes(
        [rectangle(left - 0.5, strip.top - 0.5, right + 0.5, strip.top + STRIP + 0.5) for strip in strips],
        edge=style.LINE,
        width=1.0,
    )


def _draw_lines(page: Sheet, blocks: Sequence[Block]) -> None:
    """Cuts, and the ticks of both axes."""
    page.lines(
        [[(a, y), (b, y)] for block in blocks for a, b, y in block.other_cuts], style.INK, 0.7, alpha=0.6
    )
    lines = [[(a, y), (b, y)] for block in blocks for a, b, y in block.cuts]
    page.lines(lines, style.PAPER, 3.5, alpha=0.7)
    page.lines(lines, style.INK, 1.8)
    left = style.PLOT_LEFT
    ticks = [[(x, block.bottom), (x, block.bottom + 5)] for block in blocks for x, _ in block.ticks]
    heights = [height_of(value, strip.top) for block in blocks for strip in block.strips for value in _NAMED]
    page.lines([*ticks, *([(left - 5, y), (left - 1, y)] for y in heights)], style.QUIET_INK, 1.0)


def _pixels(masking: Masking) -> NDArray[np.uint8]:
    """Colours of a strip, the highest band on top."""
    width, columns = style.PLOT_RIGHT - style.PLOT_LEFT, len(masking.together)
    colours = shades(masking.forth, masking.back)
    colours[:, ~masking.together] = [int(APART[at : at + 2], 16) for at in (1, 3, 5)]
    places = np.minimum(np.arange(width) * columns // width, columns - 1)
    return np.ascontiguousarray(np.repeat(colours[::-1], BAND, axis=0)[:, places])


def _draw_legend(page: Sheet, top: float) -> None:
    """Both hues from none to full, their mixture, and what else is seen in a strip."""
    y, x = top + 8, float(style.MARGIN)
    scale = np.linspace(0.0, 1.0, 140)
    for hue, text in (
        (0, "the less important sound masks the other"),
        (1, "the more important one masks it"),
    ):
        ramp = shades(scale * (hue == 0), scale * (hue == 1))
        page.image(np.repeat(ramp[np.newaxis], 12, axis=0), round(x), round(y - 6))
        page.shapes([rectangle(x - 0.5, y - 6.5, x + 140.5, y + 6.5)], edge=style.LINE, width=1.0)
        for at in (0.0, 0.25, 0.5, 1.0):
            page.word(Word(x + 140 * at, y + 16, f"{at:g}", 9.0, "center", colour=style.QUIET_INK))
        page.word(Word(x + 150, y, text, 11.0))
        x += 150 + text_width(text, 11.0) + 26
    for row, text in enumerate(EXPLAINED):
        page.word(Word(style.MARGIN, y + 34 + 15 * row, text, SMALL, colour=style.QUIET_INK))
    both = "#" + "".join(f"{value:02x}" for value in shades(np.array(0.3), np.array(0.3)).tolist())
    for face, text in ((both, "both in turn"), (style.PAPER, "no masking"), (APART, "not together")):
        page.shapes([rectangle(x, y - 6, x + 22, y + 6)], face=face, edge=style.LINE, width=1.0)
        page.word(Word(x + 29, y, text, 11.0))
        x += 29 + text_width(text, 11.0) + 26
    for width, text in ((1.8, "a cut for the other"), (0.7, "for a third")):
        page.lines([[(x, y), (x + 22, y)]], style.INK, width)
        page.word(Word(x + 29, y, text, 11.0))
        x += 29 + text_width(text, 11.0) + 26
