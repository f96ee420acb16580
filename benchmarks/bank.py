"""How many times faster than real time each built-in sound is made, on one core at 48000 Hz.

Usage: OMP_NUM_THREADS=1 python benchmarks/bank.py [NAME ...]
The aim is 40. Each figure is the median of three seeds, in processor time.
"""

from __future__ import annotations

import statistics
import sys
import time

from imgext.sounds.bank import BANK, RATE, generate

AIM = 40.0


def main() -> None:
    """Print the slowest first, and how many miss the aim."""
    speeds = {}
    for name in sys.argv[1:] or BANK:
        taken = []
        for seed in (11, 12, 13):
            start = time.process_time()
            made = generate(name, seed=seed)
            taken.append(len(made) / RATE / max(time.process_time() - start, 1e-9))
        speeds[name] = statistics.median(taken)
    for name, speed in sorted(speeds.items(), key=lambda item: item[1]):
        print(f"{name:20} {speed:7.1f} x{'' if speed >= AIM else '   below the aim'}")
    print(
        f"{sum(speed < AIM for speed in speeds.values())} of {len(speeds)} below {AIM:g}; median {statistics.median(speeds.values()):.0f}"
    )


if __name__ == "__main__":
    main()
