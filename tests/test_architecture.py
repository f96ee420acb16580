"""The rules of the house: what may import what, and what is imported when."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import imgext

PACKAGE = Path(imgext.__file__).parent
STAGES = {"picture", "sounds", "arrange", "mix", "rendering", "report", "evaluate"}
ANYONE = {"errors", "files"}
#: Rooms at the bottom, below the stages.
LOW = {"scene", "dsp", "remote"}
#: What each room may import, besides itself and what anyone may.
ALLOWED = {
    "cli": {
        "pipeline",
        "proof",
        "seeing",
        "evaluate",
        "settings",
        "outputs",
        "explain",
        "masking",
        "checking",
        "results",
        "scene",
        "sounds",
        "picture",
        "cli",
        "",
    },
    "pipeline": {
        *STAGES,
        *LOW,
        "opening",
        "outputs",
        "figures",
        "results",
        "rooms",
        "seeing",
        "services",
        "targets",
        "unmasking",
        "masking",
    },
    "seeing": {"picture", "sounds", "services", *LOW},
    "services": {"sounds", *LOW},
    "proof": {"evaluate", "pipeline", "rendering", "unmasking", *LOW},
    "spectra": {"rendering", "dsp"},
    "dynamics": {"mix", "rendering", *LOW},
    "unmasking": {"dynamics", "mix", "rendering", "sounds", "spectra", *LOW},
    "rooms": {"mix", "rendering", "sounds", *LOW},
    "masking": {"unmasking", "mix", "rendering", *LOW},
    "opening": {"sounds", "scene", "dsp"},
    "targets": set(),
    "checking": {"sounds", "scene", "dsp"},
    "results": {"rendering", "sounds", "scene", "dsp", "outputs"},
    "figures": {"rendering", "report", "scene"},
    "outputs": set(),
    "explain": {"scene"},
    "settings": set(),
    **dict.fromkeys(STAGES - {"evaluate"}, LOW),
    "evaluate": {*LOW, "picture", "sounds"},  # it measures what they make, and nobody below the command line imports it
    "scene": set(),
    "dsp": set(),
    "remote": set(),
    "files": {"errors"},
    "errors": {"scene"},  # a type only
    "__init__": {"pipeline", "results", "scene"},
    "__main__": {"cli"},
}


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from ([node.module] if node.module != "imgext" else [f"imgext.{alias.name}" for alias in node.names])


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_downwards(path):
    room = room_of(path)
    allowed = ALLOWED[room] | ANYONE | {room}
    for name in imports(path):
        if name.split(".")[0] != "imgext":
            continue
        target = name.split(".")[1] if "." in name else ""
        target = "" if target == "__version__" else target
        assert target in allowed, f"{room} imports {name}"


def test_the_tests_run_against_the_installed_package():
    if not os.environ.get("IMGEXT_TEST_INSTALLED"):
        pytest.skip("run by `make test`")
    assert "site-packages" in str(PACKAGE)
    assert (PACKAGE / "_data" / "ontology" / "tag_hierarchy.csv").is_file()
    assert (PACKAGE / "_data" / "schemas" / "scene.schema.json").is_file()
    assert (PACKAGE / "py.typed").is_file()


def loaded_by(code: str, tmp_path: Path) -> set[str]:
    """Names of all modules that a fresh interpreter has after running `code`."""
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules), file=open({str(tmp_path / 'modules')!r}, 'w'))"
    environment = {**os.environ, "IMGEXT_CACHE": str(tmp_path / "cache")}
    subprocess.run([sys.executable, "-c", script], check=True, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL)
    return set((tmp_path / "modules").read_text(encoding="utf-8").split())


def test_the_version_is_told_without_importing_anything_heavy(tmp_path):
    loaded = loaded_by("sys.argv = ['imgext', '--version']\nfrom imgext.cli import main\nmain()", tmp_path)
    assert not loaded & {"numpy", "pydantic", "typer", "scipy", "PIL", "soundfile"}


def test_rendering_without_pictures_imports_no_picture_library_and_no_scipy(tmp_path, scene_file, sound, noise):
    sound("a.wav", noise(1))
    scene = scene_file("tracks: {a: {sound: a.wav}}\n")
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


def test_no_module_has_grown_past_a_few_hundred_lines():
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in PACKAGE.rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 420
    }
    assert long == {}


def test_nothing_is_left_to_do_in_the_code():
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    assert [path for path in PACKAGE.rglob("*.py") if any(mark in path.read_text(encoding="utf-8") for mark in marks)] == []
