"""Count what a new source of sounds costs: adds one to a copy of the package, searches and plays it.

    python tools/count_source.py

The toy source has one sound, a beep. Printed are the files and lines that it took, code and row.
"""

from __future__ import annotations

import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TABLE = "imgext/scene/part.py"
ROW = '    "builtin",  # what imgext computes\n'
MODULE = '''"""A toy: one beep, for every label."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from imgext.sounds.candidate import EXACT, Candidate
from imgext.sounds.sources.base import SoundFile, SoundOrigin
from imgext.store.places import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterator

BEEP = Path("beep.wav").resolve()


class Source(SoundOrigin):
    """The beep."""

    name, where = "toy", "in the toy box"

    def batches(self, step, rules, *, bed) -> Iterator[list[Candidate]]:
        """The beep."""
        yield [self.describe("beep", None)]

    def held(self, wanted) -> list[SoundFile]:
        """The beep."""
        return [SoundFile(BEEP, None, digest_of(BEEP))]

    def describe(self, name, path) -> Candidate:
        """All there is to know."""
        return Candidate(self.name, name, BEEP, "dog", "", "A beep", "by", "Toy Maker", "", 1.0, EXACT)
'''
TRY = """
import numpy, soundfile
from imgext import load, open_setup, render
soundfile.write("beep.wav", 0.1 * numpy.sin(numpy.arange(48000) / 10), 48000)
open("scene.yaml", "w").write(
    "schema: imgext.scene/1\\nfind: {sources: [toy]}\\nobjects: {a: {label: dog}}\\n"
    "tracks: {b: {sound: 'toy:beep'}}\\n")
made = render(load("scene.yaml"), "out", pictures=False, setup=open_setup([], offline=True))
assert {made.lock.sounds[key].sound for key in "ab"} == {"toy:beep"}, made.lock
assert "A beep by Toy Maker -- License: Attribution" in open("out/credits.txt").read()
"""


def main() -> None:
    """Add, try, count."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        shutil.copytree(ROOT / "imgext", copy / "imgext", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("ontology", "schemas"):
            shutil.copytree(ROOT / name, copy / name)
        text = (copy / TABLE).read_text(encoding="utf-8")
        changed = text.replace(ROW, '    "toy",  # a toy\n' + ROW)
        (copy / TABLE).write_text(changed, encoding="utf-8")
        (copy / "imgext/sounds/sources/toy.py").write_text(MODULE, encoding="utf-8")
        work = Path(folder, "work")
        work.mkdir()
        environment = os.environ | {"PYTHONPATH": str(copy), "IMGEXT_CACHE": str(work / "cache")}
        subprocess.run([sys.executable, "-c", TRY], check=True, cwd=work, env=environment)
    rows = sum(line.startswith("+ ") for line in difflib.ndiff(text.splitlines(), changed.splitlines()))
    print(
        f"a toy source: 2 files (1 module of {len(MODULE.splitlines())} lines, {rows} row in {TABLE}); "
        "searched, pinned, rendered and credited"
    )


if __name__ == "__main__":
    main()
