"""The rules of the house: what may import what, and what is imported when."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import imgext

PACKAGE = Path(imgext.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
#: The floors of the house from top to bottom; a room imports only from floors below its own.
LAYERS = (
    {"__main__"},
    {"cli"},
    {"studio", "testing"},
    {"__init__"},
    {"pipeline"},
    {"evaluation", "comparing"},
    {"sounds", "mix", "report", "export"},
    {"arranging", "rendering", "picture"},
    {"ontology", "remote"},
    {"scene"},
    {"store", "dsp"},
    {"errors", "_version"},
)
FLOOR = {room: floor for floor, rooms in enumerate(LAYERS) for room in rooms}
#: Files in a folder at most, and folders whose flat list is itself the table: a file a command, the field's
#: own names.
MOST_FILES, FLAT = 15, {"cli", "pipeline", "dsp"}
#: Files at the package's top at most.
MOST_LOOSE = 5


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def module_of(path: Path, package: Path = PACKAGE) -> str:
    parts = path.relative_to(package.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (
                [node.module] if node.module != "imgext" else [f"imgext.{alias.name}" for alias in node.names]
            )


def wanted_by(path: Path, modules: set[str]) -> set[str]:
    """The modules of the package that a module imports, type-only imports included."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "imgext":
            submodules = {f"{node.module}.{alias.name}" for alias in node.names} & modules
            found |= submodules if len(submodules) == len(node.names) else submodules | {node.module}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name.split(".")[0] == "imgext"}
    return found & modules


def circles(package: Path) -> list[list[str]]:
    """Groups of modules that import each other in a circle (Tarjan's strongly connected components)."""
    paths = {module_of(path, package): path for path in package.rglob("*.py")}
    arrows = {name: sorted(wanted_by(path, set(paths)) - {name}) for name, path in paths.items()}
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in arrows[name]:
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            group = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(group) > 1:
                found.append(sorted(group))

    for name in sorted(arrows):
        if name not in index:
            visit(name)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path):
    room = room_of(path)
    for name in imports(path):
        if name.split(".")[0] != "imgext":
            continue
        target = name.split(".")[1] if "." in name else "__init__"
        assert target == room or FLOOR[target] > FLOOR[room], f"{room} imports {name}"


def test_no_two_modules_import_each_other_in_a_circle():
    assert circles(PACKAGE) == []


def test_a_circle_between_modules_is_found(tmp_path):
    """A circle by a late import and a type, as the two of November 2026 had them: each of its modules is
    named.
    """
    package = tmp_path / "imgext"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "model.py").write_text("def late():\n    from imgext.document import read\n", encoding="utf-8")
    (package / "document.py").write_text("from imgext.rules import rule\n", encoding="utf-8")
    (package / "rules.py").write_text(
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from imgext.model import Scene\n",
        encoding="utf-8",
    )
    assert circles(package) == [["imgext.document", "imgext.model", "imgext.rules"]]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_room_imports_the_underscore_names_of_another(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("imgext."):
            hidden = [alias.name for alias in node.names if alias.name.startswith("_")]
            same = (node.module or "").split(".")[1] in {room_of(path), "_version"}
            assert not hidden or same, f"{path}: {node.module}: {hidden}"


def test_folders_hold_few_files():
    loose = sorted(path.name for path in PACKAGE.glob("*.py"))
    assert len(loose) <= MOST_LOOSE, loose
    for folder in (path for path in PACKAGE.rglob("*") if path.is_dir() and "__pycache__" not in path.parts):
        files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(files) <= MOST_FILES or folder.name in FLAT, f"{folder}: {len(files)} files"


def test_the_tests_run_against_the_installed_package():
    if not os.environ.get("IMGEXT_TEST_INSTALLED"):
        pytest.skip("run by `make test`")
    assert "site-packages" in str(PACKAGE)
    assert (PACKAGE / "_data" / "ontology" / "tag_hierarchy.csv").is_file()
    assert (PACKAGE / "_data" / "schemas" / "scene.schema.json").is_file()
    assert (PACKAGE / "py.typed").is_file()


def loaded_by(code: str, tmp_path: Path) -> set[str]:
    """Names of all modules that a fresh interpreter has after running `code`."""
    script = (
        f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=open({str(tmp_path / 'modules')!r}, 'w'))"
    )
    environment = {**os.environ, "IMGEXT_CACHE": str(tmp_path / "cache")}
    subprocess.run(
        [sys.executable, "-c", script], check=True, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL
    )
    return set((tmp_path / "modules").read_text(encoding="utf-8").split())


def test_the_version_is_told_without_importing_anything_heavy(tmp_path):
    loaded = loaded_by("sys.argv = ['imgext', '--version']\nfrom imgext.cli import main\nmain()", tmp_path)
    assert not loaded & {"numpy", "pydantic", "typer", "scipy", "PIL", "soundfile"}


def test_rendering_without_pictures_imports_no_picture_library_and_no_scipy(
    tmp_path, scene_file, sound, noise
):
    sound("a.wav", noise(1))
    sound("b.wav", noise(1, 2))
    scene = scene_file(
        "room_detected: true\nobjects: {a: {label: a}, b: {label: b, kind: atmo}}\n"
        "tracks: {a: {sound: a.wav}, b: {sound: b.wav}}\n"
    )
    code = f"""
from imgext.cli import main
sys.argv = ['imgext', 'render', {str(scene)!r}, '-o', {str(tmp_path / "out")!r}, '--no-pictures', '-q']
try:
    main()
except SystemExit as end:
    assert not end.code
"""
    loaded = loaded_by(code, tmp_path)
    assert "imgext.rendering.performance" in loaded
    assert not loaded & {
        "librosa",
        "matplotlib",
        "openai",
        "onnxruntime",
        "torch",
        "sklearn",
        "PIL",
        "requests",
        "scipy.signal",
        "scipy.fft",
        "pedalboard",
    }


def test_nothing_is_left_to_do_in_the_code():
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    assert [path for path in PACKAGE.rglob("*.py") if marks.search(path.read_text(encoding="utf-8"))] == []
