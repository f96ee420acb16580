"""What a newcomer reads is true: examples run, commands parse, links lead somewhere, nothing that exists is
left out.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import shutil
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest
import typer.main
from support.places import ROOT

import imgext
from imgext import errors
from imgext.cli import app
from imgext.pipeline.stages import STAGES
from imgext.scene.document import parse
from imgext.store.environment import ENVIRONMENT

DOCUMENTS = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").glob("*.md")),
    ROOT / "scenes" / "README.md",
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str, documents=DOCUMENTS) -> list:
    """Every fenced block of a language, as pytest parameters named by document and line."""
    found = []
    for document in documents:
        text = document.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            if match[1] == language:
                line = text.count("\n", 0, match.start()) + 1
                found.append(pytest.param(match[2], id=f"{document.relative_to(ROOT).as_posix()}:{line}"))
    return found


def console_lines() -> list:
    return [
        pytest.param(line[2:], id=f"{block.id}:{number}")
        for block in blocks("console")
        for number, line in enumerate(block.values[0].splitlines(), 1)
        if line.startswith("$ ")
    ]


def commands(command=None, names=()) -> dict:
    """Every command of the program by its words, groups left out."""
    command = command or typer.main.get_command(app.program())
    if not hasattr(command, "commands"):
        return {" ".join(names): command}
    return {
        key: value
        for name, part in command.commands.items()
        for key, value in commands(part, (*names, name)).items()
    }


def options(command) -> set[str]:
    return {
        option
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("-")
    }


@pytest.fixture
def reader(tmp_path, monkeypatch):
    """A folder as a reader has it: the scenes, a photo (the demo's, smaller so that it is seen sooner)."""
    import sklearn
    from PIL import Image

    shutil.copytree(ROOT / "scenes", tmp_path / "scenes")
    with Image.open(Path(sklearn.__file__).parent / "datasets" / "images" / "china.jpg") as photo:
        photo.resize((320, 214)).save(tmp_path / "photo.jpg")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(monkeypatch, line: str) -> int:
    monkeypatch.setattr(sys, "argv", shlex.split(line))
    return app.run()


@pytest.mark.slow
@pytest.mark.parametrize("code", blocks("python", [ROOT / "README.md", ROOT / "docs" / "python.md"]))
def test_a_python_example_runs(code, reader, capsys):
    exec(compile(code, "example", "exec"), {"__name__": "example"})


@pytest.mark.parametrize("text", blocks("yaml"))
def test_a_scene_in_a_document_is_a_scene(text):
    parse(text, "example.yaml")


@pytest.mark.parametrize("line", console_lines())
def test_a_command_in_a_document_parses(line):
    words = shlex.split(line)
    known = commands()
    assert words[0] == "imgext"
    name = next(name for name in (" ".join(words[1:3]), words[1]) if name in known)
    with contextlib.ExitStack() as stack:
        stack.enter_context(known[name].make_context(name, words[1 + len(name.split()) :]))


@pytest.mark.slow
def test_the_readme_shows_what_the_program_prints(reader, monkeypatch, capsys):
    """The scene of five lines, rendered: word for word and digit for digit; then the edited one."""
    scenes = [block.values[0] for block in blocks("yaml", [ROOT / "README.md"])]
    consoles = [block.values[0] for block in blocks("console", [ROOT / "README.md"])]
    assert len(scenes[0].splitlines()) == 5
    for scene, console in zip(scenes, consoles, strict=True):
        Path("storm.yaml").write_text(scene, encoding="utf-8")
        for command, *shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", console, re.MULTILINE):
            assert run(monkeypatch, command) == 0, command
            printed = capsys.readouterr()
            if shown != [""]:
                lines = (printed.out + printed.err).splitlines()
                assert "\n".join(line.rstrip() for line in lines) + "\n" == shown[0]


def test_no_other_document_shows_output_that_no_test_compares():
    others = [path for path in DOCUMENTS if path != ROOT / "README.md"]
    for block in blocks("console", others):
        assert all(line.startswith("$ ") for line in block.values[0].splitlines()), block.id


@pytest.mark.slow
def test_both_renders_of_the_determinism_page_print_the_same_sum(reader, monkeypatch, capsys):
    (block,) = blocks("console", [ROOT / "docs" / "determinism.md"])
    for line in block.values[0].splitlines():
        assert run(monkeypatch, line.removeprefix("$ ").replace("harbour", "five-lines")) == 0
    first, second = re.findall(r'"mix": "[^"]*", "sha256": "([0-9a-f]{64})"', capsys.readouterr().out)
    assert first == second


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_inside_the_project_leads_somewhere(document):
    text = BLOCK.sub("", document.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        assert path.exists(), target
        assert path.is_relative_to(ROOT), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {
                re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings
            }, target


@pytest.mark.parametrize("text", blocks("sh"))
def test_a_make_command_in_a_document_has_a_rule(text):
    rules = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make ([a-z]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", rules, re.MULTILINE), target


def test_the_glossary_is_in_order_and_says_each_word_once():
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)[1:]
    assert words == sorted(set(words), key=str.lower)


def test_the_architecture_page_names_every_room_and_no_other():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text[text.index("## The rooms") : text.index("## Tables")]
    package = Path(imgext.__file__).parent
    rooms = {path.parent.name for path in package.glob("*/__init__.py")}
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == {*rooms, "errors"}


def test_the_architecture_page_lists_the_stages_in_order():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text[text.index("| stage | answers |") : text.index("## The rooms")]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == [stage.name for stage in STAGES]
    assert " ▶ ".join(stage.name for stage in STAGES) in text


def test_the_architecture_page_has_a_reason_for_every_dependency():
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    section = text[text.index("## Dependencies") :]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {re.split(r"[<>=!~\[]", each)[0] for each in project["dependencies"]}
    assert set(re.findall(r"^\| `([\w.-]+)` \|", section, re.MULTILINE)) == wanted


def test_every_dependency_is_imported():
    """What no shipped module imports is no dependency."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    code = "\n".join(path.read_text(encoding="utf-8") for path in Path(imgext.__file__).parent.rglob("*.py"))
    modules = {"pillow": "PIL"}
    for each in project["dependencies"]:
        name = re.split(r"[<>=!~\[]", each)[0]
        module = modules.get(name, name.replace("-", "_"))
        assert re.search(rf"^ *(?:import|from) {re.escape(module)}\b", code, re.MULTILINE), name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_file_and_module_that_a_document_names_is_there(document):
    text = document.read_text(encoding="utf-8")
    for name in re.findall(r"\b((?:imgext|tools|tests|docs|benchmarks|scenes|ontology)/[\w./-]*\w)", text):
        assert "NAME" in name or (ROOT / name).exists(), name
    for name in re.findall(r"`(imgext(?:\.\w+)+)\b", text):
        if name == "imgext.toml":
            continue
        *parts, last = name.split(".")
        folder = Path(imgext.__file__).parent.parent.joinpath(*parts)
        module = folder / last if (folder / last).is_dir() else folder / f"{last}.py"
        assert module.exists() or hasattr(import_module(".".join(parts)), last), name


def test_every_document_is_reached_from_the_index():
    text = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert [
        path.name
        for path in (ROOT / "docs").glob("*.md")
        if path.name != "index.md" and f"({path.name})" not in text
    ] == []


@pytest.mark.parametrize("name", commands())
def test_every_command_and_each_of_its_options_is_described(name):
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    section = re.search(rf"^## {name.split()[0]}$(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert section, "no section"
    assert f"imgext {name}" in section[1], "no example"
    shared = text[: text.index("## make")]
    short = {"--output": "-o", "--force": "-f", "--quiet": "-q", "--verbose": "-v"}
    for option in sorted(options(commands()[name]) - {"--help", "-h", "--pictures"}):
        assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", section[1] + shared), (
            f"{option} is not described"
        )
    for option in sorted(
        option for option in options(commands()[name]) - {"--help", "--pictures"} if option.startswith("--")
    ):
        assert option in section[1] or short.get(option, option) in section[1], (
            f"{option} is not named in the section"
        )


def test_every_exit_code_is_described():
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    known = {0, 74, 130} | {
        kind.exit_code
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.ImgextError)
    }
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)} == known


def test_every_variable_of_the_environment_is_described():
    """The page lists the table, word for word and in its order."""
    text = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    rows = "".join(f"| `{name}` | {meaning} |\n" for name, meaning in ENVIRONMENT.items())
    assert f"| variable | means |\n|---|---|\n{rows}\n" in text


def test_nothing_reads_a_variable_that_is_not_in_the_table():
    package = Path(imgext.__file__).parent
    home = package / "store" / "environment.py"
    for path in package.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert set(re.findall(r"\b(?:IMGEXT|OPENAI|FREESOUND)_[A-Z_]+\b", text)) <= set(ENVIRONMENT), path
        assert path == home or not re.search(r"\bos\.(environ|getenv)\b", text), path


def test_everything_that_is_exported_is_described():
    text = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert [name for name in imgext.__all__ if not re.search(rf"`{name}\b", text)] == []
