"""A sheet of pixels to draw on, and how wide text is on it.

Coordinates are pixels from the top left corner, sizes of text and lines are pixels too: the figure has 72
dots per inch, so that a point is a pixel. matplotlib is used through its objects alone (a figure and an Agg
canvas, never pyplot), under its own default settings, whatever the user's matplotlibrc says, one picture at a
time: matplotlib is not thread-safe.

Text is set in DejaVu Sans as matplotlib brings it, so a picture looks alike on every machine. Characters
which that font lacks come from a font for their script where the machine has one, and are shown as an empty
box where it has none.
"""

from __future__ import annotations

import contextlib
import functools
import threading
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from imgext.report import style
from imgext.store.files import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from matplotlib.font_manager import FontProperties
    from matplotlib.ft2font import FT2Font
    from matplotlib.path import Path as Outline
    from numpy.typing import NDArray

FALLBACKS: Final = (
    "Noto Sans CJK SC", "Noto Sans CJK JP", "Noto Sans SC", "Noto Sans JP", "Noto Sans KR",
    "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "PingFang SC", "Hiragino Sans",
    "Microsoft YaHei", "Yu Gothic", "Malgun Gothic", "Droid Sans Fallback", "Noto Sans Devanagari",
    "Noto Sans Bengali", "Noto Sans Thai",
    "Nirmala UI", "Leelawadee UI", "Arial Unicode MS",
)  # fmt: skip
_ASCENT, _DESCENT, _MIDDLE = (
    0.80,
    0.24,
    0.365,
)  # of DejaVu Sans, in parts of its size; the middle is that of a capital
_DRAWING = threading.RLock()


@dataclass(frozen=True)
class Word:
    """A line of text: its `align`ed end at `x`, the middle of its capitals at `y`."""

    x: float
    y: float
    text: str
    size: float = style.SMALL_SIZE
    align: Literal["left", "center", "right"] = "left"
    bold: bool = False
    colour: str = style.INK

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom in pixels."""
        width = text_width(self.text, self.size, bold=self.bold)
        left = self.x - {"left": 0.0, "center": 0.5, "right": 1.0}[self.align] * width
        base = self.y + _MIDDLE * self.size
        return left, base - _ASCENT * self.size, left + width, base + _DESCENT * self.size


@functools.cache
def _font(*, bold: bool) -> FT2Font:
    from matplotlib import get_data_path
    from matplotlib.ft2font import FT2Font

    return FT2Font(f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf")


@functools.cache
def _characters(*, bold: bool) -> frozenset[int]:
    return frozenset(_font(bold=bold).get_charmap())


@functools.cache
def _fallbacks() -> tuple[tuple[str, FT2Font, frozenset[int]], ...]:
    """Family, font and characters of those of `FALLBACKS` that are installed."""
    from matplotlib.font_manager import fontManager
    from matplotlib.ft2font import FT2Font

    paths: dict[str, str] = {}
    for entry in sorted(
        fontManager.ttflist,
        key=lambda entry: (entry.name, abs(int(entry.weight or 400) - 400), entry.style, entry.fname),
    ):
        paths.setdefault(entry.name, entry.fname)
    found = []
    for family in (family for family in FALLBACKS if family in paths):
        with contextlib.suppress(
            RuntimeError, OSError
        ):  # a font file that has gone or is broken is no fallback
            font = FT2Font(paths[family])
            found.append((family, font, frozenset(font.get_charmap())))
    return tuple(found)


def printable(text: str, *, bold: bool = False) -> str:
    r"""Put `text` on one line, with an empty box for what no font here can show.

    >>> printable("gull\n at   dawn")
    'gull at dawn'
    """
    line = " ".join("".join(" " if unicodedata.category(c) == "Cc" else c for c in text).split())
    kept = "".join(
        c
        for c in unicodedata.normalize("NFC", line)
        if unicodedata.category(c) not in {"Cf", "Cs"} and not 0xFE00 <= ord(c) <= 0xFE0F
    )
    own = _characters(bold=bold)
    return "".join(
        c if ord(c) in own or any(ord(c) in known for _, _, known in _fallbacks()) else "\u25a1" for c in kept
    )


@functools.lru_cache(maxsize=8192)
def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of `text` in pixels, at `size` pixels, without hinting."""
    from matplotlib.ft2font import LoadFlags

    with _DRAWING:
        own = _characters(bold=bold)
        total = 0.0
        for known, run in _runs(text, own):
            font = _font(bold=bold) if known else _fallback_for(run)
            font.set_size(100.0, 72.0)  # measured large, so that the figure is smooth in `size`
            font.set_text(run, 0.0, flags=LoadFlags.NO_HINTING)
            total += font.get_width_height()[0] / 64
    return total * size / 100.0


def _runs(text: str, own: frozenset[int]) -> list[tuple[bool, str]]:
    runs: list[tuple[bool, str]] = []
    for character in text:
        known = ord(character) in own
        if runs and runs[-1][0] == known:
            runs[-1] = (known, runs[-1][1] + character)
        else:
            runs.append((known, character))
    return runs


def _fallback_for(run: str) -> FT2Font:
    return next(
        (font for _, font, known in _fallbacks() if all(ord(c) in known for c in run)), _font(bold=False)
    )


def shorten(text: str, size: float, room: float, *, bold: bool = False) -> str:
    """Cut `text` to `room` pixels, with an ellipsis; "" where that does not fit.

    >>> shorten("a very long label indeed", 12.0, 60.0)
    'a very l…'
    """
    text = printable(text, bold=bold)
    if text_width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        if text_width(text[:middle].rstrip() + "…", size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…" if low else ""


@functools.cache
def _stroke() -> type[Any]:
    """Make the class of an artist that calls a function to draw; once, it is slow."""
    from matplotlib.artist import Artist

    class Stroke(Artist):
        def __init__(self, draw: Callable[[Any], None]) -> None:
            super().__init__()
            self._draw = draw

        def draw(self, renderer: Any) -> None:
            self._draw(renderer)

    return Stroke


class Sheet:
    """A white sheet of `width` x `height` pixels; later strokes cover earlier ones."""

    def __init__(self, width: int, height: int) -> None:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor=style.PAPER)
        self._canvas = FigureCanvasAgg(self._figure)
        self._axes = self._figure.add_axes((0.0, 0.0, 1.0, 1.0))
        self._axes.set_axis_off()
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._layer = 0.0

    def _add(self, artist: Any) -> None:
        self._layer += 1.0
        artist.set_zorder(self._layer)

    def shapes(
        self,
        outlines: Sequence[Outline],
        face: str = "none",
        edge: str = "none",
        width: float = 0.0,
        *,
        alpha: float = 1.0,
        hatch: str | None = None,
    ) -> None:
        """Draw closed shapes, filled, outlined or hatched in the colour of the edge."""
        if outlines:
            from matplotlib.collections import PathCollection

            collection = PathCollection(
                outlines, facecolors=face, edgecolors=edge, linewidths=width, alpha=alpha, hatch=hatch
            )
            self._axes.add_collection(collection, autolim=False)
            self._add(collection)

    def lines(
        self,
        points: Sequence[Sequence[tuple[float, float]] | NDArray[np.float64]],
        colour: str | Sequence[str],
        width: float = 1.0,
        *,
        alpha: float = 1.0,
        dashes: tuple[float, float] | None = None,
    ) -> None:
        """Draw open lines through points; `dashes` are the pixels on and off."""
        if len(points):
            from matplotlib.collections import LineCollection

            style_ = (0.0, tuple(part / width for part in dashes)) if dashes else "solid"
            segments = [np.asarray(line, dtype=np.float64) for line in points]
            collection = LineCollection(
                segments, colors=colour, linewidths=width, alpha=alpha, linestyles=[style_]
            )
            self._axes.add_collection(collection, autolim=False)
            self._add(collection)

    def image(self, pixels: NDArray[np.uint8], left: int, top: int) -> None:
        """Put colours (rows, columns, 3) on the sheet, a pixel each, from the top."""
        rows, columns = pixels.shape[:2]

        def draw(
            renderer: Any,
        ) -> (
            None
        ):  # matplotlib's own images are resampled, which takes twenty times the memory of the picture
            solid = np.concatenate([pixels, np.full((rows, columns, 1), 255, dtype=np.uint8)], axis=2)
            renderer.draw_image(renderer.new_gc(), left, renderer.height - top - rows, solid[::-1])

        self._add(self._axes.add_artist(_stroke()(draw)))

    def word(self, word: Word, back: str | None = None, alpha: float = 0.85) -> None:
        """Write one word, on a patch of the colour `back` if one is given."""
        left, top, right, bottom = word.box
        if back is not None:
            self.shapes([rounded(left - 3, top - 1, right + 3, bottom + 1, 3)], face=back, alpha=alpha)
        if word.text:

            def draw(
                renderer: Any,
            ) -> None:  # matplotlib's own texts are laid out twice each, which takes longer than to draw them
                context = renderer.new_gc()
                context.set_foreground(word.colour)
                base = word.y + _MIDDLE * word.size
                renderer.draw_text(
                    context, left, base, word.text, _properties(word.text, word.size, bold=word.bold), 0.0
                )

            self._add(self._axes.add_artist(_stroke()(draw)))

    def save(self, path: Path) -> None:
        """Write a PNG whose bytes depend on what was drawn alone.

        Without the alpha channel and packed a little less than usual: a third of the time, and no larger than
        as matplotlib writes it.
        """
        from PIL import Image
        from PIL.PngImagePlugin import PngInfo

        canvas: Any = self._canvas  # matplotlib leaves these two untyped
        canvas.draw()
        pixels = np.ascontiguousarray(np.asarray(canvas.buffer_rgba())[:, :, :3])
        said = PngInfo()
        said.add_text("Software", "imgext")
        with whole_file(path) as temporary:
            Image.fromarray(pixels).save(temporary, "PNG", compress_level=3, pnginfo=said)


@contextlib.contextmanager
def sheet(width: int, height: int, path: Path) -> Iterator[Sheet]:
    """Give a sheet to draw on; it becomes `path` if the block ends well.

    Raises
    ------
    CannotWriteError
        When the folder cannot be written or the disk is full.
    """
    import matplotlib as mpl

    with _DRAWING, mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams["text.hinting"] = (
            "no_hinting"  # as it is measured; hinted advances are up to a tenth wider
        )
        page = Sheet(width, height)
        yield page
        page.save(path)


@functools.lru_cache(maxsize=1024)
def _properties(text: str, size: float, *, bold: bool) -> FontProperties:
    from matplotlib import get_data_path
    from matplotlib.font_manager import FontProperties

    if all(ord(c) in _characters(bold=bold) for c in text):
        return FontProperties(
            fname=f"{get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf", size=size
        )
    families = ["DejaVu Sans", *(family for family, _, _ in _fallbacks())]
    return FontProperties(family=families, size=size, weight="bold" if bold else "normal")


def rectangle(left: float, top: float, right: float, bottom: float) -> Outline:
    """Outline of a rectangle."""
    return polygon(np.array([(left, top), (right, top), (right, bottom), (left, bottom)]))


def polygon(points: NDArray[np.float64]) -> Outline:
    """Close an outline through points (n, 2)."""
    from matplotlib.path import Path as Outline

    return Outline(np.concatenate([points, points[:1]]), closed=True)


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> Outline:
    """Outline of a rectangle with round corners, as round as its sides allow."""
    from matplotlib.path import Path as Outline

    r = min(radius, (right - left) / 2, (bottom - top) / 2)
    if r < 1:
        return rectangle(left, top, right, bottom)
    points = [
        (left + r, top), (right - r, top), (right, top), (right, top + r), (right, bottom - r),
        (right, bottom), (right - r, bottom), (left + r, bottom), (left, bottom), (left, bottom - r),
        (left, top + r), (left, top), (left + r, top), (left + r, top),
    ]  # fmt: skip
    line, curve = Outline.LINETO, Outline.CURVE3
    return Outline(
        points,
        [
            Outline.MOVETO,
            line,
            curve,
            curve,
            line,
            curve,
            curve,
            line,
            curve,
            curve,
            line,
            curve,
            curve,
            Outline.CLOSEPOLY,
        ],
    )
