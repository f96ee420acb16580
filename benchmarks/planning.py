"""How long it takes to find the cuts of a scene, by mode: the planners alone, and the whole step with the rehearsal of what they chose.

    python benchmarks/planning.py [--repeat 5] [--modes audible,bark] [--sounds FOLDER]

The sounds are coloured noise in bursts, or recordings of a folder with an index.csv; each lasts 2 to 6 s but
the bed, which lasts throughout. "spectra" is what is done once for each sound: its powers in critical bands,
kept by content. "step" is all of `unmask` when they are known: the plan of the mix, the planner, and playing
the tracks that are cut to hear that no order changes. Levels of the cut tracks, which the render needs and
finds here, are part of it. Median seconds on the wall, and of all processors; the first run, which loads
libraries, is left out.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from imgext.mix.unmask.modes import MODES
from imgext.mix.unmask.spectra import Spectra
from imgext.mix.unmask.stage import placed, plan_cuts, settings_of, unmask
from imgext.pipeline.resolve import resolve
from imgext.rendering import Opened, make_plan
from imgext.scene.document import load
from imgext.scene.model import Scene

RATE = 48000
LIMITS = {"audible": {(16, 60): 0.5, (64, 600): 3.0}, "optimise": {(8, 60): 3.0}}


def coloured(lot: np.random.Generator, seconds: float) -> np.ndarray:
    """Noise with a spectrum and bursts at random."""
    n = int(seconds * RATE)
    spectrum = np.fft.rfft(lot.standard_normal(n))
    octaves = np.log2(np.maximum(np.fft.rfftfreq(n, 1 / RATE), 20.0) / 20.0)
    spectrum *= 10 ** (np.interp(octaves, np.arange(11), lot.uniform(-30, 0, 11)) / 20)
    x = np.fft.irfft(spectrum, n)
    steps = np.interp(np.arange(n), np.arange(0, n + 4800, 4800), lot.uniform(0, 1, -(-n // 4800) + 1) ** 2)
    x *= steps
    return 0.1 * x / np.max(np.abs(x))


def recorded(files: list[Path], lot: np.random.Generator, seconds: float) -> np.ndarray:
    """Recordings one after the other, as long as it takes."""
    pieces, length = [], 0
    while length < seconds * RATE:
        x, rate = soundfile.read(files[int(lot.integers(len(files)))], always_2d=True)
        x = np.interp(np.arange(int(len(x) * RATE / rate)) * rate / RATE, np.arange(len(x)), x[:, 0])
        pieces.append(x)
        length += len(x)
    return np.concatenate(pieces)[: int(seconds * RATE)]


def build(folder: Path, clips: int, seconds: int, files: list[Path]) -> Path:
    """Write sounds and a scene, all from a fixed seed."""
    lot = np.random.default_rng(7)
    objects, tracks = ["objects:"], ["tracks:"]
    for index in range(clips):
        bed = index == 0
        length = seconds if bed else float(lot.uniform(2, 6))
        soundfile.write(
            folder / f"clip{index}.wav",
            recorded(files, lot, length) if files else coloured(lot, length),
            RATE,
            subtype="PCM_16",
        )
        start = 0.0 if bed else round(float(lot.uniform(0, seconds - length)), 3)
        kind = "kind: atmo" if bed else f"importance: {lot.uniform(0.2, 0.95):.3f}"
        objects.append(f"  t{index}: {{label: sound {index}, {kind}}}")
        tracks.append(f"  t{index}: {{sound: clip{index}.wav, start: {start}, loop: false}}")
    path = folder / "scene.yaml"
    path.write_text(
        "\n".join(["schema: imgext.scene/1", f"duration: {seconds}", *objects, *tracks]) + "\n",
        encoding="utf-8",
    )
    return path


def timed(repeat: int, work: Any) -> tuple[float, float]:
    """Median seconds on the wall and of the processors."""
    walls, cpus = [], []
    for _ in range(repeat + 1):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return statistics.median(walls[1:]), statistics.median(cpus[1:])


def measure(path: Path, modes: list[str], repeat: int, size: tuple[int, int]) -> None:
    """Print the rows of one scene."""
    off = resolve(_in_mode(load(path), "off"))
    spectra = timed(
        1, lambda: [Spectra(RATE).of(key, samples) for key, samples in off.opened.samples.items()]
    )
    for mode in modes:
        scene = _in_mode(_blank(off.scene), mode)
        cuts = sum(
            len(track.eq or [])
            for track in unmask(scene, Opened(off.opened.samples, off.opened.digests))[0].tracks.values()
        )
        step = timed(
            repeat,
            partial(lambda scene: unmask(scene, Opened(off.opened.samples, off.opened.digests)), scene),
        )
        planned, _ = make_plan(scene, off.opened)
        alone = timed(
            repeat, partial(plan_cuts, mode, placed(scene, planned, off.opened), settings_of(scene, planned))
        )
        limit = LIMITS.get(mode, {}).get(size, "")
        times = " ".join(f"{wall:>6.2f}s {cpu:>6.2f}s" for wall, cpu in (spectra, alone, step))
        print(f"{size[0]:>8}/{size[1]:<5} {mode:>9} {times} {cuts:>5} {limit:>6}", flush=True)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--sounds", type=Path)
    asked = parser.parse_args()
    files = []
    if asked.sounds:
        with (asked.sounds / "index.csv").open(encoding="utf-8", newline="") as stream:
            files = sorted(asked.sounds / row["file"] for row in csv.DictReader(stream))
    print(
        f"{'clips/seconds':>14} {'mode':>9} "
        + " ".join(f"{what:>7} {'(cpu)':>7}" for what in ("spectra", "plan", "step"))
        + f" {'cuts':>5} {'asked':>6}"
    )
    for size in ((8, 60), (16, 60), (64, 600)):
        with tempfile.TemporaryDirectory() as name:
            measure(build(Path(name), *size, files), asked.modes.split(","), asked.repeat, size)


def _in_mode(scene: Scene, mode: str) -> Scene:
    data = scene.as_data()
    data["unmask"] = {**data.get("unmask", {}), "mode": mode}
    return Scene.of(data).located(scene.folder, scene.name)


def _blank(scene: Scene) -> Scene:
    data = scene.as_data()
    for track in data["tracks"].values():
        track.pop("eq", None)
    return Scene.of(data).located(scene.folder, scene.name)


if __name__ == "__main__":
    main()
