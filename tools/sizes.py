"""Measures what sizes of a scene cost: seconds of processor time and peak memory, for three sizes of each kind.

    python tools/sizes.py [--only nodes,tracks,...]

Each figure is a process of its own; `growth` is the exponent between the smallest and the largest size, 1 for
linear. Start-up is measured with an empty scene and taken off.
"""

from __future__ import annotations

import argparse
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile

HEAD = "schema: imgext.scene/1\nsample_rate: 8000\n"
#: What a process of its own runs.
CHILD = """
import resource, sys
from pathlib import Path
import imgext
what, path = sys.argv[1], Path(sys.argv[2])
if what == "check":
    from imgext.pipeline.check import check
    assert not check(path)
elif what == "fmt":
    from imgext.pipeline.fmt import fmt
    fmt(path)
elif what == "explain":
    imgext.explain(path, "sample_rate")
elif what == "plan":
    imgext.resolve(path)
else:
    imgext.render(path, path.with_suffix(".out"), pictures=what == "pictures")
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def nodes(count: int) -> str:
    """Objects that nothing plays, and muted tracks for them: only the text counts."""
    objects = "".join(f"  o{n}: {{label: dog}}\n" for n in range(count))
    tracks = "".join(f"  o{n}: {{sound: a.wav, mute: true}}\n" for n in range(count))
    return f"{HEAD}objects:\n  a: {{label: a}}\n{objects}tracks:\n  a: {{sound: a.wav}}\n{tracks}"


def tracks(count: int) -> str:
    """Tracks of one short sound, spread over a minute."""
    lines = "".join(f"  t{n}: {{sound: a.wav, start: {n * 59 / count:.3f}}}\n" for n in range(count))
    return f"{HEAD}tracks:\n{lines}"


def searched(count: int) -> str:
    """Objects for which a sound is found and made."""
    return f"{HEAD}objects:\n" + "".join(f"  o{n}: {{label: dog}}\n" for n in range(count))


def spans(count: int) -> str:
    """Two tracks, one with that many spans in its cut."""
    told = ", ".join(f"[{n * 8 / count:.4f}, {(n + 0.5) * 8 / count:.4f}]" for n in range(count))
    cut = f"eq: [{{freq: 570, gain: -4, against: b, spans: [{told}]}}]"
    return f"{HEAD}tracks:\n  a: {{sound: a.wav, loop: true, duration: 8, {cut}}}\n  b: {{sound: a.wav}}\n"


def starts(count: int) -> str:
    """One track with that many starts."""
    told = ", ".join(f"{n * 3600 / count:.3f}" for n in range(count))
    return f"{HEAD}duration: 3600\ntracks:\n  a: {{sound: a.wav, start: [{told}]}}\n  b: {{sound: a.wav}}\n"


KINDS = {
    "nodes": (nodes, (500, 2000, 8000), ("check", "fmt", "explain")),
    "tracks": (tracks, (50, 150, 450), ("check", "fmt", "explain", "plan", "pictures")),
    "searched": (searched, (30, 90, 270), ("check", "plan")),
    "spans": (spans, (100, 400, 1600), ("check", "fmt", "explain", "plan", "pictures")),
    "starts": (starts, (100, 400, 1600), ("check", "fmt", "explain", "plan", "pictures")),
}


def measured(what: str, scene: Path) -> tuple[float, float]:
    """Seconds of processor time and MB at most."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, what, str(scene)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{what} {scene.name}: {done.stderr[-600:]}")
    seconds, memory = done.stdout.split()[-2:]
    return float(seconds), float(memory)


def main() -> int:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--only", default=",".join(KINDS))
    wanted = asked.parse_args()
    noise = np.random.Generator(np.random.PCG64(1)).uniform(-0.3, 0.3, 4000) * np.hanning(4000)
    with tempfile.TemporaryDirectory(prefix="imgext-sizes-") as name:
        folder = Path(name)
        os.environ |= {"IMGEXT_CACHE": name + "/cache", "IMGEXT_OFFLINE": "1", "IMGEXT_DETECTOR": "off"}
        soundfile.write(folder / "a.wav", noise, 8000)
        scene = folder / "scene.yaml"
        idle: dict[str, float] = {}
        for kind in wanted.only.split(","):
            make, sizes, whats = KINDS[kind]
            for what in whats:
                figures = []
                if what not in idle:
                    scene.write_text(tracks(1))
                    measured(what, scene)
                    idle[what] = measured(what, scene)[0]
                for size in sizes:
                    scene.write_text(make(size))
                    figures.append(measured(what, scene))
                spent = [max(seconds - idle[what], 0.01) for seconds, _ in figures]
                growth = math.log(spent[-1] / spent[0]) / math.log(sizes[-1] / sizes[0])
                row = "  ".join(
                    f"{size:6} {seconds:7.2f} s {memory:5.0f} MB"
                    for size, seconds, (_, memory) in zip(sizes, spent, figures, strict=True)
                )
                print(f"{kind:9} {what:9} {row}  growth {growth:.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
