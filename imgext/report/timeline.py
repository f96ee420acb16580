"""Draw the timeline: a lane for each track, as an audio workstation does.

Each clip is a box with the start time in its title bar, the stem's waveform, its fades as the raised cosines
that are heard, notches where a loop begins anew and an arrow where the mix cuts it off. Waveforms fill their
lane whatever the level, so that quiet tracks can be read; the level stands next to them. Cuts are red bars
under the clips they belong to, at the times they act, a row for each. Positions come from
`imgext.report.layout`; here they are drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.report import style
from imgext.report.canvas import Word, polygon, rectangle, rounded, sheet
from imgext.report.layout import layout

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.path import Path as Outline
    from numpy.typing import NDArray

    from imgext.report.canvas import Sheet
    from imgext.report.lanes import Picture
    from imgext.report.layout import ClipBox, LaneBox, Layout


#: Shades of the scale of brightness, and the Bark at its upper end: 20 Bark are 6.4 kHz.
STEPS, TOP = 10, 20.0


def draw_timeline(picture: Picture, path: Path) -> None:
    """Draw the arrangement of a mix as a PNG.

    Parameters
    ----------
    picture : Picture
    path : Path
        Replaced as a whole or not at all.

    Raises
    ------
    CannotWriteError
        When `path` cannot be written.
    """
    plan = layout(picture)
    with sheet(plan.width, plan.height, path) as page:
        _ground(page, plan)
        for box in plan.lanes:
            _lane(page, box)
        if plan.master is not None and picture.master_peaks is not None:
            box = plan.master
            wave = envelope(picture.master_peaks)
            page.shapes(
                _waves(wave, [(style.PLOT_LEFT, style.PLOT_RIGHT, box.top + 6, box.bottom - 6)]),
                face=style.MASTER,
            )
            page.shapes([rectangle(style.MARGIN, box.top, style.MARGIN + 5, box.bottom)], face=style.MASTER)
        if any(box.lane is not None and box.lane.brightness is not None for box in plan.lanes):
            _scale(page, plan.height - 14)
        for word in (*plan.words, *(plan.master.words if plan.master else ())):
            page.word(word, back=style.PAPER if word.align == "center" else None)


def envelope(peaks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn peaks (n,) of the mix into heights 0 to 1, one a pixel, the largest 1.

    >>> float(envelope(np.array([0.0, 0.25]))[-1])
    1.0
    """
    columns = style.PLOT_RIGHT - style.PLOT_LEFT
    heights = np.abs(np.nan_to_num(np.asarray(peaks, dtype=np.float64), posinf=0.0, neginf=0.0))
    if not len(heights) or not heights.max() > 0:
        return np.zeros(columns)
    if len(heights) >= columns:
        wave = np.maximum.reduceat(heights, np.arange(columns) * len(heights) // columns)
    else:
        centres = (np.arange(columns) + 0.5) * len(heights) / columns - 0.5
        wave = np.interp(centres, np.arange(len(heights)), heights)
    return np.asarray(wave / wave.max(), dtype=np.float64)


def brightness_steps(brightness: NDArray[np.float64], columns: int) -> NDArray[np.int64]:
    """Turn brightness in Bark (n,) into a step of the scale for each pixel.

    Where there is silence it is that of the sound before, or after where there is none before. `columns` is
    the length of the peaks, which cover the same time a little more exactly.
    """
    pixels = style.PLOT_RIGHT - style.PLOT_LEFT
    edges = np.arange(pixels + 1) * len(brightness) / pixels
    known = np.flatnonzero(np.isfinite(brightness))
    if not len(known) or not columns:
        return np.zeros(pixels, dtype=np.int64)
    sums = np.concatenate([[0.0], np.cumsum(np.nan_to_num(brightness))])
    counts = np.concatenate([[0], np.cumsum(np.isfinite(brightness))])
    first = np.minimum(edges[:-1].astype(np.int64), len(brightness) - 1)
    last = np.maximum(np.ceil(edges[1:]).astype(np.int64), first + 1)
    number = counts[last] - counts[first]
    before = known[np.clip(np.searchsorted(known, first, side="right") - 1, 0, len(known) - 1)]
    means = np.where(number > 0, (sums[last] - sums[first]) / np.maximum(number, 1), brightness[before])
    steps: NDArray[np.int64] = np.clip(means / TOP * STEPS, 0, STEPS - 1).astype(np.int64)
    return steps


def _shades() -> list[str]:
    """List the scale's colours, dark sounds first, readable without red and green."""
    import matplotlib as mpl

    return [mpl.colors.to_hex(mpl.colormaps["cividis"](0.92 * step / (STEPS - 1))) for step in range(STEPS)]


def _runs(
    places: list[tuple[float, float, float, float]], here: NDArray[np.bool_]
) -> list[tuple[float, float, float, float]]:
    """Cut places into the stretches of pixels that are `here`."""
    turns = np.flatnonzero(np.diff(np.concatenate([[False], here, [False]]).astype(np.int8)))
    stretches = (turns + style.PLOT_LEFT).reshape(-1, 2)
    return [
        (max(left, float(begin)), min(right, float(end)), top, bottom)
        for left, right, top, bottom in places
        for begin, end in stretches[
            np.searchsorted(stretches[:, 1], left, "right") : np.searchsorted(stretches[:, 0], right)
        ]
    ]


def _scale(page: Sheet, y: float) -> None:
    """Draw the scale of brightness under the lanes."""
    x, wide = style.MARGIN, 14.0
    for step, shade in enumerate(_shades()):
        page.shapes([rectangle(x + wide * step, y - 5, x + wide * (step + 1), y + 5)], face=shade)
    said = f"dark to bright: where a sound's spectrum has its centre, 0 to {TOP:.0f} Bark (20 Hz to 6.4 kHz)"
    page.word(Word(x + wide * STEPS + 10, y, said, 11.0, colour=style.QUIET_INK))


def _ground(page: Sheet, plan: Layout) -> None:
    """Lane backgrounds, the room's tail, the grid and both time axes."""
    boxes = (*plan.lanes, *([plan.master] if plan.master else []))
    page.shapes(
        [rectangle(style.MARGIN, box.top, style.PLOT_RIGHT, box.bottom) for box in boxes],
        face=style.LANE_BACK,
    )
    bottom = boxes[-1].bottom if boxes else plan.lanes_bottom
    axis = plan.lanes_top - (20 if plan.tail else 0)
    if plan.tail:
        left, right = plan.tail
        page.shapes([rectangle(left, axis, right, bottom)], face=style.TAIL)
        page.lines([[(left, plan.lanes_top), (left, bottom)]], style.TAIL_INK, 1.0, dashes=(4, 3))
    named = [tick.x for tick in plan.ticks if tick.label]
    small = [tick.x for tick in plan.ticks if not tick.label]
    page.lines([[(x, plan.lanes_top), (x, bottom)] for x in named], style.LINE, 1.0, alpha=0.8)
    edges: list[list[tuple[float, float]]] = [
        [(style.PLOT_LEFT, y), (style.PLOT_RIGHT, y)] for y in (axis, bottom)
    ]
    strokes = [[(x, axis - 6), (x, axis)] for x in named] + [[(x, bottom), (x, bottom + 6)] for x in named]
    strokes += [[(x, axis - 3), (x, axis)] for x in small] + [[(x, bottom), (x, bottom + 3)] for x in small]
    page.lines(edges + strokes, style.QUIET_INK, 1.0)


def _lane(page: Sheet, box: LaneBox) -> None:
    lane, colour = box.lane, box.colour
    assert lane is not None
    page.shapes([rectangle(style.MARGIN, box.top, style.MARGIN + 5, box.bottom)], face=colour)
    outlines = [rounded(clip.left, clip.top, clip.right, clip.bottom, 4.0) for clip in box.clips]
    wide = [outline for outline, clip in zip(outlines, box.clips, strict=True) if clip.right - clip.left >= 4]
    if lane.muted:
        page.shapes(outlines, face=style.FAINT)
        page.shapes(wide, edge=style.LINE, width=1.0, hatch="///")
    else:
        page.shapes(outlines, face=style.tint(colour, 0.26), alpha=0.85)
        corners, curves = _fades(box)
        page.shapes(corners, face=style.PAPER, alpha=0.6)
        if lane.peaks is not None:
            places = [
                (clip.left, clip.right, clip.top + clip.header + 1, clip.bottom - 1) for clip in box.clips
            ]
            wave = envelope(lane.peaks)
            if lane.brightness is None:
                page.shapes(_waves(wave, places), face=colour, alpha=0.9)
            else:
                steps = brightness_steps(lane.brightness, len(lane.peaks))
                for step, shade in enumerate(_shades()):
                    page.shapes(_waves(wave, _runs(places, steps == step)), face=shade)
        depth = sum(clip.right - clip.left for clip in box.clips) / (style.PLOT_RIGHT - style.PLOT_LEFT)
        page.lines(
            curves, style.INK, 1.2, alpha=0.75 / max(1.0, depth)
        )  # of a heap of clips the curves would be all one saw
        _titles(page, box)
        page.shapes(wide, edge=colour, width=1.0)
    if box.pan is not None:
        left, right, y = box.pan
        middle, half = (left + right) / 2, (right - left) / 2
        page.lines([[(left, y), (right, y)], [(middle, y - 3), (middle, y + 3)]], style.MUTED, 1.0)
        knob = middle + half * min(max(lane.pan, -1.0), 1.0)
        page.shapes(
            [rounded(knob - 4, y - 4, knob + 4, y + 4, 4.0)], face=colour, edge=style.PAPER, width=1.0
        )
    rows = [bars.y for bars in box.cuts if bars.y > box.top and any(word.y == bars.y for word in box.words)]
    page.lines([[(style.PLOT_LEFT, y), (style.PLOT_RIGHT, y)] for y in rows], style.LINE, 0.8)
    for bars in box.cuts:
        page.shapes(
            [
                rectangle(left, bars.y - bars.height / 2, right, bars.y + bars.height / 2)
                for left, right in bars.spans
            ],
            face=style.MUTED if lane.muted else style.CUT,
        )
    for word in box.words:
        page.word(word, back=style.FAINT if lane.muted and word.x > style.PLOT_LEFT else None)


def _waves(wave: NDArray[np.float64], places: list[tuple[float, float, float, float]]) -> list[Outline]:
    """Outline `wave` inside each (left, right, top, bottom), mirrored."""
    found = []
    for left, right, top, bottom in places:
        inner = np.arange(np.ceil(left), np.floor(right) + 1)
        x = np.concatenate([[left], inner[(inner > left) & (inner < right)], [right]])
        index = np.clip((x - style.PLOT_LEFT).astype(np.int64), 0, len(wave) - 1)
        half = np.maximum(wave[index] * (bottom - top) / 2, 0.4)
        middle = (top + bottom) / 2
        found.append(
            polygon(
                np.concatenate(
                    [np.stack([x, middle - half], axis=1), np.stack([x, middle + half], axis=1)[::-1]]
                )
            )
        )
    return found


def _fades(box: LaneBox) -> tuple[list[Outline], list[NDArray[np.float64]]]:
    """Find the corner above each fade, and its raised cosine."""
    corners: list[Outline] = []
    curves: list[NDArray[np.float64]] = []
    for clip in box.clips:
        for at, to in ((clip.left, clip.fade_in_to), (clip.right, clip.fade_out_from)):
            if abs(to - at) >= 1.5:
                share = np.linspace(0.0, 1.0, 33)
                curve = np.stack(
                    [
                        at + (to - at) * share,
                        clip.bottom
                        - (clip.bottom - clip.top - clip.header) * (0.5 - 0.5 * np.cos(np.pi * share)),
                    ],
                    axis=1,
                )
                corners.append(polygon(np.concatenate([curve, [(at, clip.top + clip.header)]])))
                curves.append(curve)
    return corners, curves


def _titles(page: Sheet, box: LaneBox) -> None:
    """Title bars, the notches of loops, the arrow of a clip that is cut off."""
    colour = box.colour
    page.shapes(
        [
            rounded(clip.left, clip.top, clip.right, clip.top + clip.header, 4.0)
            for clip in box.clips
            if clip.header
        ],
        face=colour,
    )
    notches, seams, arrows = [], [], []
    for clip in box.clips:
        top = clip.top + clip.header
        size = min(5.0, (clip.bottom - top) / 5)
        for x in clip.repeats:
            notches.append(polygon(np.array([(x - size, top), (x + size, top), (x, top + size * 1.3)])))
            notches.append(
                polygon(
                    np.array(
                        [(x - size, clip.bottom), (x + size, clip.bottom), (x, clip.bottom - size * 1.3)]
                    )
                )
            )
            seams.append([(x, top), (x, clip.bottom)])
        if clip.truncated:
            arrows += _arrow(clip)
    page.lines(seams, style.PAPER, 1.2, alpha=0.9)
    page.shapes(notches, face=style.PAPER, edge=colour, width=0.8)
    page.shapes(arrows, face=style.PAPER, edge=style.INK, width=0.8)


def _arrow(clip: ClipBox) -> list[Outline]:
    size = min(7.0, (clip.bottom - clip.top) / 4, clip.right - clip.left)
    y = (clip.top + clip.header + clip.bottom) / 2
    return (
        [
            polygon(
                np.array(
                    [
                        (clip.right - size - 2, y - size),
                        (clip.right - 2, y),
                        (clip.right - size - 2, y + size),
                    ]
                )
            )
        ]
        if size >= 3
        else []
    )
