"""Draws two mixes on one time axis, the earlier one on top, with the changes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from imgext.report import style
from imgext.report.canvas import Word, rectangle, sheet, shorten
from imgext.report.page import x_of
from imgext.report.timeline import draw_timeline
from imgext.store.files import whole_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from imgext.comparing.halves import Span
    from imgext.report.lanes import Picture

#: Lines of changes on the picture; more are counted.
MOST_LINES = 12
_LINE = 20
_STRIP = 18


def draw_difference(
    before: Picture, after: Picture, lines: Sequence[str], where: Sequence[Span], path: Path
) -> None:
    """Draw both timelines as one PNG.

    Parameters
    ----------
    before, after : Picture
    lines : sequence of str
        What changed, a line each.
    where : sequence of Span
        Where the mixes differ, drawn as a red strip; empty where that is not known.
    path : Path
        Replaced as a whole or not at all.

    Raises
    ------
    CannotWriteError
        When `path` cannot be written.
    """
    from PIL import Image

    length = max(before.duration, after.duration)
    with whole_file(path) as temporary:
        parts = [temporary.with_suffix(f".{n}.png") for n in range(3)]
        try:
            _head(lines, where, length, parts[0])
            for picture, name, part in ((before, "before", parts[1]), (after, "after", parts[2])):
                titled = replace(_stretched(picture, length), title=f"{name}: {picture.title}")
                draw_timeline(titled, part)
            images: list[Image.Image] = []
            for part in parts:
                with Image.open(part) as opened:
                    images.append(opened.convert("RGB"))
        finally:
            for part in parts:
                part.unlink(missing_ok=True)
        whole = Image.new("RGB", (style.WIDTH, sum(image.height for image in images)), style.PAPER)
        top = 0
        for image in images:
            whole.paste(image, (0, top))
            top += image.height
        whole.save(temporary, "PNG")


def _head(lines: Sequence[str], where: Sequence[Span], length: float, path: Path) -> None:
    shown = list(lines[:MOST_LINES])
    if len(lines) > MOST_LINES:
        shown.append(f"and {len(lines) - MOST_LINES} more")
    height = 50 + _LINE * len(shown) + (_STRIP + 10 if where else 0)
    with sheet(style.WIDTH, height, path) as page:
        page.word(
            Word(
                style.MARGIN, 26, "What changed" if lines else "Nothing changed", style.TITLE_SIZE, bold=True
            )
        )
        room = style.PLOT_RIGHT - style.MARGIN
        for number, line in enumerate(shown):
            page.word(
                Word(
                    style.MARGIN, 54 + _LINE * number, shorten(line, 12.0, room), 12.0, colour=style.QUIET_INK
                )
            )
        if where:
            top, span = height - _STRIP - 4, max(length, 1e-3)
            page.shapes(
                [rectangle(style.PLOT_LEFT, top, style.PLOT_RIGHT, top + _STRIP)], face=style.LANE_BACK
            )
            page.shapes(
                [rectangle(x_of(one.begin, span), top, x_of(one.end, span), top + _STRIP) for one in where],
                face=style.CUT,
                alpha=0.75,
            )
            words = "where the mix differs"
            page.word(Word(style.MARGIN, top + _STRIP / 2, words, 12.0, colour=style.QUIET_INK))


def _stretched(picture: Picture, length: float) -> Picture:
    """The same picture on a longer axis: what follows its end is silence."""
    if picture.duration >= length or not picture.duration:
        return picture

    def padded(peaks: NDArray[np.float64] | None) -> NDArray[np.float64] | None:
        if peaks is None:
            return None
        more = round(len(peaks) * (length / picture.duration - 1.0))
        return np.concatenate([peaks, np.zeros(more)])

    lanes = tuple(replace(lane, peaks=padded(lane.peaks)) for lane in picture.lanes)
    return replace(
        picture,
        duration=length,
        lanes=lanes,
        master_peaks=padded(picture.master_peaks),
    )
