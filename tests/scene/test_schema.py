"""The JSON schema that editors read is valid, complete and says what the parser says."""

import copy
import json

import jsonschema
import pytest
from ruamel.yaml import YAML
from support.places import SCENES

from imgext.errors import SceneError
from imgext.scene.document import parse
from imgext.scene.model import Scene
from imgext.scene.schema import _draft_07, json_schema, schema_text
from imgext.scene.shape import rows
from imgext.scene.yaml.nodes import Places, read_nodes
from imgext.store.files import data_file

EXAMPLES = [path for path in sorted(SCENES.glob("*.yaml")) if not path.name.endswith(".lock.yaml")]

SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft7Validator(SCHEMA)
HEAD = "schema: imgext.scene/1\nobjects: {gull: {label: seagull}}\n"


def _walk(node, path=()):
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            if key not in {"examples", "default", "enum"}:
                yield from _walk(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, (*path, index))


PROPERTIES = [
    (".".join((*map(str, path[:-1]), name)), prop)
    for path, node in _walk(SCHEMA)
    if path[-1:] == ("properties",)
    for name, prop in node.items()
]


def test_it_is_draft_07():
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_the_committed_file_is_what_the_model_says():
    assert data_file("schemas", "scene.schema.json").read_text("utf-8") == schema_text(), (
        "write it anew: imgext schema"
    )


def test_what_stands_beside_a_reference_is_kept_where_draft_07_reads_it():
    assert _draft_07({"$ref": "#/$defs/A", "description": "d"}) == {
        "allOf": [{"$ref": "#/definitions/A"}],
        "description": "d",
    }


def test_nothing_stands_in_it_that_draft_07_readers_misread():
    for path, node in _walk(SCHEMA):
        if path[-1:] in {("properties",), ("definitions",), ("patternProperties",)}:
            continue
        assert "prefixItems" not in node, path
        assert "$defs" not in node, path
        assert "const" not in node, path
        assert "$ref" not in node or set(node) == {"$ref"}, path
        assert node.get("$ref", "#/definitions/").startswith("#/definitions/"), path


@pytest.mark.parametrize(("name", "prop"), PROPERTIES, ids=[name for name, _ in PROPERTIES])
def test_every_property_explains_itself_with_examples_that_are_right(name, prop):
    assert prop["description"].strip()
    assert prop["markdownDescription"].startswith(prop["description"])
    assert prop["examples"]
    alone = jsonschema.Draft7Validator({**prop, "definitions": SCHEMA["definitions"]})
    for example in prop["examples"]:
        alone.validate(example)


def test_there_is_a_property_for_every_field():
    assert len(PROPERTIES) == len(list(rows(Scene))) >= 75


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_it_accepts_the_example_scenes(path):
    VALIDATOR.validate(YAML(typ="safe", pure=True).load(path.read_text("utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "schema: imgext.scene/1\nobjects:\ntracks:\n  gull: {sound: builtin:gull}\n",
        HEAD + "tracks:\n  gull:\n",
        HEAD + "x-a: {b: null}\nfind:\nmaster: {x-b: 1}\n",
        HEAD + "seed:\ntracks: {gull: {start: [1, 2.5], eq: [], every: [1, 2]}}\n",
    ],
)
def test_it_accepts_the_blanks_that_the_parser_accepts(text):
    VALIDATOR.validate(parse(text).root.data())


# One broken value each; the same verdict from the parser and from the schema.
STRUCTURAL = {
    "unknown_version": ["schema: imgext.scene/2\n", "objects: {a: {label: a}}\n", "schema: 1\n"],
    "unknown_key": [HEAD + "sede: 1\n", HEAD + "find: {moed: best}\n", HEAD + "tracks: {gull: {lable: x}}\n"],
    "missing": [
        "schema: imgext.scene/1\nobjects: {a: {}}\n",
        HEAD + "tracks: {gull: {eq: [{freq: 100}]}}\n",
        "schema: imgext.scene/1\nobjects: {a: }\n",
    ],
    "wrong_type": [
        HEAD + f"{line}\n"
        for line in (
            "seed: x",
            "seed: 1.5",
            "room_detected: yes",
            "room_size: '0.5'",
            "title: 5",
            "find: best",
            "duration: true",
            "tracks: {gull: {start: x}}",
            "tracks: {gull: {start: [x]}}",
            "tracks: [gull]",
            "tracks: {gull: x}",
        )
    ],
    "out_of_range": [
        HEAD + f"{line}\n"
        for line in (
            "seed: -1",
            "room_size: 1.5",
            "duration: 0",
            "sample_rate: 100",
            "image: ''",
            f"title: {'x' * 1001}",
            "tracks: {gull: {start: -1}}",
            "tracks: {gull: {start: []}}",
            "find: {sources: []}",
            "tracks: {gull: {eq: [{freq: 1, gain: 0}]}}",
            "tracks: {gull: {every: [1]}}",
            "master: {true_peak: 1}",
        )
    ]
    + [
        "schema: imgext.scene/1\nobjects: {a: {label: a, box: [0, 0, 1]}}\n",
        f"schema: imgext.scene/1\nobjects: {{{'a' * 65}: {{label: a}}}}\n",
    ],
    "not_one_of": [
        HEAD + "find: {mode: bset}\n",
        HEAD + "levels: {measure: peak}\n",
        HEAD + "find: {licences: [free]}\n",
    ],
    "bad_id": [HEAD + "tracks: {Gull: {sound: a}}\n", HEAD + "tracks: {gull: {object: a b}}\n"],
    "not_a_scene": ["- schema\n", "text\n"],
}

# What a schema cannot say: rules between fields, the order of keys, and what a text means.
BEYOND = {
    "bad_path": HEAD + "image: ../a.png\n",
    "unknown_reference": HEAD + "tracks: {gull: {object: boat}}\n",
    "nothing_to_play": "schema: imgext.scene/1\n",
    "bad_form": HEAD + "tracks: {gull: {sound: builtn:rain}}\n",
    "duplicate_key": HEAD + "seed: 1\nseed: 2\n",
    "out_of_range": HEAD + "duration: 1\ntracks: {gull: {start: 2}}\n",
}


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in STRUCTURAL.items() for text in texts]
)
def test_it_rejects_what_the_parser_rejects(code, text):
    with pytest.raises(SceneError) as caught:
        parse(text)
    assert [fault.code for fault in caught.value.faults] == [code]
    root, _ = read_nodes(text, Places("", text))
    assert not VALIDATOR.is_valid(root.data())


@pytest.mark.parametrize("code", BEYOND)
def test_these_rules_are_the_parser_s_alone(code):
    with pytest.raises(SceneError) as caught:
        parse(BEYOND[code])
    assert [fault.code for fault in caught.value.faults] == [code]
    root, _ = read_nodes(BEYOND[code], Places("", BEYOND[code]))
    assert VALIDATOR.is_valid(root.data())


def test_the_schema_is_built_anew_each_time():
    before = copy.deepcopy(SCHEMA)
    json_schema()["properties"].clear()
    assert json_schema() == before
    assert json.loads(schema_text()) == before
