"""How long a sound file is, without decoding it where something states that."""

from __future__ import annotations

import contextlib
from pathlib import Path


def header_of(path: Path | str) -> tuple[float, str]:
    """Duration of a sound file in seconds, and why it cannot be used; blank where it can."""
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
