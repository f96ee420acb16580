"""`docs/format.md` says of each field what the model says, and of each code what the parser gives."""

import importlib.util
import re

import pytest
from support.places import ROOT

from imgext import errors as faults
from imgext.scene.defaults import settle
from imgext.scene.document import parse
from imgext.scene.format import formatted
from imgext.scene.model import Scene
from imgext.scene.shape import rows
from imgext.scene.writer import canonical_text
from imgext.scene.yaml.spelling import flow_text

PAGE = ROOT / "docs" / "format.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the documents are not here")


def _text():
    return PAGE.read_text("utf-8")


def _rows():
    """The page's tables of fields: path to (type, unit, range, meaning, blank)."""
    rows = {}
    for line in _text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) == 6:
            rows[cells[0].strip("`")] = cells[1:]
    return rows


def _tool():
    spec = importlib.util.spec_from_file_location("write_fields", ROOT / "tools" / "write_fields.py")
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    return tool


def test_the_page_says_what_the_model_says():
    assert _tool().page_with_tables(_text()) == _text(), "write it anew: make schema"


def test_the_full_example_has_every_field():
    text = (ROOT / "scenes" / "everything.yaml").read_text("utf-8")
    assert _tool().example_with_fields(text) == text, "write it anew: make schema"


@pytest.mark.parametrize("path", ["objects.bell.depth", "tracks.water.eq.1.q", "unmask.bells", "seed"])
def test_a_field_that_the_full_example_lacks_is_put_back_with_its_example(path):
    text = (ROOT / "scenes" / "everything.yaml").read_text("utf-8")
    data = parse(text).scene.as_data()
    part, *keys = data, *path.split(".")
    for key in keys[:-1]:
        part = part[int(key) if key.isdigit() else key]
    if keys[-1] == "q":  # a cut's field may stand in one cut alone
        del data["tracks"]["water"]["eq"][0]["q"]
        path = "tracks.water.eq.0.q"
    del part[keys[-1]]
    filled = parse(_tool().example_with_fields(canonical_text(data))).scene
    row = next(row for row in rows(Scene) if row.path.rpartition(".")[2] == keys[-1])
    assert filled.value(path) == row.field.examples[0]


@pytest.mark.parametrize(
    ("path", "cells"),
    [  # read from the model by hand
        ("schema", ("word", "-", "`imgext.scene/1`", "must be there")),
        ("seed", ("whole number", "-", "0 to 2^63 - 1", "0")),
        (
            "tracks.ID.level",
            ("number", "dBFS", "-120 to 0", "-30 + 10 x importance for an object, -30 for an atmo"),
        ),
        (
            "tracks.ID.start",
            (
                "number or list of numbers or mapping",
                "s",
                "0 to 86400; at least 1; at most 10000",
                "placed by the arrange stage",
            ),
        ),
        ("tracks.ID.eq.N.spans", ("list of lists of 2 numbers", "s", "0 to 86400; at most 10000", "always")),
        ("objects.ID.label", ("text", "-", "1 to 200 characters", "must be there")),
    ],
)
def test_a_row_of_the_page_has_type_unit_range_and_blank(path, cells):
    kind, unit, bounds, meaning, blank = _rows()[path]
    assert (kind, unit, bounds, blank) == cells
    assert meaning.endswith(".")


def test_units_are_few():
    assert {cells[1] for cells in _rows().values()} <= {
        "-",
        "s",
        "Hz",
        "dB",
        "dBFS",
        "LUFS",
        "dBTP",
        "fraction",
        "semitones",
    }


DEFAULTS = {decision.path: decision.value for decision in settle(Scene.of({"schema": "imgext.scene/1"}))[1]}


@pytest.mark.parametrize("path", DEFAULTS)
def test_the_defaults_on_the_page_are_the_ones_used(path):
    blank = _rows()[path][-1]
    for word in DEFAULTS[path] if path == "find.licences" else [DEFAULTS[path]]:
        assert flow_text(word) in blank


def test_every_code_stands_on_the_page():
    table = "\n".join(line for line in faults.__doc__.splitlines() if line.startswith("``"))
    codes = re.findall(r"``([a-z_]+)``", table)
    assert re.findall(r"^\| `([a-z_]+)` \| [^|]+\|$", _text(), re.MULTILINE) == codes


def test_the_scenes_on_the_page_are_read_without_fault_and_are_in_canonical_order():
    blocks = re.findall(r"```yaml\n(.*?)```", _text(), re.DOTALL)
    assert len(blocks) >= 2
    for block in blocks:
        data = parse(block).scene.as_data()
        assert str(parse(formatted(block)).scene.as_data()) == str(data)
        assert list(parse(formatted(block)).root.data()) == list(parse(block).root.data())


def test_the_limits_on_the_page_are_the_ones_held():
    from imgext.scene.yaml.nodes import MAX_BYTES, MAX_DEPTH, MAX_NODES

    assert (MAX_BYTES, MAX_DEPTH, MAX_NODES) == (2**20, 32, 200_000)
    assert "at most 1 MiB, 32 levels and 200 000 nodes" in " ".join(_text().split())
