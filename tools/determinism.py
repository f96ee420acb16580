"""Renders small scenes under many settings of a machine and compares every file of every render.

    python tools/determinism.py [--slice] [--keep FOLDER]

Three levels of what numpy may use of the processor, one and two threads, a cold and a warm cache; the folder
has another name each time, and every other run has LC_ALL=C, another time zone and hash seed. `--slice` takes
three of the twelve settings, which together have each of these twice, and the scenes without pictures.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

HEAD = "schema: imgext.scene/1\nsample_rate: 16000\nduration: 1.5\n"
SCENES = {
    "levels": HEAD
    + """objects:
  own: {label: own, importance: 0.8}
  tap: {label: tap, importance: 0.2}
tracks:
  own: {sound: own.wav, loop: true, pan: 0.7, compressor: {threshold: -24, ratio: 3.7}}
  tap: {sound: "builtin:knock", start: [0.1, 0.7]}
master: {loudness: -20}
""",
    "room": HEAD
    + """seed: 11
room_detected: true
objects:
  rain: {label: rain, kind: atmo}
  own: {label: own, importance: 0.9, box: [0.1, 0.4, 0.2, 0.3], depth: 0.4}
tracks:
  own: {sound: own.wav, start: 0.2}
""",
    "freeverb": HEAD
    + """reverb: {engine: freeverb}
objects: {own: {label: own}, other: {label: other}}
tracks:
  own: {sound: own.wav, eq: [{freq: 570, gain: -4.7, spans: [[0.2, 0.6]], against: other}]}
  other: {sound: own.wav, offset: 0.3, start: 0.4}
""",
    "pictures": HEAD + "objects: {own: {label: own}}\ntracks: {own: {sound: own.wav}}\n",
}
#: Nor may the C library use these at the third level.
TUNABLES = "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F"


def levels() -> list[str]:
    """What numpy is forbidden: nothing, the newest kind of processor, all that it dispatches."""
    core = np._core._multiarray_umath  # noqa: SLF001
    dispatched = [name for name in core.__cpu_dispatch__ if core.__cpu_features__.get(name)]
    newest = [name for name in dispatched if "AVX512" in name or "V4" in name] or dispatched[-1:]
    return ["", " ".join(newest), " ".join(dispatched)]


def render_all(folder: Path, names: list[str], threads: int) -> None:
    """Render scenes in this process, on so many processors where that can be had."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    import soundfile

    from imgext import render

    noise = np.random.Generator(np.random.PCG64(5)).uniform(-0.3, 0.3, (9600, 2))
    soundfile.write(folder / "own.wav", noise * np.hanning(9600)[:, np.newaxis] ** 2, 12000)
    for name in names:
        scene = folder / f"{name}.yaml"
        scene.write_text(SCENES[name], encoding="utf-8")
        render(scene, folder / "out" / name, stems=True, pictures=name == "pictures")


def files_of(folder: Path) -> dict[str, str]:
    """sha256 of every file below a folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def main() -> int:
    """Run all settings; the exit code."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--slice", action="store_true")
    asked.add_argument("--keep", type=Path, default=None, help="work in this folder and leave it")
    asked.add_argument("--child", nargs=2, metavar=("FOLDER", "THREADS"), help=argparse.SUPPRESS)
    wanted = asked.parse_args()
    names = [name for name in SCENES if not (wanted.slice and name == "pictures")]
    if wanted.child:
        render_all(Path(wanted.child[0]), names, int(wanted.child[1]))
        return 0
    settings = [
        (level, threads, warm)
        for level in range(3)
        for threads in (1, 2)
        for warm in (False, True)
        if not wanted.slice or (level, threads, warm) in {(0, 2, False), (1, 2, True), (2, 1, False)}
    ]
    began, first, differ = time.monotonic(), None, 0
    with tempfile.TemporaryDirectory(prefix="imgext-determinism-") as name:
        root = (wanted.keep or Path(name)).resolve()
        for number, (level, threads, warm) in enumerate(settings):
            folder = root / f"{'x' * number}run {number}é"
            folder.mkdir(parents=True)
            environment = {
                **os.environ,
                "IMGEXT_CACHE": str(root / "cache" / ("0" if warm else str(number))),
                "IMGEXT_OFFLINE": "1",
                "IMGEXT_DETECTOR": "off",
                "OPENBLAS_NUM_THREADS": str(threads),
                "NPY_DISABLE_CPU_FEATURES": levels()[level],
            }
            if level == 2:
                environment |= {"GLIBC_TUNABLES": TUNABLES, "OPENBLAS_CORETYPE": "Nehalem"}
            if number % 2 == 0:
                environment |= {"LC_ALL": "C", "TZ": "Asia/Tokyo", "PYTHONHASHSEED": str(number)}
            command = [sys.executable, __file__, "--child", str(folder), str(threads)]
            subprocess.run(command + ["--slice"] * wanted.slice, check=True, cwd=folder, env=environment)
            files = files_of(folder / "out")
            first = first or files
            other = sorted(key for key in {*first, *files} if first.get(key) != files.get(key))
            differ += bool(other)
            told = f"{threads} thread{'s' * (threads > 1)}, {'warm' if warm else 'cold'}"
            print(
                f"level {level} (without {levels()[level] or 'nothing'}), {told}: {', '.join(other) or 'the same'}",
                flush=True,
            )
    count = len(first or {})
    print(
        f"determinism: {len(settings)} settings, {count} files in {time.monotonic() - began:.0f} s, {differ} differ"
    )
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
