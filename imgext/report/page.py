"""What the timeline and the spectrogram share: the time axis and the heading.

Seconds become pixels in `x_of` alone, and alike in both pictures. Nothing is drawn here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from imgext.report import style
from imgext.report.canvas import Word, shorten, text_width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgext.report.lanes import Picture

HEADER: Final = 62
FOOTER: Final = 44


@dataclass(frozen=True)
class Tick:
    """A line of the time axis; small ticks have no label."""

    x: float
    label: str


def x_of(time: float, span: float) -> float:
    """Pixel of a time, where `span` seconds fill the plot; the same in both pictures."""
    share = min(max(time / span, 0.0), 1.0)
    return style.PLOT_LEFT + share * (style.PLOT_RIGHT - style.PLOT_LEFT)


def span_of(picture: Picture) -> float:
    """Seconds that the plot shows: the duration, or one second of nothing."""
    return picture.duration if math.isfinite(picture.duration) and picture.duration > 0 else 1.0


def time_ticks(span: float) -> tuple[Tick, ...]:
    """Labelled and small ticks from 0 to `span`."""
    step, parts = style.ticks(span, style.PLOT_RIGHT - style.PLOT_LEFT)
    found = []
    for index in range(math.floor(span / step * parts + 1e-6) + 1):
        time = index * step / parts
        found.append(Tick(x_of(time, span), style.tick_label(time, step, span) if index % parts == 0 else ""))
    return tuple(found)


def heading(picture: Picture, what: str) -> tuple[Word, Word]:
    """Title and, under it, one line about the mix; the same for both pictures."""
    room = style.PLOT_RIGHT - style.MARGIN
    beds = sum(lane.kind == "atmo" for lane in picture.lanes)
    muted = sum(lane.muted for lane in picture.lanes)
    count = len(picture.lanes)
    facts = [
        what,
        style.length(span_of(picture)) if picture.duration > 0 else "0 s",
        f"{count} track{'s' * (count != 1)}",
    ]
    if beds:
        facts[-1] += f", {beds} of them {'a bed' if beds == 1 else 'beds'}"
    facts += [f"{muted} muted"] * (muted > 0) + [f"room: {picture.room}"] * bool(picture.room)
    title = shorten(picture.title, style.TITLE_SIZE, room, bold=True) or "Untitled"
    return (
        Word(style.MARGIN, 26, title, style.TITLE_SIZE, bold=True),
        Word(style.MARGIN, 48, shorten("  ·  ".join(facts), 12.0, room), 12.0, colour=style.QUIET_INK),
    )


def axis_words(ticks: Sequence[Tick], y: float) -> list[Word]:
    """Write the labels of the time axis, the last one kept on the page."""
    words = []
    for tick in ticks:
        if tick.label:
            half = text_width(tick.label, 11.0) / 2
            words.append(
                Word(
                    min(tick.x, style.WIDTH - half - 2), y, tick.label, 11.0, "center", colour=style.QUIET_INK
                )
            )
    return words
