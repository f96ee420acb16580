"""Lay out the timeline: from a `Picture` to positions in pixels.

Nothing is drawn here, so tests can ask where a clip, a cut or a word will be. `Layout.x` is the one place
where seconds become pixels. Lanes keep the scene's order, beds after the rest; they share the height that a
page may have, and words shrink with them. Every word is either given room of its own, shortened with an
ellipsis, or left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from imgext.report import style
from imgext.report.canvas import Word, shorten, text_width
from imgext.report.cut_rows import CutBars, bars_at, place_cuts, strip_height
from imgext.report.lanes import Clip
from imgext.report.page import FOOTER, HEADER, Tick, axis_words, heading, span_of, time_ticks, x_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgext.report.lanes import Lane, Picture

RULER: Final = 26
TAIL_STRIP: Final = 20
MASTER: Final = 84
GAP: Final = 4
SCALE: Final = 22  # of brightness, under the lanes
NARROW: Final = 8.0  # pixels of a repeat that is drawn as one with others
NEAR: Final = 4.0  # pixels between them
TALLEST_LANE: Final = 88.0
SHORTEST_LANE: Final = 17.0
ROOMY_LANE: Final = 60.0  # from here on every cut has its words
LANES_SHARE: Final = 1500.0  # pixels that the lanes share before they become as short as they can be
TALLEST: Final = 3600
TEXT_LEFT: Final = style.MARGIN + 14
COLUMN_RIGHT: Final = style.PLOT_LEFT - 14
PAN_WIDTH: Final = 34.0


@dataclass(frozen=True)
class ClipBox:
    """A clip in pixels: box, where fades end and begin, where its loop restarts."""

    left: float
    top: float
    right: float
    bottom: float
    fade_in_to: float
    fade_out_from: float
    repeats: tuple[float, ...]
    truncated: bool
    header: float


@dataclass(frozen=True)
class LaneBox:
    """One lane: its edges, its parts and its words. `lane` is None for the mix."""

    lane: Lane | None
    colour: str
    top: float
    bottom: float
    clips: tuple[ClipBox, ...] = ()
    cuts: tuple[CutBars, ...] = ()
    words: tuple[Word, ...] = ()
    pan: tuple[float, float, float] | None = None  # left, right and height of the pan line


@dataclass(frozen=True)
class Layout:
    """The whole page; `span` is seconds from the left to the right of the plot."""

    width: int
    height: int
    span: float
    lanes_top: float
    lanes_bottom: float
    lanes: tuple[LaneBox, ...]
    master: LaneBox | None
    ticks: tuple[Tick, ...]
    tail: tuple[float, float] | None
    words: tuple[Word, ...]
    hidden: int

    def x(self, time: float) -> float:
        """Pixel of a time in seconds, kept inside the plot."""
        return x_of(time, self.span)

    @property
    def all_words(self) -> tuple[Word, ...]:
        """Every word on the page."""
        boxes = (*self.lanes, *([self.master] if self.master else []))
        return (*self.words, *(word for box in boxes for word in box.words))


def layout(picture: Picture) -> Layout:
    """Place everything.

    Parameters
    ----------
    picture : Picture

    Returns
    -------
    Layout
        Positions in pixels of a page `style.WIDTH` wide and at most `TALLEST` high.
    """
    span = span_of(picture)
    colours = style.lane_colours(picture.lanes)
    pairs = sorted(zip(picture.lanes, colours, strict=True), key=lambda pair: pair[0].kind == "atmo")
    tail = None
    if picture.tail_from is not None and picture.tail_from < span and picture.lanes:
        tail = (x_of(picture.tail_from, span), float(style.PLOT_RIGHT))
    above = HEADER + RULER + (TAIL_STRIP if tail else 0)
    below = FOOTER + (MASTER + 2 * GAP if picture.master_peaks is not None else 0)
    hidden = max(0, len(pairs) - int((TALLEST - above - below) // (SHORTEST_LANE + GAP)))
    shown = pairs[: len(pairs) - hidden]

    base = min(max(LANES_SHARE / max(1, len(shown)), SHORTEST_LANE), TALLEST_LANE)
    roomy, strips = base >= ROOMY_LANE, True
    for roomy, strips in ((base >= ROOMY_LANE, True), (False, True), (False, False)):
        if (
            above + below + sum(base + GAP + strips * strip_height(lane, roomy=roomy) for lane, _ in shown)
            <= TALLEST
        ):
            break

    top = float(above)
    names = {lane.id: lane.label for lane in picture.lanes}
    boxes = []
    for lane, colour in shown:
        boxes.append(
            _lane_box(
                lane,
                style.MUTED if lane.muted else colour,
                top,
                base,
                roomy=roomy,
                strips=strips,
                span=span,
                names=names,
            )
        )
        top = boxes[-1].bottom + GAP
    if not shown:
        top += TALLEST_LANE
    lanes_bottom = top - GAP if shown else top
    words = list(heading(picture, "timeline"))
    if tail:
        text = shorten(
            f"only the room rings, {style.length(span - (picture.tail_from or 0.0))}",
            11.0,
            style.PLOT_RIGHT - style.PLOT_LEFT,
        )
        words.append(
            Word(style.PLOT_RIGHT, above - TAIL_STRIP / 2 - 1, text, 11.0, "right", colour=style.TAIL_INK)
        )
    if not picture.lanes:
        middle = (style.PLOT_LEFT + style.PLOT_RIGHT) / 2
        words.append(
            Word(
                middle,
                (above + lanes_bottom) / 2,
                "this scene has no tracks",
                14.0,
                "center",
                colour=style.QUIET_INK,
            )
        )
    master = None
    if picture.master_peaks is not None:
        master = _master_box(picture, lanes_bottom + 2 * GAP)
    foot = (master.bottom if master else lanes_bottom) + 1
    if hidden:
        words.append(
            Word(style.MARGIN, foot + 16, f"{hidden} more tracks are not drawn", 11.0, colour=style.QUIET_INK)
        )
    ticks = time_ticks(span)
    words += axis_words(ticks, above - (TAIL_STRIP if tail else 0) - 15) + axis_words(ticks, foot + 16)
    scale = SCALE if any(box.lane is not None and box.lane.brightness is not None for box in boxes) else 0
    height = math.ceil(foot + FOOTER - 8 + scale)
    return Layout(
        style.WIDTH,
        height,
        span,
        above,
        lanes_bottom,
        tuple(boxes),
        master,
        ticks,
        tail,
        tuple(words),
        hidden,
    )


def _lane_box(
    lane: Lane,
    colour: str,
    top: float,
    base: float,
    *,
    roomy: bool,
    strips: bool,
    span: float,
    names: Mapping[str, str],
) -> LaneBox:
    bottom = top + base + strips * strip_height(lane, roomy=roomy)
    clip_top, clip_bottom = top + (3 if base >= 30 else 1), top + base - (3 if base >= 30 else 1)
    header = 15.0 if clip_bottom - clip_top >= 54 else 0.0
    shown = condensed(lane.clips, span)
    clips = tuple(_clip_box(clip, clip_top, clip_bottom, header, span) for clip in shown)
    words, pan = _column(lane, top, base)
    if lane.muted or not clips:
        text = ("muted" + (f": {lane.note}" if lane.note else "")) if lane.muted else (lane.note or "no clip")
        size = min(12.0, base * 0.6)
        text = shorten(text, size, style.PLOT_RIGHT - style.PLOT_LEFT - 20)
        words.append(
            Word(style.PLOT_LEFT + 10, (clip_top + clip_bottom) / 2, text, size, colour=style.QUIET_INK)
        )
    elif header:
        words += _clip_words(shown, clips, style.ink_on(colour))
    if strips:
        bars, said = place_cuts(
            lane, names, span, top + base, roomy=roomy, left=TEXT_LEFT, right=COLUMN_RIGHT
        )
        words += said
    else:
        bars = bars_at(lane, span, clip_bottom - 1)
    return LaneBox(lane, colour, top, bottom, clips, bars, tuple(words), pan)


def _clip_box(clip: Clip, top: float, bottom: float, header: float, span: float) -> ClipBox:
    left, right = x_of(clip.start, span), x_of(clip.end, span)
    repeats: tuple[float, ...] = ()
    if clip.loop_period and clip.loop_period > 0:
        count = math.ceil((clip.end - clip.start) / clip.loop_period - 1e-9) - 1
        if count > 0 and (right - left) / count >= 5:
            repeats = tuple(x_of(clip.start + (index + 1) * clip.loop_period, span) for index in range(count))
    fade_in_to = min(x_of(clip.start + clip.fade_in, span), right)
    fade_out_from = max(x_of(clip.end - clip.fade_out, span), left)
    return ClipBox(
        left, top, max(right, left + 1.5), bottom, fade_in_to, fade_out_from, repeats, clip.truncated, header
    )


def condensed(clips: Sequence[Clip], span: float) -> list[Clip]:
    """Draw narrow, near repeats as one clip that says how many it stands for."""
    found: list[Clip] = []
    for clip in sorted(clips, key=lambda clip: clip.start):
        last = found[-1] if found else None
        near = last is not None and x_of(clip.start, span) - x_of(last.end, span) < NEAR
        if last is not None and near and _narrow(clip, span) and (last.times > 1 or _narrow(last, span)):
            end, cut = max(last.end, clip.end), last.truncated or clip.truncated
            found[-1] = Clip(last.start, end, truncated=cut, times=last.times + 1)
        else:
            found.append(clip)
    return found


def _narrow(clip: Clip, span: float) -> bool:
    return x_of(clip.end, span) - x_of(clip.start, span) < NARROW


def _clip_words(shown: Sequence[Clip], boxes: Sequence[ClipBox], colour: str) -> list[Word]:
    """Say in each clip's bar when it starts and how often it loops, if it fits."""
    words = []
    for index, (clip, box) in enumerate(zip(shown, boxes, strict=True)):
        until = min([box.right, *(other.left for other in boxes[index + 1 : index + 2])]) - 5
        left, y = box.left + 5, box.top + box.header / 2 + 0.5
        start = style.moment(clip.start)
        if left + text_width(start, 10.0) > until:
            continue
        words.append(Word(left, y, start, 10.0, colour=colour))
        left += text_width(start, 10.0) + 12
        take = f"{clip.times} times" if clip.times > 1 else f"take {clip.take}" * bool(clip.take)
        if take and left + text_width(take, 10.0) <= until:
            words.append(Word(left, y, take, 10.0, colour=colour))
            left += text_width(take, 10.0) + 12
        if clip.loop_period and clip.loop_period > 0 and clip.end - clip.start > clip.loop_period:
            times = (clip.end - clip.start) / clip.loop_period
            badge = f"loop × {times:.3g}, every {style.length(clip.loop_period)}"
            if left + text_width(badge, 10.0) <= until:
                words.append(Word(left, y, badge, 10.0, colour=colour))
    return words


def _column(lane: Lane, top: float, base: float) -> tuple[list[Word], tuple[float, float, float]]:
    """Write label, sound, level and pan left of a lane, on one to three lines."""
    ink = style.QUIET_INK if lane.muted else style.INK
    level = style.decibel(lane.level, "dBFS") if lane.sound else ""  # what has no sound has no level
    facts = [] if lane.importance is None else [f"importance {lane.importance:.2f}"]
    facts += [f"trim {style.decibel(lane.gain, sign=True)}"] * (round(lane.gain, 1) != 0)
    facts += [f"compressed by {style.decibel(lane.reduction)}"] * (round(lane.reduction, 1) > 0)
    facts += [f"depth {lane.depth:g}"] if lane.depth is not None else []
    facts += [f"send {lane.send:.2f}"] if lane.send is not None and lane.send < 0.995 else []
    lines = 3 if base >= 62 else 2 if base >= 36 else 1
    if lines == 1:
        size = min(12.0, base * 0.56)
        y, pan_left = top + base / 2, COLUMN_RIGHT - PAN_WIDTH
        right = pan_left - 10
        room = right - 5.6 * size - TEXT_LEFT - 8
        label = shorten(lane.label, size, room * 0.75, bold=True)
        after = TEXT_LEFT + text_width(label, size, bold=True) + 8
        words = [
            Word(TEXT_LEFT, y, label, size, bold=True, colour=ink),
            Word(
                after,
                y,
                shorten(lane.sound or "no sound", size, TEXT_LEFT + room - after),
                size,
                colour=style.QUIET_INK,
            ),
            Word(right, y, shorten(level, size, 5.6 * size + 8), size, "right", colour=style.QUIET_INK),
        ]
        return [word for word in words if word.text], (pan_left, COLUMN_RIGHT, y)
    big, small, step = (14.0, 11.5, 19.0) if lines == 3 else (12.5, 10.5, 15.5)
    y = top + base / 2 - step * (lines - 1) / 2
    right, pan_left, half = COLUMN_RIGHT, COLUMN_RIGHT - 12 - PAN_WIDTH, text_width(level, small)
    words = [
        Word(
            TEXT_LEFT,
            y,
            shorten(lane.label, big, pan_left - 22 - TEXT_LEFT, bold=True),
            big,
            bold=True,
            colour=ink,
        ),
        Word(pan_left - 4, y, "L", 9.0, "right", colour=style.QUIET_INK),
        Word(right, y, "R", 9.0, "right", colour=style.QUIET_INK),
        Word(
            TEXT_LEFT,
            y + step,
            shorten(lane.sound or "no sound", small, right - half - 12 - TEXT_LEFT),
            small,
            colour=style.QUIET_INK,
        ),
        Word(right, y + step, level, small, "right", colour=ink),
    ]
    if lines == 3:
        remarks = [lane.note] * bool(lane.note and not lane.muted and lane.clips)
        words.append(
            Word(
                TEXT_LEFT,
                y + 2 * step,
                shorten(" · ".join([*facts, *remarks]), small, right - TEXT_LEFT),
                small,
                colour=style.QUIET_INK,
            )
        )
    return [word for word in words if word.text], (pan_left, pan_left + PAN_WIDTH, y)


def _master_box(picture: Picture, top: float) -> LaneBox:
    peaks = picture.master_peaks
    peak = float(np.max(np.abs(peaks))) if peaks is not None and len(peaks) else 0.0
    middle = top + MASTER / 2
    words = (
        Word(TEXT_LEFT, middle - 10, "mix", 14.0, bold=True),
        Word(
            TEXT_LEFT,
            middle + 10,
            f"peak {style.decibel(20 * math.log10(peak), 'dBFS')}" if peak > 0 else "silent",
            11.5,
            colour=style.QUIET_INK,
        ),
    )
    return LaneBox(None, style.MASTER, top, top + MASTER, words=words)
