"""`docs/format.md` says of each field what the model says, and of each code what the parser gives."""

import re

import pytest
from support.places import ROOT

from imgext import errors as faults
from imgext.scene.defaults import settle
from imgext.scene.document import parse
from imgext.scene.format import formatted
from imgext.scene.model import Scene
from imgext.scene.schema import json_schema
from imgext.scene.yaml.spelling import flow_text

PAGE = ROOT / "docs" / "format.md"
pytestmark = pytest.mark.skipif(not PAGE.exists(), reason="the documents are not here")

SCHEMA = json_schema()
PARTS = {
    "": SCHEMA,
    "objects.ID.": SCHEMA["definitions"]["Object"],
    "tracks.ID.": SCHEMA["definitions"]["Track"],
    "tracks.ID.eq.N.": SCHEMA["definitions"]["Cut"],
    "tracks.ID.compressor.": SCHEMA["definitions"]["Compressor"],
    **{
        f"{name.lower()}.": SCHEMA["definitions"][name]
        for name in ("Find", "Levels", "Arrange", "Unmask", "Reverb", "Master")
    },
}


def _text():
    return PAGE.read_text("utf-8")


def _bounds(prop):
    low = f"more than {prop['exclusiveMinimum']}" if "exclusiveMinimum" in prop else prop.get("minimum")
    high = prop.get("maximum")
    if high == 2**63 - 1:
        return "0 to 2^63 - 1"
    return f"{low} to {high}" if low is not None else ""


def _kind(prop):
    """Type and range of a property in the page's words."""
    if "$ref" in prop:
        return "mapping", ""
    if "enum" in prop:
        return "word", " ".join(f"`{word}`" for word in prop["enum"])
    if prop.get("type") == "array":
        kind, bounds = _kind(prop["items"])
        least, most = prop.get("minItems"), prop.get("maxItems")
        count = f"{least} " if least is not None and least == most else ""
        size = [f"at least {least}"] if least and least != most else []
        size += [f"at most {most}"] if most and least != most else []
        return (
            f"list of {count}{re.sub(r'^list', 'lists', kind) if kind.startswith('list') else f'{kind}s'}",
            "; ".join([*([bounds] if bounds else []), *size]),
        )
    if prop.get("type") == "string":
        if "pattern" in prop:
            return "id", f"`{prop['pattern'].strip('^$')}`, at most {prop['maxLength']}"
        least = f"{prop['minLength']} to " if "minLength" in prop else "at most "
        return "text", f"{least}{prop['maxLength']} characters"
    names = {"number": "number", "integer": "whole number", "boolean": "true or false"}
    if isinstance(prop.get("type"), str) and prop["type"] in names:
        return names[prop["type"]], _bounds(prop)
    if "anyOf" in prop:
        kinds = [_kind(option) for option in prop["anyOf"] if option.get("type") != "null"]
        return " or ".join(kind for kind, _ in kinds), "; ".join(
            dict.fromkeys(bound for _, bounds in kinds if bounds for bound in bounds.split("; "))
        )
    return "mapping", ""


FIELDS = {prefix + name: prop for prefix, part in PARTS.items() for name, prop in part["properties"].items()}


def _meaning(prop):
    """The model's description, without and with what a blank means."""
    said, _, blank = f" {prop['description']}".partition(" Blank: ")
    return said.strip() or "-", blank


def _rows():
    """The page's tables of fields: path to (type, unit, range, meaning, blank)."""
    rows = {}
    for line in _text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| `") and len(cells) == 6:
            rows[cells[0].strip("`")] = cells[1:]
    return rows


def test_every_field_stands_on_the_page_in_the_order_of_the_format():
    assert list(_rows()) == list(FIELDS)


@pytest.mark.parametrize("path", FIELDS)
def test_the_page_says_what_the_model_says(path):
    kind, unit, bounds, meaning, blank = _rows()[path]
    wanted_kind, wanted_bounds = _kind(FIELDS[path])
    said, wanted_blank = _meaning(FIELDS[path])
    assert (kind, bounds) == (wanted_kind, wanted_bounds or "-")
    assert meaning == said
    required = path.rsplit(".", 1)[-1] in PARTS[path.rpartition(".")[0] + "." if "." in path else ""].get(
        "required", []
    )
    assert blank == ("must be there" if required else wanted_blank or "none")
    assert unit in {"-", "s", "Hz", "dB", "dBFS", "LUFS", "dBTP", "fraction"}


DEFAULTS = {decision.path: decision.value for decision in settle(Scene.of({"schema": "imgext.scene/1"}))[1]}


@pytest.mark.parametrize("path", DEFAULTS)
def test_the_defaults_on_the_page_are_the_ones_used(path):
    blank = _rows()[path][-1]
    value = DEFAULTS[path]
    for word in value if path == "find.licences" else [value]:
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
