"""Draws one sound's spectrogram (`imgext sounds show NAME`).

Time to the right, frequency upwards on the scale of the mix's spectrogram, 80 dB from the loudest down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgext.report import style
from imgext.report.canvas import Sheet, Word
from imgext.report.spectrogram import colours_of
from imgext.report.spectrum import column_powers, levels, loudest_of, shade_indices, top_frequency, y_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

WIDTH, HEIGHT = 900, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, WIDTH - 20, 44, HEIGHT - 44
_COLUMNS = _RIGHT - _LEFT
_NAMED = (50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0, 20000.0)


def draw_sound(path: Path, name: str, note: str, samples: NDArray[np.float64], rate: int) -> None:
    """Write the picture.

    Parameters
    ----------
    path : Path
        Where to write the PNG.
    name, note : str
        What stands above it, on the left and on the right.
    samples : ndarray, shape (frames, channels)
        Full scale 1; one or two channels.
    rate : int
        Hz.
    """
    seconds = len(samples) / rate
    both = samples if samples.shape[1] == 2 else np.repeat(samples[:, :1], 2, axis=1)
    powers, width, first = column_powers([both], rate, seconds, _COLUMNS)
    level = levels(powers, rate, _BOTTOM - _TOP)
    shades = shade_indices(level, loudest_of(level))
    times = (np.arange(_COLUMNS) + 0.5) * seconds / _COLUMNS
    places = np.minimum(((times - first) / width).astype(np.int64), len(powers) - 1)
    sheet = Sheet(WIDTH, HEIGHT)
    sheet.image(colours_of()[shades[:, places]], _LEFT, _TOP)
    sheet.word(Word(_LEFT, 22, name, style.TITLE_SIZE, bold=True))
    sheet.word(Word(_RIGHT, 22, note, align="right", colour=style.QUIET_INK))
    for value in _NAMED:
        if value <= top_frequency(rate):
            y = y_of(value, rate, _TOP, _BOTTOM)
            sheet.lines([[(_LEFT - 5, y), (_LEFT, y)]], style.QUIET_INK)
            sheet.word(Word(_LEFT - 9, y, style.frequency(value), 11.0, "right", colour=style.QUIET_INK))
    step = next((one for one in (0.1, 0.2, 0.5, 1, 2, 5, 10, 30) if one / seconds * _COLUMNS >= 60), 60)
    for number in range(int(seconds / step + 1e-9) + 1):
        x = _LEFT + _COLUMNS * number * step / seconds
        sheet.lines([[(x, _BOTTOM), (x, _BOTTOM + 5)]], style.QUIET_INK)
        sheet.word(Word(x, _BOTTOM + 16, f"{number * step:g} s", align="center", colour=style.QUIET_INK))
    sheet.save(path)
