"""Count what a new source of sounds costs: adds one to a copy of the package, searches and plays it.

    python tools/count_source.py

The toy source has one sound, a beep. The script prints the files and lines that the source took, code and row.
"""

from __future__ import annotations

from toy import add_toy

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
    """Add the toy, try it, and print what it took."""
    print(
        f"a toy source: {add_toy(ROW, 'imgext/sounds/sources/toy.py', MODULE, TRY)}; searched, pinned, rendered and credited"
    )


if __name__ == "__main__":
    main()
