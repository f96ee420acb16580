"""Draw what was seen: the photo, a box for each thing, and what of it is heard.

The more important a thing, the heavier its line. Colours are those of the timeline. A thing without a box
stands in the list alone, with a word that its place is not known; beds and the room are the caption.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from imgext.report import style
from imgext.report.canvas import Word, rectangle, rounded, sheet, shorten, text_width
from imgext.scene.things import object_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from imgext.report.canvas import Sheet
    from imgext.report.lanes import Lane, Picture
    from imgext.scene.model import Object, Scene

#: The photo fills at most this much, in pixels; the list stands at its right.
LARGEST: Final = (1080, 960)
TOP: Final = 66
LIST: Final = 400
ROW: Final = 54


def draw_seen(scene: Scene, picture: Picture, photo: Path, path: Path) -> None:
    """Draw the photo with its boxes as a PNG.

    Parameters
    ----------
    scene : Scene
        As it was rendered.
    picture : Picture
        The lanes of the timeline, in their order.
    photo : Path
        The picture that the scene names.
    path : Path
        Replaced as a whole or not at all.

    Raises
    ------
    ImgextError
        When `photo` cannot be read or `path` cannot be written.
    """
    pixels = _photo(photo)
    rows, columns = pixels.shape[:2]
    colours = dict(zip((lane.id for lane in picture.lanes), style.lane_colours(picture.lanes), strict=True))
    things = [(lane, object_of(scene, lane.id)) for lane in picture.lanes]
    objects = [(lane, thing) for lane, thing in things if thing is not None and lane.kind == "object"]
    objects.sort(key=lambda each: -each[1].importance)
    beds = [lane for lane in picture.lanes if lane.kind == "atmo"]
    fits = max(1, (rows - 60) // ROW)
    left = style.MARGIN + columns + 28
    width, height = left + LIST + style.MARGIN, max(TOP + rows, TOP + 330) + 76
    with sheet(width, height, path) as page:
        page.image(pixels, style.MARGIN, TOP)
        for lane, thing in reversed(objects):
            _box(page, thing, colours[lane.id], (columns, rows))
        for lane, thing in reversed(objects):
            _tag(page, thing, colours[lane.id], (columns, rows))
        title = shorten(picture.title, style.TITLE_SIZE, width - 2 * style.MARGIN, bold=True) or "Untitled"
        page.word(Word(style.MARGIN, 24, title, style.TITLE_SIZE, bold=True))
        page.word(
            Word(style.MARGIN, 48, "what was seen, and what of it is heard", 12.0, colour=style.QUIET_INK)
        )
        shown = objects if len(objects) <= fits else objects[: fits - 1]
        for index, (lane, thing) in enumerate(shown):
            _entry(page, lane, thing, colours[lane.id], left, TOP + index * ROW)
        if len(shown) < len(objects):
            more = f"and {len(objects) - len(shown)} more"
            page.word(Word(left + 16, TOP + len(shown) * ROW + 12, more, 12.0, colour=style.QUIET_INK))
        if not objects:
            page.word(Word(left, TOP + 12, "no single thing was seen", 12.0, colour=style.QUIET_INK))
        _caption(page, scene, picture, beds, height - 46, width - 2 * style.MARGIN)


def _photo(path: Path) -> NDArray[np.uint8]:
    from PIL import Image

    from imgext.picture.photo import open_photo

    opened = open_photo(path)
    share = min(LARGEST[0] / opened.width, LARGEST[1] / opened.height)
    size = max(1, round(opened.width * share)), max(1, round(opened.height * share))
    return np.asarray(opened.resize(size, Image.Resampling.LANCZOS), dtype=np.uint8)


def _edges(thing: Object, size: tuple[int, int]) -> tuple[float, float, float, float] | None:
    """Left, top, right, bottom of a box on the sheet, kept inside the photo."""
    if thing.box is None:
        return None
    x, y, w, h = thing.box
    right, bottom = min(1.0, x + w), min(1.0, y + h)
    return (
        style.MARGIN + x * size[0],
        TOP + y * size[1],
        style.MARGIN + right * size[0],
        TOP + bottom * size[1],
    )


def _box(page: Sheet, thing: Object, colour: str, size: tuple[int, int]) -> None:
    edges = _edges(thing, size)
    if edges is not None:
        weight = 1.5 + 4.5 * thing.importance
        page.shapes([rectangle(*edges)], edge=style.PAPER, width=weight + 2.5, alpha=0.75)
        page.shapes([rectangle(*edges)], edge=colour, width=weight)


def _tag(page: Sheet, thing: Object, colour: str, size: tuple[int, int]) -> None:
    edges = _edges(thing, size)
    if edges is None:
        return
    room = style.MARGIN + size[0] - edges[0] - 14
    text = shorten(thing.label, 13.0, max(room, 60.0), bold=True)
    left, top = min(edges[0], style.MARGIN + size[0] - text_width(text, 13.0, bold=True) - 14), edges[1]
    wide = text_width(text, 13.0, bold=True) + 14
    page.shapes([rounded(left, top, left + wide, top + 24, 3.0)], face=colour)
    page.word(Word(left + 7, top + 12, text, 13.0, bold=True, colour=style.ink_on(colour)))


def _entry(page: Sheet, lane: Lane, thing: Object, colour: str, left: float, top: float) -> None:
    """One thing in the list: its colour, its label, its figures, what plays it."""
    page.shapes([rectangle(left, top, left + 5, top + ROW - 12)], face=colour)
    page.word(Word(left + 16, top + 10, shorten(thing.label, 14.0, LIST - 16, bold=True), 14.0, bold=True))
    facts = [f"importance {thing.importance:.2f}", "heard as nothing" if lane.muted else lane.sound]
    if thing.box is None:
        facts.insert(1, "no place known")
    elif lane.pan:
        facts.insert(1, f"pan {lane.pan:+.2f}".replace("-", "\u2212"))
    if thing.confidence is not None:
        facts.append(f"confidence {thing.confidence:.2f}")
    line = shorten("  ·  ".join(facts), style.SMALL_SIZE, LIST - 16)
    page.word(Word(left + 16, top + 31, line, colour=style.QUIET_INK))


def _caption(page: Sheet, scene: Scene, picture: Picture, beds: list[Lane], top: float, width: float) -> None:
    names = ", ".join(lane.label for lane in beds)
    ground = f"{'bed' if len(beds) == 1 else 'beds'}: {names}" if beds else "no bed"
    room = f"room: {picture.room}" if picture.room else "no room: it looks like outdoors"
    if not picture.room and scene.room_detected:
        room = "no room is heard"
    page.word(Word(style.MARGIN, top, shorten(ground, 13.0, width, bold=True), 13.0, bold=True))
    page.word(Word(style.MARGIN, top + 22, shorten(room, 12.0, width), 12.0, colour=style.QUIET_INK))
