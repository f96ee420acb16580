"""On a terminal the line of a fault is shown with a mark under its place, as compilers do."""

from __future__ import annotations

import io

import pytest

from imgext.cli import console
from imgext.errors import Fault, Place, SceneError


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("text", "line", "column", "shown"),
    [
        ("a: 1\nsede: 7\n", 2, 1, ["  2 | sede: 7", "    | ^"]),
        ("\ufeffa: 1\r\nb: {c: x}\r\n", 2, 8, ["  2 | b: {c: x}", "    |        ^"]),
        ("a:\tb\n", 1, 4, ["  1 | a: b", "    |    ^"]),
        ("日本: x\n", 1, 5, ["  1 | 日本: x", "    |       ^"]),  # each of the two is two columns wide
        ("\x1b[2J: x\n", 1, 5, ["  1 | \\x1b[2J: x", "    |        ^"]),
        ("a\n", 7, 1, []),
        ("a\n", 0, 0, []),
    ],
)
def test_the_mark_stands_under_the_place(tmp_path, text, line, column, shown):
    file = tmp_path / "s.yaml"
    file.write_bytes(text.encode())
    assert console.marked(Fault(Place(str(file), line, column), "syntax", "x")) == shown


def test_a_long_line_is_cut_around_the_place(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text("x" * 5000 + "!" + "y" * 5000, encoding="utf-8")
    line, mark = console.marked(Fault(Place(str(file), 1, 5001), "syntax", "x"))
    assert len(line) <= console.WIDTH + 10
    assert line[mark.index("^")] == "!"


def test_a_file_that_is_gone_has_no_line(tmp_path):
    assert console.marked(Fault(Place(str(tmp_path / "no.yaml"), 1, 1), "syntax", "x")) == []


@pytest.mark.parametrize("stream", [Terminal, io.StringIO])
def test_a_mark_is_for_terminals(tmp_path, monkeypatch, stream):
    file = tmp_path / "s.yaml"
    file.write_text("sede: 7\n", encoding="utf-8")
    said = stream()
    monkeypatch.setattr("sys.stderr", said)
    fault = Fault(Place(str(file), 1, 1, "sede"), "unknown_key", "unknown key", "did you mean `seed`?")
    console.fail(SceneError(faults=[fault]))
    lines = said.getvalue().splitlines()
    assert lines[0].endswith(f"{file}:1:1: sede: unknown key; did you mean `seed`? [unknown_key]")
    assert lines[1:] == (["  1 | sede: 7", "    | ^"] if stream is Terminal else [])


def test_a_fault_as_data_has_place_code_message_and_hint():
    fault = Fault(Place("s.yaml", 3, 1, "sede"), "unknown_key", "unknown key `sede`", "did you mean `seed`?")
    assert fault.as_data() == {
        "file": "s.yaml",
        "line": 3,
        "column": 1,
        "path": "sede",
        "code": "unknown_key",
        "message": "unknown key `sede`",
        "hint": "did you mean `seed`?",
    }
