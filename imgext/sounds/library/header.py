"""Finds the length of a sound file, without decoding it if the header states it."""

from __future__ import annotations

import contextlib
from pathlib import Path


def header_of(path: Path | str) -> tuple[float, str]:
    """Return a sound file's seconds, and why it cannot be used (blank if it can)."""
    from imgext.dsp.decode import FAILURES, Decoder

    path = Path(path)
    try:
        with Decoder(path) as sound:
            frames, rate = sound.frames, sound.rate
    except FAILURES as error:
        with contextlib.suppress(OSError):
            if path.stat().st_size == 0:
                return 0.0, "the file is empty"
        return 0.0, f"cannot be read as sound: {' '.join(str(error).split())[-120:]}"
    if frames <= 0 or rate <= 0:
        return 0.0, "the sound has no frames"
    return round(frames / rate, 3), ""
