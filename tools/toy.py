"""Adds a toy row and its module to a copy of the package, tries them, and counts the lines they took.

`count_mode.py` and `count_source.py` use it.
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


def add_toy(before: str, module: str, text: str, attempt: str) -> str:
    """Add a toy to a copy of the package and try it.

    Parameters
    ----------
    before : str
        The line of `TABLE` before which the toy's row goes.
    module : str
        The path of the toy's module.
    text : str
        The module.
    attempt : str
        Python code that uses the toy; it fails if something is missing.

    Returns
    -------
    str
        The files and lines that the toy took.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "copy")
        shutil.copytree(ROOT / "imgext", copy / "imgext", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("ontology", "schemas"):
            shutil.copytree(ROOT / name, copy / name)
        table = (copy / TABLE).read_text(encoding="utf-8")
        changed = table.replace(before, '    "toy",  # a toy\n' + before)
        (copy / TABLE).write_text(changed, encoding="utf-8")
        (copy / module).write_text(text, encoding="utf-8")
        work = Path(folder, "work")
        work.mkdir()
        environment = os.environ | {"PYTHONPATH": str(copy), "IMGEXT_CACHE": str(work / "cache")}
        subprocess.run([sys.executable, "-c", attempt], check=True, cwd=work, env=environment)
    rows = sum(line.startswith("+ ") for line in difflib.ndiff(table.splitlines(), changed.splitlines()))
    return f"2 files (1 module of {len(text.splitlines())} lines, {rows} row in {TABLE})"
