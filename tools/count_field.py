"""Count what a new field of the scene costs: adds two to a copy of the checkout and runs the tests of fields.

    python tools/count_field.py

One is a number of a track, one a setting. Printed are the files and lines changed by hand, then those that
`make schema` writes. It fails where a field takes more than 3 files or 15 lines by hand.
"""

from __future__ import annotations

import difflib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_FILES, MOST_LINES = 3, 15
FOLDERS = ("imgext", "ontology", "schemas", "scenes", "docs", "tools", "tests")
MODEL, DEFAULTS = "imgext/scene/model.py", "tests/scene/test_defaults.py"
TESTS = [
    *(
        f"tests/scene/test_{name}.py"
        for name in ("schema", "page", "defaults", "model", "edit", "format", "writer")
    ),
    "tests/test_scenes.py::test_everything_is_written_out_in_one_scene",
]


@dataclass(frozen=True)
class Toy:
    """A field, and what is put in front of which line of which file."""

    path: str
    put: dict[str, tuple[str, str]]


TOYS = [
    Toy(
        "tracks.ID.toy",
        {
            MODEL: (
                "    mute: bool = row(",
                '    toy: Share = row("How much of a toy it is.", default=0.0, because="no toy", examples=[0.5])\n',
            )
        },
    ),
    Toy(
        "levels.toy",
        {
            MODEL: (
                '    measure: Literal["rms", "lufs"]',
                """    toy: Annotated[float, Field(ge=-120, le=120)] = row(
        "dB of every toy.", default=-30.0, unit="dB", because="the default", examples=[-20]
    )
""",
            ),
            DEFAULTS: ('    "levels.measure": "lufs",\n', '    "levels.toy": -30.0,\n'),
        },
    ),
]


def changed_lines(before: Path, after: Path, files: list[str]) -> dict[str, int]:
    """Lines added or taken out, by file; only the files that differ."""
    counts = {}
    for name in files:
        old, new = ((folder / name).read_text("utf-8").splitlines() for folder in (before, after))
        counts[name] = sum(line[:2] in {"+ ", "- "} for line in difflib.ndiff(old, new)) if old != new else 0
    return {name: count for name, count in counts.items() if count}


def count(toy: Toy, folder: Path) -> bool:
    """Add one field to a copy, write what follows from it, test, print the count; whether it is small enough."""
    copy = folder / toy.path
    for name in FOLDERS:
        shutil.copytree(
            ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "*.flac", "*.png")
        )
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy / name)
    for name, (before, new) in toy.put.items():
        text = (copy / name).read_text("utf-8")
        if text.count(before) != 1:
            sys.exit(f"{name}: {before!r} stands there {text.count(before)} times")
        (copy / name).write_text(text.replace(before, new + before), "utf-8")
    by_hand = changed_lines(ROOT, copy, list(toy.put))
    environment = os.environ | {"PYTHONPATH": str(copy)}
    for call in (
        ["tools/write_fields.py"],
        ["-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", "-m", "not slow", *TESTS],
    ):
        subprocess.run([sys.executable, *call], check=True, cwd=copy, env=environment)
    written = changed_lines(
        ROOT, copy, ["schemas/scene.schema.json", "docs/format.md", "scenes/everything.yaml"]
    )
    print(f"{toy.path}: {len(by_hand)} files and {sum(by_hand.values())} lines by hand:")
    for name, lines in by_hand.items():
        print(f"    {name}: {lines}")
    print("  written by `make schema`: " + ", ".join(f"{name} {lines}" for name, lines in written.items()))
    return len(by_hand) <= MOST_FILES and sum(by_hand.values()) <= MOST_LINES


def main() -> None:
    """Count both toys."""
    with tempfile.TemporaryDirectory() as folder:
        small = [count(toy, Path(folder)) for toy in TOYS]
    sys.exit(0 if all(small) else f"more than {MOST_FILES} files or {MOST_LINES} lines")


if __name__ == "__main__":
    main()
