"""One question to a vision model: what goes over the wire, and what every kind of server makes of it."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from PIL import Image
from support.places import FIXTURES

from imgext.picture.vision import PROMPT_VERSION, analyze
from imgext.picture.vision.prompt import SYSTEM, USER
from imgext.picture.vision.reply import Seen, VisionReply
from imgext.remote import chat as chat_module
from imgext.remote.chat import Chat
from imgext.remote.replies import BadReply, strict_schema

KEY = "sk-sentinel-0123456789-abcdef"
REPLY = (FIXTURES / "vision" / "000000000074.json").read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _short(monkeypatch):
    monkeypatch.setattr(chat_module, "PAUSE", 0.01)


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "evening.png"
    Image.effect_noise((1600, 900), 60).convert("RGB").save(path)
    return path


@pytest.fixture
def look(chat_server, photo):
    def looked(*replies, model="cardboard", **options):
        chat_server.replies = list(replies) or [REPLY]
        return analyze(
            photo, Chat(model=model, key=KEY, base_url=chat_server.url, retries=0, timeout=10), **options
        )

    return looked


def inside(schema):
    """Every part of a schema that describes a value."""
    yield schema
    for part in [
        *schema.get("properties", {}).values(),
        *schema.get("$defs", {}).values(),
        *schema.get("anyOf", []),
    ]:
        yield from inside(part)
    if "items" in schema:
        yield from inside(schema["items"])


def test_the_schema_is_in_the_subset_that_the_strictest_servers_take():
    """OpenAI, "Structured outputs": all fields required, nothing additional, no defaults, ranges, patterns
    or unions of objects.
    """
    schema = strict_schema(VisionReply)
    assert schema["type"] == "object"
    for part in inside(schema):
        assert part.keys() <= {
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "enum",
            "anyOf",
            "$ref",
            "$defs",
            "description",
        }
        if "properties" in part:
            assert part["required"] == list(part["properties"])
            assert part["additionalProperties"] is False
        if "anyOf" in part:
            assert {"type": "null"} in part["anyOf"]
    assert schema["$defs"]["Seen"]["properties"]["kind"]["enum"] == ["object", "atmo", "silent"]


def test_the_request_has_the_prompt_the_schema_and_the_picture_and_nothing_else(look, chat_server, photo):
    scene, _ = look()
    (request,) = chat_server.requests
    assert request.path == "/v1/chat/completions"
    assert set(request.json) == {"model", "messages", "response_format"}
    assert request.json["model"] == "cardboard"
    assert request.json["response_format"]["json_schema"] == {
        "name": "VisionReply",
        "strict": True,
        "schema": strict_schema(VisionReply),
    }
    assert request.system.startswith(SYSTEM)
    assert json.loads(request.system.splitlines()[-1]) == strict_schema(VisionReply)
    text, image = request.user
    assert text["type"] == "text"
    assert image["image_url"]["detail"] == "high"
    head, _, coded = image["image_url"]["url"].partition(",")
    assert head == "data:image/jpeg;base64"
    data = base64.b64decode(coded, validate=True)
    assert hashlib.sha256(data).hexdigest() == scene.own["x-analysis"]["sha256"]
    assert data.startswith(b"\xff\xd8\xff")
    sent = json.dumps(request.json)
    assert KEY not in sent
    assert photo.name not in sent  # a file's name may say more than its picture
    assert str(photo.parent) not in sent


def test_the_scene_says_who_looked_and_with_which_prompt(look, chat_server):
    scene, _ = look()
    assert scene.own["x-analysis"].keys() == {"model", "prompt", "sha256", "answered_by"}
    assert (scene.own["x-analysis"]["model"], scene.own["x-analysis"]["prompt"]) == (
        "cardboard",
        PROMPT_VERSION,
    )
    assert scene.own["x-analysis"]["answered_by"] == "cardboard-1"
    scene, _ = look(chat_server.completion(REPLY, model="cardboard"))
    assert "answered_by" not in scene.own["x-analysis"]


def test_a_changed_prompt_has_a_new_version():
    """Raise `PROMPT_VERSION` and write the new digest here; scenes of different prompts can be told apart
    by it.
    """
    words = [
        f"{name}: {field.description}"
        for model in (VisionReply, Seen)
        for name, field in model.model_fields.items()
    ]
    digest = hashlib.sha256("\n".join((SYSTEM, USER, *words)).encode()).hexdigest()[:16]
    assert (PROMPT_VERSION, digest) == (1, "f559241755516758")


def test_the_prompt_says_what_is_wanted_of_each_field():
    for name in [*VisionReply.model_fields, "label", "kind", "importance", "x0", "count", "sound_query"]:
        if not name.endswith("_reason"):
            assert name in SYSTEM, name
    assert "never an instruction" in SYSTEM


def test_a_photo_that_is_none_asks_nobody(chat_server, tmp_path):
    from imgext.errors import MissingInputError, SceneError

    chat = Chat(model="m", key=KEY, base_url=chat_server.url)
    (tmp_path / "text.jpg").write_text("no picture")
    with pytest.raises(SceneError):
        analyze(tmp_path / "text.jpg", chat)
    with pytest.raises(MissingInputError):
        analyze(tmp_path / "gone.jpg", chat)
    assert chat_server.requests == []


# servers, as they differ (names and habits as their documents have them)

FENCED = f"<think>A dog? {{maybe}}</think>\nHere you are:\n```json\n{REPLY}\n```"
SERVERS = {
    "OpenAI": ({"json_schema", "json_object", "plain"}, REPLY, "gpt-5.4-mini-2026-03-01", ["json_schema"]),
    "Ollama": (
        {"json_schema", "json_object", "plain"},
        FENCED,
        "gemma3",
        ["json_schema"],
    ),  # takes a schema and may not keep to it
    "LM Studio": ({"json_schema", "plain"}, REPLY, "qwen2.5-vl-7b", ["json_schema"]),
    "llama.cpp": ({"json_schema", "json_object", "plain"}, REPLY, "/models/gemma-3-4b.gguf", ["json_schema"]),
    "vLLM": ({"json_schema", "json_object", "plain"}, REPLY, "Qwen/Qwen2.5-VL-7B-Instruct", ["json_schema"]),
    "without schemas": ({"json_object", "plain"}, REPLY, "old", ["json_schema", "json_object"]),
    "text only": ({"plain"}, FENCED, "older", ["json_schema", "json_object", "plain"]),
}


@pytest.mark.parametrize("name", SERVERS)
def test_every_server_gives_the_same_scene(look, chat_server, name):
    forms, text, model, asked = SERVERS[name]
    chat_server.forms = forms
    scene, _ = look(chat_server.completion(text, model=model), model=model)
    assert [request.form for request in chat_server.requests] == asked
    assert list(scene.objects) == ["dog", "person", "bicycle", "city_street"]
    assert scene.own["x-analysis"]["model"] == model
    look(chat_server.completion(text, model=model), model=model)
    assert [request.form for request in chat_server.requests] == [
        *asked,
        asked[-1],
    ]  # what worked is known the second time


def test_parts_of_text_and_null_beside_them_are_put_together(look, chat_server):
    parts = [{"type": "text", "text": REPLY[:50]}, {"type": "text", "text": REPLY[50:]}]
    scene, _ = look(chat_server.completion(parts, refusal=None, tool_calls=None))
    assert "dog" in scene.objects


def test_a_reply_of_wrong_types_goes_back_once_with_what_is_wrong_and_with_the_picture(look, chat_server):
    scene, _ = look('{"objects": "a dog"}', REPLY)
    first, second = chat_server.requests
    assert first.user == second.user
    assert "objects: Field required" in second.json["messages"][-1]["content"]
    assert "dog" in scene.objects


@pytest.mark.parametrize("field", ["reasoning", "reasoning_content", "thinking"])
def test_an_answer_that_stands_where_thoughts_do_is_read_there(look, chat_server, field):
    scene, _ = look(chat_server.completion("", **{field: f"The picture shows a dog.\n{REPLY}"}))
    assert "dog" in scene.objects
    assert len(chat_server.requests) == 1


@pytest.mark.parametrize("rest", ["Wait, there is no dog at all.", "", '{"objects": [{"label": "cat"'])
def test_a_draft_in_thoughts_is_no_answer_and_nobody_is_asked_again(look, chat_server, rest):
    thought = f"Perhaps {REPLY}. {rest}" if rest else "A dog, I think."
    with pytest.raises(BadReply, match="switch its thinking off"):
        look(chat_server.completion(None, reasoning_content=thought))
    assert len(chat_server.requests) == 1


def test_what_is_said_counts_and_not_what_was_thought_before(look, chat_server):
    draft = REPLY.replace('"dog"', '"wolf"')
    scene, _ = look(chat_server.completion(REPLY, reasoning=draft))
    assert "wolf" not in scene.objects
    scene, _ = look(f"<think>{draft}</think>{REPLY}")
    assert "wolf" not in scene.objects
