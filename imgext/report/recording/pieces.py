"""Draws a recording's waveform and what was found in it (`imgext sounds show`).

From top to bottom: seconds, the events with the takes filled, the waveform, the steady stretch and the loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.report import style
from imgext.report.canvas import Sheet, Word, polygon, rectangle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from imgext.dsp.pieces import Pieces, Recording

WIDTH, HEIGHT = 1200, 360
_LEFT, _RIGHT = 76, WIDTH - 24
_EVENTS, _WAVE, _STEADY, _LOOP = (66, 92), (104, 254), (268, 290), (302, 324)
_COLUMNS = _RIGHT - _LEFT
_TAKEN, _KNOWN, _STILL, _TURN = style.TRACKS[1], style.MUTED, style.TRACKS[2], style.TRACKS[0]
_FINEST = 70  # pixels between two numbers on the axis
_BLOCK = 1 << 16


def draw_pieces(path: Path, name: str, recording: Recording, rate: int, found: Pieces) -> None:
    """Write the picture.

    Parameters
    ----------
    path : Path
        Where to write the PNG.
    name : str
        What the recording is called.
    recording : Recording
    rate : int
        Hz.
    found : Pieces
    """
    seconds = max(found.seconds, 1e-3)

    def x(at: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * min(max(at / seconds, 0.0), 1.0)

    sheet = Sheet(WIDTH, HEIGHT)
    kind = "goes on throughout" if found.continuous else "made of events"
    sheet.word(Word(_LEFT, 20, name, style.TITLE_SIZE, bold=True))
    sheet.word(Word(_RIGHT, 20, f"{seconds:.2f} s, {kind}", align="right", colour=style.QUIET_INK))
    _axis(sheet, seconds, x)
    for (top, bottom), word in (
        (_EVENTS, "events"),
        (_WAVE, "sound"),
        (_STEADY, "steady"),
        (_LOOP, "loop"),
    ):
        sheet.shapes([rectangle(_LEFT, top, _RIGHT, bottom)], face=style.LANE_BACK)
        sheet.word(Word(_LEFT - 10, (top + bottom) / 2, word, align="right", colour=style.QUIET_INK))
    top, bottom = _WAVE
    for take in found.takes:
        sheet.shapes([rectangle(x(take.onset), top, x(take.end), bottom)], face=_TAKEN, alpha=0.13)
    _waveform(sheet, recording, rate, seconds)
    _events(sheet, found, x)
    stretch, loop = found.stretch, found.loop
    box = rectangle(x(stretch.begin), _STEADY[0], x(stretch.end), _STEADY[1])
    sheet.shapes([box], face=_STILL, alpha=0.6)
    if found.circle:
        sheet.shapes([rectangle(_LEFT, *_LOOP[:1], _RIGHT, _LOOP[1])], face=_TURN, alpha=0.35)
        text = "its end already meets its beginning"
    else:
        begin, end = loop.begin, loop.begin + loop.turn
        sheet.shapes([rectangle(x(begin), _LOOP[0], x(end), _LOOP[1])], face=_TURN, alpha=0.5)
        for at, full in ((begin, begin + loop.crossfade), (end, end)):
            fade = [(x(at), _LOOP[1]), (x(full), _LOOP[0]), (x(at + loop.crossfade), _LOOP[1])]
            sheet.shapes([polygon(np.array(fade))], face=_TURN, alpha=0.6)
        text = f"{loop.turn:.2f} s from {loop.begin:.2f} s, crossfade {loop.crossfade:g} s"
    sheet.word(Word(_LEFT + 6, sum(_LOOP) / 2, text), back=style.PAPER)
    out = stretch.outliers + stretch.inside
    text = f"{stretch.begin:g} to {stretch.end:g} s"
    text += f", {out * 0.1:.1f} s stand out or are silent" if out else ""
    sheet.word(Word(_LEFT + 6, sum(_STEADY) / 2, text), back=style.PAPER)
    sheet.word(
        Word(
            _LEFT,
            HEIGHT - 16,
            f"events: {len(found.events)}; to be taken, in orange: {len(found.takes)}, the first outlined",
            colour=style.QUIET_INK,
        )
    )
    sheet.save(path)


def _axis(sheet: Sheet, seconds: float, x: Callable[[float], float]) -> None:
    steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60]
    step = next((one for one in steps if one / seconds * _COLUMNS >= _FINEST), 60)
    for number in range(int(seconds / step + 1e-9) + 1):
        at = x(number * step)
        sheet.lines([[(at, 54), (at, _LOOP[1])]], style.LINE)
        sheet.word(Word(at, 46, f"{number * step:g}", align="center", colour=style.QUIET_INK))


def _events(sheet: Sheet, found: Pieces, x: Callable[[float], float]) -> None:
    taken = {(take.onset, take.end) for take in found.takes}
    first = found.takes[:1]
    for event in found.events:
        box = rectangle(x(event.onset), _EVENTS[0] + 3, x(event.end), _EVENTS[1] - 3)
        face = _TAKEN if (event.onset, event.end) in taken else _KNOWN
        chosen = any((event.onset, event.end) == (one.onset, one.end) for one in first)
        sheet.shapes([box], face=face, edge=style.INK if chosen else "none", width=1.6 if chosen else 0.0)
        if x(event.end) - x(event.onset) > 60:
            middle = (x(event.onset) + x(event.end)) / 2
            clear = f"{event.clear:.0f} dB"
            sheet.word(Word(middle, sum(_EVENTS) / 2, clear, align="center", colour=style.PAPER))


def _waveform(sheet: Sheet, recording: Recording, rate: int, seconds: float) -> None:
    """Draw each column's largest sample on a scale of 60 dB, to show quiet parts."""
    frames = min(recording.frames, round(seconds * rate))
    peaks: NDArray[np.float64] = np.zeros(_COLUMNS)
    for begin in range(0, frames, _BLOCK):
        block = np.abs(recording.read(begin, min(begin + _BLOCK, frames))).max(axis=1)
        column = np.minimum((begin + np.arange(len(block))) * _COLUMNS // max(frames, 1), _COLUMNS - 1)
        np.maximum.at(peaks, column, block)
    level = 1.0 + 20.0 * np.log10(np.maximum(peaks / max(float(peaks.max()), 1e-9), 1e-3)) / 60.0
    middle, half = sum(_WAVE) / 2, (_WAVE[1] - _WAVE[0]) / 2 - 4
    at = _LEFT + np.arange(_COLUMNS)
    up = np.column_stack([at, middle - half * level])
    down = np.column_stack([at, middle + half * level])[::-1]
    sheet.shapes([polygon(np.concatenate([up, down]))], face=style.MASTER)
