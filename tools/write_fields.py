"""Write what follows from the fields of the scene: the schema, the tables of the format's page, the full example.

    python tools/write_fields.py

Each table of docs/format.md stands between `<!-- fields: PATH -->` and `<!-- end -->`. A field that
scenes/everything.yaml does not have yet is put in with its example.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgext.scene.document import parse
from imgext.scene.edit import set_value
from imgext.scene.model import Scene
from imgext.scene.schema import json_schema, schema_text
from imgext.scene.shape import rows
from imgext.scene.times import WITH_UNIT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgext.scene.shape import Row

ROOT = Path(__file__).resolve().parents[1]
SCHEMA, PAGE, EXAMPLE = (
    ROOT / name for name in ("schemas/scene.schema.json", "docs/format.md", "scenes/everything.yaml")
)
HEAD = "| field | type | unit | range | meaning | blank means |\n|---|---|---|---|---|---|\n"
#: A photo is not committed, so the example names none.
NOT_IN_EXAMPLE = {"image"}


def page_with_tables(text: str) -> str:
    """The page with every table as the models have it."""
    tables: dict[str, list[str]] = {}
    schema = json_schema()
    for row in rows(Scene):
        tables.setdefault(row.path.rpartition(".")[0], []).append(_line(row, schema))
    wanted = re.findall(r"<!-- fields: ?(\S*) -->", text)
    if sorted(wanted) != sorted(tables):
        sys.exit(f"the page has tables for {sorted(wanted)}, the format has {sorted(tables)}")
    return re.sub(
        r"(<!-- fields: ?(\S*) -->\n).*?(<!-- end -->)",
        lambda found: found[1] + HEAD + "".join(tables[found[2]]) + found[3],
        text,
        flags=re.DOTALL,
    )


def _line(row: Row, schema: dict[str, Any]) -> str:
    name = row.path.rpartition(".")[2]
    part = schema if row.part is Scene else schema["definitions"][row.part.__name__]
    kind, bounds = _kind(part["properties"][name])
    blank = "must be there" if row.field.is_required() else row.blank or "none"
    cells = [f"`{row.path}`", kind, row.unit or "-", bounds or "-", str(row.field.description), blank]
    return f"| {' | '.join(cells)} |\n"


def _kind(prop: dict[str, Any]) -> tuple[str, str]:
    """Type and range of a property of the schema, in words."""
    if "anyOf" in prop:
        kinds = [_kind(option) for option in prop["anyOf"] if option.get("type") != "null"]
        bounds = dict.fromkeys(bound for _, found in kinds if found for bound in found.split("; "))
        return " or ".join(kind for kind, _ in kinds), "; ".join(bounds)
    if "enum" in prop:
        return "word", " ".join(f"`{word}`" for word in prop["enum"])
    least, most = prop.get("minItems"), prop.get("maxItems")
    if prop.get("type") == "array":
        kind, bounds = _kind(prop["items"])
        count = f"{least} " if least is not None and least == most else ""
        sizes = [f"at least {least}"] if least and least != most else []
        sizes += [f"at most {most}"] if most and least != most else []
        several = re.sub(r"^list", "lists", kind) if kind.startswith("list") else f"{kind}s"
        return f"list of {count}{several}", "; ".join([*([bounds] if bounds else []), *sizes])
    if prop.get("type") == "string":
        if prop.get("pattern") == WITH_UNIT:
            return "time", ""
        if "pattern" in prop:
            return "id", f"`{prop['pattern'].strip('^$')}`, at most {prop['maxLength']}"
        shortest = f"{prop['minLength']} to " if "minLength" in prop else "at most "
        return "text", f"{shortest}{prop['maxLength']} characters"
    names = {"number": "number", "integer": "whole number", "boolean": "true or false"}
    if isinstance(prop.get("type"), str) and prop["type"] in names:
        return names[prop["type"]], _bounds(prop)
    return "mapping", ""


def _bounds(prop: dict[str, Any]) -> str:
    low = f"more than {prop['exclusiveMinimum']}" if "exclusiveMinimum" in prop else prop.get("minimum")
    high = "2^63 - 1" if prop.get("maximum") == 2**63 - 1 else prop.get("maximum")
    return f"{low} to {high}" if low is not None else ""


def example_with_fields(text: str) -> str:
    """The example with every field that it does not have yet."""
    for row in rows(Scene):
        if row.path in NOT_IN_EXAMPLE:
            continue
        for path in list(_places(parse(text).scene.as_data(), row.path)):
            text = set_value(text, path, row.field.examples[0] if row.field.examples else None)
    return text


def _places(data: dict[str, Any], path: str) -> Iterator[str]:
    """Where a field is missing: in every object, and in the first track or cut where none has it."""
    *above, name = path.split(".")
    holders: list[tuple[list[str], Any]] = [([], data)]
    for key in above:
        if key in {"ID", "N"}:
            holders = [
                ([*where, str(one)], below[one])
                for where, below in holders
                for one in (range(len(below)) if key == "N" else below)
            ]
        else:
            holders = [([*where, key], below[key]) for where, below in holders if key in below]
    holders = [(where, holder) for where, holder in holders if isinstance(holder, dict)]
    missing = [".".join([*where, name]) for where, holder in holders if name not in holder]
    return iter(missing if above[:1] == ["objects"] else missing[:1] if len(missing) == len(holders) else [])


def main() -> None:
    """Write the three files."""
    texts = {
        SCHEMA: schema_text(),
        PAGE: page_with_tables(PAGE.read_text("utf-8")),
        EXAMPLE: example_with_fields(EXAMPLE.read_text("utf-8")),
    }
    for path, text in texts.items():
        if path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            print(f"{path.relative_to(ROOT)} is written")


if __name__ == "__main__":
    main()
