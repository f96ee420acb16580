"""Every room as it was asked for beside what is played, by ISO 3382-1: T30 in octaves, direct-to-reverberant ratio, correlation of the channels.

    python benchmarks/rooms.py [--rate 48000] [--seeds 1] [--engines ir freeverb]

Each room is measured by a click that is played through the return that plays a mix. Wet level and width go
round with the rows, so that each of them meets several rooms. Cells are "asked/measured"; T30 is the mean of
the channels' energies. The summary below has the worst deviation over all rooms and seeds. What is asked of
`freeverb` is its closed form, which knows neither the all-passes nor that the right side is longer. The last
lines compare rooms of known size with `room_size`, by Eyring.
"""

from __future__ import annotations

import argparse
import math
from itertools import cycle, product

from imgext.dsp.reverb import correlation, decay_times
from imgext.dsp.room_measure import OCTAVES, measure
from imgext.rendering.plan import RoomPlan
from imgext.rendering.response import played_response

SIZES = (0.0, 0.25, 0.5, 0.75, 1.0)
DAMPINGS = (0.0, 0.5, 1.0)
WETS = (1.0, 0.5, 0.33, 0.2)
WIDTHS = (0.0, 0.3, 0.7, 1.0, 0.8)
#: Length, width, height in m and mean absorption.
KNOWN = {
    "bathroom, tiles": (2.5, 2.0, 2.5, 0.08),
    "living room": (5.0, 4.0, 2.6, 0.2),
    "classroom": (9.0, 7.0, 3.0, 0.15),
    "stairwell, stone": (5.0, 3.0, 12.0, 0.05),
    "church": (30.0, 15.0, 12.0, 0.12),
}


def _name(hertz: float) -> str:
    return f"{hertz:g}" if hertz < 1000 else f"{hertz / 1000:g}k"


def _table(
    engine: str,
    rate: int,
    seed: int,
    worst: dict[tuple[str, float], float],
    ratios: list[float],
    alike: list[float],
    *,
    show: bool,
) -> None:
    octaves = [centre for centre in OCTAVES if centre * math.sqrt(2.0) < rate / 2.0]
    if show:
        names = [
            "engine",
            "size",
            "damping",
            "wet",
            "width",
            *(f"T30 {_name(hertz)}" for hertz in octaves),
            "DRR dB",
            "correlation",
        ]
        print("|", " | ".join(names), "|")
        print("|" + " --- |" * len(names))
    for (size, damping), wet, width in zip(
        product(SIZES, DAMPINGS), cycle(WETS), cycle(WIDTHS), strict=False
    ):
        room = RoomPlan(size, damping, wet, width, seed, engine)  # type: ignore[arg-type]
        found = measure(played_response(room, rate), rate)
        asked = decay_times(room.room, octaves, rate)
        drr, same = -20.0 * math.log10(wet) + 0.0, correlation(room.room)
        for octave, t60 in zip(found.octaves, asked, strict=True):
            error = octave.t30 / t60 - 1.0
            if abs(error) > abs(worst.get((engine, octave.centre), 0.0)):
                worst[engine, octave.centre] = error
        ratios.append(found.all_frequencies.drr - drr)
        alike.append(found.correlation - same)
        if show:
            cells = [engine, f"{size:g}", f"{damping:g}", f"{wet:g}", f"{width:g}"]
            cells += [f"{t60:.2f}/{octave.t30:.2f}" for octave, t60 in zip(found.octaves, asked, strict=True)]
            cells += [f"{drr:.2f}/{found.all_frequencies.drr:.2f}", f"{same:.3f}/{found.correlation:.3f}"]
            print("|", " | ".join(cells), "|", flush=True)
    if show:
        print()


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rate", type=int, default=48000)
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--engines", nargs="+", default=["ir", "freeverb"])
    chosen = options.parse_args()
    for engine in chosen.engines:
        worst: dict[tuple[str, float], float] = {}
        ratios: list[float] = []
        alike: list[float] = []
        for seed in range(chosen.seeds if engine == "ir" else 1):
            _table(engine, chosen.rate, seed, worst, ratios, alike, show=seed == 0)
        deviations = ", ".join(
            f"{_name(hertz)} {100 * error:+.1f} %" for (_, hertz), error in sorted(worst.items())
        )
        print(
            f"{engine}, worst over {len(ratios)} rooms: T30 {deviations}; DRR {max(ratios, key=abs):+.3f} dB; correlation {max(alike, key=abs):+.3f}\n"
        )
    for name, (length, width, height, absorption) in KNOWN.items():
        volume, surface = length * width * height, 2.0 * (length * width + length * height + width * height)
        decay = 0.161 * volume / (-surface * math.log1p(-absorption))
        size = math.log(decay / 0.25) / math.log(12.0)
        near = 0.057 * math.sqrt(volume / decay)  # critical distance; H. Kuttruff, "Room Acoustics", 5.5
        print(
            f"{name}: {volume:.0f} m3, decay {decay:.2f} s, room_size {size:.2f}; direct and reverberant sound are equal at {near:.1f} m"
        )


if __name__ == "__main__":
    main()
