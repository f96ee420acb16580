"""What it costs to know a folder of 20 000 sounds: indexing beside the mere reading of headers, a second look, a query; measured in one run.

    python benchmarks/library.py [--files 20000] [--repeat 5]

The folder is made in a temporary place: short WAV, FLAC and Ogg files in 200 folders, every third with a
sidecar in Freesound's format. Headers are read with `soundfile.info`, file after file, as the shortest
program would do it; the first index reads the same headers, and tells, keys and stores everything. Times are
the processor's (neither side uses more than one), so that other programs disturb them less; files are read
once beforehand. Believe the ratio, not the seconds. A query counts with the best of three times on the wall.
Memory is the growth of a process of its own that does nothing but index.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import soundfile

from imgext.sounds.library import library as module
from imgext.sounds.library.library import Library

if TYPE_CHECKING:
    from collections.abc import Callable

THINGS = """dog cat rain wind door car train bird tiger lion river ocean wave thunder bell clock phone glass cup foot step wood metal crowd street park
forest night insect horse cow sheep owl frog bus tram boat engine siren hammer saw broom kettle pan fire leaf snow ice gravel sand water""".split()  # noqa: SIM905  # reads best as words
WORDS = [
    *THINGS,
    *(
        f"{thing}{ending}"
        for thing in THINGS
        for ending in ("like", "ing", "er", "ish", "hood", "ness", "ward")
    ),
]
KINDS = {".wav": ("WAV", "PCM_16"), ".ogg": ("OGG", "VORBIS"), ".flac": ("FLAC", "PCM_16")}
MEMORY = """
import sys
from pathlib import Path
import soundfile
from imgext.sounds.library.library import Library
def peak():
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
before = peak()
Library(Path(sys.argv[1]))
print((peak() - before) / 1024)
"""


def build(root: Path, count: int) -> list[str]:
    """Write the folder, the same for the same count; gives the paths of its sounds."""
    rng = np.random.default_rng(7)
    contents = {}
    for ending, (form, subtype) in KINDS.items():
        stream = io.BytesIO()
        soundfile.write(stream, rng.standard_normal(800) * 0.05, 8000, format=form, subtype=subtype)
        contents[ending] = stream.getvalue()
    paths = []
    for number in range(count):
        folder = root / f"{THINGS[number % 200 % len(THINGS)]} {number % 200:03}"
        folder.mkdir(parents=True, exist_ok=True)
        name = "_".join(rng.choice(THINGS, 2)) + f"-{number}"
        path = folder / f"{name}{list(KINDS)[number // 200 % 3]}"
        path.write_bytes(contents[path.suffix])
        paths.append(str(path))
        if number // 200 % 9 < 3:
            record = {
                "id": number,
                "url": f"https://freesound.org/s/{number}/",
                "name": path.name,
                "tags": list(rng.choice(WORDS, 6)),
                "description": "A field recording of " + " ".join(rng.choice(WORDS, 20)),
                "license": "https://creativecommons.org/licenses/by/4.0/",
                "username": f"user{number % 50}",
                "avg_rating": round(float(rng.uniform(0, 5)), 2),
                "num_ratings": int(rng.integers(0, 20)),
                "num_downloads": int(rng.integers(0, 5000)),
                "category_code": "fx-a",
                "single_event": True,
                "loopable": False,
                "reverbness": None,
                "is_remix": False,
            }
            path.with_suffix(".json").write_text(json.dumps(record), encoding="utf-8")
    return paths


def seconds(work: Callable[[], object]) -> float:
    """How long something takes, in processor time."""
    began = time.process_time()
    work()
    return time.process_time() - began


def best_of_three(work: Callable[[], object]) -> float:
    """How long something takes on the wall, undisturbed."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def headers(paths: list[str]) -> None:
    """Read every header."""
    for path in paths:
        soundfile.info(path)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=20000)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name, "sounds")
        paths = build(root, options.files)
        plain, ours = [], []
        for attempt in range(options.repeat):
            os.environ["IMGEXT_CACHE"] = str(Path(name, f"cache{attempt}"))
            for path in root.rglob("*.*"):
                path.read_bytes()
            plain.append(seconds(lambda: headers(paths)))
            ours.append(seconds(lambda: Library(root)))
        ratios = [one / other for one, other in zip(ours, plain, strict=True)]
        print(
            f"{len(paths)} headers read            {statistics.median(plain):7.3f} s, quickest {min(plain):.3f}"
        )
        print(f"first index                    {statistics.median(ours):7.3f} s, quickest {min(ours):.3f}")
        print(
            f"ratio                          {statistics.median(ratios):7.2f} ({min(ratios):.2f} to {max(ratios):.2f}), of the quickest {min(ours) / min(plain):.2f}"
        )
        library, read = Library(root), []
        real = module.header_of
        module.header_of = lambda path: (read.append(path), real(path))[1]  # type: ignore[func-returns-value,assignment]
        again = [seconds(library.refresh) for _ in range(5)]
        print(
            f"nothing changed                {statistics.median(again):7.3f} s, {statistics.median(again) / statistics.median(plain):.2f} of the headers, {len(read)} headers read"
        )
        for path in paths[:: len(paths) // 10][:10]:
            os.utime(path, ns=(1, 1))
        touched = seconds(library.refresh)
        print(f"ten files touched              {touched:7.3f} s, {len(read)} headers read")

        rng = np.random.default_rng(11)
        questions = [*THINGS, "field", "field recording", "recording", "fields recording of"]
        questions += [
            " ".join(rng.choice(WORDS, int(rng.integers(1, 4)))) for _ in range(200 - len(questions))
        ]
        counts = [len(library.search(question)) for question in questions]
        times = [
            1000 * best_of_three(lambda question=question: library.search(question)) for question in questions
        ]  # type: ignore[misc]
        full = [one for one, count in zip(times, counts, strict=True) if count == 500]
        most = len(library.search("field recording", 10**6))
        print(
            f"{len(questions)} queries                    {statistics.median(times):7.2f} ms median, {max(times):.2f} ms worst;",
            end=" ",
        )
        print(
            f"{len(full)} of them give 500 of up to {most} matches: {statistics.median(full):.2f} ms median"
        )
        print(f"index on disk                  {library.database.stat().st_size / 2**20:7.1f} MiB")
        os.environ["IMGEXT_CACHE"] = str(Path(name, "memory"))
        grown = subprocess.run(
            [sys.executable, "-c", MEMORY, str(root)], check=True, capture_output=True, text=True
        ).stdout
        print(f"memory taken by the first index{float(grown):7.1f} MiB")


if __name__ == "__main__":
    main()
