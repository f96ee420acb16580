"""Generates the format's JSON schema from the model, in draft-07 for editors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from imgext.scene.model import Scene
from imgext.scene.shape import rows

if TYPE_CHECKING:
    from imgext.scene.shape import Row

#: Where editors look up the schema: a scene's first line names it, relative to the scene.
SCHEMA_LINE = "yaml-language-server: $schema="


def json_schema() -> dict[str, Any]:
    """Return the schema as plain data, with a description and examples each."""
    model = Scene.model_json_schema(by_alias=True)
    known: dict[str, dict[str, Row]] = {}
    for row in rows(Scene):
        known.setdefault(row.part.__name__, {})[row.path.rpartition(".")[2]] = row
    for name, part in [("Scene", model), *model["$defs"].items()]:
        _with_blanks(part, model["$defs"], known[name])
    schema = _draft_07(model)
    for name, blank in (("objects", []), ("tracks", [{"type": "null"}])):
        mapping = schema["properties"][name]
        mapping["type"] = [
            mapping["type"],
            "null",
        ]  # `tracks:` with nothing below it is an empty one, `gull:` a track of blanks
        mapping["patternProperties"] = {
            key: {"anyOf": [part, *blank]} if blank else part
            for key, part in mapping["patternProperties"].items()
        }
        mapping["additionalProperties"] = False
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "imgext.scene/1",
        "title": "imgext scene",
        "description": "What a picture shows, what room it suggests, what is heard and when.",
        "type": schema.pop("type"),
        **{key: schema[key] for key in sorted(schema) if key not in {"title", "description", "$defs"}},
        "definitions": {key: schema["$defs"][key] for key in sorted(schema["$defs"])},
    }


def schema_text() -> str:
    """Return the text of `schemas/scene.schema.json`."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


_ABOUT = ("default", "description", "examples", "title")


def _with_blanks(part: dict[str, Any], sections: dict[str, Any], rows: dict[str, Row]) -> None:
    """Let every field with a default be null too, and say what null means."""
    required = {*part.get("required", ()), "objects", "tracks"}
    for key, field in part["properties"].items():
        field.pop("row", None)
        if key in required:
            continue
        about = {name: field.pop(name) for name in _ABOUT if name in field}
        if "$ref" in field:  # pydantic omits a description that the section has too
            about = {"description": sections[field["$ref"].rpartition("/")[2]]["description"]} | about
        if blank := rows[key].blank:
            about["description"] += f" Blank: {blank}."
        options = field.pop("anyOf", None) or [dict(field)]
        field.clear()
        field["anyOf"] = options if {"type": "null"} in options else [*options, {"type": "null"}]
        field.update(about)


def _draft_07(node: Any, name: str = "") -> Any:
    if isinstance(node, list):
        return [_draft_07(item) for item in node]
    if not isinstance(node, dict):
        return node
    node = {
        key: _draft_07(value, key)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str) and name != "properties")
    }
    if "$ref" in node:
        node["$ref"] = node["$ref"].replace("#/$defs/", "#/definitions/")
        if len(node) > 1:  # draft-07 ignores the siblings of $ref
            reference = node.pop("$ref")
            node = {"allOf": [{"$ref": reference}], **node}
    if "const" in node and "enum" not in node:
        node["enum"] = [node.pop("const")]
    if "oneOf" in node:  # pydantic's tagged unions; editors explain anyOf better
        node["anyOf"] = node.pop("oneOf")
    if (
        "markdownDescription" not in node
        and "description" in node
        and isinstance(node["description"], str)
        and "examples" in node
    ):
        node["markdownDescription"] = (
            f"{node['description']}\n\nFor example: `{json.dumps(node['examples'][0], ensure_ascii=False)}`"
        )
    if node.get("anyOf"):
        node["anyOf"] = [option for alternative in node["anyOf"] for option in _flattened(alternative)]
    return node


def _flattened(alternative: Any) -> list[Any]:
    return (
        alternative["anyOf"]
        if isinstance(alternative, dict) and set(alternative) == {"anyOf"}
        else [alternative]
    )
