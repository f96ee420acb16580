"""Makes the sound files of `scenes/sounds/` from the built-in bank; run it again when the bank changes.

    python tools/make_scene_sounds.py [FOLDER]

The example scenes need a few real files: stereo ones, at another sample rate than the mix. Each is a short
excerpt of a built-in sound at 24 kHz and 16 bits as FLAC, below 150 kB. Nothing here is a recording; like the
bank, they are free of rights (CC0).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile
import soxr

from imgext.sounds.bank import RATE as BANK_RATE
from imgext.sounds.bank import generate

if TYPE_CHECKING:
    from numpy.typing import NDArray

RATE = 24000
LARGEST = 300_000


def excerpt(name: str, begin: float, seconds: float, fade: float) -> NDArray[np.float64]:
    """Some seconds of a built-in sound at `RATE`, with raised-cosine fades; shape (frames, channels)."""
    sound = generate(name)[round(begin * BANK_RATE) : round((begin + seconds) * BANK_RATE)]
    out: NDArray[np.float64] = soxr.resample(sound, BANK_RATE, RATE, quality="VHQ")
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(round(fade * RATE)) + 0.5) / round(fade * RATE)))[:, None]
    out[: len(ramp)] *= ramp
    out[-len(ramp) :] *= ramp[::-1]
    return out


def crossing(mono: NDArray[np.float64], begin: float, end: float) -> NDArray[np.float64]:
    """Walk a mono sound from one place to another, -1 (left) to 1 (right), by constant power; shape (frames, 2)."""
    angle = (1 + np.linspace(begin, end, len(mono))) * np.pi / 4
    return np.column_stack([mono[:, 0] * np.cos(angle), mono[:, 0] * np.sin(angle)])


def sounds() -> dict[str, NDArray[np.float64]]:
    """Every file by its name, shape (frames, 2)."""
    return {
        "chimes.flac": excerpt("wind_chimes", 4.0, 3.6, 0.3),
        "drips.flac": excerpt("water_drips", 2.0, 3.0, 0.2),
        "passer_by.flac": crossing(excerpt("footsteps", 0.0, 5.0, 0.4), -0.9, 0.9),
        "bells.flac": excerpt("church_bells", 1.0, 4.2, 0.4),
    }


INDEX = """file,label,tags,licence,author
bells.flac,church bells,bells church ringing stereo,cc0,imgext
chimes.flac,wind chimes,chimes wind metal stereo,cc0,imgext
drips.flac,dripping water,drips water cave stereo,cc0,imgext
passer_by.flac,footsteps,footsteps walking passing stereo,cc0,imgext
"""


def main() -> int:
    """Write the files and their index, and say how large they are."""
    folder = Path(
        sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[1] / "scenes" / "sounds"
    )
    folder.mkdir(parents=True, exist_ok=True)
    for name, sound in sounds().items():
        path = folder / name
        soundfile.write(path, np.rint(sound * 32767).astype(np.int16), RATE, format="FLAC", subtype="PCM_16")
        size = path.stat().st_size
        print(f"{path}: {len(sound) / RATE:.2f} s, {size / 1000:.0f} kB")
        if size > LARGEST:
            print(f"{path}: larger than {LARGEST / 1000:.0f} kB; shorten it", file=sys.stderr)
            return 1
    (folder / "index.csv").write_text(INDEX, encoding="utf-8", newline="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
