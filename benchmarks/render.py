"""How long a whole render takes beside a plain numpy and soundfile script that does the same sum, measured in one run.

    python benchmarks/render.py [--repeat 7]

Both read the same mono clips and the same bed from 48 kHz WAV files, apply gain, pan and fades, add
everything into a stereo buffer and write a file. imgext also reads YAML, checks and answers the scene, hashes
and measures the sounds, measures loudness and true peak, writes the resolved scene, the log, the lock and the
credits. Times are whole processes, interpreter start-up included; believe the ratio, not the seconds. The
last row is the peak memory of a ten-minute scene.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PLAIN = """
import json, sys
import numpy as np, soundfile
plan = json.load(open(sys.argv[1]))
out = np.zeros((plan["frames"], 2))
for clip in plan["clips"]:
    x, rate = soundfile.read(clip["file"])
    x = x * clip["gain"]
    n = int(0.02 * rate)
    x[:n] *= 0.5 - 0.5 * np.cos(np.arange(n) * np.pi / n)
    x[-n:] *= 0.5 + 0.5 * np.cos(np.arange(n) * np.pi / n)
    angle = (clip["pan"] + 1) * np.pi / 4
    start = int(clip["start"] * rate)
    out[start:start + len(x), 0] += x * np.cos(angle)
    out[start:start + len(x), 1] += x * np.sin(angle)
soundfile.write(sys.argv[2], out, rate, subtype="PCM_24")
"""


def build(folder: Path, clips: int, seconds: int) -> tuple[Path, Path]:
    """Write sounds, a scene and the plain script's plan; all from a fixed seed."""
    import numpy as np
    import soundfile

    rng = np.random.default_rng(7)
    rate = 48000
    lines = ["schema: imgext.scene/1", f"duration: {seconds}", "tracks:"]
    plan = []
    for index in range(clips + 1):
        bed = index == clips
        length = seconds if bed else float(rng.uniform(2, 6))
        name = f"clip{index}.wav"
        soundfile.write(folder / name, rng.standard_normal(int(length * rate)) * 0.05, rate, subtype="PCM_16")
        start = 0.0 if bed else round(float(rng.uniform(0, seconds - length)), 3)
        pan = 0.0 if bed else round(float(rng.uniform(-1, 1)), 3)
        lines.append(
            f"  t{index}: {{sound: {name}, start: {start}, pan: {pan}, level: {-30 if bed else -24}, fade_in: 0.02, fade_out: 0.02, loop: false, eq: []}}"
        )
        plan.append({"file": str(folder / name), "start": start, "gain": 0.5, "pan": pan})
    (folder / "scene.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "plan.json").write_text(json.dumps({"frames": seconds * rate, "clips": plan}), encoding="utf-8")
    return folder / "scene.yaml", folder / "plan.json"


def timed(command: list[str]) -> tuple[float, float]:
    """Seconds and peak megabytes of one process."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return time.perf_counter() - began, usage.ru_maxrss / 1024


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeat", type=int, default=7)
    repeat = parser.parse_args().repeat
    imgext = [sys.executable, "-m", "imgext"]
    print(f"{'clips/seconds':>14} {'plain':>8} {'imgext':>8} {'ratio':>7} {'plain MB':>9} {'imgext MB':>10}")
    for clips, seconds in ((16, 60), (64, 60), (16, 600)):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            scene, plan = build(folder, clips, seconds)
            plain = [sys.executable, "-c", PLAIN, str(plan), str(folder / "plain.wav")]
            ours = [*imgext, "render", str(scene), "-o", str(folder / "out"), "--no-pictures", "-q", "-f"]
            pairs = [(timed(plain), timed(ours)) for _ in range(repeat + 1)][1:]
        ratios = [ours[0] / plain[0] for plain, ours in pairs]
        seconds_of = [statistics.median(side[0] for side in sides) for sides in zip(*pairs, strict=True)]
        memory = [max(side[1] for side in sides) for sides in zip(*pairs, strict=True)]
        print(
            f"{clips:>8}/{seconds:<5} {seconds_of[0]:>7.2f}s {seconds_of[1]:>7.2f}s {statistics.median(ratios):>7.2f} {memory[0]:>9.0f} {memory[1]:>10.0f}"
        )
    print(
        f"start-up: imgext --version {statistics.median(timed([*imgext, '--version'])[0] for _ in range(repeat)) * 1000:.0f} ms"
    )
    print(f"the benchmark itself used {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
